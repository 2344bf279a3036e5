/*
 * One evaluation remembered: what every instruction gave, and from it the value of any expression of the policy, also inside a
 * loop over a list. Nothing is remembered unless somebody asks for it. Must not know what an explanation says.
 */
#ifndef PROVISO_INTERP_RUN_TRACED_H
#define PROVISO_INTERP_RUN_TRACED_H

#include "interp/run/evaluate.h"

struct traced_step {
    uint32_t instruction;
    struct value value;
};

/* One record of a list, looked at from inside a loop over it: the loop's node, the record, its part of the steps. */
struct traced_record {
    const struct ast_node *loop;
    const struct value_list *list;
    uint32_t element, fold; /* fold: the instruction that ends the loop */
    size_t from, to;
    struct traced_record *outer, *self_before;
};

/* `values` by instruction: the last it gave. `last`, `previous`, and the indices behind them are an instruction plus 1, 0 for none. */
struct traced {
    const struct program *program;
    const struct record *record;
    struct question question;
    struct arena *arena;
    struct value *values;
    struct traced_step *steps;
    size_t step_count, step_capacity;
    uint32_t *last;                       /* by node id: the last instruction made for it */
    uint32_t *previous;                   /* by instruction: the one before for the same node */
    uint32_t *facts, *decisions, *duties; /* by index: what gives them their value */
    struct traced_record *innermost;      /* loop whose record is looked at; NULL outside of loops */
    struct traced_record *self;           /* whose fields bare names are */
    struct trace trace;                   /* hand it to evaluate() */
};

/*
 * Makes ready. All lives in `arena`; the program, record and traced itself must outlive it and not move. False where memory ran
 * out; during the evaluation arena->failed tells.
 */
bool traced_begin(struct traced *traced, const struct program *program, const struct record *record,
                  const struct question *question, struct arena *arena);
/* What a register holds. */
struct value traced_register(const struct traced *traced, uint32_t reg);
/* The instruction that gives the value of a decision, or a duty; NULL where there is none. */
const struct instruction *traced_decision(const struct traced *traced, uint32_t decision);
const struct instruction *traced_duty(const struct traced *traced, uint32_t duty);
/* The value a fact had, `only when` included. */
struct value traced_fact(const struct traced *traced, uint32_t fact);
/*
 * The value of an expression or of a cell of a table, and its type. False where there is none to tell: it stands in a loop that no
 * record was given to, or is no expression.
 */
bool traced_value(struct traced *traced, const struct ast_node *node, struct value *value,
                  const struct type **type);
/* The list that a loop (SOME, EVERY, COUNT, FOLD) went over; NULL where it was open or none. */
const struct value_list *traced_list(struct traced *traced, const struct ast_node *loop);
/* Looks at record `element` of a loop's list, until traced_leave. The struct is the caller's. */
void traced_enter(struct traced *traced, const struct ast_node *loop, uint32_t element,
                  struct traced_record *inside);
void traced_leave(struct traced *traced);
/* The record that a PATH or, in a definition of a record, a NAME speaks of; NULL where none is looked at. */
struct traced_record *traced_record_of(struct traced *traced, const struct ast_node *node);

#endif
