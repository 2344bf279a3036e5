/*
 * Messages and output of the command line. Results go to standard output or --output, messages to standard error.
 */
#include "tools/proviso/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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
    buffer_init(&shown, cli->arena.alloc);
    buffer_visible(&shown, string, strlen(string));
    copy = shown.failed || !shown.data ? NULL : arena_copy(&cli->arena, shown.data, shown.length);
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

bool output_open(struct output *output, struct cli *cli) {
    struct stat status;
    const char *path = cli->values[OPTION_OUTPUT];
    *output = (struct output){.descriptor = STDOUT_FILENO};
    buffer_init(&output->buffer, cli->arena.alloc);
    if (!path || strcmp(path, "-") == 0)
        return true;
    output->path = path;
    /* A device or a pipe is written to; only a regular file can be replaced. */
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        output->descriptor = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        output->temporary = output_temporary_name(cli, path);
        if (!output->temporary) {
            cli_error("memory ran out");
            return false;
        }
        output->descriptor = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (output->descriptor < 0) {
        cli_error("cannot write %s: %s", cli_safe(cli, path), strerror(errno));
        return false;
    }
    return true;
}

static void output_write(struct output *output) {
    size_t done = 0;
    while (done < output->buffer.length && !output->error && !output->closed) {
        ssize_t wrote = write(output->descriptor, output->buffer.data + done, output->buffer.length - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno == EPIPE)
            output->closed = true;
        else if (errno != EINTR)
            output->error = errno;
    }
    if (output->buffer.failed && !output->error)
        output->error = ENOMEM;
    buffer_clear(&output->buffer);
}

bool output_flush_some(struct output *output) {
    if (output->buffer.length >= 65536 || output->buffer.failed)
        output_write(output);
    return !output->closed && !output->error;
}

int output_close(struct output *output, bool keep, int code) {
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
    }
    if (output->error)
        return cli_error("cannot write %s: %s", output->path ? output->path : "standard output",
                         strerror(output->error));
    return code;
}

bool output_is_terminal(const struct output *output) {
    return !output->path && isatty(STDOUT_FILENO);
}
