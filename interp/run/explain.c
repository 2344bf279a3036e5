/*
 * An explanation from a traced evaluation: the rules of what was asked, then of the decisions that their conditions saw, breadth
 * first, each once. Must not know how a condition is taken apart, nor evaluate anything a second time.
 */
#include "interp/meaning/show.h"
#include "interp/run/explain_inside.h"

#include "grammar/base/banned.h"

static bool holds(const struct condition *condition) {
    return condition->value.tag == VALUE_YES_NO && condition->value.as.number != 0;
}

/* --- one rule --- */

static void add_condition(struct explainer *x, struct explained_rule *rule, const struct condition *made) {
    if (!x->arena->failed)
        (void)ARENA_PUSH(x->arena, rule->conditions, rule->condition_count, rule->condition_capacity, *made);
}

/* The clause of that kind of a rule, or of a row's table. */
static const struct ast_node *clause_of(const struct rule *rule, enum ast_kind kind) {
    const struct ast_node *clause;
    if (rule->table)
        clause = ast_kid(rule->table, TABLE_clauses);
    else
        clause = rule->node->kind == AST_EXCEPTION ? ast_kid(rule->node, EXCEPTION_clauses)
                                                   : ast_kid(rule->node, RULE_clauses);
    while (clause && ast_kind_of(clause) != kind)
        clause = clause->next;
    return clause;
}

static struct value yes_no(bool yes) {
    return (struct value){.tag = VALUE_YES_NO, .as.number = yes};
}

static void in_force(struct explainer *x, const struct rule *rule, struct explained_rule *out) {
    struct condition made = {.node = clause_of(rule, AST_IN_FORCE)};
    const struct type *type;
    if (!made.node)
        return;
    made.words = explain_words(x, made.node);
    if (traced_value(&x->traced, rule->in_force_at, &made.value, &type) && made.value.tag == VALUE_DATE)
        made.value =
            yes_no(rule->in_force.first <= made.value.as.day && made.value.as.day <= rule->in_force.last);
    explain_saw(x, rule->in_force_at, &made.saw, &made.saw_count, &made.saw_capacity);
    if (ast_ungroup(rule->in_force_at)->kind != AST_NAME) {
        struct saw at = {.decision = UINT32_MAX, .words = explain_words(x, rule->in_force_at)};
        if (traced_value(&x->traced, rule->in_force_at, &at.value, &at.type) && !x->arena->failed)
            (void)ARENA_PUSH(x->arena, made.saw, made.saw_count, made.saw_capacity, at);
    }
    add_condition(x, out, &made);
}

/* Only a question that says what is known asks when something was announced. */
static void announced(struct explainer *x, const struct rule *rule, struct explained_rule *out) {
    static const struct type day = {.kind = TYPE_DAY};
    const struct question *question = &x->traced.question;
    const struct ast_node *clause = clause_of(rule, AST_ANNOUNCED);
    struct condition made = {.node = clause ? clause : rule->node};
    struct saw known = {.decision = UINT32_MAX, .type = &day};
    char iso[11], words[32] = "announced ";
    if (!rule->has_announced || !question->has_known_on)
        return;
    cal_format(rule->announced, iso);
    memcpy(words + strlen(words), iso, sizeof iso);
    made.words = (struct text){arena_copy(x->arena, words, strlen(words)), strlen(words)};
    made.value = yes_no(rule->announced <= question->known_on);
    known.words = text_of("the day known on");
    known.value = (struct value){.tag = VALUE_DATE, .as.day = question->known_on};
    if (!x->arena->failed)
        (void)ARENA_PUSH(x->arena, made.saw, made.saw_count, made.saw_capacity, known);
    add_condition(x, out, &made);
}

/* What would have to hold and does not: parts of a row of `and` one by one, all others whole. */
static void add_failing(struct explainer *x, struct explained_rule *rule, const struct condition *condition) {
    if (holds(condition) || x->arena->failed)
        return;
    if (condition->kind != CONDITION_ALL) {
        (void)ARENA_PUSH(x->arena, rule->failing, rule->failing_count, rule->failing_capacity, condition);
        return;
    }
    for (size_t i = 0; i < condition->part_count; i++)
        add_failing(x, rule, &condition->parts[i]);
}

