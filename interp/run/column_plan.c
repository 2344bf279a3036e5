/*
 * See column_plan.h. The program is walked backward from what is shown and what rejects a record, then forward to make equal
 * instructions one, then backward for the degrees under which a value matters, and once more to share arrays between registers
 * that are not needed at the same time. Must not know what an instruction computes.
 */
#include "interp/run/column_plan.h"
#include "interp/program/rule_index.h"

#include "grammar/base/banned.h"

/* What the arrays of all registers may take; with more of them a block has fewer rows. */
#define PLAN_BYTES ((size_t)4 * 1024 * 1024)
#define PLAN_ROWS_MIN 16

enum { SIZE_4, SIZE_8, SIZE_32, SIZE_COUNT, SIZE_NONE = SIZE_COUNT };

struct planner {
    const struct program *program;
    struct column_plan *plan;
    struct arena scratch;
    uint8_t *needed;   /* by instruction */
    uint32_t *same;    /* by register: the one that stands for it */
    uint32_t *step_of; /* by register: its step, or NO_REGISTER */
    uint32_t *table;   /* of steps, by what they compute: index + 1 */
    uint32_t table_size;
    uint8_t *pool_done;
    uint32_t *guards;
    uint32_t *last; /* by register: the last step that reads it; NO_REGISTER: it stays */
    struct arena *arena;
    uint8_t *input;                  /* by register: it is among the inputs of the lookup at hand */
    const struct index_rule *reader; /* the rule whose inputs are looked for */
    const char *problem;
};

static uint32_t constants_of(const struct planner *p) {
    return p->program->constant_count;
}

static bool is_register(enum operand_kind kind) {
    return (kind >= KIND_YESNO && kind <= KIND_ANY) || kind == KIND_MAYBE_YESNO || kind == KIND_EACH;
}

static bool is_list(enum operand_kind kind) {
    return kind >= KIND_YESNOS && kind <= KIND_PAIRS;
}

/* Calls `each` with every register that an instruction reads. */
static void each_operand(const uint32_t *pool, unsigned op, const uint32_t operands[3],
                         void (*each)(struct planner *p, uint32_t reg, uint32_t of), struct planner *p,
                         uint32_t of) {
    const struct op_info *info = prog_op_info(op);
    for (int k = 0; k < 3; k++) {
        uint32_t operand = operands[k];
        if (is_register(info->operands[k]) && operand != NO_REGISTER)
            each(p, operand, of);
        for (uint32_t i = 0; is_list(info->operands[k]) && i < pool[operand]; i++)
            if (pool[operand + 1 + i] != NO_REGISTER)
                each(p, pool[operand + 1 + i], of);
    }
}

/* Calls `each` with every register that a decision reads for the rules that are searched for. */
static void each_input(const struct planner *p, unsigned op, uint32_t decision, bool cells,
                       void (*each)(struct planner *p, uint32_t reg, uint32_t of), uint32_t of) {
    const struct column_lookup *lookup = p->plan->lookups ? &p->plan->lookups[decision] : NULL;
    for (uint32_t i = 0; op == INS_decide && lookup && i < lookup->input_count; i++)
        each((struct planner *)(uintptr_t)p, cells ? lookup->cells[i] : lookup->inputs[i], of);
}

/* --- what is needed --- */

static void need(struct planner *p, uint32_t reg, uint32_t of) {
    (void)of;
    if (reg >= constants_of(p))
        p->needed[reg - constants_of(p)] = 1;
}

static bool is_root(const struct planner *p, const struct instruction *made, const bool *decisions,
                    const bool *duties) {
    (void)p;
    switch (made->op) {
    case INS_decide:
    case INS_total:
        return decisions[made->c];
    case INS_duty:
        return duties[made->c];
    case INS_require:
    case INS_check_fact:
    case INS_check_field:
        return true;
    default:
        return false;
    }
}

static bool has_columns(const struct instruction *made) {
    if (made->kind == KIND_LIST || prog_op_info(made->op)->op_class == CLASS_LOOP)
        return false;
    return column_has_kernel(made->op);
}

