/*
 * The formatter on small texts: what each construct looks like, where lines break and where comments go,
 * what is refused, and memory that runs out anywhere.
 */
#include "grammar/format.h"
#include "tests/support/fail_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct run {
    struct arena arena;
    struct sources sources;
    struct names names;
    struct diagnostics diags;
    struct buffer out;
    enum format_status status;
};

static void run_open(struct run *run, const struct pv_alloc *alloc, const char *text, size_t length) {
    struct parse_context context;
    const struct source *source;
    arena_init(&run->arena, alloc);
    sources_init(&run->sources, &run->arena);
    names_init(&run->names, &run->arena);
    diag_init(&run->diags, &run->arena);
    parse_init(&context, &run->arena, &run->sources, &run->names, &run->diags);
    buffer_init(&run->out, alloc);
    source = sources_add(&run->sources, "t.proviso", text, length);
    run->status = source ? format_source(&context, source, &run->out) : FORMAT_OUT_OF_MEMORY;
}

static void run_free(struct run *run) {
    buffer_free(&run->out);
    arena_free(&run->arena);
}

/* The text becomes `wanted`, and that stays as it is. */
static void becomes(const char *text, const char *wanted) {
    struct run run;
    run_open(&run, pv_alloc_default(), text, strlen(text));
    assert_int_equal(run.status, FORMAT_DONE);
    assert_string_equal(run.out.data ? run.out.data : "", wanted);
    run_free(&run);
    run_open(&run, pv_alloc_default(), wanted, strlen(wanted));
    assert_int_equal(run.status, FORMAT_DONE);
    assert_string_equal(run.out.data ? run.out.data : "", wanted);
    run_free(&run);
}

static void blanks_and_line_ends(void **state) {
    (void)state;
    becomes("", "");
    becomes("\r\n \n", "");
    becomes("\xef\xbb\xbf# c \t\r\n", "# c\n");
    becomes("\n\n# a\n\n\n\n# b", "# a\n\n# b\n");
    becomes("fact  f:yes/no\r\nfact g : date\rfact h: text", "fact f: yes/no\nfact g: date\nfact h: text\n");
    becomes("fact f: yes/no\n\n\n\nfact g: text\n\n\n", "fact f: yes/no\n\nfact g: text\n");
    becomes("define a as ( - 1 ) *b . c+min( 2,- b )/ -3 - -4\n",
            "define a as (-1) * b.c + min(2, -b) / -3 - -4\n");
    becomes("fact n: number - 5 through 3 with 2 decimals\ndefine m as number - 5",
            "fact n: number -5 through 3 with 2 decimals\ndefine m as number - 5\n");
    becomes("define a as b in { c ,d }and { }is e", "define a as b in {c, d} and {} is e\n");
}

static void declarations_are_set_off(void **state) {
    (void)state;
    becomes("policy p \"P\" covers 2020-01-01 through 2020-12-31 months round back\nsource s \"S\" dated "
            "2020-01-01\n"
            "type t one of a, b\nfact f: t\nrecord r \"R\" x: date define y as x z: yes/no otherwise "
            "no\nfact g: list of r",
            "policy p \"P\"\n  covers 2020-01-01 through 2020-12-31\n  months round back\n\n"
            "source s \"S\" dated 2020-01-01\ntype t one of a, b\nfact f: t\n\n"
            "record r \"R\"\n  x: date\n  define y as x\n  z: yes/no otherwise no\n\nfact g: list of r\n");
    becomes("rule a when b then c is d must e by f\nexception g to a,otherwise c,every rule for c \"T\" "
            "cites s \"P\"\n"
            "always \"x\" whenever b then c is d\nalways \"y\" b",
            "rule a\n  when b\n  then c is d\n       must e by f\n\n"
            "exception g to a, otherwise c, every rule for c \"T\"\n  cites s \"P\"\n\n"
            "always \"x\"\n  whenever b\n  then c is d\n\nalways \"y\"\n  b\n");
    becomes("decide d \"D\": yes/no otherwise a and b\ntotal t: number\nduty u \"U\" done when a\n"
            "rule r then remind a \"T {a}\" unless b and c",
            "decide d \"D\": yes/no\n  otherwise a and b\ntotal t: number\nduty u \"U\" done when a\n\n"
            "rule r\n  then remind a \"T {a}\"\n         unless b and c\n");
    becomes("type t one of\n a, b,\n c accept E0401 until 2021-01-01 \"why\"\nsource s \"S\"",
            "type t one of\n  a, b,\n  c\n  accept E0401 until 2021-01-01 \"why\"\nsource s \"S\"\n");
}

static void examples_and_tests(void **state) {
    (void)state;
    becomes(
        "example e \"E\" given a is yes b is [{x is 1,y is none},{x is 2}]\ntest \"t\" given like e\na is no "
        "c is 3 on 2020-01-01\n"
        "known on 2020-01-02 expect d is 3 undetermined f needs g,h.i\nno duty j duty k by 2020-01-01 done",
        "example e \"E\"\n  given a is yes  b is [{x is 1, y is none}, {x is 2}]\n\n"
        "test \"t\"\n  given like e\n        a is no  c is 3\n  on 2020-01-01\n  known on 2020-01-02\n"
        "  expect d is 3  undetermined f needs g, h.i\n         no duty j  duty k by 2020-01-01 done\n");
}

