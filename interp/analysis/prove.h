/*
 * `always`: each property of a policy proved over all cases, refuted by a case that the evaluator has run, or not decided, with the reason.
 * Must not know how verdicts are shown.
 */
#ifndef PROVISO_INTERP_ANALYSIS_PROVE_H
#define PROVISO_INTERP_ANALYSIS_PROVE_H

#include "interp/analysis/search.h"

enum proof_verdict { PROOF_PROVED, PROOF_REFUTED, PROOF_NOT_DECIDED };

/* What became of one property. */
struct proof {
    enum proof_verdict verdict;
    const struct witness *witness; /* REFUTED: the plainest case found */
    bool vacuous; /* PROVED, but there is no case that it speaks of: `whenever` never holds */
    bool budget;  /* NOT_DECIDED: the cells were spent; else it rests on `because` */
    const struct ast_node *because; /* an expression that is beyond the analysis; may be NULL */
    uint64_t cells;
};
struct proofs {
    struct proof *items; /* by property index */
    size_t count;
};
struct prove_options {
    uint64_t cell_budget; /* of each property; 0: the default */
    const bool *
        wanted; /* by property index: those to prove; NULL: all. The others are not decided, without a reason */
};

/* Cells that a question may look at where nothing else is said. */
#define ANALYSIS_CELLS ((uint64_t)1000000)

/* Proves one property under a walk over the program alone. False where memory ran out. */
bool prove_property(struct walk *walk, uint32_t property, struct arena *arena, struct proof *proof);
/*
 * Proves every property of the program (compiled with properties). Proofs and witnesses live in `arena`. False where memory
 * ran out.
 */
bool prove_run(const struct program *program, const struct prove_options *options, struct arena *arena,
               struct proofs *proofs);

#endif
