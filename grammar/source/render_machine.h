/*
 * Diagnostics for programs: one line (path:line:col: error E0207 slug: message), and one JSON object a line.
 * Must not write anywhere but into the buffer.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_RENDER_MACHINE_H
#define PROVISO_GRAMMAR_SOURCE_RENDER_MACHINE_H

#include "grammar/source/diagnostic.h"

/*
 * Appends `path:line:col: error E0207 slug: message` and a line end; notes, labels and help are left out. The
 * column counts code points from 1. Unsafe characters are shown as buffer_visible does. Without a place: no
 * path, line, column.
 */
void render_line(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic);

/*
 * Appends one JSON object and a line end. All keys are always there, in this order:
 *   code, slug, severity ("error", "warning", "note"), message,
 *   file, line, column, end_line, end_column, start, end   the primary span,
 *   text        the words beside the caret, or null,
 *   labels      [{file .. end, text}], text null where there is none,
 *   notes, help [string],
 *   fixes       [{title, file .. end, replacement}], title null where there is none.
 * Lines and columns count from 1, columns in code points; start and end are byte offsets from 0; every end is
 * the place behind the last character. The keys file .. end are null where there is no place.
 */
void render_json(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic);
/* As render_json, without the braces and the line end: for an object that has more members. */
void render_json_members(struct buffer *out, const struct sources *sources,
                         const struct diagnostic *diagnostic);

#endif
