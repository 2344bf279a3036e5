/*
 * test_witness.c: witnesses put to the evaluator, and in words.
 *
 * Each kind of value that makes a witness no case; the words for a message; the lines of a test, put into the policy and read back;
 * the JSON, read back by the reader of facts. Must survive any allocation that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "interp/analysis/confirm.h"
#include "interp/analysis/witness.h"
#include "interp/facts/facts.h"
#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"
#include "tests/support/reading.h"

static const char shop[] =
    "type level one of low, medium = \"Medium rate\", high, top = \"Top\"\n"
    "record offer\n  price: number 0 through 99 with 2 decimals\n  sent: date only when price > 5\n"
    "  back: optional date\n  rank: level from \"meta.rank\"\n"
    "fact kind: level\nfact tags: set of level\nfact n: number -9 through 9\nfact share: number with 2 "
    "decimals from "
    "\"billing.share\"\n"
    "fact d: date 2020-01-01 through 2020-12-31\nfact o: optional date from \"billing.back\"\n"
    "fact w: yes/no only when n > 3\nfact ow: optional date only when n > 3\nfact note: text\nfact xs: list "
    "of offer\n"
    "require \"n is not 7\" n is not 7\n"
    "decide x: yes/no otherwise n > 2\nalways \"small\" x\n";

#define PLAIN "kind=high tags={low,high} n=-3 share=12.50 d=2020-02-29 o=none w=none ow=none note='a' xs=[] "

static struct witness witness_of(struct policy *policy, const char *facts, const char *on) {
    struct witness witness = {.today = 0};
    struct record record;
    assert_true(cal_parse(on, strlen(on), &witness.today, NULL));
    record_fill(&record, &policy->set, &policy->arena, facts);
    witness.values = record.values;
    return witness;
}

static struct value *value_of(const struct policy *policy, const struct witness *witness, const char *name) {
    for (size_t i = 0; i < policy->set.fact_count; i++)
        if (text_is(policy->set.facts[i].name->text, name))
            return &witness->values[i];
    fail_msg("no fact is called %s", name);
    return NULL;
}

/* --- whether it is a case --- */

static void a_case_runs(void **state) {
    struct policy policy;
    struct confirmed confirmed;
    (void)state;
    policy_open(&policy, shop, NULL);
    struct witness witness = witness_of(&policy, PLAIN, "2021-03-31");
    assert_int_equal(confirm(policy.program, &witness, &policy.arena, &confirmed), CONFIRM_RAN);
    assert_int_equal(confirmed.outcome.property_count, 1);
    assert_int_equal(confirmed.outcome.properties[0].state, PROPERTY_BROKEN);
    value_of(&policy, &witness, "n")->as.number = 3;
    assert_int_equal(confirm(policy.program, &witness, &policy.arena, &confirmed), CONFIRM_RAN);
    assert_int_equal(confirmed.outcome.properties[0].state, PROPERTY_HOLDS);
    witness.today = CAL_MIN;
    assert_int_equal(confirm(policy.program, &witness, &policy.arena, &confirmed), CONFIRM_NOT_COVERED);
    policy_free(&policy);
}

/* All amendments are known, whenever they were announced. */
static void amendments_are_known(void **state) {
    struct policy policy;
    struct confirmed confirmed;
    (void)state;
    policy_open(&policy, "fact n: number\ndecide x: yes/no otherwise no\n",
                "amendment w to p \"W\"\n  announced 2029-01-01\nrule r when n > 1 then x is yes\n");
    struct witness witness = witness_of(&policy, "n=2", "2021-03-31");
    assert_int_equal(confirm(policy.program, &witness, &policy.arena, &confirmed), CONFIRM_RAN);
    assert_int_equal(confirmed.outcome.decisions[0].value.as.number, 1);
    policy_free(&policy);
}

static void rejected(struct policy *policy, const struct witness *witness, enum diag_code code,
                     const char *path) {
    struct confirmed confirmed;
    assert_int_equal(confirm(policy->program, witness, &policy->arena, &confirmed), CONFIRM_REJECTED);
    assert_int_equal(confirmed.record.problem_count, 1);
    assert_int_equal(confirmed.record.problems[0].code, code);
    assert_string_equal(confirmed.record.problems[0].path, path);
}

static void rejected_value(const char *fact, struct value value, enum diag_code code, const char *path) {
    struct policy policy;
    policy_open(&policy, shop, NULL);
    struct witness witness = witness_of(&policy, PLAIN, "2021-03-31");
    *value_of(&policy, &witness, fact) = value;
    rejected(&policy, &witness, code, path);
    policy_free(&policy);
}

