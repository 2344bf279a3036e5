/*
 * Nodes and lists for the grammar's actions, and expressions: movement written as arithmetic, `and` beside
 * `or`, the height of trees. Must not know names or types.
 */
#include "grammar/build.h"

#include "grammar/parse.h"
#include "grammar/proviso.tab.h"

#include <string.h>

/* Longer pieces of a policy are cut in messages. */
#define BUILD_SAY 60

struct text build_text(const struct parser *p, struct span span) {
    struct text text = sources_text(p->context->sources, span);
    const char *line_end = text.length ? memchr(text.bytes, '\n', text.length) : NULL;
    if (line_end)
        text.length = (size_t)(line_end - text.bytes);
    if (text.length > BUILD_SAY)
        for (text.length = BUILD_SAY; ((unsigned char)text.bytes[text.length] & 0xC0) == 0x80;)
            text.length--;
    while (text.length && (text.bytes[text.length - 1] == '\r' || text.bytes[text.length - 1] == ' '))
        text.length--;
    return text;
}

struct list list_none(void) {
    struct list list = {NULL, NULL};
    return list;
}

struct list list_one(struct ast_node *node) {
    struct list list = {node, node};
    return list;
}

struct list list_add(struct list list, struct ast_node *node) {
    if (!node)
        return list;
    if (!list.first)
        return list_one(node);
    list.last->next = node;
    list.last = node;
    return list;
}

/* The height above its kids; each list is walked once, when it gets its parent. */
static unsigned build_height(struct ast_node *const kids[], size_t count) {
    unsigned height = 0;
    size_t i;
    for (i = 0; i < count; i++) {
        const struct ast_node *kid;
        for (kid = kids[i]; kid; kid = kid->next)
            if (kid->height > height)
                height = kid->height;
    }
    return height + 1;
}

static struct ast_node *build_too_high(struct parser *p, struct span span) {
    if (!p->height_said) {
        struct span last = {span.end - (span.end > span.start), span.end, span.file};
        struct diagnostic *d = MISTAKE(p, E0205, last,
                                       "this expression is too long: it has more than %d levels, and each "
                                       "part joined to others is one",
                                       PARSE_MAX_HEIGHT);
        diag_help(p->diags, d, "give parts of it a name with `define`, or use a table");
    }
    p->height_said = true;
    return ast_new(&p->context->builder, AST_ERROR, span);
}

static struct ast_node *make_node(struct parser *p, enum ast_kind kind, struct span span,
                                  struct ast_node *kids[], size_t count) {
    unsigned height = build_height(kids, count);
    struct ast_node *node;
    /* What stands round expressions is kept low by the limit of nesting. */
    if (height > PARSE_MAX_HEIGHT && kind >= AST_NAME)
        return build_too_high(p, span);
    node = ast_new(&p->context->builder, kind, span);
    if (!node)
        return NULL;
    node->height = (uint16_t)height;
    memcpy(node->kids, kids, count * sizeof *kids);
    return node;
}

struct ast_node *make0(struct parser *p, enum ast_kind kind, struct span span) {
    return ast_new(&p->context->builder, kind, span);
}

struct ast_node *make1(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a) {
    struct ast_node *kids[] = {a};
    return make_node(p, kind, span, kids, 1);
}

struct ast_node *make2(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b) {
    struct ast_node *kids[] = {a, b};
    return make_node(p, kind, span, kids, 2);
}

struct ast_node *make3(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b, struct ast_node *c) {
    struct ast_node *kids[] = {a, b, c};
    return make_node(p, kind, span, kids, 3);
}

struct ast_node *make4(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b, struct ast_node *c, struct ast_node *d) {
    struct ast_node *kids[] = {a, b, c, d};
    return make_node(p, kind, span, kids, 4);
}

struct ast_node *make5(struct parser *p, enum ast_kind kind, struct span span, struct ast_node *a,
                       struct ast_node *b, struct ast_node *c, struct ast_node *d, struct ast_node *e) {
    struct ast_node *kids[] = {a, b, c, d, e};
    return make_node(p, kind, span, kids, 5);
}

