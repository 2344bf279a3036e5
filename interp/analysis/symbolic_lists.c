/*
 * Lists under a cell: nothing is known of their records, so what is asked of all of them is a choice or a number of its own; open or
 * none only where the loop's body may be. Must not know rules.
 */
#include "interp/analysis/symbolic.h"

#include "grammar/base/banned.h"

/* Whether the register, seen from inside a loop, has a value for certain: what the loop computes itself is looked at on its own. */
static bool steady_operand(struct engine *engine, uint32_t each, uint32_t end, uint32_t reg) {
    if (reg < engine->program->constant_count)
        return engine->program->constants[reg].tag != VALUE_NONE;
    if (reg > each && reg < end)
        return true;
    return sym_given(engine, sym_eval(engine, reg)).kind > SYM_NONE;
}

/* Comparisons, logic and the like: they have a value wherever their operands have. */
static bool steady_operator(const struct instruction *instruction) {
    const struct op_info *info = prog_op_info(instruction->op);
    switch ((enum instruction_op)instruction->op) {
    case INS_is:
    case INS_is_number:
    case INS_is_none:
    case INS_is_given:
    case INS_fraction:
    case INS_days_between:
    case INS_negate:
    case INS_start_of_month:
    case INS_end_of_month:
    case INS_start_of:
    case INS_end_of:
        return true;
    default:
        return info->op_class == CLASS_STRICT && (info->result == KIND_YESNO || info->result == KIND_MEMBER);
    }
}

/* Whether the loop's body has a value for every record. */
static bool steady_body(struct engine *engine, uint32_t each_reg) {
    const struct program *program = engine->program;
    const struct instruction *each = sym_instruction(engine, each_reg);
    const struct instruction *list =
        each->a < program->constant_count ? NULL : sym_instruction(engine, each->a);
    uint32_t end = program->constant_count + each->b;
    if (!list || list->op != INS_fact)
        return false;
    const struct record_type *record = program->set->facts[list->a].type.record;
    for (uint32_t reg = each_reg + 1; reg < end; reg++) {
        const struct instruction *instruction = sym_instruction(engine, reg);
        const struct op_info *info = prog_op_info(instruction->op);
        const uint32_t operands[3] = {instruction->a, instruction->b, instruction->c};
        if (instruction->op == INS_field && instruction->a == each_reg) {
            if (record->fields[instruction->b].type.optional)
                return false;
            continue;
        }
        if (instruction->op == INS_all || instruction->op == INS_any || instruction->op == INS_is_one_of) {
            uint32_t count;
            const uint32_t *registers = sym_operands(engine, instruction->a, &count);
            for (uint32_t i = 0; i < count; i++) {
                if (!steady_operand(engine, each_reg, end, registers[i]))
                    return false;
            }
            continue;
        }
        if (!steady_operator(instruction))
            return false;
        for (int i = 0; i < 3; i++) {
            if (info->operands[i] >= KIND_YESNO && info->operands[i] <= KIND_ANY &&
                !steady_operand(engine, each_reg, end, operands[i]))
                return false;
        }
    }
    return true;
}

/* Numbers that lists are counted or summed to; what a quantifier says is a choice of its own. */
struct sym sym_fold(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    const struct instruction *each = sym_instruction(engine, instruction->a);
    struct sym list = sym_eval(engine, each->a);
    struct variable wanted = {.derivation = DERIVED_OPAQUE, .zone = NO_ZONE, .fact = UINT32_MAX, .unit = 1};
    bool steady = steady_body(engine, instruction->a), number = false;
    unsigned may = steady ? 0 : STATE_MAY_FAIL | STATE_MAY_BE_NONE;
    if (list.kind == SYM_SPLIT || list.kind == SYM_OPEN || list.kind == SYM_NONE)
        return list;
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
