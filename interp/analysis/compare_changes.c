/*
 * What only one of two programs declares, or both differently: decisions, duties, facts, members, ranges, requirements, covers. Must not know
 * what the rules decide.
 */
#include "interp/analysis/compare_inside.h"

#include "interp/meaning/show.h"

#include "grammar/base/banned.h"

struct listing {
    const struct policy_set *before, *after;
    const struct walk *walk;
    const struct likeness *likeness;
    struct arena *arena;
    struct comparison *comparison;
    struct buffer words;
    bool failed;
};

/* Adds a change, with the words collected so far. */
static void add_change(struct listing *l, enum change_kind kind, const char *what, struct text name) {
    struct change change = {kind, what, name, NULL};
    if (l->words.length > 0)
        change.words = arena_copy(l->arena, l->words.data, l->words.length);
    l->failed = l->failed || l->words.failed || (l->words.length > 0 && !change.words);
    buffer_clear(&l->words);
    if (!ARENA_PUSH(l->arena, l->comparison->changes, l->comparison->change_count,
                    l->comparison->change_capacity, change))
        l->failed = true;
}

/* --- types --- */

static void type_words(struct buffer *out, const struct type *type) {
    static const char *const words[] = {
        [TYPE_BAD] = "?",           [TYPE_YESNO] = "yes/no",     [TYPE_DAY] = "date",
        [TYPE_SPAN] = "period",     [TYPE_NUM] = "number",       [TYPE_FRAC] = "fraction",
        [TYPE_STRING] = "text",     [TYPE_MEMBER] = "one of",    [TYPE_MEMBERS] = "set of",
        [TYPE_RECORDS] = "list of", [TYPE_ONE_RECORD] = "record"};
    enum value_tag tag = type->kind == TYPE_DAY ? VALUE_DATE : VALUE_NUMBER;
    buffer_string(out, words[type->kind]);
    for (int side = 0; side < 2 && (type->has_low || type->has_high); side++) {
        struct value bound = {.tag = tag};
        if (tag == VALUE_DATE)
            bound.as.day = (cal_day)(side == 0 ? type->low : type->high);
        else
            bound.as.number = side == 0 ? type->low : type->high;
        buffer_string(out, side == 0 ? " " : " through ");
        if (side == 0 ? type->has_low : type->has_high)
            show_value(out, type, bound);
    }
    if (type->kind == TYPE_NUM && type->scale > 0)
        buffer_format(out, " with %d decimals", type->scale);
    if (type->kind == TYPE_MEMBER || type->kind == TYPE_MEMBERS) {
        buffer_char(out, ' ');
        if (type->enumeration->name)
            buffer_text(out, type->enumeration->name->text);
        else
            buffer_string(out, "its members");
    }
    if (type->kind == TYPE_RECORDS) {
        buffer_char(out, ' ');
        buffer_text(out, type->record->name->text);
    }
}

static bool same_measure(const struct type *a, const struct type *b) {
    return a->kind == b->kind && a->scale == b->scale && a->has_low == b->has_low &&
           a->has_high == b->has_high && (!a->has_low || a->low == b->low) &&
           (!a->has_high || a->high == b->high);
}

static void change_type(struct listing *l, const char *what, struct text name, const struct type *a,
                        bool a_none, const struct type *b, bool b_none) {
    if (same_measure(a, b) && a_none == b_none)
        return;
    buffer_string(&l->words, a_none ? "optional " : "");
    type_words(&l->words, a);
    buffer_string(&l->words, " → ");
    buffer_string(&l->words, b_none ? "optional " : "");
    type_words(&l->words, b);
    add_change(l, CHANGE_CHANGED, what, name);
}

static bool has_member(const struct enumeration *enumeration, struct text name) {
    for (size_t i = 0; i < enumeration->count; i++) {
        if (text_equal(enumeration->members[i].name->text, name))
            return true;
    }
    return false;
}

/* Members that only one of the two has; `owner` is the type's name, or that of the fact or decision it stands in. */
static void change_members(struct listing *l, struct text owner, const struct enumeration *a,
                           const struct enumeration *b) {
    for (int side = 0; side < 2; side++) {
        const struct enumeration *here = side == 0 ? a : b, *there = side == 0 ? b : a;
        for (size_t i = 0; i < here->count && !l->failed; i++) {
            struct text name = here->members[i].name->text;
            if (has_member(there, name))
                continue;
            buffer_string(&l->words, "of ");
            buffer_text(&l->words, owner);
            add_change(l, side == 0 ? CHANGE_REMOVED : CHANGE_ADDED, "member", name);
        }
    }
}

