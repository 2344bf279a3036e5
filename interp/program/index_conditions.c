/*
 * What rules demand of registers: conditions that compare with constants, found in the program. A demand that is not found, or is
 * wider than the condition, costs time; one that is narrower would be a wrong answer. Must not know how searches are made.
 */
#include "interp/program/index_inside.h"

#include "grammar/base/banned.h"

/* Conditions inside conditions; a policy that goes deeper is not searched by what is there. */
#define DEPTH_MAX 16

static const struct value *constant_of(const struct indexer *x, uint32_t reg) {
    return reg < x->program->constant_count ? &x->program->constants[reg] : NULL;
}

static const struct instruction *instruction_of(const struct indexer *x, uint32_t reg) {
    return &x->program->instructions[reg - x->program->constant_count];
}

static void add_demand(struct indexer *x, struct demand demand) {
    x->exact += demand.exact;
    if (!ARENA_PUSH(&x->scratch, x->demands, x->demand_count, x->demand_capacity, demand))
        x->failed = true;
}

static bool add_point(struct indexer *x, struct demand *demand, int64_t point) {
    if (!ARENA_PUSH(&x->scratch, x->points, x->point_count, x->point_capacity, point)) {
        x->failed = true;
        return false;
    }
    if (demand->point_count++ == 0)
        demand->low = demand->high = point;
    demand->low = point < demand->low ? point : demand->low;
    demand->high = point > demand->high ? point : demand->high;
    return true;
}

/* The number at `to` decimals; false where it is none of that scale. */
static bool at_scale(int64_t number, int from, int to, int64_t *out) {
    if (from <= to)
        return num_rescale(number, from, to, out);
    for (; from > to; from--) {
        if (number % 10 != 0)
            return false;
        number /= 10;
    }
    *out = number;
    return true;
}

/* Demands that register `key` is a constant; `scales` are those of the two numbers. */
static void demand_point(struct indexer *x, struct demand demand, uint32_t key, uint32_t other, int key_scale,
                         int other_scale) {
    const struct value *constant = constant_of(x, other);
    int64_t point;
    if (!constant || constant_of(x, key) || !index_number(*constant, &point) ||
        (key_scale != other_scale && !at_scale(point, other_scale, key_scale, &point)))
        return;
    demand.key = key;
    demand.none_is_no = true;
    demand.exact = constant->tag != VALUE_TEXT;
    demand.first_point = (uint32_t)x->point_count;
    if (add_point(x, &demand, point))
        add_demand(x, demand);
}

static void demand_is(struct indexer *x, struct demand demand, const struct instruction *made) {
    int a = made->op == INS_is_number ? (int)(made->c & 0xff) : 0;
    int b = made->op == INS_is_number ? (int)(made->c >> 8) : 0;
    if (constant_of(x, made->a))
        demand_point(x, demand, made->b, made->a, b, a);
    else
        demand_point(x, demand, made->a, made->b, a, b);
}

static void demand_one_of(struct indexer *x, struct demand demand, const struct instruction *made) {
    const uint32_t *registers = &x->program->pool[made->a + 1], *scales = &x->program->pool[made->b + 1];
    uint32_t count = x->program->pool[made->a];
    bool scaled = x->program->pool[made->b] > 0;
    demand.key = registers[0];
    demand.none_is_no = demand.exact = true;
    demand.first_point = (uint32_t)x->point_count;
    if (constant_of(x, demand.key))
        return;
    for (uint32_t i = 1; i < count; i++) {
        const struct value *constant = constant_of(x, registers[i]);
        int64_t point;
        if (!constant || !index_number(*constant, &point) ||
            (scaled && scales[i] != scales[0] && !at_scale(point, (int)scales[i], (int)scales[0], &point)) ||
            !add_point(x, &demand, point))
            return;
        demand.exact = demand.exact && constant->tag != VALUE_TEXT;
    }
    if (demand.point_count > 0)
        add_demand(x, demand);
}

