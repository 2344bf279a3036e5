/*
 * An example of a change that brings another answer. Values that the conditions of a need speak of are tried for the facts it
 * hangs on, few facts before many; facts that such a change makes needed are given values in turn. Must not claim what it did not
 * evaluate.
 */
#include "interp/run/explain_trial.h"

#include "grammar/base/banned.h"

/* Facts that are changed at once; values tried of each; trials of one way, and of what contradicts it; conditions below conditions. */
#define MOST_CHANGED 4
#define MOST_CONTRADICTING 2
#define MOST_TRIED 24
#define MOST_TRIALS 1000
#define MOST_FOR_CONTRADICTION 300
#define MOST_VARIABLES 24
#define MOST_DEEP 8

/* A fact that may be changed, with the values to try. */
struct variable {
    struct reason at;
    const struct fact *fact;
    bool later; /* a field of a record that is not there yet: tried once it is needed */
    struct value values[MOST_TRIED];
    size_t count;
};

struct search {
    struct trial *t;
    struct way *way;
    struct variable *variables;
    size_t variable_count;
    struct variable pool; /* all dates and numbers that were met, for facts that become needed */
    struct assignment chosen[EXPLAIN_MAX_ASSIGNED];
    size_t chosen_count;
    size_t trials;
    size_t most;
    bool contradiction; /* looks for one, and not for the answer */
};

/* --- values worth trying --- */

static void offer(struct variable *to, struct value value) {
    for (size_t i = 0; i < to->count; i++)
        if (to->values[i].tag == value.tag && value_equal(to->values[i], value))
            return;
    if (to->count < MOST_TRIED)
        to->values[to->count++] = value;
}

/* A day or number and its neighbours, where the fact may have them. */
static void offer_around(struct variable *to, struct value value) {
    const struct type *type = to->fact ? &to->fact->type : NULL;
    static const int steps[] = {0, 1, -1};
    for (size_t i = 0; i < 3; i++) {
        struct value next = value;
        int64_t at = (value.tag == VALUE_DATE ? value.as.day : value.as.number) + steps[i];
        if (type && ((type->has_low && at < type->low) || (type->has_high && at > type->high)))
            continue;
        if (value.tag == VALUE_DATE && (at <= CAL_MIN || at >= CAL_MAX))
            continue;
        if (value.tag == VALUE_DATE)
            next.as.day = (cal_day)at;
        else
            next.as.number = at;
        offer(to, next);
    }
}

static void offer_set(struct variable *to, const struct type *type, const struct member_set *set) {
    for (size_t i = 0; type->enumeration && i < type->enumeration->count; i++)
        if (i / 64 < set->word_count && (set->words[i / 64] >> (i % 64) & 1))
            offer(to, (struct value){.tag = VALUE_MEMBER, .as.number = (int64_t)i});
}

/* A value met in a condition, for a fact of that type. */
static void offer_met(struct variable *to, const struct type *type, struct value value) {
    unsigned kind = to->fact ? to->fact->type.kind : TYPE_DAY; /* the pool takes days */
    int64_t number;
    if (value.tag == VALUE_DATE && kind == TYPE_DAY) {
        offer_around(to, value);
    } else if (value.tag == VALUE_PERIOD && kind == TYPE_DAY) {
        offer_around(to, (struct value){.tag = VALUE_DATE, .as.day = value.as.period.first});
        offer_around(to, (struct value){.tag = VALUE_DATE, .as.day = value.as.period.last});
    } else if (value.tag == VALUE_NUMBER && kind == TYPE_NUM &&
               num_rescale(value.as.number, type->scale, to->fact->type.scale, &number)) {
        offer_around(to, (struct value){.tag = VALUE_NUMBER, .as.number = number});
    } else if (value.tag == VALUE_MEMBER && kind == TYPE_MEMBER &&
               type->enumeration == to->fact->type.enumeration) {
        offer(to, value);
    } else if (value.tag == VALUE_SET && kind == TYPE_MEMBER &&
               type->enumeration == to->fact->type.enumeration) {
        offer_set(to, type, value.as.set);
    } else if (value.tag == VALUE_TEXT && kind == TYPE_STRING) {
        offer(to, value);
    }
}

