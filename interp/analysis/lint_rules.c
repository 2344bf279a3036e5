/*
 * Rules that never apply, and exceptions that take nothing away. A rule whose conditions are plain comparisons needs no walk: what they leave of
 * the space says it. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

struct asking_rule {
    uint32_t rule;
    const struct rule *of;
};

enum { RULE_FOUND = 1 };

static int answer_truth(struct sym truth, struct atom *atom) {
    if (truth.kind == SYM_SPLIT) {
        *atom = truth.atom;
        return WALK_SPLIT;
    }
    return truth.kind == SYM_TRUTH && truth.truth ? RULE_FOUND : WALK_PASS;
}

/* --- dead rules --- */

static int ask_applies(struct walk *walk, void *context, struct atom *atom) {
    const struct asking_rule *asking = context;
    return answer_truth(see_rule(&walk->engines[0], asking->rule), atom);
}

static bool applies(void *context, const struct confirmed *const results[]) {
    const struct asking_rule *asking = context;
    return results[0]->outcome.degrees[asking->rule] == DEGREE_YES;
}

static void add_dead(struct lint_work *work, uint32_t index) {
    const struct rule *rule = &work->set->rules[index];
    bool row = rule->kind == RULE_ROW;
    enum diag_code code = row ? DIAG_L0202 : DIAG_L0201;
    if (!lint_wants(work, code))
        return;
    const char *what = row ? "row" : rule->kind == RULE_EXCEPTION ? "exception" : "rule";
    struct diagnostic *diagnostic =
        diag_report(work->findings->diags, code, lint_rule_span(rule), "the %s `%.*s` can never apply", what,
                    (int)rule->shown.length, rule->shown.bytes);
    lint_clashing(work, diagnostic, index);
    diag_help(work->findings->diags, diagnostic,
              "its conditions cannot hold together in any valid case; correct them, or delete the %s", what);
    struct finding finding = finding_of(diagnostic, lint_rule_where(rule));
    finding.rule = index;
    lint_add(work, &finding, NULL);
}

static void check_rule(struct lint_work *work, uint32_t index) {
    struct walk *walk = &work->walk;
    const struct engine *engine = &walk->engines[0];
    const struct rule *rule = &work->set->rules[index];
    struct asking_rule asking = {index, rule};
    const struct search search = {
        .question = ask_applies, .holds = applies, .context = &asking, .unshown = true};
    uint32_t count;
    const struct atom *atoms = rule_atoms(engine, index, &count);
    zone_copy(&walk->space.shape, walk->trial, walk->stack[0]);
    bool some = true;
    for (uint32_t i = 0; i < count && some; i++)
        some = atom_apply(&walk->space.shape, walk->trial, &atoms[i], false);
    if (some && rule_is_plain(engine, index) && engine->requirement_count == 0)
        return;
    struct search_result result = {.end = SEARCH_NONE};
    if (some)
        result = search_run(walk, atoms, count, &search, work->findings->arena);
    if (!lint_decided(work, &result, rule->kind == RULE_ROW ? DIAG_L0202 : DIAG_L0201, lint_rule_span(rule),
                      "whether it can ever apply"))
        return;
    if (result.end == SEARCH_POSSIBLE) /* neither seen to apply nor seen to be dead */
        work->report->unfinished[rule->kind == RULE_ROW ? DIAG_L0202 : DIAG_L0201] = true;
    work->dead[index] = result.end == SEARCH_NONE;
    if (work->dead[index])
        add_dead(work, index);
}

/* --- idle exceptions --- */

/* Whether a target would apply but for this exception. */
static struct sym would_apply(struct engine *engine, uint32_t target, uint32_t exception) {
    return see_rule_without(engine, target, engine->rules[exception].degree);
}

static bool is_among(const uint32_t *rules, size_t count, uint32_t rule) {
    for (size_t i = 0; i < count; i++) {
        if (rules[i] == rule)
            return true;
    }
    return false;
}

