/*
 * Records of facts from JSON: forms of input, values by type, problems with their paths and lines, misspelt fields.
 * Each input is read whole and in small pieces; what comes out is compared as a text that holds all of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/reading.h"

/* What one record says: its problems, or its values; whole as JSON. */
static void check_one(const char *text, const char *expected) {
    struct buffer wanted;
    buffer_init(&wanted, pv_alloc_default());
    buffer_format(&wanted, "record 1 line 1 <%s>\n", text);
    buffer_string(&wanted, expected);
    buffer_char(&wanted, '\0');
    reading_check(text, FACTS_JSON, wanted.data);
    buffer_free(&wanted);
}

/* --- forms --- */

static void forms_are_told_apart(void **state) {
    (void)state;
    reading_check("", FACTS_AUTO, "");
    reading_check(" \n\n", FACTS_AUTO, "");
    reading_check("\xEF\xBB\xBF", FACTS_AUTO, "");
    reading_check("[]", FACTS_AUTO, "");
    reading_check(" [ ] \n", FACTS_JSON, "");
    reading_check("{}", FACTS_AUTO, "record 1 line 1 <{}>\n  left=7\n");
    reading_check("\xEF\xBB\xBF{\"left\":1}\n", FACTS_AUTO, "record 1 line 1 <{\"left\":1}>\n  left=1\n");
    reading_check("[{\"left\":1}, {\"left\":2}\n,\n{\"left\":3}]", FACTS_AUTO,
                  "record 1 line 1 <{\"left\":1}>\n  left=1\nrecord 2 line 1 <{\"left\":2}>\n  left=2\n"
                  "record 3 line 3 <{\"left\":3}>\n  left=3\n");
    reading_check("{\"left\":1}\r\n\r\n{\"left\":2}\n", FACTS_AUTO,
                  "record 1 line 1 <{\"left\":1}>\n  left=1\nrecord 2 line 3 <{\"left\":2}>\n  left=2\n");
    reading_check("{\n\"left\":1}\n{\"left\"\n:2} {\"left\":3}", FACTS_AUTO,
                  "record 1 line 1 <{\n\"left\":1}>\n  left=1\nrecord 2 line 3 <{\"left\"\n:2}>\n  left=2\n"
                  "record 3 line 4 <{\"left\":3}>\n  left=3\n");
    reading_check("{\"left\":1}{\"left\":\n2}", FACTS_AUTO,
                  "record 1 line 1 <{\"left\":1}>\n  left=1\nrecord 2 line 1 <{\"left\":\n2}>\n  left=2\n");
}

static void other_beginnings_are_refused(void **state) {
    (void)state;
    reading_check(
        "id,paid,due\n1,true,\n", FACTS_JSON,
        "broken after 0\n  E0824 line 1 : the input begins with \"id,paid,due\", and JSON records with { "
        "or [: one "
        "object, an array of objects, or one object a line\n");
    reading_check(
        "\n 5", FACTS_JSON,
        "broken after 0\n  E0824 line 2 : the input begins with \"5\", and JSON records with { or [: one "
        "object, an "
        "array of objects, or one object a line\n");
    reading_check_bytes("\xFF\xFE{\0}\0", 6, FACTS_AUTO,
                        "broken after 0\n  E0824 line 1 : the input looks like UTF-16; it must be UTF-8\n");
    reading_check(
        "\xEF\xBB", FACTS_JSON,
        "broken after 0\n  E0824 line 1 : the input begins with \"<0xEF><0xBB>\", and JSON records with { "
        "or [: one "
        "object, an array of objects, or one object a line\n");
}

