/*
 * Text: strict UTF-8 tried on every code point and every short sequence, widths, escapes, the buffer under
 * every failure of memory, and the distance of words against a plain table over whole words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "grammar/base/text.h"
#include "tests/support/fail_alloc.h"

static void slices(void **state) {
    struct text none = {NULL, 0};
    (void)state;
    assert_true(text_equal(none, text_of("")));
    assert_true(text_equal(text_of("ab"), text_of("ab")));
    assert_false(text_equal(text_of("ab"), text_of("abc")));
    assert_false(text_equal(text_of("ab"), text_of("ac")));
    assert_true(text_is(text_of("when"), "when"));
    assert_false(text_is(text_of("when"), "whe"));
    assert_int_equal(text_compare(none, text_of("")), 0);
    assert_true(text_compare(text_of("ab"), text_of("abc")) < 0);
    assert_true(text_compare(text_of("b"), text_of("abc")) > 0);
    assert_true(text_compare(text_of("\xc3"), text_of("z")) > 0); /* bytes are unsigned */
    assert_int_equal(text_compare(text_of("ab"), text_of("ab")), 0);
}

/* An encoder written apart from the decoder under test. */
static size_t encode(uint32_t c, char *bytes) {
    size_t count = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
    for (i = count; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(count == 1 ? c : ((0xf00u >> count) & 0xff) | c);
    return count;
}

static void every_code_point(void **state) {
    uint32_t c;
    (void)state;
    for (c = 0; c <= 0x110400; c++) {
        char bytes[4];
        size_t length = encode(c, bytes), size = 0, invalid = text_invalid_utf8(bytes, length);
        bool valid = c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000);
        if (invalid != (valid ? length : 0))
            fail_msg("U+%04X", (unsigned)c);
        if (!valid)
            continue;
        if (text_decode(bytes, length, &size) != c || size != length)
            fail_msg("U+%04X decoded wrongly", (unsigned)c);
        if (length > 1 && text_invalid_utf8(bytes, length - 1) != 0)
            fail_msg("U+%04X cut short", (unsigned)c);
    }
}

/* Of all sequences of three bytes as many are valid as Unicode has ways to fill them. */
static void every_short_sequence(void **state) {
    const uint32_t one = 128, two = 0x800 - 0x80, three = 0x10000 - 0x800 - 0x800;
    uint32_t i, valid = 0;
    (void)state;
    for (i = 0; i < 0x1000000; i++) {
        char bytes[3] = {(char)(i >> 16), (char)(i >> 8 & 0xff), (char)(i & 0xff)};
        valid += text_invalid_utf8(bytes, 3) == 3;
    }
    assert_int_equal(valid, one * one * one + 2 * one * two + three);
}

static void invalid_offsets(void **state) {
    (void)state;
    assert_int_equal(text_invalid_utf8(NULL, 0), 0);
    assert_int_equal(text_invalid_utf8("ab\xff"
                                       "c",
                                       4),
                     2);
    assert_int_equal(text_invalid_utf8("a\xc0\x80", 3), 1);            /* overlong NUL */
    assert_int_equal(text_invalid_utf8("\xc3\xa9\xed\xa0\x80", 5), 2); /* a surrogate */
    assert_int_equal(text_invalid_utf8("\xc3\xa9\xf0\x9f\x98", 5), 2); /* cut short */
    assert_int_equal(text_invalid_utf8("a\0b", 3), 3);                 /* NUL is valid UTF-8 */
}

static size_t width(const char *string) {
    return text_width(string, strlen(string));
}

static void widths(void **state) {
    (void)state;
    assert_int_equal(width(""), 0);
    assert_int_equal(width("abc"), 3);
    assert_int_equal(width("a\tb"), 3);
    assert_int_equal(width("\xc3\xa9"), 1);                 /* U+00E9 */
    assert_int_equal(width("e\xcc\x81"), 1);                /* e, U+0301 */
    assert_int_equal(width("\xe4\xb8\xad\xe6\x96\x87"), 4); /* U+4E2D U+6587 */
    assert_int_equal(width("\xea\xb0\x80"), 2);             /* U+AC00 */
    assert_int_equal(width("\xe1\x84\x80\xe1\x85\xa1"), 2); /* Hangul letters that join */
    assert_int_equal(width("\xef\xbc\xa1"), 2);             /* full-width A */
    assert_int_equal(width("\xef\xbd\xb1"), 1);             /* half-width katakana */
    assert_int_equal(width("\xf0\x9f\x98\x80"), 2);         /* U+1F600 */
    assert_int_equal(width("\xf0\xa0\x80\x80"), 2);         /* U+20000 */
    assert_int_equal(width("\xf0\xbf\xbf\xbd"), 2);         /* U+3FFFD */
    assert_int_equal(width("\xe2\x80\x8b"), 0);             /* zero width space */
    assert_int_equal(width("\xe3\x80\xaa"), 0);             /* a mark inside a wide range, U+302A */
    assert_int_equal(width("\xc2\xad"), 1);                 /* soft hyphen */
    assert_int_equal(width("\xf3\xa0\x84\x80"), 0);         /* a variation selector, U+E0100 */
    assert_int_equal(width("\xd7\x90\xe2\x82\xac"), 2);     /* alef, euro */
}

