/*
 * Rules, decisions, totals and duties under a cell: "Rules" and "Decisions" of interp/README.md with a fourth state, not known until the
 * cell is split. A decision looks only at givers that may still apply in the cell; conditions that are simple comparisons are
 * judged as atoms, without evaluation. Must not know how expressions are evaluated.
 */
#include "interp/analysis/symbolic.h"

#include "grammar/base/banned.h"

/* --- conditions as atoms --- */

static bool add_atom(struct engine *engine, struct rule_view *view, struct atom atom) {
    if (ARENA_PUSH(engine->walk->arena, view->atoms, view->atom_count, view->atom_capacity, atom))
        return true;
    engine->walk->failed = true;
    return false;
}

static bool add_member(struct engine *engine, struct rule_view *view, uint32_t choice, uint32_t bit) {
    return add_atom(engine, view, (struct atom){.kind = ATOM_MEMBER, .i = choice, .j = bit});
}

static bool add_condition(struct engine *engine, struct rule_view *view, uint32_t reg);

/*
 * A number that is a fact, today, a constant, or one of these moved by days within its range: as a linear form. What has to hold for it to
 * have a value is added to the atoms. NULL for anything else.
 */
static const struct linear *simple_number(struct engine *engine, struct rule_view *view, uint32_t reg) {
    const struct program *program = engine->program;
    struct space *space = &engine->walk->space;
    if (reg < program->constant_count) {
        struct sym constant = sym_eval(engine, reg);
        return constant.kind == SYM_NUMBER ? constant.linear : NULL;
    }
    const struct instruction *instruction = sym_instruction(engine, reg);
    if (instruction->op == INS_today)
        return linear_variable(&space->linears, VARIABLE_TODAY, 1, 1);
    if (instruction->op == INS_only_when)
        return add_condition(engine, view, instruction->b) ? simple_number(engine, view, instruction->a)
                                                           : NULL;
    if (instruction->op == INS_move_days) {
        const struct linear *day = simple_number(engine, view, instruction->a),
                            *count = simple_number(engine, view, instruction->b);
        if (!day || !count || day->count != 1 || day->divisor != 1 || !linear_is_constant(count))
            return NULL;
        const struct variable *base = &space->variables[day->parts[0].variable];
        num_i128 by = day->constant + (instruction->c & 1 ? -count->constant : count->constant);
        if (count->divisor != 1 || base->low + by < CAL_MIN || base->high + by > CAL_MAX)
            return NULL;
        return linear_sum(&space->linears, day, count, (instruction->c & 1) != 0);
    }
    if (instruction->op != INS_fact)
        return NULL;
    const struct place *place = &space->places[engine->binding->places[instruction->a]];
    if (place->kind != PLACE_NUMERIC ||
        place->fact->type.scale != program->set->facts[instruction->a].type.scale)
        return NULL;
    if (place->choice != NO_CHOICE && !add_member(engine, view, place->choice, CHOICE_GIVEN))
        return NULL;
    return linear_variable(&space->linears, place->variable, 1, space->variables[place->variable].unit);
}

/* a <= b (strict: a < b) as an atom, where both have at most one variable and in the same measure. */
static bool add_order(struct engine *engine, struct rule_view *view, const struct linear *a,
                      const struct linear *b, bool strict) {
    const struct space *space = &engine->walk->space;
    const struct linear *over = linear_sum(&engine->walk->space.linears, a, b, true);
    struct atom atom = {.kind = ATOM_BOUND};
    if (!over || over->count == 0 || over->count > 2)
        return false;
    num_i128 factor = over->parts[0].factor, limit = -over->constant - (strict ? 1 : 0);
    uint32_t first = space->variables[over->parts[0].variable].zone, second = 0;
    if (over->count == 2) {
        if (over->parts[1].factor != -factor)
            return false;
        second = space->variables[over->parts[1].variable].zone;
    }
    limit = linear_floor(limit, factor > 0 ? factor : -factor);
    atom.i = factor > 0 ? first : second;
    atom.j = factor > 0 ? second : first;
    if (limit >= ZONE_LIMIT || limit <= -ZONE_LIMIT)
        return false;
    atom.c = (int64_t)limit;
    return add_atom(engine, view, atom);
}

