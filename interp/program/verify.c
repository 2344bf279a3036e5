/*
 * The verifier: no program runs that could read a register before it is written or an index out of bounds. It looks at the
 * rows of ops.def only, so that a mistake of the compiler is found here, not as a wrong answer. Must not know the tree.
 */
#include "interp/program/program.h"

#include "grammar/base/banned.h"

/* The walk over a program: which loops are open, and in which each register was written. */
struct verifier {
    const struct program *program;
    struct arena *arena;
    uint32_t *loop_of; /* by register: the `each` instruction it stands in, NO_REGISTER in none */
    uint8_t *open;     /* by instruction: an `each` whose body this is */
    uint32_t *stack;   /* the open loops, outermost first */
    uint32_t stack_count;
    uint32_t at; /* the instruction that is looked at */
    const char *problem;
};

static void complain(struct verifier *v, const char *words) {
    char text[160];
    if (v->problem)
        return;
    int length = snprintf(text, sizeof text, "instruction %" PRIu32 ": %s", v->at, words);
    v->problem = arena_copy(v->arena, text, (size_t)length);
    if (!v->problem)
        v->problem = "memory ran out";
}

static enum operand_kind register_kind(const struct program *program, uint32_t reg) {
    static const enum operand_kind kinds[] = {
        [VALUE_YES_NO] = KIND_YESNO,  [VALUE_DATE] = KIND_DAY,      [VALUE_PERIOD] = KIND_PERIOD,
        [VALUE_NUMBER] = KIND_NUM,    [VALUE_FRACTION] = KIND_FRAC, [VALUE_TEXT] = KIND_TEXT,
        [VALUE_MEMBER] = KIND_MEMBER, [VALUE_SET] = KIND_SET,       [VALUE_LIST] = KIND_LIST,
        [VALUE_NONE] = KIND_NOTHING};
    if (reg >= program->constant_count)
        return (enum operand_kind)program->instructions[reg - program->constant_count].kind;
    uint32_t tag = program->constants[reg].tag;
    return tag < sizeof kinds / sizeof kinds[0] ? kinds[tag] : KIND_NOTHING;
}

/* Written before this instruction, and in a loop that is still open; of the kind asked for, or never a value. */
static void check_register(struct verifier *v, uint32_t reg, enum operand_kind wanted) {
    const struct program *program = v->program;
    if (reg >= program->constant_count + v->at) {
        complain(v, "an operand is not written yet");
        return;
    }
    if (reg >= program->constant_count) {
        uint32_t loop = v->loop_of[reg - program->constant_count];
        if (loop != NO_REGISTER && !v->open[loop])
            complain(v, "an operand belongs to a loop that is over");
    }
    enum operand_kind kind = register_kind(program, reg);
    if (wanted != KIND_ANY && kind != wanted && kind != KIND_NOTHING)
        complain(v, "an operand is of another kind");
}

static void check_each(struct verifier *v, uint32_t reg) {
    uint32_t constants = v->program->constant_count;
    if (reg < constants || reg - constants >= v->at ||
        v->program->instructions[reg - constants].op != INS_each || !v->open[reg - constants])
        complain(v, "an operand is not an open loop");
}

static enum operand_kind item_kind(enum operand_kind list) {
    switch (list) {
    case KIND_YESNOS:
        return KIND_YESNO;
    case KIND_DAYS:
        return KIND_DAY;
    case KIND_NUMS:
        return KIND_NUM;
    case KIND_FRACS:
        return KIND_FRAC;
    case KIND_MEMBERS:
        return KIND_MEMBER;
    default:
        return KIND_ANY;
    }
}

