/*
 * See zones.h. Closed cells have a smallest cell around two of them: the larger of each bound, all bits of both. It is their union
 * exactly where what it has outside of the one is in the other. Must not know what a variable stands for.
 */
#include "interp/analysis/zones.h"

#include "grammar/base/banned.h"

/* Differences are taken so many deep; beyond, a cell counts as not covered. */
#define ZONES_DEPTH 400

void zones_init(struct zones *zones, struct arena *arena, const struct zone_shape *shape) {
    *zones = (struct zones){.arena = arena, .shape = *shape};
}

bool zones_room(struct zones *zones, struct zone *zone) {
    if (zones->spare_count > 0) {
        *zone = zones->spare[--zones->spare_count];
        return true;
    }
    void *block = arena_alloc(zones->arena, zone_bytes(&zones->shape));
    if (!block)
        return false;
    *zone = zone_at(&zones->shape, block);
    return true;
}

static void zones_give_up(struct zones *zones, struct zone zone) {
    /* What finds no room among the spare ones goes with the arena. */
    (void)ARENA_PUSH(zones->arena, zones->spare, zones->spare_count, zones->spare_capacity, zone);
}

void zones_remove(struct zones *zones, size_t index) {
    zones_give_up(zones, zones->items[index]);
    zones->count--;
    for (size_t i = index; i < zones->count; i++)
        zones->items[i] = zones->items[i + 1];
}

/* --- two cells --- */

static size_t zone_entries(const struct zone_shape *shape) {
    return (size_t)shape->variables * shape->variables;
}

static bool mask_within(const struct zone_shape *shape, uint32_t choice, const struct zone *a,
                        const struct zone *b) {
    const uint64_t *x = zone_mask(shape, a, choice), *y = zone_mask(shape, b, choice);
    for (uint32_t word = 0; word < zone_words(shape, choice); word++) {
        if ((x[word] & ~y[word]) != 0)
            return false;
    }
    return true;
}

static bool bounds_within(const struct zone_shape *shape, const struct zone *a, const struct zone *b) {
    for (size_t i = 0; i < zone_entries(shape); i++) {
        if (a->bounds[i] > b->bounds[i])
            return false;
    }
    return true;
}

bool zone_within(const struct zone_shape *shape, const struct zone *a, const struct zone *b) {
    for (uint32_t i = 0; i < shape->choices; i++) {
        if (!mask_within(shape, i, a, b))
            return false;
    }
    return bounds_within(shape, a, b);
}

/* Some choice or difference keeps the two apart. */
static bool zone_apart(const struct zone_shape *shape, const struct zone *a, const struct zone *b) {
    uint32_t n = shape->variables;
    for (uint32_t i = 0; i < shape->choices; i++) {
        const uint64_t *x = zone_mask(shape, a, i), *y = zone_mask(shape, b, i);
        uint64_t common = 0, any = 0;
        for (uint32_t word = 0; word < zone_words(shape, i); word++) {
            common |= x[word] & y[word];
            any |= x[word] | y[word];
        }
        if (common == 0 && any != 0)
            return true;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            if (zone_most(shape, a, i, j) + zone_most(shape, b, j, i) < 0)
                return true;
        }
    }
    return false;
}

/* `a` becomes the union where only one choice differs: the bits of both. */
static bool join_masks(const struct zone_shape *shape, struct zone *a, const struct zone *b) {
    uint32_t differs = UINT32_MAX;
    for (uint32_t i = 0; i < shape->choices; i++) {
        if (mask_within(shape, i, a, b) && mask_within(shape, i, b, a))
            continue;
        if (differs != UINT32_MAX)
            return false;
        differs = i;
    }
    if (differs == UINT32_MAX || !bounds_within(shape, a, b) || !bounds_within(shape, b, a))
        return false;
    for (uint32_t word = shape->starts[differs]; word < shape->starts[differs + 1]; word++)
        a->masks[word] |= b->masks[word];
    return true;
}

/* `a` becomes the union where all choices agree and no point between the two belongs to neither. */
static bool join_bounds(struct zones *zones, struct zone *a, const struct zone *b, struct zone *around,
                        struct zone *rest) {
    const struct zone_shape *shape = &zones->shape;
    uint32_t n = shape->variables;
    for (uint32_t i = 0; i < shape->choices; i++) {
        if (!mask_within(shape, i, a, b) || !mask_within(shape, i, b, a))
            return false;
    }
    zone_copy(shape, around, a);
    for (size_t i = 0; i < zone_entries(shape); i++) {
        if (b->bounds[i] > around->bounds[i])
            around->bounds[i] = b->bounds[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            int64_t most = zone_most(shape, a, i, j);
            if (most >= zone_most(shape, around, i, j))
                continue;
            zone_copy(shape, rest, around);
            if (zone_bound(shape, rest, j, i, -most - 1) && !bounds_within(shape, rest, b))
                return false;
        }
    }
    zone_copy(shape, a, around);
    return true;
}

