/*
 * Random policies, and questions about all their cases, for a solver: prints SMT-LIB, each question behind a
 * line that says what is asked and what is claimed ("sat", some case does; "unsat", none does; "open"). Of small
 * policies the claims come from trying every case, which holds the export itself against the evaluator; of wide
 * ones they are what the analysis says. Must not know the solver.
 *
 * usage: questions small|wide SEED COUNT
 */
#include "interp/analysis/lint.h"
#include "interp/analysis/prove.h"
#include "tests/laws/small.h"
#include "tests/laws/smt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One policy, and what is asked about it. */
struct asking {
    const struct law_policy *policy;
    struct smt *smt;
    struct buffer *out;
    unsigned long long asked, outside;
};

/* That no case makes the question true, that one does, or that it was not decided. */
enum claim { CLAIM_NONE, CLAIM_SOME, CLAIM_OPEN };

/* Asks whether some case makes `question` true. */
static void ask(struct asking *a, const char *what, uint32_t subject, uint32_t rule, uint32_t other,
                const char *question, enum claim claim) {
    static const char *const words[] = {"unsat", "sat", "open"};
    if (!question) {
        a->outside++;
        return;
    }
    a->asked++;
    buffer_format(a->out, "(echo \"%llu %s %u %u %u %s\")\n(push)\n(assert %s)\n(check-sat)\n(pop)\n",
                  (unsigned long long)a->policy->seed, what, subject, rule, other, words[claim], question);
}

static bool pair_conflicts(const struct small_facts *f, uint32_t decision, uint32_t rule, uint32_t other) {
    size_t i;
    for (i = 0; i < f->conflict_count; i++) {
        const struct small_conflict *c = &f->conflicts[i];
        if (!c->duty && c->subject == decision && c->rule == rule && c->other == other)
            return true;
    }
    return false;
}

static void ask_conflicts(struct asking *a, const struct small_facts *f, uint32_t decision) {
    const struct decision *d = &a->policy->set.decisions[decision];
    size_t i, j;
    for (i = 0; i < d->giver_count; i++) {
        for (j = i + 1; j < d->giver_count; j++) {
            uint32_t rule = d->givers[i].rule, other = d->givers[j].rule;
            if (rule > other) {
                other = d->givers[i].rule;
                rule = d->givers[j].rule;
            }
            ask(a, "conflict", decision, rule, other, smt_conflict(a->smt, decision, rule, other),
                pair_conflicts(f, decision, rule, other));
        }
    }
}

static void ask_all(struct asking *a, const struct small_facts *f) {
    const struct policy_set *set = &a->policy->set;
    uint32_t i;
    for (i = 0; i < set->decision_count; i++) {
        if (set->decisions[i].kind == DECISION_TOTAL)
            continue;
        ask_conflicts(a, f, i);
        ask(a, "gap", i, 0, 0, smt_undecided(a->smt, i), (f->decisions[i] >> STATE_UNDECIDED) & 1);
    }
    for (i = 0; i < set->rule_count; i++)
        ask(a, "applies", 0, i, 0, smt_applies(a->smt, i), (f->degrees[i] >> DEGREE_YES) & 1);
    for (i = 0; i < set->property_count; i++)
        ask(a, "property", i, 0, 0, smt_refutes(a->smt, i), (f->properties[i] & SMALL_NO) != 0);
}

/* The decisions of a changed policy beside those of this one. */
static void ask_change(struct asking *a, struct arena *arena) {
    struct law_policy other;
    struct small_differences found;
    struct luck luck = {a->policy->seed};
    struct smt *changed;
    uint32_t i;
    law_begin(&other, a->policy->seed);
    generate_small(other.seed, true, &other.arena, &other.generated);
    if (generate_change(&luck, &other.arena, &other.generated) && law_check(&other, NULL)) {
        law_compile(&other);
        small_compare(a->policy, &other, arena, &found);
        changed = smt_begin(&other.set, "b", a->smt, arena, a->out);
        if (!found.validity && smt_valid(changed)) {
            for (i = 0; i < other.set.decision_count && i < a->policy->set.decision_count; i++)
                ask(a, "differs", i, 0, 0, smt_differs(a->smt, i, changed, i), found.decisions[i]);
        }
    }
    law_free(&other);
}

/* What the analysis says of the properties. */
static void ask_proofs(struct asking *a, struct arena *arena) {
    static const struct prove_options options = {0};
    struct proofs proofs;
    uint32_t i;
    if (!prove_run(a->policy->program, &options, arena, &proofs))
        fail_msg("memory ran out in the analysis");
    for (i = 0; i < proofs.count; i++) {
        enum proof_verdict verdict = proofs.items[i].verdict;
        ask(a, "property", i, 0, 0, smt_refutes(a->smt, i),
            verdict == PROOF_PROVED    ? CLAIM_NONE
            : verdict == PROOF_REFUTED ? CLAIM_SOME
                                       : CLAIM_OPEN);
    }
}

/* What lint said of a policy. */
struct linted {
    struct findings findings;
    struct lint_report report;
};

