/*
 * test_value.c: equality of tagged values, and the algebra of sets of reasons.  Unions are held against a
 * slow model over all pairs of subsets of a handful of reasons; equality against a table of values of every
 * tag, of which no two are equal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "interp/values/value.h"
#include "tests/support/fail_alloc.h"

enum { REASONS = 6 };

/* In the order that reason_compare says. */
static const struct reason reasons[REASONS] = {
    {REASON_FACT, 0, UINT32_MAX, UINT32_MAX, FAILURE_NONE},
    {REASON_FACT, 2, 0, 1, FAILURE_NONE},
    {REASON_FACT, 2, 1, 0, FAILURE_NONE},
    {REASON_UNDECIDED, 0, UINT32_MAX, UINT32_MAX, FAILURE_NONE},
    {REASON_FAILURE, 4, UINT32_MAX, UINT32_MAX, FAILURE_OVERFLOW},
    {REASON_FAILURE, 4, UINT32_MAX, UINT32_MAX, FAILURE_DATE_RANGE}};

static void reasons_are_ordered(void **state) {
    (void)state;
    for (int i = 0; i < REASONS; i++) {
        for (int j = 0; j < REASONS; j++)
            assert_int_equal(reason_compare(&reasons[i], &reasons[j]), (i > j) - (i < j));
    }
}

/* The set of the reasons whose bit is set, built one by one from the last to the first. */
static const struct reasons *subset(struct arena *arena, unsigned bits) {
    const struct reasons *set = NULL;
    for (int i = REASONS; i-- > 0;) {
        if (bits >> i & 1) {
            const struct reasons *one = reasons_one(arena, reasons[i]);
            assert_non_null(one);
            set = reasons_union(arena, set, one);
            assert_non_null(set);
        }
    }
    return set;
}

static void assert_subset(const struct reasons *set, unsigned bits) {
    uint32_t n = 0;
    for (int i = 0; i < REASONS; i++) {
        if (bits >> i & 1) {
            assert_true(n < set->count);
            assert_int_equal(reason_compare(&set->items[n++], &reasons[i]), 0);
        }
    }
    assert_int_equal(set ? set->count : 0, n);
}

static void unions_are_unions(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, pv_alloc_default());
    for (unsigned a = 0; a < 1u << REASONS; a++) {
        for (unsigned b = 0; b < 1u << REASONS; b++) {
            const struct reasons *x = subset(&arena, a), *y = subset(&arena, b),
                                 *both = reasons_union(&arena, x, y);
            assert_subset(both, a | b);
            if ((a | b) == a)
                assert_ptr_equal(both, x ? x : y);
            assert_int_equal(reasons_need_facts(both), ((a | b) & 7) != 0);
        }
        arena_reset(&arena);
    }
    assert_null(reasons_union(&arena, NULL, NULL));
    assert_false(reasons_need_facts(NULL));
    arena_free(&arena);
}

static void unions_fail_with_the_memory(void **state) {
    (void)state;
    struct fail_alloc f;
    struct arena arena;
    fail_alloc_init(&f, 1);
    f.fail_after = true;
    arena_init(&arena, &f.alloc);
    struct arena plenty;
    arena_init(&plenty, pv_alloc_default());
    const struct reasons *a = reasons_one(&plenty, reasons[0]), *b = reasons_one(&plenty, reasons[1]);
    assert_null(reasons_one(&arena, reasons[0]));
    assert_true(arena.failed);
    assert_null(reasons_union(&arena, a, b));
    assert_ptr_equal(reasons_union(&arena, a, a), a);
    arena_free(&arena);
    arena_free(&plenty);
    assert_true(fail_alloc_clean(&f));
}

static void values_are_equal_only_to_themselves(void **state) {
    (void)state;
    static const struct frac half = {1, 2}, third = {1, 3};
    static const struct text gold = {"gold", 4}, golden = {"golden", 6};
    struct arena arena;
    arena_init(&arena, pv_alloc_default());
    struct member_set *one = arena_alloc(&arena, sizeof *one + 8),
                      *two = arena_alloc(&arena, sizeof *two + 8);
    assert_non_null(one);
    assert_non_null(two);
    one->word_count = two->word_count = 1;
    one->words[0] = 1;
    two->words[0] = 3;
    const struct value fields[] = {{VALUE_DATE, {.day = 7}}, {VALUE_NONE, {0}}};
    const struct value others[] = {{VALUE_DATE, {.day = 7}}, {VALUE_DATE, {.day = 8}}};
    const struct value_list empty = {0, 2, NULL}, list = {1, 2, fields}, other = {1, 2, others};
    const struct value values[] = {
        {VALUE_NONE, {0}},
        {VALUE_YES_NO, {.number = 0}},
        {VALUE_YES_NO, {.number = 1}},
        {VALUE_DATE, {.day = 0}},
        {VALUE_DATE, {.day = -1}},
        {VALUE_PERIOD, {.period = {1, 5}}},
        {VALUE_PERIOD, {.period = {1, 6}}},
        {VALUE_PERIOD, {.period = {2, 5}}},
        {VALUE_NUMBER, {.number = 0}},
        {VALUE_NUMBER, {.number = NUM_LIMIT}},
        {VALUE_FRACTION, {.fraction = &half}},
        {VALUE_FRACTION, {.fraction = &third}},
        {VALUE_TEXT, {.text = &gold}},
        {VALUE_TEXT, {.text = &golden}},
        {VALUE_MEMBER, {.number = 0}},
        {VALUE_MEMBER, {.number = 1}},
        {VALUE_SET, {.set = one}},
        {VALUE_SET, {.set = two}},
        {VALUE_LIST, {.list = &empty}},
        {VALUE_LIST, {.list = &list}},
        {VALUE_LIST, {.list = &other}},
    };
    const size_t count = sizeof values / sizeof *values;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++)
            assert_int_equal(value_equal(values[i], values[j]), i == j);
    }
    const struct value open = {VALUE_OPEN, {0}};
    assert_false(value_equal(open, open));
    arena_free(&arena);
}

static void failures_have_words(void **state) {
    (void)state;
    for (int i = FAILURE_NONE; i <= FAILURE_OUT_OF_RANGE; i++) {
        assert_non_null(failure_words((enum failure)i));
        for (int j = FAILURE_NONE; j < i; j++)
            assert_string_not_equal(failure_words((enum failure)i), failure_words((enum failure)j));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_are_ordered),         cmocka_unit_test(unions_are_unions),
        cmocka_unit_test(unions_fail_with_the_memory), cmocka_unit_test(values_are_equal_only_to_themselves),
        cmocka_unit_test(failures_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
