/*
 * proviso lint: what is wrong in some case, in the form asked for, and whether that fails. Must not know how anything is
 * found.
 */
#include "grammar/source/render_machine.h"
#include "grammar/source/render_report.h"
#include "grammar/source/render_terminal.h"
#include "interp/analysis/accepted.h"
#include "interp/analysis/witness.h"
#include "interp/program/compile.h"
#include "interp/proviso.h"
#include "tools/proviso/lint_settings.h"

#include <string.h>

#define NO_DAY "checks that depend on a day were left out: give --on DATE"

enum lint_format { LINT_TEXT, LINT_LINE, LINT_JSON, LINT_SARIF, LINT_GITHUB, LINT_JUNIT, LINT_FORMATS };

struct lint_command {
    struct cli *cli;
    struct lint_settings settings;
    struct policy_set set;
    struct diagnostics diags; /* of the findings */
    struct findings findings;
    struct lint_report report;
    struct output output;
    size_t counts[3]; /* by severity, of those that are not accepted */
    size_t accepted;
};

static const char *lint_plural(size_t count) {
    return count == 1 ? "" : "s";
}

/* Levels as they were set, and what was not asked for taken out. */
static void lint_settle(struct lint_command *lint) {
    struct findings *findings = &lint->findings;
    size_t i, kept = 0;
    for (i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->items[i];
        struct diagnostic *diagnostic = finding->diagnostic;
        if (!lint->settings.wanted[diagnostic->code])
            continue;
        diagnostic->severity = lint->settings.levels[diagnostic->code];
        if (finding->accepted)
            lint->accepted++;
        else
            lint->counts[diagnostic->severity]++;
        findings->items[kept++] = *finding;
    }
    findings->count = kept;
}

static bool lint_shows(const struct lint_command *lint, const struct finding *finding) {
    return !finding->accepted || lint->cli->given[OPTION_SHOW_ACCEPTED];
}

/* --- text and line --- */

static void lint_summary(struct lint_command *lint) {
    struct buffer *out = &lint->output.buffer;
    const size_t *counts = lint->counts;
    size_t all = counts[DIAG_ERROR] + counts[DIAG_WARNING] + counts[DIAG_NOTE];
    if (all)
        buffer_format(out, "%zu finding%s: %zu error%s, %zu warning%s, %zu note%s", all, lint_plural(all),
                      counts[DIAG_ERROR], lint_plural(counts[DIAG_ERROR]), counts[DIAG_WARNING],
                      lint_plural(counts[DIAG_WARNING]), counts[DIAG_NOTE], lint_plural(counts[DIAG_NOTE]));
    else
        buffer_string(out, "no finding");
    if (lint->accepted)
        buffer_format(out, "; %zu accepted", lint->accepted);
    buffer_char(out, '\n');
    if (lint->report.day_skipped)
        buffer_string(out, NO_DAY "\n");
}

static void lint_text(struct lint_command *lint, enum lint_format format) {
    struct buffer *out = &lint->output.buffer;
    const struct sources *sources = &lint->set.sources;
    size_t i;
    for (i = 0; i < lint->findings.count; i++) {
        const struct finding *finding = &lint->findings.items[i];
        if (!lint_shows(lint, finding))
            continue;
        if (format == LINT_TEXT)
            render_terminal(out, sources, finding->diagnostic, lint->cli->colour_out);
        else
            render_line(out, sources, finding->diagnostic);
    }
    if (format == LINT_TEXT && !lint->cli->given[OPTION_QUIET])
        lint_summary(lint);
}

/* --- JSON --- */

static void lint_json_text(struct buffer *out, const char *key, struct text text) {
    buffer_format(out, "\"%s\":", key);
    buffer_json(out, text.bytes, text.length);
}

static void lint_json_words(struct buffer *out, const char *key, const char *words) {
    if (words)
        lint_json_text(out, key, text_of(words));
    else
        buffer_format(out, "\"%s\":null", key);
}

static void lint_witness(struct buffer *out, const struct policy_set *set, const struct witness *witness) {
    char today[11];
    if (!witness) {
        buffer_string(out, "\"witness\":null");
        return;
    }
    cal_format(witness->today, today);
    buffer_format(out, "\"witness\":{\"today\":\"%s\",\"record\":", today);
    witness_json(out, set, witness);
    buffer_char(out, '}');
}

