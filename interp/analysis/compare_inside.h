/*
 * Inside of comparisons: a subject, its two sides in a cell and in an outcome. Must not be included outside of
 * interp/analysis/compare*.c.
 */
#ifndef PROVISO_INTERP_ANALYSIS_COMPARE_INSIDE_H
#define PROVISO_INTERP_ANALYSIS_COMPARE_INSIDE_H

#include "interp/analysis/compare.h"
#include "interp/analysis/likeness.h"
#include "interp/analysis/symbolic.h"

/* Reminders of one text that one policy may send; further ones are not told apart. */
#define SIDE_DAYS 6

/* What is compared: an index in each program, or the announcements with the text. */
struct subject {
    enum compared_kind kind;
    struct text name;
    const struct ast_node *node;
    uint32_t index[SPACE_PROGRAMS];         /* of the decision or duty; FINDING_NOTHING: it has none */
    uint32_t *announced[SPACE_PROGRAMS];    /* instructions of the announcements */
    size_t announced_count[SPACE_PROGRAMS]; /* 0: it has none */
    bool *marked[SPACE_PROGRAMS];           /* where not `whole`: only these givers can make a difference */
    size_t marked_count;
    bool whole;
};

/* What comes of a subject in a cell. Of reminders UNDECIDED is not sent, VALUE sent on `days`; of notices VALUE is given. */
struct side {
    enum seen seen;
    struct sym value;
    const struct linear *days[SIDE_DAYS];
    size_t day_count;
};

struct side see_side(struct walk *walk, const struct subject *subject, uint32_t program);
/* Whether the two sides, none of them SPLIT, are one: SYM_TRUTH, SYM_SPLIT, SYM_VAGUE where it cannot be told. */
struct sym sides_same(struct walk *walk, const struct likeness *likeness, const struct subject *subject,
                      const struct side *before, const struct side *after);
/* Whether they are the same symbol. */
bool side_is(const struct side *a, const struct side *b);
/* Whether it is the same in all cases: no function of facts. */
bool side_is_fixed(const struct side *side);
/* Appends it in words; true where that is what the outcome of any such case says too. */
bool side_words(struct buffer *out, const struct walk *walk, const struct subject *subject, uint32_t program,
                const struct side *side);
/* Whether the evaluator's outcome is of that kind: decided, undecided, ... */
bool side_agrees(const struct subject *subject, const struct program *program, uint32_t which,
                 const struct side *side, const struct outcome *outcome);

/* Appends what came of it in words. */
void outcome_words(struct buffer *out, const struct subject *subject, const struct program *program,
                   uint32_t which, const struct outcome *outcome);
bool outcomes_same(const struct subject *subject, const struct program *const programs[2],
                   const struct outcome *const outcomes[2]);

/* Makes the subjects of the options, in order of declaration: comparison->subjects and ->count. False where memory ran out. */
bool subjects_find(const struct program *const programs[2], const struct compare_options *options,
                   struct arena *arena, struct comparison *comparison);

/* Fills comparison->changes. False where memory ran out. */
bool compare_changes(const struct walk *walk, const struct likeness *likeness, struct arena *arena,
                     struct comparison *comparison);

#endif
