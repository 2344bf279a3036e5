/*
 * Random numbers, records and questions. Records follow the checked model, not the generator's own notes, so
 * that they also fit a policy that was put in another order. Must not know how a policy was made.
 */
#include "tests/laws/generate.h"
#include "tests/laws/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

uint64_t luck_next(struct luck *luck) {
    uint64_t z = (luck->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint32_t luck_below(struct luck *luck, uint32_t n) {
    return n ? (uint32_t)((luck_next(luck) >> 32) % n) : 0;
}

int64_t luck_between(struct luck *luck, int64_t low, int64_t high) {
    return low + (int64_t)(luck_next(luck) % ((uint64_t)(high - low) + 1));
}

bool luck_percent(struct luck *luck, uint32_t percent) {
    return luck_below(luck, 100) < percent;
}

static void *memory(struct arena *arena, size_t size) {
    void *block = arena_alloc(arena, size);
    if (!block)
        fail_msg("memory ran out in the generator");
    return block;
}

static cal_day day_of(int y, int m, int d) {
    cal_day day = 0;
    if (!cal_from_civil(y, m, d, &day))
        fail_msg("no such day in the generator");
    return day;
}

static cal_day some_day(struct luck *luck, const struct type *type) {
    static const int special[][3] = {{2020, 1, 31}, {2020, 2, 29}, {2020, 2, 28},
                                     {2020, 3, 31}, {2019, 2, 28}, {2016, 2, 29}};
    uint32_t which = luck_below(luck, 6);
    cal_day day = day_of(2020, 2, 20) + (cal_day)luck_below(luck, 16);
    if (luck_percent(luck, 30))
        day = day_of(special[which][0], special[which][1], special[which][2]);
    if (luck_percent(luck, 2))
        day = luck_percent(luck, 50) ? CAL_MAX - (cal_day)luck_below(luck, 20)
                                     : CAL_MIN + (cal_day)luck_below(luck, 20);
    if ((type->has_low && day < type->low) || (type->has_high && day > type->high))
        day = (cal_day)luck_between(luck, type->low, type->high);
    return day;
}

static int64_t some_number(struct luck *luck, const struct type *type) {
    int64_t one = num_pow10(type->scale);
    if (type->has_low)
        return luck_percent(luck, 60)
                   ? luck_between(luck, (type->low + one - 1) / one, type->high / one) * one
                   : luck_between(luck, type->low, type->high);
    if (luck_percent(luck, 2))
        return luck_percent(luck, 50) ? NUM_LIMIT : -NUM_LIMIT;
    return luck_percent(luck, 80) ? luck_between(luck, -2, 9) * one : luck_between(luck, -30, 90);
}

static struct value some_set(struct luck *luck, const struct type *type, struct arena *arena) {
    size_t count = type->enumeration->count, words = (count + 63) / 64, i;
    struct member_set *set = memory(arena, sizeof *set + words * sizeof(uint64_t));
    struct value v = {.tag = VALUE_SET, .as = {.set = set}};
    set->word_count = (uint32_t)words;
    for (i = 0; i < count; i++) {
        if (luck_percent(luck, 50))
            set->words[i / 64] |= UINT64_C(1) << (i % 64);
    }
    return v;
}

static struct value some_text(struct luck *luck, struct arena *arena) {
    static const char *const texts[] = {"t0", "t1", "t2", ""};
    struct text *text = memory(arena, sizeof *text);
    struct value v = {.tag = VALUE_TEXT, .as = {.text = text}};
    *text = text_of(texts[luck_below(luck, 4)]);
    return v;
}

static struct value unknown_value(void) {
    struct value v = {.tag = VALUE_OPEN, .as = {.reasons = NULL}};
    return v;
}

/* A field of a record that is being filled: as its `only when` wants it, mostly. */
static struct value some_field(struct luck *luck, const struct fact *field, uint32_t unknown,
                               struct arena *arena) {
    struct value none = {.tag = VALUE_NONE, .as = {.number = 0}};
    if (field->only_when && luck_percent(luck, 50))
        return none;
    if (luck_percent(luck, unknown))
        return field->has_otherwise ? field->otherwise : unknown_value();
    return generate_value(luck, field, unknown, arena);
}

static struct value some_list(struct luck *luck, const struct type *type, uint32_t unknown,
                              struct arena *arena) {
    const struct record_type *record = type->record;
    struct value_list *list = memory(arena, sizeof *list);
    struct value v = {.tag = VALUE_LIST, .as = {.list = list}}, *fields;
    uint32_t i, j;
    list->count = luck_below(luck, 4);
    list->field_count = (uint32_t)record->field_count;
    fields = memory(arena, ((size_t)list->count * list->field_count + 1) * sizeof *fields);
    for (i = 0; i < list->count; i++) {
        for (j = 0; j < list->field_count; j++)
            fields[(size_t)i * list->field_count + j] =
                some_field(luck, &record->fields[j], unknown / 2, arena);
    }
    list->fields = fields;
    return v;
}

struct value generate_value(struct luck *luck, const struct fact *fact, uint32_t unknown,
                            struct arena *arena) {
    const struct type *type = &fact->type;
    struct value v = {.tag = VALUE_NONE, .as = {.number = 0}};
    if (fact->declared_optional && luck_percent(luck, 30))
        return v;
    switch (type->kind) {
    case TYPE_YESNO:
        v.tag = VALUE_YES_NO;
        v.as.number = luck_below(luck, 2);
        break;
    case TYPE_DAY:
        v.tag = VALUE_DATE;
        v.as.day = some_day(luck, type);
        break;
    case TYPE_NUM:
        v.tag = VALUE_NUMBER;
        v.as.number = some_number(luck, type);
        break;
    case TYPE_STRING:
        return some_text(luck, arena);
    case TYPE_MEMBER:
        v.tag = VALUE_MEMBER;
        v.as.number = luck_below(luck, (uint32_t)type->enumeration->count);
        break;
    case TYPE_MEMBERS:
        return some_set(luck, type, arena);
    case TYPE_RECORDS:
        return some_list(luck, type, unknown, arena);
    default:
        fail_msg("a fact of an unexpected type");
    }
    return v;
}

/* Makes the fields of a list agree with their `only when`, in order, as far as the conditions are known. */
static void settle_fields(struct luck *luck, const struct policy_set *set, struct record *record,
                          uint32_t fact, const struct question *question) {
    struct value *list = &record->values[fact];
    const struct record_type *type = set->facts[fact].type.record;
    struct value *fields;
    uint32_t i, j;
    if (list->tag != VALUE_LIST || list->as.list->count == 0)
        return;
    /* The list was made by some_list, out of memory that is ours to change. */
    fields =
        memory(record->arena, (size_t)list->as.list->count * list->as.list->field_count * sizeof *fields);
    for (i = 0; i < list->as.list->count * list->as.list->field_count; i++)
        fields[i] = list->as.list->fields[i];
    {
        struct value_list *copy = memory(record->arena, sizeof *copy);
        *copy = *list->as.list;
        copy->fields = fields;
        list->as.list = copy;
    }
    for (i = 0; i < list->as.list->count; i++) {
        for (j = 0; j < list->as.list->field_count; j++) {
            struct value *field = &fields[(size_t)i * list->as.list->field_count + j];
            int held;
            if (!type->fields[j].only_when)
                continue;
            held = oracle_field_condition(set, record, question, fact, i, j, record->arena);
            if (held == 0)
                field->tag = VALUE_NONE;
            else if (held == 1 && field->tag == VALUE_NONE && !type->fields[j].declared_optional)
                *field = generate_value(luck, &type->fields[j], 0, record->arena);
        }
    }
}

void generate_record(struct luck *luck, const struct policy_set *set, uint32_t unknown,
                     const struct question *question, struct arena *arena, struct record *record) {
    struct value none = {.tag = VALUE_NONE, .as = {.number = 0}};
    uint32_t i;
    if (!record_init(record, set, arena))
        fail_msg("memory ran out in the generator");
    record->number = record->line = 1;
    for (i = 0; i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        bool left_out = luck_percent(luck, unknown);
        int held = fact->only_when ? oracle_fact_condition(set, record, question, i, arena) : 1;
        if (luck_percent(luck, 2))
            held = 1;
        if (held == 0 && !left_out)
            record->values[i] = none;
        else if (!left_out && !(held < 0 && luck_percent(luck, 40)))
            record->values[i] = generate_value(luck, fact, unknown, arena);
        if (fact->type.kind == TYPE_RECORDS)
            settle_fields(luck, set, record, i, question);
    }
}

struct question generate_question(struct luck *luck, const struct policy_set *set) {
    struct question question = {day_of(2020, 2, 18) + (cal_day)luck_below(luck, 22), false, 0};
    if (luck_percent(luck, 10))
        question.today = (cal_day)luck_between(luck, set->covers.first - 3, set->covers.last + 3);
    if (luck_percent(luck, 40)) {
        question.has_known_on = true;
        question.known_on = day_of(2020, 1 + (int)luck_below(luck, 6), luck_percent(luck, 50) ? 10 : 20);
    }
    return question;
}
