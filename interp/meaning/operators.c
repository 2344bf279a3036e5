/*
 * Numbers, comparisons, `is`, functions by name: what goes with what, and the fix for what people type
 * instead. Must not know dates beyond that they compare with words.
 */
#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

enum builtin {
#define BUILTIN(ID, name, least, most, doc) BUILTIN_##ID,
#include "interp/values/builtins.def"
#undef BUILTIN
    BUILTIN_COUNT
};
struct builtin_row {
    const char *name;
    unsigned least, most;
};
static const struct builtin_row builtins[] = {
#define BUILTIN(ID, name, least, most, doc) {name, least, most},
#include "interp/values/builtins.def"
#undef BUILTIN
};

static const char *const operator_words[] = {
    "+", "-", "*", "/", "<", "<=", ">", ">=", "before", "after", "on or before", "on or after"};

static bool counts(const struct type *type) {
    return type->kind == TYPE_NUM || type->kind == TYPE_FRAC;
}

/* The text between two operands, without the blanks around it: the operator. */
static struct span between(const struct checker *checker, const struct ast_node *left,
                           const struct ast_node *right) {
    struct span span = {left->end, right->start, left->file};
    if (span.end < span.start)
        return ast_span(left);
    struct text text = sources_text(&checker->set->sources, span);
    while (text.length &&
           (text.bytes[0] == ' ' || text.bytes[0] == '\n' || text.bytes[0] == '\t' || text.bytes[0] == '\r'))
        text.bytes++, text.length--, span.start++;
    while (text.length && (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\n' ||
                           text.bytes[text.length - 1] == '\t' || text.bytes[text.length - 1] == '\r'))
        text.length--, span.end--;
    return span;
}

/* --- numbers --- */

const struct type *expr_number_literal(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    struct text text = sources_text(&checker->set->sources, ast_span(node));
    int64_t mantissa;
    int scale;
    enum num_status status = num_parse_literal(text.bytes, text.length, &mantissa, &scale);
    if (status == NUM_OK) {
        expr_set_ref(checker, node, (struct ref){.kind = REF_TO_CONSTANT, .number = mantissa});
        return expr_number(scale, false);
    }
    bool large = status == NUM_TOO_LARGE || status == NUM_TOO_MANY_DECIMALS;
    struct diagnostic *d = diag_report(diags, large ? DIAG_E0411 : DIAG_E0433, ast_span(node), "%s %s",
                                       expr_words(checker, node), num_status_text(status));
    if (large)
        diag_help(diags, d, "a number has at most %d digits, those after the point among them",
                  NUM_MAX_DIGITS);
    if (status == NUM_LEADING_ZERO) {
        size_t zeros = 0;
        while (zeros + 1 < text.length && text.bytes[zeros] == '0' && text.bytes[zeros + 1] >= '0' &&
               text.bytes[zeros + 1] <= '9')
            zeros++;
        diag_fix(diags, d, ast_span(node), "without the zeros in front", "%.*s", (int)(text.length - zeros),
                 text.bytes + zeros);
    }
    return expr_bad();
}

const struct type *expr_negate(const struct typing *typing, const struct ast_node *node) {
    bool none = false;
    const struct ast_node *operand = ast_kid(node, NEGATE_operand);
    const struct type *type = expr_operand(typing, operand, NULL, &none);
    if (type->kind == TYPE_NUM)
        return expr_number(type->scale, none);
    if (type->kind == TYPE_FRAC)
        return expr_kind(TYPE_FRAC, none);
    if (type->kind != TYPE_BAD) {
        struct diagnostic *d = expr_report_kind(typing, operand, type, "a minus", "a number");
        if (type->kind == TYPE_YESNO)
            diag_help(&typing->checker->set->diags, d, "the opposite of a condition is `not …`");
    }
    return expr_bad();
}

