/*
 * Lists under a cell: nothing is known of their records, so what is asked of all of them is a choice or a number of its own; open or
 * none only where the loop's body may be. Must not know rules.
 */
#include "interp/analysis/symbolic.h"

#include "grammar/base/banned.h"

/* What may become of a register of a loop's body, whatever the record, and the range of a number or day. */
struct body_register {
    unsigned may;
    bool ranged;
    int64_t low, high;
};

/* The body of the loop at hand: registers first .. end - 1. */
struct body_view {
    struct engine *engine;
    const struct record_type *record; /* of the list; NULL where it is no fact */
    uint32_t each, end;
    struct body_register *registers;
};

static struct body_register body_outside(const struct body_view *body, uint32_t reg) {
    struct sym a = sym_given(body->engine, sym_eval(body->engine, reg));
    struct body_register result = {.may = a.kind > SYM_NONE    ? 0
                                          : a.kind == SYM_NONE ? STATE_MAY_BE_NONE
                                          : a.kind == SYM_OPEN ? STATE_MAY_FAIL
                                                               : STATE_MAY_FAIL | STATE_MAY_BE_NONE};
    if (a.kind == SYM_NUMBER && linear_is_constant(a.linear) && a.linear->divisor == 1) {
        result.low = result.high = (int64_t)a.linear->constant;
        result.ranged = a.linear->constant < NUM_LIMIT && a.linear->constant > -NUM_LIMIT;
    }
    return result;
}

static struct body_register body_operand(const struct body_view *body, uint32_t reg) {
    if (reg > body->each && reg < body->end)
        return body->registers[reg - body->each];
    return body_outside(body, reg);
}

static struct body_register body_field(const struct body_view *body, const struct instruction *instruction) {
    struct body_register unknown = {.may = STATE_MAY_FAIL | STATE_MAY_BE_NONE};
    if (instruction->a != body->each || !body->record)
        return unknown;
    const struct type *type = &body->record->fields[instruction->b].type;
    return (struct body_register){.may = type->optional ? STATE_MAY_BE_NONE : 0,
                                  .ranged = type->has_low && type->has_high,
                                  .low = type->low,
                                  .high = type->high};
}

static unsigned body_list(const struct body_view *body, uint32_t place) {
    uint32_t count;
    const uint32_t *registers = sym_operands(body->engine, place, &count);
    unsigned may = 0;
    for (uint32_t i = 0; i < count; i++)
        may |= body_operand(body, registers[i]).may;
    return may;
}

/* A day moved by days or weeks: it fails only where its range says that it may leave the calendar. */
static struct body_register body_moved(struct body_register day, struct body_register count, int64_t unit,
                                       bool backward) {
    struct body_register moved = {.may = day.may | count.may};
    int64_t by = count.low * (backward ? -unit : unit);
    if (day.ranged && count.ranged && count.low == count.high && by > -1000000 && by < 1000000) {
        moved.ranged = day.low + by >= CAL_MIN && day.high + by <= CAL_MAX;
        moved.low = day.low + by;
        moved.high = day.high + by;
    }
    moved.may |= moved.ranged ? 0 : STATE_MAY_FAIL;
    return moved;
}

/* Operators that have a value wherever their operands have. */
static bool is_total(const struct instruction *instruction) {
    const struct op_info *info = prog_op_info(instruction->op);
    switch ((enum instruction_op)instruction->op) {
    case INS_fraction:
    case INS_days_between:
    case INS_negate:
    case INS_start_of_month:
    case INS_end_of_month:
    case INS_start_of:
    case INS_end_of:
    case INS_through:
        return true;
    default:
        return info->op_class == CLASS_STRICT && (info->result == KIND_YESNO || info->result == KIND_MEMBER);
    }
}

static struct body_register body_strict(const struct body_view *body, const struct instruction *instruction) {
    const struct op_info *info = prog_op_info(instruction->op);
    const uint32_t operands[3] = {instruction->a, instruction->b, instruction->c};
    struct body_register result = {.may = is_total(instruction) ? 0 : STATE_MAY_FAIL};
    for (int i = 0; i < 3; i++) {
        if (info->operands[i] >= KIND_YESNO && info->operands[i] <= KIND_ANY)
            result.may |= body_operand(body, operands[i]).may;
    }
    return result;
}

