/*
 * test_json_oracle.c: every input of tests/oracles/json.tsv through the reader of facts, as JSON and as lines.
 *
 * A row has a name; a place (`value`: of a field that no fact reads, a field of the policy of reading.h, or `whole`: all of the
 * input); what RFC 8259 asks for (accept, reject, may); what Proviso does with it as JSON and as NDJSON (accept, or the
 * code of the first problem; `-` where a line feed stands in it); why the two differ (stricter, wider, may), or `-`; and the input,
 * where \xHH is a byte and \x(N:text) is N times the text. It knows nothing about how JSON is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/support/reading.h"
#include "tests/unit/vectors.h"

enum { ROW_NAME, ROW_PLACE, ROW_VERDICT, ROW_JSON, ROW_LINES, ROW_WHY, ROW_INPUT };

/* Rows and verdicts that the table has at the least. */
enum { ROWS_MIN = 320, OF_EACH_MIN = 40 };

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The bytes of an input. */
static void add_input(struct buffer *out, const char *at, const char *end) {
    while (at < end) {
        if (at[0] != '\\' || at[1] != 'x') {
            buffer_char(out, *at++);
        } else if (at[2] == '(') {
            char *text = NULL;
            unsigned long times = strtoul(at + 3, &text, 10);
            const char *close = memchr(at, ')', (size_t)(end - at));
            if (!close || *text != ':')
                fail_msg("%s: \\x(N:text) was expected", at);
            while (times--)
                add_input(out, text + 1, close);
            at = close + 1;
        } else {
            if (hex(at[2]) < 0 || hex(at[3]) < 0)
                fail_msg("%s: two digits were expected", at);
            buffer_char(out, (char)(hex(at[2]) << 4 | hex(at[3])));
            at += 4;
        }
    }
}

/* The input of the row, with the record round it. */
static void add_row(const struct vectors *v, struct buffer *out) {
    const char *place = vectors_text(v, ROW_PLACE), *input = vectors_text(v, ROW_INPUT);
    bool whole = strcmp(place, "whole") == 0;
    if (!whole)
        buffer_format(out, "{\"%s\":", strcmp(place, "value") == 0 ? "any" : place);
    add_input(out, input, input + strlen(input));
    if (!whole)
        buffer_char(out, '}');
}

/* "accept", or the code of the first problem in what reading_all tells. */
static void verdict_of(const struct buffer *told, char verdict[8]) {
    for (size_t i = 0; i + 8 <= told->length; i++) {
        if (memcmp(told->data + i, "\n  E", 4) == 0) {
            memcpy(verdict, told->data + i + 3, 5);
            verdict[5] = '\0';
            return;
        }
    }
    memcpy(verdict, "accept", 7);
}

/* Reads it whole and byte by byte; *told is what came out. */
static void read_both(const struct vectors *v, const struct buffer *input, enum facts_form form,
                      struct buffer *told) {
    static const size_t sizes[] = {1, SIZE_MAX};
    size_t first = 0;
    for (size_t i = 0; i < 2; i++) {
        struct reading_pieces pieces = {input->data, input->length, sizes[i], false};
        enum facts_status status = reading_all(pv_alloc_default(), pieces, form, told);
        if (status != FACTS_END && status != FACTS_BROKEN)
            fail_msg("%s ends with status %d", vectors_text(v, ROW_NAME), (int)status);
        first = i ? first : told->length;
    }
    assert_int_equal(told->length, 2 * first);
    if (first)
        assert_memory_equal(told->data, told->data + first, first);
}

/* Whether the row is answered as it says; what is not is printed, so that one run shows all. */
static bool answered(const struct vectors *v, enum facts_form form, const struct buffer *input) {
    const char *wanted = vectors_text(v, form == FACTS_JSON ? ROW_JSON : ROW_LINES);
    struct buffer told;
    char verdict[8];
    bool same;
    buffer_init(&told, pv_alloc_default());
    read_both(v, input, form, &told);
    verdict_of(&told, verdict);
    same = strcmp(verdict, wanted) == 0;
    if (!same)
        print_error("row %d, %s: %s in %s, but %s was expected\n", v->row, vectors_text(v, ROW_NAME), verdict,
                    form == FACTS_JSON ? "JSON" : "lines", wanted);
    buffer_free(&told);
    return same;
}

