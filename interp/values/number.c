/*
 * number.c: reading, writing and calculating with exact decimals.
 *
 * A text is split first and weighed second, so that the answer can say what is wrong with it: people
 * write thousands separators and exponents, and "not a number" would not help them. Every operation
 * either is exact or refuses. It must not round, and must not know what a number stands for.
 */
#include "interp/values/number.h"

#include "grammar/base/banned.h"

/* A well-formed decimal, as slices of the text it was read from. */
struct decimal {
    bool negative;
    const char *whole;
    size_t whole_digits;
    const char *part;
    size_t part_digits;
};

int64_t num_pow10(int exponent) {
    if (exponent < 0 || exponent > NUM_MAX_DIGITS)
        return 0;
    int64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *s, size_t n, size_t at) {
    size_t count = 0;
    while (at + count < n && is_digit(s[at + count]))
        count++;
    return count;
}

/* 4,730.00 or 1,000,000: commas each with a digit before and three digits after. */
static bool has_separators(const char *s, size_t n) {
    size_t at = digits_at(s, n, 0);
    if (at < 1 || at > 3 || at == n || s[at] != ',')
        return false;
    while (at < n && s[at] == ',') {
        if (digits_at(s, n, at + 1) != 3)
            return false;
        at += 4;
    }
    return at == n || (s[at] == '.' && at + 1 + digits_at(s, n, at + 1) == n);
}

/* An exponent and nothing else from `at` on. */
static bool is_exponent(const char *s, size_t n, size_t at) {
    if (at >= n || (s[at] != 'e' && s[at] != 'E'))
        return false;
    at++;
    if (at < n && (s[at] == '+' || s[at] == '-'))
        at++;
    return at < n && at + digits_at(s, n, at) == n;
}

static enum num_status split(const char *s, size_t n, struct decimal *out) {
    size_t at = 0;
    out->negative = n > 0 && s[0] == '-';
    if (out->negative)
        at = 1;
    bool plus = !out->negative && n > 0 && s[0] == '+';
    if (plus)
        at = 1;
    if (has_separators(s + at, n - at))
        return NUM_THOUSANDS_SEPARATOR;
    out->whole = s + at;
    out->whole_digits = digits_at(s, n, at);
    at += out->whole_digits;
    bool point = at < n && s[at] == '.';
    if (point)
        at++;
    out->part = s + at;
    out->part_digits = digits_at(s, n, at);
    at += out->part_digits;
    if (out->whole_digits + out->part_digits == 0)
        return NUM_NOT_A_NUMBER;
    if (at < n)
        return is_exponent(s, n, at) ? NUM_EXPONENT : NUM_NOT_A_NUMBER;
    if (plus)
        return NUM_LEADING_PLUS;
    if (out->whole_digits == 0 || (point && out->part_digits == 0))
        return NUM_BARE_POINT;
    if (out->whole_digits > 1 && out->whole[0] == '0')
        return NUM_LEADING_ZERO;
    return NUM_OK;
}

/* Appends digits to a mantissa that stays within the limit. */
static bool push_digits(int64_t *mantissa, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        int digit = s[i] - '0';
        if (*mantissa > (NUM_LIMIT - digit) / 10)
            return false;
        *mantissa = *mantissa * 10 + digit;
    }
    return true;
}

/* The mantissa at `scale`, which holds every digit that matters. */
static enum num_status weigh(const struct decimal *text, size_t scale, int64_t *out) {
    int64_t mantissa = 0;
    size_t kept = text->part_digits < scale ? text->part_digits : scale;
    if (!push_digits(&mantissa, text->whole, text->whole_digits) || !push_digits(&mantissa, text->part, kept))
        return NUM_TOO_LARGE;
    if (!num_mul(mantissa, num_pow10((int)(scale - kept)), &mantissa))
        return NUM_TOO_LARGE;
    *out = text->negative ? -mantissa : mantissa;
    return NUM_OK;
}

