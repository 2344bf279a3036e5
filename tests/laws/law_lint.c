/*
 * Law: what lint says of single conditions, rules, periods and expressions of a random small policy is so in all cases, by trying
 * them: constant and redundant conditions, rules within others, periods that end before they begin, failures. A failure that
 * matters in some case is never missed, nor is a constant condition of a rule that applies.
 */
#include "interp/analysis/lint.h"
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct counts {
    uint64_t policies, constant, redundant, duplicate, empty, failures, missed_for_budget;
    uint64_t constant_there, redundant_there, empty_there, failures_there;
    uint32_t wrong;
};

struct linted {
    const struct law_policy *policy;
    const struct small_facts *facts;
    struct arena *arena;
    struct findings findings;
    struct lint_report report;
    struct counts *counts;
};

/* How many disagreements are shown whole. */
#define SHOWN 3

static void wrong(struct linted *linted, const struct finding *finding, const char *what) {
    printf("WRONG, seed %llu: %s%s%s\n", (unsigned long long)linted->policy->seed, what, finding ? ": " : "",
           finding ? finding->diagnostic->message : "");
    if (linted->counts->wrong++ < SHOWN)
        law_print(linted->policy);
}

static bool same_place(const struct finding *finding, const struct ast_node *node) {
    struct span a = finding->diagnostic->primary, b = ast_span(node);
    return a.file == b.file && a.start == b.start && a.end == b.end;
}

/* Whether a node that the finding marks is among those of which something was seen. */
static bool marks(const struct linted *linted, const struct finding *finding, const bool *nodes) {
    uint32_t id;
    for (id = 0; id < linted->policy->set.node_limit; id++) {
        const struct ast_node *node = nodes[id] ? program_node(linted->policy->program, id) : NULL;
        if (node && same_place(finding, node))
            return true;
    }
    return false;
}

static bool is_marked(const struct linted *linted, enum diag_code code, const struct ast_node *node) {
    size_t i;
    for (i = 0; i < linted->findings.count; i++) {
        const struct finding *finding = &linted->findings.items[i];
        if (finding->diagnostic->code == code && same_place(finding, node))
            return true;
    }
    return false;
}

/* --- conditions --- */

static bool says(const struct finding *finding, const char *words) {
    return strstr(finding->diagnostic->message, words) != NULL;
}

static void check_constant(struct linted *linted, const struct finding *finding) {
    size_t i;
    linted->counts->constant++;
    for (i = 0; i < linted->facts->condition_count; i++) {
        const struct small_condition *condition = &linted->facts->conditions[i];
        bool always = says(finding, "holds in every case");
        if (!same_place(finding, condition->node) || linted->facts->valid == 0)
            continue;
        if (always ? condition->seen != SMALL_YES : (condition->seen & SMALL_YES) != 0)
            wrong(linted, finding, "the condition varies");
        return;
    }
}

/* Whether a name stands alone among joined conditions: nothing is compiled for it there, and it is not tried. */
static bool has_lone_name(const struct ast_node *node) {
    node = ast_ungroup(node);
    if (node->kind != AST_AND)
        return node->kind == AST_NAME;
    return has_lone_name(ast_kid(node, AND_left)) || has_lone_name(ast_kid(node, AND_right));
}

static void check_redundant(struct linted *linted, const struct finding *finding) {
    const struct rule *rule = &linted->policy->set.rules[finding->rule];
    size_t i;
    linted->counts->redundant++;
    if (rule->has_in_force || has_lone_name(rule->when))
        return; /* of all that the rule asks only a part was tried */
    for (i = 0; i < linted->facts->condition_count; i++) {
        const struct small_condition *condition = &linted->facts->conditions[i];
        if (condition->rule == finding->rule && same_place(finding, condition->node) && condition->decisive)
            wrong(linted, finding, "the condition decides in some case");
    }
}

/* --- rules --- */

/* One case evaluated in `arena`, which is emptied first; false where it is none. */
static bool outcome_of(const struct linted *linted, uint64_t at, struct arena *arena,
                       struct outcome *outcome) {
    struct question question = {.today = 0};
    struct record record;
    arena_reset(arena);
    assert_true(record_init(&record, &linted->policy->set, arena));
    small_case(&linted->facts->space, at, record.values, &question.today);
    return evaluate(linted->policy->program, &record, &question, arena, NULL, outcome) == EVALUATE_OK &&
           outcome->covered;
}

