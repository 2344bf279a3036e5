/*
 * Tables: the header is typed once, then each row is a rule whose tests are its cells and whose effects are
 * its values. A cell may rely on what the other cells of its row make sure, in either direction. Must not
 * know exceptions.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* A column right of `||`. */
struct output {
    uint32_t decision;
    const struct type *type; /* NULL after a message */
    bool adds;
};

struct table {
    struct checker *checker;
    const struct ast_node *node;
    struct scope scope;
    const struct givens *known;      /* from `when` */
    const struct ast_node **headers; /* the expressions, without the column of labels */
    size_t header_count, header_capacity;
    struct output *outputs;
    size_t output_count, output_capacity;
    const struct givens **before; /* of a row: what the cells left of each make sure; scratch */
    const struct givens **after;
};

static void tables_inputs(struct table *table, const struct ast_node *input) {
    for (; input; input = input->next) {
        if (input->kind == AST_ROW_LABELS)
            continue;
        (void)chk_expression(table->checker, &table->scope, input, NULL, table->known);
        (void)ARENA_PUSH(table->checker->arena, table->headers, table->header_count, table->header_capacity,
                         input);
    }
}

static void tables_twice(struct table *table, const struct ast_node *name, const struct ast_node *first) {
    struct diagnostics *diags = &table->checker->set->diags;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0604, ast_span(name), "`%.*s` has two columns", WORDS(ast_name(name)->text));
    diag_label(diags, diagnostic, ast_span(first), "the first one");
}

static void tables_outputs(struct table *table, const struct ast_node *first) {
    struct checker *checker = table->checker;
    struct policy_set *set = checker->set;
    const struct ast_node *name, *other;
    for (name = first; name; name = name->next) {
        const struct symbol *symbol = chk_use(checker, name, SYMBOL_DECISION, "a decision");
        struct output output = {0, NULL, false};
        for (other = first; other != name && ast_name(other) != ast_name(name); other = other->next)
            continue;
        if (symbol && other != name)
            tables_twice(table, name, other);
        if (symbol) {
            const struct decision *decision = &set->decisions[symbol->index];
            struct ref ref = {.kind = REF_TO_DECISION, .index = symbol->index, .count = 1};
            output.decision = symbol->index;
            output.type = chk_effect_type(checker, decision);
            output.adds = decision->kind == DECISION_TOTAL;
            if (name->id < set->node_limit)
                set->node_refs[name->id] = ref;
        }
        (void)ARENA_PUSH(checker->arena, table->outputs, table->output_count, table->output_capacity, output);
    }
}

/* The parser has its message about a row of another width than the header. */
static bool tables_width(const struct ast_node *list, size_t expected) {
    size_t count = 0;
    for (; list; list = list->next, count++) {
        if (list->kind == AST_ERROR)
            return false;
    }
    return count == expected;
}

/* Gives what all cells of the row make sure, together with `when`. */
static const struct givens *tables_cells(struct table *table, struct rule *rule,
                                         const struct ast_node *cells) {
    struct checker *checker = table->checker;
    size_t i, count = table->header_count;
    const struct ast_node *cell;
    rule->tests = arena_array(checker->arena, count, sizeof *rule->tests);
    if (!rule->tests)
        return table->known;
    for (i = 0, cell = cells; i < count; i++, cell = cell->next) {
        rule->tests[i].header = table->headers[i];
        rule->tests[i].cell = cell;
    }
    rule->test_count = count;
    table->before[0] = table->known;
    table->after[count] = NULL;
    for (i = 0; i < count; i++) {
        const struct row_test *test = &rule->tests[i];
        table->before[i + 1] = chk_givens_join(
            checker, table->before[i], chk_givens_if_cell(checker, &table->scope, test->header, test->cell));
    }
    for (i = count; i > 0; i--) {
        const struct row_test *test = &rule->tests[i - 1];
        table->after[i - 1] = chk_givens_join(
            checker, table->after[i], chk_givens_if_cell(checker, &table->scope, test->header, test->cell));
    }
    for (i = 0; i < count; i++)
        chk_cell(checker, &table->scope, rule->tests[i].header, rule->tests[i].cell,
                 chk_givens_join(checker, table->before[i], table->after[i + 1]));
    return table->before[count];
}

static void tables_values(struct table *table, uint32_t rule, const struct ast_node *value,
                          const struct givens *known) {
    size_t i;
    for (i = 0; i < table->output_count && value; i++, value = value->next) {
        const struct output *output = &table->outputs[i];
        struct effect effect = {.kind = output->adds ? EFFECT_ADD : EFFECT_SET,
                                .node = value,
                                .target = output->decision,
                                .value = value};
        if (!output->type || value->kind == AST_CELL_NOTHING || value->kind == AST_ERROR)
            continue;
        chk_value(table->checker, &table->scope, value, output->type, known, "the value in this column");
        chk_add_effect(table->checker, rule, &effect);
    }
}

static void tables_row(struct table *table, uint32_t index) {
    struct rule *rule = &table->checker->set->rules[index];
    const struct ast_node *row = rule->node;
    const struct ast_node *cells = ast_kid(row, ROW_cells), *values = ast_kid(row, ROW_values);
    const struct givens *known;
    if (!tables_width(cells, table->header_count) || !tables_width(values, table->output_count))
        return;
    known = tables_cells(table, rule, cells);
    tables_values(table, index, values, known);
}

void chk_table(struct checker *checker, const struct ast_node *node, uint32_t first, uint32_t count,
               const struct givens *known) {
    struct table table = {.checker = checker, .node = node, .scope = {.file = node->file}, .known = known};
    const struct ast_node *header = ast_kid(node, TABLE_header);
    struct arena guards;
    uint32_t i;
    if (!header || header->kind != AST_TABLE_HEADER)
        return;
    tables_inputs(&table, ast_kid(header, TABLE_HEADER_inputs));
    tables_outputs(&table, ast_kid(header, TABLE_HEADER_outputs));
    table.before = arena_array(checker->arena, table.header_count + 1, sizeof *table.before);
    table.after = arena_array(checker->arena, table.header_count + 1, sizeof *table.after);
    if (!table.before || !table.after)
        return;
    arena_init(&guards, checker->arena->alloc);
    for (i = 0; i < count; i++) {
        struct arena *kept = chk_guards_begin(checker, &guards);
        tables_row(&table, first + i);
        chk_guards_end(checker, kept);
    }
    arena_free(&guards);
}
