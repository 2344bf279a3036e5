/*
 * Text without the C library's locales: strict UTF-8, columns on a terminal, a growing buffer, escapes, the
 * distance between words. Messages quote policies and facts that anybody may have written, so what can move a
 * cursor or turn the reading direction is told from what can be shown. Must not know files or the language.
 */
#include "grammar/base/text.h"

#include <stdio.h>
#include <string.h>

#include "grammar/base/banned.h"

/* ---- slices ---- */

struct text text_of(const char *string) {
    struct text text = {string, strlen(string)};
    return text;
}

bool text_equal(struct text a, struct text b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

bool text_is(struct text a, const char *string) {
    return text_equal(a, text_of(string));
}

int text_compare(struct text a, struct text b) {
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.bytes, b.bytes, common) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* ---- UTF-8 ---- */

/*
 * Bytes that a lead byte announces, or 0 where it leads nothing: C0, C1 could only be overlong, F5 and up too
 * large.
 */
static size_t text_announced(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2)
        return 0;
    if (lead < 0xe0)
        return 2;
    if (lead < 0xf0)
        return 3;
    return lead < 0xf5 ? 4 : 0;
}

/* The bytes of the valid code point at `bytes`, or 0; `length` is above 0. */
static size_t text_scan(const char *bytes, size_t length, uint32_t *code_point) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)bytes[0];
    size_t size = text_announced(lead), i;
    uint32_t c = size == 1 ? lead : lead & (0x7fu >> size);
    if (size == 0 || size > length)
        return 0;
    for (i = 1; i < size; i++) {
        unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (next & 0x3f);
    }
    if (c < smallest[size] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
        return 0;
    *code_point = c;
    return size;
}

