/*
 * What would be if: the record with some facts changed is evaluated again, and the answer compared. Must not know why a change is
 * tried.
 */
#include "interp/run/explain_trial.h"

#include "interp/facts/record.h"
#include "interp/meaning/show.h"

#include "grammar/base/banned.h"

/* What an evaluation of a usual policy takes; a larger one asks for more. */
#define SCRATCH ((size_t)256 * 1024)

static struct text kept(struct arena *arena, const struct buffer *words) {
    char *copy = arena_copy(arena, words->data ? words->data : "", words->length);
    arena->failed = arena->failed || words->failed;
    return copy ? (struct text){copy, words->length} : text_of("");
}

/* --- verdicts --- */

static void take_reasons(struct arena *arena, const struct reasons *reasons, struct verdict *verdict) {
    if (!reasons)
        return;
    verdict->reasons = arena_array(arena, reasons->count, sizeof *verdict->reasons);
    if (!verdict->reasons)
        return;
    verdict->reason_count = reasons->count;
    memcpy(verdict->reasons, reasons->items, reasons->count * sizeof *verdict->reasons);
}

void trial_verdict(struct trial *t, const struct outcome *outcome, struct arena *arena,
                   struct verdict *verdict) {
    const struct policy_set *set = t->x->traced.program->set;
    struct subject subject = t->x->made->items[0].subject;
    struct buffer *words = &t->words;
    *verdict = (struct verdict){0};
    buffer_reuse(words);
    verdict->applies =
        t->watched != UINT32_MAX && outcome->covered && outcome->degrees[t->watched] == DEGREE_YES;
    explain_answer(words, set, subject, outcome);
    verdict->words = kept(arena, words);
    buffer_reuse(words);
    if (subject.duty) {
        verdict->state = outcome->duties[subject.index].state;
        verdict->status = outcome->duties[subject.index].status;
        take_reasons(arena, outcome->duties[subject.index].reasons, verdict);
    } else {
        const struct decision_outcome *decision = &outcome->decisions[subject.index];
        verdict->state = decision->state;
        take_reasons(arena, decision->state == STATE_VALUE ? NULL : decision->reasons, verdict);
        if (decision->state == STATE_VALUE)
            show_json(words, &set->decisions[subject.index].type, decision->value);
    }
    verdict->json = kept(arena, words);
}

/* Puts `value` where the need is, in the values of the trial; a list is copied, as the record's own must stay. */
static void fill(struct trial *t, const struct reason *need, struct value value) {
    const struct value_list *old;
    struct value_list *list;
    struct value *fields;
    size_t count, at;
    if (need->element == UINT32_MAX) {
        t->values[need->index] = value;
        return;
    }
    if (t->values[need->index].tag != VALUE_LIST)
        return;
    old = t->values[need->index].as.list;
    if (need->element >= old->count)
        return;
    count = (size_t)old->count * old->field_count;
    at = (size_t)need->element * old->field_count + need->field;
    list = arena_alloc(&t->scratch, sizeof *list);
    fields = arena_array(&t->scratch, count, sizeof *fields);
    if (!list || !fields)
        return;
    memcpy(fields, old->fields, count * sizeof *fields);
    fields[at] = value;
    *list = (struct value_list){old->count, old->field_count, fields};
    t->values[need->index] = (struct value){.tag = VALUE_LIST, .as.list = list};
}

/* The path of a fact in messages about it, or of a field of a record in its list. */
static bool is_at(const struct fact_problem *problem, const struct fact *fact, const struct fact *field,
                  uint32_t element, struct buffer *path) {
    buffer_clear(path);
    for (size_t i = 0; i < fact->path.count; i++) {
        buffer_string(path, i > 0 ? "." : "");
        buffer_text(path, fact->path.segments[i]);
    }
    for (size_t i = 0; field && i < field->path.count; i++) {
        if (i == 0)
            buffer_format(path, "[%u]", element);
        buffer_char(path, '.');
        buffer_text(path, field->path.segments[i]);
    }
    return text_equal((struct text){path->data ? path->data : "", path->length}, text_of(problem->path));
}

/* What a problem speaks of; false where that is no fact with `only when`. */
static bool find_asked(struct trial *t, const struct fact_problem *problem, struct reason *at) {
    const struct policy_set *set = t->x->traced.program->set;
    struct buffer *path = &t->words;
    bool found = false;
    buffer_reuse(path);
    for (uint32_t i = 0; i < set->fact_count && !found; i++) {
        const struct fact *fact = &set->facts[i];
        const struct value_list *list = t->values[i].tag == VALUE_LIST ? t->values[i].as.list : NULL;
        *at = (struct reason){REASON_FACT, i, UINT32_MAX, UINT32_MAX, 0};
        found = fact->only_when && is_at(problem, fact, NULL, 0, path);
        for (uint32_t e = 0; list && e < list->count && !found; e++)
            for (uint32_t f = 0; f < fact->type.record->field_count && !found; f++) {
                *at = (struct reason){REASON_FACT, i, e, f, 0};
                found = fact->type.record->fields[f].only_when &&
                        is_at(problem, fact, &fact->type.record->fields[f], e, path);
            }
    }
    t->x->arena->failed = t->x->arena->failed || path->failed;
    return found && !path->failed;
}

