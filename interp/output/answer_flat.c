/*
 * The flat forms: one row a record, NDJSON or CSV. First the carried fields, then the decisions in order of declaration, last
 * `open`, which names every decision that has no value as decision:state. A rejected record is a row too: the fields it has, its number and its errors.
 * Text in CSV must not become a formula where a spreadsheet opens it.
 */
#include "interp/facts/field.h"
#include "interp/meaning/show.h"
#include "interp/output/answer.h"
#include "interp/output/flat.h"

#include <string.h>

static bool flat_has_value(const struct outcome *outcome, size_t decision) {
    return outcome->covered && outcome->decisions[decision].state == STATE_VALUE;
}

/* "stage:undetermined can_renew:conflict pay_fee:conflict"; empty where all is decided. */
static void flat_open(struct buffer *out, const struct answer_form *form, const struct outcome *outcome) {
    const char *gap = "";
    size_t i;
    for (i = 0; i < form->set->decision_count; i++) {
        if (!form->decisions[i] || flat_has_value(outcome, i))
            continue;
        buffer_string(out, gap);
        buffer_text(out, form->set->decisions[i].shown);
        buffer_format(out, ":%s",
                      outcome->covered ? answer_state_name(outcome->decisions[i].state) : "not_covered");
        gap = " ";
    }
    for (i = 0; outcome->covered && i < form->set->duty_count; i++) {
        if (!form->duties[i] || outcome->duties[i].state != DUTY_IN_CONFLICT)
            continue;
        buffer_string(out, gap);
        buffer_text(out, form->set->duties[i].name->text);
        buffer_string(out, ":conflict");
        gap = " ";
    }
}

/* "record 3, line 7: anniversary: 2021-02-30: February 2021 has 28 days; …" */
static void flat_problems(struct buffer *out, const struct record *record) {
    size_t i;
    for (i = 0; i < record->problem_count; i++) {
        const struct fact_problem *problem = &record->problems[i];
        buffer_string(out, i ? "; " : "");
        buffer_format(out, "%s ", diag_message(problem->code)->code);
        if (problem->path[0])
            buffer_format(out, "%s: ", problem->path);
        buffer_string(out, problem->message);
    }
}

static void flat_json_string(struct buffer *out, struct buffer *words) {
    buffer_json(out, words->data ? words->data : "", words->length);
    out->failed = out->failed || words->failed;
}

/* --- with form->why --- */

void flat_rule(struct buffer *words, const struct answer_form *form, uint32_t rule, bool by_otherwise) {
    if (by_otherwise)
        buffer_string(words, "otherwise");
    else if (rule != NO_RULE)
        buffer_text(words, form->set->rules[rule].shown);
}

void flat_cites(struct buffer *words, const struct answer_form *form, uint32_t rule) {
    const struct ast_node *clause = rule == NO_RULE ? NULL : form->set->rules[rule].cites;
    const char *gap = "";
    for (; clause; clause = clause->next) {
        const struct ast_node *source = clause->kind == AST_CITES ? ast_kid(clause, CITES_source) : NULL;
        const struct ast_node *place = source ? ast_kid(clause, CITES_place) : NULL;
        if (!source)
            continue;
        buffer_string(words, gap);
        buffer_text(words, form->set->citation_sources[form->set->node_refs[source->id].index].title);
        if (place) {
            buffer_string(words, ", ");
            buffer_text(words, *place->value.string);
        }
        gap = "; ";
    }
}

/* Totals are what several rules add up to: no rule decides them. */
static uint32_t deciding_rule(const struct answer_form *form, const struct outcome *outcome, size_t decision,
                              bool *by_otherwise) {
    const struct decision_outcome *one = &outcome->decisions[decision];
    *by_otherwise = false;
    if (!flat_has_value(outcome, decision) || form->set->decisions[decision].kind == DECISION_TOTAL)
        return NO_RULE;
    *by_otherwise = one->by_otherwise;
    return one->by_otherwise || !one->contribution_count ? NO_RULE : one->contributions[0].rule;
}

