/*
 * See policy_tests.h. Each kind of expectation has a judge that compares with the outcome and, where they differ, says in words
 * what came out.
 */
#include "interp/run/policy_tests.h"

#include "interp/meaning/show.h"

#include <string.h>

struct judge {
    const struct policy_set *set;
    const struct outcome *outcome;
    struct arena *arena;
    struct test_result *result;
    struct buffer actual, reason;
};

static const struct type judge_day = {.kind = TYPE_DAY};
static const struct type judge_span = {.kind = TYPE_SPAN};

static void judge_rule(struct judge *judge, struct buffer *out, uint32_t index) {
    const struct rule *rule = &judge->set->rules[index];
    const char *path;
    uint32_t line = show_line(judge->set, rule->node, &path);
    buffer_text(out, rule->shown);
    buffer_format(out, " (%s:%u)", path, line);
}

static void judge_rules(struct judge *judge, const struct contribution *items, size_t count) {
    size_t i;
    for (i = 0; i < count; i++) {
        buffer_string(&judge->reason, i ? ", " : "by ");
        judge_rule(judge, &judge->reason, items[i].rule);
    }
}

static void judge_reasons(struct judge *judge, const struct reasons *reasons) {
    uint32_t i;
    for (i = 0; reasons && i < reasons->count; i++) {
        buffer_string(&judge->reason, i ? ", " : "because ");
        show_reason(&judge->reason, judge->set, &reasons->items[i]);
    }
}

/* What became of a decision, in words. */
static void judge_decision(struct judge *judge, uint32_t index) {
    static const char *const states[] = {"", "undecided", "undetermined", "conflict", "failed"};
    const struct decision *decision = &judge->set->decisions[index];
    const struct decision_outcome *outcome = &judge->outcome->decisions[index];
    size_t i;
    if (outcome->state == STATE_VALUE)
        show_value(&judge->actual, &decision->type, outcome->value);
    else
        buffer_string(&judge->actual, states[outcome->state]);
    if (outcome->state == STATE_CONFLICT) {
        for (i = 0; i < outcome->contribution_count; i++) {
            buffer_string(&judge->actual, i ? " and " : " between ");
            show_value(&judge->actual, &decision->type, outcome->contributions[i].value);
        }
    }
    if (outcome->by_otherwise)
        buffer_string(&judge->reason, "by its otherwise");
    else if (outcome->reasons)
        judge_reasons(judge, outcome->reasons);
    else
        judge_rules(judge, outcome->contributions, outcome->contribution_count);
}

/* A need without a field speaks of all of a list. */
static bool judge_covers(const struct reason *need, const struct reason *reason) {
    return reason->kind == REASON_FACT && need->index == reason->index &&
           (need->field == UINT32_MAX || need->field == reason->field);
}

/* All that is unknown must be told, and all that is told must be unknown. */
static bool judge_needs(const struct expectation *expectation, const struct reasons *reasons) {
    uint32_t count = reasons ? reasons->count : 0, i;
    size_t j;
    for (i = 0; i < count; i++) {
        bool told = reasons->items[i].kind != REASON_FACT;
        for (j = 0; j < expectation->need_count && !told; j++)
            told = judge_covers(&expectation->needs[j], &reasons->items[i]);
        if (!told)
            return false;
    }
    for (j = 0; j < expectation->need_count; j++) {
        bool unknown = false;
        for (i = 0; i < count && !unknown; i++)
            unknown = judge_covers(&expectation->needs[j], &reasons->items[i]);
        if (!unknown)
            return false;
    }
    return true;
}

static bool judge_gives(const struct decision_outcome *outcome, struct value value) {
    size_t i;
    for (i = 0; i < outcome->contribution_count; i++)
        if (value_equal(outcome->contributions[i].value, value))
            return true;
    return false;
}

/* Nothing is in conflict with itself, so one value told twice is missed. */
static bool judge_between(const struct decision_outcome *outcome, const struct expectation *expectation) {
    if (!ast_kid(expectation->node, EXPECT_CONFLICT_first))
        return true;
    return judge_gives(outcome, expectation->value) && judge_gives(outcome, expectation->second) &&
           !value_equal(expectation->value, expectation->second);
}

static bool judge_state(struct judge *judge, const struct expectation *expectation) {
    const struct decision_outcome *outcome = &judge->outcome->decisions[expectation->index];
    bool good;
    switch (ast_kind_of(expectation->node)) {
    case AST_EXPECT_IS:
        good = outcome->state == STATE_VALUE && value_equal(outcome->value, expectation->value);
        break;
    case AST_EXPECT_UNDECIDED:
        good = outcome->state == STATE_UNDECIDED;
        break;
    case AST_EXPECT_UNDETERMINED:
        good = outcome->state == STATE_UNDETERMINED && judge_needs(expectation, outcome->reasons);
        break;
    case AST_EXPECT_FAILED:
        good = outcome->state == STATE_FAILED;
        break;
    default:
        good = outcome->state == STATE_CONFLICT && judge_between(outcome, expectation);
        break;
    }
    if (!good)
        judge_decision(judge, expectation->index);
    return good;
}