static bool add_comparison(struct engine *engine, struct rule_view *view,
                           const struct instruction *instruction, bool swapped, bool strict) {
    struct linears *linears = &engine->walk->space.linears;
    const struct linear *a = simple_number(engine, view, instruction->a),
                        *b = simple_number(engine, view, instruction->b);
    if (prog_op_info(instruction->op)->operands[2] == KIND_SCALES) {
        a = linear_times(linears, a, 1, num_pow10((int)(instruction->c & 0xff)));
        b = linear_times(linears, b, 1, num_pow10((int)(instruction->c >> 8)));
    }
    return swapped ? add_order(engine, view, b, a, strict) : add_order(engine, view, a, b, strict);
}

/* The choice of a fact; the conditions of its `only when` are added. */
static uint32_t simple_choice(struct engine *engine, struct rule_view *view, uint32_t reg) {
    if (reg < engine->program->constant_count)
        return NO_CHOICE;
    const struct instruction *instruction = sym_instruction(engine, reg);
    if (instruction->op == INS_only_when)
        return add_condition(engine, view, instruction->b) ? simple_choice(engine, view, instruction->a)
                                                           : NO_CHOICE;
    if (instruction->op != INS_fact)
        return NO_CHOICE;
    const struct place *place = &engine->walk->space.places[engine->binding->places[instruction->a]];
    return place->kind == PLACE_CHOICE ? place->choice : NO_CHOICE;
}

static bool add_is(struct engine *engine, struct rule_view *view, uint32_t a, uint32_t b) {
    if (a < engine->program->constant_count) {
        uint32_t other = a;
        a = b;
        b = other;
    }
    if (b >= engine->program->constant_count)
        return false;
    struct sym constant = sym_eval(engine, b);
    if (constant.kind == SYM_NUMBER) {
        const struct linear *number = simple_number(engine, view, a);
        return number && add_order(engine, view, number, constant.linear, false) &&
               add_order(engine, view, constant.linear, number, false);
    }
    uint32_t choice = simple_choice(engine, view, a);
    if (choice == NO_CHOICE || (constant.kind != SYM_MEMBER && constant.kind != SYM_TRUTH))
        return false;
    return add_member(engine, view, choice,
                      constant.kind == SYM_MEMBER ? constant.bit
                      : constant.truth            ? CHOICE_YES
                                                  : CHOICE_NO);
}

static bool add_is_one_of(struct engine *engine, struct rule_view *view,
                          const struct instruction *instruction) {
    uint32_t count;
    const uint32_t *registers = sym_operands(engine, instruction->a, &count);
    uint32_t choice = simple_choice(engine, view, registers[0]);
    if (choice == NO_CHOICE)
        return false;
    const struct choice *of = &engine->walk->space.choices[choice];
    uint64_t *mask = arena_array(engine->walk->arena, of->count / 64 + 2, sizeof *mask);
    if (!mask) {
        engine->walk->failed = true;
        return false;
    }
    for (uint32_t i = 1; i < count; i++) {
        if (registers[i] >= engine->program->constant_count)
            return false;
        struct sym member = sym_eval(engine, registers[i]);
        if (member.kind != SYM_MEMBER)
            return false;
        mask[member.bit / 64] |= UINT64_C(1) << member.bit % 64;
    }
    return add_atom(engine, view, (struct atom){.kind = ATOM_AMONG, .i = choice, .mask = mask});
}

/* A period of constants, or of two simple days: each end an order of its own. */
static bool add_in_period(struct engine *engine, struct rule_view *view,
                          const struct instruction *instruction) {
    const struct linear *day = simple_number(engine, view, instruction->a), *first, *last;
    if (instruction->b < engine->program->constant_count) {
        struct sym period = sym_eval(engine, instruction->b);
        if (period.kind != SYM_PERIOD)
            return false;
        first = period.linear;
        last = period.last;
    } else {
        const struct instruction *period = sym_instruction(engine, instruction->b);
        if (period->op != INS_through)
            return false;
        first = simple_number(engine, view, period->a);
        last = simple_number(engine, view, period->b);
    }
    if (!day || !first || !last)
        return false;
    bool from = linear_is_constant(first) && first->constant <= CAL_MIN,
         to = linear_is_constant(last) && last->constant >= CAL_MAX;
    return (from || add_order(engine, view, first, day, false)) &&
           (to || add_order(engine, view, day, last, false));
}

