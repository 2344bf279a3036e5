/*
 * Registers under a cell: facts, logic, equality, membership; each by the class of its operator, with SPLIT as what would be known
 * after another split. Must not know rules; arithmetic is in symbolic_values.c.
 */
#include "interp/analysis/symbolic.h"

#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

/* --- small symbols --- */

struct sym sym_split(const struct atom *atom) {
    return (struct sym){.kind = SYM_SPLIT, .atom = *atom};
}

struct sym sym_open(enum reason_kind kind, uint32_t index, enum failure failure) {
    struct reason reason = {kind, index, UINT32_MAX, UINT32_MAX, failure};
    return (struct sym){.kind = SYM_OPEN, .reason = reason};
}

struct sym sym_failure(const struct instruction *instruction, enum failure failure) {
    return sym_open(REASON_FAILURE, instruction->node, failure);
}

struct sym sym_of_truth(bool yes) {
    return (struct sym){.kind = SYM_TRUTH, .truth = yes};
}

struct sym sym_of_none(void) {
    return (struct sym){.kind = SYM_NONE};
}

void sym_remember_vague(struct engine *engine, uint32_t reg) {
    if (reg < engine->program->constant_count)
        return;
    engine->walk->vague_node = sym_instruction(engine, reg)->node;
    engine->walk->vague_engine = engine->index;
}

/* What the first program computes alike is one thing in both. */
struct sym_source sym_source_of(const struct engine *engine, uint32_t reg) {
    bool twin = engine->twins && reg != NO_REGISTER && engine->twins[reg] != NO_REGISTER;
    return twin ? (struct sym_source){0, engine->twins[reg]} : (struct sym_source){engine->index, reg};
}

struct sym sym_vague_value(struct engine *engine, uint32_t reg) {
    struct sym_source source = sym_source_of(engine, reg);
    struct sym vague = {.kind = SYM_VAGUE, .reg = source.reg};
    sym_remember_vague(engine, reg);
    if (engine->walk->space.linears.failed)
        engine->walk->failed = true;
    vague.choice = source.program;
    return vague;
}

struct sym sym_vague(struct engine *engine, uint32_t reg) {
    struct sym state = sym_state(engine, reg, STATE_MAY_FAIL);
    return state.kind == SYM_TRUTH ? sym_vague_value(engine, reg) : state;
}

struct sym sym_number(struct engine *engine, const struct linear *linear, uint32_t reg) {
    if (!linear)
        return sym_vague(engine, reg);
    return (struct sym){.kind = SYM_NUMBER, .linear = linear};
}

struct sym sym_not(struct sym a) {
    if (a.kind == SYM_TRUTH)
        a.truth = !a.truth;
    return a;
}

struct sym sym_atom(struct engine *engine, const struct atom *atom) {
    enum truth truth = atom_judge(&engine->walk->space.shape, engine->walk->zone, atom);
    return truth == TRUTH_SPLIT ? sym_split(atom) : sym_of_truth(truth == TRUTH_YES);
}

struct sym sym_is_bit(struct engine *engine, uint32_t choice, uint32_t bit) {
    struct atom atom = {.kind = ATOM_MEMBER, .i = choice, .j = bit};
    return sym_atom(engine, &atom);
}

/* While the space has grown beyond the zones at hand nothing may be looked up; the walk begins again. */
static struct sym sym_again(void) {
    struct atom nothing = {.kind = ATOM_BOUND};
    return sym_split(&nothing);
}

/* A bit of an opaque choice, which is made where it is new. */
static struct sym sym_unknown(struct engine *engine, struct choice *wanted, uint64_t domain,
                              const uint32_t *bits, uint32_t bit_count) {
    struct walk *walk = engine->walk;
    wanted->node = walk->vague_node;
    wanted->told_by = walk->vague_engine;
    uint32_t choice = space_opaque(&walk->space, wanted, domain);
    struct sym is = sym_of_truth(false);
    if (choice == NO_CHOICE)
        walk->failed = true;
    if (walk->failed || walk->space.grew)
        return sym_again();
    for (uint32_t i = 0; i < bit_count; i++) {
        is = sym_is_bit(engine, choice, bits[i]);
        if (is.kind == SYM_SPLIT || is.truth)
            return is.kind == SYM_SPLIT ? is : (struct sym){.kind = SYM_TRUTH, .reg = bits[i], .truth = true};
    }
    return is;
}

/* What is asked of a register: numbers that no key of a value is. */
enum { ASKED_TRUTH, ASKED_STATE };

