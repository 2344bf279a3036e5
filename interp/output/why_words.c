/*
 * The words of an explanation: values, what was seen, conditions with their parts, rules by name and place. Must not know which
 * sections a report has, nor how a line looks.
 */
#include "interp/meaning/show.h"
#include "interp/output/why_inside.h"

enum pen_mark why_mark(struct value value) {
    if (value.tag == VALUE_YES_NO)
        return value.as.number ? PEN_YES : PEN_NO;
    return value.tag == VALUE_OPEN ? PEN_OPEN : PEN_NONE;
}

void why_value(struct why *w, const struct type *type, struct value value, struct buffer *to) {
    explain_value(&w->pen.raw, type, value);
    pen_take(&w->pen, to);
}

void why_title(struct why *w, struct text title) {
    if (title.length == 0)
        return;
    pen_string(&w->pen, " \"");
    pen_text(&w->pen, title);
    pen_string(&w->pen, "\"");
}

void why_section(struct why *w, const char *heading) {
    pen_string(&w->pen, heading);
    pen_line(&w->pen, PEN_SECTION, 0, PEN_YES);
}

void why_note(struct why *w, const char *note) {
    pen_string(&w->pen, note);
    pen_line(&w->pen, PEN_NOTE, 0, PEN_YES);
}

/* --- what was seen --- */

static bool is_not_asked(const struct why *w, const struct saw *saw) {
    bool known = w->made->roles != NULL; /* of a property nothing is known of roles */
    for (uint32_t i = 0; known && saw->value.tag == VALUE_NONE && i < w->set->fact_count; i++)
        if (w->made->roles[i] == FACT_NOT_ASKED && text_equal(w->set->facts[i].name->text, saw->words))
            return true;
    return false;
}

void why_saw(struct why *w, const struct saw *saw, struct buffer *to) {
    buffer_text(&w->pen.raw, saw->words);
    pen_take(&w->pen, to);
    if (saw->value.tag == VALUE_OPEN) {
        buffer_string(to, saw->decision == UINT32_MAX ? " is not known" : " cannot be answered");
        buffer_string(to, saw->decision != UINT32_MAX && w->made->item_count > 0 ? ", see below" : "");
        return;
    }
    if (is_not_asked(w, saw)) {
        buffer_string(to, " is not asked of this record");
        return;
    }
    buffer_string(to, " is ");
    why_value(w, saw->type, saw->value, to);
}

/* A name alone says little: what it stands for does. */
static struct text title_of_name(const struct why *w, const struct saw *saw) {
    if (saw->decision != UINT32_MAX)
        return w->set->decisions[saw->decision].title;
    for (uint32_t i = 0; i < w->set->fact_count; i++)
        if (text_equal(w->set->facts[i].name->text, saw->words))
            return w->set->facts[i].title;
    return text_of("");
}

/* A yes/no that is a condition by itself: its mark has its value. */
static bool say_bare(struct why *w, const struct saw *saw, struct text apart) {
    struct text title = title_of_name(w, saw);
    if (!text_equal(saw->words, apart) || saw->value.tag == VALUE_OPEN || is_not_asked(w, saw))
        return false;
    if (title.length > 0) {
        pen_along(&w->pen);
        buffer_char(&w->pen.along, '"');
        buffer_text(&w->pen.raw, title);
        pen_take(&w->pen, &w->pen.along);
        buffer_char(&w->pen.along, '"');
    }
    return true;
}

void why_all_saw(struct why *w, const struct saw *saw, size_t count, struct text apart) {
    struct buffer *along = &w->pen.along;
    for (size_t i = 0; i < count; i++) {
        size_t before = along->length, begun;
        if (say_bare(w, &saw[i], apart))
            continue;
        pen_along(&w->pen);
        begun = along->length;
        why_saw(w, &saw[i], along);
        if (text_equal((struct text){along->data + begun, along->length - begun}, apart))
            along->length = before;
    }
}

/* --- conditions --- */

/* Of an `every` that is no the records that made it no are told; of `or` or `some` that is yes, those that made it yes. */
static bool tells(const struct condition *whole, const struct condition *part) {
    enum pen_mark mark = why_mark(whole->value);
    if (whole->kind == CONDITION_ANY && mark == PEN_YES)
        return why_mark(part->value) == mark;
    if (whole->kind == CONDITION_RECORDS && mark == (whole->node->kind == AST_SOME ? PEN_YES : PEN_NO))
        return why_mark(part->value) == mark;
    return true;
}

/* The branch that an `if` took follows what it asked. */
static bool took_branch(const struct condition *condition) {
    return condition->kind == CONDITION_IF && condition->part_count > 0 &&
           why_mark(condition->parts[0].value) != PEN_OPEN;
}

