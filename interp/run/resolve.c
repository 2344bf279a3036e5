/*
 * The degree of a rule, the value of a decision, a total or a duty: the rules of interp/README.md under "Rules" and
 * "Decisions", in their numbering. Must not know where conditions and values come from.
 */
#include "interp/run/lookup.h"

#include "grammar/base/banned.h"

/* Conditions all hold, none counting as no, and no exception applies; open only where nothing says no. */
static struct value degree_of(struct machine *machine, const uint32_t *conditions, uint32_t count,
                              const uint32_t *exceptions, uint32_t exception_count) {
    const struct reasons *reasons = NULL;
    for (uint32_t i = 0; i < count; i++) {
        struct value value = held(machine, conditions[i]);
        if (!is_yes(value) && !is_open(value))
            return value_yes_no(false);
    }
    for (uint32_t i = 0; i < exception_count; i++) {
        if (is_yes(held(machine, exceptions[i])))
            return value_yes_no(false);
    }
    for (uint32_t i = 0; i < count; i++)
        machine_join(machine, &reasons, held(machine, conditions[i]));
    for (uint32_t i = 0; i < exception_count; i++)
        machine_join(machine, &reasons, held(machine, exceptions[i]));
    return reasons ? machine_open(machine, reasons) : value_yes_no(true);
}

struct value kernel_gate(struct machine *machine, const struct instruction *instruction) {
    uint32_t count;
    const uint32_t *conditions = operands_at(machine, instruction->a, &count);
    return degree_of(machine, conditions, count, NULL, 0);
}

static enum degree degree_name(struct value degree) {
    if (is_open(degree))
        return DEGREE_OPEN;
    return is_yes(degree) ? DEGREE_YES : DEGREE_NO;
}

struct value kernel_degree(struct machine *machine, const struct instruction *instruction) {
    uint32_t count, exception_count;
    const uint32_t *conditions = operands_at(machine, instruction->a, &count);
    const uint32_t *exceptions = operands_at(machine, instruction->b, &exception_count);
    struct value degree = degree_of(machine, conditions, count, exceptions, exception_count);
    machine->outcome->degrees[instruction->c] = degree_name(degree);
    return degree;
}

/* The givers of a decision or duty, one by one: pairs[2 i] is the register of the degree, pairs[2 i + 1] of the value. */
struct ballot {
    const struct giver *givers;
    const uint32_t *pairs;
    const uint32_t *picked; /* positions of the givers to look at; NULL: all */
    uint32_t count;         /* of them */
    bool some_value;        /* Y is not empty: `value` is the first in it */
    struct value value;
    bool conflict; /* Y has two different values */
    bool may;      /* M is not empty */
};

static uint32_t giver_at(const struct ballot *ballot, uint32_t i) {
    return ballot->picked ? ballot->picked[i] : i;
}

static struct value degree_at(const struct machine *machine, const struct ballot *ballot, uint32_t i) {
    return held(machine, ballot->pairs[2 * giver_at(ballot, i)]);
}

static struct value value_at(const struct machine *machine, const struct ballot *ballot, uint32_t i) {
    return held(machine, ballot->pairs[2 * giver_at(ballot, i) + 1]);
}

static bool votes(struct value degree, struct value value) {
    return is_yes(degree) && !is_open(value);
}

static bool may_vote(struct value degree, struct value value) {
    return is_open(degree) || (is_yes(degree) && is_open(value));
}

/* `number` is that of the ballot in a search. */
static struct ballot count_votes(struct machine *machine, const struct giver *givers, uint32_t place,
                                 uint32_t number) {
    struct ballot ballot = {.givers = givers};
    ballot.pairs = operands_at(machine, place, &ballot.count);
    ballot.count /= 2;
    if (machine->lookup)
        ballot.picked = lookup_givers(machine->lookup, number, &ballot.count);
    for (uint32_t i = 0; i < ballot.count; i++) {
        struct value degree = degree_at(machine, &ballot, i);
        if (is_no(degree))
            continue;
        struct value value = value_at(machine, &ballot, i);
        if (votes(degree, value)) {
            if (ballot.some_value && !value_equal(ballot.value, value))
                ballot.conflict = true;
            if (!ballot.some_value)
                ballot.value = value;
            ballot.some_value = true;
        } else if (may_vote(degree, value)) {
            ballot.may = true;
        }
    }
    return ballot;
}

