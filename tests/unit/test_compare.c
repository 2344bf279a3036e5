/*
 * test_compare.c: what two policies decide differently, and where.
 *
 * Pairs of policies of every kind of outcome, the same written otherwise, and what each declares alone. Must survive any allocation
 * that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "interp/analysis/compare.h"
#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

/* "d: kind is x; or ...: before → after [case]; fact a +": differences, then what is declared otherwise. */
static void comparison_words(struct buffer *out, const struct comparison *comparison) {
    static const char *const signs = "+-~";
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared *item = &comparison->items[i];
        if (item->verdict == COMPARED_NOT_DECIDED) {
            buffer_text(out, item->name);
            buffer_string(out, item->budget ? ": cells\n" : ": not decided\n");
        }
        for (size_t k = 0; k < item->count; k++) {
            const struct difference *difference = &item->differences[k];
            buffer_text(out, item->name);
            for (size_t p = 0; p < difference->piece_count; p++)
                buffer_format(out, "%s%s", p > 0 ? "; or " : ": ", difference->pieces[p]);
            buffer_format(out, ": %s -> %s\n", difference->before, difference->after);
        }
    }
    for (size_t i = 0; i < comparison->change_count; i++) {
        const struct change *change = &comparison->changes[i];
        buffer_format(out, "%c %s %.*s%s%s\n", signs[change->kind], change->what, (int)change->name.length,
                      change->name.bytes, change->words ? ": " : "", change->words ? change->words : "");
    }
}

static void check_only(const char *before, const char *after, const struct compare_options *options,
                       const char *expected) {
    struct policy a, b;
    struct comparison comparison;
    struct buffer words;
    policy_open(&a, before, NULL);
    policy_open(&b, after, NULL);
    buffer_init(&words, pv_alloc_default());
    assert_true(compare_run(a.program, b.program, options, &a.arena, &comparison));
    comparison_words(&words, &comparison);
    assert_string_equal(words.data ? words.data : "", expected);
    buffer_free(&words);
    policy_free(&a);
    policy_free(&b);
}

static void check(const char *before, const char *after, const char *expected) {
    static const struct compare_options options = {0};
    check_only(before, after, &options, expected);
}

#define FACTS                                                                                  \
    "type kind one of x, y, z\nrecord item a: number b: yes/no\n"                              \
    "fact k: kind\nfact n: number 0 through 100\nfact d: date 2020-01-01 through 2021-12-31\n" \
    "fact paid: optional date\nfact q: yes/no\nfact xs: list of item\n"

static void the_same_written_otherwise(void **state) {
    (void)state;
    check(FACTS "decide r: yes/no otherwise n < 5 and q",
          FACTS "decide r: yes/no otherwise q and not (n >= 5)", "");
    check(FACTS "decide r: yes/no otherwise no\nrule a when n < 5 then r is yes",
          FACTS "decide r: yes/no otherwise yes\nrule a when n >= 5 then r is no", "");
    check(FACTS "decide r: number otherwise 1\nrule a when k is x then r is 2\nexception e to a when q",
          FACTS "decide r: number otherwise 1\nrule a when not q and k is x then r is 2", "");
    check(FACTS "decide r: number otherwise 2", FACTS "decide r: number with 2 decimals otherwise 2.00",
          "~ decision r: number → number with 2 decimals\n");
    check(FACTS "decide r: yes/no otherwise some i in xs has (i.a > 3 and i.b)",
          FACTS "decide r: yes/no otherwise some i in xs has (i.b and i.a > 3)", "");
    check(FACTS "decide r: date otherwise 1 day after d",
          FACTS "decide r: date otherwise 2 days after 1 day before d", "");
}

static void outcomes_of_every_kind(void **state) {
    (void)state;
    check(FACTS "decide r: kind otherwise x",
          FACTS "decide r: kind otherwise x\nrule a when n is 7 then r is z", "r: n is 7: x -> z\n");
    check(FACTS "decide r: kind otherwise x", FACTS "decide r: kind\nrule a when n < 7 then r is x",
          "r: n at least 7: x -> undecided\n");
    check(FACTS "decide r: kind\nrule a when q then r is x",
          FACTS "decide r: kind\nrule a when q then r is x\nrule b when k is y then r is y",
          "r: k is y, q is yes: x -> in conflict\nr: k is y, q is no: undecided -> y\n");
    check(FACTS "decide r: number otherwise n", FACTS "decide r: number 0 through 99 otherwise n",
          "r: n is 100: n -> failed\n~ decision r: number → number 0 through 99\n");
    check(FACTS "decide r: optional date otherwise paid", FACTS "decide r: optional date otherwise none",
          "r: paid is given: paid -> none\n");
    check(FACTS "decide r: date otherwise 1 month after d", FACTS "decide r: date otherwise 30 days after d",
          "r: 1 month after d on or before 29 days after d; or 1 month after d on or after 31 days after d: "
          "1 month after d -> 30 days after d\n");
    check(FACTS "decide r: set of kind otherwise {x}", FACTS "decide r: set of kind otherwise {y, x}",
          "r: always: {x} -> {x, y}\n");
    check(FACTS "decide r: text otherwise \"a\"", FACTS "decide r: text otherwise \"b\"",
          "r: always: \"a\" -> \"b\"\n");
    check(FACTS "total r: number\nrule a when q then add 2 to r",
          FACTS "total r: number\nrule a when q then add 3 to r", "r: q is yes: 2 -> 3\n");
}

