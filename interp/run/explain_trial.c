/*
 * What would be if: the record with one fact changed is evaluated again, and the answer compared. So are found the facts that did
 * not matter, and what each value of a missing one would bring; a border between two answers is closed in on by halving. Must not
 * know conditions.
 */
#include "interp/meaning/show.h"
#include "interp/run/explain_inside.h"
#include "interp/run/explain_points.h"

#include "grammar/base/banned.h"

/* All values of a declared range are tried where the instructions run for it stay below this. */
#define MOST_INSTRUCTIONS 8000000u
#define MOST_VALUES 4000u

/* The record under trial; `scratch` holds one evaluation. */
struct trial {
    struct explainer *x;
    struct record *record; /* as it came */
    struct value *values;  /* its values, some changed */
    struct arena scratch;
    bool loose; /* answers of one kind count as the same, whatever the value */
};

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

static void verdict_of(struct trial *t, const struct outcome *outcome, struct arena *arena,
                       struct verdict *verdict) {
    const struct policy_set *set = t->x->traced.program->set;
    struct subject subject = t->x->made->items[0].subject;
    struct buffer words;
    *verdict = (struct verdict){0};
    buffer_init(&words, arena->alloc);
    explain_answer(&words, set, subject, outcome);
    verdict->words = kept(arena, &words);
    buffer_reuse(&words);
    if (subject.duty) {
        verdict->state = outcome->duties[subject.index].state;
        verdict->status = outcome->duties[subject.index].status;
        take_reasons(arena, outcome->duties[subject.index].reasons, verdict);
    } else {
        const struct decision_outcome *decision = &outcome->decisions[subject.index];
        verdict->state = decision->state;
        take_reasons(arena, decision->state == STATE_VALUE ? NULL : decision->reasons, verdict);
        if (decision->state == STATE_VALUE)
            show_json(&words, &set->decisions[subject.index].type, decision->value);
    }
    verdict->json = kept(arena, &words);
    buffer_free(&words);
}

/* The verdict on the record as the trial has it now, in the scratch arena, which the caller has emptied. */
static void try_record(struct trial *t, struct verdict *verdict) {
    struct record record = *t->record;
    struct outcome outcome;
    enum evaluate_status status;
    record.arena = &t->scratch;
    record.values = t->values;
    record.problems = NULL;
    record.problem_count = record.problem_capacity = 0;
    status = evaluate(t->x->traced.program, &record, &t->x->made->question, &t->scratch, NULL, &outcome);
    *verdict = (struct verdict){0};
    if (status == EVALUATE_REJECTED) {
        verdict->rejected = true;
        verdict->problem = text_of(record.problem_count > 0 ? record.problems[0].message : "");
    } else if (status == EVALUATE_OK) {
        verdict_of(t, &outcome, &t->scratch, verdict);
    }
    t->x->arena->failed = t->x->arena->failed || status == EVALUATE_OUT_OF_MEMORY || t->scratch.failed;
}

static bool same_reasons(const struct verdict *a, const struct verdict *b) {
    if (a->reason_count != b->reason_count)
        return false;
    for (size_t i = 0; i < a->reason_count; i++)
        if (reason_compare(&a->reasons[i], &b->reasons[i]) != 0)
            return false;
    return true;
}

static bool same(const struct verdict *a, const struct verdict *b) {
    return a->rejected == b->rejected && a->state == b->state && text_equal(a->words, b->words) &&
           text_equal(a->problem, b->problem) && same_reasons(a, b);
}

/* For ranges: where an answer moves along with the value, its kind alone makes the borders. */
static bool alike(const struct trial *t, const struct verdict *a, const struct verdict *b) {
    if (!t->loose)
        return same(a, b);
    return a->rejected == b->rejected && a->state == b->state && a->status == b->status &&
           text_is(a->json, "null") == text_is(b->json, "null") && same_reasons(a, b);
}

static struct text copied(struct arena *arena, struct text text) {
    char *copy = arena_copy(arena, text.bytes ? text.bytes : "", text.length);
    return copy ? (struct text){copy, text.length} : text_of("");
}

