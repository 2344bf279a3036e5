/*
 * See witness.h. Which facts play no part is asked of the program itself: the witness is evaluated once more, and the
 * conditions of `only when` are looked at as they come by. Must not know what it is a witness of.
 */
#include "interp/analysis/witness.h"

#include "interp/facts/schema.h"
#include "interp/meaning/show.h"
#include "interp/run/evaluate.h"

#include "grammar/base/banned.h"

/* --- which facts play a part --- */

struct looking {
    struct value *seen; /* by instruction */
    bool *
        idle; /* by fact: it has an `only when`, and that is no or none (not open: it might have a value then) */
};

static void look(void *context, const struct program *program, uint32_t at, struct value value) {
    struct looking *looking = context;
    const struct instruction *made = &program->instructions[at];
    looking->seen[at] = value;
    if (made->op != INS_check_fact)
        return;
    struct value condition = made->b < program->constant_count
                                 ? program->constants[made->b]
                                 : looking->seen[made->b - program->constant_count];
    looking->idle[made->c] =
        condition.tag == VALUE_NONE || (condition.tag == VALUE_YES_NO && condition.as.number == 0);
}

/* By fact whether it is idle, in `scratch`; NULL where memory ran out. */
static const bool *idle_facts(const struct program *program, const struct witness *witness,
                              struct arena *scratch) {
    const struct question question = {.today = witness->today};
    struct looking looking = {0};
    const struct trace trace = {look, &looking};
    struct record record = {.arena = scratch, .values = witness->values};
    struct outcome outcome;
    looking.seen = arena_array(scratch, program->instruction_count, sizeof *looking.seen);
    looking.idle = arena_array(scratch, program->set->fact_count, sizeof *looking.idle);
    if (!looking.seen || !looking.idle ||
        evaluate(program, &record, &question, scratch, &trace, &outcome) == EVALUATE_OUT_OF_MEMORY)
        return NULL;
    return looking.idle;
}

/* --- as the language writes it --- */

void witness_text(struct buffer *out, struct text text) {
    buffer_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '\n' || c == '\t') {
            buffer_string(out, c == '\n' ? "\\n" : "\\t");
            continue;
        }
        if (c == '"' || c == '\\' || c == '{' || c == '}')
            buffer_char(out, '\\');
        buffer_char(out, c);
    }
    buffer_char(out, '"');
}

static bool has_member(const struct member_set *set, size_t member) {
    return (set->words[member / 64] >> member % 64 & 1) != 0;
}

static void write_set(struct buffer *out, const struct enumeration *enumeration,
                      const struct member_set *set) {
    const char *gap = "";
    buffer_char(out, '{');
    for (size_t i = 0; i < enumeration->count; i++) {
        if (!has_member(set, i))
            continue;
        buffer_string(out, gap);
        buffer_text(out, enumeration->members[i].name->text);
        gap = ", ";
    }
    buffer_char(out, '}');
}

/* A value of a field or of a fact that is no list. */
static void write_plain(struct buffer *out, const struct type *type, struct value value) {
    if (value.tag == VALUE_TEXT)
        witness_text(out, *value.as.text);
    else if (value.tag == VALUE_MEMBER)
        buffer_text(out, type->enumeration->members[value.as.number].name->text);
    else if (value.tag == VALUE_SET)
        write_set(out, type->enumeration, value.as.set);
    else
        show_value(out, type, value);
}

