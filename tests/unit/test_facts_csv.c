/*
 * Records of facts from CSV: the header, rows by RFC 4180, cells by type, broken rows and what is read behind them.
 * Each input is read whole and in small pieces; what comes out is compared as a text that holds all of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "interp/facts/field.h"
#include "tests/support/reading.h"

/* One record of one or more columns: its problems, or its values. The header and the row end in line feeds. */
static void check_row(const char *header, const char *row, const char *expected) {
    struct buffer text, wanted;
    buffer_init(&text, pv_alloc_default());
    buffer_init(&wanted, pv_alloc_default());
    buffer_format(&text, "%s\n%s\n", header, row);
    buffer_format(&wanted, "record 1 line 2 <%s>\n%s", row, expected);
    reading_check(text.data, FACTS_CSV, wanted.data);
    buffer_free(&text);
    buffer_free(&wanted);
}

static void check_broken(const char *text, const char *problem) {
    struct buffer wanted;
    buffer_init(&wanted, pv_alloc_default());
    buffer_format(&wanted, "broken after 0\n  %s\n", problem);
    reading_check(text, FACTS_CSV, wanted.data);
    buffer_free(&wanted);
}

/* --- the shape of rows --- */

static void rows_follow_rfc_4180(void **state) {
    static const char expected[] = "record 1 line 2 <1,a b,3>\n  note=\"a b\" left=3\n"
                                   "record 2 line 3 <2,\"a, \"\"b\"\"\",4>\n  note=\"a, \\\"b\\\"\" left=4\n";
    (void)state;
    reading_check("id,note,left\n1,a b,3\n2,\"a, \"\"b\"\"\",4\n", FACTS_CSV, expected);
    reading_check("id,note,left\n1,a b,3\n2,\"a, \"\"b\"\"\",4", FACTS_CSV, expected);
    reading_check("id,note,left\r\n1,a b,3\r\n2,\"a, \"\"b\"\"\",4\r\n", FACTS_CSV, expected);
    reading_check("id,note,left\r\n1,a b,3\n2,\"a, \"\"b\"\"\",4\r\n", FACTS_AUTO, expected);
    reading_check("\xEF\xBB\xBFid,\"note\",left\n1,a b,3\n2,\"a, \"\"b\"\"\",4\n", FACTS_CSV, expected);
    reading_check("left,id,note\n3,1,a b\n", FACTS_CSV, "record 1 line 2 <3,1,a b>\n  note=\"a b\" left=3\n");
    reading_check("note,left\n\"a\r\nb\n\",3\nc,4\n", FACTS_CSV,
                  "record 1 line 2 <\"a\r\nb\n\",3>\n  note=\"a\\r\\nb\\n\" left=3\n"
                  "record 2 line 5 <c,4>\n  note=\"c\" left=4\n");
    reading_check("note,left\n\"\",\"5\"\n\"\"\"\",6\n", FACTS_CSV,
                  "record 1 line 2 <\"\",\"5\">\n  note=none left=5\n"
                  "record 2 line 3 <\"\"\"\",6>\n  note=\"\\\"\" left=6\n");
}

static void empty_lines_are_no_records(void **state) {
    (void)state;
    reading_check("", FACTS_CSV, "");
    reading_check("\n\r\n", FACTS_CSV, "");
    reading_check("left", FACTS_CSV, "");
    reading_check("left\n", FACTS_CSV, "");
    reading_check("\n\nleft\n\n\r\n5\n\n6\n\n", FACTS_CSV,
                  "record 1 line 6 <5>\n  left=5\nrecord 2 line 8 <6>\n  left=6\n");
    reading_check("note\n\"\"\n", FACTS_CSV, "record 1 line 2 <\"\">\n  note=none left=7\n");
}

