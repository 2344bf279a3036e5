/*
 * Checker, compiler and evaluator: every text is refused with messages or compiles to a program that decides the record of which nothing
 * is known, and whose tests run. Must not know what is decided.
 */
#include "tests/fuzz/fuzz.h"

#include "interp/output/answer.h"
#include "interp/program/compile.h"
#include "interp/run/policy_tests.h"

#include <string.h>

static void run_tests(const struct program *program, struct arena *arena) {
    struct test_result result;
    for (size_t i = 0; i < program->set->test_count; i++)
        fuzz_require(policy_test_run(program, i, arena, &result), "memory ran out");
}

static void decide(const struct program *program, struct arena *arena) {
    struct question question = {.today = program->set->covers.first};
    const struct text *unknown = NULL;
    struct answer_form form;
    struct outcome outcome;
    struct record record;
    struct buffer out;
    enum evaluate_status status;
    buffer_init(&out, pv_alloc_default());
    fuzz_require(answer_form_init(&form, program->set, arena, NULL, 0, &unknown) &&
                     record_init(&record, program->set, arena),
                 "memory ran out");
    status = evaluate(program, &record, &question, arena, NULL, &outcome);
    fuzz_require(status != EVALUATE_OUT_OF_MEMORY, "memory ran out");
    answer_text(&out, &form, &record, status == EVALUATE_OK ? &outcome : NULL);
    answer_json(&out, &form, &record, status == EVALUATE_OK ? &outcome : NULL);
    fuzz_require(!out.failed, "memory ran out");
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct policy_set set;
    struct program *program;
    struct arena arena;
    bool valid;
    arena_init(&arena, pv_alloc_default());
    policy_set_init(&set, &arena);
    fuzz_require(policy_set_add(&set, "input.proviso", (const char *)bytes, length), "memory ran out");
    valid = policy_set_check(&set);
    fuzz_require(!set.diags.failed, "memory ran out");
    fuzz_require(valid == (set.diags.errors == 0), "refused without a mistake");
    fuzz_messages(&set);
    if (valid && program_compile(&set, &arena, &program)) {
        decide(program, &arena);
        run_tests(program, &arena);
    } else if (valid) {
        /* Beyond a limit, and not a mistake of the compiler's own. */
        fuzz_require(
            program && program->problem &&
                (strstr(program->problem, "too deeply") || strstr(program->problem, "needs more than")),
            program && program->problem ? program->problem : "memory ran out");
    }
    arena_free(&arena);
    return 0;
}
