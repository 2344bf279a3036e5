/*
 * Law: on random policies, records and days the evaluator finds what the oracle finds that walks the tree,
 * with the rule index, without it, and where one evaluator is used again and again: states, values, rules, reasons, duties, reminders, notices, degrees, and which records are rejected. Also
 * counts how often each state arose, so that agreement means something.
 */
#include "tests/laws/law.h"
#include "tests/laws/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define RECORDS_A_POLICY 30

struct counts {
    uint64_t policies, evaluations, rejected, not_covered, decisions, states[5], duties[4], announcements;
    uint64_t properties[2], open_properties;
    uint64_t rules, searched;
};

static void count_outcome(struct counts *counts, bool rejected, const struct outcome *outcome) {
    size_t i;
    counts->evaluations++;
    counts->rejected += rejected;
    counts->not_covered += !rejected && !outcome->covered;
    if (rejected || !outcome->covered)
        return;
    counts->decisions += outcome->decision_count;
    counts->announcements += outcome->reminder_count + outcome->notice_count;
    for (i = 0; i < outcome->decision_count; i++)
        counts->states[outcome->decisions[i].state]++;
    for (i = 0; i < outcome->duty_count; i++)
        counts->duties[outcome->duties[i].state]++;
    for (i = 0; i < outcome->property_count; i++) {
        counts->properties[outcome->properties[i].state]++;
        counts->open_properties += outcome->properties[i].condition.tag == VALUE_OPEN;
    }
}

static void compare_text(const struct law_policy *policy, const struct record *record,
                         const struct question *question, struct text expected, const char *name,
                         struct text found) {
    if (text_equal(expected, found))
        return;
    law_tell(policy, record, question, "oracle   ", expected, name, found);
    fail_msg("the evaluator differs from the oracle");
}

/* Without the index; and by what other records went through before. */
static void compare_ways(const struct law_policy *policy, struct record *record,
                         const struct question *question, struct evaluator *evaluator, struct text expected,
                         struct arena *arena) {
    struct law_policy scan = *policy;
    struct program program = *policy->program;
    struct outcome outcome = {.covered = false};
    bool rejected;
    program.index = NULL;
    scan.program = &program;
    compare_text(policy, record, question, expected, "no index ",
                 law_evaluate(&scan, record, question, LAW_NODES, arena, &outcome, &rejected));
    record->problem_count = 0;
    rejected = evaluator_run(evaluator, record, question, arena, &outcome) == EVALUATE_REJECTED;
    compare_text(policy, record, question, expected, "used again",
                 law_outcome(policy, rejected, &outcome, LAW_NODES, arena));
}

static void compare_one(const struct law_policy *policy, struct evaluator *evaluator, struct luck *luck,
                        struct arena *arena, struct counts *counts) {
    static const uint32_t unknown[] = {0, 0, 4, 12, 30};
    struct question question = generate_question(luck, &policy->set);
    struct oracle_result expected;
    struct outcome outcome = {.covered = false};
    struct record record;
    struct text a, b;
    bool rejected;
    generate_record(luck, &policy->set, unknown[luck_below(luck, 5)], &question, arena, &record);
    oracle_evaluate(&policy->set, &record, &question, arena, &expected);
    a = law_outcome(policy, expected.rejected, &expected.outcome, LAW_NODES, arena);
    b = law_evaluate(policy, &record, &question, LAW_NODES, arena, &outcome, &rejected);
    compare_text(policy, &record, &question, a, "evaluator", b);
    compare_ways(policy, &record, &question, evaluator, a, arena);
    count_outcome(counts, rejected, &outcome);
}

static void print_counts(const struct counts *c) {
    static const char *const states[] = {"value", "undecided", "undetermined", "conflict", "failed"};
    int i;
    printf(
        "tree = scalar: %llu policies, %llu evaluations (%llu rejected, %llu not covered), %llu decisions:",
        (unsigned long long)c->policies, (unsigned long long)c->evaluations, (unsigned long long)c->rejected,
        (unsigned long long)c->not_covered, (unsigned long long)c->decisions);
    for (i = 0; i < 5; i++)
        printf(" %s %.1f %%", states[i], 100.0 * (double)c->states[i] / (double)c->decisions);
    printf("; duties: %llu due, %llu possible, %llu in conflict; %llu reminders and notices; "
           "properties: %llu hold, %llu broken, the condition of %llu open\n",
           (unsigned long long)c->duties[DUTY_DUE], (unsigned long long)c->duties[DUTY_POSSIBLE],
           (unsigned long long)c->duties[DUTY_IN_CONFLICT], (unsigned long long)c->announcements,
           (unsigned long long)c->properties[PROPERTY_HOLDS],
           (unsigned long long)c->properties[PROPERTY_BROKEN], (unsigned long long)c->open_properties);
}

static void tree_is_scalar(void **state) {
    uint32_t n = law_policies(15000), i, j;
    uint64_t seed = law_seed();
    struct counts counts = {.policies = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        struct law_policy policy;
        struct luck luck = {seed * 1000003 + i};
        struct evaluator evaluator;
        law_make(&policy, seed * 1000003 + i, NULL);
        assert_true(evaluator_init(&evaluator, policy.program, &policy.arena));
        counts.rules += policy.set.rule_count;
        counts.searched += policy.program->index ? policy.program->index->rule_count : 0;
        for (j = 0; j < RECORDS_A_POLICY; j++) {
            arena_reset(&arena);
            compare_one(&policy, &evaluator, &luck, &arena, &counts);
        }
        law_free(&policy);
        counts.policies++;
    }
    arena_free(&arena);
    print_counts(&counts);
    printf("of %llu rules %llu were searched for\n", (unsigned long long)counts.rules,
           (unsigned long long)counts.searched);
    assert_true(n < 100 || counts.searched * 20 > counts.rules);
    for (i = 0; i < 5 && n >= 100; i++)
        assert_true(counts.states[i] * 20 >= counts.decisions);
    assert_true(n < 100 || (counts.properties[PROPERTY_HOLDS] > n && counts.properties[PROPERTY_BROKEN] > n &&
                            counts.open_properties > n));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(tree_is_scalar)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
