/*
 * See lint_config.h. Every key that is not known, and every value that a key does not take, is a message with its place: a
 * setting that silently does nothing would be worse than none. Must not know what the settings do.
 */
#include "tools/proviso/lint_config.h"

#include "interp/meaning/accept.h"
#include "tools/proviso/toml.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS(text) (int)(text).length, (text).bytes

bool lint_named(struct text word, enum diag_code *code) {
    return accept_code(word, code) && lint_gives(*code);
}

const char *lint_nearest(struct text word) {
    const char *best = NULL;
    unsigned distance = 4;
    int i;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *message = diag_message((enum diag_code)i);
        unsigned now = lint_gives((enum diag_code)i) ? text_distance(word, text_of(message->slug), 3) : 4;
        if (now < distance) {
            distance = now;
            best = message->slug;
        }
    }
    return best;
}

bool lint_level(struct text word, enum diag_severity *level) {
    static const enum diag_severity all[] = {DIAG_ERROR, DIAG_WARNING, DIAG_NOTE};
    size_t i;
    for (i = 0; i < sizeof all / sizeof *all; i++) {
        if (text_is(word, diag_severity_name(all[i]))) {
            *level = all[i];
            return true;
        }
    }
    return false;
}

void lint_switch_all(struct lint_settings *settings, bool on) {
    int i;
    for (i = 0; i < DIAG_CODE_COUNT; i++)
        settings->wanted[i] = on && lint_gives((enum diag_code)i);
}

/* --- what the file says --- */

struct lint_config {
    struct cli *cli;
    struct lint_settings *settings;
    struct sources sources;
    struct diagnostics diags;
    struct toml toml;
};

/* A check by its name, or a message at the place where it is written. */
static bool config_check(struct lint_config *c, struct text word, struct span span, enum diag_code *code,
                         enum diag_code problem) {
    struct diagnostic *diagnostic;
    const char *nearest = lint_nearest(word);
    if (lint_named(word, code))
        return true;
    diagnostic = diag_report(&c->diags, problem, span, "there is no check `%.*s`", WORDS(word));
    if (nearest)
        diag_help(&c->diags, diagnostic, "did you mean `%s`?", nearest);
    else
        diag_help(&c->diags, diagnostic, "`proviso help codes` lists the checks");
    return false;
}

/* A key that takes texts of a kind got another. */
static void config_takes(struct lint_config *c, const struct toml_entry *entry, const char *what) {
    (void)diag_report(&c->diags, DIAG_E1003, entry->value.span, "`%.*s` takes %s", WORDS(entry->key), what);
}

static void config_level(struct lint_config *c, const struct toml_entry *entry, enum diag_severity *level) {
    if (entry->value.kind == TOML_TEXT && lint_level(entry->value.text, level))
        return;
    config_takes(c, entry, "\"error\", \"warning\" or \"note\"");
}

static void config_levels(struct lint_config *c, const struct toml_entry *entry) {
    enum diag_code code;
    if (config_check(c, entry->key, entry->key_span, &code, DIAG_E1002))
        config_level(c, entry, &c->settings->levels[code]);
}

static void config_day(struct lint_config *c, const struct toml_entry *entry) {
    const struct toml_value *value = &entry->value;
    struct cal_parse_error error;
    char reason[CAL_EXPLAIN_MAX];
    c->settings->has_on = true;
    if (value->kind == TOML_DAY) {
        c->settings->on = value->day;
    } else if (value->kind != TOML_TEXT || (text_is(value->text, "today") && !cli_today(&c->settings->on))) {
        config_takes(c, entry, "a day, as in \"2021-06-30\", or \"today\"");
    } else if (!text_is(value->text, "today") &&
               !cal_parse(value->text.bytes, value->text.length, &c->settings->on, &error)) {
        cal_explain(&error, reason, sizeof reason);
        diag_help(&c->diags, diag_report(&c->diags, DIAG_E1003, value->span, "%s", reason),
                  "`on` takes a day, as in \"2021-06-30\", or \"today\"");
    }
}

static void config_cells(struct lint_config *c, const struct toml_entry *entry) {
    if (entry->value.kind == TOML_NUMBER && entry->value.number > 0)
        c->settings->cells = (uint64_t)entry->value.number;
    else
        config_takes(c, entry, "a whole number from 1");
}

static const struct toml_entry *config_entry(const struct lint_config *c, const char *table,
                                             const char *key) {
    size_t i;
    for (i = 0; i < c->toml.entry_count; i++) {
        if (text_is(c->toml.entries[i].table, table) && text_is(c->toml.entries[i].key, key))
            return &c->toml.entries[i];
    }
    return NULL;
}

