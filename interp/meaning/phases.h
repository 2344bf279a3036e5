/*
 * What the files that declare share among themselves: the phases in the order check.c runs them, notes taken
 * on the way, and the words of messages. Must not be included outside interp/meaning/.
 */
#ifndef PROVISO_INTERP_MEANING_PHASES_H
#define PROVISO_INTERP_MEANING_PHASES_H

#include "interp/meaning/checker.h"
#include "interp/meaning/name_map.h"

/* The module of what is known everywhere. */
#define MODULE_GLOBAL UINT32_MAX
/* Labels of rows are symbols of a module of their own: this bit and the index of the table's first rule. */
#define MODULE_ROWS 0x80000000u
#define SYMBOL_ANY 0xFFFFu

/* printf's arguments for %.*s */
#define WORDS(text) (int)(text).length, (text).bytes

struct graph; /* order.c */

/* What is noted beside the model while it is filled. */
struct marks {
    const struct symbol **symbols; /* in order of declaration, for suggestions */
    size_t symbol_count, symbol_capacity;
    size_t suggestion_budget; /* comparisons left; a set of nothing but mistakes must not take a day */
    bool *type_used;          /* by enumeration index */
    size_t type_used_count;
    bool *example_used; /* by example index */
    bool broken_header; /* some file's header could not be parsed */
    struct graph *graph;
};

/* --- phases --- */
/* modules.c: headers. False where the files do not make one set, so that names would be missing or double. */
bool chk_modules(struct checker *checker);
/* The clauses of all headers; needs nothing but the modules. */
void chk_headers(struct checker *checker);
/* declare.c: makes every entity and its symbol. False after a message where there are too many. */
bool chk_declarations(struct checker *checker);
/* types.c: `also`, duplicate members and labels. */
void chk_enumerations(struct checker *checker);
void chk_unused_types(struct checker *checker);
/* facts.c: types of facts, fields, decisions; then their conditions and values. */
void chk_entity_types(struct checker *checker);
void chk_input_places(struct checker *checker);
void chk_entities(struct checker *checker);
/* rules.c: rules, exceptions, rows. */
void chk_rules(struct checker *checker);
/* exceptions.c: who switches off whom. */
void chk_exceptions(struct checker *checker);
/* today.c: reminders that depend on today; needs the graph. */
void chk_reminders(struct checker *checker);
/* True where some condition, value or text of the policy says `today`; tests and properties apart. */
bool chk_uses_today(struct checker *checker);
/* examples.c */
void chk_examples(struct checker *checker);
/* expectations.c: fills test->expectations of a test that has no mistake. */
void chk_expectations(struct checker *checker, struct policy_test *test);

/* cascade.c: takes back what only follows from another mistake; needs the messages in order. */
void chk_cascades(struct checker *checker);

/* --- shared --- */
/* The index of the module a file belongs to. */
uint32_t chk_module_of(const struct checker *checker, uint16_t file);
/* Adds a symbol; where the name is taken in that module the one that has it is given, else NULL. */
const struct symbol *chk_add_symbol(struct checker *checker, const struct symbol *symbol);
/* The symbol of exactly that name and module, or NULL. */
const struct symbol *chk_lookup(const struct checker *checker, const struct name *name, uint32_t module);
/* "a fact", "a rule": what a kind of symbol is called. */
const char *chk_kind_words(enum symbol_kind kind);
/* Text in the arena by printf's format; empty where memory fails. */
__attribute__((format(printf, 2, 3))) struct text chk_words(struct checker *checker, const char *format, ...);
/* The text of a STRING; empty for anything else. */
struct text chk_string(const struct ast_node *node);
/* "did you mean `x`?" where a label of the table's rows is spelt nearly so. */
void chk_suggest_row(struct checker *checker, struct diagnostic *diagnostic, const struct ast_node *label,
                     const struct symbol *table);

/*
 * An enumeration written in place or declared; NULL where memory fails. Its members are checked for doubles
 * by chk_check_members.
 */
struct enumeration *chk_new_enumeration(struct checker *checker, const struct name *name);
void chk_add_members(struct checker *checker, struct enumeration *enumeration,
                     const struct ast_node *members);
/* The segments of "billing.paid_on"; false after a message. */
bool chk_input_path(struct checker *checker, const struct ast_node *string, struct input_path *out);
/* Judges the ACCEPTs among `clauses`. */
void chk_accepts(struct checker *checker, const struct ast_node *clauses);
/*
 * Where a warning of that code is reported to: the messages of the set, or where `clauses` or the header of their file accept it,
 * those that are silenced.
 */
struct diagnostics *chk_warnings(struct checker *checker, uint16_t file, const struct ast_node *clauses,
                                 enum diag_code code);
/* Keeps a whole warning that went to `diags` for lint; `where` is the declaration that could accept it, or NULL. */
void chk_keep_warning(struct checker *checker, struct diagnostics *diags, struct diagnostic *diagnostic,
                      const struct ast_node *where);
/* Keeps the first of a kind of clause; false for a second one, about which the parser has its message. */
static inline bool chk_once(const struct ast_node **first, const struct ast_node *clause) {
    if (!*first)
        *first = clause;
    return *first == clause;
}

/*
 * tables.c: types the header and all rows of a table whose clauses are in rules[first .. first + count - 1]
 * already.
 */
void chk_table(struct checker *checker, const struct ast_node *table, uint32_t first, uint32_t count,
               const struct givens *known);
/* rules.c: adds an effect to a rule and the giver to its target. */
void chk_add_effect(struct checker *checker, uint32_t rule, const struct effect *effect);
/*
 * The type an effect's value is to have: the decision's, of a total without its range. NULL where memory
 * fails.
 */
const struct type *chk_effect_type(struct checker *checker, const struct decision *decision);

/* --- order.c: the graph of what needs what --- */
#define VERTEX_NONE UINT32_MAX
enum vertex_kind { VERTEX_FACT, VERTEX_RULE, VERTEX_DECISION, VERTEX_FIELD, VERTEX_DEFINE };
struct vertex {
    enum vertex_kind kind;
    uint32_t index; /* of the fact, rule, decision; of a field or definition in its record */
    const struct record_type *record;
};
/* `at` is where the need is written. */
struct edge {
    uint32_t to;
    const struct ast_node *at;
};
/* Vertices: facts, rules, decisions, then of each record its fields and its definitions. */
struct graph {
    struct checker *checker;
    size_t vertex_count;
    size_t *first_edge; /* vertex_count + 1 of them */
    struct edge *edges;
    size_t edge_count, edge_capacity;
    const struct ast_node **today; /* where a vertex says `today` itself, or NULL */
    uint32_t *record_bases;        /* by record: its first vertex */
    uint32_t *seen;                /* by vertex: the last one (plus 1) that got an edge to it */
    uint32_t *sorted;              /* all vertices, each after what it needs */
    const struct ast_node **stack; /* of the walk through an expression */
    size_t stack_count, stack_capacity;
    bool cyclic;
};
struct vertex chk_vertex(const struct graph *graph, uint32_t v);
/* "`stage`", "rule `waiver`" */
struct text chk_vertex_words(const struct graph *graph, uint32_t v);
/*
 * Calls `visit` for each node of the expression that says `today` (vertex VERTEX_NONE) or uses what has a
 * vertex. `root` may be NULL; its later siblings are not part of it.
 */
void chk_walk_needs(struct graph *graph, const struct ast_node *root,
                    void (*visit)(struct graph *graph, void *context, uint32_t vertex,
                                  const struct ast_node *at),
                    void *context);

#endif
