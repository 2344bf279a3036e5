/*
 * Reminders and notices: whether they are listed, as certain or possible, and their texts with the values filled in. A text is
 * made only for what is listed. Must not know how rules come to apply.
 */
#include "interp/meaning/show.h"
#include "interp/run/kernels.h"

#include "grammar/base/banned.h"

static void fill_text(struct machine *machine, struct buffer *out, const struct instruction *instruction,
                      const struct announcement_source *source) {
    uint32_t count;
    const uint32_t *parts = operands_at(machine, instruction->b, &count);
    for (uint32_t i = 0; i < count && i < source->part_count; i++) {
        struct value value = held(machine, parts[i]);
        if (value.tag == VALUE_NONE || is_open(value))
            buffer_char(out, '?');
        else
            show_value(out, source->part_types[i], value);
    }
}

static struct text text_for(struct machine *machine, const struct instruction *instruction,
                            const struct announcement_source *source) {
    struct text text = {"", 0};
    struct value only = held(machine, machine->program->pool[instruction->b + 1]);
    if (source->part_count == 1 && only.tag == VALUE_TEXT)
        return *only.as.text;
    struct buffer buffer;
    buffer_init(&buffer, machine->arena->alloc);
    fill_text(machine, &buffer, instruction, source);
    char *copy =
        buffer.failed ? NULL : arena_copy(machine->arena, buffer.data ? buffer.data : "", buffer.length);
    if (copy)
        text = (struct text){copy, buffer.length};
    else
        machine->failed = true;
    buffer_free(&buffer);
    return text;
}

struct value kernel_notice(struct machine *machine, const struct instruction *instruction) {
    const struct announcement_source *source = &machine->program->announcements[instruction->c];
    struct outcome *outcome = machine->outcome;
    struct value degree = held(machine, instruction->a);
    struct announcement *made = &outcome->notices[outcome->notice_count];
    if (is_no(degree))
        return value_none();
    outcome->notice_count++;
    made->rule = source->rule;
    made->effect = source->effect;
    made->day = value_none();
    made->text = text_for(machine, instruction, source);
    machine_join(machine, &made->reasons, degree);
    made->possible = is_open(degree);
    return value_none();
}

struct value kernel_remind(struct machine *machine, const struct instruction *instruction) {
    const struct announcement_source *source = &machine->program->announcements[instruction->c];
    struct outcome *outcome = machine->outcome;
    uint32_t count;
    const uint32_t *registers = operands_at(machine, instruction->a, &count);
    struct value degree = held(machine, registers[0]), day = held(machine, registers[1]);
    struct value unless = registers[2] == NO_REGISTER ? value_yes_no(false) : held(machine, registers[2]);
    struct announcement *made = &outcome->reminders[outcome->reminder_count];
    if (is_no(degree) || is_yes(unless) || day.tag == VALUE_NONE)
        return value_none();
    outcome->reminder_count++;
    made->rule = source->rule;
    made->effect = source->effect;
    made->day = day;
    made->text = text_for(machine, instruction, source);
    machine_join(machine, &made->reasons, degree);
    machine_join(machine, &made->reasons, unless);
    machine_join(machine, &made->reasons, day);
    made->possible = made->reasons != NULL;
    return value_none();
}
