/*
 * Starts commands in turn, again and again, and prints how long each took from start to end: median, lowest, 90th
 * percentile, in milliseconds; the exit status; the peak memory in MiB; the median of the processor's time, which
 * others on the machine stretch less. Taking turns spreads what they do over all alike, and a helper in C adds no shell
 * to what is measured. It must not know what the commands do.
 *
 * usage: spawn ROUNDS -- COMMAND [ARGUMENT…] [-- COMMAND [ARGUMENT…]]…
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* What takes longer than this is run once. */
#define LONG_NS ((int64_t)15 * 1000000000)

enum { MAX_COMMANDS = 32, MIN_ROUNDS = 1, MAX_ROUNDS = 100000 };

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What is known of a command after its runs. The peak counts what it started and waited for, too. */
struct outcome {
    int status;
    long peak_kib;
    int64_t cpu_ns; /* of the last run */
};

/* One run, silent, from start to end in nanoseconds; -1 when it could not start or gave no exit status. */
static int64_t run_once(char **command, const posix_spawn_file_actions_t *actions, struct outcome *outcome) {
    struct rusage used;
    pid_t child;
    int64_t began = now_ns();
    if (posix_spawnp(&child, command[0], actions, NULL, command, environ) != 0)
        return -1;
    if (wait4(child, &outcome->status, 0, &used) != child || !WIFEXITED(outcome->status))
        return -1;
    if (used.ru_maxrss > outcome->peak_kib)
        outcome->peak_kib = used.ru_maxrss;
    outcome->cpu_ns = ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000 +
                      ((int64_t)used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
    return now_ns() - began;
}

static int compare_times(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Splits the arguments at each "--" in place; returns how many commands there are. */
static int split_commands(char **arguments, char ***commands) {
    int count = 0;
    for (char **at = arguments; *at; at++) {
        if (strcmp(*at, "--") != 0)
            continue;
        *at = NULL;
        if (!at[1] || count == MAX_COMMANDS)
            return 0;
        commands[count++] = at + 1;
    }
    return count;
}

/* `times` has room for the rounds of each command, and behind them for as many times of the processor. */
static int measure(char ***commands, int count, int rounds, int64_t *times) {
    int64_t *cpu = times + count * rounds;
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 2;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    struct outcome outcomes[MAX_COMMANDS] = {{0, 0, 0}};
    bool lasts[MAX_COMMANDS] = {false};
    /* The first round warms the caches; it counts where it lasted so long that it is the only one. */
    for (int round = -1; round < rounds; round++) {
        for (int i = 0; i < count; i++) {
            if (lasts[i])
                continue;
            int64_t took = run_once(commands[i], &actions, &outcomes[i]);
            if (took < 0) {
                fprintf(stderr, "spawn: %s could not be run to its end\n", commands[i][0]);
                return 2;
            }
            lasts[i] = took > LONG_NS;
            for (int at = round < 0 ? 0 : round; at < rounds; at++) {
                times[i * rounds + at] = took;
                cpu[i * rounds + at] = outcomes[i].cpu_ns;
            }
        }
    }
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i < count; i++) {
        int64_t *mine = times + i * rounds, *mine_cpu = cpu + i * rounds;
        qsort(mine, (size_t)rounds, sizeof *mine, compare_times);
        qsort(mine_cpu, (size_t)rounds, sizeof *mine_cpu, compare_times);
        printf("%.3f %.3f %.3f %d %.1f %.3f\n", (double)mine[rounds / 2] / 1e6, (double)mine[0] / 1e6,
               (double)mine[rounds * 9 / 10] / 1e6, WEXITSTATUS(outcomes[i].status),
               (double)outcomes[i].peak_kib / 1024, (double)mine_cpu[rounds / 2] / 1e6);
    }
    return 0;
}

int main(int argc, char **argv) {
    char **commands[MAX_COMMANDS];
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
    int count = argc > 2 ? split_commands(argv + 2, commands) : 0;
    if (rounds < MIN_ROUNDS || rounds > MAX_ROUNDS || count == 0) {
        fputs("usage: spawn ROUNDS -- COMMAND [ARGUMENT...] [-- COMMAND [ARGUMENT...]]...\n", stderr);
        return 2;
    }
    int64_t *times = calloc((size_t)(2 * count * rounds), sizeof *times);
    if (!times) {
        fputs("spawn: out of memory\n", stderr);
        return 2;
    }
    int outcome = measure(commands, count, rounds, times);
    free(times);
    return outcome;
}
