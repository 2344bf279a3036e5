/*
 * proviso help: verbs, options, what a message means, and by name the manual page and the completions of shells. All from
 * the tables.
 */
#include "tools/proviso/cli.h"

#include <string.h>
#include <strings.h>

static const char *const severity_names[] = {"error", "warning", "note"};

static void help_codes(struct buffer *out) {
    int i;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *message = diag_message((enum diag_code)i);
        buffer_format(out, "%s  %-8s %-32s %s\n", message->code, severity_names[message->severity],
                      message->slug, message->title);
    }
}

static bool help_code(struct buffer *out, const char *word) {
    int i;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *message = diag_message((enum diag_code)i);
        if (strcasecmp(message->code, word) != 0 && strcmp(message->slug, word) != 0)
            continue;
        buffer_format(out, "%s %s (%s): %s\n\n%s\n", message->code, message->slug,
                      severity_names[message->severity], message->title, message->doc);
        return true;
    }
    return false;
}

static bool help_verb(struct buffer *out, const char *word) {
    static const char *const names[] = {
#define COMMAND(id, name, ...) name,
#include "tools/proviso/commands.def"
#undef COMMAND
    };
    int i;
    for (i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(names[i], word) == 0) {
            help_command(out, (enum command)i);
            return true;
        }
    return false;
}

int cmd_help(struct cli *cli) {
    if (cli->operand_count > 1)
        return cli_usage(cli, "help takes one verb or code");
    if (cli->operand_count == 0)
        help_overview(&cli->text);
    else if (strcmp(cli->operands[0], "codes") == 0)
        help_codes(&cli->text);
    else if (strcmp(cli->operands[0], "man") == 0)
        help_man(&cli->text);
    else if (!help_completion(&cli->text, cli->operands[0]) && !help_verb(&cli->text, cli->operands[0]) &&
             !help_code(&cli->text, cli->operands[0]))
        return cli_error("no verb and no message `%s`; `proviso help codes` lists the messages",
                         cli_safe(cli, cli->operands[0]));
    return cli_finish(cli, EXIT_FINE);
}
