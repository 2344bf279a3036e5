/*
 * Rows of JSON: an object a line. Its keys are guessed in the order of the last record, and found by their hash where that
 * fails; a value that is not flawless, a key that comes twice or an escape leaves the row to the reader of facts. Must not know
 * how rows follow one another.
 */
#include "interp/facts/columns_inside.h"

#include "grammar/base/banned.h"

static inline const char *past_blanks(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* The end of a string that begins behind a quote at `p`: its closing quote. NULL where it has more than plain characters. */
static inline const char *string_end(const char *p) {
    unsigned high = 0;
    const char *end = plain_end(p, '\\', &high);
    if (*end != '"')
        return NULL;
    if (high && text_invalid_utf8(p, (size_t)(end - p)) != (size_t)(end - p))
        return NULL;
    return end;
}

/* Behind a number as JSON writes it, without an exponent. */
static const char *past_number(const char *p) {
    const char *first;
    p += *p == '-';
    first = p;
    while (*p >= '0' && *p <= '9')
        p++;
    if (p == first || (*first == '0' && p > first + 1))
        return NULL;
    if (*p != '.')
        return p;
    first = ++p;
    while (*p >= '0' && *p <= '9')
        p++;
    return p > first ? p : NULL;
}

/* Behind true, false or null: by their last letters no two begin alike. */
static inline const char *past_word(const char *p, uint32_t *word) {
    memcpy(word, p, 4);
    if (memcmp(p, "true", 4) == 0 || memcmp(p, "null", 4) == 0)
        return p + 4;
    return memcmp(p, "false", 5) == 0 ? p + 5 : NULL;
}

/* A value that no fact reads, judged as hard as one that is read. */
static const char *past_value(struct column_reader *columns, const char *p) {
    struct json_scan *scan = &columns->scan;
    uint32_t word;
    if (*p == '"') {
        p = string_end(p + 1);
        return p ? p + 1 : NULL;
    }
    if (*p == 't' || *p == 'f' || *p == 'n')
        return past_word(p, &word);
    if (*p != '{' && *p != '[')
        return past_number(p);
    json_view(scan, columns->bytes + (p - columns->bytes), (size_t)(columns->end - p), 1, false);
    json_begin(scan);
    scan->depth = columns->depth;
    memset(scan->path, 0, columns->depth * sizeof *scan->path);
    columns->spoiled = false;
    if (json_kind(scan) == JSON_NOTHING || !json_skip(scan) || columns->spoiled)
        return NULL;
    return p + scan->at;
}

/* Remembers where the value stands that output carries over. */
static void carry(struct column_reader *columns, const struct column_key *key, const char *start,
                  const char *end) {
    struct column_span *span = &columns->spans[key->carried - 1][columns->row_count];
    bool quoted = *start == '"';
    start += quoted;
    end -= quoted;
    *span = (struct column_span){(uint32_t)(start - columns->bytes), (uint32_t)(end - start),
                                 columns_plain_text(start, (size_t)(end - start)), quoted};
    if (!quoted && *start == 'n')
        *span = (struct column_span){.plain = true};
}

/* The end of a string that begins at `p`, or NULL. */
static inline const char *quoted_end(const char *p) {
    return *p == '"' ? string_end(p + 1) : NULL;
}

static inline const char *behind_quote(const char *p) {
    return p ? p + 1 : NULL;
}

static const char *none_value(struct column_reader *columns, const struct column_key *key, const char *p) {
    if (memcmp(p, "null", 4) != 0 || !key->fact->type.optional)
        return NULL;
    key->state[columns->row_count] = CELL_NONE;
    return p + 4;
}

static const char *read_object(struct column_reader *columns, const struct schema_object *shape,
                               const char *p);

static const char *today_value(struct column_reader *columns, const char *p) {
    struct column_row *row = &columns->rows[columns->row_count];
    if (p[0] != '"' || p[11] != '"' || !read_day(columns, p + 1, &row->today))
        return NULL;
    row->has_today = true;
    return p + 12;
}

static inline const char *read_value(struct column_reader *columns, const struct column_key *key,
                                     const char *p) {
    unsigned length;
    if (*p == 'n' && key->fact)
        return none_value(columns, key, p);
    switch (key->action) {
    case ACTION_YESNO:
        length = read_yes_no(p, &key->state[columns->row_count]);
        return length ? p + length : NULL;
    case ACTION_DAY:
        return p[0] == '"' && p[11] == '"' ? behind_quote(put_day(columns, key, columns->row_count, p + 1))
                                           : NULL;
    case ACTION_NUM:
        return put_number(key, columns->row_count, p);
    case ACTION_MEMBER:
        return behind_quote(put_member(key, columns->row_count, p + 1, quoted_end(p)));
    case ACTION_TEXT:
        return behind_quote(put_text(key, columns->row_count, p + 1, quoted_end(p)));
    case ACTION_TODAY:
        return today_value(columns, p);
    case ACTION_GROUP:
        return *p == '{' ? read_object(columns, key->inside, p) : NULL;
    case ACTION_SKIP:
        return past_value(columns, p);
    case ACTION_ASIDE:
        break;
    }
    return NULL;
}

/* The key at `p`, which is a quote; *guess is where the guess stands and the truth goes. Behind its colon, or NULL. */
static inline const char *read_key(struct column_reader *columns, const struct schema_object *shape,
                                   const char *p, uint32_t *guess, struct column_key **found) {
    struct column_key *key = &columns->keys[*guess];
    const char *end;
    if (key->object == shape->id && same_bytes(p, key->text, key->length)) {
        *found = key;
        return p + key->length;
    }
    if (*p != '"' || (end = string_end(p + 1)) == NULL)
        return NULL;
    *found = columns_find_key(columns, shape, p + 1, (size_t)(end - p - 1));
    if (!*found)
        return NULL;
    *guess = (uint32_t)(*found - columns->keys);
    end = past_blanks(end + 1);
    return *end == ':' ? end + 1 : NULL;
}

static const char *read_object(struct column_reader *columns, const struct schema_object *shape,
                               const char *p) {
    uint32_t *guess = &columns->first_key[shape->id];
    p = past_blanks(p + 1);
    if (*p == '}')
        return p + 1;
    columns->depth++;
    for (;;) {
        struct column_key *key;
        const char *start;
        p = read_key(columns, shape, p, guess, &key);
        if (!p || key->serial == columns->serial)
            return NULL;
        key->serial = columns->serial;
        guess = &key->next;
        columns->seen += key->required;
        start = p = past_blanks(p);
        p = read_value(columns, key, p);
        if (!p)
            return NULL;
        if (key->carried)
            carry(columns, key, start, p);
        p = past_blanks(p);
        if (*p == '}') {
            columns->depth--;
            return p + 1;
        }
        if (*p != ',')
            return NULL;
        p = past_blanks(p + 1);
    }
}

/* A key that looks misspelt stands where the one that it resembles is missing, and nobody was warned of it yet. */
static bool looks_misspelt(const struct column_reader *columns) {
    for (uint32_t i = 0; i < columns->key_count; i++) {
        const struct column_key *key = &columns->keys[i];
        if (key->suspect && key->serial == columns->serial &&
            columns->keys[key->suspect - 1].serial != columns->serial)
            return true;
    }
    return false;
}

const char *columns_json_row(struct column_reader *columns, const char *p) {
    struct column_row *row = &columns->rows[columns->row_count];
    const char *end;
    columns->depth = 0;
    end = *p == '{' ? read_object(columns, columns->schema->root, p) : NULL;
    if (!end || (size_t)(end - p) > FACTS_RECORD_MAX)
        return NULL;
    row->length = (uint32_t)(end - p);
    end = past_blanks(end);
    if (*end != '\n' && end != columns->end)
        return NULL;
    if ((columns->suspects && looks_misspelt(columns)) ||
        (columns->reader->strict && columns->seen < columns->required))
        return NULL;
    return *end == '\n' ? end + 1 : end;
}
