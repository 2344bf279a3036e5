/*
 * The report for a person: for each record its facts in a line, each decision with its value and what decided it, duties with
 * deadline and status, reminders, notices. Whatever comes from facts or policies is shown, never sent to the terminal raw.
 */
#include "interp/facts/field.h"
#include "interp/meaning/show.h"
#include "interp/output/answer.h"

#include <string.h>

struct report {
    struct buffer *out;
    const struct answer_form *form;
    struct buffer words; /* what is being said, before it is made safe */
    size_t name_width, value_width;
};

enum colour { COLOUR_PLAIN, COLOUR_BOLD, COLOUR_RED, COLOUR_YELLOW, COLOUR_DIM };

/* Sends what stands in `words`, in colour, then blanks up to `width` columns, at least two of them, and empties it.
   With a width of 0 nothing follows in the line, and no blanks are sent. */
static void report_say(struct report *report, enum colour colour, size_t width) {
    static const char *const codes[] = {"", "\033[1m", "\033[1;31m", "\033[33m", "\033[2m"};
    const char *bytes = report->words.data ? report->words.data : "";
    size_t shown;
    if (report->form->colour)
        buffer_string(report->out, codes[colour]);
    shown = report->out->length;
    buffer_visible(report->out, bytes, report->words.length);
    shown = report->out->data ? text_width(report->out->data + shown, report->out->length - shown) : 0;
    if (report->form->colour && colour != COLOUR_PLAIN)
        buffer_string(report->out, "\033[0m");
    if (width > 0)
        buffer_repeat(report->out, ' ', shown + 2 < width ? width - shown : 2);
    report->out->failed = report->out->failed || report->words.failed;
    buffer_reuse(&report->words);
}

static void report_string(struct report *report, enum colour colour, size_t width, const char *string) {
    buffer_string(&report->words, string);
    report_say(report, colour, width);
}

/* "wave3.waiver (update.proviso:9), "Responding to COVID-19, paragraph 2"" */
static void report_rule(struct report *report, uint32_t index) {
    const struct policy_set *set = report->form->set;
    buffer_text(&report->words, set->rules[index].shown);
    buffer_string(&report->words, " (");
    show_rule_place(&report->words, set, &set->rules[index]);
    buffer_char(&report->words, ')');
    report_say(report, COLOUR_DIM, 0);
}

static void report_reasons(struct report *report, const struct reasons *reasons) {
    uint32_t i;
    for (i = 0; reasons && i < reasons->count; i++) {
        buffer_string(&report->words, i ? "; " : "because ");
        show_reason(&report->words, report->form->set, &reasons->items[i]);
    }
    report_say(report, COLOUR_PLAIN, 0);
}

static void report_rules(struct report *report, const struct contribution *items, size_t count,
                         const char *between) {
    size_t i;
    for (i = 0; i < count; i++) {
        if (i && items[i].rule == items[i - 1].rule)
            continue; /* a rule that adds several times to a total */
        if (i)
            buffer_string(report->out, between);
        report_rule(report, items[i].rule);
    }
}

static void report_conflict(struct report *report, const struct type *type, const struct contribution *items,
                            size_t count) {
    static const struct type day = {.kind = TYPE_DAY}, span = {.kind = TYPE_SPAN};
    size_t i;
    for (i = 0; i < count; i++) {
        buffer_string(report->out, "\n");
        buffer_repeat(report->out, ' ', 4 + report->name_width);
        show_value(&report->words,
                   type                                 ? type
                   : items[i].value.tag == VALUE_PERIOD ? &span
                                                        : &day,
                   items[i].value);
        report_say(report, COLOUR_PLAIN, report->value_width);
        report_rule(report, items[i].rule);
    }
}

