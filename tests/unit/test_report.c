/*
 * Reports for other programs, where a snapshot of a run would not look: characters that a form gives a meaning, code points in
 * columns, messages without a place, the order of the worst, equal fingerprints, and each failure of memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "grammar/source/render_report.h"
#include "tests/support/fail_alloc.h"

#define PATH_OF "a b/50%,x:y.proviso"

struct fixture {
    struct fail_alloc f;
    struct arena arena;
    struct sources sources;
    struct diagnostics diags;
    struct buffer out;
    struct report_item items[16];
    struct report_rule rules[2];
    struct report report;
};

static void open_fixture(struct fixture *x, size_t fail_at) {
    *x = (struct fixture){0};
    fail_alloc_init(&x->f, fail_at);
    arena_init(&x->arena, pv_alloc_default());
    sources_init(&x->sources, &x->arena);
    diag_init(&x->diags, &x->arena);
    buffer_init(&x->out, &x->f.alloc);
    x->rules[0] = (struct report_rule){DIAG_L0101, DIAG_ERROR, NULL, "# Page\n"};
    x->rules[1] = (struct report_rule){DIAG_L0102, DIAG_WARNING, "left & out", NULL};
    x->report = (struct report){.sources = &x->sources,
                                .items = x->items,
                                .rules = x->rules,
                                .rule_count = 2,
                                .version = "1",
                                .fail_level = DIAG_WARNING};
    assert_non_null(sources_add(&x->sources, PATH_OF, "\xef\xbb\xbfäö gap gap\nx\n", 18));
}

static void close_fixture(struct fixture *x) {
    buffer_free(&x->out);
    arena_free(&x->arena);
    assert_true(fail_alloc_clean(&x->f));
}

/* A message about the bytes from `start` to `end`; one behind all bytes is about no place. */
static struct diagnostic *add(struct fixture *x, enum diag_code code, uint32_t start, uint32_t end,
                              const char *words) {
    struct span span = {start, end, start > 99 ? DIAG_NOWHERE : (uint16_t)0};
    struct diagnostic *diagnostic = diag_report(&x->diags, code, span, "%s", words);
    x->items[x->report.item_count++] = (struct report_item){.diagnostic = diagnostic};
    return diagnostic;
}

static void assert_has(const struct fixture *x, const char *words) {
    if (!strstr(x->out.data, words))
        fail_msg("%s\nhas no: %s", x->out.data, words);
}

static void github_marks(void **state) {
    struct fixture x;
    struct diagnostic *d;
    (void)state;
    open_fixture(&x, 0);
    d = add(&x, DIAG_L0102, 8, 11, "100 %: a, b\nc\033");
    diag_note(&x.diags, d, "50 %%");
    add(&x, DIAG_L0101, 100, 100, "nowhere");
    add(&x, DIAG_L0601, 8, 11, "a note");
    render_github(&x.out, &x.report);
    assert_string_equal(x.out.data,
                        "::error title=L0101 conflict::nowhere\n"
                        "::warning file=a b/50%25%2Cx%3Ay.proviso,line=1,col=4,endLine=1,endColumn=7,"
                        "title=L0102 gap::100 %25: a, b%0Ac<U+001B>%0A50 %25\n"
                        "::notice file=a b/50%25%2Cx%3Ay.proviso,line=1,col=4,endLine=1,endColumn=7,"
                        "title=L0601 analysis-budget::a note\n");
    close_fixture(&x);
}

/* Errors first, ten in all, accepted ones in no count. */
static void github_most(void **state) {
    struct fixture x;
    const char *at;
    size_t shown = 0;
    int i;
    (void)state;
    open_fixture(&x, 0);
    for (i = 0; i < 12; i++)
        add(&x, i % 2 ? DIAG_L0101 : DIAG_L0102, 8, 11, "w");
    x.items[1].accepted = true;
    render_github(&x.out, &x.report);
    for (at = x.out.data; (at = strstr(at, "::error ")) != NULL; at++)
        shown++;
    assert_int_equal(shown, 5);
    assert_has(&x, "::notice title=Proviso::1 more finding: run");
    assert_memory_equal(x.out.data, "::error ", 8);
    close_fixture(&x);
}

