/*
 * What is known of derived variables: values, inverses, bounds, exactness. Must not know rules or decisions.
 */
#include "interp/analysis/derived.h"

#include "grammar/base/banned.h"

/* Above this many months of an argument its steps are looked at only once, when a question begins. */
#define DERIVED_NARROW_MONTHS 40
#define DERIVED_WIDE_MONTHS 4900 /* all of the calendar's 400 years */

static num_i128 ceiling_of(num_i128 value, num_i128 by) {
    return -linear_floor(-value, by);
}

static int64_t clipped(num_i128 value) {
    return value > ZONE_LIMIT ? ZONE_LIMIT : value < -ZONE_LIMIT ? -ZONE_LIMIT : (int64_t)value;
}

static bool is_day(num_i128 value) {
    return value >= CAL_MIN && value <= CAL_MAX;
}

/* --- values --- */

static bool months_value(const struct variable *v, num_i128 first, num_i128 months, int64_t *value) {
    cal_day day;
    if (!is_day(first) || months > 1000000 || months < -1000000 ||
        cal_add_months((cal_day)first, (int64_t)months, (enum cal_rounding)v->rounding, &day) != CAL_OK)
        return false;
    *value = day;
    return true;
}

static bool round_value(const struct variable *v, num_i128 first, int64_t *value) {
    num_i128 by = v->first->divisor;
    struct frac fraction;
    if (first > ((num_i128)1 << 120) || first < -((num_i128)1 << 120))
        return false;
    num_i128 a = first < 0 ? -first : first, b = by;
    while (b != 0) {
        num_i128 rest = a % b;
        a = b;
        b = rest;
    }
    fraction.num = a == 0 ? 0 : first / a;
    fraction.den = a == 0 ? 1 : by / a;
    return frac_round(fraction, (int)v->amount, (enum frac_rounding)v->rounding, value) == FRAC_OK;
}

static bool calendar_value(const struct variable *v, cal_day day, num_i128 second, int64_t *value) {
    cal_day other;
    switch (v->derivation) {
    case DERIVED_START_OF_MONTH:
        *value = cal_start_of_month(day);
        return true;
    case DERIVED_END_OF_MONTH:
        *value = cal_end_of_month(day);
        return true;
    case DERIVED_YEAR:
        *value = cal_year(day);
        return true;
    case DERIVED_MONTH:
        *value = cal_month(day);
        return true;
    case DERIVED_DAY:
        *value = cal_day_of_month(day);
        return true;
    case DERIVED_WEEKDAY:
        *value = cal_weekday(day);
        return true;
    case DERIVED_WHOLE_MONTHS:
        if (!is_day(second))
            return false;
        *value = v->amount == 12 ? cal_whole_years(day, (cal_day)second, (enum cal_rounding)v->rounding)
                                 : cal_whole_months(day, (cal_day)second, (enum cal_rounding)v->rounding);
        return true;
    case DERIVED_ANNIVERSARY_IN:
        if (cal_anniversary_in(day, clipped(second), (enum cal_rounding)v->rounding, &other) != CAL_OK)
            return false;
        *value = other;
        return true;
    default:
        if (!is_day(second) ||
            cal_next_anniversary(day, (cal_day)second, (enum cal_rounding)v->rounding, &other) != CAL_OK)
            return false;
        *value = other;
        return true;
    }
}

bool derived_value(const struct variable *v, num_i128 first, num_i128 second, int64_t *value) {
    num_i128 product;
    switch (v->derivation) {
    case DERIVED_NOT:
    case DERIVED_OPAQUE:
        return false;
    case DERIVED_MONTHS:
        return months_value(v, first, v->amount, value);
    case DERIVED_MOVED:
        return second < 1000000 && second > -1000000 && months_value(v, first, second * v->amount, value);
    case DERIVED_ROUND:
        return round_value(v, first, value);
    case DERIVED_PRODUCT:
        if (__builtin_mul_overflow(first, second, &product))
            return false;
        *value = clipped(product);
        return *value == product;
    default:
        return is_day(first) && calendar_value(v, (cal_day)first, second, value);
    }
}

