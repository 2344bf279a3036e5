/*
 * Answers of the public interface: a record is copied, evaluated, and what was found is put into words at once, so that
 * reading an answer can neither fail nor change it. Must not know where a record came from.
 */
#include "interp/proviso_inside.h"

#include "interp/meaning/show.h"

#include <string.h>

#include "grammar/base/banned.h"

struct proviso_rule {
    const struct rule_words *words;
    bool applies;
    const char *gives;
};
struct proviso_grounds {
    struct proviso_rule *rules;
    const char **needs, **reasons;
    size_t rule_count, need_count, reason_count;
};
struct proviso_decision {
    const struct entity_words *words;
    const struct type *type;
    const struct decision_outcome *outcome;
    const char *text, *json, *first, *last;
    struct proviso_grounds grounds;
};
struct proviso_duty {
    const struct entity_words *words;
    const struct duty_outcome *outcome;
    const char *from, *by;
    struct proviso_grounds grounds;
};
struct proviso_announcement {
    const struct announcement *announcement;
    const char *text, *on;
    struct proviso_grounds grounds;
};

struct proviso_answer {
    struct proviso_program *program;
    struct arena arena;
    struct record record;
    struct outcome outcome;
    bool rejected;
    char today[11];
    struct messages problems;
    struct proviso_decision *decisions;
    struct proviso_duty *duties;
    struct proviso_announcement *reminders, *notices;
    struct buffer words, json;
};

/* --- into words; NULL or false where memory ran out --- */

/* What stands in answer->words, which is empty again. */
static const char *answer_words(struct proviso_answer *answer) {
    const char *copy = inside_copy(&answer->arena, &answer->words);
    if (copy)
        buffer_clear(&answer->words);
    return copy;
}

static const char *answer_value(struct proviso_answer *answer, const struct type *type, struct value value) {
    if (value.tag == VALUE_OPEN)
        return "";
    show_value(&answer->words, type, value);
    return answer_words(answer);
}

static const char *answer_day(struct proviso_answer *answer, cal_day day) {
    char iso[11];
    cal_format(day, iso);
    return arena_copy(&answer->arena, iso, 10);
}

static bool answer_reasons(struct proviso_answer *answer, struct proviso_grounds *grounds,
                           const struct reasons *reasons) {
    const struct policy_set *set = &answer->program->set;
    if (!reasons)
        return true;
    grounds->needs = arena_array(&answer->arena, reasons->count, sizeof *grounds->needs);
    grounds->reasons = arena_array(&answer->arena, reasons->count, sizeof *grounds->reasons);
    if (!grounds->needs || !grounds->reasons)
        return false;
    for (uint32_t i = 0; i < reasons->count; i++) {
        if (reasons->items[i].kind == REASON_FACT) {
            show_need(&answer->words, set, &reasons->items[i]);
            if (!(grounds->needs[grounds->need_count++] = answer_words(answer)))
                return false;
        }
        show_reason(&answer->words, set, &reasons->items[i]);
        if (!(grounds->reasons[grounds->reason_count++] = answer_words(answer)))
            return false;
    }
    return true;
}

/* `type` NULL: the values are deadlines of a duty. */
static bool answer_grounds(struct proviso_answer *answer, struct proviso_grounds *grounds,
                           const struct contribution *items, size_t count, const struct type *type,
                           const struct reasons *reasons) {
    static const struct type day = {.kind = TYPE_DAY}, span = {.kind = TYPE_SPAN};
    grounds->rules = arena_array(&answer->arena, count, sizeof *grounds->rules);
    if (!grounds->rules)
        return false;
    grounds->rule_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct type *shown = type ? type : items[i].value.tag == VALUE_PERIOD ? &span : &day;
        grounds->rules[i].words = &answer->program->rules[items[i].rule];
        grounds->rules[i].applies = items[i].degree == DEGREE_YES;
        grounds->rules[i].gives = answer_value(answer, shown, items[i].value);
        if (!grounds->rules[i].gives)
            return false;
    }
    return answer_reasons(answer, grounds, reasons);
}