struct ast_node *with_op(struct ast_node *node, unsigned op) {
    /* An ERROR stands where the tree grew too high, and has no op. */
    if (node && node->kind != AST_ERROR)
        node->op = (uint8_t)op;
    return node;
}

struct typed typed_of(struct ast_node *title, struct ast_node *type) {
    struct typed typed = {title, type};
    return typed;
}

enum ast_operator build_opposite(enum ast_operator op) {
    static const enum ast_operator opposites[] = {
        [OP_LESS] = OP_GREATER_EQUAL, [OP_LESS_EQUAL] = OP_GREATER, [OP_GREATER] = OP_LESS_EQUAL,
        [OP_GREATER_EQUAL] = OP_LESS, [OP_BEFORE] = OP_ON_OR_AFTER, [OP_AFTER] = OP_ON_OR_BEFORE,
        [OP_ON_OR_BEFORE] = OP_AFTER, [OP_ON_OR_AFTER] = OP_BEFORE,
    };
    return opposites[op];
}

/*
 * A date is moved in words, so a sum with a movement in it never has a type. The driver closes `d + 30
 * days` with a BROKEN operand, which is how the certain case is known.
 */
static struct ast_node *build_moved_sum(struct parser *p, struct span span, enum ast_operator op,
                                        struct ast_node *left, struct ast_node *shift) {
    struct ast_node *amount = shift->kids[SHIFT_amount], *date = shift->kids[SHIFT_date];
    bool certain = date && date->kind == AST_ERROR && amount;
    const char *word = op == OP_ADD ? "after" : "before";
    struct text date_text = build_text(p, ast_span(left)), amount_text;
    struct diagnostic *d;
    if (!certain) {
        d = MISTAKE(p, E0209, span, "a date cannot be added: `%.*s` is already a date",
                    SAY(build_text(p, ast_span(shift))));
        diag_help(p->diags, d, "say how far from which date: `30 days after %.*s`", SAY(date_text));
        return ast_new(&p->context->builder, AST_ERROR, span);
    }
    amount_text = build_text(p, ast_span(amount));
    d = MISTAKE(p, E0209, span, "dates move in words: write `%.*s %s %.*s`", SAY(amount_text), word,
                SAY(date_text));
    if (left->kind == AST_NAME || left->kind == AST_DATE || left->kind == AST_PATH ||
        left->kind == AST_TODAY || left->kind == AST_GROUP)
        diag_fix(p->diags, d, span, "move the date in words", "%.*s %s %.*s", SAY(amount_text), word,
                 SAY(date_text));
    return with_op(make2(p, AST_SHIFT, span, amount, left), op == OP_ADD ? 0 : 1);
}

struct ast_node *build_arithmetic(struct parser *p, struct span span, enum ast_operator op,
                                  struct ast_node *left, struct ast_node *right) {
    if (left && right && right->kind == AST_SHIFT && (op == OP_ADD || op == OP_SUBTRACT)) {
        span.end = right->kids[SHIFT_amount] ? right->kids[SHIFT_amount]->end : span.end;
        return build_moved_sum(p, span, op, left, right);
    }
    return with_op(make2(p, AST_ARITHMETIC, span, left, right), op);
}

struct ast_node *build_and(struct parser *p, struct span span, struct ast_node *left,
                           struct ast_node *right) {
    return make2(p, AST_AND, span, left, right);
}