static void a_broken_row_spoils_its_line(void **state) {
    (void)state;
    reading_check(
        "note,left\n\"a\" b,1\na\"b,2\n,3\n", FACTS_CSV,
        "record 1 line 2 <\"a\" b,1>\n  E0827 line 2 note: text follows the closing quote of a cell: a cell "
        "with a quote or a comma in it stands in quotes, and its own quotes are doubled (byte 4 of the "
        "line)\n"
        "record 2 line 3 <a\"b,2>\n  E0827 line 3 note: there is a quote inside a cell that does not begin "
        "with one: a cell with a quote or a comma in it stands in quotes, and its own quotes are doubled "
        "(byte 2 of the line)\n"
        "record 3 line 4 <,3>\n  note=none left=3\n");
    /* A quote that is not closed does not swallow the rows behind it. */
    reading_check(
        "left,note\n1,\"a\n2,b\n3,\"c\"\n4,\"d", FACTS_CSV,
        "record 1 line 2 <1,\"a>\n  E0827 line 2 note: a cell opens with a quote here, and text follows the "
        "next quote, on line 4: is a closing quote missing? (byte 3 of the line)\n"
        "record 2 line 3 <2,b>\n  note=\"b\" left=2\n"
        "record 3 line 4 <3,\"c\">\n  note=\"c\" left=3\n"
        "record 4 line 5 <4,\"d>\n  E0827 line 5 note: the quote that opens a cell here is never closed "
        "(byte 3 of the line)\n");
    reading_check(
        "note,left\na\rb,1\nc,2\n", FACTS_CSV,
        "record 1 line 2 <a\rb,1>\n  E0827 line 2 note: a carriage return stands alone: lines end in LF or "
        "CR LF (byte 2 of the line)\nrecord 2 line 3 <c,2>\n  note=\"c\" left=2\n");
}

/* The bytes of such a row are shown by length, so they are looked for rather than compared. */
static void nul_bytes_spoil_their_line(void **state) {
    static const char text[] = "note,left\na\0b,1\n\"a\0b\",2\n,3\n";
    static const char said[] = " note: there is a NUL byte: the input is damaged, or is not UTF-8 (byte";
    struct reading_pieces pieces = {text, sizeof text - 1, 2, false};
    struct buffer out;
    size_t count = 0;
    (void)state;
    buffer_init(&out, pv_alloc_default());
    assert_int_equal(reading_all(pv_alloc_default(), pieces, FACTS_CSV, &out), FACTS_END);
    for (size_t i = 0; i + sizeof said < out.length; i++)
        count += memcmp(out.data + i, said, sizeof said - 1) == 0;
    assert_int_equal(count, 2);
    assert_non_null(strstr(out.data + out.length - 40, "line 4 <,3>\n  note=none left=3\n"));
    buffer_free(&out);
}

static void cells_are_as_many_as_columns(void **state) {
    (void)state;
    reading_check(
        "note,left\na,1,\nb\nc,3\nd", FACTS_CSV,
        "record 1 line 2 <a,1,>\n  E0827 line 2 : the row has 3 cells, and the header has 2: a cell with a "
        "comma in it stands in quotes\n"
        "record 2 line 3 <b>\n  E0827 line 3 : the row has 1 cell, and the header has 2\n"
        "record 3 line 4 <c,3>\n  note=\"c\" left=3\n"
        "record 4 line 5 <d>\n  E0827 line 5 : the row has 1 cell, and the header has 2; the input ends "
        "here: is it cut off?\n");
    reading_check(
        "note,left\na,1\n\"note\",left\nb,2\n", FACTS_CSV,
        "record 1 line 2 <a,1>\n  note=\"a\" left=1\n"
        "record 2 line 3 <\"note\",left>\n  E0827 line 3 : the row is the header once more: were files put "
        "together?\nrecord 3 line 4 <b,2>\n  note=\"b\" left=2\n");
    /* Of one column the name may be a value. */
    reading_check("note\nnote\n", FACTS_CSV, "record 1 line 2 <note>\n  note=\"note\" left=7\n");
}

/* --- the header --- */

