/*
 * Builds the space of a question from the facts of its programs. Facts, members and texts of two programs are one where they have
 * one name. Must not know rules or decisions.
 */
#include "interp/analysis/space.h"

#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

static bool space_same_text(struct text a, struct text b) {
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static uint32_t space_find_name(const struct text *names, size_t count, struct text name) {
    for (uint32_t i = 0; i < count; i++) {
        if (space_same_text(names[i], name))
            return i;
    }
    return UINT32_MAX;
}

/* --- universes --- */

struct growing {
    struct text *names;
    size_t count, capacity;
};

static uint32_t space_join(struct space *space, struct growing *into, struct text name) {
    uint32_t at = space_find_name(into->names, into->count, name);
    if (at != UINT32_MAX)
        return at;
    if (!ARENA_PUSH(space->arena, into->names, into->count, into->capacity, name))
        space->failed = true;
    return (uint32_t)into->count - 1;
}

static struct universe *space_universe(struct space *space, const struct enumeration *enumeration) {
    struct universe *made = arena_alloc(space->arena, sizeof *made);
    if (!made ||
        !ARENA_PUSH(space->arena, space->universes, space->universe_count, space->universe_capacity, made)) {
        space->failed = true;
        return NULL;
    }
    made->enumeration = enumeration;
    return made;
}

/* Appends members that the universe has not yet. */
static void space_widen(struct space *space, struct universe *universe,
                        const struct enumeration *enumeration) {
    struct growing names = {0};
    for (uint32_t i = 0; i < universe->count; i++)
        (void)space_join(space, &names, universe->names[i]);
    for (size_t i = 0; i < enumeration->count; i++) {
        struct text name = enumeration->members[i].name->text;
        if (universe->count > 0)
            (void)space_join(space, &names, name);
        else if (!ARENA_PUSH(space->arena, names.names, names.count, names.capacity, name))
            space->failed = true; /* names of one enumeration are different already */
    }
    universe->names = names.names;
    universe->count = (uint32_t)names.count;
}

/* The universe that an earlier program's enumeration of this name, or of a fact or decision of this name, has. */
static struct universe *space_like(struct space *space, const struct policy_set *set,
                                   const struct enumeration *enumeration) {
    for (size_t i = 0; enumeration->name && i < space->universe_count; i++) {
        const struct enumeration *other = space->universes[i]->enumeration;
        if (other->name && space_same_text(other->name->text, enumeration->name->text))
            return space->universes[i];
    }
    if (enumeration->name || space->binding_count == 0)
        return NULL;
    const struct policy_set *before = space->bindings[0].program->set;
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct place *place = space_place(space, set->facts[i].name);
        if (set->facts[i].type.enumeration == enumeration && place && place->fact->type.enumeration)
            enumeration = place->fact->type.enumeration;
    }
    for (size_t i = 0; i < set->decision_count; i++) {
        for (size_t k = 0; k < before->decision_count && set->decisions[i].type.enumeration == enumeration;
             k++) {
            if (space_same_text(before->decisions[k].shown, set->decisions[i].shown) &&
                before->decisions[k].type.enumeration)
                enumeration = before->decisions[k].type.enumeration;
        }
    }
    for (size_t i = 0; i < space->universe_count; i++) {
        if (space->universes[i]->enumeration == enumeration)
            return space->universes[i];
    }
    return NULL;
}

static void space_bind_members(struct space *space, struct binding *binding) {
    const struct policy_set *set = binding->program->set;
    binding->universes = arena_array(space->arena, set->enumeration_count, sizeof *binding->universes);
    binding->members = arena_array(space->arena, set->enumeration_count, sizeof *binding->members);
    if (!binding->universes || !binding->members) {
        space->failed = true;
        return;
    }
    for (size_t i = 0; i < set->enumeration_count && !space->failed; i++) {
        const struct enumeration *enumeration = set->enumerations[i];
        struct universe *universe = space_like(space, set, enumeration);
        bool alone = universe == NULL;
        if (!universe)
            universe = space_universe(space, enumeration);
        uint32_t *bits = arena_array(space->arena, enumeration->count, sizeof *bits);
        if (!universe || !bits) {
            space->failed = true;
            return;
        }
        space_widen(space, universe, enumeration);
        for (uint32_t k = 0; k < enumeration->count && !space->failed; k++)
            bits[k] =
                alone ? k
                      : space_find_name(universe->names, universe->count, enumeration->members[k].name->text);
        binding->universes[i] = universe;
        binding->members[i] = bits;
    }
}

