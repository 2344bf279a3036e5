/*
 * The column kernels: the body of each row of ops.def once more, over all rows that matter. Where every operand has a value in
 * every row there is a loop without a question in it; the rest asks for states. Must not know decisions, nor facts' forms.
 */
#include "interp/run/column_machine.h"
#include "interp/run/natives.h"

#include "grammar/base/banned.h"

/* --- arrays of natives --- */

typedef const struct member_set *member_set_pointer;
/* What an array of them holds; of a yes/no the states are the values. */
#define ITEM_YESNO uint8_t
#define ITEM_DAY cal_day
#define ITEM_PERIOD struct period
#define ITEM_NUM int64_t
#define ITEM_FRAC struct frac
#define ITEM_MEMBER int32_t
#define ITEM_SET member_set_pointer
#define ITEM_NOTHING uint32_t
#define ITEM_IMM uint32_t
#define ITEM_SCALES uint32_t
#define ITEM_WIDE uint32_t

#define ITEMS_YESNO(column) ((column).state)
#define ITEMS_DAY(column) ((column).values)
#define ITEMS_PERIOD(column) ((column).values)
#define ITEMS_NUM(column) ((column).values)
#define ITEMS_FRAC(column) ((column).values)
#define ITEMS_MEMBER(column) ((column).values)
#define ITEMS_SET(column) ((column).values)
#define ITEMS_NOTHING(column) NULL
#define ITEMS_IMM(column) NULL
#define ITEMS_SCALES(column) NULL
#define ITEMS_WIDE(column) NULL

/* An operand in a row. */
#define AT_YESNO(m, items, i, x) ((items)[i] == CELL_YES)
#define AT_DAY(m, items, i, x) ((items)[i])
#define AT_PERIOD(m, items, i, x) ((items)[i])
#define AT_NUM(m, items, i, x) ((items)[i])
#define AT_FRAC(m, items, i, x) ((items)[i])
#define AT_MEMBER(m, items, i, x) ((items)[i])
#define AT_SET(m, items, i, x) ((items)[i])
#define AT_NOTHING(m, items, i, x) ((void)(items), x)
#define AT_IMM(m, items, i, x) ((void)(items), x)
#define AT_SCALES(m, items, i, x) ((void)(items), x)
#define AT_WIDE(m, items, i, x) ((void)(items), (m)->plan->program->wides[x])

/* Whether an operand is a register. */
#define COLUMN_YESNO 1
#define COLUMN_DAY 1
#define COLUMN_PERIOD 1
#define COLUMN_NUM 1
#define COLUMN_FRAC 1
#define COLUMN_MEMBER 1
#define COLUMN_SET 1
#define COLUMN_NOTHING 0
#define COLUMN_IMM 0
#define COLUMN_SCALES 0
#define COLUMN_WIDE 0

#define ZERO_YESNO false
#define ZERO_DAY 0
#define ZERO_PERIOD \
    { 0, 0 }
#define ZERO_NUM 0
#define ZERO_FRAC \
    { 0, 1 }
#define ZERO_MEMBER 0

/* The state of a result, and the item that holds it. */
#define STATE_YESNO(r) ((uint8_t)(r))
#define STATE_DAY(r) CELL_VALUE
#define STATE_PERIOD(r) CELL_VALUE
#define STATE_NUM(r) CELL_VALUE
#define STATE_FRAC(r) CELL_VALUE
#define STATE_MEMBER(r) CELL_VALUE
#define PUT_YESNO(out, i, r) ((void)(out))
#define PUT_DAY(out, i, r) ((out)[i] = (r))
#define PUT_PERIOD(out, i, r) ((out)[i] = (r))
#define PUT_NUM(out, i, r) ((out)[i] = (r))
#define PUT_FRAC(out, i, r) ((out)[i] = (r))
#define PUT_MEMBER(out, i, r) ((out)[i] = (int32_t)(r))

/* What the bodies of ops.def may use. */
#define FAIL(KIND) return CELL_OPEN
#define CALENDAR(call)        \
    do {                      \
        if ((call) != CAL_OK) \
            return CELL_OPEN; \
    } while (0)
#define FRACTION(call)         \
    do {                       \
        if ((call) != FRAC_OK) \
            return CELL_OPEN;  \
    } while (0)

