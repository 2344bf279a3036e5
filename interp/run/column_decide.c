/*
 * Degrees, decisions, totals and duties over columns: the rules of interp/README.md under "Rules" and "Decisions". Votes are
 * counted giver by giver over all rows; only a row with more than one vote, or with an open one, is looked at by itself. Must
 * not know where conditions and values come from.
 */
#include "interp/run/column_machine.h"

#include "grammar/base/banned.h"

/* --- degrees --- */

/* Every condition holds (none counting as no) and no exception applies. */
static void degree_of(struct column_machine *m, const struct column_step *step, uint32_t exceptions) {
    struct column *out = column_out(m, step);
    uint32_t count, n = m->count;
    const uint32_t *registers = column_operands(m, step->a, &count);
    uint8_t *restrict states = out->state, worst = 0;
    memset(states, CELL_YES, n);
    for (uint32_t j = 0; j < count; j++) {
        struct column column = column_fetch(m, registers[j], 0);
        const uint8_t *restrict other = column.state;
        for (uint32_t i = 0; i < n; i++) {
            uint8_t x = states[i], y = other[i], more = x > y ? x : y;
            states[i] = x == CELL_NO || y == CELL_NO || y == CELL_NONE ? 0 : more;
        }
    }
    count = 0;
    if (exceptions != NO_REGISTER)
        registers = column_operands(m, exceptions, &count);
    for (uint32_t j = 0; j < count; j++) {
        struct column column = column_fetch(m, registers[j], 0);
        const uint8_t *restrict other = column.state;
        for (uint32_t i = 0; i < n; i++) {
            uint8_t x = states[i], y = other[i], more = x > y ? x : y;
            states[i] = x == CELL_NO || y == CELL_YES ? 0 : more;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        worst |= states[i];
    out->plain = CELL_HAS_VALUE(worst);
}

void column_gate(struct column_machine *m, const struct column_step *step) {
    degree_of(m, step, NO_REGISTER);
}

void column_degree(struct column_machine *m, const struct column_step *step) {
    degree_of(m, step, step->b);
}

/* --- votes --- */

/* The givers of a decision, total or duty: pairs[2 j] is the register of the degree, pairs[2 j + 1] of the value. */
struct ballot {
    const uint32_t *pairs;
    uint32_t count;
    unsigned kind;
};

static struct ballot ballot_of(struct column_machine *m, uint32_t place, unsigned kind) {
    struct ballot ballot = {.kind = kind};
    ballot.pairs = column_operands(m, place, &ballot.count);
    ballot.count /= 2;
    return ballot;
}

/* The cell of a register without writing a constant out: *row is 0 then. */
static struct column cell_of(struct column_machine *m, uint32_t reg, uint32_t *row) {
    if (column_is_constant(m, reg)) {
        *row = 0;
        return m->constants[reg];
    }
    return m->cells[reg];
}

/* Whether a register that is a degree is no in every row. */
static bool is_dead(struct column_machine *m, uint32_t degree) {
    if (column_is_constant(m, degree))
        return m->constants[degree].state[0] == CELL_NO;
    return m->dead[degree];
}

/*
 * By row: m->votes counts the rules that apply, up to 2, with in `winners` 1 + the last of them; m->odd tells where a degree is
 * open.
 */
static void count_votes(struct column_machine *m, const struct ballot *ballot, uint16_t *restrict winners) {
    uint8_t *restrict votes = m->votes, *restrict odd = m->odd;
    uint32_t n = m->count;
    memset(votes, 0, n);
    memset(odd, 0, n);
    memset(winners, 0, n * sizeof *winners);
    for (uint32_t j = 0; j < ballot->count; j++) {
        struct column column;
        const uint8_t *restrict degrees;
        uint16_t number = (uint16_t)(j + 1);
        if (is_dead(m, ballot->pairs[2 * j]))
            continue;
        column = column_fetch(m, ballot->pairs[2 * j], 0);
        degrees = column.state;
        for (uint32_t i = 0; i < n; i++) {
            uint8_t applies = degrees[i] == CELL_YES;
            odd[i] |= degrees[i] & (uint8_t)~1;
            votes[i] = votes[i] < 2 ? (uint8_t)(votes[i] + applies) : 2;
        }
        for (uint32_t i = 0; i < n; i++)
            winners[i] = degrees[i] == CELL_YES ? number : winners[i];
    }
}

/* What the rules of one row say, where it takes more than a look. */
struct tally {
    bool some_value, conflict, may;
    uint32_t winner;        /* the first rule that applies with a value */
    uint8_t open;           /* the reasons of those that may apply: CELL_OPEN or CELL_UNKNOWN */
    uint8_t dissent;        /* of those that would not give the winner's value */
    uint8_t dissent_normal; /* of those that would not give the normal case */
};

static bool same_cell(struct column_machine *m, uint32_t x, uint32_t y, uint32_t row, unsigned kind) {
    uint32_t i = row, j = row;
    struct column a = cell_of(m, x, &i), b = cell_of(m, y, &j);
    return column_equal(&a, i, &b, j, kind);
}

static uint8_t state_of(struct column_machine *m, uint32_t reg, uint32_t row) {
    struct column column = cell_of(m, reg, &row);
    return column.state[row];
}

/* The kind of deadlines may differ between rules: by a day is not in a period. */
static bool same_value(struct column_machine *m, const struct ballot *ballot, uint32_t x, uint32_t y,
                       uint32_t row) {
    unsigned kind = ballot->kind;
    if (kind == KIND_ANY) {
        unsigned a = column_kind(m, x), b = column_kind(m, y);
        kind = a == KIND_NOTHING ? b : a;
        if (b != KIND_NOTHING && a != KIND_NOTHING && a != b)
            return state_of(m, x, row) == CELL_NONE && state_of(m, y, row) == CELL_NONE;
    }
    return same_cell(m, x, y, row, kind);
}

static struct tally tally_of(struct column_machine *m, const struct ballot *ballot, uint32_t row,
                             uint32_t normal) {
    struct tally tally = {0};
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t j = 0; j < ballot->count; j++) {
            uint32_t reg = ballot->pairs[2 * j + 1];
            uint8_t degree = state_of(m, ballot->pairs[2 * j], row), value, reasons;
            if (degree == CELL_NO)
                continue;
            value = state_of(m, reg, row);
            if (degree == CELL_YES && !CELL_IS_OPEN(value)) {
                if (pass == 0 && tally.some_value)
                    tally.conflict = tally.conflict ||
                                     !same_value(m, ballot, ballot->pairs[2 * tally.winner + 1], reg, row);
                if (pass == 0 && !tally.some_value)
                    tally.winner = j;
                tally.some_value = true;
                continue;
            }
            if (pass == 0)
                continue;
            reasons = column_join(CELL_IS_OPEN(degree) ? degree : 0, CELL_IS_OPEN(value) ? value : 0);
            tally.may = true;
            tally.open = column_join(tally.open, reasons);
            if (CELL_IS_OPEN(value) || !tally.some_value ||
                !same_value(m, ballot, ballot->pairs[2 * tally.winner + 1], reg, row))
                tally.dissent = column_join(tally.dissent, reasons);
            if (CELL_IS_OPEN(value) || normal == NO_REGISTER || CELL_IS_OPEN(state_of(m, normal, row)) ||
                !same_value(m, ballot, normal, reg, row))
                tally.dissent_normal = column_join(tally.dissent_normal, reasons);
        }
    }
    return tally;
}

