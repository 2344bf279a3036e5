/*
 * A diagnostic as a person reads it. The marks under a line have to stand right under tabs, wide characters
 * and escapes, so everything is measured by the same walk that shows it. Nothing is allocated but the
 * buffer's room: the few marks of a message are looked through again instead. Must not write anywhere but
 * into the buffer.
 */
#include "grammar/source/render_terminal.h"

#include "grammar/source/place.h"

#include <string.h>

#include "grammar/base/banned.h"

#define TAB_STOP ((size_t)4)
/* The most columns of a source line, and how many of them stand before the mark where the line is longer. */
#define LINE_COLUMNS ((size_t)160)
#define LINE_BEFORE ((size_t)80)
/* Columns around a fix that its line is shown with. */
#define FIX_BEFORE ((size_t)48)
#define FIX_AFTER ((size_t)48)

#define ELLIPSIS "\xe2\x80\xa6"

#define STYLE_BOLD "1"
#define STYLE_GUTTER "34"
#define STYLE_LABEL "1;34"
#define STYLE_NOTE "36"

/* What stays the same while one message is drawn. */
struct view {
    struct buffer *out;
    const struct sources *sources;
    const struct diagnostic *diagnostic;
    bool colour;
    unsigned digits; /* of the largest line number */
};

/* One thing to underline on one line; a span over several lines makes two of them. */
struct mark {
    const struct source *source;
    uint32_t line;
    uint32_t start, end; /* offsets in the file */
    const char *text;    /* NULL: none */
    bool primary;
};

/* The part of a line that is shown: columns from..to of it, and what they are cut from. */
struct window {
    struct text line;
    size_t from, to, whole;
};

static void style_on(const struct view *view, const char *style) {
    if (view->colour)
        buffer_format(view->out, "\033[%sm", style);
}

static void style_off(const struct view *view) {
    if (view->colour)
        buffer_string(view->out, "\033[0m");
}

static const char *severity_style(enum diag_severity severity) {
    switch (severity) {
    case DIAG_ERROR:
        return "1;31";
    case DIAG_WARNING:
        return "1;33";
    case DIAG_NOTE:
        break;
    }
    return "1;36";
}

/* ---- columns ---- */

/* Columns of the character at `bytes` when it begins at `column`; *size gets its bytes. */
static size_t shown_columns(const char *bytes, size_t length, size_t column, size_t *size) {
    uint32_t c;
    if (*bytes == '\t') {
        *size = 1;
        return TAB_STOP - column % TAB_STOP;
    }
    c = text_decode(bytes, length, size);
    if (*size == 1 && (unsigned char)*bytes >= 0x80)
        return strlen("<0xFF>");
    /* All unsafe code points are below U+10000. */
    return text_unsafe(c) ? strlen("<U+0000>") : text_width(bytes, *size);
}

/* The column where the byte `offset` of a line is shown; inside a character: where that begins. */
static size_t column_of(struct text line, size_t offset) {
    size_t at = 0, column = 0, size;
    while (at < offset && at < line.length) {
        size_t columns = shown_columns(line.bytes + at, line.length - at, column, &size);
        if (at + size > offset)
            break;
        column += columns;
        at += size;
    }
    return column;
}

/* Appends the characters that fit wholly between the columns of the window, without ellipses. */
static void show_columns(struct buffer *out, const struct window *window) {
    struct text line = window->line;
    size_t at = 0, column = 0, size;
    while (at < line.length && column <= window->to) {
        size_t columns = shown_columns(line.bytes + at, line.length - at, column, &size);
        /* A combining mark whose letter is cut off would join the ellipsis. */
        bool orphan = columns == 0 && column == window->from && column > 0;
        if (column >= window->from && column + columns <= window->to && !orphan) {
            if (line.bytes[at] == '\t')
                buffer_repeat(out, ' ', columns);
            else
                buffer_visible(out, line.bytes + at, size);
        }
        column += columns;
        at += size;
    }
}

/*
 * Moves the edges of the window to where characters begin and end, so that what is shown lines up with the
 * marks.
 */
static void window_snap(struct window *window) {
    size_t at = 0, column = 0, size, from = window->whole, to = 0;
    while (at < window->line.length) {
        size_t columns = shown_columns(window->line.bytes + at, window->line.length - at, column, &size);
        if (columns && column >= window->from && column < from)
            from = column;
        if (column + columns <= window->to)
            to = column + columns;
        column += columns;
        at += size;
    }
    window->from = from < to ? from : to;
    window->to = to;
}

