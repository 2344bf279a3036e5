/*
 * The plainest of all cases in which something is so: as few facts as possible away from a plain record, then each as near to it as it goes.
 * Found by asking the same question again of ever smaller parts of the space. Must not know what is asked.
 */
#ifndef PROVISO_INTERP_ANALYSIS_PLAINEST_H
#define PROVISO_INTERP_ANALYSIS_PLAINEST_H

#include "interp/analysis/walk.h"

/* Whether a case that the walk found is one. */
typedef bool plainest_holds(void *context, const struct walk_point *point);

struct plainest {
    struct walk *walk;
    walk_question *question;
    void *question_context;
    plainest_holds *holds;
    void *holds_context;
    struct arena *arena; /* scratch */
};

/*
 * From a case (a value for each variable that is no function of others, a bit for each fact's choice, in place) to a plainer one, or the same. False where
 * memory ran out. Looks at a bounded number of cells; what these do not suffice for is left as it is.
 */
bool plainest_case(const struct plainest *plainest, int64_t *values, uint32_t *bits);

#endif
