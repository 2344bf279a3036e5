/*
 * What there is to compare: decisions and duties that both programs have, reminders and notices that one of them has, by their text.
 * Must not know how they are compared.
 */
#include "interp/analysis/compare_inside.h"

#include <stdlib.h>

#include "grammar/base/banned.h"

struct finding_subjects {
    const struct program *const *programs;
    const struct compare_options *options;
    struct arena *arena;
    struct comparison *comparison;
    size_t capacity;
};

static bool is_wanted(const struct compare_options *options, struct text name) {
    for (size_t i = 0; i < options->only_count; i++) {
        if (text_equal(options->only[i], name))
            return true;
    }
    return false;
}

static uint32_t find_decision(const struct policy_set *set, struct text name) {
    for (uint32_t i = 0; i < set->decision_count; i++) {
        if (text_equal(set->decisions[i].shown, name))
            return i;
    }
    return FINDING_NOTHING;
}

static uint32_t find_duty(const struct policy_set *set, struct text name) {
    for (uint32_t i = 0; i < set->duty_count; i++) {
        if (text_equal(set->duties[i].name->text, name))
            return i;
    }
    return FINDING_NOTHING;
}

bool compare_knows(const struct program *program, struct text name) {
    return find_decision(program->set, name) != FINDING_NOTHING ||
           find_duty(program->set, name) != FINDING_NOTHING;
}

static bool add_subject(struct finding_subjects *f, const struct subject *subject) {
    return ARENA_PUSH(f->arena, f->comparison->subjects, f->comparison->count, f->capacity, *subject);
}

static bool find_named(struct finding_subjects *f) {
    const struct policy_set *before = f->programs[0]->set, *after = f->programs[1]->set;
    for (uint32_t i = 0; i < before->decision_count; i++) {
        const struct decision *decision = &before->decisions[i];
        uint32_t other = find_decision(after, decision->shown);
        bool wanted =
            f->options->only ? is_wanted(f->options, decision->shown) : decision->kind != DECISION_DEFINE;
        const struct subject subject = {.kind = COMPARED_DECISION,
                                        .name = decision->shown,
                                        .index = {i, other},
                                        .node =
                                            other == FINDING_NOTHING ? NULL : after->decisions[other].node};
        if (wanted && other != FINDING_NOTHING && !add_subject(f, &subject))
            return false;
    }
    for (uint32_t i = 0; i < before->duty_count; i++) {
        struct text name = before->duties[i].name->text;
        uint32_t other = find_duty(after, name);
        const struct subject subject = {.kind = COMPARED_DUTY,
                                        .name = name,
                                        .index = {i, other},
                                        .node = other == FINDING_NOTHING ? NULL : after->duties[other].node};
        if ((!f->options->only || is_wanted(f->options, name)) && other != FINDING_NOTHING &&
            !add_subject(f, &subject))
            return false;
    }
    return true;
}

/* --- reminders and notices --- */

struct announced {
    enum compared_kind kind;
    struct text text;
    uint32_t program, instruction;
    size_t place; /* in the order they were found: stable, and the order of the groups */
    const struct ast_node *node;
};

static int order_announced(const void *a, const void *b) {
    const struct announced *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int order = text_compare(x->text, y->text);
    return order != 0 ? order : x->place < y->place ? -1 : x->place > y->place;
}

static int order_subjects(const void *a, const void *b) {
    const struct subject *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->index[0] < y->index[0] ? -1 : x->index[0] > y->index[0];
}

static struct announced *all_announced(const struct finding_subjects *f, size_t *count) {
    size_t capacity = f->programs[0]->announcement_count + f->programs[1]->announcement_count;
    struct announced *all = arena_array(f->arena, capacity, sizeof *all);
    *count = 0;
    for (uint32_t p = 0; all && p < 2; p++) {
        const struct program *program = f->programs[p];
        for (uint32_t i = 0; i < program->instruction_count && *count < capacity; i++) {
            const struct instruction *instruction = &program->instructions[i];
            if (instruction->op != INS_remind && instruction->op != INS_notice)
                continue;
            const struct announcement_source *source = &program->announcements[instruction->c];
            const struct ast_node *node = program->set->rules[source->rule].effects[source->effect].text;
            struct announced *made = &all[*count];
            made->kind = instruction->op == INS_remind ? COMPARED_REMINDER : COMPARED_NOTICE;
            made->text = sources_text(&program->set->sources, ast_span(node));
            made->program = p;
            made->instruction = i;
            made->node = node;
            made->place = (*count)++;
        }
    }
    return all;
}

/* One text: its announcements in both programs. */
static bool add_group(struct finding_subjects *f, const struct announced *group, size_t count) {
    struct subject subject = {.kind = group->kind, .name = group->text, .node = group[count - 1].node};
    subject.index[0] = (uint32_t)group->place;
    if (subject.name.length >= 2 && subject.name.bytes[0] == '"')
        subject.name = (struct text){subject.name.bytes + 1, subject.name.length - 2};
    for (uint32_t p = 0; p < 2; p++) {
        subject.announced[p] = arena_array(f->arena, count, sizeof(uint32_t));
        if (!subject.announced[p])
            return false;
        for (size_t i = 0; i < count; i++) {
            if (group[i].program == p)
                subject.announced[p][subject.announced_count[p]++] = group[i].instruction;
        }
    }
    return add_subject(f, &subject);
}

static bool find_announced(struct finding_subjects *f) {
    size_t count, before = f->comparison->count;
    struct announced *all = all_announced(f, &count);
    if (!all)
        return false;
    qsort(all, count, sizeof *all, order_announced);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1;
             end < count && all[end].kind == all[i].kind && text_equal(all[end].text, all[i].text);)
            end++;
        if (!add_group(f, &all[i], end - i))
            return false;
    }
    if (f->comparison->count > before)
        qsort(f->comparison->subjects + before, f->comparison->count - before,
              sizeof *f->comparison->subjects, order_subjects);
    return true;
}

bool subjects_find(const struct program *const programs[2], const struct compare_options *options,
                   struct arena *arena, struct comparison *comparison) {
    struct finding_subjects f = {programs, options, arena, comparison, 0};
    return find_named(&f) && (options->only != NULL || find_announced(&f));
}
