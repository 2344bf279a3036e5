/*
 * Every record on every covered day, and what the evaluator says of it, gathered: see small.h. Conditions and
 * exceptions are read from the registers of the program, with a trace. Must not know the analysis.
 */
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void *memory(struct arena *arena, size_t count, size_t size) {
    void *block = arena_array(arena, count ? count : 1, size);
    if (!block)
        fail_msg("memory ran out in a law");
    return block;
}

/* --- the space --- */

static uint32_t value_count(const struct fact *fact) {
    const struct type *type = &fact->type;
    if (type->kind == TYPE_YESNO)
        return 2;
    if (type->kind == TYPE_MEMBER)
        return (uint32_t)type->enumeration->count;
    if ((type->kind != TYPE_DAY && type->kind != TYPE_NUM) || !type->has_low || !type->has_high)
        fail_msg("a fact that cannot be gone through");
    return (uint32_t)(type->high - type->low + 1);
}

static struct value value_at(const struct fact *fact, uint32_t i) {
    struct value v = {.tag = VALUE_YES_NO, .as = {.number = i}};
    if (fact->type.kind == TYPE_MEMBER)
        v.tag = VALUE_MEMBER;
    if (fact->type.kind == TYPE_NUM) {
        v.tag = VALUE_NUMBER;
        v.as.number = fact->type.low + i;
    }
    if (fact->type.kind == TYPE_DAY) {
        v.tag = VALUE_DATE;
        v.as.day = (cal_day)(fact->type.low + i);
    }
    return v;
}

void small_space_of(const struct policy_set *set, struct arena *arena, struct small_space *space) {
    struct value none = {.tag = VALUE_NONE, .as = {.number = 0}};
    uint32_t i, j;
    space->fact_count = (uint32_t)set->fact_count;
    space->values = memory(arena, set->fact_count, sizeof *space->values);
    space->counts = memory(arena, set->fact_count, sizeof *space->counts);
    space->first = set->covers.first;
    space->days = (uint32_t)(set->covers.last - set->covers.first + 1);
    space->cases = space->days;
    for (i = 0; i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        uint32_t n = value_count(fact);
        space->counts[i] = n + fact->type.optional;
        space->values[i] = memory(arena, space->counts[i], sizeof **space->values);
        for (j = 0; j < n; j++)
            space->values[i][j] = value_at(fact, j);
        if (fact->type.optional)
            space->values[i][n] = none;
        space->cases *= space->counts[i];
    }
    if (space->cases > 100000)
        fail_msg("a small policy has %llu cases", (unsigned long long)space->cases);
}

void small_case(const struct small_space *space, uint64_t at, struct value *values, cal_day *today) {
    uint32_t i;
    *today = space->first + (cal_day)(at % space->days);
    at /= space->days;
    for (i = 0; i < space->fact_count; i++) {
        values[i] = space->values[i][at % space->counts[i]];
        at /= space->counts[i];
    }
}

/* --- one case --- */

/* What is at hand while cases are tried: the registers of the case, and what its records and outcomes need. */
struct trying {
    const struct law_policy *policy;
    struct small_facts *facts;
    struct arena *arena, *scratch;
    struct value *registers;
    struct record record;
    struct question question;
    struct outcome outcome;
    uint64_t at;
    const struct instruction **degrees; /* by rule */
    struct trace trace;
};

static void keep(void *context, const struct program *program, uint32_t instruction, struct value value) {
    struct trying *t = context;
    t->registers[program->constant_count + instruction] = value;
}

static unsigned seen(struct value v) {
    return v.tag == VALUE_OPEN   ? SMALL_OPEN
           : v.tag == VALUE_NONE ? SMALL_NONE
           : v.as.number         ? SMALL_YES
                                 : SMALL_NO;
}

static unsigned register_seen(const struct trying *t, uint32_t reg) {
    return seen(t->registers[reg]);
}

/* The registers at a place of the pool. */
static const uint32_t *pooled(const struct trying *t, uint32_t place, uint32_t *count) {
    *count = t->policy->program->pool[place];
    return t->policy->program->pool + place + 1;
}

