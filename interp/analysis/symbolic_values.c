/*
 * Arithmetic under a cell: numbers, days, fractions and periods as linear forms, what leaves its range as the failure it is, and
 * functions that are not linear as derived variables. Must not know facts or rules.
 */
#include "interp/analysis/symbolic.h"

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

/* --- comparison with zero --- */

/* The variable gets a place in the zones, if it has none: then the walk begins again. */
static bool zoned(struct engine *engine, uint32_t variable) {
    struct space *space = &engine->walk->space;
    struct variable *v = &space->variables[variable];
    if (v->zone != NO_ZONE)
        return true;
    v->zone = 0;
    space->grew = true;
    return false;
}

/* x_i - x_j <= c for variables, what is known of derived ones added first. */
static struct sym difference(struct engine *engine, uint32_t i, uint32_t j, num_i128 c) {
    struct walk *walk = engine->walk;
    const struct space *space = &walk->space;
    if (!zoned(engine, i) || !zoned(engine, j) || walk->space.grew)
        return sym_split(&(struct atom){.kind = ATOM_BOUND});
    const uint32_t both[2] = {i, j};
    for (int k = 0; k < 2; k++) {
        if (space->variables[both[k]].derivation != DERIVED_NOT &&
            !derived_bound(space, both[k], walk->zone, false))
            walk->empty = true;
    }
    if (c >= ZONE_LIMIT || c <= -ZONE_LIMIT)
        return sym_of_truth(c > 0);
    struct atom atom = {.kind = ATOM_BOUND, .c = (int64_t)c};
    atom.i = space->variables[i].zone;
    atom.j = space->variables[j].zone;
    return sym_atom(engine, &atom);
}

static struct sym at_most(struct engine *engine, uint32_t variable, num_i128 limit, uint32_t reg);

/* a is at most b. */
struct sym sym_compare(struct engine *engine, const struct linear *a, const struct linear *b, bool strict,
                       uint32_t reg) {
    const struct linear *over =
        strict ? linear_sum(sym_forms(engine), b, a, true) : linear_sum(sym_forms(engine), a, b, true);
    if (!over)
        return sym_opaque(engine, reg);
    struct sym holds = sym_at_most_zero(engine, over, reg);
    return strict ? sym_not(holds) : holds;
}

static const struct linear *sym_derive(struct engine *engine, const struct variable *like) {
    uint32_t variable = space_derived(&engine->walk->space, like);
    if (variable == UINT32_MAX) {
        engine->walk->failed = true;
        return NULL;
    }
    return linear_variable(sym_forms(engine), variable, 1, 1);
}

/*
 * Whole months from a to b are at least n >= 1 exactly where a moved by n months is on or before b; at least n <= 0 exactly where b
 * moved by 1 - n months is not on or before a.
 */
static struct sym whole_months_at_least(struct engine *engine, const struct variable *v, num_i128 n,
                                        uint32_t reg) {
    struct variable moved = {.derivation = DERIVED_MONTHS,
                             .zone = NO_ZONE,
                             .fact = UINT32_MAX,
                             .unit = 1,
                             .low = 2 * (int64_t)CAL_MIN - 4000000,
                             .high = 2 * (int64_t)CAL_MAX,
                             .node = v->node,
                             .owner = v->owner};
    bool positive = n >= 1;
    num_i128 months = positive ? n : 1 - n;
    if (months * v->amount > 200000)
        return sym_of_truth(!positive);
    moved.amount = (int64_t)(months * v->amount);
    moved.rounding = v->rounding == CAL_ROUND_BACK ? CAL_ROUND_BACK : CAL_ROUND_FORWARD;
    moved.first = positive ? v->first : v->second;
    const struct linear *other = positive ? v->second : v->first, *form = sym_derive(engine, &moved);
    if (!form)
        return sym_opaque(engine, reg);
    struct sym reached = sym_compare(engine, form, other, false, reg);
    return positive ? reached : sym_not(reached);
}

