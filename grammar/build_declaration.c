/*
 * Declarations for the grammar's actions: clauses sorted into their roles, and what is missing, said twice
 * or out of shape. A declaration that holds an ERROR is not judged: its mistake is reported already. Must
 * not know names or types.
 */
#include "grammar/build.h"
#include "grammar/parse.h"
#include "grammar/proviso.tab.h"

static bool decl_has_error(struct list list) {
    const struct ast_node *node;
    for (node = list.first; node; node = node->next)
        if (node->kind == AST_ERROR)
            return true;
    return false;
}

static void decl_twice(struct parser *p, const char *what, struct span first, struct span second) {
    struct diagnostic *d = MISTAKE(p, E0221, second, "%s stands here twice", what);
    diag_label(p->diags, d, first, "the first is here");
    diag_help(p->diags, d, "keep one of them; conditions are joined with `and` or `or`");
}

/* What a clause is called where it may stand once; NULL where it may be repeated. */
static const char *decl_clause_name(const struct ast_node *clause) {
    switch (ast_kind_of(clause)) {
    case AST_COVERS:
        return "`covers`";
    case AST_MONTHS_ROUND:
        return "`months round`";
    case AST_ANNOUNCED:
        return "`announced`";
    case AST_TODAY_FROM:
        return "`today from`";
    case AST_ONLY_WHEN:
        return "`only when`";
    case AST_FACT_FROM:
        return "`from`";
    case AST_CHANGEABLE:
        return "`changeable`";
    case AST_FACT_OTHERWISE:
        return "`otherwise`";
    case AST_IN_FORCE:
        return "`in force`";
    case AST_WHEN:
        return "`when`";
    default:
        return NULL;
    }
}

static void decl_check_once(struct parser *p, const struct ast_node *clauses) {
    const struct ast_node *seen[AST_KIND_COUNT] = {NULL}, *clause;
    for (clause = clauses; clause; clause = clause->next) {
        const char *name = decl_clause_name(clause);
        if (!name)
            continue;
        if (seen[clause->kind])
            decl_twice(p, name, ast_span(seen[clause->kind]), ast_span(clause));
        else
            seen[clause->kind] = clause;
    }
}

static void decl_stray_text(struct parser *p, const struct ast_node *text) {
    struct diagnostic *d = MISTAKE(p, E0222, ast_span(text), "this text belongs to nothing");
    diag_help(p->diags, d,
              "a title stands right behind the name; the place of a citation right behind its source");
}

/*
 * Takes the texts out of a list of clauses: the first element is the title; one behind a `cites` is its
 * place. Any other is reported. Gives the title; the list keeps the clauses.
 */
static struct ast_node *decl_take_title(struct parser *p, struct list *clauses) {
    struct ast_node *title = NULL, *clause, *next;
    struct list kept = list_none();
    bool broken = decl_has_error(*clauses);
    for (clause = clauses->first; clause; clause = next) {
        next = clause->next;
        clause->next = NULL;
        if (clause->kind != AST_STRING) {
            kept = list_add(kept, clause);
        } else if (clause == clauses->first) {
            title = clause;
        } else if (kept.last && kept.last->kind == AST_CITES && !kept.last->kids[CITES_place]) {
            kept.last->kids[CITES_place] = clause;
            kept.last->end = clause->end;
        } else if (!broken) {
            decl_stray_text(p, clause);
        }
    }
    *clauses = kept;
    return title;
}

/* Takes the nodes of that kind out of a list. */
static struct ast_node *decl_take(struct list *clauses, enum ast_kind kind) {
    struct list taken = list_none(), kept = list_none();
    struct ast_node *clause, *next;
    for (clause = clauses->first; clause; clause = next) {
        next = clause->next;
        clause->next = NULL;
        if (clause->kind == kind)
            taken = list_add(taken, clause);
        else
            kept = list_add(kept, clause);
    }
    *clauses = kept;
    return taken.first;
}

