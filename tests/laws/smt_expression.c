/*
 * Expressions and cells as terms of SMT-LIB: one function for each class of operator of interp/README.md. Must
 * not know rules or how decisions are found.
 */
#include "tests/laws/smt_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct smt_term kid(struct smt *s, const struct ast_node *node, int role) {
    return smt_expression(s, ast_kid(node, role));
}

static const struct type *type_of(struct smt *s, const struct ast_node *node) {
    return model_type(s->set, ast_ungroup(node));
}

static struct smt_term name(struct smt *s, const struct ast_node *node) {
    const struct ref *ref = &s->set->node_refs[node->id];
    if (ref->kind == REF_TO_FACT)
        return smt_fact(s, ref->index);
    if (ref->kind == REF_TO_DECISION)
        return smt_decision(s, ref->index)->term;
    if (ref->kind == REF_TO_MEMBER || ref->kind == REF_TO_CONSTANT)
        return smt_whole(s, ref->kind == REF_TO_MEMBER ? (int64_t)ref->index : ref->number);
    return smt_outside();
}

/* --- comparisons --- */

/* What two numbers or fractions have in common: the larger scale, or Real. */
static struct type common(const struct type *at, const struct type *bt) {
    struct type to = *at;
    if (at->kind == TYPE_NUM && bt->kind == TYPE_FRAC)
        to.kind = TYPE_FRAC;
    else if (at->kind == TYPE_NUM && bt->kind == TYPE_NUM && bt->scale > to.scale)
        to.scale = bt->scale;
    return to;
}

static struct smt_term compare(struct smt *s, struct smt_term a, const struct type *at, struct smt_term b,
                               const struct type *bt, int op) {
    static const char *const words[] = {"<", "<=", ">", ">=", "<", ">", "<=", ">="};
    struct type to = common(at, bt);
    struct smt_term operands[2], t;
    if (a.outside || b.outside)
        return smt_outside();
    operands[0] = a = smt_lifted(s, a, at, &to);
    operands[1] = b = smt_lifted(s, b, bt, &to);
    t = smt_strict(s, operands, 2);
    if (op < OP_LESS || op > OP_ON_OR_AFTER)
        fail_msg("a comparison by %d", op);
    t.value = smt_named(s, "Bool", smt_say(s, "(%s %s %s)", words[op - OP_LESS], a.value, b.value));
    return t;
}

static struct smt_term is_same(struct smt *s, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, IS_left), *right = ast_kid(node, IS_right);
    struct smt_term operands[2] = {smt_expression(s, left), smt_expression(s, right)}, t;
    const char *given = smt_and(s, smt_not(s, operands[0].none), smt_not(s, operands[1].none));
    t = smt_strict(s, operands, 2);
    t.none = "false";
    if (t.outside)
        return t;
    t.value = smt_and(s, given, smt_same(s, &operands[0], type_of(s, left), &operands[1], type_of(s, right)));
    return node->op == 1 ? smt_opposite(s, t) : t;
}

/* Among a list of values; a NONE among them, which only a cell may have, means none. */
static struct smt_term is_among(struct smt *s, const struct ast_node *left, const struct ast_node *list,
                                bool negated) {
    struct smt_term l = smt_expression(s, left), t = smt_strict(s, &l, 1);
    const char *found = "false";
    for (; list; list = list->next) {
        struct smt_term r;
        const char *same;
        if (list->kind == AST_NONE) {
            found = smt_or(s, found, l.none);
            continue;
        }
        r = smt_expression(s, list);
        t.open = smt_or(s, t.open, r.open);
        t.outside = t.outside || r.outside;
        if (t.outside)
            return smt_outside();
        same = smt_same(s, &l, type_of(s, left), &r, type_of(s, list));
        found = smt_or(s, found, smt_and(s, same, smt_and(s, smt_not(s, l.none), smt_not(s, r.none))));
    }
    t.none = "false";
    t.value = found;
    return negated ? smt_opposite(s, t) : t;
}

