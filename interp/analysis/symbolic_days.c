/*
 * Functions of dates under a cell: moved by months, parts of a day, anniversaries; where they have no value the failure they are, in
 * cells of its own. Must not know facts or rules.
 */
#include "interp/analysis/symbolic.h"

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

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
        return sym_apply(engine, &whole, FAILURE_NO_SUCH_DAY, reg);
    const struct linear *edge = linear_constant(sym_forms(engine), last, 1);
    const struct linear *end = linear_constant(sym_forms(engine), cal_end_of_month(last), 1);
    struct sym before = sym_compare(engine, wanted->first, edge, false, reg);
    if (before.kind == SYM_SPLIT)
        return before;
    struct sym after = sym_compare(engine, wanted->first, end, false, reg);
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
    struct sym inside = sym_within(engine, moved.first, low, high, FAILURE_DATE_RANGE, reg);
    if (inside.kind != SYM_NUMBER)
        return inside;
    if (moved.rounding == CAL_ROUND_BACK || moved.rounding == CAL_ROUND_FORWARD)
        return sym_apply(engine, &moved, FAILURE_DATE_RANGE, reg);
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
    return sym_both(
        sym_compare(engine, linear_constant(sym_forms(engine), first, 1), moved->first, false, reg),
        sym_compare(engine, moved->first, linear_constant(sym_forms(engine), last, 1), false, reg));
}

/* Beyond so many numbers of months they are not tried one by one. */
#define MOVED_MOST 1000

static struct sym move_by_months(struct engine *engine, const struct instruction *instruction,
                                 const struct linear *day, const struct linear *count, int64_t unit,
                                 uint32_t how, uint32_t reg) {
    struct variable moved = sym_derived_like(engine, instruction, DERIVED_MOVED);
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
    struct sym inside = sym_within(engine, count, -200000, 200000, FAILURE_DATE_RANGE, reg);
    if (inside.kind != SYM_NUMBER)
        return inside;
    bool rounds = moved.rounding == CAL_ROUND_BACK || moved.rounding == CAL_ROUND_FORWARD;
    struct sym stays = sym_of_truth(false);
    if (rounds && low >= -200000 && high <= 200000)
        stays = stays_in_calendar(engine, &moved, low, high, reg);
    if (stays.kind != SYM_TRUTH)
        return stays;
    if (stays.truth)
        return sym_apply(engine, &moved, FAILURE_DATE_RANGE, reg);
    num_i128 step = count->count == 1 ? count->parts[0].factor : 1;
    bool many = (high - low) / (step < 0 ? -step : step) > MOVED_MOST;
    return many ? sym_vague(engine, reg) : sym_halved(engine, count, low, high, reg);
}

static struct sym move_by_days(struct engine *engine, const struct linear *day, const struct linear *count,
                               int64_t unit, bool backward, uint32_t reg) {
    const struct linear *by = linear_times(sym_forms(engine), count, backward ? -unit : unit, 1);
    return sym_as_day(engine, linear_sum(sym_forms(engine), day, by, false), reg);
}

struct sym sym_moved_by(struct engine *engine, const struct instruction *instruction,
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
struct sym sym_within_period(struct engine *engine, const struct instruction *instruction,
                             const struct sym operands[3], uint32_t reg) {
    const struct linear *one = linear_constant(sym_forms(engine), 1, 1);
    struct sym first = sym_as_day(engine, linear_sum(sym_forms(engine), operands[0].linear, one, false), reg);
    struct sym last = sym_moved_by(engine, instruction, operands, reg);
    if (first.kind != SYM_NUMBER)
        return first;
    if (last.kind != SYM_NUMBER)
        return last;
    struct sym period = {.kind = SYM_PERIOD};
    period.linear = first.linear;
    period.last = last.linear;
    return period;
}

struct sym sym_part_of(struct engine *engine, const struct instruction *instruction, const struct linear *day,
                       uint32_t reg) {
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
        struct variable wanted = sym_derived_like(engine, instruction, (enum derivation)parts[i].derivation);
        wanted.first = day;
        wanted.low = parts[i].low;
        wanted.high = parts[i].high;
        return day->divisor == 1 ? sym_apply(engine, &wanted, FAILURE_DATE_RANGE, reg)
                                 : sym_vague(engine, reg);
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
        struct sym before =
            sym_compare(engine, first, linear_constant(sym_forms(engine), leap - 1, 1), false, reg);
        if (before.kind == SYM_SPLIT)
            return before;
        struct sym on = sym_compare(engine, first, linear_constant(sym_forms(engine), leap, 1), false, reg);
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
            sym_compare(engine, wanted->second, linear_constant(sym_forms(engine), day - 1, 1), false, reg);
        return before.kind == SYM_SPLIT ? before : sym_vague(engine, reg);
    }
    return is ? sym_number(engine, linear_constant(sym_forms(engine), first, 1), reg)
              : sym_failure(sym_instruction(engine, reg), FAILURE_NO_SUCH_DAY);
}