struct sym sym_opaque(struct engine *engine, uint32_t reg) {
    static const uint32_t yes[] = {CHOICE_YES};
    struct sym_source source = sym_source_of(engine, reg);
    struct choice wanted = {.count = 2, .owner = source.program, .reg = source.reg, .first = ASKED_TRUTH};
    sym_remember_vague(engine, reg);
    struct sym is = sym_unknown(engine, &wanted, 3, yes, 1);
    return is.kind == SYM_TRUTH ? sym_of_truth(is.truth) : is;
}

struct sym sym_state(struct engine *engine, uint32_t reg, unsigned may) {
    enum { STATE_GIVEN, STATE_OPEN, STATE_NONE_OF, STATES };
    static const uint32_t bits[] = {STATE_OPEN, STATE_NONE_OF};
    struct sym_source source = sym_source_of(engine, reg);
    struct choice wanted = {
        .count = STATES, .owner = source.program, .reg = source.reg, .first = ASKED_STATE};
    uint64_t domain = 1u << STATE_GIVEN | (may & STATE_MAY_FAIL ? 1u << STATE_OPEN : 0) |
                      (may & STATE_MAY_BE_NONE ? 1u << STATE_NONE_OF : 0);
    if (may == 0 || reg < engine->program->constant_count || reg == NO_REGISTER)
        return sym_of_truth(true);
    sym_remember_vague(engine, reg);
    struct sym is = sym_unknown(engine, &wanted, domain, bits, 2);
    if (is.kind == SYM_SPLIT)
        return is;
    if (!is.truth)
        return sym_of_truth(true);
    return is.reg == STATE_NONE_OF ? sym_of_none()
                                   : sym_failure(sym_instruction(engine, reg), FAILURE_OVERFLOW);
}

/* A number for a value, the same for the same value. */
static uint32_t sym_key(const struct sym *a) {
    uint32_t id = a->reg;
    if (a->kind == SYM_VAGUE)
        id = a->reg * 2 + a->choice;
    else if (a->kind == SYM_NUMBER)
        id = a->linear->id;
    else if (a->kind == SYM_PERIOD)
        id = a->linear->id * 4099 + a->last->id;
    else if (a->kind == SYM_TRUTH)
        id = a->truth;
    else if (a->kind == SYM_CHOICE || a->kind == SYM_MEMBER)
        id = a->kind == SYM_CHOICE ? a->choice : a->bit;
    return (id << 4 | a->kind) + 2;
}

/* Whether two values are equal of which one cannot be expressed: a choice for the two. */
static struct sym sym_opaque_equal(struct engine *engine, struct sym a, struct sym b, uint32_t reg) {
    static const uint32_t yes[] = {CHOICE_YES};
    uint32_t x = sym_key(&a), y = sym_key(&b);
    struct choice wanted = {.count = 2, .reg = NO_REGISTER, .first = x < y ? x : y, .second = x < y ? y : x};
    if (reg != NO_REGISTER)
        sym_remember_vague(engine, reg);
    struct sym is = sym_unknown(engine, &wanted, 3, yes, 1);
    return is.kind == SYM_TRUTH ? sym_of_truth(is.truth) : is;
}

struct sym sym_both(struct sym a, struct sym b) {
    if ((a.kind == SYM_TRUTH && !a.truth) || (b.kind == SYM_TRUTH && !b.truth))
        return sym_of_truth(false);
    if (a.kind == SYM_SPLIT || b.kind == SYM_SPLIT)
        return a.kind == SYM_SPLIT ? a : b;
    if (a.kind == SYM_OPEN || b.kind == SYM_OPEN)
        return a.kind == SYM_OPEN ? a : b;
    return a.kind == SYM_NONE ? a : b;
}

struct sym sym_given(struct engine *engine, struct sym a) {
    if (a.kind != SYM_CHOICE)
        return a;
    uint32_t none = engine->walk->space.choices[a.choice].none_bit;
    if (none == UINT32_MAX)
        return a;
    struct sym is_none = sym_is_bit(engine, a.choice, none);
    if (is_none.kind == SYM_SPLIT)
        return is_none;
    return is_none.truth ? sym_of_none() : a;
}

/* Most registers of plain rules are never looked at: room for what was seen comes by pages. NULL where memory ran out. */
static struct sym_memo *sym_memo_of(struct engine *engine, uint32_t reg) {
    struct sym_memo **page = &engine->memo[reg / MEMO_PAGE];
    if (!*page && !(*page = arena_array(engine->walk->arena, MEMO_PAGE, sizeof **page))) {
        engine->walk->failed = true;
        return NULL;
    }
    return *page + reg % MEMO_PAGE;
}

