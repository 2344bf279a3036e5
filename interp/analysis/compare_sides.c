/*
 * The two sides of a subject: as the cells of a walk show them, and as the evaluator's outcomes do; when they are one, and what they
 * are in words. Must not know which subjects there are, nor what becomes of a difference.
 */
#include "interp/analysis/compare_inside.h"
#include "interp/analysis/region_inside.h"

#include "interp/meaning/show.h"

#include "grammar/base/banned.h"

/* --- in a cell --- */

static struct side side_of(enum seen seen, struct sym value) {
    return (struct side){.seen = seen, .value = value};
}

static struct side decision_side(struct engine *engine, uint32_t decision) {
    struct verdict_view seen = see_decision(engine, decision);
    struct side side = side_of(seen.seen, seen.value);
    if (seen.seen == SEEN_VALUE && seen.value.kind == SYM_CHOICE) {
        side.value = sym_given(engine, seen.value);
        side.seen = side.value.kind == SYM_SPLIT ? SEEN_SPLIT : SEEN_VALUE;
    }
    return side;
}

static struct side duty_side(struct engine *engine, uint32_t duty) {
    struct verdict_view seen = see_duty(engine, duty);
    struct side side = side_of(seen.seen, seen.value);
    if (side.seen == SEEN_VALUE && side.value.kind == SYM_NONE)
        side.seen = SEEN_UNDECIDED;
    return side;
}

/* Whether a reminder or notice is listed: yes, no, open, or it hangs on an atom; `day` gets its day. */
static struct sym see_listed(struct engine *engine, const struct instruction *instruction, struct sym *day) {
    uint32_t count;
    if (instruction->op == INS_notice)
        return sym_truth(engine, instruction->a);
    const uint32_t *registers = sym_operands(engine, instruction->a, &count);
    struct sym degree = sym_truth(engine, registers[0]);
    if (degree.kind == SYM_TRUTH && !degree.truth)
        return degree;
    struct sym unless = registers[2] == NO_REGISTER ? sym_of_truth(false) : sym_truth(engine, registers[2]);
    if (unless.kind == SYM_NONE)
        unless = sym_of_truth(false);
    struct sym listed = sym_both(degree, sym_not(unless));
    *day = sym_given(engine, sym_eval(engine, registers[1]));
    if (listed.kind != SYM_TRUTH || !listed.truth)
        return listed;
    return day->kind == SYM_NONE                             ? sym_of_truth(false)
           : day->kind == SYM_SPLIT || day->kind == SYM_OPEN ? *day
                                                             : listed;
}

static struct side announced_side(struct engine *engine, const struct subject *subject, uint32_t program) {
    struct side side = side_of(SEEN_UNDECIDED, sym_of_none());
    struct sym pending = {.kind = SYM_UNSEEN};
    bool open = false;
    for (size_t i = 0; i < subject->announced_count[program]; i++) {
        const struct instruction *instruction =
            &engine->program->instructions[subject->announced[program][i]];
        struct sym day = sym_of_none(), listed = see_listed(engine, instruction, &day);
        if (listed.kind == SYM_SPLIT)
            pending = listed;
        open = open || listed.kind == SYM_OPEN;
        if (listed.kind != SYM_TRUTH || !listed.truth)
            continue;
        side.seen = SEEN_VALUE;
        side.value = sym_of_truth(true);
        if (subject->kind == COMPARED_REMINDER && day.kind == SYM_NUMBER && side.day_count < SIDE_DAYS)
            side.days[side.day_count++] = day.linear;
        else if (subject->kind == COMPARED_REMINDER)
            side.value = (struct sym){.kind = SYM_VAGUE, .reg = NO_REGISTER};
    }
    if (pending.kind == SYM_SPLIT && (subject->kind == COMPARED_REMINDER || side.seen != SEEN_VALUE))
        return side_of(SEEN_SPLIT, pending);
    if (open && (subject->kind == COMPARED_REMINDER || side.seen != SEEN_VALUE))
        side.seen = SEEN_OPEN;
    return side;
}

