/*
 * A strict scanner of JSON (RFC 8259, UTF-8) over a stream: it holds one record in memory, hands out strings
 * and numbers as slices of it, and judges what nobody reads as hard as what somebody does. Every offset
 * counts in `data` and keeps its meaning until json_begin. Must not know facts, policies or records of them.
 */
#ifndef PROVISO_INTERP_FACTS_JSON_H
#define PROVISO_INTERP_FACTS_JSON_H

#include "grammar/base/text.h"

#include <stddef.h>

/* Levels of objects and arrays inside each other. */
#define JSON_DEPTH_MAX 256
/* Zeros kept behind the last byte: one word for the loop over strings, one more for json_ahead. */
#define JSON_PAD ((size_t)16)

/* What ends a scan. */
enum json_error {
    JSON_OK,
    JSON_TRUNCATED,         /* the input ends inside a value */
    JSON_LINE_ENDS,         /* the line ends inside a value, and values may not (one_line) */
    JSON_UNEXPECTED,        /* something else than `expected` */
    JSON_CONTROL_CHARACTER, /* below U+0020 in a string */
    JSON_BAD_ESCAPE,
    JSON_LEADING_ZERO,
    JSON_BAD_NUMBER, /* no digit after a minus, point or exponent */
    JSON_TOO_DEEP,
    JSON_TOO_LONG, /* the record is longer than `limit` */
    JSON_READ_FAILED,
    JSON_OUT_OF_MEMORY
};

/* What is wrong without hiding where the value ends: the scan goes on. */
enum json_issue { JSON_DUPLICATE_KEY, JSON_EXPONENT, JSON_BAD_UTF8, JSON_LONE_SURROGATE };

enum json_kind {
    JSON_NOTHING,
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

/* What stands between the quotes, undecoded. */
struct json_string {
    size_t start, length;
    bool escaped; /* has a backslash: json_decode gives the text */
    bool spoiled; /* an issue was reported about it */
};
struct json_number {
    size_t start, length;
    bool exponent; /* reported as an issue */
};

/* One level of the way to a value. */
struct json_step {
    enum { JSON_STEP_NONE, JSON_STEP_KEY, JSON_STEP_NAME, JSON_STEP_INDEX } kind;
    struct text name;     /* NAME: a key, of memory that outlives the scan */
    size_t start, length; /* KEY: in data, undecoded */
    uint32_t index;       /* INDEX: from 0 */
};

/* A key of an object that is open, to find its double. */
struct json_key {
    uint32_t hash, next; /* next: index + 1 in its bucket, 0 at the end */
    uint64_t object;
    size_t start, length;
    bool decoded; /* start counts in the scan's `decoded`, else in data */
};

/* An object being read. */
struct json_object {
    uint64_t number; /* no two objects of a scan have the same; from 1 */
    size_t keys, decoded;
    bool first;
};
struct json_array {
    uint32_t count; /* elements begun */
};

struct json_scan {
    const struct pv_alloc *alloc;
    ptrdiff_t (*read)(void *context, char *buffer, size_t n);
    void *context;
    void (*issue)(void *owner, enum json_issue issue, size_t start, size_t length); /* may be NULL */
    void *owner;
    size_t limit;  /* bytes of a record */
    bool one_line; /* a line feed between tokens is JSON_LINE_ENDS */

    char *data;   /* zeros follow the last byte */
    size_t start; /* where the record begins */
    size_t at;    /* the next byte */
    size_t length, capacity;
    bool ended, read_failed;
    bool view;             /* data is somebody else's: it is neither moved nor freed */
    uint64_t line, column; /* of `start`; both from 1, columns in bytes */
    size_t cursor;         /* an offset whose place is known */
    uint64_t cursor_line, cursor_column;

    enum json_error error;
    size_t error_at;
    const char *expected;