/* --- inverses --- */

bool derived_grows(const struct variable *v) {
    return v->derivation == DERIVED_MONTHS || v->derivation == DERIVED_START_OF_MONTH ||
           v->derivation == DERIVED_END_OF_MONTH || v->derivation == DERIVED_YEAR ||
           v->derivation == DERIVED_ROUND;
}

/*
 * round(x) <= k, x in units of the last kept decimal: half away from zero is x < k + 1/2 for k >= 0 and x <= k + 1/2 below;
 * toward zero is x < k + 1 for k >= 0, else x <= k; away from zero is x <= k for k >= 0, else x < k + 1.
 */
static void round_inverse(const struct variable *v, num_i128 limit, num_i128 *most, num_i128 *divisor,
                          bool *strict) {
    bool positive = limit >= 0;
    *divisor = num_pow10((int)v->amount);
    switch ((enum frac_rounding)v->rounding) {
    case FRAC_HALF_AWAY_FROM_ZERO:
        *divisor *= 2;
        *most = 2 * limit + 1;
        *strict = positive;
        return;
    case FRAC_TOWARD_ZERO:
        *most = positive ? limit + 1 : limit;
        *strict = positive;
        return;
    case FRAC_AWAY_FROM_ZERO:
        *most = positive ? limit : limit + 1;
        *strict = !positive;
        return;
    }
}

void derived_inverse(const struct variable *v, num_i128 limit, num_i128 *most, num_i128 *divisor,
                     bool *strict) {
    int64_t low = CAL_MIN, high = CAL_MAX, value;
    *divisor = 1;
    *strict = false;
    if (v->derivation == DERIVED_ROUND) {
        round_inverse(v, limit, most, divisor, strict);
        return;
    }
    /* Outside of these the result leaves the calendar. */
    while (low <= high && !derived_value(v, low, 0, &value))
        low += 20;
    while (low > CAL_MIN && derived_value(v, low - 1, 0, &value))
        low--;
    while (high >= low && !derived_value(v, high, 0, &value))
        high -= 20;
    int64_t after = high + 1, first = low;
    while (low < after) {
        int64_t middle = low + (after - low) / 2;
        bool within = derived_value(v, middle, 0, &value) && value <= limit;
        if (within)
            low = middle + 1;
        else
            after = middle;
    }
    *most = low - 1 < first ? (num_i128)first - 1 : low - 1;
}

/* --- ranges --- */

void variable_range(const struct space *space, const struct zone *zone, uint32_t variable, int64_t *low,
                    int64_t *high) {
    const struct variable *v = &space->variables[variable];
    num_i128 first_low, first_high;
    int64_t value;
    if (v->zone != NO_ZONE) {
        *low = zone_low(&space->shape, zone, v->zone);
        *high = zone_high(&space->shape, zone, v->zone);
        return;
    }
    *low = v->low;
    *high = v->high;
    if (!derived_grows(v))
        return;
    linear_range(space, zone, v->first, &first_low, &first_high);
    if (derived_value(v, first_low, 0, &value) && value > *low)
        *low = value;
    if (derived_value(v, first_high, 0, &value) && value < *high)
        *high = value;
}

/* What one part adds at least and at most. */
static void part_range(const struct space *space, const struct zone *zone, const struct linear_part *part,
                       num_i128 *low, num_i128 *high) {
    int64_t from, to;
    num_i128 factor = part->factor;
    variable_range(space, zone, part->variable, &from, &to);
    /* Beyond any number a policy has: kept from overflowing, still on the right side of every bound. */
    if (factor > ((num_i128)1 << 62) || factor < -((num_i128)1 << 62)) {
        *low = -((num_i128)1 << 124);
        *high = (num_i128)1 << 124;
        return;
    }
    *low = factor * (factor > 0 ? from : to);
    *high = factor * (factor > 0 ? to : from);
}