static struct smt_term in_set(struct smt *s, struct smt_term x, const struct ast_node *set) {
    const char *found = "false";
    struct smt_term t = x;
    const struct ast_node *member;
    for (member = ast_kid(set, SET_LITERAL_members); member; member = member->next) {
        struct smt_term both[2] = {t, smt_expression(s, member)};
        if (both[1].outside)
            return smt_outside();
        found = smt_or(s, found, smt_say(s, "(= %s %s)", x.value, both[1].value));
        t = smt_strict(s, both, 2);
    }
    t.value = found;
    return t;
}

static struct smt_term inside(struct smt *s, struct smt_term x, const struct ast_node *node, bool negated) {
    struct smt_term both[2], t;
    node = ast_ungroup(node);
    if (x.outside)
        return x;
    if (node->kind == AST_SET_LITERAL) {
        t = in_set(s, x, node);
    } else {
        if (type_of(s, node)->kind != TYPE_SPAN)
            return smt_outside();
        both[0] = x;
        both[1] = smt_expression(s, node);
        t = smt_strict(s, both, 2);
        if (t.outside)
            return t;
        t.value = smt_named(s, "Bool", smt_say(s, "(<= %s %s %s)", both[1].value, x.value, both[1].last));
    }
    return negated ? smt_opposite(s, t) : t;
}

/* --- numbers --- */

static bool multiply(int64_t a, int64_t b, int rounding, int64_t *out) {
    (void)rounding;
    return num_mul(a, b, out);
}

static struct smt_term in_bounds(struct smt *s, struct smt_term t, num_i128 low, num_i128 high) {
    if (low < -NUM_LIMIT || high > NUM_LIMIT)
        return smt_outside();
    t.low = (int64_t)low;
    t.high = (int64_t)high;
    t.value = smt_named(s, "Int", t.value);
    return t;
}

static struct smt_term product(struct smt *s, const struct smt_term *a, const struct smt_term *b) {
    struct smt_term operands[2] = {*a, *b}, t = smt_strict(s, operands, 2);
    const struct smt_term *constant = a->low == a->high ? a : b, *other = constant == a ? b : a;
    num_i128 x = (num_i128)other->low * constant->low, y = (num_i128)other->high * constant->low;
    if (constant->low != constant->high)
        return smt_tabled(s, multiply, a, b, 0);
    t.value = smt_say(s, "(* %s %s)", smt_int(s, constant->low), other->value);
    return in_bounds(s, t, x < y ? x : y, x < y ? y : x);
}

/* Where one part is a whole number of few values, the other is divided or multiplied by each of them. */
static const char *by_each(struct smt *s, const char *what, const char *x, const struct smt_term *few,
                           int scale) {
    const char *text = "0.0";
    int64_t n;
    for (n = few->low; n <= few->high; n++) {
        const char *sign = n < 0 ? "- " : "+ ",
                   *here = smt_say(s, "(/ (%s%lld.0) %lld.0)", sign, (long long)(n < 0 ? -n : n),
                                   (long long)num_pow10(scale));
        if (n != 0 || *what == '*')
            text = smt_if(s, "Real", smt_say(s, "(= %s %s)", few->value, smt_int(s, n)),
                          smt_say(s, "(%s %s %s)", what, x, here), text);
    }
    return text;
}

/* One part of a product or quotient of fractions must be a number of few values. */
static struct smt_term of_fractions(struct smt *s, const struct ast_node *node, struct smt_term a,
                                    struct smt_term b) {
    static const struct type fraction = {.kind = TYPE_FRAC};
    static const char *const words[] = {"+", "-", "*", "/"};
    const struct type *at = type_of(s, ast_kid(node, 0)), *bt = type_of(s, ast_kid(node, 1));
    struct smt_term operands[2] = {a, b}, t = smt_strict(s, operands, 2),
                    x = smt_convert(s, a, at, &fraction), y = smt_convert(s, b, bt, &fraction);
    if (t.outside)
        return t;
    if (node->op == OP_ADD || node->op == OP_SUBTRACT)
        t.value = smt_say(s, "(%s %s %s)", words[node->op], x.value, y.value);
    else if (bt->kind == TYPE_NUM && b.high - b.low < 64)
        t.value = by_each(s, words[node->op], x.value, &b, bt->scale);
    else if (node->op == OP_MULTIPLY && at->kind == TYPE_NUM && a.high - a.low < 64)
        t.value = by_each(s, "*", y.value, &a, at->scale);
    else
        return smt_outside();
    t.value = smt_named(s, "Real", t.value);
    if (node->op == OP_DIVIDE)
        t = smt_failing(s, t, smt_say(s, "(= %s 0)", b.value));
    return t;
}