static void sarif_places(void **state) {
    struct fixture x;
    struct diagnostic *d;
    (void)state;
    open_fixture(&x, 0);
    d = add(&x, DIAG_L0102, 8, 11, "first \"gap\"");
    diag_label(&x.diags, d, (struct span){16, 17, 0}, "x");
    diag_label(&x.diags, d, (struct span){0, 0, DIAG_NOWHERE}, "no place");
    diag_fix(&x.diags, d, (struct span){8, 12, 0}, "take it out", "%s", "");
    add(&x, DIAG_L0102, 12, 15, "second");
    add(&x, DIAG_L0101, 100, 100, "nowhere");
    x.items[1].accepted = true;
    x.items[1].reason = text_of("because of \"x\"");
    x.items[1].properties = "\"possible\":true";
    render_sarif(&x.out, &x.report);
    assert_has(&x, "\"uri\":\"a%20b/50%25%2Cx%3Ay.proviso\"");
    assert_has(&x, "\"message\":{\"text\":\"first \\\"gap\\\"\"},\"locations\"");
    assert_has(&x, "{\"startLine\":1,\"startColumn\":4,\"endLine\":1,\"endColumn\":7}");
    assert_has(&x, "\"relatedLocations\":[{\"id\":1,");
    assert_has(&x, "\"message\":{\"text\":\"x\"}}]");
    assert_has(&x, "\"deletedRegion\":{\"startLine\":1,\"startColumn\":4,\"endLine\":1,\"endColumn\":8},"
                   "\"insertedContent\":{\"text\":\"\"}");
    /* The same words, marked twice, are two findings. */
    assert_has(&x, ":1\"},\"suppressions\":[]");
    assert_has(&x, ":2\"},\"suppressions\":[{\"kind\":\"inSource\",\"status\":\"accepted\",\"justification\":"
                   "\"because of "
                   "\\\"x\\\"\"}],\"properties\":{\"possible\":true}}");
    assert_has(&x,
               "{\"ruleId\":\"L0101\",\"ruleIndex\":0,\"level\":\"error\",\"message\":{\"text\":\"nowhere\"},"
               "\"partialFingerprints\"");
    assert_has(&x, "\"markdown\":\"# Page\\n\"");
    close_fixture(&x);
}

static void sarif_absolute(void **state) {
    struct fixture x;
    (void)state;
    open_fixture(&x, 0);
    assert_non_null(sources_add(&x.sources, "/a/b#c", "x", 1));
    x.items[x.report.item_count++].diagnostic =
        diag_report(&x.diags, DIAG_L0101, (struct span){0, 1, 1}, "%s", "w");
    render_sarif(&x.out, &x.report);
    assert_has(&x, "\"uri\":\"file:///a/b%23c\"");
    close_fixture(&x);
}

static void junit_cases(void **state) {
    struct fixture x;
    (void)state;
    open_fixture(&x, 0);
    add(&x, DIAG_L0101, 8, 11, "<a> & \"b\"");
    render_junit(&x.out, &x.report);
    assert_has(&x, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
    assert_has(
        &x, "<failure type=\"conflict\" message=\"1 finding\">a b/50%,x:y.proviso:1:4: error L0101 conflict: "
            "&lt;a&gt; &amp; &quot;b&quot;\n</failure>");
    assert_has(&x, "<skipped message=\"left &amp; out\"/>");
    /* A finding below the level that fails is told, and fails nothing. */
    x.items[0].accepted = true;
    add(&x, DIAG_L0102, 8, 11, "w");
    x.report.fail_level = DIAG_ERROR;
    buffer_clear(&x.out);
    render_junit(&x.out, &x.report);
    assert_has(&x, "tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\"");
    assert_has(&x, "<system-out>a b");
    assert_null(strstr(x.out.data, "<failure"));
    close_fixture(&x);
}

/* Where memory fails the buffer says so, and nothing else happens. */
static void no_memory(void **state) {
    static void (*const renderers[])(struct buffer *, const struct report *) = {render_sarif, render_github,
                                                                                render_junit};
    struct fixture x;
    size_t k, fail_at;
    (void)state;
    for (k = 0; k < 3; k++) {
        for (fail_at = 1; fail_at < 200; fail_at++) {
            bool refused;
            open_fixture(&x, fail_at);
            diag_note(&x.diags, add(&x, DIAG_L0101, 8, 11, "w"), "n");
            add(&x, DIAG_L0102, 8, 11, "w");
            renderers[k](&x.out, &x.report);
            refused = x.f.failures > 0;
            assert_int_equal(x.out.failed, refused);
            close_fixture(&x);
            if (!refused)
                break;
        }
        assert_true(fail_at > 1 && fail_at < 200);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(github_marks),   cmocka_unit_test(github_most), cmocka_unit_test(sarif_places),
        cmocka_unit_test(sarif_absolute), cmocka_unit_test(junit_cases), cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
