/*
 * Which rules are searched for, and by what: of the registers that the rules of a group compare with constants the one whose
 * points tell most of them apart, and the one whose intervals do. Must not know what conditions look like.
 */
#include "interp/program/index_inside.h"

#include "grammar/base/banned.h"

/* Groups that are taken out of one group, each by keys of its own. */
#define ROUNDS 8
/* Below this share of the rules of a group, in 16ths, that are left by a search it is worth it. */
#define WORTH 12
#define ALL 16
/* So many spans may be looked at in vain, on average, before a tree is better. */
#define FLAT 8

/* Rules that are searched for together, and where a demand on a key stands by rule: index + 1. */
struct group {
    uint32_t *rules;
    size_t count;
    uint32_t *by_key; /* demands of the group, those of one key together */
    size_t demand_count;
};

/* Keys with what is left of the rules by their points and their intervals, in 16ths. */
struct choice {
    uint32_t point, range, filter;
    uint64_t point_share, range_share, filter_share;
};

/* --- how well a key tells rules apart --- */

static size_t rank_of(const struct index_item *items, size_t count, int64_t key) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The ends of all demands on a key, sorted and without doubles; gives how many. */
static size_t collect_ends(struct indexer *x, const uint32_t *demands, size_t count,
                           struct index_item *ends) {
    size_t made = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct demand *demand = &x->demands[demands[i]];
        ends[made++] = (struct index_item){demand->low, 0};
        ends[made++] = (struct index_item){demand->high, 0};
        for (uint32_t k = 0; k < demand->point_count; k++)
            ends[made++] = (struct index_item){x->points[demand->first_point + k], 0};
    }
    index_sort(x, ends, made);
    for (size_t i = 0; i < made; i++)
        if (kept == 0 || ends[kept - 1].key != ends[i].key)
            ends[kept++] = ends[i];
    return kept;
}

/* What the demands on one key leave of `rules` rules on average, as points and as intervals. */
static void weigh_key(struct indexer *x, const uint32_t *demands, size_t count, size_t rules,
                      struct choice *choice) {
    size_t points = 0, ends;
    uint64_t by_point = 0, by_range = 0;
    for (size_t i = 0; i < count; i++)
        points += 2 + x->demands[demands[i]].point_count;
    struct index_item *items = index_scratch(x, points, sizeof *items);
    if (!items)
        return;
    ends = collect_ends(x, demands, count, items);
    for (size_t i = 0; i < count; i++) {
        const struct demand *demand = &x->demands[demands[i]];
        size_t covered = 0;
        if (demand->low <= demand->high)
            covered = rank_of(items, ends, demand->high) + 1 - rank_of(items, ends, demand->low);
        by_range += covered;
        by_point += demand->point_count ? demand->point_count : ends;
    }
    by_range += (uint64_t)(rules - count) * ends;
    by_point += (uint64_t)(rules - count) * ends;
    choice->point_share = by_point * ALL / ((uint64_t)rules * ends);
    choice->range_share = by_range * ALL / ((uint64_t)rules * ends);
}

/* The best keys of a group: for each use the one that leaves least, the earlier register where two do. */
static struct choice choose(struct indexer *x, const struct group *group) {
    struct choice best = {NO_REGISTER, NO_REGISTER, NO_REGISTER, WORTH, WORTH, WORTH}, second = best;
    for (size_t i = 0, end; i < group->demand_count && !x->failed; i = end) {
        uint32_t key = x->demands[group->by_key[i]].key;
        struct choice found = {key, key, key, ALL, ALL, ALL};
        for (end = i; end < group->demand_count && x->demands[group->by_key[end]].key == key; end++) {}
        weigh_key(x, &group->by_key[i], end - i, group->count, &found);
        if (found.point_share < best.point_share) {
            best.filter = best.point;
            best.filter_share = best.point_share;
            best.point = key;
            best.point_share = found.point_share;
        } else if (found.point_share < best.filter_share) {
            best.filter = key;
            best.filter_share = found.point_share;
        }
        if (found.range_share < best.range_share) {
            second.range = best.range;
            second.range_share = best.range_share;
            best.range = key;
            best.range_share = found.range_share;
        } else if (found.range_share < second.range_share) {
            second.range = key;
            second.range_share = found.range_share;
        }
    }
    if (best.range == best.point) {
        best.range = second.range;
        best.range_share = second.range_share;
    }
    if (best.filter == best.range)
        best.filter = NO_REGISTER;
    return best;
}

