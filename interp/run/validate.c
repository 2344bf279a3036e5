/*
 * What makes a record invalid beyond its form: a `require` that does not hold, a value where `only when` allows none, none
 * where it asks for a value. Every problem is put on the record. Must not know how records were read.
 */
#include "interp/meaning/show.h"
#include "interp/run/kernels.h"

#include "grammar/base/banned.h"

struct value kernel_require(struct machine *machine, const struct instruction *instruction) {
    const struct policy_set *set = machine->program->set;
    const struct requirement *requirement = &set->requirements[instruction->b];
    if (!is_no(held(machine, instruction->a)))
        return value_none();
    struct buffer place;
    buffer_init(&place, machine->arena->alloc);
    show_place(&place, set, requirement->node);
    if (place.failed || !record_problem(machine->record, DIAG_E0801, "", machine->record->line,
                                        "the record breaks \"%.*s\" (%s)", (int)requirement->title.length,
                                        requirement->title.bytes, place.data))
        machine->failed = true;
    buffer_free(&place);
    return value_none();
}

/* A left out fact is read as its `otherwise`, so a value that is no more than that was not given. */
static bool was_given(const struct fact *fact, struct value value) {
    return !is_open(value) && value.tag != VALUE_NONE &&
           !(fact->has_otherwise && value_equal(value, fact->otherwise));
}

static bool may_be_none(const struct fact *fact) {
    return fact->declared_optional || (fact->has_otherwise && fact->otherwise.tag == VALUE_NONE);
}

/* The two ways to break `only when`; yes where the fact does not. */
static struct value check(struct machine *machine, const struct instruction *instruction,
                          const struct fact *fact, const char *path) {
    struct value value = held(machine, instruction->a), condition = held(machine, instruction->b);
    bool unwanted = !is_yes(condition) && !is_open(condition) && was_given(fact, value);
    bool missing = is_yes(condition) && value.tag == VALUE_NONE && !may_be_none(fact);
    if (!unwanted && !missing)
        return value_yes_no(true);
    struct buffer place;
    buffer_init(&place, machine->arena->alloc);
    show_place(&place, machine->program->set, fact->only_when);
    bool told = !place.failed && path;
    if (told && unwanted)
        told = record_problem(
            machine->record, DIAG_E0802, path, machine->record->line,
            "%.*s has a value, but its `only when` (%s) does not hold: leave it out or give null",
            (int)fact->name->text.length, fact->name->text.bytes, place.data);
    else if (told)
        told = record_problem(
            machine->record, DIAG_E0803, path, machine->record->line,
            "%.*s is null, but its `only when` (%s) holds and it is not optional: give it a value",
            (int)fact->name->text.length, fact->name->text.bytes, place.data);
    if (!told)
        machine->failed = true;
    buffer_free(&place);
    return value_yes_no(false);
}

/* Path of a fact, or of a field in the record at hand, in the record's own memory; NULL where memory ran out. */
static const char *path_of(struct machine *machine, const struct fact *fact, const struct fact *field) {
    struct buffer buffer;
    buffer_init(&buffer, machine->arena->alloc);
    show_path(&buffer, &fact->path);
    if (field) {
        buffer_format(&buffer, "[%" PRIu32 "].", machine->elements[machine->depth - 1]);
        show_path(&buffer, &field->path);
    }
    const char *path =
        buffer.failed ? NULL
                      : arena_copy(machine->record->arena, buffer.data ? buffer.data : "", buffer.length);
    buffer_free(&buffer);
    return path;
}

struct value kernel_check_fact(struct machine *machine, const struct instruction *instruction) {
    const struct fact *fact = &machine->program->set->facts[instruction->c];
    struct value value = held(machine, instruction->a), condition = held(machine, instruction->b);
    if (is_open(value) || is_open(condition) || is_yes(condition) == (value.tag != VALUE_NONE))
        return value_yes_no(true);
    return check(machine, instruction, fact, path_of(machine, fact, NULL));
}

struct value kernel_check_field(struct machine *machine, const struct instruction *instruction) {
    const struct policy_set *set = machine->program->set;
    const struct value_list *list = machine->lists[machine->depth - 1];
    struct value value = held(machine, instruction->a), condition = held(machine, instruction->b);
    if (is_open(value) || is_open(condition) || is_yes(condition) == (value.tag != VALUE_NONE))
        return value_yes_no(true);
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        if (machine->record->values[i].tag != VALUE_LIST || machine->record->values[i].as.list != list ||
            fact->type.kind != TYPE_RECORDS)
            continue;
        const struct fact *field = &fact->type.record->fields[instruction->c];
        return check(machine, instruction, field, path_of(machine, fact, field));
    }
    return value_yes_no(true);
}
