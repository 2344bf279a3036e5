/*
 * Rules that are searched for, in a column machine: row by row the few that the record can meet are run by the scalar kernels, on
 * what the columns hold, and a row in which one of them has something to say is decided again. Must not know how searches are made.
 */
#include "interp/run/column_machine.h"
#include "interp/run/lookup.h"

#include "grammar/base/banned.h"

/* The scalar machine of a column machine. Reasons are only told apart by whether a fact is among them. */
struct column_finder {
    struct machine machine;
    struct lookup lookup;
    struct outcome outcome;
    struct question question;
    const struct reasons *unknown, *open;
};

bool column_finder_init(struct column_machine *m) {
    const struct program *program = m->plan->program;
    const struct reason fact = {.kind = REASON_FACT}, failure = {.kind = REASON_FAILURE};
    bool wanted = false;
    for (size_t i = 0; m->plan->lookups && i < program->set->decision_count; i++)
        wanted = wanted || m->plan->lookups[i].search_count;
    if (!wanted)
        return true;
    struct column_finder *f = m->finder = arena_alloc(&m->arena, sizeof *f);
    if (!f)
        return false;
    f->question = m->question;
    f->machine = (struct machine){
        .program = program, .question = &f->question, .arena = &m->arena, .outcome = &f->outcome};
    f->machine.registers = machine_array(&f->machine, program->register_count, sizeof *f->machine.registers);
    f->outcome.degrees = machine_array(&f->machine, program->set->rule_count, sizeof *f->outcome.degrees);
    f->outcome.decisions =
        machine_array(&f->machine, program->set->decision_count, sizeof *f->outcome.decisions);
    f->unknown = reasons_one(&m->arena, fact);
    f->open = reasons_one(&m->arena, failure);
    if (f->machine.failed || !f->unknown || !f->open)
        return false;
    memcpy(f->machine.registers, program->constants, program->constant_count * sizeof *program->constants);
    f->machine.lookup = &f->lookup;
    return lookup_init(&f->lookup, &f->machine);
}

/* The register of the program gets what the row has in a column. */
static void load(struct column_machine *m, uint32_t reg, uint32_t cell, uint32_t row) {
    struct column_finder *f = m->finder;
    if (reg == NO_REGISTER || column_is_constant(m, reg))
        return;
    if (column_is_constant(m, cell)) {
        f->machine.registers[reg] = m->plan->program->constants[cell];
        return;
    }
    const struct column *column = &m->cells[cell];
    struct value value = column_value(column, column_kind(m, cell), row);
    if (value.tag == VALUE_OPEN)
        value.as.reasons = column->state[row] == CELL_UNKNOWN ? f->unknown : f->open;
    f->machine.registers[reg] = value;
}

/* The givers that have columns, and the normal case. The value of a rule that does not apply may be anything. */
static void load_others(struct column_machine *m, const struct column_step *step,
                        const struct column_lookup *lookup, const struct instruction *decide, uint32_t row) {
    const uint32_t *pool = m->plan->program->pool, *cells = m->plan->pool;
    for (uint32_t i = 0; i < lookup->other_count; i++) {
        uint32_t place = decide->a + 1 + 2 * lookup->others[i], cell = step->a + 1 + 2 * i;
        if (!column_is_constant(m, cells[cell]) && m->dead[cells[cell]]) {
            m->finder->machine.registers[pool[place]] = value_yes_no(false);
            continue;
        }
        load(m, pool[place], cells[cell], row);
        if (!is_no(held(&m->finder->machine, pool[place])))
            load(m, pool[place + 1], cells[cell + 1], row);
    }
    for (uint32_t i = 1; i <= pool[decide->b]; i++)
        load(m, pool[decide->b + i], cells[step->b + i], row);
}

/* 1 + the first giver that applies with a value. */
static uint16_t winner_of(struct column_finder *f, const uint32_t *pairs, uint32_t decision) {
    uint32_t count = 0;
    const uint32_t *givers = lookup_givers(&f->lookup, decision, &count);
    for (uint32_t i = 0; i < count; i++)
        if (is_yes(held(&f->machine, pairs[2 * givers[i]])) &&
            !is_open(held(&f->machine, pairs[2 * givers[i] + 1])))
            return (uint16_t)(givers[i] + 1);
    return COLUMN_NO_WINNER;
}

/* Where a row stands after the rules that were searched for. */
struct place {
    struct column *out;
    uint8_t *verdict;
    uint16_t *winner;
    uint32_t row;
};