static const struct toml_value *config_item(const struct toml_entry *entry, const char *word) {
    size_t i;
    for (i = 0; entry && i < entry->value.count; i++) {
        if (text_is(entry->value.items[i].text, word))
            return &entry->value.items[i];
    }
    return NULL;
}

/* The named checks of one list; those that `other` names too contradict. */
static void config_switch(struct lint_config *c, const struct toml_entry *entry,
                          const struct toml_entry *other, bool on) {
    size_t i, k;
    enum diag_code code, same;
    for (i = 0; i < entry->value.count; i++) {
        const struct toml_value *item = &entry->value.items[i];
        if (text_is(item->text, LINT_ALL) || !config_check(c, item->text, item->span, &code, DIAG_E1003))
            continue;
        c->settings->wanted[code] = on;
        for (k = 0; on && other && k < other->value.count; k++) {
            if (lint_named(other->value.items[k].text, &same) && same == code)
                diag_label(&c->diags,
                           diag_report(&c->diags, DIAG_E1003, item->span, "`%.*s` is enabled and disabled",
                                       WORDS(item->text)),
                           other->value.items[k].span, "disabled here");
        }
    }
}

/* First what is said of all checks, then what is said of single ones. */
static void config_checks(struct lint_config *c) {
    const struct toml_entry *lists[2] = {config_entry(c, "lint", "disable"),
                                         config_entry(c, "lint", "enable")};
    const struct toml_value *all[2];
    int i;
    for (i = 0; i < 2; i++) {
        if (lists[i] && lists[i]->value.kind != TOML_TEXTS) {
            config_takes(c, lists[i], "a list of checks, as in [\"gap\", \"dead-rule\"]");
            return;
        }
        all[i] = config_item(lists[i], LINT_ALL);
    }
    if (all[0] && all[1])
        diag_label(&c->diags,
                   diag_report(&c->diags, DIAG_E1003, all[1]->span, "all checks are enabled and disabled"),
                   all[0]->span, "disabled here");
    for (i = 0; i < 2; i++) {
        if (all[i])
            lint_switch_all(c->settings, i == 1);
    }
    for (i = 0; i < 2; i++) {
        if (lists[i])
            config_switch(c, lists[i], lists[1 - i], i == 1);
    }
}

/* The nearest of `names` is offered. */
static void config_unknown(struct lint_config *c, struct text word, struct span span, const char *what,
                           const char *const *names, size_t count) {
    struct diagnostic *diagnostic =
        diag_report(&c->diags, DIAG_E1002, span, "there is no %s `%.*s`", what, WORDS(word));
    const char *best = NULL;
    unsigned distance = 4;
    size_t i;
    for (i = 0; i < count; i++) {
        unsigned now = text_distance(word, text_of(names[i]), 3);
        if (now < distance) {
            distance = now;
            best = names[i];
        }
    }
    if (best)
        diag_help(&c->diags, diagnostic, "did you mean `%s`?", best);
}

static bool config_table(struct text name) {
    return text_is(name, "lint") || text_is(name, "lint.levels");
}

/* A key of no table that is read. Where the table has a header, that is the mistake. */
static void config_stray(struct lint_config *c, const struct toml_entry *entry) {
    size_t i;
    for (i = 0; i < c->toml.table_count; i++) {
        if (text_equal(c->toml.tables[i].name, entry->table))
            return;
    }
    diag_help(&c->diags,
              diag_report(&c->diags, DIAG_E1002, entry->key_span, "`%.*s` stands in no table that is read",
                          WORDS(entry->key)),
              "the keys of lint stand below `[lint]`, levels of single checks below `[lint.levels]`");
}

static void config_entries(struct lint_config *c) {
    static const char *const tables[] = {"lint", "lint.levels"};
    static const char *const keys[] = {"fail-level", "enable", "disable", "on", "cells"};
    size_t i;
    for (i = 0; i < c->toml.table_count; i++) {
        if (!config_table(c->toml.tables[i].name))
            config_unknown(c, c->toml.tables[i].name, c->toml.tables[i].span, "table", tables, 2);
    }
    for (i = 0; i < c->toml.entry_count; i++) {
        const struct toml_entry *entry = &c->toml.entries[i];
        if (text_is(entry->table, "lint.levels"))
            config_levels(c, entry);
        else if (!text_is(entry->table, "lint")) {
            config_stray(c, entry);
        } else if (text_is(entry->key, "fail-level"))
            config_level(c, entry, &c->settings->fail_level);
        else if (text_is(entry->key, "on"))
            config_day(c, entry);
        else if (text_is(entry->key, "cells"))
            config_cells(c, entry);
        else if (!text_is(entry->key, "enable") && !text_is(entry->key, "disable"))
            config_unknown(c, entry->key, entry->key_span, "key", keys, sizeof keys / sizeof *keys);
    }
    config_checks(c);
}

