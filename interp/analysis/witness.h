/*
 * A witness in words: for a message, as the facts and day of a test that can stand in a policy, and as JSON that the readers
 * of facts take back. Must not know what it is a witness of.
 */
#ifndef PROVISO_INTERP_ANALYSIS_WITNESS_H
#define PROVISO_INTERP_ANALYSIS_WITNESS_H

#include "interp/analysis/finding.h"
#include "interp/program/program.h"
#include "interp/run/outcome.h"

/*
 * All append to `out`, which remembers where memory ran out, and want a witness that confirm accepts. Values are as the language
 * writes them: members by name, texts quoted, lists as [{field is v, ...}, ...]. Facts that are none because their `only when` does not
 * hold are left out, which is the same when it is read back; fields of lists are all told.
 */

/* "offer is action_pack, anniversary 2021-01-01, today 2021-02-01". */
void witness_words(struct buffer *out, const struct program *program, const struct witness *witness);
/* The lines `given ...` and `on ...` of a test, two in, each with its line end; no `given` where there is no fact to tell. */
void witness_test(struct buffer *out, const struct program *program, const struct witness *witness);
/*
 * What a test can expect of a decision whose outcome is at hand: "stage is current", "undecided stage", "conflict on stage". False, and
 * nothing appended, where the language has no words for it: a value of a kind that no test names, an amendment's definition.
 */
bool witness_expectation(struct buffer *out, const struct policy_set *set, uint32_t decision,
                         const struct decision_outcome *outcome);
/* The text, quoted as the language writes it. */
void witness_text(struct buffer *out, struct text text);
/*
 * One object on one line, without a line end: every fact at its place in the input, members by their label, none as null. Not the
 * day, not even where the policy names a field for it.
 */
void witness_json(struct buffer *out, const struct policy_set *set, const struct witness *witness);

#endif
