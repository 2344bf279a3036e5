/*
 * test_proviso.c: the public C interface as a program uses it: sets, facts by name, answers with their reasons, what
 * happens where something is wrong, and where memory runs out at any allocation.
 *
 * Only proviso.h is used, but for the allocator of the tests. Threads are tried by tests/install.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interp/proviso.h"
#include "tests/support/fail_alloc.h"

static const char *const policy_text =
    "policy shop \"Orders of a shop\"\n"
    "  covers 2020-01-01 through 2022-12-31\n"
    "  months round back\n"
    "source terms \"Terms of the shop\"\n"
    "type colour one of red = \"Red\", sky_blue = \"Sky blue\"\n"
    "record item \"A line of the order\"\n"
    "  price \"Its price\": number 0 through 1000 with 2 decimals\n"
    "  sent \"When it went out\": optional date\n"
    "fact ordered_on \"Day of the order\": date 2019-01-01 through 2022-12-31 from \"order.day\"\n"
    "fact paid \"Is it paid?\": yes/no\n"
    "fact price \"Price\": number 0 through 1000 with 2 decimals\n"
    "fact note \"A word\": optional text\n"
    "fact tint \"Colour\": colour\n"
    "fact tints \"Colours\": set of colour otherwise {red}\n"
    "fact items \"Lines\": list of item\n"
    "fact copies: number 1 through 20 otherwise 1\n"
    "require \"A red one is cheap\" tint is not red or price < 500\n"
    "define window as ordered_on through 30 days after ordered_on\n"
    "define due as 30 days after ordered_on\n"
    "total share: fraction\n"
    "decide fee \"What is owed\": number 0 through 1000 with 2 decimals otherwise 0.00\n"
    "decide whole: number otherwise copies * 2\n"
    "decide may_return \"May it come back?\": yes/no\n"
    "decide remark: optional text otherwise note\n"
    "decide paint: colour otherwise tint\n"
    "decide by_day: date otherwise due\n"
    "decide broken: number 0 through 100 with 2 decimals otherwise round(1 / (copies - 1), 2)\n"
    "decide sums: number 0 through 20000 with 2 decimals otherwise sum of i.price for i in items\n"
    "duty pay \"Pay\" done when paid\n"
    "duty collect done when paid\n"
    "rule late \"Late orders cost\"\n"
    "  cites terms \"line 7\"\n"
    "  cites terms\n"
    "  when not paid and today after due\n"
    "  then fee is 2.50\n"
    "       must pay by due\n"
    "       notice \"Pay for {tint}.\"\n"
    "rule shelf\n"
    "  then must collect in window\n"
    "       remind 3 days before due \"Collect by {due}.\" unless paid\n"
    "rule early\n  when today in window\n  then may_return is yes\n"
    "rule closed\n  when copies is 20\n  then may_return is no\n"
    "rule part\n  then add copies / 3 to share\n";

/* A program from the text above, over an allocator (NULL: the heap). NULL after a failure, whose status must be this one. */
static proviso_program *compile(struct fail_alloc *f, const char *text, enum proviso_status wanted) {
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    enum proviso_status status =
        proviso_set_new(f ? f->alloc.resize : NULL, f ? f->alloc.context : NULL, &set);
    if (status == PROVISO_OK)
        status = proviso_set_add(set, "shop.proviso", text, strlen(text));
    if (status == PROVISO_OK)
        status = proviso_set_compile(set, &program);
    if (status != wanted)
        print_error("%s: %s\n", proviso_status_text(status), set ? proviso_set_message(set) : "");
    assert_int_equal(status, wanted);
    proviso_set_release(set);
    return program;
}

struct shop {
    proviso_program *program;
    proviso_record *record;
};

static int open_shop(void **state) {
    struct shop *shop = malloc(sizeof *shop);
    shop->program = compile(NULL, policy_text, PROVISO_OK);
    assert_int_equal(proviso_record_new(shop->program, &shop->record), PROVISO_OK);
    *state = shop;
    return 0;
}

static int close_shop(void **state) {
    struct shop *shop = *state;
    /* The record is an owner, too. */
    proviso_program_release(shop->program);
    proviso_record_release(shop->record);
    free(shop);
    return 0;
}

static void fill(proviso_record *record) {
    static const char items[] = "[{\"price\": 1.25, \"sent\": null}, {\"price\": 2}]";
    assert_int_equal(proviso_record_set_date(record, "ordered_on", "2021-01-31"), PROVISO_OK);
    assert_int_equal(proviso_record_set_yes_no(record, "paid", false), PROVISO_OK);
    assert_int_equal(proviso_record_set_number(record, "price", "19.90"), PROVISO_OK);
    assert_int_equal(proviso_record_set_text(record, "note", "for \"Ida\"\n\xC3\xB8"), PROVISO_OK);
    assert_int_equal(proviso_record_set_member(record, "tint", "Sky blue"), PROVISO_OK);
    assert_int_equal(proviso_record_set_json(record, "tints", "[\"sky_blue\", \"Red\"]", 19), PROVISO_OK);
    assert_int_equal(proviso_record_set_json(record, "items", items, strlen(items)), PROVISO_OK);
    assert_int_equal(proviso_record_set_integer(record, "copies", 4), PROVISO_OK);
}

