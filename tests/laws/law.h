/*
 * What the laws share: random policies through the real parser and checker, the outcome of an evaluation as
 * lines of text that two evaluations can be compared by, and how a difference is told. Must not know what a
 * law claims.
 */
#ifndef PROVISO_TESTS_LAWS_LAW_H
#define PROVISO_TESTS_LAWS_LAW_H

#include "interp/meaning/check.h"
#include "interp/program/compile.h"
#include "interp/program/rule_index.h"
#include "tests/laws/generate.h"

/* Random policies have few rules: from how many on they are searched for in the laws. */
#define LAW_INDEX_LEAST 2

/* A policy that was generated, checked and compiled. */
struct law_policy {
    uint64_t seed;
    struct arena arena;
    struct generated generated;
    struct policy_set set;
    struct program *program;
};

/* PROVISO_LAW_SEED, else the seed that all runs begin with. */
uint64_t law_seed(void);
/* PROVISO_LAW_POLICIES, else `usual`; a fifteenth of that under a sanitizer. */
uint32_t law_policies(uint32_t usual);

/* PROVISO_LAW_ONLY: the seed of the one policy to look at, as a failure names it; 0: all. */
uint64_t law_only(void);

/*
 * Makes the policy of `seed`, with `shuffle` its files and declarations in another order. A message of the
 * checker fails the test, and the text is printed. Free it with law_free.
 */
void law_make(struct law_policy *policy, uint64_t seed, struct luck *shuffle);
/* The same of a policy over a small domain. */
void law_make_small(struct law_policy *policy, uint64_t seed, bool linear, struct luck *shuffle);
/* The same of a linear policy over a wide domain. */
void law_make_wide(struct law_policy *policy, uint64_t seed);
/*
 * The steps of law_make for a policy that may be wrong: memory for it; then, policy->generated being filled,
 * whether it is accepted; then its program.
 */
void law_begin(struct law_policy *policy, uint64_t seed);
bool law_check(struct law_policy *policy, struct luck *shuffle);
void law_compile(struct law_policy *policy);
void law_free(struct law_policy *policy);
/* Prints the files of the policy. */
void law_print(const struct law_policy *policy);

/* How places of failures are written: by node, or by the text there (for policies in another order). */
enum law_places { LAW_NODES, LAW_TEXTS };
/*
 * The outcome as text, a line an entity, reasons and rules by name. With LAW_TEXTS the lines are sorted, so
 * that outcomes of policies in another order compare.
 */
struct text law_outcome(const struct law_policy *policy, bool rejected, const struct outcome *outcome,
                        enum law_places places, struct arena *arena);
/* Evaluates and gives the text. */
struct text law_evaluate(const struct law_policy *policy, struct record *record,
                         const struct question *question, enum law_places places, struct arena *arena,
                         struct outcome *outcome, bool *rejected);

/* Prints the policy, the record, the question and the lines that differ. */
void law_tell(const struct law_policy *policy, const struct record *record, const struct question *question,
              const char *first, struct text a, const char *second, struct text b);

#endif
