/*
 * A policy file in the one canonical layout: the tokens and comments of the file in their order, with other
 * white space between them. Before a caller gets to see it, the result is parsed and compared with what was
 * read. Must not know what names mean, nor where the text comes from or goes to.
 */
#ifndef PROVISO_GRAMMAR_FORMAT_H
#define PROVISO_GRAMMAR_FORMAT_H

#include "grammar/parse.h"

/* Lines are at most this many columns wide where there is a place to break them. */
#define FORMAT_COLUMNS 110

enum format_status {
    FORMAT_DONE,
    FORMAT_BROKEN, /* the file has mistakes: see context->diags */
    FORMAT_OUT_OF_MEMORY,
    FORMAT_TOO_LARGE, /* the result would be above SOURCE_MAX_BYTES */
    FORMAT_DIFFERS,   /* the result does not say the same: a defect of the formatter */
};

/*
 * Parses `source` and appends its canonical text to `out`, which is empty before and of no use unless the status is FORMAT_DONE.
 * All the rest lives in the arena of `context`; the result is added to context->sources as a file for
 * the comparison. A text that is canonical comes out as it is. Takes time in proportion to the bytes.
 */
enum format_status format_source(struct parse_context *context, const struct source *source,
                                 struct buffer *out);

/*
 * True where both files have the same tokens and the same comments in the same order, white space and line ends aside (those of table
 * rows count), and blanks at the end of a comment.
 */
bool format_same_tokens(const struct parse_tree *a, const struct parse_tree *b);

#endif
