/*
 * See traced.h. Several instructions may be made for one node; the last of them that computes (and does not only convert or
 * check) gives the node's value. Inside a loop the registers are put back to what they held at the record looked at.
 */
#include "interp/run/traced.h"

#include "grammar/base/banned.h"

static void remember(void *context, const struct program *program, uint32_t instruction, struct value value) {
    struct traced *traced = context;
    struct traced_step step = {instruction, value};
    (void)program;
    traced->values[instruction] = value;
    if (!traced->arena->failed)
        (void)ARENA_PUSH(traced->arena, traced->steps, traced->step_count, traced->step_capacity, step);
}

/* What is put around a value, with the node of another expression or its own: not what the expression gave. */
static bool surrounds(unsigned op) {
    return op == INS_only_when || op == INS_check_fact || op == INS_check_field || op == INS_fraction ||
           op == INS_rescale || op == INS_number_in_range || op == INS_day_in_range;
}

static const struct instruction *of_register(const struct traced *traced, uint32_t reg) {
    const struct program *program = traced->program;
    return reg < program->constant_count ? NULL : &program->instructions[reg - program->constant_count];
}

static void note_instruction(struct traced *traced, uint32_t at) {
    const struct instruction *made = &traced->program->instructions[at];
    const struct instruction *inner;
    switch (made->op) {
    case INS_fact:
        traced->facts[made->a] = at + 1;
        break;
    case INS_only_when:
        inner = of_register(traced, made->a);
        if (inner && inner->op == INS_fact)
            traced->facts[inner->a] = at + 1;
        break;
    case INS_decide:
    case INS_total:
        traced->decisions[made->c] = at + 1;
        break;
    case INS_duty:
        traced->duties[made->c] = at + 1;
        break;
    default:
        break;
    }
    if (!surrounds(made->op)) {
        traced->previous[at] = traced->last[made->node];
        traced->last[made->node] = at + 1;
    }
}

bool traced_begin(struct traced *traced, const struct program *program, const struct record *record,
                  const struct question *question, struct arena *arena) {
    const struct policy_set *set = program->set;
    uint32_t i;
    *traced = (struct traced){.program = program,
                              .record = record,
                              .question = *question,
                              .arena = arena,
                              .trace = {remember, traced}};
    traced->values = arena_array(arena, program->instruction_count, sizeof *traced->values);
    traced->previous = arena_array(arena, program->instruction_count, sizeof *traced->previous);
    traced->last = arena_array(arena, set->node_limit, sizeof *traced->last);
    traced->facts = arena_array(arena, set->fact_count, sizeof *traced->facts);
    traced->decisions = arena_array(arena, set->decision_count, sizeof *traced->decisions);
    traced->duties = arena_array(arena, set->duty_count, sizeof *traced->duties);
    if (arena->failed)
        return false;
    for (i = 0; i < program->instruction_count; i++)
        note_instruction(traced, i);
    return true;
}

struct value traced_register(const struct traced *traced, uint32_t reg) {
    uint32_t constants = traced->program->constant_count;
    return reg < constants ? traced->program->constants[reg] : traced->values[reg - constants];
}

static const struct instruction *indexed(const struct traced *traced, uint32_t at) {
    return at > 0 ? &traced->program->instructions[at - 1] : NULL;
}

const struct instruction *traced_decision(const struct traced *traced, uint32_t decision) {
    return indexed(traced, traced->decisions[decision]);
}

const struct instruction *traced_duty(const struct traced *traced, uint32_t duty) {
    return indexed(traced, traced->duties[duty]);
}

struct value traced_fact(const struct traced *traced, uint32_t fact) {
    uint32_t at = traced->facts[fact];
    return at > 0 ? traced->values[at - 1] : traced->record->values[fact];
}

/* The instruction of a node that was run for the record looked at, plus 1; a body of another loop may have one of its own. */
static uint32_t found(const struct traced *traced, const struct ast_node *node) {
    uint32_t at = traced->last[node->id];
    while (at > 0 && traced->innermost && at - 1 > traced->innermost->fold)
        at = traced->previous[at - 1];
    return at;
}

struct traced_record *traced_record_of(struct traced *traced, const struct ast_node *node) {
    const struct policy_set *set = traced->program->set;
    struct traced_record *inside;
    if (node->kind != AST_PATH)
        return traced->self;
    const struct ref *object = &set->node_refs[ast_kid(node, PATH_object)->id];
    for (inside = traced->innermost; inside && inside->loop != object->node; inside = inside->outer) {}
    return inside;
}

/* A field that its `only when` takes away is none. */
static bool field_value(struct traced *traced, struct traced_record *of, const struct fact *field,
                        struct value *value) {
    const struct type *type;
    struct value condition;
    *value = of->list->fields[(size_t)of->element * of->list->field_count + field->index];
    if (!field->only_when)
        return true;
    struct traced_record *self = traced->self;
    traced->self = of;
    if (traced_value(traced, field->only_when, &condition, &type) && condition.tag == VALUE_YES_NO &&
        condition.as.number == 0)
        *value = (struct value){.tag = VALUE_NONE};
    traced->self = self;
    return true;
}

