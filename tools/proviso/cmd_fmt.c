/*
 * proviso fmt: policy files in the canonical layout, on standard output, in place, as a diff, or only asked
 * for. Must not know how a line is laid out.
 */
#include "grammar/format.h"
#include "tools/proviso/cli.h"
#include "tools/proviso/diff.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fmt {
    struct cli *cli;
    struct output output;
    int code;
};

/* A whole text on the output; on a terminal nothing in it is taken for an escape sequence. */
static void fmt_show(struct fmt *fmt, const char *bytes, size_t length) {
    struct buffer *out = &fmt->output.buffer;
    size_t at, line;
    if (!output_is_terminal(&fmt->output)) {
        buffer_add(out, bytes, length);
        return;
    }
    for (at = 0; at < length; at += line) {
        const char *end = memchr(bytes + at, '\n', length - at);
        line = end ? (size_t)(end - bytes) - at + 1 : length - at;
        buffer_visible(out, bytes + at, end ? line - 1 : line);
        if (end)
            buffer_char(out, '\n');
    }
}

/* Puts the text in the place of the file. */
static void fmt_write(struct fmt *fmt, const char *path, const struct buffer *text) {
    struct output file;
    struct stat status;
    int code = EXIT_CANNOT_RUN;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        code = cli_error("cannot write %s: it is no regular file", cli_safe(fmt->cli, path));
    } else if (access(path, W_OK) != 0) {
        code = cli_error("cannot write %s: %s", cli_safe(fmt->cli, path), strerror(errno));
    } else if (output_open_path(&file, fmt->cli, path)) {
        buffer_add(&file.buffer, text->data, text->length);
        code = output_close(&file, true, EXIT_FINE);
    }
    if (code != EXIT_FINE)
        fmt->code = code;
}

static bool fmt_out_of_memory(struct fmt *fmt) {
    fmt->code = cli_error("memory ran out");
    return false;
}

/* What is done with a file that is laid out: `text` is its canonical form. */
static bool fmt_deliver(struct fmt *fmt, const struct source *source, const struct buffer *text,
                        struct arena *arena) {
    const bool *given = fmt->cli->given;
    struct text old = {source->text, source->length}, new = {text->data ? text->data : "", text->length};
    const char *shown = cli_safe(fmt->cli, source->path);
    bool canonical = text_equal(old, new);
    if (fmt->cli->arena.failed)
        return fmt_out_of_memory(fmt);
    if (given[OPTION_CHECK] && !canonical && fmt->code == EXIT_FINE)
        fmt->code = EXIT_FINDING;
    if (given[OPTION_DIFF]) {
        struct buffer diff;
        bool good;
        buffer_init(&diff, arena->alloc);
        good = diff_unified(&diff, arena, shown, old, new);
        if (good)
            fmt_show(fmt, diff.data ? diff.data : "", diff.length);
        buffer_free(&diff);
        if (!good)
            return fmt_out_of_memory(fmt);
    } else if (given[OPTION_CHECK]) {
        if (!canonical)
            buffer_format(&fmt->output.buffer, "%s\n", shown);
    } else if (given[OPTION_WRITE]) {
        if (!canonical)
            fmt_write(fmt, source->path, text);
    } else {
        fmt_show(fmt, new.bytes, new.length);
    }
    return output_flush_some(&fmt->output);
}

static bool fmt_format(struct fmt *fmt, struct parse_context *context, const struct source *source,
                       struct buffer *text) {
    switch (format_source(context, source, text)) {
    case FORMAT_DONE:
        return fmt_deliver(fmt, source, text, context->arena);
    case FORMAT_BROKEN:
        if (!cli_show(fmt->cli, context->sources, context->diags, "text"))
            break;
        fmt->code = EXIT_CANNOT_RUN;
        return true;
    case FORMAT_TOO_LARGE:
        fmt->code = cli_error("%s would be larger than %zu MiB, the limit of a policy file",
                              cli_safe(fmt->cli, source->path), SOURCE_MAX_BYTES >> 20);
        return true;
    case FORMAT_DIFFERS:
        fmt->code = cli_error("internal error: %s would not say the same in the canonical layout; nothing "
                              "was written of it",
                              cli_safe(fmt->cli, source->path));
        return true;
    case FORMAT_OUT_OF_MEMORY:
        break;
    }
    return fmt_out_of_memory(fmt);
}

/* A file is read, laid out and delivered before the next one. */
static bool fmt_file(struct policy_files *files, const char *path, const char *bytes, size_t length) {
    struct fmt *fmt = files->context;
    struct parse_context parse;
    struct diagnostics diags;
    const struct source *source;
    struct sources sources;
    struct buffer text;
    struct arena arena;
    struct names names;
    bool good;
    arena_init(&arena, fmt->cli->arena.alloc);
    sources_init(&sources, &arena);
    names_init(&names, &arena);
    diag_init(&diags, &arena);
    parse_init(&parse, &arena, &sources, &names, &diags);
    buffer_init(&text, arena.alloc);
    source = sources_add(&sources, path, bytes, length);
    good = source ? fmt_format(fmt, &parse, source, &text) : fmt_out_of_memory(fmt);
    buffer_free(&text);
    arena_free(&arena);
    return good;
}

int cmd_fmt(struct cli *cli) {
    struct fmt fmt = {.cli = cli, .code = EXIT_FINE};
    size_t i;
    if (cli->given[OPTION_WRITE] && (cli->given[OPTION_CHECK] || cli->given[OPTION_DIFF]))
        return cli_usage(cli, "--write goes with neither --check nor --diff: these write no file");
    for (i = 0; i < cli->operand_count; i++)
        if (cli->given[OPTION_WRITE] && strcmp(cli->operands[i], "-") == 0)
            return cli_usage(cli, "--write cannot replace standard input");
    if (!output_open_path(&fmt.output, cli, NULL))
        return EXIT_CANNOT_RUN;
    if (!cli_read(cli, fmt_file, &fmt) && !fmt.output.closed && !fmt.output.error)
        fmt.code = EXIT_CANNOT_RUN;
    return output_close(&fmt.output, true, fmt.code);
}
