/*
 * See likeness.h: value numbering. The key of a register is its operator and the numbers of its operands; constants are keyed by
 * their value, members by name, facts by their place in the space. What cannot be keyed gets a number of its own.
 */
#include "interp/analysis/likeness.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/base/banned.h"

struct key {
    uint32_t *words;
    size_t count, capacity;
};
struct entry {
    struct entry *next;
    uint32_t id, count;
    uint32_t words[];
};
struct numbering {
    const struct space *space;
    struct arena *arena;
    struct likeness *likeness;
    struct entry **slots;
    uint32_t slot_count, next;
    uint32_t program; /* at hand */
    bool records;     /* records of both programs have the same fields in the same order */
    struct key key;
    bool failed;
};

/* First words of keys that are no operators. */
enum { KEY_CONSTANT = INS_COUNT, KEY_ALONE };

static void put(struct numbering *n, uint32_t word) {
    if (!ARENA_PUSH(n->arena, n->key.words, n->key.count, n->key.capacity, word))
        n->failed = true;
}

static void put_wide(struct numbering *n, uint64_t word) {
    put(n, (uint32_t)word);
    put(n, (uint32_t)(word >> 32));
}

static void put_text(struct numbering *n, struct text text) {
    put(n, (uint32_t)text.length);
    for (size_t i = 0; i < text.length; i += 4) {
        uint32_t word = 0;
        for (size_t k = i; k < i + 4 && k < text.length; k++)
            word = word << 8 | (unsigned char)text.bytes[k];
        put(n, word);
    }
}

/* The number of the key at hand; a new one where it was not seen yet. */
static uint32_t number_of_key(struct numbering *n) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    if (n->failed)
        return 0;
    for (size_t i = 0; i < n->key.count; i++)
        hash = (hash ^ n->key.words[i]) * UINT64_C(0x9E3779B97F4A7C15) ^ hash >> 29;
    struct entry **slot = &n->slots[(hash ^ hash >> 32) & (n->slot_count - 1)];
    size_t bytes = n->key.count * sizeof *n->key.words;
    for (const struct entry *entry = *slot; entry; entry = entry->next) {
        if (entry->count == n->key.count && memcmp(entry->words, n->key.words, bytes) == 0)
            return entry->id;
    }
    struct entry *made = arena_alloc(n->arena, sizeof *made + bytes);
    if (!made) {
        n->failed = true;
        return 0;
    }
    made->id = n->next++;
    made->count = (uint32_t)n->key.count;
    memcpy(made->words, n->key.words, bytes);
    made->next = *slot;
    *slot = made;
    return made->id;
}

/* --- constants --- */

static const struct program *program_of(const struct numbering *n) {
    return n->space->bindings[n->program].program;
}

static void put_alone(struct numbering *n, uint32_t reg) {
    n->key.count = 0;
    put(n, KEY_ALONE);
    put(n, n->program);
    put(n, reg);
}

static bool put_member(struct numbering *n, const struct enumeration *enumeration, size_t member) {
    const struct binding *binding = &n->space->bindings[n->program];
    const struct policy_set *set = binding->program->set;
    for (size_t i = 0; enumeration && i < set->enumeration_count; i++) {
        if (set->enumerations[i] != enumeration)
            continue;
        for (uint32_t k = 0; k < n->space->universe_count; k++) {
            if (n->space->universes[k] == binding->universes[i])
                put(n, k);
        }
        put(n, binding->members[i][member]);
        return true;
    }
    return false;
}

static void put_members(struct numbering *n, const struct enumeration *enumeration,
                        const struct member_set *set) {
    for (size_t i = 0; i < enumeration->count; i++) {
        if (set->words[i / 64] >> i % 64 & 1)
            (void)put_member(n, enumeration, i);
    }
}

static void put_constant(struct numbering *n, uint32_t reg) {
    const struct program *program = program_of(n);
    const struct value *value = &program->constants[reg];
    const struct type *type = program->constant_types[reg];
    put(n, KEY_CONSTANT);
    put(n, value->tag);
    switch ((enum value_tag)value->tag) {
    case VALUE_NONE:
        return;
    case VALUE_YES_NO:
        put_wide(n, (uint64_t)value->as.number);
        return;
    case VALUE_NUMBER:
        put(n, type ? (uint32_t)type->scale : UINT32_MAX);
        put_wide(n, (uint64_t)value->as.number);
        return;
    case VALUE_DATE:
        put(n, (uint32_t)value->as.day);
        return;
    case VALUE_PERIOD:
        put(n, (uint32_t)value->as.period.first);
        put(n, (uint32_t)value->as.period.last);
        return;
    case VALUE_FRACTION:
        put_wide(n, (uint64_t)value->as.fraction->num);
        put_wide(n, (uint64_t)(value->as.fraction->num >> 64));
        put_wide(n, (uint64_t)value->as.fraction->den);
        put_wide(n, (uint64_t)(value->as.fraction->den >> 64));
        return;
    case VALUE_TEXT:
        put_text(n, *value->as.text);
        return;
    case VALUE_MEMBER:
        if (type && put_member(n, type->enumeration, (size_t)value->as.number))
            return;
        break;
    case VALUE_SET:
        if (type && type->enumeration) {
            put_members(n, type->enumeration, value->as.set);
            return;
        }
        break;
    case VALUE_OPEN:
    case VALUE_LIST:
        break;
    }
    put_alone(n, reg);
}

/* --- instructions --- */

static uint32_t id_of(const struct numbering *n, uint32_t reg) {
    return reg == NO_REGISTER ? UINT32_MAX : n->likeness->ids[n->program][reg];
}

