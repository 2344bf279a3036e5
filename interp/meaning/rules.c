/*
 * Rules and exceptions: their clauses, and their effects on decisions, totals and duties. Tables come
 * through here with their clauses and go on to tables.c with their rows. Must not know who switches off
 * whom.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* The clauses of a rule or table, those that stand once. */
struct rule_clauses {
    const struct ast_node *when, *in_force, *announced, *cites;
};

static void rules_cites(struct checker *checker, const struct ast_node *clause) {
    const struct ast_node *name = ast_kid(clause, CITES_source);
    const struct symbol *symbol = chk_use(checker, name, SYMBOL_SOURCE, "a source");
    if (symbol && name->id < checker->set->node_limit) {
        struct ref ref = {.kind = REF_TO_SOURCE, .index = symbol->index, .count = 1};
        checker->set->node_refs[name->id] = ref;
    }
}

static struct rule_clauses rules_clauses(struct checker *checker, const struct ast_node *clause) {
    struct rule_clauses out = {NULL, NULL, NULL, NULL};
    chk_accepts(checker, clause);
    for (; clause; clause = clause->next) {
        switch (ast_kind_of(clause)) {
        case AST_WHEN:
            (void)chk_once(&out.when, clause);
            break;
        case AST_IN_FORCE:
            (void)chk_once(&out.in_force, clause);
            break;
        case AST_ANNOUNCED:
            (void)chk_once(&out.announced, clause);
            break;
        case AST_CITES:
            out.cites = out.cites ? out.cites : clause;
            rules_cites(checker, clause);
            break;
        default:
            break;
        }
    }
    return out;
}

/* Fills the clauses of one rule; gives what is known where its `when` holds. */
static const struct givens *rules_take_clauses(struct checker *checker, const struct scope *scope,
                                               struct rule *rule, const struct ast_node *clauses) {
    static const struct type day = {.kind = TYPE_DAY};
    const struct module *module = &checker->set->modules[rule->module];
    struct rule_clauses taken = rules_clauses(checker, clauses);
    const struct givens *known = NULL;
    rule->cites = taken.cites;
    if (taken.when && ast_kid(taken.when, WHEN_condition)) {
        rule->when = ast_kid(taken.when, WHEN_condition);
        chk_condition(checker, scope, rule->when, NULL, "the condition of `when`");
        known = chk_givens_if(checker, scope, rule->when);
    }
    rule->has_announced = module->has_announced;
    rule->announced = module->announced;
    if (taken.announced)
        rule->has_announced = chk_date(checker, ast_kid(taken.announced, ANNOUNCED_date), &rule->announced);
    if (taken.in_force) {
        const struct ast_node *at = ast_kid(taken.in_force, IN_FORCE_at);
        const struct ast_node *period = ast_kid(taken.in_force, IN_FORCE_period);
        rule->has_in_force = period && chk_constant_period(checker, period, &rule->in_force);
        rule->in_force_at = at;
        if (at)
            chk_value(checker, scope, at, &day, known, "the date behind `at`");
    }
    return known;
}

/* --- effects --- */

void chk_add_effect(struct checker *checker, uint32_t index, const struct effect *effect) {
    struct policy_set *set = checker->set;
    struct rule *rule = &set->rules[index];
    struct giver giver = {index, (uint32_t)rule->effect_count};
    if (!ARENA_PUSH(set->arena, rule->effects, rule->effect_count, rule->effect_capacity, *effect))
        return;
    if (effect->kind == EFFECT_SET || effect->kind == EFFECT_ADD) {
        struct decision *decision = &set->decisions[effect->target];
        (void)ARENA_PUSH(set->arena, decision->givers, decision->giver_count, decision->giver_capacity,
                         giver);
    } else if (effect->kind == EFFECT_MUST_BY || effect->kind == EFFECT_MUST_IN) {
        struct duty *duty = &set->duties[effect->target];
        (void)ARENA_PUSH(set->arena, duty->givers, duty->giver_count, duty->giver_capacity, giver);
    }
}

const struct type *chk_effect_type(struct checker *checker, const struct decision *decision) {
    struct type *type;
    if (decision->kind == DECISION_DEFINE)
        return chk_definition(checker, decision->index);
    if (decision->kind == DECISION_DECIDE)
        return &decision->type;
    type = arena_alloc(checker->arena, sizeof *type);
    if (type) {
        *type = decision->type;
        type->has_low = type->has_high = false;
    }
    return type;
}

