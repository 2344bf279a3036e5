/*
 * The oracle on expressions: one function for each class of operator of interp/README.md, all operands
 * looked at first. Values have the static type that the checker gave their node. Must not know rules or how
 * decisions are found.
 */
#include "tests/laws/oracle_inside.h"

#include "interp/meaning/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

const struct type *oracle_type(const struct oracle *o, const struct ast_node *node) {
    const struct ast_node *inner = ast_ungroup(node);
    const struct type *type = o->set->node_types[inner->id];
    if (!type)
        fail_msg("no type for node %u, a %s", inner->id, ast_kind_name(ast_kind_of(inner)));
    return type;
}

static struct value of_calendar(struct oracle *o, const struct ast_node *node, enum cal_status status,
                                const cal_day *day) {
    if (status == CAL_OK)
        return oracle_day(*day);
    return oracle_failed(o, node, status == CAL_OUT_OF_RANGE ? FAILURE_DATE_RANGE : FAILURE_NO_SUCH_DAY);
}

static struct value of_fraction(struct oracle *o, const struct ast_node *node, enum frac_status status,
                                struct frac f) {
    if (status == FRAC_OK)
        return oracle_fraction(o, f);
    return oracle_failed(o, node, status == FRAC_ZERO_DIVISION ? FAILURE_ZERO_DIVISION : FAILURE_OVERFLOW);
}

static struct value period_of(cal_day first, cal_day last) {
    struct value v = {.tag = VALUE_PERIOD, .as = {.number = 0}};
    v.as.period.first = first;
    v.as.period.last = last;
    return v;
}

/* The kids first..first+count-1 as values; true where they already settle the whole. */
static bool operands(struct oracle *o, const struct place_in_list *at, const struct ast_node *node, int count,
                     struct value *values, struct value *whole) {
    int i;
    for (i = 0; i < count; i++)
        values[i] = oracle_expression(o, at, ast_kid(node, i));
    return oracle_strict(o, values, (size_t)count, whole);
}

static const struct place_in_list *row_of(const struct place_in_list *at, const struct ast_node *binder) {
    while (at && at->binder != binder)
        at = at->outer;
    if (!at)
        fail_msg("a name for a record that is not at hand");
    return at;
}

static struct value name(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    const struct ref *ref = &o->set->node_refs[node->id];
    const struct ast_node *binder = NULL;
    struct value v = {.tag = VALUE_MEMBER, .as = {.number = ref->index}};
    switch (ref->kind) {
    case REF_TO_FACT:
        return oracle_fact(o, ref->index);
    case REF_TO_DECISION:
        return oracle_decision(o, ref->index);
    case REF_TO_MEMBER:
        return v;
    case REF_TO_FIELD:
    case REF_TO_RECORD_DEFINE:
        if (node->kind == AST_PATH)
            binder = o->set->node_refs[ast_kid(node, PATH_object)->id].node;
        return ref->kind == REF_TO_FIELD ? oracle_field(o, row_of(at, binder), ref->index)
                                         : oracle_record_define(o, row_of(at, binder), ref->index);
    default:
        fail_msg("a name of kind %d in an expression", (int)ref->kind);
    }
    return oracle_none();
}

static struct value literal(struct oracle *o, const struct ast_node *node) {
    const struct ref *ref = &o->set->node_refs[node->id];
    struct value v = {.tag = VALUE_TEXT, .as = {.number = 0}};
    if (ref->kind != REF_TO_CONSTANT && node->kind != AST_STRING)
        fail_msg("a literal without its constant, node %u", node->id);
    if (node->kind == AST_NUMBER)
        return oracle_number(ref->number);
    if (node->kind == AST_DATE)
        return oracle_day((cal_day)ref->number);
    v.as.text = node->value.string;
    return v;
}

