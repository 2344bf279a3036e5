/*
 * See settle.h. Must not know what is looked for.
 */
#include "interp/analysis/settle.h"

#include "grammar/base/banned.h"

/* --- only when --- */

static void settle_note(void *context, const struct program *program, uint32_t instruction,
                        struct value value) {
    struct value *values = context;
    (void)program;
    values[instruction] = value;
}

bool settle(const struct program *program, struct witness *witness, struct arena *arena) {
    const struct policy_set *set = program->set;
    struct outcome outcome;
    struct record record;
    struct question question = {.today = witness->today};
    struct value *values = NULL;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        const struct instruction *instruction = &program->instructions[i];
        if (instruction->op != INS_check_fact)
            continue;
        if (!values) { /* evaluated once, and only where some fact has an `only when` */
            values = arena_array(arena, program->instruction_count, sizeof *values);
            const struct trace trace = {settle_note, values};
            if (!values || !record_init(&record, set, arena))
                return false;
            for (size_t fact = 0; fact < set->fact_count; fact++)
                record.values[fact] = witness->values[fact];
            if (evaluate(program, &record, &question, arena, &trace, &outcome) == EVALUATE_OUT_OF_MEMORY)
                return false;
        }
        struct value condition = instruction->b < program->constant_count
                                     ? program->constants[instruction->b]
                                     : values[instruction->b - program->constant_count];
        if (condition.tag == VALUE_NONE || (condition.tag == VALUE_YES_NO && condition.as.number == 0))
            witness->values[instruction->c] = (struct value){.tag = VALUE_NONE};
    }
    return true;
}

/* --- lists --- */

/* A sequence that a seed starts: splitmix64. */
static uint64_t next_number(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static int64_t in_bounds(const struct type *type, int64_t value) {
    if (type->has_low && value < type->low)
        return type->low;
    return type->has_high && value > type->high ? type->high : value;
}

/* A constant of that kind from the program, or a day of the record, moved a little. */
static int64_t some_number(const struct program *program, const struct witness *witness,
                           const struct type *type, uint64_t *state) {
    enum value_tag tag = type->kind == TYPE_DAY ? VALUE_DATE : VALUE_NUMBER;
    int64_t found = type->kind == TYPE_DAY ? witness->today : 0;
    uint64_t seen = 1;
    for (uint32_t i = 0; i < program->constant_count + program->set->fact_count; i++) {
        const struct value *value = i < program->constant_count
                                        ? &program->constants[i]
                                        : &witness->values[i - program->constant_count];
        if (value->tag == (uint32_t)tag && next_number(state) % ++seen == 0)
            found = tag == VALUE_DATE ? value->as.day : value->as.number;
    }
    return in_bounds(type, found + (int64_t)(next_number(state) % 3) - 1);
}

/* Any member, or as often one that the policy speaks of. */
static int64_t some_member(const struct program *program, const struct enumeration *enumeration,
                           uint64_t *state) {
    int64_t found = (int64_t)(next_number(state) % enumeration->count);
    uint64_t seen = 0;
    if (next_number(state) % 2 == 0)
        return found;
    for (uint32_t i = 0; i < program->constant_count; i++) {
        const struct value *value = &program->constants[i];
        const struct type *type = program->constant_types[i];
        if (!type || type->enumeration != enumeration)
            continue;
        for (size_t k = 0; k < enumeration->count; k++) {
            bool spoken = value->tag == VALUE_MEMBER ? value->as.number == (int64_t)k
                          : value->tag == VALUE_SET  ? (value->as.set->words[k / 64] >> k % 64 & 1) != 0
                                                     : false;
            if (spoken && next_number(state) % ++seen == 0)
                found = (int64_t)k;
        }
    }
    return found;
}

static bool some_value(const struct program *program, const struct witness *witness, const struct fact *field,
                       uint64_t *state, struct arena *arena, struct value *value) {
    const struct type *type = &field->type;
    *value = (struct value){.tag = VALUE_NONE};
    if ((field->declared_optional && next_number(state) % 3 == 0) ||
        (field->only_when && next_number(state) % 2 == 0))
        return true; /* what does not fit an `only when` is refused, and another list is tried */
    switch (type->kind) {
    case TYPE_YESNO:
        *value = (struct value){.tag = VALUE_YES_NO, .as.number = (int64_t)(next_number(state) % 2)};
        return true;
    case TYPE_DAY:
        *value =
            (struct value){.tag = VALUE_DATE, .as.day = (cal_day)some_number(program, witness, type, state)};
        return true;
    case TYPE_NUM:
        *value = (struct value){.tag = VALUE_NUMBER, .as.number = some_number(program, witness, type, state)};
        return true;
    case TYPE_MEMBER:
        *value =
            (struct value){.tag = VALUE_MEMBER, .as.number = some_member(program, type->enumeration, state)};
        return true;
    case TYPE_STRING: {
        struct text *text = arena_alloc(arena, sizeof *text);
        if (!text)
            return false;
        *text = (struct text){"text", 4};
        *value = (struct value){.tag = VALUE_TEXT, .as.text = text};
        return true;
    }
    default: {
        size_t words = (type->enumeration->count + 63) / 64;
        struct member_set *made = arena_alloc(arena, sizeof *made + words * sizeof made->words[0]);
        if (!made)
            return false;
        made->word_count = (uint32_t)words;
        for (size_t i = 0; i < type->enumeration->count; i++)
            made->words[i / 64] |= (next_number(state) & 1) << i % 64;
        *value = (struct value){.tag = VALUE_SET, .as.set = made};
        return true;
    }
    }
}

bool settle_lists(const struct program *program, struct witness *witness, uint64_t seed,
                  struct arena *arena) {
    const struct policy_set *set = program->set;
    uint64_t state = seed * UINT64_C(0x2545F4914F6CDD1D);
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        if (fact->type.kind != TYPE_RECORDS || witness->values[i].tag != VALUE_LIST)
            continue;
        const struct record_type *record = fact->type.record;
        uint32_t count = seed == 0 ? 0 : 1 + (uint32_t)(next_number(&state) % 2);
        struct value *fields = arena_array(arena, count * record->field_count, sizeof *fields);
        struct value_list *list = arena_alloc(arena, sizeof *list);
        if (!fields || !list)
            return false;
        for (size_t k = 0; k < count * record->field_count; k++) {
            if (!some_value(program, witness, &record->fields[k % record->field_count], &state, arena,
                            &fields[k]))
                return false;
        }
        *list = (struct value_list){count, (uint32_t)record->field_count, fields};
        witness->values[i].as.list = list;
    }
    return true;
}

