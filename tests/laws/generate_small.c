/*
 * Random policies over small domains, so that every record and every day can be tried: their own headers,
 * facts and properties; types, decisions and rules are those of the other policies. Dates lie where months
 * end and where 29 February is, and near what the policies compare with. Must not know how a policy is
 * evaluated.
 */
#include "tests/laws/generate_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void make_header(struct gen *g) {
    static const char *const roundings[] = {"back", "forward", "error"};
    struct generated *p = g->policy;
    cal_day first = 0;
    char from[11], to[11];
    p->file_count = chance(g, 75) ? 1 : 2;
    if (!cal_from_civil(2020, 1, 20, &g->window))
        fail_msg("no such day in the generator");
    g->window += (cal_day)pick(g, 40);
    g->window_days = 9 + pick(g, g->wide ? 1500 : chance(g, 75) ? 5 : 28);
    first = g->window + (cal_day)pick(g, g->window_days - 8);
    cal_format(first, from);
    cal_format(first + (cal_day)pick(g, g->wide ? g->window_days - 8 : chance(g, 50) ? 3 : 7), to);
    p->paths[0] = "base.proviso";
    p->headers[0] = say(g, "policy pol \"P\"\n  covers %s through %s\n  months round %s\n", from, to,
                        roundings[pick(g, 3)]);
    p->paths[1] = "am1.proviso";
    p->headers[1] = say(g, "amendment am1 to pol \"A\"\n%s", chance(g, 50) ? "  announced 2020-02-15\n" : "");
}

/* How many records there may be; every value that a fact adds divides what is left. */
static uint32_t space_for(struct gen *g) {
    uint32_t n = pick(g, 100);
    if (g->wide)
        return UINT32_MAX;
    return n < 55 ? 60 : n < 90 ? 240 : n < 99 ? 1000 : 4000;
}

static const char *small_date(struct gen *g, uint32_t room, uint32_t *size) {
    uint32_t days = 3 + pick(g, g->window_days - 2);
    cal_day first;
    char from[11], to[11];
    if (days > room)
        days = room;
    first = g->window + (cal_day)pick(g, g->window_days - days + 1);
    cal_format(first, from);
    cal_format(first + (cal_day)days - 1, to);
    *size = days;
    return say(g, "date %s through %s", from, to);
}

static const char *small_number(struct gen *g, struct shape *shape, uint32_t room, uint32_t *size) {
    uint32_t width = g->wide ? 10 + pick(g, chance(g, 50) ? 100 : 1000000) : 2 + pick(g, 6);
    shape->low = -(int64_t)pick(g, 3);
    if (room > 11 && chance(g, 30)) {
        shape->scale = 1;
        if (!g->wide)
            width = room > 21 && chance(g, 30) ? 2 : 1;
        *size = width * 10 + 1;
        return say(g, "number %d through %d with 1 decimals", (int)shape->low, (int)shape->low + (int)width);
    }
    if (width + 1 > room)
        width = room - 1;
    *size = width + 1;
    return say(g, "number %d through %d", (int)shape->low, (int)shape->low + (int)width);
}

static const char *small_member(struct gen *g, struct shape *shape, uint32_t room, uint32_t *size) {
    shape->enumeration = 1 + pick(g, g->enumeration_count - 1);
    *size = g->member_count[shape->enumeration];
    if (*size > room)
        return NULL;
    return say(g, "t%u", shape->enumeration);
}

/* A type of at most `room` values, two at least. */
static const char *small_type(struct gen *g, struct shape *shape, uint32_t room, uint32_t *size) {
    static const enum kind kinds[] = {IS_YES_NO, IS_DATE, IS_DATE, IS_DATE, IS_NUMBER, IS_NUMBER, IS_MEMBER};
    const char *text = NULL;
    shape->kind = kinds[pick(g, 7)];
    if (shape->kind == IS_DATE && room >= 3)
        text = small_date(g, room, size);
    else if (shape->kind == IS_NUMBER && room >= 3)
        text = small_number(g, shape, room, size);
    else if (shape->kind == IS_MEMBER)
        text = small_member(g, shape, room, size);
    if (text)
        return text;
    shape->kind = IS_YES_NO;
    *size = 2;
    return "yes/no";
}

static const char *small_fact(struct gen *g, struct thing *thing, uint32_t room, uint32_t *size) {
    struct shape shape = {.kind = IS_YES_NO};
    bool optional = room >= 3 && chance(g, 20), conditional = room >= 3 && !optional && chance(g, 15);
    const char *type = small_type(g, &shape, room - (optional || conditional), size), *more = "";
    *size += optional || conditional;
    if (conditional) {
        more = condition(g, chance(g, 30) ? 1 : 0);
        thing->guard = more;
        more = say(g, " only when %s", more);
    }
    if (optional && chance(g, 15))
        more = say(g, "%s otherwise none", more);
    if (chance(g, 10))
        more = say(g, "%s changeable", more);
    shape.optional = optional || conditional;
    thing->shape = shape;
    return say(g, "fact %s: %s%s%s", thing->name, optional ? "optional " : "", type, more);
}