/* variable <= limit. */
static struct sym at_most(struct engine *engine, uint32_t variable, num_i128 limit, uint32_t reg) {
    const struct variable *v = &engine->walk->space.variables[variable];
    if (derived_grows(v)) {
        num_i128 most, divisor;
        bool strict;
        const struct linear *first = v->first;
        derived_inverse(v, limit, &most, &divisor, &strict);
        return sym_compare(engine, first, linear_constant(sym_forms(engine), most, divisor), strict, reg);
    }
    if (v->derivation == DERIVED_WHOLE_MONTHS)
        return sym_not(whole_months_at_least(engine, v, limit + 1, reg));
    return difference(engine, variable, VARIABLE_ZERO, limit);
}

/* What the sum is known to be in the cell, by its parts and by the atoms that led here. */
static void sum_range(const struct walk *walk, const struct linear *sum, num_i128 *low, num_i128 *high) {
    linear_range(&walk->space, walk->zone, sum, low, high);
    for (size_t i = 0; i < walk->sum_count; i++) {
        const struct known_sum *known = &walk->sums[i];
        if (known->sum != sum)
            continue;
        *low = known->low > *low ? known->low : *low;
        *high = known->high < *high ? known->high : *high;
    }
}

/* sum <= c as a truth or a split; the sum is a form with no constant, whose factors have no common divisor. */
static struct sym sum_at_most(struct engine *engine, const struct linear *sum, num_i128 c, uint32_t reg) {
    num_i128 low, high;
    struct atom atom = {.kind = ATOM_SUM, .c = (int64_t)c, .sum = sum};
    sum_range(engine->walk, sum, &low, &high);
    if (high <= c || low > c)
        return sym_of_truth(high <= c);
    if (c >= ZONE_LIMIT || c <= -ZONE_LIMIT)
        return sym_opaque(engine, reg);
    return sym_split(&atom);
}

static num_i128 common_factor(const struct linear *linear) {
    num_i128 common = 0;
    for (uint32_t i = 0; i < linear->count; i++) {
        num_i128 a = linear->parts[i].factor < 0 ? -linear->parts[i].factor : linear->parts[i].factor;
        while (a != 0) {
            num_i128 left = common % a;
            common = a;
            a = left;
        }
    }
    return common;
}

/* A sum of several variables: by its direction, so that what is known of it with one constant holds for all. */
static struct sym sum_at_most_zero(struct engine *engine, const struct linear *linear, uint32_t reg) {
    num_i128 factor = common_factor(linear);
    if (linear->parts[0].factor < 0)
        factor = -factor;
    const struct linear *constant = linear_constant(sym_forms(engine), linear->constant, linear->divisor);
    const struct linear *sum = linear_times(
        sym_forms(engine), linear_sum(sym_forms(engine), linear, constant, true), linear->divisor, factor);
    if (!sum)
        return sym_opaque(engine, reg);
    for (uint32_t i = 0; i < sum->count; i++) {
        if (!zoned(engine, sum->parts[i].variable))
            return sym_split(&(struct atom){.kind = ATOM_BOUND});
    }
    /* constant + factor * sum <= 0 */
    if (factor > 0)
        return sum_at_most(engine, sum, linear_floor(-linear->constant, factor), reg);
    num_i128 least = -linear_floor(-linear->constant, -factor);
    return sym_not(sum_at_most(engine, sum, least - 1, reg));
}

