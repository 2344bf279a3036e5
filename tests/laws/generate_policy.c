/*
 * Random policies: headers, types, records, facts, decisions, definitions, totals and duties, over one to
 * three files. Rules are in generate_rules.c. Everything gets the next free name of its kind. Must not know
 * how a policy is evaluated.
 */
#include "tests/laws/generate_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

void declare(struct gen *g, uint32_t module, const char *text) {
    struct generated *p = g->policy;
    struct generated_declaration d = {module, text};
    if (!ARENA_PUSH(g->arena, p->declarations, p->declaration_count, p->declaration_capacity, d))
        fail_msg("memory ran out in the generator");
}

static void make_headers(struct gen *g) {
    static const char *const roundings[] = {"back", "forward", "error"};
    struct generated *p = g->policy;
    uint32_t i, policy_rounding = pick(g, 3);
    p->file_count = 1 + pick(g, GENERATED_FILES);
    p->paths[0] = "base.proviso";
    p->headers[0] = say(g, "policy pol \"P\"\n  covers 2019-06-01 through 2021-06-30\n  months round %s\n",
                        roundings[policy_rounding]);
    for (i = 1; i < p->file_count; i++) {
        p->paths[i] = say(g, "am%u.proviso", i);
        p->headers[i] =
            say(g, "amendment am%u to pol%s \"A\"\n%s%s", i, i == 2 && chance(g, 30) ? ", am1" : "",
                chance(g, 70) ? say(g, "  announced 2020-0%u-15\n", 1 + pick(g, 5)) : "",
                chance(g, 30) ? say(g, "  months round %s\n", roundings[pick(g, 3)]) : "");
    }
}

static const char *member_list(struct gen *g, uint32_t e, uint32_t from, uint32_t to) {
    const char *text = "";
    uint32_t i;
    for (i = from; i < to; i++)
        text = say(g, "%s%sm%u_%u%s", text, i > from ? ", " : "", e, i,
                   chance(g, 40) ? say(g, " = \"Label %u %u\"", e, i) : "");
    return text;
}

void make_types(struct gen *g) {
    uint32_t count = 1 + pick(g, 3), i;
    g->member_count[0] = 7;
    g->enumeration_count = 1;
    for (i = 0; i < count; i++) {
        uint32_t e = g->enumeration_count++, members = 2 + pick(g, 2);
        g->member_count[e] = members;
        declare(g, 0, say(g, "type t%u one of %s", e, member_list(g, e, 0, members)));
        if (g->policy->file_count > 1 && chance(g, 30)) {
            g->member_count[e]++;
            declare(g, 1, say(g, "type t%u also %s", e, member_list(g, e, members, members + 1)));
        }
    }
    if (!g->small && chance(g, 3)) { /* sets of more than one word */
        g->member_count[g->enumeration_count] = 70;
        declare(
            g, 0,
            say(g, "type t%u one of %s", g->enumeration_count, member_list(g, g->enumeration_count, 0, 70)));
        g->enumeration_count++;
    }
}

struct shape random_shape(struct gen *g, bool for_decision) {
    static const enum kind kinds[] = {IS_YES_NO, IS_YES_NO, IS_DATE,   IS_DATE, IS_NUMBER,
                                      IS_NUMBER, IS_MEMBER, IS_MEMBER, IS_TEXT, IS_SET};
    struct shape shape = {.kind = kinds[pick(g, g->small ? 8 : 10)]};
    if (shape.kind == IS_MEMBER || shape.kind == IS_SET)
        do
            shape.enumeration = 1 + pick(g, g->enumeration_count - 1);
        while (g->in_place[shape.enumeration]);
    if (shape.kind == IS_NUMBER) {
        shape.scale = chance(g, 70) ? 0 : 1 + (int)pick(g, 2);
        shape.ranged = chance(g, for_decision ? 60 : 50);
        shape.low = -(int64_t)pick(g, 4);
        shape.high = 3 + pick(g, 6);
    }
    if (shape.kind == IS_DATE)
        shape.ranged = !g->wide && chance(g, for_decision ? 30 : 60);
    return shape;
}