struct ast_node *build_new_name(struct parser *p, struct ast_node *name) {
    struct text text;
    struct diagnostic *d;
    size_t i;
    if (!ast_name(name))
        return name;
    text = ast_name(name)->text;
    for (i = 0; i < text.length; i++)
        if (text.bytes[i] >= 'A' && text.bytes[i] <= 'Z')
            break;
    if (i < text.length) {
        d = MISTAKE(p, E0111, ast_span(name), "`%.*s` has capital letters",
                    SAY(build_text(p, ast_span(name))));
        diag_help(p->diags, d, "names are written in small letters, digits and `_`, such as `renewed_on`");
    }
    return name;
}

struct ast_node *build_header(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *name,
                              struct list base, struct list clauses) {
    struct ast_node *title = decl_take_title(p, &clauses);
    decl_check_once(p, clauses.first);
    if (kind == AST_POLICY)
        return make3(p, AST_POLICY, span, name, title, clauses.first);
    return make4(p, AST_AMENDMENT, span, name, base.first, title, clauses.first);
}

struct ast_node *build_source(struct parser *p, struct span span, struct ast_node *name,
                              struct ast_node *title, struct list parts) {
    struct ast_node *part, *next, *dated = NULL, *url = NULL;
    for (part = parts.first; part; part = next) {
        struct ast_node **slot = part->kind == AST_STRING ? &url : &dated;
        next = part->next;
        part->next = NULL;
        if (*slot)
            decl_twice(p, part->kind == AST_STRING ? "the address" : "`dated`", ast_span(*slot),
                       ast_span(part));
        else
            *slot = part;
    }
    return make4(p, AST_SOURCE, span, name, title, dated, url);
}

struct ast_node *build_record(struct parser *p, struct span span, struct ast_node *name, struct list items) {
    struct ast_node *title = decl_take_title(p, &items);
    if (!items.first) {
        struct diagnostic *d = MISTAKE(p, E0222, span, "a record needs fields");
        diag_help(p->diags, d, "write them below the name: `expires: date`");
    }
    return make3(p, AST_RECORD, span, name, title, items.first);
}

struct ast_node *build_fact(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *name,
                            struct typed typed, struct list clauses) {
    struct ast_node *fact;
    decl_check_once(p, clauses.first);
    if (p->guessed) /* it may be a decision, whose `otherwise` is another clause */
        clauses = list_one(make0(p, AST_ERROR, span));
    fact = make4(p, kind, span, name, typed.title, typed.type, clauses.first);
    if (fact && fact->kind != AST_ERROR)
        fact->extra = p->guessed;
    return fact;
}

struct ast_node *build_decide(struct parser *p, struct span span, struct ast_node *name, struct typed typed,
                              struct list clauses) {
    struct ast_node *otherwise, *accepts;
    decl_check_once(p, clauses.first);
    accepts = decl_take(&clauses, AST_ACCEPT);
    otherwise = decl_take(&clauses, AST_FACT_OTHERWISE);
    if (clauses.first) /* an ERROR: the normal case may have been in it, or be that of the next declaration */
        otherwise = clauses.first, otherwise->next = NULL;
    else if (otherwise)
        otherwise = otherwise->kids[FACT_OTHERWISE_value];
    return make5(p, AST_DECIDE, span, name, typed.title, typed.type, otherwise, accepts);
}

struct ast_node *build_then(struct parser *p, struct span span) {
    return make0(p, AST_ERROR, span);
}

static void decl_check_effects(struct parser *p, struct span name, const struct ast_node *then,
                               struct list effects) {
    if (then && !effects.first)
        MISTAKE(p, E0222, ast_span(then), "`then` needs at least one effect, such as `can_renew is yes`");
    else if (!then) {
        struct diagnostic *d = MISTAKE(p, E0222, name, "this rule has no `then`: it does nothing");
        diag_help(p->diags, d,
                  "say what holds: `then can_renew is yes`, `then must pay_fee by end of window`");
    }
}

