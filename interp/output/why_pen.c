/*
 * See why_pen.h. A terminal gets indentation and colour, a screen reader one statement a line, Markdown headings and lists.
 */
#include "interp/output/why_pen.h"

#include <string.h>

void pen_init(struct pen *pen, struct buffer *out, enum why_style style, bool colour) {
    *pen = (struct pen){.out = out, .style = style, .colour = colour && style == WHY_TEXT};
    buffer_init(&pen->words, out->alloc);
    buffer_init(&pen->along, out->alloc);
    buffer_init(&pen->raw, out->alloc);
}

void pen_end(struct pen *pen) {
    buffer_free(&pen->words);
    buffer_free(&pen->along);
    buffer_free(&pen->raw);
}

void pen_take(struct pen *pen, struct buffer *to) {
    buffer_visible(to, pen->raw.data ? pen->raw.data : "", pen->raw.length);
    pen->out->failed = pen->out->failed || pen->raw.failed;
    buffer_reuse(&pen->raw);
}

void pen_text(struct pen *pen, struct text text) {
    buffer_visible(&pen->words, text.bytes ? text.bytes : "", text.length);
}

void pen_string(struct pen *pen, const char *string) {
    buffer_string(&pen->words, string);
}

void pen_along(struct pen *pen) {
    if (pen->along.length)
        buffer_char(&pen->along, '\n');
}

/* --- text --- */

static void coloured(struct pen *pen, const char *code, const char *bytes, size_t length) {
    if (pen->colour && code[0])
        buffer_string(pen->out, code);
    buffer_add(pen->out, bytes, length);
    if (pen->colour && code[0])
        buffer_string(pen->out, "\033[0m");
}

/* What goes along, on a line of its own under the words. */
static void text_along(struct pen *pen, size_t indent, bool dim) {
    const char *at = pen->along.data;
    size_t left = pen->along.length;
    if (!left)
        return;
    buffer_repeat(pen->out, ' ', indent);
    while (left) {
        const char *end = memchr(at, '\n', left);
        size_t length = end ? (size_t)(end - at) : left;
        coloured(pen, dim ? "\033[2m" : "", at, length);
        if (end)
            buffer_string(pen->out, ", ");
        left -= end ? length + 1 : length;
        at += end ? length + 1 : length;
    }
    buffer_char(pen->out, '\n');
}

static void text_line(struct pen *pen, enum pen_line kind, unsigned depth, enum pen_mark mark) {
    static const char *const marks[] = {"[yes] ", "[no]  ", "[?]   ", "[no]  "};
    static const char *const mark_codes[] = {"\033[32m", "\033[1;31m", "\033[33m", "\033[33m"};
    static const size_t indents[] = {0, 0, 2, 4, 6, 6, 6};
    static const char *const codes[] = {"", "\033[1m", "\033[1m", "", "", "", ""};
    size_t indent = indents[kind] + (size_t)depth * (kind == PEN_CONDITION || kind == PEN_NOTE ? 6 : 2) +
                    2 * (size_t)pen->inset;
    if (kind == PEN_SUBJECT || (kind == PEN_TITLE && pen->out->length))
        buffer_char(pen->out, '\n');
    buffer_repeat(pen->out, ' ', indent);
    if (kind == PEN_CONDITION) {
        coloured(pen, mark_codes[mark], marks[mark], 6);
        indent += 6;
    }
    if (kind == PEN_NEED && depth > 0)
        buffer_string(pen->out, "- ");
    coloured(pen, codes[kind], pen->words.data ? pen->words.data : "", pen->words.length);
    buffer_char(pen->out, '\n');
    text_along(pen, kind == PEN_CONDITION ? indent : indent + 2, kind == PEN_RULE || kind == PEN_SUBJECT);
}

/* --- plain --- */

static void plain_statement(struct pen *pen, const char *before, const char *bytes, size_t length,
                            const char *end) {
    bool ended = length && (memchr(".:?", bytes[length - 1], 3));
    buffer_string(pen->out, before);
    buffer_add(pen->out, bytes, length);
    buffer_string(pen->out, ended ? "\n" : end);
}

