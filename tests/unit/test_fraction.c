/*
 * test_fraction.c: exact fractions, small ones exhaustively and wide ones against Python.
 *
 * Every sum, product, quotient and order of small fractions is checked by cross multiplication; the
 * vectors of tests/oracles/number.tsv bring operands near 128 bits, where the paths with 256 bits
 * run. Every result must also be reduced, which frac_format makes visible.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "interp/values/fraction.h"
#include "tests/unit/vectors.h"

enum { SMALL = 12 };

static struct frac of(int64_t num, int64_t den) {
    struct frac result = {0, 1};
    assert_int_equal(frac_div(frac_from_number(num, 0), frac_from_number(den, 0), &result), FRAC_OK);
    return result;
}

static num_i128 read_integer(const char **at) {
    bool negative = **at == '-';
    num_u128 size = 0;
    if (negative)
        (*at)++;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        size = size * 10 + (unsigned)(**at - '0');
    return negative ? -(num_i128)size : (num_i128)size;
}

static struct frac read_fraction(const char *text) {
    struct frac result = {0, 1};
    result.num = read_integer(&text);
    if (*text == '/') {
        text++;
        result.den = read_integer(&text);
    }
    if (*text != '\0')
        fail_msg("not a fraction: %s", text);
    return result;
}

static void check_text(struct frac x, const char *wanted) {
    char text[FRAC_TEXT_MAX];
    assert_int_equal(frac_format(x, text, sizeof text), strlen(wanted));
    assert_string_equal(text, wanted);
}

static bool reduced(struct frac x) {
    if (x.den < 1)
        return false;
    for (int64_t f = 2; f <= (int64_t)x.den; f++) {
        if (x.num % f == 0 && x.den % f == 0)
            return false;
    }
    return true;
}

static void check_small(int64_t a, int64_t b, int64_t c, int64_t d) {
    struct frac x = of(a, b), y = of(c, d), r = {0, 1};
    assert_int_equal(frac_add(x, y, &r), FRAC_OK);
    assert_true(reduced(r) && r.num * b * d == r.den * (a * d + c * b));
    assert_int_equal(frac_sub(x, y, &r), FRAC_OK);
    assert_true(reduced(r) && r.num * b * d == r.den * (a * d - c * b));
    assert_int_equal(frac_mul(x, y, &r), FRAC_OK);
    assert_true(reduced(r) && r.num * b * d == r.den * (a * c));
    if (c == 0) {
        struct frac kept = {4711, 1};
        assert_int_equal(frac_div(x, y, &kept), FRAC_ZERO_DIVISION);
        assert_true(kept.num == 4711 && kept.den == 1);
    } else {
        assert_int_equal(frac_div(x, y, &r), FRAC_OK);
        assert_true(reduced(r) && r.num * b * c == r.den * (a * d));
    }
    int order = (a * d > c * b) - (a * d < c * b);
    assert_int_equal(frac_compare(x, y), order);
}

static void small_fractions_obey_arithmetic(void **state) {
    (void)state;
    for (int64_t a = -SMALL; a <= SMALL; a++) {
        for (int64_t b = 1; b <= SMALL; b++) {
            assert_true(reduced(of(a, b)) && reduced(of(a, -b)));
            assert_int_equal(frac_compare(of(-a, b), of(a, -b)), 0);
            assert_int_equal(frac_compare(of(-a, b), frac_neg(of(a, b))), 0);
            assert_int_equal(frac_is_integer(of(a, b)), a % b == 0);
            for (int64_t c = -SMALL; c <= SMALL; c++) {
                for (int64_t d = 1; d <= SMALL; d++)
                    check_small(a, b, c, d);
            }
        }
    }
}

/* Rounding by its definition: the whole part by integer division, then a look at what is left. */
static void check_small_rounding(int64_t a, int64_t b, int digits) {
    int64_t size = (a < 0 ? -a : a) * num_pow10(digits), sign = a < 0 ? -1 : 1;
    int64_t down = size / b, rest = size % b;
    int64_t got = 4711;
    assert_int_equal(frac_round(of(a, b), digits, FRAC_TOWARD_ZERO, &got), FRAC_OK);
    assert_int_equal(got, sign * down);
    assert_int_equal(frac_round(of(a, b), digits, FRAC_AWAY_FROM_ZERO, &got), FRAC_OK);
    assert_int_equal(got, sign * (down + (rest > 0)));
    assert_int_equal(frac_round(of(a, b), digits, FRAC_HALF_AWAY_FROM_ZERO, &got), FRAC_OK);
    assert_int_equal(got, sign * (down + (2 * rest >= b)));
}

