/*
 * test_limits.c: the limits of a policy set, one below, at it and one above, each lowered to what a test reaches; and the
 * documented figures. The limits of one file and of one record are told in tests/cases/check-limits-edges and facts-limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "interp/facts/facts.h"
#include "interp/meaning/check.h"
#include "interp/program/compile.h"

static const char head[] = "policy p \"P\" covers 2020-01-01 through 2020-12-31\n"
                           "record part size: number\n"
                           "decide d: yes/no otherwise no\n"
                           "fact xs: list of part\n"
                           "fact n: number\n";
enum { HEAD_LINES = 5 };

/* A set of `head` and `count` times `piece` between `before` and `after`, its limits to be lowered before it is checked. */
struct limited {
    struct arena arena;
    struct policy_set set;
    struct buffer text;
};

static void limited_open(struct limited *l, const char *before, const char *piece, size_t count,
                         const char *after) {
    arena_init(&l->arena, pv_alloc_default());
    policy_set_init(&l->set, &l->arena);
    buffer_init(&l->text, pv_alloc_default());
    buffer_string(&l->text, head);
    buffer_string(&l->text, before);
    for (size_t i = 1; i <= count; i++)
        buffer_format(&l->text, piece, i);
    buffer_string(&l->text, after);
    assert_false(l->text.failed);
    assert_true(policy_set_add(&l->set, "p.proviso", l->text.data, l->text.length));
}

static void limited_close(struct limited *l) {
    buffer_free(&l->text);
    arena_free(&l->arena);
}

/* The one message, or "" where the set is valid. */
static const char *limited_check(struct limited *l) {
    bool valid = policy_set_check(&l->set);
    assert_false(l->set.diags.failed);
    assert_int_equal(valid, l->set.diags.count == 0);
    if (valid)
        return "";
    assert_int_equal(l->set.diags.count, 1);
    assert_int_equal(l->set.diags.items[0]->code, DIAG_E0902);
    return l->set.diags.items[0]->message;
}

static uint32_t limited_line(const struct limited *l) {
    struct span span = l->set.diags.items[0]->primary;
    uint32_t line, column;
    source_place(sources_of(&l->set.sources, span), span.start, &line, &column);
    return line;
}

static void the_documented_figures(void **state) {
    struct limited l;
    (void)state;
    limited_open(&l, "", "", 0, "");
    assert_int_equal(l.set.limits.facts, 100000);
    assert_int_equal(l.set.limits.rules, 1000000);
    assert_int_equal(l.set.limits.list_records, 1000000);
    assert_int_equal(l.set.limits.registers, 16777216);
    assert_int_equal(l.set.limits.operands, 268435456);
    assert_string_equal(limited_check(&l), "");
    limited_close(&l);
}

/* That 65,535 files are refused later, for having no header, is not looked at. */
static void files(void **state) {
    struct limited l;
    (void)state;
    limited_open(&l, "", "", 0, "");
    for (unsigned count = 2; count <= 65535; count++)
        assert_true(policy_set_add(&l.set, "more.proviso", "", 0));
    assert_int_equal(l.set.diags.count, 0);
    assert_int_equal(l.set.tree_count, 65535);
    assert_true(policy_set_add(&l.set, "last.proviso", "", 0));
    assert_int_equal(l.set.tree_count, 65535);
    assert_int_equal(l.set.diags.count, 1);
    assert_int_equal(l.set.diags.items[0]->code, DIAG_E0902);
    assert_string_equal(l.set.diags.items[0]->message,
                        "`last.proviso` is one file too many: a policy set is limited to 65535");
    limited_close(&l);
}

/* Two facts stand in `head`. */
static void facts(void **state) {
    (void)state;
    for (size_t count = 9; count <= 11; count++) {
        struct limited l;
        limited_open(&l, "", "fact f%zu: number\n", count - 2, "");
        l.set.limits.facts = 10;
        if (count <= 10) {
            assert_string_equal(limited_check(&l), "");
            assert_int_equal(l.set.fact_count, count);
        } else {
            assert_string_equal(limited_check(&l),
                                "this is one too many: a policy set is limited to 10 facts");
            assert_int_equal(limited_line(&l), HEAD_LINES + 9);
        }
        limited_close(&l);
    }
}

/* Rules, exceptions and rows count together, and the first of them that is too much is named, whatever it is. */
static void rules(void **state) {
    static const struct {
        const char *before, *piece, *after;
        size_t others;         /* beside the pieces */
        uint32_t before_lines; /* above the last of them */
    } kinds[] = {
        {"", "rule r%zu when n is 1 then d is yes\n", "", 0, 0},
        {"rule a when n is 1 then d is yes\n", "exception e%zu to a when n is 1 then d is yes\n", "", 1, 0},
        {"table t\n | n || d |\n", " | %zu || yes |\n", "", 0, 2},
        {"table t\n | n || d |\n", " | %zu || yes |\n", "rule z when n is 1 then d is yes\n", 1, 2},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t count = 9; count <= 11; count++) {
            struct limited l;
            limited_open(&l, kinds[k].before, kinds[k].piece, count - kinds[k].others, kinds[k].after);
            l.set.limits.rules = 10;
            if (count <= 10) {
                assert_string_equal(limited_check(&l), "");
                assert_int_equal(l.set.rule_count, count);
            } else {
                assert_string_equal(limited_check(&l), "this is one too many: a policy set is limited to 10 "
                                                       "rules, exceptions and rows of tables together");
                assert_int_equal(limited_line(&l), HEAD_LINES + kinds[k].before_lines + 11);
            }
            limited_close(&l);
        }
    }
}

