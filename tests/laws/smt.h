/*
 * A policy set as SMT-LIB 2, and questions about all its cases as assertions: what a solver that knows nothing
 * of policies says about them is compared with the analysis. A reading of its own: it walks the trees by the
 * words of interp/README.md, and knows neither programs nor the analysis. What the logic cannot express (lists,
 * texts, products of two wide unknowns, ...) is outside; a question that rests on it is not asked.
 */
#ifndef PROVISO_TESTS_LAWS_SMT_H
#define PROVISO_TESTS_LAWS_SMT_H

#include "interp/meaning/model.h"

struct smt;

/*
 * Begins the export of a checked set: appends to `out`, whose owner is the caller, the facts and today as
 * constants (not where `with` has done so: a set with the same facts, whose cases these are) and what makes a
 * record valid. Names begin with `prefix`. All else lives in `arena`; memory that runs out fails the test.
 */
struct smt *smt_begin(const struct policy_set *set, const char *prefix, const struct smt *with,
                      struct arena *arena, struct buffer *out);
/* A record of that set is valid only as it says: to be asserted before any question; NULL where it is outside. */
const char *smt_valid(const struct smt *smt);

/*
 * Questions: a term that some case satisfies or none does; what it names is appended to `out`. NULL where it
 * is outside. Rules and decisions by index.
 */
/* Both rules apply and give the decision different values. */
const char *smt_conflict(struct smt *smt, uint32_t decision, uint32_t rule, uint32_t other);
const char *smt_undecided(struct smt *smt, uint32_t decision);
const char *smt_applies(struct smt *smt, uint32_t rule);
/* The property is not yes. */
const char *smt_refutes(struct smt *smt, uint32_t property);
/* The decision of the one set has another state, or another value, than that of the other set, `with` the first. */
const char *smt_differs(struct smt *a, uint32_t decision, struct smt *b, uint32_t other);

#endif