static struct value fraction_arithmetic(struct oracle *o, const struct ast_node *node, struct frac a,
                                        struct frac b) {
    struct frac f = {0, 1};
    enum frac_status status = FRAC_OK;
    switch (node->op) {
    case OP_ADD:
        status = frac_add(a, b, &f);
        break;
    case OP_SUBTRACT:
        status = frac_sub(a, b, &f);
        break;
    case OP_MULTIPLY:
        status = frac_mul(a, b, &f);
        break;
    case OP_DIVIDE:
        status = frac_div(a, b, &f);
        break;
    }
    return of_fraction(o, node, status, f);
}

static struct value arithmetic(struct oracle *o, const struct place_in_list *at,
                               const struct ast_node *node) {
    const struct type *lt = oracle_type(o, ast_kid(node, 0)), *rt = oracle_type(o, ast_kid(node, 1));
    const struct type *type = oracle_type(o, node);
    struct value v[2], whole;
    int64_t a, b, sum;
    bool fits;
    if (operands(o, at, node, 2, v, &whole))
        return whole;
    if (node->op == OP_DIVIDE || lt->kind == TYPE_FRAC || rt->kind == TYPE_FRAC) {
        if (type->kind != TYPE_FRAC)
            fail_msg("node %u is a fraction by the semantics, not by its type", node->id);
        return fraction_arithmetic(o, node, oracle_as_fraction(v[0], lt), oracle_as_fraction(v[1], rt));
    }
    if (node->op == OP_MULTIPLY) {
        if (type->scale != lt->scale + rt->scale)
            fail_msg("node %u is a product of a wrong scale", node->id);
        return num_mul(v[0].as.number, v[1].as.number, &sum) ? oracle_number(sum)
                                                             : oracle_failed(o, node, FAILURE_OVERFLOW);
    }
    if (type->scale != (lt->scale > rt->scale ? lt->scale : rt->scale))
        fail_msg("node %u is a sum of a wrong scale", node->id);
    fits = num_rescale(v[0].as.number, lt->scale, type->scale, &a) &&
           num_rescale(v[1].as.number, rt->scale, type->scale, &b) &&
           (node->op == OP_ADD ? num_add(a, b, &sum) : num_sub(a, b, &sum));
    return fits ? oracle_number(sum) : oracle_failed(o, node, FAILURE_OVERFLOW);
}

static struct value negate(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    struct value v, whole;
    if (operands(o, at, node, 1, &v, &whole))
        return whole;
    return v.tag == VALUE_NUMBER ? oracle_number(-v.as.number) : oracle_fraction(o, frac_neg(*v.as.fraction));
}

