/*
 * Records of the public interface. A setter writes its value as JSON and has it read by the reader of facts, in the place
 * where the policy looks for it: so a value is judged once, in one place and in the same words, whatever way it came. Must not
 * know how a record is evaluated.
 */
#include "interp/proviso_inside.h"

#include "interp/facts/facts.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Below this nothing is given back. */
#define RECORD_ROOM ((size_t)64 * 1024)

/* Bytes in memory as an input. */
struct record_input {
    const char *bytes;
    size_t left;
};

static ptrdiff_t record_read(void *context, char *bytes, size_t length) {
    struct record_input *input = context;
    size_t taken = input->left < length ? input->left : length;
    if (taken)
        memcpy(bytes, input->bytes, taken);
    input->bytes += taken;
    input->left -= taken;
    return (ptrdiff_t)taken;
}

/* An empty record in an arena. */
static bool record_empty(const struct proviso_record *record, struct record *out, struct arena *arena) {
    if (!record_init(out, &record->program->set, arena))
        return false;
    out->number = out->line = 1;
    return true;
}

/* The record is from now on that one, in that arena. */
static void record_becomes(struct proviso_record *record, const struct record *made,
                           const struct arena *arena) {
    arena_free(&record->arena);
    record->arena = *arena;
    record->record = *made;
    record->record.arena = &record->arena;
    record->limit = arena->bytes < RECORD_ROOM / 2 ? RECORD_ROOM : arena->bytes * 2;
}

enum proviso_status proviso_record_new(proviso_program *program, proviso_record **out) {
    struct proviso_record *record;
    if (!program || !out)
        return PROVISO_MISUSE;
    *out = NULL;
    record = inside_new(&program->alloc, sizeof *record);
    if (!record)
        return PROVISO_OUT_OF_MEMORY;
    record->program = proviso_program_retain(program);
    arena_init(&record->arena, &program->alloc);
    arena_init(&record->scratch, &program->alloc);
    arena_init(&record->message_arena, &program->alloc);
    buffer_init(&record->words, &program->alloc);
    buffer_init(&record->json, &program->alloc);
    buffer_init(&record->wrapped, &program->alloc);
    record->limit = RECORD_ROOM;
    if (!record_empty(record, &record->record, &record->arena)) {
        proviso_record_release(record);
        return PROVISO_OUT_OF_MEMORY;
    }
    *out = record;
    return PROVISO_OK;
}

void proviso_record_release(proviso_record *record) {
    struct proviso_program *program;
    if (!record)
        return;
    program = record->program;
    arena_free(&record->arena);
    arena_free(&record->scratch);
    arena_free(&record->message_arena);
    buffer_free(&record->words);
    buffer_free(&record->json);
    buffer_free(&record->wrapped);
    inside_drop(&program->alloc, record, sizeof *record);
    proviso_program_release(program);
}

/* --- messages --- */

struct buffer *record_words(struct proviso_record *record) {
    buffer_clear(&record->words);
    return &record->words;
}

enum proviso_status record_fails(struct proviso_record *record, enum proviso_status status) {
    if (status == PROVISO_OUT_OF_MEMORY)
        buffer_string(record_words(record), proviso_status_text(status));
    return record->words.failed ? PROVISO_OUT_OF_MEMORY : status;
}

const char *proviso_record_message(const proviso_record *record) {
    if (record->words.failed)
        return proviso_status_text(PROVISO_OUT_OF_MEMORY);
    return record->words.length ? record->words.data : "";
}

size_t proviso_record_diagnostic_count(const proviso_record *record) {
    return record->messages.count;
}

const proviso_diagnostic *proviso_record_diagnostic(const proviso_record *record, size_t index) {
    return index < record->messages.count ? &record->messages.items[index] : NULL;
}

/* --- one fact --- */

/*
 * What setters left behind is given back when it is as much as what the record held last time: the values move to an
 * arena of their own. Where there is no memory for that nothing changes.
 */
