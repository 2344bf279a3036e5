/*
 * The few questions that are asked of a model and not just read from it. Must not know how the model was
 * made.
 */
#include "interp/meaning/model.h"

#include "grammar/base/banned.h"

const struct module *model_module(const struct policy_set *set, uint16_t file) {
    uint32_t index = set->file_modules && file < set->sources.count ? set->file_modules[file] : 0;
    return index < set->module_count ? &set->modules[index] : NULL;
}

/*
 * The enums of the tree and of the calendar have one order, so that a said rounding is taken over as it is.
 */
enum cal_rounding model_rounding(const struct policy_set *set, const struct ast_node *node) {
    const struct module *module = model_module(set, node->file);
    if (node->extra != ROUND_UNSAID)
        return (enum cal_rounding)node->extra;
    if (module && module->rounding != CAL_ROUND_UNSAID)
        return module->rounding;
    return set->module_count > 0 ? set->modules[0].rounding : CAL_ROUND_UNSAID;
}

const struct type *model_type(const struct policy_set *set, const struct ast_node *node) {
    static const struct type bad = {.kind = TYPE_BAD};
    node = ast_ungroup(node);
    const struct ref *ref = &set->node_refs[node->id];
    if (ref->kind == REF_TO_FACT)
        return &set->facts[ref->index].type;
    if (ref->kind == REF_TO_DECISION)
        return &set->decisions[ref->index].type;
    if (ref->kind == REF_TO_FIELD)
        return &ref->record->fields[ref->index].type;
    if (ref->kind == REF_TO_RECORD_DEFINE)
        return &ref->record->defines[ref->index].type;
    return set->node_types[node->id] ? set->node_types[node->id] : &bad;
}
