/*
 * An explanation in lines: what was asked first, with what would have to be different, the facts, what is missing; then what it rests
 * on, each decision once. Must not know how a line looks.
 */
#include "interp/meaning/show.h"
#include "interp/output/why_inside.h"

/* --- one decision or duty --- */

static bool cannot_be_answered(const struct explained *item) {
    return item->subject.duty ? item->duty->state == DUTY_IN_CONFLICT || item->duty->state == DUTY_POSSIBLE
                              : item->decision->state != STATE_VALUE;
}

static bool needs_facts(const struct explained *item) {
    return item->subject.duty ? item->duty->state == DUTY_POSSIBLE
                              : item->decision->state == STATE_UNDETERMINED;
}

static void say_subject(struct why *w, const struct explained *item) {
    const struct decision *decision = &w->set->decisions[item->subject.index];
    const struct duty *duty = &w->set->duties[item->subject.index];
    struct text title = item->subject.duty ? duty->title : decision->title;
    if (item->subject.duty) {
        pen_string(&w->pen, "duty ");
        pen_text(&w->pen, duty->name->text);
    } else {
        pen_text(&w->pen, decision->shown);
    }
    if (title.length) {
        pen_string(&w->pen, " (\"");
        pen_text(&w->pen, title);
        pen_string(&w->pen, "\")");
    }
    if (cannot_be_answered(item)) {
        pen_string(&w->pen, needs_facts(item) ? " cannot be answered yet" : " cannot be answered");
    } else if (!item->subject.duty && item->decision->state == STATE_VALUE) {
        pen_string(&w->pen, " is ");
        why_value(w, &decision->type, item->decision->value, &w->pen.words);
    } else {
        pen_string(&w->pen, " is ");
        explain_answer(&w->pen.raw, w->set, item->subject, &w->made->outcome);
        pen_take(&w->pen, &w->pen.words);
    }
    show_place(&w->pen.raw, w->set, item->subject.duty ? duty->node : decision->node);
    pen_take(&w->pen, &w->pen.along);
    pen_line(&w->pen, PEN_SUBJECT, 0, PEN_YES);
}

static bool is_condition(const struct why *w, const struct explained *item) {
    return item->normal.node && model_type(w->set, item->normal.node)->kind == TYPE_YESNO &&
           (item->normal.kind != CONDITION_PLAIN || item->normal.saw_count > 0);
}

