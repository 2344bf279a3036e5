/*
 * test_lint_checks.c: what lint says of single conditions, rules, versions, periods, expressions and properties.
 *
 * Of each check policies that give its finding, where nothing in the words of one line shows it, and neighbours of them that are clean. Must
 * survive any allocation that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "interp/analysis/lint.h"
#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

/* Findings of one code, a line each: the message, labels as "[words at what is marked]", notes behind "; ". */
static void tell(struct buffer *out, const struct policy_set *set, const struct diagnostic *diagnostic) {
    buffer_string(out, diagnostic->message);
    for (size_t i = 0; i < diagnostic->label_count; i++) {
        struct text marked = sources_text(&set->sources, diagnostic->labels[i].span);
        buffer_format(out, " [%s: %.*s]", diagnostic->labels[i].text, (int)marked.length, marked.bytes);
    }
    for (size_t i = 0; i < diagnostic->note_count; i++)
        buffer_format(out, "; %s", diagnostic->notes[i]);
    buffer_char(out, '\n');
}

static void gives(enum diag_code code, const char *text, const char *expected) {
    bool wanted[DIAG_CODE_COUNT] = {false};
    const struct lint_options options = {.wanted = wanted};
    struct policy policy;
    struct diagnostics diags;
    struct findings findings;
    struct lint_report report;
    struct buffer out;
    wanted[code] = true;
    policy_open(&policy, text, NULL);
    diag_init(&diags, &policy.arena);
    findings_init(&findings, &policy.arena, &diags);
    assert_true(lint_run(&policy.set, policy.program, &options, &findings, &report));
    buffer_init(&out, policy.arena.alloc);
    for (size_t i = 0; i < findings.count; i++) {
        if (findings.items[i].diagnostic->code == code)
            tell(&out, &policy.set, findings.items[i].diagnostic);
    }
    buffer_char(&out, '\0');
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    buffer_free(&out);
    policy_free(&policy);
}

#define FACTS                                                                                  \
    "fact a: date 2020-01-01 through 2021-12-31\nfact b: date 2020-01-01 through 2021-12-31\n" \
    "fact n: number 0 through 100\nfact k: one of x, y, z\nfact go: yes/no\n"
#define TAKEN "decide d: yes/no otherwise no\n"

/* --- constant conditions --- */

static void a_test_that_always_holds(void **state) {
    (void)state;
    gives(DIAG_L0204, FACTS TAKEN "rule r when a before 1 month after a and go then d is yes\n",
          "`a before 1 month after a` holds in every case\n");
    gives(DIAG_L0204, FACTS TAKEN "rule r when a before 2022-01-01 and go then d is yes\n",
          "`a before 2022-01-01` holds in every case\n");
    gives(DIAG_L0204, FACTS TAKEN "rule r when a before 2021-12-31 and go then d is yes\n", "");
    gives(DIAG_L0204, FACTS TAKEN "rule r when day of (1 month after a) <= day of a then d is yes\n",
          "`day of (1 month after a) <= day of a` holds in every case\n");
    gives(DIAG_L0204, FACTS TAKEN "rule r when n * 3 + 1 <= 301 and go then d is yes\n",
          "`n * 3 + 1 <= 301` holds in every case\n");
}

static void a_test_that_never_holds(void **state) {
    (void)state;
    gives(DIAG_L0204, FACTS TAKEN "rule r when go or a on or after 2022-01-01 then d is yes\n",
          "`a on or after 2022-01-01` holds in no case\n");
    gives(DIAG_L0204, FACTS "define late as a after b and b after a\ndecide e: yes/no otherwise late\n",
          "`a after b and b after a` holds in no case [where this holds: a after b] [this does not: b after "
          "a]\n");
    gives(DIAG_L0204,
          FACTS "define late as n > 90 and k is x and a before b and n < 80\n"
                "decide e: yes/no otherwise late\n",
          "`n > 90 and k is x and a before b and n < 80` holds in no case [where this holds: n > 90] [this "
          "does not: n < 80]\n");
}

static void a_row_of_or_that_is_certain(void **state) {
    (void)state;
    gives(DIAG_L0204, FACTS TAKEN "rule r when go and (n < 60 or k is x or n > 40) then d is yes\n",
          "`n < 60 or k is x or n > 40` holds in every case [where this does not hold: n < 60] [where this "
          "does not hold: n > 40]\n");
    gives(DIAG_L0204, FACTS TAKEN "rule r when go and (n < 60 or n > 60) then d is yes\n", "");
}

static void what_require_makes_certain(void **state) {
    (void)state;
    gives(DIAG_L0204, FACTS TAKEN "require \"r\" a before b\nrule r when go and b after a then d is yes\n",
          "`b after a` holds in every case [because this is required: a before b]\n");
    gives(DIAG_L0204,
          FACTS TAKEN "require \"r\" a on or before b\nrule r when go and b after a then d is yes\n", "");
}

