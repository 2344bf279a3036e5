/*
 * The nested JSON form: one object a record, on one line, for each decision its state, value, deciding rules with place and
 * citations; duties, reminders, notices. The form is versioned (ANSWER_JSON_VERSION) and described in tools/README.md.
 */
#include "interp/facts/field.h"
#include "interp/meaning/show.h"
#include "interp/output/answer.h"

static void json_text(struct buffer *out, struct text text) {
    buffer_json(out, text.bytes, text.length);
}

static void json_key(struct buffer *out, const char *key) {
    buffer_format(out, "\"%s\":", key);
}

static void json_day(struct buffer *out, cal_day day) {
    char iso[11];
    cal_format(day, iso);
    buffer_format(out, "\"%s\"", iso);
}

static void json_place(struct buffer *out, const struct policy_set *set, const struct ast_node *node) {
    const char *path;
    uint32_t line = show_line(set, node, &path);
    json_key(out, "file");
    json_text(out, text_of(path));
    buffer_format(out, ",\"line\":%u", line);
}

static void json_cites(struct buffer *out, const struct policy_set *set, const struct rule *rule) {
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
        json_text(out, set->citation_sources[set->node_refs[source->id].index].title);
        if (place) {
            buffer_string(out, ",\"place\":");
            json_text(out, *place->value.string);
        }
        buffer_char(out, '}');
        gap = ",";
    }
    buffer_char(out, ']');
}

static void json_rule(struct buffer *out, const struct policy_set *set, uint32_t index) {
    const struct rule *rule = &set->rules[index];
    json_key(out, "rule");
    json_text(out, rule->shown);
    if (rule->title.length) {
        buffer_string(out, ",\"title\":");
        json_text(out, rule->title);
    }
    buffer_char(out, ',');
    json_place(out, set, rule->node);
    json_cites(out, set, rule);
}

