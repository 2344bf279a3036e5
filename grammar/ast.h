/*
 * The tree of a policy file: uniform nodes, immutable after parsing. What a name means, types and values live in
 * side tables of interp/, indexed by node id. Must not know what a policy means.
 */
#ifndef PROVISO_GRAMMAR_AST_H
#define PROVISO_GRAMMAR_AST_H

#include "grammar/base/table.h"
#include "grammar/source/source.h"

#define AST1(K, a) AST_##K,
#define AST2(K, a, b) AST_##K,
#define AST3(K, a, b, c) AST_##K,
#define AST4(K, a, b, c, d) AST_##K,
#define AST5(K, a, b, c, d, e) AST_##K,
enum ast_kind {
#include "grammar/ast.def"
    AST_KIND_COUNT
};
#undef AST1
#undef AST2
#undef AST3
#undef AST4
#undef AST5

/* The kid slots by role: ast_kid(n, RULE_effects). */
#define AST1(K, a) enum { K##_##a, K##_kids };
#define AST2(K, a, b) enum { K##_##a, K##_##b, K##_kids };
#define AST3(K, a, b, c) enum { K##_##a, K##_##b, K##_##c, K##_kids };
#define AST4(K, a, b, c, d) enum { K##_##a, K##_##b, K##_##c, K##_##d, K##_kids };
#define AST5(K, a, b, c, d, e) enum { K##_##a, K##_##b, K##_##c, K##_##d, K##_##e, K##_kids };
#include "grammar/ast.def"
#undef AST1
#undef AST2
#undef AST3
#undef AST4
#undef AST5

enum ast_operator {
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_BEFORE,
    OP_AFTER,
    OP_ON_OR_BEFORE,
    OP_ON_OR_AFTER
};
enum ast_unit { UNIT_DAYS, UNIT_WEEKS, UNIT_MONTHS, UNIT_YEARS };
/* Same order as enum cal_rounding of interp/values/calendar.h. */
enum ast_rounding { ROUND_UNSAID, ROUND_BACK, ROUND_FORWARD, ROUND_ERROR };
enum ast_date_part {
    PART_START,
    PART_END,
    PART_START_OF_MONTH,
    PART_END_OF_MONTH,
    PART_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_WEEKDAY
};
enum ast_fold { FOLD_SUM, FOLD_EARLIEST, FOLD_LATEST };
enum ast_duty_status { DUTY_ANY, DUTY_DONE, DUTY_OPEN, DUTY_OVERDUE };

/*
 * A node. `id` is dense over the whole policy set, from 1. Kids that are lists are linked by `next`. Of `value`, NAME uses
 * `name` and STRING `string` (decoded, without quotes); others none. Owned by the arena of the set.
 */
struct ast_node {
    uint8_t kind; /* enum ast_kind */
    uint8_t op;   /* see ast.def */
    uint8_t extra;
    uint8_t kid_count;
    uint16_t file;
    uint16_t height; /* of the tree below: 1 for a leaf; limited, so that recursion over it is safe */
    uint32_t id;
    uint32_t start, end; /* byte offsets */
    struct ast_node *next;
    union {
        const struct name *name;
        const struct text *string;
    } value;
    struct ast_node *kids[];
};

/* What makes nodes: the arena, and the next id (shared by all files of a set). */
struct ast_builder {
    struct arena *arena;
    uint32_t next_id;
};

/* A new node with empty kids; NULL when memory fails (the arena remembers it). */
struct ast_node *ast_new(struct ast_builder *builder, enum ast_kind kind, struct span span);

/* "RULE": the kind's name for dumps. */
const char *ast_kind_name(enum ast_kind kind);

static inline struct span ast_span(const struct ast_node *node) {
    struct span span = {node->start, node->end, node->file};
    return span;
}
static inline const struct ast_node *ast_kid(const struct ast_node *node, int role) {
    return node->kids[role];
}
static inline enum ast_kind ast_kind_of(const struct ast_node *node) {
    return (enum ast_kind)node->kind;
}
/* The interned name of a NAME node (NULL for NULL). */
static inline const struct name *ast_name(const struct ast_node *node) {
    return node && node->kind == AST_NAME ? node->value.name : NULL;
}
/* The node inside any brackets. */
const struct ast_node *ast_ungroup(const struct ast_node *node);
/* How many nodes a list has. */
size_t ast_list_length(const struct ast_node *list);
/* True where both trees say the same: kinds, ops, names, strings, literals as written; spans and ids aside. */
bool ast_equal(const struct sources *sources, const struct ast_node *a, const struct ast_node *b);
/*
 * Appends the tree as (KIND kid kid ...): an op or extra that is not 0 as KIND:op or KIND:op:extra, an empty slot as _,
 * a list of several as [a b], names bare, literals as written, texts quoted. For tests and `proviso dump`.
 */
void ast_dump(struct buffer *out, const struct sources *sources, const struct ast_node *node);

#endif
