/*
 * The program: parses the command line by the tables of options.def and commands.def and hands over to a verb. Must not know
 * what a verb does with its arguments.
 */
#include "interp/proviso.h"
#include "tools/proviso/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum {
#define COMMAND(id, ...) VERB_##id = 1 << COMMAND_##id,
#include "tools/proviso/commands.def"
#undef COMMAND
    FOR_ALL = (1 << COMMAND_COUNT) - 1
};
#define FOR(verb) VERB_##verb

static const struct option_row option_rows[] = {
#define OPTION(id, verbs, name, letter, argument, doc) {(unsigned)(verbs), name, letter, argument, doc},
#include "tools/proviso/options.def"
#undef OPTION
};

static const struct command_row command_rows[] = {
#define COMMAND(id, name, run, arguments, summary, doc) {name, run, arguments, summary, doc},
#include "tools/proviso/commands.def"
#undef COMMAND
};

static const struct choice_row {
    enum option option;
    unsigned verbs;
    const char *values;
} choice_rows[] = {
#define CHOICES(option, verbs, values) {OPTION_##option, (unsigned)(verbs), values},
#include "tools/proviso/choices.def"
#undef CHOICES
};

const struct option_row *cli_option(enum option option) {
    return &option_rows[option];
}

const struct command_row *cli_command(enum command command) {
    return &command_rows[command];
}

const char *cli_choices(enum option option, enum command command) {
    size_t i;
    for (i = 0; i < sizeof choice_rows / sizeof *choice_rows; i++)
        if (choice_rows[i].option == option && (choice_rows[i].verbs & (1u << command)))
            return choice_rows[i].values;
    return NULL;
}

void help_overview(struct buffer *out) {
    int i;
    buffer_string(out, "Proviso decides by rules about dates, and says why.\n\nUsage: proviso VERB ...\n\n");
    for (i = 0; i < COMMAND_COUNT; i++)
        buffer_format(out, "  %-6s %-39s %s\n", command_rows[i].name, command_rows[i].arguments,
                      command_rows[i].summary);
    buffer_string(
        out, "\n`proviso help VERB` shows the options of a verb. Exit codes: 0 fine; 1 a negative finding; 2 "
             "could not run.\n");
}

void help_command(struct buffer *out, enum command command) {
    const struct command_row *row = &command_rows[command];
    int i;
    buffer_format(out, "Usage: proviso %s %s\n\n%s\n\nOptions:\n", row->name, row->arguments, row->doc);
    for (i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *option = &option_rows[i];
        char left[48];
        if (!(option->verbs & (1u << command)))
            continue;
        snprintf(left, sizeof left, "%c%c%c %s%s%s", option->letter ? '-' : ' ',
                 option->letter ? option->letter : ' ', option->letter ? ',' : ' ', option->name,
                 option->argument ? " " : "", option->argument ? option->argument : "");
        buffer_format(out, "  %-24s %s\n", left, option->doc);
    }
}

static enum command main_command(const char *word) {
    int i;
    for (i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command_rows[i].name, word) == 0)
            return (enum command)i;
    return COMMAND_COUNT;
}

/* The option that `word` begins with (up to `=`), or OPTION_COUNT; *value points behind the `=`. */
static enum option main_option(const char *word, const char **value) {
    const char *equals = strchr(word, '=');
    size_t length = equals && word[1] == '-' ? (size_t)(equals - word) : strlen(word);
    int i;
    *value = equals && word[1] == '-' ? equals + 1 : NULL;
    for (i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if ((strlen(row->name) == length && strncmp(row->name, word, length) == 0) ||
            (length == 2 && word[0] == '-' && row->letter && word[1] == row->letter))
            return (enum option)i;
    }
    return OPTION_COUNT;
}

/* To standard error, for somebody who does not know the verbs. */
static int main_show_verbs(struct cli *cli) {
    help_overview(&cli->text);
    if (cli->text.length)
        fwrite(cli->text.data, 1, cli->text.length, stderr);
    return EXIT_CANNOT_RUN;
}

static int main_unknown_verb(struct cli *cli, const char *word) {
    const char *nearest = NULL;
    unsigned best = 3;
    int i;
    for (i = 0; i < COMMAND_COUNT; i++) {
        unsigned distance = text_distance(text_of(word), text_of(command_rows[i].name), 2);
        if (distance < best) {
            best = distance;
            nearest = command_rows[i].name;
        }
    }
    if (nearest)
        return cli_error("no verb `%s`; did you mean `%s`?", cli_safe(cli, word), nearest);
    cli_error("no verb `%s`", cli_safe(cli, word));
    return main_show_verbs(cli);
}

static int main_unknown_option(struct cli *cli, const char *word) {
    enum option nearest = OPTION_COUNT;
    unsigned best = 3;
    int i;
    for (i = 0; i < OPTION_COUNT; i++) {
        unsigned distance = text_distance(text_of(word), text_of(option_rows[i].name), 2);
        if (distance < best && (option_rows[i].verbs & (1u << cli->command))) {
            best = distance;
            nearest = (enum option)i;
        }
    }
    if (nearest != OPTION_COUNT)
        return cli_usage(cli, "no option %s; did you mean %s?", cli_safe(cli, word),
                         option_rows[nearest].name);
    return cli_usage(cli, "no option %s", cli_safe(cli, word));
}

