/*
 * See columns.h. What both forms share: the arrays, what a fact that was left out holds, keys as they are learned, and the rows
 * one after another. Must not know how a row is read.
 */
#include "interp/facts/columns_inside.h"

#include "grammar/base/banned.h"

/* --- keys --- */

static uint32_t key_slot(uint32_t object, const char *bytes, size_t length) {
    return (schema_hash(bytes, length) + object * 31) & (COLUMN_KEY_BUCKETS - 1);
}

static struct column_key *find_known(const struct column_reader *columns, uint32_t object, const char *bytes,
                                     size_t length) {
    uint32_t slot = key_slot(object, bytes, length);
    for (; columns->buckets[slot]; slot = (slot + 1) & (COLUMN_KEY_BUCKETS - 1)) {
        struct column_key *key = &columns->keys[columns->buckets[slot] - 1];
        if (key->object == object && key->length == length + 3 && memcmp(key->text + 1, bytes, length) == 0)
            return key;
    }
    return NULL;
}

/* Room for one more; NULL where it is too long or there are too many. */
static struct column_key *add_key(struct column_reader *columns, uint32_t object, const char *bytes,
                                  size_t length) {
    struct column_key *key = &columns->keys[columns->key_count];
    uint32_t slot = key_slot(object, bytes, length);
    if (columns->key_count == COLUMN_KEYS_MAX || length + 3 > COLUMN_KEY_BYTES)
        return NULL;
    memset(key, 0, sizeof *key);
    key->text[0] = key->text[length + 1] = '"';
    memcpy(key->text + 1, bytes, length);
    key->text[length + 2] = ':';
    key->length = (uint32_t)length + 3;
    key->object = object;
    while (columns->buckets[slot])
        slot = (slot + 1) & (COLUMN_KEY_BUCKETS - 1);
    columns->buckets[slot] = ++columns->key_count;
    return key;
}

static uint32_t carried_as(const struct column_reader *columns, const char *bytes, size_t length) {
    const struct facts_reader *reader = columns->reader;
    for (uint32_t i = 0; i < reader->carried_count; i++)
        if (columns->spans[i] && text_equal(reader->carried[i], (struct text){bytes, length}))
            return i + 1;
    return 0;
}

struct column_key *columns_find_key(struct column_reader *columns, const struct schema_object *shape,
                                    const char *bytes, size_t length) {
    struct column_key *key = find_known(columns, shape->id, bytes, length);
    uint32_t carried, nearest;
    if (key)
        return key;
    carried = shape == columns->schema->root ? carried_as(columns, bytes, length) : 0;
    if (columns->reader->strict && !carried)
        return NULL;
    key = add_key(columns, shape->id, bytes, length);
    if (!key)
        return NULL;
    key->action = ACTION_SKIP;
    key->carried = carried;
    nearest = schema_nearest(&shape->table, (struct text){bytes, length});
    if (nearest != SCHEMA_NOT_FOUND) {
        const struct schema_key *meant = &shape->keys[nearest];
        const struct column_key *known =
            find_known(columns, shape->id, meant->text.bytes, meant->text.length);
        key->suspect = known ? (uint32_t)(known - columns->keys) + 1 : 0;
        if (!known)
            key->action = ACTION_ASIDE;
        columns->suspects++;
    }
    return key;
}

void columns_learn(struct column_reader *columns) {
    for (uint32_t i = 0; columns->suspects && i < columns->key_count; i++) {
        struct column_key *key = &columns->keys[i];
        if (key->suspect &&
            facts_warned(columns->reader, key->object, (struct text){key->text + 1, key->length - 3})) {
            key->suspect = 0;
            columns->suspects--;
        }
    }
}

static enum column_action action_of(const struct column_reader *columns, const struct schema_key *key) {
    if (key->is_today)
        return columns->reader->day_given ? ACTION_SKIP : ACTION_TODAY;
    if (!key->fact)
        return ACTION_GROUP;
    switch (key->fact->type.kind) {
    case TYPE_YESNO:
        return ACTION_YESNO;
    case TYPE_DAY:
        return ACTION_DAY;
    case TYPE_NUM:
        return ACTION_NUM;
    case TYPE_MEMBER:
        return ACTION_MEMBER;
    case TYPE_STRING:
        return ACTION_TEXT;
    default:
        return ACTION_ASIDE;
    }
}

/* Ties a key to the fact that is read from it. */
static void tie_key(struct column_reader *columns, struct column_key *key, const struct schema_key *from) {
    const struct fact *fact = from->fact;
    key->action = action_of(columns, from);
    key->inside = from->inside;
    key->fact = fact;
    if (!fact)
        return;
    key->state = columns->facts[fact->index].state;
    key->values = columns->facts[fact->index].values;
    key->texts = columns->texts[fact->index];
    key->words = columns->words[fact->index];
    key->scale = fact->type.scale;
    key->low = fact->type.has_low ? fact->type.low : INT64_MIN;
    key->high = fact->type.has_high ? fact->type.high : INT64_MAX;
}

