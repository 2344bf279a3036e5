/*
 * test_calendar.c: every day there is, and every way to add months to it.
 *
 * The model beside the module is slow on purpose: it steps from day to day and from month to month
 * and never computes a day from a year. It must not call the module to build itself. Further
 * vectors come from Python's datetime (tests/oracles/calendar.tsv).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "interp/values/calendar.h"
#include "tests/unit/vectors.h"

enum { MONTHS = 9999 * 12 };

/* The first day of every month, counted from 0001-01-01; one more than there are, as an end. */
static cal_day first_of[MONTHS + 1];

static int model_length(int year, int month) {
    if (month == 2) {
        int leap = year % 400 == 0 ? 1 : year % 100 == 0 ? 0 : year % 4 == 0;
        return leap ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static int build_model(void **state) {
    (void)state;
    cal_day day = -719162;
    for (int i = 0; i < MONTHS; i++) {
        first_of[i] = day;
        day += model_length(1 + i / 12, 1 + i % 12);
    }
    first_of[MONTHS] = day;
    return 0;
}

static cal_day on(int y, int m, int d) {
    cal_day day = 0;
    if (!cal_from_civil(y, m, d, &day))
        fail_msg("%d-%d-%d is not a day", y, m, d);
    return day;
}

static enum cal_status model_add_months(int month_index, int d, int64_t n, enum cal_rounding r,
                                        cal_day *out) {
    int64_t target = month_index + n;
    if (target < 0 || target >= MONTHS)
        return CAL_OUT_OF_RANGE;
    cal_day first = first_of[target];
    cal_day next = first_of[target + 1];
    if (first + d - 1 < next)
        *out = first + d - 1;
    else if (r == CAL_ROUND_BACK)
        *out = next - 1;
    else if (r == CAL_ROUND_FORWARD)
        *out = next;
    else
        return CAL_NO_SUCH_DAY;
    return CAL_OK;
}

static void every_day_round_trips(void **state) {
    (void)state;
    cal_day expected = CAL_MIN;
    int weekday = 0; /* 0001-01-01 was a Monday */
    for (int i = 0; i < MONTHS; i++) {
        int year = 1 + i / 12, month = 1 + i % 12;
        int length = model_length(year, month);
        for (int d = 1; d <= length; d++) {
            cal_day day = 0;
            int y, m, dd;
            bool ok = cal_from_civil(year, month, d, &day);
            cal_to_civil(expected, &y, &m, &dd);
            if (!ok || day != expected || y != year || m != month || dd != d || cal_weekday(day) != weekday)
                fail_msg("%04d-%02d-%02d: day %d, expected %d", year, month, d, day, expected);
            expected++;
            weekday = weekday == 6 ? 0 : weekday + 1;
        }
        cal_day none = 4711;
        if (cal_from_civil(year, month, length + 1, &none) || cal_from_civil(year, month, 0, &none) ||
            none != 4711)
            fail_msg("%04d-%02d has a day too many", year, month);
        if (cal_days_in_month(year, month) != length)
            fail_msg("%04d-%02d: length", year, month);
    }
    assert_int_equal(expected - 1, CAL_MAX);
}

static void text_of_every_day_is_read_back(void **state) {
    (void)state;
    char previous[11] = "0000-00-00";
    for (cal_day day = CAL_MIN; day <= CAL_MAX; day++) {
        char text[11];
        cal_day back = 0;
        cal_format(day, text);
        if (memcmp(previous, text, 10) >= 0 || !cal_parse(text, 10, &back, NULL) || back != day)
            fail_msg("day %d is written %s and read as %d", day, text, back);
        memcpy(previous, text, sizeof previous);
    }
    assert_string_equal(previous, "9999-12-31");
}

static void nothing_lies_outside(void **state) {
    (void)state;
    cal_day day = 4711;
    assert_false(cal_from_civil(0, 12, 31, &day));
    assert_false(cal_from_civil(10000, 1, 1, &day));
    assert_false(cal_from_civil(2021, 0, 1, &day));
    assert_false(cal_from_civil(2021, 13, 1, &day));
    assert_false(cal_from_civil(INT_MIN, INT_MIN, INT_MIN, &day));
    assert_false(cal_from_civil(INT_MAX, INT_MAX, INT_MAX, &day));
    assert_int_equal(day, 4711);
    assert_int_equal(cal_days_in_month(2021, 0), 0);
    assert_int_equal(cal_days_in_month(2021, 13), 0);
    assert_true(cal_in_range(CAL_MIN) && cal_in_range(CAL_MAX));
    assert_false(cal_in_range((int64_t)CAL_MIN - 1) || cal_in_range((int64_t)CAL_MAX + 1));
}

static void compare_with_model(int first_month, int last_month) {
    static const enum cal_rounding roundings[3] = {CAL_ROUND_BACK, CAL_ROUND_FORWARD, CAL_ROUND_ERROR};
    for (int i = first_month; i <= last_month; i++) {
        for (cal_day day = first_of[i]; day < first_of[i + 1]; day++) {
            int d = day - first_of[i] + 1;
            for (int n = -48; n <= 48; n++) {
                for (int r = 0; r < 3; r++) {
                    cal_day got = 4711, wanted = 4711;
                    enum cal_status status = cal_add_months(day, n, roundings[r], &got);
                    if (status != model_add_months(i, d, n, roundings[r], &wanted) || got != wanted)
                        fail_msg("day %d plus %d months, rounding %d: %d", day, n, (int)roundings[r], got);
                }
            }
        }
    }
}

static void months_agree_with_the_model_over_a_cycle(void **state) {
    (void)state;
    compare_with_model(1799 * 12, 2199 * 12 - 1);
}

static void months_agree_with_the_model_at_both_ends(void **state) {
    (void)state;
    compare_with_model(0, 5 * 12);
    compare_with_model(MONTHS - 5 * 12, MONTHS - 1);
}

static void years_and_weeks_are_months_and_days(void **state) {
    (void)state;
    for (cal_day day = on(2019, 12, 1); day <= on(2024, 3, 31); day++) {
        for (int64_t n = -2100; n <= 8000; n += 7) {
            for (enum cal_rounding r = CAL_ROUND_UNSAID; r <= CAL_ROUND_ERROR; r++) {
                cal_day a = 1, b = 1;
                if (cal_add_years(day, n, r, &a) != cal_add_months(day, 12 * n, r, &b) || a != b)
                    fail_msg("day %d plus %d years", day, (int)n);
            }
            cal_day week = 1;
            assert_int_equal(cal_add_weeks(day, n, &week), CAL_OK);
            assert_int_equal(week, day + 7 * n);
        }
    }
}

static void any_amount_is_safe(void **state) {
    (void)state;
    static const int64_t amounts[] = {INT64_MIN,   INT64_MIN + 1, INT64_MIN / 7, INT64_MIN / 12,
                                      -4294967296, INT64_MAX,     INT64_MAX - 1, INT64_MAX / 12,
                                      4294967296,  -3652059,      3652059};
    static const cal_day days[] = {CAL_MIN, -1, 0, CAL_MAX};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        for (size_t j = 0; j < sizeof days / sizeof *days; j++) {
            cal_day out = 4711;
            assert_int_equal(cal_add_days(days[j], amounts[i], &out), CAL_OUT_OF_RANGE);
            assert_int_equal(cal_add_weeks(days[j], amounts[i], &out), CAL_OUT_OF_RANGE);
            assert_int_equal(cal_add_months(days[j], amounts[i], CAL_ROUND_BACK, &out), CAL_OUT_OF_RANGE);
            assert_int_equal(cal_add_years(days[j], amounts[i], CAL_ROUND_BACK, &out), CAL_OUT_OF_RANGE);
            assert_int_equal(cal_anniversary_in(days[j], amounts[i], CAL_ROUND_BACK, &out), CAL_OUT_OF_RANGE);
            assert_int_equal(out, 4711);
        }
    }
    cal_day out = 0;
    assert_int_equal(cal_add_days(CAL_MIN, (int64_t)CAL_MAX - CAL_MIN, &out), CAL_OK);
    assert_int_equal(out, CAL_MAX);
    assert_int_equal(cal_add_weeks(CAL_MAX, -521722, &out), CAL_OK);
    assert_int_equal(cal_add_weeks(CAL_MAX, -521723, &out), CAL_OUT_OF_RANGE);
    assert_int_equal(cal_add_months(CAL_MIN, MONTHS - 1, CAL_ROUND_ERROR, &out), CAL_OK);
    assert_int_equal(out, on(9999, 12, 1));
    assert_int_equal(cal_add_years(CAL_MAX, -9998, CAL_ROUND_ERROR, &out), CAL_OK);
    assert_int_equal(out, on(1, 12, 31));
}

/* Counts month by month with the model, for spans of a few years. */
static int64_t slow_whole_steps(int month_index, int d, cal_day b, int unit, enum cal_rounding r) {
    int64_t n = 0;
    cal_day reached = 0;
    enum cal_rounding used = r == CAL_ROUND_BACK ? r : CAL_ROUND_FORWARD;
    while (model_add_months(month_index, d, (n + 1) * unit, used, &reached) == CAL_OK && reached <= b)
        n++;
    return n;
}

static void check_whole(int month_index, cal_day a, cal_day b, enum cal_rounding r) {
    int d = a - first_of[month_index] + 1;
    int64_t months = slow_whole_steps(month_index, d, b, 1, r);
    int64_t years = slow_whole_steps(month_index, d, b, 12, r);
    if (cal_whole_months(a, b, r) != months || cal_whole_years(a, b, r) != years)
        fail_msg("from %d to %d, rounding %d", a, b, (int)r);
    if (cal_whole_months(b, a, r) != -months || cal_whole_years(b, a, r) != -years)
        fail_msg("from %d back to %d, rounding %d", b, a, (int)r);
}

static void whole_months_and_years_agree_with_counting(void **state) {
    (void)state;
    static const int starts[] = {2019 * 12 - 1, 2019 * 12, 2019 * 12 + 1, 2019 * 12 + 2, 2023 * 12 + 1,
                                 1899 * 12 + 1, 0,         MONTHS - 16,   MONTHS - 1};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
        int i = starts[s];
        for (cal_day a = first_of[i]; a < first_of[i + 1]; a++) {
            for (int span = 0; span <= 1600 && a + span <= CAL_MAX; span += span % 31 < 4 ? 1 : 2) {
                for (enum cal_rounding r = CAL_ROUND_UNSAID; r <= CAL_ROUND_ERROR; r++)
                    check_whole(i, a, a + span, r);
            }
        }
    }
    assert_int_equal(cal_whole_months(CAL_MIN, CAL_MAX, CAL_ROUND_BACK), MONTHS - 1);
    assert_int_equal(cal_whole_years(CAL_MIN, CAL_MAX, CAL_ROUND_BACK), 9998);
    assert_int_equal(cal_whole_years(CAL_MAX, CAL_MIN, CAL_ROUND_BACK), -9998);
}

