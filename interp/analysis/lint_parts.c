/*
 * What checks about single expressions share: small searches, what rests on what, in which declaration an expression stands. Must not
 * know what is checked.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/meaning/show.h"

struct search_result lint_search(struct lint_work *work, struct walk *walk, const struct atom *within,
                                 size_t within_count, const struct search *search, uint64_t cells) {
    uint64_t before = walk->cells, budget = walk->budget;
    walk->cells = 0;
    walk->budget = cells < budget ? cells : budget;
    struct search_result result = search_run(walk, within, within_count, search, work->findings->arena);
    walk->cells += before;
    walk->budget = budget;
    work->failed = work->failed || result.end == SEARCH_NO_MEMORY;
    return result;
}

static enum walk_next survey_receive(struct walk *walk, void *context, int answer,
                                     const struct walk_point *point, bool sure) {
    (void)walk;
    (void)context;
    (void)answer;
    (void)point;
    (void)sure;
    return WALK_STOP;
}

bool lint_survey(struct lint_work *work, const struct atom *within, size_t count, walk_question *question,
                 void *context) {
    return walk_run(&work->walk, within, count, question, survey_receive, context) != WALK_NO_MEMORY;
}

/* --- one register of one case --- */

struct watched {
    uint32_t reg;
    struct value value;
};

static void watch(void *context, const struct program *program, uint32_t instruction, struct value value) {
    struct watched *watched = context;
    if (program->constant_count + instruction == watched->reg)
        watched->value = value;
}

struct value lint_evaluated(struct lint_work *work, const struct confirmed *confirmed, uint32_t reg) {
    struct watched watched = {reg, {.tag = VALUE_NONE}};
    const struct trace trace = {watch, &watched};
    const struct question question = {.today = confirmed->outcome.today};
    struct record record = confirmed->record;
    struct outcome outcome;
    struct arena arena;
    arena_init(&arena, work->findings->arena->alloc);
    record.arena = &arena;
    if (evaluate(work->program, &record, &question, &arena, &trace, &outcome) == EVALUATE_OUT_OF_MEMORY) {
        work->failed = true;
        watched.value = (struct value){.tag = VALUE_NONE};
    }
    arena_free(&arena);
    return watched.value;
}

/* --- what rests on what --- */

static bool rests_on_pool(const struct program *program, uint32_t place, const bool *marked) {
    for (uint32_t i = 1; i <= program->pool[place]; i++) {
        uint32_t reg = program->pool[place + i];
        if (reg != NO_REGISTER && marked[reg])
            return true;
    }
    return false;
}

static bool rests_on(const struct program *program, const struct instruction *instruction,
                     const bool *marked) {
    const struct op_info *info = prog_op_info(instruction->op);
    const uint32_t operands[3] = {instruction->a, instruction->b, instruction->c};
    for (int i = 0; i < 3; i++) {
        enum operand_kind kind = info->operands[i];
        if (kind >= KIND_YESNO && kind <= KIND_EACH) {
            if (operands[i] != NO_REGISTER && marked[operands[i]])
                return true;
        } else if (kind >= KIND_YESNOS && kind <= KIND_PAIRS && rests_on_pool(program, operands[i], marked)) {
            return true;
        }
    }
    return false;
}

void lint_mark_dependents(const struct program *program, bool *marked) {
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        if (rests_on(program, &program->instructions[i], marked))
            marked[program->constant_count + i] = true;
    }
}

/* --- where it stands --- */

static bool stands_in(struct span inner, const struct ast_node *declaration) {
    struct span outer = ast_span(declaration);
    return outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end;
}

const struct ast_node *lint_owner(const struct policy_set *set, const struct ast_node *node) {
    struct span span = ast_span(node);
    for (size_t i = 0; i < set->rule_count; i++)
        if (stands_in(span, lint_rule_where(&set->rules[i])))
            return lint_rule_where(&set->rules[i]);
    for (size_t i = 0; i < set->decision_count; i++)
        if (stands_in(span, set->decisions[i].node))
            return set->decisions[i].node;
    for (size_t i = 0; i < set->duty_count; i++)
        if (stands_in(span, set->duties[i].node))
            return set->duties[i].node;
    for (size_t i = 0; i < set->property_count; i++)
        if (stands_in(span, set->properties[i].node))
            return set->properties[i].node;
    for (size_t i = 0; i < set->fact_count; i++)
        if (stands_in(span, set->facts[i].node))
            return set->facts[i].node;
    return NULL;
}

struct text lint_words(struct lint_work *work, const struct ast_node *node) {
    struct text words = show_words(work->set, node, work->findings->arena);
    work->failed = work->failed || work->findings->arena->failed;
    return words;
}
