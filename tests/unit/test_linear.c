/*
 * Linear forms: what sums and multiples of random forms are at random values, that equal forms are one, and where they end. Must not
 * know what a variable is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/analysis/linear.h"
#include "tests/support/random.h"

enum { VARIABLES = 5 };

/* A form times its divisor at the values. */
static num_i128 value_of(const struct linear *form, const int64_t *values) {
    num_i128 value = form->constant;
    for (uint32_t i = 0; i < form->count; i++)
        value += form->parts[i].factor * values[form->parts[i].variable];
    return value;
}

static void check_shape(const struct linear *form) {
    num_i128 common = form->divisor;
    assert_true(form->divisor > 0);
    for (uint32_t i = 0; i <= form->count; i++) {
        num_i128 a = i < form->count ? form->parts[i].factor : form->constant;
        for (a = a < 0 ? -a : a; a != 0;) {
            num_i128 rest = common % a;
            common = a;
            a = rest;
        }
    }
    assert_true(common == 1);
    for (uint32_t i = 0; i < form->count; i++) {
        assert_true(form->parts[i].factor != 0);
        assert_true(i == 0 || form->parts[i - 1].variable < form->parts[i].variable);
    }
}

static const struct linear *some_form(struct linears *linears, uint64_t *state) {
    const struct linear *form =
        linear_constant(linears, random_between(state, -20, 20), random_between(state, 1, 6));
    for (int64_t i = random_between(state, 0, 4); i > 0; i--) {
        const struct linear *part =
            linear_variable(linears, (uint32_t)random_between(state, 0, VARIABLES - 1),
                            random_between(state, -9, 9), random_between(state, 1, 6));
        form = linear_sum(linears, form, part, random_next(state) % 2 == 0);
    }
    assert_non_null(form);
    return form;
}

static void sums_and_multiples(void **state) {
    struct arena arena;
    struct linears linears;
    uint64_t seed = 20200229;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    assert_true(linears_init(&linears, &arena));
    for (int i = 0; i < 3000; i++) {
        int64_t values[VARIABLES];
        const struct linear *a = some_form(&linears, &seed), *b = some_form(&linears, &seed);
        bool minus = i % 2 == 0;
        const struct linear *sum = linear_sum(&linears, a, b, minus);
        int64_t numerator = random_between(&seed, -7, 7), divisor = random_between(&seed, 1, 7);
        const struct linear *times = linear_times(&linears, a, numerator, divisor);
        for (int k = 0; k < VARIABLES; k++)
            values[k] = random_between(&seed, -1000, 1000);
        check_shape(sum);
        check_shape(times);
        num_i128 x = value_of(a, values), y = value_of(b, values), z = value_of(sum, values);
        assert_true(z * a->divisor * b->divisor ==
                    sum->divisor * (x * b->divisor + (minus ? -y : y) * a->divisor));
        assert_true(value_of(times, values) * a->divisor * divisor == x * numerator * times->divisor);
        /* The way there does not matter. */
        assert_ptr_equal(linear_sum(&linears, sum, b, !minus), a);
        assert_ptr_equal(linear_sum(&linears, a, b, false), linear_sum(&linears, b, a, false));
        assert_int_equal(linear_is_constant(linear_sum(&linears, a, a, true)), 1);
    }
    assert_false(linears.failed);
    arena_free(&arena);
}

static void where_forms_end(void **state) {
    struct arena arena;
    struct linears linears;
    const struct linear *form, *large;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    assert_true(linears_init(&linears, &arena));
    form = linear_constant(&linears, 0, 1);
    for (uint32_t i = 0; i < LINEAR_PARTS; i++)
        form = linear_sum(&linears, form, linear_variable(&linears, i, 1, 1), false);
    assert_non_null(form);
    assert_int_equal(form->count, LINEAR_PARTS);
    assert_null(linear_sum(&linears, form, linear_variable(&linears, LINEAR_PARTS, 1, 1), false));
    large = linear_constant(&linears, (num_i128)1 << 99, 1);
    assert_non_null(large);
    assert_null(linear_times(&linears, large, (num_i128)1 << 100, 1));
    assert_null(linear_sum(&linears, NULL, large, false));
    assert_null(linear_times(&linears, NULL, 1, 1));
    assert_false(linears.failed);
    arena_free(&arena);
}

static void floors(void **state) {
    (void)state;
    for (int64_t value = -30; value <= 30; value++) {
        for (int64_t by = 1; by <= 7; by++) {
            int64_t floor = (int64_t)linear_floor(value, by);
            assert_true(floor * by <= value && (floor + 1) * by > value);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_multiples),
        cmocka_unit_test(where_forms_end),
        cmocka_unit_test(floors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
