/*
 * The oracle on facts, rules, decisions, totals, duties, reminders and notices: see oracle.h. Everything is
 * found on demand, so it needs no order of evaluation and would not end on a cycle, which the checker
 * excludes. Must not know what expressions look like.
 */
#include "tests/laws/oracle_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* --- facts --- */

static bool is_otherwise(const struct fact *fact, struct value read) {
    return fact->otherwise.tag == read.tag && read.tag != VALUE_NONE &&
           oracle_same(read, &fact->type, fact->otherwise, &fact->type);
}

struct value oracle_only_when(struct oracle *o, const struct fact *fact, struct value condition,
                              struct value read, struct value unknown) {
    bool left_out = oracle_is_open(read);
    /* A record does not tell a fact that was left out from one that was given as its `otherwise`. */
    bool normal = fact->has_otherwise && is_otherwise(fact, read);
    if (oracle_is_open(condition) && normal)
        return condition;
    if (oracle_is_open(condition))
        return left_out ? unknown : read;
    if (oracle_is_yes(condition)) {
        if (oracle_is_none(read) && !fact->declared_optional)
            o->rejected = true;
        return left_out ? unknown : read;
    }
    if (!left_out && !oracle_is_none(read) && !normal)
        o->rejected = true;
    return oracle_none();
}

struct value oracle_fact(struct oracle *o, uint32_t index) {
    const struct fact *fact = &o->set->facts[index];
    struct reason reason = {REASON_FACT, index, UINT32_MAX, UINT32_MAX, FAILURE_NONE};
    struct value v = o->record->values[index], unknown;
    if (o->fact_known[index])
        return o->facts[index];
    unknown = oracle_open(o, reason);
    if (oracle_is_open(v))
        v = unknown;
    if (fact->only_when)
        v = oracle_only_when(o, fact, oracle_certain(o, fact->only_when), v, unknown);
    o->facts[index] = v;
    o->fact_known[index] = true;
    return v;
}

/* What `only when` says of fields holds for every record, also where no rule looks at it. */
static void check_fields(struct oracle *o, uint32_t index) {
    struct value v = oracle_fact(o, index);
    const struct record_type *record = o->set->facts[index].type.record;
    struct place_in_list row = {NULL, record, NULL, index, 0, NULL};
    uint32_t field;
    if (v.tag != VALUE_LIST)
        return;
    for (row.element = 0; row.element < v.as.list->count; row.element++) {
        row.fields = v.as.list->fields + (size_t)row.element * v.as.list->field_count;
        for (field = 0; field < record->field_count; field++)
            (void)oracle_field(o, &row, field);
    }
}

/* --- what rules give --- */

static enum degree degree_of(struct value v) {
    return oracle_is_open(v) ? DEGREE_OPEN : oracle_is_yes(v) ? DEGREE_YES : DEGREE_NO;
}

/* A rule that applies or may, with what it gives; `why` are the reasons of its degree and of its value. */
struct offer {
    uint32_t rule;
    struct value degree, value;
};
struct offers {
    struct offer *items;
    size_t count;
};

/* In Y: it applies, and its value is known. All others are in M. */
static bool is_sure(const struct offer *offer) {
    return oracle_is_yes(offer->degree) && !oracle_is_open(offer->value);
}

static struct value in_range(struct oracle *o, struct value v, const struct type *type,
                             const struct ast_node *place) {
    int64_t at = v.tag == VALUE_DATE ? v.as.day : v.as.number;
    if (v.tag != VALUE_DATE && v.tag != VALUE_NUMBER)
        return v;
    if ((type->has_low && at < type->low) || (type->has_high && at > type->high))
        return oracle_failed(o, place, FAILURE_OUT_OF_RANGE);
    return v;
}

static struct value given_value(struct oracle *o, const struct effect *effect, const struct type *type,
                                bool ranged) {
    struct value v = oracle_expression(o, NULL, effect->value);
    if (v.tag == VALUE_NUMBER)
        v = oracle_convert(o, v, oracle_type(o, effect->value), type, effect->node);
    return ranged ? in_range(o, v, type, effect->node) : v;
}

/* A deadline: `by` a day is a date, `in` a period is a period. */
static struct value given_deadline(struct oracle *o, const struct effect *effect) {
    return oracle_expression(o, NULL, effect->value);
}

static bool is_must(const struct effect *effect) {
    return effect->kind == EFFECT_MUST_BY || effect->kind == EFFECT_MUST_IN;
}

static bool is_given(const struct effect *effect) {
    return effect->kind == EFFECT_SET || effect->kind == EFFECT_ADD;
}