/* A literal has no instruction of its own. */
static bool literal(const struct policy_set *set, const struct ast_node *node, struct value *value,
                    const struct type **type) {
    const struct ref *ref = &set->node_refs[node->id];
    *type = model_type(set, node);
    if (node->kind == AST_STRING)
        *value = (struct value){.tag = VALUE_TEXT, .as.text = node->value.string};
    else if (node->kind == AST_DATE && ref->kind == REF_TO_CONSTANT)
        *value = (struct value){.tag = VALUE_DATE, .as.day = (cal_day)ref->number};
    else if (node->kind == AST_NUMBER && ref->kind == REF_TO_CONSTANT)
        *value = (struct value){.tag = VALUE_NUMBER, .as.number = ref->number};
    else
        return false;
    return true;
}

static void met_in(struct search *s, struct variable *to, const struct ast_node *node) {
    const struct policy_set *set = s->t->x->traced.program->set;
    const struct type *type;
    struct value value;
    for (; node; node = node->next) {
        if (literal(set, node, &value, &type) || traced_value(&s->t->x->traced, node, &value, &type))
            offer_met(to, type, value);
        for (int i = 0; i < node->kid_count; i++)
            met_in(s, to, node->kids[i]);
    }
}

/* What any fact of that type may be tried with, once nothing nearer helped. */
static void offer_usual(struct search *s, struct variable *to) {
    const struct type *type = &to->fact->type;
    static const struct value_list nothing = {0};
    switch (type->kind) {
    case TYPE_YESNO:
        offer(to, (struct value){.tag = VALUE_YES_NO, .as.number = 1});
        offer(to, (struct value){.tag = VALUE_YES_NO, .as.number = 0});
        break;
    case TYPE_MEMBER:
        for (size_t i = 0; i < type->enumeration->count; i++)
            offer(to, (struct value){.tag = VALUE_MEMBER, .as.number = (int64_t)i});
        break;
    case TYPE_DAY:
        for (size_t i = 0; i < s->pool.count; i++)
            if (s->pool.values[i].tag == VALUE_DATE)
                offer_around(to, s->pool.values[i]);
        offer_around(to, (struct value){.tag = VALUE_DATE, .as.day = s->t->x->made->question.today});
        break;
    case TYPE_NUM:
        offer_around(to, (struct value){.tag = VALUE_NUMBER, .as.number = type->has_low ? type->low : 0});
        if (type->has_high)
            offer_around(to, (struct value){.tag = VALUE_NUMBER, .as.number = type->high});
        break;
    case TYPE_RECORDS:
        offer(to, (struct value){.tag = VALUE_LIST, .as.list = &nothing});
        break;
    default:
        break;
    }
    if (to->fact->declared_optional)
        offer(to, (struct value){.tag = VALUE_NONE});
}

/* --- the facts of a need --- */

static struct variable *variable_of(struct search *s, struct reason at, const struct fact *fact) {
    for (size_t i = 0; i < s->variable_count; i++)
        if (reason_compare(&s->variables[i].at, &at) == 0)
            return &s->variables[i];
    if (s->variable_count == MOST_VARIABLES)
        return NULL;
    s->variables[s->variable_count] = (struct variable){.at = at, .fact = fact};
    return &s->variables[s->variable_count++];
}

/* A name under a condition: a fact is a variable, a definition's facts are. */
struct looking {
    struct search *s;
    const struct need *need;
    unsigned depth;
};

static void look(struct looking *l, const struct ast_node *node);

static void look_decision(struct looking *l, const struct decision *decision) {
    const struct policy_set *set = l->s->t->x->traced.program->set;
    if (l->depth >= MOST_DEEP)
        return;
    l->depth++;
    if (decision->otherwise)
        look(l, decision->otherwise);
    for (size_t i = 0; i < decision->giver_count; i++)
        look(l, set->rules[decision->givers[i].rule].effects[decision->givers[i].effect].value);
    l->depth--;
}

