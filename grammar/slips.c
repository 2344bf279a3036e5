/*
 * What people write instead of the language, answered with the fix. Two doors: the grammar's actions for
 * forms that it parses (`is before`), and slip_mend for symbols that it would not take (`=`, a misspelt
 * word, a missing `then`). Each mends the input so that the rest of the file is read as it was meant. Must
 * not know names or types.
 */
#include "grammar/drive.h"

#include <string.h>

/* --- called by the grammar --- */

struct ast_node *slip_is_comparison(struct parser *p, struct span is, struct ast_node *meant) {
    struct diagnostic *d = MISTAKE(p, E0211, is, "a comparison stands without `is`");
    struct span cut = is;
    if (meant)
        diag_help(p->diags, d,
                  "`is` is for equal values; `before`, `in` and `>=` stand alone: `renewed_on in window`");
    /* The blank behind the word goes with it. */
    if (p->source->text[cut.end] == ' ')
        cut.end++;
    diag_fix(p->diags, d, cut, "leave `is` out", "%s", "");
    return meant;
}

struct ast_node *slip_is_not_comparison(struct parser *p, struct span words, enum ast_operator said,
                                        struct ast_node *meant) {
    static const char *const spellings[] = {
        [OP_LESS] = "<",
        [OP_LESS_EQUAL] = "<=",
        [OP_GREATER] = ">",
        [OP_GREATER_EQUAL] = ">=",
        [OP_BEFORE] = "before",
        [OP_AFTER] = "after",
        [OP_ON_OR_BEFORE] = "on or before",
        [OP_ON_OR_AFTER] = "on or after",
    };
    enum ast_operator opposite = build_opposite(said);
    struct diagnostic *d = MISTAKE(p, E0211, words, "the opposite of `%s` is written `%s`", spellings[said],
                                   spellings[opposite]);
    diag_fix(p->diags, d, words, "say the opposite", "%s", spellings[opposite]);
    return with_op(meant, opposite);
}

struct ast_node *slip_is_not(struct parser *p, struct span words, const char *instead,
                             struct ast_node *meant) {
    struct diagnostic *d = MISTAKE(p, E0212, words, "this is written `%s`", instead);
    diag_fix(p->diags, d, words, "say it in the language's words", "%s", instead);
    return meant;
}

struct ast_node *slip_between(struct parser *p, struct span span, struct ast_node *operand,
                              struct ast_node *low, struct ast_node *high) {
    struct diagnostic *d = MISTAKE(p, E0217, span, "`between` does not say whether the ends belong to it");
    if (operand && low && high) {
        struct text name = build_text(p, ast_span(operand)), from = build_text(p, ast_span(low));
        struct text to = build_text(p, ast_span(high));
        diag_help(p->diags, d, "dates: `%.*s in %.*s through %.*s`, both ends in", SAY(name), SAY(from),
                  SAY(to));
        diag_help(p->diags, d, "numbers: `%.*s >= %.*s and %.*s <= %.*s`", SAY(name), SAY(from), SAY(name),
                  SAY(to));
    }
    return make0(p, AST_ERROR, span);
}

static void slip_say_from(struct parser *p, struct span words, const char *instead) {
    struct diagnostic *d = MISTAKE(p, E0213, words,
                                   *instead ? "a period is tested with `in`: `in A through B`"
                                            : "a period that has an end stands without `from`");
    struct span cut = words;
    if (!*instead && p->source->text[cut.end] == ' ')
        cut.end++;
    diag_fix(p->diags, d, cut, *instead ? "write `in`" : "leave `from` out", "%s", instead);
}

struct ast_node *slip_from_through(struct parser *p, struct span from, struct ast_node *meant) {
    slip_say_from(p, from, "");
    return meant;
}

struct ast_node *slip_is_from(struct parser *p, struct span words, struct ast_node *meant) {
    slip_say_from(p, words, "in");
    return meant;
}

/* --- words --- */

