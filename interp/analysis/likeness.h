/*
 * What two programs compute alike: every register gets a number, and registers with one number have one value in every case, whichever
 * program they are of. Order of conditions and rules does not matter. Must not know cells, nor what is compared.
 */
#ifndef PROVISO_INTERP_ANALYSIS_LIKENESS_H
#define PROVISO_INTERP_ANALYSIS_LIKENESS_H

#include "interp/analysis/space.h"

struct likeness {
    uint32_t *ids[SPACE_PROGRAMS]; /* by register */
};

/* Numbers the registers of the programs that the space binds; all lives in `arena`. False where memory ran out. */
bool likeness_init(struct likeness *likeness, const struct space *space, struct arena *arena);

#endif
