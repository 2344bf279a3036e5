/*
 * Passing over what an evaluation has no use for: the tokens of tests, examples and properties are taken out before the
 * parser sees them. The words that open declarations are reserved, so one of them ends what is passed over, wherever it stands; only
 * `rule` and `duty` may also be mentioned in an expectation. What looks like neither is left in, for the parser to judge.
 */
#include "grammar/scan.h"

static bool pass_is_word(const struct token_array *tokens, size_t at, enum token_word word) {
    return at < tokens->count && tokens->items[at].word == word;
}

/* The index behind a path: name, or names joined by points. */
static size_t pass_path(const struct token_array *tokens, size_t at) {
    for (;;) {
        if (at >= tokens->count || tokens->items[at].kind != TOKEN_WORD)
            return at;
        at = token_significant(tokens, at + 1);
        if (at >= tokens->count || tokens->items[at].kind != TOKEN_MARKS + MARK_DOT)
            return at;
        at = token_significant(tokens, at + 1);
    }
}

/* `rule R applies`, `rule R does not apply`, `duty D by …`, `duty D in …`, `duty D applies`, `no duty D`. */
static bool pass_is_mention(const struct token_array *tokens, size_t at, enum token_word before) {
    enum token_word word = (enum token_word)tokens->items[at].word;
    if (word != WORD_rule && word != WORD_duty)
        return false;
    if (word == WORD_duty && before == WORD_no)
        return true;
    at = pass_path(tokens, token_significant(tokens, at + 1));
    if (pass_is_word(tokens, at, WORD_applies))
        return true;
    return word == WORD_rule ? pass_is_word(tokens, at, WORD_does)
                             : pass_is_word(tokens, at, WORD_by) || pass_is_word(tokens, at, WORD_in);
}

static bool pass_begins(const struct token *token) {
    return token->kind == TOKEN_WORD &&
           (token->word == WORD_test || token->word == WORD_example || token->word == WORD_always);
}

size_t pass_over_tests(struct token *items, size_t count) {
    const struct token_array tokens = {items, count};
    enum token_word before = WORD_NONE;
    bool passing = false;
    size_t at, kept = 0;
    for (at = 0; at < count; at++) {
        const struct token token = items[at];
        if (token.kind == TOKEN_WORD && word_class_of((enum token_word)token.word) == WORD_DECLARES &&
            (!passing || !pass_is_mention(&tokens, at, before)))
            passing = pass_begins(&token);
        if (!token_is_trivia(&token))
            before = (enum token_word)token.word;
        if (!passing)
            items[kept++] = token;
    }
    return kept;
}
