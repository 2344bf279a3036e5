/*
 * What depends on the day the question is asked about. Reminders are listed once for all days, so none may
 * depend on `today`, neither itself nor through its rule, a definition or a decision. Must not know how
 * reminders are shown.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* How many steps between a reminder and `today` are told. */
#define THROUGH_MAX 6

struct today {
    struct checker *checker;
    struct graph *graph;
    const struct edge *
        *through;  /* by vertex: the edge that leads towards `today`, where it does not say so itself */
    bool *depends; /* by vertex */
    /* What a walk through one reminder found first. */
    const struct ast_node *found;
    uint32_t vertex;
};

/* Everything a vertex needs stands before it, so one pass is enough. */
static void today_spread(struct today *today) {
    const struct graph *graph = today->graph;
    size_t i, e;
    for (i = 0; i < graph->vertex_count; i++) {
        uint32_t v = graph->sorted[i];
        today->depends[v] = graph->today[v] != NULL;
        for (e = graph->first_edge[v]; e < graph->first_edge[v + 1] && !today->depends[v]; e++) {
            if (today->depends[graph->edges[e].to]) {
                today->depends[v] = true;
                today->through[v] = &graph->edges[e];
            }
        }
    }
}

static void today_look(struct graph *graph, void *context, uint32_t vertex, const struct ast_node *at) {
    struct today *today = context;
    (void)graph;
    if (today->found || (at->kind != AST_TODAY && !today->depends[vertex]))
        return;
    today->found = at;
    today->vertex = at->kind == AST_TODAY ? VERTEX_NONE : vertex;
}

/* "through `stage` and `window`"; *at becomes where `today` is said. */
static struct text today_through(struct today *today, uint32_t v, const struct ast_node **at) {
    struct text words = text_of("");
    size_t steps = 0;
    while (v != VERTEX_NONE) {
        if (steps++ < THROUGH_MAX)
            words = chk_words(today->checker, "%.*s%s%.*s", WORDS(words), steps > 1 ? ", " : " through ",
                              WORDS(chk_vertex_words(today->graph, v)));
        *at = today->graph->today[v];
        v = *at ? VERTEX_NONE : today->through[v]->to;
    }
    return words;
}

static void today_report(struct today *today, const struct rule *rule, const struct effect *effect,
                         const char *part) {
    struct diagnostics *diags = &today->checker->set->diags;
    const struct ast_node *at = today->found;
    struct text words = today_through(today, today->vertex, &at);
    struct diagnostic *diagnostic = diag_report(diags, DIAG_E0608, ast_span(effect->node),
                                                "%s of this reminder of `%.*s` depends on `today`%.*s", part,
                                                WORDS(rule->shown), WORDS(words));
    if (at)
        diag_label(diags, diagnostic, ast_span(at), "`today` is used here");
    if (today->found && today->found != at)
        diag_label(diags, diagnostic, ast_span(today->found), "what the reminder uses");
    diag_help(diags, diagnostic, "reminders are listed once for all days: use the facts instead");
}

static void today_reminder(struct today *today, const struct rule *rule, const struct effect *effect) {
    const uint32_t vertex = (uint32_t)(today->checker->set->fact_count + rule->index);
    const struct ast_node *const parts[] = {effect->value, effect->unless, effect->text};
    static const char *const words[] = {"the day", "the `unless`", "the text"};
    size_t i;
    today->found = NULL;
    for (i = 0; i < 3 && !today->found; i++) {
        chk_walk_needs(today->graph, parts[i], today_look, today);
        if (today->found)
            today_report(today, rule, effect, words[i]);
    }
    if (!today->found && today->depends[vertex]) {
        today->vertex = today->graph->today[vertex] ? vertex : today->through[vertex]->to;
        today->found = today->graph->today[vertex] ? today->graph->today[vertex] : today->through[vertex]->at;
        if (today->graph->today[vertex])
            today->vertex = VERTEX_NONE;
        today_report(today, rule, effect, "the condition");
    }
}

void chk_reminders(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct today today = {.checker = checker, .graph = checker->marks->graph};
    size_t i, j;
    if (!today.graph)
        return;
    today.through = arena_array(checker->arena, today.graph->vertex_count + 1, sizeof *today.through);
    today.depends = arena_array(checker->arena, today.graph->vertex_count + 1, sizeof *today.depends);
    if (!today.through || !today.depends)
        return;
    today_spread(&today);
    for (i = 0; i < set->rule_count; i++) {
        for (j = 0; j < set->rules[i].effect_count; j++) {
            if (set->rules[i].effects[j].kind == EFFECT_REMIND)
                today_reminder(&today, &set->rules[i], &set->rules[i].effects[j]);
        }
    }
}

/* --- does the policy ask for the day at all? --- */

static bool today_said(struct checker *checker, const struct ast_node *root) {
    const struct ast_node **stack = NULL;
    size_t count = 0, capacity = 0;
    (void)ARENA_PUSH(checker->arena, stack, count, capacity, root);
    while (count > 0) {
        const struct ast_node *node = stack[--count];
        unsigned i;
        if (node->kind == AST_TODAY)
            return true;
        if (node != root && node->next && !ARENA_PUSH(checker->arena, stack, count, capacity, node->next))
            return false;
        for (i = 0; i < node->kid_count; i++) {
            if (node->kids[i] && !ARENA_PUSH(checker->arena, stack, count, capacity, node->kids[i]))
                return false;
        }
    }
    return false;
}

bool chk_uses_today(struct checker *checker) {
    const struct policy_set *set = checker->set;
    const struct ast_node *node;
    size_t i;
    for (i = 0; i < set->tree_count; i++) {
        for (node = ast_kid(set->trees[i].root, FILE_decls); node; node = node->next) {
            if (node->kind != AST_TEST && node->kind != AST_ALWAYS && node->kind != AST_EXAMPLE &&
                today_said(checker, node))
                return true;
        }
    }
    return false;
}
