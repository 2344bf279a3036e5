/*
 * The walk over cells: ask, split, go back; and where an answer is to be told, a case of the cell: a value for every variable that all
 * functions agree with, looked for near a plain record. Must not know what is asked.
 */
#include "interp/analysis/symbolic.h"

#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/derived.h"

/* Zones are kept one a split; a cell that needs more splits is left undecided. */
#define WALK_MAX_DEPTH 20000
/* Cells that one answer may be narrowed to before it is told without a case. */
#define WALK_REFINE_BUDGET 20000

/* --- atoms --- */

enum truth atom_judge(const struct zone_shape *shape, const struct zone *zone, const struct atom *atom) {
    uint32_t i = atom->i, j = atom->j;
    if (atom->kind == ATOM_BOUND) {
        if (zone_most(shape, zone, i, j) <= atom->c)
            return TRUTH_YES;
        return zone_most(shape, zone, j, i) < -atom->c ? TRUTH_NO : TRUTH_SPLIT;
    }
    const uint64_t *words = zone_mask(shape, zone, i);
    uint64_t in = 0, out = 0;
    if (atom->kind == ATOM_MEMBER) {
        uint32_t count = zone_words(shape, i);
        for (uint32_t word = 0; word < count; word++) {
            uint64_t mask = word == j / 64 ? UINT64_C(1) << j % 64 : 0;
            in |= words[word] & mask;
            out |= words[word] & ~mask;
        }
    } else {
        for (uint32_t word = 0; word < zone_words(shape, i); word++) {
            in |= words[word] & atom->mask[word];
            out |= words[word] & ~atom->mask[word];
        }
    }
    return in == 0 ? TRUTH_NO : out == 0 ? TRUTH_YES : TRUTH_SPLIT;
}

bool atom_apply(const struct zone_shape *shape, struct zone *zone, const struct atom *atom, bool negated) {
    switch ((enum atom_kind)atom->kind) {
    case ATOM_BOUND:
        return negated ? zone_bound(shape, zone, atom->j, atom->i, -atom->c - 1)
                       : zone_bound(shape, zone, atom->i, atom->j, atom->c);
    case ATOM_MEMBER:
        return zone_member(shape, zone, atom->i, atom->j, negated);
    case ATOM_AMONG:
        return zone_among(shape, zone, atom->i, atom->mask, negated);
    case ATOM_SUM:
        break;
    }
    return false;
}

/* --- going down and back --- */

struct mark {
    size_t trail, live, list, sums;
};
/* A split: the cell above is walk->stack[depth], the side that is looked at is the atom, then its negation. */
struct frame {
    struct atom atom;
    struct mark mark;
    bool negated;
};

static struct mark walk_mark(const struct walk *walk) {
    return (struct mark){walk->trail_count, walk->live_count, walk->list_count, walk->sum_count};
}

static void walk_back(struct walk *walk, struct mark mark) {
    while (walk->trail_count > mark.trail) {
        const struct trail *trail = &walk->trail[--walk->trail_count];
        walk->engines[trail->engine].memo[trail->reg / MEMO_PAGE][trail->reg % MEMO_PAGE].value.kind =
            SYM_UNSEEN;
    }
    while (walk->live_count > mark.live) {
        const struct live *live = &walk->lives[--walk->live_count];
        live->view->fresh = live->before == LIVE_NONE;
        live->view->live = live->before;
        live->view->live_count = live->before_count;
    }
    walk->list_count = mark.list;
    walk->sum_count = mark.sums;
}

void walk_look(struct walk *walk, struct zone *zone) {
    walk_back(walk, (struct mark){0, 0, 0, 0});
    walk->zone = zone;
    walk->serial++;
    walk->empty = false;
}

static struct zone *walk_new_zone(struct walk *walk) {
    struct zone *zone = arena_alloc(&walk->zones, sizeof *zone);
    void *block = arena_alloc(&walk->zones, zone_bytes(&walk->space.shape));
    if (!zone || !block) {
        walk->failed = true;
        return NULL;
    }
    *zone = zone_at(&walk->space.shape, block);
    return zone;
}

/* The zone one level down, made when it is first wanted. */
static struct zone *walk_below(struct walk *walk, size_t depth) {
    size_t have = walk->depth;
    while (have <= depth) {
        struct zone *made = walk_new_zone(walk);
        if (!made || !ARENA_PUSH(&walk->zones, walk->stack, have, walk->stack_capacity, made)) {
            walk->failed = true;
            return NULL;
        }
        walk->depth = have;
    }
    return walk->stack[depth];
}

