/*
 * What runs an instruction: the machine with its registers, one kernel an instruction, and the parts that several kernels
 * share. The bodies of most kernels are rows of interp/program/ops.def. Must not be included outside interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_KERNELS_H
#define PROVISO_INTERP_RUN_KERNELS_H

#include "interp/program/rule_index.h"
#include "interp/run/evaluate.h"

struct lookup;

/* One evaluation under way. `elements` and `lists` are by depth of loop: the record at hand and the list it is in. */
struct machine {
    const struct program *program;
    struct record *record;
    const struct question *question;
    struct arena *arena;
    const struct trace *trace;
    struct outcome *outcome;
    struct lookup *lookup; /* NULL: every instruction runs, and every giver counts */
    struct value *registers;
    uint32_t *elements;
    uint32_t depth; /* of loops that are open */
    const struct value_list **lists;
    bool failed; /* memory ran out: what registers hold from then on does not matter */
};

typedef struct value kernel(struct machine *machine, const struct instruction *instruction);
/* By op; NULL for `each` and the folds, which machine_run runs itself. */
extern kernel *const machine_kernels[INS_COUNT];

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...) kernel kernel_##NAME;
#define OP_NARY(NAME, R, A, WORDS, DOC, ...) kernel kernel_##NAME;
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC)
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC) kernel kernel_##NAME;
#include "interp/program/ops.def"
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

/* Runs the instructions start .. end-1, loops in them included. */
void machine_run(struct machine *machine, uint32_t start, uint32_t end);

static inline struct value value_yes_no(bool yes) {
    struct value value = {.tag = VALUE_YES_NO, .as.number = yes};
    return value;
}
static inline struct value value_none(void) {
    struct value value = {.tag = VALUE_NONE};
    return value;
}
static inline bool is_yes(struct value value) {
    return value.tag == VALUE_YES_NO && value.as.number != 0;
}
static inline bool is_no(struct value value) {
    return value.tag == VALUE_YES_NO && value.as.number == 0;
}
static inline bool is_open(struct value value) {
    return value.tag == VALUE_OPEN;
}
/* The register. */
static inline struct value held(const struct machine *machine, uint32_t reg) {
    return machine->registers[reg];
}
/* The list of operands at that place of the pool; *count gets how many. */
static inline const uint32_t *operands_at(const struct machine *machine, uint32_t place, uint32_t *count) {
    *count = machine->program->pool[place];
    return &machine->program->pool[place + 1];
}

/* An open value; where memory fails, none, and the machine remembers. */
struct value machine_open(struct machine *machine, const struct reasons *reasons);
/* Open for one reason. */
struct value machine_open_because(struct machine *machine, enum reason_kind kind, uint32_t index);
/* Open because the instruction could not be computed. */
struct value machine_failure(struct machine *machine, uint32_t node, enum failure failure);
/* Adds the reasons of `value`, should it be open. */
void machine_join(struct machine *machine, const struct reasons **reasons, struct value value);
/* A value that holds the fraction. */
struct value machine_fraction(struct machine *machine, struct frac fraction);
/* Memory of the evaluation, zeroed; NULL is remembered by the machine. */
void *machine_array(struct machine *machine, size_t count, size_t size);

#endif
