/*
 * Inside of regions: what collecting, simplifying and telling share. Must not be included outside of interp/analysis/.
 */
#ifndef PROVISO_INTERP_ANALYSIS_REGION_INSIDE_H
#define PROVISO_INTERP_ANALYSIS_REGION_INSIDE_H

#include "interp/analysis/region.h"
#include "interp/analysis/symbolic.h"

/* The collected cells, on the way to pieces. All of it is gone when the region is made. */
struct region_work {
    struct walk *walk;
    struct arena *arena;
    struct zones *zones;
    const struct known_sum *sums; /* what is known beside each of the zones */
    size_t sum_count;
    struct zones idle;         /* cells that no record can be in */
    const uint32_t *variables; /* of the space, by place in the zones */
    const uint32_t *guards;    /* by engine and place: register of the fact's `only when`; NO_REGISTER */
    struct zone trial, out;    /* for trying */
    size_t *capacity;          /* of region->pieces */
    bool failed;
};

/* Makes pieces of the cells, in work->arena, and adds them to those of the region in their order. False where memory ran out. */
bool region_pieces(struct region_work *work, struct region *region);
/* The region with all that it refers to in another arena. */
bool region_copy(const struct region *from, const struct walk *walk, struct arena *arena, struct region *to);

/* Appends a form that is no constant: "30 days after x", "a + 2.50"; its constants have so many decimals. */
void region_form(struct buffer *out, const struct walk *walk, const struct linear *linear, int scale);

/* How many bits of the choice are in the mask. */
uint32_t mask_count(const struct walk *walk, uint32_t choice, const uint64_t *mask);
/* Whether a choice is told by what it is not: it has more members than it lacks. */
bool mask_is_negative(const struct walk *walk, uint32_t choice, const uint64_t *mask);

#endif
