/*
 * What a condition would need, taken apart down to facts: through definitions, the rules of decisions and their exceptions, as
 * alternatives (any one) and conjunctions (all). What holds is left out, what no fact can change makes a part impossible. Must not
 * evaluate anything: whether a need is enough is tried elsewhere (explain_example.h).
 */
#include "interp/run/explain_need.h"

#include "interp/run/explain_inside.h"

#include "grammar/base/banned.h"

/* Definitions inside definitions that are gone into; what lies deeper is named. */
#define MOST_DEEP 6

/* What came of taking something apart. */
enum held {
    HELD,    /* it holds already */
    NEVER,   /* no fact can make it hold */
    WANTING, /* it needs what was made */
    OPAQUE   /* it cannot be taken apart: it is named whole */
};

struct needing {
    struct explainer *x;
    unsigned depth;
    size_t made;                 /* parts so far */
    const struct fact *list;     /* of the record gone into */
    const struct ast_node *loop; /* over it; NULL inside two loops */
    uint32_t element;            /* of that list; UINT32_MAX: of a record that is not there yet */
    bool template;               /* then no field has a value */
    const struct need *changed;  /* facts that are not asked come to be asked by this; or NULL */
};

/* Values that are wanted of a decision. */
struct wish {
    const struct ast_node
        *values;      /* one of these; NULL: any value at all (`is given`) or, with `none`, none */
    bool yes_no, yes; /* of a yes/no decision: this value */
    bool none;
    bool wanted; /* or everything else */
};

static enum held need_condition(struct needing *n, const struct ast_node *node, bool wanted,
                                struct need *out);

/* --- joining --- */

static bool same_need(const struct need *a, const struct need *b) {
    if (a->kind != b->kind || !text_equal(a->words, b->words) || a->part_count != b->part_count ||
        a->list != b->list || a->element != b->element)
        return false;
    for (size_t i = 0; i < a->part_count; i++)
        if (!same_need(&a->parts[i], &b->parts[i]))
            return false;
    return a->words.length > 0 || a->part_count > 0;
}

static bool has_part(const struct need *whole, const struct need *part) {
    for (size_t i = 0; i < whole->part_count; i++)
        if (same_need(&whole->parts[i], part))
            return true;
    return false;
}

/* A part that is a nameless row of the same kind is laid flat; doubles say nothing. */
static void push_part(struct needing *n, struct need *whole, const struct need *part) {
    if (part->kind == whole->kind && part->words.length == 0) {
        for (size_t i = 0; i < part->part_count; i++)
            push_part(n, whole, &part->parts[i]);
        return;
    }
    if (n->x->arena->failed || has_part(whole, part))
        return;
    n->made++;
    (void)ARENA_PUSH(n->x->arena, whole->parts, whole->part_count, whole->part_capacity, *part);
}

/* One more part of a row under way; false where the row is settled by it: `*held` says how. */
static bool join(struct needing *n, struct need *whole, enum held part_held, const struct need *part,
                 enum held *held) {
    enum held settles = whole->kind == NEED_ALL ? NEVER : HELD;
    if (part_held == settles || part_held == OPAQUE) {
        *held = part_held;
        return false;
    }
    if (part_held == WANTING)
        push_part(n, whole, part);
    return true;
}

/* Takes away what is given anyway; true where nothing else is needed. */
static bool without(struct need *need, const struct need *given) {
    size_t kept = 0;
    if (same_need(need, given))
        return true;
    if (need->kind == NEED_PLAIN)
        return false;
    for (size_t i = 0; i < need->part_count; i++) {
        struct need part = need->parts[i];
        if (!without(&part, given))
            need->parts[kept++] = part;
        else if (need->kind == NEED_ANY)
            return true;
    }
    need->part_count = kept;
    if (kept == 1 && need->words.length == 0) {
        struct need only = need->parts[0];
        *need = only;
    }
    return kept == 0;
}

