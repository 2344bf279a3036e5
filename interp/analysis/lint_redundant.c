/*
 * Conjuncts of a rule that hold wherever its other ones do. A test that the language asks for before an optional fact may be used is none of
 * them, nor what a fact's `only when` asks: without it the others have no value. Must not know how findings are shown.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/symbolic.h"

/* Conjuncts of one rule that are looked at. */
#define REDUNDANT_MOST 64
enum { REDUNDANT_FOUND = 1 };

struct conjuncts {
    struct lint_work *work;
    struct engine *engine;
    uint32_t items[REDUNDANT_MOST];
    uint32_t count;
    const struct rule *rule;
    bool left_out[REDUNDANT_MOST];
    uint32_t candidate; /* number of the one that may follow from the others */
};

/* A case in which the candidate does not hold, and the others do, or would if what they ask about had a value. */
static int ask_redundant(struct walk *walk, void *context, struct atom *atom) {
    const struct conjuncts *c = context;
    struct engine *engine = &walk->engines[0];
    struct sym wanted = sym_truth(engine, c->items[c->candidate]);
    int answer = REDUNDANT_FOUND;
    if (wanted.kind == SYM_TRUTH && wanted.truth)
        return WALK_PASS;
    for (uint32_t i = 0; i < c->count; i++) {
        if (i == c->candidate || c->left_out[i])
            continue;
        struct sym truth = sym_truth(engine, c->items[i]);
        if (truth.kind == SYM_TRUTH && !truth.truth)
            return WALK_PASS;
        if (truth.kind == SYM_SPLIT) {
            *atom = truth.atom;
            answer = WALK_SPLIT;
        }
    }
    if (answer == REDUNDANT_FOUND && wanted.kind == SYM_SPLIT) {
        *atom = wanted.atom;
        return WALK_SPLIT;
    }
    return answer;
}

/* In all cases, and also where every fact had a value: else it is what `only when` asks that makes it follow. */
static bool follows(struct conjuncts *c) {
    const struct search search = {.question = ask_redundant, .context = c, .wanted = 1, .unshown = true};
    bool there_is_none = true;
    for (int pass = 0; pass < 2 && there_is_none; pass++) {
        c->engine->always_asked = pass == 1;
        struct search_result result =
            lint_search(c->work, &c->work->walk, NULL, 0, &search, LINT_SMALL_CELLS);
        if (result.end == SEARCH_BUDGET)
            c->work->report->unfinished[DIAG_L0205] = true;
        there_is_none = result.end == SEARCH_NONE;
    }
    c->engine->always_asked = false;
    return there_is_none;
}

/* Whether the atoms of the others say nothing against it: then nobody need ask. False too where some are no atoms. */
static bool is_free(struct conjuncts *c) {
    struct walk *walk = &c->work->walk;
    const struct zone_shape *shape = &walk->space.shape;
    struct rule_view others = {0}, own = {0};
    if (c->engine->requirement_count > 0 || !sym_atoms(c->engine, c->items[c->candidate], &own))
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        if (i != c->candidate && !sym_atoms(c->engine, c->items[i], &others))
            return false;
    zone_copy(shape, walk->trial, walk->stack[0]);
    for (size_t i = 0; i < others.atom_count; i++)
        if (!atom_apply(shape, walk->trial, &others.atoms[i], false))
            return true; /* the rule is dead, and that is another finding */
    for (size_t i = 0; i < own.atom_count; i++)
        if (atom_judge(shape, walk->trial, &own.atoms[i]) != TRUTH_YES)
            return true;
    return false;
}

/* Whether it holds in every case anyhow, which lint_conditions tells. */
static bool is_constant(struct conjuncts *c) {
    struct conjuncts alone = *c;
    for (uint32_t i = 0; i < alone.count; i++)
        alone.left_out[i] = true;
    return follows(&alone);
}

