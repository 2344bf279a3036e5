/*
 * Types expressions: one visit a node, which fills the side tables and reports what does not fit. Here are
 * the dispatch, conditions, branches, and the places that hold values; other kinds of nodes are in the files
 * named in expression.h. Must not know declarations beyond the symbol table, nor how anything is evaluated.
 */
#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

/* Beyond the parser's own limit of levels: definitions of a record that use one another. Keeps the C stack small. */
#define MAX_DEPTH 2000

void expr_set_type(struct checker *checker, const struct ast_node *node, const struct type *type) {
    if (node->id < checker->set->node_limit)
        checker->set->node_types[node->id] = type;
}

void expr_set_ref(struct checker *checker, const struct ast_node *node, struct ref ref) {
    if (node->id < checker->set->node_limit)
        checker->set->node_refs[node->id] = ref;
}

const struct type *expr_type_of(const struct checker *checker, const struct ast_node *node) {
    const struct type *type =
        node && node->id < checker->set->node_limit ? checker->set->node_types[node->id] : NULL;
    return type ? type : expr_bad();
}

const struct ref *expr_ref_of(const struct checker *checker, const struct ast_node *node) {
    static const struct ref nothing = {.kind = REF_NOTHING};
    return node && node->id < checker->set->node_limit ? &checker->set->node_refs[node->id] : &nothing;
}

struct diagnostic *expr_report_kind(const struct typing *typing, const struct ast_node *node,
                                    const struct type *type, const char *what, const char *needed) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d = diag_report(diags, DIAG_E0403, ast_span(node), "%s needs %s, but %s is %s", what,
                                       needed, expr_words(checker, node), expr_type_words(checker, type));
    diag_primary(diags, d, "%s", expr_type_words(checker, type));
    struct ref ref;
    struct span span;
    if (expr_lookup(checker, typing->scope, node, &ref) && expr_declaration(checker, &ref, &span))
        diag_label(diags, d, span, "declared here");
    return d;
}

/* The help of a value that may be none, by where that comes from. */
static void help_guard(const struct typing *typing, struct diagnostic *d, const struct ast_node *node,
                       const struct type *type) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const char *source = expr_source(checker, node);
    struct ref ref = {.kind = REF_NOTHING};
    struct span span;
    bool named = expr_lookup(checker, typing->scope, node, &ref);
    const struct fact *fact = NULL;
    if (named && ref.kind == REF_TO_FACT)
        fact = &checker->set->facts[ref.index];
    else if (named && ref.kind == REF_TO_FIELD)
        fact = &ref.record->fields[ref.index];
    if (fact && fact->only_when && !fact->declared_optional) {
        diag_label(diags, d, ast_span(fact->only_when), "none where this does not hold");
        if (ref.kind == REF_TO_FACT && expr_source(checker, fact->only_when)[0])
            diag_help(diags, d, "guard it: `%s and …`, or `%s is given and …`",
                      expr_source(checker, fact->only_when), source);
        else
            diag_help(diags, d, "guard it: `%s is given and …`", source);
    } else if (named && source[0]) {
        if (expr_declaration(checker, &ref, &span))
            diag_label(diags, d, span,
                       ref.kind == REF_TO_DECISION ? "may be none" : "declared optional here");
        if (type->kind == TYPE_YESNO)
            diag_help(diags, d,
                      "say `%s is yes`, which is no where it is none, or guard it: `%s is given and …`",
                      source, source);
        else
            diag_help(diags, d, "guard it: `%s is given and …`, or `%s is none or …`", source, source);
    } else {
        diag_help(
            diags, d,
            "give it a name with `define`, and guard that: `define NAME as …`, then `NAME is given and …`");
    }
}

void expr_report_optional(const struct typing *typing, const struct ast_node *node, const struct type *type) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *inner = ast_ungroup(node);
    struct diagnostic *d =
        diag_report(diags, DIAG_E0501, ast_span(inner), "%s may be none here", expr_words(checker, inner));
    diag_primary(diags, d, "used as if it always had a value");
    help_guard(typing, d, inner, type);
}

