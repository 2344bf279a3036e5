/*
 * The column machine: its arrays, and a run over the rows of a block. A step whose guard is no in every row is passed over; then
 * nothing that is read later depends on it. Must not know how an instruction computes.
 */
#include "interp/run/column_machine.h"

#include "grammar/base/banned.h"

/* The largest value of a column. */
#define WIDEST sizeof(struct frac)

size_t column_width(unsigned kind) {
    switch ((enum operand_kind)kind) {
    case KIND_DAY:
        return sizeof(cal_day);
    case KIND_MEMBER:
        return sizeof(int32_t);
    case KIND_NUM:
        return sizeof(int64_t);
    case KIND_TEXT:
        return sizeof(const struct text *);
    case KIND_SET:
        return sizeof(const struct member_set *);
    case KIND_PERIOD:
        return sizeof(struct period);
    case KIND_FRAC:
        return sizeof(struct frac);
    default:
        return 0;
    }
}

static unsigned constant_kind(const struct value *value) {
    switch ((enum value_tag)value->tag) {
    case VALUE_YES_NO:
        return KIND_YESNO;
    case VALUE_DATE:
        return KIND_DAY;
    case VALUE_PERIOD:
        return KIND_PERIOD;
    case VALUE_NUMBER:
        return KIND_NUM;
    case VALUE_FRACTION:
        return KIND_FRAC;
    case VALUE_TEXT:
        return KIND_TEXT;
    case VALUE_MEMBER:
        return KIND_MEMBER;
    case VALUE_SET:
        return KIND_SET;
    default:
        return KIND_NOTHING;
    }
}

unsigned column_kind(const struct column_machine *m, uint32_t reg) {
    const struct program *program = m->plan->program;
    return reg < program->constant_count ? constant_kind(&program->constants[reg])
                                         : program->instructions[reg - program->constant_count].kind;
}

/* A value as a cell. */
void column_put(struct column *column, uint32_t row, const struct value *value) {
    column->state[row] = CELL_VALUE;
    switch ((enum value_tag)value->tag) {
    case VALUE_YES_NO:
        column->state[row] = value->as.number ? CELL_YES : CELL_NO;
        break;
    case VALUE_DATE:
        ((cal_day *)column->values)[row] = value->as.day;
        break;
    case VALUE_PERIOD:
        ((struct period *)column->values)[row] = value->as.period;
        break;
    case VALUE_NUMBER:
        ((int64_t *)column->values)[row] = value->as.number;
        break;
    case VALUE_FRACTION:
        ((struct frac *)column->values)[row] = *value->as.fraction;
        break;
    case VALUE_TEXT:
        ((const struct text **)column->values)[row] = value->as.text;
        break;
    case VALUE_MEMBER:
        ((int32_t *)column->values)[row] = (int32_t)value->as.number;
        break;
    case VALUE_SET:
        ((const struct member_set **)column->values)[row] = value->as.set;
        break;
    case VALUE_NONE:
        column->state[row] = CELL_NONE;
        break;
    default:
        column->state[row] = CELL_UNKNOWN;
        break;
    }
}

struct value column_value(const struct column *column, unsigned kind, uint32_t row) {
    struct value value = {.tag = VALUE_OPEN};
    uint8_t state = column->state[row];
    if (!CELL_HAS_VALUE(state)) {
        value.tag = state == CELL_NONE ? VALUE_NONE : VALUE_OPEN;
        return value;
    }
    switch ((enum operand_kind)kind) {
    case KIND_YESNO:
        return (struct value){.tag = VALUE_YES_NO, .as.number = state};
    case KIND_DAY:
        return (struct value){.tag = VALUE_DATE, .as.day = ((const cal_day *)column->values)[row]};
    case KIND_PERIOD:
        return (struct value){.tag = VALUE_PERIOD, .as.period = ((const struct period *)column->values)[row]};
    case KIND_NUM:
        return (struct value){.tag = VALUE_NUMBER, .as.number = ((const int64_t *)column->values)[row]};
    case KIND_FRAC:
        return (struct value){.tag = VALUE_FRACTION,
                              .as.fraction = &((const struct frac *)column->values)[row]};
    case KIND_TEXT:
        return (struct value){.tag = VALUE_TEXT,
                              .as.text = ((const struct text *const *)column->values)[row]};
    case KIND_MEMBER:
        return (struct value){.tag = VALUE_MEMBER, .as.number = ((const int32_t *)column->values)[row]};
    case KIND_SET:
        return (struct value){.tag = VALUE_SET,
                              .as.set = ((const struct member_set *const *)column->values)[row]};
    default:
        return value;
    }
}

