/*
 * What values of the input are judged by, whatever form they came in: dates, numbers and members by their spelling,
 * ranges, none where a fact has a value. Each rule and its message stands here once. Must not know JSON or CSV.
 */
#ifndef PROVISO_INTERP_FACTS_FACTS_JUDGE_H
#define PROVISO_INTERP_FACTS_FACTS_JUDGE_H

#include "interp/facts/facts.h"

/*
 * Each reads `text`, which stands at `offset`, into *out, which stays as it was where a problem is reported instead.
 */
void facts_judge_date(struct facts_reader *reader, struct text text, size_t offset, const struct type *type,
                      struct value *out);
void facts_judge_number(struct facts_reader *reader, struct text text, size_t offset, const struct type *type,
                        struct value *out);
/* A text, copied into the record's arena unless `lasting`. */
void facts_judge_text(struct facts_reader *reader, struct text text, bool lasting, struct value *out);
/* None; `spelt` is how the input writes it, `advice` what to do where the fact must have a value. */
void facts_judge_none(struct facts_reader *reader, size_t offset, const struct fact *fact, const char *spelt,
                      const char *advice, struct value *out);
/* The index of a member; SCHEMA_NOT_FOUND, with a problem reported, where it is none. */
uint32_t facts_judge_member(struct facts_reader *reader, struct text text, size_t offset,
                            const struct schema_enumeration *spellings);
/* The day the record is about. */
void facts_judge_today(struct facts_reader *reader, struct text text, size_t offset);

/* Under `strict`: the field at hand must be carried over at least, or something inside it. */
void facts_judge_unread(struct facts_reader *reader, size_t offset);
/*
 * Under `strict`: every fact of the shape must say what it is if reader->seen[its id] is not `number`; of shapes inside,
 * whose own key was not seen, `inside`.
 */
void facts_judge_missing(struct facts_reader *reader, const struct schema_object *shape, uint64_t number,
                         uint64_t inside);

#endif