static struct smt_term arithmetic(struct smt *s, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, 0), *right = ast_kid(node, 1);
    struct smt_term a = smt_expression(s, left), b = smt_expression(s, right), operands[2], t;
    struct type to;
    bool minus = node->op == OP_SUBTRACT;
    if (a.outside || b.outside)
        return smt_outside();
    if (type_of(s, node)->kind == TYPE_FRAC)
        return of_fractions(s, node, a, b);
    if (node->op == OP_MULTIPLY)
        return product(s, &a, &b);
    to = common(type_of(s, left), type_of(s, right));
    operands[0] = a = smt_convert(s, a, type_of(s, left), &to);
    operands[1] = b = smt_convert(s, b, type_of(s, right), &to);
    t = smt_strict(s, operands, 2);
    if (t.outside)
        return t;
    t.value = smt_say(s, "(%s %s %s)", minus ? "-" : "+", a.value, b.value);
    return in_bounds(s, t, (num_i128)a.low + (minus ? -b.high : b.low),
                     (num_i128)a.high + (minus ? -b.low : b.high));
}

static struct smt_term negate(struct smt *s, const struct ast_node *node) {
    struct smt_term a = kid(s, node, 0), t = smt_strict(s, &a, 1);
    if (t.outside)
        return t;
    t.value = smt_say(s, "(- %s)", a.value);
    t.low = -a.high;
    t.high = -a.low;
    return t;
}

/* --- dates --- */

static bool add_months(int64_t day, int64_t n, int rounding, int64_t *out) {
    cal_day got = 0;
    enum cal_status status = cal_add_months((cal_day)day, n, (enum cal_rounding)rounding, &got);
    *out = got;
    return status == CAL_OK;
}
static bool anniversary_in(int64_t day, int64_t year, int rounding, int64_t *out) {
    cal_day got = 0;
    enum cal_status status = cal_anniversary_in((cal_day)day, year, (enum cal_rounding)rounding, &got);
    *out = got;
    return status == CAL_OK;
}
static bool next_anniversary(int64_t day, int64_t after, int rounding, int64_t *out) {
    cal_day got = 0;
    enum cal_status status =
        cal_next_anniversary((cal_day)day, (cal_day)after, (enum cal_rounding)rounding, &got);
    *out = got;
    return status == CAL_OK;
}
static bool whole_months(int64_t a, int64_t b, int rounding, int64_t *out) {
    *out = cal_whole_months((cal_day)a, (cal_day)b, (enum cal_rounding)rounding);
    return true;
}
static bool whole_years(int64_t a, int64_t b, int rounding, int64_t *out) {
    *out = cal_whole_years((cal_day)a, (cal_day)b, (enum cal_rounding)rounding);
    return true;
}
static bool part(int64_t day, int64_t which, int rounding, int64_t *out) {
    cal_day d = (cal_day)day;
    (void)rounding;
    *out = which == PART_START_OF_MONTH ? cal_start_of_month(d)
           : which == PART_END_OF_MONTH ? cal_end_of_month(d)
           : which == PART_YEAR         ? cal_year(d)
           : which == PART_MONTH        ? cal_month(d)
                                        : cal_day_of_month(d);
    return true;
}

