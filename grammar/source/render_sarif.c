/*
 * SARIF 2.1.0 (OASIS, 27 March 2020), as far as diagnostics have something to say: rules, results, suppressions, fixes. Compact,
 * a result a line. Must not write anywhere but into the buffer.
 */
#include "grammar/source/render_report.h"

#include "grammar/source/place.h"

#include <string.h>

#include "grammar/base/banned.h"

#define SARIF_SCHEMA \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

static void sarif_string(struct buffer *out, const char *string) {
    buffer_json(out, string, strlen(string));
}

/* A path as a URI reference: relative ones stay so. */
static void sarif_uri(struct buffer *out, const char *path) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    const char *at;
    buffer_string(out, path[0] == '/' ? "\"file://" : "\"");
    for (at = path; *at; at++) {
        if (strchr(plain, *at))
            buffer_char(out, *at);
        else
            buffer_format(out, "%%%02X", (unsigned)(unsigned char)*at);
    }
    buffer_char(out, '"');
}

static void sarif_region(struct buffer *out, const struct place *place) {
    buffer_format(out, "{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,\"endColumn\":%u}",
                  (unsigned)place->line, (unsigned)place->column, (unsigned)place->end_line,
                  (unsigned)place->end_column);
}

static void sarif_artifact(struct buffer *out, const struct place *place) {
    buffer_string(out, "{\"uri\":");
    sarif_uri(out, place->source->path);
    buffer_char(out, '}');
}

static void sarif_physical(struct buffer *out, const struct place *place) {
    buffer_string(out, "\"physicalLocation\":{\"artifactLocation\":");
    sarif_artifact(out, place);
    buffer_string(out, ",\"region\":");
    sarif_region(out, place);
    buffer_char(out, '}');
}

/* The message with its notes and help, a line each. */
static void sarif_message(struct buffer *out, const struct diagnostic *diagnostic) {
    struct buffer text;
    size_t i;
    buffer_init(&text, out->alloc);
    buffer_string(&text, diagnostic->message);
    for (i = 0; i < diagnostic->note_count; i++)
        buffer_format(&text, "\nnote: %s", diagnostic->notes[i]);
    for (i = 0; i < diagnostic->help_count; i++)
        buffer_format(&text, "\nhelp: %s", diagnostic->helps[i]);
    buffer_string(out, "\"message\":{\"text\":");
    buffer_json(out, text.data ? text.data : "", text.length);
    buffer_char(out, '}');
    out->failed = out->failed || text.failed;
    buffer_free(&text);
}