/* --- facts and constants --- */

static uint32_t sym_enumeration(const struct engine *engine, const struct enumeration *enumeration) {
    const struct policy_set *set = engine->program->set;
    for (uint32_t i = 0; i < set->enumeration_count; i++) {
        if (set->enumerations[i] == enumeration)
            return i;
    }
    return UINT32_MAX;
}

static struct sym sym_member(const struct engine *engine, const struct enumeration *enumeration,
                             int64_t index) {
    uint32_t at = sym_enumeration(engine, enumeration);
    struct sym member = {.kind = SYM_MEMBER};
    if (at == UINT32_MAX || index < 0 || (size_t)index >= enumeration->count)
        return (struct sym){.kind = SYM_VAGUE};
    member.universe = engine->binding->universes[at];
    member.bit = engine->binding->members[at][index];
    return member;
}

static struct sym sym_text(const struct engine *engine, struct text text) {
    const struct universe *texts = engine->walk->space.texts;
    struct sym member = {.kind = SYM_MEMBER};
    member.universe = texts;
    for (uint32_t i = 0; i < texts->count; i++) {
        if (texts->names[i].length == text.length &&
            memcmp(texts->names[i].bytes, text.bytes, text.length) == 0)
            member.bit = i;
    }
    return member;
}

static struct sym sym_constant(struct engine *engine, uint32_t reg) {
    struct linears *linears = &engine->walk->space.linears;
    const struct value *value = &engine->program->constants[reg];
    struct sym period = {.kind = SYM_PERIOD};
    switch ((enum value_tag)value->tag) {
    case VALUE_YES_NO:
        return sym_of_truth(value->as.number != 0);
    case VALUE_DATE:
        return sym_number(engine, linear_constant(linears, value->as.day, 1), reg);
    case VALUE_NUMBER:
        return sym_number(engine, linear_constant(linears, value->as.number, 1), reg);
    case VALUE_FRACTION:
        return sym_number(engine, linear_constant(linears, value->as.fraction->num, value->as.fraction->den),
                          reg);
    case VALUE_PERIOD:
        period.linear = linear_constant(linears, value->as.period.first, 1);
        period.last = linear_constant(linears, value->as.period.last, 1);
        return period.linear && period.last ? period : sym_vague(engine, reg);
    case VALUE_TEXT:
        return sym_text(engine, *value->as.text);
    case VALUE_MEMBER:
        return sym_member(engine, engine->program->constant_types[reg]->enumeration, value->as.number);
    case VALUE_SET:
        return (struct sym){.kind = SYM_SET, .reg = reg};
    case VALUE_NONE:
        return sym_of_none();
    case VALUE_OPEN:
    case VALUE_LIST:
        break;
    }
    return sym_vague(engine, reg);
}

static struct sym sym_fact(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    struct space *space = &engine->walk->space;
    const struct place *place = &space->places[engine->binding->places[instruction->a]];
    const struct fact *fact = &engine->program->set->facts[instruction->a];
    uint32_t given = place->kind == PLACE_NUMERIC ? place->choice : place->given;
    if (place->kind != PLACE_CHOICE && given != NO_CHOICE) {
        struct sym none = sym_is_bit(engine, given, CHOICE_NONE);
        if (none.kind == SYM_SPLIT)
            return none;
        if (none.truth)
            return sym_of_none();
    }
    struct sym choice = {.kind = place->kind == PLACE_SET ? SYM_SET : SYM_CHOICE, .reg = NO_REGISTER};
    switch (place->kind) {
    case PLACE_NUMERIC: {
        num_i128 factor = 1, divisor = space->variables[place->variable].unit;
        if (fact->type.scale > place->fact->type.scale)
            factor = num_pow10(fact->type.scale - place->fact->type.scale);
        else
            divisor *= num_pow10(place->fact->type.scale - fact->type.scale);
        return sym_number(engine, linear_variable(&space->linears, place->variable, factor, divisor), reg);
    }
    case PLACE_CHOICE:
    case PLACE_SET:
        choice.universe = space->choices[place->choice].universe;
        choice.choice = place->choice;
        return choice;
    case PLACE_LIST:
        break;
    }
    return (struct sym){.kind = SYM_LIST, .reg = reg};
}

/* --- logic --- */

struct sym sym_truth(struct engine *engine, uint32_t reg) {
    struct sym a = sym_given(engine, sym_eval(engine, reg));
    if (a.kind == SYM_CHOICE)
        return sym_is_bit(engine, a.choice, CHOICE_YES);
    return a.kind == SYM_VAGUE ? sym_opaque(engine, reg) : a;
}