/* A fact that is asked no more is left out, as whoever made the change would; one that is now asked is not known. */
static bool ask_again(struct trial *t, const struct record *record, struct verdict *verdict) {
    const struct fact_problem *problem = record->problems;
    struct reason at;
    if (!t->lenient || record->problem_count == 0 ||
        (problem->code != DIAG_E0802 && problem->code != DIAG_E0803) || !find_asked(t, problem, &at))
        return false;
    if (problem->code == DIAG_E0802) {
        if (verdict->dropped_count == EXPLAIN_MAX_DROPPED)
            return false;
        verdict->dropped[verdict->dropped_count++] = at;
    }
    fill(t, &at, (struct value){0});
    return true;
}

/* The verdict on the record as the trial has it now, in the scratch arena. */
static void try_record(struct trial *t, struct verdict *verdict) {
    struct verdict dropping = {0};
    struct record record;
    struct outcome outcome;
    enum evaluate_status status;
    *verdict = (struct verdict){0};
    for (unsigned round = 0; round <= 2 * EXPLAIN_MAX_DROPPED; round++) {
        record = *t->record;
        record.arena = &t->scratch;
        record.values = t->values;
        record.problems = NULL;
        record.problem_count = record.problem_capacity = 0;
        t->spent += t->x->traced.program->instruction_count + 1;
        status = evaluate(t->x->traced.program, &record, &t->x->made->question, &t->scratch, NULL, &outcome);
        if (status != EVALUATE_REJECTED || !ask_again(t, &record, &dropping))
            break;
    }
    if (status == EVALUATE_REJECTED) {
        verdict->rejected = true;
        verdict->problem = text_of(record.problem_count > 0 ? record.problems[0].message : "");
    } else if (status == EVALUATE_OK) {
        trial_verdict(t, &outcome, &t->scratch, verdict);
    }
    memcpy(verdict->dropped, dropping.dropped, sizeof verdict->dropped);
    verdict->dropped_count = dropping.dropped_count;
    t->x->arena->failed = t->x->arena->failed || status == EVALUATE_OUT_OF_MEMORY || t->scratch.failed;
}

void trial_try(struct trial *t, const struct assignment *changes, size_t count, struct verdict *verdict) {
    size_t facts = t->x->traced.program->set->fact_count;
    arena_reset(&t->scratch);
    if (facts > 0)
        memcpy(t->values, t->base, facts * sizeof *t->values);
    for (size_t i = 0; i < count; i++)
        fill(t, &changes[i].at, changes[i].value);
    try_record(t, verdict);
}

static bool same_reasons(const struct verdict *a, const struct verdict *b) {
    if (a->reason_count != b->reason_count)
        return false;
    for (size_t i = 0; i < a->reason_count; i++)
        if (reason_compare(&a->reasons[i], &b->reasons[i]) != 0)
            return false;
    return true;
}

bool trial_same_answer(const struct verdict *a, const struct verdict *b) {
    return a->rejected == b->rejected && a->state == b->state && text_equal(a->words, b->words) &&
           text_equal(a->problem, b->problem) && same_reasons(a, b);
}

bool trial_same(const struct verdict *a, const struct verdict *b) {
    return trial_same_answer(a, b) && a->dropped_count == b->dropped_count;
}

/* For ranges: where an answer moves along with the value, its kind alone makes the borders. */
bool trial_alike(const struct trial *t, const struct verdict *a, const struct verdict *b) {
    if (!t->loose)
        return trial_same(a, b);
    return a->rejected == b->rejected && a->state == b->state && a->status == b->status &&
           text_is(a->json, "null") == text_is(b->json, "null") && same_reasons(a, b);
}

static struct text copied(struct arena *arena, struct text text) {
    char *copy = arena_copy(arena, text.bytes ? text.bytes : "", text.length);
    return copy ? (struct text){copy, text.length} : text_of("");
}

/* Out of the scratch arena. */
struct verdict trial_keep(struct trial *t, const struct verdict *verdict) {
    struct arena *arena = t->x->arena;
    struct verdict made = *verdict;
    made.words = copied(arena, verdict->words);
    made.json = copied(arena, verdict->json);
    made.problem = copied(arena, verdict->problem);
    made.reasons = NULL;
    if (verdict->reason_count > 0) {
        made.reasons = arena_array(arena, verdict->reason_count, sizeof *made.reasons);
        if (made.reasons)
            memcpy(made.reasons, verdict->reasons, verdict->reason_count * sizeof *made.reasons);
    }
    return made;
}

bool trial_begin(struct trial *t, struct explainer *x, struct record *record) {
    size_t facts = x->traced.program->set->fact_count;
    struct subject subject = x->made->items[0].subject;
    const struct instruction *answer =
        subject.duty ? traced_duty(&x->traced, subject.index) : traced_decision(&x->traced, subject.index);
    *t = (struct trial){.x = x, .record = record, .watched = UINT32_MAX};
    t->values = arena_array(x->arena, facts, sizeof *t->values);
    t->base = arena_array(x->arena, facts, sizeof *t->base);
    if (!slice_begin(&t->slice, x->traced.program, answer, x->arena) || !t->values || !t->base)
        return false;
    if (facts > 0)
        memcpy(t->base, record->values, facts * sizeof *t->base);
    arena_init(&t->scratch, x->arena->alloc);
    buffer_init(&t->words, x->arena->alloc);
    /* One piece of memory serves all trials: a piece for each would be asked for thousands of times. */
    if (arena_alloc(&t->scratch, SCRATCH))
        return true;
    x->arena->failed = true;
    return false;
}

void trial_end(struct trial *t) {
    buffer_free(&t->words);
    arena_free(&t->scratch);
}
