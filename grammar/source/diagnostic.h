/*
 * One diagnostic value for every message about a policy: a code, a severity, words, a primary span and any number of
 * labelled ones, notes, help, fixes. Renderers turn it into a terminal's layout, a line, or JSON. Must not know
 * how a message is shown, nor what the language means.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_DIAGNOSTIC_H
#define PROVISO_GRAMMAR_SOURCE_DIAGNOSTIC_H

#include "grammar/source/source.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

enum diag_code {
#define MSG(code, severity, slug, title, doc) DIAG_##code,
#include "grammar/source/messages.def"
#undef MSG
    DIAG_CODE_COUNT
};

/* One row of messages.def. */
struct diag_message {
    const char *code; /* "E0207" */
    enum diag_severity severity;
    const char *slug, *title, *doc;
};
/* The row of a code; NULL for a number that is no code. */
const struct diag_message *diag_message(enum diag_code code);
/* "error", "warning", "note". */
const char *diag_severity_name(enum diag_severity severity);

/* A second place that matters, with what it has to do with the message (may be NULL). */
struct diag_label {
    struct span span;
    const char *text;
};

/* A certain fix: put `replacement` over the span (an empty span inserts). `title` says it in words. */
struct diag_fix {
    struct span span;
    const char *replacement;
    const char *title;
};

/*
 * A span whose file is not among the sources (DIAG_NOWHERE) is no place: such a message is shown without one.
 * All strings belong to the arena of the struct diagnostics. `primary_text` (the words beside the caret) may be NULL.
 */
#define DIAG_NOWHERE ((uint16_t)UINT16_MAX)
struct diagnostic {
    enum diag_code code;
    enum diag_severity severity;
    const char *message;
    struct span primary;
    const char *primary_text;
    struct diag_label *labels;
    size_t label_count, label_capacity;
    const char **notes;
    size_t note_count, note_capacity;
    const char **helps;
    size_t help_count, help_capacity;
    struct diag_fix *fixes;
    size_t fix_count, fix_capacity;
};

/* The messages of one run, in the order they were reported. */
struct diagnostics {
    struct arena *arena;
    struct diagnostic **items;
    size_t count, capacity;
    size_t errors, warnings;
    bool failed;             /* memory ran out: some message is missing, the run must say so */
    struct diagnostic spare; /* what is handed out then */
};

void diag_init(struct diagnostics *diags, struct arena *arena);

/*
 * Reports: `format` is printf's; text from policies is shown with %.*s and is escaped by the renderers. Never NULL:
 * where memory fails the spare is given and diags->failed is set. Details are added with the functions below.
 */
__attribute__((format(printf, 4, 5))) struct diagnostic *
diag_report(struct diagnostics *diags, enum diag_code code, struct span primary, const char *format, ...);
/* The words beside the caret. */
__attribute__((format(printf, 3, 4))) void
diag_primary(struct diagnostics *diags, struct diagnostic *diagnostic, const char *format, ...);
__attribute__((format(printf, 4, 5))) void diag_label(struct diagnostics *diags,
                                                      struct diagnostic *diagnostic, struct span span,
                                                      const char *format, ...);
__attribute__((format(printf, 3, 4))) void diag_note(struct diagnostics *diags, struct diagnostic *diagnostic,
                                                     const char *format, ...);
__attribute__((format(printf, 3, 4))) void diag_help(struct diagnostics *diags, struct diagnostic *diagnostic,
                                                     const char *format, ...);
/* A fix; `title` is a constant or arena string, the replacement is printf's. */
__attribute__((format(printf, 5, 6))) void diag_fix(struct diagnostics *diags, struct diagnostic *diagnostic,
                                                    struct span span, const char *title, const char *format,
                                                    ...);
/* Sorts by file, offset, code; stable. For showing. Where memory fails the order stays and diags->failed is set. */
void diag_sort(struct diagnostics *diags);

#endif