/* --- cells --- */

/* Whether the cell says more of something opaque than the whole space does. */
static bool cell_is_opaque(const struct walk *walk) {
    const struct space *space = &walk->space;
    const struct zone *top = walk->stack[0];
    for (uint32_t i = 0; i < space->choice_count; i++) {
        if (space->choices[i].fact == UINT32_MAX &&
            zone_count(&space->shape, walk->zone, i) < zone_count(&space->shape, top, i))
            return true;
    }
    for (size_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        const struct variable *v = &space->variables[i];
        if (v->derivation == DERIVED_OPAQUE && v->zone != NO_ZONE &&
            (zone_low(&space->shape, walk->zone, v->zone) > zone_low(&space->shape, top, v->zone) ||
             zone_high(&space->shape, walk->zone, v->zone) < zone_high(&space->shape, top, v->zone)))
            return true;
    }
    return false;
}

/*
 * A bound that narrows the cell where a function is not exact yet, first that which kept a point from being found; false where
 * there is none.
 */
static bool cell_narrower(const struct walk *walk, struct atom *atom) {
    const struct space *space = &walk->space;
    *atom = (struct atom){.kind = ATOM_BOUND};
    if (walk->blocked_sum && !sum_exact(space, walk->zone, walk->blocked_sum) &&
        sum_split(space, walk->zone, walk->blocked_sum, &atom->i, &atom->c))
        return true;
    if (walk->blocked != 0 && !derived_exact(space, walk->zone, walk->blocked) &&
        derived_split(space, walk->zone, walk->blocked, &atom->i, &atom->c))
        return true;
    for (uint32_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        if (space->variables[i].derivation != DERIVED_NOT && space->variables[i].zone != NO_ZONE &&
            !derived_exact(space, walk->zone, i) && derived_split(space, walk->zone, i, &atom->i, &atom->c))
            return true;
    }
    return false;
}

/* Halves the widest variable or choice that is not fixed: other points of a cell, where the first was not confirmed. */
static bool cell_half(const struct walk *walk, struct atom *atom) {
    const struct space *space = &walk->space;
    int64_t widest = 0;
    for (uint32_t i = 0; i < space->choice_count; i++) {
        if (space->choices[i].fact != UINT32_MAX && zone_count(&space->shape, walk->zone, i) > 1) {
            *atom = (struct atom){.kind = ATOM_MEMBER, .i = i, .j = walk->bits[i]};
            return true;
        }
    }
    *atom = (struct atom){.kind = ATOM_BOUND};
    for (size_t i = VARIABLE_TODAY; i < space->variable_count; i++) {
        const struct variable *v = &space->variables[i];
        if (v->zone == NO_ZONE || v->derivation != DERIVED_NOT)
            continue;
        int64_t low = zone_low(&space->shape, walk->zone, v->zone),
                high = zone_high(&space->shape, walk->zone, v->zone);
        if (high - low > widest) {
            widest = high - low;
            atom->i = v->zone;
            atom->c = low + (high - low) / 2;
        }
    }
    return widest > 0;
}

/* --- the walk --- */

struct asking {
    walk_question *question;
    walk_receiver *receiver;
    void *context;
    bool whole; /* cells, not points */
};

/* What a cell came to. */
enum cell_end { CELL_DONE, CELL_SPLIT, CELL_STOP };

/* Applies an atom to the zone of a cell, a sum's to what is known of sums too; false where nothing is left. */
static bool walk_apply(struct walk *walk, struct zone *zone, const struct atom *atom, bool negated) {
    if (atom->kind != ATOM_SUM)
        return atom_apply(&walk->space.shape, zone, atom, negated);
    struct known_sum known = {atom->sum, negated ? (num_i128)atom->c + 1 : -SUM_LIMIT,
                              negated ? SUM_LIMIT : (num_i128)atom->c};
    num_i128 low, high;
    if (!ARENA_PUSH(walk->arena, walk->sums, walk->sum_count, walk->sum_capacity, known)) {
        walk->failed = true;
        return false;
    }
    linear_range(&walk->space, zone, atom->sum, &low, &high);
    return sum_bound(&walk->space, zone, atom->sum, low > known.low ? low : known.low,
                     high < known.high ? high : known.high);
}