static void record_tidy(struct proviso_record *record) {
    struct arena fresh;
    struct record copy;
    if (record->arena.bytes < record->limit)
        return;
    arena_init(&fresh, record->arena.alloc);
    if (record->record.problem_count || !record_copy(&copy, &record->program->set, &record->record, &fresh)) {
        arena_free(&fresh);
        return;
    }
    record_becomes(record, &copy, &fresh);
}

/* The fact of that name and the type a setter is for (`wanted` below 0: any), or why not. */
static enum proviso_status record_fact(struct proviso_record *record, const char *name, int wanted,
                                       const struct fact **fact) {
    size_t index;
    enum proviso_type type;
    if (!record || !name)
        return PROVISO_MISUSE;
    index = proviso_program_fact(record->program, name);
    if (index == PROVISO_NOT_FOUND) {
        buffer_string(record_words(record), "the policies have no fact `");
        buffer_visible(&record->words, name, strlen(name));
        buffer_char(&record->words, '`');
        return record_fails(record, PROVISO_UNKNOWN_NAME);
    }
    *fact = &record->program->set.facts[index];
    type = inside_type(&(*fact)->type);
    if (wanted >= 0 && (int)type != wanted) {
        buffer_format(record_words(record), "the fact `%s` is of the type %s, not %s", name,
                      proviso_type_name(type), proviso_type_name((enum proviso_type)wanted));
        return record_fails(record, PROVISO_WRONG_TYPE);
    }
    buffer_clear(&record->words);
    return PROVISO_OK;
}

/* "fact: what is wrong" */
static enum proviso_status record_bad_value(struct proviso_record *record, const char *path,
                                            const char *message) {
    struct buffer *words = record_words(record);
    buffer_visible(words, path, strlen(path));
    buffer_string(words, path[0] ? ": " : "");
    buffer_visible(words, message, strlen(message));
    return record_fails(record, PROVISO_BAD_VALUE);
}

/* Is the text one value of JSON and nothing else? What is wrong with its form comes with a column that counts in it. */
static enum proviso_status record_one_value(struct proviso_record *record, const char *name,
                                            struct text json) {
    struct record_input input = {json.bytes, json.length};
    struct json_scan scan;
    enum proviso_status status = PROVISO_OK;
    bool fine;
    json_init(&scan, &record->program->alloc, record_read, &input);
    scan.limit = FACTS_RECORD_MAX;
    json_begin(&scan);
    fine = json_kind(&scan) != JSON_NOTHING && json_skip(&scan);
    if (fine && json_peek_token(&scan) >= 0)
        json_fail(&scan, JSON_UNEXPECTED, "the end of the value");
    if (scan.error == JSON_OUT_OF_MEMORY) {
        status = record_fails(record, PROVISO_OUT_OF_MEMORY);
    } else if (scan.error != JSON_OK) {
        buffer_format(record_words(record), "%s: ", name);
        json_explain(&scan, &record->words);
        status = record_fails(record, PROVISO_BAD_VALUE);
    }
    json_free(&scan);
    return status;
}

/* {"billing":{"paid_on": VALUE }}: the smallest record that has the fact. */
static bool record_wrap(struct proviso_record *record, const struct fact *fact, struct text value) {
    struct buffer *json = &record->wrapped;
    buffer_clear(json);
    for (size_t i = 0; i < fact->path.count; i++) {
        buffer_char(json, '{');
        buffer_json(json, fact->path.segments[i].bytes, fact->path.segments[i].length);
        buffer_char(json, ':');
    }
    buffer_text(json, value);
    buffer_repeat(json, '}', fact->path.count);
    return !json->failed;
}

/* Keeps the value that the reader found for the fact. */
static enum proviso_status record_keep(struct proviso_record *record, const struct fact *fact,
                                       struct value value) {
    bool failed = false;
    value = record_value_copy(value, &record->arena, &failed);
    if (failed)
        return record_fails(record, PROVISO_OUT_OF_MEMORY);
    record->record.values[fact->index] = value;
    record_tidy(record);
    return PROVISO_OK;
}

