/*
 * Which registers of a program lie between a fact and an answer, so that what cannot matter is not tried. Goes by the operands
 * alone, and so never leaves out too much. Must not know values, nor what is tried.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_SLICE_H
#define PROVISO_INTERP_RUN_EXPLAIN_SLICE_H

#include "interp/program/program.h"
#include "interp/run/outcome.h"

/* Marks by register. */
enum slice_mark {
    SLICE_ANSWER = 1,  /* the answer is made from it */
    SLICE_CHECKED = 2, /* so it is, or it may make a record invalid */
    SLICE_MOVED = 4,   /* it is made from the fact */
    SLICE_WANTED = 8   /* it is SLICE_MOVED and SLICE_CHECKED, or such a register is made from it */
};
struct slice {
    const struct program *program;
    uint8_t *marks;
};

/* Marks what the answer that `answer` gives is made from. The marks live in the arena; false where memory ran out. */
bool slice_begin(struct slice *slice, const struct program *program, const struct instruction *answer,
                 struct arena *arena);
/* Marks what lies between a fact, or a field of all records of a list, and the answer; true where the answer may change with it. */
bool slice_of(struct slice *slice, const struct reason *at);
/* What slice_of said of register `reg`. */
bool slice_wants(const struct slice *slice, uint32_t reg);
bool slice_moves(const struct slice *slice, uint32_t reg);

#endif
