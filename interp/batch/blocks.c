/*
 * See blocks.h. A block is filled until it has its size or the input has no more at hand, cut behind its last whole record, and
 * what follows that is kept for the next one. Must not know what a record says.
 */
#include "interp/batch/blocks.h"

#include <string.h>

#include "grammar/base/banned.h"

/* A record that is longer than this was seen far enough to be told that it is too long. */
#define BLOCK_RECORD_MAX (FACTS_RECORD_MAX + (size_t)128 * 1024)

static bool block_room(char **bytes, size_t *capacity, size_t wanted, const struct pv_alloc *alloc) {
    char *grown;
    if (wanted <= *capacity)
        return true;
    grown = alloc->resize(alloc->context, *bytes, *capacity, wanted);
    if (!grown)
        return false;
    *bytes = grown;
    *capacity = wanted;
    return true;
}

static void block_give_back(char **bytes, size_t *capacity, const struct pv_alloc *alloc) {
    if (*bytes)
        alloc->resize(alloc->context, *bytes, *capacity, 0);
    *bytes = NULL;
    *capacity = 0;
}

void block_free(struct block *block, const struct pv_alloc *alloc) {
    block_give_back(&block->bytes, &block->capacity, alloc);
}

/* Keeps bytes for the next block. */
static bool cutter_keep(struct block_cutter *cutter, const char *bytes, size_t length) {
    cutter->rest_length = 0;
    if (!length)
        return true;
    if (!block_room(&cutter->rest, &cutter->rest_capacity, length, cutter->alloc))
        return false;
    memcpy(cutter->rest, bytes, length);
    cutter->rest_length = length;
    return true;
}

bool cutter_init(struct block_cutter *cutter, const struct facts_reader *reader,
                 const struct facts_rest *rest, size_t size, const struct pv_alloc *alloc) {
    *cutter = (struct block_cutter){.alloc = alloc,
                                    .input = reader->input,
                                    .csv = reader->state == FACTS_IN_ROWS,
                                    .size = size,
                                    .line = rest->line,
                                    .before = reader->records,
                                    .ended = rest->ended || rest->failed,
                                    .failed = rest->failed};
    json_init(&cutter->scan, alloc, reader->input.read, reader->input.context);
    cutter->out_of_memory = !cutter_keep(cutter, rest->bytes, rest->length);
    return !cutter->out_of_memory;
}

void cutter_free(struct block_cutter *cutter) {
    block_give_back(&cutter->rest, &cutter->rest_capacity, cutter->alloc);
    json_free(&cutter->scan);
}

/* --- reading --- */

/* Reads once; true where all that was asked for came. */
static bool cutter_read(struct block_cutter *cutter, struct block *block, size_t *length, size_t room) {
    ptrdiff_t got = cutter->input.read(cutter->input.context, block->bytes + *length, room);
    if (got <= 0 || (size_t)got > room) {
        cutter->ended = true;
        cutter->failed = got != 0;
        return false;
    }
    *length += (size_t)got;
    return (size_t)got == room;
}

/* The rest of a record that was too long: dropped up to its line end, which stays. */
static void cutter_skip(struct block_cutter *cutter, struct block *block, size_t *length) {
    while (cutter->skipping) {
        const char *feed = *length ? memchr(block->bytes, '\n', *length) : NULL;
        if (feed) {
            *length -= (size_t)(feed - block->bytes);
            memmove(block->bytes, feed, *length);
            cutter->skipping = false;
            return;
        }
        *length = 0;
        if (cutter->ended)
            return;
        (void)cutter_read(cutter, block, length, cutter->size);
    }
}

/* --- where records end --- */

/* The offset behind the last line end of bytes from .. to, or `from` where there is none. */
static size_t last_line(const char *bytes, size_t from, size_t to) {
    while (to > from && bytes[to - 1] != '\n')
        to--;
    return to;
}

/* Lines that are no records: empty ones of a table, blank ones of JSON. */
static bool line_is_blank(const char *line, size_t length, bool csv) {
    if (csv)
        return length == 0 || (length == 1 && line[0] == '\r');
    while (length && (*line == ' ' || *line == '\t' || *line == '\r')) {
        line++;
        length--;
    }
    return length == 0;
}

/* How many lines end in the bytes; *odd tells whether there may be one that is no record. */
static size_t line_ends(const char *bytes, size_t length, bool *odd) {
    const char *end = bytes + length;
    size_t count = 0;
    unsigned blank = 0;
    /* A loop over bytes that is made of vector instructions: nothing in it depends on the byte before but through memory. */
    if (length) {
        count = bytes[0] == '\n';
        blank = (unsigned char)bytes[0] <= ' ';
        bytes++;
    }
    while (bytes < end) {
        size_t some = (size_t)(end - bytes) < 128 ? (size_t)(end - bytes) : 128;
        unsigned char feeds = 0, blanks = 0;
        for (size_t i = 0; i < some; i++) {
            unsigned char feed = bytes[i] == '\n', low = (unsigned char)bytes[i - 1] <= ' ';
            feeds = (unsigned char)(feeds + feed);
            blanks |= feed & low;
        }
        count += feeds;
        blank |= blanks;
        bytes += some;
    }
    *odd = blank;
    return count;
}

/* Counts lines that are records each. */
static void count_lines(struct block_cutter *cutter, const char *bytes, size_t length) {
    bool odd, open = length && bytes[length - 1] != '\n';
    size_t count;
    if (!cutter->counting)
        return;
    count = line_ends(bytes, length, &odd);
    cutter->line += count;
    if (!odd) {
        cutter->before += count + open;
        return;
    }
    while (length) {
        const char *feed = memchr(bytes, '\n', length);
        size_t line = feed ? (size_t)(feed - bytes) : length;
        cutter->before += !line_is_blank(bytes, line, cutter->csv);
        if (!feed)
            return;
        bytes = feed + 1;
        length -= line + 1;
    }
}