/* How many bytes from `at` on are ASCII for certain, eight at a time: most text is. */
static size_t text_ascii(const char *bytes, size_t at, size_t length) {
    uint64_t eight;
    size_t start = at;
    for (; length - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, bytes + at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return at - start;
}

size_t text_invalid_utf8(const char *bytes, size_t length) {
    size_t at = text_ascii(bytes, 0, length), size;
    uint32_t c;
    while (at < length && (size = text_scan(bytes + at, length - at, &c)) != 0) {
        at += size;
        at += text_ascii(bytes, at, length);
    }
    return at;
}

uint32_t text_decode(const char *bytes, size_t length, size_t *size) {
    uint32_t c = 0xfffd;
    *size = text_scan(bytes, length, &c);
    if (*size == 0)
        *size = 1;
    return c;
}

/* ---- columns ---- */

/*
 * Code points first..first + more. From the Unicode Character Database, version 14: marks and formats without
 * a width of their own, and those whose East Asian width is wide or full. Unassigned ones inside a range are
 * as it.
 */
struct text_range {
    uint32_t first;
    uint16_t more;
};

/* clang-format off */
static const struct text_range text_zero[] = {
    {0x300, 111}, {0x483, 6}, {0x591, 44}, {0x5bf, 0}, {0x5c1, 1}, {0x5c4, 1}, {0x5c7, 0}, {0x610, 10},
    {0x61c, 0}, {0x64b, 20}, {0x670, 0}, {0x6d6, 6}, {0x6df, 5}, {0x6e7, 1}, {0x6ea, 3}, {0x711, 0},
    {0x730, 26}, {0x7a6, 10}, {0x7eb, 8}, {0x7fd, 0}, {0x816, 3}, {0x81b, 8}, {0x825, 2}, {0x829, 4},
    {0x859, 2}, {0x898, 7}, {0x8ca, 23}, {0x8e3, 31}, {0x93a, 0}, {0x93c, 0}, {0x941, 7}, {0x94d, 0},
    {0x951, 6}, {0x962, 1}, {0x981, 0}, {0x9bc, 0}, {0x9c1, 3}, {0x9cd, 0}, {0x9e2, 1}, {0x9fe, 4},
    {0xa3c, 0}, {0xa41, 16}, {0xa70, 1}, {0xa75, 0}, {0xa81, 1}, {0xabc, 0}, {0xac1, 7}, {0xacd, 0},
    {0xae2, 1}, {0xafa, 7}, {0xb3c, 0}, {0xb3f, 0}, {0xb41, 3}, {0xb4d, 9}, {0xb62, 1}, {0xb82, 0},
    {0xbc0, 0}, {0xbcd, 0}, {0xc00, 0}, {0xc04, 0}, {0xc3c, 0}, {0xc3e, 2}, {0xc46, 16}, {0xc62, 1},
    {0xc81, 0}, {0xcbc, 0}, {0xcbf, 0}, {0xcc6, 0}, {0xccc, 1}, {0xce2, 1}, {0xd00, 1}, {0xd3b, 1},
    {0xd41, 3}, {0xd4d, 0}, {0xd62, 1}, {0xd81, 0}, {0xdca, 0}, {0xdd2, 4}, {0xe31, 0}, {0xe34, 6},
    {0xe47, 7}, {0xeb1, 0}, {0xeb4, 8}, {0xec8, 5}, {0xf18, 1}, {0xf35, 0}, {0xf37, 0}, {0xf39, 0},
    {0xf71, 13}, {0xf80, 4}, {0xf86, 1}, {0xf8d, 47}, {0xfc6, 0}, {0x102d, 3}, {0x1032, 5}, {0x1039, 1},
    {0x103d, 1}, {0x1058, 1}, {0x105e, 2}, {0x1071, 3}, {0x1082, 0}, {0x1085, 1}, {0x108d, 0}, {0x109d, 0},
    {0x1160, 159}, {0x135d, 2}, {0x1712, 2}, {0x1732, 1}, {0x1752, 1}, {0x1772, 1}, {0x17b4, 1}, {0x17b7, 6},
    {0x17c6, 0}, {0x17c9, 10}, {0x17dd, 0}, {0x180b, 4}, {0x1885, 1}, {0x18a9, 0}, {0x1920, 2}, {0x1927, 1},
    {0x1932, 0}, {0x1939, 2}, {0x1a17, 1}, {0x1a1b, 0}, {0x1a56, 0}, {0x1a58, 8}, {0x1a62, 0}, {0x1a65, 7},
    {0x1a73, 12}, {0x1ab0, 83}, {0x1b34, 0}, {0x1b36, 4}, {0x1b3c, 0}, {0x1b42, 0}, {0x1b6b, 8}, {0x1b80, 1},
    {0x1ba2, 3}, {0x1ba8, 1}, {0x1bab, 2}, {0x1be6, 0}, {0x1be8, 1}, {0x1bed, 0}, {0x1bef, 2}, {0x1c2c, 7},
    {0x1c36, 1}, {0x1cd0, 2}, {0x1cd4, 12}, {0x1ce2, 6}, {0x1ced, 0}, {0x1cf4, 0}, {0x1cf8, 1}, {0x1dc0, 63},
    {0x200b, 4}, {0x202a, 4}, {0x2060, 15}, {0x20d0, 32}, {0x2cef, 2}, {0x2d7f, 0}, {0x2de0, 31}, {0x302a, 3},
    {0x3099, 1}, {0xa66f, 3}, {0xa674, 9}, {0xa69e, 1}, {0xa6f0, 1}, {0xa802, 0}, {0xa806, 0}, {0xa80b, 0},
    {0xa825, 1}, {0xa82c, 0}, {0xa8c4, 1}, {0xa8e0, 17}, {0xa8ff, 0}, {0xa926, 7}, {0xa947, 10}, {0xa980, 2},
    {0xa9b3, 0}, {0xa9b6, 3}, {0xa9bc, 1}, {0xa9e5, 0}, {0xaa29, 5}, {0xaa31, 1}, {0xaa35, 1}, {0xaa43, 0},
    {0xaa4c, 0}, {0xaa7c, 0}, {0xaab0, 0}, {0xaab2, 2}, {0xaab7, 1}, {0xaabe, 1}, {0xaac1, 0}, {0xaaec, 1},
    {0xaaf6, 0}, {0xabe5, 0}, {0xabe8, 0}, {0xabed, 0}, {0xfb1e, 0}, {0xfe00, 15}, {0xfe20, 15}, {0xfeff, 0},
    {0xfff9, 2}, {0x101fd, 0}, {0x102e0, 0}, {0x10376, 4}, {0x10a01, 14}, {0x10a38, 7}, {0x10ae5, 1},
    {0x10d24, 3}, {0x10eab, 1}, {0x10f46, 10}, {0x10f82, 3}, {0x11001, 0}, {0x11038, 14}, {0x11070, 0},
    {0x11073, 1}, {0x1107f, 2}, {0x110b3, 3}, {0x110b9, 1}, {0x110c2, 0}, {0x11100, 2}, {0x11127, 4},
    {0x1112d, 7}, {0x11173, 0}, {0x11180, 1}, {0x111b6, 8}, {0x111c9, 3}, {0x111cf, 0}, {0x1122f, 2},
    {0x11234, 0}, {0x11236, 1}, {0x1123e, 0}, {0x112df, 0}, {0x112e3, 7}, {0x11300, 1}, {0x1133b, 1},
    {0x11340, 0}, {0x11366, 14}, {0x11438, 7}, {0x11442, 2}, {0x11446, 0}, {0x1145e, 0}, {0x114b3, 5},
    {0x114ba, 0}, {0x114bf, 1}, {0x114c2, 1}, {0x115b2, 3}, {0x115bc, 1}, {0x115bf, 1}, {0x115dc, 1},
    {0x11633, 7}, {0x1163d, 0}, {0x1163f, 1}, {0x116ab, 0}, {0x116ad, 0}, {0x116b0, 5}, {0x116b7, 0},
    {0x1171d, 2}, {0x11722, 3}, {0x11727, 4}, {0x1182f, 8}, {0x11839, 1}, {0x1193b, 1}, {0x1193e, 0},
    {0x11943, 0}, {0x119d4, 7}, {0x119e0, 0}, {0x11a01, 9}, {0x11a33, 5}, {0x11a3b, 3}, {0x11a47, 0},
    {0x11a51, 5}, {0x11a59, 2}, {0x11a8a, 12}, {0x11a98, 1}, {0x11c30, 13}, {0x11c3f, 0}, {0x11c92, 21},
    {0x11caa, 6}, {0x11cb2, 1}, {0x11cb5, 1}, {0x11d31, 20}, {0x11d47, 0}, {0x11d90, 1}, {0x11d95, 0},
    {0x11d97, 0}, {0x11ef3, 1}, {0x13430, 8}, {0x16af0, 4}, {0x16b30, 6}, {0x16f4f, 0}, {0x16f8f, 3},
    {0x16fe4, 0}, {0x1bc9d, 1}, {0x1bca0, 3}, {0x1cf00, 70}, {0x1d167, 2}, {0x1d173, 15}, {0x1d185, 6},
    {0x1d1aa, 3}, {0x1d242, 2}, {0x1da00, 54}, {0x1da3b, 49}, {0x1da75, 0}, {0x1da84, 0}, {0x1da9b, 20},
    {0x1e000, 42}, {0x1e130, 6}, {0x1e2ae, 0}, {0x1e2ec, 3}, {0x1e8d0, 6}, {0x1e944, 6}, {0xe0001, 494},
};

static const struct text_range text_wide[] = {
    {0x1100, 95}, {0x231a, 1}, {0x2329, 1}, {0x23e9, 3}, {0x23f0, 0}, {0x23f3, 0}, {0x25fd, 1}, {0x2614, 1},
    {0x2648, 11}, {0x267f, 0}, {0x2693, 0}, {0x26a1, 0}, {0x26aa, 1}, {0x26bd, 1}, {0x26c4, 1}, {0x26ce, 0},
    {0x26d4, 0}, {0x26ea, 0}, {0x26f2, 1}, {0x26f5, 0}, {0x26fa, 0}, {0x26fd, 0}, {0x2705, 0}, {0x270a, 1},
    {0x2728, 0}, {0x274c, 0}, {0x274e, 0}, {0x2753, 2}, {0x2757, 0}, {0x2795, 2}, {0x27b0, 0}, {0x27bf, 0},
    {0x2b1b, 1}, {0x2b50, 0}, {0x2b55, 0}, {0x2e80, 446}, {0x3041, 518}, {0x3250, 7023}, {0x4e00, 22214},
    {0xa960, 28}, {0xac00, 11171}, {0xf900, 473}, {0xfe10, 9}, {0xfe30, 59}, {0xff01, 95}, {0xffe0, 6},
    {0x16fe0, 7464}, {0x1aff0, 779}, {0x1f004, 0}, {0x1f0cf, 0}, {0x1f18e, 0}, {0x1f191, 9}, {0x1f200, 288},
    {0x1f32d, 8}, {0x1f337, 69}, {0x1f37e, 21}, {0x1f3a0, 42}, {0x1f3cf, 4}, {0x1f3e0, 16}, {0x1f3f4, 0},
    {0x1f3f8, 70}, {0x1f440, 0}, {0x1f442, 186}, {0x1f4ff, 62}, {0x1f54b, 3}, {0x1f550, 23}, {0x1f57a, 0},
    {0x1f595, 1}, {0x1f5a4, 0}, {0x1f5fb, 84}, {0x1f680, 69}, {0x1f6cc, 0}, {0x1f6d0, 2}, {0x1f6d5, 10},
    {0x1f6eb, 1}, {0x1f6f4, 8}, {0x1f7e0, 16}, {0x1f90c, 46}, {0x1f93c, 9}, {0x1f947, 184}, {0x1fa70, 134},
    {0x20000, 65535}, {0x30000, 65533},
};
/* clang-format on */

static bool text_in(const struct text_range *ranges, size_t count, uint32_t c) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c < ranges[middle].first)
            high = middle;
        else if (c - ranges[middle].first > ranges[middle].more)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

