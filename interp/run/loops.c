/*
 * Running instructions in order, and the loops over lists: the body once a record, and what `some`, `every`, counts and sums
 * make of it. Must not know what an instruction outside of these computes.
 */
#include "interp/run/kernels.h"

#include "grammar/base/banned.h"

/* What a fold has seen so far. */
struct fold {
    const struct reasons *reasons; /* of what was open */
    bool none;                     /* something was none */
    bool decided;                  /* a yes of `some`, a no of `every` */
    enum failure failure;
    int64_t count; /* records that take part */
    num_i128 sum;  /* exact: the order of the records must not matter */
    struct frac fraction;
    cal_day day;
};

static struct value finished(struct machine *machine, uint32_t at, struct value value) {
    machine->registers[machine->program->constant_count + at] = value;
    if (machine->trace)
        machine->trace->step(machine->trace->context, machine->program, at, value);
    return value;
}

static void add_value(struct fold *fold, unsigned op, struct value value) {
    switch (op) {
    case INS_sum:
        fold->sum += value.as.number;
        break;
    case INS_sum_fractions: {
        enum frac_status status = frac_add(fold->fraction, *value.as.fraction, &fold->fraction);
        if (status != FRAC_OK)
            fold->failure = FAILURE_OVERFLOW;
        break;
    }
    case INS_earliest_of:
        if (fold->count == 0 || value.as.day < fold->day)
            fold->day = value.as.day;
        break;
    case INS_latest_of:
        if (fold->count == 0 || value.as.day > fold->day)
            fold->day = value.as.day;
        break;
    default:
        break;
    }
    fold->count++;
}

/* The condition and value of one record, in the registers now. */
static void add_record(struct machine *machine, const struct instruction *i, struct fold *fold) {
    struct value condition = i->b == NO_REGISTER ? value_yes_no(true) : held(machine, i->b);
    bool valued = prog_op_info(i->op)->operands[2] != KIND_NOTHING;
    if (i->op == INS_some || i->op == INS_every) {
        fold->decided = fold->decided || (i->op == INS_some ? is_yes(condition) : is_no(condition));
        fold->none = fold->none || condition.tag == VALUE_NONE;
        machine_join(machine, &fold->reasons, condition);
        return;
    }
    if (is_no(condition))
        return;
    machine_join(machine, &fold->reasons, condition);
    if (condition.tag == VALUE_NONE) {
        fold->none = true;
        return;
    }
    struct value value = valued ? held(machine, i->c) : value_none();
    if (valued)
        machine_join(machine, &fold->reasons, value);
    if (is_open(condition) || (valued && is_open(value)))
        return;
    if (valued && value.tag == VALUE_NONE)
        fold->none = true;
    else
        add_value(fold, i->op, value);
}

static struct value number_value(int64_t number) {
    return (struct value){.tag = VALUE_NUMBER, .as.number = number};
}

static struct value computed(struct machine *machine, const struct instruction *i, const struct fold *fold) {
    switch (i->op) {
    case INS_count:
        return number_value(fold->count);
    case INS_sum:
        if (fold->sum > NUM_LIMIT || fold->sum < -NUM_LIMIT)
            return machine_failure(machine, i->node, FAILURE_OVERFLOW);
        return number_value((int64_t)fold->sum);
    case INS_sum_fractions:
        if (fold->failure != FAILURE_NONE)
            return machine_failure(machine, i->node, fold->failure);
        return machine_fraction(machine, fold->fraction);
    default:
        if (fold->count == 0)
            return value_none();
        return (struct value){.tag = VALUE_DATE, .as.day = fold->day};
    }
}

static struct value folded(struct machine *machine, const struct instruction *i, const struct fold *fold) {
    if (fold->decided)
        return value_yes_no(i->op == INS_some);
    if (fold->reasons)
        return machine_open(machine, fold->reasons);
    if (fold->none)
        return value_none();
    if (i->op == INS_some || i->op == INS_every)
        return value_yes_no(i->op == INS_every);
    return computed(machine, i, fold);
}

/* Runs the loop that `each` at `at` opens; gives the instruction of its fold. */
static uint32_t run_loop(struct machine *machine, uint32_t at) {
    const struct instruction *each = &machine->program->instructions[at];
    const struct instruction *end = &machine->program->instructions[each->b];
    struct fold fold = {.fraction = {0, 1}};
    struct value list = finished(machine, at, held(machine, each->a));
    if (list.tag != VALUE_LIST) {
        finished(machine, each->b, list);
        return each->b;
    }
    machine->lists[each->c] = list.as.list;
    for (uint32_t i = 0; i < list.as.list->count && !machine->failed; i++) {
        machine->elements[each->c] = i;
        machine->depth = each->c + 1;
        machine_run(machine, at + 1, each->b);
        machine->depth = each->c + 1;
        add_record(machine, end, &fold);
    }
    machine->depth = each->c;
    finished(machine, each->b, folded(machine, end, &fold));
    return each->b;
}

void machine_run(struct machine *machine, uint32_t start, uint32_t end) {
    const struct instruction *instructions = machine->program->instructions;
    struct value *registers = machine->registers + machine->program->constant_count;
    for (uint32_t at = start; at < end; at++) {
        const struct instruction *i = &instructions[at];
        if (i->op == INS_each) {
            at = run_loop(machine, at);
            continue;
        }
        registers[at] = machine_kernels[i->op](machine, i);
        if (machine->trace)
            machine->trace->step(machine->trace->context, machine->program, at, registers[at]);
    }
}
