/*
 * Inside of the export to SMT-LIB: terms, and who makes them. A term is text; what is long gets a name by
 * define-fun, so that text stays short and the solver shares it. Must not be included outside the export.
 */
#ifndef PROVISO_TESTS_LAWS_SMT_INSIDE_H
#define PROVISO_TESTS_LAWS_SMT_INSIDE_H

#include "tests/laws/smt.h"

/*
 * An expression: whether it is open, whether it is none (never both), and its value where it is neither: a
 * Bool, an Int (dates as days, numbers as mantissas, members by index), a Real (fractions), a period as two
 * Ints. The bounds hold for an Int, and for the ends of a period.
 */
struct smt_term {
    const char *open, *none, *value, *last;
    int64_t low, high, last_low, last_high;
    bool outside;
};

/* What is known of a decision; `term` is open wherever it has no value. */
struct smt_decision {
    bool made;
    struct smt_term term;
    const char *undecided, *conflict;
};

struct smt {
    const struct policy_set *set;
    const char *prefix;
    struct arena *arena;
    struct buffer *out;
    uint32_t names;
    struct smt_term *facts; /* by index, as rules see them */
    bool *fact_made;
    struct smt_term *rules; /* degrees */
    bool *rule_made;
    struct smt_decision *decisions;
    const char *valid;
};

/* --- smt_term.c --- */
__attribute__((format(printf, 2, 3))) const char *smt_say(struct smt *s, const char *format, ...);
/* A short text for `text`: itself, or a name for it. */
const char *smt_named(struct smt *s, const char *sort, const char *text);
const char *smt_int(struct smt *s, int64_t n);
const char *smt_and(struct smt *s, const char *a, const char *b);
const char *smt_or(struct smt *s, const char *a, const char *b);
const char *smt_not(struct smt *s, const char *a);
const char *smt_if(struct smt *s, const char *sort, const char *c, const char *a, const char *b);
/* True where neither open nor none; where it is yes; where it is no. */
const char *smt_given(struct smt *s, const struct smt_term *t);
const char *smt_yes(struct smt *s, const struct smt_term *t);
const char *smt_no(struct smt *s, const struct smt_term *t);
struct smt_term smt_bool(const char *value);
struct smt_term smt_whole(struct smt *s, int64_t n);
struct smt_term smt_outside(void);
/* Open and none as the strict class wants them, no value yet. */
struct smt_term smt_strict(struct smt *s, const struct smt_term *operands, size_t count);
/* The term, open also where it would have a value and `failed` holds. */
struct smt_term smt_failing(struct smt *s, struct smt_term t, const char *failed);
/* Kleene's connectives. */
struct smt_term smt_all(struct smt *s, const struct smt_term *operands, size_t count);
struct smt_term smt_any(struct smt *s, const struct smt_term *operands, size_t count);
struct smt_term smt_opposite(struct smt *s, struct smt_term t);
/* The value of `t` of type `from` as one of type `to`; outside where it might be too large. */
struct smt_term smt_convert(struct smt *s, struct smt_term t, const struct type *from, const struct type *to);
/* The same to be compared only: never too large. */
struct smt_term smt_lifted(struct smt *s, struct smt_term t, const struct type *from, const struct type *to);
/* Whether two values are the same where both are given. */
const char *smt_same(struct smt *s, const struct smt_term *a, const struct type *at, const struct smt_term *b,
                     const struct type *bt);
const char *smt_sort(const struct type *type);
/* The term, what stands for the value of something that never has one being of that type. */
struct smt_term smt_sorted(const struct type *type, struct smt_term t);
/* A choice between values; open and none are the caller's. */
struct smt_term smt_choice(struct smt *s, const struct type *type, const char *c, const struct smt_term *a,
                           const struct smt_term *b);

/* --- smt_table.c --- */
/* What a function of one or two whole numbers gives; false where it fails. */
typedef bool smt_function(int64_t a, int64_t b, int rounding, int64_t *out);
/* The function of two bounded terms as tables over their ranges; outside where these are too wide. */
struct smt_term smt_tabled(struct smt *s, smt_function *function, const struct smt_term *a,
                           const struct smt_term *b, int rounding);

/* --- smt_expression.c --- */
struct smt_term smt_expression(struct smt *s, const struct ast_node *node);
struct smt_term smt_cell(struct smt *s, const struct ast_node *header, const struct ast_node *cell);

/* --- smt.c --- */
struct smt_term smt_fact(struct smt *s, uint32_t fact);
struct smt_term smt_rule(struct smt *s, uint32_t rule);
const struct smt_decision *smt_decision(struct smt *s, uint32_t decision);
/* A condition as part of a degree: none counts as no. */
struct smt_term smt_as_degree(struct smt *s, struct smt_term t);
/* DUTY_APPLIES, RULE_APPLIES, IS_DECIDED. */
struct smt_term smt_claim(struct smt *s, const struct ast_node *node);

#endif
