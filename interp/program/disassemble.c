/*
 * A program in words, one instruction a line: register, operation, operands, and behind a semicolon what it was made for and
 * where that stands. Stable, so that tests may compare it. Must not know how instructions compute.
 */
#include "interp/program/rule_index.h"
#include "interp/meaning/show.h"
#include "interp/program/program.h"

#include "grammar/base/banned.h"

#define OPERAND_COLUMN 32
#define COMMENT_COLUMN 72

static void pad(struct buffer *out, size_t line_start, size_t column) {
    size_t used = out->length - line_start;
    buffer_repeat(out, ' ', used < column ? column - used : 1);
}

static void dump_register(struct buffer *out, const struct program *program, uint32_t reg) {
    if (reg == NO_REGISTER)
        buffer_char(out, '-');
    else if (reg < program->constant_count)
        buffer_format(out, "c%" PRIu32, reg);
    else
        buffer_format(out, "r%" PRIu32, reg - program->constant_count);
}

static void dump_list(struct buffer *out, const struct program *program, uint32_t place,
                      enum operand_kind kind) {
    uint32_t count = program->pool[place];
    buffer_char(out, '[');
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t item = program->pool[place + i];
        if (i > 1)
            buffer_string(out, kind == KIND_PAIRS && i % 2 == 0 ? ": " : ", ");
        if (kind == KIND_IMMS)
            buffer_format(out, "%" PRIu32, item);
        else
            dump_register(out, program, item);
    }
    buffer_char(out, ']');
}

static void dump_wide(struct buffer *out, int64_t number) {
    if (number == INT64_MIN || number == INT64_MAX)
        buffer_string(out, number < 0 ? "lowest" : "highest");
    else
        buffer_format(out, "%" PRId64, number);
}

/* An operand that is an index, by the name of what it stands for. */
static void dump_index(struct buffer *out, const struct program *program, enum operand_kind kind,
                       uint32_t index) {
    const struct policy_set *set = program->set;
    switch (kind) {
    case KIND_FACT:
        buffer_text(out, set->facts[index].name->text);
        break;
    case KIND_RULE:
        buffer_text(out, set->rules[index].shown);
        break;
    case KIND_DECISION:
        buffer_text(out, set->decisions[index].shown);
        break;
    case KIND_DUTY:
        buffer_text(out, set->duties[index].name->text);
        break;
    case KIND_REQUIREMENT:
        buffer_char(out, '"');
        buffer_visible(out, set->requirements[index].title.bytes, set->requirements[index].title.length);
        buffer_char(out, '"');
        break;
    case KIND_ANNOUNCEMENT:
        buffer_text(out, set->rules[program->announcements[index].rule].shown);
        break;
    default:
        buffer_format(out, "%" PRIu32, index);
        break;
    }
}

