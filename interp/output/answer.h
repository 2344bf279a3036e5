/*
 * Answers out: one outcome as a report for a person, as a nested JSON object, or as one flat row of NDJSON or CSV. All
 * append to a buffer. Must not know where the records came from, nor write anywhere.
 */
#ifndef PROVISO_INTERP_OUTPUT_ANSWER_H
#define PROVISO_INTERP_OUTPUT_ANSWER_H

#include "interp/facts/record.h"
#include "interp/run/outcome.h"

/* The version of the JSON form; it is the first member of every object, "proviso". */
#define ANSWER_JSON_VERSION 1

/*
 * What is shown of a set. `decisions` and `duties` have an entry for each, true where shown. `fields` are paths into
 * the input that are carried over in front. Owned by the caller.
 */
struct answer_form {
    const struct policy_set *set;
    bool *decisions;
    bool *duties;
    bool announcements; /* reminders and notices too */
    const struct text *fields;
    size_t field_count;
    const char
        *input;  /* of the nested JSON: the input that the record is of, where there are several; else NULL */
    bool colour; /* of the text form */
    bool csv_raw;  /* CSV: cells that a spreadsheet would take for formulas stay as they are */
    bool why;      /* the flat forms: behind each decision NAME.rule and NAME.cites */
    bool terminal; /* a person reads it as it is: CSV shows control characters too */
};

/*
 * A form that shows every decision but definitions, and every duty; `only` names decisions, definitions and duties to
 * show instead (then no announcements). False where memory ran out, or (with *unknown set to it) where a name is none of these.
 */
bool answer_form_init(struct answer_form *form, const struct policy_set *set, struct arena *arena,
                      const struct text *only, size_t only_count, const struct text **unknown);

/* True where every shown decision has a value, no shown duty is in conflict, and the day is covered. */
bool answer_decided(const struct answer_form *form, const struct outcome *outcome);

/* `outcome` is NULL for a rejected record: its problems are shown instead. */
void answer_text(struct buffer *out, const struct answer_form *form, const struct record *record,
                 const struct outcome *outcome);
void answer_json(struct buffer *out, const struct answer_form *form, const struct record *record,
                 const struct outcome *outcome);
void answer_ndjson(struct buffer *out, const struct answer_form *form, const struct record *record,
                   const struct outcome *outcome);
/* True, with the name, where two columns of a flat form would have one name; NDJSON has `record` for the rejected. */
bool answer_flat_clash(const struct answer_form *form, bool ndjson, struct text *clash);
void answer_csv_header(struct buffer *out, const struct answer_form *form);
void answer_csv(struct buffer *out, const struct answer_form *form, const struct record *record,
                const struct outcome *outcome);

/*
 * The problems of a rejected record of the input `name`, a line each, for whoever sees messages apart from answers; safe on a
 * terminal.
 */
void answer_complaints(struct buffer *out, const struct record *record, const char *name);

/* The names of states in every output: "value", "undecided", "undetermined", "conflict", "failed". */
const char *answer_state_name(enum state state);
/* "not due", "due", "possible", "conflict". */
const char *answer_duty_state_name(enum duty_state state);
/* "open", "done", "overdue", "unknown". */
const char *answer_status_name(enum duty_status status);

#endif
