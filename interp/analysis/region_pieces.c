/*
 * See region.h. Each piece is made as large as the others and the cases that cannot be allow, so that it needs few constraints;
 * pieces that the others cover go; what the rest of a piece implies is not told. Must not know what is so in them, nor words.
 */
#include <string.h>

#include "interp/analysis/derived.h"
#include "interp/analysis/region_inside.h"

#include "grammar/base/banned.h"

/* Parts looked at to make pieces larger. */
#define REGION_EFFORT 200000

/* --- fewer constraints --- */

/* The constraints of a piece as atoms, in the order in which they are tried to be dropped. */
struct terms {
    struct atom *items;
    size_t count, capacity;
};

static bool add_term(struct region_work *s, struct terms *terms, struct atom atom) {
    if (ARENA_PUSH(s->arena, terms->items, terms->count, terms->capacity, atom))
        return true;
    s->failed = true;
    return false;
}

/* Adds what is known of functions of facts; false where nothing is left of the zone. */
static bool settle_functions(const void *context, struct zone *zone) {
    const struct space *space = context;
    for (uint32_t i = VARIABLE_FIRST_FACT; i < space->variable_count; i++) {
        if (space->variables[i].derivation != DERIVED_NOT && space->variables[i].zone != NO_ZONE &&
            !derived_bound(space, i, zone, true))
            return false;
    }
    return true;
}

/* The zone of the terms without the one at `but`; false where nothing is in it. */
static bool zone_of_terms(const struct region_work *s, const struct terms *terms, size_t but,
                          struct zone *zone) {
    const struct walk *walk = s->walk;
    const struct space *space = &walk->space;
    zone_copy(&space->shape, zone, walk->stack[0]);
    for (size_t i = 0; i < terms->count; i++) {
        if (i != but && !atom_apply(&space->shape, zone, &terms->items[i], false))
            return false;
    }
    return settle_functions(space, zone);
}

/* The lowest place that a variable keeps a fixed distance to. */
static uint32_t same_as(const struct zone_shape *shape, const struct zone *zone, uint32_t i) {
    for (uint32_t k = 0; k < i; k++) {
        if (zone_most(shape, zone, i, k) + zone_most(shape, zone, k, i) == 0)
            return k;
    }
    return i;
}

static bool is_derived(const struct region_work *s, uint32_t place) {
    return s->walk->space.variables[s->variables[place]].derivation != DERIVED_NOT;
}

/* Whether a way over a third place says as much; facts are not told by way of functions of them. */
static bool is_roundabout(const struct region_work *s, const struct zone *zone, uint32_t i, uint32_t j) {
    const struct zone_shape *shape = &s->zones->shape;
    uint32_t n = shape->variables;
    for (uint32_t k = 0; k < n; k++) {
        if (k != i && k != j && same_as(shape, zone, k) == k &&
            (!is_derived(s, k) || is_derived(s, i) || is_derived(s, j)) &&
            zone_most(shape, zone, i, k) + zone_most(shape, zone, k, j) <= zone_most(shape, zone, i, j))
            return true;
    }
    return false;
}

/* Terms are dropped in this order: of functions first, then what says when, then differences. */
static int term_class(const struct region_work *s, const struct atom *atom) {
    bool difference = atom->i != 0 && atom->j != 0;
    if (is_derived(s, atom->i) || is_derived(s, atom->j))
        return difference ? 0 : 1;
    if (difference)
        return 3;
    return s->variables[atom->i != 0 ? atom->i : atom->j] == VARIABLE_TODAY ? 2 : 4;
}

static bool bound_terms(struct region_work *s, const struct zone *zone, struct terms *terms) {
    const struct zone_shape *shape = &s->zones->shape;
    const struct zone *top = s->walk->stack[0];
    uint32_t n = shape->variables;
    for (int class = 0; class <= 4; class ++) {
        for (uint32_t i = 0; i < n; i++) {
            for (uint32_t j = 0; j < n; j++) {
                struct atom atom = {.kind = ATOM_BOUND, .i = i, .j = j, .c = zone_most(shape, zone, i, j)};
                uint32_t a = same_as(shape, zone, i), b = same_as(shape, zone, j);
                if (i == j || atom.c >= zone_most(shape, top, i, j) || term_class(s, &atom) != class)
                    continue;
                bool tied = a == b && (a == i || b == j);
                if (!tied && (a != i || b != j || is_roundabout(s, zone, i, j)))
                    continue;
                if (!add_term(s, terms, atom))
                    return false;
            }
        }
    }
    return true;
}

