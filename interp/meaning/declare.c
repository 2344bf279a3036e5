/*
 * The symbol table, and the pass that makes an entity and a symbol of every declaration before anything is
 * looked up, so that the order of files and declarations does not matter. Types, values and effects are
 * filled in by later phases. Must not know expressions.
 */
#include "interp/meaning/phases.h"

#include <stdarg.h>
#include <stdio.h>

#include "grammar/base/banned.h"

#define SLOTS_FIRST 256

const char *chk_kind_words(enum symbol_kind kind) {
    switch (kind) {
    case SYMBOL_TYPE:
        return "a type";
    case SYMBOL_RECORD:
        return "a record";
    case SYMBOL_FACT:
        return "a fact";
    case SYMBOL_DECISION:
        return "a decision";
    case SYMBOL_DUTY:
        return "a duty";
    case SYMBOL_RULE:
        return "a rule";
    case SYMBOL_TABLE:
        return "a table";
    case SYMBOL_SOURCE:
        return "a source";
    case SYMBOL_EXAMPLE:
        return "an example";
    case SYMBOL_MODULE:
        return "a policy or amendment";
    }
    return "something else";
}

struct text chk_words(struct checker *checker, const char *format, ...) {
    struct text words = {"", 0};
    va_list args, again;
    char *bytes;
    int length;
    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    bytes = length < 0 ? NULL : arena_alloc(checker->arena, (size_t)length + 1);
    if (bytes && vsnprintf(bytes, (size_t)length + 1, format, again) == length) {
        words.bytes = bytes;
        words.length = (size_t)length;
    }
    va_end(again);
    va_end(args);
    return words;
}

struct text chk_string(const struct ast_node *node) {
    return node && node->kind == AST_STRING ? *node->value.string : text_of("");
}

uint32_t chk_module_of(const struct checker *checker, uint16_t file) {
    const struct policy_set *set = checker->set;
    return set->file_modules && file < set->sources.count ? set->file_modules[file] : 0;
}

/* --- the table --- */

static size_t declare_slot(const struct checker *checker, const struct name *name, uint32_t module) {
    size_t slot = (name->hash ^ (module * 2654435761u)) & (checker->slot_capacity - 1);
    while (checker->slots[slot] &&
           (checker->slots[slot]->name != name || checker->slots[slot]->module != module))
        slot = (slot + 1) & (checker->slot_capacity - 1);
    return slot;
}

const struct symbol *chk_lookup(const struct checker *checker, const struct name *name, uint32_t module) {
    return checker->slot_capacity && name ? checker->slots[declare_slot(checker, name, module)] : NULL;
}

static bool declare_grow(struct checker *checker) {
    struct symbol **old = checker->slots;
    size_t i, old_capacity = checker->slot_capacity;
    size_t capacity = old_capacity ? 2 * old_capacity : SLOTS_FIRST;
    struct symbol **slots = arena_array(checker->scratch, capacity, sizeof *slots);
    if (!slots)
        return false;
    checker->slots = slots;
    checker->slot_capacity = capacity;
    for (i = 0; i < old_capacity; i++) {
        if (old[i])
            slots[declare_slot(checker, old[i]->name, old[i]->module)] = old[i];
    }
    return true;
}

const struct symbol *chk_add_symbol(struct checker *checker, const struct symbol *symbol) {
    struct marks *marks = checker->marks;
    struct symbol *copy;
    const struct symbol *there;
    if (2 * checker->symbol_count >= checker->slot_capacity && !declare_grow(checker))
        return NULL;
    there = chk_lookup(checker, symbol->name, symbol->module);
    copy = there ? NULL : arena_alloc(checker->scratch, sizeof *copy);
    if (!copy)
        return there;
    *copy = *symbol;
    checker->slots[declare_slot(checker, symbol->name, symbol->module)] = copy;
    checker->symbol_count++;
    (void)ARENA_PUSH(checker->scratch, marks->symbols, marks->symbol_count, marks->symbol_capacity, copy);
    return NULL;
}

const struct symbol *chk_find(const struct checker *checker, uint16_t file, const struct name *name,
                              unsigned kinds) {
    uint32_t module = chk_module_of(checker, file);
    const struct symbol *symbol = module ? chk_lookup(checker, name, module) : NULL;
    if (symbol && (symbol->kind & kinds))
        return symbol;
    symbol = chk_lookup(checker, name, MODULE_GLOBAL);
    return symbol && (symbol->kind & kinds) ? symbol : NULL;
}

/*
 * What the policy declares is known everywhere, so that its own name before it says no more than the name
 * alone.
 */