static void make_small_facts(struct gen *g) {
    uint32_t room = space_for(g), count = 2 + pick(g, 3), size = 0, i;
    for (i = 0; i < count && room >= 2; i++) {
        struct thing thing = {.name = say(g, "f%u", i)};
        const char *text = small_fact(g, &thing, room, &size);
        add_thing(g, thing);
        declare(g, 0, text);
        room = g->wide ? room : room / size;
    }
}

static void generate_over(uint64_t seed, bool linear, bool wide, struct arena *arena,
                          struct generated *policy) {
    struct gen *g = arena_alloc(arena, sizeof *g);
    struct generated empty = {.file_count = 0};
    if (!g)
        fail_msg("memory ran out in the generator");
    *policy = empty;
    g->luck.state = seed;
    g->arena = arena;
    g->policy = policy;
    g->small = true;
    g->linear = linear;
    g->wide = wide;
    make_header(g);
    declare(g, 0, "source src \"S\" dated 2020-01-01");
    make_types(g);
    g->rank = 1;
    g->timeless = true;
    make_small_facts(g);
    g->timeless = false;
    make_entities(g);
    make_rules(g);
}

void generate_small(uint64_t seed, bool linear, struct arena *arena, struct generated *policy) {
    generate_over(seed, linear, false, arena, policy);
}

void generate_wide(uint64_t seed, struct arena *arena, struct generated *policy) {
    generate_over(seed, true, true, arena, policy);
}

/* --- changes --- */

struct swap {
    const char *from, *to;
};

/* The `which`th place of `word` in the text, or NULL. */
static const char *find(const char *text, const char *word, uint32_t which) {
    const char *at = strstr(text, word);
    while (at && which-- > 0)
        at = strstr(at + 1, word);
    return at;
}

static const char *replaced(struct arena *arena, const char *text, const char *at, size_t length,
                            const char *by) {
    size_t before = (size_t)(at - text), n = strlen(by), rest = strlen(at + length);
    char *copy = arena_alloc(arena, before + n + rest + 1);
    if (!copy)
        fail_msg("memory ran out in the generator");
    memcpy(copy, text, before);
    memcpy(copy + before, by, n);
    memcpy(copy + before + n, at + length, rest + 1);
    return copy;
}

static const char *changed(struct luck *luck, struct arena *arena, const char *text) {
    static const struct swap swaps[] = {{" before ", " on or before "},
                                        {" after ", " on or after "},
                                        {" < ", " <= "},
                                        {" >= ", " > "},
                                        {" and ", " or "},
                                        {" or ", " and "},
                                        {" is ", " is not "},
                                        {" is not ", " is "},
                                        {"2020-02-2", "2020-02-1"},
                                        {"2020-03-0", "2020-02-2"},
                                        {"2020-02-29", "2020-03-01"},
                                        {" 1 ", " 2 "},
                                        {" 3", " 4"},
                                        {" in ", " not in "},
                                        {" no", " yes"},
                                        {" yes", " no"},
                                        {"earliest", "latest"},
                                        {"min", "max"},
                                        {" + ", " - "},
                                        {"_0", "_1"},
                                        {"_1", "_0"},
                                        {"(not ", "("},
                                        {" days ", " weeks "},
                                        {" months ", " days "}};
    uint32_t n = sizeof swaps / sizeof *swaps, first = luck_below(luck, n), i;
    for (i = 0; i < n; i++) {
        const struct swap *swap = &swaps[(first + i) % n];
        const char *at = find(text, swap->from, luck_below(luck, 3));
        if (at)
            return replaced(arena, text, at, strlen(swap->from), swap->to);
    }
    return NULL;
}

static bool decides(const char *text) {
    static const char *const begins[] = {"rule ", "exception ", "table ", "decide ", "define ", "duty "};
    size_t i;
    for (i = 0; i < sizeof begins / sizeof *begins; i++) {
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    }
    return false;
}

bool generate_change(struct luck *luck, struct arena *arena, struct generated *policy) {
    uint32_t tries;
    for (tries = 0; tries < 20; tries++) {
        struct generated_declaration *d =
            &policy->declarations[luck_below(luck, (uint32_t)policy->declaration_count)];
        const char *text;
        if (!decides(d->text))
            continue;
        if (strncmp(d->text, "exception ", 10) == 0 && luck_percent(luck, 40))
            text = "";
        else
            text = changed(luck, arena, d->text);
        if (text) {
            d->text = text;
            return true;
        }
    }
    return false;
}
