/*
 * Inside of the column reader: keys and spellings laid out for comparing many bytes at once, and the values that both forms
 * have. Each function gives NULL (or false) for anything but a flawless value: then the row is put aside. Must not be included
 * outside interp/facts/.
 */
#ifndef PROVISO_INTERP_FACTS_COLUMNS_INSIDE_H
#define PROVISO_INTERP_FACTS_COLUMNS_INSIDE_H

#include "interp/facts/columns.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A key with its quotes and colon, and zeros behind it. */
#define COLUMN_KEY_BYTES 64
/* Keys that are known at the same time; what comes on top is read the slow way. */
#define COLUMN_KEYS_MAX 512
#define COLUMN_KEY_BUCKETS 2048
/* Years whose months are in a table. */
#define COLUMN_YEAR_MIN 1900
#define COLUMN_YEAR_MAX 2100

enum column_action {
    ACTION_YESNO,
    ACTION_DAY,
    ACTION_NUM,
    ACTION_MEMBER,
    ACTION_TEXT,
    ACTION_TODAY,
    ACTION_GROUP,
    ACTION_SKIP,
    ACTION_ASIDE /* lists and sets */
};

struct column_key {
    char text[COLUMN_KEY_BYTES];
    uint32_t length; /* of "key": with quotes and colon; of a key without them 3 less */
    uint32_t object; /* id of the schema object it stands in */
    uint32_t next;   /* the key that followed it last time */
    uint64_t serial; /* of the last row that had it */
    enum column_action action;
    bool required;           /* with `strict` it may not be left out */
    const struct fact *fact; /* what reads it; of its type and column the six below */
    uint8_t *state;
    void *values;
    int64_t low, high; /* INT64_MIN and INT64_MAX where there is no range */
    int scale;
    const struct column_words *words;
    struct text *texts;
    const struct schema_object *inside;
    uint32_t carried; /* index of the field that carries it over, plus 1 */
    uint32_t suspect; /* it resembles this declared key (plus 1), and nobody has been warned yet */
};

/* The spellings of an enumeration, by a hash that hardly two of them share. */
struct column_word {
    const char *text; /* zeros up to a multiple of 32 */
    uint32_t length;
    int32_t member;
};
struct column_words {
    struct column_word *slots;
    uint64_t factor;
    uint32_t mask;
};

