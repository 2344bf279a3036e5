/*
 * An explanation in lines: what was asked first, with what would have to be different, the facts, what is missing; then what it rests
 * on, each decision once. Must not know how a line looks.
 */
#include "interp/meaning/show.h"
#include "interp/output/why_pen.h"

/* Rules of one kind that are shown of one decision; a table may have thousands. */
#define WHY_MOST_RULES 40
/* Members of an enumeration that are named one by one. */
#define WHY_MOST_MEMBERS 6
#define DISAGREEMENT "Nothing written says which of them holds: an exception to one of them would."

struct why {
    struct pen pen;
    const struct explanation *made;
    const struct policy_set *set;
};

static enum pen_mark mark_of(struct value value) {
    if (value.tag == VALUE_YES_NO)
        return value.as.number ? PEN_YES : PEN_NO;
    return value.tag == VALUE_OPEN ? PEN_OPEN : PEN_NONE;
}

/* A fraction is shown as a decimal too. */
static void say_decimal(struct frac fraction, struct buffer *to) {
    char digits[NUM_TEXT_MAX];
    int64_t rounded;
    if (fraction.den == 1 || frac_round(fraction, 2, FRAC_HALF_AWAY_FROM_ZERO, &rounded) != FRAC_OK)
        return;
    num_format(rounded, 2, digits);
    buffer_format(to, frac_compare(frac_from_number(rounded, 2), fraction) == 0 ? " (%s)" : " (about %s)",
                  digits);
}

static void say_value(struct why *w, const struct type *type, struct value value, struct buffer *to) {
    show_value(&w->pen.raw, type, value);
    pen_take(&w->pen, to);
    if (value.tag == VALUE_FRACTION)
        say_decimal(*value.as.fraction, to);
}

/* --- what was seen --- */

static const char *open_words(const struct why *w, uint32_t decision) {
    static const char *const states[] = {" is not known", " is undecided", " is undetermined",
                                         " is in conflict", " has failed"};
    return states[decision == UINT32_MAX ? 0 : w->made->outcome.decisions[decision].state];
}

static void say_saw(struct why *w, const struct saw *saw, struct buffer *to) {
    buffer_text(&w->pen.raw, saw->words);
    pen_take(&w->pen, to);
    if (saw->value.tag == VALUE_OPEN) {
        buffer_string(to, open_words(w, saw->decision));
        return;
    }
    buffer_string(to, " is ");
    say_value(w, saw->type, saw->value, to);
}

/* All that was seen and the condition does not say itself. */
static void say_all_saw(struct why *w, const struct saw *saw, size_t count, struct text apart) {
    struct buffer *along = &w->pen.along;
    for (size_t i = 0; i < count; i++) {
        size_t before = along->length, begun;
        if (text_equal(saw[i].words, apart) && saw[i].value.tag != VALUE_OPEN)
            continue;
        pen_along(&w->pen);
        begun = along->length;
        say_saw(w, &saw[i], along);
        if (text_equal((struct text){along->data + begun, along->length - begun}, apart))
            along->length = before;
    }
}

static void say_condition(struct why *w, const struct condition *condition, unsigned depth);

/* Of a row of `and` or an `every` that is no, the parts that made it no are told; of `or` or `some` that is yes, those that made it yes. */
static bool tells(const struct condition *whole, const struct condition *part) {
    enum pen_mark mark = mark_of(whole->value);
    if ((whole->kind == CONDITION_ALL && mark == PEN_NO) || (whole->kind == CONDITION_ANY && mark == PEN_YES))
        return mark_of(part->value) == mark;
    if (whole->kind == CONDITION_RECORDS && mark == (whole->node->kind == AST_SOME ? PEN_YES : PEN_NO))
        return mark_of(part->value) == mark;
    return true;
}

static void say_parts(struct why *w, const struct condition *condition, unsigned depth) {
    for (size_t i = 0; i < condition->part_count; i++)
        if (tells(condition, &condition->parts[i]))
            say_condition(w, &condition->parts[i], depth);
    if (condition->kind != CONDITION_RECORDS)
        return;
    if (condition->records == 0 && condition->value.tag != VALUE_OPEN)
        pen_string(&w->pen, "the list has no records");
    else if (condition->records > condition->part_count)
        buffer_format(&w->pen.words, "and %u more records",
                      condition->records - (unsigned)condition->part_count);
    else
        return;
    pen_line(&w->pen, PEN_NOTE, depth, PEN_YES);
}