/* The two values behind a decision, each with what stands before it. */
static void flat_why_json(struct buffer *out, const struct answer_form *form, const struct outcome *outcome,
                          size_t decision, struct buffer *words) {
    struct text name = form->set->decisions[decision].shown;
    bool by_otherwise;
    uint32_t rule = deciding_rule(form, outcome, decision, &by_otherwise);
    for (int k = 0; form->why && k < 2; k++) {
        buffer_text(words, name);
        buffer_string(words, k ? ".cites" : ".rule");
        flat_json_string(out, words);
        buffer_char(out, ':');
        buffer_reuse(words);
        if (k)
            flat_cites(words, form, rule);
        else
            flat_rule(words, form, rule, by_otherwise);
        if (words->length)
            flat_json_string(out, words);
        else
            buffer_string(out, "null");
        buffer_char(out, ',');
        buffer_reuse(words);
    }
}

void answer_ndjson(struct buffer *out, const struct answer_form *form, const struct record *record,
                   const struct outcome *outcome) {
    struct buffer words;
    size_t i;
    buffer_init(&words, out->alloc);
    buffer_char(out, '{');
    for (i = 0; i < form->field_count; i++) {
        buffer_json(out, form->fields[i].bytes, form->fields[i].length);
        buffer_char(out, ':');
        field_json(out, record, form->fields[i]);
        buffer_char(out, ',');
    }
    if (!outcome) {
        flat_problems(&words, record);
        buffer_format(out, "\"record\":%llu,\"error\":", (unsigned long long)record->number);
        flat_json_string(out, &words);
        buffer_string(out, "}\n");
        buffer_free(&words);
        return;
    }
    for (i = 0; i < form->set->decision_count; i++) {
        const struct decision *decision = &form->set->decisions[i];
        if (!form->decisions[i])
            continue;
        buffer_json(out, decision->shown.bytes, decision->shown.length);
        buffer_char(out, ':');
        if (flat_has_value(outcome, i))
            show_json(out, &decision->type, outcome->decisions[i].value);
        else
            buffer_string(out, "null");
        buffer_char(out, ',');
        flat_why_json(out, form, outcome, i, &words);
    }
    flat_open(&words, form, outcome);
    buffer_string(out, "\"open\":");
    flat_json_string(out, &words);
    buffer_string(out, "}\n");
    buffer_free(&words);
}

/* Whether a decision has a column of that name. */
static bool flat_is_column(const struct answer_form *form, struct text name, struct text decision) {
    struct text behind;
    if (name.length < decision.length || memcmp(name.bytes, decision.bytes, decision.length) != 0)
        return false;
    behind = (struct text){name.bytes + decision.length, name.length - decision.length};
    return !behind.length || (form->why && (text_is(behind, ".rule") || text_is(behind, ".cites")));
}

bool answer_flat_clash(const struct answer_form *form, bool ndjson, struct text *clash) {
    const struct policy_set *set = form->set;
    struct text columns[] = {text_of("open"), text_of("error")};
    size_t i, j;
    for (i = 0; i < form->field_count + set->decision_count; i++) {
        bool field = i < form->field_count;
        *clash = field ? form->fields[i] : set->decisions[i - form->field_count].shown;
        if (!field && !form->decisions[i - form->field_count])
            continue;
        for (j = 0; j < 2; j++)
            if (text_equal(*clash, columns[j]))
                return true;
        if (field && ndjson && text_is(*clash, "record"))
            return true;
        for (j = 0; field && j < set->decision_count; j++)
            if (form->decisions[j] && flat_is_column(form, *clash, set->decisions[j].shown))
                return true;
    }
    return false;
}

/* One cell, quoted where RFC 4180 asks for it; `first` is false behind another cell. */
static void flat_cell(struct buffer *out, bool first, const char *bytes, size_t length) {
    bool quote = false;
    size_t i;
    if (!first)
        buffer_char(out, ',');
    for (i = 0; i < length && !quote; i++)
        quote = bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r';
    if (quote)
        buffer_char(out, '"');
    for (i = 0; i < length; i++) {
        if (bytes[i] == '"')
            buffer_char(out, '"');
        buffer_char(out, bytes[i]);
    }
    if (quote)
        buffer_char(out, '"');
}