static enum proviso_status record_read_value(struct proviso_record *record, const struct fact *fact) {
    struct record_input input = {record->wrapped.data, record->wrapped.length};
    struct facts_input source = {record_read, &input, NULL};
    struct facts_reader reader;
    struct record found;
    enum facts_status read = FACTS_OUT_OF_MEMORY;
    enum proviso_status status;
    arena_reset(&record->scratch);
    if (facts_open(&reader, record->program->schema, &source, FACTS_JSON, &record->program->alloc))
        read = facts_next(&reader, &record->scratch, &found);
    if (read == FACTS_RECORD && found.problem_count)
        status = record_bad_value(record, found.problems[0].path, found.problems[0].message);
    else if (read == FACTS_RECORD)
        status = record_keep(record, fact, found.values[fact->index]);
    else if (read == FACTS_OUT_OF_MEMORY)
        status = record_fails(record, PROVISO_OUT_OF_MEMORY);
    else
        status = record_bad_value(record, fact->name->text.bytes,
                                  read == FACTS_BROKEN ? reader.problem.message : "there is no value");
    facts_close(&reader);
    return status;
}

/* Takes a value that is JSON. */
static enum proviso_status record_take(struct proviso_record *record, const struct fact *fact,
                                       struct text json) {
    if (!record_wrap(record, fact, json))
        return record_fails(record, PROVISO_OUT_OF_MEMORY);
    return record_read_value(record, fact);
}

/* Takes what a caller says is JSON. */
static enum proviso_status record_take_foreign(struct proviso_record *record, const struct fact *fact,
                                               struct text json) {
    enum proviso_status status = record_one_value(record, fact->name->text.bytes, json);
    return status == PROVISO_OK ? record_take(record, fact, json) : status;
}

/* Takes a value that is a text in JSON. */
static enum proviso_status record_take_text(struct proviso_record *record, const char *name,
                                            enum proviso_type type, const char *text) {
    const struct fact *fact;
    enum proviso_status status = text ? record_fact(record, name, (int)type, &fact) : PROVISO_MISUSE;
    size_t length = text ? strlen(text) : 0;
    if (status != PROVISO_OK)
        return status;
    if (text_invalid_utf8(text, length) < length)
        return record_bad_value(record, name, "the text is not UTF-8");
    buffer_clear(&record->json);
    buffer_json(&record->json, text, length);
    if (record->json.failed)
        return record_fails(record, PROVISO_OUT_OF_MEMORY);
    return record_take(record, fact, (struct text){record->json.data, record->json.length});
}

enum proviso_status proviso_record_set_yes_no(proviso_record *record, const char *fact, bool value) {
    const struct fact *found;
    enum proviso_status status = record_fact(record, fact, PROVISO_YES_NO, &found);
    return status == PROVISO_OK ? record_take(record, found, text_of(value ? "true" : "false")) : status;
}

enum proviso_status proviso_record_set_date(proviso_record *record, const char *fact, const char *date) {
    return record_take_text(record, fact, PROVISO_DATE, date);
}

enum proviso_status proviso_record_set_day(proviso_record *record, const char *fact, int year, int month,
                                           int day) {
    char date[48];
    snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
    return proviso_record_set_date(record, fact, date);
}

enum proviso_status proviso_record_set_number(proviso_record *record, const char *fact, const char *decimal) {
    const struct fact *found;
    enum proviso_status status = decimal ? record_fact(record, fact, PROVISO_NUMBER, &found) : PROVISO_MISUSE;
    return status == PROVISO_OK ? record_take_foreign(record, found, text_of(decimal)) : status;
}

enum proviso_status proviso_record_set_integer(proviso_record *record, const char *fact, int64_t value) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    return proviso_record_set_number(record, fact, digits);
}

enum proviso_status proviso_record_set_text(proviso_record *record, const char *fact, const char *text) {
    return record_take_text(record, fact, PROVISO_TEXT, text);
}

enum proviso_status proviso_record_set_member(proviso_record *record, const char *fact, const char *member) {
    return record_take_text(record, fact, PROVISO_MEMBER, member);
}

enum proviso_status proviso_record_set_json(proviso_record *record, const char *fact, const char *json,
                                            size_t length) {
    const struct fact *found;
    enum proviso_status status = json || !length ? record_fact(record, fact, -1, &found) : PROVISO_MISUSE;
    return status == PROVISO_OK ? record_take_foreign(record, found, (struct text){json, length}) : status;
}

