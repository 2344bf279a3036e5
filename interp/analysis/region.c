/*
 * See region.h. Collects cells: facts that play no part in one are set free, and it is joined with its neighbours as they come.
 * Must not know what is so in the cells, nor how they are simplified or told.
 */
#include "interp/analysis/region_inside.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Cells kept apart; a region of more is cut. */
#define REGION_CELLS 400
/* A new cell is tried with so many before it: the walk tells of neighbours soon after one another. */
#define REGION_NEAR 24

struct collecting {
    struct walk *walk;
    walk_question *question;
    void *context;
    int answer;
    struct arena *arena;
    struct zones zones;
    size_t variables, choices; /* of the space, when the zones began */
    bool begun, sure, cut, failed;
    uint32_t *guards; /* by engine and place: register of the `only when`; NO_REGISTER */
    bool *known;      /* by engine and place: the program has the fact */
};

/* --- what plays no part --- */

static bool find_guards(struct collecting *c) {
    const struct walk *walk = c->walk;
    size_t places = walk->space.place_count;
    c->guards = arena_array(c->arena, walk->engine_count * places, sizeof *c->guards);
    c->known = arena_array(c->arena, walk->engine_count * places, sizeof *c->known);
    if (!c->guards || !c->known)
        return false;
    for (uint32_t e = 0; e < walk->engine_count; e++) {
        const struct program *program = walk->engines[e].program;
        uint32_t *guards = c->guards + e * places;
        for (size_t i = 0; i < places; i++)
            guards[i] = NO_REGISTER;
        for (size_t i = 0; i < program->set->fact_count; i++)
            c->known[e * places + walk->engines[e].binding->places[i]] = true;
        for (uint32_t i = 0; i < program->instruction_count; i++) {
            const struct instruction *instruction = &program->instructions[i];
            if (instruction->op == INS_check_fact)
                guards[walk->engines[e].binding->places[instruction->c]] = instruction->b;
        }
    }
    return true;
}

static void forget_choice(const struct walk *walk, struct zone *zone, uint32_t choice) {
    const struct zone_shape *shape = &walk->space.shape;
    for (uint32_t word = shape->starts[choice]; word < shape->starts[choice + 1]; word++)
        zone->masks[word] = walk->stack[0]->masks[word];
}

static bool linear_has(const struct space *space, const struct linear *linear, uint32_t variable);

/* Whether a variable is the one, or made of it. */
static bool rests_on(const struct space *space, uint32_t variable, uint32_t on) {
    const struct variable *v = &space->variables[variable];
    if (variable == on)
        return true;
    return v->derivation != DERIVED_NOT &&
           (linear_has(space, v->first, on) || linear_has(space, v->second, on));
}

static bool linear_has(const struct space *space, const struct linear *linear, uint32_t variable) {
    for (uint32_t i = 0; linear && i < linear->count; i++) {
        if (rests_on(space, linear->parts[i].variable, variable))
            return true;
    }
    return false;
}

/* Sets a variable free, and what is made of it. */
static void forget_variable(const struct walk *walk, struct zone *zone, uint32_t variable) {
    const struct space *space = &walk->space;
    const struct zone_shape *shape = &space->shape;
    const struct zone *top = walk->stack[0];
    uint32_t n = shape->variables;
    for (uint32_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        uint32_t at = space->variables[i].zone;
        if (at == NO_ZONE || !rests_on(space, i, variable))
            continue;
        for (uint32_t k = 0; k < n; k++) {
            if (k != at)
                zone->bounds[(size_t)at * n + k] = zone->bounds[(size_t)k * n + at] = ZONE_LIMIT;
        }
        (void)zone_bound(shape, zone, at, 0, zone_high(shape, top, at));
        (void)zone_bound(shape, zone, 0, at, -zone_low(shape, top, at));
    }
}

static void forget_place(const struct walk *walk, struct zone *zone, size_t index) {
    const struct place *place = &walk->space.places[index];
    if (place->kind == PLACE_NUMERIC)
        forget_variable(walk, zone, place->variable);
    for (uint32_t i = 0; i < walk->space.choice_count; i++) {
        if (walk->space.choices[i].fact == index)
            forget_choice(walk, zone, i);
    }
}

