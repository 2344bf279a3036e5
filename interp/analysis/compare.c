/*
 * See compare.h. What both programs compute alike is the same without a walk; else only cases in which a rule of one of them that the
 * other does not have may apply can differ. A first walk finds the pairs of outcomes, then each gets its region and a case. Must not
 * know how outcomes are put into words.
 */
#include "interp/analysis/compare_inside.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/base/banned.h"
#include "interp/analysis/boxes.h"
#include "interp/analysis/prove.h"

/* Pairs of outcomes told of a subject; those found beyond are counted. */
#define COMPARE_PAIRS 40
#define COMPARE_COMPUTED 8
#define COMPARE_FOUND 1000
/* Of so many cases the plainest is shown. */
#define COMPARE_CASES 8
/* Cells that a pair may be narrowed to until the evaluator confirms it. */
#define COMPARE_NARROW 1000

struct pair {
    struct side before, after;
    bool doubtful; /* it could not be told whether they are one */
};

struct comparing {
    struct walk walk;
    struct likeness likeness;
    const struct program *programs[SPACE_PROGRAMS];
    struct arena *arena;
    struct arena scratch, trying;
    const struct subject *subject;
    struct pair *pairs; /* of the subject */
    size_t pair_count, pair_capacity;
    size_t overflow; /* pairs that were not kept */
    bool coarse;     /* there are too many pairs to tell: all values are one */
    bool *seen;      /* by answer: some cell has it */
    int wanted;      /* answer that is asked for; 0: any */
    bool exact[2];   /* of the wanted pair: its words are those of every outcome */
    struct buffer words[2];
};

/* --- what makes a difference --- */

struct saying {
    uint64_t says; /* numbers of degree and value */
    uint32_t giver;
};

static int order_sayings(const void *a, const void *b) {
    const struct saying *x = a, *y = b;
    return x->says < y->says ? -1 : x->says > y->says;
}

static struct saying *sayings_of(const struct comparing *c, uint32_t program, const struct giver_view *view,
                                 struct arena *arena) {
    struct saying *made = arena_array(arena, view->count, sizeof *made);
    for (uint32_t i = 0; made && i < view->count; i++) {
        uint32_t degree = view->pairs[2 * i], value = view->pairs[2 * i + 1];
        made[i].says = (uint64_t)c->likeness.ids[program][degree] << 32 |
                       (value == NO_REGISTER ? UINT32_MAX : c->likeness.ids[program][value]);
        made[i].giver = i;
    }
    if (made)
        qsort(made, view->count, sizeof *made, order_sayings);
    return made;
}

/* The rules that say what no rule of the other program says. False where memory ran out. */
static bool find_rules(struct comparing *c, struct subject *subject,
                       const struct giver_view *const views[2]) {
    struct saying *all[2];
    size_t at[2] = {0, 0};
    for (uint32_t i = 0; i < 2; i++) {
        all[i] = sayings_of(c, i, views[i], &c->scratch);
        subject->marked[i] = arena_array(c->arena, views[i]->count, sizeof(bool));
        if (!all[i] || !subject->marked[i])
            return false;
    }
    while (at[0] < views[0]->count || at[1] < views[1]->count) {
        bool first =
            at[1] == views[1]->count || (at[0] < views[0]->count && all[0][at[0]].says < all[1][at[1]].says);
        bool both =
            at[0] < views[0]->count && at[1] < views[1]->count && all[0][at[0]].says == all[1][at[1]].says;
        if (!both) {
            uint32_t side = first ? 0 : 1;
            subject->marked[side][all[side][at[side]].giver] = true;
            subject->marked_count++;
        }
        at[0] += both || first;
        at[1] += both || !first;
    }
    return true;
}

static bool same_normal(const struct comparing *c, const struct subject *subject) {
    uint32_t normal[2][2];
    for (uint32_t i = 0; i < 2; i++) {
        const struct engine *engine = &c->walk.engines[i];
        const struct instruction *instruction =
            sym_instruction(engine, engine->decision_registers[subject->index[i]]);
        uint32_t count;
        if (instruction->op != INS_decide)
            return sym_instruction(&c->walk.engines[1 - i],
                                   c->walk.engines[1 - i].decision_registers[subject->index[1 - i]])
                       ->op == instruction->op;
        const uint32_t *registers = sym_operands(engine, instruction->b, &count);
        for (int k = 0; k < 2; k++)
            normal[i][k] = registers[k] == NO_REGISTER ? UINT32_MAX : c->likeness.ids[i][registers[k]];
    }
    return normal[0][0] == normal[1][0] && normal[0][1] == normal[1][1];
}