/*
 * True for a text that a spreadsheet would take for a formula, and run. A number is none, wherever it came from.
 */
static bool flat_formula(const char *bytes, size_t length) {
    int64_t mantissa;
    int scale;
    return length && memchr("=+-@\t\r", bytes[0], 6) &&
           num_parse_literal(bytes, length, &mantissa, &scale) != NUM_OK;
}

void flat_word_cell(struct buffer *out, const struct answer_form *form, bool *first, bool text,
                    struct buffer *words) {
    struct buffer safe;
    buffer_init(&safe, out->alloc);
    if (text && !form->csv_raw && flat_formula(words->data, words->length))
        buffer_char(&safe, '\'');
    if (form->terminal)
        buffer_visible(&safe, words->data ? words->data : "", words->length);
    else
        buffer_add(&safe, words->data ? words->data : "", words->length);
    flat_cell(out, *first, safe.data ? safe.data : "", safe.length);
    out->failed = out->failed || words->failed || safe.failed;
    buffer_free(&safe);
    buffer_reuse(words);
    *first = false;
}

void answer_csv_header(struct buffer *out, const struct answer_form *form) {
    struct buffer words;
    bool first = true;
    size_t i;
    buffer_init(&words, out->alloc);
    for (i = 0; i < form->field_count; i++) {
        buffer_text(&words, form->fields[i]);
        flat_word_cell(out, form, &first, true, &words);
    }
    for (i = 0; i < form->set->decision_count; i++) {
        if (!form->decisions[i])
            continue;
        buffer_text(&words, form->set->decisions[i].shown);
        flat_word_cell(out, form, &first, false, &words);
        for (int k = 0; form->why && k < 2; k++) {
            buffer_text(&words, form->set->decisions[i].shown);
            buffer_string(&words, k ? ".cites" : ".rule");
            flat_word_cell(out, form, &first, false, &words);
        }
    }
    buffer_string(&words, "error");
    flat_word_cell(out, form, &first, false, &words);
    buffer_string(out, ",open\r\n");
    buffer_free(&words);
}

void flat_value(struct buffer *words, const struct type *type, struct value value) {
    if (value.tag == VALUE_NONE)
        return;
    if (value.tag == VALUE_YES_NO)
        buffer_string(words, value.as.number ? "true" : "false");
    else
        show_value(words, type, value);
}

/* The same as cells; a rejected record has empty ones. */
static void flat_why_cells(struct buffer *out, const struct answer_form *form, const struct outcome *outcome,
                           size_t decision, struct buffer *words) {
    bool by_otherwise = false, first = false;
    uint32_t rule = outcome ? deciding_rule(form, outcome, decision, &by_otherwise) : NO_RULE;
    flat_rule(words, form, rule, by_otherwise);
    flat_word_cell(out, form, &first, true, words);
    flat_cites(words, form, rule);
    flat_word_cell(out, form, &first, true, words);
}

void answer_csv(struct buffer *out, const struct answer_form *form, const struct record *record,
                const struct outcome *outcome) {
    struct buffer words;
    bool first = true;
    size_t i;
    buffer_init(&words, out->alloc);
    for (i = 0; i < form->field_count; i++) {
        field_text(&words, record, form->fields[i]);
        flat_word_cell(out, form, &first, true, &words);
    }
    for (i = 0; i < form->set->decision_count; i++) {
        const struct type *type = &form->set->decisions[i].type;
        if (!form->decisions[i])
            continue;
        if (outcome && flat_has_value(outcome, i))
            flat_value(&words, type, outcome->decisions[i].value);
        flat_word_cell(out, form, &first, type->kind == TYPE_STRING || type->kind == TYPE_MEMBER, &words);
        if (form->why)
            flat_why_cells(out, form, outcome, i, &words);
    }
    if (!outcome) {
        buffer_format(&words, "record %llu: ", (unsigned long long)record->number);
        flat_problems(&words, record);
    }
    flat_word_cell(out, form, &first, false, &words);
    if (outcome)
        flat_open(&words, form, outcome);
    flat_word_cell(out, form, &first, false, &words);
    buffer_string(out, "\r\n");
    buffer_free(&words);
}
