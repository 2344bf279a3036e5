/*
 * See region.h: regions in words and as JSON. Differences are said of one of the two, days with their distance; functions as the
 * language writes them. Must not know how a region is found.
 */
#include "interp/analysis/region_inside.h"

#include "interp/meaning/show.h"

#include "grammar/base/banned.h"

/* Longer conditions of the policy are cut in words. */
#define WORDS_WRITTEN 80

/* What is told, of which walk. */
struct telling {
    struct buffer *out;
    const struct walk *walk;
    const struct space *space;
    int scale; /* decimals of constants in forms */
};

/* --- what constraints are about --- */

static void tell_written(const struct telling *t, uint32_t owner, uint32_t node) {
    const struct program *program = t->walk->engines[owner].program;
    const struct ast_node *at = program_node(program, node);
    struct text written = at ? sources_text(&program->set->sources, ast_span(at)) : text_of("?");
    size_t before = t->out->length;
    buffer_text(t->out, written);
    if (t->out->failed)
        return;
    size_t end = before + show_one_line(written.bytes, written.length, t->out->data + before);
    bool cut = end - before > WORDS_WRITTEN;
    for (end = cut ? before + WORDS_WRITTEN : end; cut && ((unsigned char)t->out->data[end] & 0xC0) == 0x80;)
        end--;
    t->out->data[end] = 0;
    t->out->length = end;
    buffer_string(t->out, cut ? "..." : "");
}

static bool is_day(const struct space *space, uint32_t variable) {
    const struct variable *v = &space->variables[variable];
    if (v->fact != UINT32_MAX)
        return space->places[v->fact].fact->type.kind == TYPE_DAY;
    switch (v->derivation) {
    case DERIVED_NOT:
        return variable == VARIABLE_TODAY;
    case DERIVED_MONTHS:
    case DERIVED_START_OF_MONTH:
    case DERIVED_END_OF_MONTH:
    case DERIVED_ANNIVERSARY_IN:
    case DERIVED_NEXT_ANNIVERSARY:
    case DERIVED_MOVED:
        return true;
    default:
        return false;
    }
}

/* Decimals of a variable's unit in the space. */
static int decimals(const struct space *space, uint32_t variable) {
    const struct variable *v = &space->variables[variable];
    int scale = 0;
    if (v->derivation == DERIVED_ROUND)
        scale = (int)v->amount;
    if (v->derivation == DERIVED_PRODUCT)
        scale = v->first->count > 0 ? decimals(space, v->first->parts[0].variable) : 0;
    if (v->fact != UINT32_MAX && space->places[v->fact].fact->type.kind == TYPE_NUM)
        scale = space->places[v->fact].fact->type.scale;
    for (int64_t unit = v->unit; unit >= 10; unit /= 10)
        scale++;
    return scale > 18 ? 18 : scale;
}

static void tell_day(const struct telling *t, int64_t day) {
    char iso[11];
    cal_format((cal_day)(day < CAL_MIN ? CAL_MIN : day > CAL_MAX ? CAL_MAX : day), iso);
    buffer_string(t->out, iso);
}

/* The least that two variables can differ by. */
static int64_t step_of(const struct space *space, uint32_t a, uint32_t b) {
    int64_t x = space->variables[a].unit, y = space->variables[b].unit;
    return x < y ? x : y;
}

/* A number without the zeros that its variable's unit adds. */
static void tell_number(const struct telling *t, uint32_t variable, int64_t number) {
    char digits[24];
    int scale = decimals(t->space, variable);
    const struct variable *v = &t->space->variables[variable];
    for (int64_t unit = v->unit; unit >= 10 && number % 10 == 0 && scale > 0; unit /= 10) {
        number /= 10;
        scale--;
    }
    if (number > NUM_LIMIT || number < -NUM_LIMIT)
        number = number < 0 ? -NUM_LIMIT : NUM_LIMIT;
    num_format(number, scale, digits);
    buffer_string(t->out, digits);
}

static void tell_value(const struct telling *t, uint32_t variable, int64_t value) {
    static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
    if (is_day(t->space, variable))
        tell_day(t, value);
    else if (t->space->variables[variable].derivation == DERIVED_WEEKDAY && value >= 0 && value < 7)
        buffer_string(t->out, weekdays[value]);
    else
        tell_number(t, variable, value);
}