struct sym sym_at_most_zero(struct engine *engine, const struct linear *linear, uint32_t reg) {
    struct walk *walk = engine->walk;
    num_i128 low, high;
    if (walk->space.grew || walk->failed)
        return sym_split(&(struct atom){.kind = ATOM_BOUND});
    linear_range(&walk->space, walk->zone, linear, &low, &high);
    if (high <= 0 || low > 0)
        return sym_of_truth(high <= 0);
    const struct linear_part *parts = linear->parts;
    if (linear->count == 1) {
        num_i128 factor = parts[0].factor;
        if (factor > 0)
            return at_most(engine, parts[0].variable, linear_floor(-linear->constant, factor), reg);
        /* variable >= ceiling(constant / -factor): not at most one less */
        num_i128 least = -linear_floor(-linear->constant, -factor);
        return sym_not(at_most(engine, parts[0].variable, least - 1, reg));
    }
    if (linear->count == 2 && parts[0].factor == -parts[1].factor) {
        bool first = parts[0].factor > 0;
        num_i128 factor = first ? parts[0].factor : parts[1].factor;
        return difference(engine, parts[first ? 0 : 1].variable, parts[first ? 1 : 0].variable,
                          linear_floor(-linear->constant, factor));
    }
    return sum_at_most_zero(engine, linear, reg);
}

/* --- ranges --- */

/* The form, which has to be low through high; else the failure. */
struct sym sym_within(struct engine *engine, const struct linear *linear, num_i128 low, num_i128 high,
                      enum failure failure, uint32_t reg) {
    struct sym result = sym_number(engine, linear, reg);
    if (!linear)
        return result;
    num_i128 least, most;
    linear_range(&engine->walk->space, engine->walk->zone, linear, &least, &most);
    if (least >= low * linear->divisor && most <= high * linear->divisor)
        return result;
    const struct linear *bottom = linear_constant(sym_forms(engine), low, 1),
                        *top = linear_constant(sym_forms(engine), high, 1);
    struct sym inside = sym_both(sym_compare(engine, bottom, linear, false, reg),
                                 sym_compare(engine, linear, top, false, reg));
    if (inside.kind == SYM_SPLIT)
        return inside;
    return inside.truth ? result : sym_failure(sym_instruction(engine, reg), failure);
}

static struct sym as_number(struct engine *engine, const struct linear *linear, uint32_t reg) {
    return sym_within(engine, linear, -(num_i128)NUM_LIMIT, NUM_LIMIT, FAILURE_OVERFLOW, reg);
}

struct sym sym_as_day(struct engine *engine, const struct linear *linear, uint32_t reg) {
    return sym_within(engine, linear, CAL_MIN, CAL_MAX, FAILURE_DATE_RANGE, reg);
}

static struct sym in_range(struct engine *engine, const struct instruction *instruction,
                           const struct linear *linear, uint32_t reg) {
    const int64_t *wides = engine->program->wides;
    int64_t low = wides[instruction->b], high = wides[instruction->c];
    return sym_within(engine, linear, low, high, FAILURE_OUT_OF_RANGE, reg);
}

struct sym sym_number_within(struct engine *engine, const struct linear *linear, const struct type *type,
                             uint32_t reg) {
    struct sym sum = as_number(engine, linear, reg);
    if (sum.kind != SYM_NUMBER || (!type->has_low && !type->has_high))
        return sum;
    return sym_within(engine, linear, type->has_low ? type->low : -NUM_LIMIT,
                      type->has_high ? type->high : NUM_LIMIT, FAILURE_OUT_OF_RANGE, reg);
}

/* Halves what is known of the form, low through high times its divisor; vague where that says nothing new. */
struct sym sym_halved(struct engine *engine, const struct linear *form, num_i128 low, num_i128 high,
                      uint32_t reg) {
    const struct linear *middle =
        linear_constant(sym_forms(engine), linear_floor(low + high, 2), form->divisor);
    struct sym half = sym_compare(engine, form, middle, false, reg);
    return half.kind == SYM_SPLIT ? half : sym_vague(engine, reg);
}

/* --- functions --- */

struct variable sym_derived_like(const struct engine *engine, const struct instruction *instruction,
                                 enum derivation derivation) {
    return (struct variable){.derivation = derivation,
                             .zone = NO_ZONE,
                             .fact = UINT32_MAX,
                             .unit = 1,
                             .low = 2 * (int64_t)CAL_MIN - 4000000,
                             .high = 2 * (int64_t)CAL_MAX,
                             .node = instruction->node,
                             .owner = engine->index};
}

