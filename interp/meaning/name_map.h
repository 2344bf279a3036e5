/*
 * A small table from interned names to numbers, for finding what stands twice in linear time. Must not know
 * what the names are names of.
 */
#ifndef PROVISO_INTERP_MEANING_NAME_MAP_H
#define PROVISO_INTERP_MEANING_NAME_MAP_H

#include "grammar/base/table.h"

#define NAME_MAP_NOTHING UINT32_MAX

/* Open addressing, a power of two; in arena memory. All zero but `arena` is an empty map. */
struct name_map {
    struct arena *arena;
    const struct name **keys;
    uint32_t *values;
    size_t capacity, count;
};

/* The number of a name, or NAME_MAP_NOTHING. */
uint32_t name_map_find(const struct name_map *map, const struct name *name);
/*
 * Keeps the number where the name is new, and gives NAME_MAP_NOTHING; else gives the number that is there
 * and leaves it. Where memory fails the arena remembers it and the name counts as new.
 */
uint32_t name_map_put(struct name_map *map, const struct name *name, uint32_t value);

#endif