static void find_needed(struct planner *p, const bool *decisions, const bool *duties) {
    for (uint32_t i = p->program->instruction_count; i-- > 0 && !p->problem;) {
        const struct instruction *made = &p->program->instructions[i];
        const uint32_t operands[3] = {made->a, made->b, made->c};
        if (is_root(p, made, decisions, duties))
            p->needed[i] = 1;
        if (!p->needed[i])
            continue;
        if (!has_columns(made))
            p->problem = "the policy reads lists, or asks what only properties ask";
        each_operand(p->plan->pool, made->op, operands, need, p, i);
        each_input(p, made->op, made->c, false, need, i);
    }
}

/* --- equal instructions --- */

static uint32_t renumbered(const struct planner *p, uint32_t reg) {
    return reg == NO_REGISTER ? reg : p->same[reg];
}

/* The operands with registers that stand for them; lists are renumbered in place, once. */
static void renumber(struct planner *p, const struct instruction *made, uint32_t operands[3]) {
    const struct op_info *info = prog_op_info(made->op);
    operands[0] = made->a;
    operands[1] = made->b;
    operands[2] = made->c;
    for (int k = 0; k < 3; k++) {
        uint32_t place = operands[k];
        if (is_register(info->operands[k]))
            operands[k] = renumbered(p, place);
        if (!is_list(info->operands[k]) || p->pool_done[place])
            continue;
        p->pool_done[place] = 1;
        for (uint32_t i = 1; i <= p->plan->pool[place]; i++)
            p->plan->pool[place + i] = renumbered(p, p->plan->pool[place + i]);
    }
}

/* The index of what is decided, and of the rule, say where a result goes, not what it is. */
static uint32_t operand_that_counts(const struct column_step *step, int k) {
    const uint32_t operands[3] = {step->a, step->b, step->c};
    return step->op == INS_degree && k == 2 ? 0 : operands[k];
}

