/*
 * The arithmetic of linear forms in 128 bits, and the table that interns them. Must not know what a variable stands for.
 */
#include "interp/analysis/linear.h"

#include <string.h>

#include "grammar/base/banned.h"

/* A form on its way into the table. */
struct draft {
    num_i128 constant, divisor;
    uint32_t count;
    struct linear_part parts[2 * LINEAR_PARTS];
};

/* Beyond this nothing is kept: products with another such number still fit. */
#define LINEAR_LIMIT ((num_i128)1 << 100)

static num_i128 linear_size(num_i128 value) {
    return value < 0 ? -value : value;
}

static num_i128 linear_divisor(num_i128 a, num_i128 b) {
    a = linear_size(a);
    b = linear_size(b);
    while (b != 0) {
        num_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static uint64_t linear_mix(uint64_t hash, num_i128 value) {
    hash = (hash ^ (uint64_t)value) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ (uint64_t)(value >> 64)) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t linear_hash(num_i128 constant, num_i128 divisor, uint32_t count,
                            const struct linear_part *parts) {
    uint64_t hash = linear_mix(linear_mix(count, constant), divisor);
    for (uint32_t i = 0; i < count; i++)
        hash = linear_mix(linear_mix(hash, parts[i].factor), parts[i].variable);
    return hash;
}

static bool linear_same(const struct linear *kept, const struct draft *draft) {
    if (kept->constant != draft->constant || kept->divisor != draft->divisor || kept->count != draft->count)
        return false;
    for (uint32_t i = 0; i < kept->count; i++) {
        if (kept->parts[i].factor != draft->parts[i].factor ||
            kept->parts[i].variable != draft->parts[i].variable)
            return false;
    }
    return true;
}

bool linears_init(struct linears *linears, struct arena *arena) {
    *linears = (struct linears){.arena = arena, .slot_count = 256};
    linears->slots = arena_array(arena, linears->slot_count, sizeof *linears->slots);
    linears->failed = linears->slots == NULL;
    return !linears->failed;
}

static bool linears_grow(struct linears *linears) {
    uint32_t wanted = linears->slot_count * 4;
    struct linear **slots = arena_array(linears->arena, wanted, sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < linears->slot_count; i++) {
        for (struct linear *kept = linears->slots[i], *next; kept; kept = next) {
            next = kept->next;
            uint64_t slot = linear_hash(kept->constant, kept->divisor, kept->count, kept->parts) % wanted;
            kept->next = slots[slot];
            slots[slot] = kept;
        }
    }
    linears->slots = slots;
    linears->slot_count = wanted;
    return true;
}

/* Reduces the draft and drops parts that cancelled out; false where it is too large. */
static bool linear_reduce(struct draft *draft) {
    uint32_t kept = 0;
    num_i128 common = linear_divisor(draft->constant, draft->divisor);
    for (uint32_t i = 0; i < draft->count; i++) {
        if (draft->parts[i].factor == 0)
            continue;
        common = linear_divisor(common, draft->parts[i].factor);
        draft->parts[kept++] = draft->parts[i];
    }
    draft->count = kept;
    if (draft->divisor < 0)
        common = -common;
    draft->constant /= common;
    draft->divisor /= common;
    bool fits =
        kept <= LINEAR_PARTS && linear_size(draft->constant) < LINEAR_LIMIT && draft->divisor < LINEAR_LIMIT;
    for (uint32_t i = 0; i < kept; i++) {
        draft->parts[i].factor /= common;
        fits = fits && linear_size(draft->parts[i].factor) < LINEAR_LIMIT;
    }
    return fits;
}

static const struct linear *linear_intern(struct linears *linears, struct draft *draft) {
    if (linears->failed || !linear_reduce(draft))
        return NULL;
    uint64_t hash = linear_hash(draft->constant, draft->divisor, draft->count, draft->parts);
    for (struct linear *kept = linears->slots[hash % linears->slot_count]; kept; kept = kept->next) {
        if (linear_same(kept, draft))
            return kept;
    }
    size_t tail = draft->count * sizeof draft->parts[0];
    struct linear *made = arena_alloc(linears->arena, sizeof *made + tail);
    if (!made || (linears->count >= linears->slot_count && !linears_grow(linears))) {
        linears->failed = true;
        return NULL;
    }
    made->constant = draft->constant;
    made->divisor = draft->divisor;
    made->count = draft->count;
    made->id = linears->count++;
    memcpy(made->parts, draft->parts, tail);
    made->next = linears->slots[hash % linears->slot_count];
    linears->slots[hash % linears->slot_count] = made;
    return made;
}

const struct linear *linear_constant(struct linears *linears, num_i128 numerator, num_i128 divisor) {
    struct draft draft = {.constant = numerator, .divisor = divisor};
    return linear_intern(linears, &draft);
}

const struct linear *linear_variable(struct linears *linears, uint32_t variable, num_i128 factor,
                                     num_i128 divisor) {
    struct draft draft = {.divisor = divisor, .count = 1, .parts = {{factor, variable}}};
    return linear_intern(linears, &draft);
}

static bool linear_product(num_i128 a, num_i128 b, num_i128 *out) {
    return !__builtin_mul_overflow(a, b, out);
}

/* Appends factor * variable times `lift`, added to the part that is there already. */
static bool linear_join(struct draft *draft, const struct linear_part *part, num_i128 lift) {
    num_i128 factor;
    uint32_t at = 0;
    if (!linear_product(part->factor, lift, &factor))
        return false;
    while (at < draft->count && draft->parts[at].variable < part->variable)
        at++;
    if (at < draft->count && draft->parts[at].variable == part->variable)
        return !__builtin_add_overflow(draft->parts[at].factor, factor, &draft->parts[at].factor);
    memmove(draft->parts + at + 1, draft->parts + at, (draft->count - at) * sizeof draft->parts[0]);
    draft->parts[at] = (struct linear_part){factor, part->variable};
    draft->count++;
    return true;
}

const struct linear *linear_sum(struct linears *linears, const struct linear *a, const struct linear *b,
                                bool minus) {
    struct draft draft = {.divisor = 1};
    if (!a || !b)
        return NULL;
    num_i128 common = linear_divisor(a->divisor, b->divisor);
    num_i128 lift_a = b->divisor / common, lift_b = minus ? -(a->divisor / common) : a->divisor / common;
    num_i128 constant_a, constant_b;
    bool fits = linear_product(a->divisor, lift_a, &draft.divisor) &&
                linear_product(a->constant, lift_a, &constant_a) &&
                linear_product(b->constant, lift_b, &constant_b) &&
                !__builtin_add_overflow(constant_a, constant_b, &draft.constant);
    for (uint32_t i = 0; fits && i < a->count; i++)
        fits = linear_join(&draft, &a->parts[i], lift_a);
    for (uint32_t i = 0; fits && i < b->count; i++)
        fits = linear_join(&draft, &b->parts[i], lift_b);
    return fits ? linear_intern(linears, &draft) : NULL;
}

const struct linear *linear_times(struct linears *linears, const struct linear *a, num_i128 numerator,
                                  num_i128 divisor) {
    struct draft draft = {.divisor = 1};
    bool fits = a && divisor != 0 && linear_product(a->constant, numerator, &draft.constant) &&
                linear_product(a->divisor, divisor, &draft.divisor);
    for (uint32_t i = 0; fits && i < a->count; i++)
        fits = linear_join(&draft, &a->parts[i], numerator);
    return fits ? linear_intern(linears, &draft) : NULL;
}
