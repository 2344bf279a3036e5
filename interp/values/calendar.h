/*
 * calendar.h: civil days as plain integers, and the arithmetic policies do with them.
 *
 * A day is a count, so that comparing and subtracting dates are integer operations; year, month and
 * day exist only at the edges. Everything here is pure, allocates nothing and asks neither the C
 * library's time functions nor the machine's clock. It must not know about policies, facts or the
 * tagged value: the rule that a policy has to choose a rounding is enforced above, not here.
 */
#ifndef PROVISO_INTERP_VALUES_CALENDAR_H
#define PROVISO_INTERP_VALUES_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A civil day: days since 1970-01-01, proleptic Gregorian. Functions that take a cal_day expect one
 * in CAL_MIN..CAL_MAX and give one there.
 */
typedef int32_t cal_day;

#define CAL_MIN ((cal_day)-719162) /**< 0001-01-01 */
#define CAL_MAX ((cal_day)2932896) /**< 9999-12-31 */

/** What to do when adding months or years lands on a day that does not exist (30 February). */
enum cal_rounding {
    CAL_ROUND_UNSAID,  /**< nobody has chosen: such a day is a failure, as for CAL_ROUND_ERROR */
    CAL_ROUND_BACK,    /**< the last day of that month */
    CAL_ROUND_FORWARD, /**< the first day of the next month */
    CAL_ROUND_ERROR    /**< a failure, by choice */
};

/** Result of date arithmetic. Unless it is CAL_OK the output is left untouched. */
enum cal_status {
    CAL_OK,
    CAL_OUT_OF_RANGE, /**< before 0001-01-01 or after 9999-12-31 */
    CAL_NO_SUCH_DAY   /**< the day does not exist and no rounding was given */
};

/** Whether `day` lies in 0001-01-01..9999-12-31. */
bool cal_in_range(int64_t day);

/** Gregorian leap year; defined for every int. */
bool cal_is_leap(int y);

/** Days in month `m` (1..12) of year `y`; 0 when there is no such month. */
int cal_days_in_month(int y, int m);

/** The day y-m-d in `*out`; false, and `*out` untouched, when it does not exist or is out of range. */
bool cal_from_civil(int y, int m, int d, cal_day *out);

/** Year, month (1..12) and day of month (1..31) of `day`. */
void cal_to_civil(cal_day day, int *y, int *m, int *d);

int cal_year(cal_day day);         /**< 1..9999 */
int cal_month(cal_day day);        /**< 1..12 */
int cal_day_of_month(cal_day day); /**< 1..31 */
int cal_weekday(cal_day day);      /**< 0 is Monday, 6 is Sunday */

/** First and last day of the month that `day` lies in. */
cal_day cal_start_of_month(cal_day day);
cal_day cal_end_of_month(cal_day day);

/**
 * `day` plus n days, weeks, months, years; n may be negative and any int64 at all. Months and years
 * (a year is twelve months) are added in one step and rounded once at the end. A target month
 * outside the range is CAL_OUT_OF_RANGE whatever the rounding.
 */
static inline enum cal_status cal_add_days(cal_day day, int64_t n, cal_day *out) {
    if (n > (int64_t)CAL_MAX - day || n < (int64_t)CAL_MIN - day)
        return CAL_OUT_OF_RANGE;
    *out = (cal_day)(day + n);
    return CAL_OK;
}
enum cal_status cal_add_weeks(cal_day day, int64_t n, cal_day *out);
enum cal_status cal_add_months(cal_day day, int64_t n, enum cal_rounding rounding, cal_day *out);
enum cal_status cal_add_years(cal_day day, int64_t n, enum cal_rounding rounding, cal_day *out);

/**
 * The greatest n >= 0 such that `a` plus n months (12 n months), rounded as said, is on or before
 * `b`; any rounding but BACK behaves as FORWARD. For `a` after `b`: minus the count from `b` to `a`.
 */
int64_t cal_whole_months(cal_day a, cal_day b, enum cal_rounding rounding);
int64_t cal_whole_years(cal_day a, cal_day b, enum cal_rounding rounding);

/** The month and day of `d` in `year` (any int64), 29 February rounded as said. */
enum cal_status cal_anniversary_in(cal_day d, int64_t year, enum cal_rounding rounding, cal_day *out);

/**
 * The first anniversary of `d` strictly after `after`. Anniversaries are `d` plus 1, 2, 3, … years,
 * each counted from `d` itself and rounded once, so 29 February returns in every leap year.
 * Without a rounding the status is CAL_NO_SUCH_DAY when a day that does not exist could be the
 * answer; one that lies in the past under either rounding is passed over.
 */
enum cal_status cal_next_anniversary(cal_day d, cal_day after, enum cal_rounding rounding, cal_day *out);

/** Why a text is not a date. */
enum cal_parse_kind {
    CAL_PARSE_NOT_A_DATE,  /**< nothing recognised */
    CAL_PARSE_WRONG_SHAPE, /**< year, month, day of a real date, written otherwise: 2021-1-1, 2021/01/01 */
    CAL_PARSE_WRONG_ORDER, /**< the year last: 01/02/2021; `day` is the first number, `month` the second */
    CAL_PARSE_TIME_OF_DAY, /**< a date followed by a time: 2021-01-01T00:00:00Z */
    CAL_PARSE_YEAR_ZERO,   /**< the year 0000 */
    CAL_PARSE_YEAR_RANGE,  /**< a year of more than four digits */
    CAL_PARSE_BAD_MONTH,   /**< month 0 or above 12 */
    CAL_PARSE_BAD_DAY      /**< day 0 or beyond the end of that month */
};

/** What cal_parse found: the kind, and the numbers as far as they were read (otherwise 0). */
struct cal_parse_error {
    enum cal_parse_kind kind;
    int year;
    int month;
    int day;
};

/**
 * Reads exactly `YYYY-MM-DD` from the `n` bytes at `s` (no terminator needed). On failure returns
 * false, leaves `*out` untouched and, unless `err` is NULL, says why in `*err`.
 */
bool cal_parse(const char *s, size_t n, cal_day *out, struct cal_parse_error *err);

/**
 * Renders the reason in words, without the text it is about ("February 2021 has 28 days"). Like
 * snprintf: writes at most `cap` bytes with the terminator, returns the length of the whole text.
 */
int cal_explain(const struct cal_parse_error *err, char *buf, size_t cap);

/** A buffer of this size holds every text of cal_explain. */
#define CAL_EXPLAIN_MAX 80

/** Writes `YYYY-MM-DD` and a terminator. `day` must be in range. */
void cal_format(cal_day day, char out[11]);

/** English name of a month ("January" for 1); the empty string outside 1..12. Static. */
const char *cal_month_name(int m);

/** Lower-case name of a weekday ("monday" for 0), as policies spell it; empty outside 0..6. Static. */
const char *cal_weekday_name(int weekday);

#endif
