/*
 * Law: where two random small policies differ is where trying all cases finds it: a policy beside itself in another
 * order differs nowhere, beside one with a change exactly in the decisions that come out otherwise in some case. What
 * is left undecided is counted, and is seldom where a policy is linear.
 */
#include "interp/analysis/compare.h"
#include "interp/analysis/confirm.h"
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct counts {
    uint64_t pairs, same, different, not_decided, wrong;
};

static void wrong(const struct law_policy *a, const struct law_policy *b, struct counts *counts,
                  const char *what, struct text name) {
    printf("WRONG, seed %llu: %s: %.*s\n", (unsigned long long)a->seed, what, (int)name.length, name.bytes);
    if (counts->wrong++ >= 2)
        return;
    law_print(a);
    law_print(b);
}

/* The case of a difference is one: each policy takes it, and they decide otherwise. */
static bool case_differs(const struct law_policy *const policies[2], const struct comparison *comparison,
                         size_t item, const struct difference *difference, struct arena *arena) {
    const struct program *const programs[2] = {policies[0]->program, policies[1]->program};
    const struct outcome *outcomes[2];
    struct confirmed confirmed[2];
    for (int i = 0; i < 2; i++) {
        if (confirm(programs[i], difference->witnesses[i], arena, &confirmed[i]) != CONFIRM_RAN)
            return false;
        outcomes[i] = &confirmed[i].outcome;
    }
    return compare_outcomes(programs, outcomes, comparison, item, NULL);
}

static uint32_t index_of(const struct policy_set *set, const struct compared *item) {
    for (uint32_t i = 0; i < set->decision_count; i++) {
        if (text_equal(set->decisions[i].shown, item->name))
            return i;
    }
    return UINT32_MAX;
}

static void check_item(const struct law_policy *const policies[2], const struct comparison *comparison,
                       size_t index, const struct small_differences *tried, struct arena *arena,
                       struct counts *counts) {
    const struct compared *item = &comparison->items[index];
    uint32_t decision = item->kind == COMPARED_DECISION ? index_of(&policies[0]->set, item) : UINT32_MAX;
    counts->same += item->verdict == COMPARED_SAME;
    counts->different += item->verdict == COMPARED_DIFFERENT;
    counts->not_decided += item->verdict == COMPARED_NOT_DECIDED;
    if (decision != UINT32_MAX && item->verdict == COMPARED_SAME && tried->decisions[decision])
        wrong(policies[0], policies[1], counts, "a difference was missed", item->name);
    if (decision != UINT32_MAX && item->verdict == COMPARED_DIFFERENT && !tried->decisions[decision])
        wrong(policies[0], policies[1], counts, "no case differs", item->name);
    for (size_t i = 0; i < item->count; i++) {
        if (!case_differs(policies, comparison, index, &item->differences[i], arena))
            wrong(policies[0], policies[1], counts, "the case of a difference is none", item->name);
    }
}

static void compare(const struct law_policy *a, const struct law_policy *b, struct arena *arena, bool alike,
                    struct counts *counts) {
    static const struct compare_options options = {0};
    const struct law_policy *const policies[2] = {a, b};
    struct comparison comparison;
    struct small_differences tried;
    assert_true(compare_run(a->program, b->program, &options, arena, &comparison));
    small_compare(a, b, arena, &tried);
    counts->pairs++;
    for (size_t i = 0; i < comparison.count; i++) {
        if (alike && comparison.items[i].verdict == COMPARED_DIFFERENT)
            wrong(a, b, counts, "another order makes a difference", comparison.items[i].name);
        check_item(policies, &comparison, i, &tried, arena, counts);
    }
    if (alike && comparison.change_count > 0)
        wrong(a, b, counts, "another order declares otherwise", comparison.changes[0].name);
}

static void one_policy(uint64_t seed, struct arena *arena, struct counts *counts) {
    struct law_policy policy, other;
    struct luck luck = {seed};
    bool linear = seed % 2 == 0;
    law_make_small(&policy, seed, linear, NULL);
    law_make_small(&other, seed, linear, &luck);
    compare(&policy, &other, arena, true, &counts[2]);
    law_free(&other);
    law_begin(&other, policy.seed);
    generate_small(policy.seed, linear, &other.arena, &other.generated);
    if (generate_change(&luck, &other.arena, &other.generated) && law_check(&other, NULL)) {
        law_compile(&other);
        compare(&policy, &other, arena, false, &counts[seed % 2]);
    }
    law_free(&other);
    law_free(&policy);
}

static void all_cases(void **state) {
    static const char *const names[] = {"changed, linear", "changed, others", "in another order"};
    uint32_t n = law_only() ? 1 : law_policies(600), i;
    uint64_t seed = law_only() ? law_only() : law_seed() * 1000453;
    struct counts counts[3] = {{0}, {0}, {0}};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        arena_reset(&arena);
        one_policy(seed + i, &arena, counts);
    }
    arena_free(&arena);
    for (i = 0; i < 3; i++)
        printf("diff, %s: %llu pairs of policies: %llu items the same, %llu different, %llu not decided\n",
               names[i], (unsigned long long)counts[i].pairs, (unsigned long long)counts[i].same,
               (unsigned long long)counts[i].different, (unsigned long long)counts[i].not_decided);
    for (i = 0; i < 3; i++)
        assert_int_equal(counts[i].wrong, 0);
    if (n < 100)
        return;
    assert_true(counts[0].different > 20 && counts[1].different > 20);
    assert_true(counts[0].not_decided * 50 <= counts[0].different + counts[0].not_decided + counts[0].same);
    assert_true(counts[2].not_decided * 500 <= counts[2].same);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