/* The reasons of the rules of M that would not give `agreed` (NULL: of all of M); NULL where there are none. */
static const struct reasons *dissent(struct machine *machine, const struct ballot *ballot,
                                     const struct value *agreed) {
    const struct reasons *reasons = NULL;
    for (uint32_t i = 0; i < ballot->count; i++) {
        struct value degree = degree_at(machine, ballot, i), value = value_at(machine, ballot, i);
        if (!may_vote(degree, value) || (agreed && !is_open(value) && value_equal(value, *agreed)))
            continue;
        machine_join(machine, &reasons, degree);
        machine_join(machine, &reasons, value);
    }
    return reasons;
}

/* The rules that apply with a value, and with `possible` those that may. */
static struct contribution *contributions_of(struct machine *machine, const struct ballot *ballot,
                                             bool possible, size_t *count) {
    struct contribution *list = NULL;
    size_t length = 0, wanted = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < ballot->count; i++) {
            struct value degree = degree_at(machine, ballot, i), value = value_at(machine, ballot, i);
            if (!votes(degree, value) && !(possible && may_vote(degree, value)))
                continue;
            if (pass == 0)
                wanted++;
            else
                list[length++] = (struct contribution){ballot->givers[giver_at(ballot, i)].rule,
                                                       degree_name(degree), value};
        }
        if (wanted == 0 || (pass == 0 && !(list = machine_array(machine, wanted, sizeof *list))))
            break;
    }
    *count = length;
    return list;
}

/* The normal case, and what switches it off. */
struct normal {
    bool there;
    struct value value, off;
};

static struct normal normal_of(struct machine *machine, uint32_t place) {
    uint32_t count;
    const uint32_t *registers = operands_at(machine, place, &count);
    struct normal normal = {.there = registers[0] != NO_REGISTER, .off = value_yes_no(false)};
    if (normal.there)
        normal.value = held(machine, registers[0]);
    if (registers[1] != NO_REGISTER)
        normal.off = held(machine, registers[1]);
    return normal;
}

static void set_value(struct decision_outcome *outcome, struct value value, bool by_otherwise) {
    outcome->state = STATE_VALUE;
    outcome->value = value;
    outcome->by_otherwise = by_otherwise;
}

static void set_open(struct machine *machine, struct decision_outcome *outcome,
                     const struct reasons *reasons) {
    if (!reasons) {
        machine->failed = true;
        return;
    }
    outcome->state = reasons_need_facts(reasons) ? STATE_UNDETERMINED : STATE_FAILED;
    outcome->reasons = reasons;
}

/* Rule 3: nobody gives a value, nobody may. */
static void by_normal_case(struct machine *machine, const struct normal *normal,
                           struct decision_outcome *outcome) {
    const struct reasons *reasons = NULL;
    if (!normal->there || is_yes(normal->off)) {
        outcome->state = STATE_UNDECIDED;
        return;
    }
    machine_join(machine, &reasons, normal->off);
    machine_join(machine, &reasons, normal->value);
    if (reasons)
        set_open(machine, outcome, reasons);
    else
        set_value(outcome, normal->value, true);
}

