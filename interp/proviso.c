/*
 * The small change of the public interface: version, words for statuses and states, diagnostics, memory of objects. Must not
 * know how a policy is compiled or a record evaluated.
 */
#include "interp/proviso_inside.h"

#include "grammar/source/place.h"
#include "grammar/source/render_terminal.h"

#include <string.h>

#include "grammar/base/banned.h"

const char *proviso_version(void) {
    return PROVISO_VERSION;
}

int proviso_abi(void) {
    return PROVISO_ABI;
}

/* The word of a number that may come from a caller's cast. */
static const char *word_of(const char *const *words, size_t count, unsigned number) {
    return number < count ? words[number] : "unknown";
}
#define WORD_OF(WORDS, NUMBER) word_of((WORDS), sizeof(WORDS) / sizeof *(WORDS), (unsigned)(NUMBER))

const char *proviso_status_text(enum proviso_status status) {
    static const char *const words[] = {"all is well",
                                        "memory ran out",
                                        "the call makes no sense here",
                                        "a file or folder cannot be read",
                                        "the policies are not valid",
                                        "there is no fact of that name",
                                        "it is of another type",
                                        "the fact cannot have this value",
                                        "there is no value",
                                        "the day is not told",
                                        "the record was rejected"};
    return WORD_OF(words, status);
}

const char *proviso_type_name(enum proviso_type type) {
    static const char *const words[] = {"yes/no", "date",   "period", "number", "fraction",
                                        "text",   "member", "set",    "list"};
    return WORD_OF(words, type);
}

const char *proviso_state_name(enum proviso_state state) {
    return (unsigned)state <= PROVISO_STATE_FAILED ? answer_state_name((enum state)state) : "unknown";
}

const char *proviso_due_name(enum proviso_due state) {
    return (unsigned)state <= PROVISO_DUE_CONFLICT ? answer_duty_state_name((enum duty_state)state)
                                                   : "unknown";
}

const char *proviso_progress_name(enum proviso_progress status) {
    return (unsigned)status <= PROVISO_PROGRESS_UNKNOWN ? answer_status_name((enum duty_status)status)
                                                        : "unknown";
}

/* --- memory --- */

void *inside_new(const struct pv_alloc *alloc, size_t size) {
    void *object = alloc->resize(alloc->context, NULL, 0, size);
    if (object)
        memset(object, 0, size);
    return object;
}

void inside_drop(const struct pv_alloc *alloc, void *object, size_t size) {
    alloc->resize(alloc->context, object, size, 0);
}

const char *inside_copy(struct arena *arena, const struct buffer *buffer) {
    if (buffer->failed)
        return NULL;
    return arena_copy(arena, buffer->length ? buffer->data : "", buffer->length);
}

const char *inside_string(struct arena *arena, struct text text) {
    return text.length ? arena_copy(arena, text.bytes, text.length) : "";
}

/* --- diagnostics --- */

bool inside_about_policy(struct messages *messages, struct arena *arena, const struct sources *sources,
                         const struct diagnostic *diagnostic) {
    struct proviso_diagnostic made = {.severity = (enum proviso_severity)diagnostic->severity,
                                      .code = diag_message(diagnostic->code)->code,
                                      .message = diagnostic->message,
                                      .path = ""};
    struct place place;
    struct buffer text;
    if (place_of(sources, diagnostic->primary, &place)) {
        made.file = place.source->path;
        made.line = place.line;
        made.column = place.column;
    }
    buffer_init(&text, arena->alloc);
    render_terminal(&text, sources, diagnostic, false);
    made.text = inside_copy(arena, &text);
    buffer_free(&text);
    return made.text && ARENA_PUSH(arena, messages->items, messages->count, messages->capacity, made);
}

bool inside_about_record(struct messages *messages, struct arena *arena, const struct fact_problem *problem) {
    const struct diag_message *row = diag_message(problem->code);
    struct proviso_diagnostic made = {.severity = (enum proviso_severity)row->severity,
                                      .code = row->code,
                                      .message = inside_string(arena, text_of(problem->message)),
                                      .path = inside_string(arena, text_of(problem->path)),
                                      .line = problem->line};
    struct buffer text;
    buffer_init(&text, arena->alloc);
    if (problem->line)
        buffer_format(&text, "line %llu: ", (unsigned long long)problem->line);
    if (problem->path[0]) {
        buffer_visible(&text, problem->path, strlen(problem->path));
        buffer_string(&text, ": ");
    }
    buffer_format(&text, "%s %s %s: ", diag_severity_name(row->severity), row->code, row->slug);
    buffer_visible(&text, problem->message, strlen(problem->message));
    buffer_char(&text, '\n');
    made.text = inside_copy(arena, &text);
    buffer_free(&text);
    return made.text && made.message && made.path &&
           ARENA_PUSH(arena, messages->items, messages->count, messages->capacity, made);
}

enum proviso_severity proviso_diagnostic_severity(const proviso_diagnostic *diagnostic) {
    return diagnostic->severity;
}

const char *proviso_diagnostic_code(const proviso_diagnostic *diagnostic) {
    return diagnostic->code;
}

const char *proviso_diagnostic_message(const proviso_diagnostic *diagnostic) {
    return diagnostic->message;
}

const char *proviso_diagnostic_file(const proviso_diagnostic *diagnostic) {
    return diagnostic->file;
}

uint64_t proviso_diagnostic_line(const proviso_diagnostic *diagnostic) {
    return diagnostic->line;
}

uint64_t proviso_diagnostic_column(const proviso_diagnostic *diagnostic) {
    return diagnostic->column;
}

const char *proviso_diagnostic_path(const proviso_diagnostic *diagnostic) {
    return diagnostic->path;
}

const char *proviso_diagnostic_text(const proviso_diagnostic *diagnostic) {
    return diagnostic->text;
}
