/*
 * Gaps: valid cases on covered days in which a decision has neither a rule nor a normal case. Where an exception switches the normal case off
 * the policy says itself that it has no answer, and that is no gap. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

enum { GAP_FOUND = 1 };

static int ask_gap(struct walk *walk, void *context, struct atom *atom) {
    const uint32_t *decision = context;
    struct sym nothing = see_nothing_given(&walk->engines[0], *decision);
    if (nothing.kind == SYM_SPLIT) {
        *atom = nothing.atom;
        return WALK_SPLIT;
    }
    return nothing.kind == SYM_TRUTH && nothing.truth ? GAP_FOUND : WALK_PASS;
}

static bool is_undecided(void *context, const struct confirmed *const results[]) {
    const uint32_t *decision = context;
    return results[0]->outcome.decisions[*decision].state == STATE_UNDECIDED;
}

static void check_gap(struct lint_work *work, uint32_t index) {
    const struct decision *decision = &work->set->decisions[index];
    struct span span = ast_span(ast_kid(decision->node, DECIDE_name));
    const struct search search = {
        .question = ask_gap, .holds = is_undecided, .context = &index, .wanted = 1, .plain = true};
    struct search_result result = search_run(&work->walk, NULL, 0, &search, work->findings->arena);
    if (!lint_decided(work, &result, DIAG_L0102, span, "whether it is always decided") ||
        result.end == SEARCH_NONE)
        return;
    struct diagnostic *diagnostic =
        diag_report(work->findings->diags, DIAG_L0102, span, "`%.*s` is not decided in every case",
                    (int)decision->shown.length, decision->shown.bytes);
    diag_help(
        work->findings->diags, diagnostic,
        "add a rule for these cases, or a normal case with `otherwise`, or exclude them with `require`");
    struct finding finding = finding_of(diagnostic, decision->node);
    finding.decision = index;
    finding.possible = result.end == SEARCH_POSSIBLE;
    lint_region(work, &finding, NULL, 0, ask_gap, &index);
    lint_add(work, &finding, result.witnesses[0]);
}

void lint_gaps(struct lint_work *work) {
    for (uint32_t i = 0; i < work->set->decision_count && !work->failed; i++) {
        const struct decision *decision = &work->set->decisions[i];
        if (decision->kind == DECISION_DECIDE && !decision->otherwise && lint_wants(work, DIAG_L0102))
            check_gap(work, i);
    }
}