bool slip_word_case(struct parser *p, int symbol, size_t last, bool report) {
    const struct token *token = &p->tokens->items[p->at];
    enum token_word word = (enum token_word)token->word;
    const char *joined = token_join_text(symbol);
    const char *meant = joined ? joined : word_text(word);
    struct diagnostic *d;
    bool naming = drive_accepts(p, T_IDENT) && !drive_accepts(p, symbol);
    size_t at;
    /* Where a name is being given, capitals are the name's mistake. */
    if (!joined && (naming || (word_class_of(word) == WORD_CONTEXT && drive_next(p, last, &at) == T_IS)) &&
        word_class_of(word) != WORD_DECLARES)
        return false;
    if (report) {
        d = MISTAKE(p, E0114, drive_span(p, p->at, last), "the words of the language are written small: `%s`",
                    meant);
        diag_fix(p->diags, d, drive_span(p, p->at, last), "write it small", "%s", meant);
        p->mistakes_noted++; /* what it means is certain */
    }
    return true;
}

unsigned slip_reach(size_t length) {
    return length <= 2 ? 0 : length <= 5 ? 1 : 2;
}

/* The nearest word that `fits`, or WORD_NONE. */
static enum token_word slip_nearest(const struct parser *p, struct text spelling,
                                    bool (*fits)(const struct parser *, enum token_word)) {
    unsigned best = slip_reach(spelling.length) + 1;
    enum token_word found = WORD_NONE;
    int word;
    if (spelling.length > 16)
        return WORD_NONE;
    for (word = WORD_NONE + 1; word < WORD_COUNT && best > 1; word++) {
        struct text candidate = text_of(word_text((enum token_word)word));
        unsigned distance = text_distance(spelling, candidate, best - 1);
        if (distance > 0 && distance < best && fits(p, (enum token_word)word)) {
            best = distance;
            found = (enum token_word)word;
        }
    }
    return found;
}

static bool slip_fits_here(const struct parser *p, enum token_word word) {
    if (word_class_of(word) == WORD_PART)
        return false;
    if (word_class_of(word) == WORD_DECLARES)
        return !p->open || drive_accepts(p, T_END);
    return drive_accepts(p, word_symbol(word));
}

static bool slip_fits_reserved(const struct parser *p, enum token_word word) {
    (void)p;
    return word_class_of(word) == WORD_RESERVED || word_class_of(word) == WORD_PART;
}

void slip_say_meant(struct parser *p, struct span span, const char *meant) {
    static const char before[] = "did you mean `", after[] = "`?";
    size_t length = strlen(meant);
    char *title = arena_alloc(p->arena, sizeof before + length + sizeof after);
    struct diagnostic *d =
        MISTAKE(p, E0202, span, "`%.*s` is not a word of the language", SAY(build_text(p, span)));
    if (!title)
        return;
    memcpy(title, before, sizeof before - 1);
    memcpy(title + sizeof before - 1, meant, length);
    memcpy(title + sizeof before - 1 + length, after, sizeof after);
    diag_fix(p->diags, d, span, title, "%s", meant);
}

static void slip_say_misspelt(struct parser *p, struct span span, enum token_word word) {
    slip_say_meant(p, span, word_text(word));
}

bool drive_is_operand(int symbol) {
    return symbol == T_IDENT || symbol == T_NUMBER || symbol == T_DATE || symbol == T_STRING ||
           symbol == T_NOT || symbol == T_TODAY || symbol == T_YES || symbol == T_NO ||
           symbol == T_OPEN_ROUND;
}

enum token_word slip_misspelt_start(struct parser *p, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    enum token_word word;
    size_t at, after;
    int next = drive_next(p, last, &at);
    bool type = p->history[0] == T_COLON && drive_accepts(p, T_OPTIONAL) &&
                (next == T_IDENT || next == T_SET_OF || next == T_LIST_OF || next == T_ONE_OF ||
                 next == T_DATE_TYPE || next == T_NUMBER_TYPE || next == T_TEXT_TYPE || next == T_YES_NO);
    if (!((token->flags & TOKEN_LINE_START) || type) || token->word != WORD_NONE ||
        token->problem != PROBLEM_NONE)
        return WORD_NONE;
    /* Two operands in a row: the first is no name. But a field of a record may have a title. */
    if ((!type && !drive_is_operand(next) && !drive_is_unit(next) && next != T_MUST && next != T_REMIND &&
         next != T_ADD && next != T_NOTICE) ||
        (next == T_OPEN_ROUND && p->open && drive_accepts(p, T_IDENT)) ||
        (next == T_STRING && drive_next(p, at, &after) == T_COLON))
        return WORD_NONE;
    word = slip_nearest(p, token_text(p->source, token), slip_fits_here);
    /* In a type only `optional` stands before another word; a record's field may stand on the next line. */
    if (type && word != WORD_optional)
        return WORD_NONE;
    if (word != WORD_NONE)
        slip_say_misspelt(p, token_span(p->source, token), word);
    return word;
}

