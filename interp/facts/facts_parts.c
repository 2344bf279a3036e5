/*
 * Several readers of one input whose records are lines or rows: what the first has read and not taken, readers that follow it
 * with its form and its header, and the parts they read. Must not know who cuts the parts, nor threads.
 */
#include "interp/facts/facts.h"

#include <string.h>

#include "grammar/base/banned.h"

bool facts_rest(struct facts_reader *reader, struct facts_rest *rest) {
    struct json_scan *scan = &reader->scan;
    uint64_t column;
    if (reader->last != FACTS_RECORD || (reader->state != FACTS_IN_LINES && reader->state != FACTS_IN_ROWS))
        return false;
    json_place(scan, scan->at, &rest->line, &column);
    rest->bytes = scan->data + scan->at;
    rest->length = scan->length - scan->at;
    rest->ended = scan->ended;
    rest->failed = scan->read_failed;
    return true;
}

bool facts_follow(struct facts_reader *reader, const struct facts_reader *first,
                  const struct pv_alloc *alloc) {
    bool good = facts_open(reader, first->schema, &first->input, first->form, alloc);
    reader->day_given = first->day_given;
    reader->strict = first->strict;
    reader->carried = first->carried;
    reader->carried_count = first->carried_count;
    reader->state = first->state;
    reader->columns = first->columns;
    reader->names = first->names;
    reader->column_count = first->column_count;
    reader->scan.limit = first->scan.limit;
    reader->row.capacity = first->row.capacity;
    if (good && reader->row.capacity)
        reader->row.cells = arena_array(&reader->own, reader->row.capacity, sizeof *reader->row.cells);
    /* Which facts the header has. */
    if (good && reader->state == FACTS_IN_ROWS)
        memcpy(reader->seen, first->seen, first->schema->id_count * sizeof *reader->seen);
    reader->failed = reader->own.failed;
    return !reader->failed;
}

void facts_view(struct facts_reader *reader, char *bytes, size_t length, uint64_t line, uint64_t records,
                bool failed) {
    json_view(&reader->scan, bytes, length, line, failed);
    reader->records = records;
    reader->last = FACTS_RECORD;
}

size_t facts_at(const struct facts_reader *reader) {
    return reader->scan.at;
}

/* Past the number in brackets: which record of a list it was does not matter. */
static const char *facts_past_index(const char *path) {
    while (*path >= '0' && *path <= '9')
        path++;
    return path;
}

bool facts_same_warning(const struct fact_problem *a, const struct fact_problem *b) {
    const char *x = a->path, *y = b->path;
    if (a->code != b->code || strcmp(a->message, b->message) != 0)
        return false;
    for (; *x && *x == *y; x++, y++) {
        if (*x == '[') {
            x = facts_past_index(x + 1) - 1;
            y = facts_past_index(y + 1) - 1;
        }
    }
    return *x == *y;
}

bool facts_warned(const struct facts_reader *reader, uint32_t object, struct text key) {
    for (size_t i = 0; i < reader->stranger_slots; i++) {
        const struct facts_stranger *stranger = &reader->strangers[i];
        if (stranger->warned && stranger->object == object && text_equal(stranger->text, key))
            return true;
    }
    return false;
}