static void plain_line(struct pen *pen, enum pen_line kind, unsigned depth, enum pen_mark mark) {
    static const char *const marks[2][4] = {
        {"Holds: ", "Does not hold: ", "Not known whether it holds: ", "Has no value, and counts as no: "},
        {"Part that holds: ", "Part that does not hold: ", "Part not known to hold: ",
         "Part that has no value, and counts as no: "}};
    const char *at = pen->along.data;
    size_t left = pen->along.length;
    plain_statement(pen, kind == PEN_CONDITION ? marks[depth > 0][mark] : "",
                    pen->words.data ? pen->words.data : "", pen->words.length,
                    kind == PEN_SECTION ? ":\n" : ".\n");
    while (left) {
        const char *end = memchr(at, '\n', left);
        size_t length = end ? (size_t)(end - at) : left;
        plain_statement(pen, kind == PEN_CONDITION || kind == PEN_NOTE ? "Seen: " : "Written in ", at, length,
                        ".\n");
        left -= end ? length + 1 : length;
        at += end ? length + 1 : length;
    }
}

/* --- Markdown --- */

static void markdown_escaped(struct pen *pen, const char *bytes, size_t length) {
    size_t i;
    for (i = 0; i < length; i++) {
        if (memchr("\\`*_[]<>#|~&", bytes[i], 12))
            buffer_char(pen->out, '\\');
        if (bytes[i] == '\n')
            buffer_string(pen->out, ", ");
        else
            buffer_char(pen->out, bytes[i]);
    }
}

/* As code, between more backticks than it holds in a row. */
static void markdown_code(struct pen *pen, const char *bytes, size_t length) {
    size_t i, row = 0, most = 0;
    for (i = 0; i < length; i++) {
        row = bytes[i] == '`' ? row + 1 : 0;
        most = row > most ? row : most;
    }
    buffer_repeat(pen->out, '`', most + 1);
    if (most)
        buffer_char(pen->out, ' ');
    buffer_add(pen->out, bytes, length);
    if (most)
        buffer_char(pen->out, ' ');
    buffer_repeat(pen->out, '`', most + 1);
}

static void markdown_line(struct pen *pen, enum pen_line kind, unsigned depth, enum pen_mark mark) {
    static const char *const marks[] = {"yes", "no", "not known", "no"};
    static const char *const heads[] = {"# ", "## ", "### ", "- ", "- ", "- ", "- "};
    const char *words = pen->words.data ? pen->words.data : "";
    bool heading = kind <= PEN_SECTION;
    if (heading && pen->out->length &&
        !(pen->out->length > 1 && pen->out->data[pen->out->length - 2] == '\n'))
        buffer_char(pen->out, '\n');
    if (!heading)
        buffer_repeat(pen->out, ' ', 2 * (size_t)(depth + pen->inset + (kind != PEN_RULE)));
    buffer_string(pen->out, heads[kind]);
    if (kind == PEN_CONDITION) {
        buffer_format(pen->out, "**%s** ", marks[mark]);
        markdown_code(pen, words, pen->words.length);
    } else {
        markdown_escaped(pen, words, pen->words.length);
    }
    if (pen->along.length) {
        buffer_string(pen->out, heading ? "\n\n" : ": ");
        markdown_escaped(pen, pen->along.data, pen->along.length);
    }
    buffer_string(pen->out, heading ? "\n\n" : "\n");
}

void pen_line(struct pen *pen, enum pen_line kind, unsigned depth, enum pen_mark mark) {
    if (pen->style == WHY_TEXT)
        text_line(pen, kind, depth, mark);
    else if (pen->style == WHY_PLAIN)
        plain_line(pen, kind, depth, mark);
    else
        markdown_line(pen, kind, depth, mark);
    pen->out->failed = pen->out->failed || pen->words.failed || pen->along.failed;
    buffer_reuse(&pen->words);
    buffer_reuse(&pen->along);
}