static void duties_reminders_notices(void **state) {
    (void)state;
    check(FACTS "duty w \"W\" done when q\nrule a when k is x then must w by d",
          FACTS "duty w \"W\" done when not q\nrule a when k is not y then must w by d",
          "w: k is z: not due -> due by d\n");
    check(FACTS "duty w \"W\" done when q\nrule a then must w by d",
          FACTS "duty w \"W\" done when q\nrule a then must w in d through 2 days after d",
          "w: always: due by d -> due in d through 2 days after d\n");
    check(FACTS "rule a then remind d \"m\"\nrule b then remind 9 days after d \"m\"",
          FACTS "rule a then remind 9 days after d \"m\"\nrule b then remind d \"m\"", "");
    check(FACTS "rule a then remind d \"m\"", FACTS "rule a then remind 1 day after d \"m\" unless q",
          "m: q is yes: sent on d -> not sent\nm: q is no: sent on d -> sent 1 day after d\n");
    check(FACTS "rule a when n < 3 then notice \"m\"\nrule b when n >= 3 then notice \"m\"",
          FACTS "rule a then notice \"m\"", "");
    check(FACTS "rule a when q then notice \"m\"", FACTS "rule a when q then notice \"o\"",
          "m: q is yes: given -> not given\no: q is yes: not given -> given\n");
}

static void what_only_one_declares(void **state) {
    (void)state;
    check("type t one of a, b\nfact f: t\nfact g: number\nrequire \"small\" g < 5\ndecide r: t otherwise a",
          "type t one of b, a, c\nfact f: t\nfact h: number\ndecide s: t otherwise a",
          "- fact g\n+ fact h\n+ member c: of t\n- requirement small\n- decision r\n+ decision s\n");
    check("fact f: number 0 through 5\nfact g: yes/no only when f is 1",
          "fact f: number 0 through 6\nfact g: yes/no only when f is 2 otherwise no",
          "~ fact f: number 0 through 5 → number 0 through 6\n~ fact g: only when: f is 1 → f is 2\n"
          "~ fact g: left out: not known → no\n");
}

static void what_is_asked_only(void **state) {
    static const struct text names[] = {{"w", 1}};
    const struct compare_options options = {.only = names, .only_count = 1}, few = {.cell_budget = 1};
    (void)state;
    check_only(FACTS "define w as n + 1\ndecide r: number otherwise n",
               FACTS "define w as n + 2\ndecide r: number otherwise 1", &options,
               "w: always: n + 1 -> n + 2\n");
    check_only(FACTS "decide r: yes/no otherwise q", FACTS "decide r: yes/no otherwise not q", &few,
               "r: cells\n");
    check(FACTS "decide r: yes/no otherwise no",
          FACTS "decide r: yes/no otherwise (count of i in xs where (i.b)) > 100000", "r: not decided\n");
}

/* With one allocation failing at a time nothing leaks and nothing is claimed. */
static void memory_that_runs_out(void **state) {
    static const struct compare_options options = {0};
    struct policy a, b;
    bool done = false;
    (void)state;
    policy_open(&a, FACTS "decide r: kind otherwise x\nrule a then remind d \"m\"", NULL);
    policy_open(&b, FACTS "decide r: kind otherwise x\nrule a when n is 7 or k is y then r is z", NULL);
    for (size_t at = 1; !done && at < 4000; at++) {
        struct fail_alloc failing;
        struct arena arena;
        struct comparison comparison;
        fail_alloc_init(&failing, at);
        arena_init(&arena, &failing.alloc);
        done = compare_run(a.program, b.program, &options, &arena, &comparison) && failing.failures == 0;
        arena_free(&arena);
        assert_true(fail_alloc_clean(&failing));
    }
    assert_true(done);
    policy_free(&a);
    policy_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_written_otherwise), cmocka_unit_test(outcomes_of_every_kind),
        cmocka_unit_test(duties_reminders_notices),   cmocka_unit_test(what_only_one_declares),
        cmocka_unit_test(what_is_asked_only),         cmocka_unit_test(memory_that_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