/* `d + 30`, `d - 30`, `d - e` with dates. */
static void report_date_arithmetic(const struct typing *typing, const struct ast_node *node,
                                   const struct type *a, const struct type *b) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *left = ast_kid(node, ARITHMETIC_left), *right = ast_kid(node, ARITHMETIC_right);
    struct diagnostic *d = diag_report(diags, DIAG_E0406, ast_span(node), "dates do not move with `%s`",
                                       operator_words[node->op]);
    diag_label(diags, d, ast_span(left), "%s", expr_type_words(checker, a));
    diag_label(diags, d, ast_span(right), "%s", expr_type_words(checker, b));
    const char *x = expr_source_primary(checker, left), *y = expr_source_primary(checker, right);
    bool sources = x[0] && y[0];
    if (a->kind == TYPE_DAY && b->kind == TYPE_DAY && node->op == OP_SUBTRACT) {
        if (!sources)
            diag_help(diags, d, "the days between two dates are `days from A to B`");
        else
            diag_fix(diags, d, ast_span(node), "count the days", "days from %s to %s", y, x);
    } else if (a->kind == TYPE_DAY && b->kind == TYPE_NUM &&
               (node->op == OP_ADD || node->op == OP_SUBTRACT)) {
        const char *word = node->op == OP_ADD ? "after" : "before";
        if (!sources)
            diag_help(diags, d, "say the unit and the direction: `30 days %s d`", word);
        else
            diag_fix(diags, d, ast_span(node), "say the unit and the direction", "%s days %s %s", y, word, x);
    } else if (a->kind == TYPE_NUM && b->kind == TYPE_DAY && node->op == OP_ADD) {
        if (!sources)
            diag_help(diags, d, "say the unit and the direction: `30 days after d`");
        else
            diag_fix(diags, d, ast_span(node), "say the unit and the direction", "%s days after %s", x, y);
    } else {
        diag_help(diags, d, "dates move in words, `30 days after d`, and differ by `days from A to B`");
    }
}

static const struct type *arithmetic_type(const struct typing *typing, const struct ast_node *node,
                                          const struct type *a, const struct type *b, bool none) {
    struct checker *checker = typing->checker;
    const struct ast_node *right = ast_kid(node, ARITHMETIC_right);
    if (a->kind == TYPE_BAD || b->kind == TYPE_BAD)
        return expr_bad();
    if (a->kind == TYPE_DAY || b->kind == TYPE_DAY) {
        report_date_arithmetic(typing, node, a, b);
        return expr_bad();
    }
    if (!counts(a) || !counts(b)) {
        const struct ast_node *wrong = counts(a) ? right : ast_kid(node, ARITHMETIC_left);
        expr_report_kind(typing, wrong, counts(a) ? b : a,
                         expr_format(checker, "`%s`", operator_words[node->op]), "numbers");
        return expr_bad();
    }
    const struct ref *divisor = expr_ref_of(checker, ast_ungroup(right));
    if (node->op == OP_DIVIDE && divisor->kind == REF_TO_CONSTANT && divisor->number == 0) {
        diag_report(&checker->set->diags, DIAG_E0429, ast_span(right), "nothing can be divided by zero");
        return expr_bad();
    }
    if (node->op == OP_DIVIDE || a->kind == TYPE_FRAC || b->kind == TYPE_FRAC)
        return expr_kind(TYPE_FRAC, none);
    int scale = a->scale > b->scale ? a->scale : b->scale;
    if (node->op == OP_MULTIPLY)
        scale = a->scale + b->scale;
    if (scale <= NUM_MAX_DIGITS)
        return expr_number(scale, none);
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0411, ast_span(node), "this product has %d decimals, and a number holds %d",
                    scale, NUM_MAX_DIGITS);
    diag_label(diags, d, ast_span(right), "%s", expr_type_words(checker, b));
    diag_help(diags, d, "round a factor first: `round(…, 2)`");
    return expr_bad();
}

/* Leans left and may be very long: the left spine is walked. */
const struct type *expr_arithmetic(const struct typing *typing, const struct ast_node *top) {
    struct checker *checker = typing->checker;
    const struct ast_node *first;
    size_t count;
    const struct ast_node **spine = expr_spine(checker, top, &count, &first);
    if (!spine)
        return expr_bad();
    bool none = false;
    const struct type *type = expr_operand(typing, first, NULL, &none);
    for (size_t i = 0; i < count; i++) {
        const struct type *right = expr_operand(typing, ast_kid(spine[i], ARITHMETIC_right), NULL, &none);
        type = arithmetic_type(typing, spine[i], type, right, none);
        expr_set_type(checker, spine[i], type);
    }
    struct value value;
    if (type->kind != TYPE_NUM || expr_constant(checker, top, &value) != CONSTANT_FAILS)
        return type;
    diag_report(&checker->set->diags, DIAG_E0411, ast_span(top), "the result has more than %d digits",
                NUM_MAX_DIGITS);
    return expr_bad();
}

/* --- comparisons --- */

