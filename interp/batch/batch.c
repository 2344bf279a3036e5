/*
 * See batch.h. The first reader goes through records one by one until they are known to be lines or rows; what follows is cut
 * into blocks. A worker takes the next block, answers it, waits for its turn and hands the answers over, so that each holds one
 * block at a time. Must not know what a record says.
 */
#include "interp/batch/batch.h"

#include "interp/batch/records.h"

#include <pthread.h>

#include "grammar/base/banned.h"

/* Answers that are handed over at once where records come one by one. */
#define BATCH_SOME ((size_t)64 * 1024)

/* One run. `lock` guards the cutter and `stop`; `turn` and what is below it have a lock of their own. */
struct batch_state {
    const struct batch *batch;
    batch_take *take;
    void *context;
    struct facts_input input;
    struct batch_worker first;
    struct block_cutter cutter;
    pthread_mutex_t lock, turn_lock;
    pthread_cond_t turn_came;
    uint64_t turn; /* the number of the block whose answers are handed over next */
    bool stop;
};

/* Hands the answers of a worker over, and what was said with them. False to stop. */
static bool hand_over(struct batch_state *state, struct batch_worker *worker) {
    bool good = state->take(state->context, &worker->part) && worker->part.end == BATCH_FINE;
    worker_clear(worker);
    return good;
}

/* --- one by one --- */

/* Whoever feeds a pipe record by record gets each answer before more is waited for. */
static ptrdiff_t read_on(void *context, char *bytes, size_t length) {
    struct batch_state *state = context;
    if (state->first.part.count && !hand_over(state, &state->first)) {
        state->stop = true;
        return 0;
    }
    return state->input.read(state->input.context, bytes, length);
}

/* True where the rest is for workers; else all is done, and *good tells how it ended. */
static bool one_by_one(struct batch_state *state, struct facts_rest *rest, bool *good) {
    struct batch_worker *worker = &state->first;
    while (worker_record(worker)) {
        if (facts_rest(&worker->reader, rest))
            break;
        if (worker->part.answers.length >= BATCH_SOME && !hand_over(state, worker))
            return *good = false;
    }
    *good = !state->stop && hand_over(state, worker);
    return *good && facts_rest(&worker->reader, rest);
}

/* --- in blocks --- */

/* Waits until all blocks before this one are handed over. False where the run was stopped. */
static bool wait_for_turn(struct batch_state *state, uint64_t number) {
    bool good;
    pthread_mutex_lock(&state->turn_lock);
    while (state->turn != number && !state->stop)
        pthread_cond_wait(&state->turn_came, &state->turn_lock);
    good = !state->stop;
    pthread_mutex_unlock(&state->turn_lock);
    return good;
}

static void end_turn(struct batch_state *state, bool good) {
    pthread_mutex_lock(&state->turn_lock);
    state->turn++;
    state->stop = state->stop || !good;
    pthread_cond_broadcast(&state->turn_came);
    pthread_mutex_unlock(&state->turn_lock);
}

static bool stopped(struct batch_state *state) {
    bool stop;
    pthread_mutex_lock(&state->turn_lock);
    stop = state->stop;
    pthread_mutex_unlock(&state->turn_lock);
    return stop;
}

/* The next block for a worker. False at the end; where memory ran out the worker's part says so, as if it were a block. */
static bool next_block(struct batch_state *state, struct batch_worker *worker) {
    bool found;
    pthread_mutex_lock(&state->lock);
    found = !stopped(state) && cutter_next(&state->cutter, &worker->block);
    if (!found && state->cutter.out_of_memory && !state->cutter.told) {
        state->cutter.told = found = true;
        worker->part.end = BATCH_OUT_OF_MEMORY;
        worker->part.records = state->cutter.before;
    }
    pthread_mutex_unlock(&state->lock);
    return found;
}