/* --- decisions --- */

static struct column_source source_of(struct column_machine *m, uint32_t reg) {
    uint32_t row = 1;
    struct column column;
    if (reg == NO_REGISTER)
        return (struct column_source){0};
    column = cell_of(m, reg, &row);
    return (struct column_source){column.state, column.values, row};
}

static void put_cell(struct column_machine *m, const struct column_step *step, uint32_t reg, uint32_t row) {
    struct column *out = column_out(m, step);
    struct column_source source = source_of(m, reg);
    size_t width = column_width(step->kind), from = (size_t)source.stride * row;
    out->state[row] = source.state[from];
    if (width && source.values)
        memcpy((char *)out->values + row * width, source.values + from * width, width);
}

/*
 * Takes the value of the only rule that applies, or of the normal case where none does, for every row where it is as easy as
 * that; *worst gets the states that this gave, and m->odd tells where it is not.
 */
static inline __attribute__((always_inline)) uint8_t take_easy(struct column_machine *m, struct column *out,
                                                               const struct column_source *sources,
                                                               const uint16_t *winners, uint8_t most,
                                                               size_t width) {
    uint8_t worst = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct column_source *source = &sources[winners[i]];
        uint8_t easy = !m->odd[i] && (uint8_t)(m->votes[i] - 1) < most, state;
        size_t from = (size_t)source->stride * i;
        if (!easy) {
            m->odd[i] = 1;
            continue;
        }
        state = source->state[from];
        m->odd[i] = CELL_IS_OPEN(state);
        out->state[i] = state;
        worst |= state;
        if (width)
            memcpy((char *)out->values + i * width, source->values + from * width, width);
    }
    return worst;
}

