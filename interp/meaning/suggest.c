/*
 * Names that are used: the symbol a NAME, a PATH or the path of a rule means, the message where there is
 * none, and "did you mean". Of equally near names the first in the alphabet is offered, so that the order of
 * files does not matter. Must not know what the name is used for.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

struct suggestion {
    struct checker *checker;
    struct text wanted;
    unsigned distance; /* of the best so far; above the limit where there is none */
    struct text best;
    const struct name *module; /* what has to stand before it, or NULL */
};

/* A short word has to be nearer to count as a slip of the hand. */
static unsigned suggest_limit(struct text wanted) {
    return wanted.length < 3 ? 0 : wanted.length < 6 ? 1 : wanted.length < 10 ? 2 : 3;
}

static struct suggestion suggest_start(struct checker *checker, struct text wanted) {
    struct suggestion suggestion = {checker, wanted, suggest_limit(wanted) + 1, {"", 0}, NULL};
    return suggestion;
}

static void suggest_try(struct suggestion *suggestion, struct text candidate, const struct name *module) {
    struct marks *marks = suggestion->checker->marks;
    unsigned distance;
    if (marks->suggestion_budget == 0)
        return;
    marks->suggestion_budget--;
    distance = text_distance(suggestion->wanted, candidate, suggestion->distance);
    if (distance < suggestion->distance || (distance == suggestion->distance && suggestion->best.length > 0 &&
                                            text_compare(candidate, suggestion->best) < 0)) {
        suggestion->distance = distance;
        suggestion->best = candidate;
        suggestion->module = module;
    }
}

static void suggest_give(const struct suggestion *suggestion, struct diagnostic *diagnostic,
                         struct span span) {
    struct checker *checker = suggestion->checker;
    struct diagnostics *diags = &checker->set->diags;
    struct text text = suggestion->best;
    if (text.length == 0)
        return;
    if (suggestion->module)
        text = chk_words(checker, "%.*s.%.*s", WORDS(suggestion->module->text), WORDS(text));
    diag_fix(diags, diagnostic, span, chk_words(checker, "did you mean `%.*s`?", WORDS(text)).bytes, "%.*s",
             WORDS(text));
}

void chk_suggest(struct checker *checker, struct diagnostic *diagnostic, struct span span,
                 const struct name *name, uint16_t file, unsigned kinds, const struct enumeration *members,
                 const struct record_type *record) {
    const struct marks *marks = checker->marks;
    struct suggestion suggestion;
    uint32_t own = chk_module_of(checker, file);
    size_t i;
    if (!name)
        return;
    suggestion = suggest_start(checker, name->text);
    for (i = 0; members && i < members->count; i++)
        suggest_try(&suggestion, members->members[i].name->text, NULL);
    for (i = 0; record && i < record->field_count; i++)
        suggest_try(&suggestion, record->fields[i].name->text, NULL);
    for (i = 0; record && i < record->define_count; i++)
        suggest_try(&suggestion, record->defines[i].name->text, NULL);
    for (i = 0; i < marks->symbol_count; i++) {
        const struct symbol *symbol = marks->symbols[i];
        bool row = symbol->module != MODULE_GLOBAL && (symbol->module & MODULE_ROWS);
        bool elsewhere = symbol->module != MODULE_GLOBAL && symbol->module != own;
        if (!row && (symbol->kind & kinds))
            suggest_try(&suggestion, symbol->name->text,
                        elsewhere ? checker->set->modules[symbol->module].name : NULL);
    }
    suggest_give(&suggestion, diagnostic, span);
}

void chk_suggest_row(struct checker *checker, struct diagnostic *diagnostic, const struct ast_node *label,
                     const struct symbol *table) {
    struct suggestion suggestion;
    uint32_t i;
    if (!ast_name(label))
        return;
    suggestion = suggest_start(checker, ast_name(label)->text);
    for (i = 0; i < table->count; i++) {
        if (checker->set->rules[table->index + i].name)
            suggest_try(&suggestion, checker->set->rules[table->index + i].name->text, NULL);
    }
    suggest_give(&suggestion, diagnostic, ast_span(label));
}

static void suggest_wrong_kind(struct checker *checker, const struct ast_node *node,
                               const struct symbol *symbol, const char *what) {
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0303, ast_span(node), "`%.*s` is %s, not %s", WORDS(symbol->name->text),
                    chk_kind_words(symbol->kind), what);
    diag_primary(diags, diagnostic, "%s is needed here", what);
    if (symbol->span.file != DIAG_NOWHERE)
        diag_label(diags, diagnostic, symbol->span, "declared here as %s", chk_kind_words(symbol->kind));
}

/* "a decision" as "no decision". */
static const char *suggest_bare(const char *what) {
    return what[0] == 'a' && what[1] == ' '                     ? what + 2
           : what[0] == 'a' && what[1] == 'n' && what[2] == ' ' ? what + 3
                                                                : what;
}

static const struct symbol *suggest_module(struct checker *checker, const struct ast_node *object) {
    struct diagnostics *diags = &checker->set->diags;
    const struct symbol *symbol = chk_lookup(checker, ast_name(object), MODULE_GLOBAL);
    struct diagnostic *diagnostic;
    if (symbol && symbol->kind == SYMBOL_MODULE)
        return symbol;
    if (symbol) {
        suggest_wrong_kind(checker, object, symbol, "an amendment");
        return NULL;
    }
    diagnostic = diag_report(diags, DIAG_E0301, ast_span(object), "there is no amendment `%.*s`",
                             WORDS(ast_name(object)->text));
    chk_suggest(checker, diagnostic, ast_span(object), ast_name(object), object->file, SYMBOL_MODULE, NULL,
                NULL);
    return NULL;
}

