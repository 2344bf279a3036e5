/*
 * An outcome as lines of text, everything that struct outcome holds in them: what two evaluations are
 * compared by. Names instead of numbers, so that it serves policies in another order too. Must not know how
 * outcomes come about.
 */
#include "tests/laws/law.h"

#include "interp/meaning/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Lines in the making. */
struct lines {
    const struct law_policy *policy;
    enum law_places places;
    struct arena *arena;
    const char **items;
    size_t count, capacity;
};

static const char *kept(struct lines *lines, struct buffer *text) {
    const char *copy = arena_copy(lines->arena, text->data ? text->data : "", text->length);
    if (!copy || text->failed)
        fail_msg("memory ran out in a law");
    buffer_free(text);
    return copy;
}

static void add_line(struct lines *lines, struct buffer *text) {
    const char *copy = kept(lines, text);
    if (!ARENA_PUSH(lines->arena, lines->items, lines->count, lines->capacity, copy))
        fail_msg("memory ran out in a law");
}

static void sort_strings(const char **items, size_t count) {
    size_t i, j;
    for (i = 1; i < count; i++) {
        const char *item = items[i];
        for (j = i; j > 0 && strcmp(items[j - 1], item) > 0; j--)
            items[j] = items[j - 1];
        items[j] = item;
    }
}

/* Puts the items behind `text` in brackets, sorted, and forgets them. */
static void add_sorted(struct buffer *text, struct lines *part) {
    size_t i;
    sort_strings(part->items, part->count);
    buffer_char(text, '[');
    for (i = 0; i < part->count; i++)
        buffer_format(text, "%s%s", i ? "; " : "", part->items[i]);
    buffer_char(text, ']');
}

static void add_place(struct lines *lines, struct buffer *text, uint32_t node_id) {
    const struct ast_node *node = program_node(lines->policy->program, node_id);
    if (lines->places == LAW_NODES) {
        buffer_format(text, " at node %u", node_id);
    } else {
        if (!node)
            fail_msg("a failure at a node that the program does not know");
        buffer_string(text, " at ");
        buffer_text(text, sources_text(&lines->policy->set.sources, ast_span(node)));
    }
}

static void add_reason(struct lines *lines, struct lines *part, const struct reason *reason) {
    const struct policy_set *set = &lines->policy->set;
    struct buffer text;
    buffer_init(&text, lines->arena->alloc);
    if (reason->kind == REASON_FACT)
        show_need(&text, set, reason);
    else if (reason->kind == REASON_FAILURE)
        buffer_string(&text, failure_words((enum failure)reason->failure)),
            add_place(lines, &text, reason->index);
    else
        show_reason(&text, set, reason);
    add_line(part, &text);
}

static void add_reasons(struct lines *lines, struct buffer *text, const struct reasons *reasons) {
    struct lines part = *lines;
    uint32_t i;
    part.items = NULL;
    part.count = part.capacity = 0;
    for (i = 0; reasons && i < reasons->count; i++) {
        if (i > 0 && reason_compare(&reasons->items[i - 1], &reasons->items[i]) >= 0)
            fail_msg("a set of reasons is not sorted, or has doubles");
        add_reason(lines, &part, &reasons->items[i]);
    }
    buffer_string(text, " because ");
    add_sorted(text, &part);
}

static const char *degree_name(enum degree degree) {
    return degree == DEGREE_NO ? "no" : degree == DEGREE_YES ? "yes" : "open";
}

static void add_contributions(struct lines *lines, struct buffer *text, const struct type *type,
                              const struct contribution *contributions, size_t count) {
    struct lines part = *lines;
    size_t i;
    part.items = NULL;
    part.count = part.capacity = 0;
    for (i = 0; i < count; i++) {
        struct buffer one;
        buffer_init(&one, lines->arena->alloc);
        buffer_text(&one, lines->policy->set.rules[contributions[i].rule].shown);
        buffer_format(&one, " %s ", degree_name(contributions[i].degree));
        show_value(&one, type, contributions[i].value);
        add_line(&part, &one);
    }
    buffer_string(text, " by ");
    add_sorted(text, &part);
}

static void decision_line(struct lines *lines, const struct decision *decision,
                          const struct decision_outcome *d) {
    static const char *const states[] = {"value", "undecided", "undetermined", "conflict", "failed"};
    struct buffer text;
    bool open = d->state == STATE_UNDETERMINED || d->state == STATE_FAILED;
    buffer_init(&text, lines->arena->alloc);
    buffer_format(&text, "decision %.*s: %s ", (int)decision->shown.length, decision->shown.bytes,
                  states[d->state]);
    if (d->state == STATE_VALUE)
        show_value(&text, &decision->type, d->value);
    if (d->by_otherwise)
        buffer_string(&text, " normally");
    add_contributions(lines, &text, &decision->type, d->contributions, d->contribution_count);
    if (open != (d->reasons && d->reasons->count > 0))
        fail_msg("a decision has reasons where it is not open, or none where it is");
    add_reasons(lines, &text, d->reasons);
    add_line(lines, &text);
}

