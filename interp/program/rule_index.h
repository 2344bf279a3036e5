/*
 * The rule index of a program: for groups of many rules a search by the value of one or two registers that most of them compare
 * with constants, and what is left to run when only the rules it finds are run. The program itself stays whole: the analysis,
 * traces and the columns do without the index. Must not know how instructions compute.
 */
#ifndef PROVISO_INTERP_PROGRAM_RULE_INDEX_H
#define PROVISO_INTERP_PROGRAM_RULE_INDEX_H

#include "interp/program/program.h"

/* A group of fewer rules is not worth a search. */
#define INDEX_RULES_LEAST 16
#define NO_SEARCH UINT32_MAX

/*
 * A rule that may apply where the value is low through high and, with `filtered`, that of the filter is `filter`. `whole`: that is all
 * the rule asks for, so that it applies there. `most`: the largest high up to here, or in the subtree of which this is the root. `value`:
 * the constant that the rule gives, where it has one seat, which is at `position` of `ballot`, else NO_REGISTER.
 */
struct index_span {
    int64_t low, high, most, filter;
    uint32_t rule;
    bool filtered, whole;
    uint32_t value, ballot, position;
};

/*
 * Spans `first` .. first + count - 1: those of one value of the first key, sorted by `low`. `flat`: few of them overlap, and
 * those that hold a value are looked for backward from the last that is not above it; else they are a tree with the middle as its
 * root.
 */
struct index_bucket {
    int64_t value;
    uint32_t first, count;
    bool flat;
};

/*
 * A search: the value of register `point` leads to a bucket, that of register `range` to spans in it, that of `filter` leaves
 * some of them out. Each may be NO_REGISTER, not all.
 */
struct index_search {
    uint32_t point, range, filter;
    struct index_bucket *buckets; /* ascending by value */
    uint32_t bucket_count;
    struct index_bucket rest; /* rules that any value of `point` lets in */
    struct index_span *spans;
    int64_t *lows;   /* of the spans */
    uint32_t *rules; /* all that are searched for, ascending */
    uint32_t rule_count;
    uint32_t *nones[2]; /* by key: those that may apply where it is none */
    uint32_t none_counts[2];
};

/* Instructions that run in every evaluation: start .. end - 1, then the search `search`, or NO_SEARCH. */
struct index_run {
    uint32_t start, end, search;
};

/* In a range of instructions: they only tell whether the rule applies. */
#define INDEX_CONDITION (UINT64_C(1) << 31)

/* Where a rule gives a value: `position` among the givers of decision `ballot`, or of duty `ballot` less the decisions. */
struct index_seat {
    uint32_t ballot, position;
};

/* A rule that is searched for: the instructions that only it needs, and its seats; `degree` is a register. */
struct index_rule {
    uint32_t search; /* NO_SEARCH: the rule is run in every evaluation, and the rest is 0 */
    uint32_t degree;
    uint32_t first_range, range_count;
    uint32_t first_seat, seat_count;
};

/* `some`: of its givers some are searched for; `others` are the positions of those that are not, ascending. */
struct index_ballot {
    bool some;
    uint32_t *others;
    uint32_t other_count, giver_count;
};

/* Read only once made; in the program's arena. */
struct rule_index {
    struct index_search *searches;
    uint32_t search_count;
    struct index_run *runs; /* ascending */
    uint32_t run_count;
    struct index_rule *rules; /* by rule of the set */
    uint64_t *ranges;         /* start << 32 | end, of one rule ascending; INDEX_CONDITION */
    uint32_t range_count;
    struct index_seat *seats;
    uint32_t seat_count;
    struct index_ballot *ballots; /* decisions, then duties */
    uint32_t ballot_count;
    uint32_t rule_count; /* that are searched for */
};

/*
 * Makes the index of a program that was verified, for groups of at least `least` rules, and puts it into program->index: NULL where no
 * group is worth it. program_compile does it with INDEX_RULES_LEAST. False where memory ran out.
 */
bool program_index(struct program *program, uint32_t least, struct arena *arena);

/* Appends the index in words, a search a line; nothing where there is none. */
void program_index_dump(struct buffer *out, const struct program *program);

/* A value as the number that it is searched for by; false where it is open or none. Unequal texts may have one number. */
bool index_number(struct value value, int64_t *number);

#endif
