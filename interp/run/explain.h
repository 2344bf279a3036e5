/*
 * Why one answer is as it is: the rules that gave it, their conditions with the values they saw, the rules that did not apply, the
 * facts that mattered, and for an open answer what each value of what is missing would bring. Made from one traced evaluation
 * and, for what was not the case, from further ones. Must not know how an explanation is shown.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_H
#define PROVISO_INTERP_RUN_EXPLAIN_H

#include "interp/run/evaluate.h"

/* Documented limits: decisions below decisions, decisions explained in all, records of a list, missing facts, answers for one. */
#define EXPLAIN_MAX_DEPTH 8
#define EXPLAIN_MAX_ITEMS 64
#define EXPLAIN_MAX_RECORDS 10
#define EXPLAIN_MAX_MISSING 32
#define EXPLAIN_MAX_BRINGS 64
/* Ranges told by each answer; beyond, by the kinds of answers. */
#define EXPLAIN_MAX_RANGES 16
/* Ways to another answer; parts of what one of them needs; facts of an example; facts left out as they are asked no more. */
#define EXPLAIN_MAX_WAYS 40
#define EXPLAIN_MAX_NEEDS 120
#define EXPLAIN_MAX_ASSIGNED 10
#define EXPLAIN_MAX_DROPPED 16

/* What is asked about: decisions[index] or duties[index] of the set. */
struct subject {
    bool duty;
    uint32_t index;
};

/* Part of a condition, as written on one line, and the value it had. */
struct saw {
    struct text words;
    const struct type *type;
    struct value value;
    uint32_t decision; /* the decision of that name, else UINT32_MAX */
};

/* What a condition is made of. */
enum condition_kind {
    CONDITION_PLAIN, /* a comparison or the like: `saw` */
    CONDITION_ALL,   /* its parts, joined by and; also a definition of a record, by its name */
    CONDITION_ANY,   /* its parts, joined by or */
    CONDITION_NOT,   /* the opposite of its one part */
    CONDITION_IF,    /* the condition of an `if`, then the branch taken; both branches where it is open */
    CONDITION_RECORDS /* some, every: a part for each of the first records of the list, of the others nothing */
};
struct condition {
    enum condition_kind kind;
    struct text words;           /* as written, comments and line ends taken out */
    struct text label;           /* of a record of a list: "holdings 1 (Security, Gold)"; else empty */
    const struct ast_node *node; /* where it stands; NULL of a record of a list */
    struct value value;          /* yes, no, none (counts as no) or open */
    struct saw *saw;
    size_t saw_count, saw_capacity;
    struct condition *parts;
    size_t part_count, part_capacity;
    uint32_t records; /* of CONDITION_RECORDS: how many the list has */
};

/* A rule that gives the decision or duty a value, or an exception. */
struct explained_rule {
    uint32_t rule;
    enum degree degree;
    struct value value;      /* what it gives; of an exception VALUE_OPEN */
    const struct type *type; /* NULL of an exception */
    struct text made;        /* the expression of its value, as written; empty of an exception */
    struct saw *saw;         /* what its value was made from */
    size_t saw_count, saw_capacity;
    struct condition *conditions; /* in force, announced, when (a part each), cells */
    size_t condition_count, condition_capacity;
    size_t first; /* the first that does not hold, else that is open; condition_count where all hold */
    const struct condition *
        *failing; /* all that would have to hold and do not, taken apart where joined by and */
    size_t failing_count, failing_capacity;
    struct explained_rule *exceptions; /* all of them */
    size_t exception_count;
};

/* One decision, definition, total or duty. */
struct explained {
    struct subject subject;
    unsigned depth;                          /* 0: the one asked about */
    const struct decision_outcome *decision; /* one of the two */
    const struct duty_outcome *duty;
    struct explained_rule *rules; /* every effect that gives it a value, in order */
    size_t rule_count;
    bool has_normal; /* a normal case, `otherwise` or the definition's expression */
    struct condition normal;
    struct value normal_value;
    const struct type *normal_type;
    struct explained_rule *off; /* exceptions to the normal case */
    size_t off_count;
    bool has_done; /* a duty that is due */
    struct condition done;
    uint32_t *rests_on; /* decisions whose values were seen, each once, in order */
    size_t rests_on_count, rests_on_capacity;
};

