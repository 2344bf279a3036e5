/*
 * What would have to be different for another answer: what each rule that would give it needs, an example that was tried, and
 * which facts by themselves change the answer or do not. Must not claim more than was tried or follows from the rules.
 */
#include "interp/output/why_inside.h"

#include <string.h>

/* --- needs --- */

/* "1.2: " before a part in plain, where nothing stands further in. */
struct numbering {
    unsigned at[16];
    unsigned depth;
};

static void say_number(struct why *w, const struct numbering *numbers) {
    if (w->pen.style != WHY_PLAIN)
        return;
    for (unsigned i = 0; i < numbers->depth && i < 16; i++)
        buffer_format(&w->pen.words, "%s%u", i ? "." : "Part ", numbers->at[i]);
    if (numbers->depth > 0)
        pen_string(&w->pen, ": ");
}

static bool ends_in(struct text text, const char *end) {
    size_t length = strlen(end);
    return text.length >= length && memcmp(text.bytes + text.length - length, end, length) == 0;
}

/* Of a yes/no that is to be turned over, what it is now says nothing. */
static bool tells_now(const struct need *need) {
    if (need->now.length == 0)
        return false;
    return !((ends_in(need->words, " is yes") && text_is(need->now, "it is no")) ||
             (ends_in(need->words, " is no") && text_is(need->now, "it is yes")));
}

static void say_need_words(struct why *w, const struct need *need) {
    pen_text(&w->pen, need->words);
    if (need->title.length > 0) {
        pen_string(&w->pen, " (\"");
        pen_text(&w->pen, need->title);
        pen_string(&w->pen, "\")");
    }
    if (tells_now(need)) {
        pen_string(&w->pen, "; ");
        pen_text(&w->pen, need->now);
    }
}

/* An alternative for which trying found nothing is no advice beside one that was tried with success. */
static bool is_shown(const struct need *whole, const struct need *part) {
    for (size_t i = 0; whole->kind == NEED_ANY && part->unconfirmed && i < whole->part_count; i++)
        if (whole->parts[i].confirmed)
            return false;
    return true;
}

static size_t count_shown(const struct need *whole) {
    size_t count = 0;
    for (size_t i = 0; i < whole->part_count; i++)
        count += is_shown(whole, &whole->parts[i]);
    return count;
}

/* A nameless row of which one part is shown is that part. */
static const struct need *shown_need(const struct need *need) {
    while (need->words.length == 0 && count_shown(need) == 1) {
        size_t i = 0;
        while (!is_shown(need, &need->parts[i]))
            i++;
        need = &need->parts[i];
    }
    return need;
}

static void say_kind(struct why *w, const struct need *need) {
    if (need->kind == NEED_PLAIN)
        return;
    if (count_shown(need) == 1)
        pen_string(&w->pen, "this:");
    else
        buffer_format(&w->pen.words, need->kind == NEED_ALL ? "ALL of these %zu:" : "ANY ONE of these %zu:",
                      count_shown(need));
}

/* What decides a thing that nothing decides now is what is known of it: rules may be missing. */
static const char *before_parts(const struct need *need) {
    if (need->list)
        return ", with ";
    return need->undecided ? ", which, as the policy stands today, takes " : ", which takes ";
}

static void say_need(struct why *w, const struct need *need, struct numbering *numbers, const char *before) {
    unsigned said = 0;
    need = shown_need(need);
    say_number(w, numbers);
    pen_string(&w->pen, before);
    if (need->words.length > 0)
        say_need_words(w, need);
    if (need->words.length > 0 && need->kind != NEED_PLAIN)
        pen_string(&w->pen, before_parts(need));
    say_kind(w, need);
    if (need->unconfirmed)
        pen_string(&w->pen, " (no example of this was found by trying)");
    pen_line(&w->pen, PEN_NEED, numbers->depth, PEN_YES);
    numbers->depth++;
    for (size_t i = 0; i < need->part_count; i++) {
        if (!is_shown(need, &need->parts[i]))
            continue;
        if (numbers->depth <= 16)
            numbers->at[numbers->depth - 1] = ++said;
        say_need(w, &need->parts[i], numbers, "");
    }
    numbers->depth--;
}

/* --- examples --- */