static void rounding_decides_whole_months(void **state) {
    (void)state;
    assert_int_equal(cal_whole_months(on(2021, 1, 31), on(2021, 2, 28), CAL_ROUND_BACK), 1);
    assert_int_equal(cal_whole_months(on(2021, 1, 31), on(2021, 2, 28), CAL_ROUND_FORWARD), 0);
    assert_int_equal(cal_whole_months(on(2021, 1, 31), on(2021, 3, 1), CAL_ROUND_UNSAID), 1);
    assert_int_equal(cal_whole_years(on(2020, 2, 29), on(2021, 2, 28), CAL_ROUND_BACK), 1);
    assert_int_equal(cal_whole_years(on(2020, 2, 29), on(2021, 2, 28), CAL_ROUND_ERROR), 0);
}

/* The definition, year after year with the model; a missing day counts only if it could be the answer. */
static enum cal_status slow_next(int month_index, int d, cal_day after, enum cal_rounding r, cal_day *out) {
    for (int64_t n = 1;; n++) {
        cal_day found = 0;
        enum cal_status status = model_add_months(month_index, d, 12 * n, r, &found);
        if (status == CAL_OUT_OF_RANGE)
            return status;
        if (status == CAL_NO_SUCH_DAY) {
            if (first_of[month_index + 12 * n + 1] > after)
                return status;
        } else if (found > after) {
            *out = found;
            return CAL_OK;
        }
    }
}