/* In a row of `all`, what one part asks for need not be said again inside another. */
static void absorb(struct need *whole) {
    for (size_t given = 0; whole->kind == NEED_ALL && given < whole->part_count; given++) {
        size_t kept = 0;
        for (size_t i = 0; i < whole->part_count; i++) {
            struct need part = whole->parts[i];
            if (i == given || !without(&part, &whole->parts[given]))
                whole->parts[kept++] = part;
            else if (i < given)
                given--;
        }
        whole->part_count = kept;
    }
}

/* A row that was gone through to its end. */
static enum held joined(struct need *whole) {
    absorb(whole);
    if (whole->part_count == 0)
        return whole->kind == NEED_ALL ? HELD : NEVER;
    if (whole->part_count == 1 && whole->words.length == 0) {
        struct need only = whole->parts[0];
        *whole = only;
    }
    return WANTING;
}

/* Names what a need makes up: "gold_retained is yes", and its title. */
static void named(struct needing *n, struct need *need, struct text words, struct text title) {
    if (need->words.length > 0) {
        struct need whole = {.kind = NEED_ALL};
        struct need part = *need;
        push_part(n, &whole, &part);
        *need = whole;
    }
    need->words = words;
    need->title = title;
}

/* --- plain conditions --- */

static struct text title_of(struct needing *n, const struct ast_node *node) {
    const struct policy_set *set = n->x->traced.program->set;
    const struct fact *fact = explain_alias(n->x, node);
    const struct ref *ref = &set->node_refs[ast_ungroup(node)->id];
    if (fact)
        return fact->title;
    if (ref->kind == REF_TO_FIELD)
        return ref->record->fields[ref->index].title;
    return ref->kind == REF_TO_DECISION ? set->decisions[ref->index].title : text_of("");
}

static bool has_value(struct needing *n, const struct ast_node *node, struct value *value) {
    const struct type *type;
    return !(n->template && explain_speaks_of_record(n->x, node)) &&
           traced_value(&n->x->traced, node, value, &type);
}

static enum held plain(struct needing *n, const struct ast_node *node, bool wanted, struct need *out) {
    bool bare = node->kind == AST_NAME || node->kind == AST_PATH;
    struct value value = {0};
    bool known =
        has_value(n, node, &value) && value.tag != VALUE_OPEN; /* a loop that never ran knows nothing */
    *out = (struct need){.kind = NEED_PLAIN,
                         .node = node,
                         .wanted = wanted,
                         .loop = n->loop,
                         .list = n->list,
                         .element = n->element};
    out->words = explain_phrase(n->x, node, wanted);
    if (bare)
        out->title = title_of(n, node);
    if (!(n->template && explain_speaks_of_record(n->x, node)) && (!bare || explain_alias(n->x, node)))
        out->now = explain_now(n->x, node);
    return explain_is_named(n->x, node) || !known ? WANTING : NEVER;
}

static bool is_value(struct value value, bool wanted) {
    return value.tag == VALUE_YES_NO && (value.as.number != 0) == wanted;
}

/* --- rules --- */

static bool clause_holds(const struct condition *condition, bool wanted) {
    return is_value(condition->value, wanted);
}

/* `in force` and `announced` have no expression that says all: what was explained does. */
static void clause_part(struct needing *n, const struct condition *condition, bool wanted, struct need *out) {
    static const char *const formats[] = {"not (%.*s)", "%.*s"};
    *out =
        (struct need){.kind = NEED_PLAIN, .node = condition->node, .wanted = wanted, .element = UINT32_MAX};
    out->words = explain_worded(n->x, wanted ? formats[1] : formats[0], (int)condition->words.length,
                                condition->words.bytes);
}

static enum held need_cell(struct needing *n, const struct row_test *test, bool wanted, struct need *out);

/* Rules are explained by index; the conditions of `in force` stand first. */
static enum held need_clauses(struct needing *n, const struct rule *rule, bool wanted, struct need *whole) {
    struct explained_rule shown;
    enum held held = WANTING;
    if (!rule->has_in_force && !(rule->has_announced && n->x->traced.question.has_known_on))
        return WANTING;
    explain_clauses(n->x, rule, &shown);
    for (size_t i = 0; i < shown.condition_count; i++) {
        struct need part;
        clause_part(n, &shown.conditions[i], wanted, &part);
        if (!join(n, whole, clause_holds(&shown.conditions[i], wanted) ? HELD : WANTING, &part, &held))
            return held;
    }
    return WANTING;
}

