/*
 * What has to be known before what: a graph over facts, rules, decisions and the parts of records, sorted by
 * Tarjan's algorithm. Nothing here recurses, because a chain of definitions or of `and` may be as long as a
 * file. Must not know values.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* How many steps of a circle are told before the rest is only counted. */
#define TOLD_MAX 12

/* --- vertices --- */

static uint32_t order_rule(const struct graph *graph, size_t rule) {
    return (uint32_t)(graph->checker->set->fact_count + rule);
}

static uint32_t order_decision(const struct graph *graph, size_t decision) {
    const struct policy_set *set = graph->checker->set;
    return (uint32_t)(set->fact_count + set->rule_count + decision);
}

static uint32_t order_part(const struct graph *graph, const struct record_type *record, size_t part) {
    const struct policy_set *set = graph->checker->set;
    size_t i = 0;
    while (i < set->record_count && set->records[i] != record)
        i++;
    return i < set->record_count ? graph->record_bases[i] + (uint32_t)part : VERTEX_NONE;
}

struct vertex chk_vertex(const struct graph *graph, uint32_t v) {
    const struct policy_set *set = graph->checker->set;
    struct vertex vertex = {VERTEX_FACT, v, NULL};
    size_t i = set->record_count;
    if (v < set->fact_count)
        return vertex;
    vertex.index = v - (uint32_t)set->fact_count;
    vertex.kind = VERTEX_RULE;
    if (vertex.index < set->rule_count)
        return vertex;
    vertex.index -= (uint32_t)set->rule_count;
    vertex.kind = VERTEX_DECISION;
    if (vertex.index < set->decision_count)
        return vertex;
    while (i > 1 && graph->record_bases[i - 1] > v)
        i--;
    vertex.record = set->records[i - 1];
    vertex.index = v - graph->record_bases[i - 1];
    vertex.kind = VERTEX_FIELD;
    if (vertex.index >= vertex.record->field_count) {
        vertex.index -= (uint32_t)vertex.record->field_count;
        vertex.kind = VERTEX_DEFINE;
    }
    return vertex;
}

struct text chk_vertex_words(const struct graph *graph, uint32_t v) {
    const struct policy_set *set = graph->checker->set;
    struct vertex vertex = chk_vertex(graph, v);
    struct text name = text_of("");
    switch (vertex.kind) {
    case VERTEX_FACT:
        name = set->facts[vertex.index].name->text;
        break;
    case VERTEX_RULE:
        return chk_words(graph->checker, "%s `%.*s`",
                         set->rules[vertex.index].kind == RULE_EXCEPTION ? "exception" : "rule",
                         WORDS(set->rules[vertex.index].shown));
    case VERTEX_DECISION:
        name = set->decisions[vertex.index].shown;
        break;
    case VERTEX_FIELD:
        name = vertex.record->fields[vertex.index].name->text;
        break;
    case VERTEX_DEFINE:
        name = vertex.record->defines[vertex.index].name->text;
        break;
    }
    if (vertex.record)
        return chk_words(graph->checker, "`%.*s` of `%.*s`", WORDS(name), WORDS(vertex.record->name->text));
    return chk_words(graph->checker, "`%.*s`", WORDS(name));
}

/* --- edges --- */

/* The vertex a node needs; VERTEX_NONE for facts and fields that are simply read. */
static uint32_t order_need(const struct graph *graph, const struct ast_node *node) {
    const struct policy_set *set = graph->checker->set;
    const struct ref *ref = node->id < set->node_limit ? &set->node_refs[node->id] : NULL;
    if (!ref)
        return VERTEX_NONE;
    switch (ref->kind) {
    case REF_TO_FACT:
        return set->facts[ref->index].only_when ? ref->index : VERTEX_NONE;
    case REF_TO_DECISION:
        return order_decision(graph, ref->index);
    case REF_TO_FIELD:
        if (!ref->record || ref->index >= ref->record->field_count ||
            !ref->record->fields[ref->index].only_when)
            return VERTEX_NONE;
        return order_part(graph, ref->record, ref->index);
    case REF_TO_RECORD_DEFINE:
        return ref->record ? order_part(graph, ref->record, ref->record->field_count + ref->index)
                           : VERTEX_NONE;
    default:
        return VERTEX_NONE;
    }
}

