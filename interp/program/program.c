/*
 * The table of instructions from ops.def, and how values are shown in texts and dumps. Must not know how instructions
 * compute or how a program came to be.
 */
#include "interp/program/program.h"

#include "grammar/base/banned.h"

#define OP_STRICT(NAME, R, A, B, C, WORDS, DOC, ...)                                                          \
    {#NAME, CLASS_STRICT, KIND_##R, {KIND_##A, KIND_##B, KIND_##C}, WORDS, DOC},
#define OP_NARY(NAME, R, A, WORDS, DOC, ...)                                                                  \
    {#NAME, CLASS_NARY, KIND_##R, {KIND_##A, KIND_IMMS, KIND_NOTHING}, WORDS, DOC},
#define OP_LOOP(NAME, R, A, B, C, WORDS, DOC)                                                                 \
    {#NAME, CLASS_LOOP, KIND_##R, {KIND_##A, KIND_##B, KIND_##C}, WORDS, DOC},
#define OP_SPECIAL(NAME, R, A, B, C, WORDS, DOC)                                                              \
    {#NAME, CLASS_SPECIAL, KIND_##R, {KIND_##A, KIND_##B, KIND_##C}, WORDS, DOC},
static const struct op_info op_table[INS_COUNT] = {
#include "interp/program/ops.def"
};
#undef OP_STRICT
#undef OP_NARY
#undef OP_LOOP
#undef OP_SPECIAL

const struct op_info *op_info(unsigned op) {
    return &op_table[op];
}

const char *operand_kind_name(enum operand_kind kind) {
    switch (kind) {
    case KIND_YESNO: return "yes/no";
    case KIND_DAY: return "date";
    case KIND_PERIOD: return "period";
    case KIND_NUM: return "number";
    case KIND_FRAC: return "fraction";
    case KIND_TEXT: return "text";
    case KIND_MEMBER: return "member";
    case KIND_SET: return "set";
    case KIND_LIST: return "list";
    case KIND_NOTHING: return "-";
    default: return "?";
    }
}

const struct ast_node *program_node(const struct program *program, uint32_t id) {
    return id < program->set->node_limit ? program->nodes[id] : NULL;
}

static void show_day(struct buffer *out, cal_day day) {
    char text[11] = "?";
    if (cal_in_range(day))
        cal_format(day, text);
    buffer_string(out, text);
}

static void show_member(struct buffer *out, const struct type *type, int64_t member) {
    const struct enumeration *enumeration = type ? type->enumeration : NULL;
    if (enumeration && member >= 0 && (uint64_t)member < enumeration->count)
        buffer_text(out, enumeration->members[member].label);
    else
        buffer_format(out, "member %" PRId64, member);
}

static void show_set(struct buffer *out, const struct type *type, const struct member_set *set) {
    const char *between = "{";
    for (uint32_t word = 0; word < set->word_count; word++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            if (set->words[word] >> bit & 1) {
                buffer_string(out, between);
                show_member(out, type, (int64_t)word * 64 + bit);
                between = ", ";
            }
        }
    }
    buffer_string(out, between[0] == '{' ? "{}" : "}");
}

static void show_number(struct buffer *out, const struct type *type, int64_t number) {
    char text[NUM_TEXT_MAX];
    num_format(number, type ? type->scale : 0, text);
    buffer_string(out, text);
}

static void show_fraction(struct buffer *out, struct frac fraction) {
    char text[FRAC_TEXT_MAX + 1];
    frac_format(fraction, text, sizeof text);
    buffer_string(out, text);
}

void value_show(struct buffer *out, const struct type *type, struct value value) {
    switch ((enum value_tag)value.tag) {
    case VALUE_YES_NO:
        buffer_string(out, value.as.number ? "yes" : "no");
        break;
    case VALUE_DATE:
        show_day(out, value.as.day);
        break;
    case VALUE_PERIOD:
        show_day(out, value.as.period.first);
        buffer_string(out, " through ");
        show_day(out, value.as.period.last);
        break;
    case VALUE_NUMBER:
        show_number(out, type, value.as.number);
        break;
    case VALUE_FRACTION:
        show_fraction(out, *value.as.fraction);
        break;
    case VALUE_TEXT:
        buffer_text(out, *value.as.text);
        break;
    case VALUE_MEMBER:
        show_member(out, type, value.as.number);
        break;
    case VALUE_SET:
        show_set(out, type, value.as.set);
        break;
    case VALUE_LIST:
        buffer_format(out, "%" PRIu32 " records", value.as.list->count);
        break;
    case VALUE_OPEN:
    case VALUE_NONE:
        buffer_char(out, '?');
        break;
    }
}
