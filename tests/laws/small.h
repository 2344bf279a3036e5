/*
 * All there is to know of a policy over a small domain, found by trying every record on every covered day with
 * the evaluator: what the analysis claims of all cases is compared with it. Cases are numbered: records in
 * mixed radix over the facts, each on every day. Must not know the analysis.
 */
#ifndef PROVISO_TESTS_LAWS_SMALL_H
#define PROVISO_TESTS_LAWS_SMALL_H

#include "tests/laws/law.h"

/* Every complete record of the declared types (not all are valid), and the covered days. */
struct small_space {
    uint32_t fact_count;
    struct value **values; /* by fact: all it may be */
    uint32_t *counts;
    uint64_t cases;
    cal_day first;
    uint32_t days;
};
/* All lives in `arena`. A fact or cover that cannot be gone through fails the test. */
void small_space_of(const struct policy_set *set, struct arena *arena, struct small_space *space);
/* Fills `values` (one a fact) and *today with a case. */
void small_case(const struct small_space *space, uint64_t at, struct value *values, cal_day *today);

/* What holds: never in any case, or in some case for certain, or only in cases that are open. */
enum small_answer { SMALL_NEVER, SMALL_MAYBE, SMALL_EVER };

/* Two rules that apply in one case with different values for one decision or duty; rule < other. */
struct small_conflict {
    bool duty;
    uint32_t subject, rule, other;
    uint64_t at; /* a case that shows it */
};

/* What a yes/no expression was over all cases: bits. */
enum small_seen { SMALL_NO = 1, SMALL_YES = 2, SMALL_NONE = 4, SMALL_OPEN = 8 };

/* One condition of a rule: its part of `when` (joined by `and`), or a cell of its row. */
struct small_condition {
    uint32_t rule;
    const struct ast_node *node;
    uint32_t reg;  /* NO_REGISTER where nothing was compiled for it */
    unsigned seen; /* over all valid cases */
    bool decisive; /* in some case it is not yes, and all others of the rule are */
};

/* Of one policy; arrays by index of the set, nodes by id. */
struct small_facts {
    struct small_space space;
    uint64_t valid;            /* cases whose record is valid */
    unsigned *degrees;         /* by rule: bits 1 << enum degree */
    unsigned *decisions;       /* by decision: bits 1 << enum state */
    unsigned *duties;          /* by duty: bits 1 << enum duty_state */
    enum small_answer *takes;  /* by rule, of an exception: whether it takes anything away */
    enum small_answer *wanted; /* by decision: whether the normal case is ever used (SMALL_EVER) */
    bool *failures;        /* by node: a failure there makes something open that is decided, due or told */
    bool *failures_inside; /* by node: there is one, whether or not it matters */
    bool *empty_periods;   /* by node of THROUGH, UNTIL, WITHIN: the period is empty */
    unsigned *properties;  /* by property: SMALL_YES it holds, SMALL_NO it is broken, SMALL_OPEN it is open */
    bool *spoken_of;       /* by property: its `whenever` holds in some case */
    uint64_t *refuted_at;  /* by property: the first case in which it is broken */
    struct small_condition *conditions;
    size_t condition_count, condition_capacity;
    struct small_conflict *conflicts;
    size_t conflict_count, conflict_capacity;
};
/* Tries all cases. All lives in `arena`; memory that runs out fails the test. */
void small_explore(const struct law_policy *policy, struct arena *arena, struct small_facts *facts);

/* Of two policies with the same facts: what differs in some case. By index of the first set. */
struct small_differences {
    bool *decisions, *duties;
    bool reminders;
    bool validity; /* records are valid in one only */
    bool any;
    uint64_t valid;
};
/* The sets may declare in another order. What both have is matched by name, and what one alone has differs. */
void small_compare(const struct law_policy *a, const struct law_policy *b, struct arena *arena,
                   struct small_differences *differences);

#endif
