/*
 * Rules that give nothing which another does not give: wherever one applies, the other applies too and gives the same. Rules whose conditions
 * are plain comparisons are compared without a walk. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

#define DUPLICATE_CELLS ((uint64_t)2000)
/* Pairs that are walked through. */
#define DUPLICATE_MOST 200
enum { DUPLICATE_FOUND = 1 };

struct duplicates {
    struct lint_work *work;
    struct engine *engine;
    bool *asked_for;           /* by register: something asks whether this rule applies */
    bool *told;                /* by rule */
    uint32_t *begins, *values; /* by rule: where the registers of its effects' values begin */
    size_t walks;
    uint32_t rule, other; /* of the question at hand: whether `rule` applies where `other` does not */
};

/* --- what they give --- */

/* The registers of what the rules give, by rule and effect; NO_REGISTER where an effect gives no value. */
static bool gather_values(struct duplicates *d, struct arena *arena) {
    const struct policy_set *set = d->work->set;
    uint32_t count = 0;
    d->begins = arena_array(arena, set->rule_count + 1, sizeof *d->begins);
    for (size_t i = 0; i < set->rule_count && d->begins; i++) {
        d->begins[i] = count;
        count += (uint32_t)set->rules[i].effect_count;
    }
    d->values = arena_array(arena, count + 1, sizeof *d->values);
    if (!d->begins || !d->values)
        return false;
    for (uint32_t i = 0; i <= count; i++)
        d->values[i] = NO_REGISTER;
    for (size_t i = 0; i < set->decision_count + set->duty_count; i++) {
        const struct giver_view *view =
            i < set->decision_count ? &d->engine->decisions[i] : &d->engine->duties[i - set->decision_count];
        for (uint32_t k = 0; k < view->count; k++)
            d->values[d->begins[view->givers[k].rule] + view->givers[k].effect] = view->pairs[2 * k + 1];
    }
    return true;
}

/* Whether the other rule gives all that this one gives. Announcements, and what is added to a total, count each time. */
static bool gives_all(const struct duplicates *d, uint32_t rule, uint32_t other) {
    const struct rule *a = &d->work->set->rules[rule], *b = &d->work->set->rules[other];
    for (size_t i = 0; i < a->effect_count; i++) {
        const struct effect *effect = &a->effects[i];
        bool found = false;
        if (effect->kind != EFFECT_SET && effect->kind != EFFECT_MUST_BY && effect->kind != EFFECT_MUST_IN)
            return false;
        for (size_t k = 0; k < b->effect_count && !found; k++)
            found = d->values[d->begins[other] + k] == d->values[d->begins[rule] + i] &&
                    b->effects[k].kind == effect->kind && b->effects[k].target == effect->target;
        if (!found)
            return false;
    }
    return a->effect_count > 0;
}

/* --- where they apply --- */

static int ask_without(struct walk *walk, void *context, struct atom *atom) {
    const struct duplicates *d = context;
    struct sym other = see_rule(&walk->engines[0], d->other);
    if (other.kind == SYM_TRUTH && other.truth)
        return WALK_PASS;
    struct sym own = see_rule(&walk->engines[0], d->rule);
    if (own.kind == SYM_TRUTH && !own.truth)
        return WALK_PASS;
    if (own.kind == SYM_SPLIT || other.kind == SYM_SPLIT) {
        *atom = own.kind == SYM_SPLIT ? own.atom : other.atom;
        return WALK_SPLIT;
    }
    return DUPLICATE_FOUND;
}

/* The walk's trial zone is where the plain conditions of d->rule hold. */
static bool applies_within(struct duplicates *d) {
    const struct walk *walk = &d->work->walk;
    uint32_t count;
    const struct atom *atoms = rule_atoms(d->engine, d->other, &count);
    bool implied = true;
    for (uint32_t i = 0; i < count; i++) {
        enum truth truth = atom_judge(&walk->space.shape, walk->trial, &atoms[i]);
        if (truth == TRUTH_NO)
            return false;
        implied = implied && truth == TRUTH_YES;
    }
    if (implied && rule_is_plain(d->engine, d->other))
        return true;
    if (rule_is_plain(d->engine, d->rule) && d->engine->requirement_count == 0 && !implied)
        return false;
    if (d->walks++ >= DUPLICATE_MOST) {
        d->work->report->unfinished[DIAG_L0206] = true;
        return false;
    }
    const struct search search = {.question = ask_without, .context = d, .wanted = 1, .unshown = true};
    uint32_t own;
    const struct atom *within = rule_atoms(d->engine, d->rule, &own);
    enum search_end end = lint_search(d->work, &d->work->walk, within, own, &search, DUPLICATE_CELLS).end;
    if (end == SEARCH_BUDGET)
        d->work->report->unfinished[DIAG_L0206] = true;
    return end == SEARCH_NONE;
}

