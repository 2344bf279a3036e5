/*
 * What the checks of lint share. Must not know what is checked.
 */
#include "interp/analysis/lint_work.h"

#include "grammar/base/banned.h"
#include "interp/analysis/region.h"
#include "interp/analysis/witness.h"

bool lint_wants(const struct lint_work *work, enum diag_code code) {
    return !work->options->wanted || work->options->wanted[code];
}

bool lint_decided(struct lint_work *work, const struct search_result *result, enum diag_code code,
                  struct span span, const char *question) {
    if (result->end == SEARCH_NO_MEMORY)
        work->failed = true;
    if (result->end != SEARCH_BUDGET)
        return result->end != SEARCH_NO_MEMORY;
    work->report->unfinished[code] = true;
    if (!lint_wants(work, DIAG_L0601))
        return false;
    struct diagnostic *diagnostic =
        diag_report(work->findings->diags, DIAG_L0601, span, "%s was not decided: %llu cells were looked at",
                    question, (unsigned long long)work->walk.budget);
    diag_help(work->findings->diags, diagnostic, "allow more with --cells");
    struct finding finding = finding_of(diagnostic, NULL);
    lint_add(work, &finding, NULL);
    return false;
}

void lint_add(struct lint_work *work, struct finding *finding, const struct witness *witness) {
    struct diagnostics *diags = work->findings->diags;
    finding->witness = witness;
    if (witness) {
        struct buffer words;
        buffer_init(&words, work->findings->arena->alloc);
        witness_words(&words, work->program, witness);
        if (words.failed)
            work->failed = true;
        else
            diag_note(diags, finding->diagnostic, "for example: %.*s", (int)words.length, words.data);
        buffer_free(&words);
    }
    if (finding->region)
        diag_note(diags, finding->diagnostic, "in all: %s", finding->region);
    if (!findings_add(work->findings, finding))
        work->failed = true;
}

/* A region is told where it is found in so many cells, in so many pieces. */
#define LINT_REGION_CELLS 5000
#define LINT_REGION_PIECES 4

void lint_region(struct lint_work *work, struct finding *finding, const struct atom *within,
                 size_t within_count, walk_question *question, void *context) {
    struct arena *arena = work->findings->arena;
    struct region region;
    uint64_t budget = work->walk.budget;
    work->walk.budget = budget < LINT_REGION_CELLS ? budget : LINT_REGION_CELLS;
    bool made = region_of(&work->walk, within, within_count, question, context, 0, arena, &region);
    work->walk.budget = budget;
    if (!made) {
        work->failed = true;
        return;
    }
    if (region.end != WALK_DONE || region.cut || !region.sure || region.count == 0)
        return;
    struct buffer words;
    buffer_init(&words, arena->alloc);
    region_words(&words, &region, &work->walk, LINT_REGION_PIECES);
    finding->region = words.failed ? NULL : arena_copy(arena, words.data, words.length);
    work->failed = work->failed || !finding->region;
    buffer_free(&words);
}

struct span lint_rule_span(const struct rule *rule) {
    return rule->kind == RULE_ROW ? ast_span(rule->node) : ast_span(ast_kid(rule->node, RULE_name));
}

const struct ast_node *lint_rule_where(const struct rule *rule) {
    return rule->table ? rule->table : rule->node;
}
