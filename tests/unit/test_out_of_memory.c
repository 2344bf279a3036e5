/*
 * test_out_of_memory.c: whole pipelines in which one allocation fails, for every one there is: a set is loaded, checked and compiled,
 * facts are read and evaluated, answers written, messages rendered, tests of a policy run.
 *
 * The arena is compiled in here with chunks of one block, so that each block of an arena is an allocation that can fail. What is asked
 * of every failure: it is reported, nothing leaks, and where the run claims success nothing is missing in what it wrote.
 */
#define ARENA_FIRST ((size_t)16)
#define ARENA_LARGEST ((size_t)16)
#include "grammar/base/arena.c"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "grammar/format.h"
#include "grammar/source/render_machine.h"
#include "grammar/source/render_terminal.h"
#include "interp/facts/facts.h"
#include "interp/meaning/check.h"
#include "interp/output/answer.h"
#include "interp/output/why.h"
#include "interp/program/compile.h"
#include "interp/run/policy_tests.h"
#include "tests/support/fail_alloc.h"

enum { FILES_MAX = 4 };

/* What a pipeline is fed; the texts are read once. */
struct inputs {
    const char *paths[FILES_MAX];
    struct buffer texts[FILES_MAX], facts;
    size_t count;
    enum facts_form form;
    bool why;
};

static void read_whole(struct buffer *text, const char *path) {
    const char *root = getenv("PROVISO_ROOT");
    char full[4096], chunk[4096];
    size_t got;
    FILE *file;
    snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    file = fopen(full, "rb");
    if (!file)
        fail_msg("cannot read %s", full);
    buffer_init(text, pv_alloc_default());
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_add(text, chunk, got);
    fclose(file);
    assert_false(text->failed);
}

static void inputs_read(struct inputs *inputs, const char *const *paths, const char *facts) {
    *inputs = (struct inputs){.form = facts ? facts_form_of_name(facts) : FACTS_AUTO};
    for (; paths[inputs->count]; inputs->count++) {
        inputs->paths[inputs->count] = paths[inputs->count];
        read_whole(&inputs->texts[inputs->count], paths[inputs->count]);
    }
    if (facts)
        read_whole(&inputs->facts, facts);
    else
        buffer_init(&inputs->facts, pv_alloc_default());
}

static void inputs_free(struct inputs *inputs) {
    for (size_t i = 0; i < inputs->count; i++)
        buffer_free(&inputs->texts[i]);
    buffer_free(&inputs->facts);
}

/* One run: `out` collects what it wrote, from memory that fails as well. */
struct run {
    const struct inputs *inputs;
    const struct pv_alloc *alloc;
    struct arena arena;
    struct policy_set set;
    struct program *program;
    struct buffer out;
    size_t at; /* in the facts */
};

static void run_begin(struct run *run, const struct inputs *inputs, const struct pv_alloc *alloc) {
    *run = (struct run){.inputs = inputs, .alloc = alloc};
    arena_init(&run->arena, alloc);
    buffer_init(&run->out, alloc);
}

static void run_end(struct run *run) {
    buffer_free(&run->out);
    arena_free(&run->arena);
}

static bool run_load(struct run *run, bool skip_tests) {
    policy_set_init(&run->set, &run->arena);
    run->set.parsing.skip_tests = skip_tests;
    for (size_t i = 0; i < run->inputs->count; i++) {
        const struct buffer *text = &run->inputs->texts[i];
        if (!policy_set_add(&run->set, run->inputs->paths[i], text->data, text->length))
            return false;
    }
    return true;
}

static bool run_compile(struct run *run, bool skip_tests) {
    if (!run_load(run, skip_tests) || !policy_set_check(&run->set))
        return false;
    if (!program_compile(&run->set, &run->arena, &run->program)) {
        assert_true(!run->program || !run->program->problem);
        return false;
    }
    return true;
}

/* Facts come in small pieces, so that buffers grow. */
static ptrdiff_t read_some(void *context, char *bytes, size_t length) {
    struct run *run = context;
    size_t rest = run->inputs->facts.length - run->at, count = rest < 100 ? rest : 100;
    count = count < length ? count : length;
    if (count)
        memcpy(bytes, run->inputs->facts.data + run->at, count);
    run->at += count;
    return (ptrdiff_t)count;
}

static bool show_answers(struct run *run, const struct answer_form *form, const struct record *record,
                         const struct outcome *outcome) {
    answer_text(&run->out, form, record, outcome);
    answer_json(&run->out, form, record, outcome);
    answer_ndjson(&run->out, form, record, outcome);
    answer_csv(&run->out, form, record, outcome);
    return !run->out.failed && !run->arena.failed;
}