/* The normal case, where it decided or may; of a definition its expression. */
static void say_normal(struct why *w, const struct explained *item) {
    bool defined = w->set->decisions[item->subject.index].kind == DECISION_DEFINE;
    const struct decision_outcome *outcome = item->decision;
    if (!item->has_normal || outcome->state == STATE_CONFLICT || outcome->state == STATE_UNDECIDED ||
        (outcome->state == STATE_VALUE && !outcome->by_otherwise))
        return;
    if (defined)
        pen_string(&w->pen, "Defined as");
    else if (outcome->state == STATE_VALUE)
        pen_string(&w->pen, "The default, as no rule that gives another value holds");
    else
        pen_string(&w->pen, "The default, should no rule that gives another value hold");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    if (is_condition(w, item) && item->normal.kind == CONDITION_ALL) {
        why_parts(w, &item->normal, 0);
    } else if (is_condition(w, item)) {
        why_one_condition(w, &item->normal, 0);
    } else if (item->normal.saw_count == 1 && text_equal(item->normal.saw[0].words, item->normal.words)) {
        why_saw(w, item->normal.saw, &w->pen.words);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    } else {
        pen_text(&w->pen, item->normal.words);
        why_all_saw(w, item->normal.saw, item->normal.saw_count, text_of(""));
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static void say_off(struct why *w, const struct explained *item) {
    for (size_t i = 0; i < item->off_count; i++) {
        if (item->off[i].degree == DEGREE_NO)
            continue;
        pen_string(&w->pen, item->off[i].degree == DEGREE_YES ? "The default is taken away"
                                                              : "The default may be taken away");
        pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
        why_exception(w, &item->off[i]);
    }
}

static void say_done(struct why *w, const struct explained *item) {
    if (!item->has_done)
        return;
    pen_string(&w->pen, "It is done when");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    why_one_condition(w, &item->done, 0);
}

static void say_above(struct why *w, const struct explained *item) {
    size_t at, said = 0;
    for (size_t i = 0; i < item->rests_on_count; i++) {
        if (!explain_item(w->made, item->rests_on[i], &at) || &w->made->items[at] > item)
            continue;
        pen_string(&w->pen, said++ == 0 ? "see above: " : ", ");
        pen_text(&w->pen, w->set->decisions[item->rests_on[i]].shown);
    }
    if (said > 0)
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

static bool adds_nothing(const struct explained *item) {
    const struct decision_outcome *outcome = item->decision;
    return outcome->state == STATE_VALUE && !outcome->by_otherwise && !outcome->contribution_count;
}

static void say_item(struct why *w, const struct explained *item) {
    say_subject(w, item);
    why_causes(w, item);
    if (item == w->made->items)
        why_missing(w);
    why_rules(w, item, APPLIES);
    if (item->subject.duty)
        say_done(w, item);
    else if (adds_nothing(item))
        why_note(w, "No rule adds to it.");
    why_rules(w, item, MAY_APPLY);
    if (!item->subject.duty) {
        say_normal(w, item);
        say_off(w, item);
    }
    why_rules(w, item, SWITCHED_OFF);
    why_rules(w, item, DOES_NOT_APPLY);
}

/* --- the whole --- */

static void say_title(struct why *w) {
    char iso[11];
    buffer_format(&w->pen.words, "Record %llu", (unsigned long long)w->made->record->number);
    if (w->made->record->problem_count == 0) {
        cal_format(w->made->question.today, iso);
        buffer_format(&w->pen.words, " on %s", iso);
    }
    if (w->made->question.has_known_on) {
        cal_format(w->made->question.known_on, iso);
        buffer_format(&w->pen.words, ", as known on %s", iso);
    }
    pen_line(&w->pen, PEN_TITLE, 0, PEN_YES);
}

static void say_rejected(struct why *w) {
    const struct record *record = w->made->record;
    pen_string(&w->pen, "The record is rejected");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    for (size_t i = 0; i < record->problem_count; i++) {
        buffer_format(&w->pen.words, "line %llu: ", (unsigned long long)record->problems[i].line);
        if (record->problems[i].path[0]) {
            pen_text(&w->pen, text_of(record->problems[i].path));
            pen_string(&w->pen, ": ");
        }
        pen_text(&w->pen, text_of(record->problems[i].message));
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static void say_not_covered(struct why *w) {
    static const struct type span = {.kind = TYPE_SPAN};
    struct value covers = {.tag = VALUE_PERIOD, .as.period = w->set->covers};
    pen_string(&w->pen, "Not covered: the policy claims answers for ");
    why_value(w, &span, covers, &w->pen.words);
    pen_string(&w->pen, " only");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
}

static void say_below(struct why *w) {
    const struct explanation *made = w->made;
    if (made->item_count > 1) {
        pen_string(&w->pen, "What it rests on");
        pen_line(&w->pen, PEN_TITLE, 0, PEN_YES);
    }
    for (size_t i = 1; i < made->item_count; i++) {
        say_item(w, &made->items[i]);
        say_above(w, &made->items[i]);
    }
    for (size_t i = 0; i < made->cut_count; i++) {
        pen_string(&w->pen, i == 0 ? "not explained further: " : ", ");
        pen_text(&w->pen, w->set->decisions[made->cut[i]].shown);
    }
    if (made->cut_count > 0)
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

void why_report(struct buffer *out, const struct explanation *explanation, enum why_style style,
                bool colour) {
    struct why w = {.made = explanation, .set = explanation->program->set};
    pen_init(&w.pen, out, style, colour);
    say_title(&w);
    if (explanation->record->problem_count > 0) {
        say_rejected(&w);
    } else if (!explanation->outcome.covered) {
        say_not_covered(&w);
    } else {
        say_item(&w, explanation->items);
        why_changes(&w);
        why_ways(&w);
        why_facts(&w);
        say_below(&w);
    }
    pen_end(&w.pen);
}

void why_condition(struct buffer *out, const struct explanation *explanation,
                   const struct condition *condition, bool colour) {
    struct why w = {.made = explanation, .set = explanation->program->set};
    pen_init(&w.pen, out, WHY_TEXT, colour);
    why_one_condition(&w, condition, 0);
    pen_end(&w.pen);
}