/* Whether some record of the cell is valid: yes, no, or it hangs on an atom. */
static struct sym walk_valid(struct walk *walk) {
    struct sym result = sym_of_truth(true);
    for (uint32_t i = 0; i < walk->engine_count; i++) {
        struct engine *engine = &walk->engines[i];
        for (uint32_t k = 0; k < engine->requirement_count; k++) {
            struct sym holds = sym_truth(engine, engine->requirements[k]);
            if (holds.kind == SYM_TRUTH && !holds.truth)
                return holds;
            if (holds.kind == SYM_SPLIT)
                result = holds;
        }
    }
    return result;
}

/* Adds what is known of every function by now; false where that leaves nothing of the cell. */
static bool cell_bound(struct walk *walk) {
    const struct space *space = &walk->space;
    for (size_t i = 0; i < walk->sum_count; i++) {
        if (!sum_known(walk, walk->zone, &walk->sums[i]))
            return false;
    }
    for (uint32_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        if (space->variables[i].derivation != DERIVED_NOT && space->variables[i].zone != NO_ZONE &&
            !derived_bound(space, i, walk->zone, false))
            return false;
    }
    return true;
}

/* Tells of the cell, or says where to narrow it first. */
static enum cell_end walk_tell(struct walk *walk, const struct asking *asking, int answer,
                               struct atom *atom) {
    struct walk_point point = {walk->values, walk->bits};
    enum walk_next next;
    if (!cell_bound(walk))
        return CELL_DONE;
    bool opaque = cell_is_opaque(walk), found = point_find(walk);
    bool narrow = !found && walk->refined++ < walk->refine_budget && cell_narrower(walk, atom);
    if (narrow)
        return CELL_SPLIT;
    if (!found || asking->whole)
        next = asking->receiver(walk, asking->context, answer, NULL, found && !opaque);
    else
        next = asking->receiver(walk, asking->context, answer, &point, !opaque);
    if (next == WALK_NARROW && !asking->whole && found) {
        if (walk->refined++ < walk->refine_budget && cell_half(walk, atom))
            return CELL_SPLIT;
        next = asking->receiver(walk, asking->context, answer, NULL, false);
    }
    return next == WALK_STOP ? CELL_STOP : CELL_DONE;
}

/* Puts the question to the cell at hand. */
static enum cell_end walk_cell(struct walk *walk, const struct asking *asking, struct atom *atom) {
    walk->serial++;
    walk->empty = false;
    walk->cells++;
    int answer = asking->question(walk, asking->context, atom);
    if (walk->failed || walk->space.grew)
        return CELL_STOP;
    if (walk->empty || answer == WALK_PASS)
        return CELL_DONE;
    if (answer == WALK_SPLIT)
        return CELL_SPLIT;
    struct sym valid = walk->unchecked ? sym_of_truth(true) : walk_valid(walk);
    if (walk->failed || walk->space.grew)
        return CELL_STOP;
    if (walk->empty || (valid.kind == SYM_TRUTH && !valid.truth))
        return CELL_DONE;
    if (valid.kind != SYM_SPLIT)
        return walk_tell(walk, asking, answer, atom);
    *atom = valid.atom;
    return CELL_SPLIT;
}

/* Goes down the side of the last frame; false where nothing is there. */
static bool walk_enter(struct walk *walk) {
    size_t depth = walk->frame_count;
    struct zone *below = walk_below(walk, depth + 1);
    if (!below)
        return false;
    const struct frame *frame = &walk->frames[depth - 1];
    zone_copy(&walk->space.shape, below, walk->stack[depth]);
    walk->zone = below;
    return walk_apply(walk, below, &frame->atom, frame->negated);
}

/* Back to the nearest split whose other side has something; false where none is left. */
static bool walk_next_side(struct walk *walk) {
    while (walk->frame_count > 0) {
        struct frame *frame = &walk->frames[walk->frame_count - 1];
        walk_back(walk, frame->mark);
        if (!frame->negated) {
            frame->negated = true;
            if (walk_enter(walk))
                return true;
        } else {
            walk->frame_count--;
        }
        if (walk->failed)
            return false;
    }
    return false;
}

/* From the cell of depth 1, all cells below it. */
static enum walk_end walk_all(struct walk *walk, const struct asking *asking) {
    walk->frame_count = 0;
    walk->zone = walk->stack[1];
    for (bool some = true; some;) {
        struct frame frame = {.negated = false};
        if (walk->cells >= walk->limit)
            return WALK_BUDGET;
        enum cell_end end = walk_cell(walk, asking, &frame.atom);
        if (end == CELL_STOP)
            return WALK_STOPPED;
        if (end == CELL_SPLIT && walk->frame_count >= WALK_MAX_DEPTH)
            return WALK_BUDGET;
        if (end == CELL_SPLIT) {
            frame.mark = walk_mark(walk);
            if (!ARENA_PUSH(walk->arena, walk->frames, walk->frame_count, walk->frame_capacity, frame)) {
                walk->failed = true;
                return WALK_NO_MEMORY;
            }
            some = walk_enter(walk);
            if (some)
                continue;
        }
        some = walk_next_side(walk);
    }
    return WALK_DONE;
}

