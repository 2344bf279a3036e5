/*
 * What the forms of facts share beside the reader itself: where they are in the stream, and the bytes of a record. For
 * the files of this folder only.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_INSIDE_H
#define PROVISO_INTERP_FACTS_FACTS_INSIDE_H

#include "interp/facts/facts.h"

/*
 * The next byte after blanks, where a record or a bracket may begin; -1 at the end or with the scan's error
 * set.
 */
int facts_between(struct facts_reader *reader);
/* Adds what the input goes on with, on this line, in quotes and shortened. False with the scan's error set. */
bool facts_add_ahead(struct facts_reader *reader, struct buffer *words);
bool facts_out_of_memory(const struct facts_reader *reader, const struct record *record);
/* A fresh record, the next one of the reader, that begins where the scan does. False where memory ran out. */
bool facts_new_record(struct facts_reader *reader, struct arena *arena, struct record *record);
/* Sets record->source to the bytes from its beginning to `end`, without the CR of a line end. */
void facts_source(struct facts_reader *reader, struct record *record, size_t end);

#endif
