/*
 * Inside of the oracle: what its files share. Expressions (oracle_expression.c and oracle_loop.c) ask for
 * facts and decisions, decisions (oracle.c) ask for expressions; both make values with oracle_value.c. Must
 * not be included outside the oracle.
 */
#ifndef PROVISO_TESTS_LAWS_ORACLE_INSIDE_H
#define PROVISO_TESTS_LAWS_ORACLE_INSIDE_H

#include "tests/laws/oracle.h"

/* One question about one record; what was found once is kept. */
struct oracle {
    const struct policy_set *set;
    const struct record *record;
    const struct question *question;
    struct arena *arena;
    bool rejected;
    const struct ast_node *unguarded; /* where a value was none that the checker vouched for */
    struct value *facts;
    bool *fact_known;
    struct value *degrees; /* of rules: yes, no or open */
    bool *degree_known;
    struct decision_outcome *decisions;
    bool *decision_known;
};

/*
 * A record of a list at hand: of a loop (`binder`), or the one whose definition or clause is looked at
 * (NULL).
 */
struct place_in_list {
    const struct ast_node *binder;
    const struct record_type *record;
    const struct value *fields;
    uint32_t fact, element;
    const struct place_in_list *outer;
};

/* --- oracle_value.c --- */
struct value oracle_yes_no(bool yes);
struct value oracle_none(void);
struct value oracle_number(int64_t mantissa);
struct value oracle_day(cal_day day);
struct value oracle_fraction(struct oracle *o, struct frac fraction);
/* An open value with one reason. */
struct value oracle_open(struct oracle *o, struct reason reason);
struct value oracle_failed(struct oracle *o, const struct ast_node *node, enum failure failure);
bool oracle_is_open(struct value v);
bool oracle_is_none(struct value v);
/* Two-valued views of a condition. */
bool oracle_is_yes(struct value v);
bool oracle_is_no(struct value v);
/* Adds the reasons of `v`, where it is open, to *all (NULL: none yet). */
void oracle_gather(struct oracle *o, const struct reasons **all, struct value v);
struct value oracle_open_with(const struct reasons *all);
/* The strict class: true where an operand is open or none, and then *result is what the whole is. */
bool oracle_strict(struct oracle *o, const struct value *operands, size_t count, struct value *result);
/* `and`, `or` over any number of operands, `not`. */
struct value oracle_all(struct oracle *o, const struct value *operands, size_t count);
struct value oracle_any(struct oracle *o, const struct value *operands, size_t count);
struct value oracle_not(struct value v);
/* Whether two values of these types are the same; both are neither open nor none. */
bool oracle_same(struct value a, const struct type *at, struct value b, const struct type *bt);
int oracle_order(struct value a, const struct type *at, struct value b, const struct type *bt);
struct frac oracle_as_fraction(struct value v, const struct type *type);
/*
 * `v` of type `from` as one of type `to`; where that is too large, a failure at `place`. Open and none stay.
 */
struct value oracle_convert(struct oracle *o, struct value v, const struct type *from, const struct type *to,
                            const struct ast_node *place);
/* Memory or a failed test. */
void *oracle_alloc(struct oracle *o, size_t count, size_t size);

/* --- oracle_expression.c --- */
const struct type *oracle_type(const struct oracle *o, const struct ast_node *node);
struct value oracle_expression(struct oracle *o, const struct place_in_list *at, const struct ast_node *node);
struct value oracle_cell(struct oracle *o, const struct ast_node *header, const struct ast_node *cell);
struct text oracle_text(struct oracle *o, const struct ast_node *node);

/* --- oracle_loop.c --- */
struct value oracle_loop(struct oracle *o, const struct place_in_list *at, const struct ast_node *node);
struct value oracle_field(struct oracle *o, const struct place_in_list *row, uint32_t field);
struct value oracle_record_define(struct oracle *o, const struct place_in_list *row, uint32_t define);

/* --- oracle_rule.c --- */
/* The degree of a rule: yes, no or open. */
struct value oracle_rule(struct oracle *o, uint32_t rule);
/* Whether an exception switches the normal case of a decision off. */
struct value oracle_normal_case_off(struct oracle *o, uint32_t decision);
/* A condition as part of a degree: none counts as no. */
struct value oracle_as_degree(struct value v);
/* The value of an expression that the checker let through where none has no place: notes where it is none. */
struct value oracle_certain(struct oracle *o, const struct ast_node *node);

/* --- oracle.c --- */
struct value oracle_fact(struct oracle *o, uint32_t fact);
struct value oracle_decision(struct oracle *o, uint32_t decision);
/* `duty D applies`, `D is decided`. */
struct value oracle_duty_applies(struct oracle *o, uint32_t duty);
struct value oracle_is_decided(struct oracle *o, uint32_t decision);
/* What `only when` makes of a value that was read; sets o->rejected where the two contradict. */
struct value oracle_only_when(struct oracle *o, const struct fact *fact, struct value condition,
                              struct value read, struct value unknown);

#endif
