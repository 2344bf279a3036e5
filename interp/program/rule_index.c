/*
 * See rule_index.h: the frame. What only one rule that is searched for needs becomes its ranges of instructions, everything
 * else runs always. Must not know how rules are chosen.
 */
#include "interp/program/index_inside.h"

#include "grammar/base/banned.h"

/* What needs an instruction: nothing so far, every evaluation, else a rule: twice its number, and 1 more for its values. */
#define OWNER_NONE (UINT32_MAX - 1)
#define OWNER_ALL UINT32_MAX

bool index_number(struct value value, int64_t *number) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    switch ((enum value_tag)value.tag) {
    case VALUE_YES_NO:
    case VALUE_NUMBER:
    case VALUE_MEMBER:
        *number = value.as.number;
        return true;
    case VALUE_DATE:
        *number = value.as.day;
        return true;
    case VALUE_TEXT:
        for (size_t i = 0; i < value.as.text->length; i++)
            hash = (hash ^ (uint8_t)value.as.text->bytes[i]) * UINT64_C(0x100000001B3);
        *number = (int64_t)(hash >> 1);
        return true;
    default:
        return false;
    }
}

void *index_scratch(struct indexer *x, size_t count, size_t size) {
    void *memory = arena_array(&x->scratch, count, size);
    x->failed = x->failed || !memory;
    return memory;
}

void *index_array(struct indexer *x, size_t count, size_t size) {
    void *memory = arena_array(x->arena, count, size);
    x->failed = x->failed || !memory;
    return memory;
}

static void merge(const struct index_item *from, size_t low, size_t middle, size_t high,
                  struct index_item *to) {
    size_t i = low, j = middle;
    for (size_t k = low; k < high; k++)
        to[k] = i < middle && (j >= high || from[i].key <= from[j].key) ? from[i++] : from[j++];
}

void index_sort(struct indexer *x, struct index_item *items, size_t count) {
    bool sorted = true;
    for (size_t i = 1; i < count && sorted; i++)
        sorted = items[i - 1].key <= items[i].key;
    if (sorted)
        return;
    if (x->room_count < count) {
        x->room = index_scratch(x, count, sizeof *x->room);
        x->room_count = x->room ? count : 0;
    }
    if (!x->room)
        return;
    struct index_item *from = items, *to = x->room;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = low + width < count ? low + width : count;
            size_t high = low + 2 * width < count ? low + 2 * width : count;
            merge(from, low, middle, high, to);
        }
        struct index_item *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

/* --- who needs what --- */

struct owners {
    const struct program *program;
    const struct rule_index *index;
    uint32_t *of; /* by instruction */
};

static void needed_by(struct owners *o, uint32_t reg, uint32_t owner) {
    if (reg == NO_REGISTER || reg < o->program->constant_count)
        return;
    uint32_t *of = &o->of[reg - o->program->constant_count];
    if (*of == OWNER_NONE || *of == owner)
        *of = owner;
    else if (*of == OWNER_ALL || owner == OWNER_ALL || *of / 2 != owner / 2)
        *of = OWNER_ALL;
    else
        *of |= 1;
}

static uint32_t owner_of_rule(const struct owners *o, uint32_t rule) {
    return o->index->rules[rule].search == NO_SEARCH ? OWNER_ALL : 2 * rule;
}

/* Values are needed by the rules that give them; degrees have their owner already. */
static void needed_by_givers(struct owners *o, uint32_t place, const struct giver *givers) {
    const uint32_t *pool = &o->program->pool[place];
    for (uint32_t i = 0; i < pool[0] / 2; i++)
        needed_by(o, pool[2 + 2 * i], owner_of_rule(o, givers[i].rule) | 1);
}

static void needed_operands(struct owners *o, const struct instruction *made, uint32_t owner) {
    const struct op_info *info = prog_op_info(made->op);
    const uint32_t operands[3] = {made->a, made->b, made->c};
    const struct policy_set *set = o->program->set;
    for (int k = 0; k < 3; k++) {
        uint32_t operand = operands[k];
        if (prog_kind_is_register(info->operands[k]))
            needed_by(o, operand, owner);
        else if (info->operands[k] == KIND_PAIRS)
            needed_by_givers(o, operand,
                             made->op == INS_duty ? set->duties[made->c].givers
                                                  : set->decisions[made->c].givers);
        else if (prog_kind_is_list(info->operands[k]))
            for (uint32_t i = 1; i <= o->program->pool[operand]; i++)
                needed_by(o, o->program->pool[operand + i], owner);
    }
}

/* What leaves something behind besides its register, and what is read without an instruction. */
static bool always_runs(const struct instruction *made) {
    switch (made->op) {
    case INS_today:
    case INS_fact:
    case INS_decide:
    case INS_total:
        return true;
    default:
        return made->kind == KIND_NOTHING || prog_op_info(made->op)->op_class == CLASS_LOOP;
    }
}

