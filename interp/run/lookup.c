/*
 * See lookup.h. A search gives every rule that can be of another degree than no, and perhaps some more, which are evaluated like
 * any other. Must not know what instructions compute.
 */
#include "interp/run/lookup.h"

#include "grammar/base/banned.h"

/* Shell's sort: most lists have one or two items, and long ones are nearly in order. */
static void sort(uint64_t *items, uint32_t count) {
    uint32_t gap = 1;
    while (gap < count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            uint64_t moved = items[i];
            uint32_t at = i;
            for (; at >= gap && items[at - gap] > moved; at -= gap)
                items[at] = items[at - gap];
            items[at] = moved;
        }
    }
}

bool lookup_init(struct lookup *lookup, struct machine *machine) {
    const struct rule_index *index = machine->program->index;
    uint32_t most = 0;
    for (uint32_t i = 0; i < index->ballot_count; i++)
        if (index->ballots[i].some && index->ballots[i].giver_count > most)
            most = index->ballots[i].giver_count;
    *lookup = (struct lookup){.index = index};
    lookup->found = machine_array(machine, index->rule_count, sizeof *lookup->found);
    lookup->pending = machine_array(machine, index->range_count, sizeof *lookup->pending);
    lookup->seats = machine_array(machine, index->seat_count, sizeof *lookup->seats);
    lookup->heads = machine_array(machine, index->ballot_count, sizeof *lookup->heads);
    lookup->sorted = machine_array(machine, most, sizeof *lookup->sorted);
    lookup->picked = machine_array(machine, most, sizeof *lookup->picked);
    if (machine->failed)
        return false;
    for (uint32_t i = 0; i < index->search_count; i++)
        for (uint32_t k = 0; k < index->searches[i].rule_count; k++)
            machine->registers[index->rules[index->searches[i].rules[k]].degree] = value_yes_no(false);
    return true;
}

void lookup_clear(struct lookup *lookup, struct machine *machine) {
    for (uint32_t i = 0; i < lookup->taken; i++) {
        uint32_t number = lookup->found[i] & ~LOOKUP_WHOLE;
        const struct index_rule *rule = &lookup->index->rules[number];
        machine->registers[rule->degree] = value_yes_no(false);
        machine->outcome->degrees[number] = DEGREE_NO;
        for (uint32_t k = 0; k < rule->seat_count; k++)
            lookup->heads[lookup->index->seats[rule->first_seat + k].ballot] = 0;
    }
    lookup->found_count = lookup->taken = lookup->pending_count = lookup->next = lookup->seat_count = 0;
}

/* --- what is found --- */

/* What was found by rule and whether that is all it asks for. */
static void find_rule(struct lookup *lookup, uint32_t rule, bool whole) {
    lookup->found[lookup->found_count++] = rule | (whole ? LOOKUP_WHOLE : 0);
}

/* Puts what was found among what is to be run, and to its seats. The conditions of a whole rule need not be looked at. */
static void take_rule(struct lookup *lookup, struct machine *machine, uint32_t found) {
    const struct rule_index *index = lookup->index;
    uint32_t number = found & ~LOOKUP_WHOLE;
    bool whole = (found & LOOKUP_WHOLE) != 0;
    const struct index_rule *rule = &index->rules[number];
    if (whole) {
        machine->registers[rule->degree] = value_yes_no(true);
        machine->outcome->degrees[number] = DEGREE_YES;
    }
    for (uint32_t i = 0; i < rule->range_count; i++) {
        uint64_t range = index->ranges[rule->first_range + i];
        if (!whole || !(range & INDEX_CONDITION))
            lookup->pending[lookup->pending_count++] = range & ~INDEX_CONDITION;
    }
    for (uint32_t i = 0; i < rule->seat_count; i++) {
        const struct index_seat *seat = &index->seats[rule->first_seat + i];
        lookup->seats[lookup->seat_count++] =
            (struct lookup_seat){seat->position, lookup->heads[seat->ballot]};
        lookup->heads[seat->ballot] = lookup->seat_count;
    }
}

static void take_found(struct lookup *lookup, struct machine *machine) {
    while (lookup->taken < lookup->found_count)
        take_rule(lookup, machine, lookup->found[lookup->taken++]);
    sort(lookup->pending + lookup->next, lookup->pending_count - lookup->next);
}

static void find_rules(struct lookup *lookup, const uint32_t *rules, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        find_rule(lookup, rules[i], false);
}

/* The values of the keys. Without that of a filter nothing is filtered, and nothing is known to be whole. */
struct keys {
    int64_t point, range, filter;
    bool filtered, whole;
};

static void find_span(struct lookup *lookup, const struct index_span *span, const struct keys *keys) {
    if (span->high < keys->range || (span->filtered && keys->filtered && span->filter != keys->filter))
        return;
    find_rule(lookup, span->rule, span->whole && keys->whole);
    lookup->span = span;
}

