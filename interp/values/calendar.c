/*
 * calendar.c: days and civil dates by integer arithmetic.
 *
 * Two facts carry most of it: 400 Gregorian years are exactly 146097 days, and a year counted from
 * March has its leap day last, so that month lengths before it follow one pattern. All sums are
 * done in 64 bits on operands already bounded, so no argument can overflow. It must not know who
 * asks, and never reads a clock.
 */
#include "interp/values/calendar.h"

#include <stdio.h>

#include "grammar/base/banned.h"

enum {
    DAYS_IN_CYCLE = 146097,  /* 400 years */
    DAYS_IN_CENTURY = 36524, /* a century that does not end in a leap day */
    DAYS_IN_FOUR = 1461,
    DAYS_IN_YEAR = 365,
    YEAR_MIN = 1,
    YEAR_MAX = 9999,
    MONTHS_SPAN = 12 * YEAR_MAX,             /* more than any two days can be apart */
    WEEKS_SPAN = (2932896 + 719162) / 7 + 1, /* likewise */
    EPOCH_FROM_MARCH = 719468                /* 0000-03-01 to 1970-01-01 */
};

bool cal_in_range(int64_t day) {
    return day >= CAL_MIN && day <= CAL_MAX;
}

bool cal_is_leap(int y) {
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

int cal_days_in_month(int y, int m) {
    static const int8_t length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (m < 1 || m > 12)
        return 0;
    return m == 2 && cal_is_leap(y) ? 29 : length[m - 1];
}

/* For a year in range and a day that exists. */
static cal_day day_of(int y, int m, int d) {
    static const int16_t before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int past = y - 1;
    int leaps = past / 4 - past / 100 + past / 400;
    int leap_day = m > 2 && cal_is_leap(y) ? 1 : 0;
    return CAL_MIN + past * DAYS_IN_YEAR + leaps + before[m - 1] + leap_day + d - 1;
}

bool cal_from_civil(int y, int m, int d, cal_day *out) {
    if (y < YEAR_MIN || y > YEAR_MAX || d < 1 || d > cal_days_in_month(y, m))
        return false;
    *out = day_of(y, m, d);
    return true;
}

void cal_to_civil(cal_day day, int *y, int *m, int *d) {
    int since = day + EPOCH_FROM_MARCH; /* not negative from 0000-03-01 on */
    int cycle = since / DAYS_IN_CYCLE;
    int rest = since % DAYS_IN_CYCLE;
    /* The last century of a cycle and the last year of four are a day longer: without the cap that
     * day would open a fifth one. */
    int century = rest / DAYS_IN_CENTURY;
    if (century > 3)
        century = 3;
    rest -= century * DAYS_IN_CENTURY;
    int four = rest / DAYS_IN_FOUR;
    rest -= four * DAYS_IN_FOUR;
    int one = rest / DAYS_IN_YEAR;
    if (one > 3)
        one = 3;
    rest -= one * DAYS_IN_YEAR;
    /* From March, five months take 153 days in the pattern 31 30 31 30 31. */
    int month = (5 * rest + 2) / 153;
    *d = rest - (153 * month + 2) / 5 + 1;
    *m = month < 10 ? month + 3 : month - 9;
    *y = cycle * 400 + century * 100 + four * 4 + one + (month < 10 ? 0 : 1);
}

int cal_year(cal_day day) {
    int y, m, d;
    cal_to_civil(day, &y, &m, &d);
    return y;
}

int cal_month(cal_day day) {
    int y, m, d;
    cal_to_civil(day, &y, &m, &d);
    return m;
}

int cal_day_of_month(cal_day day) {
    int y, m, d;
    cal_to_civil(day, &y, &m, &d);
    return d;
}

int cal_weekday(cal_day day) {
    /* 1970-01-01 was a Thursday. */
    int64_t rest = ((int64_t)day + 3) % 7;
    return (int)(rest < 0 ? rest + 7 : rest);
}

cal_day cal_start_of_month(cal_day day) {
    return day - (cal_day_of_month(day) - 1);
}

cal_day cal_end_of_month(cal_day day) {
    int y, m, d;
    cal_to_civil(day, &y, &m, &d);
    return day + (cal_days_in_month(y, m) - d);
}

enum cal_status cal_add_weeks(cal_day day, int64_t n, cal_day *out) {
    if (n > WEEKS_SPAN || n < -WEEKS_SPAN)
        return CAL_OUT_OF_RANGE;
    return cal_add_days(day, n * 7, out);
}

/* The day y-m-d, rounded where the month is too short for it; `m` is a real month. */
static enum cal_status day_or_rounded(int64_t y, int m, int d, enum cal_rounding rounding, cal_day *out) {
    if (y < YEAR_MIN || y > YEAR_MAX)
        return CAL_OUT_OF_RANGE;
    int year = (int)y;
    int length = cal_days_in_month(year, m);
    if (d <= length) {
        *out = day_of(year, m, d);
        return CAL_OK;
    }
    if (rounding != CAL_ROUND_BACK && rounding != CAL_ROUND_FORWARD)
        return CAL_NO_SUCH_DAY;
    cal_day last = day_of(year, m, length);
    return cal_add_days(last, rounding == CAL_ROUND_FORWARD ? 1 : 0, out);
}

enum cal_status cal_add_months(cal_day day, int64_t n, enum cal_rounding rounding, cal_day *out) {
    if (n > MONTHS_SPAN || n < -MONTHS_SPAN)
        return CAL_OUT_OF_RANGE;
    int y, m, d;
    cal_to_civil(day, &y, &m, &d);
    int64_t months = (int64_t)y * 12 + (m - 1) + n;
    if (months < YEAR_MIN * 12)
        return CAL_OUT_OF_RANGE;
    return day_or_rounded(months / 12, (int)(months % 12) + 1, d, rounding, out);
}

enum cal_status cal_add_years(cal_day day, int64_t n, enum cal_rounding rounding, cal_day *out) {
    if (n > YEAR_MAX || n < -YEAR_MAX)
        return CAL_OUT_OF_RANGE;
    return cal_add_months(day, n * 12, rounding, out);
}

/*
 * Counts steps of `unit` months from a to b, a on or before b. The sum of `steps` falls into the
 * same month (or year) as b, or is rounded to the start of the next; one step more is later than b
 * and one step less is earlier, so a single comparison decides.
 */
static int64_t whole_steps(cal_day a, cal_day b, int64_t steps, int unit, enum cal_rounding rounding) {
    cal_day reached = a;
    enum cal_rounding used = rounding == CAL_ROUND_BACK ? CAL_ROUND_BACK : CAL_ROUND_FORWARD;
    if (cal_add_months(a, steps * unit, used, &reached) != CAL_OK || reached > b)
        return steps - 1;
    return steps;
}

int64_t cal_whole_months(cal_day a, cal_day b, enum cal_rounding rounding) {
    if (a > b)
        return -cal_whole_months(b, a, rounding);
    int ya, ma, yb, mb, d;
    cal_to_civil(a, &ya, &ma, &d);
    cal_to_civil(b, &yb, &mb, &d);
    return whole_steps(a, b, (int64_t)(yb - ya) * 12 + (mb - ma), 1, rounding);
}

int64_t cal_whole_years(cal_day a, cal_day b, enum cal_rounding rounding) {
    if (a > b)
        return -cal_whole_years(b, a, rounding);
    return whole_steps(a, b, (int64_t)cal_year(b) - cal_year(a), 12, rounding);
}

enum cal_status cal_anniversary_in(cal_day d, int64_t year, enum cal_rounding rounding, cal_day *out) {
    int y, month, day;
    cal_to_civil(d, &y, &month, &day);
    return day_or_rounded(year, month, day, rounding, out);
}

enum cal_status cal_next_anniversary(cal_day d, cal_day after, enum cal_rounding rounding, cal_day *out) {
    int first = cal_year(d) + 1;
    int year = cal_year(after);
    if (year < first)
        year = first;
    cal_day found = d;
    enum cal_status status = cal_anniversary_in(d, year, rounding, &found);
    bool passed = status == CAL_OK && found <= after;
    if (status == CAL_NO_SUCH_DAY) {
        /* Rounded forward is the latest it could be: on or before `after`, it is over either way. */
        passed = cal_anniversary_in(d, year, CAL_ROUND_FORWARD, &found) == CAL_OK && found <= after;
    }
    if (passed)
        status = cal_anniversary_in(d, (int64_t)year + 1, rounding, &found);
    if (status == CAL_OK)
        *out = found;
    return status;
}

/* A run of digits: its value (held at a cap, far above any year) and how many there were. */
struct digits {
    int value;
    size_t width;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static struct digits read_digits(const char *s, size_t n, size_t at) {
    struct digits run = {0, 0};
    while (at + run.width < n && is_digit(s[at + run.width])) {
        if (run.value < 1000000)
            run.value = run.value * 10 + (s[at + run.width] - '0');
        run.width++;
    }
    return run;
}

/* Three runs of digits with one and the same separator between them, and nothing else. */
static bool read_three(const char *s, size_t n, struct digits part[3]) {
    size_t at = 0;
    char separator = '\0';
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            if (at == n || (s[at] != '-' && s[at] != '/' && s[at] != '.') || (i == 2 && s[at] != separator))
                return false;
            separator = s[at++];
        }
        part[i] = read_digits(s, n, at);
        at += part[i].width;
        if (part[i].width == 0)
            return false;
    }
    return at == n;
}

