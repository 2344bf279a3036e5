/*
 * test_out_of_memory.c: whole pipelines in which one allocation fails, for every one there is: a set is loaded, checked and compiled,
 * facts are read and evaluated, answers written and explained, messages rendered, tests of a policy run. The inputs are small, and hold
 * everything; ALL=1 in the environment does the same with the real policies, which takes minutes.
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
#include <sys/wait.h>
#include <unistd.h>

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
    /* Of an explanation: the program is compiled beforehand. */
    struct program *program;
    const struct schema *schema;
    struct subject subject;
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
    struct answer_form form;
    const char *wrong; /* what a failure must not lead to, if it did */
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
        if (run->program && run->program->problem)
            run->wrong = run->program->problem;
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

/* What is done with a record; false where memory ran out. */
typedef bool shower(struct run *run, struct record *record, const struct question *question,
                    struct arena *arena);

static bool show_answers(struct run *run, struct record *record, const struct question *question,
                         struct arena *arena) {
    enum evaluate_status found = EVALUATE_REJECTED;
    struct outcome made;
    const struct outcome *outcome = NULL;
    if (!record->problem_count)
        found = evaluate(run->program, record, question, arena, NULL, &made);
    if (found == EVALUATE_OUT_OF_MEMORY)
        return false;
    if (found == EVALUATE_OK)
        outcome = &made;
    answer_text(&run->out, &run->form, record, outcome);
    answer_json(&run->out, &run->form, record, outcome);
    answer_ndjson(&run->out, &run->form, record, outcome);
    answer_csv(&run->out, &run->form, record, outcome);
    return !run->out.failed && !run->arena.failed;
}

/* One decision or duty explained in every form. */
static bool show_reason(struct run *run, struct record *record, const struct question *question,
                        struct arena *arena) {
    struct explanation explanation;
    if (record->problem_count)
        return true;
    if (explain(run->inputs->program, record, question, run->inputs->subject, arena, &explanation) ==
        EVALUATE_OUT_OF_MEMORY)
        return false;
    why_report(&run->out, &explanation, WHY_TEXT, true);
    why_report(&run->out, &explanation, WHY_PLAIN, false);
    why_report(&run->out, &explanation, WHY_MARKDOWN, false);
    why_json(&run->out, &explanation, (struct text){"asked", 5});
    return !run->out.failed;
}

static bool each_record(struct run *run, struct facts_reader *reader, shower *show) {
    struct question question = {.today = 18392}; /* 2020-05-10 */
    struct record record;
    struct arena arena;
    enum facts_status status;
    bool good = true;
    arena_init(&arena, run->alloc);
    while (good && (status = facts_next(reader, &arena, &record)) != FACTS_END) {
        const struct fact_problem *warning;
        while ((warning = facts_warning(reader)) != NULL)
            buffer_string(&run->out, warning->message);
        good = status == FACTS_RECORD && show(run, &record, &question, &arena);
        arena_reset(&arena);
    }
    arena_free(&arena);
    return good;
}

static bool read_facts(struct run *run, const struct schema *schema, shower *show) {
    struct facts_input input = {read_some, run, "facts"};
    struct facts_reader reader;
    bool good = facts_open(&reader, schema, &input, run->inputs->form, run->alloc);
    reader.day_given = true;
    good = good && each_record(run, &reader, show);
    facts_close(&reader);
    return good && !run->out.failed;
}

static bool pipeline_eval(struct run *run) {
    static const struct text fields[] = {{"extra.other", 11}, {"parts", 5}};
    const struct text *unknown = NULL;
    const struct schema *schema;
    if (!run_compile(run, true) || !answer_form_init(&run->form, &run->set, &run->arena, NULL, 0, &unknown))
        return false;
    schema = schema_build(&run->set, &run->arena);
    if (!schema)
        return false;
    run->form.fields = fields;
    run->form.field_count = 2;
    answer_csv_header(&run->out, &run->form);
    return read_facts(run, schema, show_answers);
}

static bool pipeline_reason(struct run *run) {
    return read_facts(run, run->inputs->schema, show_reason);
}

