/*
 * Binds the names of columns to the schema. A header that leaves a doubt (a name twice, a list, cells separated by
 * something else than commas) is refused whole: every row would be misread. Must not know rows.
 */
#include "interp/facts/csv_header.h"

#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Names of columns that a message lists. */
#define HEADER_LISTED 8
/* Columns nobody reads that are compared with those somebody reads; a header with more has data for names. */
#define HEADER_STRANGERS 256

/* Says one thing about a column; false. */
static bool refuse(struct facts_reader *reader, enum diag_code *code, enum diag_code which,
                   const char *before, struct text name, const char *after) {
    struct buffer *words = facts_words(reader);
    buffer_string(words, before);
    facts_add_shown(words, name);
    buffer_string(words, after);
    *code = which;
    return false;
}

static bool is_group(const struct schema_key *key) {
    return key->inside != NULL;
}

/* True where no cell can hold the value. */
static bool is_list(const struct schema_key *key) {
    return key->fact && (key->fact->type.kind == TYPE_RECORDS || key->fact->type.kind == TYPE_MEMBERS);
}

/* Names of columns that facts are read from: those that begin with `under`, up to HEADER_LISTED. */
static void add_readable(const struct facts_reader *reader, struct buffer *words, struct text under) {
    const struct schema *schema = reader->schema;
    size_t listed = 0;
    for (size_t i = 0; i < schema->column_count; i++) {
        struct text name = schema->columns[i].text;
        if (is_group(schema->columns[i].key) || is_list(schema->columns[i].key) ||
            name.length < under.length ||
            (under.length && memcmp(name.bytes, under.bytes, under.length) != 0) ||
            (under.length && name.bytes[under.length] != '.'))
            continue;
        if (listed++ == HEADER_LISTED) {
            buffer_string(words, ", …");
            return;
        }
        buffer_string(words, listed > 1 ? ", " : "");
        buffer_visible(words, name.bytes, name.length);
    }
}

/* --- names --- */

/* Each name once, and none empty. */
static bool names_differ(struct facts_reader *reader, enum diag_code *code) {
    size_t slot_count = 4;
    uint32_t *slots;
    while (slot_count < reader->column_count * 2)
        slot_count *= 2;
    slots = arena_array(&reader->own, slot_count, sizeof *slots);
    if (!slots) {
        reader->failed = true;
        return false;
    }
    for (size_t i = 0; i < reader->column_count; i++) {
        struct text name = reader->names[i];
        size_t at = schema_hash(name.bytes, name.length) & (slot_count - 1);
        *code = DIAG_E0828;
        if (name.length == 0) {
            buffer_format(facts_words(reader), "column %lu of the header has no name",
                          (unsigned long)(i + 1));
            return false;
        }
        for (; slots[at]; at = (at + 1) & (slot_count - 1)) {
            if (!text_equal(reader->names[slots[at] - 1], name))
                continue;
            (void)refuse(reader, code, DIAG_E0828, "the column ", name, " stands twice in the header");
            buffer_format(&reader->words, ", as number %lu and %lu", (unsigned long)slots[at],
                          (unsigned long)(i + 1));
            return false;
        }
        slots[at] = (uint32_t)(i + 1);
    }
    return true;
}

static uint32_t column_find(const struct schema *schema, struct text name) {
    return schema_find(&schema->column_table, name.bytes, name.length, schema_hash(name.bytes, name.length));
}

/* "offers[0].level", "offers.level": a column that would hold a part of a list. */
static bool in_list(const struct schema *schema, struct text name) {
    for (size_t i = 1; i < name.length; i++) {
        uint32_t index;
        if (name.bytes[i] != '.' && name.bytes[i] != '[')
            continue;
        index = column_find(schema, (struct text){name.bytes, i});
        if (index != SCHEMA_NOT_FOUND && is_list(schema->columns[index].key))
            return true;
    }
    return false;
}