static void values_that_no_fact_has(void **state) {
    struct member_set *set = test_calloc(1, sizeof *set + sizeof set->words[0]);
    struct text broken = {"\xFF", 1};
    struct value_list short_list = {.count = 0, .field_count = 1};
    cal_day early = 0, late = 0;
    (void)state;
    assert_true(cal_parse("2019-12-31", 10, &early, NULL) && cal_parse("2021-01-01", 10, &late, NULL));
    rejected_value("d", (struct value){.tag = VALUE_DATE, .as.day = early}, DIAG_E0817, "d");
    rejected_value("d", (struct value){.tag = VALUE_DATE, .as.day = late}, DIAG_E0817, "d");
    rejected_value("o", (struct value){.tag = VALUE_DATE, .as.day = CAL_MAX + 1}, DIAG_E0816, "billing.back");
    rejected_value("n", (struct value){.tag = VALUE_NUMBER, .as.number = 10}, DIAG_E0817, "n");
    rejected_value("n", (struct value){.tag = VALUE_NUMBER, .as.number = -10}, DIAG_E0817, "n");
    rejected_value("share", (struct value){.tag = VALUE_NUMBER, .as.number = NUM_LIMIT + 1}, DIAG_E0816,
                   "billing.share");
    rejected_value("kind", (struct value){.tag = VALUE_MEMBER, .as.number = 4}, DIAG_E0818, "kind");
    rejected_value("kind", (struct value){.tag = VALUE_MEMBER, .as.number = -1}, DIAG_E0818, "kind");
    rejected_value("kind", (struct value){.tag = VALUE_NONE}, DIAG_E0820, "kind");
    rejected_value("kind", (struct value){.tag = VALUE_OPEN}, DIAG_E0826, "kind");
    rejected_value("kind", (struct value){.tag = VALUE_NUMBER}, DIAG_E0814, "kind");
    rejected_value("note", (struct value){.tag = VALUE_TEXT, .as.text = &broken}, DIAG_E0813, "note");
    rejected_value("xs", (struct value){.tag = VALUE_LIST, .as.list = &short_list}, DIAG_E0814, "xs");
    set->word_count = 1;
    set->words[0] = UINT64_C(1) << 4;
    rejected_value("tags", (struct value){.tag = VALUE_SET, .as.set = set}, DIAG_E0818, "tags");
    set->word_count = 0;
    rejected_value("tags", (struct value){.tag = VALUE_SET, .as.set = set}, DIAG_E0818, "tags");
    test_free(set);
}

static void rejected_facts(const char *facts, enum diag_code code, const char *path) {
    struct policy policy;
    policy_open(&policy, shop, NULL);
    struct witness witness = witness_of(&policy, facts, "2021-03-31");
    rejected(&policy, &witness, code, path);
    policy_free(&policy);
}

static void records_that_break_the_policy(void **state) {
    (void)state;
    rejected_facts("kind=low tags={} n=7 share=1 d=2020-02-29 o=none w=yes ow=none note='a' xs=[]",
                   DIAG_E0801, "");
    rejected_facts("kind=low tags={} n=2 share=1 d=2020-02-29 o=none w=yes ow=none note='a' xs=[]",
                   DIAG_E0802, "w");
    rejected_facts("kind=low tags={} n=4 share=1 d=2020-02-29 o=none w=none ow=none note='a' xs=[]",
                   DIAG_E0803, "w");
    rejected_facts(
        "kind=low tags={} n=2 share=1 d=2020-02-29 o=none w=none ow=none note='a' "
        "xs=[price=1.00 sent=none back=none rank=low;price=100.00 sent=2020-01-01 back=none rank=low]",
        DIAG_E0817, "xs[1].price");
    rejected_facts("kind=low tags={} n=2 share=1 d=2020-02-29 o=none w=none ow=none note='a' "
                   "xs=[price=1.00 sent=none back=none rank=none]",
                   DIAG_E0820, "xs[0].meta.rank");
    rejected_facts("kind=low tags={} n=2 share=1 d=2020-02-29 o=none w=none ow=none note='a' "
                   "xs=[price=9.00 sent=none back=none rank=low]",
                   DIAG_E0803, "xs[0].sent");
}

/* --- in words --- */