static void write_list(struct buffer *out, const struct record_type *record, const struct value_list *list) {
    buffer_char(out, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        buffer_string(out, i ? ", {" : "{");
        for (uint32_t k = 0; k < list->field_count; k++) {
            const struct fact *field = &record->fields[k];
            struct value value = list->fields[(size_t)i * list->field_count + k];
            buffer_string(out, k ? ", " : "");
            buffer_text(out, field->name->text);
            buffer_string(out, " is ");
            write_plain(out, &field->type, value);
        }
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void write_value(struct buffer *out, const struct type *type, struct value value) {
    if (value.tag == VALUE_LIST)
        write_list(out, type->record, value.as.list);
    else
        write_plain(out, type, value);
}

static void write_day(struct buffer *out, cal_day day) {
    static const struct type date = {.kind = TYPE_DAY};
    show_value(out, &date, (struct value){.tag = VALUE_DATE, .as.day = day});
}

/* The facts that play a part: `first` before the first, `gap` between; a date with `terse` without its `is`. */
static bool write_facts(struct buffer *out, const struct program *program, const struct witness *witness,
                        const char *first, const char *gap, bool terse) {
    const struct policy_set *set = program->set;
    struct arena scratch;
    bool some = false;
    arena_init(&scratch, out->alloc);
    const bool *idle = idle_facts(program, witness, &scratch);
    out->failed = out->failed || !idle;
    for (size_t i = 0; idle && i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        struct value value = witness->values[i];
        if (value.tag == VALUE_NONE && idle[i])
            continue;
        buffer_string(out, some ? gap : first);
        buffer_text(out, fact->name->text);
        buffer_string(out, terse && value.tag == VALUE_DATE ? " " : " is ");
        write_value(out, &fact->type, value);
        some = true;
    }
    arena_free(&scratch);
    return some;
}

void witness_words(struct buffer *out, const struct program *program, const struct witness *witness) {
    if (write_facts(out, program, witness, "", ", ", true))
        buffer_string(out, ", ");
    buffer_string(out, "today ");
    write_day(out, witness->today);
}

void witness_test(struct buffer *out, const struct program *program, const struct witness *witness) {
    if (write_facts(out, program, witness, "  given ", "\n        ", false))
        buffer_char(out, '\n');
    buffer_string(out, "  on ");
    write_day(out, witness->today);
    buffer_char(out, '\n');
}

static bool can_be_expected(const struct decision *decision) {
    const struct type *type = &decision->type;
    return text_equal(decision->shown, decision->name->text) &&
           (type->kind == TYPE_YESNO || type->kind == TYPE_DAY || type->kind == TYPE_NUM ||
            type->kind == TYPE_STRING || type->kind == TYPE_MEMBER);
}

bool witness_expectation(struct buffer *out, const struct policy_set *set, uint32_t decision,
                         const struct decision_outcome *outcome) {
    const struct decision *of = &set->decisions[decision];
    static const char *const before[] = {"", "undecided ", NULL, "conflict on ", "failed "};
    if (!before[outcome->state] || !can_be_expected(of))
        return false;
    buffer_string(out, before[outcome->state]);
    buffer_text(out, of->name->text);
    if (outcome->state == STATE_VALUE) {
        buffer_string(out, " is ");
        write_plain(out, &of->type, outcome->value);
    }
    return true;
}

/* --- as JSON --- */

static void json_object(struct buffer *out, const struct schema_object *object, const struct value *values);

static void json_list(struct buffer *out, const struct schema_object *element,
                      const struct value_list *list) {
    buffer_char(out, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        buffer_string(out, i ? "," : "");
        json_object(out, element, &list->fields[(size_t)i * list->field_count]);
    }
    buffer_char(out, ']');
}

static void json_value(struct buffer *out, const struct schema_key *key, struct value value) {
    if (value.tag == VALUE_LIST)
        json_list(out, key->element, value.as.list);
    else
        show_json(out, &key->fact->type, value);
}

/* True where a fact is read from it or from under it; false of the place of today. As deep as a path is long. */
static bool holds_facts(const struct schema_key *key) {
    for (size_t i = 0; key->inside && i < key->inside->key_count; i++)
        if (holds_facts(&key->inside->keys[i]))
            return true;
    return key->fact != NULL;
}

static void json_object(struct buffer *out, const struct schema_object *object, const struct value *values) {
    const char *gap = "";
    buffer_char(out, '{');
    for (size_t i = 0; i < object->key_count; i++) {
        const struct schema_key *key = &object->keys[i];
        if (!holds_facts(key))
            continue;
        buffer_string(out, gap);
        buffer_json(out, key->text.bytes, key->text.length);
        buffer_char(out, ':');
        if (key->inside)
            json_object(out, key->inside, values);
        else
            json_value(out, key, values[key->fact->index]);
        gap = ",";
    }
    buffer_char(out, '}');
}

void witness_json(struct buffer *out, const struct policy_set *set, const struct witness *witness) {
    struct arena scratch;
    arena_init(&scratch, out->alloc);
    const struct schema *schema = schema_build(set, &scratch);
    if (schema)
        json_object(out, schema->root, witness->values);
    else
        out->failed = true;
    arena_free(&scratch);
}
