/*
 * Two policies with the same facts on every record and day: see small.h. What is compared is what people see:
 * states and values of decisions, duties with their deadline and status, reminders with their text. Reasons and
 * the rules behind an answer are not. Must not know the analysis.
 */
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ABSENT UINT32_MAX

struct side {
    const struct law_policy *policy;
    struct record record;
    struct outcome outcome;
    enum evaluate_status status;
};
struct comparing {
    struct side a, b;
    struct arena *arena, scratch;
    uint32_t *facts, *decisions, *duties; /* index in `a` to index in `b` */
    struct question question;
    struct small_differences *found;
};

static uint32_t *indices(struct comparing *c, size_t count) {
    uint32_t *list = arena_array(c->arena, count ? count : 1, sizeof *list);
    size_t i;
    if (!list)
        fail_msg("memory ran out in a law");
    for (i = 0; i < count; i++)
        list[i] = ABSENT;
    return list;
}

/* A member of one set's enumeration as one of another's, which may have them in another order. */
static int64_t carried_member(const struct type *from, const struct type *to, int64_t member) {
    size_t i;
    for (i = 0; i < to->enumeration->count; i++) {
        if (text_equal(to->enumeration->members[i].name->text, from->enumeration->members[member].name->text))
            return (int64_t)i;
    }
    return -1;
}

static bool same_set(const struct type *from, const struct type *to, const struct member_set *x,
                     const struct member_set *y) {
    size_t i;
    for (i = 0; i < from->enumeration->count; i++) {
        int64_t m = carried_member(from, to, (int64_t)i);
        if (m >= 0 && ((x->words[i / 64] >> (i % 64)) & 1) != ((y->words[m / 64] >> (m % 64)) & 1))
            return false;
    }
    return true;
}

static bool same_value(const struct type *from, const struct type *to, struct value x, struct value y) {
    if (x.tag == VALUE_NONE || y.tag == VALUE_NONE)
        return x.tag == y.tag;
    if (from->kind != to->kind && !(from->kind == TYPE_NUM && to->kind == TYPE_FRAC) &&
        !(from->kind == TYPE_FRAC && to->kind == TYPE_NUM))
        return false;
    if (x.tag == VALUE_MEMBER)
        return carried_member(from, to, x.as.number) == y.as.number;
    if (x.tag == VALUE_SET)
        return same_set(from, to, x.as.set, y.as.set);
    if (x.tag == VALUE_NUMBER || x.tag == VALUE_FRACTION) {
        struct frac p = x.tag == VALUE_NUMBER ? frac_from_number(x.as.number, from->scale) : *x.as.fraction;
        struct frac q = y.tag == VALUE_NUMBER ? frac_from_number(y.as.number, to->scale) : *y.as.fraction;
        return frac_compare(p, q) == 0;
    }
    return value_equal(x, y);
}

static bool open_state(enum state state) {
    return state == STATE_FAILED || state == STATE_UNDETERMINED;
}

static void compare_decisions(struct comparing *c) {
    uint32_t i;
    for (i = 0; i < c->a.policy->set.decision_count; i++) {
        const struct decision_outcome *x = &c->a.outcome.decisions[i], *y;
        if (c->decisions[i] == ABSENT || c->found->decisions[i])
            continue;
        y = &c->b.outcome.decisions[c->decisions[i]];
        if (open_state(x->state) && open_state(y->state))
            continue;
        c->found->decisions[i] =
            x->state != y->state ||
            (x->state == STATE_VALUE &&
             !same_value(&c->a.policy->set.decisions[i].type,
                         &c->b.policy->set.decisions[c->decisions[i]].type, x->value, y->value));
    }
}

static void compare_duties(struct comparing *c) {
    uint32_t i;
    for (i = 0; i < c->a.policy->set.duty_count; i++) {
        const struct duty_outcome *x = &c->a.outcome.duties[i], *y;
        if (c->duties[i] == ABSENT || c->found->duties[i])
            continue;
        y = &c->b.outcome.duties[c->duties[i]];
        c->found->duties[i] = x->state != y->state ||
                              (x->state == DUTY_DUE &&
                               (x->in_period != y->in_period || x->deadline.first != y->deadline.first ||
                                x->deadline.last != y->deadline.last || x->status != y->status));
    }
}

static bool same_reminder(const struct announcement *x, const struct announcement *y) {
    return x->possible == y->possible && x->day.tag == y->day.tag &&
           (x->day.tag != VALUE_DATE || x->day.as.day == y->day.as.day) && text_equal(x->text, y->text);
}