static const struct symbol *suggest_in_module(struct checker *checker, const struct ast_node *path,
                                              unsigned kinds, const char *what) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *object = ast_kid(path, PATH_object), *field = ast_kid(path, PATH_field);
    const struct symbol *module, *symbol;
    struct diagnostic *diagnostic;
    struct suggestion suggestion;
    uint32_t wanted;
    size_t i;
    if (!ast_name(object) || !ast_name(field))
        return NULL;
    module = suggest_module(checker, object);
    if (!module)
        return NULL;
    symbol = chk_find_in(checker, module->name, ast_name(field), SYMBOL_ANY);
    if (symbol && (symbol->kind & kinds))
        return symbol;
    if (symbol) {
        suggest_wrong_kind(checker, path, symbol, what);
        return NULL;
    }
    diagnostic = diag_report(diags, DIAG_E0301, ast_span(path), "`%.*s` has no %s `%.*s`",
                             WORDS(module->name->text), suggest_bare(what), WORDS(ast_name(field)->text));
    suggestion = suggest_start(checker, ast_name(field)->text);
    wanted = module->index ? module->index : MODULE_GLOBAL;
    for (i = 0; i < checker->marks->symbol_count; i++) {
        symbol = checker->marks->symbols[i];
        if (symbol->module == wanted && (symbol->kind & kinds))
            suggest_try(&suggestion, symbol->name->text, NULL);
    }
    suggest_give(&suggestion, diagnostic, ast_span(field));
    return NULL;
}

const struct symbol *chk_use(struct checker *checker, const struct ast_node *node, unsigned kinds,
                             const char *what) {
    const struct symbol *symbol;
    struct diagnostic *diagnostic;
    node = ast_ungroup(node);
    if (!node)
        return NULL;
    if (node->kind == AST_PATH)
        return suggest_in_module(checker, node, kinds, what);
    if (!ast_name(node))
        return NULL;
    symbol = chk_find(checker, node->file, ast_name(node), kinds);
    if (symbol)
        return symbol;
    symbol = chk_find(checker, node->file, ast_name(node), SYMBOL_ANY);
    if (symbol) {
        suggest_wrong_kind(checker, node, symbol, what);
        return NULL;
    }
    diagnostic = diag_report(&checker->set->diags, DIAG_E0301, ast_span(node), "there is no %s `%.*s`",
                             suggest_bare(what), WORDS(ast_name(node)->text));
    chk_suggest(checker, diagnostic, ast_span(node), ast_name(node), node->file, kinds, NULL, NULL);
    return NULL;
}

/* --- paths of rules --- */

static bool suggest_set_ref(struct checker *checker, const struct ast_node *path, const struct symbol *symbol,
                            struct ref *out) {
    struct ref ref = {.kind = REF_TO_RULE, .index = symbol->index, .count = symbol->count};
    if (path->id < checker->set->node_limit)
        checker->set->node_refs[path->id] = ref;
    *out = ref;
    return true;
}

static const struct symbol *suggest_row_of(struct checker *checker, const struct ast_node *label,
                                           const struct symbol *table) {
    struct diagnostics *diags = &checker->set->diags;
    const struct symbol *row;
    struct diagnostic *diagnostic;
    if (!ast_name(label))
        return NULL;
    row = chk_lookup(checker, ast_name(label), MODULE_ROWS | table->index);
    if (row)
        return row;
    if (table->count > 0 && !checker->set->rules[table->index].name) {
        diagnostic = diag_report(diags, DIAG_E0609, ast_span(label), "the rows of `%.*s` have no labels",
                                 WORDS(table->name->text));
        diag_label(diags, diagnostic, table->span, "its first column is not headed `row`");
    } else {
        diagnostic = diag_report(diags, DIAG_E0301, ast_span(label), "the table `%.*s` has no row `%.*s`",
                                 WORDS(table->name->text), WORDS(ast_name(label)->text));
        diag_label(diags, diagnostic, table->span, "the table");
        chk_suggest_row(checker, diagnostic, label, table);
    }
    return NULL;
}

bool chk_rule_path(struct checker *checker, const struct ast_node *path, struct ref *out) {
    const struct ast_node *object;
    const struct symbol *symbol;
    unsigned kinds = SYMBOL_RULE | SYMBOL_TABLE;
    if (!path || (path->kind != AST_NAME && path->kind != AST_PATH))
        return false;
    object = path->kind == AST_PATH ? ast_kid(path, PATH_object) : NULL;
    if (!object) {
        symbol = chk_use(checker, path, kinds, "a rule or table");
    } else if (object->kind == AST_NAME && chk_find(checker, path->file, ast_name(object), SYMBOL_TABLE)) {
        symbol = suggest_row_of(checker, ast_kid(path, PATH_field),
                                chk_find(checker, path->file, ast_name(object), SYMBOL_TABLE));
    } else if (object->kind == AST_NAME) {
        symbol = suggest_in_module(checker, path, kinds, "a rule or table");
    } else {
        symbol = suggest_in_module(checker, object, SYMBOL_TABLE, "a table");
        if (symbol)
            symbol = suggest_row_of(checker, ast_kid(path, PATH_field), symbol);
    }
    return symbol && suggest_set_ref(checker, path, symbol, out);
}
