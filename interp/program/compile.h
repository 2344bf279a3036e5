/*
 * From a checked policy set to a program. Must not know how instructions compute, nor where facts come from.
 */
#ifndef PROVISO_INTERP_PROGRAM_COMPILE_H
#define PROVISO_INTERP_PROGRAM_COMPILE_H

#include "interp/program/program.h"

/*
 * Compiles a set that policy_set_check accepted; the program lives in `arena` and refers to `set`, which must outlive it. True with
 * a program that may be run. False with *out NULL where memory ran out; false with a program whose `problem` says what is wrong
 * where the policy is beyond a limit or the compiler itself made a mistake.
 */
bool program_compile(const struct policy_set *set, struct arena *arena, struct program **out);

#endif