static bool answer_decision(struct proviso_answer *answer, size_t index) {
    struct proviso_decision *made = &answer->decisions[index];
    const struct decision_outcome *outcome = &answer->outcome.decisions[index];
    bool has_value = outcome->state == STATE_VALUE;
    made->words = &answer->program->decisions[index];
    made->type = &answer->program->set.decisions[index].type;
    made->outcome = outcome;
    made->first = made->last = made->text = "";
    made->json = "null";
    if (has_value) {
        made->text = answer_value(answer, made->type, outcome->value);
        show_json(&answer->words, made->type, outcome->value);
        made->json = answer_words(answer);
    }
    if (has_value && outcome->value.tag == VALUE_PERIOD) {
        made->first = answer_day(answer, outcome->value.as.period.first);
        made->last = answer_day(answer, outcome->value.as.period.last);
    }
    return made->text && made->json && made->first && made->last &&
           answer_grounds(answer, &made->grounds, outcome->contributions, outcome->contribution_count,
                          made->type, outcome->reasons);
}

static bool answer_duty(struct proviso_answer *answer, size_t index) {
    struct proviso_duty *made = &answer->duties[index];
    const struct duty_outcome *outcome = &answer->outcome.duties[index];
    bool due = outcome->state == DUTY_DUE;
    made->words = &answer->program->duties[index];
    made->outcome = outcome;
    made->by = due ? answer_day(answer, outcome->deadline.last) : NULL;
    made->from = due && outcome->in_period ? answer_day(answer, outcome->deadline.first) : NULL;
    return (made->by || !due) && (made->from || !due || !outcome->in_period) &&
           answer_grounds(answer, &made->grounds, outcome->contributions, outcome->contribution_count, NULL,
                          outcome->reasons);
}

static struct proviso_announcement *answer_announcements(struct proviso_answer *answer,
                                                         const struct announcement *items, size_t count) {
    struct proviso_announcement *made = arena_array(&answer->arena, count, sizeof *made);
    for (size_t i = 0; made && i < count; i++) {
        struct contribution rule = {
            items[i].rule, items[i].possible ? DEGREE_OPEN : DEGREE_YES, {.tag = VALUE_OPEN}};
        bool has_day = items[i].day.tag == VALUE_DATE;
        made[i].announcement = &items[i];
        made[i].text = inside_string(&answer->arena, items[i].text);
        made[i].on = has_day ? answer_day(answer, items[i].day.as.day) : NULL;
        if (!made[i].text || (has_day && !made[i].on) ||
            !answer_grounds(answer, &made[i].grounds, &rule, 1, NULL, items[i].reasons))
            return NULL;
    }
    return made;
}

static bool answer_speaks(struct proviso_answer *answer) {
    const struct outcome *outcome = &answer->outcome;
    bool good;
    answer->decisions = arena_array(&answer->arena, outcome->decision_count, sizeof *answer->decisions);
    answer->duties = arena_array(&answer->arena, outcome->duty_count, sizeof *answer->duties);
    good = answer->decisions && answer->duties;
    for (size_t i = 0; i < outcome->decision_count && good; i++)
        good = answer_decision(answer, i);
    for (size_t i = 0; i < outcome->duty_count && good; i++)
        good = answer_duty(answer, i);
    if (!good)
        return false;
    answer->reminders = answer_announcements(answer, outcome->reminders, outcome->reminder_count);
    answer->notices = answer_announcements(answer, outcome->notices, outcome->notice_count);
    return answer->reminders && answer->notices;
}

/* --- evaluation --- */

/* A day in words, for `name`. */
static enum proviso_status answer_parse(struct proviso_record *record, const char *name, const char *text,
                                        cal_day *out) {
    struct cal_parse_error error;
    char reason[CAL_EXPLAIN_MAX];
    if (cal_parse(text, strlen(text), out, &error))
        return PROVISO_OK;
    cal_explain(&error, reason, sizeof reason);
    buffer_format(record_words(record), "%s \"", name);
    buffer_visible(&record->words, text, strlen(text));
    buffer_format(&record->words, "\" is no date: %s", reason);
    return record_fails(record, PROVISO_BAD_VALUE);
}

static enum proviso_status answer_question(struct proviso_record *record, const char *on,
                                           const char *known_on, struct question *out) {
    enum proviso_status status = PROVISO_OK;
    *out = (struct question){.has_known_on = known_on != NULL};
    buffer_clear(&record->words);
    if (known_on)
        status = answer_parse(record, "known_on", known_on, &out->known_on);
    if (status == PROVISO_OK && on)
        return answer_parse(record, "on", on, &out->today);
    if (status != PROVISO_OK || record->record.problem_count)
        return status;
    if (!record->record.has_today) {
        buffer_string(record_words(record), record->program->set.has_today_path
                                                ? "no day is given, and the record does not say its day"
                                                : "no day is given, and the policy names no field for it");
        return record_fails(record, PROVISO_NO_DAY);
    }
    out->today = record->record.today;
    return PROVISO_OK;
}