static void lint_rule(struct buffer *out, const struct policy_set *set, const char *key, uint32_t rule) {
    if (rule != FINDING_NOTHING)
        lint_json_text(out, key, set->rules[rule].shown);
    else
        lint_json_words(out, key, NULL);
    buffer_char(out, ',');
}

/* The members that a finding has besides its message. */
static void lint_members(struct buffer *out, const struct policy_set *set, const struct finding *finding) {
    lint_rule(out, set, "rule", finding->rule);
    lint_rule(out, set, "other_rule", finding->other);
    if (finding->decision != FINDING_NOTHING)
        lint_json_text(out, "decision", set->decisions[finding->decision].shown);
    else
        lint_json_words(out, "decision", NULL);
    buffer_format(out, ",\"possible\":%s,", finding->possible ? "true" : "false");
    lint_json_words(out, "region", finding->region);
    buffer_char(out, ',');
    lint_witness(out, set, finding->witness);
}

static void lint_json_finding(struct lint_command *lint, const struct finding *finding) {
    struct buffer *out = &lint->output.buffer;
    buffer_char(out, '{');
    render_json_members(out, &lint->set.sources, finding->diagnostic);
    buffer_format(out, ",\"accepted\":%s,", finding->accepted ? "true" : "false");
    if (finding->accepted)
        lint_json_text(out, "reason", accepted_reason(finding));
    else
        lint_json_words(out, "reason", NULL);
    buffer_char(out, ',');
    lint_members(out, &lint->set, finding);
    buffer_char(out, '}');
}

/* The checks that may be missing findings. */
static void lint_json_unfinished(struct lint_command *lint) {
    struct buffer *out = &lint->output.buffer;
    bool any = false;
    int i;
    buffer_string(out, "\"unfinished\":[");
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        if (!lint->report.unfinished[i] || !lint->settings.wanted[i])
            continue;
        buffer_format(out, "%s\"%s\"", any ? "," : "", diag_message((enum diag_code)i)->slug);
        any = true;
    }
    buffer_char(out, ']');
}

static void lint_json(struct lint_command *lint) {
    struct buffer *out = &lint->output.buffer;
    bool any = false;
    char on[11];
    size_t i;
    buffer_string(out, "{\"proviso_lint\":1,");
    lint_json_text(out, "policy", lint->set.modules[0].name->text);
    buffer_string(out, ",\"amendments\":[");
    for (i = 1; i < lint->set.module_count; i++) {
        buffer_string(out, i > 1 ? "," : "");
        buffer_json(out, lint->set.modules[i].name->text.bytes, lint->set.modules[i].name->text.length);
    }
    buffer_string(out, "],");
    if (lint->settings.has_on)
        cal_format(lint->settings.on, on);
    lint_json_words(out, "on", lint->settings.has_on ? on : NULL);
    buffer_format(out, ",\"errors\":%zu,\"warnings\":%zu,\"notes\":%zu,\"accepted\":%zu,",
                  lint->counts[DIAG_ERROR], lint->counts[DIAG_WARNING], lint->counts[DIAG_NOTE],
                  lint->accepted);
    buffer_format(out, "\"day_skipped\":%s,", lint->report.day_skipped ? "true" : "false");
    lint_json_unfinished(lint);
    buffer_format(out, ",\"cells\":%llu,\n\"findings\":[", (unsigned long long)lint->report.cells);
    for (i = 0; i < lint->findings.count; i++) {
        if (!lint_shows(lint, &lint->findings.items[i]))
            continue;
        buffer_string(out, any ? ",\n" : "\n");
        lint_json_finding(lint, &lint->findings.items[i]);
        any = true;
    }
    buffer_string(out, "]}\n");
}

/* --- reports --- */

static struct report_rule lint_report_rule(const struct lint_command *lint, enum diag_code code) {
    const char *why = !lint->report.unfinished[code] ? NULL
                      : lint->settings.has_on        ? "not decided within the cell budget"
                                                     : "not decided, or left out without a day";
    return (struct report_rule){code, lint->settings.levels[code], why, help_page(code)};
}

