/*
 * The default allocator, the arena over it, and the failing allocator that the other tests lean on: what is
 * handed out is aligned, zeroed and given back, and a failure leaves what was there as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "grammar/base/arena.h"
#include "tests/support/fail_alloc.h"

static void default_resizes_like_realloc(void **state) {
    const struct pv_alloc *heap = pv_alloc_default();
    char *block = heap->resize(heap->context, NULL, 0, 4);
    (void)state;
    assert_non_null(block);
    memcpy(block, "abc", 4);
    block = heap->resize(heap->context, block, 4, 4000);
    assert_non_null(block);
    assert_string_equal(block, "abc");
    assert_null(heap->resize(heap->context, block, 4000, 0));
    assert_null(heap->resize(heap->context, NULL, 0, 0));
    assert_ptr_equal(heap, pv_alloc_default());
}

static void failing_allocator_counts(void **state) {
    struct fail_alloc f;
    void *a, *b;
    (void)state;
    fail_alloc_init(&f, 2);
    a = f.alloc.resize(f.alloc.context, NULL, 0, 10);
    assert_non_null(a);
    assert_null(f.alloc.resize(f.alloc.context, a, 10, 20));
    memset(a, 1, 10); /* still ours after the refusal */
    b = f.alloc.resize(f.alloc.context, a, 10, 30);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    assert_int_equal(((unsigned char *)b)[9], 1);
    assert_int_equal(((unsigned char *)b)[10], 0xa5);
    assert_int_equal(f.live_blocks, 1);
    assert_int_equal(f.live_bytes, 30);
    assert_int_equal(f.requests, 3);
    assert_int_equal(f.failures, 1);
    assert_false(fail_alloc_clean(&f));
    f.alloc.resize(f.alloc.context, b, 29, 0); /* a wrong old size is a mistake, and frees nothing */
    assert_int_equal(f.mistakes, 1);
    assert_int_equal(f.live_blocks, 1);
    f.mistakes = 0;
    f.alloc.resize(f.alloc.context, b, 30, 0);
    assert_true(fail_alloc_clean(&f));
}

static void failing_for_good(void **state) {
    struct fail_alloc f;
    (void)state;
    fail_alloc_init(&f, 1);
    f.fail_after = true;
    assert_null(f.alloc.resize(f.alloc.context, NULL, 0, 1));
    assert_null(f.alloc.resize(f.alloc.context, NULL, 0, 1));
    assert_int_equal(f.failures, 2);
    assert_true(fail_alloc_clean(&f));
}

static void blocks_are_aligned_and_zero(void **state) {
    struct fail_alloc f;
    struct arena arena;
    size_t size, i;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    assert_int_equal(f.requests, 0);
    for (size = 0; size < 700; size += 7) {
        unsigned char *block = arena_alloc(&arena, size);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 16, 0);
        for (i = 0; i < size; i++)
            assert_int_equal(block[i], 0);
        memset(block, 0xff, size);
    }
    assert_int_equal(arena.bytes, f.live_bytes);
    arena_free(&arena);
    assert_int_equal(arena.bytes, 0);
    assert_true(fail_alloc_clean(&f));
}

static void large_blocks_and_copies(void **state) {
    struct fail_alloc f;
    struct arena arena;
    unsigned char *large;
    char *copy;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    large = arena_alloc(&arena, (size_t)3 << 20);
    assert_non_null(large);
    large[((size_t)3 << 20) - 1] = 1;
    copy = arena_copy(&arena, "a\0bc", 4);
    assert_memory_equal(copy, "a\0bc", 5);
    copy = arena_copy(&arena, NULL, 0);
    assert_string_equal(copy, "");
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

static void impossible_sizes_fail(void **state) {
    struct fail_alloc f;
    struct arena arena;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_true(arena.failed);
    arena.failed = false;
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_true(arena.failed);
    arena.failed = false;
    assert_null(arena_copy(&arena, "", SIZE_MAX));
    assert_int_equal(f.requests, 0);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

static void pushing_grows(void **state) {
    struct fail_alloc f;
    struct arena arena;
    uint32_t *numbers = NULL;
    size_t count = 0, capacity = 0;
    uint32_t i;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    for (i = 0; i < 5000; i++)
        assert_true(ARENA_PUSH(&arena, numbers, count, capacity, i * 3));
    assert_int_equal(count, 5000);
    assert_true(capacity >= count);
    for (i = 0; i < 5000; i++)
        assert_int_equal(numbers[i], i * 3);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

/* Whichever request fails, the array keeps what it had and all is given back. */
static void pushing_survives_each_failure(void **state) {
    size_t fail_at, failures = 1;
    (void)state;
    for (fail_at = 1; failures; fail_at++) {
        struct fail_alloc f;
        struct arena arena;
        uint32_t *numbers = NULL, i;
        size_t count = 0, capacity = 0, k;
        fail_alloc_init(&f, fail_at);
        f.fail_after = true;
        arena_init(&arena, &f.alloc);
        for (i = 0; i < 4000; i++) {
            size_t before = count;
            bool pushed = ARENA_PUSH(&arena, numbers, count, capacity, i);
            assert_int_equal(count, before + (pushed ? 1 : 0));
            if (!pushed)
                break;
        }
        failures = f.failures;
        assert_int_equal(arena.failed, failures > 0);
        assert_int_equal(i<4000, failures> 0);
        for (k = 0; k < count; k++)
            assert_int_equal(numbers[k], k);
        arena_free(&arena);
        assert_true(fail_alloc_clean(&f));
    }
    assert_true(fail_at > 3);
}

static void reset_keeps_one_clean_chunk(void **state) {
    struct fail_alloc f;
    struct arena arena;
    unsigned char *block;
    size_t i, requests;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    arena_reset(&arena);
    assert_int_equal(arena.bytes, 0);
    for (i = 0; i < 100; i++)
        memset(arena_alloc(&arena, 1000), 0xee, 1000);
    arena.failed = true;
    arena_reset(&arena);
    assert_false(arena.failed);
    assert_int_equal(f.live_blocks, 1);
    assert_int_equal(arena.bytes, f.live_bytes);
    requests = f.requests;
    block = arena_alloc(&arena, 1000);
    assert_int_equal(f.requests, requests);
    for (i = 0; i < 1000; i++)
        assert_int_equal(block[i], 0);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_resizes_like_realloc),
        cmocka_unit_test(failing_allocator_counts),
        cmocka_unit_test(failing_for_good),
        cmocka_unit_test(blocks_are_aligned_and_zero),
        cmocka_unit_test(large_blocks_and_copies),
        cmocka_unit_test(impossible_sizes_fail),
        cmocka_unit_test(pushing_grows),
        cmocka_unit_test(pushing_survives_each_failure),
        cmocka_unit_test(reset_keeps_one_clean_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
