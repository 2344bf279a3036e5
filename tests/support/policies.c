/*
 * See policies.h. The notation of facts is read with the facts' own types, so that tests say no more than they mean. It knows
 * the model and the outcome, and nothing of how either is made.
 */
#include "tests/support/policies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "grammar/source/render_machine.h"
#include "interp/meaning/show.h"

static void fail_with_messages(struct policy *policy, const char *text) {
    struct buffer out;
    buffer_init(&out, pv_alloc_default());
    for (size_t i = 0; i < policy->set.diags.count; i++)
        render_line(&out, &policy->set.sources, policy->set.diags.items[i]);
    print_error("%s\n%s\n", out.data ? out.data : "", text);
    buffer_free(&out);
    fail_msg("the policy of a test does not compile: %s",
             policy->program && policy->program->problem ? policy->program->problem : "see above");
}

void policy_open(struct policy *policy, const char *text, const char *amendment) {
    static const char header[] = "policy p \"P\" covers 2000-01-01 through 2030-12-31 months round back\n";
    struct buffer whole;
    arena_init(&policy->arena, pv_alloc_default());
    policy->program = NULL;
    policy_set_init(&policy->set, &policy->arena);
    buffer_init(&whole, pv_alloc_default());
    buffer_string(&whole, header);
    buffer_string(&whole, text);
    bool added = policy_set_add(&policy->set, "p.proviso", whole.data, whole.length);
    if (amendment)
        added = policy_set_add(&policy->set, "amendment.proviso", amendment, strlen(amendment)) && added;
    buffer_free(&whole);
    if (!added || !policy_set_check(&policy->set) ||
        !program_compile(&policy->set, &policy->arena, &policy->program))
        fail_with_messages(policy, text);
}

void policy_free(struct policy *policy) {
    arena_free(&policy->arena);
}

static size_t word_length(const char *at) {
    return strcspn(at, " ;]},");
}

static int64_t member_of(const struct enumeration *enumeration, const char *name, size_t length) {
    for (size_t i = 0; i < enumeration->count; i++) {
        if (text_equal(enumeration->members[i].name->text, (struct text){name, length}))
            return (int64_t)i;
    }
    fail_msg("no member %.*s", (int)length, name);
    return 0;
}

static struct value read_fields(const struct record_type *record, struct arena *arena, const char **at);

static struct value read_set(const struct type *type, struct arena *arena, const char **at) {
    struct member_set *set = arena_alloc(arena, sizeof *set + 4 * sizeof set->words[0]);
    set->word_count = (uint32_t)(type->enumeration->count + 63) / 64;
    for ((*at)++; **at != '}'; *at += **at == ',') {
        size_t length = word_length(*at);
        int64_t member = member_of(type->enumeration, *at, length);
        set->words[member / 64] |= UINT64_C(1) << member % 64;
        *at += length;
    }
    (*at)++;
    return (struct value){.tag = VALUE_SET, .as.set = set};
}

static struct value read_text(struct arena *arena, const char **at) {
    size_t length = strcspn(*at + 1, "'");
    struct text *text = arena_alloc(arena, sizeof *text);
    *text = (struct text){arena_copy(arena, *at + 1, length), length};
    *at += length + 2;
    return (struct value){.tag = VALUE_TEXT, .as.text = text};
}

/* The value of a fact or field at `at`, which moves behind it. */
static struct value read_value(const struct type *type, struct arena *arena, const char **at) {
    struct value value = {.tag = VALUE_NONE};
    const char *word = *at;
    size_t length = word_length(word);
    if (type->kind == TYPE_RECORDS && word[0] == '[')
        return read_fields(type->record, arena, at);
    if (type->kind == TYPE_MEMBERS && word[0] == '{')
        return read_set(type, arena, at);
    if (type->kind == TYPE_STRING && word[0] == '\'')
        return read_text(arena, at);
    *at += length;
    if (length == 4 && memcmp(word, "none", 4) == 0)
        return value;
    if (type->kind == TYPE_YESNO) {
        value = (struct value){.tag = VALUE_YES_NO, .as.number = word[0] == 'y'};
    } else if (type->kind == TYPE_DAY) {
        value.tag = VALUE_DATE;
        assert_true(cal_parse(word, length, &value.as.day, NULL));
    } else if (type->kind == TYPE_NUM) {
        value.tag = VALUE_NUMBER;
        assert_int_equal(num_parse(word, length, type->scale, &value.as.number), NUM_OK);
    } else {
        assert_int_equal(type->kind, TYPE_MEMBER);
        value = (struct value){.tag = VALUE_MEMBER, .as.number = member_of(type->enumeration, word, length)};
    }
    return value;
}

