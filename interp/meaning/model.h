/*
 * What a checked policy set means: its entities (types, facts, decisions, duties, rules, tests) and the side tables
 * that give each node of the trees its type and what its name refers to. The trees stay as they are. Everything above
 * (compiler, facts, tests, analysis) reads this and never resolves a name again. Must not know how it is evaluated.
 */
#ifndef PROVISO_INTERP_MEANING_MODEL_H
#define PROVISO_INTERP_MEANING_MODEL_H

#include "grammar/parse.h"
#include "interp/meaning/name_map.h"
#include "interp/values/value.h"

/* --- types --- */
enum type_kind {
    TYPE_BAD, /* an error was reported; silent in all uses */
    TYPE_YESNO,
    TYPE_DAY,  /* date */
    TYPE_SPAN, /* period */
    TYPE_NUM,  /* number of `scale` decimals */
    TYPE_FRAC,
    TYPE_STRING,    /* text */
    TYPE_MEMBER,    /* of `enumeration` */
    TYPE_MEMBERS,   /* set of `enumeration` */
    TYPE_RECORDS,   /* list of `record` */
    TYPE_ONE_RECORD /* a loop variable over `record` */
};
struct type {
    enum type_kind kind;
    bool optional;
    bool has_low, has_high; /* a declared range: low and high are days, or mantissas at `scale` */
    int scale;
    int64_t low, high;
    const struct enumeration *enumeration;
    const struct record_type *record;
};

struct member {
    const struct name *name;
    struct text label; /* what output shows: the label, or the name where it has none */
    struct span span;
};
/* A named type, one written in place (name NULL), or the built-in weekday. */
struct enumeration {
    const struct name *name;
    struct member *members;
    size_t count, capacity;
    struct name_map by_name; /* empty while there are few members, or not all are known */
    bool broken;             /* members are missing that could not be read */
};

/* Segments of a path into the input, such as billing, paid_on. */
struct input_path {
    const struct text *segments;
    size_t count;
};

/* A fact of the policy, or a field of a record (then `index` counts in the record). */
struct fact {
    const struct name *name;
    struct text title;
    struct type type;       /* optional also where `only_when` makes it none */
    bool declared_optional; /* none is a value where `only_when` holds or is not said */
    uint32_t index;
    const struct ast_node *node;      /* FACT or FIELD */
    struct input_path path;           /* its name where no `from` is said */
    const struct ast_node *only_when; /* condition or NULL */
    bool has_otherwise;               /* `otherwise none` or `otherwise VALUE` */
    struct value otherwise;           /* a constant, valid for `type` */
    bool changeable;
};

/* A definition inside a record; its expression names the fields of the record at hand without a prefix. */
struct record_define {
    const struct name *name;
    struct type type;
    const struct ast_node *value;
    uint32_t index;
};
struct record_type {
    const struct name *name;
    struct fact *fields;
    size_t field_count, field_capacity;
    struct record_define *defines;
    size_t define_count, define_capacity;
    const struct ast_node *node;
};

struct requirement {
    struct text title;
    const struct ast_node *node, *condition;
};

enum decision_kind { DECISION_DECIDE, DECISION_DEFINE, DECISION_TOTAL };
/* One effect that gives a decision or a duty its value. */
struct giver {
    uint32_t rule;   /* index into rules */
    uint32_t effect; /* index into that rule's effects */
};
struct decision {
    enum decision_kind kind;
    const struct name *name;
    struct text shown; /* "window", or "wave3.window" for a definition of an amendment */
    struct text title;
    struct type type;
    uint32_t index;
    const struct ast_node *node;
    const struct ast_node *otherwise; /* the normal case: expression, NONE node, or NULL */
    struct giver *givers;
    size_t giver_count, giver_capacity;
    uint32_t *otherwise_exceptions; /* rules that switch the normal case off */
    size_t otherwise_exception_count, otherwise_exception_capacity;
};

struct duty {
    const struct name *name;
    struct text title;
    uint32_t index;
    const struct ast_node *node, *done; /* done: condition */
    struct giver *givers;
    size_t giver_count, giver_capacity;
};