/* FNV-1a over what makes a message the same one after other lines have changed. */
static uint64_t sarif_hash(uint64_t hash, const char *bytes, size_t length) {
    size_t i;
    for (i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    return (hash ^ 0xFF) * 1099511628211u;
}

static uint64_t sarif_fingerprint(const struct report *report, const struct diagnostic *diagnostic) {
    const char *code = diag_message(diagnostic->code)->code;
    uint64_t hash = sarif_hash(14695981039346656037u, code, strlen(code));
    struct place place;
    const char *name;
    if (!place_of(report->sources, diagnostic->primary, &place))
        return sarif_hash(hash, diagnostic->message, strlen(diagnostic->message));
    name = strrchr(place.source->path, '/');
    name = name ? name + 1 : place.source->path;
    hash = sarif_hash(hash, name, strlen(name));
    return sarif_hash(hash, place.source->text + place.start, place.end - place.start);
}

/* How many before it have the same fingerprint. */
static size_t sarif_same_before(const uint64_t *hashes, size_t index) {
    size_t i, count = 0;
    for (i = 0; i < index; i++)
        count += hashes[i] == hashes[index];
    return count;
}

static void sarif_related(struct buffer *out, const struct report *report,
                          const struct diagnostic *diagnostic) {
    struct place place;
    bool any = false;
    size_t i;
    for (i = 0; i < diagnostic->label_count; i++) {
        if (!place_of(report->sources, diagnostic->labels[i].span, &place))
            continue;
        buffer_format(out, "%s{\"id\":%zu,", any ? "," : ",\"relatedLocations\":[", i + 1);
        sarif_physical(out, &place);
        if (diagnostic->labels[i].text) {
            buffer_string(out, ",\"message\":{\"text\":");
            sarif_string(out, diagnostic->labels[i].text);
            buffer_char(out, '}');
        }
        buffer_char(out, '}');
        any = true;
    }
    if (any)
        buffer_char(out, ']');
}

static void sarif_fixes(struct buffer *out, const struct report *report,
                        const struct diagnostic *diagnostic) {
    struct place place;
    bool any = false;
    size_t i;
    for (i = 0; i < diagnostic->fix_count; i++) {
        const struct diag_fix *fix = &diagnostic->fixes[i];
        if (!place_of(report->sources, fix->span, &place))
            continue;
        buffer_string(out, any ? ",{" : ",\"fixes\":[{");
        if (fix->title) {
            buffer_string(out, "\"description\":{\"text\":");
            sarif_string(out, fix->title);
            buffer_string(out, "},");
        }
        buffer_string(out, "\"artifactChanges\":[{\"artifactLocation\":");
        sarif_artifact(out, &place);
        buffer_string(out, ",\"replacements\":[{\"deletedRegion\":");
        sarif_region(out, &place);
        buffer_string(out, ",\"insertedContent\":{\"text\":");
        sarif_string(out, fix->replacement);
        buffer_string(out, "}}]}]}");
        any = true;
    }
    if (any)
        buffer_char(out, ']');
}

/* A code that is no rule of the report has no index. */
static void sarif_rule_index(struct buffer *out, const struct report *report, enum diag_code code) {
    size_t i;
    for (i = 0; i < report->rule_count; i++) {
        if (report->rules[i].code == code)
            buffer_format(out, ",\"ruleIndex\":%zu", i);
    }
}

static void sarif_result(struct buffer *out, const struct report *report, const uint64_t *hashes,
                         size_t index) {
    const struct report_item *item = &report->items[index];
    const struct diagnostic *diagnostic = item->diagnostic;
    struct place place;
    buffer_format(out, "{\"ruleId\":\"%s\"", diag_message(diagnostic->code)->code);
    sarif_rule_index(out, report, diagnostic->code);
    buffer_format(out, ",\"level\":\"%s\",", diag_severity_name(diagnostic->severity));
    sarif_message(out, diagnostic);
    if (place_of(report->sources, diagnostic->primary, &place)) {
        buffer_string(out, ",\"locations\":[{");
        sarif_physical(out, &place);
        buffer_string(out, "}]");
    }
    sarif_related(out, report, diagnostic);
    sarif_fixes(out, report, diagnostic);
    buffer_format(out, ",\"partialFingerprints\":{\"provisoFinding/v1\":\"%016llx:%zu\"}",
                  (unsigned long long)hashes[index], sarif_same_before(hashes, index) + 1);
    buffer_string(out, ",\"suppressions\":[");
    if (item->accepted) {
        buffer_string(out, "{\"kind\":\"inSource\",\"status\":\"accepted\",\"justification\":");
        buffer_json(out, item->reason.bytes, item->reason.length);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
    if (item->properties)
        buffer_format(out, ",\"properties\":{%s}", item->properties);
    buffer_char(out, '}');
}

static void sarif_rule(struct buffer *out, const struct report_rule *rule) {
    const struct diag_message *row = diag_message(rule->code);
    buffer_format(out, "{\"id\":\"%s\",\"name\":\"%s\",\"shortDescription\":{\"text\":", row->code,
                  row->slug);
    sarif_string(out, row->title);
    buffer_string(out, "},\"fullDescription\":{\"text\":");
    sarif_string(out, row->doc);
    buffer_string(out, "},\"help\":{\"text\":");
    sarif_string(out, row->doc);
    if (rule->page) {
        buffer_string(out, ",\"markdown\":");
        sarif_string(out, rule->page);
    }
    buffer_format(out, "},\"defaultConfiguration\":{\"level\":\"%s\"}}", diag_severity_name(rule->level));
}

static void sarif_invocation(struct buffer *out, const struct report *report) {
    size_t i;
    buffer_string(out, "{\"executionSuccessful\":true,\"toolExecutionNotifications\":[");
    for (i = 0; i < report->notice_count; i++) {
        buffer_string(out, i ? ",{\"level\":\"note\",\"message\":{\"text\":"
                             : "{\"level\":\"note\",\"message\":{\"text\":");
        sarif_string(out, report->notices[i]);
        buffer_string(out, "}}");
    }
    buffer_string(out, "]}");
}

static void sarif_results(struct buffer *out, const struct report *report) {
    struct arena arena;
    uint64_t *hashes;
    size_t i;
    arena_init(&arena, out->alloc);
    hashes = arena_array(&arena, report->item_count + 1, sizeof *hashes);
    for (i = 0; hashes && i < report->item_count; i++)
        hashes[i] = sarif_fingerprint(report, report->items[i].diagnostic);
    for (i = 0; hashes && i < report->item_count; i++) {
        buffer_string(out, i ? ",\n" : "\n");
        sarif_result(out, report, hashes, i);
    }
    out->failed = out->failed || !hashes;
    arena_free(&arena);
}

void render_sarif(struct buffer *out, const struct report *report) {
    size_t i;
    buffer_string(out, "{\"$schema\":\"" SARIF_SCHEMA "\",\"version\":\"2.1.0\",\"runs\":[{\n");
    buffer_string(out, "\"tool\":{\"driver\":{\"name\":\"Proviso\",\"version\":");
    sarif_string(out, report->version);
    buffer_string(out, ",\"rules\":[");
    for (i = 0; i < report->rule_count; i++) {
        buffer_string(out, i ? ",\n" : "\n");
        sarif_rule(out, &report->rules[i]);
    }
    buffer_string(out, "]}},\n\"columnKind\":\"unicodeCodePoints\",\n\"invocations\":[");
    sarif_invocation(out, report);
    buffer_string(out, "],\n\"results\":[");
    sarif_results(out, report);
    buffer_string(out, "]}]}\n");
}