/* The texts that programs compare with, and one other for each text fact, so that all may differ. */
static void space_collect_texts(struct space *space, const struct program *const programs[], uint32_t count) {
    struct growing names = {0};
    struct universe *universe = arena_alloc(space->arena, sizeof *universe);
    uint32_t facts = 0;
    for (uint32_t p = 0; p < count; p++) {
        for (uint32_t i = 0; i < programs[p]->constant_count; i++) {
            if (programs[p]->constants[i].tag == VALUE_TEXT)
                (void)space_join(space, &names, *programs[p]->constants[i].as.text);
        }
        for (size_t i = 0; i < programs[p]->set->fact_count; i++)
            facts += programs[p]->set->facts[i].type.kind == TYPE_STRING;
    }
    for (uint32_t i = 0; i < facts && !space->failed; i++) {
        char other[] = {'t', 'e', 'x', 't', ' ', (char)('A' + i % 26), (char)('a' + i / 26 % 26), 0};
        const char *kept = arena_copy(space->arena, other, strlen(other));
        if (kept)
            (void)space_join(space, &names, (struct text){kept, strlen(other)});
        space->failed = space->failed || !kept;
    }
    if (!universe) {
        space->failed = true;
        return;
    }
    *universe = (struct universe){.names = names.names, .count = (uint32_t)names.count};
    space->texts = universe;
}

/* --- places --- */

static uint32_t space_choice(struct space *space, const struct universe *universe, uint32_t count, bool none,
                             uint32_t fact) {
    struct choice made = {.universe = universe, .fact = fact, .count = count, .none_bit = UINT32_MAX};
    uint32_t bits = count + none;
    made.domain = arena_array(space->arena, (bits + 63) / 64, sizeof *made.domain);
    if (!made.domain) {
        space->failed = true;
        return NO_CHOICE;
    }
    if (none)
        made.none_bit = count;
    for (uint32_t i = 0; i < bits; i++)
        made.domain[i / 64] |= UINT64_C(1) << i % 64;
    if (!ARENA_PUSH(space->arena, space->choices, space->choice_count, space->choice_capacity, made)) {
        space->failed = true;
        return NO_CHOICE;
    }
    return (uint32_t)space->choice_count - 1;
}

static uint32_t space_variable(struct space *space, const struct variable *made) {
    if (!ARENA_PUSH(space->arena, space->variables, space->variable_count, space->variable_capacity, *made)) {
        space->failed = true;
        return UINT32_MAX;
    }
    return (uint32_t)space->variable_count - 1;
}

static void space_range(const struct type *type, int64_t *low, int64_t *high) {
    bool day = type->kind == TYPE_DAY;
    *low = type->has_low ? type->low : day ? CAL_MIN : -NUM_LIMIT;
    *high = type->has_high ? type->high : day ? CAL_MAX : NUM_LIMIT;
}

/* None is a value of its own only where the fact itself may be none; what `only when` takes away is seen at its condition. */
static bool space_may_be_none(const struct fact *fact) {
    return fact->declared_optional;
}

static const struct universe *space_universe_of(const struct space *space, const struct binding *binding,
                                                const struct type *type) {
    const struct policy_set *set = binding->program->set;
    if (type->kind == TYPE_YESNO)
        return space->yes_no;
    if (type->kind == TYPE_STRING)
        return space->texts;
    for (size_t i = 0; i < set->enumeration_count; i++) {
        if (set->enumerations[i] == type->enumeration)
            return binding->universes[i];
    }
    return NULL;
}

static bool space_new_place(struct space *space, const struct binding *binding, const struct fact *fact) {
    uint32_t index = (uint32_t)space->place_count;
    struct place place = {.fact = fact, .choice = NO_CHOICE, .given = NO_CHOICE};
    struct variable variable = {.fact = index, .unit = 1, .zone = 0};
    const struct universe *universe = space_universe_of(space, binding, &fact->type);
    bool none = space_may_be_none(fact);
    switch (fact->type.kind) {
    case TYPE_DAY:
    case TYPE_NUM:
        space_range(&fact->type, &variable.low, &variable.high);
        place.kind = PLACE_NUMERIC;
        place.variable = space_variable(space, &variable);
        if (none)
            place.choice = space_choice(space, NULL, 2, false, index);
        break;
    case TYPE_YESNO:
    case TYPE_MEMBER:
    case TYPE_STRING:
        place.kind = PLACE_CHOICE;
        place.choice = space_choice(space, universe, universe ? universe->count : 0, none, index);
        break;
    case TYPE_MEMBERS:
        place.kind = PLACE_SET;
        place.choice = (uint32_t)space->choice_count;
        for (uint32_t i = 0; universe && i < universe->count && !space->failed; i++)
            (void)space_choice(space, space->yes_no, 2, false, index);
        if (none)
            place.given = space_choice(space, NULL, 2, false, index);
        break;
    default:
        place.kind = PLACE_LIST;
        if (none)
            place.given = space_choice(space, NULL, 2, false, index);
        break;
    }
    if (!ARENA_PUSH(space->arena, space->places, space->place_count, space->place_capacity, place))
        space->failed = true;
    return !space->failed;
}