enum num_status num_parse(const char *s, size_t n, int scale, int64_t *out) {
    struct decimal text;
    enum num_status status = split(s, n, &text);
    if (status != NUM_OK)
        return status;
    if (scale < 0 || scale > NUM_MAX_DIGITS)
        return NUM_TOO_MANY_DECIMALS;
    for (size_t i = (size_t)scale; i < text.part_digits; i++) {
        if (text.part[i] != '0')
            return NUM_TOO_MANY_DECIMALS;
    }
    return weigh(&text, (size_t)scale, out);
}

enum num_status num_parse_literal(const char *s, size_t n, int64_t *mantissa, int *scale) {
    struct decimal text;
    enum num_status status = split(s, n, &text);
    if (status != NUM_OK)
        return status;
    if (text.part_digits > NUM_MAX_DIGITS)
        return NUM_TOO_MANY_DECIMALS;
    status = weigh(&text, text.part_digits, mantissa);
    if (status == NUM_OK)
        *scale = (int)text.part_digits;
    return status;
}

const char *num_status_text(enum num_status status) {
    switch (status) {
    case NUM_OK:
        return "is a number";
    case NUM_NOT_A_NUMBER:
        break;
    case NUM_TOO_LARGE:
        return "has more than 18 significant digits";
    case NUM_TOO_MANY_DECIMALS:
        return "has too many decimals";
    case NUM_LEADING_ZERO:
        return "starts with a superfluous zero";
    case NUM_LEADING_PLUS:
        return "starts with a plus sign";
    case NUM_BARE_POINT:
        return "needs a digit on both sides of the point";
    case NUM_EXPONENT:
        return "has an exponent";
    case NUM_THOUSANDS_SEPARATOR:
        return "has a thousands separator";
    }
    return "is not a number";
}

int num_format(int64_t mantissa, int scale, char out[NUM_TEXT_MAX]) {
    /* Digits are produced from the right; a zero stands before the point even when the number has none. */
    char reversed[NUM_TEXT_MAX];
    int decimals = scale < 0 ? 0 : scale > NUM_MAX_DIGITS ? NUM_MAX_DIGITS : scale;
    uint64_t rest = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
    int used = 0;
    for (int digit = 0; digit <= decimals || rest > 0; digit++) {
        if (digit == decimals && decimals > 0)
            reversed[used++] = '.';
        reversed[used++] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (mantissa < 0)
        reversed[used++] = '-';
    for (int i = 0; i < used; i++)
        out[i] = reversed[used - 1 - i];
    out[used] = '\0';
    return used;
}

static bool within_limit(int64_t value, int64_t *out) {
    if (value > NUM_LIMIT || value < -NUM_LIMIT)
        return false;
    *out = value;
    return true;
}

bool num_add(int64_t a, int64_t b, int64_t *out) {
    int64_t sum;
    return !__builtin_add_overflow(a, b, &sum) && within_limit(sum, out);
}

bool num_sub(int64_t a, int64_t b, int64_t *out) {
    int64_t difference;
    return !__builtin_sub_overflow(a, b, &difference) && within_limit(difference, out);
}

bool num_mul(int64_t a, int64_t b, int64_t *out) {
    int64_t product;
    return !__builtin_mul_overflow(a, b, &product) && within_limit(product, out);
}

bool num_rescale(int64_t v, int from, int to, int64_t *out) {
    if (from < 0 || to < from || to > NUM_MAX_DIGITS)
        return false;
    return num_mul(v, num_pow10(to - from), out);
}

int num_compare(int64_t a, int scale_a, int64_t b, int scale_b) {
    /* 2^63 times 10^18 is below 2^123, so both sides fit at the larger scale. */
    num_i128 left = a;
    num_i128 right = b;
    if (scale_a < scale_b)
        left *= num_pow10(scale_b - scale_a);
    else
        right *= num_pow10(scale_a - scale_b);
    return (left > right) - (left < right);
}
