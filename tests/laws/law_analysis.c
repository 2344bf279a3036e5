/*
 * Law: what the analysis says of all cases of a random small policy is what trying all cases gives: verdicts on
 * properties, and what lint finds of conflicts, gaps, dead rules and idle exceptions. What it leaves undecided is
 * counted, and is seldom where a policy is linear.
 */
#include "interp/analysis/lint.h"
#include "interp/analysis/prove.h"
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Of one kind of thing to find: how many there are by trying, how many were found, and how many left undecided. */
struct tally {
    uint64_t asked, there, found, undecided;
};

/* Of linear policies and of others. */
struct counts {
    uint64_t policies, properties, proved, refuted, not_decided, budget, cells, vacuous, said_vacuous;
    uint64_t lint_cells;
    struct tally conflicts, gaps, dead, idle;
};

/* How many disagreements are shown whole. */
#define SHOWN 3

/* One policy, what trying gave, and room for what the analysis says. */
struct tried {
    const struct law_policy *policy;
    const struct small_facts *facts;
    struct arena *arena;
    uint32_t *wrong; /* disagreements so far, over all policies */
};

static void tell_case(const struct tried *tried, const struct value *values, cal_day today) {
    const struct policy_set *set = &tried->policy->set;
    struct record record;
    struct question question = {.today = today};
    struct text nothing = {"", 0};
    assert_true(record_init(&record, set, tried->arena));
    memcpy(record.values, values, set->fact_count * sizeof *values);
    law_tell(tried->policy, &record, &question, "", nothing, "", nothing);
}

/* A disagreement, and where `at` is one the case that shows it. */
__attribute__((format(printf, 3, 4))) static void wrong(const struct tried *tried, const uint64_t *at,
                                                        const char *format, ...) {
    struct value *values = arena_array(tried->arena, tried->policy->set.fact_count + 1, sizeof *values);
    va_list arguments;
    cal_day today;
    assert_non_null(values);
    printf("WRONG, seed %llu: ", (unsigned long long)tried->policy->seed);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    if ((*tried->wrong)++ >= SHOWN)
        return;
    if (!at) {
        law_print(tried->policy);
        return;
    }
    small_case(&tried->facts->space, *at, values, &today);
    tell_case(tried, values, today);
}

/* --- properties --- */

static void check_witness(const struct tried *tried, uint32_t property, const struct witness *witness) {
    struct confirmed confirmed;
    struct text title = tried->policy->set.properties[property].title;
    if (witness && confirm(tried->policy->program, witness, tried->arena, &confirmed) == CONFIRM_RAN &&
        confirmed.outcome.properties[property].state == PROPERTY_BROKEN)
        return;
    wrong(tried, NULL, "the witness against \"%.*s\" does not break it", (int)title.length, title.bytes);
}

static void check_proof(const struct tried *tried, uint32_t property, const struct proof *proof,
                        struct counts *counts) {
    struct text title = tried->policy->set.properties[property].title;
    bool broken = (tried->facts->properties[property] & SMALL_NO) != 0;
    counts->properties++;
    counts->cells += proof->cells;
    switch (proof->verdict) {
    case PROOF_PROVED:
        counts->proved++;
        if (broken)
            wrong(tried, &tried->facts->refuted_at[property], "\"%.*s\" is proved, and this case breaks it",
                  (int)title.length, title.bytes);
        counts->vacuous += !tried->facts->spoken_of[property];
        counts->said_vacuous += proof->vacuous;
        if (proof->vacuous && tried->facts->spoken_of[property])
            wrong(tried, NULL, "\"%.*s\" is said to speak of no case, and it does", (int)title.length,
                  title.bytes);
        return;
    case PROOF_REFUTED:
        counts->refuted++;
        check_witness(tried, property, proof->witness);
        return;
    case PROOF_NOT_DECIDED:
        counts->not_decided++;
        counts->budget += proof->budget;
        return;
    }
    fail_msg("a verdict that is none");
}

static void check_proofs(const struct tried *tried, struct counts *counts) {
    static const struct prove_options options = {0};
    struct proofs proofs;
    uint32_t i;
    assert_true(prove_run(tried->policy->program, &options, tried->arena, &proofs));
    assert_int_equal(proofs.count, tried->policy->set.property_count);
    for (i = 0; i < proofs.count; i++)
        check_proof(tried, i, &proofs.items[i], counts);
}