static bool names_fact(const struct policy_set *set, const struct ast_node *node, uint32_t fact) {
    for (; node; node = node->next) {
        if (set->node_refs[node->id].kind == REF_TO_FACT && set->node_refs[node->id].index == fact)
            return true;
        for (int i = 0; i < node->kid_count; i++)
            if (names_fact(set, node->kids[i], fact))
                return true;
    }
    return false;
}

/* Whether what is needed speaks of a fact that an expression names. */
static bool touches(const struct policy_set *set, const struct need *need,
                    const struct ast_node *expression) {
    const struct ast_node *of = need->node && !need->list ? ast_ungroup(need->node) : NULL;
    if (of && of->kid_count > 0)
        of = of->kids[0];
    for (uint32_t i = 0; of && i < set->fact_count; i++)
        if (names_fact(set, expression, i) && names_fact(set, of, i))
            return true;
    for (size_t i = 0; i < need->part_count; i++)
        if (touches(set, &need->parts[i], expression))
            return true;
    return false;
}

/* A comparison of a fact that is not asked now, and will be once what is needed holds: what it is then is not known. */
static bool asked_anew(const struct needing *n, const struct ast_node *node) {
    const struct fact *fact;
    if (!n->changed || (node->kind != AST_IS && node->kind != AST_IS_ONE_OF))
        return false;
    fact = explain_alias(n->x, node->kids[0]);
    return fact && fact->only_when && n->x->made->facts[fact->index].tag == VALUE_NONE &&
           touches(n->x->traced.program->set, n->changed, fact->only_when);
}

static enum held need_rule(struct needing *n, uint32_t index, bool applies, struct need *out);

/* An exception that does not apply now. It may once the rule's own conditions hold, by facts that are asked only then. */
static enum held need_no_exception(struct needing *n, uint32_t exception, bool applies,
                                   const struct need *whole, struct need *out) {
    const struct need *outer = n->changed;
    enum held held = need_rule(n, exception, !applies, out);
    if (held != HELD || !applies || outer || n->template)
        return held;
    n->changed = whole;
    held = need_rule(n, exception, false, out);
    n->changed = outer;
    return held;
}

/*
 * That a rule applies, or that it does not. Exceptions do not apply where they do not now; one whose condition has no value is held
 * to its opposite.
 */
static enum held need_rule(struct needing *n, uint32_t index, bool applies, struct need *out) {
    const struct rule *rule = &n->x->traced.program->set->rules[index];
    struct need whole = {.kind = applies ? NEED_ALL : NEED_ANY}, part;
    enum held held = need_clauses(n, rule, applies, &whole);
    if (held != WANTING)
        return held;
    n->depth++;
    if (rule->when && !join(n, &whole, need_condition(n, rule->when, applies, &part), &part, &held))
        goto settled;
    for (size_t i = 0; i < rule->test_count; i++)
        if (rule->tests[i].cell->kind != AST_CELL_ANY &&
            !join(n, &whole, need_cell(n, &rule->tests[i], applies, &part), &part, &held))
            goto settled;
    for (size_t i = 0; i < rule->exception_count; i++)
        if (!join(n, &whole, need_no_exception(n, rule->exceptions[i], applies, &whole, &part), &part, &held))
            goto settled;
    n->depth--;
    held = joined(&whole);
    *out = whole;
    return held;
settled:
    n->depth--;
    return held;
}

/* --- decisions --- */

/* Whether a constant is wished for; OPAQUE where that cannot be told before it is evaluated. */
static enum held wished(struct needing *n, const struct wish *wish, const struct ast_node *node) {
    const struct type *type;
    struct value value, wanted;
    bool good = false;
    if (explain_is_named(n->x, node))
        return OPAQUE;
    if (!wish->yes_no && !wish->values) /* a constant is none where that is written, and only there */
        return ((ast_ungroup(node)->kind == AST_NONE) == wish->none) == wish->wanted ? HELD : NEVER;
    if (!traced_value(&n->x->traced, node, &value, &type))
        return OPAQUE;
    if (wish->yes_no) {
        good = is_value(value, wish->yes);
    } else {
        for (const struct ast_node *one = wish->values; one; one = one->next) {
            if (explain_is_named(n->x, one) || !traced_value(&n->x->traced, one, &wanted, &type) ||
                (wanted.tag != VALUE_MEMBER && wanted.tag != VALUE_YES_NO))
                return OPAQUE;
            good = good || value_equal(value, wanted);
        }
    }
    return good == wish->wanted ? HELD : NEVER;
}

