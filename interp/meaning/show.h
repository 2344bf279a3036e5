/*
 * Values, reasons and places in words and as JSON, by their static type: what texts, reports and messages show. Must not
 * know evaluation.
 */
#ifndef PROVISO_INTERP_MEANING_SHOW_H
#define PROVISO_INTERP_MEANING_SHOW_H

#include "interp/meaning/model.h"

/*
 * Appends a value as a person reads it: dates ISO, numbers at their scale, members by their label, yes or no, texts as they
 * are, fractions a/b, periods "A through B", sets "a, b", none as "none", an open one as "?". Lists show how many records they have.
 */
void show_value(struct buffer *out, const struct type *type, struct value value);
/*
 * Appends a value as JSON: true and false, dates and labels as strings, numbers exact at their scale, fractions "a/b",
 * periods {"from":…,"through":…}, sets as arrays, none and open as null, lists as arrays of objects by field name.
 */
void show_json(struct buffer *out, const struct type *type, struct value value);
/* Appends a path into the input: "billing.paid_on". */
void show_path(struct buffer *out, const struct input_path *path);
/* Appends the fact, or the field of a list ("offers[2].level"), that a REASON_FACT speaks of. */
void show_need(struct buffer *out, const struct policy_set *set, const struct reason *reason);
/* Appends one reason in words: "competency is not known", "stage is undecided", "division by zero (renewal.proviso:12)". */
void show_reason(struct buffer *out, const struct policy_set *set, const struct reason *reason);
/* The line of a node in its file, from 1; *path gets the file's path as it was given. */
uint32_t show_line(const struct policy_set *set, const struct ast_node *node, const char **path);
/* Appends where a rule stands and what it cites: "update.proviso:7; Responding to COVID-19, paragraph 2"; the file without its folder. */
void show_rule_place(struct buffer *out, const struct policy_set *set, const struct rule *rule);
/* Appends a node's file, without its folder, and line: "update.proviso:7". */
void show_place(struct buffer *out, const struct policy_set *set, const struct ast_node *node);
/* Text of a policy as one line: blanks joined, comments dropped; `to` has room for `length`. Gives the length. */
size_t show_one_line(const char *from, size_t length, char *to);
/* The node as it is written, on one line, without comments; in `arena`, empty where memory ran out (arena->failed). */
struct text show_words(const struct policy_set *set, const struct ast_node *node, struct arena *arena);

#endif
