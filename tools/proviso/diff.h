/*
 * Two texts as a unified diff, as `diff -u` writes it and `patch` reads it. Must not know what the texts are
 * nor where the diff goes.
 */
#ifndef PROVISO_TOOLS_DIFF_H
#define PROVISO_TOOLS_DIFF_H

#include "grammar/base/arena.h"
#include "grammar/base/text.h"

/*
 * Appends the diff from `a` to `b`, both headed `name`; nothing where they are equal. The arena holds what
 * it needs. False where memory runs out. Takes time in proportion to the texts, and then may show more lines
 * than had to change.
 */
bool diff_unified(struct buffer *out, struct arena *arena, const char *name, struct text a, struct text b);

#endif
