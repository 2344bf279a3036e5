/*
 * See plainest.h. A fact is pinned to its plain value by atoms within which the walk looks. Must not know what is asked.
 */
#include "interp/analysis/plainest.h"

#include "grammar/base/banned.h"

/* Cells of one question, questions, and facts of which pairs are tried. */
#define PLAINEST_CELLS ((uint64_t)2000)
#define PLAINEST_QUESTIONS 400
#define PLAINEST_PAIRS 24
/* Members that are tried before the one found. */
#define PLAINEST_MEMBERS 32

/* One fact, or today, of a case. */
struct dimension {
    uint32_t variable; /* NO_ZONE where it has none */
    uint32_t choice, choice_count;
    bool away, loose; /* it is not plain in the case at hand; it is not pinned in the question at hand */
};

struct plainer {
    const struct plainest *of;
    struct walk_point plain;
    int64_t *values; /* the case at hand, and one that a question found */
    uint32_t *bits;
    int64_t *found_values;
    uint32_t *found_bits;
    size_t value_count, bit_count;
    struct dimension *dimensions;
    size_t count;
    struct atom *atoms;
    size_t atom_count, atom_capacity;
    uint32_t questions;
    bool found, failed;
};

/* --- a question --- */

static void add_atom(struct plainer *p, struct atom atom) {
    if (!ARENA_PUSH(p->of->arena, p->atoms, p->atom_count, p->atom_capacity, atom))
        p->failed = true;
}

/* low <= variable <= high. */
static void add_bounds(struct plainer *p, uint32_t variable, int64_t low, int64_t high) {
    uint32_t zone = p->of->walk->space.variables[variable].zone;
    add_atom(p, (struct atom){.kind = ATOM_BOUND, .i = zone, .j = VARIABLE_ZERO, .c = high});
    add_atom(p, (struct atom){.kind = ATOM_BOUND, .i = VARIABLE_ZERO, .j = zone, .c = -low});
}

static void add_bits(struct plainer *p, const struct dimension *d, const uint32_t *bits) {
    for (uint32_t i = d->choice; d->choice != NO_CHOICE && i < d->choice + d->choice_count; i++)
        add_atom(p, (struct atom){.kind = ATOM_MEMBER, .i = i, .j = bits[i]});
}

static bool has_value(const struct dimension *d, const uint32_t *bits) {
    return d->variable != NO_ZONE && (d->choice == NO_CHOICE || bits[d->choice] == CHOICE_GIVEN);
}

/* The dimension has what it has in that case. */
static void pin(struct plainer *p, const struct dimension *d, const int64_t *values, const uint32_t *bits) {
    add_bits(p, d, bits);
    if (has_value(d, bits))
        add_bounds(p, d->variable, values[d->variable], values[d->variable]);
}

static int ask(struct walk *walk, void *context, struct atom *atom) {
    const struct plainer *p = context;
    return p->of->question(walk, p->of->question_context, atom);
}

static enum walk_next receive(struct walk *walk, void *context, int answer, const struct walk_point *point,
                              bool sure) {
    struct plainer *p = context;
    (void)walk;
    (void)answer;
    if (!point)
        return WALK_ON;
    if (!p->of->holds(p->of->holds_context, point))
        return sure ? WALK_NARROW : WALK_ON;
    memcpy(p->found_values, point->values, p->value_count * sizeof *p->found_values);
    memcpy(p->found_bits, point->bits, p->bit_count * sizeof *p->found_bits);
    p->found = true;
    return WALK_STOP;
}

/* Whether there is a case within the atoms; it becomes the case at hand. */
static bool there_is(struct plainer *p) {
    struct walk *walk = p->of->walk;
    uint64_t before = walk->cells, budget = walk->budget;
    uint32_t refine = walk->refine_budget;
    if (p->failed || p->questions++ >= PLAINEST_QUESTIONS)
        return false;
    walk->cells = 0;
    walk->budget = PLAINEST_CELLS;
    walk->refine_budget = PLAINEST_CELLS;
    p->found = false;
    enum walk_end end = walk_run(walk, p->atoms, p->atom_count, ask, receive, p);
    walk->cells += before;
    walk->budget = budget;
    walk->refine_budget = refine;
    p->failed = p->failed || end == WALK_NO_MEMORY;
    if (!p->found || p->failed)
        return false;
    memcpy(p->values, p->found_values, p->value_count * sizeof *p->values);
    memcpy(p->bits, p->found_bits, p->bit_count * sizeof *p->bits);
    return true;
}

/* --- how many facts --- */

static bool is_away(const struct plainer *p, const struct dimension *d) {
    for (uint32_t i = d->choice; d->choice != NO_CHOICE && i < d->choice + d->choice_count; i++)
        if (p->bits[i] != p->plain.bits[i])
            return true;
    return has_value(d, p->bits) && p->values[d->variable] != p->plain.values[d->variable];
}

static size_t count_away(struct plainer *p) {
    size_t away = 0;
    for (size_t i = 0; i < p->count; i++) {
        p->dimensions[i].away = is_away(p, &p->dimensions[i]);
        away += p->dimensions[i].away;
    }
    return away;
}

/* With all but those that are loose pinned to the plain record. */
static bool there_is_with_loose(struct plainer *p) {
    p->atom_count = 0;
    for (size_t i = 0; i < p->count; i++)
        if (!p->dimensions[i].loose)
            pin(p, &p->dimensions[i], p->plain.values, p->plain.bits);
    return there_is(p);
}

