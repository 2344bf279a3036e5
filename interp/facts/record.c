/*
 * A record before it is read, the problems put on it, and copies of records with a life of their own. Must not
 * know input forms.
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

bool record_no_day(struct record *record, const struct policy_set *set) {
    const struct input_path *path = &set->today_path;
    struct buffer words;
    bool good;
    size_t i;
    buffer_init(&words, record->arena->alloc);
    for (i = 0; i < path->count; i++) {
        buffer_string(&words, i ? "." : "");
        buffer_text(&words, path->segments[i]);
    }
    good = !words.failed && record_problem(record, DIAG_E0808, words.data, record->line,
                                           "the record does not say its day; add the field, or use --on");
    buffer_free(&words);
    return good;
}

/* A copy of `size` bytes; NULL, with *failed, where memory ran out. */
static void *copy_block(const void *from, size_t size, struct arena *arena, bool *failed) {
    void *copy = arena_alloc(arena, size);
    if (!copy)
        *failed = true;
    else if (size)
        memcpy(copy, from, size);
    return copy;
}

static const struct text *copy_text(const struct text *from, struct arena *arena, bool *failed) {
    struct text *copy = copy_block(from, sizeof *from, arena, failed);
    if (copy) {
        copy->bytes = arena_copy(arena, from->length ? from->bytes : "", from->length);
        *failed = *failed || !copy->bytes;
    }
    return copy;
}

/* Records hold no lists of records that hold lists without end, so that this ends. */
static const struct value_list *copy_list(const struct value_list *from, struct arena *arena, bool *failed) {
    struct value_list *copy = copy_block(from, sizeof *from, arena, failed);
    size_t count = (size_t)from->count * from->field_count;
    struct value *fields = copy ? arena_array(arena, count, sizeof *fields) : NULL;
    if (!fields) {
        *failed = true;
        return copy;
    }
    for (size_t i = 0; i < count; i++)
        fields[i] = record_value_copy(from->fields[i], arena, failed);
    copy->fields = fields;
    return copy;
}

struct value record_value_copy(struct value value, struct arena *arena, bool *failed) {
    switch ((enum value_tag)value.tag) {
    case VALUE_TEXT:
        value.as.text = copy_text(value.as.text, arena, failed);
        break;
    case VALUE_FRACTION:
        value.as.fraction = copy_block(value.as.fraction, sizeof *value.as.fraction, arena, failed);
        break;
    case VALUE_SET:
        value.as.set = copy_block(
            value.as.set, sizeof *value.as.set + value.as.set->word_count * sizeof(uint64_t), arena, failed);
        break;
    case VALUE_LIST:
        value.as.list = copy_list(value.as.list, arena, failed);
        break;
    default:
        break;
    }
    return value;
}

bool record_copy(struct record *record, const struct policy_set *set, const struct record *from,
                 struct arena *arena) {
    bool failed = false;
    if (!record_init(record, set, arena))
        return false;
    for (size_t i = 0; i < set->fact_count; i++)
        record->values[i] = record_value_copy(from->values[i], arena, &failed);
    record->has_today = from->has_today;
    record->today = from->today;
    record->number = from->number;
    record->line = from->line;
    return !failed;
}
