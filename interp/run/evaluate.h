/*
 * The scalar evaluator: one record, one day, one outcome, with a trace on request. The reference for every other engine.
 * Must not know where records come from or how outcomes are shown.
 */
#ifndef PROVISO_INTERP_RUN_EVALUATE_H
#define PROVISO_INTERP_RUN_EVALUATE_H

#include "interp/facts/record.h"
#include "interp/program/program.h"
#include "interp/run/outcome.h"

/* What the question is about. */
struct question {
    cal_day today;
    bool has_known_on; /* only rules announced by then count; default: all */
    cal_day known_on;
};

/* Called for every instruction of the program in order, with the value it gave; loop bodies once an element. */
struct trace {
    void (*step)(void *context, const struct program *program, uint32_t instruction, struct value value);
    void *context;
};

enum evaluate_status {
    EVALUATE_OK,
    EVALUATE_REJECTED, /* the record breaks a `require` or an `only when`: see record->problems */
    EVALUATE_OUT_OF_MEMORY
};

/*
 * Evaluates. `arena` holds registers and the outcome; the caller resets it when done with both. `trace` may be NULL. The program is
 * read only, so that many threads may use it at once.
 */
enum evaluate_status evaluate(const struct program *program, struct record *record,
                              const struct question *question, struct arena *arena, const struct trace *trace,
                              struct outcome *outcome);

/*
 * What one evaluation of a program after the other is done with: one thread's. With a rule index an evaluation costs what it runs, and
 * no more with each rule that it does not look at.
 */
struct evaluator {
    const struct program *program;
    struct value *registers;
    enum degree *degrees;
    struct lookup *lookup;
};

/* Makes one in `arena`, which must outlive it. False where memory ran out. */
bool evaluator_init(struct evaluator *evaluator, const struct program *program, struct arena *arena);
/* As evaluate() without a trace; the degrees of the outcome hold until the next evaluation. */
enum evaluate_status evaluator_run(struct evaluator *evaluator, struct record *record,
                                   const struct question *question, struct arena *arena,
                                   struct outcome *outcome);

#endif