/* The properties of a result; NULL where memory ran out, and then the output says so. */
static const char *lint_properties(struct lint_command *lint, const struct finding *finding) {
    struct buffer words;
    const char *copy;
    buffer_init(&words, lint->cli->arena.alloc);
    lint_members(&words, &lint->set, finding);
    copy = words.failed ? NULL : arena_copy(&lint->cli->arena, words.data, words.length);
    lint->output.buffer.failed = lint->output.buffer.failed || !copy;
    buffer_free(&words);
    return copy;
}

/* False where memory ran out. SARIF has a place for what is accepted, so it has them all. */
static bool lint_fill(struct lint_command *lint, struct report *report, enum lint_format format) {
    static const char *const no_day[] = {NO_DAY};
    struct arena *arena = &lint->cli->arena;
    struct report_item *items = arena_array(arena, lint->findings.count + 1, sizeof *items);
    struct report_rule *rules = arena_array(arena, DIAG_CODE_COUNT, sizeof *rules);
    size_t i;
    if (!items || !rules)
        return false;
    *report = (struct report){.sources = &lint->set.sources,
                              .items = items,
                              .rules = rules,
                              .notices = no_day,
                              .notice_count = lint->report.day_skipped,
                              .version = PROVISO_VERSION,
                              .fail_level = lint->settings.fail_level};
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        if (lint->settings.wanted[i])
            rules[report->rule_count++] = lint_report_rule(lint, (enum diag_code)i);
    }
    for (i = 0; i < lint->findings.count; i++) {
        const struct finding *finding = &lint->findings.items[i];
        if (format != LINT_SARIF && !lint_shows(lint, finding))
            continue;
        items[report->item_count++] =
            (struct report_item){finding->diagnostic, finding->accepted, accepted_reason(finding),
                                 format == LINT_SARIF ? lint_properties(lint, finding) : NULL};
    }
    return true;
}

static bool lint_reports(struct lint_command *lint, enum lint_format format) {
    struct report report;
    if (!lint_fill(lint, &report, format))
        return false;
    if (format == LINT_SARIF)
        render_sarif(&lint->output.buffer, &report);
    else if (format == LINT_GITHUB)
        render_github(&lint->output.buffer, &report);
    else
        render_junit(&lint->output.buffer, &report);
    return true;
}

/* --- the verb --- */

static int lint_code(const struct lint_command *lint) {
    size_t level, count = 0;
    for (level = 0; level <= lint->settings.fail_level; level++)
        count += lint->counts[level];
    return count ? EXIT_FINDING : EXIT_FINE;
}

static int lint_show(struct lint_command *lint, enum lint_format format) {
    bool good = true;
    if (!output_open(&lint->output, lint->cli))
        return EXIT_CANNOT_RUN;
    if (format == LINT_TEXT || format == LINT_LINE)
        lint_text(lint, format);
    else if (format == LINT_JSON)
        lint_json(lint);
    else
        good = lint_reports(lint, format);
    if (!good)
        lint->output.buffer.failed = true;
    return output_close(&lint->output, good, lint_code(lint));
}

int cmd_lint(struct cli *cli) {
    static const char *const formats[] = {"text", "line", "json", "sarif", "github", "junit"};
    const char *wanted = cli->given[OPTION_FORMAT] ? cli->values[OPTION_FORMAT] : "text";
    struct lint_command lint = {.cli = cli};
    struct lint_options options = {0};
    struct program *program;
    int code, format = cli_choose(cli, wanted, formats, LINT_FORMATS,
                                  "--format of lint takes text, line, json, sarif, github or junit");
    if (format < 0 || !lint_settings_read(cli, &lint.settings))
        return EXIT_CANNOT_RUN;
    if (!cli_load(cli, &lint.set, format == LINT_LINE || format == LINT_JSON ? formats[format] : "text",
                  &code))
        return code;
    if (!program_compile(&lint.set, &cli->arena, &program))
        return cli_error("%s", program && program->problem ? program->problem : "memory ran out");
    options = (struct lint_options){lint.settings.has_on, lint.settings.on, lint.settings.cells,
                                    lint.settings.wanted};
    diag_init(&lint.diags, &cli->arena);
    findings_init(&lint.findings, &cli->arena, &lint.diags);
    if (!lint_run(&lint.set, program, &options, &lint.findings, &lint.report))
        return cli_error("memory ran out");
    lint_settle(&lint);
    return lint_show(&lint, (enum lint_format)format);
}
