/*
 * One worker's part: a block or a stream of records, read and decided one by one, and its answers. For the files of this folder
 * only.
 */
#ifndef PROVISO_INTERP_BATCH_RECORDS_H
#define PROVISO_INTERP_BATCH_RECORDS_H

#include "interp/batch/batch.h"
#include "interp/batch/blocks.h"
#include "interp/output/answer_columns.h"

/* What a worker owns. */
struct batch_worker {
    const struct batch *batch;
    struct facts_reader reader;
    struct arena arena;   /* of the record at hand */
    struct arena lasting; /* of the part */
    struct block block;
    struct batch_part part;
    struct arena counting; /* of the tally */
    struct arena keeping;  /* of the evaluator */
    bool has_evaluator;
    struct evaluator evaluator;
    struct tally tally;
    bool has_columns; /* the three below are made */
    struct column_reader columns;
    struct column_machine machine;
    struct answer_pen pen;
};

/* The reader is opened by the caller, and closed by worker_free. */
void worker_init(struct batch_worker *worker, const struct batch *batch);
void worker_free(struct batch_worker *worker);
/* Forgets the answers of before. */
void worker_clear(struct batch_worker *worker);
/* The next record of the reader, answered. False at the end, or where it cannot go on: part.end tells. */
bool worker_record(struct batch_worker *worker);
/* Makes the tally, where one is asked for and it is not there yet. False where memory ran out. */
bool worker_can_count(struct batch_worker *worker);
/* All records of the block. */
void worker_block(struct batch_worker *worker);
/* The same through columns, but for records that are put aside. */
void worker_columns(struct batch_worker *worker);
void worker_columns_free(struct batch_worker *worker);

#endif
