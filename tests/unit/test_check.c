/*
 * test_check.c: what a checked policy set holds: entities, references, exceptions, the order of evaluation.
 * Messages are tested by tests/errors; here it is the model that later floors rely on, that the order of
 * files and declarations makes no difference to it, that long chains and many rules are no danger, and that
 * no failing allocation is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "interp/meaning/check.h"
#include "interp/meaning/name_map.h"
#include "tests/support/fail_alloc.h"

static const char policy_text[] =
    "policy renewal \"Renewing\" covers 2020-01-01 through 2020-12-31 months round back today from "
    "\"asked.on\"\n"
    "exception early to late.sooner when paid\n"
    "table late \"The stages\" when not paid in force from 2020-02-01 at anniversary announced 2020-01-15\n"
    "  | row    | today     || stage  | points |\n"
    "  | sooner | in window || open   | 5      |\n"
    "  | later  | any       || closed | -      |\n"
    "rule pays \"Paying\" cites page \"paragraph 1\" cites page \"paragraph 2\" when paid\n"
    "  then stage is closed add 10 to points must pay by end of window remind 3 days before anniversary "
    "\"Soon\"\n"
    "exception never to otherwise stage, every rule for stage when level is gold then stage is open\n"
    "define window as 1 day after anniversary through 30 days after anniversary\n"
    "decide stage \"Where it stands\": one of open, closed otherwise closed\n"
    "total points: number 0 through 100\n"
    "duty pay \"Pay the fee\" done when paid\n"
    "source page \"The page\" dated 2021-02-02 \"https://example.org/\"\n"
    "fact anniversary: date 2019-01-01 through 2022-12-31 from \"offer.anniversary\"\n"
    "fact paid: yes/no otherwise no\n"
    "fact level: tier only when paid\n"
    "type tier one of silver, gold = \"Gold\"\n"
    "example partner given paid is yes level is gold\n"
    "test \"given again\" given like partner level is silver anniversary is 2020-03-01 on 2020-03-05\n"
    "  expect stage is closed rule wave1.opens does not apply rule late.later applies undetermined points "
    "needs paid\n";
static const char wave1_text[] =
    "amendment wave1 to renewal, wave2 \"Wave 1\" announced 2020-04-02 covers 2021-01-01 through 2021-06-30\n"
    "define half as 15 days after anniversary\n"
    "rule opens when today before half then stage is open\n"
    "type tier also bronze\n";
static const char wave2_text[] =
    "amendment wave2 to renewal covers 2021-07-01 through 2021-12-31 months round forward\n"
    "rule opens when today after wave1.half then stage is open\n";

struct checked {
    struct arena arena;
    struct policy_set set;
    bool fine;
};

static void add(struct checked *c, const char *path, const char *text) {
    (void)policy_set_add(&c->set, path, text, strlen(text));
}

/* The three files in one of their orders. */
static void check_files(struct checked *c, const struct pv_alloc *alloc, int first) {
    static const char *const texts[] = {policy_text, wave1_text, wave2_text};
    static const char *const paths[] = {"renewal.proviso", "wave1.proviso", "wave2.proviso"};
    arena_init(&c->arena, alloc);
    policy_set_init(&c->set, &c->arena);
    for (int i = 0; i < 3; i++)
        add(c, paths[(i + first) % 3], texts[(i + first) % 3]);
    c->fine = policy_set_check(&c->set);
}

static void check_one(struct checked *c, const char *text) {
    arena_init(&c->arena, pv_alloc_default());
    policy_set_init(&c->set, &c->arena);
    add(c, "policy.proviso", text);
    c->fine = policy_set_check(&c->set);
}

static void assert_fine(const struct checked *c) {
    if (!c->fine)
        fail_msg("%s", c->set.diags.count ? c->set.diags.items[0]->message : "no message");
}

static const struct rule *rule_named(const struct policy_set *set, const char *shown) {
    for (size_t i = 0; i < set->rule_count; i++) {
        if (text_is(set->rules[i].shown, shown))
            return &set->rules[i];
    }
    fail_msg("there is no rule %s", shown);
    return NULL;
}

