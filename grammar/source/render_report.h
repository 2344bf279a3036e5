/*
 * Many diagnostics as one report for other programs: SARIF 2.1.0, annotations of GitHub, JUnit. The forms are of those who read
 * them; what is in them besides diagnostics comes in as words. Must not know what a message is about, nor write anywhere but
 * into the buffer.
 */
#ifndef PROVISO_GRAMMAR_SOURCE_RENDER_REPORT_H
#define PROVISO_GRAMMAR_SOURCE_RENDER_REPORT_H

#include "grammar/source/diagnostic.h"

/* One diagnostic of a report. */
struct report_item {
    const struct diagnostic *diagnostic;
    bool accepted;      /* the author has said that it may stay */
    struct text reason; /* why; of an accepted one */
    const char
        *properties; /* members of a JSON object without its braces, for whoever wants more; NULL: none */
};

/* A check that was made, in order of codes: of these there are testcases and rules. */
struct report_rule {
    enum diag_code code;
    enum diag_severity level; /* of its findings */
    const char *unfinished;   /* why findings of it may be missing; NULL where none can be */
    const char *page;         /* what it is about, in Markdown; NULL where nobody wrote it down */
};

struct report {
    const struct sources *sources;
    const struct report_item *items;
    size_t item_count;
    const struct report_rule *rules;
    size_t rule_count;
    const char *const *notices; /* about the whole run: words that belong to no place */
    size_t notice_count;
    const char *version;           /* of Proviso */
    enum diag_severity fail_level; /* JUnit: the least level that is a failure */
};

/*
 * Appends a log of SARIF 2.1.0 with one run. Places are lines and columns from 1 in code points, ends behind the last character. Every
 * message with labels as related locations, fixes, notes and help behind its text, `suppressions` with the reason where it is
 * accepted, and a fingerprint of code, file name and marked words, so that it is known again when lines were added above it.
 */
void render_sarif(struct buffer *out, const struct report *report);

/*
 * Appends workflow commands of GitHub, `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message`: the ten worst that
 * are not accepted, errors first, and a notice that counts the rest.
 */
void render_github(struct buffer *out, const struct report *report);
/* How many messages render_github shows one by one: GitHub itself shows ten of a kind and step. */
#define REPORT_GITHUB_MOST 10

/*
 * Appends JUnit XML: one testcase a check. It fails where it has a finding at or above the fail level, lists findings below it
 * and accepted ones as output, and is skipped where findings may be missing and there is none.
 */
void render_junit(struct buffer *out, const struct report *report);

#endif