/* Parts i and j are a multiple of the difference of two zoned variables. */
static bool is_difference(const struct space *space, const struct linear *linear, uint32_t i, uint32_t j) {
    return linear->parts[i].factor == -linear->parts[j].factor &&
           space->variables[linear->parts[i].variable].zone != NO_ZONE &&
           space->variables[linear->parts[j].variable].zone != NO_ZONE;
}

/* The range of a pair of parts as one, which the bounds on their difference may say more of than their own. */
static void pair_range(const struct space *space, const struct zone *zone, const struct linear *linear,
                       uint32_t i, uint32_t j, num_i128 *low, num_i128 *high) {
    uint32_t a = space->variables[linear->parts[i].variable].zone,
             b = space->variables[linear->parts[j].variable].zone;
    num_i128 factor = linear->parts[i].factor, most = zone_most(&space->shape, zone, a, b),
             least = -(num_i128)zone_most(&space->shape, zone, b, a);
    if (factor > ((num_i128)1 << 62) || factor < -((num_i128)1 << 62)) {
        *low = -((num_i128)1 << 124);
        *high = (num_i128)1 << 124;
        return;
    }
    *low = factor * (factor > 0 ? least : most);
    *high = factor * (factor > 0 ? most : least);
}

void linear_range(const struct space *space, const struct zone *zone, const struct linear *linear,
                  num_i128 *low, num_i128 *high) {
    num_i128 lows[LINEAR_PARTS], highs[LINEAR_PARTS], pair_low, pair_high;
    num_i128 least = linear->constant, most = linear->constant;
    for (uint32_t i = 0; i < linear->count; i++) {
        part_range(space, zone, &linear->parts[i], &lows[i], &highs[i]);
        least += lows[i];
        most += highs[i];
    }
    *low = least;
    *high = most;
    for (uint32_t i = 0; i < linear->count; i++) {
        for (uint32_t j = i + 1; j < linear->count; j++) {
            if (!is_difference(space, linear, i, j))
                continue;
            pair_range(space, zone, linear, i, j, &pair_low, &pair_high);
            pair_low += least - lows[i] - lows[j];
            pair_high += most - highs[i] - highs[j];
            *low = pair_low > *low ? pair_low : *low;
            *high = pair_high < *high ? pair_high : *high;
        }
    }
}

/* --- bounds --- */

static bool bound_between(const struct space *space, struct zone *zone, uint32_t variable, num_i128 low,
                          num_i128 high) {
    uint32_t i = space->variables[variable].zone;
    return zone_bound(&space->shape, zone, i, 0, clipped(high)) &&
           zone_bound(&space->shape, zone, 0, i, clipped(-low));
}

/* The variable the form is one of, plus a constant; UINT32_MAX for others. */
static uint32_t shifted_variable(const struct space *space, const struct linear *linear, num_i128 *shift) {
    *shift = linear->constant;
    if (linear->count != 1 || linear->divisor != 1 || linear->parts[0].factor != 1 ||
        space->variables[linear->parts[0].variable].zone == NO_ZONE)
        return UINT32_MAX;
    return linear->parts[0].variable;
}

/*
 * How far f(x) is from x while x goes from `from` to `to`: extremes are at the first and last day of a month, where
 * a month's days are all moved alike but for those that do not exist.
 */
static bool offsets(const struct variable *v, int64_t from, int64_t to, int64_t limit, int64_t *least,
                    int64_t *most) {
    num_i128 second = v->second ? v->second->constant : 0;
    int64_t value, day = from;
    bool any = false;
    if ((to - from) / 28 > limit)
        return false;
    while (day <= to) {
        int64_t end = cal_end_of_month((cal_day)day);
        const int64_t points[2] = {day, end < to ? end : to};
        for (int i = 0; i < 2; i++) {
            if (!derived_value(v, points[i], second, &value))
                return false; /* nothing is known of days that are not there */
            value -= points[i];
            *least = !any || value < *least ? value : *least;
            *most = !any || value > *most ? value : *most;
            any = true;
        }
        day = end + 1;
    }
    return any;
}

