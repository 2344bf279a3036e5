/*
 * The driver: takes the tokens, decides what each is in its place, and pushes it. Whatever the grammar
 * would not take is dealt with here before it is pushed, while the stack is whole: mended, or reported once
 * and skipped. An END goes before each word that opens a declaration, and is where recovery ends at the
 * latest. Must not know what names mean.
 */
#include "grammar/parse.h"

#include "grammar/drive.h"

#include <string.h>

void parse_init(struct parse_context *context, struct arena *arena, struct sources *sources,
                struct names *names, struct diagnostics *diags) {
    memset(context, 0, sizeof *context);
    context->arena = arena;
    context->sources = sources;
    context->names = names;
    context->diags = diags;
    context->builder.arena = arena;
    context->builder.next_id = 1;
}

/* So many symbols after a mistake the next one is a mistake of its own. */
#define DRIVE_CALM 3

bool drive_accepts(const struct parser *p, int symbol) {
    return gram_accepts(p->state, symbol);
}

struct span drive_span(const struct parser *p, size_t at, size_t last) {
    return span_join(token_span(p->source, &p->tokens->items[at]),
                     token_span(p->source, &p->tokens->items[last]));
}

int drive_symbol(const struct parser *p, size_t at, size_t *last) {
    const struct token *token;
    int joined;
    *last = at;
    if (at >= p->tokens->count)
        return 0;
    token = &p->tokens->items[at];
    switch (token->kind) {
    case TOKEN_WORD:
        joined = token_join(p->tokens, at, last);
        if (joined)
            return joined;
        *last = at;
        return word_symbol((enum token_word)token->word);
    case TOKEN_NUMBER:
        return T_NUMBER;
    case TOKEN_DATE:
        return T_DATE;
    case TOKEN_STRING:
        return T_STRING;
    case TOKEN_ROW_END:
        return T_ROW_END;
    case TOKEN_BAD:
        return T_WRONG;
    default:
        return mark_symbol((enum token_mark)(token->kind - TOKEN_MARKS));
    }
}

int drive_next(const struct parser *p, size_t last, size_t *at) {
    size_t end;
    *at = token_significant(p->tokens, last + 1);
    return drive_symbol(p, *at, &end);
}

bool drive_is_unit(int symbol) {
    return symbol == T_DAY || symbol == T_DAYS || symbol == T_WEEK || symbol == T_WEEKS ||
           symbol == T_MONTH || symbol == T_MONTHS || symbol == T_YEAR || symbol == T_YEARS;
}

/* Once a declaration: there is no way on from here inside it. */
static void drive_too_deep(struct parser *p, struct span span) {
    if (!p->nesting_said) {
        struct diagnostic *d = MISTAKE(
            p, E0204, span, "this is nested too deeply: at most %d brackets or phrases inside one another",
            PARSE_MAX_NESTING);
        diag_help(p->diags, d, "give parts of it a name with `define`");
    }
    p->nesting_said = true;
    drive_recover(p);
}

/* Where a list of values begins and ends, and how many brackets are open. */
static void drive_note(struct parser *p, int symbol) {
    switch (symbol) {
    case T_THEN:
        if (p->conditionals)
            break;
        p->in_values = true;
        break;
    case T_GIVEN:
    case T_EXPECT:
        p->in_values = p->history[0] != T_IS;
        break;
    case T_WHEN:
    case T_WHENEVER:
    case T_ON:
    case T_KNOWN_ON:
    case T_END:
        p->in_values = false;
        break;
    case T_IF:
        p->conditionals++;
        break;
    case T_ELSE:
        p->conditionals -= p->conditionals > 0;
        break;
    case T_OPEN_ROUND:
    case T_OPEN_SQUARE:
    case T_OPEN_CURLY:
        p->depth++;
        break;
    case T_CLOSE_ROUND:
    case T_CLOSE_SQUARE:
    case T_CLOSE_CURLY:
        p->depth -= p->depth > 0;
        break;
    default:
        break;
    }
}

