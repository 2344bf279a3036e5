/*
 * Random rules, exceptions and tables of a policy. A rule has the smallest rank of what it decides, an
 * exception none above its targets', and what is excepted by `every rule for` decides nothing through its
 * own exceptions: so nothing is cyclic. Must not know how expressions are made.
 */
#include "tests/laws/generate_inside.h"

#include <string.h>

/* What may be known from `when`: a guard as a conjunct, for the rest of the rule. */
struct guards {
    uint32_t things[2];
    uint32_t count;
};

static const char *guarding(struct gen *g, struct guards *guards) {
    const char *text = "";
    uint32_t i, tries;
    guards->count = 0;
    for (tries = 0; tries < 2; tries++) {
        i = pick(g, g->thing_count);
        if (!chance(g, 30) || !g->things[i].shape.optional || g->given[i] || g->things[i].rank >= g->rank ||
            (g->timeless && g->things[i].today))
            continue;
        text = say(g, "%s%s and ", text, guard_of(g, i));
        g->given[i] = true;
        guards->things[guards->count++] = i;
    }
    return text;
}

static void drop_guards(struct gen *g, const struct guards *guards) {
    uint32_t i;
    for (i = 0; i < guards->count; i++)
        g->given[guards->things[i]] = false;
}

static const char *in_force(struct gen *g) {
    struct shape date = {.kind = IS_DATE};
    const char *at = expression(g, &date, 1);
    if (g->small)
        return say(g, "\n  in force %s %s at %s",
                   chance(g, 50)   ? "from"
                   : chance(g, 50) ? "through"
                                   : "until",
                   window_day(g, 0), at);
    switch (pick(g, 4)) {
    case 0:
        return say(g, "\n  in force from 2020-02-%02u at %s", 1 + pick(g, 28), at);
    case 1:
        return say(g, "\n  in force through 2020-03-%02u at %s", 1 + pick(g, 28), at);
    case 2:
        return say(g, "\n  in force until 2020-03-%02u at %s", 1 + pick(g, 28), at);
    default:
        return say(g, "\n  in force 2020-02-%02u through 2020-03-%02u at %s", 1 + pick(g, 28),
                   1 + pick(g, 28), at);
    }
}

/* Clauses up to `when`; the guards in it stay known until drop_guards. */
static const char *clauses(struct gen *g, struct guards *guards, int always) {
    const char *text = chance(g, 60) ? " \"Rule\"" : "", *guard = guarding(g, guards);
    if (chance(g, 30))
        text = say(g, "%s\n  cites src \"p. %u\"", text, pick(g, 9));
    if (chance(g, 15))
        text = say(g, "%s\n  announced 2020-0%u-10", text, 1 + pick(g, 5));
    if (chance(g, 15))
        text = say(g, "%s%s", text, in_force(g));
    if (guard[0] || !chance(g, (uint32_t)always))
        text = say(g, "%s\n  when %s%s", text, guard, condition(g, 1 + (int)pick(g, 2)));
    return text;
}

/* What a decision is given: constants in its range; else whatever a checker cannot take for a constant. */
static const char *given_value(struct gen *g, const struct thing *thing) {
    struct shape shape = thing->shape;
    uint32_t varying;
    if (shape.optional && thing->decides && chance(g, 12))
        return "none";
    if (shape.optional && !shape.ranged && shape.kind != IS_FRACTION && chance(g, 10)) {
        shape.optional = false;
        return say(g, "(if %s then none else %s)", condition(g, 1), expression(g, &shape, 1));
    }
    shape.optional = false;
    if (thing->total && !shape.ranged && shape.kind == IS_NUMBER && chance(g, 4))
        return "999999999999999999";
    if (thing->total)
        shape.ranged = false;
    if (!shape.ranged)
        return chance(g, 50) && shape.kind != IS_FRACTION ? literal(g, &shape) : expression(g, &shape, 2);
    shape.ranged = false;
    varying = find_thing(g, &shape, false);
    if (varying != NO_THING && chance(g, 50)) {
        if (shape.kind == IS_DATE)
            return say(g, "(%u days after %s)", pick(g, 60), thing_name(g, varying));
        return say(g, "(%s %c %s)", thing_name(g, varying), "+-"[pick(g, 2)], expression(g, &shape, 1));
    }
    shape.ranged = true;
    return shape.kind == IS_DATE ? say(g, "2020-03-%02u", 1 + pick(g, 5)) : literal(g, &shape);
}