struct side see_side(struct walk *walk, const struct subject *subject, uint32_t program) {
    struct engine *engine = &walk->engines[program];
    switch (subject->kind) {
    case COMPARED_DECISION:
        return decision_side(engine, subject->index[program]);
    case COMPARED_DUTY:
        return duty_side(engine, subject->index[program]);
    case COMPARED_REMINDER:
    case COMPARED_NOTICE:
        break;
    }
    return announced_side(engine, subject, program);
}

static const struct type *type_of(const struct subject *subject, const struct program *program,
                                  uint32_t which) {
    static const struct type day = {.kind = TYPE_DAY};
    return subject->kind == COMPARED_DECISION ? &program->set->decisions[subject->index[which]].type : &day;
}

/* A set written in the policy, as bits of its universe; NULL where it is none. */
static const struct value *constant_set(const struct engine *engine, const struct sym *sym) {
    if (sym->kind != SYM_SET || sym->reg == NO_REGISTER || sym->reg >= engine->program->constant_count)
        return NULL;
    return &engine->program->constants[sym->reg];
}

static struct sym cannot_tell(void) {
    return (struct sym){.kind = SYM_VAGUE, .reg = NO_REGISTER};
}

static bool is_beyond(const struct sym *value) {
    return value->kind == SYM_VAGUE || value->kind == SYM_SET || value->kind == SYM_LIST;
}

static struct sym values_same(struct walk *walk, const struct likeness *likeness,
                              const struct subject *subject, struct sym a, struct sym b) {
    struct engine *engine = &walk->engines[0];
    if (is_beyond(&a) || is_beyond(&b)) {
        if (a.kind == SYM_NONE || b.kind == SYM_NONE)
            return sym_of_truth(false);
        if (a.kind == SYM_SET && b.kind == SYM_SET && a.reg == NO_REGISTER && b.reg == NO_REGISTER)
            return a.choice == b.choice ? sym_of_truth(true) : cannot_tell();
        if (a.kind == b.kind && a.reg != NO_REGISTER && b.reg != NO_REGISTER &&
            likeness->ids[0][a.reg] == likeness->ids[1][b.reg])
            return sym_of_truth(true);
        bool sets = constant_set(engine, &a) && constant_set(&walk->engines[1], &b);
        return sets ? sym_of_truth(false) : cannot_tell(); /* equal constants have one number */
    }
    if (a.kind == SYM_NUMBER && b.kind == SYM_NUMBER && subject->kind == COMPARED_DECISION) {
        const struct type *x = type_of(subject, engine->program, 0),
                          *y = type_of(subject, walk->engines[1].program, 1);
        if (x->kind == TYPE_NUM && y->kind == TYPE_NUM && x->scale != y->scale) {
            int finest = x->scale > y->scale ? x->scale : y->scale;
            struct linears *linears = &walk->space.linears;
            a.linear = linear_times(linears, a.linear, num_pow10(finest - x->scale), 1);
            b.linear = linear_times(linears, b.linear, num_pow10(finest - y->scale), 1);
        }
        if (!a.linear || !b.linear)
            return cannot_tell();
    }
    uint32_t reg = subject->kind == COMPARED_DECISION ? engine->decision_registers[subject->index[0]]
                                                      : engine->duty_instructions[subject->index[0]];
    return sym_same_value(engine, a, b, reg);
}

/* Whether every day of the one is a day of the other. */
static struct sym days_within(struct walk *walk, const struct side *a, const struct side *b) {
    struct engine *engine = &walk->engines[0];
    struct sym all = sym_of_truth(true);
    for (size_t i = 0; i < a->day_count; i++) {
        struct sym any = sym_of_truth(false);
        for (size_t k = 0; k < b->day_count; k++) {
            struct sym x = sym_number(engine, a->days[i], NO_REGISTER),
                       y = sym_number(engine, b->days[k], NO_REGISTER);
            struct sym same = sym_same_value(engine, x, y, engine->program->constant_count);
            any = sym_not(sym_both(sym_not(any), sym_not(same)));
        }
        all = sym_both(all, any);
    }
    return all;
}