void why_parts(struct why *w, const struct condition *condition, unsigned depth) {
    for (size_t i = 0; i < condition->part_count; i++)
        if (tells(condition, &condition->parts[i]))
            why_one_condition(w, &condition->parts[i], depth);
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

/* A definition of a record keeps its name; other rows are said by their parts. */
static bool has_name(const struct condition *condition) {
    return condition->node && (condition->node->kind == AST_NAME || condition->node->kind == AST_PATH);
}

static void say_compound(struct why *w, const struct condition *condition) {
    static const char *const kinds[] = {
        "", "all of these must hold:", "one of these must hold:", "this must not hold:", "", ""};
    if (condition->label.length > 0) {
        pen_text(&w->pen, condition->label);
        pen_string(&w->pen, condition->part_count > 1 ? ", for which all of these must hold:" : "");
    } else if (has_name(condition)) {
        pen_text(&w->pen, condition->words);
        pen_string(&w->pen, ", for which ");
        pen_string(&w->pen, kinds[condition->kind]);
    } else if (condition->kind == CONDITION_RECORDS) {
        pen_string(&w->pen,
                   condition->node->kind == AST_SOME ? "at least one record of " : "every record of ");
        pen_text(&w->pen, condition->saw_count > 0 ? condition->saw[0].words : condition->words);
        pen_string(&w->pen, " must meet this:");
    } else {
        pen_string(&w->pen, kinds[condition->kind]);
    }
}

/* "scored is no, so: requirements_met": a condition, and the one that counts for it. */
static void say_branch(struct why *w, const struct condition *condition, unsigned depth) {
    const struct condition *asked = &condition->parts[0];
    const struct condition *taken = condition->part_count > 1 ? &condition->parts[1] : NULL;
    bool plain = asked->kind == CONDITION_PLAIN;
    if (!plain) {
        pen_string(&w->pen, "it depends on whether this holds:");
        pen_line(&w->pen, PEN_CONDITION, depth, why_mark(condition->value));
        why_one_condition(w, asked, depth + 1);
        depth++;
        pen_string(&w->pen, why_mark(asked->value) == PEN_YES ? "as it holds: " : "as it does not hold: ");
    } else {
        bool yes = why_mark(asked->value) == PEN_YES;
        bool bare = ast_ungroup(asked->node)->kind == AST_NAME;
        pen_string(&w->pen, bare ? "" : "as this ");
        if (bare)
            pen_text(&w->pen, asked->words);
        pen_string(&w->pen,
                   bare ? (yes ? " is yes, so: " : " is no, so: ") : (yes ? "holds: " : "does not hold: "));
        if (!bare) {
            pen_text(&w->pen, asked->words);
            pen_string(&w->pen, "; so: ");
        }
        if (!bare)
            why_all_saw(w, asked->saw, asked->saw_count, asked->words);
    }
    if (!taken)
        pen_string(&w->pen, why_mark(condition->value) == PEN_YES ? "yes" : "no");
    else if (taken->kind == CONDITION_PLAIN)
        pen_text(&w->pen, taken->words);
    else
        say_compound(w, taken);
    if (taken)
        why_all_saw(w, taken->saw, taken->saw_count, taken->words);
    pen_line(&w->pen, PEN_CONDITION, depth, why_mark(condition->value));
    if (taken)
        why_parts(w, taken, depth + 1);
}

void why_one_condition(struct why *w, const struct condition *condition, unsigned depth) {
    if (took_branch(condition)) {
        say_branch(w, condition, depth);
        return;
    }
    if (condition->kind == CONDITION_PLAIN || condition->kind == CONDITION_IF)
        pen_text(&w->pen, condition->words);
    else
        say_compound(w, condition);
    why_all_saw(w, condition->saw, condition->saw_count, condition->words);
    pen_line(&w->pen, PEN_CONDITION, depth, why_mark(condition->value));
    why_parts(w, condition, depth + 1);
}

void why_conditions(struct why *w, const struct explained_rule *rule, unsigned depth) {
    for (size_t i = 0; i < rule->condition_count; i++)
        why_one_condition(w, &rule->conditions[i], depth);
    if (rule->condition_count == 0) {
        pen_string(&w->pen, "it has no condition");
        pen_line(&w->pen, PEN_NOTE, depth, PEN_YES);
    }
}

/* --- rules --- */

void why_rule_name(struct why *w, const struct rule *rule) {
    pen_text(&w->pen, rule->shown);
    why_title(w, rule->title);
}

void why_place(struct why *w, const struct rule *rule) {
    pen_along(&w->pen);
    show_rule_place(&w->pen.raw, w->set, rule);
    pen_take(&w->pen, &w->pen.along);
}