/* Rule 4: nobody gives a value, somebody may. */
static void perhaps_normal_case(struct machine *machine, const struct ballot *ballot,
                                const struct normal *normal, struct decision_outcome *outcome) {
    if (normal->there && is_no(normal->off) && !is_open(normal->value) &&
        !dissent(machine, ballot, &normal->value)) {
        set_value(outcome, normal->value, true);
        return;
    }
    const struct reasons *reasons = dissent(machine, ballot, NULL);
    if (normal->there && !is_yes(normal->off)) {
        machine_join(machine, &reasons, normal->off);
        machine_join(machine, &reasons, normal->value);
    }
    set_open(machine, outcome, reasons);
}

static void settle(struct machine *machine, const struct ballot *ballot, const struct normal *normal,
                   struct decision_outcome *outcome) {
    const struct reasons *reasons = NULL;
    outcome->value = (struct value){.tag = VALUE_OPEN};
    if (ballot->conflict) {
        outcome->state = STATE_CONFLICT;
    } else if (ballot->some_value) {
        reasons = ballot->may ? dissent(machine, ballot, &ballot->value) : NULL;
        if (reasons)
            set_open(machine, outcome, reasons);
        else
            set_value(outcome, ballot->value, false);
    } else if (ballot->may) {
        perhaps_normal_case(machine, ballot, normal, outcome);
    } else {
        by_normal_case(machine, normal, outcome);
    }
    if (outcome->state == STATE_UNDECIDED || outcome->by_otherwise)
        return;
    bool possible = outcome->state == STATE_UNDETERMINED || outcome->state == STATE_FAILED;
    outcome->contributions = contributions_of(machine, ballot, possible, &outcome->contribution_count);
}

/* What other expressions see of a decision. */
static struct value seen_of(struct machine *machine, struct decision_outcome *outcome, uint32_t decision) {
    switch (outcome->state) {
    case STATE_VALUE:
        return outcome->value;
    case STATE_UNDECIDED:
        return machine_open_because(machine, REASON_UNDECIDED, decision);
    case STATE_CONFLICT:
        return machine_open_because(machine, REASON_CONFLICT, decision);
    case STATE_UNDETERMINED:
    case STATE_FAILED:
        break;
    }
    return machine_open(machine, outcome->reasons);
}

struct value kernel_decide(struct machine *machine, const struct instruction *instruction) {
    struct decision_outcome *outcome = &machine->outcome->decisions[instruction->c];
    const struct decision *decision = &machine->program->set->decisions[instruction->c];
    struct ballot ballot = count_votes(machine, decision->givers, instruction->a, instruction->c);
    struct normal normal = normal_of(machine, instruction->b);
    settle(machine, &ballot, &normal, outcome);
    struct value seen = seen_of(machine, outcome, instruction->c);
    outcome->value = outcome->state == STATE_VALUE
                         ? seen
                         : (struct value){.tag = VALUE_OPEN, .as.reasons = outcome->reasons};
    return seen;
}

/* The exact sum of the addends of rules that apply: of numbers in 128 bits, so that their order does not matter. */
static struct value sum_of(struct machine *machine, const struct ballot *ballot,
                           const struct instruction *instruction) {
    const struct type *type = &machine->program->set->decisions[instruction->c].type;
    struct frac fraction = {0, 1};
    num_i128 number = 0;
    for (uint32_t i = 0; i < ballot->count; i++) {
        struct value value = value_at(machine, ballot, i);
        if (!is_yes(degree_at(machine, ballot, i)) || value.tag == VALUE_NONE)
            continue;
        if (type->kind == TYPE_FRAC) {
            if (frac_add(fraction, *value.as.fraction, &fraction) != FRAC_OK)
                return machine_failure(machine, instruction->node, FAILURE_OVERFLOW);
        } else {
            number += value.as.number;
        }
    }
    if (type->kind == TYPE_FRAC)
        return machine_fraction(machine, fraction);
    if (number > NUM_LIMIT || number < -NUM_LIMIT)
        return machine_failure(machine, instruction->node, FAILURE_OVERFLOW);
    if ((type->has_low && number < type->low) || (type->has_high && number > type->high))
        return machine_failure(machine, instruction->node, FAILURE_OUT_OF_RANGE);
    return (struct value){.tag = VALUE_NUMBER, .as.number = (int64_t)number};
}