/* One cell. */
#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...)                                    \
    static inline __attribute__((always_inline))                                        \
    uint8_t cell_##NAME(NATIVE_##A a, NATIVE_##B b, NATIVE_##C c, NATIVE_##R *result) { \
        NATIVE_##R r = ZERO_##R;                                                        \
        (void)a;                                                                        \
        (void)b;                                                                        \
        (void)c;                                                                        \
        __VA_ARGS__                                                                     \
        *result = r;                                                                    \
        return STATE_##R(r);                                                            \
    }
#define OP_NARY(NAME, R, A, WORDS, DOC, ...)                                           \
    static inline __attribute__((always_inline))                                       \
    uint8_t cell_##NAME(NATIVE_##R a, uint32_t lift, bool first, NATIVE_##R *result) { \
        NATIVE_##R r = *result;                                                        \
        __VA_ARGS__                                                                    \
        *result = r;                                                                   \
        return CELL_VALUE;                                                             \
    }
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC)
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC)
#include "interp/program/ops.def"
#undef OP_STRICT
#undef OP_NARY

/* One row of a loop over all of them: the state that `made` gives, and the result in `r`. */
#define ROW(R, made)             \
    do {                         \
        NATIVE_##R r = ZERO_##R; \
        uint8_t state = (made);  \
        states[i] = state;       \
        PUT_##R(items, i, r);    \
        worst |= state;          \
    } while (0)
#define ROW_YESNO(made) ROW(YESNO, made)
#define ROW_DAY(made) ROW(DAY, made)
#define ROW_PERIOD(made) ROW(PERIOD, made)
#define ROW_NUM(made) ROW(NUM, made)
#define ROW_FRAC(made) ROW(FRAC, made)
#define ROW_MEMBER(made) ROW(MEMBER, made)

/*
 * A row of ops.def over columns. `ALL` is a loop over all rows whose operands have values, which a compiler may turn into
 * vector instructions; the other loop takes lists of rows and states.
 */