struct sym sides_same(struct walk *walk, const struct likeness *likeness, const struct subject *subject,
                      const struct side *before, const struct side *after) {
    if (before->seen != after->seen)
        return sym_of_truth(false);
    if (before->seen != SEEN_VALUE || subject->kind == COMPARED_NOTICE)
        return sym_of_truth(true);
    if (subject->kind != COMPARED_REMINDER)
        return values_same(walk, likeness, subject, before->value, after->value);
    if (before->value.kind == SYM_VAGUE || after->value.kind == SYM_VAGUE)
        return cannot_tell();
    return sym_both(days_within(walk, before, after), days_within(walk, after, before));
}

bool side_is(const struct side *a, const struct side *b) {
    const struct sym *x = &a->value, *y = &b->value;
    if (a->seen != b->seen || a->day_count != b->day_count)
        return false;
    for (size_t i = 0; i < a->day_count; i++) {
        if (a->days[i] != b->days[i])
            return false;
    }
    if (a->seen != SEEN_VALUE)
        return true;
    if (x->kind != y->kind)
        return false;
    switch ((enum sym_kind)x->kind) {
    case SYM_TRUTH:
        return x->truth == y->truth;
    case SYM_NUMBER:
        return x->linear == y->linear;
    case SYM_PERIOD:
        return x->linear == y->linear && x->last == y->last;
    case SYM_CHOICE:
        return x->choice == y->choice;
    case SYM_MEMBER:
        return x->universe == y->universe && x->bit == y->bit;
    case SYM_SET:
        return x->reg == y->reg && (x->reg != NO_REGISTER || x->choice == y->choice);
    case SYM_LIST:
    case SYM_VAGUE:
        return x->reg == y->reg;
    default:
        return true;
    }
}

bool side_is_fixed(const struct side *side) {
    bool fixed =
        side->value.kind != SYM_VAGUE && side->value.kind != SYM_CHOICE && side->value.kind != SYM_LIST;
    if (side->value.kind == SYM_NUMBER || side->value.kind == SYM_PERIOD)
        fixed = linear_is_constant(side->value.linear);
    if (side->value.kind == SYM_PERIOD)
        fixed = fixed && linear_is_constant(side->value.last);
    for (size_t i = 0; i < side->day_count; i++)
        fixed = fixed && linear_is_constant(side->days[i]);
    return fixed;
}

/* --- words --- */

/* As show_value, but members by the name that policies write. */
static void value_words(struct buffer *out, const struct type *type, struct value value) {
    const char *gap = "";
    if (value.tag == VALUE_MEMBER) {
        buffer_text(out, type->enumeration->members[value.as.number].name->text);
        return;
    }
    if (value.tag == VALUE_TEXT) {
        buffer_json(out, value.as.text->bytes, value.as.text->length);
        return;
    }
    if (value.tag != VALUE_SET) {
        show_value(out, type, value);
        return;
    }
    buffer_char(out, '{');
    for (size_t i = 0; i < type->enumeration->count; i++) {
        if ((value.as.set->words[i / 64] >> i % 64 & 1) == 0)
            continue;
        buffer_string(out, gap);
        buffer_text(out, type->enumeration->members[i].name->text);
        gap = ", ";
    }
    buffer_char(out, '}');
}