static void say_condition(struct why *w, const struct condition *condition, unsigned depth) {
    pen_text(&w->pen, condition->words);
    say_all_saw(w, condition->saw, condition->saw_count, condition->words);
    pen_line(&w->pen, PEN_CONDITION, depth, mark_of(condition->value));
    say_parts(w, condition, depth + 1);
}

static void say_conditions(struct why *w, const struct explained_rule *rule, unsigned depth) {
    for (size_t i = 0; i < rule->condition_count; i++)
        say_condition(w, &rule->conditions[i], depth);
    if (rule->condition_count == 0) {
        pen_string(&w->pen, "it has no condition");
        pen_line(&w->pen, PEN_NOTE, depth, PEN_YES);
    }
}

/* --- rules --- */

static void say_rule_name(struct why *w, const struct rule *rule) {
    pen_text(&w->pen, rule->shown);
    if (rule->title.length) {
        pen_string(&w->pen, " \"");
        pen_text(&w->pen, rule->title);
        pen_string(&w->pen, "\"");
    }
}

static void say_place(struct why *w, const struct rule *rule) {
    pen_along(&w->pen);
    show_rule_place(&w->pen.raw, w->set, rule);
    pen_take(&w->pen, &w->pen.along);
}

static void say_given(struct why *w, const struct explained_rule *rule, struct buffer *to) {
    if (rule->value.tag == VALUE_OPEN)
        buffer_string(to, "a value that is not known");
    else
        say_value(w, rule->type, rule->value, to);
}

static void say_exceptions(struct why *w, const struct explained_rule *rule, bool all);

static void say_exception(struct why *w, const struct explained_rule *exception) {
    static const char *const how[] = {"its exception that does not apply: ", "switched off by the exception ",
                                      "an exception that may apply: "};
    const struct rule *rule = &w->set->rules[exception->rule];
    pen_string(&w->pen, how[exception->degree]);
    say_rule_name(w, rule);
    say_place(w, rule);
    w->pen.inset++;
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    w->pen.inset++;
    if (exception->degree != DEGREE_NO)
        say_conditions(w, exception, 0);
    else if (exception->first < exception->condition_count)
        say_condition(w, &exception->conditions[exception->first], 0);
    say_exceptions(w, exception, exception->degree != DEGREE_NO);
    w->pen.inset -= 2;
}

/* Those that apply or may; with `all` also those that do not. */
static void say_exceptions(struct why *w, const struct explained_rule *rule, bool all) {
    for (size_t i = 0; i < rule->exception_count; i++)
        if (all || rule->exceptions[i].degree != DEGREE_NO)
            say_exception(w, &rule->exceptions[i]);
}

/* How a rule stands to the answer. */
enum standing { APPLIES, MAY_APPLY, SWITCHED_OFF, DOES_NOT_APPLY };

static enum standing standing_of(const struct explained_rule *rule) {
    if (rule->degree == DEGREE_YES)
        return APPLIES;
    if (rule->degree == DEGREE_OPEN)
        return MAY_APPLY;
    return rule->first == rule->condition_count ? SWITCHED_OFF : DOES_NOT_APPLY;
}

/* " gives waived", " would ask for it by 2021-04-14", " adds 15". */
static void say_gift(struct why *w, const struct explained *item, const struct explained_rule *rule,
                     bool applies) {
    if (item->subject.duty)
        pen_string(&w->pen, applies ? " asks for it " : " would ask for it ");
    else if (w->set->decisions[item->subject.index].kind == DECISION_TOTAL)
        pen_string(&w->pen, applies ? " adds " : " would add ");
    else
        pen_string(&w->pen, applies ? " gives " : " would give ");
    if (item->subject.duty)
        pen_string(&w->pen, rule->value.tag == VALUE_PERIOD ? "in " : "by ");
    say_given(w, rule, &w->pen.words);
}

