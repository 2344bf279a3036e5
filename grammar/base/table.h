/*
 * Interned names: each spelling once, so that names compare by pointer. Must not know what a name stands for.
 */
#ifndef PROVISO_GRAMMAR_BASE_TABLE_H
#define PROVISO_GRAMMAR_BASE_TABLE_H

#include "grammar/base/arena.h"
#include "grammar/base/text.h"

/* One spelling. Equal names are the same pointer. `text` is NUL-terminated. `id` is dense from 0 in order of first use. */
struct name {
    struct text text;
    uint32_t hash;
    uint32_t id;
};

/* All the spellings of a policy set; owned by its arena. */
struct names {
    struct arena *arena;
    struct name **slots; /* open addressing, a power of two */
    size_t capacity;
    size_t count;
};

void names_init(struct names *names, struct arena *arena);
/* The name of that spelling, made where it is new; NULL on failure. */
const struct name *names_intern(struct names *names, struct text text);
/* The name of that spelling, or NULL where nobody used it. */
const struct name *names_find(const struct names *names, struct text text);

#endif
