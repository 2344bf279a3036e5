/*
 * Two programs over one space of cases: for each decision, duty, reminder and notice whether what comes of it can differ, and if so
 * from what to what, in which cases, with one that the evaluator has run; and what only one of the two declares. Must not know how a
 * comparison is shown.
 */
#ifndef PROVISO_INTERP_ANALYSIS_COMPARE_H
#define PROVISO_INTERP_ANALYSIS_COMPARE_H

#include "interp/analysis/region.h"
#include "interp/analysis/search.h"

enum compared_kind { COMPARED_DECISION, COMPARED_DUTY, COMPARED_REMINDER, COMPARED_NOTICE };
enum compared_verdict { COMPARED_SAME, COMPARED_DIFFERENT, COMPARED_NOT_DECIDED };

/* More pieces of a region than this are told in the order of their length, and not all in words. */
#define COMPARE_PIECES 8

/* One outcome before and another after. */
struct difference {
    const char *before, *after; /* "required", "undecided", "due by 30 days after anniversary", "not sent" */
    const char **pieces;        /* all the cases, in words, each piece of the region on its own */
    size_t piece_count;
    bool cut;                           /* there are more cases than the pieces say */
    const char *region_json;            /* the region as JSON */
    const struct witness *witnesses[2]; /* one case, as the facts of each program */
    const char *outcomes[2];            /* what comes of it */
};

/*
 * A decision or duty that both programs have, by name; a reminder or notice, by its text as it is written. DIFFERENT: at least
 * one difference has a witness. NOT_DECIDED: none has.
 */
struct compared {
    enum compared_kind kind;
    struct text name;
    const struct ast_node *node; /* its declaration or text, in the newer program where that has it */
    enum compared_verdict verdict;
    struct difference *differences;
    size_t count;
    size_t more;                    /* further pairs of outcomes, not told */
    bool budget;                    /* the cells were spent before all was seen */
    const struct ast_node *because; /* NOT_DECIDED, no budget: what is beyond the analysis; may be NULL */
    uint32_t because_of;            /* the program it stands in */
};

enum change_kind { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };
/* What only one of them declares, or both differently. */
struct change {
    enum change_kind kind;
    const char *what; /* "fact", "decision", "duty", "member", "requirement", "covers" */
    struct text name;
    const char *
        words; /* "2018-01-01 through 2020-12-31 → 2018-01-01 through 2021-12-31"; NULL where there is no more to say */
};

struct subject;
struct comparison {
    struct subject *subjects; /* of compare_outcomes, by item */
    struct compared *items;   /* decisions, duties, reminders, notices, each in order of declaration */
    size_t count;
    struct change *changes;
    size_t change_count, change_capacity;
};

struct compare_options {
    uint64_t cell_budget; /* of each question; 0: the default */
    const struct text *
        only; /* these decisions, definitions and duties; NULL: all decisions, duties, reminders and notices */
    size_t only_count;
};

/* Whether one of the programs has a decision (by the name it is shown by) or duty of that name. */
bool compare_knows(const struct program *program, struct text name);

/* Compares; everything lives in `arena` and refers to the programs. False where memory ran out. */
bool compare_run(const struct program *before, const struct program *after,
                 const struct compare_options *options, struct arena *arena, struct comparison *comparison);

/*
 * Whether the outcomes of one record differ in that item of the comparison of the programs; what they are is appended to the buffers
 * (NULL: not wanted).
 */
bool compare_outcomes(const struct program *const programs[2], const struct outcome *const outcomes[2],
                      const struct comparison *comparison, size_t item, struct buffer *const words[2]);

#endif
