/*
 * What each value of a fact would bring: the record with that value is tried. Values that bring the same are told together; of dates
 * and numbers the border between two answers is closed in on by halving. Must not know which fact is asked about, nor why.
 */
#include "interp/run/explain_points.h"
#include "interp/run/explain_trial.h"

#include "grammar/base/banned.h"

/* All values of a declared range are tried where the instructions run for it stay below this; of a known fact only few,
 * and some more of a date whose parts, as its weekday, go into the answer. */
#define MOST_INSTRUCTIONS 8000000u
#define MOST_VALUES 4000u
#define MOST_OF_KNOWN 64u
#define MOST_OF_KNOWN_PARTS 400u

static void try_value(struct trial *t, const struct missing *missing, struct value value,
                      struct verdict *verdict) {
    struct assignment one = {missing->need, missing->type, value};
    trial_try(t, &one, 1, verdict);
}

static void add_value(struct trial *t, struct bring *bring, struct value value) {
    if (!t->x->arena->failed)
        (void)ARENA_PUSH(t->x->arena, bring->values, bring->count, bring->capacity, value);
}

/* NULL where there are too many, or memory failed. */
static struct bring *new_bring(struct trial *t, struct missing *missing, const struct verdict *verdict) {
    struct bring made = {.verdict = trial_keep(t, verdict)};
    missing->more = missing->more || missing->bring_count >= EXPLAIN_MAX_BRINGS;
    if (missing->more || t->x->arena->failed ||
        !ARENA_PUSH(t->x->arena, missing->brings, missing->bring_count, missing->bring_capacity, made))
        return NULL;
    return &missing->brings[missing->bring_count - 1];
}

/* One value; values that bring the same stand together. */
static void try_single(struct trial *t, struct missing *missing, struct value value) {
    struct verdict verdict;
    struct bring *bring = NULL;
    try_value(t, missing, value, &verdict);
    for (size_t i = 0; i < missing->bring_count; i++)
        if (!missing->brings[i].range && trial_same(&missing->brings[i].verdict, &verdict))
            bring = &missing->brings[i];
    if (!bring)
        bring = new_bring(t, missing, &verdict);
    if (bring && !bring->any_other)
        add_value(t, bring, value);
}

static struct value point_value(const struct missing *missing, int64_t point) {
    if (missing->type->kind == TYPE_DAY)
        return (struct value){.tag = VALUE_DATE, .as.day = (cal_day)point};
    return (struct value){.tag = VALUE_NUMBER, .as.number = point};
}

/* The first point after `low`, which brings `bring`, that brings something else, as `high` does. */
static int64_t border(struct trial *t, const struct missing *missing, const struct bring *bring, int64_t low,
                      int64_t high) {
    struct verdict verdict;
    while (high - low > 1 && !t->x->arena->failed) {
        int64_t middle = low + (high - low) / 2;
        try_value(t, missing, point_value(missing, middle), &verdict);
        if (trial_alike(t, &verdict, &bring->verdict))
            low = middle;
        else
            high = middle;
    }
    return high;
}

static struct bring *begin_range(struct trial *t, struct missing *missing, int64_t from) {
    struct verdict verdict;
    struct bring *bring;
    missing->more = !t->loose && missing->bring_count >= EXPLAIN_MAX_RANGES;
    try_value(t, missing, point_value(missing, from), &verdict);
    bring = new_bring(t, missing, &verdict);
    if (bring) {
        bring->range = true;
        add_value(t, bring, point_value(missing, from));
    }
    return bring;
}

/* Ends a range; one in which some value brings something else varies. */
static void end_range(struct trial *t, struct missing *missing, struct bring *bring, int64_t through) {
    struct verdict verdict;
    add_value(t, bring, point_value(missing, through));
    if (!t->loose)
        return;
    try_value(t, missing, point_value(missing, through), &verdict);
    bring->varies = bring->varies || !trial_same(&verdict, &bring->verdict);
    bring->last = trial_keep(t, &verdict);
}