static void next_anniversary_agrees_with_its_definition(void **state) {
    (void)state;
    static const int starts[] = {2019 * 12 + 1, 2018 * 12 + 1, 2020 * 12 + 11,
                                 1895 * 12 + 1, 9995 * 12 + 1, 3 * 12 + 1};
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
        int i = starts[s];
        for (cal_day d = first_of[i]; d < first_of[i + 1]; d++) {
            for (cal_day after = d - 800; after <= d + 3300 && after <= CAL_MAX;
                 after += 1 + (after % 9 == 0)) {
                for (enum cal_rounding r = CAL_ROUND_UNSAID; r <= CAL_ROUND_ERROR; r++) {
                    cal_day got = 4711, wanted = 4711;
                    enum cal_status status = cal_next_anniversary(d, after, r, &got);
                    if (status != slow_next(i, d - first_of[i] + 1, after, r, &wanted) || got != wanted)
                        fail_msg("next anniversary of %d after %d, rounding %d: %d", d, after, (int)r, got);
                }
            }
        }
    }
}

static void anniversaries_start_from_the_original_day(void **state) {
    (void)state;
    cal_day leap = on(2020, 2, 29), out = 0;
    assert_int_equal(cal_next_anniversary(leap, on(2023, 2, 28), CAL_ROUND_BACK, &out), CAL_OK);
    assert_int_equal(out, on(2024, 2, 29));
    assert_int_equal(cal_next_anniversary(leap, on(2022, 6, 1), CAL_ROUND_FORWARD, &out), CAL_OK);
    assert_int_equal(out, on(2023, 3, 1));
    assert_int_equal(cal_next_anniversary(leap, on(2022, 6, 1), CAL_ROUND_ERROR, &out), CAL_NO_SUCH_DAY);
    assert_int_equal(cal_next_anniversary(leap, on(2023, 3, 1), CAL_ROUND_ERROR, &out), CAL_OK);
    assert_int_equal(out, on(2024, 2, 29));
    assert_int_equal(cal_next_anniversary(on(2021, 6, 30), CAL_MIN, CAL_ROUND_UNSAID, &out), CAL_OK);
    assert_int_equal(out, on(2022, 6, 30));
    assert_int_equal(cal_next_anniversary(CAL_MAX, CAL_MIN, CAL_ROUND_BACK, &out), CAL_OUT_OF_RANGE);
    assert_int_equal(cal_anniversary_in(leap, 1900, CAL_ROUND_BACK, &out), CAL_OK);
    assert_int_equal(out, on(1900, 2, 28));
    assert_int_equal(cal_anniversary_in(leap, 1900, CAL_ROUND_UNSAID, &out), CAL_NO_SUCH_DAY);
    assert_int_equal(cal_anniversary_in(leap, 0, CAL_ROUND_BACK, &out), CAL_OUT_OF_RANGE);
}