static void words(const char *facts, const char *wanted) {
    struct policy policy;
    struct buffer out;
    policy_open(&policy, shop, NULL);
    struct witness witness = witness_of(&policy, facts, "2021-03-31");
    buffer_init(&out, policy.arena.alloc);
    witness_words(&out, policy.program, &witness);
    assert_false(out.failed);
    assert_string_equal(out.data, wanted);
    buffer_free(&out);
    policy_free(&policy);
}

/* Facts whose `only when` does not hold play no part; none that is a value does. */
static void words_for_a_message(void **state) {
    (void)state;
    words(
        PLAIN,
        "kind is high, tags is {low, high}, n is -3, share is 12.50, d 2020-02-29, o is none, note is \"a\", "
        "xs is [], today 2021-03-31");
    words("kind=low tags={} n=4 share=-0.50 d=2020-02-29 o=2021-01-01 w=no ow=none note='b' "
          "xs=[price=1.50 sent=none back=none rank=top;price=9.00 sent=2020-01-01 back=2020-01-02 rank=high]",
          "kind is low, tags is {}, n is 4, share is -0.50, d 2020-02-29, o 2021-01-01, w is no, ow is none, "
          "note is \"b\", xs is [{price is 1.50, sent is none, back is none, rank is top}, "
          "{price is 9.00, sent is 2020-01-01, back is 2020-01-02, rank is high}], today 2021-03-31");
}

static void words_without_facts(void **state) {
    struct policy policy;
    struct buffer out;
    (void)state;
    policy_open(&policy, "decide x: yes/no otherwise today after 2021-01-01\n", NULL);
    struct witness witness = witness_of(&policy, "", "2021-03-31");
    buffer_init(&out, policy.arena.alloc);
    witness_words(&out, policy.program, &witness);
    witness_test(&out, policy.program, &witness);
    witness_json(&out, &policy.set, &witness);
    assert_string_equal(out.data, "today 2021-03-31  on 2021-03-31\n{}");
    buffer_free(&out);
    policy_free(&policy);
}

/* --- and back --- */

static const char *const round_trips[] = {
    PLAIN,
    "kind=top tags={low,medium,high,top} n=9 share=-0.50 d=2020-12-31 o=2021-01-01 w=no ow=none note='b c' "
    "xs=[]",
    "kind=medium tags={} n=4 share=0.00 d=2020-01-01 o=none w=yes ow=2020-05-05 note='' "
    "xs=[price=1.50 sent=none back=none rank=top;price=9.00 sent=2020-01-01 back=2020-01-02 rank=high]",
};

/* The facts that play no part come back as not given. */
static void check_given(const struct policy *policy, const struct witness *witness,
                        const struct policy_test *test) {
    size_t given = 0;
    assert_int_equal(test->on, witness->today);
    for (size_t i = 0; i < policy->set.fact_count; i++) {
        const struct value *found = NULL;
        for (size_t k = 0; k < test->given_count; k++)
            if (test->givens[k].fact == i)
                found = &test->givens[k].value;
        given += found != NULL;
        if (!found)
            assert_int_equal(witness->values[i].tag, VALUE_NONE);
        else if (found->tag != VALUE_LIST)
            assert_true(value_equal(*found, witness->values[i]));
        else
            assert_int_equal(found->as.list->count, witness->values[i].as.list->count);
    }
    assert_int_equal(given, test->given_count);
}

static void as_a_test(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof round_trips / sizeof round_trips[0]; i++) {
        struct policy policy, again;
        struct buffer out;
        struct text note = text_of("\"quoted\" {not shown} \\ tab\t line\n");
        policy_open(&policy, shop, NULL);
        struct witness witness = witness_of(&policy, round_trips[i], "2021-03-31");
        if (i == 1)
            value_of(&policy, &witness, "note")->as.text = &note;
        buffer_init(&out, policy.arena.alloc);
        buffer_format(&out, "%stest \"witness\"\n", shop);
        witness_test(&out, policy.program, &witness);
        buffer_string(&out, "  expect x is yes\n");
        assert_false(out.failed);
        policy_open(&again, out.data, NULL);
        assert_int_equal(again.set.test_count, 1);
        check_given(&again, &witness, &again.set.tests[0]);
        policy_free(&again);
        buffer_free(&out);
        policy_free(&policy);
    }
}

static void lines_of_a_test(void **state) {
    struct policy policy;
    struct buffer out;
    (void)state;
    policy_open(&policy, "fact a: yes/no\nfact d: date\ndecide x: yes/no otherwise a\n", NULL);
    struct witness witness = witness_of(&policy, "a=yes d=2020-01-01", "2021-03-31");
    buffer_init(&out, policy.arena.alloc);
    witness_test(&out, policy.program, &witness);
    assert_string_equal(out.data, "  given a is yes\n        d is 2020-01-01\n  on 2021-03-31\n");
    buffer_free(&out);
    policy_free(&policy);
}