static void tell_variable(const struct telling *t, uint32_t variable);

/* "days from x to y", where that is all a form says. */
static bool tell_days_between(const struct telling *t, const struct linear *linear) {
    const struct linear_part *parts = linear->parts;
    bool days = linear->divisor == 1 && linear->count >= 1 && linear->count <= 2;
    for (uint32_t i = 0; i < linear->count && days; i++)
        days = is_day(t->space, parts[i].variable);
    if (!days || (linear->count == 1 && parts[0].factor != -1) ||
        (linear->count == 2 && (linear->constant != 0 || parts[0].factor + parts[1].factor != 0 ||
                                parts[0].factor * parts[1].factor != -1)))
        return false;
    uint32_t from = parts[0].factor == -1 ? 0 : 1;
    buffer_string(t->out, "days from ");
    tell_variable(t, parts[from].variable);
    buffer_string(t->out, " to ");
    if (linear->count == 1)
        tell_day(t, (int64_t)linear->constant);
    else
        tell_variable(t, parts[1 - from].variable);
    return true;
}

/* "30 days after x"; of numbers "x + 3". */
static void tell_linear(const struct telling *t, const struct linear *linear) {
    if (linear->count == 1 && linear->divisor == 1 && linear->parts[0].factor == 1 &&
        is_day(t->space, linear->parts[0].variable)) {
        int64_t days = (int64_t)linear->constant, count = days < 0 ? -days : days;
        if (days != 0)
            buffer_format(t->out, "%lld %s %s ", (long long)count, count == 1 ? "day" : "days",
                          days < 0 ? "before" : "after");
        tell_variable(t, linear->parts[0].variable);
        return;
    }
    if (tell_days_between(t, linear))
        return;
    const char *join = "";
    num_i128 divisor = linear->constant % linear->divisor == 0 ? linear->divisor : 1;
    for (uint32_t i = 0; i < linear->count; i++) { /* a variable counts its unit many times */
        if (linear->parts[i].factor * t->space->variables[linear->parts[i].variable].unit % divisor != 0)
            divisor = 1;
    }
    for (uint32_t i = 0; i < linear->count; i++) {
        int64_t unit = t->space->variables[linear->parts[i].variable].unit;
        num_i128 factor = divisor > 1 ? linear->parts[i].factor * unit / divisor : linear->parts[i].factor;
        num_i128 times = factor < 0 ? -factor : factor;
        if (i > 0)
            join = factor < 0 ? " - " : " + ";
        else if (factor < 0)
            join = "-";
        buffer_string(t->out, join);
        if (times != 1)
            buffer_format(t->out, "%lld * ", (long long)times);
        tell_variable(t, linear->parts[i].variable);
    }
    num_i128 constant = divisor > 1 ? linear->constant / divisor : linear->constant;
    if (linear->count > 0 && constant != 0)
        buffer_string(t->out, constant < 0 ? " - " : " + ");
    if (linear->count == 0 || constant != 0) {
        char digits[24];
        num_i128 size = linear->count > 0 && constant < 0 ? -constant : constant;
        num_format(size > NUM_LIMIT ? NUM_LIMIT : (int64_t)size, t->scale, digits);
        buffer_string(t->out, digits);
    }
    if (linear->divisor != 1 && divisor == 1)
        buffer_format(t->out, " / %lld", (long long)linear->divisor);
}

void region_form(struct buffer *out, const struct walk *walk, const struct linear *linear, int scale) {
    const struct telling t = {out, walk, &walk->space, scale};
    tell_linear(&t, linear);
}

/* An operand of a function: a name as it is, anything longer in brackets. */
static void tell_operand(const struct telling *t, const struct linear *linear) {
    bool name = linear->count == 1 && linear->constant == 0 && linear->divisor == 1 &&
                linear->parts[0].factor == 1 &&
                t->space->variables[linear->parts[0].variable].derivation == DERIVED_NOT;
    if (linear_is_constant(linear) && linear->divisor == 1 && linear->constant >= 10000) {
        tell_day(t, (int64_t)linear->constant);
        return;
    }
    buffer_string(t->out, name ? "" : "(");
    tell_linear(t, linear);
    buffer_string(t->out, name ? "" : ")");
}

