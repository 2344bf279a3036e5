/*
 * Policy sets and programs of the public interface: files are added, checked and compiled together; the program is counted, so
 * that threads, records and answers may own it. Must not know records.
 */
#include "interp/proviso_inside.h"

#include "grammar/source/render_machine.h"
#include "interp/program/compile.h"

#include <string.h>

#include "grammar/base/banned.h"

/* The set is the program's first owner. */
static struct proviso_program *program_new(const struct pv_alloc *alloc) {
    struct proviso_program *program = inside_new(alloc, sizeof *program);
    if (!program)
        return NULL;
    program->alloc = *alloc;
    atomic_init(&program->owners, 1);
    arena_init(&program->arena, &program->alloc);
    policy_set_init(&program->set, &program->arena);
    program->set.parsing.skip_tests = true;
    return program;
}

proviso_program *proviso_program_retain(proviso_program *program) {
    atomic_fetch_add_explicit(&program->owners, 1, memory_order_relaxed);
    return program;
}

void proviso_program_release(proviso_program *program) {
    struct pv_alloc alloc;
    if (!program || atomic_fetch_sub_explicit(&program->owners, 1, memory_order_acq_rel) != 1)
        return;
    alloc = program->alloc;
    arena_free(&program->arena);
    inside_drop(&alloc, program, sizeof *program);
}

enum proviso_status proviso_set_new(proviso_resize resize, void *context, proviso_set **out) {
    struct pv_alloc alloc = *pv_alloc_default();
    struct proviso_set *set;
    if (!out)
        return PROVISO_MISUSE;
    if (resize)
        alloc = (struct pv_alloc){resize, context};
    *out = NULL;
    set = inside_new(&alloc, sizeof *set);
    if (!set)
        return PROVISO_OUT_OF_MEMORY;
    set->program = program_new(&alloc);
    if (!set->program) {
        inside_drop(&alloc, set, sizeof *set);
        return PROVISO_OUT_OF_MEMORY;
    }
    arena_init(&set->arena, &set->program->alloc);
    buffer_init(&set->words, &set->program->alloc);
    policy_files_init(&set->files, &set->program->set);
    *out = set;
    return PROVISO_OK;
}

void proviso_set_release(proviso_set *set) {
    struct proviso_program *program;
    if (!set)
        return;
    program = set->program;
    policy_files_free(&set->files);
    buffer_free(&set->words);
    arena_free(&set->arena);
    inside_drop(&program->alloc, set, sizeof *set);
    proviso_program_release(program);
}

/* Ends a failing call with these words, or with the general ones. */
static enum proviso_status set_fails(struct proviso_set *set, enum proviso_status status, const char *words) {
    buffer_clear(&set->words);
    buffer_string(&set->words, words ? words : proviso_status_text(status));
    return set->words.failed ? PROVISO_OUT_OF_MEMORY : status;
}

/* A call that may add begins: PROVISO_OK, or why it may not. */
static enum proviso_status set_begins(struct proviso_set *set) {
    buffer_clear(&set->words);
    if (set->compiled)
        return set_fails(set, PROVISO_MISUSE, "the set was compiled already");
    if (set->program->set.diags.failed || set->program->arena.failed)
        return set_fails(set, PROVISO_OUT_OF_MEMORY, NULL);
    return PROVISO_OK;
}

enum proviso_status proviso_set_add(proviso_set *set, const char *name, const char *bytes, size_t length) {
    enum proviso_status status;
    const char *kept;
    if (!set || !name || (!bytes && length))
        return PROVISO_MISUSE;
    status = set_begins(set);
    if (status != PROVISO_OK)
        return status;
    kept = inside_string(&set->program->arena, text_of(name));
    if (!kept || !policy_set_add(&set->program->set, kept, bytes ? bytes : "", length))
        return set_fails(set, PROVISO_OUT_OF_MEMORY, NULL);
    return PROVISO_OK;
}

