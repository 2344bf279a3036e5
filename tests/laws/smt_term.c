/*
 * Terms of the export to SMT-LIB: text with what is constant left out, Kleene's connectives, conversion and
 * equality of values. Must not know trees.
 */
#include "tests/laws/smt_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

const char *smt_say(struct smt *s, const char *format, ...) {
    va_list arguments, again;
    char *text;
    int n;
    va_start(arguments, format);
    va_copy(again, arguments);
    n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = n < 0 ? NULL : arena_alloc(s->arena, (size_t)n + 1);
    if (!text)
        fail_msg("memory ran out in the export");
    (void)vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

const char *smt_named(struct smt *s, const char *sort, const char *text) {
    const char *name;
    if (strlen(text) < 24)
        return text;
    name = smt_say(s, "%s%u", s->prefix, s->names++);
    buffer_format(s->out, "(define-fun %s () %s %s)\n", name, sort, text);
    return name;
}

const char *smt_int(struct smt *s, int64_t n) {
    return n < 0 ? smt_say(s, "(- %lld)", (long long)-n) : smt_say(s, "%lld", (long long)n);
}

static bool is(const char *text, const char *word) {
    return strcmp(text, word) == 0;
}

const char *smt_and(struct smt *s, const char *a, const char *b) {
    if (is(a, "false") || is(b, "true") || is(a, b))
        return a;
    if (is(a, "true") || is(b, "false"))
        return b;
    return smt_named(s, "Bool", smt_say(s, "(and %s %s)", a, b));
}

const char *smt_or(struct smt *s, const char *a, const char *b) {
    if (is(a, "true") || is(b, "false") || is(a, b))
        return a;
    if (is(a, "false") || is(b, "true"))
        return b;
    return smt_named(s, "Bool", smt_say(s, "(or %s %s)", a, b));
}

const char *smt_not(struct smt *s, const char *a) {
    if (is(a, "true"))
        return "false";
    if (is(a, "false"))
        return "true";
    if (strncmp(a, "(not ", 5) == 0)
        return smt_say(s, "%.*s", (int)strlen(a) - 6, a + 5);
    return smt_say(s, "(not %s)", a);
}

const char *smt_if(struct smt *s, const char *sort, const char *c, const char *a, const char *b) {
    if (is(c, "true") || is(a, b))
        return a;
    if (is(c, "false"))
        return b;
    return smt_named(s, sort, smt_say(s, "(ite %s %s %s)", c, a, b));
}

const char *smt_given(struct smt *s, const struct smt_term *t) {
    return smt_and(s, smt_not(s, t->open), smt_not(s, t->none));
}

const char *smt_yes(struct smt *s, const struct smt_term *t) {
    return smt_and(s, smt_given(s, t), t->value);
}

const char *smt_no(struct smt *s, const struct smt_term *t) {
    return smt_and(s, smt_given(s, t), smt_not(s, t->value));
}

struct smt_term smt_bool(const char *value) {
    struct smt_term t = {"false", "false", value, "0", 0, 0, 0, 0, false};
    return t;
}

struct smt_term smt_whole(struct smt *s, int64_t n) {
    struct smt_term t = {"false", "false", smt_int(s, n), "0", n, n, 0, 0, false};
    return t;
}

struct smt_term smt_outside(void) {
    struct smt_term t = {"false", "false", "false", "0", 0, 0, 0, 0, true};
    return t;
}

struct smt_term smt_strict(struct smt *s, const struct smt_term *operands, size_t count) {
    struct smt_term t = smt_bool("false");
    size_t i;
    for (i = 0; i < count; i++) {
        t.open = smt_or(s, t.open, operands[i].open);
        t.none = smt_or(s, t.none, operands[i].none);
        t.outside = t.outside || operands[i].outside;
    }
    t.none = smt_and(s, t.none, smt_not(s, t.open));
    return t;
}

struct smt_term smt_failing(struct smt *s, struct smt_term t, const char *failed) {
    t.open = smt_or(s, t.open, smt_and(s, smt_not(s, t.none), failed));
    return t;
}

/* `deciding` is where one operand settles it alone. */
static struct smt_term connective(struct smt *s, const struct smt_term *operands, size_t count,
                                  const char *deciding, const char *value) {
    struct smt_term t = smt_strict(s, operands, count);
    size_t i;
    const char *none = "false";
    for (i = 0; i < count; i++)
        none = smt_or(s, none, operands[i].none);
    t.open = smt_and(s, smt_not(s, deciding), t.open);
    t.none = smt_and(s, smt_not(s, deciding), smt_and(s, smt_not(s, t.open), none));
    t.value = value;
    return t;
}

struct smt_term smt_all(struct smt *s, const struct smt_term *operands, size_t count) {
    const char *no = "false";
    size_t i;
    for (i = 0; i < count; i++)
        no = smt_or(s, no, smt_no(s, &operands[i]));
    return connective(s, operands, count, no, smt_not(s, no));
}

struct smt_term smt_any(struct smt *s, const struct smt_term *operands, size_t count) {
    const char *yes = "false";
    size_t i;
    for (i = 0; i < count; i++)
        yes = smt_or(s, yes, smt_yes(s, &operands[i]));
    return connective(s, operands, count, yes, yes);
}

struct smt_term smt_opposite(struct smt *s, struct smt_term t) {
    t.value = smt_not(s, t.value);
    return t;
}

const char *smt_sort(const struct type *type) {
    return type->kind == TYPE_YESNO ? "Bool" : type->kind == TYPE_FRAC ? "Real" : "Int";
}

/* To be compared only: no overflow stands in the way, and the bounds are those of before. */
struct smt_term smt_lifted(struct smt *s, struct smt_term t, const struct type *from, const struct type *to) {
    int places = from->kind == TYPE_NUM && to->kind == TYPE_NUM ? to->scale - from->scale : 0;
    if (places == 0)
        return smt_convert(s, t, from, to);
    t.value = smt_say(s, "(* %lld %s)", (long long)num_pow10(places), t.value);
    return t;
}

static struct smt_term scaled(struct smt *s, struct smt_term t, int places) {
    num_i128 low = t.low, high = t.high;
    if (places == 0)
        return t;
    low *= num_pow10(places);
    high *= num_pow10(places);
    if (low < -NUM_LIMIT || high > NUM_LIMIT)
        return smt_outside();
    t.low = (int64_t)low;
    t.high = (int64_t)high;
    t.value = smt_say(s, "(* %lld %s)", (long long)num_pow10(places), t.value);
    return t;
}

struct smt_term smt_convert(struct smt *s, struct smt_term t, const struct type *from,
                            const struct type *to) {
    if (from->kind != TYPE_NUM || t.outside)
        return t;
    if (to->kind == TYPE_NUM)
        return scaled(s, t, to->scale - from->scale);
    if (to->kind == TYPE_FRAC)
        t.value = smt_named(
            s, "Real", smt_say(s, "(/ (to_real %s) %lld.0)", t.value, (long long)num_pow10(from->scale)));
    return t;
}

const char *smt_same(struct smt *s, const struct smt_term *a, const struct type *at, const struct smt_term *b,
                     const struct type *bt) {
    struct smt_term x = *a, y = *b;
    struct type to = *at;
    if (is(a->none, "true") || is(b->none, "true"))
        return "false";
    if (at->kind == TYPE_SPAN)
        return smt_named(s, "Bool",
                         smt_say(s, "(and (= %s %s) (= %s %s))", x.value, y.value, x.last, y.last));
    if (at->kind == TYPE_FRAC || bt->kind == TYPE_FRAC)
        to.kind = TYPE_FRAC;
    else if (at->kind == TYPE_NUM && bt->scale > at->scale)
        to.scale = bt->scale;
    x = smt_lifted(s, x, at, &to);
    y = smt_lifted(s, y, bt, &to);
    if (is(x.value, y.value))
        return "true";
    return smt_named(s, "Bool", smt_say(s, "(= %s %s)", x.value, y.value));
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
    return a > b ? a : b;
}

struct smt_term smt_sorted(const struct type *type, struct smt_term t) {
    if (type->kind == TYPE_YESNO && is(t.value, "0"))
        t.value = "false";
    else if (type->kind != TYPE_YESNO && is(t.value, "false"))
        t.value = "0";
    return t;
}

struct smt_term smt_choice(struct smt *s, const struct type *type, const char *c, const struct smt_term *a,
                           const struct smt_term *b) {
    struct smt_term t = *a;
    t.outside = a->outside || b->outside;
    if (t.outside)
        return t;
    if (is(a->none, "true") || is(b->none, "true")) /* what stands for no value has no sort */
        return smt_sorted(type, is(a->none, "true") ? *b : *a);
    t.value = smt_if(s, smt_sort(type), c, a->value, b->value);
    t.last = type->kind == TYPE_SPAN ? smt_if(s, "Int", c, a->last, b->last) : "0";
    t.low = least(a->low, b->low);
    t.high = most(a->high, b->high);
    t.last_low = least(a->last_low, b->last_low);
    t.last_high = most(a->last_high, b->last_high);
    return t;
}
