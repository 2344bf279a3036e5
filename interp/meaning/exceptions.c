/*
 * Who switches off whom: the targets of exceptions, and the warning where an exception takes more away than
 * it seems to. Works when all rules have their effects, because `every rule for D` asks who gives D. Must
 * not know degrees or values.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* How many things a warning lists before it only counts. */
#define LISTED_MAX 8

struct switching {
    struct checker *checker;
    uint32_t *last; /* by rule: the last exception (plus 1) that was added to it, against doubles */
    uint32_t exception;
};

static void exceptions_add(struct switching *s, uint32_t target) {
    struct rule *rule = &s->checker->set->rules[target];
    if (s->last[target] == s->exception + 1)
        return;
    s->last[target] = s->exception + 1;
    (void)ARENA_PUSH(s->checker->arena, rule->exceptions, rule->exception_count, rule->exception_capacity,
                     s->exception);
}

static const struct ref *exceptions_ref(const struct switching *s, const struct ast_node *node) {
    return &s->checker->set->node_refs[node->id];
}

/* The decision of `otherwise D` and `every rule for D`, kept in node_refs. */
static bool exceptions_decision(struct switching *s, const struct ast_node *name, uint32_t *out) {
    const struct symbol *symbol = chk_use(s->checker, name, SYMBOL_DECISION, "a decision");
    struct ref ref = {.kind = REF_TO_DECISION, .count = 1};
    if (!symbol)
        return false;
    ref.index = *out = symbol->index;
    s->checker->set->node_refs[name->id] = ref;
    return true;
}

static void exceptions_otherwise(struct switching *s, const struct ast_node *target) {
    struct policy_set *set = s->checker->set;
    const struct ast_node *name = ast_kid(target, TARGET_OTHERWISE_name);
    struct decision *decision;
    struct diagnostic *diagnostic;
    uint32_t index;
    size_t i;
    if (!exceptions_decision(s, name, &index))
        return;
    decision = &set->decisions[index];
    if (decision->otherwise) {
        for (i = 0; i < decision->otherwise_exception_count; i++) {
            if (decision->otherwise_exceptions[i] == s->exception)
                return;
        }
        (void)ARENA_PUSH(set->arena, decision->otherwise_exceptions, decision->otherwise_exception_count,
                         decision->otherwise_exception_capacity, s->exception);
        return;
    }
    diagnostic = diag_report(&set->diags, DIAG_E0607, ast_span(name), "`%.*s` has no normal case",
                             WORDS(decision->name->text));
    diag_label(&set->diags, diagnostic, ast_span(decision->node->kids[0]),
               "declared here without `otherwise`");
    diag_help(&set->diags, diagnostic,
              "name the rule that this is an exception to, or write `every rule for %.*s`",
              WORDS(decision->name->text));
}

/*
 * An exception to `every rule for D` is not switched off by another one: they would only switch each other
 * off.
 */
static bool exceptions_is_to_every(const struct switching *s, const struct rule *rule, uint32_t decision) {
    const struct ast_node *target;
    if (rule->kind != RULE_EXCEPTION)
        return false;
    for (target = ast_kid(rule->node, EXCEPTION_targets); target; target = target->next) {
        const struct ast_node *name =
            target->kind == AST_TARGET_EVERY ? ast_kid(target, TARGET_EVERY_name) : NULL;
        const struct symbol *symbol =
            ast_name(name) ? chk_find(s->checker, name->file, ast_name(name), SYMBOL_DECISION) : NULL;
        if (symbol && symbol->index == decision)
            return true;
    }
    return false;
}

/* --- what else goes --- */

/*
 * The things a rule gives: bit sets would be too large for many decisions, so they are compared effect by
 * effect.
 */
static bool exceptions_same_thing(const struct effect *a, const struct effect *b) {
    bool duty_a = a->kind == EFFECT_MUST_BY || a->kind == EFFECT_MUST_IN;
    bool duty_b = b->kind == EFFECT_MUST_BY || b->kind == EFFECT_MUST_IN;
    if (a->kind == EFFECT_REMIND || a->kind == EFFECT_NOTICE || b->kind == EFFECT_REMIND ||
        b->kind == EFFECT_NOTICE)
        return a->kind == b->kind;
    return duty_a == duty_b && a->target == b->target;
}

static bool exceptions_gives(const struct rule *rule, const struct effect *thing) {
    size_t i;
    for (i = 0; i < rule->effect_count; i++) {
        if (exceptions_same_thing(&rule->effects[i], thing))
            return true;
    }
    return false;
}

static struct text exceptions_thing(struct switching *s, const struct effect *effect) {
    const struct policy_set *set = s->checker->set;
    switch (effect->kind) {
    case EFFECT_SET:
    case EFFECT_ADD:
        return chk_words(s->checker, "`%.*s`", WORDS(set->decisions[effect->target].shown));
    case EFFECT_MUST_BY:
    case EFFECT_MUST_IN:
        return chk_words(s->checker, "the duty `%.*s`", WORDS(set->duties[effect->target].name->text));
    case EFFECT_REMIND:
        return text_of("its reminders");
    case EFFECT_NOTICE:
        break;
    }
    return text_of("its notices");
}