/* --- a search --- */

static const struct demand *demand_on(const struct indexer *x, uint32_t rule, uint32_t key) {
    for (uint32_t i = x->first_demand[rule]; i < x->first_demand[rule + 1] && key != NO_REGISTER; i++)
        if (x->demands[i].key == key)
            return &x->demands[i];
    return NULL;
}

/* The spans of a bucket hold all that a rule asks for. */
static bool is_whole(const struct indexer *x, const struct index_search *search, uint32_t rule) {
    const struct demand *point = demand_on(x, rule, search->point),
                        *range = demand_on(x, rule, search->range);
    const struct demand *filter = demand_on(x, rule, search->filter);
    uint32_t known = (uint32_t)(point != NULL) + (uint32_t)(range != NULL) + (uint32_t)(filter != NULL);
    return x->whole[rule] && x->first_demand[rule + 1] - x->first_demand[rule] == known &&
           (!point || point->point_count) && (!range || range->point_count <= 1) &&
           (!filter || filter->point_count == 1);
}

/* `most` of the spans low .. high - 1, a tree whose root is in the middle. */
static int64_t fill_most(struct index_span *spans, size_t low, size_t high) {
    size_t middle = low + (high - low) / 2;
    int64_t most = spans[middle].high, other;
    if (low < middle && (other = fill_most(spans, low, middle)) > most)
        most = other;
    if (middle + 1 < high && (other = fill_most(spans, middle + 1, high)) > most)
        most = other;
    return spans[middle].most = most;
}

static void add_span(const struct indexer *x, struct index_search *search, struct index_bucket *bucket,
                     uint32_t rule) {
    const struct demand *demand = demand_on(x, rule, search->range);
    const struct demand *filter = demand_on(x, rule, search->filter);
    struct index_span span = {.low = INT64_MIN, .high = INT64_MAX, .rule = rule};
    span.whole = is_whole(x, search, rule);
    span.filtered = filter && filter->point_count == 1;
    span.filter = span.filtered ? filter->low : 0;
    if (demand) {
        span.low = demand->low;
        span.high = demand->high;
    }
    search->spans[bucket->first + bucket->count++] = span;
}

/* Whether a look backward from a span, on average, is short; then `most` is the largest high up to there. */
static bool fill_flat(struct index_span *spans, size_t count) {
    size_t looks = 0, from = 0;
    int64_t most = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        most = spans[i].high > most ? spans[i].high : most;
        spans[i].most = most;
        while (from < i && spans[from].most < spans[i].low)
            from++;
        looks += i - from;
    }
    return looks <= FLAT * count;
}

static void finish_bucket(struct indexer *x, struct index_search *search, struct index_bucket *bucket,
                          struct index_item *items, struct index_span *copy) {
    struct index_span *spans = &search->spans[bucket->first];
    bool sorted = true;
    for (uint32_t i = 1; i < bucket->count; i++)
        sorted = sorted && spans[i - 1].low <= spans[i].low;
    for (uint32_t i = 0; i < bucket->count && !sorted; i++) {
        items[i] = (struct index_item){spans[i].low, i};
        copy[i] = spans[i];
    }
    if (!sorted)
        index_sort(x, items, bucket->count);
    for (uint32_t i = 0; i < bucket->count && !sorted; i++)
        spans[i] = copy[items[i].value];
    for (uint32_t i = 0; i < bucket->count; i++)
        search->lows[bucket->first + i] = spans[i].low;
    bucket->flat = fill_flat(spans, bucket->count);
    if (bucket->count > 0 && !bucket->flat)
        fill_most(spans, 0, bucket->count);
}

