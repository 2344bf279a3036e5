/*
 * What a name in an expression means: a loop variable, a field, a fact, a decision, or a member of the
 * enumeration that the place expects; and definitions, which get their type when they are first used. Must
 * not know operators.
 */
#include "interp/meaning/expression.h"
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* Definitions within definitions that are typed by recursion; only those in a circle need it. */
#define MAX_DEFINITION_DEPTH 64
#define SHOWN_MEMBERS 8

enum definition_state { UNSEEN, BEING_TYPED, TYPED, WAITING };

/* A record definition that is being typed, and those around it. */
struct open_define {
    const struct record_type *record;
    uint32_t define;
    const struct open_define *outer;
};

long expr_member(const struct enumeration *enumeration, const struct name *name) {
    if (enumeration && enumeration->by_name.count) {
        uint32_t index = name_map_find(&enumeration->by_name, name);
        return index == NAME_MAP_NOTHING ? -1 : (long)index;
    }
    for (size_t i = 0; enumeration && name && i < enumeration->count; i++)
        if (enumeration->members[i].name == name)
            return (long)i;
    return -1;
}

static bool find_in_record(const struct record_type *record, const struct name *name,
                           const struct ast_node *binder, struct ref *out) {
    for (size_t i = 0; i < record->field_count; i++)
        if (record->fields[i].name == name) {
            *out = (struct ref){.kind = REF_TO_FIELD, .index = (uint32_t)i, .record = record, .node = binder};
            return true;
        }
    for (size_t i = 0; i < record->define_count; i++)
        if (record->defines[i].name == name) {
            *out = (struct ref){
                .kind = REF_TO_RECORD_DEFINE, .index = (uint32_t)i, .record = record, .node = binder};
            return true;
        }
    return false;
}

static const struct binding *find_binding(const struct scope *scope, const struct name *name) {
    for (const struct binding *binding = scope->bindings; binding; binding = binding->outer)
        if (binding->name == name)
            return binding;
    return NULL;
}

static bool lookup_name(const struct checker *checker, const struct scope *scope, const struct ast_node *node,
                        struct ref *out) {
    const struct name *name = ast_name(node);
    if (!name)
        return false;
    const struct binding *binding = find_binding(scope, name);
    if (binding) {
        *out = (struct ref){.kind = REF_TO_VARIABLE, .node = binding->binder, .record = binding->record};
        return true;
    }
    if (scope->self && find_in_record(scope->self, name, NULL, out))
        return true;
    const struct symbol *symbol = chk_find(checker, node->file, name, SYMBOL_FACT | SYMBOL_DECISION);
    if (!symbol)
        return false;
    *out = (struct ref){.kind = symbol->kind == SYMBOL_FACT ? REF_TO_FACT : REF_TO_DECISION,
                        .index = symbol->index};
    return true;
}

bool expr_lookup(const struct checker *checker, const struct scope *scope, const struct ast_node *node,
                 struct ref *out) {
    node = ast_ungroup(node);
    if (!node)
        return false;
    if (node->kind == AST_NAME)
        return lookup_name(checker, scope, node, out);
    if (node->kind != AST_PATH)
        return false;
    const struct name *object = ast_name(ast_kid(node, PATH_object)),
                      *field = ast_name(ast_kid(node, PATH_field));
    if (!object || !field)
        return false;
    const struct binding *binding = find_binding(scope, object);
    if (binding)
        return binding->record && find_in_record(binding->record, field, binding->binder, out);
    const struct symbol *symbol = chk_find_in(checker, object, field, SYMBOL_DECISION);
    if (!symbol)
        return false;
    *out = (struct ref){.kind = REF_TO_DECISION, .index = symbol->index};
    return true;
}

bool expr_is_unknown(const struct typing *typing, const struct ast_node *node) {
    struct ref ref;
    node = ast_ungroup(node);
    return node && node->kind == AST_NAME && !lookup_name(typing->checker, typing->scope, node, &ref);
}