/* The keys of an object and of the groups inside it. One that cannot be had is always read the slow way. */
static void add_keys(struct column_reader *columns, const struct schema_object *shape) {
    for (size_t i = 0; i < shape->key_count; i++) {
        const struct schema_key *from = &shape->keys[i];
        struct column_key *key =
            from->plain ? add_key(columns, shape->id, from->text.bytes, from->text.length) : NULL;
        if (from->fact && !from->fact->has_otherwise && !from->fact->only_when) {
            columns->required++;
            if (key)
                key->required = true;
        }
        columns->unnamed = columns->unnamed || !key;
        if (!key)
            continue;
        tie_key(columns, key, from);
        if (shape == columns->schema->root)
            key->carried = carried_as(columns, from->text.bytes, from->text.length);
        if (from->inside)
            add_keys(columns, from->inside);
    }
}

/* --- spellings --- */

static uint32_t add_word(struct column_words *words, const struct column_word *word) {
    uint32_t slot = word_slot(words, word->text, word->length), moves = 0;
    while (words->slots[slot].text) {
        slot = (slot + 1) & words->mask;
        moves++;
    }
    words->slots[slot] = *word;
    return moves;
}

/* Every spelling once; tries factors until no two are in each other's way. */
static bool make_words(struct column_reader *columns, struct column_words *words,
                       const struct schema_table *spellings) {
    struct column_word *list = arena_array(&columns->own, spellings->count, sizeof *list);
    uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint32_t size = 8, moves, count = 0;
    while (size < 4 * spellings->count)
        size *= 2;
    words->mask = size - 1;
    words->slots = arena_array(&columns->own, size, sizeof *words->slots);
    if (!list || !words->slots)
        return false;
    for (size_t i = 0; i < spellings->slot_count; i++) {
        const struct schema_entry *entry = &spellings->slots[i];
        char *copy;
        if (!entry->text.bytes || !entry->text.length)
            continue;
        copy = arena_alloc(&columns->own, entry->text.length + 64);
        if (!copy)
            return false;
        memcpy(copy, entry->text.bytes, entry->text.length);
        list[count++] = (struct column_word){copy, (uint32_t)entry->text.length, (int32_t)entry->index};
    }
    for (int attempt = 0; attempt < 100; attempt++) {
        memset(words->slots, 0, size * sizeof *words->slots);
        words->factor = factor | 1;
        moves = 0;
        for (uint32_t i = 0; i < count; i++)
            moves += add_word(words, &list[i]);
        if (!moves)
            break;
        factor = factor * UINT64_C(0xD1342543DE82EF95) + 1;
    }
    return true;
}

static bool add_words(struct column_reader *columns, const struct schema_object *shape) {
    for (size_t i = 0; i < shape->key_count; i++) {
        const struct schema_key *key = &shape->keys[i];
        struct column_words *words;
        if (key->inside && !add_words(columns, key->inside))
            return false;
        if (!key->fact || key->fact->type.kind != TYPE_MEMBER)
            continue;
        words = columns->words[key->fact->index] = arena_alloc(&columns->own, sizeof *words);
        if (!words || !make_words(columns, words, &key->enumeration->spellings))
            return false;
    }
    return true;
}

/* --- the arrays --- */

static size_t value_size(const struct type *type) {
    switch (type->kind) {
    case TYPE_DAY:
    case TYPE_MEMBER:
        return 4;
    case TYPE_YESNO:
        return 0;
    default:
        return 8;
    }
}

static bool add_columns(struct column_reader *columns) {
    const struct policy_set *set = columns->schema->set;
    size_t rows = columns->row_limit;
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct type *type = &set->facts[i].type;
        columns->facts[i].state = arena_array(&columns->own, rows, 1);
        columns->facts[i].values = arena_array(&columns->own, rows, value_size(type) + 1);
        if (type->kind == TYPE_STRING)
            columns->texts[i] = arena_array(&columns->own, rows, sizeof **columns->texts);
        if (columns->own.failed)
            return false;
    }
    return true;
}

static bool add_spans(struct column_reader *columns) {
    const struct facts_reader *reader = columns->reader;
    columns->spans = arena_array(&columns->own, reader->carried_count, sizeof *columns->spans);
    for (size_t i = 0; columns->spans && i < reader->carried_count; i++) {
        struct text name = reader->carried[i];
        bool inside = reader->state == FACTS_IN_LINES && memchr(name.bytes, '.', name.length);
        if (!inside)
            columns->spans[i] = arena_array(&columns->own, columns->row_limit, sizeof **columns->spans);
    }
    return !columns->own.failed;
}

