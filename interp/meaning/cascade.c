/*
 * One cause, one message: what was reported only because of another mistake is taken back. A name that is
 * lost where it is declared is unknown everywhere; a guard that could not be read guards nothing. Runs last,
 * when every message is there, and never takes back the last one. Must not report anything.
 */
#include "interp/meaning/phases.h"

#include <string.h>

#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

/* Definitions and facts that are followed into one another; beyond them nothing is taken back. */
#define CASCADE_DEPTH 16
#define CASCADE_LABELS 3

enum doubt { DOUBT_UNSEEN, DOUBT_BUSY, DOUBT_NONE, DOUBT_SOME };

struct cascade {
    struct checker *checker;
    const struct ast_node **decls; /* of all files, in the order of their places */
    size_t decl_count, decl_capacity;
    uint8_t *broken;       /* by declaration: a mistake of writing lies in it */
    uint8_t *fact_doubt;   /* enum doubt, by fact: of its `only when` */
    uint8_t *define_doubt; /* by decision: of a definition's value */
    uint8_t *decl_doubt;   /* by declaration; of a table without its rows */
    struct name_map lost;  /* the words of broken declarations */
    struct name_map said;  /* names, or whole messages, that were reported, with the index of the first */
    size_t nameless;       /* declarations whose name is missing */
    unsigned depth;
    bool in_field; /* in the `only when` of a field others are not followed: the answer is not kept */
    const struct ast_node
        *row; /* the latest that was asked about; messages come in the order of their places */
};

static bool cascade_before(const struct ast_node *decl, struct span span) {
    return decl->file < span.file || (decl->file == span.file && decl->start <= span.start);
}

/* The declaration that a place belongs to, what was skipped behind it included; decl_count for none. */
static size_t cascade_decl(const struct cascade *cascade, struct span span) {
    size_t low = 0, high = cascade->decl_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cascade_before(cascade->decls[middle], span))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && cascade->decls[low - 1]->file == span.file ? low - 1 : cascade->decl_count;
}

static bool cascade_is_broken(const struct cascade *cascade, struct span span) {
    size_t decl = cascade_decl(cascade, span);
    return decl < cascade->decl_count && cascade->broken[decl];
}

/* --- what was written wrongly --- */

static bool cascade_is_writing(const struct diagnostic *d) {
    return d->code <= DIAG_E0226;
}

static const struct parse_tree *cascade_tree(const struct cascade *cascade, uint16_t file) {
    const struct policy_set *set = cascade->checker->set;
    size_t i;
    for (i = 0; i < set->tree_count; i++)
        if (set->trees[i].source->file == file)
            return &set->trees[i];
    return NULL;
}