/*
 * The same where every row is easy and every value is a constant: a look into a table, by winner. False where it is not so.
 */
static bool take_constants(struct column_machine *m, const struct column_step *step, uint32_t count,
                           const uint16_t *restrict winners, bool normal) {
    struct column *out = column_out(m, step);
    uint8_t most = 0, odd = 0, *restrict states = out->state;
    bool without = false;
    size_t width = column_width(step->kind);
    if (width > 8)
        return false;
    for (uint32_t j = normal ? 0 : 1; j <= count; j++)
        if (m->sources[j].stride || m->sources[j].state[0] > CELL_NONE)
            return false;
    for (uint32_t i = 0; i < m->count; i++) {
        most = m->votes[i] > most ? m->votes[i] : most;
        odd |= m->odd[i];
        without = without || m->votes[i] == 0;
    }
    if (odd || most > 1 || (without && !normal))
        return false;
    for (uint32_t j = 0; j <= count; j++) {
        m->table_states[j] = m->sources[j].state ? m->sources[j].state[0] : (uint8_t)CELL_NONE;
        m->table[j] = 0;
        if (width && m->sources[j].values)
            memcpy(&m->table[j], m->sources[j].values, width);
    }
    for (uint32_t i = 0; i < m->count; i++)
        states[i] = m->table_states[winners[i]];
    for (uint32_t i = 0; width == 4 && i < m->count; i++)
        ((int32_t *)out->values)[i] = (int32_t)m->table[winners[i]];
    for (uint32_t i = 0; width == 8 && i < m->count; i++)
        ((int64_t *)out->values)[i] = (int64_t)m->table[winners[i]];
    return true;
}

static uint8_t take_easy_of(struct column_machine *m, const struct column_step *step,
                            const struct column_source *sources, const uint16_t *winners, bool normal) {
    struct column *out = column_out(m, step);
    /* One vote is easy; none is where there is a normal case that nothing can switch off. */
    uint8_t most = 1;
    for (uint32_t i = 0; normal && i < m->count; i++)
        m->votes[i] = m->votes[i] ? m->votes[i] : 1;
    switch (column_width(step->kind)) {
    case 0:
        return take_easy(m, out, sources, winners, most, 0);
    case 4:
        return take_easy(m, out, sources, winners, most, 4);
    case 8:
        return take_easy(m, out, sources, winners, most, 8);
    default:
        return take_easy(m, out, sources, winners, most, sizeof(struct frac));
    }
}

struct decided {
    uint8_t state;   /* of the cell where it has no value */
    uint8_t verdict; /* enum state */
    uint32_t reg;    /* that has the value */
    uint16_t winner;
};

static struct decided by_value(uint32_t reg, uint32_t winner) {
    return (struct decided){0, STATE_VALUE, reg, (uint16_t)winner};
}

static struct decided by_nobody(uint8_t state, uint8_t verdict) {
    return (struct decided){state, verdict, NO_REGISTER, COLUMN_NO_WINNER};
}

