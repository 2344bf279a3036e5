/*
 * What the grammar would take as a name but that was meant otherwise: an operator of several words with one
 * of them misspelt or lost, a type, the next line behind `like`. It is looked at before the symbol is pushed,
 * so that the mistake is found where it is and not where it hurts. Must not know names or types.
 */
#include "grammar/drive.h"

static bool early_is_word(const struct parser *p, size_t at) {
    return at < p->tokens->count && p->tokens->items[at].kind == TOKEN_WORD &&
           p->tokens->items[at].problem == PROBLEM_NONE;
}

static bool early_starts_line(const struct parser *p, size_t at) {
    return at >= p->tokens->count || (p->tokens->items[at].flags & TOKEN_LINE_START);
}

/* `min(`: the bracket of a call follows at once, and no word of an operator is called. */
static bool early_is_called(const struct parser *p, size_t at) {
    const struct token *next = at + 1 < p->tokens->count ? &p->tokens->items[at + 1] : NULL;
    return next && token_is_mark(next, MARK_OPEN_ROUND) && !(next->flags & TOKEN_BLANK_BEFORE);
}

/*
 * How far the words at `at` are from those of the operator, where exactly one is misspelt; else 0. *last gets
 * the end.
 */
static unsigned early_join_distance(const struct parser *p, size_t at, const enum token_word words[3],
                                    size_t *last) {
    unsigned wrong = 0, distance = 0;
    size_t part;
    for (part = 0; part < 3 && words[part] != WORD_NONE; part++) {
        struct text wanted = text_of(word_text(words[part])), found;
        unsigned limit = slip_reach(wanted.length), apart;
        if (part) {
            at = token_significant(p->tokens, at + 1);
            if (early_starts_line(p, at))
                return 0;
        }
        if (!early_is_word(p, at))
            return 0;
        found = token_text(p->source, &p->tokens->items[at]);
        /* Two letters are near to any other two; what stands beside them has to be right, then. */
        limit = limit ? limit : 1;
        apart = text_distance(found, wanted, limit);
        /* A word of the language is what it is; behind one a name may look like a part: `x in forced`. */
        if (apart > limit || (apart && p->tokens->items[at].word != WORD_NONE) ||
            (apart && part && word_class_of(words[0]) != WORD_PART &&
             (!early_starts_line(p, p->at) || early_is_called(p, at))))
            return 0;
        wrong += apart != 0;
        distance += apart;
    }
    *last = at;
    return wrong == 1 ? distance : 0;
}

/* `reminder no 2021-06-01`, `remider on 2021-06-01`, `one fo a, b`. */
static bool early_join_misspelt(struct parser *p) {
    const struct token *token = &p->tokens->items[p->at];
    size_t i, last, end = p->at, at = token_significant(p->tokens, p->at + 1);
    unsigned distance, best = 0;
    int symbol, found = 0;
    if (early_starts_line(p, at) || p->tokens->items[at].kind != TOKEN_WORD ||
        (!token_join_part((enum token_word)token->word, 0) &&
         !token_join_part((enum token_word)p->tokens->items[at].word, 1)))
        return false;
    for (i = 0; i < token_join_count(); i++) {
        enum token_word words[3];
        symbol = token_join_row(i, words);
        /* One of the first two words is right. Asked of every word of a file: the cheap question first. */
        if (token->word != words[0] && p->tokens->items[at].word != words[1])
            continue;
        distance = early_join_distance(p, p->at, words, &last);
        if (!distance || (best && distance >= best) || !drive_accepts(p, symbol))
            continue;
        best = distance;
        found = symbol;
        end = last;
    }
    if (!found)
        return false;
    slip_say_meant(p, drive_span(p, p->at, end), token_join_text(found));
    return slip_put(p, found, end);
}

/* `reminder 2021-06-01 on`: the word that was missed is behind. True. */
static bool early_exchanged(struct parser *p, size_t at, enum token_word missed) {
    size_t last, behind = token_significant(p->tokens, at + 1);
    int symbol = drive_symbol(p, at, &last);
    if (early_starts_line(p, behind) || p->tokens->items[behind].word != missed || last != at ||
        !drive_accepts(p, symbol))
        return true;
    drive_push(p, symbol, leaf_of(p, symbol, &p->tokens->items[at]), drive_span(p, at, at));
    p->at = behind + 1;
    return true;
}