const struct place *space_place(const struct space *space, const struct name *name) {
    for (size_t i = 0; i < space->place_count; i++) {
        if (space_same_text(space->places[i].fact->name->text, name->text))
            return &space->places[i];
    }
    return NULL;
}

/* Two programs share a fact where its kind is the same; the cases are those that both accept. */
static void space_share(struct space *space, const struct binding *binding, struct place *place,
                        const struct fact *fact) {
    bool none = space_may_be_none(fact);
    if (place->kind == PLACE_NUMERIC) {
        int64_t low, high, lift = 1;
        struct variable *variable = &space->variables[place->variable];
        space_range(&fact->type, &low, &high);
        if (fact->type.scale < place->fact->type.scale)
            lift = num_pow10(place->fact->type.scale - fact->type.scale);
        low = low > ZONE_LIMIT / 4 / lift || low < -ZONE_LIMIT / 4 / lift ? variable->low : low * lift;
        high = high > ZONE_LIMIT / 4 / lift || high < -ZONE_LIMIT / 4 / lift ? variable->high : high * lift;
        variable->low = low > variable->low ? low : variable->low;
        variable->high = high < variable->high ? high : variable->high;
        if (place->choice != NO_CHOICE && !none)
            space->choices[place->choice].domain[0] = UINT64_C(1) << CHOICE_GIVEN;
        return;
    }
    if (place->kind != PLACE_CHOICE)
        return;
    struct choice *choice = &space->choices[place->choice];
    if (choice->none_bit != UINT32_MAX && !none)
        choice->domain[choice->none_bit / 64] &= ~(UINT64_C(1) << choice->none_bit % 64);
    if (fact->type.kind != TYPE_MEMBER)
        return;
    const struct enumeration *known[2] = {place->fact->type.enumeration, fact->type.enumeration};
    for (uint32_t bit = 0; bit < choice->count; bit++) {
        for (int side = 0; side < 2; side++) {
            bool has = false;
            for (size_t i = 0; i < known[side]->count && !has; i++)
                has = space_same_text(known[side]->members[i].name->text, choice->universe->names[bit]);
            if (!has)
                choice->domain[bit / 64] &= ~(UINT64_C(1) << bit % 64);
        }
    }
    (void)binding;
}

static bool space_bind(struct space *space, const struct program *program) {
    struct binding *binding = &space->bindings[space->binding_count];
    const struct policy_set *set = program->set;
    binding->program = program;
    space_bind_members(space, binding);
    binding->places = arena_array(space->arena, set->fact_count, sizeof *binding->places);
    if (!binding->places)
        space->failed = true;
    for (uint32_t i = 0; i < set->fact_count && !space->failed; i++) {
        const struct fact *fact = &set->facts[i];
        const struct place *shared = space->binding_count > 0 ? space_place(space, fact->name) : NULL;
        if (shared && shared->fact->type.kind == fact->type.kind) {
            binding->places[i] = (uint32_t)(shared - space->places);
            space_share(space, binding, &space->places[binding->places[i]], fact);
        } else {
            binding->places[i] = (uint32_t)space->place_count;
            (void)space_new_place(space, binding, fact);
        }
    }
    space->binding_count++;
    return !space->failed;
}

/* Numbers of different scales are compared in the unit of the finest, where their ranges allow it. */
static void space_choose_units(struct space *space) {
    int finest = 0;
    for (size_t i = 0; i < space->place_count; i++) {
        const struct place *place = &space->places[i];
        if (place->kind == PLACE_NUMERIC && place->fact->type.scale > finest)
            finest = place->fact->type.scale;
    }
    for (size_t i = 0; i < space->place_count; i++) {
        const struct place *place = &space->places[i];
        if (place->kind != PLACE_NUMERIC || place->fact->type.kind != TYPE_NUM)
            continue;
        struct variable *variable = &space->variables[place->variable];
        int64_t unit = num_pow10(finest - place->fact->type.scale);
        if (variable->high > ZONE_LIMIT / 2 / unit || variable->low < -ZONE_LIMIT / 2 / unit)
            continue;
        variable->unit = unit;
        variable->low *= unit;
        variable->high *= unit;
    }
}

