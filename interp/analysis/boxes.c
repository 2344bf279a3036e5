/*
 * See boxes.h: a sweep over the rules sorted by where their interval of one variable begins; what is left is compared by the other
 * intervals and the masks, and last by the closed zone of both. Must not know what the rules give.
 */
#include "interp/analysis/boxes.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

/*
 * A box: low and high by zone variable, then the words of all choices. All of the shape the zones have when the sweep begins: the walks
 * that a pair leads to change that of the walk.
 */
struct boxes {
    struct engine *engine;
    struct zone_shape of;
    const struct zone_shape *shape; /* that of `of` */
    struct zone top, trial;
    struct arena arena;
    uint32_t count;        /* of boxes that are not empty */
    uint32_t *givers;      /* by box */
    int64_t *lows, *highs; /* box * variables + variable */
    uint64_t *masks;       /* box * words + word */
    void *zones;           /* by box: closed; NULL where that would be too much memory */
    uint32_t words;
};

/* Zones of all boxes are kept where they take no more than this. */
#define BOXES_ZONE_BYTES ((size_t)24 << 20)

struct box_order {
    int64_t low;
    uint32_t box;
};

static int box_compare(const void *left, const void *right) {
    const struct box_order *a = left, *b = right;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    return (a->box > b->box) - (a->box < b->box);
}

static struct zone box_zone(const struct boxes *boxes, uint32_t box) {
    return zone_at(boxes->shape, (char *)boxes->zones + box * zone_bytes(boxes->shape));
}

/* The box of a giver; false where nothing meets its conditions. */
static bool box_fill(struct boxes *boxes, const struct giver *giver, uint32_t box) {
    const struct zone_shape *shape = boxes->shape;
    struct zone *zone = &boxes->trial;
    uint32_t count;
    const struct atom *atoms = rule_atoms(boxes->engine, giver->rule, &count);
    zone_copy(shape, zone, &boxes->top);
    for (uint32_t i = 0; i < count; i++) {
        if (!atom_apply(shape, zone, &atoms[i], false))
            return false;
    }
    for (uint32_t i = 0; i < shape->variables; i++) {
        boxes->lows[(size_t)box * shape->variables + i] = zone_low(shape, zone, i);
        boxes->highs[(size_t)box * shape->variables + i] = zone_high(shape, zone, i);
    }
    memcpy(boxes->masks + (size_t)box * boxes->words, zone->masks, boxes->words * sizeof *zone->masks);
    if (boxes->zones) {
        struct zone kept = box_zone(boxes, box);
        zone_copy(shape, &kept, zone);
    }
    return true;
}

static bool boxes_init(struct boxes *boxes, struct engine *engine, const struct giver *givers,
                       uint32_t count) {
    const struct zone_shape *shape = &boxes->of;
    *boxes = (struct boxes){.engine = engine, .of = engine->walk->space.shape, .shape = shape};
    boxes->words = shape->starts[shape->choices];
    arena_init(&boxes->arena, engine->walk->arena->alloc);
    void *top = arena_alloc(&boxes->arena, zone_bytes(shape)),
         *trial = arena_alloc(&boxes->arena, zone_bytes(shape));
    if (!top || !trial)
        return false;
    boxes->top = zone_at(shape, top);
    boxes->trial = zone_at(shape, trial);
    zone_copy(shape, &boxes->top, engine->walk->stack[0]);
    boxes->givers = arena_array(&boxes->arena, count, sizeof *boxes->givers);
    boxes->lows = arena_array(&boxes->arena, (size_t)count * shape->variables, sizeof *boxes->lows);
    boxes->highs = arena_array(&boxes->arena, (size_t)count * shape->variables, sizeof *boxes->highs);
    boxes->masks = arena_array(&boxes->arena, (size_t)count * boxes->words + 1, sizeof *boxes->masks);
    if (!boxes->givers || !boxes->lows || !boxes->highs || !boxes->masks)
        return false;
    if (zone_bytes(shape) * count <= BOXES_ZONE_BYTES)
        boxes->zones = arena_array(&boxes->arena, count, zone_bytes(shape));
    for (uint32_t i = 0; i < count; i++) {
        if (box_fill(boxes, &givers[i], boxes->count))
            boxes->givers[boxes->count++] = i;
    }
    return !boxes->arena.failed;
}

