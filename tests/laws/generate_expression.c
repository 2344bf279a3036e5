/*
 * Random expressions of a wanted type, mostly shallow, each valid where it is asked for: names by rank,
 * optional things under guards only, no constant that the checker could see fail. Must not know
 * declarations.
 */
#include "tests/laws/generate_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

const char *say(struct gen *g, const char *format, ...) {
    struct buffer text;
    const char *kept;
    va_list args;
    buffer_init(&text, g->arena->alloc);
    va_start(args, format);
    buffer_vformat(&text, format, args);
    va_end(args);
    kept = arena_copy(g->arena, text.data ? text.data : "", text.length);
    buffer_free(&text);
    if (!kept)
        fail_msg("memory ran out in the generator");
    return kept;
}

uint32_t pick(struct gen *g, uint32_t n) {
    return luck_below(&g->luck, n);
}

bool chance(struct gen *g, uint32_t percent) {
    return luck_percent(&g->luck, percent);
}

const char *thing_name(struct gen *g, uint32_t i) {
    const struct thing *t = &g->things[i];
    return t->local && t->module != g->module ? say(g, "am%u.%s", t->module, t->name) : t->name;
}

static bool usable(const struct gen *g, uint32_t i) {
    const struct thing *t = &g->things[i];
    return t->rank < g->rank && !(g->timeless && t->today);
}

uint32_t find_thing(struct gen *g, const struct shape *shape, bool optional) {
    uint32_t found = NO_THING, seen = 0, i;
    for (i = 0; i < g->thing_count; i++) {
        const struct shape *has = &g->things[i].shape;
        if (!usable(g, i) || has->kind != shape->kind ||
            (has->kind == IS_NUMBER && has->scale > shape->scale) ||
            ((has->kind == IS_MEMBER || has->kind == IS_SET) && has->enumeration != shape->enumeration) ||
            (has->optional && !g->given[i]) != optional)
            continue;
        if (pick(g, ++seen) == 0)
            found = i;
    }
    return found;
}

uint32_t find_list(struct gen *g) {
    struct shape list = {.kind = IS_LIST};
    return find_thing(g, &list, false);
}

const char *member_name(struct gen *g, uint32_t enumeration, uint32_t member) {
    static const char *const days[7] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    return enumeration == 0 ? days[member] : say(g, "m%u_%u", enumeration, member);
}

static const char *number_literal(struct gen *g, const struct shape *shape) {
    static const uint32_t sizes[] = {40, 1500, 1000000};
    int64_t whole =
        shape->ranged ? luck_between(&g->luck, shape->low, shape->high) : luck_between(&g->luck, -2, 9);
    if (g->wide && !shape->ranged && chance(g, 60))
        return say(g, "%u", pick(g, sizes[pick(g, 3)]));
    if (!shape->ranged && shape->scale > 0 && chance(g, 40))
        return shape->scale > 1 && chance(g, 50) ? say(g, "%u.%u5", pick(g, 6), pick(g, 10))
                                                 : say(g, "%u.%u", pick(g, 6), pick(g, 10));
    return whole < 0 ? say(g, "(- %d)", (int)-whole) : say(g, "%d", (int)whole);
}

const char *window_day(struct gen *g, uint32_t from) {
    char text[11];
    cal_format(g->window + (cal_day)(from + pick(g, g->window_days + 1 - from)), text);
    return say(g, "%s", text);
}

static const char *window_between(struct gen *g, uint32_t from, uint32_t to) {
    char text[11];
    cal_format(g->window + (cal_day)(from + pick(g, to - from + 1)), text);
    return say(g, "%s", text);
}

static const char *date_literal(struct gen *g) {
    static const char *const special[] = {"2020-01-31", "2020-02-29", "2020-02-28",
                                          "2020-03-31", "2019-02-28", "2020-12-31"};
    if (g->small && !chance(g, 5))
        return window_day(g, 0);
    if (chance(g, 35))
        return special[pick(g, 6)];
    return chance(g, 50) ? say(g, "2020-02-%02u", 20 + pick(g, 10)) : say(g, "2020-03-%02u", 1 + pick(g, 10));
}