static uint32_t step_hash(const struct planner *p, const struct column_step *step) {
    const struct op_info *info = prog_op_info(step->op);
    uint64_t hash = step->op * UINT64_C(0x9E3779B97F4A7C15);
    for (int k = 0; k < 3; k++) {
        uint32_t operand = operand_that_counts(step, k);
        bool list = is_list(info->operands[k]) || info->operands[k] == KIND_IMMS;
        uint32_t count = list ? p->plan->pool[operand] : 1;
        for (uint32_t i = 0; i < count; i++)
            hash = (hash ^ (list ? p->plan->pool[operand + 1 + i] : operand)) * UINT64_C(0x100000001B3);
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static bool same_step(const struct planner *p, const struct column_step *x, const struct column_step *y) {
    const struct op_info *info = prog_op_info(x->op);
    const uint32_t *pool = p->plan->pool;
    if (x->op != y->op || x->kind != y->kind)
        return false;
    for (int k = 0; k < 3; k++) {
        uint32_t a = operand_that_counts(x, k), b = operand_that_counts(y, k);
        bool list = is_list(info->operands[k]) || info->operands[k] == KIND_IMMS;
        if (a == b)
            continue;
        if (!list || pool[a] != pool[b] || memcmp(&pool[a], &pool[b], (pool[a] + 1) * sizeof *pool) != 0)
            return false;
    }
    return true;
}

/* What decides, or may reject a record, is itself. */
static bool may_be_shared(unsigned op) {
    return op != INS_decide && op != INS_total && op != INS_duty && op != INS_require && op != INS_check_fact;
}

/* The step that computes the same, or NO_REGISTER; then this one is entered. */
static uint32_t find_step(struct planner *p, const struct column_step *step, uint32_t index) {
    uint32_t slot = step_hash(p, step) & (p->table_size - 1);
    for (;; slot = (slot + 1) & (p->table_size - 1)) {
        if (!p->table[slot]) {
            p->table[slot] = index + 1;
            return NO_REGISTER;
        }
        if (same_step(p, &p->plan->steps[p->table[slot] - 1], step))
            return p->table[slot] - 1;
    }
}

static bool is_simple(const struct program *program, uint32_t reg) {
    uint32_t constants = program->constant_count, kind;
    if (reg < constants) {
        uint32_t tag = program->constants[reg].tag;
        return tag == VALUE_NONE || tag == VALUE_YES_NO || tag == VALUE_DATE || tag == VALUE_MEMBER;
    }
    kind = program->instructions[reg - constants].kind;
    return kind == KIND_YESNO || kind == KIND_DAY || kind == KIND_MEMBER;
}

/* Ops that a few machine instructions do; the rest is worth a list of the rows that matter. */
static bool is_costly(const struct program *program, const struct instruction *made) {
    static const uint16_t cheap[] = {INS_today,
                                     INS_fact,
                                     INS_announced_by,
                                     INS_not,
                                     INS_all,
                                     INS_any,
                                     INS_if,
                                     INS_is_none,
                                     INS_is_given,
                                     INS_is_number,
                                     INS_less,
                                     INS_less_equal,
                                     INS_greater,
                                     INS_greater_equal,
                                     INS_before,
                                     INS_after,
                                     INS_on_or_before,
                                     INS_on_or_after,
                                     INS_move_days,
                                     INS_days_between,
                                     INS_through,
                                     INS_start_of,
                                     INS_end_of,
                                     INS_in_period,
                                     INS_gate,
                                     INS_degree,
                                     INS_decide,
                                     INS_total,
                                     INS_duty,
                                     INS_require,
                                     INS_check_fact,
                                     INS_number_in_range,
                                     INS_day_in_range,
                                     INS_earliest,
                                     INS_latest,
                                     INS_smallest,
                                     INS_largest,
                                     INS_only_when,
                                     INS_only_when_otherwise,
                                     INS_negate,
                                     INS_add,
                                     INS_subtract};
    /* What lies behind a pointer may only be looked at where it was put. */
    if (made->kind == KIND_TEXT || made->kind == KIND_SET)
        return true;
    if (made->op == INS_is)
        return !is_simple(program, made->a) || !is_simple(program, made->b);
    for (size_t i = 0; i < sizeof cheap / sizeof *cheap; i++)
        if (made->op == cheap[i])
            return false;
    return true;
}

static bool make_steps(struct planner *p) {
    const struct program *program = p->program;
    struct column_plan *plan = p->plan;
    for (uint32_t i = 0; i < constants_of(p); i++)
        p->same[i] = i;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        const struct instruction *made = &program->instructions[i];
        uint32_t reg = constants_of(p) + i, operands[3], found = NO_REGISTER;
        struct column_step *step = &plan->steps[plan->step_count];
        p->same[reg] = reg;
        if (!p->needed[i])
            continue;
        renumber(p, made, operands);
        *step = (struct column_step){.op = made->op,
                                     .kind = made->kind,
                                     .costly = is_costly(program, made),
                                     .a = operands[0],
                                     .b = operands[1],
                                     .c = operands[2],
                                     .out = reg,
                                     .guard = NO_REGISTER};
        if (may_be_shared(made->op))
            found = find_step(p, step, plan->step_count);
        if (found != NO_REGISTER)
            p->same[reg] = plan->steps[found].out;
        else
            p->step_of[reg] = plan->step_count++;
    }
    return true;
}

/* --- where a value matters --- */

#define GUARD_UNSET (UINT32_MAX - 1)

/*
 * A register is read where `guard` is not no. Read under two guards it matters everywhere, and so it does where the guard is
 * not known before it.
 */
static void read_under(struct planner *p, uint32_t reg, uint32_t guard) {
    if (reg == NO_REGISTER || reg < constants_of(p))
        return;
    if (guard != NO_REGISTER && p->step_of[guard] >= p->step_of[reg])
        guard = NO_REGISTER;
    p->guards[reg] = p->guards[reg] == GUARD_UNSET || p->guards[reg] == guard ? guard : NO_REGISTER;
}

static void read_everywhere(struct planner *p, uint32_t reg, uint32_t of) {
    read_under(p, reg, of);
}

/* `guard` where it is known before the register is computed, else `otherwise`. */
static uint32_t known_before(const struct planner *p, uint32_t guard, uint32_t reg, uint32_t otherwise) {
    if (guard < constants_of(p) || reg == NO_REGISTER || reg < constants_of(p) ||
        p->step_of[guard] >= p->step_of[reg])
        return otherwise;
    return guard;
}

/* Conditions that must all hold: each matters where the one before it is not no. */
static void read_conditions(struct planner *p, uint32_t place, uint32_t guard) {
    const uint32_t *items = &p->plan->pool[place + 1];
    for (uint32_t i = 0; i < p->plan->pool[place]; i++)
        read_under(p, items[i], i ? known_before(p, items[i - 1], items[i], guard) : guard);
}

static void read_pairs(struct planner *p, uint32_t place) {
    const uint32_t *items = &p->plan->pool[place + 1];
    if (p->plan->pool[place] / 2 > p->plan->givers)
        p->plan->givers = p->plan->pool[place] / 2;
    for (uint32_t i = 0; i + 1 < p->plan->pool[place]; i += 2) {
        read_under(p, items[i], NO_REGISTER);
        read_under(p, items[i + 1], known_before(p, items[i], items[i + 1], NO_REGISTER));
    }
}

/* What decides reads its degrees in every row, so that no array of it holds what was computed for another block. */
static void find_guards(struct planner *p) {
    const uint32_t *pool = p->plan->pool;
    for (uint32_t i = p->plan->step_count; i-- > 0;) {
        struct column_step *step = &p->plan->steps[i];
        const uint32_t operands[3] = {step->a, step->b, step->c};
        uint32_t guard = p->guards[step->out] == GUARD_UNSET ? NO_REGISTER : p->guards[step->out];
        switch (step->op) {
        case INS_decide:
        case INS_total:
        case INS_duty:
            read_pairs(p, step->a);
            if (step->op == INS_decide)
                for (uint32_t k = 1; k <= pool[step->b]; k++)
                    read_under(p, pool[step->b + k], NO_REGISTER);
            each_input(p, step->op, step->c, true, read_everywhere, NO_REGISTER);
            if (step->op == INS_duty)
                read_under(p, step->b, NO_REGISTER);
            continue;
        case INS_degree:
        case INS_gate:
        case INS_all:
            step->guard = guard;
            read_conditions(p, step->a, guard);
            for (uint32_t k = 1; step->op == INS_degree && k <= pool[step->b]; k++)
                read_under(p, pool[step->b + k], guard);
            continue;
        case INS_fact:
            continue; /* it costs nothing, and its arrays are not the machine's */
        default:
            step->guard = guard;
            each_operand(pool, step->op, operands, read_everywhere, p, guard);
            continue;
        }
    }
}

/* --- arrays --- */

static int size_of_kind(unsigned kind) {
    switch ((enum operand_kind)kind) {
    case KIND_DAY:
    case KIND_MEMBER:
        return SIZE_4;
    case KIND_NUM:
    case KIND_TEXT:
    case KIND_SET:
    case KIND_PERIOD:
        return SIZE_8;
    case KIND_FRAC:
        return SIZE_32;
    default:
        return SIZE_NONE;
    }
}

static void read_last(struct planner *p, uint32_t reg, uint32_t at) {
    if (reg >= constants_of(p) && p->last[reg] != NO_REGISTER && p->last[reg] < at)
        p->last[reg] = at;
}

struct free_list {
    uint32_t *items;
    uint32_t count, made;
};

static uint32_t take_slot(struct free_list *list) {
    return list->count ? list->items[--list->count] : list->made++;
}

/* Gives the arrays of registers back that are read here for the last time. */
static void give_back(struct planner *p, uint32_t at, const uint32_t *ends, struct free_list *states,
                      struct free_list *sizes) {
    for (uint32_t index = ends[at]; index;) {
        const struct column_step *over = &p->plan->steps[index - 1];
        int size = size_of_kind(over->kind);
        if (over->op != INS_fact) {
            states->items[states->count++] = over->state_slot;
            if (size != SIZE_NONE)
                sizes[size].items[sizes[size].count++] = over->slot;
        }
        index = p->table[index - 1];
    }
}

/* `table` is used again: it links the steps that end at the same one. */
static bool share_arrays(struct planner *p) {
    struct column_plan *plan = p->plan;
    struct free_list states = {0}, sizes[SIZE_COUNT] = {{0}};
    uint32_t *ends = arena_array(&p->scratch, plan->step_count + 1, sizeof *ends);
    states.items = arena_array(&p->scratch, plan->step_count, sizeof *states.items);
    for (int k = 0; k < SIZE_COUNT; k++)
        sizes[k].items = arena_array(&p->scratch, plan->step_count, sizeof *sizes[k].items);
    if (p->scratch.failed)
        return false;
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const struct column_step *step = &plan->steps[i];
        const uint32_t operands[3] = {step->a, step->b, step->c};
        read_last(p, step->out, i);
        each_operand(plan->pool, step->op, operands, read_last, p, i);
        each_input(p, step->op, step->c, true, read_last, i);
        if (step->guard != NO_REGISTER)
            read_last(p, step->guard, i);
    }
    for (uint32_t i = 0; i < plan->step_count; i++) {
        uint32_t last = p->last[plan->steps[i].out];
        if (last == NO_REGISTER)
            continue;
        p->table[i] = ends[last];
        ends[last] = i + 1;
    }
    for (uint32_t i = 0; i < plan->step_count; i++) {
        struct column_step *step = &plan->steps[i];
        int size = size_of_kind(step->kind);
        if (step->op != INS_fact) {
            step->state_slot = take_slot(&states);
            step->slot = size == SIZE_NONE ? 0 : take_slot(&sizes[size]);
        }
        give_back(p, i, ends, &states, sizes);
    }
    plan->state_slots = states.made;
    for (int k = 0; k < SIZE_COUNT; k++)
        plan->slots[k] = sizes[k].made;
    return true;
}