static void duty_line(struct lines *lines, const struct duty *duty, const struct duty_outcome *d) {
    static const char *const states[] = {"not due", "due", "possible", "in conflict"};
    static const char *const statuses[] = {"open", "done", "overdue", "unknown"};
    static const struct type day = {.kind = TYPE_DAY};
    struct value deadline = {.tag = VALUE_PERIOD, .as = {.number = 0}};
    struct buffer text;
    buffer_init(&text, lines->arena->alloc);
    buffer_format(&text, "duty %.*s: %s", (int)duty->name->text.length, duty->name->text.bytes,
                  states[d->state]);
    if (d->state == DUTY_DUE) {
        deadline.as.period = d->deadline;
        buffer_string(&text, d->in_period ? " in " : " by ");
        show_value(&text, &day, deadline);
        buffer_format(&text, " %s", statuses[d->status]);
    }
    add_contributions(lines, &text, &day, d->contributions, d->contribution_count);
    add_reasons(lines, &text, d->reasons);
    add_line(lines, &text);
}

static void announcement_line(struct lines *lines, const char *kind, const struct announcement *a) {
    static const struct type day = {.kind = TYPE_DAY};
    struct text rule = lines->policy->set.rules[a->rule].shown;
    struct buffer text;
    buffer_init(&text, lines->arena->alloc);
    buffer_format(&text, "%s %.*s effect %u%s ", kind, (int)rule.length, rule.bytes, a->effect,
                  a->possible ? " possible" : "");
    show_value(&text, &day, a->day);
    buffer_string(&text, " \"");
    buffer_text(&text, a->text);
    buffer_char(&text, '"');
    add_reasons(lines, &text, a->reasons);
    add_line(lines, &text);
}

static void property_line(struct lines *lines, const struct property *property,
                          const struct property_outcome *p) {
    static const struct type yes_no = {.kind = TYPE_YESNO};
    const struct value *values[] = {&p->whenever, &p->condition};
    struct buffer text;
    size_t i;
    buffer_init(&text, lines->arena->alloc);
    buffer_format(&text, "property %.*s: %s", (int)property->title.length, property->title.bytes,
                  p->state == PROPERTY_HOLDS ? "holds" : "broken");
    for (i = 0; i < 2; i++) {
        buffer_string(&text, i ? " then " : " whenever ");
        show_value(&text, &yes_no, *values[i]);
        if (values[i]->tag == VALUE_OPEN)
            add_reasons(lines, &text, values[i]->as.reasons);
    }
    add_line(lines, &text);
}

static void outcome_lines(struct lines *lines, const struct outcome *outcome) {
    const struct policy_set *set = &lines->policy->set;
    size_t i;
    if (outcome->decision_count != set->decision_count || outcome->duty_count != set->duty_count ||
        outcome->rule_count != set->rule_count || outcome->property_count != set->property_count)
        fail_msg("an outcome does not tell of all decisions, duties, rules and properties");
    for (i = 0; i < outcome->decision_count; i++)
        decision_line(lines, &set->decisions[i], &outcome->decisions[i]);
    for (i = 0; i < outcome->duty_count; i++)
        duty_line(lines, &set->duties[i], &outcome->duties[i]);
    for (i = 0; i < outcome->reminder_count; i++)
        announcement_line(lines, "reminder", &outcome->reminders[i]);
    for (i = 0; i < outcome->notice_count; i++)
        announcement_line(lines, "notice", &outcome->notices[i]);
    for (i = 0; i < outcome->rule_count; i++) {
        struct buffer text;
        buffer_init(&text, lines->arena->alloc);
        buffer_format(&text, "rule %.*s: %s", (int)set->rules[i].shown.length, set->rules[i].shown.bytes,
                      degree_name(outcome->degrees[i]));
        add_line(lines, &text);
    }
    for (i = 0; i < outcome->property_count; i++)
        property_line(lines, &set->properties[i], &outcome->properties[i]);
}

struct text law_outcome(const struct law_policy *policy, bool rejected, const struct outcome *outcome,
                        enum law_places places, struct arena *arena) {
    struct lines lines = {.policy = policy, .places = places, .arena = arena};
    struct buffer text;
    struct text all;
    size_t i;
    if (rejected)
        return text_of("rejected\n");
    if (!outcome->covered)
        return text_of("not covered\n");
    outcome_lines(&lines, outcome);
    if (places == LAW_TEXTS)
        sort_strings(lines.items, lines.count);
    buffer_init(&text, arena->alloc);
    for (i = 0; i < lines.count; i++)
        buffer_format(&text, "%s\n", lines.items[i]);
    all.length = text.length;
    all.bytes = kept(&lines, &text);
    return all;
}