static bool number_words(struct buffer *out, const struct walk *walk, const struct type *type,
                         const struct linear *linear) {
    int64_t number = (int64_t)linear->constant;
    if (!linear_is_constant(linear)) {
        region_form(out, walk, linear, type->kind == TYPE_NUM ? type->scale : 0);
        return false;
    }
    if (type->kind == TYPE_FRAC) {
        struct frac fraction = {linear->constant, linear->divisor};
        value_words(out, type, (struct value){.tag = VALUE_FRACTION, .as.fraction = &fraction});
    } else if (type->kind == TYPE_DAY) {
        value_words(out, type, (struct value){.tag = VALUE_DATE, .as.day = (cal_day)number});
    } else {
        value_words(out, type,
                    (struct value){.tag = type->kind == TYPE_MEMBER ? VALUE_MEMBER : VALUE_NUMBER,
                                   .as.number = number});
    }
    return true;
}

static bool sym_words(struct buffer *out, const struct walk *walk, uint32_t program, const struct type *type,
                      const struct sym *sym) {
    const struct value *set = constant_set(&walk->engines[program], sym);
    static const struct type day = {.kind = TYPE_DAY};
    switch ((enum sym_kind)sym->kind) {
    case SYM_NONE:
        buffer_string(out, "none");
        return true;
    case SYM_TRUTH:
        buffer_string(out, sym->truth ? "yes" : "no");
        return true;
    case SYM_MEMBER:
        if (type->kind == TYPE_STRING)
            buffer_json(out, sym->universe->names[sym->bit].bytes, sym->universe->names[sym->bit].length);
        else
            buffer_text(out, sym->universe->names[sym->bit]);
        return true;
    case SYM_NUMBER:
        return number_words(out, walk, type, sym->linear);
    case SYM_PERIOD: {
        bool from = number_words(out, walk, &day, sym->linear);
        buffer_string(out, " through ");
        return number_words(out, walk, &day, sym->last) && from;
    }
    case SYM_CHOICE:
        if (walk->space.choices[sym->choice].fact != UINT32_MAX)
            buffer_text(out, walk->space.places[walk->space.choices[sym->choice].fact].fact->name->text);
        else
            buffer_string(out, "a value");
        return false;
    case SYM_SET:
        if (set) {
            value_words(out, type, *set);
            return true;
        }
        break;
    default:
        break;
    }
    buffer_string(out, program == 0 ? "a value" : "another value");
    return false;
}

bool side_words(struct buffer *out, const struct walk *walk, const struct subject *subject, uint32_t program,
                const struct side *side) {
    static const char *const absent[] = {"undecided", "not due", "not sent", "not given"};
    static const struct type day = {.kind = TYPE_DAY};
    bool fixed = true;
    switch (side->seen) {
    case SEEN_UNDECIDED:
        buffer_string(out, absent[subject->kind]);
        return true;
    case SEEN_CONFLICT:
        buffer_string(out, "in conflict");
        return true;
    case SEEN_OPEN:
    case SEEN_SPLIT:
        buffer_string(out, "failed");
        return true;
    case SEEN_VALUE:
        break;
    }
    if (subject->kind == COMPARED_NOTICE) {
        buffer_string(out, "given");
    } else if (subject->kind == COMPARED_REMINDER) {
        buffer_string(out, "sent");
        if (side->day_count == 0)
            buffer_string(out, program == 0 ? " on a day" : " on another day");
        for (size_t i = 0; i < side->day_count; i++) {
            bool moved = !linear_is_constant(side->days[i]) && side->days[i]->constant != 0;
            buffer_string(out, i > 0 ? " and " : " ");
            buffer_string(out, moved ? "" : "on ");
            fixed = number_words(out, walk, &day, side->days[i]) && fixed;
        }
        fixed = fixed && side->day_count == 1;
    } else {
        if (subject->kind == COMPARED_DUTY)
            buffer_string(out, side->value.kind == SYM_PERIOD ? "due in " : "due by ");
        fixed = sym_words(out, walk, program, type_of(subject, walk->engines[program].program, program),
                          &side->value);
    }
    return fixed;
}

/* --- outcomes --- */

