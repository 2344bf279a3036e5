/*
 * What the generated scanner and token.c share: where a scan stands, and its memory, a fixed pool, since
 * flex cannot give an error back where an allocation fails. Nobody else includes this.
 */
#ifndef PROVISO_GRAMMAR_SCAN_H
#define PROVISO_GRAMMAR_SCAN_H

#include "grammar/token.h"

/* flex asks for its state, one buffer and a stack of one: under 400 bytes. */
#define SCAN_POOL 2048

/* The marks that a text may begin with; only the first is of the language. */
enum scan_quote { QUOTE_STRAIGHT, QUOTE_DOUBLE, QUOTE_SINGLE };

struct scan {
    const struct source *source;
    const struct pv_alloc *alloc;
    struct token *tokens;
    size_t count, capacity;
    uint32_t position;     /* behind the match */
    uint32_t match_start;  /* of the present match */
    uint32_t text_start;   /* of the text that is being read */
    enum scan_quote quote; /* what that text began with */
    bool line_start, blank_before, in_row;
    bool failed;
    bool pass_tests; /* leave tests, examples and properties out */
    uint32_t end;    /* of what is scanned */
    uint32_t resume; /* not 0: a scan goes on there, what lies before it being passed over */
    size_t pool_used;
    _Alignas(16) unsigned char pool[SCAN_POOL];
};

/* Appends a token from `start` to the present position. */
void scan_token(struct scan *scan, unsigned kind, uint32_t start, enum token_problem problem);
/* True where the scan is to go on at scan->resume. */
bool scan_word(struct scan *scan);
void scan_number(struct scan *scan);
void scan_date(struct scan *scan);
void scan_open_text(struct scan *scan, enum scan_quote quote);
/* True where the mark ends the text; then the token was added. */
bool scan_close_text(struct scan *scan, enum scan_quote quote);
/* At a line end, before its bytes count: closes a row, notes a blank line. */
void scan_line_end(struct scan *scan);

/*
 * Of the scanner: reads a buffer of `size` bytes of which the last two are NUL, to its end or until there is a place to resume.
 * False on failure.
 */
bool scan_buffer(struct scan *scan, char *buffer, size_t size);

/*
 * pass.c: behind a word at `at` that opens a test, an example or a property, the place of the next other declaration in the text, or `end`. Gives `at`
 * itself for another word, and where the text has to be read after all.
 */
uint32_t pass_over(const struct source *source, enum token_word word, uint32_t at, uint32_t end);

#endif