void drive_push(struct parser *p, int symbol, struct ast_node *node, struct span span) {
    GRAM_STYPE value;
    if (p->stopped)
        return;
    memset(&value, 0, sizeof value);
    value.node = node;
    drive_note(p, symbol);
    gram_push_parse(p->state, symbol, &value, &span, p);
    p->pushed = symbol == T_ROW_END || symbol == T_END ? DRIVE_CALM
                : p->mistakes != p->mistakes_noted     ? 1
                                                       : p->pushed + 1;
    p->mistakes_noted = p->mistakes;
    if (symbol == T_ROW_END || symbol == T_END) {
        p->row_mistakes = p->mistakes;
        p->row_broken = false;
    }
    memmove(p->history + 1, p->history, (PARSE_HISTORY - 1) * sizeof *p->history);
    p->history[0] = symbol;
    p->last_span = span;
    p->hushed = false;
    if (p->arena->failed || p->diags->failed)
        p->stopped = true;
    else if (p->depth > PARSE_MAX_NESTING || gram_depth(p->state) > GRAM_DEPTH_LIMIT)
        drive_too_deep(p, span);
}

/* WRONG is accepted nowhere: the grammar goes back to where it takes an error, and there waits. */
static void drive_give_up(struct parser *p) {
    GRAM_STYPE value;
    memset(&value, 0, sizeof value);
    gram_push_parse(p->state, T_WRONG, &value, &p->last_span, p);
    p->depth = 0;
    p->conditionals = 0;
}

void drive_recover(struct parser *p) {
    drive_give_up(p);
    p->open = true; /* also before the first declaration: what stands there is an ERROR */
    p->skipping = true;
    p->skip_fresh = true;
    p->skip_line = true;
}

bool drive_calm(const struct parser *p) {
    return p->mistakes > p->mistakes_before &&
           (p->row_broken || p->mistakes != p->mistakes_noted || p->pushed < DRIVE_CALM);
}

void drive_unexpected(struct parser *p, int symbol, struct span span) {
    if (!p->hushed && !drive_calm(p)) {
        struct buffer words, found;
        buffer_init(&words, p->arena->alloc);
        buffer_init(&found, p->arena->alloc);
        struct text after = build_text(p, p->last_span);
        expected_words(p, &words);
        expected_found(p, symbol, span, &found);
        if (words.failed || found.failed || !words.data || !found.data) {
            p->diags->failed = true;
            p->stopped = true;
        } else if (after.length && p->open) {
            MISTAKE(p, E0201, span, "expected %s after `%.*s`, found %s", words.data, SAY(after), found.data);
        } else {
            MISTAKE(p, E0201, span, "expected %s, found %s", words.data, found.data);
        }
        buffer_free(&words);
        buffer_free(&found);
    }
    p->hushed = false;
    drive_recover(p);
}

/* Ends the open declaration, at the word that opens the next or at the end of the file. */
static void drive_end(struct parser *p, int found, struct span span) {
    struct span here = {span.start, span.start, span.file};
    if (!p->open)
        return;
    if (!p->skipping && !drive_accepts(p, T_END) && !(slip_amount(p) && drive_accepts(p, T_END)))
        drive_unexpected(p, found, span);
    p->skipping = false;
    if (drive_accepts(p, T_ROW_END)) /* a row that lost its end */
        drive_push(p, T_ROW_END, NULL, here);
    if (!drive_accepts(p, T_END))
        drive_give_up(p);
    drive_push(p, T_END, NULL, here);
    gram_go_on(p->state);
    p->open = false;
    p->depth = 0;
    p->conditionals = 0;
    p->hushed = false;
    p->height_said = false;
    p->nesting_said = false;
    p->guessed = false;
    p->record_indent = 0;
    p->last_span.start = p->last_span.end = 0;
}

/* How far the first token of a line stands in; 0 for any other. */
static uint32_t drive_indent(const struct parser *p, const struct token *token) {
    uint32_t start = token->start;
    if (!(token->flags & TOKEN_LINE_START))
        return 0;
    while (start > 0 && p->source->text[start - 1] != '\n' && p->source->text[start - 1] != '\r')
        start--;
    return token->start - start;
}

/* `rule R applies`, `rule R does not apply`, `duty D by`, `duty D applies`: no declarations. */
static bool drive_is_mention(const struct parser *p, int symbol, size_t last) {
    size_t at;
    int names, next = drive_next(p, last, &at);
    bool test = p->declaration == T_TEST;
    if (!p->open || (symbol != T_RULE && symbol != T_DUTY))
        return false;
    /* Behind a test a declaration begins a line, and its name is followed by a text, a word or a line. */
    if (test && !(p->tokens->items[p->at].flags & TOKEN_LINE_START))
        return true;
    if (at >= p->tokens->count || p->tokens->items[at].kind != TOKEN_WORD)
        return false;
    next = drive_next(p, at, &at);
    if (test && p->in_values && symbol == T_DUTY && next != T_STRING && next != T_DONE_WHEN &&
        !(at < p->tokens->count && (p->tokens->items[at].flags & TOKEN_LINE_START)))
        return true;
    /* A path has three names at most; looking further would make a long one cost its square. */
    for (names = 1; symbol == T_RULE && next == T_DOT && names < 4; names++) {
        drive_next(p, at, &at);
        next = drive_next(p, at, &at);
    }
    return next == T_APPLIES || next == T_DOES_NOT_APPLY ||
           (symbol == T_DUTY && (next == T_BY || next == T_IN));
}