/* Yes exactly where atoms hold, and never open: adds them. False, and perhaps some added, for any other condition. */
static bool add_simple(struct engine *engine, struct rule_view *view, uint32_t reg) {
    const struct instruction *instruction = sym_instruction(engine, reg);
    uint32_t count, choice;
    switch ((enum instruction_op)instruction->op) {
    case INS_announced_by:
        return true;
    case INS_all:
    case INS_gate: {
        const uint32_t *registers = sym_operands(engine, instruction->a, &count);
        for (uint32_t i = 0; i < count; i++) {
            if (!add_condition(engine, view, registers[i]))
                return false;
        }
        return true;
    }
    case INS_fact:
    case INS_only_when:
        choice = instruction->kind == KIND_YESNO ? simple_choice(engine, view, reg) : NO_CHOICE;
        return choice != NO_CHOICE && add_member(engine, view, choice, CHOICE_YES);
    case INS_not:
        choice = simple_choice(engine, view, instruction->a);
        return choice != NO_CHOICE && add_member(engine, view, choice, CHOICE_NO);
    case INS_is:
        return add_is(engine, view, instruction->a, instruction->b);
    case INS_is_one_of:
        return add_is_one_of(engine, view, instruction);
    case INS_in_period:
        return add_in_period(engine, view, instruction);
    case INS_less:
    case INS_before:
        return add_comparison(engine, view, instruction, false, true);
    case INS_less_equal:
    case INS_on_or_before:
        return add_comparison(engine, view, instruction, false, false);
    case INS_greater:
    case INS_after:
        return add_comparison(engine, view, instruction, true, true);
    case INS_greater_equal:
    case INS_on_or_after:
        return add_comparison(engine, view, instruction, true, false);
    default:
        return false;
    }
}

static bool add_condition(struct engine *engine, struct rule_view *view, uint32_t reg) {
    size_t before = view->atom_count;
    if (reg >= engine->program->constant_count && add_simple(engine, view, reg))
        return true;
    view->atom_count = before;
    return false;
}

bool sym_atoms(struct engine *engine, uint32_t reg, struct rule_view *view) {
    return add_condition(engine, view, reg);
}

/* The conditions that are conjunctions are taken apart, so that each part may be an atom. */
static void split_condition(struct engine *engine, struct rule_view *view, uint32_t reg) {
    if (add_condition(engine, view, reg))
        return;
    const struct instruction *instruction =
        reg >= engine->program->constant_count ? sym_instruction(engine, reg) : NULL;
    if (instruction && (instruction->op == INS_all || instruction->op == INS_gate)) {
        uint32_t count;
        const uint32_t *registers = sym_operands(engine, instruction->a, &count);
        for (uint32_t i = 0; i < count; i++)
            split_condition(engine, view, registers[i]);
        return;
    }
    if (!ARENA_PUSH(engine->walk->arena, view->rest, view->rest_count, view->rest_capacity, reg))
        engine->walk->failed = true;
}

/* --- degrees --- */

static bool prefers(const struct sym *now, const struct sym *found) {
    return found->kind == SYM_UNSEEN || (found->atom.kind == ATOM_BOUND && now->atom.kind != ATOM_BOUND);
}

/* The atoms: no; yes; or the one to split on, enumerations first. */
static struct sym judge_atoms(const struct engine *engine, const struct rule_view *view) {
    const struct zone_shape *shape = &engine->walk->space.shape;
    struct sym pending = {.kind = SYM_UNSEEN};
    for (size_t i = 0; i < view->atom_count; i++) {
        enum truth truth = atom_judge(shape, engine->walk->zone, &view->atoms[i]);
        if (truth == TRUTH_NO)
            return sym_of_truth(false);
        if (truth == TRUTH_SPLIT) {
            struct sym split = sym_split(&view->atoms[i]);
            if (prefers(&split, &pending))
                pending = split;
        }
    }
    return pending.kind == SYM_UNSEEN ? sym_of_truth(true) : pending;
}

/* A none condition counts as no. */
static struct sym condition_truth(struct engine *engine, uint32_t reg) {
    struct sym a = sym_truth(engine, reg);
    return a.kind == SYM_NONE ? sym_of_truth(false) : a;
}

