/*
 * test_expression.c: types, what names refer to, guards, constants, through whole policies.
 *
 * Each message by itself is planted in tests/errors; here are what must be accepted, the side tables that the
 * compiler reads, long chains, and memory that runs out at every turn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/meaning/check.h"

/* Declarations that most tests share. */
#define HEAD                                                                                                \
    "policy p \"P\"\n covers 2021-01-01 through 2021-12-31\n months round back\n"                           \
    "type tier one of gold, silver, bronze = \"Bronze Level\"\n"                                            \
    "record offer\n size: number 0 through 9\n kind: tier\n medal: tier only when kind is gold\n"           \
    " ends: optional date\n define large as size > 3\n define open as ends is given and ends after today\n" \
    " define late as ends before today\n define half as size / 2\n"                                         \
    "fact level: tier\nfact sure: yes/no\nfact paid: optional date\nfact sent: optional date\n"             \
    "fact flag: optional yes/no\nfact due: date\nfact size: number\nfact price: number with 2 decimals\n"   \
    "fact rate: number with 3 decimals\nfact offers: list of offer\nfact levels: set of tier\nfact named: " \
    "text\n"                                                                                                \
    "fact medal: tier only when level is gold\n"                                                            \
    "fact prize: number only when level is one of gold, silver\n"                                           \
    "fact both: number only when level is gold and sure\n"                                                  \
    "define window as due through 30 days after due\n"                                                      \
    "define in_time as paid is given and paid in window\ndefine not_paid as paid is none\n"                 \
    "define is_gold as level is gold\ndefine lateness as days from paid to today\n"

struct world {
    struct arena arena;
    struct policy_set set;
    bool good;
};

static void check_text(struct world *world, const char *text) {
    arena_init(&world->arena, pv_alloc_default());
    policy_set_init(&world->set, &world->arena);
    assert_true(policy_set_add(&world->set, "p.proviso", text, strlen(text)));
    world->good = policy_set_check(&world->set);
    assert_false(world->set.diags.failed);
}

static void leave(struct world *world) {
    arena_free(&world->arena);
}

/* HEAD and `rest`: the errors must be exactly `codes`, such as "E0501 E0403". */
static void expect_codes(const char *rest, const char *codes) {
    struct world world;
    size_t length = strlen(HEAD) + strlen(rest) + 2;
    char *text = malloc(length), found[400] = "";
    assert_non_null(text);
    snprintf(text, length, "%s%s\n", HEAD, rest);
    check_text(&world, text);
    for (size_t i = 0, at = 0; i < world.set.diags.count; i++) {
        const struct diag_message *message = diag_message(world.set.diags.items[i]->code);
        if (message->severity == DIAG_ERROR)
            at += (size_t)snprintf(found + at, sizeof found - at, "%s%s", at ? " " : "", message->code);
        assert_true(at < sizeof found);
    }
    if (strcmp(found, codes) != 0)
        fail_msg("%s\nerrors \"%s\", expected \"%s\"", rest, found, codes);
    leave(&world);
    free(text);
}

/* `condition` as a `require`, where nothing optional may stay unguarded. */
static void expect_condition(const char *condition, const char *codes) {
    char text[400];
    snprintf(text, sizeof text, "require \"r\" %s", condition);
    expect_codes(text, codes);
}

static const struct decision *decision_of(const struct world *world, const char *name) {
    for (size_t i = 0; i < world->set.decision_count; i++)
        if (text_is(world->set.decisions[i].name->text, name))
            return &world->set.decisions[i];
    fail_msg("no decision %s", name);
    return NULL;
}

/* The type of `define it as EXPRESSION`. */
static void expect_type(const char *expression, enum type_kind kind, int scale, bool optional) {
    struct world world;
    char text[4000];
    snprintf(text, sizeof text, "%sdefine it as %s\n", HEAD, expression);
    check_text(&world, text);
    if (!world.good)
        fail_msg("%s: %s", expression, world.set.diags.items[0]->message);
    const struct decision *decision = decision_of(&world, "it");
    if (decision->type.kind != kind || decision->type.scale != scale || decision->type.optional != optional)
        fail_msg("%s: kind %d, scale %d, optional %d", expression, decision->type.kind, decision->type.scale,
                 decision->type.optional);
    assert_ptr_equal(world.set.node_types[decision->otherwise->id]->enumeration, decision->type.enumeration);
    leave(&world);
}

