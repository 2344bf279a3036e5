/*
 * Versions: rules that give one decision, are in force at the same day and could apply to the same case but for that. Days between two of them
 * on which none is in force, and days on which both are. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include <stdlib.h>

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

#define VERSION_CELLS ((uint64_t)4000)
/* Pairs of a decision that are walked through. */
#define VERSION_MOST 200
enum { VERSION_FOUND = 1 };

struct version {
    uint32_t rule, at; /* the register of the day it is in force at */
    struct period in_force;
    uint32_t *others; /* registers of its other conditions */
    size_t other_count, other_capacity;
    struct rule_view view; /* the atoms of those that have such */
};

struct versions {
    struct lint_work *work;
    struct engine *engine;
    struct arena *arena;
    uint32_t decision;
    struct version *items;
    size_t count, capacity;
    size_t walks;
    const struct version *earlier, *later; /* of the question at hand */
    struct period between;
};

/* --- gathering --- */

static bool is_in_force(const struct versions *v, const struct instruction *part) {
    const struct ast_node *node = program_node(v->engine->program, part->node);
    return part->op == INS_in_period && node &&
           (node->kind == AST_RULE || node->kind == AST_EXCEPTION || node->kind == AST_TABLE);
}

static void gather_conditions(struct versions *v, struct version *version, uint32_t place) {
    uint32_t count;
    const uint32_t *operands = sym_operands(v->engine, place, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct instruction *part = operands[i] >= v->engine->program->constant_count
                                             ? sym_instruction(v->engine, operands[i])
                                             : NULL;
        if (part && part->op == INS_gate) {
            gather_conditions(v, version, part->a);
        } else if (part && is_in_force(v, part)) {
            version->at = part->a;
        } else {
            (void)sym_atoms(v->engine, operands[i], &version->view);
            if (!ARENA_PUSH(v->arena, version->others, version->other_count, version->other_capacity,
                            operands[i]))
                v->work->failed = true;
        }
    }
}

static int by_day(const void *a, const void *b) {
    const struct version *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->in_force.first != y->in_force.first)
        return x->in_force.first < y->in_force.first ? -1 : 1;
    return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void gather(struct versions *v, const struct decision *decision) {
    const struct policy_set *set = v->work->set;
    for (size_t i = 0; i < decision->giver_count && !v->work->failed; i++) {
        const struct rule *rule = &set->rules[decision->givers[i].rule];
        struct version version = {
            .rule = decision->givers[i].rule, .at = NO_REGISTER, .in_force = rule->in_force};
        if (!rule->has_in_force || v->work->dead[version.rule])
            continue;
        uint32_t degree = v->engine->rules[version.rule].degree;
        gather_conditions(v, &version, sym_instruction(v->engine, degree)->a);
        if (version.at != NO_REGISTER && !ARENA_PUSH(v->arena, v->items, v->count, v->capacity, version))
            v->work->failed = true;
    }
    if (v->count > 1)
        qsort(v->items, v->count, sizeof *v->items, by_day);
}

/* Whether their other conditions may hold together, by the atoms that they have. */
static bool may_meet(const struct versions *v, const struct version *a, const struct version *b) {
    struct walk *walk = &v->work->walk;
    const struct zone_shape *shape = &walk->space.shape;
    zone_copy(shape, walk->trial, walk->stack[0]);
    for (size_t i = 0; i < a->view.atom_count + b->view.atom_count; i++) {
        const struct atom *atom =
            i < a->view.atom_count ? &a->view.atoms[i] : &b->view.atoms[i - a->view.atom_count];
        if (!atom_apply(shape, walk->trial, atom, false))
            return false;
    }
    return true;
}

/* --- questions --- */

static struct sym conditions_hold(struct engine *engine, const struct version *version) {
    struct sym result = sym_of_truth(true);
    for (size_t i = 0; i < version->other_count; i++) {
        struct sym one = sym_truth(engine, version->others[i]);
        if (one.kind == SYM_SPLIT)
            result = one;
        else if (one.kind != SYM_TRUTH || !one.truth)
            return sym_of_truth(false);
    }
    return result;
}