const char *shape_text(struct gen *g, const struct shape *shape) {
    const char *range = "", *decimals = "", *kind = "";
    switch (shape->kind) {
    case IS_YES_NO:
        kind = "yes/no";
        break;
    case IS_DATE:
        kind = shape->ranged ? "date 2020-01-15 through 2020-04-10" : "date";
        break;
    case IS_TEXT:
        kind = "text";
        break;
    case IS_MEMBER:
        kind = say(g, "t%u", shape->enumeration);
        break;
    case IS_SET:
        kind = say(g, "set of t%u", shape->enumeration);
        break;
    case IS_LIST:
        kind = say(g, "list of %s", g->records[shape->record].name);
        break;
    default:
        if (shape->ranged)
            range = say(g, " %d through %d", (int)shape->low, (int)shape->high);
        if (shape->scale > 0)
            decimals = say(g, " with %d decimals", shape->scale);
        kind = say(g, "number%s%s", range, decimals);
    }
    return shape->optional ? say(g, "optional %s", kind) : kind;
}

/* An enumeration that is written in place, for one fact. */
static const char *in_place(struct gen *g, struct shape *shape) {
    uint32_t e = g->enumeration_count++;
    g->member_count[e] = 2;
    g->in_place[e] = true;
    shape->enumeration = e;
    return say(g, "%sone of %s", shape->optional ? "optional " : "", member_list(g, e, 0, 2));
}

/* A literal without names. */
const char *constant(struct gen *g, const struct shape *shape) {
    uint32_t rank = g->rank;
    const char *text;
    g->rank = 0;
    text = literal(g, shape);
    g->rank = rank;
    return text;
}

/* A type and clauses; `thing` gets its shape as the rest of the policy sees it. */
static const char *fact_text(struct gen *g, struct thing *thing, const char *name) {
    struct shape shape = random_shape(g, false);
    const char *type, *more = "";
    bool conditional;
    shape.optional = chance(g, 20);
    if (shape.kind == IS_MEMBER && chance(g, 15) && g->enumeration_count < ENUMERATIONS_MAX)
        type = in_place(g, &shape);
    else
        type = shape_text(g, &shape);
    thing->guard = NULL;
    conditional = chance(g, 20);
    if (conditional) {
        more = condition(g, chance(g, 30) ? 1 : 0);
        thing->guard = shape.optional ? NULL : more;
        more = say(g, " only when %s", more);
    }
    if (chance(g, 8))
        more =
            say(g, "%s otherwise %s", more, shape.optional && chance(g, 50) ? "none" : constant(g, &shape));
    shape.optional = shape.optional || conditional;
    if (chance(g, 8))
        more = say(g, "%s from \"in.%s\"", more, name);
    if (chance(g, 10))
        more = say(g, "%s changeable", more);
    shape.ranged = false;
    thing->name = name;
    thing->shape = shape;
    return say(g, "%s%s: %s%s", name, chance(g, 30) ? " \"Title\"" : "", type, more);
}

void add_thing(struct gen *g, struct thing thing) {
    if (g->thing_count < THINGS_MAX)
        g->things[g->thing_count++] = thing;
}

/* Definitions of a record name its fields without a prefix, and are named like fields. */
static const char *record_define(struct gen *g, struct made_record *record) {
    struct thing thing = {.name = say(g, "g%u", g->names++), .shape = random_shape(g, true)};
    const char *text;
    thing.shape.ranged = false;
    text = defined_expression(g, &thing.shape);
    record->fields[record->field_count++] = thing;
    return say(g, "\n  define %s as %s", thing.name, text);
}

