/*
 * Inside of the column evaluator: operands as arrays, and what the kernels share. Must not be included outside interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_COLUMN_MACHINE_H
#define PROVISO_INTERP_RUN_COLUMN_MACHINE_H

#include "interp/run/column_plan.h"

typedef void column_kernel(struct column_machine *m, const struct column_step *step);

/* The column of a register; a constant is written out `count` times into scratch column `which`. Values are never NULL. */
struct column column_fetch(struct column_machine *m, uint32_t reg, int which);
/* Where the result goes. */
static inline struct column *column_out(struct column_machine *m, const struct column_step *step) {
    return &m->cells[step->out];
}
/* A list of operands and how many. */
static inline const uint32_t *column_operands(const struct column_machine *m, uint32_t place,
                                              uint32_t *count) {
    *count = m->plan->pool[place];
    return &m->plan->pool[place + 1];
}
static inline bool column_is_constant(const struct column_machine *m, uint32_t reg) {
    return reg < m->plan->program->constant_count;
}
/* What a state adds to that of a result whose operands are not all values: the larger one wins. */
static inline uint8_t column_join(uint8_t a, uint8_t b) {
    uint8_t x = a < CELL_NONE ? 0 : a, y = b < CELL_NONE ? 0 : b;
    return x > y ? x : y;
}
/* Where the values of a giver stand, or of the normal case. `stride` is 0 for a constant. */
struct column_source {
    const uint8_t *state;
    const char *values;
    uint32_t stride;
};

/* Rows that matter: a list, or all of them. */
struct chosen {
    const uint32_t *rows; /* NULL: all */
    uint32_t count;
};
/* For a costly step the rows where its guard is not no. */
struct chosen column_choose(struct column_machine *m, const struct column_step *step);
/* Bytes of a value of that kind beside its state. */
size_t column_width(unsigned kind);
/* Whether two cells that are not open hold the same. */
bool column_equal(const struct column *x, uint32_t i, const struct column *y, uint32_t j, unsigned kind);
/* Puts a value into a cell. */
void column_put(struct column *column, uint32_t row, const struct value *value);
/* The kind a register holds. */
unsigned column_kind(const struct column_machine *m, uint32_t reg);

/* By op; NULL where it has no columns. */
column_kernel *column_kernel_of(unsigned op);

/* What searches for rules, where the plan has lookups. False where memory ran out. */
bool column_finder_init(struct column_machine *m);
/* Decides the rows again in which rules apply, or may, that are searched for; the step has decided by the others. */
void column_find(struct column_machine *m, const struct column_step *step, const struct column_lookup *lookup,
                 uint8_t *verdicts, uint16_t *winners);

column_kernel column_degree, column_gate, column_decide, column_total, column_duty;

#endif