static void keep_shown(struct planner *p, const bool *decisions, const bool *duties) {
    struct column_plan *plan = p->plan;
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const struct column_step *step = &plan->steps[i];
        if ((step->op == INS_decide || step->op == INS_total) && decisions[step->c]) {
            plan->decisions[step->c] = step->out;
            p->last[step->out] = NO_REGISTER;
        }
        if (step->op == INS_duty && duties[step->c])
            plan->duties[step->c] = step->out;
    }
}

static void set_rows(struct column_plan *plan, uint32_t rows) {
    size_t width = plan->state_slots + 4 * (size_t)plan->slots[SIZE_4] + 8 * (size_t)plan->slots[SIZE_8] +
                   32 * (size_t)plan->slots[SIZE_32];
    size_t most = PLAN_BYTES / (width ? width : 1);
    if (most < PLAN_ROWS_MIN)
        most = PLAN_ROWS_MIN;
    plan->rows = rows < most ? rows : (uint32_t)most;
}

static void fill(uint32_t *items, size_t count, uint32_t value) {
    for (size_t i = 0; items && i < count; i++)
        items[i] = value;
}

/* --- rules that are searched for --- */

/* The searches that lead to givers of the decision, to exceptions to rules so found, and so on. */
static bool find_searches(struct planner *p, struct column_lookup *lookup, uint32_t decision) {
    const struct policy_set *set = p->program->set;
    const struct rule_index *index = p->program->index;
    uint8_t *listed = arena_alloc(&p->scratch, index->search_count);
    lookup->searches = arena_array(p->arena, index->search_count, sizeof *lookup->searches);
    if (!listed || !lookup->searches)
        return false;
    for (size_t i = 0; i < set->decisions[decision].giver_count; i++) {
        uint32_t search = index->rules[set->decisions[decision].givers[i].rule].search;
        if (search != NO_SEARCH && !listed[search]) {
            listed[search] = 1;
            lookup->searches[lookup->search_count++] = search;
        }
    }
    for (uint32_t i = 0; i < lookup->search_count; i++) {
        const struct index_search *by = &index->searches[lookup->searches[i]];
        for (uint32_t k = 0; k < by->rule_count; k++) {
            const struct rule *rule = &set->rules[by->rules[k]];
            for (size_t e = 0; e < rule->exception_count; e++) {
                uint32_t search = index->rules[rule->exceptions[e]].search;
                if (search == NO_SEARCH || listed[search])
                    continue;
                listed[search] = 1;
                lookup->searches[lookup->search_count++] = search;
            }
        }
    }
    return true;
}