/* A set of constants; of a set that is not a constant its instruction. */
static void demand_in_set(struct indexer *x, struct demand demand, const struct instruction *made) {
    const struct value *set = constant_of(x, made->b);
    demand.key = made->a;
    demand.exact = true;
    demand.first_point = (uint32_t)x->point_count;
    if (constant_of(x, demand.key))
        return;
    if (set && set->tag == VALUE_SET) {
        for (uint32_t member = 0; member < set->as.set->word_count * 64; member++)
            if ((set->as.set->words[member / 64] >> member % 64 & 1) &&
                !add_point(x, &demand, (int64_t)member))
                return;
    } else if (!set && instruction_of(x, made->b)->op == INS_set_of) {
        const uint32_t *pool = &x->program->pool[instruction_of(x, made->b)->a];
        for (uint32_t i = 1; i <= pool[0]; i++) {
            const struct value *constant = constant_of(x, pool[i]);
            if (!constant || constant->tag != VALUE_MEMBER || !add_point(x, &demand, constant->as.number))
                return;
        }
    }
    if (demand.point_count > 0)
        add_demand(x, demand);
}

static void demand_between(struct indexer *x, struct demand demand, uint32_t key, int64_t low, int64_t high) {
    demand.key = key;
    demand.exact = true;
    demand.low = low;
    demand.high = high;
    if (!constant_of(x, key))
        add_demand(x, demand);
}

static void demand_in_period(struct indexer *x, struct demand demand, const struct instruction *made) {
    const struct value *period = constant_of(x, made->b), *first, *last;
    if (period && period->tag == VALUE_PERIOD) {
        demand_between(x, demand, made->a, period->as.period.first, period->as.period.last);
        return;
    }
    if (period || instruction_of(x, made->b)->op != INS_through)
        return;
    first = constant_of(x, instruction_of(x, made->b)->a);
    last = constant_of(x, instruction_of(x, made->b)->b);
    if (first && last && first->tag == VALUE_DATE && last->tag == VALUE_DATE)
        demand_between(x, demand, made->a, first->as.day, last->as.day);
}

/* a below b, or above it; `strict`: and not b itself. */
static void demand_order(struct indexer *x, struct demand demand, const struct instruction *made, bool below,
                         bool strict) {
    bool swapped = constant_of(x, made->a) != NULL,
         scaled = prog_op_info(made->op)->operands[2] == KIND_SCALES;
    uint32_t key = swapped ? made->b : made->a;
    const struct value *bound = constant_of(x, swapped ? made->a : made->b);
    int a = scaled ? (int)(made->c & 0xff) : 0, b = scaled ? (int)(made->c >> 8) : 0;
    int64_t number;
    if (!bound || !index_number(*bound, &number) ||
        (a != b && !at_scale(number, swapped ? a : b, swapped ? b : a, &number)))
        return;
    if (below != swapped)
        demand_between(x, demand, key, INT64_MIN, number - strict);
    else
        demand_between(x, demand, key, number + strict, INT64_MAX);
}

/* A fact or decision that is to be yes, or no. */
static void demand_truth(struct indexer *x, struct demand demand, uint32_t key, bool truth) {
    if (constant_of(x, key))
        return;
    switch (instruction_of(x, key)->op) {
    case INS_fact:
    case INS_only_when:
    case INS_only_when_otherwise:
    case INS_decide:
        demand.key = key;
        demand.exact = true;
        demand.first_point = (uint32_t)x->point_count;
        if (add_point(x, &demand, truth))
            add_demand(x, demand);
        break;
    default:
        break;
    }
}

static void demand_condition(struct indexer *x, struct demand demand, uint32_t reg, int depth);

static void demand_each(struct indexer *x, struct demand demand, uint32_t place, int depth) {
    const uint32_t *pool = &x->program->pool[place];
    for (uint32_t i = 1; i <= pool[0] && !x->failed; i++)
        demand_condition(x, demand, pool[i], depth);
}