/* The problems of a record that was read badly go along. */
static bool answer_copies(struct proviso_answer *answer, const struct record *from) {
    if (!record_copy(&answer->record, &answer->program->set, from, &answer->arena))
        return false;
    for (size_t i = 0; i < from->problem_count; i++)
        if (!record_problem(&answer->record, from->problems[i].code, from->problems[i].path,
                            from->problems[i].line, "%s", from->problems[i].message))
            return false;
    return true;
}

/* OK, REJECTED or OUT_OF_MEMORY. */
static enum proviso_status answer_fill(struct proviso_answer *answer, const struct record *from,
                                       const struct question *question) {
    struct record *record = &answer->record;
    enum evaluate_status status;
    if (!answer_copies(answer, from))
        return PROVISO_OUT_OF_MEMORY;
    status = evaluate(answer->program->program, record, question, &answer->arena, NULL, &answer->outcome);
    if (status == EVALUATE_OUT_OF_MEMORY)
        return PROVISO_OUT_OF_MEMORY;
    answer->rejected = status == EVALUATE_REJECTED;
    if (answer->rejected)
        answer->outcome = (struct outcome){.today = question->today};
    else
        cal_format(question->today, answer->today);
    for (size_t i = 0; i < record->problem_count; i++)
        if (!inside_about_record(&answer->problems, &answer->arena, &record->problems[i]))
            return PROVISO_OUT_OF_MEMORY;
    if (!answer_speaks(answer) || answer->arena.failed)
        return PROVISO_OUT_OF_MEMORY;
    return answer->rejected ? PROVISO_REJECTED : PROVISO_OK;
}

enum proviso_status proviso_evaluate(proviso_record *record, const char *on, const char *known_on,
                                     proviso_answer **out) {
    struct proviso_answer *answer;
    struct question question;
    enum proviso_status status;
    if (!record || !out)
        return PROVISO_MISUSE;
    *out = NULL;
    status = answer_question(record, on, known_on, &question);
    if (status != PROVISO_OK)
        return status;
    answer = inside_new(&record->program->alloc, sizeof *answer);
    if (!answer)
        return record_fails(record, PROVISO_OUT_OF_MEMORY);
    answer->program = proviso_program_retain(record->program);
    arena_init(&answer->arena, &answer->program->alloc);
    buffer_init(&answer->words, &answer->program->alloc);
    buffer_init(&answer->json, &answer->program->alloc);
    status = answer_fill(answer, &record->record, &question);
    buffer_free(&answer->words);
    if (status == PROVISO_REJECTED) {
        buffer_string(record_words(record), answer->problems.items[0].text);
        if (record->words.length)
            record->words.data[--record->words.length] = '\0';
        status = record_fails(record, status);
    }
    if (status == PROVISO_OUT_OF_MEMORY) {
        proviso_answer_release(answer);
        return record_fails(record, status);
    }
    *out = answer;
    return status;
}

void proviso_answer_release(proviso_answer *answer) {
    struct proviso_program *program;
    if (!answer)
        return;
    program = answer->program;
    arena_free(&answer->arena);
    buffer_free(&answer->words);
    buffer_free(&answer->json);
    inside_drop(&program->alloc, answer, sizeof *answer);
    proviso_program_release(program);
}

enum proviso_status proviso_answer_json(proviso_answer *answer, const char **json, size_t *length) {
    struct buffer *out;
    if (!answer || !json)
        return PROVISO_MISUSE;
    out = &answer->json;
    *json = NULL;
    if (!out->length) {
        answer_json(out, &answer->program->form, &answer->record, answer->rejected ? NULL : &answer->outcome);
        if (out->failed) {
            buffer_clear(out);
            return PROVISO_OUT_OF_MEMORY;
        }
        out->data[--out->length] = '\0';
    }
    *json = out->data;
    if (length)
        *length = out->length;
    return PROVISO_OK;
}

/* --- what was found --- */

const char *proviso_answer_today(const proviso_answer *answer) {
    return answer->today;
}

