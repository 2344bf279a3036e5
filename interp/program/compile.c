/*
 * The frame of the compiler: registers, constants and pools grow here, the set's order is followed once, and the finished
 * program is numbered, copied into its arena and verified. Must not know what single expressions mean.
 */
#include "interp/program/compiler.h"
#include "interp/program/rule_index.h"

#include "grammar/base/banned.h"

void compile_fail(struct compiler *c, const char *problem) {
    c->failed = true;
    if (!c->problem)
        c->problem = problem;
}

static void out_of_memory(struct compiler *c) {
    c->failed = true;
}

static void compile_too_much(struct compiler *c, size_t limit, const char *what) {
    struct buffer words;
    const char *problem = NULL;
    buffer_init(&words, c->arena->alloc);
    buffer_format(&words, "the policy needs more than %zu %s", limit, what);
    if (!words.failed)
        problem = arena_copy(c->arena, words.data, words.length);
    buffer_free(&words);
    if (problem)
        compile_fail(c, problem);
    else
        out_of_memory(c);
}

/* One more instruction or constant is a register too many: fails. */
static bool registers_full(struct compiler *c) {
    size_t limit = c->set->limits.registers;
    if (!c->failed && c->instruction_count + c->constant_count >= limit)
        compile_too_much(c, limit, "registers");
    return c->failed;
}

enum operand_kind prog_kind_of(const struct type *type) {
    switch (type->kind) {
    case TYPE_YESNO:
        return KIND_YESNO;
    case TYPE_DAY:
        return KIND_DAY;
    case TYPE_SPAN:
        return KIND_PERIOD;
    case TYPE_NUM:
        return KIND_NUM;
    case TYPE_FRAC:
        return KIND_FRAC;
    case TYPE_STRING:
        return KIND_TEXT;
    case TYPE_MEMBER:
        return KIND_MEMBER;
    case TYPE_MEMBERS:
        return KIND_SET;
    case TYPE_RECORDS:
        return KIND_LIST;
    case TYPE_BAD:
    case TYPE_ONE_RECORD:
        break;
    }
    return KIND_NOTHING;
}

uint32_t prog_emit(struct compiler *c, enum instruction_op op, enum operand_kind kind,
                   const uint32_t operands[3], const struct ast_node *node) {
    struct instruction made = {(uint16_t)op, (uint16_t)kind, operands[0], operands[1], operands[2], node->id};
    if (registers_full(c))
        return NO_REGISTER;
    if (!ARENA_PUSH(&c->scratch, c->instructions, c->instruction_count, c->instruction_capacity, made)) {
        out_of_memory(c);
        return NO_REGISTER;
    }
    c->program->nodes[node->id] = node;
    return (uint32_t)c->instruction_count - 1;
}

uint32_t prog_emit_plain(struct compiler *c, enum instruction_op op, uint32_t x, uint32_t y, uint32_t z,
                         const struct ast_node *node) {
    const uint32_t operands[3] = {x, y, z};
    return prog_emit(c, op, prog_op_info(op)->result, operands, node);
}

void prog_list_add(struct compiler *c, struct list *list, uint32_t item) {
    if (!c->failed && !ARENA_PUSH(&c->scratch, list->items, list->count, list->capacity, item))
        out_of_memory(c);
}

uint32_t prog_pooled(struct compiler *c, const struct list *list) {
    if (list->count == 0 && c->no_operands != NO_REGISTER)
        return c->no_operands;
    uint32_t place = (uint32_t)c->pool.count;
    if (!c->failed && c->pool.count + list->count + 1 > c->set->limits.operands)
        compile_too_much(c, c->set->limits.operands, "operands");
    prog_list_add(c, &c->pool, (uint32_t)list->count);
    for (size_t i = 0; i < list->count; i++)
        prog_list_add(c, &c->pool, list->items[i]);
    return place;
}

uint32_t prog_wide(struct compiler *c, int64_t number) {
    for (size_t i = c->wide_count; i > 0 && i + 8 > c->wide_count; i--) {
        if (c->wides[i - 1] == number)
            return (uint32_t)i - 1;
    }
    if (!c->failed && !ARENA_PUSH(&c->scratch, c->wides, c->wide_count, c->wide_capacity, number))
        out_of_memory(c);
    return (uint32_t)c->wide_count - 1;
}

