/*
 * The tests inside a policy: runs one `test` block and says, line by line of its `expect`, what was expected and what came
 * out, with the reason. Must not know how results are shown.
 */
#ifndef PROVISO_INTERP_RUN_POLICY_TESTS_H
#define PROVISO_INTERP_RUN_POLICY_TESTS_H

#include "interp/run/evaluate.h"

/* An expectation that did not come true. The texts live in the arena of the run. */
struct test_miss {
    const struct ast_node *node; /* the line of `expect` */
    struct text expected;        /* "requirements is waived" */
    struct text actual;          /* "required" */
    struct text reason;          /* "by wave3.cba (update.proviso:20)"; may be empty */
};

struct test_result {
    const struct policy_test *test;
    bool passed;
    struct test_miss *misses;
    size_t miss_count, miss_capacity;
};

/* Runs set->tests[index]. All that it gives lives in `arena`. False where memory ran out. */
bool policy_test_run(const struct program *program, size_t index, struct arena *arena,
                     struct test_result *result);

#endif
