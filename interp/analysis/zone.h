/*
 * A cell of the space of cases: bounds on the differences of numeric variables, closed under their sums, and for each choice
 * (enumeration, yes/no, "is none") the bits it may still have. Variable 0 is the constant zero. Source of the closure:
 * shortest paths in a difference-bound matrix, kept closed by one relaxation a new bound. Must not know what a variable stands for.
 */
#ifndef PROVISO_INTERP_ANALYSIS_ZONE_H
#define PROVISO_INTERP_ANALYSIS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No bound is larger: sums of three of them stay inside 64 bits. */
#define ZONE_LIMIT ((int64_t)2000000000000000000)

/* How many of what every zone of a question has. `starts` has choices + 1 places: where a choice's words begin. */
struct zone_shape {
    uint32_t variables; /* zero included */
    uint32_t choices;
    const uint32_t *starts;
    const int64_t *grains; /* by variable: it takes multiples of this only; 1 for most */
    bool grained;          /* some grain is above 1 */
};

/* `bounds[i * variables + j]` is the largest x_i - x_j; `masks` the words of the choices. Both in one block of zone_bytes. */
struct zone {
    int64_t *bounds;
    uint64_t *masks;
};

size_t zone_bytes(const struct zone_shape *shape);
/* Lays a zone over a block of zone_bytes. */
struct zone zone_at(const struct zone_shape *shape, void *block);
/* Everything: all differences unbounded, all choices empty. The caller sets both. */
void zone_clear(const struct zone_shape *shape, struct zone *zone);
void zone_copy(const struct zone_shape *shape, struct zone *to, const struct zone *from);
/* Adds x_i - x_j <= c to a closed zone and closes it again; false where nothing is left. */
bool zone_bound(const struct zone_shape *shape, struct zone *zone, uint32_t i, uint32_t j, int64_t c);
/* Leaves only the bits of `mask` (without: only the others); false where none is left. */
bool zone_among(const struct zone_shape *shape, struct zone *zone, uint32_t choice, const uint64_t *mask,
                bool without);
bool zone_member(const struct zone_shape *shape, struct zone *zone, uint32_t choice, uint32_t bit,
                 bool without);

static inline int64_t zone_high(const struct zone_shape *shape, const struct zone *zone, uint32_t i) {
    return zone->bounds[(size_t)i * shape->variables];
}
static inline int64_t zone_low(const struct zone_shape *shape, const struct zone *zone, uint32_t i) {
    (void)shape;
    return -zone->bounds[i];
}
/* The largest x_i - x_j. */
static inline int64_t zone_most(const struct zone_shape *shape, const struct zone *zone, uint32_t i,
                                uint32_t j) {
    return zone->bounds[(size_t)i * shape->variables + j];
}
static inline const uint64_t *zone_mask(const struct zone_shape *shape, const struct zone *zone,
                                        uint32_t choice) {
    return zone->masks + shape->starts[choice];
}
static inline uint32_t zone_words(const struct zone_shape *shape, uint32_t choice) {
    return shape->starts[choice + 1] - shape->starts[choice];
}
bool zone_may(const struct zone_shape *shape, const struct zone *zone, uint32_t choice, uint32_t bit);
/* How many bits a choice still has. */
uint32_t zone_count(const struct zone_shape *shape, const struct zone *zone, uint32_t choice);
/* The lowest bit it still has; UINT32_MAX where none. */
uint32_t zone_first(const struct zone_shape *shape, const struct zone *zone, uint32_t choice);

#endif
