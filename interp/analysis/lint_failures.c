/*
 * Expressions that fail in a valid case, where that keeps a decision, duty, reminder or notice from being known. Facts whose range nobody
 * declared are taken to be ordinary: dates not within 400 years of the first or last there is, numbers of a million at most. Must not know how
 * findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

#define FAILURE_CELLS ((uint64_t)20000)
#define FAR_DAYS 146097 /* in 400 years */
#define LARGE_NUMBER 1000000
enum { FAILURE_FOUND = 1 };

struct failing {
    struct lint_work *work;
    uint32_t reg, node;
    struct lint_sinks sinks;
    enum failure failure; /* of the case found last */
};

static bool is_own(const struct failing *f, const struct sym *value) {
    return value->kind == SYM_OPEN && value->reason.kind == REASON_FAILURE && value->reason.index == f->node;
}

/* Whether a duty that is due is done is not known. */
static struct sym is_in_doubt(struct engine *engine, uint32_t duty, const struct verdict_view *seen) {
    struct sym done = {.kind = SYM_TRUTH};
    if (seen->seen == SEEN_VALUE)
        done = sym_truth(engine, sym_instruction(engine, engine->duty_instructions[duty])->b);
    return done;
}

static int ask_sinks(struct engine *engine, const struct failing *f, struct atom *atom) {
    int answer = WALK_PASS;
    for (size_t i = 0; i < f->sinks.decision_count + f->sinks.duty_count; i++) {
        bool decision = i < f->sinks.decision_count;
        struct verdict_view seen = decision ? see_decision(engine, f->sinks.decisions[i])
                                            : see_duty(engine, f->sinks.duties[i - f->sinks.decision_count]);
        if (!decision && seen.seen != SEEN_SPLIT) {
            struct sym done = is_in_doubt(engine, f->sinks.duties[i - f->sinks.decision_count], &seen);
            if (done.kind == SYM_OPEN || done.kind == SYM_SPLIT)
                seen =
                    (struct verdict_view){done.kind == SYM_OPEN ? SEEN_OPEN : SEEN_SPLIT, done, false, 0, 0};
        }
        if (seen.seen == SEEN_OPEN) /* by this or by more; the evaluator says which */
            return FAILURE_FOUND;
        if (seen.seen == SEEN_SPLIT) {
            *atom = seen.value.atom;
            answer = WALK_SPLIT;
        }
    }
    for (size_t i = 0; i < f->sinks.rule_count; i++) {
        struct sym applies = see_rule(engine, f->sinks.rules[i]);
        if (applies.kind == SYM_TRUTH && applies.truth)
            return FAILURE_FOUND;
        if (applies.kind == SYM_SPLIT) {
            *atom = applies.atom;
            answer = WALK_SPLIT;
        }
    }
    return answer;
}

static int ask_failure(struct walk *walk, void *context, struct atom *atom) {
    struct failing *f = context;
    struct engine *engine = &walk->engines[0];
    struct sym value = sym_eval(engine, f->reg);
    if (value.kind == SYM_SPLIT) {
        *atom = value.atom;
        return WALK_SPLIT;
    }
    if (value.kind == SYM_VAGUE) /* whether it fails there is beyond the analysis */
        f->work->report->unfinished[DIAG_L0301] = true;
    if (!is_own(f, &value))
        return WALK_PASS;
    f->failure = (enum failure)value.reason.failure;
    return ask_sinks(engine, f, atom);
}

static bool among(const struct failing *f, const struct reasons *reasons) {
    for (uint32_t i = 0; reasons && i < reasons->count; i++)
        if (reasons->items[i].kind == REASON_FAILURE && reasons->items[i].index == f->node)
            return true;
    return false;
}

static bool has_failed(void *context, const struct confirmed *const results[]) {
    const struct failing *f = context;
    const struct outcome *outcome = &results[0]->outcome;
    for (size_t i = 0; i < f->sinks.decision_count; i++)
        if (among(f, outcome->decisions[f->sinks.decisions[i]].reasons))
            return true;
    for (size_t i = 0; i < f->sinks.duty_count; i++)
        if (among(f, outcome->duties[f->sinks.duties[i]].reasons))
            return true;
    for (size_t i = 0; i < outcome->reminder_count; i++)
        if (among(f, outcome->reminders[i].reasons))
            return true;
    for (size_t i = 0; i < outcome->notice_count; i++)
        if (among(f, outcome->notices[i].reasons))
            return true;
    return false;
}

/* --- what may be taken for granted --- */

static bool add_limit(struct arena *arena, struct atom **atoms, size_t *count, size_t *capacity, uint32_t i,
                      uint32_t j, int64_t c) {
    const struct atom atom = {.kind = ATOM_BOUND, .i = i, .j = j, .c = c};
    return ARENA_PUSH(arena, *atoms, *count, *capacity, atom);
}