/* yes; else no wins over all, then a split, then open. */
static void weigh_in(struct sym *result, struct sym a) {
    if (result->kind == SYM_TRUTH && !result->truth)
        return;
    if (a.kind == SYM_TRUTH && a.truth)
        return;
    if (a.kind == SYM_TRUTH || result->kind == SYM_TRUTH || a.kind < result->kind)
        *result = a;
}

static struct sym degree_without(struct engine *engine, const struct rule_view *view, uint32_t exception) {
    struct sym result = judge_atoms(engine, view);
    for (size_t i = 0; i < view->rest_count && (result.kind != SYM_TRUTH || result.truth); i++)
        weigh_in(&result, condition_truth(engine, view->rest[i]));
    for (uint32_t i = 0; i < view->exception_count && (result.kind != SYM_TRUTH || result.truth); i++)
        if (view->exceptions[i] != exception)
            weigh_in(&result, sym_not(sym_truth(engine, view->exceptions[i])));
    return result;
}

static struct sym degree_of(struct engine *engine, const struct rule_view *view) {
    return degree_without(engine, view, NO_REGISTER);
}

struct sym sym_degree(struct engine *engine, const struct instruction *instruction) {
    if (instruction->op == INS_degree)
        return degree_of(engine, &engine->rules[instruction->c]);
    uint32_t count;
    const uint32_t *registers = sym_operands(engine, instruction->a, &count);
    struct sym result = sym_of_truth(true);
    for (uint32_t i = 0; i < count; i++)
        weigh_in(&result, condition_truth(engine, registers[i]));
    return result;
}

struct sym see_rule(struct engine *engine, uint32_t rule) {
    uint32_t degree = engine->rules[rule].degree;
    return degree == NO_REGISTER ? sym_of_truth(false) : sym_eval(engine, degree);
}

struct sym see_rule_without(struct engine *engine, uint32_t rule, uint32_t exception) {
    return degree_without(engine, &engine->rules[rule], exception);
}

const struct atom *rule_atoms(const struct engine *engine, uint32_t rule, uint32_t *count) {
    *count = (uint32_t)engine->rules[rule].atom_count;
    return engine->rules[rule].atoms;
}

bool rule_is_plain(const struct engine *engine, uint32_t rule) {
    return engine->rules[rule].rest_count == 0 && engine->rules[rule].exception_count == 0;
}

bool rule_is_never_open(const struct engine *engine, uint32_t rule) {
    const struct rule *of = &engine->program->set->rules[rule];
    if (engine->rules[rule].rest_count > 0)
        return false;
    for (size_t i = 0; i < of->exception_count; i++) {
        if (!rule_is_never_open(engine, of->exceptions[i]))
            return false;
    }
    return true;
}

void walk_free_of_conflict(struct engine *engine, uint32_t decision) {
    engine->decisions[decision].free_of_conflict = true;
}

/* --- live givers --- */

/* A list of all givers, where no cell around has one. It is forgotten when the walk goes back. */
static bool live_begin(struct engine *engine, struct giver_view *view) {
    struct walk *walk = engine->walk;
    struct live made = {view, LIVE_NONE, 0};
    if (!view->fresh)
        return true;
    view->live = walk->list_count;
    view->live_count = view->count;
    view->fresh = false;
    for (uint32_t i = 0; i < view->count; i++) {
        if (!ARENA_PUSH(walk->arena, walk->list, walk->list_count, walk->list_capacity, i))
            walk->failed = true;
    }
    if (!ARENA_PUSH(walk->arena, walk->lives, walk->live_count, walk->live_capacity, made))
        walk->failed = true;
    return !walk->failed;
}

/* Drops the givers that do not apply anywhere in the cell; their degrees are known by now. */
static void live_end(struct engine *engine, struct giver_view *view) {
    struct walk *walk = engine->walk;
    struct live made = {view, view->live, view->live_count};
    size_t start = walk->list_count;
    for (size_t i = 0; i < made.before_count && !walk->failed; i++) {
        uint32_t giver = walk->list[made.before + i];
        struct sym degree = see_rule(engine, view->givers[giver].rule);
        if (degree.kind == SYM_TRUTH && !degree.truth)
            continue;
        if (!ARENA_PUSH(walk->arena, walk->list, walk->list_count, walk->list_capacity, giver))
            walk->failed = true;
    }
    if (walk->failed || walk->list_count - start == made.before_count) {
        walk->list_count = start;
        return;
    }
    if (!ARENA_PUSH(walk->arena, walk->lives, walk->live_count, walk->live_capacity, made))
        walk->failed = true;
    view->live = start;
    view->live_count = walk->list_count - start;
}