/* Where `a and b or c` changes from one word to the other, both readings are shown. */
static void build_say_mixed(struct parser *p, struct span span, struct ast_node *left,
                            struct ast_node *right) {
    const struct ast_node *inner = left->kind == AST_AND ? left : right;
    struct text first = build_text(p, ast_span(inner->kids[AND_left]));
    struct text second = build_text(p, ast_span(inner->kids[AND_right]));
    struct text other = build_text(p, ast_span(inner == left ? right : left));
    struct diagnostic *d = MISTAKE(p, E0207, span, "`and` and `or` are mixed without brackets");
    diag_label(p->diags, d, ast_span(inner), "these are joined by `and`");
    if (inner == left) {
        diag_note(p->diags, d, "it could mean (%.*s and %.*s) or %.*s", SAY(first), SAY(second), SAY(other));
        diag_note(p->diags, d, "or it could mean %.*s and (%.*s or %.*s)", SAY(first), SAY(second),
                  SAY(other));
    } else {
        diag_note(p->diags, d, "it could mean %.*s or (%.*s and %.*s)", SAY(other), SAY(first), SAY(second));
        diag_note(p->diags, d, "or it could mean (%.*s or %.*s) and %.*s", SAY(other), SAY(first),
                  SAY(second));
    }
    diag_help(p->diags, d, "put brackets round the part that belongs together");
}

/* `a is 3 or 4`: a literal is never a condition. */
static bool build_is_literal(const struct ast_node *node) {
    return node->kind == AST_NUMBER || node->kind == AST_DATE || node->kind == AST_STRING;
}

static struct ast_node *build_or_of_values(struct parser *p, struct span span, struct ast_node *left,
                                           struct ast_node *right) {
    struct ast_node *operand = left->kids[0], *value = left->kids[1];
    struct text name = build_text(p, ast_span(operand)), other = build_text(p, ast_span(right));
    struct span list = {value->start, left->end, value->file};
    struct diagnostic *d =
        MISTAKE(p, E0215, ast_span(right), "`%.*s` is a value, not a condition", SAY(other));
    struct text values = build_text(p, list);
    diag_fix(p->diags, d, span, "list the values", "%.*s is one of %.*s, %.*s", SAY(name), SAY(values),
             SAY(other));
    return ast_new(&p->context->builder, AST_ERROR, span);
}

struct ast_node *build_or(struct parser *p, struct span span, struct ast_node *left, struct ast_node *right) {
    bool mixed;
    if (!left || !right)
        return make2(p, AST_OR, span, left, right);
    if ((left->kind == AST_IS || left->kind == AST_IS_ONE_OF) && !left->op && left->kids[0] &&
        left->kids[1] && build_is_literal(right))
        return build_or_of_values(p, span, left, right);
    mixed = left->kind == AST_AND || right->kind == AST_AND;
    /* op 1 marks a chain that was reported, so that its next link is silent. */
    if (mixed && !(left->kind == AST_OR && left->op))
        build_say_mixed(p, span, left, right);
    return with_op(make2(p, AST_OR, span, left, right), mixed || (left->kind == AST_OR && left->op));
}

struct ast_node *build_atom(struct parser *p, struct ast_node *atom) {
    struct diagnostic *d;
    if (!atom || p->declaration == T_ALWAYS)
        return atom;
    d = MISTAKE(p, E0223, ast_span(atom), "`%.*s` can be asked only in an `always`",
                SAY(build_text(p, ast_span(atom))));
    diag_help(p->diags, d,
              "a rule may use decisions; whether a rule or a duty applies is for properties and tests");
    atom->kind = AST_ERROR;
    atom->kid_count = 0;
    return atom;
}

static bool build_moves_months(const struct ast_node *shift) {
    const struct ast_node *amount = shift->kids[SHIFT_amount];
    return amount && amount->kind == AST_AMOUNT && amount->op >= UNIT_MONTHS;
}

struct ast_node *build_rounded(struct ast_node *node, unsigned rounding) {
    struct ast_node *link;
    bool moved = false;
    if (!node || node->kind == AST_ERROR)
        return node;
    for (link = node; link && link->kind == AST_SHIFT; link = link->kids[SHIFT_date])
        if (build_moves_months(link)) {
            link->extra = (uint8_t)rounding;
            moved = true;
        }
    /* Where nothing moves by months the outermost has it, for the checker to judge. */
    if (!moved)
        node->extra = (uint8_t)rounding;
    return node;
}