static void types_follow_from_operands(void **state) {
    (void)state;
    expect_type("price + rate", TYPE_NUM, 3, false);
    expect_type("price * rate - 1", TYPE_NUM, 5, false);
    expect_type("price / 2", TYPE_FRAC, 0, false);
    expect_type("price / 2 * 3 + rate", TYPE_FRAC, 0, false);
    expect_type("-price", TYPE_NUM, 2, false);
    expect_type("min(price, rate, 1)", TYPE_NUM, 3, false);
    expect_type("max(price / 2, 1)", TYPE_FRAC, 0, false);
    expect_type("round(price / 3, 4)", TYPE_NUM, 4, false);
    expect_type("round_up(rate, 0)", TYPE_NUM, 0, false);
    expect_type("if sure then price else rate", TYPE_NUM, 3, false);
    expect_type("if sure then price else rate / 2", TYPE_FRAC, 0, false);
    expect_type("if sure then gold else level", TYPE_MEMBER, 0, false);
    expect_type("if sure then none else due", TYPE_DAY, 0, true);
    expect_type("30 days after due", TYPE_DAY, 0, false);
    expect_type("due through 1 month after due", TYPE_SPAN, 0, false);
    expect_type("within size weeks after due", TYPE_SPAN, 0, false);
    expect_type("end of window", TYPE_DAY, 0, false);
    expect_type("end of month due", TYPE_DAY, 0, false);
    expect_type("year of due", TYPE_NUM, 0, false);
    expect_type("weekday of due", TYPE_MEMBER, 0, false);
    expect_type("whole months from due to today", TYPE_NUM, 0, false);
    expect_type("anniversary of due in 2022", TYPE_DAY, 0, false);
    expect_type("next anniversary of due after today", TYPE_DAY, 0, false);
    expect_type("price < rate / 3", TYPE_YESNO, 0, false);
    expect_type("count of x in offers where (x.kind is gold)", TYPE_NUM, 0, false);
    expect_type("sum of (x.size * 1.5) for x in offers", TYPE_NUM, 1, false);
    expect_type("sum of x.half for x in offers", TYPE_FRAC, 0, false);
    expect_type("latest of x.ends for x in offers where (x.ends is given)", TYPE_DAY, 0, true);
    expect_type("some x in offers has (x.kind in levels)", TYPE_YESNO, 0, false);
    expect_type("levels is {gold, silver}", TYPE_YESNO, 0, false);
    expect_type("named", TYPE_STRING, 0, false);
}

static void none_passes_through_definitions(void **state) {
    (void)state;
    expect_type("paid", TYPE_DAY, 0, true);
    expect_type("30 days after paid", TYPE_DAY, 0, true);
    expect_type("paid before due and sure", TYPE_YESNO, 0, true);
    expect_type("not flag", TYPE_YESNO, 0, true);
    expect_type("if flag then 1 else 2", TYPE_NUM, 0, true);
    expect_type("prize * 2", TYPE_NUM, 0, true);
    expect_type("flag is yes", TYPE_YESNO, 0, false);
    expect_type("paid is due", TYPE_YESNO, 0, false);
    expect_type("in_time", TYPE_YESNO, 0, false);
    expect_type("lateness > 3", TYPE_YESNO, 0, true);
    expect_type("lateness is given and lateness > 3", TYPE_YESNO, 0, false);
    expect_type("some x in offers has (x.late)", TYPE_YESNO, 0, true);
    expect_type("some x in offers has (x.open)", TYPE_YESNO, 0, false);
}

static void guards_are_followed(void **state) {
    (void)state;
    expect_condition("paid is given and paid before due", "");
    expect_condition("paid before due and paid is given", "");
    expect_condition("paid is none or paid before due", "");
    expect_condition("paid before due or paid is none", "");
    expect_condition("not (paid is given) or paid before due", "");
    expect_condition("not (paid is given and sent is given) or paid before sent", "");
    expect_condition("not (paid is none or sent is none) and paid before sent", "");
    expect_condition("paid is due and paid in window", "");
    expect_condition("paid is one of due, today and paid in window", "");
    expect_condition("paid is not due or paid in window", "");
    expect_condition("in_time and paid before due", "");
    expect_condition("not not_paid and paid before due", "");
    expect_condition("not_paid or paid before due", "");
    expect_condition("if paid is given then (paid before due) else sure", "");
    expect_condition("if paid is none then sure else (paid before due)", "");
    expect_condition("((paid is given and sure) or (paid is due and not sure)) and paid before due", "");
    expect_condition("flag is yes and flag", "");
    expect_condition("lateness is given and lateness > 3", "");
    expect_condition("some x in offers has (x.ends is given and x.ends before today)", "");
    expect_condition("every x in offers has (x.open and x.ends after due)", "");
    expect_condition("count of x in offers where (x.late is yes) > 1", "");
}