/* Counts one row that may go over several lines. */
static void count_row(struct block_cutter *cutter, const char *bytes, size_t length) {
    const char *feed;
    if (!cutter->counting)
        return;
    cutter->before++;
    while (length && (feed = memchr(bytes, '\n', length)) != NULL) {
        cutter->line++;
        length -= (size_t)(feed - bytes) + 1;
        bytes = feed + 1;
    }
}

/* Takes the row that begins at `from`. 0 where it is not known yet where it ends; else that, and *reached where its end was seen. */
static size_t row_end(struct block_cutter *cutter, struct block *block, size_t from, size_t length,
                      size_t *reached) {
    struct json_scan *scan = &cutter->scan;
    struct csv_row row = {.capacity = 0};
    const char *feed;
    bool taken;
    json_view(scan, block->bytes + from, length - from, 1, false);
    scan->error = JSON_OK;
    taken = csv_row(scan, &row);
    *reached = from + scan->at;
    /* The end of the bytes at hand is not that of the row unless there are no more. */
    if ((taken ? row.end == scan->at : *reached + 2 >= length) && !cutter->ended &&
        length - from <= BLOCK_RECORD_MAX)
        return 0;
    if (taken && scan->at <= FACTS_RECORD_MAX)
        return *reached;
    /* A broken row is its first line. */
    feed = memchr(block->bytes + from, '\n', length - from);
    if (!feed && !cutter->ended && length - from <= BLOCK_RECORD_MAX)
        return 0;
    cutter->skipping = !feed && !cutter->ended;
    *reached = length;
    return feed ? (size_t)(feed - block->bytes) + 1 : length;
}

/* Cuts a table of `length` bytes: sets the block's length, 0 where no row is whole. */
static void cut_rows(struct block_cutter *cutter, struct block *block, size_t length) {
    size_t at = 0, reached;
    block->length = 0;
    while (at < length) {
        const char *quote = memchr(block->bytes + at, '"', length - at);
        size_t plain = quote ? last_line(block->bytes, at, (size_t)(quote - block->bytes))
                             : last_line(block->bytes, at, length);
        if (!quote && cutter->ended)
            plain = length;
        count_lines(cutter, block->bytes + at, plain - at);
        block->length = block->viewed = at = plain;
        if (!quote)
            return;
        plain = row_end(cutter, block, at, length, &reached);
        if (!plain)
            return;
        count_row(cutter, block->bytes + at, plain - at);
        block->length = at = plain;
        block->viewed = reached;
        /* A broken row may have been looked at further than it goes: then it is the last. */
        if (reached > plain) {
            block->viewed = length;
            return;
        }
    }
}

/* Cuts what was read; false where there is no whole record yet. */
static bool cutter_cut(struct block_cutter *cutter, struct block *block, size_t length) {
    if (cutter->csv) {
        uint64_t line = cutter->line, before = cutter->before;
        cut_rows(cutter, block, length);
        if (!block->length) {
            cutter->line = line;
            cutter->before = before;
        }
    } else {
        block->length = cutter->ended ? length : last_line(block->bytes, 0, length);
        block->viewed = block->length;
        count_lines(cutter, block->bytes, block->length);
    }
    if (!block->length && length > BLOCK_RECORD_MAX) {
        block->length = block->viewed = length;
        count_row(cutter, block->bytes, length);
        cutter->skipping = true;
    }
    return block->length > 0;
}

/* Fills the block and cuts it. False where memory ran out. */
static bool cutter_fill(struct block_cutter *cutter, struct block *block, size_t *length) {
    size_t wanted = cutter->size > cutter->rest_length ? cutter->size : cutter->rest_length;
    *length = cutter->rest_length;
    if (!block_room(&block->bytes, &block->capacity, wanted + COLUMN_PAD, cutter->alloc))
        return false;
    if (*length)
        memcpy(block->bytes, cutter->rest, *length);
    cutter_skip(cutter, block, length);
    for (;;) {
        bool more = true;
        while (more && !cutter->ended && *length < wanted)
            more = cutter_read(cutter, block, length, wanted - *length);
        memset(block->bytes + *length, 0, JSON_PAD);
        if (cutter_cut(cutter, block, *length) || cutter->ended)
            return true;
        if (*length < wanted)
            continue;
        wanted *= 2;
        if (!block_room(&block->bytes, &block->capacity, wanted + COLUMN_PAD, cutter->alloc))
            return false;
    }
}

bool cutter_next(struct block_cutter *cutter, struct block *block) {
    size_t length;
    if (cutter->out_of_memory || (cutter->ended && !cutter->rest_length && !cutter->failed))
        return false;
    block->line = cutter->line;
    block->before = cutter->before;
    block->number = cutter->number++;
    block->failed = false;
    block->length = block->viewed = 0;
    cutter->out_of_memory = !cutter_fill(cutter, block, &length) ||
                            !cutter_keep(cutter, block->bytes + block->length, length - block->length);
    if (cutter->out_of_memory)
        return false;
    block->count = cutter->before - block->before;
    memset(block->bytes + block->viewed, 0, JSON_PAD);
    if (cutter->ended && cutter->failed && !cutter->rest_length) {
        block->failed = true;
        cutter->failed = false;
    }
    return block->length > 0 || block->failed;
}