static bool config_take(struct policy_files *files, const char *path, const char *bytes, size_t length) {
    struct lint_config *c = files->context;
    const struct source *source = sources_add(&c->sources, path, bytes, length);
    if (source && toml_read(source, &c->diags, &c->toml))
        config_entries(c);
    diag_sort(&c->diags);
    if (source && !c->diags.failed)
        return true;
    files->out_of_memory = true;
    buffer_clear(&files->problem);
    return false;
}

static bool config_apply(struct cli *cli, struct lint_settings *settings, const char *path) {
    struct lint_config c = {.cli = cli, .settings = settings};
    struct policy_files files;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool good;
    if (descriptor < 0)
        return cli_error("cannot read %s: %s", cli_safe(cli, path), strerror(errno)) == EXIT_FINE;
    sources_init(&c.sources, &cli->arena);
    diag_init(&c.diags, &cli->arena);
    policy_files_init_for(&files, &cli->arena, config_take, &c);
    good = policy_files_add_open(&files, descriptor, path);
    close(descriptor);
    if (!good)
        cli_error("%s", files.out_of_memory ? "memory ran out" : files.problem.data);
    policy_files_free(&files);
    if (good && !cli_show(cli, &c.sources, &c.diags, "text"))
        return cli_error("memory ran out") == EXIT_FINE;
    return good && c.diags.errors == 0;
}

/* --- where the file is --- */

enum config_there { CONFIG_HERE, CONFIG_NOT_HERE, CONFIG_FAILED };

/* `folder` and `name` joined, in the arena. */
static const char *config_path(struct cli *cli, const char *folder, size_t length, const char *name) {
    struct buffer path;
    const char *joined;
    buffer_init(&path, cli->arena.alloc);
    buffer_add(&path, folder, length);
    buffer_format(&path, "%s%s", length && folder[length - 1] == '/' ? "" : "/", name);
    joined = path.failed ? NULL : arena_copy(&cli->arena, path.data, path.length);
    buffer_free(&path);
    return joined;
}

static enum config_there config_there(struct cli *cli, const char *path) {
    struct stat status;
    if (!path) {
        cli_error("memory ran out");
        return CONFIG_FAILED;
    }
    if (stat(path, &status) == 0)
        return CONFIG_HERE;
    if (errno == ENOENT || errno == ENOTDIR)
        return CONFIG_NOT_HERE;
    cli_error("cannot read %s: %s", cli_safe(cli, path), strerror(errno));
    return CONFIG_FAILED;
}

/* A path below the folder the command runs in is shown as people would write it. */
static const char *config_shown(const char *path) {
    char here[PATH_MAX];
    size_t length = getcwd(here, sizeof here) ? strlen(here) : 0;
    return length && strncmp(path, here, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

/* The folder of the first policy, with no link in it; NULL after a message. */
static const char *config_folder(struct cli *cli) {
    const char *first = cli->operand_count && strcmp(cli->operands[0], "-") != 0 ? cli->operands[0] : ".";
    char found[PATH_MAX], *folder;
    struct stat status;
    if (!realpath(first, found) || stat(found, &status) != 0) {
        cli_error("cannot read %s: %s", cli_safe(cli, first), strerror(errno));
        return NULL;
    }
    folder = arena_copy(&cli->arena, found, strlen(found));
    if (!folder)
        cli_error("memory ran out");
    else if (!S_ISDIR(status.st_mode))
        *strrchr(folder, '/') = '\0';
    return folder;
}

bool lint_config_read(struct cli *cli, struct lint_settings *settings) {
    enum config_there there;
    const char *folder;
    size_t length;
    if (cli->given[OPTION_CONFIG])
        return config_apply(cli, settings, cli->values[OPTION_CONFIG]);
    folder = config_folder(cli);
    if (!folder)
        return false;
    for (length = strlen(folder);; length--) {
        const char *path = config_path(cli, folder, length, LINT_CONFIG_NAME);
        there = config_there(cli, path);
        if (there == CONFIG_HERE)
            return config_apply(cli, settings, config_shown(path));
        if (there == CONFIG_NOT_HERE) {
            there = config_there(cli, config_path(cli, folder, length, ".git"));
            if (there == CONFIG_HERE)
                return true;
        }
        if (there == CONFIG_FAILED)
            return false;
        while (length > 0 && folder[length - 1] != '/')
            length--;
        if (length == 0)
            return true;
    }
}