/* Makes the walk's trial zone that of the rule; false where it is empty. */
static bool zone_of_rule(struct duplicates *d) {
    struct walk *walk = &d->work->walk;
    uint32_t count;
    const struct atom *atoms = rule_atoms(d->engine, d->rule, &count);
    zone_copy(&walk->space.shape, walk->trial, walk->stack[0]);
    for (uint32_t i = 0; i < count; i++)
        if (!atom_apply(&walk->space.shape, walk->trial, &atoms[i], false))
            return false;
    return true;
}

/* --- the check --- */

static void tell(struct duplicates *d) {
    struct lint_work *work = d->work;
    struct diagnostics *diags = work->findings->diags;
    const struct rule *rule = &work->set->rules[d->rule], *other = &work->set->rules[d->other];
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0206, lint_rule_span(rule), "`%.*s` gives nothing that `%.*s` does not give",
                    (int)rule->shown.length, rule->shown.bytes, (int)other->shown.length, other->shown.bytes);
    diag_label(diags, diagnostic, lint_rule_span(other), "this applies wherever it does");
    diag_help(diags, diagnostic, "remove it, or correct its condition");
    struct finding finding = finding_of(diagnostic, lint_rule_where(rule));
    finding.rule = d->rule < d->other ? d->rule : d->other;
    finding.other = d->rule < d->other ? d->other : d->rule;
    lint_add(work, &finding, NULL);
    d->told[d->rule] = true;
}

/* A rule that others ask about, or take exceptions from what it gives, stays what it is. */
static bool may_go(const struct duplicates *d, uint32_t rule) {
    uint32_t degree = d->engine->rules[rule].degree;
    return !d->work->dead[rule] && !d->told[rule] && degree != NO_REGISTER && !d->asked_for[degree] &&
           d->work->set->rules[rule].kind != RULE_EXCEPTION;
}

static void check_rule(struct duplicates *d, const struct giver *givers, size_t count, uint32_t rule) {
    bool zone = false;
    d->rule = rule;
    for (size_t i = 0; i < count && !d->work->failed && !d->told[rule]; i++) {
        d->other = givers[i].rule;
        if (d->other == rule || d->work->dead[d->other] || d->told[d->other] || !gives_all(d, rule, d->other))
            continue;
        if (!zone && !zone_of_rule(d))
            return;
        size_t walks = d->walks;
        zone = true;
        if (applies_within(d))
            tell(d);
        zone = zone && walks == d->walks; /* a walk uses the trial zone too */
    }
}

/* Where the two applied to the same cases the later one is told of. */
static void check_all(struct duplicates *d) {
    const struct policy_set *set = d->work->set;
    for (size_t i = set->rule_count; i > 0 && !d->work->failed; i--) {
        const struct rule *rule = &set->rules[i - 1];
        if (rule->effect_count == 0 || !may_go(d, (uint32_t)(i - 1)))
            continue;
        const struct effect *effect = &rule->effects[0];
        if (effect->kind == EFFECT_SET)
            check_rule(d, set->decisions[effect->target].givers, set->decisions[effect->target].giver_count,
                       (uint32_t)(i - 1));
        else if (effect->kind == EFFECT_MUST_BY || effect->kind == EFFECT_MUST_IN)
            check_rule(d, set->duties[effect->target].givers, set->duties[effect->target].giver_count,
                       (uint32_t)(i - 1));
    }
}

void lint_duplicates(struct lint_work *work) {
    const struct program *program = work->program;
    struct duplicates d = {.work = work, .engine = &work->walk.engines[0]};
    struct arena arena;
    if (!lint_wants(work, DIAG_L0206) || !work->walk.ready)
        return;
    arena_init(&arena, work->findings->arena->alloc);
    d.asked_for = arena_array(&arena, program->register_count, sizeof *d.asked_for);
    d.told = arena_array(&arena, work->set->rule_count + 1, sizeof *d.told);
    work->failed = work->failed || !d.asked_for || !d.told || !gather_values(&d, &arena);
    for (uint32_t i = 0; i < program->instruction_count && !work->failed; i++) {
        uint32_t count;
        if (program->instructions[i].op != INS_rule_applies)
            continue;
        const uint32_t *degrees = sym_operands(d.engine, program->instructions[i].a, &count);
        for (uint32_t k = 0; k < count; k++)
            d.asked_for[degrees[k]] = true;
    }
    if (!work->failed)
        check_all(&d);
    arena_free(&arena);
}