/* Two announcements of one text are alike where degree, day and `unless` are. */
static bool same_announced(const struct comparing *c, const struct subject *subject) {
    if (subject->announced_count[0] != subject->announced_count[1])
        return false;
    for (size_t i = 0; i < subject->announced_count[0]; i++) {
        const struct instruction *in[2];
        for (uint32_t k = 0; k < 2; k++)
            in[k] = &c->programs[k]->instructions[subject->announced[k][i]];
        if (subject->kind == COMPARED_NOTICE) {
            if (c->likeness.ids[0][in[0]->a] != c->likeness.ids[1][in[1]->a])
                return false;
            continue;
        }
        for (uint32_t k = 0; k < 3; k++) {
            uint32_t a = c->programs[0]->pool[in[0]->a + 1 + k], b = c->programs[1]->pool[in[1]->a + 1 + k];
            if ((a == NO_REGISTER ? UINT32_MAX : c->likeness.ids[0][a]) !=
                (b == NO_REGISTER ? UINT32_MAX : c->likeness.ids[1][b]))
                return false;
        }
    }
    return true;
}

/* *same where nothing can make a difference. False where memory ran out. */
static bool find_causes(struct comparing *c, struct subject *subject, bool *same) {
    const struct engine *engines = c->walk.engines;
    subject->whole = false;
    if (subject->kind == COMPARED_REMINDER || subject->kind == COMPARED_NOTICE) {
        subject->whole = true;
        *same = same_announced(c, subject);
        return true;
    }
    bool duty = subject->kind == COMPARED_DUTY;
    const struct giver_view *const views[2] = {
        duty ? &engines[0].duties[subject->index[0]] : &engines[0].decisions[subject->index[0]],
        duty ? &engines[1].duties[subject->index[1]] : &engines[1].decisions[subject->index[1]]};
    if (!find_rules(c, subject, views))
        return false;
    if (!duty) {
        const struct type *a = &c->programs[0]->set->decisions[subject->index[0]].type,
                          *b = &c->programs[1]->set->decisions[subject->index[1]].type;
        subject->whole = !same_normal(c, subject) || a->kind != b->kind || a->scale != b->scale ||
                         a->has_low != b->has_low || a->has_high != b->has_high ||
                         (a->has_low && a->low != b->low) || (a->has_high && a->high != b->high);
    }
    *same = !subject->whole && subject->marked_count == 0;
    return true;
}

/* --- conflicts that cannot be --- */

struct clashing {
    const struct comparing *c;
    const struct giver_view *view;
    uint32_t program;
    bool clash;
};

static bool is_clash(void *context, uint32_t a, uint32_t b) {
    struct clashing *clashing = context;
    const uint32_t *ids = clashing->c->likeness.ids[clashing->program];
    clashing->clash = ids[clashing->view->pairs[2 * a + 1]] != ids[clashing->view->pairs[2 * b + 1]];
    return !clashing->clash;
}

/* Decisions of plain rules in which no two that meet disagree have a value as soon as one rule applies. */
static void find_free(struct comparing *c, uint32_t program, uint32_t decision) {
    struct engine *engine = &c->walk.engines[program];
    struct giver_view *view = &engine->decisions[decision];
    struct clashing clashing = {c, view, program, false};
    if (view->plain && !view->free_of_conflict && view->count > 1 &&
        boxes_meet(engine, view->givers, view->count, is_clash, &clashing) && !clashing.clash)
        walk_free_of_conflict(engine, decision);
}

/* --- the question --- */

/* Whether a rule that makes a difference applies: yes, no, or it hangs on an atom. */
static struct sym some_cause(struct comparing *c) {
    struct sym result = sym_of_truth(false);
    for (uint32_t i = 0; i < 2 && (result.kind != SYM_TRUTH || !result.truth); i++) {
        struct sym some = see_some_given(&c->walk.engines[i], c->subject->index[i],
                                         c->subject->kind == COMPARED_DUTY, c->subject->marked[i]);
        if (some.kind == SYM_SPLIT ? result.kind != SYM_SPLIT : some.truth)
            result = some;
    }
    return result;
}

/* A side as far as pairs are told apart. */
static struct side coarse_side(const struct comparing *c, const struct side *side) {
    const struct side any = {.seen = SEEN_VALUE, .value = {.kind = SYM_VAGUE, .reg = NO_REGISTER}};
    bool value = side->seen == SEEN_VALUE && c->subject->kind != COMPARED_NOTICE;
    return c->coarse && value ? any : *side;
}

