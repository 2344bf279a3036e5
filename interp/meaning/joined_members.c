/*
 * Members joined like conditions: `k is a or b`, `k is one of a, b and c`, `k is not a and not b`. The parser
 * cannot judge them: only here is it known that `b` is a member of k's type and nothing else. Must not know how
 * conditions are typed otherwise.
 */
#include "interp/meaning/expression.h"

#include <string.h>

#include "grammar/base/banned.h"

/* What is joined to the members of an `is`. */
struct joined {
    const struct ast_node *is; /* IS or IS_ONE_OF, with its operand typed */
    const struct enumeration *enumeration;
    const struct ast_node *first; /* the first of the bare members */
    const struct ast_node *last;  /* the last of them, perhaps behind a `not` */
    const char *list;             /* "b, c" */
};

/* The comparison that ends just before an operand: before the `or b` of `x and k is a or b`, the right side. */
static const struct ast_node *comparison_before(const struct ast_node *before) {
    if (before && (before->kind == AST_AND || before->kind == AST_OR))
        before = ast_kid(before, AND_right);
    return before && (before->kind == AST_IS || before->kind == AST_IS_ONE_OF) ? before : NULL;
}

/* The member that an operand names; NULL where it may be something else. */
static const struct ast_node *bare_member(const struct typing *typing, const struct joined *joined,
                                          const struct ast_node *operand) {
    const struct ast_node *name = operand;
    /* Behind a denial the `not` is said again: `k is not a and not b`. */
    if (name && name->kind == AST_NOT && joined->is->op)
        name = ast_kid(name, NOT_operand);
    name = ast_ungroup(name);
    if (!name || !expr_is_unknown(typing, name) || expr_member(joined->enumeration, ast_name(name)) < 0)
        return NULL;
    return name;
}

/* As it is written on one line; "" where it is longer. */
static const char *written(struct checker *checker, struct span span) {
    struct text text = sources_text(&checker->set->sources, span);
    if (text.length == 0 || text.length > 200 || memchr(text.bytes, '\n', text.length) ||
        memchr(text.bytes, '#', text.length))
        return "";
    return expr_format(checker, "%.*s", (int)text.length, text.bytes);
}

static void report(struct checker *checker, const struct joined *joined, enum ast_kind chain) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *is = joined->is, *first_value = is->kids[1];
    bool list = is->kind == AST_IS_ONE_OF;
    const char *word = chain == AST_AND ? "and" : "or";
    struct type type = {.kind = TYPE_MEMBER, .enumeration = joined->enumeration};
    struct diagnostic *d;
    if (list)
        d = diag_report(diags, DIAG_E0214, ast_span(joined->first), "a list has commas only, and no `%s`",
                        word);
    else
        d = diag_report(diags, DIAG_E0215, ast_span(joined->first), "%s is %s, not a condition",
                        expr_words(checker, joined->first), expr_type_words(checker, &type));
    diag_label(diags, d, ast_span(is), list ? "the list" : "compared here");
    struct span values = {first_value->start, is->end, is->file};
    const char *operand = expr_source(checker, is->kids[0]), *said = written(checker, values);
    /* `k is a and b` can be meant in more than one way. */
    bool certain = list || is->op || chain == AST_OR;
    if (!operand[0] || !said[0])
        diag_help(diags, d, "several values are written `… is %s of a, b`", is->op ? "none" : "one");
    else if (certain)
        diag_fix(diags, d, span_join(ast_span(is), ast_span(joined->last)), "list the values",
                 "%s is %s of %s, %s", operand, is->op ? "none" : "one", said, joined->list);
    else
        diag_help(diags, d, "if either will do, write `%s is one of %s, %s`", operand, said, joined->list);
}

size_t expr_joined_members(const struct typing *typing, const struct ast_node *const *chain, size_t count) {
    struct checker *checker = typing->checker;
    struct joined joined = {.is = comparison_before(ast_kid(chain[0], AND_left)), .list = ""};
    if (!joined.is || !joined.is->kids[0] || !joined.is->kids[1])
        return 0;
    const struct type *type = expr_type_of(checker, joined.is->kids[0]);
    if (type->kind != TYPE_MEMBER)
        return 0;
    joined.enumeration = type->enumeration;
    size_t members = 0;
    for (; members < count; members++) {
        const struct ast_node *operand = ast_kid(chain[members], AND_right);
        const struct ast_node *name = bare_member(typing, &joined, operand);
        if (!name)
            break;
        joined.first = joined.first ? joined.first : name;
        joined.last = operand;
        joined.list =
            expr_format(checker, "%s%s%s", joined.list, members ? ", " : "", ast_name(name)->text.bytes);
        expr_set_type(checker, operand, expr_bad());
    }
    /* An `or` beside an `and` without brackets was reported, and its help shows the brackets. */
    if (members && !(ast_kind_of(chain[0]) == AST_OR && chain[0]->op))
        report(checker, &joined, ast_kind_of(chain[0]));
    return members;
}