static void tell_two(const struct telling *t, const char *before, const struct linear *first,
                     const char *between, const struct linear *second) {
    buffer_string(t->out, before);
    tell_operand(t, first);
    buffer_string(t->out, between);
    tell_operand(t, second);
}

static void tell_months(const struct telling *t, const struct variable *v) {
    int64_t months = v->amount < 0 ? -v->amount : v->amount;
    bool years = months % 12 == 0 && months != 0;
    int64_t count = years ? months / 12 : months;
    buffer_format(t->out, "%lld %s%s %s ", (long long)count, years ? "year" : "month", count == 1 ? "" : "s",
                  v->amount < 0 ? "before" : "after");
    tell_operand(t, v->first);
}

static void tell_variable(const struct telling *t, uint32_t variable) {
    static const char *const parts[] = {[DERIVED_START_OF_MONTH] = "start of month ",
                                        [DERIVED_END_OF_MONTH] = "end of month ",
                                        [DERIVED_YEAR] = "year of ",
                                        [DERIVED_MONTH] = "month of ",
                                        [DERIVED_DAY] = "day of ",
                                        [DERIVED_WEEKDAY] = "weekday of "};
    const struct variable *v = &t->space->variables[variable];
    if (v->derivation == DERIVED_NOT) {
        if (variable == VARIABLE_TODAY)
            buffer_string(t->out, "today");
        else if (v->fact != UINT32_MAX)
            buffer_text(t->out, t->space->places[v->fact].fact->name->text);
        return;
    }
    switch (v->derivation) {
    case DERIVED_MONTHS:
        tell_months(t, v);
        break;
    case DERIVED_START_OF_MONTH:
    case DERIVED_END_OF_MONTH:
    case DERIVED_YEAR:
    case DERIVED_MONTH:
    case DERIVED_DAY:
    case DERIVED_WEEKDAY:
        buffer_string(t->out, parts[v->derivation]);
        tell_operand(t, v->first);
        break;
    case DERIVED_WHOLE_MONTHS:
        tell_two(t, v->amount == 12 ? "whole years from " : "whole months from ", v->first, " to ",
                 v->second);
        break;
    case DERIVED_NEXT_ANNIVERSARY:
        tell_two(t, "next anniversary of ", v->first, " after ", v->second);
        break;
    case DERIVED_PRODUCT:
        tell_two(t, "", v->first, " * ", v->second);
        break;
    default:
        tell_written(t, v->owner, v->node);
        break;
    }
}

/* --- constraints --- */

static void tell_bounds(const struct telling *t, const struct region_constraint *c) {
    bool day = is_day(t->space, c->i);
    tell_variable(t, c->i);
    if (c->has_low && c->has_high && c->low == c->high) {
        buffer_string(t->out, " is ");
        tell_value(t, c->i, c->low);
        return;
    }
    if (c->has_low && c->has_high) {
        buffer_char(t->out, ' ');
        tell_value(t, c->i, c->low);
        buffer_string(t->out, " through ");
        tell_value(t, c->i, c->high);
        return;
    }
    buffer_string(t->out, c->has_low ? day ? " on or after " : " at least "
                          : day      ? " on or before "
                                     : " at most ");
    tell_value(t, c->i, c->has_low ? c->low : c->high);
}

/* "30 days after y"; "y" where there is no distance. */
static void tell_distance(const struct telling *t, int64_t days, uint32_t variable) {
    int64_t count = days < 0 ? -days : days;
    if (days != 0)
        buffer_format(t->out, "%lld %s %s ", (long long)count, count == 1 ? "day" : "days",
                      days < 0 ? "before" : "after");
    tell_variable(t, variable);
}

