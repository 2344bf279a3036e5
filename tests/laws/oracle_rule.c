/*
 * The oracle on rules: what of a rule is in its tree (in force, announced, when, cells) and which exceptions
 * are to it. It reads the clauses and targets themselves and not the lists that the checker made of them.
 * Must not know decisions' values.
 */
#include "tests/laws/oracle_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The clauses of a rule; of a row those of its table. */
static const struct ast_node *clauses_of(const struct rule *rule) {
    if (rule->kind == RULE_ROW)
        return ast_kid(rule->table, TABLE_clauses);
    return rule->kind == RULE_EXCEPTION ? ast_kid(rule->node, EXCEPTION_clauses)
                                        : ast_kid(rule->node, RULE_clauses);
}

static const struct ast_node *clause(const struct ast_node *list, enum ast_kind kind) {
    while (list && list->kind != kind)
        list = list->next;
    return list;
}

/* A date as it is written. */
static cal_day written(const struct oracle *o, const struct ast_node *node) {
    struct text text = sources_text(&o->set->sources, ast_span(ast_ungroup(node)));
    cal_day day = 0;
    if (!cal_parse(text.bytes, text.length, &day, NULL))
        fail_msg("`%.*s` is not a date", (int)text.length, text.bytes);
    return day;
}

static bool within(const struct oracle *o, const struct ast_node *period, cal_day day) {
    switch (ast_kind_of(period)) {
    case AST_THROUGH:
        return written(o, ast_kid(period, 0)) <= day && day <= written(o, ast_kid(period, 1));
    case AST_UNTIL:
        return written(o, ast_kid(period, 0)) <= day && day < written(o, ast_kid(period, 1));
    case AST_FROM_ON:
        return written(o, ast_kid(period, 0)) <= day;
    case AST_UP_TO:
        return period->op == 1 ? day < written(o, ast_kid(period, 0)) : day <= written(o, ast_kid(period, 0));
    default:
        fail_msg("`in force` with a %s", ast_kind_name(ast_kind_of(period)));
    }
    return false;
}

struct value oracle_as_degree(struct value v) {
    return oracle_is_none(v) ? oracle_yes_no(false) : v;
}

struct value oracle_certain(struct oracle *o, const struct ast_node *node) {
    struct value v = oracle_expression(o, NULL, node);
    if (oracle_is_none(v))
        o->unguarded = node;
    return v;
}

static struct value in_force(struct oracle *o, const struct ast_node *node) {
    struct value v = oracle_expression(o, NULL, ast_kid(node, IN_FORCE_at));
    if (v.tag != VALUE_DATE)
        return oracle_as_degree(v);
    return oracle_yes_no(within(o, ast_kid(node, IN_FORCE_period), v.as.day));
}

/* Its own day, else its table's, else that of the header of its file. */
static bool announced(const struct oracle *o, const struct rule *rule) {
    const struct ast_node *header = o->set->modules[rule->module].header;
    const struct ast_node *said = clause(clauses_of(rule), AST_ANNOUNCED);
    if (!said)
        said =
            clause(ast_kid(header, header->kind == AST_POLICY ? (int)POLICY_clauses : (int)AMENDMENT_clauses),
                   AST_ANNOUNCED);
    if (!said || !o->question->has_known_on)
        return true;
    return written(o, ast_kid(said, ANNOUNCED_date)) <= o->question->known_on;
}

static const struct ref *target_ref(const struct oracle *o, const struct ast_node *target) {
    return &o->set->node_refs[ast_kid(target, 0)->id];
}

/* An exception to `every rule for D` itself. */
static bool is_to_every(const struct oracle *o, const struct rule *rule, uint32_t decision) {
    const struct ast_node *target =
        rule->kind == RULE_EXCEPTION ? ast_kid(rule->node, EXCEPTION_targets) : NULL;
    for (; target; target = target->next) {
        if (target->kind == AST_TARGET_EVERY && target_ref(o, target)->index == decision)
            return true;
    }
    return false;
}

static bool gives(const struct rule *rule, uint32_t decision) {
    size_t i;
    for (i = 0; i < rule->effect_count; i++) {
        enum effect_kind kind = rule->effects[i].kind;
        if ((kind == EFFECT_SET || kind == EFFECT_ADD) && rule->effects[i].target == decision)
            return true;
    }
    return false;
}

static bool is_target(const struct oracle *o, const struct ast_node *target, uint32_t index) {
    const struct ref *ref = target_ref(o, target);
    const struct rule *rule = &o->set->rules[index];
    if (target->kind == AST_TARGET_RULE)
        return ref->index <= index && index < ref->index + ref->count;
    return target->kind == AST_TARGET_EVERY && gives(rule, ref->index) && !is_to_every(o, rule, ref->index);
}

/* The `or` of the degrees of the exceptions that have a target which `matches` says is meant. */
static struct value switched_off(struct oracle *o, uint32_t index, bool of_normal_case) {
    struct value *v = oracle_alloc(o, o->set->rule_count, sizeof *v);
    size_t n = 0;
    uint32_t i;
    for (i = 0; i < o->set->rule_count; i++) {
        const struct rule *rule = &o->set->rules[i];
        const struct ast_node *target =
            rule->kind == RULE_EXCEPTION ? ast_kid(rule->node, EXCEPTION_targets) : NULL;
        bool meant = false;
        for (; target && !meant; target = target->next)
            meant = of_normal_case
                        ? target->kind == AST_TARGET_OTHERWISE && target_ref(o, target)->index == index
                        : is_target(o, target, index);
        if (meant)
            v[n++] = oracle_rule(o, i);
    }
    return oracle_any(o, v, n);
}

struct value oracle_normal_case_off(struct oracle *o, uint32_t decision) {
    return switched_off(o, decision, true);
}

struct value oracle_rule(struct oracle *o, uint32_t index) {
    const struct rule *rule = &o->set->rules[index];
    const struct ast_node *when, *force;
    struct value *v;
    size_t n = 0, i;
    if (o->degree_known[index])
        return o->degrees[index];
    v = oracle_alloc(o, rule->test_count + 4, sizeof *v);
    force = clause(clauses_of(rule), AST_IN_FORCE);
    if (force)
        v[n++] = in_force(o, force);
    v[n++] = oracle_yes_no(announced(o, rule));
    when = clause(clauses_of(rule), AST_WHEN);
    if (when)
        v[n++] = oracle_as_degree(oracle_certain(o, ast_kid(when, WHEN_condition)));
    for (i = 0; i < rule->test_count; i++)
        v[n++] = oracle_as_degree(oracle_cell(o, rule->tests[i].header, rule->tests[i].cell));
    v[n++] = oracle_not(switched_off(o, index, false));
    o->degrees[index] = oracle_all(o, v, n);
    o->degree_known[index] = true;
    return o->degrees[index];
}