static void small_fractions_round_by_definition(void **state) {
    (void)state;
    for (int64_t a = -60; a <= 60; a++) {
        for (int64_t b = 1; b <= 41; b++) {
            for (int digits = 0; digits <= 4; digits++)
                check_small_rounding(a, b, digits);
        }
    }
}

static void rounding_stops_at_the_limit(void **state) {
    (void)state;
    int64_t out = 4711;
    struct frac limit = frac_from_number(NUM_LIMIT, 0), just_over = {0, 1};
    assert_int_equal(frac_add(limit, of(1, 3), &just_over), FRAC_OK);
    assert_int_equal(frac_round(just_over, 0, FRAC_AWAY_FROM_ZERO, &out), FRAC_OVERFLOW);
    assert_int_equal(frac_round(frac_neg(just_over), 0, FRAC_AWAY_FROM_ZERO, &out), FRAC_OVERFLOW);
    assert_int_equal(frac_round(limit, 1, FRAC_TOWARD_ZERO, &out), FRAC_OVERFLOW);
    assert_int_equal(frac_round(of(1, 3), 19, FRAC_TOWARD_ZERO, &out), FRAC_OVERFLOW);
    assert_int_equal(frac_round(of(1, 3), -1, FRAC_TOWARD_ZERO, &out), FRAC_OVERFLOW);
    assert_int_equal(frac_round(of(1, 1), 18, FRAC_TOWARD_ZERO, &out), FRAC_OVERFLOW);
    assert_int_equal(out, 4711);
    assert_int_equal(frac_round(just_over, 0, FRAC_HALF_AWAY_FROM_ZERO, &out), FRAC_OK);
    assert_int_equal(out, NUM_LIMIT);
    assert_int_equal(frac_round(frac_neg(just_over), 0, FRAC_TOWARD_ZERO, &out), FRAC_OK);
    assert_int_equal(out, -NUM_LIMIT);
    assert_int_equal(frac_round(of(1, 3), 18, FRAC_AWAY_FROM_ZERO, &out), FRAC_OK);
    assert_int_equal(out, INT64_C(333333333333333334));
}

static void fractions_have_a_written_form(void **state) {
    (void)state;
    check_text(of(1, 3), "1/3");
    check_text(of(-10, 4), "-5/2");
    check_text(of(0, 7), "0");
    check_text(of(-8, 2), "-4");
    check_text(frac_from_number(-125, 3), "-1/8");
    check_text(frac_from_number(0, 18), "0");
    check_text(frac_from_number(INT64_MIN, 0), "-9223372036854775808");
    char small[4];
    assert_int_equal(frac_format(of(123, 457), small, sizeof small), 7);
    assert_string_equal(small, "123");
    assert_int_equal(frac_format(of(123, 457), NULL, 0), 7);
}

static void the_widest_fractions_work(void **state) {
    (void)state;
    static const char widest[] =
        "-170141183460469231731687303715884105727/170141183460469231731687303715884105726";
    struct frac x = read_fraction(widest), r = {4711, 1}, one = {1, 1};
    assert_int_equal(sizeof widest, FRAC_TEXT_MAX);
    check_text(x, widest);
    assert_int_equal(frac_compare(x, frac_neg(x)), -1);
    assert_int_equal(frac_compare(x, of(-1, 1)), -1);
    assert_int_equal(frac_mul(x, x, &r), FRAC_OVERFLOW);
    assert_int_equal(frac_add(x, of(1, 5), &r), FRAC_OVERFLOW);
    assert_int_equal(frac_sub(x, one, &r), FRAC_OVERFLOW);
    assert_true(r.num == 4711 && r.den == 1);
    assert_int_equal(frac_add(x, frac_neg(x), &r), FRAC_OK);
    check_text(r, "0");
    assert_int_equal(frac_div(x, x, &r), FRAC_OK);
    check_text(r, "1");
    /* The denominator is a multiple of 3: nothing of the sum is wider than its terms. */
    assert_int_equal(frac_add(x, of(1, 3), &r), FRAC_OK);
    check_text(r, "-113427455640312821154458202477256070485/170141183460469231731687303715884105726");
    assert_int_equal(frac_add(x, one, &r), FRAC_OK);
    check_text(r, "-1/170141183460469231731687303715884105726");
}