const struct symbol *chk_find_in(const struct checker *checker, const struct name *module,
                                 const struct name *name, unsigned kinds) {
    const struct symbol *header = chk_lookup(checker, module, MODULE_GLOBAL), *symbol;
    if (!header || header->kind != SYMBOL_MODULE)
        return NULL;
    symbol = chk_lookup(checker, name, header->index ? header->index : MODULE_GLOBAL);
    return symbol && (symbol->kind & kinds) ? symbol : NULL;
}

/* --- entities --- */

struct declaring {
    struct checker *checker;
    uint16_t file;
    uint32_t module;
    bool refused; /* there are too many, and it was said */
};

static void declare_report_twice(struct checker *checker, const struct symbol *now,
                                 const struct symbol *before) {
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0302, now->span, "`%.*s` is declared twice, as %s and as %s",
                    WORDS(now->name->text), chk_kind_words(before->kind), chk_kind_words(now->kind));
    if (before->kind == now->kind)
        diagnostic->message = chk_words(checker, "`%.*s` is declared twice", WORDS(now->name->text)).bytes;
    if (before->module != now->module)
        diag_note(diags, diagnostic, "an amendment may not hide a name that is known to it");
    diag_primary(diags, diagnostic, "give this one another name");
    if (before->span.file == DIAG_NOWHERE)
        diag_note(diags, diagnostic, "the type `%.*s` is part of the language", WORDS(before->name->text));
    else
        diag_label(diags, diagnostic, before->span, "declared here as %s", chk_kind_words(before->kind));
}

/* `local` names are those of rules, tables and definitions: an amendment keeps them to itself. */
static void declare_name(struct declaring *d, enum symbol_kind kind, const struct ast_node *name, bool local,
                         size_t index, size_t count) {
    struct symbol symbol = {kind,          ast_name(name), MODULE_GLOBAL, (uint32_t)index, (uint32_t)count,
                            ast_span(name)};
    const struct symbol *before;
    if (local && d->module)
        symbol.module = d->module;
    before = chk_add_symbol(d->checker, &symbol);
    if (before)
        declare_report_twice(d->checker, &symbol, before);
}

/* What it is called outside: "waiver", "wave3.waiver". */
static struct text declare_shown(struct declaring *d, const struct name *name) {
    const struct name *module = d->checker->set->modules[d->module].name;
    if (d->module && module)
        return chk_words(d->checker, "%.*s.%.*s", WORDS(module->text), WORDS(name->text));
    return name->text;
}

static void declare_source(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct citation_source source = {.name = ast_name(ast_kid(node, SOURCE_name)),
                                     .title = chk_string(ast_kid(node, SOURCE_title)),
                                     .url = chk_string(ast_kid(node, SOURCE_url))};
    const struct ast_node *dated = ast_kid(node, SOURCE_dated);
    source.has_dated = dated && dated->kind == AST_DATE && chk_date(d->checker, dated, &source.dated);
    declare_name(d, SYMBOL_SOURCE, ast_kid(node, SOURCE_name), false, set->citation_source_count, 1);
    (void)ARENA_PUSH(set->arena, set->citation_sources, set->citation_source_count,
                     set->citation_source_capacity, source);
}

static void declare_type(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct enumeration *enumeration;
    declare_name(d, SYMBOL_TYPE, ast_kid(node, TYPE_name), false, set->enumeration_count, 1);
    enumeration = chk_new_enumeration(d->checker, ast_name(ast_kid(node, TYPE_name)));
    if (enumeration)
        chk_add_members(d->checker, enumeration, ast_kid(node, TYPE_members));
    chk_accepts(d->checker, ast_kid(node, TYPE_accepts));
}

static void declare_record(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct record_type *record = arena_alloc(set->arena, sizeof *record);
    if (!record)
        return;
    record->name = ast_name(ast_kid(node, RECORD_name));
    record->node = node;
    declare_name(d, SYMBOL_RECORD, ast_kid(node, RECORD_name), false, set->record_count, 1);
    (void)ARENA_PUSH(set->arena, set->records, set->record_count, set->record_capacity, record);
}

/* True where one more than `count` is too many; what is declared then gets a message. */
static bool declare_full(struct declaring *d, const struct ast_node *node, size_t count, size_t limit,
                         const char *what) {
    if (count >= limit && !d->refused) {
        d->refused = true;
        diag_report(&d->checker->set->diags, DIAG_E0902, ast_span(node),
                    "this is one too many: a policy set is limited to %zu %s", limit, what);
    }
    return d->refused;
}

static bool declare_no_rule(struct declaring *d, const struct ast_node *node) {
    const struct policy_set *set = d->checker->set;
    return declare_full(d, node, set->rule_count, set->limits.rules,
                        "rules, exceptions and rows of tables together");
}

