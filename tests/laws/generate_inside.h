/*
 * Inside of the generator: what is declared so far, and who may be named where. `rank` keeps cycles out:
 * what has rank r only names things of a smaller rank. Expressions are strings that may stand as an operand
 * anywhere: a name, a literal, or brackets. Must not be included outside the generator.
 */
#ifndef PROVISO_TESTS_LAWS_GENERATE_INSIDE_H
#define PROVISO_TESTS_LAWS_GENERATE_INSIDE_H

#include "tests/laws/generate.h"

enum kind {
    IS_YES_NO,
    IS_DATE,
    IS_NUMBER,
    IS_FRACTION,
    IS_TEXT,
    IS_MEMBER,
    IS_SET,
    IS_PERIOD,
    IS_LIST,
    IS_NOTHING
};

/* A type; of numbers `scale` is the most that its values have. */
struct shape {
    enum kind kind;
    int scale;
    uint32_t enumeration;
    bool optional;
    bool ranged;
    int64_t low, high; /* whole numbers */
    uint32_t record;
};

/* Something with a name that has a value: a fact, a decision, a definition, a total, a field at hand. */
struct thing {
    const char *name;
    struct shape shape;
    uint32_t module, rank;
    bool local;   /* a definition of an amendment: outside it is module.name */
    bool today;   /* it may depend on today */
    bool decides; /* rules may give it values */
    bool total;
    bool normal;       /* it has a normal case that an exception may switch off */
    const char *guard; /* a condition under which it is given, or NULL */
    uint32_t guard_rank;
    bool guard_today;
};

#define THINGS_MAX 120
#define RULES_MAX 80
#define ENUMERATIONS_MAX 24
#define RECORDS_MAX 3
#define FIELDS_MAX 6

/* A rule as its exceptions see it. */
struct made_rule {
    const char *name;
    uint32_t module, rank;
    bool timeless;
    bool silent;   /* an exception to `every rule for`, or below one: rules under it decide nothing */
    bool labelled; /* a table with rows w0, w1 */
    bool table;
};
struct made_record {
    const char *name;
    struct thing fields[FIELDS_MAX];
    uint32_t field_count;
};

struct gen {
    struct luck luck;
    struct arena *arena;
    struct generated *policy;
    struct thing things[THINGS_MAX];
    bool given[THINGS_MAX]; /* known not to be none where the text at hand stands */
    uint32_t thing_count;
    struct made_rule rules[RULES_MAX];
    uint32_t rule_count;
    struct made_record records[RECORDS_MAX];
    uint32_t record_count;
    uint32_t member_count[ENUMERATIONS_MAX]; /* 0 is weekday */
    bool member_added[ENUMERATIONS_MAX];
    bool in_place[ENUMERATIONS_MAX];
    uint32_t enumeration_count;
    uint32_t duty_count, names, loops;
    /* where the text at hand stands */
    uint32_t module, rank;
    bool timeless;        /* it may not depend on today */
    bool constant_months; /* months may be added to literals: they are rounded somehow */
    bool asks;            /* it is a property: whether rules and duties apply is a condition */
    bool small;           /* few declarations, and no texts, sets or lists: see generate_small.c */
    bool wide;            /* small, but its facts have many values */
    cal_day window;       /* small: where its dates are, from here on */
    uint32_t window_days;
    bool linear; /* nothing but constants is added to, multiplied by or divided by */
};

/* --- generate_expression.c --- */
__attribute__((format(printf, 2, 3))) const char *say(struct gen *g, const char *format, ...);
uint32_t pick(struct gen *g, uint32_t n);
bool chance(struct gen *g, uint32_t percent);
/* How thing `i` is called here. */
const char *thing_name(struct gen *g, uint32_t i);
#define NO_THING UINT32_MAX
/*
 * A usable thing of that shape (of numbers with at most its scale), or NO_THING; with `optional` one that
 * may be none and is not guarded.
 */
uint32_t find_thing(struct gen *g, const struct shape *shape, bool optional);
const char *literal(struct gen *g, const struct shape *shape);
const char *member_name(struct gen *g, uint32_t enumeration, uint32_t member);
/* A day of the window, or beside it; at least `from` days after its beginning. */
const char *window_day(struct gen *g, uint32_t from);
/* A value of the shape that is never none. */
const char *expression(struct gen *g, const struct shape *shape, int depth);
/* A yes/no value as an operand (in brackets where it is more than a name). */
const char *condition(struct gen *g, int depth);
/* A definition over something that may be none, or NULL where there is nothing: it may be none as well. */
const char *loose_expression(struct gen *g, const struct shape *shape);
/* The value of a definition: never a bare member or set, whose type nobody would know. May change *shape. */
const char *defined_expression(struct gen *g, struct shape *shape);

/* --- generate_condition.c --- */
/* A condition under which the optional thing is given: `only when`'s, a definition that says so, `x is given`. */
const char *guard_of(struct gen *g, uint32_t thing);
const char *quantified(struct gen *g, bool every, int depth);
const char *folded(struct gen *g, const struct shape *shape, int depth);
/* A list that may be named here, or NO_THING. */
uint32_t find_list(struct gen *g);

/* --- generate_policy.c --- */
void make_types(struct gen *g);
void make_entities(struct gen *g);
void add_thing(struct gen *g, struct thing thing);
/* A literal without names. */
const char *constant(struct gen *g, const struct shape *shape);

/* --- generate_rules.c --- */
const char *rule_path(struct gen *g, const struct made_rule *rule);
void declare(struct gen *g, uint32_t module, const char *text);
void make_rules(struct gen *g);
/* `rule R applies`, `duty D applies`, `D is decided`; NULL where there is nothing to ask about. */
const char *question_of_property(struct gen *g);
struct shape random_shape(struct gen *g, bool for_decision);
const char *shape_text(struct gen *g, const struct shape *shape);

#endif