/* A definition that stands further in than the word `record` is the record's own. */
static bool drive_is_own_definition(const struct parser *p, int symbol) {
    const struct token *token = &p->tokens->items[p->at];
    return symbol == T_DEFINE && p->declaration == T_RECORD && p->open &&
           (!(token->flags & TOKEN_LINE_START) || drive_indent(p, token) > p->record_indent);
}

/* Whether the word, one that can open a declaration, does so here. */
static bool drive_opens(const struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    size_t at;
    int next = drive_next(p, last, &at);
    if (token->kind != TOKEN_WORD || last != p->at ||
        word_class_of((enum token_word)token->word) != WORD_DECLARES || drive_is_mention(p, symbol, last))
        return false;
    if (!p->open)
        return true;
    if (next == T_IS || (p->skipping && !(token->flags & TOKEN_LINE_START)))
        return false;
    if (drive_is_own_definition(p, symbol))
        return false;
    if (!(token->flags & TOKEN_LINE_START) && !drive_accepts(p, T_END) && drive_accepts(p, T_IDENT))
        return false;
    return true;
}

/* Pushes the word that opens a declaration; the tokens at `at`..`last` stand for it. */
static void drive_open(struct parser *p, int symbol, size_t last) {
    struct span span = drive_span(p, p->at, last);
    const struct token *token = &p->tokens->items[p->at];
    drive_end(p, symbol, span);
    p->mistakes_before = p->mistakes;
    p->declaration = symbol;
    p->open = true;
    if (symbol == T_TEST)
        memset(&p->test, 0, sizeof p->test);
    if (symbol == T_TABLE)
        table_begin(p);
    if (symbol == T_RECORD)
        p->record_indent = drive_indent(p, token);
    drive_push(p, symbol, NULL, span);
}

/* Words that begin a clause, an effect or an expectation: recovery looks for them at the start of a line. */
static bool drive_is_starter(const struct parser *p, int symbol, size_t last) {
    static const int starters[] = {
        T_CITES,        T_IN_FORCE,     T_WHEN,        T_THEN,           T_OTHERWISE,   T_GIVEN,
        T_LIKE,         T_ON,           T_KNOWN_ON,    T_EXPECT,         T_ADD,         T_MUST,
        T_REMIND,       T_NOTICE,       T_RULE,        T_DUTY,           T_NO_DUTY,     T_ACCEPT,
        T_COVERS,       T_MONTHS_ROUND, T_REMINDER_ON, T_NO_REMINDER_ON, T_CONFLICT_ON, T_UNDECIDED,
        T_UNDETERMINED, T_FAILED,       T_ONLY_WHEN,   T_CHANGEABLE,     T_BAR,         T_ANNOUNCED,
        T_DEFINE,
    };
    size_t i, at;
    int next;
    for (i = 0; i < sizeof starters / sizeof *starters; i++)
        if (starters[i] == symbol)
            return true;
    next = drive_next(p, last, &at);
    return p->tokens->items[p->at].kind == TOKEN_WORD && (next == T_IS || next == T_COLON);
}

/* While skipping: true where the grammar can go on with this symbol. */
static bool drive_can_go_on(const struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    bool fresh = p->skip_fresh && p->depth == 0 && symbol != T_IDENT && symbol != T_BAR;
    if (symbol == T_ROW_END)
        return drive_accepts(p, T_ROW_END);
    if (!(token->flags & TOKEN_LINE_START) && !fresh)
        return false;
    if (!drive_is_starter(p, symbol, last))
        return false;
    return drive_accepts(p, symbol) ||
           (token->kind == TOKEN_WORD && last == p->at &&
            word_class_of((enum token_word)token->word) >= WORD_CONTEXT && drive_accepts(p, T_IDENT));
}

