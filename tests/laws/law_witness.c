/*
 * Law: on random policies a witness comes to the same as the record of its facts, and so do its two written forms: its JSON, read
 * by the reader of facts, and its lines of a test, read with the policy. What is no case is refused as evaluation refuses it.
 */
#include "interp/analysis/confirm.h"
#include "interp/analysis/witness.h"
#include "interp/facts/facts.h"
#include "tests/laws/law.h"
#include "tests/support/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WITNESSES_A_POLICY 10

struct counts {
    uint64_t witnesses, rejected, not_covered, ran, tests;
};

static struct text evaluated(const struct law_policy *policy, struct record *record, cal_day today,
                             struct arena *arena) {
    const struct question question = {.today = today};
    struct outcome outcome;
    bool rejected;
    return law_evaluate(policy, record, &question, LAW_TEXTS, arena, &outcome, &rejected);
}

static void same(const struct law_policy *policy, const struct record *record, cal_day today,
                 struct text expected, const char *form, struct text found) {
    const struct question question = {.today = today};
    if (text_equal(expected, found))
        return;
    law_tell(policy, record, &question, "record", expected, form, found);
    fail_msg("a witness and its %s do not come to the same", form);
}

static void check_json(const struct law_policy *policy, const struct witness *witness, struct text expected,
                       struct arena *arena) {
    const struct schema *schema = schema_build(&policy->set, arena);
    struct facts_reader reader;
    struct record record;
    struct buffer json;
    buffer_init(&json, arena->alloc);
    witness_json(&json, &policy->set, witness);
    assert_true(schema && !json.failed);
    struct reading_pieces pieces = {.left = json.data, .length = json.length, .piece = 4096};
    const struct facts_input input = {reading_read, &pieces, "witness"};
    assert_true(facts_open(&reader, schema, &input, FACTS_JSON, arena->alloc));
    assert_int_equal(facts_next(&reader, arena, &record), FACTS_RECORD);
    if (record.problem_count > 0)
        fail_msg("%s: %s\n%s", record.problems[0].path, record.problems[0].message, json.data);
    same(policy, &record, witness->today, expected, "JSON",
         evaluated(policy, &record, witness->today, arena));
    facts_close(&reader);
    buffer_free(&json);
}

/* The policy once more, with the witness as a test at the end of its first file. */
static void make_with_test(struct law_policy *made, const struct law_policy *policy,
                           const struct witness *witness) {
    *made = (struct law_policy){.seed = policy->seed, .generated = policy->generated};
    arena_init(&made->arena, pv_alloc_default());
    policy_set_init(&made->set, &made->arena);
    for (uint32_t i = 0; i < policy->generated.file_count; i++) {
        struct buffer text;
        buffer_init(&text, made->arena.alloc);
        generated_text(&policy->generated, i, NULL, &text);
        if (i == 0) {
            buffer_string(&text, "\ntest \"witness\"\n");
            witness_test(&text, policy->program, witness);
            buffer_string(&text, "  expect notice \"none of these\"\n");
        }
        assert_false(text.failed);
        assert_true(policy_set_add(&made->set, policy->generated.paths[i], text.data, text.length));
        buffer_free(&text);
    }
}

static void check_test(const struct law_policy *policy, const struct witness *witness, struct text expected,
                       struct arena *arena) {
    struct law_policy made;
    struct record record;
    make_with_test(&made, policy, witness);
    if (!policy_set_check(&made.set) || !program_compile(&made.set, &made.arena, &made.program))
        fail_msg("seed %llu: a policy with a witness as a test is not accepted: %s",
                 (unsigned long long)policy->seed,
                 made.set.diags.count ? made.set.diags.items[made.set.diags.count - 1]->message : "");
    const struct policy_test *test = &made.set.tests[0];
    assert_int_equal(test->on, witness->today);
    assert_true(record_init(&record, &made.set, arena));
    for (size_t i = 0; i < test->given_count; i++)
        record.values[test->givens[i].fact] = test->givens[i].value;
    same(&made, &record, witness->today, expected, "test", evaluated(&made, &record, test->on, arena));
    law_free(&made);
}

/* A witness leaves nothing out; the generator may, where an `only when` is open. */
static void complete(const struct law_policy *policy, struct luck *luck, struct record *record,
                     struct arena *arena) {
    for (size_t i = 0; i < policy->set.fact_count; i++)
        if (record->values[i].tag == VALUE_OPEN)
            record->values[i] = generate_value(luck, &policy->set.facts[i], 0, arena);
}

static void one_witness(const struct law_policy *policy, struct luck *luck, bool with_test,
                        struct arena *arena, struct counts *counts) {
    const struct question question = {.today = generate_question(luck, &policy->set).today};
    struct confirmed confirmed;
    struct record record;
    generate_record(luck, &policy->set, 0, &question, arena, &record);
    complete(policy, luck, &record, arena);
    const struct witness witness = {record.values, question.today};
    struct text expected = evaluated(policy, &record, question.today, arena);
    enum confirm_status status = confirm(policy->program, &witness, arena, &confirmed);
    counts->witnesses++;
    counts->rejected += status == CONFIRM_REJECTED;
    counts->not_covered += status == CONFIRM_NOT_COVERED;
    same(policy, &record, question.today, expected, "witness",
         law_outcome(policy, status == CONFIRM_REJECTED, &confirmed.outcome, LAW_TEXTS, arena));
    if (status != CONFIRM_RAN)
        return;
    counts->ran++;
    check_json(policy, &witness, expected, arena);
    if (with_test)
        check_test(policy, &witness, expected, arena);
    counts->tests += with_test;
}

static void witness_is_record(void **state) {
    uint32_t n = law_policies(2000), i, j;
    uint64_t seed = law_seed();
    struct counts counts = {.witnesses = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        struct law_policy policy;
        struct luck luck = {seed * 1000081 + i};
        law_make(&policy, seed * 1000081 + i, NULL);
        for (j = 0; j < WITNESSES_A_POLICY; j++) {
            arena_reset(&arena);
            one_witness(&policy, &luck, j == 0, &arena, &counts);
        }
        law_free(&policy);
    }
    arena_free(&arena);
    printf("witnesses: %u policies, %llu witnesses (%llu rejected, %llu not covered), %llu as JSON, %llu as "
           "a test\n",
           n, (unsigned long long)counts.witnesses, (unsigned long long)counts.rejected,
           (unsigned long long)counts.not_covered, (unsigned long long)counts.ran,
           (unsigned long long)counts.tests);
    assert_true(counts.ran * 2 > counts.witnesses);
    assert_true(n < 100 || (counts.rejected > 0 && counts.tests * 2 > n));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(witness_is_record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