static void dump_operand(struct buffer *out, const struct program *program, enum operand_kind kind,
                         uint32_t operand) {
    if ((kind >= KIND_YESNO && kind <= KIND_ANY) || kind == KIND_MAYBE_YESNO || kind == KIND_EACH)
        dump_register(out, program, operand);
    else if (kind >= KIND_YESNOS && kind <= KIND_IMMS)
        dump_list(out, program, operand, kind);
    else if (kind == KIND_SCALES)
        buffer_format(out, "scales %" PRIu32 " %" PRIu32, operand & 0xff, operand >> 8);
    else if (kind == KIND_WIDE)
        dump_wide(out, program->wides[operand]);
    else if (kind == KIND_END)
        buffer_format(out, "end r%" PRIu32, operand);
    else
        dump_index(out, program, kind, operand);
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* What kind of thing the operand names, for the comment; NULL where it names none. */
static const char *owner_words(const struct instruction *i, const struct policy_set *set) {
    switch (i->op) {
    case INS_fact:
    case INS_check_fact:
        return "fact";
    case INS_degree:
        return set->rules[i->c].kind == RULE_ROW     ? "row"
               : set->rules[i->c].kind == RULE_PLAIN ? "rule"
                                                     : "exception";
    case INS_decide:
        return set->decisions[i->c].kind == DECISION_DEFINE ? "definition" : "decision";
    case INS_total:
        return "total";
    case INS_duty:
        return "duty";
    default:
        return NULL;
    }
}

static void dump_comment(struct buffer *out, const struct program *program, const struct instruction *i) {
    const struct ast_node *node = program_node(program, i->node);
    const char *owner = owner_words(i, program->set);
    buffer_string(out, "; ");
    if (owner)
        buffer_format(out, "%s, ", owner);
    if (!node)
        return;
    const struct source *source = sources_of(&program->set->sources, ast_span(node));
    uint32_t line = 0, column = 0;
    if (!source)
        return;
    source_place(source, node->start, &line, &column);
    buffer_visible(out, base_name(source->path), strlen(base_name(source->path)));
    buffer_format(out, ":%" PRIu32, line);
}

void program_dump_instruction(struct buffer *out, const struct program *program, const struct instruction *i,
                              uint32_t at, uint32_t depth) {
    const struct op_info *info = prog_op_info(i->op);
    const uint32_t operands[3] = {i->a, i->b, i->c};
    static const struct type date = {.kind = TYPE_DAY};
    const char *between = "";
    size_t start = out->length;
    buffer_format(out, "  r%-5" PRIu32 " %-9s", at,
                  i->kind == KIND_NOTHING ? "" : prog_kind_name((enum operand_kind)i->kind));
    buffer_repeat(out, ' ', (size_t)depth * 2);
    buffer_string(out, info->name);
    pad(out, start, OPERAND_COLUMN);
    for (int k = 0; k < 3; k++) {
        if (info->operands[k] == KIND_NOTHING)
            continue;
        buffer_string(out, between);
        if (i->op == INS_announced_by) {
            struct value day = {.tag = VALUE_DATE, .as.day = (cal_day)operands[k]};
            show_value(out, &date, day);
        } else {
            dump_operand(out, program, info->operands[k], operands[k]);
        }
        between = ", ";
    }
    pad(out, start, COMMENT_COLUMN);
    dump_comment(out, program, i);
}

static void dump_constant(struct buffer *out, const struct program *program, uint32_t at) {
    struct value value = program->constants[at];
    buffer_format(out, "  c%-5" PRIu32 " ", at);
    struct buffer shown;
    buffer_init(&shown, out->alloc);
    show_value(&shown, program->constant_types[at], value);
    if (value.tag == VALUE_TEXT) {
        buffer_json(out, shown.data ? shown.data : "", shown.length);
    } else {
        buffer_visible(out, shown.data ? shown.data : "", shown.length);
    }
    out->failed = out->failed || shown.failed;
    buffer_free(&shown);
    buffer_char(out, '\n');
}

/* A property by the registers it is judged by. */
static void dump_property(struct buffer *out, const struct program *program, uint32_t at) {
    const struct property *property = &program->set->properties[at];
    const struct property_source *source = &program->properties[at];
    size_t start = out->length;
    buffer_string(out, "  always ");
    if (source->whenever != NO_REGISTER) {
        buffer_string(out, "whenever ");
        dump_register(out, program, source->whenever);
        buffer_string(out, " then ");
    }
    dump_register(out, program, source->condition);
    pad(out, start, COMMENT_COLUMN);
    buffer_string(out, "; ");
    show_place(out, program->set, property->node);
    buffer_string(out, " \"");
    buffer_visible(out, property->title.bytes, property->title.length);
    buffer_string(out, "\"\n");
}

void program_dump(struct buffer *out, const struct program *program) {
    uint32_t depth = 0, ends[PROGRAM_MAX_LOOP_DEPTH];
    const struct policy_set *set = program->set;
    buffer_string(out, "policy ");
    if (set->module_count > 0 && set->modules[0].name)
        buffer_text(out, set->modules[0].name->text);
    buffer_format(out, ": %" PRIu32 " constants, %" PRIu32 " instructions\n", program->constant_count,
                  program->instruction_count);
    for (uint32_t i = 0; i < program->constant_count; i++)
        dump_constant(out, program, i);
    for (uint32_t i = 0; i < program->instruction_count; i++) {
        if (depth > 0 && ends[depth - 1] == i)
            depth--;
        program_dump_instruction(out, program, &program->instructions[i], i, depth);
        buffer_char(out, '\n');
        if (program->instructions[i].op == INS_each)
            ends[depth++] = program->instructions[i].b;
    }
    for (uint32_t i = 0; i < program->property_count; i++)
        dump_property(out, program, i);
    program_index_dump(out, program);
}