/* Takes the option at argv[*at], and its value. 0, or an exit code after a message. */
static int main_take_option(struct cli *cli, int argc, char **argv, int *at) {
    const char *word = argv[*at], *value;
    enum option option = main_option(word, &value);
    const struct option_row *row;
    if (option == OPTION_COUNT)
        return main_unknown_option(cli, word);
    row = &option_rows[option];
    if (!(row->verbs & (1u << cli->command)))
        return cli_usage(cli, "%s is not an option of `proviso %s`", row->name,
                         command_rows[cli->command].name);
    if (!row->argument && value)
        return cli_usage(cli, "%s takes no value", row->name);
    if (row->argument && !value) {
        if (*at + 1 >= argc)
            return cli_usage(cli, "%s needs a value: %s %s", row->name, row->name, row->argument);
        value = argv[++*at];
    }
    if (row->argument && !value[0])
        return cli_usage(cli, "the value of %s is empty: %s %s", row->name, row->name, row->argument);
    if (cli->given[option] && row->argument && option != OPTION_FACTS)
        return cli_usage(cli, "%s is given twice", row->name);
    cli->given[option] = true;
    cli->values[option] = value;
    if (option == OPTION_FACTS &&
        !ARENA_PUSH(&cli->arena, cli->facts, cli->fact_count, cli->fact_capacity, value))
        return cli_error("memory ran out");
    return 0;
}

/* Standard input can be read once: for one policy or for one file of facts. 0, or an exit code after a message. */
static int main_standard_input(const struct cli *cli) {
    size_t i, uses = 0;
    for (i = 0; i < cli->operand_count; i++)
        uses += strcmp(cli->operands[i], "-") == 0;
    for (i = 0; i < cli->fact_count; i++)
        uses += strcmp(cli->facts[i], "-") == 0;
    return uses > 1 ? cli_usage(cli, "- is given twice, but standard input can be read only once") : 0;
}

static int main_parse(struct cli *cli, int argc, char **argv) {
    bool only_operands = false;
    int i, code;
    for (i = 2; i < argc; i++) {
        const char *word = argv[i];
        if (!only_operands && strcmp(word, "--") == 0 && cli->command == COMMAND_DIFF &&
            cli->operand_count > 0 && cli->separator == 0) {
            cli->separator = cli->operand_count; /* options may follow it */
        } else if (!only_operands && strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (!only_operands && word[0] == '-' && word[1]) {
            if ((code = main_take_option(cli, argc, argv, &i)) != 0)
                return code;
        } else if (!ARENA_PUSH(&cli->arena, cli->operands, cli->operand_count, cli->operand_capacity, word)) {
            return cli_error("memory ran out");
        }
    }
    return main_standard_input(cli);
}

/* 0, or an exit code after a message. */
static int main_colour(struct cli *cli) {
    const char *when = cli->given[OPTION_COLOUR] ? cli->values[OPTION_COLOUR] : "auto";
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool allowed = !(no_colour && no_colour[0]) && terminal && strcmp(terminal, "dumb") != 0;
    if (strcmp(when, "always") == 0) {
        cli->colour_out = cli->colour_err = true;
    } else if (strcmp(when, "auto") == 0) {
        cli->colour_out = allowed && !cli->given[OPTION_OUTPUT] && isatty(STDOUT_FILENO);
        cli->colour_err = allowed && isatty(STDERR_FILENO);
    } else if (strcmp(when, "never") != 0) {
        return cli_usage(cli, "--color takes auto, always or never, not %s", cli_safe(cli, when));
    }
    return 0;
}

static int main_run(struct cli *cli, int argc, char **argv) {
    int code;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_overview(&cli->text);
        return cli_finish(cli, EXIT_FINE);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        buffer_string(&cli->text, "proviso " PROVISO_VERSION "\n");
        return cli_finish(cli, EXIT_FINE);
    }
    cli->command = main_command(argv[1]);
    if (cli->command == COMMAND_COUNT)
        return main_unknown_verb(cli, argv[1]);
    if ((code = main_parse(cli, argc, argv)) != 0 || (code = main_colour(cli)) != 0)
        return code;
    if (cli->given[OPTION_HELP]) {
        help_command(&cli->text, cli->command);
        return cli_finish(cli, EXIT_FINE);
    }
    if (cli->given[OPTION_VERSION]) {
        buffer_string(&cli->text, "proviso " PROVISO_VERSION "\n");
        return cli_finish(cli, EXIT_FINE);
    }
    return command_rows[cli->command].run(cli);
}

/*
 * Where a stream was closed by the caller its number would go to the next file that is opened, and messages would end up in
 * somebody's data. Something takes its place that can be neither read nor written, as it was.
 */
static void main_take_streams(void) {
    int number;
    for (number = STDIN_FILENO; number <= STDERR_FILENO; number++)
        if (fcntl(number, F_GETFD) < 0)
            (void)!open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/*
 * One decision is over in two milliseconds, a good part of it spent on pages that the heap gives back and asks for again:
 * it keeps what it has, and takes more at a time.
 */
static void main_keep_heap(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 256 << 10);
#endif
}

int main(int argc, char **argv) {
    struct cli cli = {0};
    int code;
    main_take_streams();
    /* A reader that goes away shows up as EPIPE, so that output can end quietly and files are put away. */
    signal(SIGPIPE, SIG_IGN);
    main_keep_heap();
    arena_init(&cli.arena, pv_alloc_default());
    buffer_init(&cli.text, pv_alloc_default());
    code = argc < 2 ? main_show_verbs(&cli) : main_run(&cli, argc, argv);
    buffer_free(&cli.text);
    arena_free(&cli.arena);
    return code;
}
