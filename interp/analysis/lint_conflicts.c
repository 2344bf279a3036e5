/*
 * Conflicts, by pairs: two rules for one decision or duty that both apply in some valid case and give different values. Pairs whose
 * plain conditions exclude each other are passed over by their bounds alone; a walk decides only the rest. Must not know how
 * findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/boxes.h"
#include "interp/analysis/symbolic.h"

/* The givers of one decision or duty. */
struct contest {
    struct lint_work *work;
    struct giver_view *view;
    const struct decision *decision; /* one of the two */
    const struct duty *duty;
    uint32_t index, reg;
    uint32_t first, second; /* givers of the pair at hand */
    struct atom *atoms;     /* of the pair */
    size_t room;
    uint64_t conflicts;
    bool undecided; /* some pair could not be decided */
};

enum { CONFLICT_FOUND = 1 };

static uint32_t rule_of(const struct contest *contest, uint32_t giver) {
    return contest->view->givers[giver].rule;
}

static uint32_t value_of(const struct contest *contest, uint32_t giver) {
    return contest->view->pairs[2 * giver + 1];
}

static int ask_conflict(struct walk *walk, void *context, struct atom *atom) {
    const struct contest *contest = context;
    struct engine *engine = &walk->engines[0];
    struct sym both = sym_both(see_rule(engine, rule_of(contest, contest->first)),
                               see_rule(engine, rule_of(contest, contest->second)));
    if (both.kind == SYM_TRUTH && both.truth) {
        struct sym a = sym_eval(engine, value_of(contest, contest->first)),
                   b = sym_eval(engine, value_of(contest, contest->second));
        if (a.kind == SYM_OPEN || b.kind == SYM_OPEN)
            return WALK_PASS;
        both = a.kind == SYM_SPLIT   ? a
               : b.kind == SYM_SPLIT ? b
                                     : sym_not(sym_same_value(engine, a, b, contest->reg));
    }
    if (both.kind == SYM_SPLIT) {
        *atom = both.atom;
        return WALK_SPLIT;
    }
    return both.kind == SYM_TRUTH && both.truth ? CONFLICT_FOUND : WALK_PASS;
}

/* Both rules gave values, and different ones. */
static bool contribute(const struct contribution *list, size_t count, uint32_t a, uint32_t b) {
    const struct contribution *first = NULL, *second = NULL;
    for (size_t i = 0; i < count; i++) {
        first = list[i].rule == a ? &list[i] : first;
        second = list[i].rule == b ? &list[i] : second;
    }
    return first && second && !value_equal(first->value, second->value);
}

static bool in_conflict(void *context, const struct confirmed *const results[]) {
    const struct contest *contest = context;
    const struct outcome *outcome = &results[0]->outcome;
    uint32_t a = rule_of(contest, contest->first), b = rule_of(contest, contest->second);
    if (contest->duty) {
        const struct duty_outcome *duty = &outcome->duties[contest->index];
        return duty->state == DUTY_IN_CONFLICT &&
               contribute(duty->contributions, duty->contribution_count, a, b);
    }
    const struct decision_outcome *decision = &outcome->decisions[contest->index];
    return decision->state == STATE_CONFLICT &&
           contribute(decision->contributions, decision->contribution_count, a, b);
}

/* Constants of the same symbol: no case can tell them apart. */
static bool same_constant(struct contest *contest, uint32_t a, uint32_t b) {
    struct engine *engine = &contest->work->walk.engines[0];
    if (value_of(contest, a) == value_of(contest, b))
        return true;
    if (!sym_is_fixed(engine, value_of(contest, a)) || !sym_is_fixed(engine, value_of(contest, b)))
        return false;
    struct sym of_a = sym_eval(engine, value_of(contest, a)), of_b = sym_eval(engine, value_of(contest, b));
    if (of_a.kind == SYM_OPEN || of_b.kind == SYM_OPEN)
        return false;
    struct sym same = sym_same_value(engine, of_a, of_b, contest->reg);
    return same.kind == SYM_TRUTH && same.truth;
}

/* An exception and what it takes away never apply together. */
static bool is_exception_to(const struct contest *contest, uint32_t exception, uint32_t target) {
    const struct rule *rule = &contest->work->set->rules[rule_of(contest, target)];
    for (size_t i = 0; i < rule->exception_count; i++) {
        if (rule->exceptions[i] == rule_of(contest, exception))
            return true;
    }
    return false;
}

static void add_conflict(struct contest *contest, const struct search_result *result,
                         const struct atom *atoms, size_t count) {
    struct lint_work *work = contest->work;
    struct diagnostics *diags = work->findings->diags;
    const struct rule *a = &work->set->rules[rule_of(contest, contest->first)],
                      *b = &work->set->rules[rule_of(contest, contest->second)];
    struct text name = contest->duty ? contest->duty->name->text : contest->decision->shown;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0101, lint_rule_span(a), "`%.*s` and `%.*s` give `%.*s` different values%s",
                    (int)a->shown.length, a->shown.bytes, (int)b->shown.length, b->shown.bytes,
                    (int)name.length, name.bytes, result->end == SEARCH_FOUND ? "" : " in a possible case");
    diag_label(diags, diagnostic, lint_rule_span(b), "the other rule");
    diag_help(diags, diagnostic,
              "say which one holds: make one an `exception` to the other, or change their conditions");
    struct finding finding = finding_of(diagnostic, lint_rule_where(a));
    finding.rule = rule_of(contest, contest->first);
    finding.other = rule_of(contest, contest->second);
    finding.decision = contest->duty ? FINDING_NOTHING : contest->index;
    finding.possible = result->end != SEARCH_FOUND;
    lint_region(work, &finding, atoms, count, ask_conflict, contest);
    lint_add(work, &finding, result->witnesses[0]);
}