static void find_owners(struct owners *o) {
    const struct program *program = o->program;
    for (uint32_t i = 0; i < program->instruction_count; i++)
        o->of[i] = OWNER_NONE;
    for (uint32_t i = 0; i < o->index->search_count; i++) {
        needed_by(o, o->index->searches[i].point, OWNER_ALL);
        needed_by(o, o->index->searches[i].range, OWNER_ALL);
        needed_by(o, o->index->searches[i].filter, OWNER_ALL);
    }
    for (uint32_t i = 0; i < program->property_count; i++) {
        needed_by(o, program->properties[i].whenever, OWNER_ALL);
        needed_by(o, program->properties[i].condition, OWNER_ALL);
    }
    for (uint32_t i = program->instruction_count; i-- > 0;) {
        const struct instruction *made = &program->instructions[i];
        if (made->op == INS_degree)
            o->of[i] = owner_of_rule(o, made->c);
        else if (always_runs(made) || o->of[i] == OWNER_NONE)
            o->of[i] = OWNER_ALL;
        needed_operands(o, made, o->of[i]);
    }
}

/* --- what runs --- */

/* Calls for every stretch of instructions of one owner, in order; a stretch that runs always ends behind a key. */
struct stretches {
    const struct owners *owners;
    const uint32_t *search_after; /* by instruction: search + 1 */
    uint32_t at;
};

static bool next_stretch(struct stretches *s, uint32_t *start, uint32_t *owner) {
    uint32_t count = s->owners->program->instruction_count;
    if (s->at >= count)
        return false;
    *start = s->at;
    *owner = s->owners->of[s->at];
    do
        s->at++;
    while (s->at < count && s->owners->of[s->at] == *owner && !s->search_after[s->at - 1]);
    return true;
}

/* Two searches by one last key are one behind the other: the second has a run of nothing. */
static void fill_runs(struct indexer *x, struct owners *owners, const uint32_t *search_after,
                      const uint32_t *next_search) {
    struct rule_index *index = x->index;
    struct stretches s = {owners, search_after, 0};
    uint32_t start, owner, at = 0;
    while (next_stretch(&s, &start, &owner)) {
        if (owner != OWNER_ALL)
            index->rules[owner / 2].range_count++;
        else
            index->run_count++;
    }
    index->runs = index_array(x, index->run_count + index->search_count, sizeof *index->runs);
    for (size_t i = 0; i < x->program->set->rule_count; i++) {
        index->rules[i].first_range = index->range_count;
        index->range_count += index->rules[i].range_count;
        index->rules[i].range_count = 0;
    }
    index->ranges = index_array(x, index->range_count, sizeof *index->ranges);
    if (x->failed)
        return;
    s.at = 0;
    while (next_stretch(&s, &start, &owner)) {
        if (owner != OWNER_ALL) {
            struct index_rule *rule = &index->rules[owner / 2];
            index->ranges[rule->first_range + rule->range_count++] =
                (uint64_t)start << 32 | s.at | (owner & 1 ? 0 : INDEX_CONDITION);
            continue;
        }
        index->runs[at++] = (struct index_run){start, s.at, NO_SEARCH};
        for (uint32_t search = search_after[s.at - 1]; search; search = next_search[search - 1]) {
            if (index->runs[at - 1].search != NO_SEARCH)
                index->runs[at++] = (struct index_run){s.at, s.at, NO_SEARCH};
            index->runs[at - 1].search = search - 1;
        }
    }
    index->run_count = at;
}

static void schedule(struct indexer *x) {
    const struct program *program = x->program;
    struct owners owners = {program, x->index,
                            index_scratch(x, program->instruction_count, sizeof(uint32_t))};
    uint32_t *search_after = index_scratch(x, program->instruction_count, sizeof *search_after);
    uint32_t *next_search = index_scratch(x, x->index->search_count, sizeof *next_search);
    if (x->failed)
        return;
    find_owners(&owners);
    for (uint32_t i = 0; i < x->index->search_count; i++) {
        const struct index_search *search = &x->index->searches[i];
        const uint32_t keys[3] = {search->point, search->range, search->filter};
        uint32_t last = 0;
        for (int k = 0; k < 3; k++)
            last = keys[k] != NO_REGISTER && keys[k] > last ? keys[k] : last;
        uint32_t *after = &search_after[last - program->constant_count];
        next_search[i] = *after;
        *after = i + 1;
    }
    fill_runs(x, &owners, search_after, next_search);
}

/* --- who gives what --- */

