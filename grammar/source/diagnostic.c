/*
 * Making and ordering diagnostics. Whoever reports never looks for NULL: where memory fails a spare message
 * is handed out and the failure remembered, so that no phase needs a second way out. Must not know how a
 * message is shown.
 */
#include "grammar/source/diagnostic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/base/banned.h"

static const struct diag_message diag_messages[] = {
#define MSG(code, severity, slug, title, doc) {#code, DIAG_##severity, slug, title, doc},
#include "grammar/source/messages.def"
#undef MSG
};

const struct diag_message *diag_message(enum diag_code code) {
    return (unsigned)code < DIAG_CODE_COUNT ? &diag_messages[code] : NULL;
}

const char *diag_severity_name(enum diag_severity severity) {
    switch (severity) {
    case DIAG_ERROR:
        return "error";
    case DIAG_WARNING:
        return "warning";
    case DIAG_NOTE:
        break;
    }
    return "note";
}

void diag_init(struct diagnostics *diags, struct arena *arena) {
    memset(diags, 0, sizeof *diags);
    diags->arena = arena;
}

/* The formatted words in the arena, or NULL with `failed` set. */
__attribute__((format(printf, 2, 0))) static char *diag_words(struct diagnostics *diags, const char *format,
                                                              va_list args) {
    va_list again;
    char *words = NULL;
    int length;
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length >= 0)
        words = arena_alloc(diags->arena, (size_t)length + 1);
    if (words)
        vsnprintf(words, (size_t)length + 1, format, args);
    else
        diags->failed = true;
    return words;
}

/*
 * The message that takes the details of one that could not be kept. It counts: a run with it is not a clean
 * run.
 */
static struct diagnostic *diag_spare(struct diagnostics *diags, enum diag_code code, struct span primary) {
    memset(&diags->spare, 0, sizeof diags->spare);
    diags->spare.code = code;
    diags->spare.severity = diag_messages[code].severity;
    diags->spare.message = "memory ran out";
    diags->spare.primary = primary;
    diags->failed = true;
    return &diags->spare;
}

struct diagnostic *diag_report(struct diagnostics *diags, enum diag_code code, struct span primary,
                               const char *format, ...) {
    struct diagnostic *diagnostic = arena_alloc(diags->arena, sizeof *diagnostic);
    va_list args;
    if (diag_messages[code].severity == DIAG_ERROR)
        diags->errors++;
    else if (diag_messages[code].severity == DIAG_WARNING)
        diags->warnings++;
    if (!diagnostic)
        return diag_spare(diags, code, primary);
    diagnostic->code = code;
    diagnostic->severity = diag_messages[code].severity;
    diagnostic->primary = primary;
    va_start(args, format);
    diagnostic->message = diag_words(diags, format, args);
    va_end(args);
    if (!diagnostic->message ||
        !ARENA_PUSH(diags->arena, diags->items, diags->count, diags->capacity, diagnostic))
        return diag_spare(diags, code, primary);
    return diagnostic;
}

void diag_primary(struct diagnostics *diags, struct diagnostic *diagnostic, const char *format, ...) {
    va_list args;
    va_start(args, format);
    diagnostic->primary_text = diag_words(diags, format, args);
    va_end(args);
}

void diag_label(struct diagnostics *diags, struct diagnostic *diagnostic, struct span span,
                const char *format, ...) {
    struct diag_label label = {span, NULL};
    va_list args;
    va_start(args, format);
    label.text = diag_words(diags, format, args);
    va_end(args);
    if (!ARENA_PUSH(diags->arena, diagnostic->labels, diagnostic->label_count, diagnostic->label_capacity,
                    label))
        diags->failed = true;
}

void diag_note(struct diagnostics *diags, struct diagnostic *diagnostic, const char *format, ...) {
    const char *words;
    va_list args;
    va_start(args, format);
    words = diag_words(diags, format, args);
    va_end(args);
    if (!words || !ARENA_PUSH(diags->arena, diagnostic->notes, diagnostic->note_count,
                              diagnostic->note_capacity, words))
        diags->failed = true;
}

void diag_help(struct diagnostics *diags, struct diagnostic *diagnostic, const char *format, ...) {
    const char *words;
    va_list args;
    va_start(args, format);
    words = diag_words(diags, format, args);
    va_end(args);
    if (!words || !ARENA_PUSH(diags->arena, diagnostic->helps, diagnostic->help_count,
                              diagnostic->help_capacity, words))
        diags->failed = true;
}

void diag_fix(struct diagnostics *diags, struct diagnostic *diagnostic, struct span span, const char *title,
              const char *format, ...) {
    struct diag_fix fix = {span, NULL, title};
    va_list args;
    va_start(args, format);
    fix.replacement = diag_words(diags, format, args);
    va_end(args);
    if (!fix.replacement ||
        !ARENA_PUSH(diags->arena, diagnostic->fixes, diagnostic->fix_count, diagnostic->fix_capacity, fix))
        diags->failed = true;
}

/* qsort may swap equals, so each carries where it stood. */
struct diag_place {
    struct diagnostic *item;
    size_t index;
};

static int diag_order(const void *left, const void *right) {
    const struct diag_place *a = left, *b = right;
    const struct span *x = &a->item->primary, *y = &b->item->primary;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (a->item->code != b->item->code)
        return a->item->code < b->item->code ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

void diag_sort(struct diagnostics *diags) {
    struct diag_place *places;
    size_t i;
    if (diags->count < 2)
        return;
    places = arena_array(diags->arena, diags->count, sizeof *places);
    if (!places) {
        diags->failed = true;
        return;
    }
    for (i = 0; i < diags->count; i++) {
        places[i].item = diags->items[i];
        places[i].index = i;
    }
    qsort(places, diags->count, sizeof *places, diag_order);
    for (i = 0; i < diags->count; i++)
        diags->items[i] = places[i].item;
}
