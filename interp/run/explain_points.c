/*
 * See explain_points.h. Too many points cost time and too few would hide an answer, so that the points are the constants and days
 * that meet the fact on its way to the answer, each with its neighbours, and for dates each moved by every constant amount that does.
 */
#include "interp/run/explain_points.h"

#include "grammar/base/banned.h"

/* Days that are tried of a date without declared ends, unless the policy speaks of others; amounts and points in all. */
#define TRIED_FROM ((cal_day)-25567)   /* 1900-01-01 */
#define TRIED_THROUGH ((cal_day)84005) /* 2199-12-31 */
#define MOST_POINTS 3000
/* Records of a list whose days are looked at; days around today in which each month has a point, where the policy looks at months. */
#define MOST_RECORDS 10
#define MONTHLY 2000

struct gathering {
    const struct program *program;
    const struct slice *slice;
    struct arena *arena;
    struct points *points;
    int64_t low, high;
    bool counts_days; /* numbers are amounts of days as well */
};

static void add(struct gathering *g, int64_t point) {
    struct points *points = g->points;
    for (int64_t at = point - 1; at <= point + 1; at++)
        if (at >= g->low && at <= g->high && points->count < MOST_POINTS && !g->arena->failed)
            (void)ARENA_PUSH(g->arena, points->items, points->count, points->capacity, at);
}

static bool wanted(const struct gathering *g, uint32_t instruction) {
    return slice_wants(g->slice, g->program->constant_count + instruction);
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
        if (made->op < INS_move_days || made->op > INS_within_years || !wanted(g, i))
            continue;
        for (int back = 0; back < 2; back++)
            if (moved(g->program, made, day, back == 1, &out))
                add(g, out);
    }
    for (uint32_t i = 0; i < g->program->constant_count && g->counts_days; i++)
        if (slice_wants(g->slice, i) && g->program->constants[i].tag == VALUE_NUMBER)
            for (int sign = -1; sign < 2; sign += 2)
                if (cal_add_days((cal_day)day, sign * g->program->constants[i].as.number, &out) == CAL_OK)
                    add(g, out);
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

static void add_fact_days(struct gathering *g, struct value value) {
    const struct value_list *list = value.tag == VALUE_LIST ? value.as.list : NULL;
    add_day_value(g, value);
    for (size_t i = 0; list && i < (size_t)list->count * list->field_count; i++)
        if (i / list->field_count < MOST_RECORDS)
            add_day_value(g, list->fields[i]);
}

/* How an instruction looks at a date: in steps of days or months, or, where what it gives comes again each week or year, in parts. */
enum look { LOOK_AT_ALL, LOOK_BY_DAYS, LOOK_BY_MONTHS, LOOK_AT_PARTS };

static enum look look_of(unsigned op) {
    switch (op) {
    case INS_days_between:
        return LOOK_BY_DAYS;
    case INS_whole_months:
    case INS_whole_years:
    case INS_start_of_month:
    case INS_end_of_month:
    case INS_year_of:
        return LOOK_BY_MONTHS;
    case INS_anniversary_in:
    case INS_next_anniversary:
    case INS_month_of:
    case INS_day_of:
    case INS_weekday_of:
        return LOOK_AT_PARTS;
    default:
        return LOOK_AT_ALL;
    }
}

static bool looks(const struct gathering *g, enum look look) {
    for (uint32_t i = 0; i < g->program->instruction_count; i++)
        if (look_of(g->program->instructions[i].op) == look &&
            slice_moves(g->slice, g->program->constant_count + i))
            return true;
    return false;
}

/* The first of each month, and each day of a week. */
static void add_calendar(struct gathering *g, cal_day today) {
    int64_t from = g->low > today - MONTHLY ? g->low : today - MONTHLY;
    int64_t through = g->high < today + MONTHLY ? g->high : today + MONTHLY;
    for (int64_t day = today; day <= (int64_t)today + 7; day += 3)
        add(g, day);
    for (int64_t day = from; day <= through; day = (int64_t)cal_end_of_month((cal_day)day) + 1)
        add(g, day);
}

static void gather_days(struct gathering *g, const struct record *record, cal_day today) {
    g->counts_days = looks(g, LOOK_BY_DAYS);
    for (uint32_t i = 0; i < g->program->instruction_count; i++) {
        const struct instruction *made = &g->program->instructions[i];
        if (!wanted(g, i))
            continue;
        if (made->op == INS_today)
            add_moved(g, today);
        else if (made->op == INS_fact)
            add_fact_days(g, record->values[made->a]);
    }
    if (looks(g, LOOK_BY_MONTHS) || looks(g, LOOK_AT_PARTS))
        add_calendar(g, today);
    for (uint32_t i = 0; i < g->program->constant_count; i++)
        if (slice_wants(g->slice, i))
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
    for (uint32_t i = 0; i < g->program->instruction_count; i++) {
        const struct instruction *made = &g->program->instructions[i];
        if (made->op == INS_fact && wanted(g, i) && record->values[made->a].tag == VALUE_NUMBER)
            add_number(g, record->values[made->a].as.number, set->facts[made->a].type.scale, scale);
    }
    for (uint32_t i = 0; i < g->program->constant_count; i++) {
        const struct value *value = &g->program->constants[i];
        if (value->tag == VALUE_NUMBER && g->program->constant_types[i] && slice_wants(g->slice, i))
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

bool explain_points(const struct slice *slice, const struct record *record, cal_day today,
                    const struct type *type, struct points_most most, struct arena *arena,
                    struct points *points) {
    struct gathering g = {.program = slice->program, .slice = slice, .arena = arena, .points = points};
    bool dates = type->kind == TYPE_DAY;
    bool parts = dates && looks(&g, LOOK_AT_PARTS);
    size_t every = parts ? most.apart : most.usual;
    find_ends(&g, type, dates);
    if (type->has_low && type->has_high && (uint64_t)g.high - (uint64_t)g.low < every) {
        for (int64_t at = g.low; at <= g.high && !arena->failed; at++)
            (void)ARENA_PUSH(arena, points->items, points->count, points->capacity, at);
        return !arena->failed;
    }
    points->sampled = parts;
    add(&g, g.low);
    add(&g, g.high);
    if (dates)
        gather_days(&g, record, today);
    else
        gather_numbers(&g, record, type->scale);
    tidy(points);
    return !arena->failed;
}