static struct window window_around(struct text line, size_t column) {
    struct window window = {line, 0, 0, column_of(line, line.length)};
    window.to = window.whole;
    if (window.whole <= LINE_COLUMNS)
        return window;
    window.from = column > LINE_BEFORE ? column - LINE_BEFORE : 0;
    if (window.from + LINE_COLUMNS > window.whole)
        window.from = window.whole - LINE_COLUMNS;
    window.to = window.from + LINE_COLUMNS;
    window_snap(&window);
    return window;
}

static bool window_has(const struct window *window, size_t column) {
    return column >= window->from && (column < window->to || window->to == window->whole);
}

/* ---- marks ---- */

static size_t mark_count(const struct view *view) {
    return 2 * (1 + view->diagnostic->label_count);
}

/* Where the text of a line begins: behind its indentation. */
static uint32_t line_indent(const struct source *source, uint32_t line) {
    struct text text = source_line(source, line);
    size_t at = place_mark(source, line);
    while (at < text.length && (text.bytes[at] == ' ' || text.bytes[at] == '\t'))
        at++;
    return source->line_starts[line - 1] + (uint32_t)at;
}

/* A span of several lines may end with the end of a line: then it is the line before that is meant. */
static void trim_end(struct place *place) {
    const char *text = place->source->text;
    uint32_t column;
    while (place->end > place->start && strchr(" \t\r\n", text[place->end - 1]) && text[place->end - 1])
        place->end--;
    source_place(place->source, place->end, &place->end_line, &column);
}

/*
 * The marks of a message by number: two for each span, the primary one first. False where that number has no
 * mark: a span of one line needs one, a span without a place none.
 */
static bool mark_at(const struct view *view, size_t number, struct mark *mark) {
    const struct diagnostic *diagnostic = view->diagnostic;
    const struct diag_label *label = number < 2 ? NULL : &diagnostic->labels[number / 2 - 1];
    struct place place;
    bool last = number % 2 == 1;
    if (!place_of(view->sources, label ? label->span : diagnostic->primary, &place))
        return false;
    if (place.line != place.end_line)
        trim_end(&place);
    mark->source = place.source;
    mark->primary = !label;
    mark->text = label ? label->text : diagnostic->primary_text;
    if (mark->text && !*mark->text)
        mark->text = NULL;
    mark->line = place.line;
    mark->start = place.start;
    mark->end = place.end;
    if (place.line == place.end_line)
        return !last;
    if (last) {
        mark->line = place.end_line;
        mark->start = line_indent(place.source, place.end_line);
    } else {
        struct text first = source_line(place.source, place.line);
        mark->text = NULL;
        mark->end = place.source->line_starts[place.line - 1] + (uint32_t)first.length;
    }
    return true;
}

/* ---- lines ---- */

static void gutter(const struct view *view, uint32_t line, const char *sign) {
    style_on(view, STYLE_GUTTER);
    if (line)
        buffer_format(view->out, "%*u %s", (int)view->digits, (unsigned)line, sign);
    else
        buffer_format(view->out, "%*s %s", (int)view->digits, "", sign);
    style_off(view);
}

static void header(const struct view *view, const struct source *source, uint32_t line, uint32_t column,
                   const char *arrow) {
    struct buffer *out = view->out;
    style_on(view, STYLE_GUTTER);
    buffer_format(out, "%*s%s", (int)view->digits, "", arrow);
    style_off(view);
    buffer_char(out, ' ');
    buffer_visible(out, source->path, strlen(source->path));
    buffer_format(out, ":%u:%u\n", (unsigned)line, (unsigned)column);
    gutter(view, 0, "|");
    buffer_char(out, '\n');
}

static void show_line(const struct view *view, uint32_t number, const struct window *window) {
    gutter(view, number, "|");
    if (window->line.length) {
        buffer_char(view->out, ' ');
        if (window->from)
            buffer_string(view->out, ELLIPSIS);
        show_columns(view->out, window);
        if (window->to < window->whole)
            buffer_string(view->out, ELLIPSIS);
    }
    buffer_char(view->out, '\n');
}

static void show_mark(const struct view *view, const struct mark *mark, const struct window *window,
                      size_t from, size_t to) {
    if (to > window->to)
        to = window->to;
    if (to <= from)
        to = from + 1;
    gutter(view, 0, "|");
    buffer_repeat(view->out, ' ', 1 + from - window->from + (window->from ? 1 : 0));
    style_on(view, mark->primary ? severity_style(view->diagnostic->severity) : STYLE_LABEL);
    buffer_repeat(view->out, mark->primary ? '^' : '~', to - from);
    if (mark->text) {
        buffer_char(view->out, ' ');
        buffer_visible(view->out, mark->text, strlen(mark->text));
    }
    style_off(view);
    buffer_char(view->out, '\n');
}