/* "name=value": sets the value of the fact of that name. */
static void read_given(const struct fact *facts, size_t count, struct value *values, struct arena *arena,
                       const char **at) {
    size_t length = strcspn(*at, "=");
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(facts[i].name->text, (struct text){*at, length}))
            continue;
        *at += length + 1;
        values[i] = read_value(&facts[i].type, arena, at);
        return;
    }
    fail_msg("no fact %s", *at);
}

static struct value read_fields(const struct record_type *record, struct arena *arena, const char **at) {
    struct value_list *list = arena_alloc(arena, sizeof *list);
    struct value *fields = arena_array(arena, 64 * record->field_count, sizeof *fields);
    bool any = (*at)[1] != ']';
    *list = (struct value_list){any ? 1 : 0, (uint32_t)record->field_count, fields};
    for ((*at)++; **at != ']';) {
        if (**at == ';')
            list->count++;
        if (**at == ';' || **at == ' ' || **at == '.')
            (*at)++;
        else
            read_given(record->fields, record->field_count, fields + (list->count - 1) * record->field_count,
                       arena, at);
    }
    (*at)++;
    return (struct value){.tag = VALUE_LIST, .as.list = list};
}

void record_fill(struct record *record, const struct policy_set *set, struct arena *arena,
                 const char *facts) {
    assert_true(record_init(record, set, arena));
    record->number = record->line = 1;
    while (*facts != '\0') {
        if (*facts == ' ')
            facts++;
        else
            read_given(set->facts, set->fact_count, record->values, arena, &facts);
    }
}

/* Shorter than the words of messages, so that a better message changes no test. */
static const char *const failures[] = {"no failure", "overflow",    "zero division",
                                       "date range", "no such day", "out of range"};

static void add_reasons(struct buffer *out, const struct policy_set *set, const struct reasons *reasons) {
    for (uint32_t i = 0; reasons && i < reasons->count; i++) {
        const struct reason *reason = &reasons->items[i];
        buffer_string(out, i == 0 ? "(" : ", ");
        if (reason->kind == REASON_FACT)
            show_need(out, set, reason);
        else if (reason->kind == REASON_FAILURE)
            buffer_string(out, failures[reason->failure]);
        else
            buffer_format(out, "%.*s %s", (int)set->decisions[reason->index].shown.length,
                          set->decisions[reason->index].shown.bytes,
                          reason->kind == REASON_UNDECIDED ? "undecided" : "in conflict");
    }
    if (reasons)
        buffer_char(out, ')');
}

static void add_rules(struct buffer *out, const struct policy_set *set, const struct contribution *list,
                      size_t count) {
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, i == 0 ? "[" : ", ");
        buffer_text(out, set->rules[list[i].rule].shown);
        buffer_string(out, list[i].degree == DEGREE_OPEN ? "?" : "");
    }
    if (count > 0)
        buffer_char(out, ']');
}

static void add_decision(struct buffer *out, const struct policy_set *set, const struct decision *decision,
                         const struct decision_outcome *found) {
    static const char *const states[] = {"value", "undecided", "undetermined", "conflict", "failed"};
    buffer_text(out, decision->shown);
    buffer_char(out, '=');
    if (found->state == STATE_VALUE)
        show_value(out, &decision->type, found->value);
    else
        buffer_string(out, states[found->state]);
    add_reasons(out, set, found->reasons);
    add_rules(out, set, found->contributions, found->contribution_count);
    buffer_char(out, ' ');
}