static void the_header_names_each_field_once(void **state) {
    (void)state;
    check_broken("left,note,left\n",
                 "E0828 line 1 : the column \"left\" stands twice in the header, as number 1 and 3");
    check_broken("\nid,left,id\n",
                 "E0828 line 2 : the column \"id\" stands twice in the header, as number 1 and 3");
    check_broken("left,,note\n", "E0828 line 1 : column 2 of the header has no name");
    check_broken("left,note,\n", "E0828 line 1 : column 3 of the header has no name");
    check_broken("tags,left\n",
                 "E0829 line 1 : the column \"tags\" is for a list or a set, which no cell can hold: "
                 "write the records as JSON");
    check_broken("offers[0].level,left\n",
                 "E0829 line 1 : the column \"offers[0].level\" is for a list or a set, "
                 "which no cell can hold: write the records as JSON");
    check_broken("offers.level,left\n", "E0829 line 1 : the column \"offers.level\" is for a list or a set, "
                                        "which no cell can hold: write the records as JSON");
    check_broken("billing,left\n",
                 "E0828 line 1 : the column \"billing\" is for a group of fields, and each has a "
                 "column of its own: billing.amount, billing.paid_on");
    check_broken(
        "left,a\"b\n1,2\n",
        "E0827 line 1 : there is a quote inside a cell that does not begin with one: a cell with a quote or "
        "a "
        "comma in it stands in quotes, and its own quotes are doubled (byte 7 of the line); without its "
        "header nothing can be read");
    check_broken("left\rnote\r",
                 "E0827 line 1 : a carriage return stands alone: lines end in LF or CR LF (byte 5 of "
                 "the line); without its header nothing can be read");
    check_broken("left,caf\xE9\n", "E0813 line 1 : the header has the byte <0xE9>, which is not UTF-8 here");
}

static void another_kind_of_file_is_told(void **state) {
    static const char columns[] =
        "facts are read from paid, due, billing.amount, billing.paid_on, note, level, left, "
        "meta.asked_on";
    struct buffer wanted;
    (void)state;
    check_broken("id;left;note\n1;2;3\n",
                 "E0828 line 1 : the header is one cell, \"id;left;note\": cells are "
                 "separated by commas, not by semicolons");
    check_broken("id\tleft\n",
                 "E0828 line 1 : the header is one cell, \"id<U+0009>left\": cells are separated by "
                 "commas, not by tabs");
    check_broken(
        "id|left\n",
        "E0828 line 1 : the header is one cell, \"id|left\": cells are separated by commas, not by bars");
    buffer_init(&wanted, pv_alloc_default());
    buffer_format(&wanted,
                  "E0828 line 1 : no fact reads any column of the header, which begins with \"1\"; %s",
                  columns);
    check_broken("1,true,x\n", wanted.data);
    buffer_clear(&wanted);
    buffer_format(
        &wanted,
        "broken after 0\n  E0828 line 2 : the input begins with neither { nor [ and so is read as CSV, but "
        "no fact reads any column of the header, which begins with \"<xml>\"; %s\n",
        columns);
    reading_check("\n <xml>", FACTS_AUTO, wanted.data);
    buffer_free(&wanted);
    reading_check_bytes("\xFE\xFF\0a\0,", 6, FACTS_AUTO,
                        "broken after 0\n  E0824 line 1 : the input looks like UTF-16; it must be UTF-8\n");
    reading_check_bytes(
        "a\0,\0b\0\n\0", 8, FACTS_AUTO,
        "broken after 0\n  E0827 line 1 : there is a NUL byte: the input is damaged, or is not UTF-8 "
        "(byte 2 of the line); without its header nothing can be read\n");
}

static void misspelt_columns_are_told_once(void **state) {
    (void)state;
    reading_check(
        "piad,left,paid_on,billing.amuont,unrelated, note\n1,2,,,,\n1,3,,,,\n", FACTS_CSV,
        "record 1 line 2 <1,2,,,,>\n  left=2\nrecord 2 line 3 <1,3,,,,>\n  left=3\n"
        "  W0810 line 1 piad: no fact reads \"piad\"; did you mean \"paid\", which is missing here?\n"
        "  W0810 line 1 paid_on: no fact reads \"paid_on\"; did you mean \"billing.paid_on\", which is "
        "missing here?\n"
        "  W0810 line 1 billing.amuont: no fact reads \"billing.amuont\"; did you mean \"billing.amount\", "
        "which is missing here?\n"
        "  W0810 line 1  note: no fact reads \" note\"; did you mean \"note\", which is missing here?\n");
    /* Not where the column it resembles is there. */
    reading_check("piad,paid\n1,true\n", FACTS_CSV, "record 1 line 2 <1,true>\n  paid=yes left=7\n");
}

static void columns_have_a_most(void **state) {
    struct buffer text;
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        buffer_init(&text, pv_alloc_default());
        buffer_string(&text, "left");
        for (size_t i = 1; i < FACTS_COLUMNS_MAX + more; i++)
            buffer_format(&text, ",c%lu", (unsigned long)i);
        if (more)
            check_broken(text.data, "E0828 line 1 : the header has 16385 columns, and the most are 16384");
        else
            reading_check(text.data, FACTS_CSV, "");
        buffer_free(&text);
    }
}