static void check_duplicate(struct linted *linted, const struct finding *finding) {
    const struct policy_set *set = &linted->policy->set;
    const struct rule *rule = &set->rules[finding->rule];
    struct arena arena;
    uint64_t at;
    /* The one that is marked is the one that gives nothing new. */
    bool first = same_place(finding, rule->kind == RULE_ROW ? rule->node : ast_kid(rule->node, RULE_name));
    uint32_t within = first ? finding->rule : finding->other, other = first ? finding->other : finding->rule;
    linted->counts->duplicate++;
    arena_init(&arena, pv_alloc_default());
    for (at = 0; at < linted->facts->space.cases; at++) {
        struct outcome outcome;
        if (!outcome_of(linted, at, &arena, &outcome) || outcome.degrees[within] != DEGREE_YES ||
            outcome.degrees[other] == DEGREE_YES)
            continue;
        wrong(linted, finding, "it applies where the other does not");
        break;
    }
    arena_free(&arena);
}

/* --- expressions --- */

static void note_failures(bool *nodes, const struct reasons *reasons) {
    uint32_t i;
    for (i = 0; reasons && i < reasons->count; i++)
        if (reasons->items[i].kind == REASON_FAILURE)
            nodes[reasons->items[i].index] = true;
}

static void note_outcome(const struct policy_set *set, const struct outcome *outcome, bool *nodes) {
    size_t i;
    for (i = 0; i < outcome->decision_count; i++)
        if (set->decisions[i].kind != DECISION_DEFINE)
            note_failures(nodes, outcome->decisions[i].reasons);
    for (i = 0; i < outcome->duty_count; i++)
        note_failures(nodes, outcome->duties[i].reasons);
}

/* By node: a failure there is why a decision or a duty is not known in some case. One of a definition that nothing uses is none. */
static void failures_that_matter(struct linted *linted, bool *nodes) {
    const struct policy_set *set = &linted->policy->set;
    struct arena arena;
    uint64_t at;
    arena_init(&arena, pv_alloc_default());
    for (at = 0; at < linted->facts->space.cases; at++) {
        struct outcome outcome;
        if (outcome_of(linted, at, &arena, &outcome))
            note_outcome(set, &outcome, nodes);
    }
    arena_free(&arena);
}

static void check_failures(struct linted *linted) {
    bool *nodes = arena_array(linted->arena, linted->policy->set.node_limit + 1, sizeof *nodes);
    uint32_t id;
    assert_non_null(nodes);
    failures_that_matter(linted, nodes);
    for (id = 0; id < linted->policy->set.node_limit; id++) {
        const struct ast_node *node = nodes[id] ? program_node(linted->policy->program, id) : NULL;
        linted->counts->failures_there += node != NULL;
        if (!node || is_marked(linted, DIAG_L0301, node))
            continue;
        if (linted->report.unfinished[DIAG_L0301]) {
            linted->counts->missed_for_budget++;
            continue;
        }
        struct text words = sources_text(&linted->policy->set.sources, ast_span(node));
        printf("`%.*s`: ", (int)words.length, words.bytes);
        wrong(linted, NULL, "a failure was missed");
    }
}

static void check_finding(struct linted *linted, const struct finding *finding) {
    struct counts *counts = linted->counts;
    switch (finding->diagnostic->code) {
    case DIAG_L0204:
        check_constant(linted, finding);
        return;
    case DIAG_L0205:
        check_redundant(linted, finding);
        return;
    case DIAG_L0206:
        check_duplicate(linted, finding);
        return;
    case DIAG_L0207:
        counts->empty++;
        if (!marks(linted, finding, linted->facts->empty_periods))
            wrong(linted, finding, "no case shows it");
        return;
    case DIAG_L0301:
        counts->failures++;
        if (!marks(linted, finding, linted->facts->failures_inside))
            wrong(linted, finding, "no case shows it");
        return;
    default:
        return;
    }
}

/* As deep as a tree is high. */
static bool names_decision(const struct policy_set *set, const struct ast_node *node) {
    int i;
    if ((node->kind == AST_NAME || node->kind == AST_PATH) &&
        set->node_refs[node->id].kind == REF_TO_DECISION)
        return true;
    for (i = 0; i < node->kid_count; i++) {
        const struct ast_node *kid;
        for (kid = node->kids[i]; kid; kid = kid->next)
            if (names_decision(set, kid))
                return true;
    }
    return false;
}

