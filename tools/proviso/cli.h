/*
 * What the verbs of the command line share: parsed arguments, the streams, reading policies, showing messages. Must not know
 * what any verb does.
 */
#ifndef PROVISO_TOOLS_CLI_H
#define PROVISO_TOOLS_CLI_H

#include "interp/facts/facts.h"
#include "interp/files/policy_files.h"
#include "interp/meaning/check.h"
#include "interp/run/evaluate.h"

#include <stdio.h>

struct cli;
struct progress;

/* Exit codes of every verb. */
enum { EXIT_FINE = 0, EXIT_FINDING = 1, EXIT_CANNOT_RUN = 2 };

enum command {
#define COMMAND(id, ...) COMMAND_##id,
#include "tools/proviso/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

/* A row of commands.def. */
struct command_row {
    const char *name;
    int (*run)(struct cli *cli);
    const char *arguments, *summary, *doc;
};
const struct command_row *cli_command(enum command command);

enum option {
#define OPTION(id, ...) OPTION_##id,
#include "tools/proviso/options.def"
#undef OPTION
    OPTION_COUNT
};

/* A row of options.def; `verbs` has bit COMMAND_x set where the verb takes it. */
struct option_row {
    unsigned verbs;
    const char *name;
    char letter;
    const char *argument, *doc;
};
const struct option_row *cli_option(enum option option);
/* The values an option can have for a verb, with blanks between; NULL where they cannot be listed. */
const char *cli_choices(enum option option, enum command command);

/* The command line after parsing. The strings are argv's; arrays live in `arena`. */
struct cli {
    struct arena arena;
    enum command command;
    const char **operands;
    size_t operand_count, operand_capacity;
    size_t separator; /* operands before a -- that verbs of two sides take between them; 0: none */
    bool given[OPTION_COUNT];
    const char *values[OPTION_COUNT]; /* the last value of an option with an argument */
    const char **facts;               /* every --facts */
    size_t fact_count, fact_capacity;
    bool colour_out, colour_err; /* what standard output and error should have */
    struct buffer text;          /* what verbs without --output say; cli_finish writes it out */
};

/* Prints "proviso: …" to standard error and gives EXIT_CANNOT_RUN. Text from outside is made safe by the caller's %s via cli_safe. */
__attribute__((format(printf, 1, 2))) int cli_error(const char *format, ...);
/* As cli_error, and a second line that points at the verb's help. */
__attribute__((format(printf, 2, 3))) int cli_usage(const struct cli *cli, const char *format, ...);
/* A copy of `string` in the arena that is safe on a terminal; never NULL. */
const char *cli_safe(struct cli *cli, const char *string);
/* Splits "a,b" at commas into the arena; false where memory ran out. */
bool cli_split(struct cli *cli, const char *list, struct text **items, size_t *count);

/* Where a verb writes its result: standard output, or with --output a temporary file that replaces FILE at the end. */
struct output {
    int descriptor;
    const char *path, *temporary; /* NULL for standard output */
    const char *shown;            /* its name in messages */
    struct buffer buffer;
    bool closed; /* the reader went away: write nothing more, say nothing */
    int error;   /* errno of the first failed write; 0 */
};
/* False after a message. */
bool output_open(struct output *output, struct cli *cli);
/* As output_open, for a file that no option names; NULL is standard output. */
bool output_open_path(struct output *output, struct cli *cli, const char *path);
/* Writes the buffer out, and these bytes behind it; false likewise. */
bool output_add(struct output *output, const char *bytes, size_t length);
/* Writes the buffer out where it is large; false where there is no point in going on. */
bool output_flush_some(struct output *output);
/* Writes all of it out; false likewise. */
bool output_flush(struct output *output);
/* Writes the rest; with `keep` a file is put in place, else left as it was. Gives `code`, or EXIT_CANNOT_RUN after a message. */
int output_close(struct output *output, bool keep, int code);
/*
 * The end of a verb that wrote to cli->text: it goes to standard output. `code`, or EXIT_CANNOT_RUN after a message where standard
 * output did not take all of it. A reader that went away wanted no more: `code`, quietly.
 */
int cli_finish(struct cli *cli, int code);
/* True where the result goes to a terminal. */
bool output_is_terminal(const struct output *output);

/* Hands the files of cli->operands (files, folders, -) to `take` in turn, each once; false after a message. */
bool cli_read(struct cli *cli, policy_files_take *take, void *context);
/*
 * Shows messages on standard error: `format` is "text", "line" or "json". With --quiet errors only.
 * False where memory ran out, and then none is shown: the caller says so.
 */
bool cli_show(struct cli *cli, const struct sources *sources, const struct diagnostics *diags,
              const char *format);
/*
 * Reads and checks the policies of cli->operands (files, folders, -). True where the set is valid; messages are shown either
 * way (`format` "text", "line" or "json", on standard error). False: *code holds the exit code.
 */
bool cli_load(struct cli *cli, struct policy_set *set, const char *format, int *code);

/* The machine's local day; false where it has none. */
bool cli_today(cal_day *out);

/* Which of the names an option's value is; -1 after a message that begins with `what`. */
int cli_choose(struct cli *cli, const char *wanted, const char *const *names, int count, const char *what);
/* The whole number from 1 that an option has, or `otherwise` without it. False after a message: "--record takes WHAT, from 1, not x". */
bool cli_number(struct cli *cli, enum option option, const char *what, uint64_t otherwise, uint64_t *out);
/* How many workers: --jobs, else as many as there are processors that may be used. False after a message. */
bool cli_jobs(struct cli *cli, unsigned *jobs);
/* Whether there are --facts, and the form that --input says they have; *form stays where it says none. False after a message. */
bool cli_facts_form(struct cli *cli, enum facts_form *form);
/* The days of --on and --known-on; *has_on tells whether there is an --on. False after a message. */
bool cli_question(struct cli *cli, struct question *question, bool *has_on);
/* A policy that names a field for today may do without --on; where both are there, --on wins and says so. False after a message. */
bool cli_has_day(struct cli *cli, const struct policy_set *set, bool has_on);

/* Facts being read: a file or standard input. */
struct cli_facts {
    int descriptor;
    struct output *output;     /* flushed before it waits for more, or NULL */
    struct progress *progress; /* is told of the bytes that were read; or NULL */
    struct facts_input input;  /* refers to this struct, which must not move */
    enum facts_form form;      /* what was asked for, else what the name says */
};
/* False after a message. */
bool cli_open_facts(struct cli *cli, const char *path, enum facts_form asked, struct output *output,
                    struct cli_facts *facts);
void cli_close_facts(struct cli_facts *facts);
/* Shows a warning about facts; nothing with --quiet. False where memory ran out. */
bool cli_warn(struct cli *cli, const struct fact_problem *warning, const char *name);
/* Shows the warnings that the reader has; nothing with --quiet. False where memory ran out. */
bool cli_warn_facts(struct cli *cli, struct facts_reader *reader, const char *name);
/* Shows why the facts cannot be read further. */
void cli_broken_facts(struct cli *cli, const struct fact_problem *problem, const char *name);

/* Whether --filter, where it is given, lets a thing of that title pass: its words stand in it. */
bool cli_filtered(const struct cli *cli, struct text title);
/* Appends lines of text to XML, each with its line end. */
void cli_xml_lines(struct buffer *out, const struct buffer *lines);

int cmd_check(struct cli *cli);
int cmd_eval(struct cli *cli);
int cmd_why(struct cli *cli);
int cmd_test(struct cli *cli);
int cmd_prove(struct cli *cli);
int cmd_dump(struct cli *cli);
int cmd_fmt(struct cli *cli);
int cmd_lint(struct cli *cli);
int cmd_diff(struct cli *cli);
int cmd_help(struct cli *cli);

/* `proviso help VERB` as text. */
void help_command(struct buffer *out, enum command command);
/* The page about a message from tools/pages, as Markdown; NULL where it has none. */
const char *help_page(enum diag_code code);
/* The verbs. */
void help_overview(struct buffer *out);
/* The manual page proviso(1), in mdoc. */
void help_man(struct buffer *out);
/* The script that completes words in a shell ("bash", "zsh", "fish"); false for another. */
bool help_completion(struct buffer *out, const char *shell);

#endif
