/*
 * lint from its parts: what the checker has to say, what the analysis finds, and last the clauses that accept any of it. Must
 * not know how a finding is made.
 */
#include "interp/analysis/lint.h"

#include "interp/analysis/accepted.h"
#include "interp/analysis/lint_work.h"
#include "interp/analysis/prove.h"

#include <string.h>

#include "grammar/base/banned.h"

bool lint_gives(enum diag_code code) {
    const struct diag_message *message = diag_message(code);
    return message &&
           (message->code[0] == 'L' || code == DIAG_W0301 || code == DIAG_W0601 || code == DIAG_W0701);
}

static void lint_checker(struct lint_work *work) {
    for (size_t i = 0; i < work->set->warning_count; i++) {
        const struct checker_warning *warning = &work->set->warnings[i];
        struct finding finding = finding_of(warning->diagnostic, warning->where);
        if (lint_wants(work, warning->diagnostic->code))
            lint_add(work, &finding, NULL);
    }
}

/* Dead rules first: what never applies is not told of again. */
static void lint_cases(struct lint_work *work) {
    lint_rules(work);
    lint_conflicts(work);
    lint_gaps(work);
    lint_properties(work);
    lint_conditions(work);
    lint_redundant(work);
    lint_duplicates(work);
    lint_versions(work);
    lint_periods(work);
    lint_failures(work);
    lint_rounding(work);
}

bool lint_run(const struct policy_set *set, const struct program *program, const struct lint_options *options,
              struct findings *findings, struct lint_report *report) {
    struct lint_work work = {
        .set = set, .program = program, .options = options, .findings = findings, .report = report};
    struct arena arena;
    memset(report, 0, sizeof *report);
    arena_init(&arena, findings->arena->alloc);
    lint_checker(&work);
    work.dead = arena_array(&arena, set->rule_count, sizeof *work.dead);
    work.failed = !work.dead || !walk_init(&work.walk, &arena, program, NULL,
                                           options->cell_budget > 0 ? options->cell_budget : ANALYSIS_CELLS);
    if (!work.failed)
        lint_cases(&work);
    report->cells = work.walk.cells;
    work.failed = work.failed || work.walk.failed || work.walk.zones.failed || arena.failed;
    if (work.dead)
        walk_free(&work.walk);
    arena_free(&arena);
    accepted_apply(set, options, findings, report);
    findings_sort(findings);
    return !work.failed && !findings->failed && !findings->diags->failed && !findings->arena->failed;
}