static const char *set_literal(struct gen *g, uint32_t enumeration) {
    struct shape member = {.kind = IS_MEMBER, .enumeration = enumeration};
    uint32_t count = g->member_count[enumeration], first = pick(g, count), second = pick(g, count);
    uint32_t thing = find_thing(g, &member, false);
    if (thing != NO_THING && chance(g, 30))
        return say(g, "{%s, %s}", member_name(g, enumeration, first), thing_name(g, thing));
    if (first == second)
        return say(g, "{%s}", member_name(g, enumeration, first));
    return say(g, "{%s, %s}", member_name(g, enumeration, first), member_name(g, enumeration, second));
}

const char *literal(struct gen *g, const struct shape *shape) {
    uint32_t day;
    switch (shape->kind) {
    case IS_YES_NO:
        return chance(g, 50) ? "yes" : "no";
    case IS_DATE:
        if (g->small && shape->ranged)
            return window_day(g, 0);
        return shape->ranged ? say(g, "2020-02-%02u", 20 + pick(g, 10)) : date_literal(g);
    case IS_NUMBER:
        return number_literal(g, shape);
    case IS_TEXT:
        return say(g, "\"t%u\"", pick(g, 3));
    case IS_MEMBER:
        return member_name(g, shape->enumeration, pick(g, g->member_count[shape->enumeration]));
    case IS_SET:
        return set_literal(g, shape->enumeration);
    case IS_PERIOD:
        day = g->small ? pick(g, g->window_days - 2) : 1 + pick(g, 20);
        if (g->small)
            return say(g, "(%s through %s)", window_between(g, day / 2, day), window_day(g, day));
        return say(g, "(2020-0%u-%02u through 2020-03-%02u)", 2 + pick(g, 2), day, day + pick(g, 9));
    default:
        break;
    }
    return say(g, "(%u / %u)", pick(g, 9), 2 + pick(g, 5));
}

/* A thing where there is one, else a literal. */
static const char *leaf(struct gen *g, const struct shape *shape) {
    uint32_t thing = find_thing(g, shape, false);
    if (shape->kind == IS_DATE && !g->timeless && chance(g, 25))
        return "today";
    if (thing == NO_THING || chance(g, shape->kind == IS_TEXT ? 50 : 15))
        return literal(g, shape);
    return thing_name(g, thing);
}

static const char *branching(struct gen *g, const struct shape *shape, int depth) {
    uint32_t optional = find_thing(g, shape, true);
    const char *no;
    if (optional != NO_THING && chance(g, 60)) {
        no = expression(g, shape, depth - 1);
        return say(g, "(if %s is given then %s else %s)", thing_name(g, optional), thing_name(g, optional),
                   no);
    }
    no = expression(g, shape, depth - 1);
    return say(g, "(if %s then %s else %s)", condition(g, depth - 1), expression(g, shape, depth - 1), no);
}

/* Something that no checker can take for a constant, or NULL. */
static const char *varying(struct gen *g, const struct shape *shape) {
    uint32_t thing = find_thing(g, shape, false);
    if (thing != NO_THING)
        return thing_name(g, thing);
    return shape->kind == IS_DATE && !g->timeless ? "today" : NULL;
}

static const char *a_date(struct gen *g, int depth) {
    struct shape date = {.kind = IS_DATE};
    return expression(g, &date, depth);
}

static const char *counting(struct gen *g, int depth) {
    static const char *const parts[] = {"year of", "month of", "day of", "day of"};
    static const char *const distances[] = {"days from", "days from", "whole months from",
                                            "whole years from"};
    if (chance(g, 40))
        return say(g, "(%s %s)", parts[pick(g, 4)], a_date(g, depth - 1));
    return say(g, "(%s %s to %s)", distances[pick(g, 4)], a_date(g, depth - 1), a_date(g, depth - 1));
}

