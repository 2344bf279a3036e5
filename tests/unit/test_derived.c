/*
 * Functions of dates and numbers in a zone beside what they are computed to be: inverses, bounds that leave out no case, and exactness
 * that says what it means. Must not know rules or decisions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "interp/analysis/derived.h"
#include "interp/analysis/walk.h"
#include "tests/support/policies.h"
#include "tests/support/random.h"

/* --- inverses --- */

static void check_inverse(const struct variable *v, int64_t x, num_i128 limit) {
    num_i128 most, divisor;
    bool strict;
    int64_t value;
    derived_inverse(v, limit, &most, &divisor, &strict);
    if (!derived_value(v, x, 0, &value))
        return;
    num_i128 left = (num_i128)x * divisor, right = most * (v->first ? v->first->divisor : 1);
    assert_int_equal(value <= limit, strict ? left < right : left <= right);
}

static void inverses_of_days(void **state) {
    static const enum derivation kinds[] = {DERIVED_MONTHS, DERIVED_START_OF_MONTH, DERIVED_END_OF_MONTH,
                                            DERIVED_YEAR};
    uint64_t seed = 20200229;
    (void)state;
    for (int i = 0; i < 200; i++) {
        struct variable v = {.derivation = kinds[i % 4], .amount = random_between(&seed, -30, 30)};
        v.rounding = i % 8 < 4 ? CAL_ROUND_BACK : CAL_ROUND_FORWARD;
        assert_true(derived_grows(&v));
        for (int k = 0; k < 20; k++) {
            int64_t x = random_between(&seed, 18200, 18600), value;
            assert_true(derived_value(&v, x, 0, &value));
            check_inverse(&v, x, value - 1);
            check_inverse(&v, x, value);
            check_inverse(&v, x + 1, value);
            check_inverse(&v, x, random_between(&seed, 18000, 18800));
        }
        check_inverse(&v, CAL_MIN + 2000, CAL_MIN - 1);
        check_inverse(&v, CAL_MAX - 2000, CAL_MAX + 1);
    }
}

static void inverses_of_rounding(void **state) {
    static const enum frac_rounding modes[] = {FRAC_HALF_AWAY_FROM_ZERO, FRAC_TOWARD_ZERO,
                                               FRAC_AWAY_FROM_ZERO};
    struct arena arena;
    struct linears linears;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    assert_true(linears_init(&linears, &arena));
    for (int mode = 0; mode < 3; mode++) {
        for (int decimals = 0; decimals < 2; decimals++) {
            for (int64_t divisor = 1; divisor <= 7; divisor++) {
                struct variable v = {.derivation = DERIVED_ROUND, .amount = decimals};
                v.rounding = modes[mode];
                v.first = linear_variable(&linears, 2, 1, divisor);
                for (int64_t x = -30; x <= 30; x++) {
                    for (num_i128 limit = -40; limit <= 40; limit++)
                        check_inverse(&v, x, limit);
                }
            }
        }
    }
    arena_free(&arena);
}

/* --- bounds --- */

/* A space with a date and a number beside today, and one derived variable of them in its zones. */
struct derived_space {
    struct policy policy;
    struct walk walk;
    struct zone zone;
    uint32_t date, number, derived;
};

static void space_with(struct derived_space *s, const struct variable *wanted, bool of_number) {
    struct space *space = &s->walk.space;
    struct variable v = *wanted;
    policy_open(&s->policy,
                "fact begins: date 2020-01-20 through 2020-04-10\nfact steps: number -3 through 3\n", NULL);
    assert_true(walk_init(&s->walk, &s->policy.arena, s->policy.program, NULL, 1000));
    s->date = space->places[0].variable;
    s->number = space->places[1].variable;
    v.zone = 0;
    v.fact = UINT32_MAX;
    v.unit = 1;
    v.low = -4000000;
    v.high = 4000000;
    v.first = linear_variable(&space->linears, of_number ? s->number : s->date, 1, 1);
    switch (v.derivation) {
    case DERIVED_MOVED:
        v.second = linear_variable(&space->linears, s->number, 1, 1);
        break;
    case DERIVED_PRODUCT:
        v.second = linear_variable(&space->linears, s->number, 3, 1);
        break;
    case DERIVED_ANNIVERSARY_IN:
        v.second = linear_constant(&space->linears, 2021, 1);
        break;
    case DERIVED_NEXT_ANNIVERSARY:
    case DERIVED_WHOLE_MONTHS:
        v.second = linear_constant(&space->linears, 18700, 1);
        break;
    default:
        break;
    }
    s->derived = space_derived(space, &v);
    assert_int_not_equal(s->derived, UINT32_MAX);
    assert_true(space_shape(space));
    s->zone = zone_at(&space->shape, arena_alloc(&s->policy.arena, zone_bytes(&space->shape)));
    assert_true(space_top(space, &s->zone));
}

static void space_free(struct derived_space *s) {
    walk_free(&s->walk);
    policy_free(&s->policy);
}

/* Whether the zone has a case with those values. */
static bool has_case(struct derived_space *s, int64_t day, int64_t count, int64_t value) {
    const struct zone_shape *shape = &s->walk.space.shape;
    const struct variable *variables = s->walk.space.variables;
    const struct {
        uint32_t zone;
        int64_t value;
    } fixed[] = {{variables[s->date].zone, day},
                 {variables[s->number].zone, count},
                 {variables[s->derived].zone, value}};
    struct zone copy = zone_at(shape, arena_alloc(&s->policy.arena, zone_bytes(shape)));
    zone_copy(shape, &copy, &s->zone);
    for (size_t i = 0; i < 3; i++) {
        if (!zone_bound(shape, &copy, fixed[i].zone, 0, fixed[i].value) ||
            !zone_bound(shape, &copy, 0, fixed[i].zone, -fixed[i].value))
            return false;
    }
    return true;
}

