/*
 * Declared types: `number 0 through 100 with 2 decimals`, enumerations in place or by name, ranges, sets,
 * lists; and the members of enumerations, which `type … also` adds to from any file. Must not know facts or
 * decisions: whether a type may stand somewhere is judged there.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* Sets are bit masks of a fixed size in the compiled program. */
#define SET_MEMBERS_MAX 256

struct enumeration *chk_new_enumeration(struct checker *checker, const struct name *name) {
    struct policy_set *set = checker->set;
    struct enumeration *enumeration = arena_alloc(set->arena, sizeof *enumeration);
    if (!enumeration)
        return NULL;
    enumeration->name = name;
    if (!ARENA_PUSH(set->arena, set->enumerations, set->enumeration_count, set->enumeration_capacity,
                    enumeration))
        return NULL;
    return enumeration;
}

void chk_add_members(struct checker *checker, struct enumeration *enumeration,
                     const struct ast_node *members) {
    for (; members; members = members->next) {
        const struct ast_node *name, *label;
        struct member member;
        if (members->kind != AST_MEMBER || !ast_name(ast_kid(members, MEMBER_name))) {
            enumeration->broken = true;
            continue;
        }
        name = ast_kid(members, MEMBER_name);
        label = ast_kid(members, MEMBER_label);
        member.name = ast_name(name);
        member.label = label && label->kind == AST_STRING ? *label->value.string : member.name->text;
        member.span = ast_span(name);
        if (!ARENA_PUSH(checker->arena, enumeration->members, enumeration->count, enumeration->capacity,
                        member))
            return;
    }
}

static void declared_report_member(struct checker *checker, const struct member *now,
                                   const struct member *before) {
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *diagnostic = diag_report(diags, DIAG_E0304, now->span,
                                                "the member `%.*s` is listed twice", WORDS(now->name->text));
    if (before->span.file != DIAG_NOWHERE)
        diag_label(diags, diagnostic, before->span, "first listed here");
    else
        diag_note(diags, diagnostic, "`%.*s` is part of the language", WORDS(before->name->text));
}

/* From so many members on they are looked up in a table. */
#define MANY_MEMBERS 32

/* Where memory fails the arena remembers it, and nothing rests on the table any more. */
static void declared_index_members(struct checker *checker, struct enumeration *enumeration) {
    struct name_map map = {.arena = checker->arena};
    for (size_t i = 0; i < enumeration->count && enumeration->count >= MANY_MEMBERS; i++)
        (void)name_map_put(&map, enumeration->members[i].name, (uint32_t)i);
    enumeration->by_name = map;
}

/* Names first, so that a label is also held against the names of members behind it. */
static void declared_check_members(struct checker *checker, const struct enumeration *enumeration) {
    struct diagnostics *diags = &checker->set->diags;
    struct name_map map = {.arena = checker->arena};
    size_t i;
    for (i = 0; i < enumeration->count; i++) {
        uint32_t before = name_map_put(&map, enumeration->members[i].name, (uint32_t)i);
        if (before != NAME_MAP_NOTHING)
            declared_report_member(checker, &enumeration->members[i], &enumeration->members[before]);
    }
    for (i = 0; i < enumeration->count; i++) {
        const struct member *member = &enumeration->members[i];
        const struct name *label = names_intern(&checker->set->names, member->label);
        uint32_t before = label == member->name ? NAME_MAP_NOTHING : name_map_put(&map, label, (uint32_t)i);
        struct diagnostic *diagnostic;
        if (before == NAME_MAP_NOTHING || before == i || enumeration->members[before].name == member->name)
            continue;
        diagnostic = diag_report(diags, DIAG_E0305, member->span, "the label \"%.*s\" stands for two members",
                                 WORDS(member->label));
        diag_label(diags, diagnostic, enumeration->members[before].span, "the other one");
    }
}

