/*
 * For tests of the grammar: one text parsed with everything it needs, its tree and its messages as strings.
 * Must not know what a policy means.
 */
#ifndef PROVISO_TESTS_SUPPORT_PARSING_H
#define PROVISO_TESTS_SUPPORT_PARSING_H

#include "grammar/parse.h"

/* A parsed text; freed with parsing_free. */
struct parsing {
    struct arena arena;
    struct sources sources;
    struct names names;
    struct diagnostics diags;
    struct parse_context context;
    struct parse_tree tree;
    struct buffer out; /* what parsing_dump and parsing_codes gave last */
    bool done;         /* what parse_file gave */
};

/* Parses `length` bytes over `alloc`. Where memory fails `done` is false. */
void parsing_open(struct parsing *parsing, const struct pv_alloc *alloc, const char *text, size_t length);
void parsing_free(struct parsing *parsing);
/* The declarations as ast_dump prints them, one a line. */
const char *parsing_dump(struct parsing *parsing);
/* "13:E0211 14:E0211": line and code of each message, in order of place. */
const char *parsing_codes(struct parsing *parsing);

#endif