static enum seen decision_seen(const struct decision_outcome *outcome) {
    switch (outcome->state) {
    case STATE_VALUE:
        return SEEN_VALUE;
    case STATE_UNDECIDED:
        return SEEN_UNDECIDED;
    case STATE_CONFLICT:
        return SEEN_CONFLICT;
    case STATE_UNDETERMINED:
    case STATE_FAILED:
        break;
    }
    return SEEN_OPEN;
}

static enum seen duty_seen(const struct duty_outcome *outcome) {
    switch (outcome->state) {
    case DUTY_NOT_DUE:
        return SEEN_UNDECIDED;
    case DUTY_DUE:
        return SEEN_VALUE;
    case DUTY_IN_CONFLICT:
        return SEEN_CONFLICT;
    case DUTY_POSSIBLE:
        break;
    }
    return SEEN_OPEN;
}

/* The next reminder or notice with the subject's text from `*at` on. */
static const struct announcement *next_announced(const struct subject *subject, const struct program *program,
                                                 uint32_t which, const struct outcome *outcome, size_t *at) {
    bool reminder = subject->kind == COMPARED_REMINDER;
    size_t count = reminder ? outcome->reminder_count : outcome->notice_count;
    while (*at < count) {
        const struct announcement *made = reminder ? &outcome->reminders[*at] : &outcome->notices[*at];
        ++*at;
        for (size_t i = 0; i < subject->announced_count[which]; i++) {
            uint32_t number = program->instructions[subject->announced[which][i]].c;
            const struct announcement_source *source = &program->announcements[number];
            if (source->rule == made->rule && source->effect == made->effect)
                return made;
        }
    }
    return NULL;
}

static enum seen announced_seen(const struct subject *subject, const struct program *program, uint32_t which,
                                const struct outcome *outcome) {
    const struct announcement *made;
    enum seen seen = SEEN_UNDECIDED;
    size_t at = 0;
    while ((made = next_announced(subject, program, which, outcome, &at)) != NULL) {
        if (made->possible && (subject->kind == COMPARED_REMINDER || seen != SEEN_VALUE))
            seen = SEEN_OPEN;
        else if (!made->possible && (subject->kind == COMPARED_NOTICE || seen != SEEN_OPEN))
            seen = SEEN_VALUE;
    }
    return seen;
}

static enum seen outcome_seen(const struct subject *subject, const struct program *program, uint32_t which,
                              const struct outcome *outcome) {
    switch (subject->kind) {
    case COMPARED_DECISION:
        return decision_seen(&outcome->decisions[subject->index[which]]);
    case COMPARED_DUTY:
        return duty_seen(&outcome->duties[subject->index[which]]);
    case COMPARED_REMINDER:
    case COMPARED_NOTICE:
        break;
    }
    return announced_seen(subject, program, which, outcome);
}

bool side_agrees(const struct subject *subject, const struct program *program, uint32_t which,
                 const struct side *side, const struct outcome *outcome) {
    return outcome_seen(subject, program, which, outcome) == side->seen;
}

static void deadline_words(struct buffer *out, const struct duty_outcome *duty) {
    static const struct type day = {.kind = TYPE_DAY}, period = {.kind = TYPE_SPAN};
    if (duty->in_period) {
        buffer_string(out, "due in ");
        show_value(out, &period, (struct value){.tag = VALUE_PERIOD, .as.period = duty->deadline});
    } else {
        buffer_string(out, "due by ");
        show_value(out, &day, (struct value){.tag = VALUE_DATE, .as.day = duty->deadline.last});
    }
}