static bool terms_of(struct region_work *s, const struct zone *zone, struct terms *terms) {
    const struct zone_shape *shape = &s->zones->shape;
    const struct zone *top = s->walk->stack[0];
    *terms = (struct terms){0};
    if (!bound_terms(s, zone, terms))
        return false;
    for (uint32_t i = shape->choices; i > 0; i--) {
        uint32_t words = zone_words(shape, i - 1);
        const uint64_t *mask = zone_mask(shape, zone, i - 1);
        if (memcmp(mask, zone_mask(shape, top, i - 1), words * sizeof *mask) == 0)
            continue;
        uint64_t *copy = arena_array(s->arena, words, sizeof *copy);
        if (!copy) {
            s->failed = true;
            return false;
        }
        memcpy(copy, mask, words * sizeof *mask);
        if (!add_term(s, terms, (struct atom){.kind = ATOM_AMONG, .i = i - 1, .mask = copy}))
            return false;
    }
    return true;
}

static void drop_term(struct terms *terms, size_t index) {
    terms->count--;
    for (size_t i = index; i < terms->count; i++)
        terms->items[i] = terms->items[i + 1];
}

/* Drops the bounds that the borders, functions and other terms imply. */
static void drop_implied(struct region_work *s, struct terms *terms) {
    const struct zone_shape *shape = &s->zones->shape;
    for (size_t i = 0; i < terms->count;) {
        const struct atom *atom = &terms->items[i];
        if (atom->kind == ATOM_BOUND && zone_of_terms(s, terms, i, &s->trial) &&
            zone_most(shape, &s->trial, atom->i, atom->j) <= atom->c)
            drop_term(terms, i);
        else
            i++;
    }
}

/* The next larger value that another piece has for this bound; false where there is none. */
static bool next_bound(const struct zones *zones, const struct atom *atom, int64_t limit, int64_t *next) {
    bool found = false;
    for (size_t i = 0; i < zones->count; i++) {
        int64_t most = zone_most(&zones->shape, &zones->items[i], atom->i, atom->j);
        if (most > atom->c && most < limit && (!found || most > *next)) {
            *next = most;
            found = true;
        }
    }
    return found;
}

/* Whether the piece may go without the term, or with a weaker one, as far as other pieces and impossible cases reach. */
static bool weaken_term(struct region_work *s, struct terms *terms, size_t index, struct zone *piece) {
    const struct zone_shape *shape = &s->zones->shape;
    struct atom *atom = &terms->items[index], before = *atom;
    if (zone_of_terms(s, terms, index, &s->trial) && zones_cover(s->zones, SIZE_MAX, &s->idle, &s->trial)) {
        zone_copy(shape, piece, &s->trial);
        drop_term(terms, index);
        return true;
    }
    int64_t limit = ZONE_LIMIT, next = 0;
    for (int tries = 0; atom->kind == ATOM_BOUND && tries < 6 && next_bound(s->zones, &before, limit, &next);
         tries++) {
        atom->c = limit = next;
        if (zone_of_terms(s, terms, SIZE_MAX, &s->trial) &&
            zones_cover(s->zones, SIZE_MAX, &s->idle, &s->trial)) {
            zone_copy(shape, piece, &s->trial);
            return false;
        }
        *atom = before;
    }
    return false;
}

static void weaken(struct region_work *s, struct terms *terms, struct zone *piece) {
    for (size_t i = 0; i < terms->count && s->zones->effort > 0;) {
        if (!weaken_term(s, terms, i, piece))
            i++;
    }
}

/* Each piece as large as it can be, then without the pieces that others cover. */
static bool simplify(struct region_work *s, struct terms **all) {
    struct zones *zones = s->zones;
    struct terms terms;
    zones->effort = REGION_EFFORT;
    zones->settle = settle_functions;
    zones->context = &s->walk->space;
    for (size_t i = 0; i < zones->count; i++) {
        if (!terms_of(s, &zones->items[i], &terms))
            return false;
        drop_implied(s, &terms);
        weaken(s, &terms, &zones->items[i]);
    }
    if (!zones_join(zones))
        return false;
    zones->effort = REGION_EFFORT;
    for (size_t i = zones->count; i > 0; i--) {
        if (zones->count > 1 && zones_cover(zones, i - 1, &s->idle, &zones->items[i - 1]))
            zones_remove(zones, i - 1);
    }
    *all = arena_array(s->arena, zones->count, sizeof **all);
    for (size_t i = 0; *all && i < zones->count; i++) {
        if (!terms_of(s, &zones->items[i], &(*all)[i]))
            return false;
        drop_implied(s, &(*all)[i]);
    }
    return *all != NULL;
}

/* --- what is told --- */

