/*
 * Rules, rows, decisions, duties, reminders, notices, the checks of a record and properties to instructions. Must not know how a
 * decision is resolved: that is one instruction with the degrees and values it has to weigh.
 */
#include "interp/program/compiler.h"

#include "grammar/base/banned.h"

static uint32_t compile_in_force(struct compiler *c, const struct rule *rule, const struct ast_node *node) {
    struct value period = {.tag = VALUE_PERIOD, .as.period = rule->in_force};
    uint32_t day = compile_shared(c, rule->in_force_at);
    return prog_emit_plain(c, INS_in_period, day, prog_constant(c, period, NULL), 0, node);
}

static uint32_t compile_announced(struct compiler *c, const struct rule *rule, const struct ast_node *node) {
    return prog_emit_plain(c, INS_announced_by, (uint32_t)rule->announced, 0, 0, node);
}

/* What a table says for all its rows: in force, announced, `when`. Done once, whichever row is first. */
static uint32_t compile_gate(struct compiler *c, const struct rule *rule) {
    const struct ast_node *table = rule->table;
    struct list conditions = {0};
    if (c->shared[table->id] != NO_REGISTER)
        return c->shared[table->id];
    if (rule->has_in_force)
        prog_list_add(c, &conditions, compile_in_force(c, rule, table));
    if (rule->has_announced)
        prog_list_add(c, &conditions, compile_announced(c, rule, table));
    if (rule->when)
        prog_list_add(c, &conditions, compile_shared(c, rule->when));
    c->shared[table->id] = prog_emit_plain(c, INS_gate, prog_pooled(c, &conditions), 0, 0, table);
    return c->shared[table->id];
}

/* NO_REGISTER for `any`. */
static uint32_t compile_cell(struct compiler *c, const struct row_test *test) {
    const struct ast_node *cell = test->cell;
    uint32_t header = compile_shared(c, test->header), reg;
    switch (ast_kind_of(cell)) {
    case AST_CELL_ANY:
        return NO_REGISTER;
    case AST_CELL_NONE:
        return prog_emit_plain(c, INS_is_none, header, 0, 0, cell);
    case AST_CELL_VALUES:
        return compile_membership(c, test->header, header, ast_kid(cell, CELL_VALUES_values), cell);
    case AST_CELL_NOT:
        reg = compile_membership(c, test->header, header, ast_kid(cell, CELL_NOT_values), cell);
        return prog_emit_plain(c, INS_not, reg, 0, 0, cell);
    case AST_CELL_COMPARE: {
        const struct ast_node *operand = ast_kid(cell, CELL_COMPARE_operand);
        reg = compile_expression(c, operand);
        return compile_order(c, cell->op, header, compile_type(c, test->header), reg,
                             compile_type(c, operand), cell);
    }
    case AST_CELL_IN:
        return compile_in(c, header, ast_kid(cell, CELL_IN_period), cell);
    default:
        compile_fail(c, "a cell without a meaning reached the compiler");
        return NO_REGISTER;
    }
}

void compile_rule(struct compiler *c, uint32_t index) {
    const struct rule *rule = &c->set->rules[index];
    struct list conditions = {0}, exceptions = {0};
    if (rule->kind == RULE_ROW) {
        if (rule->has_in_force || rule->has_announced || rule->when)
            prog_list_add(c, &conditions, compile_gate(c, rule));
        for (size_t i = 0; i < rule->test_count && !c->failed; i++) {
            uint32_t cell = compile_cell(c, &rule->tests[i]);
            if (cell != NO_REGISTER)
                prog_list_add(c, &conditions, cell);
        }
    } else {
        if (rule->has_in_force)
            prog_list_add(c, &conditions, compile_in_force(c, rule, rule->node));
        if (rule->has_announced)
            prog_list_add(c, &conditions, compile_announced(c, rule, rule->node));
        if (rule->when)
            prog_list_add(c, &conditions, compile_expression(c, rule->when));
    }
    for (size_t i = 0; i < rule->exception_count; i++)
        prog_list_add(c, &exceptions, c->rules[rule->exceptions[i]]);
    uint32_t held = prog_pooled(c, &conditions);
    c->rules[index] = prog_emit_plain(c, INS_degree, held, prog_pooled(c, &exceptions), index, rule->node);
}

