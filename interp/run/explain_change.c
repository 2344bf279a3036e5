/*
 * Which facts the answer hangs on, what each missing one would bring, what a change of a known one would, and the ways to another
 * answer: everything that is said of "what if" is tried on the record before it is said. Must not know how a record is tried.
 */
#include "interp/run/explain_need.h"
#include "interp/run/explain_trial.h"

#include "grammar/base/banned.h"

/* Instructions run for changes of known facts, and for examples; a policy as large as that is told less. */
#define MOST_FOR_CHANGES 60000000u
#define MOST_FOR_EXAMPLES 40000000u

/* --- the facts --- */

static bool is_missing(const struct explanation *made, uint32_t fact) {
    for (size_t i = 0; i < made->missing_count; i++)
        if (made->missing[i].need.index == fact)
            return true;
    return false;
}

static struct reason whole_fact(uint32_t fact) {
    return (struct reason){REASON_FACT, fact, UINT32_MAX, UINT32_MAX, 0};
}

static bool same_without(struct trial *t, struct reason at, const struct verdict *answer) {
    struct assignment unknown = {.at = at};
    struct verdict without;
    trial_try(t, &unknown, 1, &without);
    return trial_same(&without, answer);
}

/* Whether the answer is not made from it, or stays as it is where it is not known. */
static bool is_idle(struct trial *t, struct reason at, const struct verdict *answer) {
    return !slice_of(&t->slice, &at) || same_without(t, at, answer);
}

/* Facts are made unknown one after another; each for which the answer stays as it is stays unknown. */
static void find_roles(struct trial *t, const struct verdict *answer) {
    struct explanation *made = t->x->made;
    const struct policy_set *set = made->program->set;
    for (uint32_t i = 0; i < set->fact_count && !t->x->arena->failed; i++) {
        struct value value = made->facts[i];
        if (is_missing(made, i)) {
            made->roles[i] = FACT_MISSING;
        } else if (value.tag == VALUE_NONE && set->facts[i].only_when && !set->facts[i].declared_optional) {
            made->roles[i] = FACT_NOT_ASKED;
        } else if (value.tag == VALUE_OPEN) {
            made->roles[i] = FACT_UNKNOWN;
        } else {
            made->roles[i] = is_idle(t, whole_fact(i), answer) ? FACT_IDLE : FACT_MATTERED;
            if (made->roles[i] == FACT_IDLE)
                t->base[i] = (struct value){0};
        }
    }
    if (set->fact_count > 0)
        memcpy(t->base, t->record->values, set->fact_count * sizeof *t->base);
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
        trial_values(t, &missing, fact->declared_optional);
        if (!t->x->arena->failed)
            (void)ARENA_PUSH(t->x->arena, made->missing, made->missing_count, made->missing_capacity,
                             missing);
    }
}

/* --- changes of one fact --- */

static enum fact_alone try_change(struct trial *t, struct reason at, const struct fact *fact,
                                  const struct verdict *answer) {
    struct explanation *made = t->x->made;
    struct missing change = {.need = at, .type = &fact->type};
    bool found = false;
    if (t->sound ? is_idle(t, at, answer) : !slice_of(&t->slice, &at))
        return ALONE_NOTHING;
    if (t->spent > MOST_FOR_CHANGES)
        return ALONE_NOT_TRIED;
    trial_values(t, &change, fact->declared_optional);
    for (size_t i = 0; i < change.bring_count; i++) {
        struct bring *bring = &change.brings[i];
        bring->same = !bring->varies && trial_same_answer(&bring->verdict, answer);
        found = found || (!bring->same && !bring->verdict.rejected);
    }
    if (found && !t->x->arena->failed)
        (void)ARENA_PUSH(t->x->arena, made->changes, made->change_count, made->change_capacity, change);
    return found ? ALONE_CHANGES : ALONE_NOT_FOUND;
}

/* Of a list its being empty, and each field of its first records. */
static enum fact_alone try_list(struct trial *t, uint32_t fact, const struct verdict *answer) {
    const struct policy_set *set = t->x->traced.program->set;
    const struct value_list *list = t->base[fact].as.list;
    enum fact_alone found = try_change(t, whole_fact(fact), &set->facts[fact], answer);
    if (found == ALONE_NOTHING)
        return found;
    for (uint32_t e = 0; e < list->count && e < EXPLAIN_MAX_RECORDS; e++)
        for (uint32_t f = 0; f < list->field_count && !t->x->arena->failed; f++) {
            struct reason at = {REASON_FACT, fact, e, f, 0};
            if (list->fields[(size_t)e * list->field_count + f].tag == VALUE_OPEN)
                continue;
            if (try_change(t, at, &set->facts[fact].type.record->fields[f], answer) == ALONE_CHANGES)
                found = ALONE_CHANGES;
        }
    return found;
}

