/*
 * vectors.h: reads the tab-separated vectors under tests/oracles for the unit tests.
 *
 * A test finds them from the root of the repository, or from PROVISO_ROOT when it runs elsewhere. A
 * file that is missing or a row that is too short fails the test: no vectors must never look like
 * success. It knows nothing about the modules under test. Include cmocka.h first.
 */
#ifndef PROVISO_TESTS_UNIT_VECTORS_H
#define PROVISO_TESTS_UNIT_VECTORS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS_FIELDS 8

/** An open file of vectors and its current row; the fields point into `line`. */
struct vectors {
    FILE *file;
    int row;
    int fields;
    char *field[VECTORS_FIELDS];
    char line[1024];
};

/** Opens tests/oracles/`name`; fails the test when that is not possible. */
static inline void vectors_open(struct vectors *v, const char *name) {
    const char *root = getenv("PROVISO_ROOT");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/oracles/%s", root != NULL ? root : ".", name);
    v->row = 0;
    v->file = fopen(path, "r");
    if (v->file == NULL)
        fail_msg("cannot open %s: run from the root of the repository or set PROVISO_ROOT", path);
}

/** Reads the next row; closes the file and returns 0 at its end. */
static inline int vectors_next(struct vectors *v) {
    if (fgets(v->line, sizeof v->line, v->file) == NULL) {
        fclose(v->file);
        return 0;
    }
    v->row++;
    v->line[strcspn(v->line, "\n")] = '\0';
    char *at = v->line;
    for (v->fields = 0; at != NULL && v->fields < VECTORS_FIELDS; v->fields++) {
        v->field[v->fields] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    return 1;
}

/** Field `i` of the row; fails the test when the row has no such field. */
static inline const char *vectors_text(const struct vectors *v, int i) {
    if (i >= v->fields)
        fail_msg("row %d has no field %d", v->row, i);
    return v->field[i];
}

/** Field `i` as an integer. */
static inline int64_t vectors_int(const struct vectors *v, int i) {
    const char *text = vectors_text(v, i);
    char *end = NULL;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        fail_msg("row %d: %s is not an integer", v->row, text);
    return value;
}

#endif