const struct type *expr_operand(const struct typing *typing, const struct ast_node *node,
                                const struct type *expected, bool *none) {
    const struct type *type = expr_type(typing, node, expected);
    if (type->kind == TYPE_RECORDS || type->kind == TYPE_ONE_RECORD) {
        struct checker *checker = typing->checker;
        struct diagnostics *diags = &checker->set->diags;
        struct diagnostic *d =
            diag_report(diags, DIAG_E0422, ast_span(node), "%s is %s, where a single value is needed",
                        expr_words(checker, node), expr_type_words(checker, type));
        if (type->kind == TYPE_ONE_RECORD)
            diag_help(diags, d, "name one of its fields: `%s.FIELD`", expr_source(checker, node));
        else
            diag_help(
                diags, d,
                "ask about its records: `some x in %s has (…)`, `every x in %s has (…)`, `count of x in %s`",
                expr_source(checker, node), expr_source(checker, node), expr_source(checker, node));
        return expr_bad();
    }
    if (type->optional) {
        if (typing->scope->definition)
            *none = true;
        else
            expr_report_optional(typing, node, type);
    }
    return type;
}

static const char *kind_words(enum type_kind kind) {
    static const char *const words[] = {"a value",          "yes or no",  "a date",  "a period",
                                        "a number",         "a fraction", "a text",  "a member",
                                        "a set of members", "a list",     "a record"};
    return words[kind];
}

bool expr_operand_is(const struct typing *typing, const struct ast_node *node, enum type_kind kind,
                     bool *none, const char *what) {
    const struct type *type = expr_operand(typing, node, NULL, none);
    if (type->kind == TYPE_BAD)
        return false;
    if (type->kind == kind)
        return true;
    struct diagnostics *diags = &typing->checker->set->diags;
    struct diagnostic *d = expr_report_kind(typing, node, type, what, kind_words(kind));
    const char *source = expr_source(typing->checker, node);
    if (kind == TYPE_DAY && type->kind == TYPE_SPAN && source[0])
        diag_help(diags, d, "a period has a first and a last day: `start of %s`, `end of %s`",
                  expr_source_primary(typing->checker, node), expr_source_primary(typing->checker, node));
    else if (kind == TYPE_YESNO && type->kind == TYPE_MEMBER && source[0])
        diag_help(diags, d, "compare it: `%s is …`", source);
    return false;
}

const struct ast_node **expr_spine(struct checker *checker, const struct ast_node *top, size_t *count,
                                   const struct ast_node **first) {
    const struct ast_node **spine, *node;
    size_t i;
    _Static_assert(AND_left == 0 && OR_left == 0 && ARITHMETIC_left == 0, "chains lean on their first kid");
    for (*count = 0, node = top; node && node->kind == top->kind; node = node->kids[0])
        ++*count;
    spine = arena_array(checker->arena, *count, sizeof *spine);
    if (!spine) {
        checker->set->diags.failed = true;
        return NULL;
    }
    for (i = 0, *first = top; i < *count; i++, *first = (*first)->kids[0])
        spine[*count - 1 - i] = *first;
    return spine;
}

/* `and` and `or` lean left and may be very long: the left spine is walked, not recursed into. */
static const struct type *type_chain(const struct typing *typing, const struct ast_node *top) {
    struct checker *checker = typing->checker;
    enum ast_kind kind = ast_kind_of(top);
    const char *what = kind == AST_AND ? "`and`" : "`or`";
    const struct ast_node *first;
    size_t count;
    const struct ast_node **spine = expr_spine(checker, top, &count, &first);
    if (!spine)
        return expr_bad();
    struct typing inner = *typing;
    inner.known =
        chk_givens_join(checker, typing->known, expr_givens(checker, typing->scope, top, kind == AST_AND));
    bool none = false;
    bool good = expr_operand_is(&inner, first, TYPE_YESNO, &none, what);
    for (size_t i = 0; i < count; i++) {
        size_t joined = expr_joined_members(&inner, spine + i, count - i);
        for (good = good && !joined; joined > 1; joined--)
            expr_set_type(checker, spine[i++], expr_bad());
        if (!joined)
            good = expr_operand_is(&inner, ast_kid(spine[i], AND_right), TYPE_YESNO, &none, what) && good;
        expr_set_type(checker, spine[i], good ? expr_kind(TYPE_YESNO, none) : expr_bad());
    }
    return expr_type_of(checker, top);
}

static const struct type *type_not(const struct typing *typing, const struct ast_node *node) {
    bool none = false;
    if (!expr_operand_is(typing, ast_kid(node, NOT_operand), TYPE_YESNO, &none, "`not`"))
        return expr_bad();
    return expr_kind(TYPE_YESNO, none);
}