/* Values computed from facts are soon too many to tell one by one; written ones are told longer. */
static bool too_many_pairs(const struct comparing *c) {
    bool fixed = true;
    for (size_t i = 0; i < c->pair_count; i++)
        fixed = fixed && side_is_fixed(&c->pairs[i].before) && side_is_fixed(&c->pairs[i].after);
    return c->pair_count > (fixed ? COMPARE_PAIRS : COMPARE_COMPUTED);
}

static int pair_answer(struct comparing *c, const struct side *before, const struct side *after,
                       bool doubtful) {
    struct pair pair = {coarse_side(c, before), coarse_side(c, after), doubtful};
    for (size_t i = 0; i < c->pair_count; i++) {
        if (c->pairs[i].doubtful == doubtful && side_is(&c->pairs[i].before, &pair.before) &&
            side_is(&c->pairs[i].after, &pair.after))
            return (int)i + 1;
    }
    if (c->pair_count >= COMPARE_FOUND) {
        c->overflow++;
        return WALK_PASS;
    }
    if (!ARENA_PUSH(&c->scratch, c->pairs, c->pair_count, c->pair_capacity, pair)) {
        c->walk.failed = true;
        return WALK_PASS;
    }
    return (int)c->pair_count;
}

static int ask_pair(struct walk *walk, void *context, struct atom *atom) {
    struct comparing *c = context;
    if (!c->subject->whole) {
        struct sym cause = some_cause(c);
        if (cause.kind == SYM_SPLIT) {
            *atom = cause.atom;
            return WALK_SPLIT;
        }
        if (!cause.truth)
            return WALK_PASS;
    }
    struct side before = see_side(walk, c->subject, 0);
    if (before.seen == SEEN_SPLIT) {
        *atom = before.value.atom;
        return WALK_SPLIT;
    }
    struct side after = see_side(walk, c->subject, 1);
    if (after.seen == SEEN_SPLIT) {
        *atom = after.value.atom;
        return WALK_SPLIT;
    }
    struct sym same = sides_same(walk, &c->likeness, c->subject, &before, &after);
    if (same.kind == SYM_SPLIT) {
        *atom = same.atom;
        return WALK_SPLIT;
    }
    if (walk->failed || walk->space.grew || (same.kind == SYM_TRUTH && same.truth))
        return WALK_PASS;
    int answer = pair_answer(c, &before, &after, same.kind != SYM_TRUTH);
    return c->wanted == 0 || answer == c->wanted ? answer : WALK_PASS;
}

static enum walk_next see_pair(struct walk *walk, void *context, int answer, const struct walk_point *point,
                               bool sure) {
    struct comparing *c = context;
    (void)walk;
    (void)point;
    (void)sure;
    c->seen[answer] = true;
    return !c->coarse && too_many_pairs(c) ? WALK_STOP : WALK_ON;
}

/* The evaluator says so too. */
static bool is_pair(void *context, const struct confirmed *const results[]) {
    struct comparing *c = context;
    const struct pair *pair = &c->pairs[c->wanted - 1];
    const struct outcome *const outcomes[2] = {&results[0]->outcome, &results[1]->outcome};
    struct buffer words;
    bool agrees = !outcomes_same(c->subject, c->programs, outcomes);
    for (uint32_t i = 0; i < 2 && agrees; i++) {
        const struct side *side = i == 0 ? &pair->before : &pair->after;
        agrees = side_agrees(c->subject, c->programs[i], i, side, outcomes[i]);
        if (!agrees || !c->exact[i])
            continue;
        buffer_init(&words, c->arena->alloc);
        outcome_words(&words, c->subject, c->programs[i], i, outcomes[i]);
        agrees = !words.failed && words.length == c->words[i].length &&
                 memcmp(words.data, c->words[i].data, words.length) == 0;
        buffer_free(&words);
    }
    return agrees;
}

/* --- one difference --- */

static const char *kept_words(struct comparing *c, const struct buffer *words) {
    return words->failed ? NULL : arena_copy(c->arena, words->data ? words->data : "", words->length);
}

/* Of many pieces those of few constraints say most: they come first. */
static void order_pieces(struct region *region) {
    for (size_t i = 1; region->count > COMPARE_PIECES && i < region->count; i++) {
        struct region_piece piece = region->pieces[i];
        size_t at = i;
        for (; at > 0 && region->pieces[at - 1].count > piece.count; at--)
            region->pieces[at] = region->pieces[at - 1];
        region->pieces[at] = piece;
    }
}

