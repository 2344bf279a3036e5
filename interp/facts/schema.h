/*
 * What the input of a policy set may look like: the tree of keys that its facts are read from. Built once,
 * then only read, so that readers of several threads may share it. It finds a key or a member by its spelling
 * and says which declared key a stranger resembles. Must not know JSON, CSV or records.
 */
#ifndef PROVISO_INTERP_FACTS_SCHEMA_H
#define PROVISO_INTERP_FACTS_SCHEMA_H

#include "interp/meaning/model.h"

#define SCHEMA_NOT_FOUND UINT32_MAX

/* Spellings by hash; `index` is what the owner numbers: a key of its object, a member of its enumeration. */
struct schema_entry {
    struct text text;
    uint32_t hash, index;
};
struct schema_table {
    struct schema_entry *slots; /* open addressing; an empty slot has text.bytes NULL */
    size_t slot_count;          /* a power of two, or 0 */
    size_t count;
};

/* An enumeration and its members under name and label. */
struct schema_enumeration {
    const struct enumeration *enumeration;
    struct schema_table spellings;
};

struct schema_object;

/*
 * One key of an object. In a checked set a place has one reader, and none lies inside another's: exactly one of `fact`,
 * `is_today` and `inside` is there.
 */
struct schema_key {
    struct text text;
    uint32_t hash;
    uint32_t id;                                  /* dense over the whole schema, 0 .. schema->id_count - 1 */
    bool plain;                                   /* a quoted string of JSON can hold it as it is */
    bool is_today;                                /* `today from` */
    const struct fact *fact;                      /* what is read from it, a fact or a field of a record */
    const struct schema_object *element;          /* of a list: what its records look like; else NULL */
    const struct schema_enumeration *enumeration; /* of a member or a set; else NULL */
    const struct schema_object *inside;           /* the keys under it */
};

/* The keys of one object of the input: the record, a group inside it, or a record of a list. */
struct schema_object {
    const struct schema_key *keys;
    size_t key_count;
    uint32_t id;               /* of the object itself, of the same numbers as the keys */
    struct schema_table table; /* index: into keys */
};

/* A key that no list holds, by its whole path: what the header of a table calls it ("billing.paid_on"). */
struct schema_column {
    struct text text;
    const struct schema_key *key;
};

struct schema {
    const struct policy_set *set;
    const struct schema_object *root;
    uint32_t id_count;
    const struct schema_column *columns; /* groups included */
    size_t column_count;
    struct schema_table column_table; /* index: into columns */
};

/* The schema of a checked set, in `arena`, which outlives it (as the set does). NULL where memory ran out. */
struct schema *schema_build(const struct policy_set *set, struct arena *arena);

/* The hash of a spelling, as schema_find wants it. */
uint32_t schema_hash(const char *bytes, size_t length);

/* The index of a spelling, or SCHEMA_NOT_FOUND. */
uint32_t schema_find(const struct schema_table *table, const char *bytes, size_t length, uint32_t hash);

/*
 * The spelling of `table` nearest to a stranger: within an edit distance of 2, of 1 for up to five bytes, and
 * not for fewer than three. Gives its index, or SCHEMA_NOT_FOUND; of equals the one with the smallest index.
 */
uint32_t schema_nearest(const struct schema_table *table, struct text stranger);

#endif