static void cells_ifs_and_properties(void **state) {
    (void)state;
    gives(DIAG_L0204, FACTS TAKEN "table t\n  | n      | go  || d   |\n  | <= 100 | yes || yes |\n",
          "`<= 100` holds in every case\n");
    gives(DIAG_L0204, FACTS "decide e: number otherwise if n >= 0 then 1 else 2\n",
          "`n >= 0` holds in every case\n");
    gives(DIAG_L0204, FACTS TAKEN "always \"t\" whenever n > 50 and n < 51 then d\n",
          "`n > 50 and n < 51` holds in no case [where this holds: n > 50] [this does not: n < 51]\n");
}

/* A rule that never applies is another finding, and so is what is the same in each of its uses. */
static void one_finding_for_one_cause(void **state) {
    (void)state;
    gives(DIAG_L0204, FACTS TAKEN "rule r when a after b and b after a then d is yes\n", "");
    gives(DIAG_L0204,
          FACTS TAKEN "define late as n >= 0\nrule r when late and go then d is yes\n"
                      "rule s when late and k is x then d is yes\n",
          "`n >= 0` holds in every case\n");
}

/* --- redundant conditions --- */

static void a_test_that_follows(void **state) {
    (void)state;
    gives(
        DIAG_L0205,
        FACTS TAKEN "rule r when a before b and b before 2021-01-01 and a before 2021-01-01\n"
                    "  then d is yes\n",
        "`a before 2021-01-01` follows from the rest of the condition [from this: a before b] [from this: b "
        "before 2021-01-01]\n");
    gives(DIAG_L0205,
          FACTS TAKEN "rule r when a before b and b before 2021-01-01 and a before 2020-11-01\n"
                      "  then d is yes\n",
          "");
    gives(DIAG_L0205,
          FACTS TAKEN "rule r when b is 1 month after a and days from a to b > 27 then d is yes\n",
          "`days from a to b > 27` follows from the rest of the condition [from this: b is 1 month after "
          "a]\n");
}

/* What the language or the facts ask for is no mistake. */
static void a_test_that_must_be_there(void **state) {
    (void)state;
    gives(DIAG_L0205,
          "fact o: optional date\n" TAKEN "rule r when o is given and o before 2021-01-01 then d is yes\n",
          "");
    gives(DIAG_L0205,
          "fact go: yes/no\nfact o: one of x, y only when go\n" TAKEN
          "rule r when go and o is x then d is yes\n",
          "");
}

/* --- duplicates --- */

static void a_rule_within_another(void **state) {
    (void)state;
    gives(DIAG_L0206,
          FACTS TAKEN "rule r when b on or before 1 month after a then d is yes\n"
                      "rule s when days from a to b <= 28 then d is yes\n",
          "`s` gives nothing that `r` does not give [this applies wherever it does: r]\n");
    gives(DIAG_L0206,
          FACTS TAKEN "rule r when b on or before 1 month after a then d is yes\n"
                      "rule s when days from a to b <= 29 then d is yes\n",
          "");
    gives(DIAG_L0206, FACTS TAKEN "rule r when n > 10 then d is yes\nrule s when n > 10 then d is yes\n",
          "`s` gives nothing that `r` does not give [this applies wherever it does: r]\n");
    gives(DIAG_L0206,
          FACTS "decide e: number otherwise 0\nrule r when n > 10 then e is 1\n"
                "rule s when n > 20 then e is 2\n",
          "");
}

static void exceptions_are_taken_away(void **state) {
    (void)state;
    gives(DIAG_L0206,
          FACTS TAKEN "rule r when n > 10 then d is yes\nrule s when n > 20 then d is yes\n"
                      "exception e to r when k is x\n",
          "");
    gives(DIAG_L0206,
          FACTS TAKEN "rule r when n > 10 then d is yes\nrule s when n > 20 and k is y then d is yes\n"
                      "exception e to r when k is x\n",
          "`s` gives nothing that `r` does not give [this applies wherever it does: r]\n");
    gives(DIAG_L0206,
          FACTS TAKEN "rule r when n > 10 then d is yes\nrule s when n > 20 then d is yes\n"
                      "always \"t\" whenever rule s applies then d\n",
          "");
}

/* --- versions --- */

