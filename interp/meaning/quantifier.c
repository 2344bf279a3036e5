/*
 * `some`, `every`, `count of`, `sum of`, `earliest of`, `latest of`: a loop variable over a list, and the
 * expressions that see it. Must not know what a field means beyond its type.
 */
#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

/* The parts of the four kinds of node, by one name each. */
struct loop {
    const struct ast_node *value, *variable, *list, *condition;
};

static struct loop loop_of(const struct ast_node *node) {
    struct loop loop = {NULL, NULL, NULL, NULL};
    if (node->kind == AST_FOLD) {
        loop.value = ast_kid(node, FOLD_value);
        loop.variable = ast_kid(node, FOLD_variable);
        loop.list = ast_kid(node, FOLD_list);
        loop.condition = ast_kid(node, FOLD_condition);
    } else {
        /* SOME, EVERY and COUNT have the same roles. */
        loop.variable = ast_kid(node, SOME_variable);
        loop.list = ast_kid(node, SOME_list);
        loop.condition = ast_kid(node, SOME_condition);
    }
    return loop;
}

static const char *loop_words(const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_SOME:
        return "`some`";
    case AST_EVERY:
        return "`every`";
    case AST_COUNT:
        return "`count of`";
    default:
        return node->op == FOLD_SUM        ? "`sum of`"
               : node->op == FOLD_EARLIEST ? "`earliest of`"
                                           : "`latest of`";
    }
}

/* The record type of the list; NULL after a message. */
static const struct record_type *type_list(const struct typing *typing, const struct ast_node *node,
                                           const struct ast_node *list, bool *none) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct type *type = expr_type(typing, list, NULL);
    if (type->kind == TYPE_BAD)
        return NULL;
    if (type->kind != TYPE_RECORDS) {
        struct diagnostic *d =
            diag_report(diags, DIAG_E0423, ast_span(list), "%s goes over a list, but %s is %s",
                        loop_words(node), expr_words(checker, list), expr_type_words(checker, type));
        struct ref ref;
        struct span span;
        if (expr_lookup(checker, typing->scope, list, &ref) && expr_declaration(checker, &ref, &span))
            diag_label(diags, d, span, "declared here");
        diag_help(diags, d, "name a fact that is declared `list of …`");
        return NULL;
    }
    if (type->optional) {
        if (typing->scope->definition)
            *none = true;
        else
            expr_report_optional(typing, list, type);
    }
    return type->record;
}

static void check_variable(const struct typing *typing, const struct ast_node *variable) {
    struct checker *checker = typing->checker;
    struct ref ref;
    struct span span;
    if (!expr_lookup(checker, typing->scope, variable, &ref))
        return;
    struct diagnostics *diags = &checker->set->diags;
    const char *name = ast_name(variable)->text.bytes;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0424, ast_span(variable), "`%s` already means something here", name);
    if (expr_declaration(checker, &ref, &span))
        diag_label(diags, d, span, "declared here");
    diag_help(diags, d, "give the loop variable a name of its own");
}

static const struct type *type_fold(const struct typing *typing, const struct ast_node *node,
                                    const struct ast_node *value, bool *none) {
    if (node->op != FOLD_SUM)
        return expr_operand_is(typing, value, TYPE_DAY, none, loop_words(node)) ? expr_kind(TYPE_DAY, true)
                                                                                : expr_bad();
    const struct type *type = expr_operand(typing, value, NULL, none);
    if (type->kind == TYPE_NUM)
        return expr_number(type->scale, *none);
    if (type->kind == TYPE_FRAC)
        return expr_kind(TYPE_FRAC, *none);
    if (type->kind != TYPE_BAD) {
        struct checker *checker = typing->checker;
        struct diagnostic *d = expr_report_kind(typing, value, type, "`sum of`", "a number");
        if (type->kind == TYPE_YESNO)
            diag_help(&checker->set->diags, d, "to count records: `count of x in … where (…)`");
    }
    return expr_bad();
}

const struct type *expr_quantifier(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    struct loop loop = loop_of(node);
    bool none = false;
    if (!loop.list || !ast_name(loop.variable))
        return expr_bad();
    const struct record_type *record = type_list(typing, node, loop.list, &none);
    check_variable(typing, loop.variable);
    /* Where the list is not known its variable has no fields, and uses of it are silent. */
    struct binding binding = {ast_name(loop.variable), node, record, typing->scope->bindings};
    struct scope scope = *typing->scope;
    scope.bindings = &binding;
    struct typing inner = {checker, &scope, typing->known};
    expr_type(&inner, loop.variable, NULL);
    bool good = record != NULL;
    if (loop.condition) {
        const char *what = node->kind == AST_SOME || node->kind == AST_EVERY ? "`has`" : "`where`";
        good = expr_operand_is(&inner, loop.condition, TYPE_YESNO, &none, what) && good;
    }
    if (node->kind == AST_FOLD) {
        inner.known =
            chk_givens_join(checker, inner.known, expr_givens(checker, &scope, loop.condition, true));
        const struct type *type = type_fold(&inner, node, loop.value, &none);
        return good ? type : expr_bad();
    }
    if (!good)
        return expr_bad();
    return node->kind == AST_COUNT ? expr_number(0, none) : expr_kind(TYPE_YESNO, none);
}
