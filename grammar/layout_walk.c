/*
 * The tree says where lines may end: each kind of node whose parts do not simply follow one another on a
 * line has its function here. All others are walked in the order of the text. Tokens are placed as the walk
 * reaches them, so none is lost and none changes its place. Must not know what names mean.
 */
#include "grammar/layout.h"

#include <string.h>

#include "grammar/base/banned.h"

/* A cell that is wider than this is not lined up: a table costs no more than its text then. */
#define WALK_MAX_CELL 120

static void walk_node(struct layout *l, const struct ast_node *node);

static void walk_op(struct layout *l, enum layout_op_kind kind, uint32_t token, uint32_t extra,
                    bool comment) {
    struct layout_op op = {.token = token, .extra = extra, .kind = (uint8_t)kind, .comment = comment};
    (void)ARENA_PUSH(l->arena, l->ops, l->op_count, l->op_capacity, op);
}

/* --- tokens --- */

static const struct token *walk_token(const struct layout *l, uint32_t at) {
    return at < l->tokens->count ? &l->tokens->items[at] : NULL;
}

static bool walk_starts_line(const struct layout *l, uint32_t at) {
    return at < l->tokens->count && (l->tokens->items[at].flags & TOKEN_LINE_START) != 0;
}

static bool walk_is_word(const struct layout *l, uint32_t at, enum token_word word) {
    return at < l->tokens->count && l->tokens->items[at].word == word;
}

/* The group stays broken, and those around it. */
static void walk_break(struct layout *l, uint32_t group) {
    while (group != LAYOUT_NONE && !l->groups[group].broken) {
        l->groups[group].broken = true;
        group = l->groups[group].parent;
    }
}

static bool walk_comment_before(const struct layout *l, uint32_t at) {
    while (at > 0 && l->tokens->items[at - 1].kind == TOKEN_BLANK)
        at--;
    return at > 0 && l->tokens->items[at - 1].kind == TOKEN_COMMENT;
}

/*
 * A line that begins with a name and a unit, or with a name and an operand, may look like a misspelt word to
 * the parser, and `no` at its beginning like the first half of `no duty`.
 */
static bool walk_may_begin_line(const struct layout *l, uint32_t at) {
    const struct token *token = walk_token(l, at), *next = walk_token(l, layout_next(l, at + 1));
    if (!token || !next || token->kind != TOKEN_WORD || (token->flags & TOKEN_LINE_START))
        return true;
    if (token->word == WORD_NONE)
        return next->word != WORD_day && next->word != WORD_days && next->word != WORD_week &&
               next->word != WORD_weeks && next->word != WORD_month && next->word != WORD_months &&
               next->word != WORD_year && next->word != WORD_years;
    return token->word != WORD_no;
}

/* Decides what stands before the next token, unless that was decided. */
static void walk_separate(struct layout *l, enum layout_op_kind kind, uint32_t extra) {
    bool comment = walk_comment_before(l, l->at);
    if (l->separated)
        return;
    if ((kind == LAYOUT_SOFT || kind == LAYOUT_FILL) && !walk_may_begin_line(l, l->at))
        kind = LAYOUT_GAP, extra = 0;
    if (comment || kind == LAYOUT_HARD || kind == LAYOUT_TOP ||
        (kind == LAYOUT_ITEM && walk_starts_line(l, l->at)))
        walk_break(l, l->open);
    walk_op(l, kind, l->at, extra, comment);
    l->separated = true;
}

static void walk_place(struct layout *l) {
    struct text text = layout_text(l, l->at);
    size_t columns = text_width(text.bytes, text.length);
    walk_separate(l, LAYOUT_GAP, 0);
    walk_op(l, LAYOUT_TOKEN, l->at, (uint32_t)columns, false);
    l->at = layout_next(l, l->at + 1);
    l->separated = false;
}

/* Places the tokens that begin before the offset. */
static void walk_to(struct layout *l, uint32_t offset) {
    while (l->at < l->tokens->count && l->tokens->items[l->at].start < offset && !l->arena->failed)
        walk_place(l);
}