/* What is settled where a fact is not known is settled so for all its values; of an answer that is open, that does not follow. */
static bool stays(const struct explained *item) {
    if (item->subject.duty)
        return item->duty->state != DUTY_POSSIBLE && item->duty->status != STATUS_UNKNOWN;
    return item->decision->state != STATE_UNDETERMINED && item->decision->state != STATE_FAILED;
}

static void find_changes(struct trial *t, const struct verdict *answer) {
    struct explanation *made = t->x->made;
    const struct policy_set *set = made->program->set;
    t->lenient = true;
    t->known = true;
    t->sound = stays(made->items);
    t->spent = 0;
    for (uint32_t i = 0; i < set->fact_count && !t->x->arena->failed; i++) {
        if (made->roles[i] != FACT_MATTERED && made->roles[i] != FACT_IDLE)
            continue;
        made->alone[i] = t->base[i].tag == VALUE_LIST ? try_list(t, i, answer)
                                                      : try_change(t, whole_fact(i), &set->facts[i], answer);
    }
    t->lenient = false;
}

/* --- ways to another answer --- */

static struct text answer_words(struct explainer *x, const struct explained *item, const struct type *type,
                                struct value value) {
    struct buffer out;
    struct text words;
    buffer_init(&out, x->arena->alloc);
    if (item->subject.duty && value.tag == VALUE_OPEN) {
        buffer_string(&out, "not due");
    } else {
        if (item->subject.duty)
            buffer_string(&out, value.tag == VALUE_PERIOD ? "due in " : "due by ");
        explain_value(&out, type, value);
    }
    words = explain_worded(x, "%.*s", (int)out.length, out.data ? out.data : "");
    x->arena->failed = x->arena->failed || out.failed;
    buffer_free(&out);
    return words;
}

static bool is_other(const struct explained *item, struct value value) {
    const struct duty_outcome *duty = item->duty;
    if (value.tag == VALUE_OPEN)
        return item->subject.duty;
    if (!item->subject.duty)
        return item->decision->state != STATE_VALUE || !value_equal(value, item->decision->value);
    return duty->state != DUTY_DUE || (value.tag == VALUE_PERIOD) != duty->in_period ||
           (value.tag == VALUE_DATE ? value.as.day : value.as.period.last) != duty->deadline.last ||
           (value.tag == VALUE_PERIOD && value.as.period.first != duty->deadline.first);
}

/* Each alternative by itself, the others taken away; inside a record that is not there yet they are left as they are. */
static void confirm(struct trial *t, struct way *way, struct need *need) {
    struct need whole = *need;
    if (need->list && need->element == UINT32_MAX)
        return;
    for (size_t i = 0; i < whole.part_count && !t->x->arena->failed && t->spent < MOST_FOR_EXAMPLES; i++) {
        if (whole.kind == NEED_ANY) {
            struct way probe;
            need->parts = &whole.parts[i];
            need->part_count = 1;
            probe = *way;
            whole.parts[i].confirmed = trial_alternative(t, &probe);
            whole.parts[i].unconfirmed = !whole.parts[i].confirmed;
        }
        if (!whole.parts[i].unconfirmed)
            confirm(t, way, &whole.parts[i]);
    }
    *need = whole;
}

static void push_way(struct trial *t, struct way *way) {
    struct explanation *made = t->x->made;
    if (made->way_count >= EXPLAIN_MAX_WAYS || t->x->arena->failed)
        return;
    way->tried = t->spent < MOST_FOR_EXAMPLES;
    if (way->tried && trial_example(t, &way->need, way))
        confirm(t, way, &way->need);
    if (way->example_count == 0 && way->rule == UINT32_MAX)
        return; /* other rules may stand in the way of a default: only what was tried is told */
    if (way->moves && way->example_count > 0)
        way->words = way->verdict.words;
    if (!t->x->arena->failed)
        (void)ARENA_PUSH(t->x->arena, made->ways, made->way_count, made->way_capacity, *way);
}

/* Where rules disagree, each that applies alone; where facts are known and the answer is open, also rules that may apply. */
static bool is_way(const struct explained *item, const struct explained_rule *rule, bool conflict) {
    bool settled = item->subject.duty || item->decision->state == STATE_VALUE || conflict;
    bool again = rule > item->rules && rule[-1].rule == rule->rule;
    if (again || !is_other(item, rule->value) || (settled && rule->degree == DEGREE_OPEN))
        return false;
    return (rule->degree == DEGREE_YES) == conflict;
}

