/*
 * proviso test: runs the tests inside a policy and reports as text, TAP or JUnit. Must not know how a test is judged.
 */
#include "interp/meaning/show.h"
#include "interp/program/compile.h"
#include "interp/run/policy_tests.h"
#include "tools/proviso/cli.h"

#include <string.h>

struct test_report {
    struct cli *cli;
    const struct policy_set *set;
    struct output output;
    size_t run, failed;
};

static void report_visible(struct buffer *out, struct text text) {
    buffer_visible(out, text.bytes, text.length);
}

static void report_miss(struct test_report *report, const struct test_miss *miss, const char *indent) {
    struct buffer *out = &report->output.buffer;
    const char *path;
    uint32_t line = show_line(report->set, miss->node, &path);
    bool whole = miss->node->kind == AST_TEST;
    buffer_string(out, indent);
    report_visible(out, text_of(path));
    buffer_format(out, ":%u: ", line);
    if (!whole) {
        buffer_string(out, "expected ");
        report_visible(out, miss->expected);
        buffer_string(out, "; got ");
    }
    report_visible(out, miss->actual);
    if (miss->reason.length) {
        buffer_string(out, ", ");
        report_visible(out, miss->reason);
    }
    buffer_char(out, '\n');
}

static void report_text(struct test_report *report, const struct test_result *result) {
    struct buffer *out = &report->output.buffer;
    bool colour = report->cli->colour_out;
    size_t i;
    if (result->passed)
        return;
    buffer_string(out, colour ? "\033[1;31mFAIL\033[0m " : "FAIL ");
    report_visible(out, result->test->title);
    buffer_char(out, '\n');
    for (i = 0; i < result->miss_count; i++)
        report_miss(report, &result->misses[i], "  ");
}

static void report_tap(struct test_report *report, const struct test_result *result) {
    struct buffer *out = &report->output.buffer;
    size_t i, start;
    buffer_format(out, "%s %zu - ", result->passed ? "ok" : "not ok", report->run);
    start = out->length;
    report_visible(out, result->test->title);
    for (i = start; i < out->length; i++)
        if (out->data[i] == '#')
            out->data[i] = '.'; /* a # begins a directive of TAP */
    buffer_char(out, '\n');
    for (i = 0; i < result->miss_count; i++)
        report_miss(report, &result->misses[i], "# ");
}

static void report_junit(struct test_report *report, const struct test_result *result) {
    struct buffer *out = &report->output.buffer;
    struct test_report words = {.cli = report->cli, .set = report->set};
    const char *path;
    size_t i;
    show_line(report->set, result->test->node, &path);
    buffer_string(out, "    <testcase classname=\"");
    buffer_xml(out, path, strlen(path));
    buffer_string(out, "\" name=\"");
    buffer_xml(out, result->test->title.bytes, result->test->title.length);
    if (result->passed) {
        buffer_string(out, "\"/>\n");
        return;
    }
    buffer_init(&words.output.buffer, out->alloc);
    for (i = 0; i < result->miss_count; i++)
        report_miss(&words, &result->misses[i], "");
    buffer_format(out, "\">\n      <failure message=\"%zu expectation%s missed\">", result->miss_count,
                  result->miss_count == 1 ? "" : "s");
    cli_xml_lines(out, &words.output.buffer);
    buffer_string(out, "</failure>\n    </testcase>\n");
    buffer_free(&words.output.buffer);
}

enum test_format { TEST_TEXT, TEST_TAP, TEST_JUNIT };

/* False where memory ran out or the output cannot be written. */
static bool report_all(struct test_report *report, const struct program *program, enum test_format format) {
    static void (*const show[])(struct test_report *, const struct test_result *) = {report_text, report_tap,
                                                                                     report_junit};
    struct arena arena;
    bool good = true;
    size_t i;
    arena_init(&arena, report->cli->arena.alloc);
    for (i = 0; i < report->set->test_count && good; i++) {
        struct test_result result;
        if (!cli_filtered(report->cli, report->set->tests[i].title))
            continue;
        arena_reset(&arena);
        good = policy_test_run(program, i, &arena, &result);
        if (!good) {
            cli_error("memory ran out");
            break;
        }
        report->run++;
        report->failed += !result.passed;
        show[format](report, &result);
        good = output_flush_some(&report->output);
    }
    arena_free(&arena);
    return good;
}

static size_t report_count(const struct test_report *report) {
    size_t i, count = 0;
    for (i = 0; i < report->set->test_count; i++)
        count += cli_filtered(report->cli, report->set->tests[i].title);
    return count;
}

static int test_run(struct test_report *report, const struct program *program, enum test_format format) {
    struct buffer *out = &report->output.buffer;
    size_t count = report_count(report);
    bool good;
    if (!count)
        cli_error(report->set->test_count ? "no test has these words in its title"
                                          : "the policy has no test");
    if (format == TEST_TAP)
        buffer_format(out, "TAP version 13\n1..%zu\n", count);
    if (format == TEST_JUNIT)
        buffer_string(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"proviso\">\n");
    good = report_all(report, program, format);
    if (format == TEST_JUNIT)
        buffer_string(out, "  </testsuite>\n</testsuites>\n");
    if (format == TEST_TEXT && !report->cli->given[OPTION_QUIET] && count)
        buffer_format(out, "%zu test%s, %zu passed, %zu failed\n", report->run, report->run == 1 ? "" : "s",
                      report->run - report->failed, report->failed);
    return output_close(&report->output, good,
                        !good && !report->output.closed && !report->output.error ? EXIT_CANNOT_RUN
                        : report->failed || !count                               ? EXIT_FINDING
                                                                                 : EXIT_FINE);
}

int cmd_test(struct cli *cli) {
    static const char *const formats[] = {"text", "tap", "junit"};
    const char *wanted = cli->given[OPTION_FORMAT] ? cli->values[OPTION_FORMAT] : "text";
    struct test_report report = {.cli = cli};
    struct policy_set set;
    struct program *program;
    int format, code;
    for (format = 0; format < 3 && strcmp(formats[format], wanted) != 0; format++)
        continue;
    if (format == 3)
        return cli_usage(cli, "--format of test takes text, tap or junit, not %s", cli_safe(cli, wanted));
    if (!cli_load(cli, &set, "text", &code))
        return code;
    if (!program_compile(&set, &cli->arena, &program))
        return cli_error("%s", program && program->problem ? program->problem : "memory ran out");
    report.set = &set;
    if (!output_open(&report.output, cli))
        return EXIT_CANNOT_RUN;
    return test_run(&report, program, (enum test_format)format);
}
