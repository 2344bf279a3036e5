/*
 * Reads the part of TOML that a configuration of Proviso needs: tables, bare and quoted and dotted keys, texts on one line, whole
 * numbers, true and false, days, lists of texts, comments. All else is a message with its place: nothing is passed over. Must
 * not know which keys there are.
 */
#ifndef PROVISO_TOOLS_TOML_H
#define PROVISO_TOOLS_TOML_H

#include "grammar/source/diagnostic.h"
#include "interp/values/calendar.h"

enum toml_kind { TOML_TEXT, TOML_NUMBER, TOML_YES_NO, TOML_DAY, TOML_TEXTS };

/* A value; of a list `items` are texts, each with its own span. */
struct toml_value {
    enum toml_kind kind;
    struct span span;
    struct text text;
    int64_t number;
    bool yes;
    cal_day day;
    struct toml_value *items;
    size_t count, capacity;
};

/* `table` is the whole path of the key but for its last word: "lint.levels"; "" at the top. */
struct toml_entry {
    struct text table, key;
    struct span table_span, key_span;
    struct toml_value value;
};

/* A header [lint.levels], also where nothing stands below it. */
struct toml_table {
    struct text name;
    struct span span;
};

struct toml {
    struct toml_entry *entries;
    size_t entry_count, entry_capacity;
    struct toml_table *tables;
    size_t table_count, table_capacity;
};

/* Reads a file into the arena of `diags`; false after a message there, one for each line that is not well formed, or where memory ran out. */
bool toml_read(const struct source *source, struct diagnostics *diags, struct toml *toml);

#endif