static void parts_of_a_day(void **state) {
    (void)state;
    for (int i = 0; i < MONTHS; i += 5) {
        cal_day first = first_of[i], last = first_of[i + 1] - 1, middle = first + i % 28;
        assert_int_equal(cal_start_of_month(first), first);
        assert_int_equal(cal_start_of_month(middle), first);
        assert_int_equal(cal_start_of_month(last), first);
        assert_int_equal(cal_end_of_month(first), last);
        assert_int_equal(cal_end_of_month(middle), last);
        assert_int_equal(cal_end_of_month(last), last);
        assert_int_equal(cal_year(middle), 1 + i / 12);
        assert_int_equal(cal_month(middle), 1 + i % 12);
        assert_int_equal(cal_day_of_month(middle), 1 + i % 28);
    }
    assert_string_equal(cal_month_name(1), "January");
    assert_string_equal(cal_month_name(12), "December");
    assert_string_equal(cal_month_name(0), "");
    assert_string_equal(cal_month_name(13), "");
    assert_string_equal(cal_weekday_name(cal_weekday(0)), "thursday");
    assert_string_equal(cal_weekday_name(6), "sunday");
    assert_string_equal(cal_weekday_name(7), "");
    assert_string_equal(cal_weekday_name(-1), "");
}

static void python_agrees(void **state) {
    (void)state;
    struct vectors v;
    vectors_open(&v, "calendar.tsv");
    while (vectors_next(&v)) {
        const char *iso = vectors_text(&v, 0), *shifted = vectors_text(&v, 5), *moved = vectors_text(&v, 7);
        cal_day day = 0, other = 0;
        char text[11];
        assert_true(cal_parse(iso, strlen(iso), &day, NULL));
        assert_int_equal(day, vectors_int(&v, 1));
        cal_format(day, text);
        assert_string_equal(text, iso);
        assert_int_equal(cal_weekday(day), vectors_int(&v, 2));
        assert_int_equal(cal_days_in_month(cal_year(day), cal_month(day)), vectors_int(&v, 3));
        enum cal_status status = cal_add_days(day, vectors_int(&v, 4), &other);
        assert_int_equal(status, strcmp(shifted, "out") == 0 ? CAL_OUT_OF_RANGE : CAL_OK);
        if (status == CAL_OK) {
            cal_format(other, text);
            assert_string_equal(text, shifted);
        }
        status = cal_anniversary_in(day, vectors_int(&v, 6), CAL_ROUND_ERROR, &other);
        assert_int_equal(status, strcmp(moved, "none") == 0 ? CAL_NO_SUCH_DAY : CAL_OK);
        if (status == CAL_OK) {
            cal_format(other, text);
            assert_string_equal(text, moved);
        }
    }
    assert_true(v.row >= 3000);
}

