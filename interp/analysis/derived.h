/*
 * Variables that are functions of others: a date moved by months, the year of a date, whole months between dates, a rounded fraction, a
 * sum, a product. Each contributes what its arguments' bounds imply; the rest is decided where a cell would be reported, by narrowing
 * the arguments until the function is exact there. Must not know rules or decisions.
 */
#ifndef PROVISO_INTERP_ANALYSIS_DERIVED_H
#define PROVISO_INTERP_ANALYSIS_DERIVED_H

#include "interp/analysis/space.h"

/* The smallest and largest value of a variable, of a form (times its divisor) in a zone. */
void variable_range(const struct space *space, const struct zone *zone, uint32_t variable, int64_t *low,
                    int64_t *high);
void linear_range(const struct space *space, const struct zone *zone, const struct linear *linear,
                  num_i128 *low, num_i128 *high);

/*
 * Adds to the zone what is known of the derived variable there (`wide`: also where the arguments range widely, which takes
 * longer). False where nothing is left.
 */
bool derived_bound(const struct space *space, uint32_t variable, struct zone *zone, bool wide);

/* Whether the function grows with its one argument, so that derived_inverse answers. */
bool derived_grows(const struct variable *variable);
/*
 * f(x) <= limit exactly where x <= *most (of a rounded fraction: x * *divisor <= *most, or < where *strict). *most may be
 * below or above all arguments.
 */
void derived_inverse(const struct variable *variable, num_i128 limit, num_i128 *most, num_i128 *divisor,
                     bool *strict);

/* The value for given values of the arguments (times their divisors); false where there is none, or it is opaque. */
bool derived_value(const struct variable *variable, num_i128 first, num_i128 second, int64_t *value);

/* Whether the zone's bounds say all there is about the variable. */
bool derived_exact(const struct space *space, const struct zone *zone, uint32_t variable);

/*
 * A bound that narrows an argument of an inexact variable: x_i <= *most splits the zone in two that both have points. False where
 * no argument can be narrowed (it is opaque).
 */
bool derived_split(const struct space *space, const struct zone *zone, uint32_t variable, uint32_t *i,
                   int64_t *most);

/*
 * A sum of several variables that is known to be low through high bounds each of its parts, and each difference of two, by what the
 * others leave. False where nothing is left of the zone.
 */
bool sum_bound(const struct space *space, struct zone *zone, const struct linear *sum, num_i128 low,
               num_i128 high);
/* Whether the zone's own bounds then say all that those on the sum say: all but one part, or a difference, are fixed. */
bool sum_exact(const struct space *space, const struct zone *zone, const struct linear *sum);
/* As derived_split, for a part of a sum. */
bool sum_split(const struct space *space, const struct zone *zone, const struct linear *sum, uint32_t *i,
               int64_t *most);

#endif