void outcome_words(struct buffer *out, const struct subject *subject, const struct program *program,
                   uint32_t which, const struct outcome *outcome) {
    static const struct type day = {.kind = TYPE_DAY};
    const struct side side = side_of(outcome_seen(subject, program, which, outcome), sym_of_none());
    const struct announcement *made;
    size_t at = 0, days = 0;
    if (side.seen != SEEN_VALUE || subject->kind == COMPARED_NOTICE) {
        const struct walk none = {.engine_count = 0};
        (void)side_words(out, &none, subject, 0, &side);
        return;
    }
    switch (subject->kind) {
    case COMPARED_DECISION:
        value_words(out, type_of(subject, program, which), outcome->decisions[subject->index[which]].value);
        break;
    case COMPARED_DUTY:
        deadline_words(out, &outcome->duties[subject->index[which]]);
        break;
    default:
        buffer_string(out, "sent");
        while ((made = next_announced(subject, program, which, outcome, &at)) != NULL) {
            buffer_string(out, days++ > 0 ? " and on " : " on ");
            show_value(out, &day, made->day);
        }
        break;
    }
}

static bool members_same(const struct type *x, int64_t a, const struct type *y, int64_t b) {
    return text_equal(x->enumeration->members[a].name->text, y->enumeration->members[b].name->text);
}

static bool set_has(const struct type *type, const struct member_set *set, struct text name) {
    for (size_t i = 0; i < type->enumeration->count; i++) {
        if ((set->words[i / 64] >> i % 64 & 1) != 0 &&
            text_equal(type->enumeration->members[i].name->text, name))
            return true;
    }
    return false;
}

static bool sets_within(const struct type *x, const struct member_set *a, const struct type *y,
                        const struct member_set *b) {
    for (size_t i = 0; i < x->enumeration->count; i++) {
        if ((a->words[i / 64] >> i % 64 & 1) != 0 && !set_has(y, b, x->enumeration->members[i].name->text))
            return false;
    }
    return true;
}

/* Values of two programs: members by name, numbers by value. */
static bool values_equal(const struct type *x, struct value a, const struct type *y, struct value b) {
    if (a.tag != b.tag)
        return false;
    switch ((enum value_tag)a.tag) {
    case VALUE_MEMBER:
        return members_same(x, a.as.number, y, b.as.number);
    case VALUE_SET:
        return sets_within(x, a.as.set, y, b.as.set) && sets_within(y, b.as.set, x, a.as.set);
    case VALUE_NUMBER:
        return num_compare(a.as.number, x->scale, b.as.number, y->scale) == 0;
    default:
        return value_equal(a, b);
    }
}

static bool announced_within(const struct subject *subject, const struct program *const programs[2],
                             const struct outcome *const outcomes[2], uint32_t which) {
    const struct announcement *made, *other;
    size_t at = 0;
    while ((made = next_announced(subject, programs[which], which, outcomes[which], &at)) != NULL) {
        size_t from = 0;
        bool found = false;
        while (!found && (other = next_announced(subject, programs[1 - which], 1 - which, outcomes[1 - which],
                                                 &from)) != NULL)
            found = value_equal(made->day, other->day);
        if (!found)
            return false;
    }
    return true;
}

bool outcomes_same(const struct subject *subject, const struct program *const programs[2],
                   const struct outcome *const outcomes[2]) {
    enum seen seen = outcome_seen(subject, programs[0], 0, outcomes[0]);
    if (seen != outcome_seen(subject, programs[1], 1, outcomes[1]))
        return false;
    if (seen != SEEN_VALUE || subject->kind == COMPARED_NOTICE)
        return true;
    if (subject->kind == COMPARED_DECISION)
        return values_equal(type_of(subject, programs[0], 0), outcomes[0]->decisions[subject->index[0]].value,
                            type_of(subject, programs[1], 1),
                            outcomes[1]->decisions[subject->index[1]].value);
    if (subject->kind == COMPARED_DUTY) {
        const struct duty_outcome *a = &outcomes[0]->duties[subject->index[0]],
                                  *b = &outcomes[1]->duties[subject->index[1]];
        return a->in_period == b->in_period && a->deadline.first == b->deadline.first &&
               a->deadline.last == b->deadline.last;
    }
    return announced_within(subject, programs, outcomes, 0) &&
           announced_within(subject, programs, outcomes, 1);
}