static void report_decision(struct report *report, const struct decision *decision,
                            const struct decision_outcome *outcome) {
    buffer_string(report->out, "  ");
    buffer_text(&report->words, decision->shown);
    report_say(report, COLOUR_PLAIN, report->name_width + 2);
    if (outcome->state == STATE_VALUE) {
        show_value(&report->words, &decision->type, outcome->value);
        report_say(report, COLOUR_BOLD, report->value_width);
        if (outcome->by_otherwise) {
            buffer_string(&report->words, "otherwise (");
            show_place(&report->words, report->form->set, decision->node);
            buffer_char(&report->words, ')');
            report_say(report, COLOUR_DIM, 0);
        } else {
            report_rules(report, outcome->contributions, outcome->contribution_count, ", ");
            if (!outcome->contribution_count)
                report_string(report, COLOUR_DIM, 0, "no rule adds to it");
        }
    } else if (outcome->state == STATE_CONFLICT) {
        report_string(report, COLOUR_RED, report->value_width, "conflict");
        buffer_string(report->out, "rules that apply disagree:");
        report_conflict(report, &decision->type, outcome->contributions, outcome->contribution_count);
    } else {
        report_string(report, outcome->state == STATE_FAILED ? COLOUR_RED : COLOUR_YELLOW,
                      report->value_width, answer_state_name(outcome->state));
        if (outcome->state == STATE_UNDECIDED)
            buffer_string(report->out, "no rule applies");
        else
            report_reasons(report, outcome->reasons);
    }
    buffer_char(report->out, '\n');
}

static void report_deadline(struct report *report, const struct duty_outcome *outcome) {
    char first[11], last[11];
    cal_format(outcome->deadline.first, first);
    cal_format(outcome->deadline.last, last);
    if (outcome->in_period)
        buffer_format(&report->words, "%s through %s, ", first, last);
    else
        buffer_format(&report->words, "by %s, ", last);
    buffer_string(&report->words, answer_status_name(outcome->status));
    report_say(report, outcome->status == STATUS_OVERDUE ? COLOUR_RED : COLOUR_BOLD, report->value_width);
}

static void report_duty(struct report *report, const struct duty *duty, const struct duty_outcome *outcome) {
    if (outcome->state == DUTY_NOT_DUE)
        return;
    buffer_string(report->out, "  ");
    buffer_string(&report->words, "duty ");
    buffer_text(&report->words, duty->name->text);
    report_say(report, COLOUR_PLAIN, report->name_width + 2);
    if (outcome->state == DUTY_DUE) {
        report_deadline(report, outcome);
        report_rules(report, outcome->contributions, outcome->contribution_count, ", ");
    } else if (outcome->state == DUTY_IN_CONFLICT) {
        report_string(report, COLOUR_RED, report->value_width, "conflict");
        buffer_string(report->out, "rules that apply set different deadlines:");
        report_conflict(report, NULL, outcome->contributions, outcome->contribution_count);
    } else {
        report_string(report, COLOUR_YELLOW, report->value_width, "possible");
        report_reasons(report, outcome->reasons);
    }
    buffer_char(report->out, '\n');
}

static void report_announcements(struct report *report, const char *word, const struct announcement *items,
                                 size_t count) {
    size_t i;
    for (i = 0; i < count; i++) {
        buffer_string(report->out, "  ");
        report_string(report, COLOUR_PLAIN, report->name_width + 2, word);
        if (items[i].day.tag == VALUE_DATE) {
            char iso[11];
            cal_format(items[i].day.as.day, iso);
            buffer_format(&report->words, "%s ", iso);
        }
        if (items[i].possible)
            buffer_string(&report->words, "(possible) ");
        buffer_text(&report->words, items[i].text);
        report_say(report, items[i].possible ? COLOUR_YELLOW : COLOUR_PLAIN, 0);
        buffer_string(report->out, "  ");
        report_rule(report, items[i].rule);
        buffer_char(report->out, '\n');
    }
}

