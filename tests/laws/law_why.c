/*
 * Laws about what an explanation says of "what if", on random policies and records: a change that is told to bring an answer brings
 * it, and so does any value of a range that is; the example of a way gives the way's answer by the way's rule; whatever makes the way's rule decide makes what the way is told
 * to need hold; a fact whose change is said to change nothing changes nothing, whatever value it is given.
 */
#include "interp/run/explain.h"
#include "interp/run/traced.h"
#include "tests/laws/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS_A_POLICY 2

struct counts {
    uint64_t explained, changes, within, examples, needs, nothing;
};

struct told {
    const struct law_policy *policy;
    const struct record *record;
    const struct question *question;
    const struct explanation *made;
    struct arena *arena;
    struct counts *counts;
};

/* Puts a value where a fact or field is, in a record whose lists may be shared. */
static void put(struct record *record, struct reason at, struct value value, struct arena *arena) {
    const struct value_list *old = record->values[at.index].as.list;
    struct value_list *list;
    struct value *fields;
    if (at.element == UINT32_MAX) {
        record->values[at.index] = value;
        return;
    }
    list = arena_alloc(arena, sizeof *list);
    fields = arena_array(arena, (size_t)old->count * old->field_count, sizeof *fields);
    assert_true(list && fields);
    memcpy(fields, old->fields, (size_t)old->count * old->field_count * sizeof *fields);
    fields[(size_t)at.element * old->field_count + at.field] = value;
    *list = (struct value_list){old->count, old->field_count, fields};
    record->values[at.index] = (struct value){.tag = VALUE_LIST, .as.list = list};
}

/*
 * The answer with some facts changed and others left out. A field that is none and now asked for is not known, as the explanation
 * has it: such records are rejected here, and passed over.
 */
static bool answer_with(struct told *t, const struct assignment *changes, size_t count,
                        const struct verdict *verdict, struct outcome *outcome, struct buffer *words) {
    const struct policy_set *set = &t->policy->set;
    struct record changed;
    assert_true(record_copy(&changed, set, t->record, t->arena));
    for (size_t i = 0; i < count; i++)
        put(&changed, changes[i].at, changes[i].value, t->arena);
    for (size_t i = 0; verdict && i < verdict->dropped_count; i++)
        put(&changed, verdict->dropped[i], (struct value){0}, t->arena);
    buffer_clear(words);
    if (evaluate(t->policy->program, &changed, t->question, t->arena, NULL, outcome) != EVALUATE_OK ||
        !outcome->covered)
        return false;
    explain_answer(words, set, t->made->items[0].subject, outcome);
    return true;
}

static void must_be(struct told *t, const struct buffer *words, struct text wanted, const char *what) {
    struct text got = {words->data ? words->data : "", words->length};
    if (text_equal(got, wanted))
        return;
    law_tell(t->policy, t->record, t->question, "told ", wanted, "found", got);
    fail_msg("%s: seed %llu, item %u", what, (unsigned long long)t->policy->seed,
             (unsigned)t->made->items[0].subject.index);
}

/* --- needs --- */

/*
 * Whether a condition is as it is wanted; what cannot be looked at (a clause, a loop in a loop) counts as that, and what is open: an
 * `if` between branches that are the same holds whatever it asks. None counts as no.
 */
static bool plain_holds(struct traced *traced, const struct need *need) {
    const struct ast_node *node = need->cell ? need->cell : need->node;
    struct traced_record inside;
    const struct type *type;
    struct value value = {0};
    bool known;
    if (!node || node->kind == AST_IN_FORCE || (need->list && !need->loop))
        return true;
    if (need->list) {
        const struct value_list *list = traced_list(traced, need->loop);
        uint32_t element = need->element == UINT32_MAX && list ? list->count - 1 : need->element;
        if (!list || element >= list->count)
            return true;
        traced_enter(traced, need->loop, element, &inside);
        traced->self = &inside;
    }
    known = traced_value(traced, node, &value, &type);
    if (need->list)
        traced_leave(traced);
    if (known && value.tag == VALUE_NONE)
        return !need->wanted;
    return !known || value.tag == VALUE_OPEN ||
           (value.tag == VALUE_YES_NO && (value.as.number != 0) == need->wanted);
}