static void add_duty(struct buffer *out, const struct policy_set *set, const struct duty *duty,
                     const struct duty_outcome *found) {
    static const char *const states[] = {"not due", "due", "possible", "conflict"};
    static const char *const statuses[] = {"open", "done", "overdue", "unknown"};
    static const struct type day = {.kind = TYPE_DAY}, period = {.kind = TYPE_SPAN};
    struct value by = {.tag = VALUE_DATE, .as.day = found->deadline.last};
    struct value in = {.tag = VALUE_PERIOD, .as.period = found->deadline};
    buffer_text(out, duty->name->text);
    buffer_char(out, ':');
    if (found->state == DUTY_DUE) {
        buffer_string(out, found->in_period ? "in " : "by ");
        show_value(out, found->in_period ? &period : &day, found->in_period ? in : by);
        buffer_format(out, " %s", statuses[found->status]);
    } else {
        buffer_string(out, states[found->state]);
    }
    add_reasons(out, set, found->reasons);
    add_rules(out, set, found->contributions, found->contribution_count);
    buffer_char(out, ' ');
}

static void add_announcements(struct buffer *out, const struct policy_set *set, const char *what,
                              const struct announcement *list, size_t count) {
    static const struct type day = {.kind = TYPE_DAY};
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, what);
        if (list[i].possible)
            buffer_char(out, '?');
        buffer_char(out, ' ');
        if (list[i].day.tag != VALUE_NONE) {
            show_value(out, &day, list[i].day);
            buffer_char(out, ' ');
        }
        buffer_char(out, '\'');
        buffer_text(out, list[i].text);
        buffer_char(out, '\'');
        add_reasons(out, set, list[i].reasons);
        buffer_char(out, ' ');
    }
}

static void add_outcome(struct buffer *out, const struct policy_set *set, const struct outcome *outcome) {
    for (size_t i = 0; i < outcome->decision_count; i++) {
        const struct decision *decision = &set->decisions[i];
        const struct text name = decision->shown;
        if (decision->kind != DECISION_DEFINE && name.bytes[name.length - 1] != '_')
            add_decision(out, set, decision, &outcome->decisions[i]);
    }
    for (size_t i = 0; i < outcome->duty_count; i++)
        add_duty(out, set, &set->duties[i], &outcome->duties[i]);
    add_announcements(out, set, "remind", outcome->reminders, outcome->reminder_count);
    add_announcements(out, set, "notice", outcome->notices, outcome->notice_count);
}

static struct question read_question(const char *on) {
    struct question question = {0};
    assert_true(cal_parse(on, 10, &question.today, NULL));
    const char *known = strstr(on, " known ");
    question.has_known_on = known != NULL;
    if (known)
        assert_true(cal_parse(known + 7, 10, &question.known_on, NULL));
    return question;
}

const char *policy_answer(struct policy *policy, const char *facts, const char *on) {
    struct record record;
    struct outcome outcome;
    struct buffer out;
    struct question question = read_question(on);
    record_fill(&record, &policy->set, &policy->arena, facts);
    enum evaluate_status status =
        evaluate(policy->program, &record, &question, &policy->arena, NULL, &outcome);
    buffer_init(&out, pv_alloc_default());
    if (status == EVALUATE_OUT_OF_MEMORY)
        fail_msg("memory ran out");
    if (status == EVALUATE_REJECTED)
        buffer_string(&out, "rejected: ");
    for (size_t i = 0; i < record.problem_count; i++)
        buffer_format(&out, "%s %s: %s ", diag_message(record.problems[i].code)->slug,
                      record.problems[i].path, record.problems[i].message);
    if (status == EVALUATE_OK && !outcome.covered)
        buffer_string(&out, "not covered ");
    if (status == EVALUATE_OK)
        add_outcome(&out, &policy->set, &outcome);
    size_t length = out.length > 0 ? out.length - 1 : 0;
    const char *answer = arena_copy(&policy->arena, out.data ? out.data : "", length);
    buffer_free(&out);
    return answer;
}
