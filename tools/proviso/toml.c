/*
 * See toml.h. A reader by hand of a language by lines: after a mistake it goes on with the next line, so that one run shows
 * all of them. Must not know which keys there are.
 */
#include "tools/proviso/toml.h"

#include <stdio.h>
#include <string.h>

struct toml_reader {
    const struct source *source;
    struct diagnostics *diags;
    struct toml *toml;
    struct text table; /* the header the keys stand under */
    struct span table_span;
    uint32_t at;
};

static char toml_char(const struct toml_reader *r) {
    return r->at < r->source->length ? r->source->text[r->at] : '\0';
}

static bool toml_at_end(const struct toml_reader *r) {
    return r->at >= r->source->length;
}

static struct span toml_span(const struct toml_reader *r, uint32_t start) {
    return (struct span){start, r->at, r->source->file};
}

/* A message about the span from `start` to here, of one character at least. Always false. */
__attribute__((format(printf, 3, 4))) static bool toml_wrong(struct toml_reader *r, uint32_t start,
                                                             const char *format, ...) {
    struct span span = toml_span(r, start);
    char words[240];
    va_list args;
    if (span.end == span.start && span.end < r->source->length && r->source->text[span.end] != '\n')
        span.end++;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    (void)diag_report(r->diags, DIAG_E1001, span, "%s", words);
    return false;
}

static void toml_blanks(struct toml_reader *r) {
    while (toml_char(r) == ' ' || toml_char(r) == '\t')
        r->at++;
}

static bool toml_line_end(const struct toml_reader *r) {
    return toml_at_end(r) || toml_char(r) == '\n' ||
           (toml_char(r) == '\r' && r->at + 1 < r->source->length && r->source->text[r->at + 1] == '\n');
}

static void toml_skip_line(struct toml_reader *r) {
    while (!toml_at_end(r) && toml_char(r) != '\n')
        r->at++;
    if (!toml_at_end(r))
        r->at++;
}

static bool toml_control(char c) {
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7F;
}

/* Blanks and a comment; what then stands is the line's end, or false after a message. */
static bool toml_rest(struct toml_reader *r) {
    toml_blanks(r);
    if (toml_char(r) == '#')
        while (!toml_line_end(r)) {
            if (toml_control(toml_char(r)))
                return toml_wrong(r, r->at, "a control character stands in a comment");
            r->at++;
        }
    if (toml_line_end(r))
        return true;
    return toml_wrong(r, r->at, "the line should end here");
}

/* Blanks, comments and line ends inside the brackets of a list. */
static bool toml_between(struct toml_reader *r) {
    while (!toml_at_end(r)) {
        toml_blanks(r);
        if (toml_char(r) != '#' && !toml_line_end(r))
            return true;
        if (!toml_rest(r))
            return false;
        toml_skip_line(r);
    }
    return true;
}

static bool toml_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool toml_escape(struct toml_reader *r, struct buffer *out) {
    static const char escapes[] = "\"\\ntrbf", means[] = "\"\\\n\t\r\b\f";
    const char *found;
    r->at++;
    found = toml_at_end(r) || !toml_char(r) ? NULL : strchr(escapes, toml_char(r));
    if (!found)
        return toml_wrong(r, r->at - 1,
                          "in a text only \\\" \\\\ \\n \\t \\r \\b \\f are written with a backslash");
    buffer_char(out, means[found - escapes]);
    r->at++;
    return true;
}

/* A text on one line in double quotes, or in single ones, where a backslash is one. */
static bool toml_text(struct toml_reader *r, struct text *text) {
    char quote = toml_char(r);
    uint32_t start = r->at;
    struct buffer out;
    bool good = true;
    buffer_init(&out, r->diags->arena->alloc);
    r->at++;
    while (good && !toml_line_end(r) && toml_char(r) != quote) {
        if (toml_control(toml_char(r)))
            good = toml_wrong(r, r->at, "a control character stands in a text");
        else if (quote == '"' && toml_char(r) == '\\')
            good = toml_escape(r, &out);
        else
            buffer_char(&out, r->source->text[r->at++]);
    }
    if (good && toml_line_end(r))
        good = toml_wrong(r, start, "the text has no closing quote on its line");
    r->at += good;
    if (good && r->at - start == 2 && toml_char(r) == quote)
        good = toml_wrong(r, start, "texts over several lines are not read here");
    text->bytes = out.failed ? NULL : arena_copy(r->diags->arena, out.data ? out.data : "", out.length);
    text->length = out.length;
    buffer_free(&out);
    if (!text->bytes)
        r->diags->failed = true;
    return good && text->bytes;
}

