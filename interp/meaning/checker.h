/*
 * Inside of the checker, shared by its files: the symbol table, scopes, and who does what. `declare.c` and its neighbours fill
 * the model from declarations; `expression.c` and its neighbours type expressions, follow guards and fold constants.
 * Must not be included outside interp/meaning/.
 */
#ifndef PROVISO_INTERP_MEANING_CHECKER_H
#define PROVISO_INTERP_MEANING_CHECKER_H

#include "interp/meaning/model.h"

enum symbol_kind {
    SYMBOL_TYPE = 1,   /* enumerations[index] */
    SYMBOL_RECORD = 2, /* records[index] */
    SYMBOL_FACT = 4,
    SYMBOL_DECISION = 8, /* decide, define, total */
    SYMBOL_DUTY = 16,
    SYMBOL_RULE = 32,  /* a rule or exception */
    SYMBOL_TABLE = 64, /* rules index .. index + count - 1 are its rows */
    SYMBOL_SOURCE = 128,
    SYMBOL_EXAMPLE = 256,
    SYMBOL_MODULE = 512
};
/* A declared name. Rules, tables and definitions of an amendment are local to its module, all others are global. */
struct symbol {
    enum symbol_kind kind;
    const struct name *name;
    uint32_t module; /* UINT32_MAX: global, or of the base policy */
    uint32_t index, count;
    struct span span; /* of the name where it is declared */
};

struct checker {
    struct policy_set *set;
    struct arena *arena;   /* the set's */
    struct symbol **slots; /* open addressing by name and module */
    size_t slot_capacity, symbol_count;
    uint8_t *definition_state; /* by decision index: 0 unseen, 1 being typed, 2 done; kept by expression.c */
    const struct givens **definition_givens;  /* what each yes/no definition makes given when it is yes */
    const struct givens **definition_denials; /* what each makes given when it is no */
    struct arena *scratch;                    /* what goes when the check ends: symbols */
    struct arena
        *guards; /* for sets of givens: they go with the rule that is checked, those of definitions stay */
    unsigned definition_depth;
    unsigned expression_depth;              /* of expr_type, over all definitions that are being typed */
    const struct open_define *open_defines; /* record definitions being typed; kept by names.c */
    struct marks *marks;                    /* of the files that declare: see phases.h */
};

/* --- declare.c --- */
/*
 * The symbol that `name` means in file `file`: the file's own module first, then global ones. NULL where there is none
 * of these kinds. `kinds` is a union of enum symbol_kind.
 */
const struct symbol *chk_find(const struct checker *checker, uint16_t file, const struct name *name,
                              unsigned kinds);
/* The symbol of PATH module.name, likewise. */
const struct symbol *chk_find_in(const struct checker *checker, const struct name *module,
                                 const struct name *name, unsigned kinds);
/*
 * Adds "did you mean `x`?" with a fix at `span` where a symbol of these kinds (or, with `members`, a member of that
 * enumeration; with `record`, a field or definition of it; either may be NULL) is spelt nearly so.
 */
void chk_suggest(struct checker *checker, struct diagnostic *diagnostic, struct span span,
                 const struct name *name, uint16_t file, unsigned kinds, const struct enumeration *members,
                 const struct record_type *record);
/*
 * The rules that NAME or PATH means (stages, stages.too_late, wave3.waiver, wave3.stages.too_late) as a REF_TO_RULE, which is
 * also what node_refs then holds of `path`. False after a message.
 */
bool chk_rule_path(struct checker *checker, const struct ast_node *path, struct ref *out);
/*
 * The symbol of one of these kinds that NAME or PATH (module.name) means; `what` ("a decision") is for messages: no such name, or one of another kind.
 * NULL after a message, and for ERROR and NULL.
 */
const struct symbol *chk_use(struct checker *checker, const struct ast_node *node, unsigned kinds,
                             const char *what);
