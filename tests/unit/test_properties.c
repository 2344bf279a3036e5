/*
 * test_properties.c: properties in single cases, and the program they are compiled to.
 *
 * Every answer of `whenever` and of the condition, every state of a rule, a table, a duty and a decision that a property may ask
 * about. The wanted answers are written from interp/README.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "interp/meaning/show.h"
#include "tests/support/policies.h"

static void add_value(struct buffer *out, const struct policy_set *set, struct value value) {
    static const struct type yes_no = {.kind = TYPE_YESNO};
    if (value.tag != VALUE_OPEN)
        show_value(out, &yes_no, value);
    for (uint32_t i = 0; value.tag == VALUE_OPEN && i < value.as.reasons->count; i++) {
        buffer_string(out, i ? " and " : "because ");
        show_reason(out, set, &value.as.reasons->items[i]);
    }
}

/* "holds yes: no; broken because x is undecided: yes": each property with its `whenever` and its condition. */
static const char *judged(struct policy *policy, const char *facts, const char *on) {
    struct record record;
    struct outcome outcome;
    struct buffer out;
    struct question question = {.today = 0};
    assert_true(cal_parse(on, strlen(on), &question.today, NULL));
    record_fill(&record, &policy->set, &policy->arena, facts);
    assert_int_equal(evaluate(policy->program, &record, &question, &policy->arena, NULL, &outcome),
                     EVALUATE_OK);
    buffer_init(&out, policy->arena.alloc);
    for (size_t i = 0; i < outcome.property_count; i++) {
        const struct property_outcome *property = &outcome.properties[i];
        buffer_string(&out, i ? "; " : "");
        buffer_string(&out, property->state == PROPERTY_HOLDS ? "holds " : "broken ");
        add_value(&out, &policy->set, property->whenever);
        buffer_string(&out, ": ");
        add_value(&out, &policy->set, property->condition);
    }
    const char *words = arena_copy(&policy->arena, out.data ? out.data : "", out.length);
    assert_false(out.failed);
    buffer_free(&out);
    assert_non_null(words);
    return words;
}

static void check(const char *text, const char *facts, const char *on, const char *wanted) {
    struct policy policy;
    policy_open(&policy, text, NULL);
    assert_string_equal(judged(&policy, facts, on), wanted);
    policy_free(&policy);
}

#define DAY "2021-03-31"

static void without_whenever(void **state) {
    static const char text[] = "fact a: yes/no\nfact n: number\nalways \"a\" a\nalways \"b\" 1 / n < 1\n";
    (void)state;
    check(text, "a=yes n=2", DAY, "holds yes: yes; holds yes: yes");
    check(text, "a=no n=1", DAY, "broken yes: no; broken yes: no");
    check(text, "a=no n=0", DAY,
          "broken yes: no; broken yes: because a number is divided by zero (p.proviso:5)");
    check(text, "n=2", DAY, "broken yes: because a is not known; holds yes: yes");
    check(text, "a=yes n=2", "1999-12-31", "");
}

static void what_whenever_excuses(void **state) {
    static const char text[] =
        "fact a: yes/no\nfact n: number\nfact o: optional date\n"
        "decide x: yes/no\nrule r when n > 1 then x is yes\nrule s when n > 2 then x is no\n"
        "always \"W\" whenever x then a\n"
        "always \"guarded\" whenever o is given then o before 2021-01-01\n";
    (void)state;
    check(text, "a=yes n=2 o=none", DAY, "holds yes: yes; holds no: none");
    check(text, "a=no n=2 o=2021-01-01", DAY, "broken yes: no; broken yes: no");
    check(text, "a=yes n=1 o=2020-12-31", DAY, "holds because x is undecided: yes; holds yes: yes");
    check(text, "a=no n=1 o=none", DAY, "broken because x is undecided: no; holds no: none");
    check(text, "a=no n=3 o=none", DAY, "broken because x is in conflict: no; holds no: none");
}

