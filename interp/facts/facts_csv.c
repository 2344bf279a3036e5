/*
 * Rows of CSV as records. A row that breaks the rules of CSV spoils the line it begins on and no more: a quote that is
 * never closed must not swallow the records behind it. Must not know how a header is bound to facts.
 */
#include "interp/facts/facts_csv.h"

#include "interp/facts/csv_header.h"
#include "interp/facts/facts_inside.h"
#include "interp/facts/facts_judge.h"
#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Bytes beyond the longest record that may be read to see its line end. */
#define CSV_TRAIL ((size_t)4)

/* Takes a row; how much of one that is too long was read depends on chance, so that is all that is said of it. */
static bool take_row(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    bool taken = csv_row(scan, &reader->row);
    size_t reached = taken ? reader->row.end : scan->at;
    if (scan->error == JSON_OK && reached - scan->start > FACTS_RECORD_MAX)
        return json_fail(scan, JSON_TOO_LONG, NULL);
    return taken;
}

/* --- what is wrong with a row --- */

/* The mistake that a row stopped at, in reader->words; the offset it is about. */
static size_t mistake_words(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    struct buffer *words = facts_words(reader);
    const char *advice =
        ": a cell with a quote or a comma in it stands in quotes, and its own quotes are doubled";
    uint64_t line, opened, column;
    json_place(scan, reader->row.opened, &opened, &column);
    json_place(scan, scan->at, &line, &column);
    switch (reader->row.mistake) {
    case CSV_STRAY_QUOTE:
        buffer_format(words, "there is a quote inside a cell that does not begin with one%s", advice);
        break;
    case CSV_AFTER_QUOTE:
        if (line == opened)
            buffer_format(words, "text follows the closing quote of a cell%s", advice);
        else
            buffer_format(words,
                          "a cell opens with a quote here, and text follows the next quote, on line %llu: "
                          "is a closing quote missing?",
                          (unsigned long long)line);
        break;
    case CSV_OPEN_QUOTE:
        buffer_string(words, "the quote that opens a cell here is never closed");
        break;
    case CSV_LONE_RETURN:
        buffer_string(words, "a carriage return stands alone: lines end in LF or CR LF");
        break;
    default:
        buffer_string(words, "there is a NUL byte: the input is damaged, or is not UTF-8");
        break;
    }
    if (line != opened || reader->row.mistake == CSV_OPEN_QUOTE) {
        json_place(scan, reader->row.opened, &line, &column);
        buffer_format(words, " (byte %llu of the line)", (unsigned long long)column);
        return reader->row.opened;
    }
    buffer_format(words, " (byte %llu of the line)", (unsigned long long)column);
    return scan->at;
}

/* The name of the column of a cell, for the path of problems; none behind the last. */
static void at_cell(struct facts_reader *reader, size_t cell) {
    reader->column = cell < reader->column_count ? reader->names[cell] : (struct text){NULL, 0};
}

/* Goes on behind the line that the row begins on, whatever was read of it; that line is its source. */
static void spoil_line(struct facts_reader *reader, struct record *record) {
    struct json_scan *scan = &reader->scan;
    bool kept;
    scan->at = scan->start;
    kept = json_rest_of_line(scan, true);
    record->source = (struct text){"", 0};
    if (kept && scan->at - scan->start <= FACTS_RECORD_MAX)
        facts_source(reader, record, scan->at);
}

/* A row that could not be taken. */
static enum facts_status spoilt(struct facts_reader *reader, struct record *record) {
    struct json_scan *scan = &reader->scan;
    size_t offset;
    if (scan->error == JSON_READ_FAILED || scan->error == JSON_OUT_OF_MEMORY)
        return facts_break(reader, DIAG_E0823, scan->error_at);
    if (scan->error == JSON_OK) {
        offset = mistake_words(reader);
        at_cell(reader, reader->row.count);
        facts_report(reader, DIAG_E0827, offset);
    } else {
        facts_scan_problem(reader);
    }
    reader->column.bytes = NULL;
    spoil_line(reader, record);
    return facts_out_of_memory(reader, record) ? FACTS_OUT_OF_MEMORY : FACTS_RECORD;
}