/* --- mending --- */

bool slip_put(struct parser *p, int symbol, size_t last) {
    drive_push(p, symbol, NULL, drive_span(p, p->at, last));
    p->at = last + 1;
    return true;
}

static bool slip_instead(struct parser *p, int symbol, const char *word, size_t last, enum diag_code code) {
    struct span span = drive_span(p, p->at, last);
    int length = (int)strlen(word);
    struct diagnostic *d;
    length -= word[length - 1] == ' '; /* which is for the fix only */
    p->mistakes++;
    p->mistakes_noted++; /* what it means is certain */
    d = diag_report(p->diags, code, span, "`%.*s` is written `%.*s`", SAY(build_text(p, span)), length, word);
    diag_fix(p->diags, d, span, "use the word", "%s", word);
    return slip_put(p, symbol, last);
}

/* `=`, `==`, `&&`, `||`, `!`, `!=`, `=<`, `;`. */
static bool slip_mark(struct parser *p, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct span span = token_span(p->source, token);
    struct diagnostic *d;
    switch (token->kind - TOKEN_MARKS) {
    case MARK_EQUAL:
    case MARK_EQUAL_EQUAL:
        if (drive_accepts(p, T_IS))
            return slip_instead(p, T_IS, "is", last, DIAG_E0216);
        if (drive_accepts(p, T_AS))
            return slip_instead(p, T_AS, "as", last, DIAG_E0216);
        return drive_accepts(p, T_COLON) && slip_instead(p, T_COLON, ":", last, DIAG_E0216);
    case MARK_AND_AND:
        return drive_accepts(p, T_AND) && slip_instead(p, T_AND, "and", last, DIAG_E0216);
    case MARK_BAR:
    case MARK_BAR_BAR:
        return drive_accepts(p, T_OR) && slip_instead(p, T_OR, "or", last, DIAG_E0216);
    case MARK_BANG:
        return drive_accepts(p, T_NOT) && slip_instead(p, T_NOT, "not ", last, DIAG_E0216);
    case MARK_EQUAL_LESS:
        return drive_accepts(p, T_LESS_EQUAL) && slip_instead(p, T_LESS_EQUAL, "<=", last, DIAG_E0216);
    case MARK_EQUAL_GREATER:
        return drive_accepts(p, T_GREATER_EQUAL) && slip_instead(p, T_GREATER_EQUAL, ">=", last, DIAG_E0216);
    case MARK_NOT_EQUAL:
        if (!drive_accepts(p, T_IS))
            return false;
        slip_instead(p, T_IS, "is not", last, DIAG_E0216);
        drive_push(p, T_NOT, NULL, span);
        return true;
    case MARK_SEMICOLON:
        d = MISTAKE(p, E0103, span, "`;` is not part of the language: nothing marks the end of a line");
        diag_fix(p->diags, d, span, "leave it out", "%s", "");
        p->at = last + 1;
        return true;
    default:
        return false;
    }
}

/* `define x is ...`, `fact x is ...`: another word is wanted there. */
static bool slip_is(struct parser *p, int symbol, size_t last) {
    if (symbol != T_IS && symbol != T_COLON)
        return false;
    if (drive_accepts(p, T_AS))
        return slip_instead(p, T_AS, "as", last, DIAG_E0216);
    return symbol == T_IS && drive_accepts(p, T_COLON) && slip_instead(p, T_COLON, ":", last, DIAG_E0216);
}

