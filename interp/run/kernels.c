/*
 * The scalar kernels: each row of ops.def becomes a function over registers, and the rows with a way of their own with open and
 * none are written out here as far as they are logic. Decisions, texts and checks are next door. Must not know facts' forms.
 */
#include "interp/run/kernels.h"
#include "interp/run/natives.h"

#include "grammar/base/banned.h"

struct value machine_open(struct machine *machine, const struct reasons *reasons) {
    struct value value = {.tag = VALUE_OPEN, .as.reasons = reasons};
    if (reasons)
        return value;
    machine->failed = true;
    return value_none();
}

struct value machine_open_because(struct machine *machine, enum reason_kind kind, uint32_t index) {
    struct reason reason = {.kind = kind, .index = index, .element = UINT32_MAX, .field = UINT32_MAX};
    return machine_open(machine, reasons_one(machine->arena, reason));
}

struct value machine_failure(struct machine *machine, uint32_t node, enum failure failure) {
    struct reason reason = {REASON_FAILURE, node, UINT32_MAX, UINT32_MAX, failure};
    return machine_open(machine, reasons_one(machine->arena, reason));
}

void machine_join(struct machine *machine, const struct reasons **reasons, struct value value) {
    if (!is_open(value) || *reasons == value.as.reasons)
        return;
    const struct reasons *joined =
        *reasons ? reasons_union(machine->arena, *reasons, value.as.reasons) : value.as.reasons;
    if (joined)
        *reasons = joined;
    else
        machine->failed = true;
}

struct value machine_fraction(struct machine *machine, struct frac fraction) {
    struct frac *kept = arena_alloc(machine->arena, sizeof *kept);
    struct value value = {.tag = VALUE_FRACTION, .as.fraction = kept};
    if (!kept) {
        machine->failed = true;
        return value_none();
    }
    *kept = fraction;
    return value;
}

void *machine_array(struct machine *machine, size_t count, size_t size) {
    void *memory = arena_array(machine->arena, count, size);
    if (!memory)
        machine->failed = true;
    return memory;
}

/* --- from registers to natives and back, by kind of operand --- */

#define LOAD_YESNO(m, x) (held(m, x).as.number != 0)
#define LOAD_DAY(m, x) (held(m, x).as.day)
#define LOAD_PERIOD(m, x) (held(m, x).as.period)
#define LOAD_NUM(m, x) (held(m, x).as.number)
#define LOAD_FRAC(m, x) (*held(m, x).as.fraction)
#define LOAD_MEMBER(m, x) (held(m, x).as.number)
#define LOAD_SET(m, x) (held(m, x).as.set)
#define LOAD_NOTHING(m, x) (x)
#define LOAD_IMM(m, x) (x)
#define LOAD_SCALES(m, x) (x)
#define LOAD_WIDE(m, x) ((m)->program->wides[x])

/* The register of an operand, or NO_REGISTER where it is a number of the instruction itself. */
#define REGISTER_YESNO(x) (x)
#define REGISTER_DAY(x) (x)
#define REGISTER_PERIOD(x) (x)
#define REGISTER_NUM(x) (x)
#define REGISTER_FRAC(x) (x)
#define REGISTER_MEMBER(x) (x)
#define REGISTER_SET(x) (x)
#define REGISTER_NOTHING(x) NO_REGISTER
#define REGISTER_IMM(x) NO_REGISTER
#define REGISTER_SCALES(x) NO_REGISTER
#define REGISTER_WIDE(x) NO_REGISTER

#define ZERO_YESNO false
#define ZERO_DAY 0
#define ZERO_PERIOD \
    { 0, 0 }
#define ZERO_NUM 0
#define ZERO_FRAC \
    { 0, 1 }
#define ZERO_MEMBER 0

#define BOX_YESNO(m, r) value_yes_no(r)
#define BOX_DAY(m, r) ((struct value){.tag = VALUE_DATE, .as.day = (r)})
#define BOX_PERIOD(m, r) ((struct value){.tag = VALUE_PERIOD, .as.period = (r)})
#define BOX_NUM(m, r) ((struct value){.tag = VALUE_NUMBER, .as.number = (r)})
#define BOX_FRAC(m, r) machine_fraction(m, r)
#define BOX_MEMBER(m, r) ((struct value){.tag = VALUE_MEMBER, .as.number = (r)})

/* What the bodies of ops.def may use. */
#define FAIL(KIND) return machine_failure(machine, instruction->node, FAILURE_##KIND)
#define CALENDAR(call)                   \
    do {                                 \
        enum cal_status status = (call); \
        if (status == CAL_OUT_OF_RANGE)  \
            FAIL(DATE_RANGE);            \
        if (status == CAL_NO_SUCH_DAY)   \
            FAIL(NO_SUCH_DAY);           \
    } while (0)
#define FRACTION(call)                    \
    do {                                  \
        enum frac_status status = (call); \
        if (status == FRAC_ZERO_DIVISION) \
            FAIL(ZERO_DIVISION);          \
        if (status == FRAC_OVERFLOW)      \
            FAIL(OVERFLOW);               \
    } while (0)

