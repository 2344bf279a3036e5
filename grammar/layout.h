/*
 * Between the walk over the tree (layout_walk.c) and the printer (layout_print.c) of the formatter: the
 * tokens of a file as a list of operations, which say where a line may or must end and how far the next one
 * stands in. Nobody but format.c and these includes it.
 */
#ifndef PROVISO_GRAMMAR_LAYOUT_H
#define PROVISO_GRAMMAR_LAYOUT_H

#include "grammar/format.h"

#define LAYOUT_NONE UINT32_MAX

enum layout_op_kind {
    LAYOUT_TOKEN, /* `extra`: its columns */
    LAYOUT_ROW,   /* a row of a table from its first | on; `extra`: the table */
    LAYOUT_OPEN,  /* `extra`: a group */
    LAYOUT_CLOSE,
    /* What stands before a token; exactly one before each. Of those that may end the line `extra` is a group. */
    LAYOUT_GAP,  /* a blank or nothing */
    LAYOUT_SOFT, /* a line end where the group is broken, else as GAP */
    LAYOUT_FILL, /* a line end where what follows has no room */
    LAYOUT_ITEM, /* a line end where the author put one or there is no room, else two blanks */
    LAYOUT_KEEP, /* where the group is broken as ITEM, but one blank; else as GAP */
    LAYOUT_HARD, /* a line end */
    LAYOUT_TOP, /* the start of a declaration or the end of the file; `extra`: 1 where a blank line belongs there */
};

struct layout_op {
    uint32_t token, extra;
    uint8_t kind;
    bool comment; /* of what stands before a token: a comment is part of it */
};

/* Where the lines inside a group begin, counted from what. */
enum layout_anchor { ANCHOR_MARGIN, ANCHOR_HERE, ANCHOR_LINE, ANCHOR_OUTER };

/*
 * Operations whose line ends go together. A group that fits on its line is flat: no line ends inside it.
 */
struct layout_group {
    uint32_t parent, close; /* the group around it; the index of its CLOSE */
    uint32_t column;        /* known once the printer was there */
    int16_t delta;
    uint8_t anchor;
    bool broken; /* it holds a line end that stays */
    bool flat;   /* the printer's choice */
};

/* The columns of a table, display widths of each; a wider cell stands out of line. */
struct layout_table {
    uint32_t count;
    uint32_t *widths;
};

struct layout {
    struct arena *arena;
    const struct source *source;
    const struct token_array *tokens;
    uint8_t *tight; /* by token: 1 where it stands right behind the one before, whatever the two are */
    struct layout_op *ops;
    size_t op_count, op_capacity;
    struct layout_group *groups;
    size_t group_count, group_capacity;
    struct layout_table *tables;
    size_t table_count, table_capacity;

    /* The walk's own. */
    uint32_t at;     /* the next token to place; tokens->count at the end */
    bool separated;  /* what stands before it is decided */
    uint32_t open;   /* the innermost open group */
    uint32_t margin; /* where the present declaration begins: 0, or 2 inside a record */
};

/* The index of the first token from `at` on that is printed: no comment, blank line or end of a row. */
uint32_t layout_next(const struct layout *layout, uint32_t at);
/* Blanks between two tokens on one line: 0 or 1. `before` may be LAYOUT_NONE. */
unsigned layout_blanks(const struct layout *layout, uint32_t before, uint32_t token);
/* The bytes of a token as they are printed. */
struct text layout_text(const struct layout *layout, uint32_t token);

/*
 * The cells of the row whose first | is at `*at`: each call gives the tokens first..last of the next one and
 * the mark before it, with *at moved on to the mark behind it; false at the row's last mark.
 */
struct layout_cell {
    uint32_t bar, first, last;
};
bool layout_cell(const struct layout *layout, uint32_t *at, struct layout_cell *cell);
/* Columns of a cell's text. */
size_t layout_cell_width(const struct layout *layout, const struct layout_cell *cell);

/* Fills layout->ops from the tree; false where memory runs out. */
bool layout_walk(struct layout *layout, const struct ast_node *file);
/* Appends the text. */
void layout_print(struct layout *layout, struct buffer *out);

#endif