uint32_t mask_count(const struct walk *walk, uint32_t choice, const uint64_t *mask) {
    uint32_t count = 0;
    for (uint32_t word = 0; word < zone_words(&walk->space.shape, choice); word++)
        count += (uint32_t)__builtin_popcountll(mask[word]);
    return count;
}

bool mask_is_negative(const struct walk *walk, uint32_t choice, const uint64_t *mask) {
    const struct choice *of = &walk->space.choices[choice];
    uint32_t all = mask_count(walk, choice, of->domain), in = mask_count(walk, choice, mask);
    if (of->none_bit != UINT32_MAX) {
        all -= (uint32_t)(of->domain[of->none_bit / 64] >> of->none_bit % 64 & 1);
        in -= (uint32_t)(mask[of->none_bit / 64] >> of->none_bit % 64 & 1);
    }
    return all > 2 && in < all && in > all - in;
}

/* The fact a term is of: of two variables the first; UINT32_MAX where it is of none. */
static uint32_t term_place(const struct region_work *s, const struct atom *atom, bool second) {
    const struct space *space = &s->walk->space;
    if (atom->kind != ATOM_BOUND)
        return second ? UINT32_MAX : space->choices[atom->i].fact;
    return space->variables[s->variables[second ? atom->j : atom->i]].fact;
}

static bool term_is_of(const struct region_work *s, const struct atom *atom, uint32_t place) {
    return place != UINT32_MAX && (term_place(s, atom, false) == place || term_place(s, atom, true) == place);
}

/* Whether a term shows that its fact has a value. */
static bool term_shows(const struct region_work *s, const struct atom *atom) {
    const struct choice *choice = &s->walk->space.choices[atom->i];
    if (atom->kind == ATOM_BOUND)
        return true;
    if (choice->universe == NULL)
        return (atom->mask[0] >> CHOICE_NONE & 1) == 0;
    if (choice->none_bit != UINT32_MAX &&
        (atom->mask[choice->none_bit / 64] >> choice->none_bit % 64 & 1) != 0)
        return false;
    return !mask_is_negative(s->walk, atom->i, atom->mask);
}

/* Whether the fact at `place` has a value only where the term holds: nowhere else is its `only when` yes. */
static bool guard_implies(struct region_work *s, uint32_t place, const struct atom *atom) {
    struct walk *walk = s->walk;
    for (uint32_t e = 0; e < walk->engine_count; e++) {
        uint32_t guard = s->guards[e * walk->space.place_count + place];
        if (guard == NO_REGISTER || walk->space.grew)
            continue;
        zone_copy(&walk->space.shape, &s->out, walk->stack[0]);
        if (!atom_apply(&walk->space.shape, &s->out, atom, true))
            continue;
        walk_look(walk, &s->out);
        struct sym holds = sym_truth(&walk->engines[e], guard);
        walk_look(walk, walk->stack[0]);
        if (!walk->space.grew && !walk->failed &&
            (holds.kind == SYM_NONE || (holds.kind == SYM_TRUTH && !holds.truth)))
            return true;
    }
    return false;
}

/* What is told of an expression says that it has a value. */
static bool tells_more(const struct region_work *s, const struct atom *atom, const struct atom *other) {
    if (atom->kind == ATOM_BOUND || other->kind == ATOM_BOUND)
        return false;
    const struct choice *state = &s->walk->space.choices[atom->i], *of = &s->walk->space.choices[other->i];
    bool opaque = state->fact == UINT32_MAX && of->fact == UINT32_MAX && state->reg != NO_REGISTER;
    return opaque && state != of && state->owner == of->owner && state->reg == of->reg && state->count > 2 &&
           atom->mask[0] == 1;
}

/* Drops what another fact says that is told: its guard, and that it is given. */
static void drop_guards(struct region_work *s, struct terms *terms) {
    for (size_t i = 0; i < terms->count;) {
        const struct atom *atom = &terms->items[i];
        uint32_t own = term_place(s, atom, false);
        bool beside = atom->kind != ATOM_BOUND && s->walk->space.choices[atom->i].universe == NULL,
             drop = false;
        for (size_t k = 0; k < terms->count && !drop; k++) {
            const struct atom *other = &terms->items[k];
            drop = k != i && tells_more(s, atom, other);
            if (k == i || drop || !term_shows(s, other))
                continue;
            if (beside && term_shows(s, atom) && term_is_of(s, other, own))
                drop = true;
            for (int side = 0; side < 2 && !drop; side++) {
                uint32_t place = term_place(s, other, side == 1);
                drop = place != UINT32_MAX && !term_is_of(s, atom, place) && guard_implies(s, place, atom);
            }
        }
        if (drop)
            drop_term(terms, i);
        else
            i++;
    }
}