bool proviso_answer_covered(const proviso_answer *answer) {
    return answer->outcome.covered;
}

size_t proviso_answer_problem_count(const proviso_answer *answer) {
    return answer->problems.count;
}

const proviso_diagnostic *proviso_answer_problem(const proviso_answer *answer, size_t index) {
    return index < answer->problems.count ? &answer->problems.items[index] : NULL;
}

size_t proviso_answer_decision_count(const proviso_answer *answer) {
    return answer->outcome.decision_count;
}

const proviso_decision *proviso_answer_decision_at(const proviso_answer *answer, size_t index) {
    return index < answer->outcome.decision_count ? &answer->decisions[index] : NULL;
}

const proviso_decision *proviso_answer_decision(const proviso_answer *answer, const char *name) {
    return proviso_answer_decision_at(answer, proviso_program_decision(answer->program, name));
}

size_t proviso_answer_duty_count(const proviso_answer *answer) {
    return answer->outcome.duty_count;
}

const proviso_duty *proviso_answer_duty_at(const proviso_answer *answer, size_t index) {
    return index < answer->outcome.duty_count ? &answer->duties[index] : NULL;
}

const proviso_duty *proviso_answer_duty(const proviso_answer *answer, const char *name) {
    return proviso_answer_duty_at(answer, proviso_program_duty(answer->program, name));
}

size_t proviso_answer_reminder_count(const proviso_answer *answer) {
    return answer->outcome.reminder_count;
}

const proviso_announcement *proviso_answer_reminder(const proviso_answer *answer, size_t index) {
    return index < answer->outcome.reminder_count ? &answer->reminders[index] : NULL;
}

size_t proviso_answer_notice_count(const proviso_answer *answer) {
    return answer->outcome.notice_count;
}

const proviso_announcement *proviso_answer_notice(const proviso_answer *answer, size_t index) {
    return index < answer->outcome.notice_count ? &answer->notices[index] : NULL;
}

/* --- decisions --- */

const char *proviso_decision_name(const proviso_decision *decision) {
    return decision->words->name;
}

enum proviso_type proviso_decision_type(const proviso_decision *decision) {
    return inside_type(decision->type);
}

enum proviso_state proviso_decision_state(const proviso_decision *decision) {
    return (enum proviso_state)decision->outcome->state;
}

const char *proviso_decision_text(const proviso_decision *decision) {
    return decision->text;
}

const char *proviso_decision_json(const proviso_decision *decision) {
    return decision->json;
}

bool proviso_decision_is_none(const proviso_decision *decision) {
    return decision->outcome->state == STATE_VALUE && decision->outcome->value.tag == VALUE_NONE;
}

bool proviso_decision_by_otherwise(const proviso_decision *decision) {
    return decision->outcome->by_otherwise;
}

const char *proviso_decision_file(const proviso_decision *decision) {
    return decision->words->file;
}

uint32_t proviso_decision_line(const proviso_decision *decision) {
    return decision->words->line;
}

const proviso_grounds *proviso_decision_grounds(const proviso_decision *decision) {
    return &decision->grounds;
}

/* Whether the decision is of the type and has a value to give. */
static enum proviso_status decision_gives(const proviso_decision *decision, enum type_kind kind) {
    if (decision->type->kind != kind)
        return PROVISO_WRONG_TYPE;
    return decision->outcome->state == STATE_VALUE && decision->outcome->value.tag != VALUE_NONE
               ? PROVISO_OK
               : PROVISO_NO_VALUE;
}

enum proviso_status proviso_decision_yes_no(const proviso_decision *decision, bool *out) {
    enum proviso_status status = decision_gives(decision, TYPE_YESNO);
    if (status == PROVISO_OK)
        *out = decision->outcome->value.as.number != 0;
    return status;
}

enum proviso_status proviso_decision_date(const proviso_decision *decision, int *year, int *month, int *day) {
    enum proviso_status status = decision_gives(decision, TYPE_DAY);
    int y, m, d;
    if (status != PROVISO_OK)
        return status;
    cal_to_civil(decision->outcome->value.as.day, &y, &m, &d);
    *(year ? year : &y) = y;
    *(month ? month : &m) = m;
    *(day ? day : &d) = d;
    return status;
}

enum proviso_status proviso_decision_period(const proviso_decision *decision, const char **first,
                                            const char **last) {
    enum proviso_status status = decision_gives(decision, TYPE_SPAN);
    if (status == PROVISO_OK) {
        *first = decision->first;
        *last = decision->last;
    }
    return status;
}

