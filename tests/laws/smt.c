/*
 * Facts, rules, decisions and questions as terms of SMT-LIB, by the words of interp/README.md under "Facts",
 * "Rules" and "Decisions". Each is made when it is first asked for. Must not know what expressions look like.
 */
#include "tests/laws/smt_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void *memory(struct smt *s, size_t count, size_t size) {
    void *block = arena_array(s->arena, count ? count : 1, size);
    if (!block)
        fail_msg("memory ran out in the export");
    return block;
}

/* --- facts --- */

static void bound(struct smt_term *t, const struct type *type) {
    switch (type->kind) {
    case TYPE_YESNO:
        break;
    case TYPE_MEMBER:
        t->high = (int64_t)type->enumeration->count - 1;
        break;
    case TYPE_DAY:
    case TYPE_NUM:
        t->outside = !type->has_low || !type->has_high;
        t->low = type->low;
        t->high = type->high;
        break;
    default:
        t->outside = true;
    }
}

/* What the record says of the fact, before `only when`; both sets name it alike. */
static struct smt_term read_fact(struct smt *s, uint32_t index) {
    const struct fact *fact = &s->set->facts[index];
    const struct name *name = fact->name;
    struct smt_term t = smt_bool(smt_say(s, "%.*s", (int)name->text.length, name->text.bytes));
    bound(&t, &fact->type);
    if (fact->type.optional)
        t.none = smt_say(s, "%s.none", t.value);
    return t;
}

static void declare_fact(struct smt *s, uint32_t index) {
    struct smt_term t = read_fact(s, index);
    const char *sort = smt_sort(&s->set->facts[index].type);
    if (t.outside)
        return;
    buffer_format(s->out, "(declare-const %s %s)\n", t.value, sort);
    if (strcmp(t.none, "false") != 0)
        buffer_format(s->out, "(declare-const %s Bool)\n", t.none);
    if (strcmp(sort, "Int") == 0)
        buffer_format(s->out, "(assert (<= %s %s %s))\n", smt_int(s, t.low), t.value, smt_int(s, t.high));
}

/* Given by the record, and not just as its `otherwise`. */
static const char *was_given(struct smt *s, const struct fact *fact, const struct smt_term *read) {
    const char *given = smt_not(s, read->none);
    struct smt_term normal;
    if (!fact->has_otherwise || fact->otherwise.tag == VALUE_NONE)
        return given;
    normal =
        fact->type.kind == TYPE_YESNO
            ? smt_bool(fact->otherwise.as.number ? "true" : "false")
            : smt_whole(s, fact->type.kind == TYPE_DAY ? fact->otherwise.as.day : fact->otherwise.as.number);
    return smt_and(s, given, smt_not(s, smt_same(s, read, &fact->type, &normal, &fact->type)));
}

/* Where `only when` is no or none the fact is none; what is read must agree with it. */
static struct smt_term only_when(struct smt *s, const struct fact *fact, struct smt_term read) {
    struct smt_term c = smt_expression(s, fact->only_when);
    const char *unasked, *given;
    if (c.outside || read.outside)
        return smt_outside();
    unasked = smt_and(s, smt_not(s, c.open), smt_not(s, smt_yes(s, &c)));
    given = was_given(s, fact, &read);
    s->valid = smt_and(s, s->valid, smt_not(s, smt_and(s, unasked, given)));
    if (!fact->declared_optional)
        s->valid = smt_and(s, s->valid, smt_not(s, smt_and(s, smt_yes(s, &c), read.none)));
    if (fact->has_otherwise && fact->otherwise.tag != VALUE_NONE)
        read.open = smt_and(s, c.open, smt_and(s, smt_not(s, read.none), smt_not(s, given)));
    read.none = smt_and(s, smt_not(s, read.open), smt_or(s, unasked, read.none));
    return read;
}

struct smt_term smt_fact(struct smt *s, uint32_t index) {
    const struct fact *fact = &s->set->facts[index];
    if (!s->fact_made[index]) {
        s->facts[index] = read_fact(s, index);
        if (fact->only_when)
            s->facts[index] = only_when(s, fact, s->facts[index]);
        s->fact_made[index] = true;
    }
    return s->facts[index];
}

/* --- rules --- */

struct smt_term smt_as_degree(struct smt *s, struct smt_term t) {
    t.value = smt_and(s, smt_not(s, t.none), t.value);
    t.none = "false";
    return t;
}