static int answer_of(struct sym truth, struct atom *atom) {
    if (truth.kind == SYM_SPLIT) {
        *atom = truth.atom;
        return WALK_SPLIT;
    }
    return truth.kind == SYM_TRUTH && truth.truth ? VERSION_FOUND : WALK_PASS;
}

/* The day they are in force at lies between them, the later one would apply but for that, and nothing else does. */
static int ask_gap(struct walk *walk, void *context, struct atom *atom) {
    const struct versions *v = context;
    struct engine *engine = &walk->engines[0];
    struct linears *linears = &walk->space.linears;
    const struct decision *decision = &engine->program->set->decisions[v->decision];
    struct sym at = sym_given(engine, sym_eval(engine, v->later->at));
    if (at.kind != SYM_NUMBER)
        return at.kind == SYM_SPLIT ? answer_of(at, atom) : WALK_PASS;
    const struct linear *first = linear_constant(linears, v->between.first, 1),
                        *last = linear_constant(linears, v->between.last, 1);
    const struct linear *below = linear_sum(linears, first, at.linear, true),
                        *above = linear_sum(linears, at.linear, last, true);
    if (!below || !above)
        return WALK_PASS;
    struct sym all = sym_both(sym_at_most_zero(engine, below, v->later->at),
                              sym_at_most_zero(engine, above, v->later->at));
    all = sym_both(all, conditions_hold(engine, v->later));
    all = sym_both(all, conditions_hold(engine, v->earlier));
    for (size_t i = 0; i < decision->giver_count && (all.kind != SYM_TRUTH || all.truth); i++)
        all = sym_both(all, sym_not(see_rule(engine, decision->givers[i].rule)));
    return answer_of(all, atom);
}

static bool nobody_gives(void *context, const struct confirmed *const results[]) {
    const struct versions *v = context;
    const struct decision_outcome *decision = &results[0]->outcome.decisions[v->decision];
    struct value at = lint_evaluated(v->work, results[0], v->later->at);
    if (at.tag != VALUE_DATE || at.as.day < v->between.first || at.as.day > v->between.last)
        return false;
    for (size_t i = 0; i < v->later->other_count; i++) {
        struct value other = lint_evaluated(v->work, results[0], v->later->others[i]);
        if (v->later->others[i] >= v->engine->program->constant_count &&
            (other.tag != VALUE_YES_NO || other.as.number == 0))
            return false;
    }
    return decision->state == STATE_UNDECIDED || (decision->state == STATE_VALUE && decision->by_otherwise);
}

static int ask_overlap(struct walk *walk, void *context, struct atom *atom) {
    const struct versions *v = context;
    return answer_of(
        sym_both(see_rule(&walk->engines[0], v->earlier->rule), see_rule(&walk->engines[0], v->later->rule)),
        atom);
}

static bool both_apply(void *context, const struct confirmed *const results[]) {
    const struct versions *v = context;
    const struct outcome *outcome = &results[0]->outcome;
    return outcome->degrees[v->earlier->rule] == DEGREE_YES &&
           outcome->degrees[v->later->rule] == DEGREE_YES &&
           outcome->decisions[v->decision].state == STATE_VALUE;
}

/* --- telling --- */