static bool reads_key(const struct facts_reader *reader, const struct fact *fact) {
    for (size_t i = 0; i < reader->column_count; i++)
        if (reader->columns[i] && reader->columns[i]->fact == fact)
            return true;
    return false;
}

/* Who reads the columns of a table: their keys, by name. */
static bool add_cells(struct column_reader *columns) {
    const struct facts_reader *reader = columns->reader;
    if (reader->state != FACTS_IN_ROWS)
        return true;
    columns->cells = arena_array(&columns->own, reader->column_count, sizeof *columns->cells);
    for (size_t i = 0; columns->cells && i < reader->column_count; i++) {
        const struct schema_key *from = reader->columns[i];
        struct column_key *key = arena_alloc(&columns->own, sizeof *key);
        if (!key)
            return false;
        key->action = ACTION_SKIP;
        if (from)
            tie_key(columns, key, from);
        key->carried = carried_as(columns, reader->names[i].bytes, reader->names[i].length);
        columns->cells[i] = key;
        columns->all_aside = columns->all_aside || (reader->strict && !from && !key->carried);
    }
    /* What the header leaves out is left out of every row. */
    for (size_t i = 0; reader->strict && i < columns->key_count; i++)
        if (columns->keys[i].required && !reads_key(reader, columns->keys[i].fact))
            columns->all_aside = true;
    columns->all_aside = columns->all_aside || (reader->strict && columns->unnamed);
    return columns->cells && columns_index(columns);
}

static bool add_months(struct column_reader *columns) {
    uint32_t count = (COLUMN_YEAR_MAX - COLUMN_YEAR_MIN + 1) * 12;
    columns->months = arena_array(&columns->own, count + 1, sizeof *columns->months);
    for (uint32_t i = 0; columns->months && i <= count; i++) {
        cal_day day = 0;
        (void)cal_from_civil(COLUMN_YEAR_MIN + (int)(i / 12), (int)(i % 12) + 1, 1, &day);
        columns->months[i] = day;
    }
    return columns->months != NULL;
}

static void spoil(void *owner, enum json_issue issue, size_t start, size_t length) {
    struct column_reader *columns = owner;
    (void)issue;
    (void)start;
    (void)length;
    columns->spoiled = true;
}

bool columns_open(struct column_reader *columns, const struct facts_reader *reader, uint32_t limit,
                  const struct pv_alloc *alloc) {
    const struct schema *schema = reader->schema;
    struct arena *own = &columns->own;
    *columns = (struct column_reader){.reader = reader, .schema = schema, .row_limit = limit};
    arena_init(own, alloc);
    json_init(&columns->scan, alloc, NULL, NULL);
    columns->scan.issue = spoil;
    columns->scan.owner = columns;
    columns->scan.one_line = reader->state == FACTS_IN_LINES;
    columns->scan.limit = FACTS_RECORD_MAX;
    columns->rows = arena_array(own, limit, sizeof *columns->rows);
    columns->facts = arena_array(own, schema->set->fact_count, sizeof *columns->facts);
    columns->texts = arena_array(own, schema->set->fact_count, sizeof *columns->texts);
    columns->words = arena_array(own, schema->set->fact_count, sizeof *columns->words);
    columns->keys = arena_array(own, COLUMN_KEYS_MAX + 1, sizeof *columns->keys);
    columns->buckets = arena_array(own, COLUMN_KEY_BUCKETS, sizeof *columns->buckets);
    columns->first_key = arena_array(own, schema->id_count, sizeof *columns->first_key);
    if (own->failed || !add_columns(columns) || !add_spans(columns) || !add_months(columns) ||
        !add_words(columns, schema->root))
        return false;
    columns->keys[0].object = UINT32_MAX;
    add_keys(columns, schema->root);
    return add_cells(columns);
}

void columns_close(struct column_reader *columns) {
    json_free(&columns->scan);
    arena_free(&columns->own);
}

/* --- rows --- */

/* Every fact as if it was left out. */
static void set_defaults(struct column_reader *columns) {
    const struct policy_set *set = columns->schema->set;
    uint32_t rows = columns->row_limit;
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct fact *fact = &set->facts[i];
        const struct value *usual = &fact->otherwise;
        struct column *column = &columns->facts[i];
        uint8_t state = !fact->has_otherwise         ? CELL_UNKNOWN
                        : usual->tag == VALUE_NONE   ? CELL_NONE
                        : usual->tag == VALUE_YES_NO ? (uint8_t)usual->as.number
                                                     : CELL_VALUE;
        memset(column->state, state, rows);
        if (state == CELL_VALUE && value_size(&fact->type) == 4)
            for (uint32_t k = 0; k < rows; k++)
                ((int32_t *)column->values)[k] =
                    usual->tag == VALUE_DATE ? usual->as.day : (int32_t)usual->as.number;
        if (state == CELL_VALUE && value_size(&fact->type) == 8)
            for (uint32_t k = 0; k < rows; k++)
                memcpy((char *)column->values + 8 * (size_t)k, &usual->as, 8);
    }
    for (size_t i = 0; i < columns->reader->carried_count; i++)
        if (columns->spans[i])
            memset(columns->spans[i], 0, rows * sizeof **columns->spans);
}

