/*
 * Leaves of the tree from tokens: names, literals, texts with their escapes, texts that show expressions;
 * and the messages for what is wrong with a token by itself. Whether a date exists is not judged here.
 */
#include "grammar/drive.h"

#include <string.h>

/* The bytes of a token between its quotes; a curly quote has two or three bytes. */
static void leaf_inside(const struct parser *p, const struct token *token, uint32_t *start, uint32_t *end) {
    const unsigned char *bytes = (const unsigned char *)p->source->text;
    uint32_t limit = token->start + token->length;
    *start = token->start + 1;
    *end = limit;
    while (*start < limit && (bytes[*start] & 0xC0) == 0x80)
        (*start)++;
    if (token->problem == PROBLEM_UNTERMINATED)
        return;
    do
        (*end)--;
    while (*end > *start && (bytes[*end] & 0xC0) == 0x80);
}

static void leaf_bad_escape(struct parser *p, uint32_t at) {
    struct span span = {at, at + 2, p->source->file};
    struct diagnostic *d;
    while (((unsigned char)p->source->text[span.end] & 0xC0) == 0x80)
        span.end++;
    d = MISTAKE(p, E0110, span, "`%.*s` means nothing in a text", SAY(build_text(p, span)));
    diag_help(p->diags, d,
              "the escapes are \\\" \\\\ \\n \\t \\{ and \\}; a backslash itself is written \\\\");
}

struct ast_node *leaf_string(struct parser *p, struct span span, uint32_t start, uint32_t end) {
    struct ast_node *node = make0(p, AST_STRING, span);
    struct text *text = arena_alloc(p->arena, sizeof *text);
    char *bytes = arena_alloc(p->arena, (size_t)(end - start) + 1);
    size_t length = 0;
    uint32_t i;
    if (!node || !text || !bytes)
        return NULL;
    for (i = start; i < end; i++) {
        char c = p->source->text[i];
        if (c == '\\' && i + 1 < end) {
            c = p->source->text[++i];
            if (c == 'n')
                c = '\n';
            else if (c == 't')
                c = '\t';
            else if (!strchr("\"\\{}", c))
                leaf_bad_escape(p, i - 1);
        }
        bytes[length++] = c;
    }
    text->bytes = bytes;
    text->length = length;
    node->value.string = text;
    return node;
}

static struct ast_node *leaf_name(struct parser *p, const struct token *token, struct span span) {
    struct ast_node *node = make0(p, AST_NAME, span);
    if (!node)
        return NULL;
    node->value.name = names_intern(p->context->names, token_text(p->source, token));
    return node->value.name ? node : NULL;
}

struct ast_node *leaf_of(struct parser *p, int symbol, const struct token *token) {
    struct span span = token_span(p->source, token);
    bool bad = token->problem != PROBLEM_NONE && token->problem != PROBLEM_WORD_CASE;
    uint32_t start, end;
    switch (symbol) {
    case T_IDENT:
        return bad ? make0(p, AST_ERROR, span) : leaf_name(p, token, span);
    case T_NUMBER:
        return make0(p, bad ? AST_ERROR : AST_NUMBER, span);
    case T_DATE:
        return make0(p, bad ? AST_ERROR : AST_DATE, span);
    case T_STRING:
        leaf_inside(p, token, &start, &end);
        return leaf_string(p, span, start, token->problem == PROBLEM_TOO_LONG ? start : end);
    default:
        return NULL;
    }
}

/* --- mistakes inside a token --- */

static void leaf_unknown(struct parser *p, struct span span, const struct token *token) {
    struct text text = token_text(p->source, token);
    size_t size;
    uint32_t code_point = text_decode(text.bytes, text.length, &size);
    struct diagnostic *d;
    if (p->hushed) /* one message for a row of them */
        return;
    d = MISTAKE(p, E0103, span, "`%.*s` is not part of the language", SAY(build_text(p, span)));
    if (code_point == 0x2212 || (code_point >= 0x2010 && code_point <= 0x2015)) {
        diag_help(p->diags, d, "a minus and the marks in a date are the plain `-`");
        diag_fix(p->diags, d, span, "use the plain mark", "-");
    }
    p->hushed = true;
}