/* What is no, or has no value, decides; where nothing does, what is open. */
static size_t first_failing(const struct explained_rule *rule) {
    size_t i, open = rule->condition_count;
    for (i = rule->condition_count; i-- > 0;)
        if (rule->conditions[i].value.tag == VALUE_OPEN)
            open = i;
    for (i = 0; i < rule->condition_count; i++)
        if (!holds(&rule->conditions[i]) && rule->conditions[i].value.tag != VALUE_OPEN)
            return i;
    return open;
}

void explain_clauses(struct explainer *x, const struct rule *rule, struct explained_rule *out) {
    *out = (struct explained_rule){.rule = rule->index};
    in_force(x, rule, out);
    announced(x, rule, out);
}

static void conditions_of(struct explainer *x, const struct rule *rule, struct explained_rule *out) {
    in_force(x, rule, out);
    announced(x, rule, out);
    if (rule->when)
        explain_terms(x, rule->when, &out->conditions, &out->condition_count, &out->condition_capacity);
    for (size_t i = 0; i < rule->test_count; i++) {
        struct condition made = {0};
        if (explain_cell(x, &rule->tests[i], &made))
            add_condition(x, out, &made);
    }
    out->first = first_failing(out);
    for (size_t i = 0; i < out->condition_count; i++)
        add_failing(x, out, &out->conditions[i]);
}

/* Exceptions form no cycle; one that many share is told with each. */
static void explain_rule(struct explainer *x, uint32_t index, unsigned depth, struct explained_rule *out) {
    const struct rule *rule = &x->traced.program->set->rules[index];
    *out = (struct explained_rule){.rule = index, .degree = x->made->outcome.degrees[index]};
    conditions_of(x, rule, out);
    if (depth >= EXPLAIN_MAX_DEPTH || rule->exception_count == 0)
        return;
    out->exceptions = arena_array(x->arena, rule->exception_count, sizeof *out->exceptions);
    for (size_t i = 0; out->exceptions && i < rule->exception_count; i++) {
        explain_rule(x, rule->exceptions[i], depth + 1, &out->exceptions[i]);
        out->exception_count++;
    }
}

/* --- what is explained after what --- */

static void rest_on(struct explainer *x, struct explained *item, const struct saw *saw, size_t count) {
    for (size_t i = 0; i < count && !x->arena->failed; i++) {
        size_t j = 0;
        while (j < item->rests_on_count && item->rests_on[j] != saw[i].decision)
            j++;
        if (saw[i].decision != UINT32_MAX && j == item->rests_on_count)
            (void)ARENA_PUSH(x->arena, item->rests_on, item->rests_on_count, item->rests_on_capacity,
                             saw[i].decision);
    }
}

static void rest_on_condition(struct explainer *x, struct explained *item,
                              const struct condition *condition) {
    rest_on(x, item, condition->saw, condition->saw_count);
    for (size_t i = 0; i < condition->part_count; i++)
        rest_on_condition(x, item, &condition->parts[i]);
}

/* Of a rule that applies all its conditions count; of another those that kept it from applying. */
static void rest_on_rule(struct explainer *x, struct explained *item, const struct explained_rule *rule) {
    if (rule->degree == DEGREE_YES)
        rest_on(x, item, rule->saw, rule->saw_count);
    for (size_t i = 0; i < rule->condition_count; i++)
        if (rule->first == rule->condition_count || !holds(&rule->conditions[i]))
            rest_on_condition(x, item, &rule->conditions[i]);
    for (size_t i = 0; i < rule->exception_count; i++)
        if (rule->exceptions[i].degree != DEGREE_NO || rule->degree == DEGREE_YES)
            rest_on_rule(x, item, &rule->exceptions[i]);
}

/* --- one decision or duty --- */