/* --- lint --- */

/* What lint said, beside what was tried. */
struct linted {
    const struct tried *tried;
    struct findings findings;
    struct lint_report report;
};

/* The finding of that code about a rule, and another where one is named. */
static const struct finding *found_of_rule(const struct linted *linted, enum diag_code code, uint32_t rule,
                                           uint32_t other) {
    size_t i;
    for (i = 0; i < linted->findings.count; i++) {
        const struct finding *f = &linted->findings.items[i];
        if (f->diagnostic->code == code && f->rule == rule && f->other == other)
            return f;
    }
    return NULL;
}

/* What trying gave beside what lint said: `there` in some case for certain, `may` perhaps. */
static void judge(const struct linted *linted, struct tally *tally, const char *what, struct text name,
                  bool there, bool may, const struct finding *found, enum diag_code code,
                  const uint64_t *at) {
    tally->asked++;
    tally->there += there;
    tally->found += found && !found->possible;
    if (found && found->possible) {
        tally->undecided++;
        return;
    }
    if (found && !there && !may)
        wrong(linted->tried, NULL, "%s of %.*s is said to be there, and no case shows it", what,
              (int)name.length, name.bytes);
    if (found || !there)
        return;
    if (linted->report.unfinished[code])
        tally->undecided++;
    else
        wrong(linted->tried, at, "%s of %.*s was missed", what, (int)name.length, name.bytes);
}

/* A duty or decision in a conflict of the two rules, by trying. */
static const struct small_conflict *tried_conflict(const struct small_facts *facts, uint32_t rule,
                                                   uint32_t other) {
    size_t i;
    for (i = 0; i < facts->conflict_count; i++) {
        if (facts->conflicts[i].rule == rule && facts->conflicts[i].other == other)
            return &facts->conflicts[i];
    }
    return NULL;
}

static struct text rule_name(const struct tried *tried, uint32_t rule) {
    return tried->policy->set.rules[rule].shown;
}

static void check_conflicts(const struct linted *linted, struct counts *counts) {
    const struct tried *tried = linted->tried;
    uint32_t n = (uint32_t)tried->policy->set.rule_count, i, j;
    /* Beyond so many of one decision they are only counted. */
    if (found_of_rule(linted, DIAG_L0101, FINDING_NOTHING, FINDING_NOTHING))
        return;
    for (i = 0; i < n; i++) {
        for (j = i + 1; j < n; j++) {
            const struct small_conflict *there = tried_conflict(tried->facts, i, j);
            struct buffer names;
            buffer_init(&names, tried->arena->alloc);
            buffer_text(&names, rule_name(tried, i));
            buffer_string(&names, " and ");
            buffer_text(&names, rule_name(tried, j));
            assert_false(names.failed);
            judge(linted, &counts->conflicts, "a conflict", (struct text){names.data, names.length},
                  there != NULL, false, found_of_rule(linted, DIAG_L0101, i, j), DIAG_L0101,
                  there ? &there->at : NULL);
            buffer_free(&names);
        }
    }
}

static void check_gaps(const struct linted *linted, struct counts *counts) {
    const struct policy_set *set = &linted->tried->policy->set;
    uint32_t i;
    size_t k;
    for (i = 0; i < set->decision_count; i++) {
        const struct decision *decision = &set->decisions[i];
        const struct finding *found = NULL;
        /* Where an exception switches the normal case off, the policy itself says that there is no answer. */
        bool there = decision->kind == DECISION_DECIDE && !decision->otherwise &&
                     ((linted->tried->facts->decisions[i] >> STATE_UNDECIDED) & 1);
        for (k = 0; k < linted->findings.count; k++) {
            if (linted->findings.items[k].diagnostic->code == DIAG_L0102 &&
                linted->findings.items[k].decision == i)
                found = &linted->findings.items[k];
        }
        judge(linted, &counts->gaps, "a gap", decision->shown, there, false, found, DIAG_L0102, NULL);
    }
}