/* Facts in their order, then today, then functions of them. */
static uint32_t variable_rank(const struct region_work *s, uint32_t variable) {
    const struct variable *v = &s->walk->space.variables[variable];
    if (v->fact != UINT32_MAX)
        return v->fact * 2;
    return 2 * (uint32_t)s->walk->space.place_count + (variable == VARIABLE_TODAY ? 0 : variable);
}

static uint32_t constraint_rank(const struct region_work *s, const struct region_constraint *constraint) {
    if (constraint->kind == REGION_SUM)
        return UINT32_MAX - 1;
    const struct choice *choice = &s->walk->space.choices[constraint->i];
    if (constraint->kind == REGION_CHOICE)
        return choice->fact == UINT32_MAX ? UINT32_MAX : choice->fact * 2;
    if (constraint->kind == REGION_BOUNDS)
        return variable_rank(s, constraint->i) + (variable_rank(s, constraint->i) % 2 == 0 ? 1 : 0);
    return UINT32_MAX / 2 + variable_rank(s, constraint->i);
}

static int compare_constraints(const struct region_work *s, const struct region_constraint *a,
                               const struct region_constraint *b) {
    uint32_t x = constraint_rank(s, a), y = constraint_rank(s, b);
    if (x != y)
        return x < y ? -1 : 1;
    if (a->i != b->i || a->j != b->j)
        return a->i < b->i || (a->i == b->i && a->j < b->j) ? -1 : 1;
    if (a->kind == REGION_SUM && a->sum != b->sum)
        return a->sum->id < b->sum->id ? -1 : 1;
    if (a->kind == REGION_CHOICE) {
        for (uint32_t word = 0; word < zone_words(&s->walk->space.shape, a->i); word++) {
            uint64_t differs = a->mask[word] ^ b->mask[word];
            if (differs != 0)
                return a->mask[word] & (differs & -differs) ? -1 : 1;
        }
        return 0;
    }
    int64_t low = a->has_low ? a->low : -ZONE_LIMIT, other = b->has_low ? b->low : -ZONE_LIMIT;
    if (low != other)
        return low < other ? -1 : 1;
    low = a->has_high ? a->high : ZONE_LIMIT;
    other = b->has_high ? b->high : ZONE_LIMIT;
    return low < other ? -1 : low > other;
}

static bool is_made_of(const struct variable *v, uint32_t variable) {
    const struct linear *const of[] = {v->first, v->second};
    for (int i = 0; i < 2; i++) {
        for (uint32_t k = 0; of[i] && k < of[i]->count; k++) {
            if (of[i]->parts[k].variable == variable)
                return true;
        }
    }
    return false;
}

/* What a difference is said of: today, else a function of the other, else the later fact, else the later function. */
static bool is_subject(const struct region_work *s, uint32_t a, uint32_t b) {
    const struct variable *x = &s->walk->space.variables[a], *y = &s->walk->space.variables[b];
    if (a == VARIABLE_TODAY || b == VARIABLE_TODAY)
        return a == VARIABLE_TODAY;
    if (x->derivation != DERIVED_NOT && is_made_of(x, b))
        return true;
    if (y->derivation != DERIVED_NOT && is_made_of(y, a))
        return false;
    if ((x->derivation == DERIVED_NOT) != (y->derivation == DERIVED_NOT))
        return x->derivation == DERIVED_NOT;
    return a > b;
}

static struct region_constraint constraint_of(const struct region_work *s, const struct atom *atom) {
    struct region_constraint made = {.kind = REGION_CHOICE, .i = atom->i, .mask = atom->mask};
    if (atom->kind != ATOM_BOUND)
        return made;
    uint32_t a = s->variables[atom->i], b = s->variables[atom->j];
    bool turned = a == VARIABLE_ZERO || (b != VARIABLE_ZERO && !is_subject(s, a, b));
    made.kind = a == VARIABLE_ZERO || b == VARIABLE_ZERO ? REGION_BOUNDS : REGION_APART;
    made.i = turned ? b : a;
    made.j = turned ? a : b;
    made.mask = NULL;
    made.has_low = turned;
    made.has_high = !turned;
    made.low = turned ? -atom->c : 0;
    made.high = turned ? 0 : atom->c;
    return made;
}

