/*
 * The formatter: parse, lay out, print, and read the result again before anybody may have it. Must not know
 * how lines are broken.
 */
#include "grammar/format.h"

#include "grammar/layout.h"

#include <string.h>

#include "grammar/base/banned.h"

/* The next token from `at` on that is no blank line. */
static size_t format_next(const struct token_array *tokens, size_t at) {
    while (at < tokens->count && tokens->items[at].kind == TOKEN_BLANK)
        at++;
    return at;
}

static struct text format_text(const struct parse_tree *tree, size_t at) {
    struct layout view = {.source = tree->source, .tokens = &tree->tokens};
    return layout_text(&view, (uint32_t)at);
}

bool format_same_tokens(const struct parse_tree *a, const struct parse_tree *b) {
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        i = format_next(&a->tokens, i);
        j = format_next(&b->tokens, j);
        if (i >= a->tokens.count || j >= b->tokens.count)
            return i >= a->tokens.count && j >= b->tokens.count;
        if (a->tokens.items[i].kind != b->tokens.items[j].kind ||
            !text_equal(format_text(a, i), format_text(b, j)))
            return false;
    }
}

/* Parses the result beside the file and compares. */
static enum format_status format_check(struct parse_context *context, const struct parse_tree *tree,
                                       const struct buffer *out) {
    struct parse_context again = *context;
    struct diagnostics diags;
    struct parse_tree result;
    const struct source *source;
    bool parsed;
    if (out->length > SOURCE_MAX_BYTES)
        return FORMAT_TOO_LARGE;
    diag_init(&diags, context->arena);
    again.diags = &diags;
    source = sources_add(context->sources, tree->source->path, out->data ? out->data : "", out->length);
    if (!source)
        return FORMAT_OUT_OF_MEMORY;
    parsed = parse_file(&again, source, &result);
    context->builder = again.builder;
    if (!parsed)
        return FORMAT_OUT_OF_MEMORY;
    if (diags.errors || !ast_equal(context->sources, tree->root, result.root) ||
        !format_same_tokens(tree, &result))
        return FORMAT_DIFFERS;
    return FORMAT_DONE;
}

enum format_status format_source(struct parse_context *context, const struct source *source,
                                 struct buffer *out) {
    struct layout layout;
    struct parse_tree tree;
    size_t errors = context->diags->errors;
    if (!parse_file(context, source, &tree))
        return FORMAT_OUT_OF_MEMORY;
    if (context->diags->errors > errors)
        return FORMAT_BROKEN;
    memset(&layout, 0, sizeof layout);
    layout.arena = context->arena;
    layout.source = source;
    layout.tokens = &tree.tokens;
    if (!layout_walk(&layout, tree.root))
        return FORMAT_OUT_OF_MEMORY;
    layout_print(&layout, out);
    if (out->failed)
        return FORMAT_OUT_OF_MEMORY;
    return format_check(context, &tree, out);
}
