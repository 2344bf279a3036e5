/*
 * Law: a region tells the cases it is about, no more and no fewer: of random small policies, for every decision and each way
 * it may come out, every valid case is in a piece exactly where it comes out so.
 */
#include "interp/analysis/derived.h"
#include "interp/analysis/region.h"
#include "interp/analysis/symbolic.h"
#include "tests/laws/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* How a decision comes out: yes, no, another value, undecided, in conflict, open. */
enum { COMES_YES = 1, COMES_NO, COMES_VALUE, COMES_UNDECIDED, COMES_CONFLICT, COMES_OPEN, COMES_END };

static int ask(struct walk *walk, void *context, struct atom *atom) {
    struct verdict_view seen = see_decision(&walk->engines[0], *(const uint32_t *)context);
    switch (seen.seen) {
    case SEEN_SPLIT:
        *atom = seen.value.atom;
        return WALK_SPLIT;
    case SEEN_UNDECIDED:
        return COMES_UNDECIDED;
    case SEEN_CONFLICT:
        return COMES_CONFLICT;
    case SEEN_OPEN:
        return COMES_OPEN;
    case SEEN_VALUE:
        break;
    }
    struct engine *engine = &walk->engines[0];
    struct sym value = sym_given(engine, seen.value);
    if (value.kind == SYM_CHOICE &&
        engine->program->set->decisions[*(const uint32_t *)context].type.kind == TYPE_YESNO)
        value = sym_is_bit(engine, value.choice, CHOICE_YES);
    if (value.kind == SYM_SPLIT) {
        *atom = value.atom;
        return WALK_SPLIT;
    }
    return value.kind != SYM_TRUTH ? COMES_VALUE : value.truth ? COMES_YES : COMES_NO;
}

static int came(const struct decision_outcome *outcome) {
    switch (outcome->state) {
    case STATE_UNDECIDED:
        return COMES_UNDECIDED;
    case STATE_CONFLICT:
        return COMES_CONFLICT;
    case STATE_UNDETERMINED:
    case STATE_FAILED:
        return COMES_OPEN;
    case STATE_VALUE:
        break;
    }
    if (outcome->value.tag != VALUE_YES_NO)
        return COMES_VALUE;
    return outcome->value.as.number ? COMES_YES : COMES_NO;
}

/* One case beside a walk. */
struct at {
    const struct walk *walk;
    const struct law_policy *policy;
    const struct value *values;
    cal_day today;
    bool lost; /* a constraint of a fact that has no value, or of a function that has none */
};

static const struct value *fact_value(const struct at *at, uint32_t place) {
    for (size_t i = 0; i < at->policy->set.fact_count; i++) {
        if (at->walk->space.bindings[0].places[i] == place)
            return &at->values[i];
    }
    return NULL;
}

static int64_t variable_value(struct at *at, uint32_t variable);

static num_i128 form_value(struct at *at, const struct linear *form) {
    num_i128 sum = form ? form->constant : 0;
    for (uint32_t i = 0; form && i < form->count; i++)
        sum += form->parts[i].factor * variable_value(at, form->parts[i].variable);
    return sum;
}

static int64_t variable_value(struct at *at, uint32_t variable) {
    const struct variable *v = &at->walk->space.variables[variable];
    const struct value *value;
    int64_t result = 0;
    if (variable == VARIABLE_TODAY)
        return at->today;
    if (v->derivation != DERIVED_NOT) {
        at->lost =
            at->lost || !derived_value(v, form_value(at, v->first), form_value(at, v->second), &result);
        return result;
    }
    value = v->fact == UINT32_MAX ? NULL : fact_value(at, v->fact);
    if (!value || value->tag == VALUE_NONE) {
        at->lost = true;
        return 0;
    }
    return value->tag == VALUE_DATE ? value->as.day : value->as.number * v->unit;
}

/* The bit that the case has of a choice of a fact; UINT32_MAX where it has none. */
static uint32_t choice_bit(const struct at *at, uint32_t index) {
    const struct space *space = &at->walk->space;
    const struct choice *choice = &space->choices[index];
    const struct value *value = fact_value(at, choice->fact);
    const struct type *type = &space->places[choice->fact].fact->type;
    if (space->places[choice->fact].kind == PLACE_SET) {
        uint32_t member = index - space->places[choice->fact].choice;
        if (choice->universe == NULL)
            return value->tag == VALUE_NONE ? CHOICE_NONE : CHOICE_GIVEN;
        return value->tag == VALUE_SET && (value->as.set->words[member / 64] >> member % 64 & 1) ? CHOICE_YES
                                                                                                 : CHOICE_NO;
    }
    if (choice->universe == NULL)
        return value->tag == VALUE_NONE ? CHOICE_NONE : CHOICE_GIVEN;
    if (value->tag == VALUE_NONE)
        return choice->none_bit;
    if (value->tag == VALUE_TEXT) {
        for (uint32_t i = 0; i < choice->count; i++) {
            if (text_equal(choice->universe->names[i], *value->as.text))
                return i;
        }
        return UINT32_MAX;
    }
    if (type->kind != TYPE_MEMBER)
        return (uint32_t)value->as.number;
    for (uint32_t i = 0; i < choice->count; i++) {
        if (text_equal(choice->universe->names[i], type->enumeration->members[value->as.number].name->text))
            return i;
    }
    return UINT32_MAX;
}