static struct decided left_open(uint8_t reasons) {
    return by_nobody(reasons, reasons == CELL_UNKNOWN ? STATE_UNDETERMINED : STATE_FAILED);
}

/* The numbered rules of the README for one row. */
static struct decided decide_row(struct column_machine *m, const struct ballot *ballot, uint32_t normal,
                                 uint32_t off, uint32_t row) {
    struct tally tally = tally_of(m, ballot, row, normal);
    uint8_t off_state = off == NO_REGISTER ? (uint8_t)CELL_NO : state_of(m, off, row);
    uint8_t normal_state = normal == NO_REGISTER ? (uint8_t)CELL_NO : state_of(m, normal, row);
    uint8_t normal_open = CELL_IS_OPEN(normal_state) ? normal_state : 0;
    uint8_t off_open = CELL_IS_OPEN(off_state) ? off_state : 0;
    if (tally.conflict)
        return by_nobody(CELL_OPEN, STATE_CONFLICT);
    if (tally.some_value)
        return tally.dissent ? left_open(tally.dissent)
                             : by_value(ballot->pairs[2 * tally.winner + 1], tally.winner + 1);
    if (!tally.may) {
        if (normal == NO_REGISTER || off_state == CELL_YES)
            return by_nobody(CELL_OPEN, STATE_UNDECIDED);
        if (off_open || normal_open)
            return left_open(column_join(off_open, normal_open));
        return by_value(normal, 0);
    }
    if (normal != NO_REGISTER && off_state == CELL_NO && !normal_open && !tally.dissent_normal)
        return by_value(normal, 0);
    if (normal != NO_REGISTER && off_state != CELL_YES)
        tally.open = column_join(tally.open, column_join(off_open, normal_open));
    return left_open(tally.open);
}

/* What nobody votes on in any row is its normal case; without exceptions to it that is a copy. */
static bool take_normal(struct column_machine *m, const struct column_step *step, const struct ballot *ballot,
                        uint32_t normal, uint32_t off, uint16_t *winners) {
    struct column column, *out = column_out(m, step);
    size_t width = column_width(step->kind);
    if (normal == NO_REGISTER || off != NO_REGISTER)
        return false;
    for (uint32_t j = 0; j < ballot->count; j++)
        if (!is_dead(m, ballot->pairs[2 * j]))
            return false;
    column = column_fetch(m, normal, 0);
    for (uint32_t i = 0; i < m->count; i++)
        if (CELL_IS_OPEN(column.state[i]))
            return false;
    memcpy(out->state, column.state, m->count);
    if (width)
        memcpy(out->values, column.values, m->count * width);
    memset(winners, 0, m->count * sizeof *winners);
    return true;
}

static void decide(struct column_machine *m, const struct column_step *step, uint8_t *verdicts,
                   uint16_t *winners) {
    struct ballot ballot = ballot_of(m, step->a, step->kind);
    struct column *out = column_out(m, step);
    uint32_t count;
    const uint32_t *others = column_operands(m, step->b, &count);
    uint8_t worst = 0;
    bool easy_normal = others[0] != NO_REGISTER && others[1] == NO_REGISTER;
    memset(verdicts, STATE_VALUE, m->count);
    if (take_normal(m, step, &ballot, others[0], others[1], winners)) {
        for (uint32_t i = 0; i < m->count; i++)
            worst |= out->state[i];
        out->plain = CELL_HAS_VALUE(worst);
        return;
    }
    count_votes(m, &ballot, winners);
    m->sources[0] = source_of(m, others[0]);
    for (uint32_t j = 0; j < ballot.count; j++)
        m->sources[j + 1] = source_of(m, ballot.pairs[2 * j + 1]);
    if (take_constants(m, step, ballot.count, winners, easy_normal)) {
        for (uint32_t i = 0; i < m->count; i++)
            worst |= out->state[i];
        out->plain = CELL_HAS_VALUE(worst);
        return;
    }
    worst = take_easy_of(m, step, m->sources, winners, easy_normal);
    for (uint32_t i = 0; i < m->count; i++) {
        struct decided decided;
        if (!m->odd[i])
            continue;
        decided = decide_row(m, &ballot, others[0], others[1], i);
        winners[i] = decided.winner;
        verdicts[i] = decided.verdict;
        out->state[i] = decided.state;
        if (decided.reg != NO_REGISTER)
            put_cell(m, step, decided.reg, i);
        worst |= out->state[i];
    }
    out->plain = CELL_HAS_VALUE(worst);
}