void chk_enumerations(struct checker *checker) {
    struct policy_set *set = checker->set;
    const struct ast_node *node;
    size_t i;
    for (i = 0; i < set->tree_count; i++) {
        for (node = ast_kid(set->trees[i].root, FILE_decls); node; node = node->next) {
            const struct symbol *symbol;
            if (node->kind != AST_TYPE_ALSO)
                continue;
            symbol = chk_use(checker, ast_kid(node, TYPE_ALSO_name), SYMBOL_TYPE, "a type");
            if (symbol)
                chk_add_members(checker, set->enumerations[symbol->index], ast_kid(node, TYPE_ALSO_members));
        }
    }
    for (i = 0; i < set->enumeration_count; i++) {
        declared_check_members(checker, set->enumerations[i]);
        declared_index_members(checker, set->enumerations[i]);
    }
    checker->marks->type_used_count = set->enumeration_count;
    checker->marks->type_used = arena_array(checker->arena, set->enumeration_count + 1, sizeof(bool));
}

static void declared_unused(struct checker *checker, const struct ast_node *node) {
    const struct marks *marks = checker->marks;
    const struct ast_node *name = ast_kid(node, TYPE_name);
    const struct symbol *symbol = chk_lookup(checker, ast_name(name), MODULE_GLOBAL);
    struct diagnostics *diags;
    struct diagnostic *diagnostic;
    if (!symbol || symbol->kind != SYMBOL_TYPE || symbol->index == 0 ||
        symbol->index >= marks->type_used_count || !marks->type_used || marks->type_used[symbol->index])
        return;
    diags = chk_warnings(checker, node->file, ast_kid(node, TYPE_accepts), DIAG_W0301);
    diagnostic = diag_report(diags, DIAG_W0301, ast_span(name), "the type `%.*s` is never used",
                             WORDS(symbol->name->text));
    diag_help(diags, diagnostic, "remove it, or declare a fact or decision of this type");
    chk_keep_warning(checker, diags, diagnostic, node);
}

void chk_unused_types(struct checker *checker) {
    const struct policy_set *set = checker->set;
    const struct ast_node *node;
    size_t i;
    for (i = 0; i < set->tree_count; i++) {
        for (node = ast_kid(set->trees[i].root, FILE_decls); node; node = node->next) {
            if (node->kind == AST_TYPE)
                declared_unused(checker, node);
        }
    }
}

/* --- ranges --- */

static struct type declared_bad(void) {
    struct type type = {.kind = TYPE_BAD};
    return type;
}

static void declared_report_range(struct checker *checker, const struct ast_node *low,
                                  const struct ast_node *high) {
    struct diagnostics *diags = &checker->set->diags;
    struct text a = sources_text(&checker->set->sources, ast_span(low));
    struct text b = sources_text(&checker->set->sources, ast_span(high));
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0312, span_join(ast_span(low), ast_span(high)),
                    "no value lies in this range: %.*s is above %.*s", WORDS(a), WORDS(b));
    diag_fix(diags, diagnostic, span_join(ast_span(low), ast_span(high)), "exchange the two",
             "%.*s through %.*s", WORDS(b), WORDS(a));
}

/* `written` is NULL for a side that is open. */
static bool declared_day(struct checker *checker, const struct ast_node *written, bool *has, int64_t *out) {
    cal_day day = 0;
    if (!written)
        return true;
    if (written->kind != AST_DATE || !chk_date(checker, written, &day))
        return false;
    *has = true;
    *out = day;
    return true;
}

static struct type declared_date(struct checker *checker, const struct ast_node *node) {
    struct type type = {.kind = TYPE_DAY};
    const struct ast_node *low = ast_kid(node, TYPE_DATE_low), *high = ast_kid(node, TYPE_DATE_high);
    bool fine = declared_day(checker, low, &type.has_low, &type.low);
    if (!declared_day(checker, high, &type.has_high, &type.high) || !fine)
        return declared_bad();
    if (type.has_low && type.has_high && type.low > type.high) {
        declared_report_range(checker, low, high);
        return declared_bad();
    }
    return type;
}

/* An end of a range, with or without a minus, at the scale of the type. */
static bool declared_number(struct checker *checker, const struct ast_node *written, int scale, bool *has,
                            int64_t *out) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *digits =
        written && written->kind == AST_NEGATE ? ast_kid(written, NEGATE_operand) : written;
    struct text text;
    enum num_status status;
    if (!written)
        return true;
    if (!digits || digits->kind != AST_NUMBER)
        return false;
    text = sources_text(&checker->set->sources, ast_span(digits));
    status = num_parse(text.bytes, text.length, scale, out);
    if (status == NUM_TOO_MANY_DECIMALS) {
        struct diagnostic *diagnostic =
            diag_report(diags, DIAG_E0313, ast_span(digits),
                        "%.*s has more decimals than the number, which has %d", WORDS(text), scale);
        diag_help(diags, diagnostic,
                  "say how many decimals the number has, as in `number 0 through 1 with 2 decimals`");
        return false;
    }
    if (status != NUM_OK) {
        (void)diag_report(diags, DIAG_E0312, ast_span(digits), "%.*s %s", WORDS(text),
                          num_status_text(status));
        return false;
    }
    if (digits != written)
        *out = -*out;
    *has = true;
    return true;
}