/* One unknown part, or the distance of two dates. */
static const char *linear_number(struct gen *g, const struct shape *shape, int depth) {
    struct shape plain = {.kind = IS_NUMBER, .scale = shape->scale};
    const char *some = varying(g, &plain);
    if (!some || chance(g, 10))
        return say(g, "(days from %s to %s)", a_date(g, 0), a_date(g, depth - 1));
    switch (pick(g, 6)) {
    case 0:
        return say(g, "(%u * %s)", 2 + pick(g, 2), some);
    case 1:
        return say(g, "(- %s)", some);
    case 2:
        return say(g, "%s(%s, %s)", chance(g, 50) ? "min" : "max", some, expression(g, &plain, depth - 1));
    case 3:
        return say(g, "(%s - %u)", some, pick(g, 5));
    default:
        return say(g, "(%s + %u)", some, pick(g, 5));
    }
}

static const char *number(struct gen *g, const struct shape *shape, int depth) {
    struct shape plain = {.kind = IS_NUMBER, .scale = shape->scale}, left = plain, right = plain;
    struct shape fraction = {.kind = IS_FRACTION};
    const char *some = varying(g, &plain);
    if (g->linear)
        return linear_number(g, shape, depth);
    if (some && chance(g, g->small ? 2 : 6))
        return say(g, "(%s %c 999999999999999999)", some, "+-*"[pick(g, 3)]);
    switch (pick(g, 10)) {
    case 0:
    case 1:
        return say(g, "(%s + %s)", expression(g, &plain, depth - 1), expression(g, &plain, depth - 1));
    case 2:
        return say(g, "(%s - %s)", expression(g, &plain, depth - 1), expression(g, &plain, depth - 1));
    case 3:
        left.scale = (int)pick(g, (uint32_t)shape->scale + 1);
        right.scale = shape->scale - left.scale;
        return say(g, "(%s * %s)", expression(g, &left, depth - 1), expression(g, &right, depth - 1));
    case 4:
    case 5:
        return counting(g, depth);
    case 6:
        return say(g, "%s(%s, %s)", chance(g, 50) ? "min" : "max", expression(g, &plain, depth - 1),
                   expression(g, &plain, depth - 1));
    case 7:
        return say(g, "%s(%s, %u)",
                   chance(g, 40)   ? "round"
                   : chance(g, 50) ? "round_down"
                                   : "round_up",
                   expression(g, chance(g, 70) ? &fraction : &plain, depth - 1),
                   pick(g, (uint32_t)shape->scale + 1));
    case 8:
        return find_list(g) != NO_THING ? folded(g, shape, depth) : leaf(g, shape);
    default:
        return say(g, "(- %s)", expression(g, &plain, depth - 1));
    }
}

static const char *fraction_of(struct gen *g, int depth) {
    struct shape fraction = {.kind = IS_FRACTION}, num = {.kind = IS_NUMBER, .scale = (int)pick(g, 3)};
    const char *a = expression(g, &num, depth - 1), *b = varying(g, &num);
    if (g->linear)
        return b && chance(g, 40) ? say(g, "(%u / %s)", 1 + pick(g, 9), b)
                                  : say(g, "(%s / %u)", a, 2 + pick(g, 5));
    if (depth > 0 && chance(g, 10) && find_list(g) != NO_THING)
        return folded(g, &fraction, depth);
    if (depth > 0 && chance(g, 20))
        return say(g, "(%s %c %s)", expression(g, &fraction, depth - 1), "+-*/"[pick(g, 3)], a);
    if (depth > 0 && chance(g, 8))
        return say(g, "(- %s)", expression(g, &fraction, depth - 1));
    if (depth > 0 && chance(g, 10))
        return say(g, "%s(%s, %s)", chance(g, 50) ? "min" : "max", expression(g, &fraction, depth - 1), a);
    if (chance(g, 2))
        return say(g, "(%u / 99999999999999%u)", 1 + pick(g, 3), 9970 + pick(g, 30));
    return b ? say(g, "(%s / %s)", a, b) : say(g, "(%s / %u)", a, 2 + pick(g, 5));
}