static const char *effect_on(struct gen *g, const struct thing *thing) {
    struct thing as_given = *thing;
    /* A definition's own scale may be smaller than its shape says. */
    if (!thing->total && thing->name[0] == 'e')
        as_given.shape.scale = 0;
    if (thing->total)
        return say(g, "\n    add %s to %s", given_value(g, &as_given), thing->name);
    return say(g, "\n    %s is %s", thing->name, given_value(g, &as_given));
}

/* Braces and quotes end a text, so what is shown has neither. */
static const char *template(struct gen *g) {
    static const enum kind kinds[] = {IS_DATE, IS_NUMBER, IS_MEMBER,   IS_YES_NO,
                                      IS_TEXT, IS_SET,    IS_FRACTION, IS_PERIOD};
    struct shape shape = {.kind = kinds[pick(g, 8)], .scale = 2}, date = {.kind = IS_DATE};
    const char *part = NULL, *other = expression(g, &date, 1);
    uint32_t thing;
    if (shape.kind == IS_MEMBER || shape.kind == IS_SET)
        shape.enumeration = pick(g, g->enumeration_count);
    thing = find_thing(g, &shape, chance(g, 20));
    if (thing != NO_THING)
        part = thing_name(g, thing);
    else if (shape.kind != IS_MEMBER && shape.kind != IS_SET && shape.kind != IS_TEXT)
        part = expression(g, &shape, 1);
    if (!part || chance(g, 20) || strpbrk(part, "\"{") || strpbrk(other, "\"{"))
        return "\"Plain words.\"";
    return say(g, "\"See {%s} on {%s}.\"", part, other);
}

static const char *duty_effect(struct gen *g) {
    struct shape date = {.kind = IS_DATE}, period = {.kind = IS_PERIOD};
    uint32_t duty = pick(g, g->duty_count);
    if (chance(g, 30))
        return say(g, "\n    must y%u in %s", duty, expression(g, &period, 1));
    return say(g, "\n    must y%u by %s", duty, chance(g, 60) ? literal(g, &date) : expression(g, &date, 1));
}

/* Reminders may not depend on today, so neither does a rule that has one. */
static const char *reminder(struct gen *g) {
    struct shape date = {.kind = IS_DATE};
    const char *text = say(g, "\n    remind %s %s", expression(g, &date, 1), template(g));
    return chance(g, 50) ? say(g, "%s\n      unless %s", text, condition(g, 1)) : text;
}

static const char *side_effects(struct gen *g, uint32_t percent) {
    const char *text = "";
    if (g->duty_count && chance(g, percent))
        text = say(g, "%s%s", text, duty_effect(g));
    while (g->timeless && chance(g, percent))
        text = say(g, "%s%s", text, reminder(g));
    if (chance(g, percent / 2))
        text = say(g, "%s\n    notice %s", text, template(g));
    return text;
}

static void keep_rule(struct gen *g, struct made_rule rule) {
    if (g->rule_count < RULES_MAX)
        g->rules[g->rule_count++] = rule;
}

/*
 * A decision that a rule of this module may give, of at least `rank`, by the limits of today; NO_THING where
 * there is none.
 */
static uint32_t target(struct gen *g, uint32_t rank, bool timeless_only, bool for_table) {
    uint32_t found = NO_THING, seen = 0, i;
    for (i = 0; i < g->thing_count; i++) {
        const struct thing *t = &g->things[i];
        if (!t->decides || t->rank < rank || (t->local && t->module != g->module) ||
            (for_table && t->total) || (timeless_only && t->today))
            continue;
        if (pick(g, ++seen) == 0)
            found = i;
    }
    return found;
}