/* Goes through the points; false where there were too many answers, or memory failed. */
static bool try_points(struct trial *t, struct missing *missing, const struct points *points) {
    struct verdict verdict;
    struct bring *bring = begin_range(t, missing, points->items[0]);
    for (size_t i = 1; i < points->count && bring; i++) {
        int64_t last = points->items[i - 1], next;
        for (;;) {
            try_value(t, missing, point_value(missing, points->items[i]), &verdict);
            if (t->x->arena->failed || trial_alike(t, &verdict, &bring->verdict)) {
                bring->varies = bring->varies || !trial_same(&verdict, &bring->verdict);
                break;
            }
            next = border(t, missing, bring, last, points->items[i]);
            end_range(t, missing, bring, next - 1);
            bring = begin_range(t, missing, next);
            if (!bring)
                return false;
            last = next;
        }
    }
    if (!bring || t->x->arena->failed)
        return false;
    end_range(t, missing, bring, points->items[points->count - 1]);
    bring->open_above = !missing->type->has_high;
    return true;
}

/* First by each answer; where these are too many, by the kinds of answers. */
static void try_ranges(struct trial *t, struct missing *missing) {
    const struct program *program = t->x->traced.program;
    size_t every = MOST_INSTRUCTIONS / (program->instruction_count + 1), before = missing->bring_count;
    size_t usual = t->known ? MOST_OF_KNOWN : MOST_VALUES,
           apart = t->known ? MOST_OF_KNOWN_PARTS : MOST_VALUES;
    struct points_most most = {every < usual ? every : usual, every < apart ? every : apart};
    struct points points = {0};
    if (!explain_points(&t->slice, t->record, t->x->made->question.today, missing->type, most, t->x->arena,
                        &points) ||
        points.count == 0)
        return;
    missing->sampled = points.sampled;
    if (!try_points(t, missing, &points) && missing->more) {
        missing->bring_count = before;
        missing->more = false;
        t->loose = true;
        (void)try_points(t, missing, &points);
        t->loose = false;
    }
    if (missing->bring_count > before)
        missing->brings[before].open_below = !missing->type->has_low;
}

/* A text that the policy does not name, and of those it does the ones that bring something else. */
static void try_texts(struct trial *t, struct missing *missing) {
    const struct program *program = t->x->traced.program;
    static const struct text stranger = {"\001", 1};
    struct value other = {.tag = VALUE_TEXT, .as.text = &stranger};
    struct verdict verdict;
    struct bring *bring;
    try_value(t, missing, other, &verdict);
    bring = new_bring(t, missing, &verdict);
    if (!bring)
        return;
    bring->any_other = true;
    for (uint32_t i = 0; i < program->constant_count && !t->x->arena->failed; i++)
        if (program->constants[i].tag == VALUE_TEXT)
            try_single(t, missing, program->constants[i]);
}

void trial_values(struct trial *t, struct missing *missing, bool may_be_none) {
    static const struct value_list nothing = {0};
    const struct type *type = missing->type;
    (void)slice_of(&t->slice, &missing->need);
    if (may_be_none)
        try_single(t, missing, (struct value){.tag = VALUE_NONE});
    switch (type->kind) {
    case TYPE_YESNO:
        for (int64_t i = 1; i >= 0; i--)
            try_single(t, missing, (struct value){.tag = VALUE_YES_NO, .as.number = i});
        break;
    case TYPE_MEMBER:
        for (size_t i = 0; i < type->enumeration->count; i++)
            try_single(t, missing, (struct value){.tag = VALUE_MEMBER, .as.number = (int64_t)i});
        break;
    case TYPE_DAY:
    case TYPE_NUM:
        try_ranges(t, missing);
        break;
    case TYPE_STRING:
        try_texts(t, missing);
        break;
    case TYPE_RECORDS:
        try_single(t, missing, (struct value){.tag = VALUE_LIST, .as.list = &nothing});
        break;
    default:
        break;
    }
}
