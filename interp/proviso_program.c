/*
 * What a program has, by name and by index: facts, decisions, duties, and the words of its rules, made once when it is
 * compiled and only read afterwards. Must not know records or answers.
 */
#include "interp/proviso_inside.h"

#include "interp/meaning/show.h"

#include "grammar/base/banned.h"

enum proviso_type inside_type(const struct type *type) {
    switch (type->kind) {
    case TYPE_YESNO:
        return PROVISO_YES_NO;
    case TYPE_DAY:
        return PROVISO_DATE;
    case TYPE_SPAN:
        return PROVISO_PERIOD;
    case TYPE_NUM:
        return PROVISO_NUMBER;
    case TYPE_FRAC:
        return PROVISO_FRACTION;
    case TYPE_MEMBER:
        return PROVISO_MEMBER;
    case TYPE_MEMBERS:
        return PROVISO_SET;
    case TYPE_RECORDS:
    case TYPE_ONE_RECORD:
        return PROVISO_LIST;
    default:
        return PROVISO_TEXT;
    }
}

/* --- words --- */

static bool words_entity(struct proviso_program *program, struct entity_words *words, struct text name,
                         struct text title, const struct ast_node *node) {
    words->name = inside_string(&program->arena, name);
    words->title = inside_string(&program->arena, title);
    words->line = show_line(&program->set, node, &words->file);
    return words->name && words->title;
}

static bool words_fact(struct proviso_program *program, struct fact_words *words, const struct fact *fact) {
    const struct enumeration *enumeration = fact->type.enumeration;
    words->title = inside_string(&program->arena, fact->title);
    if (!words->title || !enumeration)
        return words->title != NULL;
    words->members = arena_array(&program->arena, enumeration->count, sizeof *words->members);
    if (!words->members)
        return false;
    for (size_t i = 0; i < enumeration->count; i++) {
        words->members[i].name = enumeration->members[i].name->text.bytes;
        words->members[i].label = inside_string(&program->arena, enumeration->members[i].label);
        if (!words->members[i].label)
            return false;
    }
    return true;
}

static bool words_rule(struct proviso_program *program, struct rule_words *words, const struct rule *rule) {
    const struct policy_set *set = &program->set;
    if (!words_entity(program, &words->entity, rule->shown, rule->title, rule->node))
        return false;
    words->citations = arena_array(&program->arena, ast_list_length(rule->cites), sizeof *words->citations);
    if (!words->citations)
        return false;
    for (const struct ast_node *clause = rule->cites; clause; clause = clause->next) {
        const struct ast_node *source = clause->kind == AST_CITES ? ast_kid(clause, CITES_source) : NULL;
        const struct ast_node *place = source ? ast_kid(clause, CITES_place) : NULL;
        struct citation_words *citation = &words->citations[words->citation_count];
        if (!source)
            continue;
        citation->source =
            inside_string(&program->arena, set->citation_sources[set->node_refs[source->id].index].title);
        citation->place = place ? inside_string(&program->arena, *place->value.string) : "";
        if (!citation->source || !citation->place)
            return false;
        words->citation_count++;
    }
    return true;
}

bool inside_words(struct proviso_program *program) {
    const struct policy_set *set = &program->set;
    struct arena *arena = &program->arena;
    bool good = true;
    program->facts = arena_array(arena, set->fact_count, sizeof *program->facts);
    program->decisions = arena_array(arena, set->decision_count, sizeof *program->decisions);
    program->duties = arena_array(arena, set->duty_count, sizeof *program->duties);
    program->rules = arena_array(arena, set->rule_count, sizeof *program->rules);
    if (!program->facts || !program->decisions || !program->duties || !program->rules)
        return false;
    for (size_t i = 0; i < set->fact_count && good; i++)
        good = words_fact(program, &program->facts[i], &set->facts[i]);
    for (size_t i = 0; i < set->decision_count && good; i++)
        good = words_entity(program, &program->decisions[i], set->decisions[i].shown, set->decisions[i].title,
                            set->decisions[i].node);
    for (size_t i = 0; i < set->duty_count && good; i++)
        good = words_entity(program, &program->duties[i], set->duties[i].name->text, set->duties[i].title,
                            set->duties[i].node);
    for (size_t i = 0; i < set->rule_count && good; i++)
        good = words_rule(program, &program->rules[i], &set->rules[i]);
    return good;
}

