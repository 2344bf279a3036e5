/*
 * Nodes: making, comparing, printing. All three go by the table of kinds. Recursion goes down the tree
 * only, whose height the parser bounds; lists are walked. Must not know what a kind means.
 */
#include "grammar/ast.h"

#include <string.h>

#define AST1(K, a) {#K, K##_kids},
#define AST2(K, a, b) {#K, K##_kids},
#define AST3(K, a, b, c) {#K, K##_kids},
#define AST4(K, a, b, c, d) {#K, K##_kids},
#define AST5(K, a, b, c, d, e) {#K, K##_kids},
static const struct {
    const char *name;
    uint8_t kids;
} ast_kinds[] = {
#include "grammar/ast.def"
};
#undef AST1
#undef AST2
#undef AST3
#undef AST4
#undef AST5

struct ast_node *ast_new(struct ast_builder *builder, enum ast_kind kind, struct span span) {
    size_t kids = ast_kinds[kind].kids;
    struct ast_node *node = arena_alloc(builder->arena, sizeof *node + kids * sizeof *node->kids);
    if (!node)
        return NULL;
    node->kind = (uint8_t)kind;
    node->kid_count = (uint8_t)kids;
    node->height = 1;
    node->file = span.file;
    node->start = span.start;
    node->end = span.end;
    node->id = builder->next_id++;
    return node;
}

const char *ast_kind_name(enum ast_kind kind) {
    return ast_kinds[kind].name;
}

const struct ast_node *ast_ungroup(const struct ast_node *node) {
    while (node && node->kind == AST_GROUP)
        node = node->kids[GROUP_inner];
    return node;
}

size_t ast_list_length(const struct ast_node *list) {
    size_t length = 0;
    for (; list; list = list->next)
        length++;
    return length;
}

/* Of two nodes of one kind: what they say apart from their kids. */
static bool ast_equal_leaf(const struct sources *sources, const struct ast_node *a,
                           const struct ast_node *b) {
    switch (ast_kind_of(a)) {
    case AST_NAME:
        return text_equal(a->value.name->text, b->value.name->text);
    case AST_STRING:
        return text_equal(*a->value.string, *b->value.string);
    case AST_NUMBER:
    case AST_DATE:
        return text_equal(sources_text(sources, ast_span(a)), sources_text(sources, ast_span(b)));
    default:
        return true;
    }
}

static bool ast_equal_list(const struct sources *sources, const struct ast_node *a,
                           const struct ast_node *b) {
    for (; a && b; a = a->next, b = b->next)
        if (!ast_equal(sources, a, b))
            return false;
    return !a && !b;
}

bool ast_equal(const struct sources *sources, const struct ast_node *a, const struct ast_node *b) {
    size_t i;
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind || a->op != b->op || a->extra != b->extra || !ast_equal_leaf(sources, a, b))
        return false;
    for (i = 0; i < a->kid_count; i++)
        if (!ast_equal_list(sources, a->kids[i], b->kids[i]))
            return false;
    return true;
}

/* True where the node is a leaf that is shown as itself, and was. */
static bool ast_dump_leaf(struct buffer *out, const struct sources *sources, const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_NAME:
        buffer_text(out, node->value.name->text);
        return true;
    case AST_STRING:
        buffer_json(out, node->value.string->bytes, node->value.string->length);
        return true;
    case AST_NUMBER:
    case AST_DATE:
        buffer_text(out, sources_text(sources, ast_span(node)));
        return true;
    case AST_YES:
        buffer_string(out, "yes");
        return true;
    case AST_NO:
        buffer_string(out, "no");
        return true;
    case AST_NONE:
        buffer_string(out, "none");
        return true;
    case AST_TODAY:
        buffer_string(out, "today");
        return true;
    default:
        return false;
    }
}

static void ast_dump_list(struct buffer *out, const struct sources *sources, const struct ast_node *list) {
    if (!list) {
        buffer_char(out, '_');
        return;
    }
    if (!list->next) {
        ast_dump(out, sources, list);
        return;
    }
    buffer_char(out, '[');
    for (; list; list = list->next) {
        ast_dump(out, sources, list);
        if (list->next)
            buffer_char(out, ' ');
    }
    buffer_char(out, ']');
}

void ast_dump(struct buffer *out, const struct sources *sources, const struct ast_node *node) {
    /* A kind without roles has one slot that is never filled. */
    size_t i, kids;
    if (!node) {
        buffer_char(out, '_');
        return;
    }
    if (ast_dump_leaf(out, sources, node))
        return;
    buffer_char(out, '(');
    buffer_string(out, ast_kinds[node->kind].name);
    if (node->op || node->extra)
        buffer_format(out, ":%u", node->op);
    if (node->extra)
        buffer_format(out, ":%u", node->extra);
    for (kids = node->kid_count; kids && !node->kids[kids - 1];)
        kids--;
    for (i = 0; i < kids; i++) {
        buffer_char(out, ' ');
        ast_dump_list(out, sources, node->kids[i]);
    }
    buffer_char(out, ')');
}