static void rules_that_apply(void **state) {
    static const char text[] = "fact n: number\nfact d: date\ndecide x: number\n"
                               "rule r when n > 1 then x is 1\n"
                               "exception e to r when d before 2021-01-01\n"
                               "table t\n | row | n || x |\n | low | 1 || 1 |\n | high | >= 5 || 1 |\n"
                               "always \"r\" rule r applies\nalways \"e\" rule e applies\n"
                               "always \"t\" rule t applies\nalways \"row\" rule t.high applies\n";
    (void)state;
    check(text, "n=5 d=2021-01-01", DAY, "holds yes: yes; broken yes: no; holds yes: yes; holds yes: yes");
    check(text, "n=5 d=2020-01-01", DAY, "broken yes: no; holds yes: yes; holds yes: yes; holds yes: yes");
    check(text, "n=1 d=2021-01-01", DAY, "broken yes: no; broken yes: no; holds yes: yes; broken yes: no");
    check(text, "n=2 d=2021-01-01", DAY, "holds yes: yes; broken yes: no; broken yes: no; broken yes: no");
    check(
        text, "n=2", DAY,
        "broken yes: because d is not known; broken yes: because d is not known; broken yes: no; broken yes: "
        "no");
    check(
        text, "d=2021-01-01", DAY,
        "broken yes: because n is not known; broken yes: no; broken yes: because n is not known; broken yes: "
        "because n is not known");
}

static void duties_that_apply(void **state) {
    static const char text[] =
        "fact n: number\nfact d: date\nfact paid: yes/no\nduty pay \"Pay\" done when paid\n"
        "rule r when n > 1 then must pay by d\n"
        "rule s when n > 2 then must pay by 2021-02-01\n"
        "always \"y\" duty pay applies\nalways \"n\" not duty pay applies\n";
    (void)state;
    check(text, "n=1 d=2021-01-01 paid=no", DAY, "broken yes: no; holds yes: yes");
    check(text, "n=2 d=2021-01-01 paid=no", DAY, "holds yes: yes; broken yes: no");
    check(text, "n=2 d=2021-01-01 paid=yes", DAY, "holds yes: yes; broken yes: no");
    check(text, "n=2 d=2021-01-01", DAY, "holds yes: yes; broken yes: no");
    check(text, "n=3 d=2021-02-01 paid=no", DAY, "holds yes: yes; broken yes: no");
    check(
        text, "n=3 d=2021-01-01 paid=no", DAY,
        "broken yes: because the deadlines of pay are in conflict; broken yes: because the deadlines of pay "
        "are in conflict");
    check(text, "d=2021-01-01", DAY,
          "broken yes: because n is not known; broken yes: because n is not known");
    check(text, "n=2", DAY, "broken yes: because d is not known; broken yes: because d is not known");
}

static void decisions_that_are_decided(void **state) {
    static const char text[] =
        "fact n: number\ndecide x: optional number 0 through 9\ndefine twice as if x is given then x * 2 "
        "else 0\n"
        "total sum: number 0 through 5\n"
        "rule r when n > 0 then x is n add n to sum\nrule s when n is 7 then x is 8\n"
        "rule nothing when n is 0 then x is none\n"
        "always \"x\" x is decided\nalways \"twice\" twice is decided\nalways \"sum\" sum is decided\n";
    (void)state;
    check(text, "n=1", DAY, "holds yes: yes; holds yes: yes; holds yes: yes");
    check(text, "n=0", DAY, "holds yes: yes; holds yes: yes; holds yes: yes");
    check(text, "n=-1", DAY, "broken yes: no; broken yes: because x is undecided; holds yes: yes");
    check(text, "n=7", DAY,
          "broken yes: no; broken yes: because x is in conflict; "
          "broken yes: because the value is outside the range that is declared for it (p.proviso:5)");
    check(text, "n=10", DAY,
          "broken yes: because the value is outside the range that is declared for it (p.proviso:6); "
          "broken yes: because the value is outside the range that is declared for it (p.proviso:6); "
          "broken yes: because the value is outside the range that is declared for it (p.proviso:5)");
}