static const struct decision *decision_named(const struct policy_set *set, const char *shown) {
    for (size_t i = 0; i < set->decision_count; i++) {
        if (text_is(set->decisions[i].shown, shown))
            return &set->decisions[i];
    }
    fail_msg("there is no decision %s", shown);
    return NULL;
}

static const struct fact *fact_named(const struct policy_set *set, const char *name) {
    for (size_t i = 0; i < set->fact_count; i++) {
        if (text_is(set->facts[i].name->text, name))
            return &set->facts[i];
    }
    fail_msg("there is no fact %s", name);
    return NULL;
}

/* "early late.sooner" for the exceptions of a rule. */
static void assert_exceptions(const struct policy_set *set, const char *rule, const char *wanted) {
    char text[200] = "";
    const struct rule *r = rule_named(set, rule);
    for (size_t i = 0; i < r->exception_count; i++) {
        struct text shown = set->rules[r->exceptions[i]].shown;
        size_t at = strlen(text);
        (void)snprintf(text + at, sizeof text - at, "%s%.*s", i ? " " : "", (int)shown.length, shown.bytes);
    }
    assert_string_equal(text, wanted);
}

static cal_day day(int y, int m, int d) {
    cal_day out = 0;
    assert_true(cal_from_civil(y, m, d, &out));
    return out;
}

static void assert_model(const struct policy_set *set) {
    const struct rule *later = rule_named(set, "late.later"), *pays = rule_named(set, "pays");
    const struct decision *stage = decision_named(set, "stage"), *points = decision_named(set, "points");
    assert_int_equal(set->module_count, 3);
    assert_string_equal(set->modules[0].name->text.bytes, "renewal");
    assert_int_equal(set->covers.first, day(2020, 1, 1));
    assert_int_equal(set->covers.last, day(2021, 12, 31));
    assert_true(set->has_today_path && set->today_path.count == 2);
    assert_exceptions(set, "late.sooner", "early never");
    assert_exceptions(set, "late.later", "never");
    assert_exceptions(set, "pays", "never");
    assert_exceptions(set, "never", "");
    assert_exceptions(set, "wave1.opens", "never");
    assert_int_equal(stage->otherwise_exception_count, 1);
    assert_int_equal(stage->giver_count, 6);
    assert_int_equal(points->giver_count, 2);
    assert_int_equal(later->effect_count, 1);
    assert_true(later->has_in_force && later->in_force.last == CAL_MAX &&
                later->in_force.first == day(2020, 2, 1));
    assert_true(later->has_announced && later->announced == day(2020, 1, 15));
    assert_int_equal(later->test_count, 1);
    assert_int_equal(pays->effect_count, 4);
    assert_true(pays->cites && pays->cites->next && pays->cites->next->kind == AST_CITES);
    assert_false(pays->has_announced);
    assert_int_equal(rule_named(set, "wave1.opens")->announced, day(2020, 4, 2));
    assert_int_equal(decision_named(set, "wave1.half")->type.kind, TYPE_DAY);
    assert_int_equal(decision_named(set, "window")->type.kind, TYPE_SPAN);
}

static void assert_facts(const struct policy_set *set) {
    const struct fact *level = fact_named(set, "level"), *anniversary = fact_named(set, "anniversary");
    const struct fact *paid = fact_named(set, "paid");
    assert_true(level->type.optional && !level->declared_optional && level->only_when);
    assert_int_equal(level->type.enumeration->count, 3);
    assert_true(text_is(level->type.enumeration->members[1].label, "Gold"));
    assert_int_equal(anniversary->path.count, 2);
    assert_true(text_is(anniversary->path.segments[1], "anniversary"));
    assert_true(anniversary->type.has_low && anniversary->type.low == day(2019, 1, 1));
    assert_true(paid->has_otherwise && paid->otherwise.tag == VALUE_YES_NO && paid->otherwise.as.number == 0);
    assert_int_equal(set->enumerations[0]->count, 7);
    assert_string_equal(set->enumerations[0]->members[6].name->text.bytes, "sunday");
    assert_int_equal(set->citation_source_count, 1);
    assert_true(set->citation_sources[0].has_dated);
    assert_int_equal(set->test_count, 1);
    assert_int_equal(set->tests[0].given_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct given_fact *given = &set->tests[0].givens[i];
        if (given->fact == level->index)
            assert_int_equal(given->value.as.number, 0);
    }
    assert_true(set->tests[0].has_on && set->tests[0].on == day(2020, 3, 5));
}

