/*
 * The three forms of a diagnostic, letter for letter: where carets stand under tabs, wide characters and
 * escapes, what several files and lines look like, what a hostile policy may not do to a terminal, and each
 * failure of memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "grammar/source/render_machine.h"
#include "grammar/source/render_terminal.h"
#include "tests/support/fail_alloc.h"

#define CODE DIAG_E0901

struct fixture {
    struct fail_alloc f;
    struct arena arena;
    struct sources sources;
    struct diagnostics diags;
    struct buffer out;
};

static int open_fixture(void **state) {
    static struct fixture x;
    fail_alloc_init(&x.f, 0);
    arena_init(&x.arena, &x.f.alloc);
    sources_init(&x.sources, &x.arena);
    diag_init(&x.diags, &x.arena);
    buffer_init(&x.out, &x.f.alloc);
    *state = &x;
    return 0;
}

static int close_fixture(void **state) {
    struct fixture *x = *state;
    buffer_free(&x->out);
    arena_free(&x->arena);
    return fail_alloc_clean(&x->f) ? 0 : -1;
}

static void add(struct fixture *x, const char *path, const char *text) {
    assert_non_null(sources_add(&x->sources, path, text, strlen(text)));
}

/* The span of the first `words` in a file. */
static struct span find(struct fixture *x, uint16_t file, const char *words) {
    const char *text = x->sources.files[file]->text, *found = strstr(text, words);
    struct span span = {0, 0, file};
    assert_non_null(found);
    span.start = (uint32_t)(found - text);
    span.end = span.start + (uint32_t)strlen(words);
    return span;
}

static void assert_terminal(struct fixture *x, const struct diagnostic *d, const char *expected) {
    buffer_clear(&x->out);
    render_terminal(&x->out, &x->sources, d, false);
    assert_string_equal(x->out.data, expected);
}

