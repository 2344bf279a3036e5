/*
 * Linear forms over the variables of a question: (constant + sum of factor * variable) / divisor, exact, reduced, and interned, so
 * that equal forms are one pointer. What a fact moved by days, a number times a constant, a fraction with one unknown part comes to.
 * Must not know what a variable stands for.
 */
#ifndef PROVISO_INTERP_ANALYSIS_LINEAR_H
#define PROVISO_INTERP_ANALYSIS_LINEAR_H

#include "grammar/base/arena.h"
#include "interp/values/number.h"

/* Sums of more variables than this are not linear to us. */
#define LINEAR_PARTS 8

struct linear_part {
    num_i128 factor; /* never 0 */
    uint32_t variable;
};
/* divisor > 0; no common factor; parts sorted by variable. */
struct linear {
    num_i128 constant, divisor;
    struct linear *next; /* of one hash */
    uint32_t id, count;
    struct linear_part parts[];
};

struct linears {
    struct arena *arena;
    struct linear **slots;
    uint32_t slot_count, count;
    bool failed; /* memory ran out */
};

/* False where memory ran out. */
bool linears_init(struct linears *linears, struct arena *arena);
/*
 * Each gives NULL where the result is too large to be held exactly or has too many parts, where memory ran out (failed), and where an
 * operand is NULL.
 */
const struct linear *linear_constant(struct linears *linears, num_i128 numerator, num_i128 divisor);
const struct linear *linear_variable(struct linears *linears, uint32_t variable, num_i128 factor,
                                     num_i128 divisor);
const struct linear *linear_sum(struct linears *linears, const struct linear *a, const struct linear *b,
                                bool minus);
const struct linear *linear_times(struct linears *linears, const struct linear *a, num_i128 numerator,
                                  num_i128 divisor);

/* The largest whole number not above value / by; by is not 0. */
static inline num_i128 linear_floor(num_i128 value, num_i128 by) {
    num_i128 quotient = value / by;
    return value % by != 0 && (value < 0) != (by < 0) ? quotient - 1 : quotient;
}
static inline bool linear_is_constant(const struct linear *linear) {
    return linear->count == 0;
}

#endif
