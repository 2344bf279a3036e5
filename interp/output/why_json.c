/*
 * An explanation as one JSON object on one line: all of it, without the bounds of the reports. The form is versioned
 * (WHY_JSON_VERSION) and described in tools/README.md.
 */
#include "interp/meaning/show.h"
#include "interp/output/json_words.h"
#include "interp/output/why.h"

struct why_json {
    struct buffer *out;
    const struct explanation *made;
    const struct policy_set *set;
};

static void key(struct why_json *w, const char *name) {
    buffer_char(w->out, ',');
    say_json_key(w->out, name);
}

/* "yes", "no", "open", "none". */
static const char *state_of(struct value value) {
    if (value.tag == VALUE_YES_NO)
        return value.as.number ? "yes" : "no";
    return value.tag == VALUE_OPEN ? "open" : "none";
}

static void place(struct why_json *w, const struct ast_node *node) {
    buffer_char(w->out, ',');
    say_json_place(w->out, w->set, node);
}

static void saws(struct why_json *w, const char *name, const struct saw *saw, size_t count) {
    if (count == 0)
        return;
    key(w, name);
    buffer_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_string(w->out, i ? ",{" : "{");
        say_json_key(w->out, "text");
        say_json_text(w->out, saw[i].words);
        key(w, "value");
        show_json(w->out, saw[i].type, saw[i].value);
        if (saw[i].value.tag == VALUE_OPEN)
            buffer_string(w->out, ",\"open\":true");
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, ']');
}

static void condition(struct why_json *w, const struct condition *of) {
    buffer_char(w->out, '{');
    say_json_key(w->out, "text");
    say_json_text(w->out, of->words);
    if (of->label.length) {
        key(w, "label");
        say_json_text(w->out, of->label);
    }
    buffer_format(w->out, ",\"holds\":\"%s\"", state_of(of->value));
    if (of->node)
        place(w, of->node);
    saws(w, "saw", of->saw, of->saw_count);
    if (of->kind == CONDITION_RECORDS)
        buffer_format(w->out, ",\"records\":%u", of->records);
    if (of->kind != CONDITION_PLAIN) {
        static const char *const kinds[] = {"", "all", "any", "not", "if", "records_seen"};
        buffer_format(w->out, ",\"%s\":[", kinds[of->kind]);
        for (size_t i = 0; i < of->part_count; i++) {
            buffer_string(w->out, i ? "," : "");
            condition(w, &of->parts[i]);
        }
        buffer_char(w->out, ']');
    }
    buffer_char(w->out, '}');
}

static void rules(struct why_json *w, const char *name, const struct explained_rule *items, size_t count);

static void rule(struct why_json *w, const struct explained_rule *of) {
    static const char *const degrees[] = {"no", "yes", "open"};
    buffer_char(w->out, '{');
    say_json_rule(w->out, w->set, of->rule);
    buffer_format(w->out, ",\"applies\":\"%s\"", degrees[of->degree]);
    if (of->type && of->value.tag != VALUE_OPEN) {
        key(w, "gives");
        show_json(w->out, of->type, of->value);
    }
    if (of->made.length) {
        key(w, "made_by");
        say_json_text(w->out, of->made);
    }
    saws(w, "made_from", of->saw, of->saw_count);
    key(w, "conditions");
    buffer_char(w->out, '[');
    for (size_t i = 0; i < of->condition_count; i++) {
        buffer_string(w->out, i ? "," : "");
        condition(w, &of->conditions[i]);
    }
    buffer_char(w->out, ']');
    if (of->first < of->condition_count)
        buffer_format(w->out, ",\"first_failed\":%zu", of->first);
    key(w, "would_need");
    buffer_char(w->out, '[');
    for (size_t i = 0; i < of->failing_count; i++) {
        buffer_string(w->out, i ? "," : "");
        say_json_text(w->out, of->failing[i]->words);
    }
    buffer_char(w->out, ']');
    rules(w, "exceptions", of->exceptions, of->exception_count);
    buffer_char(w->out, '}');
}

static void rules(struct why_json *w, const char *name, const struct explained_rule *items, size_t count) {
    key(w, name);
    buffer_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_string(w->out, i ? "," : "");
        rule(w, &items[i]);
    }
    buffer_char(w->out, ']');
}

