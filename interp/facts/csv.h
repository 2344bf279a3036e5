/*
 * One row of CSV by RFC 4180: cells between commas, quoted ones with doubled quotes and line ends inside; a row ends in
 * LF or CR LF, or with the input. Reads through the window of a JSON scan, so that both forms share one. Must not know
 * headers, facts or records.
 */
#ifndef PROVISO_INTERP_FACTS_CSV_H
#define PROVISO_INTERP_FACTS_CSV_H

#include "interp/facts/json.h"

/* What a row stops at before its end. */
enum csv_mistake {
    CSV_FINE,
    CSV_STRAY_QUOTE, /* a quote inside a cell that does not begin with one */
    CSV_AFTER_QUOTE, /* text behind the closing quote of a cell */
    CSV_OPEN_QUOTE,  /* the input ends in a quoted cell */
    CSV_LONE_RETURN, /* a carriage return without a line feed, outside quotes */
    CSV_NUL
};

/* What stands in a cell, without the quotes round it, as offsets in the scan's data. */
struct csv_cell {
    size_t start, length;
    bool doubled; /* it holds doubled quotes: csv_decode gives the text */
};

/* A row being read. `cells`, `skip` and `capacity` are the caller's: it gets cells number skip … skip + capacity - 1. */
struct csv_row {
    struct csv_cell *cells;
    size_t skip, capacity;
    size_t count; /* of all cells */
    size_t end;   /* behind the last byte, before the line end */
    enum csv_mistake mistake;
    size_t opened; /* where the last cell begins; the mistake itself is at scan->at */
};

/*
 * Takes a row and its line end; at least one byte is there. False with row->mistake or the scan's error set; the
 * scan is then at the mistake.
 */
bool csv_row(struct json_scan *scan, struct csv_row *row);
/* Appends the text of a cell, doubled quotes made single. */
void csv_decode(const char *bytes, size_t length, struct buffer *out);

#endif