static void days_between_versions(void **state) {
    (void)state;
    gives(DIAG_L0103,
          FACTS TAKEN "rule r in force through 2020-12-30 at a when n > 5 then d is yes\n"
                      "rule s in force from 2021-01-01 at a when n > 7 then d is yes\n",
          "neither `r` nor `s` is in force 2020-12-31 through 2020-12-31 [the earlier version: r]; for "
          "example: a 2020-12-31, b 2020-01-01, n is 8, k is x, go is no, today 2000-01-01\n");
    gives(DIAG_L0103,
          FACTS TAKEN "rule r in force through 2020-12-31 at a when n > 5 then d is yes\n"
                      "rule s in force from 2021-01-01 at a when n > 7 then d is yes\n",
          "");
    /* nobody is in both, so they are no versions of one another */
    gives(DIAG_L0103,
          FACTS TAKEN "rule r in force through 2020-12-30 at a when n > 5 then d is yes\n"
                      "rule s in force from 2021-01-01 at a when n < 5 then d is yes\n",
          "");
    /* no case reaches the days between */
    gives(DIAG_L0103,
          FACTS TAKEN "rule r in force through 2020-11-30 at end of month a then d is yes\n"
                      "rule s in force from 2020-12-02 at end of month a then d is yes\n",
          "");
}

static void two_versions_at_once(void **state) {
    (void)state;
    gives(DIAG_L0104,
          FACTS TAKEN "rule r in force through 2021-01-01 at a when n > 5 then d is yes\n"
                      "rule s in force from 2021-01-01 at a when n > 7 then d is yes\n",
          "`r` and `s` are both in force 2021-01-01 through 2021-01-01 [the earlier version: r]; for "
          "example: a 2021-01-01, b 2020-01-01, n is 8, k is x, go is no, today 2000-01-01\n");
    gives(DIAG_L0104,
          FACTS TAKEN "rule r in force through 2021-01-01 at a when n > 5 then d is yes\n"
                      "rule s in force from 2021-01-01 at a when n < 5 then d is yes\n",
          "");
}

/* --- periods --- */

static void a_period_that_ends_first(void **state) {
    (void)state;
    gives(
        DIAG_L0207,
        FACTS TAKEN "rule r when today in (1 month after a) through (30 days after a) then d is yes\n",
        "`(1 month after a) through (30 days after a)` can end before it begins; for example: a 2020-01-01, "
        "b 2020-01-01, n is 0, k is x, go is no, today 2000-01-01\n");
    gives(DIAG_L0207,
          FACTS TAKEN "rule r when today in (1 month after a) through (31 days after a) then d is yes\n", "");
    gives(DIAG_L0207, FACTS TAKEN "rule r when a on or before b and today in a through b then d is yes\n",
          "");
    gives(
        DIAG_L0207, FACTS "duty pay \"Pay\" done when go\nrule r when n > 3 then must pay in a through b\n",
        "`a through b` can end before it begins; for example: a 2020-01-02, b 2020-01-01, n is 4, k is x, go "
        "is no, today 2000-01-01\n");
}

/* --- failures --- */

static void failures_that_are_reached(void **state) {
    (void)state;
    gives(DIAG_L0301, FACTS "decide e: number with 2 decimals otherwise round(100 / (n - 7), 2)\n",
          "`100 / (n - 7)` can fail: a number is divided by zero; for example: a 2020-01-01, b 2020-01-01, n "
          "is "
          "7, k is x, go is no, today 2000-01-01\n");
    gives(DIAG_L0301,
          FACTS "decide e: number with 2 decimals otherwise 0\n"
                "rule r when n > 7 then e is round(100 / (n - 7), 2)\n",
          "");
    gives(
        DIAG_L0301, FACTS "decide e: number 0 through 150 otherwise 0\nrule r when go then e is n + 51\n",
        "`e is n + 51` can be outside its range; for example: a 2020-01-01, b 2020-01-01, n is 100, k is x, "
        "go is yes, today 2000-01-01\n");
    gives(DIAG_L0301, FACTS "decide e: number 0 through 150 otherwise 0\nrule r when go then e is n + 50\n",
          "");
}

static void days_that_do_not_exist(void **state) {
    (void)state;
    gives(DIAG_L0301, FACTS "decide e: date otherwise 1 year after a\n", "");
    gives(
        DIAG_L0301,
        "fact a: date 2021-01-01 through 2021-02-28\ndecide e: optional date otherwise none\n"
        "rule r when a after 2021-01-28 then e is 1 month after a rounded error\n",
        "`1 month after a` can fail: the month has no such day, and no rounding is asked for; for example: a "
        "2021-01-29, today 2000-01-01\n");
}

