/*
 * `accept` against findings made by hand: on which declaration, in which file, until when, of which code; what becomes of clauses
 * that silence nothing, of those that are over, and of those about such clauses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "interp/analysis/accepted.h"
#include "tests/support/policies.h"

struct fixture {
    struct policy policy;
    struct diagnostics diags;
    struct findings findings;
    struct lint_options options;
    struct lint_report report;
    struct buffer said;
};

static const char policy_text[] = "fact a \"A\": yes/no\n"
                                  "decide d \"D\": one of x, y otherwise x\n"
                                  "  accept gap until 2021-07-01 \"later\"\n"
                                  "  accept conflict until 2021-08-01 \"never\"\n"
                                  "rule r when a then d is y\n";
static const char amendment_text[] = "amendment more to p\n"
                                     "  accept L0101 until 2021-06-01 \"all of them\"\n"
                                     "  accept accept_unneeded until 2030-01-01 \"we look later\"\n"
                                     "record item\n"
                                     "  size: number accept dead_row until 2022-01-01 \"in a field\"\n"
                                     "fact items \"Items\": list of item\n"
                                     "rule s when not a then d is x\n";

static void open_policy(struct fixture *x, const char *text, const char *amendment) {
    memset(x, 0, sizeof *x);
    policy_open(&x->policy, text, amendment);
    diag_init(&x->diags, &x->policy.arena);
    findings_init(&x->findings, &x->policy.arena, &x->diags);
    buffer_init(&x->said, pv_alloc_default());
}

static void open_fixture(struct fixture *x, const char *on) {
    open_policy(x, policy_text, amendment_text);
    x->options.has_on = on != NULL;
    if (on)
        assert_true(cal_parse(on, strlen(on), &x->options.on, NULL));
}

static void close_fixture(struct fixture *x) {
    buffer_free(&x->said);
    policy_free(&x->policy);
}

static void find(struct fixture *x, enum diag_code code, const struct ast_node *where) {
    struct finding finding = finding_of(diag_report(&x->diags, code, ast_span(where), "found"), where);
    assert_true(findings_add(&x->findings, &finding));
}

/* "gap 3 accepted: later; accept-unneeded 5": slug, line, reason. */
static void assert_findings(struct fixture *x, const char *expected) {
    size_t i;
    accepted_apply(&x->policy.set, &x->options, &x->findings, &x->report);
    findings_sort(&x->findings);
    assert_false(x->findings.failed || x->diags.failed);
    for (i = 0; i < x->findings.count; i++) {
        const struct finding *finding = &x->findings.items[i];
        const struct span span = finding->diagnostic->primary;
        uint32_t line, column;
        source_place(sources_of(&x->policy.set.sources, span), span.start, &line, &column);
        buffer_format(&x->said, "%s%s %u:%u", i ? "; " : "", diag_message(finding->diagnostic->code)->slug,
                      span.file, (unsigned)line);
        if (finding->accepted)
            buffer_format(&x->said, " accepted: %.*s", (int)accepted_reason(finding).length,
                          accepted_reason(finding).bytes);
    }
    assert_string_equal(x->said.data ? x->said.data : "", expected);
}

static const struct ast_node *decision(struct fixture *x) {
    return x->policy.set.decisions[0].node;
}
static const struct ast_node *rule(struct fixture *x, size_t index) {
    return x->policy.set.rules[index].node;
}

/* Of the declaration and of no other; of the file and of no other; what is not needed is told where nobody accepts that. */
static void where_it_stands(void **state) {
    struct fixture x;
    (void)state;
    open_fixture(&x, NULL);
    find(&x, DIAG_L0102, decision(&x));
    find(&x, DIAG_L0102, rule(&x, 0));
    find(&x, DIAG_L0101, rule(&x, 0));
    find(&x, DIAG_L0101, rule(&x, 1));
    assert_findings(&x, "gap 0:3 accepted: later; accept-unneeded 0:5; conflict 0:6; gap 0:6; "
                        "accept-unneeded 1:5 accepted: we look later; conflict 1:7 accepted: all of them");
    assert_true(x.report.day_skipped);
    assert_true(x.report.unfinished[DIAG_L0501]);
    close_fixture(&x);
}