/* Bounds of facts that have none of their own. False where memory ran out. */
static bool ordinary(const struct walk *walk, struct arena *arena, struct atom **atoms, size_t *count) {
    size_t capacity = 0;
    bool made = true;
    for (size_t i = 0; i < walk->space.place_count && made; i++) {
        const struct place *place = &walk->space.places[i];
        if (place->kind != PLACE_NUMERIC)
            continue;
        const struct type *type = &place->fact->type;
        const struct variable *v = &walk->space.variables[place->variable];
        int64_t most = LARGE_NUMBER, least;
        for (int k = 0; k < type->scale; k++)
            most *= 10;
        most *= v->unit;
        least = -most;
        if (type->kind == TYPE_DAY) {
            least = CAL_MIN + FAR_DAYS;
            most = CAL_MAX - FAR_DAYS;
        }
        if (!type->has_high && v->low <= most)
            made = add_limit(arena, atoms, count, &capacity, v->zone, VARIABLE_ZERO, most);
        if (made && !type->has_low && v->high >= least)
            made = add_limit(arena, atoms, count, &capacity, VARIABLE_ZERO, v->zone, -least);
    }
    return made;
}

/* --- which are worth a question --- */

struct sifting {
    bool *may_fail; /* by register */
    bool vague;     /* some expression is beyond the analysis */
};

/* Asks nothing but what every expression is over all cases at once. */
static int sift(struct walk *walk, void *context, struct atom *atom) {
    struct sifting *sifting = context;
    struct engine *engine = &walk->engines[0];
    const struct program *program = engine->program;
    (void)atom;
    for (uint32_t i = 0; i < program->instruction_count && !walk->space.grew && !walk->failed; i++) {
        const struct instruction *instruction = &program->instructions[i];
        enum op_class class = prog_op_info(instruction->op)->op_class;
        uint32_t reg = program->constant_count + i;
        sifting->may_fail[reg] = false;
        if ((class != CLASS_STRICT && class != CLASS_NARY && instruction->op != INS_total) ||
            instruction->kind == KIND_YESNO)
            continue;
        struct sym value = sym_eval(engine, reg);
        sifting->vague = sifting->vague || value.kind == SYM_VAGUE;
        sifting->may_fail[reg] =
            value.kind == SYM_SPLIT || (value.kind == SYM_OPEN && value.reason.kind == REASON_FAILURE);
    }
    return WALK_PASS;
}

/* --- telling --- */

static void tell(struct failing *f, const struct ast_node *node, const struct witness *witness) {
    struct lint_work *work = f->work;
    struct diagnostics *diags = work->findings->diags;
    bool effect = f->failure == FAILURE_OUT_OF_RANGE;
    struct text words = lint_words(work, node);
    struct diagnostic *diagnostic = diag_report(
        diags, DIAG_L0301, ast_span(node), effect ? "`%.*s` can be outside its range" : "`%.*s` can fail: %s",
        (int)words.length, words.bytes, failure_words(f->failure));
    diag_help(diags, diagnostic,
              "guard it with a condition, narrow the range of a fact, or say with `require` that the case "
              "cannot occur");
    struct finding finding = finding_of(diagnostic, lint_owner(work->set, node));
    if (f->sinks.decision_count > 0)
        finding.decision = f->sinks.decisions[0];
    lint_add(work, &finding, witness);
}

static void check(struct failing *f, struct arena *arena, const struct atom *atoms, size_t count) {
    struct lint_work *work = f->work;
    const struct program *program = work->program;
    const struct search search = {.question = ask_failure,
                                  .holds = has_failed,
                                  .context = f,
                                  .wanted = 1,
                                  .plain = true,
                                  .plainest = true};
    const struct ast_node *node = program_node(program, f->node);
    bool *marked = arena_array(arena, program->register_count, sizeof *marked);
    if (marked)
        marked[f->reg] = true;
    if (!marked || !lint_sinks(program, marked, arena, &f->sinks)) {
        work->failed = true;
        return;
    }
    if (!node || f->sinks.decision_count + f->sinks.duty_count + f->sinks.rule_count == 0)
        return;
    struct search_result result = lint_search(work, &work->walk, atoms, count, &search, FAILURE_CELLS);
    if (result.end == SEARCH_FOUND)
        tell(f, node, result.witnesses[0]);
    else if (result.end == SEARCH_BUDGET || result.end == SEARCH_POSSIBLE)
        work->report->unfinished[DIAG_L0301] = true;
}

void lint_failures(struct lint_work *work) {
    struct arena arena, each;
    const struct program *program = work->program;
    struct atom *atoms = NULL;
    size_t count = 0;
    if (!lint_wants(work, DIAG_L0301) || !work->walk.ready)
        return;
    arena_init(&arena, work->findings->arena->alloc);
    arena_init(&each, work->findings->arena->alloc);
    struct sifting sifting = {arena_array(&arena, program->register_count, sizeof *sifting.may_fail), false};
    work->failed = work->failed || !sifting.may_fail || !ordinary(&work->walk, &arena, &atoms, &count) ||
                   !lint_survey(work, atoms, count, sift, &sifting);
    work->report->unfinished[DIAG_L0301] = work->report->unfinished[DIAG_L0301] || sifting.vague;
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < program->instruction_count && !work->failed; i++) {
        struct failing f = {work, program->constant_count + i, program->instructions[i].node, {0}, 0};
        if (!sifting.may_fail[f.reg] || f.node == last)
            continue;
        arena_reset(&each);
        size_t before = work->findings->count;
        check(&f, &each, atoms, count);
        last = work->findings->count > before ? f.node : UINT32_MAX;
    }
    arena_free(&each);
    arena_free(&arena);
}