static void tables_are_lined_up(void **state) {
    (void)state;
    becomes("table t \"T\" cites s|row|a||b|\n|one|not x ,y||-|\n  |second| >= - 5|| "
            "\"\xe6\x97\xa5\"|\n|c|any||\"ab\"|",
            "table t \"T\"\n  cites s\n"
            "  | row    | a        || b    |\n"
            "  | one    | not x, y || -    |\n"
            "  | second | >= -5    || \"\xe6\x97\xa5\" |\n"
            "  | c      | any      || \"ab\" |\n");
    becomes("table t # a\n # b\n |a||b| # c\n # d\n\n |1||2|# e\n  # f\n# g\nfact h: date",
            "table t # a\n  # b\n  | a || b | # c\n  # d\n\n  | 1 || 2 | # e\n  # f\n\n# g\nfact h: date\n");
}

#define TEN "aaaaaaaaaa"
#define LONG TEN TEN TEN TEN

static void long_lines_break(void **state) {
    (void)state;
    becomes("rule r when " LONG " and " LONG " and " LONG " then a is b",
            "rule r\n  when " LONG "\n   and " LONG "\n   and " LONG "\n  then a is b\n");
    becomes("rule r when " LONG " or (" LONG " and " LONG " and x) then a is b",
            "rule r\n  when " LONG "\n    or (" LONG " and " LONG " and x)\n  then a is b\n");
    becomes("define d as " LONG " and (" LONG " or " LONG " or x)",
            "define d\n  as " LONG "\n     and (" LONG " or " LONG " or x)\n");
    becomes("fact f \"" LONG LONG "\": yes/no only when " TEN TEN " changeable",
            "fact f \"" LONG LONG "\": yes/no\n  only when " TEN TEN " changeable\n");
    becomes("rule r when s is one of " LONG "," LONG ",b," LONG " then a is b",
            "rule r\n  when s is one of " LONG ", " LONG ", b,\n                   " LONG
            "\n  then a is b\n");
    becomes("rule r when some x in xs has (" LONG " and " LONG " and " LONG ") then a is b",
            "rule r\n  when some x in xs has (\n    " LONG "\n    and " LONG "\n    and " LONG
            ")\n  then a is b\n");
    becomes("define d as if " LONG " then " LONG " else " LONG,
            "define d\n  as if " LONG "\n       then " LONG "\n       else " LONG "\n");
    becomes("define d as " LONG " + " LONG " - " LONG,
            "define d\n  as " LONG " + " LONG "\n     - " LONG "\n");
    becomes("decide d: one of " LONG ", " LONG ", " LONG " otherwise a",
            "decide d: one of\n  " LONG ", " LONG ",\n  " LONG "\n  otherwise a\n");
    becomes("require \"" LONG "\" " LONG " is " LONG, "require \"" LONG "\"\n  " LONG " is " LONG "\n");
    becomes("duty d \"" LONG "\" done when " LONG " is " TEN LONG,
            "duty d \"" LONG "\"\n  done when " LONG " is " TEN LONG "\n");
}

/* A break that the author made between conditions stays, all of them or none. */
static void breaks_that_stay(void **state) {
    (void)state;
    becomes("rule r when a\nand b and c then d is e",
            "rule r\n  when a\n   and b\n   and c\n  then d is e\n");
    becomes("rule r when a and\nb then d is e", "rule r\n  when a\n   and b\n  then d is e\n");
    becomes("rule r\nwhen\na and b\nthen\nd\nis\ne", "rule r\n  when a and b\n  then d is e\n");
    becomes("define d\nas a\nfact f: date\nfrom \"x\" otherwise none",
            "define d\n  as a\nfact f: date\n  from \"x\" otherwise none\n");
}

static void comments_stay_in_place(void **state) {
    (void)state;
    becomes("fact f: date # of f\n  # still of f\n# of r\nrule r # of r, too\n# before when\nwhen a # after "
            "a\nand # odd\nb then\n# first\nc is d\n"
            "      # in the end\n\n  # the end\n\n# of g\nfact g: date",
            "fact f: date # of f\n  # still of f\n\n# of r\nrule r # of r, too\n  # before when\n  when a # "
            "after a\n   and # odd\n     b\n  then\n"
            "    # first\n    c is d\n  # in the end\n\n  # the end\n\n# of g\nfact g: date\n");
    becomes("fact # a\nf # b\n: # c\n# d\ndate", "fact # a\n    f # b\n    : # c\n    # d\n    date\n");
    becomes("define a as b is # x\nnot\nmin ( c,0 )", "define a\n  as b is # x\n    not min(c, 0)\n");
    becomes("type t one of a, # x\nb # y\n# z", "type t one of\n  a, # x\n  b # y\n# z\n");
    becomes("rule a then b is c\n# d\nrule e then f is g",
            "rule a\n  then b is c\n\n# d\nrule e\n  then f is g\n");
    becomes("rule a then b is c\n# d\n\nrule e then f is g",
            "rule a\n  then b is c\n# d\n\nrule e\n  then f is g\n");
}

