/*
 * From operands to a checked policy set: files, folders (every *.proviso directly in them), standard input. Shows all
 * messages about them. Must not know what is done with the set.
 */
#include "grammar/source/render_machine.h"
#include "grammar/source/render_terminal.h"
#include "interp/files/policy_files.h"
#include "tools/proviso/cli.h"

#include <string.h>
#include <unistd.h>

static bool load_operand(struct policy_files *files, const char *path) {
    bool good = strcmp(path, "-") == 0 ? policy_files_add_open(files, STDIN_FILENO, "<standard input>")
                                       : policy_files_add(files, path);
    if (!good)
        cli_error("%s", files->problem.data ? files->problem.data : "memory ran out");
    return good;
}

static void load_show(struct cli *cli, struct policy_set *set, const char *format) {
    struct buffer out;
    size_t i;
    buffer_init(&out, cli->arena.alloc);
    for (i = 0; i < set->diags.count; i++) {
        const struct diagnostic *item = set->diags.items[i];
        if (item->severity != DIAG_ERROR && cli->given[OPTION_QUIET])
            continue;
        if (strcmp(format, "line") == 0)
            render_line(&out, &set->sources, item);
        else if (strcmp(format, "json") == 0)
            render_json(&out, &set->sources, item);
        else
            render_terminal(&out, &set->sources, item, cli->colour_err);
    }
    if (out.length)
        fwrite(out.data, 1, out.length, stderr);
    buffer_free(&out);
}

bool cli_load(struct cli *cli, struct policy_set *set, const char *format, int *code) {
    struct policy_files files;
    bool good = cli->operand_count > 0;
    size_t i;
    *code = EXIT_CANNOT_RUN;
    if (!good) {
        cli_usage(cli, "which policy? name a file or a folder");
        return false;
    }
    policy_set_init(set, &cli->arena);
    set->parsing.skip_tests = cli->command == COMMAND_EVAL || cli->command == COMMAND_DUMP;
    policy_files_init(&files, set);
    for (i = 0; i < cli->operand_count && good; i++)
        good = load_operand(&files, cli->operands[i]);
    policy_files_free(&files);
    if (!good)
        return false;
    good = policy_set_check(set);
    load_show(cli, set, format);
    if (set->diags.failed || cli->arena.failed) {
        cli_error("memory ran out");
        return false;
    }
    return good;
}
