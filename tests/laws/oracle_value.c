/*
 * Values of the oracle: reasons as sorted sets, the strict class, Kleene's connectives, comparison and
 * conversion. Written apart from the product's own sets of reasons on purpose. Must not know trees beyond
 * the node a failure points at.
 */
#include "tests/laws/oracle_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void *oracle_alloc(struct oracle *o, size_t count, size_t size) {
    void *block = arena_array(o->arena, count ? count : 1, size);
    if (!block)
        fail_msg("memory ran out in the oracle");
    return block;
}

struct value oracle_yes_no(bool yes) {
    struct value v = {.tag = VALUE_YES_NO, .as = {.number = yes}};
    return v;
}

struct value oracle_none(void) {
    struct value v = {.tag = VALUE_NONE, .as = {.number = 0}};
    return v;
}

struct value oracle_number(int64_t mantissa) {
    struct value v = {.tag = VALUE_NUMBER, .as = {.number = mantissa}};
    return v;
}

struct value oracle_day(cal_day day) {
    struct value v = {.tag = VALUE_DATE, .as = {.number = 0}};
    v.as.day = day;
    return v;
}

struct value oracle_fraction(struct oracle *o, struct frac fraction) {
    struct frac *kept = oracle_alloc(o, 1, sizeof *kept);
    struct value v = {.tag = VALUE_FRACTION, .as = {.number = 0}};
    *kept = fraction;
    v.as.fraction = kept;
    return v;
}

struct value oracle_open_with(const struct reasons *all) {
    struct value v = {.tag = VALUE_OPEN, .as = {.reasons = all}};
    return v;
}

struct value oracle_open(struct oracle *o, struct reason reason) {
    struct reasons *one = oracle_alloc(o, 1, sizeof *one + sizeof reason);
    one->count = 1;
    one->items[0] = reason;
    return oracle_open_with(one);
}

struct value oracle_failed(struct oracle *o, const struct ast_node *node, enum failure failure) {
    struct reason reason = {REASON_FAILURE, node->id, UINT32_MAX, UINT32_MAX, failure};
    return oracle_open(o, reason);
}

bool oracle_is_open(struct value v) {
    return v.tag == VALUE_OPEN;
}

bool oracle_is_none(struct value v) {
    return v.tag == VALUE_NONE;
}

bool oracle_is_yes(struct value v) {
    return v.tag == VALUE_YES_NO && v.as.number == 1;
}

bool oracle_is_no(struct value v) {
    return v.tag == VALUE_YES_NO && v.as.number == 0;
}

static bool reasons_have(const struct reasons *all, const struct reason *reason) {
    uint32_t i;
    for (i = 0; all && i < all->count; i++) {
        if (reason_compare(&all->items[i], reason) == 0)
            return true;
    }
    return false;
}

/* One more reason, put where the order wants it. */
static const struct reasons *reasons_with(struct oracle *o, const struct reasons *all,
                                          const struct reason *reason) {
    uint32_t count = all ? all->count : 0, i = 0;
    struct reasons *more = oracle_alloc(o, 1, sizeof *more + (count + 1) * sizeof *reason);
    more->count = count + 1;
    for (; i < count && reason_compare(&all->items[i], reason) < 0; i++)
        more->items[i] = all->items[i];
    more->items[i] = *reason;
    for (; i < count; i++)
        more->items[i + 1] = all->items[i];
    return more;
}

void oracle_gather(struct oracle *o, const struct reasons **all, struct value v) {
    uint32_t i;
    if (!oracle_is_open(v))
        return;
    if (!v.as.reasons || v.as.reasons->count == 0)
        fail_msg("an open value without reasons in the oracle");
    for (i = 0; i < v.as.reasons->count; i++) {
        if (!reasons_have(*all, &v.as.reasons->items[i]))
            *all = reasons_with(o, *all, &v.as.reasons->items[i]);
    }
}

bool oracle_strict(struct oracle *o, const struct value *operands, size_t count, struct value *result) {
    const struct reasons *all = NULL;
    bool none = false;
    size_t i;
    for (i = 0; i < count; i++) {
        oracle_gather(o, &all, operands[i]);
        none = none || oracle_is_none(operands[i]);
    }
    *result = all ? oracle_open_with(all) : oracle_none();
    return all || none;
}

struct value oracle_not(struct value v) {
    return v.tag == VALUE_YES_NO ? oracle_yes_no(!v.as.number) : v;
}

struct value oracle_all(struct oracle *o, const struct value *operands, size_t count) {
    struct value blocked;
    size_t i;
    for (i = 0; i < count; i++) {
        if (oracle_is_no(operands[i]))
            return operands[i];
    }
    return oracle_strict(o, operands, count, &blocked) ? blocked : oracle_yes_no(true);
}

struct value oracle_any(struct oracle *o, const struct value *operands, size_t count) {
    struct value blocked;
    size_t i;
    for (i = 0; i < count; i++) {
        if (oracle_is_yes(operands[i]))
            return operands[i];
    }
    return oracle_strict(o, operands, count, &blocked) ? blocked : oracle_yes_no(false);
}

struct frac oracle_as_fraction(struct value v, const struct type *type) {
    return v.tag == VALUE_NUMBER ? frac_from_number(v.as.number, type->scale) : *v.as.fraction;
}

int oracle_order(struct value a, const struct type *at, struct value b, const struct type *bt) {
    if (a.tag == VALUE_DATE)
        return (a.as.day > b.as.day) - (a.as.day < b.as.day);
    return frac_compare(oracle_as_fraction(a, at), oracle_as_fraction(b, bt));
}

static bool sets_same(const struct member_set *a, const struct member_set *b) {
    uint32_t i;
    for (i = 0; i < a->word_count || i < b->word_count; i++) {
        if ((i < a->word_count ? a->words[i] : 0) != (i < b->word_count ? b->words[i] : 0))
            return false;
    }
    return true;
}

bool oracle_same(struct value a, const struct type *at, struct value b, const struct type *bt) {
    switch ((enum value_tag)a.tag) {
    case VALUE_YES_NO:
    case VALUE_MEMBER:
        return a.as.number == b.as.number;
    case VALUE_DATE:
    case VALUE_NUMBER:
    case VALUE_FRACTION:
        return oracle_order(a, at, b, bt) == 0;
    case VALUE_PERIOD:
        return a.as.period.first == b.as.period.first && a.as.period.last == b.as.period.last;
    case VALUE_TEXT:
        return text_equal(*a.as.text, *b.as.text);
    case VALUE_SET:
        return sets_same(a.as.set, b.as.set);
    case VALUE_OPEN:
    case VALUE_NONE:
    case VALUE_LIST:
        break;
    }
    fail_msg("the oracle compares values of tag %u", a.tag);
    return false;
}

struct value oracle_convert(struct oracle *o, struct value v, const struct type *from, const struct type *to,
                            const struct ast_node *place) {
    int64_t wider;
    if (v.tag != VALUE_NUMBER)
        return v;
    if (to->kind == TYPE_FRAC)
        return oracle_fraction(o, frac_from_number(v.as.number, from->scale));
    if (from->scale > to->scale)
        fail_msg("a number of %d decimals where %d are meant, node %u", from->scale, to->scale, place->id);
    if (!num_rescale(v.as.number, from->scale, to->scale, &wider))
        return oracle_failed(o, place, FAILURE_OVERFLOW);
    return oracle_number(wider);
}