/* What an evaluation says of the subject, in words that do not depend on it. */
struct verdict {
    bool rejected;     /* such a record is not valid: `problem` */
    unsigned status;   /* of a duty that is due: enum duty_status */
    unsigned state;    /* enum state or, of a duty, enum duty_state */
    struct text words; /* "waived", "undetermined", "due by 2021-04-14, open" */
    struct text json;  /* the value as JSON; empty where there is none */
    struct reason *reasons;
    size_t reason_count;
    struct text problem;
    struct reason dropped[EXPLAIN_MAX_DROPPED]; /* facts of the record that its change leaves unasked */
    size_t dropped_count;
    bool applies; /* of a trial that watched a rule */
};

/* Values of a missing fact that bring the same. */
struct bring {
    struct value *values; /* of a range: its ends */
    size_t count, capacity;
    bool range;
    bool open_below, open_above; /* of a range: nothing declared ends it there */
    bool any_other;              /* of a text: all that the policy does not name */
    struct verdict verdict;
    bool same; /* of a change: it brings the answer that there is */
    bool
        varies; /* of a range: not all values bring the same; `verdict` is of the first, `last` of the last */
    struct verdict last;
};
/*
 * An unknown fact, or field of a list, and what its values would bring; none where its values cannot be gone through. Or a known
 * one, and what it would bring were it different, all others staying as they are.
 */
struct missing {
    struct reason need;
    const struct type *type;
    struct bring *brings;
    size_t bring_count, bring_capacity;
    bool more;    /* beyond EXPLAIN_MAX_BRINGS */
    bool sampled; /* of a date: the answer hangs on its weekday or the like, and not every day was tried */
};

/* What would have to hold, down to facts; what holds already is left out. */
enum need_kind {
    NEED_PLAIN, /* `words` */
    NEED_ALL,   /* all of its parts */
    NEED_ANY    /* any one of its parts */
};
struct need {
    enum need_kind kind;
    struct text words; /* "competency is not Security"; of parts: what they make up, or empty */
    struct text title; /* of the fact or decision that `words` speak of; or empty */
    struct text now;   /* "it is Security"; or empty */
    const struct ast_node *node, *cell; /* of NEED_PLAIN: what it was made from; else NULL */
    bool wanted; /* of NEED_PLAIN: that `cell`, else `node`, is yes; or that it is no */
    const struct ast_node
        *loop;               /* of a field: the `some` or `every` over that list; NULL inside two of them */
    const struct fact *list; /* of a field: the list of the record it is in; else NULL */
    uint32_t element;        /* of that list; UINT32_MAX of a record that is not there yet */
    bool confirmed;          /* an alternative for which a change of facts was found that brings the answer */
    bool unconfirmed;        /* one for which none was found; neither, where none was looked for */
    bool undecided; /* `words` speak of a decision that nothing decides: rules for it may be missing */
    struct need *parts;
    size_t part_count, part_capacity;
};

/* A fact, or a field of a list, that is given a value. */
struct assignment {
    struct reason at;
    const struct type *type;
    struct value value;
};

/* One way to another answer: a rule that would have to apply, or the default. */
struct way {
    uint32_t rule;     /* UINT32_MAX: the default, a definition's expression; of a duty: that it is not due */
    bool moves;        /* the answer depends on facts: `words` has it for those of the record */
    struct text words; /* the answer it would give, as in a verdict */
    struct need need;
    struct assignment *
        example; /* changes of facts with which the answer was tried, and is that; none where none was found */
    size_t example_count;
    bool tried; /* changes of facts were tried; without it, that there is no example says nothing */
    struct verdict verdict; /* of the example */
};