/* `decisive` wins over all, then what is not known yet, open, none. */
static struct sym sym_weigh(struct engine *engine, uint32_t place, bool decisive) {
    uint32_t count;
    const uint32_t *registers = sym_operands(engine, place, &count);
    struct sym result = sym_of_truth(!decisive);
    for (uint32_t i = 0; i < count; i++) {
        struct sym a = sym_truth(engine, registers[i]);
        if (a.kind == SYM_TRUTH && a.truth == decisive)
            return a;
        if (a.kind != SYM_TRUTH && (result.kind == SYM_TRUTH || a.kind < result.kind))
            result = a;
    }
    return result;
}

static struct sym sym_if(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    struct sym condition = sym_truth(engine, instruction->a);
    if (condition.kind == SYM_TRUTH)
        return sym_eval(engine, condition.truth ? instruction->b : instruction->c);
    struct sym yes = sym_eval(engine, instruction->b), no = sym_eval(engine, instruction->c);
    bool decided = yes.kind > SYM_OPEN && no.kind > SYM_OPEN;
    struct sym same = decided ? sym_same_value(engine, yes, no, reg) : sym_of_truth(false);
    if (decided && same.kind == SYM_TRUTH && same.truth)
        return yes;
    if (condition.kind == SYM_SPLIT)
        return condition;
    const struct sym all[] = {yes, no, same};
    for (int i = 0; i < 3; i++) {
        if (all[i].kind == SYM_SPLIT)
            return all[i];
    }
    if (condition.kind == SYM_OPEN)
        return condition;
    return yes.kind == SYM_OPEN ? yes : no.kind == SYM_OPEN ? no : sym_of_none();
}

static struct sym sym_is_none(struct engine *engine, uint32_t reg) {
    struct sym a = sym_given(engine, sym_eval(engine, reg));
    if (a.kind == SYM_SPLIT || a.kind == SYM_OPEN)
        return a;
    return sym_of_truth(a.kind == SYM_NONE);
}

/* --- equality and membership --- */

static struct sym sym_equal_choices(struct engine *engine, uint32_t a, uint32_t b) {
    const struct walk *walk = engine->walk;
    const struct zone_shape *shape = &walk->space.shape;
    uint32_t first = zone_first(shape, walk->zone, a);
    if (a == b)
        return sym_of_truth(true);
    if (zone_count(shape, walk->zone, a) == 1)
        return first < walk->space.choices[b].count ? sym_is_bit(engine, b, first) : sym_of_truth(false);
    bool meet = false;
    for (uint32_t bit = 0; bit < walk->space.choices[a].count && bit < walk->space.choices[b].count; bit++)
        meet = meet || (zone_may(shape, walk->zone, a, bit) && zone_may(shape, walk->zone, b, bit));
    return meet ? sym_is_bit(engine, a, first) : sym_of_truth(false);
}

static struct sym sym_in_set(struct engine *engine, struct sym member, struct sym set, uint32_t reg);

/* Sets are equal where they have the same members. */
static struct sym sym_equal_sets(struct engine *engine, struct sym a, struct sym b, uint32_t reg) {
    const struct universe *universe = a.reg == NO_REGISTER ? a.universe : b.universe;
    struct sym result = sym_of_truth(true);
    if (a.reg != NO_REGISTER && b.reg != NO_REGISTER)
        return sym_opaque(engine, reg);
    for (uint32_t bit = 0; bit < universe->count; bit++) {
        struct sym member = {.kind = SYM_MEMBER};
        member.universe = universe;
        member.bit = bit;
        struct sym x = sym_in_set(engine, member, a, reg), y = sym_in_set(engine, member, b, reg);
        struct sym same = x.kind != SYM_TRUTH   ? x
                          : y.kind != SYM_TRUTH ? y
                                                : sym_of_truth(x.truth == y.truth);
        result = sym_both(result, same);
    }
    return result;
}

static struct sym sym_equal_numbers(struct engine *engine, const struct linear *a, const struct linear *b,
                                    uint32_t reg) {
    struct linears *linears = &engine->walk->space.linears;
    if (a == b || (linear_is_constant(a) && linear_is_constant(b)))
        return sym_of_truth(a == b);
    const struct linear *over = linear_sum(linears, a, b, true), *under = linear_sum(linears, b, a, true);
    if (!over || !under)
        return sym_opaque(engine, reg);
    return sym_both(sym_at_most_zero(engine, over, reg), sym_at_most_zero(engine, under, reg));
}

