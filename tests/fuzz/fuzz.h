/*
 * What the fuzz targets share: an input, a failure that stops the fuzzer, and the facts read in two ways. A target is
 * fuzz_NAME.c with a LLVMFuzzerTestOneInput; its inputs lie in corpus/NAME. Must not know who calls it.
 */
#ifndef PROVISO_TESTS_FUZZ_FUZZ_H
#define PROVISO_TESTS_FUZZ_FUZZ_H

#include "interp/facts/facts.h"
#include "interp/meaning/check.h"

#include <stdint.h>

/* One input; gives 0. Called by libFuzzer, or by replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Says what is wrong and aborts. */
__attribute__((noreturn)) void fuzz_fail(const char *what);
/* fuzz_fail where `good` is false. */
void fuzz_require(bool good, const char *what);

/* Every message of the set in all its forms; each has a place in its file and no byte that could upset a terminal. */
void fuzz_messages(const struct policy_set *set);

/* Reads the facts of a form in pieces of several sizes under `policy`, decides them, and requires the same answers each time. */
void fuzz_facts(const char *policy, enum facts_form form, const uint8_t *bytes, size_t length);

#endif