/* --- decisions --- */

/* What the givers say in the cell. */
struct votes {
    struct sym value; /* of the first that applies; SYM_UNSEEN: none does */
    uint32_t by, other;
    bool conflict;
    bool may, may_differ; /* some is open; some open one may give another value */
    struct sym reason;    /* of the first open one */
    struct sym pending;   /* SYM_UNSEEN where nothing hangs on a split */
};

static void votes_pend(struct votes *votes, struct sym atom) {
    if (prefers(&atom, &votes->pending))
        votes->pending = atom;
}

static void vote(struct engine *engine, struct votes *votes, uint32_t rule, struct sym value, uint32_t reg) {
    struct sym same;
    if (value.kind == SYM_CHOICE) {
        struct sym given = sym_given(engine, value);
        if (given.kind != SYM_CHOICE)
            value = given;
    }
    if (value.kind == SYM_SPLIT) {
        votes_pend(votes, value);
        return;
    }
    if (votes->value.kind == SYM_UNSEEN) {
        votes->value = value;
        votes->by = rule;
        return;
    }
    same = sym_same_value(engine, votes->value, value, reg);
    if (same.kind == SYM_SPLIT) {
        votes_pend(votes, same);
    } else if (!same.truth && !votes->conflict) {
        votes->conflict = true;
        votes->other = rule;
    }
}

/* Whether a value that may come is the one that is there already; a split where that hangs on one. */
static struct sym agrees(struct engine *engine, const struct votes *votes, struct sym value, uint32_t reg) {
    if (votes->value.kind == SYM_UNSEEN || value.kind == SYM_OPEN)
        return sym_of_truth(false);
    return value.kind == SYM_SPLIT ? value : sym_same_value(engine, votes->value, value, reg);
}

static void count_votes(struct engine *engine, struct giver_view *view, uint32_t reg, struct votes *votes) {
    struct walk *walk = engine->walk;
    if (!live_begin(engine, view))
        return;
    size_t dropped = 0;
    for (size_t i = 0; i < view->live_count && !walk->failed && !walk->space.grew; i++) {
        uint32_t giver = walk->list[view->live + i];
        struct sym degree = see_rule(engine, view->givers[giver].rule);
        dropped += degree.kind == SYM_TRUTH && !degree.truth;
        if (degree.kind != SYM_TRUTH || !degree.truth)
            continue;
        struct sym value = sym_eval(engine, view->pairs[2 * giver + 1]);
        if (value.kind != SYM_OPEN)
            vote(engine, votes, view->givers[giver].rule, value, reg);
        if (view->free_of_conflict && view->plain && votes->value.kind != SYM_UNSEEN)
            return;
    }
    if (dropped > 0 && !walk->space.grew)
        live_end(engine, view);
    for (size_t i = 0; i < view->live_count && !walk->failed && !walk->space.grew; i++) {
        uint32_t giver = walk->list[view->live + i];
        struct sym degree = see_rule(engine, view->givers[giver].rule);
        struct sym value = sym_eval(engine, view->pairs[2 * giver + 1]);
        if (degree.kind == SYM_TRUTH && value.kind != SYM_OPEN)
            continue;
        struct sym same = agrees(engine, votes, value, reg);
        bool differs = same.kind != SYM_TRUTH || !same.truth;
        if (degree.kind == SYM_SPLIT && differs)
            votes_pend(votes, degree);
        if (degree.kind == SYM_SPLIT)
            continue;
        if (!votes->may)
            votes->reason = degree.kind == SYM_OPEN ? degree : value;
        votes->may = true;
        if (same.kind == SYM_SPLIT)
            votes_pend(votes, same);
        else
            votes->may_differ = votes->may_differ || differs;
    }
}

