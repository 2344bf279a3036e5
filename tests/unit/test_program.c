/*
 * test_program.c: the compiler's output as a dump, and the verifier against programs that were damaged on purpose.
 *
 * Every operand of every instruction of a policy that uses most of them is put out of bounds, one at a time, and each must be
 * refused. Compiling must also survive any allocation that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

static const char rich[] =
    "type colour one of red, green\n"
    "record offer\n  level: number\n  paid: optional date only when level > 3\n  define high as level > 5\n"
    "fact xs: list of offer\nfact c: colour\nfact n: number 0 through 10\nfact d: date\n"
    "fact o: optional date only when c is red\n"
    "require \"not too many\" n < 9 or c is one of red, green\n"
    "define share as n / 3\n"
    "define high_count as count of x in xs where (x.high and some y in xs has (y.level < x.level))\n"
    "decide level: number 0 through 20 otherwise max(n, high_count, 2) + 1\n"
    "decide last: optional date otherwise latest of x.paid for x in xs where (x.paid is given)\n"
    "total points: fraction\n"
    "duty pay \"Pay\" done when o is given and o in d through end of month d\n"
    "rule r in force 2021-01-01 through 2021-12-31 at 1 month after d when c in {red} then level is "
    "round(share, 0)\n"
    "  add share to points must pay by earliest(d, 2021-06-30) remind d \"{c} {n}\" unless n > 5 notice "
    "\"x\"\n"
    "exception e to r when d is none of 2021-01-01, 2021-01-02\n"
    "table t\n | row | c | d || level |\n | a | red | before 2020-01-01 || 7 |\n | b | not red | any || 8 "
    "|\n"
    "always \"asked\" whenever rule t applies and o is given then duty pay applies or last is decided\n";

static struct program copy_of(struct policy *policy) {
    struct program copy = *policy->program;
    copy.instructions = (struct instruction *)(void *)arena_copy(
        &policy->arena, (const char *)copy.instructions, copy.instruction_count * sizeof *copy.instructions);
    copy.pool = (uint32_t *)(void *)arena_copy(&policy->arena, (const char *)copy.pool,
                                               copy.pool_count * sizeof *copy.pool);
    assert_non_null(copy.instructions);
    assert_non_null(copy.pool);
    return copy;
}

static void refused(struct program *program, struct policy *policy, const char *what, uint32_t at) {
    if (!program_verify(program, &policy->arena))
        fail_msg("%s of instruction %u (%s) was accepted", what, at,
                 prog_op_info(program->instructions[at].op)->name);
}

/* Values that no operand of that kind may have; false where any number will do. */
static bool bad_operand(enum operand_kind kind, uint32_t own_register, uint32_t *bad) {
    if (kind == KIND_IMM || kind == KIND_FIELD)
        return false;
    *bad = kind == KIND_MAYBE_YESNO ? own_register : UINT32_MAX;
    return true;
}

static void damaged_operands(void **state) {
    (void)state;
    struct policy policy;
    int tried = 0;
    policy_open(&policy, rich, NULL);
    struct program program = copy_of(&policy);
    assert_null(program_verify(&program, &policy.arena));
    for (uint32_t at = 0; at < program.instruction_count; at++) {
        struct instruction *i = &program.instructions[at];
        const struct instruction whole = *i;
        uint32_t *operands[3] = {&i->a, &i->b, &i->c};
        for (int k = 0; k < 3; k++) {
            enum operand_kind kind = prog_op_info(i->op)->operands[k];
            uint32_t own = program.constant_count + at;
            if (bad_operand(kind, own, operands[k])) {
                refused(&program, &policy, "an operand", at);
                tried++;
            }
            *i = whole;
            if (kind >= KIND_YESNO && kind <= KIND_ANY) {
                *operands[k] = own;
                refused(&program, &policy, "its own register", at);
                *i = whole;
            }
        }
    }
    assert_true(tried > 100);
    assert_null(program_verify(&program, &policy.arena));
    policy_free(&policy);
}

static void damaged_lists(void **state) {
    (void)state;
    struct policy policy;
    policy_open(&policy, rich, NULL);
    struct program program = copy_of(&policy);
    for (uint32_t at = 0; at < program.instruction_count; at++) {
        const struct instruction *i = &program.instructions[at];
        const uint32_t operands[3] = {i->a, i->b, i->c};
        for (int k = 0; k < 3; k++) {
            enum operand_kind kind = prog_op_info(i->op)->operands[k];
            if (kind < KIND_YESNOS || kind > KIND_PAIRS || program.pool[operands[k]] == 0)
                continue;
            uint32_t *first = &program.pool[operands[k] + 1], kept = *first;
            *first = program.register_count - 1;
            if (at + 1 < program.instruction_count)
                refused(&program, &policy, "a late register in a list", at);
            *first = kept;
            uint32_t *count = &program.pool[operands[k]], length = *count;
            *count = program.pool_count;
            refused(&program, &policy, "a list without end", at);
            *count = length;
        }
    }
    policy_free(&policy);
}

static void damaged_kinds(void **state) {
    (void)state;
    struct policy policy;
    policy_open(&policy, rich, NULL);
    struct program program = copy_of(&policy);
    for (uint32_t at = 0; at < program.instruction_count; at++) {
        struct instruction *i = &program.instructions[at];
        const struct instruction whole = *i;
        i->kind = KIND_EACH;
        refused(&program, &policy, "a kind that is none", at);
        if (prog_op_info(whole.op)->result != KIND_ANY) {
            i->kind = whole.kind == KIND_TEXT ? KIND_SET : KIND_TEXT;
            refused(&program, &policy, "another kind", at);
        }
        *i = whole;
        i->op = INS_COUNT;
        if (!program_verify(&program, &policy.arena))
            fail_msg("no such op at %u was accepted", at);
        *i = whole;
        i->node = UINT32_MAX;
        refused(&program, &policy, "a place out of bounds", at);
        *i = whole;
    }
    policy_free(&policy);
}