static void declare_fact(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct fact fact = {.name = ast_name(ast_kid(node, FACT_name)),
                        .title = chk_string(ast_kid(node, FACT_title)),
                        .index = (uint32_t)set->fact_count,
                        .node = node};
    if (declare_full(d, ast_kid(node, FACT_name), set->fact_count, set->limits.facts, "facts"))
        return;
    declare_name(d, SYMBOL_FACT, ast_kid(node, FACT_name), false, set->fact_count, 1);
    (void)ARENA_PUSH(set->arena, set->facts, set->fact_count, set->fact_capacity, fact);
}

static void declare_require(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct requirement requirement = {chk_string(ast_kid(node, REQUIRE_title)), node,
                                      ast_kid(node, REQUIRE_condition)};
    (void)ARENA_PUSH(set->arena, set->requirements, set->requirement_count, set->requirement_capacity,
                     requirement);
}

/* DEFINE, DECIDE and TOTAL have their name and title in the same places. */
static void declare_decision(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    const struct ast_node *name = ast_kid(node, DECIDE_name);
    struct decision decision = {.kind = DECISION_DECIDE,
                                .name = ast_name(name),
                                .title = chk_string(ast_kid(node, DECIDE_title)),
                                .index = (uint32_t)set->decision_count,
                                .node = node};
    decision.shown = decision.name->text;
    if (node->kind == AST_DEFINE) {
        decision.kind = DECISION_DEFINE;
        decision.otherwise = ast_kid(node, DEFINE_value);
        decision.shown = declare_shown(d, decision.name);
    } else if (node->kind == AST_TOTAL) {
        decision.kind = DECISION_TOTAL;
    } else {
        decision.otherwise = ast_kid(node, DECIDE_otherwise);
    }
    declare_name(d, SYMBOL_DECISION, name, node->kind == AST_DEFINE, set->decision_count, 1);
    (void)ARENA_PUSH(set->arena, set->decisions, set->decision_count, set->decision_capacity, decision);
}

static void declare_duty(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct duty duty = {.name = ast_name(ast_kid(node, DUTY_name)),
                        .title = chk_string(ast_kid(node, DUTY_title)),
                        .index = (uint32_t)set->duty_count,
                        .node = node,
                        .done = ast_kid(node, DUTY_done)};
    declare_name(d, SYMBOL_DUTY, ast_kid(node, DUTY_name), false, set->duty_count, 1);
    (void)ARENA_PUSH(set->arena, set->duties, set->duty_count, set->duty_capacity, duty);
}

static void declare_rule(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    bool plain = node->kind == AST_RULE;
    const struct ast_node *name = ast_kid(node, plain ? (int)RULE_name : (int)EXCEPTION_name);
    struct rule rule = {.kind = plain ? RULE_PLAIN : RULE_EXCEPTION,
                        .name = ast_name(name),
                        .title = chk_string(ast_kid(node, plain ? (int)RULE_title : (int)EXCEPTION_title)),
                        .index = (uint32_t)set->rule_count,
                        .module = d->module,
                        .node = node};
    if (declare_no_rule(d, name))
        return;
    rule.shown = declare_shown(d, rule.name);
    declare_name(d, SYMBOL_RULE, name, true, set->rule_count, 1);
    (void)ARENA_PUSH(set->arena, set->rules, set->rule_count, set->rule_capacity, rule);
}

static void declare_row(struct declaring *d, const struct ast_node *table, const struct ast_node *node,
                        struct text shown, size_t first) {
    struct policy_set *set = d->checker->set;
    const struct ast_node *label = ast_kid(node, ROW_label);
    struct rule rule = {.kind = RULE_ROW,
                        .name = ast_name(label),
                        .title = chk_string(ast_kid(table, TABLE_title)),
                        .index = (uint32_t)set->rule_count,
                        .module = d->module,
                        .node = node,
                        .table = table};
    if (rule.name) {
        struct symbol symbol = {SYMBOL_RULE, rule.name, MODULE_ROWS | (uint32_t)first,
                                rule.index,  1,         ast_span(label)};
        const struct symbol *before = chk_add_symbol(d->checker, &symbol);
        rule.shown = chk_words(d->checker, "%.*s.%.*s", WORDS(shown), WORDS(rule.name->text));
        if (before) {
            struct diagnostic *diagnostic =
                diag_report(&set->diags, DIAG_E0606, symbol.span, "two rows of `%.*s` are labelled `%.*s`",
                            WORDS(shown), WORDS(rule.name->text));
            diag_label(&set->diags, diagnostic, before->span, "the first one");
        }
    } else {
        rule.shown = chk_words(d->checker, "%.*s row %zu", WORDS(shown), set->rule_count - first + 1);
    }
    (void)ARENA_PUSH(set->arena, set->rules, set->rule_count, set->rule_capacity, rule);
}