static void unsafe_points(void **state) {
    static const uint32_t unsafe[] = {0,      7,      9,      10,     0x1b,   0x1f,   0x7f,
                                      0x80,   0x9b,   0x9f,   0x061c, 0x200e, 0x200f, 0x2028,
                                      0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff};
    static const uint32_t safe[] = {' ',    '~',    0xa0,   0xad,   0x061b, 0x061d, 0x200d, 0x2010,
                                    0x2027, 0x202f, 0x2065, 0x206a, 0xfefe, 0xff00, 0x1f600};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        assert_true(text_unsafe(unsafe[i]));
    for (i = 0; i < sizeof safe / sizeof *safe; i++)
        assert_false(text_unsafe(safe[i]));
}

/* ---- distance ---- */

static unsigned model_distance(const char *a, const char *b) {
    static unsigned d[20][20];
    unsigned n = (unsigned)strlen(a), m = (unsigned)strlen(b), i, j;
    for (i = 0; i <= n; i++)
        for (j = 0; j <= m; j++) {
            unsigned best = i + j;
            if (i && d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (j && d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i && j && d[i - 1][j - 1] + (a[i - 1] != b[j - 1]) < best)
                best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void distance_as_the_model(void **state) {
    uint32_t seed = 7;
    unsigned round, limit;
    (void)state;
    for (round = 0; round < 20000; round++) {
        char a[10] = "", b[10] = "";
        size_t n = next_random(&seed) % 9, m = next_random(&seed) % 9, i;
        unsigned expected;
        for (i = 0; i < n; i++)
            a[i] = (char)('a' + next_random(&seed) % 3);
        for (i = 0; i < m; i++)
            b[i] = (char)('a' + next_random(&seed) % 3);
        expected = model_distance(a, b);
        for (limit = 0; limit < 6; limit++)
            if (text_distance(text_of(a), text_of(b), limit) != (expected > limit ? limit + 1 : expected))
                fail_msg("%s and %s, limit %u: not %u", a, b, limit, expected);
    }
}

static void distance_of_words(void **state) {
    char long_word[201], other[201];
    (void)state;
    assert_int_equal(text_distance(text_of("expiry"), text_of("expriy"), 2), 1);
    assert_int_equal(text_distance(text_of("licence"), text_of("license"), 2), 1);
    assert_int_equal(text_distance(text_of("date"), text_of("amount"), 2), 3);
    assert_int_equal(text_distance(text_of("caf\xc3\xa9"), text_of("cafe"), 2),
                     1); /* a character, not two bytes */
    assert_int_equal(text_distance(text_of("\xff"), text_of("\xfe"), 2), 1);
    assert_int_equal(text_distance(text_of(""), text_of("ab"), 2), 2);
    memset(long_word, 'a', 200);
    long_word[200] = '\0';
    memcpy(other, long_word, sizeof other);
    assert_int_equal(text_distance(text_of(long_word), text_of(other), 2), 0);
    other[3] = 'b'; /* too long to be a slip */
    assert_int_equal(text_distance(text_of(long_word), text_of(other), 2), 3);
}

/* ---- buffer ---- */

static void assert_buffer(struct buffer *buffer, const char *expected) {
    assert_false(buffer->failed);
    assert_non_null(buffer->data);
    assert_string_equal(buffer->data, expected);
    assert_int_equal(buffer->length, strlen(expected));
    buffer_clear(buffer);
}

static void buffer_collects(void **state) {
    struct fail_alloc f;
    struct buffer b;
    size_t i;
    (void)state;
    fail_alloc_init(&f, 0);
    buffer_init(&b, &f.alloc);
    assert_null(b.data);
    buffer_add(&b, NULL, 0);
    assert_buffer(&b, "");
    buffer_string(&b, "one ");
    buffer_char(&b, '2');
    buffer_repeat(&b, '.', 3);
    buffer_repeat(&b, '.', 0);
    buffer_text(&b, text_of("x"));
    buffer_format(&b, "[%d %.*s %s]", -7, 2, "abc", "");
    assert_buffer(&b, "one 2...x[-7 ab ]");
    for (i = 0; i < 3000; i++)
        buffer_format(&b, "%03u,", (unsigned)(i % 1000));
    assert_int_equal(b.length, 12000);
    assert_memory_equal(b.data + 4 * 2345, "345,", 4);
    buffer_clear(&b);
    assert_string_equal(b.data, "");
    buffer_add(&b, "a\0b", 3);
    assert_int_equal(b.length, 3);
    assert_memory_equal(b.data, "a\0b", 4);
    buffer_free(&b);
    assert_null(b.data);
    assert_true(fail_alloc_clean(&f));
}

/* Exactly full: the NUL must have its place too. */
static void buffer_at_its_edge(void **state) {
    struct fail_alloc f;
    struct buffer b;
    size_t length;
    (void)state;
    for (length = 60; length < 70; length++) {
        fail_alloc_init(&f, 0);
        buffer_init(&b, &f.alloc);
        buffer_repeat(&b, 'x', length);
        buffer_format(&b, "%s", "");
        assert_int_equal(strlen(b.data), length);
        assert_true(b.capacity > length);
        buffer_free(&b);
        assert_true(fail_alloc_clean(&f));
    }
}

static void buffer_survives_each_failure(void **state) {
    size_t fail_at, failures = 1;
    (void)state;
    for (fail_at = 1; failures; fail_at++) {
        struct fail_alloc f;
        struct buffer b;
        size_t i, length = 0;
        fail_alloc_init(&f, fail_at);
        buffer_init(&b, &f.alloc);
        for (i = 0; i < 200; i++) {
            buffer_format(&b, "%s", "0123456789");
            if (!b.failed)
                length += 10;
        }
        failures = f.failures;
        assert_int_equal(b.failed, failures > 0);
        assert_int_equal(b.length, length); /* nothing is added behind a failure */
        assert_int_equal(b.data ? strlen(b.data) : 0, length);
        buffer_clear(&b);
        buffer_string(&b, "again");
        assert_buffer(&b, "again");
        buffer_free(&b);
        assert_true(fail_alloc_clean(&f));
    }
    assert_true(fail_at > 4);
}

static void buffer_refuses_the_impossible(void **state) {
    struct fail_alloc f;
    struct buffer b;
    (void)state;
    fail_alloc_init(&f, 0);
    buffer_init(&b, &f.alloc);
    buffer_string(&b, "kept");
    buffer_repeat(&b, 'x', SIZE_MAX - 2);
    assert_true(b.failed);
    assert_string_equal(b.data, "kept");
    assert_int_equal(f.requests, 1);
    buffer_free(&b);
    assert_true(fail_alloc_clean(&f));
}

static void visible_and_json(void **state) {
    static const char hostile[] = "a\x1b[31m\xe2\x80\xae\xff\xc2\x9b\tz\xe4\xb8\xad\"\\\n";
    struct buffer b;
    (void)state;
    buffer_init(&b, pv_alloc_default());
    buffer_visible(&b, hostile, strlen(hostile));
    assert_buffer(&b, "a<U+001B>[31m<U+202E><0xFF><U+009B><U+0009>z\xe4\xb8\xad\"\\<U+000A>");
    buffer_visible(&b, "\0", 1);
    assert_buffer(&b, "<U+0000>");
    buffer_visible(&b, NULL, 0);
    buffer_char(&b, '.');
    assert_buffer(&b, ".");
    buffer_json(&b, hostile, strlen(hostile));
    assert_buffer(&b, "\"a\\u001b[31m\\u202e\xef\xbf\xbd\\u009b\\tz\xe4\xb8\xad\\\"\\\\\\n\"");
    buffer_json(&b, "\0\b\f\r\x7f\xef\xbb\xbf", 8);
    assert_buffer(&b, "\"\\u0000\\b\\f\\r\\u007f\\ufeff\"");
    buffer_json(&b, NULL, 0);
    assert_buffer(&b, "\"\"");
    buffer_json(&b, "\xf0\x9f\x98", 3); /* cut short: each byte is one replacement */
    assert_buffer(&b, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    buffer_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(every_short_sequence),
        cmocka_unit_test(invalid_offsets),
        cmocka_unit_test(widths),
        cmocka_unit_test(unsafe_points),
        cmocka_unit_test(distance_as_the_model),
        cmocka_unit_test(distance_of_words),
        cmocka_unit_test(buffer_collects),
        cmocka_unit_test(buffer_at_its_edge),
        cmocka_unit_test(buffer_survives_each_failure),
        cmocka_unit_test(buffer_refuses_the_impossible),
        cmocka_unit_test(visible_and_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
