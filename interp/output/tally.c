/*
 * See tally.h: counting, and the counts as a text or as JSON. Must not know inputs or workers.
 */
#include "interp/output/tally.h"

#include <string.h>

#include "interp/meaning/show.h"
#include "interp/output/json_words.h"

static size_t countable(const struct type *type) {
    return type->kind == TYPE_YESNO ? 2 : type->kind == TYPE_MEMBER ? type->enumeration->count : 0;
}

bool tally_init(struct tally *tally, const struct answer_form *form, struct arena *arena) {
    const struct policy_set *set = form->set;
    *tally = (struct tally){.form = form};
    tally->decisions = arena_array(arena, set->decision_count, sizeof *tally->decisions);
    for (size_t i = 0; tally->decisions && i < set->decision_count; i++) {
        struct tally_decision *one = &tally->decisions[i];
        if (!form->decisions[i])
            continue;
        one->value_count = countable(&set->decisions[i].type);
        one->rule_count = set->decisions[i].kind == DECISION_TOTAL ? 0 : set->decisions[i].giver_count;
        one->values = arena_array(arena, one->value_count, sizeof *one->values);
        one->rules = arena_array(arena, one->rule_count, sizeof *one->rules);
    }
    return !arena->failed;
}

static void count_value(struct tally_decision *one, const struct value *value) {
    if (value->tag == VALUE_NONE)
        one->none++;
    else if (one->value_count)
        one->values[value->as.number]++;
}

static void count_rule(struct tally_decision *one, const struct decision *decision, uint32_t rule) {
    for (size_t i = 0; i < one->rule_count; i++)
        if (decision->givers[i].rule == rule) {
            one->rules[i]++;
            return;
        }
}

void tally_outcome(struct tally *tally, const struct outcome *outcome) {
    const struct policy_set *set = tally->form->set;
    tally->records++;
    tally->rejected += !outcome;
    tally->not_covered += outcome && !outcome->covered;
    if (!outcome)
        return;
    tally->decided += answer_decided(tally->form, outcome);
    for (size_t i = 0; outcome->covered && i < set->decision_count; i++) {
        const struct decision_outcome *found = &outcome->decisions[i];
        struct tally_decision *one = &tally->decisions[i];
        if (!tally->form->decisions[i])
            continue;
        one->states[found->state]++;
        if (found->state != STATE_VALUE)
            continue;
        count_value(one, &found->value);
        one->otherwise += found->by_otherwise;
        if (!found->by_otherwise && found->contribution_count)
            count_rule(one, &set->decisions[i], found->contributions[0].rule);
    }
}

/* A decision that has a value in a row. */
static void tally_cell(struct tally_decision *one, const struct column_machine *machine, size_t decision,
                       uint32_t row) {
    const struct program *program = machine->plan->program;
    uint32_t reg = machine->plan->decisions[decision];
    const struct column *column = &machine->cells[reg];
    uint16_t winner = machine->winners[decision][row];
    unsigned kind = program->instructions[reg - program->constant_count].kind;
    if (column->state[row] == CELL_NONE)
        one->none++;
    else if (one->value_count)
        one->values[kind == KIND_MEMBER ? ((const int32_t *)column->values)[row] : column->state[row]]++;
    if (winner == 0)
        one->otherwise++;
    else if (winner != COLUMN_NO_WINNER && winner <= one->rule_count)
        one->rules[winner - 1]++;
}

bool tally_row(struct tally *tally, const struct column_machine *machine, uint32_t row) {
    const struct policy_set *set = tally->form->set;
    bool covered = set->covers.first <= machine->days[row] && machine->days[row] <= set->covers.last;
    bool decided = covered;
    tally->records++;
    tally->not_covered += !covered;
    for (size_t i = 0; covered && i < set->decision_count; i++) {
        uint8_t verdict;
        if (!tally->form->decisions[i])
            continue;
        verdict = machine->verdicts[i][row];
        tally->decisions[i].states[verdict]++;
        decided = decided && verdict == STATE_VALUE;
        if (verdict == STATE_VALUE)
            tally_cell(&tally->decisions[i], machine, i, row);
    }
    for (size_t i = 0; decided && i < set->duty_count; i++)
        decided = !machine->conflicts[i] || !machine->conflicts[i][row];
    tally->decided += decided;
    return decided;
}

static void move(uint64_t *into, uint64_t *from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        into[i] += from[i];
        from[i] = 0;
    }
}

void tally_move(struct tally *into, struct tally *from) {
    move(&into->records, &from->records, 1);
    move(&into->decided, &from->decided, 1);
    move(&into->rejected, &from->rejected, 1);
    move(&into->not_covered, &from->not_covered, 1);
    for (size_t i = 0; i < into->form->set->decision_count; i++) {
        struct tally_decision *to = &into->decisions[i], *of = &from->decisions[i];
        move(to->states, of->states, 5);
        move(&to->none, &of->none, 1);
        move(&to->otherwise, &of->otherwise, 1);
        move(to->values, of->values, to->value_count);
        move(to->rules, of->rules, to->rule_count);
    }
}

/* --- in words --- */

/* "  waiver (update.proviso:7)   123" */
static void text_line(struct buffer *out, struct buffer *words, int depth, uint64_t count) {
    buffer_repeat(out, ' ', (size_t)depth * 2);
    buffer_visible(out, words->data ? words->data : "", words->length);
    buffer_format(out, ": %llu\n", (unsigned long long)count);
    out->failed = out->failed || words->failed;
    buffer_reuse(words);
}