/* As walk_to, but the last `words` of them stay. */
static void walk_short_of(struct layout *l, uint32_t offset, int words) {
    uint32_t recent[3] = {l->at, l->at, l->at}, at = l->at;
    while (at < l->tokens->count && l->tokens->items[at].start < offset) {
        recent[2] = recent[1];
        recent[1] = recent[0];
        recent[0] = at;
        at = layout_next(l, at + 1);
    }
    if (recent[words - 1] < l->tokens->count)
        walk_to(l, l->tokens->items[recent[words - 1]].start);
}

/* --- groups --- */

static uint32_t walk_open(struct layout *l, enum layout_anchor anchor, int delta) {
    struct layout_group group = {.parent = l->open, .anchor = (uint8_t)anchor, .delta = (int16_t)delta};
    uint32_t index = (uint32_t)l->group_count;
    if (anchor == ANCHOR_HERE)
        walk_separate(l, LAYOUT_GAP, 0);
    if (!ARENA_PUSH(l->arena, l->groups, l->group_count, l->group_capacity, group))
        return LAYOUT_NONE;
    walk_op(l, LAYOUT_OPEN, 0, index, false);
    l->open = index;
    return index;
}

/* A group only for where its lines begin. */
static uint32_t walk_scope(struct layout *l, enum layout_anchor anchor, int delta) {
    uint32_t index = walk_open(l, anchor, delta);
    if (index != LAYOUT_NONE)
        l->groups[index].broken = true;
    return index;
}

static void walk_close(struct layout *l, uint32_t index) {
    if (l->arena->failed)
        return;
    l->groups[index].close = (uint32_t)l->op_count;
    l->open = l->groups[index].parent;
    walk_op(l, LAYOUT_CLOSE, 0, index, false);
}

/* A group around what begins at the next token, which stands on a line of its own if the group is broken. */
static uint32_t walk_open_line(struct layout *l, enum layout_anchor anchor, int delta) {
    uint32_t group = walk_open(l, anchor, delta);
    if (walk_starts_line(l, l->at))
        walk_break(l, group);
    walk_separate(l, LAYOUT_SOFT, group);
    return group;
}

/* --- expressions --- */

/* True where the left operand is a link of the same chain: `and`, `or`, or the signs + and -. */
static bool walk_goes_on(const struct ast_node *node, const struct ast_node *left) {
    return left->kind == node->kind && (node->kind != AST_ARITHMETIC || left->op <= OP_SUBTRACT);
}

/* A chain leans left: its links from the first on, with the separator before each word or sign. */
static void walk_links(struct layout *l, const struct ast_node *node, enum layout_op_kind kind,
                       uint32_t group) {
    const struct ast_node *left = ast_kid(node, 0);
    if (walk_goes_on(node, left))
        walk_links(l, left, kind, group);
    else
        walk_node(l, left);
    if (kind == LAYOUT_SOFT && (walk_starts_line(l, l->at) || walk_starts_line(l, layout_next(l, l->at + 1))))
        walk_break(l, group);
    walk_separate(l, kind, group);
    walk_node(l, ast_kid(node, 1));
}

/* Links of `and` or `or`, all on one line or each on its own: `delta` says how the words stand to the first. */
static void walk_chain(struct layout *l, const struct ast_node *node, int delta) {
    uint32_t group;
    walk_to(l, node->start);
    group = walk_open(l, ANCHOR_HERE, delta);
    walk_links(l, node, LAYOUT_SOFT, group);
    walk_close(l, group);
}

/* A condition behind a word of `length` letters: the words `and` and `or` end where that word ends. */
static void walk_condition(struct layout *l, const struct ast_node *node, int length) {
    int word = node->kind == AST_AND ? 3 : 2;
    if (node->kind == AST_AND || node->kind == AST_OR)
        walk_chain(l, node, length >= word && length > 2 ? -(word + 1) : 0);
    else
        walk_node(l, node);
}

static void walk_sum(struct layout *l, const struct ast_node *node) {
    uint32_t group = walk_open(l, ANCHOR_HERE, 0);
    walk_links(l, node, LAYOUT_FILL, group);
    walk_close(l, group);
}

/* The nodes of a list, with the same kind of separator before each. */
static void walk_each(struct layout *l, const struct ast_node *item, enum layout_op_kind kind,
                      uint32_t group) {
    for (; item; item = item->next) {
        walk_to(l, item->start);
        walk_separate(l, kind, group);
        walk_node(l, item);
    }
}

