/*
 * See json_words.h. Numbers of lines and days are written without quotes and as ISO strings; all texts are escaped.
 */
#include "interp/output/json_words.h"
#include "interp/meaning/show.h"

void say_json_text(struct buffer *out, struct text text) {
    buffer_json(out, text.bytes, text.length);
}

void say_json_key(struct buffer *out, const char *key) {
    buffer_format(out, "\"%s\":", key);
}

void say_json_day(struct buffer *out, cal_day day) {
    char iso[11];
    cal_format(day, iso);
    buffer_format(out, "\"%s\"", iso);
}

void say_json_place(struct buffer *out, const struct policy_set *set, const struct ast_node *node) {
    const char *path;
    uint32_t line = show_line(set, node, &path);
    say_json_key(out, "file");
    say_json_text(out, text_of(path));
    buffer_format(out, ",\"line\":%u", line);
}

static void say_json_cites(struct buffer *out, const struct policy_set *set, const struct rule *rule) {
    const struct ast_node *clause;
    const char *gap = "";
    buffer_string(out, ",\"cites\":[");
    for (clause = rule->cites; clause; clause = clause->next) {
        const struct ast_node *source = clause->kind == AST_CITES ? ast_kid(clause, CITES_source) : NULL;
        const struct ast_node *place = source ? ast_kid(clause, CITES_place) : NULL;
        if (!source)
            continue;
        buffer_string(out, gap);
        buffer_string(out, "{\"source\":");
        say_json_text(out, set->citation_sources[set->node_refs[source->id].index].title);
        if (place) {
            buffer_string(out, ",\"place\":");
            say_json_text(out, *place->value.string);
        }
        buffer_char(out, '}');
        gap = ",";
    }
    buffer_char(out, ']');
}

void say_json_rule(struct buffer *out, const struct policy_set *set, uint32_t index) {
    const struct rule *rule = &set->rules[index];
    say_json_key(out, "rule");
    say_json_text(out, rule->shown);
    if (rule->title.length) {
        buffer_string(out, ",\"title\":");
        say_json_text(out, rule->title);
    }
    buffer_char(out, ',');
    say_json_place(out, set, rule->node);
    say_json_cites(out, set, rule);
}

void say_json_reasons(struct buffer *out, const struct policy_set *set, const struct reasons *reasons) {
    struct buffer words;
    uint32_t i;
    const char *gap = "";
    if (!reasons)
        return;
    buffer_init(&words, out->alloc);
    buffer_string(out, ",\"needs\":[");
    for (i = 0; i < reasons->count; i++) {
        if (reasons->items[i].kind != REASON_FACT)
            continue;
        buffer_reuse(&words);
        show_need(&words, set, &reasons->items[i]);
        buffer_string(out, gap);
        buffer_json(out, words.data, words.length);
        gap = ",";
    }
    buffer_string(out, "],\"because\":[");
    for (i = 0; i < reasons->count; i++) {
        buffer_reuse(&words);
        show_reason(&words, set, &reasons->items[i]);
        buffer_string(out, i ? "," : "");
        buffer_json(out, words.data, words.length);
    }
    buffer_char(out, ']');
    out->failed = out->failed || words.failed;
    buffer_free(&words);
}
