/*
 * What all output forms share: which decisions and duties are shown, and the words for states.
 */
#include "interp/output/answer.h"

#include <string.h>

static bool answer_choose(struct answer_form *form, struct text name) {
    const struct policy_set *set = form->set;
    bool found = false;
    size_t i;
    for (i = 0; i < set->decision_count; i++)
        if (text_equal(set->decisions[i].shown, name))
            form->decisions[i] = found = true;
    for (i = 0; i < set->duty_count; i++)
        if (text_equal(set->duties[i].name->text, name))
            form->duties[i] = found = true;
    return found;
}

bool answer_form_init(struct answer_form *form, const struct policy_set *set, struct arena *arena,
                      const struct text *only, size_t only_count, const struct text **unknown) {
    size_t i;
    *form = (struct answer_form){0};
    *unknown = NULL;
    form->set = set;
    form->announcements = only_count == 0;
    form->decisions = arena_array(arena, set->decision_count, sizeof *form->decisions);
    form->duties = arena_array(arena, set->duty_count, sizeof *form->duties);
    if (!form->decisions || !form->duties)
        return false;
    for (i = 0; i < only_count; i++)
        if (!answer_choose(form, only[i])) {
            *unknown = &only[i];
            return false;
        }
    for (i = 0; i < set->decision_count && !only_count; i++)
        form->decisions[i] = set->decisions[i].kind != DECISION_DEFINE;
    for (i = 0; i < set->duty_count && !only_count; i++)
        form->duties[i] = true;
    return true;
}

bool answer_decided(const struct answer_form *form, const struct outcome *outcome) {
    size_t i;
    for (i = 0; i < outcome->decision_count; i++)
        if (form->decisions[i] && outcome->decisions[i].state != STATE_VALUE)
            return false;
    for (i = 0; i < outcome->duty_count; i++)
        if (form->duties[i] && outcome->duties[i].state == DUTY_IN_CONFLICT)
            return false;
    return outcome->covered;
}

void answer_complaints(struct buffer *out, const struct record *record, const char *name) {
    size_t i;
    for (i = 0; i < record->problem_count; i++) {
        const struct fact_problem *problem = &record->problems[i];
        const struct diag_message *message = diag_message(problem->code);
        buffer_visible(out, name, strlen(name));
        buffer_format(out, ":%llu: record %llu: ", (unsigned long long)problem->line,
                      (unsigned long long)record->number);
        if (problem->path[0]) {
            buffer_visible(out, problem->path, strlen(problem->path));
            buffer_string(out, ": ");
        }
        buffer_format(out, "error %s %s: ", message->code, message->slug);
        buffer_visible(out, problem->message, strlen(problem->message));
        buffer_char(out, '\n');
    }
}

const char *answer_state_name(enum state state) {
    static const char *const names[] = {"value", "undecided", "undetermined", "conflict", "failed"};
    return names[state];
}

const char *answer_duty_state_name(enum duty_state state) {
    static const char *const names[] = {"not due", "due", "possible", "conflict"};
    return names[state];
}

const char *answer_status_name(enum duty_status status) {
    static const char *const names[] = {"open", "done", "overdue", "unknown"};
    return names[status];
}