enum effect_kind { EFFECT_SET, EFFECT_ADD, EFFECT_MUST_BY, EFFECT_MUST_IN, EFFECT_REMIND, EFFECT_NOTICE };
struct effect {
    enum effect_kind kind;
    const struct ast_node *node;  /* SET, ADD, MUST_BY, ...; of a table row: the value cell */
    uint32_t target;              /* decision index (SET, ADD) or duty index */
    const struct ast_node *value; /* the value, date or period expression, or NONE; NULL for NOTICE */
    const struct ast_node *text;  /* STRING or TEMPLATE of REMIND and NOTICE */
    const struct ast_node *unless;
};

/* A cell of a row with the expression in the header above it. */
struct row_test {
    const struct ast_node *header, *cell;
};

enum rule_kind { RULE_PLAIN, RULE_EXCEPTION, RULE_ROW };
/* A rule, an exception, or one row of a table. */
struct rule {
    enum rule_kind kind;
    const struct name *name; /* of a row: its label or NULL */
    struct text shown;       /* "waiver", "wave3.waiver", "stages.too_late", "stages row 2" */
    struct text title;
    uint32_t index;
    uint32_t module;              /* index into modules */
    const struct ast_node *node;  /* RULE, EXCEPTION or ROW */
    const struct ast_node *table; /* of a row: the TABLE */
    const struct ast_node *when;  /* condition or NULL; of a row: the table's */
    struct row_test *tests;       /* of a row */
    size_t test_count;
    bool has_in_force;
    struct period in_force; /* open sides at CAL_MIN and CAL_MAX */
    const struct ast_node *in_force_at;
    bool has_announced; /* its own, its table's, or its module's */
    cal_day announced;
    const struct ast_node *cites; /* first CITES node or NULL; further ones are its later siblings */
    struct effect *effects;
    size_t effect_count, effect_capacity;
    uint32_t *exceptions; /* rules that switch this one off */
    size_t exception_count, exception_capacity;
};

/* The policy (index 0) or an amendment. */
struct module {
    const struct name *name;
    struct text title;
    const struct ast_node *header; /* POLICY or AMENDMENT */
    enum cal_rounding rounding;    /* said here, else the policy's */
    bool has_announced;
    cal_day announced;
};

struct citation_source {
    const struct name *name;
    struct text title, url;
    bool has_dated;
    cal_day dated;
};

struct given_fact {
    uint32_t fact;
    struct value value; /* a constant of the fact's type, lists included; VALUE_NONE for none */
    const struct ast_node *node;
};
struct example {
    const struct name *name;
    const struct ast_node *node;
    struct given_fact *givens;
    size_t given_count, given_capacity;
};
/* One line of `expect`, resolved: what is meant and, where one is told, the constant value. */
struct expectation {
    const struct ast_node *node; /* EXPECT_* */
    uint32_t index;              /* decision, duty, or the first of the rules meant */
    uint32_t count;              /* of rules: 1, or the rows of a table */
    struct value
        value; /* EXPECT_IS (VALUE_NONE for none), EXPECT_REMINDER, EXPECT_DUTY (VALUE_DATE for by, VALUE_PERIOD for in), first of EXPECT_CONFLICT */
    struct value second;  /* second of EXPECT_CONFLICT; both VALUE_OPEN where no values are told */
    struct reason *needs; /* EXPECT_UNDETERMINED: REASON_FACTs; `field` UINT32_MAX: all of the fact */
    size_t need_count;
};

/* The givens are complete: those of `like` that are not given again are copied in. */
struct policy_test {
    struct text title;
    const struct ast_node *node;
    struct given_fact *givens;
    size_t given_count, given_capacity;
    bool has_on, has_known_on;
    cal_day on, known_on;
    const struct ast_node *expects;   /* EXPECT_* list, names and types checked */
    struct expectation *expectations; /* one for each of them */
    size_t expectation_count, expectation_capacity;
};
struct property {
    struct text title;
    const struct ast_node *node, *whenever, *condition;
};