/* Demands what must hold for `reg` to be yes, open or, but for demand.none_is_no, none. */
static void demand_condition(struct indexer *x, struct demand demand, uint32_t reg, int depth) {
    x->leaves++;
    if (constant_of(x, reg) || depth > DEPTH_MAX)
        return;
    const struct instruction *made = instruction_of(x, reg);
    x->leaves -= made->op == INS_all || made->op == INS_gate;
    switch ((enum instruction_op)made->op) {
    case INS_all:
        /* none and open is open, which counts; none and none counts as no, but nobody knows here. */
        demand.none_is_no = false;
        demand_each(x, demand, made->a, depth + 1);
        break;
    case INS_gate:
        demand_each(x, demand, made->a, depth + 1);
        break;
    case INS_is:
    case INS_is_number:
        demand_is(x, demand, made);
        break;
    case INS_is_one_of:
        demand_one_of(x, demand, made);
        break;
    case INS_in_set:
        demand_in_set(x, demand, made);
        break;
    case INS_in_period:
        demand_in_period(x, demand, made);
        break;
    case INS_less:
    case INS_before:
        demand_order(x, demand, made, true, true);
        break;
    case INS_less_equal:
    case INS_on_or_before:
        demand_order(x, demand, made, true, false);
        break;
    case INS_greater:
    case INS_after:
        demand_order(x, demand, made, false, true);
        break;
    case INS_greater_equal:
    case INS_on_or_after:
        demand_order(x, demand, made, false, false);
        break;
    case INS_not:
        demand_truth(x, demand, made->a, false);
        break;
    default:
        demand_truth(x, demand, reg, true);
        break;
    }
}

/* Two demands of one rule on one register are one: both must hold. */
static void join_demands(struct indexer *x, size_t first) {
    size_t kept = first;
    for (size_t i = first; i < x->demand_count; i++) {
        struct demand *demand = &x->demands[i], *same = NULL;
        for (size_t j = first; j < kept && !same; j++)
            if (x->demands[j].key == demand->key)
                same = &x->demands[j];
        if (!same) {
            x->demands[kept++] = *demand;
            continue;
        }
        /* Some points may be outside of the other demand. */
        if (same->point_count || demand->point_count)
            x->exact = 0;
        same->none_is_no = same->none_is_no || demand->none_is_no;
        same->low = demand->low > same->low ? demand->low : same->low;
        same->high = demand->high < same->high ? demand->high : same->high;
        if (same->point_count == 0) {
            same->first_point = demand->first_point;
            same->point_count = demand->point_count;
        }
    }
    x->demand_count = kept;
}

void index_demands(struct indexer *x) {
    const struct program *program = x->program;
    size_t rules = program->set->rule_count;
    x->degrees = index_scratch(x, rules, sizeof *x->degrees);
    x->whole = index_scratch(x, rules, sizeof *x->whole);
    x->first_demand = index_scratch(x, rules + 1, sizeof *x->first_demand);
    if (x->failed)
        return;
    for (uint32_t i = 0; i < program->instruction_count; i++)
        if (program->instructions[i].op == INS_degree)
            x->degrees[program->instructions[i].c] = i;
    for (uint32_t rule = 0; rule < rules && !x->failed; rule++) {
        const struct instruction *degree = &program->instructions[x->degrees[rule]];
        struct demand demand = {.rule = rule, .none_is_no = true};
        size_t first = x->demand_count;
        x->first_demand[rule] = (uint32_t)first;
        x->leaves = x->exact = 0;
        demand_each(x, demand, degree->a, 0);
        join_demands(x, first);
        x->whole[rule] = x->exact > 0 && x->exact == x->leaves && program->pool[degree->b] == 0;
    }
    x->first_demand[rules] = (uint32_t)x->demand_count;
}
