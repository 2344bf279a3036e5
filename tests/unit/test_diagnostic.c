/*
 * Diagnostics as values: the table of messages, reporting with details, the order they are shown in, and that
 * a message lost to a failure of memory is never lost in silence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "grammar/source/diagnostic.h"
#include "tests/support/fail_alloc.h"

struct fixture {
    struct fail_alloc f;
    struct arena arena;
    struct diagnostics diags;
};

static void open_fixture(struct fixture *x, size_t fail_at) {
    fail_alloc_init(&x->f, fail_at);
    arena_init(&x->arena, &x->f.alloc);
    diag_init(&x->diags, &x->arena);
}

static void close_fixture(struct fixture *x) {
    arena_free(&x->arena);
    assert_true(fail_alloc_clean(&x->f));
}

static struct span at(uint32_t start, uint16_t file) {
    struct span span = {start, start + 1, file};
    return span;
}

/*
 * Codes have their form, their letter says the severity but for the findings of lint, whose levels can be set, and neither code
 * nor slug is there twice.
 */
static void every_row(void **state) {
    int i, j;
    (void)state;
    assert_true(DIAG_CODE_COUNT > 0);
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *row = diag_message((enum diag_code)i);
        assert_int_equal(strlen(row->code), 5);
        assert_int_equal(strspn(row->code + 1, "0123456789"), 4);
        assert_int_equal(row->code[0], row->code[0] == 'L'             ? 'L'
                                       : row->severity == DIAG_ERROR   ? 'E'
                                       : row->severity == DIAG_WARNING ? 'W'
                                                                       : 'N');
        assert_true(strlen(row->slug) > 0 && strlen(row->title) > 0 && strlen(row->doc) > 0);
        assert_int_equal(strspn(row->slug, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(row->slug));
        for (j = 0; j < i; j++) {
            assert_string_not_equal(row->code, diag_message((enum diag_code)j)->code);
            assert_string_not_equal(row->slug, diag_message((enum diag_code)j)->slug);
        }
    }
    assert_null(diag_message(DIAG_CODE_COUNT));
    assert_string_equal(diag_message(DIAG_E0901)->code, "E0901");
    assert_string_equal(diag_severity_name(DIAG_ERROR), "error");
    assert_string_equal(diag_severity_name(DIAG_WARNING), "warning");
    assert_string_equal(diag_severity_name(DIAG_NOTE), "note");
}

static void report_with_details(void **state) {
    struct fixture x;
    struct diagnostic *d;
    int i;
    (void)state;
    open_fixture(&x, 0);
    d = diag_report(&x.diags, DIAG_E0901, at(3, 0), "`%.*s` is %d", 2, "abc", 7);
    diag_primary(&x.diags, d, "here %d", 1);
    diag_label(&x.diags, d, at(9, 1), "there %s", "too");
    diag_fix(&x.diags, d, at(3, 0), "write it", "is %c", 'x');
    for (i = 0; i < 20; i++) {
        diag_note(&x.diags, d, "note %d", i);
        diag_help(&x.diags, d, "help %d", i);
    }
    assert_false(x.diags.failed);
    assert_int_equal(x.diags.count, 1);
    assert_int_equal(x.diags.errors, 1);
    assert_int_equal(x.diags.warnings, 0);
    assert_ptr_equal(x.diags.items[0], d);
    assert_int_equal(d->code, DIAG_E0901);
    assert_int_equal(d->severity, DIAG_ERROR);
    assert_string_equal(d->message, "`ab` is 7");
    assert_int_equal(d->primary.start, 3);
    assert_string_equal(d->primary_text, "here 1");
    assert_int_equal(d->label_count, 1);
    assert_string_equal(d->labels[0].text, "there too");
    assert_int_equal(d->labels[0].span.file, 1);
    assert_int_equal(d->fix_count, 1);
    assert_string_equal(d->fixes[0].replacement, "is x");
    assert_string_equal(d->fixes[0].title, "write it");
    assert_int_equal(d->note_count, 20);
    assert_int_equal(d->help_count, 20);
    assert_string_equal(d->notes[19], "note 19");
    assert_string_equal(d->helps[0], "help 0");
    close_fixture(&x);
}