static void check_list(struct verifier *v, uint32_t place, enum operand_kind kind) {
    const struct program *program = v->program;
    if (place >= program->pool_count || program->pool[place] >= program->pool_count - place) {
        complain(v, "a list of operands is out of bounds");
        return;
    }
    uint32_t count = program->pool[place];
    if (kind == KIND_IMMS)
        return;
    if (kind == KIND_PAIRS && count % 2 != 0)
        complain(v, "a list of pairs is odd");
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t reg = program->pool[place + i];
        if (kind == KIND_MAYBES && reg == NO_REGISTER)
            continue;
        check_register(v, reg, kind == KIND_PAIRS && i % 2 == 1 ? KIND_YESNO : item_kind(kind));
    }
}

/* The largest index a plain operand of that kind may be, plus one. */
static uint64_t index_limit(const struct program *program, enum operand_kind kind) {
    const struct policy_set *set = program->set;
    switch (kind) {
    case KIND_NOTHING:
        return 1;
    case KIND_SCALES:
        return (NUM_MAX_DIGITS << 8) + NUM_MAX_DIGITS + 1;
    case KIND_WIDE:
        return program->wide_count;
    case KIND_FACT:
        return set->fact_count;
    case KIND_RULE:
        return set->rule_count;
    case KIND_DECISION:
        return set->decision_count;
    case KIND_DUTY:
        return set->duty_count;
    case KIND_REQUIREMENT:
        return set->requirement_count;
    case KIND_ANNOUNCEMENT:
        return program->announcement_count;
    case KIND_END:
        return program->instruction_count;
    default:
        return (uint64_t)UINT32_MAX + 1;
    }
}

static void check_operand(struct verifier *v, uint32_t operand, enum operand_kind kind) {
    if ((kind >= KIND_YESNO && kind <= KIND_ANY))
        check_register(v, operand, kind);
    else if (kind == KIND_MAYBE_YESNO && operand != NO_REGISTER)
        check_register(v, operand, KIND_YESNO);
    else if (kind == KIND_EACH)
        check_each(v, operand);
    else if (kind >= KIND_YESNOS && kind <= KIND_IMMS)
        check_list(v, operand, kind);
    else if (kind != KIND_MAYBE_YESNO && operand >= index_limit(v->program, kind))
        complain(v, "an index is out of bounds");
}

static bool is_fold(unsigned op) {
    return op != INS_each && prog_op_info(op)->op_class == CLASS_LOOP;
}

/* Lists that stand for something together must have the lengths it needs. */
static void check_shape(struct verifier *v, const struct instruction *i) {
    const uint32_t *pool = v->program->pool;
    uint32_t wanted = 0, place = i->a;
    switch (i->op) {
    case INS_decide:
        wanted = 2;
        place = i->b;
        break;
    case INS_remind:
        wanted = 3;
        break;
    default:
        if (prog_op_info(i->op)->op_class == CLASS_NARY &&
            (pool[i->a] == 0 || (pool[i->b] != 0 && pool[i->b] != pool[i->a])))
            complain(v, "operands and their scales are not alike");
        if (i->op == INS_is_one_of && (pool[i->a] == 0 || (pool[i->b] != 0 && pool[i->b] != pool[i->a])))
            complain(v, "operands and their scales are not alike");
        return;
    }
    if (pool[place] != wanted)
        complain(v, "a list of operands is of another length");
    if (i->op == INS_remind && (pool[place + 1] == NO_REGISTER || pool[place + 2] == NO_REGISTER))
        complain(v, "a reminder without a rule or a day");
}

static void check_result(struct verifier *v, const struct instruction *i) {
    enum operand_kind result = prog_op_info(i->op)->result;
    if (i->kind > KIND_LIST || (result != KIND_ANY && i->kind != result))
        complain(v, "the kind of the result is wrong");
    if (i->op == INS_if && !v->problem) {
        enum operand_kind b = register_kind(v->program, i->b), c = register_kind(v->program, i->c);
        if ((b != i->kind && b != KIND_NOTHING) || (c != i->kind && c != KIND_NOTHING))
            complain(v, "the branches are of another kind than the whole");
    }
    if (i->node >= v->program->set->node_limit)
        complain(v, "the place is out of bounds");
}