static bool value_at(const struct derived_space *s, int64_t day, int64_t count, bool of_number,
                     int64_t *value) {
    const struct variable *v = &s->walk.space.variables[s->derived];
    int64_t values[16] = {0};
    num_i128 second = 0;
    assert_true(s->walk.space.variable_count <= 16);
    values[s->date] = day;
    values[s->number] = count;
    if (v->second) {
        second = v->second->constant;
        for (uint32_t i = 0; i < v->second->count; i++)
            second += v->second->parts[i].factor * values[v->second->parts[i].variable];
    }
    return derived_value(v, of_number ? count : day, second, value);
}

/* Narrows the arguments step by step: no case is lost, and where it is said to be exact, no other value is left. */
static void narrow(struct derived_space *s, bool of_number, uint64_t *seed, int *exact) {
    struct space *space = &s->walk.space;
    for (int step = 0; step < 24; step++) {
        uint32_t i;
        int64_t low, high, from, to, most;
        variable_range(space, &s->zone, s->date, &low, &high);
        variable_range(space, &s->zone, s->number, &from, &to);
        bool is_exact = derived_exact(space, &s->zone, s->derived);
        for (int k = 0; k < 12; k++) {
            int64_t day = random_between(seed, low, high), count = random_between(seed, from, to), value;
            if (!value_at(s, day, count, of_number, &value))
                continue;
            assert_true(has_case(s, day, count, value));
            if (is_exact)
                assert_false(has_case(s, day, count, value + 1) || has_case(s, day, count, value - 1));
        }
        *exact += is_exact;
        if (is_exact)
            return;
        assert_true(derived_split(space, &s->zone, s->derived, &i, &most));
        assert_true(i != 0);
        bool below = random_next(seed) % 2 == 0;
        assert_true(below ? zone_bound(&space->shape, &s->zone, i, 0, most)
                          : zone_bound(&space->shape, &s->zone, 0, i, -(most + 1)));
        assert_true(derived_bound(space, s->derived, &s->zone, false));
    }
}

static void bounds_lose_no_case(void **state) {
    static const struct {
        enum derivation derivation;
        int64_t amount;
        bool of_number;
    } kinds[] = {{DERIVED_MONTHS, 1, false},
                 {DERIVED_MONTHS, -13, false},
                 {DERIVED_START_OF_MONTH, 0, false},
                 {DERIVED_END_OF_MONTH, 0, false},
                 {DERIVED_YEAR, 0, false},
                 {DERIVED_MONTH, 0, false},
                 {DERIVED_DAY, 0, false},
                 {DERIVED_WEEKDAY, 0, false},
                 {DERIVED_WHOLE_MONTHS, 1, false},
                 {DERIVED_WHOLE_MONTHS, 12, false},
                 {DERIVED_ANNIVERSARY_IN, 0, false},
                 {DERIVED_NEXT_ANNIVERSARY, 0, false},
                 {DERIVED_MOVED, 1, false},
                 {DERIVED_MOVED, -12, false},
                 {DERIVED_PRODUCT, 0, true}};
    uint64_t seed = 20200229;
    int exact = 0, asked = 0;
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (int round = 0; round < 16; round++) {
            struct variable wanted = {.derivation = kinds[i].derivation, .amount = kinds[i].amount};
            struct derived_space s;
            wanted.rounding = round % 2 == 0 ? CAL_ROUND_BACK : CAL_ROUND_FORWARD;
            space_with(&s, &wanted, kinds[i].of_number);
            narrow(&s, kinds[i].of_number, &seed, &exact);
            asked++;
            space_free(&s);
        }
    }
    assert_int_equal(exact, asked);
}

/* Beyond one cycle of the calendar the day in one year is ever further from the day it is of. */
static void anniversaries_of_far_days(void **state) {
    struct policy policy;
    struct walk walk;
    (void)state;
    policy_open(&policy, "fact begins: date\n", NULL);
    assert_true(walk_init(&walk, &policy.arena, policy.program, NULL, 1000));
    struct variable v = {.derivation = DERIVED_ANNIVERSARY_IN, .fact = UINT32_MAX, .unit = 1};
    struct zone zone;
    v.low = CAL_MIN;
    v.high = CAL_MAX;
    v.rounding = CAL_ROUND_BACK;
    v.first = linear_variable(&walk.space.linears, walk.space.places[0].variable, 1, 1);
    v.second = linear_constant(&walk.space.linears, 2020, 1);
    uint32_t derived = space_derived(&walk.space, &v), day = walk.space.places[0].variable;
    assert_true(space_shape(&walk.space));
    zone = zone_at(&walk.space.shape, arena_alloc(&policy.arena, zone_bytes(&walk.space.shape)));
    assert_true(space_top(&walk.space, &zone));
    uint32_t i = walk.space.variables[derived].zone, j = walk.space.variables[day].zone;
    assert_true(zone_most(&walk.space.shape, &zone, i, j) >= 18262 - CAL_MIN);
    assert_true(zone_most(&walk.space.shape, &zone, j, i) >= CAL_MAX - 18627);
    walk_free(&walk);
    policy_free(&policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inverses_of_days),
        cmocka_unit_test(inverses_of_rounding),
        cmocka_unit_test(bounds_lose_no_case),
        cmocka_unit_test(anniversaries_of_far_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