static const char *judge_degree_words(enum degree degree) {
    return degree == DEGREE_YES  ? "applies"
           : degree == DEGREE_NO ? "does not apply"
                                 : "may apply: it depends on unknown facts";
}

/* A table applies where one of its rows does. */
static bool judge_applies(struct judge *judge, const struct expectation *expectation) {
    enum degree degree = DEGREE_NO;
    bool good;
    uint32_t i;
    for (i = 0; i < expectation->count && degree != DEGREE_YES; i++)
        if (judge->outcome->degrees[expectation->index + i] != DEGREE_NO)
            degree = judge->outcome->degrees[expectation->index + i];
    good = degree == (expectation->node->op ? DEGREE_YES : DEGREE_NO);
    if (!good) {
        buffer_string(&judge->actual, judge_degree_words(degree));
        buffer_string(&judge->reason, "at ");
        judge_rule(judge, &judge->reason, expectation->index);
    }
    return good;
}

/* Possible reminders count as neither there nor absent: "no reminder" wants none, "reminder" a certain one. */
static bool judge_reminder(struct judge *judge, const struct expectation *expectation) {
    const struct outcome *outcome = judge->outcome;
    bool wanted = expectation->node->op != 0, sure = false, possible = false;
    size_t i;
    for (i = 0; i < outcome->reminder_count; i++) {
        const struct announcement *item = &outcome->reminders[i];
        bool same = item->day.tag == VALUE_OPEN || value_equal(item->day, expectation->value);
        sure = sure || (same && !item->possible && item->day.tag == VALUE_DATE);
        possible = possible || same;
    }
    if (wanted ? sure : !possible)
        return true;
    buffer_string(&judge->actual, outcome->reminder_count ? "reminders on" : "no reminder");
    for (i = 0; i < outcome->reminder_count; i++) {
        buffer_string(&judge->actual, i ? ", " : " ");
        show_value(&judge->actual, &judge_day, outcome->reminders[i].day);
        if (outcome->reminders[i].possible)
            buffer_string(&judge->actual, " (possible)");
    }
    return false;
}

static const char *judge_status_words(enum duty_status status) {
    static const char *const words[] = {"open", "done", "overdue", "of unknown status"};
    return words[status];
}

static void judge_duty_words(struct judge *judge, const struct duty_outcome *duty) {
    static const char *const states[] = {"not due", "", "possible", "conflict"};
    struct value day = {.tag = VALUE_DATE, .as.day = duty->deadline.last};
    struct value span = {.tag = VALUE_PERIOD, .as.period = duty->deadline};
    if (duty->state == DUTY_DUE) {
        buffer_string(&judge->actual, duty->in_period ? "in " : "by ");
        show_value(&judge->actual, duty->in_period ? &judge_span : &judge_day, duty->in_period ? span : day);
        buffer_format(&judge->actual, ", %s", judge_status_words(duty->status));
    } else {
        buffer_string(&judge->actual, states[duty->state]);
    }
    if (duty->reasons)
        judge_reasons(judge, duty->reasons);
    else
        judge_rules(judge, duty->contributions, duty->contribution_count);
}

static bool judge_status(unsigned wanted, enum duty_status status) {
    switch (wanted) {
    case DUTY_DONE:
        return status == STATUS_DONE;
    case DUTY_OPEN:
        return status == STATUS_OPEN;
    case DUTY_OVERDUE:
        return status == STATUS_OVERDUE;
    default:
        return true;
    }
}

static bool judge_duty(struct judge *judge, const struct expectation *expectation) {
    const struct duty_outcome *duty = &judge->outcome->duties[expectation->index];
    struct value deadline = {.tag = VALUE_DATE, .as.day = duty->deadline.last};
    bool good;
    if (duty->in_period) {
        deadline.tag = VALUE_PERIOD;
        deadline.as.period = duty->deadline;
    }
    if (expectation->node->kind == AST_EXPECT_NO_DUTY)
        good = duty->state == DUTY_NOT_DUE;
    else
        good = duty->state == DUTY_DUE && value_equal(deadline, expectation->value) &&
               judge_status(expectation->node->op, duty->status);
    if (!good)
        judge_duty_words(judge, duty);
    return good;
}