static void add_constraint(const struct region_work *s, struct region_piece *piece,
                           struct region_constraint made) {
    size_t at = piece->count;
    for (size_t i = 0; i < piece->count; i++) {
        struct region_constraint *have = &piece->constraints[i];
        if (made.kind == REGION_CHOICE || made.kind == REGION_SUM || have->kind != made.kind ||
            have->i != made.i || have->j != made.j)
            continue;
        if (made.has_low)
            have->low = made.low;
        else
            have->high = made.high;
        have->has_low = have->has_low || made.has_low;
        have->has_high = have->has_high || made.has_high;
        return;
    }
    for (; at > 0 && compare_constraints(s, &made, &piece->constraints[at - 1]) < 0; at--)
        piece->constraints[at] = piece->constraints[at - 1];
    piece->constraints[at] = made;
    piece->count++;
}

/* At the edge of what a variable may be only one value is left. */
static void fix_border(const struct region_work *s, struct region_constraint *constraint) {
    if (constraint->kind != REGION_BOUNDS ||
        s->walk->space.variables[constraint->i].derivation != DERIVED_NOT)
        return;
    const struct variable *v = &s->walk->space.variables[constraint->i];
    if (!constraint->has_high && constraint->low == v->high) {
        constraint->has_high = true;
        constraint->high = v->high;
    } else if (!constraint->has_low && constraint->high == v->low) {
        constraint->has_low = true;
        constraint->low = v->low;
    }
}

static bool piece_of(struct region_work *s, const struct terms *terms, struct region_piece *piece) {
    piece->count = 0;
    piece->constraints = arena_array(s->arena, terms->count + s->sum_count, sizeof *piece->constraints);
    for (size_t i = 0; piece->constraints && i < terms->count; i++)
        add_constraint(s, piece, constraint_of(s, &terms->items[i]));
    for (size_t i = 0; piece->constraints && i < s->sum_count; i++) {
        const struct known_sum *known = &s->sums[i];
        add_constraint(
            s, piece,
            (struct region_constraint){
                .kind = REGION_SUM,
                .has_low = known->low > -ZONE_LIMIT,
                .has_high = known->high<ZONE_LIMIT, .low = known->low> - ZONE_LIMIT ? (int64_t)known->low : 0,
                .high = known->high < ZONE_LIMIT ? (int64_t)known->high : 0,
                .sum = known->sum});
    }
    for (size_t i = 0; piece->constraints && i < piece->count; i++)
        fix_border(s, &piece->constraints[i]);
    return piece->constraints != NULL;
}

static int compare_pieces(const struct region_work *s, const struct region_piece *a,
                          const struct region_piece *b) {
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int order = compare_constraints(s, &a->constraints[i], &b->constraints[i]);
        if (order != 0)
            return order;
    }
    return a->count < b->count ? -1 : a->count > b->count;
}

static bool add_piece(struct region_work *s, struct region *region, struct region_piece piece) {
    if (!ARENA_PUSH(s->arena, region->pieces, region->count, *s->capacity, piece))
        return false;
    size_t at = region->count - 1;
    for (; at > 0 && compare_pieces(s, &piece, &region->pieces[at - 1]) < 0; at--)
        region->pieces[at] = region->pieces[at - 1];
    region->pieces[at] = piece;
    return true;
}

bool region_pieces(struct region_work *work, struct region *region) {
    struct terms *all;
    if (!zones_room(work->zones, &work->trial) || !zones_room(work->zones, &work->out) ||
        !simplify(work, &all) || work->failed)
        return false;
    for (size_t i = 0; i < work->zones->count; i++) {
        struct region_piece piece;
        drop_guards(work, &all[i]);
        if (!piece_of(work, &all[i], &piece) || !add_piece(work, region, piece))
            return false;
    }
    return !work->walk->failed;
}

bool region_copy(const struct region *from, const struct walk *walk, struct arena *arena, struct region *to) {
    *to = *from;
    to->pieces = arena_array(arena, from->count, sizeof *to->pieces);
    for (size_t i = 0; to->pieces && i < from->count; i++) {
        const struct region_piece *piece = &from->pieces[i];
        struct region_constraint *copies = arena_array(arena, piece->count, sizeof *copies);
        to->pieces[i] = (struct region_piece){copies, piece->count};
        for (size_t k = 0; copies && k < piece->count; k++) {
            const struct region_constraint *constraint = &piece->constraints[k];
            copies[k] = *constraint;
            if (constraint->kind != REGION_CHOICE)
                continue;
            size_t bytes = zone_words(&walk->space.shape, constraint->i) * sizeof *constraint->mask;
            uint64_t *mask = arena_alloc(arena, bytes);
            if (!mask)
                return false;
            memcpy(mask, constraint->mask, bytes);
            copies[k].mask = mask;
        }
        if (!copies)
            return false;
    }
    return to->pieces != NULL;
}
