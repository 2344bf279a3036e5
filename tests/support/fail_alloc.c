/*
 * Each block carries its size and a mark in front of it. New bytes are filled with 0xA5 and old ones with
 * 0xDD, so that code which counts on zeros or holds on to a moved block shows itself. Must not know what is
 * tested.
 */
#include "tests/support/fail_alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAIL_ALLOC_MARK ((uint64_t)0x70726f7669736f21)

/* 32 bytes, so that what follows stays aligned for any type. */
struct fail_block {
    uint64_t mark;
    size_t size;
    uint64_t pad[2];
};

static void *fail_new(struct fail_alloc *f, size_t size) {
    struct fail_block *block = size <= SIZE_MAX - sizeof *block ? malloc(sizeof *block + size) : NULL;
    if (!block) {
        atomic_fetch_add(&f->failures, 1);
        return NULL;
    }
    block->mark = FAIL_ALLOC_MARK;
    block->size = size;
    memset(block + 1, 0xa5, size);
    atomic_fetch_add(&f->live_blocks, 1);
    atomic_fetch_add(&f->live_bytes, size);
    return block + 1;
}

static void fail_drop(struct fail_alloc *f, void *memory) {
    struct fail_block *block = (struct fail_block *)memory - 1;
    size_t size = block->size;
    memset(block, 0xdd, sizeof *block + size);
    free(block);
    atomic_fetch_sub(&f->live_blocks, 1);
    atomic_fetch_sub(&f->live_bytes, size);
}

static void *fail_resize(void *context, void *memory, size_t old_size, size_t new_size) {
    struct fail_alloc *f = context;
    struct fail_block *block = memory ? (struct fail_block *)memory - 1 : NULL;
    size_t request;
    void *moved;
    if (block ? block->mark != FAIL_ALLOC_MARK || block->size != old_size : old_size != 0) {
        atomic_fetch_add(&f->mistakes, 1);
        return NULL;
    }
    if (new_size == 0) {
        if (memory)
            fail_drop(f, memory);
        return NULL;
    }
    request = atomic_fetch_add(&f->requests, 1) + 1;
    if (f->fail_at && (request == f->fail_at || (f->fail_after && request > f->fail_at))) {
        atomic_fetch_add(&f->failures, 1);
        return NULL;
    }
    moved = fail_new(f, new_size);
    if (moved && memory) {
        memcpy(moved, memory, old_size < new_size ? old_size : new_size);
        fail_drop(f, memory);
    }
    return moved;
}

void fail_alloc_init(struct fail_alloc *f, size_t fail_at) {
    f->alloc.resize = fail_resize;
    f->alloc.context = f;
    f->fail_at = fail_at;
    f->fail_after = false;
    atomic_init(&f->requests, 0);
    atomic_init(&f->failures, 0);
    atomic_init(&f->live_blocks, 0);
    atomic_init(&f->live_bytes, 0);
    atomic_init(&f->mistakes, 0);
}

bool fail_alloc_clean(struct fail_alloc *f) {
    return atomic_load(&f->live_blocks) == 0 && atomic_load(&f->live_bytes) == 0 &&
           atomic_load(&f->mistakes) == 0;
}