/* A weekday is a number, its members are those of the built-in enumeration in their order. */
static struct sym sym_as_number(struct engine *engine, struct sym a) {
    if (a.kind == SYM_MEMBER)
        return sym_number(engine, linear_constant(&engine->walk->space.linears, a.bit, 1), NO_REGISTER);
    return a;
}

struct sym sym_equal(struct engine *engine, struct sym a, struct sym b, uint32_t reg) {
    if (a.kind == SYM_TRUTH && b.kind == SYM_TRUTH)
        return sym_of_truth(a.truth == b.truth);
    if (b.kind == SYM_CHOICE && a.kind != SYM_CHOICE) {
        struct sym other = a;
        a = b;
        b = other;
    }
    if (a.kind == SYM_CHOICE && b.kind == SYM_CHOICE)
        return sym_equal_choices(engine, a.choice, b.choice);
    if (a.kind == SYM_CHOICE && b.kind == SYM_TRUTH)
        return sym_is_bit(engine, a.choice, b.truth ? CHOICE_YES : CHOICE_NO);
    if (a.kind == SYM_CHOICE && b.kind == SYM_MEMBER)
        return sym_is_bit(engine, a.choice, b.bit);
    if (a.kind == SYM_MEMBER && b.kind == SYM_MEMBER)
        return sym_of_truth(a.bit == b.bit);
    if (a.kind == SYM_NUMBER || b.kind == SYM_NUMBER) {
        a = sym_as_number(engine, a);
        b = sym_as_number(engine, b);
    }
    if (a.kind == SYM_NUMBER && b.kind == SYM_NUMBER)
        return sym_equal_numbers(engine, a.linear, b.linear, reg);
    if (a.kind == SYM_PERIOD && b.kind == SYM_PERIOD)
        return sym_both(sym_equal_numbers(engine, a.linear, b.linear, reg),
                        sym_equal_numbers(engine, a.last, b.last, reg));
    if (a.kind == SYM_SET && b.kind == SYM_SET)
        return sym_equal_sets(engine, a, b, reg);
    if (a.kind == SYM_VAGUE || b.kind == SYM_VAGUE || a.kind == b.kind)
        return a.kind == SYM_VAGUE && b.kind == SYM_VAGUE && a.reg == b.reg && a.choice == b.choice
                   ? sym_of_truth(true)
                   : sym_opaque_equal(engine, a, b, reg);
    return sym_of_truth(false); /* `by` a day and `in` a period are different deadlines */
}

struct sym sym_same_value(struct engine *engine, struct sym a, struct sym b, uint32_t reg) {
    if (a.kind == SYM_CHOICE && b.kind == SYM_CHOICE && a.choice == b.choice)
        return sym_of_truth(true);
    a = sym_given(engine, a);
    b = sym_given(engine, b);
    if (a.kind == SYM_SPLIT || b.kind == SYM_SPLIT)
        return a.kind == SYM_SPLIT ? a : b;
    if (a.kind == SYM_NONE || b.kind == SYM_NONE)
        return sym_of_truth(a.kind == b.kind);
    return sym_equal(engine, a, b, reg);
}

/* Both have values (or are none, which equals nothing). `places` are scales of numbers, NULL for others. */
static struct sym sym_is(struct engine *engine, struct sym a, struct sym b, const uint32_t *places,
                         uint32_t reg) {
    struct linears *linears = &engine->walk->space.linears;
    if (a.kind == SYM_OPEN || b.kind == SYM_OPEN)
        return a.kind == SYM_OPEN ? a : b;
    bool mark = a.kind == SYM_CHOICE && (b.kind == SYM_MEMBER || b.kind == SYM_TRUTH);
    if (!mark) { /* a choice that may be none is just not the member */
        a = sym_given(engine, a);
        b = sym_given(engine, b);
    }
    if (a.kind == SYM_NONE || b.kind == SYM_NONE)
        return a.kind == SYM_SPLIT || b.kind == SYM_SPLIT ? (a.kind == SYM_SPLIT ? a : b)
                                                          : sym_of_truth(false);
    if (a.kind == SYM_SPLIT || b.kind == SYM_SPLIT)
        return a.kind == SYM_SPLIT ? a : b;
    if (places && a.kind == SYM_NUMBER && b.kind == SYM_NUMBER) {
        a.linear = linear_times(linears, a.linear, 1, num_pow10((int)places[0]));
        b.linear = linear_times(linears, b.linear, 1, num_pow10((int)places[1]));
        if (!a.linear || !b.linear)
            return sym_opaque(engine, reg);
    }
    return sym_equal(engine, a, b, reg);
}

