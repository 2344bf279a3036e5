/*
 * Examples, tests and properties: given facts as constants, the days, and every name and value that is
 * expected. Must not run anything.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

static const struct type examples_day = {.kind = TYPE_DAY};
static const struct type examples_period = {.kind = TYPE_SPAN};

/* The facts given by one example or test. */
struct givings {
    struct given_fact *items;
    size_t count, capacity;
};

struct examining {
    struct checker *checker;
    uint32_t *stamp; /* by fact: the last example or test (plus 1) that gave it */
    const struct ast_node **given_at;
    uint32_t serial;
    bool uses_today;
};

static void examples_set_ref(struct checker *checker, const struct ast_node *name, enum ref_kind kind,
                             uint32_t index) {
    struct ref ref = {.kind = kind, .index = index, .count = 1};
    if (name->id < checker->set->node_limit)
        checker->set->node_refs[name->id] = ref;
}

/* --- given --- */

static void examples_given_twice(struct checker *checker, const struct ast_node *name,
                                 const struct ast_node *before) {
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0711, ast_span(name), "`%.*s` is given twice", WORDS(ast_name(name)->text));
    diag_label(diags, diagnostic, ast_span(before), "the first time");
}

static void examples_given(struct examining *x, const struct ast_node *node, struct givings *out) {
    struct checker *checker = x->checker;
    struct policy_set *set = checker->set;
    struct scope scope = {.file = node->file};
    const struct ast_node *name = ast_kid(node, GIVEN_name), *value = ast_kid(node, GIVEN_value);
    const struct symbol *symbol = chk_use(checker, name, SYMBOL_FACT, "a fact");
    struct given_fact given = {.node = node};
    if (!symbol || !value)
        return;
    examples_set_ref(checker, name, REF_TO_FACT, symbol->index);
    if (x->stamp[symbol->index] == x->serial) {
        examples_given_twice(checker, name, x->given_at[symbol->index]);
        return;
    }
    x->stamp[symbol->index] = x->serial;
    x->given_at[symbol->index] = name;
    given.fact = symbol->index;
    if (set->facts[symbol->index].type.kind != TYPE_BAD &&
        chk_constant(checker, &scope, value, &set->facts[symbol->index].type, &given.value))
        (void)ARENA_PUSH(set->arena, out->items, out->count, out->capacity, given);
}

/* `like` in an example was reported by the parser: the one it names is used all the same. */
static void examples_named(struct examining *x, const struct ast_node *name) {
    const struct symbol *symbol = chk_lookup(x->checker, ast_name(name), MODULE_GLOBAL);
    if (symbol && symbol->kind == SYMBOL_EXAMPLE)
        x->checker->marks->example_used[symbol->index] = true;
}

static struct givings examples_givens(struct examining *x, const struct ast_node *node) {
    struct givings out = {NULL, 0, 0};
    x->serial++;
    for (; node; node = node->next) {
        if (node->kind == AST_GIVEN)
            examples_given(x, node, &out);
        else if (node->kind == AST_NAME)
            examples_named(x, node);
    }
    return out;
}

/* What the example gives and the test does not give again. */
static void examples_like(struct examining *x, const struct ast_node *like, struct givings *out) {
    struct checker *checker = x->checker;
    const struct symbol *symbol = chk_use(checker, like, SYMBOL_EXAMPLE, "an example");
    const struct example *example;
    size_t i;
    if (!symbol)
        return;
    if (checker->marks->example_used)
        checker->marks->example_used[symbol->index] = true;
    example = &checker->set->examples[symbol->index];
    for (i = 0; i < example->given_count; i++) {
        if (x->stamp[example->givens[i].fact] != x->serial)
            (void)ARENA_PUSH(checker->arena, out->items, out->count, out->capacity, example->givens[i]);
    }
}

/* --- expected --- */