static void tell_days_apart(const struct telling *t, const struct region_constraint *c) {
    tell_variable(t, c->i);
    if (c->has_low && c->has_high && c->low == c->high) {
        buffer_string(t->out, " is ");
        tell_distance(t, c->low, c->j);
    } else if (c->has_low && c->has_high) {
        buffer_char(t->out, ' ');
        tell_distance(t, c->low, c->j);
        buffer_string(t->out, " through ");
        tell_distance(t, c->high, c->j);
    } else if (c->has_low) {
        buffer_string(t->out, c->low == 1 ? " after " : " on or after ");
        tell_distance(t, c->low == 1 ? 0 : c->low, c->j);
    } else {
        buffer_string(t->out, c->high == -1 ? " before " : " on or before ");
        tell_distance(t, c->high == -1 ? 0 : c->high, c->j);
    }
}

static void tell_numbers_apart(const struct telling *t, const struct region_constraint *c) {
    const struct region_constraint turned = {.kind = c->kind,
                                             .i = c->j,
                                             .j = c->i,
                                             .has_low = c->has_high,
                                             .has_high = c->has_low,
                                             .low = -c->high,
                                             .high = -c->low};
    if ((c->has_low && c->low < 0 && !c->has_high) ||
        (c->has_high && c->high < 0 && !c->has_low && c->high != -step_of(t->space, c->i, c->j)))
        c = &turned;
    int64_t unit = step_of(t->space, c->i, c->j);
    bool both = c->has_low && c->has_high;
    tell_variable(t, c->i);
    if (both && c->low == 0 && c->high == 0) {
        buffer_string(t->out, " is ");
        tell_variable(t, c->j);
        return;
    }
    if (!both && (c->has_low ? c->low == 0 || c->low == unit : c->high == 0 || c->high == -unit)) {
        buffer_string(t->out, c->has_low     ? c->low == 0 ? " at least " : " above "
                              : c->high == 0 ? " at most "
                                             : " below ");
        tell_variable(t, c->j);
        return;
    }
    buffer_string(t->out, " - ");
    tell_variable(t, c->j);
    buffer_string(t->out, both ? c->low == c->high ? " is " : " " : c->has_low ? " at least " : " at most ");
    if (c->has_low)
        tell_number(t, c->i, c->low);
    if (both && c->low != c->high)
        buffer_string(t->out, " through ");
    if (c->has_high && (!both || c->low != c->high))
        tell_number(t, c->i, c->high);
}

static bool has_bit(const uint64_t *mask, uint32_t bit) {
    return bit != UINT32_MAX && (mask[bit / 64] >> bit % 64 & 1) != 0;
}

/* The members that are in both masks, or of the second only; the texts quoted. */
static void tell_members(const struct telling *t, const struct choice *choice, const uint64_t *mask,
                         bool in) {
    const char *gap = "";
    for (uint32_t bit = 0; bit < choice->count; bit++) {
        if (!has_bit(choice->domain, bit) || has_bit(mask, bit) != in)
            continue;
        buffer_string(t->out, gap);
        if (choice->universe == t->space->texts)
            buffer_json(t->out, choice->universe->names[bit].bytes, choice->universe->names[bit].length);
        else
            buffer_text(t->out, choice->universe->names[bit]);
        gap = ", ";
    }
}

/* "competency is not x"; none is in the mask or not like a member. */
static void tell_choice(const struct telling *t, const struct region_constraint *c) {
    const struct choice *choice = &t->space->choices[c->i];
    bool may_none = has_bit(choice->domain, choice->none_bit),
         none = may_none && has_bit(c->mask, choice->none_bit);
    uint32_t of = mask_count(t->walk, c->i, choice->domain) - may_none;
    uint32_t in = mask_count(t->walk, c->i, c->mask) - none, out = of - in;
    buffer_text(t->out, t->space->places[choice->fact].fact->name->text);
    if (in == 0)
        buffer_string(t->out, " is none");
    else if (out == 0)
        buffer_string(t->out, none ? " is anything" : " is given");
    else if (mask_is_negative(t->walk, c->i, c->mask) && out > 0) {
        buffer_string(t->out, may_none && !none ? " is given, not " : out == 1 ? " is not " : " is none of ");
        tell_members(t, choice, c->mask, false);
    } else {
        buffer_string(t->out, none ? " is none or " : in == 1 ? " is " : " is one of ");
        buffer_string(t->out, none && in > 1 ? "one of " : "");
        tell_members(t, choice, c->mask, true);
    }
}