/* --- cells --- */

static void cells_are_read_by_type(void **state) {
    (void)state;
    check_row("paid,due,billing.amount,billing.paid_on,note,level,left,meta.asked_on",
              "true,2021-06-30,47.3,2020-02-29,x,Medium rate,-5,2022-01-02",
              "  paid=yes due=2021-06-30 amount=47.30 note=\"x\" level=medium paid_on=2020-02-29 left=-5 "
              "today=2022-01-02\n");
    check_row("paid", "yes", "  paid=yes left=7\n");
    check_row("paid", "no", "  paid=no left=7\n");
    check_row("paid,level", "false,\"low\"", "  paid=no level=low left=7\n");
    check_row("billing.paid_on,meta.asked_on", ",", "  paid_on=none left=7\n");
    check_row("note", " a ", "  note=\" a \" left=7\n");
}

static void wrong_cells_are_told(void **state) {
    (void)state;
    check_row("paid", "TRUE",
              "  E0814 line 2 paid: expected true, false, yes or no, found \"TRUE\": write true, in small "
              "letters\n");
    check_row("paid", "0",
              "  E0814 line 2 paid: expected true, false, yes or no, found \"0\": write false\n");
    check_row("paid", "Y", "  E0814 line 2 paid: expected true, false, yes or no, found \"Y\": write yes\n");
    check_row("paid", "maybe", "  E0814 line 2 paid: expected true, false, yes or no, found \"maybe\"\n");
    check_row(
        "paid", "yes ",
        "  E0814 line 2 paid: expected true, false, yes or no, found \"yes \": remove the blanks round it\n");
    check_row("left", "many", "  E0814 line 2 left: expected a number, found \"many\"\n");
    check_row("left", " 5",
              "  E0814 line 2 left: expected a number, found \" 5\": remove the blanks round it\n");
    check_row("left", "\"12,5\"",
              "  E0814 line 2 left: expected a number, found \"12,5\": write a point before the decimals\n");
    check_row("left", "\"1,000\"", "  E0816 line 2 left: 1,000 has a thousands separator\n");
    check_row("left", "007", "  E0816 line 2 left: 007 starts with a superfluous zero\n");
    check_row("left", "1e3",
              "  E0812 line 2 left: \"1e3\" has an exponent: write all digits of the number\n");
    check_row("left", "0.5", "  E0816 line 2 left: 0.5 has too many decimals: the fact is a whole number\n");
    check_row("left", "-6", "  E0817 line 2 left: -6 is outside the range -5 and above\n");
    check_row("billing.amount", "10000.01",
              "  E0817 line 2 billing.amount: 10000.01 is outside the range 0.00 through 10000.00\n");
    check_row("due", "2021-02-30",
              "  E0815 line 2 due: \"2021-02-30\" is no date: February 2021 has 28 days\n");
    check_row("due", "1999-12-31",
              "  E0817 line 2 due: 1999-12-31 is outside the range 2000-01-01 through 2030-12-31\n");
    check_row("level", "meduim",
              "  E0818 line 2 level: \"meduim\" is not one of the values this fact can have; did you mean "
              "\"medium\"?\n");
    check_row("due,id", ",x",
              "  E0820 line 2 due: an empty cell, but this fact is not optional: where a value is not known, "
              "leave its column out, or write the records as JSON\n");
    check_row("left,id", "5,caf\xE9",
              "  E0813 line 2 id: a text has the byte <0xE9>, which is not UTF-8 here\n");
    check_row("note,left", "\"a\nb\",x", "  E0814 line 3 left: expected a number, found \"x\"\n");
}