static bool tell_pieces(struct comparing *c, struct region *region, struct difference *difference,
                        struct buffer *words) {
    order_pieces(region);
    difference->pieces = arena_array(c->arena, region->count, sizeof *difference->pieces);
    difference->cut = region->cut || region->end == WALK_BUDGET;
    for (size_t i = 0; difference->pieces && i < region->count; i++) {
        buffer_clear(words);
        region_piece_words(words, region, &c->walk, i);
        difference->pieces[i] = kept_words(c, words);
        if (!difference->pieces[i])
            return false;
        difference->piece_count++;
    }
    buffer_clear(words);
    region_json(words, region, &c->walk);
    difference->region_json = kept_words(c, words);
    return difference->pieces && difference->region_json;
}

static bool tell_region(struct comparing *c, struct difference *difference) {
    struct arena region_arena;
    struct region region;
    struct buffer words;
    arena_init(&region_arena, c->arena->alloc);
    buffer_init(&words, c->arena->alloc);
    bool told = region_of(&c->walk, NULL, 0, ask_pair, c, c->wanted, &region_arena, &region) &&
                tell_pieces(c, &region, difference, &words);
    buffer_free(&words);
    arena_free(&region_arena);
    return told;
}

/* What comes of the case in both. */
static bool tell_case(struct comparing *c, struct difference *difference) {
    struct confirmed confirmed;
    arena_reset(&c->trying);
    for (uint32_t i = 0; i < 2; i++) {
        if (confirm(c->programs[i], difference->witnesses[i], &c->trying, &confirmed) != CONFIRM_RAN)
            return false;
        buffer_clear(&c->words[i]);
        outcome_words(&c->words[i], c->subject, c->programs[i], i, &confirmed.outcome);
        difference->outcomes[i] = kept_words(c, &c->words[i]);
        if (!difference->outcomes[i])
            return false;
    }
    return true;
}

/* Looks closer at the wanted pair: a case first; without one nothing is told but that it is not decided. */
static bool tell_pair(struct comparing *c, struct compared *item) {
    const struct search search = {
        .question = ask_pair, .holds = is_pair, .context = c, .wanted = COMPARE_CASES, .plain = true};
    const struct pair *pair = &c->pairs[c->wanted - 1];
    struct difference *difference = &item->differences[item->count];
    for (uint32_t i = 0; i < 2; i++) {
        buffer_clear(&c->words[i]);
        c->exact[i] =
            side_words(&c->words[i], &c->walk, c->subject, i, i == 0 ? &pair->before : &pair->after);
    }
    *difference =
        (struct difference){.before = kept_words(c, &c->words[0]), .after = kept_words(c, &c->words[1])};
    if (!difference->before || !difference->after)
        return false;
    struct search_result result = search_run(&c->walk, NULL, 0, &search, c->arena);
    item->budget = item->budget || result.end == SEARCH_BUDGET;
    if (result.end == SEARCH_NO_MEMORY)
        return false;
    if (result.end == SEARCH_NONE)
        return true;
    if (result.end != SEARCH_FOUND) {
        item->because = result.node ? result.node : item->because;
        item->because_of = result.node ? c->walk.vague_engine : item->because_of;
        if (item->verdict == COMPARED_SAME)
            item->verdict = COMPARED_NOT_DECIDED;
        return true;
    }
    item->verdict = COMPARED_DIFFERENT;
    memcpy(difference->witnesses, result.witnesses, sizeof difference->witnesses);
    item->count++;
    return tell_case(c, difference) && tell_region(c, difference);
}

static bool tell_pairs(struct comparing *c, struct compared *item) {
    size_t found = c->pair_count;
    item->differences = arena_array(c->arena, COMPARE_PAIRS, sizeof *item->differences);
    if (!item->differences)
        return false;
    for (size_t i = 0; i < found; i++) {
        if (!c->seen[i + 1])
            continue;
        c->wanted = (int)i + 1;
        if (item->count == COMPARE_PAIRS)
            item->more++;
        else if (!tell_pair(c, item))
            return false;
    }
    item->more += item->verdict == COMPARED_DIFFERENT ? c->overflow : 0;
    return true;
}

/* The pairs of outcomes there are: few enough to be told, if need be by taking values together. */
static enum walk_end find_pairs(struct comparing *c, const struct subject *subject) {
    enum walk_end end;
    c->subject = subject;
    c->wanted = 0;
    for (c->coarse = false;; c->coarse = true) {
        c->pairs = NULL;
        c->pair_count = c->pair_capacity = c->overflow = 0;
        memset(c->seen, 0, (COMPARE_FOUND + 1) * sizeof *c->seen);
        c->walk.vague_node = 0;
        end = walk_cells(&c->walk, NULL, 0, ask_pair, see_pair, c);
        if (end == WALK_NO_MEMORY || c->coarse || !too_many_pairs(c))
            return end;
    }
}

