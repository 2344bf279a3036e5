/*
 * Files and places: every kind of line end, ends of files, byte order marks, and columns in code points.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "grammar/source/place.h"
#include "tests/support/fail_alloc.h"

struct fixture {
    struct fail_alloc f;
    struct arena arena;
    struct sources sources;
};

static void open_fixture(struct fixture *x, size_t fail_at) {
    fail_alloc_init(&x->f, fail_at);
    arena_init(&x->arena, &x->f.alloc);
    sources_init(&x->sources, &x->arena);
}

static void close_fixture(struct fixture *x) {
    arena_free(&x->arena);
    assert_true(fail_alloc_clean(&x->f));
}

static const struct source *add(struct fixture *x, const char *text) {
    const struct source *source = sources_add(&x->sources, "p.proviso", text, strlen(text));
    assert_non_null(source);
    return source;
}

static void assert_line(const struct source *source, uint32_t line, const char *text) {
    struct text got = source_line(source, line);
    assert_int_equal(got.length, strlen(text));
    assert_memory_equal(got.bytes, text, got.length);
}

static void assert_place(const struct source *source, uint32_t offset, uint32_t line, uint32_t column) {
    uint32_t l, c;
    source_place(source, offset, &l, &c);
    assert_int_equal(l, line);
    assert_int_equal(c, column);
}

static void every_line_end(void **state) {
    struct fixture x;
    const struct source *source;
    (void)state;
    open_fixture(&x, 0);
    source = add(&x, "ab\ncd\r\nef\rgh\n\nij");
    assert_int_equal(source->line_count, 6);
    assert_line(source, 1, "ab");
    assert_line(source, 2, "cd");
    assert_line(source, 3, "ef");
    assert_line(source, 4, "gh");
    assert_line(source, 5, "");
    assert_line(source, 6, "ij");
    assert_place(source, 0, 1, 1);
    assert_place(source, 2, 1, 3);
    assert_place(source, 3, 2, 1);
    assert_place(source, 6, 2, 4); /* on the LF of CR LF */
    assert_place(source, 7, 3, 1);
    assert_place(source, 10, 4, 1);
    assert_place(source, 13, 5, 1);
    assert_place(source, 16, 6, 3); /* the end of the file */
    close_fixture(&x);
}

static void empty_and_ended_files(void **state) {
    struct fixture x;
    const struct source *source;
    (void)state;
    open_fixture(&x, 0);
    source = add(&x, "");
    assert_int_equal(source->line_count, 1);
    assert_line(source, 1, "");
    assert_place(source, 0, 1, 1);
    source = add(&x, "a\n");
    assert_int_equal(source->line_count, 2);
    assert_line(source, 2, "");
    assert_place(source, 2, 2, 1);
    source = add(&x, "a\r");
    assert_int_equal(source->line_count, 2);
    assert_line(source, 1, "a");
    close_fixture(&x);
}

static void files_are_copied(void **state) {
    struct fixture x;
    char path[] = "a.proviso", bytes[] = "one\0two";
    const struct source *first, *second;
    struct span span = {4, 7, 0};
    (void)state;
    open_fixture(&x, 0);
    first = sources_add(&x.sources, path, bytes, 7);
    path[0] = bytes[0] = 'X';
    second = add(&x, "second");
    assert_string_equal(first->path, "a.proviso");
    assert_memory_equal(first->text, "one\0two", 8);
    assert_int_equal(first->length, 7);
    assert_int_equal(second->file, 1);
    assert_true(text_is(sources_text(&x.sources, span), "two"));
    assert_ptr_equal(sources_of(&x.sources, span), first);
    close_fixture(&x);
}

static void too_large_is_refused(void **state) {
    struct fixture x;
    (void)state;
    open_fixture(&x, 0);
    assert_null(sources_add(&x.sources, "p", "", SOURCE_MAX_BYTES + 1));
    assert_int_equal(x.sources.count, 0);
    assert_int_equal(x.f.requests, 0);
    close_fixture(&x);
}

/* The number of a file has 16 bits, and one of them is no file. */
static void so_many_files(void **state) {
    struct fixture x;
    (void)state;
    open_fixture(&x, 0);
    for (unsigned i = 0; i < 65534; i++)
        assert_non_null(sources_add(&x.sources, "p", "", 0));
    assert_int_equal(add(&x, "the last one")->file, 65534);
    assert_null(sources_add(&x.sources, "p", "", 0));
    assert_int_equal(x.sources.count, 65535);
    close_fixture(&x);
}

static void each_failure_is_survived(void **state) {
    static char large[20000];
    size_t fail_at, failures = 1;
    (void)state;
    memset(large, '\n', sizeof large);
    for (fail_at = 1; failures; fail_at++) {
        struct fixture x;
        const struct source *source;
        open_fixture(&x, fail_at);
        source = sources_add(&x.sources, "p", large, sizeof large);
        failures = x.f.failures;
        assert_int_equal(source == NULL, failures > 0);
        assert_int_equal(x.sources.count, failures ? 0 : 1);
        if (source)
            assert_int_equal(source->line_count, sizeof large + 1);
        close_fixture(&x);
    }
    assert_true(fail_at > 3);
}

static void spans_join(void **state) {
    struct span a = {5, 9, 1}, b = {2, 6, 1}, other = {0, 99, 2}, joined;
    (void)state;
    joined = span_join(a, b);
    assert_int_equal(joined.start, 2);
    assert_int_equal(joined.end, 9);
    joined = span_join(b, a);
    assert_int_equal(joined.start, 2);
    assert_int_equal(joined.end, 9);
    joined = span_join(a, other);
    assert_int_equal(joined.start, 5);
    assert_int_equal(joined.end, 9);
    assert_int_equal(joined.file, 1);
}

static void columns_are_code_points(void **state) {
    struct fixture x;
    struct place place;
    struct span span = {6, 9, 0}, mark = {3, 4, 1}, beyond = {90, 80, 0}, inside = {1, 2, 2},
                nowhere = {0, 0, 3};
    (void)state;
    open_fixture(&x, 0);
    add(&x, "\xc3\xa9\xe4\xb8\xad\xff"
            "abc\nd"); /* two characters, one stray byte, then abc */
    add(&x, "\xef\xbb\xbf"
            "when\n");
    add(&x, "\xe4\xb8\xad");
    assert_true(place_of(&x.sources, span, &place));
    assert_int_equal(place.line, 1);
    assert_int_equal(place.column, 4);
    assert_int_equal(place.end_line, 1);
    assert_int_equal(place.end_column, 7);
    assert_true(place_of(&x.sources, mark, &place)); /* the byte order mark takes no column */
    assert_int_equal(place.column, 1);
    assert_int_equal(place.end_column, 2);
    assert_int_equal(place_mark(place.source, 1), 3);
    assert_int_equal(place_mark(place.source, 2), 0);
    assert_true(place_of(&x.sources, beyond, &place)); /* cut to the file */
    assert_int_equal(place.start, 11);
    assert_int_equal(place.end, 11);
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 2);
    assert_true(place_of(&x.sources, inside, &place)); /* inside a character: its column */
    assert_int_equal(place.column, 1);
    assert_false(place_of(&x.sources, nowhere, &place));
    close_fixture(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_end),           cmocka_unit_test(empty_and_ended_files),
        cmocka_unit_test(files_are_copied),         cmocka_unit_test(too_large_is_refused),
        cmocka_unit_test(each_failure_is_survived), cmocka_unit_test(spans_join),
        cmocka_unit_test(columns_are_code_points),  cmocka_unit_test(so_many_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