/* At a part of it, or at a fact that `require` makes constant. */
static bool is_told(const struct linted *linted, const struct ast_node *node) {
    const struct policy_set *set = &linted->policy->set;
    struct span outer = ast_span(node);
    size_t i;
    for (i = 0; i < set->fact_count; i++)
        if (is_marked(linted, DIAG_L0204, set->facts[i].node))
            return true;
    for (i = 0; i < linted->findings.count; i++) {
        const struct diagnostic *diagnostic = linted->findings.items[i].diagnostic;
        struct span inner = diagnostic->primary;
        if (diagnostic->code == DIAG_L0204 && inner.file == outer.file && outer.start <= inner.start &&
            inner.end <= outer.end)
            return true;
    }
    return false;
}

/* Constant conditions of rules that apply in some case, where no definition is the cause. */
static void check_constants(struct linted *linted) {
    const struct policy_set *set = &linted->policy->set;
    size_t i;
    for (i = 0; i < linted->facts->condition_count; i++) {
        const struct small_condition *condition = &linted->facts->conditions[i];
        bool constant = condition->seen == SMALL_YES || (condition->seen & SMALL_YES) == 0;
        bool fixed = condition->reg < linted->policy->program->constant_count;
        if (!constant || fixed || !(linted->facts->degrees[condition->rule] >> DEGREE_YES & 1) ||
            names_decision(set, condition->node) || is_told(linted, condition->node))
            continue;
        if (linted->report.unfinished[DIAG_L0204]) {
            linted->counts->missed_for_budget++;
            continue;
        }
        struct text words = sources_text(&set->sources, ast_span(condition->node));
        printf("`%.*s`: ", (int)words.length, words.bytes);
        wrong(linted, NULL, "a constant condition was missed");
    }
}

static void count_there(struct linted *linted) {
    size_t i;
    for (i = 0; i < linted->facts->condition_count; i++) {
        const struct small_condition *condition = &linted->facts->conditions[i];
        linted->counts->constant_there += condition->seen == SMALL_YES || (condition->seen & SMALL_YES) == 0;
        linted->counts->redundant_there += !condition->decisive;
    }
    for (i = 0; i < linted->policy->set.node_limit; i++)
        linted->counts->empty_there += linted->facts->empty_periods[i];
}

static void one_policy(uint64_t seed, struct arena *arena, struct counts *counts) {
    static const struct lint_options options = {.has_on = false};
    struct law_policy policy;
    struct small_facts facts;
    struct diagnostics diags;
    struct linted linted = {.policy = &policy, .facts = &facts, .arena = arena, .counts = counts};
    size_t i;
    law_make_small(&policy, seed, seed % 2 == 0, NULL);
    small_explore(&policy, arena, &facts);
    diag_init(&diags, arena);
    findings_init(&linted.findings, arena, &diags);
    assert_true(lint_run(&policy.set, policy.program, &options, &linted.findings, &linted.report));
    counts->policies++;
    for (i = 0; i < linted.findings.count; i++)
        check_finding(&linted, &linted.findings.items[i]);
    check_failures(&linted);
    check_constants(&linted);
    count_there(&linted);
    law_free(&policy);
}

static void all_cases(void **state) {
    uint32_t n = law_only() ? 1 : law_policies(600), i;
    uint64_t seed = law_only() ? law_only() : law_seed() * 1000303;
    struct counts counts = {.policies = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        arena_reset(&arena);
        one_policy(seed + i, &arena, &counts);
    }
    arena_free(&arena);
    printf(
        "lint: %llu policies; constant conditions %llu (of rules there are %llu), redundant %llu (%llu), "
        "rules within others %llu, empty periods %llu (%llu), failures %llu (%llu), missed for want of cells "
        "%llu\n",
        (unsigned long long)counts.policies, (unsigned long long)counts.constant,
        (unsigned long long)counts.constant_there, (unsigned long long)counts.redundant,
        (unsigned long long)counts.redundant_there, (unsigned long long)counts.duplicate,
        (unsigned long long)counts.empty, (unsigned long long)counts.empty_there,
        (unsigned long long)counts.failures, (unsigned long long)counts.failures_there,
        (unsigned long long)counts.missed_for_budget);
    assert_int_equal(counts.wrong, 0);
    if (n < 100)
        return;
    assert_true(counts.constant > 0 && counts.redundant > 0 && counts.duplicate > 0 && counts.empty > 0 &&
                counts.failures > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