static void long_words_fit(void **state) {
    static char words[10001];
    struct fixture x;
    struct diagnostic *d;
    (void)state;
    memset(words, 'w', sizeof words - 1);
    open_fixture(&x, 0);
    d = diag_report(&x.diags, DIAG_E0901, at(0, 0), "%s!", words);
    assert_int_equal(strlen(d->message), 10001);
    assert_int_equal(d->message[10000], '!');
    close_fixture(&x);
}

static void sorted_and_stable(void **state) {
    struct fixture x;
    uint32_t i;
    (void)state;
    open_fixture(&x, 0);
    diag_sort(&x.diags);
    for (i = 0; i < 300; i++)
        diag_report(&x.diags, DIAG_E0901, at(i * 7 % 5, (uint16_t)(i % 2)), "%03u", (unsigned)i);
    diag_sort(&x.diags);
    assert_int_equal(x.diags.count, 300);
    for (i = 1; i < 300; i++) {
        const struct diagnostic *a = x.diags.items[i - 1], *b = x.diags.items[i];
        assert_true(a->primary.file <= b->primary.file);
        if (a->primary.file != b->primary.file)
            continue;
        assert_true(a->primary.start <= b->primary.start);
        if (a->primary.start == b->primary.start)
            assert_true(strcmp(a->message, b->message) < 0);
    }
    close_fixture(&x);
}

/* The arena's first chunk is 4 KiB: enough is reported to ask for several, and each of them fails once. */
static void each_failure_is_told(void **state) {
    size_t fail_at, failures = 1;
    (void)state;
    for (fail_at = 1; failures; fail_at++) {
        struct fixture x;
        uint32_t i;
        open_fixture(&x, fail_at);
        for (i = 0; i < 60; i++) {
            struct diagnostic *d =
                diag_report(&x.diags, DIAG_E0901, at(60 - i, 0), "message %u", (unsigned)i);
            assert_non_null(d);
            assert_non_null(d->message);
            diag_primary(&x.diags, d, "words");
            diag_label(&x.diags, d, at(1, 0), "label");
            diag_note(&x.diags, d, "note");
            diag_help(&x.diags, d, "help");
            diag_fix(&x.diags, d, at(1, 0), "title", "text");
        }
        diag_sort(&x.diags);
        failures = x.f.failures;
        assert_int_equal(x.diags.failed, failures > 0);
        assert_int_equal(x.diags.errors, 60); /* a lost one still counts */
        assert_true(x.diags.count == 60 || failures);
        for (i = 0; i < x.diags.count; i++)
            assert_non_null(x.diags.items[i]->message);
        close_fixture(&x);
    }
    assert_true(fail_at > 3);
}

static void no_memory_at_all(void **state) {
    struct fixture x;
    struct diagnostic *d;
    (void)state;
    open_fixture(&x, 1);
    x.f.fail_after = true;
    d = diag_report(&x.diags, DIAG_E0901, at(4, 0), "lost");
    assert_ptr_equal(d, &x.diags.spare);
    diag_note(&x.diags, d, "lost too");
    assert_string_equal(d->message, "memory ran out");
    assert_int_equal(d->note_count, 0);
    assert_int_equal(d->primary.start, 4);
    assert_int_equal(x.diags.count, 0);
    assert_int_equal(x.diags.errors, 1);
    assert_true(x.diags.failed);
    close_fixture(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(report_with_details),
        cmocka_unit_test(long_words_fit),
        cmocka_unit_test(sorted_and_stable),
        cmocka_unit_test(each_failure_is_told),
        cmocka_unit_test(no_memory_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
