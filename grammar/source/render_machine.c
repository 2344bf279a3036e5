/*
 * The line and the JSON form of a diagnostic. Both are read by programs, and their keys and order are
 * promised in the header. Must not write anywhere but into the buffer.
 */
#include "grammar/source/render_machine.h"

#include "grammar/source/place.h"

#include <string.h>

#include "grammar/base/banned.h"

void render_line(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic) {
    const struct diag_message *row = diag_message(diagnostic->code);
    struct place place;
    if (place_of(sources, diagnostic->primary, &place)) {
        buffer_visible(out, place.source->path, strlen(place.source->path));
        buffer_format(out, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
    }
    buffer_format(out, "%s %s %s: ", diag_severity_name(diagnostic->severity), row->code, row->slug);
    buffer_visible(out, diagnostic->message, strlen(diagnostic->message));
    buffer_char(out, '\n');
}

static void json_string(struct buffer *out, const char *string) {
    if (string)
        buffer_json(out, string, strlen(string));
    else
        buffer_string(out, "null");
}

static void json_key(struct buffer *out, const char *key, const char *string) {
    buffer_format(out, "\"%s\":", key);
    json_string(out, string);
}

static void json_span(struct buffer *out, const struct sources *sources, struct span span) {
    struct place place;
    if (!place_of(sources, span, &place)) {
        buffer_string(out,
                      "\"file\":null,\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null,"
                      "\"start\":null,\"end\":null");
        return;
    }
    json_key(out, "file", place.source->path);
    buffer_format(out, ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u,\"start\":%u,\"end\":%u",
                  (unsigned)place.line, (unsigned)place.column, (unsigned)place.end_line,
                  (unsigned)place.end_column, (unsigned)place.start, (unsigned)place.end);
}

static void json_strings(struct buffer *out, const char *key, const char *const *strings, size_t count) {
    size_t i;
    buffer_format(out, ",\"%s\":[", key);
    for (i = 0; i < count; i++) {
        if (i)
            buffer_char(out, ',');
        json_string(out, strings[i]);
    }
    buffer_char(out, ']');
}

void render_json_members(struct buffer *out, const struct sources *sources,
                         const struct diagnostic *diagnostic) {
    const struct diag_message *row = diag_message(diagnostic->code);
    size_t i;
    buffer_format(out, "\"code\":\"%s\",\"slug\":\"%s\",\"severity\":\"%s\",", row->code, row->slug,
                  diag_severity_name(diagnostic->severity));
    json_key(out, "message", diagnostic->message);
    buffer_char(out, ',');
    json_span(out, sources, diagnostic->primary);
    buffer_char(out, ',');
    json_key(out, "text", diagnostic->primary_text);
    buffer_string(out, ",\"labels\":[");
    for (i = 0; i < diagnostic->label_count; i++) {
        buffer_string(out, i ? ",{" : "{");
        json_span(out, sources, diagnostic->labels[i].span);
        buffer_char(out, ',');
        json_key(out, "text", diagnostic->labels[i].text);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
    json_strings(out, "notes", diagnostic->notes, diagnostic->note_count);
    json_strings(out, "help", diagnostic->helps, diagnostic->help_count);
    buffer_string(out, ",\"fixes\":[");
    for (i = 0; i < diagnostic->fix_count; i++) {
        buffer_string(out, i ? ",{" : "{");
        json_key(out, "title", diagnostic->fixes[i].title);
        buffer_char(out, ',');
        json_span(out, sources, diagnostic->fixes[i].span);
        buffer_char(out, ',');
        json_key(out, "replacement", diagnostic->fixes[i].replacement);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

void render_json(struct buffer *out, const struct sources *sources, const struct diagnostic *diagnostic) {
    buffer_char(out, '{');
    render_json_members(out, sources, diagnostic);
    buffer_string(out, "}\n");
}