bool column_equal(const struct column *x, uint32_t i, const struct column *y, uint32_t j, unsigned kind) {
    if (x->state[i] == CELL_NONE || y->state[j] == CELL_NONE)
        return x->state[i] == y->state[j];
    return value_equal(column_value(x, kind, i), column_value(y, kind, j));
}

struct column column_fetch(struct column_machine *m, uint32_t reg, int which) {
    struct column *scratch = &m->scratch[which], *constant;
    size_t width;
    if (!column_is_constant(m, reg))
        return m->cells[reg];
    if (m->scratch_of[which] == reg)
        return *scratch;
    constant = &m->constants[reg];
    width = column_width(column_kind(m, reg));
    if (m->scratch_of[which] == NO_REGISTER || scratch->state[0] != constant->state[0])
        memset(scratch->state, constant->state[0], m->plan->rows);
    for (uint32_t i = 0; i < m->plan->rows && width == 4; i++)
        ((int32_t *)scratch->values)[i] = *(const int32_t *)constant->values;
    for (uint32_t i = 0; i < m->plan->rows && width == 8; i++)
        ((int64_t *)scratch->values)[i] = *(const int64_t *)constant->values;
    for (uint32_t i = 0; i < m->plan->rows && width == WIDEST; i++)
        ((struct frac *)scratch->values)[i] = *(const struct frac *)constant->values;
    scratch->plain = CELL_HAS_VALUE(constant->state[0]);
    m->scratch_of[which] = reg;
    return *scratch;
}

struct chosen column_choose(struct column_machine *m, const struct column_step *step) {
    const uint8_t *guard;
    uint32_t count = 0;
    if (!step->costly || step->guard == NO_REGISTER)
        return (struct chosen){NULL, m->count};
    if (m->chosen_guard != step->guard) {
        guard = m->cells[step->guard].state;
        for (uint32_t i = 0; i < m->count; i++) {
            m->chosen[count] = i;
            count += guard[i] != CELL_NO;
        }
        m->chosen_count = count;
        m->chosen_guard = step->guard;
    }
    return (struct chosen){m->chosen, m->chosen_count};
}

/* --- the arrays --- */

static void *array_of(struct column_machine *m, size_t count, size_t size) {
    return arena_array(&m->arena, count, size);
}

/* Arrays of each size that the steps share. */
struct arrays {
    char *states, *sized[3];
    size_t widths[3];
};

static bool lay_out_steps(struct column_machine *m) {
    const struct column_plan *plan = m->plan;
    struct arrays arrays = {.widths = {4, 8, WIDEST}};
    size_t rows = plan->rows;
    char *zeros = array_of(m, rows, WIDEST); /* of what never has a value */
    arrays.states = array_of(m, plan->state_slots, rows);
    for (int k = 0; k < 3; k++)
        arrays.sized[k] = array_of(m, plan->slots[k], rows * arrays.widths[k]);
    if (m->arena.failed)
        return false;
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const struct column_step *step = &plan->steps[i];
        struct column *cell = &m->cells[step->out];
        size_t width = column_width(step->kind);
        if (step->op == INS_fact)
            continue;
        cell->state = (uint8_t *)arrays.states + step->state_slot * rows;
        cell->values = zeros;
        for (int k = 0; k < 3; k++)
            if (width == arrays.widths[k])
                cell->values = arrays.sized[k] + step->slot * rows * width;
    }
    return true;
}