static bool slip_from(struct parser *p, int symbol, size_t last) {
    struct span span = drive_span(p, p->at, last);
    struct diagnostic *d;
    size_t at;
    if (symbol != T_FROM)
        return false;
    if (drive_is_unit(p->history[0]) && drive_accepts(p, T_AFTER)) {
        d = MISTAKE(p, E0210, span, "dates move with `after` and `before`: `30 days after d`");
        diag_fix(p->diags, d, span, "write `after`", "after");
        return slip_put(p, T_AFTER, last);
    }
    if (p->history[0] == T_IN) {
        slip_say_from(p, span, "");
        p->at = last + 1;
        return true;
    }
    if (drive_next(p, last, &at) != T_STRING && drive_accepts(p, T_IN)) {
        slip_say_from(p, span, "in");
        return slip_put(p, T_IN, last);
    }
    return false;
}

/* `30 days d`. */
static bool slip_amount_before_date(const struct parser *p, struct span *next) {
    const struct token *token;
    if (p->at >= p->tokens->count)
        return false;
    token = &p->tokens->items[p->at];
    *next = token_span(p->source, token);
    return !(token->flags & TOKEN_LINE_START) &&
           ((token->kind == TOKEN_WORD && (token->word == WORD_NONE || token->word == WORD_today)) ||
            token->kind == TOKEN_DATE);
}

/*
 * An amount of time is no value. `d + 30 days` is closed with a BROKEN operand, and the builder, who sees
 * both sides, says how it is written; any other is said here.
 */
bool slip_amount(struct parser *p) {
    struct span here = p->last_span, next;
    bool sum = p->history[2] == T_PLUS || p->history[2] == T_MINUS;
    struct diagnostic *d;
    if (!drive_is_unit(p->history[0]) || !drive_accepts(p, T_AFTER))
        return false;
    if (slip_amount_before_date(p, &next)) {
        d = MISTAKE(p, E0201, next, "expected `after` or `before` between `%.*s` and `%.*s`",
                    SAY(build_text(p, here)), SAY(build_text(p, next)));
        diag_help(p->diags, d, "say which way the date moves: `30 days after d`, `30 days before d`");
        here.start = here.end;
        drive_push(p, T_AFTER, NULL, here);
        return true;
    }
    if (!sum) {
        d = MISTAKE(p, E0226, here, "an amount of time is not a value by itself");
        diag_help(p->diags, d,
                  "say from which date: `30 days after anniversary`; facts and decisions hold the number");
    }
    here.start = here.end;
    drive_push(p, T_AFTER, NULL, here);
    drive_push(p, T_BROKEN, NULL, here);
    p->hushed = !sum;
    return true;
}

static bool slip_is_effect(const struct parser *p, size_t at) {
    size_t last, after;
    int symbol = drive_symbol(p, at, &last);
    if (symbol == T_ADD || symbol == T_MUST || symbol == T_REMIND || symbol == T_NOTICE)
        return true;
    return at < p->tokens->count && p->tokens->items[at].kind == TOKEN_WORD && last == at &&
           drive_next(p, at, &after) == T_IS;
}

/* `then a is yes and b is no`, `given a is 1, b is 2`. */
static bool slip_joined_values(struct parser *p, int symbol, size_t last) {
    struct span span = drive_span(p, p->at, last), cut = span;
    struct diagnostic *d;
    size_t at;
    int next = drive_next(p, last, &at);
    if ((symbol != T_AND && symbol != T_COMMA) || !p->in_values || p->depth || !drive_accepts(p, T_IDENT))
        return false;
    if (symbol == T_COMMA && next == T_AND)
        drive_next(p, at, &at);
    if (!slip_is_effect(p, at)) {
        if (symbol == T_COMMA)
            return false;
        d = MISTAKE(p, E0208, span,
                    "`and` cannot stand behind a value: what belongs together is in brackets");
        diag_help(p->diags, d, "write `name is (a and b)`, or the next item on a line of its own");
        drive_recover(p);
        return true;
    }
    d = MISTAKE(p, E0208, span, "these are written one below the other, without `%.*s`",
                SAY(build_text(p, span)));
    diag_help(p->diags, d, "a condition as a value stands in brackets: `name is (a and b)`");
    if (p->source->text[cut.end] == ' ')
        cut.end++;
    diag_fix(p->diags, d, cut, "leave it out", "%s", "");
    p->at = at;
    return true;
}