static struct smt_term in_force(struct smt *s, const struct rule *rule) {
    struct smt_term day = smt_expression(s, rule->in_force_at), t = smt_strict(s, &day, 1);
    if (t.outside)
        return t;
    t.value = smt_say(s, "(<= %s %s %s)", smt_int(s, rule->in_force.first), day.value,
                      smt_int(s, rule->in_force.last));
    return smt_as_degree(s, t);
}

/* The `or` of degrees. */
static struct smt_term some_rule(struct smt *s, const uint32_t *rules, size_t count) {
    struct smt_term *degrees = memory(s, count, sizeof *degrees);
    size_t i;
    for (i = 0; i < count; i++)
        degrees[i] = smt_rule(s, rules[i]);
    return smt_any(s, degrees, count);
}

struct smt_term smt_rule(struct smt *s, uint32_t index) {
    const struct rule *rule = &s->set->rules[index];
    struct smt_term *parts, t;
    size_t n = 0, i;
    if (s->rule_made[index])
        return s->rules[index];
    parts = memory(s, rule->test_count + 3, sizeof *parts);
    if (rule->has_in_force)
        parts[n++] = in_force(s, rule);
    if (rule->when)
        parts[n++] = smt_as_degree(s, smt_expression(s, rule->when));
    for (i = 0; i < rule->test_count; i++)
        parts[n++] = smt_as_degree(s, smt_cell(s, rule->tests[i].header, rule->tests[i].cell));
    parts[n++] = smt_opposite(s, some_rule(s, rule->exceptions, rule->exception_count));
    t = smt_all(s, parts, n);
    t.open = smt_named(s, "Bool", t.open);
    t.value = smt_named(s, "Bool", t.value);
    s->rules[index] = t;
    s->rule_made[index] = true;
    return t;
}

/* --- decisions --- */

/* A rule that gives a value: its degree and the value, the latter of the decision's type. */
struct offer {
    uint32_t rule;
    struct smt_term degree, value;
    const char *sure; /* of degree yes, and the value is not open */
    const char *may;  /* of degree open, or of degree yes with an open value */
};
struct offers {
    struct offer *items;
    size_t count;
    bool outside;
};

static struct smt_term in_range(struct smt *s, struct smt_term t, const struct type *type) {
    if ((type->kind != TYPE_NUM && type->kind != TYPE_DAY) || !type->has_low || t.outside ||
        strcmp(t.none, "true") == 0)
        return t;
    if (t.low < type->low || t.high > type->high)
        t = smt_failing(
            s, t,
            smt_not(s, smt_say(s, "(<= %s %s %s)", smt_int(s, type->low), t.value, smt_int(s, type->high))));
    t.low = t.low < type->low ? type->low : t.low;
    t.high = t.high > type->high ? type->high : t.high;
    return t;
}

static void fill_offer(struct smt *s, struct offers *offers, size_t i, uint32_t rule, struct smt_term value) {
    struct offer *o = &offers->items[i];
    o->rule = rule;
    o->degree = smt_rule(s, rule);
    o->value = value;
    offers->outside = offers->outside || o->degree.outside || value.outside;
    o->sure = smt_and(s, smt_yes(s, &o->degree), smt_not(s, value.open));
    o->may = smt_or(s, o->degree.open, smt_and(s, smt_yes(s, &o->degree), value.open));
}

static struct smt_term given_value(struct smt *s, const struct decision *decision,
                                   const struct ast_node *node) {
    struct smt_term t = smt_expression(s, node);
    if (node->kind != AST_NONE)
        t = smt_convert(s, t, model_type(s->set, ast_ungroup(node)), &decision->type);
    return decision->kind == DECISION_TOTAL ? t : in_range(s, t, &decision->type);
}

static struct offers offers_of(struct smt *s, const struct decision *decision) {
    struct offers offers = {memory(s, decision->giver_count, sizeof(struct offer)), decision->giver_count,
                            false};
    size_t i;
    for (i = 0; i < offers.count; i++) {
        const struct giver *giver = &decision->givers[i];
        const struct effect *effect = &s->set->rules[giver->rule].effects[giver->effect];
        fill_offer(s, &offers, i, giver->rule, given_value(s, decision, effect->value));
    }
    return offers;
}

