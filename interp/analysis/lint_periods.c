/*
 * Periods whose last day lies before their first in a valid case in which they are used: a rule asks whether a day is in one and all else it
 * asks holds, or gives a value or a deadline made of one. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

#define PERIOD_CELLS ((uint64_t)20000)
enum { PERIOD_FOUND = 1 };

struct used_period {
    struct lint_work *work;
    uint32_t reg;
    bool *marked; /* by register: it rests on the period */
};

static bool makes_period(const struct instruction *instruction) {
    switch ((enum instruction_op)instruction->op) {
    case INS_through:
    case INS_until:
    case INS_within_days:
    case INS_within_weeks:
    case INS_within_months:
    case INS_within_years:
        return true;
    default:
        return false;
    }
}

/* --- is it used? --- */

/* Whether everything of the conditions that does not rest on the period holds. */
static struct sym others_hold(struct engine *engine, const struct used_period *u, uint32_t place) {
    struct sym result = sym_of_truth(true);
    uint32_t count;
    const uint32_t *operands = sym_operands(engine, place, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct sym one;
        const struct instruction *part =
            operands[i] >= engine->program->constant_count ? sym_instruction(engine, operands[i]) : NULL;
        if (part && u->marked[operands[i]] && (part->op == INS_all || part->op == INS_gate))
            one = others_hold(engine, u, part->a);
        else if (u->marked[operands[i]])
            continue;
        else
            one = sym_truth(engine, operands[i]);
        if (one.kind == SYM_SPLIT) {
            result = one;
        } else if (one.kind != SYM_TRUTH || !one.truth) {
            return sym_of_truth(false);
        }
    }
    return result;
}

/* A rule that applies gives a value made of it. */
static struct sym gives_it(struct engine *engine, const struct used_period *u,
                           const struct instruction *instruction) {
    struct sym result = sym_of_truth(false);
    uint32_t count;
    const uint32_t *pairs = sym_operands(engine, instruction->a, &count);
    for (uint32_t i = 0; i + 1 < count; i += 2) {
        struct sym degree;
        if (!u->marked[pairs[i + 1]])
            continue;
        degree = sym_truth(engine, pairs[i]);
        if (degree.kind == SYM_TRUTH && degree.truth)
            return degree;
        if (degree.kind == SYM_SPLIT)
            result = degree;
    }
    return result;
}

static int ask_used(struct engine *engine, const struct used_period *u, struct atom *atom) {
    const struct program *program = engine->program;
    int answer = WALK_PASS;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        const struct instruction *instruction = &program->instructions[i];
        struct sym used = {.kind = SYM_TRUTH};
        if (!u->marked[program->constant_count + i])
            continue;
        if (instruction->op == INS_degree && !u->work->dead[instruction->c])
            used = others_hold(engine, u, instruction->a);
        else if (instruction->op == INS_duty ||
                 ((instruction->op == INS_decide || instruction->op == INS_total) &&
                  program->set->decisions[instruction->c].kind != DECISION_DEFINE))
            used = gives_it(engine, u, instruction);
        if (used.kind == SYM_TRUTH && used.truth)
            return PERIOD_FOUND;
        if (used.kind == SYM_SPLIT) {
            *atom = used.atom;
            answer = WALK_SPLIT;
        }
    }
    return answer;
}

/* Whether its last day is before its first; no where it is none or not known. */
static struct sym is_empty_there(struct walk *walk, uint32_t reg) {
    struct engine *engine = &walk->engines[0];
    struct linears *linears = &walk->space.linears;
    struct sym period = sym_eval(engine, reg);
    if (period.kind != SYM_PERIOD)
        return period.kind == SYM_SPLIT ? period : sym_of_truth(false);
    const struct linear *over = linear_sum(linears, period.last, period.linear, true);
    over = linear_sum(linears, over, linear_constant(linears, 1, 1), false);
    return over ? sym_at_most_zero(engine, over, reg) : sym_of_truth(false);
}

static int ask_empty(struct walk *walk, void *context, struct atom *atom) {
    const struct used_period *u = context;
    struct sym empty = is_empty_there(walk, u->reg);
    if (empty.kind == SYM_SPLIT) {
        *atom = empty.atom;
        return WALK_SPLIT;
    }
    return empty.truth ? ask_used(&walk->engines[0], u, atom) : WALK_PASS;
}

/* Asks over all cases at once which may be empty at all. */
static int sift(struct walk *walk, void *context, struct atom *atom) {
    const struct program *program = walk->engines[0].program;
    bool *may_be = context;
    (void)atom;
    for (uint32_t i = 0; i < program->instruction_count && !walk->space.grew && !walk->failed; i++) {
        if (!makes_period(&program->instructions[i]))
            continue;
        struct sym empty = is_empty_there(walk, program->constant_count + i);
        may_be[i] = empty.kind == SYM_SPLIT || empty.truth;
    }
    return WALK_PASS;
}

/* --- what the evaluator says --- */

static bool is_empty(void *context, const struct confirmed *const results[]) {
    const struct used_period *u = context;
    struct value value = lint_evaluated(u->work, results[0], u->reg);
    return value.tag == VALUE_PERIOD && value.as.period.last < value.as.period.first;
}

/* --- the check --- */

static void tell(struct used_period *u, const struct ast_node *node, const struct witness *witness) {
    struct lint_work *work = u->work;
    struct diagnostics *diags = work->findings->diags;
    struct text words = lint_words(work, node);
    struct diagnostic *diagnostic = diag_report(
        diags, DIAG_L0207, ast_span(node), "`%.*s` can end before it begins", (int)words.length, words.bytes);
    diag_help(
        diags, diagnostic,
        "correct its days, ask first whether there is such a period, or say with `require` that the case "
        "cannot occur");
    struct finding finding = finding_of(diagnostic, lint_owner(work->set, node));
    lint_add(work, &finding, witness);
}

static void check(struct lint_work *work, uint32_t at, struct arena *arena) {
    const struct program *program = work->program;
    struct used_period u = {.work = work, .reg = program->constant_count + at};
    const struct search search = {
        .question = ask_empty, .holds = is_empty, .context = &u, .wanted = 1, .plainest = true};
    const struct ast_node *node = program_node(program, program->instructions[at].node);
    u.marked = arena_array(arena, program->register_count, sizeof *u.marked);
    if (!u.marked) {
        work->failed = true;
        return;
    }
    u.marked[u.reg] = true;
    lint_mark_dependents(program, u.marked);
    struct search_result result = lint_search(work, &work->walk, NULL, 0, &search, PERIOD_CELLS);
    if (result.end == SEARCH_FOUND && node)
        tell(&u, node, result.witnesses[0]);
    else if (result.end == SEARCH_BUDGET || result.end == SEARCH_POSSIBLE)
        work->report->unfinished[DIAG_L0207] = true;
}

void lint_periods(struct lint_work *work) {
    struct arena arena, each;
    if (!lint_wants(work, DIAG_L0207) || !work->walk.ready)
        return;
    arena_init(&arena, work->findings->arena->alloc);
    arena_init(&each, work->findings->arena->alloc);
    bool *may_be = arena_array(&arena, work->program->instruction_count, sizeof *may_be);
    work->failed = work->failed || !may_be || !lint_survey(work, NULL, 0, sift, may_be);
    for (uint32_t i = 0; i < work->program->instruction_count && !work->failed; i++) {
        if (!may_be[i])
            continue;
        arena_reset(&each);
        check(work, i, &each);
    }
    arena_free(&each);
    arena_free(&arena);
}