static bool is_longer(const struct why *w, const struct assignment *set) {
    return set->value.tag == VALUE_LIST && set->value.as.list->count > 0 && w->made->facts != NULL;
}

/* Whether an example speaks of records of a list. */
static bool has_records(const struct way *way) {
    for (size_t i = 0; i < way->example_count; i++)
        if (way->example[i].at.element != UINT32_MAX || way->example[i].value.tag == VALUE_LIST)
            return true;
    return false;
}

/* "offer = Competency", "one more record of holdings", "level of holdings 2 = Gold". */
static void say_assignment(struct why *w, const struct way *way, const struct assignment *set) {
    const struct fact *fact = &w->set->facts[set->at.index];
    if (is_longer(w, set)) {
        pen_string(&w->pen, set->value.as.list->count > 1 ? "one more record of " : "a record of ");
        pen_text(&w->pen, fact->name->text);
        return;
    }
    if (set->at.element == UINT32_MAX && (explain_is_ambiguous(w->set, w->made->facts, fact) ||
                                          (has_records(way) && explain_is_field_too(w->set, fact))))
        pen_string(&w->pen, "the record's own ");
    explain_fact_name(&w->pen.raw, w->set, w->made->facts, &set->at);
    pen_take(&w->pen, &w->pen.words);
    if (set->value.tag == VALUE_LIST) {
        pen_string(&w->pen, " = an empty list");
        return;
    }
    pen_string(&w->pen, " = ");
    why_value(w, set->type, set->value, &w->pen.words);
}

