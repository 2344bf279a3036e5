/*
 * Conditions that are yes in every valid case, or in none: conjuncts of rules, cells, definitions, what an `if` asks, what a property
 * presupposes. Told at the smallest part that is constant, with the tests that clash where it is a row of them. A simple comparison needs no walk.
 * Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

enum certainty { CERTAINTY_VARIES, CERTAINTY_ALWAYS, CERTAINTY_NEVER };
enum { CONDITION_FOUND = 1 };
/* Conjuncts of one rule that are looked at. */
#define CONJUNCTS_MOST 64

struct conditions {
    struct lint_work *work;
    struct engine *engine;
    bool *seen;              /* by register */
    unsigned char *verdicts; /* by register: certainty + 1; 0 where nobody asked */
};

/* Some registers of conditions, and which answer is looked for: all of them yes, or (none_yes) none of them. */
struct asked_condition {
    const uint32_t *registers;
    uint32_t count;
    bool none_yes;
};

static int ask_conditions(struct walk *walk, void *context, struct atom *atom) {
    const struct asked_condition *asked = context;
    int answer = CONDITION_FOUND;
    for (uint32_t i = 0; i < asked->count; i++) {
        struct sym truth = sym_truth(&walk->engines[0], asked->registers[i]);
        bool yes = truth.kind == SYM_TRUTH && truth.truth;
        if (truth.kind == SYM_SPLIT) {
            *atom = truth.atom;
            answer = WALK_SPLIT;
        } else if (yes == asked->none_yes) {
            return WALK_PASS;
        }
    }
    return answer;
}

/* False where there is certainly no such case. */
static bool there_may_be(struct conditions *c, const struct asked_condition *asked) {
    struct asked_condition context = *asked;
    const struct search search = {
        .question = ask_conditions, .context = &context, .wanted = 1, .unshown = true};
    enum search_end end = lint_search(c->work, &c->work->walk, NULL, 0, &search, LINT_SMALL_CELLS).end;
    if (end == SEARCH_BUDGET || end == SEARCH_POSSIBLE)
        c->work->report->unfinished[DIAG_L0204] = true;
    return end != SEARCH_NONE;
}

/* --- one condition --- */

/* By its atoms alone, where it is made of such and every record is valid; false where it is not. */
static bool certain_by_atoms(struct conditions *c, uint32_t reg, enum certainty *certainty) {
    struct walk *walk = &c->work->walk;
    const struct zone_shape *shape = &walk->space.shape;
    struct rule_view view = {0};
    if (c->engine->requirement_count > 0 || !sym_atoms(c->engine, reg, &view))
        return false;
    bool all = true;
    for (size_t i = 0; i < view.atom_count; i++) {
        enum truth truth = atom_judge(shape, walk->stack[0], &view.atoms[i]);
        all = all && truth == TRUTH_YES;
        if (truth == TRUTH_NO) {
            *certainty = CERTAINTY_NEVER;
            return true;
        }
    }
    *certainty = all ? CERTAINTY_ALWAYS : CERTAINTY_VARIES;
    if (all || view.atom_count < 2)
        return true;
    zone_copy(shape, walk->trial, walk->stack[0]);
    for (size_t i = 0; i < view.atom_count; i++) {
        if (!atom_apply(shape, walk->trial, &view.atoms[i], false))
            *certainty = CERTAINTY_NEVER;
        if (*certainty == CERTAINTY_NEVER)
            break;
    }
    return true;
}

static enum certainty certainty_of(struct conditions *c, uint32_t reg) {
    enum certainty found = CERTAINTY_VARIES;
    if (reg < c->engine->program->constant_count)
        return found;
    if (c->verdicts[reg] > 0)
        return (enum certainty)(c->verdicts[reg] - 1);
    if (!certain_by_atoms(c, reg, &found)) {
        struct asked_condition asked = {&reg, 1, false};
        if (!there_may_be(c, &asked))
            found = CERTAINTY_NEVER;
        asked.none_yes = true;
        if (found == CERTAINTY_VARIES && !there_may_be(c, &asked))
            found = CERTAINTY_ALWAYS;
    }
    c->verdicts[reg] = (unsigned char)(found + 1);
    return found;
}

