/*
 * A cell of a table against the expression in the header above it: the same questions as in a condition, with
 * the header as the left side. Must not know tables beyond that pair.
 */
#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

struct place {
    struct typing typing;
    const struct ast_node *header;
    const struct type *type; /* of the header */
};

static void report_never_none(const struct place *place, const struct ast_node *cell) {
    struct checker *checker = place->typing.checker;
    struct diagnostics *diags = &checker->set->diags;
    if (place->type->optional || place->type->kind == TYPE_BAD)
        return;
    /* A guard of the table may have made it given: the declaration counts. */
    struct ref ref;
    bool named = expr_lookup(checker, place->typing.scope, place->header, &ref);
    if (named && expr_ref_type(checker, &ref)->optional)
        return;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0503, ast_span(cell), "%s always has a value, so this cell never holds",
                    expr_words(checker, place->header));
    diag_label(diags, d, ast_span(place->header), "never none");
    diag_help(diags, d, "write `any`, or declare the type `optional …`");
}

static void check_values(const struct place *place, const struct ast_node *values) {
    bool none = false;
    for (const struct ast_node *value = values; value; value = value->next) {
        const struct ast_node *inner = ast_ungroup(value);
        if (!inner || inner->kind == AST_ERROR)
            continue;
        if (inner->kind == AST_NONE || inner->kind == AST_CELL_NONE) {
            expr_set_type(place->typing.checker, value, place->type);
            expr_set_type(place->typing.checker, inner, place->type);
            report_never_none(place, inner);
            continue;
        }
        expr_beside(&place->typing, value, place->header, place->type, &none);
    }
}

/* `>= x`, `before d`: the operator is the text before the operand. */
static void check_compare(const struct place *place, const struct ast_node *cell) {
    struct checker *checker = place->typing.checker;
    const struct ast_node *operand = ast_kid(cell, CELL_COMPARE_operand);
    bool none = false;
    const struct type *type = expr_operand(&place->typing, operand, NULL, &none);
    if (type->kind == TYPE_BAD || place->type->kind == TYPE_BAD)
        return;
    struct span span = {cell->start, operand->start, cell->file};
    struct text text = sources_text(&checker->set->sources, span);
    while (text.length && (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\t'))
        text.length--, span.end--;
    expr_comparable(&place->typing, place->header, operand, cell->op, span, place->type, type);
}

/* `1 through 10` under a number: `in` is of dates, and the range wants two columns. */
static bool report_number_range(const struct place *place, const struct ast_node *cell,
                                const struct ast_node *period) {
    const struct ast_node *inner = ast_ungroup(period);
    if (!inner || inner->kind != AST_THROUGH ||
        (place->type->kind != TYPE_NUM && place->type->kind != TYPE_FRAC))
        return false;
    struct checker *checker = place->typing.checker;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0403, ast_span(cell), "`through` makes a period of dates, but %s is %s",
                    expr_words(checker, place->header), expr_type_words(checker, place->type));
    diag_label(diags, d, ast_span(place->header), "%s", expr_type_words(checker, place->type));
    diag_help(diags, d, "give each end a column: `>= %s` and `<= %s`",
              expr_source(checker, ast_kid(inner, THROUGH_first)),
              expr_source(checker, ast_kid(inner, THROUGH_last)));
    return true;
}

void chk_cell(struct checker *checker, const struct scope *scope, const struct ast_node *header,
              const struct ast_node *cell, const struct givens *known) {
    struct place place = {{checker, scope, known}, header, expr_type_of(checker, header)};
    bool none = false;
    if (!header || !cell)
        return;
    if (place.type->kind == TYPE_RECORDS || place.type->kind == TYPE_ONE_RECORD) {
        expr_report_kind(&place.typing, header, place.type, "a column", "a single value");
        /* Once for all rows. */
        place.type = expr_bad();
        expr_set_type(checker, header, place.type);
    }
    switch (ast_kind_of(cell)) {
    case AST_CELL_NONE:
        report_never_none(&place, cell);
        break;
    case AST_CELL_VALUES:
        check_values(&place, ast_kid(cell, CELL_VALUES_values));
        break;
    case AST_CELL_NOT:
        check_values(&place, ast_kid(cell, CELL_NOT_values));
        break;
    case AST_CELL_COMPARE:
        check_compare(&place, cell);
        break;
    case AST_CELL_IN: {
        const struct ast_node *period = ast_kid(cell, CELL_IN_period);
        if (!report_number_range(&place, cell, period))
            expr_in_what(&place.typing, header, period, place.type, &none);
        break;
    }
    default:
        break;
    }
}
