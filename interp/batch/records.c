/*
 * See records.h. Records come from the reader of facts and go through the scalar evaluator, which every other way of deciding
 * is held against. Must not know threads.
 */
#include "interp/batch/records.h"

#include "grammar/base/banned.h"

/* For fewer records than this no columns are made. */
#define FEW 16

void worker_init(struct batch_worker *worker, const struct batch *batch) {
    const struct pv_alloc *alloc = batch->alloc;
    worker->batch = batch;
    worker->block = (struct block){0};
    worker->part = (struct batch_part){0};
    worker->has_columns = false;
    worker->has_evaluator = false;
    arena_init(&worker->arena, alloc);
    arena_init(&worker->lasting, alloc);
    arena_init(&worker->counting, alloc);
    arena_init(&worker->keeping, alloc);
    buffer_init(&worker->part.answers, alloc);
    buffer_init(&worker->part.complaints, alloc);
    buffer_init(&worker->part.rejected, alloc);
}

void worker_free(struct batch_worker *worker) {
    worker_columns_free(worker);
    facts_close(&worker->reader);
    arena_free(&worker->arena);
    arena_free(&worker->lasting);
    arena_free(&worker->counting);
    arena_free(&worker->keeping);
    block_free(&worker->block, worker->batch->alloc);
    buffer_free(&worker->part.answers);
    buffer_free(&worker->part.complaints);
    buffer_free(&worker->part.rejected);
}

void worker_clear(struct batch_worker *worker) {
    struct batch_part *part = &worker->part;
    buffer_clear(&part->answers);
    buffer_clear(&part->complaints);
    buffer_clear(&part->rejected);
    part->warnings = NULL;
    part->warning_count = part->warning_capacity = 0;
    arena_reset(&worker->lasting);
    part->count = part->rejections = part->open = part->in_columns = 0;
    part->end = BATCH_FINE;
}

static void worker_write(struct batch_worker *worker, const struct record *record,
                         const struct outcome *outcome) {
    const struct batch *batch = worker->batch;
    struct buffer *out = &worker->part.answers;
    switch (batch->format) {
    case BATCH_JSON:
        answer_json(out, batch->form, record, outcome);
        break;
    case BATCH_NDJSON:
        answer_ndjson(out, batch->form, record, outcome);
        break;
    case BATCH_CSV:
        answer_csv(out, batch->form, record, outcome);
        break;
    case BATCH_SUMMARY:
        tally_outcome(&worker->tally, outcome);
        break;
    case BATCH_TEXT:
        buffer_string(out, batch->before + record->number > 1 ? "\n" : "");
        answer_text(out, batch->form, record, outcome);
        break;
    }
}

static void worker_reject(struct batch_worker *worker, const struct record *record) {
    struct batch_part *part = &worker->part;
    part->rejections++;
    if (worker->batch->format != BATCH_TEXT)
        answer_complaints(&part->complaints, record, worker->reader.input.name);
    if (worker->batch->keep_source) {
        buffer_text(&part->rejected, record->source);
        buffer_char(&part->rejected, '\n');
    }
}

bool worker_can_count(struct batch_worker *worker) {
    if (worker->batch->format != BATCH_SUMMARY || worker->part.tally)
        return true;
    worker->part.tally = &worker->tally;
    return tally_init(&worker->tally, worker->batch->form, &worker->counting);
}

/* The evaluator is made for the first record that needs it. */
static enum evaluate_status worker_evaluate(struct batch_worker *worker, struct record *record,
                                            const struct question *question, struct outcome *outcome) {
    if (!worker->has_evaluator &&
        !evaluator_init(&worker->evaluator, worker->batch->program, &worker->keeping)) {
        arena_reset(&worker->keeping);
        return EVALUATE_OUT_OF_MEMORY;
    }
    worker->has_evaluator = true;
    return evaluator_run(&worker->evaluator, record, question, &worker->arena, outcome);
}

/* False where memory ran out. Nothing of the record is in the part then. */
static bool worker_answer(struct batch_worker *worker, struct record *record) {
    const struct batch *batch = worker->batch;
    struct batch_part *part = &worker->part;
    struct question question = batch->question;
    struct outcome outcome;
    enum evaluate_status status = EVALUATE_REJECTED;
    size_t answers = part->answers.length, complaints = part->complaints.length;
    size_t rejected = part->rejected.length;
    if (!batch->has_on && !record->has_today && !record->problem_count &&
        !record_no_day(record, batch->program->set))
        return false;
    if (!batch->has_on)
        question.today = record->today;
    if (!record->problem_count)
        status = worker_evaluate(worker, record, &question, &outcome);
    if (status == EVALUATE_OUT_OF_MEMORY || !worker_can_count(worker))
        return false;
    if (status == EVALUATE_REJECTED)
        worker_reject(worker, record);
    else if (!answer_decided(batch->form, &outcome))
        part->open++;
    part->count++;
    worker_write(worker, record, status == EVALUATE_OK ? &outcome : NULL);
    if (!part->answers.failed && !part->complaints.failed && !part->rejected.failed)
        return true;
    part->answers.length = answers;
    part->complaints.length = complaints;
    part->rejected.length = rejected;
    part->answers.failed = part->complaints.failed = part->rejected.failed = false;
    return false;
}

/* False where memory ran out. */
static bool worker_warnings(struct batch_worker *worker) {
    struct batch_part *part = &worker->part;
    const struct fact_problem *problem;
    while ((problem = facts_warning(&worker->reader)) != NULL) {
        struct batch_warning warning = {*problem, part->complaints.length};
        if (!ARENA_PUSH(&worker->lasting, part->warnings, part->warning_count, part->warning_capacity,
                        warning))
            return false;
    }
    return true;
}

bool worker_record(struct batch_worker *worker) {
    struct batch_part *part = &worker->part;
    struct record record;
    enum facts_status status;
    arena_reset(&worker->arena);
    status = facts_next(&worker->reader, &worker->arena, &record);
    if (!worker_warnings(worker))
        status = FACTS_OUT_OF_MEMORY;
    part->records = worker->reader.records;
    if (status == FACTS_END)
        return false;
    if (status == FACTS_BROKEN) {
        part->end = BATCH_BROKEN;
        part->problem = worker->reader.problem;
        return false;
    }
    if (status == FACTS_RECORD && worker_answer(worker, &record))
        return true;
    part->end = BATCH_OUT_OF_MEMORY;
    return false;
}

/* Whether a record of the block is left: behind the line ends that a broken row leaves. */
static bool worker_more(const struct batch_worker *worker) {
    const struct block *block = &worker->block;
    size_t at = facts_at(&worker->reader);
    while (at < block->length &&
           (block->bytes[at] == '\n' || (block->bytes[at] == '\r' && block->bytes[at + 1] == '\n')))
        at++;
    return at < block->length || block->failed;
}

void worker_block(struct batch_worker *worker) {
    struct block *block = &worker->block;
    if (worker->batch->plan && !block->failed && (block->count >= FEW || worker->batch->always_columns)) {
        worker_columns(worker);
        return;
    }
    facts_view(&worker->reader, block->bytes, block->viewed, block->line, block->before, block->failed);
    while (worker_more(worker) && worker_record(worker))
        continue;
}