static void missing_guards_are_found(void **state) {
    (void)state;
    expect_condition("paid before due", "E0501");
    expect_condition("paid is given or paid before due", "E0501");
    expect_condition("paid is none and paid before due", "E0501");
    expect_condition("paid is not due and paid before due", "E0501");
    expect_condition("(paid is given or sure) and paid before due", "E0501");
    expect_condition("if paid is given then sure else (paid before due)", "E0501");
    expect_condition("due is paid", "E0501");
    expect_condition("flag", "E0501");
    expect_condition("flag and sure", "E0501");
    expect_condition("flag is given or flag", "E0501");
    expect_condition("lateness > 3", "E0501");
    expect_condition("sent is given and lateness > 3", "E0501");
    expect_condition("some x in offers has (x.ends before today)", "E0501");
    expect_condition(
        "(some x in offers has (x.ends is given)) and (some x in offers has (x.ends before due))", "E0501");
    expect_condition("count of x in offers where (x.late) > 1", "E0501");
    expect_condition("earliest of x.size for x in offers is due", "E0403");
}

static void only_when_guards(void **state) {
    (void)state;
    expect_condition("medal in levels", "E0501");
    expect_condition("level is gold and medal in levels", "");
    expect_condition("medal in levels and (level is (gold))", "");
    expect_condition("not (level is gold) or medal in levels", "");
    expect_condition("level is not gold or medal in levels", "");
    expect_condition("is_gold and medal in levels", "");
    expect_condition("level is silver and medal in levels", "E0501");
    expect_condition("level is not gold and medal in levels", "E0501");
    expect_condition("medal is gold and medal in levels", "");
    expect_condition("level is gold and prize > 3", "");
    expect_condition("level is one of gold, silver and prize > 3", "");
    expect_condition("level is bronze and prize > 3", "E0501");
    expect_condition("sure and level is gold and both > 3", "");
    expect_condition("sure is yes and level is gold and both > prize", "");
    expect_condition("sure is no or level is not gold or both > 3", "");
    expect_condition("level is gold and both > 3", "E0501");
    expect_condition("both is given and prize > 3", "");
    expect_condition("both is given and medal in levels", "");
    expect_condition("some x in offers has (x.kind is gold and x.medal in levels)", "");
    expect_condition("some x in offers has (x.kind is silver and x.medal in levels)", "E0501");
    expect_condition("level is gold and (some x in offers has (x.medal in levels))", "E0501");
}

static void rows_and_effects_are_guarded(void **state) {
    (void)state;
    const char *decisions = "decide last: date\n otherwise due\ndecide best: tier\n otherwise gold\n";
    char text[1500];
    snprintf(text, sizeof text,
             "%srule r\n when paid is given\n then last is paid\n remind paid \"{medal} {offers}\"",
             decisions);
    expect_codes(text, "E0428");
    snprintf(text, sizeof text,
             "%srule r\n in force from 2021-01-01 at paid\n when paid is given\n then last is due",
             decisions);
    expect_codes(text, "");
    snprintf(text, sizeof text, "%srule r\n in force from 2021-01-01 at paid\n then last is due", decisions);
    expect_codes(text, "E0501");
    snprintf(text, sizeof text,
             "%stable t\n | level | paid | medal || last | best |\n | gold | any | silver || due | medal |\n"
             " | any | not none | any || paid | - |\n | any | before due | any || paid | - |\n"
             " | any | any | any || paid | medal |\n | any | none | any || paid | gold |",
             decisions);
    expect_codes(text, "E0501 E0501 E0501");
}

static const struct ast_node *right_of(const struct ast_node *node) {
    return ast_kid(node, IS_right);
}

