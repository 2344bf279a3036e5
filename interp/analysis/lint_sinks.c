/*
 * The outcomes that rest on an expression: decisions, duties, reminders and notices that would be another, or none, were it another. Must not
 * know what is wrong with it.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"

static bool add_sink(struct arena *arena, uint32_t **items, size_t *count, size_t *capacity, uint32_t index) {
    return ARENA_PUSH(arena, *items, *count, *capacity, index);
}

bool lint_sinks(const struct program *program, bool *marked, struct arena *arena, struct lint_sinks *sinks) {
    size_t decisions = 0, duties = 0, rules = 0;
    bool made = true;
    *sinks = (struct lint_sinks){0};
    lint_mark_dependents(program, marked);
    for (uint32_t i = 0; i < program->instruction_count && made; i++) {
        const struct instruction *instruction = &program->instructions[i];
        if (!marked[program->constant_count + i])
            continue;
        if ((instruction->op == INS_decide || instruction->op == INS_total) &&
            program->set->decisions[instruction->c].kind != DECISION_DEFINE)
            made = add_sink(arena, &sinks->decisions, &sinks->decision_count, &decisions, instruction->c);
        else if (instruction->op == INS_duty)
            made = add_sink(arena, &sinks->duties, &sinks->duty_count, &duties, instruction->c);
        else if (instruction->op == INS_remind || instruction->op == INS_notice)
            made = add_sink(arena, &sinks->rules, &sinks->rule_count, &rules,
                            program->announcements[instruction->c].rule);
    }
    return made;
}
