/*
 * Records that are tried: as they came, with some facts changed. Shared by what asks about changes. Must not be included outside
 * interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_TRIAL_H
#define PROVISO_INTERP_RUN_EXPLAIN_TRIAL_H

#include "interp/run/explain_inside.h"
#include "interp/run/explain_slice.h"

/* What is tried on a record; `scratch` holds one evaluation. */
struct trial {
    struct explainer *x;
    struct record *record; /* as it came */
    struct value *base;    /* its values, from which each trial starts */
    struct value *values;  /* of the trial at hand */
    struct arena scratch;
    struct buffer words; /* while a verdict is put into words */
    bool loose;          /* answers of one kind count as the same, whatever the value */
    bool lenient; /* facts that a change leaves unasked are left out; without it the record is rejected */
    bool
        known; /* what is changed is a known fact: values are tried where the policy speaks of them, not all */
    struct slice slice; /* what the answer is made from */
    bool sound;         /* an answer that stays as it is without a fact stays so for all its values */
    const struct verdict *answer; /* on the record as it came */
    uint32_t watched;             /* the rule that a verdict tells of whether it applies; or UINT32_MAX */
    uint64_t spent;               /* instructions run so far */
};

/* False where memory ran out; then there is nothing to end. */
bool trial_begin(struct trial *t, struct explainer *x, struct record *record);
void trial_end(struct trial *t);
/* The verdict on the record with these changes, in the scratch arena, valid until the next trial. */
void trial_try(struct trial *t, const struct assignment *changes, size_t count, struct verdict *verdict);
/* What an outcome says of what was asked; all but reasons of the outcome lives in the arena. */
void trial_verdict(struct trial *t, const struct outcome *outcome, struct arena *arena,
                   struct verdict *verdict);
/* The verdict, out of the scratch arena. */
struct verdict trial_keep(struct trial *t, const struct verdict *verdict);
/* Whether they say the same of what was asked; with the facts that are left out; for ranges: where an answer moves along with the value, its kind alone makes the borders. */
bool trial_same_answer(const struct verdict *a, const struct verdict *b);
bool trial_same(const struct verdict *a, const struct verdict *b);
bool trial_alike(const struct trial *t, const struct verdict *a, const struct verdict *b);

/* --- explain_brings.c --- */
/* Goes through the values of missing->need. */
void trial_values(struct trial *t, struct missing *missing, bool may_be_none);

/* --- explain_example.c --- */
/*
 * Looks for changes of facts that make what a way needs hold, and with which the answer is the way's. True where it found some: the
 * way has them. The need may be a part of the way's own.
 */
bool trial_example(struct trial *t, const struct need *need, struct way *way);
/* The same of its whole need, by nothing but the facts that this hangs on: what is known to bring the answer otherwise is not asked. */
bool trial_alternative(struct trial *t, struct way *way);
/* Looks for changes with which the way's rule applies and another contradicts it. True where it found some. */
bool trial_contradicted(struct trial *t, const struct need *need, const struct way *way);

#endif
