/*
 * Expressions to instructions: names, literals, logic, arithmetic, comparisons. Long rows of `and`, sums and moved dates are
 * walked, not recursed into, so that a policy's length never costs stack. Must not know rules or decisions.
 */
#include "interp/program/compiler.h"

#include "grammar/base/banned.h"

static const struct ref *ref_of(const struct compiler *c, const struct ast_node *node) {
    return &c->set->node_refs[node->id];
}

const struct type *compile_type(const struct compiler *c, const struct ast_node *node) {
    return model_type(c->set, node);
}

uint32_t compile_converted(struct compiler *c, uint32_t reg, const struct type *from, const struct type *to,
                           const struct ast_node *node) {
    if (from->kind != TYPE_NUM)
        return reg;
    if (to->kind == TYPE_FRAC)
        return prog_emit_plain(c, INS_fraction, reg, (uint32_t)from->scale, 0, node);
    if (to->kind == TYPE_NUM && to->scale > from->scale)
        return prog_emit_plain(c, INS_rescale, reg, (uint32_t)(to->scale - from->scale), 0, node);
    return reg;
}

static uint32_t as_fraction(struct compiler *c, uint32_t reg, const struct type *from,
                            const struct ast_node *node) {
    static const struct type fraction = {.kind = TYPE_FRAC};
    return compile_converted(c, reg, from, &fraction, node);
}

static uint32_t scales(int first, int second) {
    return (uint32_t)first | (uint32_t)second << 8;
}

static uint32_t compile_name(struct compiler *c, const struct ast_node *node) {
    const struct ref *ref = ref_of(c, node);
    switch (ref->kind) {
    case REF_TO_FACT:
        return c->facts[ref->index];
    case REF_TO_DECISION:
        return c->decisions[ref->index];
    case REF_TO_MEMBER:
        return prog_constant(c, (struct value){.tag = VALUE_MEMBER, .as.number = ref->index},
                             compile_type(c, node));
    case REF_TO_FIELD:
    case REF_TO_RECORD_DEFINE:
        return compile_field_ref(c, node);
    default:
        compile_fail(c, "a name without a meaning reached the compiler");
        return NO_REGISTER;
    }
}

static uint32_t compile_number(struct compiler *c, const struct ast_node *node) {
    struct value value = {.tag = VALUE_NUMBER, .as.number = ref_of(c, node)->number};
    return prog_constant(c, value, compile_type(c, node));
}

static uint32_t compile_date(struct compiler *c, const struct ast_node *node) {
    struct value value = {.tag = VALUE_DATE, .as.day = (cal_day)ref_of(c, node)->number};
    return prog_constant(c, value, NULL);
}

/* `and` and `or` lean left and are associative over values, none and open, so a row of them is one instruction. */
static uint32_t compile_row(struct compiler *c, const struct ast_node *node) {
    const struct ast_node *first = node;
    struct list operands = {0};
    size_t length = 1;
    for (; first->kind == node->kind; first = ast_ungroup(ast_kid(first, AND_left)))
        length++;
    const struct ast_node **terms = arena_array(&c->scratch, length, sizeof *terms);
    if (!terms) {
        c->failed = true;
        return NO_REGISTER;
    }
    terms[0] = first;
    const struct ast_node *at = node;
    for (size_t i = length - 1; i > 0; i--, at = ast_ungroup(ast_kid(at, AND_left)))
        terms[i] = ast_kid(at, AND_right);
    for (size_t i = 0; i < length; i++)
        prog_list_add(c, &operands, compile_expression(c, terms[i]));
    return prog_emit_plain(c, node->kind == AST_AND ? INS_all : INS_any, prog_pooled(c, &operands), 0, 0,
                           node);
}