/* Rules 3 and 4: the normal case, perhaps with rules that may apply beside it. */
static struct verdict_view see_normal(struct engine *engine, const struct instruction *instruction,
                                      struct giver_view *view, struct votes *votes) {
    struct verdict_view result = {.seen = SEEN_UNDECIDED};
    struct sym pending = {.kind = SYM_UNSEEN};
    uint32_t count;
    const uint32_t *normal = sym_operands(engine, instruction->b, &count);
    struct sym off = normal[1] == NO_REGISTER ? sym_of_truth(false) : sym_truth(engine, normal[1]);
    struct sym value = normal[0] == NO_REGISTER ? sym_of_none() : sym_eval(engine, normal[0]);
    if (off.kind == SYM_SPLIT || value.kind == SYM_SPLIT) {
        result.seen = SEEN_SPLIT;
        result.value = off.kind == SYM_SPLIT ? off : value;
        return result;
    }
    bool there = normal[0] != NO_REGISTER, is_off = off.kind == SYM_TRUTH && off.truth;
    bool fixed = there && off.kind == SYM_TRUTH && !off.truth && value.kind != SYM_OPEN;
    if (!votes->may && (!there || is_off))
        return result;
    result.value = value;
    result.by_otherwise = true;
    if (fixed && votes->may) {
        struct votes with = {.value = value};
        for (size_t i = 0; i < view->live_count && fixed; i++) {
            uint32_t giver = engine->walk->list[view->live + i];
            struct sym same =
                agrees(engine, &with, sym_eval(engine, view->pairs[2 * giver + 1]), instruction->a);
            if (same.kind == SYM_SPLIT)
                pending = same;
            fixed = same.kind == SYM_SPLIT || same.truth;
        }
        if (fixed && pending.kind == SYM_SPLIT)
            return (struct verdict_view){.seen = SEEN_SPLIT, .value = pending};
    }
    result.seen = fixed ? SEEN_VALUE : SEEN_OPEN;
    if (!fixed)
        result.value = votes->may ? votes->reason : off.kind == SYM_OPEN ? off : value;
    return result;
}

static struct verdict_view settle(struct engine *engine, const struct instruction *instruction,
                                  struct giver_view *view, uint32_t reg, bool normal) {
    struct votes votes = {.value = {.kind = SYM_UNSEEN}};
    struct verdict_view result = {.seen = SEEN_SPLIT};
    count_votes(engine, view, reg, &votes);
    result.first = votes.by;
    result.second = votes.other;
    result.value = votes.pending;
    if (engine->walk->failed || engine->walk->space.grew) {
        result.value = sym_split(&(struct atom){.kind = ATOM_BOUND});
    } else if (votes.conflict) {
        result.seen = SEEN_CONFLICT;
    } else if (votes.pending.kind != SYM_UNSEEN) {
        result.seen = SEEN_SPLIT;
    } else if (votes.value.kind != SYM_UNSEEN) {
        result.seen = votes.may_differ ? SEEN_OPEN : SEEN_VALUE;
        result.value = votes.may_differ ? votes.reason : votes.value;
    } else if (normal) {
        result = see_normal(engine, instruction, view, &votes);
    } else {
        result.seen = votes.may ? SEEN_OPEN : SEEN_UNDECIDED;
        result.value = votes.reason;
    }
    return result;
}

struct sym sym_decide(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    struct giver_view *view = &engine->decisions[instruction->c];
    struct verdict_view verdict = settle(engine, instruction, view, reg, true);
    view->first = verdict.first;
    view->second = verdict.second;
    view->by_otherwise = verdict.by_otherwise;
    switch (verdict.seen) {
    case SEEN_UNDECIDED:
        return sym_open(REASON_UNDECIDED, instruction->c, FAILURE_NONE);
    case SEEN_CONFLICT:
        return sym_open(REASON_CONFLICT, instruction->c, FAILURE_NONE);
    case SEEN_VALUE:
    case SEEN_OPEN:
    case SEEN_SPLIT:
        break;
    }
    return verdict.value;
}

struct verdict_view see_decision(struct engine *engine, uint32_t decision) {
    const struct giver_view *view = &engine->decisions[decision];
    struct verdict_view result = {.value = sym_eval(engine, engine->decision_registers[decision])};
    result.first = view->first;
    result.second = view->second;
    result.by_otherwise = view->by_otherwise;
    result.seen = result.value.kind == SYM_SPLIT ? SEEN_SPLIT : SEEN_VALUE;
    if (result.value.kind == SYM_OPEN) {
        const struct reason *reason = &result.value.reason;
        bool own = reason->index == decision;
        result.seen = own && reason->kind == REASON_UNDECIDED  ? SEEN_UNDECIDED
                      : own && reason->kind == REASON_CONFLICT ? SEEN_CONFLICT
                                                               : SEEN_OPEN;
    }
    return result;
}