/* A date moved by so many units, the rest of the class strict aside. */
static struct smt_term moved(struct smt *s, struct smt_term day, struct smt_term n, int unit, int rounding) {
    struct smt_term operands[2] = {day, n}, t = smt_strict(s, operands, 2);
    int factor = unit == UNIT_WEEKS ? 7 : unit == UNIT_YEARS ? 12 : 1;
    if (t.outside)
        return t;
    if (factor != 1) {
        n.value = smt_named(s, "Int", smt_say(s, "(* %d %s)", factor, n.value));
        n.low *= factor;
        n.high *= factor;
    }
    if (unit == UNIT_MONTHS || unit == UNIT_YEARS)
        return smt_tabled(s, add_months, &day, &n, rounding);
    if (day.low + n.low < CAL_MIN || day.high + n.high > CAL_MAX)
        return smt_outside();
    t.value = smt_say(s, "(+ %s %s)", day.value, n.value);
    return in_bounds(s, t, day.low + n.low, day.high + n.high);
}

static struct smt_term shift(struct smt *s, const struct ast_node *node) {
    const struct ast_node *amount = ast_kid(node, SHIFT_amount);
    struct smt_term n = kid(s, amount, AMOUNT_count), day = kid(s, node, SHIFT_date), first, last, both[2];
    int rounding = (int)model_rounding(s->set, node);
    int64_t low = n.low;
    if (n.outside || day.outside || n.low < -100000 || n.high > 100000)
        return smt_outside();
    if (node->kind == AST_SHIFT && node->op == 1) {
        n.value = n.low == n.high ? smt_int(s, -n.low) : smt_say(s, "(- %s)", n.value);
        n.low = -n.high;
        n.high = -low;
    }
    last = moved(s, day, n, amount->op, rounding);
    if (node->kind == AST_SHIFT)
        return last;
    first = moved(s, day, smt_whole(s, 1), UNIT_DAYS, rounding);
    both[0] = first;
    both[1] = last;
    first = smt_strict(s, both, 2);
    first.value = both[0].value;
    first.low = both[0].low;
    first.high = both[0].high;
    first.last = last.value;
    first.last_low = last.low;
    first.last_high = last.high;
    return first;
}

static struct smt_term period(struct smt *s, const struct ast_node *node) {
    struct smt_term ends[2] = {kid(s, node, 0), kid(s, node, 1)}, t = smt_strict(s, ends, 2);
    int less = node->kind == AST_UNTIL;
    if (t.outside || ends[1].low <= CAL_MIN)
        return smt_outside();
    t.value = ends[0].value;
    t.low = ends[0].low;
    t.high = ends[0].high;
    t.last = less ? smt_say(s, "(- %s 1)", ends[1].value) : ends[1].value;
    t.last_low = ends[1].low - less;
    t.last_high = ends[1].high - less;
    return t;
}

static struct smt_term distance(struct smt *s, const struct ast_node *node) {
    struct smt_term ends[2] = {kid(s, node, 0), kid(s, node, 1)}, t = smt_strict(s, ends, 2);
    if (t.outside)
        return t;
    if (node->op != UNIT_DAYS)
        return smt_tabled(s, node->op == UNIT_MONTHS ? whole_months : whole_years, &ends[0], &ends[1],
                          (int)model_rounding(s->set, node));
    t.value = smt_say(s, "(- %s %s)", ends[1].value, ends[0].value);
    return in_bounds(s, t, ends[1].low - ends[0].high, ends[1].high - ends[0].low);
}

static struct smt_term date_part(struct smt *s, const struct ast_node *node) {
    struct smt_term a = kid(s, node, 0), which = smt_whole(s, node->op), t = smt_strict(s, &a, 1);
    if (a.outside)
        return a;
    switch (node->op) {
    case PART_START:
        t.value = a.value;
        t.low = a.low;
        t.high = a.high;
        return t;
    case PART_END:
        t.value = a.last;
        t.low = a.last_low;
        t.high = a.last_high;
        return t;
    case PART_WEEKDAY: /* day 0 was a Thursday */
        t.value = smt_say(s, "(mod (+ %s 3) 7)", a.value);
        return in_bounds(s, t, 0, 6);
    default:
        return smt_tabled(s, part, &a, &which, 0);
    }
}

/* --- functions --- */

enum function {
#define BUILTIN(ID, name, least, most, doc) FUNCTION_##ID,
#include "interp/values/builtins.def"
#undef BUILTIN
    FUNCTION_COUNT
};