const struct type *expr_ref_type(struct checker *checker, const struct ref *ref) {
    const struct policy_set *set = checker->set;
    switch (ref->kind) {
    case REF_TO_FACT:
        return &set->facts[ref->index].type;
    case REF_TO_DECISION:
        if (set->decisions[ref->index].kind == DECISION_DEFINE)
            return chk_definition(checker, ref->index);
        return &set->decisions[ref->index].type;
    case REF_TO_FIELD:
        return &ref->record->fields[ref->index].type;
    case REF_TO_RECORD_DEFINE:
        return chk_record_define(checker, ref->record, ref->index);
    default:
        return expr_bad();
    }
}

/* Sets what a NAME or PATH refers to; its type here is not optional where it is known to be given. */
static const struct type *use(const struct typing *typing, const struct ast_node *node,
                              const struct ref *ref) {
    struct checker *checker = typing->checker;
    expr_set_ref(checker, node, *ref);
    const struct type *type = expr_ref_type(checker, ref);
    if (type->optional && expr_is_given(checker, typing->scope, typing->known, ref))
        return expr_with_optional(checker, type, false);
    return type;
}

static void note_members(struct checker *checker, struct diagnostic *d,
                         const struct enumeration *enumeration) {
    const char *list = "";
    size_t shown = enumeration->count < SHOWN_MEMBERS ? enumeration->count : SHOWN_MEMBERS;
    for (size_t i = 0; i < shown; i++)
        list =
            expr_format(checker, "%s%s`%s`", list, i ? ", " : "", enumeration->members[i].name->text.bytes);
    if (shown)
        diag_note(&checker->set->diags, d, "its members are %s%s", list,
                  shown < enumeration->count ? ", …" : "");
}

/* A name that is nothing a value could come from: perhaps something else, or the member of some type. */
static struct diagnostic *report_no_value(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct name *name = ast_name(node);
    const struct symbol *symbol =
        chk_find(checker, node->file, name, ~0u & ~(unsigned)(SYMBOL_FACT | SYMBOL_DECISION));
    struct diagnostic *d;
    if (symbol) {
        d = diag_report(diags, DIAG_E0303, ast_span(node), "`%s` is %s, where a value is needed",
                        name->text.bytes, chk_kind_words(symbol->kind));
        diag_label(diags, d, symbol->span, "declared here");
        return d;
    }
    d = diag_report(diags, DIAG_E0301, ast_span(node), "no fact, definition or decision is called `%s`",
                    name->text.bytes);
    for (size_t i = 0; i < checker->set->enumeration_count; i++) {
        const struct enumeration *enumeration = checker->set->enumerations[i];
        if (expr_member(enumeration, name) < 0)
            continue;
        struct type type = {.kind = TYPE_MEMBER, .enumeration = enumeration};
        diag_help(diags, d, "`%s` is %s; a member stands only beside something of its type, as in `… is %s`",
                  name->text.bytes, expr_type_words(checker, &type), name->text.bytes);
        break;
    }
    return d;
}

static const struct type *report_unknown(const struct typing *typing, const struct ast_node *node,
                                         const struct enumeration *enumeration) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct name *name = ast_name(node);
    struct diagnostic *d;
    if (enumeration) {
        struct type type = {.kind = TYPE_MEMBER, .enumeration = enumeration};
        d = diag_report(diags, DIAG_E0408, ast_span(node), "`%s` is not %s", name->text.bytes,
                        expr_type_words(checker, &type));
        note_members(checker, d, enumeration);
    } else {
        d = report_no_value(typing, node);
    }
    chk_suggest(checker, d, ast_span(node), name, node->file, SYMBOL_FACT | SYMBOL_DECISION, enumeration,
                typing->scope->self);
    return expr_bad();
}

