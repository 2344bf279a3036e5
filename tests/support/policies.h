/*
 * Policies as C strings for tests: parse, check and compile one, give it facts in a short notation, and read what was
 * found as one line of text. A mistake of the test itself fails it with the policy's messages.
 */
#ifndef PROVISO_TESTS_SUPPORT_POLICIES_H
#define PROVISO_TESTS_SUPPORT_POLICIES_H

#include "interp/meaning/check.h"
#include "interp/program/compile.h"
#include "interp/run/evaluate.h"

/* A compiled policy; freed with policy_free. */
struct policy {
    struct arena arena;
    struct policy_set set;
    struct program *program;
};

/*
 * `text` follows `policy p "P" covers 2000-01-01 through 2030-12-31 months round back` (line 1). A second file, an amendment with
 * its own header, may follow in `amendment` (or NULL).
 */
void policy_open(struct policy *policy, const char *text, const char *amendment);
void policy_free(struct policy *policy);

/*
 * Facts as "a=2021-01-01 b=none c=yes d=12.50 e=member f={x,y} t='text' xs=[u=1 v=no;u=2]"; one that is not named is unknown (or at
 * its `otherwise`). The record lives in `arena`.
 */
void record_fill(struct record *record, const struct policy_set *set, struct arena *arena, const char *facts);

/*
 * Evaluates on the day `on` ("2021-03-31", perhaps " known 2021-01-01") and gives what was found, in the arena of the policy: each decision
 * that is no definition, unless its name ends in `_`, then duties, reminders, notices: "stage=open fee=undetermined(paid) pay:by 2021-04-30 open". A
 * rejected record gives its problems: "rejected: E0801 require-broken: ...".
 */
const char *policy_answer(struct policy *policy, const char *facts, const char *on);

#endif
