/*
 * Why an answer is open, what is missing for it, and what the values of that would bring, in words for whoever can find them out.
 * Must not know how a value was tried.
 */
#include "interp/meaning/show.h"
#include "interp/output/why_inside.h"

/* Of an enumeration the members that bring what most of them bring, where these are many: "any other" says it. */
const struct bring *why_usual(const struct missing *missing) {
    const struct bring *most = NULL;
    for (size_t i = 0; missing->type->kind == TYPE_MEMBER && i < missing->bring_count; i++)
        if (missing->brings[i].count > WHY_MOST_MEMBERS && (!most || missing->brings[i].count > most->count))
            most = &missing->brings[i];
    return missing->bring_count > 1 ? most : NULL;
}

static void say_bring_values(struct why *w, const struct missing *missing, const struct bring *bring) {
    struct buffer *words = &w->pen.words;
    if (bring == why_usual(missing)) {
        buffer_format(words, "any other of its %zu values", missing->type->enumeration->count);
        return;
    }
    if (bring->any_other) {
        buffer_string(words, "any text that the policy does not name");
        return;
    }
    if (missing->type->kind == TYPE_MEMBER && bring->count == missing->type->enumeration->count) {
        buffer_string(words, "any of its values");
        return;
    }
    if (!bring->range) {
        for (size_t i = 0; i < bring->count; i++) {
            buffer_string(words, i ? ", " : "");
            if (bring->values[i].tag == VALUE_LIST)
                buffer_string(words, "an empty list");
            else
                why_value(w, missing->type, bring->values[i], words);
        }
        return;
    }
    if (bring->open_below && bring->open_above) {
        buffer_string(words, "any value");
        return;
    }
    if (value_equal(bring->values[0], bring->values[bring->count - 1])) {
        why_value(w, missing->type, bring->values[0], words);
        return;
    }
    if (!bring->open_below) {
        buffer_string(words, bring->open_above ? "from " : "");
        why_value(w, missing->type, bring->values[0], words);
        buffer_string(words, bring->open_above ? " on" : " through ");
    } else {
        buffer_string(words, "up to ");
    }
    if (!bring->open_above)
        why_value(w, missing->type, bring->values[bring->count - 1], words);
}

void why_fact_name(struct why *w, const struct reason *at) {
    const struct fact *fact = &w->set->facts[at->index];
    explain_fact_name(&w->pen.raw, w->set, w->made->facts, at);
    pen_take(&w->pen, &w->pen.words);
    if (at->element != UINT32_MAX)
        fact = &fact->type.record->fields[at->field];
    why_title(w, fact->title);
}

/* Facts among the reasons that are needed, but for the one at hand, as "a and b". */
static size_t say_needed(struct why *w, const struct verdict *verdict, const struct reason *but) {
    size_t left = 0, said = 0;
    for (size_t i = 0; i < verdict->reason_count; i++)
        left += verdict->reasons[i].kind == REASON_FACT && reason_compare(&verdict->reasons[i], but) != 0;
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (verdict->reasons[i].kind != REASON_FACT || reason_compare(&verdict->reasons[i], but) == 0)
            continue;
        pen_string(&w->pen, said == 0 ? "not enough: " : said + 1 == left ? " and " : ", ");
        explain_fact_name(&w->pen.raw, w->set, w->made->facts, &verdict->reasons[i]);
        pen_take(&w->pen, &w->pen.words);
        said++;
    }
    if (said > 0)
        pen_string(&w->pen, said > 1 ? " are needed too" : " is needed too");
    return said;
}

static bool is_conflict(const struct why *w, const struct verdict *verdict) {
    return w->made->items[0].subject.duty ? verdict->state == DUTY_IN_CONFLICT
                                          : verdict->state == STATE_CONFLICT;
}

static bool is_open(const struct why *w, const struct verdict *verdict) {
    return w->made->items[0].subject.duty ? verdict->state == DUTY_POSSIBLE : verdict->state != STATE_VALUE;
}

static void say_short_cause(struct why *w, const struct reason *reason) {
    bool undecided = reason->kind == REASON_UNDECIDED;
    if (!undecided && reason->kind != REASON_CONFLICT) {
        show_reason(&w->pen.raw, w->set, reason);
        pen_take(&w->pen, &w->pen.words);
        return;
    }
    pen_string(&w->pen, undecided ? "no rule gives " : "rules contradict each other about ");
    pen_text(&w->pen, w->set->decisions[reason->index].shown);
    why_title(w, w->set->decisions[reason->index].title);
}