/* Some rule (of those marked) is of degree yes, or open: then the decision is no gap, whatever else is to be split. */
static struct sym some_given(struct engine *engine, struct giver_view *view, const bool *marked) {
    struct walk *walk = engine->walk;
    struct sym pending = {.kind = SYM_UNSEEN};
    size_t dropped = 0;
    for (size_t i = 0; i < view->live_count && !walk->failed && !walk->space.grew; i++) {
        uint32_t giver = walk->list[view->live + i];
        bool counts = !marked || marked[giver];
        struct sym degree = see_rule(engine, view->givers[giver].rule);
        if (counts && (degree.kind == SYM_OPEN || (degree.kind == SYM_TRUTH && degree.truth)))
            return sym_of_truth(true);
        if (counts && degree.kind == SYM_SPLIT && prefers(&degree, &pending))
            pending = degree;
        dropped += degree.kind == SYM_TRUTH && !degree.truth;
    }
    if (dropped > 0 && !walk->space.grew)
        live_end(engine, view);
    return pending.kind == SYM_UNSEEN ? sym_of_truth(false) : pending;
}

struct sym see_some_given(struct engine *engine, uint32_t index, bool duty, const bool *marked) {
    struct giver_view *view = duty ? &engine->duties[index] : &engine->decisions[index];
    return live_begin(engine, view) ? some_given(engine, view, marked) : sym_of_truth(false);
}

struct sym see_nothing_given(struct engine *engine, uint32_t decision) {
    struct giver_view *view = &engine->decisions[decision];
    const struct instruction *instruction = sym_instruction(engine, engine->decision_registers[decision]);
    uint32_t count;
    const uint32_t *normal = sym_operands(engine, instruction->b, &count);
    struct sym off = sym_of_truth(true);
    if (!live_begin(engine, view))
        return off;
    struct sym given = some_given(engine, view, NULL);
    if (normal[0] != NO_REGISTER)
        off = normal[1] == NO_REGISTER ? sym_of_truth(false) : sym_truth(engine, normal[1]);
    if (off.kind != SYM_TRUTH && off.kind != SYM_SPLIT) /* open: so is the decision */
        off = sym_of_truth(false);
    return sym_both(sym_not(given), off);
}

struct verdict_view see_duty(struct engine *engine, uint32_t duty) {
    uint32_t reg = engine->duty_instructions[duty];
    struct verdict_view none = {.seen = SEEN_UNDECIDED};
    if (reg == NO_REGISTER)
        return none;
    return settle(engine, sym_instruction(engine, reg), &engine->duties[duty], reg, false);
}

struct sym sym_duty_applies(struct engine *engine, uint32_t duty) {
    struct verdict_view seen = see_duty(engine, duty);
    if (seen.seen == SEEN_SPLIT || seen.seen == SEEN_OPEN)
        return seen.value;
    if (seen.seen == SEEN_CONFLICT)
        return sym_open(REASON_DEADLINES, duty, FAILURE_NONE);
    return sym_of_truth(seen.seen == SEEN_VALUE && seen.value.kind != SYM_NONE);
}

struct sym sym_is_decided(struct engine *engine, uint32_t decision) {
    struct verdict_view seen = see_decision(engine, decision);
    if (seen.seen == SEEN_SPLIT || seen.seen == SEEN_OPEN)
        return seen.value;
    return sym_of_truth(seen.seen == SEEN_VALUE);
}

struct sym see_giver_value(struct engine *engine, const struct decision *decision, uint32_t giver) {
    return sym_eval(engine, engine->decisions[decision->index].pairs[2 * giver + 1]);
}