static bool holds(struct at *at, const struct region_constraint *c) {
    num_i128 value;
    if (c->kind == REGION_CHOICE) {
        uint32_t bit = choice_bit(at, c->i);
        return bit != UINT32_MAX && (c->mask[bit / 64] >> bit % 64 & 1) != 0;
    }
    at->lost = false;
    if (c->kind == REGION_SUM)
        value = form_value(at, c->sum);
    else
        value = variable_value(at, c->i) - (c->kind == REGION_APART ? variable_value(at, c->j) : 0);
    return !at->lost && (!c->has_low || value >= c->low) && (!c->has_high || value <= c->high);
}

static bool in_region(struct at *at, const struct region *region) {
    for (size_t i = 0; i < region->count; i++) {
        bool all = true;
        for (size_t k = 0; k < region->pieces[i].count && all; k++)
            all = holds(at, &region->pieces[i].constraints[k]);
        if (all)
            return true;
    }
    return false;
}

struct counts {
    uint64_t regions, unsure, pieces, constraints, cases, wrong, policies;
};

/* The region of one decision and outcome beside every case; `outcomes` by case, 0 where it is not valid. */
static void check(const struct law_policy *policy, struct walk *walk, const struct small_space *space,
                  uint32_t decision, int answer, const unsigned char *outcomes, struct arena *arena,
                  struct counts *counts) {
    struct value *values = arena_array(arena, space->fact_count + 1, sizeof *values);
    struct at at = {.walk = walk, .policy = policy, .values = values};
    struct region region;
    assert_non_null(values);
    assert_true(region_of(walk, NULL, 0, ask, &decision, answer, arena, &region));
    if (!region.sure || region.cut || region.end != WALK_DONE) {
        counts->unsure++;
        return;
    }
    counts->regions++;
    counts->pieces += region.count;
    for (size_t i = 0; i < region.count; i++)
        counts->constraints += region.pieces[i].count;
    for (uint64_t i = 0; i < space->cases; i++) {
        if (outcomes[i] == 0)
            continue;
        counts->cases++;
        small_case(space, i, values, &at.today);
        if (in_region(&at, &region) == (outcomes[i] == answer))
            continue;
        struct buffer words;
        buffer_init(&words, pv_alloc_default());
        region_words(&words, &region, walk, 20);
        printf("WRONG, seed %llu: %.*s, outcome %d, this case %s: %s\n", (unsigned long long)policy->seed,
               (int)policy->set.decisions[decision].shown.length, policy->set.decisions[decision].shown.bytes,
               answer, outcomes[i] == answer ? "is missing" : "is none", words.data);
        buffer_free(&words);
        struct record record;
        struct question question = {.today = at.today};
        struct text nothing = {"", 0};
        assert_true(record_init(&record, &policy->set, arena));
        memcpy(record.values, values, space->fact_count * sizeof *values);
        if (counts->wrong++ < 2)
            law_tell(policy, &record, &question, "", nothing, "", nothing);
        return;
    }
}

/* What becomes of every decision in every case. */
static unsigned char **try_all(const struct law_policy *policy, const struct small_space *space,
                               struct arena *arena) {
    const struct policy_set *set = &policy->set;
    unsigned char **outcomes = arena_array(arena, set->decision_count + 1, sizeof *outcomes);
    struct arena scratch;
    assert_non_null(outcomes);
    for (size_t i = 0; i < set->decision_count; i++)
        assert_non_null(outcomes[i] = arena_alloc(arena, space->cases + 1));
    arena_init(&scratch, arena->alloc);
    for (uint64_t i = 0; i < space->cases; i++) {
        struct record record;
        struct question question = {.today = 0};
        struct outcome outcome;
        arena_reset(&scratch);
        assert_true(record_init(&record, set, &scratch));
        small_case(space, i, record.values, &question.today);
        if (evaluate(policy->program, &record, &question, &scratch, NULL, &outcome) != EVALUATE_OK ||
            !outcome.covered)
            continue;
        for (size_t k = 0; k < set->decision_count; k++)
            outcomes[k][i] = (unsigned char)came(&outcome.decisions[k]);
    }
    arena_free(&scratch);
    return outcomes;
}

static void one_policy(uint64_t seed, struct arena *arena, struct counts *counts) {
    struct law_policy policy;
    struct small_space space;
    struct walk walk;
    law_make_small(&policy, seed, seed % 2 == 0, NULL);
    counts->policies++;
    small_space_of(&policy.set, arena, &space);
    unsigned char **outcomes = try_all(&policy, &space, arena);
    assert_true(walk_init(&walk, arena, policy.program, NULL, 20000));
    for (uint32_t i = 0; i < policy.set.decision_count; i++) {
        for (int answer = COMES_YES; answer < COMES_END; answer++)
            check(&policy, &walk, &space, i, answer, outcomes[i], arena, counts);
    }
    walk_free(&walk);
    law_free(&policy);
}

static void every_case(void **state) {
    uint32_t n = law_only() ? 1 : law_policies(200);
    uint64_t seed = law_only() ? law_only() : law_seed() * 1000667;
    struct counts counts = {0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (uint32_t i = 0; i < n; i++) {
        arena_reset(&arena);
        one_policy(seed + i, &arena, &counts);
    }
    arena_free(&arena);
    printf("regions: %llu policies: %llu regions of %llu pieces and %llu constraints, against %llu cases; "
           "%llu not sure\n",
           (unsigned long long)counts.policies, (unsigned long long)counts.regions,
           (unsigned long long)counts.pieces, (unsigned long long)counts.constraints,
           (unsigned long long)counts.cases, (unsigned long long)counts.unsure);
    assert_int_equal(counts.wrong, 0);
    if (n >= 100)
        assert_true(counts.unsure * 4 < counts.regions && counts.pieces > n);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