static void note_conflict(struct trying *t, struct small_conflict conflict) {
    struct small_facts *f = t->facts;
    size_t i;
    if (conflict.rule > conflict.other) {
        uint32_t rule = conflict.rule;
        conflict.rule = conflict.other;
        conflict.other = rule;
    }
    for (i = 0; i < f->conflict_count; i++) {
        const struct small_conflict *c = &f->conflicts[i];
        if (c->duty == conflict.duty && c->subject == conflict.subject && c->rule == conflict.rule &&
            c->other == conflict.other)
            return;
    }
    if (!ARENA_PUSH(t->arena, f->conflicts, f->conflict_count, f->conflict_capacity, conflict))
        fail_msg("memory ran out in a law");
}

/* All pairs that give different values for certain. */
static void note_conflicts(struct trying *t, bool duty, uint32_t subject, const struct contribution *c,
                           size_t count) {
    size_t i, j;
    for (i = 0; i < count; i++) {
        for (j = i + 1; j < count; j++) {
            struct small_conflict conflict = {duty, subject, c[i].rule, c[j].rule, t->at};
            if (c[i].degree == DEGREE_YES && c[j].degree == DEGREE_YES && c[i].value.tag != VALUE_OPEN &&
                c[j].value.tag != VALUE_OPEN && !value_equal(c[i].value, c[j].value))
                note_conflict(t, conflict);
        }
    }
}

static void note_failures(bool *nodes, const struct reasons *reasons) {
    uint32_t i;
    for (i = 0; reasons && i < reasons->count; i++) {
        if (reasons->items[i].kind == REASON_FAILURE)
            nodes[reasons->items[i].index] = true;
    }
}

static void note_outcome(struct trying *t) {
    struct small_facts *f = t->facts;
    const struct outcome *out = &t->outcome;
    uint32_t i;
    for (i = 0; i < out->rule_count; i++)
        f->degrees[i] |= 1u << out->degrees[i];
    for (i = 0; i < out->decision_count; i++) {
        const struct decision_outcome *d = &out->decisions[i];
        f->decisions[i] |= 1u << d->state;
        if (d->state == STATE_CONFLICT)
            note_conflicts(t, false, i, d->contributions, d->contribution_count);
        if (d->state == STATE_VALUE && d->by_otherwise)
            f->wanted[i] = SMALL_EVER;
        note_failures(f->failures, d->reasons);
    }
    for (i = 0; i < out->duty_count; i++) {
        const struct duty_outcome *d = &out->duties[i];
        f->duties[i] |= 1u << d->state;
        if (d->state == DUTY_IN_CONFLICT)
            note_conflicts(t, true, i, d->contributions, d->contribution_count);
        note_failures(f->failures, d->reasons);
    }
    for (i = 0; i < out->reminder_count; i++)
        note_failures(f->failures, out->reminders[i].reasons);
    for (i = 0; i < out->notice_count; i++)
        note_failures(f->failures, out->notices[i].reasons);
}

/* Failures and empty periods of single instructions, whether or not they matter. */
static void note_inside(struct trying *t) {
    const struct program *program = t->policy->program;
    uint32_t i;
    for (i = 0; i < program->instruction_count; i++) {
        const struct instruction *instruction = &program->instructions[i];
        struct value v = t->registers[program->constant_count + i];
        if (v.tag == VALUE_OPEN)
            note_failures(t->facts->failures_inside, v.as.reasons);
        if (v.tag == VALUE_PERIOD && v.as.period.first > v.as.period.last &&
            (instruction->op == INS_through || instruction->op == INS_until ||
             (instruction->op >= INS_within_days && instruction->op <= INS_within_years)))
            t->facts->empty_periods[instruction->node] = true;
    }
}

/* --- exceptions --- */

/*
 * What the conditions of a rule are without its exceptions, and without one of them: yes in both is a rule
 * that this exception alone switches off.
 */
static enum small_answer switched_off(const struct trying *t, const struct instruction *degree,
                                      uint32_t exception) {
    uint32_t count, i, exceptions;
    const uint32_t *regs = pooled(t, degree->a, &count);
    enum small_answer answer = SMALL_EVER;
    for (i = 0; i < count; i++) {
        unsigned s = register_seen(t, regs[i]);
        if (s == SMALL_NO || s == SMALL_NONE)
            return SMALL_NEVER;
        if (s == SMALL_OPEN)
            answer = SMALL_MAYBE;
    }
    regs = pooled(t, degree->b, &exceptions);
    for (i = 0; i < exceptions; i++) {
        const struct rule *target = &t->policy->set.rules[degree->c];
        if (target->exceptions[i] == exception)
            continue;
        if (register_seen(t, regs[i]) == SMALL_YES)
            return SMALL_NEVER;
        if (register_seen(t, regs[i]) == SMALL_OPEN)
            answer = SMALL_MAYBE;
    }
    return answer;
}

