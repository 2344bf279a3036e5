/*
 * What the reader says about a record: problems with their path and line, in words that are safe to
 * show, and the warning about misspelt fields. Must not know how values are read.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_SAY_H
#define PROVISO_INTERP_FACTS_FACTS_SAY_H

#include "interp/facts/facts.h"

/* Begins a message in reader->words; add to it, then report it with facts_report. */
struct buffer *facts_words(struct facts_reader *reader);
/* What stands in reader->words as a text in the record's arena; bytes NULL where memory ran out. */
struct text facts_keep_words(struct facts_reader *reader);
/* Adds a text of the input in quotes, escaped and shortened to 40 columns. */
void facts_add_shown(struct buffer *out, struct text text);
/* Adds the path of the value at hand: offers[2].level, or the name of the column. */
void facts_add_path(const struct facts_reader *reader, struct buffer *out);
/* Adds the problem in reader->words to the record, at the scan's path and the line of `offset`. */
void facts_report(struct facts_reader *reader, enum diag_code code, size_t offset);
/* The same in one step; `format` is printf's. */
__attribute__((format(printf, 4, 5))) void facts_problem(struct facts_reader *reader, enum diag_code code,
                                                         size_t offset, const char *format, ...);
/* The scan's error as a problem of the record. */
void facts_scan_problem(struct facts_reader *reader);
/* The scan's error, or what reader->words says of `offset` (code not E0810), as the end of the input. */
enum facts_status facts_break(struct facts_reader *reader, enum diag_code code, size_t offset);
/* What the scanner reports to the reader (its owner): struct json_scan's `issue`. */
void facts_issue(void *owner, enum json_issue issue, size_t start, size_t length);

/*
 * A key that no fact reads; the reader's memory of it, or NULL where it resembles no declared key, was warned
 * of, or there are too many.
 */
struct facts_stranger *facts_stranger(struct facts_reader *reader, const struct schema_object *shape,
                                      const struct json_string *key);
/* Warns of it: the declared key it resembles is missing from its object. */
void facts_warn(struct facts_reader *reader, struct facts_stranger *stranger,
                const struct schema_object *shape, const struct json_string *key);

/* Warns of `found` at `offset`, which no fact reads, and which was meant to be `meant`. */
void facts_warn_of(struct facts_reader *reader, struct text found, struct text meant, size_t offset);

#endif