static void what_has_mistakes_is_refused(void **state) {
    static const char *const texts[] = {"rule r when a", "fact f", "fact f: date = 4", "# \xff",
                                        "table t\n| a || b |\n| || c |"};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct run run;
        run_open(&run, pv_alloc_default(), texts[i], strlen(texts[i]));
        assert_int_equal(run.status, FORMAT_BROKEN);
        assert_int_equal(run.out.length, 0);
        assert_true(run.diags.errors > 0);
        run_free(&run);
    }
}

/* What is not white space is told apart, comments too. */
static void tokens_are_compared(void **state) {
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"fact f: date # x", "fact f:\n\ndate # x  \n", true},
        {"fact f: date # x", "fact f: date # y", false},
        {"fact f: date # x", "fact f: date", false},
        {"fact f: date", "fact f: date # x", false},
        {"# x\nfact f: date", "fact f: date # x", false},
        {"fact f: date", "fact g: date", false},
        {"", "\n", true},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct run run;
        struct parse_tree a = {.root = NULL}, b = {.root = NULL};
        run_open(&run, pv_alloc_default(), "", 0);
        a.source = sources_add(&run.sources, "a", pairs[i].a, strlen(pairs[i].a));
        b.source = sources_add(&run.sources, "b", pairs[i].b, strlen(pairs[i].b));
        assert_true(token_scan(&run.arena, a.source, 0, a.source->length, false, &a.tokens));
        assert_true(token_scan(&run.arena, b.source, 0, b.source->length, false, &b.tokens));
        assert_int_equal(format_same_tokens(&a, &b), pairs[i].same);
        run_free(&run);
    }
}

/* A wide text costs no more than its own bytes: lines under it and cells beside it do not follow it out. */
static void wide_texts_stay_cheap(void **state) {
    struct buffer text;
    struct run run;
    int i;
    (void)state;
    buffer_init(&text, pv_alloc_default());
    buffer_string(&text, "table t\n| a || b |\n| \"");
    buffer_repeat(&text, 'x', 60000);
    buffer_string(&text, "\" || c |\n");
    for (i = 0; i < 2000; i++)
        buffer_string(&text, "| d || e |\n");
    buffer_string(&text, "rule r when \"");
    buffer_repeat(&text, 'x', 60000);
    buffer_string(&text, "\" is s");
    for (i = 0; i < 900; i++)
        buffer_string(&text, " and f");
    buffer_string(&text, " then g is h\n");
    run_open(&run, pv_alloc_default(), text.data, text.length);
    assert_int_equal(run.status, FORMAT_DONE);
    assert_true(run.out.length < 3 * text.length);
    run_free(&run);
    buffer_free(&text);
}

static void memory_may_run_out_anywhere(void **state) {
    static const char text[] =
        "# c\npolicy p \"P\" covers 2020-01-01 through 2020-12-31\nsource s \"S\"\ntype t one of a, b\n"
        "rule r when a and (b or some x in xs has (x.c)) # d\nthen e is min(1, f + 2)\n"
        "table u\n| a || b |\n| 1 || 2 |\ntest \"v\" given g is [{h is 1}] on 2020-01-01 expect e is 3\n";
    struct buffer many; /* an arena asks for memory seldom: more text makes it ask in more places */
    int for_good, i;
    (void)state;
    buffer_init(&many, pv_alloc_default());
    for (i = 0; i < 60; i++)
        buffer_string(&many, text);
    for (for_good = 0; for_good < 2; for_good++) {
        size_t fail_at;
        for (fail_at = 1;; fail_at++) {
            struct fail_alloc f;
            struct run run;
            bool failed;
            fail_alloc_init(&f, fail_at);
            f.fail_after = for_good != 0;
            run_open(&run, &f.alloc, many.data, many.length);
            failed = f.failures != 0;
            assert_int_equal(run.status, failed ? FORMAT_OUT_OF_MEMORY : FORMAT_DONE);
            run_free(&run);
            assert_true(fail_alloc_clean(&f));
            if (!failed)
                break;
        }
        assert_true(fail_at > 20);
    }
    buffer_free(&many);
}

int main(void) {
    const struct CMUnitTest tests_here[] = {
        cmocka_unit_test(blanks_and_line_ends),
        cmocka_unit_test(declarations_are_set_off),
        cmocka_unit_test(examples_and_tests),
        cmocka_unit_test(tables_are_lined_up),
        cmocka_unit_test(long_lines_break),
        cmocka_unit_test(breaks_that_stay),
        cmocka_unit_test(comments_stay_in_place),
        cmocka_unit_test(what_has_mistakes_is_refused),
        cmocka_unit_test(tokens_are_compared),
        cmocka_unit_test(wide_texts_stay_cheap),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests_here, NULL, NULL);
}
