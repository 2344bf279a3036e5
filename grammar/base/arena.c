/*
 * Bump allocation in chunks that double up to a bound. Blocks are zeroed when handed out, so that a reset arena
 * serves clean memory again.
 */
#include "grammar/base/arena.h"

#include <string.h>

/* Blocks are aligned to 16 for 128-bit integers. */
#define ARENA_ALIGN ((size_t)16)
/* A test that wants each block to be an allocation of its own sets both to 16. */
#ifndef ARENA_FIRST
#define ARENA_FIRST ((size_t)4096)
#define ARENA_LARGEST ((size_t)1 << 20)
#endif

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of data */
    size_t used;
    size_t pad; /* keeps data aligned to 16 */
    unsigned char data[];
};

void arena_init(struct arena *arena, const struct pv_alloc *alloc) {
    memset(arena, 0, sizeof *arena);
    arena->alloc = alloc;
}

static struct arena_chunk *arena_add_chunk(struct arena *arena, size_t need) {
    size_t size = arena->chunks ? arena->chunks->size * 2 : ARENA_FIRST;
    struct arena_chunk *chunk;
    if (size > ARENA_LARGEST)
        size = ARENA_LARGEST;
    if (size < need)
        size = need;
    if (size > SIZE_MAX - sizeof *chunk)
        return NULL;
    chunk = arena->alloc->resize(arena->alloc->context, NULL, 0, sizeof *chunk + size);
    if (!chunk)
        return NULL;
    chunk->next = arena->chunks;
    chunk->size = size;
    chunk->used = 0;
    arena->chunks = chunk;
    arena->bytes += sizeof *chunk + size;
    return chunk;
}

void *arena_alloc(struct arena *arena, size_t size) {
    struct arena_chunk *chunk = arena->chunks;
    void *block;
    if (size > SIZE_MAX - 2 * ARENA_ALIGN) {
        arena->failed = true;
        return NULL;
    }
    size = size ? (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1) : ARENA_ALIGN;
    if (!chunk || chunk->size - chunk->used < size)
        chunk = arena_add_chunk(arena, size);
    if (!chunk) {
        arena->failed = true;
        return NULL;
    }
    block = chunk->data + chunk->used;
    chunk->used += size;
    return memset(block, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) {
        arena->failed = true;
        return NULL;
    }
    return arena_alloc(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length) {
    char *copy = length < SIZE_MAX ? arena_alloc(arena, length + 1) : NULL;
    if (copy && length)
        memcpy(copy, bytes, length);
    return copy;
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t element) {
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *grown;
    if (count < *capacity)
        return array;
    grown = wanted > *capacity ? arena_array(arena, wanted, element) : NULL;
    if (!grown)
        return NULL;
    if (count)
        memcpy(grown, array, count * element);
    *capacity = wanted;
    return grown;
}

bool arena_push_slot(struct arena *arena, void **array, size_t count, size_t *capacity, size_t element) {
    void *grown = arena_grow(arena, *array, count, capacity, element);
    if (!grown)
        return false;
    *array = grown;
    return true;
}

static void arena_drop_chunk(struct arena *arena, struct arena_chunk *chunk) {
    size_t size = sizeof *chunk + chunk->size;
    arena->bytes -= size;
    arena->alloc->resize(arena->alloc->context, chunk, size, 0);
}

void arena_reset(struct arena *arena) {
    struct arena_chunk *chunk = arena->chunks, *kept = NULL;
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        if (!kept || chunk->size > kept->size) {
            if (kept)
                arena_drop_chunk(arena, kept);
            kept = chunk;
        } else {
            arena_drop_chunk(arena, chunk);
        }
        chunk = next;
    }
    if (kept) {
        kept->next = NULL;
        kept->used = 0;
    }
    arena->chunks = kept;
    arena->failed = false;
}

void arena_free(struct arena *arena) {
    struct arena_chunk *chunk = arena->chunks;
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        arena_drop_chunk(arena, chunk);
        chunk = next;
    }
    arena_init(arena, arena->alloc);
}
