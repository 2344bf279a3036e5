/*
 * Facts, the fields and definitions of records, requirements, decisions, totals, duties: their types first,
 * then, when all types are known, the places they are read from, their conditions and their values. Must not
 * know rules.
 */
#include "interp/meaning/phases.h"

#include <string.h>

#include "grammar/base/banned.h"

/* --- places in the input --- */

static bool facts_split(struct checker *checker, struct text path, struct input_path *out) {
    struct text *segments;
    size_t i, start = 0, count = 1, n = 0;
    for (i = 0; i < path.length; i++)
        count += path.bytes[i] == '.';
    segments = arena_array(checker->arena, count, sizeof *segments);
    if (!segments)
        return false;
    for (i = 0; i <= path.length; i++) {
        if (i < path.length && path.bytes[i] != '.')
            continue;
        segments[n].bytes = path.bytes + start;
        segments[n++].length = i - start;
        if (i == start)
            return false;
        start = i + 1;
    }
    out->segments = segments;
    out->count = count;
    return true;
}

bool chk_input_path(struct checker *checker, const struct ast_node *string, struct input_path *out) {
    struct diagnostic *diagnostic;
    if (!string || string->kind != AST_STRING)
        return false;
    if (facts_split(checker, *string->value.string, out))
        return true;
    if (checker->arena->failed)
        return false;
    diagnostic = diag_report(&checker->set->diags, DIAG_E0308, ast_span(string),
                             "\"%.*s\" is not a place in the input", WORDS(*string->value.string));
    diag_help(&checker->set->diags, diagnostic,
              "write the names of the fields with points between them: \"billing.paid_on\"");
    return false;
}

static const struct ast_node *facts_clause(const struct fact *fact, enum ast_kind kind) {
    const struct ast_node *clause =
        ast_kid(fact->node, fact->node->kind == AST_FACT ? (int)FACT_clauses : (int)FIELD_clauses);
    while (clause && clause->kind != kind)
        clause = clause->next;
    return clause;
}

/* Where the place of a fact is said: its `from`, else its name. */
static struct span facts_place_span(const struct fact *fact) {
    const struct ast_node *from = facts_clause(fact, AST_FACT_FROM);
    return ast_span(from ? from : fact->node->kids[0]);
}

static void facts_report_clash(struct checker *checker, const struct fact *fact, const struct fact *other,
                               bool inside) {
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *diagnostic;
    if (other && other->name == fact->name)
        return; /* one name twice is a mistake of its own, and reported */
    if (!other) {
        diagnostic = diag_report(diags, DIAG_E0307, facts_place_span(fact),
                                 "`%.*s` reads the place that `today` comes from", WORDS(fact->name->text));
        diag_help(diags, diagnostic, "use `today` for it");
        return;
    }
    diagnostic = diag_report(diags, DIAG_E0307, facts_place_span(fact),
                             inside ? "`%.*s` reads a place inside that of `%.*s`"
                                    : "`%.*s` and `%.*s` read the same place",
                             WORDS(fact->name->text), WORDS(other->name->text));
    diag_label(diags, diagnostic, facts_place_span(other), "the place of `%.*s`", WORDS(other->name->text));
}

/*
 * The first `count` segments as one name. Segments hold no points, so joined by points they are told apart.
 */
static const struct name *facts_joined(struct checker *checker, const struct input_path *path, size_t count) {
    const char *start = path->segments[0].bytes;
    const struct text *last = &path->segments[count - 1];
    struct text joined = {start, (size_t)(last->bytes + last->length - start)};
    return names_intern(&checker->set->names, joined);
}

#define FACTS_TODAY (NAME_MAP_NOTHING - 1)