static bool report_order(const struct typing *typing, const struct ast_node *left,
                         const struct ast_node *right, unsigned op, struct span operator_span,
                         const struct type *a, const struct type *b) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    bool words = op >= OP_BEFORE;
    /* Symbol to word and back are four apart and in another order. */
    static const unsigned other[] = {[OP_LESS] = OP_BEFORE,
                                     [OP_LESS_EQUAL] = OP_ON_OR_BEFORE,
                                     [OP_GREATER] = OP_AFTER,
                                     [OP_GREATER_EQUAL] = OP_ON_OR_AFTER,
                                     [OP_BEFORE] = OP_LESS,
                                     [OP_AFTER] = OP_GREATER,
                                     [OP_ON_OR_BEFORE] = OP_LESS_EQUAL,
                                     [OP_ON_OR_AFTER] = OP_GREATER_EQUAL};
    struct diagnostic *d;
    if ((words && counts(a) && counts(b)) || (!words && a->kind == TYPE_DAY && b->kind == TYPE_DAY)) {
        d = diag_report(diags, words ? DIAG_E0405 : DIAG_E0404, operator_span,
                        "%s compare with %s, not with `%s`", words ? "numbers" : "dates",
                        words ? "symbols" : "words", operator_words[op]);
        diag_label(diags, d, ast_span(left), "%s", expr_type_words(checker, a));
        diag_label(diags, d, ast_span(right), "%s", expr_type_words(checker, b));
        diag_fix(diags, d, operator_span, words ? "compare numbers" : "compare dates", "%s",
                 operator_words[other[op]]);
        return false;
    }
    enum type_kind wanted = words ? TYPE_DAY : TYPE_NUM;
    bool ordered_a = counts(a) || a->kind == TYPE_DAY, ordered_b = counts(b) || b->kind == TYPE_DAY;
    if (ordered_a && ordered_b) {
        d = diag_report(diags, DIAG_E0407, operator_span, "a date and a number do not compare");
        diag_label(diags, d, ast_span(left), "%s", expr_type_words(checker, a));
        diag_label(diags, d, ast_span(right), "%s", expr_type_words(checker, b));
        diag_help(diags, d, "compare the days between two dates, `days from A to B`, or a part, `year of A`");
        return false;
    }
    const struct ast_node *wrong = ordered_a ? right : left;
    const struct type *type = ordered_a ? b : a;
    if (type->kind == TYPE_SPAN) {
        d = expr_report_kind(typing, wrong, type, expr_format(checker, "`%s`", operator_words[op]),
                             wanted == TYPE_DAY ? "dates" : "numbers");
        diag_help(diags, d, "say which day: `start of %s`, `end of %s`, or `… in %s`",
                  expr_source_primary(checker, wrong), expr_source_primary(checker, wrong),
                  expr_source_primary(checker, wrong));
        return false;
    }
    d = diag_report(diags, DIAG_E0421, ast_span(wrong), "%s is %s, which has no order",
                    expr_words(checker, wrong), expr_type_words(checker, type));
    diag_help(diags, d,
              type->kind == TYPE_MEMBER ? "name the members that are meant: `… is one of a, b`"
                                        : "compare with `is` or `is not`");
    return false;
}

bool expr_comparable(const struct typing *typing, const struct ast_node *left, const struct ast_node *right,
                     unsigned op, struct span operator_span, const struct type *a, const struct type *b) {
    bool words = op >= OP_BEFORE;
    if (words ? a->kind == TYPE_DAY && b->kind == TYPE_DAY : counts(a) && counts(b))
        return true;
    return report_order(typing, left, right, op, operator_span, a, b);
}

const struct type *expr_compare(const struct typing *typing, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, COMPARE_left), *right = ast_kid(node, COMPARE_right);
    bool none = false;
    const struct type *a = expr_operand(typing, left, NULL, &none),
                      *b = expr_operand(typing, right, NULL, &none);
    if (a->kind == TYPE_BAD || b->kind == TYPE_BAD)
        return expr_bad();
    if (!expr_comparable(typing, left, right, node->op, between(typing->checker, left, right), a, b))
        return expr_bad();
    return expr_kind(TYPE_YESNO, none);
}

/* --- is --- */

/* The typing of a place where a name may be none: a guard that is found in the same condition must not hide
 * that. */
static struct typing unguarded(const struct typing *typing, const struct ast_node *node) {
    struct typing inner = *typing;
    enum ast_kind kind = ast_kind_of(ast_ungroup(node));
    if (kind == AST_NAME || kind == AST_PATH)
        inner.known = NULL;
    return inner;
}

/* Reports a list or record. */
static bool is_single(const struct typing *typing, const struct ast_node *node, const struct type *type) {
    if (type->kind != TYPE_RECORDS && type->kind != TYPE_ONE_RECORD)
        return type->kind != TYPE_BAD;
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0422, ast_span(node), "%s is %s, where a single value is needed",
                    expr_words(checker, node), expr_type_words(checker, type));
    if (type->kind == TYPE_RECORDS)
        diag_help(diags, d, "ask about its records: `some x in %s has (…)`, `count of x in %s`",
                  expr_source(checker, node), expr_source(checker, node));
    else
        diag_help(diags, d, "name one of its fields: `%s.FIELD`", expr_source(checker, node));
    return false;
}

