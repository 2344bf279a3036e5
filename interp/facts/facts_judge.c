/*
 * Judges values by the type of their fact. Nothing is rounded, trimmed or guessed: what is not exactly a value of the
 * fact is a problem that says what would be. Must not know JSON or CSV.
 */
#include "interp/facts/facts_judge.h"

#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Members that a message lists. */
#define FACTS_LISTED 8

/* Adds a number or a date as it was written, unless it is endless. */
static void add_written(struct buffer *words, struct text text) {
    buffer_visible(words, text.bytes, text.length > 40 ? 40 : text.length);
    buffer_string(words, text.length > 40 ? "…" : "");
}

/* A bound of a range as the policy would write it. */
static void add_bound(struct buffer *words, const struct type *type, int64_t bound) {
    char text[NUM_TEXT_MAX];
    if (type->kind == TYPE_DAY)
        cal_format((cal_day)bound, text);
    else
        num_format(bound, type->scale, text);
    buffer_string(words, text);
}

static bool in_range(struct facts_reader *reader, struct text text, size_t offset, const struct type *type,
                     int64_t value) {
    struct buffer *words;
    if ((!type->has_low || value >= type->low) && (!type->has_high || value <= type->high))
        return true;
    words = facts_words(reader);
    add_written(words, text);
    buffer_string(words, " is outside the range ");
    if (type->has_low)
        add_bound(words, type, type->low);
    buffer_string(words, !type->has_high ? " and above" : type->has_low ? " through " : "up to ");
    if (type->has_high)
        add_bound(words, type, type->high);
    facts_report(reader, DIAG_E0817, offset);
    return false;
}

void facts_judge_date(struct facts_reader *reader, struct text text, size_t offset, const struct type *type,
                      struct value *out) {
    struct cal_parse_error error;
    char reason[CAL_EXPLAIN_MAX];
    cal_day day;
    if (cal_parse(text.bytes, text.length, &day, &error)) {
        if (in_range(reader, text, offset, type, day))
            *out = (struct value){.tag = VALUE_DATE, .as.day = day};
        return;
    }
    (void)cal_explain(&error, reason, sizeof reason);
    facts_add_shown(facts_words(reader), text);
    buffer_format(&reader->words, " is no date: %s", reason);
    facts_report(reader, DIAG_E0815, offset);
}

void facts_judge_today(struct facts_reader *reader, struct text text, size_t offset) {
    static const struct type any_day = {.kind = TYPE_DAY};
    struct value value = {.tag = VALUE_OPEN};
    facts_judge_date(reader, text, offset, &any_day, &value);
    if (value.tag == VALUE_DATE) {
        reader->record->has_today = true;
        reader->record->today = value.as.day;
    }
}

void facts_judge_number(struct facts_reader *reader, struct text text, size_t offset, const struct type *type,
                        struct value *out) {
    struct buffer *words;
    int64_t mantissa = 0;
    enum num_status status = num_parse(text.bytes, text.length, type->scale, &mantissa);
    if (status == NUM_OK) {
        if (in_range(reader, text, offset, type, mantissa))
            *out = (struct value){.tag = VALUE_NUMBER, .as.number = mantissa};
        return;
    }
    words = facts_words(reader);
    add_written(words, text);
    buffer_format(words, " %s", num_status_text(status));
    if (status == NUM_TOO_MANY_DECIMALS && type->scale == 0)
        buffer_string(words, ": the fact is a whole number");
    else if (status == NUM_TOO_MANY_DECIMALS)
        buffer_format(words, ": the fact has %d", type->scale);
    else if (status == NUM_TOO_LARGE && type->scale > 0)
        buffer_format(words, ", its %d decimals counted", type->scale);
    facts_report(reader, DIAG_E0816, offset);
}

void facts_judge_text(struct facts_reader *reader, struct text text, bool lasting, struct value *out) {
    struct arena *arena = reader->record->arena;
    struct text *kept = arena_alloc(arena, sizeof *kept);
    if (!kept)
        return;
    *kept = text;
    if (!lasting)
        kept->bytes = arena_copy(arena, text.bytes, text.length);
    if (kept->bytes)
        *out = (struct value){.tag = VALUE_TEXT, .as.text = kept};
}