static bool need_holds(struct traced *traced, const struct need *need) {
    if (need->kind == NEED_PLAIN)
        return plain_holds(traced, need);
    for (size_t i = 0; i < need->part_count; i++)
        if (need_holds(traced, &need->parts[i]) != (need->kind == NEED_ALL))
            return need->kind == NEED_ANY;
    return need->kind == NEED_ALL;
}

/* Rules that give what facts make of it may come to agree with each other. */
static bool any_moves(const struct explained *item) {
    for (size_t i = 0; i < item->rule_count; i++)
        if (item->rules[i].saw_count > 0)
            return true;
    return false;
}

/* Ways by rules that the changed record makes decide; one with a record that is not there yet speaks of the last of the list. */
static void check_needs(struct told *t, const struct assignment *changes, size_t count,
                        const struct verdict *verdict) {
    struct record changed;
    struct traced traced;
    struct outcome outcome;
    assert_true(record_copy(&changed, &t->policy->set, t->record, t->arena));
    for (size_t i = 0; i < count; i++)
        put(&changed, changes[i].at, changes[i].value, t->arena);
    for (size_t i = 0; i < verdict->dropped_count; i++)
        put(&changed, verdict->dropped[i], (struct value){0}, t->arena);
    assert_true(traced_begin(&traced, t->policy->program, &changed, t->question, t->arena));
    if (evaluate(t->policy->program, &changed, t->question, t->arena, &traced.trace, &outcome) !=
            EVALUATE_OK ||
        t->made->items[0].subject.duty || any_moves(t->made->items) ||
        outcome.decisions[t->made->items[0].subject.index].state != STATE_VALUE)
        return;
    for (size_t i = 0; i < t->made->way_count; i++) {
        const struct way *way = &t->made->ways[i];
        if (way->rule == UINT32_MAX || way->moves || outcome.degrees[way->rule] != DEGREE_YES)
            continue;
        t->counts->needs++;
        if (!need_holds(&traced, &way->need)) {
            law_tell(t->policy, &changed, t->question, "way", way->words, "by ",
                     t->policy->set.rules[way->rule].shown);
            fail_msg("seed %llu: a rule decides without what it is told to need",
                     (unsigned long long)t->policy->seed);
        }
    }
}

/* --- changes --- */

/* Some day between the ends of a declared range that is told to bring one answer. */
static void check_within(struct told *t, struct luck *luck, const struct missing *change,
                         const struct bring *bring, struct buffer *words) {
    struct assignment one = {change->need, change->type, bring->values[0]};
    bool days = one.value.tag == VALUE_DATE;
    int64_t low = days ? one.value.as.day : one.value.as.number;
    int64_t high = days ? bring->values[bring->count - 1].as.day : bring->values[bring->count - 1].as.number;
    struct outcome outcome;
    if (!bring->range || bring->varies || high <= low || !days || !change->type->has_low ||
        !change->type->has_high)
        return;
    low = luck_between(luck, low, high);
    if (days)
        one.value.as.day = (cal_day)low;
    else
        one.value.as.number = low;
    if (!answer_with(t, &one, 1, &bring->verdict, &outcome, words))
        return;
    must_be(t, words, bring->verdict.words, "a value in a range does not bring what was told of it");
    t->counts->within++;
}

static void check_changes(struct told *t, struct luck *luck, struct buffer *words) {
    struct outcome outcome;
    for (size_t i = 0; i < t->made->change_count; i++)
        for (size_t j = 0; j < t->made->changes[i].bring_count; j++) {
            const struct bring *bring = &t->made->changes[i].brings[j];
            if (bring->verdict.rejected || bring->count == 0)
                continue;
            struct assignment one = {t->made->changes[i].need, t->made->changes[i].type, bring->values[0]};
            if (!answer_with(t, &one, 1, &bring->verdict, &outcome, words))
                continue;
            must_be(t, words, bring->verdict.words, "a change does not bring what was told");
            t->counts->changes++;
            check_within(t, luck, &t->made->changes[i], bring, words);
            check_needs(t, &one, 1, &bring->verdict);
        }
}

