/*
 * A record before it is read, and the problems put on it. Must not know input forms.
 */
#include "interp/facts/record.h"

#include "grammar/base/banned.h"

bool record_init(struct record *record, const struct policy_set *set, struct arena *arena) {
    *record = (struct record){.arena = arena};
    record->values = arena_array(arena, set->fact_count, sizeof *record->values);
    if (!record->values)
        return false;
    for (size_t i = 0; i < set->fact_count; i++) {
        if (set->facts[i].has_otherwise)
            record->values[i] = set->facts[i].otherwise;
    }
    return true;
}

static const char *problem_message(struct arena *arena, const char *format, va_list args) {
    struct buffer buffer;
    buffer_init(&buffer, arena->alloc);
    buffer_vformat(&buffer, format, args);
    const char *message =
        buffer.failed ? NULL : arena_copy(arena, buffer.data ? buffer.data : "", buffer.length);
    buffer_free(&buffer);
    return message;
}

bool record_problem(struct record *record, enum diag_code code, const char *path, uint64_t line,
                    const char *format, ...) {
    struct fact_problem problem = {.code = code, .line = line};
    va_list args;
    va_start(args, format);
    problem.message = problem_message(record->arena, format, args);
    va_end(args);
    problem.path = arena_copy(record->arena, path, strlen(path));
    if (!problem.message || !problem.path)
        return false;
    return ARENA_PUSH(record->arena, record->problems, record->problem_count, record->problem_capacity,
                      problem);
}
