/*
 * Sets of cells of one shape: what is contained in what, two that are one together, whether some cover another. All answers are those
 * of the bounds and masks themselves. Must not know what a variable stands for, nor where the cells come from.
 */
#ifndef PROVISO_INTERP_ANALYSIS_ZONES_H
#define PROVISO_INTERP_ANALYSIS_ZONES_H

#include "grammar/base/arena.h"
#include "interp/analysis/zone.h"

/* The cells live in the arena, each in a block of its own; blocks given up are used again. */
struct zones {
    struct arena *arena;
    struct zone_shape shape;
    struct zone *items;
    size_t count, capacity;
    struct zone *spare; /* given up */
    size_t spare_count, spare_capacity;
    struct zone *stack; /* for differences, by depth */
    size_t stack_count, stack_capacity;
    /* Adds what else is known of a cell; false where nothing is left of it. NULL: nothing else is known. */
    bool (*settle)(const void *context, struct zone *zone);
    const void *context;
    uint64_t effort; /* parts that zones_cover may still look at */
};

/* No cells yet. */
void zones_init(struct zones *zones, struct arena *arena, const struct zone_shape *shape);
/* Room for a cell that is none of the set's; false where memory ran out. */
bool zones_room(struct zones *zones, struct zone *zone);
/*
 * Adds a copy of a closed cell, or makes others of the set larger by it: it is dropped where one of the last `near` contains it, joined
 * with it where the two are one cell together. False where memory ran out.
 */
bool zones_add(struct zones *zones, const struct zone *zone, size_t near);
/* Joins and drops until no two cells of the set are one. False where memory ran out. */
bool zones_join(struct zones *zones);
void zones_remove(struct zones *zones, size_t index);

/* Whether all of `a` is in `b`; both are closed. */
bool zone_within(const struct zone_shape *shape, const struct zone *a, const struct zone *b);
/*
 * Whether all of the cell is in the cells of the set (without the one at `but`; SIZE_MAX: all) and of `more` (same shape; NULL: none). No
 * also where the effort is spent or memory ran out.
 */
bool zones_cover(struct zones *zones, size_t but, const struct zones *more, const struct zone *zone);

#endif
