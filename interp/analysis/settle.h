/*
 * From a full case, in which every fact has a value, to the case it stands for: facts that their `only when` takes away become
 * none. And lists for facts that the cells say nothing of. Must not know what is looked for.
 */
#ifndef PROVISO_INTERP_ANALYSIS_SETTLE_H
#define PROVISO_INTERP_ANALYSIS_SETTLE_H

#include "interp/analysis/confirm.h"

/* Makes those facts none, in place. False where memory ran out. */
bool settle(const struct program *program, struct witness *witness, struct arena *arena);
/*
 * Gives every list fact that has a value one of a few records made up from the values that the policy speaks of: another for each seed,
 * none for seed 0. False where memory ran out.
 */
bool settle_lists(const struct program *program, struct witness *witness, uint64_t seed, struct arena *arena);
/*
 * Gives list facts the lists that facts of the same name have in another program's witness, as far as names of fields and members go. False where
 * memory ran out.
 */
bool settle_shared_lists(const struct program *from, const struct witness *of, const struct program *program,
                         struct witness *witness, struct arena *arena);

#endif
