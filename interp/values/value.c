/*
 * Equality of tagged values, and sets of reasons as sorted arrays. Sets are immutable, so that the union of
 * a set with a part of itself costs nothing and evaluation may share them freely. Must not know what a fact
 * or decision is called.
 */
#include "interp/values/value.h"

#include <string.h>

#include "grammar/base/banned.h"

static bool value_sets_equal(const struct member_set *a, const struct member_set *b) {
    uint32_t i, words = a->word_count > b->word_count ? a->word_count : b->word_count;
    for (i = 0; i < words; i++) {
        if ((i < a->word_count ? a->words[i] : 0) != (i < b->word_count ? b->words[i] : 0))
            return false;
    }
    return true;
}

/* The fields of records are plain values: the types of a policy nest no lists, so this recurses once. */
static bool value_lists_equal(const struct value_list *a, const struct value_list *b) {
    size_t i, count = (size_t)a->count * a->field_count;
    if (a->count != b->count || a->field_count != b->field_count)
        return false;
    for (i = 0; i < count; i++) {
        if (!value_equal(a->fields[i], b->fields[i]))
            return false;
    }
    return true;
}

/*
 * Two empty periods are one value only where their ends are the same: "periods are equal when both ends
 * are".
 */
bool value_equal(struct value a, struct value b) {
    if (a.tag != b.tag)
        return false;
    switch ((enum value_tag)a.tag) {
    case VALUE_OPEN:
        return false;
    case VALUE_NONE:
        return true;
    case VALUE_YES_NO:
    case VALUE_NUMBER:
    case VALUE_MEMBER:
        return a.as.number == b.as.number;
    case VALUE_DATE:
        return a.as.day == b.as.day;
    case VALUE_PERIOD:
        return a.as.period.first == b.as.period.first && a.as.period.last == b.as.period.last;
    case VALUE_FRACTION:
        return a.as.fraction->num == b.as.fraction->num && a.as.fraction->den == b.as.fraction->den;
    case VALUE_TEXT:
        return text_equal(*a.as.text, *b.as.text);
    case VALUE_SET:
        return value_sets_equal(a.as.set, b.as.set);
    case VALUE_LIST:
        return value_lists_equal(a.as.list, b.as.list);
    }
    return false;
}

static int value_order(uint32_t a, uint32_t b) {
    return (a > b) - (a < b);
}

int reason_compare(const struct reason *a, const struct reason *b) {
    int order = value_order(a->kind, b->kind);
    if (order == 0)
        order = value_order(a->index, b->index);
    if (order == 0)
        order = value_order(a->element, b->element);
    if (order == 0)
        order = value_order(a->field, b->field);
    return order != 0 ? order : value_order(a->failure, b->failure);
}

static struct reasons *reasons_new(struct arena *arena, size_t count) {
    if (count > UINT32_MAX) {
        arena->failed = true;
        return NULL;
    }
    return arena_alloc(arena, sizeof(struct reasons) + count * sizeof(struct reason));
}

const struct reasons *reasons_one(struct arena *arena, struct reason reason) {
    struct reasons *set = reasons_new(arena, 1);
    if (!set)
        return NULL;
    set->count = 1;
    set->items[0] = reason;
    return set;
}

/*
 * Walks both sets in order. Gives the size of the union; writes it to `out` where that is not NULL.
 */
static size_t reasons_merge(const struct reasons *a, const struct reasons *b, struct reason *out) {
    size_t i = 0, j = 0, n = 0;
    while (i < a->count || j < b->count) {
        int order = i == a->count ? 1 : j == b->count ? -1 : reason_compare(&a->items[i], &b->items[j]);
        if (out)
            out[n] = order <= 0 ? a->items[i] : b->items[j];
        i += order <= 0;
        j += order >= 0;
        n++;
    }
    return n;
}

const struct reasons *reasons_union(struct arena *arena, const struct reasons *a, const struct reasons *b) {
    struct reasons *set;
    size_t count;
    if (!a || !b || a == b)
        return a ? a : b;
    count = reasons_merge(a, b, NULL);
    if (count == a->count)
        return a;
    if (count == b->count)
        return b;
    set = reasons_new(arena, count);
    if (!set)
        return NULL;
    set->count = (uint32_t)count;
    (void)reasons_merge(a, b, set->items);
    return set;
}

bool reasons_need_facts(const struct reasons *reasons) {
    /* Facts are the first kind of the order, so the first item tells. */
    return reasons && reasons->count > 0 && reasons->items[0].kind == REASON_FACT;
}

const char *failure_words(enum failure failure) {
    switch (failure) {
    case FAILURE_NONE:
        break;
    case FAILURE_OVERFLOW:
        return "the result has more digits than a number can hold";
    case FAILURE_ZERO_DIVISION:
        return "a number is divided by zero";
    case FAILURE_DATE_RANGE:
        return "the date is before 0001-01-01 or after 9999-12-31";
    case FAILURE_NO_SUCH_DAY:
        return "the month has no such day, and no rounding is asked for";
    case FAILURE_OUT_OF_RANGE:
        return "the value is outside the range that is declared for it";
    }
    return "no failure";
}
