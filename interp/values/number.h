/*
 * number.h: exact decimals as a 64-bit mantissa whose scale is known outside.
 *
 * The compiler knows every scale, so a value at run time is one integer and an addition is one
 * instruction; 4730.00 is the mantissa 473000 at scale 2. Nothing rounds here: a result that does
 * not fit is refused. Rounding belongs to fractions. It must not know types, facts or messages
 * beyond the short reasons below.
 */
#ifndef PROVISO_INTERP_VALUES_NUMBER_H
#define PROVISO_INTERP_VALUES_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** For intermediate results that need more than 64 bits. */
__extension__ typedef __int128 num_i128;
__extension__ typedef unsigned __int128 num_u128;

/** Significant digits of a number, and its largest scale. */
#define NUM_MAX_DIGITS 18

/** The largest magnitude of a mantissa: eighteen nines. Every number in a program obeys it. */
#define NUM_LIMIT INT64_C(999999999999999999)

/** A buffer of this size holds every formatted number. */
#define NUM_TEXT_MAX 24

/** Why a text is not a number of the wanted scale. */
enum num_status {
    NUM_OK,
    NUM_NOT_A_NUMBER,
    NUM_TOO_LARGE,          /**< the mantissa would exceed NUM_LIMIT */
    NUM_TOO_MANY_DECIMALS,  /**< digits other than zero beyond the scale, or a scale above 18 */
    NUM_LEADING_ZERO,       /**< 007 */
    NUM_LEADING_PLUS,       /**< +7 */
    NUM_BARE_POINT,         /**< .5 or 5. */
    NUM_EXPONENT,           /**< 1e3 */
    NUM_THOUSANDS_SEPARATOR /**< 4,730.00 */
};

/**
 * Reads a decimal as JSON writes it, but without an exponent, from the `n` bytes at `s` (no
 * terminator needed) into a mantissa at `scale` (0..18). Zeros beyond the scale are dropped; any
 * other digit there is NUM_TOO_MANY_DECIMALS, reported before NUM_TOO_LARGE. Minus zero is zero.
 * `*out` is untouched unless the status is NUM_OK.
 */
enum num_status num_parse(const char *s, size_t n, int scale, int64_t *out);

/** As num_parse, at the scale the text is written with: "4730.00" is 473000 at 2. */
enum num_status num_parse_literal(const char *s, size_t n, int64_t *mantissa, int *scale);

/** The reason in words, to stand after the text it is about ("has a thousands separator"). Static. */
const char *num_status_text(enum num_status status);

/** Writes the number with `scale` (0..18) decimals and a terminator; returns its length. */
int num_format(int64_t mantissa, int scale, char out[NUM_TEXT_MAX]);

/**
 * Exact arithmetic on mantissas: of one scale for add and sub (which is the result's), of any for
 * mul (the result's is their sum). False, `*out` untouched, when the result is beyond NUM_LIMIT.
 */
bool num_add(int64_t a, int64_t b, int64_t *out);
bool num_sub(int64_t a, int64_t b, int64_t *out);
bool num_mul(int64_t a, int64_t b, int64_t *out);

/**
 * The same number at a larger scale. False, `*out` untouched, when the result is beyond NUM_LIMIT or
 * the scales are not 0 <= from <= to <= 18.
 */
bool num_rescale(int64_t v, int from, int to, int64_t *out);

/** -1, 0 or 1 as the first number is smaller, equal, greater; exact for any int64 and scales 0..18. */
int num_compare(int64_t a, int scale_a, int64_t b, int scale_b);

/** 10 to the power of 0..18; 0 for any other exponent. */
int64_t num_pow10(int exponent);

#endif