/* A choice that is no fact's value: whether one is given, a member of a set, or a condition of the policy. */
static void tell_yes_no(const struct telling *t, const struct region_constraint *c) {
    const struct choice *choice = &t->space->choices[c->i];
    if (choice->fact == UINT32_MAX) {
        bool state = choice->count > 2; /* whether there is a value at all */
        buffer_string(t->out, state || has_bit(c->mask, CHOICE_YES) ? "(" : "not (");
        tell_written(t, choice->told_by, choice->node);
        buffer_string(t->out, !state ? ")" : has_bit(c->mask, 0) ? ") has a value" : ") has no value");
        return;
    }
    const struct place *place = &t->space->places[choice->fact];
    if (choice->universe == NULL) {
        buffer_text(t->out, place->fact->name->text);
        buffer_string(t->out, has_bit(c->mask, CHOICE_NONE) ? " is none" : " is given");
        return;
    }
    for (size_t i = 0; i < t->space->universe_count; i++) {
        const struct universe *universe = t->space->universes[i];
        if (universe->enumeration == place->fact->type.enumeration && c->i - place->choice < universe->count)
            buffer_text(t->out, universe->names[c->i - place->choice]);
    }
    buffer_string(t->out, has_bit(c->mask, CHOICE_YES) ? " in " : " not in ");
    buffer_text(t->out, place->fact->name->text);
}

static void tell_sum(const struct telling *t, const struct region_constraint *c) {
    uint32_t variable = c->sum->parts[0].variable;
    bool both = c->has_low && c->has_high;
    tell_linear(t, c->sum);
    buffer_string(t->out, both ? c->low == c->high ? " is " : " " : c->has_low ? " at least " : " at most ");
    if (c->has_low)
        tell_number(t, variable, c->low);
    if (both && c->low != c->high)
        buffer_string(t->out, " through ");
    if (c->has_high && (!both || c->low != c->high))
        tell_number(t, variable, c->high);
}

static void tell_constraint(const struct telling *t, const struct region_constraint *c) {
    const struct choice *choice = c->kind == REGION_CHOICE ? &t->space->choices[c->i] : NULL;
    if (c->kind == REGION_SUM)
        tell_sum(t, c);
    else if (c->kind == REGION_BOUNDS)
        tell_bounds(t, c);
    else if (c->kind == REGION_APART && is_day(t->space, c->i) && is_day(t->space, c->j))
        tell_days_apart(t, c);
    else if (c->kind == REGION_APART)
        tell_numbers_apart(t, c);
    else if (choice->fact == UINT32_MAX || choice->universe == NULL ||
             t->space->places[choice->fact].kind == PLACE_SET)
        tell_yes_no(t, c);
    else
        tell_choice(t, c);
}

/* --- regions --- */

void region_piece_words(struct buffer *out, const struct region *region, const struct walk *walk,
                        size_t piece) {
    const struct telling t = {out, walk, &walk->space, 0};
    const struct region_piece *told = &region->pieces[piece];
    for (size_t k = 0; k < told->count; k++) {
        buffer_string(out, k > 0 ? ", " : "");
        tell_constraint(&t, &told->constraints[k]);
    }
    if (told->count == 0)
        buffer_string(out, "always");
}

void region_words(struct buffer *out, const struct region *region, const struct walk *walk, size_t most) {
    size_t shown = region->count > most ? most : region->count;
    for (size_t i = 0; i < shown; i++) {
        buffer_string(out, i > 0 ? "; or " : "");
        region_piece_words(out, region, walk, i);
    }
    if (region->count == 0)
        buffer_string(out, "never");
    if (region->count > shown)
        buffer_format(out, "; and %zu more", region->count - shown);
    if (region->cut || region->end == WALK_BUDGET)
        buffer_string(out, "; and perhaps more");
}

static void json_name(const struct telling *t, const char *key, uint32_t variable) {
    struct buffer name;
    struct telling to = *t;
    buffer_init(&name, t->out->alloc);
    to.out = &name;
    tell_variable(&to, variable);
    buffer_format(t->out, ",\"%s\":", key);
    buffer_json(t->out, name.data ? name.data : "", name.length);
    t->out->failed = t->out->failed || name.failed;
    buffer_free(&name);
}

