/*
 * Policies from the file system into a set: a file, every *.proviso of a folder, or an open descriptor. A thin layer for
 * those who have paths, so that everything below it is told bytes. Must not know what a policy means, nor print.
 */
#ifndef PROVISO_INTERP_FILES_POLICY_FILES_H
#define PROVISO_INTERP_FILES_POLICY_FILES_H

#include "interp/meaning/check.h"

/* How the name of a policy file ends. */
#define POLICY_FILES_SUFFIX ".proviso"

struct policy_file_id;
struct policy_files;

/* Takes a file that was read; the bytes are gone after the call. False ends the reading: its own affair, no problem of reading. */
typedef bool policy_files_take(struct policy_files *files, const char *path, const char *bytes,
                               size_t length);

/* Reading. Of its members only `problem`, `out_of_memory` and `context` are for others. */
struct policy_files {
    struct buffer problem; /* after a failure: what could not be read and why, safe to show */
    bool out_of_memory;    /* after a failure: memory ran out, and `problem` says that */
    void *context;         /* of `take` */

    struct arena *arena;
    policy_files_take *take;
    struct policy_file_id
        *seen; /* what was read; a file named twice, or by itself and by its folder, is one file */
    size_t seen_count, seen_capacity;
    struct buffer bytes;
};

/* Reads into `set`, with its arena; free with policy_files_free. */
void policy_files_init(struct policy_files *files, struct policy_set *set);
/* Reads for `take`; what the reading itself keeps lives in `arena`. Free with policy_files_free. */
void policy_files_init_for(struct policy_files *files, struct arena *arena, policy_files_take *take,
                           void *context);
void policy_files_free(struct policy_files *files);

/*
 * Adds a file, or the policy files directly in a folder (none that begins with a point), by name. A folder without one is a
 * failure. False with `problem`; what was added before it stays.
 */
bool policy_files_add(struct policy_files *files, const char *path);
/* Adds what `descriptor` gives up to its end, as `name`. False with `problem`. */
bool policy_files_add_open(struct policy_files *files, int descriptor, const char *name);

#endif