static void add_offer(struct oracle *o, struct offers *offers, uint32_t rule, const struct effect *effect) {
    const struct decision *decision = &o->set->decisions[effect->target];
    struct offer offer = {rule, oracle_rule(o, rule), oracle_none()};
    if (oracle_is_no(offer.degree))
        return;
    offer.value = is_must(effect) ? given_deadline(o, effect)
                                  : given_value(o, effect, &decision->type, decision->kind != DECISION_TOTAL);
    /* What a rule gives that applies is none only where none is a value. */
    if (oracle_is_yes(offer.degree) && oracle_is_none(offer.value) &&
        (is_must(effect) || !decision->type.optional))
        o->unguarded = effect->node;
    offers->items[offers->count++] = offer;
}

/* What all rules give a decision or, with `must`, a duty: found by looking at every effect there is. */
static struct offers offers_of(struct oracle *o, uint32_t index, bool must) {
    struct offers offers = {NULL, 0};
    size_t count = 0, j;
    uint32_t i;
    for (i = 0; i < o->set->rule_count; i++)
        count += o->set->rules[i].effect_count;
    offers.items = oracle_alloc(o, count, sizeof *offers.items);
    for (i = 0; i < o->set->rule_count; i++) {
        for (j = 0; j < o->set->rules[i].effect_count; j++) {
            const struct effect *effect = &o->set->rules[i].effects[j];
            if (effect->target == index && (must ? is_must(effect) : is_given(effect)))
                add_offer(o, &offers, i, effect);
        }
    }
    return offers;
}

static bool same_value(struct value a, struct value b, const struct type *type) {
    if (a.tag != b.tag || oracle_is_open(a))
        return false;
    return oracle_is_none(a) || oracle_same(a, type, b, type);
}

static void list_contributions(struct oracle *o, struct decision_outcome *d, const struct offers *offers,
                               bool sure_only) {
    size_t i;
    d->contributions = oracle_alloc(o, offers->count, sizeof *d->contributions);
    for (i = 0; i < offers->count; i++) {
        const struct offer *offer = &offers->items[i];
        struct contribution c = {offer->rule, degree_of(offer->degree), offer->value};
        if (!sure_only || is_sure(offer))
            d->contributions[d->contribution_count++] = c;
    }
}

static void set_open(struct decision_outcome *d, const struct reasons *reasons) {
    d->state = reasons->items[0].kind == REASON_FACT ? STATE_UNDETERMINED : STATE_FAILED;
    d->reasons = reasons;
    d->value = oracle_open_with(reasons);
}

static void set_value(struct decision_outcome *d, struct value v, bool by_otherwise) {
    d->state = STATE_VALUE;
    d->value = v;
    d->by_otherwise = by_otherwise;
}

/*
 * The reasons of the rules of M that would not give `v` (all of M where v is NULL). A rule of degree open
 * whose value is open may give anything.
 */
static const struct reasons *doubts(struct oracle *o, const struct offers *offers, const struct value *v,
                                    const struct type *type) {
    const struct reasons *all = NULL;
    size_t i;
    for (i = 0; i < offers->count; i++) {
        const struct offer *offer = &offers->items[i];
        if (is_sure(offer) || (v && same_value(offer->value, *v, type)))
            continue;
        oracle_gather(o, &all, offer->degree);
        oracle_gather(o, &all, offer->value);
    }
    return all;
}

/* The values in Y: 0, 1 or 2 (two different ones). */
static int sure_values(const struct offers *offers, const struct type *type, struct value *v) {
    int found = 0;
    size_t i;
    for (i = 0; i < offers->count; i++) {
        if (!is_sure(&offers->items[i]))
            continue;
        if (found && !same_value(offers->items[i].value, *v, type))
            return 2;
        *v = offers->items[i].value;
        found = 1;
    }
    return found;
}

/* Cases 3 and 4: no rule gives a value for certain. */
static void by_normal_case(struct oracle *o, struct decision_outcome *d, const struct offers *offers,
                           const struct type *type, const struct value *normal, struct value off) {
    const struct reasons *all = NULL;
    if (offers->count == 0 && (!normal || oracle_is_yes(off))) {
        d->state = STATE_UNDECIDED;
        return;
    }
    if (normal && oracle_is_no(off) && !oracle_is_open(*normal) && !doubts(o, offers, normal, type)) {
        set_value(d, *normal, true);
        return;
    }
    all = doubts(o, offers, NULL, type);
    if (normal && !oracle_is_yes(off)) {
        oracle_gather(o, &all, off);
        oracle_gather(o, &all, *normal);
    }
    list_contributions(o, d, offers, false);
    set_open(d, all);
}

