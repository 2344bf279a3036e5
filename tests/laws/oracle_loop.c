/*
 * The oracle on lists: fields and definitions of records, `some`, `every`, `count`, `sum`, `earliest`,
 * `latest`. A loop looks at every record, also where the answer is clear. Must not know decisions.
 */
#include "tests/laws/oracle_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct value oracle_field(struct oracle *o, const struct place_in_list *row, uint32_t field) {
    const struct fact *declared = &row->record->fields[field];
    struct reason reason = {REASON_FACT, row->fact, row->element, field, FAILURE_NONE};
    struct value unknown = oracle_open(o, reason), read = row->fields[field];
    struct place_in_list self = *row;
    if (oracle_is_open(read))
        read = unknown;
    if (!declared->only_when)
        return read;
    self.binder = NULL;
    self.outer = NULL;
    return oracle_only_when(o, declared, oracle_expression(o, &self, declared->only_when), read, unknown);
}

struct value oracle_record_define(struct oracle *o, const struct place_in_list *row, uint32_t define) {
    struct place_in_list self = *row;
    self.binder = NULL;
    self.outer = NULL;
    return oracle_expression(o, &self, row->record->defines[define].value);
}

/* What one loop is over, and per record the condition and, of a fold, the value. */
struct loop {
    const struct value_list *list;
    struct value *conditions, *values;
};

static const struct ast_node *loop_kid(const struct ast_node *node, int of_fold, int of_others) {
    return ast_kid(node, node->kind == AST_FOLD ? of_fold : of_others);
}

static void loop_visit(struct oracle *o, const struct place_in_list *at, const struct ast_node *node,
                       const struct ast_node *over, struct loop *loop) {
    const struct ast_node *condition = loop_kid(node, FOLD_condition, SOME_condition);
    const struct ref *ref = &o->set->node_refs[over->id];
    struct place_in_list row = {node, oracle_type(o, over)->record, NULL, ref->index, 0, at};
    if (ref->kind != REF_TO_FACT)
        fail_msg("the oracle knows lists that are facts only");
    loop->conditions = oracle_alloc(o, loop->list->count, sizeof(struct value));
    loop->values = oracle_alloc(o, loop->list->count, sizeof(struct value));
    for (row.element = 0; row.element < loop->list->count; row.element++) {
        struct value c = oracle_yes_no(true);
        row.fields = loop->list->fields + (size_t)row.element * loop->list->field_count;
        if (condition)
            c = oracle_expression(o, &row, condition);
        loop->conditions[row.element] = c;
        loop->values[row.element] = oracle_yes_no(true);
        if (node->kind == AST_FOLD && (oracle_is_yes(c) || oracle_is_open(c)))
            loop->values[row.element] = oracle_expression(o, &row, ast_kid(node, FOLD_value));
    }
}

/* Open or none as a whole? */
static bool loop_blocked(struct oracle *o, const struct loop *loop, struct value *whole) {
    const struct reasons *all = NULL;
    bool none = false;
    uint32_t i;
    for (i = 0; i < loop->list->count; i++) {
        struct value c = loop->conditions[i];
        if (oracle_is_no(c))
            continue;
        oracle_gather(o, &all, c);
        oracle_gather(o, &all, loop->values[i]);
        none = none || oracle_is_none(c) || (oracle_is_yes(c) && oracle_is_none(loop->values[i]));
    }
    *whole = all ? oracle_open_with(all) : oracle_none();
    return all || none;
}

static struct value loop_sum(struct oracle *o, const struct loop *loop, const struct ast_node *node) {
    const struct type *type = oracle_type(o, node);
    const struct type *of = oracle_type(o, ast_kid(node, FOLD_value));
    num_i128 number = 0;
    struct frac fraction = {0, 1};
    uint32_t i;
    for (i = 0; i < loop->list->count; i++) {
        struct value v = loop->values[i];
        if (!oracle_is_yes(loop->conditions[i]))
            continue;
        if (type->kind == TYPE_FRAC && frac_add(fraction, oracle_as_fraction(v, of), &fraction) != FRAC_OK)
            return oracle_failed(o, node, FAILURE_OVERFLOW);
        if (type->kind != TYPE_FRAC)
            number += v.as.number;
    }
    if (type->kind == TYPE_FRAC)
        return oracle_fraction(o, fraction);
    if (number > NUM_LIMIT || number < -NUM_LIMIT)
        return oracle_failed(o, node, FAILURE_OVERFLOW);
    return oracle_number((int64_t)number);
}

static struct value loop_extreme(const struct loop *loop, int sign) {
    struct value best = oracle_none();
    uint32_t i;
    for (i = 0; i < loop->list->count; i++) {
        struct value v = loop->values[i];
        if (oracle_is_yes(loop->conditions[i]) &&
            (oracle_is_none(best) || (sign < 0 ? v.as.day < best.as.day : v.as.day > best.as.day)))
            best = v;
    }
    return best;
}

struct value oracle_loop(struct oracle *o, const struct place_in_list *at, const struct ast_node *node) {
    const struct ast_node *over = ast_ungroup(loop_kid(node, FOLD_list, SOME_list));
    struct value list = oracle_expression(o, at, over), whole;
    struct loop loop = {NULL, NULL, NULL};
    int64_t count = 0;
    uint32_t i;
    if (list.tag != VALUE_LIST)
        return list;
    loop.list = list.as.list;
    loop_visit(o, at, node, over, &loop);
    if (node->kind == AST_SOME)
        return oracle_any(o, loop.conditions, loop.list->count);
    if (node->kind == AST_EVERY)
        return oracle_all(o, loop.conditions, loop.list->count);
    if (loop_blocked(o, &loop, &whole))
        return whole;
    if (node->kind == AST_FOLD && node->op == FOLD_SUM)
        return loop_sum(o, &loop, node);
    if (node->kind == AST_FOLD)
        return loop_extreme(&loop, node->op == FOLD_EARLIEST ? -1 : 1);
    for (i = 0; i < loop.list->count; i++)
        count += oracle_is_yes(loop.conditions[i]);
    return oracle_number(count);
}