/* A list with commas: as many on a line as have room, the lines under the first. */
static void walk_fill(struct layout *l, const struct ast_node *item) {
    uint32_t group;
    if (!item)
        return;
    walk_to(l, item->start);
    group = walk_open(l, ANCHOR_HERE, 0);
    walk_each(l, item, LAYOUT_FILL, group);
    walk_close(l, group);
}

/* Members below their type: on the lines where they are, or with `fill` as many on each as have room. */
static void walk_members(struct layout *l, const struct ast_node *item, bool fill) {
    uint32_t group;
    walk_to(l, item->start);
    group = walk_open_line(l, ANCHOR_LINE, 2);
    walk_each(l, item, fill ? LAYOUT_FILL : LAYOUT_KEEP, group);
    walk_close(l, group);
}

/* What stands in the brackets of a quantifier. */
static void walk_inside(struct layout *l, const struct ast_node *condition) {
    uint32_t group;
    if (!condition)
        return;
    walk_to(l, condition->start);
    group = walk_open_line(l, ANCHOR_LINE, 2);
    walk_condition(l, condition, 0);
    walk_close(l, group);
}

static void walk_if(struct layout *l, const struct ast_node *node) {
    uint32_t group = walk_open(l, ANCHOR_HERE, 2);
    walk_to(l, ast_kid(node, IF_condition)->start);
    walk_condition(l, ast_kid(node, IF_condition), 0);
    walk_separate(l, LAYOUT_SOFT, group);
    walk_node(l, ast_kid(node, IF_yes));
    walk_separate(l, LAYOUT_SOFT, group);
    walk_node(l, ast_kid(node, IF_no));
    walk_close(l, group);
}

/* [{...}, {...}]: as many records on a line as have room, none broken that has room on the next. */
static void walk_records(struct layout *l, const struct ast_node *item) {
    uint32_t group, inner;
    if (!item)
        return;
    walk_to(l, item->start);
    group = walk_open(l, ANCHOR_HERE, 0);
    for (; item; item = item->next) {
        walk_to(l, item->start);
        walk_separate(l, LAYOUT_FILL, group);
        inner = walk_open(l, ANCHOR_HERE, 0);
        walk_node(l, item);
        walk_close(l, inner);
    }
    walk_close(l, group);
}

/* --- clauses --- */

/* The kid that begins first, taken from the lists in `heads`; NULL where all are empty. */
static const struct ast_node *walk_first(const struct ast_node **heads, int count) {
    const struct ast_node *first = NULL;
    int i, from = 0;
    for (i = 0; i < count; i++)
        if (heads[i] && (!first || heads[i]->start < first->start)) {
            first = heads[i];
            from = i;
        }
    if (first)
        heads[from] = first->next;
    return first;
}

static void walk_kids(struct layout *l, const struct ast_node *node) {
    const struct ast_node *heads[5] = {NULL}, *kid;
    int i;
    for (i = 0; i < node->kid_count; i++)
        heads[i] = ast_kid(node, i);
    while ((kid = walk_first(heads, node->kid_count)) != NULL)
        walk_node(l, kid);
}

/* Clauses of a fact: on its line, or below it as many on a line as have room. */
static void walk_fact(struct layout *l, const struct ast_node *node) {
    const struct ast_node *clause = ast_kid(node, FACT_clauses);
    uint32_t group;
    walk_node(l, ast_kid(node, FACT_type));
    if (!clause)
        return;
    walk_to(l, clause->start);
    group = walk_open_line(l, ANCHOR_MARGIN, (int)l->margin + 2);
    walk_each(l, clause, LAYOUT_FILL, group);
    walk_close(l, group);
}

/* A condition or value with `words` words before it, on the line of its declaration or below it. */
static void walk_below(struct layout *l, const struct ast_node *value, int words, int length) {
    uint32_t group;
    if (!value)
        return;
    if (words)
        walk_short_of(l, value->start, words);
    else
        walk_to(l, value->start);
    group = walk_open_line(l, ANCHOR_MARGIN, (int)l->margin + 2);
    walk_to(l, value->start);
    walk_condition(l, value, length);
    walk_close(l, group);
}