/* Every decision and duty explained in every form. */
static bool show_reasons(struct run *run, struct record *record, const struct question *question,
                         struct arena *arena) {
    size_t count = run->set.decision_count + run->set.duty_count;
    for (size_t i = 0; i < count; i++) {
        bool duty = i >= run->set.decision_count;
        struct subject subject = {duty, (uint32_t)(duty ? i - run->set.decision_count : i)};
        struct explanation explanation;
        if (explain(run->program, record, question, subject, arena, &explanation) == EVALUATE_OUT_OF_MEMORY)
            return false;
        why_report(&run->out, &explanation, WHY_TEXT, true);
        why_report(&run->out, &explanation, WHY_PLAIN, false);
        why_report(&run->out, &explanation, WHY_MARKDOWN, false);
        why_json(&run->out, &explanation, (struct text){"asked", 5});
        if (run->out.failed)
            return false;
    }
    return true;
}

static bool decide(struct run *run, struct facts_reader *reader, const struct answer_form *form) {
    struct question question = {.today = 18392}; /* 2020-05-10 */
    struct record record;
    struct outcome outcome;
    struct arena arena;
    enum facts_status status;
    bool good = true;
    arena_init(&arena, run->alloc);
    while (good && (status = facts_next(reader, &arena, &record)) != FACTS_END) {
        enum evaluate_status found = EVALUATE_REJECTED;
        const struct fact_problem *warning;
        while ((warning = facts_warning(reader)) != NULL)
            buffer_string(&run->out, warning->message);
        good = status == FACTS_RECORD;
        if (good && !record.problem_count)
            found = evaluate(run->program, &record, &question, &arena, NULL, &outcome);
        good = good && found != EVALUATE_OUT_OF_MEMORY &&
               show_answers(run, form, &record, found == EVALUATE_OK ? &outcome : NULL) &&
               (!run->inputs->why || show_reasons(run, &record, &question, &arena));
        arena_reset(&arena);
    }
    arena_free(&arena);
    return good;
}

static bool pipeline_eval(struct run *run) {
    static const struct text fields[] = {{"extra.other", 11}, {"parts", 5}};
    struct facts_input input = {read_some, run, "facts"};
    struct facts_reader reader;
    struct answer_form form;
    const struct text *unknown = NULL;
    struct schema *schema;
    bool good;
    if (!run_compile(run, true) || !answer_form_init(&form, &run->set, &run->arena, NULL, 0, &unknown))
        return false;
    schema = schema_build(&run->set, &run->arena);
    if (!schema)
        return false;
    form.fields = fields;
    form.field_count = 2;
    answer_csv_header(&run->out, &form);
    good = facts_open(&reader, schema, &input, run->inputs->form, run->alloc);
    reader.day_given = true;
    good = good && decide(run, &reader, &form);
    facts_close(&reader);
    return good && !run->out.failed;
}

static bool pipeline_tests(struct run *run) {
    struct test_result result;
    struct arena arena;
    bool good = run_compile(run, false);
    arena_init(&arena, run->alloc);
    for (size_t i = 0; good && i < run->set.test_count; i++) {
        good = policy_test_run(run->program, i, &arena, &result);
        for (size_t j = 0; good && j < result.miss_count; j++) {
            buffer_text(&run->out, result.misses[j].expected);
            buffer_text(&run->out, result.misses[j].actual);
            buffer_text(&run->out, result.misses[j].reason);
        }
        arena_reset(&arena);
    }
    arena_free(&arena);
    return good && !run->out.failed;
}

static bool pipeline_dump(struct run *run) {
    if (!run_compile(run, true))
        return false;
    program_dump(&run->out, run->program);
    return !run->out.failed;
}

/* A set with mistakes: all its messages in all three forms, and each of them. */
static bool pipeline_check(struct run *run) {
    bool good = run_load(run, false);
    bool valid = good && policy_set_check(&run->set);
    if (!good || run->set.diags.failed || run->arena.failed)
        return false;
    assert_int_equal(valid, run->set.diags.errors == 0);
    for (size_t i = 0; i < run->set.diags.count; i++) {
        render_terminal(&run->out, &run->set.sources, run->set.diags.items[i], true);
        render_line(&run->out, &run->set.sources, run->set.diags.items[i]);
        render_json(&run->out, &run->set.sources, run->set.diags.items[i]);
    }
    return !run->out.failed;
}