/* --- telling --- */

/* Of which only one is told: the smallest set of the parts that clash, found by leaving out one after the other. */
static uint32_t clashing(struct conditions *c, uint32_t *parts, uint32_t count, bool none_yes) {
    for (uint32_t i = 0; i < count && count > 1 && !c->work->failed;) {
        uint32_t left_out = parts[i];
        for (uint32_t k = i; k + 1 < count; k++)
            parts[k] = parts[k + 1];
        const struct asked_condition asked = {parts, count - 1, none_yes};
        if (!there_may_be(c, &asked)) {
            count--;
            continue;
        }
        for (uint32_t k = count - 1; k > i; k--)
            parts[k] = parts[k - 1];
        parts[i++] = left_out;
    }
    return count;
}

static const struct ast_node *node_of(const struct conditions *c, uint32_t reg) {
    return program_node(c->engine->program, sym_instruction(c->engine, reg)->node);
}

/* Labels those of the parts that make it so; `parts` is reordered. */
static void label_clash(struct conditions *c, struct diagnostic *diagnostic, uint32_t *parts, uint32_t count,
                        bool none_yes) {
    uint32_t kept = clashing(c, parts, count, none_yes);
    for (uint32_t i = 0; i < kept; i++) {
        const struct ast_node *node =
            parts[i] < c->engine->program->constant_count ? NULL : node_of(c, parts[i]);
        const char *words = none_yes    ? "where this does not hold"
                            : kept == 1 ? "this never holds"
                            : i == 0    ? "where this holds"
                                        : "this does not";
        if (node && (node->kind == AST_RULE || node->kind == AST_EXCEPTION || node->kind == AST_TABLE))
            diag_note(c->work->findings->diags, diagnostic, "the days it is in force on are part of it");
        else if (node)
            diag_label(c->work->findings->diags, diagnostic, ast_span(node), "%s", words);
    }
}

