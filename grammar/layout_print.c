/*
 * Operations become text. A group is laid flat where it fits on the rest of its line, else broken; each
 * question looks at most one line ahead, so the time stays in proportion. Comments stand where they stood
 * between the tokens, and none of them ever counts as too wide. Must not know the grammar.
 */
#include "grammar/layout.h"

#include <string.h>

#include "grammar/base/banned.h"

/* No line begins further in: what hangs on something very wide would cost its square. */
#define PRINT_MAX_INDENT 90

struct printer {
    struct layout *layout;
    struct buffer *out;
    size_t column;     /* where the next byte goes, counted from 0 */
    uint32_t indent;   /* of the present line */
    uint32_t previous; /* the token printed last */
    uint32_t open;     /* the innermost open group */
    uint32_t flat;     /* open groups that are laid flat */
};

static const struct token *token_at(const struct printer *p, uint32_t token) {
    return &p->layout->tokens->items[token];
}

/* Columns of what stands before a token on one line. */
static size_t flat_columns(const struct layout *layout, const struct layout_op *op, uint32_t previous) {
    return op->kind == LAYOUT_ITEM ? 2 : layout_blanks(layout, previous, op->token);
}

/*
 * True where the operations from `at` on have room on the line, up to the first place behind index `least`
 * where it could end.
 */
static bool print_fits(const struct printer *p, size_t at, size_t least) {
    const struct layout *layout = p->layout;
    size_t column = p->column;
    uint32_t previous = p->previous;
    for (; at < layout->op_count; at++) {
        const struct layout_op *op = &layout->ops[at];
        if (op->kind == LAYOUT_OPEN || op->kind == LAYOUT_CLOSE)
            continue;
        if (op->kind == LAYOUT_ROW)
            break;
        if (op->kind == LAYOUT_TOKEN) {
            column += op->extra;
            previous = op->token;
        } else {
            if (at > least && (op->kind != LAYOUT_GAP || op->comment))
                break;
            column += flat_columns(layout, op, previous);
        }
        if (column > FORMAT_COLUMNS)
            return false;
    }
    return true;
}

static void print_line_end(struct printer *p, bool blank, uint32_t indent) {
    if (p->out->length > 0) {
        buffer_char(p->out, '\n');
        if (blank)
            buffer_char(p->out, '\n');
    }
    buffer_repeat(p->out, ' ', indent);
    p->column = p->indent = indent;
}

static void print_text(struct printer *p, struct text text, size_t columns) {
    buffer_text(p->out, text);
    p->column += columns;
}

/* A comment that ends a line stands behind one blank, any other on a line of its own. */
static void print_comment(struct printer *p, uint32_t token, bool blank, uint32_t indent) {
    if (token_at(p, token)->flags & TOKEN_LINE_START)
        print_line_end(p, blank, indent);
    else
        print_text(p, text_of(" "), 1);
    print_text(p, layout_text(p->layout, token), 0);
}

static uint32_t first_trivia(const struct printer *p) {
    return p->previous == LAYOUT_NONE ? 0 : p->previous + 1;
}

/* How far in the token stood in the file; 0 for its end. */
static uint32_t stood_in(const struct printer *p, uint32_t token) {
    const char *text = p->layout->source->text;
    uint32_t start, at;
    if (token >= p->layout->tokens->count)
        return 0;
    start = at = token_at(p, token)->start;
    while (at > 0 && text[at - 1] != '\n' && text[at - 1] != '\r')
        at--;
    return start - at;
}

/*
 * Between two declarations: comments that stood further in than the next one belong to the one before and
 * stay indented. The rest stands before the next, below the blank line if there is one.
 */
static void print_top(struct printer *p, const struct layout_op *op) {
    uint32_t token, mine = first_trivia(p), margin = stood_in(p, op->token);
    bool blank = false, wanted = op->extra != 0 && p->previous != LAYOUT_NONE;
    for (token = mine; token < op->token && p->previous != LAYOUT_NONE; token++) {
        const struct token *t = token_at(p, token);
        if (t->kind == TOKEN_COMMENT && (t->flags & TOKEN_LINE_START) && stood_in(p, token) <= margin)
            break;
        if (t->kind == TOKEN_COMMENT)
            mine = token + 1;
    }
    for (token = mine; token < op->token; token++)
        if (token_at(p, token)->kind == TOKEN_BLANK)
            wanted = false;
    for (token = first_trivia(p); token < op->token; token++) {
        if (token == mine && wanted)
            blank = true, wanted = false;
        if (token_at(p, token)->kind == TOKEN_BLANK)
            blank = true;
        if (token_at(p, token)->kind == TOKEN_COMMENT) {
            print_comment(p, token, blank, token < mine ? 2 : 0);
            blank = false;
        }
    }
    if (op->token < p->layout->tokens->count)
        print_line_end(p, blank || wanted, 0);
    else if (p->out->length > 0)
        buffer_char(p->out, '\n');
}

/* Whether what stands behind the separator has no room: a whole group, or what comes before the next line end. */
static bool print_has_no_room(const struct printer *p, size_t at) {
    const struct layout_op *next = &p->layout->ops[at + 1];
    return !print_fits(p, at, next->kind == LAYOUT_OPEN ? p->layout->groups[next->extra].close : at);
}