static void loosen_only(struct plainer *p, size_t a, size_t b) {
    for (size_t i = 0; i < p->count; i++)
        p->dimensions[i].loose = i == a || i == b;
}

/* One or two facts suffice: the first by order of declaration. */
static bool few_suffice(struct plainer *p, size_t away) {
    for (size_t a = 0; a < p->count && away > 0; a++) {
        loosen_only(p, a, a);
        if (there_is_with_loose(p))
            return true;
    }
    for (size_t a = 0; a < p->count && away > 1 && p->count <= PLAINEST_PAIRS; a++) {
        for (size_t b = a + 1; b < p->count; b++) {
            loosen_only(p, a, b);
            if (there_is_with_loose(p))
                return true;
        }
    }
    return false;
}

/* As many pinned as go one after the other, those declared last first. */
static void pin_one_by_one(struct plainer *p) {
    for (size_t i = 0; i < p->count; i++)
        p->dimensions[i].loose = p->dimensions[i].away;
    for (size_t i = p->count; i > 0 && !p->failed; i--) {
        struct dimension *d = &p->dimensions[i - 1];
        if (!d->loose)
            continue;
        d->loose = false;
        d->loose = !there_is_with_loose(p);
    }
}

/* --- how near --- */

static void settled(struct plainer *p, size_t upto) {
    p->atom_count = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (!p->dimensions[i].loose)
            pin(p, &p->dimensions[i], p->plain.values, p->plain.bits);
        else if (i < upto)
            pin(p, &p->dimensions[i], p->values, p->bits);
    }
}

static int64_t gap(int64_t a, int64_t b) {
    return a > b ? a - b : b - a;
}

static void approach_number(struct plainer *p, size_t at) {
    const struct dimension *d = &p->dimensions[at];
    int64_t plain = p->plain.values[d->variable], low = 0, high = gap(p->values[d->variable], plain);
    settled(p, at);
    add_bits(p, d, p->bits);
    size_t before = p->atom_count;
    while (low < high && !p->failed && p->questions < PLAINEST_QUESTIONS) {
        int64_t middle = low + (high - low) / 2;
        p->atom_count = before;
        add_bounds(p, d->variable, plain - middle, plain + middle);
        if (there_is(p))
            high = gap(p->values[d->variable], plain);
        else
            low = middle + 1;
    }
}

static void approach_member(struct plainer *p, size_t at) {
    const struct dimension *d = &p->dimensions[at];
    uint32_t now = p->bits[d->choice];
    settled(p, at);
    size_t before = p->atom_count;
    for (uint32_t bit = 0; bit < now && bit < PLAINEST_MEMBERS && !p->failed; bit++) {
        p->atom_count = before;
        add_atom(p, (struct atom){.kind = ATOM_MEMBER, .i = d->choice, .j = bit});
        if (there_is(p))
            return;
    }
}

/* --- all of it --- */

static void add_dimension(struct plainer *p, struct dimension d) {
    p->dimensions[p->count++] = d;
}

/* Lists have none: the space says nothing of them. */
static void gather(struct plainer *p) {
    const struct space *space = &p->of->walk->space;
    for (size_t i = 0; i < space->place_count; i++) {
        const struct place *place = &space->places[i];
        struct dimension d = {.variable = NO_ZONE, .choice = place->choice, .choice_count = 1};
        if (place->kind == PLACE_NUMERIC)
            d.variable = place->variable;
        else if (place->kind == PLACE_SET)
            while (d.choice + d.choice_count < space->choice_count &&
                   space->choices[d.choice + d.choice_count].fact == space->choices[d.choice].fact)
                d.choice_count++;
        if (place->kind != PLACE_LIST)
            add_dimension(p, d);
    }
    add_dimension(p, (struct dimension){.variable = VARIABLE_TODAY, .choice = NO_CHOICE});
}

static bool begin(struct plainer *p, int64_t *values, uint32_t *bits) {
    const struct space *space = &p->of->walk->space;
    struct arena *arena = p->of->arena;
    for (size_t i = 0; i < space->variable_count; i++)
        if (space->variables[i].derivation == DERIVED_NOT)
            p->value_count = i + 1;
    for (size_t i = 0; i < space->choice_count; i++)
        if (space->choices[i].fact != UINT32_MAX)
            p->bit_count = i + 1;
    p->values = values;
    p->bits = bits;
    p->found_values = arena_array(arena, p->value_count + 1, sizeof *p->found_values);
    p->found_bits = arena_array(arena, p->bit_count + 1, sizeof *p->found_bits);
    p->dimensions = arena_array(arena, space->place_count + 1, sizeof *p->dimensions);
    return p->found_values && p->found_bits && p->dimensions &&
           walk_plain_point(p->of->walk, arena, &p->plain);
}

bool plainest_case(const struct plainest *plainest, int64_t *values, uint32_t *bits) {
    struct plainer p = {.of = plainest};
    if (!begin(&p, values, bits))
        return false;
    gather(&p);
    size_t away = count_away(&p);
    if (away == 0)
        return true;
    if (!few_suffice(&p, away)) {
        (void)count_away(&p);
        pin_one_by_one(&p);
    }
    for (size_t i = 0; i < p.count && !p.failed; i++) {
        const struct dimension *d = &p.dimensions[i];
        if (!d->loose)
            continue;
        if (d->choice != NO_CHOICE && d->variable == NO_ZONE && d->choice_count == 1)
            approach_member(&p, i);
        else if (has_value(d, p.bits))
            approach_number(&p, i);
    }
    return !p.failed;
}