static void in_an_array_syntax_ends_the_input(void **state) {
    (void)state;
    reading_check(
        "[{\"left\":1},{\"left\":}]", FACTS_AUTO,
        "record 1 line 1 <{\"left\":1}>\n  left=1\nbroken after 1\n  E0810 line 1 left: expected a value, "
        "found "
        "\"}\" (column 21); nothing after it can be read\n");
    reading_check(
        "[{\"left\":1}\n{\"left\":2}]", FACTS_AUTO,
        "record 1 line 1 <{\"left\":1}>\n  left=1\nbroken after 1\n  E0810 line 2 : expected a comma or ] "
        "after the "
        "record, found \"{\" (column 1); nothing after it can be read\n");
    reading_check(
        "[{},]", FACTS_AUTO,
        "record 1 line 1 <{}>\n  left=7\nbroken after 1\n  E0810 line 1 : expected a record after the "
        "comma, found "
        "\"]\"; is there a comma too many? (column 5); nothing after it can be read\n");
    reading_check(
        "[,{}]", FACTS_AUTO,
        "broken after 0\n  E0810 line 1 : expected a record or ], found \",\" (column 2); nothing after it "
        "can be "
        "read\n");
    reading_check(
        "[{}", FACTS_AUTO,
        "record 1 line 1 <{}>\n  left=7\nbroken after 1\n  E0810 line 1 : the input ends in the middle of "
        "a value "
        "(column 4); nothing after it can be read\n");
    reading_check(
        "[{}]\n[]", FACTS_AUTO,
        "record 1 line 1 <{}>\n  left=7\nbroken after 1\n  E0810 line 2 : expected the end of the input "
        "after the "
        "array, found \"[\" (column 1); nothing after it can be read\n");
    reading_check("[5, [{}], null, \"a\", {}]", FACTS_AUTO,
                  "record 1 line 1 <5>\n  E0822 line 1 : a record is an object, not a number\n"
                  "record 2 line 1 <[{}]>\n  E0822 line 1 : a record is an object, not an array\n"
                  "record 3 line 1 <null>\n  E0822 line 1 : a record is an object, not true, false or null\n"
                  "record 4 line 1 <\"a\">\n  E0822 line 1 : a record is an object, not a text\n"
                  "record 5 line 1 <{}>\n  left=7\n");
    reading_check(
        "{}\n{\"left\" 1}\n{}", FACTS_JSON,
        "record 1 line 1 <{}>\n  left=7\nbroken after 1\n  E0810 line 2 left: expected a colon after the "
        "key, found "
        "\"1\" (column 9); nothing after it can be read\n");
    reading_check(
        "{} 5", FACTS_JSON,
        "record 1 line 1 <{}>\n  left=7\nbroken after 1\n  E0810 line 1 : expected an object, found \"5\" "
        "(column 4); "
        "nothing after it can be read\n");
}

static void in_lines_syntax_spoils_its_line(void **state) {
    (void)state;
    reading_check(
        "{}\n{\"left\" 1}\n[{}]\n{\"a\":\n1}\n{} {}\n{\"note\": \"x\r\n{\"left\":2}\n{\"left\":",
        FACTS_NDJSON,
        "record 1 line 1 <{}>\n  left=7\n"
        "record 2 line 2 <{\"left\" 1}>\n  E0810 line 2 left: expected a colon after the key, found \"1\" "
        "(column "
        "9)\n"
        "record 3 line 3 <[{}]>\n  E0822 line 3 : a record is an object, not an array\n"
        "record 4 line 4 <{\"a\":>\n  E0810 line 4 a: the line ends in the middle of a record; in NDJSON a "
        "record is "
        "one line (column 6)\n"
        "record 5 line 5 <1}>\n  E0822 line 5 : a record is an object, not a number\n  E0810 line 5 : "
        "expected the "
        "end of the line after the record, found \"}\" (column 2)\n"
        "record 6 line 6 <{} {}>\n  E0810 line 6 : expected the end of the line after the record, found "
        "\"{\" (column "
        "4)\n"
        "record 7 line 7 <{\"note\": \"x>\n  E0810 line 7 note: a string goes over the end of its line: is "
        "a closing "
        "quote missing? In a text, write \\n (column 12)\n"
        "record 8 line 8 <{\"left\":2}>\n  left=2\n"
        "record 9 line 9 <{\"left\":>\n  E0810 line 9 left: the input ends in the middle of a value "
        "(column 9)\n");
    /* Told from the first line, broken as it is. */
    reading_check(
        "{\"left\":1,}\n{\"left\":2}\n", FACTS_AUTO,
        "record 1 line 1 <{\"left\":1,}>\n  E0810 line 1 : expected a key after the comma, found \"}\"; is "
        "there a "
        "comma too many? (column 11)\nrecord 2 line 2 <{\"left\":2}>\n  left=2\n");
    reading_check(
        "{\"offers\": [ x,\n{\"left\": 3}\n]}", FACTS_AUTO,
        "broken after 0\n  E0810 line 1 offers[0]: expected a value, found \"x\" (column 14); nothing "
        "after it can be "
        "read\n");
    reading_check(
        "{\"left\": 1", FACTS_AUTO,
        "broken after 0\n  E0810 line 1 : the input ends in the middle of a value (column 11); nothing "
        "after it can "
        "be read\n");
}

