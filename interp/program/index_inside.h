/*
 * Inside of what makes the rule index, shared by its files: what is known of the rules' conditions. Must not be included outside
 * interp/program/.
 */
#ifndef PROVISO_INTERP_PROGRAM_INDEX_INSIDE_H
#define PROVISO_INTERP_PROGRAM_INDEX_INSIDE_H

#include "interp/program/rule_index.h"

/*
 * What a rule demands of a register that has a value: it is one of some points, or low through high; else the degree of the
 * rule is no. `none_is_no`: it is no, too, where the register is none.
 */
struct demand {
    uint32_t rule, key;
    int64_t low, high; /* of points the least and the greatest */
    uint32_t first_point, point_count;
    bool none_is_no;
    bool exact; /* with these values the condition is yes */
};

struct index_item {
    int64_t key;
    uint64_t value;
};

struct indexer {
    const struct program *program;
    struct arena *arena; /* the program's */
    struct arena scratch;
    struct rule_index *index;
    uint32_t least;
    uint32_t *degrees; /* by rule: its degree instruction */
    struct demand *demands;
    size_t demand_count, demand_capacity;
    bool *whole;            /* by rule: all its conditions are exact demands, and it has no exceptions */
    size_t leaves, exact;   /* conditions of the rule at hand, and those that are exact demands */
    uint32_t *first_demand; /* by rule, and one behind the last */
    int64_t *points;
    size_t point_count, point_capacity;
    struct index_search *searches;
    size_t search_count, search_capacity;
    struct index_item *room; /* for sorting */
    size_t room_count;
    bool failed;
};

/* Sorts by key, equal ones in the order they are in. */
void index_sort(struct indexer *x, struct index_item *items, size_t count);
/* Memory that goes when the index is made; a failure is remembered. */
void *index_scratch(struct indexer *x, size_t count, size_t size);
/* Memory of the program; likewise. */
void *index_array(struct indexer *x, size_t count, size_t size);

/* Finds the degrees and the demands of all rules. */
void index_demands(struct indexer *x);
/* Chooses groups of rules and the keys they are searched by, and makes the searches; sets index->rules[].search. */
void index_searches(struct indexer *x);

#endif