/* A contextual word is a name where the grammar has no use for the word, or where what follows it says so. */
static int drive_resolve(const struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    size_t at;
    int next;
    if (token->kind != TOKEN_WORD || last != p->at || symbol == T_IDENT)
        return symbol;
    if (token->word < 128 && (p->misnamed[token->word >> 6] >> (token->word & 63) & 1) &&
        drive_accepts(p, T_IDENT))
        return drive_accepts(p, symbol) ? symbol : T_IDENT;
    if (word_class_of((enum token_word)token->word) != WORD_CONTEXT)
        return symbol;
    if (symbol == T_DECIDED && p->declaration != T_ALWAYS)
        return T_IDENT;
    if (!drive_accepts(p, symbol))
        return T_IDENT;
    next = drive_next(p, last, &at);
    if ((next == T_IS || next == T_COLON || next == T_DOT) && drive_accepts(p, T_IDENT))
        return T_IDENT;
    return symbol;
}

/* Blanks go round a minus, so that a-b is never taken for a name or a date. */
static void drive_check_minus(struct parser *p, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    size_t next = token_significant(p->tokens, last + 1);
    bool before = (token->flags & TOKEN_BLANK_BEFORE) != 0;
    bool after = next < p->tokens->count && (p->tokens->items[next].flags & TOKEN_BLANK_BEFORE) != 0;
    int left = p->history[0];
    struct diagnostic *d;
    if ((before && after) || (left != T_IDENT && left != T_NUMBER && left != T_DATE && left != T_CLOSE_ROUND))
        return;
    d = MISTAKE(p, E0112, token_span(p->source, token), "blanks go round a minus");
    diag_help(p->diags, d, "a name is written with `_`, a date as 2021-06-30");
    diag_fix(p->diags, d, token_span(p->source, token), "put blanks round it", "%s-%s", before ? "" : " ",
             after ? "" : " ");
}

/* The present token is accepted as `symbol`. */
static void drive_take(struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct span span = drive_span(p, p->at, last);
    if (symbol == T_STRING && template_feed(p, token)) {
        p->at = last + 1;
        return;
    }
    if (symbol == T_MINUS)
        drive_check_minus(p, last);
    drive_push(p, symbol, leaf_of(p, symbol, token), span);
    p->at = last + 1;
}

/* A token while skipping: passed over, or the place from which to go on. */
static bool drive_skip(struct parser *p, int symbol, size_t last) {
    if (drive_can_go_on(p, symbol, last)) {
        p->skipping = false;
        /* A clause on a line of its own begins afresh. */
        if ((p->tokens->items[p->at].flags & TOKEN_LINE_START) && drive_symbol(p, p->at, &last) != T_IDENT) {
            p->mistakes_noted = p->mistakes;
            p->pushed = DRIVE_CALM;
        }
        gram_go_on(p->state);
        return false;
    }
    p->skip_fresh = false;
    p->at = last + 1;
    return true;
}

/* What the present token is, with its own mistakes reported; 0 where it was dropped. */
static int drive_read(struct parser *p, size_t *last, enum token_word *meant) {
    const struct token *token = &p->tokens->items[p->at];
    int symbol = drive_symbol(p, p->at, last);
    bool first = p->judged != token->start + 1;
    p->judged = token->start + 1;
    *meant = WORD_NONE;
    if (first && (token->flags & TOKEN_LINE_START))
        p->skip_line = false;
    if (first && !(p->skipping && p->skip_line))
        leaf_problem(p, token);
    if (token->kind == TOKEN_BAD || (token->kind == TOKEN_ROW_END && p->declaration != T_TABLE))
        return 0; /* a | where the language has `or` made a row of the line */
    if (token->problem == PROBLEM_WORD_CASE && !slip_word_case(p, symbol, *last, first)) {
        *last = p->at;
        return T_IDENT;
    }
    /* `otherwise no`, and on the next line `duty ...`: the first word is wanted by itself. */
    if (*last != p->at && !p->skipping && !(token->flags & TOKEN_LINE_START) && !drive_accepts(p, symbol) &&
        p->history[0] != T_COLON && drive_accepts(p, word_symbol((enum token_word)token->word))) {
        symbol = word_symbol((enum token_word)token->word);
        *last = p->at;
    }
    if (symbol == T_IDENT && first && !p->skipping && (*meant = slip_misspelt_start(p, *last)) != WORD_NONE)
        return word_symbol(*meant);
    return symbol;
}