static const struct decision *examples_decision(struct checker *checker, const struct ast_node *name) {
    const struct symbol *symbol = chk_use(checker, name, SYMBOL_DECISION, "a decision");
    if (!symbol)
        return NULL;
    examples_set_ref(checker, name, REF_TO_DECISION, symbol->index);
    return &checker->set->decisions[symbol->index];
}

static void examples_value(struct checker *checker, const struct scope *scope,
                           const struct decision *decision, const struct ast_node *value) {
    const struct type *type = NULL;
    if (decision)
        type = decision->kind == DECISION_DEFINE ? chk_definition(checker, decision->index) : &decision->type;
    if (value && type && type->kind != TYPE_BAD)
        chk_value(checker, scope, value, type, NULL, "the value that is expected");
}

static void examples_impossible(struct checker *checker, const struct ast_node *node,
                                const struct decision *decision, const char *state) {
    struct diagnostic *diagnostic;
    if (!decision || decision->kind != DECISION_TOTAL)
        return;
    diagnostic = diag_report(&checker->set->diags, DIAG_E0714, ast_span(node), "the total `%.*s` is never %s",
                             WORDS(decision->name->text), state);
    diag_help(&checker->set->diags, diagnostic, "a total to which no rule adds is 0");
}

/* A field of a list: offers.level. */
static void examples_need_field(struct checker *checker, const struct ast_node *path) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *object = ast_kid(path, PATH_object), *field = ast_kid(path, PATH_field);
    const struct symbol *symbol = chk_use(checker, object, SYMBOL_FACT, "a fact");
    const struct record_type *record;
    struct diagnostic *diagnostic;
    uint32_t i;
    if (!symbol || !ast_name(field))
        return;
    examples_set_ref(checker, object, REF_TO_FACT, symbol->index);
    record = checker->set->facts[symbol->index].type.record;
    if (!record) {
        diagnostic = diag_report(diags, DIAG_E0303, ast_span(object),
                                 "`%.*s` is not a list and has no fields", WORDS(symbol->name->text));
        diag_label(diags, diagnostic, symbol->span, "declared here");
        return;
    }
    for (i = 0; i < record->field_count; i++) {
        if (record->fields[i].name == ast_name(field)) {
            struct ref ref = {.kind = REF_TO_FIELD, .index = i, .count = 1, .record = record};
            checker->set->node_refs[path->id] = ref;
            return;
        }
    }
    diagnostic = diag_report(diags, DIAG_E0301, ast_span(field), "the record `%.*s` has no field `%.*s`",
                             WORDS(record->name->text), WORDS(ast_name(field)->text));
    chk_suggest(checker, diagnostic, ast_span(field), ast_name(field), field->file, 0, NULL, record);
}

static void examples_needs(struct checker *checker, const struct ast_node *need) {
    for (; need; need = need->next) {
        const struct symbol *symbol;
        if (need->kind == AST_PATH) {
            examples_need_field(checker, need);
            continue;
        }
        symbol = chk_use(checker, need, SYMBOL_FACT, "a fact");
        if (symbol)
            examples_set_ref(checker, need, REF_TO_FACT, symbol->index);
    }
}

static void examples_duty(struct checker *checker, const struct scope *scope, const struct ast_node *node) {
    bool none = node->kind == AST_EXPECT_NO_DUTY;
    const struct ast_node *name = ast_kid(node, none ? (int)EXPECT_NO_DUTY_name : (int)EXPECT_DUTY_name);
    const struct symbol *symbol = chk_use(checker, name, SYMBOL_DUTY, "a duty");
    if (symbol)
        examples_set_ref(checker, name, REF_TO_DUTY, symbol->index);
    if (none)
        return;
    if (ast_kid(node, EXPECT_DUTY_by))
        chk_value(checker, scope, ast_kid(node, EXPECT_DUTY_by), &examples_day, NULL, "the day behind `by`");
    if (ast_kid(node, EXPECT_DUTY_in))
        chk_value(checker, scope, ast_kid(node, EXPECT_DUTY_in), &examples_period, NULL,
                  "the period behind `in`");
}

