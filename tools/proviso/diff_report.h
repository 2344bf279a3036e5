/*
 * A comparison of two policies, and of the answers to records under both, as text, JSON and Markdown. Must not know how it was
 * made.
 */
#ifndef PROVISO_TOOLS_DIFF_REPORT_H
#define PROVISO_TOOLS_DIFF_REPORT_H

#include "interp/analysis/compare.h"
#include "tools/proviso/cli.h"

/* The version of the JSON form; it is the first member, "proviso_diff". */
#define DIFF_JSON_VERSION 1
/* Records of changed answers that text and Markdown list. */
#define DIFF_RECORDS 20

/* One answer of a record under both policies. */
struct changed_answer {
    size_t item; /* of the comparison; SIZE_MAX: whether the record is accepted */
    const char *before, *after;
};
/* A record some of whose answers change. */
struct changed_record {
    const char *input; /* the file */
    uint64_t number;
    struct changed_answer *answers;
    size_t count, capacity;
};
struct changed_records {
    bool asked;                         /* there were --facts */
    uint64_t read, rejected, uncovered; /* by both */
    uint64_t changed;
    struct changed_record *items; /* all for JSON, else DIFF_RECORDS */
    size_t count, capacity;
};

struct diff_report {
    const struct policy_set *sets[2];
    const struct program *programs[2];
    const struct comparison *comparison;
    const struct changed_records *records;
    uint64_t cells; /* that a question could look at */
    bool colour, quiet;
    struct arena *arena; /* for short words */
};

/* The same: nothing differs, nothing is left open. */
bool diff_same(const struct diff_report *report);
void diff_text(struct buffer *out, const struct diff_report *report);
void diff_markdown(struct buffer *out, const struct diff_report *report);
void diff_json(struct buffer *out, const struct diff_report *report);

#endif
