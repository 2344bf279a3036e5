/*
 * The splitting walk: a question is put to a cell; where the answer hangs on something undecided, the cell is split there in two, until
 * each cell has one answer. A cell that answers is handed on with a witness, once functions such as `1 month after x` are exact in it.
 * Must not know what is asked, nor what a finding says.
 */
#ifndef PROVISO_INTERP_ANALYSIS_WALK_H
#define PROVISO_INTERP_ANALYSIS_WALK_H

#include "interp/analysis/finding.h"
#include "interp/analysis/space.h"

/* What a cell is split by. */
enum atom_kind {
    ATOM_BOUND,  /* x_i - x_j <= c, i and j places in the zone */
    ATOM_MEMBER, /* choice i has bit j */
    ATOM_AMONG,  /* choice i has a bit of mask */
    ATOM_SUM     /* sum <= c */
};
struct atom {
    uint32_t kind;
    uint32_t i, j;
    int64_t c;
    union {
        const uint64_t *mask;
        const struct linear *
            sum; /* of three variables and more, which zones cannot hold: no constant, factors without a common divisor */
    };
};
enum truth { TRUTH_NO, TRUTH_YES, TRUTH_SPLIT };

/* Whether the atom (no ATOM_SUM) holds throughout the zone, nowhere in it, or in a part. */
enum truth atom_judge(const struct zone_shape *shape, const struct zone *zone, const struct atom *atom);
/* Leaves the part where it holds (negated: does not); false where nothing is left. */
bool atom_apply(const struct zone_shape *shape, struct zone *zone, const struct atom *atom, bool negated);

/* What an expression is in a cell. */
enum sym_kind {
    SYM_UNSEEN,
    SYM_SPLIT, /* it hangs on `atom` */
    SYM_OPEN,  /* no value: `reason` */
    SYM_NONE,
    SYM_TRUTH,  /* yes or no */
    SYM_NUMBER, /* a number, day, fraction or weekday: `linear` */
    SYM_PERIOD, /* `linear` through `last` */
    SYM_CHOICE, /* what `choice` has, none included */
    SYM_MEMBER, /* `bit` of `universe` */
    SYM_SET, /* a constant set or set_of: register `reg`; or a fact: `choice` is the first of one a member */
    SYM_LIST,
    SYM_VAGUE /* a value that the analysis cannot express; `reg` of program `choice` gives it */
};
struct sym {
    uint32_t kind;
    uint32_t reg;
    bool truth;
    union {
        struct atom atom;
        struct reason reason;
        struct {
            const struct linear *linear, *last;
        };
        struct {
            const struct universe *universe;
            uint32_t choice, bit;
        };
    };
};

/* What was seen of a register, the cell a SPLIT was found in, and the words of a constant set or `is one of` in the bits of its universe. */
struct sym_memo {
    struct sym value;
    uint32_t stamp;
    uint64_t *mask;
};
#define MEMO_PAGE 64

struct walk;
struct giver_view;
/* One program under a walk: what its registers are in the cell at hand. */
struct engine {
    struct walk *walk;
    const struct program *program;
    struct binding *binding;
    uint32_t index; /* among the walk's engines */
    struct sym_memo *
        *memo; /* by register / MEMO_PAGE: what was seen of that many; NULL where none was looked at */
    struct rule_view *rules; /* by rule */
    struct giver_view *decisions, *duties;
    uint32_t *decision_registers, *duty_instructions; /* by index: where they are decided */
    uint32_t *requirements;                           /* registers of every `require` */
    uint32_t requirement_count;
    bool always_asked; /* facts have values whatever their `only when` says; change it between walks only */
    const uint32_t
        *twins; /* by register: what the first program computes alike; NO_REGISTER; NULL: nothing */
};

/* A memo to forget when the walk goes back. */
struct trail {
    uint32_t engine, reg;
};
/* The list of live givers to go back to, likewise; LIVE_NONE: there was none. */
#define LIVE_NONE SIZE_MAX
struct live {
    struct giver_view *view;
    size_t before, before_count;
};

