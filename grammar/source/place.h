/*
 * Where a span is, in the lines and columns that people and other programs count in. The one place that turns
 * offsets into them, for all renderers. Must not know how a message is shown.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_PLACE_H
#define PROVISO_GRAMMAR_SOURCE_PLACE_H

#include "grammar/source/source.h"

/*
 * A span inside its file: byte offsets start..end, lines from 1, columns in code points from 1 (a byte that
 * is not UTF-8 counts as one). The end is the place behind the last byte. A byte order mark takes no column.
 */
struct place {
    const struct source *source;
    uint32_t start, end;
    uint32_t line, column, end_line, end_column;
};

/*
 * Fills *place, with offsets beyond the file cut to its length. False where the file of the span is not among
 * the sources: the message has no place.
 */
bool place_of(const struct sources *sources, struct span span, struct place *place);

/* Bytes of the byte order mark that this line begins with: 3 or 0. Lines count from 1. */
size_t place_mark(const struct source *source, uint32_t line);

#endif
