/*
 * Scripts that complete words in bash, zsh and fish, from the tables of verbs, options and choices. What stands in single
 * quotes for a shell is quoted here; must not know what any verb does.
 */
#include "tools/proviso/cli.h"

#include <string.h>

/* What `proviso help` takes beside verbs and codes. */
#define HELP_WORDS "codes man bash zsh fish"

/* A text inside single quotes, with a backslash before each of `special`. */
static void quote(struct buffer *out, const char *text, const char *special, const char *apostrophe) {
    for (; *text; text++) {
        if (*text == '\'') {
            buffer_string(out, apostrophe);
            continue;
        }
        if (strchr(special, *text))
            buffer_char(out, '\\');
        buffer_char(out, *text);
    }
}

static bool takes(enum command command, enum option option) {
    return (cli_option(option)->verbs & (1u << command)) != 0;
}

static bool takes_files(const struct option_row *row) {
    return row->argument && strcmp(row->argument, "FILE") == 0;
}

static void verb_names(struct buffer *out) {
    int i;
    for (i = 0; i < COMMAND_COUNT; i++)
        buffer_format(out, "%s%s", i ? " " : "", cli_command((enum command)i)->name);
}

/* --- bash --- */

static void bash_values(struct buffer *out, enum command command, enum option option) {
    const struct option_row *row = cli_option(option);
    const char *choices = cli_choices(option, command);
    buffer_format(out, "    %s:%s", cli_command(command)->name, row->name);
    if (row->letter)
        buffer_format(out, " | %s:-%c", cli_command(command)->name, row->letter);
    if (takes_files(row))
        buffer_string(out, ") _proviso_files \"$current\"; return ;;\n");
    else
        buffer_format(out, ") _proviso_words '%s' \"$current\"; return ;;\n", choices ? choices : "");
}

static void bash_options(struct buffer *out, enum command command) {
    int i;
    buffer_format(out, "    %s:-*) _proviso_words '", cli_command(command)->name);
    for (i = 0; i < OPTION_COUNT; i++)
        if (takes(command, (enum option)i))
            buffer_format(out, " %s", cli_option((enum option)i)->name);
    buffer_string(out, "' \"$current\" ;;\n");
}

static void completion_bash(struct buffer *out) {
    int i, j;
    buffer_string(out, "# Completes words of proviso in bash. Made by `proviso help bash`.\n"
                       "_proviso_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\"); }\n"
                       "_proviso_files() {\n"
                       "    compopt -o filenames 2>/dev/null\n"
                       "    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
                       "}\n"
                       "_proviso() {\n"
                       "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} "
                       "verb=${COMP_WORDS[1]}\n"
                       "    # bash takes --format=json apart at the sign.\n"
                       "    if [ \"$current\" = = ]; then\n"
                       "        current=\n"
                       "    elif [ \"$previous\" = = ]; then\n"
                       "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
                       "    fi\n"
                       "    COMPREPLY=()\n"
                       "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
                       "        _proviso_words '");
    verb_names(out);
    buffer_string(out,
                  " --help --version' \"$current\"\n        return\n    fi\n    case $verb:$previous in\n");
    for (i = 0; i < COMMAND_COUNT; i++)
        for (j = 0; j < OPTION_COUNT; j++)
            if (takes((enum command)i, (enum option)j) && cli_option((enum option)j)->argument)
                bash_values(out, (enum command)i, (enum option)j);
    buffer_string(out, "    esac\n    case $verb:$current in\n");
    for (i = 0; i < COMMAND_COUNT; i++)
        bash_options(out, (enum command)i);
    buffer_format(out, "    %s:*) _proviso_words '", cli_command(COMMAND_HELP)->name);
    verb_names(out);
    buffer_string(out, " " HELP_WORDS "' \"$current\" ;;\n"
                       "    *) _proviso_files \"$current\" ;;\n"
                       "    esac\n"
                       "}\n"
                       "complete -F _proviso proviso\n");
}

/* --- zsh --- */

