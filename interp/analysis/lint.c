/*
 * lint from its parts: what the checker has to say, what the analysis finds, and last the clauses that accept any of it. Must
 * not know how a finding is made.
 */
#include "interp/analysis/lint.h"

#include "interp/analysis/accepted.h"

#include <string.h>

#include "grammar/base/banned.h"

bool lint_gives(enum diag_code code) {
    const struct diag_message *message = diag_message(code);
    return message &&
           (message->code[0] == 'L' || code == DIAG_W0301 || code == DIAG_W0601 || code == DIAG_W0701);
}

static bool lint_wants(const struct lint_options *options, enum diag_code code) {
    return !options->wanted || options->wanted[code];
}

static void lint_checker(const struct policy_set *set, const struct lint_options *options,
                         struct findings *findings) {
    size_t i;
    for (i = 0; i < set->warning_count; i++) {
        const struct checker_warning *warning = &set->warnings[i];
        struct finding finding = finding_of(warning->diagnostic, warning->where);
        if (lint_wants(options, warning->diagnostic->code))
            (void)findings_add(findings, &finding);
    }
}

bool lint_run(const struct policy_set *set, const struct program *program, const struct lint_options *options,
              struct findings *findings, struct lint_report *report) {
    (void)program;
    memset(report, 0, sizeof *report);
    lint_checker(set, options, findings);
    accepted_apply(set, options, findings, report);
    findings_sort(findings);
    return !findings->failed && !findings->diags->failed && !findings->arena->failed;
}
