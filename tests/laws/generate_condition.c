/*
 * Random conditions: comparisons of what is at hand, Kleene's connectives over them, guards and what stands
 * under them, and loops over lists. Must not know declarations.
 */
#include "tests/laws/generate_inside.h"

#include <string.h>

static const char *date_test(struct gen *g, int depth);

/* The two sides of a comparison; in small policies mostly a thing and a literal, and never twice the same. */
static void sides(struct gen *g, const struct shape *left, const struct shape *right, int depth,
                  const char **l, const char **r) {
    uint32_t thing = find_thing(g, left, false);
    *l = g->small && thing != NO_THING && chance(g, 55) ? thing_name(g, thing)
                                                        : expression(g, left, depth - 1);
    if (g->small && **l >= '0' && **l <= '9' && thing != NO_THING)
        *l = thing_name(g, thing);
    else if (g->small && **l >= '0' && **l <= '9' && left->kind == IS_DATE && !g->timeless)
        *l = "today";
    *r = g->small && chance(g, 60) ? literal(g, right) : expression(g, right, depth - 1);
    if (g->small && strcmp(*l, *r) == 0)
        *r = literal(g, right);
}

static const char *number_test(struct gen *g, int depth) {
    static const char *const comparators[] = {"<", "<=", ">", ">=", "is", "is not"};
    struct shape number = {.kind = IS_NUMBER, .scale = 2}, fraction = {.kind = IS_FRACTION};
    const char *left, *right;
    if (g->small && find_thing(g, &number, false) == NO_THING && chance(g, 90))
        return date_test(g, depth);
    sides(g, chance(g, 15) ? &fraction : &number, &number, depth, &left, &right);
    if (chance(g, 15))
        return say(g, "(%s is %s %s, %s)", left, chance(g, 50) ? "one of" : "none of",
                   expression(g, &number, 0), right);
    return say(g, "(%s %s %s)", left, comparators[pick(g, 6)], right);
}

static const char *date_test(struct gen *g, int depth) {
    static const char *const comparators[] = {"before",      "after", "on or before",
                                              "on or after", "is",    "is not"};
    struct shape date = {.kind = IS_DATE}, period = {.kind = IS_PERIOD};
    const char *left, *right;
    sides(g, &date, &date, depth, &left, &right);
    if (chance(g, 30))
        return say(g, "(%s %s %s)", left, chance(g, 70) ? "in" : "not in", expression(g, &period, depth - 1));
    return say(g, "(%s %s %s)", left, comparators[pick(g, g->small ? 5 : 6)], right);
}

/* A member against members or a set; the left side is never a bare member, whose type nobody would know. */
static const char *member_test(struct gen *g, int depth) {
    struct shape member = {.kind = IS_MEMBER}, set = {.kind = IS_SET};
    const char *left = NULL;
    uint32_t thing, i;
    for (i = 0; i < 3 && !left; i++) {
        member.enumeration = pick(g, g->enumeration_count);
        thing = find_thing(g, &member, false);
        if (thing != NO_THING)
            left = thing_name(g, thing);
    }
    if (!left && g->linear)
        return date_test(g, depth);
    if (!left) {
        struct shape date = {.kind = IS_DATE};
        member.enumeration = 0;
        left = say(g, "(weekday of %s)", expression(g, &date, depth - 1));
    }
    set.enumeration = member.enumeration;
    switch (pick(g, 4)) {
    case 0:
        return say(g, "(%s %s %s)", left, chance(g, 60) ? "in" : "not in", expression(g, &set, 0));
    case 1:
        return say(g, "(%s is %s of %s, %s)", left, chance(g, 60) ? "one" : "none", literal(g, &member),
                   expression(g, &member, 0));
    default:
        return say(g, "(%s is %s%s)", left, chance(g, 25) ? "not " : "", expression(g, &member, 0));
    }
}

static const char *text_test(struct gen *g) {
    struct shape text = {.kind = IS_TEXT};
    uint32_t thing = find_thing(g, &text, false);
    if (thing == NO_THING)
        return NULL;
    return say(g, "(%s is %s%s)", thing_name(g, thing), chance(g, 30) ? "not " : "", literal(g, &text));
}

static struct shape some_shape(struct gen *g) {
    static const enum kind kinds[] = {IS_YES_NO, IS_DATE,   IS_DATE, IS_NUMBER,
                                      IS_MEMBER, IS_MEMBER, IS_TEXT, IS_PERIOD};
    struct shape shape = {.kind = kinds[pick(g, 8)], .scale = 2};
    if (shape.kind == IS_MEMBER)
        shape.enumeration = pick(g, g->enumeration_count);
    return shape;
}

const char *guard_of(struct gen *g, uint32_t thing) {
    const struct thing *t = &g->things[thing];
    if (t->guard && t->guard_rank < g->rank && !(g->timeless && t->guard_today) && chance(g, 60))
        return t->guard;
    return say(g, "%s is given", thing_name(g, thing));
}

/*
 * What may be done with something that may be none: the four tests, or a guard with its use behind or before
 * it.
 */