static void leaf_quotes(struct parser *p, struct span span, const struct token *token) {
    struct diagnostic *d = MISTAKE(p, E0105, span, "a text stands in straight double quotes: \"...\"");
    uint32_t start, end;
    leaf_inside(p, token, &start, &end);
    if (!memchr(p->source->text + start, '"', end - start) && end - start <= 200)
        diag_fix(p->diags, d, span, "use straight quotes", "\"%.*s\"", (int)(end - start),
                 p->source->text + start);
}

static void leaf_number(struct parser *p, struct span span, const struct token *token) {
    struct text text = token_text(p->source, token);
    char plain[64];
    size_t i, length = 0;
    struct diagnostic *d;
    if (text.bytes[0] == '.')
        d = MISTAKE(p, E0108, span, "a number begins with a digit");
    else
        d = MISTAKE(p, E0108, span, "a number is written without marks between its thousands");
    if (text.bytes[0] != '.')
        diag_help(p->diags, d, "where several values are meant, put a blank behind each comma");
    if (text.length > sizeof plain - 2)
        return;
    if (text.bytes[0] == '.')
        plain[length++] = '0';
    for (i = 0; i < text.length; i++)
        if (text.bytes[i] != ',')
            plain[length++] = text.bytes[i];
    diag_fix(p->diags, d, span, "write the plain number", "%.*s", (int)length, plain);
}

/* Reads digits into *value; gives how many there were. */
static size_t leaf_digits(struct text text, size_t at, unsigned *value) {
    size_t count = 0;
    *value = 0;
    for (; at + count < text.length && text.bytes[at + count] >= '0' && text.bytes[at + count] <= '9';
         count++)
        if (count < 5)
            *value = *value * 10 + (unsigned)(text.bytes[at + count] - '0');
    return count;
}

static void leaf_date(struct parser *p, struct span span, const struct token *token) {
    struct text text = token_text(p->source, token);
    unsigned year, month, day;
    size_t years = leaf_digits(text, 0, &year), months, days;
    struct diagnostic *d =
        MISTAKE(p, E0107, span, "a date is written year-month-day, with all its digits: 2021-06-30");
    months = leaf_digits(text, years + 1, &month);
    days = leaf_digits(text, years + months + 2, &day);
    /* Only with the year first is it certain which number is the month. */
    if (years == 4 && months <= 2 && days <= 2)
        diag_fix(p->diags, d, span, "write the whole date", "%04u-%02u-%02u", year, month, day);
    else if (years <= 2 && days == 4)
        diag_help(p->diags, d, "it cannot be known whether %u or %u is the month here", year, month);
}

static void leaf_name_form(struct parser *p, struct span span, const struct token *token) {
    struct text text = build_text(p, span);
    char first = p->source->text[token->start];
    struct diagnostic *d;
    if (first >= '0' && first <= '9') {
        unsigned value;
        size_t digits = leaf_digits(token_text(p->source, token), 0, &value);
        struct text rest = {text.bytes + digits, text.length - digits};
        d = MISTAKE(p, E0111, span, "`%.*s` is neither a number nor a name", SAY(text));
        diag_help(p->diags, d, "a name begins with a letter");
        if (drive_is_unit(word_symbol(word_find(rest))))
            diag_fix(p->diags, d, span, "put a blank between", "%.*s %.*s", (int)digits, text.bytes,
                     SAY(rest));
    } else {
        d = MISTAKE(p, E0111, span, "`%.*s` cannot be a name", SAY(text));
        diag_help(p->diags, d,
                  "names are written with the letters a to z, digits and `_`; texts may have any letters");
    }
}