static void bad_dates_are_explained(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum cal_parse_kind kind;
        const char *reason;
    } cases[] = {
        {"2021-02-30", CAL_PARSE_BAD_DAY, "February 2021 has 28 days"},
        {"2020-02-30", CAL_PARSE_BAD_DAY, "February 2020 has 29 days"},
        {"2021-04-31", CAL_PARSE_BAD_DAY, "April 2021 has 30 days"},
        {"2021-2-30", CAL_PARSE_BAD_DAY, "February 2021 has 28 days"},
        {"2021-02-00", CAL_PARSE_BAD_DAY, "there is no day 0"},
        {"2021-13-01", CAL_PARSE_BAD_MONTH, "there is no month 13"},
        {"2021-00-01", CAL_PARSE_BAD_MONTH, "there is no month 0"},
        {"0000-01-01", CAL_PARSE_YEAR_ZERO, "there is no year 0000: years run from 0001 to 9999"},
        {"10000-01-01", CAL_PARSE_YEAR_RANGE, "years run from 0001 to 9999"},
        {"99999999999999999999-01-01", CAL_PARSE_YEAR_RANGE, "years run from 0001 to 9999"},
        {"2021-1-1", CAL_PARSE_WRONG_SHAPE, "write it as 2021-01-01"},
        {"2021-01-1", CAL_PARSE_WRONG_SHAPE, "write it as 2021-01-01"},
        {"2021/01/01", CAL_PARSE_WRONG_SHAPE, "write it as 2021-01-01"},
        {"\t2021-01-01  ", CAL_PARSE_WRONG_SHAPE, "write it as 2021-01-01"},
        {" 2021-01-01", CAL_PARSE_WRONG_SHAPE, "write it as 2021-01-01"},
        {"01/02/2021", CAL_PARSE_WRONG_ORDER, "write a date as YYYY-MM-DD: 2021-02-01 or 2021-01-02"},
        {"1.2.2021", CAL_PARSE_WRONG_ORDER, "write a date as YYYY-MM-DD: 2021-02-01 or 2021-01-02"},
        {"13/02/2021", CAL_PARSE_WRONG_ORDER, "write a date as YYYY-MM-DD: 2021-02-13"},
        {"02/13/2021", CAL_PARSE_WRONG_ORDER, "write a date as YYYY-MM-DD: 2021-02-13"},
        {"03/03/2021", CAL_PARSE_WRONG_ORDER, "write a date as YYYY-MM-DD: 2021-03-03"},
        {"30/30/2021", CAL_PARSE_WRONG_ORDER, "write a date as YYYY-MM-DD"},
        {"2021-01-01T00:00:00Z", CAL_PARSE_TIME_OF_DAY, "a date has no time of day: write 2021-01-01"},
        {"2021-01-01 09:30", CAL_PARSE_TIME_OF_DAY, "a date has no time of day: write 2021-01-01"},
        {"2021-02-30T09:30", CAL_PARSE_BAD_DAY, "February 2021 has 28 days"},
        {"", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"   ", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"soon", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"21-01-01", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"2021-01-", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"2021-01", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"2021-01/01", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"-2021-01-01", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"2021-01-01x", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
        {"2021-01-0a", CAL_PARSE_NOT_A_DATE, "write a date as YYYY-MM-DD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cal_parse_error error;
        cal_day day = 4711;
        char reason[CAL_EXPLAIN_MAX];
        if (cal_parse(cases[i].text, strlen(cases[i].text), &day, &error))
            fail_msg("%s was read as a date", cases[i].text);
        assert_false(cal_parse(cases[i].text, strlen(cases[i].text), &day, NULL));
        assert_int_equal(day, 4711);
        int length = cal_explain(&error, reason, sizeof reason);
        assert_string_equal(reason, cases[i].reason);
        assert_int_equal(length, strlen(reason));
        assert_int_equal(error.kind, cases[i].kind);
    }
}

static void explanations_fit_the_buffer_given(void **state) {
    (void)state;
    struct cal_parse_error error = {CAL_PARSE_BAD_DAY, 2021, 2, 30};
    char small[9];
    assert_int_equal(cal_explain(&error, small, sizeof small), 25);
    assert_string_equal(small, "February");
    assert_int_equal(cal_explain(&error, NULL, 0), 25);
    cal_day day = 0;
    assert_true(cal_parse("2021-01-01 and more", 10, &day, NULL));
    assert_int_equal(day, on(2021, 1, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_round_trips),
        cmocka_unit_test(text_of_every_day_is_read_back),
        cmocka_unit_test(nothing_lies_outside),
        cmocka_unit_test(months_agree_with_the_model_over_a_cycle),
        cmocka_unit_test(months_agree_with_the_model_at_both_ends),
        cmocka_unit_test(years_and_weeks_are_months_and_days),
        cmocka_unit_test(any_amount_is_safe),
        cmocka_unit_test(whole_months_and_years_agree_with_counting),
        cmocka_unit_test(rounding_decides_whole_months),
        cmocka_unit_test(next_anniversary_agrees_with_its_definition),
        cmocka_unit_test(anniversaries_start_from_the_original_day),
        cmocka_unit_test(parts_of_a_day),
        cmocka_unit_test(python_agrees),
        cmocka_unit_test(bad_dates_are_explained),
        cmocka_unit_test(explanations_fit_the_buffer_given),
    };
    return cmocka_run_group_tests_name("calendar", tests, build_model, NULL);
}