static uint32_t compile_arithmetic(struct compiler *c, const struct ast_node *node, uint32_t left) {
    const struct ast_node *right_node = ast_kid(node, ARITHMETIC_right);
    const struct type *x = compile_type(c, ast_kid(node, ARITHMETIC_left)), *y = compile_type(c, right_node);
    uint32_t right = compile_expression(c, right_node);
    if (node->op == OP_DIVIDE || x->kind == TYPE_FRAC || y->kind == TYPE_FRAC) {
        static const enum instruction_op ops[] = {INS_add_fractions, INS_subtract_fractions,
                                                  INS_multiply_fractions, INS_divide};
        left = as_fraction(c, left, x, node);
        right = as_fraction(c, right, y, node);
        return prog_emit_plain(c, ops[node->op], left, right, 0, node);
    }
    if (node->op == OP_MULTIPLY)
        return prog_emit_plain(c, INS_multiply, left, right, 0, node);
    int scale = x->scale > y->scale ? x->scale : y->scale;
    return prog_emit_plain(c, node->op == OP_ADD ? INS_add : INS_subtract, left, right,
                           scales(scale - x->scale, scale - y->scale), node);
}

uint32_t compile_order(struct compiler *c, unsigned op, uint32_t x, const struct type *x_type, uint32_t y,
                       const struct type *y_type, const struct ast_node *node) {
    static const enum instruction_op numbers[] = {INS_less, INS_less_equal, INS_greater, INS_greater_equal};
    static const enum instruction_op fractions[] = {INS_less_fraction, INS_less_equal_fraction,
                                                    INS_greater_fraction, INS_greater_equal_fraction};
    static const enum instruction_op dates[] = {INS_before, INS_after, INS_on_or_before, INS_on_or_after};
    if (op >= OP_BEFORE)
        return prog_emit_plain(c, dates[op - OP_BEFORE], x, y, 0, node);
    if (x_type->kind == TYPE_FRAC || y_type->kind == TYPE_FRAC) {
        x = as_fraction(c, x, x_type, node);
        y = as_fraction(c, y, y_type, node);
        return prog_emit_plain(c, fractions[op - OP_LESS], x, y, 0, node);
    }
    return prog_emit_plain(c, numbers[op - OP_LESS], x, y, scales(x_type->scale, y_type->scale), node);
}

static uint32_t compile_compare(struct compiler *c, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, COMPARE_left), *right = ast_kid(node, COMPARE_right);
    uint32_t x = compile_expression(c, left), y = compile_expression(c, right);
    return compile_order(c, node->op, x, compile_type(c, left), y, compile_type(c, right), node);
}

static uint32_t compile_equal(struct compiler *c, uint32_t x, const struct type *x_type, uint32_t y,
                              const struct type *y_type, const struct ast_node *node) {
    if (x_type->kind == TYPE_NUM && y_type->kind == TYPE_NUM)
        return prog_emit_plain(c, INS_is_number, x, y, scales(x_type->scale, y_type->scale), node);
    if (x_type->kind == TYPE_FRAC || y_type->kind == TYPE_FRAC) {
        x = as_fraction(c, x, x_type, node);
        y = as_fraction(c, y, y_type, node);
    }
    return prog_emit_plain(c, INS_is, x, y, 0, node);
}

static uint32_t negated(struct compiler *c, bool negate, uint32_t reg, const struct ast_node *node) {
    return negate ? prog_emit_plain(c, INS_not, reg, 0, 0, node) : reg;
}

static uint32_t compile_is(struct compiler *c, const struct ast_node *node) {
    const struct ast_node *left = ast_kid(node, IS_left), *right = ast_kid(node, IS_right);
    uint32_t x = compile_expression(c, left), y = compile_expression(c, right);
    uint32_t reg = compile_equal(c, x, compile_type(c, left), y, compile_type(c, right), node);
    return negated(c, node->op == 1, reg, node);
}

/* Values of several: numbers at their scales; with a fraction among them all are fractions. */
static uint32_t compile_one_of(struct compiler *c, const struct ast_node *operand, uint32_t reg,
                               const struct ast_node *values, const struct ast_node *node) {
    struct list operands = {0}, operand_scales = {0};
    const struct type *type = compile_type(c, operand);
    bool fractions = type->kind == TYPE_FRAC, numbers = type->kind == TYPE_NUM;
    for (const struct ast_node *value = values; value; value = value->next)
        fractions = fractions || compile_type(c, value)->kind == TYPE_FRAC;
    prog_list_add(c, &operands, fractions ? as_fraction(c, reg, type, node) : reg);
    prog_list_add(c, &operand_scales, (uint32_t)type->scale);
    for (const struct ast_node *value = values; value; value = value->next) {
        const struct type *value_type = compile_type(c, value);
        if (value->kind == AST_NONE)
            continue;
        uint32_t item = compile_expression(c, value);
        prog_list_add(c, &operands, fractions ? as_fraction(c, item, value_type, node) : item);
        prog_list_add(c, &operand_scales, (uint32_t)value_type->scale);
    }
    uint32_t place = prog_pooled(c, &operands);
    return prog_emit_plain(c, INS_is_one_of, place,
                           numbers && !fractions ? prog_pooled(c, &operand_scales) : c->no_operands, 0, node);
}