/* Whether the line ends before the token, comments aside. */
static bool print_ends_line(const struct printer *p, size_t at) {
    const struct layout_op *op = &p->layout->ops[at];
    switch (op->kind) {
    case LAYOUT_HARD:
        return true;
    case LAYOUT_SOFT:
        return p->flat == 0 && !p->layout->groups[op->extra].flat;
    case LAYOUT_FILL:
        return p->flat == 0 && print_has_no_room(p, at);
    case LAYOUT_KEEP:
        if (p->flat > 0)
            return false;
        /* fall through */
    case LAYOUT_ITEM:
        return (token_at(p, op->token)->flags & TOKEN_LINE_START) || print_has_no_room(p, at);
    default:
        return false;
    }
}

static void print_separator(struct printer *p, size_t at) {
    const struct layout_op *op = &p->layout->ops[at];
    bool ends = print_ends_line(p, at), comment = false, blank = false;
    uint32_t token, indent;
    if (op->kind == LAYOUT_TOP) {
        print_top(p, op);
        return;
    }
    if (op->kind == LAYOUT_GAP || (!ends && (op->kind == LAYOUT_SOFT || op->kind == LAYOUT_KEEP)))
        indent = p->open == LAYOUT_NONE ? 2 : p->layout->groups[p->open].column + 2;
    else
        indent = p->layout->groups[op->extra].column;
    for (token = first_trivia(p); token < op->token; token++) {
        if (token_at(p, token)->kind == TOKEN_BLANK)
            blank = true;
        if (token_at(p, token)->kind == TOKEN_COMMENT) {
            print_comment(p, token, blank, indent);
            comment = true;
            blank = false;
        }
    }
    if (ends || comment) {
        print_line_end(p, blank && (comment || op->kind != LAYOUT_FILL), indent);
        return;
    }
    buffer_repeat(p->out, ' ', flat_columns(p->layout, op, p->previous));
    p->column += flat_columns(p->layout, op, p->previous);
}

static void print_open(struct printer *p, size_t at) {
    struct layout_group *group = &p->layout->groups[p->layout->ops[at].extra];
    size_t outer = p->open == LAYOUT_NONE ? 0 : p->layout->groups[p->open].column;
    const size_t anchors[] = {
        [ANCHOR_MARGIN] = 0, [ANCHOR_HERE] = p->column, [ANCHOR_LINE] = p->indent, [ANCHOR_OUTER] = outer};
    long column = (long)anchors[group->anchor] + group->delta;
    /* Further in than what it is part of, also where a comment moved it there. */
    if (group->delta < 0 && column <= (long)outer)
        column = (long)outer + 1;
    group->column = column > PRINT_MAX_INDENT ? PRINT_MAX_INDENT : (uint32_t)column;
    group->flat = p->flat > 0 || (!group->broken && print_fits(p, at, group->close));
    p->flat += group->flat;
    p->open = p->layout->ops[at].extra;
}

static void print_close(struct printer *p, uint32_t index) {
    const struct layout_group *group = &p->layout->groups[index];
    p->flat -= group->flat;
    p->open = group->parent;
}

static void print_cell(struct printer *p, const struct layout_cell *cell, uint32_t width) {
    uint32_t token = cell->first, before = LAYOUT_NONE;
    size_t columns = layout_cell_width(p->layout, cell);
    for (; token <= cell->last; before = token, token = layout_next(p->layout, token + 1)) {
        buffer_repeat(p->out, ' ', layout_blanks(p->layout, before, token));
        buffer_text(p->out, layout_text(p->layout, token));
    }
    if (columns < width)
        buffer_repeat(p->out, ' ', width - columns);
}

static void print_row(struct printer *p, const struct layout_op *op) {
    const struct layout_table *table = &p->layout->tables[op->extra];
    struct layout_cell cell;
    uint32_t at = op->token, column;
    for (column = 0; layout_cell(p->layout, &at, &cell); column++) {
        buffer_text(p->out, layout_text(p->layout, cell.bar));
        buffer_char(p->out, ' ');
        print_cell(p, &cell, column < table->count ? table->widths[column] : 0);
        buffer_char(p->out, ' ');
    }
    buffer_text(p->out, layout_text(p->layout, at));
    p->previous = at;
}

void layout_print(struct layout *layout, struct buffer *out) {
    struct printer p = {.layout = layout, .out = out, .previous = LAYOUT_NONE, .open = LAYOUT_NONE};
    size_t at;
    for (at = 0; at < layout->op_count && !out->failed; at++) {
        const struct layout_op *op = &layout->ops[at];
        switch (op->kind) {
        case LAYOUT_TOKEN:
            print_text(&p, layout_text(layout, op->token), op->extra);
            p.previous = op->token;
            break;
        case LAYOUT_ROW:
            print_row(&p, op);
            break;
        case LAYOUT_OPEN:
            print_open(&p, at);
            break;
        case LAYOUT_CLOSE:
            print_close(&p, op->extra);
            break;
        default:
            print_separator(&p, at);
        }
    }
}
