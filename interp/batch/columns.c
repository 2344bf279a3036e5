/*
 * A block through columns: read, decided and written many rows at a time. A row that was put aside, or that breaks a
 * requirement, goes through the reader of facts and the scalar evaluator in its place. Must not know threads.
 */
#include "interp/batch/records.h"

#include "grammar/base/banned.h"

/* Made with the first block that is worth it. */
static bool make_columns(struct batch_worker *worker) {
    const struct batch *batch = worker->batch;
    bool good;
    if (worker->has_columns)
        return true;
    if (!worker_can_count(worker))
        return false;
    worker->has_columns = true;
    good = columns_open(&worker->columns, &worker->reader, batch->plan->rows, batch->alloc);
    good =
        column_machine_init(&worker->machine, batch->plan, &batch->question, batch->has_on, batch->alloc) &&
        good;
    return answer_pen_init(&worker->pen, batch->form, batch->plan, batch->format == BATCH_CSV,
                           batch->alloc) &&
           good;
}

void worker_columns_free(struct batch_worker *worker) {
    if (!worker->has_columns)
        return;
    columns_close(&worker->columns);
    column_machine_free(&worker->machine);
    answer_pen_free(&worker->pen);
    worker->has_columns = false;
}

/* A row by itself; `before` records of the input came before it. False to stop. */
static bool one_row(struct batch_worker *worker, const struct column_row *row, uint64_t before) {
    struct block *block = &worker->block;
    facts_view(&worker->reader, block->bytes + row->begin, block->viewed - row->begin,
               block->line + row->line, before, false);
    if (!worker_record(worker))
        return false;
    columns_learn(&worker->columns);
    return true;
}

static bool answer_rows(struct batch_worker *worker, uint64_t before) {
    const struct batch *batch = worker->batch;
    struct batch_part *part = &worker->part;
    for (uint32_t i = 0; i < worker->columns.row_count; i++) {
        const struct column_row *row = &worker->columns.rows[i];
        size_t answers = part->answers.length;
        if (row->aside || worker->machine.rejected[i] || (!batch->has_on && !row->has_today)) {
            if (!one_row(worker, row, before + i))
                return false;
            continue;
        }
        part->count++;
        part->in_columns++;
        part->records = before + i + 1;
        if (batch->format == BATCH_SUMMARY
                ? !tally_row(&worker->tally, &worker->machine, i)
                : !answer_row(&worker->pen, &part->answers, &worker->machine, &worker->columns, i))
            part->open++;
        if (part->answers.failed) {
            part->answers.length = answers;
            part->answers.failed = false;
            part->end = BATCH_OUT_OF_MEMORY;
            return false;
        }
    }
    return true;
}

void worker_columns(struct batch_worker *worker) {
    struct block *block = &worker->block;
    uint64_t before = block->before;
    uint32_t line = 0;
    size_t at = 0;
    if (!make_columns(worker)) {
        worker->part.end = BATCH_OUT_OF_MEMORY;
        worker->part.records = before;
        return;
    }
    while (columns_read(&worker->columns, block->bytes, block->length, &at, &line)) {
        if (!column_machine_run(&worker->machine, &worker->columns)) {
            worker->part.end = BATCH_OUT_OF_MEMORY;
            worker->part.records = before;
            return;
        }
        if (!answer_rows(worker, before))
            return;
        before += worker->columns.row_count;
    }
}