static inline bool has_value(const struct machine *machine, uint32_t reg) {
    return reg == NO_REGISTER || held(machine, reg).tag > VALUE_NONE;
}

/* Some operand is open or none: open with all their reasons, else none. */
static struct value unusable(struct machine *machine, const uint32_t *registers, uint32_t count) {
    const struct reasons *reasons = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (registers[i] != NO_REGISTER)
            machine_join(machine, &reasons, held(machine, registers[i]));
    }
    return reasons ? machine_open(machine, reasons) : value_none();
}

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...)                                               \
    struct value kernel_##NAME(struct machine *machine, const struct instruction *instruction) {   \
        const uint32_t registers[3] = {REGISTER_##A(instruction->a), REGISTER_##B(instruction->b), \
                                       REGISTER_##C(instruction->c)};                              \
        if (!has_value(machine, registers[0]) || !has_value(machine, registers[1]) ||              \
            !has_value(machine, registers[2]))                                                     \
            return unusable(machine, registers, 3);                                                \
        NATIVE_##A a = LOAD_##A(machine, instruction->a);                                          \
        NATIVE_##B b = LOAD_##B(machine, instruction->b);                                          \
        NATIVE_##C c = LOAD_##C(machine, instruction->c);                                          \
        NATIVE_##R r = ZERO_##R;                                                                   \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        (void)c;                                                                                   \
        __VA_ARGS__                                                                                \
        return BOX_##R(machine, r);                                                                \
    }
