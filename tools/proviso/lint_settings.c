/*
 * See lint_settings.h: defaults, configuration, options, in this order. Must not know what a check does.
 */
#include "tools/proviso/lint_settings.h"

#include "tools/proviso/lint_config.h"

#include <string.h>

#define WORDS(text) (int)(text).length, (text).bytes

/* The checks that the value of an option names, by code; *all where it names all. False after a message. */
static bool settings_checks(struct cli *cli, enum option option, bool named[DIAG_CODE_COUNT], bool *all) {
    const char *name = cli_option(option)->name, *nearest;
    struct text *items;
    enum diag_code code;
    size_t count, i;
    *all = false;
    if (!cli->given[option])
        return true;
    if (!cli_split(cli, cli->values[option], &items, &count))
        return cli_error("memory ran out") == EXIT_FINE;
    for (i = 0; i < count; i++) {
        if (text_is(items[i], LINT_ALL)) {
            *all = true;
        } else if (lint_named(items[i], &code)) {
            named[code] = true;
        } else {
            const char *word = arena_copy(&cli->arena, items[i].bytes, items[i].length);
            word = word ? cli_safe(cli, word) : "?";
            nearest = lint_nearest(items[i]);
            if (nearest)
                cli_usage(cli, "%s: there is no check `%s`; did you mean `%s`?", name, word, nearest);
            else
                cli_usage(cli, "%s: there is no check `%s`; `proviso help codes` lists them", name, word);
            return false;
        }
    }
    return true;
}

/* What is said of all checks comes before what is said of single ones. */
static bool settings_switch(struct cli *cli, struct lint_settings *settings) {
    bool off[DIAG_CODE_COUNT] = {false}, on[DIAG_CODE_COUNT] = {false}, all_off, all_on;
    int i;
    if (!settings_checks(cli, OPTION_DISABLE, off, &all_off) ||
        !settings_checks(cli, OPTION_ENABLE, on, &all_on))
        return false;
    if (all_off && all_on) {
        cli_usage(cli, "all checks are enabled and disabled");
        return false;
    }
    if (all_off || all_on)
        lint_switch_all(settings, all_on);
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        if (off[i] && on[i]) {
            cli_usage(cli, "`%s` is enabled and disabled", diag_message((enum diag_code)i)->slug);
            return false;
        }
        settings->wanted[i] = on[i] || (settings->wanted[i] && !off[i]);
    }
    return true;
}

static bool settings_options(struct cli *cli, struct lint_settings *settings) {
    struct question question = {0};
    bool has_on;
    if (cli->given[OPTION_FAIL_LEVEL] &&
        !lint_level(text_of(cli->values[OPTION_FAIL_LEVEL]), &settings->fail_level)) {
        cli_usage(cli, "--fail-level takes error, warning or note, not %s",
                  cli_safe(cli, cli->values[OPTION_FAIL_LEVEL]));
        return false;
    }
    if (!cli_question(cli, &question, &has_on))
        return false;
    if (has_on) {
        settings->has_on = true;
        settings->on = question.today;
    }
    return cli_number(cli, OPTION_CELLS, "a number of cells", settings->cells, &settings->cells) &&
           settings_switch(cli, settings);
}

bool lint_settings_read(struct cli *cli, struct lint_settings *settings) {
    struct lint_settings unset = {0};
    struct lint_settings scratch;
    int i;
    *settings = unset;
    settings->fail_level = DIAG_WARNING;
    lint_switch_all(settings, true);
    for (i = 0; i < DIAG_CODE_COUNT; i++)
        settings->levels[i] = diag_message((enum diag_code)i)->severity;
    /* A mistake in the options is said before a file is looked for. */
    scratch = *settings;
    return settings_options(cli, &scratch) && lint_config_read(cli, settings) &&
           settings_options(cli, settings);
}
