/*
 * Quantifiers, counts and sums over lists to loops, and the fields of their records. A definition of a record is compiled into
 * the body that uses it, once a body. Must not know rules or decisions.
 */
#include "interp/program/compiler.h"

#include "grammar/base/banned.h"

/* What the innermost body has compiled of the record of loop `of`. */
static struct view *view_of(struct compiler *c, const struct body *of) {
    for (struct view *view = c->body->views; view; view = view->next) {
        if (view->of == of)
            return view;
    }
    struct view *view = arena_alloc(&c->scratch, sizeof *view);
    if (!view) {
        c->failed = true;
        return NULL;
    }
    *view = (struct view){of, prog_fresh_registers(c, of->record->field_count),
                          prog_fresh_registers(c, of->record->define_count), c->body->views};
    if (c->failed) /* its registers may be missing */
        return NULL;
    c->body->views = view;
    return view;
}

/* Something compiled in this body, or in one around it that began before. */
static uint32_t seen_before(const struct compiler *c, const struct body *of, bool define, uint32_t index) {
    for (const struct body *body = c->body; body; body = body->outer) {
        for (const struct view *view = body->views; view; view = view->next) {
            uint32_t reg = view->of != of ? NO_REGISTER : define ? view->defines[index] : view->fields[index];
            if (reg != NO_REGISTER)
                return reg;
        }
    }
    return NO_REGISTER;
}

static uint32_t raw_field(struct compiler *c, const struct body *of, uint32_t index,
                          const struct ast_node *node) {
    const uint32_t operands[3] = {of->each, index, of->depth};
    return prog_emit(c, INS_field, prog_kind_of(&of->record->fields[index].type), operands, node);
}

/* An expression in which bare names are fields of `of`. */
static uint32_t compile_inside(struct compiler *c, struct body *of, const struct ast_node *node) {
    struct body *self = c->self;
    c->self = of;
    uint32_t reg = compile_expression(c, node);
    c->self = self;
    return reg;
}

static uint32_t compile_field(struct compiler *c, struct body *of, uint32_t index,
                              const struct ast_node *node) {
    const struct fact *field = &of->record->fields[index];
    uint32_t reg = seen_before(c, of, false, index);
    if (reg != NO_REGISTER)
        return reg;
    reg = raw_field(c, of, index, node);
    if (field->only_when)
        reg = prog_only_when(c, field, reg, compile_inside(c, of, field->only_when), node);
    struct view *view = view_of(c, of);
    if (view)
        view->fields[index] = reg;
    return reg;
}

static uint32_t compile_record_define(struct compiler *c, struct body *of, uint32_t index) {
    const struct record_define *define = &of->record->defines[index];
    uint32_t reg = seen_before(c, of, true, index);
    if (reg != NO_REGISTER)
        return reg;
    reg = compile_inside(c, of, define->value);
    reg = compile_converted(c, reg, compile_type(c, define->value), &define->type, define->value);
    struct view *view = view_of(c, of);
    if (view)
        view->defines[index] = reg;
    return reg;
}

uint32_t compile_field_ref(struct compiler *c, const struct ast_node *node) {
    const struct ref *ref = &c->set->node_refs[node->id];
    struct body *of = c->self;
    if (node->kind == AST_PATH) {
        const struct ast_node *binder = c->set->node_refs[ast_kid(node, PATH_object)->id].node;
        for (of = c->body; of && of->binder != binder; of = of->outer) {}
    }
    if (!of) {
        compile_fail(c, "a field outside of its loop reached the compiler");
        return NO_REGISTER;
    }
    return ref->kind == REF_TO_FIELD ? compile_field(c, of, ref->index, node)
                                     : compile_record_define(c, of, ref->index);
}

/* Opens a loop over `list`; its end is told to `each` by close_loop. */
static void open_loop(struct compiler *c, struct body *body, uint32_t list, const struct ast_node *node) {
    body->outer = c->body;
    body->depth = c->body ? c->body->depth + 1 : 0;
    if (body->depth >= PROGRAM_MAX_LOOP_DEPTH)
        compile_fail(c, "loops over lists are nested too deeply");
    if (body->depth + 1 > c->program->loop_depth)
        c->program->loop_depth = body->depth + 1;
    body->each = prog_emit_plain(c, INS_each, list, 0, body->depth, node);
    c->body = body;
}

static uint32_t close_loop(struct compiler *c, struct body *body, enum instruction_op fold,
                           uint32_t condition, uint32_t value, const struct ast_node *node) {
    uint32_t reg = prog_emit_plain(c, fold, body->each, condition, value, node);
    if (!c->failed)
        c->instructions[body->each].b = reg;
    c->body = body->outer;
    return reg;
}

static enum instruction_op fold_of(const struct compiler *c, const struct ast_node *node) {
    if (node->op == FOLD_SUM)
        return compile_type(c, node)->kind == TYPE_FRAC ? INS_sum_fractions : INS_sum;
    return node->op == FOLD_EARLIEST ? INS_earliest_of : INS_latest_of;
}

uint32_t compile_loop(struct compiler *c, const struct ast_node *node) {
    bool folds = node->kind == AST_FOLD;
    const struct ast_node *list = folds ? ast_kid(node, FOLD_list) : ast_kid(node, SOME_list);
    const struct ast_node *condition = folds ? ast_kid(node, FOLD_condition) : ast_kid(node, SOME_condition);
    struct body body = {.binder = node, .record = compile_type(c, list)->record};
    if (!body.record) {
        compile_fail(c, "a loop over something else than a list reached the compiler");
        return NO_REGISTER;
    }
    open_loop(c, &body, compile_expression(c, list), node);
    uint32_t holds = condition ? compile_expression(c, condition) : NO_REGISTER;
    uint32_t value = 0;
    enum instruction_op op = INS_count;
    if (folds) {
        const struct ast_node *summed = ast_kid(node, FOLD_value);
        value = compile_expression(c, summed);
        value = compile_converted(c, value, compile_type(c, summed), compile_type(c, node), node);
        op = fold_of(c, node);
    } else if (node->kind != AST_COUNT) {
        op = node->kind == AST_SOME ? INS_some : INS_every;
    }
    return close_loop(c, &body, op, holds, value, node);
}

void compile_list_checks(struct compiler *c, uint32_t fact_index) {
    const struct fact *fact = &c->set->facts[fact_index];
    struct body body = {.record = fact->type.record};
    struct list checks = {0};
    bool any = false;
    for (size_t i = 0; i < body.record->field_count; i++)
        any = any || body.record->fields[i].only_when;
    if (!any)
        return;
    open_loop(c, &body, c->facts[fact_index], fact->node);
    for (uint32_t i = 0; i < body.record->field_count && !c->failed; i++) {
        const struct fact *field = &body.record->fields[i];
        if (!field->only_when)
            continue;
        uint32_t raw = raw_field(c, &body, i, field->node);
        uint32_t condition = compile_inside(c, &body, field->only_when);
        prog_list_add(c, &checks, prog_emit_plain(c, INS_check_field, raw, condition, i, field->only_when));
    }
    uint32_t all = prog_emit_plain(c, INS_all, prog_pooled(c, &checks), 0, 0, fact->node);
    close_loop(c, &body, INS_every, all, 0, fact->node);
}
