/*
 * What the checks of lint share: the policy, the options, a walk over its cases, and where findings go. Must not be included outside
 * interp/analysis/.
 */
#ifndef PROVISO_INTERP_ANALYSIS_LINT_WORK_H
#define PROVISO_INTERP_ANALYSIS_LINT_WORK_H

#include "interp/analysis/lint.h"
#include "interp/analysis/search.h"

/* Of a decision's conflicts, so many are told one by one. */
#define LINT_MOST_CONFLICTS 20

struct lint_work {
    const struct policy_set *set;
    const struct program *program;
    const struct lint_options *options;
    struct findings *findings;
    struct lint_report *report;
    struct walk walk; /* over all valid cases */
    bool *dead;       /* by rule: it applies in no case */
    bool failed;      /* memory ran out */
};

/* Whether the options want findings of that code. */
bool lint_wants(const struct lint_work *work, enum diag_code code);
/*
 * What to do with a search that ended: true where it was decided. A spent budget becomes one L0601 about `span` (for `question`, such as "whether
 * `waiver` can apply"), and `code` is marked unfinished.
 */
bool lint_decided(struct lint_work *work, const struct search_result *result, enum diag_code code,
                  struct span span, const char *question);
/* Adds the finding, with its witness (may be NULL) told in a note. */
void lint_add(struct lint_work *work, struct finding *finding, const struct witness *witness);
/*
 * Fills finding->region: in words, all cases within the atoms that the question answers. Left NULL where the region is too large to be seen in
 * a few thousand cells.
 */
void lint_region(struct lint_work *work, struct finding *finding, const struct atom *within,
                 size_t within_count, walk_question *question, void *context);
/* The place of a rule's or decision's name. */
struct span lint_rule_span(const struct rule *rule);
/* The declaration whose `accept` silences what is said of a rule: of a row its table. */
const struct ast_node *lint_rule_where(const struct rule *rule);

/* --- lint_parts.c --- */
/* As search_run, looking at no more than `cells` cells of its own. Remembers where memory ran out. */
struct search_result lint_search(struct lint_work *work, struct walk *walk, const struct atom *within,
                                 size_t within_count, const struct search *search, uint64_t cells);
/* Cells for questions of which there is one for every condition. */
#define LINT_SMALL_CELLS ((uint64_t)4000)
/*
 * Puts a question that passes over all cells to all cases at once (again from its start where the space grew), so that it sees what everything is
 * there. False where memory ran out.
 */
bool lint_survey(struct lint_work *work, const struct atom *within, size_t count, walk_question *question,
                 void *context);
/* What a register that holds a day, number or period holds in that case; VALUE_NONE where memory ran out. */
struct value lint_evaluated(struct lint_work *work, const struct confirmed *confirmed, uint32_t reg);
/* Marks, by register, everything that rests on a marked register. */
void lint_mark_dependents(const struct program *program, bool *marked);
/* The declaration in which a node stands, whose `accept` silences what is said of it; NULL where there is none. */
const struct ast_node *lint_owner(const struct policy_set *set, const struct ast_node *node);
/* The node as it is written, for messages; lives as long as the findings. */
struct text lint_words(struct lint_work *work, const struct ast_node *node);

/* --- lint_sinks.c --- */
/* Outcomes that rest on an expression: decisions (no definitions), duties, and rules whose reminders or notices do. */
struct lint_sinks {
    uint32_t *decisions, *duties, *rules;
    size_t decision_count, duty_count, rule_count;
};
/* Fills them for the marked registers, and marks what rests on these. False where memory ran out. */
bool lint_sinks(const struct program *program, bool *marked, struct arena *arena, struct lint_sinks *sinks);

/* --- the checks, each in a file of its name --- */
/* Properties that do not hold, or are not decided. */
void lint_properties(struct lint_work *work);
/* Conditions with one answer in all cases. */
void lint_conditions(struct lint_work *work);
/* Labels the tests of a dead rule that clash, as few as do. */
void lint_clashing(struct lint_work *work, struct diagnostic *diagnostic, uint32_t rule);
/* Conditions that follow from the others of their rule. */
void lint_redundant(struct lint_work *work);
/* Rules that give nothing which another does not give. */
void lint_duplicates(struct lint_work *work);
/* Days between two versions of a rule, and days on which both are in force. */
void lint_versions(struct lint_work *work);
/* Periods that can end before they begin. */
void lint_periods(struct lint_work *work);
/* Expressions that fail in some case, and an outcome with them. */
void lint_failures(struct lint_work *work);
/* Months whose other rounding would lead to another outcome. */
void lint_rounding(struct lint_work *work);
/* Rules and rows that never apply, exceptions that take nothing away; fills work->dead first. */
void lint_rules(struct lint_work *work);
/* Rules that give one decision or duty different values. Marks decisions without conflicts in the walk. */
void lint_conflicts(struct lint_work *work);
/* Decisions that nothing decides in some case. */
void lint_gaps(struct lint_work *work);

#endif