/* To `digits` decimals: up, down, or half away from zero. */
static struct smt_term rounded(struct smt *s, const struct ast_node *node, int function) {
    static const struct type fraction = {.kind = TYPE_FRAC};
    const struct ast_node *first = ast_kid(node, CALL_arguments);
    struct smt_term x = smt_expression(s, first), digits = smt_expression(s, first->next), t;
    const char *size, *way;
    if (x.outside || digits.outside || type_of(s, first)->kind == TYPE_FRAC)
        return smt_outside();
    t = smt_strict(s, &x, 1);
    size = smt_convert(s, x, type_of(s, first), &fraction).value;
    size = smt_named(s, "Real",
                     smt_say(s, "(* %lld.0 (ite (< %s 0.0) (- %s) %s))",
                             (long long)num_pow10((int)digits.low), size, size, size));
    way = function == FUNCTION_ROUND        ? smt_say(s, "(to_int (+ %s 0.5))", size)
          : function == FUNCTION_ROUND_DOWN ? smt_say(s, "(to_int %s)", size)
                                            : smt_say(s, "(- (to_int (- %s)))", size);
    t.value = smt_say(s, "(ite (< %s 0) (- %s) %s)", x.value, way, way);
    return in_bounds(s, t, ((num_i128)x.low - 10) * num_pow10((int)digits.low),
                     ((num_i128)x.high + 10) * num_pow10((int)digits.low));
}

static struct smt_term call(struct smt *s, const struct ast_node *node) {
    int function = (int)s->set->node_refs[ast_kid(node, CALL_name)->id].index;
    bool smallest = function == FUNCTION_MIN || function == FUNCTION_EARLIEST;
    const struct ast_node *argument = ast_kid(node, CALL_arguments);
    const struct type *type = type_of(s, node);
    struct smt_term best, both[2];
    if (function >= FUNCTION_ROUND)
        return rounded(s, node, function);
    best = smt_convert(s, smt_expression(s, argument), type_of(s, argument), type);
    while ((argument = argument->next)) {
        both[0] = best;
        both[1] = smt_convert(s, smt_expression(s, argument), type_of(s, argument), type);
        best = smt_strict(s, both, 2);
        if (best.outside)
            return best;
        {
            struct smt_term chosen = smt_choice(
                s, type, smt_say(s, "(%s %s %s)", smallest ? "<=" : ">=", both[0].value, both[1].value),
                &both[0], &both[1]);
            chosen.open = best.open;
            chosen.none = best.none;
            best = chosen;
        }
    }
    return best;
}

static struct smt_term if_else(struct smt *s, const struct ast_node *node) {
    const struct type *type = type_of(s, node);
    const struct ast_node *yes = ast_kid(node, IF_yes), *no = ast_kid(node, IF_no);
    struct smt_term c = kid(s, node, IF_condition),
                    a = smt_convert(s, smt_expression(s, yes), type_of(s, yes), type),
                    b = smt_convert(s, smt_expression(s, no), type_of(s, no), type), t, all[3];
    const char *known, *same_none, *same_value, *some_open, *settled;
    if (c.outside || a.outside || b.outside)
        return smt_outside();
    all[0] = c;
    all[1] = a;
    all[2] = b;
    some_open = smt_strict(s, all, 3).open;
    known = smt_given(s, &c);
    same_none = smt_and(s, a.none, b.none);
    same_value = smt_and(s, smt_and(s, smt_given(s, &a), smt_given(s, &b)), smt_same(s, &a, type, &b, type));
    settled = smt_or(s, same_none, same_value);
    t = smt_choice(s, type, smt_or(s, smt_not(s, known), c.value), &a, &b);
    t.open = smt_if(s, "Bool", known, smt_if(s, "Bool", c.value, a.open, b.open),
                    smt_and(s, smt_not(s, settled), some_open));
    t.none = smt_if(s, "Bool", known, smt_if(s, "Bool", c.value, a.none, b.none),
                    smt_or(s, same_none, smt_and(s, smt_not(s, settled), smt_not(s, some_open))));
    return t;
}