uint32_t compile_membership(struct compiler *c, const struct ast_node *operand, uint32_t reg,
                            const struct ast_node *values, const struct ast_node *node) {
    struct list choices = {0};
    size_t real = 0;
    bool none = false;
    for (const struct ast_node *value = values; value; value = value->next) {
        none = none || value->kind == AST_NONE;
        real += value->kind != AST_NONE;
    }
    if (none)
        prog_list_add(c, &choices, prog_emit_plain(c, INS_is_none, reg, 0, 0, node));
    if (real == 1 && values->kind != AST_NONE)
        prog_list_add(c, &choices,
                      compile_equal(c, reg, compile_type(c, operand), compile_expression(c, values),
                                    compile_type(c, values), node));
    else if (real > 0)
        prog_list_add(c, &choices, compile_one_of(c, operand, reg, values, node));
    if (choices.count == 1)
        return choices.items[0];
    return prog_emit_plain(c, INS_any, prog_pooled(c, &choices), 0, 0, node);
}

static uint32_t compile_is_one_of(struct compiler *c, const struct ast_node *node) {
    const struct ast_node *operand = ast_kid(node, IS_ONE_OF_operand);
    uint32_t reg = compile_expression(c, operand);
    reg = compile_one_of(c, operand, reg, ast_kid(node, IS_ONE_OF_values), node);
    return negated(c, node->op == 1, reg, node);
}

uint32_t compile_in(struct compiler *c, uint32_t x, const struct ast_node *period,
                    const struct ast_node *node) {
    uint32_t y = compile_expression(c, period);
    enum type_kind kind = compile_type(c, period)->kind;
    return prog_emit_plain(c, kind == TYPE_MEMBERS ? INS_in_set : INS_in_period, x, y, 0, node);
}

static uint32_t compile_in_node(struct compiler *c, const struct ast_node *node) {
    uint32_t x = compile_expression(c, ast_kid(node, IN_operand));
    return negated(c, node->op == 1, compile_in(c, x, ast_kid(node, IN_period), node), node);
}

static uint32_t compile_if(struct compiler *c, const struct ast_node *node) {
    const struct ast_node *yes = ast_kid(node, IF_yes), *no = ast_kid(node, IF_no);
    const struct type *type = compile_type(c, node);
    uint32_t operands[3];
    operands[0] = compile_expression(c, ast_kid(node, IF_condition));
    operands[1] = compile_expression(c, yes);
    operands[1] = compile_converted(c, operands[1], compile_type(c, yes), type, node);
    operands[2] = compile_expression(c, no);
    operands[2] = compile_converted(c, operands[2], compile_type(c, no), type, node);
    return prog_emit(c, INS_if, prog_kind_of(type), operands, node);
}

static uint32_t compile_string(struct compiler *c, const struct ast_node *node) {
    return prog_constant(c, (struct value){.tag = VALUE_TEXT, .as.text = node->value.string}, NULL);
}

/* The kinds of compile_values.c and compile_loops.c. */
static uint32_t compile_value(struct compiler *c, const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_THROUGH:
    case AST_UNTIL:
        return compile_period(c, node);
    case AST_WITHIN:
        return compile_within(c, node);
    case AST_DISTANCE:
        return compile_distance(c, node);
    case AST_CALL:
        return compile_call(c, node);
    case AST_DATE_PART:
        return compile_date_part(c, node);
    case AST_ANNIVERSARY_IN:
    case AST_NEXT_ANNIVERSARY:
        return compile_anniversary(c, node);
    case AST_SET_LITERAL:
        return compile_set_literal(c, node);
    case AST_SOME:
    case AST_EVERY:
    case AST_COUNT:
    case AST_FOLD:
        return compile_loop(c, node);
    default:
        compile_fail(c, "a node that is no expression reached the compiler");
        return NO_REGISTER;
    }
}