/* What a change of one known fact does, all others staying as they are. */
enum fact_alone {
    ALONE_NOT_TRIED, /* not known, not asked, or too much to try */
    ALONE_NOTHING, /* the answer is the same whatever its value: it is not made from it, or is the same where it is unknown */
    ALONE_NOT_FOUND, /* no value that was tried brings anything else */
    ALONE_CHANGES    /* some value brings something else: `changes` */
};

/* What a fact had to do with the answer. Those that did not matter did not do so together: all of them unknown, the answer is the same. */
enum fact_role {
    FACT_MATTERED,
    FACT_IDLE,     /* known, and it did not matter */
    FACT_UNKNOWN,  /* not known, and it did not matter */
    FACT_MISSING,  /* not known, and needed */
    FACT_NOT_ASKED /* its `only when` does not hold */
};

/* Everything lives in the arena given. items[0] is what was asked; an item rests on later or earlier ones only. */
struct explanation {
    const struct program *program;
    const struct record *record;
    struct question question;
    struct outcome outcome;
    struct explained *items;
    size_t item_count, item_capacity;
    uint32_t *cut; /* decisions that a limit kept from being explained */
    size_t cut_count, cut_capacity;
    const struct value *facts; /* by fact: the value it had, `only when` included */
    enum fact_role *roles;     /* by fact */
    struct missing *missing;
    size_t missing_count, missing_capacity;
    bool more_missing;
    enum fact_alone *alone;  /* by fact */
    struct missing *changes; /* known facts of which some value brings something else */
    size_t change_count, change_capacity;
    struct way *ways; /* of an answer that no unknown fact keeps open */
    size_t way_count, way_capacity;
};

/*
 * Explains the subject for one record and day. EVALUATE_REJECTED: see record->problems. Where the day is not covered, outcome.covered
 * is false and there is nothing else. The record, program and arena must outlive the explanation.
 */
enum evaluate_status explain(const struct program *program, struct record *record,
                             const struct question *question, struct subject subject, struct arena *arena,
                             struct explanation *explanation);

/* A property in one case: what it presupposes, where it does, and what it says. */
struct explained_property {
    bool has_whenever;
    struct condition whenever, condition;
};
/* As explain, of properties[property] of the set: `explanation` gets the outcome and no items. */
enum evaluate_status explain_property(const struct program *program, struct record *record,
                                      const struct question *question, uint32_t property, struct arena *arena,
                                      struct explanation *explanation, struct explained_property *explained);

/* The decision, definition or duty of that name (of an amendment's definition "wave3.retained"); false where there is none. */
bool explain_find(const struct policy_set *set, struct text name, struct subject *subject);
/* Whether the decision that an item rests on is explained; *at gets the item. */
bool explain_item(const struct explanation *explanation, uint32_t decision, size_t *at);
/* Appends what an outcome says of the subject: "waived", "in conflict", "due by 2021-04-14, open". */
void explain_answer(struct buffer *out, const struct policy_set *set, struct subject subject,
                    const struct outcome *outcome);
/* Appends a value as show_value does; a fraction as a decimal, with the exact fraction only where that does not end. */
void explain_value(struct buffer *out, const struct type *type, struct value value);
/* Appends the fact, or the field of a list by its values: "anniversary of holdings 1 (Security, Gold)". */
void explain_fact_name(struct buffer *out, const struct policy_set *set, const struct value *facts,
                       const struct reason *at);
/* Whether a field of some list has the fact's name too: where such a list is spoken of, it could be either. */
bool explain_is_field_too(const struct policy_set *set, const struct fact *fact);
/* The same of the lists of a record, by their values, that are not empty. */
bool explain_is_ambiguous(const struct policy_set *set, const struct value *facts, const struct fact *fact);
/* True where the answer is settled: a value; a duty that is due or not. */
bool explain_settled(const struct explanation *explanation);

#endif
