/*
 * Guards: which optional things are known to have a value where a condition holds, and which conditions are
 * then known to be yes or no (a fact with `only when` is given where that is among them). Works on trees that
 * need not be typed yet, so that the conjuncts of a condition may guard one another in any order. Must not
 * report anything.
 */
#include "interp/meaning/expression.h"

#include <stdlib.h>

#include "grammar/base/banned.h"

/* `only when` of a fact that is guarded by another one with `only when`, and so on; a circle is an error
 * elsewhere. */
#define MAX_IMPLIED 4
#define MAX_IMPLIED_TOTAL 1000
/*
 * What a definition hands on to those that use it: without a bound a long chain of definitions would keep a copy of
 * everything before it in every link. Forgetting some of it can only ask for a guard that was there.
 */
#define MAX_HANDED_THINGS 1024
#define MAX_HANDED_CONDITIONS 64

/* An optional thing that is given, as a number that can be sorted: kind, index, and the loop variable of a
 * field. */
typedef uint64_t thing;

/* A condition that is known to be yes (or no); with `value`, that its left side is that value of a table's
 * cell. */
struct known_condition {
    uint64_t hash;
    const struct ast_node *node;
    const struct ast_node *value;
    bool truth;
};

struct givens {
    const thing *things; /* sorted, no doubles */
    size_t thing_count;
    const struct known_condition *conditions; /* sorted by hash */
    size_t condition_count;
};

/* A set of givens while it is collected. */
struct gather {
    struct checker *checker;
    const struct scope *scope;
    thing *things;
    size_t thing_count, thing_capacity;
    struct known_condition *conditions;
    size_t condition_count, condition_capacity;
    unsigned implied, implied_total; /* how deep in what others imply, and how often */
};

static bool thing_of(const struct ref *ref, thing *out) {
    bool of_record = ref->kind == REF_TO_FIELD || ref->kind == REF_TO_RECORD_DEFINE;
    uint64_t owner = of_record && ref->node ? ref->node->id : 0;
    switch (ref->kind) {
    case REF_TO_FACT:
        *out = ref->index;
        return true;
    case REF_TO_DECISION:
        *out = (UINT64_C(1) << 30) | ref->index;
        return true;
    case REF_TO_FIELD:
        *out = (owner << 32) | (UINT64_C(2) << 30) | ref->index;
        return true;
    case REF_TO_RECORD_DEFINE:
        *out = (owner << 32) | (UINT64_C(3) << 30) | ref->index;
        return true;
    default:
        return false;
    }
}

/* --- conditions as they are written --- */

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_text(struct text text) {
    uint64_t hash = text.length;
    for (size_t i = 0; i < text.length; i++)
        hash = mix(hash, (unsigned char)text.bytes[i]);
    return hash;
}

/* Without ops and brackets; a field counts as its bare name. Loops along first kids: left spines may be long.
 */
static uint64_t hash_tree(const struct checker *checker, uint64_t hash, const struct ast_node *node) {
    for (;;) {
        node = ast_ungroup(node);
        if (node && node->kind == AST_PATH)
            node = ast_kid(node, PATH_field);
        if (!node)
            return mix(hash, 0);
        hash = mix(hash, node->kind + 1u);
        if (node->kind == AST_NAME)
            return mix(hash, node->value.name ? node->value.name->hash : 0);
        if (node->kind == AST_NUMBER || node->kind == AST_DATE)
            return mix(hash, hash_text(sources_text(&checker->set->sources, ast_span(node))));
        if (node->kind == AST_STRING)
            return mix(hash, node->value.string ? hash_text(*node->value.string) : 0);
        if (node->kid_count == 0)
            return hash;
        for (size_t k = 1; k < node->kid_count; k++)
            for (const struct ast_node *kid = node->kids[k]; kid; kid = kid->next)
                hash = mix(hash, hash_tree(checker, 1, kid));
        for (const struct ast_node *kid = node->kids[0] ? node->kids[0]->next : NULL; kid; kid = kid->next)
            hash = mix(hash, hash_tree(checker, 1, kid));
        node = node->kids[0];
    }
}