/* --- values --- */

static void values_are_read_by_type(void **state) {
    (void)state;
    check_one("{\"paid\":true,\"due\":\"2021-06-30\",\"billing\":{\"amount\":47.30,\"paid_on\":null},"
              "\"note\":\"caf\\u00e9 \\\"x\\\"\","
              "\"level\":\"Medium "
              "rate\",\"tags\":[\"low\",\"high\"],\"left\":-5,\"meta\":{\"asked_on\":\"2022-01-02\"},"
              "\"offers\":[{\"level\":\"high\",\"price\":{\"net\":1.5},\"sent\":\"2020-02-29\"},{},{\"sent\":"
              "null}]}",
              "  paid=yes due=2021-06-30 amount=47.30 note=\"caf\xC3\xA9 \\\"x\\\"\" level=medium tags={1:5} "
              "offers=[level=high price=1.50 sent=2020-02-29; sent=none; sent=none] paid_on=none left=-5 "
              "today=2022-01-02\n");
    check_one("{\"paid\":false,\"note\":null,\"tags\":[],\"offers\":[]}",
              "  paid=no note=none tags={1:0} offers=[] left=7\n");
    check_one("{\"note\":\"\",\"billing\":{},\"extra\":{\"a\":[1,{\"b\":2}]}}", "  note=\"\" left=7\n");
    check_one("{\"p\\u0061id\":true,\"due\":\"2021-\\u00306-30\",\"level\":\"l\\u006fw\"}",
              "  paid=yes due=2021-06-30 level=low left=7\n");
    check_one("{\"billing\":{\"amount\":12.3400},\"left\":999999999999999999}",
              "  amount=12.34 left=999999999999999999\n");
}

static void wrong_types_are_told(void **state) {
    (void)state;
    check_one("{\"paid\":\"yes\"}",
              "  E0814 line 1 paid: expected true or false, found the text \"yes\": write true\n");
    check_one("{\"paid\":\"false\"}", "  E0814 line 1 paid: expected true or false, found the text "
                                      "\"false\": write false, without quotes\n");
    check_one("{\"paid\":1}",
              "  E0814 line 1 paid: expected true or false, found the number 1: write true\n");
    check_one("{\"left\":\"15\"}",
              "  E0814 line 1 left: expected a number, found the text \"15\": write it without quotes\n");
    check_one("{\"left\":\"many\"}", "  E0814 line 1 left: expected a number, found the text \"many\"\n");
    check_one("{\"note\":5}",
              "  E0814 line 1 note: expected a text in quotes, found the number 5: put it in quotes\n");
    check_one(
        "{\"due\":20210630}",
        "  E0814 line 1 due: expected a date in quotes, such as \"2021-06-30\", found the number 20210630\n");
    check_one("{\"level\":{}}", "  E0814 line 1 level: expected a name in quotes, found an object\n");
    check_one("{\"tags\":\"low\"}", "  E0814 line 1 tags: expected a list of names in quotes, found the text "
                                    "\"low\": put it in square brackets\n");
    check_one("{\"tags\":[\"low\",true]}", "  E0814 line 1 tags[1]: expected a name in quotes, found true\n");
    check_one(
        "{\"offers\":{}}",
        "  E0814 line 1 offers: expected a list of objects, found an object: put it in square brackets\n");
    check_one("{\"offers\":[{},7]}", "  E0814 line 1 offers[1]: expected an object, found the number 7\n");
    check_one("{\"billing\":null}",
              "  E0814 line 1 billing: expected an object, found null: leave it out where it is not known\n");
    check_one(
        "{\"meta\":{\"asked_on\":null}}",
        "  E0814 line 1 meta.asked_on: expected a date in quotes, such as \"2021-06-30\", found null\n");
    check_one(
        "{\"due\":null}",
        "  E0820 line 1 due: null, but this fact is not optional: leave it out where it is not known\n");
}

