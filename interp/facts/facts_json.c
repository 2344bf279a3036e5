/*
 * How records of JSON follow each other: an array, a sequence, lines. A syntax error spoils a line where records are
 * lines, and ends the input where nobody can tell the beginning of the next. Must not know the types of facts.
 */
#include "interp/facts/facts_json.h"

#include "interp/facts/facts_inside.h"
#include "interp/facts/facts_say.h"
#include "interp/facts/facts_value.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Blanks after a record on its line that are waited for before it counts as too long. */
#define FACTS_TRAIL ((size_t)64 * 1024)

/* What stands at an unexpected place, as the end of the input. */
static enum facts_status facts_unexpected(struct facts_reader *reader, const char *expected) {
    json_fail(&reader->scan, JSON_UNEXPECTED, expected);
    return facts_break(reader, DIAG_E0810, reader->scan.at);
}

/* --- one record --- */

/* The bytes of a line whose record is broken; it is taken to its end. */
static void facts_spoil_line(struct facts_reader *reader, struct record *record) {
    bool kept = json_rest_of_line(&reader->scan, reader->scan.error != JSON_TOO_LONG);
    record->source = (struct text){"", 0};
    if (kept)
        facts_source(reader, record, reader->scan.at);
}

/* Takes the value that is next as a record. False: the scan's error is set, or memory ran out. */
static bool facts_take(struct facts_reader *reader, struct record *record) {
    struct json_scan *scan = &reader->scan;
    enum json_kind kind = json_kind(scan);
    bool fine;
    if (kind == JSON_OBJECT)
        return facts_read_object(reader, reader->schema->root, record->values);
    fine = kind != JSON_NOTHING && json_skip(scan);
    if (fine)
        facts_problem(reader, DIAG_E0822, scan->start, "a record is an object, not %s",
                      kind == JSON_ARRAY    ? "an array"
                      : kind == JSON_STRING ? "a text"
                      : kind == JSON_NUMBER ? "a number"
                                            : "true, false or null");
    return fine && !reader->failed;
}

/*
 * What follows a record of a line: nothing, or it is spoilt. True where the line ends; the line feed is not
 * taken.
 */
static bool facts_line_ends(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    int c;
    scan->limit = FACTS_RECORD_MAX + FACTS_TRAIL;
    scan->one_line = true;
    c = json_peek_token(scan);
    scan->limit = FACTS_RECORD_MAX;
    if (c >= 0)
        return json_fail(scan, JSON_UNEXPECTED, "the end of the line after the record");
    if (scan->error == JSON_LINE_ENDS)
        scan->error = JSON_OK;
    return scan->error == JSON_OK || scan->error == JSON_READ_FAILED;
}

/*
 * The first object under FACTS_AUTO was complete: alone on its line it is the first of lines. A failed read
 * is seen at the next record.
 */
static void facts_decide(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    uint64_t line, column;
    json_place(scan, scan->at, &line, &column);
    reader->state = line == scan->line && facts_line_ends(reader) ? FACTS_IN_LINES : FACTS_IN_SEQUENCE;
    scan->one_line = false;
    if (scan->error != JSON_OUT_OF_MEMORY)
        scan->error = JSON_OK;
}

/*
 * The first object under FACTS_AUTO is broken. It is taken for a line where it looks like one: the mistake on
 * the line it begins, a bracket that closes at the end of that line, and then another object or nothing.
 */
static bool facts_looks_like_lines(struct facts_reader *reader, struct record *record) {
    struct json_scan *scan = &reader->scan;
    size_t end;
    int c;
    facts_spoil_line(reader, record);
    end = record->source.length;
    while (end && (record->source.bytes[end - 1] == ' ' || record->source.bytes[end - 1] == '\t'))
        end--;
    if (scan->error != JSON_OK || end == 0 || record->source.bytes[end - 1] != '}')
        return false;
    end = scan->at;
    c = json_peek_token(scan);
    facts_source(reader, record, end);
    scan->at = end;
    return scan->error == JSON_OK && (c == '{' || c < 0);
}

/* True where a mistake in a record spoils no more than its line. */
static bool facts_line_at_most(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    uint64_t line, column;
    if (scan->error == JSON_READ_FAILED)
        return false;
    if (reader->state == FACTS_IN_LINES)
        return true;
    json_place(scan, scan->error_at, &line, &column);
    return reader->state == FACTS_AT_FIRST && line == scan->line && scan->error != JSON_TRUNCATED &&
           scan->error != JSON_TOO_LONG;
}