/* The hash of LEFT is VALUE, as hash_tree gives it for such a node. */
static uint64_t hash_is(const struct checker *checker, const struct ast_node *left,
                        const struct ast_node *value) {
    uint64_t hash = mix(mix(0, AST_IS + 1u), hash_tree(checker, 1, value));
    return hash_tree(checker, hash, left);
}

static bool same_name(const struct checker *checker, const struct ast_node *a, const struct ast_node *b) {
    if (ast_name(a) != ast_name(b) || !ast_name(a))
        return false;
    return a->file == b->file ||
           chk_find(checker, a->file, ast_name(a), ~0u) == chk_find(checker, b->file, ast_name(b), ~0u);
}

/*
 * Both say the same, ops and brackets of the top aside. `variable` is NULL, or the loop variable whose fields
 * `a`, written inside the record, names bare.
 */
static bool same_tree(const struct checker *checker, const struct ast_node *a, const struct ast_node *b,
                      const struct name *variable, bool top);

static bool same_list(const struct checker *checker, const struct ast_node *a, const struct ast_node *b,
                      const struct name *variable) {
    for (; a && b; a = a->next, b = b->next)
        if (!same_tree(checker, a, b, variable, false))
            return false;
    return !a && !b;
}

static bool same_leaf(const struct checker *checker, const struct ast_node *a, const struct ast_node *b,
                      const struct name *variable) {
    const struct sources *sources = &checker->set->sources;
    if (a->kind == AST_NAME && b->kind == AST_PATH)
        return variable && ast_name(ast_kid(b, PATH_object)) == variable &&
               ast_name(a) == ast_name(ast_kid(b, PATH_field));
    if (a->kind != b->kind)
        return false;
    if (a->kind == AST_NAME)
        return same_name(checker, a, b);
    if (a->kind == AST_STRING)
        return a->value.string && b->value.string && text_equal(*a->value.string, *b->value.string);
    return text_equal(sources_text(sources, ast_span(a)), sources_text(sources, ast_span(b)));
}

static bool same_tree(const struct checker *checker, const struct ast_node *a, const struct ast_node *b,
                      const struct name *variable, bool top) {
    for (;; top = false) {
        a = ast_ungroup(a), b = ast_ungroup(b);
        if (!a || !b)
            return a == b;
        if (a == b && !variable)
            return true;
        if (a->kind == AST_NAME || a->kind == AST_NUMBER || a->kind == AST_DATE || a->kind == AST_STRING)
            return same_leaf(checker, a, b, variable);
        if (a->kind != b->kind || a->kid_count != b->kid_count ||
            (!top && (a->op != b->op || a->extra != b->extra)))
            return false;
        if (a->kid_count == 0)
            return true;
        for (size_t k = 1; k < a->kid_count; k++)
            if (!same_list(checker, a->kids[k], b->kids[k], variable))
                return false;
        if (!a->kids[0] || !b->kids[0])
            return a->kids[0] == b->kids[0];
        if (!same_list(checker, a->kids[0]->next, b->kids[0]->next, variable))
            return false;
        a = a->kids[0], b = b->kids[0];
    }
}

/* One form for a condition and its opposite: `not` stripped, `is not` as `is` that is no. */
static const struct ast_node *canonical(const struct ast_node *node, bool *truth) {
    node = ast_ungroup(node);
    while (node && node->kind == AST_NOT) {
        *truth = !*truth;
        node = ast_ungroup(ast_kid(node, NOT_operand));
    }
    if (node && node->op == 1 &&
        (node->kind == AST_IS || node->kind == AST_IS_ONE_OF || node->kind == AST_IN))
        *truth = !*truth;
    return node;
}

struct arena *chk_guards_begin(struct checker *checker, struct arena *scratch) {
    struct arena *before = checker->guards;
    checker->guards = scratch;
    return before;
}

void chk_guards_end(struct checker *checker, struct arena *before) {
    if (checker->guards->failed)
        checker->set->diags.failed = true;
    arena_reset(checker->guards);
    checker->guards = before;
}

