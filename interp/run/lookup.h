/*
 * Evaluation by the rule index: which rules a record can meet, their instructions and no other rules', and the givers that a
 * decision has to look at. Must not be included outside interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_LOOKUP_H
#define PROVISO_INTERP_RUN_LOOKUP_H

#include "interp/run/kernels.h"

#define LOOKUP_WHOLE ((uint32_t)1 << 31)

/* A giver that was found, and 1 + the one found before it for the same ballot. */
struct lookup_seat {
    uint32_t position, next;
};

/*
 * What one evaluation after the other is done with. Between two of them the degree of every rule that is searched for is no, in the
 * registers and among the degrees.
 */
struct lookup {
    const struct rule_index *index;
    uint32_t *found; /* rules, with LOOKUP_WHOLE where their conditions are known to hold */
    uint32_t found_count, taken;
    const struct index_span *span; /* where the last one was found */
    uint64_t *pending; /* ranges of instructions that are still to run, ascending from `next` on */
    uint32_t pending_count, next;
    struct lookup_seat *seats;
    uint32_t seat_count;
    uint32_t *heads;  /* by ballot: 1 + the seat found last */
    uint64_t *sorted; /* as many as the largest ballot has givers */
    uint32_t *picked; /* likewise */
};

/* Lays out a search whose registers and degrees are the machine's. False where memory ran out. */
bool lookup_init(struct lookup *lookup, struct machine *machine);
/* Makes all degrees no again. */
void lookup_clear(struct lookup *lookup, struct machine *machine);
/* Runs the program, without the rules that the record cannot meet. */
void lookup_run(struct lookup *lookup, struct machine *machine);
/* For machines that compute the rest otherwise: forgets what was found, and makes some searches, whose keys the registers hold. */
void lookup_find(struct lookup *lookup, struct machine *machine, const uint32_t *searches, uint32_t count);
/* Runs what the rules so found need, as far as it begins before instruction `before`. */
void lookup_take(struct lookup *lookup, struct machine *machine, uint32_t before);
/*
 * The positions of the givers that decision or duty `ballot` has to look at, ascending, valid until the next call; NULL: all
 * givers. Duties are counted behind the decisions.
 */
const uint32_t *lookup_givers(struct lookup *lookup, uint32_t ballot, uint32_t *count);

#endif
