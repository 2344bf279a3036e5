/*
 * What the verbs that read facts share: the day and the forms asked for, opening the facts, what is said about them. Must not know
 * what is done with a record.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for the processors that may be used */
#endif
#include "interp/batch/batch.h"
#include "tools/proviso/cli.h"
#include "tools/proviso/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_choose(struct cli *cli, const char *wanted, const char *const *names, int count, const char *what) {
    int i;
    for (i = 0; i < count; i++)
        if (strcmp(names[i], wanted) == 0)
            return i;
    cli_usage(cli, "%s, not %s", what, cli_safe(cli, wanted));
    return -1;
}

bool cli_number(struct cli *cli, enum option option, const char *what, uint64_t otherwise, uint64_t *out) {
    const char *value = cli->values[option];
    size_t i, length = value ? strlen(value) : 0;
    *out = value ? 0 : otherwise;
    for (i = 0; i < length && length <= 18 && value[i] >= '0' && value[i] <= '9'; i++)
        *out = 10 * *out + (uint64_t)(value[i] - '0');
    if (!value || (i == length && *out > 0))
        return true;
    cli_usage(cli, "%s takes %s, from 1, not %s", cli_option(option)->name, what, cli_safe(cli, value));
    return false;
}

bool cli_jobs(struct cli *cli, unsigned *jobs) {
    const char *value = cli->values[OPTION_JOBS];
    int64_t wanted = 0;
    cpu_set_t allowed;
    if (!cli->given[OPTION_JOBS]) {
        wanted = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
        *jobs = (unsigned)(wanted < 1 ? 1 : wanted > BATCH_JOBS_MAX ? BATCH_JOBS_MAX : wanted);
        return true;
    }
    if (num_parse(value, strlen(value), 0, &wanted) != NUM_OK || wanted < 1 || wanted > BATCH_JOBS_MAX) {
        cli_usage(cli, "--jobs takes a number from 1 to %d, not %s", BATCH_JOBS_MAX, cli_safe(cli, value));
        return false;
    }
    *jobs = (unsigned)wanted;
    return true;
}

bool cli_facts_form(struct cli *cli, enum facts_form *form) {
    static const char *const forms[] = {"json", "ndjson", "csv"};
    int chosen;
    if (!cli->fact_count) {
        cli_usage(cli, "which facts? --facts FILE, or --facts - for standard input");
        return false;
    }
    if (!cli->given[OPTION_INPUT])
        return true;
    chosen = cli_choose(cli, cli->values[OPTION_INPUT], forms, 3, "--input takes json, ndjson or csv");
    if (chosen >= 0)
        *form = chosen == 0 ? FACTS_JSON : chosen == 1 ? FACTS_NDJSON : FACTS_CSV;
    return chosen >= 0;
}

/* The day of an option. `today`, which is explicit, is the machine's local day. */
static bool question_day(struct cli *cli, enum option option, const char *name, cal_day *out) {
    const char *value = cli->values[option];
    struct cal_parse_error error;
    char reason[CAL_EXPLAIN_MAX];
    if (option == OPTION_ON && strcmp(value, "today") == 0)
        return cli_today(out) ||
               cli_error("this machine does not tell the day: use --on YYYY-MM-DD") == EXIT_FINE;
    if (cal_parse(value, strlen(value), out, &error))
        return true;
    cal_explain(&error, reason, sizeof reason);
    cli_usage(cli, "%s %s: %s", name, cli_safe(cli, value), reason);
    return false;
}

bool cli_question(struct cli *cli, struct question *question, bool *has_on) {
    *has_on = cli->given[OPTION_ON];
    if (*has_on && !question_day(cli, OPTION_ON, "--on", &question->today))
        return false;
    question->has_known_on = cli->given[OPTION_KNOWN_ON];
    return !question->has_known_on || question_day(cli, OPTION_KNOWN_ON, "--known-on", &question->known_on);
}

bool cli_has_day(struct cli *cli, const struct policy_set *set, bool has_on) {
    if (!has_on && !set->has_today_path) {
        cli_usage(cli, "which day? --on YYYY-MM-DD, or --on today for the machine's own day");
        return false;
    }
    if (has_on && set->has_today_path && !cli->given[OPTION_QUIET])
        fputs("proviso: note: --on is given, so the field that the policy names for today is not read\n",
              stderr);
    return true;
}

bool cli_warn(struct cli *cli, const struct fact_problem *warning, const char *name) {
    if (!cli->given[OPTION_QUIET])
        fprintf(stderr, "%s:%llu: warning %s %s: %s: %s\n", cli_safe(cli, name),
                (unsigned long long)warning->line, diag_message(warning->code)->code,
                diag_message(warning->code)->slug, cli_safe(cli, warning->path),
                cli_safe(cli, warning->message));
    return !cli->arena.failed;
}

bool cli_warn_facts(struct cli *cli, struct facts_reader *reader, const char *name) {
    const struct fact_problem *warning;
    while ((warning = facts_warning(reader)) != NULL)
        (void)cli_warn(cli, warning, name);
    return !cli->arena.failed;
}

void cli_broken_facts(struct cli *cli, const struct fact_problem *problem, const char *name) {
    const struct diag_message *message = diag_message(problem->code);
    cli_error("%s:%llu: error %s %s: %s", cli_safe(cli, name), (unsigned long long)problem->line,
              message->code, message->slug, cli_safe(cli, problem->message));
}

/* What is decided goes out before it waits for more: who feeds a pipe line by line gets each answer at once. */
static ptrdiff_t question_read(void *context, char *bytes, size_t length) {
    const struct cli_facts *facts = context;
    ssize_t got;
    if (facts->output && !output_flush(facts->output))
        return 0;
    do
        got = read(facts->descriptor, bytes, length);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        progress_took(facts->progress, (size_t)got);
    return got;
}

bool cli_open_facts(struct cli *cli, const char *path, enum facts_form asked, struct output *output,
                    struct cli_facts *facts) {
    bool standard = strcmp(path, "-") == 0;
    struct stat status;
    *facts = (struct cli_facts){standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC),
                                output,
                                NULL,
                                {0},
                                asked == FACTS_AUTO ? facts_form_of_name(path) : asked};
    facts->input = (struct facts_input){question_read, facts, standard ? "standard input" : path};
    if (facts->descriptor >= 0 && fstat(facts->descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        cli_close_facts(facts);
        facts->descriptor = -1;
        errno = EISDIR;
    }
    if (facts->descriptor >= 0)
        return true;
    cli_error("cannot read %s: %s", cli_safe(cli, path), strerror(errno));
    return false;
}

void cli_close_facts(struct cli_facts *facts) {
    if (facts->descriptor != STDIN_FILENO)
        close(facts->descriptor);
}