static bool steps(const struct variable *v) {
    return v->derivation == DERIVED_MONTHS || v->derivation == DERIVED_START_OF_MONTH ||
           v->derivation == DERIVED_END_OF_MONTH ||
           (v->derivation == DERIVED_ANNIVERSARY_IN && linear_is_constant(v->second) &&
            v->second->divisor == 1);
}

/* f(x) beside x: bounds on their difference, which the arguments' own bounds do not say. */
static bool bound_steps(const struct space *space, uint32_t variable, struct zone *zone, bool wide) {
    const struct variable *v = &space->variables[variable];
    num_i128 shift;
    int64_t from, to, least, most;
    uint32_t base = shifted_variable(space, v->first, &shift);
    if (base == UINT32_MAX)
        return true;
    variable_range(space, zone, base, &from, &to);
    from += (int64_t)shift;
    to += (int64_t)shift;
    from = from < CAL_MIN ? CAL_MIN : from;
    to = to > CAL_MAX ? CAL_MAX : to;
    /* Days moved by months repeat with the calendar's 400 years: one cycle shows every offset, if it does not leave the calendar. */
    if (wide && to - from > 31 * DERIVED_WIDE_MONTHS && v->derivation != DERIVED_ANNIVERSARY_IN)
        to = from + 31 * DERIVED_WIDE_MONTHS;
    if (!offsets(v, from, to, wide ? DERIVED_WIDE_MONTHS * 2 : DERIVED_NARROW_MONTHS, &least, &most))
        return true;
    uint32_t i = v->zone, j = space->variables[base].zone;
    return zone_bound(&space->shape, zone, i, j, clipped(most + shift)) &&
           zone_bound(&space->shape, zone, j, i, clipped(-(least + shift)));
}

static bool pinned(const struct space *space, const struct zone *zone, const struct linear *linear,
                   num_i128 *value) {
    num_i128 high;
    if (!linear) {
        *value = 0;
        return true;
    }
    linear_range(space, zone, linear, value, &high);
    return *value == high;
}

/* Functions of one day that do not grow with it: the extremes over few days are looked up. */
static bool bound_parts(const struct space *space, uint32_t variable, struct zone *zone) {
    const struct variable *v = &space->variables[variable];
    num_i128 low, high, second;
    int64_t least = 0, most = 0, value;
    linear_range(space, zone, v->first, &low, &high);
    if (!pinned(space, zone, v->second, &second))
        return true;
    if (v->first->divisor != 1 || high - low > 62 || !is_day(low) || !is_day(high))
        return true;
    for (num_i128 day = low; day <= high; day++) {
        if (!derived_value(v, day, second, &value))
            return true;
        least = day == low || value < least ? value : least;
        most = day == low || value > most ? value : most;
    }
    return bound_between(space, zone, variable, least, most);
}

static bool bound_product(const struct space *space, uint32_t variable, struct zone *zone) {
    const struct variable *v = &space->variables[variable];
    num_i128 a[2], b[2], least = 0, most = 0, product;
    linear_range(space, zone, v->first, &a[0], &a[1]);
    linear_range(space, zone, v->second, &b[0], &b[1]);
    for (int i = 0; i < 4; i++) {
        if (__builtin_mul_overflow(a[i & 1], b[i >> 1], &product))
            return true;
        least = i == 0 || product < least ? product : least;
        most = i == 0 || product > most ? product : most;
    }
    return bound_between(space, zone, variable, least, most);
}

/* The sum is `sum_low` through `sum_high`, the rest of it `low` through `high`: bounds on factor times what is left. */
struct leaves {
    num_i128 low, high;
};
static struct leaves leaves_of(num_i128 factor, num_i128 sum_low, num_i128 sum_high, num_i128 low,
                               num_i128 high) {
    num_i128 most = sum_high - low, least = sum_low - high;
    if (factor > 0)
        return (struct leaves){ceiling_of(least, factor), linear_floor(most, factor)};
    return (struct leaves){ceiling_of(most, factor), linear_floor(least, factor)};
}

