/*
 * The rules of a decision or duty, by how they stand to its answer, each with conditions, exceptions and place. Must not know what
 * would have to be different.
 */
#include "interp/output/why_inside.h"

static void say_given(struct why *w, const struct explained_rule *rule, struct buffer *to) {
    if (rule->value.tag == VALUE_OPEN)
        buffer_string(to, "a value that is not known");
    else
        why_value(w, rule->type, rule->value, to);
}

static void say_exceptions(struct why *w, const struct explained_rule *rule, bool all);

void why_exception(struct why *w, const struct explained_rule *exception) {
    static const char *const how[] = {"its exception that does not apply: ", "taken away by the exception ",
                                      "an exception that may apply: "};
    const struct rule *rule = &w->set->rules[exception->rule];
    pen_string(&w->pen, how[exception->degree]);
    why_rule_name(w, rule);
    why_place(w, rule);
    w->pen.inset++;
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    w->pen.inset++;
    if (exception->degree != DEGREE_NO)
        why_conditions(w, exception, 0);
    else if (exception->first < exception->condition_count)
        why_one_condition(w, &exception->conditions[exception->first], 0);
    say_exceptions(w, exception, exception->degree != DEGREE_NO);
    w->pen.inset -= 2;
}

/* Those that apply or may; with `all` also those that do not. */
static void say_exceptions(struct why *w, const struct explained_rule *rule, bool all) {
    for (size_t i = 0; i < rule->exception_count; i++)
        if (all || rule->exceptions[i].degree != DEGREE_NO)
            why_exception(w, &rule->exceptions[i]);
}

static enum standing standing_of(const struct explained_rule *rule) {
    if (rule->degree == DEGREE_YES)
        return APPLIES;
    if (rule->degree == DEGREE_OPEN)
        return MAY_APPLY;
    return rule->first == rule->condition_count ? SWITCHED_OFF : DOES_NOT_APPLY;
}

static bool is_total(const struct why *w, const struct explained *item) {
    return !item->subject.duty && w->set->decisions[item->subject.index].kind == DECISION_TOTAL;
}

/* " gives waived", "; if it applied: by 2021-04-14", " would have given waived". */
static void say_gift(struct why *w, const struct explained *item, const struct explained_rule *rule,
                     enum standing standing) {
    static const char *const decided[] = {" gives ", "; if it applies: ", " would have given ",
                                          "; if it applied: "};
    static const char *const due[] = {" asks for it ", "; if it applies, it asks for it ",
                                      " would have asked for it ", "; if it applied, it would ask for it "};
    static const char *const added[] = {" adds this", "; if it applies, it adds ", " would have added ",
                                        "; if it applied, it would add "};
    if (is_total(w, item)) {
        pen_string(&w->pen, added[standing]);
        if (standing == APPLIES)
            return;
    } else {
        pen_string(&w->pen, (item->subject.duty ? due : decided)[standing]);
    }
    if (item->subject.duty)
        pen_string(&w->pen, rule->value.tag == VALUE_PERIOD ? "in " : "by ");
    say_given(w, rule, &w->pen.words);
}

/* What an expression gave, and from what; of a value that is written as it is, nothing. */
static void say_made(struct why *w, const struct explained *item, const struct explained_rule *rule) {
    if (is_total(w, item)) {
        pen_string(&w->pen, "adds ");
        say_given(w, rule, &w->pen.words);
        if (rule->saw_count > 0) {
            pen_string(&w->pen, ", made from ");
            pen_text(&w->pen, rule->made);
        }
        why_all_saw(w, rule->saw, rule->saw_count, text_of(""));
    } else if (rule->saw_count > 0) {
        pen_string(&w->pen, "made from: ");
        pen_text(&w->pen, rule->made);
        why_all_saw(w, rule->saw, rule->saw_count, text_of(""));
    } else {
        return;
    }
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

/* The effects of one rule follow each other: its conditions are told with the first. */
static void say_rule(struct why *w, const struct explained *item, const struct explained_rule *rule,
                     enum standing standing) {
    const struct rule *of = &w->set->rules[rule->rule];
    bool again = rule > item->rules && rule[-1].rule == rule->rule;
    if (!again || standing != APPLIES || !is_total(w, item)) {
        why_rule_name(w, of);
        say_gift(w, item, rule, standing);
        if (!again)
            why_place(w, of);
        pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    }
    if (!again && standing == DOES_NOT_APPLY)
        why_one_condition(w, &rule->conditions[rule->first], 0);
    else if (!again)
        why_conditions(w, rule, 0);
    if (standing == APPLIES)
        say_made(w, item, rule);
    if (!again && standing != DOES_NOT_APPLY)
        say_exceptions(w, rule, true);
}

static const char *section_name(const struct why *w, const struct explained *item, enum standing standing) {
    static const char *const names[] = {"Rules that apply", "Rules that may apply",
                                        "Rules that would have applied, but an exception takes them away",
                                        "Rules that did not apply, each with the first condition that fails"};
    bool duty = item->subject.duty;
    if (standing != APPLIES)
        return names[standing];
    if (duty ? item->duty->state == DUTY_IN_CONFLICT : item->decision->state == STATE_CONFLICT)
        return "Rules that apply and contradict each other";
    if (!duty && w->set->decisions[item->subject.index].kind == DECISION_TOTAL)
        return "What is added, by which rule";
    return (duty ? item->duty->state == DUTY_DUE : item->decision->state == STATE_VALUE) ? "Decided by"
                                                                                         : names[0];
}

void why_rules(struct why *w, const struct explained *item, enum standing standing) {
    size_t said = 0, left = 0;
    for (size_t i = 0; i < item->rule_count; i++) {
        if (standing_of(&item->rules[i]) != standing)
            continue;
        if (said == WHY_MOST_RULES) {
            left++;
            continue;
        }
        if (said++ == 0) {
            pen_string(&w->pen, section_name(w, item, standing));
            pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
        }
        say_rule(w, item, &item->rules[i], standing);
    }
    if (left > 0) {
        buffer_format(&w->pen.words, "and %zu more, which --format json shows", left);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}