void column_decide(struct column_machine *m, const struct column_step *step) {
    const struct column_lookup *lookup = m->plan->lookups ? &m->plan->lookups[step->c] : NULL;
    uint16_t *winners = m->winners[step->c] ? m->winners[step->c] : m->some_winners;
    uint8_t *verdicts = m->verdicts[step->c] ? m->verdicts[step->c] : m->some_verdicts;
    decide(m, step, verdicts, winners);
    if (lookup && lookup->search_count)
        column_find(m, step, lookup, verdicts, winners);
}

/* --- totals --- */

static uint8_t sum_row(struct column_machine *m, const struct column_step *step, const struct ballot *ballot,
                       uint32_t row) {
    const struct type *type = &m->plan->program->set->decisions[step->c].type;
    struct column *out = column_out(m, step);
    struct frac fraction = {0, 1};
    num_i128 number = 0;
    for (uint32_t j = 0; j < ballot->count; j++) {
        uint32_t reg = ballot->pairs[2 * j + 1], i = row;
        struct column column = cell_of(m, reg, &i);
        if (state_of(m, ballot->pairs[2 * j], row) != CELL_YES || column.state[i] == CELL_NONE)
            continue;
        if (type->kind != TYPE_FRAC)
            number += ((const int64_t *)column.values)[i];
        else if (frac_add(fraction, ((const struct frac *)column.values)[i], &fraction) != FRAC_OK)
            return CELL_OPEN;
    }
    if (type->kind == TYPE_FRAC) {
        ((struct frac *)out->values)[row] = fraction;
        return CELL_VALUE;
    }
    if (number > NUM_LIMIT || number < -NUM_LIMIT || (type->has_low && number < type->low) ||
        (type->has_high && number > type->high))
        return CELL_OPEN;
    ((int64_t *)out->values)[row] = (int64_t)number;
    return CELL_VALUE;
}

void column_total(struct column_machine *m, const struct column_step *step) {
    struct ballot ballot = ballot_of(m, step->a, step->kind);
    struct column *out = column_out(m, step);
    uint16_t *winners = m->winners[step->c] ? m->winners[step->c] : m->some_winners;
    uint8_t *verdicts = m->verdicts[step->c] ? m->verdicts[step->c] : m->some_verdicts;
    uint8_t worst = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        uint8_t open = 0, state;
        for (uint32_t j = 0; j < ballot.count; j++) {
            uint8_t degree = state_of(m, ballot.pairs[2 * j], i), value;
            if (degree == CELL_NO)
                continue;
            value = state_of(m, ballot.pairs[2 * j + 1], i);
            open = column_join(open, CELL_IS_OPEN(degree) ? degree : 0);
            open = column_join(open, CELL_IS_OPEN(value) ? value : 0);
        }
        state = open ? open : sum_row(m, step, &ballot, i);
        out->state[i] = state;
        verdicts[i] = state == CELL_UNKNOWN ? STATE_UNDETERMINED
                      : state == CELL_OPEN  ? STATE_FAILED
                                            : STATE_VALUE;
        winners[i] = COLUMN_NO_WINNER;
        worst |= state;
    }
    out->plain = CELL_HAS_VALUE(worst);
}

/* --- duties --- */

/* Of a duty a flat answer tells whether rules disagree about it. */
void column_duty(struct column_machine *m, const struct column_step *step) {
    struct ballot ballot = ballot_of(m, step->a, KIND_ANY);
    uint8_t *conflicts = m->conflicts[step->c];
    count_votes(m, &ballot, m->some_winners);
    for (uint32_t i = 0; i < m->count; i++)
        conflicts[i] = m->votes[i] > 1 && tally_of(m, &ballot, i, NO_REGISTER).conflict;
}