/* A constant is looked at once. */
static bool in_range_already(const struct compiler *c, uint32_t reg, const struct type *type) {
    if (c->failed || !(reg & CONSTANT_BIT))
        return false;
    struct value value = c->constants[reg & ~CONSTANT_BIT];
    int64_t number = value.tag == VALUE_DATE ? value.as.day : value.as.number;
    return (value.tag == VALUE_DATE || value.tag == VALUE_NUMBER) && !(type->has_low && number < type->low) &&
           !(type->has_high && number > type->high);
}

/* A value on its way into a decision or total: at its scale; `ranged` where its range is checked here. */
static uint32_t fitted(struct compiler *c, const struct ast_node *value, const struct type *type, bool ranged,
                       const struct ast_node *node) {
    uint32_t reg = compile_expression(c, value);
    reg = compile_converted(c, reg, compile_type(c, value), type, node);
    if (!ranged || !(type->has_low || type->has_high) || (type->kind != TYPE_NUM && type->kind != TYPE_DAY))
        return reg;
    if (in_range_already(c, reg, type))
        return reg;
    return prog_emit_plain(c, type->kind == TYPE_NUM ? INS_number_in_range : INS_day_in_range, reg,
                           prog_wide(c, type->has_low ? type->low : INT64_MIN),
                           prog_wide(c, type->has_high ? type->high : INT64_MAX), node);
}

/* The degree and the value of every giver. */
static uint32_t compile_pairs(struct compiler *c, const struct giver *givers, size_t count,
                              const struct type *type, bool ranged) {
    struct list pairs = {0};
    for (size_t i = 0; i < count && !c->failed; i++) {
        const struct effect *effect = &c->set->rules[givers[i].rule].effects[givers[i].effect];
        prog_list_add(c, &pairs, c->rules[givers[i].rule]);
        prog_list_add(c, &pairs,
                      type ? fitted(c, effect->value, type, ranged, effect->node)
                           : compile_expression(c, effect->value));
    }
    return prog_pooled(c, &pairs);
}

/* The `or` of the degrees of what switches a normal case off; NO_REGISTER where nothing can. */
static uint32_t compile_off(struct compiler *c, const struct decision *decision) {
    struct list degrees = {0};
    for (size_t i = 0; i < decision->otherwise_exception_count; i++)
        prog_list_add(c, &degrees, c->rules[decision->otherwise_exceptions[i]]);
    if (degrees.count == 0)
        return NO_REGISTER;
    return degrees.count == 1 ? degrees.items[0]
                              : prog_emit_plain(c, INS_any, prog_pooled(c, &degrees), 0, 0, decision->node);
}

/* A definition takes its type from its expression, and declares no range. */
void compile_decision(struct compiler *c, uint32_t index) {
    const struct decision *decision = &c->set->decisions[index];
    bool ranged = decision->kind == DECISION_DECIDE;
    struct list normal = {0};
    uint32_t operands[3] = {0, 0, index};
    operands[0] = compile_pairs(c, decision->givers, decision->giver_count, &decision->type, ranged);
    if (decision->kind == DECISION_TOTAL) {
        c->decisions[index] =
            prog_emit(c, INS_total, prog_kind_of(&decision->type), operands, decision->node);
        return;
    }
    prog_list_add(c, &normal,
                  decision->otherwise
                      ? fitted(c, decision->otherwise, &decision->type, ranged, decision->otherwise)
                      : NO_REGISTER);
    prog_list_add(c, &normal, compile_off(c, decision));
    operands[1] = prog_pooled(c, &normal);
    c->decisions[index] = prog_emit(c, INS_decide, prog_kind_of(&decision->type), operands, decision->node);
}

void compile_duties(struct compiler *c) {
    for (uint32_t i = 0; i < c->set->duty_count && !c->failed; i++) {
        const struct duty *duty = &c->set->duties[i];
        uint32_t pairs = compile_pairs(c, duty->givers, duty->giver_count, NULL, false);
        uint32_t done = duty->done ? compile_expression(c, duty->done) : c->no;
        c->duties[i] = prog_emit_plain(c, INS_duty, pairs, done, i, duty->node);
    }
}