/* `one of a, b, and c`. */
static bool slip_and_in_list(struct parser *p, int symbol, size_t last) {
    struct span span = drive_span(p, p->at, last);
    struct diagnostic *d;
    if ((symbol != T_AND && symbol != T_OR) || p->history[0] != T_COMMA)
        return false;
    d = MISTAKE(p, E0214, span, "a list has commas only: `a, b, c`");
    if (p->source->text[span.end] == ' ')
        span.end++;
    diag_fix(p->diags, d, span, "leave the word out", "%s", "");
    p->at = last + 1;
    return true;
}

/* Effects right behind the conditions: the `then` is missing. */
static bool slip_missing_then(struct parser *p) {
    struct span here = drive_span(p, p->at, p->at);
    struct diagnostic *d;
    if (!drive_accepts(p, T_THEN) || p->conditionals || !slip_is_effect(p, p->at))
        return false;
    here.end = here.start;
    d = MISTAKE(p, E0220, here, "`then` is missing before the effects");
    diag_fix(p->diags, d, here, "put `then` here", "then ");
    drive_push(p, T_THEN, NULL, here);
    return true;
}

/* A row without its first `|`. */
static bool slip_row_start(struct parser *p) {
    const struct token *token = &p->tokens->items[p->at];
    struct span here = token_span(p->source, token);
    struct diagnostic *d;
    size_t at;
    if (p->declaration != T_TABLE || !(token->flags & TOKEN_LINE_START) || !drive_accepts(p, T_BAR) ||
        !drive_accepts(p, T_END))
        return false;
    for (at = p->at + 1; at < p->tokens->count && !(p->tokens->items[at].flags & TOKEN_LINE_START); at++)
        if (token_is_mark(&p->tokens->items[at], MARK_BAR_BAR))
            break;
    if (at >= p->tokens->count || (p->tokens->items[at].flags & TOKEN_LINE_START))
        return false;
    here.end = here.start;
    d = MISTAKE(p, E0219, here, "a row begins with `|`");
    diag_fix(p->diags, d, here, "open the row", "| ");
    drive_push(p, T_BAR, NULL, here);
    p->row_broken = true;
    return true;
}

/* `: of a, b`. */
static bool slip_of(struct parser *p, int symbol, size_t last) {
    struct span here = drive_span(p, p->at, last);
    struct diagnostic *d;
    size_t at;
    int next = drive_next(p, last, &at) == T_IDENT ? drive_next(p, at, &at) : 0;
    /* A single name may be that of a record or a type: `list of` or `set of` was meant. */
    if (symbol != T_OF || !drive_accepts(p, T_ONE_OF) || (next != T_COMMA && next != T_EQUAL))
        return false;
    here.end = here.start;
    d = MISTAKE(p, E0201, here, "expected `one` before `of`");
    diag_fix(p->diags, d, here, "put the word before it", "one ");
    return slip_put(p, T_ONE_OF, last);
}

/* A row without its last `|`. */
static bool slip_row_end(struct parser *p, int symbol) {
    struct span here = p->last_span;
    struct diagnostic *d;
    if (symbol != T_ROW_END || p->history[0] == T_BAR || p->history[0] == T_BAR_BAR ||
        !drive_accepts(p, T_BAR) || p->depth)
        return false;
    here.start = here.end;
    if (p->mistakes == p->row_mistakes) {
        d = MISTAKE(p, E0219, here, "a row ends with `|`");
        diag_fix(p->diags, d, here, "close the row", " |");
    }
    drive_push(p, T_BAR, NULL, here);
    if (!drive_accepts(p, T_ROW_END)) {
        p->hushed = true;
        drive_unexpected(p, symbol, here);
    }
    return true;
}

static bool slip_is_naming(int symbol) {
    return symbol == T_POLICY || symbol == T_AMENDMENT || symbol == T_SOURCE || symbol == T_TYPE ||
           symbol == T_RECORD || symbol == T_FACT || symbol == T_DEFINE || symbol == T_DECIDE ||
           symbol == T_TOTAL || symbol == T_DUTY || symbol == T_RULE || symbol == T_EXCEPTION ||
           symbol == T_TABLE || symbol == T_EXAMPLE || symbol == T_DOT || symbol == T_ONE_OF ||
           symbol == T_UNDECIDED || symbol == T_FAILED || symbol == T_MUST;
}

