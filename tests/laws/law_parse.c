/*
 * Law: whatever a policy text looks like, reading it ends with a tree, and where it is not accepted with a
 * message, all of whose places lie in the files. The texts are generated policies with bytes and words
 * changed, cut and doubled. What is still accepted compiles and is evaluated, as the oracle does.
 */
#include "tests/laws/law.h"
#include "tests/laws/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Texts are small, so that what wants more memory than this has lost its way. */
#define MEMORY_MAX ((size_t)64 << 20)

/* The heap with a bound. */
static void *bounded_resize(void *context, void *block, size_t old_size, size_t new_size) {
    size_t *live = context;
    const struct pv_alloc *heap = pv_alloc_default();
    void *moved;
    if (new_size > old_size && *live - old_size + new_size > MEMORY_MAX)
        return NULL;
    moved = heap->resize(heap->context, block, old_size, new_size);
    if (moved || new_size == 0)
        *live = *live - old_size + new_size;
    return moved;
}

struct counts {
    uint64_t texts, accepted, messages;
};

/* Replaces `length` bytes at `at` by others. */
static void splice(struct buffer *text, size_t at, size_t length, const char *bytes, size_t count) {
    struct buffer next;
    buffer_init(&next, text->alloc);
    buffer_add(&next, text->data, at);
    buffer_add(&next, bytes, count);
    buffer_add(&next, text->data + at + length, text->length - at - length);
    assert_false(next.failed);
    buffer_free(text);
    *text = next;
}

static bool blank(char c) {
    return c == ' ' || c == '\n';
}

/* A word: what stands between blanks, at or behind a random place. */
static void word(const struct buffer *text, struct luck *luck, size_t *at, size_t *length) {
    size_t i = luck_below(luck, (uint32_t)text->length), end;
    while (i > 0 && !blank(text->data[i - 1]))
        i--;
    for (end = i; end < text->length && !blank(text->data[end]); end++)
        continue;
    *at = i;
    *length = end - i;
}

static void mutate(struct buffer *text, struct luck *luck) {
    static const char *const inserts[] = {"(",
                                          ")",
                                          "|",
                                          "||",
                                          "\n|",
                                          "\"",
                                          "{",
                                          "}",
                                          "and",
                                          "is",
                                          "2021-02-30",
                                          "1.",
                                          "#",
                                          "\xff",
                                          "\xe2\x80\xae",
                                          "every rule for",
                                          "then",
                                          "rule",
                                          "-",
                                          "\r",
                                          ",",
                                          "none",
                                          "\x01"};
    size_t at, length, to, other;
    char byte = (char)luck_below(luck, 256);
    if (text->length < 2)
        return;
    word(text, luck, &at, &length);
    switch (luck_below(luck, 7)) {
    case 0:
        splice(text, luck_below(luck, (uint32_t)text->length), 1, &byte, 1);
        break;
    case 1:
        splice(text, luck_below(luck, (uint32_t)text->length), 1, "", 0);
        break;
    case 2:
        splice(text, at, length, "", 0);
        break;
    case 3:
        splice(text, at, 0, text->data + at, length);
        break;
    case 4: {
        const char *insert = inserts[luck_below(luck, sizeof inserts / sizeof *inserts)];
        splice(text, at, 0, insert, strlen(insert));
        break;
    }
    case 5:
        word(text, luck, &to, &other);
        if (to >= at + length)
            splice(text, to, other, text->data + at, length);
        break;
    default:
        if (luck_percent(luck, 10))
            splice(text, at, text->length - at, "", 0);
    }
}

static void check_span(const struct policy_set *set, struct span span) {
    if (span.file == DIAG_NOWHERE)
        return;
    assert_true(span.file < set->sources.count);
    assert_true(span.start <= span.end);
    assert_true(span.end <= set->sources.files[span.file]->length);
}