static bool declared_decimals(struct checker *checker, const struct ast_node *written, int *scale) {
    struct text text;
    int64_t digits = 0;
    if (!written)
        return true;
    if (written->kind != AST_NUMBER)
        return false;
    text = sources_text(&checker->set->sources, ast_span(written));
    if (num_parse(text.bytes, text.length, 0, &digits) != NUM_OK || digits > NUM_MAX_DIGITS) {
        (void)diag_report(&checker->set->diags, DIAG_E0313, ast_span(written),
                          "a number has 0 to %d decimals, not %.*s", NUM_MAX_DIGITS, WORDS(text));
        return false;
    }
    *scale = (int)digits;
    return true;
}

static struct type declared_number_type(struct checker *checker, const struct ast_node *node) {
    struct type type = {.kind = TYPE_NUM};
    const struct ast_node *low = ast_kid(node, TYPE_NUMBER_low), *high = ast_kid(node, TYPE_NUMBER_high);
    bool fine;
    if (!declared_decimals(checker, ast_kid(node, TYPE_NUMBER_decimals), &type.scale))
        return declared_bad();
    fine = declared_number(checker, low, type.scale, &type.has_low, &type.low);
    if (!declared_number(checker, high, type.scale, &type.has_high, &type.high) || !fine)
        return declared_bad();
    if (type.has_low && type.has_high && type.low > type.high) {
        declared_report_range(checker, low, high);
        return declared_bad();
    }
    return type;
}

/* --- names --- */

/* What people write who come from another language. */
static const char *declared_meant(struct text word) {
    static const char *const words[][2] = {{"bool", "yes/no"},
                                           {"boolean", "yes/no"},
                                           {"flag", "yes/no"},
                                           {"string", "text"},
                                           {"str", "text"},
                                           {"varchar", "text"},
                                           {"int", "number"},
                                           {"integer", "number"},
                                           {"numeric", "number"},
                                           {"float", "number with 2 decimals"},
                                           {"double", "number with 2 decimals"},
                                           {"decimal", "number with 2 decimals"},
                                           {"money", "number with 2 decimals"},
                                           {"amount", "number with 2 decimals"},
                                           {"day", "date"},
                                           {"datetime", "date"},
                                           {"timestamp", "date"},
                                           {"interval", "period"},
                                           {"range", "period"}};
    size_t i;
    for (i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_is(word, words[i][0]))
            return words[i][1];
    }
    return NULL;
}

static struct type declared_by_name(struct checker *checker, const struct ast_node *node) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *written = ast_kid(node, TYPE_NAME_name);
    const struct name *name = ast_name(written);
    const struct symbol *symbol = name ? chk_find(checker, node->file, name, SYMBOL_ANY) : NULL;
    struct type type = {.kind = TYPE_BAD};
    struct diagnostic *diagnostic;
    if (!name)
        return type;
    if (symbol && symbol->kind == SYMBOL_TYPE) {
        type.kind = TYPE_MEMBER;
        type.enumeration = checker->set->enumerations[symbol->index];
        if (checker->marks->type_used && symbol->index < checker->marks->type_used_count)
            checker->marks->type_used[symbol->index] = true;
        return type;
    }
    if (!symbol && text_is(name->text, "fraction")) {
        type.kind = TYPE_FRAC;
        return type;
    }
    if (!symbol && declared_meant(name->text)) {
        const char *meant = declared_meant(name->text);
        diagnostic =
            diag_report(diags, DIAG_E0301, ast_span(written), "there is no type `%.*s`", WORDS(name->text));
        diag_fix(diags, diagnostic, ast_span(written), "the language calls it so", "%s", meant);
        return type;
    }
    if (symbol && symbol->kind == SYMBOL_RECORD) {
        diagnostic = diag_report(diags, DIAG_E0303, ast_span(written), "`%.*s` is a record, not a type",
                                 WORDS(name->text));
        diag_label(diags, diagnostic, symbol->span, "declared here as a record");
        diag_help(diags, diagnostic, "a fact holds records in a list");
        diag_fix(diags, diagnostic, ast_span(written), "make it a list", "list of %.*s", WORDS(name->text));
        return type;
    }
    (void)chk_use(checker, written, SYMBOL_TYPE, "a type");
    return type;
}

