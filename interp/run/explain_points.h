/*
 * Values of a date or number that are worth trying: around what the program compares with, and as far away as it moves dates.
 * Must not know what is tried with them.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_POINTS_H
#define PROVISO_INTERP_RUN_EXPLAIN_POINTS_H

#include "interp/facts/record.h"
#include "interp/run/explain_slice.h"

/* Sorted, without doubles, the first and last being the ends of what the type holds or, where it declares none, of what is tried. */
struct points {
    int64_t *items;
    size_t count, capacity;
    bool sampled; /* what comes again each week or year may stand between them */
};

/* How many values a type may have for all of them to be points; of a date of whose parts the answer is made (its weekday): `apart`. */
struct points_most {
    size_t usual, apart;
};

/*
 * The points of a date (days) or a number (mantissas at the scale of `type`), in the arena: all values, or those around what meets
 * the fact that slice_of was told of last. False where memory ran out.
 */
bool explain_points(const struct slice *slice, const struct record *record, cal_day today,
                    const struct type *type, struct points_most most, struct arena *arena,
                    struct points *points);

#endif