static bool place_is_none(const struct walk *walk, const struct zone *zone, const struct place *place) {
    uint32_t given = place->kind == PLACE_NUMERIC ? place->choice : place->given;
    return place->kind != PLACE_CHOICE && given != NO_CHOICE &&
           !zone_may(&walk->space.shape, zone, given, CHOICE_GIVEN);
}

/* Whether an `only when` takes the fact away in the cell at hand, from every program that has it. */
static bool place_is_away(const struct collecting *c, size_t place) {
    size_t places = c->walk->space.place_count;
    for (uint32_t e = 0; e < c->walk->engine_count; e++) {
        uint32_t guard = c->guards[e * places + place];
        if (!c->known[e * places + place])
            continue;
        if (guard == NO_REGISTER)
            return false;
        struct sym holds = sym_truth(&c->walk->engines[e], guard);
        if (!(holds.kind == SYM_NONE || (holds.kind == SYM_TRUTH && !holds.truth)))
            return false;
    }
    return true;
}

/* A copy of the cell at hand in which facts that play no part are free. */
static bool cell_essence(struct collecting *c, struct zone *zone) {
    const struct space *space = &c->walk->space;
    zone_copy(&space->shape, zone, c->walk->zone);
    for (size_t i = 0; i < space->place_count; i++) {
        const struct place *place = &space->places[i];
        if (place_is_away(c, i)) {
            forget_place(c->walk, zone, i);
        } else if (place_is_none(c->walk, zone, place)) {
            uint32_t given = place->kind == PLACE_NUMERIC ? place->choice : place->given;
            forget_place(c->walk, zone, i);
            (void)zone_member(&space->shape, zone, given, CHOICE_NONE, false);
        }
        if (c->walk->failed || c->walk->space.grew)
            return false;
    }
    return true;
}

/* --- collecting --- */

static enum walk_next collect(struct walk *walk, void *context, int answer, const struct walk_point *point,
                              bool sure) {
    struct collecting *c = context;
    struct zone zone;
    (void)point;
    if (c->answer != 0 && answer != c->answer)
        return WALK_ON;
    if (!c->begun || c->variables != walk->space.shape.variables || c->choices != walk->space.choice_count) {
        zones_init(&c->zones, c->arena, &walk->space.shape); /* the walk began again */
        c->variables = walk->space.shape.variables;
        c->choices = walk->space.choice_count;
        c->begun = c->sure = true;
        c->cut = false;
    }
    if (!zones_room(&c->zones, &zone)) {
        c->failed = true;
        return WALK_STOP;
    }
    if (!cell_essence(c, &zone))
        return walk->failed ? WALK_STOP : WALK_ON;
    c->sure = c->sure && sure && walk->sum_count == 0; /* pieces say nothing of sums */
    c->failed = !zones_add(&c->zones, &zone, REGION_NEAR);
    c->cut = c->zones.count >= REGION_CELLS;
    return c->failed || c->cut ? WALK_STOP : WALK_ON;
}

static int ask(struct walk *walk, void *context, struct atom *atom) {
    struct collecting *c = context;
    return c->question(walk, c->context, atom);
}

/* Answers where a record would be refused. */
static int ask_idle(struct walk *walk, void *context, struct atom *atom) {
    int answer = WALK_PASS;
    (void)context;
    for (uint32_t i = 0; i < walk->engine_count; i++) {
        struct engine *engine = &walk->engines[i];
        for (uint32_t k = 0; k < engine->requirement_count; k++) {
            struct sym holds = sym_truth(engine, engine->requirements[k]);
            if (holds.kind == SYM_TRUTH && !holds.truth)
                return 1;
            if (holds.kind == SYM_SPLIT) {
                *atom = holds.atom;
                answer = WALK_SPLIT;
            }
        }
    }
    return answer;
}

/* The cells that no record can be in, with the variables that their places stand for. */
struct idle {
    struct zones zones;
    struct zone top;
    uint32_t *variables;
};

