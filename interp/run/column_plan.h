/*
 * The column program: of a register program what the answer needs, each instruction over all rows of a block at once. Equal
 * instructions are one, arrays are used again, and what only matters where a rule may apply is computed there only. Must not
 * know where rows come from.
 */
#ifndef PROVISO_INTERP_RUN_COLUMN_PLAN_H
#define PROVISO_INTERP_RUN_COLUMN_PLAN_H

#include "interp/facts/columns.h"
#include "interp/program/program.h"
#include "interp/run/evaluate.h"

/* An instruction over columns. Operands are as in the program, with registers that hold the same made one. */
struct column_step {
    uint16_t op, kind;
    bool costly; /* it is worth a list of the rows that matter */
    uint32_t a, b, c;
    uint32_t out;   /* register */
    uint32_t guard; /* a degree: only rows where it is not no matter; NO_REGISTER: all rows do */
    uint32_t slot, state_slot;
};

/*
 * A decision some of whose rules are searched for: they have no columns but are run by themselves, for the rows that can meet them.
 * The other givers are at `others` among all of them. `inputs` are what those rules and their searches read, `cells` the
 * columns of these. A decision without has no searches.
 */
struct column_lookup {
    const uint32_t *others;
    uint32_t other_count;
    uint32_t *searches, search_count;
    uint32_t *inputs, *cells, key_count, input_count; /* those of the searches come first */
};

/* Read only once made; shared by all workers. */
struct column_plan {
    const struct program *program;
    struct column_step *steps;
    uint32_t step_count;
    uint32_t *pool;                 /* the program's, renumbered */
    uint32_t *decisions;            /* by decision that is shown: its register; else NO_REGISTER */
    struct column_lookup *lookups;  /* by decision; NULL where no rule is searched for */
    uint32_t *duties;               /* by duty that is shown: the step's register, likewise */
    uint32_t rows;                  /* of a block */
    uint32_t givers;                /* of the decision that has the most */
    uint32_t state_slots, slots[4]; /* arrays of 1, 4, 8 and 32 bytes a row */
    const char *problem;            /* why there are no columns; NULL where there are */
};

/*
 * The plan for what is shown (`decisions` and `duties` have an entry for each of the set), in `arena`, for blocks of at most
 * `rows` rows. NULL where memory ran out.
 */
struct column_plan *column_plan(const struct program *program, const bool *decisions, const bool *duties,
                                uint32_t rows, struct arena *arena);
/* Appends the plan in words, a step a line, stable; why there is none where there is none. */
void column_plan_dump(struct buffer *out, const struct column_plan *plan);

struct column_source;
struct column_finder;

/* The winner of a decision that nobody decided; of a total. */
#define COLUMN_NO_WINNER UINT16_MAX

/* Whether an instruction has columns. */
bool column_has_kernel(unsigned op);

/* The arrays of one worker. Of its members only those up to `rejected` are for others, after a run. */
struct column_machine {
    struct column *cells; /* by register; plan->decisions tells the registers of decisions */
    uint8_t **verdicts;   /* by decision that is shown: enum state of every row */
    uint16_t *
        *winners; /* likewise: 1 + the giver that decided, 0 the normal case, COLUMN_NO_WINNER neither */
    uint8_t **conflicts; /* by duty that is shown: whether rules disagree about it */
    cal_day *days;       /* by row: what today is */
    uint8_t *rejected;   /* by row: it breaks a requirement or an `only when` */

    const struct column_plan *plan;
    struct column_finder *finder; /* NULL where the plan has no lookups */
    const struct column_row *records;
    struct question question;
    bool has_on;
    struct arena arena, sets; /* sets: those that are made in a run */
    struct column *facts;
    struct column *constants; /* of one cell each */
    uint32_t count;           /* of rows */
    bool *dead;               /* by register: no row matters, or it is no in every row */
    uint32_t *chosen, chosen_count, chosen_guard;
    struct column scratch[3]; /* a constant written out */
    uint32_t scratch_of[3];
    struct column_source *sources; /* of the ballot at hand: the normal case, then its givers */
    uint64_t *table;               /* its values by winner, where they are constants */
    uint8_t *table_states;
    uint16_t *some_winners;
    uint8_t *some_verdicts, *votes, *odd;
};

/* Makes the arrays. False where memory ran out; column_machine_free is in order then, too. */
bool column_machine_init(struct column_machine *machine, const struct column_plan *plan,
                         const struct question *question, bool has_on, const struct pv_alloc *alloc);
void column_machine_free(struct column_machine *machine);
/* A cell as a value of the scalar evaluator; of what is open the reasons are not known. */
struct value column_value(const struct column *column, unsigned kind, uint32_t row);
/*
 * Decides the rows of a reader; then decisions, verdicts, conflicts and rejected hold for those that were not put aside. False
 * where memory ran out.
 */
bool column_machine_run(struct column_machine *machine, struct column_reader *reader);

#endif