static void drive_step(struct parser *p) {
    enum token_word meant;
    size_t last;
    int missing, symbol = drive_read(p, &last, &meant);
    bool resumed = p->skipping;
    if (symbol == 0) {
        p->at++;
        return;
    }
    if (meant != WORD_NONE ? word_class_of(meant) == WORD_DECLARES && !drive_is_own_definition(p, symbol) &&
                                 !drive_is_mention(p, symbol, last)
                           : drive_opens(p, symbol, last)) {
        drive_open(p, symbol, last);
        p->at = last + 1;
        return;
    }
    if (p->skipping && drive_skip(p, symbol, last))
        return;
    if (meant == WORD_NONE)
        symbol = drive_resolve(p, symbol, last);
    if (meant == WORD_NONE && slip_early(p, symbol, last))
        return;
    if (drive_accepts(p, symbol)) {
        drive_take(p, symbol, last);
        return;
    }
    if (!p->hushed && (missing = slip_missing_declaration(p, symbol, last)) != 0) {
        drive_open(p, missing, p->at); /* and the present token is read again, as its name or title */
        p->guessed = true;
        return;
    }
    if (!p->hushed && slip_mend(p, symbol, last))
        return;
    drive_unexpected(p, symbol, drive_span(p, p->at, last));
    if (resumed)
        p->at = last + 1;
}

void drive_tokens(struct parser *p, const struct token_array *tokens) {
    const struct token_array *outer = p->tokens;
    size_t outer_at = p->at;
    p->tokens = tokens;
    p->at = token_significant(tokens, 0);
    while (!p->stopped && p->at < tokens->count && p->mistakes < PARSE_MAX_MISTAKES) {
        size_t at = p->at;
        bool skipping = p->skipping;
        drive_step(p);
        /* Recovery may go on at the token it stopped at; where that is refused again, it has to move. */
        if (skipping && p->skipping && p->at == at)
            p->at++;
        p->at = token_significant(tokens, p->at);
    }
    p->tokens = outer;
    p->at = outer_at;
}

/* The bytes must be text before anything looks at them as words. */
static bool parse_is_text(struct parser *p) {
    const struct source *source = p->source;
    const char *nul = memchr(source->text, '\0', source->length);
    size_t bad = text_invalid_utf8(source->text, source->length);
    struct span span = {0, 0, source->file};
    struct diagnostic *d;
    if (nul && (size_t)(nul - source->text) <= bad) {
        span.start = (uint32_t)(nul - source->text);
        span.end = span.start + 1;
        d = MISTAKE(p, E0102, span, "there is a NUL byte here: this is not a text file");
        diag_help(p->diags, d,
                  "a policy is plain text in UTF-8; an editor that writes UTF-16 can save as UTF-8");
        return false;
    }
    if (bad < source->length) {
        span.start = (uint32_t)bad;
        span.end = span.start + 1;
        d = MISTAKE(p, E0101, span, "this byte (0x%02X) is not UTF-8", (unsigned char)source->text[bad]);
        diag_help(p->diags, d, "save the file as UTF-8");
        return false;
    }
    return true;
}

static void parse_all(struct parser *p, struct token_array *tokens) {
    struct span end = {p->source->length, p->source->length, p->source->file};
    drive_tokens(p, tokens);
    p->tokens = tokens;
    p->at = tokens->count;
    if (!p->stopped && p->mistakes >= PARSE_MAX_MISTAKES) {
        MISTAKE(p, E0206, p->last_span, "more than %d mistakes: the rest of this file was not read",
                PARSE_MAX_MISTAKES);
        p->skipping = true;
        drive_give_up(p);
    }
    drive_end(p, 0, end);
    drive_push(p, 0, NULL, end);
}

bool parse_file(struct parse_context *context, const struct source *source, struct parse_tree *out) {
    struct parser p;
    struct span whole = {0, source->length, source->file};
    bool text;
    memset(&p, 0, sizeof p);
    memset(out, 0, sizeof *out);
    p.context = context;
    p.arena = context->arena;
    p.diags = context->diags;
    p.source = source;
    out->source = source;
    text = parse_is_text(&p);
    struct arena *tokens = context->tokens ? context->tokens : context->arena;
    if (text && !token_scan(tokens, source, 0, source->length, context->skip_tests, &out->tokens)) {
        context->arena->failed = true;
        return false;
    }
    if (text) {
        p.state = gram_create(context->arena->alloc);
        if (!p.state) {
            context->arena->failed = true;
            return false;
        }
        parse_all(&p, &out->tokens);
        gram_release(context->arena->alloc, p.state);
    }
    if (!p.root && !p.stopped)
        p.root = ast_new(&context->builder, AST_FILE, whole);
    if (p.root) {
        p.root->start = 0;
        p.root->end = source->length;
    }
    out->root = p.root;
    return p.root && !context->arena->failed && !context->diags->failed;
}
