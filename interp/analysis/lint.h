/*
 * lint: everything that is wrong with a policy although it is well formed. The warnings of the checker, the findings of the
 * analysis over all cases, and what became of each `accept`, in one list. Must not know how findings are shown, nor
 * which level fails a run.
 */
#ifndef PROVISO_INTERP_ANALYSIS_LINT_H
#define PROVISO_INTERP_ANALYSIS_LINT_H

#include "interp/analysis/finding.h"
#include "interp/program/program.h"

struct lint_options {
    bool has_on; /* `on` is the day; else what depends on a day is left out */
    cal_day on;
    uint64_t cell_budget; /* cells that one question may look at; 0: the default */
    const bool *wanted;   /* by enum diag_code: the checks to make; NULL: all */
};

struct lint_report {
    bool day_skipped; /* checks that need a day were left out */
    bool unfinished
        [DIAG_CODE_COUNT]; /* codes that may be missing findings: left out without a day, or the budget was spent */
    uint64_t cells;        /* looked at, all questions together */
};

/* Whether lint can give findings of that code: all L, and the warnings about policies that the checker has. */
bool lint_gives(enum diag_code code);

/*
 * Fills `findings`, sorted, and *report. `set` was checked without an error and `program` compiled from it. False where memory
 * ran out: some findings are missing then.
 */
bool lint_run(const struct policy_set *set, const struct program *program, const struct lint_options *options,
              struct findings *findings, struct lint_report *report);

#endif