static void fill_ballot(struct indexer *x, uint32_t ballot, const struct giver *givers, size_t count,
                        bool counting) {
    struct index_ballot *made = &x->index->ballots[ballot];
    made->giver_count = (uint32_t)count;
    for (uint32_t i = 0; i < count; i++) {
        struct index_rule *rule = &x->index->rules[givers[i].rule];
        if (counting) {
            bool searched = rule->search != NO_SEARCH;
            made->some = made->some || searched;
            made->other_count += !searched;
            rule->seat_count += searched;
        } else if (rule->search != NO_SEARCH) {
            x->index->seats[rule->first_seat + rule->seat_count++] = (struct index_seat){ballot, i};
        } else if (made->some) {
            made->others[made->other_count++] = i;
        }
    }
}

static void fill_ballots(struct indexer *x, bool counting) {
    const struct policy_set *set = x->program->set;
    for (uint32_t i = 0; i < set->decision_count; i++)
        fill_ballot(x, i, set->decisions[i].givers, set->decisions[i].giver_count, counting);
    for (uint32_t i = 0; i < set->duty_count; i++)
        fill_ballot(x, (uint32_t)set->decision_count + i, set->duties[i].givers, set->duties[i].giver_count,
                    counting);
}

static void seat(struct indexer *x) {
    struct rule_index *index = x->index;
    const struct policy_set *set = x->program->set;
    index->ballot_count = (uint32_t)(set->decision_count + set->duty_count);
    index->ballots = index_array(x, index->ballot_count, sizeof *index->ballots);
    if (x->failed)
        return;
    fill_ballots(x, true);
    for (size_t i = 0; i < set->rule_count; i++) {
        index->rules[i].degree = x->degrees[i] + x->program->constant_count;
        index->rules[i].first_seat = index->seat_count;
        index->seat_count += index->rules[i].seat_count;
        index->rules[i].seat_count = 0;
    }
    index->seats = index_array(x, index->seat_count, sizeof *index->seats);
    for (uint32_t i = 0; i < index->ballot_count; i++) {
        struct index_ballot *ballot = &index->ballots[i];
        if (ballot->some)
            ballot->others = index_array(x, ballot->other_count, sizeof *ballot->others);
        ballot->other_count = 0;
    }
    if (!x->failed)
        fill_ballots(x, false);
}

/* By decision the place of its pairs. */
static void find_constants(struct indexer *x) {
    const struct program *program = x->program;
    const struct rule_index *index = x->index;
    uint32_t decisions = (uint32_t)program->set->decision_count;
    uint32_t *places = index_scratch(x, decisions, sizeof *places);
    for (uint32_t i = 0; i < program->instruction_count && places; i++)
        if (program->instructions[i].op == INS_decide)
            places[program->instructions[i].c] = program->instructions[i].a;
    for (uint32_t i = 0; i < index->search_count && places; i++) {
        const struct index_search *search = &index->searches[i];
        for (uint32_t k = 0; k < search->rest.first + search->rest.count; k++) {
            struct index_span *span = &search->spans[k];
            const struct index_rule *rule = &index->rules[span->rule];
            const struct index_seat *seat = &index->seats[rule->first_seat];
            span->value = NO_REGISTER;
            if (rule->seat_count != 1 || seat->ballot >= decisions || !places[seat->ballot])
                continue;
            uint32_t value = program->pool[places[seat->ballot] + 2 + 2 * seat->position];
            span->value = value < program->constant_count ? value : NO_REGISTER;
            span->ballot = seat->ballot;
            span->position = seat->position;
        }
    }
}

/* --- the whole --- */

static void make_index(struct indexer *x) {
    struct rule_index *index = x->index;
    index_demands(x);
    if (!x->failed)
        index_searches(x);
    if (x->failed || x->search_count == 0)
        return;
    index->search_count = (uint32_t)x->search_count;
    index->searches = index_array(x, x->search_count, sizeof *index->searches);
    if (x->failed)
        return;
    memcpy(index->searches, x->searches, x->search_count * sizeof *index->searches);
    schedule(x);
    if (!x->failed)
        seat(x);
    if (!x->failed)
        find_constants(x);
}

bool program_index(struct program *program, uint32_t least, struct arena *arena) {
    struct indexer x = {.program = program, .arena = arena, .least = least};
    program->index = NULL;
    if (program->set->rule_count < least)
        return true;
    arena_init(&x.scratch, arena->alloc);
    x.index = index_array(&x, 1, sizeof *x.index);
    if (x.index)
        x.index->rules = index_array(&x, program->set->rule_count, sizeof *x.index->rules);
    if (!x.failed)
        make_index(&x);
    arena_free(&x.scratch);
    if (!x.failed && x.index->search_count > 0)
        program->index = x.index;
    return !x.failed;
}