static void say_verdict(struct why *w, const struct missing *missing, const struct verdict *verdict) {
    const char *gap = "it cannot be answered: ";
    if (verdict->rejected) {
        pen_string(&w->pen, "not a valid record: ");
        pen_text(&w->pen, verdict->problem);
        return;
    }
    if (is_conflict(w, verdict)) {
        pen_string(&w->pen, "it cannot be answered: rules contradict each other");
        return;
    }
    if (!is_open(w, verdict))
        pen_text(&w->pen, verdict->words);
    else if (verdict->reason_count == 0)
        pen_string(&w->pen, "it cannot be answered: no rule gives a value");
    else if (say_needed(w, verdict, &missing->need) > 0)
        gap = "; ";
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (verdict->reasons[i].kind == REASON_FACT)
            continue;
        pen_string(&w->pen, is_open(w, verdict) ? gap : ", but ");
        say_short_cause(w, &verdict->reasons[i]);
        gap = "; ";
    }
}

void why_dropped(struct why *w, const struct verdict *verdict) {
    if (verdict->dropped_count > WHY_MOST_DROPPED) {
        buffer_format(&w->pen.words, " (%zu facts are then no longer asked)", verdict->dropped_count);
        return;
    }
    for (size_t i = 0; i < verdict->dropped_count; i++) {
        pen_string(&w->pen, i == 0 ? " (" : i + 1 == verdict->dropped_count ? " and " : ", ");
        explain_fact_name(&w->pen.raw, w->set, w->made->facts, &verdict->dropped[i]);
        pen_take(&w->pen, &w->pen.words);
    }
    if (verdict->dropped_count > 0)
        pen_string(&w->pen,
                   verdict->dropped_count > 1 ? " are then no longer asked)" : " is then no longer asked)");
}

/* Answers that change with the value; an end that nothing declares is no value to tell of. */
static void say_varying(struct why *w, const struct missing *missing, const struct bring *bring) {
    pen_string(&w->pen, "it changes with the value");
    if (!bring->open_below) {
        pen_string(&w->pen, "; for the first ");
        say_verdict(w, missing, &bring->verdict);
    }
    if (!bring->open_above) {
        pen_string(&w->pen, "; for the last ");
        say_verdict(w, missing, &bring->last);
    }
}