struct value kernel_total(struct machine *machine, const struct instruction *instruction) {
    struct decision_outcome *outcome = &machine->outcome->decisions[instruction->c];
    const struct decision *decision = &machine->program->set->decisions[instruction->c];
    struct ballot ballot = count_votes(machine, decision->givers, instruction->a, instruction->c);
    const struct reasons *reasons = dissent(machine, &ballot, NULL);
    struct value sum = reasons ? machine_open(machine, reasons) : sum_of(machine, &ballot, instruction);
    outcome->value = sum;
    if (is_open(sum))
        set_open(machine, outcome, sum.as.reasons);
    else
        set_value(outcome, sum, false);
    outcome->contributions = contributions_of(machine, &ballot, is_open(sum), &outcome->contribution_count);
    return sum;
}

/* A duty that is due: by when, and how it stands today. */
static void set_due(struct machine *machine, struct duty_outcome *outcome, struct value deadline,
                    struct value done) {
    outcome->state = DUTY_DUE;
    outcome->in_period = deadline.tag == VALUE_PERIOD;
    if (outcome->in_period)
        outcome->deadline = deadline.as.period;
    else
        outcome->deadline = (struct period){CAL_MIN, deadline.as.day};
    if (is_yes(done))
        outcome->status = STATUS_DONE;
    else if (is_no(done))
        outcome->status = machine->question->today > outcome->deadline.last ? STATUS_OVERDUE : STATUS_OPEN;
    else
        outcome->status = STATUS_UNKNOWN;
    machine_join(machine, &outcome->reasons, done);
}

struct value kernel_duty(struct machine *machine, const struct instruction *instruction) {
    struct duty_outcome *outcome = &machine->outcome->duties[instruction->c];
    const struct duty *duty = &machine->program->set->duties[instruction->c];
    struct ballot ballot = count_votes(machine, duty->givers, instruction->a,
                                       (uint32_t)machine->program->set->decision_count + instruction->c);
    const struct reasons *reasons = NULL;
    if (ballot.may && !ballot.conflict)
        reasons = dissent(machine, &ballot, ballot.some_value ? &ballot.value : NULL);
    if (ballot.conflict) {
        outcome->state = DUTY_IN_CONFLICT;
    } else if (reasons) {
        outcome->state = DUTY_POSSIBLE;
        outcome->reasons = reasons;
    } else if (ballot.some_value && ballot.value.tag != VALUE_NONE) {
        set_due(machine, outcome, ballot.value, held(machine, instruction->b));
    } else {
        outcome->state = DUTY_NOT_DUE;
    }
    if (outcome->state != DUTY_NOT_DUE)
        outcome->contributions =
            contributions_of(machine, &ballot, outcome->state == DUTY_POSSIBLE, &outcome->contribution_count);
    return value_none();
}

/* A duty in conflict is owed, but not by when: no day says whether it is met, so the answer is open and not yes. */
struct value kernel_duty_applies(struct machine *machine, const struct instruction *instruction) {
    const struct duty_outcome *duty = &machine->outcome->duties[instruction->b];
    switch (duty->state) {
    case DUTY_POSSIBLE:
        return machine_open(machine, duty->reasons);
    case DUTY_IN_CONFLICT:
        return machine_open_because(machine, REASON_DEADLINES, instruction->b);
    case DUTY_NOT_DUE:
    case DUTY_DUE:
        break;
    }
    return value_yes_no(duty->state == DUTY_DUE);
}

struct value kernel_is_decided(struct machine *machine, const struct instruction *instruction) {
    const struct decision_outcome *decision = &machine->outcome->decisions[instruction->b];
    if (decision->state == STATE_UNDETERMINED || decision->state == STATE_FAILED)
        return machine_open(machine, decision->reasons);
    return value_yes_no(decision->state == STATE_VALUE);
}
