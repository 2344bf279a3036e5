/*
 * What a rule, the default of a decision or a condition would need, down to facts. See explain_need.c. Must not be included outside
 * interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_EXPLAIN_NEED_H
#define PROVISO_INTERP_RUN_EXPLAIN_NEED_H

#include "interp/run/explain_inside.h"

/*
 * That a rule of the item applies; with `alone`, also that none that applies now and gives something else does. False where no fact
 * can bring that, or where it holds.
 */
bool explain_need_rule(struct explainer *x, const struct explained *item, const struct explained_rule *rule,
                       bool alone, struct need *need);
/* That its default holds (of a duty: that it is not due): no rule that applies now applies. */
bool explain_need_default(struct explainer *x, const struct explained *item, struct need *need);
/* That a condition is yes, or no. */
bool explain_need_condition(struct explainer *x, const struct ast_node *node, bool wanted, struct need *need);

#endif