static inline uint64_t load8(const char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

#ifdef __SSE2__
/* 32 bytes at a time: most texts are shorter, and then how long they are decides no branch. */
static inline __m128i bytes16(const char *p) {
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline uint32_t mask32(__m128i low, __m128i high) {
    return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
}
#endif

/* Whether the bytes at `p` are those of `text`, which is not empty and has zeros up to a multiple of 32. */
static inline bool same_bytes(const char *p, const char *text, uint32_t length) {
#ifdef __SSE2__
    for (;; p += 32, text += 32, length -= 32) {
        uint32_t differs = ~mask32(_mm_cmpeq_epi8(bytes16(p), bytes16(text)),
                                   _mm_cmpeq_epi8(bytes16(p + 16), bytes16(text + 16)));
        if (length <= 32)
            return !(differs & (UINT32_MAX >> (32 - length)));
        if (differs)
            return false;
    }
#else
    return memcmp(p, text, length) == 0;
#endif
}

/*
 * From `p` to the next `"`, `other`, or byte below a blank, which is given; *high tells whether a byte above ASCII was passed.
 * Zeros behind the block end it at last.
 */
static inline const char *plain_end(const char *p, char other, unsigned *high) {
#ifdef __SSE2__
    const __m128i quotes = _mm_set1_epi8('"'), others = _mm_set1_epi8(other), low = _mm_set1_epi8(0x1f);
    for (;; p += 32) {
        __m128i x = bytes16(p), y = bytes16(p + 16);
        __m128i stop_x = _mm_or_si128(_mm_cmpeq_epi8(x, quotes), _mm_cmpeq_epi8(x, others));
        __m128i stop_y = _mm_or_si128(_mm_cmpeq_epi8(y, quotes), _mm_cmpeq_epi8(y, others));
        uint32_t above = mask32(x, y), found;
        stop_x = _mm_or_si128(stop_x, _mm_cmpeq_epi8(_mm_min_epu8(x, low), x));
        stop_y = _mm_or_si128(stop_y, _mm_cmpeq_epi8(_mm_min_epu8(y, low), y));
        found = mask32(stop_x, stop_y);
        if (found) {
            *high |= above & (found - 1) & ~found;
            return p + __builtin_ctz(found);
        }
        *high |= above;
    }
#else
    for (;; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == (unsigned char)other || c < 0x20)
            return p;
        *high |= c & 0x80;
    }
#endif
}

/* A date of ten bytes; false where it is none. */
static inline bool read_day(const struct column_reader *columns, const char *p, cal_day *out) {
    static const char shape[8] = {'0', '0', '0', '0', '-', '0', '0', '-'};
    const int32_t *first;
    /* By byte: the digit, and 0 for a dash; what is neither has a bit in `wrong`. */
    uint64_t digits = load8(p) ^ load8(shape);
    uint64_t wrong = (digits + UINT64_C(0x7f76767f76767676)) | digits;
    unsigned d1 = (unsigned)p[8] - '0', d0 = (unsigned)p[9] - '0', day = d1 * 10 + d0;
    unsigned pairs, year, month;
    if ((wrong & UINT64_C(0x8080808080808080)) || d1 > 3 || d0 > 9)
        return false;
    pairs = (uint32_t)digits * 10 + ((uint32_t)digits >> 8);
    year = (pairs & 0xff) * 100 + (pairs >> 16 & 0xff);
    month = (unsigned)(digits >> 40 & 0xff) * 10 + (unsigned)(digits >> 48 & 0xff) - 1;
    if (year < COLUMN_YEAR_MIN || year > COLUMN_YEAR_MAX)
        return cal_parse(p, 10, out, NULL);
    if (month > 11)
        return false;
    first = &columns->months[(year - COLUMN_YEAR_MIN) * 12 + month];
    *out = first[0] + (int32_t)day - 1;
    return day > 0 && *out < first[1];
}

/* A number at `scale`; the byte behind it, or NULL. */
static inline const char *read_number(const char *p, int scale, int64_t *out) {
    bool minus = *p == '-';
    const char *first = p += minus;
    int64_t number = 0;
    unsigned digit;
    int places = 0;
    /* Up to seven digits without a branch: they are moved to the end of a word, which is then added up in pairs. */
    uint64_t word = load8(p) ^ UINT64_C(0x3030303030303030);
    uint64_t stop = ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
    unsigned count = stop ? (unsigned)__builtin_ctzll(stop) / 8 : 8;
    if (count - 1 < 7) {
        word <<= 64 - 8 * count;
        word = word * 10 + (word >> 8);
        word = ((word & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
                (word >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
               32;
        number = (int64_t)(uint32_t)word;
        p += count;
    }
    while ((digit = (unsigned)*p - '0') <= 9 && p - first < NUM_MAX_DIGITS) {
        number = number * 10 + digit;
        p++;
    }
    if (p == first || (*first == '0' && p - first > 1))
        return NULL;
    if (*p == '.') {
        const char *point = p++;
        for (; (digit = (unsigned)*p - '0') <= 9; p++) {
            if (places == scale && digit)
                return NULL;
            if (places == scale)
                continue;
            if (number > NUM_LIMIT / 10)
                return NULL;
            number = number * 10 + digit;
            places++;
        }
        if (p == point + 1)
            return NULL;
    }
    for (; places < scale; places++) {
        if (number > NUM_LIMIT / 10)
            return NULL;
        number *= 10;
    }
    *out = minus ? -number : number;
    return p;
}

/* true or false, without asking twice; their length, or 0. */
static inline unsigned read_yes_no(const char *p, uint8_t *state) {
    uint32_t word, yes, no;
    memcpy(&word, p, 4);
    memcpy(&yes, "true", 4);
    memcpy(&no, "fals", 4);
    unsigned is_yes = word == yes, is_no = (word == no) & (p[4] == 'e');
    *state = (uint8_t)is_yes;
    return is_yes * 4 + is_no * 5;
}

static inline uint32_t word_slot(const struct column_words *words, const char *p, uint32_t length) {
    uint64_t first = load8(p), last = first;
    if (length < 8)
        first = last = first & ((UINT64_C(1) << (8 * length)) - 1);
    else
        last = load8(p + length - 8);
    first = (first ^ (last << 21 | last >> 43) ^ length) * words->factor;
    return (uint32_t)(first >> 40) & words->mask;
}

/* The member of a spelling, or -1. */
static inline int32_t read_member(const struct column_words *words, const char *p, uint32_t length) {
    if (!length)
        return -1;
    for (uint32_t slot = word_slot(words, p, length);; slot = (slot + 1) & words->mask) {
        const struct column_word *word = &words->slots[slot];
        if (!word->text)
            return -1;
        if (word->length == length && same_bytes(p, word->text, length))
            return word->member;
    }
}

/* The values of a key in a row. Each gives the byte behind what it read, or NULL. */
static inline const char *put_day(const struct column_reader *columns, const struct column_key *key,
                                  uint32_t row, const char *p) {
    cal_day *out = &((cal_day *)key->values)[row];
    if (!read_day(columns, p, out) || *out < key->low || *out > key->high)
        return NULL;
    key->state[row] = CELL_VALUE;
    return p + 10;
}

static inline const char *put_number(const struct column_key *key, uint32_t row, const char *p) {
    int64_t *out = &((int64_t *)key->values)[row];
    p = read_number(p, key->scale, out);
    if (!p || *out < key->low || *out > key->high)
        return NULL;
    key->state[row] = CELL_VALUE;
    return p;
}

static inline const char *put_member(const struct column_key *key, uint32_t row, const char *p,
                                     const char *end) {
    int32_t member = end ? read_member(key->words, p, (uint32_t)(end - p)) : -1;
    ((int32_t *)key->values)[row] = member;
    key->state[row] = CELL_VALUE;
    return member < 0 ? NULL : end;
}

static inline const char *put_text(const struct column_key *key, uint32_t row, const char *p,
                                   const char *end) {
    struct text *text = &key->texts[row];
    if (!end)
        return NULL;
    *text = (struct text){p, (size_t)(end - p)};
    ((const struct text **)key->values)[row] = text;
    key->state[row] = CELL_VALUE;
    return end;
}

/* Whether a text is what every form writes as it stands: printable ASCII, nothing to escape, no formula. */
bool columns_plain_text(const char *bytes, size_t length);
/* A key of an object; one that was not known is learned. NULL where that cannot be. */
struct column_key *columns_find_key(struct column_reader *columns, const struct schema_object *shape,
                                    const char *bytes, size_t length);
/* The row at hand, at columns->row_count, from `p`: where it ends, line end and all, or NULL where it is for the reader of facts. */
const char *columns_json_row(struct column_reader *columns, const char *p);
const char *columns_csv_row(struct column_reader *columns, const char *p);
/*
 * Reads rows of a table from `p` as long as they are plain: found by their commas and line feeds all at once, then column by
 * column. The place behind them; *line moves on. A row that is not plain ends it, and so do too many of them.
 */
/* Room for it, where it is worth it. False where memory ran out. */
bool columns_index(struct column_reader *columns);
const char *columns_table(struct column_reader *columns, const char *p, uint32_t *line);
/* Whether a row that begins so may be the header once more. */
bool columns_may_be_header(const struct column_reader *columns, const char *p);
/* One row, or what stands in its place: where it ends. */
const char *columns_row(struct column_reader *columns, const char *p, const char *begin, bool rows,
                        uint32_t *line);

#endif
