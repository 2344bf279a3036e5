/*
 * See progress.h. The time left follows from the bytes read of inputs whose size is known; of pipes there is only a rate. Must not
 * know what is read.
 */
#include "tools/proviso/progress.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_FIRST 500
#define PROGRESS_OFTEN 200

static uint64_t progress_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, const struct cli *cli) {
    *progress = (struct progress){.wanted = cli->given[OPTION_PROGRESS] && isatty(STDERR_FILENO)};
    if (!progress->wanted)
        return;
    progress->begun = progress->last = progress_now();
    for (size_t i = 0; i < cli->fact_count; i++) {
        struct stat status;
        bool known = stat(cli->facts[i], &status) == 0 && S_ISREG(status.st_mode);
        if (!known) {
            progress->total = 0;
            return;
        }
        progress->total += (uint64_t)status.st_size;
    }
}

void progress_took(struct progress *progress, size_t bytes) {
    if (progress && progress->wanted)
        __atomic_add_fetch(&progress->taken, bytes, __ATOMIC_RELAXED);
}

void progress_show(struct progress *progress, uint64_t records, uint64_t problems) {
    uint64_t now, spent, taken;
    if (!progress->wanted)
        return;
    now = progress_now();
    spent = now - progress->begun;
    if (spent < PROGRESS_FIRST || now - progress->last < PROGRESS_OFTEN)
        return;
    progress->last = now;
    progress->shown = true;
    taken = __atomic_load_n(&progress->taken, __ATOMIC_RELAXED);
    fprintf(stderr, "\r\033[K%llu records, %llu a second", (unsigned long long)records,
            (unsigned long long)(records * 1000 / spent));
    if (progress->total > taken && taken)
        fprintf(stderr, ", %llu s left",
                (unsigned long long)((progress->total - taken) * spent / taken / 1000 + 1));
    if (problems)
        fprintf(stderr, ", %llu not decided or rejected", (unsigned long long)problems);
    fflush(stderr);
}

void progress_clear(struct progress *progress) {
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