/* A name in the condition that stands for what the instruction gives; NULL where there is none. As deep as a tree is high. */
static const struct ast_node *named_in(const struct policy_set *set, const struct ast_node *node,
                                       enum ref_kind kind, uint32_t index) {
    const struct ref *ref = &set->node_refs[node->id];
    if ((node->kind == AST_NAME || node->kind == AST_PATH) && ref->kind == kind && ref->index == index)
        return node;
    for (int i = 0; i < node->kid_count; i++) {
        for (const struct ast_node *kid = node->kids[i]; kid; kid = kid->next) {
            const struct ast_node *found = named_in(set, kid, kind, index);
            if (found)
                return found;
        }
    }
    return NULL;
}

/* Where it stands in the rule: facts and definitions are made once, elsewhere. */
static const struct ast_node *node_of(const struct conjuncts *c, uint32_t at) {
    const struct instruction *part = sym_instruction(c->engine, c->items[at]);
    const struct instruction *fact = part->op == INS_only_when || part->op == INS_only_when_otherwise
                                         ? sym_instruction(c->engine, part->a)
                                         : part;
    if (c->rule->when && (part->op == INS_decide || part->op == INS_total))
        return named_in(c->work->set, c->rule->when, REF_TO_DECISION, part->c);
    if (c->rule->when && fact->op == INS_fact)
        return named_in(c->work->set, c->rule->when, REF_TO_FACT, fact->a);
    return program_node(c->engine->program, part->node);
}

static void tell(struct conjuncts *c, uint32_t rule) {
    struct lint_work *work = c->work;
    struct diagnostics *diags = work->findings->diags;
    const struct ast_node *node = node_of(c, c->candidate);
    if (!node)
        return;
    struct text words = lint_words(work, node);
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0205, ast_span(node), "`%.*s` follows from the rest of the condition",
                    (int)words.length, words.bytes);
    for (uint32_t i = 0; i < c->count && !work->failed; i++) {
        if (i == c->candidate)
            continue;
        c->left_out[i] = true;
        c->left_out[i] = follows(c);
        if (!c->left_out[i] && node_of(c, i))
            diag_label(diags, diagnostic, ast_span(node_of(c, i)), "from this");
    }
    diag_help(diags, diagnostic, "remove it, or correct it where more was meant");
    struct finding finding = finding_of(diagnostic, lint_rule_where(&work->set->rules[rule]));
    finding.rule = rule;
    lint_add(work, &finding, NULL);
}

static void gather(struct conjuncts *c, uint32_t place) {
    uint32_t count;
    const uint32_t *operands = sym_operands(c->engine, place, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (operands[i] < c->engine->program->constant_count)
            continue;
        const struct instruction *part = sym_instruction(c->engine, operands[i]);
        if (part->op == INS_all)
            gather(c, part->a);
        else if (part->op != INS_announced_by && c->count < REDUNDANT_MOST)
            c->items[c->count++] = operands[i];
    }
}

/* The days a rule is in force on are not part of its condition, and a test for a value is asked for by the language. */
static bool may_be_told(const struct conjuncts *c, uint32_t at) {
    const struct instruction *part = sym_instruction(c->engine, c->items[at]);
    const struct ast_node *node = node_of(c, at);
    return part->op != INS_is_given && node && node->kind != AST_RULE && node->kind != AST_EXCEPTION;
}

static void check_rule(struct lint_work *work, const struct instruction *degree) {
    struct conjuncts c = {
        .work = work, .engine = &work->walk.engines[0], .rule = &work->set->rules[degree->c]};
    gather(&c, degree->a);
    for (uint32_t i = 0; i < c.count && c.count > 1 && !work->failed; i++) {
        c.candidate = i;
        if (!may_be_told(&c, i) || is_free(&c) || !follows(&c) || is_constant(&c))
            continue;
        tell(&c, degree->c);
        return; /* of two that follow from one another only one can go */
    }
}

void lint_redundant(struct lint_work *work) {
    const struct program *program = work->program;
    if (!lint_wants(work, DIAG_L0205) || !work->walk.ready)
        return;
    for (uint32_t i = 0; i < program->instruction_count && !work->failed; i++) {
        const struct instruction *instruction = &program->instructions[i];
        if (instruction->op == INS_degree && work->set->rules[instruction->c].kind != RULE_ROW &&
            !work->dead[instruction->c])
            check_rule(work, instruction);
    }
}