/* A name that is a member where one is expected, and also something else of the same type. */
static bool report_ambiguous(const struct typing *typing, const struct ast_node *node, const struct ref *ref,
                             const struct enumeration *enumeration, long member) {
    struct checker *checker = typing->checker;
    const struct type *type = expr_ref_type(checker, ref);
    if (type->kind != TYPE_MEMBER || type->enumeration != enumeration)
        return false;
    struct diagnostics *diags = &checker->set->diags;
    const char *name = ast_name(node)->text.bytes;
    const char *kind = ref->kind == REF_TO_FACT       ? "fact"
                       : ref->kind == REF_TO_DECISION ? "decision"
                                                      : "field";
    struct diagnostic *d = diag_report(diags, DIAG_E0402, ast_span(node),
                                       "`%s` may be the member or the %s of that name", name, kind);
    struct span span;
    diag_label(diags, d, enumeration->members[member].span, "the member");
    if (expr_declaration(checker, ref, &span))
        diag_label(diags, d, span, "the %s", kind);
    diag_help(diags, d, "rename one of them");
    return true;
}

const struct type *expr_name(const struct typing *typing, const struct ast_node *node,
                             const struct type *expected) {
    struct checker *checker = typing->checker;
    if (!ast_name(node))
        return expr_bad();
    struct ref ref;
    bool found = lookup_name(checker, typing->scope, node, &ref);
    const struct enumeration *enumeration =
        expected && expected->kind == TYPE_MEMBER ? expected->enumeration : NULL;
    long member = expr_member(enumeration, ast_name(node));
    if (member >= 0) {
        if (found && report_ambiguous(typing, node, &ref, enumeration, member))
            return expr_bad();
        expr_set_ref(checker, node, (struct ref){.kind = REF_TO_MEMBER, .index = (uint32_t)member});
        return expr_of_enumeration(checker, TYPE_MEMBER, enumeration, false);
    }
    if (!found) {
        /* What it may mean rests on something that was reported, as do members that could not be read. */
        bool open = expected && (expected->kind == TYPE_BAD || (enumeration && enumeration->broken));
        return open ? expr_bad() : report_unknown(typing, node, enumeration);
    }
    if (ref.kind != REF_TO_VARIABLE)
        return use(typing, node, &ref);
    expr_set_ref(checker, node, ref);
    struct type *type = arena_alloc(checker->arena, sizeof *type);
    if (!type) {
        checker->set->diags.failed = true;
        return expr_bad();
    }
    type->kind = ref.record ? TYPE_ONE_RECORD : TYPE_BAD;
    type->record = ref.record;
    return type;
}

static const struct type *report_path(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *object = ast_kid(node, PATH_object), *field = ast_kid(node, PATH_field);
    const struct name *object_name = ast_name(object), *field_name = ast_name(field);
    struct ref ref;
    struct diagnostic *d;
    if (!object_name || !field_name) {
        diag_report(diags, DIAG_E0425, ast_span(node),
                    "%s names nothing: a path is `x.field` or `amendment.definition`",
                    expr_words(checker, node));
    } else if (lookup_name(checker, typing->scope, object, &ref)) {
        const struct type *type = expr_ref_type(checker, &ref);
        if (ref.kind != REF_TO_VARIABLE && type->kind == TYPE_RECORDS) {
            d = diag_report(diags, DIAG_E0422, ast_span(node), "`%s` is a list, which has no single `%s`",
                            object_name->text.bytes, field_name->text.bytes);
            diag_help(diags, d, "ask about its records: `some x in %s has (x.%s …)`", object_name->text.bytes,
                      field_name->text.bytes);
        } else if (ref.kind != REF_TO_VARIABLE) {
            if (type->kind != TYPE_BAD)
                diag_report(diags, DIAG_E0425, ast_span(field), "`%s` is %s, which has no fields",
                            object_name->text.bytes, expr_type_words(checker, type));
        } else if (ref.record) {
            d = diag_report(diags, DIAG_E0425, ast_span(field), "a record of type `%s` has no field `%s`",
                            ref.record->name->text.bytes, field_name->text.bytes);
            chk_suggest(checker, d, ast_span(field), field_name, field->file, 0, NULL, ref.record);
        }
    } else if (chk_find(checker, object->file, object_name, SYMBOL_MODULE)) {
        d = diag_report(diags, DIAG_E0301, ast_span(field), "`%s` has no definition `%s`",
                        object_name->text.bytes, field_name->text.bytes);
        chk_suggest(checker, d, ast_span(field), field_name, field->file, SYMBOL_DECISION, NULL, NULL);
    } else {
        d = diag_report(diags, DIAG_E0301, ast_span(object), "nothing is called `%s`",
                        object_name->text.bytes);
        chk_suggest(checker, d, ast_span(object), object_name, object->file, SYMBOL_MODULE, NULL, NULL);
    }
    return expr_bad();
}