static bool compare_subject(struct comparing *c, struct subject *subject, struct compared *item) {
    bool same;
    c->seen = arena_array(&c->scratch, COMPARE_FOUND + 1, sizeof *c->seen);
    if (!c->seen || !find_causes(c, subject, &same))
        return false;
    if (same)
        return true;
    for (uint32_t i = 0; subject->kind == COMPARED_DECISION && i < 2; i++)
        find_free(c, i, subject->index[i]);
    enum walk_end end = find_pairs(c, subject);
    if (end == WALK_NO_MEMORY || !tell_pairs(c, item))
        return false;
    item->budget = item->budget || end == WALK_BUDGET;
    if (item->budget && item->verdict == COMPARED_SAME)
        item->verdict = COMPARED_NOT_DECIDED;
    return true;
}

/* --- all of it --- */

/* What the first program computes alike is one for the second, so that what is beyond the analysis is not taken for two things. */
static bool find_twins(struct comparing *c) {
    const struct likeness *likeness = &c->likeness;
    uint32_t most = 0, counts[2] = {c->programs[0]->register_count, c->programs[1]->register_count};
    for (uint32_t i = 0; i < 2; i++) {
        for (uint32_t reg = 0; reg < counts[i]; reg++)
            most = likeness->ids[i][reg] > most ? likeness->ids[i][reg] : most;
    }
    uint32_t *firsts = arena_array(c->walk.arena, (size_t)most + 1, sizeof *firsts);
    uint32_t *twins = arena_array(c->walk.arena, counts[1], sizeof *twins);
    if (!firsts || !twins)
        return false;
    for (uint32_t reg = counts[0]; reg > 0; reg--)
        firsts[likeness->ids[0][reg - 1]] = reg;
    for (uint32_t reg = 0; reg < counts[1]; reg++) {
        uint32_t first = firsts[likeness->ids[1][reg]];
        twins[reg] = first == 0 ? NO_REGISTER : first - 1;
    }
    c->walk.engines[1].twins = twins;
    return true;
}

static bool compare_all(struct comparing *c, struct comparison *comparison) {
    comparison->items = arena_array(c->arena, comparison->count, sizeof *comparison->items);
    if (!comparison->items || !likeness_init(&c->likeness, &c->walk.space, c->walk.arena) || !find_twins(c) ||
        !compare_changes(&c->walk, &c->likeness, c->arena, comparison))
        return false;
    c->walk.refine_budget = COMPARE_NARROW;
    for (size_t i = 0; i < comparison->count; i++) {
        struct subject *subject = &comparison->subjects[i];
        struct compared *item = &comparison->items[i];
        *item = (struct compared){.kind = subject->kind, .name = subject->name, .node = subject->node};
        arena_reset(&c->scratch);
        if (!compare_subject(c, subject, item))
            return false;
    }
    return true;
}

bool compare_run(const struct program *before, const struct program *after,
                 const struct compare_options *options, struct arena *arena, struct comparison *comparison) {
    struct comparing *c = arena_alloc(arena, sizeof *c);
    struct arena lasting;
    uint64_t budget = options->cell_budget > 0 ? options->cell_budget : ANALYSIS_CELLS;
    *comparison = (struct comparison){0};
    if (!c)
        return false;
    c->programs[0] = before;
    c->programs[1] = after;
    c->arena = arena;
    arena_init(&c->scratch, arena->alloc);
    arena_init(&c->trying, arena->alloc);
    arena_init(&lasting, arena->alloc);
    buffer_init(&c->words[0], arena->alloc);
    buffer_init(&c->words[1], arena->alloc);
    bool begun = subjects_find(c->programs, options, arena, comparison);
    bool made = begun && walk_init(&c->walk, &lasting, before, after, budget) && compare_all(c, comparison);
    if (begun)
        walk_free(&c->walk);
    buffer_free(&c->words[0]);
    buffer_free(&c->words[1]);
    arena_free(&c->scratch);
    arena_free(&c->trying);
    arena_free(&lasting);
    return made;
}

bool compare_outcomes(const struct program *const programs[2], const struct outcome *const outcomes[2],
                      const struct comparison *comparison, size_t item, struct buffer *const words[2]) {
    const struct subject *subject = &comparison->subjects[item];
    for (uint32_t i = 0; words && i < 2; i++)
        outcome_words(words[i], subject, programs[i], i, outcomes[i]);
    return !outcomes_same(subject, programs, outcomes);
}
