/*
 * The rule index: which rules are searched for and by what, the answers at the edges of intervals and where a key has no value,
 * and memory that runs out at every request. That it changes no answer of random policies is a law of its own.
 */
#include "interp/program/rule_index.h"
#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ROW(LEVEL, FROM, TO, HIT) "  | " LEVEL " | 2020-01-" FROM " through 2020-01-" TO " || " HIT " |\n"

static const char policy_text[] =
    "type tier one of silver, gold\n"
    "fact level: tier\nfact due: date\nfact late: optional date\nfact paid: yes/no\n"
    "decide hit: number 0 through 99 otherwise 0\n"
    "decide fine: number 0 through 99 otherwise 0\n"
    "table rows\n  | level | due || hit |\n" ROW("silver", "01", "05", "1") ROW("silver", "06", "06", "2")
        ROW("silver", "07", "10", "3") ROW("gold", "01", "20", "4") ROW("gold", "15", "25", "5")
            ROW("any", "28", "29",
                "6") "exception waived to rows\n  when paid then hit is 9\n"
                     "rule early\n  when late is given and late before 2020-02-01 then fine is 1\n"
                     "rule later\n  when late is given and late on or after 2020-02-01 then fine is 2\n"
                     "rule none_at_all\n  when late is none then fine is 3\n";

static void open_policy(struct policy *policy) {
    policy_open(policy, policy_text, NULL);
    assert_null(policy->program->index);
    assert_true(program_index(policy->program, 2, &policy->arena));
    assert_non_null(policy->program->index);
}

static void rules_are_searched_for(void **state) {
    struct policy policy;
    open_policy(&policy);
    const struct rule_index *index = policy.program->index;
    (void)state;
    assert_int_equal(index->search_count, 2);
    /* The rows and the exception that has its own value do not compare one register; the rule on none asks nothing of a value. */
    assert_int_equal(index->searches[0].rule_count, 6);
    assert_int_equal(index->searches[1].rule_count, 2);
    policy_free(&policy);
}

static void answers_at_the_edges(void **state) {
    static const struct {
        const char *facts, *answer;
    } cases[] = {
        {"level=silver due=2020-01-05 late=none paid=no", "hit=1[rows row 1] fine=3[none_at_all]"},
        {"level=silver due=2020-01-06 late=2020-01-31 paid=no", "hit=2[rows row 2] fine=1[early]"},
        {"level=silver due=2020-01-07 late=2020-02-01 paid=no", "hit=3[rows row 3] fine=2[later]"},
        {"level=silver due=2020-01-11 late=none paid=no", "hit=0 fine=3[none_at_all]"},
        {"level=gold due=2020-01-14 late=none paid=no", "hit=4[rows row 4] fine=3[none_at_all]"},
        {"level=gold due=2020-01-21 late=none paid=no", "hit=5[rows row 5] fine=3[none_at_all]"},
        {"level=gold due=2020-01-28 late=none paid=no", "hit=6[rows row 6] fine=3[none_at_all]"},
        {"level=gold due=2020-01-14 late=none paid=yes", "hit=9[waived] fine=3[none_at_all]"},
        {"level=gold due=2020-01-30 late=none paid=no", "hit=0 fine=3[none_at_all]"},
    };
    struct policy policy;
    open_policy(&policy);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(policy_answer(&policy, cases[i].facts, "2020-06-01"), cases[i].answer);
    policy_free(&policy);
}

/* With a key unknown, or rules that contradict, what is found is what a scan finds. */
static void same_as_a_scan(void **state) {
    static const char *const facts[] = {"due=2020-01-05 late=none paid=no", "level=gold late=none paid=no",
                                        "level=gold due=2020-01-16 late=none paid=no",
                                        "level=gold due=2020-01-14", ""};
    struct policy policy;
    open_policy(&policy);
    struct rule_index *index = policy.program->index;
    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        policy.program->index = NULL;
        const char *scanned = policy_answer(&policy, facts[i], "2020-06-01");
        policy.program->index = index;
        assert_string_equal(policy_answer(&policy, facts[i], "2020-06-01"), scanned);
    }
    policy_free(&policy);
}

static void memory_may_run_out(void **state) {
    struct policy policy;
    open_policy(&policy);
    bool made = false;
    (void)state;
    for (size_t at = 1; !made; at++) {
        struct fail_alloc memory;
        struct arena arena;
        fail_alloc_init(&memory, at);
        arena_init(&arena, &memory.alloc);
        made = program_index(policy.program, 2, &arena);
        assert_true(made || (memory.failures > 0 && policy.program->index == NULL));
        policy.program->index = NULL;
        arena_free(&arena);
        assert_true(fail_alloc_clean(&memory));
        assert_true(at < 1000);
    }
    policy_free(&policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_searched_for), cmocka_unit_test(answers_at_the_edges),
        cmocka_unit_test(same_as_a_scan), cmocka_unit_test(memory_may_run_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