    uint64_t objects;
    struct json_key *keys;
    size_t key_count, key_capacity;
    uint32_t *buckets;
    size_t bucket_count; /* a power of two or 0 */
    struct buffer decoded;
    size_t depth;
    /* Last, and never cleared: it is large, and what lies at `depth` or above is written before it is read. */
    struct json_step path[JSON_DEPTH_MAX];
};

/* A scan with nothing read yet; holds no memory until then. */
void json_init(struct json_scan *scan, const struct pv_alloc *alloc,
               ptrdiff_t (*read)(void *context, char *buffer, size_t n), void *context);
void json_free(struct json_scan *scan);
/*
 * Goes on with these bytes, behind which JSON_PAD zeros and nothing more stand; the first is at the beginning of line `line`.
 * `failed`: what would come behind them could not be read. They stay the caller's, and are not moved.
 */
void json_view(struct json_scan *scan, char *bytes, size_t length, uint64_t line, bool failed);

/* The record begins at the next byte: what came before is forgotten, and so are the error and the path. */
void json_begin(struct json_scan *scan);
/* The next byte, not taken; -1 at the end of the input, or with `error` set where it could not be read. */
int json_peek(struct json_scan *scan);
/* As json_peek, after blanks (not over a line feed with one_line: then -1 and JSON_LINE_ENDS). */
int json_peek_token(struct json_scan *scan);
/* At least `count` bytes from the next on are in data, or the input has no more. */
bool json_ahead(struct json_scan *scan, size_t count);
/*
 * Takes all up to the next line feed, or to the end, forgetting an error of before. `keep`: it stays in data
 * as part of the record; true where it did, false where it was not wanted, was too long, or could not be read
 * (then `error` is set).
 */
bool json_rest_of_line(struct json_scan *scan, bool keep);
/* Line and column, from 1, of an offset at or after `start`. */
void json_place(struct json_scan *scan, size_t offset, uint64_t *line, uint64_t *column);

/* Sets the error (the first stays); always false. */
bool json_fail(struct json_scan *scan, enum json_error error, const char *expected);

/* What begins after blanks; JSON_NOTHING, with the error set, where no value does. */
enum json_kind json_kind(struct json_scan *scan);
/* Takes a value whose kind is known. False with the error set. */
bool json_string(struct json_scan *scan, struct json_string *string);
bool json_number(struct json_scan *scan, struct json_number *number);
bool json_word(struct json_scan *scan, enum json_kind kind);
/* Takes any value. */
bool json_skip(struct json_scan *scan);

/*
 * Takes the opening bracket; then json_member or json_element as long as it gives 1: a key (at its quote) or
 * an element is next. 0: the bracket was closed and taken; -1: error. After the key comes json_colon.
 * json_step_key and json_step_name name the level for paths; elements number it by themselves.
 */
bool json_open_object(struct json_scan *scan, struct json_object *object);
int json_member(struct json_scan *scan, struct json_object *object);
bool json_open_array(struct json_scan *scan, struct json_array *array);
int json_element(struct json_scan *scan, struct json_array *array);
bool json_colon(struct json_scan *scan);
void json_step_key(struct json_scan *scan, const struct json_string *key);
void json_step_name(struct json_scan *scan, struct text name);

/*
 * Remembers a key of an object and reports JSON_DUPLICATE_KEY where it has it already. False where memory ran
 * out.
 */
bool json_note_key(struct json_scan *scan, const struct json_object *object, const struct json_string *key);
/* Reports an issue to the owner. */
void json_report(struct json_scan *scan, enum json_issue issue, size_t start, size_t length);

/* Appends the text of a string, escapes resolved; what an issue was reported about becomes U+FFFD. */
void json_decode(const struct json_scan *scan, const struct json_string *string, struct buffer *out);
/*
 * Appends the error in words, without its place; nothing of it can upset a terminal. May read on, and moves
 * to the error.
 */
void json_explain(struct json_scan *scan, struct buffer *out);
/* Appends the path of the value at hand: offers[2].level; the first 32 levels of a deeper one. */
void json_path(const struct json_scan *scan, struct buffer *out);

#endif