static bool is_none_literal(const struct ast_node *node) {
    node = ast_ungroup(node);
    return node && node->kind == AST_NONE;
}

/* A branch may be `none`: then it is an optional one of the other's type. */
static const struct type *type_branch(const struct typing *typing, const struct ast_node *node,
                                      const struct type *expected) {
    if (!expected || !is_none_literal(node))
        return expr_type(typing, node, expected);
    const struct type *type = expr_with_optional(typing->checker, expected, true);
    expr_set_type(typing->checker, node, type);
    expr_set_type(typing->checker, ast_ungroup(node), type);
    return type;
}

static const struct type *type_if(const struct typing *typing, const struct ast_node *node,
                                  const struct type *expected) {
    struct checker *checker = typing->checker;
    const struct ast_node *condition = ast_kid(node, IF_condition), *yes = ast_kid(node, IF_yes),
                          *no = ast_kid(node, IF_no);
    bool none = false;
    bool good = expr_operand_is(typing, condition, TYPE_YESNO, &none, "the condition of `if`");
    struct typing if_yes = *typing, if_no = *typing;
    if_yes.known =
        chk_givens_join(checker, typing->known, expr_givens(checker, typing->scope, condition, true));
    if_no.known =
        chk_givens_join(checker, typing->known, expr_givens(checker, typing->scope, condition, false));
    const struct type *a, *b;
    bool yes_later = is_none_literal(yes) || (expr_is_unknown(&if_yes, yes) && !expr_is_unknown(&if_no, no));
    if (!expected && yes_later) {
        b = type_branch(&if_no, no, NULL);
        a = type_branch(&if_yes, yes, b);
    } else {
        a = type_branch(&if_yes, yes, expected);
        b = type_branch(&if_no, no, expected ? expected : a);
    }
    if (a->kind == TYPE_BAD || b->kind == TYPE_BAD || !good)
        return expr_bad();
    const struct type *type = expr_unify(checker, a, b);
    if (!type) {
        struct diagnostics *diags = &checker->set->diags;
        struct diagnostic *d =
            diag_report(diags, DIAG_E0407, ast_span(no), "the branches of `if` differ: %s is %s, %s is %s",
                        expr_words(checker, yes), expr_type_words(checker, a), expr_words(checker, no),
                        expr_type_words(checker, b));
        diag_label(diags, d, ast_span(yes), "%s", expr_type_words(checker, a));
        diag_help(diags, d, "both branches must be of one type");
        return expr_bad();
    }
    return none ? expr_with_optional(checker, type, true) : type;
}

static const struct type *type_none(const struct typing *typing, const struct ast_node *node) {
    struct diagnostics *diags = &typing->checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0502, ast_span(node), "`none` is not a value that can be used here");
    diag_help(diags, d,
              "`none` stands after `is`, as a branch of `if`, or alone as the value of something `optional`");
    return expr_bad();
}

/* Kinds of one line each, and those that are no expressions. */
static const struct type *type_rest(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    switch (ast_kind_of(node)) {
    case AST_YES:
    case AST_NO:
        return expr_kind(TYPE_YESNO, false);
    case AST_TODAY:
        return expr_kind(TYPE_DAY, false);
    case AST_NONE:
        return type_none(typing, node);
    case AST_TEMPLATE:
        chk_template(checker, typing->scope, node, typing->known);
        return expr_kind(TYPE_STRING, false);
    case AST_DUTY_APPLIES:
    case AST_RULE_APPLIES:
    case AST_IS_DECIDED:
        return expr_property(typing, node);
    case AST_ERROR:
        return expr_bad();
    default:
        diag_report(&checker->set->diags, DIAG_E0403, ast_span(node), "%s is not a value",
                    expr_words(checker, node));
        return expr_bad();
    }
}