void why_bring(struct why *w, const struct missing *missing, const struct bring *bring, const char *verb) {
    pen_string(&w->pen, verb);
    say_bring_values(w, missing, bring);
    pen_string(&w->pen, ": ");
    if (bring->varies)
        say_varying(w, missing, bring);
    else
        say_verdict(w, missing, &bring->verdict);
    why_dropped(w, &bring->verdict);
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

void why_sampled(struct why *w, const struct missing *missing) {
    if (missing->sampled)
        why_note(w, "not every day was tried, and the answer depends on the day of the week, month or year");
}

static void say_missing_fact(struct why *w, const struct missing *missing) {
    const struct fact *fact = &w->set->facts[missing->need.index];
    if (missing->need.element != UINT32_MAX)
        fact = &fact->type.record->fields[missing->need.field];
    why_fact_name(w, &missing->need);
    show_place(&w->pen.raw, w->set, fact->node);
    pen_take(&w->pen, &w->pen.along);
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    for (size_t i = 0; i < missing->bring_count; i++)
        if (&missing->brings[i] != why_usual(missing))
            why_bring(w, missing, &missing->brings[i], "if it is ");
    if (why_usual(missing))
        why_bring(w, missing, why_usual(missing), "if it is ");
    if (missing->more || missing->bring_count == 0)
        why_note(w, missing->more ? "and more, which are not shown" : "its values cannot be gone through");
    why_sampled(w, missing);
}

void why_missing(struct why *w) {
    const struct explanation *made = w->made;
    if (made->missing_count == 0)
        return;
    why_section(w, made->missing_count > 1
                       ? "What is missing, and what it would bring if only this were learned"
                       : "What is missing, and what it would bring");
    for (size_t i = 0; i < made->missing_count; i++)
        say_missing_fact(w, &made->missing[i]);
    if (made->more_missing)
        why_note(w, "and more facts");
}

/* --- why it is open --- */

/* The table that all rules of an item are rows of; NULL where they are not. */
static const struct rule *only_table(const struct why *w, const struct explained *item) {
    const struct rule *first = item->rule_count > 0 ? &w->set->rules[item->rules[0].rule] : NULL;
    for (size_t i = 0; first && i < item->rule_count; i++)
        if (!first->table || w->set->rules[item->rules[i].rule].table != first->table)
            return NULL;
    return first;
}

/* What the condition that kept all rules from applying saw, where it is the same for all. */
static const struct saw *common_saw(const struct explained *item) {
    const struct saw *common = NULL;
    for (size_t i = 0; i < item->rule_count; i++) {
        const struct explained_rule *rule = &item->rules[i];
        const struct condition *failed =
            rule->first < rule->condition_count ? &rule->conditions[rule->first] : NULL;
        if (!failed || failed->saw_count != 1 || (common && !text_equal(failed->saw->words, common->words)))
            return NULL;
        common = failed->saw;
    }
    return common;
}

/* "no row of the table golds "…" covers it (specialization is Threat Protection), and it has no default". */
static void say_undecided(struct why *w, const struct explained *item) {
    const struct rule *table = only_table(w, item);
    const struct saw *saw = common_saw(item);
    if (table) {
        pen_string(&w->pen, "no row of the table ");
        pen_text(&w->pen, ast_kid(table->table, TABLE_name)->value.name->text);
        why_title(w, table->title);
        pen_string(&w->pen, " covers this case");
    } else {
        pen_string(&w->pen, "no rule for it applies");
    }
    if (saw) {
        pen_string(&w->pen, " (");
        why_saw(w, saw, &w->pen.words);
        pen_string(&w->pen, ")");
    }
    pen_string(&w->pen, item->has_normal ? ", and its default is taken away" : ", and there is no default");
    for (size_t i = 0; item->has_normal && i < item->off_count; i++)
        if (item->off[i].degree == DEGREE_YES) {
            pen_string(&w->pen, " by the exception ");
            why_rule_name(w, &w->set->rules[item->off[i].rule]);
            break;
        }
}

static void say_cause(struct why *w, const struct reason *reason) {
    size_t at;
    bool decision = reason->kind == REASON_UNDECIDED || reason->kind == REASON_CONFLICT;
    if (!decision || !explain_item(w->made, reason->index, &at)) {
        if (reason->kind == REASON_FACT) {
            why_fact_name(w, reason);
            pen_string(&w->pen, " is not known");
        } else {
            show_reason(&w->pen.raw, w->set, reason);
            pen_take(&w->pen, &w->pen.words);
        }
        return;
    }
    pen_text(&w->pen, w->set->decisions[reason->index].shown);
    why_title(w, w->set->decisions[reason->index].title);
    pen_string(&w->pen, " cannot be answered: ");
    if (reason->kind == REASON_CONFLICT)
        pen_string(&w->pen, "rules that apply contradict each other");
    else
        say_undecided(w, &w->made->items[at]);
}

/*
 * Who has to act, where the answer hangs on what nothing decides. Of facts that are missing too some may settle it without that, and
 * what the answer rests on says it of the answer.
 */
static void say_nobody(struct why *w, const struct explained *item, uint32_t index) {
    const struct decision *decision = &w->set->decisions[index];
    const struct saw *saw;
    size_t at;
    if (item != w->made->items)
        return;
    pen_string(&w->pen, "Nobody can answer this from the facts: the policy says nothing about ");
    pen_text(&w->pen, decision->shown);
    why_title(w, decision->title);
    saw = explain_item(w->made, index, &at) ? common_saw(&w->made->items[at]) : NULL;
    if (saw) {
        pen_string(&w->pen, " where ");
        why_saw(w, saw, &w->pen.words);
    }
    pen_string(&w->pen, "; its author must add a rule or row for it (");
    show_place(&w->pen.raw, w->set, decision->node);
    pen_take(&w->pen, &w->pen.words);
    pen_string(&w->pen, ")");
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

/* Whether it is done may be open; that it is due is answered. */
static bool is_due(const struct explained *item) {
    return item->subject.duty && item->duty->state == DUTY_DUE;
}

static bool has_fact(const struct reasons *reasons) {
    for (uint32_t i = 0; reasons && i < reasons->count; i++)
        if (reasons->items[i].kind == REASON_FACT)
            return true;
    return false;
}

void why_causes(struct why *w, const struct explained *item) {
    const struct reasons *reasons = item->subject.duty ? item->duty->reasons : item->decision->reasons;
    bool conflict =
        item->subject.duty ? item->duty->state == DUTY_IN_CONFLICT : item->decision->state == STATE_CONFLICT;
    bool undecided = !item->subject.duty && item->decision->state == STATE_UNDECIDED;
    if (!conflict && !undecided && (!reasons || reasons->count == 0))
        return;
    if (item->subject.duty && item->duty->state == DUTY_DUE)
        why_section(w, "Why it is not known whether it is done");
    else
        why_section(w, "Why it cannot be answered");
    if (conflict) {
        why_note(w, "Rules that apply contradict each other, and nothing written says which of them holds.");
        why_note(w, "Whoever writes the policy has to make one of them an exception to the other.");
        return;
    }
    if (undecided) {
        say_undecided(w, item);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
        say_nobody(w, item, item->subject.index);
    }
    for (uint32_t i = 0; reasons && i < reasons->count; i++) {
        say_cause(w, &reasons->items[i]);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
        if (reasons->items[i].kind == REASON_UNDECIDED && !has_fact(reasons) && !is_due(item))
            say_nobody(w, item, reasons->items[i].index);
    }
}