static void rules_set_ref(struct checker *checker, const struct ast_node *name, enum ref_kind kind,
                          uint32_t index) {
    struct ref ref = {.kind = kind, .index = index, .count = 1};
    if (name->id < checker->set->node_limit)
        checker->set->node_refs[name->id] = ref;
}

static void rules_report_add(struct checker *checker, const struct ast_node *node,
                             const struct decision *decision) {
    struct diagnostics *diags = &checker->set->diags;
    bool total = decision->kind == DECISION_TOTAL;
    struct diagnostic *diagnostic = diag_report(diags, DIAG_E0603, ast_span(node),
                                                total ? "`%.*s` is a total: rules add to it and never set it"
                                                      : "`%.*s` is not a total: rules cannot add to it",
                                                WORDS(decision->name->text));
    struct text value = {"", 0};
    diag_label(diags, diagnostic, ast_span(decision->node->kids[0]),
               total ? "declared here as a total" : "declared here");
    if (node->kids[SET_value])
        value = sources_text(&checker->set->sources,
                             ast_span(node->kids[total ? (int)SET_value : (int)ADD_value]));
    if (total && value.length > 0 && value.length < 60) {
        diag_fix(diags, diagnostic, ast_span(node), "add to it", "add %.*s to %.*s", WORDS(value),
                 WORDS(decision->name->text));
    } else if (!total) {
        diag_help(diags, diagnostic, "declare it with `total %.*s: number`, or write `%.*s is VALUE`",
                  WORDS(decision->name->text), WORDS(decision->name->text));
    }
}

static void rules_give(struct checker *checker, const struct scope *scope, uint32_t rule,
                       const struct ast_node *node, const struct givens *known) {
    bool adds = node->kind == AST_ADD;
    const struct ast_node *name = ast_kid(node, adds ? (int)ADD_name : (int)SET_name);
    const struct ast_node *value = ast_kid(node, adds ? (int)ADD_value : (int)SET_value);
    const struct symbol *symbol = chk_use(checker, name, SYMBOL_DECISION, "a decision");
    struct effect effect = {.kind = adds ? EFFECT_ADD : EFFECT_SET, .node = node, .value = value};
    const struct decision *decision;
    const struct type *type;
    if (!symbol) {
        /* The value is looked at all the same: it may hold a mistake of its own. */
        if (value && value->kind != AST_NONE && value->kind != AST_NAME)
            (void)chk_expression(checker, scope, value, NULL, known);
        return;
    }
    decision = &checker->set->decisions[symbol->index];
    rules_set_ref(checker, name, REF_TO_DECISION, symbol->index);
    if (adds != (decision->kind == DECISION_TOTAL)) {
        rules_report_add(checker, node, decision);
        return;
    }
    type = chk_effect_type(checker, decision);
    if (!value || !type)
        return;
    chk_value(checker, scope, value, type, known,
              adds ? "what is added to the total" : "the value of the decision");
    effect.target = symbol->index;
    chk_add_effect(checker, rule, &effect);
}

static void rules_must(struct checker *checker, const struct scope *scope, uint32_t rule,
                       const struct ast_node *node, const struct givens *known) {
    static const struct type day = {.kind = TYPE_DAY}, period = {.kind = TYPE_SPAN};
    bool by = node->kind == AST_MUST_BY;
    const struct ast_node *name = ast_kid(node, by ? (int)MUST_BY_name : (int)MUST_IN_name);
    const struct ast_node *value = ast_kid(node, by ? (int)MUST_BY_date : (int)MUST_IN_period);
    const struct symbol *symbol = chk_use(checker, name, SYMBOL_DUTY, "a duty");
    struct effect effect = {.kind = by ? EFFECT_MUST_BY : EFFECT_MUST_IN, .node = node, .value = value};
    if (value)
        chk_value(checker, scope, value, by ? &day : &period, known,
                  by ? "the day behind `by`" : "the period behind `in`");
    if (!symbol || !value)
        return;
    rules_set_ref(checker, name, REF_TO_DUTY, symbol->index);
    effect.target = symbol->index;
    chk_add_effect(checker, rule, &effect);
}