/* `normal` is NULL where there is no normal case. */
static struct decision_outcome resolve(struct oracle *o, const struct offers *offers, const struct type *type,
                                       const struct value *normal, struct value off) {
    struct decision_outcome d = {STATE_UNDECIDED, {VALUE_OPEN, {0}}, false, NULL, 0, NULL};
    const struct reasons *all;
    struct value v = oracle_none();
    int values = sure_values(offers, type, &v);
    if (values == 2) {
        d.state = STATE_CONFLICT;
        list_contributions(o, &d, offers, true);
    } else if (values == 1) {
        all = doubts(o, offers, &v, type);
        list_contributions(o, &d, offers, !all);
        if (all)
            set_open(&d, all);
        else
            set_value(&d, v, false);
    } else {
        by_normal_case(o, &d, offers, type, normal, off);
    }
    return d;
}

/* --- decisions --- */

static struct value normal_case(struct oracle *o, const struct decision *decision) {
    const struct ast_node *node = decision->otherwise;
    struct value v = oracle_expression(o, NULL, node);
    if (v.tag == VALUE_NUMBER)
        v = oracle_convert(o, v, oracle_type(o, node), &decision->type, node);
    if (oracle_is_none(v) && !decision->type.optional)
        o->unguarded = node;
    return in_range(o, v, &decision->type, node);
}

static struct value total_sum(struct oracle *o, const struct decision *decision,
                              const struct offers *offers) {
    const struct type *type = &decision->type;
    struct frac fraction = {0, 1};
    num_i128 number = 0;
    size_t i;
    for (i = 0; i < offers->count; i++) {
        struct value v = offers->items[i].value;
        if (type->kind == TYPE_FRAC && frac_add(fraction, *v.as.fraction, &fraction) != FRAC_OK)
            return oracle_failed(o, decision->node, FAILURE_OVERFLOW);
        if (type->kind != TYPE_FRAC)
            number += v.as.number;
    }
    if (type->kind == TYPE_FRAC)
        return oracle_fraction(o, fraction);
    if (number > NUM_LIMIT || number < -NUM_LIMIT)
        return oracle_failed(o, decision->node, FAILURE_OVERFLOW);
    return in_range(o, oracle_number((int64_t)number), type, decision->node);
}

static struct decision_outcome resolve_total(struct oracle *o, const struct decision *decision,
                                             const struct offers *offers) {
    struct decision_outcome d = {STATE_VALUE, {VALUE_OPEN, {0}}, false, NULL, 0, NULL};
    const struct reasons *all = doubts(o, offers, NULL, &decision->type);
    list_contributions(o, &d, offers, false);
    if (!all) {
        d.value = total_sum(o, decision, offers);
        oracle_gather(o, &all, d.value);
    }
    if (all)
        set_open(&d, all);
    return d;
}

static void find_decision(struct oracle *o, uint32_t index) {
    const struct decision *decision = &o->set->decisions[index];
    struct offers offers = offers_of(o, index, false);
    struct value off, normal;
    if (decision->kind == DECISION_TOTAL) {
        o->decisions[index] = resolve_total(o, decision, &offers);
    } else {
        off = oracle_normal_case_off(o, index);
        normal = decision->otherwise ? normal_case(o, decision) : oracle_none();
        o->decisions[index] = resolve(o, &offers, &decision->type, decision->otherwise ? &normal : NULL, off);
    }
    o->decision_known[index] = true;
}

struct value oracle_decision(struct oracle *o, uint32_t index) {
    const struct decision_outcome *d = &o->decisions[index];
    struct reason reason = {REASON_UNDECIDED, index, UINT32_MAX, UINT32_MAX, FAILURE_NONE};
    if (!o->decision_known[index])
        find_decision(o, index);
    if (d->state == STATE_CONFLICT)
        reason.kind = REASON_CONFLICT;
    if (d->state == STATE_CONFLICT || d->state == STATE_UNDECIDED)
        return oracle_open(o, reason);
    return d->value;
}

/* --- duties, reminders, notices --- */