/* --- collecting --- */

static void add_thing(struct gather *gather, thing item) {
    if (!ARENA_PUSH(gather->checker->guards, gather->things, gather->thing_count, gather->thing_capacity,
                    item))
        gather->checker->set->diags.failed = true;
}

static void add_condition(struct gather *gather, struct known_condition condition) {
    if (!ARENA_PUSH(gather->checker->guards, gather->conditions, gather->condition_count,
                    gather->condition_capacity, condition))
        gather->checker->set->diags.failed = true;
}

static void add_givens(struct gather *gather, const struct givens *givens) {
    for (size_t i = 0; givens && i < givens->thing_count; i++)
        add_thing(gather, givens->things[i]);
    for (size_t i = 0; givens && i < givens->condition_count; i++)
        add_condition(gather, givens->conditions[i]);
}

/* As add_givens, of a definition that is used; as much as is handed on. */
static void add_handed(struct gather *gather, const struct givens *givens) {
    for (size_t i = 0; givens && i < givens->thing_count && gather->thing_count < MAX_HANDED_THINGS; i++)
        add_thing(gather, givens->things[i]);
    for (size_t i = 0;
         givens && i < givens->condition_count && gather->condition_count < MAX_HANDED_CONDITIONS; i++)
        add_condition(gather, givens->conditions[i]);
}

static void collect(struct gather *gather, const struct ast_node *node, bool truth);
static const struct givens *finish(struct gather *gather);

/* The thing that a NAME or PATH means is given; so is what its own `only when` says. */
static void collect_thing(struct gather *gather, const struct ast_node *node) {
    struct ref ref;
    thing item;
    if (!expr_lookup(gather->checker, gather->scope, node, &ref) || !thing_of(&ref, &item))
        return;
    add_thing(gather, item);
    if (ref.kind != REF_TO_FACT)
        return;
    const struct ast_node *only_when = gather->checker->set->facts[ref.index].only_when;
    if (only_when && gather->implied < MAX_IMPLIED && gather->implied_total < MAX_IMPLIED_TOTAL) {
        gather->implied++;
        gather->implied_total++;
        collect(gather, only_when, true);
        gather->implied--;
    }
}

/* A yes/no definition makes given what its expression does; not where rules may give it another value. */
static void collect_definition(struct gather *gather, const struct ast_node *node, bool truth) {
    struct checker *checker = gather->checker;
    struct ref ref;
    if (!expr_lookup(checker, gather->scope, node, &ref))
        return;
    if (ref.kind == REF_TO_DECISION) {
        const struct decision *decision = &checker->set->decisions[ref.index];
        if (decision->kind != DECISION_DEFINE || decision->giver_count > 0 ||
            decision->otherwise_exception_count > 0 || chk_definition(checker, ref.index)->kind != TYPE_YESNO)
            return;
        add_handed(gather,
                   truth ? checker->definition_givens[ref.index] : checker->definition_denials[ref.index]);
    } else if (ref.kind == REF_TO_RECORD_DEFINE && gather->implied < MAX_IMPLIED &&
               gather->implied_total++ < MAX_IMPLIED_TOTAL) {
        const struct ast_node *value = ref.record->defines[ref.index].value;
        struct scope scope = {.file = value ? value->file : 0, .self = ref.record, .definition = true};
        struct gather inner = {.checker = checker,
                               .scope = &scope,
                               .implied = gather->implied + 1,
                               .implied_total = gather->implied_total};
        collect(&inner, value, truth);
        gather->implied_total = inner.implied_total;
        const struct givens *own = finish(&inner);
        /* What it says of its own fields, said of this variable's; owner 0 is the record itself. */
        uint64_t owner = ref.node ? ref.node->id : 0;
        for (size_t i = 0; own && i < own->thing_count; i++) {
            bool field = ((own->things[i] >> 30) & 3) >= 2 && own->things[i] >> 32 == 0;
            add_thing(gather, field ? (owner << 32) | own->things[i] : own->things[i]);
        }
    }
}