/* The bits, in the universe of the choice, of constants among operands; NULL where some are no constants of it. */
static const uint64_t *sym_mask(struct engine *engine, const uint32_t *registers, uint32_t count,
                                const struct choice *choice, uint32_t reg) {
    struct sym_memo *memo = sym_memo_of(engine, reg);
    if (!memo || memo->mask)
        return memo ? memo->mask : NULL;
    uint64_t *mask = arena_array(engine->walk->arena, (choice->count + 64) / 64 + 1, sizeof *mask);
    if (!mask) {
        engine->walk->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct sym member = sym_eval(engine, registers[i]);
        if (member.kind == SYM_NONE)
            continue;
        if (registers[i] >= engine->program->constant_count || member.kind != SYM_MEMBER)
            return NULL;
        mask[member.bit / 64] |= UINT64_C(1) << member.bit % 64;
    }
    return memo->mask = mask;
}

static struct sym sym_is_one_of(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    uint32_t count, scale_count;
    const uint32_t *registers = sym_operands(engine, instruction->a, &count);
    const uint32_t *scales = sym_operands(engine, instruction->b, &scale_count);
    struct sym operand = sym_eval(engine, registers[0]), result = sym_of_truth(false);
    if (operand.kind == SYM_CHOICE) {
        const uint64_t *mask =
            sym_mask(engine, registers + 1, count - 1, &engine->walk->space.choices[operand.choice], reg);
        struct atom atom = {.kind = ATOM_AMONG, .i = operand.choice, .mask = mask};
        if (mask)
            return sym_atom(engine, &atom);
    }
    struct sym pending = sym_of_truth(true);
    for (uint32_t i = 0; i < count; i++) {
        struct sym value = sym_eval(engine, registers[i]);
        if (value.kind == SYM_OPEN)
            return value;
        if (value.kind == SYM_SPLIT) /* it may turn out open, and then the whole is */
            pending = value;
    }
    for (uint32_t i = 1; i < count; i++) {
        const uint32_t places[2] = {scale_count > 0 ? scales[0] : 0, scale_count > 0 ? scales[i] : 0};
        struct sym one =
            sym_is(engine, operand, sym_eval(engine, registers[i]), scale_count > 0 ? places : NULL, reg);
        if (one.kind == SYM_TRUTH && one.truth)
            return pending.kind == SYM_SPLIT ? pending : one;
        if (one.kind == SYM_SPLIT && result.kind == SYM_TRUTH)
            result = one;
    }
    return result;
}

static struct sym sym_in_constant_set(struct engine *engine, struct sym member, uint32_t set, uint32_t reg) {
    const struct program *program = engine->program;
    const struct member_set *words = program->constants[set].as.set;
    uint32_t at = sym_enumeration(engine, program->constant_types[set]->enumeration);
    if (at == UINT32_MAX)
        return sym_opaque(engine, reg);
    const struct enumeration *enumeration = program->set->enumerations[at];
    const uint32_t *bits = engine->binding->members[at];
    struct sym_memo *memo = sym_memo_of(engine, reg);
    uint64_t *mask = memo ? memo->mask : NULL;
    if (memo && !mask &&
        (mask = arena_array(engine->walk->arena, engine->binding->universes[at]->count / 64 + 2,
                            sizeof *mask)) != NULL) {
        for (uint32_t i = 0; i < enumeration->count; i++) {
            if (words->words[i / 64] >> i % 64 & 1)
                mask[bits[i] / 64] |= UINT64_C(1) << bits[i] % 64;
        }
        memo->mask = mask;
    }
    if (!mask) {
        engine->walk->failed = true;
        return sym_again();
    }
    if (member.kind == SYM_MEMBER)
        return sym_of_truth((mask[member.bit / 64] >> member.bit % 64 & 1) != 0);
    struct atom atom = {.kind = ATOM_AMONG, .i = member.choice, .mask = mask};
    return sym_atom(engine, &atom);
}

