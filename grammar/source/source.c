/*
 * Files and line tables. See source.h; nothing here knows what the bytes mean.
 */
#include "grammar/source/source.h"

#include <string.h>

void sources_init(struct sources *sources, struct arena *arena) {
    memset(sources, 0, sizeof *sources);
    sources->arena = arena;
}

/* The offset behind the next line end at or behind `i`, or 0 where there is none. `carriage`: the text has a CR somewhere. */
static uint32_t source_next_line(const struct source *source, uint32_t i, bool carriage) {
    const char *text = source->text, *end;
    if (!carriage) {
        end = memchr(text + i, '\n', source->length - i);
        return end ? (uint32_t)(end - text) + 1 : 0;
    }
    for (; i < source->length; i++) {
        if (text[i] == '\n')
            return i + 1;
        if (text[i] == '\r')
            return text[i + 1] == '\n' ? i + 2 : i + 1;
    }
    return 0;
}

static bool source_build_lines(struct arena *arena, struct source *source) {
    bool carriage = memchr(source->text, '\r', source->length) != NULL;
    uint32_t *starts, next = 0, count = 1;
    while ((next = source_next_line(source, next, carriage)) != 0)
        count++;
    starts = arena_array(arena, count, sizeof *starts);
    if (!starts)
        return false;
    source->line_starts = starts;
    for (count = 1; (next = source_next_line(source, next, carriage)) != 0;)
        starts[count++] = next;
    source->line_count = count;
    return true;
}

const struct source *sources_add(struct sources *sources, const char *path, const char *bytes,
                                 size_t length) {
    struct source *source;
    if (length > SOURCE_MAX_BYTES || sources->count >= UINT16_MAX)
        return NULL;
    source = arena_alloc(sources->arena, sizeof *source);
    if (!source)
        return NULL;
    source->path = arena_copy(sources->arena, path, strlen(path));
    source->text = arena_copy(sources->arena, bytes, length);
    source->length = (uint32_t)length;
    source->file = (uint16_t)sources->count;
    if (!source->path || !source->text || !source_build_lines(sources->arena, source))
        return NULL;
    if (!ARENA_PUSH(sources->arena, sources->files, sources->count, sources->capacity, source))
        return NULL;
    return source;
}

const struct source *sources_of(const struct sources *sources, struct span span) {
    return sources->files[span.file];
}

struct text sources_text(const struct sources *sources, struct span span) {
    const struct source *source = sources_of(sources, span);
    struct text text = {source->text + span.start, span.end - span.start};
    return text;
}

void source_place(const struct source *source, uint32_t offset, uint32_t *line, uint32_t *column) {
    uint32_t low = 0, high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *line = low + 1;
    *column = offset - source->line_starts[low] + 1;
}

struct text source_line(const struct source *source, uint32_t line) {
    uint32_t start = source->line_starts[line - 1];
    uint32_t end = line < source->line_count ? source->line_starts[line] : source->length;
    struct text text = {source->text + start, 0};
    while (end > start && (source->text[end - 1] == '\n' || source->text[end - 1] == '\r'))
        end--;
    text.length = end - start;
    return text;
}

struct span span_join(struct span a, struct span b) {
    if (a.file != b.file)
        return a;
    if (b.start < a.start)
        a.start = b.start;
    if (b.end > a.end)
        a.end = b.end;
    return a;
}
