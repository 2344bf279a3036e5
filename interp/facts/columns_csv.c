/*
 * Rows of a table: a cell a column of the header, in quotes or not. A quote or a line end inside quotes, a cell too many or too
 * few, or anything that is not flawless leaves the row to the reader of facts. Must not know how rows follow one another.
 */
#include "interp/facts/columns_inside.h"

#include "grammar/base/banned.h"

/* Whether a cell ends at `p`. */
static inline bool cell_ends(const struct column_reader *columns, const char *p) {
    return *p == ',' || *p == '\n' || (*p == '\r' && p[1] == '\n') || p == columns->end;
}

/* A cell that ends where `end` is told to stand; NULL where its bytes are not plain text. */
static inline const char *cell_text(const struct column_reader *columns, const char *p, bool quoted) {
    unsigned high = 0;
    const char *end = plain_end(p, quoted ? '"' : ',', &high);
    if (quoted ? *end != '"' : !cell_ends(columns, end))
        return NULL;
    if (high && text_invalid_utf8(p, (size_t)(end - p)) != (size_t)(end - p))
        return NULL;
    return end;
}

static const char *csv_yes_no(struct column_reader *columns, const struct column_key *key, const char *p) {
    uint8_t *state = &key->state[columns->row_count];
    if (memcmp(p, "yes", 3) == 0) {
        *state = CELL_YES;
        return p + 3;
    }
    return memcmp(p, "no", 2) == 0 ? p + 2 : NULL;
}

static const char *csv_today(struct column_reader *columns, const char *p) {
    struct column_row *row = &columns->rows[columns->row_count];
    row->has_today = read_day(columns, p, &row->today);
    return row->has_today ? p + 10 : NULL;
}

/* What stands in a cell from `p` on; its end, before a closing quote. */
static inline const char *read_cell(struct column_reader *columns, const struct column_key *key,
                                    const char *p, bool quoted) {
    unsigned length;
    switch (key->action) {
    case ACTION_YESNO:
        length = read_yes_no(p, &key->state[columns->row_count]);
        return length ? p + length : csv_yes_no(columns, key, p);
    case ACTION_DAY:
        return put_day(columns, key, columns->row_count, p);
    case ACTION_NUM:
        return put_number(key, columns->row_count, p);
    case ACTION_MEMBER:
        return put_member(key, columns->row_count, p, cell_text(columns, p, quoted));
    case ACTION_TEXT:
        return put_text(key, columns->row_count, p, cell_text(columns, p, quoted));
    case ACTION_TODAY:
        return csv_today(columns, p);
    case ACTION_SKIP:
        return cell_text(columns, p, quoted);
    case ACTION_GROUP:
    case ACTION_ASIDE:
        break;
    }
    return NULL;
}

/* A cell without quotes as most are: where it ends, if that is before a comma or line feed as it should be. */
static inline const char *quick_cell(struct column_reader *columns, const struct column_key *key,
                                     const char *p) {
    unsigned length, high = 0;
    const char *end;
    switch (key->action) {
    case ACTION_YESNO:
        length = read_yes_no(p, &key->state[columns->row_count]);
        return length ? p + length : NULL;
    case ACTION_DAY:
        return put_day(columns, key, columns->row_count, p);
    case ACTION_NUM:
        return put_number(key, columns->row_count, p);
    case ACTION_MEMBER:
        end = plain_end(p, ',', &high);
        return put_member(key, columns->row_count, p, end);
    case ACTION_SKIP:
        end = plain_end(p, ',', &high);
        return high || end == p ? NULL : end;
    case ACTION_TODAY:
        return csv_today(columns, p);
    default:
        return NULL;
    }
}

/* One cell; behind it, or NULL. */
static __attribute__((noinline)) const char *take_cell(struct column_reader *columns,
                                                       const struct column_key *key, const char *p) {
    bool quoted = *p == '"';
    const char *start = p + quoted, *end = start;
    if (quoted ? *start == '"' : cell_ends(columns, p)) {
        if (key->fact && !key->fact->type.optional)
            return NULL;
        if (key->fact)
            key->state[columns->row_count] = CELL_NONE;
        if (key->action == ACTION_TODAY)
            return NULL;
    } else {
        end = read_cell(columns, key, start, quoted);
        if (!end)
            return NULL;
    }
    if (key->carried) {
        struct column_span *span = &columns->spans[key->carried - 1][columns->row_count];
        *span = (struct column_span){(uint32_t)(start - columns->bytes), (uint32_t)(end - start),
                                     start == end || columns_plain_text(start, (size_t)(end - start)), true};
    }
    if (quoted && *end++ != '"')
        return NULL;
    return cell_ends(columns, end) ? end : NULL;
}

/* The header once more begins with its first name. */
bool columns_may_be_header(const struct column_reader *columns, const char *p) {
    struct text name = columns->reader->names[0];
    return (size_t)(columns->end - p) >= name.length && *p == *name.bytes &&
           memcmp(p, name.bytes, name.length) == 0;
}

const char *columns_csv_row(struct column_reader *columns, const char *p) {
    const struct facts_reader *reader = columns->reader;
    struct column_row *row = &columns->rows[columns->row_count];
    const char *start = p;
    if (columns->all_aside || columns_may_be_header(columns, p + (*p == '"')))
        return NULL;
    for (size_t i = 0; i < reader->column_count; i++) {
        const struct column_key *key = columns->cells[i];
        bool last = i + 1 == reader->column_count;
        const char *end = quick_cell(columns, key, p);
        if (__builtin_expect(!end || *end != (last ? '\n' : ','), 0)) {
            end = take_cell(columns, key, p);
            if (!end || (*end == ',') == last)
                return NULL;
        } else if (key->carried) {
            columns->spans[key->carried - 1][columns->row_count] =
                (struct column_span){(uint32_t)(p - columns->bytes), (uint32_t)(end - p),
                                     columns_plain_text(p, (size_t)(end - p)), true};
        }
        p = end + !last;
    }
    if ((size_t)(p - start) > FACTS_RECORD_MAX)
        return NULL;
    row->length = (uint32_t)(p - start);
    p += *p == '\r';
    return *p == '\n' ? p + 1 : p;
}