/* The effects that give it its value, with the value each gives or would give. */
static void givers_of(struct explainer *x, const struct giver *givers, size_t count,
                      const struct instruction *made, const struct type *type, struct explained *item) {
    static const struct type day = {.kind = TYPE_DAY}, span = {.kind = TYPE_SPAN};
    const struct policy_set *set = x->traced.program->set;
    const uint32_t *pairs = made ? &x->traced.program->pool[made->a + 1] : NULL;
    item->rules = arena_array(x->arena, count, sizeof *item->rules);
    for (size_t i = 0; item->rules && pairs && i < count && !x->arena->failed; i++) {
        struct explained_rule *rule = &item->rules[i];
        explain_rule(x, givers[i].rule, 0, rule);
        rule->value = traced_register(&x->traced, pairs[2 * i + 1]);
        rule->type = type ? type : rule->value.tag == VALUE_PERIOD ? &span : &day;
        const struct ast_node *made_from = set->rules[givers[i].rule].effects[givers[i].effect].value;
        rule->made = explain_words(x, made_from);
        explain_saw(x, made_from, &rule->saw, &rule->saw_count, &rule->saw_capacity);
        item->rule_count++;
    }
}

static void normal_of(struct explainer *x, const struct decision *decision, const struct instruction *made,
                      struct explained *item) {
    const uint32_t *registers = &x->traced.program->pool[made->b + 1];
    item->has_normal = decision->otherwise != NULL;
    if (item->has_normal) {
        explain_expression(x, decision->otherwise, &item->normal);
        item->normal_value = traced_register(&x->traced, registers[0]);
        item->normal_type = &decision->type;
    }
    if (decision->otherwise_exception_count == 0)
        return;
    item->off = arena_array(x->arena, decision->otherwise_exception_count, sizeof *item->off);
    for (size_t i = 0; item->off && i < decision->otherwise_exception_count; i++) {
        explain_rule(x, decision->otherwise_exceptions[i], 0, &item->off[i]);
        item->off_count++;
    }
}

static bool normal_counts(const struct explained *item) {
    return item->has_normal && (item->decision->by_otherwise || item->decision->state == STATE_UNDETERMINED ||
                                item->decision->state == STATE_FAILED);
}

static void explain_decision(struct explainer *x, struct explained *item) {
    const struct decision *decision = &x->traced.program->set->decisions[item->subject.index];
    const struct instruction *made = traced_decision(&x->traced, item->subject.index);
    item->decision = &x->made->outcome.decisions[item->subject.index];
    if (!made)
        return;
    givers_of(x, decision->givers, decision->giver_count, made, &decision->type, item);
    if (made->op == INS_decide)
        normal_of(x, decision, made, item);
    if (normal_counts(item))
        rest_on_condition(x, item, &item->normal);
    for (size_t i = 0; i < item->off_count; i++)
        rest_on_rule(x, item, &item->off[i]);
}

static void explain_duty(struct explainer *x, struct explained *item) {
    const struct duty *duty = &x->traced.program->set->duties[item->subject.index];
    item->duty = &x->made->outcome.duties[item->subject.index];
    givers_of(x, duty->givers, duty->giver_count, traced_duty(&x->traced, item->subject.index), NULL, item);
    item->has_done = item->duty->state == DUTY_DUE && duty->done;
    if (item->has_done) {
        explain_condition(x, duty->done, &item->done);
        rest_on_condition(x, item, &item->done);
    }
}

bool explain_item(const struct explanation *explanation, uint32_t decision, size_t *at) {
    for (size_t i = 0; i < explanation->item_count; i++) {
        const struct subject *subject = &explanation->items[i].subject;
        if (!subject->duty && subject->index == decision) {
            *at = i;
            return true;
        }
    }
    return false;
}

/* Puts what item `at` rests on behind the others, where it is not there yet. */
static void go_below(struct explainer *x, size_t at) {
    struct explanation *made = x->made;
    for (size_t i = 0; i < made->items[at].rests_on_count && !x->arena->failed; i++) {
        struct explained below = {.subject = {false, made->items[at].rests_on[i]},
                                  .depth = made->items[at].depth + 1};
        size_t seen;
        if (explain_item(made, below.subject.index, &seen))
            continue;
        if (below.depth <= EXPLAIN_MAX_DEPTH && made->item_count < EXPLAIN_MAX_ITEMS) {
            (void)ARENA_PUSH(x->arena, made->items, made->item_count, made->item_capacity, below);
            continue;
        }
        for (seen = 0; seen < made->cut_count && made->cut[seen] != below.subject.index;)
            seen++;
        if (seen == made->cut_count)
            (void)ARENA_PUSH(x->arena, made->cut, made->cut_count, made->cut_capacity, below.subject.index);
    }
}