/* Too many of one kind are no reason to say the same of another, nor of another file. */
static void one_message_for_all(void **state) {
    struct limited l;
    (void)state;
    limited_open(&l, "", "fact f%zu: number\n", 20, "rule a when n is 1 then d is yes\n");
    l.set.limits.facts = 10;
    l.set.limits.rules = 0;
    assert_true(policy_set_add(&l.set, "q.proviso", "amendment q to p\nfact again: date\n", 34));
    assert_string_equal(limited_check(&l), "this is one too many: a policy set is limited to 10 facts");
    limited_close(&l);
}

static void records_of_a_test(void **state) {
    (void)state;
    for (size_t count = 9; count <= 11; count++) {
        struct limited l;
        limited_open(&l, "test \"t\"\n given xs is [{size is 0}", ", {size is %zu}", count - 1,
                     "]\n on 2020-02-02\n expect d is no\n");
        l.set.limits.list_records = 10;
        assert_string_equal(limited_check(&l),
                            count <= 10 ? "" : "this list has 11 records, and a list is limited to 10");
        limited_close(&l);
    }
}

struct given {
    const struct buffer *text;
    size_t at;
};

static ptrdiff_t read_given(void *context, char *bytes, size_t length) {
    struct given *given = context;
    size_t rest = given->text->length - given->at;
    length = length < rest ? length : rest;
    if (length)
        memcpy(bytes, given->text->data + given->at, length);
    given->at += length;
    return (ptrdiff_t)length;
}

/* What is behind the last record that fits is read and judged for its form, and what is behind the list as ever. */
static void records_of_a_fact(void **state) {
    (void)state;
    for (size_t count = 9; count <= 12; count++) {
        struct limited l;
        struct facts_reader reader;
        struct record record;
        struct buffer text;
        struct given given = {&text, 0};
        struct facts_input input = {read_given, &given, "facts"};
        const struct schema *schema;
        limited_open(&l, "", "", 0, "");
        l.set.limits.list_records = 10;
        assert_string_equal(limited_check(&l), "");
        buffer_init(&text, pv_alloc_default());
        buffer_string(&text, "{\"xs\": [{\"size\": 0}");
        for (size_t i = 1; i < count; i++)
            buffer_format(&text, ",\n {\"size\": %zu}", i);
        buffer_string(&text, "], \"n\": 7}");
        schema = schema_build(&l.set, &l.arena);
        assert_non_null(schema);
        assert_true(facts_open(&reader, schema, &input, FACTS_JSON, pv_alloc_default()));
        assert_int_equal(facts_next(&reader, &l.arena, &record), FACTS_RECORD);
        assert_int_equal(record.values[1].as.number, 7);
        assert_int_equal(record.problem_count, count > 10);
        if (count > 10) {
            assert_int_equal(record.problems[0].code, DIAG_E0830);
            assert_string_equal(record.problems[0].message, "a list has at most 10 records");
            assert_string_equal(record.problems[0].path, "xs[10]");
            assert_int_equal(record.problems[0].line, 11);
        } else {
            assert_int_equal(record.values[0].as.list->count, count);
        }
        assert_int_equal(facts_next(&reader, &l.arena, &record), FACTS_END);
        facts_close(&reader);
        buffer_free(&text);
        limited_close(&l);
    }
}

/* The number of registers, or of operands, that a set of `head` and two rules takes; the limit is set to it, below and above. */
static void compiled(size_t *(*limit_of)(struct policy_limits *limits),
                     size_t (*taken)(const struct program *), const char *what) {
    size_t needed = 0;
    for (int round = 0; round < 4; round++) {
        struct limited l;
        struct program *program;
        char wanted[100];
        limited_open(&l, "", "rule r%zu when n is one of 1, 2, 3 then d is yes\n", 2, "");
        assert_string_equal(limited_check(&l), "");
        if (round > 0)
            *limit_of(&l.set.limits) = needed + (size_t)round - 2;
        if (round == 1) {
            assert_false(program_compile(&l.set, &l.arena, &program));
            assert_non_null(program);
            snprintf(wanted, sizeof wanted, "the policy needs more than %zu %s", needed - 1, what);
            assert_string_equal(program->problem, wanted);
        } else {
            assert_true(program_compile(&l.set, &l.arena, &program));
            assert_null(program->problem);
            needed = taken(program);
            assert_true(needed > 5);
        }
        limited_close(&l);
    }
}

static size_t *limit_of_registers(struct policy_limits *limits) {
    return &limits->registers;
}
static size_t *limit_of_operands(struct policy_limits *limits) {
    return &limits->operands;
}
static size_t registers_taken(const struct program *program) {
    return program->register_count;
}
static size_t operands_taken(const struct program *program) {
    return program->pool_count;
}

static void registers_and_operands(void **state) {
    (void)state;
    compiled(limit_of_registers, registers_taken, "registers");
    compiled(limit_of_operands, operands_taken, "operands");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documented_figures),
        cmocka_unit_test(files),
        cmocka_unit_test(facts),
        cmocka_unit_test(rules),
        cmocka_unit_test(one_message_for_all),
        cmocka_unit_test(records_of_a_test),
        cmocka_unit_test(records_of_a_fact),
        cmocka_unit_test(registers_and_operands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
