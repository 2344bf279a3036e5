/*
 * From trees to a model: names, types, guards of optional values, exceptions, cycles, tests. One entry point; all
 * mistakes are reported to the set's diagnostics. Must not know how a model is evaluated.
 */
#ifndef PROVISO_INTERP_MEANING_CHECK_H
#define PROVISO_INTERP_MEANING_CHECK_H

#include "interp/meaning/model.h"

/* An empty set whose memory, text, trees and messages all live in `arena`. */
void policy_set_init(struct policy_set *set, struct arena *arena);
/*
 * Adds and parses one file; `bytes` are copied. False where memory ran out (set->diags.failed too); mistakes are in
 * set->diags, a file above SOURCE_MAX_BYTES among them.
 */
bool policy_set_add(struct policy_set *set, const char *path, const char *bytes, size_t length);
/*
 * Resolves and checks all files together, whatever their order. True where the set may be compiled: no error in
 * set->diags, nothing failed. Call once, after all files were added; the messages are then sorted.
 */
bool policy_set_check(struct policy_set *set);

#endif