static void say_rule(struct why *w, const struct explained *item, const struct explained_rule *rule,
                     enum standing standing) {
    const struct rule *of = &w->set->rules[rule->rule];
    bool again = rule > item->rules && rule[-1].rule == rule->rule;
    say_rule_name(w, of);
    say_gift(w, item, rule, standing == APPLIES);
    if (!again)
        say_place(w, of);
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    if (!again && standing == DOES_NOT_APPLY)
        say_condition(w, &rule->conditions[rule->first], 0);
    else if (!again)
        say_conditions(w, rule, 0);
    if (standing == APPLIES && rule->saw_count > 0) {
        for (size_t i = 0; i < rule->saw_count; i++) {
            pen_string(&w->pen, i == 0 ? "made from: " : ", ");
            say_saw(w, &rule->saw[i], &w->pen.words);
        }
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
    if (!again && standing != DOES_NOT_APPLY)
        say_exceptions(w, rule, true);
}

static const char *section_name(const struct why *w, const struct explained *item, enum standing standing) {
    static const char *const names[] = {"Rules that apply", "Rules that may apply",
                                        "Switched off by an exception", "Rules that did not apply"};
    bool duty = item->subject.duty;
    if (standing != APPLIES)
        return names[standing];
    if (duty ? item->duty->state == DUTY_IN_CONFLICT : item->decision->state == STATE_CONFLICT)
        return "Rules that apply and disagree";
    if (!duty && w->set->decisions[item->subject.index].kind == DECISION_TOTAL)
        return "What the rules that apply add";
    return (duty ? item->duty->state == DUTY_DUE : item->decision->state == STATE_VALUE) ? "Decided by"
                                                                                         : names[0];
}

static void say_rules(struct why *w, const struct explained *item, enum standing standing) {
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

/* --- what would have to be different --- */

/* What was seen, in brackets behind a condition. */
static void say_in_brackets(struct why *w, const struct condition *condition) {
    struct buffer *words = &w->pen.words;
    pen_text(&w->pen, condition->words);
    for (size_t i = 0; i < condition->saw_count; i++) {
        buffer_string(words, i == 0 ? " (" : ", ");
        say_saw(w, &condition->saw[i], words);
    }
    if (condition->saw_count > 0)
        buffer_char(words, ')');
}

/* A condition as something to reach: of `or` any of its alternatives, with what was seen. */
static void say_need(struct why *w, const struct condition *condition) {
    struct buffer *words = &w->pen.words;
    size_t said = 0;
    if (condition->kind == CONDITION_ANY || condition->kind == CONDITION_ALL) {
        for (size_t i = 0; i < condition->part_count; i++) {
            if (mark_of(condition->parts[i].value) == PEN_YES)
                continue;
            if (said++ > 0)
                buffer_string(words, condition->kind == CONDITION_ANY ? ", or " : " and ");
            say_need(w, &condition->parts[i]);
        }
        return;
    }
    if (condition->kind == CONDITION_IF && condition->part_count == 2)
        say_need(w, &condition->parts[1]);
    else
        say_in_brackets(w, condition);
}

static void say_way(struct why *w, struct text name, const char *how) {
    pen_string(&w->pen, how);
    pen_text(&w->pen, name);
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
}

static void say_needs(struct why *w, const struct explained_rule *rule) {
    for (size_t i = 0; i < rule->failing_count; i++) {
        pen_string(&w->pen, "would need: ");
        say_need(w, rule->failing[i]);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
    for (size_t i = 0; i < rule->exception_count; i++) {
        const struct explained_rule *exception = &rule->exceptions[i];
        if (exception->degree != DEGREE_YES)
            continue;
        pen_string(&w->pen, "would need: that the exception ");
        pen_text(&w->pen, w->set->rules[exception->rule].shown);
        pen_string(&w->pen, " does not apply; it applies because ");
        for (size_t j = 0; j < exception->condition_count; j++) {
            if (j > 0)
                pen_string(&w->pen, " and ");
            say_in_brackets(w, &exception->conditions[j]);
        }
        if (exception->condition_count == 0)
            pen_string(&w->pen, "it has no condition");
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static bool is_other(const struct explained *item, struct value value) {
    if (item->subject.duty && value.tag == VALUE_OPEN)
        return true;
    if (item->subject.duty)
        return item->duty->state == DUTY_NOT_DUE || (value.tag == VALUE_PERIOD) != item->duty->in_period ||
               (value.tag == VALUE_DATE ? value.as.day : value.as.period.last) != item->duty->deadline.last ||
               (value.tag == VALUE_PERIOD && value.as.period.first != item->duty->deadline.first);
    return !value_equal(value, item->decision->value);
}

static void other_section(struct why *w, bool *begun) {
    if (!*begun) {
        pen_string(&w->pen, "For another answer");
        pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    }
    *begun = true;
}

/* The normal case would give something else, did no rule apply. */
static void say_other_normal(struct why *w, const struct explained *item, bool *begun) {
    if (!item->has_normal || item->decision->by_otherwise || !is_other(item, item->normal_value) ||
        item->normal_value.tag == VALUE_OPEN)
        return;
    other_section(w, begun);
    say_value(w, item->normal_type, item->normal_value, &w->pen.words);
    say_way(w, text_of("the normal case"), ", ");
    for (size_t i = 0; i < item->rule_count; i++) {
        if (item->rules[i].degree != DEGREE_YES)
            continue;
        pen_string(&w->pen, "would need: that ");
        pen_text(&w->pen, w->set->rules[item->rules[i].rule].shown);
        pen_string(&w->pen, " does not apply");
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static void say_other(struct why *w, const struct explained *item) {
    bool begun = false;
    size_t said = 0;
    if (!explain_settled(w->made) ||
        (!item->subject.duty && w->set->decisions[item->subject.index].kind == DECISION_TOTAL))
        return;
    for (size_t i = 0; i < item->rule_count && said < WHY_MOST_RULES; i++) {
        const struct explained_rule *rule = &item->rules[i];
        if (rule->degree != DEGREE_NO || !is_other(item, rule->value))
            continue;
        said++;
        other_section(w, &begun);
        if (item->subject.duty)
            pen_string(&w->pen, rule->value.tag == VALUE_PERIOD ? "due in " : "due by ");
        say_given(w, rule, &w->pen.words);
        say_way(w, w->set->rules[rule->rule].shown, ", by ");
        say_needs(w, rule);
    }
    if (!item->subject.duty)
        say_other_normal(w, item, &begun);
}

/* --- one decision or duty --- */

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
    if (!item->subject.duty && item->decision->state == STATE_FAILED) {
        pen_string(&w->pen, " has failed");
    } else if (!item->subject.duty && item->decision->state == STATE_VALUE) {
        pen_string(&w->pen, " is ");
        say_value(w, &decision->type, item->decision->value, &w->pen.words);
    } else {
        pen_string(&w->pen, " is ");
        explain_answer(&w->pen.raw, w->set, item->subject, &w->made->outcome);
        pen_take(&w->pen, &w->pen.words);
    }
    show_place(&w->pen.raw, w->set, item->subject.duty ? duty->node : decision->node);
    pen_take(&w->pen, &w->pen.along);
    pen_line(&w->pen, PEN_SUBJECT, 0, PEN_YES);
}

static void say_reasons(struct why *w, const struct reasons *reasons) {
    if (!reasons)
        return;
    pen_string(&w->pen, "It is open because");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    for (uint32_t i = 0; i < reasons->count; i++) {
        show_reason(&w->pen.raw, w->set, &reasons->items[i]);
        pen_take(&w->pen, &w->pen.words);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
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
        pen_string(&w->pen, "The normal case, as no rule that applies says otherwise");
    else
        pen_string(&w->pen, "The normal case, should no rule apply");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    if (is_condition(w, item) && item->normal.kind == CONDITION_ALL) {
        say_parts(w, &item->normal, 0);
    } else if (is_condition(w, item)) {
        say_condition(w, &item->normal, 0);
    } else if (item->normal.saw_count == 1 && text_equal(item->normal.saw[0].words, item->normal.words)) {
        say_saw(w, item->normal.saw, &w->pen.words);
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    } else {
        pen_string(&w->pen, defined ? "" : "otherwise ");
        pen_text(&w->pen, item->normal.words);
        say_all_saw(w, item->normal.saw, item->normal.saw_count, text_of(""));
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static void say_off(struct why *w, const struct explained *item) {
    for (size_t i = 0; i < item->off_count; i++) {
        if (item->off[i].degree == DEGREE_NO)
            continue;
        pen_string(&w->pen, item->off[i].degree == DEGREE_YES ? "The normal case is switched off"
                                                              : "The normal case may be switched off");
        pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
        say_exception(w, &item->off[i]);
    }
}

static void say_decision_notes(struct why *w, const struct explained *item) {
    const struct decision_outcome *outcome = item->decision;
    const char *note = NULL;
    if (outcome->state == STATE_CONFLICT)
        note = DISAGREEMENT;
    else if (outcome->state == STATE_UNDECIDED)
        note = item->has_normal ? "No rule applies, and its normal case is switched off."
                                : "No rule applies, and it has no normal case.";
    else if (outcome->state == STATE_VALUE && !outcome->by_otherwise && !outcome->contribution_count)
        note = "No rule adds to it.";
    if (!note)
        return;
    pen_string(&w->pen, note);
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

static void say_done(struct why *w, const struct explained *item) {
    if (!item->has_done)
        return;
    pen_string(&w->pen, "It is done when");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    say_condition(w, &item->done, 0);
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

static void say_item(struct why *w, const struct explained *item) {
    say_subject(w, item);
    say_rules(w, item, APPLIES);
    if (item->subject.duty) {
        if (item->duty->state == DUTY_IN_CONFLICT) {
            pen_string(&w->pen, DISAGREEMENT);
            pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
        }
        say_done(w, item);
        say_reasons(w, item->duty->reasons);
    } else {
        say_decision_notes(w, item);
        if (item->decision->state == STATE_UNDETERMINED || item->decision->state == STATE_FAILED)
            say_reasons(w, item->decision->reasons);
    }
    say_rules(w, item, MAY_APPLY);
    if (!item->subject.duty) {
        say_normal(w, item);
        say_off(w, item);
    }
    say_rules(w, item, SWITCHED_OFF);
    say_rules(w, item, DOES_NOT_APPLY);
}

/* --- facts --- */

static void say_role(struct why *w, enum fact_role role, const char *heading) {
    size_t said = 0;
    for (uint32_t i = 0; i < w->set->fact_count; i++) {
        const struct fact *fact = &w->set->facts[i];
        struct saw saw = {fact->name->text, &fact->type, w->made->facts[i], UINT32_MAX};
        if (w->made->roles[i] != role)
            continue;
        if (said++ == 0) {
            pen_string(&w->pen, heading);
            pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
        } else {
            pen_string(&w->pen, ", ");
        }
        if (role == FACT_MATTERED || role == FACT_IDLE)
            say_saw(w, &saw, &w->pen.words);
        else
            pen_text(&w->pen, fact->name->text);
    }
    if (said > 0)
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

/* Of an enumeration the members that bring what most of them bring, where these are many: "any other" says it. */
static const struct bring *usual(const struct missing *missing) {
    const struct bring *most = NULL;
    for (size_t i = 0; missing->type->kind == TYPE_MEMBER && i < missing->bring_count; i++)
        if (missing->brings[i].count > WHY_MOST_MEMBERS && (!most || missing->brings[i].count > most->count))
            most = &missing->brings[i];
    return missing->bring_count > 1 ? most : NULL;
}

static void say_bring_values(struct why *w, const struct missing *missing, const struct bring *bring) {
    struct buffer *words = &w->pen.words;
    if (bring == usual(missing)) {
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
                say_value(w, missing->type, bring->values[i], words);
        }
        return;
    }
    if (bring->open_below && bring->open_above) {
        buffer_string(words, "any value");
        return;
    }
    if (value_equal(bring->values[0], bring->values[bring->count - 1])) {
        say_value(w, missing->type, bring->values[0], words);
        return;
    }
    if (!bring->open_below) {
        buffer_string(words, bring->open_above ? "from " : "");
        say_value(w, missing->type, bring->values[0], words);
        buffer_string(words, bring->open_above ? " on" : " through ");
    } else {
        buffer_string(words, "up to ");
    }
    if (!bring->open_above)
        say_value(w, missing->type, bring->values[bring->count - 1], words);
}

static void say_verdict(struct why *w, const struct missing *missing, const struct verdict *verdict) {
    struct buffer *words = &w->pen.words;
    const char *gap = ", still needed: ";
    if (verdict->rejected) {
        buffer_string(words, "not a valid record: ");
        pen_text(&w->pen, verdict->problem);
        return;
    }
    pen_text(&w->pen, verdict->words);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (verdict->reasons[i].kind != REASON_FACT ||
            reason_compare(&verdict->reasons[i], &missing->need) == 0)
            continue;
        buffer_string(words, gap);
        show_need(&w->pen.raw, w->set, &verdict->reasons[i]);
        pen_take(&w->pen, words);
        gap = ", ";
    }
    gap = ", because ";
    for (size_t i = 0; i < verdict->reason_count; i++) {
        if (verdict->reasons[i].kind == REASON_FACT)
            continue;
        buffer_string(words, gap);
        show_reason(&w->pen.raw, w->set, &verdict->reasons[i]);
        pen_take(&w->pen, words);
        gap = "; ";
    }
}

static void say_bring(struct why *w, const struct missing *missing, const struct bring *bring) {
    pen_string(&w->pen, "if it is ");
    say_bring_values(w, missing, bring);
    pen_string(&w->pen, ": ");
    say_verdict(w, missing, &bring->verdict);
    if (bring->varies) {
        pen_string(&w->pen, " for the first, and so on to ");
        say_verdict(w, missing, &bring->last);
        pen_string(&w->pen, " for the last");
    }
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

static void say_missing_fact(struct why *w, const struct missing *missing) {
    const struct fact *fact = &w->set->facts[missing->need.index];
    show_need(&w->pen.raw, w->set, &missing->need);
    pen_take(&w->pen, &w->pen.words);
    if (missing->need.element != UINT32_MAX)
        fact = &fact->type.record->fields[missing->need.field];
    if (fact->title.length) {
        pen_string(&w->pen, " \"");
        pen_text(&w->pen, fact->title);
        pen_string(&w->pen, "\"");
    }
    show_place(&w->pen.raw, w->set, fact->node);
    pen_take(&w->pen, &w->pen.along);
    pen_line(&w->pen, PEN_RULE, 0, PEN_YES);
    for (size_t i = 0; i < missing->bring_count; i++)
        if (&missing->brings[i] != usual(missing))
            say_bring(w, missing, &missing->brings[i]);
    if (usual(missing))
        say_bring(w, missing, usual(missing));
    if (missing->more || missing->bring_count == 0) {
        pen_string(&w->pen,
                   missing->more ? "and more, which are not shown" : "its values cannot be gone through");
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
}

static void say_missing(struct why *w) {
    const struct explanation *made = w->made;
    if (made->missing_count == 0)
        return;
    pen_string(&w->pen, made->missing_count > 1 ? "What is missing, one at a time, the others staying unknown"
                                                : "What is missing");
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
    for (size_t i = 0; i < made->missing_count; i++)
        say_missing_fact(w, &made->missing[i]);
    if (made->more_missing) {
        pen_string(&w->pen, "and more facts");
        pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
    }
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
    say_value(w, &span, covers, &w->pen.words);
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
        say_other(&w, explanation->items);
        say_missing(&w);
        say_role(&w, FACT_MATTERED, "Facts that mattered");
        say_role(&w, FACT_IDLE, "Facts that did not matter");
        say_role(&w, FACT_UNKNOWN, "Facts that are not known, and do not matter");
        say_role(&w, FACT_NOT_ASKED, "Facts that are not asked of this record");
        say_below(&w);
    }
    pen_end(&w.pen);
}

void why_condition(struct buffer *out, const struct explanation *explanation,
                   const struct condition *condition, bool colour) {
    struct why w = {.made = explanation, .set = explanation->program->set};
    pen_init(&w.pen, out, WHY_TEXT, colour);
    say_condition(&w, condition, 0);
    pen_end(&w.pen);
}