static void names_get_references(void **state) {
    (void)state;
    struct world world;
    check_text(&world, HEAD "define a as level is silver\ndefine b as price > 4730.00\n"
                            "define c as some x in offers has (x.large)\ndefine d as due is 2021-06-30\n"
                            "define e as round(rate, 2)\ndefine f as in_time\n");
    assert_true(world.good);
    const struct policy_set *set = &world.set;
    const struct ast_node *a = decision_of(&world, "a")->otherwise;
    const struct ref *left = &set->node_refs[ast_kid(a, IS_left)->id],
                     *right = &set->node_refs[right_of(a)->id];
    assert_int_equal(left->kind, REF_TO_FACT);
    assert_true(text_is(set->facts[left->index].name->text, "level"));
    assert_int_equal(right->kind, REF_TO_MEMBER);
    assert_int_equal(right->index, 1);
    assert_ptr_equal(set->node_types[right_of(a)->id]->enumeration, set->facts[left->index].type.enumeration);

    const struct ast_node *number = ast_kid(decision_of(&world, "b")->otherwise, COMPARE_right);
    assert_int_equal(set->node_refs[number->id].kind, REF_TO_CONSTANT);
    assert_int_equal(set->node_refs[number->id].number, 473000);
    assert_int_equal(set->node_types[number->id]->scale, 2);

    const struct ast_node *some = decision_of(&world, "c")->otherwise;
    const struct ast_node *path = ast_ungroup(ast_kid(some, SOME_condition));
    assert_int_equal(set->node_refs[path->id].kind, REF_TO_RECORD_DEFINE);
    assert_ptr_equal(set->node_refs[path->id].record, set->records[0]);
    const struct ref *object = &set->node_refs[ast_kid(path, PATH_object)->id];
    assert_int_equal(object->kind, REF_TO_VARIABLE);
    assert_ptr_equal(object->node, some);
    assert_int_equal(set->node_types[ast_kid(some, SOME_list)->id]->kind, TYPE_RECORDS);

    cal_day day;
    assert_true(cal_from_civil(2021, 6, 30, &day));
    assert_int_equal(set->node_refs[right_of(decision_of(&world, "d")->otherwise)->id].number, day);
    const struct ref *call = &set->node_refs[ast_kid(decision_of(&world, "e")->otherwise, CALL_name)->id];
    assert_int_equal(call->kind, REF_TO_BUILTIN);
    const struct ref *definition = &set->node_refs[decision_of(&world, "f")->otherwise->id];
    assert_int_equal(definition->kind, REF_TO_DECISION);
    assert_ptr_equal(&set->decisions[definition->index], decision_of(&world, "in_time"));
    leave(&world);
}

static void givens_become_constants(void **state) {
    (void)state;
    struct world world;
    check_text(&world, HEAD
               "decide ok: yes/no\n otherwise no\ntest \"t\"\n given price is -3 * 2\n"
               " due is 1 month after 2021-01-31\n paid is none\n levels is {bronze, gold}\n"
               " offers is [{size is 4, ends is none}, {kind is silver}]\n named is \"x\"\n on 2021-02-02\n"
               " expect ok is no\n");
    assert_true(world.good);
    const struct policy_test *test = &world.set.tests[0];
    cal_day day;
    assert_true(cal_from_civil(2021, 2, 28, &day));
    assert_int_equal(test->given_count, 6);
    for (size_t i = 0; i < test->given_count; i++) {
        struct text name = world.set.facts[test->givens[i].fact].name->text;
        struct value value = test->givens[i].value;
        if (text_is(name, "price")) {
            assert_int_equal(value.as.number, -600);
        } else if (text_is(name, "due")) {
            assert_int_equal(value.as.day, day);
        } else if (text_is(name, "paid")) {
            assert_int_equal(value.tag, VALUE_NONE);
        } else if (text_is(name, "levels")) {
            assert_int_equal(value.as.set->words[0], 5);
        } else if (text_is(name, "named")) {
            assert_true(text_is(*value.as.text, "x"));
        } else {
            assert_int_equal(value.as.list->count, 2);
            assert_int_equal(value.as.list->field_count, 4);
            assert_int_equal(value.as.list->fields[0].as.number, 4);
            assert_int_equal(value.as.list->fields[1].tag, VALUE_OPEN);
            assert_int_equal(value.as.list->fields[3].tag, VALUE_NONE);
            assert_int_equal(value.as.list->fields[5].as.number, 1);
        }
    }
    leave(&world);
}