void chk_walk_needs(struct graph *graph, const struct ast_node *root,
                    void (*visit)(struct graph *graph, void *context, uint32_t vertex,
                                  const struct ast_node *at),
                    void *context) {
    struct arena *arena = graph->checker->arena;
    graph->stack_count = 0;
    if (root)
        (void)ARENA_PUSH(arena, graph->stack, graph->stack_count, graph->stack_capacity, root);
    while (graph->stack_count > 0) {
        const struct ast_node *node = graph->stack[--graph->stack_count];
        uint32_t vertex = order_need(graph, node);
        unsigned i;
        if (node->next && node != root &&
            !ARENA_PUSH(arena, graph->stack, graph->stack_count, graph->stack_capacity, node->next))
            return;
        if (node->kind == AST_TODAY || vertex != VERTEX_NONE)
            visit(graph, context, vertex, node);
        for (i = node->kid_count; i > 0; i--) {
            if (node->kids[i - 1] && !ARENA_PUSH(arena, graph->stack, graph->stack_count,
                                                 graph->stack_capacity, node->kids[i - 1]))
                return;
        }
    }
}

/* `context` is the vertex that needs. */
static void order_edge(struct graph *graph, void *context, uint32_t to, const struct ast_node *at) {
    uint32_t from = *(uint32_t *)context;
    struct edge edge = {to, at};
    if (to == VERTEX_NONE) {
        if (!graph->today[from])
            graph->today[from] = at;
        return;
    }
    if (graph->seen[to] == from + 1)
        return;
    graph->seen[to] = from + 1;
    (void)ARENA_PUSH(graph->checker->arena, graph->edges, graph->edge_count, graph->edge_capacity, edge);
}

static void order_rule_edges(struct graph *graph, uint32_t v, const struct rule *rule) {
    const struct policy_set *set = graph->checker->set;
    size_t i;
    chk_walk_needs(graph, rule->in_force_at, order_edge, &v);
    chk_walk_needs(graph, rule->when, order_edge, &v);
    for (i = 0; i < rule->test_count; i++) {
        chk_walk_needs(graph, rule->tests[i].header, order_edge, &v);
        chk_walk_needs(graph, rule->tests[i].cell, order_edge, &v);
    }
    for (i = 0; i < rule->exception_count; i++)
        order_edge(graph, &v, order_rule(graph, rule->exceptions[i]),
                   set->rules[rule->exceptions[i]].node->kids[0]);
}

static void order_decision_edges(struct graph *graph, uint32_t v, const struct decision *decision) {
    const struct policy_set *set = graph->checker->set;
    size_t i;
    chk_walk_needs(graph, decision->otherwise, order_edge, &v);
    for (i = 0; i < decision->giver_count; i++) {
        const struct giver *giver = &decision->givers[i];
        const struct effect *effect = &set->rules[giver->rule].effects[giver->effect];
        order_edge(graph, &v, order_rule(graph, giver->rule), effect->node);
        chk_walk_needs(graph, effect->value, order_edge, &v);
    }
    for (i = 0; i < decision->otherwise_exception_count; i++) {
        uint32_t exception = decision->otherwise_exceptions[i];
        order_edge(graph, &v, order_rule(graph, exception), set->rules[exception].node->kids[0]);
    }
}

static void order_edges(struct graph *graph) {
    const struct policy_set *set = graph->checker->set;
    uint32_t v;
    for (v = 0; v < graph->vertex_count; v++) {
        struct vertex vertex = chk_vertex(graph, v);
        graph->first_edge[v] = graph->edge_count;
        switch (vertex.kind) {
        case VERTEX_FACT:
            chk_walk_needs(graph, set->facts[vertex.index].only_when, order_edge, &v);
            break;
        case VERTEX_RULE:
            order_rule_edges(graph, v, &set->rules[vertex.index]);
            break;
        case VERTEX_DECISION:
            order_decision_edges(graph, v, &set->decisions[vertex.index]);
            break;
        case VERTEX_FIELD:
            chk_walk_needs(graph, vertex.record->fields[vertex.index].only_when, order_edge, &v);
            break;
        case VERTEX_DEFINE:
            chk_walk_needs(graph, vertex.record->defines[vertex.index].value, order_edge, &v);
            break;
        }
    }
    graph->first_edge[graph->vertex_count] = graph->edge_count;
}