#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...)                                                   \
    static void column_##NAME(struct column_machine *m, const struct column_step *step) {              \
        struct column ca = {.plain = true}, cb = ca, cc = ca, *out = column_out(m, step);              \
        struct chosen chosen = column_choose(m, step);                                                 \
        uint8_t worst = 0;                                                                             \
        if (COLUMN_##A)                                                                                \
            ca = column_fetch(m, step->a, 0);                                                          \
        if (COLUMN_##B)                                                                                \
            cb = column_is_constant(m, step->b) && !chosen.rows &&                                     \
                         CELL_HAS_VALUE(m->constants[step->b].state[0])                                \
                     ? m->constants[step->b]                                                           \
                     : column_fetch(m, step->b, 1);                                                    \
        if (COLUMN_##C)                                                                                \
            cc = column_fetch(m, step->c, 2);                                                          \
        const ITEM_##A *restrict pa = ITEMS_##A(ca);                                                   \
        const ITEM_##B *pb = ITEMS_##B(cb);                                                            \
        const ITEM_##C *restrict pc = ITEMS_##C(cc);                                                   \
        uint8_t *restrict states = out->state;                                                         \
        ITEM_##R *restrict items = ITEMS_##R(*out);                                                    \
        if (!chosen.rows && ca.plain && cb.plain && cc.plain) {                                        \
            if (COLUMN_##B && column_is_constant(m, step->b)) {                                        \
                NATIVE_##B b = AT_##B(m, pb, 0, step->b);                                              \
                for (uint32_t i = 0; i < chosen.count; i++)                                            \
                    ROW_##R(cell_##NAME(AT_##A(m, pa, i, step->a), b, AT_##C(m, pc, i, step->c), &r)); \
            } else {                                                                                   \
                for (uint32_t i = 0; i < chosen.count; i++)                                            \
                    ROW_##R(cell_##NAME(AT_##A(m, pa, i, step->a), AT_##B(m, pb, i, step->b),          \
                                        AT_##C(m, pc, i, step->c), &r));                               \
            }                                                                                          \
            out->plain = CELL_HAS_VALUE(worst);                                                        \
            return;                                                                                    \
        }                                                                                              \
        if (COLUMN_##B && column_is_constant(m, step->b)) {                                            \
            cb = column_fetch(m, step->b, 1);                                                          \
            pb = ITEMS_##B(cb);                                                                        \
        }                                                                                              \
        for (uint32_t k = 0; k < chosen.count; k++) {                                                  \
            uint32_t i = chosen.rows ? chosen.rows[k] : k;                                             \
            NATIVE_##R r = ZERO_##R;                                                                   \
            uint8_t state =                                                                            \
                column_join(column_join(COLUMN_##A ? ca.state[i] : 0, COLUMN_##B ? cb.state[i] : 0),   \
                            COLUMN_##C ? cc.state[i] : 0);                                             \
            if (!state)                                                                                \
                state = cell_##NAME(AT_##A(m, pa, i, step->a), AT_##B(m, pb, i, step->b),              \
                                    AT_##C(m, pc, i, step->c), &r);                                    \
            states[i] = state;                                                                         \
            PUT_##R(items, i, r);                                                                      \
            worst |= state;                                                                            \
        }                                                                                              \
        out->plain = CELL_HAS_VALUE(worst);                                                            \
    }
/* The operands one after another, the result so far in the columns of the result. */
#define OP_NARY(NAME, R, A, WORDS, DOC, ...)                                              \
    static void column_##NAME(struct column_machine *m, const struct column_step *step) { \
        struct column *out = column_out(m, step);                                         \
        struct chosen chosen = column_choose(m, step);                                    \
        uint32_t count, lift_count;                                                       \
        const uint32_t *registers = column_operands(m, step->a, &count);                  \
        const uint32_t *lifts = column_operands(m, step->b, &lift_count);                 \
        uint8_t worst = 0, *restrict states = out->state;                                 \
        ITEM_##R *restrict items = ITEMS_##R(*out);                                       \
        for (uint32_t j = 0; j < count; j++) {                                            \
            struct column column = column_fetch(m, registers[j], 0);                      \
            const ITEM_##R *restrict pa = ITEMS_##R(column);                              \
            uint32_t lift = lift_count > 0 ? lifts[j] : 0;                                \
            bool first = j == 0;                                                          \
            for (uint32_t k = 0; k < chosen.count; k++) {                                 \
                uint32_t i = chosen.rows ? chosen.rows[k] : k;                            \
                uint8_t before = first ? 0 : states[i];                                   \
                uint8_t state = column_join(before, column.state[i]);                     \
                NATIVE_##R r = ZERO_##R;                                                  \
                if (!first)                                                               \
                    r = items[i];                                                         \
                if (!state)                                                               \
                    state = cell_##NAME(pa[i], lift, first, &r);                          \
                items[i] = r;                                                             \
                states[i] = state;                                                        \
            }                                                                             \
        }                                                                                 \
        for (uint32_t k = 0; k < chosen.count; k++)                                       \
            worst |= states[chosen.rows ? chosen.rows[k] : k];                            \
        out->plain = CELL_HAS_VALUE(worst);                                               \
    }
#include "interp/program/ops.def"
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

/* --- what comes from outside --- */

static void column_today(struct column_machine *m, const struct column_step *step) {
    struct column *out = column_out(m, step);
    memcpy(out->values, m->days, m->count * sizeof *m->days);
    memset(out->state, CELL_VALUE, m->count);
    out->plain = true;
}

static void column_fact(struct column_machine *m, const struct column_step *step) {
    *column_out(m, step) = m->facts[step->a];
}

static void column_announced_by(struct column_machine *m, const struct column_step *step) {
    struct column *out = column_out(m, step);
    bool known = !m->question.has_known_on || (cal_day)step->a <= m->question.known_on;
    memset(out->state, known ? CELL_YES : CELL_NO, m->count);
    out->plain = true;
}

/* Copies the values of a column that has the same kind. */
static void take_values(struct column_machine *m, const struct column_step *step, const struct column *from) {
    size_t width = column_width(step->kind);
    if (width)
        memcpy(column_out(m, step)->values, from->values, m->count * width);
}

static void finish_states(struct column_machine *m, struct column *out) {
    uint8_t worst = 0;
    for (uint32_t i = 0; i < m->count; i++)
        worst |= CELL_HAS_VALUE(out->state[i]) ? 0 : CELL_NONE;
    out->plain = !worst;
}

static void column_only_when(struct column_machine *m, const struct column_step *step) {
    struct column value = column_fetch(m, step->a, 0), when = column_fetch(m, step->b, 1);
    struct column *out = column_out(m, step);
    take_values(m, step, &value);
    for (uint32_t i = 0; i < m->count; i++)
        out->state[i] =
            when.state[i] == CELL_NO || when.state[i] == CELL_NONE ? (uint8_t)CELL_NONE : value.state[i];
    finish_states(m, out);
}

static void column_only_when_otherwise(struct column_machine *m, const struct column_step *step) {
    struct column value = column_fetch(m, step->a, 0), when = column_fetch(m, step->b, 1);
    struct column usual = column_fetch(m, step->c, 2), *out = column_out(m, step);
    take_values(m, step, &value);
    for (uint32_t i = 0; i < m->count; i++) {
        uint8_t state = value.state[i];
        if (when.state[i] == CELL_NO || when.state[i] == CELL_NONE)
            state = CELL_NONE;
        else if (CELL_IS_OPEN(when.state[i]) && !CELL_IS_OPEN(state) &&
                 column_equal(&value, i, &usual, i, step->kind))
            state = when.state[i];
        out->state[i] = state;
    }
    finish_states(m, out);
}

/* --- logic --- */

/* `all`: no wins, then the most open, then none. */
static void column_all(struct column_machine *m, const struct column_step *step) {
    struct column *out = column_out(m, step);
    uint32_t count, n = m->count;
    const uint32_t *registers = column_operands(m, step->a, &count);
    uint8_t *restrict states = out->state;
    memset(states, CELL_YES, n);
    for (uint32_t j = 0; j < count; j++) {
        struct column column = column_fetch(m, registers[j], 0);
        const uint8_t *restrict other = column.state;
        for (uint32_t i = 0; i < n; i++) {
            uint8_t x = states[i], y = other[i], more = x > y ? x : y;
            states[i] = x && y ? more : 0;
        }
    }
    finish_states(m, out);
}

/* `any`: yes wins; its mirror image. */
static void column_any(struct column_machine *m, const struct column_step *step) {
    struct column *out = column_out(m, step);
    uint32_t count, n = m->count;
    const uint32_t *registers = column_operands(m, step->a, &count);
    uint8_t *restrict states = out->state;
    memset(states, CELL_NO, n);
    for (uint32_t j = 0; j < count; j++) {
        struct column column = column_fetch(m, registers[j], 0);
        const uint8_t *restrict other = column.state;
        for (uint32_t i = 0; i < n; i++) {
            uint8_t x = states[i], y = other[i], more = x > y ? x : y;
            states[i] = x == CELL_YES || y == CELL_YES ? (uint8_t)CELL_YES : more;
        }
    }
    finish_states(m, out);
}

static void column_if(struct column_machine *m, const struct column_step *step) {
    struct column when = column_fetch(m, step->a, 0), yes = column_fetch(m, step->b, 1);
    struct column no = column_fetch(m, step->c, 2), *out = column_out(m, step);
    struct chosen rows = column_choose(m, step);
    size_t width = column_width(step->kind);
    char *values = out->values;
    const char *branches[2] = {no.values, yes.values};
    for (uint32_t k = 0; k < rows.count; k++) {
        uint32_t i = rows.rows ? rows.rows[k] : k;
        bool chosen = when.state[i] != CELL_NO;
        uint8_t state = chosen ? yes.state[i] : no.state[i];
        if (!CELL_HAS_VALUE(when.state[i]) && (CELL_IS_OPEN(yes.state[i]) || CELL_IS_OPEN(no.state[i]) ||
                                               !column_equal(&yes, i, &no, i, step->kind))) {
            state = column_join(column_join(when.state[i], yes.state[i]), no.state[i]);
            state = CELL_IS_OPEN(state) ? state : (uint8_t)CELL_NONE;
        }
        out->state[i] = state;
        if (width)
            memcpy(values + i * width, branches[chosen] + i * width, width);
    }
    finish_states(m, out);
}

static void is_given_or_not(struct column_machine *m, const struct column_step *step, bool given) {
    struct column value = column_fetch(m, step->a, 0), *out = column_out(m, step);
    for (uint32_t i = 0; i < m->count; i++)
        out->state[i] =
            CELL_IS_OPEN(value.state[i]) ? value.state[i] : (uint8_t)((value.state[i] != CELL_NONE) == given);
    finish_states(m, out);
}

static void column_is_none(struct column_machine *m, const struct column_step *step) {
    is_given_or_not(m, step, false);
}

static void column_is_given(struct column_machine *m, const struct column_step *step) {
    is_given_or_not(m, step, true);
}

/* Members, days and answers of yes or no, all of them there: equality is that of two arrays. */
static bool is_plainly(struct column_machine *m, const struct column *x, const struct column *y,
                       unsigned kind, uint8_t *restrict states) {
    uint32_t n = m->count;
    if (!x->plain || !y->plain)
        return false;
    if (kind == KIND_YESNO) {
        const uint8_t *restrict a = x->state, *restrict b = y->state;
        for (uint32_t i = 0; i < n; i++)
            states[i] = a[i] == b[i];
    } else if (kind == KIND_MEMBER || kind == KIND_DAY) {
        const int32_t *restrict a = x->values, *restrict b = y->values;
        for (uint32_t i = 0; i < n; i++)
            states[i] = a[i] == b[i];
    } else {
        return false;
    }
    return true;
}

/* The same against a constant. */
static bool is_plainly_constant(struct column_machine *m, const struct column *x, const struct column *y,
                                unsigned kind, uint8_t *restrict states) {
    uint32_t n = m->count;
    if (!x->plain || !y->plain)
        return false;
    if (kind == KIND_YESNO) {
        const uint8_t *restrict a = x->state, b = y->state[0];
        for (uint32_t i = 0; i < n; i++)
            states[i] = a[i] == b;
    } else if (kind == KIND_MEMBER || kind == KIND_DAY) {
        const int32_t *restrict a = x->values, b = *(const int32_t *)y->values;
        for (uint32_t i = 0; i < n; i++)
            states[i] = a[i] == b;
    } else {
        return false;
    }
    return true;
}

static uint8_t both_open(uint8_t x, uint8_t y) {
    uint8_t state = column_join(x, y);
    return CELL_IS_OPEN(state) ? state : 0;
}

static void column_is(struct column_machine *m, const struct column_step *step) {
    struct column x = column_fetch(m, step->a, 0), y, *out = column_out(m, step);
    unsigned kind = column_kind(m, step->a);
    struct chosen chosen = column_choose(m, step);
    if (kind == KIND_NOTHING)
        kind = column_kind(m, step->b);
    if (column_is_constant(m, step->b) &&
        is_plainly_constant(m, &x, &m->constants[step->b], kind, out->state)) {
        out->plain = true;
        return;
    }
    y = column_fetch(m, step->b, 1);
    if (is_plainly(m, &x, &y, kind, out->state)) {
        out->plain = true;
        return;
    }
    out->plain = true;
    for (uint32_t k = 0; k < chosen.count; k++) {
        uint32_t i = chosen.rows ? chosen.rows[k] : k;
        uint8_t state = both_open(x.state[i], y.state[i]);
        if (state)
            out->plain = false;
        else if (x.state[i] != CELL_NONE && y.state[i] != CELL_NONE)
            state = column_equal(&x, i, &y, i, kind);
        out->state[i] = state;
    }
}

static void column_is_number(struct column_machine *m, const struct column_step *step) {
    struct column x = column_fetch(m, step->a, 0), y = column_fetch(m, step->b, 1),
                  *out = column_out(m, step);
    const int64_t *restrict a = x.values, *restrict b = y.values;
    uint8_t *restrict states = out->state;
    uint32_t scales = step->c;
    bool same = SAME_SCALE(scales);
    out->plain = true;
    if (x.plain && y.plain && same) {
        for (uint32_t i = 0; i < m->count; i++)
            states[i] = a[i] == b[i];
        return;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        uint8_t state = both_open(x.state[i], y.state[i]);
        if (state)
            out->plain = false;
        else if (x.state[i] != CELL_NONE && y.state[i] != CELL_NONE)
            state =
                same ? a[i] == b[i] : num_compare(a[i], FIRST_SCALE(scales), b[i], SECOND_SCALE(scales)) == 0;
        states[i] = state;
    }
}

/* Adds one of the others to what was found: the most open so far, else yes or no. */
static void one_of(struct column_machine *m, const struct column *x, const struct column *y, unsigned kind,
                   const int scales[2], struct chosen chosen, uint8_t *states) {
    for (uint32_t k = 0; k < chosen.count; k++) {
        uint32_t i = chosen.rows ? chosen.rows[k] : k;
        uint8_t open = column_join(both_open(x->state[i], y->state[i]), states[i]);
        bool equal = false;
        (void)m;
        if (open) {
            states[i] = open;
            continue;
        }
        if (states[i] == CELL_NO && x->state[i] != CELL_NONE && y->state[i] != CELL_NONE)
            equal = scales ? num_compare(((const int64_t *)x->values)[i], scales[0],
                                         ((const int64_t *)y->values)[i], scales[1]) == 0
                           : column_equal(x, i, y, i, kind);
        states[i] = (uint8_t)(states[i] | equal);
    }
}

static void column_is_one_of(struct column_machine *m, const struct column_step *step) {
    uint32_t count, scale_count;
    const uint32_t *registers = column_operands(m, step->a, &count);
    const uint32_t *scales = column_operands(m, step->b, &scale_count);
    struct column x = column_fetch(m, registers[0], 0), *out = column_out(m, step);
    unsigned kind = column_kind(m, registers[0]);
    struct chosen chosen = column_choose(m, step);
    memset(out->state, CELL_NO, m->count);
    for (uint32_t j = 1; j < count; j++) {
        struct column y = column_fetch(m, registers[j], 1);
        int both[2] = {0, 0};
        if (scale_count > 0) {
            both[0] = (int)scales[0];
            both[1] = (int)scales[j];
        }
        one_of(m, &x, &y, kind == KIND_NOTHING ? column_kind(m, registers[j]) : kind,
               scale_count > 0 ? both : NULL, chosen, out->state);
    }
    finish_states(m, out);
}

/* Memory that runs out leaves none, and the run tells. */
static void column_set_of(struct column_machine *m, const struct column_step *step) {
    struct column *out = column_out(m, step);
    struct chosen chosen = column_choose(m, step);
    uint32_t count, words = step->b;
    const uint32_t *registers = column_operands(m, step->a, &count);
    struct member_set **sets = out->values;
    memset(out->state, CELL_VALUE, m->count);
    for (uint32_t k = 0; k < chosen.count; k++) {
        struct member_set *set = arena_alloc(&m->sets, sizeof *set + words * sizeof set->words[0]);
        uint32_t i = chosen.rows ? chosen.rows[k] : k;
        sets[i] = set;
        if (set)
            set->word_count = words;
        else
            out->state[i] = CELL_NONE;
    }
    for (uint32_t j = 0; j < count; j++) {
        struct column member = column_fetch(m, registers[j], 0);
        const int32_t *members = member.values;
        for (uint32_t k = 0; k < chosen.count; k++) {
            uint32_t i = chosen.rows ? chosen.rows[k] : k;
            out->state[i] = column_join(out->state[i], member.state[i]);
            if (out->state[i] == CELL_VALUE && (uint32_t)members[i] / 64 < words)
                sets[i]->words[members[i] / 64] |= UINT64_C(1) << (members[i] & 63);
        }
    }
    finish_states(m, out);
}

/* --- what makes a record invalid --- */

static void column_require(struct column_machine *m, const struct column_step *step) {
    struct column holds = column_fetch(m, step->a, 0);
    for (uint32_t i = 0; i < m->count; i++)
        m->rejected[i] |= holds.state[i] == CELL_NO;
}

/* As the scalar check: a value where none is allowed, none where there has to be a value. */
static void column_check_fact(struct column_machine *m, const struct column_step *step) {
    const struct fact *fact = &m->plan->program->set->facts[step->c];
    struct column value = column_fetch(m, step->a, 0), when = column_fetch(m, step->b, 1);
    bool may_be_none = fact->declared_optional || (fact->has_otherwise && fact->otherwise.tag == VALUE_NONE);
    bool usual = fact->has_otherwise && fact->otherwise.tag != VALUE_NONE;
    unsigned kind = column_kind(m, step->a);
    for (uint32_t i = 0; i < m->count; i++) {
        uint8_t state = value.state[i], condition = when.state[i];
        if (CELL_IS_OPEN(state) || CELL_IS_OPEN(condition))
            continue;
        if (condition == CELL_YES)
            m->rejected[i] |= state == CELL_NONE && !may_be_none;
        else if (state != CELL_NONE)
            m->rejected[i] |= !usual || !value_equal(column_value(&value, kind, i), fact->otherwise);
    }
    memset(column_out(m, step)->state, CELL_YES, m->count);
    column_out(m, step)->plain = true;
}

/* --- the table --- */

#define column_remind NULL
#define column_notice NULL
#define column_field NULL
#define column_check_field NULL
/* Properties are for the analysis: what answers records is compiled without them. */
#define column_rule_applies NULL
#define column_duty_applies NULL
#define column_is_decided NULL

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...) [INS_##NAME] = column_##NAME,
#define OP_NARY(NAME, R, A, WORDS, DOC, ...) [INS_##NAME] = column_##NAME,
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC) [INS_##NAME] = NULL,
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC) [INS_##NAME] = column_##NAME,
static column_kernel *const column_kernels[INS_COUNT] = {
#include "interp/program/ops.def"
};
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

column_kernel *column_kernel_of(unsigned op) {
    return column_kernels[op];
}

bool column_has_kernel(unsigned op) {
    return column_kernels[op] != NULL;
}
