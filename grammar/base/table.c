/*
 * A hash table of spellings: FNV-1a, open addressing, at most half full. Names are never removed.
 */
#include "grammar/base/table.h"

#include <string.h>

static uint32_t names_hash(struct text text) {
    uint32_t hash = 2166136261u;
    size_t i;
    for (i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return hash;
}

void names_init(struct names *names, struct arena *arena) {
    memset(names, 0, sizeof *names);
    names->arena = arena;
}

static size_t names_slot(const struct names *names, struct text text, uint32_t hash) {
    size_t i = hash & (names->capacity - 1);
    while (names->slots[i] && !(names->slots[i]->hash == hash && text_equal(names->slots[i]->text, text)))
        i = (i + 1) & (names->capacity - 1);
    return i;
}

const struct name *names_find(const struct names *names, struct text text) {
    return names->capacity ? names->slots[names_slot(names, text, names_hash(text))] : NULL;
}

static bool names_grow(struct names *names) {
    struct names grown = *names;
    size_t i;
    grown.capacity = names->capacity ? names->capacity * 2 : 256;
    grown.slots = arena_array(names->arena, grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (i = 0; i < names->capacity; i++)
        if (names->slots[i])
            grown.slots[names_slot(&grown, names->slots[i]->text, names->slots[i]->hash)] = names->slots[i];
    *names = grown;
    return true;
}

const struct name *names_intern(struct names *names, struct text text) {
    uint32_t hash = names_hash(text);
    struct name *name;
    size_t slot;
    if (names->count * 2 >= names->capacity && !names_grow(names))
        return NULL;
    slot = names_slot(names, text, hash);
    if (names->slots[slot])
        return names->slots[slot];
    name = arena_alloc(names->arena, sizeof *name);
    if (!name)
        return NULL;
    name->text.bytes = arena_copy(names->arena, text.bytes, text.length);
    if (!name->text.bytes)
        return NULL;
    name->text.length = text.length;
    name->hash = hash;
    name->id = (uint32_t)names->count++;
    names->slots[slot] = name;
    return name;
}
