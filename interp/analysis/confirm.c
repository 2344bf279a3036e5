/*
 * See confirm.h. Facts from a file are judged while they are read and then by evaluation; a witness was never read, so the
 * first half is done here, by the types of the facts. Must not know what is looked for.
 */
#include "interp/analysis/confirm.h"

#include "interp/meaning/show.h"

#include "grammar/base/banned.h"

/* What is wrong with a value; `words` NULL: nothing. */
struct fault {
    enum diag_code code;
    const char *words;
};

static struct fault fault_of_bound(const struct type *type, int64_t value, int64_t lowest, int64_t highest) {
    if (value < lowest || value > highest)
        return (struct fault){DIAG_E0816, "the value is beyond what a fact can hold"};
    if ((type->has_low && value < type->low) || (type->has_high && value > type->high))
        return (struct fault){DIAG_E0817, "the value is outside the range that the fact declares"};
    return (struct fault){0};
}

static struct fault fault_of_set(const struct enumeration *enumeration, const struct member_set *set) {
    struct fault stranger = {DIAG_E0818, "a member of the set is none of its type"};
    size_t words = (enumeration->count + 63) / 64;
    if (set->word_count != words)
        return stranger;
    if (enumeration->count % 64 != 0 && set->words[words - 1] >> enumeration->count % 64 != 0)
        return stranger;
    return (struct fault){0};
}

/* A value of the right tag; what lists hold is looked at by the caller. */
static struct fault fault_of_value(const struct type *type, struct value value) {
    switch ((enum value_tag)value.tag) {
    case VALUE_DATE:
        return fault_of_bound(type, value.as.day, CAL_MIN, CAL_MAX);
    case VALUE_NUMBER:
        return fault_of_bound(type, value.as.number, -NUM_LIMIT, NUM_LIMIT);
    case VALUE_MEMBER:
        if (value.as.number < 0 || (uint64_t)value.as.number >= type->enumeration->count)
            return (struct fault){DIAG_E0818, "the value is no member of its type"};
        break;
    case VALUE_SET:
        return fault_of_set(type->enumeration, value.as.set);
    case VALUE_TEXT:
        if (text_invalid_utf8(value.as.text->bytes, value.as.text->length) != value.as.text->length)
            return (struct fault){DIAG_E0813, "the text is not Unicode"};
        break;
    case VALUE_LIST:
        if (value.as.list->field_count != type->record->field_count)
            return (struct fault){DIAG_E0814, "the records of the list are of another type"};
        break;
    default:
        break;
    }
    return (struct fault){0};
}

/* The tag of the values of a fact; VALUE_OPEN for types that no fact has. */
static enum value_tag tag_of(enum type_kind kind) {
    switch (kind) {
    case TYPE_YESNO:
        return VALUE_YES_NO;
    case TYPE_DAY:
        return VALUE_DATE;
    case TYPE_NUM:
        return VALUE_NUMBER;
    case TYPE_STRING:
        return VALUE_TEXT;
    case TYPE_MEMBER:
        return VALUE_MEMBER;
    case TYPE_MEMBERS:
        return VALUE_SET;
    case TYPE_RECORDS:
        return VALUE_LIST;
    default:
        return VALUE_OPEN;
    }
}

static struct fault fault_of(const struct fact *fact, struct value value) {
    if (value.tag == VALUE_NONE && !fact->type.optional)
        return (struct fault){DIAG_E0820, "there is no value, but the fact is not optional"};
    if (value.tag == VALUE_OPEN)
        return (struct fault){DIAG_E0826, "there is no value, and a witness leaves no fact out"};
    if (value.tag != VALUE_NONE && value.tag != tag_of(fact->type.kind))
        return (struct fault){DIAG_E0814, "the value is of another type than the fact"};
    return fault_of_value(&fact->type, value);
}

/* Puts the problem on the record; `list` is the fact that the field belongs to, or NULL. False where memory ran out. */
static bool report(struct record *record, const struct fact *list, uint32_t element, const struct fact *fact,
                   struct fault fault) {
    struct buffer path;
    bool told;
    buffer_init(&path, record->arena->alloc);
    if (list) {
        show_path(&path, &list->path);
        buffer_format(&path, "[%" PRIu32 "].", element);
    }
    show_path(&path, &fact->path);
    told =
        !path.failed && record_problem(record, fault.code, path.data ? path.data : "", 0, "%s", fault.words);
    buffer_free(&path);
    return told;
}

/* The values of `fact`'s records. */
static bool judge_list(struct record *record, const struct fact *fact, const struct value_list *list) {
    for (size_t i = 0; i < (size_t)list->count * list->field_count; i++) {
        const struct fact *field = &fact->type.record->fields[i % list->field_count];
        struct fault fault = fault_of(field, list->fields[i]);
        if (fault.words && !report(record, fact, (uint32_t)(i / list->field_count), field, fault))
            return false;
    }
    return true;
}

/* Puts every fault of the witness on the record; false where memory ran out. */
static bool judge(struct record *record, const struct policy_set *set) {
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        struct value value = record->values[i];
        struct fault fault = fault_of(fact, value);
        if (fault.words && !report(record, NULL, 0, fact, fault))
            return false;
        if (!fault.words && value.tag == VALUE_LIST && !judge_list(record, fact, value.as.list))
            return false;
    }
    return true;
}

enum confirm_status confirm(const struct program *program, const struct witness *witness, struct arena *arena,
                            struct confirmed *confirmed) {
    const struct policy_set *set = program->set;
    const struct question question = {.today = witness->today};
    struct record *record = &confirmed->record;
    *confirmed = (struct confirmed){.record = {.arena = arena}};
    record->values = arena_array(arena, set->fact_count, sizeof *record->values);
    if (!record->values)
        return CONFIRM_OUT_OF_MEMORY;
    if (set->fact_count > 0)
        memcpy(record->values, witness->values, set->fact_count * sizeof *record->values);
    if (!judge(record, set))
        return CONFIRM_OUT_OF_MEMORY;
    if (record->problem_count > 0)
        return CONFIRM_REJECTED;
    switch (evaluate(program, record, &question, arena, NULL, &confirmed->outcome)) {
    case EVALUATE_OUT_OF_MEMORY:
        return CONFIRM_OUT_OF_MEMORY;
    case EVALUATE_REJECTED:
        return CONFIRM_REJECTED;
    case EVALUATE_OK:
        break;
    }
    return confirmed->outcome.covered ? CONFIRM_RAN : CONFIRM_NOT_COVERED;
}
