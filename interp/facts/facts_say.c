/*
 * Words for problems of records. All text of the input passes through buffer_visible on its way into a
 * message. Must not know how values are read.
 */
#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Columns of a text of the input that a message shows. */
#define FACTS_SHOWN 40
/* Spellings of unread keys that are looked at; an input with more has keys that are data. */
#define FACTS_STRANGERS 256
#define FACTS_STRANGER_SLOTS ((size_t)512)

struct buffer *facts_words(struct facts_reader *reader) {
    buffer_clear(&reader->words);
    return &reader->words;
}

struct text facts_keep_words(struct facts_reader *reader) {
    const struct buffer *words = &reader->words;
    struct text text = {NULL, words->length};
    if (!words->failed)
        text.bytes = arena_copy(reader->record->arena, words->data, words->length);
    reader->failed = reader->failed || !text.bytes;
    return text;
}

void facts_add_shown(struct buffer *out, struct text text) {
    size_t length = 0, width = 0;
    while (length < text.length) {
        size_t rest = text.length - length, step = 1;
        size_t valid = text_invalid_utf8(text.bytes + length, rest < 4 ? rest : 4);
        if (valid)
            (void)text_decode(text.bytes + length, rest, &step);
        width += valid ? text_width(text.bytes + length, step) : 1;
        if (width > FACTS_SHOWN)
            break;
        length += step;
    }
    buffer_char(out, '"');
    buffer_visible(out, text.bytes, length);
    buffer_string(out, length < text.length ? "…\"" : "\"");
}

void facts_add_path(const struct facts_reader *reader, struct buffer *out) {
    if (reader->column.bytes)
        buffer_text(out, reader->column);
    else
        json_path(&reader->scan, out);
}

/* Path of the value at hand, as a string in `arena`; NULL where memory ran out. */
static char *facts_path(struct facts_reader *reader, struct arena *arena) {
    struct buffer path;
    char *copy = NULL;
    buffer_init(&path, reader->words.alloc);
    facts_add_path(reader, &path);
    if (!path.failed)
        copy = arena_copy(arena, path.length ? path.data : "", path.length);
    buffer_free(&path);
    return copy;
}

void facts_report(struct facts_reader *reader, enum diag_code code, size_t offset) {
    struct record *record = reader->record;
    const char *message = reader->words.data ? reader->words.data : "";
    uint64_t line, column;
    char *path;
    if (reader->words.failed)
        reader->failed = true;
    if (reader->failed || record->problem_count > FACTS_PROBLEMS_MAX)
        return;
    json_place(&reader->scan, offset, &line, &column);
    path = facts_path(reader, record->arena);
    if (record->problem_count == FACTS_PROBLEMS_MAX)
        message = "there are more problems in this record, which are not listed";
    if (!path || !record_problem(record, code, path, line, "%s", message))
        reader->failed = true;
}

void facts_problem(struct facts_reader *reader, enum diag_code code, size_t offset, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buffer_vformat(facts_words(reader), format, args);
    va_end(args);
    facts_report(reader, code, offset);
}

void facts_issue(void *owner, enum json_issue issue, size_t start, size_t length) {
    struct facts_reader *reader = owner;
    struct text text = {reader->scan.data + start, length};
    struct buffer *words;
    words = facts_words(reader);
    switch (issue) {
    case JSON_DUPLICATE_KEY:
        buffer_string(words, "the key ");
        facts_add_shown(words, text);
        buffer_string(words, " stands twice in its object");
        facts_report(reader, DIAG_E0811, start);
        break;
    case JSON_EXPONENT:
        facts_add_shown(words, text);
        buffer_string(words, " has an exponent: write all digits of the number");
        facts_report(reader, DIAG_E0812, start);
        break;
    case JSON_BAD_UTF8:
        buffer_string(words, "a text has the byte ");
        buffer_visible(words, text.bytes, 1);
        buffer_string(words, ", which is not UTF-8 here");
        facts_report(reader, DIAG_E0813, start);
        break;
    case JSON_LONE_SURROGATE:
        buffer_string(words, "a text has ");
        buffer_visible(words, text.bytes, text.length);
        buffer_string(words, ", half of a surrogate pair");
        facts_report(reader, DIAG_E0813, start);
        break;
    }
}

/* The scan's error in reader->words, with its column. */
static enum diag_code facts_scan_words(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    struct buffer *words = facts_words(reader);
    uint64_t line, column;
    if (scan->error == JSON_READ_FAILED) {
        buffer_string(words, reader->input.name ? reader->input.name : "the input");
        buffer_string(words, " could not be read to its end");
        return DIAG_E0823;
    }
    if (scan->error == JSON_TOO_LONG) {
        buffer_format(words, "the record is longer than %lu MiB", (unsigned long)(FACTS_RECORD_MAX >> 20));
        return DIAG_E0821;
    }
    json_explain(scan, words);
    json_place(scan, scan->error_at, &line, &column);
    buffer_format(words, " (column %llu)", (unsigned long long)column);
    return DIAG_E0810;
}