static struct body_register body_step(const struct body_view *body, const struct instruction *instruction) {
    struct body_register a = {0}, b = {0};
    switch ((enum instruction_op)instruction->op) {
    case INS_field:
        return body_field(body, instruction);
    case INS_all:
    case INS_any:
        return (struct body_register){.may = body_list(body, instruction->a)};
    case INS_is_one_of:
        return (struct body_register){.may = body_list(body, instruction->a) & STATE_MAY_FAIL};
    case INS_is:
    case INS_is_number:
        a = body_operand(body, instruction->a);
        b = body_operand(body, instruction->b);
        return (struct body_register){.may = (a.may | b.may) & STATE_MAY_FAIL};
    case INS_is_none:
    case INS_is_given:
        return (struct body_register){.may = body_operand(body, instruction->a).may & STATE_MAY_FAIL};
    case INS_if:
        a = body_operand(body, instruction->b);
        b = body_operand(body, instruction->c);
        return (struct body_register){.may = a.may | b.may | body_operand(body, instruction->a).may};
    case INS_only_when:
        a = body_operand(body, instruction->a);
        a.may |= body_operand(body, instruction->b).may | STATE_MAY_BE_NONE;
        return a;
    case INS_move_days:
    case INS_move_weeks:
        return body_moved(body_operand(body, instruction->a), body_operand(body, instruction->b),
                          instruction->op == INS_move_days ? 1 : 7, (instruction->c & 1) != 0);
    case INS_within_days:
    case INS_within_weeks:
        a = body_moved(body_operand(body, instruction->a), body_operand(body, instruction->b),
                       instruction->op == INS_within_days ? 1 : 7, false);
        a.ranged = false;
        return a;
    default:
        return prog_op_info(instruction->op)->op_class == CLASS_STRICT
                   ? body_strict(body, instruction)
                   : (struct body_register){.may = STATE_MAY_FAIL | STATE_MAY_BE_NONE};
    }
}

/* What may become of a loop beside a value; none never where the checker made sure that it has one. */
static unsigned body_may(struct engine *engine, const struct instruction *fold, uint32_t reg) {
    const struct program *program = engine->program;
    const struct instruction *each = sym_instruction(engine, fold->a);
    const struct instruction *list =
        each->a < program->constant_count ? NULL : sym_instruction(engine, each->a);
    const struct ast_node *node = program_node(program, fold->node);
    struct body_view body = {.engine = engine, .each = fold->a, .end = reg};
    struct arena arena;
    unsigned may = 0;
    if (list && list->op == INS_fact)
        body.record = program->set->facts[list->a].type.record;
    arena_init(&arena, engine->walk->arena->alloc);
    body.registers = arena_array(&arena, reg - fold->a + 1, sizeof *body.registers);
    if (!body.registers)
        engine->walk->failed = true;
    for (uint32_t at = fold->a + 1; at < reg && body.registers; at++)
        body.registers[at - fold->a] = body_step(&body, sym_instruction(engine, at));
    if (body.registers && fold->b != NO_REGISTER)
        may |= body_operand(&body, fold->b).may;
    if (body.registers && prog_op_info(fold->op)->operands[2] != KIND_NOTHING)
        may |= body_operand(&body, fold->c).may;
    if (fold->op == INS_sum || fold->op == INS_sum_fractions)
        may |= STATE_MAY_FAIL; /* the sum itself may be too large */
    arena_free(&arena);
    if (node && !model_type(program->set, node)->optional)
        may &= ~(unsigned)STATE_MAY_BE_NONE;
    return may;
}

/* Numbers that lists are counted or summed to; what a quantifier says is a choice of its own. */
struct sym sym_fold(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    const struct instruction *each = sym_instruction(engine, instruction->a);
    struct sym list = sym_eval(engine, each->a);
    struct variable wanted = {.derivation = DERIVED_OPAQUE, .zone = NO_ZONE, .fact = UINT32_MAX, .unit = 1};
    bool number = false;
    if (list.kind == SYM_SPLIT || list.kind == SYM_OPEN || list.kind == SYM_NONE)
        return list;
    unsigned may = body_may(engine, instruction, reg);
    sym_remember_vague(engine, reg);
    if (instruction->op == INS_count || instruction->op == INS_sum)
        number = true;
    else if (instruction->op != INS_some && instruction->op != INS_every)
        may |= STATE_MAY_BE_NONE;
    struct sym state = sym_state(engine, reg, may);
    if (state.kind != SYM_TRUTH)
        return state;
    if (!number)
        return instruction->op == INS_some || instruction->op == INS_every ? sym_opaque(engine, reg)
                                                                           : sym_vague_value(engine, reg);
    struct sym_source source = sym_source_of(engine, reg);
    wanted.amount = source.reg;
    wanted.rounding = source.program;
    wanted.low = instruction->op == INS_count ? 0 : -NUM_LIMIT;
    wanted.high = instruction->op == INS_count ? 1000000000 : NUM_LIMIT;
    wanted.node = instruction->node;
    wanted.owner = engine->index;
    uint32_t variable = space_derived(&engine->walk->space, &wanted);
    return sym_number(engine, linear_variable(&engine->walk->space.linears, variable, 1, 1), reg);
}