/* Both have a value or none, and it is the same; the bounds of the types are those of one type. */
static const char *agree(struct smt *s, const struct smt_term *a, const struct smt_term *b,
                         const struct type *type) {
    const char *both_none = smt_and(s, a->none, b->none),
               *neither = smt_and(s, smt_not(s, a->none), smt_not(s, b->none));
    if (strcmp(a->none, "true") == 0 || strcmp(b->none, "true") == 0)
        return both_none;
    return smt_or(s, both_none, smt_and(s, neither, smt_same(s, a, type, b, type)));
}

/* Every rule of M gives that value for certain, should it apply. */
static const char *no_doubt(struct smt *s, const struct offers *offers, const struct smt_term *value,
                            const struct type *type) {
    const char *all = "true";
    size_t i;
    for (i = 0; i < offers->count; i++) {
        const struct offer *o = &offers->items[i];
        const char *same = smt_and(s, smt_not(s, o->value.open), agree(s, &o->value, value, type));
        all = smt_and(s, all, smt_or(s, smt_not(s, o->may), same));
    }
    return all;
}

static const char *some_pair(struct smt *s, const struct offers *offers, const struct type *type) {
    const char *conflict = "false";
    size_t i, j;
    for (i = 0; i < offers->count; i++) {
        for (j = i + 1; j < offers->count; j++) {
            const struct offer *x = &offers->items[i], *y = &offers->items[j];
            const char *both = smt_and(s, x->sure, y->sure);
            conflict =
                smt_or(s, conflict, smt_and(s, both, smt_not(s, agree(s, &x->value, &y->value, type))));
        }
    }
    return conflict;
}

/* The value of the first rule of Y. */
static struct smt_term sure_value(struct smt *s, const struct offers *offers, const struct type *type) {
    struct smt_term t = smt_sorted(type, offers->items[offers->count - 1].value);
    size_t i;
    for (i = offers->count - 1; i > 0; i--) {
        const struct offer *o = &offers->items[i - 1];
        const char *none = smt_if(s, "Bool", o->sure, o->value.none, t.none);
        t = smt_choice(s, type, o->sure, &o->value, &t);
        t.none = none;
    }
    t.open = "false";
    return t;
}

/* Cases 1 to 4, with a normal case or without. */
static void resolve(struct smt *s, const struct decision *decision, const struct offers *offers,
                    struct smt_decision *d) {
    const struct type *type = &decision->type;
    struct smt_term off = some_rule(s, decision->otherwise_exceptions, decision->otherwise_exception_count),
                    normal = smt_outside(), sure;
    const char *some = "false", *may = "false", *decided = "false", *by_normal = "false", *stays_off = "true";
    size_t i;
    d->term = smt_outside();
    d->conflict = d->undecided = "false";
    if (offers->outside)
        return;
    for (i = 0; i < offers->count; i++) {
        some = smt_or(s, some, offers->items[i].sure);
        may = smt_or(s, may, offers->items[i].may);
    }
    d->conflict = some_pair(s, offers, type);
    if (decision->otherwise) {
        const char *on = smt_and(s, smt_not(s, off.open), smt_not(s, off.value));
        normal = smt_sorted(type, given_value(s, decision, decision->otherwise));
        if (normal.outside)
            return;
        on = smt_and(s, on, smt_not(s, normal.open));
        by_normal = smt_and(s, smt_not(s, some), smt_and(s, on, no_doubt(s, offers, &normal, type)));
        stays_off = smt_and(s, smt_not(s, off.open), off.value);
    }
    d->undecided = smt_and(s, smt_not(s, some), smt_and(s, smt_not(s, may), stays_off));
    sure = normal;
    sure.outside = false;
    if (offers->count > 0) {
        sure = sure_value(s, offers, type);
        decided = smt_and(s, some, smt_and(s, smt_not(s, d->conflict), no_doubt(s, offers, &sure, type)));
    }
    d->term = smt_sorted(type, sure);
    if (offers->count > 0 && decision->otherwise) {
        const char *none = smt_if(s, "Bool", some, sure.none, normal.none);
        d->term = smt_choice(s, type, some, &sure, &normal);
        d->term.none = none;
    }
    d->term.outside = off.outside;
    d->term.open = smt_and(s, smt_not(s, decided), smt_not(s, by_normal));
    d->term.none = smt_and(s, smt_not(s, d->term.open), d->term.none);
}