static bool holds(int order, int op) {
    switch (op) {
    case OP_LESS:
    case OP_BEFORE:
        return order < 0;
    case OP_LESS_EQUAL:
    case OP_ON_OR_BEFORE:
        return order <= 0;
    case OP_GREATER:
    case OP_AFTER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static struct value compare(struct oracle *o, const struct ast_node *left, struct value l,
                            const struct ast_node *right, struct value r, int op) {
    struct value v[2] = {l, r}, whole;
    if (oracle_strict(o, v, 2, &whole))
        return whole;
    return oracle_yes_no(holds(oracle_order(l, oracle_type(o, left), r, oracle_type(o, right)), op));
}

/* `is` any of a list of members, for IS, IS_ONE_OF and cells. */
static struct value is_among(struct oracle *o, const struct place_in_list *at, const struct ast_node *left,
                             struct value l, const struct ast_node *list, bool negated) {
    const struct reasons *all = NULL;
    bool found = false;
    oracle_gather(o, &all, l);
    for (; list; list = list->next) {
        struct value r = oracle_expression(o, at, list);
        oracle_gather(o, &all, r);
        /* Only a cell may name none itself, and means it. */
        found = found || (list->kind == AST_NONE && oracle_is_none(l));
        if (!oracle_is_open(l) && !oracle_is_open(r) && !oracle_is_none(l) && !oracle_is_none(r))
            found = found || oracle_same(l, oracle_type(o, left), r, oracle_type(o, list));
    }
    return all ? oracle_open_with(all) : oracle_yes_no(found != negated);
}

static struct value is_one(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, IS_left), *right = ast_ungroup(ast_kid(node, IS_right));
    struct value l = oracle_expression(o, at, left), r = oracle_expression(o, at, right);
    const struct reasons *all = NULL;
    bool same = false;
    oracle_gather(o, &all, l);
    oracle_gather(o, &all, r);
    if (all)
        return oracle_open_with(all);
    if (!oracle_is_none(l) && !oracle_is_none(r))
        same = oracle_same(l, oracle_type(o, left), r, oracle_type(o, right));
    return oracle_yes_no(same != (node->op == 1));
}

static bool set_has(const struct member_set *set, int64_t member) {
    return (uint32_t)(member / 64) < set->word_count && ((set->words[member / 64] >> (member % 64)) & 1);
}

static struct value inside(struct oracle *o, struct value x, struct value p, bool negated) {
    struct value v[2] = {x, p}, whole;
    bool in;
    if (oracle_strict(o, v, 2, &whole))
        return whole;
    if (p.tag == VALUE_SET)
        in = set_has(p.as.set, x.as.number);
    else
        in = p.as.period.first <= x.as.day && x.as.day <= p.as.period.last;
    return oracle_yes_no(in != negated);
}

static struct value if_else(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    const struct type *type = oracle_type(o, node);
    const struct ast_node *yes = ast_kid(node, IF_yes), *no = ast_kid(node, IF_no);
    struct value c = oracle_expression(o, at, ast_kid(node, IF_condition));
    struct value a = oracle_expression(o, at, yes), b = oracle_expression(o, at, no);
    const struct reasons *all = NULL;
    if (a.tag == VALUE_NUMBER)
        a = oracle_convert(o, a, oracle_type(o, yes), type, node);
    if (b.tag == VALUE_NUMBER)
        b = oracle_convert(o, b, oracle_type(o, no), type, node);
    if (!oracle_is_open(c) && !oracle_is_none(c))
        return oracle_is_yes(c) ? a : b;
    if (oracle_is_none(a) && oracle_is_none(b))
        return a;
    if (a.tag == b.tag && !oracle_is_open(a) && !oracle_is_none(a) && oracle_same(a, type, b, type))
        return a;
    oracle_gather(o, &all, c);
    oracle_gather(o, &all, a);
    oracle_gather(o, &all, b);
    return all ? oracle_open_with(all) : oracle_none();
}

static struct value period(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    struct value v[2], whole;
    if (operands(o, at, node, 2, v, &whole))
        return whole;
    if (node->kind == AST_UNTIL && v[1].as.day == CAL_MIN)
        return oracle_failed(o, node, FAILURE_DATE_RANGE);
    return period_of(v[0].as.day, v[1].as.day - (node->kind == AST_UNTIL));
}

static enum cal_status move(int unit, cal_day day, int64_t n, enum cal_rounding rounding, cal_day *out) {
    switch (unit) {
    case UNIT_DAYS:
        return cal_add_days(day, n, out);
    case UNIT_WEEKS:
        return cal_add_weeks(day, n, out);
    case UNIT_MONTHS:
        return cal_add_months(day, n, rounding, out);
    default:
        return cal_add_years(day, n, rounding, out);
    }
}

/* `30 days after d`, and the period `within 30 days after d`. */
static struct value moved(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    const struct ast_node *amount = ast_kid(node, SHIFT_amount);
    enum cal_rounding rounding = model_rounding(o->set, node);
    struct value v[2], whole;
    cal_day first = 0, last = 0;
    enum cal_status status;
    int64_t n;
    v[0] = oracle_expression(o, at, ast_kid(amount, AMOUNT_count));
    v[1] = oracle_expression(o, at, ast_kid(node, SHIFT_date));
    if (oracle_strict(o, v, 2, &whole))
        return whole;
    n = v[0].as.number;
    if (node->kind == AST_SHIFT)
        return of_calendar(o, node, move(amount->op, v[1].as.day, node->op == 1 ? -n : n, rounding, &last),
                           &last);
    status = cal_add_days(v[1].as.day, 1, &first);
    if (status == CAL_OK)
        status = move(amount->op, v[1].as.day, n, rounding, &last);
    return status == CAL_OK ? period_of(first, last) : of_calendar(o, node, status, &last);
}

static struct value distance(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    struct value v[2], whole;
    if (operands(o, at, node, 2, v, &whole))
        return whole;
    if (node->op == UNIT_DAYS)
        return oracle_number((int64_t)v[1].as.day - v[0].as.day);
    if (node->op == UNIT_MONTHS)
        return oracle_number(cal_whole_months(v[0].as.day, v[1].as.day, model_rounding(o->set, node)));
    return oracle_number(cal_whole_years(v[0].as.day, v[1].as.day, model_rounding(o->set, node)));
}

static struct value anniversary(struct oracle *o, const struct place_in_list *at,
                                const struct ast_node *node) {
    enum cal_rounding rounding = model_rounding(o->set, node);
    struct value v[2], whole;
    cal_day day = 0;
    if (operands(o, at, node, 2, v, &whole))
        return whole;
    if (node->kind == AST_ANNIVERSARY_IN)
        return of_calendar(o, node, cal_anniversary_in(v[0].as.day, v[1].as.number, rounding, &day), &day);
    return of_calendar(o, node, cal_next_anniversary(v[0].as.day, v[1].as.day, rounding, &day), &day);
}

static struct value date_part(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    struct value v, whole, member = {.tag = VALUE_MEMBER, .as = {.number = 0}};
    if (operands(o, at, node, 1, &v, &whole))
        return whole;
    switch (node->op) {
    case PART_START:
        return oracle_day(v.as.period.first);
    case PART_END:
        return oracle_day(v.as.period.last);
    case PART_START_OF_MONTH:
        return oracle_day(cal_start_of_month(v.as.day));
    case PART_END_OF_MONTH:
        return oracle_day(cal_end_of_month(v.as.day));
    case PART_YEAR:
        return oracle_number(cal_year(v.as.day));
    case PART_MONTH:
        return oracle_number(cal_month(v.as.day));
    case PART_DAY:
        return oracle_number(cal_day_of_month(v.as.day));
    default:
        member.as.number = cal_weekday(v.as.day);
    }
    return member;
}

enum function {
#define BUILTIN(ID, name, least, most, doc) FUNCTION_##ID,
#include "interp/values/builtins.def"
#undef BUILTIN
    FUNCTION_COUNT
};

static struct value rounded(struct oracle *o, const struct ast_node *node, struct frac x, int digits,
                            int function) {
    enum frac_rounding mode = function == FUNCTION_ROUND        ? FRAC_HALF_AWAY_FROM_ZERO
                              : function == FUNCTION_ROUND_DOWN ? FRAC_TOWARD_ZERO
                                                                : FRAC_AWAY_FROM_ZERO;
    int64_t mantissa;
    if (frac_round(x, digits, mode, &mantissa) != FRAC_OK)
        return oracle_failed(o, node, FAILURE_OVERFLOW);
    return oracle_number(mantissa);
}

static struct value call(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    int function = (int)o->set->node_refs[ast_kid(node, CALL_name)->id].index;
    int sign = function == FUNCTION_MIN || function == FUNCTION_EARLIEST ? -1 : 1;
    const struct ast_node *first = ast_kid(node, CALL_arguments), *argument;
    size_t n = ast_list_length(first), i = 0;
    struct value *v = oracle_alloc(o, n, sizeof *v), best, whole;
    const struct type *type = oracle_type(o, node);
    for (argument = first; argument; argument = argument->next)
        v[i++] = oracle_expression(o, at, argument);
    if (oracle_strict(o, v, n, &whole))
        return whole;
    if (function >= FUNCTION_ROUND)
        return rounded(o, node, oracle_as_fraction(v[0], oracle_type(o, first)), (int)v[1].as.number,
                       function);
    for (i = 0, argument = first; argument; argument = argument->next, i++) {
        if (v[i].tag == VALUE_NUMBER)
            v[i] = oracle_convert(o, v[i], oracle_type(o, argument), type, node);
        if (oracle_is_open(v[i]))
            return v[i];
    }
    for (i = 1, best = v[0]; i < n; i++) {
        if (oracle_order(v[i], type, best, type) * sign > 0)
            best = v[i];
    }
    return best;
}

static struct value set_literal(struct oracle *o, const struct place_in_list *at,
                                const struct ast_node *node) {
    uint32_t words = (uint32_t)((oracle_type(o, node)->enumeration->count + 63) / 64);
    struct member_set *set = oracle_alloc(o, 1, sizeof *set + words * sizeof(uint64_t));
    struct value v = {.tag = VALUE_SET, .as = {.set = set}};
    const struct reasons *all = NULL;
    const struct ast_node *kid;
    bool none = false;
    set->word_count = words;
    for (kid = ast_kid(node, SET_LITERAL_members); kid; kid = kid->next) {
        struct value m = oracle_expression(o, at, kid);
        oracle_gather(o, &all, m);
        none = none || oracle_is_none(m);
        if (m.tag == VALUE_MEMBER)
            set->words[m.as.number / 64] |= UINT64_C(1) << (m.as.number % 64);
    }
    return all ? oracle_open_with(all) : none ? oracle_none() : v;
}

static struct value given(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    struct value v = oracle_expression(o, at, ast_kid(node, 0));
    return oracle_is_open(v) ? v : oracle_yes_no(oracle_is_none(v) == (node->kind == AST_IS_NONE));
}

static struct value connective(struct oracle *o, const struct place_in_list *at,
                               const struct ast_node *node) {
    struct value v[2];
    v[0] = oracle_expression(o, at, ast_kid(node, 0));
    if (node->kind == AST_NOT)
        return oracle_not(v[0]);
    v[1] = oracle_expression(o, at, ast_kid(node, 1));
    return node->kind == AST_AND ? oracle_all(o, v, 2) : oracle_any(o, v, 2);
}

/* What a property asks of rules, duties and decisions; a table applies where some row of it does. */
static struct value asked(struct oracle *o, const struct ast_node *node) {
    const struct ref *ref = &o->set->node_refs[ast_kid(node, 0)->id];
    struct value *rows;
    uint32_t i;
    if (node->kind == AST_DUTY_APPLIES)
        return oracle_duty_applies(o, ref->index);
    if (node->kind == AST_IS_DECIDED)
        return oracle_is_decided(o, ref->index);
    rows = oracle_alloc(o, ref->count, sizeof *rows);
    for (i = 0; i < ref->count; i++)
        rows[i] = oracle_rule(o, ref->index + i);
    return oracle_any(o, rows, ref->count);
}

static struct value operation(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    const struct ast_node *l = node->kid_count > 0 ? ast_kid(node, 0) : NULL;
    const struct ast_node *r = node->kid_count > 1 ? ast_kid(node, 1) : NULL;
    switch (ast_kind_of(node)) {
    case AST_NEGATE:
        return negate(o, at, node);
    case AST_ARITHMETIC:
        return arithmetic(o, at, node);
    case AST_COMPARE:
        return compare(o, l, oracle_expression(o, at, l), r, oracle_expression(o, at, r), node->op);
    case AST_IS_ONE_OF:
        return is_among(o, at, l, oracle_expression(o, at, l), r, node->op == 1);
    case AST_IN:
        return inside(o, oracle_expression(o, at, l), oracle_expression(o, at, r), node->op == 1);
    case AST_THROUGH:
    case AST_UNTIL:
        return period(o, at, node);
    case AST_WITHIN:
    case AST_SHIFT:
        return moved(o, at, node);
    case AST_DISTANCE:
        return distance(o, at, node);
    case AST_CALL:
        return call(o, at, node);
    case AST_DATE_PART:
        return date_part(o, at, node);
    case AST_ANNIVERSARY_IN:
    case AST_NEXT_ANNIVERSARY:
        return anniversary(o, at, node);
    case AST_SET_LITERAL:
        return set_literal(o, at, node);
    case AST_RULE_APPLIES:
    case AST_DUTY_APPLIES:
    case AST_IS_DECIDED:
        return asked(o, node);
    default:
        fail_msg("the oracle does not know %s", ast_kind_name(ast_kind_of(node)));
    }
    return oracle_none();
}

struct value oracle_expression(struct oracle *o, const struct place_in_list *at,
                               const struct ast_node *node) {
    node = ast_ungroup(node);
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
        return name(o, at, node);
    case AST_NUMBER:
    case AST_DATE:
    case AST_STRING:
        return literal(o, node);
    case AST_YES:
    case AST_NO:
        return oracle_yes_no(node->kind == AST_YES);
    case AST_NONE:
        return oracle_none();
    case AST_TODAY:
        return oracle_day(o->question->today);
    case AST_IS:
        return is_one(o, at, node);
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        return given(o, at, node);
    case AST_NOT:
    case AST_AND:
    case AST_OR:
        return connective(o, at, node);
    case AST_IF:
        return if_else(o, at, node);
    case AST_SOME:
    case AST_EVERY:
    case AST_COUNT:
    case AST_FOLD:
        return oracle_loop(o, at, node);
    default:
        return operation(o, at, node);
    }
}