static bool same_kind(const struct typing *typing, const struct ast_node *node, const struct ast_node *other,
                      const struct type *type, const struct type *other_type) {
    struct checker *checker = typing->checker;
    bool members = type->kind == TYPE_MEMBER || type->kind == TYPE_MEMBERS;
    if (counts(type) && counts(other_type))
        return true;
    if (type->kind == other_type->kind && (!members || type->enumeration == other_type->enumeration))
        return true;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d = diag_report(diags, DIAG_E0407, ast_span(node), "%s is %s, but %s is %s",
                                       expr_words(checker, other), expr_type_words(checker, other_type),
                                       expr_words(checker, node), expr_type_words(checker, type));
    diag_label(diags, d, ast_span(other), "%s", expr_type_words(checker, other_type));
    diag_primary(diags, d, "%s", expr_type_words(checker, type));
    if (type->kind == TYPE_SPAN && other_type->kind == TYPE_DAY)
        diag_help(diags, d, "a date lies in a period: `… in %s`", expr_source_primary(checker, node));
    return false;
}

bool expr_beside(const struct typing *typing, const struct ast_node *node, const struct ast_node *other,
                 const struct type *type, bool *none) {
    const struct type *found = expr_operand(typing, node, type, none);
    if (found->kind == TYPE_BAD || type->kind == TYPE_BAD)
        return false;
    return same_kind(typing, node, other, found, type);
}

const struct type *expr_is(const struct typing *typing, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, IS_left), *right = ast_kid(node, IS_right);
    if (!left || !right)
        return expr_bad();
    struct typing at_left = unguarded(typing, left);
    bool none = false;
    if (expr_is_unknown(typing, left) && !expr_is_unknown(typing, right)) {
        /* The member is written first. */
        const struct type *b = expr_operand(typing, right, NULL, &none);
        if (b->kind == TYPE_BAD)
            return expr_bad();
        const struct type *a = expr_type(&at_left, left, b);
        if (!is_single(typing, left, a) || !same_kind(typing, right, left, b, a))
            return expr_bad();
        return expr_kind(TYPE_YESNO, none);
    }
    const struct type *a = expr_type(&at_left, left, NULL);
    if (a->kind == TYPE_BAD && expr_is_unknown(typing, right)) {
        /* What the right side is rests on the left, which was reported. */
        expr_set_type(typing->checker, right, expr_bad());
        return expr_bad();
    }
    if (a->kind != TYPE_BAD && !is_single(typing, left, a))
        a = expr_bad();
    if (!expr_beside(typing, right, left, a, &none))
        return expr_bad();
    return expr_kind(TYPE_YESNO, none);
}

const struct type *expr_is_none(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    const struct ast_node *operand = node->kids[0];
    if (!operand)
        return expr_bad();
    struct typing inner = unguarded(typing, operand);
    const struct type *type = expr_type(&inner, operand, NULL);
    if (type->kind == TYPE_BAD)
        return type;
    if (type->optional)
        return expr_kind(TYPE_YESNO, false);
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0503, ast_span(node), "%s always has a value", expr_words(checker, operand));
    struct ref ref;
    struct span span;
    if (expr_lookup(checker, typing->scope, operand, &ref) && expr_declaration(checker, &ref, &span))
        diag_label(diags, d, span, "not declared optional");
    if (type->kind == TYPE_RECORDS)
        diag_help(diags, d, "an empty list: `count of x in %s is 0`", expr_source(checker, operand));
    else
        diag_help(diags, d, "leave this condition out, or declare the type `optional …`");
    return expr_kind(TYPE_YESNO, false);
}

const struct type *expr_is_one_of(const struct typing *typing, const struct ast_node *node) {
    const struct ast_node *operand = ast_kid(node, IS_ONE_OF_operand);
    if (!operand)
        return expr_bad();
    struct typing inner = unguarded(typing, operand);
    const struct type *type = expr_type(&inner, operand, NULL);
    if (type->kind == TYPE_BAD || !is_single(typing, operand, type))
        return expr_bad();
    bool none = false, good = true;
    for (const struct ast_node *value = ast_kid(node, IS_ONE_OF_values); value; value = value->next)
        good = expr_beside(typing, value, operand, type, &none) && good;
    return good ? expr_kind(TYPE_YESNO, none) : expr_bad();
}