static void wrong_values_are_told(void **state) {
    (void)state;
    check_one("{\"due\":\"2021-02-30\"}",
              "  E0815 line 1 due: \"2021-02-30\" is no date: February 2021 has 28 days\n");
    check_one("{\"due\":\"2021-06-30T00:00:00Z\"}", "  E0815 line 1 due: \"2021-06-30T00:00:00Z\" is no "
                                                    "date: a date has no time of day: write 2021-06-30\n");
    check_one("{\"due\":\"\"}", "  E0815 line 1 due: \"\" is no date: write a date as YYYY-MM-DD\n");
    check_one("{\"due\":\"1999-12-31\"}",
              "  E0817 line 1 due: 1999-12-31 is outside the range 2000-01-01 through 2030-12-31\n");
    check_one("{\"billing\":{\"amount\":10000.01}}",
              "  E0817 line 1 billing.amount: 10000.01 is outside the range 0.00 through 10000.00\n");
    check_one("{\"left\":-6}", "  E0817 line 1 left: -6 is outside the range -5 and above\n");
    check_one("{\"billing\":{\"amount\":1.005}}",
              "  E0816 line 1 billing.amount: 1.005 has too many decimals: the fact has 2\n");
    check_one("{\"left\":0.5}",
              "  E0816 line 1 left: 0.5 has too many decimals: the fact is a whole number\n");
    check_one("{\"left\":1000000000000000000}",
              "  E0816 line 1 left: 1000000000000000000 has more than 18 significant digits\n");
    check_one("{\"level\":\"meduim\"}", "  E0818 line 1 level: \"meduim\" is not one of the values this fact "
                                        "can have; did you mean \"medium\"?\n");
    check_one(
        "{\"level\":\"LOW\"}",
        "  E0818 line 1 level: \"LOW\" is not one of the values this fact can have; did you mean \"low\"?\n");
    check_one("{\"level\":\"none at all\"}", "  E0818 line 1 level: \"none at all\" is not one of the values "
                                             "this fact can have: \"low\", \"medium\", "
                                             "\"high\"\n");
    check_one("{\"tags\":[\"low\",\"Low\"]}", "  E0819 line 1 tags[1]: \"low\" is in the set already\n");
    check_one("{\"level\":\"\\u001b[31m\"}", "  E0818 line 1 level: \"<U+001B>[31m\" is not one of the "
                                             "values this fact can have: \"low\", \"medium\", "
                                             "\"high\"\n");
    check_one("{\"level\":\"0123456789012345678901234567890123456789x\"}",
              "  E0818 line 1 level: \"0123456789012345678901234567890123456789…\" is not one of the values "
              "this fact "
              "can have: \"low\", \"medium\", \"high\"\n");
}

static void all_problems_of_a_record_are_listed(void **state) {
    (void)state;
    reading_check(
        "[{},\n{\"paid\": \"no\",\n \"billing\": {\"amount\": -1,\n  \"paid_on\": 3},\n \"offers\": [{}, "
        "{\"level\": \"top\"},\n"
        "  {\"price\": {\"net\": 1.234}, \"sent\": true}]},\n{}]",
        FACTS_AUTO,
        "record 1 line 1 <{}>\n  left=7\nrecord 2 line 2 <{\"paid\": \"no\",\n \"billing\": {\"amount\": "
        "-1,\n  "
        "\"paid_on\": 3},\n \"offers\": [{}, {\"level\": \"top\"},\n  {\"price\": {\"net\": 1.234}, "
        "\"sent\": true}]}>\n"
        "  E0814 line 2 paid: expected true or false, found the text \"no\": write false\n"
        "  E0817 line 3 billing.amount: -1 is outside the range 0.00 through 10000.00\n"
        "  E0814 line 4 billing.paid_on: expected a date in quotes, such as \"2021-06-30\", found the "
        "number 3\n"
        "  E0818 line 5 offers[1].level: \"top\" is not one of the values this fact can have: \"low\", "
        "\"medium\", "
        "\"high\"\n"
        "  E0816 line 6 offers[2].price.net: 1.234 has too many decimals: the fact has 2\n"
        "  E0814 line 6 offers[2].sent: expected a date in quotes, such as \"2021-06-30\", found true\n"
        "record 3 line 7 <{}>\n  left=7\n");
}

