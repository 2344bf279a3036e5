/*
 * Conditions with the values they saw: rows of `and` and `or` are taken apart, lists are gone into record by record, comparisons
 * keep what their names and operands had. Recursion is bounded by the height of a tree. Must not know rules or decisions.
 */
#include "interp/meaning/show.h"
#include "interp/run/explain_inside.h"

#include "interp/meaning/show.h"

struct text explain_words(struct explainer *x, const struct ast_node *node) {
    return show_words(x->traced.program->set, node, x->arena);
}

struct text explain_worded(struct explainer *x, const char *format, ...) {
    struct buffer buffer;
    va_list args;
    buffer_init(&buffer, x->arena->alloc);
    va_start(args, format);
    buffer_vformat(&buffer, format, args);
    va_end(args);
    char *copy = buffer.data ? arena_copy(x->arena, buffer.data, buffer.length) : NULL;
    struct text words = copy ? (struct text){copy, buffer.length} : text_of("");
    x->arena->failed = x->arena->failed || buffer.failed;
    buffer_free(&buffer);
    return words;
}

/* --- what was seen --- */

struct sighting {
    struct explainer *x;
    struct saw **list;
    size_t *count, *capacity;
};

static void add_saw(struct sighting *s, const struct ast_node *node, uint32_t decision) {
    struct saw saw = {.decision = decision};
    if (!traced_value(&s->x->traced, node, &saw.value, &saw.type))
        return;
    saw.words = explain_words(s->x, node);
    for (size_t i = 0; i < *s->count; i++)
        if (text_equal((*s->list)[i].words, saw.words))
            return;
    if (!s->x->arena->failed)
        (void)ARENA_PUSH(s->x->arena, *s->list, *s->count, *s->capacity, saw);
}

static bool speaks_of_value(const struct ref *ref) {
    return ref->kind == REF_TO_FACT || ref->kind == REF_TO_FIELD || ref->kind == REF_TO_RECORD_DEFINE ||
           ref->kind == REF_TO_DECISION;
}

bool explain_is_named(const struct explainer *x, const struct ast_node *node) {
    if (node->kind == AST_TODAY)
        return true;
    if (node->kind == AST_NAME || node->kind == AST_PATH)
        return speaks_of_value(&x->traced.program->set->node_refs[node->id]);
    for (int i = 0; i < node->kid_count; i++)
        for (const struct ast_node *kid = node->kids[i]; kid; kid = kid->next)
            if (explain_is_named(x, kid))
                return true;
    return false;
}

/* The names in one node, not in those that follow it in its list. */
static void names_of(struct sighting *s, const struct ast_node *node) {
    node = ast_ungroup(node);
    if (node->kind == AST_TODAY) {
        add_saw(s, node, UINT32_MAX);
        return;
    }
    if (node->kind == AST_NAME || node->kind == AST_PATH) {
        const struct ref *ref = &s->x->traced.program->set->node_refs[node->id];
        if (speaks_of_value(ref))
            add_saw(s, node, ref->kind == REF_TO_DECISION ? ref->index : UINT32_MAX);
        return;
    }
    for (int i = 0; i < node->kid_count; i++)
        for (const struct ast_node *kid = node->kids[i]; kid; kid = kid->next)
            names_of(s, kid);
}

/* An operand that is computed has a value of its own to show, before those of its names. */
static void operand(struct sighting *s, const struct ast_node *node) {
    node = ast_ungroup(node);
    if (node->kind != AST_NAME && node->kind != AST_PATH && node->kind != AST_TODAY &&
        explain_is_named(s->x, node))
        add_saw(s, node, UINT32_MAX);
    names_of(s, node);
}

void explain_saw(struct explainer *x, const struct ast_node *node, struct saw **list, size_t *count,
                 size_t *capacity) {
    struct sighting s = {x, list, count, capacity};
    node = ast_ungroup(node);
    switch (ast_kind_of(node)) {
    case AST_COMPARE:
    case AST_IS:
        operand(&s, node->kids[0]);
        operand(&s, node->kids[1]);
        break;
    case AST_IN:
        operand(&s, ast_kid(node, IN_operand));
        operand(&s, ast_kid(node, IN_period));
        break;
    case AST_IS_ONE_OF:
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        operand(&s, node->kids[0]);
        for (int i = 1; i < node->kid_count; i++)
            for (const struct ast_node *kid = node->kids[i]; kid; kid = kid->next)
                operand(&s, kid);
        break;
    case AST_NOT:
        explain_saw(x, ast_kid(node, NOT_operand), list, count, capacity);
        break;
    default:
        names_of(&s, node);
        break;
    }
}