/* --- facts --- */

const char *proviso_program_policy(const proviso_program *program) {
    return program->set.modules[0].name->text.bytes;
}

size_t proviso_program_fact_count(const proviso_program *program) {
    return program->set.fact_count;
}

size_t proviso_program_fact(const proviso_program *program, const char *name) {
    const struct name *found = name ? names_find(&program->set.names, text_of(name)) : NULL;
    for (size_t i = 0; found && i < program->set.fact_count; i++)
        if (program->set.facts[i].name == found)
            return i;
    return PROVISO_NOT_FOUND;
}

const char *proviso_program_fact_name(const proviso_program *program, size_t fact) {
    return fact < program->set.fact_count ? program->set.facts[fact].name->text.bytes : NULL;
}

const char *proviso_program_fact_title(const proviso_program *program, size_t fact) {
    return fact < program->set.fact_count ? program->facts[fact].title : NULL;
}

enum proviso_type proviso_program_fact_type(const proviso_program *program, size_t fact) {
    return fact < program->set.fact_count ? inside_type(&program->set.facts[fact].type) : PROVISO_TEXT;
}

bool proviso_program_fact_optional(const proviso_program *program, size_t fact) {
    return fact < program->set.fact_count && program->set.facts[fact].type.optional;
}

size_t proviso_program_fact_member_count(const proviso_program *program, size_t fact) {
    const struct enumeration *enumeration =
        fact < program->set.fact_count ? program->set.facts[fact].type.enumeration : NULL;
    return enumeration ? enumeration->count : 0;
}

/* The words of a member, or NULL where there is none. */
static const struct member_words *program_member(const proviso_program *program, size_t fact, size_t member) {
    return member < proviso_program_fact_member_count(program, fact) ? &program->facts[fact].members[member]
                                                                     : NULL;
}

const char *proviso_program_fact_member_name(const proviso_program *program, size_t fact, size_t member) {
    const struct member_words *words = program_member(program, fact, member);
    return words ? words->name : NULL;
}

const char *proviso_program_fact_member_label(const proviso_program *program, size_t fact, size_t member) {
    const struct member_words *words = program_member(program, fact, member);
    return words ? words->label : NULL;
}

/* --- decisions and duties --- */

static size_t entity_find(const struct entity_words *words, size_t count, const char *name) {
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(words[i].name, name) == 0)
            return i;
    return PROVISO_NOT_FOUND;
}

size_t proviso_program_decision_count(const proviso_program *program) {
    return program->set.decision_count;
}

size_t proviso_program_decision(const proviso_program *program, const char *name) {
    return entity_find(program->decisions, program->set.decision_count, name);
}

const char *proviso_program_decision_name(const proviso_program *program, size_t decision) {
    return decision < program->set.decision_count ? program->decisions[decision].name : NULL;
}

const char *proviso_program_decision_title(const proviso_program *program, size_t decision) {
    return decision < program->set.decision_count ? program->decisions[decision].title : NULL;
}

enum proviso_type proviso_program_decision_type(const proviso_program *program, size_t decision) {
    return decision < program->set.decision_count ? inside_type(&program->set.decisions[decision].type)
                                                  : PROVISO_TEXT;
}

size_t proviso_program_duty_count(const proviso_program *program) {
    return program->set.duty_count;
}

size_t proviso_program_duty(const proviso_program *program, const char *name) {
    return entity_find(program->duties, program->set.duty_count, name);
}

const char *proviso_program_duty_name(const proviso_program *program, size_t duty) {
    return duty < program->set.duty_count ? program->duties[duty].name : NULL;
}

const char *proviso_program_duty_title(const proviso_program *program, size_t duty) {
    return duty < program->set.duty_count ? program->duties[duty].title : NULL;
}