struct ast_node *build_rule(struct parser *p, struct span span, struct ast_node *name, struct list clauses,
                            struct list effects, struct ast_node *then) {
    bool broken = decl_has_error(clauses);
    struct ast_node *title = decl_take_title(p, &clauses);
    decl_check_once(p, clauses.first);
    if (name && !broken)
        decl_check_effects(p, ast_span(name), then, effects);
    return make4(p, AST_RULE, span, name, title, clauses.first, effects.first);
}

struct ast_node *build_exception(struct parser *p, struct span span, struct ast_node *name,
                                 struct list targets, struct list clauses, struct list effects) {
    struct ast_node *title = decl_take_title(p, &clauses);
    decl_check_once(p, clauses.first);
    return make5(p, AST_EXCEPTION, span, name, targets.first, title, clauses.first, effects.first);
}

/* Splits `like EXAMPLE` (a NAME among the items) off the givens. */
static struct ast_node *decl_take_like(struct parser *p, struct list *items) {
    struct ast_node *like = decl_take(items, AST_NAME);
    if (like && like->next) {
        decl_twice(p, "`like`", ast_span(like), ast_span(like->next));
        like->next = NULL;
    }
    return like;
}

struct ast_node *build_example(struct parser *p, struct span span, struct ast_node *name,
                               struct ast_node *title, struct list givens) {
    struct ast_node *like = decl_take_like(p, &givens);
    if (like) {
        MISTAKE(p, E0222, ast_span(like), "an example names its facts one by one: `like` is for tests");
        /* Back among the givens, so that the example it names does not count as unused. */
        givens = list_add(givens, like);
    }
    return make3(p, AST_EXAMPLE, span, name, title, givens.first);
}

/* --- tests --- */

static bool decl_seen(struct parser *p, struct span *at, struct span word, const char *name) {
    bool seen = at->end != 0;
    /* Behind a mistake it may be the clause of a test whose beginning was lost. */
    if (seen && p->mistakes == p->mistakes_before)
        decl_twice(p, name, *at, word);
    else
        *at = word;
    return seen;
}

void test_given(struct parser *p, struct span word, struct list items) {
    if (!decl_seen(p, &p->test.given_at, word, "`given`")) {
        p->test.like = decl_take_like(p, &items);
        p->test.givens = items;
    }
}

void test_day(struct parser *p, struct span word, struct ast_node *day) {
    bool known = day && day->kind == AST_KNOWN_ON;
    if (!decl_seen(p, known ? &p->test.known_at : &p->test.on_at, word, known ? "`known on`" : "`on`"))
        p->test.days = list_add(p->test.days, day);
}

void test_expect(struct parser *p, struct span word, struct list items) {
    if (!decl_seen(p, &p->test.expect_at, word, "`expect`") || !p->test.expects.first)
        p->test.expects = items;
}

void test_broken(struct parser *p) {
    struct span span = {0, 0, p->source->file};
    /* An ERROR among the days: nobody then says that the test lacks one. */
    p->test.days = list_add(p->test.days, make0(p, AST_ERROR, span));
    p->test.broken = true;
}

struct ast_node *build_test(struct parser *p, struct span span, struct ast_node *title) {
    struct test_parts test = p->test;
    if (title && !test.expects.first && !test.broken && !decl_has_error(test.givens)) {
        struct diagnostic *d = MISTAKE(p, E0222, ast_span(title), "this test expects nothing");
        diag_help(p->diags, d, "say what must come out: `expect can_renew is yes`");
    }
    return make5(p, AST_TEST, span, title, test.like, test.givens.first, test.days.first, test.expects.first);
}

/* --- tables --- */

void table_begin(struct parser *p) {
    p->table.known = false;
    p->table.labels = false;
}