const struct type *expr_path(const struct typing *typing, const struct ast_node *node) {
    struct ref ref, object;
    if (!expr_lookup(typing->checker, typing->scope, node, &ref))
        return report_path(typing, node);
    if (lookup_name(typing->checker, typing->scope, ast_kid(node, PATH_object), &object) &&
        object.kind == REF_TO_VARIABLE)
        expr_set_ref(typing->checker, ast_kid(node, PATH_object), object);
    return use(typing, node, &ref);
}

const struct type *expr_string(const struct typing *typing, const struct ast_node *node,
                               const struct type *expected) {
    struct checker *checker = typing->checker;
    if (!expected || expected->kind != TYPE_MEMBER || !node->value.string)
        return expr_kind(TYPE_STRING, false);
    struct diagnostics *diags = &checker->set->diags;
    const struct enumeration *enumeration = expected->enumeration;
    struct diagnostic *d = diag_report(diags, DIAG_E0409, ast_span(node), "%s is a text, where %s is needed",
                                       expr_words(checker, node), expr_type_words(checker, expected));
    for (size_t i = 0; i < enumeration->count; i++) {
        const struct member *member = &enumeration->members[i];
        if (!text_equal(member->label, *node->value.string) &&
            !text_equal(member->name->text, *node->value.string))
            continue;
        diag_label(diags, d, member->span, "the member");
        diag_fix(diags, d, ast_span(node), "write the member's name", "%s", member->name->text.bytes);
        return expr_bad();
    }
    note_members(checker, d, enumeration);
    diag_help(diags, d, "members are written by their names, without quotes");
    return expr_bad();
}

/* --- conditions of properties --- */

/* A rule, a table, one of its rows: NAME, module.NAME, table.LABEL, module.table.LABEL. */
static bool find_rule(struct checker *checker, const struct ast_node *node, struct ref *out) {
    const unsigned kinds = SYMBOL_RULE | SYMBOL_TABLE;
    const struct symbol *symbol = NULL;
    const struct name *label = NULL;
    if (node->kind == AST_NAME) {
        symbol = ast_name(node) ? chk_find(checker, node->file, ast_name(node), kinds) : NULL;
    } else if (node->kind == AST_PATH) {
        const struct ast_node *object = ast_kid(node, PATH_object);
        const struct name *last = ast_name(ast_kid(node, PATH_field));
        if (!object || !last)
            return false;
        if (ast_name(object) && (symbol = chk_find_in(checker, ast_name(object), last, kinds)) == NULL) {
            symbol = chk_find(checker, node->file, ast_name(object), SYMBOL_TABLE);
            label = last;
        } else if (object->kind == AST_PATH && ast_name(ast_kid(object, PATH_object)) &&
                   ast_name(ast_kid(object, PATH_field))) {
            symbol = chk_find_in(checker, ast_name(ast_kid(object, PATH_object)),
                                 ast_name(ast_kid(object, PATH_field)), SYMBOL_TABLE);
            label = last;
        }
    }
    if (!symbol)
        return false;
    *out = (struct ref){.kind = REF_TO_RULE,
                        .index = symbol->index,
                        .count = symbol->kind == SYMBOL_TABLE ? symbol->count : 1};
    for (uint32_t i = 0; label && i < symbol->count; i++)
        if (checker->set->rules[symbol->index + i].name == label) {
            *out = (struct ref){.kind = REF_TO_RULE, .index = symbol->index + i, .count = 1};
            return true;
        }
    return !label;
}

