/*
 * Looks for a case: a question to all cells, what the evaluator has to confirm, and of the cases that it confirms the plainest. What lint,
 * prove and diff are made of. Must not know what is looked for.
 */
#ifndef PROVISO_INTERP_ANALYSIS_SEARCH_H
#define PROVISO_INTERP_ANALYSIS_SEARCH_H

#include "interp/analysis/confirm.h"
#include "interp/analysis/walk.h"

/* Whether the outcomes (by engine) are what is looked for. */
typedef bool search_holds(void *context, const struct confirmed *const results[]);

struct search {
    walk_question *question;
    search_holds *holds; /* NULL: outcomes do not tell; what rests on something opaque is possible then */
    void *context;       /* of both */
    uint32_t wanted;     /* confirmed cases to choose the plainest from; 0: one */
    bool plain;          /* make the case as plain as it can be, which costs evaluations */
    bool plainest; /* and then the plainest of all cases, which costs walks; not of what rests on a list */
    bool unshown;  /* the case is shown to nobody: cells that are sure need no evaluation */
};

enum search_end {
    SEARCH_NONE,     /* there is no such case */
    SEARCH_FOUND,    /* `witnesses` show one */
    SEARCH_POSSIBLE, /* cells remain, but no case in them could be confirmed: they rest on `node` */
    SEARCH_BUDGET,   /* the cells were spent */
    SEARCH_NO_MEMORY
};
struct search_result {
    enum search_end end;
    struct witness *witnesses[SPACE_PROGRAMS]; /* one for each program, of the same case */
    const struct ast_node *node;               /* POSSIBLE: what is beyond the analysis; may be NULL */
};

/* Looks within the atoms; witnesses live in `arena`. */
struct search_result search_run(struct walk *walk, const struct atom *within, size_t within_count,
                                const struct search *search, struct arena *arena);

#endif
