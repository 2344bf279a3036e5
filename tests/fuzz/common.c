/*
 * See fuzz.h. The facts of an input are read whole and in small pieces: where the pieces end must never matter. Must not
 * know which target it works for.
 */
#include "tests/fuzz/fuzz.h"

#include "grammar/source/render_machine.h"
#include "grammar/source/render_terminal.h"
#include "interp/output/answer.h"
#include "interp/program/compile.h"
#include "interp/run/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_fail(const char *what) {
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

void fuzz_require(bool good, const char *what) {
    if (!good)
        fuzz_fail(what);
}

static void fuzz_span(const struct policy_set *set, struct span span) {
    if (span.file == DIAG_NOWHERE)
        return;
    fuzz_require(span.file < set->sources.count, "a message about a file that is not there");
    fuzz_require(span.start <= span.end && span.end <= set->sources.files[span.file]->length,
                 "a message about a place outside its file");
}

/* What is shown ends its lines and has no other character that a terminal acts on. */
static void fuzz_shown(const struct buffer *out) {
    size_t at = 0, size;
    fuzz_require(!out->failed, "memory ran out");
    fuzz_require(text_invalid_utf8(out->data, out->length) == out->length, "what is shown is not UTF-8");
    for (; at < out->length; at += size) {
        uint32_t c = text_decode(out->data + at, out->length - at, &size);
        fuzz_require(c == '\n' || !text_unsafe(c), "what is shown has a control character");
    }
}

void fuzz_messages(const struct policy_set *set) {
    struct buffer out;
    buffer_init(&out, pv_alloc_default());
    for (size_t i = 0; i < set->diags.count; i++) {
        const struct diagnostic *item = set->diags.items[i];
        fuzz_span(set, item->primary);
        for (size_t j = 0; j < item->label_count; j++)
            fuzz_span(set, item->labels[j].span);
        for (size_t j = 0; j < item->fix_count; j++)
            fuzz_span(set, item->fixes[j].span);
        buffer_clear(&out);
        render_terminal(&out, &set->sources, item, false);
        render_line(&out, &set->sources, item);
        render_json(&out, &set->sources, item);
        fuzz_shown(&out);
    }
    buffer_free(&out);
}

/* A compiled policy; made once a run of the target. */
struct fuzz_policy {
    struct arena arena;
    struct policy_set set;
    struct program *program;
    struct schema *schema;
    struct answer_form form;
};

static const struct text fuzz_carried[] = {{"id", 2}, {"group.other", 11}};

static void fuzz_policy_open(struct fuzz_policy *policy, const char *text) {
    const struct text *unknown = NULL;
    arena_init(&policy->arena, pv_alloc_default());
    policy_set_init(&policy->set, &policy->arena);
    fuzz_require(policy_set_add(&policy->set, "p.proviso", text, strlen(text)) &&
                     policy_set_check(&policy->set) &&
                     program_compile(&policy->set, &policy->arena, &policy->program),
                 "the policy of the target is not valid");
    policy->schema = schema_build(&policy->set, &policy->arena);
    fuzz_require(policy->schema &&
                     answer_form_init(&policy->form, &policy->set, &policy->arena, NULL, 0, &unknown),
                 "memory ran out");
    policy->form.fields = fuzz_carried;
    policy->form.field_count = 2;
}

struct fuzz_pieces {
    const uint8_t *bytes;
    size_t left, largest;
};

static ptrdiff_t fuzz_read(void *context, char *bytes, size_t length) {
    struct fuzz_pieces *pieces = context;
    size_t count = pieces->left < pieces->largest ? pieces->left : pieces->largest;
    count = count < length ? count : length;
    if (count)
        memcpy(bytes, pieces->bytes, count);
    pieces->bytes += count;
    pieces->left -= count;
    return (ptrdiff_t)count;
}

static void fuzz_decide(struct fuzz_policy *policy, struct record *record, struct arena *arena,
                        struct buffer *out) {
    struct question question = {.today = 18627}; /* 2020-12-31 */
    struct outcome outcome;
    enum evaluate_status status = EVALUATE_REJECTED;
    if (!record->problem_count)
        status = evaluate(policy->program, record, &question, arena, NULL, &outcome);
    fuzz_require(status != EVALUATE_OUT_OF_MEMORY, "memory ran out");
    const struct outcome *found = status == EVALUATE_OK ? &outcome : NULL;
    answer_json(out, &policy->form, record, found);
    answer_ndjson(out, &policy->form, record, found);
    answer_text(out, &policy->form, record, found);
    fuzz_shown(out);
    answer_csv(out, &policy->form, record, found);
}

/* What becomes of the input, in words, when it comes in such pieces. */
static void fuzz_answers(struct fuzz_policy *policy, enum facts_form form, bool strict,
                         struct fuzz_pieces pieces, struct buffer *all) {
    struct facts_input input = {fuzz_read, &pieces, "input"};
    struct facts_reader reader;
    struct record record;
    struct buffer one;
    struct arena arena;
    enum facts_status status;
    const struct fact_problem *warning;
    buffer_init(&one, pv_alloc_default());
    arena_init(&arena, pv_alloc_default());
    fuzz_require(facts_open(&reader, policy->schema, &input, form, pv_alloc_default()), "memory ran out");
    reader.day_given = true;
    reader.strict = strict;
    reader.carried = fuzz_carried;
    reader.carried_count = 2;
    while ((status = facts_next(&reader, &arena, &record)) == FACTS_RECORD) {
        while ((warning = facts_warning(&reader)) != NULL)
            buffer_format(all, "%llu %s\n", (unsigned long long)warning->line, warning->message);
        buffer_clear(&one);
        fuzz_decide(policy, &record, &arena, &one);
        buffer_add(all, one.data, one.length);
        arena_reset(&arena);
    }
    fuzz_require(status != FACTS_OUT_OF_MEMORY, "memory ran out");
    if (status == FACTS_BROKEN)
        buffer_format(all, "%llu %s\n", (unsigned long long)reader.problem.line, reader.problem.message);
    buffer_format(all, "%llu records\n", (unsigned long long)reader.records);
    facts_close(&reader);
    arena_free(&arena);
    buffer_free(&one);
}

void fuzz_facts(const char *policy_text, enum facts_form form, const uint8_t *bytes, size_t length) {
    static const size_t sizes[] = {1, 7};
    static struct fuzz_policy policy;
    struct buffer whole, other;
    bool strict = length % 2 == 1;
    if (!policy.program)
        fuzz_policy_open(&policy, policy_text);
    buffer_init(&whole, pv_alloc_default());
    buffer_init(&other, pv_alloc_default());
    fuzz_answers(&policy, form, strict, (struct fuzz_pieces){bytes, length, SIZE_MAX}, &whole);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        buffer_clear(&other);
        fuzz_answers(&policy, form, strict, (struct fuzz_pieces){bytes, length, sizes[i]}, &other);
        fuzz_require(whole.length == other.length && memcmp(whole.data, other.data, whole.length) == 0,
                     "the answers depend on the pieces in which the input comes");
    }
    buffer_free(&whole);
    buffer_free(&other);
}
