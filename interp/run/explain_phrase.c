/*
 * Conditions as something to reach, for a reader who does not know the language: values by their labels, the opposite said as the
 * opposite, fields without the name of a loop's variable, records counted from 1. Must not know rules, nor what is reached how.
 */
#include "interp/meaning/show.h"
#include "interp/run/explain_inside.h"

#include "grammar/base/banned.h"

/* Fields that tell a record from another in words; more would be a sentence. */
#define MOST_TELLING 3
/* A fraction that ends within so many decimals is shown by them alone. */
#define MOST_DECIMALS 6

static struct text taken(struct explainer *x, struct buffer *buffer) {
    char *copy = arena_copy(x->arena, buffer->data ? buffer->data : "", buffer->length);
    struct text words = copy ? (struct text){copy, buffer->length} : text_of("");
    x->arena->failed = x->arena->failed || buffer->failed;
    buffer_free(buffer);
    return words;
}

/* --- values --- */

void explain_value(struct buffer *out, const struct type *type, struct value value) {
    char digits[NUM_TEXT_MAX];
    int64_t rounded;
    if (value.tag != VALUE_FRACTION) {
        show_value(out, type, value);
        return;
    }
    for (int scale = 0; scale <= MOST_DECIMALS; scale++)
        if (frac_round(*value.as.fraction, scale, FRAC_TOWARD_ZERO, &rounded) == FRAC_OK &&
            frac_compare(frac_from_number(rounded, scale), *value.as.fraction) == 0) {
            num_format(rounded, scale, digits);
            buffer_string(out, digits);
            return;
        }
    if (frac_round(*value.as.fraction, 2, FRAC_HALF_AWAY_FROM_ZERO, &rounded) != FRAC_OK) {
        show_value(out, type, value);
        return;
    }
    num_format(rounded, 2, digits);
    buffer_format(out, "about %s (exactly ", digits);
    show_value(out, type, value);
    buffer_char(out, ')');
}

/* --- records --- */

static bool tells_which(const struct fact *field, struct value value) {
    return (field->type.kind == TYPE_MEMBER && value.tag == VALUE_MEMBER) ||
           (field->type.kind == TYPE_STRING && value.tag == VALUE_TEXT);
}

static void add_label(struct buffer *out, struct text list, const struct record_type *type,
                      const struct value_list *records, uint32_t element) {
    size_t said = 0;
    buffer_text(out, list);
    buffer_format(out, " %u", element + 1);
    for (size_t i = 0; i < type->field_count && records && element < records->count; i++) {
        struct value value = records->fields[(size_t)element * records->field_count + i];
        if (said == MOST_TELLING || !tells_which(&type->fields[i], value))
            continue;
        buffer_string(out, said++ ? ", " : " (");
        explain_value(out, &type->fields[i].type, value);
    }
    if (said)
        buffer_char(out, ')');
}

struct text explain_record_label(struct explainer *x, struct text list, const struct record_type *type,
                                 const struct value_list *records, uint32_t element) {
    struct buffer out;
    buffer_init(&out, x->arena->alloc);
    add_label(&out, list, type, records, element);
    return taken(x, &out);
}

void explain_fact_name(struct buffer *out, const struct policy_set *set, const struct value *facts,
                       const struct reason *at) {
    const struct fact *fact = &set->facts[at->index];
    if (at->element == UINT32_MAX) {
        buffer_text(out, fact->name->text);
        return;
    }
    buffer_text(out, fact->type.record->fields[at->field].name->text);
    buffer_string(out, " of ");
    add_label(out, fact->name->text, fact->type.record,
              facts[at->index].tag == VALUE_LIST ? facts[at->index].as.list : NULL, at->element);
}

/* --- names --- */

static bool has_field(const struct fact *list, struct text name) {
    for (size_t i = 0; list->type.kind == TYPE_RECORDS && i < list->type.record->field_count; i++)
        if (text_equal(list->type.record->fields[i].name->text, name))
            return true;
    return false;
}

bool explain_is_field_too(const struct policy_set *set, const struct fact *fact) {
    for (size_t i = 0; i < set->fact_count; i++)
        if (has_field(&set->facts[i], fact->name->text))
            return true;
    return false;
}

bool explain_is_ambiguous(const struct policy_set *set, const struct value *facts, const struct fact *fact) {
    for (size_t i = 0; i < set->fact_count; i++)
        if (facts[i].tag == VALUE_LIST && facts[i].as.list->count > 0 &&
            has_field(&set->facts[i], fact->name->text))
            return true;
    return false;
}