enum proviso_status proviso_decision_number(const proviso_decision *decision, int64_t *digits,
                                            int *decimals) {
    enum proviso_status status = decision_gives(decision, TYPE_NUM);
    if (status == PROVISO_OK) {
        *digits = decision->outcome->value.as.number;
        *decimals = decision->type->scale;
    }
    return status;
}

enum proviso_status proviso_decision_integer(const proviso_decision *decision, int64_t *out) {
    enum proviso_status status = decision_gives(decision, TYPE_NUM);
    int64_t unit = num_pow10(decision->type->scale);
    if (status != PROVISO_OK)
        return status;
    if (decision->outcome->value.as.number % unit)
        return PROVISO_BAD_VALUE;
    *out = decision->outcome->value.as.number / unit;
    return status;
}

enum proviso_status proviso_decision_member(const proviso_decision *decision, const char **name) {
    enum proviso_status status = decision_gives(decision, TYPE_MEMBER);
    if (status == PROVISO_OK)
        *name = decision->type->enumeration->members[decision->outcome->value.as.number].name->text.bytes;
    return status;
}

/* --- duties, reminders, notices --- */

const char *proviso_duty_name(const proviso_duty *duty) {
    return duty->words->name;
}

enum proviso_due proviso_duty_state(const proviso_duty *duty) {
    return (enum proviso_due)duty->outcome->state;
}

enum proviso_progress proviso_duty_status(const proviso_duty *duty) {
    return duty->outcome->state == DUTY_DUE ? (enum proviso_progress)duty->outcome->status
                                            : PROVISO_PROGRESS_UNKNOWN;
}

const char *proviso_duty_by(const proviso_duty *duty) {
    return duty->by;
}

const char *proviso_duty_from(const proviso_duty *duty) {
    return duty->from;
}

const proviso_grounds *proviso_duty_grounds(const proviso_duty *duty) {
    return &duty->grounds;
}

const char *proviso_announcement_text(const proviso_announcement *announcement) {
    return announcement->text;
}

const char *proviso_announcement_on(const proviso_announcement *announcement) {
    return announcement->on;
}

bool proviso_announcement_possible(const proviso_announcement *announcement) {
    return announcement->announcement->possible;
}

const proviso_grounds *proviso_announcement_grounds(const proviso_announcement *announcement) {
    return &announcement->grounds;
}

/* --- grounds --- */

size_t proviso_grounds_rule_count(const proviso_grounds *grounds) {
    return grounds->rule_count;
}

const proviso_rule *proviso_grounds_rule(const proviso_grounds *grounds, size_t index) {
    return index < grounds->rule_count ? &grounds->rules[index] : NULL;
}

size_t proviso_grounds_need_count(const proviso_grounds *grounds) {
    return grounds->need_count;
}

const char *proviso_grounds_need(const proviso_grounds *grounds, size_t index) {
    return index < grounds->need_count ? grounds->needs[index] : NULL;
}

size_t proviso_grounds_reason_count(const proviso_grounds *grounds) {
    return grounds->reason_count;
}

const char *proviso_grounds_reason(const proviso_grounds *grounds, size_t index) {
    return index < grounds->reason_count ? grounds->reasons[index] : NULL;
}

const char *proviso_rule_name(const proviso_rule *rule) {
    return rule->words->entity.name;
}

const char *proviso_rule_title(const proviso_rule *rule) {
    return rule->words->entity.title;
}

const char *proviso_rule_file(const proviso_rule *rule) {
    return rule->words->entity.file;
}

uint32_t proviso_rule_line(const proviso_rule *rule) {
    return rule->words->entity.line;
}

bool proviso_rule_applies(const proviso_rule *rule) {
    return rule->applies;
}

const char *proviso_rule_gives(const proviso_rule *rule) {
    return rule->gives;
}

size_t proviso_rule_citation_count(const proviso_rule *rule) {
    return rule->words->citation_count;
}

const char *proviso_rule_citation_source(const proviso_rule *rule, size_t index) {
    return index < rule->words->citation_count ? rule->words->citations[index].source : NULL;
}

const char *proviso_rule_citation_place(const proviso_rule *rule, size_t index) {
    return index < rule->words->citation_count ? rule->words->citations[index].place : NULL;
}
