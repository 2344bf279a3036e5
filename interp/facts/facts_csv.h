/*
 * Records of CSV: a header that names the fields, and a row a record. One of the forms behind facts.h. Must not know
 * the types of facts beyond what a cell can hold.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_CSV_H
#define PROVISO_INTERP_FACTS_FACTS_CSV_H

#include "interp/facts/facts.h"

/* Takes the header, whose first byte is at hand. FACTS_RECORD: go on. */
enum facts_status facts_csv_begin(struct facts_reader *reader);
/* The next row, as facts_next gives it. */
enum facts_status facts_csv_step(struct facts_reader *reader, struct arena *arena, struct record *record);

#endif
