/*
 * The tagged value that flows through evaluation, and the reasons of an open one. 16 bytes a value; what is larger
 * lives in an arena. Must not know policies, programs or input forms.
 */
#ifndef PROVISO_INTERP_VALUES_VALUE_H
#define PROVISO_INTERP_VALUES_VALUE_H

#include "grammar/base/arena.h"
#include "grammar/base/text.h"
#include "interp/values/calendar.h"
#include "interp/values/fraction.h"
#include "interp/values/number.h"

enum value_tag {
    VALUE_OPEN,     /* no value: `reasons` says why; in a record: the fact was left out, reasons is NULL */
    VALUE_NONE,     /* an optional without a value */
    VALUE_YES_NO,   /* `number` 0 or 1 */
    VALUE_DATE,     /* `day` */
    VALUE_PERIOD,   /* `period`; start above end is the empty period */
    VALUE_NUMBER,   /* `number`: mantissa; the scale is in the static type */
    VALUE_FRACTION, /* `fraction` */
    VALUE_TEXT,     /* `text` */
    VALUE_MEMBER,   /* `number`: index of the member in its enumeration */
    VALUE_SET,      /* `set` */
    VALUE_LIST      /* `list` */
};

/* Both ends are in. Periods open on one side end at CAL_MIN or CAL_MAX. */
struct period {
    cal_day first, last;
};

/* A set of members: bit i of words[i / 64]. All sets of one type have the same word count. */
struct member_set {
    uint32_t word_count;
    uint64_t words[];
};

/* Records in order; the fields of one record are neighbours: fields[record * field_count + field]. */
struct value_list {
    uint32_t count, field_count;
    const struct value *fields;
};

/* Why something is open. Ordered by all members; sets of reasons are sorted and have no doubles. */
enum reason_kind {
    REASON_FACT,      /* fact `index` is unknown; of a list: `element` and `field`, else UINT32_MAX both */
    REASON_UNDECIDED, /* decision `index` is undecided */
    REASON_CONFLICT,  /* decision `index` is in conflict */
    REASON_FAILURE,   /* evaluation failed at node id `index`, `failure` says how */
    REASON_DEADLINES  /* the deadlines of duty `index` are in conflict; in properties only */
};
enum failure {
    FAILURE_NONE,
    FAILURE_OVERFLOW, /* beyond 18 digits, or a fraction beyond 128 bits */
    FAILURE_ZERO_DIVISION,
    FAILURE_DATE_RANGE,  /* before 0001-01-01 or after 9999-12-31 */
    FAILURE_NO_SUCH_DAY, /* months round error */
    FAILURE_OUT_OF_RANGE /* a value outside the range its decision or total declares */
};
struct reason {
    uint32_t kind; /* enum reason_kind */
    uint32_t index;
    uint32_t element, field;
    uint32_t failure; /* enum failure */
};
struct reasons {
    uint32_t count;
    struct reason items[];
};

struct value {
    uint32_t tag; /* enum value_tag */
    union {
        int64_t number;
        cal_day day;
        struct period period;
        const struct frac *fraction;
        const struct text *text;
        const struct member_set *set;
        const struct value_list *list;
        const struct reasons *reasons;
    } as;
};

/* Equality of two values of one type (numbers: of one scale); open values are equal to nothing, none equals none. */
bool value_equal(struct value a, struct value b);

/* -1, 0, 1 in the order said at enum reason_kind's members, first to last. */
int reason_compare(const struct reason *a, const struct reason *b);
/* One reason as a set; NULL on failure. */
const struct reasons *reasons_one(struct arena *arena, struct reason reason);
/* The union of two sets, either may be NULL (empty); gives one of them where it holds the other. NULL on failure or where both are NULL. */
const struct reasons *reasons_union(struct arena *arena, const struct reasons *a, const struct reasons *b);
/* True where an unknown fact is among them. */
bool reasons_need_facts(const struct reasons *reasons);
/* "the result has more than 18 digits", … in words, for messages. */
const char *failure_words(enum failure failure);

#endif