/* --- side tables --- */
enum ref_kind {
    REF_NOTHING,
    REF_TO_FACT,     /* NAME: facts[index] */
    REF_TO_DECISION, /* NAME or PATH: decisions[index] (decide, define, total) */
    REF_TO_MEMBER,   /* NAME: member `index` of the node's type's enumeration */
    REF_TO_VARIABLE, /* NAME: the loop variable; `node` is the SOME, EVERY, COUNT or FOLD that binds it */
    REF_TO_FIELD,    /* PATH x.field, or a bare NAME in a record's definition: field `index` of `record` */
    REF_TO_RECORD_DEFINE, /* likewise: definition `index` of `record` */
    REF_TO_RULE,          /* rules[index]; a table: the rules index .. index + count - 1 */
    REF_TO_DUTY,          /* duties[index] */
    REF_TO_BUILTIN,       /* the NAME of a CALL: row `index` of builtins.def */
    REF_TO_SOURCE,        /* citation sources[index] */
    REF_TO_CONSTANT /* NUMBER: `number` is the mantissa at the scale of the node's type; DATE: `number` is the day */
};
struct ref {
    enum ref_kind kind;
    uint32_t index, count;
    union {
        int64_t number; /* of a CONSTANT */
        struct {
            const struct ast_node *node;
            const struct record_type *record;
        };
    };
};

/* What has to be known before what: evaluation goes through `order` once. */
enum step_kind {
    STEP_FACT,    /* the fact's `only when` */
    STEP_RULE,    /* the degree of rules[index]: in force, known, when, its exceptions */
    STEP_DECISION /* the value of decisions[index] */
};
struct step {
    enum step_kind kind;
    uint32_t index;
};

/* A warning of the checker, accepted or not, with the declaration whose `accept` would silence it; NULL: its file's header only. */
struct checker_warning {
    struct diagnostic *diagnostic;
    const struct ast_node *where;
};

/*
 * The most that a set has; what is beyond is refused with a message. policy_set_init sets the documented figures, which
 * tests lower. Each fits into 32 bits.
 */
struct policy_limits {
    size_t facts, rules; /* rules: exceptions and rows of tables among them */
    size_t list_records; /* of one list, in facts and in tests */
    size_t registers, operands;
};
#define POLICY_MAX_FACTS 100000
#define POLICY_MAX_RULES 1000000
#define POLICY_MAX_LIST_RECORDS 1000000
/* Registers are 32-bit numbers, and nobody has a policy of millions of conditions. */
#define POLICY_MAX_REGISTERS ((size_t)1 << 24)
#define POLICY_MAX_OPERANDS ((size_t)1 << 28)

struct policy_set {
    struct arena *arena;
    struct sources sources;
    struct names names;
    struct diagnostics diags;
    struct diagnostics silenced; /* warnings that an `accept` silences */
    struct checker_warning *warnings;
    size_t warning_count, warning_capacity;
    struct parse_context parsing;
    struct policy_limits limits;
    struct parse_tree *trees;
    size_t tree_count, tree_capacity;

    struct module *modules;
    size_t module_count, module_capacity;
    uint32_t *file_modules; /* by file: its index in modules */
    struct period covers;
    bool has_today_path;
    struct input_path today_path; /* `today from` */

    struct enumeration **enumerations; /* the first is weekday, monday to sunday */
    size_t enumeration_count, enumeration_capacity;
    struct record_type **records;
    size_t record_count, record_capacity;
    struct fact *facts;
    size_t fact_count, fact_capacity;
    struct requirement *requirements;
    size_t requirement_count, requirement_capacity;
    struct decision *decisions;
    size_t decision_count, decision_capacity;
    struct duty *duties;
    size_t duty_count, duty_capacity;
    struct rule *rules;
    size_t rule_count, rule_capacity;
    struct citation_source *citation_sources;
    size_t citation_source_count, citation_source_capacity;
    struct example *examples;
    size_t example_count, example_capacity;
    struct policy_test *tests;
    size_t test_count, test_capacity;
    struct property *properties;
    size_t property_count, property_capacity;

    struct step
        *order; /* every fact with `only when`, every rule, every decision, each after what it needs */
    size_t order_count, order_capacity;

    /* Indexed by node id, 0 .. node_limit-1; NULL or REF_NOTHING where a node has none. */
    const struct type **node_types; /* of every expression node and of NAMEs in expressions */
    struct ref *node_refs;
    size_t node_limit;
};

/* Its own module's word for months: the rounding a SHIFT or ANNIVERSARY node asks for, or its file's, or the policy's. */
enum cal_rounding model_rounding(const struct policy_set *set, const struct ast_node *node);
/* The type of an expression: of a name, the type of what it names; TYPE_BAD where it has none. Never NULL. */
const struct type *model_type(const struct policy_set *set, const struct ast_node *node);
/* The module a file belongs to. */
const struct module *model_module(const struct policy_set *set, uint16_t file);

#endif