static uint32_t record_count(const struct search *s, const struct fact *list) {
    struct value value = s->t->base[list->index];
    return value.tag == VALUE_LIST ? value.as.list->count : 0;
}

static void look_field(struct looking *l, const struct ref *ref) {
    const struct fact *list = l->need->list, *field = &ref->record->fields[ref->index];
    bool later = l->need->element == UINT32_MAX;
    struct variable *variable;
    if (!list || list->type.record != ref->record)
        return;
    variable =
        variable_of(l->s,
                    (struct reason){REASON_FACT, list->index,
                                    later ? record_count(l->s, list) : l->need->element, ref->index, 0},
                    field);
    if (!variable)
        return;
    variable->later = later;
    met_in(l->s, variable, l->need->node);
    if (l->need->cell)
        met_in(l->s, variable, l->need->cell);
}

static void look_fact(struct looking *l, const struct fact *fact) {
    struct variable *variable =
        variable_of(l->s, (struct reason){REASON_FACT, fact->index, UINT32_MAX, UINT32_MAX, 0}, fact);
    if (!variable)
        return;
    met_in(l->s, variable, l->need->node);
    if (l->need->cell)
        met_in(l->s, variable, l->need->cell);
}

static void look(struct looking *l, const struct ast_node *node) {
    const struct policy_set *set = l->s->t->x->traced.program->set;
    for (; node; node = node->next) {
        const struct ref *ref = &set->node_refs[node->id];
        if ((node->kind == AST_NAME || node->kind == AST_PATH) && ref->kind == REF_TO_FACT)
            look_fact(l, &set->facts[ref->index]);
        else if (ref->kind == REF_TO_DECISION && (node->kind == AST_NAME || node->kind == AST_PATH))
            look_decision(l, &set->decisions[ref->index]);
        else if (ref->kind == REF_TO_FIELD)
            look_field(l, ref);
        else if (ref->kind == REF_TO_RECORD_DEFINE && l->depth < MOST_DEEP) {
            l->depth++;
            look(l, ref->record->defines[ref->index].value);
            l->depth--;
        }
        for (int i = 0; i < node->kid_count && node->kind != AST_PATH; i++)
            look(l, node->kids[i]);
    }
}

/* One node of the tree, without those that follow it in its list. */
static void look_at(struct looking *l, const struct ast_node *node) {
    const struct policy_set *set = l->s->t->x->traced.program->set;
    node = ast_ungroup(node);
    if (node->kind == AST_NAME || node->kind == AST_PATH) {
        const struct ref *ref = &set->node_refs[node->id];
        if (ref->kind == REF_TO_FACT)
            look_fact(l, &set->facts[ref->index]);
        else if (ref->kind == REF_TO_FIELD)
            look_field(l, ref);
        else if (ref->kind == REF_TO_DECISION)
            look_decision(l, &set->decisions[ref->index]);
        return;
    }
    for (int i = 0; i < node->kid_count; i++)
        look(l, node->kids[i]);
}

/* A record that is wanted and not there yet: the list with one record more, of which nothing is known. */
static void offer_record(struct search *s, const struct fact *list) {
    struct variable *variable =
        variable_of(s, (struct reason){REASON_FACT, list->index, UINT32_MAX, UINT32_MAX, 0}, list);
    struct value was = s->t->base[list->index];
    uint32_t count = record_count(s, list);
    uint32_t fields = (uint32_t)list->type.record->field_count;
    struct value_list *longer = arena_alloc(s->t->x->arena, sizeof *longer);
    struct value *values = arena_array(s->t->x->arena, (size_t)(count + 1) * fields, sizeof *values);
    if (!variable || !longer || !values || variable->count > 0)
        return;
    if (count > 0)
        memcpy(values, was.as.list->fields, (size_t)count * fields * sizeof *values);
    for (uint32_t i = 0; i < fields; i++)
        values[(size_t)count * fields + i] = list->type.record->fields[i].has_otherwise
                                                 ? list->type.record->fields[i].otherwise
                                                 : (struct value){0};
    *longer = (struct value_list){count + 1, fields, values};
    offer(variable, (struct value){.tag = VALUE_LIST, .as.list = longer});
}

