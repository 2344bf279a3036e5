/*
 * Policy files as bytes with line tables. Positions are byte offsets; lines and columns exist only when something
 * is shown. Must not read files (the caller brings the bytes) and must not know the language.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_SOURCE_H
#define PROVISO_GRAMMAR_SOURCE_SOURCE_H

#include "grammar/base/arena.h"
#include "grammar/base/text.h"

/* The largest policy file: offsets are 32 bits, and nobody reads more. */
#define SOURCE_MAX_BYTES ((size_t)64 << 20)

/* Bytes start..end-1 of the file `file` (its index in struct sources). An empty span is a place between bytes. */
struct span {
    uint32_t start, end;
    uint16_t file;
};

/* One file: `path` as the user gave it, `text` NUL-terminated. Owned by the arena of its struct sources. */
struct source {
    const char *path;
    const char *text;
    uint32_t length;
    uint16_t file;
    uint32_t line_count;
    const uint32_t *line_starts; /* line_count offsets, the first 0; CR LF, LF and lone CR end a line */
};

/* The files of a policy set in the order they were added. */
struct sources {
    struct arena *arena;
    struct source **files;
    size_t count, capacity;
};

void sources_init(struct sources *sources, struct arena *arena);
/*
 * Copies `bytes` in as a new file and builds its line table. NULL where memory fails or length is above SOURCE_MAX_BYTES
 * (the caller tells the two apart by the length). A byte order mark stays in the text; the scanner skips it.
 */
const struct source *sources_add(struct sources *sources, const char *path, const char *bytes, size_t length);
/* The file of a span. */
const struct source *sources_of(const struct sources *sources, struct span span);
/* The text under a span. */
struct text sources_text(const struct sources *sources, struct span span);

/* Line (from 1) and column (from 1, in bytes from the start of the line) of an offset. */
void source_place(const struct source *source, uint32_t offset, uint32_t *line, uint32_t *column);
/* The line's text without its line end; `line` from 1. */
struct text source_line(const struct source *source, uint32_t line);
/* The smallest span over both; both of the same file (else `a`). */
struct span span_join(struct span a, struct span b);

#endif
