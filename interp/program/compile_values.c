/*
 * Dates that move, periods, distances, functions, sets to instructions. Must not know rules or decisions.
 */
#include "interp/program/compiler.h"

#include "grammar/base/banned.h"

static uint32_t rounding_of(const struct compiler *c, const struct ast_node *node) {
    return (uint32_t)model_rounding(c->set, node);
}

uint32_t compile_moved(struct compiler *c, const struct ast_node *node, uint32_t date) {
    static const enum instruction_op ops[] = {INS_move_days, INS_move_weeks, INS_move_months, INS_move_years};
    const struct ast_node *amount = ast_kid(node, SHIFT_amount);
    uint32_t count = compile_expression(c, ast_kid(amount, AMOUNT_count));
    uint32_t how = node->op == 1 ? 1 : 0;
    if (amount->op >= UNIT_MONTHS)
        how |= rounding_of(c, node) << 8;
    return prog_emit_plain(c, ops[amount->op], date, count, how, node);
}

uint32_t compile_within(struct compiler *c, const struct ast_node *node) {
    static const enum instruction_op ops[] = {INS_within_days, INS_within_weeks, INS_within_months,
                                              INS_within_years};
    const struct ast_node *amount = ast_kid(node, WITHIN_amount);
    uint32_t count = compile_expression(c, ast_kid(amount, AMOUNT_count));
    uint32_t date = compile_expression(c, ast_kid(node, WITHIN_date));
    uint32_t how = amount->op >= UNIT_MONTHS ? rounding_of(c, node) << 8 : 0;
    return prog_emit_plain(c, ops[amount->op], date, count, how, node);
}

uint32_t compile_period(struct compiler *c, const struct ast_node *node) {
    uint32_t first = compile_expression(c, ast_kid(node, THROUGH_first));
    uint32_t last = compile_expression(c, ast_kid(node, THROUGH_last));
    return prog_emit_plain(c, node->kind == AST_UNTIL ? INS_until : INS_through, first, last, 0, node);
}

uint32_t compile_distance(struct compiler *c, const struct ast_node *node) {
    uint32_t first = compile_expression(c, ast_kid(node, DISTANCE_first));
    uint32_t last = compile_expression(c, ast_kid(node, DISTANCE_last));
    if (node->op == UNIT_DAYS)
        return prog_emit_plain(c, INS_days_between, first, last, 0, node);
    return prog_emit_plain(c, node->op == UNIT_YEARS ? INS_whole_years : INS_whole_months, first, last,
                           rounding_of(c, node) << 8, node);
}

uint32_t compile_date_part(struct compiler *c, const struct ast_node *node) {
    static const enum instruction_op ops[] = {INS_start_of,     INS_end_of,    INS_start_of_month,
                                              INS_end_of_month, INS_year_of,   INS_month_of,
                                              INS_day_of,       INS_weekday_of};
    return prog_emit_plain(c, ops[node->op], compile_expression(c, ast_kid(node, DATE_PART_operand)), 0, 0,
                           node);
}

uint32_t compile_anniversary(struct compiler *c, const struct ast_node *node) {
    uint32_t date = compile_expression(c, node->kids[0]);
    uint32_t other = compile_expression(c, node->kids[1]);
    return prog_emit_plain(c, node->kind == AST_ANNIVERSARY_IN ? INS_anniversary_in : INS_next_anniversary,
                           date, other, rounding_of(c, node) << 8, node);
}

uint32_t compile_set_literal(struct compiler *c, const struct ast_node *node) {
    const struct type *type = compile_type(c, node);
    uint32_t words = (uint32_t)((type->enumeration ? type->enumeration->count : 0) + 63) / 64;
    struct list members = {0};
    bool constants = true;
    for (const struct ast_node *member = ast_kid(node, SET_LITERAL_members); member; member = member->next)
        constants = constants && c->set->node_refs[ast_ungroup(member)->id].kind == REF_TO_MEMBER;
    if (!constants) {
        for (const struct ast_node *member = ast_kid(node, SET_LITERAL_members); member;
             member = member->next)
            prog_list_add(c, &members, compile_expression(c, member));
        return prog_emit_plain(c, INS_set_of, prog_pooled(c, &members), words, 0, node);
    }
    struct member_set *set = arena_alloc(c->arena, sizeof *set + words * sizeof set->words[0]);
    if (!set) {
        c->failed = true;
        return NO_REGISTER;
    }
    set->word_count = words;
    for (const struct ast_node *member = ast_kid(node, SET_LITERAL_members); member; member = member->next) {
        uint32_t index = c->set->node_refs[ast_ungroup(member)->id].index;
        if (index / 64 < words)
            set->words[index / 64] |= UINT64_C(1) << index % 64;
    }
    return prog_constant(c, (struct value){.tag = VALUE_SET, .as.set = set}, type);
}