struct ast_node *build_header_row(struct parser *p, struct span span, struct list inputs,
                                  struct list outputs) {
    p->table.inputs = ast_list_length(inputs.first);
    p->table.outputs = ast_list_length(outputs.first);
    p->table.labels = inputs.first && inputs.first->kind == AST_ROW_LABELS;
    p->table.known = true;
    p->table.header = span;
    return make2(p, AST_TABLE_HEADER, span, inputs.first, outputs.first);
}

static void decl_row_shape(struct parser *p, struct span span, const char *side, size_t said, size_t wanted) {
    struct diagnostic *d = MISTAKE(p, E0219, span, "this row has %zu cell%s %s of `||`, the header has %zu",
                                   said, said == 1 ? "" : "s", side, wanted);
    diag_label(p->diags, d, p->table.header, "the header");
}

/* The label of a row: a cell that is one bare name. */
static struct ast_node *decl_row_label(struct parser *p, struct ast_node *cell) {
    struct ast_node *value = cell->kind == AST_CELL_VALUES ? cell->kids[CELL_VALUES_values] : NULL;
    struct diagnostic *d;
    if (value && !value->next && value->kind == AST_NAME)
        return build_new_name(p, value);
    if (cell->kind == AST_ERROR || (value && value->kind == AST_ERROR))
        return NULL;
    d = MISTAKE(p, E0225, ast_span(cell), "`%.*s` cannot label a row", SAY(build_text(p, ast_span(cell))));
    diag_help(p->diags, d, "the column `row` holds a name for each row, such as `too_late`");
    return NULL;
}

struct ast_node *build_row(struct parser *p, struct span span, struct list cells, struct list values) {
    size_t inputs = ast_list_length(cells.first), outputs = ast_list_length(values.first);
    struct ast_node *label = NULL, *cell = cells.first;
    if (p->table.known && (inputs != p->table.inputs || outputs != p->table.outputs)) {
        /* A blank cell was reported, and may be one too many. */
        if (decl_has_error(cells) || decl_has_error(values))
            return make0(p, AST_ERROR, span);
        if (p->row_broken)
            return make0(p, AST_ERROR, span);
        if (inputs != p->table.inputs)
            decl_row_shape(p, span, "left", inputs, p->table.inputs);
        else
            decl_row_shape(p, span, "right", outputs, p->table.outputs);
        return make0(p, AST_ERROR, span);
    }
    if (p->table.known && p->table.labels && cell) {
        label = decl_row_label(p, cell);
        cell = cell->next;
        if (!label)
            return make0(p, AST_ERROR, span);
    }
    return make3(p, AST_ROW, span, label, cell, values.first);
}

struct ast_node *build_blank_cell(struct parser *p, struct span span, bool value) {
    const char *instead = value ? "-" : "any";
    struct diagnostic *d;
    if (p->row_broken)
        return make0(p, AST_ERROR, span);
    d = MISTAKE(p, E0218, span, "a cell is never blank");
    diag_help(p->diags, d,
              value ? "write `-` where the row gives no value" : "write `any` where it does not matter");
    diag_fix(p->diags, d, span, value ? "give nothing" : "any value will do", " %s", instead);
    return make0(p, AST_ERROR, span);
}

struct ast_node *build_table(struct parser *p, struct span span, struct ast_node *name, struct list clauses,
                             struct ast_node *header, struct list rows) {
    bool broken = decl_has_error(clauses);
    struct ast_node *title = decl_take_title(p, &clauses);
    struct diagnostic *d;
    decl_check_once(p, clauses.first);
    if (name && !broken && !rows.first && !(header && header->kind == AST_ERROR)) {
        d = MISTAKE(p, E0222, ast_span(name), "this table has no rows");
        diag_help(p->diags, d, "a header `| today || stage |` comes first, then a line for each row");
    }
    table_begin(p);
    return make5(p, AST_TABLE, span, name, title, clauses.first, header, rows.first);
}
