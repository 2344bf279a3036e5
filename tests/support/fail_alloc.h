/*
 * An allocator for tests: it knows what is alive, checks the sizes it is told, moves every block that is
 * resized, and fails where a test wants it to. Counters are atomic, since workers may share it. Must not know
 * what is tested.
 */
#ifndef PROVISO_TESTS_SUPPORT_FAIL_ALLOC_H
#define PROVISO_TESTS_SUPPORT_FAIL_ALLOC_H

#include "grammar/base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Hand &f.alloc to what is tested. The struct must not move after fail_alloc_init. */
struct fail_alloc {
    struct pv_alloc alloc;
    size_t fail_at;         /* this request fails, counted from 1; 0: none */
    bool fail_after;        /* the requests behind it fail as well; set it after fail_alloc_init */
    atomic_size_t requests; /* calls that wanted memory, failed ones included */
    atomic_size_t failures; /* those that were refused */
    atomic_size_t live_blocks;
    atomic_size_t live_bytes;
    atomic_size_t mistakes; /* frees and resizes with a wrong old size, or of a block that is none of ours */
};

void fail_alloc_init(struct fail_alloc *f, size_t fail_at);

/* True when nothing is alive and no mistake was made: assert it at the end of a test. */
bool fail_alloc_clean(struct fail_alloc *f);

#endif