/* Whatever stands in a line, the next line is read. */
static bool next_line_is_read(const struct vectors *v, struct buffer *input) {
    static const char next[] = "record 2 line 2 <{}>\n  left=7\n";
    size_t length = sizeof next - 1;
    struct buffer told;
    bool read;
    buffer_init(&told, pv_alloc_default());
    buffer_string(input, "\n{}\n");
    read_both(v, input, FACTS_NDJSON, &told);
    read = told.length >= length && memcmp(told.data + told.length - length, next, length) == 0;
    if (!read)
        print_error("row %d, %s: the line behind it is lost\n", v->row, vectors_text(v, ROW_NAME));
    buffer_free(&told);
    return read;
}

static void every_row_is_answered(void **state) {
    struct vectors v;
    int wrong = 0;
    (void)state;
    vectors_open(&v, "json.tsv");
    while (vectors_next(&v)) {
        struct buffer input;
        bool one_line;
        buffer_init(&input, pv_alloc_default());
        add_row(&v, &input);
        one_line = !input.length || !memchr(input.data, '\n', input.length);
        wrong += !answered(&v, FACTS_JSON, &input);
        if (one_line)
            wrong += !answered(&v, FACTS_NDJSON, &input);
        else if (strcmp(vectors_text(&v, ROW_LINES), "-") != 0)
            fail_msg("row %d has a line feed and cannot be a line", v.row);
        if (one_line && strcmp(vectors_text(&v, ROW_PLACE), "whole") != 0)
            wrong += !next_line_is_read(&v, &input);
        buffer_free(&input);
    }
    assert_int_equal(wrong, 0);
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* What a row gives as its reason, which must be there where Proviso and the standard part, and only there. */
static void check_reason(const struct vectors *v) {
    const char *verdict = vectors_text(v, ROW_VERDICT), *why = vectors_text(v, ROW_WHY);
    bool parts = false, stricter = false;
    for (int i = ROW_JSON; i <= ROW_LINES; i++) {
        const char *got = vectors_text(v, i);
        bool accepted = strcmp(got, "accept") == 0;
        if (strcmp(got, "-") == 0)
            continue;
        stricter = stricter || (!accepted && strcmp(verdict, "accept") == 0);
        parts = parts || accepted != (strcmp(verdict, "accept") == 0);
    }
    if (strcmp(verdict, "may") == 0 ? !begins(why, "may: ")
        : stricter                  ? !begins(why, "stricter: ")
        : parts                     ? !begins(why, "wider: ")
                                    : strcmp(why, "-") != 0)
        fail_msg("row %d, %s: `%s` does not say why it is answered so", v->row, vectors_text(v, ROW_NAME),
                 why);
}

static void every_difference_has_its_reason(void **state) {
    static const char *const verdicts[] = {"accept", "reject", "may"};
    size_t counts[3] = {0};
    struct vectors v;
    (void)state;
    vectors_open(&v, "json.tsv");
    while (vectors_next(&v)) {
        size_t i = 0;
        while (i < 3 && strcmp(vectors_text(&v, ROW_VERDICT), verdicts[i]) != 0)
            i++;
        if (i == 3)
            fail_msg("row %d: %s is no verdict", v.row, vectors_text(&v, ROW_VERDICT));
        counts[i]++;
        check_reason(&v);
    }
    assert_true(counts[0] + counts[1] + counts[2] >= ROWS_MIN);
    for (size_t i = 0; i < 3; i++)
        assert_true(counts[i] >= OF_EACH_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_answered),
        cmocka_unit_test(every_difference_has_its_reason),
    };
    return cmocka_run_group_tests(tests, reading_make_set, NULL);
}