static void make_records(struct gen *g) {
    uint32_t count = pick(g, 3), i, j, fields;
    for (i = 0; i < count; i++) {
        struct made_record *record = &g->records[g->record_count];
        const char *text = "";
        uint32_t before = g->thing_count;
        record->name = say(g, "rec%u", i);
        fields = 2 + pick(g, 3);
        for (j = 0; j < fields; j++) {
            struct thing field = {.module = 0};
            text = say(g, "%s\n  %s", text, fact_text(g, &field, say(g, "g%u", g->names++)));
            add_thing(g, field);
            record->fields[record->field_count++] = field;
        }
        if (chance(g, 50))
            text = say(g, "%s%s", text, record_define(g, record));
        g->thing_count = before;
        g->record_count++;
        declare(g, 0, say(g, "record %s%s", record->name, text));
    }
}

static void make_facts(struct gen *g) {
    uint32_t count = 5 + pick(g, 6), i, module;
    for (i = 0; i < count; i++) {
        struct thing thing = {.module = 0};
        const char *text = fact_text(g, &thing, say(g, "f%u", i));
        module = chance(g, 90) ? 0 : pick(g, g->policy->file_count);
        add_thing(g, thing);
        declare(g, module, say(g, "fact %s", text));
    }
    for (i = 0; i < g->record_count; i++) {
        struct thing thing = {.name = say(g, "l%u", i), .shape = {.kind = IS_LIST, .record = i}};
        add_thing(g, thing);
        declare(g, 0, say(g, "fact %s: %s", thing.name, shape_text(g, &thing.shape)));
    }
}

/* Requirements of several things, so that most records meet them. */
static void make_requirements(struct gen *g) {
    uint32_t count = chance(g, 25) ? 1 + pick(g, 2) : 0, i;
    for (i = 0; i < count; i++)
        declare(
            g, 0,
            say(g, "require \"R%u\" (%s or %s or %s)", i, condition(g, 1), condition(g, 0), condition(g, 0)));
}

static const char *normal_case(struct gen *g, const struct shape *shape) {
    struct shape open = *shape;
    open.ranged = false;
    if (shape->optional && chance(g, 40))
        return " otherwise none";
    if (shape->ranged || chance(g, 60))
        return shape->kind == IS_DATE && shape->ranged ? " otherwise 2020-02-01"
                                                       : say(g, " otherwise %s", literal(g, shape));
    return say(g, " otherwise %s", expression(g, &open, 1));
}

static void make_decision(struct gen *g, uint32_t rank) {
    struct thing thing = {.name = say(g, "d%u", rank), .rank = rank, .decides = true, .today = chance(g, 70)};
    g->rank = rank;
    g->timeless = !thing.today;
    thing.shape = random_shape(g, true);
    thing.shape.optional = chance(g, 15);
    thing.module = 0;
    g->module = pick(g, g->policy->file_count);
    thing.normal = chance(g, 40);
    declare(g, g->module,
            say(g, "decide %s \"D\": %s%s", thing.name, shape_text(g, &thing.shape),
                thing.normal ? normal_case(g, &thing.shape) : ""));
    add_thing(g, thing);
}

static void make_definition(struct gen *g, uint32_t rank) {
    struct thing thing = {.name = say(g, "e%u", rank),
                          .rank = rank,
                          .today = chance(g, 60),
                          .decides = chance(g, 25),
                          .normal = true};
    const char *text;
    thing.shape = random_shape(g, true);
    thing.shape.ranged = false;
    if (chance(g, 35)) {
        static const enum kind more[] = {IS_PERIOD, IS_PERIOD, IS_FRACTION};
        thing.shape.kind = more[pick(g, 3)];
    }
    g->rank = rank;
    g->timeless = !thing.today;
    g->module = chance(g, 70) ? 0 : pick(g, g->policy->file_count);
    text = defined_expression(g, &thing.shape);
    thing.module = g->module;
    thing.local = g->module > 0;
    declare(g, g->module, say(g, "define %s as %s", thing.name, text));
    add_thing(g, thing);
}

