/*
 * See search.h. Every case goes through the evaluator, here and nowhere else. Must not know what is looked for.
 */
#include "interp/analysis/search.h"

#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/plainest.h"
#include "interp/analysis/settle.h"

/* Lists to try where a cell rests on one, in a cell and in all; every try is an evaluation. */
#define SEARCH_LISTS 300
#define SEARCH_ALL_LISTS 3000
/* Instructions that may be evaluated for one case to become plain. */
#define SEARCH_EFFORT 4000000

struct seeking {
    const struct search *search;
    struct walk *walk;
    struct arena *arena;
    struct arena scratch;
    int64_t *values, *trial_values; /* of the best case, and of one that is tried */
    uint32_t *bits, *trial_bits;
    uint64_t seed; /* of the best case's lists */
    size_t distance;
    uint32_t found;
    size_t variables, choices;    /* what there is room for */
    bool possible, failed, shown; /* shown: by a cell alone */
    uint64_t effort, lists;       /* instructions evaluated for one case; lists tried */
};

/* --- is it one? --- */

static struct witness *full_case(struct seeking *seeking, const struct walk_point *point, uint64_t seed,
                                 uint32_t engine, struct arena *arena) {
    struct witness *witness = walk_witness(seeking->walk, point, engine, arena);
    if (!witness || !settle_lists(seeking->walk->engines[engine].program, witness, seed, arena)) {
        seeking->failed = true;
        return NULL;
    }
    return witness;
}

/* The case as facts of that program; its lists are those of the first program. */
static struct witness *case_of(struct seeking *seeking, const struct walk_point *point, uint64_t seed,
                               uint32_t engine, struct arena *arena) {
    const struct engine *engines = seeking->walk->engines;
    struct witness *witness = full_case(seeking, point, seed, engine, arena), *first = NULL;
    bool made = witness != NULL;
    if (made && engine > 0 && seed != 0) {
        first = full_case(seeking, point, seed, 0, arena);
        made =
            first && settle_shared_lists(engines[0].program, first, engines[engine].program, witness, arena);
    }
    if (!made || !settle(engines[engine].program, witness, arena)) {
        seeking->failed = true;
        return NULL;
    }
    return witness;
}

static bool case_holds(struct seeking *seeking, const struct walk_point *point, uint64_t seed) {
    struct confirmed results[SPACE_PROGRAMS];
    const struct confirmed *shown[SPACE_PROGRAMS];
    bool runs = true;
    arena_reset(&seeking->scratch);
    for (uint32_t i = 0; i < seeking->walk->engine_count && runs; i++) {
        const struct program *program = seeking->walk->engines[i].program;
        struct witness *witness = case_of(seeking, point, seed, i, &seeking->scratch);
        if (!witness)
            return false;
        seeking->effort += 2 * program->instruction_count;
        enum confirm_status status = confirm(program, witness, &seeking->scratch, &results[i]);
        seeking->failed = seeking->failed || status == CONFIRM_OUT_OF_MEMORY;
        runs = status == CONFIRM_RAN;
        shown[i] = &results[i];
    }
    return runs && seeking->search->holds(seeking->search->context, shown);
}

/* --- the plainest --- */

static size_t distance_of(const struct seeking *seeking, const struct walk_point *plain) {
    const struct space *space = &seeking->walk->space;
    size_t distance = 0;
    for (size_t i = VARIABLE_TODAY; i < space->variable_count; i++)
        distance +=
            space->variables[i].derivation == DERIVED_NOT && seeking->trial_values[i] != plain->values[i];
    for (size_t i = 0; i < space->choice_count; i++)
        distance += space->choices[i].fact != UINT32_MAX && seeking->trial_bits[i] != plain->bits[i];
    return distance + (seeking->seed != 0);
}

static bool trial_holds(struct seeking *seeking, uint64_t seed) {
    const struct walk_point point = {seeking->trial_values, seeking->trial_bits};
    return seeking->effort < SEARCH_EFFORT && !seeking->failed && case_holds(seeking, &point, seed);
}

/* As near to the plain value as it goes, by halving: the edge where the case begins. */
static void trial_approach(struct seeking *seeking, size_t variable, int64_t plain) {
    int64_t *value = &seeking->trial_values[variable], unit = seeking->walk->space.variables[variable].unit;
    int64_t good = *value, bad = plain;
    while (good - bad > unit || bad - good > unit) {
        int64_t middle = bad + (good - bad) / 2;
        middle -= middle % unit;
        if (middle == good || middle == bad)
            break;
        *value = middle;
        if (trial_holds(seeking, seeking->seed))
            good = middle;
        else
            bad = middle;
    }
    *value = good;
}

static void trial_simplify(struct seeking *seeking, const struct walk_point *plain) {
    const struct space *space = &seeking->walk->space;
    for (size_t i = space->choice_count; i > 0; i--) {
        uint32_t before = seeking->trial_bits[i - 1];
        if (space->choices[i - 1].fact == UINT32_MAX || before == plain->bits[i - 1])
            continue;
        seeking->trial_bits[i - 1] = plain->bits[i - 1];
        if (!trial_holds(seeking, seeking->seed))
            seeking->trial_bits[i - 1] = before;
    }
    for (size_t i = space->variable_count; i > VARIABLE_TODAY; i--) {
        int64_t before = seeking->trial_values[i - 1], wanted = plain->values[i - 1];
        if (space->variables[i - 1].derivation != DERIVED_NOT || before == wanted)
            continue;
        seeking->trial_values[i - 1] = wanted;
        if (trial_holds(seeking, seeking->seed))
            continue;
        seeking->trial_values[i - 1] = before;
        trial_approach(seeking, i - 1, wanted);
    }
}