static const char *guarded(struct gen *g, int depth) {
    struct shape shape = some_shape(g);
    uint32_t thing = find_thing(g, &shape, true);
    const char *name, *use, *guard;
    if (thing == NO_THING)
        return NULL;
    name = thing_name(g, thing);
    if (shape.kind != IS_PERIOD && (depth <= 0 || chance(g, 40)))
        return say(g, "(%s is %s%s)", name, chance(g, 30) ? "not " : "",
                   chance(g, 60) ? literal(g, &shape) : expression(g, &shape, 1));
    if (chance(g, 25))
        return say(g, "(%s is %s)", name, chance(g, 50) ? "none" : "given");
    g->given[thing] = true;
    use = condition(g, depth - 1);
    g->given[thing] = false;
    guard = guard_of(g, thing);
    if (chance(g, 30))
        return say(g, "(%s is none or %s)", name, use);
    return chance(g, 50) ? say(g, "(%s and %s)", guard, use) : say(g, "(%s and %s)", use, guard);
}

static const char *test(struct gen *g, int depth) {
    struct shape yes_no = {.kind = IS_YES_NO};
    uint32_t thing = find_thing(g, &yes_no, false);
    const char *text = g->asks && chance(g, 40) ? question_of_property(g) : NULL;
    if (text)
        return text;
    if (thing != NO_THING && chance(g, 30))
        return chance(g, 20) ? say(g, "(%s is %s)", thing_name(g, thing), literal(g, &yes_no))
                             : thing_name(g, thing);
    if (chance(g, 25))
        text = guarded(g, depth);
    if (!text && chance(g, 8))
        text = text_test(g);
    if (text)
        return text;
    switch (pick(g, 3)) {
    case 0:
        return number_test(g, depth);
    case 1:
        return date_test(g, depth);
    default:
        return member_test(g, depth);
    }
}

const char *condition(struct gen *g, int depth) {
    const char *joined = chance(g, 50) ? "and" : "or";
    if (depth <= 0)
        return test(g, depth);
    switch (pick(g, 9)) {
    case 0:
    case 1:
        return say(g, "(%s %s %s)", condition(g, depth - 1), joined, condition(g, depth - 1));
    case 2:
        return say(g, "(%s %s %s %s %s)", condition(g, 0), joined, condition(g, depth - 1), joined,
                   condition(g, 0));
    case 3:
        return say(g, "(not %s)", condition(g, depth - 1));
    case 4:
        return find_list(g) != NO_THING ? quantified(g, chance(g, 50), depth) : test(g, depth);
    case 5:
        return chance(g, 40) ? say(g, "(if %s then %s else %s)", condition(g, depth - 1),
                                   condition(g, depth - 1), condition(g, depth - 1))
                             : test(g, depth);
    default:
        return test(g, depth);
    }
}

/* --- loops --- */

/* Puts the fields of the list's record into scope under a new variable; gives the count of things before. */
static uint32_t open_loop(struct gen *g, uint32_t list, const char **variable) {
    const struct made_record *record = &g->records[g->things[list].shape.record];
    uint32_t before = g->thing_count, i;
    *variable = say(g, "x%u", g->loops++);
    for (i = 0; i < record->field_count && g->thing_count < THINGS_MAX; i++) {
        struct thing field = record->fields[i];
        field.name = say(g, "%s.%s", *variable, field.name);
        field.rank = 0;
        field.guard = NULL;
        g->given[g->thing_count] = false;
        g->things[g->thing_count++] = field;
    }
    return before;
}

static const char *about_fields(struct gen *g, uint32_t from, int depth) {
    struct shape shape;
    uint32_t field = from + pick(g, g->thing_count - from);
    if (from == g->thing_count || chance(g, 30) || g->things[field].shape.kind == IS_SET)
        return condition(g, depth);
    shape = g->things[field].shape;
    shape.ranged = false;
    return say(g, "(%s is %s%s)", g->things[field].name, chance(g, 30) ? "not " : "", literal(g, &shape));
}

const char *quantified(struct gen *g, bool every, int depth) {
    uint32_t list = find_list(g);
    const char *variable, *inner;
    uint32_t before = open_loop(g, list, &variable);
    inner = about_fields(g, before, depth - 1);
    g->thing_count = before;
    return say(g, "(%s %s in %s has (%s))", every ? "every" : "some", variable, thing_name(g, list), inner);
}

const char *folded(struct gen *g, const struct shape *shape, int depth) {
    uint32_t list = find_list(g);
    const char *variable, *inner = NULL, *where = "", *value;
    uint32_t before = open_loop(g, list, &variable), field;
    if (chance(g, 60))
        inner = about_fields(g, before, depth - 1);
    if (inner)
        where = say(g, "where (%s)", inner);
    field = find_thing(g, shape, false);
    value = field != NO_THING && field >= before ? thing_name(g, field) : expression(g, shape, depth - 1);
    g->thing_count = before;
    if (shape->kind == IS_DATE)
        return say(g, "(%s of %s for %s in %s %s)", chance(g, 50) ? "earliest" : "latest", value, variable,
                   thing_name(g, list), where);
    if (shape->kind == IS_NUMBER && chance(g, 40))
        return say(g, "(count of %s in %s %s)", variable, thing_name(g, list), where);
    return say(g, "(sum of %s for %s in %s %s)", value, variable, thing_name(g, list), where);
}
