/*
 * Laws about what must not matter. Giving an unknown fact a value never changes a value, a conflict or an
 * undecided, nor the degree of a rule that has one. The order of files and of declarations changes nothing.
 * Evaluating again, or with a trace, changes nothing. A day of knowledge after every announcement is as
 * none.
 */
#include "tests/laws/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS_A_POLICY 8

struct counts {
    uint64_t policies, records, given, kept, orders;
};

/* What has to hold on: NULL where it does, else words for it. */
static const char *lost(const struct policy_set *set, const struct outcome *before,
                        const struct outcome *after) {
    size_t i;
    for (i = 0; i < set->decision_count; i++) {
        const struct decision_outcome *b = &before->decisions[i], *a = &after->decisions[i];
        if (b->state == STATE_UNDETERMINED || b->state == STATE_FAILED)
            continue;
        if (b->state != a->state || (b->state == STATE_VALUE && !value_equal(b->value, a->value)))
            return set->decisions[i].shown.bytes;
    }
    for (i = 0; i < set->rule_count; i++) {
        if (before->degrees[i] != DEGREE_OPEN && before->degrees[i] != after->degrees[i])
            return "the degree of a rule";
    }
    for (i = 0; i < set->duty_count; i++) {
        const struct duty_outcome *b = &before->duties[i], *a = &after->duties[i];
        if (b->state == DUTY_POSSIBLE)
            continue;
        if (b->state != a->state)
            return "the state of a duty";
        if (b->state == DUTY_DUE &&
            (b->in_period != a->in_period || b->deadline.first != a->deadline.first ||
             b->deadline.last != a->deadline.last || (b->status != STATUS_UNKNOWN && b->status != a->status)))
            return "the deadline or status of a duty";
    }
    for (i = 0; i < set->property_count; i++) {
        if (before->properties[i].state == PROPERTY_HOLDS && after->properties[i].state != PROPERTY_HOLDS)
            return "a property that held";
    }
    return NULL;
}

/* One more thing known: evaluates, and compares with what was found before. */
static void give(const struct law_policy *policy, struct record *record, const struct question *question,
                 const struct outcome *before, struct text text, struct arena *arena, struct counts *counts) {
    struct outcome after = {.covered = false};
    const char *what;
    bool rejected;
    struct text now = law_evaluate(policy, record, question, LAW_NODES, arena, &after, &rejected);
    if (rejected)
        return;
    counts->given++;
    what = lost(&policy->set, before, &after);
    if (what) {
        law_tell(policy, record, question, "before", text, "after ", now);
        fail_msg("a fact that became known changed %s", what);
    }
    counts->kept++;
}

/* Each unknown field of a list in turn. */
static void give_fields(const struct law_policy *policy, struct luck *luck, struct record *record,
                        uint32_t fact, const struct question *question, const struct outcome *before,
                        struct text text, struct arena *arena, struct counts *counts) {
    struct value whole = record->values[fact];
    const struct value_list *list = whole.as.list;
    size_t n = (size_t)list->count * list->field_count, i;
    for (i = 0; i < n; i++) {
        struct value_list *copy;
        struct value *fields;
        if (list->fields[i].tag != VALUE_OPEN)
            continue;
        copy = arena_alloc(arena, sizeof *copy);
        fields = arena_array(arena, n, sizeof *fields);
        assert_true(copy && fields);
        memcpy(fields, list->fields, n * sizeof *fields);
        fields[i] = generate_value(luck, &policy->set.facts[fact].type.record->fields[i % list->field_count],
                                   0, arena);
        *copy = *list;
        copy->fields = fields;
        record->values[fact].as.list = copy;
        give(policy, record, question, before, text, arena, counts);
        record->values[fact] = whole;
    }
}

static void give_facts(const struct law_policy *policy, struct luck *luck, struct record *record,
                       const struct question *question, const struct outcome *before, struct text text,
                       struct arena *arena, struct counts *counts) {
    uint32_t i;
    for (i = 0; i < policy->set.fact_count; i++) {
        const struct fact *fact = &policy->set.facts[i];
        struct value unknown = record->values[i];
        if (unknown.tag == VALUE_LIST)
            give_fields(policy, luck, record, i, question, before, text, arena, counts);
        if (unknown.tag != VALUE_OPEN)
            continue;
        record->values[i] = generate_value(luck, fact, luck_percent(luck, 50) ? 30 : 0, arena);
        if (fact->type.optional && luck_percent(luck, 40))
            record->values[i].tag = VALUE_NONE;
        give(policy, record, question, before, text, arena, counts);
        record->values[i] = unknown;
    }
}

/* A trace sees every register that was written, and changes nothing. */
static void count_step(void *context, const struct program *program, uint32_t instruction,
                       struct value value) {
    uint64_t *steps = context;
    assert_true(instruction < program->instruction_count);
    assert_true(value.tag != VALUE_OPEN || value.as.reasons != NULL);
    ++*steps;
}

static void traced(const struct law_policy *policy, struct record *record, const struct question *question,
                   struct text text, struct arena *arena) {
    uint64_t steps = 0;
    struct trace trace = {count_step, &steps};
    struct outcome outcome;
    struct text now;
    enum evaluate_status status;
    record->problem_count = 0;
    status = evaluate(policy->program, record, question, arena, &trace, &outcome);
    now = law_outcome(policy, status == EVALUATE_REJECTED, &outcome, LAW_NODES, arena);
    if (!text_equal(text, now)) {
        law_tell(policy, record, question, "plain ", text, "traced", now);
        fail_msg("a trace changed what was found");
    }
    assert_true(steps > 0);
}