static void strict_is_as_for_json(void **state) {
    static const char text[] = "id,due,piad\n1,2021-06-30,x\n";
    static const char *const expected[] = {"piad",  "paid", "billing.amount", "note",
                                           "level", "tags", "offers",         "billing.paid_on"};
    struct text carried = text_of("id");
    struct reading_pieces pieces = {text, sizeof text - 1, SIZE_MAX, false};
    struct facts_input input = {reading_read, &pieces, "the facts"};
    struct arena lasting, arena;
    struct facts_reader reader;
    struct record record;
    (void)state;
    arena_init(&lasting, pv_alloc_default());
    arena_init(&arena, pv_alloc_default());
    assert_true(
        facts_open(&reader, schema_build(reading_set(), &lasting), &input, FACTS_CSV, pv_alloc_default()));
    reader.strict = true;
    reader.carried = &carried;
    reader.carried_count = 1;
    assert_int_equal(facts_next(&reader, &arena, &record), FACTS_RECORD);
    assert_int_equal(record.problem_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < record.problem_count; i++) {
        assert_int_equal(record.problems[i].code, i == 0 ? DIAG_E0825 : DIAG_E0826);
        for (size_t k = 0; k < record.problem_count; k++)
            if (strcmp(record.problems[i].path, expected[k]) == 0)
                break;
            else
                assert_int_not_equal(k + 1, record.problem_count);
    }
    assert_int_equal(facts_next(&reader, &arena, &record), FACTS_END);
    facts_close(&reader);
    arena_free(&arena);
    arena_free(&lasting);
}

static void cells_can_be_carried_over(void **state) {
    static const struct text columns[] = {{"id", 2}, {"a.b", 3}, {"note", 4}};
    struct record record = {
        .columns = columns, .column_count = 3, .source = text_of("007,\"x, \"\"y\"\"\",")};
    struct buffer out;
    (void)state;
    buffer_init(&out, pv_alloc_default());
    for (size_t i = 0; i < 3; i++) {
        field_json(&out, &record, columns[i]);
        buffer_char(&out, ' ');
        field_text(&out, &record, columns[i]);
        buffer_char(&out, '|');
    }
    field_json(&out, &record, text_of("a"));
    field_text(&out, &record, text_of("a"));
    assert_string_equal(out.data, "\"007\" 007|\"x, \\\"y\\\"\" x, \"y\"|null |null");
    buffer_clear(&out);
    record.source = text_of("1,2");
    field_json(&out, &record, columns[0]);
    assert_string_equal(out.data, "null");
    buffer_free(&out);
}

/* A rejected record may end anywhere; what is carried over of it is JSON all the same. */
static void broken_fields_are_carried_over_as_json(void **state) {
    static const char *const sources[][2] = {{"{\"id\": {\"a\": 1", "null"},
                                             {"{\"id\": \"a", "null"},
                                             {"{\"id\": tru", "null"},
                                             {"{\"id\": [1,\n2], 5", "[1, 2]"},
                                             {"{\"id\": \"\xE9\", \"b\": 1}", "\"\xEF\xBF\xBD\""},
                                             {"", "null"}};
    struct record record = {0};
    struct buffer out;
    (void)state;
    buffer_init(&out, pv_alloc_default());
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        buffer_clear(&out);
        record.source = text_of(sources[i][0]);
        field_json(&out, &record, text_of("id"));
        assert_string_equal(out.data, sources[i][1]);
    }
    buffer_free(&out);
}

static void names_tell_the_form(void **state) {
    (void)state;
    assert_int_equal(facts_form_of_name("a/b.csv"), FACTS_CSV);
    assert_int_equal(facts_form_of_name(".CSV"), FACTS_CSV);
    assert_int_equal(facts_form_of_name("csv"), FACTS_AUTO);
    assert_int_equal(facts_form_of_name("a.csv.json"), FACTS_AUTO);
    assert_int_equal(facts_form_of_name(""), FACTS_AUTO);
}

/* --- limits and failures --- */

static void a_failing_input_is_told(void **state) {
    static const char *const texts[] = {"", "le", "left\n", "left\n1", "left\n\"1"};
    struct buffer out;
    (void)state;
    buffer_init(&out, pv_alloc_default());
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reading_pieces pieces = {texts[i], strlen(texts[i]), 3, true};
        buffer_clear(&out);
        assert_int_equal(reading_all(pv_alloc_default(), pieces, FACTS_CSV, &out), FACTS_BROKEN);
        assert_non_null(strstr(out.data, "broken after 0\n  E0823 line "));
        assert_non_null(strstr(out.data, ": the facts could not be read to its end\n"));
    }
    buffer_free(&out);
}

