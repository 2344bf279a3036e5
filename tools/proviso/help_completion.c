/*
 * Scripts that complete words in bash, zsh and fish, from the tables of verbs, options and choices. What stands in single
 * quotes for a shell is quoted here; must not know what any verb does.
 */
#include "tools/proviso/cli.h"

#include <string.h>

/* What `proviso help` takes beside verbs and codes. */
#define HELP_WORDS "codes man bash zsh fish"

/* A text inside single quotes, with a backslash before each of `special`. */
static void quote(FILE *stream, const char *text, const char *special, const char *apostrophe) {
    for (; *text; text++) {
        if (*text == '\'') {
            fputs(apostrophe, stream);
            continue;
        }
        if (strchr(special, *text))
            fputc('\\', stream);
        fputc(*text, stream);
    }
}

static bool takes(enum command command, enum option option) {
    return (cli_option(option)->verbs & (1u << command)) != 0;
}

static bool takes_files(const struct option_row *row) {
    return row->argument && strcmp(row->argument, "FILE") == 0;
}

static void verb_names(FILE *stream) {
    int i;
    for (i = 0; i < COMMAND_COUNT; i++)
        fprintf(stream, "%s%s", i ? " " : "", cli_command((enum command)i)->name);
}

/* --- bash --- */

static void bash_values(FILE *stream, enum command command, enum option option) {
    const struct option_row *row = cli_option(option);
    const char *choices = cli_choices(option, command);
    fprintf(stream, "    %s:%s", cli_command(command)->name, row->name);
    if (row->letter)
        fprintf(stream, " | %s:-%c", cli_command(command)->name, row->letter);
    if (takes_files(row))
        fputs(") _proviso_files \"$current\"; return ;;\n", stream);
    else
        fprintf(stream, ") _proviso_words '%s' \"$current\"; return ;;\n", choices ? choices : "");
}

static void bash_options(FILE *stream, enum command command) {
    int i;
    fprintf(stream, "    %s:-*) _proviso_words '", cli_command(command)->name);
    for (i = 0; i < OPTION_COUNT; i++)
        if (takes(command, (enum option)i))
            fprintf(stream, " %s", cli_option((enum option)i)->name);
    fputs("' \"$current\" ;;\n", stream);
}

static void completion_bash(FILE *stream) {
    int i, j;
    fputs("# Completes words of proviso in bash. Made by `proviso help bash`.\n"
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
          "        _proviso_words '",
          stream);
    verb_names(stream);
    fputs(" --help --version' \"$current\"\n        return\n    fi\n    case $verb:$previous in\n", stream);
    for (i = 0; i < COMMAND_COUNT; i++)
        for (j = 0; j < OPTION_COUNT; j++)
            if (takes((enum command)i, (enum option)j) && cli_option((enum option)j)->argument)
                bash_values(stream, (enum command)i, (enum option)j);
    fputs("    esac\n    case $verb:$current in\n", stream);
    for (i = 0; i < COMMAND_COUNT; i++)
        bash_options(stream, (enum command)i);
    fprintf(stream, "    %s:*) _proviso_words '", cli_command(COMMAND_HELP)->name);
    verb_names(stream);
    fputs(" " HELP_WORDS "' \"$current\" ;;\n"
          "    *) _proviso_files \"$current\" ;;\n"
          "    esac\n"
          "}\n"
          "complete -F _proviso proviso\n",
          stream);
}

/* --- zsh --- */

static void zsh_option(FILE *stream, enum command command, enum option option) {
    const struct option_row *row = cli_option(option);
    const char *choices = cli_choices(option, command);
    const char *equals = row->argument ? "=" : "";
    fputs("            ", stream);
    if (option == OPTION_FACTS)
        fputs("'*'", stream); /* the one that may be given again and again */
    else if (row->letter)
        fprintf(stream, "'(-%c %s)'", row->letter, row->name);
    if (row->letter)
        fprintf(stream, "{-%c,%s%s}'[", row->letter, row->name, equals);
    else
        fprintf(stream, "'%s%s[", row->name, equals);
    quote(stream, row->doc, "[]:\\", "'\\''");
    fputc(']', stream);
    if (row->argument)
        fprintf(stream, ":%s:", row->argument);
    if (takes_files(row))
        fputs("_files", stream);
    else if (row->argument)
        fprintf(stream, "(%s)", choices ? choices : "");
    fputs("' \\\n", stream);
}