/* 1: the first now stands for both; 0: they stay two; -1: memory ran out. */
static int join_two(struct zones *zones, struct zone *a, const struct zone *b) {
    struct zone around, rest;
    if (zone_within(&zones->shape, b, a))
        return 1;
    if (zone_within(&zones->shape, a, b)) {
        zone_copy(&zones->shape, a, b);
        return 1;
    }
    if (join_masks(&zones->shape, a, b))
        return 1;
    if (!zones_room(zones, &around) || !zones_room(zones, &rest))
        return -1;
    int joined = join_bounds(zones, a, b, &around, &rest);
    zones_give_up(zones, around);
    zones_give_up(zones, rest);
    return joined;
}

/* --- the set --- */

/* Joins the last cell with those before it, as long as one can be; at most `near` back. */
static bool join_last(struct zones *zones, size_t near) {
    for (bool again = true; again && zones->count > 1;) {
        size_t last = zones->count - 1;
        again = false;
        for (size_t back = 1; back <= near && back <= last && !again; back++) {
            struct zone *other = &zones->items[last - back];
            int joined = join_two(zones, &zones->items[last], other);
            if (joined < 0)
                return false;
            again = joined > 0;
            if (again)
                zones_remove(zones, last - back);
        }
    }
    return true;
}

bool zones_add(struct zones *zones, const struct zone *zone, size_t near) {
    struct zone copy;
    for (size_t back = 1; back <= near && back <= zones->count; back++) {
        if (zone_within(&zones->shape, zone, &zones->items[zones->count - back]))
            return true;
    }
    if (!zones_room(zones, &copy))
        return false;
    zone_copy(&zones->shape, &copy, zone);
    return ARENA_PUSH(zones->arena, zones->items, zones->count, zones->capacity, copy) &&
           join_last(zones, near);
}

bool zones_join(struct zones *zones) {
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < zones->count; i++) {
            for (size_t k = i + 1; k < zones->count;) {
                int joined = join_two(zones, &zones->items[i], &zones->items[k]);
                if (joined < 0)
                    return false;
                again = again || joined > 0;
                if (joined > 0)
                    zones_remove(zones, k);
                else
                    k++;
            }
        }
    }
    return true;
}

/* --- covering --- */

struct covering {
    struct zones *zones;
    const struct zones *more;
    size_t but;
};

static const struct zone *covering_piece(const struct covering *c, size_t index) {
    if (index < c->zones->count)
        return &c->zones->items[index];
    index -= c->zones->count;
    return c->more && index < c->more->count ? &c->more->items[index] : NULL;
}

static bool covering_zone(struct zones *zones, size_t depth, struct zone *zone) {
    struct zone made;
    while (zones->stack_count <= depth) {
        if (!zones_room(zones, &made) ||
            !ARENA_PUSH(zones->arena, zones->stack, zones->stack_count, zones->stack_capacity, made))
            return false;
    }
    *zone = zones->stack[depth];
    return true;
}

static bool is_covered(struct covering *c, size_t from, const struct zone *zone, size_t depth);

/* Takes the piece out of the cell part by part; each part has to be covered by the pieces behind it. */
static bool without_piece(struct covering *c, size_t index, struct zone *cell, struct zone *part,
                          size_t depth) {
    const struct zone_shape *shape = &c->zones->shape;
    const struct zone *piece = covering_piece(c, index);
    uint32_t n = shape->variables;
    for (uint32_t i = 0; i < shape->choices; i++) {
        if (mask_within(shape, i, cell, piece))
            continue;
        zone_copy(shape, part, cell);
        if (zone_among(shape, part, i, zone_mask(shape, piece, i), true) &&
            !is_covered(c, index + 1, part, depth + 1))
            return false;
        (void)zone_among(shape, cell, i, zone_mask(shape, piece, i), false);
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            int64_t most = zone_most(shape, piece, i, j);
            if (zone_most(shape, cell, i, j) <= most)
                continue;
            zone_copy(shape, part, cell);
            if (zone_bound(shape, part, j, i, -most - 1) && !is_covered(c, index + 1, part, depth + 1))
                return false;
            if (!zone_bound(shape, cell, i, j, most))
                return true; /* nothing is left that the parts did not have */
        }
    }
    return true;
}

static bool is_covered(struct covering *c, size_t from, const struct zone *zone, size_t depth) {
    const struct zone *piece;
    struct zone cell, part;
    if (c->zones->effort == 0 || depth >= ZONES_DEPTH)
        return false;
    c->zones->effort--;
    for (size_t i = from; (piece = covering_piece(c, i)) != NULL; i++) {
        if (i != c->but && zone_within(&c->zones->shape, zone, piece))
            return true;
    }
    for (; (piece = covering_piece(c, from)) != NULL; from++) {
        if (from != c->but && !zone_apart(&c->zones->shape, zone, piece))
            break;
    }
    if (!covering_zone(c->zones, 2 * depth, &cell) || !covering_zone(c->zones, 2 * depth + 1, &part))
        return false;
    zone_copy(&c->zones->shape, &cell, zone);
    if (!piece)
        return c->zones->settle && !c->zones->settle(c->zones->context, &cell);
    return without_piece(c, from, &cell, &part, depth);
}

bool zones_cover(struct zones *zones, size_t but, const struct zones *more, const struct zone *zone) {
    struct covering covering = {zones, more, but};
    return is_covered(&covering, 0, zone, 0);
}