static void note_takes(struct trying *t, uint32_t exception, enum small_answer answer) {
    if (t->outcome.degrees[exception] == DEGREE_NO)
        return;
    if (t->outcome.degrees[exception] == DEGREE_OPEN && answer == SMALL_EVER)
        answer = SMALL_MAYBE;
    if (answer > t->facts->takes[exception])
        t->facts->takes[exception] = answer;
}

/* The normal case that it alone switches off would have been the value. */
static enum small_answer normal_off(const struct trying *t, uint32_t decision, uint32_t exception) {
    const struct decision *d = &t->policy->set.decisions[decision];
    const struct decision_outcome *out = &t->outcome.decisions[decision];
    enum small_answer answer = out->state == STATE_UNDECIDED ? SMALL_EVER : SMALL_MAYBE;
    size_t i;
    if (out->state == STATE_VALUE || out->state == STATE_CONFLICT)
        return SMALL_NEVER;
    for (i = 0; i < d->otherwise_exception_count; i++) {
        if (d->otherwise_exceptions[i] == exception)
            continue;
        if (t->outcome.degrees[d->otherwise_exceptions[i]] == DEGREE_YES)
            return SMALL_NEVER;
        if (t->outcome.degrees[d->otherwise_exceptions[i]] == DEGREE_OPEN)
            answer = SMALL_MAYBE;
    }
    return answer;
}

static void note_exceptions(struct trying *t) {
    const struct policy_set *set = &t->policy->set;
    size_t i, j;
    for (i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        for (j = 0; j < rule->exception_count; j++) {
            if (t->facts->takes[rule->exceptions[j]] != SMALL_EVER)
                note_takes(t, rule->exceptions[j], switched_off(t, t->degrees[i], rule->exceptions[j]));
        }
    }
    for (i = 0; i < set->decision_count; i++) {
        const struct decision *d = &set->decisions[i];
        for (j = 0; j < d->otherwise_exception_count; j++)
            note_takes(t, d->otherwise_exceptions[j], normal_off(t, (uint32_t)i, d->otherwise_exceptions[j]));
    }
}

/* --- conditions --- */

static void note_conditions(struct trying *t) {
    struct small_facts *f = t->facts;
    size_t i = 0, end, j;
    for (; i < f->condition_count; i = end) {
        size_t not_yes = 0, which = 0;
        for (end = i; end < f->condition_count && f->conditions[end].rule == f->conditions[i].rule; end++)
            ;
        for (j = i; j < end; j++) {
            unsigned s =
                f->conditions[j].reg == NO_REGISTER ? SMALL_YES : register_seen(t, f->conditions[j].reg);
            f->conditions[j].seen |= s;
            if (s != SMALL_YES) {
                not_yes++;
                which = j;
            }
        }
        if (not_yes == 1)
            f->conditions[which].decisive = true;
    }
}

/* The register of a node: the last instruction made for it. */
static uint32_t register_of(const struct program *program, const struct ast_node *node) {
    uint32_t i;
    node = ast_ungroup(node);
    for (i = program->instruction_count; i > 0; i--) {
        if (program->instructions[i - 1].node == node->id)
            return program->constant_count + i - 1;
    }
    return NO_REGISTER;
}

static void add_condition(struct trying *t, uint32_t rule, const struct ast_node *node, uint32_t reg) {
    struct small_facts *f = t->facts;
    struct small_condition condition = {rule, node, reg, 0, false};
    if (reg == NO_REGISTER)
        return;
    if (!ARENA_PUSH(t->arena, f->conditions, f->condition_count, f->condition_capacity, condition))
        fail_msg("memory ran out in a law");
}

static void add_terms(struct trying *t, uint32_t rule, const struct ast_node *node) {
    node = ast_ungroup(node);
    if (node->kind == AST_AND) {
        add_terms(t, rule, ast_kid(node, AND_left));
        add_terms(t, rule, ast_kid(node, AND_right));
    } else {
        add_condition(t, rule, node, register_of(t->policy->program, node));
    }
}