static void place_value(const struct place *at, struct value value, uint16_t winner) {
    column_put(at->out, at->row, &value);
    *at->verdict = STATE_VALUE;
    *at->winner = winner;
}

/* All rules together. */
static void decide_all(struct column_machine *m, const struct column_step *step,
                       const struct column_lookup *lookup, const struct instruction *decide,
                       const struct place *at) {
    struct column_finder *f = m->finder;
    load_others(m, step, lookup, decide, at->row);
    (void)kernel_decide(&f->machine, decide);
    const struct decision_outcome *outcome = &f->outcome.decisions[decide->c];
    if (outcome->state == STATE_VALUE) {
        place_value(at, outcome->value,
                    outcome->by_otherwise ? 0
                                          : winner_of(f, &m->plan->program->pool[decide->a + 1], decide->c));
    } else {
        at->out->state[at->row] = outcome->state == STATE_UNDETERMINED ? CELL_UNKNOWN : CELL_OPEN;
        *at->verdict = (uint8_t)outcome->state;
        *at->winner = COLUMN_NO_WINNER;
    }
    f->outcome.decisions[decide->c] = (struct decision_outcome){0};
}

/* The only rule that was found applies, and its value is a constant: nothing is run. */
static bool place_whole(struct column_machine *m, const struct column_lookup *lookup,
                        const struct instruction *decide, const struct place *at) {
    const struct lookup *found = &m->finder->lookup;
    if (found->found_count != 1 || !(found->found[0] & LOOKUP_WHOLE) || lookup->other_count)
        return false;
    const struct index_span *span = found->span;
    if (span->value == NO_REGISTER || span->ballot != decide->c)
        return false;
    place_value(at, m->plan->program->constants[span->value], (uint16_t)(span->position + 1));
    return true;
}

/* Most rows meet one rule that is searched for, or none, and have no other rules. */
static void find_row(struct column_machine *m, const struct column_step *step,
                     const struct column_lookup *lookup, const struct instruction *decide,
                     const struct place *at) {
    struct column_finder *f = m->finder;
    const uint32_t *pairs = &m->plan->program->pool[decide->a + 1];
    uint32_t applying = 0, winner = 0;
    bool open = false;
    for (uint32_t i = 0; i < lookup->key_count; i++)
        load(m, lookup->inputs[i], lookup->cells[i], at->row);
    lookup_find(&f->lookup, &f->machine, lookup->searches, lookup->search_count);
    if (f->lookup.found_count == 0 || place_whole(m, lookup, decide, at))
        return;
    for (uint32_t i = lookup->key_count; i < lookup->input_count; i++)
        load(m, lookup->inputs[i], lookup->cells[i], at->row);
    f->question.today = m->days[at->row];
    lookup_take(&f->lookup, &f->machine, step->out - m->plan->program->constant_count);
    for (uint32_t seat = f->lookup.heads[decide->c]; seat; seat = f->lookup.seats[seat - 1].next) {
        uint32_t position = f->lookup.seats[seat - 1].position;
        struct value degree = held(&f->machine, pairs[2 * position]);
        if (is_no(degree))
            continue;
        applying++;
        winner = position;
        open = open || is_open(degree) || is_open(held(&f->machine, pairs[2 * position + 1]));
    }
    if (applying == 1 && !open && lookup->other_count == 0)
        place_value(at, held(&f->machine, pairs[2 * winner + 1]), (uint16_t)(winner + 1));
    else if (applying)
        decide_all(m, step, lookup, decide, at);
}

void column_find(struct column_machine *m, const struct column_step *step, const struct column_lookup *lookup,
                 uint8_t *verdicts, uint16_t *winners) {
    struct column_finder *f = m->finder;
    const struct program *program = m->plan->program;
    const struct instruction *decide = &program->instructions[step->out - program->constant_count];
    struct column *out = column_out(m, step);
    uint8_t worst = 0;
    f->machine.arena = &m->sets;
    for (uint32_t i = 0; i < m->count; i++) {
        if (winners[i] && winners[i] != COLUMN_NO_WINNER)
            winners[i] = (uint16_t)(lookup->others[winners[i] - 1] + 1);
        if (!m->records[i].aside) {
            struct place at = {out, &verdicts[i], &winners[i], i};
            find_row(m, step, lookup, decide, &at);
        }
        worst = out->state[i] > worst ? out->state[i] : worst;
    }
    lookup_clear(&f->lookup, &f->machine);
    out->plain = CELL_HAS_VALUE(worst);
    if (f->machine.failed)
        m->sets.failed = true;
}