/* The functions as builtins.def has them. */
enum builtin {
#define BUILTIN(ID, name, least, most, doc) BUILTIN_##ID,
#include "interp/values/builtins.def"
#undef BUILTIN
    BUILTIN_COUNT
};

static uint32_t compile_rounding(struct compiler *c, const struct ast_node *node, enum frac_rounding mode) {
    const struct ast_node *value = ast_kid(node, CALL_arguments);
    const struct type *type = compile_type(c, value);
    uint32_t digits = (uint32_t)c->set->node_refs[ast_ungroup(value->next)->id].number;
    uint32_t reg = compile_expression(c, value);
    if (type->kind == TYPE_NUM)
        reg = prog_emit_plain(c, INS_fraction, reg, (uint32_t)type->scale, 0, node);
    return prog_emit_plain(c, INS_round, reg, digits, (uint32_t)mode, node);
}

/* min, max: numbers at the largest scale among them, or all as fractions. */
static uint32_t compile_extreme(struct compiler *c, const struct ast_node *node, bool largest) {
    const struct type *type = compile_type(c, node);
    struct list operands = {0}, lifts = {0};
    bool fractions = type->kind == TYPE_FRAC;
    for (const struct ast_node *value = ast_kid(node, CALL_arguments); value; value = value->next) {
        const struct type *value_type = compile_type(c, value);
        uint32_t reg = compile_expression(c, value);
        prog_list_add(c, &operands, fractions ? compile_converted(c, reg, value_type, type, node) : reg);
        prog_list_add(c, &lifts, (uint32_t)(type->scale - value_type->scale));
    }
    uint32_t place = prog_pooled(c, &operands);
    if (fractions)
        return prog_emit_plain(c, largest ? INS_largest_fraction : INS_smallest_fraction, place,
                               c->no_operands, 0, node);
    return prog_emit_plain(c, largest ? INS_largest : INS_smallest, place, prog_pooled(c, &lifts), 0, node);
}

static uint32_t compile_extreme_date(struct compiler *c, const struct ast_node *node, bool latest) {
    struct list operands = {0};
    for (const struct ast_node *value = ast_kid(node, CALL_arguments); value; value = value->next)
        prog_list_add(c, &operands, compile_expression(c, value));
    return prog_emit_plain(c, latest ? INS_latest : INS_earliest, prog_pooled(c, &operands), c->no_operands,
                           0, node);
}

uint32_t compile_call(struct compiler *c, const struct ast_node *node) {
    switch ((enum builtin)c->set->node_refs[ast_kid(node, CALL_name)->id].index) {
    case BUILTIN_EARLIEST:
        return compile_extreme_date(c, node, false);
    case BUILTIN_LATEST:
        return compile_extreme_date(c, node, true);
    case BUILTIN_MIN:
        return compile_extreme(c, node, false);
    case BUILTIN_MAX:
        return compile_extreme(c, node, true);
    case BUILTIN_ROUND:
        return compile_rounding(c, node, FRAC_HALF_AWAY_FROM_ZERO);
    case BUILTIN_ROUND_DOWN:
        return compile_rounding(c, node, FRAC_TOWARD_ZERO);
    case BUILTIN_ROUND_UP:
        return compile_rounding(c, node, FRAC_AWAY_FROM_ZERO);
    case BUILTIN_COUNT:
        break;
    }
    compile_fail(c, "a function without a meaning reached the compiler");
    return NO_REGISTER;
}