static bool inside_value(struct traced *traced, const struct ast_node *node, const struct ref *ref,
                         struct value *value, const struct type **type) {
    struct traced_record *of = traced_record_of(traced, node), *self = traced->self;
    bool good;
    if (!of)
        return false;
    if (ref->kind == REF_TO_FIELD) {
        *type = &ref->record->fields[ref->index].type;
        return field_value(traced, of, &ref->record->fields[ref->index], value);
    }
    traced->self = of;
    good = traced_value(traced, ref->record->defines[ref->index].value, value, type);
    traced->self = self;
    return good;
}

static bool named_value(struct traced *traced, const struct ast_node *node, struct value *value,
                        const struct type **type) {
    const struct ref *ref = &traced->program->set->node_refs[node->id];
    uint32_t at;
    switch (ref->kind) {
    case REF_TO_FACT:
        *value = traced_fact(traced, ref->index);
        return true;
    case REF_TO_DECISION:
        at = traced->decisions[ref->index];
        *value = at > 0 ? traced->values[at - 1] : (struct value){0};
        return at > 0;
    case REF_TO_MEMBER:
        *value = (struct value){.tag = VALUE_MEMBER, .as.number = ref->index};
        return true;
    case REF_TO_FIELD:
    case REF_TO_RECORD_DEFINE:
        return inside_value(traced, node, ref, value, type);
    default:
        return false;
    }
}

bool traced_value(struct traced *traced, const struct ast_node *node, struct value *value,
                  const struct type **type) {
    static const struct type yes_no = {.kind = TYPE_YESNO}, day = {.kind = TYPE_DAY};
    uint32_t at;
    node = ast_ungroup(node);
    *type = model_type(traced->program->set, node);
    switch (ast_kind_of(node)) {
    case AST_NAME:
    case AST_PATH:
        return named_value(traced, node, value, type);
    case AST_TODAY:
        *type = &day;
        *value = (struct value){.tag = VALUE_DATE, .as.day = traced->question.today};
        return true;
    case AST_YES:
    case AST_NO:
        *type = &yes_no;
        *value = (struct value){.tag = VALUE_YES_NO, .as.number = node->kind == AST_YES};
        return true;
    case AST_NONE:
        *value = (struct value){.tag = VALUE_NONE};
        return true;
    default:
        at = found(traced, node);
        if (at > 0)
            *value = traced->values[at - 1];
        return at > 0;
    }
}

/* The `each` of a loop; its fold is the last instruction of the loop's node. */
static const struct instruction *loop_of(const struct traced *traced, const struct ast_node *loop,
                                         uint32_t *fold) {
    uint32_t at = found(traced, loop);
    if (at == 0)
        return NULL;
    *fold = at - 1;
    return of_register(traced, traced->program->instructions[at - 1].a);
}

const struct value_list *traced_list(struct traced *traced, const struct ast_node *loop) {
    uint32_t fold;
    const struct instruction *each = loop_of(traced, loop, &fold);
    struct value list = each ? traced_register(traced, each->a) : (struct value){0};
    return list.tag == VALUE_LIST ? list.as.list : NULL;
}

/* The steps of one record: from where the body's first instruction ran for the n-th time to where it ran again, or the fold. */
static void find_steps(const struct traced *traced, uint32_t each, struct traced_record *inside) {
    size_t from = traced->innermost ? traced->innermost->from : 0;
    size_t to = traced->innermost ? traced->innermost->to : traced->step_count;
    uint32_t begun = 0;
    while (from < to && traced->steps[from].instruction != each)
        from++;
    inside->from = inside->to = from;
    for (from++; from < to && traced->steps[from].instruction != inside->fold; from++) {
        if (traced->steps[from].instruction == each + 1 && begun++ == inside->element)
            inside->from = from;
        if (begun == inside->element + 1)
            inside->to = from + 1;
    }
}

void traced_enter(struct traced *traced, const struct ast_node *loop, uint32_t element,
                  struct traced_record *inside) {
    uint32_t fold = 0;
    const struct instruction *each = loop_of(traced, loop, &fold);
    size_t i;
    *inside = (struct traced_record){.loop = loop,
                                     .list = traced_list(traced, loop),
                                     .element = element,
                                     .fold = fold,
                                     .outer = traced->innermost,
                                     .self_before = traced->self};
    if (each)
        find_steps(traced, (uint32_t)(each - traced->program->instructions), inside);
    for (i = inside->from; i < inside->to; i++)
        traced->values[traced->steps[i].instruction] = traced->steps[i].value;
    traced->innermost = inside;
}

void traced_leave(struct traced *traced) {
    traced->self = traced->innermost->self_before;
    traced->innermost = traced->innermost->outer;
}
