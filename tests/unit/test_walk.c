/*
 * The walk over all cells of small policies: its cells are a partition of the cases, each with the one answer that the evaluator
 * gives there; budgets, stops, and what it is kept within. Must not know what lint or diff ask.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "interp/analysis/derived.h"
#include "interp/analysis/walk.h"
#include "tests/support/policies.h"

enum { COUNTS = 12, DAYS = 40, CASES = COUNTS * 2 * DAYS };

/* A policy over a number, a yes/no and a date, whose first decision is asked for; 9 stands for no value. */
struct walked {
    struct policy policy;
    struct walk walk;
    int answers[CASES]; /* by case; 0: no cell had it */
    uint64_t told, stop_at;
    uint32_t variables, choices; /* of the space: where it grows the walk begins again */
};

static const char facts[] = "fact count: number 0 through 11\nfact good: yes/no\n"
                            "fact begins: date 2020-01-25 through 2020-03-04\n"
                            "decide stage: number 0 through 8\n";

static int ask_stage(struct walk *walk, void *context, struct atom *atom) {
    struct verdict_view seen = see_decision(&walk->engines[0], 0);
    (void)context;
    if (seen.seen == SEEN_SPLIT) {
        *atom = seen.value.atom;
        return WALK_SPLIT;
    }
    if (seen.seen != SEEN_VALUE)
        return 9;
    return seen.value.kind == SYM_NUMBER && seen.value.linear->count == 0
               ? 10 + (int)seen.value.linear->constant
               : 20;
}

static num_i128 value_of_form(const struct space *space, const struct linear *form, const int64_t *facts_of);

/* Where a function has no value. */
#define UNDEFINED INT64_MAX

/* What a variable is in a case; the values of number and date come first and last among the facts. */
static int64_t value_of_variable(const struct space *space, uint32_t variable, const int64_t *facts_of) {
    const struct variable *v = &space->variables[variable];
    int64_t value = UNDEFINED;
    if (v->derivation == DERIVED_NOT)
        return variable == space->places[0].variable   ? facts_of[0] * v->unit
               : variable == space->places[2].variable ? facts_of[1]
               : variable == VARIABLE_TODAY            ? 18414
                                                       : 0;
    (void)derived_value(v, value_of_form(space, v->first, facts_of),
                        v->second ? value_of_form(space, v->second, facts_of) : 0, &value);
    return value;
}

static num_i128 value_of_form(const struct space *space, const struct linear *form, const int64_t *facts_of) {
    num_i128 value = form->constant;
    for (uint32_t i = 0; i < form->count; i++)
        value += form->parts[i].factor * value_of_variable(space, form->parts[i].variable, facts_of);
    return value;
}

/* Whether the case, on the day 2020-06-01, is in the cell at hand. */
static bool in_cell(const struct walk *walk, int number) {
    const struct space *space = &walk->space;
    const int64_t facts_of[] = {number % COUNTS, 18286 + number / COUNTS / 2};
    if (!zone_may(&space->shape, walk->zone, space->places[1].choice, (uint32_t)(number / COUNTS % 2)))
        return false;
    for (size_t i = 0; i < walk->sum_count; i++) {
        num_i128 value = value_of_form(space, walk->sums[i].sum, facts_of);
        if (value < walk->sums[i].low || value > walk->sums[i].high)
            return false;
    }
    for (uint32_t i = 0; i < space->variable_count; i++) {
        for (uint32_t j = 0; j < space->variable_count; j++) {
            uint32_t a = space->variables[i].zone, b = space->variables[j].zone;
            int64_t x = value_of_variable(space, i, facts_of), y = value_of_variable(space, j, facts_of);
            if (a != NO_ZONE && b != NO_ZONE && x != UNDEFINED && y != UNDEFINED &&
                x - y > zone_most(&space->shape, walk->zone, a, b))
                return false;
        }
    }
    return true;
}

static enum walk_next receive(struct walk *walk, void *context, int answer, const struct walk_point *point,
                              bool sure) {
    struct walked *walked = context;
    assert_null(point);
    if (!sure)
        fail_msg("a cell with the answer %d rests on something opaque", answer);
    if (walked->variables != walk->space.shape.variables || walked->choices != walk->space.shape.choices)
        memset(walked->answers, 0, sizeof walked->answers);
    walked->variables = walk->space.shape.variables;
    walked->choices = walk->space.shape.choices;
    walked->told++;
    for (int i = 0; i < CASES; i++) {
        if (!in_cell(walk, i))
            continue;
        assert_int_equal(walked->answers[i], 0);
        walked->answers[i] = answer;
    }
    return walked->told == walked->stop_at ? WALK_STOP : WALK_ON;
}

static void walked_open(struct walked *walked, const char *rules, uint64_t budget) {
    struct buffer text;
    memset(walked, 0, sizeof *walked);
    buffer_init(&text, pv_alloc_default());
    buffer_string(&text, facts);
    buffer_string(&text, rules);
    policy_open(&walked->policy, text.data, NULL);
    buffer_free(&text);
    assert_true(walk_init(&walked->walk, &walked->policy.arena, walked->policy.program, NULL, budget));
}