static void zsh_verb(FILE *stream, enum command command) {
    int i;
    fprintf(stream, "    %s)\n        _arguments \\\n", cli_command(command)->name);
    for (i = 0; i < OPTION_COUNT; i++)
        if (takes(command, (enum option)i))
            zsh_option(stream, command, (enum option)i);
    if (command == COMMAND_HELP) {
        fputs("            '1:word:(", stream);
        verb_names(stream);
        fputs(" " HELP_WORDS ")' ;;\n", stream);
    } else {
        fputs("            '*:policy:_files' ;;\n", stream);
    }
}

static void completion_zsh(FILE *stream) {
    int i;
    fputs("#compdef proviso\n"
          "# Completes words of proviso in zsh. Made by `proviso help zsh`.\n"
          "_proviso() {\n"
          "    local verb=$words[2]\n"
          "    local -a verbs=(\n",
          stream);
    for (i = 0; i < COMMAND_COUNT; i++) {
        fprintf(stream, "        '%s:", cli_command((enum command)i)->name);
        quote(stream, cli_command((enum command)i)->summary, ":\\", "'\\''");
        fputs("'\n", stream);
    }
    fputs("    )\n"
          "    if ((CURRENT == 2)); then\n"
          "        _describe verb verbs\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    ((CURRENT--))\n"
          "    case $verb in\n",
          stream);
    for (i = 0; i < COMMAND_COUNT; i++)
        zsh_verb(stream, (enum command)i);
    fputs("    esac\n}\n_proviso \"$@\"\n", stream);
}

/* --- fish --- */

static void fish_option(FILE *stream, enum command command, enum option option) {
    const struct option_row *row = cli_option(option);
    const char *choices = cli_choices(option, command);
    fprintf(stream, "complete -c proviso -n '__proviso_verb %s' -l %s", cli_command(command)->name,
            row->name + 2);
    if (row->letter)
        fprintf(stream, " -s %c", row->letter);
    if (row->argument)
        fputs(takes_files(row) ? " -r -F" : " -x", stream);
    if (row->argument && choices)
        fprintf(stream, " -a '%s'", choices);
    fputs(" -d '", stream);
    quote(stream, row->doc, "\\", "\\'");
    fputs("'\n", stream);
}

static void completion_fish(FILE *stream) {
    int i, j;
    fputs("# Completes words of proviso in fish. Made by `proviso help fish`.\n"
          "function __proviso_verb\n"
          "    set -l words (commandline -opc)\n"
          "    test (count $words) -gt 1; and contains -- $words[2] $argv\n"
          "end\n"
          "function __proviso_no_verb\n"
          "    test (count (commandline -opc)) -eq 1\n"
          "end\n"
          "complete -c proviso -f\n",
          stream);
    for (i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = cli_command((enum command)i);
        fprintf(stream, "complete -c proviso -n __proviso_no_verb -a %s -d '", row->name);
        quote(stream, row->summary, "\\", "\\'");
        fputs("'\n", stream);
        if (i == COMMAND_HELP) {
            fprintf(stream, "complete -c proviso -n '__proviso_verb %s' -a '", row->name);
            verb_names(stream);
            fputs(" " HELP_WORDS "'\n", stream);
        } else {
            fprintf(stream, "complete -c proviso -n '__proviso_verb %s' -F\n", row->name);
        }
        for (j = 0; j < OPTION_COUNT; j++)
            if (takes((enum command)i, (enum option)j))
                fish_option(stream, (enum command)i, (enum option)j);
    }
}

bool help_completion(FILE *stream, const char *shell) {
    if (strcmp(shell, "bash") == 0)
        completion_bash(stream);
    else if (strcmp(shell, "zsh") == 0)
        completion_zsh(stream);
    else if (strcmp(shell, "fish") == 0)
        completion_fish(stream);
    else
        return false;
    return true;
}
