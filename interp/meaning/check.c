/*
 * The one way in: files are added and parsed, then checked together in phases, each over all files, so that
 * their order never matters. A broken file goes through all phases too; what could not be parsed is passed
 * over in silence. Must not know how a model is evaluated.
 */
#include "interp/meaning/check.h"

#include <string.h>

#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* Words that are compared for "did you mean", in one check. */
#define SUGGESTION_BUDGET ((size_t)4000000)

void policy_set_init(struct policy_set *set, struct arena *arena) {
    memset(set, 0, sizeof *set);
    set->arena = arena;
    set->limits = (struct policy_limits){.facts = POLICY_MAX_FACTS,
                                         .rules = POLICY_MAX_RULES,
                                         .list_records = POLICY_MAX_LIST_RECORDS,
                                         .registers = POLICY_MAX_REGISTERS,
                                         .operands = POLICY_MAX_OPERANDS};
    sources_init(&set->sources, arena);
    names_init(&set->names, arena);
    diag_init(&set->diags, arena);
    diag_init(&set->silenced, arena);
    parse_init(&set->parsing, arena, &set->sources, &set->names, &set->diags);
}

/* A file that is no source: too large, or one too many. */
static void check_refused(struct policy_set *set, const char *path, size_t length) {
    struct span nowhere = {0, 0, DIAG_NOWHERE};
    if (length > SOURCE_MAX_BYTES)
        (void)diag_report(&set->diags, DIAG_E0902, nowhere,
                          "`%s` has %zu bytes, and a policy file is limited to %zu", path, length,
                          SOURCE_MAX_BYTES);
    else
        (void)diag_report(&set->diags, DIAG_E0902, nowhere,
                          "`%s` is one file too many: a policy set is limited to %u", path,
                          (unsigned)UINT16_MAX);
}

bool policy_set_add(struct policy_set *set, const char *path, const char *bytes, size_t length) {
    const struct source *source = sources_add(&set->sources, path, bytes, length);
    struct parse_tree tree;
    struct arena tokens; /* nobody asks for them once there is a tree */
    bool added;
    if (!source && !set->arena->failed) {
        check_refused(set, path, length);
        return !set->diags.failed;
    }
    memset(&tree, 0, sizeof tree);
    arena_init(&tokens, set->arena->alloc);
    set->parsing.tokens = &tokens;
    added = source && parse_file(&set->parsing, source, &tree);
    set->parsing.tokens = NULL;
    arena_free(&tokens);
    memset(&tree.tokens, 0, sizeof tree.tokens);
    if (!added || !ARENA_PUSH(set->arena, set->trees, set->tree_count, set->tree_capacity, tree)) {
        set->diags.failed = true;
        return false;
    }
    return true;
}

/* The side tables; node ids are dense and end below the next one. */
static bool check_tables(struct policy_set *set) {
    set->node_limit = (size_t)set->parsing.builder.next_id + 1;
    set->node_types = arena_array(set->arena, set->node_limit, sizeof *set->node_types);
    set->node_refs = arena_array(set->arena, set->node_limit, sizeof *set->node_refs);
    return set->node_types && set->node_refs;
}

static bool check_definitions(struct checker *checker) {
    size_t count = checker->set->decision_count + 1;
    checker->definition_state = arena_array(checker->arena, count, sizeof *checker->definition_state);
    checker->definition_givens = arena_array(checker->arena, count, sizeof *checker->definition_givens);
    return checker->definition_state && checker->definition_givens;
}

/* Stops early only where going on would report one cause again and again. */
static void check_phases(struct checker *checker) {
    if (!chk_modules(checker))
        return;
    chk_headers(checker);
    if (!chk_declarations(checker) || checker->arena->failed ||
        checker->scratch->failed) /* what is declared may lack its parts */
        return;
    chk_enumerations(checker);
    chk_entity_types(checker);
    chk_input_places(checker);
    if (checker->arena->failed || !check_definitions(checker))
        return;
    chk_entities(checker);
    chk_rules(checker);
    chk_exceptions(checker);
    if (!checker->arena->failed && chk_order(checker))
        chk_reminders(checker);
    if (checker->arena->failed)
        return;
    chk_examples(checker);
    chk_unused_types(checker);
}

bool policy_set_check(struct policy_set *set) {
    struct marks marks;
    struct checker checker;
    struct arena scratch;
    memset(&marks, 0, sizeof marks);
    memset(&checker, 0, sizeof checker);
    marks.suggestion_budget = SUGGESTION_BUDGET;
    checker.set = set;
    checker.arena = set->arena;
    arena_init(&scratch, set->arena->alloc);
    checker.scratch = &scratch;
    checker.guards = set->arena;
    checker.marks = &marks;
    if (!set->arena->failed && check_tables(set))
        check_phases(&checker);
    if (set->arena->failed || scratch.failed)
        set->diags.failed = true;
    diag_sort(&set->diags);
    if (set->node_types && set->node_refs)
        chk_cascades(&checker);
    arena_free(&scratch);
    return set->diags.errors == 0 && !set->diags.failed;
}