static void plain_message(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    add(x, "renewal.proviso", "1\n2\n3\n4\n5\n6\n7\n8\n9\nrule\n  let\n  when competency = cba\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "="), "`=` is not a comparison");
    diag_primary(&x->diags, d, "write `is`");
    diag_note(&x->diags, d, "a note");
    diag_help(&x->diags, d, "some help");
    diag_fix(&x->diags, d, find(x, 0, "="), "write `is`", "is");
    assert_terminal(x, d,
                    "error[E0901]: `=` is not a comparison\n"
                    "  --> renewal.proviso:12:19\n"
                    "   |\n"
                    "12 |   when competency = cba\n"
                    "   |                   ^ write `is`\n"
                    "   = note: a note\n"
                    "   = help: some help\n"
                    "   = help: write `is`: `when competency is cba`\n");
}

static void labels_here_and_elsewhere(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    add(x, "a.proviso", "one\ntwo\nthree\nfour\nfive six\nseven\n");
    add(x, "b.proviso", "\n\nother\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "six"), "m");
    diag_label(&x->diags, d, find(x, 1, "other"), "elsewhere");
    diag_label(&x->diags, d, find(x, 0, "five"), "same line");
    diag_label(&x->diags, d, find(x, 0, "three"), "one line between");
    diag_label(&x->diags, d, find(x, 0, "one"), "above");
    diag_label(&x->diags, d, find(x, 0, "seven"), "%s", "");
    d->severity = DIAG_WARNING;
    assert_terminal(x, d,
                    "warning[E0901]: m\n"
                    " --> a.proviso:5:6\n"
                    "  |\n"
                    "1 | one\n"
                    "  | ~~~ above\n"
                    "2 | two\n"
                    "3 | three\n"
                    "  | ~~~~~ one line between\n"
                    "4 | four\n"
                    "5 | five six\n"
                    "  |      ^^^\n"
                    "  | ~~~~ same line\n"
                    "6 | seven\n"
                    "  | ~~~~~\n"
                    " ::: b.proviso:3:1\n"
                    "  |\n"
                    "3 | other\n"
                    "  | ~~~~~ elsewhere\n");
}

static void spans_of_several_lines(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    struct span span;
    add(x, "a.proviso", "rule r\n  when a\n   and b\n  then c\nend\n");
    span = span_join(find(x, 0, "when"), find(x, 0, "c\n"));
    d = diag_report(&x->diags, CODE, span, "m"); /* its last byte is the line end, which is not shown */
    diag_primary(&x->diags, d, "all this");
    assert_terminal(x, d,
                    "error[E0901]: m\n"
                    " --> a.proviso:2:3\n"
                    "  |\n"
                    "2 |   when a\n"
                    "  |   ^^^^^^\n"
                    "3 |    and b\n"
                    "4 |   then c\n"
                    "  |   ^^^^^^ all this\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "a\n"), "m");
    assert_terminal(x, d, "error[E0901]: m\n --> a.proviso:2:8\n  |\n2 |   when a\n  |        ^\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "\n  when"), "m");
    assert_terminal(
        x, d,
        "error[E0901]: m\n --> a.proviso:1:7\n  |\n1 | rule r\n  |       ^\n2 |   when a\n  |   ^^^^\n");
}

static void far_lines_leave_a_gap(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    add(x, "a.proviso", "one\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n");
    d = diag_report(&x->diags, CODE, span_join(find(x, 0, "five"), find(x, 0, "ten")), "m");
    diag_label(&x->diags, d, find(x, 0, "one"), "l");
    assert_terminal(x, d,
                    "error[E0901]: m\n"
                    "  --> a.proviso:5:1\n"
                    "   |\n"
                    " 1 | one\n"
                    "   | ~~~ l\n"
                    "...\n"
                    " 5 | five\n"
                    "   | ^^^^\n"
                    "...\n"
                    "10 | ten\n"
                    "   | ^^^\n");
}

static void empty_spans_and_ends(void **state) {
    struct fixture *x = *state;
    struct span end = {4, 4, 0}, beyond = {90, 99, 0}, nowhere = {0, 0, DIAG_NOWHERE};
    struct diagnostic *d;
    add(x, "a.proviso", "abc\n");
    d = diag_report(&x->diags, CODE, end, "m");
    assert_terminal(x, d, "error[E0901]: m\n --> a.proviso:2:1\n  |\n2 |\n  | ^\n");
    d = diag_report(&x->diags, CODE, beyond, "m");
    assert_terminal(x, d, "error[E0901]: m\n --> a.proviso:2:1\n  |\n2 |\n  | ^\n");
    d = diag_report(&x->diags, CODE, nowhere, "m");
    diag_label(&x->diags, d, nowhere, "gone");
    diag_note(&x->diags, d, "n");
    diag_fix(&x->diags, d, nowhere, "do it", "x");
    assert_terminal(x, d, "error[E0901]: m\n  = note: n\n  = help: do it\n");
    end.start = end.end = 3;
    d = diag_report(&x->diags, CODE, end, "m");
    diag_fix(&x->diags, d, end, NULL, " more");
    assert_terminal(x, d,
                    "error[E0901]: m\n --> a.proviso:1:4\n  |\n1 | abc\n  |    ^\n  = help: `abc more`\n");
}

/*
 * Tabs, a byte order mark, wide characters, a combining mark, an override, a stray byte: the caret stands
 * right.
 */
static void carets_under_odd_characters(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    add(x, "a.proviso",
        "\xef\xbb\xbf"
        "a\tb\tX\r\n"
        "\xe4\xb8\xad\xe6\x96\x87 X\r\n"
        "e\xcc\x81 \xe2\x80\xae X\r\n"
        "\xff\x1b X\r\n"
        "\xe4\xb8\xad\t\xe6\x96\x87X");
    d = diag_report(&x->diags, CODE, find(x, 0, "X\r\n\xe4"), "m");
    d->primary.end = d->primary.start + 1;
    diag_label(&x->diags, d,
               find(x, 0,
                    "X\r\n"
                    "e"),
               "2");
    diag_label(&x->diags, d, find(x, 0, "X\r\n\xff"), "3");
    diag_label(&x->diags, d, find(x, 0, "\x1b"), "escape");
    diag_label(&x->diags, d, find(x, 0, "\xff"), "byte");
    diag_label(&x->diags, d, find(x, 0, "\xe6\x96\x87X"), "5");
    d->labels[0].span.end = d->labels[0].span.start + 1;
    d->labels[1].span.end = d->labels[1].span.start + 1;
    assert_terminal(x, d,
                    "error[E0901]: m\n"
                    " --> a.proviso:1:5\n"
                    "  |\n"
                    "1 | a   b   X\n"
                    "  |         ^\n"
                    "2 | \xe4\xb8\xad\xe6\x96\x87 X\n"
                    "  |      ~ 2\n"
                    "3 | e\xcc\x81 <U+202E> X\n"
                    "  |            ~ 3\n"
                    "4 | <0xFF><U+001B> X\n"
                    "  |       ~~~~~~~~ escape\n"
                    "  | ~~~~~~ byte\n"
                    "5 | \xe4\xb8\xad  \xe6\x96\x87X\n"
                    "  |     ~~~ 5\n");
}

/* Path, message, labels, notes, fixes: nothing of a policy reaches the terminal as it is. */
static void hostile_words(void **state) {
    struct fixture *x = *state;
    static const char hostile[] = "\x1b]0;x\x07\xc2\x9b\xe2\x80\xae\x7f";
    struct diagnostic *d;
    size_t i;
    int form;
    add(x, hostile, hostile);
    d = diag_report(&x->diags, CODE, find(x, 0, "]"), "%s", hostile);
    diag_primary(&x->diags, d, "%s", hostile);
    diag_label(&x->diags, d, find(x, 0, "0"), "%s", hostile);
    diag_note(&x->diags, d, "%s", hostile);
    diag_help(&x->diags, d, "%s", hostile);
    diag_fix(&x->diags, d, find(x, 0, "x"), hostile, "%s", hostile);
    for (form = 0; form < 3; form++) {
        buffer_clear(&x->out);
        if (form == 0)
            render_terminal(&x->out, &x->sources, d, false);
        else if (form == 1)
            render_line(&x->out, &x->sources, d);
        else
            render_json(&x->out, &x->sources, d);
        assert_int_equal(text_invalid_utf8(x->out.data, x->out.length), x->out.length);
        assert_true(x->out.length > 60);
        for (i = 0; i < x->out.length;) {
            size_t size;
            uint32_t c = text_decode(x->out.data + i, x->out.length - i, &size);
            assert_true(c == '\n' || !text_unsafe(c));
            i += size;
        }
    }
}

/* Columns of the first line that begins with `gutter`, from behind it to `stop`. */
static size_t columns_to(const char *out, const char *gutter, const char *stop) {
    const char *line = strstr(out, gutter), *end;
    assert_non_null(line);
    line += strlen(gutter);
    end = strstr(line, stop);
    assert_non_null(end);
    return text_width(line, (size_t)(end - line));
}

static void long_lines_are_cut(void **state) {
    struct fixture *x = *state;
    static char text[3001];
    struct diagnostic *d;
    size_t i;
    for (i = 0; i + 3 <= sizeof text - 1; i += 3)
        memcpy(text + i, i % 2 ? "\xe4\xb8\xad" : "ab\t", 3);
    memcpy(text + 1500, "MARKED", 6);
    memcpy(text + 2994, "AT_END", 6);
    memcpy(text, "BEGINS", 6);
    add(x, "a.proviso", text);
    d = diag_report(&x->diags, CODE, find(x, 0, "MARKED"), "m");
    diag_label(&x->diags, d, find(x, 0, "AT_END"), "the end");
    diag_label(&x->diags, d, find(x, 0, "BEGINS"), "the start");
    diag_fix(&x->diags, d, find(x, 0, "MARKED"), "t", "FIXED");
    render_terminal(&x->out, &x->sources, d, false);
    for (i = 0; i < x->out.length;) {
        size_t length = strcspn(x->out.data + i, "\n");
        if (x->out.data[i] == '1') /* the words beside a mark may go on */
            assert_true(text_width(x->out.data + i, length) <= 4 + 160 + 2);
        i += length + 1;
    }
    assert_int_equal(columns_to(x->out.data, "1 | ", "MARKED"),
                     columns_to(x->out.data, "\n  |  ", "^^^^^^\n") + 1);
    assert_int_equal(columns_to(strstr(x->out.data, "^\n"), "1 | ", "AT_END"),
                     columns_to(strstr(x->out.data, "^\n"), "\n  |  ", "~~~~~~ the end\n") + 1);
    assert_non_null(strstr(x->out.data, "1 | \xe2\x80\xa6"));
    assert_non_null(strstr(x->out.data, "AT_END\n"));
    assert_non_null(strstr(x->out.data, "1 | BEGINS"));
    assert_non_null(strstr(x->out.data, "\n  | ~~~~~~ the start\n"));
    assert_non_null(strstr(x->out.data, "  = help: t: `\xe2\x80\xa6"));
    assert_non_null(strstr(x->out.data, "FIXED"));
}

static void fixes_of_lines(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    struct span start;
    add(x, "a.proviso", "one\n  two\nthree\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "two"), "m");
    start = find(x, 0, "  two\n");
    diag_fix(&x->diags, d, start, "remove it", "%s", "");
    start.end = start.start;
    diag_fix(&x->diags, d, start, "a line more", "  new\n");
    diag_fix(&x->diags, d, start, "lines more", "  new\r\n    newer\n");
    start = find(x, 0, "two");
    start.start = start.end;
    diag_fix(&x->diags, d, start, "go on", "\n  new");
    assert_terminal(x, d,
                    "error[E0901]: m\n --> a.proviso:2:3\n  |\n2 |   two\n  |   ^^^\n"
                    "  = help: remove it\n"
                    "  = help: a line more: `new`\n"
                    "  = help: lines more:\n  |       new\n  |         newer\n"
                    "  = help: go on:\n  |     two\n  |       new\n");
}

static void colours(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    add(x, "a.proviso", "one two\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "two"), "m");
    diag_label(&x->diags, d, find(x, 0, "one"), "l");
    diag_note(&x->diags, d, "n");
    render_terminal(&x->out, &x->sources, d, true);
    assert_string_equal(x->out.data, "\033[1;31merror[E0901]\033[0m\033[1m: m\033[0m\n"
                                     "\033[34m -->\033[0m a.proviso:1:5\n"
                                     "\033[34m  |\033[0m\n"
                                     "\033[34m1 |\033[0m one two\n"
                                     "\033[34m  |\033[0m     \033[1;31m^^^\033[0m\n"
                                     "\033[34m  |\033[0m \033[1;34m~~~ l\033[0m\n"
                                     "\033[34m  =\033[0m \033[36mnote:\033[0m n\n");
    d->severity = DIAG_WARNING;
    buffer_clear(&x->out);
    render_terminal(&x->out, &x->sources, d, true);
    assert_non_null(strstr(x->out.data, "\033[1;33mwarning[E0901]\033[0m"));
    d->severity = DIAG_NOTE;
    buffer_clear(&x->out);
    render_terminal(&x->out, &x->sources, d, true);
    assert_non_null(strstr(x->out.data, "\033[1;36mnote[E0901]\033[0m"));
}

static void one_line(void **state) {
    struct fixture *x = *state;
    struct span nowhere = {0, 0, DIAG_NOWHERE};
    struct diagnostic *d;
    add(x, "a.proviso", "\n\xc3\xa9\xe4\xb8\xad x\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "x"), "words");
    diag_note(&x->diags, d, "left out");
    render_line(&x->out, &x->sources, d);
    assert_string_equal(x->out.data, "a.proviso:2:4: error E0901 out-of-memory: words\n");
    buffer_clear(&x->out);
    render_line(&x->out, &x->sources, diag_report(&x->diags, CODE, nowhere, "words"));
    assert_string_equal(x->out.data, "error E0901 out-of-memory: words\n");
}

static void json_objects(void **state) {
    struct fixture *x = *state;
    struct span nowhere = {0, 0, DIAG_NOWHERE};
    struct diagnostic *d;
    add(x, "a\".proviso", "\xc3\xa9 x\ny\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "x\ny"), "say \"m\"");
    diag_primary(&x->diags, d, "p");
    diag_label(&x->diags, d, find(x, 0, "y"), "l");
    diag_note(&x->diags, d, "n1");
    diag_note(&x->diags, d, "n2");
    diag_help(&x->diags, d, "h");
    diag_fix(&x->diags, d, find(x, 0, "y"), "t", "z\n");
    render_json(&x->out, &x->sources, d);
    assert_string_equal(
        x->out.data,
        "{\"code\":\"E0901\",\"slug\":\"out-of-memory\",\"severity\":\"error\",\"message\":\"say \\\"m\\\"\","
        "\"file\":\"a\\\".proviso\",\"line\":1,\"column\":3,\"end_line\":2,\"end_column\":2,\"start\":3,"
        "\"end\":6,"
        "\"text\":\"p\",\"labels\":[{\"file\":\"a\\\".proviso\",\"line\":2,\"column\":1,\"end_line\":2,"
        "\"end_column\":2,\"start\":5,\"end\":6,\"text\":\"l\"}],\"notes\":[\"n1\",\"n2\"],\"help\":[\"h\"],"
        "\"fixes\":[{\"title\":\"t\",\"file\":\"a\\\".proviso\",\"line\":2,\"column\":1,\"end_line\":2,"
        "\"end_column\":2,\"start\":5,\"end\":6,\"replacement\":\"z\\n\"}]}\n");
    buffer_clear(&x->out);
    render_json(&x->out, &x->sources, diag_report(&x->diags, CODE, nowhere, "m"));
    assert_string_equal(
        x->out.data,
        "{\"code\":\"E0901\",\"slug\":\"out-of-memory\",\"severity\":\"error\",\"message\":\"m\","
        "\"file\":null,\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null,"
        "\"start\":null,\"end\":null,\"text\":null,\"labels\":[],\"notes\":[],\"help\":[],"
        "\"fixes\":[]}\n");
}

/* Any span over any bytes: every renderer ends, and no mark row is without a mark. */
static void every_span_of_odd_bytes(void **state) {
    static const char text[] = "\xef\xbb\xbf"
                               "a\t\xe4\xb8\xad\r\n\r\xff\n\n e\xcc\x81\xe2\x80\xae\r\n ";
    struct fixture *x = *state;
    struct span span = {0, 0, 0};
    add(x, "a.proviso", text);
    for (span.start = 0; span.start <= sizeof text; span.start++)
        for (span.end = span.start; span.end <= sizeof text; span.end++) {
            struct diagnostic *d = diag_report(&x->diags, CODE, span, "m");
            diag_fix(&x->diags, d, span, "t", "r");
            buffer_clear(&x->out);
            render_terminal(&x->out, &x->sources, d, false);
            assert_non_null(strchr(x->out.data, '^'));
            assert_null(strchr(x->out.data, '\r'));
            render_line(&x->out, &x->sources, d);
            render_json(&x->out, &x->sources, d);
            assert_int_equal(text_invalid_utf8(x->out.data, x->out.length), x->out.length);
        }
}

static void each_failure_is_told(void **state) {
    struct fixture *x = *state;
    struct diagnostic *d;
    size_t fail_at, failures = 1;
    add(x, "a.proviso", "one two\nthree\n");
    d = diag_report(&x->diags, CODE, find(x, 0, "two"), "m");
    diag_label(&x->diags, d, find(x, 0, "three"), "l");
    diag_fix(&x->diags, d, find(x, 0, "two"), "t", "x");
    for (fail_at = 1; failures; fail_at++) {
        struct fail_alloc f;
        struct buffer out;
        fail_alloc_init(&f, fail_at);
        buffer_init(&out, &f.alloc);
        render_terminal(&out, &x->sources, d, true);
        render_line(&out, &x->sources, d);
        render_json(&out, &x->sources, d);
        failures = f.failures;
        assert_int_equal(out.failed, failures > 0);
        buffer_free(&out);
        assert_true(fail_alloc_clean(&f));
    }
    assert_true(fail_at > 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(plain_message),
        TEST(labels_here_and_elsewhere),
        TEST(spans_of_several_lines),
        TEST(far_lines_leave_a_gap),
        TEST(empty_spans_and_ends),
        TEST(carets_under_odd_characters),
        TEST(hostile_words),
        TEST(long_lines_are_cut),
        TEST(fixes_of_lines),
        TEST(colours),
        TEST(one_line),
        TEST(json_objects),
        TEST(every_span_of_odd_bytes),
        TEST(each_failure_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