/* Whole places first, then each place that lies around another. */
static void facts_places(struct checker *checker, const struct fact *facts, size_t count,
                         const struct input_path *today) {
    struct name_map map = {.arena = checker->arena};
    size_t i, part;
    if (today)
        (void)name_map_put(&map, facts_joined(checker, today, today->count), FACTS_TODAY);
    for (i = 0; i < count; i++) {
        const struct input_path *path = &facts[i].path;
        uint32_t other = path->count
                             ? name_map_put(&map, facts_joined(checker, path, path->count), (uint32_t)i)
                             : NAME_MAP_NOTHING;
        if (other != NAME_MAP_NOTHING)
            facts_report_clash(checker, &facts[i], other == FACTS_TODAY ? NULL : &facts[other], false);
    }
    for (i = 0; i < count; i++) {
        for (part = 1; part < facts[i].path.count; part++) {
            uint32_t other = name_map_find(&map, facts_joined(checker, &facts[i].path, part));
            if (other != NAME_MAP_NOTHING)
                facts_report_clash(checker, &facts[i], other == FACTS_TODAY ? NULL : &facts[other], true);
        }
    }
}

void chk_input_places(struct checker *checker) {
    struct policy_set *set = checker->set;
    size_t i;
    facts_places(checker, set->facts, set->fact_count, set->has_today_path ? &set->today_path : NULL);
    for (i = 0; i < set->record_count; i++)
        facts_places(checker, set->records[i]->fields, set->records[i]->field_count, NULL);
}

/* --- types --- */

static void facts_report_type(struct checker *checker, const struct ast_node *type, const struct fact *fact,
                              bool field) {
    struct diagnostics *diags = &checker->set->diags;
    const char *held = fact->type.kind == TYPE_SPAN   ? "a period"
                       : fact->type.kind == TYPE_FRAC ? "a fraction"
                                                      : "a list";
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0310, ast_span(type), "the %s `%.*s` cannot hold %s",
                    field ? "field" : "fact", WORDS(fact->name->text), held);
    if (fact->type.kind == TYPE_SPAN)
        diag_help(diags, diagnostic, "declare two facts of type date, and a definition `first through last`");
    else if (fact->type.kind == TYPE_FRAC)
        diag_help(diags, diagnostic,
                  "declare a number with decimals, or two numbers and divide them in a definition");
    else
        diag_help(diags, diagnostic, "records hold no lists: declare a list of the inner records as a fact");
}

/* What the clauses say that needs no other type. */
static void facts_clauses(struct checker *checker, struct fact *fact, const struct ast_node *clause) {
    const struct ast_node *only = NULL, *from = NULL, *changeable = NULL, *otherwise = NULL;
    chk_accepts(checker, clause);
    for (; clause; clause = clause->next) {
        switch (ast_kind_of(clause)) {
        case AST_ONLY_WHEN:
            (void)chk_once(&only, clause);
            break;
        case AST_FACT_FROM:
            (void)chk_once(&from, clause);
            break;
        case AST_CHANGEABLE:
            (void)chk_once(&changeable, clause);
            break;
        case AST_FACT_OTHERWISE:
            (void)chk_once(&otherwise, clause);
            break;
        default:
            break;
        }
    }
    fact->changeable = changeable != NULL;
    fact->only_when = only ? ast_kid(only, ONLY_WHEN_condition) : NULL;
    fact->type.optional |= only != NULL;
    if (from)
        (void)chk_input_path(checker, ast_kid(from, FACT_FROM_path), &fact->path);
    else
        (void)facts_split(checker, fact->name->text, &fact->path);
}

static void facts_type(struct checker *checker, struct fact *fact) {
    bool field = fact->node->kind == AST_FIELD;
    const struct ast_node *type = ast_kid(fact->node, field ? (int)FIELD_type : (int)FACT_type);
    fact->type = chk_declared_type(checker, type);
    if (fact->type.kind == TYPE_SPAN || fact->type.kind == TYPE_FRAC ||
        (field && fact->type.kind == TYPE_RECORDS)) {
        facts_report_type(checker, type, fact, field);
        fact->type.kind = TYPE_BAD;
    }
    fact->declared_optional = fact->type.optional;
    facts_clauses(checker, fact, ast_kid(fact->node, field ? (int)FIELD_clauses : (int)FACT_clauses));
}

static void facts_report_member(struct checker *checker, const struct ast_node *now,
                                const struct ast_node *before) {
    struct diagnostic *diagnostic =
        diag_report(&checker->set->diags, DIAG_E0302, ast_span(now),
                    "the record has two fields or definitions `%.*s`", WORDS(ast_name(now)->text));
    diag_label(&checker->set->diags, diagnostic, ast_span(before), "the first one");
}

