/*
 * proviso help: verbs, options, what a message means, and by name the manual page and the completions of shells. All from
 * the tables.
 */
#include "interp/meaning/accept.h"
#include "tools/proviso/cli.h"
#include "tools/proviso/pages.h"

#include <string.h>

static const char *const severity_names[] = {"error", "warning", "note"};

static void help_codes(struct buffer *out) {
    int i;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *message = diag_message((enum diag_code)i);
        buffer_format(out, "%s  %-8s %-32s %s\n", message->code, severity_names[message->severity],
                      message->slug, message->title);
    }
}

const char *help_page(enum diag_code code) {
    const struct page *page;
    for (page = pages; page->slug; page++)
        if (strcmp(page->slug, diag_message(code)->slug) == 0)
            return page->text;
    return NULL;
}

/* A message by its code or slug, in any spelling that `accept` takes. */
static bool help_code(struct buffer *out, const char *word) {
    const char *page;
    int i;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *message = diag_message((enum diag_code)i);
        if (!accept_names(text_of(word), (enum diag_code)i))
            continue;
        page = help_page((enum diag_code)i);
        buffer_format(out, "%s %s (%s): %s\n\n%s\n", message->code, message->slug,
                      severity_names[message->severity], message->title, message->doc);
        if (page)
            buffer_format(out, "\n%s", page);
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
