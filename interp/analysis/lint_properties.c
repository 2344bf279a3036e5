/*
 * Properties as findings: those that some case breaks, and those that nobody knows about. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/prove.h"

static void add_refuted(struct lint_work *work, const struct property *property, const struct proof *proof) {
    struct diagnostics *diags = work->findings->diags;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0401, ast_span(ast_kid(property->node, ALWAYS_title)),
                    "\"%.*s\" does not always hold", (int)property->title.length, property->title.bytes);
    diag_help(diags, diagnostic, "`proviso prove` shows what its parts saw in that case");
    struct finding finding = finding_of(diagnostic, property->node);
    lint_add(work, &finding, proof->witness);
}

static void add_undecided(struct lint_work *work, const struct property *property,
                          const struct proof *proof) {
    struct diagnostics *diags = work->findings->diags;
    struct diagnostic *diagnostic = diag_report(
        diags, DIAG_L0402, ast_span(ast_kid(property->node, ALWAYS_title)),
        "whether \"%.*s\" always holds is not known", (int)property->title.length, property->title.bytes);
    if (proof->budget) {
        work->report->unfinished[DIAG_L0401] = true;
        diag_note(diags, diagnostic, "%llu cells were looked at", (unsigned long long)proof->cells);
        diag_help(diags, diagnostic, "allow more with --cells");
    } else if (proof->because) {
        diag_label(diags, diagnostic, ast_span(proof->because),
                   "this, on which it rests, is beyond the analysis");
    }
    struct finding finding = finding_of(diagnostic, property->node);
    lint_add(work, &finding, NULL);
}

void lint_properties(struct lint_work *work) {
    bool refuted = lint_wants(work, DIAG_L0401), undecided = lint_wants(work, DIAG_L0402);
    for (uint32_t i = 0; i < work->set->property_count && (refuted || undecided) && !work->failed; i++) {
        const struct property *property = &work->set->properties[i];
        struct proof proof = {.verdict = PROOF_PROVED};
        if (!prove_property(&work->walk, i, work->findings->arena, &proof))
            work->failed = true;
        else if (proof.verdict == PROOF_REFUTED && refuted)
            add_refuted(work, property, &proof);
        else if (proof.verdict == PROOF_NOT_DECIDED && undecided)
            add_undecided(work, property, &proof);
    }
}