static struct graph *order_graph(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct graph *graph = arena_alloc(checker->arena, sizeof *graph);
    size_t i, count = set->fact_count + set->rule_count + set->decision_count;
    if (!graph)
        return NULL;
    graph->checker = checker;
    graph->record_bases = arena_array(checker->arena, set->record_count + 1, sizeof *graph->record_bases);
    if (!graph->record_bases)
        return NULL;
    for (i = 0; i < set->record_count; i++) {
        graph->record_bases[i] = (uint32_t)count;
        count += set->records[i]->field_count + set->records[i]->define_count;
    }
    if (count >= VERTEX_NONE)
        return NULL;
    graph->vertex_count = count;
    graph->first_edge = arena_array(checker->arena, count + 1, sizeof *graph->first_edge);
    graph->today = arena_array(checker->arena, count + 1, sizeof *graph->today);
    graph->seen = arena_array(checker->arena, count + 1, sizeof *graph->seen);
    graph->sorted = arena_array(checker->arena, count + 1, sizeof *graph->sorted);
    return graph->first_edge && graph->today && graph->seen && graph->sorted ? graph : NULL;
}

/* --- sorting --- */

/*
 * Tarjan's numbers by vertex (0: not seen), the vertices whose component is open, and the path down with the
 * next edge of each.
 */
struct tarjan {
    struct graph *graph;
    uint32_t *number, *low, *component;
    uint32_t *open, *path;
    size_t *edge;
    size_t open_count, path_count, sorted_count;
    uint32_t numbers, components;
    uint32_t *queue, *parent; /* of the search for the shortest circle */
    size_t *parent_edge;
};

static void order_enter(struct tarjan *t, uint32_t v) {
    t->number[v] = t->low[v] = ++t->numbers;
    t->open[t->open_count++] = v;
    t->path[t->path_count++] = v;
    t->edge[v] = t->graph->first_edge[v];
}

/*
 * The shortest way from `start` back to itself inside its component; edges into `trail`, their number as
 * result.
 */
static size_t order_circle(struct tarjan *t, uint32_t start, size_t *trail) {
    const struct graph *graph = t->graph;
    size_t head = 0, tail = 0, steps = 0, e, found = SIZE_MAX;
    uint32_t v = start;
    t->queue[tail++] = start;
    t->parent[start] = start;
    while (head < tail && found == SIZE_MAX) {
        v = t->queue[head++];
        for (e = graph->first_edge[v]; e < graph->first_edge[v + 1] && found == SIZE_MAX; e++) {
            uint32_t to = graph->edges[e].to;
            if (to == start) {
                found = e;
            } else if (t->component[to] == t->component[start] && t->parent[to] == VERTEX_NONE) {
                t->parent[to] = v;
                t->parent_edge[to] = e;
                t->queue[tail++] = to;
            }
        }
    }
    if (found == SIZE_MAX)
        return 0;
    trail[steps++] = found;
    for (; v != start; v = t->parent[v])
        trail[steps++] = t->parent_edge[v];
    for (e = 0; e < steps / 2; e++) {
        size_t swap = trail[e];
        trail[e] = trail[steps - 1 - e];
        trail[steps - 1 - e] = swap;
    }
    return steps;
}