/* The points of all rules with what rule has them, sorted; gives how many. Rules without points go into the rest. */
static size_t collect_points(struct indexer *x, struct index_search *search, struct index_item **out) {
    size_t count = 0, most = 0;
    for (uint32_t i = 0; i < search->rule_count; i++) {
        const struct demand *demand = demand_on(x, search->rules[i], search->point);
        most += demand && demand->point_count ? demand->point_count : 0;
        search->rest.count += !demand || !demand->point_count;
    }
    struct index_item *items = index_scratch(x, most, sizeof *items);
    *out = items;
    for (uint32_t i = 0; i < search->rule_count && items; i++) {
        const struct demand *demand = demand_on(x, search->rules[i], search->point);
        for (uint32_t k = 0; demand && k < demand->point_count; k++)
            items[count++] = (struct index_item){x->points[demand->first_point + k], search->rules[i]};
    }
    if (items)
        index_sort(x, items, count);
    return count;
}

static void fill_buckets(struct indexer *x, struct index_search *search) {
    struct index_item *points;
    size_t count = collect_points(x, search, &points), rest = search->rest.count, buckets = 0, used = 0;
    size_t spans = count + rest;
    for (size_t i = 0; i < count && points; i++)
        buckets += i == 0 || points[i].key != points[i - 1].key;
    search->buckets = index_array(x, buckets, sizeof *search->buckets);
    search->spans = index_array(x, spans, sizeof *search->spans);
    search->lows = index_array(x, spans, sizeof *search->lows);
    struct index_item *items = index_scratch(x, spans, sizeof *items);
    struct index_span *copy = index_scratch(x, spans, sizeof *copy);
    if (x->failed)
        return;
    for (size_t i = 0; i < count; i++) {
        bool another = i == 0 || points[i].key != points[i - 1].key;
        if (another)
            search->buckets[search->bucket_count++] =
                (struct index_bucket){points[i].key, (uint32_t)used, 0, false};
        /* A rule that names a value twice is in its bucket once. */
        if (!another && points[i].value == points[i - 1].value)
            continue;
        add_span(x, search, &search->buckets[search->bucket_count - 1], (uint32_t)points[i].value);
        used++;
    }
    search->rest = (struct index_bucket){0, (uint32_t)used, 0, false};
    for (uint32_t i = 0; i < search->rule_count; i++) {
        const struct demand *demand = demand_on(x, search->rules[i], search->point);
        if (!demand || !demand->point_count)
            add_span(x, search, &search->rest, search->rules[i]);
    }
    for (uint32_t i = 0; i < search->bucket_count; i++)
        finish_bucket(x, search, &search->buckets[i], items, copy);
    finish_bucket(x, search, &search->rest, items, copy);
}

/* What may apply where a key is none: rules that do not look at it, or in which that is not decisive. */
static void fill_nones(struct indexer *x, struct index_search *search, int which, uint32_t key) {
    uint32_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < search->rule_count; i++) {
            const struct demand *demand = demand_on(x, search->rules[i], key);
            if (demand && demand->none_is_no)
                continue;
            if (pass == 1)
                search->nones[which][search->none_counts[which]++] = search->rules[i];
            count += pass == 0;
        }
        if (pass == 0 && !(search->nones[which] = index_array(x, count, sizeof **search->nones)))
            return;
    }
}

/* --- groups --- */

static size_t key_position(const struct indexer *x, uint32_t key) {
    return key == NO_REGISTER ? 0 : key - x->program->constant_count;
}