static struct duty_outcome find_duty(struct oracle *o, const struct duty *duty) {
    static const struct type deadline_type = {.kind = TYPE_DAY};
    struct offers offers = offers_of(o, duty->index, true);
    struct decision_outcome d = resolve(o, &offers, &deadline_type, NULL, oracle_yes_no(false));
    struct duty_outcome found = {DUTY_NOT_DUE,         false,    {0, 0}, STATUS_OPEN, d.contributions,
                                 d.contribution_count, d.reasons};
    struct value done;
    if (d.state == STATE_CONFLICT)
        found.state = DUTY_IN_CONFLICT;
    else if (d.state != STATE_UNDECIDED && d.state != STATE_VALUE)
        found.state = DUTY_POSSIBLE;
    if (d.state != STATE_VALUE)
        return found;
    found.state = DUTY_DUE;
    found.in_period = d.value.tag == VALUE_PERIOD;
    found.deadline.first = found.in_period ? d.value.as.period.first : CAL_MIN;
    found.deadline.last = found.in_period ? d.value.as.period.last : d.value.as.day;
    done = oracle_certain(o, duty->done);
    if (oracle_is_yes(done))
        found.status = STATUS_DONE;
    else if (oracle_is_no(done))
        found.status = o->question->today > found.deadline.last ? STATUS_OVERDUE : STATUS_OPEN;
    else
        found.status = STATUS_UNKNOWN;
    oracle_gather(o, &found.reasons, done);
    return found;
}

struct value oracle_duty_applies(struct oracle *o, uint32_t index) {
    struct reason reason = {REASON_DEADLINES, index, UINT32_MAX, UINT32_MAX, FAILURE_NONE};
    struct duty_outcome duty = find_duty(o, &o->set->duties[index]);
    if (duty.state == DUTY_IN_CONFLICT)
        return oracle_open(o, reason);
    return duty.state == DUTY_POSSIBLE ? oracle_open_with(duty.reasons)
                                       : oracle_yes_no(duty.state == DUTY_DUE);
}

struct value oracle_is_decided(struct oracle *o, uint32_t index) {
    const struct decision_outcome *d = &o->decisions[index];
    (void)oracle_decision(o, index);
    if (d->state == STATE_UNDETERMINED || d->state == STATE_FAILED)
        return oracle_open_with(d->reasons);
    return oracle_yes_no(d->state == STATE_VALUE);
}

/* `whenever` guards the condition: where it does not hold, what the condition comes to does not matter. */
static struct property_outcome find_property(struct oracle *o, const struct property *property) {
    struct property_outcome found = {.whenever = oracle_yes_no(true)};
    if (property->whenever)
        found.whenever = oracle_certain(o, property->whenever);
    found.condition = oracle_is_yes(found.whenever) ? oracle_certain(o, property->condition)
                                                    : oracle_expression(o, NULL, property->condition);
    found.state = PROPERTY_BROKEN;
    if (oracle_is_no(found.whenever) || oracle_is_none(found.whenever) || oracle_is_yes(found.condition))
        found.state = PROPERTY_HOLDS;
    return found;
}

/* Guards of the rule hold for its `unless` too, as far as the rule applies. */
static struct value announced_unless(struct oracle *o, const struct effect *effect, struct value degree) {
    return oracle_is_yes(degree) ? oracle_certain(o, effect->unless)
                                 : oracle_expression(o, NULL, effect->unless);
}

/* Whether the effect is listed at all, and as what. */
static bool announce(struct oracle *o, uint32_t rule, uint32_t index, struct announcement *out) {
    const struct effect *effect = &o->set->rules[rule].effects[index];
    const struct reasons *all = NULL;
    struct value v[2], both;
    v[0] = oracle_rule(o, rule);
    v[1] = oracle_yes_no(true);
    if (effect->unless)
        v[1] = oracle_not(oracle_as_degree(announced_unless(o, effect, v[0])));
    both = oracle_all(o, v, 2);
    if (oracle_is_no(both))
        return false;
    out->rule = rule;
    out->effect = index;
    out->day = effect->kind == EFFECT_REMIND ? oracle_expression(o, NULL, effect->value) : oracle_none();
    /* Guards keep none away from a rule that applies; an open one whose day is none can never apply. */
    if (effect->kind == EFFECT_REMIND && oracle_is_none(out->day))
        return false;
    oracle_gather(o, &all, both);
    oracle_gather(o, &all, out->day);
    out->possible = all != NULL;
    out->reasons = all;
    out->text = oracle_text(o, effect->text);
    return true;
}

static int64_t day_order(const struct announcement *a) {
    return a->day.tag == VALUE_DATE ? a->day.as.day : INT64_MAX;
}

static void add_announcement(struct announcement *list, size_t *count, struct announcement one) {
    size_t i = (*count)++;
    for (; i > 0 && day_order(&list[i - 1]) > day_order(&one); i--)
        list[i] = list[i - 1];
    list[i] = one;
}