static void what_nobody_reads_is_judged_too(void **state) {
    (void)state;
    check_one("{\"x\":1e3}", "  E0812 line 1 x: \"1e3\" has an exponent: write all digits of the number\n");
    check_one("{\"left\":1e3}",
              "  E0812 line 1 left: \"1e3\" has an exponent: write all digits of the number\n");
    check_one("{\"x\":{\"y\":[{\"k\":1,\"k\":2}]}}",
              "  E0811 line 1 x.y[0].k: the key \"k\" stands twice in its object\n");
    check_one("{\"left\":1,\"left\":1}",
              "  E0811 line 1 left: the key \"left\" stands twice in its object\n");
    check_one("{\"left\":1,\"l\\u0065ft\":1}",
              "  E0811 line 1 left: the key \"l\\u0065ft\" stands twice in its object\n");
    check_one("{\"billing\":{},\"billing\":{}}",
              "  E0811 line 1 billing: the key \"billing\" stands twice in its object\n");
    check_one("{\"offers\":[{\"sent\":null},{\"sent\":null,\"sent\":null}]}",
              "  E0811 line 1 offers[1].sent: the key \"sent\" stands twice in its object\n");
    check_one("{\"a b\":[\"\xE9\"]}",
              "  E0813 line 1 [\"a b\"][0]: a text has the byte <0xE9>, which is not UTF-8 here\n");
    check_one("{\"note\":\"\\ud83d\"}",
              "  E0813 line 1 note: a text has \\ud83d, half of a surrogate pair\n");
    check_one("{\"\xE9\":1}", "  E0813 line 1 : a text has the byte <0xE9>, which is not UTF-8 here\n");
}

static void misspelt_fields_are_told_once(void **state) {
    (void)state;
    reading_check(
        "{\"piad\":true}\n{\"piad\":true,\"paid\":true}\n{\"piad\":true,\"billing\":{\"amuont\":1,"
        "\"extra\":1}}\n"
        "{\"xy\":1,\"unrelated\":2,\"offers\":[{\"level\":\"low\",\"levle\":1},{\"levle\":1}]}\n{\"duE\":1,"
        "\"noet\":\"\"}\n",
        FACTS_AUTO,
        "record 1 line 1 <{\"piad\":true}>\n  left=7\n"
        "record 2 line 2 <{\"piad\":true,\"paid\":true}>\n  paid=yes left=7\n"
        "record 3 line 3 <{\"piad\":true,\"billing\":{\"amuont\":1,\"extra\":1}}>\n  left=7\n"
        "record 4 line 4 "
        "<{\"xy\":1,\"unrelated\":2,\"offers\":[{\"level\":\"low\",\"levle\":1},{\"levle\":1}]}>\n"
        "  offers=[level=low sent=none; sent=none] left=7\n"
        "record 5 line 5 <{\"duE\":1,\"noet\":\"\"}>\n  left=7\n"
        "  W0810 line 1 piad: no fact reads \"piad\"; did you mean \"paid\", which is missing here?\n"
        "  W0810 line 3 billing.amuont: no fact reads \"amuont\"; did you mean \"amount\", which is "
        "missing here?\n"
        "  W0810 line 4 offers[1].levle: no fact reads \"levle\"; did you mean \"level\", which is missing "
        "here?\n"
        "  W0810 line 5 duE: no fact reads \"duE\"; did you mean \"due\", which is missing here?\n"
        "  W0810 line 5 noet: no fact reads \"noet\"; did you mean \"note\", which is missing here?\n");
}

/* --- limits and failures --- */

static void a_failing_input_is_told(void **state) {
    struct reading_pieces pieces = {"{\"left\":1}\n{\"left\":", 19, 5, true};
    struct buffer out;
    (void)state;
    buffer_init(&out, pv_alloc_default());
    assert_int_equal(reading_all(pv_alloc_default(), pieces, FACTS_AUTO, &out), FACTS_BROKEN);
    assert_string_equal(out.data, "record 1 line 1 <{\"left\":1}>\n  left=1\nbroken after 1\n"
                                  "  E0823 line 2 left: the facts could not be read to its end\n");
    buffer_clear(&out);
    pieces = (struct reading_pieces){"", 0, 1, true};
    assert_int_equal(reading_all(pv_alloc_default(), pieces, FACTS_AUTO, &out), FACTS_BROKEN);
    assert_string_equal(out.data,
                        "broken after 0\n  E0823 line 1 : the facts could not be read to its end\n");
    buffer_free(&out);
}

static void records_have_a_longest(void **state) {
    int records, too_long;
    (void)state;
    for (size_t more = 0; more < 4; more++) {
        size_t length = more < 2 ? FACTS_RECORD_MAX + more : more * FACTS_RECORD_MAX;
        assert_int_equal(reading_long("{\"note\":\"", length - 11, "\"}\n{\"left\":2}\n", FACTS_NDJSON,
                                      &records, &too_long),
                         FACTS_END);
        assert_int_equal(records, 2);
        assert_int_equal(too_long, more > 0);
    }
    assert_int_equal(
        reading_long("{\"note\":\"", FACTS_RECORD_MAX - 10, "\"}\n", FACTS_JSON, &records, &too_long),
        FACTS_BROKEN);
    assert_int_equal(records, 0);
}

