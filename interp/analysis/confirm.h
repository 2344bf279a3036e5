/*
 * A witness put to the evaluator: is it a case at all, and what comes of it. Whatever the analysis reports goes through here
 * first. Must not know what is looked for.
 */
#ifndef PROVISO_INTERP_ANALYSIS_CONFIRM_H
#define PROVISO_INTERP_ANALYSIS_CONFIRM_H

#include "interp/analysis/finding.h"
#include "interp/run/evaluate.h"

enum confirm_status {
    CONFIRM_RAN,         /* a case: `outcome` is what comes of it, properties included */
    CONFIRM_REJECTED,    /* no case: `record.problems` say why, as they would of a record from a file */
    CONFIRM_NOT_COVERED, /* no case: the policy claims no answer for that day */
    CONFIRM_OUT_OF_MEMORY
};

/* Lives in the arena given to confirm, and refers to the texts, sets and lists of the witness. */
struct confirmed {
    struct record record;
    struct outcome outcome;
};

/*
 * Evaluates the witness with all amendments known. What a reader of facts would refuse is refused here too: a fact without a
 * value, none where the fact is not optional, values outside of declared ranges, members that there are not, in lists as well; then
 * what evaluation refuses: `require` and `only when`.
 */
enum confirm_status confirm(const struct program *program, const struct witness *witness, struct arena *arena,
                            struct confirmed *confirmed);

#endif