static void check_ways(struct told *t, struct buffer *words) {
    struct outcome outcome;
    for (size_t i = 0; i < t->made->way_count; i++) {
        const struct way *way = &t->made->ways[i];
        if (way->example_count == 0 ||
            !answer_with(t, way->example, way->example_count, &way->verdict, &outcome, words))
            continue;
        must_be(t, words, way->verdict.words, "an example does not bring what was told");
        if (!way->moves && !t->made->items[0].subject.duty)
            must_be(t, words, way->words, "an example is not of its way");
        assert_true(way->rule == UINT32_MAX || outcome.degrees[way->rule] == DEGREE_YES);
        t->counts->examples++;
        check_needs(t, way->example, way->example_count, &way->verdict);
    }
}

static void check_nothing(struct told *t, struct luck *luck, struct text answer, struct buffer *words) {
    const struct policy_set *set = &t->policy->set;
    struct outcome outcome;
    for (uint32_t i = 0; i < set->fact_count; i++)
        for (int times = 0; t->made->alone[i] == ALONE_NOTHING && times < 3; times++) {
            struct assignment other = {.at = {REASON_FACT, i, UINT32_MAX, UINT32_MAX, 0},
                                       .type = &set->facts[i].type,
                                       .value = generate_value(luck, &set->facts[i], 0, t->arena)};
            if (!answer_with(t, &other, 1, NULL, &outcome, words))
                continue;
            must_be(t, words, answer, "a change that changes nothing changed the answer");
            t->counts->nothing++;
        }
}

static void explain_one(const struct law_policy *policy, struct luck *luck, struct record *record,
                        const struct question *question, struct subject subject, struct arena *arena,
                        struct counts *counts) {
    struct explanation made;
    struct told t = {policy, record, question, &made, arena, counts};
    struct buffer words, answer;
    record->problem_count = 0;
    if (explain(policy->program, record, question, subject, arena, &made) != EVALUATE_OK ||
        !made.outcome.covered)
        return;
    counts->explained++;
    buffer_init(&words, pv_alloc_default());
    buffer_init(&answer, pv_alloc_default());
    explain_answer(&answer, &policy->set, subject, &made.outcome);
    check_changes(&t, luck, &words);
    check_ways(&t, &words);
    check_nothing(&t, luck, (struct text){answer.data ? answer.data : "", answer.length}, &words);
    buffer_free(&words);
    buffer_free(&answer);
}

static void what_is_told_is_so(void **state) {
    uint32_t n = law_policies(300);
    uint64_t seed = law_seed();
    struct counts counts = {.explained = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (uint32_t i = 0; i < n; i++) {
        struct law_policy policy;
        struct luck luck = {seed * 1000033 + i};
        law_make(&policy, seed * 1000033 + i, NULL);
        for (uint32_t j = 0; j < RECORDS_A_POLICY; j++)
            for (uint32_t d = 0; d < policy.set.decision_count + policy.set.duty_count; d++) {
                bool duty = d >= policy.set.decision_count;
                struct subject subject = {duty, duty ? d - (uint32_t)policy.set.decision_count : d};
                struct question question;
                struct record record;
                arena_reset(&arena);
                question = generate_question(&luck, &policy.set);
                generate_record(&luck, &policy.set, j == 0 ? 0 : 15, &question, &arena, &record);
                explain_one(&policy, &luck, &record, &question, subject, &arena, &counts);
            }
        law_free(&policy);
    }
    arena_free(&arena);
    printf("why: %llu answers explained; %llu changes, %llu within a range, %llu examples, %llu needs, %llu "
           "changes of what "
           "changes nothing\n",
           (unsigned long long)counts.explained, (unsigned long long)counts.changes,
           (unsigned long long)counts.within, (unsigned long long)counts.examples,
           (unsigned long long)counts.needs, (unsigned long long)counts.nothing);
    assert_true(n < 10 || (counts.explained > n && counts.changes > n && counts.within > n &&
                           counts.examples > n / 2 && counts.needs > n && counts.nothing > n));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_told_is_so)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