/* --- conditions --- */

static struct condition *part_of(struct explainer *x, struct condition *whole) {
    struct condition empty = {0};
    if (x->arena->failed ||
        !ARENA_PUSH(x->arena, whole->parts, whole->part_count, whole->part_capacity, empty))
        return NULL;
    return &whole->parts[whole->part_count - 1];
}

static bool is_no_value(struct value value) {
    return value.tag == VALUE_YES_NO && value.as.number == 0;
}

static bool is_yes_value(struct value value) {
    return value.tag == VALUE_YES_NO && value.as.number != 0;
}

/* What the parts make of the whole: of `and` a no decides, of `or` a yes; then open, then none. */
static struct value joined(const struct condition *whole) {
    bool any = whole->kind == CONDITION_ANY;
    struct value value = {.tag = VALUE_YES_NO, .as.number = !any};
    for (size_t i = 0; i < whole->part_count; i++) {
        struct value part = whole->parts[i].value;
        if (any ? is_yes_value(part) : is_no_value(part))
            return part;
        if (part.tag == VALUE_OPEN || (part.tag == VALUE_NONE && value.tag != VALUE_OPEN))
            value = part;
    }
    return value;
}

/* Adds the terms of a row; it leans left, and brackets around rows of the same kind say nothing new. */
static void add_terms(struct explainer *x, const struct ast_node *node, unsigned kind,
                      struct condition *whole) {
    node = ast_ungroup(node);
    if (node->kind == kind) {
        add_terms(x, ast_kid(node, AND_left), kind, whole);
        add_terms(x, ast_kid(node, AND_right), kind, whole);
        return;
    }
    struct condition *part = part_of(x, whole);
    if (part) {
        struct condition made;
        explain_condition(x, node, &made);
        whole->parts[whole->part_count - 1] = made;
    }
}

static void records_of(struct explainer *x, const struct ast_node *node, struct condition *out) {
    const struct value_list *list = traced_list(&x->traced, node);
    const struct ast_node *of = ast_kid(node, SOME_list);
    out->kind = CONDITION_RECORDS;
    explain_saw(x, of, &out->saw, &out->saw_count, &out->saw_capacity);
    out->records = list ? list->count : 0;
    for (uint32_t i = 0; i < out->records && i < EXPLAIN_MAX_RECORDS; i++) {
        struct condition whole = {.kind = CONDITION_ALL};
        struct traced_record inside;
        struct text name = explain_words(x, of);
        whole.words = explain_worded(x, "%.*s[%u]", (int)name.length, name.bytes, i);
        whole.label = explain_record_label(x, name, model_type(x->traced.program->set, of)->record, list, i);
        traced_enter(&x->traced, node, i, &inside);
        add_terms(x, ast_kid(node, SOME_condition), AST_AND, &whole);
        traced_leave(&x->traced);
        whole.value = joined(&whole);
        if (part_of(x, out))
            out->parts[i] = whole;
    }
}

/* A definition of a record that is yes or no: its expression says why, in the record it speaks of. */
static bool defined_inside(struct explainer *x, const struct ast_node *node, struct condition *out) {
    const struct ref *ref = &x->traced.program->set->node_refs[node->id];
    struct traced_record *self = x->traced.self;
    if ((node->kind != AST_NAME && node->kind != AST_PATH) || ref->kind != REF_TO_RECORD_DEFINE ||
        !traced_record_of(&x->traced, node))
        return false;
    out->kind = CONDITION_ALL;
    x->traced.self = traced_record_of(&x->traced, node);
    add_terms(x, ref->record->defines[ref->index].value, AST_AND, out);
    x->traced.self = self;
    return true;
}

/* An `if` between conditions: what it asks, and the branch that this takes, unless it is a constant. */
static void branches_of(struct explainer *x, const struct ast_node *node, struct condition *out) {
    out->kind = CONDITION_IF;
    add_terms(x, ast_kid(node, IF_condition), AST_ERROR, out);
    if (out->part_count == 0)
        return;
    if (!is_no_value(out->parts[0].value) && explain_is_named(x, ast_kid(node, IF_yes)))
        add_terms(x, ast_kid(node, IF_yes), AST_ERROR, out);
    if (!is_yes_value(out->parts[0].value) && explain_is_named(x, ast_kid(node, IF_no)))
        add_terms(x, ast_kid(node, IF_no), AST_ERROR, out);
}