static void facts_field(struct checker *checker, struct record_type *record, const struct ast_node *node) {
    struct fact field = {.name = ast_name(ast_kid(node, FIELD_name)),
                         .title = chk_string(ast_kid(node, FIELD_title)),
                         .index = (uint32_t)record->field_count,
                         .node = node};
    facts_type(checker, &field);
    (void)ARENA_PUSH(checker->arena, record->fields, record->field_count, record->field_capacity, field);
}

static void facts_record_define(struct checker *checker, struct record_type *record,
                                const struct ast_node *node) {
    struct record_define define = {.name = ast_name(ast_kid(node, DEFINE_name)),
                                   .value = ast_kid(node, DEFINE_value),
                                   .index = (uint32_t)record->define_count};
    chk_accepts(checker, ast_kid(node, DEFINE_accepts));
    (void)ARENA_PUSH(checker->arena, record->defines, record->define_count, record->define_capacity, define);
}

/* Fields and definitions of a record share their names: both are written x.name. */
static void facts_record(struct checker *checker, struct record_type *record) {
    struct name_map map = {.arena = checker->arena};
    const struct ast_node **nodes = NULL;
    size_t count = 0, capacity = 0;
    const struct ast_node *node;
    for (node = ast_kid(record->node, RECORD_fields); node; node = node->next) {
        const struct ast_node *name = node->kid_count ? node->kids[0] : NULL;
        uint32_t before;
        if ((node->kind != AST_FIELD && node->kind != AST_DEFINE) || !ast_name(name))
            continue;
        before = name_map_put(&map, ast_name(name), (uint32_t)count);
        if (before != NAME_MAP_NOTHING) {
            facts_report_member(checker, name, nodes[before]);
            continue;
        }
        if (!ARENA_PUSH(checker->arena, nodes, count, capacity, name))
            return;
        if (node->kind == AST_FIELD)
            facts_field(checker, record, node);
        else
            facts_record_define(checker, record, node);
    }
}

static const char *facts_held(enum type_kind kind) {
    switch (kind) {
    case TYPE_SPAN:
        return "a period";
    case TYPE_FRAC:
        return "a fraction";
    case TYPE_RECORDS:
        return "a list";
    case TYPE_NUM:
        return "none";
    default:
        break;
    }
    return "this";
}

static void facts_decision_type(struct checker *checker, struct decision *decision) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *type;
    struct diagnostic *diagnostic;
    enum type_kind kind;
    bool fine;
    if (decision->kind == DECISION_DEFINE)
        return;
    type = ast_kid(decision->node, decision->kind == DECISION_TOTAL ? (int)TOTAL_type : (int)DECIDE_type);
    decision->type = chk_declared_type(checker, type);
    kind = decision->type.kind;
    if (decision->kind == DECISION_TOTAL)
        fine = (kind == TYPE_NUM || kind == TYPE_FRAC) && !decision->type.optional;
    else
        fine = kind != TYPE_SPAN && kind != TYPE_FRAC && kind != TYPE_RECORDS;
    if (fine || kind == TYPE_BAD)
        return;
    decision->type.kind = TYPE_BAD;
    diagnostic = diag_report(diags, DIAG_E0311, ast_span(type), "the %s `%.*s` cannot hold %s",
                             decision->kind == DECISION_TOTAL ? "total" : "decision",
                             WORDS(decision->name->text), facts_held(kind));
    if (decision->kind == DECISION_TOTAL)
        diag_help(diags, diagnostic, "a total is a `number` or a `fraction`, and never none");
    else if (kind == TYPE_SPAN)
        diag_help(diags, diagnostic, "decide its first and last day as dates, or write `define %.*s as …`",
                  WORDS(decision->name->text));
    else if (kind == TYPE_FRAC)
        diag_help(diags, diagnostic, "decide a number and give it `round(…, 2)`, or write `define %.*s as …`",
                  WORDS(decision->name->text));
    else
        diag_help(diags, diagnostic,
                  "a decision holds yes/no, a date, a number, a text, a member of a type or a set of them");
}