static void check_loop(struct verifier *v, const struct instruction *i) {
    const struct program *program = v->program;
    if (i->op == INS_each) {
        uint32_t limit = v->stack_count ? program->instructions[v->stack[v->stack_count - 1]].b
                                        : program->instruction_count;
        if (i->b <= v->at || i->b >= limit)
            complain(v, "the end of a loop is out of bounds");
        if (i->c != v->stack_count || v->stack_count >= program->loop_depth)
            complain(v, "the depth of a loop is wrong");
        if (v->problem)
            return;
        v->stack[v->stack_count++] = v->at;
        v->open[v->at] = 1;
        return;
    }
    uint32_t each = v->stack_count ? v->stack[v->stack_count - 1] : NO_REGISTER;
    bool ends = each != NO_REGISTER && program->instructions[each].b == v->at;
    if (ends != is_fold(i->op) || (ends && i->a != each + program->constant_count))
        complain(v, "a loop does not end with its own fold");
    if (ends && !v->problem) {
        v->open[each] = 0;
        v->stack_count--;
    }
    if (i->op == INS_field && !v->problem && program->instructions[i->a - program->constant_count].c != i->c)
        complain(v, "the depth of a field's loop is wrong");
    if (i->op == INS_check_field && v->stack_count == 0)
        complain(v, "a check of a field outside of a loop");
}

static void check_instruction(struct verifier *v) {
    const struct instruction *i = &v->program->instructions[v->at];
    if (i->op >= INS_COUNT) {
        complain(v, "no such instruction");
        return;
    }
    const uint32_t operands[3] = {i->a, i->b, i->c};
    for (int k = 0; k < 3; k++)
        check_operand(v, operands[k], prog_op_info(i->op)->operands[k]);
    if (v->problem)
        return;
    check_shape(v, i);
    check_result(v, i);
    check_loop(v, i);
    uint32_t depth = v->stack_count;
    if (i->op == INS_each && depth > 0)
        depth--;
    v->loop_of[v->at] = depth > 0 ? v->stack[depth - 1] : NO_REGISTER;
}

/* What a property is judged by stands outside of all loops, and is there when all is over. */
static void check_properties(struct verifier *v) {
    const struct program *program = v->program;
    for (uint32_t i = 0; i < program->property_count && !v->problem; i++) {
        check_operand(v, program->properties[i].whenever, KIND_MAYBE_YESNO);
        check_register(v, program->properties[i].condition, KIND_YESNO);
    }
}

static bool counts_fit(const struct program *program) {
    return program->register_count == (uint64_t)program->constant_count + program->instruction_count &&
           program->register_count <= program->set->limits.registers &&
           program->loop_depth <= PROGRAM_MAX_LOOP_DEPTH &&
           program->property_count == program->set->property_count &&
           (uint64_t)program->reminder_count + program->notice_count == program->announcement_count;
}

const char *program_verify(const struct program *program, struct arena *arena) {
    struct verifier v = {.program = program, .arena = arena};
    struct arena scratch;
    if (!counts_fit(program))
        return "the counts of the program do not fit together";
    arena_init(&scratch, arena->alloc);
    v.loop_of = arena_array(&scratch, program->instruction_count, sizeof *v.loop_of);
    v.open = arena_array(&scratch, program->instruction_count, sizeof *v.open);
    v.stack = arena_array(&scratch, program->loop_depth, sizeof *v.stack);
    if (!v.loop_of || !v.open || !v.stack) {
        arena_free(&scratch);
        arena->failed = true;
        return "memory ran out";
    }
    for (v.at = 0; v.at < program->instruction_count && !v.problem; v.at++)
        check_instruction(&v);
    if (!v.problem && v.stack_count > 0)
        v.problem = "a loop has no end";
    check_properties(&v);
    arena_free(&scratch);
    return v.problem;
}