static void explain_items(struct explainer *x, struct subject subject) {
    struct explanation *made = x->made;
    struct explained asked = {.subject = subject};
    (void)ARENA_PUSH(x->arena, made->items, made->item_count, made->item_capacity, asked);
    for (size_t at = 0; at < made->item_count && !x->arena->failed; at++) {
        struct explained *item = &made->items[at];
        if (item->subject.duty)
            explain_duty(x, item);
        else
            explain_decision(x, item);
        for (size_t i = 0; i < item->rule_count; i++)
            rest_on_rule(x, item, &item->rules[i]);
        go_below(x, at);
    }
}

enum evaluate_status explain(const struct program *program, struct record *record,
                             const struct question *question, struct subject subject, struct arena *arena,
                             struct explanation *explanation) {
    struct explainer x = {.arena = arena, .made = explanation};
    enum evaluate_status status;
    *explanation = (struct explanation){.program = program, .record = record, .question = *question};
    if (!traced_begin(&x.traced, program, record, question, arena))
        return EVALUATE_OUT_OF_MEMORY;
    status = evaluate(program, record, question, arena, &x.traced.trace, &explanation->outcome);
    if (status != EVALUATE_OK || !explanation->outcome.covered)
        return arena->failed ? EVALUATE_OUT_OF_MEMORY : status;
    explain_items(&x, subject);
    if (!arena->failed)
        explain_facts(&x, record);
    return arena->failed ? EVALUATE_OUT_OF_MEMORY : EVALUATE_OK;
}

/* --- questions about an explanation --- */

bool explain_find(const struct policy_set *set, struct text name, struct subject *subject) {
    for (uint32_t i = 0; i < set->decision_count; i++)
        if (text_equal(set->decisions[i].shown, name)) {
            *subject = (struct subject){false, i};
            return true;
        }
    for (uint32_t i = 0; i < set->duty_count; i++)
        if (text_equal(set->duties[i].name->text, name)) {
            *subject = (struct subject){true, i};
            return true;
        }
    return false;
}

static void answer_duty(struct buffer *out, const struct duty_outcome *duty) {
    static const char *const states[] = {"not due", "due", "possible", "in conflict"};
    static const char *const statuses[] = {"open", "done", "overdue", "done or not is not known"};
    char first[11], last[11];
    if (duty->state != DUTY_DUE) {
        buffer_string(out, states[duty->state]);
        return;
    }
    cal_format(duty->deadline.first, first);
    cal_format(duty->deadline.last, last);
    if (duty->in_period)
        buffer_format(out, "due from %s through %s, ", first, last);
    else
        buffer_format(out, "due by %s, ", last);
    buffer_string(out, statuses[duty->status]);
}

void explain_answer(struct buffer *out, const struct policy_set *set, struct subject subject,
                    const struct outcome *outcome) {
    static const char *const states[] = {"", "undecided", "undetermined", "in conflict", "failed"};
    const struct decision_outcome *decision;
    if (subject.duty) {
        answer_duty(out, &outcome->duties[subject.index]);
        return;
    }
    decision = &outcome->decisions[subject.index];
    if (decision->state == STATE_VALUE)
        explain_value(out, &set->decisions[subject.index].type, decision->value);
    else
        buffer_string(out, states[decision->state]);
}

bool explain_settled(const struct explanation *explanation) {
    const struct explained *asked = explanation->items;
    if (!explanation->outcome.covered)
        return false;
    return asked->subject.duty ? asked->duty->state == DUTY_NOT_DUE || asked->duty->state == DUTY_DUE
                               : asked->decision->state == STATE_VALUE;
}
