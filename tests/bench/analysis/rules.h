/*
 * A set of dated rules over six facts, as the benchmark of the analysis makes them: two dates, an amount, two
 * enumerations of 8 and 12 members, one yes/no. Each rule is a box over them, with a bound on the difference of the
 * two dates. What a set says is fixed here; how it is written down, as a policy or for a solver, stands elsewhere.
 */
#ifndef PROVISO_TESTS_BENCH_ANALYSIS_RULES_H
#define PROVISO_TESTS_BENCH_ANALYSIS_RULES_H

#include "interp/values/calendar.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    REGIONS = 12,
    TIERS = 8,
    ALL_REGIONS = (1 << REGIONS) - 1,
    ALL_TIERS = (1 << TIERS) - 1,
    NOT_VIP = 1,
    VIP = 2,
    ANY_VIP = 3,
    NO_GRACE = 100000, /* days: as far as no bound at all */
    MOST = 100000000,  /* the largest amount */
    PLANTED = 3        /* of each: conflicts, gaps, rules that can never apply */
};

/* Ends are inclusive. What is at the end of its range is no bound, and is not written. */
struct rule {
    long id, outcome;
    int part;                     /* 0: whole; else the half of a rule that was split */
    long target;                  /* index of the rule this is an exception to; -1: of none */
    long by;                      /* index of the exception to this rule; -1: none */
    unsigned regions, tiers, vip; /* a bit a member */
    cal_day filed[2], paid[2];
    int grace[2]; /* days from filed to paid */
    int64_t amount[2];
};

struct rules {
    struct rule *rule;
    long count, room;
    cal_day first, last; /* of both dates */
    uint64_t state;
};

enum shape {
    BUSINESS, /* regions by tiers by stretches of days, each cut in two; now and then an exception to a rule */
    ADVERSARIAL, /* every rule bounds every fact, half of each range; all give one value */
    APART        /* the same, and each gives a value of its own */
};

enum variant {
    BASE,
    WITH_PLANTED, /* a few conflicts, gaps and rules that can never apply, for the shape BUSINESS */
    SAME,         /* BASE otherwise written: every fifth rule split in two, all shuffled */
    MOVED         /* SAME with one bound moved by one day */
};

/* Makes some `count` rules. The caller frees rules->rule; false where memory ran out or `count` is too small. */
bool rules_make(struct rules *rules, enum shape shape, enum variant variant, long count);

#endif
