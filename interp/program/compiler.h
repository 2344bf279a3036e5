/*
 * Inside of the compiler, shared by its files: what is being built, and who emits what. A register is named by its instruction
 * until the end, a constant by its number and CONSTANT_BIT; only then the two are numbered in one row.
 * Must not be included outside interp/program/.
 */
#ifndef PROVISO_INTERP_PROGRAM_COMPILER_H
#define PROVISO_INTERP_PROGRAM_COMPILER_H

#include "interp/program/compile.h"

#define CONSTANT_BIT ((uint32_t)1 << 31)
/* Definitions of a record may use one another without brackets; this keeps them off the end of the stack. */
#define COMPILE_MAX_DEPTH 2000
#define CONSTANT_CACHE 512

/* Registers, indices or numbers on their way into the pool. */
struct list {
    uint32_t *items;
    size_t count, capacity;
};

/* What was compiled, in one loop body, of the record of that or an outer loop: registers or NO_REGISTER. */
struct view {
    const struct body *of;
    uint32_t *fields, *defines;
    struct view *next;
};
/* A loop body being compiled. */
struct body {
    const struct ast_node *binder; /* NULL for the checks of a list fact */
    const struct record_type *record;
    uint32_t each, depth;
    struct view *views;
    struct body *outer;
};

struct compiler {
    const struct policy_set *set;
    struct arena *arena;  /* the program's */
    struct arena scratch; /* what goes when compiling ends */
    struct program *program;
    struct instruction *instructions;
    size_t instruction_count, instruction_capacity;
    struct value *constants;
    size_t constant_count, constant_capacity;
    const struct type **constant_types;
    size_t type_count, type_capacity;
    uint32_t cache[CONSTANT_CACHE]; /* constants by a hash, NO_REGISTER where none */
    struct list pool;
    int64_t *wides;
    size_t wide_count, wide_capacity;
    struct announcement_source *announcements;
    size_t announcement_count, announcement_capacity;
    uint32_t today, yes, no, none, no_operands;
    uint32_t *shared; /* by node id: conditions that all rows of a table share, and headers */
    uint32_t *raw_facts, *facts, *fact_conditions, *rules, *decisions, *duties;
    struct property_source *properties; /* as many as the set has */
    struct body *body;                  /* innermost */
    struct body *self;                  /* whose fields bare names are */
    unsigned depth;
    bool failed; /* memory, or `problem` */
    const char *problem;
};

/* --- compile.c --- */
/* Emits; gives the register of the new instruction. NO_REGISTER after a failure, which is remembered. */
uint32_t prog_emit(struct compiler *c, enum instruction_op op, enum operand_kind kind,
                   const uint32_t operands[3], const struct ast_node *node);
/* The same for an op that always gives one kind. */
uint32_t prog_emit_plain(struct compiler *c, enum instruction_op op, uint32_t x, uint32_t y, uint32_t z,
                         const struct ast_node *node);
/* The register of a constant; equal ones of a type share it. `type` may be NULL where showing it needs none. */
uint32_t prog_constant(struct compiler *c, struct value value, const struct type *type);
/* What `only when` leaves of the value in `reg`, by the condition. */
uint32_t prog_only_when(struct compiler *c, const struct fact *fact, uint32_t reg, uint32_t condition,
                        const struct ast_node *node);
/* Puts the list into the pool; gives its place. */
uint32_t prog_pooled(struct compiler *c, const struct list *list);
void prog_list_add(struct compiler *c, struct list *list, uint32_t item);
/* The place of a 64-bit number. */
uint32_t prog_wide(struct compiler *c, int64_t number);
/* `count` registers, all NO_REGISTER; NULL on failure. */
uint32_t *prog_fresh_registers(struct compiler *c, size_t count);
void compile_fail(struct compiler *c, const char *problem);
/* The kind a value of that type has. */
enum operand_kind prog_kind_of(const struct type *type);

/* --- compile_expression.c --- */
/* The expression's register. */
uint32_t compile_expression(struct compiler *c, const struct ast_node *node);
/* The same, compiled once for all who ask in the main program. */
uint32_t compile_shared(struct compiler *c, const struct ast_node *node);
/* The type of an expression: of a name, the type of what it names. */
const struct type *compile_type(const struct compiler *c, const struct ast_node *node);
/* `reg` of type `from` as a value of type `to`: more decimals, or a fraction. */
uint32_t compile_converted(struct compiler *c, uint32_t reg, const struct type *from, const struct type *to,
                           const struct ast_node *node);
/* Whether `operand` is one of the values of a list of nodes (a NONE among them matches none). */
uint32_t compile_membership(struct compiler *c, const struct ast_node *operand, uint32_t reg,
                            const struct ast_node *values, const struct ast_node *node);
/* An order: op is an enum ast_operator. */
uint32_t compile_order(struct compiler *c, unsigned op, uint32_t x, const struct type *x_type, uint32_t y,
                       const struct type *y_type, const struct ast_node *node);
/* `x in y` for a period or a set. */
uint32_t compile_in(struct compiler *c, uint32_t x, const struct ast_node *period,
                    const struct ast_node *node);

/* --- compile_values.c --- */
/* Dates, periods, amounts, functions, sets: the kinds that compile_expression hands on. */
uint32_t compile_moved(struct compiler *c, const struct ast_node *node, uint32_t date);
uint32_t compile_within(struct compiler *c, const struct ast_node *node);
uint32_t compile_period(struct compiler *c, const struct ast_node *node);
uint32_t compile_distance(struct compiler *c, const struct ast_node *node);
uint32_t compile_call(struct compiler *c, const struct ast_node *node);
uint32_t compile_date_part(struct compiler *c, const struct ast_node *node);
uint32_t compile_anniversary(struct compiler *c, const struct ast_node *node);
uint32_t compile_set_literal(struct compiler *c, const struct ast_node *node);

/* --- compile_loops.c --- */
uint32_t compile_loop(struct compiler *c, const struct ast_node *node);
/* A field or definition that `node` (a PATH, or a NAME inside a record) refers to. */
uint32_t compile_field_ref(struct compiler *c, const struct ast_node *node);
/* The checks of `only when` on the fields of a list fact. */
void compile_list_checks(struct compiler *c, uint32_t fact);

/* --- compile_rules.c --- */
void compile_rule(struct compiler *c, uint32_t rule);
void compile_decision(struct compiler *c, uint32_t decision);
void compile_duties(struct compiler *c);
void compile_announcements(struct compiler *c);
void compile_checks(struct compiler *c);
/* Behind all others, so that they may ask for every rule, duty and decision. */
void compile_properties(struct compiler *c);
/* `rule R applies`, `duty D applies`, `D is decided`. */
uint32_t compile_asked(struct compiler *c, const struct ast_node *node);

#endif