static struct sym sym_in_set(struct engine *engine, struct sym member, struct sym set, uint32_t reg) {
    const struct program *program = engine->program;
    if (member.kind == SYM_NUMBER) { /* a weekday: one after the other */
        for (uint32_t day = 0; day < 7; day++) {
            struct sym one = {.kind = SYM_MEMBER};
            one.universe = engine->binding->universes[0];
            one.bit = day;
            struct sym is = sym_equal(engine, member, one, reg);
            if (is.kind != SYM_TRUTH)
                return is;
            if (is.truth)
                return sym_in_set(engine, one, set, reg);
        }
    }
    if (member.kind != SYM_MEMBER && member.kind != SYM_CHOICE)
        return sym_opaque(engine, reg);
    if (set.reg == NO_REGISTER) {
        if (member.kind == SYM_MEMBER)
            return sym_is_bit(engine, set.choice + member.bit, CHOICE_YES);
        uint32_t first = zone_first(&engine->walk->space.shape, engine->walk->zone, member.choice);
        struct sym is = sym_is_bit(engine, member.choice, first);
        return is.kind == SYM_SPLIT ? is : sym_is_bit(engine, set.choice + first, CHOICE_YES);
    }
    if (set.reg < program->constant_count)
        return sym_in_constant_set(engine, member, set.reg, reg);
    uint32_t count;
    const uint32_t *registers = sym_operands(engine, sym_instruction(engine, set.reg)->a, &count);
    struct sym none_of = sym_of_truth(true);
    for (uint32_t i = 0; i < count; i++)
        none_of = sym_both(none_of, sym_not(sym_equal(engine, sym_eval(engine, registers[i]), member, reg)));
    return sym_not(none_of);
}

/* A set of expressions: open or none as soon as one of them is. */
static struct sym sym_set_of(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    uint32_t count;
    const uint32_t *registers = sym_operands(engine, instruction->a, &count);
    struct sym worst = {.kind = SYM_SET, .reg = reg};
    for (int pass = 0; pass < 3; pass++) {
        static const enum sym_kind kinds[] = {SYM_OPEN, SYM_SPLIT, SYM_NONE};
        for (uint32_t i = 0; i < count; i++) {
            struct sym a = sym_given(engine, sym_eval(engine, registers[i]));
            if (a.kind == (uint32_t)kinds[pass])
                return a;
        }
    }
    return worst;
}

/* --- the rest --- */

static struct sym sym_only_when(struct engine *engine, const struct instruction *instruction) {
    if (engine->always_asked)
        return sym_eval(engine, instruction->a);
    struct sym condition = sym_truth(engine, instruction->b);
    if (condition.kind == SYM_SPLIT)
        return condition;
    if (condition.kind == SYM_OPEN || (condition.kind == SYM_TRUTH && condition.truth)) {
        struct sym value = sym_eval(engine, instruction->a);
        if (condition.kind == SYM_OPEN && instruction->op == INS_only_when_otherwise) {
            struct sym same =
                value.kind > SYM_OPEN
                    ? sym_same_value(engine, value, sym_eval(engine, instruction->c), instruction->a)
                    : value;
            return same.kind == SYM_SPLIT ? same : same.kind == SYM_TRUTH && same.truth ? condition : value;
        }
        return value;
    }
    return sym_of_none();
}

static struct sym sym_special(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    struct linears *linears = &engine->walk->space.linears;
    const uint32_t scales[2] = {instruction->c & 0xff, instruction->c >> 8};
    switch ((enum instruction_op)instruction->op) {
    case INS_today:
        return sym_number(engine, linear_variable(linears, VARIABLE_TODAY, 1, 1), reg);
    case INS_fact:
        return sym_fact(engine, instruction, reg);
    case INS_only_when:
    case INS_only_when_otherwise:
        return sym_only_when(engine, instruction);
    case INS_announced_by:
        return sym_of_truth(true);
    case INS_all:
        return sym_weigh(engine, instruction->a, false);
    case INS_any:
        return sym_weigh(engine, instruction->a, true);
    case INS_if:
        return sym_if(engine, instruction, reg);
    case INS_is_none:
        return sym_is_none(engine, instruction->a);
    case INS_is_given:
        return sym_not(sym_is_none(engine, instruction->a));
    case INS_is:
        return sym_is(engine, sym_eval(engine, instruction->a), sym_eval(engine, instruction->b), NULL, reg);
    case INS_is_number:
        return sym_is(engine, sym_eval(engine, instruction->a), sym_eval(engine, instruction->b), scales,
                      reg);
    case INS_is_one_of:
        return sym_is_one_of(engine, instruction, reg);
    case INS_set_of:
        return sym_set_of(engine, instruction, reg);
    case INS_rule_applies:
        return sym_weigh(engine, instruction->a, true);
    case INS_duty_applies:
        return sym_duty_applies(engine, instruction->b);
    case INS_is_decided:
        return sym_is_decided(engine, instruction->b);
    case INS_gate:
    case INS_degree:
        return sym_degree(engine, instruction);
    case INS_decide:
        return sym_decide(engine, instruction, reg);
    case INS_total:
        return sym_total(engine, instruction, reg);
    default:
        return prog_op_info(instruction->op)->op_class == CLASS_LOOP ? sym_fold(engine, instruction, reg)
                                                                     : sym_vague(engine, reg);
    }
}

