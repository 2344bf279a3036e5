/*
 * Diagnostics for a person: message, place, source line, caret, labels, help. Colour is the caller's choice.
 * Whatever comes from a policy is escaped before it is shown. Must not write anywhere but into the buffer.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_RENDER_TERMINAL_H
#define PROVISO_GRAMMAR_SOURCE_RENDER_TERMINAL_H

#include "grammar/source/diagnostic.h"

/* Appends the message in several lines, as a compiler shows it; the primary span drawn ^, the others ~. */
void render_terminal(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic, bool colour);

#endif
