/*
 * Explanations out: as text for a terminal, as plain statements for a screen reader, as Markdown, as JSON. All append to a buffer.
 * Must not know how an explanation was found, nor write anywhere.
 */
#ifndef PROVISO_INTERP_OUTPUT_WHY_H
#define PROVISO_INTERP_OUTPUT_WHY_H

#include "interp/run/explain.h"

/* The version of the JSON form; it is the first member, "proviso_why". */
#define WHY_JSON_VERSION 1

/* PLAIN: a statement a line, no drawing, no columns. */
enum why_style { WHY_TEXT, WHY_PLAIN, WHY_MARKDOWN };

/*
 * The report. Also of a record that was rejected (its problems) and of a day that is not covered. `colour` matters to WHY_TEXT only.
 * Whatever comes from facts or policies is made visible, never sent raw.
 */
void why_report(struct buffer *out, const struct explanation *explanation, enum why_style style, bool colour);
/* The same as one JSON object on one line; the form is described in tools/README.md. `asked` is the name that was asked about. */
void why_json(struct buffer *out, const struct explanation *explanation, struct text asked);

/* The lines of one condition of an explanation, as the report has them, in WHY_TEXT; and its JSON form. */
void why_condition(struct buffer *out, const struct explanation *explanation,
                   const struct condition *condition, bool colour);
void why_json_condition(struct buffer *out, const struct policy_set *set, const struct condition *condition);

#endif