/* What all of several conditions have in common: given where any one of them holds. */
static const struct givens *common(struct gather *gather, const struct givens *a, const struct givens *b) {
    struct gather both = {.checker = gather->checker, .scope = gather->scope};
    size_t i = 0, j = 0;
    while (a && b && i < a->thing_count && j < b->thing_count) {
        if (a->things[i] == b->things[j])
            add_thing(&both, a->things[i]);
        if (a->things[i] <= b->things[j])
            i++;
        else
            j++;
    }
    i = j = 0;
    while (a && b && i < a->condition_count && j < b->condition_count) {
        const struct known_condition *x = &a->conditions[i], *y = &b->conditions[j];
        if (x->hash == y->hash && x->truth == y->truth && !x->value && !y->value &&
            same_tree(gather->checker, x->node, y->node, NULL, true))
            add_condition(&both, *x);
        if (x->hash <= y->hash)
            i++;
        else
            j++;
    }
    return finish(&both);
}

static void collect_common(struct gather *gather, const struct ast_node *top, bool truth) {
    enum ast_kind kind = ast_kind_of(top);
    const struct givens *shared = NULL;
    bool first = true;
    for (const struct ast_node *node = top; node;) {
        bool chain = node->kind == kind;
        const struct ast_node *part = chain ? ast_kid(node, AND_right) : node;
        if (first || shared) {
            struct gather one = {.checker = gather->checker,
                                 .scope = gather->scope,
                                 .implied = gather->implied,
                                 .implied_total = gather->implied_total};
            collect(&one, part, truth);
            gather->implied_total = one.implied_total;
            const struct givens *givens = finish(&one);
            shared = first ? givens : common(gather, shared, givens);
            first = false;
        }
        node = chain ? ast_kid(node, AND_left) : NULL;
    }
    add_givens(gather, shared);
}

/* A fact or field that always has a value: where it is not yes, it is no. */
static bool is_never_none(const struct gather *gather, const struct ast_node *node) {
    struct ref ref;
    if (!expr_lookup(gather->checker, gather->scope, node, &ref))
        return false;
    if (ref.kind == REF_TO_FACT)
        return !gather->checker->set->facts[ref.index].type.optional;
    return ref.kind == REF_TO_FIELD && !ref.record->fields[ref.index].type.optional;
}

/* A condition that is no `and` or `or`. */
static void collect_atom(struct gather *gather, const struct ast_node *node, bool truth) {
    const struct ast_node *left = node->kid_count ? node->kids[0] : NULL;
    switch (ast_kind_of(node)) {
    case AST_IS_GIVEN:
    case AST_IS_NONE:
        if (truth == (node->kind == AST_IS_GIVEN))
            collect_thing(gather, left);
        break;
    case AST_IS: {
        const struct ast_node *right = ast_ungroup(ast_kid(node, IS_right));
        if (truth == (node->op == 1)) {
            if (right && (right->kind == AST_YES || right->kind == AST_NO) && is_never_none(gather, left))
                collect(gather, left, right->kind == AST_NO);
            break;
        }
        collect_thing(gather, left);
        collect_thing(gather, right);
        if (right && (right->kind == AST_YES || right->kind == AST_NO))
            collect(gather, left, right->kind == AST_YES);
        break;
    }
    case AST_IS_ONE_OF:
        if (truth == (node->op == 0))
            collect_thing(gather, left);
        break;
    case AST_NAME:
    case AST_PATH:
        /* That it is yes does not make it given: an optional one would be its own guard. */
        collect_definition(gather, node, truth);
        break;
    default:
        break;
    }
    const struct ast_node *written = canonical(node, &truth);
    add_condition(gather,
                  (struct known_condition){hash_tree(gather->checker, 0, written), written, NULL, truth});
}