/* The spans low .. high - 1 of a tree. */
static void find_spans(struct lookup *lookup, const struct index_span *spans, uint32_t low, uint32_t high,
                       const struct keys *keys) {
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (spans[middle].most < keys->range)
            return;
        find_spans(lookup, spans, low, middle, keys);
        if (spans[middle].low > keys->range)
            return;
        find_span(lookup, &spans[middle], keys);
        low = middle + 1;
    }
}

/* How many of `count` numbers in order are not above `number`. */
static uint32_t not_above(const int64_t *numbers, uint32_t count, int64_t number) {
    const int64_t *base = numbers;
    for (; count > 1; count -= count / 2)
        base += base[count / 2 - 1] <= number ? count / 2 : 0;
    return (uint32_t)(base - numbers) + (count == 1 && *base <= number);
}

static void find_bucket(struct lookup *lookup, const struct index_search *by,
                        const struct index_bucket *bucket, const struct keys *keys) {
    const struct index_span *spans = &by->spans[bucket->first];
    if (!bucket->flat) {
        find_spans(lookup, spans, 0, bucket->count, keys);
        return;
    }
    for (uint32_t i = not_above(&by->lows[bucket->first], bucket->count, keys->range);
         i > 0 && spans[i - 1].most >= keys->range; i--)
        find_span(lookup, &spans[i - 1], keys);
}

static void find_point(struct lookup *lookup, const struct index_search *by, const struct keys *keys) {
    uint32_t low = 0, high = by->bucket_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (by->buckets[middle].value < keys->point)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < by->bucket_count && by->buckets[low].value == keys->point)
        find_bucket(lookup, by, &by->buckets[low], keys);
}

/*
 * With a key that is open every rule may be something else than no; with one that is none those that do not look at it, or in
 * which something else may be open. A filter that has no value filters nothing.
 */
static void find(struct lookup *lookup, const struct machine *machine, const struct index_search *by) {
    const uint32_t registers[2] = {by->point, by->range};
    int64_t numbers[2] = {0, 0};
    int none = -1;
    for (int k = 0; k < 2; k++) {
        if (registers[k] == NO_REGISTER)
            continue;
        struct value value = held(machine, registers[k]);
        if (value.tag == VALUE_NONE) {
            none = k;
        } else if (!index_number(value, &numbers[k])) {
            find_rules(lookup, by->rules, by->rule_count);
            return;
        }
    }
    if (none >= 0) {
        find_rules(lookup, by->nones[none], by->none_counts[none]);
        return;
    }
    struct keys keys = {.point = numbers[0], .range = numbers[1]};
    keys.filtered = by->filter != NO_REGISTER && index_number(held(machine, by->filter), &keys.filter);
    keys.whole = by->filter == NO_REGISTER || keys.filtered;
    if (by->point != NO_REGISTER)
        find_point(lookup, by, &keys);
    find_bucket(lookup, by, &by->rest, &keys);
}

/* --- the run --- */

/* Runs what is pending and begins before instruction `before`. */
static void run_pending(struct lookup *lookup, struct machine *machine, uint32_t before) {
    while (lookup->next < lookup->pending_count && lookup->pending[lookup->next] >> 32 < before) {
        uint64_t range = lookup->pending[lookup->next++];
        machine_run(machine, (uint32_t)(range >> 32), (uint32_t)range);
    }
}

void lookup_run(struct lookup *lookup, struct machine *machine) {
    const struct rule_index *index = lookup->index;
    for (uint32_t i = 0; i < index->run_count && !machine->failed; i++) {
        const struct index_run *run = &index->runs[i];
        run_pending(lookup, machine, run->start);
        machine_run(machine, run->start, run->end);
        if (run->search == NO_SEARCH)
            continue;
        find(lookup, machine, &index->searches[run->search]);
        take_found(lookup, machine);
    }
    run_pending(lookup, machine, UINT32_MAX);
}

void lookup_find(struct lookup *lookup, struct machine *machine, const uint32_t *searches, uint32_t count) {
    lookup_clear(lookup, machine);
    for (uint32_t i = 0; i < count; i++)
        find(lookup, machine, &lookup->index->searches[searches[i]]);
}

void lookup_take(struct lookup *lookup, struct machine *machine, uint32_t before) {
    take_found(lookup, machine);
    run_pending(lookup, machine, before);
}

const uint32_t *lookup_givers(struct lookup *lookup, uint32_t ballot, uint32_t *count) {
    const struct index_ballot *of = &lookup->index->ballots[ballot];
    uint32_t found = 0, other = 0, made = 0;
    if (!of->some)
        return NULL;
    for (uint32_t seat = lookup->heads[ballot]; seat; seat = lookup->seats[seat - 1].next)
        lookup->sorted[found++] = lookup->seats[seat - 1].position;
    sort(lookup->sorted, found);
    for (uint32_t i = 0; i < found; i++) {
        while (other < of->other_count && of->others[other] < lookup->sorted[i])
            lookup->picked[made++] = of->others[other++];
        lookup->picked[made++] = (uint32_t)lookup->sorted[i];
    }
    while (other < of->other_count)
        lookup->picked[made++] = of->others[other++];
    *count = made;
    return lookup->picked;
}