static void rows_have_a_longest(void **state) {
    int records, too_long;
    (void)state;
    for (size_t more = 0; more < 4; more++) {
        size_t length = more < 2 ? FACTS_RECORD_MAX + more : more * FACTS_RECORD_MAX;
        assert_int_equal(reading_long("note,left\n", length - 2, ",1\n,2\n", FACTS_CSV, &records, &too_long),
                         FACTS_END);
        assert_int_equal(records, 2);
        assert_int_equal(too_long, more > 0);
    }
    /* A quote that is not closed, and then more than a record can hold. */
    assert_int_equal(
        reading_long("note,left\n\"a,1\n,2\n", FACTS_RECORD_MAX + 7, ",2\n", FACTS_CSV, &records, &too_long),
        FACTS_END);
    assert_int_equal(records, 3);
    assert_int_equal(too_long, 2);
    assert_int_equal(reading_long("note,", FACTS_RECORD_MAX, "\n,2\n", FACTS_CSV, &records, &too_long),
                     FACTS_BROKEN);
    assert_int_equal(records, 0);
}

static const char sample[] =
    "\xEF\xBB\xBFid,paid,due,billing.amount,billing.paid_on,note,level,left,\"piad\",levle\r\n"
    "1,true,2021-06-30,47.30,,\"caf\xC3\xA9, \"\"x\"\"\",Low,1,,\r\n"
    "2,TRUE,2021-02-30,1e3,2021-1-1,\"a\r\nb\",lwo,1.5,,\"\"\"\"\r\n"
    "3,no\r\n4,\"no,2021-06-30,,,,,\r\n5,no,2021-06-30,0,,x\"y,high,1,,\r\n"
    "id,paid,due,billing.amount,billing.paid_on,note,level,left,piad,levle\r\n"
    "6,yes,2021-06-30,3,2021-06-30,,high,2,,\"\"";

static void every_failure_of_memory_is_survived(void **state) {
    (void)state;
    reading_survives(sample, sizeof sample - 1, FACTS_CSV);
    reading_survives("left,note\n1,\"a \"\"b\"\"\"\n", 22, FACTS_AUTO);
}

static void damage_never_hurts(void **state) {
    static const char alphabet[] = ",,\"\"\n\r;\t'0aE-. \xC3\xA9\xFF";
    static const char small[] = "left,note\n1,\"a\"\n2,\"b\nc\"\n3,\n";
    (void)state;
    reading_damage(sample, alphabet, 500, FACTS_CSV, 2021);
    reading_damage(small, alphabet, 1500, FACTS_AUTO, 1977);
    reading_garbage(NULL, FACTS_CSV, 5);
    reading_garbage(alphabet, FACTS_CSV, 6);
}

/* Behind a good header anything may come. */
static void garbage_behind_a_header_is_survived(void **state) {
    static const char letters[] = ",,,\"\"\n\n\r 0a\xC3\xA9";
    enum { LENGTH = 200000 };
    static char text[LENGTH];
    uint64_t seed = 7;
    (void)state;
    for (int round = 0; round < 4; round++) {
        memcpy(text, "left,note\n", 10);
        for (size_t i = 10; i < LENGTH; i++)
            text[i] = letters[reading_random(&seed) % (sizeof letters - 1)];
        reading_damaged(text, LENGTH, FACTS_CSV, 1 + reading_random(&seed) % 3000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_follow_rfc_4180),
        cmocka_unit_test(empty_lines_are_no_records),
        cmocka_unit_test(a_broken_row_spoils_its_line),
        cmocka_unit_test(nul_bytes_spoil_their_line),
        cmocka_unit_test(cells_are_as_many_as_columns),
        cmocka_unit_test(the_header_names_each_field_once),
        cmocka_unit_test(another_kind_of_file_is_told),
        cmocka_unit_test(misspelt_columns_are_told_once),
        cmocka_unit_test(columns_have_a_most),
        cmocka_unit_test(cells_are_read_by_type),
        cmocka_unit_test(wrong_cells_are_told),
        cmocka_unit_test(strict_is_as_for_json),
        cmocka_unit_test(cells_can_be_carried_over),
        cmocka_unit_test(broken_fields_are_carried_over_as_json),
        cmocka_unit_test(names_tell_the_form),
        cmocka_unit_test(a_failing_input_is_told),
        cmocka_unit_test(rows_have_a_longest),
        cmocka_unit_test(every_failure_of_memory_is_survived),
        cmocka_unit_test(damage_never_hurts),
        cmocka_unit_test(garbage_behind_a_header_is_survived),
    };
    return cmocka_run_group_tests(tests, reading_make_set, NULL);
}