struct value oracle_cell(struct oracle *o, const struct ast_node *header, const struct ast_node *cell) {
    struct value h = oracle_expression(o, NULL, header);
    const struct ast_node *operand = cell->kid_count ? ast_kid(cell, 0) : NULL;
    switch (ast_kind_of(cell)) {
    case AST_CELL_ANY:
        return oracle_yes_no(true);
    case AST_CELL_NONE:
        return oracle_is_open(h) ? h : oracle_yes_no(oracle_is_none(h));
    case AST_CELL_VALUES:
        return is_among(o, NULL, header, h, operand, false);
    case AST_CELL_NOT:
        return is_among(o, NULL, header, h, operand, true);
    case AST_CELL_COMPARE:
        return compare(o, header, h, operand, oracle_expression(o, NULL, operand), cell->op);
    case AST_CELL_IN:
        return inside(o, h, oracle_expression(o, NULL, operand), false);
    default:
        fail_msg("a cell of kind %s", ast_kind_name(ast_kind_of(cell)));
    }
    return h;
}

struct text oracle_text(struct oracle *o, const struct ast_node *node) {
    const struct ast_node *part = node;
    struct text text = {"", 0};
    struct buffer out;
    if (node->kind == AST_STRING)
        return *node->value.string;
    buffer_init(&out, o->arena->alloc);
    for (part = ast_kid(node, TEMPLATE_parts); part; part = part->next) {
        struct value v;
        if (part->kind == AST_STRING) {
            buffer_text(&out, *part->value.string);
            continue;
        }
        v = oracle_expression(o, NULL, part);
        if (oracle_is_open(v) || oracle_is_none(v))
            buffer_char(&out, '?');
        else
            show_value(&out, oracle_type(o, part), v);
    }
    text.length = out.length;
    text.bytes = out.length ? arena_copy(o->arena, out.data, out.length) : "";
    buffer_free(&out);
    return text;
}