/* Every step stands behind what it needs, as far as rules and decisions say so. */
static void assert_order(const struct policy_set *set) {
    size_t *rule_at = test_calloc(set->rule_count, sizeof *rule_at);
    size_t *decision_at = test_calloc(set->decision_count, sizeof *decision_at);
    size_t facts = 0;
    for (size_t i = 0; i < set->order_count; i++) {
        if (set->order[i].kind == STEP_RULE)
            rule_at[set->order[i].index] = i + 1;
        else if (set->order[i].kind == STEP_DECISION)
            decision_at[set->order[i].index] = i + 1;
        else
            facts++;
    }
    assert_int_equal(set->order_count, set->rule_count + set->decision_count + facts);
    for (size_t i = 0; i < set->rule_count; i++) {
        assert_true(rule_at[i] > 0);
        for (size_t j = 0; j < set->rules[i].exception_count; j++)
            assert_true(rule_at[set->rules[i].exceptions[j]] < rule_at[i]);
    }
    for (size_t i = 0; i < set->decision_count; i++) {
        assert_true(decision_at[i] > 0);
        for (size_t j = 0; j < set->decisions[i].giver_count; j++)
            assert_true(rule_at[set->decisions[i].givers[j].rule] < decision_at[i]);
    }
    test_free(rule_at);
    test_free(decision_at);
}

static void the_order_of_files_makes_no_difference(void **state) {
    (void)state;
    for (int first = 0; first < 3; first++) {
        struct checked c;
        check_files(&c, pv_alloc_default(), first);
        assert_fine(&c);
        assert_model(&c.set);
        assert_facts(&c.set);
        assert_order(&c.set);
        arena_free(&c.arena);
    }
}

static void months_are_rounded_as_the_nearest_says(void **state) {
    (void)state;
    struct checked c;
    check_files(&c, pv_alloc_default(), 0);
    assert_fine(&c);
    struct ast_node node = {.kind = AST_SHIFT, .file = 0};
    assert_int_equal(model_rounding(&c.set, &node), CAL_ROUND_BACK);
    node.file = 1;
    assert_int_equal(model_rounding(&c.set, &node), CAL_ROUND_BACK);
    node.file = 2;
    assert_int_equal(model_rounding(&c.set, &node), CAL_ROUND_FORWARD);
    node.extra = ROUND_ERROR;
    assert_int_equal(model_rounding(&c.set, &node), CAL_ROUND_ERROR);
    assert_true(text_is(model_module(&c.set, 2)->name->text, "wave2"));
    arena_free(&c.arena);
}

/* A text of many lines, each made from its number and the one before it. */
static char *many(const char *head, const char *line, const char *tail, int count) {
    size_t capacity = strlen(head) + strlen(tail) + (strlen(line) + 30) * (size_t)count + 1, at;
    char *text = test_malloc(capacity);
    (void)snprintf(text, capacity, "%s", head);
    at = strlen(text);
    for (int i = 1; i <= count; i++) {
        const char *from = line;
        for (; *from; from++) {
            if (*from == '@')
                at += (size_t)snprintf(text + at, capacity - at, "%d", i);
            else if (*from == '<')
                at += (size_t)snprintf(text + at, capacity - at, "%d", i - 1);
            else
                text[at++] = *from;
        }
    }
    (void)snprintf(text + at, capacity - at, "%s", tail);
    return text;
}

#define HEAD "policy p covers 2020-01-01 through 2020-12-31\nfact n: number\n"