static void tell_clash(struct conditions *c, struct diagnostic *diagnostic, uint32_t reg, bool none_yes) {
    uint32_t count;
    const uint32_t *operands = sym_operands(c->engine, sym_instruction(c->engine, reg)->a, &count);
    uint32_t *parts = arena_array(c->work->findings->arena, count, sizeof *parts);
    if (!parts) {
        c->work->failed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        parts[i] = operands[i];
    label_clash(c, diagnostic, parts, count, none_yes);
}

/* The conjuncts of a rule, up to `most`; what was announced when is none. */
static uint32_t conjuncts_of(const struct conditions *c, uint32_t place, uint32_t *parts, uint32_t count,
                             uint32_t most) {
    uint32_t operand_count;
    const uint32_t *operands = sym_operands(c->engine, place, &operand_count);
    for (uint32_t i = 0; i < operand_count; i++) {
        const struct instruction *part =
            operands[i] < c->engine->program->constant_count ? NULL : sym_instruction(c->engine, operands[i]);
        if (part && (part->op == INS_all || part->op == INS_gate))
            count = conjuncts_of(c, part->a, parts, count, most);
        else if ((!part || part->op != INS_announced_by) && count < most)
            parts[count++] = operands[i];
    }
    return count;
}

void lint_clashing(struct lint_work *work, struct diagnostic *diagnostic, uint32_t rule) {
    struct conditions c = {.work = work, .engine = &work->walk.engines[0]};
    uint32_t parts[CONJUNCTS_MOST], degree = c.engine->rules[rule].degree;
    if (degree == NO_REGISTER || !work->walk.ready)
        return;
    uint32_t count = conjuncts_of(&c, sym_instruction(c.engine, degree)->a, parts, 0, CONJUNCTS_MOST);
    const struct asked_condition asked = {parts, count, false};
    if (!there_may_be(&c, &asked))
        label_clash(&c, diagnostic, parts, count, false);
    else if (c.engine->rules[rule].exception_count > 0)
        diag_note(work->findings->diags, diagnostic, "where its conditions hold, exceptions switch it off");
}

/* The requirement without which the condition would vary, where one alone makes it certain. */
static void tell_requirement(struct conditions *c, struct diagnostic *diagnostic, uint32_t reg,
                             enum certainty certainty) {
    struct engine *engine = c->engine;
    uint32_t *requirements = engine->requirements, count = engine->requirement_count;
    struct asked_condition asked = {&reg, 1, certainty == CERTAINTY_ALWAYS};
    engine->requirement_count = 0;
    bool rests = count > 0 && there_may_be(c, &asked);
    for (uint32_t i = 0; i < count && rests; i++) {
        engine->requirements = &requirements[i];
        engine->requirement_count = 1;
        if (there_may_be(c, &asked))
            continue;
        const struct ast_node *node =
            program_node(engine->program, requirements[i] < engine->program->constant_count
                                              ? 0
                                              : sym_instruction(engine, requirements[i])->node);
        if (node)
            diag_label(c->work->findings->diags, diagnostic, ast_span(node), "because this is required");
        break;
    }
    engine->requirements = requirements;
    engine->requirement_count = count;
    if (rests && diagnostic->label_count == 0)
        diag_note(c->work->findings->diags, diagnostic, "what `require` asks makes it so");
}

static void tell(struct conditions *c, uint32_t reg, enum certainty certainty) {
    struct lint_work *work = c->work;
    struct diagnostics *diags = work->findings->diags;
    const struct ast_node *node = node_of(c, reg);
    unsigned op = sym_instruction(c->engine, reg)->op;
    if (c->seen[reg] || !node)
        return;
    c->seen[reg] = true;
    struct text words = lint_words(work, node->kind == AST_FACT ? ast_kid(node, FACT_name) : node);
    bool always = certainty == CERTAINTY_ALWAYS;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0204, ast_span(node), "`%.*s` %s", (int)words.length, words.bytes,
                    always ? "holds in every case" : "holds in no case");
    if (op == INS_all || op == INS_any)
        tell_clash(c, diagnostic, reg, always);
    tell_requirement(c, diagnostic, reg, certainty);
    diag_help(diags, diagnostic,
              always ? "remove it, or correct it where more was meant"
                     : "correct one of its tests, or remove what hangs on it");
    struct finding finding = finding_of(diagnostic, lint_owner(work->set, node));
    lint_add(work, &finding, NULL);
}

/* --- going through them --- */

/* Tells at the smallest part that makes it so; a definition is told of where it stands. */
static void find_cause(struct conditions *c, uint32_t reg, enum certainty certainty) {
    const struct instruction *instruction = sym_instruction(c->engine, reg);
    bool all = instruction->op == INS_all || instruction->op == INS_gate, any = instruction->op == INS_any;
    enum certainty decides = all ? CERTAINTY_NEVER : CERTAINTY_ALWAYS;
    uint32_t count;
    if (instruction->op == INS_not) {
        if (instruction->a >= c->engine->program->constant_count &&
            sym_instruction(c->engine, instruction->a)->node == instruction->node)
            tell(c, reg, certainty); /* `is not`, which is written as one */
        else if (instruction->a >= c->engine->program->constant_count)
            find_cause(c, instruction->a, certainty == CERTAINTY_ALWAYS ? CERTAINTY_NEVER : CERTAINTY_ALWAYS);
        return;
    }
    if (instruction->op == INS_decide || instruction->op == INS_total || instruction->op == INS_announced_by)
        return;
    if (!all && !any) {
        tell(c, reg, certainty);
        return;
    }
    const uint32_t *operands = sym_operands(c->engine, instruction->a, &count);
    bool found = false;
    for (uint32_t i = 0; i < count && !c->work->failed; i++) {
        if (certainty_of(c, operands[i]) != certainty)
            continue;
        found = true;
        find_cause(c, operands[i], certainty);
        if (certainty == decides)
            return;
    }
    if (!found)
        tell(c, reg, certainty);
}