/* As walk_below, but always on a line of its own. */
static void walk_own_line(struct layout *l, const struct ast_node *value, int words, int length,
                          uint32_t group) {
    if (!value)
        return;
    if (words)
        walk_short_of(l, value->start, words);
    else
        walk_to(l, value->start);
    walk_separate(l, LAYOUT_HARD, group);
    walk_to(l, value->start);
    walk_condition(l, value, length);
}

static void walk_decide(struct layout *l, const struct ast_node *node, uint32_t group) {
    const struct ast_node *heads[2] = {ast_kid(node, DECIDE_otherwise), ast_kid(node, DECIDE_accepts)}, *part;
    walk_node(l, ast_kid(node, DECIDE_type));
    while ((part = walk_first(heads, 2)) != NULL)
        walk_own_line(l, part, part->kind == AST_ACCEPT ? 0 : 1, 9, group);
}

static void walk_source(struct layout *l, const struct ast_node *node) {
    const struct ast_node *heads[2] = {ast_kid(node, SOURCE_dated), ast_kid(node, SOURCE_url)}, *part;
    uint32_t group;
    walk_node(l, ast_kid(node, SOURCE_title));
    group = walk_open(l, ANCHOR_MARGIN, 2);
    while ((part = walk_first(heads, 2)) != NULL) {
        if (part->kind == AST_DATE)
            walk_short_of(l, part->start, 1);
        else
            walk_to(l, part->start);
        walk_separate(l, LAYOUT_FILL, group);
        walk_node(l, part);
    }
    walk_close(l, group);
}

static void walk_effects(struct layout *l, const struct ast_node *effect, uint32_t group) {
    uint32_t inner;
    if (!effect)
        return;
    walk_short_of(l, effect->start, 1);
    walk_separate(l, LAYOUT_HARD, group);
    walk_to(l, effect->start);
    inner = walk_scope(l, ANCHOR_HERE, 0);
    walk_each(l, effect, LAYOUT_HARD, inner);
    walk_close(l, inner);
}

static void walk_remind(struct layout *l, const struct ast_node *node) {
    const struct ast_node *unless = ast_kid(node, REMIND_unless);
    uint32_t group;
    walk_node(l, ast_kid(node, REMIND_date));
    if (!unless)
        return;
    walk_short_of(l, unless->start, 1);
    group = walk_scope(l, ANCHOR_OUTER, 2);
    walk_separate(l, LAYOUT_HARD, group);
    walk_to(l, unless->start);
    walk_condition(l, unless, 6);
    walk_close(l, group);
}

/* --- tables --- */

/* Places the row that begins at the next token, and widens the columns to it. */
static void walk_row(struct layout *l, const struct ast_node *row, uint32_t group, uint32_t table) {
    struct layout_table *t = &l->tables[table];
    struct layout_cell cell;
    uint32_t at, column;
    walk_to(l, row->start);
    walk_separate(l, LAYOUT_HARD, group);
    at = l->at;
    for (column = 0; layout_cell(l, &at, &cell); column++) {
        size_t width = layout_cell_width(l, &cell);
        if (column < t->count && width <= WALK_MAX_CELL && width > t->widths[column])
            t->widths[column] = (uint32_t)width;
    }
    walk_op(l, LAYOUT_ROW, l->at, table, false);
    l->at = layout_next(l, at + 1);
    l->separated = false;
}

static void walk_table(struct layout *l, const struct ast_node *node, uint32_t group) {
    const struct ast_node *header = ast_kid(node, TABLE_header), *row;
    struct layout_table table = {0, NULL};
    uint32_t index = (uint32_t)l->table_count;
    walk_each(l, ast_kid(node, TABLE_clauses), LAYOUT_HARD, group);
    if (!header || header->kind != AST_TABLE_HEADER)
        return;
    table.count = (uint32_t)(ast_list_length(ast_kid(header, TABLE_HEADER_inputs)) +
                             ast_list_length(ast_kid(header, TABLE_HEADER_outputs)));
    table.widths = arena_array(l->arena, table.count, sizeof *table.widths);
    if (!table.widths || !ARENA_PUSH(l->arena, l->tables, l->table_count, l->table_capacity, table))
        return;
    walk_row(l, header, group, index);
    for (row = ast_kid(node, TABLE_rows); row && !l->arena->failed; row = row->next)
        walk_row(l, row, group, index);
}

/* --- examples and tests --- */

