/*
 * Laws on random small policies, over all records and days: a formatted policy decides as its source does, and
 * so does one in another order; a policy does not differ from itself; a changed one mostly does. Also says how
 * often each thing arose that the analysis looks for, so that agreement with it means something.
 */
#include "grammar/format.h"
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct counts {
    uint64_t policies, cases, valid, rules, dead, decisions, gaps, conflicts, exceptions, idle, maybe_idle;
    uint64_t conditions, always, never, idle_conditions, failures, empty_periods, properties, held, open;
    uint64_t changed, refused, differ;
};

static void count_rules(const struct law_policy *policy, const struct small_facts *f, struct counts *counts) {
    const struct policy_set *set = &policy->set;
    size_t i;
    counts->rules += set->rule_count;
    for (i = 0; i < set->rule_count; i++) {
        counts->dead += f->degrees[i] == 1u << DEGREE_NO;
        if (set->rules[i].kind != RULE_EXCEPTION)
            continue;
        counts->exceptions++;
        counts->idle += f->takes[i] == SMALL_NEVER;
        counts->maybe_idle += f->takes[i] == SMALL_MAYBE;
    }
    counts->decisions += set->decision_count;
    for (i = 0; i < set->decision_count; i++)
        counts->gaps += (f->decisions[i] >> STATE_UNDECIDED) & 1;
    counts->conflicts += f->conflict_count;
}

static void count_rest(const struct law_policy *policy, const struct small_facts *f, struct counts *counts) {
    const struct policy_set *set = &policy->set;
    size_t i;
    counts->conditions += f->condition_count;
    for (i = 0; i < f->condition_count; i++) {
        counts->always += f->conditions[i].seen == SMALL_YES;
        counts->never += (f->conditions[i].seen & (SMALL_YES | SMALL_OPEN)) == 0;
        counts->idle_conditions += !f->conditions[i].decisive;
    }
    for (i = 0; i < set->node_limit; i++) {
        counts->failures += f->failures[i];
        counts->empty_periods += f->empty_periods[i];
    }
    counts->properties += set->property_count;
    for (i = 0; i < set->property_count; i++) {
        counts->held += (f->properties[i] & SMALL_NO) == 0;
        counts->open += (f->properties[i] & SMALL_OPEN) != 0;
    }
}

static void same(const struct law_policy *policy, const struct law_policy *other, struct arena *arena,
                 const char *what) {
    struct small_differences found;
    small_compare(policy, other, arena, &found);
    if (!found.any)
        return;
    law_print(policy);
    law_print(other);
    fail_msg("%s decides otherwise", what);
}

/* The policy with every file formatted. */
static void formatted(const struct law_policy *policy, struct law_policy *other) {
    uint32_t i;
    law_begin(other, policy->seed);
    other->generated = policy->generated;
    other->generated.declaration_count = 0;
    policy_set_init(&other->set, &other->arena);
    for (i = 0; i < policy->generated.file_count; i++) {
        const struct source *from = policy->set.sources.files[i], *source;
        struct buffer text;
        buffer_init(&text, pv_alloc_default());
        source = sources_add(&other->set.sources, from->path, from->text, from->length);
        assert_non_null(source);
        assert_int_equal(format_source(&other->set.parsing, source, &text), FORMAT_DONE);
        other->generated.headers[i] = arena_copy(&other->arena, text.data, text.length);
        assert_non_null(other->generated.headers[i]);
        buffer_free(&text);
    }
    assert_true(law_check(other, NULL));
    law_compile(other);
}

static void change(const struct law_policy *policy, bool linear, struct luck *luck, struct arena *arena,
                   struct counts *counts) {
    struct law_policy other;
    struct small_differences found;
    law_begin(&other, policy->seed);
    generate_small(policy->seed, linear, &other.arena, &other.generated);
    if (generate_change(luck, &other.arena, &other.generated)) {
        counts->changed++;
        if (!law_check(&other, NULL)) {
            counts->refused++;
        } else {
            law_compile(&other);
            small_compare(policy, &other, arena, &found);
            counts->differ += found.any;
        }
    }
    law_free(&other);
}

static void one_policy(uint64_t seed, bool linear, struct arena *arena, struct counts *counts) {
    struct law_policy policy, other;
    struct small_facts facts;
    struct luck luck = {seed};
    law_make_small(&policy, seed, linear, NULL);
    small_explore(&policy, arena, &facts);
    counts->policies++;
    counts->cases += facts.space.cases;
    counts->valid += facts.valid;
    count_rules(&policy, &facts, counts);
    count_rest(&policy, &facts, counts);
    same(&policy, &policy, arena, "a policy beside itself");
    law_make_small(&other, seed, linear, &luck);
    same(&policy, &other, arena, "the policy in another order");
    law_free(&other);
    formatted(&policy, &other);
    same(&policy, &other, arena, "the formatted policy");
    law_free(&other);
    change(&policy, linear, &luck, arena, counts);
    law_free(&policy);
}

static void report(const struct counts *c) {
    printf(
        "small: %llu policies, %.0f cases each, %.1f %% of them valid; of %llu rules %.1f %% dead, of %llu "
        "decisions %.1f %% with a gap, %llu conflicts\n",
        (unsigned long long)c->policies, (double)c->cases / (double)c->policies,
        100.0 * (double)c->valid / (double)c->cases, (unsigned long long)c->rules,
        100.0 * (double)c->dead / (double)c->rules, (unsigned long long)c->decisions,
        100.0 * (double)c->gaps / (double)c->decisions, (unsigned long long)c->conflicts);
    printf("small: of %llu exceptions %.1f %% idle, %.1f %% perhaps; of %llu conditions %.1f %% always, %.1f "
           "%% never, "
           "%.1f %% idle; %llu failures, %llu empty periods\n",
           (unsigned long long)c->exceptions, 100.0 * (double)c->idle / (double)c->exceptions,
           100.0 * (double)c->maybe_idle / (double)c->exceptions, (unsigned long long)c->conditions,
           100.0 * (double)c->always / (double)c->conditions,
           100.0 * (double)c->never / (double)c->conditions,
           100.0 * (double)c->idle_conditions / (double)c->conditions, (unsigned long long)c->failures,
           (unsigned long long)c->empty_periods);
    printf("small: of %llu properties %.1f %% hold, %.1f %% are open somewhere; of %llu changes %llu not "
           "accepted, "
           "%llu differ\n",
           (unsigned long long)c->properties, 100.0 * (double)c->held / (double)c->properties,
           100.0 * (double)c->open / (double)c->properties, (unsigned long long)c->changed,
           (unsigned long long)c->refused, (unsigned long long)c->differ);
}

static void all_cases(void **state) {
    uint32_t n = law_policies(1000), i;
    uint64_t seed = law_seed();
    struct counts counts = {.policies = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        arena_reset(&arena);
        one_policy(seed * 1000037 + i, i % 2 == 0, &arena, &counts);
    }
    arena_free(&arena);
    report(&counts);
    if (n < 100)
        return;
    assert_true(counts.dead * 50 > counts.rules && counts.dead * 3 < counts.rules * 2);
    assert_true(counts.gaps * 20 > counts.decisions && counts.conflicts * 4 > counts.policies);
    assert_true(counts.idle * 20 > counts.exceptions && counts.idle * 5 < counts.exceptions * 4);
    assert_true(counts.held * 10 > counts.properties && counts.held * 10 < counts.properties * 9);
    assert_true(counts.differ * 10 > counts.changed && counts.differ < counts.changed - counts.refused);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
