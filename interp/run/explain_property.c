/*
 * Why a property is as it is in one case: its condition and what it presupposes, taken apart, with the values they saw. From the same
 * traced evaluation as any explanation. Must not know whether the property holds elsewhere.
 */
#include "interp/run/explain_inside.h"

#include "grammar/base/banned.h"

enum evaluate_status explain_property(const struct program *program, struct record *record,
                                      const struct question *question, uint32_t property, struct arena *arena,
                                      struct explanation *explanation, struct explained_property *explained) {
    const struct property *of = &program->set->properties[property];
    struct explainer x = {.arena = arena, .made = explanation};
    *explanation = (struct explanation){.program = program, .record = record, .question = *question};
    *explained = (struct explained_property){.has_whenever = of->whenever != NULL};
    if (!traced_begin(&x.traced, program, record, question, arena))
        return EVALUATE_OUT_OF_MEMORY;
    enum evaluate_status status =
        evaluate(program, record, question, arena, &x.traced.trace, &explanation->outcome);
    if (status != EVALUATE_OK || !explanation->outcome.covered)
        return arena->failed ? EVALUATE_OUT_OF_MEMORY : status;
    if (of->whenever)
        explain_condition(&x, of->whenever, &explained->whenever);
    explain_condition(&x, of->condition, &explained->condition);
    return arena->failed ? EVALUATE_OUT_OF_MEMORY : EVALUATE_OK;
}
