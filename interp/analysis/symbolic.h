/*
 * Inside of the walk: what its files share. A register is evaluated under a cell to a symbolic value, to open, or to the atom it hangs
 * on, by the semantics of interp/README.md. Must not be included outside interp/analysis/.
 */
#ifndef PROVISO_INTERP_ANALYSIS_SYMBOLIC_H
#define PROVISO_INTERP_ANALYSIS_SYMBOLIC_H

#include "interp/analysis/walk.h"

/* A rule: the atoms that are part of its conditions, and the rest of them. */
struct rule_view {
    uint32_t degree; /* the register; NO_REGISTER where the program has none */
    struct atom *atoms;
    size_t atom_count, atom_capacity;
    uint32_t *rest; /* registers of conditions that are no atoms */
    size_t rest_count, rest_capacity;
    const uint32_t *exceptions;
    uint32_t exception_count;
};
/* The givers of a decision or duty, those that may still matter in the cell, and what was seen last. */
struct giver_view {
    const struct giver *givers;
    const uint32_t *pairs; /* degree, value, ... */
    uint32_t count;
    size_t live, live_count; /* slice of walk->list: numbers of givers */
    bool fresh;              /* no list yet: all are live */
    bool plain;              /* no rule is ever open, and all values are constants */
    bool free_of_conflict;
    uint32_t first, second;
    bool by_otherwise;
};

bool symbolic_init(struct engine *engine, struct walk *walk, uint32_t index);
/* Forgets everything seen, and the lists. */
void symbolic_reset(struct engine *engine);

/* --- point.c --- */
/* A case of the cell at hand, in walk->values and walk->bits; false where none of the few values tried gives one. */
bool point_find(struct walk *walk);

/* Bounds the parts of a sum by what is known of it; false where nothing is left of the zone. */
bool sum_known(const struct walk *walk, struct zone *zone, const struct known_sum *known);

/* --- symbolic.c --- */
struct sym sym_split(const struct atom *atom);
struct sym sym_open(enum reason_kind kind, uint32_t index, enum failure failure);
struct sym sym_failure(const struct instruction *instruction, enum failure failure);
struct sym sym_of_truth(bool yes);
struct sym sym_of_none(void);
/* NULL gives sym_vague of the register. */
struct sym sym_number(struct engine *engine, const struct linear *linear, uint32_t reg);
/* The register becomes what a search that cannot be decided rests on. */
void sym_remember_vague(struct engine *engine, uint32_t reg);
/* The register, or the one of the first program that computes the same. */
struct sym_source {
    uint32_t program, reg;
};
struct sym_source sym_source_of(const struct engine *engine, uint32_t reg);
/* What beside a value there may be where one cannot be expressed. */
enum { STATE_MAY_FAIL = 1, STATE_MAY_BE_NONE = 2 };
/* Whether there is a value: SYM_TRUTH, SYM_NONE, SYM_OPEN, or SYM_SPLIT by a choice of its own. */
struct sym sym_state(struct engine *engine, uint32_t reg, unsigned may);
/* A value that cannot be expressed, and may be a failure. */
struct sym sym_vague(struct engine *engine, uint32_t reg);
/* The same where there is a value for certain: SYM_VAGUE. */
struct sym sym_vague_value(struct engine *engine, uint32_t reg);
/* A yes or no of the register that cannot be told: a choice of its own. */
struct sym sym_opaque(struct engine *engine, uint32_t reg);
struct sym sym_not(struct sym a);
/* Splits on a member, or says yes or no. */
struct sym sym_is_bit(struct engine *engine, uint32_t choice, uint32_t bit);
struct sym sym_atom(struct engine *engine, const struct atom *atom);
/* What is true of both; SPLIT before open. */
struct sym sym_both(struct sym a, struct sym b);
/* Resolves what may be none: SYM_SPLIT, SYM_NONE, or the symbol itself, which then has a value. */
struct sym sym_given(struct engine *engine, struct sym a);
/* none equals none. */
struct sym sym_same_value(struct engine *engine, struct sym a, struct sym b, uint32_t reg);

/* --- symbolic_values.c --- */
/* a is at most b, or before it. */
struct sym sym_compare(struct engine *engine, const struct linear *a, const struct linear *b, bool strict,
                       uint32_t reg);
/* The form, which has to be low through high; else the failure. */
struct sym sym_within(struct engine *engine, const struct linear *linear, num_i128 low, num_i128 high,
                      enum failure failure, uint32_t reg);
struct sym sym_as_day(struct engine *engine, const struct linear *linear, uint32_t reg);
/* Halves what is known of the form, low through high times its divisor; vague where that says nothing new. */
struct sym sym_halved(struct engine *engine, const struct linear *form, num_i128 low, num_i128 high,
                      uint32_t reg);
/* A derived variable as yet without arguments, of an instruction. */
struct variable sym_derived_like(const struct engine *engine, const struct instruction *instruction,
                                 enum derivation derivation);
/* The function's value where the arguments are constants, a failure where it has none, else the variable. */
struct sym sym_apply(struct engine *engine, const struct variable *wanted, enum failure failure,
                     uint32_t reg);
/* Strict instructions over numbers, days, fractions, periods; operands have values. */
struct sym sym_strict(struct engine *engine, const struct instruction *instruction, uint32_t reg,
                      const struct sym operands[3]);
/* A total, which has to fit its type. */
struct sym sym_number_within(struct engine *engine, const struct linear *linear, const struct type *type,
                             uint32_t reg);
struct sym sym_nary(struct engine *engine, const struct instruction *instruction, uint32_t reg);

/* --- symbolic_days.c --- */
struct sym sym_moved_by(struct engine *engine, const struct instruction *instruction,
                        const struct sym operands[3], uint32_t reg);
/* The day after the date through the moved date. */
struct sym sym_within_period(struct engine *engine, const struct instruction *instruction,
                             const struct sym operands[3], uint32_t reg);
struct sym sym_part_of(struct engine *engine, const struct instruction *instruction, const struct linear *day,
                       uint32_t reg);
struct sym sym_of_two_days(struct engine *engine, const struct instruction *instruction,
                           const struct sym operands[3], enum derivation derivation, int64_t amount,
                           uint32_t reg);

/* --- symbolic_lists.c --- */
struct sym sym_fold(struct engine *engine, const struct instruction *instruction, uint32_t reg);

/* --- symbolic_rules.c --- */
bool symbolic_rules_init(struct engine *engine);
/* Adds the atoms that a condition is made of: it is yes exactly where they hold, and never open. False where it is no such condition. */
bool sym_atoms(struct engine *engine, uint32_t reg, struct rule_view *view);
struct sym sym_degree(struct engine *engine, const struct instruction *instruction);
struct sym sym_decide(struct engine *engine, const struct instruction *instruction, uint32_t reg);
/* Whether a register has one value in all cases: a constant, or one made of constants. */
bool sym_is_fixed(struct engine *engine, uint32_t reg);
struct sym sym_duty_applies(struct engine *engine, uint32_t duty);
struct sym sym_is_decided(struct engine *engine, uint32_t decision);
struct sym sym_total(struct engine *engine, const struct instruction *instruction, uint32_t reg);

static inline struct linears *sym_forms(const struct engine *engine) {
    return &engine->walk->space.linears;
}
static inline const struct instruction *sym_instruction(const struct engine *engine, uint32_t reg) {
    return &engine->program->instructions[reg - engine->program->constant_count];
}
static inline const uint32_t *sym_operands(const struct engine *engine, uint32_t place, uint32_t *count) {
    *count = engine->program->pool[place];
    return engine->program->pool + place + 1;
}

#endif