/* Widths of the columns: the longest name and value that will be shown, values up to a bound. */
static void report_widths(struct report *report, const struct outcome *outcome) {
    const struct policy_set *set = report->form->set;
    size_t i;
    report->name_width = report->form->announcements && outcome->reminder_count ? strlen("reminder") : 0;
    report->value_width = strlen("undetermined") + 2;
    for (i = 0; i < outcome->decision_count; i++) {
        size_t width = text_width(set->decisions[i].shown.bytes, set->decisions[i].shown.length);
        if (report->form->decisions[i] && width > report->name_width)
            report->name_width = width;
        if (!report->form->decisions[i] || outcome->decisions[i].state != STATE_VALUE)
            continue;
        show_value(&report->words, &set->decisions[i].type, outcome->decisions[i].value);
        width = report->words.data ? text_width(report->words.data, report->words.length) + 2 : 0;
        buffer_reuse(&report->words);
        if (width > report->value_width && width <= 32)
            report->value_width = width;
    }
    for (i = 0; i < outcome->duty_count; i++) {
        struct text name = set->duties[i].name->text;
        size_t width = strlen("duty ") + text_width(name.bytes, name.length);
        if (!report->form->duties[i] || outcome->duties[i].state == DUTY_NOT_DUE)
            continue;
        if (width > report->name_width)
            report->name_width = width;
        width = outcome->duties[i].state == DUTY_DUE && outcome->duties[i].in_period
                    ? strlen("2021-01-01 through 2021-01-01, overdue") + 2
                    : strlen("by 2021-01-01, overdue") + 2;
        if (width > report->value_width)
            report->value_width = width;
    }
}

/* What the record says: every fact that is known. */
static void report_facts(struct report *report, const struct record *record) {
    const struct policy_set *set = report->form->set;
    const char *gap = "  ";
    size_t i;
    for (i = 0; i < set->fact_count; i++) {
        if (record->values[i].tag == VALUE_OPEN || record->values[i].tag == VALUE_NONE)
            continue;
        buffer_string(&report->words, gap);
        buffer_text(&report->words, set->facts[i].name->text);
        buffer_char(&report->words, ' ');
        show_value(&report->words, &set->facts[i].type, record->values[i]);
        gap = ", ";
    }
    report_say(report, COLOUR_PLAIN, 0);
    buffer_char(report->out, '\n');
}

static void report_head(struct report *report, const struct record *record) {
    size_t i;
    buffer_format(&report->words, "Record %llu", (unsigned long long)record->number);
    for (i = 0; i < report->form->field_count; i++) {
        buffer_string(&report->words, i ? ", " : ": ");
        buffer_text(&report->words, report->form->fields[i]);
        buffer_char(&report->words, ' ');
        field_text(&report->words, record, report->form->fields[i]);
    }
    report_say(report, COLOUR_BOLD, 0);
}

static void report_problems(struct report *report, const struct record *record) {
    size_t i;
    report_string(report, COLOUR_RED, 0, "  rejected");
    buffer_char(report->out, '\n');
    for (i = 0; i < record->problem_count; i++) {
        const struct fact_problem *problem = &record->problems[i];
        buffer_format(&report->words, "  line %llu: ", (unsigned long long)problem->line);
        if (problem->path[0])
            buffer_format(&report->words, "%s: ", problem->path);
        buffer_string(&report->words, problem->message);
        report_say(report, COLOUR_PLAIN, 0);
        buffer_char(report->out, '\n');
    }
}

void answer_text(struct buffer *out, const struct answer_form *form, const struct record *record,
                 const struct outcome *outcome) {
    struct report report = {.out = out, .form = form};
    size_t i;
    buffer_init(&report.words, out->alloc);
    report_head(&report, record);
    if (!outcome) {
        report_problems(&report, record);
    } else {
        char iso[11];
        cal_format(outcome->today, iso);
        buffer_format(out, "  on %s\n", iso);
        report_facts(&report, record);
        report_widths(&report, outcome);
        if (!outcome->covered)
            buffer_string(out, "  not covered: the policy claims no answer for this day\n");
        for (i = 0; i < outcome->decision_count; i++)
            if (form->decisions[i])
                report_decision(&report, &form->set->decisions[i], &outcome->decisions[i]);
        for (i = 0; i < outcome->duty_count; i++)
            if (form->duties[i])
                report_duty(&report, &form->set->duties[i], &outcome->duties[i]);
        if (form->announcements) {
            report_announcements(&report, "reminder", outcome->reminders, outcome->reminder_count);
            report_announcements(&report, "notice", outcome->notices, outcome->notice_count);
        }
    }
    buffer_free(&report.words);
}