/* Zones of the shape the space has now; false where memory ran out or the space has no case at all. */
static bool walk_begin(struct walk *walk) {
    arena_reset(&walk->zones);
    walk->stack = NULL;
    walk->stack_capacity = 0;
    walk->depth = 0;
    walk->trail_count = walk->live_count = walk->list_count = walk->sum_count = 0;
    if (!space_shape(&walk->space)) {
        walk->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < walk->engine_count; i++)
        symbolic_reset(&walk->engines[i]);
    walk->serial++;
    walk->trial = walk_new_zone(walk);
    walk->spare = walk_new_zone(walk);
    walk->values = arena_array(&walk->zones, walk->space.variable_count, sizeof *walk->values);
    walk->bits = arena_array(&walk->zones, walk->space.choice_count, sizeof *walk->bits);
    walk->zone = walk_below(walk, 1);
    if (!walk->zone || !walk->trial || !walk->spare || !walk->values || !walk->bits)
        walk->failed = true;
    return !walk->failed && space_top(&walk->space, walk->stack[0]);
}

/* Functions that earlier questions compared only make the cells of this one larger. */
static void walk_forget(struct walk *walk) {
    struct space *space = &walk->space;
    for (size_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        if (space->variables[i].derivation != DERIVED_NOT && space->variables[i].zone != NO_ZONE) {
            space->variables[i].zone = NO_ZONE;
            walk->ready = false;
        }
    }
}

static enum walk_end walk_ask(struct walk *walk, const struct atom *within, size_t within_count,
                              const struct asking *asking) {
    const struct mark start = {0, 0, 0, 0};
    enum walk_end end;
    walk->refined = 0;
    walk->limit = walk->cells + walk->budget;
    walk_forget(walk);
    do {
        end = WALK_DONE;
        if (walk->space.grew || !walk->ready)
            walk->ready = walk_begin(walk);
        bool some = walk->ready;
        if (some)
            zone_copy(&walk->space.shape, walk->stack[1], walk->stack[0]);
        for (size_t i = 0; i < within_count && some; i++)
            some = atom_apply(&walk->space.shape, walk->stack[1], &within[i], false);
        if (some)
            end = walk_all(walk, asking);
        walk_back(walk, start);
    } while (walk->space.grew && !walk->failed);
    walk->failed = walk->failed || walk->space.failed || walk->space.linears.failed || walk->zones.failed;
    return walk->failed ? WALK_NO_MEMORY : end;
}

enum walk_end walk_run(struct walk *walk, const struct atom *within, size_t within_count,
                       walk_question *question, walk_receiver *receiver, void *context) {
    const struct asking asking = {question, receiver, context, false};
    return walk_ask(walk, within, within_count, &asking);
}

enum walk_end walk_cells(struct walk *walk, const struct atom *within, size_t within_count,
                         walk_question *question, walk_receiver *receiver, void *context) {
    const struct asking asking = {question, receiver, context, true};
    return walk_ask(walk, within, within_count, &asking);
}

/* --- beginning and end --- */

static bool walk_requirements(struct engine *engine) {
    const struct program *program = engine->program;
    size_t capacity = 0, count = 0;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        if (program->instructions[i].op == INS_require &&
            !ARENA_PUSH(engine->walk->arena, engine->requirements, count, capacity,
                        program->instructions[i].a))
            return false;
    }
    engine->requirement_count = (uint32_t)count;
    return true;
}

bool walk_init(struct walk *walk, struct arena *arena, const struct program *program,
               const struct program *other, uint64_t budget) {
    *walk = (struct walk){.arena = arena, .budget = budget, .refine_budget = WALK_REFINE_BUDGET};
    arena_init(&walk->zones, arena->alloc);
    if (!space_init(&walk->space, arena, program, other))
        return false;
    walk->ready = walk_begin(walk);
    for (uint32_t i = 0; i < walk->space.binding_count && !walk->failed; i++) {
        walk->engine_count++;
        if (!symbolic_init(&walk->engines[i], walk, i) || !walk_requirements(&walk->engines[i]))
            walk->failed = true;
    }
    return !walk->failed;
}

void walk_free(struct walk *walk) {
    arena_free(&walk->zones);
}
