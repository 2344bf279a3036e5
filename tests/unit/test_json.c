/*
 * The JSON scanner: what RFC 8259 allows, what it does not, and what this one refuses on top (double keys, exponents).
 *
 * The cases go by the kinds of mistakes that suites for JSON parsers look for; each is read whole, byte by byte and
 * in odd pieces, and every answer must be the same. Knows nothing of facts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "interp/facts/json.h"

/* A text with its length, for bytes that a C string cannot hold. */
#define TEXT(S) \
    { S, sizeof(S) - 1 }
struct bytes {
    const char *data;
    size_t length;
};

struct pieces {
    struct bytes left;
    size_t piece;
};

static ptrdiff_t read_pieces(void *context, char *buffer, size_t n) {
    struct pieces *pieces = context;
    size_t take = pieces->piece < n ? pieces->piece : n;
    if (take > pieces->left.length)
        take = pieces->left.length;
    memcpy(buffer, pieces->left.data, take);
    pieces->left.data += take;
    pieces->left.length -= take;
    return (ptrdiff_t)take;
}

/* What one scan found. */
struct verdict {
    enum json_error error;
    uint64_t line, column;
    int issues[4];
    char words[512];
};

static void count_issue(void *owner, enum json_issue issue, size_t start, size_t length) {
    struct verdict *verdict = owner;
    (void)start;
    assert_true(length > 0 || issue == JSON_DUPLICATE_KEY);
    verdict->issues[issue]++;
}

/* One value and nothing behind it. */
static struct verdict judge(struct bytes text, size_t piece) {
    struct pieces pieces = {text, piece};
    struct verdict verdict;
    struct json_scan scan;
    struct buffer words;
    memset(&verdict, 0, sizeof verdict);
    json_init(&scan, pv_alloc_default(), read_pieces, &pieces);
    scan.issue = count_issue;
    scan.owner = &verdict;
    json_begin(&scan);
    if (json_skip(&scan) && json_peek_token(&scan) >= 0)
        json_fail(&scan, JSON_UNEXPECTED, "the end");
    verdict.error = scan.error;
    if (scan.error != JSON_OK) {
        size_t at = scan.error_at;
        buffer_init(&words, pv_alloc_default());
        json_explain(&scan, &words);
        assert_true(words.length > 0 && words.length < sizeof verdict.words);
        memcpy(verdict.words, words.data, words.length);
        assert_int_equal(text_invalid_utf8(words.data, words.length), words.length);
        buffer_free(&words);
        json_place(&scan, at, &verdict.line, &verdict.column);
    }
    json_free(&scan);
    return verdict;
}

static struct verdict judge_in_pieces(struct bytes text) {
    static const size_t sizes[] = {1, 2, 3, 7, 64};
    struct verdict whole = judge(text, SIZE_MAX);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct verdict other = judge(text, sizes[i]);
        if (memcmp(&whole, &other, sizeof whole) != 0)
            fail_msg("%s: whole: error %d at %d:%d, %s; in pieces of %d: error %d at %d:%d, %s", text.data,
                     (int)whole.error, (int)whole.line, (int)whole.column, whole.words, (int)sizes[i],
                     (int)other.error, (int)other.line, (int)other.column, other.words);
    }
    return whole;
}