static void make_rule(struct gen *g, uint32_t thing) {
    const struct thing *t = &g->things[thing];
    struct made_rule rule = {.name = say(g, "r%u", g->names++), .rank = t->rank, .timeless = !t->today};
    struct guards guards;
    const char *text;
    uint32_t second;
    g->module = t->local ? t->module : pick(g, g->policy->file_count);
    rule.module = g->module;
    second = chance(g, 20) ? target(g, 1, false, false) : NO_THING;
    if (second == thing)
        second = NO_THING;
    if (second != NO_THING && g->things[second].rank < rule.rank)
        rule.rank = g->things[second].rank;
    if (second != NO_THING && !g->things[second].today)
        rule.timeless = true;
    g->rank = rule.rank;
    g->timeless = rule.timeless;
    text = say(g, "rule %s%s\n  then%s", rule.name, clauses(g, &guards, 15), effect_on(g, t));
    if (second != NO_THING)
        text = say(g, "%s%s", text, effect_on(g, &g->things[second]));
    declare(g, rule.module, say(g, "%s%s", text, side_effects(g, 20)));
    drop_guards(g, &guards);
    keep_rule(g, rule);
}

/* A rule that only imposes, reminds, or tells: nothing needs it, so it may name everything. */
static void make_side_rule(struct gen *g) {
    struct made_rule rule = {.name = say(g, "r%u", g->names++), .rank = 50, .timeless = chance(g, 60)};
    struct guards guards;
    const char *head, *effects;
    g->module = rule.module = pick(g, g->policy->file_count);
    g->rank = rule.rank;
    g->timeless = rule.timeless;
    head = clauses(g, &guards, 15);
    effects = side_effects(g, 80);
    if (!effects[0])
        effects = say(g, "\n    notice %s", template(g));
    declare(g, rule.module, say(g, "rule %s%s\n  then%s", rule.name, head, effects));
    drop_guards(g, &guards);
    keep_rule(g, rule);
}

const char *rule_path(struct gen *g, const struct made_rule *rule) {
    const char *path =
        rule->module && rule->module != g->module ? say(g, "am%u.%s", rule->module, rule->name) : rule->name;
    return rule->labelled && chance(g, 60) ? say(g, "%s.w%u", path, pick(g, 2)) : path;
}

/* The targets of an exception, as text; `self` gets the limits that come from them. */
static const char *targets(struct gen *g, struct made_rule *self, uint32_t *every) {
    const char *text = NULL;
    uint32_t i, d;
    *every = NO_THING;
    self->rank = 50;
    if (chance(g, 25)) {
        d = pick(g, g->thing_count);
        for (i = 0; i < g->thing_count && !g->things[d].decides; i++)
            d = (d + 1) % g->thing_count;
        if (g->things[d].decides && !g->things[d].local) {
            self->timeless = true;
            self->silent = true;
            self->rank = 1;
            *every = d;
            return say(g, "every rule for %s", g->things[d].name);
        }
    }
    for (i = 0; i < 2 && (i == 0 || chance(g, 20)); i++) {
        const struct made_rule *rule = &g->rules[pick(g, g->rule_count)];
        const char *path = rule_path(g, rule);
        self->rank = rule->rank < self->rank ? rule->rank : self->rank;
        self->timeless = self->timeless || rule->timeless;
        self->silent = self->silent || rule->silent;
        text = text ? say(g, "%s, %s", text, path) : path;
    }
    return text;
}

static void make_exception(struct gen *g) {
    struct made_rule rule = {.name = say(g, "x%u", g->names++)};
    struct guards guards;
    const char *to, *head, *effects = "";
    uint32_t every, decided = NO_THING;
    if (g->rule_count == 0)
        return;
    g->module = rule.module = pick(g, g->policy->file_count);
    to = targets(g, &rule, &every);
    g->rank = rule.rank;
    g->timeless = rule.timeless;
    head = clauses(g, &guards, 8);
    if (!rule.silent && chance(g, 45))
        decided = target(g, rule.rank, false, false);
    if (every != NO_THING && chance(g, 30))
        decided = every;
    if (decided != NO_THING && (g->things[decided].today || rule.timeless))
        effects = effect_on(g, &g->things[decided]);
    effects = say(g, "%s%s", effects, side_effects(g, 10));
    declare(g, rule.module,
            say(g, "exception %s to %s%s%s%s", rule.name, to, head, effects[0] ? "\n  then" : "", effects));
    drop_guards(g, &guards);
    keep_rule(g, rule);
}

