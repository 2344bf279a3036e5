/*
 * What the flat forms share, whether an answer comes from one outcome or from columns. For the files of this folder only. Must
 * not know where values come from.
 */
#ifndef PROVISO_INTERP_OUTPUT_FLAT_H
#define PROVISO_INTERP_OUTPUT_FLAT_H

#include "interp/output/answer.h"

/* What stands in `words` as a cell, safe where a terminal shows it; empties `words`. `text`: it may be a formula. */
void flat_word_cell(struct buffer *out, const struct answer_form *form, bool *first, bool text,
                    struct buffer *words);
/* A decision's value as a cell: true and false, none empty, the rest as a person reads it. */
void flat_value(struct buffer *words, const struct type *type, struct value value);

/*
 * With form->why, in two cells behind a decision: the first rule that gave it its value (NO_RULE: none did) or `otherwise`, and
 * what that rule cites. Neither where there is none.
 */
#define NO_RULE UINT32_MAX
void flat_rule(struct buffer *words, const struct answer_form *form, uint32_t rule, bool by_otherwise);
void flat_cites(struct buffer *words, const struct answer_form *form, uint32_t rule);

#endif