static bool lay_out_constants(struct column_machine *m) {
    const struct program *program = m->plan->program;
    uint8_t *states = array_of(m, program->constant_count, 1);
    char *values = array_of(m, program->constant_count, WIDEST);
    m->constants = array_of(m, program->constant_count, sizeof *m->constants);
    if (m->arena.failed)
        return false;
    for (uint32_t i = 0; i < program->constant_count; i++) {
        m->constants[i] = (struct column){states + i, values + i * WIDEST, false};
        column_put(&m->constants[i], 0, &program->constants[i]);
        m->constants[i].plain = CELL_HAS_VALUE(m->constants[i].state[0]);
    }
    for (int k = 0; k < 3; k++) {
        m->scratch[k].state = array_of(m, m->plan->rows, 1);
        m->scratch[k].values = array_of(m, m->plan->rows, WIDEST);
        m->scratch_of[k] = NO_REGISTER;
    }
    return !m->arena.failed;
}

static bool lay_out_answers(struct column_machine *m) {
    const struct column_plan *plan = m->plan;
    const struct policy_set *set = plan->program->set;
    size_t rows = plan->rows;
    m->verdicts = array_of(m, set->decision_count, sizeof *m->verdicts);
    m->winners = array_of(m, set->decision_count, sizeof *m->winners);
    m->conflicts = array_of(m, set->duty_count, sizeof *m->conflicts);
    m->days = array_of(m, rows, sizeof *m->days);
    m->rejected = array_of(m, rows, 1);
    m->chosen = array_of(m, rows, sizeof *m->chosen);
    m->sources = array_of(m, plan->givers + 1, sizeof *m->sources);
    m->table = array_of(m, plan->givers + 1, sizeof *m->table);
    m->table_states = array_of(m, plan->givers + 1, 1);
    m->some_winners = array_of(m, rows, sizeof *m->some_winners);
    m->some_verdicts = array_of(m, rows, 1);
    m->votes = array_of(m, rows, 1);
    m->odd = array_of(m, rows, 1);
    for (size_t i = 0; !m->arena.failed && i < set->decision_count; i++) {
        if (plan->decisions[i] == NO_REGISTER)
            continue;
        m->verdicts[i] = array_of(m, rows, 1);
        m->winners[i] = array_of(m, rows, sizeof *m->winners[i]);
    }
    for (size_t i = 0; !m->arena.failed && i < set->duty_count; i++)
        if (plan->duties[i] != NO_REGISTER)
            m->conflicts[i] = array_of(m, rows, 1);
    return !m->arena.failed;
}

bool column_machine_init(struct column_machine *machine, const struct column_plan *plan,
                         const struct question *question, bool has_on, const struct pv_alloc *alloc) {
    *machine = (struct column_machine){.plan = plan, .question = *question, .has_on = has_on};
    arena_init(&machine->arena, alloc);
    arena_init(&machine->sets, alloc);
    machine->cells = array_of(machine, plan->program->register_count, sizeof *machine->cells);
    machine->dead = array_of(machine, plan->program->register_count, sizeof *machine->dead);
    return !machine->arena.failed && lay_out_steps(machine) && lay_out_constants(machine) &&
           lay_out_answers(machine) && column_finder_init(machine);
}

void column_machine_free(struct column_machine *machine) {
    arena_free(&machine->arena);
    arena_free(&machine->sets);
}

/* --- a run --- */

/* A yes/no that is no in every row. */
static bool all_no(const uint8_t *states, uint32_t count) {
    uint8_t any = 0;
    for (uint32_t i = 0; i < count; i++)
        any |= states[i];
    return any == CELL_NO;
}

bool column_machine_run(struct column_machine *machine, struct column_reader *reader) {
    const struct column_plan *plan = machine->plan;
    machine->count = reader->row_count;
    machine->facts = reader->facts;
    machine->records = reader->rows;
    machine->chosen_guard = NO_REGISTER;
    arena_reset(&machine->sets);
    memset(machine->rejected, 0, machine->count);
    for (uint32_t i = 0; i < machine->count; i++)
        machine->days[i] = machine->has_on ? machine->question.today : reader->rows[i].today;
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const struct column_step *step = &plan->steps[i];
        bool dead = step->guard != NO_REGISTER && machine->dead[step->guard];
        machine->dead[step->out] = dead;
        if (dead)
            continue;
        column_kernel_of(step->op)(machine, step);
        if (step->kind == KIND_YESNO)
            machine->dead[step->out] = all_no(machine->cells[step->out].state, machine->count);
    }
    return !machine->sets.failed;
}
