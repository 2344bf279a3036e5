/*
 * Numbers that look drawn by chance and are the same on every machine: what the generators of the benchmarks make
 * must be comparable between machines and years. Good enough to scatter values, and for nothing else. It must not
 * know what is drawn.
 */
#ifndef PROVISO_TESTS_BENCH_RANDOM_H
#define PROVISO_TESTS_BENCH_RANDOM_H

#include <stdint.h>

/** The next number of the sequence that began with the value *state first had (splitmix64). */
static inline uint64_t random_next(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/** One of 0 through n - 1. */
static inline unsigned random_below(uint64_t *state, unsigned n) {
    return (unsigned)(((random_next(state) >> 32) * n) >> 32);
}

#endif