static void check_rules(const struct linted *linted, struct counts *counts) {
    const struct tried *tried = linted->tried;
    const struct policy_set *set = &tried->policy->set;
    const struct small_facts *facts = tried->facts;
    uint32_t i;
    for (i = 0; i < set->rule_count; i++) {
        enum diag_code code = set->rules[i].kind == RULE_ROW ? DIAG_L0202 : DIAG_L0201;
        const struct finding *dead = found_of_rule(linted, code, i, FINDING_NOTHING);
        bool never = (facts->degrees[i] & ~(1u << DEGREE_NO)) == 0;
        bool open = (facts->degrees[i] & (1u << DEGREE_YES)) == 0;
        judge(linted, &counts->dead, "that it is dead", rule_name(tried, i), never, open, dead, code, NULL);
        if (set->rules[i].kind == RULE_EXCEPTION && !dead)
            judge(linted, &counts->idle, "that it is idle", rule_name(tried, i),
                  facts->takes[i] == SMALL_NEVER, facts->takes[i] == SMALL_MAYBE,
                  found_of_rule(linted, DIAG_L0203, i, FINDING_NOTHING), DIAG_L0203, NULL);
    }
}

static void check_lint(const struct tried *tried, struct counts *counts) {
    static const struct lint_options options = {.has_on = false};
    struct diagnostics diags;
    struct linted linted = {.tried = tried};
    diag_init(&diags, tried->arena);
    findings_init(&linted.findings, tried->arena, &diags);
    assert_true(
        lint_run(&tried->policy->set, tried->policy->program, &options, &linted.findings, &linted.report));
    counts->lint_cells += linted.report.cells;
    check_conflicts(&linted, counts);
    check_gaps(&linted, counts);
    check_rules(&linted, counts);
}

/* --- all of it --- */

/* Every other policy is linear. */
static void one_policy(uint64_t seed, struct arena *arena, struct counts *both, uint32_t *wrong_count) {
    struct counts *counts = &both[seed % 2];
    bool linear = seed % 2 == 0;
    struct law_policy policy;
    struct small_facts facts;
    struct tried tried = {&policy, &facts, arena, wrong_count};
    law_make_small(&policy, seed, linear, NULL);
    small_explore(&policy, arena, &facts);
    counts->policies++;
    check_proofs(&tried, counts);
    check_lint(&tried, counts);
    law_free(&policy);
}

static void report_tally(const char *what, const char *kind, const struct tally *t) {
    printf("analysis, %s: %s: %llu asked, %llu there, %llu found, %llu not decided\n", what, kind,
           (unsigned long long)t->asked, (unsigned long long)t->there, (unsigned long long)t->found,
           (unsigned long long)t->undecided);
}

static void report(const char *what, const struct counts *c) {
    printf("analysis, %s: %llu policies; %llu properties: %llu proved, %llu refuted, %llu not decided (%llu "
           "for want of "
           "cells), %.0f cells each; %llu speak of no case, which is said of %llu\n",
           what, (unsigned long long)c->policies, (unsigned long long)c->properties,
           (unsigned long long)c->proved, (unsigned long long)c->refuted, (unsigned long long)c->not_decided,
           (unsigned long long)c->budget, (double)c->cells / (double)c->properties,
           (unsigned long long)c->vacuous, (unsigned long long)c->said_vacuous);
    report_tally(what, "conflicts", &c->conflicts);
    report_tally(what, "gaps", &c->gaps);
    report_tally(what, "dead rules", &c->dead);
    report_tally(what, "idle exceptions", &c->idle);
}

static void all_cases(void **state) {
    uint32_t n = law_only() ? 1 : law_policies(2000), wrong_count = 0, i;
    uint64_t seed = law_only() ? law_only() : law_seed() * 1000211;
    struct counts counts[2] = {{.policies = 0}, {.policies = 0}};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        arena_reset(&arena);
        one_policy(seed + i, &arena, counts, &wrong_count);
    }
    arena_free(&arena);
    report("linear", &counts[0]);
    report("others", &counts[1]);
    assert_int_equal(wrong_count, 0);
    if (n < 100)
        return;
    assert_true(counts[0].not_decided * 50 <= counts[0].properties);
    for (i = 0; i < 2; i++)
        assert_true(counts[i].proved * 5 > counts[i].properties &&
                    counts[i].refuted * 5 > counts[i].properties);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
