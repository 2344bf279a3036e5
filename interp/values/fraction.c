/*
 * fraction.c: arithmetic on reduced fractions of 128 bits.
 *
 * Common factors are taken out before multiplying, so a product overflows only when the result does.
 * A sum can be too wide on the way and yet reduce to something that fits; that path, comparison and
 * rounding use products of 256 bits. It must not know about policies, and uses no floating point.
 */
#include "interp/values/fraction.h"

#include "grammar/base/banned.h"

/* An unsigned value of 256 bits. */
struct wide {
    num_u128 high;
    num_u128 low;
};

/* The largest magnitude of a numerator or a denominator: 2^127 - 1. */
static const num_u128 frac_limit = ~(num_u128)0 >> 1;

static num_u128 magnitude(num_i128 v) {
    return v < 0 ? 0 - (num_u128)v : (num_u128)v;
}

static num_i128 with_sign(num_u128 size, bool negative) {
    return negative ? -(num_i128)size : (num_i128)size;
}

static num_u128 gcd(num_u128 a, num_u128 b) {
    /* Division of 128 bits is slow: leave it as soon as both numbers are small. */
    while (b > UINT64_MAX || (b != 0 && a > UINT64_MAX)) {
        num_u128 rest = a % b;
        a = b;
        b = rest;
    }
    if (b == 0)
        return a;
    uint64_t x = (uint64_t)a;
    uint64_t y = (uint64_t)b;
    while (y != 0) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return x;
}

static struct wide wide_mul(num_u128 a, num_u128 b) {
    num_u128 a_low = (uint64_t)a, a_high = a >> 64;
    num_u128 b_low = (uint64_t)b, b_high = b >> 64;
    num_u128 low = a_low * b_low;
    num_u128 cross = a_high * b_low + (low >> 64);
    num_u128 middle = a_low * b_high + (uint64_t)cross;
    struct wide product = {a_high * b_high + (cross >> 64) + (middle >> 64), (middle << 64) | (uint64_t)low};
    return product;
}

static int wide_compare(struct wide a, struct wide b) {
    if (a.high != b.high)
        return a.high > b.high ? 1 : -1;
    return (a.low > b.low) - (a.low < b.low);
}

/* Both below 2^254 where it is used. */
static struct wide wide_add(struct wide a, struct wide b) {
    struct wide sum = {a.high + b.high, a.low + b.low};
    sum.high += sum.low < a.low ? 1 : 0;
    return sum;
}

