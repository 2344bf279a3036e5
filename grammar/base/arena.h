/*
 * Memory by lifetime: an arena hands out zeroed blocks and is freed whole. Growing arrays live in it too; what
 * they outgrow stays until the arena goes, at most as much again. A failure is remembered, so that a builder of
 * many nodes may look once at the end. Must not know what is built in it.
 */
#ifndef PROVISO_GRAMMAR_BASE_ARENA_H
#define PROVISO_GRAMMAR_BASE_ARENA_H

#include "grammar/base/alloc.h"

#include <stdbool.h>
#include <stdint.h>

struct arena_chunk;

/* An arena over `alloc`. `failed` is set by the first allocation that could not be had and stays set. */
struct arena {
    const struct pv_alloc *alloc;
    struct arena_chunk *chunks;
    size_t bytes; /* all bytes held from the allocator */
    bool failed;
};

/* Makes an empty arena; holds no memory until the first arena_alloc. */
void arena_init(struct arena *arena, const struct pv_alloc *alloc);

/* A zeroed block of `size` bytes, aligned to 16; NULL on failure (and arena->failed is set). A size of 0 gives a block. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc for `count` elements of `size` bytes, with the product checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of `length` bytes with a NUL behind them; NULL on failure. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length);

/*
 * Room for one more element in a growing array: gives `array` itself while count < *capacity, else a copy of it
 * with twice the room. NULL on failure, the old array untouched. Use through ARENA_PUSH.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t element);

/*
 * Appends VALUE to the array PTR of COUNT elements and CAPACITY (a size_t); true, or false on failure.
 * The array is of arena memory or NULL.
 */
#define ARENA_PUSH(ARENA, PTR, COUNT, CAPACITY, VALUE)                              \
    (arena_push_slot((ARENA), (void **)&(PTR), (COUNT), &(CAPACITY), sizeof *(PTR)) \
         ? ((PTR)[(COUNT)++] = (VALUE), true)                                       \
         : false)
bool arena_push_slot(struct arena *arena, void **array, size_t count, size_t *capacity, size_t element);

/* Forgets all blocks but keeps the largest chunk for reuse; clears `failed`. */
void arena_reset(struct arena *arena);

/* Gives all memory back; the arena is as after arena_init. */
void arena_free(struct arena *arena);

#endif
