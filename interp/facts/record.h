/*
 * One record of facts in the shape the policy declares, and what was wrong with it. Filled by the readers, read by
 * evaluation. Must not know where it came from.
 */
#ifndef PROVISO_INTERP_FACTS_RECORD_H
#define PROVISO_INTERP_FACTS_RECORD_H

#include "interp/meaning/model.h"

/* One mistake in a record. Strings belong to the record's arena. */
struct fact_problem {
    enum diag_code code; /* an E08 row of messages.def */
    const char *path;    /* "offers[2].level"; "" for the record as a whole */
    uint64_t line;       /* line in the input, from 1; 0 where unknown */
    const char *message; /* what is wrong and what would be right */
};

/*
 * values[i] belongs to set->facts[i]: VALUE_OPEN with reasons NULL where the fact was left out and has no `otherwise`,
 * VALUE_NONE for none. A record with problems is rejected and its values must not be used.
 */
struct record {
    struct arena *arena;  /* holds values, lists, texts, problems; reset by the owner between records */
    struct value *values; /* set->fact_count of them */
    bool has_today;       /* the policy names a field for today, and it was there */
    cal_day today;
    struct fact_problem *problems;
    size_t problem_count, problem_capacity;
    uint64_t number;    /* of the record in the input, from 1 */
    uint64_t line;      /* where it begins, from 1 */
    struct text source; /* the object or row as it came, without its line end; valid until the next record */
    const struct text
        *columns; /* of a row: what its cells are called, valid as long as the reader; else NULL */
    size_t column_count;
};

/* A fresh record over `arena`, every fact unknown or at its `otherwise`; false where memory ran out. */
bool record_init(struct record *record, const struct policy_set *set, struct arena *arena);
/* Adds a problem (printf's format); false where memory ran out. */
__attribute__((format(printf, 5, 6))) bool record_problem(struct record *record, enum diag_code code,
                                                          const char *path, uint64_t line, const char *format,
                                                          ...);
/* The problem that the policy names a field for today and the record has none; false where memory ran out. */
bool record_no_day(struct record *record, const struct policy_set *set);
/* A deep copy of a value of a fact in `arena`; *failed is set where memory ran out. */
struct value record_value_copy(struct value value, struct arena *arena, bool *failed);
/*
 * A fresh record over `arena` with the values, day and place of `from`, that refers to nothing of its arena; problems and
 * source are left behind. False where memory ran out.
 */
bool record_copy(struct record *record, const struct policy_set *set, const struct record *from,
                 struct arena *arena);

#endif
