/*
 * From operands to policy files: files, folders (every *.proviso directly in them), standard input; and to a checked policy
 * set with all messages about it shown. Must not know what is done with them.
 */
#include "grammar/source/render_machine.h"
#include "grammar/source/render_terminal.h"
#include "interp/files/policy_files.h"
#include "tools/proviso/cli.h"

#include <string.h>
#include <unistd.h>

/* Where there is none, the taker of the files has said why it ended. */
static void load_say_problem(const struct policy_files *files) {
    if (files->problem.length)
        cli_error("%s", files->problem.data);
    else if (files->out_of_memory)
        cli_error("memory ran out");
}

static bool load_operand(struct policy_files *files, const char *path) {
    bool good = strcmp(path, "-") == 0 ? policy_files_add_open(files, STDIN_FILENO, "<standard input>")
                                       : policy_files_add(files, path);
    if (!good)
        load_say_problem(files);
    return good;
}

static bool load_operands(struct cli *cli, struct policy_files *files) {
    bool good = cli->operand_count > 0;
    size_t i;
    if (!good)
        cli_usage(cli, "which policy? name a file or a folder");
    for (i = 0; i < cli->operand_count && good; i++)
        good = load_operand(files, cli->operands[i]);
    policy_files_free(files);
    return good;
}

bool cli_read(struct cli *cli, policy_files_take *take, void *context) {
    struct policy_files files;
    policy_files_init_for(&files, &cli->arena, take, context);
    return load_operands(cli, &files);
}

bool cli_show(struct cli *cli, const struct sources *sources, const struct diagnostics *diags,
              const char *format) {
    struct buffer out;
    size_t i;
    bool whole;
    buffer_init(&out, cli->arena.alloc);
    for (i = 0; i < diags->count; i++) {
        const struct diagnostic *item = diags->items[i];
        /* What is no error, lint has among its findings. */
        if (item->severity != DIAG_ERROR && (cli->given[OPTION_QUIET] || cli->command == COMMAND_LINT))
            continue;
        if (strcmp(format, "line") == 0)
            render_line(&out, sources, item);
        else if (strcmp(format, "json") == 0)
            render_json(&out, sources, item);
        else
            render_terminal(&out, sources, item, cli->colour_err);
    }
    if (out.length && !out.failed)
        fwrite(out.data, 1, out.length, stderr);
    whole = !out.failed;
    buffer_free(&out);
    return whole;
}

bool cli_load(struct cli *cli, struct policy_set *set, const char *format, int *code) {
    struct policy_files files;
    bool good;
    *code = EXIT_CANNOT_RUN;
    policy_set_init(set, &cli->arena);
    set->parsing.skip_tests = cli->command == COMMAND_EVAL || cli->command == COMMAND_DIFF ||
                              cli->command == COMMAND_DUMP || cli->command == COMMAND_WHY;
    policy_files_init(&files, set);
    if (!load_operands(cli, &files))
        return false;
    good = policy_set_check(set);
    if (!cli_show(cli, &set->sources, &set->diags, format) || set->diags.failed || cli->arena.failed) {
        cli_error("memory ran out");
        return false;
    }
    return good;
}