static void answer(struct why_json *w, struct subject subject) {
    struct buffer words;
    buffer_init(&words, w->out->alloc);
    explain_answer(&words, w->set, subject, &w->made->outcome);
    key(w, "answer");
    buffer_json(w->out, words.data ? words.data : "", words.length);
    w->out->failed = w->out->failed || words.failed;
    buffer_free(&words);
}

static void decision_members(struct why_json *w, const struct explained *item) {
    static const char *const states[] = {"value", "undecided", "undetermined", "conflict", "failed"};
    static const char *const kinds[] = {"decision", "definition", "total"};
    const struct decision *of = &w->set->decisions[item->subject.index];
    say_json_key(w->out, "name");
    say_json_text(w->out, of->shown);
    buffer_format(w->out, ",\"kind\":\"%s\"", kinds[of->kind]);
    if (of->title.length) {
        key(w, "title");
        say_json_text(w->out, of->title);
    }
    place(w, of->node);
    buffer_format(w->out, ",\"state\":\"%s\"", states[item->decision->state]);
    if (item->decision->state == STATE_VALUE) {
        key(w, "value");
        show_json(w->out, &of->type, item->decision->value);
        buffer_format(w->out, ",\"by\":\"%s\"", item->decision->by_otherwise ? "otherwise" : "rules");
    } else {
        say_json_reasons(w->out, w->set, item->decision->reasons);
    }
    if (item->has_normal) {
        key(w, "otherwise");
        condition(w, &item->normal);
        if (item->normal_value.tag != VALUE_OPEN) {
            key(w, "otherwise_value");
            show_json(w->out, item->normal_type, item->normal_value);
        }
    }
    if (item->off_count > 0)
        rules(w, "otherwise_exceptions", item->off, item->off_count);
}

static void duty_members(struct why_json *w, const struct explained *item) {
    static const char *const states[] = {"not due", "due", "possible", "conflict"};
    const struct duty *of = &w->set->duties[item->subject.index];
    say_json_key(w->out, "name");
    say_json_text(w->out, of->name->text);
    buffer_string(w->out, ",\"kind\":\"duty\"");
    if (of->title.length) {
        key(w, "title");
        say_json_text(w->out, of->title);
    }
    place(w, of->node);
    buffer_format(w->out, ",\"state\":\"%s\"", states[item->duty->state]);
    say_json_reasons(w->out, w->set, item->duty->reasons);
    if (item->has_done) {
        key(w, "done_when");
        condition(w, &item->done);
    }
}

static void names(struct why_json *w, const char *name, const uint32_t *decisions, size_t count) {
    key(w, name);
    buffer_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_string(w->out, i ? "," : "");
        say_json_text(w->out, w->set->decisions[decisions[i]].shown);
    }
    buffer_char(w->out, ']');
}

static void items(struct why_json *w) {
    key(w, "explanations");
    buffer_char(w->out, '[');
    for (size_t i = 0; i < w->made->item_count; i++) {
        const struct explained *item = &w->made->items[i];
        buffer_string(w->out, i ? ",{" : "{");
        if (item->subject.duty)
            duty_members(w, item);
        else
            decision_members(w, item);
        answer(w, item->subject);
        rules(w, "rules", item->rules, item->rule_count);
        names(w, "rests_on", item->rests_on, item->rests_on_count);
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, ']');
    names(w, "not_explained", w->made->cut, w->made->cut_count);
}

static void facts(struct why_json *w) {
    static const char *const alone[] = {"not tried", "changes nothing", "nothing found",
                                        "changes the answer"};
    static const char *const roles[] = {"mattered", "did not matter", "not known", "missing", "not asked"};
    key(w, "facts");
    buffer_char(w->out, '[');
    for (uint32_t i = 0; i < w->set->fact_count; i++) {
        const struct fact *fact = &w->set->facts[i];
        buffer_string(w->out, i ? ",{" : "{");
        say_json_key(w->out, "name");
        say_json_text(w->out, fact->name->text);
        if (fact->title.length) {
            key(w, "title");
            say_json_text(w->out, fact->title);
        }
        buffer_format(w->out, ",\"role\":\"%s\"", roles[w->made->roles[i]]);
        buffer_format(w->out, ",\"alone\":\"%s\"", alone[w->made->alone[i]]);
        key(w, "value");
        show_json(w->out, &fact->type, w->made->facts[i]);
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, ']');
}