/* `fact from: date`: reported once, and a name from here on. */
static bool slip_word_as_name(struct parser *p) {
    const struct token *token = &p->tokens->items[p->at];
    struct span span = token_span(p->source, token);
    struct diagnostic *d;
    size_t at;
    int next = drive_next(p, p->at, &at);
    bool starts = (token->flags & TOKEN_LINE_START) || p->history[0] == T_THEN || p->history[0] == T_GIVEN ||
                  p->history[0] == T_EXPECT;
    /* `duty by ...` among expectations lacks the name. */
    if (p->in_values && p->history[0] == T_DUTY)
        return false;
    if (token->kind != TOKEN_WORD || token->word == WORD_NONE || !drive_accepts(p, T_IDENT) ||
        !(slip_is_naming(p->history[0]) || (starts && (next == T_IS || next == T_COLON))))
        return false;
    if (!(p->misnamed[token->word >> 6] >> (token->word & 63) & 1)) {
        d = MISTAKE(p, E0203, span, "`%.*s` is a word of the language: choose another name",
                    SAY(build_text(p, span)));
        diag_help(p->diags, d, "another word joined with `_` will do, such as `%.*s_day`",
                  SAY(build_text(p, span)));
        p->misnamed[token->word >> 6] |= (uint64_t)1 << (token->word & 63);
    }
    drive_push(p, T_IDENT, leaf_of(p, T_IDENT, token), span);
    p->at++;
    return true;
}

/* `text` is `end`, or its last word is. */
static bool slip_ends_with(struct text text, struct text end) {
    if (text.length > end.length && text.bytes[text.length - end.length - 1] == ' ') {
        text.bytes += text.length - end.length;
        text.length = end.length;
    }
    return end.length > 0 && text_equal(text, end);
}

bool slip_twice(struct parser *p, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct span span = drive_span(p, p->at, last), cut = {p->last_span.end, span.end, span.file};
    struct diagnostic *d;
    if ((token->kind != TOKEN_WORD && token->kind != TOKEN_STRING && !token_is_mark(token, MARK_EQUAL) &&
         !token_is_mark(token, MARK_COLON) && !token_is_mark(token, MARK_COMMA)) ||
        (token->flags & TOKEN_LINE_START) ||
        !slip_ends_with(sources_text(p->context->sources, p->last_span),
                        sources_text(p->context->sources, span)))
        return false;
    d = MISTAKE(p, E0201, span, "`%.*s` stands here twice", SAY(build_text(p, span)));
    diag_fix(p->diags, d, cut, "leave one out", "%s", "");
    p->at = last + 1;
    return true;
}

/* Members without a comma between them. */
static bool slip_comma(struct parser *p, int symbol, size_t last) {
    struct span here = p->last_span;
    struct diagnostic *d;
    size_t at;
    int next = drive_next(p, last, &at);
    if (symbol != T_IDENT || !drive_accepts(p, T_COMMA) || drive_accepts(p, T_AND) ||
        drive_accepts(p, T_THROUGH) || (next != T_COMMA && next != T_EQUAL) || p->in_values)
        return false;
    here.start = here.end;
    d = MISTAKE(p, E0201, drive_span(p, p->at, last), "expected `,` after `%.*s`, found `%.*s`",
                SAY(build_text(p, p->last_span)), SAY(build_text(p, drive_span(p, p->at, last))));
    diag_fix(p->diags, d, here, "put a comma between", ",");
    drive_push(p, T_COMMA, NULL, here);
    if (next == T_COMMA && drive_next(p, at, &last) == T_EQUAL) { /* the two are exchanged */
        drive_push(p, T_IDENT, leaf_of(p, T_IDENT, &p->tokens->items[p->at]), drive_span(p, p->at, p->at));
        p->at = at + 1;
    }
    return true;
}