void leaf_problem(struct parser *p, const struct token *token) {
    struct span span = token_span(p->source, token);
    unsigned before = p->mistakes;
    struct diagnostic *d;
    switch (token->problem) {
    case PROBLEM_UNKNOWN:
        leaf_unknown(p, span, token);
        break;
    case PROBLEM_INVISIBLE:
        d = MISTAKE(p, E0106, span, "there is an invisible character here that is not a plain blank");
        diag_help(p->diags, d, "it comes from a word processor or a web page");
        diag_fix(p->diags, d, span, "put a plain blank", " ");
        break;
    case PROBLEM_QUOTES:
        leaf_quotes(p, span, token);
        break;
    case PROBLEM_UNTERMINATED:
        d = MISTAKE(p, E0104, span, "this text has no closing quote");
        diag_help(p->diags, d, "a text ends on the line where it begins");
        break;
    case PROBLEM_NUMBER_FORM:
        leaf_number(p, span, token);
        break;
    case PROBLEM_DATE_FORM:
        leaf_date(p, span, token);
        break;
    case PROBLEM_NAME_FORM:
        leaf_name_form(p, span, token);
        break;
    case PROBLEM_TOO_LONG:
        span.end = span.start + 1;
        MISTAKE(p, E0109, span, "this is %u bytes long; a name, a number or a text has at most %d",
                (unsigned)token->length, PARSE_MAX_TOKEN_BYTES);
        break;
    default:
        break;
    }
    /* A text, a number or a date is what it is, however it is written: nothing follows from the mistake. */
    if (token->problem == PROBLEM_INVISIBLE || token->problem == PROBLEM_QUOTES ||
        token->problem == PROBLEM_NUMBER_FORM || token->problem == PROBLEM_DATE_FORM)
        p->mistakes_noted += p->mistakes - before;
}

/* --- texts that show expressions --- */

/* The first unescaped `brace` in start..end, or end. */
static uint32_t template_find(const struct parser *p, uint32_t start, uint32_t end, char brace) {
    uint32_t i;
    for (i = start; i < end; i++) {
        if (p->source->text[i] == brace)
            return i;
        if (p->source->text[i] == '\\')
            i++;
    }
    return end;
}

static void template_bad(struct parser *p, uint32_t start, uint32_t end, const char *what) {
    struct span span = {start, end, p->source->file};
    struct diagnostic *d = MISTAKE(p, E0224, span, "%s", what);
    diag_help(p->diags, d, "in this text {name} shows a value; a brace itself is written \\{ or \\}");
    drive_push(p, T_BROKEN, NULL, span);
}

/* What stands between two braces. False where a mistake in it was reported and the effect given up. */
static bool template_expression(struct parser *p, uint32_t open, uint32_t close) {
    struct token_array tokens;
    struct span end = {close, close + 1, p->source->file};
    if (!token_scan(p->arena, p->source, open + 1, close, false, &tokens)) {
        p->arena->failed = true;
        p->stopped = true;
        return false;
    }
    if (token_significant(&tokens, 0) >= tokens.count) {
        template_bad(p, open, close + 1, "there is nothing between these braces");
        return true;
    }
    drive_tokens(p, &tokens);
    if (!p->skipping && !p->stopped && !drive_accepts(p, T_TEXT_TAIL) &&
        !(slip_amount(p) && drive_accepts(p, T_TEXT_TAIL)))
        drive_unexpected(p, T_CLOSE_CURLY, end);
    return !p->skipping && !p->stopped;
}

bool template_feed(struct parser *p, const struct token *token) {
    uint32_t start, end, open, close;
    struct span whole = token_span(p->source, token), text = whole;
    int piece = T_TEXT_HEAD;
    leaf_inside(p, token, &start, &end);
    open = template_find(p, start, end, '{');
    if (open == end || token->problem == PROBLEM_TOO_LONG || !drive_accepts(p, T_TEXT_HEAD))
        return false;
    while (open < end) {
        struct span place;
        text.start = start;
        text.end = open;
        /* The quotes belong to the text as a whole and to no piece of it. */
        place = piece == T_TEXT_HEAD ? (struct span){whole.start, open, whole.file} : text;
        drive_push(p, piece, leaf_string(p, text, start, open), place);
        piece = T_TEXT_MID;
        close = template_find(p, open, end, '}');
        if (close == end)
            template_bad(p, open, end, "this brace is not closed");
        else if (!template_expression(p, open, close))
            return true;
        start = close == end ? end : close + 1;
        open = template_find(p, start, end, '{');
    }
    text.start = start;
    text.end = end;
    whole.start = start;
    drive_push(p, T_TEXT_TAIL, leaf_string(p, text, start, end), whole);
    return true;
}