/* The wish of an expression: of a constant whether it is that, of a condition what it needs. */
static enum held need_expression(struct needing *n, const struct wish *wish, const struct ast_node *node,
                                 struct need *out) {
    enum held held = wished(n, wish, node);
    if (held == OPAQUE && wish->yes_no)
        return need_condition(n, node, wish->yes == wish->wanted, out);
    return held;
}

/* That a rule which applies does not contradict a wish: it no longer applies, or what it gives comes to be wished. */
static enum held need_peace(struct needing *n, const struct wish *wish, uint32_t rule,
                            const struct ast_node *value, struct need *out) {
    struct need whole = {.kind = NEED_ANY}, part;
    enum held held = wished(n, wish, value);
    if (held == HELD || (held == OPAQUE && !wish->yes_no))
        return HELD;
    if (!join(n, &whole, need_rule(n, rule, false, &part), &part, &held) ||
        !join(n, &whole, need_expression(n, wish, value, &part), &part, &held))
        return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

/* Rules that apply and give something else must not. */
static bool none_opposes(struct needing *n, const struct decision *decision, const struct wish *wish,
                         uint32_t but, struct need *whole, enum held *held) {
    struct need part;
    for (size_t i = 0; i < decision->giver_count; i++) {
        uint32_t rule = decision->givers[i].rule;
        const struct ast_node *value =
            n->x->traced.program->set->rules[rule].effects[decision->givers[i].effect].value;
        if (rule == but || n->x->made->outcome.degrees[rule] != DEGREE_YES)
            continue;
        if (!join(n, whole, need_peace(n, wish, rule, value, &part), &part, held))
            return false;
    }
    return true;
}

/* One alternative: the value by one rule, or by the normal case. */
static enum held need_giver(struct needing *n, const struct decision *decision, const struct wish *wish,
                            uint32_t rule, const struct ast_node *value, struct need *out) {
    struct need whole = {.kind = NEED_ALL}, part;
    enum held held;
    if (!join(n, &whole, need_expression(n, wish, value, &part), &part, &held) ||
        (rule != UINT32_MAX && !join(n, &whole, need_rule(n, rule, true, &part), &part, &held)) ||
        !none_opposes(n, decision, wish, rule, &whole, &held))
        return held;
    for (size_t i = 0; rule == UINT32_MAX && i < decision->otherwise_exception_count; i++)
        if (!join(n, &whole, need_rule(n, decision->otherwise_exceptions[i], false, &part), &part, &held))
            return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

static enum held need_decision(struct needing *n, uint32_t index, const struct wish *wish, struct need *out) {
    const struct policy_set *set = n->x->traced.program->set;
    const struct decision *decision = &set->decisions[index];
    struct need whole = {.kind = NEED_ANY}, part;
    enum held held = OPAQUE;
    if (decision->kind == DECISION_TOTAL || n->depth >= MOST_DEEP || n->made >= EXPLAIN_MAX_NEEDS)
        return OPAQUE;
    n->depth++;
    for (size_t i = 0; i < decision->giver_count; i++) {
        uint32_t rule = decision->givers[i].rule;
        const struct ast_node *value = set->rules[rule].effects[decision->givers[i].effect].value;
        if (!join(n, &whole, need_giver(n, decision, wish, rule, value, &part), &part, &held))
            break;
        held = WANTING;
    }
    if ((held == WANTING || decision->giver_count == 0) && decision->otherwise) {
        held = WANTING;
        (void)join(n, &whole, need_giver(n, decision, wish, UINT32_MAX, decision->otherwise, &part), &part,
                   &held);
    }
    n->depth--;
    if (held != WANTING)
        return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

/* A comparison of a decision with constants becomes a wish; false where it is none. */
static bool wish_of(const struct explainer *x, const struct ast_node *node, bool wanted, uint32_t *decision,
                    struct wish *wish) {
    const struct ast_node *of = node;
    const struct ref *ref;
    *wish = (struct wish){.wanted = wanted};
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
        wish->yes_no = wish->yes = true;
        break;
    case AST_IS:
    case AST_IS_ONE_OF:
        of = node->kids[0];
        wish->values = node->kids[1];
        wish->wanted = wanted == (node->op == 0);
        break;
    case AST_IS_NONE:
    case AST_IS_GIVEN:
        of = node->kids[0];
        wish->none = node->kind == AST_IS_NONE;
        break;
    default:
        return false;
    }
    of = ast_ungroup(of);
    if (of->kind != AST_NAME && of->kind != AST_PATH)
        return false;
    ref = &x->traced.program->set->node_refs[of->id];
    *decision = ref->index;
    if (wish->values && wish->values->next == NULL &&
        (ast_ungroup(wish->values)->kind == AST_YES || ast_ungroup(wish->values)->kind == AST_NO)) {
        wish->yes_no = true;
        wish->yes = ast_ungroup(wish->values)->kind == AST_YES;
    }
    return ref->kind == REF_TO_DECISION && !explain_alias(x, of);
}

static bool is_undecided(const struct needing *n, uint32_t decision) {
    return n->x->made->outcome.decisions[decision].state == STATE_UNDECIDED;
}

/* The decision that a condition speaks of, gone into; OPAQUE where that cannot be. */
static enum held need_spoken(struct needing *n, const struct ast_node *node, bool wanted, struct need *out) {
    bool bare = node->kind == AST_NAME || node->kind == AST_PATH;
    uint32_t decision;
    struct wish wish;
    enum held held;
    if (!wish_of(n->x, node, wanted, &decision, &wish))
        return OPAQUE;
    held = need_decision(n, decision, &wish, out);
    if (held == WANTING)
        named(n, out, explain_phrase(n->x, node, wanted), title_of(n, bare ? node : node->kids[0]));
    out->undecided = held == WANTING && is_undecided(n, decision);
    return held;
}

static enum held need_cell(struct needing *n, const struct row_test *test, bool wanted, struct need *out) {
    const struct ast_node *cell = test->cell, *values = NULL;
    struct value value;
    struct text words;
    uint32_t decision;
    struct wish wish = {0}, bare;
    enum held held;
    if (has_value(n, cell, &value) && is_value(value, wanted))
        return HELD;
    words = explain_cell_phrase(n->x, test, wanted);
    if (cell->kind == AST_CELL_VALUES || cell->kind == AST_CELL_NOT)
        values = cell->kids[0];
    if ((values || cell->kind == AST_CELL_NONE) &&
        wish_of(n->x, ast_ungroup(test->header), true, &decision, &bare)) {
        wish = (struct wish){.values = values,
                             .none = cell->kind == AST_CELL_NONE,
                             .wanted = wanted == (cell->kind != AST_CELL_NOT)};
        if (values && !values->next && (values->kind == AST_YES || values->kind == AST_NO))
            wish.yes_no = true, wish.yes = values->kind == AST_YES;
        held = need_decision(n, decision, &wish, out);
        if (held == WANTING)
            named(n, out, words, title_of(n, test->header));
        out->undecided = held == WANTING && is_undecided(n, decision);
        if (held != OPAQUE)
            return held;
    }
    *out = (struct need){.kind = NEED_PLAIN,
                         .words = words,
                         .now = explain_now(n->x, test->header),
                         .node = test->header,
                         .cell = cell,
                         .wanted = wanted,
                         .element = UINT32_MAX};
    return explain_is_named(n->x, test->header) ? WANTING : NEVER;
}

/* --- records --- */

static const struct fact *list_of(const struct needing *n, const struct ast_node *node) {
    const struct ref *ref = &n->x->traced.program->set->node_refs[ast_ungroup(node)->id];
    return ref->kind == REF_TO_FACT ? &n->x->traced.program->set->facts[ref->index] : NULL;
}

/* The condition of a loop in one record; of a record that is not there yet all of it. */
static enum held need_record(struct needing *n, const struct ast_node *node, const struct value_list *list,
                             uint32_t element, bool wanted, struct need *out) {
    const struct ast_node *of = ast_kid(node, SOME_list);
    struct needing inside = *n;
    struct traced_record record;
    enum held held;
    struct text words = explain_words(n->x, of);
    bool outside = n->x->no_record;
    inside.loop = n->list ? NULL : node;
    inside.list = list_of(n, of);
    inside.element = element;
    inside.template = element == UINT32_MAX;
    n->x->no_record = inside.template;
    if (!inside.template)
        traced_enter(&n->x->traced, node, element, &record);
    held = need_condition(&inside, ast_kid(node, SOME_condition), wanted, out);
    if (!inside.template)
        traced_leave(&n->x->traced);
    n->x->no_record = outside;
    n->made = inside.made;
    if (held == HELD && inside.template) {
        *out = (struct need){.kind = NEED_PLAIN, .wanted = wanted};
        held = WANTING; /* any record will do, but there has to be one */
    }
    if (held != WANTING)
        return held;
    if (inside.template)
        words = explain_worded(n->x, "a%s record of %.*s", list && list->count > 0 ? " further" : "",
                               (int)words.length, words.bytes);
    else
        words = explain_record_label(n->x, words, model_type(n->x->traced.program->set, of)->record, list,
                                     element);
    if (out->kind == NEED_PLAIN && !out->node)
        out->words = words;
    else
        named(n, out, words, text_of(""));
    out->list = inside.list;
    out->element = element;
    return WANTING;
}

/* `some` wants one record, `every` all of them; their opposites the other way round. */
static enum held need_records(struct needing *n, const struct ast_node *node, bool wanted, struct need *out) {
    const struct value_list *list = n->template ? NULL : traced_list(&n->x->traced, node);
    bool one = (node->kind == AST_SOME) == wanted;
    struct need whole = {.kind = one ? NEED_ANY : NEED_ALL}, part;
    enum held held = WANTING;
    if (list && list->count > EXPLAIN_MAX_RECORDS)
        return OPAQUE;
    for (uint32_t i = 0; list && i < list->count; i++)
        if (!join(n, &whole, need_record(n, node, list, i, wanted, &part), &part, &held))
            return held;
    if (!list && !one)
        return OPAQUE;
    if (one && !join(n, &whole, need_record(n, node, list, UINT32_MAX, wanted, &part), &part, &held))
        return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

/* A definition inside a record, in the record it speaks of. */
static enum held need_inside(struct needing *n, const struct ast_node *node, bool wanted, struct need *out) {
    const struct ref *ref = &n->x->traced.program->set->node_refs[node->id];
    struct traced_record *self = n->x->traced.self;
    enum held held;
    if (n->depth >= MOST_DEEP || n->made >= EXPLAIN_MAX_NEEDS)
        return OPAQUE;
    n->depth++;
    if (!n->template)
        n->x->traced.self = traced_record_of(&n->x->traced, node);
    held = need_condition(n, ref->record->defines[ref->index].value, wanted, out);
    n->x->traced.self = self;
    n->depth--;
    if (held == WANTING)
        named(n, out, explain_phrase(n->x, node, wanted), text_of(""));
    return held;
}

/* --- conditions --- */

static enum held need_row(struct needing *n, const struct ast_node *node, bool wanted, struct need *out) {
    struct need whole = {.kind = (node->kind == AST_AND) == wanted ? NEED_ALL : NEED_ANY}, part;
    enum held held;
    for (int i = 0; i < 2; i++)
        if (!join(n, &whole, need_condition(n, node->kids[i], wanted, &part), &part, &held))
            return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

static enum held need_branch(struct needing *n, const struct ast_node *node, bool yes, bool wanted,
                             struct need *out) {
    struct need whole = {.kind = NEED_ALL}, part;
    enum held held;
    if (!join(n, &whole, need_condition(n, ast_kid(node, IF_condition), yes, &part), &part, &held) ||
        !join(n, &whole, need_condition(n, ast_kid(node, yes ? IF_yes : IF_no), wanted, &part), &part, &held))
        return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

/* Either branch; the one that is taken now comes first. */
static enum held need_if(struct needing *n, const struct ast_node *node, bool wanted, struct need *out) {
    struct need whole = {.kind = NEED_ANY}, part;
    struct value value = {0};
    bool first = has_value(n, ast_kid(node, IF_condition), &value) && is_value(value, true);
    enum held held;
    for (int i = 0; i < 2; i++)
        if (!join(n, &whole, need_branch(n, node, i == 0 ? first : !first, wanted, &part), &part, &held))
            return held;
    held = joined(&whole);
    *out = whole;
    return held;
}

static enum held need_condition(struct needing *n, const struct ast_node *node, bool wanted,
                                struct need *out) {
    enum held held = OPAQUE;
    struct value value;
    node = ast_ungroup(node);
    if (node->kind == AST_AND || node->kind == AST_OR)
        return need_row(n, node, wanted, out);
    if (has_value(n, node, &value) && is_value(value, wanted) && !asked_anew(n, node))
        return HELD;
    if (node->kind == AST_NOT)
        return need_condition(n, ast_kid(node, NOT_operand), !wanted, out);
    if (node->kind == AST_IF)
        held = need_if(n, node, wanted, out);
    else if (node->kind == AST_SOME || node->kind == AST_EVERY)
        held = need_records(n, node, wanted, out);
    else if (n->x->traced.program->set->node_refs[node->id].kind == REF_TO_RECORD_DEFINE)
        held = need_inside(n, node, wanted, out);
    else
        held = need_spoken(n, node, wanted, out);
    return held == OPAQUE ? plain(n, node, wanted, out) : held;
}

/* --- asked from outside --- */

static bool wanting(enum held held, struct need *need) {
    if (held == WANTING)
        return true;
    *need = (struct need){.kind = NEED_ALL};
    return false;
}

/* Opposing rules of the answer itself are those that apply, but the one that is to. */
static bool none_applies(struct needing *n, const struct explained *item, uint32_t but, struct value value,
                         struct need *whole, enum held *held) {
    struct need part;
    for (size_t i = 0; i < item->rule_count; i++) {
        const struct explained_rule *rule = &item->rules[i];
        bool agrees = value.tag != VALUE_OPEN && value_equal(rule->value, value);
        if (rule->rule == but || rule->degree != DEGREE_YES || agrees)
            continue;
        if (!join(n, whole, need_rule(n, rule->rule, false, &part), &part, held))
            return false;
    }
    return true;
}

bool explain_need_rule(struct explainer *x, const struct explained *item, const struct explained_rule *rule,
                       bool alone, struct need *need) {
    struct needing n = {.x = x, .element = UINT32_MAX};
    struct need whole = {.kind = NEED_ALL}, part;
    enum held held = WANTING;
    if (!join(&n, &whole, need_rule(&n, rule->rule, true, &part), &part, &held) ||
        (alone && !none_applies(&n, item, rule->rule, rule->value, &whole, &held)))
        return wanting(held, need);
    held = joined(&whole);
    *need = whole;
    return wanting(held, need);
}

bool explain_need_default(struct explainer *x, const struct explained *item, struct need *need) {
    struct needing n = {.x = x, .element = UINT32_MAX};
    struct need whole = {.kind = NEED_ALL}, part;
    enum held held = WANTING;
    if (!none_applies(&n, item, UINT32_MAX, item->subject.duty ? (struct value){0} : item->normal_value,
                      &whole, &held))
        return wanting(held, need);
    for (size_t i = 0; i < item->off_count; i++)
        if (!join(&n, &whole, need_rule(&n, item->off[i].rule, false, &part), &part, &held))
            return wanting(held, need);
    held = joined(&whole);
    *need = whole;
    return wanting(held, need);
}

bool explain_need_condition(struct explainer *x, const struct ast_node *node, bool wanted,
                            struct need *need) {
    struct needing n = {.x = x, .element = UINT32_MAX};
    return wanting(need_condition(&n, node, wanted, need), need);
}
