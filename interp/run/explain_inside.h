/*
 * Shared by the files that build an explanation: what is being built from, and who builds what. Failures of memory are remembered
 * by the arena and looked at once. Must not be included outside interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_INSIDE_H
#define PROVISO_INTERP_RUN_EXPLAIN_INSIDE_H

#include "interp/run/explain.h"
#include "interp/run/traced.h"

struct explainer {
    struct traced traced;
    struct arena *arena;
    struct explanation *made;
    bool no_record; /* words are made of a record that is not there: its fields have no values */
};

/* --- explain.c --- */
/* A rule's `in force` and `announced`, as conditions; all else of `out` is empty. */
void explain_clauses(struct explainer *x, const struct rule *rule, struct explained_rule *out);

/* --- explain_condition.c --- */
/* The text of a node on one line. */
struct text explain_words(struct explainer *x, const struct ast_node *node);
/* A condition with its parts. */
void explain_condition(struct explainer *x, const struct ast_node *node, struct condition *out);
/* Its parts, where it is a row of `and`, else itself, at the end of a list. */
void explain_terms(struct explainer *x, const struct ast_node *node, struct condition **list, size_t *count,
                   size_t *capacity);
/* An expression that need not be a condition: its words and what it saw; parts where it is one. */
void explain_expression(struct explainer *x, const struct ast_node *node, struct condition *out);
/* The condition of a cell under its header; false for `any`. */
bool explain_cell(struct explainer *x, const struct row_test *test, struct condition *out);
/* Adds what the names in an expression had for values, and the values of its computed operands. */
void explain_saw(struct explainer *x, const struct ast_node *node, struct saw **list, size_t *count,
                 size_t *capacity);

/* Whether a value from outside is named in it: the others are the same in every record. */
bool explain_is_named(const struct explainer *x, const struct ast_node *node);
/* printf into the arena. */
__attribute__((format(printf, 2, 3))) struct text explain_worded(struct explainer *x, const char *format,
                                                                 ...);

/* --- explain_phrase.c --- */
/* "holdings 1 (Security, Gold)": a record of a list, counted from 1, with the values that tell which. */
struct text explain_record_label(struct explainer *x, struct text list, const struct record_type *type,
                                 const struct value_list *records, uint32_t element);
/* A condition, or where it is not wanted its opposite: "competency is not Security". */
struct text explain_phrase(struct explainer *x, const struct ast_node *node, bool wanted);
/* The same of a cell under its header. */
struct text explain_cell_phrase(struct explainer *x, const struct row_test *test, bool wanted);
/* "it is Security", of what a condition speaks of; empty where it says so itself. */
struct text explain_now(struct explainer *x, const struct ast_node *node);
/* Whether an expression speaks of fields of a record. */
bool explain_speaks_of_record(const struct explainer *x, const struct ast_node *node);
/* The fact that a name stands for: itself, or what a definition that no rule changes is; else NULL. */
const struct fact *explain_alias(const struct explainer *x, const struct ast_node *node);

/* --- explain_change.c --- */
/* The roles of the facts, what each missing one would bring, what a change of a known one; the ways to another answer. */
void explain_facts(struct explainer *x, struct record *record);

#endif