static void set_plain(struct column_reader *columns) {
    for (size_t i = 0; i < columns->schema->set->fact_count; i++) {
        struct column *column = &columns->facts[i];
        uint8_t worst = 0;
        for (uint32_t k = 0; k < columns->row_count; k++)
            worst |= column->state[k];
        column->plain = CELL_HAS_VALUE(worst);
    }
}

bool columns_plain_text(const char *bytes, size_t length) {
    if (!length || memchr("=+-@", bytes[0], 4))
        return false;
#ifdef __SSE2__
    const __m128i low = _mm_set1_epi8(0x20), high = _mm_set1_epi8(0x7e);
    for (;; bytes += 16, length -= 16) {
        __m128i x = bytes16(bytes);
        __m128i fine =
            _mm_and_si128(_mm_cmpeq_epi8(_mm_max_epu8(x, low), x), _mm_cmpeq_epi8(_mm_min_epu8(x, high), x));
        __m128i bad =
            _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
        unsigned odd;
        bad = _mm_or_si128(bad, _mm_cmpeq_epi8(x, _mm_set1_epi8(',')));
        odd = (unsigned)_mm_movemask_epi8(_mm_andnot_si128(bad, fine)) ^ 0xffffu;
        if (length <= 16)
            return !(odd & (0xffffu >> (16 - length)));
        if (odd)
            return false;
    }
#else
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == ',')
            return false;
    }
    return true;
#endif
}

/* Over lines that are no records, and to where the row's line begins; NULL at the end. */
static const char *next_row(const struct column_reader *columns, const char *p, bool rows, uint32_t *line,
                            const char **begin) {
    for (*begin = p;; p++) {
        if (p >= columns->end)
            return NULL;
        if (*p == '\n') {
            ++*line;
            *begin = p + 1;
        } else if (rows ? !(*p == '\r' && p[1] == '\n') : *p != ' ' && *p != '\t' && *p != '\r')
            return p;
    }
}

/* The end of a row that is put aside, and its line end; lines in it are counted. */
static const char *pass_over(struct column_reader *columns, const char *p, bool rows, uint32_t *line) {
    const char *feed = memchr(p, '\n', (size_t)(columns->end - p));
    const char *end = feed ? feed + 1 : columns->end;
    uint32_t index = columns->row_count;
    for (size_t i = 0; i < columns->schema->set->fact_count; i++)
        columns->facts[i].state[index] = CELL_UNKNOWN;
    columns->rows[index].aside = true;
    if (rows) {
        struct csv_row row = {.capacity = 0};
        struct json_scan *scan = &columns->scan;
        json_view(scan, columns->bytes + (p - columns->bytes), (size_t)(columns->end - p), 1, false);
        scan->error = JSON_OK;
        if (csv_row(scan, &row) && scan->at <= FACTS_RECORD_MAX)
            end = p + scan->at;
    }
    for (; (feed = memchr(p, '\n', (size_t)(end - p))) != NULL; p = feed + 1)
        ++*line;
    return end;
}

const char *columns_row(struct column_reader *columns, const char *p, const char *begin, bool rows,
                        uint32_t *line) {
    struct column_row *row = &columns->rows[columns->row_count];
    const char *end;
    *row = (struct column_row){
        .begin = (uint32_t)(begin - columns->bytes), .start = (uint32_t)(p - columns->bytes), .line = *line};
    columns->serial++;
    columns->seen = 0;
    end = rows ? columns_csv_row(columns, p) : columns_json_row(columns, p);
    if (end)
        ++*line;
    else
        end = pass_over(columns, p, rows, line);
    return end;
}

bool columns_read(struct column_reader *columns, char *bytes, size_t length, size_t *at, uint32_t *line) {
    bool rows = columns->reader->state == FACTS_IN_ROWS;
    const char *p = bytes + *at, *begin;
    columns->bytes = bytes;
    columns->end = bytes + length;
    columns->row_count = 0;
    set_defaults(columns);
    while (columns->row_count < columns->row_limit &&
           (p = next_row(columns, p, rows, line, &begin)) != NULL) {
        const char *end = columns->index ? columns_table(columns, p, line) : p;
        if (end == p) {
            end = columns_row(columns, p, begin, rows, line);
            columns->row_count++;
        }
        p = end;
    }
    *at = p ? (size_t)(p - bytes) : length;
    set_plain(columns);
    return columns->row_count > 0;
}