const struct fact *explain_alias(const struct explainer *x, const struct ast_node *node) {
    const struct policy_set *set = x->traced.program->set;
    for (;;) {
        const struct ref *ref;
        const struct decision *decision;
        node = node ? ast_ungroup(node) : NULL;
        if (!node || (node->kind != AST_NAME && node->kind != AST_PATH))
            return NULL;
        ref = &set->node_refs[node->id];
        if (ref->kind == REF_TO_FACT)
            return &set->facts[ref->index];
        if (ref->kind != REF_TO_DECISION)
            return NULL;
        decision = &set->decisions[ref->index];
        if (decision->kind != DECISION_DEFINE || !x->made->outcome.decisions[ref->index].by_otherwise)
            return NULL;
        node = decision->otherwise;
    }
}

/* Beside the fields of a record, a definition keeps its own name: the fact's may be a field's too. */
static void say_operand(struct explainer *x, const struct ast_node *node, struct buffer *out) {
    const struct fact *fact = x->no_record || x->traced.innermost ? NULL : explain_alias(x, node);
    const struct ref *ref;
    node = ast_ungroup(node);
    ref = &x->traced.program->set->node_refs[node->id];
    if (fact && explain_is_ambiguous(x->traced.program->set, x->made->facts, fact))
        buffer_string(out, "the record's own ");
    if (fact)
        buffer_text(out, fact->name->text);
    else if (node->kind == AST_PATH && ref->kind == REF_TO_FIELD)
        buffer_text(out, ref->record->fields[ref->index].name->text);
    else if (node->kind == AST_PATH && ref->kind == REF_TO_RECORD_DEFINE)
        buffer_text(out, ref->record->defines[ref->index].name->text);
    else
        buffer_text(out, explain_words(x, node));
}

bool explain_speaks_of_record(const struct explainer *x, const struct ast_node *node) {
    const struct ref *ref = &x->traced.program->set->node_refs[node->id];
    if (ref->kind == REF_TO_FIELD || ref->kind == REF_TO_RECORD_DEFINE)
        return true;
    for (int i = 0; i < node->kid_count; i++)
        for (const struct ast_node *kid = node->kids[i]; kid; kid = kid->next)
            if (explain_speaks_of_record(x, kid))
                return true;
    return false;
}

/* What something is compared with: a constant by its value, all else as written, with its value. */
static void say_other(struct explainer *x, const struct ast_node *node, struct buffer *out) {
    const struct type *type;
    struct value value;
    bool named = explain_is_named(x, node);
    bool known = !(x->no_record && explain_speaks_of_record(x, node)) &&
                 traced_value(&x->traced, node, &value, &type) && value.tag != VALUE_OPEN &&
                 type->kind != TYPE_BAD && type->kind != TYPE_RECORDS;
    if (!named && known && value.tag == VALUE_MEMBER) {
        explain_value(out, type, value);
        return;
    }
    say_operand(x, node, out);
    if (named && known && value.tag != VALUE_NONE) {
        buffer_string(out, " (");
        explain_value(out, type, value);
        buffer_char(out, ')');
    }
}

static void say_others(struct explainer *x, const struct ast_node *list, struct buffer *out) {
    for (const struct ast_node *node = list; node; node = node->next) {
        buffer_string(out, node == list ? "" : ", ");
        say_other(x, node, out);
    }
}

/* --- phrases --- */

static const char *comparison(unsigned op, bool wanted) {
    static const struct {
        const char *words;
        unsigned opposite;
    } operators[] = {[OP_LESS] = {" < ", OP_GREATER_EQUAL},
                     [OP_LESS_EQUAL] = {" <= ", OP_GREATER},
                     [OP_GREATER] = {" > ", OP_LESS_EQUAL},
                     [OP_GREATER_EQUAL] = {" >= ", OP_LESS},
                     [OP_BEFORE] = {" before ", OP_ON_OR_AFTER},
                     [OP_AFTER] = {" after ", OP_ON_OR_BEFORE},
                     [OP_ON_OR_BEFORE] = {" on or before ", OP_AFTER},
                     [OP_ON_OR_AFTER] = {" on or after ", OP_BEFORE}};
    return operators[wanted ? op : operators[op].opposite].words;
}

/* Of yes and no, one is the opposite of the other: "is yes" and "is not no" are one thing to say. */
static void say_values(struct explainer *x, const struct ast_node *values, bool wanted, struct buffer *out) {
    const struct ast_node *first = ast_ungroup(values);
    if (!values->next && (first->kind == AST_YES || first->kind == AST_NO)) {
        buffer_string(out, (first->kind == AST_YES) == wanted ? " is yes" : " is no");
        return;
    }
    if (!values->next)
        buffer_string(out, wanted ? " is " : " is not ");
    else
        buffer_string(out, wanted ? " is one of " : " is none of ");
    say_others(x, values, out);
}

