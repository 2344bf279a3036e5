/*
 * The manual page proviso(1), in mdoc, from the tables of verbs and options, so that it cannot fall behind them. Lines are
 * broken as manual pages want them: short, and each sentence on its own.
 */
#include "tools/proviso/cli.h"

#include <string.h>

/* The day this page last changed in more than what the tables say. */
#define MAN_DATE "November 22, 2026"
#define MAN_WIDTH 76

static void man_character(struct buffer *out, char c, bool *quoted) {
    if (c == '\\')
        buffer_string(out, "\\e");
    else if (c == '`')
        buffer_string(out, (*quoted = !*quoted) ? "\\(oq" : "\\(cq");
    else
        buffer_char(out, c);
}

/* Bytes of a word as man_character writes it. */
static size_t man_length(const char *word, size_t length) {
    size_t shown = length, i;
    for (i = 0; i < length; i++)
        shown += word[i] == '`' ? 4 : word[i] == '\\';
    return shown;
}

/* A text, filled. A backquote opens or closes a word that is typed as it is. */
static void man_text(struct buffer *out, const char *text) {
    size_t column = 0;
    bool quoted = false;
    while (*text) {
        size_t length = strcspn(text, " \n"), shown = man_length(text, length), i;
        if (column && column + 1 + shown > MAN_WIDTH) {
            buffer_char(out, '\n');
            column = 0;
        }
        if (column)
            buffer_char(out, ' ');
        else if (*text == '.' || *text == '\'')
            buffer_string(out, "\\&");
        if (length == 2 && strncmp(text, "--", 2) == 0)
            buffer_string(out, "\\-\\-"); /* typed, not a dash */
        for (i = 0; i < length && (length != 2 || strncmp(text, "--", 2) != 0); i++)
            man_character(out, text[i], &quoted);
        column += shown + 1;
        if (length && strchr(".?!", text[length - 1])) {
            buffer_char(out, '\n');
            column = 0;
        }
        text += length;
        text += strspn(text, " \n");
    }
    if (column)
        buffer_char(out, '\n');
}

/* "POLICY... --facts FILE [VERB | CODE]" as macros, behind one that stands on the line already. */
static void man_arguments(struct buffer *out, const char *arguments) {
    while (*arguments) {
        size_t length = strcspn(arguments, " ");
        int open = *arguments == '[', close = arguments[length - 1] == ']';
        const char *word = arguments + open;
        int rest = (int)length - open - close;
        buffer_string(out, open ? " Oo" : "");
        if (rest > 2 && strncmp(word, "--", 2) == 0)
            buffer_format(out, " Fl %.*s", rest - 1, word + 1);
        else if (rest == 1 && *word == '|')
            buffer_string(out, " |");
        else
            buffer_format(out, " Ar %.*s", rest, word);
        buffer_string(out, close ? " Oc" : "");
        arguments += length;
        arguments += strspn(arguments, " ");
    }
    buffer_char(out, '\n');
}

static void man_option(struct buffer *out, const struct option_row *row) {
    buffer_string(out, ".It");
    if (row->letter)
        buffer_format(out, " Fl %c ,", row->letter);
    buffer_format(out, " Fl %s", row->name + 1);
    if (row->argument)
        buffer_format(out, " Ar %s", row->argument);
    buffer_char(out, '\n');
    man_text(out, row->doc);
}

static void man_verb(struct buffer *out, enum command command) {
    const struct command_row *row = cli_command(command);
    int i;
    buffer_format(out, ".Ss proviso %s\n.Nm\n.Cm %s", row->name, row->name);
    man_arguments(out, row->arguments);
    buffer_string(out, ".Pp\n");
    man_text(out, row->doc);
    buffer_string(out, ".Bl -tag -width Ds\n");
    for (i = 0; i < OPTION_COUNT; i++)
        if (cli_option((enum option)i)->verbs & (1u << command))
            man_option(out, cli_option((enum option)i));
    buffer_string(out, ".El\n");
}

static void man_end(struct buffer *out) {
    buffer_string(out,
                  ".Sh ENVIRONMENT\n"
                  ".Bl -tag -width NO_COLOR\n"
                  ".It Ev NO_COLOR\n"
                  "Where it is set, nothing is coloured unless\n"
                  ".Fl -color Cm always\n"
                  "asks for it.\n"
                  ".It Ev TERM\n"
                  "Where it is not set or is\n"
                  ".Cm dumb ,\n"
                  "nothing is coloured.\n"
                  ".El\n"
                  ".Sh FILES\n"
                  ".Bl -tag -width .proviso.toml\n"
                  ".It Pa .proviso.toml\n"
                  "What\n"
                  ".Cm lint\n"
                  "is asked to do, for all policies in the folder and below it.\n"
                  ".El\n"
                  ".Sh EXIT STATUS\n"
                  ".Bl -tag -width Ds\n"
                  ".It 0\n"
                  "All is well.\n"
                  ".It 1\n"
                  "A negative finding: a test failed, a case was not decided, a record was\n"
                  "rejected, lint found something.\n"
                  ".It 2\n"
                  "It could not run: the command line, an unreadable file, an invalid policy.\n"
                  ".El\n"
                  ".Sh EXAMPLES\n"
                  "Decide the partners of a file on a day, as CSV:\n"
                  ".Pp\n"
                  ".Dl proviso eval policies/mpn --facts partners.ndjson --on 2021-04-10 --format csv\n");
}

void help_man(struct buffer *out) {
    int i;
    buffer_string(out, ".\\\" Made by `proviso help man`.\n"
                       ".Dd " MAN_DATE "\n.Dt PROVISO 1\n.Os\n.Sh NAME\n.Nm proviso\n"
                       ".Nd decide by rules about dates, and say why\n.Sh SYNOPSIS\n");
    for (i = 0; i < COMMAND_COUNT; i++) {
        buffer_format(out, ".Nm\n.Cm %s", cli_command((enum command)i)->name);
        man_arguments(out, cli_command((enum command)i)->arguments);
    }
    buffer_string(out, ".Sh DESCRIPTION\n"
                       "A policy is a file of rules in which dates are the heart of the matter.\n"
                       ".Nm\n"
                       "checks such files, decides cases by them, and says for each decision which\n"
                       "rules made it and where they stand.\n"
                       "Nothing is decided by a clock, and a fact that is not known is never\n"
                       "guessed.\n"
                       "A\n"
                       ".Ar POLICY\n"
                       "is a file, a folder (every *.proviso directly in it), or\n"
                       ".Sq - ,\n"
                       "the standard input; all that are named together are one set.\n");
    for (i = 0; i < COMMAND_COUNT; i++)
        man_verb(out, (enum command)i);
    man_end(out);
}
