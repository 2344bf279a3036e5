/*
 * Offsets to lines and columns of code points. Bytes that are not UTF-8 get columns too: the message about
 * them must be able to point at them. Must not know how a message is shown.
 */
#include "grammar/source/place.h"

#include <string.h>

#include "grammar/base/banned.h"

size_t place_mark(const struct source *source, uint32_t line) {
    return line == 1 && source->length >= 3 && memcmp(source->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static void place_point(const struct source *source, uint32_t offset, uint32_t *line, uint32_t *column) {
    uint32_t at, end;
    size_t size;
    source_place(source, offset, line, column);
    at = source->line_starts[*line - 1] + (uint32_t)place_mark(source, *line);
    end = offset;
    for (*column = 1; at < end; ++*column) {
        text_decode(source->text + at, source->length - at, &size);
        if (size > end - at)
            break; /* the offset is inside a code point: that one's column */
        at += (uint32_t)size;
    }
}

bool place_of(const struct sources *sources, struct span span, struct place *place) {
    if (span.file >= sources->count)
        return false;
    place->source = sources_of(sources, span);
    place->start = span.start < place->source->length ? span.start : place->source->length;
    place->end = span.end < place->source->length ? span.end : place->source->length;
    if (place->end < place->start)
        place->end = place->start;
    place_point(place->source, place->start, &place->line, &place->column);
    place_point(place->source, place->end, &place->end_line, &place->end_column);
    return true;
}