/* An exception to the normal case of a decision. */
static void make_otherwise_exception(struct gen *g, const struct thing *t) {
    struct made_rule rule = {.name = say(g, "x%u", g->names++), .rank = t->rank, .timeless = true};
    struct guards guards;
    g->module = rule.module = t->local ? t->module : pick(g, g->policy->file_count);
    g->rank = rule.rank;
    g->timeless = true;
    declare(g, rule.module,
            say(g, "exception %s to otherwise %s%s", rule.name, t->name, clauses(g, &guards, 8)));
    drop_guards(g, &guards);
    keep_rule(g, rule);
}

/* --- tables --- */

static const char *cell(struct gen *g, const struct shape *shape, bool optional) {
    static const char *const dates[] = {"before", "after", "on or before", "on or after"};
    static const char *const numbers[] = {"<", "<=", ">", ">="};
    struct shape period = {.kind = IS_PERIOD}, set = {.kind = IS_SET, .enumeration = shape->enumeration};
    if (chance(g, 20))
        return "any";
    if (optional && chance(g, 40))
        return chance(g, 50) ? "none" : "not none";
    if (chance(g, 25))
        return say(g, "%s, %s", literal(g, shape), literal(g, shape));
    if (chance(g, 20))
        return say(g, "not %s", literal(g, shape));
    if (chance(g, optional ? 30 : 50)) {
        if (shape->kind == IS_NUMBER)
            return say(g, "%s %s", numbers[pick(g, 4)], literal(g, shape));
        if (shape->kind == IS_MEMBER)
            return say(g, "in %s", expression(g, &set, 0));
        if (shape->kind == IS_DATE && chance(g, 50))
            return say(g, "in %s", expression(g, &period, 1));
        if (shape->kind == IS_DATE)
            return say(g, "%s %s", dates[pick(g, 4)], expression(g, shape, 1));
    }
    return literal(g, shape);
}

#define COLUMNS_MAX 3
struct column {
    struct shape shape;
    const char *text;
    bool optional;
    uint32_t thing; /* that stands alone in the header, or NO_THING */
};

static uint32_t make_columns(struct gen *g, struct column *columns) {
    static const enum kind kinds[] = {IS_YES_NO, IS_DATE, IS_NUMBER, IS_MEMBER};
    uint32_t wanted = 1 + pick(g, COLUMNS_MAX), count = 0, tries, thing;
    for (tries = 0; tries < 8 && count < wanted; tries++) {
        struct column *c = &columns[count];
        struct shape shape = {.kind = kinds[pick(g, 4)], .enumeration = pick(g, g->enumeration_count)};
        c->optional = chance(g, 25);
        thing = find_thing(g, &shape, c->optional);
        if (thing == NO_THING && (c->optional || shape.kind == IS_MEMBER))
            continue;
        c->shape = shape;
        c->thing = NO_THING;
        c->text = thing != NO_THING && (c->optional || shape.kind == IS_MEMBER || chance(g, 70))
                      ? thing_name(g, thing)
                      : expression(g, &shape, 1);
        if (c->optional)
            c->thing = thing;
        count++;
    }
    return count;
}

/* A cell that holds for no none makes the column given along its row. */
static bool guards(const char *test) {
    if (strcmp(test, "not none") == 0)
        return true;
    return strcmp(test, "any") != 0 && strcmp(test, "none") != 0 && strncmp(test, "not ", 4) != 0;
}

/* One row: its label, a cell for each column, and what it gives, or `-`. */
static const char *row_text(struct gen *g, const struct made_rule *rule, uint32_t index,
                            const struct column *columns, uint32_t inputs, const uint32_t *outputs,
                            uint32_t output_count) {
    const char *text = "\n  |";
    bool guarded[COLUMNS_MAX] = {false};
    uint32_t i;
    if (rule->labelled)
        text = say(g, "%s w%u |", text, index);
    for (i = 0; i < inputs; i++) {
        const char *test = cell(g, &columns[i].shape, columns[i].optional);
        text = say(g, "%s %s |", text, test);
        if (columns[i].optional && !g->given[columns[i].thing] && guards(test))
            guarded[i] = g->given[columns[i].thing] = true;
    }
    for (i = 0; i < output_count; i++) {
        struct thing as_given = g->things[outputs[i]];
        if (as_given.name[0] == 'e')
            as_given.shape.scale = 0;
        text = say(g, "%s| %s ", text, chance(g, 12) ? "-" : given_value(g, &as_given));
    }
    for (i = 0; i < inputs; i++) {
        if (guarded[i])
            g->given[columns[i].thing] = false;
    }
    return say(g, "%s|", text);
}

