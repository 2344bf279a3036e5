/*
 * One field of a record as it came, whether or not a fact reads it: for output that carries identifiers over. Must not
 * know the policy.
 */
#ifndef PROVISO_INTERP_FACTS_FIELD_H
#define PROVISO_INTERP_FACTS_FIELD_H

#include "interp/facts/record.h"

/*
 * Appends the field at `path` ("id", "billing.account") of the record's source as JSON, as it was written (line ends inside
 * become blanks); null where the record has none, or is not an object. Of a row of CSV: the cell of the column of that
 * name as a string, and null for an empty one.
 */
void field_json(struct buffer *out, const struct record *record, struct text path);
/* The same as text: strings decoded, numbers, true and false as written, null and a missing field as nothing. */
void field_text(struct buffer *out, const struct record *record, struct text path);

#endif
