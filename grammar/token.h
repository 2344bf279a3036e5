/*
 * A policy file as an array of tokens that keeps comments and blank lines, so that the parser, a formatter
 * and a language server read the same thing. Words are looked up here, and the operators of several words
 * are joined over the array. Must not know the grammar.
 */
#ifndef PROVISO_GRAMMAR_TOKEN_H
#define PROVISO_GRAMMAR_TOKEN_H

#include "grammar/source/source.h"

enum token_kind {
    TOKEN_WORD,    /* a name or a word of the language: see `word` */
    TOKEN_NUMBER,  /* loosely: 4,730.00 too */
    TOKEN_DATE,    /* loosely: 2021-1-1, 01/02/2021 too */
    TOKEN_STRING,  /* with its quotes */
    TOKEN_ROW_END, /* the end of a line that has a |; no bytes */
    TOKEN_BAD,     /* bytes that are not part of the language */
    TOKEN_COMMENT, /* trivia from here on: from # to the end of the line */
    TOKEN_BLANK,   /* one or more blank lines */
    TOKEN_MARKS,   /* TOKEN_MARKS + enum token_mark */
};
enum token_mark {
#define MARK(id, token, written) MARK_##id,
#include "grammar/words.def"
#undef MARK
    MARK_COUNT
};

/* The words; 0 is none of them. */
enum token_word {
    WORD_NONE,
#define WORD(spelling, token, class) WORD_##spelling,
#include "grammar/words.def"
#undef WORD
    WORD_COUNT
};
enum word_class { WORD_DECLARES, WORD_RESERVED, WORD_CONTEXT, WORD_PART };

/* What is wrong with a token that could be read all the same. */
enum token_problem {
    PROBLEM_NONE,
    PROBLEM_UNKNOWN,      /* a character that is not part of the language */
    PROBLEM_INVISIBLE,    /* a non-breaking or zero-width space */
    PROBLEM_QUOTES,       /* a text in other quotation marks than " */
    PROBLEM_UNTERMINATED, /* a text that its line ends */
    PROBLEM_NUMBER_FORM,
    PROBLEM_DATE_FORM,
    PROBLEM_NAME_FORM, /* begins with a digit, or has letters beyond a-z */
    PROBLEM_WORD_CASE, /* a word of the language in capitals */
    PROBLEM_TOO_LONG,
};

#define TOKEN_LINE_START 1u   /* the first of its line */
#define TOKEN_BLANK_BEFORE 2u /* blanks or a line end stand before it */

/* Bytes start .. start + length - 1 of the file. */
struct token {
    uint32_t start, length;
    uint8_t kind;    /* enum token_kind, or TOKEN_MARKS + enum token_mark */
    uint8_t word;    /* enum token_word */
    uint8_t flags;   /* TOKEN_LINE_START, TOKEN_BLANK_BEFORE */
    uint8_t problem; /* enum token_problem */
};

/* All the tokens of a file in order; owned by an arena. */
struct token_array {
    const struct token *items;
    size_t count;
};

/*
 * Scans bytes start..end-1 of `source` into `out`, whose items are of `arena`; the bytes are valid UTF-8
 * without NUL. `pass_tests` leaves tests, examples and properties out. False where memory runs out. Takes time in proportion to the bytes. No message is reported:
 * see `problem`.
 */
bool token_scan(struct arena *arena, const struct source *source, uint32_t start, uint32_t end,
                bool pass_tests, struct token_array *out);

/* The place of a token in the file. */
struct span token_span(const struct source *source, const struct token *token);
struct text token_text(const struct source *source, const struct token *token);
/* True for comments and blank lines. */
static inline bool token_is_trivia(const struct token *token) {
    return token->kind == TOKEN_COMMENT || token->kind == TOKEN_BLANK;
}
/* True for the mark. */
static inline bool token_is_mark(const struct token *token, enum token_mark mark) {
    return token->kind == TOKEN_MARKS + (int)mark;
}
/* "|", as the mark is written. */
const char *token_mark_text(enum token_mark mark);

/* The word of that spelling exactly, or WORD_NONE. */
enum token_word word_find(struct text spelling);
const char *word_text(enum token_word word);
enum word_class word_class_of(enum token_word word);
/* The token of the grammar for a word that stands alone. */
int word_symbol(enum token_word word);
/* The grammar's token for a mark. */
int mark_symbol(enum token_mark mark);

/*
 * Joins the operator that begins at index `at` (a significant token): its token of the grammar, with the
 * index of its last word in *last; 0 where none begins there. Comments and blank lines may stand between
 * its words.
 */
int token_join(const struct token_array *tokens, size_t at, size_t *last);
/* The words of a joined operator, "on or before"; NULL for a token that is not joined. */
const char *token_join_text(int symbol);
/* True where the word is the first (part 0) or the second (part 1) of some operator of several words. */
bool token_join_part(enum token_word word, unsigned part);
/* The operators of several words, one by one: the words of a row (WORD_NONE behind the last), its symbol. */
size_t token_join_count(void);
int token_join_row(size_t index, enum token_word words[3]);
/* The index of the first significant token from `at` on; tokens->count where there is none. */
size_t token_significant(const struct token_array *tokens, size_t at);

#endif