/* The index of the first token at or behind an offset. */
static size_t cascade_token(const struct parse_tree *tree, uint32_t start) {
    size_t low = 0, high = tree->tokens.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->tokens.items[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* `fact "Title": date`: something else is found where a word such as `fact` wants its name. */
static bool cascade_is_nameless(const struct cascade *cascade, const struct diagnostic *d) {
    const struct parse_tree *tree = cascade_tree(cascade, d->primary.file);
    size_t at = tree ? cascade_token(tree, d->primary.start) : 0;
    while (at > 0 && token_is_trivia(&tree->tokens.items[at - 1]))
        at--;
    return at > 0 && tree->tokens.items[at - 1].kind == TOKEN_WORD &&
           tree->tokens.items[at - 1].word != WORD_NONE &&
           word_class_of((enum token_word)tree->tokens.items[at - 1].word) == WORD_DECLARES;
}

/* Every word between the declaration and the next one may have been the name of something. */
static void cascade_lose_words(struct cascade *cascade, size_t index) {
    struct policy_set *set = cascade->checker->set;
    const struct ast_node *decl = cascade->decls[index];
    const struct ast_node *next = index + 1 < cascade->decl_count ? cascade->decls[index + 1] : NULL;
    const struct parse_tree *tree = cascade_tree(cascade, decl->file);
    size_t i;
    for (i = tree ? cascade_token(tree, decl->start) : 0; tree && i < tree->tokens.count; i++) {
        const struct token *token = &tree->tokens.items[i];
        const struct name *name;
        if (next && next->file == decl->file && token->start >= next->start)
            break;
        if (token->kind != TOKEN_WORD || token->problem != PROBLEM_NONE)
            continue;
        name = names_intern(&set->names, token_text(tree->source, token));
        if (name)
            (void)name_map_put(&cascade->lost, name, 1);
    }
}

static void cascade_note_writing(struct cascade *cascade) {
    const struct diagnostics *diags = &cascade->checker->set->diags;
    size_t i;
    for (i = 0; i < diags->count; i++) {
        const struct diagnostic *d = diags->items[i];
        size_t decl = cascade_is_writing(d) ? cascade_decl(cascade, d->primary) : cascade->decl_count;
        if (decl == cascade->decl_count)
            continue;
        cascade->nameless += cascade_is_nameless(cascade, d);
        if (cascade->broken[decl])
            continue;
        cascade->broken[decl] = 1;
        cascade_lose_words(cascade, decl);
    }
}

/* --- guards that could not be read --- */

static bool cascade_doubtful(struct cascade *cascade, const struct ast_node *node);

static bool cascade_doubtful_list(struct cascade *cascade, const struct ast_node *node) {
    for (; node; node = node->next)
        if (cascade_doubtful(cascade, node))
            return true;
    return false;
}

static bool cascade_follow(struct cascade *cascade, uint8_t *state, const struct ast_node *node) {
    bool doubtful;
    if (*state == DOUBT_UNSEEN && cascade->depth < CASCADE_DEPTH) {
        *state = DOUBT_BUSY;
        cascade->depth++;
        doubtful = cascade_doubtful(cascade, node);
        cascade->depth--;
        *state = doubtful ? DOUBT_SOME : DOUBT_NONE;
    }
    return *state == DOUBT_SOME;
}

/* A name that means nothing, or something whose own condition or value cannot be relied upon. */
static bool cascade_doubtful_name(struct cascade *cascade, const struct ast_node *node) {
    struct policy_set *set = cascade->checker->set;
    const struct ref *ref = expr_ref_of(cascade->checker, node);
    const struct type *type = node->id < set->node_limit ? set->node_types[node->id] : NULL;
    if (type && type->kind == TYPE_BAD)
        return true;
    if (ref->kind == REF_TO_FACT && cascade_is_broken(cascade, ast_span(set->facts[ref->index].node)))
        return true;
    if (ref->kind == REF_TO_FACT)
        return cascade_follow(cascade, &cascade->fact_doubt[ref->index], set->facts[ref->index].only_when);
    if (ref->kind == REF_TO_DECISION && set->decisions[ref->index].kind == DECISION_DEFINE)
        return cascade_follow(cascade, &cascade->define_doubt[ref->index],
                              set->decisions[ref->index].otherwise);
    if (ref->kind == REF_TO_FIELD && !cascade->in_field) {
        bool doubtful;
        cascade->in_field = true;
        doubtful = cascade_doubtful(cascade, ref->record->fields[ref->index].only_when);
        cascade->in_field = false;
        return doubtful;
    }
    return false;
}

/* The height of a tree is bounded by the parser. */
static bool cascade_doubtful(struct cascade *cascade, const struct ast_node *node) {
    size_t i;
    if (!node)
        return false;
    if (node->kind == AST_ERROR)
        return true;
    if ((node->kind == AST_NAME || node->kind == AST_PATH) && cascade_doubtful_name(cascade, node))
        return true;
    for (i = 0; i < node->kid_count; i++)
        if (cascade_doubtful_list(cascade, node->kids[i]))
            return true;
    return false;
}

/* Of a table its clauses, its header and the row itself count, and not the other rows. */
static bool cascade_guard_lost(struct cascade *cascade, const struct diagnostic *d) {
    size_t index = cascade_decl(cascade, d->primary);
    const struct ast_node *decl = index < cascade->decl_count ? cascade->decls[index] : NULL, *row;
    uint8_t *doubt;
    if (!decl)
        return false;
    doubt = &cascade->decl_doubt[index];
    if (decl->kind != AST_TABLE)
        return cascade_follow(cascade, doubt, decl);
    row = cascade->row;
    if (*doubt == DOUBT_UNSEEN) {
        bool doubtful = cascade_doubtful_list(cascade, ast_kid(decl, TABLE_clauses)) ||
                        cascade_doubtful(cascade, ast_kid(decl, TABLE_header));
        *doubt = doubtful ? DOUBT_SOME : DOUBT_NONE;
        row = ast_kid(decl, TABLE_rows);
    }
    while (row && row->end <= d->primary.start)
        row = row->next;
    cascade->row = row;
    return *doubt == DOUBT_SOME || cascade_doubtful(cascade, row);
}

/* --- names that are reported again --- */

static bool cascade_is_name(const struct diagnostic *d) {
    return d->code == DIAG_E0301 || d->code == DIAG_E0303 || d->code == DIAG_E0408 || d->code == DIAG_E0425;
}

static const struct name *cascade_name(struct cascade *cascade, const struct diagnostic *d) {
    struct policy_set *set = cascade->checker->set;
    return names_intern(&set->names, sources_text(&set->sources, d->primary));
}

/* The same name, missing in the same way, is one mistake: the first message shows a few other places. */
static bool cascade_said(struct cascade *cascade, size_t index, const struct name *name) {
    struct diagnostics *diags = &cascade->checker->set->diags;
    const struct diagnostic *d = diags->items[index];
    bool unknown = (d->code == DIAG_E0301 && !strstr(d->message, "has no")) || d->code == DIAG_E0408;
    struct diagnostic *first;
    uint32_t before;
    /* The row of another table, the field of another record, another kind: each is a question of its own. */
    if (!unknown)
        name = names_intern(&cascade->checker->set->names, text_of(d->message));
    before = name ? name_map_put(&cascade->said, name, (uint32_t)index) : NAME_MAP_NOTHING;
    if (before == NAME_MAP_NOTHING)
        return false;
    first = diags->items[before];
    /* So is the member of another type. */
    if (first->code == DIAG_E0408 && d->code == DIAG_E0408 && strcmp(first->message, d->message) != 0)
        return false;
    if (first->label_count < CASCADE_LABELS)
        diag_label(diags, first, d->primary, "here too");
    return true;
}

static bool cascade_name_lost(struct cascade *cascade, size_t index) {
    const struct diagnostic *d = cascade->checker->set->diags.items[index];
    const struct name *name = cascade_name(cascade, d);
    const struct symbol *symbol;
    if (!name)
        return false;
    if (!cascade_is_broken(cascade, d->primary) && name_map_find(&cascade->lost, name) != NAME_MAP_NOTHING)
        return true;
    /* Its word was missing, and `fact` only what the parser took it for. */
    symbol = chk_lookup(cascade->checker, name, MODULE_GLOBAL);
    if (symbol && symbol->kind == SYMBOL_FACT && cascade->checker->set->facts[symbol->index].node->extra)
        return true;
    return cascade_said(cascade, index, name);
}

/* An unused type that a declaration names which could not be read. */
static bool cascade_use_lost(struct cascade *cascade, const struct diagnostic *d) {
    const struct name *name = d->code == DIAG_W0301 ? cascade_name(cascade, d) : NULL;
    return name && name_map_find(&cascade->lost, name) != NAME_MAP_NOTHING;
}

/* A name that nothing is spelt like. */
static bool cascade_is_strange(const struct diagnostic *d) {
    return d->code == DIAG_E0301 && d->fix_count == 0;
}

/* Where no more names are unknown than declarations lost theirs, these are the names that they lost. */
static size_t cascade_match_nameless(const struct cascade *cascade, bool *drop) {
    const struct diagnostics *diags = &cascade->checker->set->diags;
    size_t i, strange = 0;
    for (i = 0; i < diags->count; i++)
        strange += !drop[i] && cascade_is_strange(diags->items[i]);
    if (strange > cascade->nameless)
        return 0;
    for (i = 0; i < diags->count; i++)
        drop[i] = drop[i] || cascade_is_strange(diags->items[i]);
    return strange;
}

/* On a line with a mistake of writing, with nothing but blanks between the two. */
static bool cascade_touches(struct cascade *cascade, const struct diagnostic *d,
                            const struct diagnostic *other) {
    struct span gap = {d->primary.end, other->primary.start, d->primary.file};
    struct text text;
    size_t i;
    if (d->primary.file != other->primary.file || !cascade_is_writing(other))
        return false;
    if (d->primary.start > other->primary.start) {
        gap.start = other->primary.end;
        gap.end = d->primary.start;
    }
    if (gap.start >= gap.end)
        return true;
    text = sources_text(&cascade->checker->set->sources, gap);
    for (i = 0; i < text.length; i++)
        if (text.bytes[i] != ' ' && text.bytes[i] != '\t')
            return false;
    return true;
}

static bool cascade_follows(struct cascade *cascade, size_t index) {
    const struct diagnostics *diags = &cascade->checker->set->diags;
    const struct diagnostic *d = diags->items[index];
    if (cascade_is_writing(d) || d->primary.file == DIAG_NOWHERE)
        return false;
    if (d->severity != DIAG_ERROR)
        return cascade_use_lost(cascade, d);
    if ((index > 0 && cascade_touches(cascade, d, diags->items[index - 1])) ||
        (index + 1 < diags->count && cascade_touches(cascade, d, diags->items[index + 1])))
        return true;
    if (d->code == DIAG_E0501)
        return cascade_guard_lost(cascade, d);
    return cascade_is_name(d) && cascade_name_lost(cascade, index);
}

static bool cascade_ready(struct cascade *cascade) {
    struct policy_set *set = cascade->checker->set;
    struct arena *arena = cascade->checker->arena;
    size_t i;
    for (i = 0; i < set->tree_count; i++) {
        const struct ast_node *node = ast_kid(set->trees[i].root, FILE_decls);
        for (; node; node = node->next)
            if (!ARENA_PUSH(arena, cascade->decls, cascade->decl_count, cascade->decl_capacity, node))
                return false;
    }
    cascade->broken = arena_array(arena, cascade->decl_count + 1, sizeof *cascade->broken);
    cascade->fact_doubt = arena_array(arena, set->fact_count + 1, sizeof *cascade->fact_doubt);
    cascade->define_doubt = arena_array(arena, set->decision_count + 1, sizeof *cascade->define_doubt);
    cascade->decl_doubt = arena_array(arena, cascade->decl_count + 1, sizeof *cascade->decl_doubt);
    return cascade->broken && cascade->fact_doubt && cascade->define_doubt && cascade->decl_doubt;
}

void chk_cascades(struct checker *checker) {
    struct diagnostics *diags = &checker->set->diags;
    struct cascade cascade;
    size_t i, kept = 0, dropped = 0;
    bool *drop;
    memset(&cascade, 0, sizeof cascade);
    cascade.checker = checker;
    cascade.lost.arena = cascade.said.arena = checker->arena;
    if (diags->count < 2 || diags->errors == 0 || diags->failed || checker->arena->failed ||
        !cascade_ready(&cascade))
        return;
    drop = arena_array(checker->arena, diags->count, sizeof *drop);
    if (!drop)
        return;
    cascade_note_writing(&cascade);
    for (i = 0; i < diags->count; i++) {
        drop[i] = cascade_follows(&cascade, i);
        dropped += drop[i] && diags->items[i]->severity == DIAG_ERROR;
    }
    dropped += cascade_match_nameless(&cascade, drop);
    if (dropped >= diags->errors)
        return;
    for (i = 0; i < diags->count; i++) {
        diags->warnings -= drop[i] && diags->items[i]->severity == DIAG_WARNING;
        if (!drop[i])
            diags->items[kept++] = diags->items[i];
    }
    diags->count = kept;
    diags->errors -= dropped;
}