/* A rule is searched for where it demands something of a key, and its degree is not known before the keys are. */
static bool belongs(const struct indexer *x, uint32_t rule, const struct choice *choice) {
    return (demand_on(x, rule, choice->point) || demand_on(x, rule, choice->range)) &&
           x->degrees[rule] > key_position(x, choice->point) &&
           x->degrees[rule] > key_position(x, choice->range) &&
           x->degrees[rule] > key_position(x, choice->filter);
}

static void gather_demands(struct indexer *x, struct group *group) {
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += x->first_demand[group->rules[i] + 1] - x->first_demand[group->rules[i]];
    struct index_item *items = index_scratch(x, count, sizeof *items);
    group->by_key = index_scratch(x, count, sizeof *group->by_key);
    group->demand_count = 0;
    if (x->failed)
        return;
    for (size_t i = 0; i < group->count; i++)
        for (uint32_t k = x->first_demand[group->rules[i]]; k < x->first_demand[group->rules[i] + 1]; k++)
            items[group->demand_count++] = (struct index_item){x->demands[k].key, k};
    index_sort(x, items, group->demand_count);
    for (size_t i = 0; i < group->demand_count; i++)
        group->by_key[i] = (uint32_t)items[i].value;
}

/* Takes rules out of the group that are searched for by two keys or one; false where there are not enough. */
static bool take_search(struct indexer *x, struct group *group) {
    struct index_search search = {0};
    size_t left = 0, wanted = 0;
    gather_demands(x, group);
    struct choice choice = choose(x, group);
    search.point = choice.point;
    search.range = choice.range;
    search.filter = choice.filter;
    for (size_t i = 0; i < group->count && !x->failed; i++)
        wanted += belongs(x, group->rules[i], &choice);
    if (wanted < x->least || wanted == 0 || !(search.rules = index_array(x, wanted, sizeof *search.rules)))
        return false;
    for (size_t i = 0; i < group->count; i++) {
        uint32_t rule = group->rules[i];
        if (!belongs(x, rule, &choice)) {
            group->rules[left++] = rule;
            continue;
        }
        search.rules[search.rule_count++] = rule;
        x->index->rules[rule].search = (uint32_t)x->search_count;
    }
    group->count = left;
    x->index->rule_count += search.rule_count;
    fill_buckets(x, &search);
    fill_nones(x, &search, 0, search.point);
    fill_nones(x, &search, 1, search.range);
    if (!x->failed && !ARENA_PUSH(&x->scratch, x->searches, x->search_count, x->search_capacity, search))
        x->failed = true;
    return !x->failed;
}

/* Rules that give one decision its value are alike; so are those of a duty; then those that only say something. */
static int64_t group_of(const struct policy_set *set, const struct rule *rule) {
    for (size_t i = 0; i < rule->effect_count; i++) {
        const struct effect *effect = &rule->effects[i];
        if (effect->kind == EFFECT_SET || effect->kind == EFFECT_ADD)
            return effect->target;
        if (effect->kind == EFFECT_MUST_BY || effect->kind == EFFECT_MUST_IN)
            return (int64_t)(set->decision_count + effect->target);
    }
    return INT64_MAX;
}

void index_searches(struct indexer *x) {
    const struct policy_set *set = x->program->set;
    struct index_item *items = index_scratch(x, set->rule_count, sizeof *items);
    uint32_t *rules = index_scratch(x, set->rule_count, sizeof *rules);
    if (x->failed)
        return;
    for (size_t i = 0; i < set->rule_count; i++) {
        x->index->rules[i].search = NO_SEARCH;
        items[i] = (struct index_item){group_of(set, &set->rules[i]), i};
    }
    index_sort(x, items, set->rule_count);
    for (size_t i = 0, end; i < set->rule_count && !x->failed; i = end) {
        struct group group = {.rules = rules};
        for (end = i; end < set->rule_count && items[end].key == items[i].key; end++)
            rules[group.count++] = (uint32_t)items[end].value;
        for (int round = 0; round < ROUNDS && group.count >= x->least && take_search(x, &group); round++) {}
    }
}