/* Out of the scratch arena. */
static struct verdict keep(struct trial *t, const struct verdict *verdict) {
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

/* --- the facts --- */

static bool is_missing(const struct explanation *made, uint32_t fact) {
    for (size_t i = 0; i < made->missing_count; i++)
        if (made->missing[i].need.index == fact)
            return true;
    return false;
}

/* Facts are made unknown one after another; each for which the answer stays as it is stays unknown. */
static void find_roles(struct trial *t, const struct verdict *answer) {
    struct explanation *made = t->x->made;
    const struct policy_set *set = made->program->set;
    struct value *facts = arena_array(t->x->arena, set->fact_count, sizeof *facts);
    made->roles = arena_array(t->x->arena, set->fact_count, sizeof *made->roles);
    made->facts = facts;
    for (uint32_t i = 0; facts && made->roles && i < set->fact_count && !t->x->arena->failed; i++) {
        struct verdict without;
        struct value was = t->values[i];
        facts[i] = traced_fact(&t->x->traced, i);
        if (is_missing(made, i)) {
            made->roles[i] = FACT_MISSING;
        } else if (facts[i].tag == VALUE_NONE && set->facts[i].only_when &&
                   !set->facts[i].declared_optional) {
            made->roles[i] = FACT_NOT_ASKED;
        } else if (facts[i].tag == VALUE_OPEN) {
            made->roles[i] = FACT_UNKNOWN;
        } else {
            t->values[i] = (struct value){0};
            arena_reset(&t->scratch);
            try_record(t, &without);
            made->roles[i] = same(&without, answer) ? FACT_IDLE : FACT_MATTERED;
            if (made->roles[i] == FACT_MATTERED)
                t->values[i] = was;
        }
    }
    if (set->fact_count > 0)
        memcpy(t->values, t->record->values, set->fact_count * sizeof *t->values);
}

/* --- what is missing --- */

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
    old = t->record->values[need->index].as.list;
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

static void try_value(struct trial *t, const struct missing *missing, struct value value,
                      struct verdict *verdict) {
    arena_reset(&t->scratch);
    fill(t, &missing->need, value);
    try_record(t, verdict);
    t->values[missing->need.index] = t->record->values[missing->need.index];
}

static void add_value(struct trial *t, struct bring *bring, struct value value) {
    if (!t->x->arena->failed)
        (void)ARENA_PUSH(t->x->arena, bring->values, bring->count, bring->capacity, value);
}

/* NULL where there are too many, or memory failed. */
static struct bring *new_bring(struct trial *t, struct missing *missing, const struct verdict *verdict) {
    struct bring made = {.verdict = keep(t, verdict)};
    missing->more = missing->more || missing->bring_count >= EXPLAIN_MAX_BRINGS;
    if (missing->more || t->x->arena->failed ||
        !ARENA_PUSH(t->x->arena, missing->brings, missing->bring_count, missing->bring_capacity, made))
        return NULL;
    return &missing->brings[missing->bring_count - 1];
}

/* One value; values that bring the same stand together. */
static void try_single(struct trial *t, struct missing *missing, struct value value) {
    struct verdict verdict;
    struct bring *bring = NULL;
    try_value(t, missing, value, &verdict);
    for (size_t i = 0; i < missing->bring_count; i++)
        if (!missing->brings[i].range && same(&missing->brings[i].verdict, &verdict))
            bring = &missing->brings[i];
    if (!bring)
        bring = new_bring(t, missing, &verdict);
    if (bring && !bring->any_other)
        add_value(t, bring, value);
}

static struct value point_value(const struct missing *missing, int64_t point) {
    if (missing->type->kind == TYPE_DAY)
        return (struct value){.tag = VALUE_DATE, .as.day = (cal_day)point};
    return (struct value){.tag = VALUE_NUMBER, .as.number = point};
}

/* The first point after `low`, which brings `bring`, that brings something else, as `high` does. */
static int64_t border(struct trial *t, const struct missing *missing, const struct bring *bring, int64_t low,
                      int64_t high) {
    struct verdict verdict;
    while (high - low > 1 && !t->x->arena->failed) {
        int64_t middle = low + (high - low) / 2;
        try_value(t, missing, point_value(missing, middle), &verdict);
        if (alike(t, &verdict, &bring->verdict))
            low = middle;
        else
            high = middle;
    }
    return high;
}

static struct bring *begin_range(struct trial *t, struct missing *missing, int64_t from) {
    struct verdict verdict;
    struct bring *bring;
    missing->more = !t->loose && missing->bring_count >= EXPLAIN_MAX_RANGES;
    try_value(t, missing, point_value(missing, from), &verdict);
    bring = new_bring(t, missing, &verdict);
    if (bring) {
        bring->range = true;
        add_value(t, bring, point_value(missing, from));
    }
    return bring;
}

/* Ends a range; one whose ends bring something else varies. */
static void end_range(struct trial *t, struct missing *missing, struct bring *bring, int64_t through) {
    struct verdict verdict;
    add_value(t, bring, point_value(missing, through));
    if (!t->loose)
        return;
    try_value(t, missing, point_value(missing, through), &verdict);
    bring->varies = !same(&verdict, &bring->verdict);
    bring->last = keep(t, &verdict);
}

/* Goes through the points; false where there were too many answers, or memory failed. */
static bool try_points(struct trial *t, struct missing *missing, const struct points *points) {
    struct verdict verdict;
    struct bring *bring = begin_range(t, missing, points->items[0]);
    for (size_t i = 1; i < points->count && bring; i++) {
        int64_t last = points->items[i - 1], next;
        for (;;) {
            try_value(t, missing, point_value(missing, points->items[i]), &verdict);
            if (t->x->arena->failed || alike(t, &verdict, &bring->verdict))
                break;
            next = border(t, missing, bring, last, points->items[i]);
            end_range(t, missing, bring, next - 1);
            bring = begin_range(t, missing, next);
            if (!bring)
                return false;
            last = next;
        }
    }
    if (!bring || t->x->arena->failed)
        return false;
    end_range(t, missing, bring, points->items[points->count - 1]);
    bring->open_above = !missing->type->has_high;
    return true;
}

/* First by each answer; where these are too many, by the kinds of answers. */
static void try_ranges(struct trial *t, struct missing *missing) {
    const struct program *program = t->x->traced.program;
    size_t every = MOST_INSTRUCTIONS / (program->instruction_count + 1), before = missing->bring_count;
    struct points points = {0};
    if (!explain_points(program, t->record, t->x->made->question.today, missing->type,
                        every < MOST_VALUES ? every : MOST_VALUES, t->x->arena, &points) ||
        points.count == 0)
        return;
    if (!try_points(t, missing, &points) && missing->more) {
        missing->bring_count = before;
        missing->more = false;
        t->loose = true;
        (void)try_points(t, missing, &points);
        t->loose = false;
    }
    if (missing->bring_count > before)
        missing->brings[before].open_below = !missing->type->has_low;
}

/* A text that the policy does not name, and of those it does the ones that bring something else. */
static void try_texts(struct trial *t, struct missing *missing) {
    const struct program *program = t->x->traced.program;
    static const struct text stranger = {"\001", 1};
    struct value other = {.tag = VALUE_TEXT, .as.text = &stranger};
    struct verdict verdict;
    struct bring *bring;
    try_value(t, missing, other, &verdict);
    bring = new_bring(t, missing, &verdict);
    if (!bring)
        return;
    bring->any_other = true;
    for (uint32_t i = 0; i < program->constant_count && !t->x->arena->failed; i++)
        if (program->constants[i].tag == VALUE_TEXT)
            try_single(t, missing, program->constants[i]);
}

static void try_values(struct trial *t, struct missing *missing, bool may_be_none) {
    static const struct value_list nothing = {0};
    const struct type *type = missing->type;
    if (may_be_none)
        try_single(t, missing, (struct value){.tag = VALUE_NONE});
    switch (type->kind) {
    case TYPE_YESNO:
        for (int64_t i = 1; i >= 0; i--)
            try_single(t, missing, (struct value){.tag = VALUE_YES_NO, .as.number = i});
        break;
    case TYPE_MEMBER:
        for (size_t i = 0; i < type->enumeration->count; i++)
            try_single(t, missing, (struct value){.tag = VALUE_MEMBER, .as.number = (int64_t)i});
        break;
    case TYPE_DAY:
    case TYPE_NUM:
        try_ranges(t, missing);
        break;
    case TYPE_STRING:
        try_texts(t, missing);
        break;
    case TYPE_RECORDS:
        try_single(t, missing, (struct value){.tag = VALUE_LIST, .as.list = &nothing});
        break;
    default:
        break;
    }
}

static void find_missing(struct trial *t, const struct verdict *answer) {
    struct explanation *made = t->x->made;
    const struct policy_set *set = made->program->set;
    for (size_t i = 0; i < answer->reason_count && !t->x->arena->failed; i++) {
        struct missing missing = {.need = answer->reasons[i]};
        const struct fact *fact = &set->facts[missing.need.index];
        if (missing.need.kind != REASON_FACT)
            continue;
        if (made->missing_count >= EXPLAIN_MAX_MISSING) {
            made->more_missing = true;
            break;
        }
        if (missing.need.element != UINT32_MAX)
            fact = &fact->type.record->fields[missing.need.field];
        missing.type = &fact->type;
        try_values(t, &missing, fact->declared_optional);
        if (!t->x->arena->failed)
            (void)ARENA_PUSH(t->x->arena, made->missing, made->missing_count, made->missing_capacity,
                             missing);
    }
}

void explain_facts(struct explainer *x, struct record *record) {
    const struct policy_set *set = x->traced.program->set;
    struct trial t = {.x = x, .record = record};
    struct verdict answer;
    t.values = arena_array(x->arena, set->fact_count, sizeof *t.values);
    if (!t.values)
        return;
    if (set->fact_count > 0)
        memcpy(t.values, record->values, set->fact_count * sizeof *t.values);
    arena_init(&t.scratch, x->arena->alloc);
    verdict_of(&t, &x->made->outcome, x->arena, &answer);
    find_missing(&t, &answer);
    find_roles(&t, &answer);
    arena_free(&t.scratch);
}