static const char *shifted(struct gen *g, int depth) {
    static const char *const units[] = {"days", "days", "weeks", "months", "months", "years"};
    static const char *const roundings[] = {"", "", "", "rounded back", "rounded forward", "rounded error"};
    struct shape date = {.kind = IS_DATE}, whole = {.kind = IS_NUMBER};
    const char *base = varying(g, &date), *count = varying(g, &whole), *unit = units[pick(g, 6)],
               *rounded = "";
    if (!base)
        base = date_literal(g), unit = units[pick(g, 3)];
    else if (depth > 1 && chance(g, 30))
        base = shifted(g, depth - 1);
    if (!count || g->linear || chance(g, 60))
        count = say(g, "%u", pick(g, 13));
    if (unit[0] == 'm' || unit[0] == 'y')
        rounded = roundings[pick(g, 6)];
    if (chance(g, 15))
        base = say(g, "%u %s after %s", pick(g, 40), units[pick(g, unit[0] == 'm' || unit[0] == 'y' ? 6 : 3)],
                   base);
    return say(g, "(%s %s %s %s %s)", count, unit, chance(g, 60) ? "after" : "before", base, rounded);
}

static const char *date(struct gen *g, const struct shape *shape, int depth) {
    struct shape period = {.kind = IS_PERIOD}, year = {.kind = IS_NUMBER};
    const char *base = varying(g, shape), *other;
    switch (pick(g, 9)) {
    case 0:
        return say(g, "(%s of month %s)", chance(g, 50) ? "start" : "end", a_date(g, depth - 1));
    case 1:
        return say(g, "(%s of %s)", chance(g, 50) ? "start" : "end", expression(g, &period, depth - 1));
    case 2:
        return say(g, "%s(%s, %s)", chance(g, 50) ? "earliest" : "latest", a_date(g, depth - 1),
                   a_date(g, depth - 1));
    case 3:
        other = varying(g, &year);
        if (!base)
            break;
        return say(g, "(anniversary of %s in %s)", base,
                   other && !g->linear && chance(g, 20) ? other : say(g, "%u", 2019 + pick(g, 4)));
    case 4:
        if (!base)
            break;
        return say(g, "(next anniversary of %s after %s %s)", base,
                   g->linear ? date_literal(g) : a_date(g, depth - 1), chance(g, 20) ? "rounded back" : "");
    default:
        break;
    }
    return shifted(g, depth);
}

static const char *period(struct gen *g, const struct shape *shape, int depth) {
    static const char *const units[] = {"days", "weeks", "months", "years"};
    struct shape day = {.kind = IS_DATE};
    const char *base = varying(g, &day);
    uint32_t thing = find_thing(g, shape, false);
    if (thing != NO_THING && chance(g, 40))
        return thing_name(g, thing);
    if (!base || depth <= 0)
        return literal(g, shape);
    switch (pick(g, 3)) {
    case 0:
        return say(g, "(%s through %s)", base, a_date(g, depth - 1));
    case 1:
        return say(g, "(%s until %s)", a_date(g, depth - 1), base);
    default:
        return say(g, "(within %u %s after %s)", 1 + pick(g, 12), units[pick(g, 4)], base);
    }
}

const char *expression(struct gen *g, const struct shape *shape, int depth) {
    if (shape->kind == IS_YES_NO)
        return condition(g, depth);
    if (shape->kind == IS_FRACTION) {
        uint32_t thing = find_thing(g, shape, false);
        return thing != NO_THING && chance(g, 50) ? thing_name(g, thing) : fraction_of(g, depth);
    }
    if (shape->kind == IS_PERIOD)
        return period(g, shape, depth);
    if (depth <= 0 || chance(g, 30))
        return leaf(g, shape);
    if (chance(g, 12))
        return branching(g, shape, depth);
    if (shape->kind == IS_NUMBER)
        return number(g, shape, depth);
    if (shape->kind == IS_DATE)
        return date(g, shape, depth);
    if (shape->kind == IS_MEMBER && shape->enumeration == 0 && !g->linear)
        return say(g, "(weekday of %s)", a_date(g, depth - 1));
    return leaf(g, shape);
}

