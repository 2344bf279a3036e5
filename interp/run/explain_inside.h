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
};

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

/* --- explain_trial.c --- */
/* The roles of the facts, and what each missing one would bring. */
void explain_facts(struct explainer *x, struct record *record);

#endif
