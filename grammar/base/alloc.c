/*
 * The default allocator: the C library's heap behind the interface of alloc.h. The only file of the library that
 * calls realloc and free.
 */
#include "grammar/base/alloc.h"

#include <stdlib.h>

static void *heap_resize(void *context, void *block, size_t old_size, size_t new_size) {
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

const struct pv_alloc *pv_alloc_default(void) {
    static const struct pv_alloc heap = {heap_resize, NULL};
    return &heap;
}
