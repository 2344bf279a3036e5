/*
 * From the scanner's tokens to the values of facts: an object by the schema's keys, and each value by its
 * fact's type. Must not know how records follow each other in the input.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_VALUE_H
#define PROVISO_INTERP_FACTS_FACTS_VALUE_H

#include "interp/facts/facts_json.h"

/*
 * Takes the object that is next; values[i] is for the fact with index i of the record or record type.
 * Mistakes become problems of reader->record. False where the scan cannot go on: its error is set, or memory
 * ran out (reader->failed or its arena's).
 */
bool facts_read_object(struct facts_reader *reader, const struct schema_object *shape, struct value *values);

#endif