/* "anniversary", "holdings[0].level". */
static void fact_name(struct why_json *w, const struct reason *at) {
    struct buffer words;
    buffer_init(&words, w->out->alloc);
    show_need(&words, w->set, at);
    buffer_json(w->out, words.data ? words.data : "", words.length);
    w->out->failed = w->out->failed || words.failed;
    buffer_free(&words);
}

static void verdict(struct why_json *w, const struct verdict *of) {
    struct buffer words;
    const char *gap = "";
    if (of->rejected) {
        buffer_string(w->out, "\"rejected\":true");
        key(w, "problem");
        say_json_text(w->out, of->problem);
        return;
    }
    say_json_key(w->out, "answer");
    say_json_text(w->out, of->words);
    if (of->json.length) {
        key(w, "value");
        buffer_text(w->out, of->json);
    }
    buffer_init(&words, w->out->alloc);
    key(w, "because");
    buffer_char(w->out, '[');
    for (size_t i = 0; i < of->reason_count; i++) {
        buffer_reuse(&words);
        show_reason(&words, w->set, &of->reasons[i]);
        buffer_string(w->out, gap);
        buffer_json(w->out, words.data ? words.data : "", words.length);
        gap = ",";
    }
    buffer_char(w->out, ']');
    w->out->failed = w->out->failed || words.failed;
    buffer_free(&words);
}

static void dropped(struct why_json *w, const struct verdict *of) {
    for (size_t i = 0; i < of->dropped_count; i++) {
        if (i == 0)
            key(w, "left_out");
        buffer_char(w->out, i ? ',' : '[');
        fact_name(w, &of->dropped[i]);
    }
    if (of->dropped_count > 0)
        buffer_char(w->out, ']');
}

static void bring(struct why_json *w, const struct missing *missing, const struct bring *of) {
    buffer_char(w->out, '{');
    if (of->any_other) {
        buffer_string(w->out, "\"any_other\":true,");
    } else if (of->range) {
        say_json_key(w->out, "from");
        show_json(w->out, missing->type, of->open_below ? (struct value){.tag = VALUE_NONE} : of->values[0]);
        key(w, "through");
        show_json(w->out, missing->type,
                  of->open_above ? (struct value){.tag = VALUE_NONE} : of->values[of->count - 1]);
        buffer_char(w->out, ',');
    } else {
        say_json_key(w->out, "values");
        buffer_char(w->out, '[');
        for (size_t i = 0; i < of->count; i++) {
            buffer_string(w->out, i ? "," : "");
            show_json(w->out, missing->type, of->values[i]);
        }
        buffer_string(w->out, "],");
    }
    verdict(w, &of->verdict);
    dropped(w, &of->verdict);
    if (of->varies) {
        buffer_string(w->out, ",\"last\":{");
        verdict(w, &of->last);
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, '}');
}

static void missing_fact(struct why_json *w, const struct missing *of) {
    buffer_char(w->out, '{');
    say_json_key(w->out, "fact");
    fact_name(w, &of->need);
    key(w, "brings");
    buffer_char(w->out, '[');
    for (size_t j = 0; j < of->bring_count; j++) {
        buffer_string(w->out, j ? "," : "");
        bring(w, of, &of->brings[j]);
    }
    buffer_format(w->out, "],\"more\":%s%s}", of->more ? "true" : "false",
                  of->sampled ? ",\"sampled\":true" : "");
}

static void missing_facts(struct why_json *w, const char *name, const struct missing *facts, size_t count) {
    key(w, name);
    buffer_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_string(w->out, i ? "," : "");
        missing_fact(w, &facts[i]);
    }
    buffer_char(w->out, ']');
}

/* --- ways to another answer --- */