bool sum_bound(const struct space *space, struct zone *zone, const struct linear *sum, num_i128 sum_low,
               num_i128 sum_high) {
    num_i128 lows[LINEAR_PARTS], highs[LINEAR_PARTS], least = 0, most = 0;
    for (uint32_t i = 0; i < sum->count; i++) {
        part_range(space, zone, &sum->parts[i], &lows[i], &highs[i]);
        least += lows[i];
        most += highs[i];
    }
    for (uint32_t i = 0; i < sum->count; i++) {
        const struct variable *of = &space->variables[sum->parts[i].variable];
        if (of->zone == NO_ZONE)
            continue;
        struct leaves left =
            leaves_of(sum->parts[i].factor, sum_low, sum_high, least - lows[i], most - highs[i]);
        if (!bound_between(space, zone, sum->parts[i].variable, left.low, left.high))
            return false;
        for (uint32_t j = i + 1; j < sum->count; j++) {
            if (!is_difference(space, sum, i, j))
                continue;
            uint32_t other = space->variables[sum->parts[j].variable].zone;
            left = leaves_of(sum->parts[i].factor, sum_low, sum_high, least - lows[i] - lows[j],
                             most - highs[i] - highs[j]);
            if (!zone_bound(&space->shape, zone, of->zone, other, clipped(left.high)) ||
                !zone_bound(&space->shape, zone, other, of->zone, clipped(-left.low)))
                return false;
        }
    }
    return true;
}

/* whole months grow with the second day and shrink with the first. */
static bool bound_whole(const struct space *space, uint32_t variable, struct zone *zone) {
    const struct variable *v = &space->variables[variable];
    num_i128 a[2], b[2];
    int64_t least, most;
    linear_range(space, zone, v->first, &a[0], &a[1]);
    linear_range(space, zone, v->second, &b[0], &b[1]);
    if (!derived_value(v, a[1], b[0], &least) || !derived_value(v, a[0], b[1], &most))
        return true;
    return bound_between(space, zone, variable, least, most);
}

bool derived_bound(const struct space *space, uint32_t variable, struct zone *zone, bool wide) {
    const struct variable *v = &space->variables[variable];
    num_i128 first, second, high;
    int64_t value;
    if (v->derivation == DERIVED_NOT || v->derivation == DERIVED_OPAQUE)
        return true;
    if (pinned(space, zone, v->first, &first) && pinned(space, zone, v->second, &second))
        return !derived_value(v, first, second, &value) || bound_between(space, zone, variable, value, value);
    if (v->derivation == DERIVED_PRODUCT)
        return bound_product(space, variable, zone);
    if (v->derivation == DERIVED_WHOLE_MONTHS)
        return bound_whole(space, variable, zone);
    if (!derived_grows(v))
        return bound_parts(space, variable, zone) && (!steps(v) || bound_steps(space, variable, zone, wide));
    linear_range(space, zone, v->first, &first, &high);
    if (derived_value(v, first, 0, &value) && !bound_between(space, zone, variable, value, ZONE_LIMIT))
        return false;
    if (derived_value(v, high, 0, &value) && !bound_between(space, zone, variable, -ZONE_LIMIT, value))
        return false;
    return !steps(v) || bound_steps(space, variable, zone, wide);
}

/* --- exactness --- */

bool sum_exact(const struct space *space, const struct zone *zone, const struct linear *sum) {
    uint32_t loose[LINEAR_PARTS], count = 0;
    for (uint32_t i = 0; i < sum->count; i++) {
        int64_t low, high;
        variable_range(space, zone, sum->parts[i].variable, &low, &high);
        if (low < high)
            loose[count++] = i;
    }
    return count < 2 || (count == 2 && is_difference(space, sum, loose[0], loose[1]));
}

/* Nothing was ever said of it: where a function has no value, nobody asked for one. */
static bool is_unknown(const struct space *space, const struct zone *zone, const struct variable *v) {
    return zone_low(&space->shape, zone, v->zone) <= v->low &&
           zone_high(&space->shape, zone, v->zone) >= v->high;
}