static struct sym anniversary_in(struct engine *engine, const struct variable *wanted, uint32_t reg) {
    struct variable fixed = *wanted, whole = *wanted;
    num_i128 low, high;
    cal_day leap;
    struct sym inside = sym_within(engine, wanted->second, 1, 9999, FAILURE_DATE_RANGE, reg);
    if (inside.kind != SYM_NUMBER)
        return inside;
    if (wanted->rounding == CAL_ROUND_BACK || wanted->rounding == CAL_ROUND_FORWARD)
        return sym_apply(engine, wanted, FAILURE_DATE_RANGE, reg);
    linear_range(&engine->walk->space, engine->walk->zone, wanted->second, &low, &high);
    if (low == high && wanted->second->divisor == 1) {
        fixed.second = linear_constant(sym_forms(engine), low, 1);
        return fixed.second ? exact_days(engine, &fixed, reg) : sym_vague(engine, reg);
    }
    struct sym apart = leap_day_apart(engine, wanted, reg, &leap);
    if (apart.kind != SYM_TRUTH)
        return apart;
    if (apart.truth)
        return sym_halved(engine, wanted->second, low, high, reg);
    whole.rounding = CAL_ROUND_BACK;
    return sym_apply(engine, &whole, FAILURE_DATE_RANGE, reg);
}

/* In the calendar's last year there may be none any more, which is not looked into. */
static struct sym next_anniversary(struct engine *engine, const struct variable *wanted, uint32_t reg) {
    struct variable whole = *wanted;
    cal_day leap, last = cal_start_of_month(CAL_MAX) - 335;
    const struct linear *end = linear_constant(sym_forms(engine), last, 1);
    struct sym early = sym_both(sym_compare(engine, wanted->first, end, false, reg),
                                sym_compare(engine, wanted->second, end, false, reg));
    if (early.kind == SYM_SPLIT)
        return early;
    if (early.kind != SYM_TRUTH || !early.truth)
        return sym_vague(engine, reg);
    if (wanted->rounding == CAL_ROUND_BACK || wanted->rounding == CAL_ROUND_FORWARD)
        return sym_apply(engine, wanted, FAILURE_DATE_RANGE, reg);
    struct sym apart = leap_day_apart(engine, wanted, reg, &leap);
    if (apart.kind != SYM_TRUTH)
        return apart;
    if (apart.truth)
        return leap_anniversary(engine, wanted, leap, reg);
    whole.rounding = CAL_ROUND_BACK;
    return sym_apply(engine, &whole, FAILURE_DATE_RANGE, reg);
}

struct sym sym_of_two_days(struct engine *engine, const struct instruction *instruction,
                           const struct sym operands[3], enum derivation derivation, int64_t amount,
                           uint32_t reg) {
    struct variable wanted = sym_derived_like(engine, instruction, derivation);
    wanted.first = operands[0].linear;
    wanted.second = operands[1].linear;
    wanted.amount = amount;
    wanted.rounding = instruction->c >> 8;
    if (derivation == DERIVED_WHOLE_MONTHS) {
        wanted.low = -120000;
        wanted.high = 120000;
    }
    if (derivation == DERIVED_WHOLE_MONTHS)
        return sym_apply(engine, &wanted, FAILURE_DATE_RANGE, reg);
    if (linear_is_constant(wanted.first) && linear_is_constant(wanted.second))
        return sym_apply(engine, &wanted, FAILURE_NO_SUCH_DAY, reg);
    return derivation == DERIVED_ANNIVERSARY_IN ? anniversary_in(engine, &wanted, reg)
                                                : next_anniversary(engine, &wanted, reg);
}