static void collect(struct gather *gather, const struct ast_node *node, bool truth) {
    node = ast_ungroup(node);
    while (node) {
        if (node->kind == AST_NOT) {
            truth = !truth;
            node = ast_ungroup(ast_kid(node, NOT_operand));
            continue;
        }
        bool all = node->kind == (truth ? AST_AND : AST_OR);
        if (!all && (node->kind == AST_AND || node->kind == AST_OR)) {
            collect_common(gather, node, truth);
            add_condition(gather,
                          (struct known_condition){hash_tree(gather->checker, 0, node), node, NULL, truth});
            return;
        }
        if (!all) {
            collect_atom(gather, node, truth);
            return;
        }
        collect(gather, ast_kid(node, AND_right), truth);
        node = ast_ungroup(ast_kid(node, AND_left));
    }
}

static int compare_things(const void *a, const void *b) {
    thing x = *(const thing *)a, y = *(const thing *)b;
    return x < y ? -1 : x > y;
}

static int compare_conditions(const void *a, const void *b) {
    uint64_t x = ((const struct known_condition *)a)->hash, y = ((const struct known_condition *)b)->hash;
    return x < y ? -1 : x > y;
}

static const struct givens *finish(struct gather *gather) {
    if (gather->thing_count == 0 && gather->condition_count == 0)
        return NULL;
    struct givens *givens = arena_alloc(gather->checker->guards, sizeof *givens);
    if (!givens) {
        gather->checker->set->diags.failed = true;
        return NULL;
    }
    size_t kept = 0;
    if (gather->thing_count)
        qsort(gather->things, gather->thing_count, sizeof *gather->things, compare_things);
    for (size_t i = 0; i < gather->thing_count; i++)
        if (i == 0 || gather->things[i] != gather->things[i - 1])
            gather->things[kept++] = gather->things[i];
    if (gather->condition_count)
        qsort(gather->conditions, gather->condition_count, sizeof *gather->conditions, compare_conditions);
    givens->things = gather->things;
    givens->thing_count = kept;
    givens->conditions = gather->conditions;
    givens->condition_count = gather->condition_count;
    return givens;
}

const struct givens *expr_givens(struct checker *checker, const struct scope *scope,
                                 const struct ast_node *condition, bool truth) {
    struct gather gather = {.checker = checker, .scope = scope};
    collect(&gather, condition, truth);
    return finish(&gather);
}

const struct givens *chk_givens_if(struct checker *checker, const struct scope *scope,
                                   const struct ast_node *condition) {
    return expr_givens(checker, scope, condition, true);
}

const struct givens *chk_givens_join(struct checker *checker, const struct givens *a,
                                     const struct givens *b) {
    if (!a || !b || a == b)
        return a ? a : b;
    struct gather gather = {.checker = checker};
    add_givens(&gather, a);
    add_givens(&gather, b);
    return finish(&gather);
}

const struct givens *chk_givens_if_cell(struct checker *checker, const struct scope *scope,
                                        const struct ast_node *header, const struct ast_node *cell) {
    struct gather gather = {.checker = checker, .scope = scope};
    if (!header || !cell)
        return NULL;
    const struct ast_node *values = cell->kid_count ? cell->kids[0] : NULL;
    switch (ast_kind_of(cell)) {
    case AST_CELL_VALUES:
        collect_thing(&gather, header);
        if (!values || values->next)
            break;
        if (ast_ungroup(values)->kind == AST_YES || ast_ungroup(values)->kind == AST_NO)
            collect(&gather, header, ast_ungroup(values)->kind == AST_YES);
        add_condition(&gather,
                      (struct known_condition){hash_is(checker, header, values), header, values, true});
        break;
    case AST_CELL_NOT:
        for (; values; values = values->next)
            if (values->kind == AST_CELL_NONE || ast_ungroup(values)->kind == AST_NONE)
                collect_thing(&gather, header);
        break;
    case AST_CELL_COMPARE:
    case AST_CELL_IN:
        collect_thing(&gather, header);
        break;
    default:
        break;
    }
    return finish(&gather);
}

/* --- asking --- */

struct question {
    struct checker *checker;
    const struct scope *scope;
    const struct givens *known;
    const struct record_type *self; /* of the `only when` of a field */
    const struct ast_node *binder;
    const struct name *variable;
};

