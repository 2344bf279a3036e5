/*
 * What the grammar's actions call: making nodes and lists, and the few judgements that need a whole
 * construct (a row against its header, a clause said twice, `and` beside `or`). Shared by the generated
 * parser, its driver and the helpers; nobody else includes this. Every function takes NULL kids, which is
 * how memory that ran out looks.
 */
#ifndef PROVISO_GRAMMAR_BUILD_H
#define PROVISO_GRAMMAR_BUILD_H

#include "grammar/ast.h"
#include "grammar/source/diagnostic.h"

struct gram_pstate;
struct token_array;
struct parse_context;

/* A list in the making. */
struct list {
    struct ast_node *first, *last;
};

/*
 * A title and a type, as facts, fields and decisions have them; the type is an ERROR node where it was
 * unreadable.
 */
struct typed {
    struct ast_node *title, *type;
};

/* The parts of a test, gathered over its clauses. */
struct test_parts {
    struct ast_node *like;
    struct list givens, days, expects;
    struct span given_at, on_at, known_at, expect_at; /* of each clause's word; end 0: not seen */
    bool broken;
};

/* The shape that the header of a table gives its rows. */
struct table_shape {
    size_t inputs, outputs;
    bool labels, known; /* a first column `row`; false `known`: no header that could be read */
    struct span header;
};

/* Mistakes that are reported in one file before it is given up. */
#define PARSE_MAX_MISTAKES 200
/* Levels of an expression, a name or a literal being one: a and b and c has three. */
#define PARSE_MAX_HEIGHT 1000

/* How many symbols back the driver can look. */
#define PARSE_HISTORY 4

/* One run of the parser over one file. */
struct parser {
    struct parse_context *context;
    struct arena *arena;
    struct diagnostics *diags;
    const struct source *source;
    struct gram_pstate *state;
    struct ast_node *root;
    unsigned mistakes; /* reported so far */
    int declaration;   /* the word that opened the present declaration */
    bool height_said;  /* of the present declaration */
    struct test_parts test;
    struct table_shape table;
    unsigned row_mistakes; /* reported before the present row of a table */
    bool row_broken;       /* the row lost its beginning, so that its cells may be others */

    /* The driver's own: see parse.c. */
    const struct token_array *tokens; /* of the file, or of a piece of a text */
    size_t at;                        /* the present token, a significant one */
    int history[PARSE_HISTORY];       /* what was pushed last, the latest first */
    struct span last_span;            /* the place of the latest */
    unsigned mistakes_before;         /* those reported before the present declaration */
    unsigned mistakes_noted;          /* those reported before the latest push */
    unsigned pushed;                  /* symbols pushed since the last mistake */
    bool open;                        /* a declaration is open */
    bool skipping;                    /* after a message, until a place from which to go on */
    bool skip_fresh;                  /* the offending token has not been passed */
    bool skip_line;                   /* still on the line of the message */
    bool hushed;                      /* the token before was reported: what follows from it is not */
    bool stopped;                     /* the file was given up, or memory ran out */
    bool in_values;                   /* behind then, given or expect: `and` cannot join what stands there */
    bool nesting_said;                /* of the present declaration */
    bool guessed;                     /* the word that opens the present declaration was missing */
    uint32_t judged;                  /* start + 1 of the token whose own mistakes were reported last */
    unsigned depth;                   /* open brackets */
    unsigned conditionals;            /* `if` without its `else` yet */
    uint64_t misnamed[2];             /* words of the language that were used as names and reported */
    uint32_t record_indent;           /* of the word `record` in a record */
};