/* --- all of them --- */

static struct smt_term operation(struct smt *s, const struct ast_node *node) {
    struct smt_term a, b;
    switch (ast_kind_of(node)) {
    case AST_NEGATE:
        return negate(s, node);
    case AST_ARITHMETIC:
        return arithmetic(s, node);
    case AST_COMPARE:
        return compare(s, kid(s, node, 0), type_of(s, ast_kid(node, 0)), kid(s, node, 1),
                       type_of(s, ast_kid(node, 1)), node->op);
    case AST_IS_ONE_OF:
        return is_among(s, ast_kid(node, 0), ast_kid(node, 1), node->op == 1);
    case AST_IN:
        return inside(s, kid(s, node, 0), ast_kid(node, 1), node->op == 1);
    case AST_THROUGH:
    case AST_UNTIL:
        return period(s, node);
    case AST_WITHIN:
    case AST_SHIFT:
        return shift(s, node);
    case AST_DISTANCE:
        return distance(s, node);
    case AST_CALL:
        return call(s, node);
    case AST_DATE_PART:
        return date_part(s, node);
    case AST_ANNIVERSARY_IN:
    case AST_NEXT_ANNIVERSARY:
        a = kid(s, node, 0);
        b = kid(s, node, 1);
        return smt_tabled(s, node->kind == AST_ANNIVERSARY_IN ? anniversary_in : next_anniversary, &a, &b,
                          (int)model_rounding(s->set, node));
    default:
        return smt_outside();
    }
}

static struct smt_term connective(struct smt *s, const struct ast_node *node) {
    struct smt_term operands[2] = {kid(s, node, 0), kid(s, node, 1)};
    return node->kind == AST_AND ? smt_all(s, operands, 2) : smt_any(s, operands, 2);
}

struct smt_term smt_expression(struct smt *s, const struct ast_node *node) {
    struct smt_term t;
    node = ast_ungroup(node);
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
    case AST_NUMBER:
    case AST_DATE:
        return name(s, node);
    case AST_YES:
    case AST_NO:
        return smt_bool(node->kind == AST_YES ? "true" : "false");
    case AST_NONE:
        t = smt_bool("0");
        t.none = "true";
        return t;
    case AST_TODAY:
        t = smt_bool("today");
        t.low = s->set->covers.first;
        t.high = s->set->covers.last;
        return t;
    case AST_IS:
        return is_same(s, node);
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        t = kid(s, node, 0);
        t.value = node->kind == AST_IS_NONE ? t.none : smt_not(s, t.none);
        t.none = "false";
        return t;
    case AST_NOT:
        return smt_opposite(s, kid(s, node, 0));
    case AST_AND:
    case AST_OR:
        return connective(s, node);
    case AST_IF:
        return if_else(s, node);
    case AST_DUTY_APPLIES:
    case AST_RULE_APPLIES:
    case AST_IS_DECIDED:
        return smt_claim(s, node);
    default:
        return operation(s, node);
    }
}

struct smt_term smt_cell(struct smt *s, const struct ast_node *header, const struct ast_node *cell) {
    const struct ast_node *operand = cell->kid_count ? ast_kid(cell, 0) : NULL;
    struct smt_term h;
    switch (ast_kind_of(cell)) {
    case AST_CELL_ANY:
        return smt_bool("true");
    case AST_CELL_NONE:
        h = smt_expression(s, header);
        h.value = h.none;
        h.none = "false";
        return h;
    case AST_CELL_VALUES:
    case AST_CELL_NOT:
        return is_among(s, header, operand, cell->kind == AST_CELL_NOT);
    case AST_CELL_COMPARE:
        return compare(s, smt_expression(s, header), type_of(s, header), smt_expression(s, operand),
                       type_of(s, operand), cell->op);
    case AST_CELL_IN:
        return inside(s, smt_expression(s, header), operand, false);
    default:
        fail_msg("a cell of kind %s", ast_kind_name(ast_kind_of(cell)));
    }
    return smt_outside();
}