void chk_entity_types(struct checker *checker) {
    struct policy_set *set = checker->set;
    size_t i;
    for (i = 0; i < set->record_count; i++)
        facts_record(checker, set->records[i]);
    for (i = 0; i < set->fact_count; i++)
        facts_type(checker, &set->facts[i]);
    for (i = 0; i < set->decision_count; i++)
        facts_decision_type(checker, &set->decisions[i]);
}

/* --- conditions and values --- */

static void facts_otherwise(struct checker *checker, const struct scope *scope, struct fact *fact) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *clause = facts_clause(fact, AST_FACT_OTHERWISE), *value;
    struct type *type;
    if (!clause)
        return;
    value = ast_ungroup(ast_kid(clause, FACT_OTHERWISE_value));
    if (value && value->kind == AST_NONE) {
        fact->has_otherwise = fact->declared_optional || fact->type.kind == TYPE_BAD;
        fact->otherwise.tag = VALUE_NONE;
        if (!fact->has_otherwise) {
            struct diagnostic *diagnostic = diag_report(
                diags, DIAG_E0315, ast_span(value), "none is not a value of `%.*s`", WORDS(fact->name->text));
            diag_help(diags, diagnostic, "declare it `optional`");
        }
        return;
    }
    type = arena_alloc(checker->arena, sizeof *type);
    if (!value || !type || fact->type.kind == TYPE_BAD)
        return;
    *type = fact->type;
    type->optional = fact->declared_optional;
    fact->has_otherwise = chk_constant(checker, scope, value, type, &fact->otherwise);
}

static void facts_check(struct checker *checker, struct fact *fact, const struct record_type *self) {
    struct scope scope = {.file = fact->node->file, .self = self};
    if (fact->only_when)
        chk_condition(checker, &scope, fact->only_when, NULL, "the condition of `only when`");
    facts_otherwise(checker, &scope, fact);
}

static void facts_check_record(struct checker *checker, struct record_type *record) {
    size_t i;
    for (i = 0; i < record->field_count; i++)
        facts_check(checker, &record->fields[i], record);
    for (i = 0; i < record->define_count; i++)
        (void)chk_record_define(checker, record, (uint32_t)i);
}

static const struct ast_node *facts_decision_accepts(const struct decision *decision) {
    switch (decision->kind) {
    case DECISION_DECIDE:
        return ast_kid(decision->node, DECIDE_accepts);
    case DECISION_DEFINE:
        return ast_kid(decision->node, DEFINE_accepts);
    case DECISION_TOTAL:
        break;
    }
    return ast_kid(decision->node, TOTAL_accepts);
}

static void facts_check_decision(struct checker *checker, struct decision *decision) {
    struct scope scope = {.file = decision->node->file};
    chk_accepts(checker, facts_decision_accepts(decision));
    if (decision->kind == DECISION_DEFINE)
        (void)chk_definition(checker, decision->index);
    else if (decision->otherwise)
        chk_value(checker, &scope, decision->otherwise, &decision->type, NULL, "the normal case");
}

void chk_entities(struct checker *checker) {
    struct policy_set *set = checker->set;
    size_t i;
    for (i = 0; i < set->decision_count; i++)
        facts_check_decision(checker, &set->decisions[i]);
    for (i = 0; i < set->record_count; i++)
        facts_check_record(checker, set->records[i]);
    for (i = 0; i < set->fact_count; i++)
        facts_check(checker, &set->facts[i], NULL);
    for (i = 0; i < set->requirement_count; i++) {
        const struct requirement *requirement = &set->requirements[i];
        struct scope scope = {.file = requirement->node->file};
        chk_accepts(checker, ast_kid(requirement->node, REQUIRE_accepts));
        if (requirement->condition)
            chk_condition(checker, &scope, requirement->condition, NULL, "the condition of `require`");
    }
    for (i = 0; i < set->duty_count; i++) {
        const struct duty *duty = &set->duties[i];
        struct scope scope = {.file = duty->node->file};
        chk_accepts(checker, ast_kid(duty->node, DUTY_accepts));
        if (duty->done)
            chk_condition(checker, &scope, duty->done, NULL, "the condition of `done when`");
    }
}