static proviso_answer *ask(proviso_record *record, const char *on) {
    proviso_answer *answer;
    enum proviso_status status = proviso_evaluate(record, on, NULL, &answer);
    if (status != PROVISO_OK)
        print_error("%s\n", proviso_record_message(record));
    assert_int_equal(status, PROVISO_OK);
    return answer;
}

/* --- programs --- */

static void header_and_library_fit(void **state) {
    (void)state;
    assert_string_equal(proviso_version(), PROVISO_VERSION);
    assert_int_equal(proviso_abi(), PROVISO_ABI);
    for (int i = PROVISO_OK; i <= PROVISO_REJECTED; i++)
        assert_string_not_equal(proviso_status_text((enum proviso_status)i), "unknown");
    assert_string_equal(proviso_status_text((enum proviso_status)(PROVISO_REJECTED + 1)), "unknown");
    assert_string_equal(proviso_type_name(PROVISO_LIST), "list");
    assert_string_equal(proviso_state_name(PROVISO_STATE_UNDETERMINED), "undetermined");
    assert_string_equal(proviso_state_name((enum proviso_state)9), "unknown");
    assert_string_equal(proviso_due_name(PROVISO_DUE_CONFLICT), "conflict");
    assert_string_equal(proviso_progress_name(PROVISO_PROGRESS_OVERDUE), "overdue");
}

static void what_a_program_has(void **state) {
    const proviso_program *program = ((struct shop *)*state)->program;
    size_t tint = proviso_program_fact(program, "tint");
    assert_string_equal(proviso_program_policy(program), "shop");
    assert_int_equal(proviso_program_fact_count(program), 8);
    assert_int_equal(tint, 4);
    assert_string_equal(proviso_program_fact_name(program, 4), "tint");
    assert_string_equal(proviso_program_fact_title(program, 4), "Colour");
    assert_string_equal(proviso_program_fact_title(program, 7), "");
    assert_int_equal(proviso_program_fact_type(program, 4), PROVISO_MEMBER);
    assert_int_equal(proviso_program_fact_type(program, 5), PROVISO_SET);
    assert_int_equal(proviso_program_fact_type(program, 6), PROVISO_LIST);
    assert_true(proviso_program_fact_optional(program, 3));
    assert_false(proviso_program_fact_optional(program, 4));
    assert_int_equal(proviso_program_fact_member_count(program, tint), 2);
    assert_int_equal(proviso_program_fact_member_count(program, 0), 0);
    assert_string_equal(proviso_program_fact_member_name(program, tint, 1), "sky_blue");
    assert_string_equal(proviso_program_fact_member_label(program, tint, 1), "Sky blue");
    assert_null(proviso_program_fact_member_label(program, tint, 2));
    assert_null(proviso_program_fact_name(program, 8));
    assert_true(proviso_program_fact(program, "fee") == PROVISO_NOT_FOUND);
    assert_true(proviso_program_fact(program, "nobody_wrote_this") == PROVISO_NOT_FOUND);
    assert_int_equal(proviso_program_decision_count(program), 11);
    assert_string_equal(proviso_program_decision_name(program, 0), "window");
    assert_int_equal(proviso_program_decision_type(program, 0), PROVISO_PERIOD);
    assert_string_equal(
        proviso_program_decision_title(program, proviso_program_decision(program, "may_return")),
        "May it come back?");
    assert_true(proviso_program_decision(program, "tint") == PROVISO_NOT_FOUND);
    assert_int_equal(proviso_program_duty_count(program), 2);
    assert_int_equal(proviso_program_duty(program, "collect"), 1);
    assert_string_equal(proviso_program_duty_name(program, 0), "pay");
    assert_string_equal(proviso_program_duty_title(program, 0), "Pay");
    assert_null(proviso_program_duty_name(program, 2));
}

static void mistakes_have_places(void **state) {
    static const char text[] =
        "policy p \"P\"\n  covers 2020-01-01 through 2020-12-31\n"
        "fact a: yes/no\ndecide b: yes/no otherwise aa\ndecide c: yes/no otherwise 3\n";
    proviso_set *set;
    proviso_program *program;
    const proviso_diagnostic *first;
    (void)state;
    assert_int_equal(proviso_set_new(NULL, NULL, &set), PROVISO_OK);
    assert_int_equal(proviso_set_add(set, "p.proviso", text, strlen(text)), PROVISO_OK);
    assert_string_equal(proviso_set_message(set), "");
    assert_int_equal(proviso_set_compile(set, &program), PROVISO_INVALID);
    assert_null(program);
    assert_int_equal(proviso_set_diagnostic_count(set), 2);
    first = proviso_set_diagnostic(set, 0);
    assert_int_equal(proviso_diagnostic_severity(first), PROVISO_ERROR);
    assert_int_equal(proviso_diagnostic_code(first)[0], 'E');
    assert_string_equal(proviso_diagnostic_file(first), "p.proviso");
    assert_int_equal(proviso_diagnostic_line(first), 4);
    assert_int_equal(proviso_diagnostic_column(first), 28);
    assert_string_equal(proviso_diagnostic_path(first), "");
    assert_non_null(strstr(proviso_diagnostic_message(first), "aa"));
    assert_non_null(strstr(proviso_diagnostic_text(first), "4 | decide b: yes/no otherwise aa"));
    assert_non_null(strstr(proviso_diagnostic_text(first), "^^"));
    assert_memory_equal(proviso_set_message(set), "2 errors; the first: p.proviso:4:28: error E", 43);
    assert_null(strchr(proviso_set_message(set), '\n'));
    assert_null(proviso_set_diagnostic(set, 2));
    /* Once compiled a set only answers. */
    assert_int_equal(proviso_set_add(set, "q", "", 0), PROVISO_MISUSE);
    assert_string_equal(proviso_set_message(set), "the set was compiled already");
    assert_int_equal(proviso_set_compile(set, &program), PROVISO_MISUSE);
    proviso_set_release(set);
}

