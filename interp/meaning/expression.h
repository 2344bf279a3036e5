/*
 * What the files that type expressions share: the place of typing, the types of operators, guards, constants.
 * expression.c drives; names.c, operators.c, dates.c, quantifier.c, cell.c each know their kinds of nodes;
 * guards.c knows what is given; constant.c folds. Must not be included outside interp/meaning/.
 */
#ifndef PROVISO_INTERP_MEANING_EXPRESSION_H
#define PROVISO_INTERP_MEANING_EXPRESSION_H

#include "interp/meaning/checker.h"

/* Where typing is: the scope, and what is known to be given there. */
struct typing {
    struct checker *checker;
    const struct scope *scope;
    const struct givens *known;
};

/* --- expression.c --- */
/* Types a node and all below it; never NULL. */
const struct type *expr_type(const struct typing *typing, const struct ast_node *node,
                             const struct type *expected);
/*
 * As expr_type for the operand of an operator that needs a single value: a list or record is reported; an
 * optional one is reported, or in a definition sets *none. TYPE_BAD after a message about its kind.
 */
const struct type *expr_operand(const struct typing *typing, const struct ast_node *node,
                                const struct type *expected, bool *none);
/* As expr_operand, of that kind; `what` ("`and`", "the amount of time") begins the message. False after a
 * message. */
bool expr_operand_is(const struct typing *typing, const struct ast_node *node, enum type_kind kind,
                     bool *none, const char *what);
/* The side tables. */
void expr_set_type(struct checker *checker, const struct ast_node *node, const struct type *type);
void expr_set_ref(struct checker *checker, const struct ast_node *node, struct ref ref);
const struct type *expr_type_of(const struct checker *checker, const struct ast_node *node);
const struct ref *expr_ref_of(const struct checker *checker, const struct ast_node *node);
/* Reports a value that may be none where it may not be, with the guard that would help. */
void expr_report_optional(const struct typing *typing, const struct ast_node *node, const struct type *type);
/* Reports a value of the wrong kind: "WHAT needs a date, but `x` is a number". */
struct diagnostic *expr_report_kind(const struct typing *typing, const struct ast_node *node,
                                    const struct type *type, const char *what, const char *needed);

/* --- types.c --- */
/* Types without an enumeration, a record or a range; static. */
const struct type *expr_bad(void);
const struct type *expr_kind(enum type_kind kind, bool optional);
const struct type *expr_number(int scale, bool optional);
/* A member, or set of members, of that enumeration; TYPE_BAD where memory fails. */
const struct type *expr_of_enumeration(struct checker *checker, enum type_kind kind,
                                       const struct enumeration *enumeration, bool optional);
/* The same type, optional or not. */
const struct type *expr_with_optional(struct checker *checker, const struct type *type, bool optional);
/* The type that holds values of both (numbers: the larger scale; a number and a fraction: the fraction); NULL
 * for none. */
const struct type *expr_unify(struct checker *checker, const struct type *a, const struct type *b);
/* "a date", "a number with 2 decimals", "a member of `tier`": never NULL. */
const char *expr_type_words(struct checker *checker, const struct type *type);
/* The node's text in backquotes, or "this" where it is long. Never NULL. */
const char *expr_words(struct checker *checker, const struct ast_node *node);
/* The node's text as it is; in brackets where it is not a name, a literal or bracketed. "" where it is long
 * or has a comment. */
const char *expr_source(struct checker *checker, const struct ast_node *node);
const char *expr_source_primary(struct checker *checker, const struct ast_node *node);
/* printf into the arena; never NULL. */
__attribute__((format(printf, 2, 3))) const char *expr_format(struct checker *checker, const char *format,
                                                              ...);
/* Where a name's thing is declared; false where nothing is known of it. */
bool expr_declaration(const struct checker *checker, const struct ref *ref, struct span *out);

/* --- names.c --- */
/* What a NAME or PATH (in brackets or not) means as a value, members aside; silent. False where it means
 * none. */
bool expr_lookup(const struct checker *checker, const struct scope *scope, const struct ast_node *node,
                 struct ref *out);
/* True for a NAME that expr_lookup does not know: a member, or a mistake. */
bool expr_is_unknown(const struct typing *typing, const struct ast_node *node);
/* The declared type of what a reference means; types definitions on first use. */
const struct type *expr_ref_type(struct checker *checker, const struct ref *ref);
const struct type *expr_name(const struct typing *typing, const struct ast_node *node,
                             const struct type *expected);