static void gather(struct search *s, const struct need *need) {
    struct looking l = {.s = s, .need = need};
    for (size_t i = 0; i < need->part_count; i++)
        gather(s, &need->parts[i]);
    if (need->list && need->element == UINT32_MAX)
        offer_record(s, need->list);
    if (need->kind != NEED_PLAIN || !need->node)
        return;
    met_in(s, &s->pool, need->node);
    look_at(&l, need->node);
    if (need->cell)
        look_at(&l, need->cell);
}

/* --- the search --- */

static bool reached(const struct search *s, const struct verdict *verdict) {
    bool duty = s->t->x->made->items[0].subject.duty;
    if (verdict->rejected || s->t->x->arena->failed)
        return false;
    if (s->contradiction)
        return verdict->applies && verdict->state == (duty ? (unsigned)DUTY_IN_CONFLICT : STATE_CONFLICT);
    if (duty && s->way->rule == UINT32_MAX)
        return verdict->state == DUTY_NOT_DUE;
    if (duty)
        return verdict->state == DUTY_DUE && verdict->applies;
    if (verdict->state != STATE_VALUE || (s->way->rule != UINT32_MAX && !verdict->applies))
        return false;
    return s->way->moves ? !text_equal(verdict->words, s->t->answer->words)
                         : text_equal(verdict->words, s->way->words);
}

static const struct reason *needed(const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->reason_count; i++)
        if (verdict->reasons[i].kind == REASON_FACT)
            return &verdict->reasons[i];
    return NULL;
}

static bool attempt(struct search *s);

/* A fact that became needed, with each of its values in turn. */
static bool attempt_needed(struct search *s, struct reason at) {
    const struct policy_set *set = s->t->x->traced.program->set;
    const struct fact *fact = &set->facts[at.index];
    struct variable variable = {.at = at, .fact = fact};
    if (at.element != UINT32_MAX)
        variable.fact = &fact->type.record->fields[at.field];
    for (size_t i = 0; i < s->chosen_count; i++)
        if (reason_compare(&s->chosen[i].at, &at) == 0)
            return false;
    for (size_t i = 0; i < s->variable_count; i++)
        if (reason_compare(&s->variables[i].at, &at) == 0)
            variable = s->variables[i];
    offer_usual(s, &variable);
    for (size_t i = 0; i < variable.count; i++) {
        s->chosen[s->chosen_count++] = (struct assignment){at, &variable.fact->type, variable.values[i]};
        if (attempt(s))
            return true;
        s->chosen_count--;
    }
    return false;
}

/* The changes chosen so far, and whatever they make needed. */
static bool attempt(struct search *s) {
    struct verdict verdict;
    const struct reason *next;
    if (s->trials++ >= s->most || s->t->x->arena->failed)
        return false;
    trial_try(s->t, s->chosen, s->chosen_count, &verdict);
    if (reached(s, &verdict)) {
        s->way->verdict = trial_keep(s->t, &verdict);
        return true;
    }
    next = verdict.rejected ? NULL : needed(&verdict);
    return next && s->chosen_count < EXPLAIN_MAX_ASSIGNED && attempt_needed(s, *next);
}

/* `left` facts more are changed, of those from `from` on. */
static bool choose(struct search *s, size_t from, size_t left) {
    if (left == 0)
        return attempt(s);
    for (size_t v = from; v + left <= s->variable_count && s->trials < s->most; v++) {
        const struct variable *variable = &s->variables[v];
        for (size_t i = 0; i < variable->count && !variable->later; i++) {
            s->chosen[s->chosen_count++] =
                (struct assignment){variable->at, &variable->fact->type, variable->values[i]};
            if (choose(s, v + 1, left - 1))
                return true;
            s->chosen_count--;
        }
    }
    return false;
}