static void json_members(const struct telling *t, const struct region_constraint *c) {
    const struct choice *choice = &t->space->choices[c->i];
    const char *gap = "";
    bool yes_no = choice->universe == t->space->yes_no;
    buffer_string(t->out, ",\"fact\":");
    const struct name *name = t->space->places[choice->fact].fact->name;
    buffer_json(t->out, name->text.bytes, name->text.length);
    buffer_string(t->out, ",\"in\":[");
    for (uint32_t bit = 0; bit < choice->count; bit++) {
        if (!has_bit(c->mask, bit))
            continue;
        buffer_string(t->out, gap);
        if (yes_no)
            buffer_string(t->out, bit == CHOICE_YES ? "true" : "false");
        else
            buffer_json(t->out, choice->universe->names[bit].bytes, choice->universe->names[bit].length);
        gap = ",";
    }
    if (has_bit(c->mask, choice->none_bit))
        buffer_format(t->out, "%snull", gap);
    buffer_char(t->out, ']');
}

static void json_bound(const struct telling *t, const char *key, uint32_t variable, bool apart,
                       int64_t value) {
    bool quoted = !apart && is_day(t->space, variable);
    buffer_format(t->out, quoted ? ",\"%s\":\"" : ",\"%s\":", key);
    if (apart && is_day(t->space, variable))
        buffer_format(t->out, "%lld", (long long)value);
    else if (quoted)
        tell_day(t, value);
    else
        tell_number(t, variable, value);
    buffer_string(t->out, quoted ? "\"" : "");
}

static void json_sum(const struct telling *t, const struct region_constraint *c) {
    struct buffer name;
    struct telling to = *t;
    uint32_t variable = c->sum->parts[0].variable;
    buffer_init(&name, t->out->alloc);
    to.out = &name;
    tell_linear(&to, c->sum);
    buffer_string(t->out, ",\"of\":");
    buffer_json(t->out, name.data ? name.data : "", name.length);
    t->out->failed = t->out->failed || name.failed;
    buffer_free(&name);
    if (c->has_low)
        json_bound(t, "from", variable, true, c->low);
    if (c->has_high)
        json_bound(t, "through", variable, true, c->high);
    buffer_char(t->out, '}');
}

static void json_constraint(const struct telling *t, const struct region_constraint *c) {
    struct buffer words;
    struct telling to = *t;
    const struct choice *choice = c->kind == REGION_CHOICE ? &t->space->choices[c->i] : NULL;
    bool apart = c->kind == REGION_APART;
    buffer_init(&words, t->out->alloc);
    to.out = &words;
    tell_constraint(&to, c);
    buffer_string(t->out, "{\"words\":");
    buffer_json(t->out, words.data ? words.data : "", words.length);
    t->out->failed = t->out->failed || words.failed;
    buffer_free(&words);
    if (c->kind == REGION_CHOICE) {
        if (choice->fact != UINT32_MAX && choice->universe &&
            t->space->places[choice->fact].kind == PLACE_CHOICE)
            json_members(t, c);
        buffer_char(t->out, '}');
        return;
    }
    if (c->kind == REGION_SUM) {
        json_sum(t, c);
        return;
    }
    json_name(t, t->space->variables[c->i].fact != UINT32_MAX ? "fact" : "of", c->i);
    if (apart)
        json_name(t, "minus", c->j);
    if (c->has_low)
        json_bound(t, "from", c->i, apart, c->low);
    if (c->has_high)
        json_bound(t, "through", c->i, apart, c->high);
    buffer_char(t->out, '}');
}

void region_json(struct buffer *out, const struct region *region, const struct walk *walk) {
    const struct telling t = {out, walk, &walk->space, 0};
    buffer_char(out, '[');
    for (size_t i = 0; i < region->count; i++) {
        buffer_string(out, i > 0 ? ",[" : "[");
        for (size_t k = 0; k < region->pieces[i].count; k++) {
            buffer_string(out, k > 0 ? "," : "");
            json_constraint(&t, &region->pieces[i].constraints[k]);
        }
        buffer_char(out, ']');
    }
    buffer_char(out, ']');
}