/* Keeps the case where it is plainer than the best so far. */
static void keep_case(struct seeking *seeking, const struct walk_point *point, uint64_t seed) {
    const struct space *space = &seeking->walk->space;
    uint64_t best_seed = seeking->seed;
    memcpy(seeking->trial_values, point->values, space->variable_count * sizeof *point->values);
    memcpy(seeking->trial_bits, point->bits, space->choice_count * sizeof *point->bits);
    seeking->seed = seed;
    size_t distance = 0;
    if (seeking->search->plain) {
        struct walk_point plain;
        if (!walk_plain_point(seeking->walk, seeking->arena, &plain)) {
            seeking->failed = true;
            return;
        }
        seeking->effort = 0;
        trial_simplify(seeking, &plain);
        distance = distance_of(seeking, &plain);
    }
    if (seeking->found > 0 && distance >= seeking->distance) {
        seeking->seed = best_seed;
        return;
    }
    seeking->distance = distance;
    memcpy(seeking->values, seeking->trial_values, space->variable_count * sizeof *seeking->values);
    memcpy(seeking->bits, seeking->trial_bits, space->choice_count * sizeof *seeking->bits);
}

/* --- the cells --- */

static bool seeking_room(struct seeking *seeking) {
    const struct space *space = &seeking->walk->space;
    if (seeking->variables == space->variable_count && seeking->choices == space->choice_count)
        return true;
    /* The space grew: the walk began again, and so does the search. */
    seeking->variables = space->variable_count;
    seeking->choices = space->choice_count;
    seeking->found = 0;
    seeking->values = arena_array(seeking->arena, space->variable_count, sizeof *seeking->values);
    seeking->trial_values = arena_array(seeking->arena, space->variable_count, sizeof *seeking->values);
    seeking->bits = arena_array(seeking->arena, space->choice_count, sizeof *seeking->bits);
    seeking->trial_bits = arena_array(seeking->arena, space->choice_count, sizeof *seeking->bits);
    return seeking->values && seeking->trial_values && seeking->bits && seeking->trial_bits;
}

static int seeking_ask(struct walk *walk, void *context, struct atom *atom) {
    struct seeking *seeking = context;
    return seeking->search->question(walk, seeking->search->context, atom);
}

static enum walk_next seeking_receive(struct walk *walk, void *context, int answer,
                                      const struct walk_point *point, bool sure) {
    struct seeking *seeking = context;
    bool holds = false;
    uint64_t seed = 0;
    (void)walk;
    (void)answer;
    if (!point) {
        seeking->possible = true;
        return WALK_ON;
    }
    if (seeking->search->unshown && sure) {
        seeking->shown = true;
        return WALK_STOP;
    }
    if (!seeking->search->holds) {
        seeking->possible = true;
        return WALK_ON;
    }
    if (!seeking_room(seeking)) {
        seeking->failed = true;
        return WALK_STOP;
    }
    uint64_t tries = sure ? 1 : seeking->lists >= SEARCH_ALL_LISTS ? 0 : SEARCH_LISTS;
    for (; !holds && seed < tries && !seeking->failed; seed++)
        holds = case_holds(seeking, point, seed);
    seeking->lists += sure ? 0 : seed;
    if (seeking->failed)
        return WALK_STOP;
    if (!holds && sure)
        return WALK_NARROW;
    if (!holds) {
        seeking->possible = true;
        return WALK_ON;
    }
    keep_case(seeking, point, seed - 1);
    seeking->found++;
    return seeking->found < seeking->search->wanted && !seeking->failed ? WALK_ON : WALK_STOP;
}

static bool point_holds(void *context, const struct walk_point *point) {
    return case_holds(context, point, 0);
}

/* A case that rests on the records of a list is left as it is. */
static void seek_plainest(struct seeking *seeking) {
    struct arena scratch;
    arena_init(&scratch, seeking->arena->alloc);
    const struct plainest plainest = {
        seeking->walk, seeking->search->question, seeking->search->context, point_holds, seeking, &scratch};
    if (seeking->seed == 0 && !plainest_case(&plainest, seeking->values, seeking->bits))
        seeking->failed = true;
    arena_free(&scratch);
}

struct search_result search_run(struct walk *walk, const struct atom *within, size_t within_count,
                                const struct search *search, struct arena *arena) {
    struct seeking seeking = {.search = search, .walk = walk, .arena = arena};
    struct search_result result = {.end = SEARCH_NONE};
    arena_init(&seeking.scratch, arena->alloc);
    walk->vague_node = 0;
    enum walk_end end = walk_run(walk, within, within_count, seeking_ask, seeking_receive, &seeking);
    if (search->plainest && seeking.found > 0 && !seeking.failed)
        seek_plainest(&seeking);
    const struct walk_point best = {seeking.values, seeking.bits};
    for (uint32_t i = 0; i < walk->engine_count && seeking.found > 0 && !seeking.failed; i++)
        result.witnesses[i] = case_of(&seeking, &best, seeking.seed, i, arena);
    if (seeking.failed || seeking.scratch.failed || walk->failed || end == WALK_NO_MEMORY)
        result.end = SEARCH_NO_MEMORY;
    else if (seeking.found > 0 || seeking.shown)
        result.end = SEARCH_FOUND;
    else if (end == WALK_BUDGET)
        result.end = SEARCH_BUDGET;
    else if (seeking.possible)
        result.end = SEARCH_POSSIBLE;
    if (walk->vague_node != 0)
        result.node = program_node(walk->engines[walk->vague_engine].program, walk->vague_node);
    arena_free(&seeking.scratch);
    return result;
}