struct sym sym_total(struct engine *engine, const struct instruction *instruction, uint32_t reg) {
    struct giver_view *view = &engine->decisions[instruction->c];
    const struct type *type = &engine->program->set->decisions[instruction->c].type;
    struct linears *linears = &engine->walk->space.linears;
    const struct linear *sum = linear_constant(linears, 0, 1);
    struct sym pending = {.kind = SYM_UNSEEN};
    bool vague = false;
    for (uint32_t i = 0; i < view->count; i++) {
        struct sym degree = see_rule(engine, view->givers[i].rule);
        if (degree.kind == SYM_TRUTH && !degree.truth)
            continue;
        struct sym value = sym_given(engine, sym_eval(engine, view->pairs[2 * i + 1]));
        if (degree.kind == SYM_OPEN)
            return degree;
        if (degree.kind == SYM_TRUTH && value.kind == SYM_OPEN)
            return value;
        if (degree.kind == SYM_SPLIT || value.kind == SYM_SPLIT) {
            pending = degree.kind == SYM_SPLIT ? degree : value;
            continue;
        }
        vague = vague || value.kind == SYM_VAGUE;
        if (value.kind == SYM_NUMBER)
            sum = linear_sum(linears, sum, value.linear, false);
    }
    if (pending.kind != SYM_UNSEEN)
        return pending;
    if (vague || !sum || type->kind == TYPE_FRAC)
        return vague ? sym_vague(engine, reg) : sym_number(engine, sum, reg);
    return sym_number_within(engine, sum, type, reg);
}

/* --- beginning --- */

bool sym_is_fixed(struct engine *engine, uint32_t reg) {
    if (reg < engine->program->constant_count)
        return true;
    const struct instruction *instruction = sym_instruction(engine, reg);
    switch ((enum instruction_op)instruction->op) {
    case INS_number_in_range:
    case INS_day_in_range:
    case INS_rescale:
    case INS_fraction:
    case INS_negate:
        return sym_is_fixed(engine, instruction->a);
    case INS_through:
        return sym_is_fixed(engine, instruction->a) && sym_is_fixed(engine, instruction->b);
    default:
        return false;
    }
}

static void giver_view_init(struct engine *engine, struct giver_view *view, const struct giver *givers,
                            uint32_t place, bool values) {
    view->givers = givers;
    view->pairs = sym_operands(engine, place, &view->count);
    view->count /= 2;
    view->fresh = true;
    view->plain = values;
    for (uint32_t i = 0; i < view->count; i++)
        view->plain = view->plain && rule_is_never_open(engine, givers[i].rule) &&
                      sym_is_fixed(engine, view->pairs[2 * i + 1]) &&
                      sym_eval(engine, view->pairs[2 * i + 1]).kind != SYM_OPEN;
}

bool symbolic_rules_init(struct engine *engine) {
    const struct program *program = engine->program;
    const struct policy_set *set = program->set;
    struct arena *arena = engine->walk->arena;
    engine->rules = arena_array(arena, set->rule_count, sizeof *engine->rules);
    engine->decisions = arena_array(arena, set->decision_count, sizeof *engine->decisions);
    engine->duties = arena_array(arena, set->duty_count, sizeof *engine->duties);
    engine->decision_registers = arena_array(arena, set->decision_count, sizeof *engine->decision_registers);
    engine->duty_instructions = arena_array(arena, set->duty_count, sizeof *engine->duty_instructions);
    if (!engine->rules || !engine->decisions || !engine->duties || !engine->decision_registers ||
        !engine->duty_instructions)
        return false;
    for (size_t i = 0; i < set->rule_count; i++)
        engine->rules[i].degree = NO_REGISTER;
    for (uint32_t i = 0; i < program->instruction_count && !engine->walk->failed; i++) {
        const struct instruction *instruction = &program->instructions[i];
        uint32_t reg = program->constant_count + i, count;
        if (instruction->op == INS_degree) {
            struct rule_view *view = &engine->rules[instruction->c];
            const uint32_t *conditions = sym_operands(engine, instruction->a, &count);
            view->degree = reg;
            view->exceptions = sym_operands(engine, instruction->b, &view->exception_count);
            for (uint32_t k = 0; k < count; k++)
                split_condition(engine, view, conditions[k]);
        } else if (instruction->op == INS_decide || instruction->op == INS_total) {
            engine->decision_registers[instruction->c] = reg;
            giver_view_init(engine, &engine->decisions[instruction->c], set->decisions[instruction->c].givers,
                            instruction->a, true);
        } else if (instruction->op == INS_duty) {
            engine->duty_instructions[instruction->c] = reg;
            giver_view_init(engine, &engine->duties[instruction->c], set->duties[instruction->c].givers,
                            instruction->a, false);
        }
    }
    return !engine->walk->failed;
}