bool derived_exact(const struct space *space, const struct zone *zone, uint32_t variable) {
    const struct variable *v = &space->variables[variable];
    num_i128 first, second, shift;
    int64_t value;
    if (v->derivation == DERIVED_OPAQUE)
        return false;
    if (v->derivation == DERIVED_NOT || v->zone == NO_ZONE)
        return true;
    if (pinned(space, zone, v->first, &first) && pinned(space, zone, v->second, &second))
        return derived_value(v, first, second, &value) || is_unknown(space, zone, v);
    if (steps(v)) {
        int64_t from, to, least, most;
        uint32_t base = shifted_variable(space, v->first, &shift);
        if (base == UINT32_MAX)
            return false;
        variable_range(space, zone, base, &from, &to);
        from += (int64_t)shift;
        to += (int64_t)shift;
        return from >= CAL_MIN && to <= CAL_MAX &&
               offsets(v, from, to, DERIVED_NARROW_MONTHS, &least, &most) && least == most;
    }
    if (v->derivation == DERIVED_YEAR || v->derivation == DERIVED_MONTH) {
        num_i128 high;
        int64_t last;
        linear_range(space, zone, v->first, &first, &high);
        return high - first < 32 && derived_value(v, first, 0, &value) && derived_value(v, high, 0, &last) &&
               value == last;
    }
    return false;
}

/* The variable of a form with the narrowest range that is not a point: fixing it takes the fewest cells. */
static uint32_t narrowest(const struct space *space, const struct zone *zone, const struct linear *linear,
                          uint32_t best, int64_t *width) {
    for (uint32_t i = 0; linear && i < linear->count; i++) {
        int64_t low, high;
        uint32_t variable = linear->parts[i].variable;
        const struct variable *v = &space->variables[variable];
        if (v->zone == NO_ZONE) {
            best = narrowest(space, zone, v->first, best, width);
            best = narrowest(space, zone, v->second, best, width);
            continue;
        }
        variable_range(space, zone, variable, &low, &high);
        if (low < high && (best == UINT32_MAX || high - low < *width)) {
            *width = high - low;
            best = variable;
        }
    }
    return best;
}

bool sum_split(const struct space *space, const struct zone *zone, const struct linear *sum, uint32_t *i,
               int64_t *most) {
    int64_t width = 0, low, high;
    uint32_t base = narrowest(space, zone, sum, UINT32_MAX, &width);
    if (base == UINT32_MAX)
        return false;
    variable_range(space, zone, base, &low, &high);
    *i = space->variables[base].zone;
    *most = low + (high - low) / 2;
    return true;
}

bool derived_split(const struct space *space, const struct zone *zone, uint32_t variable, uint32_t *i,
                   int64_t *most) {
    const struct variable *v = &space->variables[variable];
    int64_t width = 0, low, high;
    if (v->derivation == DERIVED_OPAQUE)
        return false;
    uint32_t base = narrowest(space, zone, v->first, UINT32_MAX, &width);
    base = narrowest(space, zone, v->second, base, &width);
    if (base == UINT32_MAX)
        return false;
    variable_range(space, zone, base, &low, &high);
    int64_t middle = low + (high - low) / 2;
    num_i128 shift = 0;
    if (is_day(low) && is_day(high) && shifted_variable(space, v->first, &shift) == base) {
        /* Split between months of what is moved: inside a month all days move alike. */
        num_i128 end = middle + shift;
        if (is_day(end)) {
            end = cal_end_of_month((cal_day)end) - shift;
            if (end < high)
                middle = (int64_t)end;
            else if (cal_start_of_month((cal_day)(middle + shift)) - 1 - shift >= low)
                middle = (int64_t)(cal_start_of_month((cal_day)(middle + shift)) - 1 - shift);
        }
    }
    *i = space->variables[base].zone;
    *most = middle;
    return true;
}