static bool begin_search(struct search *s, struct trial *t, const struct need *need, struct way *way) {
    *s = (struct search){.t = t, .way = way, .most = MOST_TRIALS};
    s->variables = arena_array(t->x->arena, MOST_VARIABLES, sizeof *s->variables);
    if (!s->variables)
        return false;
    gather(s, need);
    for (size_t i = 0; i < s->variable_count; i++)
        if (s->variables[i].fact->type.kind != TYPE_RECORDS)
            offer_usual(s, &s->variables[i]);
    t->watched = way->rule;
    return true;
}

static bool run_search(struct search *s, size_t most) {
    bool found = false;
    for (size_t changed = 1; changed <= most && !found; changed++)
        found = choose(s, 0, changed);
    s->t->watched = UINT32_MAX;
    return found && !s->t->x->arena->failed;
}

/* The end of a range that is nearest to what the fact is. */
static struct value nearest(const struct trial *t, const struct missing *change, const struct bring *bring) {
    struct value now = t->base[change->need.index], last = bring->values[bring->count - 1];
    if (change->need.element != UINT32_MAX)
        now =
            now.as.list->fields[(size_t)change->need.element * now.as.list->field_count + change->need.field];
    if (!bring->range || now.tag != last.tag)
        return bring->values[0];
    return (now.tag == VALUE_DATE ? now.as.day > last.as.day : now.as.number > last.as.number)
               ? last
               : bring->values[0];
}

/* One such change, at the end that is nearest. */
static bool try_bring(struct search *s, const struct missing *change, const struct bring *bring) {
    struct verdict verdict;
    if (bring->same || bring->verdict.rejected || bring->count == 0)
        return false;
    s->chosen[0] = (struct assignment){change->need, change->type, nearest(s->t, change, bring)};
    trial_try(s->t, s->chosen, 1, &verdict);
    if (!reached(s, &verdict))
        return false;
    s->way->verdict = trial_keep(s->t, &verdict);
    return true;
}

/* A change of one fact that is known to bring another answer may be the way's: one that leaves facts unasked if no other is. */
static bool try_known(struct search *s) {
    const struct explanation *made = s->t->x->made;
    bool found = false;
    s->t->watched = s->way->rule;
    for (int drops = 0; drops < 2; drops++)
        for (size_t i = 0; i < made->change_count && !found; i++)
            for (size_t j = 0; j < made->changes[i].bring_count && !found; j++) {
                const struct bring *bring = &made->changes[i].brings[j];
                found = (bring->verdict.dropped_count > 0) == (drops == 1) &&
                        try_bring(s, &made->changes[i], bring);
            }
    s->t->watched = UINT32_MAX;
    s->chosen_count = found ? 1 : 0;
    return found;
}

static bool keep_chosen(struct search *s) {
    struct arena *arena = s->t->x->arena;
    s->way->example = arena_array(arena, s->chosen_count, sizeof *s->way->example);
    s->way->example_count = s->way->example ? s->chosen_count : 0;
    if (s->way->example)
        memcpy(s->way->example, s->chosen, s->chosen_count * sizeof *s->way->example);
    return s->way->example != NULL;
}

bool trial_example(struct trial *t, const struct need *need, struct way *way) {
    struct search s = {.t = t, .way = way};
    if (need == &way->need && try_known(&s))
        return keep_chosen(&s);
    return begin_search(&s, t, need, way) && run_search(&s, MOST_CHANGED) && keep_chosen(&s);
}

bool trial_alternative(struct trial *t, struct way *way) {
    struct search s;
    return begin_search(&s, t, &way->need, way) && run_search(&s, MOST_CHANGED);
}

bool trial_contradicted(struct trial *t, const struct need *need, const struct way *way) {
    struct way other = *way;
    struct search s;
    if (!begin_search(&s, t, need, &other))
        return false;
    s.contradiction = true;
    s.most = MOST_FOR_CONTRADICTION;
    return run_search(&s, MOST_CONTRADICTING);
}