static bool strict_shape(const char *s, size_t n, struct digits part[3]) {
    return n == 10 && s[4] == '-' && read_three(s, n, part) && part[0].width == 4 && part[1].width == 2;
}

/* What is wrong with y-m-d, `otherwise` when it is a real day. */
static enum cal_parse_kind judge(int y, int m, int d, enum cal_parse_kind otherwise) {
    if (y < YEAR_MIN)
        return CAL_PARSE_YEAR_ZERO;
    if (m < 1 || m > 12)
        return CAL_PARSE_BAD_MONTH;
    if (d < 1 || d > cal_days_in_month(y, m))
        return CAL_PARSE_BAD_DAY;
    return otherwise;
}

/* What somebody may have meant by a text that is not of the strict shape. */
static struct cal_parse_error diagnose(const char *s, size_t n) {
    struct digits part[3] = {{0, 0}, {0, 0}, {0, 0}};
    struct cal_parse_error error = {CAL_PARSE_NOT_A_DATE, 0, 0, 0};
    while (n > 0 && (s[0] == ' ' || s[0] == '\t')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    bool timed = n > 11 && (s[10] == 'T' || s[10] == 't' || s[10] == ' ') && is_digit(s[11]);
    if (timed && strict_shape(s, 10, part)) {
        error = (struct cal_parse_error){CAL_PARSE_TIME_OF_DAY, part[0].value, part[1].value, part[2].value};
        error.kind = judge(error.year, error.month, error.day, CAL_PARSE_TIME_OF_DAY);
    } else if (!read_three(s, n, part)) {
        return error;
    } else if (part[0].width >= 4 && part[1].width <= 2 && part[2].width <= 2) {
        error = (struct cal_parse_error){CAL_PARSE_YEAR_RANGE, part[0].value, part[1].value, part[2].value};
        if (part[0].width == 4)
            error.kind = judge(error.year, error.month, error.day, CAL_PARSE_WRONG_SHAPE);
    } else if (part[0].width <= 2 && part[1].width <= 2 && part[2].width == 4) {
        error = (struct cal_parse_error){CAL_PARSE_WRONG_ORDER, part[2].value, part[1].value, part[0].value};
    }
    return error;
}

bool cal_parse(const char *s, size_t n, cal_day *out, struct cal_parse_error *err) {
    struct digits part[3];
    if (strict_shape(s, n, part) && cal_from_civil(part[0].value, part[1].value, part[2].value, out))
        return true;
    if (err != NULL)
        *err = diagnose(s, n);
    return false;
}

static int explain_order(const struct cal_parse_error *err, char *buf, size_t cap) {
    static const char advice[] = "write a date as YYYY-MM-DD";
    cal_day first = 0, second = 0;
    bool day_first = cal_from_civil(err->year, err->month, err->day, &first);
    bool month_first = cal_from_civil(err->year, err->day, err->month, &second);
    char a[11], b[11];
    if (!day_first && !month_first)
        return snprintf(buf, cap, "%s", advice);
    cal_format(day_first ? first : second, a);
    if (!day_first || !month_first || first == second)
        return snprintf(buf, cap, "%s: %s", advice, a);
    cal_format(second, b);
    return snprintf(buf, cap, "%s: %s or %s", advice, a, b);
}

int cal_explain(const struct cal_parse_error *err, char *buf, size_t cap) {
    char iso[11] = "";
    cal_day day;
    if (cal_from_civil(err->year, err->month, err->day, &day))
        cal_format(day, iso);
    switch (err->kind) {
    case CAL_PARSE_WRONG_SHAPE:
        return snprintf(buf, cap, "write it as %s", iso);
    case CAL_PARSE_WRONG_ORDER:
        return explain_order(err, buf, cap);
    case CAL_PARSE_TIME_OF_DAY:
        return snprintf(buf, cap, "a date has no time of day: write %s", iso);
    case CAL_PARSE_YEAR_ZERO:
        return snprintf(buf, cap, "there is no year 0000: years run from 0001 to 9999");
    case CAL_PARSE_YEAR_RANGE:
        return snprintf(buf, cap, "years run from 0001 to 9999");
    case CAL_PARSE_BAD_MONTH:
        return snprintf(buf, cap, "there is no month %d", err->month);
    case CAL_PARSE_BAD_DAY:
        if (err->day < 1)
            return snprintf(buf, cap, "there is no day %d", err->day);
        return snprintf(buf, cap, "%s %d has %d days", cal_month_name(err->month), err->year,
                        cal_days_in_month(err->year, err->month));
    case CAL_PARSE_NOT_A_DATE:
        break;
    }
    return snprintf(buf, cap, "write a date as YYYY-MM-DD");
}

static void put_digits(char *at, int width, unsigned value) {
    while (width > 0) {
        at[--width] = (char)('0' + value % 10);
        value /= 10;
    }
}

void cal_format(cal_day day, char out[11]) {
    int y, m, d;
    cal_to_civil(day, &y, &m, &d);
    put_digits(out, 4, (unsigned)y);
    out[4] = '-';
    put_digits(out + 5, 2, (unsigned)m);
    out[7] = '-';
    put_digits(out + 8, 2, (unsigned)d);
    out[10] = '\0';
}

const char *cal_month_name(int m) {
    static const char *const name[12] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    return m >= 1 && m <= 12 ? name[m - 1] : "";
}

const char *cal_weekday_name(int weekday) {
    static const char *const name[7] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    return weekday >= 0 && weekday <= 6 ? name[weekday] : "";
}