static struct value value_at(const struct type *type, size_t index) {
    return (struct value){.tag = type->kind == TYPE_YESNO ? VALUE_YES_NO : VALUE_MEMBER,
                          .as.number = (int64_t)index};
}

static void text_values(struct buffer *out, const struct tally_decision *one, const struct type *type,
                        struct buffer *words) {
    for (size_t i = 0; i < one->value_count; i++) {
        if (!one->values[i])
            continue;
        show_value(words, type, value_at(type, i));
        text_line(out, words, 2, one->values[i]);
    }
    if (one->none) {
        buffer_string(words, "none");
        text_line(out, words, 2, one->none);
    }
}

static void text_rules(struct buffer *out, const struct tally *tally, size_t decision, struct buffer *words) {
    const struct policy_set *set = tally->form->set;
    const struct tally_decision *one = &tally->decisions[decision];
    for (size_t i = 0; i < one->rule_count; i++) {
        const struct rule *rule = &set->rules[set->decisions[decision].givers[i].rule];
        if (!one->rules[i])
            continue;
        buffer_string(words, "by ");
        buffer_text(words, rule->shown);
        buffer_string(words, " (");
        show_rule_place(words, set, rule);
        buffer_char(words, ')');
        text_line(out, words, 1, one->rules[i]);
    }
    if (one->otherwise) {
        buffer_string(words, "by its normal case");
        text_line(out, words, 1, one->otherwise);
    }
}

void tally_text(struct buffer *out, const struct tally *tally) {
    const struct policy_set *set = tally->form->set;
    struct buffer words;
    buffer_init(&words, out->alloc);
    buffer_format(
        out, "%llu record%s: %llu decided, %llu not decided, %llu not covered, %llu rejected\n",
        (unsigned long long)tally->records, tally->records == 1 ? "" : "s",
        (unsigned long long)tally->decided,
        (unsigned long long)(tally->records - tally->decided - tally->not_covered - tally->rejected),
        (unsigned long long)tally->not_covered, (unsigned long long)tally->rejected);
    for (size_t i = 0; i < set->decision_count; i++) {
        const struct tally_decision *one = &tally->decisions[i];
        if (!tally->form->decisions[i])
            continue;
        buffer_char(out, '\n');
        buffer_text(out, set->decisions[i].shown);
        buffer_char(out, '\n');
        for (int state = 0; state < 5; state++) {
            if (!one->states[state])
                continue;
            buffer_string(&words, answer_state_name((enum state)state));
            text_line(out, &words, 1, one->states[state]);
            if (state == STATE_VALUE)
                text_values(out, one, &set->decisions[i].type, &words);
        }
        text_rules(out, tally, i, &words);
    }
    buffer_free(&words);
}

/* --- JSON --- */

static void json_count(struct buffer *out, const char *key, uint64_t count) {
    say_json_key(out, key);
    buffer_format(out, "%llu", (unsigned long long)count);
}

static void json_values(struct buffer *out, const struct tally_decision *one, const struct type *type) {
    const char *gap = "";
    buffer_string(out, ",\"values\":[");
    for (size_t i = 0; i < one->value_count; i++) {
        if (!one->values[i])
            continue;
        buffer_format(out, "%s{\"value\":", gap);
        show_json(out, type, value_at(type, i));
        buffer_format(out, ",\"records\":%llu}", (unsigned long long)one->values[i]);
        gap = ",";
    }
    if (one->none)
        buffer_format(out, "%s{\"value\":null,\"records\":%llu}", gap, (unsigned long long)one->none);
    buffer_char(out, ']');
}

static void json_rules(struct buffer *out, const struct tally *tally, size_t decision) {
    const struct policy_set *set = tally->form->set;
    const struct tally_decision *one = &tally->decisions[decision];
    const char *gap = "";
    buffer_string(out, ",\"rules\":[");
    for (size_t i = 0; i < one->rule_count; i++) {
        if (!one->rules[i])
            continue;
        buffer_format(out, "%s{", gap);
        say_json_rule(out, set, set->decisions[decision].givers[i].rule);
        buffer_format(out, ",\"records\":%llu}", (unsigned long long)one->rules[i]);
        gap = ",";
    }
    buffer_string(out, "],");
    json_count(out, "otherwise", one->otherwise);
}

void tally_json(struct buffer *out, const struct tally *tally) {
    const struct policy_set *set = tally->form->set;
    const char *gap = "";
    buffer_format(out, "{\"proviso\":%d,", ANSWER_JSON_VERSION);
    json_count(out, "records", tally->records);
    buffer_char(out, ',');
    json_count(out, "decided", tally->decided);
    buffer_char(out, ',');
    json_count(out, "not_decided", tally->records - tally->decided - tally->not_covered - tally->rejected);
    buffer_char(out, ',');
    json_count(out, "not_covered", tally->not_covered);
    buffer_char(out, ',');
    json_count(out, "rejected", tally->rejected);
    buffer_string(out, ",\"decisions\":{");
    for (size_t i = 0; i < set->decision_count; i++) {
        const struct tally_decision *one = &tally->decisions[i];
        if (!tally->form->decisions[i])
            continue;
        buffer_string(out, gap);
        say_json_text(out, set->decisions[i].shown);
        buffer_string(out, ":{");
        for (int state = 0; state < 5; state++) {
            buffer_string(out, state ? "," : "");
            json_count(out, answer_state_name((enum state)state), one->states[state]);
        }
        json_values(out, one, &set->decisions[i].type);
        json_rules(out, tally, i);
        buffer_char(out, '}');
        gap = ",";
    }
    buffer_string(out, "}}\n");
}
