/*
 * Months that are added by the rounding of the header, where the other rounding would give another outcome in a valid case: the program is
 * compared with itself, but for that one instruction. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"
#include "interp/meaning/show.h"

#define ROUNDING_CELLS ((uint64_t)20000)
/* Places of a policy that are looked at. */
#define ROUNDING_MOST 64
enum { ROUNDING_FOUND = 1 };

struct rounding {
    struct lint_work *work;
    const struct ast_node *node;
    uint32_t reg;
    enum cal_rounding now, other;
    struct lint_sinks sinks;
};

static bool rounds_months(const struct instruction *instruction) {
    switch ((enum instruction_op)instruction->op) {
    case INS_move_months:
    case INS_move_years:
    case INS_within_months:
    case INS_within_years:
    case INS_whole_months:
    case INS_whole_years:
    case INS_anniversary_in:
    case INS_next_anniversary:
        return true;
    default:
        return false;
    }
}

/* --- the question --- */

struct difference {
    int answer;
    struct atom *atom;
};

static void differ_on(struct difference *d, struct sym pending) {
    if (d->answer != ROUNDING_FOUND) {
        *d->atom = pending.atom;
        d->answer = WALK_SPLIT;
    }
}

static void compare(struct walk *walk, struct difference *d, const struct verdict_view *a,
                    const struct verdict_view *b, uint32_t reg) {
    if (a->seen == SEEN_SPLIT || b->seen == SEEN_SPLIT) {
        differ_on(d, a->seen == SEEN_SPLIT ? a->value : b->value);
    } else if (a->seen != b->seen) {
        d->answer = ROUNDING_FOUND;
    } else if (a->seen == SEEN_VALUE) {
        struct sym same = sym_same_value(&walk->engines[0], a->value, b->value, reg);
        if (same.kind == SYM_SPLIT)
            differ_on(d, same);
        else if (same.kind != SYM_TRUTH || !same.truth)
            d->answer = ROUNDING_FOUND;
    }
}

static int ask_rounding(struct walk *walk, void *context, struct atom *atom) {
    const struct rounding *r = context;
    struct engine *engines = walk->engines;
    struct difference d = {WALK_PASS, atom};
    struct sym now = sym_eval(&engines[0], r->reg), other = sym_eval(&engines[1], r->reg);
    if (now.kind == SYM_SPLIT || other.kind == SYM_SPLIT) {
        *atom = now.kind == SYM_SPLIT ? now.atom : other.atom;
        return WALK_SPLIT;
    }
    if (now.kind == SYM_NONE || now.kind == SYM_OPEN || other.kind == SYM_OPEN)
        return WALK_PASS;
    struct sym same = sym_same_value(&engines[0], now, other, r->reg);
    if (same.kind == SYM_TRUTH && same.truth)
        return WALK_PASS;
    if (same.kind == SYM_SPLIT) {
        *atom = same.atom;
        return WALK_SPLIT;
    }
    for (size_t i = 0; i < r->sinks.decision_count && d.answer != ROUNDING_FOUND; i++) {
        uint32_t decision = r->sinks.decisions[i];
        struct verdict_view a = see_decision(&engines[0], decision), b = see_decision(&engines[1], decision);
        compare(walk, &d, &a, &b, engines[0].decision_registers[decision]);
    }
    for (size_t i = 0; i < r->sinks.duty_count && d.answer != ROUNDING_FOUND; i++) {
        uint32_t duty = r->sinks.duties[i];
        struct verdict_view a = see_duty(&engines[0], duty), b = see_duty(&engines[1], duty);
        compare(walk, &d, &a, &b, engines[0].duty_instructions[duty]);
    }
    return d.answer;
}

static bool same_decision(const struct decision_outcome *a, const struct decision_outcome *b) {
    return a->state == b->state && (a->state != STATE_VALUE || value_equal(a->value, b->value));
}

static bool same_duty(const struct duty_outcome *a, const struct duty_outcome *b) {
    return a->state == b->state &&
           (a->state != DUTY_DUE || (a->status == b->status && a->deadline.first == b->deadline.first &&
                                     a->deadline.last == b->deadline.last));
}

static bool outcomes_differ(void *context, const struct confirmed *const results[]) {
    const struct rounding *r = context;
    const struct outcome *a = &results[0]->outcome, *b = &results[1]->outcome;
    for (size_t i = 0; i < r->sinks.decision_count; i++)
        if (!same_decision(&a->decisions[r->sinks.decisions[i]], &b->decisions[r->sinks.decisions[i]]))
            return true;
    for (size_t i = 0; i < r->sinks.duty_count; i++)
        if (!same_duty(&a->duties[r->sinks.duties[i]], &b->duties[r->sinks.duties[i]]))
            return true;
    return false;
}

/* --- telling --- */

static const char *rounding_words(enum cal_rounding rounding) {
    return rounding == CAL_ROUND_BACK ? "back" : "forward";
}

static void decision_words(struct buffer *out, const struct decision *decision,
                           const struct decision_outcome *outcome) {
    static const char *const states[] = {"", "undecided", "undetermined", "in conflict", "failed"};
    if (outcome->state == STATE_VALUE)
        show_value(out, &decision->type, outcome->value);
    else
        buffer_string(out, states[outcome->state]);
}