/* What a rule reads and does not compute: but for degrees that are searched for. */
static void find_input(struct planner *p, uint32_t reg, uint32_t of) {
    const struct rule_index *index = p->program->index;
    uint32_t at = reg - constants_of(p);
    struct column_lookup *lookup = &p->plan->lookups[of];
    if (reg == NO_REGISTER || reg < constants_of(p) || p->input[reg])
        return;
    const struct instruction *made = &p->program->instructions[at];
    if (made->op == INS_degree && index->rules[made->c].search != NO_SEARCH)
        return;
    for (uint32_t i = 0; p->reader && i < p->reader->range_count; i++) {
        uint64_t range = index->ranges[p->reader->first_range + i];
        if (at >= range >> 32 && at < (uint32_t)(range & ~INDEX_CONDITION))
            return;
    }
    p->input[reg] = 1;
    lookup->inputs[lookup->input_count++] = reg;
}

static void find_inputs(struct planner *p, struct column_lookup *lookup, uint32_t decision, uint32_t at) {
    const struct rule_index *index = p->program->index;
    for (uint32_t i = 0; i < lookup->search_count; i++) {
        const struct index_search *by = &index->searches[lookup->searches[i]];
        p->reader = NULL;
        find_input(p, by->point, decision);
        find_input(p, by->range, decision);
        find_input(p, by->filter, decision);
    }
    lookup->key_count = lookup->input_count;
    for (uint32_t i = 0; i < lookup->search_count; i++) {
        const struct index_search *by = &index->searches[lookup->searches[i]];
        for (uint32_t k = 0; k < by->rule_count; k++) {
            p->reader = &index->rules[by->rules[k]];
            for (uint32_t r = 0; r < p->reader->range_count; r++) {
                uint64_t range = index->ranges[p->reader->first_range + r] & ~INDEX_CONDITION;
                for (uint32_t n = (uint32_t)(range >> 32); n < (uint32_t)range && range >> 32 < at; n++) {
                    const struct instruction *made = &p->program->instructions[n];
                    const uint32_t operands[3] = {made->a, made->b, made->c};
                    each_operand(p->program->pool, made->op, operands, find_input, p, decision);
                }
            }
        }
    }
}

