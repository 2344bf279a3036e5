/*
 * `accept CODE until D "reason"`: which findings it silences, which of these clauses have expired, and which silence nothing.
 * Must not know how findings are made or shown.
 */
#ifndef PROVISO_INTERP_ANALYSIS_ACCEPTED_H
#define PROVISO_INTERP_ANALYSIS_ACCEPTED_H

#include "interp/analysis/lint.h"

/*
 * Marks the findings that an `accept` on their declaration (finding.where) or in the header of their file names, with a note
 * that says until when and why; adds a finding for each clause that has expired (such a clause silences nothing; `until D`
 * is up to the day before D, as everywhere) and for each that silences nothing. Without a day none has expired, and
 * report->day_skipped is set where there is a clause. Clauses of codes that were not wanted or are unfinished are not
 * judged. Call once, with all findings there. Where memory runs out findings->failed or that of its messages is set.
 */
void accepted_apply(const struct policy_set *set, const struct lint_options *options,
                    struct findings *findings, struct lint_report *report);

/* Why a finding is accepted, as the policy says it; empty where it is not. */
struct text accepted_reason(const struct finding *finding);

#endif