static bool pipeline_tests(struct run *run) {
    struct test_result result;
    struct arena arena;
    bool good = run_compile(run, false);
    arena_init(&arena, run->alloc);
    for (size_t i = 0; good && i < run->set.test_count; i++) {
        good = policy_test_run(run->program, i, &arena, &result);
        if (good)
            buffer_format(&run->out, "%zu: %zu missed\n", i, result.miss_count);
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
    if (valid != (run->set.diags.errors == 0))
        run->wrong = "the set counts as valid, and has errors, or the other way round";
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

/* Ends a run; what is wrong with how it went, or NULL. */
static const char *judge(struct run *run, struct fail_alloc *failing, bool good,
                         const struct buffer *wanted) {
    bool failed = atomic_load(&failing->failures) > 0, whole = run->out.length == wanted->length;
    const char *wrong = run->wrong;
    if (good && (!whole || memcmp(run->out.data, wanted->data, wanted->length) != 0))
        wrong = "what was written is not complete";
    else if (good && failed)
        wrong = "nobody said so";
    else if (!good && !failed)
        wrong = "it ends without a failure of memory";
    run_end(run);
    return fail_alloc_clean(failing) ? wrong : "blocks are left, or were given back as others";
}

/* Runs with the fail_at-th allocation failing, and with `after` all behind it; true where it got through. */
static bool attempt(pipeline *line, const struct inputs *inputs, size_t fail_at, bool after,
                    const struct buffer *wanted) {
    struct fail_alloc failing;
    struct run run;
    const char *wrong;
    fail_alloc_init(&failing, fail_at);
    failing.fail_after = after;
    run_begin(&run, inputs, &failing.alloc);
    wrong = judge(&run, &failing, line(&run), wanted);
    if (wrong)
        fail_msg("allocation %zu failed%s: %s", fail_at, after ? ", and all behind it" : "", wrong);
    return atomic_load(&failing.failures) == 0;
}

/*
 * For large inputs the run goes on, and at each request for memory two processes are split off: in both it fails, in the second
 * all behind it as well. So what stands before a failure is done once, and not again for each.
 */
struct splitter {
    struct pv_alloc alloc;
    struct fail_alloc failing;
    bool split; /* this is a process that was split off */
    size_t count, bad;
};

static void *split_resize(void *context, void *memory, size_t old_size, size_t new_size) {
    struct splitter *s = context;
    pid_t made[2] = {0, 0};
    for (int after = 0; new_size > 0 && after < 2 && !s->split && s->bad < 20; after++) {
        made[after] = fork();
        s->split = made[after] == 0;
        s->bad += made[after] < 0;
        if (s->split) {
            s->failing.fail_at = atomic_load(&s->failing.requests) + 1;
            s->failing.fail_after = after == 1;
        }
    }
    for (int after = 0; after < 2 && !s->split; after++) {
        int status = 0;
        s->count += made[after] > 0;
        s->bad += made[after] > 0 && (waitpid(made[after], &status, 0) < 0 || status != 0);
    }
    return s->failing.alloc.resize(s->failing.alloc.context, memory, old_size, new_size);
}

static void split_allocations(pipeline *line, const struct inputs *inputs, const struct buffer *wanted) {
    struct splitter s = {.alloc = {split_resize, &s}};
    struct run run;
    const char *wrong;
    fail_alloc_init(&s.failing, 0);
    run_begin(&run, inputs, &s.alloc);
    wrong = judge(&run, &s.failing, line(&run), wanted);
    if (wrong && s.split)
        fprintf(stderr, "allocation %zu failed%s: %s\n", s.failing.fail_at,
                s.failing.fail_after ? ", and all behind it" : "", wrong);
    if (s.split)
        _exit(wrong != NULL);
    assert_null(wrong);
    assert_int_equal(s.bad, 0);
    assert_true(s.count > 10);
    print_message("# %zu allocations\n", s.count / 2);
}

static void allocations(pipeline *line, const struct inputs *inputs, bool split) {
    struct run run;
    size_t fail_at = 1;
    run_begin(&run, inputs, pv_alloc_default());
    assert_true(line(&run));
    assert_true(run.out.length > 0);
    if (split) {
        split_allocations(line, inputs, &run.out);
    } else {
        for (; !attempt(line, inputs, fail_at, false, &run.out); fail_at++)
            attempt(line, inputs, fail_at, true, &run.out);
        assert_true(fail_at > 5);
    }
    run_end(&run);
}

/* Every decision and duty, each by itself, so that what leads to an explanation is not done for all of them. */
static void reasons_of(const char *const *paths, const char *facts, size_t length) {
    struct inputs inputs;
    struct run run;
    size_t count;
    inputs_read(&inputs, paths, NULL);
    inputs.form = FACTS_NDJSON;
    buffer_add(&inputs.facts, facts, length);
    run_begin(&run, &inputs, pv_alloc_default());
    assert_true(run_compile(&run, true));
    inputs.program = run.program;
    inputs.schema = schema_build(&run.set, &run.arena);
    assert_non_null(inputs.schema);
    count = run.set.decision_count + run.set.duty_count;
    assert_true(count > 5);
    for (size_t i = 0; i < count; i++) {
        bool duty = i >= run.set.decision_count;
        inputs.subject = (struct subject){duty, (uint32_t)(duty ? i - run.set.decision_count : i)};
        allocations(pipeline_reason, &inputs, false);
    }
    run_end(&run);
    inputs_free(&inputs);
}

static const char *const everything[] = {"tests/support/everything/everything.proviso",
                                         "tests/support/everything/more.proviso", NULL};

static const char *const loans[] = {"tests/support/loans/loans.proviso", NULL};

static void with_files(pipeline *line, const char *const *paths, const char *facts) {
    struct inputs inputs;
    inputs_read(&inputs, paths, facts);
    allocations(line, &inputs, false);
    inputs_free(&inputs);
}

static void evaluation(void **state) {
    (void)state;
    with_files(pipeline_eval, everything, "tests/support/everything/facts.ndjson");
}

/* Reading a table; the rest of it is seen above. */
static void rows(void **state) {
    (void)state;
    with_files(pipeline_eval, loans, "tests/support/loans.csv");
}

static void reasons(void **state) {
    static const char few[] =
        "{\"paint\": \"Red\", \"begun\": \"2020-02-01\", \"amount\": 10, \"ready\": true}";
    (void)state;
    reasons_of(everything, few, sizeof few - 1);
}

static void layout(void **state) {
    (void)state;
    with_files(pipeline_format, everything, NULL);
}

static void tests_of_a_policy(void **state) {
    (void)state;
    with_files(pipeline_tests, everything, NULL);
}

static void the_program_in_words(void **state) {
    (void)state;
    with_files(pipeline_dump, everything, NULL);
}

/* The planted mistakes of tests/errors, each file by itself. */
static void messages(void **state) {
    const char *root = getenv("PROVISO_ROOT");
    char full[4096];
    const struct dirent *entry;
    size_t files = 0;
    DIR *folder;
    (void)state;
    snprintf(full, sizeof full, "%s/tests/errors", root ? root : ".");
    folder = opendir(full);
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        size_t length = strlen(entry->d_name);
        char path[300];
        const char *const paths[] = {path, NULL};
        if (length < 8 || strcmp(entry->d_name + length - 8, ".proviso") != 0)
            continue;
        snprintf(path, sizeof path, "tests/errors/%s", entry->d_name);
        with_files(pipeline_check, paths, NULL);
        files++;
    }
    closedir(folder);
    assert_true(files > 60);
}

/* --- with ALL=1: the real policies --- */

static const char *const renewal[] = {
    "policies/mpn/renewal.proviso", "policies/mpn/update-2020-04-02.proviso",
    "policies/mpn/update-2020-08-07.proviso", "policies/mpn/update-2021-01-27.proviso", NULL};
static const char *const domains[] = {"policies/domains/expiry.proviso", NULL};
static const char *const licences[] = {"policies/licences/extensions.proviso",
                                       "policies/licences/regulation-2021-267.proviso", NULL};

/* The text, without what is behind its first `lines` lines. */
static void keep_lines(struct buffer *text, size_t lines) {
    size_t length = 0;
    while (length < text->length && lines > 0)
        lines -= text->data[length++] == '\n';
    assert_int_equal(lines, 0);
    text->length = length;
}

/* Three records are evaluated, and one explained. */
static void whole(const char *const *paths, const char *facts) {
    static pipeline *const lines[] = {pipeline_eval, pipeline_tests, pipeline_dump, pipeline_format};
    struct inputs inputs;
    inputs_read(&inputs, paths, facts);
    keep_lines(&inputs.facts, 3);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        allocations(lines[i], &inputs, true);
    keep_lines(&inputs.facts, 1);
    reasons_of(paths, inputs.facts.data, inputs.facts.length);
    inputs_free(&inputs);
}

static void whole_renewal(void **state) {
    (void)state;
    whole(renewal, "policies/mpn/samples/partners.ndjson");
}

static void whole_domains(void **state) {
    (void)state;
    whole(domains, "policies/domains/samples/names.ndjson");
}

static void whole_licences(void **state) {
    (void)state;
    whole(licences, "policies/licences/samples/holders.ndjson");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation),        cmocka_unit_test(rows),
        cmocka_unit_test(reasons),           cmocka_unit_test(layout),
        cmocka_unit_test(tests_of_a_policy), cmocka_unit_test(the_program_in_words),
        cmocka_unit_test(messages),
    };
    const struct CMUnitTest all[] = {
        cmocka_unit_test(whole_renewal),
        cmocka_unit_test(whole_domains),
        cmocka_unit_test(whole_licences),
    };
    const char *wanted = getenv("ALL");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (wanted && *wanted)
        failed += cmocka_run_group_tests(all, NULL, NULL);
    return failed;
}