#define OP_NARY(NAME, R, A, WORDS, DOC, ...)                                                     \
    struct value kernel_##NAME(struct machine *machine, const struct instruction *instruction) { \
        uint32_t count, lift_count;                                                              \
        const uint32_t *registers = operands_at(machine, instruction->a, &count);                \
        const uint32_t *lifts = operands_at(machine, instruction->b, &lift_count);               \
        NATIVE_##R r = ZERO_##R;                                                                 \
        for (uint32_t i = 0; i < count; i++) {                                                   \
            if (!has_value(machine, registers[i]))                                               \
                return unusable(machine, registers, count);                                      \
        }                                                                                        \
        for (uint32_t i = 0; i < count; i++) {                                                   \
            NATIVE_##R a = LOAD_##R(machine, registers[i]);                                      \
            uint32_t lift = lift_count > 0 ? lifts[i] : 0;                                       \
            bool first = i == 0;                                                                 \
            __VA_ARGS__                                                                          \
        }                                                                                        \
        return BOX_##R(machine, r);                                                              \
    }
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC)
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC)
#include "interp/program/ops.def"
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...) [INS_##NAME] = kernel_##NAME,
#define OP_NARY(NAME, R, A, WORDS, DOC, ...) [INS_##NAME] = kernel_##NAME,
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC) [INS_##NAME] = NULL,
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC) [INS_##NAME] = kernel_##NAME,
kernel *const machine_kernels[INS_COUNT] = {
#include "interp/program/ops.def"
};
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

/* --- what comes from outside --- */

struct value kernel_today(struct machine *machine, const struct instruction *instruction) {
    (void)instruction;
    return BOX_DAY(machine, machine->question->today);
}

struct value kernel_fact(struct machine *machine, const struct instruction *instruction) {
    struct value value = machine->record->values[instruction->a];
    if (!is_open(value) || value.as.reasons)
        return value;
    return machine_open_because(machine, REASON_FACT, instruction->a);
}

/* The fact that a list is the value of; a list inside a record belongs to the fact of the outermost loop. */
static uint32_t fact_of_list(const struct machine *machine, const struct value_list *list) {
    for (uint32_t i = 0; i < machine->program->set->fact_count; i++) {
        const struct value *value = &machine->record->values[i];
        if (value->tag == VALUE_LIST && value->as.list == list)
            return i;
    }
    return list == machine->lists[0] ? 0 : fact_of_list(machine, machine->lists[0]);
}

struct value kernel_field(struct machine *machine, const struct instruction *instruction) {
    const struct value_list *list = machine->lists[instruction->c];
    uint32_t element = machine->elements[instruction->c];
    struct value value = list->fields[(size_t)element * list->field_count + instruction->b];
    if (!is_open(value) || value.as.reasons)
        return value;
    struct reason reason = {REASON_FACT, fact_of_list(machine, list), element, instruction->b, FAILURE_NONE};
    return machine_open(machine, reasons_one(machine->arena, reason));
}

struct value kernel_only_when(struct machine *machine, const struct instruction *instruction) {
    struct value condition = held(machine, instruction->b);
    if (is_yes(condition) || is_open(condition))
        return held(machine, instruction->a);
    return value_none();
}

/*
 * A fact that was left out is none where its condition is no, and its `otherwise` where it is yes: not known as long as the
 * condition is open. What was given stays what it is, since the condition can then only be yes.
 */
struct value kernel_only_when_otherwise(struct machine *machine, const struct instruction *instruction) {
    struct value condition = held(machine, instruction->b);
    if (is_open(condition) && value_equal(held(machine, instruction->a), held(machine, instruction->c)))
        return condition;
    return kernel_only_when(machine, instruction);
}

struct value kernel_announced_by(struct machine *machine, const struct instruction *instruction) {
    const struct question *question = machine->question;
    return value_yes_no(!question->has_known_on || (cal_day)instruction->a <= question->known_on);
}

/* --- logic --- */

/* `decisive` wins over open, open over none, none over the other. */
static struct value weigh(struct machine *machine, uint32_t place, bool decisive) {
    const struct reasons *reasons = NULL;
    bool none = false;
    uint32_t count;
    const uint32_t *registers = operands_at(machine, place, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct value value = held(machine, registers[i]);
        if (value.tag == VALUE_YES_NO && (value.as.number != 0) == decisive)
            return value_yes_no(decisive);
        none = none || value.tag == VALUE_NONE;
    }
    for (uint32_t i = 0; i < count; i++)
        machine_join(machine, &reasons, held(machine, registers[i]));
    if (reasons)
        return machine_open(machine, reasons);
    return none ? value_none() : value_yes_no(!decisive);
}

struct value kernel_all(struct machine *machine, const struct instruction *instruction) {
    return weigh(machine, instruction->a, false);
}

struct value kernel_any(struct machine *machine, const struct instruction *instruction) {
    return weigh(machine, instruction->a, true);
}

struct value kernel_rule_applies(struct machine *machine, const struct instruction *instruction) {
    return weigh(machine, instruction->a, true);
}

struct value kernel_if(struct machine *machine, const struct instruction *instruction) {
    struct value condition = held(machine, instruction->a);
    struct value yes = held(machine, instruction->b), no = held(machine, instruction->c);
    const struct reasons *reasons = NULL;
    if (!is_open(condition) && condition.tag != VALUE_NONE)
        return is_yes(condition) ? yes : no;
    /* Also where the condition is none: it may have been open before, and what was found then must stay. */
    if (!is_open(yes) && !is_open(no) && value_equal(yes, no))
        return yes;
    machine_join(machine, &reasons, condition);
    machine_join(machine, &reasons, yes);
    machine_join(machine, &reasons, no);
    return reasons ? machine_open(machine, reasons) : value_none();
}

struct value kernel_is_none(struct machine *machine, const struct instruction *instruction) {
    struct value value = held(machine, instruction->a);
    return is_open(value) ? value : value_yes_no(value.tag == VALUE_NONE);
}

struct value kernel_is_given(struct machine *machine, const struct instruction *instruction) {
    struct value value = held(machine, instruction->a);
    return is_open(value) ? value : value_yes_no(value.tag != VALUE_NONE);
}

static bool one_is_none(struct value x, struct value y) {
    return x.tag == VALUE_NONE || y.tag == VALUE_NONE;
}

struct value kernel_is(struct machine *machine, const struct instruction *instruction) {
    const uint32_t registers[2] = {instruction->a, instruction->b};
    struct value x = held(machine, registers[0]), y = held(machine, registers[1]);
    if (is_open(x) || is_open(y))
        return unusable(machine, registers, 2);
    return value_yes_no(!one_is_none(x, y) && value_equal(x, y));
}

struct value kernel_is_number(struct machine *machine, const struct instruction *instruction) {
    const uint32_t registers[2] = {instruction->a, instruction->b};
    struct value x = held(machine, registers[0]), y = held(machine, registers[1]);
    if (is_open(x) || is_open(y))
        return unusable(machine, registers, 2);
    if (one_is_none(x, y))
        return value_yes_no(false);
    uint32_t scales = instruction->c;
    if (SAME_SCALE(scales))
        return value_yes_no(x.as.number == y.as.number);
    return value_yes_no(num_compare(x.as.number, FIRST_SCALE(scales), y.as.number, SECOND_SCALE(scales)) ==
                        0);
}

struct value kernel_is_one_of(struct machine *machine, const struct instruction *instruction) {
    uint32_t count, scale_count;
    const uint32_t *registers = operands_at(machine, instruction->a, &count);
    const uint32_t *scales = operands_at(machine, instruction->b, &scale_count);
    struct value operand = held(machine, registers[0]);
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        struct value value = held(machine, registers[i]);
        if (is_open(value))
            return unusable(machine, registers, count);
        if (i == 0 || found || one_is_none(operand, value))
            continue;
        found = scale_count > 0
                    ? num_compare(operand.as.number, (int)scales[0], value.as.number, (int)scales[i]) == 0
                    : value_equal(operand, value);
    }
    return value_yes_no(found);
}

struct value kernel_set_of(struct machine *machine, const struct instruction *instruction) {
    uint32_t count, words = instruction->b;
    const uint32_t *registers = operands_at(machine, instruction->a, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!has_value(machine, registers[i]))
            return unusable(machine, registers, count);
    }
    struct member_set *set = machine_array(machine, 1, sizeof *set + words * sizeof set->words[0]);
    if (!set)
        return value_none();
    set->word_count = words;
    for (uint32_t i = 0; i < count; i++) {
        int64_t member = held(machine, registers[i]).as.number;
        if (member >> 6 < (int64_t)words)
            set->words[member >> 6] |= UINT64_C(1) << (member & 63);
    }
    return (struct value){.tag = VALUE_SET, .as.set = set};
}
