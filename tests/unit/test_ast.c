/*
 * Nodes by themselves: making, looking at, comparing and printing trees, with no parser but for the texts
 * that are compared. Every kind has a name, and memory that runs out gives no node.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/support/fail_alloc.h"
#include "tests/support/parsing.h"

static void a_new_node_is_empty(void **state) {
    struct arena arena;
    struct ast_builder builder = {&arena, 7};
    struct span span = {3, 9, 2};
    struct ast_node *node;
    size_t i;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    node = ast_new(&builder, AST_RULE, span);
    assert_non_null(node);
    assert_int_equal(node->kid_count, RULE_kids);
    assert_int_equal(node->kid_count, 4);
    for (i = 0; i < node->kid_count; i++)
        assert_null(node->kids[i]);
    assert_int_equal(node->id, 7);
    assert_int_equal(builder.next_id, 8);
    assert_int_equal(node->height, 1);
    assert_int_equal(ast_span(node).start, 3);
    assert_int_equal(ast_span(node).end, 9);
    assert_int_equal(ast_span(node).file, 2);
    assert_null(ast_name(node));
    assert_null(ast_name(NULL));
    arena_free(&arena);
}

static void no_node_without_memory(void **state) {
    struct fail_alloc f;
    struct arena arena;
    struct ast_builder builder = {&arena, 1};
    struct span span = {0, 0, 0};
    (void)state;
    fail_alloc_init(&f, 1);
    arena_init(&arena, &f.alloc);
    assert_null(ast_new(&builder, AST_NAME, span));
    assert_true(arena.failed);
    assert_int_equal(builder.next_id, 1);
    arena_free(&arena);
    assert_true(fail_alloc_clean(&f));
}

static void every_kind_has_a_name(void **state) {
    int kind;
    (void)state;
    for (kind = 0; kind < AST_KIND_COUNT; kind++)
        assert_true(strlen(ast_kind_name((enum ast_kind)kind)) > 0);
    assert_string_equal(ast_kind_name(AST_FILE), "FILE");
    assert_string_equal(ast_kind_name(AST_NEXT_ANNIVERSARY), "NEXT_ANNIVERSARY");
}

/* The value of `define x as TEXT`. */
static const struct ast_node *value_of(struct parsing *parsing, const char *text) {
    const struct ast_node *define;
    parsing_open(parsing, pv_alloc_default(), text, strlen(text));
    assert_true(parsing->done);
    define = ast_kid(parsing->tree.root, FILE_decls);
    assert_int_equal(define->kind, AST_DEFINE);
    return ast_kid(define, DEFINE_value);
}

static void brackets_come_off(void **state) {
    struct parsing parsing;
    const struct ast_node *value;
    (void)state;
    value = value_of(&parsing, "define x as ((a))");
    assert_int_equal(value->kind, AST_GROUP);
    assert_int_equal(ast_ungroup(value)->kind, AST_NAME);
    assert_ptr_equal(ast_name(ast_ungroup(value)), names_find(&parsing.names, text_of("a")));
    assert_null(ast_ungroup(NULL));
    parsing_free(&parsing);
}

static void lists_have_a_length(void **state) {
    struct parsing parsing;
    const struct ast_node *value;
    (void)state;
    value = value_of(&parsing, "define x as k is one of a, b, c");
    assert_int_equal(ast_list_length(ast_kid(value, IS_ONE_OF_values)), 3);
    assert_int_equal(ast_list_length(NULL), 0);
    parsing_free(&parsing);
}

/* Whether two texts have equal trees. */
static bool same(const char *a, const char *b) {
    struct parsing both;
    const struct source *second;
    struct parse_tree tree;
    bool equal;
    parsing_open(&both, pv_alloc_default(), a, strlen(a));
    second = sources_add(&both.sources, "b.proviso", b, strlen(b));
    assert_non_null(second);
    assert_true(parse_file(&both.context, second, &tree));
    assert_int_equal(both.diags.count, 0);
    equal = ast_equal(&both.sources, both.tree.root, tree.root);
    assert_int_equal(equal, ast_equal(&both.sources, tree.root, both.tree.root));
    parsing_free(&both);
    return equal;
}

static void equal_trees_say_the_same(void **state) {
    (void)state;
    assert_true(same("define x as a and b", "define # why\n\n x as\ta  and b"));
    assert_true(same("source s \"a\\\"b\"", "source s \"a\\\"b\""));
    assert_false(same("define x as a and b", "define x as a and c"));
    assert_false(same("define x as a and b", "define x as (a and b)"));
    assert_false(same("define x as n > 1", "define x as n >= 1"));
    assert_false(same("define x as n > 1", "define x as n > 1.0"));
    assert_false(same("define x as 2020-01-01", "define x as 2020-01-02"));
    assert_false(same("source s \"a\"", "source s \"b\""));
    assert_false(same("define x as k is one of a, b", "define x as k is one of a, b, c"));
    assert_false(
        same("define x as 1 month after d rounded back", "define x as 1 month after d rounded forward"));
    assert_false(same("decide d: date", "decide d: date otherwise none"));
}

static void a_tree_is_shown_whole(void **state) {
    struct parsing parsing;
    struct buffer out;
    const struct ast_node *value;
    (void)state;
    value = value_of(&parsing, "define x as 1 month after d rounded back < \"a\\n\" and not {a, b} is none");
    buffer_init(&out, pv_alloc_default());
    ast_dump(&out, &parsing.sources, value);
    assert_string_equal(out.data, "(AND (COMPARE:4 (SHIFT:0:1 (AMOUNT:2 1) d) \"a\\n\") (NOT (IS_NONE "
                                  "(SET_LITERAL [a b]))))");
    buffer_clear(&out);
    ast_dump(&out, &parsing.sources, NULL);
    assert_string_equal(out.data, "_");
    buffer_free(&out);
    parsing_free(&parsing);
}

int main(void) {
    const struct CMUnitTest tests_here[] = {
        cmocka_unit_test(a_new_node_is_empty),   cmocka_unit_test(no_node_without_memory),
        cmocka_unit_test(every_kind_has_a_name), cmocka_unit_test(brackets_come_off),
        cmocka_unit_test(lists_have_a_length),   cmocka_unit_test(equal_trees_say_the_same),
        cmocka_unit_test(a_tree_is_shown_whole),
    };
    return cmocka_run_group_tests(tests_here, NULL, NULL);
}
