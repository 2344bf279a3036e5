/*
 * The plain conditions of rules as boxes: bounds and masks, for finding the pairs that can meet without looking at all pairs closely.
 * Must not know what the rules give.
 */
#ifndef PROVISO_INTERP_ANALYSIS_BOXES_H
#define PROVISO_INTERP_ANALYSIS_BOXES_H

#include "interp/analysis/walk.h"

/* Told of a pair of givers whose plain conditions can hold together; false to stop. */
typedef bool boxes_pair(void *context, uint32_t a, uint32_t b);

/*
 * All pairs of the givers that can meet, each once, neither of them empty. Sorted by the variable that separates most of them, so that
 * only neighbours are compared. False where it was stopped or memory ran out (walk->failed).
 */
bool boxes_meet(struct engine *engine, const struct giver *givers, uint32_t count, boxes_pair *pair,
                void *context);

#endif