static struct text order_step_words(const struct graph *graph, uint32_t from, const struct edge *edge) {
    struct checker *checker = graph->checker;
    struct text a = chk_vertex_words(graph, from), b = chk_vertex_words(graph, edge->to);
    if (chk_vertex(graph, edge->to).kind != VERTEX_RULE)
        return chk_words(checker, "%.*s needs %.*s here", WORDS(a), WORDS(b));
    if (chk_vertex(graph, from).kind == VERTEX_RULE)
        return chk_words(checker, "%.*s switches off %.*s", WORDS(b), WORDS(a));
    if (edge->at->kind == AST_NAME)
        return chk_words(checker, "%.*s switches off the normal case of %.*s", WORDS(b), WORDS(a));
    return chk_words(checker, "%.*s gives %.*s its value here", WORDS(b), WORDS(a));
}

/* Adds one step to the words of the message, behind `left_out` that are only counted. */
static struct text order_join(const struct graph *graph, struct text words, struct text from, struct text to,
                              size_t left_out, bool only_rules) {
    struct checker *checker = graph->checker;
    if (left_out > 0)
        words = chk_words(checker, "%.*s, … (%zu more)", WORDS(words), left_out);
    return chk_words(checker, "%.*s%s%.*s %s %.*s", WORDS(words), words.length ? ", " : "",
                     WORDS(only_rules ? to : from), only_rules ? "switches off" : "needs",
                     WORDS(only_rules ? from : to));
}

/*
 * "`a` needs `b`, `b` needs `c`, `c` needs `a`". Rules are left out of the words where there is anything
 * else: the labels show them.
 */
static void order_tell(struct tarjan *t, uint32_t start, const size_t *trail, size_t steps, bool only_rules) {
    struct graph *graph = t->graph;
    struct diagnostics *diags = &graph->checker->set->diags;
    struct text words = text_of(""), from = chk_vertex_words(graph, start), first = from;
    struct diagnostic *diagnostic;
    uint32_t v = start;
    size_t i, told = 0, needs = 0;
    for (i = 0; i < steps; i++) {
        const struct edge *edge = &graph->edges[trail[i]];
        struct text to = chk_vertex_words(graph, edge->to);
        if (!only_rules && chk_vertex(graph, edge->to).kind == VERTEX_RULE)
            continue;
        needs++;
        if (told < TOLD_MAX || edge->to == start) {
            words = order_join(graph, words, from, to, needs - told - 1, only_rules);
            told = needs;
        }
        from = to;
    }
    if (only_rules)
        diagnostic = diag_report(diags, DIAG_E0602, ast_span(graph->edges[trail[0]].at),
                                 "exceptions switch each other off in a circle: %.*s", WORDS(words));
    else
        diagnostic = diag_report(diags, DIAG_E0601, ast_span(graph->edges[trail[0]].at),
                                 "%.*s needs itself: %.*s", WORDS(first), WORDS(words));
    for (i = 0; i < steps && i < TOLD_MAX; i++) {
        const struct edge *edge = &graph->edges[trail[i]];
        struct text step = order_step_words(graph, v, edge);
        if (i == 0)
            diag_primary(diags, diagnostic, "%.*s", WORDS(step));
        else
            diag_label(diags, diagnostic, ast_span(edge->at), "%.*s", WORDS(step));
        v = edge->to;
    }
    diag_help(diags, diagnostic, only_rules ? "remove one of the targets" : "break one of these steps");
}

/* The first thing declared that is not a rule, where there is one: a message begins with it. */
static uint32_t order_start(const struct graph *graph, const uint32_t *members, size_t count) {
    uint32_t start = members[0];
    size_t i;
    for (i = 1; i < count; i++) {
        bool rule = chk_vertex(graph, members[i]).kind == VERTEX_RULE;
        bool start_is_rule = chk_vertex(graph, start).kind == VERTEX_RULE;
        if (rule == start_is_rule ? members[i] < start : start_is_rule)
            start = members[i];
    }
    return start;
}

/* Reports one component that is a circle: `members` of them. */
static void order_report(struct tarjan *t, const uint32_t *members, size_t count) {
    struct graph *graph = t->graph;
    uint32_t start = order_start(graph, members, count);
    size_t *trail = arena_array(graph->checker->arena, count + 1, sizeof *trail);
    size_t i, steps;
    graph->cyclic = true;
    if (!trail)
        return;
    for (i = 0; i < count; i++)
        t->parent[members[i]] = VERTEX_NONE;
    steps = order_circle(t, start, trail);
    if (steps > 0)
        order_tell(t, start, trail, steps, chk_vertex(graph, start).kind == VERTEX_RULE);
}