static void change_types(struct listing *l) {
    for (size_t i = 0; i < l->before->enumeration_count; i++) {
        const struct enumeration *a = l->before->enumerations[i];
        for (size_t k = 0; a->name && k < l->after->enumeration_count; k++) {
            const struct enumeration *b = l->after->enumerations[k];
            if (b->name && text_equal(a->name->text, b->name->text))
                change_members(l, a->name->text, a, b);
        }
    }
}

/* Enumerations written in place have no name of their own. */
static void change_own_members(struct listing *l, struct text owner, const struct type *a,
                               const struct type *b) {
    if (a->enumeration && b->enumeration && !(a->enumeration->name && b->enumeration->name))
        change_members(l, owner, a->enumeration, b->enumeration);
}

/* --- facts --- */

static const struct fact *find_fact(const struct policy_set *set, struct text name) {
    for (size_t i = 0; i < set->fact_count; i++) {
        if (text_equal(set->facts[i].name->text, name))
            return &set->facts[i];
    }
    return NULL;
}

/* The number of the condition of a fact's `only when`; UINT32_MAX where it has none. */
static uint32_t guard_number(const struct listing *l, uint32_t which, const struct fact *fact) {
    const struct program *program = l->walk->engines[which].program;
    for (uint32_t i = 0; fact->only_when && i < program->instruction_count; i++) {
        const struct instruction *instruction = &program->instructions[i];
        if (instruction->op == INS_check_fact && instruction->c == fact->index)
            return l->likeness->ids[which][instruction->b];
    }
    return UINT32_MAX;
}

static void written_words(struct listing *l, const struct policy_set *set, const struct ast_node *node) {
    struct text written = node ? sources_text(&set->sources, ast_span(node)) : text_of("");
    size_t before = l->words.length;
    buffer_string(&l->words, node ? "" : "always");
    buffer_text(&l->words, written);
    if (l->words.failed || !node)
        return;
    l->words.length = before + show_one_line(written.bytes, written.length, l->words.data + before);
    l->words.data[l->words.length] = 0;
}

static bool same_path(const struct input_path *a, const struct input_path *b) {
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++)
        same = text_equal(a->segments[i], b->segments[i]);
    return same;
}

static bool same_otherwise(const struct fact *a, const struct fact *b) {
    if (a->has_otherwise != b->has_otherwise)
        return false;
    if (!a->has_otherwise)
        return true;
    if (a->otherwise.tag == VALUE_MEMBER && b->otherwise.tag == VALUE_MEMBER)
        return text_equal(a->type.enumeration->members[a->otherwise.as.number].name->text,
                          b->type.enumeration->members[b->otherwise.as.number].name->text);
    return a->otherwise.tag == VALUE_SET || value_equal(a->otherwise, b->otherwise);
}

static void otherwise_words(struct listing *l, const struct fact *fact) {
    if (fact->has_otherwise)
        show_value(&l->words, &fact->type, fact->otherwise);
    else
        buffer_string(&l->words, "not known");
}

static void change_fact(struct listing *l, const struct fact *a, const struct fact *b) {
    struct text name = a->name->text;
    change_type(l, "fact", name, &a->type, a->declared_optional, &b->type, b->declared_optional);
    change_own_members(l, name, &a->type, &b->type);
    if (guard_number(l, 0, a) != guard_number(l, 1, b)) {
        buffer_string(&l->words, "only when: ");
        written_words(l, l->before, a->only_when);
        buffer_string(&l->words, " → ");
        written_words(l, l->after, b->only_when);
        add_change(l, CHANGE_CHANGED, "fact", name);
    }
    if (!same_otherwise(a, b)) {
        buffer_string(&l->words, "left out: ");
        otherwise_words(l, a);
        buffer_string(&l->words, " → ");
        otherwise_words(l, b);
        add_change(l, CHANGE_CHANGED, "fact", name);
    }
    if (!same_path(&a->path, &b->path)) {
        buffer_string(&l->words, "from ");
        show_path(&l->words, &a->path);
        buffer_string(&l->words, " → ");
        show_path(&l->words, &b->path);
        add_change(l, CHANGE_CHANGED, "fact", name);
    }
}

static void change_facts(struct listing *l) {
    for (size_t i = 0; i < l->before->fact_count; i++) {
        const struct fact *fact = &l->before->facts[i], *other = find_fact(l->after, fact->name->text);
        if (other)
            change_fact(l, fact, other);
        else
            add_change(l, CHANGE_REMOVED, "fact", fact->name->text);
    }
    for (size_t i = 0; i < l->after->fact_count; i++) {
        if (!find_fact(l->before, l->after->facts[i].name->text))
            add_change(l, CHANGE_ADDED, "fact", l->after->facts[i].name->text);
    }
}

