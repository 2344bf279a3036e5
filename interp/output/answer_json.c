/*
 * The nested JSON form: one object a record, on one line, for each decision its state, value, deciding rules with place and
 * citations; duties, reminders, notices. The form is versioned (ANSWER_JSON_VERSION) and described in tools/README.md.
 */
#include "interp/facts/field.h"
#include "interp/meaning/show.h"
#include "interp/output/answer.h"
#include "interp/output/json_words.h"

/* `type` NULL: the values are deadlines of a duty. */
static void json_contributions(struct buffer *out, const struct policy_set *set,
                               const struct contribution *items, size_t count, const struct type *type) {
    static const struct type day = {.kind = TYPE_DAY}, span = {.kind = TYPE_SPAN};
    size_t i;
    buffer_string(out, ",\"rules\":[");
    for (i = 0; i < count; i++) {
        const struct type *shown = type ? type : items[i].value.tag == VALUE_PERIOD ? &span : &day;
        buffer_string(out, i ? ",{" : "{");
        say_json_rule(out, set, items[i].rule);
        buffer_format(out, ",\"applies\":\"%s\"", items[i].degree == DEGREE_YES ? "yes" : "open");
        if (items[i].value.tag != VALUE_OPEN) {
            buffer_string(out, ",\"gives\":");
            show_json(out, shown, items[i].value);
        }
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void json_decision(struct buffer *out, const struct policy_set *set, size_t index,
                          const struct decision_outcome *outcome) {
    const struct decision *decision = &set->decisions[index];
    say_json_text(out, decision->shown);
    buffer_format(out, ":{\"state\":\"%s\"", answer_state_name(outcome->state));
    if (outcome->state == STATE_VALUE) {
        buffer_string(out, ",\"value\":");
        show_json(out, &decision->type, outcome->value);
    }
    if (outcome->by_otherwise) {
        buffer_string(out, ",\"otherwise\":{");
        say_json_place(out, set, decision->node);
        buffer_char(out, '}');
    }
    json_contributions(out, set, outcome->contributions, outcome->contribution_count, &decision->type);
    say_json_reasons(out, set, outcome->reasons);
    buffer_char(out, '}');
}

static void json_duty(struct buffer *out, const struct policy_set *set, size_t index,
                      const struct duty_outcome *outcome) {
    say_json_text(out, set->duties[index].name->text);
    buffer_format(out, ":{\"state\":\"%s\"", answer_duty_state_name(outcome->state));
    if (outcome->state == DUTY_DUE) {
        if (outcome->in_period) {
            buffer_string(out, ",\"from\":");
            say_json_day(out, outcome->deadline.first);
        }
        buffer_string(out, ",\"by\":");
        say_json_day(out, outcome->deadline.last);
        buffer_format(out, ",\"status\":\"%s\"", answer_status_name(outcome->status));
    }
    json_contributions(out, set, outcome->contributions, outcome->contribution_count, NULL);
    say_json_reasons(out, set, outcome->reasons);
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
            say_json_day(out, items[i].day.as.day);
            buffer_char(out, ',');
        }
        buffer_string(out, "\"text\":");
        say_json_text(out, items[i].text);
        buffer_format(out, ",\"possible\":%s,", items[i].possible ? "true" : "false");
        say_json_rule(out, set, items[i].rule);
        say_json_reasons(out, set, items[i].reasons);
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
        say_json_text(out, text_of(problem->path));
        buffer_string(out, ",\"message\":");
        say_json_text(out, text_of(problem->message));
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void json_head(struct buffer *out, const struct answer_form *form, const struct record *record) {
    const struct policy_set *set = form->set;
    size_t i;
    buffer_format(out, "{\"proviso\":%d,\"policy\":", ANSWER_JSON_VERSION);
    say_json_text(out, set->modules[0].name->text);
    buffer_string(out, ",\"amendments\":[");
    for (i = 1; i < set->module_count; i++) {
        buffer_string(out, i > 1 ? "," : "");
        say_json_text(out, set->modules[i].name->text);
    }
    buffer_char(out, ']');
    if (form->input) {
        buffer_string(out, ",\"input\":");
        say_json_text(out, text_of(form->input));
    }
    buffer_format(out, ",\"record\":%llu,\"line\":%llu", (unsigned long long)record->number,
                  (unsigned long long)record->line);
    if (form->field_count) {
        buffer_string(out, ",\"fields\":{");
        for (i = 0; i < form->field_count; i++) {
            buffer_string(out, i ? "," : "");
            say_json_text(out, form->fields[i]);
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
    say_json_day(out, outcome->today);
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