static void make_table(struct gen *g) {
    struct made_rule rule = {.name = say(g, "b%u", g->names++), .rank = 50, .table = true};
    struct column columns[COLUMNS_MAX];
    struct guards guards;
    const char *text;
    uint32_t outputs[2], inputs, i, rows = 2 + pick(g, 4), output_count;
    g->module = rule.module = pick(g, g->policy->file_count);
    outputs[0] = target(g, 1, false, true);
    outputs[1] = target(g, 1, false, true);
    if (outputs[0] == NO_THING)
        return;
    output_count = outputs[1] == outputs[0] || chance(g, 60) ? 1 : 2;
    for (i = 0; i < output_count; i++) {
        rule.rank = g->things[outputs[i]].rank < rule.rank ? g->things[outputs[i]].rank : rule.rank;
        rule.timeless = rule.timeless || !g->things[outputs[i]].today;
    }
    g->rank = rule.rank;
    g->timeless = rule.timeless;
    text = say(g, "table %s%s\n  |", rule.name, clauses(g, &guards, 70));
    inputs = make_columns(g, columns);
    rule.labelled = inputs == 0 || chance(g, 50);
    text = rule.labelled ? say(g, "%s row |", text) : text;
    for (i = 0; i < inputs; i++)
        text = say(g, "%s %s |", text, columns[i].text);
    for (i = 0; i < output_count; i++)
        text = say(g, "%s| %s ", text, g->things[outputs[i]].name);
    text = say(g, "%s|", text);
    for (i = 0; i < rows; i++)
        text = say(g, "%s%s", text, row_text(g, &rule, i, columns, inputs, outputs, output_count));
    declare(g, rule.module, text);
    drop_guards(g, &guards);
    keep_rule(g, rule);
}

/* --- properties --- */

const char *question_of_property(struct gen *g) {
    uint32_t thing = pick(g, g->thing_count);
    switch (pick(g, 3)) {
    case 0:
        if (g->rule_count > 0)
            return say(g, "(rule %s applies)", rule_path(g, &g->rules[pick(g, g->rule_count)]));
        break;
    case 1:
        if (g->duty_count > 0)
            return say(g, "(duty y%u applies)", pick(g, g->duty_count));
        break;
    default:
        if (g->things[thing].decides)
            return say(g, "(%s is decided)", thing_name(g, thing));
    }
    return NULL;
}

/* Nothing needs a property, so it may name everything. */
static void make_property(struct gen *g) {
    struct guards guards = {.count = 0};
    const char *whenever = "";
    g->module = pick(g, g->policy->file_count);
    g->rank = 60;
    g->timeless = false;
    g->asks = true;
    if (chance(g, 70)) {
        const char *guard = guarding(g, &guards);
        whenever = say(g, "\n  whenever %s%s\n  then", guard, condition(g, 1));
    }
    declare(g, g->module,
            say(g, "always \"P%u\"%s %s", g->names++, whenever, condition(g, 1 + (int)pick(g, 2))));
    drop_guards(g, &guards);
    g->asks = false;
}

void make_rules(struct gen *g) {
    uint32_t i, n;
    for (i = 0; i < g->thing_count; i++) {
        if (!g->things[i].decides)
            continue;
        for (n = pick(g, g->things[i].total ? 3 : 4); n > 0; n--)
            make_rule(g, i);
        if (g->things[i].normal && chance(g, 15))
            make_otherwise_exception(g, &g->things[i]);
    }
    for (n = pick(g, g->small ? 2 : 3); n > 0; n--)
        make_side_rule(g);
    for (n = pick(g, g->small ? 2 : 3); n > 0; n--)
        make_table(g);
    for (n = pick(g, g->small ? 4 : 6); n > 0; n--)
        make_exception(g);
    for (n = pick(g, 4); n > 0; n--)
        make_property(g);
}