bool space_shape(struct space *space) {
    uint32_t zoned = 0, word = 0;
    uint32_t *starts = arena_array(space->arena, space->choice_count + 1, sizeof *starts);
    int64_t *grains = arena_array(space->arena, space->variable_count, sizeof *grains);
    if (!starts || !grains) {
        space->failed = true;
        return false;
    }
    space->shape.grained = false;
    for (size_t i = 0; i < space->variable_count; i++) {
        struct variable *variable = &space->variables[i];
        if (variable->zone == NO_ZONE)
            continue;
        variable->zone = zoned;
        grains[zoned++] = variable->unit;
        space->shape.grained = space->shape.grained || variable->unit > 1;
    }
    for (size_t i = 0; i < space->choice_count; i++) {
        const struct choice *choice = &space->choices[i];
        starts[i] = word;
        word += (choice->count + (choice->none_bit != UINT32_MAX) + 63) / 64;
    }
    starts[space->choice_count] = word;
    space->shape.variables = zoned;
    space->shape.choices = (uint32_t)space->choice_count;
    space->shape.starts = starts;
    space->shape.grains = grains;
    space->grew = false;
    return true;
}

bool space_top(struct space *space, struct zone *zone) {
    const struct zone_shape *shape = &space->shape;
    zone_clear(shape, zone);
    for (size_t i = 0; i < space->choice_count; i++) {
        uint64_t any = 0;
        for (uint32_t word = 0; word < zone_words(shape, (uint32_t)i); word++)
            any |= zone->masks[shape->starts[i] + word] = space->choices[i].domain[word];
        if (any == 0 && space->choices[i].count > 0)
            return false;
    }
    for (size_t i = 1; i < space->variable_count; i++) {
        const struct variable *variable = &space->variables[i];
        if (variable->zone == NO_ZONE)
            continue;
        if (!zone_bound(shape, zone, variable->zone, 0, variable->high) ||
            !zone_bound(shape, zone, 0, variable->zone, -variable->low))
            return false;
    }
    for (size_t i = 1; i < space->variable_count; i++) {
        if (space->variables[i].derivation != DERIVED_NOT && space->variables[i].zone != NO_ZONE &&
            !derived_bound(space, (uint32_t)i, zone, true))
            return false;
    }
    return true;
}

uint32_t space_derived(struct space *space, const struct variable *wanted) {
    for (uint32_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        const struct variable *have = &space->variables[i];
        if (have->derivation == wanted->derivation && have->first == wanted->first &&
            have->second == wanted->second && have->amount == wanted->amount &&
            have->rounding == wanted->rounding)
            return i;
    }
    return space_variable(space, wanted);
}

uint32_t space_opaque(struct space *space, const struct choice *wanted, uint64_t domain) {
    for (uint32_t i = 0; i < space->choice_count; i++) {
        const struct choice *have = &space->choices[i];
        if (have->fact == UINT32_MAX && have->owner == wanted->owner && have->reg == wanted->reg &&
            have->first == wanted->first && have->second == wanted->second)
            return i;
    }
    uint32_t made = space_choice(space, space->yes_no, wanted->count, false, UINT32_MAX);
    if (made != NO_CHOICE) {
        struct choice *choice = &space->choices[made];
        choice->owner = wanted->owner;
        choice->reg = wanted->reg;
        choice->first = wanted->first;
        choice->second = wanted->second;
        choice->node = wanted->node;
        choice->told_by = wanted->told_by;
        choice->domain[0] = domain;
        space->grew = true;
    }
    return made;
}

bool space_init(struct space *space, struct arena *arena, const struct program *program,
                const struct program *other) {
    static const struct text words[] = {{"no", 2}, {"yes", 3}};
    static const struct universe yes_no = {.names = words, .count = 2};
    const struct program *const programs[] = {program, other};
    *space = (struct space){.arena = arena, .yes_no = &yes_no, .covers = program->set->covers};
    space->failed = !linears_init(&space->linears, arena);
    space_collect_texts(space, programs, other ? 2 : 1);
    if (other && other->set->covers.first > space->covers.first)
        space->covers.first = other->set->covers.first;
    if (other && other->set->covers.last < space->covers.last)
        space->covers.last = other->set->covers.last;
    struct variable zero = {.fact = UINT32_MAX, .unit = 1};
    struct variable today = {
        .fact = UINT32_MAX, .unit = 1, .low = space->covers.first, .high = space->covers.last};
    (void)space_variable(space, &zero);
    (void)space_variable(space, &today);
    if (space->failed || !space_bind(space, program) || (other && !space_bind(space, other)))
        return false;
    space_choose_units(space);
    return space_shape(space);
}