uint32_t *prog_fresh_registers(struct compiler *c, size_t count) {
    uint32_t *registers = arena_array(&c->scratch, count, sizeof *registers);
    if (!registers) {
        out_of_memory(c);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        registers[i] = NO_REGISTER;
    return registers;
}

/* Constants with nothing behind them are equal where these 64 bits and the type are. */
static bool plain_bits(struct value value, uint64_t *bits) {
    switch ((enum value_tag)value.tag) {
    case VALUE_NONE:
        *bits = 0;
        return true;
    case VALUE_YES_NO:
    case VALUE_NUMBER:
    case VALUE_MEMBER:
        *bits = (uint64_t)value.as.number;
        return true;
    case VALUE_DATE:
        *bits = (uint32_t)value.as.day;
        return true;
    case VALUE_PERIOD:
        *bits = (uint64_t)(uint32_t)value.as.period.first << 32 | (uint32_t)value.as.period.last;
        return true;
    default:
        return false;
    }
}

static bool shown_alike(const struct type *a, const struct type *b) {
    return a == b ||
           (a && b && a->kind == b->kind && a->scale == b->scale && a->enumeration == b->enumeration);
}

uint32_t prog_constant(struct compiler *c, struct value value, const struct type *type) {
    uint64_t bits = 0, other = 0;
    bool plain = plain_bits(value, &bits);
    size_t slot = (size_t)((bits ^ value.tag << 7) * UINT64_C(0x9E3779B97F4A7C15) >> 32) % CONSTANT_CACHE;
    uint32_t cached = plain ? c->cache[slot] : NO_REGISTER;
    if (cached != NO_REGISTER && c->constants[cached].tag == value.tag &&
        plain_bits(c->constants[cached], &other) && other == bits &&
        shown_alike(c->constant_types[cached], type))
        return cached | CONSTANT_BIT;
    if (registers_full(c))
        return NO_REGISTER;
    if (!ARENA_PUSH(&c->scratch, c->constants, c->constant_count, c->constant_capacity, value) ||
        !ARENA_PUSH(&c->scratch, c->constant_types, c->type_count, c->type_capacity, type)) {
        out_of_memory(c);
        return NO_REGISTER;
    }
    uint32_t made = (uint32_t)c->constant_count - 1;
    if (plain)
        c->cache[slot] = made;
    return made | CONSTANT_BIT;
}

static uint32_t yes_or_no(struct compiler *c, int64_t number) {
    return prog_constant(c, (struct value){.tag = VALUE_YES_NO, .as.number = number}, NULL);
}

static bool start(struct compiler *c) {
    const struct policy_set *set = c->set;
    for (size_t i = 0; i < CONSTANT_CACHE; i++)
        c->cache[i] = NO_REGISTER;
    c->program = arena_alloc(c->arena, sizeof *c->program);
    if (!c->program)
        return false;
    c->program->set = set;
    c->program->nodes = arena_array(c->arena, set->node_limit, sizeof *c->program->nodes);
    c->no_operands = NO_REGISTER;
    c->no_operands = prog_pooled(c, &(struct list){0});
    c->shared = prog_fresh_registers(c, set->node_limit);
    c->raw_facts = prog_fresh_registers(c, set->fact_count);
    c->facts = prog_fresh_registers(c, set->fact_count);
    c->fact_conditions = prog_fresh_registers(c, set->fact_count);
    c->rules = prog_fresh_registers(c, set->rule_count);
    c->decisions = prog_fresh_registers(c, set->decision_count);
    c->duties = prog_fresh_registers(c, set->duty_count);
    c->properties = arena_array(&c->scratch, set->property_count, sizeof *c->properties);
    c->no = yes_or_no(c, 0);
    c->yes = yes_or_no(c, 1);
    c->none = prog_constant(c, (struct value){.tag = VALUE_NONE}, NULL);
    return !c->failed && c->program->nodes && c->properties;
}

/* Today and all facts come first, so that loop bodies may use them wherever they stand. */
static void compile_inputs(struct compiler *c) {
    const struct policy_set *set = c->set;
    if (set->module_count > 0)
        c->today = prog_emit_plain(c, INS_today, 0, 0, 0, set->modules[0].header);
    for (uint32_t i = 0; i < set->fact_count && !c->failed; i++) {
        const uint32_t operands[3] = {i, 0, 0};
        c->raw_facts[i] =
            prog_emit(c, INS_fact, prog_kind_of(&set->facts[i].type), operands, set->facts[i].node);
        c->facts[i] = c->raw_facts[i];
    }
}

uint32_t prog_only_when(struct compiler *c, const struct fact *fact, uint32_t reg, uint32_t condition,
                        const struct ast_node *node) {
    bool usual = fact->has_otherwise && fact->otherwise.tag != VALUE_NONE;
    const uint32_t operands[3] = {reg, condition, usual ? prog_constant(c, fact->otherwise, &fact->type) : 0};
    return prog_emit(c, usual ? INS_only_when_otherwise : INS_only_when, prog_kind_of(&fact->type), operands,
                     node);
}

static void compile_fact(struct compiler *c, uint32_t index) {
    const struct fact *fact = &c->set->facts[index];
    if (!fact->only_when)
        return;
    uint32_t condition = compile_expression(c, fact->only_when);
    c->fact_conditions[index] = condition;
    c->facts[index] = prog_only_when(c, fact, c->raw_facts[index], condition, fact->only_when);
}

static void compile_steps(struct compiler *c) {
    for (size_t i = 0; i < c->set->order_count && !c->failed; i++) {
        const struct step *step = &c->set->order[i];
        switch (step->kind) {
        case STEP_FACT:
            compile_fact(c, step->index);
            break;
        case STEP_RULE:
            compile_rule(c, step->index);
            break;
        case STEP_DECISION:
            compile_decision(c, step->index);
            break;
        }
    }
}

static uint32_t numbered(const struct compiler *c, uint32_t reg) {
    if (reg == NO_REGISTER)
        return reg;
    return reg & CONSTANT_BIT ? reg & ~CONSTANT_BIT : reg + (uint32_t)c->constant_count;
}

/* Lists of registers and lists of numbers share the pool, so each list is renumbered through the instruction that has it. */
static void number_registers(struct compiler *c, uint8_t *seen) {
    for (size_t i = 0; i < c->instruction_count; i++) {
        struct instruction *made = &c->instructions[i];
        uint32_t *operands[3] = {&made->a, &made->b, &made->c};
        const struct op_info *info = prog_op_info(made->op);
        for (int k = 0; k < 3; k++) {
            uint32_t place = *operands[k];
            if (prog_kind_is_register(info->operands[k])) {
                *operands[k] = numbered(c, place);
            } else if (prog_kind_is_list(info->operands[k]) && !seen[place]) {
                seen[place] = 1;
                for (uint32_t item = 1; item <= c->pool.items[place]; item++)
                    c->pool.items[place + item] = numbered(c, c->pool.items[place + item]);
            }
        }
    }
}

static void *kept(struct compiler *c, const void *items, size_t count, size_t size) {
    void *copy = arena_array(c->arena, count, size);
    if (!copy)
        out_of_memory(c);
    else if (count > 0)
        memcpy(copy, items, count * size);
    return copy;
}

static void finish(struct compiler *c) {
    struct program *program = c->program;
    uint8_t *seen = arena_alloc(&c->scratch, c->pool.count + 1);
    if (!seen) {
        out_of_memory(c);
        return;
    }
    number_registers(c, seen);
    program->instruction_count = (uint32_t)c->instruction_count;
    program->instructions = kept(c, c->instructions, c->instruction_count, sizeof *c->instructions);
    program->constant_count = (uint32_t)c->constant_count;
    program->constants = kept(c, c->constants, c->constant_count, sizeof *c->constants);
    program->constant_types = kept(c, c->constant_types, c->type_count, sizeof *c->constant_types);
    program->register_count = program->instruction_count + program->constant_count;
    program->pool_count = (uint32_t)c->pool.count;
    program->pool = kept(c, c->pool.items, c->pool.count, sizeof *c->pool.items);
    program->wide_count = (uint32_t)c->wide_count;
    program->wides = kept(c, c->wides, c->wide_count, sizeof *c->wides);
    program->announcement_count = (uint32_t)c->announcement_count;
    program->announcements = kept(c, c->announcements, c->announcement_count, sizeof *c->announcements);
    program->property_count = (uint32_t)c->set->property_count;
    for (uint32_t i = 0; i < program->property_count; i++) {
        c->properties[i].whenever = numbered(c, c->properties[i].whenever);
        c->properties[i].condition = numbered(c, c->properties[i].condition);
    }
    program->properties = kept(c, c->properties, program->property_count, sizeof *c->properties);
}

bool program_compile(const struct policy_set *set, struct arena *arena, struct program **out) {
    struct compiler c = {.set = set, .arena = arena};
    *out = NULL;
    arena_init(&c.scratch, arena->alloc);
    if (start(&c)) {
        compile_inputs(&c);
        compile_steps(&c);
        compile_duties(&c);
        compile_announcements(&c);
        compile_checks(&c);
        compile_properties(&c);
        if (!c.failed)
            finish(&c);
    } else {
        c.failed = true;
    }
    arena_free(&c.scratch);
    if (!c.failed)
        c.problem = program_verify(c.program, arena);
    if (!c.failed && !c.problem && !program_index(c.program, INDEX_RULES_LEAST, arena))
        return false;
    if (arena->failed || (c.failed && !c.problem))
        return false;
    c.program->problem = c.problem;
    *out = c.program;
    return c.problem == NULL;
}