/* A definition that says that something is given, and so guards it wherever it stands. */
static bool make_guard(struct gen *g, uint32_t rank) {
    struct thing thing = {.name = say(g, "e%u", rank), .rank = rank, .shape = {.kind = IS_YES_NO}};
    struct thing *guarded = &g->things[pick(g, g->thing_count)];
    if (!guarded->shape.optional || guarded->local || guarded->guard)
        return false;
    g->rank = rank;
    g->module = 0;
    thing.today = guarded->today;
    g->timeless = !thing.today;
    if (chance(g, 50))
        declare(g, 0, say(g, "define %s as %s is given", thing.name, guarded->name));
    else
        declare(g, 0, say(g, "define %s as %s and %s is given", thing.name, condition(g, 1), guarded->name));
    guarded->guard = thing.name;
    guarded->guard_rank = rank;
    guarded->guard_today = thing.today;
    add_thing(g, thing);
    return true;
}

static void make_total(struct gen *g, uint32_t rank) {
    struct thing thing = {
        .name = say(g, "s%u", rank), .rank = rank, .decides = true, .total = true, .today = chance(g, 70)};
    const char *text = "fraction";
    thing.shape.kind = chance(g, 30) ? IS_FRACTION : IS_NUMBER;
    if (thing.shape.kind == IS_NUMBER) {
        thing.shape.scale = (int)pick(g, 2);
        thing.shape.ranged = chance(g, 50);
        thing.shape.low = -2;
        thing.shape.high = 12;
        text = shape_text(g, &thing.shape);
    }
    declare(g, pick(g, g->policy->file_count), say(g, "total %s: %s", thing.name, text));
    add_thing(g, thing);
}

void make_entities(struct gen *g) {
    uint32_t count = g->small ? 1 + pick(g, 4) : 4 + pick(g, 5), rank;
    for (rank = 1; rank <= count; rank++) {
        if (chance(g, 15) && make_guard(g, rank))
            continue;
        if (chance(g, 55))
            make_decision(g, rank);
        else if (chance(g, 75))
            make_definition(g, rank);
        else
            make_total(g, rank);
    }
    g->rank = count + 1;
    g->timeless = false;
    g->module = 0;
    for (g->duty_count = 0; g->duty_count < 3 && chance(g, g->small ? 40 : 60); g->duty_count++)
        declare(g, 0, say(g, "duty y%u \"Duty\" done when %s", g->duty_count, condition(g, 1)));
    make_requirements(g);
}

void generate_policy(uint64_t seed, struct arena *arena, struct generated *policy) {
    struct gen *g = arena_alloc(arena, sizeof *g);
    struct generated empty = {.file_count = 0};
    if (!g)
        fail_msg("memory ran out in the generator");
    *policy = empty;
    g->luck.state = seed;
    g->arena = arena;
    g->policy = policy;
    make_headers(g);
    declare(g, 0, "source src \"S\" dated 2020-01-01");
    make_types(g);
    g->rank = 1;
    g->timeless = true;
    make_records(g);
    make_facts(g);
    g->timeless = false;
    make_entities(g);
    make_rules(g);
}

void generated_text(const struct generated *policy, uint32_t file, struct luck *shuffle, struct buffer *out) {
    size_t *order, n = policy->declaration_count, i;
    struct arena scratch;
    arena_init(&scratch, out->alloc);
    order = arena_array(&scratch, n ? n : 1, sizeof *order);
    if (!order)
        fail_msg("memory ran out in the generator");
    for (i = 0; i < n; i++) {
        size_t j = shuffle ? luck_below(shuffle, (uint32_t)i + 1) : i;
        order[i] = order[j];
        order[j] = i;
    }
    buffer_string(out, policy->headers[file]);
    for (i = 0; i < n; i++) {
        const struct generated_declaration *d = &policy->declarations[order[i]];
        if (d->file == file)
            buffer_format(out, "\n%s\n", d->text);
    }
    arena_free(&scratch);
}