/* The type a TYPE_* node declares; TYPE_BAD after a message. `fraction` is the fraction; where it may stand is the caller's to judge. */
struct type chk_declared_type(struct checker *checker, const struct ast_node *node);

/* --- expression.c, guards.c, constant.c, cell.c --- */
/* A loop variable and those around it. */
struct binding {
    const struct name *name;
    const struct ast_node *binder; /* SOME, EVERY, COUNT, FOLD */
    const struct record_type *record;
    const struct binding *outer;
};
/* Where an expression stands. */
struct scope {
    uint16_t file;
    const struct record_type
        *self; /* in a record's definition or field clause: bare names may be its fields */
    const struct binding *bindings;
    bool property;   /* `duty D applies` and the like are conditions */
    bool definition; /* an unguarded optional makes the whole optional */
};
/* A set of optional things known to be given (facts, decisions, fields of a loop variable); immutable; NULL is empty. */
struct givens;
const struct givens *chk_givens_join(struct checker *checker, const struct givens *a, const struct givens *b);
/* Sets of givens that are made from here to the end are forgotten then; gives what to hand to the end. */
struct arena *chk_guards_begin(struct checker *checker, struct arena *scratch);
void chk_guards_end(struct checker *checker, struct arena *before);
/* What is given where `condition` (already typed; may be NULL) is yes. */
const struct givens *chk_givens_if(struct checker *checker, const struct scope *scope,
                                   const struct ast_node *condition);
/* What is given where this row test holds (`not none`, a value, a comparison, …). */
const struct givens *chk_givens_if_cell(struct checker *checker, const struct scope *scope,
                                        const struct ast_node *header, const struct ast_node *cell);

/*
 * Types `node` and all below it, fills node_types and node_refs, reports. `expected` guides members, texts and numbers and may be
 * NULL. `known` are the guards in force. The result is never NULL; TYPE_BAD after a message.
 */
const struct type *chk_expression(struct checker *checker, const struct scope *scope,
                                  const struct ast_node *node, const struct type *expected,
                                  const struct givens *known);
/* As chk_expression for a place that needs yes or no; `what` ("the condition of `when`") is for messages. */
void chk_condition(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                   const struct givens *known, const char *what);
/*
 * As chk_expression for a place that holds a value of `expected` (a decision, a duty's date …): reports another type, none where not optional, a
 * number of more decimals, a constant outside the range or not a member. NONE nodes are allowed where expected->optional.
 */
void chk_value(struct checker *checker, const struct scope *scope, const struct ast_node *node,
               const struct type *expected, const struct givens *known, const char *what);
/* A TEMPLATE or STRING of an effect: every {expr} is typed, and must be something that can be shown. */
void chk_template(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                  const struct givens *known);
/* A cell against its (already typed) header. */
void chk_cell(struct checker *checker, const struct scope *scope, const struct ast_node *header,
              const struct ast_node *cell, const struct givens *known);
/* Types the definition (a decision of kind DEFINE) on first use and sets its type; a definition that uses itself is reported by order.c. */
const struct type *chk_definition(struct checker *checker, uint32_t decision);
/* Likewise for a record's definition. */
const struct type *chk_record_define(struct checker *checker, const struct record_type *record,
                                     uint32_t define);
/*
 * The value of a constant expression of that type (literals, members, dates moved by literals, periods, LIST_VALUE): for `given`, `otherwise` of facts, `covers`,
 * ranges, `on`. False after a message (not constant, or of another type).
 */
bool chk_constant(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                  const struct type *type, struct value *out);
/* The date of a DATE node; false after a message (an impossible day). */
bool chk_date(struct checker *checker, const struct ast_node *node, cal_day *out);
/* The period of a constant period (THROUGH, UNTIL, FROM_ON, UP_TO of dates); false after a message, an empty one among them. */
bool chk_constant_period(struct checker *checker, const struct ast_node *node, struct period *out);

/* --- order.c --- */
/* Fills set->order; reports every cycle once, with its path. Needs all node_refs. */
bool chk_order(struct checker *checker);

#endif