/* The finding of that code about a rule and another, and of a decision where one is named. */
static const struct finding *found_by(const struct linted *linted, enum diag_code code, uint32_t rule,
                                      uint32_t other, uint32_t decision) {
    size_t i;
    for (i = 0; i < linted->findings.count; i++) {
        const struct finding *f = &linted->findings.items[i];
        if (f->diagnostic->code == code && f->rule == rule && f->other == other &&
            (decision == FINDING_NOTHING || f->decision == decision))
            return f;
    }
    return NULL;
}

/* What lint claims by telling of something, or by not telling of it. */
static enum claim claim_of(const struct linted *linted, enum diag_code code, const struct finding *found) {
    if (found)
        return found->possible ? CLAIM_OPEN : CLAIM_SOME;
    return linted->report.unfinished[code] ? CLAIM_OPEN : CLAIM_NONE;
}

static void ask_lint_decision(struct asking *a, const struct linted *linted, uint32_t decision) {
    const struct decision *d = &a->policy->set.decisions[decision];
    size_t i, j;
    if (!d->otherwise)
        ask(a, "gap", decision, 0, 0, smt_undecided(a->smt, decision),
            claim_of(linted, DIAG_L0102,
                     found_by(linted, DIAG_L0102, FINDING_NOTHING, FINDING_NOTHING, decision)));
    /* Beyond so many they are only counted. */
    if (found_by(linted, DIAG_L0101, FINDING_NOTHING, FINDING_NOTHING, decision))
        return;
    for (i = 0; i < d->giver_count; i++) {
        for (j = i + 1; j < d->giver_count; j++) {
            uint32_t x = d->givers[i].rule, y = d->givers[j].rule, rule = x < y ? x : y,
                     other = x < y ? y : x;
            ask(a, "conflict", decision, rule, other, smt_conflict(a->smt, decision, rule, other),
                claim_of(linted, DIAG_L0101, found_by(linted, DIAG_L0101, rule, other, decision)));
        }
    }
}

/* What lint says of conflicts, gaps and dead rules. */
static void ask_lint(struct asking *a, struct arena *arena) {
    static const struct lint_options options = {.has_on = false};
    const struct policy_set *set = &a->policy->set;
    struct linted linted;
    struct diagnostics diags;
    uint32_t i;
    diag_init(&diags, arena);
    findings_init(&linted.findings, arena, &diags);
    if (!lint_run(set, a->policy->program, &options, &linted.findings, &linted.report))
        fail_msg("memory ran out in the analysis");
    for (i = 0; i < set->decision_count; i++) {
        if (set->decisions[i].kind == DECISION_DECIDE)
            ask_lint_decision(a, &linted, i);
    }
    for (i = 0; i < set->rule_count; i++) {
        enum diag_code code = set->rules[i].kind == RULE_ROW ? DIAG_L0202 : DIAG_L0201;
        const struct finding *dead = found_by(&linted, code, i, FINDING_NOTHING, FINDING_NOTHING);
        ask(a, "applies", 0, i, 0, smt_applies(a->smt, i),
            dead                             ? CLAIM_NONE
            : linted.report.unfinished[code] ? CLAIM_OPEN
                                             : CLAIM_SOME);
    }
}

static void one_policy(uint64_t seed, bool wide, struct arena *arena, struct asking *a) {
    struct law_policy policy;
    struct small_facts facts;
    const char *valid;
    if (wide)
        law_make_wide(&policy, seed);
    else
        law_make_small(&policy, seed, true, NULL);
    a->policy = &policy;
    buffer_string(a->out, "(reset)\n(set-option :timeout 10000)\n");
    a->smt = smt_begin(&policy.set, "a", NULL, arena, a->out);
    valid = smt_valid(a->smt);
    if (valid) {
        buffer_format(a->out, "(assert %s)\n", valid);
        if (wide) {
            ask_proofs(a, arena);
            ask_lint(a, arena);
        } else {
            small_explore(&policy, arena, &facts);
            ask_all(a, &facts);
            ask_change(a, arena);
        }
    } else {
        a->outside++;
    }
    law_free(&policy);
}

static uint64_t number(const char *text) {
    uint64_t n = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        n = n * 10 + (uint64_t)(*text - '0');
    return n;
}

int main(int argc, char **argv) {
    struct asking a = {.asked = 0};
    struct buffer out;
    struct arena arena;
    uint64_t seed, count, i;
    bool wide = argc == 4 && strcmp(argv[1], "wide") == 0;
    if (argc != 4 || (!wide && strcmp(argv[1], "small") != 0)) {
        fprintf(stderr, "usage: questions small|wide SEED COUNT\n");
        return 2;
    }
    seed = number(argv[2]);
    count = number(argv[3]);
    arena_init(&arena, pv_alloc_default());
    buffer_init(&out, pv_alloc_default());
    a.out = &out;
    for (i = 0; i < count; i++) {
        arena_reset(&arena);
        one_policy(seed * 1000039 + i, wide, &arena, &a);
        fwrite(out.data, 1, out.length, stdout);
        out.length = 0;
    }
    fprintf(stderr, "%llu policies, %llu questions, %llu outside what the solver is told\n",
            (unsigned long long)count, a.asked, a.outside);
    buffer_free(&out);
    arena_free(&arena);
    return 0;
}