static void rules_remind(struct checker *checker, const struct scope *scope, uint32_t rule,
                         const struct ast_node *node, const struct givens *known) {
    static const struct type day = {.kind = TYPE_DAY};
    struct effect effect = {.kind = EFFECT_REMIND,
                            .node = node,
                            .value = ast_kid(node, REMIND_date),
                            .text = ast_kid(node, REMIND_text),
                            .unless = ast_kid(node, REMIND_unless)};
    if (effect.value)
        chk_value(checker, scope, effect.value, &day, known, "the day of a reminder");
    if (effect.text)
        chk_template(checker, scope, effect.text, known);
    if (effect.unless)
        chk_condition(checker, scope, effect.unless, known, "the condition of `unless`");
    if (effect.value && effect.text)
        chk_add_effect(checker, rule, &effect);
}

static void rules_effects(struct checker *checker, const struct scope *scope, uint32_t rule,
                          const struct ast_node *node, const struct givens *known) {
    for (; node; node = node->next) {
        struct effect notice = {.kind = EFFECT_NOTICE, .node = node};
        switch (ast_kind_of(node)) {
        case AST_SET:
        case AST_ADD:
            rules_give(checker, scope, rule, node, known);
            break;
        case AST_MUST_BY:
        case AST_MUST_IN:
            rules_must(checker, scope, rule, node, known);
            break;
        case AST_REMIND:
            rules_remind(checker, scope, rule, node, known);
            break;
        case AST_NOTICE:
            notice.text = ast_kid(node, NOTICE_text);
            if (!notice.text)
                break;
            chk_template(checker, scope, notice.text, known);
            chk_add_effect(checker, rule, &notice);
            break;
        default:
            break;
        }
    }
}

/* --- the three kinds --- */

static void rules_rule(struct checker *checker, uint32_t index) {
    struct rule *rule = &checker->set->rules[index];
    const struct ast_node *node = rule->node;
    struct scope scope = {.file = node->file};
    bool plain = rule->kind == RULE_PLAIN;
    const struct givens *known = rules_take_clauses(
        checker, &scope, rule, ast_kid(node, plain ? (int)RULE_clauses : (int)EXCEPTION_clauses));
    rules_effects(checker, &scope, index, ast_kid(node, plain ? (int)RULE_effects : (int)EXCEPTION_effects),
                  known);
}

/* The clauses are taken once; every row gets them. A table without rows is checked all the same. */
static void rules_table(struct checker *checker, const struct ast_node *table, uint32_t module,
                        uint32_t first, uint32_t count) {
    struct scope scope = {.file = table->file};
    struct rule shared = {.module = module};
    const struct givens *known = rules_take_clauses(checker, &scope, &shared, ast_kid(table, TABLE_clauses));
    uint32_t i;
    for (i = 0; i < count; i++) {
        struct rule *row = &checker->set->rules[first + i];
        row->when = shared.when;
        row->cites = shared.cites;
        row->has_announced = shared.has_announced;
        row->announced = shared.announced;
        row->has_in_force = shared.has_in_force;
        row->in_force = shared.in_force;
        row->in_force_at = shared.in_force_at;
    }
    chk_table(checker, table, first, count, known);
}

/* Goes through the declarations as declare.c did, so that rules come in the order of their index. */
void chk_rules(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct arena guards;
    uint32_t index = 0;
    size_t i;
    arena_init(&guards, checker->arena->alloc);
    for (i = 0; i < set->tree_count; i++) {
        const struct ast_node *node = ast_kid(set->trees[i].root, FILE_decls);
        for (; node; node = node->next) {
            uint32_t count = 0;
            bool plain = node->kind == AST_RULE || node->kind == AST_EXCEPTION;
            if ((!plain && node->kind != AST_TABLE) || !ast_name(node->kids[0]))
                continue;
            if (plain && index < set->rule_count) {
                struct arena *kept = chk_guards_begin(checker, &guards);
                rules_rule(checker, index++);
                chk_guards_end(checker, kept);
                continue;
            }
            while (index + count < set->rule_count && set->rules[index + count].table == node)
                count++;
            rules_table(checker, node, chk_module_of(checker, node->file), index, count);
            index += count;
        }
    }
    arena_free(&guards);
}
