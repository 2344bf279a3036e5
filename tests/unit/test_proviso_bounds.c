/*
 * test_proviso_bounds.c: what the public C interface answers for an index or a name that is not there, for a value that is
 * none, and for arguments that are NULL: always the stated nothing, never memory that is somebody else's.
 *
 * Only proviso.h is used. What it answers for what is there is the matter of test_proviso.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "interp/proviso.h"

static const char policy_text[] = "policy shop \"A shop\"\n"
                                  "  covers 2021-01-01 through 2021-12-31\n"
                                  "source terms \"Terms\"\n"
                                  "fact paid \"Paid\": yes/no\n"
                                  "fact note \"Note\": optional text\n"
                                  "decide fee \"Fee\": number 0 through 10\n"
                                  "decide remark: optional text otherwise note\n"
                                  "duty pay \"Pay\" done when paid\n"
                                  "rule late \"Late\"\n"
                                  "  cites terms\n"
                                  "  when not paid\n"
                                  "  then fee is 5\n"
                                  "       must pay by 2021-02-01\n"
                                  "       remind 2021-01-15 \"Pay.\"\n"
                                  "       notice \"It is late.\"\n";

static proviso_program *compile(void) {
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    assert_int_equal(proviso_set_new(NULL, NULL, &set), PROVISO_OK);
    assert_int_equal(proviso_set_add(set, "shop.proviso", policy_text, strlen(policy_text)), PROVISO_OK);
    assert_int_equal(proviso_set_compile(set, &program), PROVISO_OK);
    assert_null(proviso_set_diagnostic(set, proviso_set_diagnostic_count(set)));
    assert_string_equal(proviso_set_message(set), "");
    proviso_set_release(set);
    return program;
}

static void programs(void **state) {
    proviso_program *program = compile();
    size_t facts = proviso_program_fact_count(program);
    size_t decisions = proviso_program_decision_count(program);
    size_t duties = proviso_program_duty_count(program);
    (void)state;
    assert_int_equal(facts, 2);
    assert_int_equal(decisions, 2);
    assert_int_equal(duties, 1);
    assert_null(proviso_program_fact_name(program, facts));
    assert_null(proviso_program_fact_title(program, facts));
    assert_int_equal(proviso_program_fact_type(program, facts), PROVISO_TEXT);
    assert_false(proviso_program_fact_optional(program, facts));
    assert_int_equal(proviso_program_fact_member_count(program, facts), 0);
    assert_int_equal(proviso_program_fact_member_count(program, 0), 0);
    assert_null(proviso_program_decision_name(program, decisions));
    assert_null(proviso_program_decision_title(program, decisions));
    assert_int_equal(proviso_program_decision_type(program, decisions), PROVISO_TEXT);
    assert_null(proviso_program_duty_name(program, duties));
    assert_null(proviso_program_duty_title(program, duties));
    /* A name of another kind of thing is no name of this one. */
    assert_true(proviso_program_fact(program, "fee") >= facts);
    assert_true(proviso_program_fact(program, NULL) >= facts);
    assert_true(proviso_program_decision(program, "paid") >= decisions);
    assert_true(proviso_program_decision(program, NULL) >= decisions);
    assert_true(proviso_program_duty(program, "late") >= duties);
    assert_true(proviso_program_duty(program, NULL) >= duties);
    proviso_program_release(program);
}

