/*
 * See law.h: making policies, telling differences. Prints, since it is a test's. Must not know what a law
 * claims.
 */
#include "tests/laws/law.h"

#include "grammar/source/render_terminal.h"
#include "interp/meaning/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define LAW_SLOW 15
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAW_SLOW 15
#endif
#endif
#ifndef LAW_SLOW
#define LAW_SLOW 1
#endif

static uint64_t from_environment(const char *name, uint64_t usual) {
    const char *said = getenv(name);
    uint64_t n = 0;
    if (!said || !*said)
        return usual;
    for (; *said >= '0' && *said <= '9'; said++)
        n = n * 10 + (uint64_t)(*said - '0');
    if (*said)
        fail_msg("%s is not a whole number", name);
    return n;
}

uint64_t law_seed(void) {
    return from_environment("PROVISO_LAW_SEED", 20200229);
}

uint32_t law_policies(uint32_t usual) {
    return (uint32_t)from_environment("PROVISO_LAW_POLICIES", usual / LAW_SLOW);
}

void law_print(const struct law_policy *policy) {
    size_t i;
    printf("seed %llu\n", (unsigned long long)policy->seed);
    for (i = 0; i < policy->set.sources.count; i++)
        printf("---- %s\n%s", policy->set.sources.files[i]->path, policy->set.sources.files[i]->text);
}

static void print_messages(const struct law_policy *policy) {
    size_t i;
    for (i = 0; i < policy->set.diags.count; i++) {
        const struct diagnostic *d = policy->set.diags.items[i];
        uint32_t line = 0, column = 0;
        if (d->severity != DIAG_ERROR)
            continue;
        if (d->primary.file < policy->set.sources.count)
            source_place(policy->set.sources.files[d->primary.file], d->primary.start, &line, &column);
        printf("%s: file %u line %u:%u: %s\n", diag_message(d->code)->code, d->primary.file, line, column,
               d->message);
    }
}

uint64_t law_only(void) {
    return from_environment("PROVISO_LAW_ONLY", 0);
}

static void add_files(struct law_policy *policy, struct luck *shuffle) {
    uint32_t n = policy->generated.file_count, order[GENERATED_FILES], i;
    for (i = 0; i < n; i++) {
        uint32_t j = shuffle ? luck_below(shuffle, i + 1) : i;
        order[i] = order[j];
        order[j] = i;
    }
    for (i = 0; i < n; i++) {
        struct buffer text;
        buffer_init(&text, policy->arena.alloc);
        generated_text(&policy->generated, order[i], shuffle, &text);
        if (!policy_set_add(&policy->set, policy->generated.paths[order[i]], text.data, text.length))
            fail_msg("memory ran out in a law");
        buffer_free(&text);
    }
}

void law_begin(struct law_policy *policy, uint64_t seed) {
    policy->seed = seed;
    arena_init(&policy->arena, pv_alloc_default());
}

bool law_check(struct law_policy *policy, struct luck *shuffle) {
    policy_set_init(&policy->set, &policy->arena);
    add_files(policy, shuffle);
    return policy_set_check(&policy->set);
}

void law_compile(struct law_policy *policy) {
    if (!program_compile(&policy->set, &policy->arena, &policy->program) ||
        !program_index(policy->program, LAW_INDEX_LEAST, &policy->arena)) {
        law_print(policy);
        fail_msg("a generated policy does not compile: %s",
                 policy->program ? policy->program->problem : "memory ran out");
    }
}

static void check_and_compile(struct law_policy *policy, struct luck *shuffle) {
    if (!law_check(policy, shuffle)) {
        law_print(policy);
        print_messages(policy);
        fail_msg("a generated policy is not accepted");
    }
    law_compile(policy);
}

void law_make(struct law_policy *policy, uint64_t seed, struct luck *shuffle) {
    law_begin(policy, seed);
    generate_policy(seed, &policy->arena, &policy->generated);
    check_and_compile(policy, shuffle);
}

void law_make_small(struct law_policy *policy, uint64_t seed, bool linear, struct luck *shuffle) {
    law_begin(policy, seed);
    generate_small(seed, linear, &policy->arena, &policy->generated);
    check_and_compile(policy, shuffle);
}

void law_make_wide(struct law_policy *policy, uint64_t seed) {
    law_begin(policy, seed);
    generate_wide(seed, &policy->arena, &policy->generated);
    check_and_compile(policy, NULL);
}

void law_free(struct law_policy *policy) {
    arena_free(&policy->arena);
}

struct text law_evaluate(const struct law_policy *policy, struct record *record,
                         const struct question *question, enum law_places places, struct arena *arena,
                         struct outcome *outcome, bool *rejected) {
    enum evaluate_status status;
    record->problem_count = 0;
    status = evaluate(policy->program, record, question, arena, NULL, outcome);
    if (status == EVALUATE_OUT_OF_MEMORY)
        fail_msg("memory ran out in a law");
    *rejected = status == EVALUATE_REJECTED;
    if (*rejected && record->problem_count == 0)
        fail_msg("a record is rejected without a problem");
    return law_outcome(policy, *rejected, outcome, places, arena);
}

static void print_record(const struct law_policy *policy, const struct record *record) {
    struct buffer text;
    size_t i;
    buffer_init(&text, policy->arena.alloc);
    for (i = 0; i < policy->set.fact_count; i++) {
        const struct fact *fact = &policy->set.facts[i];
        buffer_format(&text, "  %.*s = ", (int)fact->name->text.length, fact->name->text.bytes);
        if (record->values[i].tag == VALUE_LIST)
            show_json(&text, &fact->type, record->values[i]);
        else if (record->values[i].tag == VALUE_OPEN)
            buffer_string(&text, "(unknown)");
        else
            show_value(&text, &fact->type, record->values[i]);
        buffer_char(&text, '\n');
    }
    printf("---- record\n%s", text.data ? text.data : "");
    buffer_free(&text);
}

static struct text next_line(struct text *rest) {
    struct text line = *rest;
    size_t n = 0;
    while (n < rest->length && rest->bytes[n] != '\n')
        n++;
    line.length = n;
    rest->bytes += n + (n < rest->length);
    rest->length -= n + (n < rest->length);
    return line;
}

/* The lines of `a` that `b` does not have. */
static void print_lines(const char *whose, struct text a, struct text b) {
    while (a.length) {
        struct text line = next_line(&a), rest = b;
        bool found = false;
        while (rest.length && !found)
            found = text_equal(line, next_line(&rest));
        if (!found)
            printf("%s: %.*s\n", whose, (int)line.length, line.bytes);
    }
}

void law_tell(const struct law_policy *policy, const struct record *record, const struct question *question,
              const char *first, struct text a, const char *second, struct text b) {
    char day[11];
    law_print(policy);
    print_record(policy, record);
    cal_format(question->today, day);
    printf("---- today %s", day);
    if (question->has_known_on) {
        cal_format(question->known_on, day);
        printf(", known on %s", day);
    }
    printf("\n");
    print_lines(first, a, b);
    print_lines(second, b, a);
}
