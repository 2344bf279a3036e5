/*
 * Values of a date or number that are worth trying: around what the program compares with, and as far away as it moves dates.
 * Must not know what is tried with them.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_POINTS_H
#define PROVISO_INTERP_RUN_EXPLAIN_POINTS_H

#include "interp/facts/record.h"
#include "interp/program/program.h"

/* Sorted, without doubles, the first and last being the ends of what the type holds or, where it declares none, of what is tried. */
struct points {
    int64_t *items;
    size_t count, capacity;
};

/*
 * The points of a date (days) or a number (mantissas at the scale of `type`), in the arena. `every` allows all values of the type where
 * they are at most that many. False where memory ran out.
 */
bool explain_points(const struct program *program, const struct record *record, cal_day today,
                    const struct type *type, size_t every, struct arena *arena, struct points *points);

#endif