/* The boxes in the order of where they begin on the variable on which the fewest pairs overlap. */
static struct box_order *boxes_sorted(struct boxes *boxes, uint32_t *variable) {
    struct box_order *best = NULL, *order = arena_array(&boxes->arena, boxes->count + 1, sizeof *order);
    uint64_t fewest = UINT64_MAX;
    struct box_order *spare = arena_array(&boxes->arena, boxes->count + 1, sizeof *spare);
    if (!order || !spare)
        return NULL;
    for (uint32_t v = 0; v < boxes->shape->variables; v++) {
        uint64_t pairs = 0;
        for (uint32_t i = 0; i < boxes->count; i++)
            order[i] = (struct box_order){boxes->lows[(size_t)i * boxes->shape->variables + v], i};
        qsort(order, boxes->count, sizeof *order, box_compare);
        for (uint32_t i = 0; i < boxes->count; i++) {
            int64_t high = boxes->highs[(size_t)order[i].box * boxes->shape->variables + v];
            uint32_t from = i + 1, to = boxes->count;
            while (from < to) {
                uint32_t middle = from + (to - from) / 2;
                if (order[middle].low <= high)
                    from = middle + 1;
                else
                    to = middle;
            }
            pairs += from - i - 1;
        }
        if (pairs < fewest) {
            fewest = pairs;
            *variable = v;
            best = order;
            order = spare;
            spare = best;
        }
    }
    return best;
}

static bool boxes_overlap(const struct boxes *boxes, uint32_t a, uint32_t b) {
    const uint64_t *mask_a = boxes->masks + (size_t)a * boxes->words,
                   *mask_b = boxes->masks + (size_t)b * boxes->words;
    const struct zone_shape *shape = boxes->shape;
    for (uint32_t choice = 0; choice < shape->choices; choice++) {
        uint64_t both = 0;
        for (uint32_t word = shape->starts[choice]; word < shape->starts[choice + 1]; word++)
            both |= mask_a[word] & mask_b[word];
        if (both == 0)
            return false;
    }
    const size_t at_a = (size_t)a * shape->variables, at_b = (size_t)b * shape->variables;
    for (uint32_t v = 1; v < shape->variables; v++) {
        if (boxes->lows[at_a + v] > boxes->highs[at_b + v] || boxes->lows[at_b + v] > boxes->highs[at_a + v])
            return false;
    }
    return true;
}

/* The closed zone of one with the conditions of the other: first whether one of them is out of the question, then all together. */
static bool boxes_join(const struct boxes *boxes, const struct giver *givers, uint32_t a, uint32_t b) {
    struct zone trial = boxes->trial, *zone = &trial;
    uint32_t count;
    const struct atom *atoms = rule_atoms(boxes->engine, givers[boxes->givers[b]].rule, &count);
    if (boxes->zones) {
        struct zone kept = box_zone(boxes, a);
        for (uint32_t i = 0; i < count; i++) {
            if (atom_judge(boxes->shape, &kept, &atoms[i]) == TRUTH_NO)
                return false;
        }
        zone_copy(boxes->shape, zone, &kept);
    } else {
        uint32_t own;
        const struct atom *of_a = rule_atoms(boxes->engine, givers[boxes->givers[a]].rule, &own);
        zone_copy(boxes->shape, zone, &boxes->top);
        for (uint32_t i = 0; i < own; i++)
            (void)atom_apply(boxes->shape, zone, &of_a[i], false);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!atom_apply(boxes->shape, zone, &atoms[i], false))
            return false;
    }
    return true;
}

bool boxes_meet(struct engine *engine, const struct giver *givers, uint32_t count, boxes_pair *pair,
                void *context) {
    struct boxes boxes;
    uint32_t variable = 0;
    bool go_on = boxes_init(&boxes, engine, givers, count);
    const struct box_order *order = go_on ? boxes_sorted(&boxes, &variable) : NULL;
    if (!order)
        engine->walk->failed = true;
    go_on = order != NULL;
    for (uint32_t i = 0; i < boxes.count && go_on; i++) {
        uint32_t a = order[i].box;
        int64_t high = boxes.highs[(size_t)a * boxes.shape->variables + variable];
        for (uint32_t j = i + 1; j < boxes.count && order[j].low <= high && go_on; j++) {
            uint32_t b = order[j].box;
            if (boxes_overlap(&boxes, a, b) && boxes_join(&boxes, givers, a, b))
                go_on = pair(context, boxes.givers[a], boxes.givers[b]);
        }
    }
    arena_free(&boxes.arena);
    return go_on;
}