/* Room for the conditions of both rules, the same for every pair. */
static struct atom *contest_atoms(struct contest *contest, size_t count) {
    if (count >= contest->room) {
        contest->room = 2 * count + 16;
        contest->atoms = arena_array(contest->work->walk.arena, contest->room, sizeof *contest->atoms);
    }
    contest->work->failed = contest->work->failed || !contest->atoms;
    return contest->atoms;
}

/* A pair whose plain conditions meet. */
static bool contest_pair(void *context, uint32_t a, uint32_t b) {
    struct contest *contest = context;
    struct lint_work *work = contest->work;
    struct engine *engine = &work->walk.engines[0];
    uint32_t counts[2];
    contest->first = a < b ? a : b;
    contest->second = a < b ? b : a;
    if (is_exception_to(contest, a, b) || is_exception_to(contest, b, a) || work->dead[rule_of(contest, a)] ||
        work->dead[rule_of(contest, b)] || same_constant(contest, a, b))
        return !work->failed;
    bool plain = engine->requirement_count == 0 && rule_is_plain(engine, rule_of(contest, a)) &&
                 rule_is_plain(engine, rule_of(contest, b)) && sym_is_fixed(engine, value_of(contest, a)) &&
                 sym_is_fixed(engine, value_of(contest, b));
    if (plain && contest->conflicts >= LINT_MOST_CONFLICTS) { /* that they meet is known already */
        contest->conflicts++;
        return true;
    }
    const struct atom *first = rule_atoms(engine, rule_of(contest, contest->first), &counts[0]);
    const struct atom *second = rule_atoms(engine, rule_of(contest, contest->second), &counts[1]);
    struct atom *atoms = contest_atoms(contest, counts[0] + counts[1]);
    if (!atoms)
        return false;
    for (uint32_t i = 0; i < counts[0] + counts[1]; i++)
        atoms[i] = i < counts[0] ? first[i] : second[i - counts[0]];
    bool told = contest->conflicts < LINT_MOST_CONFLICTS;
    const struct search search = {.question = ask_conflict,
                                  .holds = told ? in_conflict : NULL,
                                  .context = contest,
                                  .wanted = 1,
                                  .plain = told};
    size_t all = (size_t)counts[0] + counts[1];
    struct search_result result = search_run(&work->walk, atoms, all, &search, work->findings->arena);
    struct span span = lint_rule_span(&work->set->rules[rule_of(contest, contest->first)]);
    if (!lint_decided(work, &result, DIAG_L0101, span, "whether it contradicts another rule")) {
        contest->undecided = true;
        return !work->failed;
    }
    if (result.end == SEARCH_NONE)
        return true;
    contest->conflicts++;
    if (told)
        add_conflict(contest, &result, atoms, all);
    return !work->failed;
}

static void contest_run(struct contest *contest) {
    struct lint_work *work = contest->work;
    struct engine *engine = &work->walk.engines[0];
    if (contest->view->count < 2)
        return;
    if (!boxes_meet(engine, contest->view->givers, contest->view->count, contest_pair, contest) &&
        !work->failed)
        work->failed = true;
    if (contest->conflicts <= LINT_MOST_CONFLICTS || !lint_wants(work, DIAG_L0101))
        return;
    struct text name = contest->duty ? contest->duty->name->text : contest->decision->shown;
    const struct ast_node *node = contest->duty ? contest->duty->node : contest->decision->node;
    struct diagnostic *diagnostic =
        diag_report(work->findings->diags, DIAG_L0101, ast_span(ast_kid(node, DECIDE_name)),
                    "`%.*s` has %llu more pairs of rules that give it different values", (int)name.length,
                    name.bytes, (unsigned long long)(contest->conflicts - LINT_MOST_CONFLICTS));
    struct finding finding = finding_of(diagnostic, node);
    finding.decision = contest->duty ? FINDING_NOTHING : contest->index;
    lint_add(work, &finding, NULL);
}

void lint_conflicts(struct lint_work *work) {
    if (!lint_wants(work, DIAG_L0101))
        return;
    struct engine *engine = &work->walk.engines[0];
    for (uint32_t i = 0; i < work->set->decision_count && !work->failed; i++) {
        struct contest contest = {.work = work,
                                  .view = &engine->decisions[i],
                                  .decision = &work->set->decisions[i],
                                  .index = i,
                                  .reg = engine->decision_registers[i]};
        if (contest.decision->kind == DECISION_TOTAL)
            continue;
        contest_run(&contest);
        if (contest.conflicts == 0 && !contest.undecided && !work->failed)
            walk_free_of_conflict(engine, i);
    }
    for (uint32_t i = 0; i < work->set->duty_count && !work->failed; i++) {
        struct contest contest = {.work = work,
                                  .view = &engine->duties[i],
                                  .duty = &work->set->duties[i],
                                  .index = i,
                                  .reg = engine->duty_instructions[i]};
        contest_run(&contest);
    }
}