/* `one a, b`: the word behind is lost; `one one of a, b`: the word stands twice. */
static bool early_join_lost(struct parser *p, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct span span = token_span(p->source, token), here = {span.end, span.end, span.file};
    size_t i, at, end;
    int next = drive_next(p, last, &at);
    if (word_class_of((enum token_word)token->word) != WORD_PART || early_starts_line(p, at))
        return false;
    for (i = 0; i < token_join_count(); i++) {
        enum token_word words[3];
        int symbol = token_join_row(i, words);
        struct diagnostic *d;
        if (words[0] != token->word || words[2] != WORD_NONE || !drive_accepts(p, symbol))
            continue;
        if (drive_symbol(p, at, &end) == symbol) {
            d = MISTAKE(p, E0201, drive_span(p, at, at), "`%s` stands here twice", word_text(words[0]));
            here.end = p->tokens->items[at].start + p->tokens->items[at].length;
            diag_fix(p->diags, d, here, "leave one out", "%s", "");
            p->at = at;
            return true;
        }
        if (next != T_IDENT && next != T_DATE)
            continue;
        d = MISTAKE(p, E0201, drive_span(p, at, at), "expected `%s` after `%s`, found `%.*s`",
                    word_text(words[1]), word_text(words[0]), SAY(build_text(p, drive_span(p, at, at))));
        diag_fix(p->diags, d, here, "put the word between", " %s", word_text(words[1]));
        slip_put(p, symbol, last);
        return early_exchanged(p, at, words[1]);
    }
    return false;
}

/* `: yse/no`, `: numbr 0 through 5`, `: dat 2021-01-01 through 2021-12-31`. */
static bool early_type(struct parser *p, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    struct text text = token_text(p->source, token);
    size_t at, after;
    int next = drive_next(p, last, &at);
    if (token->word != WORD_NONE || !drive_accepts(p, T_DATE_TYPE) || !drive_accepts(p, T_YES_NO))
        return false;
    if (next == T_SLASH && drive_next(p, at, &after) == T_NO) {
        slip_say_meant(p, drive_span(p, p->at, after), "yes/no");
        return slip_put(p, T_YES_NO, after);
    }
    if ((next == T_NUMBER || next == T_MINUS || next == T_WITH) &&
        text_distance(text, text_of("number"), 2) <= 2) {
        slip_say_meant(p, token_span(p->source, token), "number");
        return slip_put(p, T_NUMBER_TYPE, last);
    }
    if (next == T_DATE && text_distance(text, text_of("date"), 1) <= 1) {
        slip_say_meant(p, token_span(p->source, token), "date");
        return slip_put(p, T_DATE_TYPE, last);
    }
    return false;
}

/* `like` with no name behind it: the first item of the next line is not the example. */
static bool early_like(struct parser *p, size_t last) {
    struct span here = p->last_span;
    size_t at;
    if (p->history[0] != T_LIKE || !early_starts_line(p, p->at) || drive_next(p, last, &at) != T_IS)
        return false;
    if (!drive_calm(p))
        MISTAKE(p, E0201, here, "expected the name of an example after `like`");
    here.start = here.end;
    drive_push(p, T_IDENT, make0(p, AST_ERROR, here), here);
    return true;
}

/* In the middle of a line a name without a type is no field, but something too much in the line. */
static bool early_field(struct parser *p, size_t last) {
    size_t at;
    int next = drive_next(p, last, &at);
    if (p->declaration != T_RECORD || early_starts_line(p, p->at) || next == T_COLON || next == T_STRING ||
        !(drive_accepts(p, T_AND) || drive_accepts(p, T_IS) || drive_accepts(p, T_OTHERWISE)))
        return false;
    if (!slip_mend(p, T_IDENT, last))
        drive_unexpected(p, T_IDENT, drive_span(p, p->at, last));
    return true;
}

bool slip_early(struct parser *p, int symbol, size_t last) {
    const struct token *token = &p->tokens->items[p->at];
    /* `needs needs a`: the second would be a name. */
    if (symbol == T_IDENT && token->word != WORD_NONE && p->history[0] != T_IDENT && slip_twice(p, last))
        return true;
    if (!early_is_word(p, p->at) || last != p->at)
        return false;
    if (early_join_misspelt(p))
        return true;
    return symbol == T_IDENT &&
           (early_join_lost(p, last) || early_type(p, last) || early_like(p, last) || early_field(p, last));
}
