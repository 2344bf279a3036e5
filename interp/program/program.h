/*
 * A policy as a register program: straight-line instructions, each writing its own register, loops over lists the only
 * repetition. What the evaluator runs, the disassembler prints and the verifier checks. Must not know how an instruction
 * computes, nor where facts come from.
 */
#ifndef PROVISO_INTERP_PROGRAM_PROGRAM_H
#define PROVISO_INTERP_PROGRAM_PROGRAM_H

#include "interp/meaning/model.h"

/* Loops inside one another; the compiler's limit of levels keeps them below it. */
#define PROGRAM_MAX_LOOP_DEPTH 1024
/* Where an instruction has no register. */
#define NO_REGISTER UINT32_MAX

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...) INS_##NAME,
#define OP_NARY(NAME, R, A, WORDS, DOC, ...) INS_##NAME,
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC) INS_##NAME,
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC) INS_##NAME,
enum instruction_op {
#include "interp/program/ops.def"
    INS_COUNT
};
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

/*
 * What an operand is. Up to KIND_LIST also what a register holds, should it hold a value; KIND_NOTHING is no operand, or a
 * register that never holds a value (the constant none, a duty).
 */
enum operand_kind {
    KIND_NOTHING,
    KIND_YESNO,
    KIND_DAY,
    KIND_PERIOD,
    KIND_NUM,
    KIND_FRAC,
    KIND_TEXT,
    KIND_MEMBER,
    KIND_SET,
    KIND_LIST,
    KIND_ANY,         /* a register of any kind */
    KIND_MAYBE_YESNO, /* a yes/no register or NO_REGISTER */
    KIND_EACH,        /* the register of an `each` whose loop is open here */
    KIND_YESNOS,
    KIND_DAYS,
    KIND_NUMS,
    KIND_FRACS,
    KIND_MEMBERS,
    KIND_ANYS,   /* places in the pool: a count, then registers */
    KIND_MAYBES, /* likewise, NO_REGISTER among them */
    KIND_PAIRS,  /* likewise: a degree and a value, a degree and a value, ... */
    KIND_IMMS,   /* likewise, of plain numbers */
    KIND_IMM,
    KIND_SCALES, /* a plain number; two scales, the second times 256 */
    KIND_WIDE,   /* a place among the 64-bit numbers */
    KIND_FACT,
    KIND_FIELD,
    KIND_RULE,
    KIND_DECISION,
    KIND_DUTY,
    KIND_REQUIREMENT,
    KIND_ANNOUNCEMENT, /* indices */
    KIND_END           /* a later instruction: the fold that ends the loop */
};

enum op_class { CLASS_STRICT, CLASS_NARY, CLASS_LOOP, CLASS_SPECIAL };
/* A row of ops.def. */
struct op_info {
    const char *name;
    enum op_class op_class;
    enum operand_kind result, operands[3];
    const char *words, *doc;
};

/*
 * One instruction: writes register constant_count + its index. `kind` is the enum operand_kind of what it writes. `node`
 * is the id of the tree node it was made for: the place of a failure, and what a trace explains.
 */
struct instruction {
    uint16_t op;
    uint16_t kind;
    uint32_t a, b, c;
    uint32_t node;
};

/* A reminder or notice, and the types of the parts of its text (by which they are shown). */
struct announcement_source {
    uint32_t rule, effect;
    uint32_t part_count;
    const struct type **part_types;
};

/* How rules are searched for; interp/program/rule_index.h. */
struct rule_index;

/* The registers of a property: `whenever` is NO_REGISTER where it has none. */
struct property_source {
    uint32_t whenever, condition;
};

/*
 * Read only once compiled; lives in the arena it was compiled into, and refers to the set. Registers 0 .. constant_count-1
 * hold `constants`, the next ones what the instructions write, in order.
 */
struct program {
    const struct policy_set *set;
    struct instruction *instructions;
    uint32_t instruction_count;
    struct value *constants;
    const struct type **constant_types; /* for showing them */
    uint32_t constant_count;
    uint32_t register_count;
    uint32_t *pool; /* lists of operands: a count, then that many */
    uint32_t pool_count;
    int64_t *wides;
    uint32_t wide_count;
    struct announcement_source *announcements;
    uint32_t announcement_count, reminder_count, notice_count;
    struct property_source *properties; /* as set->properties, in its order */
    uint32_t property_count;
    uint32_t loop_depth;           /* how many loops stand inside one another at most */
    const struct ast_node **nodes; /* by node id, NULL where no instruction refers to it */
    struct rule_index *index;      /* NULL: every rule is evaluated for every record */
    const char *problem;           /* not NULL: the verifier's words; the program must not be run */
};

/* The row of an op; op < INS_COUNT. */
const struct op_info *prog_op_info(unsigned op);
/* Whether an operand of that kind is one register, or a place of a list of them. */
bool prog_kind_is_register(enum operand_kind kind);
bool prog_kind_is_list(enum operand_kind kind);
/* "yes/no", "date", … for a dump. */
const char *prog_kind_name(enum operand_kind kind);
/* The node with that id, for places of failures; NULL where no instruction refers to it. */
const struct ast_node *program_node(const struct program *program, uint32_t id);

/*
 * Checks that every operand of every instruction is what its row says: registers written before and visible there, indices and
 * pool places in bounds, loops nested. NULL where all is well, else what is wrong, in the arena ("memory ran out" included).
 */
const char *program_verify(const struct program *program, struct arena *arena);
/* Appends the program in words, stable, one instruction a line. */
void program_dump(struct buffer *out, const struct program *program);
/* One instruction, which writes register `at`, without a line end; lists of operands are those of the program's pool. */
void program_dump_instruction(struct buffer *out, const struct program *program, const struct instruction *i,
                              uint32_t at, uint32_t depth);

#endif