static void declare_table(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    const struct ast_node *name = ast_kid(node, TABLE_name), *row;
    struct text shown = declare_shown(d, ast_name(name));
    size_t first = set->rule_count;
    for (row = ast_kid(node, TABLE_rows); row; row = row->next) {
        if (row->kind == AST_ROW && !declare_no_rule(d, row))
            declare_row(d, node, row, shown, first);
    }
    declare_name(d, SYMBOL_TABLE, name, true, first, set->rule_count - first);
}

static void declare_example(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct example example = {.name = ast_name(ast_kid(node, EXAMPLE_name)), .node = node};
    declare_name(d, SYMBOL_EXAMPLE, ast_kid(node, EXAMPLE_name), false, set->example_count, 1);
    (void)ARENA_PUSH(set->arena, set->examples, set->example_count, set->example_capacity, example);
}

static void declare_test(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct policy_test test = {
        .title = chk_string(ast_kid(node, TEST_title)), .node = node, .expects = ast_kid(node, TEST_expects)};
    (void)ARENA_PUSH(set->arena, set->tests, set->test_count, set->test_capacity, test);
}

static void declare_property(struct declaring *d, const struct ast_node *node) {
    struct policy_set *set = d->checker->set;
    struct property property = {chk_string(ast_kid(node, ALWAYS_title)), node, ast_kid(node, ALWAYS_whenever),
                                ast_kid(node, ALWAYS_condition)};
    (void)ARENA_PUSH(set->arena, set->properties, set->property_count, set->property_capacity, property);
}

/*
 * The name of all declarations is their first kid; those that could not be read have none, and are passed
 * over.
 */
static void declare_one(struct declaring *d, const struct ast_node *node) {
    bool named = node->kid_count > 0 && ast_name(node->kids[0]);
    switch (ast_kind_of(node)) {
    case AST_REQUIRE:
        declare_require(d, node);
        return;
    case AST_TEST:
        declare_test(d, node);
        return;
    case AST_ALWAYS:
        declare_property(d, node);
        return;
    default:
        break;
    }
    if (!named)
        return;
    switch (ast_kind_of(node)) {
    case AST_SOURCE:
        declare_source(d, node);
        break;
    case AST_TYPE:
        declare_type(d, node);
        break;
    case AST_RECORD:
        declare_record(d, node);
        break;
    case AST_FACT:
        declare_fact(d, node);
        break;
    case AST_DEFINE:
    case AST_DECIDE:
    case AST_TOTAL:
        declare_decision(d, node);
        break;
    case AST_DUTY:
        declare_duty(d, node);
        break;
    case AST_RULE:
    case AST_EXCEPTION:
        declare_rule(d, node);
        break;
    case AST_TABLE:
        declare_table(d, node);
        break;
    case AST_EXAMPLE:
        declare_example(d, node);
        break;
    default:
        break;
    }
}

/*
 * A name that an amendment keeps to itself must not hide one that is known to it, whichever file came first.
 */
static void declare_hidden(struct checker *checker) {
    const struct marks *marks = checker->marks;
    size_t i;
    for (i = 0; i < marks->symbol_count; i++) {
        const struct symbol *symbol = marks->symbols[i], *global;
        if (symbol->module >= MODULE_ROWS)
            continue;
        global = chk_lookup(checker, symbol->name, MODULE_GLOBAL);
        if (global)
            declare_report_twice(checker, symbol, global);
    }
}

static void declare_weekday(struct checker *checker) {
    struct policy_set *set = checker->set;
    const struct name *name = names_intern(&set->names, text_of("weekday"));
    struct symbol symbol = {SYMBOL_TYPE, name, MODULE_GLOBAL, 0, 1, {0, 0, DIAG_NOWHERE}};
    struct enumeration *weekday = name ? chk_new_enumeration(checker, name) : NULL;
    int day;
    if (!weekday)
        return;
    (void)chk_add_symbol(checker, &symbol);
    for (day = 0; day < 7; day++) {
        struct text text = text_of(cal_weekday_name(day));
        struct member member = {names_intern(&set->names, text), text, {0, 0, DIAG_NOWHERE}};
        if (!member.name ||
            !ARENA_PUSH(set->arena, weekday->members, weekday->count, weekday->capacity, member))
            return;
    }
}

bool chk_declarations(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct declaring d = {.checker = checker};
    size_t i;
    declare_weekday(checker);
    for (i = 0; i < set->tree_count && !d.refused; i++) {
        const struct ast_node *node = ast_kid(set->trees[i].root, FILE_decls);
        d.file = set->trees[i].source->file;
        d.module = chk_module_of(checker, d.file);
        for (; node && !d.refused; node = node->next)
            declare_one(&d, node);
    }
    if (!d.refused)
        declare_hidden(checker);
    return !d.refused;
}