/* A loop over something that may be none, or under a condition that may be. */
static const char *loose_fold(struct gen *g, const struct shape *shape) {
    uint32_t list = find_list(g), i;
    const struct made_record *record;
    const struct thing *field = NULL;
    if (list == NO_THING)
        return NULL;
    record = &g->records[g->things[list].shape.record];
    for (i = 0; i < record->field_count; i++) {
        if (record->fields[i].shape.optional && record->fields[i].shape.kind == IS_YES_NO &&
            shape->kind == IS_NUMBER && chance(g, 50))
            return say(g, "(count of z in %s where (z.%s))", thing_name(g, list), record->fields[i].name);
        if (record->fields[i].shape.optional && record->fields[i].shape.kind == shape->kind &&
            record->fields[i].shape.scale <= shape->scale)
            field = &record->fields[i];
    }
    if (!field)
        return NULL;
    if (shape->kind == IS_YES_NO)
        return say(g, "(%s z in %s has (z.%s))", chance(g, 50) ? "some" : "every", thing_name(g, list),
                   field->name);
    return say(g, "(%s of z.%s for z in %s)",
               shape->kind == IS_NUMBER ? "sum"
               : chance(g, 50)          ? "earliest"
                                        : "latest",
               field->name, thing_name(g, list));
}

/* `x and C`, where C is something that never guards: it could be what makes x given. */
static const char *loose_condition(struct gen *g, uint32_t thing) {
    struct shape date = {.kind = IS_DATE};
    const char *name = thing_name(g, thing);
    if (chance(g, 30))
        return say(g, "(not %s)", name);
    return say(g, "(%s %s ((day of %s) >= 15))", name, chance(g, 50) ? "and" : "or", expression(g, &date, 1));
}

const char *loose_expression(struct gen *g, const struct shape *shape) {
    struct shape day = {.kind = IS_DATE};
    uint32_t same = find_thing(g, shape, true), dated = find_thing(g, &day, true);
    const char *x = same == NO_THING ? NULL : thing_name(g, same),
               *d = dated == NO_THING ? NULL : thing_name(g, dated);
    if ((shape->kind == IS_NUMBER || shape->kind == IS_DATE || shape->kind == IS_YES_NO) && chance(g, 30)) {
        const char *fold = loose_fold(g, shape);
        if (fold)
            return fold;
    }
    if (shape->kind != IS_MEMBER && shape->kind != IS_SET && shape->kind != IS_YES_NO && chance(g, 20)) {
        struct shape yes_no = {.kind = IS_YES_NO};
        const char *test = loose_expression(g, &yes_no), *yes = expression(g, shape, 1);
        if (test)
            return say(g, "(if %s then %s else %s)", test, yes,
                       chance(g, 50) ? yes : expression(g, shape, 1));
    }
    if (chance(g, 20))
        return shape->kind == IS_MEMBER || shape->kind == IS_SET
                   ? x
                   : say(g, "(if %s then none else %s)", condition(g, 1), expression(g, shape, 1));
    switch (shape->kind) {
    case IS_NUMBER:
        return x ? say(g, "(%s + %s)", x, expression(g, shape, 1)) : d ? say(g, "(day of %s)", d) : NULL;
    case IS_DATE:
        if (find_list(g) != NO_THING && chance(g, 50))
            return folded(g, shape, 2);
        return x ? say(g, "(%u days after %s)", pick(g, 40), x) : NULL;
    case IS_PERIOD:
        return d ? say(g, "(%s through %s)", d, expression(g, &day, 1)) : NULL;
    case IS_YES_NO:
        if (x && chance(g, 60))
            return loose_condition(g, same);
        return d ? say(g, "(%s before %s)", d, expression(g, &day, 1)) : NULL;
    default:
        return x;
    }
}

const char *defined_expression(struct gen *g, struct shape *shape) {
    const char *text = chance(g, 25) ? loose_expression(g, shape) : NULL;
    uint32_t thing = find_thing(g, shape, false);
    if (text) {
        shape->optional = true;
        return text;
    }
    if ((shape->kind == IS_MEMBER && shape->enumeration != 0) || shape->kind == IS_SET) {
        if (thing != NO_THING)
            return thing_name(g, thing);
        shape->kind = IS_YES_NO;
    }
    return expression(g, shape, 2);
}