static void problems_are_listed_up_to_a_bound(void **state) {
    struct reading_pieces pieces;
    struct buffer text, out;
    size_t lines = 0;
    (void)state;
    buffer_init(&text, pv_alloc_default());
    buffer_init(&out, pv_alloc_default());
    buffer_string(&text, "{\"tags\":[");
    for (int i = 0; i < 1000; i++)
        buffer_format(&text, "%s%d", i ? "," : "", i);
    buffer_string(&text, "]}");
    pieces = (struct reading_pieces){text.data, text.length, SIZE_MAX, false};
    assert_int_equal(reading_all(pv_alloc_default(), pieces, FACTS_AUTO, &out), FACTS_END);
    for (size_t i = 0; i < out.length; i++)
        lines += out.data[i] == '\n';
    assert_int_equal(lines,
                     1 + FACTS_PROBLEMS_MAX + 1); /* the record, its problems, and that there are more */
    assert_non_null(strstr(out.data, "there are more problems in this record, which are not listed\n"));
    buffer_free(&text);
    buffer_free(&out);
}

static const char sample[] = "{\"paid\":true,\"due\":\"2021-06-30\",\"billing\":{\"amount\":47.30,\"paid_"
                             "on\":null},\"note\":\"caf\\u00e9\","
                             "\"level\":\"Low\",\"tags\":[\"low\",\"high\"],\"offers\":[{\"level\":\"high\","
                             "\"price\":{\"net\":1}},{},{},{},{}]}\n"
                             "{\"piad\":1,\"x\":{\"\\u0061\":1,\"a\":2},\"due\":\"1\",\"level\":"
                             "\"\\u006cow\",\"left\":1e3}\n{\"left\" 1}\n[]\n"
                             "{\"left\":1}\n";

static const char array_sample[] = "[{\"paid\":true,\"due\":\"2021-06-30\",\"billing\":{\"amount\":47.30},"
                                   "\"note\":\"\\ud83d\\ude00\",\"tags\":[\"low\"]},\n"
                                   " {\"meta\":{\"asked_on\":\"2022-01-02\"},\"offers\":[{\"levle\":\"high\","
                                   "\"price\":{\"net\":1}}]}, null, {}]\n";

static void every_failure_of_memory_is_survived(void **state) {
    (void)state;
    reading_survives(sample, sizeof sample - 1, FACTS_AUTO);
}

static void damage_never_hurts(void **state) {
    static const char alphabet[] = "{}[]\",:\\u0019eE+-.tfn \n\r\xC3\xA9\xFF";
    (void)state;
    for (int form = 0; form < 3; form++) {
        reading_damage(sample, alphabet, 250, (enum facts_form)form, 2021 + (uint64_t)form);
        reading_damage(array_sample, alphabet, 250, (enum facts_form)form, 1977 + (uint64_t)form);
    }
    reading_garbage(NULL, FACTS_NDJSON, 1);
    reading_garbage(NULL, FACTS_AUTO, 2);
    reading_garbage(alphabet, FACTS_NDJSON, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_told_apart),
        cmocka_unit_test(other_beginnings_are_refused),
        cmocka_unit_test(in_an_array_syntax_ends_the_input),
        cmocka_unit_test(in_lines_syntax_spoils_its_line),
        cmocka_unit_test(values_are_read_by_type),
        cmocka_unit_test(wrong_types_are_told),
        cmocka_unit_test(wrong_values_are_told),
        cmocka_unit_test(all_problems_of_a_record_are_listed),
        cmocka_unit_test(what_nobody_reads_is_judged_too),
        cmocka_unit_test(misspelt_fields_are_told_once),
        cmocka_unit_test(a_failing_input_is_told),
        cmocka_unit_test(records_have_a_longest),
        cmocka_unit_test(problems_are_listed_up_to_a_bound),
        cmocka_unit_test(every_failure_of_memory_is_survived),
        cmocka_unit_test(damage_never_hurts),
    };
    return cmocka_run_group_tests(tests, reading_make_set, NULL);
}