const struct type *expr_property(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *name = node->kids[0];
    bool rule = node->kind == AST_RULE_APPLIES, duty = node->kind == AST_DUTY_APPLIES;
    if (!name || name->kind == AST_ERROR)
        return expr_bad();
    struct ref ref = {.kind = REF_NOTHING};
    unsigned kinds = rule ? SYMBOL_RULE | SYMBOL_TABLE : duty ? SYMBOL_DUTY : SYMBOL_DECISION;
    bool found = false;
    if (rule) {
        found = find_rule(checker, name, &ref);
    } else if (ast_name(name)) {
        const struct symbol *symbol = chk_find(checker, name->file, ast_name(name), kinds);
        found = symbol != NULL;
        if (symbol)
            ref = (struct ref){
                .kind = duty ? REF_TO_DUTY : REF_TO_DECISION, .index = symbol->index, .count = 1};
    } else {
        found = expr_lookup(checker, typing->scope, name, &ref) && ref.kind == REF_TO_DECISION;
    }
    if (!found) {
        const struct ast_node *last = name->kind == AST_PATH ? ast_kid(name, PATH_field) : name;
        struct diagnostic *d = diag_report(diags, DIAG_E0301, ast_span(name), "no %s is called %s",
                                           rule   ? "rule or table"
                                           : duty ? "duty"
                                                  : "decision",
                                           expr_words(checker, name));
        if (ast_name(last))
            chk_suggest(checker, d, ast_span(name), ast_name(last), name->file, kinds, NULL, NULL);
        return expr_bad();
    }
    expr_set_ref(checker, name, ref);
    return expr_kind(TYPE_YESNO, false);
}

/* --- definitions --- */

/* Definitions that wait for others; the last is the next to be typed. */
struct waiting {
    uint32_t *items;
    size_t count, capacity;
};

static void push_definition(struct checker *checker, struct waiting *waiting, const struct symbol *symbol) {
    if (!symbol || symbol->kind != SYMBOL_DECISION || checker->definition_state[symbol->index] != UNSEEN ||
        checker->set->decisions[symbol->index].kind != DECISION_DEFINE)
        return;
    if (!ARENA_PUSH(checker->arena, waiting->items, waiting->count, waiting->capacity, symbol->index))
        checker->set->diags.failed = true;
}

/* Pushes the definitions that an expression may use. Recursion goes into later kids only: left spines may be
 * long. */
static void push_used(struct checker *checker, struct waiting *waiting, const struct ast_node *node) {
    while (node) {
        if (node->kind == AST_NAME && ast_name(node)) {
            push_definition(checker, waiting, chk_find(checker, node->file, ast_name(node), SYMBOL_DECISION));
        } else if (node->kind == AST_PATH) {
            const struct name *object = ast_name(ast_kid(node, PATH_object)),
                              *field = ast_name(ast_kid(node, PATH_field));
            if (object && field)
                push_definition(checker, waiting, chk_find_in(checker, object, field, SYMBOL_DECISION));
        }
        if (node->kid_count == 0)
            return;
        for (size_t k = 1; k < node->kid_count; k++)
            for (const struct ast_node *kid = node->kids[k]; kid; kid = kid->next)
                push_used(checker, waiting, kid);
        for (const struct ast_node *kid = node->kids[0] ? node->kids[0]->next : NULL; kid; kid = kid->next)
            push_used(checker, waiting, kid);
        node = node->kids[0];
    }
}