static void need(struct why_json *w, const struct need *of) {
    buffer_char(w->out, '{');
    say_json_key(w->out, "text");
    say_json_text(w->out, of->words);
    if (of->title.length) {
        key(w, "title");
        say_json_text(w->out, of->title);
    }
    if (of->now.length) {
        key(w, "now");
        say_json_text(w->out, of->now);
    }
    if (of->unconfirmed)
        buffer_string(w->out, ",\"confirmed\":false");
    if (of->kind != NEED_PLAIN) {
        key(w, of->kind == NEED_ALL ? "all" : "any");
        buffer_char(w->out, '[');
        for (size_t i = 0; i < of->part_count; i++) {
            buffer_string(w->out, i ? "," : "");
            need(w, &of->parts[i]);
        }
        buffer_char(w->out, ']');
    }
    buffer_char(w->out, '}');
}

static void example(struct why_json *w, const struct way *of) {
    key(w, "example");
    buffer_char(w->out, '[');
    for (size_t i = 0; i < of->example_count; i++) {
        buffer_string(w->out, i ? ",{" : "{");
        say_json_key(w->out, "fact");
        fact_name(w, &of->example[i].at);
        key(w, "value");
        show_json(w->out, of->example[i].type, of->example[i].value);
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, ']');
    if (of->example_count == 0)
        return;
    key(w, "tried");
    buffer_char(w->out, '{');
    verdict(w, &of->verdict);
    dropped(w, &of->verdict);
    buffer_char(w->out, '}');
}

static void ways(struct why_json *w) {
    key(w, "ways");
    buffer_char(w->out, '[');
    for (size_t i = 0; i < w->made->way_count; i++) {
        const struct way *of = &w->made->ways[i];
        buffer_string(w->out, i ? ",{" : "{");
        say_json_key(w->out, "answer");
        say_json_text(w->out, of->words);
        if (of->rule != UINT32_MAX) {
            key(w, "rule");
            say_json_text(w->out, w->set->rules[of->rule].shown);
        }
        key(w, "needs");
        need(w, &of->need);
        example(w, of);
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, ']');
}

static void problems(struct why_json *w) {
    buffer_string(w->out, ",\"rejected\":true,\"problems\":[");
    for (size_t i = 0; i < w->made->record->problem_count; i++) {
        const struct fact_problem *problem = &w->made->record->problems[i];
        buffer_format(w->out, "%s{\"code\":\"%s\",\"line\":%llu", i ? "," : "",
                      diag_message(problem->code)->code, (unsigned long long)problem->line);
        key(w, "path");
        say_json_text(w->out, text_of(problem->path));
        key(w, "message");
        say_json_text(w->out, text_of(problem->message));
        buffer_char(w->out, '}');
    }
    buffer_char(w->out, ']');
}

void why_json(struct buffer *out, const struct explanation *explanation, struct text asked) {
    struct why_json w = {out, explanation, explanation->program->set};
    const struct record *record = explanation->record;
    buffer_format(out, "{\"proviso_why\":%d,\"policy\":", WHY_JSON_VERSION);
    say_json_text(out, w.set->modules[0].name->text);
    buffer_string(out, ",\"amendments\":[");
    for (size_t i = 1; i < w.set->module_count; i++) {
        buffer_string(out, i > 1 ? "," : "");
        say_json_text(out, w.set->modules[i].name->text);
    }
    buffer_format(out, "],\"record\":%llu,\"line\":%llu,\"asked\":", (unsigned long long)record->number,
                  (unsigned long long)record->line);
    say_json_text(out, asked);
    if (record->problem_count > 0) {
        problems(&w);
    } else {
        key(&w, "today");
        say_json_day(out, explanation->question.today);
        if (explanation->question.has_known_on) {
            key(&w, "known_on");
            say_json_day(out, explanation->question.known_on);
        }
        buffer_format(out, ",\"covered\":%s", explanation->outcome.covered ? "true" : "false");
        if (explanation->outcome.covered) {
            items(&w);
            facts(&w);
            missing_facts(&w, "missing", explanation->missing, explanation->missing_count);
            buffer_format(out, ",\"more_missing\":%s", explanation->more_missing ? "true" : "false");
            missing_facts(&w, "changes", explanation->changes, explanation->change_count);
            ways(&w);
        }
    }
    buffer_string(out, "}\n");
}

void why_json_condition(struct buffer *out, const struct policy_set *set, const struct condition *of) {
    struct why_json w = {.out = out, .set = set};
    condition(&w, of);
}