/* Beyond what any sum comes to. */
#define SUM_LIMIT ((num_i128)1 << 125)
/* What the splits that led to a cell say of a sum: the cell is the zone and these. */
struct known_sum {
    const struct linear *sum;
    num_i128 low, high; /* -SUM_LIMIT, SUM_LIMIT: not known */
};

enum walk_end {
    WALK_DONE,    /* the whole space was seen */
    WALK_STOPPED, /* the receiver wanted no more */
    WALK_BUDGET,  /* the cells were spent */
    WALK_NO_MEMORY
};

/* What is asked of a cell: an answer of the questioner's own (not negative), or WALK_SPLIT with the atom it hangs on. */
#define WALK_SPLIT (-1)
/* The cell is of no interest. */
#define WALK_PASS 0
typedef int walk_question(struct walk *walk, void *context, struct atom *atom);
/*
 * A case of a cell: a value for each variable, a bit for each choice. What the receiver says of it decides how the walk goes on. A
 * point that is NULL says that the cell could not be narrowed down to a case within the budget, or that it rests on something opaque.
 */
struct walk_point {
    const int64_t *values;
    const uint32_t *bits;
};
enum walk_next {
    WALK_STOP,  /* seen enough */
    WALK_ON,    /* to other cells */
    WALK_NARROW /* the evaluation did not confirm the point: look for another in the cell */
};
/*
 * Told of every cell whose answer is not WALK_PASS and where no `require` is broken. `sure` is false where the cell rests on something opaque.
 */
typedef enum walk_next walk_receiver(struct walk *walk, void *context, int answer,
                                     const struct walk_point *point, bool sure);

struct walk {
    struct arena *arena; /* what lasts as long as the walk */
    struct arena zones;  /* by depth */
    struct space space;
    struct engine engines[SPACE_PROGRAMS];
    uint32_t engine_count;
    struct zone *zone;      /* of the cell at hand */
    struct known_sum *sums; /* of the cell at hand */
    size_t sum_count, sum_capacity;
    const struct linear *blocked_sum; /* as `blocked` */
    struct frame *frames;             /* the splits that led here, by depth */
    size_t frame_count, frame_capacity;
    struct zone **stack; /* by depth; the first is the whole space */
    size_t depth, stack_capacity;
    struct zone *trial, *spare; /* where points are looked for */
    int64_t *values;            /* of the last point */
    uint32_t *bits;
    uint32_t blocked; /* the derived variable that kept the last point from being found; 0: none did */
    bool empty;       /* the cell at hand turned out to hold nothing */
    uint32_t serial;  /* of the cell at hand, from 1 */
    struct trail *trail;
    size_t trail_count, trail_capacity;
    struct live *lives;
    size_t live_count, live_capacity;
    uint32_t *list; /* what the live lists are slices of */
    size_t list_count, list_capacity;
    uint64_t cells, limit;  /* looked at in all, and where this question has to end */
    uint64_t budget;        /* cells a question may look at */
    uint32_t refine_budget; /* cells that one answer may be narrowed to */
    uint32_t refined;
    uint32_t vague_node, vague_engine; /* the last expression that was beyond the analysis; 0: none */
    bool unchecked;                    /* cells that break a `require` are told too */
    bool ready;                        /* the zones are those of the space, and it holds cases */
    bool failed;                       /* memory ran out */
};

/* Makes a walk over one program or two; all its memory is in `arena`. False where memory ran out. */
bool walk_init(struct walk *walk, struct arena *arena, const struct program *program,
               const struct program *other, uint64_t budget);
void walk_free(struct walk *walk);
/*
 * Puts the question to all cases within `within` (atoms that all must hold). The receiver may be called more than once for one
 * region. `requirements` of the programs are assumed: cells that break one are left out.
 */
