/*
 * See field.h: the strict scanners over the bytes of one record, which was read before and is known to be JSON, or a row
 * of CSV, where it was not rejected.
 */
#include "interp/facts/field.h"

#include "interp/facts/csv.h"

#include <string.h>

struct field_bytes {
    struct text left;
};

static ptrdiff_t field_read(void *context, char *buffer, size_t n) {
    struct field_bytes *bytes = context;
    if (n > bytes->left.length)
        n = bytes->left.length;
    memcpy(buffer, bytes->left.bytes, n);
    bytes->left.bytes += n;
    bytes->left.length -= n;
    return (ptrdiff_t)n;
}

/* The path up to its first point; *rest gets what follows. */
static struct text field_segment(struct text path, struct text *rest) {
    const char *point = memchr(path.bytes, '.', path.length);
    struct text segment = {path.bytes, point ? (size_t)(point - path.bytes) : path.length};
    size_t used = point ? segment.length + 1 : segment.length;
    *rest = (struct text){path.bytes + used, path.length - used};
    return segment;
}

/* Goes to the value of the key `name` of the object that begins next. */
static bool field_enter(struct json_scan *scan, struct buffer *words, struct text name) {
    struct json_object object;
    struct json_string key;
    if (json_kind(scan) != JSON_OBJECT || !json_open_object(scan, &object))
        return false;
    while (json_member(scan, &object) == 1) {
        if (!json_string(scan, &key))
            return false;
        buffer_reuse(words);
        json_decode(scan, &key, words);
        if (!json_colon(scan))
            return false;
        if (words->length == name.length &&
            (!name.length || memcmp(words->data, name.bytes, name.length) == 0))
            return true;
        if (!json_skip(scan))
            return false;
    }
    return false;
}

static bool field_find(struct json_scan *scan, struct buffer *words, struct text path) {
    bool found = path.length > 0;
    json_begin(scan);
    while (found && path.length) {
        struct text name = field_segment(path, &path);
        found = field_enter(scan, words, name);
    }
    return found;
}

/*
 * The value as it came, on one line. What would upset a terminal can stand only in its strings, where an escape says the same.
 */
static void field_raw(struct buffer *out, struct json_scan *scan) {
    size_t start, size, i;
    if (json_peek_token(scan) < 0)
        return;
    start = scan->at;
    if (!json_skip(scan))
        return;
    for (i = start; i < scan->at; i += size) {
        const char *bytes = scan->data + i;
        uint32_t c = text_decode(bytes, scan->at - i, &size);
        if (c == 0xfffd) {
            buffer_string(out, "\xef\xbf\xbd");
        } else if (c == '\n' || c == '\r' || c == '\t') {
            buffer_char(out, ' ');
        } else if (text_unsafe(c)) {
            buffer_format(out, "\\u%04x", (unsigned)c);
        } else {
            buffer_add(out, bytes, size);
        }
    }
}

/* The cell of the column called `path`; nothing where the row has none or is broken. */
static void field_cell(struct json_scan *scan, struct buffer *words, const struct record *record,
                       struct text path) {
    struct csv_cell cell = {0};
    struct csv_row row = {.cells = &cell, .capacity = 1};
    while (row.skip < record->column_count && !text_equal(record->columns[row.skip], path))
        row.skip++;
    json_begin(scan);
    if (row.skip < record->column_count && csv_row(scan, &row) && row.count == record->column_count)
        csv_decode(scan->data + cell.start, cell.length, words);
}

/* What the path leads to in an object. */
static void field_value(struct buffer *out, struct json_scan *scan, struct buffer *words, struct text path,
                        bool json) {
    struct json_string string;
    enum json_kind kind = field_find(scan, words, path) ? json_kind(scan) : JSON_NULL;
    if (!json && kind == JSON_STRING) {
        if (json_string(scan, &string))
            json_decode(scan, &string, out);
    } else if (kind != JSON_NULL && kind != JSON_NOTHING) {
        field_raw(out, scan);
    }
}

static void field_append(struct buffer *out, const struct record *record, struct text path, bool json) {
    struct field_bytes bytes = {record->source};
    size_t before = out->length;
    struct json_scan scan;
    struct buffer words;
    json_init(&scan, out->alloc, field_read, &bytes);
    scan.limit = record->source.length + 1;
    buffer_init(&words, out->alloc);
    if (!record->columns)
        field_value(out, &scan, &words, path, json);
    else
        field_cell(&scan, &words, record, path);
    if (words.length && record->columns && json)
        buffer_json(out, words.data, words.length);
    else if (words.length && record->columns)
        buffer_add(out, words.data, words.length);
    if (json && out->length == before)
        buffer_string(out, "null");
    out->failed = out->failed || words.failed || scan.error == JSON_OUT_OF_MEMORY;
    buffer_free(&words);
    json_free(&scan);
}

void field_json(struct buffer *out, const struct record *record, struct text path) {
    field_append(out, record, path, true);
}

void field_text(struct buffer *out, const struct record *record, struct text path) {
    field_append(out, record, path, false);
}
