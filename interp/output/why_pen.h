/*
 * How the lines of an explanation look in each style. A line is made of words and of what goes along with them, both already
 * safe to show. Must not know what an explanation is.
 */
#ifndef PROVISO_INTERP_OUTPUT_WHY_PEN_H
#define PROVISO_INTERP_OUTPUT_WHY_PEN_H

#include "interp/output/why.h"

enum pen_line { PEN_TITLE, PEN_SUBJECT, PEN_SECTION, PEN_RULE, PEN_CONDITION, PEN_NOTE, PEN_NEED };
enum pen_mark { PEN_YES, PEN_NO, PEN_OPEN, PEN_NONE };

struct pen {
    struct buffer *out;
    enum why_style style;
    bool colour;
    unsigned inset;             /* lines stand this much further in: inside an exception */
    struct buffer words, along; /* of the line at hand; in `along` a line end parts statements */
    struct buffer raw;          /* what is about to be made safe */
};

void pen_init(struct pen *pen, struct buffer *out, enum why_style style, bool colour);
/* Gives memory back; a failure of it is passed on to `out`. */
void pen_end(struct pen *pen);
/* Add to the words, made safe. */
void pen_string(struct pen *pen, const char *string);
void pen_text(struct pen *pen, struct text text);
/* Makes what stands in `raw` safe, adds it to `to`, and empties `raw`. */
void pen_take(struct pen *pen, struct buffer *to);
/* Begins one more statement in `along`. */
void pen_along(struct pen *pen);
/* Writes the line and empties words and along. `mark` counts for PEN_CONDITION; `depth` is how far it stands inside another. */
void pen_line(struct pen *pen, enum pen_line kind, unsigned depth, enum pen_mark mark);

#endif