static bool judge_notice(struct judge *judge, const struct expectation *expectation) {
    const struct ast_node *wanted = ast_kid(expectation->node, EXPECT_NOTICE_text);
    const struct outcome *outcome = judge->outcome;
    size_t i;
    for (i = 0; i < outcome->notice_count; i++) {
        const struct announcement *notice = &outcome->notices[i];
        const struct effect *effect = &judge->set->rules[notice->rule].effects[notice->effect];
        bool same = wanted->kind == AST_STRING ? text_equal(notice->text, *wanted->value.string)
                                               : ast_equal(&judge->set->sources, effect->text, wanted);
        if (same && !notice->possible)
            return true;
        buffer_string(&judge->actual, i ? ", \"" : "the notices \"");
        buffer_text(&judge->actual, notice->text);
        buffer_string(&judge->actual, notice->possible ? "\" (possible)" : "\"");
    }
    if (!outcome->notice_count)
        buffer_string(&judge->actual, "no notice");
    return false;
}

static bool judge_expectation(struct judge *judge, const struct expectation *expectation) {
    switch (ast_kind_of(expectation->node)) {
    case AST_EXPECT_RULE:
        return judge_applies(judge, expectation);
    case AST_EXPECT_REMINDER:
        return judge_reminder(judge, expectation);
    case AST_EXPECT_DUTY:
    case AST_EXPECT_NO_DUTY:
        return judge_duty(judge, expectation);
    case AST_EXPECT_NOTICE:
        return judge_notice(judge, expectation);
    default:
        return judge_state(judge, expectation);
    }
}

static struct text judge_keep(struct judge *judge, const struct buffer *buffer) {
    char *copy = arena_copy(judge->arena, buffer->data ? buffer->data : "", buffer->length);
    return (struct text){copy ? copy : "", copy ? buffer->length : 0};
}

static bool judge_miss(struct judge *judge, const struct ast_node *node) {
    struct test_miss miss = {.node = node};
    miss.expected = sources_text(&judge->set->sources, ast_span(node));
    miss.actual = judge_keep(judge, &judge->actual);
    miss.reason = judge_keep(judge, &judge->reason);
    buffer_reuse(&judge->actual);
    buffer_reuse(&judge->reason);
    judge->result->passed = false;
    return ARENA_PUSH(judge->arena, judge->result->misses, judge->result->miss_count,
                      judge->result->miss_capacity, miss) &&
           !judge->arena->failed;
}

/* A record that the policy itself rejects, or a day it does not cover: every expectation is missed for that reason. */
static bool judge_all_missed(struct judge *judge, const struct record *record, bool rejected) {
    size_t i;
    if (!rejected)
        buffer_string(&judge->actual, "not covered: the day lies outside `covers`");
    for (i = 0; rejected && i < record->problem_count; i++) {
        buffer_string(&judge->actual, i ? "; " : "the record is rejected: ");
        if (record->problems[i].path[0])
            buffer_format(&judge->actual, "%s: ", record->problems[i].path);
        buffer_string(&judge->actual, record->problems[i].message);
    }
    return judge_miss(judge, judge->result->test->node);
}

static bool judge_outcome(struct judge *judge) {
    const struct policy_test *test = judge->result->test;
    size_t i;
    for (i = 0; i < test->expectation_count; i++)
        if (!judge_expectation(judge, &test->expectations[i]) &&
            !judge_miss(judge, test->expectations[i].node))
            return false;
    return true;
}

bool policy_test_run(const struct program *program, size_t index, struct arena *arena,
                     struct test_result *result) {
    const struct policy_set *set = program->set;
    const struct policy_test *test = &set->tests[index];
    struct question question = {.today = test->has_on ? test->on : set->covers.first,
                                .has_known_on = test->has_known_on,
                                .known_on = test->known_on};
    struct outcome outcome;
    struct record record;
    struct judge judge = {.set = set, .outcome = &outcome, .arena = arena, .result = result};
    enum evaluate_status status;
    bool good;
    size_t i;
    *result = (struct test_result){.test = test, .passed = true};
    if (!record_init(&record, set, arena))
        return false;
    for (i = 0; i < test->given_count; i++)
        record.values[test->givens[i].fact] = test->givens[i].value;
    status = evaluate(program, &record, &question, arena, NULL, &outcome);
    if (status == EVALUATE_OUT_OF_MEMORY)
        return false;
    buffer_init(&judge.actual, arena->alloc);
    buffer_init(&judge.reason, arena->alloc);
    if (status == EVALUATE_REJECTED || !outcome.covered)
        good = judge_all_missed(&judge, &record, status == EVALUATE_REJECTED);
    else
        good = judge_outcome(&judge);
    good = good && !judge.actual.failed && !judge.reason.failed;
    buffer_free(&judge.actual);
    buffer_free(&judge.reason);
    return good;
}