/* The line of a file without its byte order mark; *start gets the offset of its first byte. */
static struct text line_text(const struct source *source, uint32_t number, uint32_t *start) {
    struct text line = source_line(source, number);
    size_t skipped = place_mark(source, number);
    line.bytes += skipped;
    line.length -= skipped;
    *start = source->line_starts[number - 1] + (uint32_t)skipped;
    return line;
}

/*
 * One line of a file with all its marks. A long line is shown again for a mark that its first part does not
 * hold.
 */
static void show_marked_line(const struct view *view, const struct source *source, uint32_t number) {
    struct window window;
    struct mark mark;
    uint32_t start;
    struct text line = line_text(source, number, &start);
    bool shown = false;
    size_t i;
    for (i = 0; i < mark_count(view); i++) {
        size_t from, to;
        if (!mark_at(view, i, &mark) || mark.source != source || mark.line != number)
            continue;
        from = column_of(line, mark.start > start ? mark.start - start : 0);
        to = column_of(line, mark.end > start ? mark.end - start : 0);
        if (!shown || !window_has(&window, from)) {
            window = window_around(line, from);
            show_line(view, number, &window);
            shown = true;
        }
        show_mark(view, &mark, &window, from, to);
    }
}

/* The smallest marked line of the file above `line`, or 0. */
static uint32_t next_line(const struct view *view, const struct source *source, uint32_t line) {
    uint32_t next = 0;
    struct mark mark;
    size_t i;
    for (i = 0; i < mark_count(view); i++)
        if (mark_at(view, i, &mark) && mark.source == source && mark.line > line &&
            (!next || mark.line < next))
            next = mark.line;
    return next;
}

static void show_file(const struct view *view, const struct source *source) {
    uint32_t line = next_line(view, source, 0), before = 0, start;
    for (; line; before = line, line = next_line(view, source, line)) {
        if (before && line == before + 2) {
            struct window window = window_around(line_text(source, line - 1, &start), 0);
            show_line(view, line - 1, &window);
        } else if (before && line > before + 2) {
            style_on(view, STYLE_GUTTER);
            buffer_string(view->out, "...");
            style_off(view);
            buffer_char(view->out, '\n');
        }
        show_marked_line(view, source, line);
    }
}

/* True where a span before the label's own is in the same file, which has been shown then. */
static bool file_shown(const struct view *view, size_t label) {
    uint16_t file = view->diagnostic->labels[label].span.file;
    size_t i;
    if (view->diagnostic->primary.file == file)
        return true;
    for (i = 0; i < label; i++)
        if (view->diagnostic->labels[i].span.file == file)
            return true;
    return false;
}

static void show_places(const struct view *view) {
    const struct diagnostic *diagnostic = view->diagnostic;
    struct place place;
    size_t i;
    if (place_of(view->sources, diagnostic->primary, &place)) {
        header(view, place.source, place.line, place.column, "-->");
        show_file(view, place.source);
    }
    for (i = 0; i < diagnostic->label_count; i++) {
        if (file_shown(view, i) || !place_of(view->sources, diagnostic->labels[i].span, &place))
            continue;
        header(view, place.source, place.line, place.column, ":::");
        show_file(view, place.source);
    }
}

/* ---- notes, help, fixes ---- */

static void begin_note(const struct view *view, const char *kind) {
    gutter(view, 0, "=");
    buffer_char(view->out, ' ');
    style_on(view, STYLE_NOTE);
    buffer_format(view->out, "%s:", kind);
    style_off(view);
}

static void show_note(const struct view *view, const char *kind, const char *words) {
    begin_note(view, kind);
    buffer_char(view->out, ' ');
    buffer_visible(view->out, words, strlen(words));
    buffer_char(view->out, '\n');
}

/* What stands before the fix on its line, without indentation and not more than a few words of it. */
static struct window fix_before(const struct place *place) {
    uint32_t from = line_indent(place->source, place->line);
    struct window window = {
        {place->source->text + from, place->start > from ? place->start - from : 0}, 0, 0, 0};
    window.whole = window.to = column_of(window.line, window.line.length);
    if (window.whole > FIX_BEFORE) {
        window.from = window.whole - FIX_BEFORE;
        window_snap(&window);
    }
    return window;
}