/* True for the first effect of a rule on this thing. */
static bool exceptions_first(const struct rule *rule, size_t effect) {
    size_t i;
    for (i = 0; i < effect; i++) {
        if (exceptions_same_thing(&rule->effects[i], &rule->effects[effect]))
            return false;
    }
    return true;
}

/* "`stage`, `points` and the duty `pay`" of the effects listed, at most LISTED_MAX. */
static struct text exceptions_list(struct switching *s, const struct effect *const *listed, size_t count) {
    struct text list = text_of("");
    size_t i;
    for (i = 0; i < count && i < LISTED_MAX; i++)
        list = chk_words(s->checker, "%.*s%s%.*s", WORDS(list),
                         i == 0           ? ""
                         : i + 1 == count ? " and "
                                          : ", ",
                         WORDS(exceptions_thing(s, listed[i])));
    return count > LISTED_MAX ? chk_words(s->checker, "%.*s and %zu more", WORDS(list), count - LISTED_MAX)
                              : list;
}

/*
 * Warns where the target gives two or more things and not all of them are meant. Meant is what the exception
 * gives itself, and the D of `every rule for D`; where it means none of them, all are listed.
 */
static bool exceptions_warn(struct switching *s, const struct ast_node *target, const struct rule *rule,
                            const struct effect *every) {
    struct checker *checker = s->checker;
    const struct rule *exception = &checker->set->rules[s->exception];
    const struct effect *listed[LISTED_MAX];
    size_t i, things = 0, count = 0;
    struct diagnostics *diags;
    struct diagnostic *diagnostic;
    for (i = 0; i < rule->effect_count; i++) {
        const struct effect *effect = &rule->effects[i];
        if (!exceptions_first(rule, i))
            continue;
        things++;
        if ((every && exceptions_same_thing(effect, every)) || exceptions_gives(exception, effect))
            continue;
        if (count < LISTED_MAX)
            listed[count] = effect;
        count++;
    }
    if (things < 2 || count == 0)
        return false;
    diags = chk_warnings(checker, target->file, ast_kid(exception->node, EXCEPTION_clauses), DIAG_W0601);
    diagnostic = diag_report(diags, DIAG_W0601, ast_span(target), "`%.*s` switches off%s %.*s of `%.*s`",
                             WORDS(exception->shown), count < things ? " also" : "",
                             WORDS(exceptions_list(s, listed, count)), WORDS(rule->shown));
    diag_label(diags, diagnostic, ast_span(rule->node->kids[0] ? rule->node->kids[0] : rule->node),
               "gives them");
    diag_help(diags, diagnostic,
              "give what shall stay in a rule of its own, or accept the finding: "
              "`accept switched_off_too until DATE \"reason\"`");
    chk_keep_warning(checker, diags, diagnostic, exception->node);
    return true;
}

/* --- targets --- */

/* Rows of a table give the same columns, so one of them that gives most speaks for all. */
static void exceptions_rule(struct switching *s, const struct ast_node *target) {
    const struct policy_set *set = s->checker->set;
    const struct rule *widest = NULL;
    struct ref ref;
    uint32_t i;
    if (!chk_rule_path(s->checker, ast_kid(target, TARGET_RULE_path), &ref))
        return;
    for (i = 0; i < ref.count; i++) {
        const struct rule *rule = &set->rules[ref.index + i];
        exceptions_add(s, ref.index + i);
        if (!widest || rule->effect_count > widest->effect_count)
            widest = rule;
    }
    if (widest)
        (void)exceptions_warn(s, target, widest, NULL);
}

static void exceptions_every(struct switching *s, const struct ast_node *target) {
    const struct policy_set *set = s->checker->set;
    const struct ast_node *name = ast_kid(target, TARGET_EVERY_name);
    const struct decision *decision;
    struct effect every = {.kind = EFFECT_SET};
    bool warned = false;
    size_t i;
    if (!ast_name(name) || exceptions_ref(s, name)->kind != REF_TO_DECISION)
        return;
    every.target = exceptions_ref(s, name)->index;
    decision = &set->decisions[every.target];
    for (i = 0; i < decision->giver_count; i++) {
        uint32_t rule = decision->givers[i].rule;
        if (exceptions_is_to_every(s, &set->rules[rule], every.target))
            continue;
        exceptions_add(s, rule);
        warned = warned || exceptions_warn(s, target, &set->rules[rule], &every);
    }
}

static void exceptions_of(struct switching *s) {
    const struct rule *exception = &s->checker->set->rules[s->exception];
    const struct ast_node *target;
    uint32_t decision;
    for (target = ast_kid(exception->node, EXCEPTION_targets); target; target = target->next) {
        switch (ast_kind_of(target)) {
        case AST_TARGET_RULE:
            exceptions_rule(s, target);
            break;
        case AST_TARGET_OTHERWISE:
            exceptions_otherwise(s, target);
            break;
        case AST_TARGET_EVERY:
            if (exceptions_decision(s, ast_kid(target, TARGET_EVERY_name), &decision))
                exceptions_every(s, target);
            break;
        default:
            break;
        }
    }
}

void chk_exceptions(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct switching s = {checker, NULL, 0};
    s.last = arena_array(checker->arena, set->rule_count + 1, sizeof *s.last);
    if (!s.last)
        return;
    for (; s.exception < set->rule_count; s.exception++) {
        if (set->rules[s.exception].kind == RULE_EXCEPTION)
            exceptions_of(&s);
    }
}