static uint32_t compile_relation(struct compiler *c, const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_AND:
    case AST_OR:
        return compile_row(c, node);
    case AST_COMPARE:
        return compile_compare(c, node);
    case AST_IS:
        return compile_is(c, node);
    case AST_IS_NONE:
        return prog_emit_plain(c, INS_is_none, compile_expression(c, ast_kid(node, IS_NONE_operand)), 0, 0,
                               node);
    case AST_IS_GIVEN:
        return prog_emit_plain(c, INS_is_given, compile_expression(c, ast_kid(node, IS_GIVEN_operand)), 0, 0,
                               node);
    case AST_IS_ONE_OF:
        return compile_is_one_of(c, node);
    case AST_IN:
        return compile_in_node(c, node);
    case AST_IF:
        return compile_if(c, node);
    case AST_RULE_APPLIES:
    case AST_DUTY_APPLIES:
    case AST_IS_DECIDED:
        return compile_asked(c, node);
    default:
        return compile_value(c, node);
    }
}

/* An expression that does not go on in a first operand of any length (those are in compile_expression). */
static uint32_t compile_plain(struct compiler *c, const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
        return compile_name(c, node);
    case AST_NUMBER:
        return compile_number(c, node);
    case AST_DATE:
        return compile_date(c, node);
    case AST_STRING:
        return compile_string(c, node);
    case AST_YES:
        return c->yes;
    case AST_NO:
        return c->no;
    case AST_NONE:
        return c->none;
    case AST_TODAY:
        return c->today;
    default:
        return compile_relation(c, node);
    }
}

/* The first operand of kinds that may follow one another without brackets; NULL for others. */
static const struct ast_node *inner_operand(const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_NOT:
        return ast_kid(node, NOT_operand);
    case AST_NEGATE:
        return ast_kid(node, NEGATE_operand);
    case AST_ARITHMETIC:
        return ast_kid(node, ARITHMETIC_left);
    case AST_SHIFT:
        return ast_kid(node, SHIFT_date);
    default:
        return NULL;
    }
}

static uint32_t compile_outer(struct compiler *c, const struct ast_node *node, uint32_t inner) {
    switch (ast_kind_of(node)) {
    case AST_NOT:
        return prog_emit_plain(c, INS_not, inner, 0, 0, node);
    case AST_NEGATE:
        if (compile_type(c, ast_kid(node, NEGATE_operand))->kind == TYPE_FRAC)
            return prog_emit_plain(c, INS_negate_fraction, inner, 0, 0, node);
        return prog_emit_plain(c, INS_negate, inner, 0, 0, node);
    case AST_ARITHMETIC:
        return compile_arithmetic(c, node, inner);
    default:
        return compile_moved(c, node, inner);
    }
}

uint32_t compile_expression(struct compiler *c, const struct ast_node *node) {
    const struct ast_node **outer = NULL;
    size_t count = 0, capacity = 0;
    node = ast_ungroup(node);
    if (c->depth >= COMPILE_MAX_DEPTH)
        compile_fail(c, "definitions and conditions of a record use one another over more than 2000 levels");
    for (const struct ast_node *inner; !c->failed && (inner = inner_operand(node)) != NULL;) {
        if (!ARENA_PUSH(&c->scratch, outer, count, capacity, node))
            c->failed = true;
        node = ast_ungroup(inner);
    }
    if (c->failed)
        return NO_REGISTER;
    c->depth++;
    uint32_t reg = compile_plain(c, node);
    while (count > 0 && !c->failed)
        reg = compile_outer(c, outer[--count], reg);
    c->depth--;
    return reg;
}

uint32_t compile_shared(struct compiler *c, const struct ast_node *node) {
    if (c->shared[node->id] == NO_REGISTER)
        c->shared[node->id] = compile_expression(c, node);
    return c->shared[node->id];
}