static const struct bytes accepted[] = {
    /* structure */
    TEXT("[]"),
    TEXT("{}"),
    TEXT(" [] "),
    TEXT("[ ]"),
    TEXT("{ }"),
    TEXT("[[]]"),
    TEXT("[{}]"),
    TEXT("[[],[[]]]"),
    TEXT("{\"a\":[]}"),
    TEXT("{\"a\":{}}"),
    TEXT("{\"\":0}"),
    TEXT("{\"a\":1,\"b\":2}"),
    TEXT("[1,2]"),
    TEXT("[1\n,\t2\r ]"),
    TEXT("\t[\n]\r"),
    TEXT("{\"a\" : \"b\" }"),
    TEXT("[null,1,\"1\",{}]"),
    TEXT("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"),
    TEXT("[{\"a\":1},{\"a\":1}]"),
    TEXT("{\"a\":1,\"A\":2,\"a \":3}"),
    TEXT("[1,null,null,null,2]"),
    TEXT("{\"x\":[{\"id\":\"a\"}],\"id\":\"b\"}"),
    /* a value by itself */
    TEXT("null"),
    TEXT("true"),
    TEXT("false"),
    TEXT("42"),
    TEXT("-0.1"),
    TEXT("\"asd\""),
    TEXT("\"\""),
    TEXT("\n7 "),
    /* numbers */
    TEXT("[0]"),
    TEXT("[-0]"),
    TEXT("[0.0]"),
    TEXT("[-0.0]"),
    TEXT("[-1]"),
    TEXT("[-123]"),
    TEXT("[123.456789]"),
    TEXT("[ 4]"),
    TEXT("[20]"),
    TEXT("[10]"),
    TEXT("[100000000000000000000000000000]"),
    TEXT("[0.000000000000000001]"),
    TEXT("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000000001]"),
    /* strings */
    TEXT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
    TEXT("[\"\\u0060\\u012a\\u12AB\"]"),
    TEXT("[\"\\u0000\"]"),
    TEXT("[\"\\\\u0000\"]"),
    TEXT("[\"\\ud801\\udc37\"]"),
    TEXT("[\"\\uD834\\uDd1e\\ud83d\\ude39\"]"),
    TEXT("[\"a/*b*/c/*d//e\"]"),
    TEXT("[\"\\\\a\"]"),
    TEXT("[\"\\\\n\"]"),
    TEXT("[ \"asd\"]"),
    TEXT("[\"\\uFFFF\"]"),
    TEXT("[\"\xEF\xBF\xBF\"]"),
    TEXT("[\"\xF4\x8F\xBF\xBF\"]"),
    TEXT("[\"\xC2\x80\"]"),
    TEXT("[\"\xE0\xA0\x80\"]"),
    TEXT("[\"\xF0\x90\x80\x80\"]"),
    TEXT("[\"\xED\x9F\xBF\xEE\x80\x80\"]"),
    TEXT("[\"\x7F\"]"),
    TEXT("[\" \"]"),
    TEXT("[\"\xE2\x80\xA8\xE2\x80\xA9\"]"),
    TEXT("[\"\xCF\x80\"]"),
    TEXT("[\"\\u0022\\u005C\"]"),
    TEXT("[\"new\\u00A0line\"]"),
    TEXT("[\"\\u200B\\u2064\\uFDD0\\uFFFE\"]"),
    TEXT("[\"abcdefghijklmnopqrstuvwxyz0123456789\\\\\"]"),
    TEXT("{\"\\u0066oo\":1,\"bar\":2}"),
    TEXT("{\"a\\u0000b\":0}"),
    TEXT("[\"\xE3\x82\xA2, \xF0\x9F\x98\x80.\"]"),
};

static void what_is_json_is_taken(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        struct verdict verdict = judge_in_pieces(accepted[i]);
        if (verdict.error != JSON_OK ||
            verdict.issues[0] + verdict.issues[1] + verdict.issues[2] + verdict.issues[3])
            fail_msg("%s: error %d at %d:%d: %s", accepted[i].data, (int)verdict.error, (int)verdict.line,
                     (int)verdict.column, verdict.words);
    }
}

struct refused {
    struct bytes text;
    enum json_error error;
    int column;
};

static void check_refused(const struct refused *refused, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct verdict verdict = judge_in_pieces(refused[i].text);
        if (verdict.error != refused[i].error || verdict.line != 1 ||
            verdict.column != (uint64_t)refused[i].column)
            fail_msg("%s: error %d at %d:%d: %s; expected error %d at column %d", refused[i].text.data,
                     (int)verdict.error, (int)verdict.line, (int)verdict.column, verdict.words,
                     (int)refused[i].error, refused[i].column);
    }
}