/* The function's value where the arguments are constants, a failure where it has none, else the variable. */
struct sym sym_apply(struct engine *engine, const struct variable *wanted, enum failure failure,
                     uint32_t reg) {
    int64_t value;
    bool fixed = linear_is_constant(wanted->first) && (!wanted->second || linear_is_constant(wanted->second));
    if (fixed && (!wanted->second || wanted->second->divisor == 1)) {
        if (!derived_value(wanted, wanted->first->constant, wanted->second ? wanted->second->constant : 0,
                           &value))
            return sym_failure(sym_instruction(engine, reg), failure);
        return sym_number(engine, linear_constant(sym_forms(engine), value, 1), reg);
    }
    return sym_number(engine, sym_derive(engine, wanted), reg);
}

/* --- numbers and fractions --- */

static struct sym factor_within(struct engine *engine, const struct linear *factor, num_i128 most,
                                uint32_t reg) {
    return sym_both(sym_compare(engine, factor, linear_constant(sym_forms(engine), most, 1), false, reg),
                    sym_compare(engine, linear_constant(sym_forms(engine), -most, 1), factor, false, reg));
}

static struct sym product(struct engine *engine, const struct instruction *instruction,
                          const struct linear *a, const struct linear *b, bool number, uint32_t reg) {
    const struct linear *result;
    if (linear_is_constant(a) || linear_is_constant(b)) {
        const struct linear *constant = linear_is_constant(a) ? a : b, *other = constant == a ? b : a;
        result = linear_times(sym_forms(engine), other, constant->constant, constant->divisor);
        return number ? as_number(engine, result, reg) : sym_number(engine, result, reg);
    }
    struct variable wanted = sym_derived_like(engine, instruction, DERIVED_PRODUCT);
    wanted.low = -ZONE_LIMIT / 2;
    wanted.high = ZONE_LIMIT / 2;
    wanted.first = linear_times(sym_forms(engine), a, a->divisor, 1);
    wanted.second = linear_times(sym_forms(engine), b, b->divisor, 1);
    if (!wanted.first || !wanted.second)
        return sym_vague(engine, reg);
    /* Factors that are larger may give more than a variable holds; these cases are not looked into. */
    const num_i128 most = 1000000000;
    struct sym small = sym_both(factor_within(engine, wanted.first, most, reg),
                                factor_within(engine, wanted.second, most, reg));
    if (small.kind == SYM_SPLIT)
        return small;
    if (small.kind != SYM_TRUTH || !small.truth)
        return sym_vague(engine, reg);
    const struct linear *variable = sym_derive(engine, &wanted);
    result = linear_times(sym_forms(engine), variable, 1, a->divisor * b->divisor);
    return number ? as_number(engine, result, reg) : sym_number(engine, result, reg);
}

static struct sym quotient(struct engine *engine, const struct linear *a, const struct linear *b,
                           uint32_t reg) {
    struct sym zero = sym_both(sym_at_most_zero(engine, b, reg),
                               sym_compare(engine, linear_constant(sym_forms(engine), 0, 1), b, false, reg));
    if (zero.kind != SYM_TRUTH)
        return zero;
    if (zero.truth)
        return sym_failure(sym_instruction(engine, reg), FAILURE_ZERO_DIVISION);
    num_i128 low, high;
    linear_range(&engine->walk->space, engine->walk->zone, b, &low, &high);
    if (low != high) { /* a divisor with several values: beyond linear forms */
        const num_i128 most = (num_i128)1 << 60;
        num_i128 least_a, most_a;
        linear_range(&engine->walk->space, engine->walk->zone, a, &least_a, &most_a);
        bool exact = low > -most && high < most && least_a > -most && most_a < most && a->divisor < most &&
                     b->divisor < most;
        return exact ? sym_vague_value(engine, reg) : sym_vague(engine, reg);
    }
    return sym_number(engine, linear_times(sym_forms(engine), a, b->divisor, low), reg);
}

