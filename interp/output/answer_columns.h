/*
 * The flat forms from columns: the same bytes as answer_ndjson and answer_csv give for the same records, written row by row
 * without an outcome in between. Must not know how rows were read or decided.
 */
#ifndef PROVISO_INTERP_OUTPUT_ANSWER_COLUMNS_H
#define PROVISO_INTERP_OUTPUT_ANSWER_COLUMNS_H

#include "interp/output/answer.h"
#include "interp/run/column_plan.h"

struct answer_piece;
struct answer_day;

/* A pen for one form; one a worker. */
struct answer_pen {
    const struct answer_form *form;
    const struct column_plan *plan;
    bool csv;
    struct arena arena;
    struct answer_piece *fields;    /* by carried field: what stands before it */
    struct answer_piece *decisions; /* by shown decision */
    uint32_t decision_count;
    struct answer_day *days;   /* written out before */
    struct text end, end_open; /* of a row whose decisions all have values; where `open` begins */
    size_t fixed;              /* bytes that any row has room for, carried fields apart */
    struct buffer words;
};

/* `form` is not for a terminal. False where memory ran out; answer_pen_free is in order then, too. */
bool answer_pen_init(struct answer_pen *pen, const struct answer_form *form, const struct column_plan *plan,
                     bool csv, const struct pv_alloc *alloc);
void answer_pen_free(struct answer_pen *pen);
/*
 * Appends the answer of a row that was neither put aside nor rejected; true where everything shown has a value. Where memory
 * runs out, out->failed.
 */
bool answer_row(struct answer_pen *pen, struct buffer *out, const struct column_machine *machine,
                const struct column_reader *reader, uint32_t row);

#endif
