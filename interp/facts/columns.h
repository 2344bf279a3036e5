/*
 * Records as columns: up to COLUMN_ROWS_MAX records of a block are read straight from the text, a typed array a fact. A record
 * that the reader here does not understand to its last byte is only marked: the reader of facts takes it, and says what is
 * wrong, so that rules and messages stay in one place. Must not know the evaluator, files or threads.
 */
#ifndef PROVISO_INTERP_FACTS_COLUMNS_H
#define PROVISO_INTERP_FACTS_COLUMNS_H

#include "interp/facts/facts.h"

/* The most records that are columns at the same time. */
#define COLUMN_ROWS_MAX 1024
/* Bytes behind a block that may be looked at, whatever they are; the first JSON_PAD are zeros. */
#define COLUMN_PAD ((size_t)96)

/*
 * What stands in a cell. The byte of a yes/no is also its value; for all other kinds CELL_NO, 0, is "has a value". Of open
 * values it is known whether an unknown fact is among their reasons, which is all that a flat answer tells.
 */
enum cell_state { CELL_NO, CELL_YES, CELL_NONE, CELL_OPEN, CELL_UNKNOWN };
#define CELL_VALUE CELL_NO
#define CELL_HAS_VALUE(state) ((state) < CELL_NONE)
#define CELL_IS_OPEN(state) ((state) > CELL_NONE)

/*
 * A column: a state for each row, and for kinds other than yes/no an array of values: cal_day, int64_t (numbers), int32_t
 * (members), const struct text *, struct period, struct frac, const struct member_set *.
 */
struct column {
    uint8_t *state;
    void *values;
    bool plain; /* every cell that counts has a value */
};

/* A record: its bytes in the block, as facts_source has them, and what became of it. */
struct column_row {
    uint32_t begin; /* of its line, before blanks */
    uint32_t start, length;
    uint32_t line; /* of the block's, from 0 */
    cal_day today; /* where the policy names a field for it */
    bool aside;    /* it is for the reader of facts, and its cells hold nothing */
    bool has_today;
};

/* A value that output carries over: its bytes in the block as they came; length 0 where the record has none. */
struct column_span {
    uint32_t start, length;
    bool plain;  /* printable ASCII with nothing to escape or quote in it, whatever the form */
    bool quoted; /* of JSON: it stood in quotes, which are not among the bytes */
};

struct column_key;
struct column_words;
struct column_index;

/* The reader. Of its members only those up to `spans` are for others. */
struct column_reader {
    uint32_t row_count;
    struct column_row *rows;
    struct column *facts;       /* by fact; of lists and sets it is only known that they were left out */
    struct column_span **spans; /* by carried field; NULL where it is inside another: the source tells */

    uint32_t row_limit;
    const struct facts_reader *reader; /* of the same input: the form, the header, the settings */
    const struct schema *schema;
    struct arena own;
    struct column_key *keys; /* of all objects; more are learned as they are met */
    uint32_t key_count, suspects;
    uint32_t *buckets;           /* of keys, by hash: index + 1 */
    uint32_t *first_key;         /* by object: what it began with last time */
    struct column_key **cells;   /* of rows: by column; NULL where no fact reads it */
    uint32_t required;           /* with `strict`: facts that may not be left out */
    struct text **texts;         /* by fact: what a column of texts points to */
    struct column_words **words; /* by fact: the spellings of its members */
    int32_t *months;             /* day numbers of the first days of months */
    struct json_scan scan;       /* over what nobody reads, and rows with quotes */
    bool spoiled;                /* the scan has found a mistake */
    bool unnamed;                /* a declared key is not among `keys` */
    bool all_aside;              /* the header itself is against `strict` */
    size_t depth;                /* of groups that are open */
    struct column_index *index;  /* of plain rows of a table; NULL where there is none */
    char *bytes;                 /* of the block at hand */
    const char *end;
    uint64_t serial; /* of the row at hand */
    uint32_t seen;   /* required facts that it has */
};

/* Makes a reader of up to `limit` records at a time for what `reader` goes on with. False where memory ran out. */
bool columns_open(struct column_reader *columns, const struct facts_reader *reader, uint32_t limit,
                  const struct pv_alloc *alloc);
void columns_close(struct column_reader *columns);
/*
 * Reads the next records of a block of `length` bytes, from *at (moved on) and line *line. The block stays where it is as
 * long as the rows are used. False where there are none.
 */
bool columns_read(struct column_reader *columns, char *bytes, size_t length, size_t *at, uint32_t *line);
/* The reader of facts has seen rows that were put aside: what it has warned of needs no second look. */
void columns_learn(struct column_reader *columns);

#endif
