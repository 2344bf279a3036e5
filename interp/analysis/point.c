/*
 * A case of a cell: a value for every variable that all functions agree with, looked for near a plain record, and that case as the facts
 * of a program. Must not know what is asked of it.
 */
#include "interp/analysis/symbolic.h"

#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

bool sum_known(const struct walk *walk, struct zone *zone, const struct known_sum *known) {
    num_i128 low, high;
    linear_range(&walk->space, zone, known->sum, &low, &high);
    if (high < known->low || low > known->high)
        return false;
    return sum_bound(&walk->space, zone, known->sum, low > known->low ? low : known->low,
                     high < known->high ? high : known->high);
}

static bool point_fix(struct walk *walk, struct zone *zone, uint32_t variable, int64_t value) {
    const struct space *space = &walk->space;
    uint32_t at = space->variables[variable].zone;
    if (!zone_bound(&space->shape, zone, at, 0, value) || !zone_bound(&space->shape, zone, 0, at, -value))
        return false;
    for (size_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        const struct variable *v = &space->variables[i];
        if (v->derivation != DERIVED_NOT && v->zone != NO_ZONE &&
            !derived_bound(space, (uint32_t)i, zone, false)) {
            walk->blocked = (uint32_t)i;
            return false;
        }
    }
    for (size_t i = 0; i < walk->sum_count; i++) {
        if (!sum_known(walk, zone, &walk->sums[i])) {
            walk->blocked_sum = walk->sums[i].sum;
            return false;
        }
    }
    return true;
}

static int64_t point_near(int64_t wanted, int64_t low, int64_t high, int64_t unit) {
    int64_t value = wanted < low ? low : wanted > high ? high : wanted;
    int64_t rest = value % unit;
    value -= rest < 0 ? rest + unit : rest;
    return value < low ? value + unit : value;
}

/* What a plain record has: the first day of `covers`, or zero. */
static int64_t point_plain(const struct space *space, size_t variable) {
    const struct variable *v = &space->variables[variable];
    const struct place *place = v->fact == UINT32_MAX ? NULL : &space->places[v->fact];
    bool day = variable == VARIABLE_TODAY || (place && place->fact->type.kind == TYPE_DAY);
    return !day ? 0 : space->covers.first > CAL_MIN ? space->covers.first : 0;
}

/* Fixes one variable at the first of a few values that leaves something of the zone. */
static bool point_choose(struct walk *walk, struct zone *zone, struct zone *spare, size_t variable) {
    struct space *space = &walk->space;
    const struct variable *v = &space->variables[variable];
    int64_t low = zone_low(&space->shape, zone, v->zone), high = zone_high(&space->shape, zone, v->zone);
    const int64_t wanted[] = {
        point_plain(space, variable), low, high, low / 2 + high / 2, low + 1, high - 1, low + 29,
        low / 4 + high / 4 * 3};
    int64_t tried = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        int64_t value = point_near(wanted[i], low, high, v->unit);
        if (value > high || (i > 0 && value == tried))
            continue;
        tried = value;
        zone_copy(&space->shape, spare, zone);
        if (point_fix(walk, spare, (uint32_t)variable, value)) {
            zone_copy(&space->shape, zone, spare);
            walk->values[variable] = value;
            return true;
        }
    }
    return false;
}

bool point_find(struct walk *walk) {
    struct space *space = &walk->space;
    struct zone *zone = walk->trial, *spare = zone ? walk->spare : NULL;
    if (!spare)
        return false;
    walk->blocked = 0;
    walk->blocked_sum = NULL;
    zone_copy(&space->shape, zone, walk->zone);
    for (size_t i = 0; i < space->choice_count; i++) {
        const struct choice *choice = &space->choices[i];
        uint32_t bit = zone_first(&space->shape, zone, (uint32_t)i);
        bool beside = choice->universe == NULL;
        if (beside && zone_may(&space->shape, zone, (uint32_t)i, CHOICE_NONE))
            bit = CHOICE_NONE;
        if (choice->none_bit != UINT32_MAX && zone_may(&space->shape, zone, (uint32_t)i, choice->none_bit))
            bit = choice->none_bit;
        walk->bits[i] = bit;
    }
    for (size_t i = VARIABLE_TODAY; i < space->variable_count; i++) {
        const struct variable *v = &space->variables[i];
        if (v->zone != NO_ZONE && v->derivation == DERIVED_NOT && !point_choose(walk, zone, spare, i))
            return false;
    }
    for (size_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        if (space->variables[i].zone != NO_ZONE && space->variables[i].derivation != DERIVED_NOT &&
            space->variables[i].derivation != DERIVED_OPAQUE && !derived_exact(space, zone, (uint32_t)i)) {
            walk->blocked = (uint32_t)i;
            return false;
        }
    }
    return true;
}

/* --- as facts --- */

/* A copy that lives as long as the witness. */
static struct value value_of_text(struct text text, struct arena *arena) {
    struct text *copy = arena_alloc(arena, sizeof *copy);
    const char *bytes = arena_copy(arena, text.bytes, text.length);
    if (!copy || !bytes)
        return (struct value){.tag = VALUE_NONE};
    *copy = (struct text){bytes, text.length};
    return (struct value){.tag = VALUE_TEXT, .as.text = copy};
}