enum proviso_status proviso_record_set_none(proviso_record *record, const char *fact) {
    return proviso_record_set_json(record, fact, "null", 4);
}

enum proviso_status proviso_record_set_unknown(proviso_record *record, const char *fact) {
    const struct fact *found;
    enum proviso_status status = record_fact(record, fact, -1, &found);
    if (status == PROVISO_OK)
        record->record.values[found->index] =
            found->has_otherwise ? found->otherwise : (struct value){.tag = VALUE_OPEN};
    return status;
}

/* --- whole records --- */

void proviso_record_clear(proviso_record *record) {
    const struct policy_set *set = &record->program->set;
    arena_reset(&record->message_arena);
    record->messages = (struct messages){NULL, 0, 0};
    buffer_clear(&record->words);
    /* In place, since it must not fail: the values are as many as they were. */
    for (size_t i = 0; i < set->fact_count; i++)
        record->record.values[i] =
            set->facts[i].has_otherwise ? set->facts[i].otherwise : (struct value){.tag = VALUE_OPEN};
    record->record.problem_count = 0;
    record->record.has_today = false;
    record_tidy(record);
}

/* Reads the one record there is; problems of the input as a whole become its own. False where memory ran out. */
static bool record_read_one(struct proviso_record *record, struct facts_reader *reader, struct record *out,
                            struct arena *arena) {
    const struct fact_problem *problem = &reader->problem;
    enum facts_status status = facts_next(reader, arena, out);
    struct record next;
    if (status == FACTS_OUT_OF_MEMORY || (status != FACTS_RECORD && !record_empty(record, out, arena)))
        return false;
    out->source = (struct text){NULL, 0};
    if (status == FACTS_END)
        return record_problem(out, DIAG_E0810, "", 1, "there is no record");
    if (status == FACTS_RECORD) {
        arena_reset(&record->scratch);
        status = facts_next(reader, &record->scratch, &next);
        if (status == FACTS_RECORD)
            return record_problem(out, DIAG_E0822, "", next.line,
                                  "a second record begins here, and one is wanted");
    }
    if (status == FACTS_BROKEN)
        return record_problem(out, problem->code, problem->path, problem->line, "%s", problem->message);
    return status == FACTS_END;
}

/* The problems of the record and the warnings of its reader as messages. */
static bool record_tell(struct messages *messages, struct arena *arena, const struct record *record,
                        struct facts_reader *reader) {
    const struct fact_problem *warning;
    for (size_t i = 0; i < record->problem_count; i++)
        if (!inside_about_record(messages, arena, &record->problems[i]))
            return false;
    while ((warning = facts_warning(reader)) != NULL)
        if (!inside_about_record(messages, arena, warning))
            return false;
    return true;
}

/* What is read stands apart until all went well. */
enum proviso_status proviso_record_read_json(proviso_record *record, const char *json, size_t length) {
    struct record_input input = {json, length};
    struct facts_input source = {record_read, &input, NULL};
    struct facts_reader reader;
    struct arena arena, message_arena;
    struct messages messages = {NULL, 0, 0};
    struct record found;
    bool good;
    if (!record || (!json && length))
        return PROVISO_MISUSE;
    arena_init(&arena, &record->program->alloc);
    arena_init(&message_arena, &record->program->alloc);
    good = facts_open(&reader, record->program->schema, &source, FACTS_JSON, &record->program->alloc) &&
           record_read_one(record, &reader, &found, &arena) &&
           record_tell(&messages, &message_arena, &found, &reader);
    facts_close(&reader);
    if (!good) {
        arena_free(&arena);
        arena_free(&message_arena);
        return record_fails(record, PROVISO_OUT_OF_MEMORY);
    }
    record_becomes(record, &found, &arena);
    arena_free(&record->message_arena);
    record->message_arena = message_arena;
    record->messages = messages;
    buffer_clear(&record->words);
    if (!found.problem_count)
        return PROVISO_OK;
    record_bad_value(record, found.problems[0].path, found.problems[0].message);
    return record_fails(record, PROVISO_REJECTED);
}