/* open before none, as in every strict operator; a split only where nothing is open anyhow. */
static bool sym_unusable(const struct sym *operands, int count, struct sym *result) {
    static const enum sym_kind order[] = {SYM_OPEN, SYM_SPLIT, SYM_NONE};
    for (int pass = 0; pass < 3; pass++) {
        for (int i = 0; i < count; i++) {
            if (operands[i].kind == (uint32_t)order[pass]) {
                *result = operands[i];
                return true;
            }
        }
    }
    return false;
}

static struct sym sym_strict_instruction(struct engine *engine, const struct instruction *instruction,
                                         uint32_t reg) {
    const struct op_info *info = prog_op_info(instruction->op);
    const uint32_t registers[3] = {instruction->a, instruction->b, instruction->c};
    struct sym operands[3] = {{0}}, given[3] = {{0}}, result;
    int count = 0;
    bool vague = false;
    for (int i = 0; i < 3; i++) {
        if (info->operands[i] < KIND_YESNO || info->operands[i] > KIND_ANY)
            continue;
        operands[i] = info->operands[i] == KIND_YESNO ? sym_truth(engine, registers[i])
                                                      : sym_given(engine, sym_eval(engine, registers[i]));
        vague = vague || operands[i].kind == SYM_VAGUE;
        given[count++] = operands[i];
    }
    if (sym_unusable(given, count, &result))
        return result;
    if (instruction->op == INS_not)
        return sym_not(operands[0]);
    if (vague)
        return info->result == KIND_YESNO ? sym_opaque(engine, reg) : sym_vague(engine, reg);
    if (instruction->op == INS_in_set)
        return sym_in_set(engine, operands[0], operands[1], reg);
    return sym_strict(engine, instruction, reg, operands);
}

static struct sym sym_compute(struct engine *engine, uint32_t reg) {
    if (reg < engine->program->constant_count)
        return sym_constant(engine, reg);
    const struct instruction *instruction = sym_instruction(engine, reg);
    switch (prog_op_info(instruction->op)->op_class) {
    case CLASS_STRICT:
        return sym_strict_instruction(engine, instruction, reg);
    case CLASS_NARY:
        return sym_nary(engine, instruction, reg);
    case CLASS_LOOP:
    case CLASS_SPECIAL:
        break;
    }
    return sym_special(engine, instruction, reg);
}

struct sym sym_eval(struct engine *engine, uint32_t reg) {
    struct walk *walk = engine->walk;
    struct sym_memo *memo = sym_memo_of(engine, reg);
    if (walk->space.grew || walk->failed)
        return sym_again();
    if (memo->value.kind > SYM_SPLIT || (memo->value.kind == SYM_SPLIT && memo->stamp == walk->serial))
        return memo->value;
    struct sym value = sym_compute(engine, reg);
    if (walk->space.grew)
        return sym_again();
    memo->value = value;
    memo->stamp = walk->serial;
    struct trail made = {engine->index, reg};
    if (value.kind != SYM_SPLIT && !sym_is_fixed(engine, reg) &&
        !ARENA_PUSH(walk->arena, walk->trail, walk->trail_count, walk->trail_capacity, made))
        walk->failed = true;
    return value;
}

static size_t memo_pages(const struct engine *engine) {
    return engine->program->register_count / MEMO_PAGE + 1;
}

void symbolic_reset(struct engine *engine) {
    for (size_t page = 0; page < memo_pages(engine); page++) {
        for (size_t i = 0; engine->memo[page] && i < MEMO_PAGE; i++)
            engine->memo[page][i].value.kind = SYM_UNSEEN;
    }
    for (uint32_t i = 0; i < engine->program->set->decision_count; i++)
        engine->decisions[i].fresh = true;
    for (uint32_t i = 0; i < engine->program->set->duty_count; i++)
        engine->duties[i].fresh = true;
}

bool symbolic_init(struct engine *engine, struct walk *walk, uint32_t index) {
    struct arena *arena = walk->arena;
    engine->walk = walk;
    engine->index = index;
    engine->binding = &walk->space.bindings[index];
    engine->program = engine->binding->program;
    engine->memo = arena_array(arena, memo_pages(engine), sizeof *engine->memo);
    return engine->memo && symbolic_rules_init(engine);
}
