/*
 * The lines of `expect`, resolved: which decision, duty or rules are meant, and the constant value where one is told. Runs over
 * tests that were checked without a mistake; the only new one it can find is a value that is not a constant. Must not run tests.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

static const struct type expectation_day = {.kind = TYPE_DAY};
static const struct type expectation_period = {.kind = TYPE_SPAN};

static const struct ref *expectation_ref(const struct checker *checker, const struct ast_node *name) {
    return &checker->set->node_refs[name->id];
}

static void expectation_constant(struct checker *checker, const struct ast_node *node,
                                 const struct type *type, struct value *out) {
    struct scope scope = {.file = node ? node->file : 0};
    if (node)
        (void)chk_constant(checker, &scope, node, type, out);
}

/* `needs offers` means whatever of the list is unknown; `needs offers.level` any record's field; both compare without the record. */
static void expectation_needs(struct checker *checker, const struct ast_node *need, struct expectation *out) {
    size_t capacity = 0;
    for (; need; need = need->next) {
        struct reason reason = {.kind = REASON_FACT, .element = UINT32_MAX, .field = UINT32_MAX};
        const struct ast_node *fact = need->kind == AST_PATH ? ast_kid(need, PATH_object) : need;
        reason.index = expectation_ref(checker, fact)->index;
        if (need->kind == AST_PATH)
            reason.field = expectation_ref(checker, need)->index;
        if (!ARENA_PUSH(checker->arena, out->needs, out->need_count, capacity, reason))
            return;
    }
}

static void expectation_duty(struct checker *checker, const struct ast_node *node, struct expectation *out) {
    if (node->kind == AST_EXPECT_NO_DUTY)
        return;
    expectation_constant(checker, ast_kid(node, EXPECT_DUTY_by), &expectation_day, &out->value);
    expectation_constant(checker, ast_kid(node, EXPECT_DUTY_in), &expectation_period, &out->value);
}

static void expectation_decision(struct checker *checker, const struct ast_node *node,
                                 struct expectation *out) {
    const struct type *type = &checker->set->decisions[out->index].type;
    if (node->kind == AST_EXPECT_IS) {
        expectation_constant(checker, ast_kid(node, EXPECT_IS_value), type, &out->value);
    } else if (node->kind == AST_EXPECT_CONFLICT) {
        expectation_constant(checker, ast_kid(node, EXPECT_CONFLICT_first), type, &out->value);
        expectation_constant(checker, ast_kid(node, EXPECT_CONFLICT_second), type, &out->second);
    } else if (node->kind == AST_EXPECT_UNDETERMINED) {
        expectation_needs(checker, ast_kid(node, EXPECT_UNDETERMINED_needs), out);
    }
}

static struct expectation expectation_of(struct checker *checker, const struct ast_node *node) {
    struct expectation out = {.node = node, .count = 1};
    const struct ref *ref;
    switch (ast_kind_of(node)) {
    case AST_EXPECT_RULE:
        ref = expectation_ref(checker, ast_kid(node, EXPECT_RULE_path));
        out.index = ref->index;
        out.count = ref->count;
        break;
    case AST_EXPECT_REMINDER:
        expectation_constant(checker, ast_kid(node, EXPECT_REMINDER_date), &expectation_day, &out.value);
        break;
    case AST_EXPECT_NOTICE:
        break;
    case AST_EXPECT_DUTY:
    case AST_EXPECT_NO_DUTY:
        out.index = expectation_ref(checker, node->kids[0])->index;
        expectation_duty(checker, node, &out);
        break;
    default:
        out.index = expectation_ref(checker, node->kids[0])->index;
        expectation_decision(checker, node, &out);
        break;
    }
    return out;
}

void chk_expectations(struct checker *checker, struct policy_test *test) {
    const struct ast_node *node;
    for (node = test->expects; node; node = node->next) {
        struct expectation expectation = expectation_of(checker, node);
        if (!ARENA_PUSH(checker->arena, test->expectations, test->expectation_count,
                        test->expectation_capacity, expectation))
            checker->set->diags.failed = true;
    }
}