static int compare_words(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static int compare_pairs(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    if (x[0] != y[0])
        return x[0] < y[0] ? -1 : 1;
    return x[1] < y[1] ? -1 : x[1] > y[1];
}

/* Registers whose order says nothing are sorted by their numbers. */
static void put_list(struct numbering *n, uint32_t place, enum operand_kind kind, unsigned op) {
    const uint32_t *pool = program_of(n)->pool;
    uint32_t count = pool[place];
    put(n, count);
    size_t start = n->key.count;
    for (uint32_t i = 0; i < count; i++)
        put(n, kind == KIND_IMMS ? pool[place + 1 + i] : id_of(n, pool[place + 1 + i]));
    if (n->failed)
        return;
    if (kind == KIND_PAIRS)
        qsort(n->key.words + start, count / 2, 2 * sizeof *n->key.words, compare_pairs);
    else if (kind == KIND_YESNOS && (op == INS_all || op == INS_any || op == INS_gate || op == INS_degree))
        qsort(n->key.words + start, count, sizeof *n->key.words, compare_words);
}

static bool put_operand(struct numbering *n, unsigned op, enum operand_kind kind, uint32_t operand) {
    const struct binding *binding = &n->space->bindings[n->program];
    switch (kind) {
    case KIND_NOTHING:
    case KIND_RULE:
    case KIND_DECISION:
    case KIND_DUTY:
    case KIND_REQUIREMENT:
    case KIND_ANNOUNCEMENT:
    case KIND_END:
        return true;
    case KIND_YESNO:
    case KIND_DAY:
    case KIND_PERIOD:
    case KIND_NUM:
    case KIND_FRAC:
    case KIND_TEXT:
    case KIND_MEMBER:
    case KIND_SET:
    case KIND_LIST:
    case KIND_ANY:
    case KIND_MAYBE_YESNO:
    case KIND_EACH:
        put(n, id_of(n, operand));
        return true;
    case KIND_YESNOS:
    case KIND_DAYS:
    case KIND_NUMS:
    case KIND_FRACS:
    case KIND_MEMBERS:
    case KIND_ANYS:
    case KIND_MAYBES:
    case KIND_PAIRS:
    case KIND_IMMS:
        put_list(n, operand, kind, op);
        return true;
    case KIND_IMM:
    case KIND_SCALES:
        if (op != INS_announced_by)
            put(n, operand);
        return true;
    case KIND_WIDE:
        put_wide(n, (uint64_t)binding->program->wides[operand]);
        return true;
    case KIND_FACT:
        put(n, binding->places[operand]);
        put(n, (uint32_t)binding->program->set->facts[operand].type.scale);
        return true;
    case KIND_FIELD:
        put(n, operand);
        return n->records;
    }
    return false;
}

static void put_instruction(struct numbering *n, uint32_t index) {
    const struct instruction *instruction = &program_of(n)->instructions[index];
    const struct op_info *info = prog_op_info(instruction->op);
    const uint32_t operands[3] = {instruction->a, instruction->b, instruction->c};
    bool keyed = true;
    put(n, instruction->op);
    for (int i = 0; i < 3 && keyed; i++)
        keyed = put_operand(n, instruction->op, info->operands[i], operands[i]);
    if (!keyed)
        put_alone(n, program_of(n)->constant_count + index);
}

/* --- the programs --- */

static bool same_fields(const struct record_type *a, const struct record_type *b) {
    if (!text_equal(a->name->text, b->name->text) || a->field_count != b->field_count)
        return false;
    for (size_t i = 0; i < a->field_count; i++) {
        const struct fact *x = &a->fields[i], *y = &b->fields[i];
        if (!text_equal(x->name->text, y->name->text) || x->type.kind != y->type.kind ||
            x->type.scale != y->type.scale || x->declared_optional != y->declared_optional)
            return false;
    }
    return true;
}

static bool same_records(const struct policy_set *a, const struct policy_set *b) {
    bool same = a->record_count == b->record_count;
    for (size_t i = 0; i < a->record_count && same; i++)
        same = same_fields(a->records[i], b->records[i]);
    return same;
}

static bool number_program(struct numbering *n, uint32_t which) {
    const struct program *program = n->space->bindings[which].program;
    n->program = which;
    n->likeness->ids[which] = arena_array(n->arena, program->register_count, sizeof(uint32_t));
    if (!n->likeness->ids[which])
        return false;
    for (uint32_t reg = 0; reg < program->register_count && !n->failed; reg++) {
        n->key.count = 0;
        if (reg < program->constant_count)
            put_constant(n, reg);
        else
            put_instruction(n, reg - program->constant_count);
        n->likeness->ids[which][reg] = number_of_key(n);
    }
    return !n->failed;
}

bool likeness_init(struct likeness *likeness, const struct space *space, struct arena *arena) {
    struct numbering n = {.space = space, .arena = arena, .likeness = likeness, .slot_count = 1024};
    uint64_t registers = 0;
    *likeness = (struct likeness){0};
    n.records =
        same_records(space->bindings[0].program->set, space->bindings[space->binding_count - 1].program->set);
    for (uint32_t i = 0; i < space->binding_count; i++)
        registers += space->bindings[i].program->register_count;
    while (n.slot_count < registers)
        n.slot_count *= 2;
    n.slots = arena_array(arena, n.slot_count, sizeof(struct entry *));
    bool made = n.slots != NULL;
    for (uint32_t i = 0; i < space->binding_count && made; i++)
        made = number_program(&n, i);
    return made;
}
