/*
 * Plain rows of a table, many at a time: first all commas and line feeds are found, then each column is read from top to
 * bottom, so that no cell waits for the one before it. A row with a quote, a carriage return or a byte above ASCII in it, or that is
 * not flawless, is left to columns_csv_row. Must not know how blocks follow one another.
 */
#include "interp/facts/columns_inside.h"

#include "grammar/base/banned.h"

#if defined(__SSE2__) && defined(__x86_64__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx2,bmi,popcnt")))
#endif

/* Tables with more columns are read row by row. */
#define INDEX_COLUMNS_MAX 256
/* Rows that are read by the same index. */
#define INDEX_ROWS 256

struct column_index {
    uint32_t *ends;  /* of cells: where their comma or line feed stands */
    uint32_t *feeds; /* the line feeds among them */
    uint32_t feed_count;
    uint32_t *places; /* by plain row: where its first end is in `ends` */
    uint8_t *bad;     /* by row: it is not flawless */
    uint32_t first;   /* row of the reader that is row 0 here */
    bool wide;        /* the processor compares 32 bytes at a time */
    uint32_t poor; /* attempts in a row that found hardly a plain row: then they cost more than they give */
};

bool columns_index(struct column_reader *columns) {
    size_t width = columns->reader->column_count;
    struct column_index *index;
#ifndef __SSE2__
    return true;
#endif
    if (width > INDEX_COLUMNS_MAX || columns->all_aside)
        return true;
    index = columns->index = arena_alloc(&columns->own, sizeof *index);
    if (!index)
        return false;
#ifdef WIDE
    index->wide =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
#endif
    index->ends = arena_array(&columns->own, INDEX_ROWS * width + 64, sizeof *index->ends);
    index->feeds = arena_array(&columns->own, INDEX_ROWS * width + 64, sizeof *index->feeds);
    index->places = arena_array(&columns->own, INDEX_ROWS, sizeof *index->places);
    index->bad = arena_array(&columns->own, INDEX_ROWS, 1);
    return !columns->own.failed;
}

#ifdef __SSE2__

/* 32 bytes of rows: where cells end, where rows do, and what is not plain. */
struct marks {
    uint32_t ends, feeds, odd;
};

static inline struct marks marks_of(const char *p) {
    const __m128i comma = _mm_set1_epi8(','), feed = _mm_set1_epi8('\n'), quote = _mm_set1_epi8('"');
    const __m128i low = _mm_set1_epi8(0x1f);
    __m128i x = bytes16(p), y = bytes16(p + 16);
    __m128i feed_x = _mm_cmpeq_epi8(x, feed), feed_y = _mm_cmpeq_epi8(y, feed);
    uint32_t commas = mask32(_mm_cmpeq_epi8(x, comma), _mm_cmpeq_epi8(y, comma));
    uint32_t quotes = mask32(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(y, quote));
    uint32_t lows = mask32(_mm_cmpeq_epi8(_mm_min_epu8(x, low), x), _mm_cmpeq_epi8(_mm_min_epu8(y, low), y));
    uint32_t feeds = mask32(feed_x, feed_y);
    return (struct marks){commas | feeds, feeds, (lows & ~feeds) | quotes | mask32(x, y)};
}

/* Marks the ends of up to `most` cells from `p` on, up to the first byte that is not plain; how many. */
static uint32_t mark_ends(const struct column_reader *columns, const char *p, uint32_t most) {
    struct column_index *index = columns->index;
    uint32_t *ends = index->ends, *feeds = index->feeds, count = 0;
    while (count < most && p < columns->end) {
        struct marks marks = marks_of(p);
        uint32_t at = (uint32_t)(p - columns->bytes);
        if (marks.odd) {
            marks.ends &= (marks.odd & -marks.odd) - 1;
            marks.feeds &= marks.ends;
        }
        while (marks.ends) {
            ends[count++] = at + (uint32_t)__builtin_ctz(marks.ends);
            marks.ends &= marks.ends - 1;
        }
        while (marks.feeds) {
            *feeds++ = at + (uint32_t)__builtin_ctz(marks.feeds);
            marks.feeds &= marks.feeds - 1;
        }
        if (marks.odd)
            break;
        p += 32;
    }
    index->feed_count = (uint32_t)(feeds - index->feeds);
    return count;
}