static void find_announcements(struct oracle *o, struct outcome *out) {
    size_t effects = 0;
    uint32_t i, j;
    for (i = 0; i < o->set->rule_count; i++)
        effects += o->set->rules[i].effect_count;
    out->reminders = oracle_alloc(o, effects, sizeof *out->reminders);
    out->notices = oracle_alloc(o, effects, sizeof *out->notices);
    for (i = 0; i < o->set->rule_count; i++) {
        for (j = 0; j < o->set->rules[i].effect_count; j++) {
            enum effect_kind kind = o->set->rules[i].effects[j].kind;
            struct announcement one;
            if (kind == EFFECT_REMIND && announce(o, i, j, &one))
                add_announcement(out->reminders, &out->reminder_count, one);
            if (kind == EFFECT_NOTICE && announce(o, i, j, &one))
                out->notices[out->notice_count++] = one;
        }
    }
}

/* --- the whole --- */

static void check_record(struct oracle *o) {
    uint32_t i;
    for (i = 0; i < o->set->fact_count; i++) {
        (void)oracle_fact(o, i);
        if (o->set->facts[i].type.kind == TYPE_RECORDS)
            check_fields(o, i);
    }
    for (i = 0; i < o->set->requirement_count; i++) {
        if (oracle_is_no(oracle_certain(o, o->set->requirements[i].condition)))
            o->rejected = true;
    }
}

static void prepare(struct oracle *o) {
    const struct policy_set *set = o->set;
    o->facts = oracle_alloc(o, set->fact_count, sizeof *o->facts);
    o->fact_known = oracle_alloc(o, set->fact_count, sizeof *o->fact_known);
    o->degrees = oracle_alloc(o, set->rule_count, sizeof *o->degrees);
    o->degree_known = oracle_alloc(o, set->rule_count, sizeof *o->degree_known);
    o->decisions = oracle_alloc(o, set->decision_count, sizeof *o->decisions);
    o->decision_known = oracle_alloc(o, set->decision_count, sizeof *o->decision_known);
}

static int three_ways(struct value v) {
    return oracle_is_open(v) ? -1 : oracle_is_yes(v);
}

int oracle_fact_condition(const struct policy_set *set, const struct record *record,
                          const struct question *question, uint32_t fact, struct arena *arena) {
    struct oracle o = {.set = set, .record = record, .question = question, .arena = arena};
    prepare(&o);
    return three_ways(oracle_expression(&o, NULL, set->facts[fact].only_when));
}

int oracle_field_condition(const struct policy_set *set, const struct record *record,
                           const struct question *question, uint32_t fact, uint32_t element, uint32_t field,
                           struct arena *arena) {
    struct oracle o = {.set = set, .record = record, .question = question, .arena = arena};
    const struct value_list *list = record->values[fact].as.list;
    struct place_in_list row = {NULL, set->facts[fact].type.record, NULL, fact, element, NULL};
    prepare(&o);
    row.fields = list->fields + (size_t)element * list->field_count;
    return three_ways(oracle_expression(&o, &row, row.record->fields[field].only_when));
}

void oracle_evaluate(const struct policy_set *set, const struct record *record,
                     const struct question *question, struct arena *arena, struct oracle_result *result) {
    struct oracle o = {.set = set, .record = record, .question = question, .arena = arena};
    struct outcome out = {.today = question->today};
    uint32_t i;
    out.covered = set->covers.first <= question->today && question->today <= set->covers.last;
    prepare(&o);
    check_record(&o);
    result->rejected = o.rejected;
    if (out.covered && !o.rejected) {
        out.decision_count = set->decision_count;
        out.duty_count = set->duty_count;
        out.rule_count = set->rule_count;
        for (i = 0; i < set->decision_count; i++)
            (void)oracle_decision(&o, i);
        out.decisions = o.decisions;
        out.duties = oracle_alloc(&o, set->duty_count, sizeof *out.duties);
        for (i = 0; i < set->duty_count; i++)
            out.duties[i] = find_duty(&o, &set->duties[i]);
        out.degrees = oracle_alloc(&o, set->rule_count, sizeof *out.degrees);
        for (i = 0; i < set->rule_count; i++)
            out.degrees[i] = degree_of(oracle_rule(&o, i));
        find_announcements(&o, &out);
        out.property_count = set->property_count;
        out.properties = oracle_alloc(&o, set->property_count, sizeof *out.properties);
        for (i = 0; i < set->property_count; i++)
            out.properties[i] = find_property(&o, &set->properties[i]);
    }
    if (o.unguarded && !result->rejected) {
        struct text text = sources_text(&set->sources, ast_span(o.unguarded));
        fail_msg("`%.*s` is none, though the checker let it through", (int)text.length, text.bytes);
    }
    result->outcome = out;
}