/* A value need not be computed by its rule alone: it may be a decision, or a fact. */
static void find_values(struct planner *p, const struct instruction *decide) {
    const uint32_t *pairs = &p->program->pool[decide->a + 1];
    const struct decision *decision = &p->program->set->decisions[decide->c];
    for (size_t i = 0; i < decision->giver_count; i++) {
        p->reader = &p->program->index->rules[decision->givers[i].rule];
        if (p->reader->search != NO_SEARCH)
            find_input(p, pairs[2 * i + 1], decide->c);
    }
}

/* The givers that are left; the list of the plan keeps only these. */
static void keep_others(struct planner *p, const struct column_lookup *lookup, uint32_t place) {
    uint32_t *pairs = &p->plan->pool[place + 1];
    for (uint32_t i = 0; i < lookup->other_count; i++) {
        pairs[2 * i] = pairs[2 * lookup->others[i]];
        pairs[2 * i + 1] = pairs[2 * lookup->others[i] + 1];
    }
    p->plan->pool[place] = 2 * lookup->other_count;
}

static bool find_lookup(struct planner *p, const struct instruction *decide, uint32_t at) {
    const struct index_ballot *ballot = &p->program->index->ballots[decide->c];
    struct column_lookup *lookup = &p->plan->lookups[decide->c];
    if (ballot->giver_count >= COLUMN_NO_WINNER)
        p->problem = "a decision has more than 65534 rules";
    lookup->others = ballot->others;
    lookup->other_count = ballot->other_count;
    lookup->inputs = p->guards;
    p->input = arena_alloc(&p->scratch, p->program->register_count);
    if (!p->input || !find_searches(p, lookup, decide->c))
        return false;
    find_inputs(p, lookup, decide->c, at);
    find_values(p, decide);
    lookup->inputs = arena_array(p->arena, lookup->input_count, sizeof *lookup->inputs);
    lookup->cells = arena_array(p->arena, lookup->input_count, sizeof *lookup->cells);
    if (!lookup->inputs || !lookup->cells)
        return false;
    memcpy(lookup->inputs, p->guards, lookup->input_count * sizeof *lookup->inputs);
    keep_others(p, lookup, decide->a);
    return true;
}