static void of_an_amendment(void **state) {
    struct policy policy;
    (void)state;
    policy_open(&policy,
                "fact n: number\ndecide x: number\nrule r when n > 1 then x is 1\n"
                "always \"base\" rule w.late applies\n",
                "amendment w to p \"W\"\nrule late when n > 2 then x is 1\ndefine big as n > 3\n"
                "always \"theirs\" whenever w.big is decided and w.big then rule r applies\n");
    assert_string_equal(judged(&policy, "n=2", DAY), "broken yes: no; holds no: yes");
    assert_string_equal(judged(&policy, "n=4", DAY), "holds yes: yes; holds yes: yes");
    policy_free(&policy);
}

/* In a loop, over a list, as any condition may be. */
static void inside_loops(void **state) {
    static const char text[] = "record offer\n  level: number\nfact xs: list of offer\ndecide x: yes/no\n"
                               "rule r when some o in xs has (o.level > 2) then x is yes\n"
                               "always \"all\" every o in xs has (o.level < 2 or rule r applies)\n";
    (void)state;
    check(text, "xs=[level=1;level=3]", DAY, "holds yes: yes");
    check(text, "xs=[level=1;level=2]", DAY, "broken yes: no");
    check(text, "xs=[]", DAY, "holds yes: yes");
}

static void in_the_dump(void **state) {
    static const char text[] = "fact a: yes/no\ndecide x: yes/no otherwise a\n"
                               "always \"one\" whenever a then x is decided\nalways \"two\" x\n";
    struct policy policy;
    struct buffer out;
    (void)state;
    policy_open(&policy, text, NULL);
    assert_int_equal(policy.program->property_count, 2);
    assert_true(policy.program->properties[1].whenever == NO_REGISTER);
    buffer_init(&out, policy.arena.alloc);
    program_dump(&out, policy.program);
    assert_non_null(strstr(out.data, "is_decided    r2, x"));
    assert_non_null(strstr(out.data, "  always whenever r1 then r3"));
    assert_non_null(strstr(out.data, "; p.proviso:4 \"one\"\n  always r2"));
    buffer_free(&out);
    policy_free(&policy);
}

static void refused(struct program *program, struct policy *policy) {
    assert_non_null(program_verify(program, &policy->arena));
}

/* Registers that are not there, of another kind, or of a loop that is over. */
static void damaged(void **state) {
    struct policy policy;
    (void)state;
    policy_open(&policy,
                "record offer\n  level: number\nfact xs: list of offer\nfact d: date\n"
                "always \"one\" whenever d after 2021-01-01 then every o in xs has (o.level < 2)\n",
                NULL);
    struct program program = *policy.program;
    struct property_source whole = program.properties[0], *source = program.properties;
    uint32_t inner = NO_REGISTER, date = NO_REGISTER;
    for (uint32_t i = 0; i < program.instruction_count; i++) {
        if (program.instructions[i].op == INS_less)
            inner = program.constant_count + i;
        if (program.instructions[i].op == INS_fact && program.instructions[i].kind == KIND_DAY)
            date = program.constant_count + i;
    }
    const uint32_t bad[] = {program.register_count, inner, date};
    assert_null(program_verify(&program, &policy.arena));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        source->whenever = bad[i];
        refused(&program, &policy);
        *source = whole;
        source->condition = bad[i];
        refused(&program, &policy);
        *source = whole;
    }
    source->condition = NO_REGISTER;
    refused(&program, &policy);
    *source = whole;
    program.property_count = 0;
    refused(&program, &policy);
    program.property_count = 1;
    assert_null(program_verify(&program, &policy.arena));
    policy_free(&policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_whenever),
        cmocka_unit_test(what_whenever_excuses),
        cmocka_unit_test(rules_that_apply),
        cmocka_unit_test(duties_that_apply),
        cmocka_unit_test(decisions_that_are_decided),
        cmocka_unit_test(of_an_amendment),
        cmocka_unit_test(inside_loops),
        cmocka_unit_test(in_the_dump),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
