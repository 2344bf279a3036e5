/*
 * test_prove.c: properties proved over all cases, refuted by the plainest case, or not decided.
 *
 * Policies with one property each, of every kind: what breaks it (a decision that is undecided or in conflict, a failure, a month that
 * is shorter, an exception, a list), how plain the case is, and what cannot be told. Must survive any allocation that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "interp/analysis/prove.h"
#include "interp/analysis/witness.h"
#include "interp/meaning/show.h"
#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

/* The verdict of the first property as one line: "proved", "refuted: a 2021-01-01, today ...", "not decided: WORDS". */
static const char *verdict_of(struct policy *policy, const char *text, uint64_t cells) {
    const struct prove_options options = {.cell_budget = cells};
    struct proofs proofs;
    struct buffer out;
    policy_open(policy, text, NULL);
    assert_true(prove_run(policy->program, &options, &policy->arena, &proofs));
    assert_int_equal(proofs.count, 1);
    const struct proof *proof = &proofs.items[0];
    buffer_init(&out, policy->arena.alloc);
    if (proof->verdict == PROOF_PROVED) {
        buffer_string(&out, proof->vacuous ? "proved, vacuous" : "proved");
    } else if (proof->verdict == PROOF_REFUTED) {
        buffer_string(&out, "refuted: ");
        witness_words(&out, policy->program, proof->witness);
    } else {
        buffer_string(&out, proof->budget ? "not decided: cells" : "not decided: ");
        if (proof->because)
            buffer_text(&out, show_words(&policy->set, proof->because, &policy->arena));
    }
    const char *copy = arena_copy(&policy->arena, out.data, out.length);
    assert_false(out.failed);
    assert_non_null(copy);
    buffer_free(&out);
    return copy;
}

static void verdict(const char *text, uint64_t cells, const char *expected) {
    struct policy policy;
    assert_string_equal(verdict_of(&policy, text, cells), expected);
    policy_free(&policy);
}

#define DATES "fact a: date 2020-01-01 through 2024-12-31\nfact b: date 2020-01-01 through 2024-12-31\n"
#define SMALL "fact n: number 0 through 100\nfact k: one of x, y, z\nfact go: yes/no\n"

/* --- what breaks a property --- */

static void broken_by_what_is_not_decided(void **state) {
    (void)state;
    verdict(SMALL "decide d: yes/no\nrule r when n > 10 then d is yes\nalways \"t\" d is decided\n", 0,
            "refuted: n is 0, k is x, go is no, today 2000-01-01");
    verdict(SMALL "decide d: yes/no\nrule r when n > 10 then d is yes\nalways \"t\" whenever n > 10 then d\n",
            0, "proved");
    verdict(SMALL "decide d: yes/no\nrule r when n > 10 then d is yes\n"
                  "always \"t\" whenever d then n > 10\n",
            0, "refuted: n is 0, k is x, go is no, today 2000-01-01");
    verdict(SMALL "decide d: yes/no\nrule r when n > 10 then d is yes\nrule s when k is y then d is no\n"
                  "always \"t\" whenever n > 10 then d is decided\n",
            0, "refuted: n is 11, k is y, go is no, today 2000-01-01");
}

static void broken_by_a_failure(void **state) {
    (void)state;
    verdict(SMALL "define share as round(100 / n, 2)\nalways \"t\" share >= 0\n", 0,
            "refuted: n is 0, k is x, go is no, today 2000-01-01");
    verdict(SMALL "define share as round(100 / (n - 7), 2)\nalways \"t\" share >= -100\n", 0,
            "refuted: n is 7, k is x, go is no, today 2000-01-01");
}

static void broken_by_a_short_month(void **state) {
    (void)state;
    verdict(DATES "always \"t\" whenever b is 1 month after a then days from a to b >= 28\n", 0, "proved");
    verdict(DATES "always \"t\" 1 month before (1 month after a) is a\n", 0,
            "refuted: a 2020-01-30, b 2020-01-01, today 2000-01-01");
    verdict(DATES "always \"t\" whenever b is 1 month after a then days from a to b >= 29\n", 0,
            "refuted: a 2021-01-31, b 2021-02-28, today 2000-01-01");
}

static void broken_by_an_exception(void **state) {
    (void)state;
    verdict(SMALL "decide fee: number otherwise 5\nrule r when go then fee is 0\n"
                  "exception e to r when n > 90 and k is z\n"
                  "always \"t\" whenever go then fee is 0\n",
            0, "refuted: n is 91, k is z, go is yes, today 2000-01-01");
    verdict(SMALL "decide fee: number otherwise 5\nrule r when go then fee is 0\n"
                  "exception e to r when n > 90 and k is z\n"
                  "always \"t\" whenever go and k is not z then fee is 0\n",
            0, "proved");
}

