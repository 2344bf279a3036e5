/*
 * See prove.h: a property is refuted where `whenever` is not no or none, and the condition is not yes. Must not know how verdicts are
 * shown.
 */
#include "interp/analysis/prove.h"

#include "grammar/base/banned.h"

/* Of so many refuting cases the plainest is shown. */
#define PROVE_CASES 24

struct proving {
    uint32_t property;
    const struct property_source *source;
};

enum { PROVE_BROKEN = 1 };

static int ask_whenever(struct walk *walk, void *context, struct atom *atom) {
    const struct proving *proving = context;
    struct sym whenever = sym_truth(&walk->engines[0], proving->source->whenever);
    if (whenever.kind == SYM_SPLIT) {
        *atom = whenever.atom;
        return WALK_SPLIT;
    }
    return whenever.kind == SYM_TRUTH && whenever.truth ? PROVE_BROKEN : WALK_PASS;
}

static int ask_property(struct walk *walk, void *context, struct atom *atom) {
    const struct proving *proving = context;
    struct engine *engine = &walk->engines[0];
    struct sym whenever = {.kind = SYM_TRUTH, .truth = true};
    if (proving->source->whenever != NO_REGISTER)
        whenever = sym_truth(engine, proving->source->whenever);
    if (whenever.kind == SYM_NONE || (whenever.kind == SYM_TRUTH && !whenever.truth))
        return WALK_PASS;
    struct sym condition = sym_truth(engine, proving->source->condition);
    if (condition.kind == SYM_TRUTH && condition.truth)
        return WALK_PASS;
    if (whenever.kind == SYM_SPLIT || condition.kind == SYM_SPLIT) {
        *atom = whenever.kind == SYM_SPLIT ? whenever.atom : condition.atom;
        return WALK_SPLIT;
    }
    return PROVE_BROKEN;
}

static bool is_broken(void *context, const struct confirmed *const results[]) {
    const struct proving *proving = context;
    return results[0]->outcome.properties[proving->property].state == PROPERTY_BROKEN;
}

static bool is_met(void *context, const struct confirmed *const results[]) {
    const struct proving *proving = context;
    struct value whenever = results[0]->outcome.properties[proving->property].whenever;
    return whenever.tag == VALUE_YES_NO && whenever.as.number != 0;
}

bool prove_property(struct walk *walk, uint32_t property, struct arena *arena, struct proof *proof) {
    const struct program *program = walk->engines[0].program;
    struct proving proving = {property, &program->properties[property]};
    const struct search search = {.question = ask_property,
                                  .holds = is_broken,
                                  .context = &proving,
                                  .wanted = PROVE_CASES,
                                  .plain = true,
                                  .plainest = true};
    const struct search meets = {
        .question = ask_whenever, .holds = is_met, .context = &proving, .unshown = true};
    uint64_t before = walk->cells;
    struct search_result result = search_run(walk, NULL, 0, &search, arena);
    proof->witness = result.witnesses[0];
    proof->because = result.node;
    switch (result.end) {
    case SEARCH_NONE:
        proof->verdict = PROOF_PROVED;
        if (proving.source->whenever != NO_REGISTER) {
            struct search_result met = search_run(walk, NULL, 0, &meets, arena);
            proof->vacuous = met.end == SEARCH_NONE;
            result.end = met.end == SEARCH_NO_MEMORY ? SEARCH_NO_MEMORY : SEARCH_NONE;
        }
        break;
    case SEARCH_FOUND:
        proof->verdict = PROOF_REFUTED;
        break;
    case SEARCH_BUDGET:
        proof->budget = true;
        proof->verdict = PROOF_NOT_DECIDED;
        break;
    case SEARCH_POSSIBLE:
    case SEARCH_NO_MEMORY:
        proof->verdict = PROOF_NOT_DECIDED;
        break;
    }
    proof->cells = walk->cells - before;
    return result.end != SEARCH_NO_MEMORY;
}

bool prove_run(const struct program *program, const struct prove_options *options, struct arena *arena,
               struct proofs *proofs) {
    struct walk walk;
    struct arena scratch;
    uint64_t budget = options->cell_budget > 0 ? options->cell_budget : ANALYSIS_CELLS;
    arena_init(&scratch, arena->alloc);
    proofs->count = program->property_count;
    proofs->items = arena_array(arena, proofs->count, sizeof *proofs->items);
    bool made = proofs->items && walk_init(&walk, &scratch, program, NULL, budget);
    for (uint32_t i = 0; i < proofs->count && made; i++) {
        proofs->items[i].verdict = PROOF_NOT_DECIDED;
        if (!options->wanted || options->wanted[i])
            made = prove_property(&walk, i, arena, &proofs->items[i]);
    }
    if (proofs->items)
        walk_free(&walk);
    arena_free(&scratch);
    return made;
}