/* Counts and reports; evaluates to the struct diagnostic. */
#define MISTAKE(P, CODE, SPAN, ...) \
    ((P)->mistakes++, diag_report((P)->diags, DIAG_##CODE, (SPAN), __VA_ARGS__))

/*
 * What the text under a node or span says, shortened for messages; owned by nobody, at most BUILD_SAY
 * bytes.
 */
struct text build_text(const struct parser *p, struct span span);
#define SAY(T) (int)(T).length, (T).bytes

struct list list_none(void);
struct list list_one(struct ast_node *node);
struct list list_add(struct list list, struct ast_node *node);

struct ast_node *make0(struct parser *p, enum ast_kind kind, struct span span);
struct ast_node *make1(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a);
struct ast_node *make2(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b);
struct ast_node *make3(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b, struct ast_node *c);
struct ast_node *make4(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b, struct ast_node *c, struct ast_node *d);
struct ast_node *make5(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b, struct ast_node *c, struct ast_node *d, struct ast_node *e);
/* The node itself with its op set. */
struct ast_node *with_op(struct ast_node *node, unsigned op);

struct typed typed_of(struct ast_node *title, struct ast_node *type);

/* Declarations. */
struct ast_node *build_new_name(struct parser *p, struct ast_node *name);
struct ast_node *build_header(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *name,
                              struct list base, struct list clauses);
struct ast_node *build_source(struct parser *p, struct span span, struct ast_node *name,
                              struct ast_node *title, struct list parts);
struct ast_node *build_record(struct parser *p, struct span span, struct ast_node *name, struct list items);
struct ast_node *build_fact(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *name,
                            struct typed typed, struct list clauses);
struct ast_node *build_decide(struct parser *p, struct span span, struct ast_node *name, struct typed typed,
                              struct list clauses);
struct ast_node *build_rule(struct parser *p, struct span span, struct ast_node *name, struct list clauses,
                            struct list effects, struct ast_node *then);
struct ast_node *build_exception(struct parser *p, struct span span, struct ast_node *name,
                                 struct list targets, struct list clauses, struct list effects);
/* What marks that a rule has a `then`, with its place. */
struct ast_node *build_then(struct parser *p, struct span span);
struct ast_node *build_example(struct parser *p, struct span span, struct ast_node *name,
                               struct ast_node *title, struct list givens);

/* Tables. */
void table_begin(struct parser *p);
struct ast_node *build_header_row(struct parser *p, struct span span, struct list inputs,
                                  struct list outputs);
struct ast_node *build_row(struct parser *p, struct span span, struct list cells, struct list values);
struct ast_node *build_table(struct parser *p, struct span span, struct ast_node *name, struct list clauses,
                             struct ast_node *header, struct list rows);
struct ast_node *build_blank_cell(struct parser *p, struct span span, bool value);

/* Tests. */
void test_given(struct parser *p, struct span word, struct list items);
void test_day(struct parser *p, struct span word, struct ast_node *day);
void test_expect(struct parser *p, struct span word, struct list items);
void test_broken(struct parser *p);
struct ast_node *build_test(struct parser *p, struct span span, struct ast_node *title);

/* Expressions. */
struct ast_node *build_arithmetic(struct parser *p, struct span span, enum ast_operator op,
                                  struct ast_node *left, struct ast_node *right);
struct ast_node *build_or(struct parser *p, struct span span, struct ast_node *left, struct ast_node *right);
struct ast_node *build_and(struct parser *p, struct span span, struct ast_node *left, struct ast_node *right);
struct ast_node *build_atom(struct parser *p, struct ast_node *atom);
/* Sets the rounding of a movement or an anniversary; of a chain of movements, of each link that says none. */
struct ast_node *build_rounded(struct ast_node *node, unsigned rounding);

/* What people write instead: each reports, and gives the tree that was meant or an ERROR node. */
struct ast_node *slip_is_comparison(struct parser *p, struct span is, struct ast_node *meant);
struct ast_node *slip_is_not_comparison(struct parser *p, struct span words, enum ast_operator said,
                                        struct ast_node *meant);
struct ast_node *slip_is_not(struct parser *p, struct span words, const char *instead,
                             struct ast_node *meant);
struct ast_node *slip_between(struct parser *p, struct span span, struct ast_node *operand,
                              struct ast_node *low, struct ast_node *high);
struct ast_node *slip_from_through(struct parser *p, struct span from, struct ast_node *meant);
struct ast_node *slip_is_from(struct parser *p, struct span words, struct ast_node *meant);
/* The comparison that says the opposite. */
enum ast_operator build_opposite(enum ast_operator op);

#endif