/* On the day of `until` it is over, and the finding is back. */
static void until_when(void **state) {
    struct fixture x;
    (void)state;
    open_fixture(&x, "2021-06-30");
    find(&x, DIAG_L0102, decision(&x));
    find(&x, DIAG_L0101, decision(&x));
    find(&x, DIAG_L0101, rule(&x, 1));
    assert_findings(&x, "conflict 0:3 accepted: never; gap 0:3 accepted: later; accept-expired 1:2; "
                        "accept-unneeded 1:5 accepted: we look later; conflict 1:7");
    assert_false(x.report.day_skipped);
    close_fixture(&x);
    open_fixture(&x, "2021-07-01");
    find(&x, DIAG_L0102, decision(&x));
    find(&x, DIAG_L0101, decision(&x));
    assert_findings(&x, "conflict 0:3 accepted: never; gap 0:3; accept-expired 0:4; accept-expired 1:2; "
                        "accept-unneeded 1:5 accepted: we look later");
    close_fixture(&x);
}

/* A row has no clauses: those of its table hold. */
static void of_a_row(void **state) {
    struct fixture x;
    struct finding finding;
    const struct ast_node *row;
    (void)state;
    open_policy(&x,
                "fact a \"A\": yes/no\n"
                "decide d \"D\": one of x, y\n"
                "table t\n"
                "  accept dead_row until 2021-07-01 \"later\"\n"
                "  | a   || d |\n"
                "  | yes || x |\n"
                "  | no  || y |\n",
                NULL);
    row = rule(&x, 1);
    assert_int_equal(row->kind, AST_ROW);
    finding = finding_of(diag_report(&x.diags, DIAG_L0202, ast_span(row), "found"), row);
    finding.rule = 1;
    assert_true(findings_add(&x.findings, &finding));
    assert_findings(&x, "dead-row 0:8 accepted: later");
    close_fixture(&x);
}

/* A check that was not made, or not finished, says nothing about who needs its clauses. */
static void not_looked_for(void **state) {
    struct fixture x;
    bool wanted[DIAG_CODE_COUNT];
    (void)state;
    memset(wanted, 1, sizeof wanted);
    open_fixture(&x, "2021-01-01");
    wanted[DIAG_L0102] = false;
    x.options.wanted = wanted;
    x.report.unfinished[DIAG_L0101] = true;
    x.report.unfinished[DIAG_L0202] = true;
    assert_findings(&x, "accept-unneeded 1:3");
    close_fixture(&x);
    open_fixture(&x, "2029-01-01");
    wanted[DIAG_L0501] = wanted[DIAG_L0502] = false;
    x.options.wanted = wanted;
    assert_findings(&x, "");
    close_fixture(&x);
}

/* The fix takes the line of a clause away, or where it stands among others the clause alone. */
static void fixes(void **state) {
    struct fixture x;
    struct text text;
    (void)state;
    open_fixture(&x, "2021-01-01");
    accepted_apply(&x.policy.set, &x.options, &x.findings, &x.report);
    assert_int_equal(x.findings.count, 4);
    text = sources_text(&x.policy.set.sources, x.findings.items[0].diagnostic->fixes[0].span);
    assert_true(text_is(text, "  accept gap until 2021-07-01 \"later\"\n"));
    text = sources_text(&x.policy.set.sources, x.findings.items[3].diagnostic->fixes[0].span);
    assert_true(text_is(text, " accept dead_row until 2022-01-01 \"in a field\""));
    close_fixture(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_it_stands), cmocka_unit_test(until_when), cmocka_unit_test(of_a_row),
        cmocka_unit_test(not_looked_for),  cmocka_unit_test(fixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
