/*
 * Shared by the files that write a report of an explanation: what is written with, and who says what. Must not be included
 * outside interp/output/.
 */
#ifndef PROVISO_INTERP_OUTPUT_WHY_INSIDE_H
#define PROVISO_INTERP_OUTPUT_WHY_INSIDE_H

#include "interp/output/why_pen.h"

/* Rules of one kind that are shown of one decision; a table may have thousands. */
#define WHY_MOST_RULES 40
/* Members of an enumeration that are named one by one. */
#define WHY_MOST_MEMBERS 6
/* Facts that a change leaves unasked, by name; more are counted. */
#define WHY_MOST_DROPPED 3

struct why {
    struct pen pen;
    const struct explanation *made;
    const struct policy_set *set;
};

/* --- why_words.c --- */
enum pen_mark why_mark(struct value value);
/* Appends a value, made safe. */
void why_value(struct why *w, const struct type *type, struct value value, struct buffer *to);
/* Adds a title in quotes, after a blank; nothing where there is none. */
void why_title(struct why *w, struct text title);
/* A heading; a line of its own. */
void why_section(struct why *w, const char *heading);
void why_note(struct why *w, const char *note);
/* Appends "offer is Competency". */
void why_saw(struct why *w, const struct saw *saw, struct buffer *to);
/* Puts all that was seen along, but for what the words `apart` say themselves. */
void why_all_saw(struct why *w, const struct saw *saw, size_t count, struct text apart);
/* A condition with its parts, the parts alone, all conditions of a rule. */
void why_one_condition(struct why *w, const struct condition *condition, unsigned depth);
void why_parts(struct why *w, const struct condition *condition, unsigned depth);
void why_conditions(struct why *w, const struct explained_rule *rule, unsigned depth);
/* Adds a rule's name and title to the words; its place to what goes along. */
void why_rule_name(struct why *w, const struct rule *rule);
void why_place(struct why *w, const struct rule *rule);

/* --- why_rules.c --- */
/* How a rule stands to the answer. */
enum standing { APPLIES, MAY_APPLY, SWITCHED_OFF, DOES_NOT_APPLY };
/* The rules of an item that stand so, under their heading. */
void why_rules(struct why *w, const struct explained *item, enum standing standing);
/* An exception that applies or may, with its conditions. */
void why_exception(struct why *w, const struct explained_rule *exception);

/* --- why_change.c --- */
/* What would give another answer: rules with what they need, changes of one fact, facts that change nothing. */
void why_ways(struct why *w);
void why_changes(struct why *w);
void why_facts(struct why *w);
/* --- why_missing.c --- */
/* What is missing, and what its values would bring. */
void why_missing(struct why *w);
/* Adds "if it is … : waived", or "if it were". */
void why_bring(struct why *w, const struct missing *missing, const struct bring *bring, const char *verb);
/* Where days between those tried may bring something else: that it is so. */
void why_sampled(struct why *w, const struct missing *missing);
/* Adds which facts a change leaves unasked. */
void why_dropped(struct why *w, const struct verdict *verdict);
/* Of an enumeration the members that bring what most of them bring, where these are many; else NULL. */
const struct bring *why_usual(const struct missing *missing);
/* Adds a fact's name, or a field's with its record, and its title. */
void why_fact_name(struct why *w, const struct reason *at);
/* Why a decision or duty has no answer: a line for each reason. */
void why_causes(struct why *w, const struct explained *item);

#endif