static const struct type *type_operation(const struct typing *typing, const struct ast_node *node,
                                         const struct type *expected) {
    switch (ast_kind_of(node)) {
    case AST_NEGATE:
        return expr_negate(typing, node);
    case AST_ARITHMETIC:
        return expr_arithmetic(typing, node);
    case AST_COMPARE:
        return expr_compare(typing, node);
    case AST_IS:
        return expr_is(typing, node);
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        return expr_is_none(typing, node);
    case AST_IS_ONE_OF:
        return expr_is_one_of(typing, node);
    case AST_IN:
        return expr_in(typing, node);
    case AST_NOT:
        return type_not(typing, node);
    case AST_AND:
    case AST_OR:
        return type_chain(typing, node);
    case AST_IF:
        return type_if(typing, node, expected);
    case AST_THROUGH:
    case AST_UNTIL:
        return expr_period(typing, node);
    case AST_WITHIN:
        return expr_within(typing, node);
    case AST_SHIFT:
        return expr_shift(typing, node);
    case AST_DISTANCE:
        return expr_distance(typing, node);
    case AST_CALL:
        return expr_call(typing, node);
    case AST_DATE_PART:
        return expr_date_part(typing, node);
    case AST_ANNIVERSARY_IN:
    case AST_NEXT_ANNIVERSARY:
        return expr_anniversary(typing, node);
    case AST_SOME:
    case AST_EVERY:
    case AST_COUNT:
    case AST_FOLD:
        return expr_quantifier(typing, node);
    default:
        return type_rest(typing, node);
    }
}

const struct type *expr_type(const struct typing *typing, const struct ast_node *node,
                             const struct type *expected) {
    if (!node || node->kind == AST_ERROR)
        return expr_bad();
    struct checker *checker = typing->checker;
    if (checker->expression_depth >= MAX_DEPTH) {
        diag_report(&checker->set->diags, DIAG_E0431, ast_span(node),
                    "there are more than %d levels on the way to this expression, those of the definitions "
                    "that lead to it among them",
                    MAX_DEPTH);
        return expr_bad();
    }
    checker->expression_depth++;
    const struct type *type;
    switch (ast_kind_of(node)) {
    case AST_GROUP:
        type = expr_type(typing, ast_kid(node, GROUP_inner), expected);
        break;
    case AST_NAME:
        type = expr_name(typing, node, expected);
        break;
    case AST_PATH:
        type = expr_path(typing, node);
        break;
    case AST_NUMBER:
        type = expr_number_literal(typing, node);
        break;
    case AST_DATE:
        type = expr_date(typing, node);
        break;
    case AST_STRING:
        type = expr_string(typing, node, expected);
        break;
    case AST_SET_LITERAL:
        type = expr_set_literal(typing, node, expected);
        break;
    default:
        type = type_operation(typing, node, expected);
        break;
    }
    checker->expression_depth--;
    expr_set_type(checker, node, type);
    return type;
}

const struct type *chk_expression(struct checker *checker, const struct scope *scope,
                                  const struct ast_node *node, const struct type *expected,
                                  const struct givens *known) {
    struct typing typing = {checker, scope, known};
    return expr_type(&typing, node, expected);
}

void chk_condition(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                   const struct givens *known, const char *what) {
    struct typing typing = {checker, scope, known};
    bool none = false;
    if (node && node->kind != AST_ERROR)
        expr_operand_is(&typing, node, TYPE_YESNO, &none, what);
}

/* More decimals than the place holds, or a fraction: never narrowed silently. */
static bool number_fits(const struct typing *typing, const struct ast_node *node, const struct type *type,
                        const struct type *expected, const char *what) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const char *source = expr_source(checker, node);
    if (type->kind == TYPE_FRAC) {
        struct diagnostic *d =
            diag_report(diags, DIAG_E0413, ast_span(node), "%s is %s, but %s is a fraction", what,
                        expr_type_words(checker, expected), expr_words(checker, node));
        if (source[0])
            diag_fix(diags, d, ast_span(node), "round it", "round(%s, %d)", source, expected->scale);
        diag_help(diags, d, "say how it is rounded: `round(…, %d)`, `round_down(…, %d)` or `round_up(…, %d)`",
                  expected->scale, expected->scale, expected->scale);
        return false;
    }
    if (type->scale > expected->scale) {
        struct diagnostic *d =
            diag_report(diags, DIAG_E0412, ast_span(node), "%s is %s, but %s has %d decimal%s", what,
                        expr_type_words(checker, expected), expr_words(checker, node), type->scale,
                        type->scale == 1 ? "" : "s");
        if (ast_ungroup(node)->kind == AST_NUMBER)
            diag_help(diags, d, "write it with at most %d decimal%s, or declare the type `with %d decimals`",
                      expected->scale, expected->scale == 1 ? "" : "s", type->scale);
        else
            diag_help(diags, d,
                      "say how it is rounded: `round(%s, %d)`, or declare the type `with %d decimals`",
                      source[0] ? source : "…", expected->scale, type->scale);
        return false;
    }
    return true;
}