static void say_example(struct why *w, const struct way *way) {
    if (way->example_count == 0) {
        why_note(w, "no change of facts was tried for this: the policy is too large for it");
        return;
    }
    for (size_t i = 0; i < way->example_count; i++) {
        pen_string(&w->pen, i == 0                        ? "for example, as tried: with "
                            : i + 1 == way->example_count ? " and "
                                                          : ", ");
        say_assignment(w, way, &way->example[i]);
    }
    pen_string(&w->pen, " the answer is ");
    pen_text(&w->pen, way->verdict.words);
    why_dropped(w, &way->verdict);
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

/* --- ways --- */

static bool is_conflict(const struct explained *item) {
    return item->subject.duty ? item->duty->state == DUTY_IN_CONFLICT
                              : item->decision->state == STATE_CONFLICT;
}

/* A rule's need leaves out what holds of it now. */
static const char *before_need(const struct way *way) {
    const struct need *need = shown_need(&way->need);
    bool row = need->words.length == 0 && need->kind != NEED_PLAIN;
    if (way->rule == UINT32_MAX)
        return row ? "needs " : "needs: ";
    return row ? "needs, its other conditions still being met, "
               : "needs, its other conditions still being met: ";
}

/* What a way would need is no advice where trying found nothing. */
static void say_no_example(struct why *w, const struct way *way) {
    bool due =
        w->made->items[0].subject.duty && way->words.length > 3 && memcmp(way->words.bytes, "due", 3) == 0;
    pen_string(&w->pen, "no change of facts that was tried ");
    pen_string(&w->pen, due ? "makes it " : "gives ");
    pen_text(&w->pen, way->words);
    pen_string(&w->pen, " by this rule");
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

static void say_way(struct why *w, const struct way *way) {
    const struct explained *item = w->made->items;
    struct numbering numbers = {.depth = 0};
    pen_text(&w->pen, way->words);
    if (way->rule != UINT32_MAX) {
        pen_string(&w->pen, ", by ");
        why_rule_name(w, &w->set->rules[way->rule]);
    } else if (!item->subject.duty) {
        pen_string(&w->pen, item->decision->by_otherwise ? ", as it is defined" : ", the default");
    }
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    if (way->tried && way->example_count == 0) {
        say_no_example(w, way);
        return;
    }
    say_need(w, &way->need, &numbers, before_need(way));
    say_example(w, way);
}

void why_ways(struct why *w) {
    const struct explanation *made = w->made;
    if (made->way_count == 0)
        return;
    if (explain_settled(made))
        why_section(w, "For another answer, by the rules that would give it");
    else
        why_section(w, is_conflict(made->items) ? "For an answer, by the rules that would give it alone"
                                                : "For an answer, by the rules that would give it");
    for (size_t i = 0; i < made->way_count && i < WHY_MOST_RULES; i++)
        say_way(w, &made->ways[i]);
}

/* --- changes of one fact --- */

static bool is_answer(const struct why *w, const struct bring *bring) {
    bool duty = w->made->items[0].subject.duty;
    if (bring->same || bring->verdict.rejected)
        return false;
    return duty ? bring->verdict.state == DUTY_DUE || bring->verdict.state == DUTY_NOT_DUE
                : bring->verdict.state == STATE_VALUE;
}

static bool answers(const struct why *w, const struct missing *change) {
    for (size_t i = 0; i < change->bring_count; i++)
        if (is_answer(w, &change->brings[i]))
            return true;
    return false;
}

/* Of an answer that is open, what leaves it open is no help. */
static bool is_told(const struct why *w, const struct bring *bring) {
    return explain_settled(w->made) ? !bring->same && !bring->verdict.rejected : is_answer(w, bring);
}

static struct value value_now(const struct why *w, const struct reason *at) {
    struct value value = w->made->facts[at->index];
    if (at->element == UINT32_MAX || value.tag != VALUE_LIST)
        return value;
    return value.as.list->fields[(size_t)at->element * value.as.list->field_count + at->field];
}

static void say_change(struct why *w, const struct missing *change) {
    why_fact_name(w, &change->need);
    pen_string(&w->pen, ", which is ");
    why_value(w, change->type, value_now(w, &change->need), &w->pen.words);
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    for (size_t i = 0; i < change->bring_count; i++) {
        const struct bring *bring = &change->brings[i];
        if (is_told(w, bring) && bring != why_usual(change))
            why_bring(w, change, bring, "if it were ");
    }
    if (why_usual(change) && is_told(w, why_usual(change)))
        why_bring(w, change, why_usual(change), "if it were ");
    if (change->more)
        why_note(w, "and more, which are not shown");
    why_sampled(w, change);
}

static void say_changes(struct why *w, bool enough, const char *heading) {
    size_t said = 0;
    for (size_t i = 0; i < w->made->change_count; i++) {
        if (answers(w, &w->made->changes[i]) != enough)
            continue;
        if (said++ == 0)
            why_section(w, heading);
        say_change(w, &w->made->changes[i]);
    }
}

void why_changes(struct why *w) {
    if (explain_settled(w->made)) {
        say_changes(w, true, "Changing one of these alone changes the answer");
        say_changes(w, false, "Changing one of these alone leaves it without an answer");
    } else {
        say_changes(w, true, "Changing one of these alone gives an answer");
    }
}

/* --- facts that change nothing --- */

static void say_facts(struct why *w, enum fact_alone alone, const char *heading) {
    size_t said = 0;
    for (uint32_t i = 0; i < w->set->fact_count; i++) {
        const struct fact *fact = &w->set->facts[i];
        enum fact_role role = w->made->roles[i];
        if (w->made->alone[i] != alone || (role != FACT_MATTERED && role != FACT_IDLE))
            continue;
        if (said++ == 0)
            why_section(w, heading);
        pen_text(&w->pen, fact->name->text);
        why_title(w, fact->title);
        pen_string(&w->pen, " is ");
        why_value(w, &fact->type, w->made->facts[i], &w->pen.words);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static void say_role(struct why *w, enum fact_role role, const char *heading) {
    size_t said = 0;
    for (uint32_t i = 0; i < w->set->fact_count; i++) {
        if (w->made->roles[i] != role)
            continue;
        if (said++ == 0)
            why_section(w, heading);
        else
            pen_string(&w->pen, ", ");
        pen_text(&w->pen, w->set->facts[i].name->text);
    }
    if (said > 0)
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

void why_facts(struct why *w) {
    bool settled = explain_settled(w->made);
    say_facts(w, ALONE_NOTHING,
              settled ? "Changing one of these alone would not change the answer, whatever its value"
                      : "Changing one of these alone would not give an answer, whatever its value");
    say_facts(w, ALONE_NOT_FOUND,
              settled ? "Changing one of these alone was tried, and did not change the answer"
                      : "Changing one of these alone was tried, and did not give an answer");
    say_facts(w, ALONE_NOT_TRIED, "The answer hangs on these too; changes of them were not tried");
    say_role(w, FACT_UNKNOWN, "Not known, and not needed for this answer");
    say_role(w, FACT_NOT_ASKED, "Not asked of this record");
}
