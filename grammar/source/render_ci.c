/*
 * The report forms that services of continuous integration read besides SARIF: commands of a GitHub workflow, and JUnit. Must not
 * write anywhere but into the buffer.
 */
#include "grammar/source/render_report.h"

#include "grammar/source/place.h"
#include "grammar/source/render_machine.h"

#include <string.h>

#include "grammar/base/banned.h"

/* --- GitHub --- */

/* Bytes as the value of a command; a property ends at a comma, and a colon may not stand in it either. */
static void github_bytes(struct buffer *out, const char *bytes, bool property) {
    for (; *bytes; bytes++) {
        if (strchr("%\r\n", *bytes) || (property && strchr(":,", *bytes)))
            buffer_format(out, "%%%02X", (unsigned)(unsigned char)*bytes);
        else
            buffer_char(out, *bytes);
    }
}

/* What no log should show is shown as words first. */
static void github_text(struct buffer *out, const char *text, bool property) {
    struct buffer safe;
    const char *at;
    buffer_init(&safe, out->alloc);
    for (at = text; *at; at += *at == '\n') {
        size_t line = strcspn(at, "\n");
        buffer_visible(&safe, at, line);
        at += line;
        if (*at)
            buffer_char(&safe, '\n');
    }
    if (safe.data)
        github_bytes(out, safe.data, property);
    out->failed = out->failed || safe.failed;
    buffer_free(&safe);
}

static void github_item(struct buffer *out, const struct report *report,
                        const struct diagnostic *diagnostic) {
    const struct diag_message *row = diag_message(diagnostic->code);
    struct place place;
    size_t i;
    buffer_format(out, "::%s ",
                  diagnostic->severity == DIAG_NOTE ? "notice" : diag_severity_name(diagnostic->severity));
    if (place_of(report->sources, diagnostic->primary, &place)) {
        buffer_string(out, "file=");
        github_text(out, place.source->path, true);
        buffer_format(out, ",line=%u,col=%u,endLine=%u,endColumn=%u,", (unsigned)place.line,
                      (unsigned)place.column, (unsigned)place.end_line, (unsigned)place.end_column);
    }
    buffer_format(out, "title=%s %s::", row->code, row->slug);
    github_text(out, diagnostic->message, false);
    for (i = 0; i < diagnostic->note_count; i++) {
        buffer_string(out, "%0A");
        github_text(out, diagnostic->notes[i], false);
    }
    buffer_char(out, '\n');
}

void render_github(struct buffer *out, const struct report *report) {
    static const enum diag_severity worst_first[] = {DIAG_ERROR, DIAG_WARNING, DIAG_NOTE};
    size_t level, i, shown = 0, left = 0;
    for (level = 0; level < 3; level++) {
        for (i = 0; i < report->item_count; i++) {
            const struct report_item *item = &report->items[i];
            if (item->accepted || item->diagnostic->severity != worst_first[level])
                continue;
            if (shown < REPORT_GITHUB_MOST) {
                github_item(out, report, item->diagnostic);
                shown++;
            } else {
                left++;
            }
        }
    }
    if (left)
        buffer_format(out, "::notice title=Proviso::%zu more finding%s: run proviso lint to see all\n", left,
                      left == 1 ? "" : "s");
    for (i = 0; i < report->notice_count; i++) {
        buffer_string(out, "::notice title=Proviso::");
        github_text(out, report->notices[i], false);
        buffer_char(out, '\n');
    }
}

/* --- JUnit --- */

/* The one-line form of a diagnostic with its notes. */
static void junit_item(struct buffer *out, const struct report *report, const struct report_item *item) {
    const struct diagnostic *diagnostic = item->diagnostic;
    struct buffer line;
    size_t i;
    buffer_init(&line, out->alloc);
    render_line(&line, report->sources, diagnostic);
    if (line.length)
        buffer_xml(out, line.data, line.length - 1);
    buffer_char(out, '\n');
    for (i = 0; i < diagnostic->note_count; i++) {
        buffer_string(out, "  note: ");
        buffer_xml(out, diagnostic->notes[i], strlen(diagnostic->notes[i]));
        buffer_char(out, '\n');
    }
    out->failed = out->failed || line.failed;
    buffer_free(&line);
}

enum junit_side { JUNIT_FAILURE, JUNIT_OUTPUT };

static bool junit_belongs(const struct report *report, const struct report_item *item, enum diag_code code,
                          enum junit_side side) {
    bool fails = !item->accepted && item->diagnostic->severity <= report->fail_level;
    return item->diagnostic->code == code && fails == (side == JUNIT_FAILURE);
}

static size_t junit_count(const struct report *report, enum diag_code code, enum junit_side side) {
    size_t i, count = 0;
    for (i = 0; i < report->item_count; i++)
        count += junit_belongs(report, &report->items[i], code, side);
    return count;
}

static void junit_items(struct buffer *out, const struct report *report, enum diag_code code,
                        enum junit_side side) {
    size_t i;
    for (i = 0; i < report->item_count; i++) {
        if (junit_belongs(report, &report->items[i], code, side))
            junit_item(out, report, &report->items[i]);
    }
}

static void junit_case(struct buffer *out, const struct report *report, const struct report_rule *rule) {
    const struct diag_message *row = diag_message(rule->code);
    size_t failures = junit_count(report, rule->code, JUNIT_FAILURE);
    size_t others = junit_count(report, rule->code, JUNIT_OUTPUT);
    bool skipped = !failures && !others && rule->unfinished;
    buffer_format(out, "    <testcase classname=\"proviso.lint\" name=\"%s %s\"", row->code, row->slug);
    if (!failures && !others && !skipped) {
        buffer_string(out, "/>\n");
        return;
    }
    buffer_string(out, ">\n");
    if (skipped) {
        buffer_string(out, "      <skipped message=\"");
        buffer_xml(out, rule->unfinished, strlen(rule->unfinished));
        buffer_string(out, "\"/>\n");
    }
    if (failures) {
        buffer_format(out, "      <failure type=\"%s\" message=\"%zu finding%s\">", row->slug, failures,
                      failures == 1 ? "" : "s");
        junit_items(out, report, rule->code, JUNIT_FAILURE);
        buffer_string(out, "</failure>\n");
    }
    if (others) {
        buffer_string(out, "      <system-out>");
        junit_items(out, report, rule->code, JUNIT_OUTPUT);
        buffer_string(out, "</system-out>\n");
    }
    buffer_string(out, "    </testcase>\n");
}

void render_junit(struct buffer *out, const struct report *report) {
    size_t i, failures = 0, skipped = 0;
    for (i = 0; i < report->rule_count; i++) {
        const struct report_rule *rule = &report->rules[i];
        bool fails = junit_count(report, rule->code, JUNIT_FAILURE) > 0;
        failures += fails;
        skipped += !fails && rule->unfinished && !junit_count(report, rule->code, JUNIT_OUTPUT);
    }
    buffer_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    buffer_format(
        out,
        "  <testsuite name=\"proviso lint\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
        report->rule_count, failures, skipped);
    for (i = 0; i < report->rule_count; i++)
        junit_case(out, report, &report->rules[i]);
    buffer_string(out, "  </testsuite>\n</testsuites>\n");
}