static void records(void **state) {
    proviso_program *program = compile();
    proviso_record *record = NULL;
    proviso_answer *answer = NULL;
    (void)state;
    assert_int_equal(proviso_record_new(program, NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_record_new(program, &record), PROVISO_OK);
    assert_string_equal(proviso_record_message(record), "");
    assert_null(proviso_record_diagnostic(record, proviso_record_diagnostic_count(record)));
    assert_int_equal(proviso_record_set_yes_no(NULL, "paid", true), PROVISO_MISUSE);
    assert_int_equal(proviso_record_set_yes_no(record, NULL, true), PROVISO_MISUSE);
    assert_int_equal(proviso_record_set_number(record, "paid", NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_record_set_json(record, "paid", NULL, 1), PROVISO_MISUSE);
    assert_int_equal(proviso_record_set_json(record, "paid", NULL, 0), PROVISO_BAD_VALUE);
    assert_int_equal(proviso_record_read_json(NULL, "{}", 2), PROVISO_MISUSE);
    assert_int_equal(proviso_record_read_json(record, NULL, 2), PROVISO_MISUSE);
    assert_int_equal(proviso_record_read_json(record, NULL, 0), PROVISO_REJECTED);
    assert_int_equal(proviso_evaluate(NULL, "2021-03-01", NULL, &answer), PROVISO_MISUSE);
    assert_int_equal(proviso_evaluate(record, "2021-03-01", NULL, NULL), PROVISO_MISUSE);
    proviso_record_release(record);
    proviso_program_release(program);
}

static void check_grounds(const proviso_grounds *grounds) {
    const proviso_rule *rule = proviso_grounds_rule(grounds, 0);
    assert_null(proviso_grounds_rule(grounds, proviso_grounds_rule_count(grounds)));
    assert_null(proviso_grounds_need(grounds, proviso_grounds_need_count(grounds)));
    assert_null(proviso_grounds_reason(grounds, proviso_grounds_reason_count(grounds)));
    assert_string_equal(proviso_rule_name(rule), "late");
    assert_int_equal(proviso_rule_citation_count(rule), 1);
    assert_string_equal(proviso_rule_citation_source(rule, 0), "Terms");
    assert_null(proviso_rule_citation_source(rule, 1));
    assert_null(proviso_rule_citation_place(rule, 1));
}

static void answers(void **state) {
    proviso_program *program = compile();
    proviso_record *record = NULL;
    proviso_answer *answer = NULL;
    const proviso_decision *fee, *remark;
    const char *json = NULL, *name = NULL;
    (void)state;
    assert_int_equal(proviso_record_new(program, &record), PROVISO_OK);
    assert_int_equal(proviso_record_set_yes_no(record, "paid", false), PROVISO_OK);
    assert_int_equal(proviso_record_set_none(record, "note"), PROVISO_OK);
    assert_int_equal(proviso_evaluate(record, "2021-03-01", NULL, &answer), PROVISO_OK);
    assert_null(proviso_answer_problem(answer, 0));
    assert_null(proviso_answer_decision_at(answer, proviso_answer_decision_count(answer)));
    assert_null(proviso_answer_decision(answer, "pay"));
    assert_null(proviso_answer_decision(answer, NULL));
    assert_null(proviso_answer_duty_at(answer, proviso_answer_duty_count(answer)));
    assert_null(proviso_answer_duty(answer, "fee"));
    assert_int_equal(proviso_answer_reminder_count(answer), 1);
    assert_null(proviso_answer_reminder(answer, 1));
    assert_int_equal(proviso_answer_notice_count(answer), 1);
    assert_null(proviso_answer_notice(answer, 1));
    assert_int_equal(proviso_answer_json(NULL, &json, NULL), PROVISO_MISUSE);
    assert_int_equal(proviso_answer_json(answer, NULL, NULL), PROVISO_MISUSE);

    fee = proviso_answer_decision(answer, "fee");
    remark = proviso_answer_decision(answer, "remark");
    assert_false(proviso_decision_is_none(fee));
    assert_true(proviso_decision_is_none(remark));
    assert_int_equal(proviso_decision_member(fee, &name), PROVISO_WRONG_TYPE);
    assert_int_equal(proviso_decision_number(remark, NULL, NULL), PROVISO_WRONG_TYPE);
    check_grounds(proviso_decision_grounds(fee));
    check_grounds(proviso_duty_grounds(proviso_answer_duty(answer, "pay")));
    check_grounds(proviso_announcement_grounds(proviso_answer_notice(answer, 0)));
    proviso_answer_release(answer);

    /* What is not known is not none. */
    proviso_record_clear(record);
    assert_int_equal(proviso_evaluate(record, "2021-03-01", NULL, &answer), PROVISO_OK);
    assert_false(proviso_decision_is_none(proviso_answer_decision(answer, "remark")));
    proviso_answer_release(answer);
    proviso_record_release(record);
    proviso_program_release(program);
}

static void nothing_at_all(void **state) {
    static const char *const paths[] = {"nowhere"};
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    (void)state;
    assert_int_equal(proviso_set_add(NULL, "x", "", 0), PROVISO_MISUSE);
    assert_int_equal(proviso_set_add_path(NULL, "x"), PROVISO_MISUSE);
    assert_int_equal(proviso_set_compile(NULL, &program), PROVISO_MISUSE);
    assert_int_equal(proviso_load(paths, 1, NULL, &program), PROVISO_MISUSE);
    assert_int_equal(proviso_load(paths, 1, &set, NULL), PROVISO_MISUSE);
    assert_null(set);
    assert_null(program);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs),
        cmocka_unit_test(records),
        cmocka_unit_test(answers),
        cmocka_unit_test(nothing_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
