/*
 * The table of instructions, made from ops.def. Must not know how instructions compute or how a program came
 * to be.
 */
#include "interp/program/program.h"

#include "grammar/base/banned.h"

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...) \
    {#NAME, CLASS_STRICT, KIND_##R, {KIND_##A, KIND_##B, KIND_##C}, WORDS, DOC},
#define OP_NARY(NAME, R, A, WORDS, DOC, ...) \
    {#NAME, CLASS_NARY, KIND_##R, {KIND_##A, KIND_IMMS, KIND_NOTHING}, WORDS, DOC},
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC) \
    {#NAME, CLASS_LOOP, KIND_##R, {KIND_##A, KIND_##B, KIND_##C}, WORDS, DOC},
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC) \
    {#NAME, CLASS_SPECIAL, KIND_##R, {KIND_##A, KIND_##B, KIND_##C}, WORDS, DOC},
static const struct op_info op_table[INS_COUNT] = {
#include "interp/program/ops.def"
};
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

const struct op_info *prog_op_info(unsigned op) {
    return &op_table[op];
}

bool prog_kind_is_register(enum operand_kind kind) {
    return (kind >= KIND_YESNO && kind <= KIND_ANY) || kind == KIND_MAYBE_YESNO || kind == KIND_EACH;
}

bool prog_kind_is_list(enum operand_kind kind) {
    return kind >= KIND_YESNOS && kind <= KIND_PAIRS;
}

const char *prog_kind_name(enum operand_kind kind) {
    switch (kind) {
    case KIND_YESNO:
        return "yes/no";
    case KIND_DAY:
        return "date";
    case KIND_PERIOD:
        return "period";
    case KIND_NUM:
        return "number";
    case KIND_FRAC:
        return "fraction";
    case KIND_TEXT:
        return "text";
    case KIND_MEMBER:
        return "member";
    case KIND_SET:
        return "set";
    case KIND_LIST:
        return "list";
    case KIND_NOTHING:
        return "-";
    default:
        return "?";
    }
}

const struct ast_node *program_node(const struct program *program, uint32_t id) {
    return id < program->set->node_limit ? program->nodes[id] : NULL;
}
