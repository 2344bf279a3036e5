/*
 * Regions: the cells in which a decision has a value, as few pieces of few constraints in words, and as JSON. Must not know
 * what lint or diff make of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "interp/analysis/region.h"
#include "tests/support/policies.h"

/* Answers 1 where the first decision is yes, 2 where it is no. */
static int ask_yes(struct walk *walk, void *context, struct atom *atom) {
    struct verdict_view seen = see_decision(&walk->engines[0], *(const uint32_t *)context);
    if (seen.seen == SEEN_SPLIT) {
        *atom = seen.value.atom;
        return WALK_SPLIT;
    }
    return seen.seen == SEEN_VALUE && seen.value.kind == SYM_TRUTH ? 2 - seen.value.truth : WALK_PASS;
}

struct asked {
    struct policy policy;
    struct walk walk;
    struct region region;
    struct buffer words;
};

static void asked_open(struct asked *asked, const char *text, int answer) {
    uint32_t decision = 0;
    memset(asked, 0, sizeof *asked);
    policy_open(&asked->policy, text, NULL);
    const struct policy_set *set = &asked->policy.set;
    while (!text_is(set->decisions[decision].shown, "ok"))
        decision++;
    assert_true(walk_init(&asked->walk, &asked->policy.arena, asked->policy.program, NULL, 100000));
    assert_true(
        region_of(&asked->walk, NULL, 0, ask_yes, &decision, answer, &asked->policy.arena, &asked->region));
    assert_int_equal(asked->region.end, WALK_DONE);
    buffer_init(&asked->words, pv_alloc_default());
}

static void asked_free(struct asked *asked) {
    buffer_free(&asked->words);
    walk_free(&asked->walk);
    policy_free(&asked->policy);
}

static void check(const char *facts, const char *condition, const char *expected) {
    struct asked asked;
    struct buffer text;
    buffer_init(&text, pv_alloc_default());
    buffer_format(&text, "%s\ndecide ok: yes/no otherwise no\nrule r when %s then ok is yes\n", facts,
                  condition);
    asked_open(&asked, text.data, 1);
    region_words(&asked.words, &asked.region, &asked.walk, 3);
    assert_string_equal(asked.words.data, expected);
    asked_free(&asked);
    buffer_free(&text);
}

static const char facts[] = "type name one of cba, security, devops, messaging\n"
                            "fact offer: one of competency, pack, other\n"
                            "fact competency: name only when offer is competency\n"
                            "fact due: date 2020-01-01 through 2022-12-31\n"
                            "fact paid: optional date\n"
                            "fact level: optional one of silver, gold\n"
                            "fact met: yes/no\n"
                            "fact a: number 0 through 100 with 2 decimals\n"
                            "fact b: number 0 through 100\n"
                            "fact tags: set of name\n"
                            "fact note: text\n"
                            "require \"later\" paid is none or paid after due\n";

static void members_are_told_by_the_shorter_list(void **state) {
    (void)state;
    check(facts, "offer is pack", "offer is pack");
    check(facts, "offer is competency and competency is not cba",
          "offer is competency, competency is not cba");
    check(facts, "offer is competency and competency is none of cba, devops",
          "competency is one of security, messaging");
    check(facts, "offer is pack or offer is other", "offer is not competency");
    check(facts, "met", "met is yes");
    check(facts, "level is none", "level is none");
    check(facts, "level is given", "level is given");
    check(facts, "level is none or level is gold", "level is none or gold");
    check(facts, "cba in tags and devops not in tags", "cba in tags, devops not in tags");
    check(facts, "note is \"x\"", "note is \"x\"");
}

static void a_fact_says_what_its_only_when_asks(void **state) {
    (void)state;
    check(facts, "competency is cba", "competency is cba");
    check(facts, "competency is cba and due in 2021-01-01 through 2021-03-31",
          "competency is cba, due 2021-01-01 through 2021-03-31");
}

static void days_are_told_with_their_distance(void **state) {
    (void)state;
    check(facts, "due after 2021-06-30", "due on or after 2021-07-01");
    check(facts, "due on or after 2020-01-01 and due before 2021-01-01", "due on or before 2020-12-31");
    check(facts, "due is 2021-03-01", "due is 2021-03-01");
    check(facts, "today after 30 days after due", "today on or after 31 days after due");
    check(facts, "today in within 30 days after due", "today 1 day after due through 30 days after due");
    check(facts, "today before due", "today before due");
    check(facts, "paid is given and paid on or before 10 days after due",
          "paid on or before 10 days after due");
    check(facts, "today after 1 month after due", "today after 1 month after due");
}

static void numbers_are_told_at_their_scale(void **state) {
    (void)state;
    check(facts, "a >= 2.50", "a at least 2.50");
    check(facts, "a >= 2.50 and a < 3", "a 2.50 through 2.99");
    check(facts, "b < 5", "b at most 4");
    check(facts, "a <= b + 5", "a - b at most 5.00");
    check(facts, "a < b", "b above a");
}

static void pieces_are_joined_and_overlap(void **state) {
    (void)state;
    check(facts, "met or not met", "always");
    check(facts, "met and not met", "never");
    check(facts, "b < 5 or (b >= 5 and b < 9)", "b at most 8");
    check(facts, "met or b < 5", "met is yes; or b at most 4");
    check(facts, "b is one of 1, 3, 5, 7, 9", "b is 1; or b is 3; or b is 5; and 2 more");
    check(facts, "(met and b < 5) or (not met and b < 7)", "met is no, b at most 6; or b at most 4");
}

static void requirements_are_not_told(void **state) {
    (void)state;
    check(facts, "paid is given and paid after due", "paid is given");
    check(facts, "not (paid is given and paid after due)", "paid is none");
}

static void as_json_with_words_and_bounds(void **state) {
    struct asked asked;
    (void)state;
    asked_open(&asked,
               "fact offer: one of x, y, z\nfact due: date\n"
               "decide ok: yes/no otherwise no\n"
               "rule r when offer is not x and due in 2021-01-01 through 2021-03-31 and today after due then "
               "ok is yes\n",
               1);
    region_json(&asked.words, &asked.region, &asked.walk);
    assert_string_equal(asked.words.data,
                        "[[{\"words\":\"offer is not x\",\"fact\":\"offer\",\"in\":[\"y\",\"z\"]},"
                        "{\"words\":\"due 2021-01-01 through "
                        "2021-03-31\",\"fact\":\"due\",\"from\":\"2021-01-01\",\"through\":\"2021-03-31\"},"
                        "{\"words\":\"today after due\",\"of\":\"today\",\"minus\":\"due\",\"from\":1}]]");
    asked_free(&asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_told_by_the_shorter_list),
        cmocka_unit_test(a_fact_says_what_its_only_when_asks),
        cmocka_unit_test(days_are_told_with_their_distance),
        cmocka_unit_test(numbers_are_told_at_their_scale),
        cmocka_unit_test(pieces_are_joined_and_overlap),
        cmocka_unit_test(requirements_are_not_told),
        cmocka_unit_test(as_json_with_words_and_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