static void find_conditions(struct trying *t) {
    const struct policy_set *set = &t->policy->set;
    uint32_t i;
    size_t j;
    for (i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        if (rule->when)
            add_terms(t, i, rule->when);
        for (j = 0; j < rule->test_count; j++)
            add_condition(t, i, rule->tests[j].cell, register_of(t->policy->program, rule->tests[j].cell));
    }
}

/* --- properties --- */

static void note_properties(struct trying *t) {
    size_t i;
    for (i = 0; i < t->outcome.property_count; i++) {
        const struct property_outcome *p = &t->outcome.properties[i];
        if (p->state == PROPERTY_BROKEN && !(t->facts->properties[i] & SMALL_NO))
            t->facts->refuted_at[i] = t->at;
        t->facts->properties[i] |= p->state == PROPERTY_BROKEN ? SMALL_NO : SMALL_YES;
        if (p->whenever.tag == VALUE_YES_NO && p->whenever.as.number)
            t->facts->spoken_of[i] = true;
        if (p->condition.tag == VALUE_OPEN || p->whenever.tag == VALUE_OPEN)
            t->facts->properties[i] |= SMALL_OPEN;
    }
}

/* --- all of it --- */

static void try_case(struct trying *t) {
    enum evaluate_status status;
    arena_reset(t->scratch);
    t->record.problem_count = t->record.problem_capacity = 0;
    t->record.problems = NULL;
    small_case(&t->facts->space, t->at, t->record.values, &t->question.today);
    status = evaluate(t->policy->program, &t->record, &t->question, t->scratch, &t->trace, &t->outcome);
    if (status == EVALUATE_OUT_OF_MEMORY)
        fail_msg("memory ran out in a law");
    if (status == EVALUATE_REJECTED)
        return;
    t->facts->valid++;
    note_outcome(t);
    note_inside(t);
    note_exceptions(t);
    note_conditions(t);
    note_properties(t);
}

static void prepare(struct trying *t) {
    const struct policy_set *set = &t->policy->set;
    const struct program *program = t->policy->program;
    struct small_facts *f = t->facts;
    uint32_t i;
    f->degrees = memory(t->arena, set->rule_count, sizeof *f->degrees);
    f->decisions = memory(t->arena, set->decision_count, sizeof *f->decisions);
    f->duties = memory(t->arena, set->duty_count, sizeof *f->duties);
    f->takes = memory(t->arena, set->rule_count, sizeof *f->takes);
    f->wanted = memory(t->arena, set->decision_count, sizeof *f->wanted);
    f->failures = memory(t->arena, set->node_limit, sizeof *f->failures);
    f->failures_inside = memory(t->arena, set->node_limit, sizeof *f->failures_inside);
    f->empty_periods = memory(t->arena, set->node_limit, sizeof *f->empty_periods);
    f->properties = memory(t->arena, set->property_count, sizeof *f->properties);
    f->spoken_of = memory(t->arena, set->property_count, sizeof *f->spoken_of);
    f->refuted_at = memory(t->arena, set->property_count, sizeof *f->refuted_at);
    t->degrees = memory(t->arena, set->rule_count, sizeof *t->degrees);
    t->registers = memory(t->arena, program->register_count, sizeof *t->registers);
    for (i = 0; i < program->constant_count; i++)
        t->registers[i] = program->constants[i];
    for (i = 0; i < program->instruction_count; i++) {
        if (program->instructions[i].op == INS_degree)
            t->degrees[program->instructions[i].c] = &program->instructions[i];
    }
    find_conditions(t);
}

void small_explore(const struct law_policy *policy, struct arena *arena, struct small_facts *facts) {
    struct small_facts empty = {.valid = 0};
    struct arena scratch;
    struct trying t = {.policy = policy, .facts = facts, .arena = arena, .scratch = &scratch};
    *facts = empty;
    arena_init(&scratch, arena->alloc);
    t.trace.step = keep;
    t.trace.context = &t;
    small_space_of(&policy->set, arena, &facts->space);
    prepare(&t);
    if (!record_init(&t.record, &policy->set, arena))
        fail_msg("memory ran out in a law");
    t.record.arena = &scratch;
    t.record.number = t.record.line = 1;
    for (t.at = 0; t.at < facts->space.cases; t.at++)
        try_case(&t);
    arena_free(&scratch);
}
