/*
 * An input of lines or rows cut into blocks at the ends of records, so that several workers can read it at once. A row of CSV
 * may hold line ends in quotes; where one breaks the rules of CSV it ends with its first line, as it does for the reader of
 * facts. Must not know what a record says, nor threads.
 */
#ifndef PROVISO_INTERP_BATCH_BLOCKS_H
#define PROVISO_INTERP_BATCH_BLOCKS_H

#include "interp/facts/columns.h"

/* A part of the input, with room for COLUMN_PAD bytes behind it. The bytes are the block's; its owner frees them with block_free and may use it again. */
struct block {
    char *bytes; /* JSON_PAD zeros follow the last */
    size_t capacity;
    size_t length;   /* its records end here */
    size_t viewed;   /* the reader may look as far as here to see what is wrong with the last record */
    uint64_t line;   /* of the first byte */
    uint64_t before; /* records of the input before it */
    uint64_t count;  /* its records */
    uint64_t number; /* of the block, from 0 */
    bool failed;     /* what follows it could not be read */
};
void block_free(struct block *block, const struct pv_alloc *alloc);

struct block_cutter {
    const struct pv_alloc *alloc;
    struct facts_input input;
    bool csv;
    bool counting; /* else the owner keeps `line` and `before` by itself */
    size_t size;   /* of a block, unless a record is longer */
    char *rest;    /* read, and of the next block */
    size_t rest_length, rest_capacity;
    uint64_t line, before, number;
    bool ended, failed, skipping;
    bool out_of_memory, told; /* told: whoever cuts has said so */
    struct json_scan scan;    /* over rows with quotes */
};

/*
 * Begins to cut what follows the records that `reader` gave, of which `rest` tells. The bytes of `rest` are copied. False where
 * memory ran out; cutter_free is in order then, too.
 */
bool cutter_init(struct block_cutter *cutter, const struct facts_reader *reader,
                 const struct facts_rest *rest, size_t size, const struct pv_alloc *alloc);
void cutter_free(struct block_cutter *cutter);
/* The next block; it may hold nothing but blanks. False at the end, or with cutter->out_of_memory set. */
bool cutter_next(struct block_cutter *cutter, struct block *block);

#endif
