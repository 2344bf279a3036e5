/*
 * Types as values and as words: the static ones, those over an enumeration, the type of two branches, and how
 * a type or a piece of a policy is called in a message. Must not know how expressions get their types.
 */
#include "interp/meaning/expression.h"

#include <stdarg.h>
#include <stdio.h>

#include "grammar/base/banned.h"

/* The longest text of a policy that a message repeats. */
#define QUOTED_MAX 60

static const struct type plain[2][TYPE_ONE_RECORD + 1] = {
    {{.kind = TYPE_BAD},
     {.kind = TYPE_YESNO},
     {.kind = TYPE_DAY},
     {.kind = TYPE_SPAN},
     {.kind = TYPE_NUM},
     {.kind = TYPE_FRAC},
     {.kind = TYPE_STRING}},
    {{.kind = TYPE_BAD},
     {.kind = TYPE_YESNO, .optional = true},
     {.kind = TYPE_DAY, .optional = true},
     {.kind = TYPE_SPAN, .optional = true},
     {.kind = TYPE_NUM, .optional = true},
     {.kind = TYPE_FRAC, .optional = true},
     {.kind = TYPE_STRING, .optional = true}},
};

#define NUMBER_TYPE(SCALE, OPTIONAL) \
    { .kind = TYPE_NUM, .scale = (SCALE), .optional = (OPTIONAL) }
#define NUMBER_TYPES(OPTIONAL)                                                               \
    {                                                                                        \
        NUMBER_TYPE(0, OPTIONAL), NUMBER_TYPE(1, OPTIONAL), NUMBER_TYPE(2, OPTIONAL),        \
            NUMBER_TYPE(3, OPTIONAL), NUMBER_TYPE(4, OPTIONAL), NUMBER_TYPE(5, OPTIONAL),    \
            NUMBER_TYPE(6, OPTIONAL), NUMBER_TYPE(7, OPTIONAL), NUMBER_TYPE(8, OPTIONAL),    \
            NUMBER_TYPE(9, OPTIONAL), NUMBER_TYPE(10, OPTIONAL), NUMBER_TYPE(11, OPTIONAL),  \
            NUMBER_TYPE(12, OPTIONAL), NUMBER_TYPE(13, OPTIONAL), NUMBER_TYPE(14, OPTIONAL), \
            NUMBER_TYPE(15, OPTIONAL), NUMBER_TYPE(16, OPTIONAL), NUMBER_TYPE(17, OPTIONAL), \
            NUMBER_TYPE(18, OPTIONAL)                                                        \
    }
static const struct type numbers[2][NUM_MAX_DIGITS + 1] = {NUMBER_TYPES(false), NUMBER_TYPES(true)};

const struct type *expr_bad(void) {
    return &plain[0][TYPE_BAD];
}

const struct type *expr_kind(enum type_kind kind, bool optional) {
    return &plain[optional][kind];
}

const struct type *expr_number(int scale, bool optional) {
    return &numbers[optional][scale];
}

static const struct type *kept(struct checker *checker, struct type type) {
    struct type *copy = arena_alloc(checker->arena, sizeof *copy);
    if (!copy) {
        checker->set->diags.failed = true;
        return expr_bad();
    }
    *copy = type;
    return copy;
}

const struct type *expr_of_enumeration(struct checker *checker, enum type_kind kind,
                                       const struct enumeration *enumeration, bool optional) {
    struct type type = {.kind = kind, .optional = optional, .enumeration = enumeration};
    return kept(checker, type);
}

const struct type *expr_with_optional(struct checker *checker, const struct type *type, bool optional) {
    if (type->kind == TYPE_BAD || type->optional == optional)
        return type;
    struct type changed = *type;
    changed.optional = optional;
    return kept(checker, changed);
}

const struct type *expr_unify(struct checker *checker, const struct type *a, const struct type *b) {
    bool optional = a->optional || b->optional;
    bool a_counts = a->kind == TYPE_NUM || a->kind == TYPE_FRAC,
         b_counts = b->kind == TYPE_NUM || b->kind == TYPE_FRAC;
    if (a_counts && b_counts) {
        if (a->kind == TYPE_FRAC || b->kind == TYPE_FRAC)
            return expr_kind(TYPE_FRAC, optional);
        return expr_number(a->scale > b->scale ? a->scale : b->scale, optional);
    }
    if (a->kind != b->kind)
        return NULL;
    switch (a->kind) {
    case TYPE_MEMBER:
    case TYPE_MEMBERS:
        return a->enumeration == b->enumeration
                   ? expr_of_enumeration(checker, a->kind, a->enumeration, optional)
                   : NULL;
    case TYPE_RECORDS:
    case TYPE_ONE_RECORD:
        return NULL;
    default:
        return expr_kind(a->kind, optional);
    }
}