static bool bind_column(struct facts_reader *reader, size_t column, enum diag_code *code) {
    const struct schema *schema = reader->schema;
    struct text name = reader->names[column];
    uint32_t index = column_find(schema, name);
    const struct schema_key *key = index == SCHEMA_NOT_FOUND ? NULL : schema->columns[index].key;
    if (key ? is_list(key) : in_list(schema, name))
        return refuse(reader, code, DIAG_E0829, "the column ", name,
                      " is for a list or a set, which no cell can hold: write the records as JSON");
    if (key && is_group(key)) {
        (void)refuse(reader, code, DIAG_E0828, "the column ", name,
                     " is for a group of fields, and each has a column of its own: ");
        add_readable(reader, &reader->words, name);
        return false;
    }
    reader->columns[column] = key;
    if (key)
        reader->seen[key->id] = 1;
    return true;
}

/* --- misspelt names --- */

/* The one column that ends in "." and the name, where there is just one. */
static uint32_t nearest_by_end(const struct schema *schema, struct text name) {
    uint32_t found = SCHEMA_NOT_FOUND;
    for (size_t i = 0; i < schema->column_count; i++) {
        struct text text = schema->columns[i].text;
        size_t before = text.length - name.length;
        if (text.length <= name.length + 1 || text.bytes[before - 1] != '.' ||
            memcmp(text.bytes + before, name.bytes, name.length) != 0)
            continue;
        if (found != SCHEMA_NOT_FOUND)
            return SCHEMA_NOT_FOUND;
        found = (uint32_t)i;
    }
    return found;
}

static void warn_of_strangers(struct facts_reader *reader) {
    const struct schema *schema = reader->schema;
    size_t strangers = 0;
    for (size_t i = 0; i < reader->column_count && strangers < HEADER_STRANGERS; i++) {
        uint32_t nearest;
        if (reader->columns[i])
            continue;
        strangers++;
        nearest = schema_nearest(&schema->column_table, reader->names[i]);
        if (nearest == SCHEMA_NOT_FOUND)
            nearest = nearest_by_end(schema, reader->names[i]);
        if (nearest == SCHEMA_NOT_FOUND || is_group(schema->columns[nearest].key) ||
            reader->seen[schema->columns[nearest].key->id])
            continue;
        reader->column = reader->names[i];
        facts_warn_of(reader, reader->names[i], schema->columns[nearest].text, reader->scan.start);
        reader->column.bytes = NULL;
    }
}

/* --- a header of something else --- */

/* What people separate cells by instead, where the header has none but those. */
static const char *other_separator(const struct facts_reader *reader) {
    struct text name = reader->names[0];
    if (reader->column_count > 1)
        return NULL;
    return memchr(name.bytes, ';', name.length)    ? "semicolons"
           : memchr(name.bytes, '\t', name.length) ? "tabs"
           : memchr(name.bytes, '|', name.length)  ? "bars"
                                                   : NULL;
}

/* No column is read by a fact. */
static bool nothing_read(struct facts_reader *reader, enum diag_code *code) {
    const char *separator = other_separator(reader);
    struct buffer *words;
    if (separator) {
        (void)refuse(reader, code, DIAG_E0828, "the header is one cell, ", reader->names[0],
                     ": cells are separated by commas, not by ");
        buffer_string(&reader->words, separator);
        return false;
    }
    words = facts_words(reader);
    if (reader->form == FACTS_AUTO)
        buffer_string(words, "the input begins with neither { nor [ and so is read as CSV, but ");
    buffer_string(words, "no fact reads any column of the header, which begins with ");
    facts_add_shown(words, reader->names[0]);
    buffer_string(words, "; facts are read from ");
    add_readable(reader, words, (struct text){"", 0});
    *code = DIAG_E0828;
    return false;
}

bool csv_header_bind(struct facts_reader *reader, enum diag_code *code) {
    bool some_read = false, readable = false;
    if (!names_differ(reader, code))
        return false;
    for (size_t i = 0; i < reader->column_count; i++) {
        if (!bind_column(reader, i, code))
            return false;
        some_read = some_read || reader->columns[i];
    }
    for (size_t i = 0; i < reader->schema->column_count; i++) {
        const struct schema_key *key = reader->schema->columns[i].key;
        readable = readable || (!is_group(key) && !is_list(key));
    }
    if (readable && !some_read)
        return nothing_read(reader, code);
    warn_of_strangers(reader);
    return !reader->failed;
}
