/*
 * Facts in: records one after another from JSON (one object, an array, objects one after another or one a line) or from
 * CSV, read as a stream with one record in memory at a time. Every record is validated whole, also where no fact reads
 * it; a bad record is given back with its problems and reading goes on. Must not know the evaluator, files, or how
 * problems are shown.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_H
#define PROVISO_INTERP_FACTS_FACTS_H

#include "interp/facts/csv.h"
#include "interp/facts/json.h"
#include "interp/facts/record.h"
#include "interp/facts/schema.h"

/* Where the bytes come from: `read` is as read(2): bytes given (1..n), 0 at the end, below 0 on an error. */
struct facts_input {
    ptrdiff_t (*read)(void *context, char *buffer, size_t n);
    void *context;
    const char *name; /* for messages: a path, or "standard input" */
};

enum facts_form {
    FACTS_AUTO,   /* by the first bytes: [ or an object over several lines: JSON; { … }: NDJSON; else CSV */
    FACTS_JSON,   /* an array of objects, or objects separated by blanks; a syntax error ends the input */
    FACTS_NDJSON, /* an object a line; a syntax error spoils its line only */
    FACTS_CSV     /* a header and a row a record (RFC 4180); a syntax error spoils its line only */
};

enum facts_status {
    FACTS_RECORD, /* a record; with record->problem_count > 0 it is rejected */
    FACTS_END,    /* no more records; there may have been none */
    FACTS_BROKEN, /* no record can be read from here: reader->problem says why */
    FACTS_OUT_OF_MEMORY
};

/* The longest record, in bytes; a longer one is rejected in NDJSON and CSV and ends the input in JSON. */
#define FACTS_RECORD_MAX ((size_t)64 * 1024 * 1024)
/* Problems listed of one record; where there are more, one behind them says so. */
#define FACTS_PROBLEMS_MAX 200
/* The most columns of a table. */
#define FACTS_COLUMNS_MAX ((size_t)16384)

/*
 * What the reader is in; AT_FIRST: the first object decides between lines and a sequence. Nobody else's
 * business.
 */
enum facts_state {
    FACTS_AT_START,
    FACTS_AT_FIRST,
    FACTS_IN_ARRAY,
    FACTS_IN_SEQUENCE,
    FACTS_IN_LINES,
    FACTS_IN_ROWS
};

/* A key that no fact reads, and the declared one it resembles. */
struct facts_stranger {
    uint32_t object;  /* id of the schema object it was found in */
    uint32_t nearest; /* index of a key there, or SCHEMA_NOT_FOUND */
    uint32_t hash;
    bool warned;
    struct text text;
};

/*
 * A reader; give it to facts_open, free it with facts_close. Of its members only `problem` and `records` are
 * for others.
 */
struct facts_reader {
    struct fact_problem problem; /* of FACTS_BROKEN; strings live until facts_close */
    uint64_t records;            /* records given so far, rejected ones included */
    bool day_given; /* set by the caller: the field that the policy names for today is passed over */
    bool strict;    /* set by the caller: fields that no fact reads and facts left out are problems … */
    const struct text *carried; /* … but for these paths, which output carries over; the caller's */
    size_t carried_count;

    const struct policy_set *set;
    const struct schema *schema;
    struct facts_input input;
    enum facts_form form;
    enum facts_state state;
    enum facts_status last;           /* what every call after the end gives */
    struct arena own;                 /* warnings, strangers, the problem */
    struct buffer words;              /* scratch for messages */
    struct record *record;            /* the one being read */
    uint64_t *seen;                   /* by schema id: the number of the object that had the key last */
    uint32_t *next_key;               /* by schema id: index of the key that followed last time */
    struct facts_stranger *strangers; /* open addressing */
    size_t stranger_count, stranger_slots;
    struct fact_problem *warnings;
    size_t warning_count, warning_capacity, warnings_taken;
    bool failed; /* memory ran out */

    /* Of CSV: the header, the row being read, and the column that problems are about (bytes NULL: none). */
    const struct schema_key **columns; /* who reads a column; NULL: no fact */
    struct text *names;
    size_t column_count;
    struct csv_row row;
    struct text column;

    /* The window over the stream, lines and columns: of CSV too. Last, as it is large and json_init clears what it needs. */
    struct json_scan scan;
};

/* The form that the name of a file tells: NAME.csv is CSV; FACTS_AUTO for any other. */
enum facts_form facts_form_of_name(const char *name);
/*
 * Begins to read. `schema` (and its set) and input->context outlive the reader; the struct input is copied.
 * Nothing is read yet. False where memory ran out; facts_close is in order then, too.
 */
bool facts_open(struct facts_reader *reader, const struct schema *schema, const struct facts_input *input,
                enum facts_form form, const struct pv_alloc *alloc);
/*
 * The next record, in `arena`, which the caller resets when done with the record: it is made afresh
 * (record_init) and all it holds lives there, but for record->source, which is valid until the next call.
 * After anything but FACTS_RECORD every call gives the same.
 */
enum facts_status facts_next(struct facts_reader *reader, struct arena *arena, struct record *record);
/*
 * The next warning (a field that looks misspelt, once a run each) that has not been taken yet, or NULL. Valid
 * until facts_close.
 */
const struct fact_problem *facts_warning(struct facts_reader *reader);
/* Gives all memory back. */
void facts_close(struct facts_reader *reader);

/*
 * Several readers of one input. Where records are lines or rows, those behind the last record that `reader` gave may be read by
 * others, each of a part of them.
 */
struct facts_rest {
    const char *bytes; /* read and not taken yet; valid until facts_close */
    size_t length;
    uint64_t line;      /* that the first of them is on */
    bool ended, failed; /* there is no more; more could not be read */
};
/* False where records are neither lines nor rows, or none was given yet. */
bool facts_rest(struct facts_reader *reader, struct facts_rest *rest);
/*
 * Begins a reader of parts of the input of `first`, which outlives it: of the same form, with the same header and settings.
 * Nothing is read until facts_view. False where memory ran out; facts_close is in order then, too.
 */
bool facts_follow(struct facts_reader *reader, const struct facts_reader *first,
                  const struct pv_alloc *alloc);
/*
 * The next records are those of `bytes`, which begin with line `line` and have JSON_PAD zeros behind them; `records` came
 * before them. `failed`: what follows them could not be read. The bytes stay the caller's.
 */
void facts_view(struct facts_reader *reader, char *bytes, size_t length, uint64_t line, uint64_t records,
                bool failed);
/* Where the next record or what is before it begins in the bytes of facts_view. */
size_t facts_at(const struct facts_reader *reader);
/* Whether the reader has warned of a key, which it found in a schema object. */
bool facts_warned(const struct facts_reader *reader, uint32_t object, struct text key);
/* Whether two warnings are about one key of one object: warned of once a run, however many readers there are. */
bool facts_same_warning(const struct fact_problem *a, const struct fact_problem *b);

#endif