static bool order_needs_itself(const struct graph *graph, uint32_t v) {
    size_t e;
    for (e = graph->first_edge[v]; e < graph->first_edge[v + 1]; e++) {
        if (graph->edges[e].to == v)
            return true;
    }
    return false;
}

/*
 * All that v reaches is done: where nothing below leads above it, the open vertices from v on are a
 * component.
 */
static void order_leave(struct tarjan *t, uint32_t v) {
    size_t first = t->open_count;
    uint32_t member;
    t->path_count--;
    if (t->path_count > 0 && t->low[v] < t->low[t->path[t->path_count - 1]])
        t->low[t->path[t->path_count - 1]] = t->low[v];
    if (t->low[v] != t->number[v])
        return;
    t->components++;
    do {
        member = t->open[--first];
        t->component[member] = t->components;
        t->graph->sorted[t->sorted_count++] = member;
    } while (member != v);
    if (t->open_count - first > 1 || order_needs_itself(t->graph, v))
        order_report(t, t->open + first, t->open_count - first);
    t->open_count = first;
}

static void order_visit(struct tarjan *t, uint32_t root) {
    order_enter(t, root);
    while (t->path_count > 0) {
        uint32_t v = t->path[t->path_count - 1];
        if (t->edge[v] < t->graph->first_edge[v + 1]) {
            uint32_t to = t->graph->edges[t->edge[v]++].to;
            if (t->number[to] == 0)
                order_enter(t, to);
            else if (t->component[to] == 0 && t->number[to] < t->low[v])
                t->low[v] = t->number[to];
        } else {
            order_leave(t, v);
        }
    }
}

static bool order_sort(struct graph *graph) {
    struct arena *arena = graph->checker->arena;
    size_t n = graph->vertex_count + 1;
    struct tarjan t = {.graph = graph};
    uint32_t v;
    t.number = arena_array(arena, n, sizeof *t.number);
    t.low = arena_array(arena, n, sizeof *t.low);
    t.component = arena_array(arena, n, sizeof *t.component);
    t.open = arena_array(arena, n, sizeof *t.open);
    t.path = arena_array(arena, n, sizeof *t.path);
    t.edge = arena_array(arena, n, sizeof *t.edge);
    t.queue = arena_array(arena, n, sizeof *t.queue);
    t.parent = arena_array(arena, n, sizeof *t.parent);
    t.parent_edge = arena_array(arena, n, sizeof *t.parent_edge);
    if (arena->failed)
        return false;
    for (v = 0; v < graph->vertex_count; v++) {
        if (t.number[v] == 0)
            order_visit(&t, v);
    }
    return !graph->cyclic;
}

/* The steps of an evaluation, without what is computed inside a record. */
static void order_steps(struct graph *graph) {
    struct policy_set *set = graph->checker->set;
    size_t i;
    for (i = 0; i < graph->vertex_count; i++) {
        struct vertex vertex = chk_vertex(graph, graph->sorted[i]);
        struct step step = {STEP_FACT, vertex.index};
        if (vertex.kind == VERTEX_FIELD || vertex.kind == VERTEX_DEFINE ||
            (vertex.kind == VERTEX_FACT && !set->facts[vertex.index].only_when))
            continue;
        if (vertex.kind != VERTEX_FACT)
            step.kind = vertex.kind == VERTEX_RULE ? STEP_RULE : STEP_DECISION;
        (void)ARENA_PUSH(set->arena, set->order, set->order_count, set->order_capacity, step);
    }
}

bool chk_order(struct checker *checker) {
    struct graph *graph = order_graph(checker);
    if (!graph) {
        checker->arena->failed = true;
        return false;
    }
    order_edges(graph);
    if (checker->arena->failed || !order_sort(graph))
        return false;
    order_steps(graph);
    checker->marks->graph = graph;
    return !checker->arena->failed;
}
