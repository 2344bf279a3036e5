/*
 * The header of a table: which column is read by what. For facts_csv.c only.
 */
#ifndef PROVISO_INTERP_FACTS_CSV_HEADER_H
#define PROVISO_INTERP_FACTS_CSV_HEADER_H

#include "interp/facts/facts.h"

/*
 * Names are in reader->names. Finds who reads each column and warns of names that look misspelt. False where the
 * header cannot be used: *code is its message's, which stands in reader->words, or memory ran out (reader->failed).
 */
bool csv_header_bind(struct facts_reader *reader, enum diag_code *code);

#endif