/* --- decisions, duties --- */

static const struct decision *find_decision(const struct policy_set *set, struct text name) {
    for (size_t i = 0; i < set->decision_count; i++) {
        if (text_equal(set->decisions[i].shown, name))
            return &set->decisions[i];
    }
    return NULL;
}

static const struct duty *find_duty(const struct policy_set *set, struct text name) {
    for (size_t i = 0; i < set->duty_count; i++) {
        if (text_equal(set->duties[i].name->text, name))
            return &set->duties[i];
    }
    return NULL;
}

/* Definitions serve the decisions, and are no difference by themselves. */
static void change_decisions(struct listing *l) {
    for (int side = 0; side < 2; side++) {
        const struct policy_set *here = side == 0 ? l->before : l->after,
                                *there = side == 0 ? l->after : l->before;
        for (size_t i = 0; i < here->decision_count; i++) {
            const struct decision *decision = &here->decisions[i];
            const struct decision *other = find_decision(there, decision->shown);
            if (decision->kind == DECISION_DEFINE)
                continue;
            if (!other) {
                add_change(l, side == 0 ? CHANGE_REMOVED : CHANGE_ADDED, "decision", decision->shown);
            } else if (side == 0) {
                change_type(l, "decision", decision->shown, &decision->type, decision->type.optional,
                            &other->type, other->type.optional);
                change_own_members(l, decision->shown, &decision->type, &other->type);
            }
        }
        for (size_t i = 0; i < here->duty_count; i++) {
            if (!find_duty(there, here->duties[i].name->text))
                add_change(l, side == 0 ? CHANGE_REMOVED : CHANGE_ADDED, "duty", here->duties[i].name->text);
        }
    }
}

/* --- requirements, covers --- */

static bool requires_too(const struct listing *l, uint32_t which, uint32_t number) {
    const struct program *program = l->walk->engines[which].program;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        if (program->instructions[i].op == INS_require &&
            l->likeness->ids[which][program->instructions[i].a] == number)
            return true;
    }
    return false;
}

static void change_requirements(struct listing *l) {
    for (uint32_t side = 0; side < 2; side++) {
        const struct program *program = l->walk->engines[side].program;
        for (uint32_t i = 0; i < program->instruction_count; i++) {
            const struct instruction *instruction = &program->instructions[i];
            if (instruction->op == INS_require &&
                !requires_too(l, 1 - side, l->likeness->ids[side][instruction->a]))
                add_change(l, side == 0 ? CHANGE_REMOVED : CHANGE_ADDED, "requirement",
                           program->set->requirements[instruction->b].title);
        }
    }
}

static void covers_words(struct buffer *out, struct period covers) {
    static const struct type day = {.kind = TYPE_DAY};
    const struct value first = {.tag = VALUE_DATE, .as.day = covers.first},
                       last = {.tag = VALUE_DATE, .as.day = covers.last};
    buffer_string(out, covers.first > CAL_MIN ? covers.last < CAL_MAX ? "" : "from " : "");
    if (covers.first > CAL_MIN)
        show_value(out, &day, first);
    buffer_string(out, covers.last >= CAL_MAX ? "" : covers.first > CAL_MIN ? " through " : "through ");
    if (covers.last < CAL_MAX)
        show_value(out, &day, last);
    else if (covers.first <= CAL_MIN)
        buffer_string(out, "every day");
}

static void change_covers(struct listing *l) {
    struct period a = l->before->covers, b = l->after->covers;
    if (a.first == b.first && a.last == b.last)
        return;
    covers_words(&l->words, a);
    buffer_string(&l->words, " → ");
    covers_words(&l->words, b);
    add_change(l, CHANGE_CHANGED, "covers", text_of(""));
}

bool compare_changes(const struct walk *walk, const struct likeness *likeness, struct arena *arena,
                     struct comparison *comparison) {
    struct listing l = {.before = walk->engines[0].program->set,
                        .after = walk->engines[1].program->set,
                        .walk = walk,
                        .likeness = likeness,
                        .arena = arena,
                        .comparison = comparison};
    buffer_init(&l.words, arena->alloc);
    change_covers(&l);
    change_facts(&l);
    change_types(&l);
    change_requirements(&l);
    change_decisions(&l);
    bool listed = !l.failed && !l.words.failed;
    buffer_free(&l.words);
    return listed;
}