static void damaged_loops(void **state) {
    (void)state;
    struct policy policy;
    int loops = 0;
    policy_open(&policy, rich, NULL);
    struct program program = copy_of(&policy);
    for (uint32_t at = 0; at < program.instruction_count; at++) {
        struct instruction *i = &program.instructions[at];
        const struct instruction whole = *i;
        if (i->op != INS_each && i->op != INS_field)
            continue;
        loops++;
        i->c++;
        refused(&program, &policy, "another depth", at);
        *i = whole;
        if (i->op == INS_each) {
            i->b--;
            refused(&program, &policy, "a loop that ends early", at);
            i->b += 2;
            refused(&program, &policy, "a loop that ends late", at);
            *i = whole;
        } else {
            i->op = INS_today;
            i->a = i->b = i->c = 0;
            i->kind = KIND_DAY;
            if (whole.kind != KIND_DAY)
                refused(&program, &policy, "a day in place of another value", at);
            *i = whole;
        }
    }
    assert_true(loops >= 8);
    program.register_count--;
    assert_non_null(program_verify(&program, &policy.arena));
    policy_free(&policy);
}

/* A value of a loop's body, used when the loop is over, would be that of the last record or of nobody. */
static void body_values_stay_inside(void **state) {
    (void)state;
    struct policy policy;
    policy_open(
        &policy,
        "record o\n  a: number\nfact xs: list of o\ndecide d: number otherwise sum of x.a for x in xs\n"
        "decide e: number otherwise d + 1\n",
        NULL);
    struct program program = copy_of(&policy);
    uint32_t field = UINT32_MAX;
    for (uint32_t at = 0; at < program.instruction_count; at++) {
        if (program.instructions[at].op == INS_field)
            field = program.constant_count + at;
        if (program.instructions[at].op == INS_add) {
            program.instructions[at].a = field;
            refused(&program, &policy, "a value of a loop that is over", at);
        }
    }
    assert_int_not_equal(field, UINT32_MAX);
    policy_free(&policy);
}

static const char dumped[] =
    "policy p: 4 constants, 9 instructions\n"
    "  c0     no\n"
    "  c1     yes\n"
    "  c2     none\n"
    "  c3     2\n"
    "  r0     date     today                                                 ; p.proviso:1\n"
    "  r1     list     fact          xs                                      ; fact, p.proviso:4\n"
    "  r2     yes/no   fact          b                                       ; fact, p.proviso:5\n"
    "  r3     yes/no   degree        [r2], [], r                             ; rule, p.proviso:7\n"
    "  r4     list     each          r1, end r7, 0                           ; p.proviso:7\n"
    "  r5     number     field       r4, 0, 0                                ; p.proviso:7\n"
    "  r6     number     multiply    r5, c3                                  ; p.proviso:7\n"
    "  r7     number   sum           r4, -, r6                               ; p.proviso:7\n"
    "  r8     number   decide        [r3: r7], [-, -], d                     ; decision, p.proviso:6\n";

static void dump(void **state) {
    (void)state;
    struct policy policy;
    struct buffer first, second;
    buffer_init(&first, pv_alloc_default());
    buffer_init(&second, pv_alloc_default());
    policy_open(&policy,
                "record o\n  a: number\nfact xs: list of o\nfact b: yes/no\n"
                "decide d: number\nrule r when b then d is sum of x.a * 2 for x in xs\n",
                NULL);
    program_dump(&first, policy.program);
    program_dump(&second, policy.program);
    assert_string_equal(first.data, second.data);
    assert_string_equal(first.data, dumped);
    policy_free(&policy);
    buffer_free(&first);
    buffer_free(&second);
}

/* Every row of the table says what it is, and no two share a name. */
static void table(void **state) {
    (void)state;
    for (unsigned op = 0; op < INS_COUNT; op++) {
        const struct op_info *info = prog_op_info(op);
        assert_true(strlen(info->name) > 0 && strlen(info->words) > 0 && strlen(info->doc) > 0);
        for (unsigned other = 0; other < op; other++)
            assert_string_not_equal(info->name, prog_op_info(other)->name);
    }
}

static void out_of_memory(void **state) {
    (void)state;
    struct policy policy;
    bool compiled = false;
    policy_open(&policy, rich, NULL);
    for (size_t fail_at = 1; !compiled; fail_at++) {
        struct fail_alloc failing;
        struct arena arena;
        struct program *program = NULL;
        fail_alloc_init(&failing, fail_at);
        arena_init(&arena, &failing.alloc);
        compiled = program_compile(&policy.set, &arena, &program);
        assert_true(fail_at < 500);
        assert_true(compiled ? program != NULL && failing.failures == 0
                             : program == NULL && failing.failures > 0);
        arena_free(&arena);
        assert_true(fail_alloc_clean(&failing));
    }
    policy_free(&policy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_operands),
        cmocka_unit_test(damaged_lists),
        cmocka_unit_test(damaged_kinds),
        cmocka_unit_test(damaged_loops),
        cmocka_unit_test(dump),
        cmocka_unit_test(table),
        cmocka_unit_test(body_values_stay_inside),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