/* The addends of the rules that apply; open where any rule or addend is. */
static void add_up(struct smt *s, const struct decision *decision, const struct offers *offers,
                   struct smt_decision *d) {
    bool fraction = decision->type.kind == TYPE_FRAC;
    struct smt_term t = smt_bool(fraction ? "0.0" : "0");
    num_i128 low = 0, high = 0;
    size_t i;
    d->undecided = d->conflict = "false";
    d->term = smt_outside();
    if (offers->outside)
        return;
    for (i = 0; i < offers->count; i++) {
        const struct offer *o = &offers->items[i];
        t.open = smt_or(s, t.open, o->may);
        t.value = smt_say(s, "(+ %s (ite %s %s %s))", t.value, smt_yes(s, &o->degree), o->value.value,
                          fraction ? "0.0" : "0");
        low += o->value.low < 0 ? o->value.low : 0;
        high += o->value.high > 0 ? o->value.high : 0;
    }
    t.outside = offers->outside || low < -NUM_LIMIT || high > NUM_LIMIT;
    t.low = t.outside ? 0 : (int64_t)low;
    t.high = t.outside ? 0 : (int64_t)high;
    t.value = smt_named(s, fraction ? "Real" : "Int", t.value);
    d->term = in_range(s, t, &decision->type);
}

const struct smt_decision *smt_decision(struct smt *s, uint32_t index) {
    const struct decision *decision = &s->set->decisions[index];
    struct smt_decision *d = &s->decisions[index];
    struct offers offers;
    if (d->made)
        return d;
    offers = offers_of(s, decision);
    if (decision->kind == DECISION_TOTAL)
        add_up(s, decision, &offers, d);
    else
        resolve(s, decision, &offers, d);
    if (decision->type.kind == TYPE_STRING || decision->type.kind == TYPE_MEMBERS)
        d->term.outside = true;
    d->made = true;
    return d;
}

/* `by` a day begins where no period does, so that it is like no period. */
static struct smt_term deadline(struct smt *s, const struct effect *effect) {
    struct smt_term t = smt_expression(s, effect->value);
    if (effect->kind == EFFECT_MUST_BY && !t.outside) {
        t.last = t.value;
        t.value = smt_int(s, CAL_MIN - 1);
    }
    return t;
}

/* Due where one deadline is sure and no rule may give another; open where it is possible or in conflict. */
static struct smt_term duty_applies(struct smt *s, const struct duty *duty) {
    static const struct type period = {.kind = TYPE_SPAN};
    struct offers offers = {memory(s, duty->giver_count, sizeof(struct offer)), duty->giver_count, false};
    const char *some = "false", *may = "false", *due = "false";
    struct smt_term t = smt_bool("false");
    size_t i;
    for (i = 0; i < offers.count; i++) {
        const struct giver *giver = &duty->givers[i];
        fill_offer(s, &offers, i, giver->rule,
                   deadline(s, &s->set->rules[giver->rule].effects[giver->effect]));
        some = smt_or(s, some, offers.items[i].sure);
        may = smt_or(s, may, offers.items[i].may);
    }
    if (offers.outside)
        return smt_outside();
    if (offers.count > 0) {
        struct smt_term sure = sure_value(s, &offers, &period);
        due = smt_and(s, some, smt_not(s, some_pair(s, &offers, &period)));
        due = smt_and(s, due, no_doubt(s, &offers, &sure, &period));
    }
    t.value = due;
    t.open = smt_and(s, smt_or(s, some, may), smt_not(s, due));
    return t;
}

/* No where it is undecided or in conflict, otherwise open where it has no value. */
static struct smt_term is_decided(const struct smt_decision *d, struct smt *s) {
    struct smt_term t = smt_bool(smt_not(s, d->term.open));
    t.open = smt_and(s, d->term.open, smt_not(s, smt_or(s, d->undecided, d->conflict)));
    t.outside = d->term.outside;
    return t;
}

struct smt_term smt_claim(struct smt *s, const struct ast_node *node) {
    const struct ref *ref = &s->set->node_refs[ast_kid(node, 0)->id];
    uint32_t *rules, i;
    if (node->kind == AST_IS_DECIDED)
        return is_decided(smt_decision(s, ref->index), s);
    if (node->kind == AST_DUTY_APPLIES)
        return duty_applies(s, &s->set->duties[ref->index]);
    rules = memory(s, ref->count, sizeof *rules);
    for (i = 0; i < ref->count; i++)
        rules[i] = ref->index + i;
    return some_rule(s, rules, ref->count);
}

/* --- the whole --- */

