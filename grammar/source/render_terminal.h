/*
 * Diagnostics for a person: message, place, source line, caret, labels, help. Colour is the caller's choice.
 * Whatever comes from a policy is escaped before it is shown. Must not write anywhere but into the buffer.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_RENDER_TERMINAL_H
#define PROVISO_GRAMMAR_SOURCE_RENDER_TERMINAL_H

#include "grammar/source/diagnostic.h"

/*
 * Appends the message in several lines, as a compiler shows it, without a blank line behind it:
 *
 *   error[E0207]: MESSAGE
 *     --> renewal.proviso:12:19
 *      |
 *   12 |   when competency = cba
 *      |                   ^ words beside the caret
 *      |        ~~~~~~~~~~ words of a label
 *     ::: other.proviso:3:1          (labels in another file)
 *      |
 *    3 | competency is one of
 *      | ~~~~~~~~~~ words
 *      = note: ...
 *      = help: TITLE: `the line after the fix`
 *
 * The column of the header counts code points from 1. A span over several lines is drawn on its first and its
 * last. Tabs stop every 4 columns; a line of more than 160 columns is cut around what is marked, with an
 * ellipsis. Notes and helps are one line each.
 */
void render_terminal(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic,
                     bool colour);

#endif