static bool is_compound(const struct ast_node *node) {
    node = ast_ungroup(node);
    return node->kind == AST_AND || node->kind == AST_OR || node->kind == AST_IF || node->kind == AST_SOME ||
           node->kind == AST_EVERY;
}

void explain_condition(struct explainer *x, const struct ast_node *node, struct condition *out) {
    const struct type *type;
    node = ast_ungroup(node);
    *out = (struct condition){.node = node, .words = explain_words(x, node)};
    if (x->arena->failed)
        return;
    if (node->kind == AST_AND || node->kind == AST_OR) {
        out->kind = node->kind == AST_AND ? CONDITION_ALL : CONDITION_ANY;
        add_terms(x, node, node->kind, out);
        out->value = joined(out);
        return;
    }
    if (!traced_value(&x->traced, node, &out->value, &type))
        out->value = (struct value){.tag = VALUE_NONE};
    if (node->kind == AST_SOME || node->kind == AST_EVERY) {
        records_of(x, node, out);
    } else if (node->kind == AST_IF) {
        branches_of(x, node, out);
    } else if (node->kind == AST_NOT && is_compound(ast_kid(node, NOT_operand))) {
        out->kind = CONDITION_NOT;
        add_terms(x, ast_kid(node, NOT_operand), AST_ERROR, out);
    } else if (!defined_inside(x, node, out)) {
        explain_saw(x, node, &out->saw, &out->saw_count, &out->saw_capacity);
    }
}

void explain_terms(struct explainer *x, const struct ast_node *node, struct condition **list, size_t *count,
                   size_t *capacity) {
    struct condition whole = {.parts = *list, .part_count = *count, .part_capacity = *capacity};
    add_terms(x, node, AST_AND, &whole);
    *list = whole.parts;
    *count = whole.part_count;
    *capacity = whole.part_capacity;
}

void explain_expression(struct explainer *x, const struct ast_node *node, struct condition *out) {
    const struct type *type;
    if (model_type(x->traced.program->set, node)->kind == TYPE_YESNO && ast_ungroup(node)->kind != AST_NONE) {
        explain_condition(x, node, out);
        return;
    }
    *out = (struct condition){.node = node, .words = explain_words(x, node)};
    if (!traced_value(&x->traced, node, &out->value, &type))
        out->value = (struct value){.tag = VALUE_NONE};
    explain_saw(x, node, &out->saw, &out->saw_count, &out->saw_capacity);
}

/* "renewed" under which stands "no" reads as "renewed is no". */
static struct text cell_words(struct explainer *x, const struct row_test *test) {
    struct text header = explain_words(x, test->header), cell = explain_words(x, test->cell);
    const struct ast_node *node = test->cell;
    const char *verb = "";
    if (node->kind == AST_CELL_NONE)
        return explain_worded(x, "%.*s is none", (int)header.length, header.bytes);
    if (node->kind == AST_CELL_VALUES)
        verb = ast_list_length(ast_kid(node, CELL_VALUES_values)) > 1 ? "is one of " : "is ";
    else if (node->kind == AST_CELL_NOT)
        verb = "is ";
    else if (node->kind == AST_CELL_IN && node->op == 1)
        verb = "in ";
    return explain_worded(x, "%.*s %s%.*s", (int)header.length, header.bytes, verb, (int)cell.length,
                          cell.bytes);
}

bool explain_cell(struct explainer *x, const struct row_test *test, struct condition *out) {
    const struct type *type;
    struct sighting s = {x, &out->saw, &out->saw_count, &out->saw_capacity};
    if (test->cell->kind == AST_CELL_ANY)
        return false;
    *out = (struct condition){.node = test->cell, .words = cell_words(x, test)};
    if (!traced_value(&x->traced, test->cell, &out->value, &type))
        out->value = (struct value){.tag = VALUE_NONE};
    operand(&s, test->header);
    for (int i = 0; i < test->cell->kid_count; i++)
        for (const struct ast_node *kid = test->cell->kids[i]; kid; kid = kid->next)
            operand(&s, kid);
    return true;
}
