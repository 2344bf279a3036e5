/*
 * Functions of the calendar as tables of SMT-LIB: over a bounded range a move by months, the month of a day or
 * an anniversary is a row of runs in each of which it is a constant, the argument plus a constant, or a
 * failure. The values come from the calendar itself, day by day. Must not know trees.
 */
#include "tests/laws/smt_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Beyond, a table would be too long for anybody. */
#define WIDEST 40000
/* How many tables stand beside each other where both arguments vary. */
#define MOST_TABLES 64

/* first .. last: fails, or is `constant`, plus the argument where `moves`. */
struct run {
    int64_t first, last, constant;
    bool fails, moves, settled; /* settled: of two values or more, so that `moves` is known */
};
struct runs {
    struct run *items;
    size_t count, capacity;
};

/* A table over the first argument, or the second. */
struct table {
    smt_function *function;
    int64_t other, low, high;
    bool second; /* the table is over the second argument, `other` being the first */
    int rounding;
    const char *value, *fails;
};

static bool extends(struct run *run, int64_t at, bool fails, int64_t value) {
    int64_t last;
    if (run->fails || fails)
        return run->fails && fails;
    last = run->moves ? run->constant + run->last : run->constant;
    if (!run->settled && (value == last || value == last + 1)) {
        run->settled = true;
        run->moves = value != last;
        run->constant = run->moves ? value - at : value;
        return true;
    }
    return run->settled && value == (run->moves ? run->constant + at : run->constant);
}

static void find_runs(struct smt *s, const struct table *table, struct runs *runs, int64_t *low,
                      int64_t *high) {
    int64_t x, value;
    bool any = false;
    for (x = table->low; x <= table->high; x++) {
        struct run run = {x, x, 0, false, false, false};
        value = 0;
        run.fails = table->second ? !table->function(table->other, x, table->rounding, &value)
                                  : !table->function(x, table->other, table->rounding, &value);
        run.constant = value;
        if (!run.fails) {
            *low = any && *low < value ? *low : value;
            *high = any && *high > value ? *high : value;
            any = true;
        }
        if (runs->count > 0 && extends(&runs->items[runs->count - 1], x, run.fails, value))
            runs->items[runs->count - 1].last = x;
        else if (!ARENA_PUSH(s->arena, runs->items, runs->count, runs->capacity, run))
            fail_msg("memory ran out in the export");
    }
}

/* A tree of choices, as deep as the logarithm of the runs. */
static const char *chosen(struct smt *s, const struct run *runs, size_t count, bool fails) {
    size_t half = count / 2;
    if (count == 1 && fails)
        return runs->fails ? "true" : "false";
    if (count == 1)
        return runs->fails   ? "0"
               : runs->moves ? smt_say(s, "(+ x %s)", smt_int(s, runs->constant))
                             : smt_int(s, runs->constant);
    return smt_say(s, "(ite (<= x %s) %s %s)", smt_int(s, runs[half - 1].last), chosen(s, runs, half, fails),
                   chosen(s, runs + half, count - half, fails));
}

/* The table as two functions of x; the bounds of what it gives in low and high. */
static void write_table(struct smt *s, struct table *table) {
    struct runs runs = {NULL, 0, 0};
    size_t i;
    bool fails = false;
    int64_t low = 0, high = 0;
    find_runs(s, table, &runs, &low, &high);
    for (i = 0; i < runs.count; i++)
        fails = fails || runs.items[i].fails;
    table->low = low;
    table->high = high;
    table->value = smt_say(s, "%sv%u", s->prefix, s->names);
    table->fails = fails ? smt_say(s, "%sf%u", s->prefix, s->names) : NULL;
    s->names++;
    buffer_format(s->out, "(define-fun %s ((x Int)) Int %s)\n", table->value,
                  chosen(s, runs.items, runs.count, false));
    if (fails)
        buffer_format(s->out, "(define-fun %s ((x Int)) Bool %s)\n", table->fails,
                      chosen(s, runs.items, runs.count, true));
}

/* The function over `x`, the other argument being a constant. */
static struct smt_term over(struct smt *s, smt_function *function, const struct smt_term *x, int64_t other,
                            bool second, int rounding) {
    struct table table = {function, other, x->low, x->high, second, rounding, NULL, NULL};
    struct smt_term t = smt_bool("false");
    if (x->high - x->low > WIDEST)
        return smt_outside();
    write_table(s, &table);
    t.value = smt_say(s, "(%s %s)", table.value, x->value);
    t.low = table.low;
    t.high = table.high;
    if (table.fails)
        t.open = smt_say(s, "(%s %s)", table.fails, x->value);
    return t;
}

/* One table for each value of `few`, chosen by it. */
static struct smt_term for_each(struct smt *s, smt_function *function, const struct smt_term *few,
                                const struct smt_term *x, bool second, int rounding) {
    static const struct type whole = {.kind = TYPE_NUM};
    struct smt_term all = over(s, function, x, few->low, second, rounding);
    int64_t n;
    for (n = few->low + 1; n <= few->high; n++) {
        struct smt_term one = over(s, function, x, n, second, rounding);
        const char *here = smt_say(s, "(= %s %s)", few->value, smt_int(s, n)),
                   *open = smt_if(s, "Bool", here, one.open, all.open);
        all = smt_choice(s, &whole, here, &one, &all);
        all.open = open;
    }
    return all;
}

struct smt_term smt_tabled(struct smt *s, smt_function *function, const struct smt_term *a,
                           const struct smt_term *b, int rounding) {
    struct smt_term operands[2] = {*a, *b}, strict, t;
    strict = smt_strict(s, operands, 2);
    if (strict.outside)
        return strict;
    if (b->high - b->low < MOST_TABLES && b->high - b->low <= a->high - a->low)
        t = for_each(s, function, b, a, false, rounding);
    else if (a->high - a->low < MOST_TABLES)
        t = for_each(s, function, a, b, true, rounding);
    else
        return smt_outside();
    t.value = smt_named(s, "Int", t.value);
    t.none = strict.none;
    t.open = smt_or(s, strict.open, smt_and(s, smt_not(s, strict.none), t.open));
    return t;
}
