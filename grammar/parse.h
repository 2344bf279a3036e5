/*
 * Text to tree: the driver of the scanner and the push parser. One call a file; every independent mistake becomes a
 * diagnostic, and the tree has ERROR nodes where text could not be understood. Must not know what names mean.
 */
#ifndef PROVISO_GRAMMAR_PARSE_H
#define PROVISO_GRAMMAR_PARSE_H

#include "grammar/ast.h"
#include "grammar/source/diagnostic.h"
#include "grammar/token.h"

/* Documented limits. */
#define PARSE_MAX_NESTING 256       /* brackets inside one another */
#define PARSE_MAX_TOKEN_BYTES 65536 /* one string, name, number or comment */

/* What parsing shares over the files of a set. All pointers are the caller's and outlive the trees. */
struct parse_context {
    struct arena *arena;
    struct arena *
        tokens; /* where the tokens of a tree go, for those who want them no longer than the parse; NULL: the arena */
    struct sources *sources;
    struct names *names;
    struct diagnostics *diags;
    struct ast_builder builder;
    bool
        skip_tests; /* tests, examples and properties are passed over unread: an evaluation has no use for them */
};

void parse_init(struct parse_context *context, struct arena *arena, struct sources *sources,
                struct names *names, struct diagnostics *diags);

/* A parsed file: the FILE node, and the tokens with their trivia for the formatter. */
struct parse_tree {
    const struct source *source;
    const struct ast_node *root;
    struct token_array tokens;
};

/*
 * Parses one file. False only where memory ran out; mistakes in the text are in context->diags. `out->root` is a FILE node
 * even for a broken file.
 */
bool parse_file(struct parse_context *context, const struct source *source, struct parse_tree *out);

#endif