/* What a rule needs. Rules that apply now must be kept from contradicting it only where some trial shows that they may. */
static bool need_of_way(struct trial *t, const struct explained *item, const struct explained_rule *rule,
                        bool conflict, struct way *way) {
    if (!conflict && explain_need_rule(t->x, item, rule, false, &way->need) &&
        !trial_contradicted(t, &way->need, way))
        return true;
    return explain_need_rule(t->x, item, rule, true, &way->need);
}

/* Rules that give something else. */
static void rule_ways(struct trial *t, const struct explained *item, bool conflict) {
    for (size_t i = 0; i < item->rule_count && !t->x->arena->failed; i++) {
        const struct explained_rule *rule = &item->rules[i];
        struct way way = {.rule = rule->rule, .moves = rule->saw_count > 0};
        if (!is_way(item, rule, conflict) || !need_of_way(t, item, rule, conflict, &way))
            continue;
        way.words = rule->value.tag == VALUE_OPEN ? text_of("its value")
                                                  : answer_words(t->x, item, rule->type, rule->value);
        push_way(t, &way);
    }
}

/* An alternative of a default that brings another rule into play is no way to the default: those that were tried with success stay. */
static void keep_tried(struct trial *t, struct way *way) {
    struct need *any = way->need.kind == NEED_ANY ? &way->need : NULL;
    size_t kept = 0;
    if (!any || !trial_example(t, any, way))
        return;
    for (size_t i = 0; i < any->part_count; i++) {
        struct way alone = *way;
        if (trial_example(t, &any->parts[i], &alone))
            any->parts[kept++] = any->parts[i];
    }
    any->part_count = kept > 0 ? kept : any->part_count;
    if (kept == 1) {
        struct need only = any->parts[0];
        way->need = only;
    }
}

static void default_way(struct trial *t, const struct explained *item) {
    struct way way = {.rule = UINT32_MAX};
    struct value value = {0};
    if (!item->subject.duty) {
        if (!item->has_normal || item->decision->by_otherwise || item->normal_value.tag == VALUE_OPEN)
            return;
        value = item->normal_value;
        way.moves = item->normal.saw_count > 0 || item->normal.part_count > 0;
    } else if (item->duty->state == DUTY_NOT_DUE) {
        return;
    }
    if (!is_other(item, value) || !explain_need_default(t->x, item, &way.need))
        return;
    way.words = answer_words(t->x, item, item->normal_type, value);
    keep_tried(t, &way);
    push_way(t, &way);
}

/* A yes or no that an expression gave: what would turn it over. */
static void opposite_way(struct trial *t, const struct explained *item) {
    struct way way = {.rule = UINT32_MAX};
    struct value opposite = item->normal_value;
    if (item->subject.duty || !item->has_normal || !item->decision->by_otherwise ||
        opposite.tag != VALUE_YES_NO || !item->normal.node)
        return;
    opposite.as.number = !opposite.as.number;
    if (!explain_need_condition(t->x, item->normal.node, opposite.as.number != 0, &way.need))
        return;
    way.words = answer_words(t->x, item, item->normal_type, opposite);
    push_way(t, &way);
}

/* An answer that unknown facts keep open has its own section. */
static bool has_ways(const struct explanation *made) {
    const struct explained *item = made->items;
    if (item->subject.duty)
        return item->duty->state != DUTY_POSSIBLE;
    return item->decision->state != STATE_UNDETERMINED &&
           made->program->set->decisions[item->subject.index].kind != DECISION_TOTAL;
}

static void find_ways(struct trial *t) {
    const struct explained *item = t->x->made->items;
    bool conflict =
        item->subject.duty ? item->duty->state == DUTY_IN_CONFLICT : item->decision->state == STATE_CONFLICT;
    if (!has_ways(t->x->made))
        return;
    t->lenient = true;
    t->spent = 0;
    opposite_way(t, item);
    rule_ways(t, item, conflict);
    default_way(t, item);
    t->lenient = false;
}

/* --- all --- */

void explain_facts(struct explainer *x, struct record *record) {
    size_t count = x->traced.program->set->fact_count;
    struct value *facts = arena_array(x->arena, count, sizeof *facts);
    struct trial t;
    struct verdict answer;
    x->made->roles = arena_array(x->arena, count, sizeof *x->made->roles);
    x->made->alone = arena_array(x->arena, count, sizeof *x->made->alone);
    x->made->facts = facts;
    for (uint32_t i = 0; facts && i < count; i++)
        facts[i] = traced_fact(&x->traced, i);
    if (x->arena->failed || !trial_begin(&t, x, record))
        return;
    trial_verdict(&t, &x->made->outcome, x->arena, &answer);
    t.answer = &answer;
    find_missing(&t, &answer);
    find_roles(&t, &answer);
    find_changes(&t, &answer);
    find_ways(&t);
    trial_end(&t);
}
