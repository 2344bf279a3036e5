/*
 * The words that the JSON forms share: texts, days, places, rules with their citations, reasons. All append to a buffer. Must not
 * know which form they stand in.
 */
#ifndef PROVISO_INTERP_OUTPUT_JSON_WORDS_H
#define PROVISO_INTERP_OUTPUT_JSON_WORDS_H

#include "interp/meaning/model.h"

/* Appends the text, quoted. */
void say_json_text(struct buffer *out, struct text text);
/* Appends "key": */
void say_json_key(struct buffer *out, const char *key);
/* Appends the day as an ISO string. */
void say_json_day(struct buffer *out, cal_day day);
/* Appends "file":…,"line":… of a node. */
void say_json_place(struct buffer *out, const struct policy_set *set, const struct ast_node *node);
/* Appends the members of rules[index]: rule, title, file, line, cites. */
void say_json_rule(struct buffer *out, const struct policy_set *set, uint32_t index);
/* Appends ,"needs":[…],"because":[…]; nothing where there are no reasons. */
void say_json_reasons(struct buffer *out, const struct policy_set *set, const struct reasons *reasons);

#endif
