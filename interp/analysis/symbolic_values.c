/*
 * Arithmetic under a cell: numbers, days, fractions and periods as linear forms, what leaves its range as the failure it is, and
 * functions that are not linear as derived variables. Must not know facts or rules.
 */
#include "interp/analysis/symbolic.h"

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

static struct linears *forms(const struct engine *engine) {
    return &engine->walk->space.linears;
}

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
static struct sym compare(struct engine *engine, const struct linear *a, const struct linear *b, bool strict,
                          uint32_t reg) {
    const struct linear *over =
        strict ? linear_sum(forms(engine), b, a, true) : linear_sum(forms(engine), a, b, true);
    if (!over)
        return sym_opaque(engine, reg);
    struct sym holds = sym_at_most_zero(engine, over, reg);
    return strict ? sym_not(holds) : holds;
}

static const struct linear *derive(struct engine *engine, const struct variable *like) {
    uint32_t variable = space_derived(&engine->walk->space, like);
    if (variable == UINT32_MAX) {
        engine->walk->failed = true;
        return NULL;
    }
    return linear_variable(forms(engine), variable, 1, 1);
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
    const struct linear *other = positive ? v->second : v->first, *form = derive(engine, &moved);
    if (!form)
        return sym_opaque(engine, reg);
    struct sym reached = compare(engine, form, other, false, reg);
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
        return compare(engine, first, linear_constant(forms(engine), most, divisor), strict, reg);
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
static struct sym sum_at_most(struct engine *engine, const struct linear *sum, num_i128 c) {
    num_i128 low, high;
    struct atom atom = {.kind = ATOM_SUM, .c = (int64_t)c, .sum = sum};
    sum_range(engine->walk, sum, &low, &high);
    if (high <= c || low > c)
        return sym_of_truth(high <= c);
    if (c >= ZONE_LIMIT || c <= -ZONE_LIMIT)
        return sym_of_truth(c > 0);
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
    const struct linear *constant = linear_constant(forms(engine), linear->constant, linear->divisor);
    const struct linear *sum = linear_times(forms(engine), linear_sum(forms(engine), linear, constant, true),
                                            linear->divisor, factor);
    if (!sum)
        return sym_opaque(engine, reg);
    for (uint32_t i = 0; i < sum->count; i++) {
        if (!zoned(engine, sum->parts[i].variable))
            return sym_split(&(struct atom){.kind = ATOM_BOUND});
    }
    /* constant + factor * sum <= 0 */
    if (factor > 0)
        return sum_at_most(engine, sum, linear_floor(-linear->constant, factor));
    num_i128 least = -linear_floor(-linear->constant, -factor);
    return sym_not(sum_at_most(engine, sum, least - 1));
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
static struct sym within(struct engine *engine, const struct linear *linear, num_i128 low, num_i128 high,
                         enum failure failure, uint32_t reg) {
    struct sym result = sym_number(engine, linear, reg);
    if (!linear)
        return result;
    num_i128 least, most;
    linear_range(&engine->walk->space, engine->walk->zone, linear, &least, &most);
    if (least >= low * linear->divisor && most <= high * linear->divisor)
        return result;
    const struct linear *bottom = linear_constant(forms(engine), low, 1),
                        *top = linear_constant(forms(engine), high, 1);
    struct sym inside =
        sym_both(compare(engine, bottom, linear, false, reg), compare(engine, linear, top, false, reg));
    if (inside.kind == SYM_SPLIT)
        return inside;
    return inside.truth ? result : sym_failure(sym_instruction(engine, reg), failure);
}

static struct sym as_number(struct engine *engine, const struct linear *linear, uint32_t reg) {
    return within(engine, linear, -(num_i128)NUM_LIMIT, NUM_LIMIT, FAILURE_OVERFLOW, reg);
}

static struct sym as_day(struct engine *engine, const struct linear *linear, uint32_t reg) {
    return within(engine, linear, CAL_MIN, CAL_MAX, FAILURE_DATE_RANGE, reg);
}

static struct sym in_range(struct engine *engine, const struct instruction *instruction,
                           const struct linear *linear, uint32_t reg) {
    const int64_t *wides = engine->program->wides;
    int64_t low = wides[instruction->b], high = wides[instruction->c];
    return within(engine, linear, low, high, FAILURE_OUT_OF_RANGE, reg);
}

struct sym sym_number_within(struct engine *engine, const struct linear *linear, const struct type *type,
                             uint32_t reg) {
    struct sym sum = as_number(engine, linear, reg);
    if (sum.kind != SYM_NUMBER || (!type->has_low && !type->has_high))
        return sum;
    return within(engine, linear, type->has_low ? type->low : -NUM_LIMIT,
                  type->has_high ? type->high : NUM_LIMIT, FAILURE_OUT_OF_RANGE, reg);
}

/* Halves what is known of the form, low through high times its divisor; vague where that says nothing new. */
static struct sym halved(struct engine *engine, const struct linear *form, num_i128 low, num_i128 high,
                         uint32_t reg) {
    const struct linear *middle = linear_constant(forms(engine), linear_floor(low + high, 2), form->divisor);
    struct sym half = compare(engine, form, middle, false, reg);
    return half.kind == SYM_SPLIT ? half : sym_vague(engine, reg);
}

/* --- functions of dates --- */

static struct variable derived_like(const struct engine *engine, const struct instruction *instruction,
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
static struct sym apply(struct engine *engine, const struct variable *wanted, enum failure failure,
                        uint32_t reg) {
    int64_t value;
    bool fixed = linear_is_constant(wanted->first) && (!wanted->second || linear_is_constant(wanted->second));
    if (fixed && (!wanted->second || wanted->second->divisor == 1)) {
        if (!derived_value(wanted, wanted->first->constant, wanted->second ? wanted->second->constant : 0,
                           &value))
            return sym_failure(sym_instruction(engine, reg), failure);
        return sym_number(engine, linear_constant(forms(engine), value, 1), reg);
    }
    return sym_number(engine, derive(engine, wanted), reg);
}

/* Whether some day of a month that the argument may be in has no counterpart; `last` gets the last day of that month that has one. */
static bool missing_day(const struct variable *moved, num_i128 low, num_i128 high, cal_day *last) {
    num_i128 second = moved->second ? moved->second->constant : 0;
    for (num_i128 day = low; day <= high;) {
        cal_day end = cal_end_of_month((cal_day)day);
        cal_day to = end < high ? end : (cal_day)high;
        int64_t value;
        for (cal_day at = to; at >= day && at > end - 3; at--) {
            if (!derived_value(moved, at, second, &value)) {
                while (at > CAL_MIN && cal_month(at - 1) == cal_month(end) &&
                       !derived_value(moved, at - 1, second, &value))
                    at--;
                *last = at - 1;
                return true;
            }
        }
        day = (num_i128)end + 1;
    }
    return false;
}

/*
 * Functions with no rounding said, or `error`: days that have no counterpart are failures, found month by month; what is left moves as
 * with any rounding.
 */
static struct sym exact_days(struct engine *engine, const struct variable *wanted, uint32_t reg) {
    num_i128 low, high;
    cal_day last;
    struct variable whole = *wanted;
    linear_range(&engine->walk->space, engine->walk->zone, wanted->first, &low, &high);
    if (wanted->first->divisor != 1 || low < CAL_MIN || high > CAL_MAX ||
        (wanted->second && (!linear_is_constant(wanted->second) || wanted->second->divisor != 1)))
        return sym_vague(engine, reg);
    whole.rounding = CAL_ROUND_BACK;
    if (!missing_day(wanted, low, high, &last))
        return apply(engine, &whole, FAILURE_NO_SUCH_DAY, reg);
    const struct linear *edge = linear_constant(forms(engine), last, 1);
    const struct linear *end = linear_constant(forms(engine), cal_end_of_month(last), 1);
    struct sym before = compare(engine, wanted->first, edge, false, reg);
    if (before.kind == SYM_SPLIT)
        return before;
    struct sym after = compare(engine, wanted->first, end, false, reg);
    return after.kind == SYM_SPLIT ? after : sym_failure(sym_instruction(engine, reg), FAILURE_NO_SUCH_DAY);
}

/* The days for which the result stays in the calendar. */
static void months_domain(int64_t months, int64_t *low, int64_t *high) {
    struct variable moved = {.derivation = DERIVED_MONTHS, .amount = months, .rounding = CAL_ROUND_BACK};
    int64_t value, month = months < 0 ? -months : months;
    *low = CAL_MIN;
    *high = CAL_MAX;
    if (months < 0)
        *low = month > 119987 ? (int64_t)CAL_MAX + 1 : *low + month * 30;
    else
        *high = month > 119987 ? (int64_t)CAL_MIN - 1 : *high - month * 30;
    while (*low > CAL_MIN && *low <= CAL_MAX && derived_value(&moved, *low - 1, 0, &value))
        (*low)--;
    while (*low <= CAL_MAX && !derived_value(&moved, *low, 0, &value))
        (*low)++;
    while (*high < CAL_MAX && *high >= CAL_MIN && derived_value(&moved, *high + 1, 0, &value))
        (*high)++;
    while (*high >= CAL_MIN && !derived_value(&moved, *high, 0, &value))
        (*high)--;
}

/* Moved by a number of months that is fixed in the cell. */
static struct sym move_by_fixed(struct engine *engine, const struct variable *wanted, num_i128 count,
                                uint32_t reg) {
    struct variable moved = *wanted;
    int64_t low, high;
    if (count > 200000 || count < -200000)
        return sym_failure(sym_instruction(engine, reg), FAILURE_DATE_RANGE);
    moved.derivation = DERIVED_MONTHS;
    moved.second = NULL;
    moved.amount *= (int64_t)count;
    if (moved.amount == 0)
        return sym_number(engine, moved.first, reg);
    months_domain(moved.amount, &low, &high);
    struct sym inside = within(engine, moved.first, low, high, FAILURE_DATE_RANGE, reg);
    if (inside.kind != SYM_NUMBER)
        return inside;
    if (moved.rounding == CAL_ROUND_BACK || moved.rounding == CAL_ROUND_FORWARD)
        return apply(engine, &moved, FAILURE_DATE_RANGE, reg);
    return exact_days(engine, &moved, reg);
}

/* Whether all of the days stay in the calendar; SYM_TRUTH or SYM_SPLIT. Months are `low` through `high` times the amount. */
static struct sym stays_in_calendar(struct engine *engine, const struct variable *moved, num_i128 low,
                                    num_i128 high, uint32_t reg) {
    int64_t from, to, first, last;
    months_domain((int64_t)low * moved->amount, &first, &last);
    months_domain((int64_t)high * moved->amount, &from, &to);
    first = from > first ? from : first;
    last = to < last ? to : last;
    if (first > last)
        return sym_of_truth(false);
    return sym_both(compare(engine, linear_constant(forms(engine), first, 1), moved->first, false, reg),
                    compare(engine, moved->first, linear_constant(forms(engine), last, 1), false, reg));
}

/* Beyond so many numbers of months they are not tried one by one. */
#define MOVED_MOST 1000

static struct sym move_by_months(struct engine *engine, const struct instruction *instruction,
                                 const struct linear *day, const struct linear *count, int64_t unit,
                                 uint32_t how, uint32_t reg) {
    struct variable moved = derived_like(engine, instruction, DERIVED_MOVED);
    num_i128 low, high;
    moved.first = day;
    moved.second = count;
    moved.rounding = how >> 8;
    moved.amount = how & 1 ? -unit : unit;
    if (count->divisor != 1)
        return sym_vague(engine, reg);
    linear_range(&engine->walk->space, engine->walk->zone, count, &low, &high);
    if (low == high)
        return move_by_fixed(engine, &moved, low, reg);
    struct sym inside = within(engine, count, -200000, 200000, FAILURE_DATE_RANGE, reg);
    if (inside.kind != SYM_NUMBER)
        return inside;
    bool rounds = moved.rounding == CAL_ROUND_BACK || moved.rounding == CAL_ROUND_FORWARD;
    struct sym stays = sym_of_truth(false);
    if (rounds && low >= -200000 && high <= 200000)
        stays = stays_in_calendar(engine, &moved, low, high, reg);
    if (stays.kind != SYM_TRUTH)
        return stays;
    if (stays.truth)
        return apply(engine, &moved, FAILURE_DATE_RANGE, reg);
    return high - low > MOVED_MOST ? sym_vague(engine, reg) : halved(engine, count, low, high, reg);
}

static struct sym move_by_days(struct engine *engine, const struct linear *day, const struct linear *count,
                               int64_t unit, bool backward, uint32_t reg) {
    const struct linear *by = linear_times(forms(engine), count, backward ? -unit : unit, 1);
    return as_day(engine, linear_sum(forms(engine), day, by, false), reg);
}

static struct sym moved_by(struct engine *engine, const struct instruction *instruction,
                           const struct sym operands[3], uint32_t reg) {
    const struct linear *day = operands[0].linear, *count = operands[1].linear;
    uint32_t how = instruction->c;
    switch ((enum instruction_op)instruction->op) {
    case INS_move_days:
    case INS_within_days:
        return move_by_days(engine, day, count, 1, instruction->op == INS_move_days && (how & 1), reg);
    case INS_move_weeks:
    case INS_within_weeks:
        return move_by_days(engine, day, count, 7, instruction->op == INS_move_weeks && (how & 1), reg);
    case INS_move_months:
    case INS_within_months:
        return move_by_months(engine, instruction, day, count, 1, how, reg);
    default:
        return move_by_months(engine, instruction, day, count, 12, how, reg);
    }
}

/* The day after the date through the moved date. */
static struct sym within_period(struct engine *engine, const struct instruction *instruction,
                                const struct sym operands[3], uint32_t reg) {
    const struct linear *one = linear_constant(forms(engine), 1, 1);
    struct sym first = as_day(engine, linear_sum(forms(engine), operands[0].linear, one, false), reg);
    struct sym last = moved_by(engine, instruction, operands, reg);
    if (first.kind != SYM_NUMBER)
        return first;
    if (last.kind != SYM_NUMBER)
        return last;
    struct sym period = {.kind = SYM_PERIOD};
    period.linear = first.linear;
    period.last = last.linear;
    return period;
}

static struct sym part_of(struct engine *engine, const struct instruction *instruction,
                          const struct linear *day, uint32_t reg) {
    static const struct {
        uint16_t op;
        uint16_t derivation;
        int32_t low, high;
    } parts[] = {
        {INS_start_of_month, DERIVED_START_OF_MONTH, CAL_MIN, CAL_MAX},
        {INS_end_of_month, DERIVED_END_OF_MONTH, CAL_MIN, CAL_MAX},
        {INS_year_of, DERIVED_YEAR, 1, 9999},
        {INS_month_of, DERIVED_MONTH, 1, 12},
        {INS_day_of, DERIVED_DAY, 1, 31},
        {INS_weekday_of, DERIVED_WEEKDAY, 0, 6},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].op != instruction->op)
            continue;
        struct variable wanted = derived_like(engine, instruction, (enum derivation)parts[i].derivation);
        wanted.first = day;
        wanted.low = parts[i].low;
        wanted.high = parts[i].high;
        return day->divisor == 1 ? apply(engine, &wanted, FAILURE_DATE_RANGE, reg) : sym_vague(engine, reg);
    }
    return sym_vague(engine, reg);
}

/* Whether the argument is a 29 February, which alone can lack an anniversary: that one then; SYM_TRUTH or SYM_SPLIT, or vague. */
static struct sym leap_day_apart(struct engine *engine, const struct variable *wanted, uint32_t reg,
                                 cal_day *leap_day) {
    const struct linear *first = wanted->first;
    num_i128 low, high;
    *leap_day = CAL_MIN;
    linear_range(&engine->walk->space, engine->walk->zone, first, &low, &high);
    if (first->divisor != 1 || low < CAL_MIN || high > CAL_MAX)
        return sym_vague(engine, reg);
    for (int year = cal_year((cal_day)low); year <= cal_year((cal_day)high); year++) {
        cal_day leap;
        if (!cal_from_civil(year, 2, 29, &leap) || leap < low || leap > high)
            continue;
        struct sym before = compare(engine, first, linear_constant(forms(engine), leap - 1, 1), false, reg);
        if (before.kind == SYM_SPLIT)
            return before;
        struct sym on = compare(engine, first, linear_constant(forms(engine), leap, 1), false, reg);
        *leap_day = leap;
        return on.kind == SYM_SPLIT ? on : sym_of_truth(true);
    }
    return sym_of_truth(false);
}

/* Anniversaries of a leap day after a day: one for as long as that day's outcome stays what it is. */
static struct sym leap_anniversary(struct engine *engine, const struct variable *wanted, cal_day leap,
                                   uint32_t reg) {
    num_i128 low, high;
    int64_t first, value;
    linear_range(&engine->walk->space, engine->walk->zone, wanted->second, &low, &high);
    if (wanted->second->divisor != 1 || low < CAL_MIN || high > CAL_MAX)
        return sym_vague(engine, reg);
    bool is = derived_value(wanted, leap, low, &first);
    for (num_i128 day = low + 1; day <= high; day++) {
        bool is_too = derived_value(wanted, leap, day, &value);
        if (is == is_too && (!is || value == first))
            continue;
        struct sym before =
            compare(engine, wanted->second, linear_constant(forms(engine), day - 1, 1), false, reg);
        return before.kind == SYM_SPLIT ? before : sym_vague(engine, reg);
    }
    return is ? sym_number(engine, linear_constant(forms(engine), first, 1), reg)
              : sym_failure(sym_instruction(engine, reg), FAILURE_NO_SUCH_DAY);
}

static struct sym anniversary_in(struct engine *engine, const struct variable *wanted, uint32_t reg) {
    struct variable fixed = *wanted, whole = *wanted;
    num_i128 low, high;
    cal_day leap;
    struct sym inside = within(engine, wanted->second, 1, 9999, FAILURE_DATE_RANGE, reg);
    if (inside.kind != SYM_NUMBER)
        return inside;
    if (wanted->rounding == CAL_ROUND_BACK || wanted->rounding == CAL_ROUND_FORWARD)
        return apply(engine, wanted, FAILURE_DATE_RANGE, reg);
    linear_range(&engine->walk->space, engine->walk->zone, wanted->second, &low, &high);
    if (low == high && wanted->second->divisor == 1) {
        fixed.second = linear_constant(forms(engine), low, 1);
        return fixed.second ? exact_days(engine, &fixed, reg) : sym_vague(engine, reg);
    }
    struct sym apart = leap_day_apart(engine, wanted, reg, &leap);
    if (apart.kind != SYM_TRUTH)
        return apart;
    if (apart.truth)
        return halved(engine, wanted->second, low, high, reg);
    whole.rounding = CAL_ROUND_BACK;
    return apply(engine, &whole, FAILURE_DATE_RANGE, reg);
}

/* In the calendar's last year there may be none any more, which is not looked into. */
static struct sym next_anniversary(struct engine *engine, const struct variable *wanted, uint32_t reg) {
    struct variable whole = *wanted;
    cal_day leap, last = cal_start_of_month(CAL_MAX) - 335;
    const struct linear *end = linear_constant(forms(engine), last, 1);
    struct sym early = sym_both(compare(engine, wanted->first, end, false, reg),
                                compare(engine, wanted->second, end, false, reg));
    if (early.kind == SYM_SPLIT)
        return early;
    if (early.kind != SYM_TRUTH || !early.truth)
        return sym_vague(engine, reg);
    if (wanted->rounding == CAL_ROUND_BACK || wanted->rounding == CAL_ROUND_FORWARD)
        return apply(engine, wanted, FAILURE_DATE_RANGE, reg);
    struct sym apart = leap_day_apart(engine, wanted, reg, &leap);
    if (apart.kind != SYM_TRUTH)
        return apart;
    if (apart.truth)
        return leap_anniversary(engine, wanted, leap, reg);
    whole.rounding = CAL_ROUND_BACK;
    return apply(engine, &whole, FAILURE_DATE_RANGE, reg);
}

static struct sym of_two_days(struct engine *engine, const struct instruction *instruction,
                              const struct sym operands[3], enum derivation derivation, int64_t amount,
                              uint32_t reg) {
    struct variable wanted = derived_like(engine, instruction, derivation);
    wanted.first = operands[0].linear;
    wanted.second = operands[1].linear;
    wanted.amount = amount;
    wanted.rounding = instruction->c >> 8;
    if (derivation == DERIVED_WHOLE_MONTHS) {
        wanted.low = -120000;
        wanted.high = 120000;
    }
    if (derivation == DERIVED_WHOLE_MONTHS)
        return apply(engine, &wanted, FAILURE_DATE_RANGE, reg);
    if (linear_is_constant(wanted.first) && linear_is_constant(wanted.second))
        return apply(engine, &wanted, FAILURE_NO_SUCH_DAY, reg);
    return derivation == DERIVED_ANNIVERSARY_IN ? anniversary_in(engine, &wanted, reg)
                                                : next_anniversary(engine, &wanted, reg);
}

/* --- numbers and fractions --- */

static struct sym product(struct engine *engine, const struct instruction *instruction,
                          const struct linear *a, const struct linear *b, bool number, uint32_t reg) {
    const struct linear *result;
    if (linear_is_constant(a) || linear_is_constant(b)) {
        const struct linear *constant = linear_is_constant(a) ? a : b, *other = constant == a ? b : a;
        result = linear_times(forms(engine), other, constant->constant, constant->divisor);
        return number ? as_number(engine, result, reg) : sym_number(engine, result, reg);
    }
    struct variable wanted = derived_like(engine, instruction, DERIVED_PRODUCT);
    wanted.low = -ZONE_LIMIT / 2;
    wanted.high = ZONE_LIMIT / 2;
    wanted.first = linear_times(forms(engine), a, a->divisor, 1);
    wanted.second = linear_times(forms(engine), b, b->divisor, 1);
    if (!wanted.first || !wanted.second)
        return sym_vague(engine, reg);
    const struct linear *variable = derive(engine, &wanted);
    result = linear_times(forms(engine), variable, 1, a->divisor * b->divisor);
    return number ? as_number(engine, result, reg) : sym_number(engine, result, reg);
}

static struct sym quotient(struct engine *engine, const struct linear *a, const struct linear *b,
                           uint32_t reg) {
    struct sym zero = sym_both(sym_at_most_zero(engine, b, reg),
                               compare(engine, linear_constant(forms(engine), 0, 1), b, false, reg));
    if (zero.kind != SYM_TRUTH)
        return zero;
    if (zero.truth)
        return sym_failure(sym_instruction(engine, reg), FAILURE_ZERO_DIVISION);
    num_i128 low, high;
    linear_range(&engine->walk->space, engine->walk->zone, b, &low, &high);
    if (low != high) /* a divisor with several values: beyond linear forms */
        return sym_vague(engine, reg);
    return sym_number(engine, linear_times(forms(engine), a, b->divisor, low), reg);
}

static struct sym rounded(struct engine *engine, const struct instruction *instruction,
                          const struct linear *a, uint32_t reg) {
    struct variable wanted = derived_like(engine, instruction, DERIVED_ROUND);
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
    return apply(engine, &wanted, FAILURE_OVERFLOW, reg);
}

/* a before b, in numbers of the scales of the instruction. */
static struct sym ordered(struct engine *engine, const struct instruction *instruction,
                          const struct sym operands[3], bool swapped, bool strict, uint32_t reg) {
    const struct linear *a = operands[0].linear, *b = operands[1].linear;
    if (prog_op_info(instruction->op)->operands[2] == KIND_SCALES) {
        a = linear_times(forms(engine), a, 1, num_pow10((int)(instruction->c & 0xff)));
        b = linear_times(forms(engine), b, 1, num_pow10((int)(instruction->c >> 8)));
    }
    return swapped ? compare(engine, b, a, strict, reg) : compare(engine, a, b, strict, reg);
}

static struct sym arithmetic(struct engine *engine, const struct instruction *instruction,
                             const struct sym operands[3], uint32_t reg) {
    const struct linear *a = operands[0].linear, *b = operands[1].linear;
    struct linears *linears = forms(engine);
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
        return sym_both(compare(engine, operands[1].linear, operands[0].linear, false, reg),
                        compare(engine, operands[0].linear, operands[1].last, false, reg));
    case INS_until: {
        const struct linear *one = linear_constant(forms(engine), 1, 1);
        last = as_day(engine, linear_sum(forms(engine), operands[1].linear, one, true), reg);
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
        return moved_by(engine, instruction, operands, reg);
    case INS_within_days:
    case INS_within_weeks:
    case INS_within_months:
    case INS_within_years:
        return within_period(engine, instruction, operands, reg);
    case INS_whole_months:
        return of_two_days(engine, instruction, operands, DERIVED_WHOLE_MONTHS, 1, reg);
    case INS_whole_years:
        return of_two_days(engine, instruction, operands, DERIVED_WHOLE_MONTHS, 12, reg);
    case INS_anniversary_in:
        return of_two_days(engine, instruction, operands, DERIVED_ANNIVERSARY_IN, 0, reg);
    case INS_next_anniversary:
        return of_two_days(engine, instruction, operands, DERIVED_NEXT_ANNIVERSARY, 0, reg);
    case INS_start_of_month:
    case INS_end_of_month:
    case INS_year_of:
    case INS_month_of:
    case INS_day_of:
    case INS_weekday_of:
        return part_of(engine, instruction, operands[0].linear, reg);
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
                return pass == 3 ? sym_vague(engine, reg) : a;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct sym a = sym_eval(engine, registers[i]);
        if (lift_count > 0 && lifts[i] > 0)
            a = as_number(engine, linear_times(forms(engine), a.linear, num_pow10((int)lifts[i]), 1), reg);
        if (a.kind != SYM_NUMBER)
            return a;
        if (!best) {
            best = a.linear;
            continue;
        }
        struct sym better = largest ? compare(engine, a.linear, best, false, reg)
                                    : compare(engine, best, a.linear, false, reg);
        if (better.kind != SYM_TRUTH)
            return better;
        best = better.truth ? best : a.linear;
    }
    return sym_number(engine, best, reg);
}