enum walk_end walk_run(struct walk *walk, const struct atom *within, size_t within_count,
                       walk_question *question, walk_receiver *receiver, void *context);

/*
 * The same, but the receiver is told of whole cells, walk->zone, with no point: for regions. A cell that functions are not exact in is told
 * where it holds a case, and narrowed where none was found. Only WALK_ON and WALK_STOP mean something here.
 */
enum walk_end walk_cells(struct walk *walk, const struct atom *within, size_t within_count,
                         walk_question *question, walk_receiver *receiver, void *context);

/* Makes another closed zone of the space's shape the cell at hand, outside of a walk, and forgets what was seen in the one before. */
void walk_look(struct walk *walk, struct zone *zone);

/* The register (or instruction of a duty) in the cell at hand. */
struct sym sym_eval(struct engine *engine, uint32_t reg);
/* yes, no; SYM_NONE, SYM_OPEN, SYM_SPLIT else. */
struct sym sym_truth(struct engine *engine, uint32_t reg);
/* Whether two values are equal: SYM_TRUTH or SYM_SPLIT; `reg` names the comparison where it is beyond the analysis. */
struct sym sym_equal(struct engine *engine, struct sym a, struct sym b, uint32_t reg);
/* linear <= 0. */
struct sym sym_at_most_zero(struct engine *engine, const struct linear *linear, uint32_t reg);

/* A decision in the cell: like an outcome's state. */
enum seen { SEEN_VALUE, SEEN_UNDECIDED, SEEN_CONFLICT, SEEN_OPEN, SEEN_SPLIT };
struct verdict_view {
    enum seen seen;
    struct sym value; /* VALUE; SPLIT: the atom; OPEN: the reason */
    bool by_otherwise;
    uint32_t first,
        second; /* CONFLICT: two givers that differ (rule indices); VALUE: the first that gives it */
};
struct verdict_view see_decision(struct engine *engine, uint32_t decision);
struct verdict_view see_duty(struct engine *engine, uint32_t duty);
/* The degree of a rule: SYM_TRUTH, SYM_OPEN or SYM_SPLIT. */
struct sym see_rule(struct engine *engine, uint32_t rule);
/* The same, were the exception of that degree register not there. */
struct sym see_rule_without(struct engine *engine, uint32_t rule, uint32_t exception);
/* Whether one of the marked givers of a decision or duty applies, or may as far as anybody can say (open). */
struct sym see_some_given(struct engine *engine, uint32_t index, bool duty, const bool *marked);
/* Whether no rule gives the decision anything, and there is no normal case or it is switched off. */
struct sym see_nothing_given(struct engine *engine, uint32_t decision);
/* The atoms that hold wherever the rule applies (not all that it takes); valid as long as the walk. */
const struct atom *rule_atoms(const struct engine *engine, uint32_t rule, uint32_t *count);
/* Whether the rule applies exactly where its atoms hold. */
bool rule_is_plain(const struct engine *engine, uint32_t rule);
/* Whether it and all its exceptions are made of atoms only, so that no case leaves it open. Exceptions of exceptions have no cycle. */
bool rule_is_never_open(const struct engine *engine, uint32_t rule);
/* The value a giver gives in the cell. */
struct sym see_giver_value(struct engine *engine, const struct decision *decision, uint32_t giver);
/* Says that no two rules of the decision ever contradict one another, which shortens later walks. */
void walk_free_of_conflict(struct engine *engine, uint32_t decision);

/*
 * A point as facts of one program and a day: in `arena`, which also holds the texts. Every fact has a value, as if no `only when` took it
 * away; lists are empty. NULL where memory ran out.
 */
struct witness *walk_witness(const struct walk *walk, const struct walk_point *point, uint32_t engine,
                             struct arena *arena);
/* The plainest point there is, whether or not it is a valid case: no fact away from its first or least value. False where memory ran out. */
bool walk_plain_point(const struct walk *walk, struct arena *arena, struct walk_point *point);

#endif
