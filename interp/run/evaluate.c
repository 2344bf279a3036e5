/*
 * One evaluation: registers and outcome are laid out, the program runs, problems of the record are looked at, reminders are
 * sorted. Must not know how single instructions compute.
 */
#include "interp/run/evaluate.h"
#include "interp/run/lookup.h"

#include "grammar/base/banned.h"

/* Registers with the constants in them, and degrees. */
static bool lay_out_registers(struct machine *machine, enum degree **degrees) {
    const struct program *program = machine->program;
    machine->registers = machine_array(machine, program->register_count, sizeof *machine->registers);
    *degrees = machine_array(machine, program->set->rule_count, sizeof **degrees);
    if (machine->failed)
        return false;
    if (program->constant_count > 0)
        memcpy(machine->registers, program->constants, program->constant_count * sizeof *program->constants);
    return true;
}

static bool lay_out(struct machine *machine) {
    const struct program *program = machine->program;
    const struct policy_set *set = program->set;
    struct outcome *outcome = machine->outcome;
    machine->elements = machine_array(machine, program->loop_depth, sizeof *machine->elements);
    machine->lists = machine_array(machine, program->loop_depth, sizeof *machine->lists);
    outcome->decisions = machine_array(machine, set->decision_count, sizeof *outcome->decisions);
    outcome->duties = machine_array(machine, set->duty_count, sizeof *outcome->duties);
    outcome->reminders = machine_array(machine, program->reminder_count, sizeof *outcome->reminders);
    outcome->notices = machine_array(machine, program->notice_count, sizeof *outcome->notices);
    outcome->decision_count = set->decision_count;
    outcome->duty_count = set->duty_count;
    outcome->properties = machine_array(machine, program->property_count, sizeof *outcome->properties);
    outcome->rule_count = set->rule_count;
    outcome->property_count = program->property_count;
    return !machine->failed;
}

/* By day, open days last, then rule, then effect: no two are equal. */
static bool comes_before(const struct announcement *a, const struct announcement *b) {
    bool a_open = a->day.tag != VALUE_DATE, b_open = b->day.tag != VALUE_DATE;
    if (a_open != b_open)
        return b_open;
    if (!a_open && a->day.as.day != b->day.as.day)
        return a->day.as.day < b->day.as.day;
    return a->rule != b->rule ? a->rule < b->rule : a->effect < b->effect;
}

/* Shell's sort: in place, no recursion, and short lists are the rule. */
static void sort_reminders(struct announcement *list, size_t count) {
    size_t gap = 1;
    while (gap < count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (size_t i = gap; i < count; i++) {
            struct announcement moved = list[i];
            size_t at = i;
            for (; at >= gap && comes_before(&moved, &list[at - gap]); at -= gap)
                list[at] = list[at - gap];
            list[at] = moved;
        }
    }
}

/*
 * A property is broken where nothing says that it holds: a condition that is none, or open in a complete record, counts as no;
 * a `whenever` that is open does not excuse it, since the case cannot be told from one that it speaks of.
 */
static void judge_properties(struct machine *machine) {
    const struct program *program = machine->program;
    for (uint32_t i = 0; i < program->property_count; i++) {
        const struct property_source *source = &program->properties[i];
        struct property_outcome *property = &machine->outcome->properties[i];
        property->whenever =
            source->whenever == NO_REGISTER ? value_yes_no(true) : held(machine, source->whenever);
        property->condition = held(machine, source->condition);
        bool asked = is_yes(property->whenever) || is_open(property->whenever);
        property->state = asked && !is_yes(property->condition) ? PROPERTY_BROKEN : PROPERTY_HOLDS;
    }
}

/* With registers laid out, and outcome->degrees. */
static enum evaluate_status evaluate_laid_out(struct machine *machine) {
    const struct program *program = machine->program;
    const struct question *question = machine->question;
    const struct period covers = program->set->covers;
    struct outcome *outcome = machine->outcome;
    struct record *record = machine->record;
    if (lay_out(machine)) {
        if (machine->lookup)
            lookup_run(machine->lookup, machine);
        else
            machine_run(machine, 0, program->instruction_count);
    }
    bool failed = machine->failed || machine->arena->failed;
    bool covered = covers.first <= question->today && question->today <= covers.last;
    if (failed || record->problem_count > 0 || !covered)
        *outcome = (struct outcome){.today = question->today};
    if (failed)
        return EVALUATE_OUT_OF_MEMORY;
    if (record->problem_count > 0)
        return EVALUATE_REJECTED;
    outcome->covered = covered;
    if (covered)
        judge_properties(machine);
    sort_reminders(outcome->reminders, outcome->reminder_count);
    return EVALUATE_OK;
}

enum evaluate_status evaluate(const struct program *program, struct record *record,
                              const struct question *question, struct arena *arena, const struct trace *trace,
                              struct outcome *outcome) {
    struct machine machine = {.program = program,
                              .record = record,
                              .question = question,
                              .arena = arena,
                              .trace = trace,
                              .outcome = outcome};
    struct lookup lookup;
    *outcome = (struct outcome){.today = question->today};
    if (record->problem_count > 0)
        return EVALUATE_REJECTED;
    if (!lay_out_registers(&machine, &outcome->degrees))
        return EVALUATE_OUT_OF_MEMORY;
    if (program->index && !trace) {
        machine.lookup = &lookup;
        if (!lookup_init(&lookup, &machine))
            return EVALUATE_OUT_OF_MEMORY;
    }
    return evaluate_laid_out(&machine);
}

bool evaluator_init(struct evaluator *evaluator, const struct program *program, struct arena *arena) {
    struct machine machine = {.program = program, .arena = arena};
    *evaluator = (struct evaluator){.program = program};
    if (!lay_out_registers(&machine, &evaluator->degrees))
        return false;
    evaluator->registers = machine.registers;
    if (!program->index)
        return true;
    evaluator->lookup = machine_array(&machine, 1, sizeof *evaluator->lookup);
    return evaluator->lookup && lookup_init(evaluator->lookup, &machine);
}

enum evaluate_status evaluator_run(struct evaluator *evaluator, struct record *record,
                                   const struct question *question, struct arena *arena,
                                   struct outcome *outcome) {
    struct machine machine = {.program = evaluator->program,
                              .record = record,
                              .question = question,
                              .arena = arena,
                              .outcome = outcome,
                              .lookup = evaluator->lookup,
                              .registers = evaluator->registers};
    *outcome = (struct outcome){.today = question->today};
    if (record->problem_count > 0)
        return EVALUATE_REJECTED;
    outcome->degrees = evaluator->degrees;
    if (machine.lookup)
        lookup_clear(machine.lookup, &machine);
    return evaluate_laid_out(&machine);
}