static bool pipeline_format(struct run *run) {
    bool good = run_load(run, false);
    for (size_t i = 0; good && i < run->inputs->count; i++) {
        struct buffer text;
        buffer_init(&text, run->alloc);
        good = format_source(&run->set.parsing, run->set.trees[i].source, &text) == FORMAT_DONE;
        buffer_text(&run->out, (struct text){text.data, text.length});
        buffer_free(&text);
    }
    return good && !run->out.failed;
}

typedef bool pipeline(struct run *run);

/* Runs with the fail_at-th allocation failing, and with `after` all behind it; true where it got through. */
static bool attempt(pipeline *line, const struct inputs *inputs, size_t fail_at, bool after,
                    const struct buffer *wanted) {
    struct fail_alloc failing;
    struct run run;
    bool good;
    fail_alloc_init(&failing, fail_at);
    failing.fail_after = after;
    run_begin(&run, inputs, &failing.alloc);
    good = line(&run);
    if (good && (run.out.length != wanted->length || memcmp(run.out.data, wanted->data, wanted->length) != 0))
        fail_msg("allocation %zu failed, and what was written is not complete", fail_at);
    run_end(&run);
    if (!fail_alloc_clean(&failing))
        fail_msg("allocation %zu failed, and %zu blocks are left", fail_at,
                 (size_t)atomic_load(&failing.live_blocks));
    if (good && atomic_load(&failing.failures) > 0)
        fail_msg("allocation %zu failed, and nobody said so", fail_at);
    return atomic_load(&failing.failures) == 0;
}

/* Allocations from `first` on, `step` apart: with 1 and 1 every one. */
static void allocations(pipeline *line, const struct inputs *inputs, size_t first, size_t step) {
    struct run run;
    size_t count = 0;
    run_begin(&run, inputs, pv_alloc_default());
    assert_true(line(&run));
    assert_true(run.out.length > 0);
    for (size_t fail_at = first; !attempt(line, inputs, fail_at, false, &run.out); fail_at += step, count++)
        attempt(line, inputs, fail_at, true, &run.out);
    assert_true(count > 5);
    run_end(&run);
}

static const char *const everything[] = {"tests/support/everything/everything.proviso",
                                         "tests/support/everything/more.proviso", NULL};

static const char *const loans[] = {"tests/support/loans/loans.proviso", NULL};

static void with_files(pipeline *line, const char *const *paths, const char *facts, size_t step) {
    struct inputs inputs;
    inputs_read(&inputs, paths, facts);
    allocations(line, &inputs, 1, step);
    inputs_free(&inputs);
}

static void evaluation(void **state) {
    (void)state;
    with_files(pipeline_eval, everything, "tests/support/everything/facts.ndjson", 1);
}

/* Reading a table; the rest of it is seen above. */
static void rows(void **state) {
    (void)state;
    with_files(pipeline_eval, loans, "tests/support/loans.csv", 1);
}

/* All that can be asked of two records is explained. */
static void reasons(void **state) {
    static const char few[] =
        "{\"paint\": \"Red\", \"begun\": \"2020-02-01\", \"amount\": 10, \"ready\": true}";
    struct inputs inputs;
    (void)state;
    inputs_read(&inputs, everything, NULL);
    inputs.why = true;
    buffer_string(&inputs.facts, few);
    allocations(pipeline_eval, &inputs, 1, 5);
    inputs_free(&inputs);
}

static void layout(void **state) {
    (void)state;
    with_files(pipeline_format, everything, NULL, 1);
}

static void tests_of_a_policy(void **state) {
    (void)state;
    with_files(pipeline_tests, everything, NULL, 1);
}

static void the_program_in_words(void **state) {
    (void)state;
    with_files(pipeline_dump, everything, NULL, 7);
}

/* The planted mistakes of tests/errors, each file by itself; there are many, so each fails at other allocations. */
static void messages(void **state) {
    (void)state;
    DIR *folder = opendir("tests/errors");
    const struct dirent *entry;
    size_t nth = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        size_t length = strlen(entry->d_name);
        char path[300];
        const char *paths[] = {path, NULL};
        struct inputs inputs;
        if (length < 8 || strcmp(entry->d_name + length - 8, ".proviso") != 0)
            continue;
        snprintf(path, sizeof path, "tests/errors/%s", entry->d_name);
        inputs_read(&inputs, paths, NULL);
        allocations(pipeline_check, &inputs, 1 + nth++ % 11, 11);
        inputs_free(&inputs);
    }
    closedir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation),        cmocka_unit_test(rows),
        cmocka_unit_test(reasons),           cmocka_unit_test(layout),
        cmocka_unit_test(tests_of_a_policy), cmocka_unit_test(the_program_in_words),
        cmocka_unit_test(messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