const char *expr_format(struct checker *checker, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : arena_alloc(checker->arena, (size_t)length + 1);
    if (!text) {
        checker->set->diags.failed = true;
        return "";
    }
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

static const char *enumeration_words(struct checker *checker, const struct enumeration *enumeration) {
    if (enumeration && enumeration->name)
        return expr_format(checker, "`%s`", enumeration->name->text.bytes);
    if (!enumeration || enumeration->count == 0)
        return "its choices";
    const struct member *members = enumeration->members;
    if (enumeration->count == 1)
        return expr_format(checker, "the choice `%s`", members[0].name->text.bytes);
    return expr_format(checker, "the choices `%s`, `%s`%s", members[0].name->text.bytes,
                       members[1].name->text.bytes, enumeration->count > 2 ? ", …" : "");
}

const char *expr_type_words(struct checker *checker, const struct type *type) {
    switch (type->kind) {
    case TYPE_YESNO:
        return "yes or no";
    case TYPE_DAY:
        return "a date";
    case TYPE_SPAN:
        return "a period";
    case TYPE_NUM:
        if (type->scale == 0)
            return "a whole number";
        return expr_format(checker, "a number with %d decimal%s", type->scale, type->scale == 1 ? "" : "s");
    case TYPE_FRAC:
        return "a fraction";
    case TYPE_STRING:
        return "a text";
    case TYPE_MEMBER:
        return expr_format(checker, "a member of %s", enumeration_words(checker, type->enumeration));
    case TYPE_MEMBERS:
        return expr_format(checker, "a set of members of %s", enumeration_words(checker, type->enumeration));
    case TYPE_RECORDS:
        return "a list";
    case TYPE_ONE_RECORD:
        return "a record";
    case TYPE_BAD:
        break;
    }
    return "a value";
}

/* A text that can be repeated in a line: not long, and no line ends or comments inside. */
static bool repeatable(struct text text) {
    if (text.length == 0 || text.length > QUOTED_MAX)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == '\n' || text.bytes[i] == '\r' || text.bytes[i] == '#')
            return false;
    return true;
}

const char *expr_source(struct checker *checker, const struct ast_node *node) {
    struct text text = sources_text(&checker->set->sources, ast_span(node));
    return repeatable(text) ? expr_format(checker, "%.*s", (int)text.length, text.bytes) : "";
}

const char *expr_source_primary(struct checker *checker, const struct ast_node *node) {
    const char *source = expr_source(checker, node);
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
    case AST_NUMBER:
    case AST_DATE:
    case AST_TODAY:
    case AST_GROUP:
    case AST_CALL:
        return source;
    default:
        return source[0] ? expr_format(checker, "(%s)", source) : source;
    }
}

const char *expr_words(struct checker *checker, const struct ast_node *node) {
    const char *source = expr_source(checker, node);
    return source[0] ? expr_format(checker, "`%s`", source) : "this";
}

bool expr_declaration(const struct checker *checker, const struct ref *ref, struct span *out) {
    const struct policy_set *set = checker->set;
    const struct ast_node *name = NULL;
    switch (ref->kind) {
    case REF_TO_FACT:
        name = set->facts[ref->index].node;
        break;
    case REF_TO_DECISION:
        name = set->decisions[ref->index].node;
        break;
    case REF_TO_FIELD:
        name = ref->record->fields[ref->index].node;
        break;
    case REF_TO_RECORD_DEFINE:
        name = ref->record->defines[ref->index].value;
        if (name)
            *out = ast_span(name);
        return name != NULL;
    case REF_TO_VARIABLE:
        name = ref->node;
        if (name)
            name = name->kids[name->kind == AST_FOLD ? (int)FOLD_variable : (int)SOME_variable];
        if (name)
            *out = ast_span(name);
        return name != NULL;
    default:
        return false;
    }
    /* FACT, FIELD, DECIDE, DEFINE and TOTAL all have their name first. */
    if (!name || name->kid_count == 0 || !name->kids[0])
        return false;
    *out = ast_span(name->kids[0]);
    return true;
}