/* --- the header --- */

static bool header_names(struct facts_reader *reader, enum diag_code *code) {
    struct arena *own = &reader->own;
    reader->column_count = reader->row.count;
    reader->columns = arena_array(own, reader->column_count, sizeof *reader->columns);
    reader->names = arena_array(own, reader->column_count, sizeof *reader->names);
    for (size_t i = 0; reader->names && i < reader->column_count; i++) {
        const struct csv_cell *cell = &reader->row.cells[i];
        struct buffer *words = facts_words(reader);
        const char *bytes = reader->scan.data + cell->start;
        size_t bad = text_invalid_utf8(bytes, cell->length);
        if (bad < cell->length) {
            buffer_string(words, "the header has the byte ");
            buffer_visible(words, bytes + bad, 1);
            buffer_string(words, ", which is not UTF-8 here");
            *code = DIAG_E0813;
            return false;
        }
        csv_decode(bytes, cell->length, words);
        reader->names[i].length = words->length;
        reader->names[i].bytes =
            words->failed ? NULL : arena_copy(own, words->length ? words->data : "", words->length);
        if (!reader->names[i].bytes)
            break;
    }
    reader->failed = own->failed || reader->words.failed;
    return !reader->failed;
}

/* Reads the row twice: to count the cells, and to take them. */
static bool header_row(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    struct csv_row *row = &reader->row;
    if (!take_row(reader))
        return false;
    row->capacity = row->count <= FACTS_COLUMNS_MAX ? row->count : 0;
    row->cells = arena_array(&reader->own, row->capacity, sizeof *row->cells);
    if (!row->cells)
        return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
    scan->at = scan->start;
    return take_row(reader);
}

enum facts_status facts_csv_begin(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    enum diag_code code = DIAG_E0827;
    size_t offset = scan->start;
    bool good;
    scan->limit = FACTS_RECORD_MAX + CSV_TRAIL;
    good = header_row(reader);
    if (!good && scan->error == JSON_OK) {
        offset = mistake_words(reader);
        buffer_string(&reader->words, "; without its header nothing can be read");
    } else if (good && reader->row.capacity < reader->row.count) {
        buffer_format(facts_words(reader), "the header has %lu columns, and the most are %lu",
                      (unsigned long)reader->row.count, (unsigned long)FACTS_COLUMNS_MAX);
        code = DIAG_E0828;
        good = false;
    } else if (good) {
        good = header_names(reader, &code) && csv_header_bind(reader, &code);
    }
    if (!good)
        return facts_break(reader, code, offset);
    reader->state = FACTS_IN_ROWS;
    return FACTS_RECORD;
}

/* --- cells --- */

/* The text of a cell; where it has doubled quotes, in the record's arena. Bytes NULL where memory ran out. */
static struct text cell_text(struct facts_reader *reader, const struct csv_cell *cell) {
    const char *bytes = reader->scan.data + cell->start;
    if (!cell->doubled)
        return (struct text){bytes, cell->length};
    csv_decode(bytes, cell->length, facts_words(reader));
    return facts_keep_words(reader);
}

static void wrong_cell(struct facts_reader *reader, const struct csv_cell *cell, struct text text,
                       const char *expected, const char *advice) {
    struct buffer *words = facts_words(reader);
    unsigned char first = (unsigned char)text.bytes[0], last = (unsigned char)text.bytes[text.length - 1];
    buffer_format(words, "expected %s, found ", expected);
    facts_add_shown(words, text);
    if (advice)
        buffer_format(words, ": %s", advice);
    else if (first <= ' ' || last <= ' ')
        buffer_string(words, ": remove the blanks round it");
    facts_report(reader, DIAG_E0814, cell->start);
}