static void examples_expect(struct checker *checker, const struct ast_node *node) {
    struct scope scope = {.file = node->file};
    const struct decision *decision;
    struct ref ref;
    switch (ast_kind_of(node)) {
    case AST_EXPECT_IS:
        examples_value(checker, &scope, examples_decision(checker, node->kids[0]),
                       ast_kid(node, EXPECT_IS_value));
        break;
    case AST_EXPECT_UNDECIDED:
        examples_impossible(checker, node, examples_decision(checker, node->kids[0]), "undecided");
        break;
    case AST_EXPECT_UNDETERMINED:
        (void)examples_decision(checker, node->kids[0]);
        examples_needs(checker, ast_kid(node, EXPECT_UNDETERMINED_needs));
        break;
    case AST_EXPECT_CONFLICT:
        decision = examples_decision(checker, node->kids[0]);
        examples_impossible(checker, node, decision, "in conflict");
        examples_value(checker, &scope, decision, ast_kid(node, EXPECT_CONFLICT_first));
        examples_value(checker, &scope, decision, ast_kid(node, EXPECT_CONFLICT_second));
        break;
    case AST_EXPECT_FAILED:
        (void)examples_decision(checker, node->kids[0]);
        break;
    case AST_EXPECT_RULE:
        (void)chk_rule_path(checker, ast_kid(node, EXPECT_RULE_path), &ref);
        break;
    case AST_EXPECT_REMINDER:
        if (ast_kid(node, EXPECT_REMINDER_date))
            chk_value(checker, &scope, ast_kid(node, EXPECT_REMINDER_date), &examples_day, NULL,
                      "the day of the reminder");
        break;
    case AST_EXPECT_DUTY:
    case AST_EXPECT_NO_DUTY:
        examples_duty(checker, &scope, node);
        break;
    case AST_EXPECT_NOTICE:
        if (ast_kid(node, EXPECT_NOTICE_text))
            chk_template(checker, &scope, ast_kid(node, EXPECT_NOTICE_text), NULL);
        break;
    default:
        break;
    }
}

/* --- tests --- */

static void examples_days(struct checker *checker, struct policy_test *test) {
    const struct ast_node *node = ast_kid(test->node, TEST_days), *on = NULL, *known_on = NULL;
    for (; node; node = node->next) {
        if (node->kind == AST_ON_DAY && chk_once(&on, node))
            test->has_on = chk_date(checker, ast_kid(node, ON_DAY_date), &test->on);
        else if (node->kind == AST_KNOWN_ON && chk_once(&known_on, node))
            test->has_known_on = chk_date(checker, ast_kid(node, KNOWN_ON_date), &test->known_on);
    }
}

/* The status of a duty is one of a day, whatever the rules say. */
static bool examples_needs_day(const struct examining *x, const struct policy_test *test) {
    const struct ast_node *node;
    for (node = test->expects; node; node = node->next) {
        if (node->kind == AST_EXPECT_DUTY && node->op != DUTY_ANY)
            return true;
    }
    return x->uses_today;
}

static bool examples_parsed(const struct ast_node *list) {
    for (; list; list = list->next) {
        if (list->kind == AST_ERROR)
            return false;
    }
    return true;
}

static void examples_no_day(struct checker *checker, const struct policy_test *test) {
    const struct ast_node *title = ast_kid(test->node, TEST_title);
    struct diagnostic *diagnostic =
        diag_report(&checker->set->diags, DIAG_E0712, ast_span(title ? title : test->node),
                    "this test does not say its day, and the policy uses `today`");
    diag_help(&checker->set->diags, diagnostic, "add the day behind the facts: `on 2021-04-10`");
}