static bool value_fits(const struct typing *typing, const struct ast_node *node, const struct type *type,
                       const struct type *expected, const char *what) {
    struct checker *checker = typing->checker;
    if (expected->kind == TYPE_FRAC && (type->kind == TYPE_NUM || type->kind == TYPE_FRAC))
        return true;
    if (expected->kind == TYPE_NUM && (type->kind == TYPE_NUM || type->kind == TYPE_FRAC))
        return number_fits(typing, node, type, expected, what);
    bool members = expected->kind == TYPE_MEMBER || expected->kind == TYPE_MEMBERS;
    if (expected->kind == type->kind && (!members || expected->enumeration == type->enumeration) &&
        (type->kind != TYPE_RECORDS || type->record == expected->record))
        return true;
    struct diagnostic *d = diag_report(&checker->set->diags, DIAG_E0403, ast_span(node),
                                       "%s is %s, but %s is %s", what, expr_type_words(checker, expected),
                                       expr_words(checker, node), expr_type_words(checker, type));
    struct ref ref;
    struct span span;
    if (expr_lookup(checker, typing->scope, node, &ref) && expr_declaration(checker, &ref, &span))
        diag_label(&checker->set->diags, d, span, "declared here");
    return false;
}

/* `none` as the value: in its place only where the type is optional. */
static void check_none(const struct typing *typing, const struct ast_node *node, const struct ast_node *inner,
                       const struct type *expected, const char *what) {
    struct checker *checker = typing->checker;
    expr_set_type(checker, node, expected);
    expr_set_type(checker, inner, expected);
    if (expected->optional || expected->kind == TYPE_BAD)
        return;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d = diag_report(diags, DIAG_E0502, ast_span(inner),
                                       "%s is never none: it is not declared optional", what);
    diag_help(diags, d, "declare its type `optional …`, or give it a value");
}

void chk_value(struct checker *checker, const struct scope *scope, const struct ast_node *node,
               const struct type *expected, const struct givens *known, const char *what) {
    struct typing typing = {checker, scope, known};
    if (!node || node->kind == AST_ERROR)
        return;
    const struct ast_node *inner = ast_ungroup(node);
    if (inner && inner->kind == AST_NONE) {
        check_none(&typing, node, inner, expected, what);
        return;
    }
    const struct type *type = expr_type(&typing, node, expected);
    if (type->kind == TYPE_BAD || expected->kind == TYPE_BAD)
        return;
    if (!value_fits(&typing, node, type, expected, what))
        return;
    if (type->optional && !expected->optional)
        expr_report_optional(&typing, node, type);
    struct value value;
    if (expr_constant(checker, node, &value) == CONSTANT_VALUE)
        expr_in_range(checker, node, expected, value, type->scale, what);
}

void chk_template(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                  const struct givens *known) {
    struct typing typing = {checker, scope, known};
    if (!node || node->kind == AST_ERROR)
        return;
    expr_set_type(checker, node, expr_kind(TYPE_STRING, false));
    if (node->kind != AST_TEMPLATE)
        return;
    struct diagnostics *diags = &checker->set->diags;
    for (const struct ast_node *part = ast_kid(node, TEMPLATE_parts); part; part = part->next) {
        if (part->kind == AST_STRING) {
            expr_set_type(checker, part, expr_kind(TYPE_STRING, false));
            continue;
        }
        const struct type *type = expr_type(&typing, part, NULL);
        if (type->kind != TYPE_RECORDS && type->kind != TYPE_ONE_RECORD)
            continue;
        struct diagnostic *d =
            diag_report(diags, DIAG_E0428, ast_span(part), "%s is %s, which a text cannot show",
                        expr_words(checker, part), expr_type_words(checker, type));
        const char *source = expr_source(checker, part);
        if (type->kind == TYPE_RECORDS && source[0])
            diag_help(diags, d, "show how many there are: `{count of x in %s}`", source);
        else
            diag_help(diags, d, "show one of its fields: `{%s.FIELD}`", source[0] ? source : "x");
    }
}
