/*
 * test_number.c: exact decimals at their limits, and against Python's decimal.
 *
 * What people write by mistake is listed here with the status it must get; random operands with
 * their results come from tests/oracles/number.tsv. Rows about fractions there belong to
 * test_fraction.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "interp/values/number.h"
#include "tests/unit/vectors.h"

static void check_parse(const char *text, int scale, enum num_status status, int64_t mantissa) {
    int64_t got = 4711;
    enum num_status found = num_parse(text, strlen(text), scale, &got);
    if (found != status || got != (status == NUM_OK ? mantissa : 4711))
        fail_msg("\"%s\" at %d: status %d, mantissa %lld", text, scale, (int)found, (long long)got);
}

static void numbers_are_read_at_their_scale(void **state) {
    (void)state;
    check_parse("0", 0, NUM_OK, 0);
    check_parse("-0", 0, NUM_OK, 0);
    check_parse("-0.00", 2, NUM_OK, 0);
    check_parse("15", 2, NUM_OK, 1500);
    check_parse("4730.00", 2, NUM_OK, 473000);
    check_parse("4730.00", 0, NUM_OK, 4730);
    check_parse("-0.05", 2, NUM_OK, -5);
    check_parse("0.5", 18, NUM_OK, INT64_C(500000000000000000));
    check_parse("1.0000000000000000000000000000000", 0, NUM_OK, 1);
    check_parse("999999999999999999", 0, NUM_OK, NUM_LIMIT);
    check_parse("-999999999999999999", 0, NUM_OK, -NUM_LIMIT);
    check_parse("0.999999999999999999", 18, NUM_OK, NUM_LIMIT);
    check_parse("999999999.999999999", 9, NUM_OK, NUM_LIMIT);
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    check_parse("1000000000000000000", 0, NUM_TOO_LARGE, 0);
    check_parse("-1000000000000000000", 0, NUM_TOO_LARGE, 0);
    check_parse("1", 18, NUM_TOO_LARGE, 0);
    check_parse("99999999999999999999999999999999999999999", 0, NUM_TOO_LARGE, 0);
    check_parse("9223372036854775808", 0, NUM_TOO_LARGE, 0);
    check_parse("10000000000000000", 2, NUM_TOO_LARGE, 0);
    check_parse("0.1", 0, NUM_TOO_MANY_DECIMALS, 0);
    check_parse("1.005", 2, NUM_TOO_MANY_DECIMALS, 0);
    check_parse("1.0000000000000000001", 18, NUM_TOO_MANY_DECIMALS, 0);
    check_parse("1", -1, NUM_TOO_MANY_DECIMALS, 0);
    check_parse("1", 19, NUM_TOO_MANY_DECIMALS, 0);
}

static void what_people_write_is_told_apart(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum num_status status;
    } cases[] = {
        {"", NUM_NOT_A_NUMBER},
        {"-", NUM_NOT_A_NUMBER},
        {".", NUM_NOT_A_NUMBER},
        {"+", NUM_NOT_A_NUMBER},
        {"abc", NUM_NOT_A_NUMBER},
        {" 1", NUM_NOT_A_NUMBER},
        {"1 ", NUM_NOT_A_NUMBER},
        {"--1", NUM_NOT_A_NUMBER},
        {"+-1", NUM_NOT_A_NUMBER},
        {"1.2.3", NUM_NOT_A_NUMBER},
        {"0x10", NUM_NOT_A_NUMBER},
        {"1e", NUM_NOT_A_NUMBER},
        {"e5", NUM_NOT_A_NUMBER},
        {"NaN", NUM_NOT_A_NUMBER},
        {"Infinity", NUM_NOT_A_NUMBER},
        {"4,73", NUM_NOT_A_NUMBER},
        {"4730,000", NUM_NOT_A_NUMBER},
        {"1,0000", NUM_NOT_A_NUMBER},
        {"4,730.00", NUM_THOUSANDS_SEPARATOR},
        {"-1,000,000", NUM_THOUSANDS_SEPARATOR},
        {"1e3", NUM_EXPONENT},
        {"1.5E-3", NUM_EXPONENT},
        {"1E+3", NUM_EXPONENT},
        {"+7", NUM_LEADING_PLUS},
        {".5", NUM_BARE_POINT},
        {"-.5", NUM_BARE_POINT},
        {"5.", NUM_BARE_POINT},
        {"007", NUM_LEADING_ZERO},
        {"00", NUM_LEADING_ZERO},
        {"-01.5", NUM_LEADING_ZERO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t mantissa = 4711;
        int scale = 4711;
        check_parse(cases[i].text, 2, cases[i].status, 0);
        assert_int_equal(num_parse_literal(cases[i].text, strlen(cases[i].text), &mantissa, &scale),
                         cases[i].status);
        assert_int_equal(mantissa, 4711);
        assert_int_equal(scale, 4711);
    }
}

static void every_status_has_its_own_words(void **state) {
    (void)state;
    for (int i = NUM_OK; i <= NUM_THOUSANDS_SEPARATOR; i++) {
        const char *text = num_status_text((enum num_status)i);
        assert_true(strlen(text) > 0);
        for (int j = NUM_OK; j < i; j++)
            assert_string_not_equal(text, num_status_text((enum num_status)j));
    }
}

static void literals_keep_their_decimals(void **state) {
    (void)state;
    int64_t mantissa = 0;
    int scale = -1;
    assert_int_equal(num_parse_literal("4730.00", 7, &mantissa, &scale), NUM_OK);
    assert_int_equal(mantissa, 473000);
    assert_int_equal(scale, 2);
    assert_int_equal(num_parse_literal("15 days", 2, &mantissa, &scale), NUM_OK);
    assert_int_equal(mantissa, 15);
    assert_int_equal(scale, 0);
    assert_int_equal(num_parse_literal("0.000000000000000000", 20, &mantissa, &scale), NUM_OK);
    assert_int_equal(mantissa, 0);
    assert_int_equal(scale, 18);
    assert_int_equal(num_parse_literal("0.0000000000000000000", 21, &mantissa, &scale),
                     NUM_TOO_MANY_DECIMALS);
    assert_int_equal(num_parse_literal("1.000000000000000000", 20, &mantissa, &scale), NUM_TOO_LARGE);
    assert_int_equal(scale, 18);
}

static void check_format(int64_t mantissa, int scale, const char *text) {
    char out[NUM_TEXT_MAX];
    assert_int_equal(num_format(mantissa, scale, out), strlen(text));
    assert_string_equal(out, text);
}

static void numbers_are_written_at_their_scale(void **state) {
    (void)state;
    check_format(473000, 2, "4730.00");
    check_format(-5, 2, "-0.05");
    check_format(0, 0, "0");
    check_format(0, 3, "0.000");
    check_format(10, 1, "1.0");
    check_format(NUM_LIMIT, 0, "999999999999999999");
    check_format(-NUM_LIMIT, 18, "-0.999999999999999999");
    check_format(INT64_MIN, 0, "-9223372036854775808");
    check_format(INT64_MIN, 18, "-9.223372036854775808");
}

static void arithmetic_stops_at_the_limit(void **state) {
    (void)state;
    int64_t out = 4711;
    assert_false(num_add(NUM_LIMIT, 1, &out));
    assert_false(num_sub(-NUM_LIMIT, 1, &out));
    assert_false(num_mul(NUM_LIMIT, 2, &out));
    assert_false(num_mul(NUM_LIMIT, NUM_LIMIT, &out));
    assert_false(num_add(INT64_MAX, INT64_MAX, &out));
    assert_false(num_sub(INT64_MIN, INT64_MAX, &out));
    assert_false(num_mul(INT64_MIN, -1, &out));
    assert_false(num_rescale(1, 0, 18, &out));
    assert_false(num_rescale(100, 2, 1, &out));
    assert_false(num_rescale(0, 0, 19, &out));
    assert_false(num_rescale(0, -1, 0, &out));
    assert_int_equal(out, 4711);
    assert_true(num_add(NUM_LIMIT - 1, 1, &out));
    assert_int_equal(out, NUM_LIMIT);
    assert_true(num_sub(1 - NUM_LIMIT, 1, &out));
    assert_int_equal(out, -NUM_LIMIT);
    assert_true(num_mul(-NUM_LIMIT, -1, &out));
    assert_int_equal(out, NUM_LIMIT);
    assert_true(num_rescale(-7, 1, 3, &out));
    assert_int_equal(out, -700);
}

static void comparison_and_powers_at_the_edges(void **state) {
    (void)state;
    assert_int_equal(num_compare(INT64_MIN, 0, INT64_MIN, 18), -1);
    assert_int_equal(num_compare(INT64_MAX, 18, INT64_MAX, 0), -1);
    assert_int_equal(num_compare(10, 1, 1, 0), 0);
    assert_int_equal(num_compare(-10, 1, -1, 1), -1);
    assert_int_equal(num_compare(NUM_LIMIT, 18, 1, 0), -1);
    assert_int_equal(num_pow10(0), 1);
    assert_int_equal(num_pow10(18), NUM_LIMIT + 1);
    assert_int_equal(num_pow10(19), 0);
    assert_int_equal(num_pow10(-1), 0);
}

static void check_parse_row(const struct vectors *v) {
    const char *text = vectors_text(v, 1), *wanted = vectors_text(v, 3);
    int scale = (int)vectors_int(v, 2);
    if (strcmp(wanted, "decimals") == 0) {
        check_parse(text, scale, NUM_TOO_MANY_DECIMALS, 0);
    } else if (strcmp(wanted, "large") == 0) {
        check_parse(text, scale, NUM_TOO_LARGE, 0);
    } else if (strcmp(wanted, "malformed") == 0) {
        int64_t mantissa = 4711;
        enum num_status status = num_parse(text, strlen(text), scale, &mantissa);
        if (status == NUM_OK || status == NUM_TOO_LARGE || status == NUM_TOO_MANY_DECIMALS ||
            mantissa != 4711)
            fail_msg("row %d: \"%s\" has status %d", v->row, text, (int)status);
    } else {
        check_parse(text, scale, NUM_OK, vectors_int(v, 3));
    }
}

static void check_result(const struct vectors *v, bool ok, int64_t got, int field) {
    if (strcmp(vectors_text(v, field), "overflow") == 0) {
        if (ok || got != 4711)
            fail_msg("row %d: %lld, not an overflow", v->row, (long long)got);
    } else if (!ok || got != vectors_int(v, field)) {
        fail_msg("row %d: %s", v->row, ok ? "another result" : "an overflow");
    }
}

static bool check_arithmetic_row(const struct vectors *v, const char *op) {
    bool (*function)(int64_t, int64_t, int64_t *) = NULL;
    if (strcmp(op, "add") == 0)
        function = num_add;
    else if (strcmp(op, "sub") == 0)
        function = num_sub;
    else if (strcmp(op, "mul") == 0)
        function = num_mul;
    if (function == NULL)
        return false;
    int64_t got = 4711;
    bool ok = function(vectors_int(v, 1), vectors_int(v, 2), &got);
    check_result(v, ok, got, 3);
    return true;
}

static bool check_row(const struct vectors *v) {
    const char *op = vectors_text(v, 0);
    int64_t got = 4711;
    int scale = -1;
    if (strcmp(op, "parse") == 0) {
        check_parse_row(v);
    } else if (strcmp(op, "format") == 0) {
        check_format(vectors_int(v, 1), (int)vectors_int(v, 2), vectors_text(v, 3));
    } else if (strcmp(op, "literal") == 0) {
        const char *text = vectors_text(v, 1);
        assert_int_equal(num_parse_literal(text, strlen(text), &got, &scale), NUM_OK);
        assert_int_equal(got, vectors_int(v, 2));
        assert_int_equal(scale, vectors_int(v, 3));
    } else if (strcmp(op, "compare") == 0) {
        int order =
            num_compare(vectors_int(v, 1), (int)vectors_int(v, 2), vectors_int(v, 3), (int)vectors_int(v, 4));
        assert_int_equal(order, vectors_int(v, 5));
    } else if (strcmp(op, "rescale") == 0) {
        bool ok = num_rescale(vectors_int(v, 1), (int)vectors_int(v, 2), (int)vectors_int(v, 3), &got);
        check_result(v, ok, got, 4);
    } else {
        return check_arithmetic_row(v, op);
    }
    return true;
}

static void python_agrees(void **state) {
    (void)state;
    struct vectors v;
    int checked = 0;
    vectors_open(&v, "number.tsv");
    while (vectors_next(&v)) {
        if (check_row(&v))
            checked++;
        else if (v.field[0][0] != 'f')
            fail_msg("row %d: unknown operation %s", v.row, v.field[0]);
    }
    assert_true(checked >= 2000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_at_their_scale),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(what_people_write_is_told_apart),
        cmocka_unit_test(every_status_has_its_own_words),
        cmocka_unit_test(literals_keep_their_decimals),
        cmocka_unit_test(numbers_are_written_at_their_scale),
        cmocka_unit_test(arithmetic_stops_at_the_limit),
        cmocka_unit_test(comparison_and_powers_at_the_edges),
        cmocka_unit_test(python_agrees),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