static void tell(struct versions *v, enum diag_code code, struct period days, const struct witness *witness) {
    struct lint_work *work = v->work;
    struct diagnostics *diags = work->findings->diags;
    const struct rule *earlier = &work->set->rules[v->earlier->rule],
                      *later = &work->set->rules[v->later->rule];
    bool gap = code == DIAG_L0103;
    char first[11], last[11];
    cal_format(days.first, first);
    cal_format(days.last, last);
    struct diagnostic *diagnostic = diag_report(
        diags, code, lint_rule_span(later),
        gap ? "neither `%.*s` nor `%.*s` is in force %s%s%s" : "`%.*s` and `%.*s` are both in force %s%s%s",
        (int)earlier->shown.length, earlier->shown.bytes, (int)later->shown.length, later->shown.bytes,
        days.last >= CAL_MAX ? "from " : first, days.last >= CAL_MAX ? first : " through ",
        days.last >= CAL_MAX ? " on" : last);
    diag_label(diags, diagnostic, lint_rule_span(earlier), "the earlier version");
    diag_help(diags, diagnostic,
              gap ? "let the later one begin where the earlier one ends"
                  : "let the earlier one end where the later one begins");
    struct finding finding = finding_of(diagnostic, lint_rule_where(later));
    finding.rule = v->earlier->rule < v->later->rule ? v->earlier->rule : v->later->rule;
    finding.other = v->earlier->rule < v->later->rule ? v->later->rule : v->earlier->rule;
    finding.decision = v->decision;
    lint_add(work, &finding, witness);
}

static void ask(struct versions *v, enum diag_code code, struct period days) {
    const struct search search = {.question = code == DIAG_L0103 ? ask_gap : ask_overlap,
                                  .holds = code == DIAG_L0103 ? nobody_gives : both_apply,
                                  .context = v,
                                  .wanted = 1,
                                  .plain = true,
                                  .plainest = true};
    if (v->walks++ >= VERSION_MOST) {
        v->work->report->unfinished[code] = true;
        return;
    }
    v->between = days;
    struct search_result result = lint_search(v->work, &v->work->walk, NULL, 0, &search, VERSION_CELLS);
    if (result.end == SEARCH_FOUND)
        tell(v, code, days, result.witnesses[0]);
    else if (result.end == SEARCH_BUDGET || result.end == SEARCH_POSSIBLE)
        v->work->report->unfinished[code] = true;
}

/* The later version against all that begin before it. */
static void check_version(struct versions *v, size_t at) {
    const struct version *later = &v->items[at], *last = NULL;
    bool gaps = lint_wants(v->work, DIAG_L0103), overlaps = lint_wants(v->work, DIAG_L0104);
    for (size_t i = at; i > 0 && v->items[i - 1].at == later->at && !v->work->failed; i--) {
        const struct version *earlier = &v->items[i - 1];
        if (earlier->in_force.first == later->in_force.first)
            continue;
        bool overlap = earlier->in_force.last >= later->in_force.first;
        bool matters = overlap ? overlaps || gaps : !last || earlier->in_force.last > last->in_force.last;
        if (!matters || !may_meet(v, earlier, later))
            continue;
        if (!last || earlier->in_force.last > last->in_force.last)
            last = earlier;
        if (!overlap || !overlaps)
            continue;
        v->earlier = earlier;
        v->later = later;
        ask(v, DIAG_L0104,
            (struct period){later->in_force.first, earlier->in_force.last < later->in_force.last
                                                       ? earlier->in_force.last
                                                       : later->in_force.last});
    }
    if (!last || !gaps || v->work->failed || last->in_force.last >= later->in_force.first - 1)
        return;
    v->earlier = last;
    v->later = later;
    ask(v, DIAG_L0103, (struct period){last->in_force.last + 1, later->in_force.first - 1});
}

void lint_versions(struct lint_work *work) {
    struct arena arena;
    if ((!lint_wants(work, DIAG_L0103) && !lint_wants(work, DIAG_L0104)) || !work->walk.ready)
        return;
    arena_init(&arena, work->findings->arena->alloc);
    for (uint32_t i = 0; i < work->set->decision_count && !work->failed; i++) {
        const struct decision *decision = &work->set->decisions[i];
        struct versions v = {.work = work, .engine = &work->walk.engines[0], .arena = &arena, .decision = i};
        if (decision->kind != DECISION_DECIDE)
            continue;
        arena_reset(&arena);
        gather(&v, decision);
        for (size_t k = 1; k < v.count && !work->failed; k++)
            check_version(&v, k);
    }
    arena_free(&arena);
}