/* `a "Label"` without its `=`, or `a =` without its label. */
static bool slip_label(struct parser *p, int symbol, size_t last) {
    struct span here = p->last_span, span = drive_span(p, p->at, last);
    struct diagnostic *d;
    here.start = here.end;
    if (symbol == T_STRING && drive_accepts(p, T_EQUAL)) {
        d = MISTAKE(p, E0201, span, "expected `=` before the label of `%.*s`",
                    SAY(build_text(p, p->last_span)));
        diag_fix(p->diags, d, here, "put `=` between", " =");
        drive_push(p, T_EQUAL, NULL, here);
        return true;
    }
    if (p->history[0] != T_EQUAL || !drive_accepts(p, T_STRING) || (symbol != T_COMMA && symbol != T_IDENT))
        return false;
    MISTAKE(p, E0201, span, "expected a text in quotes after `=`, found `%.*s`", SAY(build_text(p, span)));
    drive_push(p, T_STRING, NULL, here);
    p->hushed = true;
    return true;
}

/* Behind a name at the start of a line: no condition goes on so, but a source may. */
static bool slip_is_citation(int next) {
    return drive_is_operand(next) || next == T_WHEN || next == T_CITES || next == T_IN_FORCE;
}

/* `when` is missing: a condition begins a line. */
static bool slip_missing_when(struct parser *p, int symbol) {
    const struct token *token = &p->tokens->items[p->at];
    struct span here = token_span(p->source, token);
    struct diagnostic *d;
    size_t at;
    if (!(token->flags & TOKEN_LINE_START) || !drive_accepts(p, T_WHEN) || drive_accepts(p, T_AND) ||
        (symbol == T_IDENT && slip_is_citation(drive_next(p, p->at, &at))) ||
        (symbol != T_IDENT && symbol != T_NOT && symbol != T_TODAY && symbol != T_OPEN_ROUND))
        return false;
    here.end = here.start;
    d = MISTAKE(p, E0201, here, "expected a clause such as `when`, found `%.*s`",
                SAY(build_text(p, token_span(p->source, token))));
    diag_fix(p->diags, d, here, "put `when` here", "when ");
    drive_push(p, T_WHEN, NULL, here);
    return true;
}

int slip_missing_declaration(struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct span here = token_span(p->source, token);
    size_t at, after;
    int next = drive_next(p, last, &at), meant = 0;
    if (!(token->flags & TOKEN_LINE_START) || !p->open || !drive_accepts(p, T_END) ||
        drive_accepts(p, symbol))
        return 0;
    if (symbol == T_IDENT && (next == T_COLON || (next == T_STRING && drive_next(p, at, &after) == T_COLON)))
        meant = T_FACT;
    else if (symbol == T_STRING && (next == T_GIVEN || next == T_EXPECT || next == T_ON))
        meant = T_TEST;
    if (meant)
        MISTAKE(p, E0201, here, "expected a word such as `%s` before `%.*s`",
                meant == T_FACT ? "fact" : "test", SAY(build_text(p, here)));
    return meant;
}

/* A word in the middle of a line that is nearly one which may stand there. */
static bool slip_misspelt(struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct text before = sources_text(p->context->sources, p->last_span);
    enum token_word word = WORD_NONE;
    if (symbol == T_IDENT && token->problem == PROBLEM_NONE) {
        word = slip_nearest(p, token_text(p->source, token), slip_fits_here);
        if (word != WORD_NONE && word_class_of(word) != WORD_DECLARES) {
            slip_say_misspelt(p, token_span(p->source, token), word);
            return slip_put(p, word_symbol(word), last);
        }
    }
    /* The word before was taken for a name, and is nearly a word that would let this one follow. */
    if (p->history[0] == T_IDENT && !slip_is_naming(p->history[1]) && word_find(before) == WORD_NONE &&
        (drive_is_operand(symbol) || symbol == T_OF)) {
        word = slip_nearest(p, before, slip_fits_reserved);
        if (word != WORD_NONE) {
            slip_say_misspelt(p, p->last_span, word);
            drive_recover(p);
            return true;
        }
    }
    return false;
}