static void long_chains_and_many_rules_are_no_danger(void **state) {
    (void)state;
    struct checked c;
    char *text = many(HEAD "define d0 as n\n", "define d@ as d<\n", "", 10000);
    check_one(&c, text);
    assert_fine(&c);
    assert_int_equal(c.set.order_count, 10001);
    assert_order(&c.set);
    arena_free(&c.arena);
    test_free(text);
    text = many(HEAD, "decide x@: number\n", "decide x0: number\n", 5000);
    char *rules =
        many(text, "rule r@ when x< is 1 then x@ is 2\n", "rule last when x5000 is 1 then x0 is 1\n", 5000);
    check_one(&c, rules);
    assert_int_equal(c.set.diags.count, 1);
    assert_int_equal(c.set.diags.items[0]->code, DIAG_E0601);
    assert_int_equal(c.set.diags.items[0]->label_count, 11);
    arena_free(&c.arena);
    test_free(rules);
    test_free(text);
    text = many(HEAD "decide x: number otherwise 0\n", "rule r@ when n is @ then x is @\n", "", 100000);
    check_one(&c, text);
    assert_fine(&c);
    assert_int_equal(c.set.decisions[0].giver_count, 100000);
    arena_free(&c.arena);
    test_free(text);
}

static void broken_files_are_checked_in_silence(void **state) {
    (void)state;
    size_t length = strlen(policy_text);
    for (size_t cut = 0; cut < length; cut += 7) {
        struct checked c;
        arena_init(&c.arena, pv_alloc_default());
        policy_set_init(&c.set, &c.arena);
        assert_true(policy_set_add(&c.set, "cut.proviso", policy_text, cut));
        (void)policy_set_check(&c.set);
        assert_false(c.set.diags.failed);
        arena_free(&c.arena);
    }
}

/* The arena asks for few large blocks: each of them fails once alone and once with all behind it. */
static void every_allocation_may_fail(void **state) {
    (void)state;
    size_t requests, n;
    struct fail_alloc f;
    struct checked c;
    fail_alloc_init(&f, 0);
    check_files(&c, &f.alloc, 1);
    assert_fine(&c);
    requests = f.requests;
    arena_free(&c.arena);
    assert_true(fail_alloc_clean(&f));
    for (n = 1; n <= requests; n++) {
        for (int after = 0; after < 2; after++) {
            fail_alloc_init(&f, n);
            f.fail_after = after == 1;
            check_files(&c, &f.alloc, 1);
            assert_false(c.fine);
            assert_true(c.set.diags.failed);
            arena_free(&c.arena);
            assert_true(fail_alloc_clean(&f));
        }
    }
}

static void a_file_may_be_too_large(void **state) {
    (void)state;
    struct checked c;
    arena_init(&c.arena, pv_alloc_default());
    policy_set_init(&c.set, &c.arena);
    assert_true(policy_set_add(&c.set, "large.proviso", "", SOURCE_MAX_BYTES + 1));
    assert_false(policy_set_check(&c.set));
    assert_int_equal(c.set.diags.count, 1);
    assert_int_equal(c.set.diags.items[0]->code, DIAG_E0902);
    arena_free(&c.arena);
}

static void names_map_to_their_first_number(void **state) {
    (void)state;
    struct arena arena;
    struct names names;
    struct name_map map = {.arena = &arena};
    arena_init(&arena, pv_alloc_default());
    names_init(&names, &arena);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 500; i++) {
            char text[16];
            (void)snprintf(text, sizeof text, "n%u", i);
            const struct name *name = names_intern(&names, text_of(text));
            assert_int_equal(name_map_find(&map, name), round ? i : NAME_MAP_NOTHING);
            assert_int_equal(name_map_put(&map, name, i + 1000 * round), round ? i : NAME_MAP_NOTHING);
        }
    }
    assert_int_equal(map.count, 500);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_files_makes_no_difference),
        cmocka_unit_test(months_are_rounded_as_the_nearest_says),
        cmocka_unit_test(long_chains_and_many_rules_are_no_danger),
        cmocka_unit_test(broken_files_are_checked_in_silence),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_file_may_be_too_large),
        cmocka_unit_test(names_map_to_their_first_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
