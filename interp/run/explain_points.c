/*
 * See explain_points.h. Too many points cost time and too few would hide an answer, so that the points are all constants of the
 * program, the days at hand, each with its neighbours, and for dates each moved by every constant amount, up to a bound.
 */
#include "interp/run/explain_points.h"

#include "grammar/base/banned.h"

/* Days that are tried of a date without declared ends, unless the policy speaks of others; amounts and points in all. */
#define TRIED_FROM ((cal_day)-25567)   /* 1900-01-01 */
#define TRIED_THROUGH ((cal_day)84005) /* 2199-12-31 */
#define MOST_POINTS 3000

struct gathering {
    const struct program *program;
    struct arena *arena;
    struct points *points;
    int64_t low, high;
};

static void add(struct gathering *g, int64_t point) {
    struct points *points = g->points;
    for (int64_t at = point - 1; at <= point + 1; at++)
        if (at >= g->low && at <= g->high && points->count < MOST_POINTS && !g->arena->failed)
            (void)ARENA_PUSH(g->arena, points->items, points->count, points->capacity, at);
}

static struct value constant(const struct program *program, uint32_t reg) {
    return reg < program->constant_count ? program->constants[reg] : (struct value){0};
}

/* --- dates --- */

/* One way to move a date by a constant amount. */
static bool moved(const struct program *program, const struct instruction *i, int64_t day, bool back,
                  cal_day *out) {
    struct value amount = constant(program, i->b);
    int64_t count = back ? -amount.as.number : amount.as.number;
    cal_day from = (cal_day)day;
    if (amount.tag != VALUE_NUMBER)
        return false;
    switch (i->op) {
    case INS_move_days:
    case INS_within_days:
        return cal_add_days(from, count, out) == CAL_OK;
    case INS_move_weeks:
    case INS_within_weeks:
        return cal_add_weeks(from, count, out) == CAL_OK;
    case INS_move_months:
    case INS_within_months:
        return cal_add_months(from, count, CAL_ROUND_BACK, out) == CAL_OK;
    case INS_move_years:
    case INS_within_years:
        return cal_add_years(from, count, CAL_ROUND_BACK, out) == CAL_OK;
    default:
        return false;
    }
}

static void add_moved(struct gathering *g, int64_t day) {
    cal_day out;
    add(g, day);
    for (uint32_t i = 0; i < g->program->instruction_count && g->points->count < MOST_POINTS; i++) {
        const struct instruction *made = &g->program->instructions[i];
        if (made->op < INS_move_days || made->op > INS_within_years)
            continue;
        for (int back = 0; back < 2; back++)
            if (moved(g->program, made, day, back == 1, &out))
                add(g, out);
    }
}

static void add_day_value(struct gathering *g, struct value value) {
    if (value.tag == VALUE_DATE) {
        add_moved(g, value.as.day);
    } else if (value.tag == VALUE_PERIOD) {
        if (value.as.period.first > CAL_MIN)
            add_moved(g, value.as.period.first);
        if (value.as.period.last < CAL_MAX)
            add_moved(g, value.as.period.last);
    }
}

static void gather_days(struct gathering *g, const struct record *record, cal_day today) {
    const struct policy_set *set = g->program->set;
    add_moved(g, today);
    for (size_t i = 0; i < set->fact_count; i++)
        add_day_value(g, record->values[i]);
    for (uint32_t i = 0; i < g->program->constant_count; i++)
        add_day_value(g, g->program->constants[i]);
}

/* --- numbers --- */

static int64_t power_of_ten(int exponent) {
    int64_t power = 1;
    for (int i = 0; i < exponent && i < 18; i++)
        power *= 10;
    return power;
}

/* A number of another scale, cut to this one: its neighbour is a point as well. */
static void add_number(struct gathering *g, int64_t number, int from, int to) {
    if (from > to)
        add(g, number / power_of_ten(from - to));
    else if (num_rescale(number, from, to, &number))
        add(g, number);
}

static void gather_numbers(struct gathering *g, const struct record *record, int scale) {
    const struct policy_set *set = g->program->set;
    add(g, 0);
    for (size_t i = 0; i < set->fact_count; i++)
        if (record->values[i].tag == VALUE_NUMBER)
            add_number(g, record->values[i].as.number, set->facts[i].type.scale, scale);
    for (uint32_t i = 0; i < g->program->constant_count; i++) {
        const struct value *value = &g->program->constants[i];
        if (value->tag == VALUE_NUMBER && g->program->constant_types[i])
            add_number(g, value->as.number, g->program->constant_types[i]->scale, scale);
    }
}

/* --- all --- */

/* Shell's sort, and doubles out. */
static void tidy(struct points *points) {
    size_t gap = 1, kept = 0;
    while (gap < points->count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (size_t i = gap; i < points->count; i++) {
            int64_t moving = points->items[i];
            size_t at = i;
            for (; at >= gap && moving < points->items[at - gap]; at -= gap)
                points->items[at] = points->items[at - gap];
            points->items[at] = moving;
        }
    for (size_t i = 0; i < points->count; i++)
        if (kept == 0 || points->items[kept - 1] != points->items[i])
            points->items[kept++] = points->items[i];
    points->count = kept;
}

static void find_ends(struct gathering *g, const struct type *type, bool dates) {
    int64_t most = 1000000 * power_of_ten(type->scale < 9 ? type->scale : 9);
    g->low = type->has_low ? type->low : dates ? TRIED_FROM : -most;
    g->high = type->has_high ? type->high : dates ? TRIED_THROUGH : most;
    for (uint32_t i = 0; i < g->program->constant_count; i++) {
        const struct value *value = &g->program->constants[i];
        int64_t number = value->as.number;
        if (dates && value->tag == VALUE_DATE)
            number = value->as.day;
        else if (dates || value->tag != VALUE_NUMBER || !g->program->constant_types[i] ||
                 !num_rescale(number, 0, type->scale, &number))
            continue;
        if (!type->has_low && number <= g->low)
            g->low = number - 1;
        if (!type->has_high && number >= g->high)
            g->high = number + 1;
    }
}

bool explain_points(const struct program *program, const struct record *record, cal_day today,
                    const struct type *type, size_t every, struct arena *arena, struct points *points) {
    struct gathering g = {.program = program, .arena = arena, .points = points};
    bool dates = type->kind == TYPE_DAY;
    find_ends(&g, type, dates);
    if (type->has_low && type->has_high && (uint64_t)g.high - (uint64_t)g.low < every) {
        for (int64_t at = g.low; at <= g.high && !arena->failed; at++)
            (void)ARENA_PUSH(arena, points->items, points->count, points->capacity, at);
        return !arena->failed;
    }
    add(&g, g.low);
    add(&g, g.high);
    if (dates)
        gather_days(&g, record, today);
    else
        gather_numbers(&g, record, type->scale);
    tidy(points);
    return !arena->failed;
}