/* Where `given` or `expect` stands next, it begins a line, and the items on it end. */
static void walk_items_word(struct layout *l, uint32_t offset, uint32_t group, uint32_t *items) {
    while (l->at < l->tokens->count && l->tokens->items[l->at].start < offset &&
           (walk_is_word(l, l->at, WORD_given) || walk_is_word(l, l->at, WORD_expect))) {
        if (*items != LAYOUT_NONE)
            walk_close(l, *items);
        *items = LAYOUT_NONE;
        walk_separate(l, LAYOUT_HARD, group);
        walk_place(l);
    }
}

static void walk_items(struct layout *l, const struct ast_node **heads, int count, uint32_t group) {
    const struct ast_node *item;
    uint32_t items = LAYOUT_NONE;
    while ((item = walk_first(heads, count)) != NULL && !l->arena->failed) {
        walk_items_word(l, item->start, group, &items);
        if (item->kind == AST_ON_DAY || item->kind == AST_KNOWN_ON) {
            if (items != LAYOUT_NONE)
                walk_close(l, items);
            items = LAYOUT_NONE;
            walk_to(l, item->start);
            walk_separate(l, LAYOUT_HARD, group);
        } else if (items == LAYOUT_NONE) {
            items = walk_scope(l, ANCHOR_HERE, 0);
        } else {
            walk_separate(l, LAYOUT_ITEM, items);
        }
        walk_node(l, item);
    }
    if (items != LAYOUT_NONE)
        walk_close(l, items);
}

static void walk_example(struct layout *l, const struct ast_node *node, uint32_t group) {
    const struct ast_node *heads[] = {ast_kid(node, EXAMPLE_givens)};
    const struct ast_node *title = ast_kid(node, EXAMPLE_title);
    walk_to(l, title ? title->end : ast_kid(node, EXAMPLE_name)->end);
    walk_items(l, heads, 1, group);
}

static void walk_test(struct layout *l, const struct ast_node *node, uint32_t group) {
    const struct ast_node *heads[] = {ast_kid(node, TEST_like), ast_kid(node, TEST_givens),
                                      ast_kid(node, TEST_days), ast_kid(node, TEST_expects)};
    walk_to(l, ast_kid(node, TEST_title)->end);
    walk_items(l, heads, 4, group);
}

/* --- declarations --- */

static void walk_always(struct layout *l, const struct ast_node *node, uint32_t group) {
    const struct ast_node *whenever = ast_kid(node, ALWAYS_whenever);
    walk_own_line(l, whenever, 1, 8, group);
    walk_own_line(l, ast_kid(node, ALWAYS_condition), whenever ? 1 : 0, whenever ? 4 : 0, group);
    walk_each(l, ast_kid(node, ALWAYS_accepts), LAYOUT_HARD, group);
}

static void walk_record(struct layout *l, const struct ast_node *node, uint32_t group) {
    l->margin = 2;
    walk_each(l, ast_kid(node, RECORD_fields), LAYOUT_HARD, group);
    l->margin = 0;
}

/* What a policy reads, decides and defines. */
static void walk_named(struct layout *l, const struct ast_node *node, uint32_t group) {
    switch (ast_kind_of(node)) {
    case AST_SOURCE:
        walk_source(l, node);
        break;
    case AST_TYPE:
        walk_members(l, ast_kid(node, TYPE_members), false);
        walk_each(l, ast_kid(node, TYPE_accepts), LAYOUT_HARD, group);
        break;
    case AST_TYPE_ALSO:
        walk_members(l, ast_kid(node, TYPE_ALSO_members), false);
        break;
    case AST_RECORD:
        walk_record(l, node, group);
        break;
    case AST_FACT:
    case AST_FIELD:
        walk_fact(l, node);
        break;
    case AST_DEFINE:
        walk_below(l, ast_kid(node, DEFINE_value), 1, 2);
        walk_each(l, ast_kid(node, DEFINE_accepts), LAYOUT_HARD, group);
        break;
    case AST_DECIDE:
        walk_decide(l, node, group);
        break;
    case AST_TOTAL:
        walk_node(l, ast_kid(node, TOTAL_type));
        walk_each(l, ast_kid(node, TOTAL_accepts), LAYOUT_HARD, group);
        break;
    case AST_DUTY:
        walk_below(l, ast_kid(node, DUTY_done), 2, 4);
        walk_each(l, ast_kid(node, DUTY_accepts), LAYOUT_HARD, group);
        break;
    default:
        break;
    }
}

