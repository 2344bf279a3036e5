/*
 * Random policies, records and questions for the laws: everything follows from a seed, everything is valid
 * by the rules of the language, and domains are small so that rules meet. Policies are text, a declaration
 * at a time, so that a law may put files and declarations in another order. Must not know how policies are
 * evaluated.
 */
#ifndef PROVISO_TESTS_LAWS_GENERATE_H
#define PROVISO_TESTS_LAWS_GENERATE_H

#include "interp/facts/record.h"
#include "interp/run/evaluate.h"

/* A small generator of numbers (splitmix64): the same on every machine. */
struct luck {
    uint64_t state;
};
uint64_t luck_next(struct luck *luck);
/* 0 .. n-1 */
uint32_t luck_below(struct luck *luck, uint32_t n);
/* low .. high, both in */
int64_t luck_between(struct luck *luck, int64_t low, int64_t high);
/* True in `percent` of a hundred. */
bool luck_percent(struct luck *luck, uint32_t percent);

#define GENERATED_FILES 3
struct generated_declaration {
    uint32_t file;
    const char *text;
};
/* A policy (file 0) and its amendments. */
struct generated {
    uint32_t file_count;
    const char *paths[GENERATED_FILES], *headers[GENERATED_FILES];
    struct generated_declaration *declarations;
    size_t declaration_count, declaration_capacity;
};

/* The policy of a seed; all text lives in `arena`. Memory that runs out fails the test. */
void generate_policy(uint64_t seed, struct arena *arena, struct generated *policy);
/*
 * A policy whose whole space of facts and days can be gone through, by the thousand: few facts of few values,
 * few covered days, few declarations, properties. `linear`: no arithmetic but with one unknown part.
 */
void generate_small(uint64_t seed, bool linear, struct arena *arena, struct generated *policy);
/* The same (linear) over years of dates and up to a million numbers: too much to go through. */
void generate_wide(uint64_t seed, struct arena *arena, struct generated *policy);
/*
 * Changes something in one declaration of those that decide: a constant, a comparison, a connective; or drops
 * an exception. What comes out need not be a valid policy. False where it found nothing to change.
 */
bool generate_change(struct luck *luck, struct arena *arena, struct generated *policy);
/* Appends the text of one file; with `shuffle` its declarations stand in another order. */
void generated_text(const struct generated *policy, uint32_t file, struct luck *shuffle, struct buffer *out);

/*
 * A record of facts, each of them unknown in `unknown` of a hundred records, mostly as its `only when` wants
 * it. Everything lives in `arena`.
 */
void generate_record(struct luck *luck, const struct policy_set *set, uint32_t unknown,
                     const struct question *question, struct arena *arena, struct record *record);
/*
 * A value of a fact or field, none among them where it is declared optional; lists have all fields known
 * when `unknown` is 0.
 */
struct value generate_value(struct luck *luck, const struct fact *fact, uint32_t unknown,
                            struct arena *arena);
/* A day, mostly covered, and perhaps a day of knowledge. */
struct question generate_question(struct luck *luck, const struct policy_set *set);

#endif