static void broken_by_records_of_a_list(void **state) {
    (void)state;
    struct policy policy;
    const char *said = verdict_of(&policy,
                                  "record sale\n  what: one of course, exam\n  paid: yes/no\n"
                                  "fact sales: list of sale\n"
                                  "always \"t\" not (some s in sales has (s.what is exam and s.paid))\n",
                                  0);
    assert_non_null(strstr(said, "refuted: sales is ["));
    assert_non_null(strstr(said, "{what is exam, paid is yes}"));
    policy_free(&policy);
}

static void require_and_only_when_are_assumed(void **state) {
    (void)state;
    verdict(SMALL "require \"r\" n > 3\nalways \"t\" n > 2\n", 0, "proved");
    verdict(SMALL "require \"r\" n > 3\nalways \"t\" n > 4\n", 0,
            "refuted: n is 4, k is x, go is no, today 2000-01-01");
    verdict(SMALL "fact m: number 0 through 9 only when go\nalways \"t\" whenever m is given then go\n", 0,
            "proved");
}

/* --- how plain a case is --- */

static void as_few_facts_as_possible(void **state) {
    (void)state;
    verdict(SMALL "always \"t\" not (n > 50 and go) and k is not z\n", 0,
            "refuted: n is 0, k is z, go is no, today 2000-01-01");
    verdict(DATES "always \"t\" not (a on or after 2022-03-05 and b on or after a)\n", 0,
            "refuted: a 2022-03-05, b 2022-03-05, today 2000-01-01");
}

static void as_near_to_the_edge_as_it_goes(void **state) {
    (void)state;
    verdict(DATES SMALL "always \"t\" not (b is 1 year after a and day of a > 28 and k is not x)\n", 0,
            "refuted: a 2020-01-29, b 2021-01-29, n is 0, k is y, go is no, today 2000-01-01");
    verdict(SMALL "always \"t\" n < 42\n", 0, "refuted: n is 42, k is x, go is no, today 2000-01-01");
    verdict(SMALL "always \"t\" n * n < 42\n", 0, "refuted: n is 7, k is x, go is no, today 2000-01-01");
    verdict(DATES "always \"t\" a before 2023-02-03\n", 0,
            "refuted: a 2023-02-03, b 2020-01-01, today 2000-01-01");
}

/* --- the rest --- */

static void vacuous(void **state) {
    (void)state;
    verdict(SMALL "always \"t\" whenever n > 50 and n < 51 then go\n", 0, "proved, vacuous");
    verdict(SMALL "always \"t\" whenever n > 50 and n < 52 then n is 51\n", 0, "proved");
}

static void not_decided(void **state) {
    (void)state;
    verdict(SMALL "define share as round(100 / (n - 7), 2)\nalways \"t\" whenever n > 7 then share > 0\n", 0,
            "not decided: share > 0");
    verdict("record sale\n  paid: yes/no\nfact sales: list of sale\n"
            "always \"t\" count of s in sales where (s.paid) <= 5\n",
            0, "not decided: count of s in sales where (s.paid)");
    verdict(DATES "always \"t\" whenever weekday of a is monday then weekday of (1 day after a) is tuesday\n",
            10, "not decided: cells");
}

/* --- memory --- */

static void out_of_memory(void **state) {
    static const char text[] = DATES SMALL
        "decide d: yes/no\nrule r when n > 10 then d is yes\n"
        "always \"t\" whenever b is 1 month after a and k is y then days from a to b >= 29 or d\n";
    const struct prove_options options = {0};
    struct policy policy;
    (void)state;
    policy_open(&policy, text, NULL);
    for (size_t fail = 1;; fail++) {
        struct fail_alloc failing;
        struct arena arena;
        struct proofs proofs;
        fail_alloc_init(&failing, fail);
        arena_init(&arena, &failing.alloc);
        bool whole = prove_run(policy.program, &options, &arena, &proofs);
        if (whole)
            assert_int_equal(proofs.items[0].verdict, PROOF_REFUTED);
        arena_free(&arena);
        assert_true(fail_alloc_clean(&failing));
        assert_true(whole == (failing.failures == 0));
        if (whole)
            break;
    }
    policy_free(&policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_by_what_is_not_decided),
        cmocka_unit_test(broken_by_a_failure),
        cmocka_unit_test(broken_by_a_short_month),
        cmocka_unit_test(broken_by_an_exception),
        cmocka_unit_test(broken_by_records_of_a_list),
        cmocka_unit_test(require_and_only_when_are_assumed),
        cmocka_unit_test(as_few_facts_as_possible),
        cmocka_unit_test(as_near_to_the_edge_as_it_goes),
        cmocka_unit_test(vacuous),
        cmocka_unit_test(not_decided),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
