/*
 * A column program in words: its steps as the disassembler writes instructions, with the operands they have here, and under which
 * degree a step matters. Must not know how a step computes.
 */
#include "interp/run/column_plan.h"

#include "grammar/base/banned.h"

void column_plan_dump(struct buffer *out, const struct column_plan *plan) {
    struct program shown = *plan->program;
    uint32_t constants = shown.constant_count;
    if (plan->problem) {
        buffer_format(out, "no columns: %s\n", plan->problem);
        return;
    }
    shown.pool = plan->pool;
    buffer_format(out,
                  "columns: %" PRIu32 " steps of %" PRIu32 " instructions, %" PRIu32 " rows; %" PRIu32
                  " arrays of states, %" PRIu32 ", %" PRIu32 ", %" PRIu32 " of 4, 8, 32 bytes\n",
                  plan->step_count, shown.instruction_count, plan->rows, plan->state_slots, plan->slots[0],
                  plan->slots[1], plan->slots[2]);
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const struct column_step *step = &plan->steps[i];
        struct instruction made = {step->op, step->kind, step->a,
                                   step->b,  step->c,    shown.instructions[step->out - constants].node};
        program_dump_instruction(out, &shown, &made, step->out - constants, 0);
        if (step->guard != NO_REGISTER)
            buffer_format(out, ", %s r%" PRIu32 " is not no",
                          step->costly ? "in rows where" : "if in some row", step->guard - constants);
        buffer_char(out, '\n');
    }
}