static struct sym rounded(struct engine *engine, const struct instruction *instruction,
                          const struct linear *a, uint32_t reg) {
    struct variable wanted = sym_derived_like(engine, instruction, DERIVED_ROUND);
    num_i128 low, high;
    linear_range(&engine->walk->space, engine->walk->zone, a, &low, &high);
    wanted.first = a;
    wanted.amount = instruction->b;
    wanted.rounding = instruction->c;
    wanted.low = -NUM_LIMIT;
    wanted.high = NUM_LIMIT;
    num_i128 limit = (num_i128)(NUM_LIMIT / num_pow10((int)instruction->b)) * a->divisor;
    if (!linear_is_constant(a) && (low < -limit || high > limit))
        return sym_vague(engine, reg);
    return sym_apply(engine, &wanted, FAILURE_OVERFLOW, reg);
}

/* a before b, in numbers of the scales of the instruction. */
static struct sym ordered(struct engine *engine, const struct instruction *instruction,
                          const struct sym operands[3], bool swapped, bool strict, uint32_t reg) {
    const struct linear *a = operands[0].linear, *b = operands[1].linear;
    if (prog_op_info(instruction->op)->operands[2] == KIND_SCALES) {
        a = linear_times(sym_forms(engine), a, 1, num_pow10((int)(instruction->c & 0xff)));
        b = linear_times(sym_forms(engine), b, 1, num_pow10((int)(instruction->c >> 8)));
    }
    return swapped ? sym_compare(engine, b, a, strict, reg) : sym_compare(engine, a, b, strict, reg);
}

static struct sym arithmetic(struct engine *engine, const struct instruction *instruction,
                             const struct sym operands[3], uint32_t reg) {
    const struct linear *a = operands[0].linear, *b = operands[1].linear;
    struct linears *linears = sym_forms(engine);
    bool minus = instruction->op == INS_subtract || instruction->op == INS_subtract_fractions;
    switch ((enum instruction_op)instruction->op) {
    case INS_add:
    case INS_subtract:
        a = linear_times(linears, a, num_pow10((int)(instruction->c & 0xff)), 1);
        b = linear_times(linears, b, num_pow10((int)(instruction->c >> 8)), 1);
        return as_number(engine, linear_sum(linears, a, b, minus), reg);
    case INS_add_fractions:
    case INS_subtract_fractions:
        return sym_number(engine, linear_sum(linears, a, b, minus), reg);
    case INS_multiply:
    case INS_multiply_fractions:
        return product(engine, instruction, a, b, instruction->op == INS_multiply, reg);
    case INS_divide:
        return quotient(engine, a, b, reg);
    case INS_negate:
    case INS_negate_fraction:
        return sym_number(engine, linear_times(linears, a, -1, 1), reg);
    case INS_rescale:
        return as_number(engine, linear_times(linears, a, num_pow10((int)instruction->b), 1), reg);
    case INS_fraction:
        return sym_number(engine, linear_times(linears, a, 1, num_pow10((int)instruction->b)), reg);
    case INS_round:
        return rounded(engine, instruction, a, reg);
    case INS_days_between:
        return sym_number(engine, linear_sum(linears, b, a, true), reg);
    default:
        return in_range(engine, instruction, a, reg);
    }
}

static struct sym of_period(struct engine *engine, const struct instruction *instruction,
                            const struct sym operands[3], uint32_t reg) {
    struct sym period = {.kind = SYM_PERIOD}, last = operands[1];
    switch ((enum instruction_op)instruction->op) {
    case INS_start_of:
        return sym_number(engine, operands[0].linear, reg);
    case INS_end_of:
        return sym_number(engine, operands[0].last, reg);
    case INS_in_period:
        return sym_both(sym_compare(engine, operands[1].linear, operands[0].linear, false, reg),
                        sym_compare(engine, operands[0].linear, operands[1].last, false, reg));
    case INS_until: {
        const struct linear *one = linear_constant(sym_forms(engine), 1, 1);
        last = sym_as_day(engine, linear_sum(sym_forms(engine), operands[1].linear, one, true), reg);
        if (last.kind != SYM_NUMBER)
            return last;
        break;
    }
    default:
        break;
    }
    period.linear = operands[0].linear;
    period.last = last.linear;
    return period;
}