/* The parts of a declaration behind its name and title. */
static void walk_parts(struct layout *l, const struct ast_node *node, uint32_t group) {
    switch (ast_kind_of(node)) {
    case AST_POLICY:
        walk_each(l, ast_kid(node, POLICY_clauses), LAYOUT_HARD, group);
        break;
    case AST_AMENDMENT:
        walk_fill(l, ast_kid(node, AMENDMENT_base));
        walk_each(l, ast_kid(node, AMENDMENT_clauses), LAYOUT_HARD, group);
        break;
    case AST_REQUIRE:
        walk_to(l, ast_kid(node, REQUIRE_title)->end);
        walk_below(l, ast_kid(node, REQUIRE_condition), 0, 0);
        walk_each(l, ast_kid(node, REQUIRE_accepts), LAYOUT_HARD, group);
        break;
    case AST_RULE:
        walk_each(l, ast_kid(node, RULE_clauses), LAYOUT_HARD, group);
        walk_effects(l, ast_kid(node, RULE_effects), group);
        break;
    case AST_EXCEPTION:
        walk_fill(l, ast_kid(node, EXCEPTION_targets));
        walk_each(l, ast_kid(node, EXCEPTION_clauses), LAYOUT_HARD, group);
        walk_effects(l, ast_kid(node, EXCEPTION_effects), group);
        break;
    case AST_TABLE:
        walk_table(l, node, group);
        break;
    case AST_EXAMPLE:
        walk_example(l, node, group);
        break;
    case AST_TEST:
        walk_test(l, node, group);
        break;
    case AST_ALWAYS:
        walk_always(l, node, group);
        break;
    default:
        walk_named(l, node, group);
    }
}

/* --- any node --- */

/* Which kid of a kind is a list with commas that may go on under its first element. */
static const struct walk_row {
    uint8_t kind, kid, length; /* of the word before a condition */
} walk_fills[] = {{AST_RECORD_VALUE, RECORD_VALUE_fields, 0},
                  {AST_EXPECT_UNDETERMINED, EXPECT_UNDETERMINED_needs, 0},
                  {AST_IS_ONE_OF, IS_ONE_OF_values, 0},
                  {AST_SET_LITERAL, SET_LITERAL_members, 0},
                  {AST_CALL, CALL_arguments, 0}};
/* Clauses that are a word and a condition. */
static const struct walk_row walk_conditions[] = {{AST_ONLY_WHEN, ONLY_WHEN_condition, 4},
                                                  {AST_FACT_OTHERWISE, FACT_OTHERWISE_value, 9},
                                                  {AST_WHEN, WHEN_condition, 4}};
/* The quantifiers: their condition stands in brackets that may be broken. */
static const struct walk_row walk_quantifiers[] = {{AST_SOME, SOME_condition, 0},
                                                   {AST_EVERY, EVERY_condition, 0},
                                                   {AST_COUNT, COUNT_condition, 0},
                                                   {AST_FOLD, FOLD_condition, 0}};
#define WALK_ROW(rows, node) walk_row_of((rows), sizeof(rows) / sizeof *(rows), (node))

/* The row of the node's kind; NULL for none. */
static const struct walk_row *walk_row_of(const struct walk_row *rows, size_t count,
                                          const struct ast_node *node) {
    size_t i;
    for (i = 0; i < count; i++)
        if (rows[i].kind == node->kind)
            return &rows[i];
    return NULL;
}

/* Nodes of the tables: what stands before the kid that a row names is walked first, it begins last. */
static bool walk_by_row(struct layout *l, const struct ast_node *node) {
    const struct walk_row *row;
    if ((row = WALK_ROW(walk_conditions, node)) != NULL) {
        walk_to(l, ast_kid(node, row->kid)->start);
        walk_condition(l, ast_kid(node, row->kid), row->length);
    } else if ((row = WALK_ROW(walk_fills, node)) != NULL) {
        if (row->kid > 0)
            walk_node(l, ast_kid(node, 0));
        walk_fill(l, ast_kid(node, row->kid));
    } else if ((row = WALK_ROW(walk_quantifiers, node)) != NULL) {
        walk_node(l, ast_kid(node, 0));
        walk_inside(l, ast_kid(node, row->kid));
    }
    return row != NULL;
}