static void type_definition(struct checker *checker, uint32_t index) {
    struct decision *decision = &checker->set->decisions[index];
    struct arena *guards = checker->guards;
    checker->guards = checker->arena; /* what it makes given stays, whichever rule asked first */
    checker->definition_state[index] = BEING_TYPED;
    checker->definition_depth++;
    const struct ast_node *value = decision->otherwise;
    struct scope scope = {.file = decision->node->file, .definition = true};
    const struct type *type = expr_bad();
    if (value && value->kind != AST_ERROR) {
        type = chk_expression(checker, &scope, value, NULL, NULL);
        if (type->kind == TYPE_RECORDS || type->kind == TYPE_ONE_RECORD) {
            struct typing typing = {checker, &scope, NULL};
            expr_report_kind(&typing, value, type, "a definition", "a single value");
            type = expr_bad();
        }
    }
    decision->type = *type;
    /* A definition is held by no range. */
    decision->type.has_low = decision->type.has_high = false;
    if (type->kind == TYPE_YESNO) {
        checker->definition_givens[index] = expr_givens(checker, &scope, value, true);
        checker->definition_denials[index] = expr_givens(checker, &scope, value, false);
    }
    checker->guards = guards;
    checker->definition_depth--;
    checker->definition_state[index] = TYPED;
}

static bool ready(struct checker *checker) {
    size_t count = checker->set->decision_count;
    if (!checker->definition_state)
        checker->definition_state = arena_array(checker->arena, count, sizeof *checker->definition_state);
    if (!checker->definition_givens)
        checker->definition_givens = arena_array(checker->arena, count, sizeof *checker->definition_givens);
    if (!checker->definition_denials)
        checker->definition_denials = arena_array(checker->arena, count, sizeof *checker->definition_denials);
    bool good = checker->definition_state && checker->definition_givens && checker->definition_denials;
    if (!good)
        checker->set->diags.failed = true;
    return good;
}

const struct type *chk_definition(struct checker *checker, uint32_t index) {
    struct policy_set *set = checker->set;
    if (!ready(checker) || checker->definition_state[index] == BEING_TYPED)
        return expr_bad();
    if (checker->definition_state[index] == TYPED)
        return &set->decisions[index].type;
    if (checker->definition_depth >= MAX_DEFINITION_DEPTH) {
        diag_report(&set->diags, DIAG_E0431, ast_span(set->decisions[index].node),
                    "too many definitions use one another on the way to this one");
        return expr_bad();
    }
    /* What it uses first, so that a long chain of definitions takes no C stack. */
    struct waiting waiting = {NULL, 0, 0};
    if (!ARENA_PUSH(checker->arena, waiting.items, waiting.count, waiting.capacity, index)) {
        set->diags.failed = true;
        return expr_bad();
    }
    while (waiting.count > 0) {
        uint32_t top = waiting.items[waiting.count - 1];
        if (checker->definition_state[top] == UNSEEN) {
            checker->definition_state[top] = WAITING;
            push_used(checker, &waiting, set->decisions[top].otherwise);
        } else {
            waiting.count--;
            if (checker->definition_state[top] == WAITING)
                type_definition(checker, top);
        }
    }
    return &set->decisions[index].type;
}

const struct type *chk_record_define(struct checker *checker, const struct record_type *record,
                                     uint32_t index) {
    struct record_define *define = &record->defines[index];
    const struct ast_node *value = define->value;
    if (!value || value->kind == AST_ERROR)
        return expr_bad();
    if (value->id < checker->set->node_limit && checker->set->node_types[value->id])
        return &define->type;
    for (const struct open_define *open = checker->open_defines; open; open = open->outer)
        if (open->record == record && open->define == index)
            return expr_bad();
    struct open_define open = {record, index, checker->open_defines};
    struct scope scope = {.file = value->file, .self = record, .definition = true};
    checker->open_defines = &open;
    const struct type *type = chk_expression(checker, &scope, value, NULL, NULL);
    checker->open_defines = open.outer;
    if (type->kind == TYPE_RECORDS || type->kind == TYPE_ONE_RECORD) {
        struct typing typing = {checker, &scope, NULL};
        expr_report_kind(&typing, value, type, "a definition", "a single value");
        type = expr_bad();
        expr_set_type(checker, value, type);
    }
    define->type = *type;
    define->type.has_low = define->type.has_high = false;
    return &define->type;
}
