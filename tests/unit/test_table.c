/*
 * Interned names: one pointer a spelling, dense numbers in order of first use, through growth and through
 * every failure of memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "grammar/base/table.h"
#include "tests/support/fail_alloc.h"

static void one_pointer_a_spelling(void **state) {
    struct fail_alloc f;
    struct arena arena;
    struct names names;
    char bytes[] = "expiry";
    const struct name *a, *b;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    names_init(&names, &arena);
    assert_null(names_find(&names, text_of("expiry")));
    a = names_intern(&names, text_of(bytes));
    bytes[0] = 'X'; /* the name has its own copy */
    b = names_intern(&names, text_of("expiry"));
    assert_non_null(a);
    assert_ptr_equal(a, b);
    assert_string_equal(a->text.bytes, "expiry");
    assert_int_equal(a->text.length, 6);
    assert_ptr_equal(names_find(&names, text_of("expiry")), a);
    assert_null(names_find(&names, text_of("expir")));
    assert_null(names_find(&names, text_of("Expiry")));
    b = names_intern(&names, text_of("Expiry"));
    assert_ptr_not_equal(a, b);
    assert_int_equal(a->id, 0);
    assert_int_equal(b->id, 1);
    assert_int_equal(names.count, 2);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

static void empty_and_odd_spellings(void **state) {
    struct fail_alloc f;
    struct arena arena;
    struct names names;
    struct text nothing = {NULL, 0}, nul = {"a\0b", 3};
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    names_init(&names, &arena);
    assert_ptr_equal(names_intern(&names, nothing), names_intern(&names, text_of("")));
    assert_ptr_not_equal(names_intern(&names, nul), names_intern(&names, text_of("a")));
    assert_int_equal(names.count, 3);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

static void many_names(void **state) {
    struct fail_alloc f;
    struct arena arena;
    struct names names;
    char word[32];
    unsigned round, i;
    (void)state;
    fail_alloc_init(&f, 0);
    arena_init(&arena, &f.alloc);
    names_init(&names, &arena);
    for (round = 0; round < 2; round++)
        for (i = 0; i < 3000; i++) {
            const struct name *name;
            snprintf(word, sizeof word, "fact_%u", i);
            name = names_intern(&names, text_of(word));
            assert_non_null(name);
            assert_int_equal(name->id, i);
            assert_string_equal(name->text.bytes, word);
        }
    assert_int_equal(names.count, 3000);
    assert_true(names.capacity >= 6000);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

static void each_failure_is_survived(void **state) {
    size_t fail_at, failures = 1;
    (void)state;
    for (fail_at = 1; failures; fail_at++) {
        struct fail_alloc f;
        struct arena arena;
        struct names names;
        char word[32];
        unsigned i, missing = 0;
        fail_alloc_init(&f, fail_at);
        arena_init(&arena, &f.alloc);
        names_init(&names, &arena);
        for (i = 0; i < 300; i++) {
            const struct name *name;
            snprintf(word, sizeof word, "n%u", i);
            name = names_intern(&names, text_of(word));
            if (!name) {
                missing++;
                assert_null(names_find(&names, text_of(word)));
                name = names_intern(&names, text_of(word)); /* only one request fails: now it goes */
            }
            assert_non_null(name);
            assert_ptr_equal(names_find(&names, text_of(word)), name);
            assert_int_equal(name->id, i);
        }
        failures = f.failures;
        assert_int_equal(missing, failures);
        arena_free(&arena);
        assert_true(fail_alloc_clean(&f));
    }
    assert_true(fail_at > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_pointer_a_spelling),
        cmocka_unit_test(empty_and_odd_spellings),
        cmocka_unit_test(many_names),
        cmocka_unit_test(each_failure_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