static void check_messages(const struct policy_set *set) {
    size_t i, j;
    for (i = 0; i < set->diags.count; i++) {
        const struct diagnostic *d = set->diags.items[i];
        assert_non_null(d->message);
        assert_true(d->message[0] != '\0');
        check_span(set, d->primary);
        for (j = 0; j < d->label_count; j++)
            check_span(set, d->labels[j].span);
        for (j = 0; j < d->fix_count; j++)
            check_span(set, d->fixes[j].span);
    }
}

static void run(struct law_policy *policy, struct luck *luck) {
    struct question question = generate_question(luck, &policy->set);
    struct oracle_result expected;
    struct outcome outcome;
    struct record record;
    struct arena arena;
    struct text a, b;
    bool rejected;
    arena_init(&arena, pv_alloc_default());
    if (!program_compile(&policy->set, &policy->arena, &policy->program))
        fail_msg("an accepted policy does not compile: %s",
                 policy->program ? policy->program->problem : "memory ran out");
    generate_record(luck, &policy->set, 20, &question, &arena, &record);
    oracle_evaluate(&policy->set, &record, &question, &arena, &expected);
    a = law_outcome(policy, expected.rejected, &expected.outcome, LAW_NODES, &arena);
    b = law_evaluate(policy, &record, &question, LAW_NODES, &arena, &outcome, &rejected);
    if (!text_equal(a, b)) {
        law_tell(policy, &record, &question, "oracle   ", a, "evaluator", b);
        fail_msg("the evaluator differs from the oracle");
    }
    arena_free(&arena);
}

static void read_one(const struct generated *generated, struct luck *luck, struct counts *counts) {
    struct law_policy policy = {.seed = 0};
    uint32_t i, edits = 1 + luck_below(luck, 4);
    size_t live = 0;
    const struct pv_alloc bounded = {bounded_resize, &live};
    bool accepted;
    arena_init(&policy.arena, &bounded);
    policy_set_init(&policy.set, &policy.arena);
    for (i = 0; i < generated->file_count; i++) {
        struct buffer text;
        buffer_init(&text, pv_alloc_default());
        generated_text(generated, i, NULL, &text);
        while (luck_below(luck, generated->file_count) == 0 && edits > 0) {
            mutate(&text, luck);
            edits--;
        }
        assert_true(
            policy_set_add(&policy.set, generated->paths[i], text.data ? text.data : "", text.length));
        buffer_free(&text);
    }
    assert_int_equal(policy.set.tree_count, generated->file_count);
    for (i = 0; i < generated->file_count; i++) {
        assert_non_null(policy.set.trees[i].root);
        assert_int_equal(policy.set.trees[i].root->kind, AST_FILE);
    }
    accepted = policy_set_check(&policy.set);
    assert_false(policy.set.diags.failed);
    assert_true(accepted == (policy.set.diags.errors == 0));
    assert_true(accepted || policy.set.diags.count > 0);
    check_messages(&policy.set);
    if (accepted)
        run(&policy, luck);
    counts->texts++;
    counts->accepted += accepted;
    counts->messages += policy.set.diags.count;
    arena_free(&policy.arena);
}

static void reading_ends_well(void **state) {
    uint32_t n = law_policies(2000), i, j;
    uint64_t seed = law_seed();
    struct counts counts = {.texts = 0};
    struct arena arena;
    (void)state;
    arena_init(&arena, pv_alloc_default());
    for (i = 0; i < n; i++) {
        struct luck luck = {seed * 1000037 + i};
        struct generated generated;
        generate_policy(seed * 1000037 + i, &arena, &generated);
        for (j = 0; j < 8; j++)
            read_one(&generated, &luck, &counts);
        arena_reset(&arena);
    }
    arena_free(&arena);
    printf("parse: %llu texts, %llu of them accepted and evaluated, %llu messages\n",
           (unsigned long long)counts.texts, (unsigned long long)counts.accepted,
           (unsigned long long)counts.messages);
    assert_true(n < 10 || counts.messages > 0);
    assert_true(n < 10 || counts.accepted < counts.texts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reading_ends_well)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
