/*
 * How often each outcome was: by state, by value where there are few, by the rule that decided (the first, where several agree).
 * Sums, so that what several workers counted adds up to what one would have. Must not know where outcomes come from.
 */
#ifndef PROVISO_INTERP_OUTPUT_TALLY_H
#define PROVISO_INTERP_OUTPUT_TALLY_H

#include "interp/output/answer.h"
#include "interp/run/column_plan.h"

/* A decision that is shown. `values`: no and yes, or the members; other kinds have none. */
struct tally_decision {
    uint64_t states[5]; /* by enum state; not covered ones are in none */
    uint64_t none, otherwise;
    uint64_t *values, *rules; /* rules: by giver */
    size_t value_count, rule_count;
};

struct tally {
    const struct answer_form *form;
    uint64_t records, decided, rejected, not_covered;
    struct tally_decision *decisions; /* by decision; all zero where it is not shown */
};

/* An empty tally in `arena`. False where memory ran out. */
bool tally_init(struct tally *tally, const struct answer_form *form, struct arena *arena);
/* Counts one record; `outcome` is NULL for a rejected one. */
void tally_outcome(struct tally *tally, const struct outcome *outcome);
/* Counts a row that was neither put aside nor rejected; true where everything shown has a value. */
bool tally_row(struct tally *tally, const struct column_machine *machine, uint32_t row);
/* Adds what was counted elsewhere, and sets that to nothing. */
void tally_move(struct tally *into, struct tally *from);

void tally_text(struct buffer *out, const struct tally *tally);
void tally_json(struct buffer *out, const struct tally *tally);

#endif