/* `a is` with nothing behind it: the name of the next line was taken for its value. */
static bool slip_missing_value(struct parser *p, int symbol) {
    struct diagnostic *d;
    if (symbol != T_IS || p->history[0] != T_IDENT || p->history[1] != T_IS || !p->in_values)
        return false;
    d = MISTAKE(p, E0201, p->last_span, "expected a value after `is`, found `%.*s` of the next item",
                SAY(build_text(p, p->last_span)));
    diag_help(p->diags, d, "each item is a name, `is` and a value");
    drive_recover(p);
    return true;
}

/* `max(a, b) months after d`: a unit behind a call, or a call behind `within`. */
static bool slip_computed_count(struct parser *p, int symbol) {
    struct span here = token_span(p->source, &p->tokens->items[p->at]);
    struct diagnostic *d;
    bool behind = p->history[0] == T_CLOSE_ROUND && drive_is_unit(symbol);
    bool within = p->history[1] == T_WITHIN && p->history[0] == T_IDENT && symbol == T_OPEN_ROUND;
    if (!behind && !within)
        return false;
    d = MISTAKE(p, E0201, within ? p->last_span : here,
                "a count of days, weeks, months or years is a number, a name or something in brackets");
    diag_help(
        p->diags, d,
        "define the count first, `define wait as max(a, b)`, and write `wait months after d`; or put it in "
        "brackets, `(max(a, b)) months after d`");
    drive_recover(p);
    return true;
}

static bool slip_makes_condition(int symbol) {
    return symbol == T_LESS || symbol == T_LESS_EQUAL || symbol == T_GREATER || symbol == T_GREATER_EQUAL ||
           symbol == T_BEFORE || symbol == T_AFTER || symbol == T_ON_OR_BEFORE || symbol == T_ON_OR_AFTER ||
           symbol == T_IS || symbol == T_IN || symbol == T_NOT_IN || symbol == T_AND || symbol == T_OR ||
           symbol == T_WITHIN;
}

/* The value at hand is the branch of an `else` on this line. */
static bool slip_behind_else(const struct parser *p) {
    const struct token *token = &p->tokens->items[p->at];
    size_t depth = 0;
    for (size_t at = p->at; at > 0 && !(token->flags & TOKEN_LINE_START); at--) {
        token = &p->tokens->items[at - 1];
        if (token_is_mark(token, MARK_CLOSE_ROUND))
            depth++;
        else if (token_is_mark(token, MARK_OPEN_ROUND) && depth-- == 0)
            return false;
        else if (depth == 0 &&
                 (token->word == WORD_and || token->word == WORD_or || token_is_mark(token, MARK_COMMA)))
            return false;
        else if (depth == 0 && token->word == WORD_else)
            return true;
    }
    return false;
}

/* `if c then a after b else d`: where a branch has its value, a comparison goes on. */
static bool slip_branch(struct parser *p, int symbol) {
    struct span here = token_span(p->source, &p->tokens->items[p->at]);
    struct diagnostic *d;
    bool inside = slip_makes_condition(symbol) &&
                  (drive_accepts(p, T_ELSE) || (symbol != T_AND && symbol != T_OR && slip_behind_else(p)));
    bool denied =
        symbol == T_NOT && (p->history[0] == T_ELSE || (p->history[0] == T_THEN && p->conditionals));
    if (!inside && !denied)
        return false;
    d = MISTAKE(p, E0201, here, "a condition as a branch of `if` stands in brackets");
    diag_help(p->diags, d, "write `if c then (a after b) else (not e)`");
    drive_recover(p);
    return true;
}

bool slip_mend(struct parser *p, int symbol, size_t last) {
    return slip_twice(p, last) || slip_mark(p, last) || slip_computed_count(p, symbol) ||
           slip_branch(p, symbol) || slip_from(p, symbol, last) || slip_and_in_list(p, symbol, last) ||
           slip_joined_values(p, symbol, last) || slip_row_end(p, symbol) || slip_amount(p) ||
           slip_is(p, symbol, last) || slip_missing_value(p, symbol) || slip_missing_then(p) ||
           slip_word_as_name(p) || slip_misspelt(p, symbol, last) || slip_comma(p, symbol, last) ||
           slip_label(p, symbol, last) || slip_row_start(p) || slip_of(p, symbol, last) ||
           slip_missing_when(p, symbol);
}