static const struct refused broken_structures[] = {
    {TEXT(""), JSON_TRUNCATED, 1},
    {TEXT(" "), JSON_TRUNCATED, 2},
    {TEXT("["), JSON_TRUNCATED, 2},
    {TEXT("{"), JSON_TRUNCATED, 2},
    {TEXT("[1"), JSON_TRUNCATED, 3},
    {TEXT("[1,"), JSON_TRUNCATED, 4},
    {TEXT("[\"a\""), JSON_TRUNCATED, 5},
    {TEXT("{\"a\""), JSON_TRUNCATED, 5},
    {TEXT("{\"a\":"), JSON_TRUNCATED, 6},
    {TEXT("{\"a\":1"), JSON_TRUNCATED, 7},
    {TEXT("{\"a\":1,"), JSON_TRUNCATED, 8},
    {TEXT("[[1]"), JSON_TRUNCATED, 5},
    {TEXT("[1,]"), JSON_UNEXPECTED, 4},
    {TEXT("[,1]"), JSON_UNEXPECTED, 2},
    {TEXT("[,]"), JSON_UNEXPECTED, 2},
    {TEXT("[1,,2]"), JSON_UNEXPECTED, 4},
    {TEXT("[1 2]"), JSON_UNEXPECTED, 4},
    {TEXT("[1;2]"), JSON_UNEXPECTED, 3},
    {TEXT("[1:2]"), JSON_UNEXPECTED, 3},
    {TEXT("[\"\": 1]"), JSON_UNEXPECTED, 4},
    {TEXT("[1]]"), JSON_UNEXPECTED, 4},
    {TEXT("[1}"), JSON_UNEXPECTED, 3},
    {TEXT("[}"), JSON_UNEXPECTED, 2},
    {TEXT("{]"), JSON_UNEXPECTED, 2},
    {TEXT("]"), JSON_UNEXPECTED, 1},
    {TEXT("}"), JSON_UNEXPECTED, 1},
    {TEXT(","), JSON_UNEXPECTED, 1},
    {TEXT(":"), JSON_UNEXPECTED, 1},
    {TEXT("[] []"), JSON_UNEXPECTED, 4},
    {TEXT("[]x"), JSON_UNEXPECTED, 3},
    {TEXT("{}}"), JSON_UNEXPECTED, 3},
    {TEXT("{\"a\":1}#"), JSON_UNEXPECTED, 8},
    {TEXT("1 2"), JSON_UNEXPECTED, 3},
    {TEXT("{\"a\":1,}"), JSON_UNEXPECTED, 8},
    {TEXT("{,\"a\":1}"), JSON_UNEXPECTED, 2},
    {TEXT("{\"a\":1,,\"b\":2}"), JSON_UNEXPECTED, 8},
    {TEXT("{\"a\" 1}"), JSON_UNEXPECTED, 6},
    {TEXT("{\"a\"}"), JSON_UNEXPECTED, 5},
    {TEXT("{\"a\",1}"), JSON_UNEXPECTED, 5},
    {TEXT("{\"a\"::1}"), JSON_UNEXPECTED, 6},
    {TEXT("{\"a\":}"), JSON_UNEXPECTED, 6},
    {TEXT("{\"a\":1:2}"), JSON_UNEXPECTED, 7},
    {TEXT("{\"a\":1 \"b\":2}"), JSON_UNEXPECTED, 8},
    {TEXT("{\"a\":1 true}"), JSON_UNEXPECTED, 8},
    {TEXT("{1:1}"), JSON_UNEXPECTED, 2},
    {TEXT("{a:1}"), JSON_UNEXPECTED, 2},
    {TEXT("{'a':1}"), JSON_UNEXPECTED, 2},
    {TEXT("{null:null}"), JSON_UNEXPECTED, 2},
    {TEXT("{[1]:2}"), JSON_UNEXPECTED, 2},
    {TEXT("{\"a\":\"b\"]"), JSON_UNEXPECTED, 9},
    {TEXT("{\"a\":/**/1}"), JSON_UNEXPECTED, 6},
    {TEXT("[1] // x"), JSON_UNEXPECTED, 5},
    {TEXT("[1, #x"), JSON_UNEXPECTED, 5},
    {TEXT("<.>"), JSON_UNEXPECTED, 1},
    {TEXT("[<null>]"), JSON_UNEXPECTED, 2},
    {TEXT("[\f]"), JSON_UNEXPECTED, 2},
    {TEXT("[\v1]"), JSON_UNEXPECTED, 2},
    {TEXT("\xC2\xA0[]"), JSON_UNEXPECTED, 1},
    {TEXT("\xE2\x81\xA0[]"), JSON_UNEXPECTED, 1},
    {TEXT("\xEF\xBB\xBF{}"), JSON_UNEXPECTED, 1},
    {TEXT("[\0]"), JSON_UNEXPECTED, 2},
    {TEXT("[1]\0"), JSON_UNEXPECTED, 4},
    {TEXT("\0"), JSON_UNEXPECTED, 1},
    {TEXT("[\xFF]"), JSON_UNEXPECTED, 2},
    {TEXT("\xFF\xFE[\0]\0"), JSON_UNEXPECTED, 1},
    {TEXT("[*]"), JSON_UNEXPECTED, 2},
    {TEXT("[\\u000A\"\"]"), JSON_UNEXPECTED, 2},
    {TEXT("{\"a\":\"b\",\"c\""), JSON_TRUNCATED, 13},
    {TEXT("{9999E9999:1}"), JSON_UNEXPECTED, 2},
};

