/*
 * The oracle of the laws: a slow evaluator that walks the trees and follows the words of interp/README.md
 * one by one, so that the evaluator of the product has something independent to agree with. It shares the
 * calendar, the numbers and the shapes of outcomes with it, and no evaluation. Must not know programs,
 * registers or instructions.
 */
#ifndef PROVISO_TESTS_LAWS_ORACLE_H
#define PROVISO_TESTS_LAWS_ORACLE_H

#include "interp/facts/record.h"
#include "interp/run/evaluate.h"
#include "interp/run/outcome.h"

/* What the oracle found; where the record is rejected there is no outcome. */
struct oracle_result {
    bool rejected;
    struct outcome outcome;
};

/*
 * Answers the question about the record. All of the result lives in `arena`; memory that runs out fails the
 * test.
 */
void oracle_evaluate(const struct policy_set *set, const struct record *record,
                     const struct question *question, struct arena *arena, struct oracle_result *result);

/*
 * For whoever makes records: whether the `only when` of a fact, or of a field of a record of a list, holds
 * by the values that are there already: 1 yes, 0 no or none, -1 open.
 */
int oracle_fact_condition(const struct policy_set *set, const struct record *record,
                          const struct question *question, uint32_t fact, struct arena *arena);
int oracle_field_condition(const struct policy_set *set, const struct record *record,
                           const struct question *question, uint32_t fact, uint32_t element, uint32_t field,
                           struct arena *arena);

#endif