/* a at least b. */
static struct wide wide_sub(struct wide a, struct wide b) {
    struct wide difference = {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
    return difference;
}

/* Quotient, and remainder in `*rest`. The divisor is 1..2^127, so the remainder can be doubled. */
static struct wide wide_div(struct wide a, num_u128 divisor, num_u128 *rest) {
    struct wide quotient = {a.high / divisor, 0};
    num_u128 left = a.high % divisor;
    if (left == 0) {
        quotient.low = a.low / divisor;
        *rest = a.low % divisor;
        return quotient;
    }
    for (int bit = 127; bit >= 0; bit--) {
        left = left << 1 | (a.low >> bit & 1);
        quotient.low <<= 1;
        if (left >= divisor) {
            left -= divisor;
            quotient.low |= 1;
        }
    }
    *rest = left;
    return quotient;
}

static bool multiply(num_u128 a, num_u128 b, num_u128 *out) {
    return !__builtin_mul_overflow(a, b, out) && *out <= frac_limit;
}

struct frac frac_from_number(int64_t mantissa, int scale) {
    num_u128 size = magnitude(mantissa);
    num_u128 den = (num_u128)num_pow10(scale);
    num_u128 common = gcd(den, size);
    struct frac result = {with_sign(size / common, mantissa < 0), (num_i128)(den / common)};
    return result;
}

/* x + y, either negative, as a size and a sign. */
static struct wide signed_sum(struct wide x, bool x_negative, struct wide y, bool y_negative,
                              bool *negative) {
    if (x_negative == y_negative) {
        *negative = x_negative;
        return wide_add(x, y);
    }
    bool x_larger = wide_compare(x, y) >= 0;
    *negative = x_larger ? x_negative : y_negative;
    return x_larger ? wide_sub(x, y) : wide_sub(y, x);
}

enum frac_status frac_add(struct frac a, struct frac b, struct frac *out) {
    /*
     * With g the common factor of the denominators, the sum is t / (den_a / g * den_b) where
     * t = num_a * (den_b / g) + num_b * (den_a / g), and whatever t still shares with that
     * denominator it shares with g.
     */
    num_u128 common = gcd((num_u128)a.den, (num_u128)b.den);
    num_u128 scale_a = (num_u128)b.den / common;
    num_u128 scale_b = (num_u128)a.den / common;
    bool negative = false;
    struct wide sum = signed_sum(wide_mul(magnitude(a.num), scale_a), a.num < 0,
                                 wide_mul(magnitude(b.num), scale_b), b.num < 0, &negative);
    num_u128 rest = 0;
    num_u128 shared = 1;
    if (common > 1) {
        wide_div(sum, common, &rest);
        shared = gcd(common, rest);
        sum = wide_div(sum, shared, &rest);
    }
    num_u128 den;
    if (sum.high != 0 || sum.low > frac_limit || !multiply(scale_b, (num_u128)b.den / shared, &den))
        return FRAC_OVERFLOW;
    out->num = with_sign(sum.low, negative);
    out->den = (num_i128)den;
    return FRAC_OK;
}

enum frac_status frac_sub(struct frac a, struct frac b, struct frac *out) {
    return frac_add(a, frac_neg(b), out);
}

enum frac_status frac_mul(struct frac a, struct frac b, struct frac *out) {
    num_u128 cross_a = gcd((num_u128)b.den, magnitude(a.num));
    num_u128 cross_b = gcd((num_u128)a.den, magnitude(b.num));
    num_u128 size, den;
    if (!multiply(magnitude(a.num) / cross_a, magnitude(b.num) / cross_b, &size) ||
        !multiply((num_u128)a.den / cross_b, (num_u128)b.den / cross_a, &den))
        return FRAC_OVERFLOW;
    out->num = with_sign(size, (a.num < 0) != (b.num < 0));
    out->den = (num_i128)den;
    return FRAC_OK;
}

enum frac_status frac_div(struct frac a, struct frac b, struct frac *out) {
    if (b.num == 0)
        return FRAC_ZERO_DIVISION;
    struct frac inverse = {with_sign((num_u128)b.den, b.num < 0), (num_i128)magnitude(b.num)};
    return frac_mul(a, inverse, out);
}

struct frac frac_neg(struct frac a) {
    struct frac result = {-a.num, a.den};
    return result;
}

int frac_compare(struct frac a, struct frac b) {
    int sign_a = (a.num > 0) - (a.num < 0);
    int sign_b = (b.num > 0) - (b.num < 0);
    if (sign_a != sign_b)
        return sign_a > sign_b ? 1 : -1;
    int order = wide_compare(wide_mul(magnitude(a.num), (num_u128)b.den),
                             wide_mul(magnitude(b.num), (num_u128)a.den));
    return sign_a < 0 ? -order : order;
}

bool frac_is_integer(struct frac a) {
    return a.den == 1;
}

enum frac_status frac_round(struct frac x, int digits, enum frac_rounding mode, int64_t *mantissa) {
    if (digits < 0 || digits > NUM_MAX_DIGITS)
        return FRAC_OVERFLOW;
    num_u128 den = (num_u128)x.den;
    num_u128 rest = 0;
    struct wide whole = wide_div(wide_mul(magnitude(x.num), (num_u128)num_pow10(digits)), den, &rest);
    bool step = mode == FRAC_AWAY_FROM_ZERO && rest != 0;
    if (mode == FRAC_HALF_AWAY_FROM_ZERO)
        step = rest >= den - rest;
    /* Still below the limit after the step, so that the step cannot carry it over. */
    if (whole.high != 0 || whole.low > (num_u128)NUM_LIMIT - (step ? 1 : 0))
        return FRAC_OVERFLOW;
    int64_t size = (int64_t)whole.low + (step ? 1 : 0);
    *mantissa = x.num < 0 ? -size : size;
    return FRAC_OK;
}

/* Writes the digits at `at`, returns how many. */
static int put_size(num_u128 size, char *at) {
    char reversed[40];
    int used = 0;
    do {
        reversed[used++] = (char)('0' + (int)(size % 10));
        size /= 10;
    } while (size != 0);
    for (int i = 0; i < used; i++)
        at[i] = reversed[used - 1 - i];
    return used;
}

int frac_format(struct frac x, char *buf, size_t cap) {
    char text[FRAC_TEXT_MAX];
    int used = 0;
    if (x.num < 0)
        text[used++] = '-';
    used += put_size(magnitude(x.num), text + used);
    if (x.den != 1) {
        text[used++] = '/';
        used += put_size((num_u128)x.den, text + used);
    }
    if (cap > 0) {
        size_t shown = (size_t)used < cap ? (size_t)used : cap - 1;
        for (size_t i = 0; i < shown; i++)
            buf[i] = text[i];
        buf[shown] = '\0';
    }
    return used;
}