static struct type declared_in_place(struct checker *checker, const struct ast_node *node) {
    struct type type = {.kind = TYPE_BAD};
    struct enumeration *enumeration = chk_new_enumeration(checker, NULL);
    if (!enumeration)
        return type;
    chk_add_members(checker, enumeration, ast_kid(node, TYPE_ONE_OF_members));
    declared_check_members(checker, enumeration);
    type.kind = TYPE_MEMBER;
    type.enumeration = enumeration;
    return type;
}

/* Words that are types but no names of types. */
static bool declared_is_plain(struct text word) {
    return text_is(word, "number") || text_is(word, "date") || text_is(word, "text") ||
           text_is(word, "period");
}

static struct type declared_set(struct checker *checker, const struct ast_node *node) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *element = ast_kid(node, TYPE_SET_element);
    const struct name *name =
        element && element->kind == AST_TYPE_NAME ? ast_name(ast_kid(element, TYPE_NAME_name)) : NULL;
    bool plain = name && !chk_lookup(checker, name, MODULE_GLOBAL) && declared_is_plain(name->text);
    struct type type = {.kind = TYPE_BAD};
    if (!plain)
        type = chk_declared_type(checker, element);
    if (!plain && type.kind == TYPE_BAD)
        return type;
    if (type.kind != TYPE_MEMBER || type.optional) {
        (void)diag_report(diags, DIAG_E0314, ast_span(element),
                          "a set holds members of a type that lists them");
        return declared_bad();
    }
    if (type.enumeration->count > SET_MEMBERS_MAX) {
        (void)diag_report(diags, DIAG_E0306, ast_span(element),
                          "this type has %zu members, and a set is limited to %d", type.enumeration->count,
                          SET_MEMBERS_MAX);
        return declared_bad();
    }
    type.kind = TYPE_MEMBERS;
    return type;
}

static struct type declared_list(struct checker *checker, const struct ast_node *node) {
    struct type type = {.kind = TYPE_BAD};
    const struct symbol *symbol =
        chk_use(checker, ast_kid(node, TYPE_LIST_record), SYMBOL_RECORD, "a record");
    if (!symbol)
        return type;
    type.kind = TYPE_RECORDS;
    type.record = checker->set->records[symbol->index];
    return type;
}

static struct type declared_optional(struct checker *checker, const struct ast_node *node) {
    const struct ast_node *inner = ast_kid(node, TYPE_OPTIONAL_type);
    struct type type = chk_declared_type(checker, inner);
    if (type.kind == TYPE_BAD)
        return type;
    if (type.optional || type.kind == TYPE_RECORDS) {
        (void)diag_report(&checker->set->diags, DIAG_E0314, ast_span(node),
                          type.optional ? "`optional` stands twice"
                                        : "a list is never optional: where there are no records it is empty");
        return declared_bad();
    }
    type.optional = true;
    return type;
}

struct type chk_declared_type(struct checker *checker, const struct ast_node *node) {
    struct type type = {.kind = TYPE_BAD};
    if (!node)
        return type;
    switch (ast_kind_of(node)) {
    case AST_TYPE_YES_NO:
        type.kind = TYPE_YESNO;
        break;
    case AST_TYPE_PERIOD:
        type.kind = TYPE_SPAN;
        break;
    case AST_TYPE_TEXT:
        type.kind = TYPE_STRING;
        break;
    case AST_TYPE_DATE:
        return declared_date(checker, node);
    case AST_TYPE_NUMBER:
        return declared_number_type(checker, node);
    case AST_TYPE_ONE_OF:
        return declared_in_place(checker, node);
    case AST_TYPE_NAME:
        return declared_by_name(checker, node);
    case AST_TYPE_SET:
        return declared_set(checker, node);
    case AST_TYPE_LIST:
        return declared_list(checker, node);
    case AST_TYPE_OPTIONAL:
        return declared_optional(checker, node);
    default:
        break;
    }
    return type;
}