void facts_scan_problem(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    enum diag_code code = facts_scan_words(reader);
    if (scan->error == JSON_TOO_LONG) {
        /* How much of it was read depends on chance; so must nothing that is said. */
        reader->record->problem_count = 0;
        scan->depth = 0;
        facts_report(reader, code, scan->start);
        return;
    }
    facts_report(reader, code, scan->error_at);
}

enum facts_status facts_break(struct facts_reader *reader, enum diag_code code, size_t offset) {
    struct json_scan *scan = &reader->scan;
    uint64_t column;
    char *message;
    if (scan->error == JSON_OUT_OF_MEMORY || reader->failed)
        return FACTS_OUT_OF_MEMORY;
    if (scan->error != JSON_OK) {
        code = facts_scan_words(reader);
        offset = code == DIAG_E0821 ? scan->start : scan->error_at;
        if (code != DIAG_E0823)
            buffer_string(&reader->words, "; nothing after it can be read");
    }
    json_place(scan, offset, &reader->problem.line, &column);
    reader->problem.code = code;
    reader->problem.path = facts_path(reader, &reader->own);
    message = reader->words.data ? arena_copy(&reader->own, reader->words.data, reader->words.length) : NULL;
    reader->problem.message = message;
    if (!message || !reader->problem.path || reader->words.failed)
        return FACTS_OUT_OF_MEMORY;
    return FACTS_BROKEN;
}

/* --- keys that no fact reads --- */

/* A new spelling: remembered with the declared key it resembles. */
static bool facts_add_stranger(struct facts_reader *reader, struct facts_stranger *slot, struct text text,
                               const struct schema_object *shape, uint32_t hash) {
    char *copy = arena_copy(&reader->own, text.bytes, text.length);
    if (!copy) {
        reader->failed = true;
        return false;
    }
    slot->text = (struct text){copy, text.length};
    slot->hash = hash;
    slot->object = shape->id;
    slot->nearest = schema_nearest(&shape->table, slot->text);
    reader->stranger_count++;
    return true;
}

struct facts_stranger *facts_stranger(struct facts_reader *reader, const struct schema_object *shape,
                                      const struct json_string *key) {
    struct buffer *words = facts_words(reader);
    struct text text;
    uint32_t hash;
    size_t i;
    if (shape->key_count == 0 || key->spoiled)
        return NULL;
    if (!reader->strangers) {
        reader->strangers = arena_array(&reader->own, FACTS_STRANGER_SLOTS, sizeof *reader->strangers);
        reader->stranger_slots = FACTS_STRANGER_SLOTS;
    }
    if (key->escaped)
        json_decode(&reader->scan, key, words);
    if (!reader->strangers || words->failed) {
        reader->failed = true;
        return NULL;
    }
    text.bytes = key->escaped ? words->data : reader->scan.data + key->start;
    text.length = key->escaped ? words->length : key->length;
    hash = schema_hash(text.bytes, text.length) + shape->id;
    for (i = hash & (FACTS_STRANGER_SLOTS - 1);; i = (i + 1) & (FACTS_STRANGER_SLOTS - 1)) {
        struct facts_stranger *slot = &reader->strangers[i];
        if (!slot->text.bytes && (reader->stranger_count >= FACTS_STRANGERS ||
                                  !facts_add_stranger(reader, slot, text, shape, hash)))
            return NULL;
        if (slot->hash == hash && slot->object == shape->id && text_equal(slot->text, text))
            return slot->nearest == SCHEMA_NOT_FOUND || slot->warned ? NULL : slot;
    }
}

void facts_warn(struct facts_reader *reader, struct facts_stranger *stranger,
                const struct schema_object *shape, const struct json_string *key) {
    stranger->warned = true;
    json_step_key(&reader->scan, key);
    facts_warn_of(reader, stranger->text, shape->keys[stranger->nearest].text, key->start);
}

void facts_warn_of(struct facts_reader *reader, struct text found, struct text meant, size_t offset) {
    struct buffer *words = facts_words(reader);
    struct fact_problem warning = {.code = DIAG_W0810};
    uint64_t column;
    char *message;
    buffer_string(words, "no fact reads ");
    facts_add_shown(words, found);
    buffer_string(words, "; did you mean ");
    facts_add_shown(words, meant);
    buffer_string(words, ", which is missing here?");
    json_place(&reader->scan, offset, &warning.line, &column);
    warning.path = facts_path(reader, &reader->own);
    message = words->failed ? NULL : arena_copy(&reader->own, words->data, words->length);
    warning.message = message;
    if (!message || !warning.path ||
        !ARENA_PUSH(&reader->own, reader->warnings, reader->warning_count, reader->warning_capacity, warning))
        reader->failed = true;
}