/* The first outcome that differs, both ways. */
static void tell_both(const struct rounding *r, struct diagnostic *diagnostic, const struct outcome *now,
                      const struct outcome *other) {
    struct lint_work *work = r->work;
    struct buffer a, b;
    struct text name = {0};
    buffer_init(&a, work->findings->arena->alloc);
    buffer_init(&b, work->findings->arena->alloc);
    for (size_t i = 0; i < r->sinks.decision_count && !name.length; i++) {
        uint32_t index = r->sinks.decisions[i];
        if (same_decision(&now->decisions[index], &other->decisions[index]))
            continue;
        name = work->set->decisions[index].shown;
        decision_words(&a, &work->set->decisions[index], &now->decisions[index]);
        decision_words(&b, &work->set->decisions[index], &other->decisions[index]);
    }
    for (size_t i = 0; i < r->sinks.duty_count && !name.length; i++) {
        uint32_t index = r->sinks.duties[i];
        const struct duty_outcome *duties[2] = {&now->duties[index], &other->duties[index]};
        char last[11];
        if (same_duty(duties[0], duties[1]))
            continue;
        name = work->set->duties[index].name->text;
        for (int k = 0; k < 2; k++) {
            cal_format(duties[k]->deadline.last, last);
            buffer_format(k ? &b : &a, duties[k]->state == DUTY_DUE ? "due by %s" : "not due", last);
        }
    }
    if (a.failed || b.failed)
        work->failed = true;
    else if (name.length)
        diag_note(work->findings->diags, diagnostic,
                  "rounded %s, `%.*s` is %.*s there; rounded %s, it would be %.*s", rounding_words(r->now),
                  (int)name.length, name.bytes, (int)a.length, a.data, rounding_words(r->other),
                  (int)b.length, b.data);
    buffer_free(&a);
    buffer_free(&b);
}

static void tell(const struct rounding *r, struct witness *const witnesses[], const struct program *other,
                 struct arena *arena) {
    struct lint_work *work = r->work;
    struct diagnostics *diags = work->findings->diags;
    struct text words = lint_words(work, r->node);
    struct confirmed now, then;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0302, ast_span(r->node), "an answer depends on how `%.*s` is rounded",
                    (int)words.length, words.bytes);
    enum confirm_status status = confirm(work->program, witnesses[0], arena, &now);
    if (status == CONFIRM_RAN)
        status = confirm(other, witnesses[1], arena, &then);
    work->failed = work->failed || status == CONFIRM_OUT_OF_MEMORY;
    if (status == CONFIRM_RAN)
        tell_both(r, diagnostic, &now.outcome, &then.outcome);
    diag_help(diags, diagnostic, "say which is meant: `rounded back` or `rounded forward`");
    struct finding finding = finding_of(diagnostic, lint_owner(work->set, r->node));
    if (r->sinks.decision_count > 0)
        finding.decision = r->sinks.decisions[0];
    lint_add(work, &finding, witnesses[0]);
}

/* --- one place --- */

/* The program with the other rounding there. NULL where memory ran out. */
static const struct program *turned(const struct rounding *r, uint32_t node, struct arena *arena) {
    const struct program *program = r->work->program;
    struct program *made = arena_alloc(arena, sizeof *made);
    struct instruction *instructions =
        arena_array(arena, program->instruction_count, sizeof *program->instructions);
    if (!made || !instructions)
        return NULL;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        instructions[i] = program->instructions[i];
        if (instructions[i].node == node && rounds_months(&instructions[i]))
            instructions[i].c = (instructions[i].c & 0xff) | (uint32_t)r->other << 8;
    }
    *made = *program;
    made->instructions = instructions;
    return made;
}

static void check(struct rounding *r, uint32_t node, struct arena *arena) {
    struct lint_work *work = r->work;
    const struct program *program = work->program, *other = turned(r, node, arena);
    const struct search search = {.question = ask_rounding,
                                  .holds = outcomes_differ,
                                  .context = r,
                                  .wanted = 1,
                                  .plain = true,
                                  .plainest = true};
    bool *marked = arena_array(arena, program->register_count, sizeof *marked);
    struct walk walk;
    if (marked)
        marked[r->reg] = true;
    if (!marked || !other || !lint_sinks(program, marked, arena, &r->sinks)) {
        work->failed = true;
        return;
    }
    if (r->sinks.decision_count + r->sinks.duty_count == 0)
        return;
    if (!walk_init(&walk, arena, program, other, ROUNDING_CELLS)) {
        work->failed = true;
    } else {
        struct search_result result = lint_search(work, &walk, NULL, 0, &search, ROUNDING_CELLS);
        if (result.end == SEARCH_FOUND)
            tell(r, result.witnesses, other, arena);
        else if (result.end == SEARCH_BUDGET || result.end == SEARCH_POSSIBLE)
            work->report->unfinished[DIAG_L0302] = true;
        work->walk.cells += walk.cells;
    }
    walk_free(&walk);
}

void lint_rounding(struct lint_work *work) {
    const struct program *program = work->program;
    struct arena arena;
    uint32_t looked = 0, last = UINT32_MAX;
    if (!lint_wants(work, DIAG_L0302) || !work->walk.ready)
        return;
    arena_init(&arena, work->findings->arena->alloc);
    for (uint32_t i = 0; i < program->instruction_count && !work->failed; i++) {
        const struct instruction *instruction = &program->instructions[i];
        struct rounding r = {.work = work, .reg = program->constant_count + i};
        r.node = rounds_months(instruction) ? program_node(program, instruction->node) : NULL;
        r.now = (enum cal_rounding)(instruction->c >> 8);
        r.other = r.now == CAL_ROUND_BACK ? CAL_ROUND_FORWARD : CAL_ROUND_BACK;
        if (!r.node || r.node->extra != 0 || instruction->node == last ||
            (r.now != CAL_ROUND_BACK && r.now != CAL_ROUND_FORWARD))
            continue;
        last = instruction->node;
        if (++looked > ROUNDING_MOST) {
            work->report->unfinished[DIAG_L0302] = true;
            break;
        }
        arena_reset(&arena);
        check(&r, instruction->node, &arena);
    }
    arena_free(&arena);
}
