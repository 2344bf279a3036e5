/*
 * What the static analysis found: a message like any other, what it is about, and a witness, a complete record and a day that
 * the evaluator has run and that shows it. Filled by lint, prove and diff; shown by the tools. Must not know how it
 * was found, nor how it is shown.
 */
#ifndef PROVISO_INTERP_ANALYSIS_FINDING_H
#define PROVISO_INTERP_ANALYSIS_FINDING_H

#include "interp/facts/record.h"

/* Where a finding is about no rule, decision or the like. */
#define FINDING_NOTHING UINT32_MAX

/* A case: every fact has a value or none. Lives in the arena of the findings. */
struct witness {
    struct value *values; /* by fact index; VALUE_NONE where the fact plays no part */
    cal_day today;
};

/*
 * One finding. All strings are in the diagnostic, the witness and the region in words among its notes too, so that whoever
 * shows a diagnostic shows all of it. `where` is the declaration whose `accept` silences it (a rule, a table or a row of it, a decision, ...); NULL: the header's only.
 */
struct finding {
    struct diagnostic *diagnostic;
    const struct ast_node *where;
    uint32_t rule, other;          /* rules it is about, `rule` the earlier declared */
    uint32_t decision;             /* decision it is about */
    bool possible;                 /* no witness could be confirmed */
    bool accepted;                 /* an `accept` names it: shown only where asked for */
    const struct ast_node *accept; /* that ACCEPT; NULL where there is none */
    const struct witness *witness;
    const char *region; /* all the cases, in words; NULL where it was not asked for or not found */
};

struct findings {
    struct arena *arena;
    struct diagnostics *diags; /* what the findings' diagnostics live in */
    struct finding *items;
    size_t count, capacity;
    bool failed; /* memory ran out: some are missing */
};

/* No findings yet; they and what belongs to them live in `arena`, their messages in `diags`. */
void findings_init(struct findings *findings, struct arena *arena, struct diagnostics *diags);
/* Adds a copy of a finding; false, and findings->failed, where memory ran out. */
bool findings_add(struct findings *findings, const struct finding *finding);
/* A finding about nothing but the place of its message: to be filled further and added. */
struct finding finding_of(struct diagnostic *diagnostic, const struct ast_node *where);
/* Sorts by file, place, code; those of one place stay in the order they were added. Where memory fails the order stays and findings->failed is set. */
void findings_sort(struct findings *findings);

#endif
