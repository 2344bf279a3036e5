/*
 * Zones beside all the points they stand for: what is left after random bounds, how far every difference goes, and what a choice may
 * still be. Must not know what a variable is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "interp/analysis/zone.h"
#include "tests/support/random.h"

enum { VARIABLES = 4, SIDE = 4, WIDTH = 2 * SIDE + 1, POINTS = WIDTH * WIDTH * WIDTH };

/* The point of that number: variable 0 is zero. */
static void point_of(int number, int64_t *point) {
    point[0] = 0;
    for (int i = 1; i < VARIABLES; i++) {
        point[i] = number % WIDTH - SIDE;
        number /= WIDTH;
    }
}

/* The largest x_i - x_j of the points that are left; false where none is. */
static bool furthest(const bool *left, int i, int j, int64_t *most) {
    int64_t point[VARIABLES];
    bool any = false;
    for (int n = 0; n < POINTS; n++) {
        if (!left[n])
            continue;
        point_of(n, point);
        *most = !any || point[i] - point[j] > *most ? point[i] - point[j] : *most;
        any = true;
    }
    return any;
}

static void keep(bool *left, uint32_t i, uint32_t j, int64_t c) {
    int64_t point[VARIABLES];
    for (int n = 0; n < POINTS; n++) {
        point_of(n, point);
        left[n] = left[n] && point[i] - point[j] <= c;
    }
}

/* `exact`: each bound is as tight as the points are. */
static void compare(const struct zone_shape *shape, const struct zone *zone, const bool *left, bool exact) {
    for (uint32_t i = 0; i < VARIABLES; i++) {
        for (uint32_t j = 0; j < VARIABLES; j++) {
            int64_t most = 0;
            assert_true(furthest(left, (int)i, (int)j, &most));
            if (exact)
                assert_int_equal(zone_most(shape, zone, i, j), most);
            else
                assert_true(zone_most(shape, zone, i, j) >= most);
        }
    }
}

static void one_zone(uint64_t *state, const int64_t *grains) {
    static const uint32_t starts[] = {0};
    int64_t block[VARIABLES * VARIABLES];
    bool left[POINTS], grained = grains[1] > 1;
    struct zone_shape shape = {VARIABLES, 0, starts, grains, grained};
    assert_int_equal(zone_bytes(&shape), sizeof block);
    struct zone zone = zone_at(&shape, block);
    zone_clear(&shape, &zone);
    for (int n = 0; n < POINTS; n++) {
        int64_t point[VARIABLES];
        point_of(n, point);
        left[n] = point[1] % grains[1] == 0;
    }
    for (uint32_t i = 1; i < VARIABLES; i++) {
        assert_true(zone_bound(&shape, &zone, i, 0, SIDE));
        assert_true(zone_bound(&shape, &zone, 0, i, SIDE));
    }
    for (int step = 0; step < 8; step++) {
        uint32_t i = (uint32_t)random_between(state, 0, VARIABLES - 1),
                 j = (uint32_t)random_between(state, 0, VARIABLES - 2);
        int64_t c = random_between(state, -SIDE, SIDE), most = 0;
        j += j >= i;
        bool some = zone_bound(&shape, &zone, i, j, c);
        keep(left, i, j, c);
        bool there = furthest(left, 0, 0, &most);
        if (!grained)
            assert_int_equal(some, there);
        assert_true(some || !there);
        if (!some || !there)
            return;
        compare(&shape, &zone, left, !grained);
    }
}

static void bounds_are_closed(void **state) {
    static const int64_t ones[VARIABLES] = {1, 1, 1, 1}, twos[VARIABLES] = {1, 2, 1, 1};
    uint64_t seed = 20200229;
    (void)state;
    for (int i = 0; i < 400; i++) {
        one_zone(&seed, ones);
        one_zone(&seed, twos);
    }
}

static void grains_are_whole(void **state) {
    static const uint32_t starts[] = {0};
    static const int64_t grains[2] = {1, 10};
    int64_t block[4];
    struct zone_shape shape = {2, 0, starts, grains, true};
    struct zone zone = zone_at(&shape, block);
    (void)state;
    zone_clear(&shape, &zone);
    assert_true(zone_bound(&shape, &zone, 1, 0, 39));
    assert_true(zone_bound(&shape, &zone, 0, 1, -11));
    assert_int_equal(zone_high(&shape, &zone, 1), 30);
    assert_int_equal(zone_low(&shape, &zone, 1), 20);
    assert_true(zone_bound(&shape, &zone, 1, 0, 29));
    assert_int_equal(zone_high(&shape, &zone, 1), 20);
    assert_false(zone_bound(&shape, &zone, 1, 0, 19));
}

static void choices_lose_bits(void **state) {
    static const uint32_t starts[] = {0, 2, 3};
    static const int64_t grains[1] = {1};
    uint64_t block[1 + 3];
    const uint64_t wide[2] = {5, 1};
    struct zone_shape shape = {1, 2, starts, grains, false};
    assert_int_equal(zone_bytes(&shape), sizeof block);
    struct zone zone = zone_at(&shape, block);
    (void)state;
    zone_clear(&shape, &zone);
    zone.masks[0] = 7;
    zone.masks[1] = 3;
    zone.masks[2] = 2;
    assert_int_equal(zone_count(&shape, &zone, 0), 5);
    assert_int_equal(zone_first(&shape, &zone, 1), 1);
    assert_true(zone_may(&shape, &zone, 0, 65));
    assert_true(zone_among(&shape, &zone, 0, wide, false));
    assert_int_equal(zone_count(&shape, &zone, 0), 3);
    assert_false(zone_may(&shape, &zone, 0, 65));
    assert_true(zone_member(&shape, &zone, 0, 64, true));
    assert_true(zone_member(&shape, &zone, 0, 2, false));
    assert_int_equal(zone_count(&shape, &zone, 0), 1);
    assert_int_equal(zone_first(&shape, &zone, 0), 2);
    assert_false(zone_member(&shape, &zone, 0, 2, true));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_closed),
        cmocka_unit_test(grains_are_whole),
        cmocka_unit_test(choices_lose_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
