/*
 * See csv.h. Plain cells are run through byte by byte up to the next that could end them, which the zeros behind the
 * scan's last byte always do; quoted ones go from quote to quote.
 */
#include "interp/facts/csv.h"

#include <string.h>

#include "grammar/base/banned.h"

static bool csv_stop(struct csv_row *row, enum csv_mistake mistake) {
    row->mistake = mistake;
    return false;
}

/* To the end of a cell without quotes. */
static bool csv_plain(struct json_scan *scan, struct csv_row *row) {
    for (;;) {
        unsigned char c = (unsigned char)scan->data[scan->at];
        /* A comma is the largest of the bytes that end a cell. */
        if (c > ',') {
            scan->at++;
        } else if (c == '\0' && scan->at >= scan->length) {
            if (json_peek(scan) < 0)
                return scan->error == JSON_OK;
        } else if (c == ',' || c == '\n' || c == '\r') {
            return true;
        } else if (c == '"' || c == '\0') {
            return csv_stop(row, c ? CSV_STRAY_QUOTE : CSV_NUL);
        } else {
            scan->at++;
        }
    }
}

/* From the opening quote to behind the closing one. */
static bool csv_quoted(struct json_scan *scan, struct csv_row *row, struct csv_cell *cell) {
    const char *nul;
    cell->start = ++scan->at;
    for (;;) {
        size_t rest = scan->length - scan->at;
        const char *quote = rest ? memchr(scan->data + scan->at, '"', rest) : NULL;
        if (!quote) {
            scan->at = scan->length;
            if (json_peek(scan) < 0)
                return scan->error == JSON_OK && csv_stop(row, CSV_OPEN_QUOTE);
            continue;
        }
        scan->at = (size_t)(quote - scan->data);
        if (!json_ahead(scan, 2))
            return false;
        if (scan->at + 1 == scan->length || scan->data[scan->at + 1] != '"')
            break;
        cell->doubled = true;
        scan->at += 2;
    }
    cell->length = scan->at - cell->start;
    nul = memchr(scan->data + cell->start, '\0', cell->length);
    if (nul) {
        scan->at = (size_t)(nul - scan->data);
        return csv_stop(row, CSV_NUL);
    }
    scan->at++;
    return true;
}

/* Takes what stands behind a cell: 1 before another cell, 0 where the row ends, -1 with the mistake or the error set. */
static int csv_behind(struct json_scan *scan, struct csv_row *row) {
    int c = json_peek(scan);
    row->end = scan->at;
    if (c < 0)
        return scan->error == JSON_OK ? 0 : -1;
    if (c == '\r') {
        if (!json_ahead(scan, 2))
            return -1;
        if (scan->at + 1 == scan->length || scan->data[scan->at + 1] != '\n') {
            row->mistake = CSV_LONE_RETURN;
            return -1;
        }
        scan->at++;
    } else if (c != ',' && c != '\n') {
        row->mistake = c ? CSV_AFTER_QUOTE : CSV_NUL;
        return -1;
    }
    scan->at++;
    return c == ',';
}

bool csv_row(struct json_scan *scan, struct csv_row *row) {
    int more;
    row->count = 0;
    row->mistake = CSV_FINE;
    do {
        int c = json_peek(scan);
        struct csv_cell cell = {.start = scan->at};
        row->opened = scan->at;
        if (c < 0 && scan->error != JSON_OK)
            return false;
        if (c == '"') {
            if (!csv_quoted(scan, row, &cell))
                return false;
        } else {
            if (c >= 0 && !csv_plain(scan, row))
                return false;
            cell.length = scan->at - cell.start;
        }
        if (row->count >= row->skip && row->count - row->skip < row->capacity)
            row->cells[row->count - row->skip] = cell;
        more = csv_behind(scan, row);
        if (more >= 0)
            row->count++;
    } while (more > 0);
    return more == 0;
}

void csv_decode(const char *bytes, size_t length, struct buffer *out) {
    const char *end = bytes + length;
    while (bytes < end) {
        const char *quote = memchr(bytes, '"', (size_t)(end - bytes));
        const char *stop = quote ? quote + 1 : end;
        buffer_add(out, bytes, (size_t)(stop - bytes));
        bytes = quote ? quote + 2 : end;
    }
}