static void append(char *text, size_t size, const char *piece) {
    size_t length = strlen(text);
    assert_true(length + strlen(piece) < size);
    memcpy(text + length, piece, strlen(piece) + 1);
}

/* As long as the parser lets them be; and definitions, each of which needs the next. */
static void long_chains_are_typed(void **state) {
    (void)state;
    enum { TERMS = 900, DEFINITIONS = 3000, SIZE = 400000 };
    struct world world;
    char *text = malloc(SIZE), piece[100];
    assert_non_null(text);
    snprintf(text, SIZE, "%srequire \"long\" paid before due", HEAD);
    for (int i = 0; i < TERMS; i++)
        append(text, SIZE, i == TERMS - 1 ? "\n and paid is given" : "\n and paid in window");
    append(text, SIZE, "\ndefine total_size as size");
    for (int i = 0; i < TERMS; i++)
        append(text, SIZE, " + 1");
    append(text, SIZE, "\n");
    char *end = text + strlen(text);
    for (int i = 0; i < DEFINITIONS; i++) {
        int length = snprintf(piece, sizeof piece, "define d%d as d%d + 1\n", i, i + 1);
        memcpy(end, piece, (size_t)length + 1);
        end += length;
    }
    snprintf(end, 40, "define d%d as price\n", DEFINITIONS);
    check_text(&world, text);
    if (!world.good)
        fail_msg("%s", world.set.diags.items[0]->message);
    assert_int_equal(decision_of(&world, "d0")->type.scale, 2);
    assert_int_equal(decision_of(&world, "total_size")->type.kind, TYPE_NUM);
    leave(&world);
    free(text);
}

/* Definitions in a circle have no type, and say so once. */
static void circles_end(void **state) {
    (void)state;
    expect_codes("define a as b + 1\ndefine b as a + 1", "E0601");
    expect_codes("define a as not a", "E0601");
}

/* An allocator that fails from the n-th request on. */
struct limited {
    size_t left;
    bool refused;
};

static void *limited_resize(void *context, void *block, size_t old_size, size_t new_size) {
    struct limited *limited = context;
    const struct pv_alloc *heap = pv_alloc_default();
    if (new_size > 0) {
        if (limited->left == 0) {
            limited->refused = true;
            return NULL;
        }
        limited->left--;
    }
    return heap->resize(heap->context, block, old_size, new_size);
}

static void memory_may_run_out(void **state) {
    (void)state;
    static const char text[] =
        HEAD "require \"r\" paid before due and (sent is none or sent after due) and paid is given and level "
             "is gold "
             "and medal in {gold} and (some x in offers has (x.open and x.medal is gold))\n"
             "decide n: number with 2 decimals\n otherwise 1 + 2 * 3\n"
             "rule r\n when level is gold\n then n is misspelt\n notice \"{medal}\"\n";
    size_t refused = 0;
    /* An arena asks seldom; what is wasted before moves the request that fails to other places. */
    for (size_t allowed = 1, last = 0; last == 0; allowed++) {
        last = allowed;
        for (size_t wasted = 0; wasted < 60000; wasted += 400) {
            struct limited limited = {allowed, false};
            struct pv_alloc alloc = {limited_resize, &limited};
            struct arena arena;
            struct policy_set set;
            arena_init(&arena, &alloc);
            arena_alloc(&arena, wasted);
            policy_set_init(&set, &arena);
            bool good = policy_set_add(&set, "p.proviso", text, sizeof text - 1);
            good = policy_set_check(&set) && good;
            assert_false(good);
            assert_int_equal(set.diags.failed, limited.refused);
            if (limited.refused) {
                last = 0;
                refused++;
            } else {
                assert_int_equal(set.diags.errors, 1);
            }
            arena_free(&arena);
        }
    }
    assert_true(refused > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_follow_from_operands), cmocka_unit_test(none_passes_through_definitions),
        cmocka_unit_test(guards_are_followed),        cmocka_unit_test(missing_guards_are_found),
        cmocka_unit_test(only_when_guards),           cmocka_unit_test(rows_and_effects_are_guarded),
        cmocka_unit_test(names_get_references),       cmocka_unit_test(givens_become_constants),
        cmocka_unit_test(long_chains_are_typed),      cmocka_unit_test(circles_end),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