/* What stands behind it, to the end of the line where the fixed span ends. */
static struct window fix_after(const struct place *place) {
    struct text line = source_line(place->source, place->end_line);
    uint32_t end = place->source->line_starts[place->end_line - 1] + (uint32_t)line.length;
    struct window window = {
        {place->source->text + place->end, end > place->end ? end - place->end : 0}, 0, 0, 0};
    while (window.line.length && strchr(" \t", window.line.bytes[window.line.length - 1]))
        window.line.length--;
    window.whole = window.to = column_of(window.line, window.line.length);
    if (window.whole > FIX_AFTER) {
        window.to = FIX_AFTER;
        window_snap(&window);
    }
    return window;
}

/* The replacement; where it has several lines each begins in the gutter anew. */
static void show_replacement(const struct view *view, struct text words) {
    size_t at = 0;
    while (at < words.length) {
        struct window part = {{words.bytes + at, 0}, 0, 0, 0};
        while (at < words.length && words.bytes[at] != '\n')
            at++;
        part.line.length = (size_t)(words.bytes + at - part.line.bytes);
        if (part.line.length && words.bytes[at - 1] == '\r')
            part.line.length--;
        part.whole = part.to = column_of(part.line, part.line.length);
        show_columns(view->out, &part);
        if (at < words.length) {
            at++;
            buffer_char(view->out, '\n');
            gutter(view, 0, "|     ");
        }
    }
}

/* The line as the fix leaves it, or its lines; nothing where it leaves none. */
static void show_fixed(const struct view *view, const struct diag_fix *fix, const struct place *place) {
    struct buffer *out = view->out;
    struct text words = text_of(fix->replacement);
    struct window before = fix_before(place), after = fix_after(place);
    bool ends = words.length && words.bytes[words.length - 1] == '\n', lines;
    /* Whole lines come or go: the line behind them is no part of the fix. */
    if (ends || (words.length == 0 && place->end_column == 1 && place->end_line > place->line))
        after.line.length = after.to = after.whole = 0;
    if (ends)
        words.length--;
    if (before.whole == 0 && words.length == 0 && after.whole == 0)
        return;
    lines = words.length && memchr(words.bytes, '\n', words.length);
    while (!lines && before.whole == 0 && words.length && *words.bytes == ' ') {
        words.bytes++;
        words.length--;
    }
    if (fix->title && !(fix->title[0] && fix->title[strlen(fix->title) - 1] == '?'))
        buffer_char(out, ':');
    if (lines) {
        buffer_char(out, '\n');
        gutter(view, 0, "|     ");
    } else {
        buffer_string(out, " `");
    }
    buffer_string(out, before.from ? ELLIPSIS : "");
    show_columns(out, &before);
    show_replacement(view, words);
    show_columns(out, &after);
    buffer_string(out, after.to < after.whole ? ELLIPSIS : "");
    buffer_string(out, lines ? "" : "`");
}

static void show_fix(const struct view *view, const struct diag_fix *fix) {
    struct place place;
    bool placed = place_of(view->sources, fix->span, &place);
    if (!placed && !fix->title)
        return;
    begin_note(view, "help");
    if (fix->title) {
        buffer_char(view->out, ' ');
        buffer_visible(view->out, fix->title, strlen(fix->title));
    }
    if (placed)
        show_fixed(view, fix, &place);
    buffer_char(view->out, '\n');
}

/* ---- the message ---- */

static unsigned gutter_digits(const struct view *view) {
    uint32_t largest = 1;
    unsigned digits = 1;
    struct mark mark;
    size_t i;
    for (i = 0; i < mark_count(view); i++)
        if (mark_at(view, i, &mark) && mark.line > largest)
            largest = mark.line;
    for (; largest >= 10; largest /= 10)
        digits++;
    return digits;
}

void render_terminal(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic,
                     bool colour) {
    struct view view = {out, sources, diagnostic, colour, 1};
    size_t i;
    view.digits = gutter_digits(&view);
    style_on(&view, severity_style(diagnostic->severity));
    buffer_format(out, "%s[%s]", diag_severity_name(diagnostic->severity),
                  diag_message(diagnostic->code)->code);
    style_off(&view);
    style_on(&view, STYLE_BOLD);
    buffer_string(out, ": ");
    buffer_visible(out, diagnostic->message, strlen(diagnostic->message));
    style_off(&view);
    buffer_char(out, '\n');
    show_places(&view);
    for (i = 0; i < diagnostic->note_count; i++)
        show_note(&view, "note", diagnostic->notes[i]);
    for (i = 0; i < diagnostic->help_count; i++)
        show_note(&view, "help", diagnostic->helps[i]);
    for (i = 0; i < diagnostic->fix_count; i++)
        show_fix(&view, &diagnostic->fixes[i]);
}