/* Fields of one record of a list, one by one. */
static void check_lists(const struct value_list *a, const struct value_list *b) {
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->field_count, b->field_count);
    for (size_t i = 0; i < (size_t)a->count * a->field_count; i++)
        assert_true(value_equal(a->fields[i], b->fields[i]));
}

static void read_back(struct policy *policy, const struct witness *witness, const char *json) {
    struct reading_pieces pieces = {.left = json, .length = strlen(json), .piece = 7};
    const struct facts_input input = {reading_read, &pieces, "witness"};
    struct facts_reader reader;
    struct record record;
    const struct schema *schema = schema_build(&policy->set, &policy->arena);
    assert_non_null(schema);
    assert_true(facts_open(&reader, schema, &input, FACTS_JSON, policy->arena.alloc));
    reader.strict = true;
    reader.day_given = true;
    assert_int_equal(facts_next(&reader, &policy->arena, &record), FACTS_RECORD);
    assert_int_equal(record.problem_count, 0);
    for (size_t i = 0; i < policy->set.fact_count; i++) {
        if (record.values[i].tag == VALUE_LIST)
            check_lists(record.values[i].as.list, witness->values[i].as.list);
        else
            assert_true(value_equal(record.values[i], witness->values[i]));
    }
    assert_int_equal(facts_next(&reader, &policy->arena, &record), FACTS_END);
    assert_null(facts_warning(&reader));
    facts_close(&reader);
}

static void as_json(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof round_trips / sizeof round_trips[0]; i++) {
        struct policy policy;
        struct buffer out;
        policy_open(&policy, shop, NULL);
        struct witness witness = witness_of(&policy, round_trips[i], "2021-03-31");
        buffer_init(&out, policy.arena.alloc);
        witness_json(&out, &policy.set, &witness);
        assert_false(out.failed);
        read_back(&policy, &witness, out.data);
        buffer_free(&out);
        policy_free(&policy);
    }
}

/* Labels, places of facts, no day. */
static void members_and_places(void **state) {
    struct policy policy;
    struct buffer out;
    (void)state;
    policy_open(&policy, shop, NULL);
    struct witness witness = witness_of(&policy, round_trips[2], "2021-03-31");
    buffer_init(&out, policy.arena.alloc);
    witness_json(&out, &policy.set, &witness);
    assert_string_equal(
        out.data,
        "{\"kind\":\"Medium rate\",\"tags\":[],\"n\":4,\"billing\":{\"share\":0.00,\"back\":null},"
        "\"d\":\"2020-01-01\",\"w\":true,\"ow\":\"2020-05-05\",\"note\":\"\",\"xs\":["
        "{\"price\":1.50,\"sent\":null,\"back\":null,\"meta\":{\"rank\":\"Top\"}},"
        "{\"price\":9.00,\"sent\":\"2020-01-01\",\"back\":\"2020-01-02\",\"meta\":{\"rank\":\"high\"}}]}");
    buffer_free(&out);
    policy_free(&policy);
}

/* --- memory --- */

static void out_of_memory(void **state) {
    struct policy policy;
    (void)state;
    policy_open(&policy, shop, NULL);
    struct witness witness = witness_of(&policy, round_trips[2], "2021-03-31");
    for (size_t fail = 1;; fail++) {
        struct fail_alloc failing;
        struct arena arena;
        struct buffer out;
        struct confirmed confirmed;
        fail_alloc_init(&failing, fail);
        arena_init(&arena, &failing.alloc);
        buffer_init(&out, &failing.alloc);
        enum confirm_status status = confirm(policy.program, &witness, &arena, &confirmed);
        witness_words(&out, policy.program, &witness);
        witness_test(&out, policy.program, &witness);
        witness_json(&out, &policy.set, &witness);
        bool whole = status == CONFIRM_RAN && !out.failed;
        buffer_free(&out);
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
        cmocka_unit_test(a_case_runs),
        cmocka_unit_test(amendments_are_known),
        cmocka_unit_test(values_that_no_fact_has),
        cmocka_unit_test(records_that_break_the_policy),
        cmocka_unit_test(words_for_a_message),
        cmocka_unit_test(words_without_facts),
        cmocka_unit_test(lines_of_a_test),
        cmocka_unit_test(as_a_test),
        cmocka_unit_test(as_json),
        cmocka_unit_test(members_and_places),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