static bool has_thing(const struct givens *known, thing item) {
    return known && known->thing_count &&
           bsearch(&item, known->things, known->thing_count, sizeof item, compare_things) != NULL;
}

/* The first known condition of that hash, or one past the last. */
static size_t find_hash(const struct givens *known, uint64_t hash) {
    size_t low = 0, high = known->condition_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (known->conditions[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool known_is(const struct question *question, const struct ast_node *left,
                     const struct ast_node *value) {
    const struct givens *known = question->known;
    uint64_t hash = hash_is(question->checker, left, value);
    for (size_t i = find_hash(known, hash); i < known->condition_count && known->conditions[i].hash == hash;
         i++) {
        const struct known_condition *condition = &known->conditions[i];
        const struct ast_node *is_left = condition->node, *is_right = condition->value;
        if (!is_right && condition->node->kind == AST_IS) {
            is_left = ast_kid(condition->node, IS_left);
            is_right = ast_kid(condition->node, IS_right);
        }
        if (is_right && condition->truth &&
            same_tree(question->checker, left, is_left, question->variable, false) &&
            same_tree(question->checker, value, is_right, question->variable, false))
            return true;
    }
    return false;
}

static bool implied_atom(const struct question *question, const struct ast_node *node, bool truth) {
    const struct givens *known = question->known;
    bool as_written = truth;
    const struct ast_node *written = canonical(node, &as_written);
    if (!written)
        return false;
    uint64_t hash = hash_tree(question->checker, 0, written);
    for (size_t i = find_hash(known, hash); i < known->condition_count && known->conditions[i].hash == hash;
         i++)
        if (!known->conditions[i].value && known->conditions[i].truth == as_written &&
            same_tree(question->checker, written, known->conditions[i].node, question->variable, true))
            return true;
    if (written->kind == AST_IS && as_written)
        return known_is(question, ast_kid(written, IS_left), ast_kid(written, IS_right));
    if (written->kind == AST_IS_ONE_OF && as_written)
        for (const struct ast_node *value = ast_kid(written, IS_ONE_OF_values); value; value = value->next)
            if (known_is(question, ast_kid(written, IS_ONE_OF_operand), value))
                return true;
    if ((written->kind == AST_IS_GIVEN && as_written) || (written->kind == AST_IS_NONE && !as_written)) {
        struct ref ref;
        thing item;
        struct scope scope = {.file = node->file, .self = question->self};
        if (!expr_lookup(question->checker, &scope, written->kids[0], &ref))
            return false;
        if (ref.kind == REF_TO_FIELD || ref.kind == REF_TO_RECORD_DEFINE)
            ref.node = question->binder;
        return thing_of(&ref, &item) && has_thing(known, item);
    }
    return false;
}

/* Every conjunct of an `only when` is among what is known. */
static bool implied(const struct question *question, const struct ast_node *node) {
    node = ast_ungroup(node);
    while (node && node->kind == AST_AND) {
        if (!implied(question, ast_kid(node, AND_right)))
            return false;
        node = ast_ungroup(ast_kid(node, AND_left));
    }
    return node && implied_atom(question, node, true);
}

bool expr_is_given(struct checker *checker, const struct scope *scope, const struct givens *known,
                   const struct ref *ref) {
    thing item;
    if (!known || !thing_of(ref, &item))
        return false;
    if (has_thing(known, item))
        return true;
    const struct fact *fact = ref->kind == REF_TO_FACT    ? &checker->set->facts[ref->index]
                              : ref->kind == REF_TO_FIELD ? &ref->record->fields[ref->index]
                                                          : NULL;
    if (!fact || !fact->only_when || fact->declared_optional || known->condition_count == 0)
        return false;
    struct question question = {.checker = checker, .scope = scope, .known = known};
    if (ref->kind == REF_TO_FIELD) {
        question.self = ref->record;
        question.binder = ref->node;
        for (const struct binding *binding = scope->bindings; binding; binding = binding->outer)
            if (binding->binder == ref->node)
                question.variable = binding->name;
    }
    return implied(&question, fact->only_when);
}
