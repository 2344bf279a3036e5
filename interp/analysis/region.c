/*
 * See region.h. Collects cells: facts that play no part in one are set free, and it is joined with its neighbours as they come.
 * Must not know what is so in the cells, nor how they are simplified or told.
 */
#include "interp/analysis/derived.h"
#include "interp/analysis/region_inside.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Cells kept apart; a region of more is cut. */
#define REGION_CELLS 400
/* A new cell is tried with so many before it: the walk tells of neighbours soon after one another. */
#define REGION_NEAR 24
/* Sets of sums that cells may be apart by; of more, the region is cut. */
#define REGION_GROUPS 64

/* Cells that the same is known of beside their zones. */
struct group {
    struct zones zones;
    struct known_sum *sums;
    size_t sum_count;
};

struct collecting {
    struct walk *walk;
    walk_question *question;
    void *context;
    int answer;
    struct arena *arena;
    struct group groups[REGION_GROUPS];
    size_t group_count;
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

/* What is known of sums in the cell and not said by its zone, each sum once, in the order of their numbers. NULL: memory ran out. */
static struct known_sum *cell_sums(struct collecting *c, const struct zone *zone, size_t *count) {
    const struct walk *walk = c->walk;
    struct known_sum *made = arena_array(c->arena, walk->sum_count, sizeof *made);
    *count = 0;
    for (size_t i = 0; made && i < walk->sum_count; i++) {
        struct known_sum known = walk->sums[i];
        num_i128 low, high;
        size_t at = 0;
        linear_range(&walk->space, zone, known.sum, &low, &high);
        if (known.low <= low && known.high >= high)
            continue;
        while (at < *count && made[at].sum->id < known.sum->id)
            at++;
        if (at < *count && made[at].sum == known.sum) {
            made[at].low = known.low > made[at].low ? known.low : made[at].low;
            made[at].high = known.high < made[at].high ? known.high : made[at].high;
            continue;
        }
        for (size_t k = *count; k > at; k--)
            made[k] = made[k - 1];
        made[at] = known;
        ++*count;
    }
    return made;
}

static bool same_sums(const struct group *group, const struct known_sum *sums, size_t count) {
    bool same = group->sum_count == count;
    for (size_t i = 0; i < count && same; i++)
        same = group->sums[i].sum == sums[i].sum && group->sums[i].low == sums[i].low &&
               group->sums[i].high == sums[i].high;
    return same;
}

/* The group that the cell belongs to; NULL where there are too many. */
static struct group *cell_group(struct collecting *c, struct known_sum *sums, size_t count) {
    for (size_t i = 0; i < c->group_count; i++) {
        if (same_sums(&c->groups[i], sums, count))
            return &c->groups[i];
    }
    if (c->group_count == REGION_GROUPS)
        return NULL;
    struct group *made = &c->groups[c->group_count++];
    made->sums = sums;
    made->sum_count = count;
    zones_init(&made->zones, c->arena, &c->walk->space.shape);
    return made;
}

static enum walk_next collect_cell(struct collecting *c, bool sure) {
    struct zones *zones = &c->groups[0].zones;
    struct zone zone;
    size_t count, cells = 0;
    if (!zones_room(zones, &zone)) {
        c->failed = true;
        return WALK_STOP;
    }
    if (!cell_essence(c, &zone))
        return c->walk->failed ? WALK_STOP : WALK_ON;
    struct known_sum *sums = cell_sums(c, c->walk->zone, &count);
    struct group *group = sums ? cell_group(c, sums, count) : NULL;
    c->sure = c->sure && sure;
    c->failed = !sums || (group && !zones_add(&group->zones, &zone, REGION_NEAR));
    for (size_t i = 0; i < c->group_count; i++)
        cells += c->groups[i].zones.count;
    c->cut = !group || cells >= REGION_CELLS;
    return c->failed || c->cut ? WALK_STOP : WALK_ON;
}

static enum walk_next collect(struct walk *walk, void *context, int answer, const struct walk_point *point,
                              bool sure) {
    struct collecting *c = context;
    (void)point;
    if (c->answer != 0 && answer != c->answer)
        return WALK_ON;
    if (!c->begun || c->variables != walk->space.shape.variables || c->choices != walk->space.choice_count) {
        c->group_count = 1; /* the walk began again */
        c->groups[0] = (struct group){0};
        zones_init(&c->groups[0].zones, c->arena, &walk->space.shape);
        c->variables = walk->space.shape.variables;
        c->choices = walk->space.choice_count;
        c->begun = c->sure = true;
        c->cut = false;
    }
    return collect_cell(c, sure);
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
    struct collecting *c = arena_alloc(base->arena, sizeof *c);
    bool some = false;
    *idle = (struct idle){.variables = NULL};
    for (uint32_t i = 0; i < walk->engine_count; i++)
        some = some || walk->engines[i].requirement_count > 0;
    if (!some || !c)
        return c != NULL;
    *c = *base;
    c->question = ask_idle;
    c->context = NULL;
    c->answer = 0;
    walk->unchecked = true;
    enum walk_end end = walk_cells(walk, within, count, ask, collect, c);
    walk->unchecked = false;
    if (c->failed || end == WALK_NO_MEMORY)
        return false;
    if (!c->begun || !walk->ready || !c->sure)
        return true;
    idle->zones = c->groups[0].zones; /* cells that sums bound are left out */
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
    size_t capacity = 0;
    struct region_work work = {.walk = walk,
                               .arena = c->arena,
                               .guards = c->guards,
                               .capacity = &capacity,
                               .variables = variables_by_place(&walk->space, c->arena)};
    bool made = work.variables && idle_zones(c, &idle, &work.idle);
    for (size_t i = 0; i < c->group_count && made; i++) {
        struct group *group = &c->groups[i];
        work.zones = &group->zones;
        work.sums = group->sums;
        work.sum_count = group->sum_count;
        made = zones_join(&group->zones) && region_pieces(&work, region);
    }
    return made;
}

bool region_of(struct walk *walk, const struct atom *within, size_t within_count, walk_question *question,
               void *context, int answer, struct arena *arena, struct region *region) {
    struct arena scratch;
    struct region made = {.sure = true};
    arena_init(&scratch, arena->alloc);
    struct collecting *c = arena_alloc(&scratch, sizeof *c);
    bool found = c != NULL;
    if (found) {
        *c = (struct collecting){
            .walk = walk, .question = question, .context = context, .answer = answer, .arena = &scratch};
        found = region_find(c, within, within_count, &made) && region_copy(&made, walk, arena, region);
    }
    arena_free(&scratch);
    return found;
}