/* One part of a key: bare or in quotes. */
static bool toml_word(struct toml_reader *r, struct text *word) {
    uint32_t start = r->at;
    if (toml_char(r) == '"' || toml_char(r) == '\'')
        return toml_text(r, word);
    while (toml_bare(toml_char(r)))
        r->at++;
    *word = (struct text){r->source->text + start, r->at - start};
    return r->at > start || toml_wrong(r, start, "a key should stand here");
}

/* `before`.`word`, or either where the other is empty. */
static bool toml_join(struct toml_reader *r, struct text before, struct text word, struct text *joined) {
    struct buffer out;
    buffer_init(&out, r->diags->arena->alloc);
    buffer_text(&out, before);
    if (before.length && word.length)
        buffer_char(&out, '.');
    buffer_text(&out, word);
    joined->bytes = out.failed ? NULL : arena_copy(r->diags->arena, out.data ? out.data : "", out.length);
    joined->length = out.length;
    buffer_free(&out);
    if (!joined->bytes)
        r->diags->failed = true;
    return joined->bytes != NULL;
}

/* A dotted key: all but its last part is joined to *path, the last is *key. */
static bool toml_key(struct toml_reader *r, struct text *path, struct text *key, struct span *key_span) {
    for (;;) {
        uint32_t start = r->at;
        if (!toml_word(r, key))
            return false;
        *key_span = toml_span(r, start);
        toml_blanks(r);
        if (toml_char(r) != '.')
            return true;
        if (!toml_join(r, *path, *key, path))
            return false;
        r->at++;
        toml_blanks(r);
    }
}

static bool toml_header(struct toml_reader *r) {
    uint32_t start = r->at++;
    struct toml_table table = {{"", 0}, {0, 0, 0}};
    struct text last;
    struct span span;
    size_t i;
    if (toml_char(r) == '[')
        return toml_wrong(r, start, "lists of tables are not read here");
    toml_blanks(r);
    if (!toml_key(r, &table.name, &last, &span) || !toml_join(r, table.name, last, &table.name))
        return false;
    if (toml_char(r) != ']')
        return toml_wrong(r, r->at, "the name of a table ends with ]");
    r->at++;
    table.span = toml_span(r, start);
    r->table = table.name;
    r->table_span = table.span;
    for (i = 0; i < r->toml->table_count; i++) {
        if (text_equal(r->toml->tables[i].name, table.name))
            return toml_wrong(r, start, "the table stands here for the second time");
    }
    if (!ARENA_PUSH(r->diags->arena, r->toml->tables, r->toml->table_count, r->toml->table_capacity, table))
        r->diags->failed = true;
    return toml_rest(r);
}

static bool toml_number(struct toml_reader *r, struct text word, uint32_t start, struct toml_value *value) {
    size_t i = word.bytes[0] == '-' || word.bytes[0] == '+';
    bool negative = word.bytes[0] == '-', digit = false;
    size_t first = i;
    value->kind = TOML_NUMBER;
    for (; i < word.length; i++) {
        char c = word.bytes[i];
        if (c == '_' && digit && i + 1 < word.length) {
            digit = false;
            continue;
        }
        if (c < '0' || c > '9')
            return toml_wrong(
                r, start,
                "a value is a text in quotes, a whole number, true, false, a day, or a list of texts");
        if (value->number > (INT64_MAX - (c - '0')) / 10)
            return toml_wrong(r, start, "the number is too large");
        value->number = value->number * 10 + (c - '0');
        digit = true;
    }
    if (!digit || (word.bytes[first] == '0' && word.length > first + 1))
        return toml_wrong(r, start, "this is not how a whole number is written");
    value->number = negative ? -value->number : value->number;
    return true;
}