/* --- lists of two programs --- */

static int64_t same_member(const struct enumeration *from, int64_t member, const struct enumeration *to) {
    for (size_t i = 0; i < to->count; i++) {
        if (text_equal(to->members[i].name->text, from->members[member].name->text))
            return (int64_t)i;
    }
    return -1;
}

static bool shared_set(const struct type *from, const struct member_set *set, const struct type *to,
                       struct arena *arena, struct value *value) {
    size_t words = (to->enumeration->count + 63) / 64;
    struct member_set *made = arena_alloc(arena, sizeof *made + words * sizeof made->words[0]);
    if (!made)
        return false;
    made->word_count = (uint32_t)words;
    for (size_t i = 0; i < from->enumeration->count; i++) {
        int64_t member = same_member(from->enumeration, (int64_t)i, to->enumeration);
        if ((set->words[i / 64] >> i % 64 & 1) != 0 && member >= 0)
            made->words[member / 64] |= UINT64_C(1) << member % 64;
    }
    *value = (struct value){.tag = VALUE_SET, .as.set = made};
    return true;
}

/* The value of a field as one of the other program's; none where that has no such value. */
static bool shared_value(const struct type *from, struct value was, const struct type *to,
                         struct arena *arena, struct value *value) {
    const struct value none = {.tag = VALUE_NONE};
    *value = was;
    if (was.tag == VALUE_SET)
        return shared_set(from, was.as.set, to, arena, value);
    if (was.tag == VALUE_MEMBER)
        value->as.number = same_member(from->enumeration, was.as.number, to->enumeration);
    bool fits = was.tag != VALUE_MEMBER || value->as.number >= 0;
    if (was.tag == VALUE_NUMBER && to->scale >= from->scale)
        fits = num_rescale(was.as.number, from->scale, to->scale, &value->as.number);
    else if (was.tag == VALUE_NUMBER)
        value->as.number /= num_pow10(from->scale - to->scale);
    *value = fits ? *value : none;
    return true;
}

static const struct fact *field_named(const struct record_type *record, struct text name, uint32_t *at) {
    for (*at = 0; *at < record->field_count; ++*at) {
        if (text_equal(record->fields[*at].name->text, name))
            return &record->fields[*at];
    }
    return NULL;
}

static bool shared_list(const struct record_type *from, const struct value_list *was,
                        const struct record_type *to, struct arena *arena, struct value *value) {
    struct value *fields = arena_array(arena, (size_t)was->count * to->field_count, sizeof *fields);
    struct value_list *list = arena_alloc(arena, sizeof *list);
    if (!fields || !list)
        return false;
    for (size_t i = 0; i < was->count * to->field_count; i++) {
        const struct fact *field = &to->fields[i % to->field_count];
        uint32_t at;
        const struct fact *other = field_named(from, field->name->text, &at);
        size_t record = i / to->field_count * was->field_count;
        fields[i] = (struct value){.tag = VALUE_NONE};
        if (other && other->type.kind == field->type.kind &&
            !shared_value(&other->type, was->fields[record + at], &field->type, arena, &fields[i]))
            return false;
    }
    *list = (struct value_list){was->count, (uint32_t)to->field_count, fields};
    value->as.list = list;
    return true;
}

bool settle_shared_lists(const struct program *from, const struct witness *of, const struct program *program,
                         struct witness *witness, struct arena *arena) {
    for (size_t i = 0; i < program->set->fact_count; i++) {
        const struct fact *fact = &program->set->facts[i];
        for (size_t k = 0; witness->values[i].tag == VALUE_LIST && k < from->set->fact_count; k++) {
            const struct fact *other = &from->set->facts[k];
            if (other->type.kind == TYPE_RECORDS && of->values[k].tag == VALUE_LIST &&
                text_equal(other->name->text, fact->name->text) &&
                !shared_list(other->type.record, of->values[k].as.list, fact->type.record, arena,
                             &witness->values[i]))
                return false;
        }
    }
    return true;
}