/* Equal but for capitals; `word` is in small letters. */
static bool same_word(struct text text, const char *word) {
    size_t i;
    for (i = 0; i < text.length && word[i]; i++)
        if ((text.bytes[i] >= 'A' && text.bytes[i] <= 'Z' ? text.bytes[i] + 32 : text.bytes[i]) != word[i])
            return false;
    return i == text.length && !word[i];
}

static void read_yes_no(struct facts_reader *reader, const struct csv_cell *cell, struct text text,
                        struct value *out) {
    static const struct {
        const char *word, *advice;
        bool exact;
    } words[] = {{"true", "write true, in small letters", true},
                 {"false", "write false, in small letters", true},
                 {"yes", "write yes, in small letters", true},
                 {"no", "write no, in small letters", true},
                 {"1", "write true", false},
                 {"0", "write false", false},
                 {"y", "write yes", false},
                 {"n", "write no", false},
                 {"t", "write true", false},
                 {"f", "write false", false}};
    const char *advice = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].exact && text_is(text, words[i].word)) {
            *out = (struct value){.tag = VALUE_YES_NO, .as.number = i % 2 == 0};
            return;
        }
        if (same_word(text, words[i].word))
            advice = words[i].advice;
    }
    wrong_cell(reader, cell, text, "true, false, yes or no", advice);
}

/* 12,50 as half of Europe writes it: a comma and one or two digits at the end. */
static bool decimal_comma(struct text text) {
    const char *comma = memchr(text.bytes, ',', text.length);
    return comma && comma > text.bytes && text.bytes + text.length - comma > 1 &&
           text.bytes + text.length - comma <= 3;
}

static void read_number(struct facts_reader *reader, const struct csv_cell *cell, struct text text,
                        const struct type *type, struct value *out) {
    int64_t mantissa;
    switch (num_parse(text.bytes, text.length, type->scale, &mantissa)) {
    case NUM_NOT_A_NUMBER:
        wrong_cell(reader, cell, text, "a number",
                   decimal_comma(text) ? "write a point before the decimals" : NULL);
        break;
    case NUM_EXPONENT:
        facts_issue(reader, JSON_EXPONENT, cell->start, cell->length);
        break;
    default:
        facts_judge_number(reader, text, cell->start, type, out);
        break;
    }
}

/* A cell that is not empty, for the fact that reads it. */
static void read_value(struct facts_reader *reader, const struct schema_key *key, const struct csv_cell *cell,
                       struct text text, struct value *out) {
    const struct type *type = &key->fact->type;
    uint32_t index;
    switch (type->kind) {
    case TYPE_YESNO:
        read_yes_no(reader, cell, text, out);
        break;
    case TYPE_DAY:
        facts_judge_date(reader, text, cell->start, type, out);
        break;
    case TYPE_NUM:
        read_number(reader, cell, text, type, out);
        break;
    case TYPE_STRING:
        facts_judge_text(reader, text, cell->doubled, out);
        break;
    case TYPE_MEMBER:
        index = facts_judge_member(reader, text, cell->start, key->enumeration);
        if (index != SCHEMA_NOT_FOUND)
            *out = (struct value){.tag = VALUE_MEMBER, .as.number = (int64_t)index};
        break;
    default:
        wrong_cell(reader, cell, text, "nothing, as values of its type have no form in CSV", NULL);
        break;
    }
}

static void read_cell(struct facts_reader *reader, const struct schema_key *key,
                      const struct csv_cell *cell) {
    static const char advice[] =
        "where a value is not known, leave its column out, or write the records as JSON";
    struct text text = cell_text(reader, cell);
    struct value *out;
    if (!text.bytes)
        return;
    if (key->is_today) {
        if (text.length && !reader->day_given)
            facts_judge_today(reader, text, cell->start);
        return;
    }
    out = &reader->record->values[key->fact->index];
    if (text.length)
        read_value(reader, key, cell, text, out);
    else
        facts_judge_none(reader, cell->start, key->fact, "an empty cell", advice, out);
}