static void an_empty_set_is_invalid(void **state) {
    proviso_set *set;
    proviso_program *program;
    (void)state;
    assert_int_equal(proviso_load(NULL, 0, &set, &program), PROVISO_INVALID);
    assert_true(proviso_set_diagnostic_count(set) > 0);
    assert_null(proviso_diagnostic_file(proviso_set_diagnostic(set, 0)));
    assert_int_equal(proviso_diagnostic_line(proviso_set_diagnostic(set, 0)), 0);
    proviso_set_release(set);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void paths_and_folders(void **state) {
    char folder[] = "/tmp/proviso-unit-XXXXXX", file[64], other[64];
    const char *paths[2] = {folder, file}, *missing = "/nowhere/at\033all";
    proviso_set *set;
    proviso_program *program;
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(proviso_load(paths, 1, &set, &program), PROVISO_CANNOT_READ);
    assert_non_null(strstr(proviso_set_message(set), " holds no file *.proviso"));
    proviso_set_release(set);
    snprintf(file, sizeof file, "%s/shop.proviso", folder);
    snprintf(other, sizeof other, "%s/more.proviso", folder);
    write_file(file, policy_text);
    write_file(other, "amendment more to shop \"More\"\ncovers 2023-01-01 through 2023-12-31\n");
    /* The file is in the folder and named again: it is one file. */
    assert_int_equal(proviso_load(paths, 2, &set, &program), PROVISO_OK);
    assert_string_equal(proviso_program_policy(program), "shop");
    proviso_set_release(set);
    proviso_program_release(program);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(proviso_load(&missing, 1, &set, &program), PROVISO_CANNOT_READ);
    assert_string_equal(proviso_set_message(set),
                        "cannot read /nowhere/at<U+001B>all: No such file or directory");
    proviso_set_release(set);
}

/* --- facts --- */

/* One setter that must fail: its status, and a part of the words. */
#define REFUSED(CALL, STATUS, WORDS)                                                \
    do {                                                                            \
        assert_int_equal(CALL, STATUS);                                             \
        if (!strstr(proviso_record_message(record), WORDS))                         \
            print_error("%s\n  says: %s\n", #CALL, proviso_record_message(record)); \
        assert_non_null(strstr(proviso_record_message(record), WORDS));             \
    } while (0)

static void values_that_cannot_be(void **state) {
    proviso_record *record = ((struct shop *)*state)->record;
    proviso_answer *answer;
    fill(record);
    REFUSED(proviso_record_set_yes_no(record, "payd", true), PROVISO_UNKNOWN_NAME, "no fact `payd`");
    REFUSED(proviso_record_set_yes_no(record, "fee", true), PROVISO_UNKNOWN_NAME, "no fact `fee`");
    REFUSED(proviso_record_set_yes_no(record, "price", true), PROVISO_WRONG_TYPE,
            "the fact `price` is of the type number, not yes/no");
    REFUSED(proviso_record_set_text(record, "tint", "red"), PROVISO_WRONG_TYPE, "member, not text");
    REFUSED(proviso_record_set_date(record, "ordered_on", "2021-02-29"), PROVISO_BAD_VALUE,
            "order.day: \"2021-02-29\" is no date: February 2021 has 28 days");
    REFUSED(proviso_record_set_day(record, "ordered_on", 2021, 13, 1), PROVISO_BAD_VALUE, "is no date");
    REFUSED(proviso_record_set_day(record, "ordered_on", -2021, 1, 1), PROVISO_BAD_VALUE, "is no date");
    REFUSED(proviso_record_set_day(record, "ordered_on", 2018, 12, 31), PROVISO_BAD_VALUE,
            "2018-12-31 is outside the range 2019-01-01 through 2022-12-31");
    REFUSED(proviso_record_set_number(record, "price", "1.999"), PROVISO_BAD_VALUE, "decimals");
    REFUSED(proviso_record_set_number(record, "price", "1e3"), PROVISO_BAD_VALUE, "exponent");
    REFUSED(proviso_record_set_number(record, "price", "1,5"), PROVISO_BAD_VALUE, "the end of the value");
    REFUSED(proviso_record_set_number(record, "price", "1, \"paid\": true"), PROVISO_BAD_VALUE,
            "the end of the value");
    REFUSED(proviso_record_set_number(record, "price", "1}, {"), PROVISO_BAD_VALUE, "the end of the value");
    REFUSED(proviso_record_set_number(record, "price", ""), PROVISO_BAD_VALUE, "price: ");
    REFUSED(proviso_record_set_number(record, "price", "true"), PROVISO_BAD_VALUE,
            "price: expected a number, found true");
    REFUSED(proviso_record_set_integer(record, "copies", 21), PROVISO_BAD_VALUE, "1 through 20");
    REFUSED(proviso_record_set_integer(record, "copies", INT64_MIN), PROVISO_BAD_VALUE, "digits");
    REFUSED(proviso_record_set_text(record, "note", "\xFF"), PROVISO_BAD_VALUE, "not UTF-8");
    REFUSED(proviso_record_set_member(record, "tint", "sky_blu"), PROVISO_BAD_VALUE,
            "did you mean \"sky_blue\"?");
    REFUSED(proviso_record_set_none(record, "tint"), PROVISO_BAD_VALUE, "not optional");
    REFUSED(proviso_record_set_json(record, "items", "[{\"price\": 1.999}]", 18), PROVISO_BAD_VALUE,
            "items[0].price: 1.999 has too many decimals");
    REFUSED(proviso_record_set_json(record, "items", "[", 1), PROVISO_BAD_VALUE, "items: ");
    REFUSED(proviso_record_set_json(record, "tints", "[\"red\", \"red\"]", 14), PROVISO_BAD_VALUE,
            "in the set already");
    assert_int_equal(proviso_record_set_text(record, "note", NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_record_set_date(record, NULL, "2021-01-01"), PROVISO_MISUSE);
    assert_int_equal(proviso_record_set_json(record, "items", NULL, 3), PROVISO_MISUSE);
    /* Nothing of all that has left a trace. */
    answer = ask(record, "2021-02-01");
    assert_string_equal(proviso_decision_text(proviso_answer_decision(answer, "paint")), "Sky blue");
    assert_string_equal(proviso_decision_text(proviso_answer_decision(answer, "sums")), "3.25");
    assert_string_equal(proviso_decision_text(proviso_answer_decision(answer, "due")), "2021-03-02");
    proviso_answer_release(answer);
}

static void unknown_none_and_clear(void **state) {
    proviso_record *record = ((struct shop *)*state)->record;
    const proviso_decision *remark;
    proviso_answer *answer;
    fill(record);
    assert_int_equal(proviso_record_set_none(record, "note"), PROVISO_OK);
    assert_int_equal(proviso_record_set_unknown(record, "copies"), PROVISO_OK);
    answer = ask(record, "2021-02-01");
    remark = proviso_answer_decision(answer, "remark");
    assert_int_equal(proviso_decision_state(remark), PROVISO_STATE_VALUE);
    assert_true(proviso_decision_is_none(remark));
    assert_string_equal(proviso_decision_text(remark), "none");
    assert_string_equal(proviso_decision_json(remark), "null");
    assert_string_equal(proviso_decision_text(proviso_answer_decision(answer, "whole")), "2");
    proviso_answer_release(answer);
    proviso_record_clear(record);
    answer = ask(record, "2021-02-01");
    assert_int_equal(proviso_decision_state(proviso_answer_decision(answer, "paint")),
                     PROVISO_STATE_UNDETERMINED);
    proviso_answer_release(answer);
}

static void memory_of_a_record_is_bounded(void **state) {
    struct fail_alloc f;
    proviso_program *program;
    proviso_record *record;
    size_t before;
    char word[2001];
    (void)state;
    fail_alloc_init(&f, 0);
    program = compile(&f, policy_text, PROVISO_OK);
    assert_int_equal(proviso_record_new(program, &record), PROVISO_OK);
    fill(record);
    before = f.live_bytes;
    memset(word, 'w', 2000);
    word[2000] = '\0';
    for (int i = 0; i < 500; i++)
        assert_int_equal(proviso_record_set_text(record, "note", word), PROVISO_OK);
    assert_true(f.live_bytes < before + 400000);
    proviso_record_clear(record);
    proviso_record_release(record);
    proviso_program_release(program);
    assert_true(fail_alloc_clean(&f));
}

static void whole_records(void **state) {
    static const char good[] =
        "{\"order\": {\"day\": \"2021-01-31\"},\n \"paid\": true, \"colour\": 1, \"notes\": \"x\"}";
    static const char bad[] = "{\"order\": {\"day\": \"2021-01-32\"},\n \"paid\": 1}";
    proviso_record *record = ((struct shop *)*state)->record;
    const proviso_diagnostic *first;
    proviso_answer *answer;
    const char *json;
    size_t length;
    assert_int_equal(proviso_record_read_json(record, good, strlen(good)), PROVISO_OK);
    assert_int_equal(proviso_record_diagnostic_count(record), 1);
    first = proviso_record_diagnostic(record, 0);
    assert_int_equal(proviso_diagnostic_severity(first), PROVISO_WARNING);
    assert_string_equal(proviso_diagnostic_path(first), "notes");
    assert_int_equal(proviso_record_read_json(record, bad, strlen(bad)), PROVISO_REJECTED);
    assert_int_equal(proviso_record_diagnostic_count(record), 2);
    assert_memory_equal(proviso_record_message(record), "order.day: \"2021-01-32\" is no date: ", 36);
    first = proviso_record_diagnostic(record, 1);
    assert_string_equal(proviso_diagnostic_path(first), "paid");
    assert_string_equal(proviso_diagnostic_code(first), "E0814");
    assert_int_equal(proviso_diagnostic_line(first), 2);
    assert_int_equal(proviso_diagnostic_column(first), 0);
    assert_null(proviso_diagnostic_file(first));
    assert_string_equal(proviso_diagnostic_text(first),
                        "line 2: paid: error E0814 fact-type: expected true or "
                        "false, found the number 1: write true\n");
    /* What cannot be used is answered as the command line answers it. */
    assert_int_equal(proviso_evaluate(record, "2021-02-01", NULL, &answer), PROVISO_REJECTED);
    assert_int_equal(proviso_answer_problem_count(answer), 2);
    assert_false(proviso_answer_covered(answer));
    assert_string_equal(proviso_answer_today(answer), "");
    assert_null(proviso_answer_decision(answer, "fee"));
    assert_null(proviso_answer_problem(answer, 2));
    assert_int_equal(proviso_answer_json(answer, &json, &length), PROVISO_OK);
    assert_memory_equal(json, "{\"proviso\":1,\"policy\":\"shop\",\"amendments\":[],\"record\":1,\"line\":1,",
                        65);
    assert_non_null(strstr(json, "\"rejected\":true,\"problems\":[{\"code\":\"E0815\""));
    assert_int_equal(strlen(json), length);
    proviso_answer_release(answer);
    assert_int_equal(proviso_record_read_json(record, "{}", 2), PROVISO_OK);
    assert_int_equal(proviso_record_diagnostic_count(record), 0);
    proviso_answer_release(ask(record, "2021-02-01"));
}

static void records_are_one_object(void **state) {
    static const struct {
        const char *json, *words;
    } rows[] = {
        {"", "there is no record"},
        {"  \n", "there is no record"},
        {"[]", "there is no record"},
        {"{}\n{}", "a second record begins here"},
        {"[{}, {}]", "a second record"},
        {"{} x", "found"},
        {"{", "ends"},
        {"null", "null"},
        {"[3]", "a record is an object"},
    };
    proviso_record *record = ((struct shop *)*state)->record;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum proviso_status status = proviso_record_read_json(record, rows[i].json, strlen(rows[i].json));
        const char *message = proviso_record_message(record);
        if (status != PROVISO_REJECTED || !strstr(message, rows[i].words))
            print_error("%s: %s\n", rows[i].json, message);
        assert_int_equal(status, PROVISO_REJECTED);
        assert_non_null(strstr(message, rows[i].words));
        assert_int_equal(proviso_record_diagnostic_count(record), 1);
    }
    assert_int_equal(proviso_record_read_json(record, "[{}]", 4), PROVISO_OK);
}

/* --- answers --- */

static void values_by_type(void **state) {
    proviso_record *record = ((struct shop *)*state)->record;
    const char *word, *last;
    proviso_answer *answer;
    int64_t number;
    int year, month, day, decimals;
    bool yes;
    fill(record);
    answer = ask(record, "2021-02-01");
#define AT(NAME) proviso_answer_decision(answer, NAME)
    assert_string_equal(proviso_answer_today(answer), "2021-02-01");
    assert_true(proviso_answer_covered(answer));
    assert_int_equal(proviso_answer_problem_count(answer), 0);
    assert_int_equal(proviso_answer_decision_count(answer), 11);
    assert_ptr_equal(proviso_answer_decision_at(answer, 0), AT("window"));
    assert_null(proviso_answer_decision_at(answer, 11));
    assert_null(AT("nothing"));
    assert_int_equal(proviso_decision_yes_no(AT("may_return"), &yes), PROVISO_OK);
    assert_true(yes);
    assert_int_equal(proviso_decision_yes_no(AT("fee"), &yes), PROVISO_WRONG_TYPE);
    assert_int_equal(proviso_decision_date(AT("by_day"), &year, &month, &day), PROVISO_OK);
    assert_true(year == 2021 && month == 3 && day == 2);
    assert_int_equal(proviso_decision_date(AT("by_day"), NULL, NULL, NULL), PROVISO_OK);
    assert_int_equal(proviso_decision_period(AT("window"), &word, &last), PROVISO_OK);
    assert_string_equal(word, "2021-01-31");
    assert_string_equal(last, "2021-03-02");
    assert_string_equal(proviso_decision_text(AT("window")), "2021-01-31 through 2021-03-02");
    assert_int_equal(proviso_decision_number(AT("sums"), &number, &decimals), PROVISO_OK);
    assert_true(number == 325 && decimals == 2);
    assert_int_equal(proviso_decision_integer(AT("sums"), &number), PROVISO_BAD_VALUE);
    assert_int_equal(proviso_decision_integer(AT("whole"), &number), PROVISO_OK);
    assert_int_equal(number, 8);
    assert_int_equal(proviso_decision_member(AT("paint"), &word), PROVISO_OK);
    assert_string_equal(word, "sky_blue");
    assert_string_equal(proviso_decision_json(AT("paint")), "\"Sky blue\"");
    assert_string_equal(proviso_decision_text(AT("share")), "4/3");
    assert_int_equal(proviso_decision_type(AT("share")), PROVISO_FRACTION);
    assert_string_equal(proviso_decision_text(AT("remark")), "for \"Ida\"\n\xC3\xB8");
    assert_true(proviso_decision_by_otherwise(AT("fee")));
    assert_string_equal(proviso_decision_name(AT("fee")), "fee");
    assert_string_equal(proviso_decision_file(AT("fee")), "shop.proviso");
    assert_int_equal(proviso_decision_line(AT("fee")), 21);
    /* The answer stands on its own. */
    proviso_record_clear(record);
    assert_int_equal(proviso_record_read_json(record, "{}", 2), PROVISO_OK);
    assert_int_equal(proviso_answer_json(answer, &word, NULL), PROVISO_OK);
    assert_non_null(strstr(word, "\"remark\":{\"state\":\"value\",\"value\":\"for \\\"Ida\\\"\\n\xC3\xB8\""));
    assert_ptr_equal(strchr(word, '\n'), NULL);
    proviso_answer_release(answer);
}

static void reasons(void **state) {
    proviso_record *record = ((struct shop *)*state)->record;
    const proviso_grounds *grounds;
    const proviso_rule *rule;
    proviso_answer *answer;
    bool yes;
    fill(record);
    answer = ask(record, "2021-04-01");
    grounds = proviso_decision_grounds(AT("fee"));
    assert_false(proviso_decision_by_otherwise(AT("fee")));
    assert_int_equal(proviso_grounds_rule_count(grounds), 1);
    rule = proviso_grounds_rule(grounds, 0);
    assert_string_equal(proviso_rule_name(rule), "late");
    assert_string_equal(proviso_rule_title(rule), "Late orders cost");
    assert_string_equal(proviso_rule_file(rule), "shop.proviso");
    assert_int_equal(proviso_rule_line(rule), 31);
    assert_true(proviso_rule_applies(rule));
    assert_string_equal(proviso_rule_gives(rule), "2.50");
    assert_int_equal(proviso_rule_citation_count(rule), 2);
    assert_string_equal(proviso_rule_citation_source(rule, 0), "Terms of the shop");
    assert_string_equal(proviso_rule_citation_place(rule, 0), "line 7");
    assert_string_equal(proviso_rule_citation_place(rule, 1), "");
    assert_null(proviso_rule_citation_place(rule, 2));
    assert_null(proviso_grounds_rule(grounds, 1));
    assert_int_equal(proviso_grounds_need_count(grounds), 0);
    assert_null(proviso_grounds_reason(grounds, 0));
    assert_int_equal(proviso_decision_state(AT("may_return")), PROVISO_STATE_UNDECIDED);
    assert_int_equal(proviso_decision_yes_no(AT("may_return"), &yes), PROVISO_NO_VALUE);
    assert_string_equal(proviso_decision_text(AT("may_return")), "");
    proviso_answer_release(answer);

    assert_int_equal(proviso_record_set_integer(record, "copies", 20), PROVISO_OK);
    answer = ask(record, "2021-02-01");
    assert_int_equal(proviso_decision_state(AT("may_return")), PROVISO_STATE_CONFLICT);
    grounds = proviso_decision_grounds(AT("may_return"));
    assert_int_equal(proviso_grounds_rule_count(grounds), 2);
    assert_string_equal(proviso_rule_gives(proviso_grounds_rule(grounds, 1)), "no");
    proviso_answer_release(answer);

    assert_int_equal(proviso_record_set_integer(record, "copies", 1), PROVISO_OK);
    assert_int_equal(proviso_record_set_unknown(record, "paid"), PROVISO_OK);
    assert_int_equal(proviso_record_set_json(record, "items", "[{}]", 4), PROVISO_OK);
    answer = ask(record, "2021-04-01");
    assert_int_equal(proviso_decision_state(AT("broken")), PROVISO_STATE_FAILED);
    assert_string_equal(proviso_grounds_reason(proviso_decision_grounds(AT("broken")), 0),
                        "a number is divided by zero (shop.proviso:27)");
    assert_int_equal(proviso_decision_state(AT("fee")), PROVISO_STATE_UNDETERMINED);
    grounds = proviso_decision_grounds(AT("fee"));
    assert_int_equal(proviso_grounds_need_count(grounds), 1);
    assert_string_equal(proviso_grounds_need(grounds, 0), "paid");
    assert_string_equal(proviso_grounds_reason(grounds, 0), "paid is not known");
    assert_false(proviso_rule_applies(proviso_grounds_rule(grounds, 0)));
    assert_string_equal(proviso_grounds_need(proviso_decision_grounds(AT("sums")), 0), "items[0].price");
    proviso_answer_release(answer);
}

static void duties_reminders_notices(void **state) {
    proviso_record *record = ((struct shop *)*state)->record;
    const proviso_announcement *announcement;
    const proviso_duty *pay, *collect;
    proviso_answer *answer;
    fill(record);
    answer = ask(record, "2021-04-01");
    pay = proviso_answer_duty(answer, "pay");
    collect = proviso_answer_duty_at(answer, 1);
    assert_int_equal(proviso_answer_duty_count(answer), 2);
    assert_string_equal(proviso_duty_name(pay), "pay");
    assert_int_equal(proviso_duty_state(pay), PROVISO_DUE);
    assert_int_equal(proviso_duty_status(pay), PROVISO_PROGRESS_OVERDUE);
    assert_string_equal(proviso_duty_by(pay), "2021-03-02");
    assert_null(proviso_duty_from(pay));
    assert_string_equal(proviso_rule_gives(proviso_grounds_rule(proviso_duty_grounds(pay), 0)), "2021-03-02");
    assert_string_equal(proviso_duty_from(collect), "2021-01-31");
    assert_string_equal(proviso_duty_by(collect), "2021-03-02");
    assert_null(proviso_answer_duty(answer, "nothing"));
    assert_int_equal(proviso_answer_reminder_count(answer), 1);
    announcement = proviso_answer_reminder(answer, 0);
    assert_string_equal(proviso_announcement_text(announcement), "Collect by 2021-03-02.");
    assert_string_equal(proviso_announcement_on(announcement), "2021-02-27");
    assert_false(proviso_announcement_possible(announcement));
    assert_string_equal(
        proviso_rule_name(proviso_grounds_rule(proviso_announcement_grounds(announcement), 0)), "shelf");
    assert_int_equal(proviso_answer_notice_count(answer), 1);
    announcement = proviso_answer_notice(answer, 0);
    assert_string_equal(proviso_announcement_text(announcement), "Pay for Sky blue.");
    assert_null(proviso_announcement_on(announcement));
    assert_null(proviso_answer_notice(answer, 1));
    proviso_answer_release(answer);

    proviso_record_clear(record);
    answer = ask(record, "2021-04-01");
    pay = proviso_answer_duty(answer, "pay");
    assert_int_equal(proviso_duty_state(pay), PROVISO_DUE_POSSIBLE);
    assert_int_equal(proviso_duty_status(pay), PROVISO_PROGRESS_UNKNOWN);
    assert_null(proviso_duty_by(pay));
    assert_true(proviso_announcement_possible(proviso_answer_reminder(answer, 0)));
    assert_null(proviso_announcement_on(proviso_answer_reminder(answer, 0)));
    proviso_answer_release(answer);
}

static void days_of_a_question(void **state) {
    proviso_record *record = ((struct shop *)*state)->record;
    proviso_answer *answer = (proviso_answer *)record;
    fill(record);
    REFUSED(proviso_evaluate(record, "2021-04-31", NULL, &answer), PROVISO_BAD_VALUE,
            "on \"2021-04-31\" is no date: April 2021 has 30 days");
    assert_null(answer);
    REFUSED(proviso_evaluate(record, "2021-04-30", "soon", &answer), PROVISO_BAD_VALUE, "known_on \"soon\"");
    REFUSED(proviso_evaluate(record, NULL, NULL, &answer), PROVISO_NO_DAY, "the policy names no field");
    assert_int_equal(proviso_evaluate(record, "2021-04-30", NULL, NULL), PROVISO_MISUSE);
    answer = ask(record, "2023-01-01");
    assert_false(proviso_answer_covered(answer));
    assert_int_equal(proviso_answer_problem_count(answer), 0);
    assert_int_equal(proviso_answer_decision_count(answer), 0);
    assert_string_equal(proviso_answer_today(answer), "2023-01-01");
    proviso_answer_release(answer);
    /* A requirement that the record breaks. */
    assert_int_equal(proviso_record_set_member(record, "tint", "red"), PROVISO_OK);
    assert_int_equal(proviso_record_set_number(record, "price", "500"), PROVISO_OK);
    REFUSED(proviso_evaluate(record, "2021-04-30", NULL, &answer), PROVISO_REJECTED, "A red one is cheap");
    assert_int_equal(proviso_answer_problem_count(answer), 1);
    assert_string_equal(proviso_diagnostic_code(proviso_answer_problem(answer, 0)), "E0801");
    proviso_answer_release(answer);
    /* The record is as it was. */
    assert_int_equal(proviso_record_set_number(record, "price", "499.99"), PROVISO_OK);
    proviso_answer_release(ask(record, "2021-04-30"));
}

static void the_day_of_a_record(void **state) {
    static const char text[] =
        "policy p \"P\"\n  covers 2020-01-01 through 2020-12-31\n  today from \"seen\"\n"
        "decide d: yes/no otherwise no\n"
        "rule r\n  announced 2020-03-01\n  then d is yes\n";
    proviso_program *program = compile(NULL, text, PROVISO_OK);
    proviso_record *record;
    proviso_answer *answer;
    (void)state;
    assert_int_equal(proviso_record_new(program, &record), PROVISO_OK);
    REFUSED(proviso_evaluate(record, NULL, NULL, &answer), PROVISO_NO_DAY, "does not say its day");
    assert_int_equal(proviso_record_read_json(record, "{\"seen\": \"2020-02-02\"}", 22), PROVISO_OK);
    answer = ask(record, NULL);
    assert_string_equal(proviso_answer_today(answer), "2020-02-02");
    assert_string_equal(proviso_decision_text(AT("d")), "yes");
    proviso_answer_release(answer);
    assert_int_equal(proviso_evaluate(record, NULL, "2020-02-02", &answer), PROVISO_OK);
    assert_string_equal(proviso_decision_text(AT("d")), "no");
    proviso_answer_release(answer);
    proviso_record_release(record);
    proviso_program_release(program);
}

static void arguments_that_cannot_be(void **state) {
    proviso_program *program;
    proviso_set *set;
    (void)state;
    assert_int_equal(proviso_set_new(NULL, NULL, NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_load(NULL, 1, &set, &program), PROVISO_MISUSE);
    assert_int_equal(proviso_record_new(NULL, NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_set_new(NULL, NULL, &set), PROVISO_OK);
    assert_int_equal(proviso_set_add(set, NULL, "", 0), PROVISO_MISUSE);
    assert_int_equal(proviso_set_add(set, "x", NULL, 1), PROVISO_MISUSE);
    assert_int_equal(proviso_set_add_path(set, NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_set_compile(set, NULL), PROVISO_MISUSE);
    proviso_set_release(set);
    proviso_set_release(NULL);
    proviso_program_release(NULL);
    proviso_record_release(NULL);
    proviso_answer_release(NULL);
}

/* --- memory --- */

/* All there is to do, as far as memory lets it. True where it got to the end with the right answer. */
static bool everything(struct fail_alloc *f) {
    static const char facts[] =
        "{\"order\": {\"day\": \"2021-01-31\"}, \"notes\": \"x\", \"tints\": [\"red\"]}";
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    proviso_record *record = NULL;
    proviso_answer *answer = NULL;
    const char *json = NULL;
    bool done;
    enum proviso_status status = proviso_set_new(f->alloc.resize, f->alloc.context, &set);
#define STEP(CALL) status = status == PROVISO_OK ? (CALL) : status
    STEP(proviso_set_add(set, "shop.proviso", policy_text, strlen(policy_text)));
    STEP(proviso_set_compile(set, &program));
    STEP(proviso_record_new(program, &record));
    STEP(proviso_record_read_json(record, facts, sizeof facts - 1));
    STEP(proviso_record_set_yes_no(record, "paid", false));
    STEP(proviso_record_set_text(record, "note", "word"));
    STEP(proviso_record_set_json(record, "items", "[{\"price\": 1}]", 14));
    STEP(proviso_evaluate(record, "2021-04-01", NULL, &answer));
    STEP(proviso_answer_json(answer, &json, NULL));
#undef STEP
    if (status != PROVISO_OK)
        assert_int_equal(status, PROVISO_OUT_OF_MEMORY);
    assert_true((answer != NULL && json != NULL) || status != PROVISO_OK);
    done = status == PROVISO_OK;
    if (done)
        assert_string_equal(proviso_decision_text(AT("fee")), "2.50");
    proviso_answer_release(answer);
    proviso_record_release(record);
    proviso_program_release(program);
    proviso_set_release(set);
    return done;
}

static void memory_runs_out_anywhere(void **state) {
    struct fail_alloc f;
    size_t n, requests;
    (void)state;
    fail_alloc_init(&f, 0);
    assert_true(everything(&f));
    assert_true(fail_alloc_clean(&f));
    requests = f.requests;
    assert_true(requests > 50);
    for (n = 1; n <= requests; n++) {
        bool done;
        fail_alloc_init(&f, n);
        done = everything(&f);
        /* A failure may be made up for where there is another way, and never where all further ones fail as well. */
        assert_true(fail_alloc_clean(&f));
        assert_true(!done || f.failures <= 1);
    }
}

static void a_record_survives_a_failure(void **state) {
    struct fail_alloc f;
    proviso_program *program;
    proviso_record *record;
    proviso_answer *answer;
    bool failed = true;
    (void)state;
    fail_alloc_init(&f, 0);
    program = compile(&f, policy_text, PROVISO_OK);
    assert_int_equal(proviso_record_new(program, &record), PROVISO_OK);
    fill(record);
    for (size_t n = 1; failed; n++) {
        enum proviso_status first, second, third;
        f.requests = f.failures = 0;
        f.fail_at = n;
        first = proviso_record_set_text(record, "note", "kept");
        second = proviso_evaluate(record, "2021-04-01", NULL, &answer);
        proviso_answer_release(answer);
        third = proviso_record_read_json(record, "{\"paid\": true, \"order\": 1}", 26);
        failed = f.failures > 0;
        f.fail_at = 0;
        if (!failed)
            assert_true(first == PROVISO_OK && second == PROVISO_OK && third == PROVISO_REJECTED);
        else if (third == PROVISO_OUT_OF_MEMORY)
            assert_string_equal(proviso_record_message(record), proviso_status_text(PROVISO_OUT_OF_MEMORY));
        if (third == PROVISO_REJECTED)
            assert_int_equal(proviso_record_read_json(record, "{}", 2), PROVISO_OK);
        fill(record);
        answer = ask(record, "2021-04-01");
        assert_string_equal(proviso_decision_text(AT("fee")), "2.50");
        proviso_answer_release(answer);
    }
    proviso_record_release(record);
    proviso_program_release(program);
    assert_true(fail_alloc_clean(&f));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_and_library_fit),
        cmocka_unit_test_setup_teardown(what_a_program_has, open_shop, close_shop),
        cmocka_unit_test(mistakes_have_places),
        cmocka_unit_test(an_empty_set_is_invalid),
        cmocka_unit_test(paths_and_folders),
        cmocka_unit_test_setup_teardown(values_that_cannot_be, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(unknown_none_and_clear, open_shop, close_shop),
        cmocka_unit_test(memory_of_a_record_is_bounded),
        cmocka_unit_test_setup_teardown(whole_records, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(records_are_one_object, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(values_by_type, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(reasons, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(duties_reminders_notices, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(days_of_a_question, open_shop, close_shop),
        cmocka_unit_test(the_day_of_a_record),
        cmocka_unit_test(arguments_that_cannot_be),
        cmocka_unit_test(memory_runs_out_anywhere),
        cmocka_unit_test(a_record_survives_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