/* The normal case would be used: no rule gives a value, and no other exception switches it off. */
static struct sym normal_is_used(struct engine *engine, const struct decision *decision, uint32_t exception) {
    struct sym unused = sym_of_truth(true);
    for (size_t i = 0; i < decision->giver_count; i++)
        unused = sym_both(unused, sym_not(see_rule(engine, decision->givers[i].rule)));
    for (size_t i = 0; i < decision->otherwise_exception_count; i++) {
        if (decision->otherwise_exceptions[i] != exception)
            unused = sym_both(unused, sym_not(see_rule(engine, decision->otherwise_exceptions[i])));
    }
    return unused;
}

static int ask_takes(struct walk *walk, void *context, struct atom *atom) {
    const struct asking_rule *asking = context;
    struct engine *engine = &walk->engines[0];
    const struct policy_set *set = engine->program->set;
    struct sym none_taken = sym_of_truth(true);
    for (uint32_t i = 0; i < set->rule_count; i++) {
        if (is_among(set->rules[i].exceptions, set->rules[i].exception_count, asking->rule))
            none_taken = sym_both(none_taken, sym_not(would_apply(engine, i, asking->rule)));
    }
    for (size_t i = 0; i < set->decision_count; i++) {
        const struct decision *decision = &set->decisions[i];
        if (is_among(decision->otherwise_exceptions, decision->otherwise_exception_count, asking->rule))
            none_taken = sym_both(none_taken, sym_not(normal_is_used(engine, decision, asking->rule)));
    }
    /* Open counts as taken: whatever it takes away may be there. */
    if (none_taken.kind == SYM_OPEN || none_taken.kind == SYM_NONE)
        none_taken = sym_of_truth(false);
    return answer_truth(sym_both(see_rule(engine, asking->rule), sym_not(none_taken)), atom);
}

static void check_exception(struct lint_work *work, uint32_t index) {
    const struct rule *rule = &work->set->rules[index];
    struct asking_rule asking = {index, rule};
    const struct search search = {.question = ask_takes, .context = &asking, .unshown = true};
    uint32_t count;
    const struct atom *atoms = rule_atoms(&work->walk.engines[0], index, &count);
    struct search_result result = search_run(&work->walk, atoms, count, &search, work->findings->arena);
    if (result.end == SEARCH_POSSIBLE)
        work->report->unfinished[DIAG_L0203] = true;
    if (!lint_decided(work, &result, DIAG_L0203, lint_rule_span(rule), "whether it takes anything away") ||
        result.end != SEARCH_NONE)
        return;
    struct diagnostic *diagnostic =
        diag_report(work->findings->diags, DIAG_L0203, lint_rule_span(rule),
                    "the exception `%.*s` takes nothing away", (int)rule->shown.length, rule->shown.bytes);
    diag_help(work->findings->diags, diagnostic,
              "wherever it applies, what it is an exception to would not apply anyhow; correct its condition "
              "or its target");
    struct finding finding = finding_of(diagnostic, lint_rule_where(rule));
    finding.rule = index;
    lint_add(work, &finding, NULL);
}

void lint_rules(struct lint_work *work) {
    uint32_t count = (uint32_t)work->set->rule_count;
    static const enum diag_code rest_on_it[] = {DIAG_L0201, DIAG_L0202, DIAG_L0203, DIAG_L0103, DIAG_L0104,
                                                DIAG_L0204, DIAG_L0205, DIAG_L0206, DIAG_L0207};
    bool wanted = false;
    for (size_t i = 0; i < sizeof rest_on_it / sizeof *rest_on_it; i++)
        wanted = wanted || lint_wants(work, rest_on_it[i]);
    if (!wanted)
        return;
    for (uint32_t i = 0; i < count && !work->failed; i++)
        check_rule(work, i);
    for (uint32_t i = 0; i < count && !work->failed; i++) {
        if (work->set->rules[i].kind == RULE_EXCEPTION && !work->dead[i] && lint_wants(work, DIAG_L0203))
            check_exception(work, i);
    }
}
