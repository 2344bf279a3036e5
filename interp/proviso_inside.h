/*
 * What stands behind the opaque objects of proviso.h, shared by the files that make them. Nobody else includes it. The
 * words that are the same in every answer (names, titles, places, citations) are made once, with the program.
 */
#ifndef PROVISO_INTERP_PROVISO_INSIDE_H
#define PROVISO_INTERP_PROVISO_INSIDE_H

#include "interp/facts/schema.h"
#include "interp/files/policy_files.h"
#include "interp/output/answer.h"
#include "interp/program/program.h"
#include "interp/proviso.h"
#include "interp/run/evaluate.h"

#include <stdatomic.h>

/* --- diagnostics --- */
struct proviso_diagnostic {
    enum proviso_severity severity;
    const char *code, *message, *file, *path, *text;
    uint64_t line, column;
};
/* A list of them in the arena of its owner. */
struct messages {
    struct proviso_diagnostic *items;
    size_t count, capacity;
};

/* The content of a buffer as a string in the arena; NULL where memory ran out there or before. */
const char *inside_copy(struct arena *arena, const struct buffer *buffer);
/* A slice as a string in the arena; empty for no bytes. NULL where memory ran out. */
const char *inside_string(struct arena *arena, struct text text);
/* A message about a policy; false where memory ran out. */
bool inside_about_policy(struct messages *messages, struct arena *arena, const struct sources *sources,
                         const struct diagnostic *diagnostic);
/* A message about a record; false where memory ran out. */
bool inside_about_record(struct messages *messages, struct arena *arena, const struct fact_problem *problem);

/* --- programs --- */
struct entity_words {
    const char *name, *title, *file;
    uint32_t line;
};
struct member_words {
    const char *name, *label;
};
struct fact_words {
    const char *title;
    struct member_words *members;
};
struct citation_words {
    const char *source, *place;
};
struct rule_words {
    struct entity_words entity;
    struct citation_words *citations;
    size_t citation_count;
};

/* Written until it is compiled, then only read, but for the count of owners. All of it lives in its own arena but the struct. */
struct proviso_program {
    struct pv_alloc alloc;
    atomic_size_t owners;
    struct arena arena;
    struct policy_set set;
    struct program *program;
    struct schema *schema;
    struct answer_form form;
    struct fact_words *facts;       /* by fact index */
    struct entity_words *decisions; /* by decision index */
    struct entity_words *duties;    /* by duty index */
    struct rule_words *rules;       /* by rule index */
};
/* Makes the words; false where memory ran out. */
bool inside_words(struct proviso_program *program);
enum proviso_type inside_type(const struct type *type);

/* A zeroed block for an object, and back. */
void *inside_new(const struct pv_alloc *alloc, size_t size);
void inside_drop(const struct pv_alloc *alloc, void *object, size_t size);

struct proviso_set {
    struct proviso_program *program;
    struct policy_files files;
    bool compiled;
    struct arena arena; /* of the messages */
    struct messages messages;
    struct buffer words;
};

/* --- records --- */
struct proviso_record {
    struct proviso_program *program;
    struct arena arena, scratch; /* what the record holds; what a setter needs for itself */
    struct record record;
    size_t limit; /* bytes of `arena` at which what nobody needs any more is given back */
    struct arena message_arena;
    struct messages messages;
    struct buffer words;
    struct buffer json, wrapped; /* a setter's value, and the smallest record around it */
};
/* Begins the words for a failing call, and ends it: OUT_OF_MEMORY where there was no room for them. */
struct buffer *record_words(struct proviso_record *record);
enum proviso_status record_fails(struct proviso_record *record, enum proviso_status status);

#endif