enum proviso_status proviso_set_add_path(proviso_set *set, const char *path) {
    enum proviso_status status;
    const char *kept;
    if (!set || !path)
        return PROVISO_MISUSE;
    status = set_begins(set);
    if (status != PROVISO_OK)
        return status;
    kept = inside_string(&set->program->arena, text_of(path));
    if (kept && policy_files_add(&set->files, kept))
        return PROVISO_OK;
    if (!kept || set->files.out_of_memory)
        return set_fails(set, PROVISO_OUT_OF_MEMORY, NULL);
    return set_fails(set, PROVISO_CANNOT_READ, set->files.problem.data);
}

/* "2 errors; the first: renewal.proviso:8:9: error E0301 unknown-source: …" */
static enum proviso_status set_invalid(struct proviso_set *set) {
    const struct diagnostics *diags = &set->program->set.diags;
    size_t i = 0;
    buffer_clear(&set->words);
    while (i + 1 < diags->count && diags->items[i]->severity != DIAG_ERROR)
        i++;
    if (diags->errors > 1)
        buffer_format(&set->words, "%zu errors; the first: ", diags->errors);
    render_line(&set->words, &set->program->set.sources, diags->items[i]);
    if (set->words.failed)
        return set_fails(set, PROVISO_OUT_OF_MEMORY, NULL);
    set->words.data[--set->words.length] = '\0';
    return PROVISO_INVALID;
}

/* All a program has beside the set. False where memory ran out, or with *problem. */
static bool set_builds(struct proviso_program *made, const char **problem) {
    const struct text *unknown;
    if (!program_compile(&made->set, &made->arena, &made->program)) {
        *problem = made->program ? made->program->problem : NULL;
        return false;
    }
    made->schema = schema_build(&made->set, &made->arena);
    return made->schema && answer_form_init(&made->form, &made->set, &made->arena, NULL, 0, &unknown) &&
           inside_words(made) && !made->arena.failed;
}

enum proviso_status proviso_set_compile(proviso_set *set, proviso_program **out) {
    struct proviso_program *program;
    const char *problem = NULL;
    enum proviso_status status;
    bool good;
    if (!set || !out)
        return PROVISO_MISUSE;
    *out = NULL;
    status = set_begins(set);
    if (status != PROVISO_OK)
        return status;
    program = set->program;
    set->compiled = true;
    good = policy_set_check(&program->set);
    for (size_t i = 0; i < program->set.diags.count; i++)
        if (!inside_about_policy(&set->messages, &set->arena, &program->set.sources,
                                 program->set.diags.items[i]))
            return set_fails(set, PROVISO_OUT_OF_MEMORY, NULL);
    if (program->set.diags.failed || program->arena.failed)
        return set_fails(set, PROVISO_OUT_OF_MEMORY, NULL);
    if (!good)
        return set_invalid(set);
    if (!set_builds(program, &problem))
        return set_fails(set, problem && !program->arena.failed ? PROVISO_INVALID : PROVISO_OUT_OF_MEMORY,
                         problem && !program->arena.failed ? problem : NULL);
    *out = proviso_program_retain(program);
    return PROVISO_OK;
}

const char *proviso_set_message(const proviso_set *set) {
    if (set->words.failed)
        return proviso_status_text(PROVISO_OUT_OF_MEMORY);
    return set->words.data && set->words.length ? set->words.data : "";
}

size_t proviso_set_diagnostic_count(const proviso_set *set) {
    return set->messages.count;
}

const proviso_diagnostic *proviso_set_diagnostic(const proviso_set *set, size_t index) {
    return index < set->messages.count ? &set->messages.items[index] : NULL;
}

enum proviso_status proviso_load(const char *const *paths, size_t count, proviso_set **set,
                                 proviso_program **out) {
    enum proviso_status status;
    if (!set || !out || (!paths && count))
        return PROVISO_MISUSE;
    *out = NULL;
    status = proviso_set_new(NULL, NULL, set);
    for (size_t i = 0; i < count && status == PROVISO_OK; i++)
        status = proviso_set_add_path(*set, paths[i]);
    return status == PROVISO_OK ? proviso_set_compile(*set, out) : status;
}