static void one_bit_too_many_is_an_overflow(void **state) {
    (void)state;
    struct frac half_way = {(num_i128)1 << 64, 1}, rest = {(num_i128)1 << 63, 1}, r = {4711, 1};
    struct frac tiny = {1, (num_i128)1 << 64}, tinier = {1, (num_i128)1 << 63}, top = {(num_i128)1 << 126, 1};
    int64_t mantissa = 4711;
    assert_int_equal(frac_mul(half_way, rest, &r), FRAC_OVERFLOW);
    assert_int_equal(frac_mul(tiny, tinier, &r), FRAC_OVERFLOW);
    assert_int_equal(frac_add(top, top, &r), FRAC_OVERFLOW);
    assert_int_equal(frac_sub(frac_neg(top), top, &r), FRAC_OVERFLOW);
    assert_true(r.num == 4711 && r.den == 1);
    /* Times 10^18 its lower 128 bits are all zero. */
    assert_int_equal(frac_round(top, 18, FRAC_TOWARD_ZERO, &mantissa), FRAC_OVERFLOW);
    assert_int_equal(mantissa, 4711);
    assert_int_equal(frac_mul(tiny, of(1, 2), &r), FRAC_OK);
    check_text(r, "1/36893488147419103232");
}

static void check_status(const struct vectors *v, enum frac_status status, struct frac got) {
    const char *wanted = vectors_text(v, 3);
    enum frac_status expected = FRAC_OK;
    if (strcmp(wanted, "overflow") == 0)
        expected = FRAC_OVERFLOW;
    else if (strcmp(wanted, "zero") == 0)
        expected = FRAC_ZERO_DIVISION;
    if (status != expected)
        fail_msg("row %d: status %d, expected %d", v->row, (int)status, (int)expected);
    check_text(got, status == FRAC_OK ? wanted : "4711");
}

static void check_round_row(const struct vectors *v) {
    const char *name = vectors_text(v, 3);
    enum frac_rounding mode = FRAC_HALF_AWAY_FROM_ZERO;
    if (strcmp(name, "down") == 0)
        mode = FRAC_TOWARD_ZERO;
    else if (strcmp(name, "up") == 0)
        mode = FRAC_AWAY_FROM_ZERO;
    int64_t got = 4711;
    enum frac_status status =
        frac_round(read_fraction(vectors_text(v, 1)), (int)vectors_int(v, 2), mode, &got);
    if (strcmp(vectors_text(v, 4), "overflow") == 0) {
        assert_int_equal(status, FRAC_OVERFLOW);
        assert_int_equal(got, 4711);
    } else {
        assert_int_equal(status, FRAC_OK);
        assert_int_equal(got, vectors_int(v, 4));
    }
}

static void check_row(const struct vectors *v) {
    static const struct {
        const char *name;
        enum frac_status (*function)(struct frac, struct frac, struct frac *);
    } operations[] = {{"fadd", frac_add}, {"fsub", frac_sub}, {"fmul", frac_mul}, {"fdiv", frac_div}};
    const char *op = vectors_text(v, 0);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (strcmp(op, operations[i].name) == 0) {
            struct frac a = read_fraction(vectors_text(v, 1)), b = read_fraction(vectors_text(v, 2));
            struct frac got = {4711, 1};
            enum frac_status status = operations[i].function(a, b, &got);
            check_status(v, status, got);
            return;
        }
    }
    if (strcmp(op, "fnumber") == 0) {
        check_text(frac_from_number(vectors_int(v, 1), (int)vectors_int(v, 2)), vectors_text(v, 3));
    } else if (strcmp(op, "fcompare") == 0) {
        struct frac a = read_fraction(vectors_text(v, 1)), b = read_fraction(vectors_text(v, 2));
        assert_int_equal(frac_compare(a, b), vectors_int(v, 3));
        assert_int_equal(frac_compare(b, a), -vectors_int(v, 3));
    } else if (strcmp(op, "fround") == 0) {
        check_round_row(v);
    } else {
        fail_msg("row %d: unknown operation %s", v->row, op);
    }
}

static void python_agrees(void **state) {
    (void)state;
    struct vectors v;
    int checked = 0;
    vectors_open(&v, "number.tsv");
    while (vectors_next(&v)) {
        if (vectors_text(&v, 0)[0] != 'f' || strcmp(v.field[0], "format") == 0)
            continue;
        check_row(&v);
        checked++;
    }
    assert_true(checked >= 4000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_fractions_obey_arithmetic),
        cmocka_unit_test(small_fractions_round_by_definition),
        cmocka_unit_test(rounding_stops_at_the_limit),
        cmocka_unit_test(fractions_have_a_written_form),
        cmocka_unit_test(the_widest_fractions_work),
        cmocka_unit_test(one_bit_too_many_is_an_overflow),
        cmocka_unit_test(python_agrees),
    };
    return cmocka_run_group_tests_name("fraction", tests, NULL, NULL);
}
