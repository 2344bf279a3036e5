/*
 * Difference-bound matrices and bit masks: the arithmetic of cells. Must not know what a variable stands for, nor why a
 * cell is split.
 */
#include "interp/analysis/zone.h"

#include <string.h>

#include "grammar/base/banned.h"

size_t zone_bytes(const struct zone_shape *shape) {
    return (size_t)shape->variables * shape->variables * sizeof(int64_t) +
           (size_t)shape->starts[shape->choices] * sizeof(uint64_t);
}

struct zone zone_at(const struct zone_shape *shape, void *block) {
    int64_t *bounds = block;
    size_t entries = (size_t)shape->variables * shape->variables;
    return (struct zone){bounds, (uint64_t *)(void *)(bounds + entries)};
}

void zone_clear(const struct zone_shape *shape, struct zone *zone) {
    uint32_t n = shape->variables;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++)
            zone->bounds[(size_t)i * n + j] = i == j ? 0 : ZONE_LIMIT;
    }
    memset(zone->masks, 0, (size_t)shape->starts[shape->choices] * sizeof *zone->masks);
}

void zone_copy(const struct zone_shape *shape, struct zone *to, const struct zone *from) {
    memcpy(to->bounds, from->bounds, zone_bytes(shape));
}

static bool zone_tighten(const struct zone_shape *shape, struct zone *zone, uint32_t i, uint32_t j,
                         int64_t c) {
    uint32_t n = shape->variables;
    int64_t *m = zone->bounds;
    if (m[(size_t)i * n + j] <= c)
        return true;
    if (m[(size_t)j * n + i] + c < 0)
        return false;
    const int64_t *from_j = m + (size_t)j * n;
    for (uint32_t p = 0; p < n; p++) {
        int64_t *row = m + (size_t)p * n;
        int64_t via = row[i] + c;
        if (via >= row[j])
            continue; /* closed: what does not improve row[j] improves nothing else of the row */
        for (uint32_t q = 0; q < n; q++) {
            int64_t sum = via + from_j[q];
            if (sum < row[q])
                row[q] = sum;
        }
    }
    return true;
}

static int64_t zone_floor(int64_t value, int64_t grain) {
    int64_t rest = value % grain;
    return rest < 0 ? value - rest - grain : value - rest;
}

static int64_t zone_divisor(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int64_t zone_grain(const struct zone_shape *shape, uint32_t i, uint32_t j) {
    if (i == j)
        return 1;
    if (i == 0 || j == 0)
        return shape->grains[i == 0 ? j : i];
    return zone_divisor(shape->grains[i], shape->grains[j]);
}

/* Variables with a grain take multiples of it: bounds go to the next multiple until nothing changes. */
static bool zone_regrain(const struct zone_shape *shape, struct zone *zone) {
    uint32_t n = shape->variables;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < n; i++) {
            for (uint32_t j = 0; j < n; j++) {
                int64_t grain = zone_grain(shape, i, j), bound = zone->bounds[(size_t)i * n + j];
                int64_t tight = grain > 1 ? zone_floor(bound, grain) : bound;
                if (tight == bound)
                    continue;
                changed = true;
                if (!zone_tighten(shape, zone, i, j, tight))
                    return false;
            }
        }
    }
    return true;
}

bool zone_bound(const struct zone_shape *shape, struct zone *zone, uint32_t i, uint32_t j, int64_t c) {
    if (i == j)
        return c >= 0;
    if (c >= ZONE_LIMIT)
        return true;
    if (c <= -ZONE_LIMIT)
        return false;
    if (zone->bounds[(size_t)i * shape->variables + j] <= c)
        return true;
    return zone_tighten(shape, zone, i, j, c) && (!shape->grained || zone_regrain(shape, zone));
}

bool zone_among(const struct zone_shape *shape, struct zone *zone, uint32_t choice, const uint64_t *mask,
                bool without) {
    uint64_t *words = zone->masks + shape->starts[choice], left = 0;
    for (uint32_t i = 0; i < zone_words(shape, choice); i++) {
        words[i] &= without ? ~mask[i] : mask[i];
        left |= words[i];
    }
    return left != 0;
}

bool zone_member(const struct zone_shape *shape, struct zone *zone, uint32_t choice, uint32_t bit,
                 bool without) {
    uint64_t *words = zone->masks + shape->starts[choice], left = 0;
    for (uint32_t i = 0; i < zone_words(shape, choice); i++) {
        uint64_t mask = i == bit / 64 ? UINT64_C(1) << bit % 64 : 0;
        words[i] &= without ? ~mask : mask;
        left |= words[i];
    }
    return left != 0;
}

bool zone_may(const struct zone_shape *shape, const struct zone *zone, uint32_t choice, uint32_t bit) {
    return (zone_mask(shape, zone, choice)[bit / 64] >> bit % 64 & 1) != 0;
}

uint32_t zone_count(const struct zone_shape *shape, const struct zone *zone, uint32_t choice) {
    const uint64_t *words = zone_mask(shape, zone, choice);
    uint32_t count = 0;
    for (uint32_t i = 0; i < zone_words(shape, choice); i++)
        count += (uint32_t)__builtin_popcountll(words[i]);
    return count;
}

uint32_t zone_first(const struct zone_shape *shape, const struct zone *zone, uint32_t choice) {
    const uint64_t *words = zone_mask(shape, zone, choice);
    for (uint32_t i = 0; i < zone_words(shape, choice); i++) {
        if (words[i] != 0)
            return i * 64 + (uint32_t)__builtin_ctzll(words[i]);
    }
    return UINT32_MAX;
}