static void look_at(struct conditions *c, uint32_t reg);

/* The parts of a condition that varies. */
static void look_inside(struct conditions *c, const struct instruction *instruction) {
    uint32_t count;
    if (instruction->op == INS_not) {
        if (instruction->a >= c->engine->program->constant_count &&
            sym_instruction(c->engine, instruction->a)->node != instruction->node)
            look_at(c, instruction->a);
    } else if (instruction->op == INS_all || instruction->op == INS_any || instruction->op == INS_gate) {
        const uint32_t *operands = sym_operands(c->engine, instruction->a, &count);
        for (uint32_t i = 0; i < count && !c->work->failed; i++)
            look_at(c, operands[i]);
    }
}

static void look_at(struct conditions *c, uint32_t reg) {
    if (reg < c->engine->program->constant_count || c->seen[reg] || c->work->failed)
        return;
    const struct instruction *instruction = sym_instruction(c->engine, reg);
    enum certainty certainty = certainty_of(c, reg);
    if (certainty != CERTAINTY_VARIES)
        find_cause(c, reg, certainty);
    else
        look_inside(c, instruction);
    c->seen[reg] = true;
}

/* What a rule asks, but for the days it is in force and was announced on, which stand outside of its condition. */
static void look_at_rule(struct conditions *c, const struct instruction *degree) {
    uint32_t count;
    const uint32_t *operands = sym_operands(c->engine, degree->a, &count);
    for (uint32_t i = 0; i < count && !c->work->failed; i++) {
        if (operands[i] < c->engine->program->constant_count)
            continue;
        const struct instruction *part = sym_instruction(c->engine, operands[i]);
        const struct ast_node *node = program_node(c->engine->program, part->node);
        bool heading = node && (node->kind == AST_RULE || node->kind == AST_EXCEPTION ||
                                (node->kind == AST_TABLE && part->op != INS_gate));
        if (part->op == INS_gate)
            look_at_rule(c, part);
        else if (!heading)
            look_at(c, operands[i]);
    }
}

static void look_at_all(struct conditions *c) {
    const struct program *program = c->engine->program;
    for (uint32_t i = 0; i < program->instruction_count && !c->work->failed; i++) {
        const struct instruction *instruction = &program->instructions[i];
        if (instruction->op == INS_degree && !c->work->dead[instruction->c])
            look_at_rule(c, instruction);
        else if (instruction->op == INS_decide && instruction->kind == KIND_YESNO) {
            uint32_t count;
            uint32_t normal = sym_operands(c->engine, instruction->b, &count)[0];
            if (normal != NO_REGISTER)
                look_at(c, normal);
        } else if (instruction->op == INS_if) {
            look_at(c, instruction->a);
        }
    }
    for (uint32_t i = 0; i < program->property_count && !c->work->failed; i++)
        if (program->properties[i].whenever != NO_REGISTER)
            look_at(c, program->properties[i].whenever);
}

void lint_conditions(struct lint_work *work) {
    struct arena arena;
    struct conditions c = {.work = work, .engine = &work->walk.engines[0]};
    if (!lint_wants(work, DIAG_L0204) || !work->walk.ready)
        return;
    arena_init(&arena, work->findings->arena->alloc);
    c.seen = arena_array(&arena, work->program->register_count, sizeof *c.seen);
    c.verdicts = arena_array(&arena, work->program->register_count, sizeof *c.verdicts);
    if (c.seen && c.verdicts)
        look_at_all(&c);
    else
        work->failed = true;
    arena_free(&arena);
}