static void zsh_option(struct buffer *out, enum command command, enum option option) {
    const struct option_row *row = cli_option(option);
    const char *choices = cli_choices(option, command);
    const char *equals = row->argument ? "=" : "";
    buffer_string(out, "            ");
    if (option == OPTION_FACTS)
        buffer_string(out, "'*'"); /* the one that may be given again and again */
    else if (row->letter)
        buffer_format(out, "'(-%c %s)'", row->letter, row->name);
    if (row->letter)
        buffer_format(out, "{-%c,%s%s}'[", row->letter, row->name, equals);
    else
        buffer_format(out, "'%s%s[", row->name, equals);
    quote(out, row->doc, "[]:\\", "'\\''");
    buffer_char(out, ']');
    if (row->argument)
        buffer_format(out, ":%s:", row->argument);
    if (takes_files(row))
        buffer_string(out, "_files");
    else if (row->argument)
        buffer_format(out, "(%s)", choices ? choices : "");
    buffer_string(out, "' \\\n");
}

static void zsh_verb(struct buffer *out, enum command command) {
    int i;
    buffer_format(out, "    %s)\n        _arguments \\\n", cli_command(command)->name);
    for (i = 0; i < OPTION_COUNT; i++)
        if (takes(command, (enum option)i))
            zsh_option(out, command, (enum option)i);
    if (command == COMMAND_HELP) {
        buffer_string(out, "            '1:word:(");
        verb_names(out);
        buffer_string(out, " " HELP_WORDS ")' ;;\n");
    } else {
        buffer_string(out, "            '*:policy:_files' ;;\n");
    }
}

static void completion_zsh(struct buffer *out) {
    int i;
    buffer_string(out, "#compdef proviso\n"
                       "# Completes words of proviso in zsh. Made by `proviso help zsh`.\n"
                       "_proviso() {\n"
                       "    local verb=$words[2]\n"
                       "    local -a verbs=(\n");
    for (i = 0; i < COMMAND_COUNT; i++) {
        buffer_format(out, "        '%s:", cli_command((enum command)i)->name);
        quote(out, cli_command((enum command)i)->summary, ":\\", "'\\''");
        buffer_string(out, "'\n");
    }
    buffer_string(out, "    )\n"
                       "    if ((CURRENT == 2)); then\n"
                       "        _describe verb verbs\n"
                       "        return\n"
                       "    fi\n"
                       "    shift words\n"
                       "    ((CURRENT--))\n"
                       "    case $verb in\n");
    for (i = 0; i < COMMAND_COUNT; i++)
        zsh_verb(out, (enum command)i);
    buffer_string(out, "    esac\n}\n_proviso \"$@\"\n");
}

/* --- fish --- */

static void fish_option(struct buffer *out, enum command command, enum option option) {
    const struct option_row *row = cli_option(option);
    const char *choices = cli_choices(option, command);
    buffer_format(out, "complete -c proviso -n '__proviso_verb %s' -l %s", cli_command(command)->name,
                  row->name + 2);
    if (row->letter)
        buffer_format(out, " -s %c", row->letter);
    if (row->argument)
        buffer_string(out, takes_files(row) ? " -r -F" : " -x");
    if (row->argument && choices)
        buffer_format(out, " -a '%s'", choices);
    buffer_string(out, " -d '");
    quote(out, row->doc, "\\", "\\'");
    buffer_string(out, "'\n");
}

static void completion_fish(struct buffer *out) {
    int i, j;
    buffer_string(out, "# Completes words of proviso in fish. Made by `proviso help fish`.\n"
                       "function __proviso_verb\n"
                       "    set -l words (commandline -opc)\n"
                       "    test (count $words) -gt 1; and contains -- $words[2] $argv\n"
                       "end\n"
                       "function __proviso_no_verb\n"
                       "    test (count (commandline -opc)) -eq 1\n"
                       "end\n"
                       "complete -c proviso -f\n");
    for (i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = cli_command((enum command)i);
        buffer_format(out, "complete -c proviso -n __proviso_no_verb -a %s -d '", row->name);
        quote(out, row->summary, "\\", "\\'");
        buffer_string(out, "'\n");
        if (i == COMMAND_HELP) {
            buffer_format(out, "complete -c proviso -n '__proviso_verb %s' -a '", row->name);
            verb_names(out);
            buffer_string(out, " " HELP_WORDS "'\n");
        } else {
            buffer_format(out, "complete -c proviso -n '__proviso_verb %s' -F\n", row->name);
        }
        for (j = 0; j < OPTION_COUNT; j++)
            if (takes((enum command)i, (enum option)j))
                fish_option(out, (enum command)i, (enum option)j);
    }
}

bool help_completion(struct buffer *out, const char *shell) {
    if (strcmp(shell, "bash") == 0)
        completion_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        completion_zsh(out);
    else if (strcmp(shell, "fish") == 0)
        completion_fish(out);
    else
        return false;
    return true;
}