/* What stands without quotes. */
static bool toml_plain(struct toml_reader *r, struct toml_value *value) {
    uint32_t start = r->at;
    struct cal_parse_error error;
    char reason[CAL_EXPLAIN_MAX];
    struct text word;
    while (toml_bare(toml_char(r)) || toml_char(r) == '+' || toml_char(r) == '.' || toml_char(r) == ':')
        r->at++;
    word = (struct text){r->source->text + start, r->at - start};
    if (!word.length)
        return toml_wrong(r, start,
                          "a value should stand here: a text in quotes, a whole number, true, false, a day, "
                          "or a list of texts");
    if (text_is(word, "true") || text_is(word, "false")) {
        value->kind = TOML_YES_NO;
        value->yes = word.length == 4;
        return true;
    }
    if (word.length >= 8 && word.bytes[4] == '-') {
        value->kind = TOML_DAY;
        if (cal_parse(word.bytes, word.length, &value->day, &error))
            return true;
        cal_explain(&error, reason, sizeof reason);
        return toml_wrong(r, start, "%s", reason);
    }
    return toml_number(r, word, start, value);
}

static bool toml_list(struct toml_reader *r, struct toml_value *value) {
    uint32_t start = r->at++;
    value->kind = TOML_TEXTS;
    for (;;) {
        struct toml_value item = {.kind = TOML_TEXT};
        if (!toml_between(r))
            return false;
        if (toml_at_end(r))
            return toml_wrong(r, start, "the list has no closing ]");
        if (toml_char(r) == ']')
            break;
        item.span.start = r->at;
        if (toml_char(r) != '"' && toml_char(r) != '\'')
            return toml_wrong(r, r->at, "a list holds texts in quotes");
        if (!toml_text(r, &item.text))
            return false;
        item.span = toml_span(r, item.span.start);
        if (!ARENA_PUSH(r->diags->arena, value->items, value->count, value->capacity, item))
            r->diags->failed = true;
        if (!toml_between(r))
            return false;
        if (toml_char(r) == ',')
            r->at++;
        else if (toml_char(r) != ']')
            return toml_wrong(r, r->at, "a comma or ] should stand here");
    }
    r->at++;
    return true;
}

static bool toml_pair(struct toml_reader *r) {
    struct toml_entry entry = {.table = r->table, .table_span = r->table_span};
    uint32_t start;
    size_t i;
    bool good;
    if (!toml_key(r, &entry.table, &entry.key, &entry.key_span))
        return false;
    if (toml_char(r) != '=')
        return toml_wrong(r, r->at, "`=` should stand between a key and its value");
    r->at++;
    toml_blanks(r);
    start = r->at;
    if (toml_char(r) == '"' || toml_char(r) == '\'')
        good = toml_text(r, &entry.value.text);
    else
        good = toml_char(r) == '[' ? toml_list(r, &entry.value) : toml_plain(r, &entry.value);
    if (!good)
        return false;
    entry.value.span = toml_span(r, start);
    for (i = 0; i < r->toml->entry_count; i++) {
        const struct toml_entry *before = &r->toml->entries[i];
        if (!text_equal(before->table, entry.table) || !text_equal(before->key, entry.key))
            continue;
        diag_label(
            r->diags,
            diag_report(r->diags, DIAG_E1001, entry.key_span, "the key stands here for the second time"),
            before->key_span, "the first");
        return false;
    }
    if (!ARENA_PUSH(r->diags->arena, r->toml->entries, r->toml->entry_count, r->toml->entry_capacity, entry))
        r->diags->failed = true;
    return toml_rest(r);
}

bool toml_read(const struct source *source, struct diagnostics *diags, struct toml *toml) {
    struct toml_reader r = {.source = source, .diags = diags, .toml = toml, .table = {"", 0}};
    size_t errors = diags->errors, bad = text_invalid_utf8(source->text, source->length);
    *toml = (struct toml){0};
    if (bad < source->length) {
        r.at = (uint32_t)bad;
        return toml_wrong(&r, r.at, "the file is not UTF-8");
    }
    if (source->length >= 3 && memcmp(source->text, "\xef\xbb\xbf", 3) == 0)
        r.at = 3;
    while (!toml_at_end(&r) && !diags->failed) {
        toml_blanks(&r);
        if (toml_char(&r) == '[')
            (void)toml_header(&r);
        else if (toml_char(&r) == '#' || toml_line_end(&r))
            (void)toml_rest(&r);
        else
            (void)toml_pair(&r);
        toml_skip_line(&r);
    }
    return diags->errors == errors && !diags->failed;
}