static void broken_structures_are_refused(void **state) {
    (void)state;
    check_refused(broken_structures, sizeof broken_structures / sizeof *broken_structures);
}

static void broken_words_and_numbers_are_refused(void **state) {
    static const struct refused refused[] = {
        {TEXT("nul"), JSON_TRUNCATED, 1},          {TEXT("tru"), JSON_TRUNCATED, 1},
        {TEXT("[fals"), JSON_TRUNCATED, 2},        {TEXT("[nul]"), JSON_UNEXPECTED, 2},
        {TEXT("[trua]"), JSON_UNEXPECTED, 2},      {TEXT("[True]"), JSON_UNEXPECTED, 2},
        {TEXT("[nulll]"), JSON_UNEXPECTED, 6},     {TEXT("[truefalse]"), JSON_UNEXPECTED, 6},
        {TEXT("[NULL]"), JSON_UNEXPECTED, 2},      {TEXT("[None]"), JSON_UNEXPECTED, 2},
        {TEXT("[undefined]"), JSON_UNEXPECTED, 2}, {TEXT("[NaN]"), JSON_UNEXPECTED, 2},
        {TEXT("[Infinity]"), JSON_UNEXPECTED, 2},  {TEXT("[-Infinity]"), JSON_BAD_NUMBER, 3},
        {TEXT("[-NaN]"), JSON_BAD_NUMBER, 3},      {TEXT("[nan]"), JSON_UNEXPECTED, 2},
        {TEXT("[inf]"), JSON_UNEXPECTED, 2},       {TEXT("[+1]"), JSON_UNEXPECTED, 2},
        {TEXT("[++1]"), JSON_UNEXPECTED, 2},       {TEXT("[+Inf]"), JSON_UNEXPECTED, 2},
        {TEXT("[.5]"), JSON_UNEXPECTED, 2},        {TEXT("[-.5]"), JSON_BAD_NUMBER, 3},
        {TEXT("[5.]"), JSON_BAD_NUMBER, 4},        {TEXT("[0.]"), JSON_BAD_NUMBER, 4},
        {TEXT("[1.e1]"), JSON_BAD_NUMBER, 4},      {TEXT("[0.e1]"), JSON_BAD_NUMBER, 4},
        {TEXT("[-]"), JSON_BAD_NUMBER, 3},         {TEXT("[--1]"), JSON_BAD_NUMBER, 3},
        {TEXT("[- 1]"), JSON_BAD_NUMBER, 3},       {TEXT("[-foo]"), JSON_BAD_NUMBER, 3},
        {TEXT("[01]"), JSON_LEADING_ZERO, 3},      {TEXT("[-01]"), JSON_LEADING_ZERO, 4},
        {TEXT("[00]"), JSON_LEADING_ZERO, 3},      {TEXT("[007.5]"), JSON_LEADING_ZERO, 3},
        {TEXT("[1e]"), JSON_BAD_NUMBER, 4},        {TEXT("[1E+]"), JSON_BAD_NUMBER, 5},
        {TEXT("[0e]"), JSON_BAD_NUMBER, 4},        {TEXT("[0e-]"), JSON_BAD_NUMBER, 5},
        {TEXT("[1eE2]"), JSON_BAD_NUMBER, 4},      {TEXT("[1.2.3]"), JSON_UNEXPECTED, 5},
        {TEXT("[1+2]"), JSON_UNEXPECTED, 3},       {TEXT("[1-2]"), JSON_UNEXPECTED, 3},
        {TEXT("[0x42]"), JSON_UNEXPECTED, 3},      {TEXT("[1_000]"), JSON_UNEXPECTED, 3},
        {TEXT("[1 000.0]"), JSON_UNEXPECTED, 4},   {TEXT("[1a]"), JSON_UNEXPECTED, 3},
        {TEXT("[1.5f]"), JSON_UNEXPECTED, 5},      {TEXT("[\xEF\xBC\x91]"), JSON_UNEXPECTED, 2},
        {TEXT("[-"), JSON_TRUNCATED, 3},           {TEXT("1."), JSON_TRUNCATED, 3},
        {TEXT("1e"), JSON_TRUNCATED, 3},           {TEXT("-"), JSON_TRUNCATED, 2},
    };
    (void)state;
    check_refused(refused, sizeof refused / sizeof *refused);
}