static void examples_test(struct examining *x, struct policy_test *test) {
    struct checker *checker = x->checker;
    const struct ast_node *node = test->node;
    size_t errors = checker->set->diags.errors;
    struct givings givens = examples_givens(x, ast_kid(node, TEST_givens));
    if (ast_kid(node, TEST_like))
        examples_like(x, ast_kid(node, TEST_like), &givens);
    test->givens = givens.items;
    test->given_count = givens.count;
    test->given_capacity = givens.capacity;
    examples_days(checker, test);
    if (!ast_kid(node, TEST_days) && examples_parsed(ast_kid(node, TEST_givens)) &&
        examples_parsed(test->expects) && examples_needs_day(x, test))
        examples_no_day(checker, test);
    for (node = test->expects; node; node = node->next)
        examples_expect(checker, node);
    if (checker->set->diags.errors == errors && examples_parsed(test->expects))
        chk_expectations(checker, test);
}

/* Tests stand in the order of files, so a new file begins a new table of titles. */
static void examples_titles(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct name_map titles = {.arena = checker->arena};
    size_t i;
    for (i = 0; i < set->test_count; i++) {
        const struct ast_node *title = ast_kid(set->tests[i].node, TEST_title);
        uint32_t before;
        if (i > 0 && set->tests[i].node->file != set->tests[i - 1].node->file) {
            struct name_map fresh = {.arena = checker->arena};
            titles = fresh;
        }
        if (!title || title->kind != AST_STRING)
            continue;
        before = name_map_put(&titles, names_intern(&set->names, set->tests[i].title), (uint32_t)i);
        if (before != NAME_MAP_NOTHING) {
            struct diagnostic *diagnostic = diag_report(&set->diags, DIAG_E0713, ast_span(title),
                                                        "this file has two tests of this title");
            diag_label(&set->diags, diagnostic, ast_span(ast_kid(set->tests[before].node, TEST_title)),
                       "the first one");
        }
    }
}

static void examples_unused(struct checker *checker) {
    struct policy_set *set = checker->set;
    size_t i;
    for (i = 0; i < set->example_count; i++) {
        const struct ast_node *name = ast_kid(set->examples[i].node, EXAMPLE_name);
        struct diagnostics *diags;
        struct diagnostic *diagnostic;
        if (checker->marks->example_used[i])
            continue;
        diags = chk_warnings(checker, name->file, NULL, DIAG_W0701);
        diagnostic = diag_report(diags, DIAG_W0701, ast_span(name), "the example `%.*s` is never used",
                                 WORDS(set->examples[i].name->text));
        diag_help(diags, diagnostic, "remove it, or begin a test with `given like %.*s`",
                  WORDS(set->examples[i].name->text));
        chk_keep_warning(checker, diags, diagnostic, NULL);
    }
}

static void examples_property(struct checker *checker, const struct property *property) {
    struct scope scope = {.file = property->node->file, .property = true};
    const struct givens *known = NULL;
    chk_accepts(checker, ast_kid(property->node, ALWAYS_accepts));
    if (property->whenever) {
        chk_condition(checker, &scope, property->whenever, NULL, "the condition of `whenever`");
        known = chk_givens_if(checker, &scope, property->whenever);
    }
    if (property->condition)
        chk_condition(checker, &scope, property->condition, known, "the condition of `always`");
}

void chk_examples(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct examining x = {.checker = checker};
    size_t i;
    x.stamp = arena_array(checker->arena, set->fact_count + 1, sizeof *x.stamp);
    x.given_at = arena_array(checker->arena, set->fact_count + 1, sizeof *x.given_at);
    checker->marks->example_used = arena_array(checker->arena, set->example_count + 1, sizeof(bool));
    if (!x.stamp || !x.given_at || !checker->marks->example_used)
        return;
    x.uses_today = chk_uses_today(checker);
    for (i = 0; i < set->example_count; i++) {
        struct givings givens = examples_givens(&x, ast_kid(set->examples[i].node, EXAMPLE_givens));
        set->examples[i].givens = givens.items;
        set->examples[i].given_count = givens.count;
        set->examples[i].given_capacity = givens.capacity;
    }
    for (i = 0; i < set->test_count; i++)
        examples_test(&x, &set->tests[i]);
    examples_titles(checker);
    examples_unused(checker);
    for (i = 0; i < set->property_count; i++)
        examples_property(checker, &set->properties[i]);
}