/* Nobody declared a range, and only a date at the end of time would fail. */
static void undeclared_ranges_are_ordinary(void **state) {
    (void)state;
    gives(DIAG_L0301, "fact a: date\ndecide e: date otherwise 30 days after a\n", "");
    gives(DIAG_L0301, "fact n: number\nfact m: number\ndecide e: number otherwise n * m\n", "");
    gives(DIAG_L0301,
          "fact a: date 9000-01-01 through 9999-12-31\ndecide e: date otherwise 30 days after a\n",
          "`30 days after a` can fail: the date is before 0001-01-01 or after 9999-12-31; for example: a "
          "9999-12-02, "
          "today 2000-01-01\n");
}

/* --- months --- */

static void months_whose_rounding_matters(void **state) {
    (void)state;
    gives(
        DIAG_L0302, FACTS TAKEN "rule r when b on or before 1 month after a then d is yes\n",
        "an answer depends on how `1 month after a` is rounded; rounded back, `d` is no there; rounded "
        "forward, it would be yes; for example: a 2020-01-30, b 2020-03-01, n is 0, k is x, go is no, today "
        "2000-01-01\n");
    gives(DIAG_L0302, FACTS TAKEN "rule r when b on or before 1 month after a rounded back then d is yes\n",
          "");
    gives(DIAG_L0302,
          FACTS TAKEN "rule r when day of a < 29 and b on or before 1 month after a then d is yes\n", "");
    gives(DIAG_L0302, FACTS "duty pay \"Pay\" done when go\nrule r then must pay by 1 year after a\n",
          "an answer depends on how `1 year after a` is rounded; rounded back, `pay` is due by 2021-02-28 "
          "there; rounded forward, it would be due by 2021-03-01; for example: a 2020-02-29, b 2020-01-01, n "
          "is "
          "0, k is x, go is no, today 2000-01-01\n");
}

/* --- properties --- */

static void properties(void **state) {
    (void)state;
    gives(DIAG_L0401, FACTS TAKEN "rule r when n > 50 then d is yes\nalways \"t\" not d\n",
          "\"t\" does not always hold; for example: a 2020-01-01, b 2020-01-01, n is 51, k is x, go is no, "
          "today "
          "2000-01-01\n");
    gives(DIAG_L0401, FACTS TAKEN "rule r when n > 50 and n < 51 then d is yes\nalways \"t\" not d\n", "");
    gives(DIAG_L0402,
          "record sale\n  paid: yes/no\nfact sales: list of sale\n"
          "always \"t\" count of s in sales where (s.paid) <= 50\n",
          "whether \"t\" always holds is not known [this, on which it rests, is beyond the analysis: count "
          "of s "
          "in sales where (s.paid)]\n");
}

/* --- memory --- */

static void out_of_memory(void **state) {
    static const char text[] = FACTS TAKEN
        "require \"q\" n > 3\ndecide e: number 0 through 9 otherwise n\nduty pay \"Pay\" done when go\n"
        "rule r in force through 2020-12-30 at a when n > 5 and n > 4 then d is yes\n"
        "rule s in force from 2021-01-01 at a when n > 7 or n > 1 then d is yes\n"
        "rule t when n > 8 and a before 2020-06-01 then d is yes\n"
        "rule u when b after 1 month after a then must pay in a through b\n"
        "always \"t\" n > 9\n";
    const struct lint_options options = {0};
    struct policy policy;
    (void)state;
    policy_open(&policy, text, NULL);
    for (size_t fail = 1;; fail += fail < 200 ? 1 : 37) {
        struct fail_alloc failing;
        struct arena arena;
        struct diagnostics diags;
        struct findings findings;
        struct lint_report report;
        fail_alloc_init(&failing, fail);
        arena_init(&arena, &failing.alloc);
        diag_init(&diags, &arena);
        findings_init(&findings, &arena, &diags);
        bool whole = lint_run(&policy.set, policy.program, &options, &findings, &report);
        if (whole)
            assert_true(findings.count >= 6);
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
        cmocka_unit_test(a_test_that_always_holds),
        cmocka_unit_test(a_test_that_never_holds),
        cmocka_unit_test(a_row_of_or_that_is_certain),
        cmocka_unit_test(what_require_makes_certain),
        cmocka_unit_test(cells_ifs_and_properties),
        cmocka_unit_test(one_finding_for_one_cause),
        cmocka_unit_test(a_test_that_follows),
        cmocka_unit_test(a_test_that_must_be_there),
        cmocka_unit_test(a_rule_within_another),
        cmocka_unit_test(exceptions_are_taken_away),
        cmocka_unit_test(days_between_versions),
        cmocka_unit_test(two_versions_at_once),
        cmocka_unit_test(a_period_that_ends_first),
        cmocka_unit_test(failures_that_are_reached),
        cmocka_unit_test(days_that_do_not_exist),
        cmocka_unit_test(undeclared_ranges_are_ordinary),
        cmocka_unit_test(months_whose_rounding_matters),
        cmocka_unit_test(properties),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