/* As bags: which rule reminds does not matter, how often does. */
static void compare_reminders(struct comparing *c) {
    size_t n = c->a.outcome.reminder_count, i, j;
    bool *taken = arena_array(&c->scratch, n ? n : 1, sizeof *taken);
    if (!taken)
        fail_msg("memory ran out in a law");
    if (n != c->b.outcome.reminder_count)
        c->found->reminders = true;
    for (i = 0; i < n && !c->found->reminders; i++) {
        for (j = 0; j < n; j++) {
            if (!taken[j] && same_reminder(&c->a.outcome.reminders[i], &c->b.outcome.reminders[j]))
                break;
        }
        if (j == n)
            c->found->reminders = true;
        else
            taken[j] = true;
    }
}

static void evaluate_side(struct comparing *c, struct side *side) {
    side->record.problems = NULL;
    side->record.problem_count = side->record.problem_capacity = 0;
    side->status =
        evaluate(side->policy->program, &side->record, &c->question, &c->scratch, NULL, &side->outcome);
    if (side->status == EVALUATE_OUT_OF_MEMORY)
        fail_msg("memory ran out in a law");
}

static void compare_case(struct comparing *c, const struct small_space *space, uint64_t at) {
    const struct policy_set *a = &c->a.policy->set, *b = &c->b.policy->set;
    uint32_t i;
    arena_reset(&c->scratch);
    small_case(space, at, c->a.record.values, &c->question.today);
    for (i = 0; i < a->fact_count; i++) {
        struct value v = c->a.record.values[i];
        if (v.tag == VALUE_MEMBER)
            v.as.number = carried_member(&a->facts[i].type, &b->facts[c->facts[i]].type, v.as.number);
        c->b.record.values[c->facts[i]] = v;
    }
    evaluate_side(c, &c->a);
    evaluate_side(c, &c->b);
    if (c->a.status != c->b.status)
        c->found->validity = true;
    if (c->a.status != EVALUATE_OK || c->b.status != EVALUATE_OK)
        return;
    c->found->valid++;
    compare_decisions(c);
    compare_duties(c);
    if (!c->found->reminders)
        compare_reminders(c);
}

static void match(struct comparing *c) {
    const struct policy_set *a = &c->a.policy->set, *b = &c->b.policy->set;
    size_t i, j;
    c->facts = indices(c, a->fact_count);
    c->decisions = indices(c, a->decision_count);
    c->duties = indices(c, a->duty_count);
    for (i = 0; i < a->fact_count; i++) {
        for (j = 0; j < b->fact_count; j++)
            if (text_equal(a->facts[i].name->text, b->facts[j].name->text))
                c->facts[i] = (uint32_t)j;
        if (c->facts[i] == ABSENT)
            fail_msg("two policies whose facts differ");
    }
    for (i = 0; i < a->decision_count; i++) {
        for (j = 0; j < b->decision_count; j++)
            if (text_equal(a->decisions[i].shown, b->decisions[j].shown))
                c->decisions[i] = (uint32_t)j;
        c->found->decisions[i] = c->decisions[i] == ABSENT;
    }
    for (i = 0; i < a->duty_count; i++) {
        for (j = 0; j < b->duty_count; j++)
            if (text_equal(a->duties[i].name->text, b->duties[j].name->text))
                c->duties[i] = (uint32_t)j;
        c->found->duties[i] = c->duties[i] == ABSENT;
    }
}

static void begin_side(struct comparing *c, struct side *side) {
    if (!record_init(&side->record, &side->policy->set, c->arena))
        fail_msg("memory ran out in a law");
    side->record.arena = &c->scratch;
    side->record.number = side->record.line = 1;
}

void small_compare(const struct law_policy *a, const struct law_policy *b, struct arena *arena,
                   struct small_differences *differences) {
    struct small_differences none = {.any = false};
    struct comparing c = {.a = {.policy = a}, .b = {.policy = b}, .arena = arena, .found = differences};
    struct small_space space;
    uint64_t at;
    size_t i;
    *differences = none;
    differences->decisions = arena_array(arena, a->set.decision_count + 1, sizeof *differences->decisions);
    differences->duties = arena_array(arena, a->set.duty_count + 1, sizeof *differences->duties);
    if (!differences->decisions || !differences->duties)
        fail_msg("memory ran out in a law");
    arena_init(&c.scratch, arena->alloc);
    match(&c);
    begin_side(&c, &c.a);
    begin_side(&c, &c.b);
    small_space_of(&a->set, arena, &space);
    for (at = 0; at < space.cases; at++)
        compare_case(&c, &space, at);
    arena_free(&c.scratch);
    for (i = 0; i < a->set.decision_count; i++)
        differences->any = differences->any || differences->decisions[i];
    for (i = 0; i < a->set.duty_count; i++)
        differences->any = differences->any || differences->duties[i];
    differences->any = differences->any || differences->reminders || differences->validity;
}
