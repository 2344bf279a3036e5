/*
 * The one door to memory. Every allocation of the library goes through a `struct pv_alloc`, so that a
 * caller can bring its own heap and a test can make the n-th allocation fail. Must not know what the memory is for.
 */
#ifndef PROVISO_GRAMMAR_BASE_ALLOC_H
#define PROVISO_GRAMMAR_BASE_ALLOC_H

#include <stddef.h>

/*
 * An allocator. `resize` behaves as realloc with the old size told: a NULL block allocates, a new size of 0
 * frees and returns NULL, and NULL for a new size above 0 is a failure that leaves the old block as it was.
 * Blocks are aligned for any type. The struct is owned by the caller and outlives all that was made with it.
 */
struct pv_alloc {
    void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
    void *context;
};

/* The allocator of the C library's heap; lives for ever. */
const struct pv_alloc *pv_alloc_default(void);

#endif
