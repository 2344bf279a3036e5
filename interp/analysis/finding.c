/*
 * The list of findings: adding to it, and the order in which it is shown. Must not know how a finding was made, nor how it
 * is shown.
 */
#include "interp/analysis/finding.h"

#include <stdlib.h>

#include "grammar/base/banned.h"

void findings_init(struct findings *findings, struct arena *arena, struct diagnostics *diags) {
    *findings = (struct findings){.arena = arena, .diags = diags};
}

bool findings_add(struct findings *findings, const struct finding *finding) {
    if (ARENA_PUSH(findings->arena, findings->items, findings->count, findings->capacity, *finding))
        return true;
    findings->failed = true;
    return false;
}

struct finding finding_of(struct diagnostic *diagnostic, const struct ast_node *where) {
    return (struct finding){.diagnostic = diagnostic,
                            .where = where,
                            .rule = FINDING_NOTHING,
                            .other = FINDING_NOTHING,
                            .decision = FINDING_NOTHING};
}

/* qsort may swap equals, so each carries where it stood. */
struct finding_place {
    struct finding item;
    size_t index;
};

static int finding_order(const void *left, const void *right) {
    const struct finding_place *x = left, *y = right;
    const struct diagnostic *a = x->item.diagnostic, *b = y->item.diagnostic;
    if (a->primary.file != b->primary.file)
        return a->primary.file < b->primary.file ? -1 : 1;
    if (a->primary.start != b->primary.start)
        return a->primary.start < b->primary.start ? -1 : 1;
    if (a->code != b->code)
        return a->code < b->code ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

void findings_sort(struct findings *findings) {
    struct finding_place *places;
    size_t i;
    if (findings->count < 2)
        return;
    places = arena_array(findings->arena, findings->count, sizeof *places);
    if (!places) {
        findings->failed = true;
        return;
    }
    for (i = 0; i < findings->count; i++)
        places[i] = (struct finding_place){findings->items[i], i};
    qsort(places, findings->count, sizeof *places, finding_order);
    for (i = 0; i < findings->count; i++)
        findings->items[i] = places[i].item;
}