static void broken_strings_are_refused(void **state) {
    static const struct refused refused[] = {
        {TEXT("\""), JSON_TRUNCATED, 2},
        {TEXT("[\"a"), JSON_TRUNCATED, 4},
        {TEXT("[\"a\\"), JSON_TRUNCATED, 4},
        {TEXT("[\"\\u12"), JSON_TRUNCATED, 3},
        {TEXT("[\"\\"), JSON_TRUNCATED, 3},
        {TEXT("[\"\\\"]"), JSON_TRUNCATED, 6},
        {TEXT("['a']"), JSON_UNEXPECTED, 2},
        {TEXT("[a]"), JSON_UNEXPECTED, 2},
        {TEXT("[\xE2\x80\x9C"
              "a\"]"),
         JSON_UNEXPECTED, 2},
        {TEXT("[\"a\tb\"]"), JSON_CONTROL_CHARACTER, 4},
        {TEXT("[\"a\nb\"]"), JSON_CONTROL_CHARACTER, 4},
        {TEXT("[\"\x1F\"]"), JSON_CONTROL_CHARACTER, 3},
        {TEXT("[\"a\0b\"]"), JSON_CONTROL_CHARACTER, 4},
        {TEXT("[\"\r\"]"), JSON_CONTROL_CHARACTER, 3},
        {TEXT("[\"\\x41\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\a\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\'\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\0\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\U0041\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\u00G0\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\u \"   ]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\u123\"  ]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\\t\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\\0\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\\xC3\xA9\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("[\"\\uD800\\u\"   ]"), JSON_BAD_ESCAPE, 9},
        {TEXT("[\"a\"b\"]"), JSON_UNEXPECTED, 5},
        {TEXT("[\"\\{\"]"), JSON_BAD_ESCAPE, 3},
        {TEXT("{\"a\\q\":1}"), JSON_BAD_ESCAPE, 4},
        {TEXT("[\"\\ud83d\\x\"]"), JSON_BAD_ESCAPE, 9},
    };
    (void)state;
    check_refused(refused, sizeof refused / sizeof *refused);
}

static void issues_do_not_hide_the_rest(void **state) {
    static const struct {
        struct bytes text;
        enum json_issue issue;
        int count;
    } cases[] = {
        {TEXT("{\"a\":1,\"a\":2}"), JSON_DUPLICATE_KEY, 1},
        {TEXT("{\"a\":1,\"a\":2,\"a\":1}"), JSON_DUPLICATE_KEY, 2},
        {TEXT("{\"a\":1,\"\\u0061\":1}"), JSON_DUPLICATE_KEY, 1},
        {TEXT("{\"\\u00e9\":1,\"\xC3\xA9\":1}"), JSON_DUPLICATE_KEY, 1},
        {TEXT("{\"\":1,\"\":1}"), JSON_DUPLICATE_KEY, 1},
        {TEXT("{\"a\":{\"x\":1,\"y\":{},\"x\":3},\"b\":1,\"b\":1}"), JSON_DUPLICATE_KEY, 2},
        {TEXT("{\"a\":[{\"a\":1},{\"a\":1,\"a\":1}],\"\\u0061\":1}"), JSON_DUPLICATE_KEY, 2},
        {TEXT("[1e3]"), JSON_EXPONENT, 1},
        {TEXT("[1E3,1e+2,1.5E-2,0e0,-1e1]"), JSON_EXPONENT, 5},
        {TEXT("[123e-10000000,1e1000000000000]"), JSON_EXPONENT, 2},
        {TEXT("[\"\\ud800\"]"), JSON_LONE_SURROGATE, 1},
        {TEXT("[\"\\udc00\"]"), JSON_LONE_SURROGATE, 1},
        {TEXT("[\"\\ud800abc\",\"\\uDfaa\"]"), JSON_LONE_SURROGATE, 2},
        {TEXT("[\"\\ud800\\n\"]"), JSON_LONE_SURROGATE, 1},
        {TEXT("[\"\\ud800\\u0041\"]"), JSON_LONE_SURROGATE, 1},
        {TEXT("[\"\\ud800\\ud800\\udc00\"]"), JSON_LONE_SURROGATE, 1},
        {TEXT("[\"\\uDd1e\\uD834\"]"), JSON_LONE_SURROGATE, 2},
        {TEXT("[\"\xFF\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xE9\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xC3\",1]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\x81\x81\x81\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xC0\xAF\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xE0\x80\xAF\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xF0\x80\x80\x80\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xED\xA0\x80\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xED\xA0\x80\xED\xB0\x80\"]"), JSON_BAD_UTF8, 1},
        {TEXT("[\"\xF4\x90\x80\x80\",\"\xF8\x88\x80\x80\x80\"]"), JSON_BAD_UTF8, 2},
        {TEXT("[\"\xE2\x82\"]"), JSON_BAD_UTF8, 1},
        {TEXT("{\"\xE2\x82\":1}"), JSON_BAD_UTF8, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict verdict = judge_in_pieces(cases[i].text);
        int all = verdict.issues[0] + verdict.issues[1] + verdict.issues[2] + verdict.issues[3];
        if (verdict.error != JSON_OK || verdict.issues[cases[i].issue] != cases[i].count ||
            all != cases[i].count)
            fail_msg("%s: error %d (%s), %d of the issue, %d of all", cases[i].text.data, (int)verdict.error,
                     verdict.words, verdict.issues[cases[i].issue], all);
    }
}

static void nesting_has_a_limit(void **state) {
    char text[2 * JSON_DEPTH_MAX + 8];
    (void)state;
    for (int depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX + 1; depth++) {
        struct verdict verdict;
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        verdict = judge_in_pieces((struct bytes){text, 2 * (size_t)depth});
        assert_int_equal(verdict.error, depth > JSON_DEPTH_MAX ? JSON_TOO_DEEP : JSON_OK);
    }
    memset(text, '[', sizeof text);
    assert_int_equal(judge_in_pieces((struct bytes){text, sizeof text}).error, JSON_TOO_DEEP);
}

static void places_are_lines_and_columns(void **state) {
    struct verdict verdict = judge_in_pieces((struct bytes)TEXT("{\n  \"a\": 1,\r\n  \"b\": x\n}"));
    (void)state;
    assert_int_equal(verdict.error, JSON_UNEXPECTED);
    assert_int_equal(verdict.line, 3);
    assert_int_equal(verdict.column, 8);
    assert_string_equal(verdict.words, "expected a value, found \"x\"");
}

static void errors_name_what_was_meant(void **state) {
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[NaN]", "expected a value, found \"NaN\"; JSON has no NaN: leave the field out, or write null "
                  "where there is no value"},
        {"[True]", "expected a value, found \"True\"; write true, in small letters"},
        {"[None]", "expected a value, found \"None\"; write null"},
        {"['a']", "expected a value, found \"'\"; JSON has double quotes only"},
        {"[1,]", "expected a value after the comma, found \"]\"; is there a comma too many?"},
        {"{\"a\":1,}", "expected a key after the comma, found \"}\"; is there a comma too many?"},
        {"{\"a\":1]", "expected a comma or }, found \"]\""},
        {"{\"a\" \"b\"}", "expected a colon after the key, found a quote"},
        {"[\x1b]", "expected a value, found \"<U+001B>\""},
        {"[1\n2]", "expected a comma or ], found \"2\""},
        {"[\xE2\x82\xAC]", "expected a value, found \"\xE2\x82\xAC\""},
        {"[\"a\n\"]",
         "a string goes over the end of its line: is a closing quote missing? In a text, write \\n"},
        {"[\"a\tb\"]", "a tab in a string: write \\t"},
        {"[\"\x01\"]", "the control character U+0001 in a string: write \\u0001"},
        {"[007]", "a number with a leading zero; a code with zeros in front is a text in quotes"},
        {"[", "the input ends in the middle of a value"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict verdict = judge_in_pieces((struct bytes){cases[i].text, strlen(cases[i].text)});
        assert_string_equal(verdict.words, cases[i].words);
    }
}

static void strings_are_decoded(void **state) {
    static const struct {
        struct bytes text, meaning;
    } cases[] = {
        {TEXT("\"plain\""), TEXT("plain")},
        {TEXT("\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\""), TEXT("a\"b\\c/d\b\f\n\r\t")},
        {TEXT("\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\""), TEXT("A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")},
        {TEXT("\"x\\u0000y\""), TEXT("x\0y")},
        {TEXT("\"\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\""),
         TEXT("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")},
        {TEXT("\"\\ud800 \\udc00\xFF\""), TEXT("\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD")},
        {TEXT("\"\""), TEXT("")},
        {TEXT("\"\xC3\xA9\\n\xE2\x82\xAC\""), TEXT("\xC3\xA9\n\xE2\x82\xAC")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pieces pieces = {cases[i].text, 3};
        struct json_scan scan;
        struct json_string string;
        struct buffer out;
        buffer_init(&out, pv_alloc_default());
        json_init(&scan, pv_alloc_default(), read_pieces, &pieces);
        assert_int_equal(json_kind(&scan), JSON_STRING);
        assert_true(json_string(&scan, &string));
        json_decode(&scan, &string, &out);
        assert_int_equal(out.length, cases[i].meaning.length);
        if (out.length)
            assert_memory_equal(out.data, cases[i].meaning.data, out.length);
        buffer_free(&out);
        json_free(&scan);
    }
}

static void paths_lead_to_the_value(void **state) {
    static const struct {
        const char *text, *path;
    } cases[] = {
        {"x", ""},
        {"{\"a\":1,x", ""},
        {"{\"a\":{\"b_c-9\":[0,[1,x", "a.b_c-9[1][1]"},
        {"[{\"k\":[]},{\"k\":x", "[1].k"},
        {"{\"b c\":{\"\":{\"\xC3\xA9\":x", "[\"b c\"][\"\"][\"\xC3\xA9\"]"},
        {"{\"a.b\":{\"\\u0041\":{\"\x7F\":x", "[\"a.b\"][\"\\u0041\"][\"<U+007F>\"]"},
        {"{\"0123456789012345678901234567890123456789 0123456789\":x",
         "[\"0123456789012345678901234567890123456789…\"]"},
        {"{\"012345678901234567890123456789012345678\xC3\xA9\xC3\xA9\":x",
         "[\"012345678901234567890123456789012345678…\"]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pieces pieces = {{cases[i].text, strlen(cases[i].text)}, 5};
        struct json_scan scan;
        struct buffer path;
        buffer_init(&path, pv_alloc_default());
        buffer_string(&path, "");
        json_init(&scan, pv_alloc_default(), read_pieces, &pieces);
        assert_false(json_skip(&scan));
        json_path(&scan, &path);
        buffer_char(&path, '\0');
        assert_string_equal(path.data, cases[i].path);
        buffer_free(&path);
        json_free(&scan);
    }
}

/* An object with many keys: none twice, then the last one again; and no time that grows with the square. */
static void many_keys_are_told_apart(void **state) {
    enum { KEYS = 100000 };
    struct buffer text;
    struct verdict verdict;
    (void)state;
    buffer_init(&text, pv_alloc_default());
    buffer_char(&text, '{');
    for (int i = 0; i < KEYS; i++)
        buffer_format(&text, "\"k%d\":{\"k%d\":0},", i, i);
    buffer_string(&text, "\"last\":1}");
    verdict = judge((struct bytes){text.data, text.length}, SIZE_MAX);
    assert_int_equal(verdict.error, JSON_OK);
    assert_int_equal(verdict.issues[JSON_DUPLICATE_KEY], 0);
    text.length--;
    buffer_format(&text, ",\"k%d\":1,\"k0\":2}", KEYS - 1);
    verdict = judge((struct bytes){text.data, text.length}, 4096);
    assert_int_equal(verdict.error, JSON_OK);
    assert_int_equal(verdict.issues[JSON_DUPLICATE_KEY], 2);
    buffer_free(&text);
}

/* Every text of JSON, cut anywhere, is an error and never read past its end (the sanitizer looks on). */
static void every_cut_is_an_error(void **state) {
    static const char text[] =
        "{\"a\\u00e9\": [1.5, -20, true, false, null, {\"\xE2\x82\xAC\": \"\\ud83d\\ude00 x\"}], \"b\": {}}";
    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        char *copy = malloc(length + 1);
        struct verdict verdict;
        assert_non_null(copy);
        memcpy(copy, text, length);
        verdict = judge_in_pieces((struct bytes){copy, length});
        assert_int_not_equal(verdict.error, JSON_OK);
        free(copy);
    }
    assert_int_equal(judge_in_pieces((struct bytes){text, sizeof text - 1}).error, JSON_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_taken),
        cmocka_unit_test(broken_structures_are_refused),
        cmocka_unit_test(broken_words_and_numbers_are_refused),
        cmocka_unit_test(broken_strings_are_refused),
        cmocka_unit_test(issues_do_not_hide_the_rest),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(places_are_lines_and_columns),
        cmocka_unit_test(errors_name_what_was_meant),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(paths_lead_to_the_value),
        cmocka_unit_test(many_keys_are_told_apart),
        cmocka_unit_test(every_cut_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