struct sym sym_strict(struct engine *engine, const struct instruction *instruction, uint32_t reg,
                      const struct sym operands[3]) {
    switch ((enum instruction_op)instruction->op) {
    case INS_less:
    case INS_less_fraction:
    case INS_before:
        return ordered(engine, instruction, operands, false, true, reg);
    case INS_less_equal:
    case INS_less_equal_fraction:
    case INS_on_or_before:
        return ordered(engine, instruction, operands, false, false, reg);
    case INS_greater:
    case INS_greater_fraction:
    case INS_after:
        return ordered(engine, instruction, operands, true, true, reg);
    case INS_greater_equal:
    case INS_greater_equal_fraction:
    case INS_on_or_after:
        return ordered(engine, instruction, operands, true, false, reg);
    case INS_move_days:
    case INS_move_weeks:
    case INS_move_months:
    case INS_move_years:
        return sym_moved_by(engine, instruction, operands, reg);
    case INS_within_days:
    case INS_within_weeks:
    case INS_within_months:
    case INS_within_years:
        return sym_within_period(engine, instruction, operands, reg);
    case INS_whole_months:
        return sym_of_two_days(engine, instruction, operands, DERIVED_WHOLE_MONTHS, 1, reg);
    case INS_whole_years:
        return sym_of_two_days(engine, instruction, operands, DERIVED_WHOLE_MONTHS, 12, reg);
    case INS_anniversary_in:
        return sym_of_two_days(engine, instruction, operands, DERIVED_ANNIVERSARY_IN, 0, reg);
    case INS_next_anniversary:
        return sym_of_two_days(engine, instruction, operands, DERIVED_NEXT_ANNIVERSARY, 0, reg);
    case INS_start_of_month:
    case INS_end_of_month:
    case INS_year_of:
    case INS_month_of:
    case INS_day_of:
    case INS_weekday_of:
        return sym_part_of(engine, instruction, operands[0].linear, reg);
    case INS_through:
    case INS_until:
    case INS_start_of:
    case INS_end_of:
    case INS_in_period:
        return of_period(engine, instruction, operands, reg);
    default:
        return arithmetic(engine, instruction, operands, reg);
    }
}

/* The extreme of several: one after the other is compared with the best so far. */
struct sym sym_nary(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    uint32_t count, lift_count;
    const uint32_t *registers = sym_operands(engine, instruction->a, &count);
    const uint32_t *lifts = sym_operands(engine, instruction->b, &lift_count);
    bool largest = instruction->op == INS_largest || instruction->op == INS_largest_fraction ||
                   instruction->op == INS_latest;
    const struct linear *best = NULL;
    static const enum sym_kind order[] = {SYM_OPEN, SYM_SPLIT, SYM_NONE, SYM_VAGUE};
    for (int pass = 0; pass < 4; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            struct sym a = sym_given(engine, sym_eval(engine, registers[i]));
            if (a.kind == (uint32_t)order[pass])
                return pass == 3 ? sym_vague_value(engine, reg) : a;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct sym a = sym_eval(engine, registers[i]);
        if (lift_count > 0 && lifts[i] > 0)
            a = as_number(engine, linear_times(sym_forms(engine), a.linear, num_pow10((int)lifts[i]), 1),
                          reg);
        if (a.kind != SYM_NUMBER)
            return a;
        if (!best) {
            best = a.linear;
            continue;
        }
        struct sym better = largest ? sym_compare(engine, a.linear, best, false, reg)
                                    : sym_compare(engine, best, a.linear, false, reg);
        if (better.kind != SYM_TRUTH)
            return better;
        best = better.truth ? best : a.linear;
    }
    return sym_number(engine, best, reg);
}
