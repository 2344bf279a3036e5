/*
 * All the cases in which something is so: the cells of a walk, joined and freed of what does not matter, as few pieces of few
 * constraints; in words, as a person says it, and as JSON. Must not know what is so in them.
 */
#ifndef PROVISO_INTERP_ANALYSIS_REGION_H
#define PROVISO_INTERP_ANALYSIS_REGION_H

#include "interp/analysis/walk.h"
#include "interp/analysis/zones.h"

enum region_kind {
    REGION_CHOICE, /* choice i has a bit of `mask` */
    REGION_BOUNDS, /* variable i is `low` through `high` */
    REGION_APART,  /* variable i minus variable j is `low` through `high` */
    REGION_SUM     /* `sum` is `low` through `high` */
};
/* What the borders of the space and the other constraints of its piece do not imply. Variables and choices count as the space's. */
struct region_constraint {
    enum region_kind kind;
    uint32_t i, j;
    bool has_low, has_high;
    int64_t low, high; /* in units of the space */
    union {
        const uint64_t *mask;
        const struct linear *sum;
    };
};
/* A case is in a piece where all its constraints hold; none: every case. */
struct region_piece {
    struct region_constraint *constraints;
    size_t count;
};
/*
 * The pieces may overlap. They may hold cases that are none: what a `require` refuses, or values of a fact that its `only when`
 * takes away; and they say nothing of an opaque condition but its words.
 */
struct region {
    struct region_piece *pieces;
    size_t count;
    bool sure;         /* no piece rests on something that is beyond the analysis */
    bool cut;          /* there are more cells than a region keeps: the pieces are not all */
    enum walk_end end; /* BUDGET: not all was seen */
};

/*
 * The region of the cells within the atoms that the question answers with `answer` (0: with any answer). It lives in `arena` and
 * refers to the space of the walk. False where memory ran out.
 */
bool region_of(struct walk *walk, const struct atom *within, size_t within_count, walk_question *question,
               void *context, int answer, struct arena *arena, struct region *region);

/*
 * Appends the region: "competency is cloud_business_applications, anniversary 2021-01-01 through 2021-03-31", pieces joined by "; or ", at
 * most `most` of them and then "and 3 more"; "always" where nothing is constrained. Members are told by name, as policies write them.
 */
void region_words(struct buffer *out, const struct region *region, const struct walk *walk, size_t most);
/* Appends one of the pieces; "always" where it has no constraint. */
void region_piece_words(struct buffer *out, const struct region *region, const struct walk *walk,
                        size_t piece);
/* Appends an array of pieces, each an array of constraints with their words and bounds. */
void region_json(struct buffer *out, const struct region *region, const struct walk *walk);

#endif
