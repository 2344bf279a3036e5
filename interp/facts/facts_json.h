/*
 * Records of JSON, one after another: in an array, a sequence or lines. One of the forms behind facts.h. Must not know
 * the types of facts.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_JSON_H
#define PROVISO_INTERP_FACTS_FACTS_JSON_H

#include "interp/facts/facts.h"

/* Chooses the state by the first byte after blanks, which is at hand. FACTS_RECORD: go on. */
enum facts_status facts_json_begin(struct facts_reader *reader, int first);
/* The next record, as facts_next gives it. */
enum facts_status facts_json_step(struct facts_reader *reader, struct arena *arena, struct record *record);

#endif
