/*
 * See explain_slice.h. Instructions write each its own register and read earlier ones only: one pass backward finds all that an
 * answer is made from, one forward all that a fact goes into. Must not know what single instructions compute.
 */
#include "interp/run/explain_slice.h"

#include "grammar/base/banned.h"

/* Adds marks to the operands of an instruction; what marks they had among them. */
static unsigned mark_list(struct slice *slice, uint32_t place, unsigned marks) {
    const uint32_t *pool = slice->program->pool;
    unsigned found = 0;
    for (uint32_t i = 1; i <= pool[place]; i++) {
        if (pool[place + i] == NO_REGISTER)
            continue;
        found |= slice->marks[pool[place + i]];
        slice->marks[pool[place + i]] |= (uint8_t)marks;
    }
    return found;
}

static unsigned mark_operands(struct slice *slice, const struct instruction *i, unsigned marks) {
    const uint32_t operands[3] = {i->a, i->b, i->c};
    unsigned found = 0;
    for (int k = 0; k < 3; k++) {
        enum operand_kind kind = prog_op_info(i->op)->operands[k];
        bool single = (kind >= KIND_YESNO && kind <= KIND_ANY) || kind == KIND_EACH ||
                      (kind == KIND_MAYBE_YESNO && operands[k] != NO_REGISTER);
        if (single) {
            found |= slice->marks[operands[k]];
            slice->marks[operands[k]] |= (uint8_t)marks;
        } else if (kind >= KIND_YESNOS && kind <= KIND_PAIRS) {
            found |= mark_list(slice, operands[k], marks);
        }
    }
    return found;
}

/* What is marked so hands the mark on to all that it is made from. */
static void mark_back(struct slice *slice, unsigned mark) {
    const struct program *program = slice->program;
    for (uint32_t i = program->instruction_count; i-- > 0;)
        if (slice->marks[program->constant_count + i] & mark)
            (void)mark_operands(slice, &program->instructions[i], mark);
}

bool slice_begin(struct slice *slice, const struct program *program, const struct instruction *answer,
                 struct arena *arena) {
    *slice = (struct slice){program, arena_array(arena, program->register_count, sizeof *slice->marks)};
    if (!slice->marks)
        return false;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        const struct instruction *made = &program->instructions[i];
        bool checks = made->op == INS_require || made->op == INS_check_fact || made->op == INS_check_field;
        if (made == answer)
            slice->marks[program->constant_count + i] |= SLICE_ANSWER | SLICE_CHECKED;
        else if (checks)
            slice->marks[program->constant_count + i] |= SLICE_CHECKED;
    }
    mark_back(slice, SLICE_ANSWER);
    mark_back(slice, SLICE_CHECKED);
    return true;
}

static bool reads(const struct instruction *i, const struct reason *at) {
    if (at->element == UINT32_MAX)
        return i->op == INS_fact && i->a == at->index;
    return i->op == INS_field && i->b == at->field;
}

bool slice_of(struct slice *slice, const struct reason *at) {
    const struct program *program = slice->program;
    bool matters = false;
    for (uint32_t i = 0; i < program->register_count; i++)
        slice->marks[i] &= SLICE_ANSWER | SLICE_CHECKED;
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        const struct instruction *made = &program->instructions[i];
        uint8_t *marks = &slice->marks[program->constant_count + i];
        if (!reads(made, at) && !(mark_operands(slice, made, 0) & SLICE_MOVED))
            continue;
        *marks |= SLICE_MOVED;
        if (*marks & SLICE_CHECKED)
            *marks |= SLICE_WANTED;
        matters = matters || (*marks & SLICE_ANSWER);
    }
    mark_back(slice, SLICE_WANTED);
    return matters;
}

bool slice_wants(const struct slice *slice, uint32_t reg) {
    return slice->marks[reg] & SLICE_WANTED;
}

bool slice_moves(const struct slice *slice, uint32_t reg) {
    return (slice->marks[reg] & (SLICE_WANTED | SLICE_MOVED)) == (SLICE_WANTED | SLICE_MOVED);
}