#ifdef WIDE
/* The same with what newer processors have: eight ends are written whether there are as many or not, so that no branch depends on it. */
WIDE static uint32_t mark_ends_wide(const struct column_reader *columns, const char *p, uint32_t most) {
    const __m256i comma = _mm256_set1_epi8(','), feed = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"');
    const __m256i low = _mm256_set1_epi8(0x1f);
    struct column_index *index = columns->index;
    uint32_t *ends = index->ends, *feeds = index->feeds, count = 0;
    while (count < most && p < columns->end) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)p),
                at_feed = _mm256_cmpeq_epi8(x, feed);
        __m256i bad = _mm256_andnot_si256(at_feed, _mm256_cmpeq_epi8(_mm256_min_epu8(x, low), x));
        uint32_t at = (uint32_t)(p - columns->bytes), fed = (uint32_t)_mm256_movemask_epi8(at_feed);
        uint32_t found = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, comma)) | fed, some;
        /* Bytes above ASCII have the sign that the mask is made of. */
        uint32_t odd = (uint32_t)_mm256_movemask_epi8(
            _mm256_or_si256(_mm256_or_si256(bad, x), _mm256_cmpeq_epi8(x, quote)));
        if (odd) {
            found &= (odd & -odd) - 1;
            fed &= found;
        }
        some = (uint32_t)_mm_popcnt_u32(found);
        for (uint32_t done = 0; done < some; done += 8)
            for (uint32_t k = 0; k < 8; k++) {
                ends[count + done + k] = at + (uint32_t)_tzcnt_u32(found);
                found &= found - 1;
            }
        count += some;
        for (; fed; fed &= fed - 1)
            *feeds++ = at + (uint32_t)_tzcnt_u32(fed);
        if (odd)
            break;
        p += 32;
    }
    index->feed_count = (uint32_t)(feeds - index->feeds);
    return count;
}
#endif

/* Takes rows of as many cells as there should be; how many. */
static uint32_t take_rows(struct column_reader *columns, const char *p, uint32_t ends, uint32_t line) {
    struct column_index *index = columns->index;
    uint32_t width = (uint32_t)columns->reader->column_count, rows = 0,
             most = columns->row_limit - index->first;
    if (most > INDEX_ROWS)
        most = INDEX_ROWS;
    if (most > index->feed_count)
        most = index->feed_count;
    for (uint32_t place = 0; rows < most && place + width <= ends; place += width) {
        uint32_t end = index->ends[place + width - 1], start = (uint32_t)(p - columns->bytes);
        if (index->feeds[rows] != end || end == start || columns->bytes + end >= columns->end ||
            columns_may_be_header(columns, p))
            break;
        columns->rows[index->first + rows] =
            (struct column_row){.begin = start, .start = start, .length = end - start, .line = line + rows};
        index->places[rows] = place;
        index->bad[rows++] = 0;
        p = columns->bytes + end + 1;
    }
    return rows;
}

/* An empty cell: none, where the fact may be. */
static bool empty_cell(const struct column_key *key, uint32_t row) {
    if (key->fact)
        key->state[row] = CELL_NONE;
    return key->action != ACTION_TODAY && (!key->fact || key->fact->type.optional);
}

static inline __attribute__((always_inline)) bool read_cell(struct column_reader *columns,
                                                            const struct column_key *key,
                                                            enum column_action action, uint32_t row,
                                                            const char *p, const char *end) {
    uint32_t length = (uint32_t)(end - p);
    struct column_row *whole = &columns->rows[row];
    if (!length)
        return empty_cell(key, row);
    switch (action) {
    case ACTION_YESNO:
        /* The short words are for the other way. */
        return read_yes_no(p, &key->state[row]) == length;
    case ACTION_DAY:
        return length == 10 && put_day(columns, key, row, p);
    case ACTION_NUM:
        return put_number(key, row, p) == end;
    case ACTION_MEMBER:
        return put_member(key, row, p, end) != NULL;
    case ACTION_TEXT:
        return put_text(key, row, p, end) != NULL;
    case ACTION_TODAY:
        whole->has_today = true;
        return length == 10 && read_day(columns, p, &whole->today);
    case ACTION_SKIP:
        return true;
    default:
        return false;
    }
}