/* The parts of a text: constants and expressions, and the types they are shown by. */
static uint32_t compile_text(struct compiler *c, const struct ast_node *text,
                             struct announcement_source *source) {
    static const struct type string = {.kind = TYPE_STRING};
    const struct ast_node *first = text->kind == AST_TEMPLATE ? ast_kid(text, TEMPLATE_parts) : text;
    struct list parts = {0};
    source->part_count = text->kind == AST_TEMPLATE ? (uint32_t)ast_list_length(first) : 1;
    source->part_types = arena_array(c->arena, source->part_count, sizeof *source->part_types);
    if (!source->part_types) {
        c->failed = true;
        return 0;
    }
    const struct ast_node *part = first;
    for (uint32_t i = 0; i < source->part_count; i++, part = part->next) {
        source->part_types[i] = part->kind == AST_STRING ? &string : compile_type(c, part);
        prog_list_add(c, &parts, compile_expression(c, part));
    }
    return prog_pooled(c, &parts);
}

static void compile_announcement(struct compiler *c, uint32_t rule, uint32_t index) {
    const struct effect *effect = &c->set->rules[rule].effects[index];
    struct announcement_source source = {.rule = rule, .effect = index};
    struct list when = {0};
    bool reminds = effect->kind == EFFECT_REMIND;
    if (reminds) {
        prog_list_add(c, &when, c->rules[rule]);
        prog_list_add(c, &when, compile_expression(c, effect->value));
        prog_list_add(c, &when, effect->unless ? compile_expression(c, effect->unless) : NO_REGISTER);
    }
    uint32_t parts = compile_text(c, effect->text, &source);
    if (!c->failed &&
        !ARENA_PUSH(&c->scratch, c->announcements, c->announcement_count, c->announcement_capacity, source))
        c->failed = true;
    uint32_t number = (uint32_t)c->announcement_count - 1;
    if (reminds) {
        c->program->reminder_count++;
        prog_emit_plain(c, INS_remind, prog_pooled(c, &when), parts, number, effect->node);
    } else {
        c->program->notice_count++;
        prog_emit_plain(c, INS_notice, c->rules[rule], parts, number, effect->node);
    }
}

void compile_announcements(struct compiler *c) {
    for (uint32_t rule = 0; rule < c->set->rule_count; rule++) {
        for (uint32_t i = 0; i < c->set->rules[rule].effect_count && !c->failed; i++) {
            enum effect_kind kind = c->set->rules[rule].effects[i].kind;
            if (kind == EFFECT_REMIND || kind == EFFECT_NOTICE)
                compile_announcement(c, rule, i);
        }
    }
}

void compile_checks(struct compiler *c) {
    for (uint32_t i = 0; i < c->set->requirement_count && !c->failed; i++) {
        const struct requirement *requirement = &c->set->requirements[i];
        prog_emit_plain(c, INS_require, compile_expression(c, requirement->condition), i, 0,
                        requirement->node);
    }
    for (uint32_t i = 0; i < c->set->fact_count && !c->failed; i++) {
        const struct fact *fact = &c->set->facts[i];
        if (fact->only_when)
            prog_emit_plain(c, INS_check_fact, c->raw_facts[i], c->fact_conditions[i], i, fact->only_when);
        if (fact->type.kind == TYPE_RECORDS)
            compile_list_checks(c, i);
    }
}

uint32_t compile_asked(struct compiler *c, const struct ast_node *node) {
    const struct ref *ref = &c->set->node_refs[ast_kid(node, 0)->id];
    struct list degrees = {0};
    switch (ref->kind) {
    case REF_TO_RULE:
        for (uint32_t i = 0; i < ref->count; i++)
            prog_list_add(c, &degrees, c->rules[ref->index + i]);
        return prog_emit_plain(c, INS_rule_applies, prog_pooled(c, &degrees), 0, 0, node);
    case REF_TO_DUTY:
        return prog_emit_plain(c, INS_duty_applies, c->duties[ref->index], ref->index, 0, node);
    case REF_TO_DECISION:
        return prog_emit_plain(c, INS_is_decided, c->decisions[ref->index], ref->index, 0, node);
    default:
        compile_fail(c, "a condition of a property without a meaning reached the compiler");
        return NO_REGISTER;
    }
}

void compile_properties(struct compiler *c) {
    for (size_t i = 0; i < c->set->property_count && !c->failed; i++) {
        const struct property *property = &c->set->properties[i];
        c->properties[i].whenever =
            property->whenever ? compile_expression(c, property->whenever) : NO_REGISTER;
        c->properties[i].condition = compile_expression(c, property->condition);
    }
}