static void walked_free(struct walked *walked) {
    walk_free(&walked->walk);
    policy_free(&walked->policy);
}

/* What the evaluator says of the case. */
static int evaluated(struct walked *walked, int number) {
    char given[80], day[11];
    cal_format((cal_day)(18286 + number / COUNTS / 2), day);
    snprintf(given, sizeof given, "count=%d good=%s begins=%s", number % COUNTS,
             number / COUNTS % 2 ? "yes" : "no", day);
    const char *answer = policy_answer(&walked->policy, given, "2020-06-01");
    return strncmp(answer, "stage=", 6) == 0 && answer[6] >= '0' && answer[6] <= '9' ? 10 + (answer[6] - '0')
                                                                                     : 9;
}

static void check(const char *rules) {
    struct walked walked;
    walked_open(&walked, rules, 100000);
    assert_int_equal(walk_cells(&walked.walk, NULL, 0, ask_stage, receive, &walked), WALK_DONE);
    for (int i = 0; i < CASES; i++) {
        if (walked.answers[i] != evaluated(&walked, i))
            fail_msg("case %d: %d in its cell, %d evaluated", i, walked.answers[i], evaluated(&walked, i));
    }
    walked_free(&walked);
}

static void cells_are_a_partition(void **state) {
    (void)state;
    check("rule a when count < 5 and good then stage is 1\n"
          "rule b when count >= 5 or not good then stage is 2\n");
    check("rule a when begins before 2020-02-10 then stage is 1\n"
          "rule b when 1 month after begins after 2020-03-20 and count is one of 1, 3, 7 then stage is 2\n"
          "exception c to a when weekday of begins is one of sunday, monday then stage is 3\n"
          "exception d to c when good then stage is 4\n");
    check("decide inner: number 0 through 8 otherwise 6\n"
          "rule a when count + day of begins > 30 then inner is 5\n"
          "rule b when good and begins in (2020-02-01 through 2020-02-29) then inner is 4\n"
          "rule c when inner < 5 then stage is 7\n"
          "rule d when inner > 4 and not good then stage is 8\n");
}

/* What may come agrees, or does not, with what is there: that hangs on a split, and is waited for. */
static void open_rules_that_agree(void **state) {
    (void)state;
    check("decide inner: yes/no\n"
          "rule a when 1 / (count - count) > 0 then inner is good\n"
          "rule b when count > 3 then inner is no\n"
          "rule c when inner then stage is 1\n"
          "rule d when not inner then stage is 2\n");
    check("decide inner: yes/no otherwise no\n"
          "rule a when 1 / (count - count) > 0 then inner is good\n"
          "rule d when not inner then stage is 2\n");
}

/* A number of months, a year, that leads out of the calendar is a failure, not a day. */
static void functions_that_fail(void **state) {
    (void)state;
    check("rule a when anniversary of begins in count before 2020-01-01 then stage is 1\n");
    check("rule a when (count * 12000) months after begins after 2020-01-01 then stage is 1\n");
    check("rule a when (count months after begins rounded error) after 2020-06-01 then stage is 1\n"
          "rule b when good then stage is 1\n");
    check("rule a when (anniversary of begins in (2019 + count) rounded error) after 2024-01-01 then stage "
          "is 3\n");
    check(
        "rule a when (next anniversary of begins after 2022-02-28 rounded error) after 2023-02-20 then stage "
        "is 3\n");
}

static void budgets_and_stops(void **state) {
    static const char rules[] = "rule a when count < 5 and good then stage is 1\n"
                                "rule b when count >= 5 or not good then stage is 2\n";
    struct walked walked;
    (void)state;
    walked_open(&walked, rules, 2);
    assert_int_equal(walk_cells(&walked.walk, NULL, 0, ask_stage, receive, &walked), WALK_BUDGET);
    assert_true(walked.walk.cells <= 2);
    walked_free(&walked);
    walked_open(&walked, rules, 1000);
    walked.stop_at = 1;
    assert_int_equal(walk_cells(&walked.walk, NULL, 0, ask_stage, receive, &walked), WALK_STOPPED);
    assert_int_equal(walked.told, 1);
    /* Kept within one rule's conditions, it tells of nothing else. */
    uint32_t count;
    const struct atom *atoms = rule_atoms(&walked.walk.engines[0], 0, &count);
    memset(walked.answers, 0, sizeof walked.answers);
    walked.stop_at = 0;
    assert_int_equal(walk_cells(&walked.walk, atoms, count, ask_stage, receive, &walked), WALK_DONE);
    for (int i = 0; i < CASES; i++)
        assert_int_equal(walked.answers[i], i % COUNTS < 5 && i / COUNTS % 2 ? 11 : 0);
    walked_free(&walked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_a_partition),
        cmocka_unit_test(open_rules_that_agree),
        cmocka_unit_test(functions_that_fail),
        cmocka_unit_test(budgets_and_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