/* `type` NULL: the values are deadlines of a duty. */
static void json_contributions(struct buffer *out, const struct policy_set *set,
                               const struct contribution *items, size_t count, const struct type *type) {
    static const struct type day = {.kind = TYPE_DAY}, span = {.kind = TYPE_SPAN};
    size_t i;
    buffer_string(out, ",\"rules\":[");
    for (i = 0; i < count; i++) {
        const struct type *shown = type ? type : items[i].value.tag == VALUE_PERIOD ? &span : &day;
        buffer_string(out, i ? ",{" : "{");
        json_rule(out, set, items[i].rule);
        buffer_format(out, ",\"applies\":\"%s\"", items[i].degree == DEGREE_YES ? "yes" : "open");
        if (items[i].value.tag != VALUE_OPEN) {
            buffer_string(out, ",\"gives\":");
            show_json(out, shown, items[i].value);
        }
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void json_reasons(struct buffer *out, const struct policy_set *set, const struct reasons *reasons) {
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
        buffer_clear(&words);
        show_need(&words, set, &reasons->items[i]);
        buffer_string(out, gap);
        buffer_json(out, words.data, words.length);
        gap = ",";
    }
    buffer_string(out, "],\"because\":[");
    for (i = 0; i < reasons->count; i++) {
        buffer_clear(&words);
        show_reason(&words, set, &reasons->items[i]);
        buffer_string(out, i ? "," : "");
        buffer_json(out, words.data, words.length);
    }
    buffer_char(out, ']');
    out->failed = out->failed || words.failed;
    buffer_free(&words);
}

static void json_decision(struct buffer *out, const struct policy_set *set, size_t index,
                          const struct decision_outcome *outcome) {
    const struct decision *decision = &set->decisions[index];
    json_text(out, decision->shown);
    buffer_format(out, ":{\"state\":\"%s\"", answer_state_name(outcome->state));
    if (outcome->state == STATE_VALUE) {
        buffer_string(out, ",\"value\":");
        show_json(out, &decision->type, outcome->value);
    }
    if (outcome->by_otherwise) {
        buffer_string(out, ",\"otherwise\":{");
        json_place(out, set, decision->node);
        buffer_char(out, '}');
    }
    json_contributions(out, set, outcome->contributions, outcome->contribution_count, &decision->type);
    json_reasons(out, set, outcome->reasons);
    buffer_char(out, '}');
}

static void json_duty(struct buffer *out, const struct policy_set *set, size_t index,
                      const struct duty_outcome *outcome) {
    json_text(out, set->duties[index].name->text);
    buffer_format(out, ":{\"state\":\"%s\"", answer_duty_state_name(outcome->state));
    if (outcome->state == DUTY_DUE) {
        if (outcome->in_period) {
            buffer_string(out, ",\"from\":");
            json_day(out, outcome->deadline.first);
        }
        buffer_string(out, ",\"by\":");
        json_day(out, outcome->deadline.last);
        buffer_format(out, ",\"status\":\"%s\"", answer_status_name(outcome->status));
    }
    json_contributions(out, set, outcome->contributions, outcome->contribution_count, NULL);
    json_reasons(out, set, outcome->reasons);
    buffer_char(out, '}');
}

static void json_announcements(struct buffer *out, const struct policy_set *set, const char *key,
                               const struct announcement *items, size_t count) {
    size_t i;
    buffer_format(out, ",\"%s\":[", key);
    for (i = 0; i < count; i++) {
        buffer_string(out, i ? ",{" : "{");
        if (items[i].day.tag == VALUE_DATE) {
            buffer_string(out, "\"on\":");
            json_day(out, items[i].day.as.day);
            buffer_char(out, ',');
        }
        buffer_string(out, "\"text\":");
        json_text(out, items[i].text);
        buffer_format(out, ",\"possible\":%s,", items[i].possible ? "true" : "false");
        json_rule(out, set, items[i].rule);
        json_reasons(out, set, items[i].reasons);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void json_problems(struct buffer *out, const struct record *record) {
    size_t i;
    buffer_string(out, ",\"rejected\":true,\"problems\":[");
    for (i = 0; i < record->problem_count; i++) {
        const struct fact_problem *problem = &record->problems[i];
        buffer_format(out, "%s{\"code\":\"%s\",\"line\":%llu,\"path\":", i ? "," : "",
                      diag_message(problem->code)->code, (unsigned long long)problem->line);
        json_text(out, text_of(problem->path));
        buffer_string(out, ",\"message\":");
        json_text(out, text_of(problem->message));
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void json_head(struct buffer *out, const struct answer_form *form, const struct record *record) {
    const struct policy_set *set = form->set;
    size_t i;
    buffer_format(out, "{\"proviso\":%d,\"policy\":", ANSWER_JSON_VERSION);
    json_text(out, set->modules[0].name->text);
    buffer_string(out, ",\"amendments\":[");
    for (i = 1; i < set->module_count; i++) {
        buffer_string(out, i > 1 ? "," : "");
        json_text(out, set->modules[i].name->text);
    }
    buffer_format(out, "],\"record\":%llu,\"line\":%llu", (unsigned long long)record->number,
                  (unsigned long long)record->line);
    if (form->field_count) {
        buffer_string(out, ",\"fields\":{");
        for (i = 0; i < form->field_count; i++) {
            buffer_string(out, i ? "," : "");
            json_text(out, form->fields[i]);
            buffer_char(out, ':');
            field_json(out, record, form->fields[i]);
        }
        buffer_char(out, '}');
    }
}

void answer_json(struct buffer *out, const struct answer_form *form, const struct record *record,
                 const struct outcome *outcome) {
    const char *gap = "";
    size_t i;
    json_head(out, form, record);
    if (!outcome) {
        json_problems(out, record);
        buffer_string(out, "}\n");
        return;
    }
    buffer_string(out, ",\"today\":");
    json_day(out, outcome->today);
    buffer_format(out, ",\"covered\":%s,\"decisions\":{", outcome->covered ? "true" : "false");
    for (i = 0; i < outcome->decision_count; i++)
        if (form->decisions[i]) {
            buffer_string(out, gap);
            json_decision(out, form->set, i, &outcome->decisions[i]);
            gap = ",";
        }
    buffer_string(out, "},\"duties\":{");
    for (gap = "", i = 0; i < outcome->duty_count; i++)
        if (form->duties[i]) {
            buffer_string(out, gap);
            json_duty(out, form->set, i, &outcome->duties[i]);
            gap = ",";
        }
    buffer_char(out, '}');
    if (form->announcements) {
        json_announcements(out, form->set, "reminders", outcome->reminders, outcome->reminder_count);
        json_announcements(out, form->set, "notices", outcome->notices, outcome->notice_count);
    }
    buffer_string(out, "}\n");
}