/* One column of the rows that were taken. */
static inline __attribute__((always_inline)) void read_column(struct column_reader *columns, uint32_t rows,
                                                              uint32_t column, enum column_action action) {
    const struct column_key *key = columns->cells[column];
    struct column_index *index = columns->index;
    const char *bytes = columns->bytes;
    uint32_t first = index->first;
    for (uint32_t i = 0; i < rows; i++) {
        const uint32_t *end = &index->ends[index->places[i] + column];
        const char *p = bytes + (column ? end[-1] + 1 : columns->rows[first + i].start);
        bool good = read_cell(columns, key, action, first + i, p, bytes + *end);
        index->bad[i] |= !good;
    }
}

static void carry_column(struct column_reader *columns, uint32_t rows, uint32_t column) {
    struct column_index *index = columns->index;
    struct column_span *spans = columns->spans[columns->cells[column]->carried - 1] + index->first;
    for (uint32_t i = 0; i < rows; i++) {
        const uint32_t *end = &index->ends[index->places[i] + column];
        uint32_t start = column ? end[-1] + 1 : columns->rows[index->first + i].start;
        spans[i] = (struct column_span){start, *end - start, true, true};
        if (*end > start)
            spans[i].plain = columns_plain_text(columns->bytes + start, *end - start);
    }
}

static void read_columns(struct column_reader *columns, uint32_t rows) {
    for (uint32_t column = 0; column < columns->reader->column_count; column++) {
        switch (columns->cells[column]->action) {
        case ACTION_YESNO:
            read_column(columns, rows, column, ACTION_YESNO);
            break;
        case ACTION_DAY:
            read_column(columns, rows, column, ACTION_DAY);
            break;
        case ACTION_NUM:
            read_column(columns, rows, column, ACTION_NUM);
            break;
        case ACTION_MEMBER:
            read_column(columns, rows, column, ACTION_MEMBER);
            break;
        case ACTION_TEXT:
            read_column(columns, rows, column, ACTION_TEXT);
            break;
        case ACTION_TODAY:
            read_column(columns, rows, column, ACTION_TODAY);
            break;
        case ACTION_SKIP:
            read_column(columns, rows, column, ACTION_SKIP);
            break;
        default:
            memset(columns->index->bad, 1, rows);
            break;
        }
        if (columns->cells[column]->carried)
            carry_column(columns, rows, column);
    }
}

const char *columns_table(struct column_reader *columns, const char *p, uint32_t *line) {
    struct column_index *index = columns->index;
    uint32_t width = (uint32_t)columns->reader->column_count, rows, ends, most;
    const char *end;
    if (index->poor > 8)
        return p;
    index->first = columns->row_count;
    most = columns->row_limit - index->first;
    most = (most < INDEX_ROWS ? most : INDEX_ROWS) * width;
#ifdef WIDE
    ends = index->wide ? mark_ends_wide(columns, p, most) : mark_ends(columns, p, most);
#else
    ends = mark_ends(columns, p, most);
#endif
    rows = take_rows(columns, p, ends, *line);
    index->poor = rows < 4 ? index->poor + 1 : 0;
    if (!rows)
        return p;
    read_columns(columns, rows);
    end = columns->bytes + columns->rows[index->first + rows - 1].start +
          columns->rows[index->first + rows - 1].length + 1;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t at = *line + i;
        columns->row_count = index->first + i;
        if (index->bad[i])
            (void)columns_row(columns, columns->bytes + columns->rows[columns->row_count].start,
                              columns->bytes + columns->rows[columns->row_count].start, true, &at);
    }
    columns->row_count = index->first + rows;
    *line += rows;
    return end;
}

#else

const char *columns_table(struct column_reader *columns, const char *p, uint32_t *line) {
    (void)columns;
    (void)line;
    return p;
}

#endif
