/*
 * The table from names to numbers. Grows to twice its size when it is three quarters full; what it outgrows
 * stays in the arena. Must not know what the names are names of.
 */
#include "interp/meaning/name_map.h"

#include "grammar/base/banned.h"

#define NAME_MAP_FIRST 16

static size_t name_map_slot(const struct name_map *map, const struct name *name) {
    size_t slot = name->hash & (map->capacity - 1);
    while (map->keys[slot] && map->keys[slot] != name)
        slot = (slot + 1) & (map->capacity - 1);
    return slot;
}

static bool name_map_grow(struct name_map *map) {
    struct name_map larger = {map->arena, NULL, NULL, map->capacity ? 2 * map->capacity : NAME_MAP_FIRST,
                              map->count};
    size_t i;
    larger.keys = arena_array(map->arena, larger.capacity, sizeof *larger.keys);
    larger.values = arena_array(map->arena, larger.capacity, sizeof *larger.values);
    if (!larger.keys || !larger.values)
        return false;
    for (i = 0; i < map->capacity; i++) {
        if (map->keys[i]) {
            size_t slot = name_map_slot(&larger, map->keys[i]);
            larger.keys[slot] = map->keys[i];
            larger.values[slot] = map->values[i];
        }
    }
    *map = larger;
    return true;
}

uint32_t name_map_find(const struct name_map *map, const struct name *name) {
    size_t slot;
    if (map->capacity == 0 || !name)
        return NAME_MAP_NOTHING;
    slot = name_map_slot(map, name);
    return map->keys[slot] ? map->values[slot] : NAME_MAP_NOTHING;
}

uint32_t name_map_put(struct name_map *map, const struct name *name, uint32_t value) {
    size_t slot;
    if (!name || (4 * map->count >= 3 * map->capacity && !name_map_grow(map)))
        return NAME_MAP_NOTHING;
    slot = name_map_slot(map, name);
    if (map->keys[slot])
        return map->values[slot];
    map->keys[slot] = name;
    map->values[slot] = value;
    map->count++;
    return NAME_MAP_NOTHING;
}