static void work(struct batch_state *state, struct batch_worker *worker) {
    while (next_block(state, worker)) {
        bool good;
        if (worker->part.end == BATCH_FINE)
            worker_block(worker);
        good = wait_for_turn(state, worker->block.number) && hand_over(state, worker);
        end_turn(state, good);
    }
}

/* A worker beside the first, with a thread of its own. */
struct batch_helper {
    struct batch_state *state;
    struct batch_worker worker;
    pthread_t thread;
    bool running;
};

static void *help(void *context) {
    struct batch_helper *helper = context;
    work(helper->state, &helper->worker);
    return NULL;
}

/* Starts as many helpers as it can; without them the work takes longer, and that is all. */
static size_t start_helpers(struct batch_state *state, struct batch_helper *helpers, size_t count) {
    size_t i;
    for (i = 0; i < count; i++) {
        struct batch_helper *helper = &helpers[i];
        helper->state = state;
        worker_init(&helper->worker, state->batch);
        helper->running = facts_follow(&helper->worker.reader, &state->first.reader, state->batch->alloc) &&
                          pthread_create(&helper->thread, NULL, help, helper) == 0;
        if (!helper->running) {
            worker_free(&helper->worker);
            break;
        }
    }
    return i;
}

static void run_blocks(struct batch_state *state) {
    const struct pv_alloc *alloc = state->batch->alloc;
    size_t count = state->batch->jobs > 1 && !state->cutter.ended ? state->batch->jobs - 1 : 0;
    struct batch_helper *helpers = NULL;
    struct batch_worker worker;
    size_t size = count * sizeof *helpers, started = 0;
    worker_init(&worker, state->batch);
    if (!facts_follow(&worker.reader, &state->first.reader, alloc)) {
        worker.part.end = BATCH_OUT_OF_MEMORY;
        worker.part.records = state->cutter.before;
        state->stop = !hand_over(state, &worker);
    } else {
        if (count && (helpers = alloc->resize(alloc->context, NULL, 0, size)) != NULL)
            started = start_helpers(state, helpers, count);
        work(state, &worker);
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(helpers[i].thread, NULL);
        worker_free(&helpers[i].worker);
    }
    if (helpers)
        alloc->resize(alloc->context, helpers, size, 0);
    worker_free(&worker);
}

static bool in_blocks(struct batch_state *state, const struct facts_rest *rest) {
    const struct batch *batch = state->batch;
    size_t size = batch->block_bytes ? batch->block_bytes : BATCH_BLOCK_BYTES;
    bool ready = cutter_init(&state->cutter, &state->first.reader, rest, size, batch->alloc);
    state->cutter.counting = true;
    state->cutter.input = state->input;
    pthread_mutex_init(&state->lock, NULL);
    pthread_mutex_init(&state->turn_lock, NULL);
    pthread_cond_init(&state->turn_came, NULL);
    (void)ready; /* it tells the first worker that asks for a block */
    run_blocks(state);
    pthread_cond_destroy(&state->turn_came);
    pthread_mutex_destroy(&state->turn_lock);
    pthread_mutex_destroy(&state->lock);
    cutter_free(&state->cutter);
    return !state->stop;
}

bool batch_run(const struct batch *batch, const struct facts_input *input, enum facts_form form,
               batch_take *take, void *context) {
    struct batch_state state = {.batch = batch, .take = take, .context = context, .input = *input};
    struct facts_input mine = {read_on, &state, input->name};
    struct facts_reader *reader = &state.first.reader;
    struct facts_rest rest;
    bool good;
    worker_init(&state.first, batch);
    if (!facts_open(reader, batch->schema, &mine, form, batch->alloc)) {
        state.first.part.end = BATCH_OUT_OF_MEMORY;
        good = hand_over(&state, &state.first);
    } else {
        reader->day_given = batch->has_on;
        reader->strict = batch->strict;
        reader->carried = batch->form->fields;
        reader->carried_count = batch->form->field_count;
        if (one_by_one(&state, &rest, &good))
            good = in_blocks(&state, &rest);
    }
    worker_free(&state.first);
    return good;
}