const struct type *expr_path(const struct typing *typing, const struct ast_node *node);
const struct type *expr_string(const struct typing *typing, const struct ast_node *node,
                               const struct type *expected);
/* DUTY_APPLIES, RULE_APPLIES, IS_DECIDED. */
const struct type *expr_property(const struct typing *typing, const struct ast_node *node);
/* The index of a member; -1 where there is none. */
long expr_member(const struct enumeration *enumeration, const struct name *name);

/* --- operators.c --- */
const struct type *expr_number_literal(const struct typing *typing, const struct ast_node *node);
const struct type *expr_negate(const struct typing *typing, const struct ast_node *node);
const struct type *expr_arithmetic(const struct typing *typing, const struct ast_node *node);
/*
 * A chain that leans left (`a and b and c`, sums), which may be very long: its nodes of the kind of `top`, innermost first, *count of them, and the
 * leftmost operand in *first. NULL where memory ran out; diags.failed is set then.
 */
const struct ast_node **expr_spine(struct checker *checker, const struct ast_node *top, size_t *count,
                                   const struct ast_node **first);
const struct type *expr_compare(const struct typing *typing, const struct ast_node *node);
/* True where the operator `op` fits both types (already typed operands); reports otherwise. `operator_span`
 * is what a fix replaces. */
bool expr_comparable(const struct typing *typing, const struct ast_node *left, const struct ast_node *right,
                     unsigned op, struct span operator_span, const struct type *a, const struct type *b);
const struct type *expr_is(const struct typing *typing, const struct ast_node *node);
const struct type *expr_is_none(const struct typing *typing, const struct ast_node *node);
const struct type *expr_is_one_of(const struct typing *typing, const struct ast_node *node);
/* A value beside something of type `type` (the right side of `is`, a cell): typed, not optional, comparable;
 * false after a message. */
bool expr_beside(const struct typing *typing, const struct ast_node *node, const struct ast_node *other,
                 const struct type *type, bool *none);
const struct type *expr_call(const struct typing *typing, const struct ast_node *node);

/* --- dates.c --- */
const struct type *expr_date(const struct typing *typing, const struct ast_node *node);
const struct type *expr_period(const struct typing *typing, const struct ast_node *node);
const struct type *expr_within(const struct typing *typing, const struct ast_node *node);
const struct type *expr_shift(const struct typing *typing, const struct ast_node *node);
const struct type *expr_distance(const struct typing *typing, const struct ast_node *node);
const struct type *expr_date_part(const struct typing *typing, const struct ast_node *node);
const struct type *expr_anniversary(const struct typing *typing, const struct ast_node *node);
const struct type *expr_in(const struct typing *typing, const struct ast_node *node);
/* The right side of `in` against an operand of that type; false after a message. */
bool expr_in_what(const struct typing *typing, const struct ast_node *operand, const struct ast_node *right,
                  const struct type *type, bool *none);
const struct type *expr_set_literal(const struct typing *typing, const struct ast_node *node,
                                    const struct type *expected);

/* --- joined_members.c --- */
/*
 * Of a chain of `and` or of `or`, from the link whose left side was typed last: how many operands from there
 * on are no conditions but members that belong to the `is` before them. Reports them together, if any.
 */
size_t expr_joined_members(const struct typing *typing, const struct ast_node *const *chain, size_t count);

/* --- quantifier.c --- */
const struct type *expr_quantifier(const struct typing *typing, const struct ast_node *node);

/* --- guards.c --- */
/* What is given where `condition` is yes (truth) or no. */
const struct givens *expr_givens(struct checker *checker, const struct scope *scope,
                                 const struct ast_node *condition, bool truth);
/* True where the thing (a REF_TO_FACT, _DECISION, _FIELD, _RECORD_DEFINE) is given. */
bool expr_is_given(struct checker *checker, const struct scope *scope, const struct givens *known,
                   const struct ref *ref);

/* --- constant.c --- */
enum constant_status { CONSTANT_VALUE, CONSTANT_VARIES, CONSTANT_FAILS };
/* The value of a typed expression made of literals, at the scale of the node's type; silent. */
enum constant_status expr_constant(struct checker *checker, const struct ast_node *node, struct value *out);
/* A day moved by that many units of enum ast_unit. */
enum cal_status expr_move(cal_day day, int64_t count, unsigned unit, enum cal_rounding rounding,
                          cal_day *out);
/* Reports a constant that is outside the range `type` declares; true where it is not. */
bool expr_in_range(struct checker *checker, const struct ast_node *node, const struct type *type,
                   struct value value, int scale, const char *what);

#endif
