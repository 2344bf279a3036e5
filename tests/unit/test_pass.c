/*
 * Passing over tests: what is parsed without them is what would be parsed had they never been written, and no other
 * declaration is ever lost with them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "grammar/parse.h"

#define HEAD "policy p \"P\"\n  covers 2020-01-01 through 2020-12-31\nfact a \"A\": yes/no\n"
#define RULE "rule r \"R\"\n  when a\n  then d is yes\n"

/* The tree of a text, with tests passed over or not; messages go to the context's diagnostics. */
static const struct ast_node *parsed(struct parse_context *context, const char *text, bool pass) {
    const struct source *source = sources_add(context->sources, "p.proviso", text, strlen(text));
    struct parse_tree tree;
    assert_non_null(source);
    context->skip_tests = pass;
    assert_true(parse_file(context, source, &tree));
    return tree.root;
}

/* Passing over `with` gives the tree of `without`, and as many messages as `errors`. */
static void passes(const char *with, const char *without, size_t errors) {
    struct arena arena;
    struct sources sources;
    struct names names;
    struct diagnostics diags;
    struct parse_context context;
    const struct ast_node *passed, *plain;
    arena_init(&arena, pv_alloc_default());
    sources_init(&sources, &arena);
    names_init(&names, &arena);
    diag_init(&diags, &arena);
    parse_init(&context, &arena, &sources, &names, &diags);
    passed = parsed(&context, with, true);
    assert_int_equal(diags.errors, errors);
    if (without) {
        plain = parsed(&context, without, false);
        if (!ast_equal(&sources, passed, plain))
            fail_msg("not the same without its tests:\n%s", with);
    }
    arena_free(&arena);
}

static void tests_examples_and_properties(void **state) {
    (void)state;
    passes(HEAD "test \"one\"\n  given a is yes\n  expect d is yes\n" RULE, HEAD RULE, 0);
    passes(HEAD "example e\n  given a is yes\ntest \"one\"\n  given like e\n  expect d is yes\n"
                "always \"p\"\n  d is yes\n" RULE "test \"two\"\n  given a is no\n  expect undecided d\n",
           HEAD RULE, 0);
    passes(HEAD "test \"one\"", HEAD, 0);
    passes("test \"before the header\"\n" HEAD RULE, HEAD RULE, 0);
}

static void what_is_only_mentioned(void **state) {
    (void)state;
    passes(
        HEAD
        "test \"one\"\n  given a is yes\n  expect rule r applies\n         rule w.t.x does not apply\n"
        "rule r # a comment between\n applies\n  duty y by 2020-01-01 open\n  duty y in 2020-01-01 through "
        "2020-01-02\n  no duty y\nno # here too\n duty y\n" RULE,
        HEAD RULE, 0);
    passes(HEAD "always \"p\"\n  whenever rule r applies\n  then duty y applies\n" RULE, HEAD RULE, 0);
}

static void texts_and_comments_open_nothing(void **state) {
    (void)state;
    passes(HEAD "test \"rule x \\\" rule y\" # rule z\n  given a is yes # fact b\n  expect notice \"duty # "
                "rule\"\n" RULE,
           HEAD RULE, 0);
    passes(HEAD "test \"not closed\n" RULE, HEAD RULE, 0);
    passes(HEAD "# test \"no test\"\n" RULE, HEAD RULE, 0);
    passes(HEAD "rule r \"test me\"\n  when a\n  then d is yes\n",
           HEAD "rule r \"test me\"\n  when a\n  then d is yes\n", 0);
}

static void nothing_else_is_lost(void **state) {
    static const char *const others[] = {"fact b \"B\": yes/no\n",
                                         "define b as a\n",
                                         "duty y \"Y\" done when a\n",
                                         "source s \"S\"\n",
                                         "type t one of x, y\n",
                                         "decide d \"D\": yes/no\n",
                                         "total n \"N\": number\n",
                                         "require \"R\" a\n",
                                         "exception e to r\n  when a\n",
                                         "record q\n  x: yes/no\n",
                                         "table g\n  | a || d |\n  | yes || no |\n"};
    char with[512], without[512];
    size_t i;
    (void)state;
    for (i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(with, sizeof with, "%stest \"one\"\n  given a is yes\n  expect d is yes\n%s", HEAD,
                 others[i]);
        snprintf(without, sizeof without, "%s%s", HEAD, others[i]);
        passes(with, without, 0);
        /* In the same line, too: line ends carry no meaning. */
        snprintf(with, sizeof with, "%stest \"one\" given a is yes expect d is yes %s", HEAD, others[i]);
        passes(with, without, 0);
    }
    passes(HEAD "test \"one\" given a is yes expect d is yes " RULE, HEAD RULE, 0);
    /* A misspelt capital is reported, not passed over with the test. */
    passes(HEAD
           "test \"one\"\n  given a is yes\n  expect d is yes\nRule r \"R\"\n  when a\n  then d is yes\n",
           NULL, 1);
}

static void what_needs_care_is_read(void **state) {
    (void)state;
    passes(HEAD "test \"one\"\n  given a is yes\n  expect d is 'yes'\n" RULE, NULL, 1);
    passes(HEAD "test \"t\xC3\xBCv\"\n  given a is yes\n  expect d is yes\n" RULE, HEAD RULE, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_examples_and_properties),   cmocka_unit_test(what_is_only_mentioned),
        cmocka_unit_test(texts_and_comments_open_nothing), cmocka_unit_test(nothing_else_is_lost),
        cmocka_unit_test(what_needs_care_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