static size_t text_columns(uint32_t c) {
    if (c < 0x300)
        return 1;
    if (text_in(text_zero, sizeof text_zero / sizeof *text_zero, c))
        return 0;
    return text_in(text_wide, sizeof text_wide / sizeof *text_wide, c) ? 2 : 1;
}

size_t text_width(const char *bytes, size_t length) {
    size_t at = 0, size, width = 0;
    while (at < length) {
        width += text_columns(text_decode(bytes + at, length - at, &size));
        at += size;
    }
    return width;
}

bool text_unsafe(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* ---- distance ---- */

/* Longer words are no slip of a finger; the bound keeps the rows below on the stack. */
#define TEXT_LONGEST_WORD 96

/*
 * The code points of a word (a byte that is no UTF-8 stands for itself, beyond Unicode); false where it is
 * too long.
 */
static bool text_points(struct text word, uint32_t *points, size_t *count) {
    size_t at = 0, size;
    for (*count = 0; at < word.length; at += size) {
        uint32_t c = 0;
        if (*count == TEXT_LONGEST_WORD)
            return false;
        size = text_scan(word.bytes + at, word.length - at, &c);
        if (size == 0) {
            c = 0x110000u + (unsigned char)word.bytes[at];
            size = 1;
        }
        points[(*count)++] = c;
    }
    return true;
}

static unsigned text_least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

unsigned text_distance(struct text a, struct text b, unsigned limit) {
    uint32_t from[TEXT_LONGEST_WORD], to[TEXT_LONGEST_WORD];
    unsigned rows[3][TEXT_LONGEST_WORD + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2], *freed;
    size_t from_count, to_count, i, j;
    if (text_equal(a, b))
        return 0;
    if (!text_points(a, from, &from_count) || !text_points(b, to, &to_count))
        return limit + 1;
    if ((from_count > to_count ? from_count - to_count : to_count - from_count) > limit)
        return limit + 1;
    for (j = 0; j <= to_count; j++)
        before[j] = above[j] = (unsigned)j;
    for (i = 1; i <= from_count; i++) {
        unsigned best = row[0] = (unsigned)i;
        for (j = 1; j <= to_count; j++) {
            unsigned cost = above[j - 1] + (from[i - 1] != to[j - 1]);
            cost = text_least(cost, text_least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                cost = text_least(cost, before[j - 2] + 1);
            row[j] = cost;
            best = text_least(best, cost);
        }
        /*
         * A swap reaches back past this row, but the row before it is at least limit, and the swap costs one.
         */
        if (best > limit)
            return limit + 1;
        freed = before;
        before = above;
        above = row;
        row = freed;
    }
    return text_least(above[to_count], limit + 1);
}

/* ---- buffer ---- */

void buffer_init(struct buffer *buffer, const struct pv_alloc *alloc) {
    memset(buffer, 0, sizeof *buffer);
    buffer->alloc = alloc;
}

void buffer_free(struct buffer *buffer) {
    if (buffer->data)
        buffer->alloc->resize(buffer->alloc->context, buffer->data, buffer->capacity, 0);
    buffer_init(buffer, buffer->alloc);
}

void buffer_reuse(struct buffer *buffer) {
    buffer->length = 0;
    if (buffer->data)
        buffer->data[0] = '\0';
}

void buffer_clear(struct buffer *buffer) {
    buffer_reuse(buffer);
    buffer->failed = false;
}

/* After a failure nothing is added any more: no text with a hole in it. */
bool buffer_reserve(struct buffer *buffer, size_t length) {
    size_t capacity = buffer->capacity ? buffer->capacity : 64;
    char *data;
    if (buffer->failed)
        return false;
    if (length < buffer->capacity - buffer->length)
        return true;
    if (length > SIZE_MAX / 2 - 1 - buffer->length) {
        buffer->failed = true;
        return false;
    }
    while (capacity <= buffer->length + length)
        capacity *= 2;
    data = buffer->alloc->resize(buffer->alloc->context, buffer->data, buffer->capacity, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void buffer_add(struct buffer *buffer, const char *bytes, size_t length) {
    if (!buffer_reserve(buffer, length))
        return;
    if (length)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, struct text text) {
    buffer_add(buffer, text.bytes, text.length);
}

void buffer_string(struct buffer *buffer, const char *string) {
    buffer_add(buffer, string, strlen(string));
}

void buffer_char(struct buffer *buffer, char c) {
    buffer_add(buffer, &c, 1);
}

void buffer_repeat(struct buffer *buffer, char c, size_t count) {
    if (!buffer_reserve(buffer, count))
        return;
    memset(buffer->data + buffer->length, c, count);
    buffer->length += count;
    buffer->data[buffer->length] = '\0';
}

void buffer_format(struct buffer *buffer, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buffer_vformat(buffer, format, args);
    va_end(args);
}

void buffer_vformat(struct buffer *buffer, const char *format, va_list args) {
    va_list again;
    int length;
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        buffer->failed = true;
    if (length < 0 || !buffer_reserve(buffer, (size_t)length))
        return;
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, args);
    buffer->length += (size_t)length;
}

void buffer_visible(struct buffer *buffer, const char *bytes, size_t length) {
    size_t at = 0, plain = 0, size;
    while (at < length) {
        uint32_t c = 0;
        size = text_scan(bytes + at, length - at, &c);
        if (size && !text_unsafe(c)) {
            at += size;
            continue;
        }
        buffer_add(buffer, bytes + plain, at - plain);
        if (size)
            buffer_format(buffer, "<U+%04X>", (unsigned)c);
        else
            buffer_format(buffer, "<0x%02X>", (unsigned)(unsigned char)bytes[at]);
        at += size ? size : 1;
        plain = at;
    }
    if (plain < at)
        buffer_add(buffer, bytes + plain, at - plain);
}

/* The escape of a character that JSON, or a terminal that shows it, does not bear. */
static void buffer_json_escape(struct buffer *buffer, uint32_t c) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c && c < 0x80 ? strchr(from, (int)c) : NULL;
    if (found) {
        buffer_char(buffer, '\\');
        buffer_char(buffer, to[found - from]);
    } else {
        buffer_format(buffer, "\\u%04x", (unsigned)c);
    }
}

void buffer_json(struct buffer *buffer, const char *bytes, size_t length) {
    size_t at = 0, plain = 0, size;
    buffer_char(buffer, '"');
    while (at < length) {
        uint32_t c = 0;
        size = text_scan(bytes + at, length - at, &c);
        if (size && c != '"' && c != '\\' && !text_unsafe(c)) {
            at += size;
            continue;
        }
        buffer_add(buffer, bytes + plain, at - plain);
        if (size)
            buffer_json_escape(buffer, c);
        else
            buffer_string(buffer, "\xef\xbf\xbd");
        at += size ? size : 1;
        plain = at;
    }
    if (plain < at)
        buffer_add(buffer, bytes + plain, at - plain);
    buffer_char(buffer, '"');
}

void buffer_xml(struct buffer *buffer, const char *bytes, size_t length) {
    struct buffer safe;
    size_t i;
    buffer_init(&safe, buffer->alloc);
    buffer_visible(&safe, bytes, length);
    for (i = 0; i < safe.length; i++) {
        switch (safe.data[i]) {
        case '&':
            buffer_string(buffer, "&amp;");
            break;
        case '<':
            buffer_string(buffer, "&lt;");
            break;
        case '>':
            buffer_string(buffer, "&gt;");
            break;
        case '"':
            buffer_string(buffer, "&quot;");
            break;
        default:
            buffer_char(buffer, safe.data[i]);
        }
    }
    buffer->failed = buffer->failed || safe.failed;
    buffer_free(&safe);
}