void facts_judge_none(struct facts_reader *reader, size_t offset, const struct fact *fact, const char *spelt,
                      const char *advice, struct value *out) {
    if (fact->type.optional)
        *out = (struct value){.tag = VALUE_NONE};
    else
        facts_problem(reader, DIAG_E0820, offset, "%s, but this %s is not optional: %s", spelt,
                      fact->node && fact->node->kind == AST_FIELD ? "field" : "fact", advice);
}

/* The member that a stranger was meant to be: but for capitals, or for a letter or two; SCHEMA_NOT_FOUND. */
static uint32_t nearest_member(const struct schema_enumeration *spellings, struct text text) {
    const struct enumeration *enumeration = spellings->enumeration;
    for (uint32_t i = 0; i < enumeration->count; i++) {
        const struct text *spelt[] = {&enumeration->members[i].name->text, &enumeration->members[i].label};
        for (size_t k = 0; k < 2; k++) {
            size_t at = 0;
            while (at < text.length && at < spelt[k]->length) {
                unsigned char a = (unsigned char)text.bytes[at], b = (unsigned char)spelt[k]->bytes[at];
                a = (unsigned char)(a >= 'A' && a <= 'Z' ? a + 32 : a);
                b = (unsigned char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
                if (a != b)
                    break;
                at++;
            }
            if (text.length == spelt[k]->length && at == text.length)
                return i;
        }
    }
    return schema_nearest(&spellings->spellings, text);
}

static void unknown_member(struct facts_reader *reader, size_t offset,
                           const struct schema_enumeration *spellings, struct text text) {
    const struct enumeration *enumeration = spellings->enumeration;
    struct buffer *words = facts_words(reader);
    uint32_t nearest = nearest_member(spellings, text);
    facts_add_shown(words, text);
    buffer_string(words, " is not one of the values this fact can have");
    if (nearest != SCHEMA_NOT_FOUND) {
        buffer_string(words, "; did you mean ");
        facts_add_shown(words, enumeration->members[nearest].name->text);
        buffer_string(words, "?");
    } else if (enumeration->count <= FACTS_LISTED) {
        for (size_t i = 0; i < enumeration->count; i++) {
            buffer_string(words, i == 0 ? ": " : ", ");
            facts_add_shown(words, enumeration->members[i].name->text);
        }
    }
    facts_report(reader, DIAG_E0818, offset);
}

uint32_t facts_judge_member(struct facts_reader *reader, struct text text, size_t offset,
                            const struct schema_enumeration *spellings) {
    uint32_t index =
        schema_find(&spellings->spellings, text.bytes, text.length, schema_hash(text.bytes, text.length));
    if (index == SCHEMA_NOT_FOUND)
        unknown_member(reader, offset, spellings, text);
    return index;
}

void facts_judge_unread(struct facts_reader *reader, size_t offset) {
    struct buffer *words = facts_words(reader);
    size_t i;
    facts_add_path(reader, words);
    for (i = 0; i < reader->carried_count && words->length; i++) {
        struct text carried = reader->carried[i];
        if (carried.length >= words->length && memcmp(carried.bytes, words->data, words->length) == 0 &&
            (carried.length == words->length || carried.bytes[words->length] == '.'))
            return;
    }
    facts_problem(reader, DIAG_E0825, offset, "no fact reads this field, which --strict does not allow");
}

void facts_judge_missing(struct facts_reader *reader, const struct schema_object *shape, uint64_t number,
                         uint64_t inside) {
    struct json_scan *scan = &reader->scan;
    uint32_t i;
    scan->depth++;
    for (i = 0; i < shape->key_count; i++) {
        const struct schema_key *key = &shape->keys[i];
        if (reader->seen[key->id] == number)
            continue;
        json_step_name(scan, key->text);
        if (key->inside)
            facts_judge_missing(reader, key->inside, inside, inside);
        else if (key->fact && !key->fact->has_otherwise && !key->fact->only_when)
            facts_problem(reader, DIAG_E0826, scan->start,
                          "the fact `%.*s` is left out, which --strict does not allow",
                          (int)key->fact->name->text.length, key->fact->name->text.bytes);
    }
    scan->depth--;
}
