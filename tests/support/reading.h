/*
 * For tests of the readers of facts: a policy set with a fact of every type, an input read whole and in small pieces,
 * all that came out as one text, failing memory and damaged bytes. Must not know which form is tested.
 */
#ifndef PROVISO_TESTS_SUPPORT_READING_H
#define PROVISO_TESTS_SUPPORT_READING_H

#include "interp/facts/facts.h"

/* The facts of the set, in order. */
enum { F_PAID, F_DUE, F_AMOUNT, F_NOTE, F_LEVEL, F_TAGS, F_OFFERS, F_PAID_ON, F_LEFT, F_COUNT };

/* Builds the set: a setup function of cmocka. */
int reading_make_set(void **state);
const struct policy_set *reading_set(void);

/* An input that comes `piece` bytes at a time at most. */
struct reading_pieces {
    const char *left;
    size_t length, piece;
    bool fails; /* in place of the end */
};

/* The `read` of a struct facts_input whose context are pieces. */
ptrdiff_t reading_read(void *context, char *buffer, size_t n);

/* Reads it all and shows it on `out`: records with their bytes, values or problems, then warnings. The last status. */
enum facts_status reading_all(const struct pv_alloc *alloc, struct reading_pieces pieces,
                              enum facts_form form, struct buffer *out);
/* Fails the test unless this comes out, whole and in pieces of 1, 2, 7 and 4096 bytes. */
void reading_check_bytes(const char *text, size_t length, enum facts_form form, const char *expected);
void reading_check(const char *text, enum facts_form form, const char *expected);

/* Reads `head`, `length` times x, and `tail`: how many records came, and how many were too long. A whole first has a note of
 * `length`; others have 2 left. */
enum facts_status reading_long(const char *head, size_t length, const char *tail, enum facts_form form,
                               int *records, int *too_long);
/* Fails each request for memory in turn: the end is clean, and without a failure all is read. */
void reading_survives(const char *text, size_t length, enum facts_form form);

uint32_t reading_random(uint64_t *seed);
/* Damaged input: whatever comes out is the same in one piece and in many, and is an end. */
void reading_damaged(const char *text, size_t length, enum facts_form form, size_t piece);
/* The sample with a few bytes changed, many times over. */
void reading_damage(const char *sample, const char *alphabet, int rounds, enum facts_form form,
                    uint64_t seed);
/* A megabyte of letters of the alphabet, or of any bytes where it is NULL. */
void reading_garbage(const char *alphabet, enum facts_form form, uint64_t seed);

#endif
