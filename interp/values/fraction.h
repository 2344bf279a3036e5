/*
 * fraction.h: exact fractions, for what a decimal cannot hold: the result of a division.
 *
 * A fraction is kept reduced, so that equal values look equal and overflow comes as late as it can;
 * the way back to a number is a rounding that the policy names. Pure functions, no allocation. It
 * must not know which expression a fraction came from.
 */
#ifndef PROVISO_INTERP_VALUES_FRACTION_H
#define PROVISO_INTERP_VALUES_FRACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interp/values/number.h"

/**
 * num / den: den > 0, no common factor, zero is 0/1, and num above -2^127 so that it can be negated.
 * Every function expects such values and gives such values.
 */
struct frac {
    num_i128 num;
    num_i128 den;
};

/** Result of fraction arithmetic. Unless it is FRAC_OK the output is left untouched. */
enum frac_status {
    FRAC_OK,
    FRAC_ZERO_DIVISION,
    FRAC_OVERFLOW /**< the reduced result itself does not fit (128 bits, or a number's 18 digits) */
};

/** How a fraction becomes a decimal. `round_down` and `round_up` go by size, as spreadsheets do. */
enum frac_rounding {
    FRAC_HALF_AWAY_FROM_ZERO, /**< to the nearest, a half away from zero */
    FRAC_TOWARD_ZERO,         /**< down */
    FRAC_AWAY_FROM_ZERO       /**< up, unless exact */
};

/** A buffer of this size holds every formatted fraction: a sign, 39 digits, a slash, 39 digits. */
#define FRAC_TEXT_MAX 81

/** The number `mantissa` at `scale` (0..18) as a fraction; exact for any int64. */
struct frac frac_from_number(int64_t mantissa, int scale);

/**
 * Exact arithmetic. FRAC_OVERFLOW only when the reduced result does not fit: what is larger on the
 * way there is carried in 256 bits.
 */
enum frac_status frac_add(struct frac a, struct frac b, struct frac *out);
enum frac_status frac_sub(struct frac a, struct frac b, struct frac *out);
enum frac_status frac_mul(struct frac a, struct frac b, struct frac *out);
enum frac_status frac_div(struct frac a, struct frac b, struct frac *out);

/** -a; always fits. */
struct frac frac_neg(struct frac a);

/** -1, 0 or 1 as a is smaller than, equal to or greater than b; exact, never overflows. */
int frac_compare(struct frac a, struct frac b);

/** Whether a is a whole number. */
bool frac_is_integer(struct frac a);

/**
 * The decimal with `digits` (0..18) decimals that `mode` gives for x, as a mantissa at that scale.
 * FRAC_OVERFLOW when it is beyond NUM_LIMIT or `digits` is not 0..18.
 */
enum frac_status frac_round(struct frac x, int digits, enum frac_rounding mode, int64_t *mantissa);

/**
 * Writes "a/b", or "a" for a whole number. Like snprintf: at most `cap` bytes with the terminator,
 * returns the length of the whole text.
 */
int frac_format(struct frac x, char *buf, size_t cap);

#endif
