/*
 * The reader of facts before and around its forms: what it begins with, which form that is, and the next record by it.
 * Blanks between records never count to one, so that memory stays bounded by the longest record. Must not know how a
 * form is read.
 */
#include "interp/facts/facts.h"

#include "interp/facts/facts_csv.h"
#include "interp/facts/facts_inside.h"
#include "interp/facts/facts_json.h"
#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

enum facts_form facts_form_of_name(const char *name) {
    size_t length = strlen(name);
    const char *end = length < 4 ? name : name + length - 4;
    return end[0] == '.' && (end[1] | 32) == 'c' && (end[2] | 32) == 's' && (end[3] | 32) == 'v' ? FACTS_CSV
                                                                                                 : FACTS_AUTO;
}

bool facts_open(struct facts_reader *reader, const struct schema *schema, const struct facts_input *input,
                enum facts_form form, const struct pv_alloc *alloc) {
    memset(reader, 0, offsetof(struct facts_reader, scan));
    reader->set = schema->set;
    reader->schema = schema;
    reader->input = *input;
    reader->form = form;
    reader->state = FACTS_AT_START;
    reader->last = FACTS_RECORD;
    arena_init(&reader->own, alloc);
    buffer_init(&reader->words, alloc);
    json_init(&reader->scan, alloc, input->read, input->context);
    reader->scan.issue = facts_issue;
    reader->scan.owner = reader;
    reader->scan.limit = FACTS_RECORD_MAX;
    reader->seen = arena_array(&reader->own, schema->id_count, sizeof *reader->seen);
    reader->next_key = arena_array(&reader->own, schema->id_count, sizeof *reader->next_key);
    reader->failed = !reader->seen || !reader->next_key;
    return !reader->failed;
}

void facts_close(struct facts_reader *reader) {
    json_free(&reader->scan);
    buffer_free(&reader->words);
    arena_free(&reader->own);
}

const struct fact_problem *facts_warning(struct facts_reader *reader) {
    return reader->warnings_taken < reader->warning_count ? &reader->warnings[reader->warnings_taken++]
                                                          : NULL;
}

/* --- what the forms share --- */

int facts_between(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    for (;;) {
        int c;
        json_begin(scan);
        c = json_peek(scan);
        while (scan->at < scan->length && (c == ' ' || c == '\n' || c == '\t' || c == '\r'))
            c = (unsigned char)scan->data[++scan->at];
        if (c < 0)
            return -1;
        if (scan->at < scan->length) {
            json_begin(scan);
            return c;
        }
    }
}

bool facts_out_of_memory(const struct facts_reader *reader, const struct record *record) {
    return reader->failed || record->arena->failed || reader->scan.error == JSON_OUT_OF_MEMORY;
}

bool facts_new_record(struct facts_reader *reader, struct arena *arena, struct record *record) {
    if (!record_init(record, reader->set, arena))
        return false;
    reader->record = record;
    record->number = reader->records + 1;
    record->line = reader->scan.line;
    return true;
}

void facts_source(struct facts_reader *reader, struct record *record, size_t end) {
    struct json_scan *scan = &reader->scan;
    record->source = (struct text){scan->data + scan->start, end - scan->start};
    if (record->source.length && record->source.bytes[record->source.length - 1] == '\r')
        record->source.length--;
}

bool facts_add_ahead(struct facts_reader *reader, struct buffer *words) {
    struct json_scan *scan = &reader->scan;
    size_t length = 0;
    (void)json_ahead(scan, 64);
    if (scan->error != JSON_OK)
        return false;
    while (length < 64 && scan->at + length < scan->length &&
           (unsigned char)scan->data[scan->at + length] >= ' ')
        length++;
    facts_add_shown(words, (struct text){scan->data + scan->at, length ? length : 1});
    return true;
}

/* --- records after each other --- */

/* A byte order mark is passed over. False with the error set. */
static bool facts_skip_mark(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    json_begin(scan);
    if (json_peek(scan) != 0xEF)
        return scan->error == JSON_OK;
    if (!json_ahead(scan, 3))
        return false;
    if (memcmp(scan->data + scan->at, "\xEF\xBB\xBF", 3) == 0) {
        scan->at += 3;
        json_begin(scan);
        scan->column = scan->cursor_column = 1;
    }
    return true;
}

/* Chooses the form. FACTS_RECORD: go on. */
static enum facts_status facts_begin(struct facts_reader *reader) {
    struct json_scan *scan = &reader->scan;
    bool csv = reader->form == FACTS_CSV;
    int c;
    if (!facts_skip_mark(reader))
        return facts_break(reader, DIAG_E0810, scan->at);
    c = facts_between(reader);
    if (c < 0)
        return scan->error == JSON_OK ? FACTS_END : facts_break(reader, DIAG_E0810, scan->at);
    if (c >= 0xFE && reader->form != FACTS_NDJSON) {
        buffer_string(facts_words(reader), "the input looks like UTF-16; it must be UTF-8");
        return facts_break(reader, DIAG_E0824, scan->at);
    }
    csv = csv || (reader->form == FACTS_AUTO && c != '[' && c != '{');
    return csv ? facts_csv_begin(reader) : facts_json_begin(reader, c);
}

static enum facts_status facts_step(struct facts_reader *reader, struct arena *arena, struct record *record) {
    enum facts_status status = reader->state == FACTS_AT_START ? facts_begin(reader) : FACTS_RECORD;
    if (status != FACTS_RECORD)
        return status;
    return reader->state == FACTS_IN_ROWS ? facts_csv_step(reader, arena, record)
                                          : facts_json_step(reader, arena, record);
}

enum facts_status facts_next(struct facts_reader *reader, struct arena *arena, struct record *record) {
    enum facts_status status;
    if (reader->last != FACTS_RECORD)
        return reader->last;
    status = reader->failed ? FACTS_OUT_OF_MEMORY : facts_step(reader, arena, record);
    if (status == FACTS_RECORD)
        reader->records++;
    reader->last = status;
    return status;
}
