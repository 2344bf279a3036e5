/*
 * What an evaluation found: for each decision its state, value, deciding rules and open reasons; duties, reminders,
 * notices, the degree of every rule. Shared by the scalar evaluator, the output writers, in-policy tests. Must not
 * know how it was computed or how it is shown.
 */
#ifndef PROVISO_INTERP_RUN_OUTCOME_H
#define PROVISO_INTERP_RUN_OUTCOME_H

#include "interp/meaning/model.h"

enum state { STATE_VALUE, STATE_UNDECIDED, STATE_UNDETERMINED, STATE_CONFLICT, STATE_FAILED };
enum degree { DEGREE_NO, DEGREE_YES, DEGREE_OPEN };

/* A rule that gave a value, applies or may apply, and the value it gives (VALUE_OPEN where that is open). */
struct contribution {
    uint32_t rule;
    enum degree degree;
    struct value value;
};

/*
 * A decision. VALUE: `value` (may be VALUE_NONE); the contributions are the rules that gave it, `by_otherwise` where the
 * normal case decided. CONFLICT: all rules that apply with a value. UNDETERMINED, FAILED: the rules that apply or may apply; `reasons` is never empty. UNDECIDED:
 * none of these. Of a total, the contributions are the rules that add (or may).
 */
struct decision_outcome {
    enum state state;
    struct value value;
    bool by_otherwise;
    struct contribution *contributions;
    size_t contribution_count;
    const struct reasons *reasons;
};

enum duty_state {
    DUTY_NOT_DUE,
    DUTY_DUE,        /* `deadline` and `status` hold */
    DUTY_POSSIBLE,   /* open: it depends on `reasons` whether, or by when, it is due */
    DUTY_IN_CONFLICT /* rules that apply give different deadlines */
};
enum duty_status { STATUS_OPEN, STATUS_DONE, STATUS_OVERDUE, STATUS_UNKNOWN /* `done when` is open */ };
/* A deadline: BY a day is period {CAL_MIN, day} with in_period false. Of a contribution: tag VALUE_DATE for by, VALUE_PERIOD for in. */
struct duty_outcome {
    enum duty_state state;
    bool in_period;
    struct period deadline;
    enum duty_status status;
    struct contribution *contributions;
    size_t contribution_count;
    const struct reasons *reasons; /* why possible, or why the status is unknown */
};

/* A reminder or notice of a rule that applies, or may (possible): then `reasons` say what it depends on. */
struct announcement {
    uint32_t rule, effect;
    bool possible;
    struct value day; /* of a reminder: VALUE_DATE or VALUE_OPEN; of a notice VALUE_NONE */
    struct text text; /* with {expr} filled in; an open one reads "?" */
    const struct reasons *reasons;
};

enum property_state { PROPERTY_HOLDS, PROPERTY_BROKEN };
/*
 * A property in this case, and the values it was judged by: yes/no, none or open. `whenever` is yes where the property has none. With facts unknown,
 * BROKEN means no more than that it cannot be said to hold.
 */
struct property_outcome {
    enum property_state state;
    struct value whenever, condition;
};

/*
 * One evaluation. Everything lives in the arena given to it. `covered` is false where today is outside `covers`: then the
 * arrays are NULL and the counts 0. A record that breaks a `require` or `only when` has problems in the record, and no outcome.
 */
struct outcome {
    cal_day today;
    bool covered;
    struct decision_outcome *decisions; /* by decision index */
    size_t decision_count;
    struct duty_outcome *duties; /* by duty index */
    size_t duty_count;
    struct announcement *reminders; /* sorted by day (open days last), then rule, then effect */
    size_t reminder_count;
    struct announcement *notices; /* in order of rules and effects */
    size_t notice_count;
    enum degree *degrees; /* by rule index */
    size_t rule_count;
    struct property_outcome *properties; /* by property index; none where the program was made without */
    size_t property_count;
};

#endif
