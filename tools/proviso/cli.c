/*
 * Messages and output of the command line. Results go to standard output or --output, messages to standard error.
 */
#include "tools/proviso/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const verb_names[] = {
#define COMMAND(id, name, ...) name,
#include "tools/proviso/commands.def"
#undef COMMAND
};

__attribute__((format(printf, 1, 0))) static void cli_say(const char *format, va_list args) {
    fputs("proviso: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

int cli_error(const char *format, ...) {
    va_list args;
    va_start(args, format);
    cli_say(format, args);
    va_end(args);
    return EXIT_CANNOT_RUN;
}

int cli_usage(const struct cli *cli, const char *format, ...) {
    va_list args;
    va_start(args, format);
    cli_say(format, args);
    va_end(args);
    fprintf(stderr, "`proviso help %s` shows how it is used.\n", verb_names[cli->command]);
    return EXIT_CANNOT_RUN;
}

const char *cli_safe(struct cli *cli, const char *string) {
    struct buffer shown;
    char *copy;
    if (!string)
        return "?"; /* memory ran out where it was made */
    buffer_init(&shown, cli->arena.alloc);
    buffer_visible(&shown, string, strlen(string));
    copy = shown.failed || !shown.data ? NULL : arena_copy(&cli->arena, shown.data, shown.length);
    cli->arena.failed = cli->arena.failed || shown.failed;
    buffer_free(&shown);
    return copy ? copy : string[0] ? "?" : "";
}

bool cli_split(struct cli *cli, const char *list, struct text **items, size_t *count) {
    size_t capacity = 0;
    *items = NULL;
    *count = 0;
    for (;;) {
        const char *comma = strchr(list, ',');
        struct text item = {list, comma ? (size_t)(comma - list) : strlen(list)};
        if (!ARENA_PUSH(&cli->arena, *items, *count, capacity, item))
            return false;
        if (!comma)
            return true;
        list = comma + 1;
    }
}

/* `path` with a suffix that nobody else uses, beside it, so that rename stays in one file system. */
static const char *output_temporary_name(struct cli *cli, const char *path) {
    struct buffer name;
    char *copy;
    buffer_init(&name, cli->arena.alloc);
    buffer_format(&name, "%s.%ld.partial", path, (long)getpid());
    copy = name.failed ? NULL : arena_copy(&cli->arena, name.data, name.length);
    buffer_free(&name);
    return copy;
}

/*
 * The temporary files, for a signal that ends the program while it is there. A handler is told nothing but the signal's number,
 * so this has to be where it can see it.
 */
static const char *volatile output_unfinished[2];

static void output_interrupted(int number) {
    size_t i;
    for (i = 0; i < sizeof output_unfinished / sizeof *output_unfinished; i++)
        if (output_unfinished[i])
            unlink(output_unfinished[i]);
    raise(number); /* the handler is gone (SA_RESETHAND): the program ends as it would have */
}

static void output_watch(const char *temporary) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action = {.sa_handler = output_interrupted, .sa_flags = (int)SA_RESETHAND}, old;
    size_t i;
    output_unfinished[output_unfinished[0] != NULL] = temporary;
    for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

/* A new file beside `path`, as readable as the one it will replace; what a symbolic link names is replaced, not the link. */
static int output_create(struct output *output, struct cli *cli, const struct stat *existing) {
    char resolved[PATH_MAX];
    int descriptor;
    if (existing && !realpath(output->path, resolved))
        return -1;
    if (existing)
        output->path = arena_copy(&cli->arena, resolved, strlen(resolved));
    output->temporary = output->path ? output_temporary_name(cli, output->path) : NULL;
    if (!output->temporary) {
        errno = ENOMEM;
        return -1;
    }
    output_watch(output->temporary);
    descriptor = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 && existing && fchmod(descriptor, existing->st_mode & 0777) != 0) {
        int error = errno;
        close(descriptor);
        unlink(output->temporary);
        errno = error;
        return -1;
    }
    return descriptor;
}

bool output_open(struct output *output, struct cli *cli) {
    return output_open_path(output, cli, cli->values[OPTION_OUTPUT]);
}

bool output_open_path(struct output *output, struct cli *cli, const char *path) {
    struct stat status;
    bool exists;
    *output = (struct output){.descriptor = STDOUT_FILENO, .shown = "standard output"};
    buffer_init(&output->buffer, cli->arena.alloc);
    if (!path || strcmp(path, "-") == 0)
        return true;
    output->path = path;
    output->shown = cli_safe(cli, path);
    exists = stat(path, &status) == 0;
    /* A device or a pipe is written to; only a regular file can be replaced, and only where nothing else is there a new one made. */
    if (exists || errno == ENOENT)
        output->descriptor = exists && !S_ISREG(status.st_mode)
                                 ? open(path, O_WRONLY | O_CLOEXEC)
                                 : output_create(output, cli, exists ? &status : NULL);
    else
        output->descriptor = -1;
    if (output->descriptor < 0) {
        cli_error("cannot write %s: %s", output->shown, strerror(errno));
        return false;
    }
    return true;
}

static void output_bytes(struct output *output, const char *bytes, size_t length) {
    size_t done = 0;
    while (done < length && !output->error && !output->closed) {
        ssize_t wrote = write(output->descriptor, bytes + done, length - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno == EPIPE && !output->temporary)
            output->closed = true;
        else if (errno != EINTR)
            output->error = errno;
    }
}

static void output_write(struct output *output) {
    output_bytes(output, output->buffer.data, output->buffer.length);
    if (output->buffer.failed && !output->error)
        output->error = ENOMEM;
    buffer_clear(&output->buffer);
}

bool output_flush(struct output *output) {
    output_write(output);
    return !output->closed && !output->error;
}

bool output_add(struct output *output, const char *bytes, size_t length) {
    if (output->buffer.length || output->buffer.failed)
        output_write(output);
    output_bytes(output, bytes, length);
    return !output->closed && !output->error;
}

bool output_flush_some(struct output *output) {
    if (output->buffer.length >= 65536 || output->buffer.failed)
        output_write(output);
    return !output->closed && !output->error;
}

int output_close(struct output *output, bool keep, int code) {
    size_t i;
    output_write(output);
    buffer_free(&output->buffer);
    if (output->path && close(output->descriptor) != 0 && !output->error)
        output->error = errno;
    if (output->temporary) {
        if (!keep || output->error)
            unlink(output->temporary);
        else if (rename(output->temporary, output->path) != 0) {
            output->error = errno;
            unlink(output->temporary);
        }
        for (i = 0; i < sizeof output_unfinished / sizeof *output_unfinished; i++)
            if (output_unfinished[i] == output->temporary)
                output_unfinished[i] = NULL;
    }
    if (output->error)
        return cli_error("cannot write %s: %s", output->shown, strerror(output->error));
    return code;
}

/* Not by stdio, which gives up what it holds where a signal interrupts it. */
int cli_finish(struct cli *cli, int code) {
    struct output output = {.descriptor = STDOUT_FILENO};
    if (cli->text.failed)
        return cli_error("memory ran out");
    output_bytes(&output, cli->text.data, cli->text.length);
    return output.error ? cli_error("cannot write standard output: %s", strerror(output.error)) : code;
}

bool output_is_terminal(const struct output *output) {
    return !output->path && isatty(STDOUT_FILENO);
}
