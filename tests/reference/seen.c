/*
 * What of the language a set of files uses: prints each kind of node, each word and operator, each mark and each
 * function by name that none of them has, and exits 1 where there is one. A word that stands as a name does not
 * count. The language reference must show everything; it must not know where its examples come from.
 *
 * usage: seen FILE…
 */
#include "tests/support/parsing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOINS_MOST = 64, FILE_MOST = 1 << 20 };

static const char *const function_names[] = {
#define BUILTIN(id, name, least, most, doc) name,
#include "interp/values/builtins.def"
#undef BUILTIN
};
#define FUNCTION_COUNT (sizeof function_names / sizeof *function_names)

struct seen {
    bool kinds[AST_KIND_COUNT], words[WORD_COUNT], marks[MARK_COUNT], joins[JOINS_MOST];
    bool functions[FUNCTION_COUNT];
    bool names[FILE_MOST]; /* of the file in hand: a NAME begins at this byte */
};

static void see_call(struct seen *seen, const struct ast_node *name) {
    size_t i;
    for (i = 0; i < FUNCTION_COUNT; i++)
        if (text_equal(ast_name(name)->text, text_of(function_names[i])))
            seen->functions[i] = true;
}

static void see_nodes(struct seen *seen, const struct ast_node *node) {
    size_t i;
    for (; node; node = node->next) {
        seen->kinds[node->kind] = true;
        if (node->kind == AST_NAME)
            seen->names[node->start] = true;
        if (node->kind == AST_CALL)
            see_call(seen, ast_kid(node, CALL_name));
        for (i = 0; i < node->kid_count; i++)
            see_nodes(seen, node->kids[i]);
    }
}

static void see_join(struct seen *seen, int symbol) {
    enum token_word words[3];
    size_t i;
    int k;
    for (i = 0; i < token_join_count(); i++) {
        if (token_join_row(i, words) != symbol)
            continue;
        seen->joins[i] = true;
        for (k = 0; k < 3; k++)
            seen->words[words[k]] = true;
    }
}

static void see_tokens(struct seen *seen, const struct token_array *tokens) {
    size_t i, last = 0;
    for (i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->items[i];
        int symbol;
        if (token->kind >= TOKEN_MARKS)
            seen->marks[token->kind - TOKEN_MARKS] = true;
        if (token->kind != TOKEN_WORD || seen->names[token->start])
            continue;
        seen->words[token->word] = true;
        symbol = token_join(tokens, i, &last);
        if (symbol) {
            see_join(seen, symbol);
            i = last;
        }
    }
}

/* False where the file cannot be read or is no policy file. */
static bool see_file(struct seen *seen, const char *path) {
    static char bytes[FILE_MOST];
    struct parsing parsing;
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    bool good = file && !ferror(file) && length < sizeof bytes;
    if (file)
        fclose(file);
    if (!good) {
        printf("%s: cannot be read\n", path);
        return false;
    }
    parsing_open(&parsing, pv_alloc_default(), bytes, length);
    good = parsing.done && parsing.diags.count == 0;
    if (good) {
        memset(seen->names, 0, sizeof seen->names);
        see_nodes(seen, parsing.tree.root);
        see_tokens(seen, &parsing.tree.tokens);
    } else {
        printf("%s: %s\n", path, parsing.done ? parsing_codes(&parsing) : "memory ran out");
    }
    parsing_free(&parsing);
    return good;
}

static size_t missing(bool seen, const char *what, const char *name) {
    if (!seen)
        printf("no example has the %s %s\n", what, name);
    return !seen;
}

/*
 * What the grammar knows only to answer it is not of the language: text that cannot be read, a period where a type
 * stands, and the marks that the scanner calls wrong.
 */
static size_t tell_missing(const struct seen *seen) {
    size_t i, count = 0;
    for (i = 0; i < AST_KIND_COUNT; i++)
        if (i != AST_ERROR && i != AST_TYPE_PERIOD)
            count += missing(seen->kinds[i], "node", ast_kind_name((enum ast_kind)i));
    for (i = 1; i < WORD_COUNT; i++)
        if (i != WORD_period)
            count += missing(seen->words[i], "word", word_text((enum token_word)i));
    for (i = 0; i < token_join_count(); i++) {
        enum token_word words[3];
        count += missing(seen->joins[i], "operator", token_join_text(token_join_row(i, words)));
    }
    for (i = 0; i < MARK_EQUAL_EQUAL; i++)
        count += missing(seen->marks[i], "mark", token_mark_text((enum token_mark)i));
    for (i = 0; i < FUNCTION_COUNT; i++)
        count += missing(seen->functions[i], "function", function_names[i]);
    return count;
}

int main(int argc, char **argv) {
    static struct seen seen;
    bool good = argc > 1 && token_join_count() <= JOINS_MOST;
    int i;
    for (i = 1; i < argc; i++)
        good &= see_file(&seen, argv[i]);
    return tell_missing(&seen) || !good ? EXIT_FAILURE : EXIT_SUCCESS;
}