static void make_valid(struct smt *s) {
    bool outside = false;
    size_t i;
    s->valid = "true";
    for (i = 0; i < s->set->fact_count; i++)
        outside = smt_fact(s, (uint32_t)i).outside || outside;
    for (i = 0; i < s->set->requirement_count; i++) {
        struct smt_term t = smt_expression(s, s->set->requirements[i].condition);
        outside = outside || t.outside;
        s->valid = smt_and(s, s->valid, smt_not(s, smt_no(s, &t)));
    }
    if (outside)
        s->valid = NULL;
}

struct smt *smt_begin(const struct policy_set *set, const char *prefix, const struct smt *with,
                      struct arena *arena, struct buffer *out) {
    struct smt *s = arena_alloc(arena, sizeof *s);
    size_t i;
    if (!s)
        fail_msg("memory ran out in the export");
    s->set = set;
    s->prefix = prefix;
    s->arena = arena;
    s->out = out;
    s->facts = memory(s, set->fact_count, sizeof *s->facts);
    s->fact_made = memory(s, set->fact_count, sizeof *s->fact_made);
    s->rules = memory(s, set->rule_count, sizeof *s->rules);
    s->rule_made = memory(s, set->rule_count, sizeof *s->rule_made);
    s->decisions = memory(s, set->decision_count, sizeof *s->decisions);
    if (!with) {
        for (i = 0; i < set->fact_count; i++)
            declare_fact(s, (uint32_t)i);
        buffer_format(out, "(declare-const today Int)\n(assert (<= %s today %s))\n",
                      smt_int(s, set->covers.first), smt_int(s, set->covers.last));
    }
    make_valid(s);
    return s;
}

const char *smt_valid(const struct smt *smt) {
    return smt->valid;
}

/* --- questions --- */

const char *smt_conflict(struct smt *s, uint32_t decision, uint32_t rule, uint32_t other) {
    const struct decision *d = &s->set->decisions[decision];
    struct offers offers = offers_of(s, d);
    const char *found = "false";
    size_t i, j;
    for (i = 0; i < offers.count; i++) {
        for (j = 0; j < offers.count; j++) {
            const struct offer *x = &offers.items[i], *y = &offers.items[j];
            if (x->rule != rule || y->rule != other)
                continue;
            if (x->value.outside || y->value.outside || x->degree.outside || y->degree.outside)
                return NULL;
            found = smt_or(s, found,
                           smt_and(s, smt_and(s, x->sure, y->sure),
                                   smt_not(s, agree(s, &x->value, &y->value, &d->type))));
        }
    }
    return found;
}

const char *smt_undecided(struct smt *s, uint32_t decision) {
    const struct smt_decision *d = smt_decision(s, decision);
    return d->term.outside ? NULL : d->undecided;
}

const char *smt_applies(struct smt *s, uint32_t rule) {
    struct smt_term t = smt_rule(s, rule);
    return t.outside ? NULL : smt_yes(s, &t);
}

const char *smt_refutes(struct smt *s, uint32_t property) {
    const struct property *p = &s->set->properties[property];
    struct smt_term then = smt_expression(s, p->condition), whenever = smt_bool("true"), both[2];
    if (p->whenever)
        whenever = smt_expression(s, p->whenever);
    if (then.outside || whenever.outside)
        return NULL;
    both[0] = smt_opposite(s, smt_as_degree(s, whenever));
    both[1] = smt_as_degree(s, then);
    then = smt_any(s, both, 2);
    return smt_not(s, smt_yes(s, &then));
}

const char *smt_differs(struct smt *a, uint32_t decision, struct smt *b, uint32_t other) {
    const struct smt_decision *x = smt_decision(a, decision), *y = smt_decision(b, other);
    const struct type *at = &a->set->decisions[decision].type, *bt = &b->set->decisions[other].type;
    const char *states, *values, *both;
    if (x->term.outside || y->term.outside ||
        (at->kind != bt->kind && (at->kind != TYPE_NUM || bt->kind != TYPE_FRAC)))
        return NULL;
    states = smt_say(b, "(not (and (= %s %s) (= %s %s) (= %s %s)))", x->term.open, y->term.open, x->undecided,
                     y->undecided, x->conflict, y->conflict);
    both = smt_and(b, smt_not(b, x->term.open), smt_not(b, y->term.open));
    values = smt_or(b, smt_and(b, x->term.none, y->term.none),
                    smt_and(b, smt_and(b, smt_not(b, x->term.none), smt_not(b, y->term.none)),
                            smt_same(b, &x->term, at, &y->term, bt)));
    return smt_or(b, states, smt_and(b, both, smt_not(b, values)));
}