/* Others whose parts do not simply follow one another. */
static bool walk_special(struct layout *l, const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_STRING:
    case AST_TEMPLATE: /* one token, whatever is inside */
        return true;
    case AST_REMIND:
        walk_remind(l, node);
        return true;
    case AST_AND:
    case AST_OR:
        walk_chain(l, node, 0);
        return true;
    case AST_IF:
        walk_if(l, node);
        return true;
    case AST_TYPE_ONE_OF:
        walk_members(l, ast_kid(node, TYPE_ONE_OF_members), true);
        return true;
    case AST_LIST_VALUE:
        walk_records(l, ast_kid(node, LIST_VALUE_items));
        return true;
    case AST_ARITHMETIC:
        if (node->op > OP_SUBTRACT)
            return false;
        walk_sum(l, node);
        return true;
    default:
        return walk_by_row(l, node);
    }
}

static void walk_node(struct layout *l, const struct ast_node *node) {
    uint32_t group;
    if (!node || l->arena->failed)
        return;
    walk_to(l, node->start);
    if (node->kind == AST_FIELD || node->kind == AST_DEFINE) {
        group = walk_scope(l, ANCHOR_MARGIN, (int)l->margin + 2);
        walk_parts(l, node, group);
        walk_to(l, node->end);
        walk_close(l, group);
        return;
    }
    if (!walk_special(l, node))
        walk_kids(l, node);
    walk_to(l, node->end);
}

/* Declarations that a blank line sets off from their neighbours. */
static bool walk_is_set_off(const struct ast_node *node) {
    switch (ast_kind_of(node)) {
    case AST_POLICY:
    case AST_AMENDMENT:
    case AST_RECORD:
    case AST_RULE:
    case AST_EXCEPTION:
    case AST_TABLE:
    case AST_EXAMPLE:
    case AST_TEST:
    case AST_ALWAYS:
        return true;
    default:
        return false;
    }
}

static void walk_declaration(struct layout *l, const struct ast_node *node, bool set_off) {
    uint32_t group;
    walk_to(l, node->start);
    walk_separate(l, LAYOUT_TOP, set_off);
    group = walk_scope(l, ANCHOR_MARGIN, 2);
    walk_parts(l, node, group);
    walk_to(l, node->end);
    walk_close(l, group);
}

/* --- what stands close --- */

/* The token that begins at the offset. */
static uint32_t walk_find(const struct layout *l, uint32_t offset) {
    size_t low = 0, high = l->tokens->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->tokens->items[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return layout_next(l, (uint32_t)low);
}

/* The bracket of a call, and what a sign belongs to: the tokens alone do not tell these. */
static void walk_tight(struct layout *l, const struct ast_node *node) {
    int i;
    uint32_t token = LAYOUT_NONE;
    if (node->kind == AST_TEMPLATE)
        return;
    if (node->kind == AST_CALL)
        token = walk_find(l, ast_kid(node, CALL_name)->end);
    if (node->kind == AST_NEGATE)
        token = walk_find(l, node->start + 1);
    if (token < l->tokens->count)
        l->tight[token] = 1;
    for (i = 0; i < node->kid_count; i++) {
        const struct ast_node *kid = ast_kid(node, i);
        for (; kid; kid = kid->next)
            walk_tight(l, kid);
    }
}

bool layout_walk(struct layout *layout, const struct ast_node *file) {
    const struct ast_node *decl;
    bool before = false;
    layout->tight = arena_alloc(layout->arena, layout->tokens->count + 1);
    if (!layout->tight)
        return false;
    walk_tight(layout, file);
    layout->open = LAYOUT_NONE;
    layout->at = layout_next(layout, 0);
    for (decl = ast_kid(file, FILE_decls); decl && !layout->arena->failed; decl = decl->next) {
        bool set_off = walk_is_set_off(decl);
        walk_declaration(layout, decl, set_off || before);
        before = set_off;
    }
    walk_to(layout, layout->source->length);
    walk_separate(layout, LAYOUT_TOP, 0);
    return !layout->arena->failed;
}