static struct value value_of_bit(const struct binding *binding, const struct fact *fact,
                                 const struct choice *choice, uint32_t bit, struct arena *arena) {
    const struct policy_set *set = binding->program->set;
    struct value value = {.tag = VALUE_NONE};
    if (bit == choice->none_bit)
        return value;
    if (fact->type.kind == TYPE_YESNO)
        return (struct value){.tag = VALUE_YES_NO, .as.number = bit == CHOICE_YES};
    if (fact->type.kind == TYPE_STRING)
        return value_of_text(choice->universe->names[bit], arena);
    for (size_t i = 0; i < set->enumeration_count; i++) {
        for (uint32_t k = 0;
             set->enumerations[i] == fact->type.enumeration && k < fact->type.enumeration->count; k++) {
            if (binding->members[i][k] == bit)
                return (struct value){.tag = VALUE_MEMBER, .as.number = k};
        }
    }
    return value;
}

static bool value_of_set(const struct binding *binding, const struct fact *fact, const struct place *place,
                         const uint32_t *bits, struct arena *arena, struct value *value) {
    const struct policy_set *set = binding->program->set;
    size_t words = (fact->type.enumeration->count + 63) / 64;
    struct member_set *made = arena_alloc(arena, sizeof *made + words * sizeof made->words[0]);
    if (!made)
        return false;
    made->word_count = (uint32_t)words;
    for (size_t i = 0; i < set->enumeration_count; i++) {
        for (uint32_t k = 0;
             set->enumerations[i] == fact->type.enumeration && k < fact->type.enumeration->count; k++) {
            if (bits[place->choice + binding->members[i][k]] == CHOICE_YES)
                made->words[k / 64] |= UINT64_C(1) << k % 64;
        }
    }
    *value = (struct value){.tag = VALUE_SET, .as.set = made};
    return true;
}

static bool value_of_list(const struct fact *fact, struct arena *arena, struct value *value) {
    struct value_list *list = arena_alloc(arena, sizeof *list);
    if (!list)
        return false;
    list->field_count = (uint32_t)fact->type.record->field_count;
    *value = (struct value){.tag = VALUE_LIST, .as.list = list};
    return true;
}

static struct value value_of_number(const struct walk *walk, const struct fact *fact,
                                    const struct place *place, int64_t number) {
    if (fact->type.kind == TYPE_DAY)
        return (struct value){.tag = VALUE_DATE, .as.day = (cal_day)number};
    num_i128 mantissa = number / walk->space.variables[place->variable].unit;
    if (fact->type.scale > place->fact->type.scale)
        mantissa *= num_pow10(fact->type.scale - place->fact->type.scale);
    else
        mantissa /= num_pow10(place->fact->type.scale - fact->type.scale);
    return (struct value){.tag = VALUE_NUMBER, .as.number = (int64_t)mantissa};
}

struct witness *walk_witness(const struct walk *walk, const struct walk_point *point, uint32_t engine,
                             struct arena *arena) {
    const struct binding *binding = &walk->space.bindings[engine];
    const struct policy_set *set = binding->program->set;
    struct witness *witness = arena_alloc(arena, sizeof *witness);
    bool made = witness && (witness->values = arena_array(arena, set->fact_count, sizeof *witness->values));
    for (size_t i = 0; i < set->fact_count && made; i++) {
        const struct fact *fact = &set->facts[i];
        const struct place *place = &walk->space.places[binding->places[i]];
        struct value *value = &witness->values[i];
        uint32_t given = place->kind == PLACE_NUMERIC ? place->choice : place->given;
        *value = (struct value){.tag = VALUE_NONE};
        if (place->kind != PLACE_CHOICE && given != NO_CHOICE && point->bits[given] == CHOICE_NONE)
            continue;
        switch (place->kind) {
        case PLACE_NUMERIC:
            *value = value_of_number(walk, fact, place, point->values[place->variable]);
            break;
        case PLACE_CHOICE:
            *value = value_of_bit(binding, fact, &walk->space.choices[place->choice],
                                  point->bits[place->choice], arena);
            break;
        case PLACE_SET:
            made = value_of_set(binding, fact, place, point->bits, arena, value);
            break;
        case PLACE_LIST:
            made = value_of_list(fact, arena, value);
            break;
        }
    }
    if (!made || arena->failed)
        return NULL;
    witness->today = (cal_day)point->values[VARIABLE_TODAY];
    return witness;
}

bool walk_plain_point(const struct walk *walk, struct arena *arena, struct walk_point *point) {
    const struct space *space = &walk->space;
    int64_t *values = arena_array(arena, space->variable_count, sizeof *values);
    uint32_t *bits = arena_array(arena, space->choice_count, sizeof *bits);
    if (!values || !bits)
        return false;
    for (size_t i = VARIABLE_TODAY; i < space->variable_count; i++) {
        const struct variable *v = &space->variables[i];
        values[i] = point_near(point_plain(space, i), v->low, v->high, v->unit);
    }
    for (uint32_t i = 0; i < space->choice_count; i++) {
        const struct choice *choice = &space->choices[i];
        bool may_none = choice->universe == NULL && (choice->domain[0] >> CHOICE_NONE & 1);
        while (bits[i] < choice->count && (choice->domain[bits[i] / 64] >> bits[i] % 64 & 1) == 0)
            bits[i]++;
        bits[i] = may_none ? CHOICE_NONE : choice->none_bit != UINT32_MAX ? choice->none_bit : bits[i];
    }
    *point = (struct walk_point){values, bits};
    return true;
}