static uint32_t *variables_by_place(const struct space *space, struct arena *arena) {
    uint32_t *variables = arena_array(arena, space->shape.variables, sizeof *variables);
    for (uint32_t i = 0; variables && i < space->variable_count; i++) {
        if (space->variables[i].zone != NO_ZONE)
            variables[space->variables[i].zone] = i;
    }
    return variables;
}

static bool find_idle(struct collecting *base, const struct atom *within, size_t count, struct idle *idle) {
    struct walk *walk = base->walk;
    struct collecting c = *base;
    bool some = false;
    *idle = (struct idle){.variables = NULL};
    for (uint32_t i = 0; i < walk->engine_count; i++)
        some = some || walk->engines[i].requirement_count > 0;
    if (!some)
        return true;
    c.question = ask_idle;
    c.context = NULL;
    c.answer = 0;
    walk->unchecked = true;
    enum walk_end end = walk_cells(walk, within, count, ask, collect, &c);
    walk->unchecked = false;
    if (c.failed || end == WALK_NO_MEMORY)
        return false;
    if (!c.begun || !walk->ready || !c.sure)
        return true;
    idle->zones = c.zones;
    idle->variables = variables_by_place(&walk->space, base->arena);
    if (!idle->variables || !zones_room(&idle->zones, &idle->top))
        return false;
    zone_copy(&idle->zones.shape, &idle->top, walk->stack[0]);
    return true;
}

/* One of those cells in the shape that the space has now; false where it does not fit. */
static bool idle_cell(const struct walk *walk, const struct idle *idle, const struct zone *from,
                      struct zone *to) {
    const struct space *space = &walk->space;
    uint32_t n = idle->zones.shape.variables;
    zone_copy(&space->shape, to, walk->stack[0]);
    memcpy(to->masks, from->masks, idle->zones.shape.starts[idle->zones.shape.choices] * sizeof *to->masks);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            uint32_t x = space->variables[idle->variables[i]].zone,
                     y = space->variables[idle->variables[j]].zone;
            int64_t most = zone_most(&idle->zones.shape, from, i, j);
            if (i == j || most >= zone_most(&idle->zones.shape, &idle->top, i, j))
                continue;
            if (x == NO_ZONE || y == NO_ZONE || !zone_bound(&space->shape, to, x, y, most))
                return false;
        }
    }
    return true;
}

/* --- the region --- */

static bool idle_zones(struct collecting *c, const struct idle *idle, struct zones *zones) {
    struct zone zone;
    zones_init(zones, c->arena, &c->walk->space.shape);
    if (!idle->variables || !zones_room(zones, &zone))
        return idle->variables == NULL;
    for (size_t i = 0; i < idle->zones.count; i++) {
        if (idle_cell(c->walk, idle, &idle->zones.items[i], &zone) && !zones_add(zones, &zone, REGION_NEAR))
            return false;
    }
    return true;
}

static bool region_find(struct collecting *c, const struct atom *within, size_t count,
                        struct region *region) {
    struct walk *walk = c->walk;
    struct idle idle;
    if (!find_guards(c) || !find_idle(c, within, count, &idle))
        return false;
    region->end = walk_cells(walk, within, count, ask, collect, c);
    region->sure = !c->begun || c->sure;
    region->cut = c->cut;
    if (c->failed || region->end == WALK_NO_MEMORY)
        return false;
    if (!c->begun || !walk->ready)
        return true;
    struct region_work work = {.walk = walk,
                               .arena = c->arena,
                               .zones = &c->zones,
                               .guards = c->guards,
                               .variables = variables_by_place(&walk->space, c->arena)};
    return work.variables && zones_join(&c->zones) && idle_zones(c, &idle, &work.idle) &&
           region_pieces(&work, region);
}

bool region_of(struct walk *walk, const struct atom *within, size_t within_count, walk_question *question,
               void *context, int answer, struct arena *arena, struct region *region) {
    struct arena scratch;
    struct region made = {.sure = true};
    arena_init(&scratch, arena->alloc);
    struct collecting c = {
        .walk = walk, .question = question, .context = context, .answer = answer, .arena = &scratch};
    bool found = region_find(&c, within, within_count, &made) && region_copy(&made, walk, arena, region);
    arena_free(&scratch);
    return found;
}