/* A comparison with nothing is not yes: the opposite of one holds also where there is no value. */
static void say_or_none(struct explainer *x, const struct ast_node *operand, bool wanted,
                        struct buffer *out) {
    const struct fact *fact = explain_alias(x, operand);
    if (!wanted && fact && fact->declared_optional)
        buffer_string(out, ", or none");
}

struct text explain_phrase(struct explainer *x, const struct ast_node *node, bool wanted) {
    struct buffer out;
    buffer_init(&out, x->arena->alloc);
    node = ast_ungroup(node);
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
        say_operand(x, node, &out);
        buffer_string(&out, wanted ? " is yes" : " is no");
        break;
    case AST_COMPARE:
        say_operand(x, ast_kid(node, COMPARE_left), &out);
        buffer_string(&out, comparison(node->op, wanted));
        say_other(x, ast_kid(node, COMPARE_right), &out);
        say_or_none(x, ast_kid(node, COMPARE_left), wanted, &out);
        break;
    case AST_IS:
        say_operand(x, ast_kid(node, IS_left), &out);
        say_values(x, ast_kid(node, IS_right), wanted == (node->op == 0), &out);
        break;
    case AST_IS_ONE_OF:
        say_operand(x, ast_kid(node, IS_ONE_OF_operand), &out);
        say_values(x, ast_kid(node, IS_ONE_OF_values), wanted == (node->op == 0), &out);
        break;
    case AST_IN:
        say_operand(x, ast_kid(node, IN_operand), &out);
        buffer_string(&out, wanted == (node->op == 0) ? " in " : " not in ");
        say_other(x, ast_kid(node, IN_period), &out);
        say_or_none(x, ast_kid(node, IN_operand), wanted == (node->op == 0), &out);
        break;
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        say_operand(x, node->kids[0], &out);
        buffer_string(&out, wanted == (node->kind == AST_IS_GIVEN) ? " is given" : " is none");
        break;
    default:
        buffer_string(&out, wanted ? "" : "not (");
        buffer_text(&out, explain_words(x, node));
        buffer_string(&out, wanted ? "" : ")");
        break;
    }
    return taken(x, &out);
}

struct text explain_cell_phrase(struct explainer *x, const struct row_test *test, bool wanted) {
    const struct ast_node *cell = test->cell;
    struct buffer out;
    buffer_init(&out, x->arena->alloc);
    say_operand(x, test->header, &out);
    switch (ast_kind_of(cell)) {
    case AST_CELL_NONE:
        buffer_string(&out, wanted ? " is none" : " is given");
        break;
    case AST_CELL_VALUES:
        say_values(x, ast_kid(cell, CELL_VALUES_values), wanted, &out);
        break;
    case AST_CELL_NOT:
        say_values(x, ast_kid(cell, CELL_NOT_values), !wanted, &out);
        break;
    case AST_CELL_COMPARE:
        buffer_string(&out, comparison(cell->op, wanted));
        say_other(x, ast_kid(cell, CELL_COMPARE_operand), &out);
        say_or_none(x, test->header, wanted, &out);
        break;
    default:
        buffer_string(&out, wanted ? " in " : " not in ");
        say_other(x, ast_kid(cell, CELL_IN_period), &out);
        say_or_none(x, test->header, wanted, &out);
        break;
    }
    return taken(x, &out);
}

/* The side of a condition that it speaks of; NULL where it has several. */
static const struct ast_node *spoken_of(const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_COMPARE:
    case AST_IS:
    case AST_IS_ONE_OF:
    case AST_IN:
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        return node->kids[0];
    default:
        return NULL;
    }
}

/* A condition's left side, or an operand itself. */
struct text explain_now(struct explainer *x, const struct ast_node *node) {
    const struct policy_set *set = x->traced.program->set;
    const struct ast_node *of = spoken_of(ast_ungroup(node));
    const struct fact *fact;
    const struct type *type;
    struct value value;
    struct buffer out;
    of = of ? of : node;
    fact = explain_alias(x, of);
    if (!traced_value(&x->traced, of, &value, &type) || type->kind == TYPE_RECORDS)
        return text_of("");
    buffer_init(&out, x->arena->alloc);
    if (value.tag == VALUE_NONE && fact && fact->only_when && fact == &set->facts[fact->index] &&
        !fact->declared_optional)
        buffer_string(&out, "it is not asked of this record");
    else if (value.tag == VALUE_OPEN)
        buffer_string(&out, "it is not known");
    else if (value.tag == VALUE_NONE && (node->kind == AST_COMPARE || node->kind == AST_IN))
        buffer_string(&out, "");
    else
        buffer_string(&out, "it is ");
    if (out.length == strlen("it is "))
        explain_value(&out, type, value);
    return taken(x, &out);
}
