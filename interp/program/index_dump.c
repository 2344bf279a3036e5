/*
 * The rule index of a program in words, a search a line: how many rules, by which registers. Must not know how an index is made.
 */
#include "interp/program/rule_index.h"

#include "grammar/base/banned.h"

static size_t span_count(const struct index_search *search, size_t *whole) {
    size_t count = search->rest.count;
    for (uint32_t i = 0; i < search->bucket_count; i++)
        count += search->buckets[i].count;
    for (size_t i = 0; i < count; i++)
        *whole += search->spans[i].whole;
    return count;
}

static void dump_search(struct buffer *out, const struct program *program, const struct index_search *search,
                        uint32_t number) {
    uint32_t constants = program->constant_count;
    const char *between = " ";
    size_t whole = 0, spans = span_count(search, &whole);
    buffer_format(out, "  search %" PRIu32 ": %" PRIu32 " rules by", number, search->rule_count);
    if (search->point != NO_REGISTER) {
        buffer_format(out, " r%" PRIu32 " (%" PRIu32 " values)", search->point - constants,
                      search->bucket_count);
        between = ", ";
    }
    if (search->range != NO_REGISTER) {
        buffer_format(out, "%sr%" PRIu32 " (ends)", between, search->range - constants);
        between = ", ";
    }
    if (search->filter != NO_REGISTER)
        buffer_format(out, "%sr%" PRIu32 " (filter)", between, search->filter - constants);
    buffer_format(out, "; %zu places, at %zu of them nothing else is asked\n", spans, whole);
}

void program_index_dump(struct buffer *out, const struct program *program) {
    const struct rule_index *index = program->index;
    for (uint32_t i = 0; index && i < index->search_count; i++)
        dump_search(out, program, &index->searches[i], i);
}
