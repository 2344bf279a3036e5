/*
 * A line on a terminal that says how far the work is, and goes away when it is over. Must not know what the work is, beyond
 * records and bytes.
 */
#ifndef PROVISO_TOOLS_PROGRESS_H
#define PROVISO_TOOLS_PROGRESS_H

#include "tools/proviso/cli.h"

struct progress {
    bool wanted, shown;
    uint64_t total,
        taken; /* bytes of all inputs (0: nobody knows), and those that were read; atomic: readers add to it */
    uint64_t begun, last; /* in milliseconds */
};

/* With --progress, on a terminal; else all below do nothing. */
void progress_begin(struct progress *progress, const struct cli *cli);
/* Bytes of input were read. */
void progress_took(struct progress *progress, size_t bytes);
/* Shows the line, where the work takes more than half a second, and not more often than five times a second. */
void progress_show(struct progress *progress, uint64_t records, uint64_t problems);
/* Takes the line away, for what is written next. */
void progress_clear(struct progress *progress);

#endif
