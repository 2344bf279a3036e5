/*
 * Many records at once: an input of facts is read, decided and answered, in blocks by several workers where records are lines or
 * rows, and what they have is handed over in the order of the input. Memory is bounded by blocks and workers, whatever the size
 * of the input. Must not know where answers go, nor how anything is shown to a person who waits.
 */
#ifndef PROVISO_INTERP_BATCH_BATCH_H
#define PROVISO_INTERP_BATCH_BATCH_H

#include "interp/facts/facts.h"
#include "interp/output/answer.h"
#include "interp/output/tally.h"
#include "interp/run/column_plan.h"
#include "interp/run/evaluate.h"

/* BATCH_SUMMARY: records are counted, and not answered. */
enum batch_format { BATCH_TEXT, BATCH_JSON, BATCH_NDJSON, BATCH_CSV, BATCH_SUMMARY };

/* The most workers. */
#define BATCH_JOBS_MAX 256
/* Bytes of a block where nothing else is said: small enough to stay in a cache, large enough for handing over to cost nothing. */
#define BATCH_BLOCK_BYTES ((size_t)256 * 1024)

/* What is asked of every record. All of it is the caller's, is only read, and outlives the run. */
struct batch {
    const struct program *program;
    const struct column_plan
        *plan; /* of what `form` shows, for the flat formats; NULL: records are decided one by one */
    const struct schema *schema;
    const struct answer_form *form;
    enum batch_format format;
    struct question question;
    bool has_on;                  /* else the record says its day */
    bool strict;                  /* as of facts_reader */
    bool keep_source;             /* parts have what was rejected, byte for byte */
    uint64_t before;              /* records of other inputs that were answered before this one */
    unsigned jobs;                /* workers; 0 is 1 */
    size_t block_bytes;           /* 0: BATCH_BLOCK_BYTES */
    bool always_columns;          /* also where there are too few records for columns to be worth it */
    const struct pv_alloc *alloc; /* called by all workers at the same time */
};

enum batch_end {
    BATCH_FINE,
    BATCH_BROKEN,       /* the input cannot be read further: `problem` says why */
    BATCH_OUT_OF_MEMORY /* at the record behind `records` */
};

/* A warning about the input, said before the complaints from that offset on. */
struct batch_warning {
    struct fact_problem problem;
    size_t complaints;
};

/* Answers to records that follow one another, valid during the call it is given to. */
struct batch_part {
    struct buffer answers; /* in the format */
    struct buffer
        complaints; /* a line a problem of a rejected record; not for BATCH_TEXT, which says them in the answer */
    struct buffer rejected; /* with keep_source: the rejected records as they came, a line end behind each */
    struct batch_warning *warnings;
    size_t warning_count, warning_capacity;
    struct tally *tally;              /* of BATCH_SUMMARY: move it away */
    uint64_t count, rejections, open; /* of records: all, rejected, without a value for what is shown */
    uint64_t in_columns;              /* of these, records that went through columns */
    uint64_t records;                 /* of the input so far */
    enum batch_end end;
    struct fact_problem problem;
};

/* Takes parts in the order of the input; false where there is no point in going on. Never called by two workers at once. */
typedef bool batch_take(void *context, const struct batch_part *part);

/* Answers all records of an input. False where `take` said so, or after a part that ended otherwise than BATCH_FINE. */
bool batch_run(const struct batch *batch, const struct facts_input *input, enum facts_form form,
               batch_take *take, void *context);

#endif