/* --- rows --- */

/* True where the row is the header once more: files were put together. */
static bool header_again(struct facts_reader *reader) {
    for (size_t i = 0; i < reader->column_count; i++) {
        const struct csv_cell *cell = &reader->row.cells[i];
        struct text name = reader->names[i];
        struct buffer *words;
        if (!cell->doubled) {
            if (!text_equal(name, (struct text){reader->scan.data + cell->start, cell->length}))
                return false;
            continue;
        }
        words = facts_words(reader);
        csv_decode(reader->scan.data + cell->start, cell->length, words);
        if (words->failed || !text_equal(name, (struct text){words->data, words->length}))
            return false;
    }
    return reader->column_count > 1;
}

/* A row of as many cells as there should be. */
static void read_cells(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    const char *bytes = scan->data + scan->start;
    size_t length = reader->row.end - scan->start;
    bool clean = text_invalid_utf8(bytes, length) == length;
    for (size_t i = 0; i < reader->column_count && !reader->failed; i++) {
        const struct csv_cell *cell = &reader->row.cells[i];
        const struct schema_key *key = reader->columns[i];
        size_t bad = clean ? cell->length : text_invalid_utf8(scan->data + cell->start, cell->length);
        at_cell(reader, i);
        if (bad < cell->length)
            facts_issue(reader, JSON_BAD_UTF8, cell->start + bad, 1);
        else if (key)
            read_cell(reader, key, cell);
        if (!key && reader->strict)
            facts_judge_unread(reader, cell->start);
    }
    reader->column.bytes = NULL;
    if (reader->strict)
        facts_judge_missing(reader, reader->schema->root, 1, 1);
}

/* A row that was taken. */
static void read_row(struct facts_reader *reader) {
    const struct csv_row *row = &reader->row;
    bool last = reader->scan.at == row->end;
    if (row->count != reader->column_count)
        facts_problem(reader, DIAG_E0827, reader->scan.start,
                      "the row has %lu cell%s, and the header has %lu%s", (unsigned long)row->count,
                      row->count == 1 ? "" : "s", (unsigned long)reader->column_count,
                      row->count > reader->column_count ? ": a cell with a comma in it stands in quotes"
                      : last                            ? "; the input ends here: is it cut off?"
                                                        : "");
    else if (header_again(reader))
        facts_problem(reader, DIAG_E0827, reader->scan.start,
                      "the row is the header once more: were files put together?");
    else
        read_cells(reader);
}

/* Over empty lines to the next row, which begins where the scan is. FACTS_RECORD: it is at hand. */
static enum facts_status next_row(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    for (;;) {
        int c;
        json_begin(scan);
        c = json_peek(scan);
        if (c == '\r' && json_ahead(scan, 2) && scan->length - scan->at > 1 &&
            scan->data[scan->at + 1] == '\n')
            scan->at += 2;
        else if (c == '\n')
            scan->at++;
        else if (scan->error != JSON_OK)
            return facts_break(reader, DIAG_E0823, scan->at);
        else
            return c < 0 ? FACTS_END : FACTS_RECORD;
    }
}

enum facts_status facts_csv_step(struct facts_reader *reader, struct arena *arena, struct record *record) {
    enum facts_status status = next_row(reader);
    if (status != FACTS_RECORD)
        return status;
    if (!facts_new_record(reader, arena, record))
        return FACTS_OUT_OF_MEMORY;
    record->columns = reader->names;
    record->column_count = reader->column_count;
    if (take_row(reader)) {
        read_row(reader);
        facts_source(reader, record, reader->row.end);
    } else {
        status = spoilt(reader, record);
    }
    return status == FACTS_RECORD && facts_out_of_memory(reader, record) ? FACTS_OUT_OF_MEMORY : status;
}