/* --- functions --- */

static bool decimals_of(const struct typing *typing, const struct ast_node *node, int *out) {
    struct checker *checker = typing->checker;
    if (ast_ungroup(node)->kind == AST_NUMBER) {
        const struct type *type = expr_type(typing, node, NULL);
        if (type->kind == TYPE_BAD)
            return false;
        int64_t number = expr_ref_of(checker, ast_ungroup(node))->number;
        if (type->scale == 0 && number <= NUM_MAX_DIGITS) {
            *out = (int)number;
            return true;
        }
    }
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d = diag_report(
        diags, DIAG_E0419, ast_span(node),
        "how many decimals to round to is a whole number from 0 to %d, as written", NUM_MAX_DIGITS);
    diag_help(diags, d, "for example `round(x, 2)`");
    return false;
}

static const struct type *call_type(const struct typing *typing, const struct ast_node *node,
                                    enum builtin builtin) {
    struct checker *checker = typing->checker;
    const char *what = expr_format(checker, "`%s`", builtins[builtin].name);
    const struct ast_node *argument = ast_kid(node, CALL_arguments);
    bool none = false, good = true, fraction = false,
         dates = builtin == BUILTIN_EARLIEST || builtin == BUILTIN_LATEST;
    bool rounds = builtin == BUILTIN_ROUND || builtin == BUILTIN_ROUND_DOWN || builtin == BUILTIN_ROUND_UP;
    int scale = 0, decimals = 0;
    for (const struct ast_node *each = argument; each; each = each->next) {
        if (rounds && each != argument) {
            good = decimals_of(typing, each, &decimals) && good;
            continue;
        }
        if (dates) {
            good = expr_operand_is(typing, each, TYPE_DAY, &none, what) && good;
            continue;
        }
        const struct type *type = expr_operand(typing, each, NULL, &none);
        if (type->kind != TYPE_BAD && !counts(type)) {
            struct diagnostic *d = expr_report_kind(typing, each, type, what, "a number");
            if (type->kind == TYPE_DAY)
                diag_help(&checker->set->diags, d, "of dates, `earliest(…)` and `latest(…)`");
        }
        good = good && counts(type);
        fraction = fraction || type->kind == TYPE_FRAC;
        scale = type->scale > scale ? type->scale : scale;
    }
    if (!good)
        return expr_bad();
    if (dates)
        return expr_kind(TYPE_DAY, none);
    if (rounds)
        return expr_number(decimals, none);
    return fraction ? expr_kind(TYPE_FRAC, none) : expr_number(scale, none);
}

static const struct type *report_function(const struct typing *typing, const struct ast_node *name) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    struct text text = ast_name(name)->text;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0420, ast_span(name), "there is no function `%s`", text.bytes);
    const char *list = "";
    for (size_t i = 0; i < BUILTIN_COUNT; i++) {
        list = expr_format(checker, "%s%s`%s`", list, i ? ", " : "", builtins[i].name);
        if (text.length > 2 && text_distance(text, text_of(builtins[i].name), 2) <= 2)
            diag_fix(diags, d, ast_span(name), expr_format(checker, "did you mean `%s`?", builtins[i].name),
                     "%s", builtins[i].name);
    }
    diag_note(diags, d, "the functions are %s", list);
    return expr_bad();
}

const struct type *expr_call(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    const struct ast_node *name = ast_kid(node, CALL_name), *arguments = ast_kid(node, CALL_arguments);
    if (!ast_name(name))
        return expr_bad();
    size_t builtin = 0;
    while (builtin < BUILTIN_COUNT && !text_is(ast_name(name)->text, builtins[builtin].name))
        builtin++;
    if (builtin == BUILTIN_COUNT)
        return report_function(typing, name);
    expr_set_ref(checker, name, (struct ref){.kind = REF_TO_BUILTIN, .index = (uint32_t)builtin});
    const struct builtin_row *row = &builtins[builtin];
    size_t count = ast_list_length(arguments);
    if (count >= row->least && count <= row->most)
        return call_type(typing, node, (enum builtin)builtin);
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d = diag_report(
        diags, DIAG_E0419, ast_span(node), "`%s` takes %s%u argument%s, and %zu %s given", row->name,
        row->least == row->most ? ""
        : count < row->least    ? "at least "
                                : "at most ",
        count < row->least ? row->least : row->most,
        (count < row->least ? row->least : row->most) == 1 ? "" : "s", count, count == 1 ? "is" : "are");
    if (row->least == 2 && count == 1)
        diag_help(diags, d, "say how many decimals: `%s(…, 0)`", row->name);
    return expr_bad();
}