/* A record that the scan could not get through. */
static enum facts_status facts_spoilt(struct facts_reader *reader, struct record *record) {
    enum facts_status broken;
    if (!facts_line_at_most(reader))
        return facts_break(reader, DIAG_E0810, reader->scan.error_at);
    facts_scan_problem(reader);
    if (reader->state == FACTS_IN_LINES) {
        facts_spoil_line(reader, record);
    } else {
        /* Said before it is decided: the scan forgets its error when it goes on. */
        broken = facts_break(reader, DIAG_E0810, reader->scan.error_at);
        if (broken != FACTS_BROKEN)
            return broken;
        if (!facts_looks_like_lines(reader, record))
            return facts_out_of_memory(reader, record) ? FACTS_OUT_OF_MEMORY : FACTS_BROKEN;
        reader->state = FACTS_IN_LINES;
    }
    return facts_out_of_memory(reader, record) ? FACTS_OUT_OF_MEMORY : FACTS_RECORD;
}

/* The record that begins at the scan's place. */
static enum facts_status facts_record(struct facts_reader *reader, struct arena *arena,
                                      struct record *record) {
    struct json_scan *scan = &reader->scan;
    size_t end;
    bool fine;
    if (!facts_new_record(reader, arena, record))
        return FACTS_OUT_OF_MEMORY;
    scan->one_line = reader->state == FACTS_IN_LINES;
    fine = facts_take(reader, record);
    end = scan->at;
    if (facts_out_of_memory(reader, record))
        return FACTS_OUT_OF_MEMORY;
    if (fine && end - scan->start > FACTS_RECORD_MAX)
        fine = json_fail(scan, JSON_TOO_LONG, NULL);
    if (fine && reader->state == FACTS_AT_FIRST)
        facts_decide(reader);
    else if (fine && reader->state == FACTS_IN_LINES)
        fine = facts_line_ends(reader);
    scan->one_line = false;
    if (facts_out_of_memory(reader, record))
        return FACTS_OUT_OF_MEMORY;
    if (!fine)
        return facts_spoilt(reader, record);
    facts_source(reader, record, end);
    return FACTS_RECORD;
}

/* --- records after each other --- */

/* Neither bracket begins the input. */
static enum facts_status facts_not_json(struct facts_reader *reader) {
    struct buffer *words = facts_words(reader);
    buffer_string(words, "the input begins with ");
    if (facts_add_ahead(reader, words))
        buffer_string(
            words, ", and JSON records with { or [: one object, an array of objects, or one object a line");
    return facts_break(reader, DIAG_E0824, reader->scan.at);
}

enum facts_status facts_json_begin(struct facts_reader *reader, int first) {
    if (reader->form == FACTS_NDJSON) {
        reader->state = FACTS_IN_LINES;
    } else if (first == '[') {
        reader->scan.at++;
        reader->state = FACTS_IN_ARRAY;
    } else if (first == '{') {
        reader->state = reader->form == FACTS_AUTO ? FACTS_AT_FIRST : FACTS_IN_SEQUENCE;
    } else {
        return facts_not_json(reader);
    }
    return FACTS_RECORD;
}

/* Goes to the next element of the array. FACTS_RECORD: it is at hand. */
static enum facts_status facts_next_element(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    const char *expected = reader->records ? "a comma or ] after the record" : "a record or ]";
    int c = facts_between(reader);
    if (c == ']') {
        scan->at++;
        c = facts_between(reader);
        return c >= 0                   ? facts_unexpected(reader, "the end of the input after the array")
               : scan->error == JSON_OK ? FACTS_END
                                        : facts_break(reader, DIAG_E0810, scan->at);
    }
    if (c >= 0 && reader->records) {
        if (c != ',')
            return facts_unexpected(reader, expected);
        scan->at++;
        c = facts_between(reader);
        expected = "a record after the comma";
    }
    if (c == ']' || c == ',' || c == '}' || c == ':')
        return facts_unexpected(reader, expected);
    if (c < 0) {
        json_fail(scan, JSON_TRUNCATED, NULL);
        return facts_break(reader, DIAG_E0810, scan->at);
    }
    return FACTS_RECORD;
}

enum facts_status facts_json_step(struct facts_reader *reader, struct arena *arena, struct record *record) {
    struct json_scan *scan = &reader->scan;
    enum facts_status status = FACTS_RECORD;
    int c;
    if (reader->state == FACTS_IN_ARRAY) {
        status = facts_next_element(reader);
    } else {
        c = facts_between(reader);
        if (c < 0)
            status = scan->error == JSON_OK ? FACTS_END : facts_break(reader, DIAG_E0810, scan->at);
        else if (c != '{' && reader->state != FACTS_IN_LINES)
            status = facts_unexpected(reader, "an object");
    }
    return status == FACTS_RECORD ? facts_record(reader, arena, record) : status;
}