/* Once more, and with all announcements known by a day instead of by default. */
static void again(const struct law_policy *policy, struct record *record, const struct question *question,
                  struct text text, struct arena *arena) {
    struct question known = *question;
    struct outcome outcome;
    bool rejected;
    struct text now = law_evaluate(policy, record, question, LAW_NODES, arena, &outcome, &rejected);
    if (!text_equal(text, now)) {
        law_tell(policy, record, question, "first ", text, "second", now);
        fail_msg("evaluating again gave something else");
    }
    if (question->has_known_on)
        return;
    known.has_known_on = true;
    known.known_on = CAL_MAX;
    now = law_evaluate(policy, record, &known, LAW_NODES, arena, &outcome, &rejected);
    if (!text_equal(text, now)) {
        law_tell(policy, record, &known, "all known by default", text, "all known by a day  ", now);
        fail_msg("a day after all announcements is not as no day");
    }
}

/* --- order --- */

static const struct fact *fact_called(const struct policy_set *set, struct text name) {
    size_t i;
    for (i = 0; i < set->fact_count; i++) {
        if (text_equal(set->facts[i].name->text, name))
            return &set->facts[i];
    }
    fail_msg("a fact got lost");
    return NULL;
}

static int64_t carry_member(const struct type *from, const struct type *to, int64_t member) {
    size_t i;
    for (i = 0; i < to->enumeration->count; i++) {
        if (text_equal(from->enumeration->members[member].name->text, to->enumeration->members[i].name->text))
            return (int64_t)i;
    }
    fail_msg("a member got lost");
    return 0;
}

/* The same value where members may be numbered otherwise. */
static struct value carry(const struct type *from, const struct type *to, struct value v,
                          struct arena *arena) {
    if (v.tag == VALUE_MEMBER)
        v.as.number = carry_member(from, to, v.as.number);
    if (v.tag == VALUE_SET) {
        struct member_set *set = arena_alloc(arena, sizeof *set + v.as.set->word_count * sizeof(uint64_t));
        size_t i;
        assert_non_null(set);
        set->word_count = v.as.set->word_count;
        for (i = 0; i < from->enumeration->count; i++) {
            int64_t m = carry_member(from, to, (int64_t)i);
            if ((v.as.set->words[i / 64] >> (i % 64)) & 1)
                set->words[m / 64] |= UINT64_C(1) << (m % 64);
        }
        v.as.set = set;
    }
    if (v.tag == VALUE_LIST) {
        struct value_list *list = arena_alloc(arena, sizeof *list);
        size_t n = (size_t)v.as.list->count * v.as.list->field_count, i;
        struct value *fields = arena_array(arena, n ? n : 1, sizeof *fields);
        assert_true(list && fields);
        for (i = 0; i < n; i++) {
            size_t f = i % v.as.list->field_count;
            fields[i] = carry(&from->record->fields[f].type, &to->record->fields[f].type,
                              v.as.list->fields[i], arena);
        }
        *list = *v.as.list;
        list->fields = fields;
        v.as.list = list;
    }
    return v;
}

static void other_order(const struct law_policy *policy, const struct law_policy *other,
                        struct record *record, const struct question *question, struct arena *arena) {
    struct record same;
    struct outcome outcome;
    struct text a, b;
    bool rejected;
    size_t i;
    assert_true(record_init(&same, &other->set, arena));
    for (i = 0; i < other->set.fact_count; i++) {
        const struct fact *to = &other->set.facts[i], *from = fact_called(&policy->set, to->name->text);
        same.values[i] = carry(&from->type, &to->type, record->values[from->index], arena);
    }
    a = law_evaluate(policy, record, question, LAW_TEXTS, arena, &outcome, &rejected);
    b = law_evaluate(other, &same, question, LAW_TEXTS, arena, &outcome, &rejected);
    if (!text_equal(a, b)) {
        law_tell(policy, record, question, "this order", a, "another   ", b);
        fail_msg("the order of files or declarations matters");
    }
}

static void one_record(const struct law_policy *policy, const struct law_policy *other, struct luck *luck,
                       struct arena *arena, struct counts *counts) {
    struct question question = generate_question(luck, &policy->set);
    struct outcome before = {.covered = false};
    struct record record;
    struct text text;
    bool rejected;
    generate_record(luck, &policy->set, 30, &question, arena, &record);
    text = law_evaluate(policy, &record, &question, LAW_NODES, arena, &before, &rejected);
    counts->records++;
    again(policy, &record, &question, text, arena);
    traced(policy, &record, &question, text, arena);
    other_order(policy, other, &record, &question, arena);
    counts->orders++;
    if (!rejected && before.covered)
        give_facts(policy, luck, &record, &question, &before, text, arena, counts);
}

static void nothing_else_matters(void **state) {
    uint32_t n = law_policies(5000), i, j;
    uint64_t seed = law_seed();
    struct counts counts = {.policies = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        struct law_policy policy, other;
        struct luck luck = {seed * 1000033 + i};
        law_make(&policy, seed * 1000033 + i, NULL);
        law_make(&other, seed * 1000033 + i, &luck);
        for (j = 0; j < RECORDS_A_POLICY; j++) {
            arena_reset(&arena);
            one_record(&policy, &other, &luck, &arena, &counts);
        }
        law_free(&other);
        law_free(&policy);
        counts.policies++;
    }
    arena_free(&arena);
    printf("monotone: %llu policies, each in two orders, %llu records; %llu times a fact became known\n",
           (unsigned long long)counts.policies, (unsigned long long)counts.records,
           (unsigned long long)counts.given);
    assert_true(counts.given == counts.kept);
    assert_true(counts.orders == counts.records);
    assert_true(n < 10 || counts.given > n);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_else_matters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