static bool find_lookups(struct planner *p) {
    const struct program *program = p->program;
    if (!program->index)
        return true;
    p->plan->lookups = arena_array(p->arena, program->set->decision_count, sizeof *p->plan->lookups);
    for (uint32_t i = 0; i < program->instruction_count && p->plan->lookups; i++) {
        const struct instruction *made = &program->instructions[i];
        if (made->op == INS_decide && program->index->ballots[made->c].some && !find_lookup(p, made, i))
            return false;
    }
    fill(p->guards, program->register_count, GUARD_UNSET);
    return p->plan->lookups != NULL;
}

static void name_cells(struct planner *p) {
    for (size_t d = 0; p->plan->lookups && d < p->program->set->decision_count; d++)
        for (uint32_t i = 0; i < p->plan->lookups[d].input_count; i++)
            p->plan->lookups[d].cells[i] = p->same[p->plan->lookups[d].inputs[i]];
}

static bool begin(struct planner *p, struct arena *arena) {
    const struct program *program = p->program;
    const struct policy_set *set = program->set;
    struct column_plan *plan = p->plan;
    struct arena *scratch = &p->scratch;
    uint32_t count = program->instruction_count;
    for (p->table_size = 16; p->table_size < 2 * count; p->table_size *= 2) {}
    plan->program = program;
    plan->steps = arena_array(arena, count, sizeof *plan->steps);
    plan->pool = arena_array(arena, program->pool_count, sizeof *plan->pool);
    plan->decisions = arena_array(arena, set->decision_count, sizeof *plan->decisions);
    plan->duties = arena_array(arena, set->duty_count, sizeof *plan->duties);
    p->needed = arena_alloc(scratch, count);
    p->same = arena_array(scratch, program->register_count, sizeof *p->same);
    p->step_of = arena_array(scratch, program->register_count, sizeof *p->step_of);
    p->guards = arena_array(scratch, program->register_count, sizeof *p->guards);
    p->last = arena_array(scratch, program->register_count, sizeof *p->last);
    p->table = arena_array(scratch, p->table_size, sizeof *p->table);
    p->pool_done = arena_alloc(scratch, program->pool_count);
    if (scratch->failed || arena->failed)
        return false;
    memcpy(plan->pool, program->pool, program->pool_count * sizeof *plan->pool);
    fill(p->step_of, program->register_count, NO_REGISTER);
    fill(p->guards, program->register_count, GUARD_UNSET);
    fill(plan->decisions, set->decision_count, NO_REGISTER);
    fill(plan->duties, set->duty_count, NO_REGISTER);
    return true;
}

struct column_plan *column_plan(const struct program *program, const bool *decisions, const bool *duties,
                                uint32_t rows, struct arena *arena) {
    struct planner p = {.program = program, .plan = arena_alloc(arena, sizeof *p.plan), .arena = arena};
    bool good = p.plan != NULL;
    arena_init(&p.scratch, arena->alloc);
    good = good && begin(&p, arena) && find_lookups(&p);
    if (good) {
        find_needed(&p, decisions, duties);
        p.plan->problem = p.problem;
    }
    if (good && !p.problem) {
        make_steps(&p);
        name_cells(&p);
        find_guards(&p);
        keep_shown(&p, decisions, duties);
        if (p.plan->givers >= COLUMN_NO_WINNER)
            p.plan->problem = "a decision has more than 65534 rules";
        good = share_arrays(&p);
        set_rows(p.plan, rows);
    }
    arena_free(&p.scratch);
    return good ? p.plan : NULL;
}
