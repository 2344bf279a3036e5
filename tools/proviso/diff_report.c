/*
 * See diff_report.h. Text has a line for each piece of a region, "NAME: where: before → after", so that a line says all of it.
 */
#include "tools/proviso/diff_report.h"

#include "interp/analysis/witness.h"
#include "interp/meaning/show.h"
#include "interp/output/json_words.h"

#include <string.h>

static const char *const kind_words[] = {"decision", "duty", "reminder", "notice"};
static const char *const kind_plurals[] = {"decisions", "duties", "reminders", "notices"};
enum { KINDS = 4 };

struct tally {
    size_t all[KINDS], different[KINDS], open[KINDS];
};

static struct tally tally_of(const struct comparison *comparison) {
    struct tally tally = {0};
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared *item = &comparison->items[i];
        tally.all[item->kind]++;
        tally.different[item->kind] += item->verdict == COMPARED_DIFFERENT;
        tally.open[item->kind] += item->verdict == COMPARED_NOT_DECIDED;
    }
    return tally;
}

bool diff_same(const struct diff_report *report) {
    bool same = report->comparison->change_count == 0 && report->records->changed == 0;
    for (size_t i = 0; i < report->comparison->count; i++)
        same = same && report->comparison->items[i].verdict == COMPARED_SAME;
    return same;
}

/* --- words that the forms share --- */

static void visible(struct buffer *out, const char *words) {
    buffer_visible(out, words, strlen(words));
}

static void visible_text(struct buffer *out, struct text text) {
    buffer_visible(out, text.bytes, text.length);
}

/* "requirements", "duty pay_fee", "notice "..."". */
static void item_words(struct buffer *out, const struct compared *item) {
    bool quoted = item->kind == COMPARED_REMINDER || item->kind == COMPARED_NOTICE;
    if (item->kind != COMPARED_DECISION)
        buffer_format(out, "%s ", kind_words[item->kind]);
    buffer_string(out, quoted ? "\"" : "");
    visible_text(out, item->name);
    buffer_string(out, quoted ? "\"" : "");
}

static void change_words(struct buffer *out, const struct change *change) {
    buffer_string(out, change->what);
    if (change->name.length) {
        bool quoted = strcmp(change->what, "requirement") == 0;
        buffer_string(out, quoted ? " \"" : " ");
        visible_text(out, change->name);
        buffer_string(out, quoted ? "\"" : "");
    }
    if (!change->words)
        return;
    buffer_string(out, change->kind == CHANGE_CHANGED ? ": " : " ");
    visible(out, change->words);
}

static void reason_words(struct buffer *out, const struct diff_report *report, const struct compared *item) {
    if (item->budget) {
        buffer_format(out, "%llu cells were spent, and --cells can give it more",
                      (unsigned long long)report->cells);
    } else if (item->because) {
        const struct policy_set *set = report->sets[item->because_of];
        buffer_string(out, "it rests on `");
        visible_text(out, show_words(set, item->because, report->arena));
        buffer_string(out, "` (");
        show_place(out, set, item->because);
        buffer_string(out, "), which is beyond the analysis");
    } else {
        buffer_string(out, "no case that seemed to differ did so when it was evaluated");
    }
}

/* "offer is action_pack, today 2021-02-01". */
static void case_words(struct buffer *out, const struct diff_report *report,
                       const struct difference *difference) {
    struct buffer words;
    buffer_init(&words, out->alloc);
    witness_words(&words, report->programs[1], difference->witnesses[1]);
    visible_text(out, (struct text){words.data ? words.data : "", words.length});
    out->failed = out->failed || words.failed;
    buffer_free(&words);
}

static size_t pieces_shown(const struct difference *difference) {
    return difference->piece_count < COMPARE_PIECES ? difference->piece_count : COMPARE_PIECES;
}

static bool has_more(const struct difference *difference) {
    return difference->cut || difference->piece_count > COMPARE_PIECES;
}

/* What is said in place of pieces that are not told. */
static void more_words(struct buffer *out, const struct difference *difference) {
    size_t more = difference->piece_count - pieces_shown(difference);
    if (more == 0)
        buffer_string(out, "and perhaps more");
    else
        buffer_format(out, "and %zu more%s", more, difference->cut ? " at least" : "");
}

/* Whether the outcomes of the case say more than those of the difference. */
static bool case_says_more(const struct difference *difference) {
    return strcmp(difference->before, difference->outcomes[0]) != 0 ||
           strcmp(difference->after, difference->outcomes[1]) != 0;
}

/* "3 of 17 decisions, 1 of 2 duties"; of those that are the same "17 decisions, 2 duties". */
static void tally_words(struct buffer *out, const struct tally *tally, const size_t *counts) {
    const char *gap = "";
    for (int i = 0; i < KINDS; i++) {
        if (tally->all[i] == 0)
            continue;
        buffer_string(out, gap);
        if (counts)
            buffer_format(out, "%zu of ", counts[i]);
        buffer_format(out, "%zu %s", tally->all[i], tally->all[i] == 1 ? kind_words[i] : kind_plurals[i]);
        gap = ", ";
    }
}

static void summary_words(struct buffer *out, const struct diff_report *report) {
    struct tally tally = tally_of(report->comparison);
    size_t different = 0, open = 0;
    for (int i = 0; i < KINDS; i++) {
        different += tally.different[i];
        open += tally.open[i];
    }
    if (different == 0 && open == 0) {
        buffer_string(out, "the same in all cases: ");
        tally_words(out, &tally, NULL);
    } else if (different > 0) {
        buffer_string(out, "different: ");
        tally_words(out, &tally, tally.different);
    }
    if (open > 0) {
        buffer_string(out, different > 0 ? "; not decided: " : "not decided: ");
        tally_words(out, &tally, tally.open);
    }
    if (report->comparison->change_count > 0)
        buffer_format(out, "; declared differently: %zu", report->comparison->change_count);
}

static void answer_words(struct buffer *out, const struct diff_report *report,
                         const struct changed_answer *answer) {
    if (answer->item != SIZE_MAX) {
        item_words(out, &report->comparison->items[answer->item]);
        buffer_char(out, ' ');
    }
    visible(out, answer->before);
    buffer_string(out, " → ");
    visible(out, answer->after);
}

static void record_answers(struct buffer *out, const struct diff_report *report,
                           const struct changed_record *record) {
    for (size_t i = 0; i < record->count; i++) {
        buffer_string(out, i > 0 ? "; " : "");
        answer_words(out, report, &record->answers[i]);
    }
}

static void records_words(struct buffer *out, const struct changed_records *records) {
    buffer_format(out, "%llu of %llu record%s", (unsigned long long)records->changed,
                  (unsigned long long)records->read, records->read == 1 ? "" : "s");
    buffer_string(out, records->changed == 1 ? " changes" : " change");
    if (records->rejected > 0)
        buffer_format(out, "; %llu rejected by both", (unsigned long long)records->rejected);
    if (records->uncovered > 0)
        buffer_format(out, "; %llu not covered by either", (unsigned long long)records->uncovered);
}

/* --- text --- */

static void paint(struct buffer *out, const struct diff_report *report, const char *code) {
    if (report->colour)
        buffer_string(out, code);
}

static void text_outcomes(struct buffer *out, const struct diff_report *report, const char *before,
                          const char *after) {
    paint(out, report, "\033[31m");
    visible(out, before);
    paint(out, report, "\033[0m");
    buffer_string(out, " → ");
    paint(out, report, "\033[32m");
    visible(out, after);
    paint(out, report, "\033[0m");
}

static void text_head(struct buffer *out, const struct diff_report *report, const struct compared *item) {
    paint(out, report, "\033[1m");
    item_words(out, item);
    paint(out, report, "\033[0m");
    buffer_string(out, ": ");
}

static void text_difference(struct buffer *out, const struct diff_report *report, const struct compared *item,
                            const struct difference *difference) {
    size_t shown = pieces_shown(difference);
    for (size_t i = 0; i < shown + has_more(difference); i++) {
        text_head(out, report, item);
        if (i < shown)
            visible(out, difference->pieces[i]);
        else
            more_words(out, difference);
        buffer_string(out, ": ");
        text_outcomes(out, report, difference->before, difference->after);
        buffer_char(out, '\n');
    }
    buffer_string(out, "  for example ");
    case_words(out, report, difference);
    if (case_says_more(difference)) {
        buffer_string(out, ": ");
        text_outcomes(out, report, difference->outcomes[0], difference->outcomes[1]);
    }
    buffer_char(out, '\n');
}

static void text_item(struct buffer *out, const struct diff_report *report, const struct compared *item) {
    for (size_t i = 0; i < item->count; i++)
        text_difference(out, report, item, &item->differences[i]);
    if (item->more > 0) {
        text_head(out, report, item);
        buffer_format(out, "%zu more pairs of outcomes\n", item->more);
    }
    if (item->verdict == COMPARED_NOT_DECIDED || (item->verdict == COMPARED_DIFFERENT && item->budget)) {
        text_head(out, report, item);
        buffer_string(out, item->count > 0 ? "perhaps in more cases: " : "not decided: ");
        reason_words(out, report, item);
        buffer_char(out, '\n');
    }
}

static void text_records(struct buffer *out, const struct diff_report *report) {
    const struct changed_records *records = report->records;
    size_t shown = records->count < DIFF_RECORDS ? records->count : DIFF_RECORDS;
    for (size_t i = 0; i < shown; i++) {
        const struct changed_record *record = &records->items[i];
        if (record->input) {
            visible(out, record->input);
            buffer_string(out, ": ");
        }
        buffer_format(out, "record %llu: ", (unsigned long long)record->number);
        record_answers(out, report, record);
        buffer_char(out, '\n');
    }
    if (records->changed > shown)
        buffer_format(out, "and %llu more records\n", (unsigned long long)(records->changed - shown));
}

void diff_text(struct buffer *out, const struct diff_report *report) {
    static const char *const marks[] = {"+ ", "- ", "~ "};
    const struct comparison *comparison = report->comparison;
    for (size_t i = 0; i < comparison->change_count; i++) {
        buffer_string(out, marks[comparison->changes[i].kind]);
        change_words(out, &comparison->changes[i]);
        buffer_char(out, '\n');
    }
    for (size_t i = 0; i < comparison->count; i++)
        text_item(out, report, &comparison->items[i]);
    if (report->records->asked)
        text_records(out, report);
    if (report->quiet)
        return;
    summary_words(out, report);
    buffer_char(out, '\n');
    if (!report->records->asked)
        return;
    records_words(out, report->records);
    buffer_char(out, '\n');
}

/* --- Markdown --- */

/* What a buffer got since `from`, with what would end a cell of a table escaped. */
static void cell_end(struct buffer *out, const struct buffer *words) {
    for (size_t i = 0; i < words->length; i++) {
        if (strchr("|\\`*<[]", words->data[i]) != NULL)
            buffer_char(out, '\\');
        buffer_char(out, words->data[i] == '\n' ? ' ' : words->data[i]);
    }
    out->failed = out->failed || words->failed;
}

static void cell_words(struct buffer *out, const char *words) {
    struct buffer shown;
    buffer_init(&shown, out->alloc);
    visible(&shown, words);
    cell_end(out, &shown);
    buffer_free(&shown);
}

static void cell_item(struct buffer *out, const struct compared *item) {
    struct buffer shown;
    buffer_init(&shown, out->alloc);
    item_words(&shown, item);
    cell_end(out, &shown);
    buffer_free(&shown);
}

static void row_end(struct buffer *out, const char *before, const char *after) {
    buffer_string(out, " | ");
    cell_words(out, before);
    buffer_string(out, " | ");
    cell_words(out, after);
    buffer_string(out, " |\n");
}

static void markdown_item(struct buffer *out, const struct diff_report *report, const struct compared *item) {
    for (size_t i = 0; i < item->count; i++) {
        const struct difference *difference = &item->differences[i];
        buffer_string(out, "| ");
        cell_item(out, item);
        buffer_string(out, " | ");
        for (size_t k = 0; k < pieces_shown(difference); k++) {
            buffer_string(out, k > 0 ? "<br>or " : "");
            cell_words(out, difference->pieces[k]);
        }
        if (has_more(difference)) {
            buffer_string(out, "<br>");
            more_words(out, difference);
        }
        row_end(out, difference->before, difference->after);
    }
    if (item->more > 0) {
        buffer_string(out, "| ");
        cell_item(out, item);
        buffer_format(out, " | %zu more pairs of outcomes | | |\n", item->more);
    }
    if (item->verdict == COMPARED_NOT_DECIDED) {
        struct buffer reason;
        buffer_init(&reason, out->alloc);
        reason_words(&reason, report, item);
        buffer_string(out, "| ");
        cell_item(out, item);
        buffer_string(out, " | not decided: ");
        cell_end(out, &reason);
        buffer_string(out, " | | |\n");
        buffer_free(&reason);
    }
}

static void markdown_records(struct buffer *out, const struct diff_report *report) {
    const struct changed_records *records = report->records;
    size_t shown = records->count < DIFF_RECORDS ? records->count : DIFF_RECORDS;
    buffer_string(out, "\n**");
    records_words(out, records);
    buffer_string(out, ".**\n");
    if (shown > 0)
        buffer_string(out, "\n| Record | Changes |\n| --- | --- |\n");
    for (size_t i = 0; i < shown; i++) {
        struct buffer answers;
        buffer_init(&answers, out->alloc);
        record_answers(&answers, report, &records->items[i]);
        buffer_string(out, "| ");
        if (records->items[i].input) {
            cell_words(out, records->items[i].input);
            buffer_string(out, ": ");
        }
        buffer_format(out, "%llu | ", (unsigned long long)records->items[i].number);
        cell_end(out, &answers);
        buffer_string(out, " |\n");
        buffer_free(&answers);
    }
    if (records->changed > shown)
        buffer_format(out, "| … | %llu more |\n", (unsigned long long)(records->changed - shown));
}

void diff_markdown(struct buffer *out, const struct diff_report *report) {
    static const char *const verbs[] = {"new", "gone", "changed"};
    const struct comparison *comparison = report->comparison;
    bool some = false;
    buffer_string(out, "### What changes in policy ");
    cell_words(out, arena_copy(report->arena, report->sets[1]->modules[0].name->text.bytes,
                               report->sets[1]->modules[0].name->text.length));
    buffer_string(out, "\n\n**");
    summary_words(out, report);
    buffer_string(out, ".**\n");
    for (size_t i = 0; i < comparison->change_count; i++) {
        struct buffer words;
        buffer_init(&words, out->alloc);
        change_words(&words, &comparison->changes[i]);
        buffer_format(out, "%s- %s: ", i == 0 ? "\n" : "", verbs[comparison->changes[i].kind]);
        cell_end(out, &words);
        buffer_char(out, '\n');
        buffer_free(&words);
    }
    for (size_t i = 0; i < comparison->count; i++)
        some = some || comparison->items[i].verdict != COMPARED_SAME;
    if (some)
        buffer_string(out, "\n| What | In which cases | Before | After |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < comparison->count; i++)
        markdown_item(out, report, &comparison->items[i]);
    if (report->records->asked)
        markdown_records(out, report);
}

/* --- JSON --- */

static void json_words(struct buffer *out, const char *key, const char *words) {
    buffer_format(out, "\"%s\":", key);
    if (words)
        buffer_json(out, words, strlen(words));
    else
        buffer_string(out, "null");
}

static void json_name(struct buffer *out, const char *key, struct text name) {
    buffer_format(out, ",\"%s\":", key);
    say_json_text(out, name);
}

static void json_policy(struct buffer *out, const char *key, const struct policy_set *set) {
    buffer_format(out, "\"%s\":{\"policy\":", key);
    say_json_text(out, set->modules[0].name->text);
    buffer_string(out, ",\"amendments\":[");
    for (size_t i = 1; i < set->module_count; i++) {
        buffer_string(out, i > 1 ? "," : "");
        say_json_text(out, set->modules[i].name->text);
    }
    buffer_string(out, "]},");
}

static void json_case(struct buffer *out, const struct diff_report *report,
                      const struct difference *difference) {
    buffer_string(out, ",\"example\":{\"today\":");
    say_json_day(out, difference->witnesses[1]->today);
    buffer_string(out, ",\"record\":");
    witness_json(out, report->sets[1], difference->witnesses[1]);
    buffer_char(out, ',');
    json_words(out, "old", difference->outcomes[0]);
    buffer_char(out, ',');
    json_words(out, "new", difference->outcomes[1]);
    buffer_char(out, '}');
}

static void json_difference(struct buffer *out, const struct diff_report *report,
                            const struct difference *difference) {
    buffer_char(out, '{');
    json_words(out, "old", difference->before);
    buffer_char(out, ',');
    json_words(out, "new", difference->after);
    buffer_string(out, ",\"cases\":[");
    for (size_t i = 0; i < difference->piece_count; i++) {
        buffer_string(out, i > 0 ? "," : "");
        buffer_json(out, difference->pieces[i], strlen(difference->pieces[i]));
    }
    buffer_format(out, "],\"all_cases\":%s,\"region\":%s", difference->cut ? "false" : "true",
                  difference->region_json);
    json_case(out, report, difference);
    buffer_char(out, '}');
}

static void json_item(struct buffer *out, const struct diff_report *report, const struct compared *item) {
    static const char *const verdicts[] = {"same", "different", "not_decided"};
    buffer_format(out, "{\"kind\":\"%s\"", kind_words[item->kind]);
    json_name(out, "name", item->name);
    buffer_format(out, ",\"verdict\":\"%s\",\"differences\":[", verdicts[item->verdict]);
    for (size_t i = 0; i < item->count; i++) {
        buffer_string(out, i > 0 ? ",\n" : "\n");
        json_difference(out, report, &item->differences[i]);
    }
    buffer_format(out, "],\"more\":%zu,\"budget_spent\":%s,\"reason\":", item->more,
                  item->budget ? "true" : "false");
    if (item->verdict == COMPARED_NOT_DECIDED) {
        struct buffer reason;
        buffer_init(&reason, out->alloc);
        reason_words(&reason, report, item);
        buffer_json(out, reason.data ? reason.data : "", reason.length);
        out->failed = out->failed || reason.failed;
        buffer_free(&reason);
    } else {
        buffer_string(out, "null");
    }
    buffer_char(out, '}');
}

static void json_record(struct buffer *out, const struct diff_report *report,
                        const struct changed_record *record) {
    buffer_char(out, '{');
    json_words(out, "input", record->input);
    buffer_format(out, ",\"record\":%llu,\"changes\":[", (unsigned long long)record->number);
    for (size_t i = 0; i < record->count; i++) {
        const struct changed_answer *answer = &record->answers[i];
        buffer_string(out, i > 0 ? ",{" : "{");
        if (answer->item != SIZE_MAX) {
            const struct compared *item = &report->comparison->items[answer->item];
            buffer_format(out, "\"kind\":\"%s\"", kind_words[item->kind]);
            json_name(out, "name", item->name);
        } else {
            buffer_string(out, "\"kind\":\"record\",\"name\":null");
        }
        buffer_char(out, ',');
        json_words(out, "old", answer->before);
        buffer_char(out, ',');
        json_words(out, "new", answer->after);
        buffer_char(out, '}');
    }
    buffer_string(out, "]}");
}

static void json_records(struct buffer *out, const struct diff_report *report) {
    const struct changed_records *records = report->records;
    buffer_string(out, ",\n\"records\":");
    if (!records->asked) {
        buffer_string(out, "null");
        return;
    }
    buffer_format(out, "{\"read\":%llu,\"changed\":%llu,\"rejected\":%llu,\"not_covered\":%llu,\"items\":[",
                  (unsigned long long)records->read, (unsigned long long)records->changed,
                  (unsigned long long)records->rejected, (unsigned long long)records->uncovered);
    for (size_t i = 0; i < records->count; i++) {
        buffer_string(out, i > 0 ? ",\n" : "\n");
        json_record(out, report, &records->items[i]);
    }
    buffer_string(out, "]}");
}

void diff_json(struct buffer *out, const struct diff_report *report) {
    static const char *const verbs[] = {"added", "removed", "changed"};
    const struct comparison *comparison = report->comparison;
    buffer_format(out, "{\"proviso_diff\":%d,", DIFF_JSON_VERSION);
    json_policy(out, "old", report->sets[0]);
    json_policy(out, "new", report->sets[1]);
    buffer_format(out, "\"same\":%s,\n\"changes\":[", diff_same(report) ? "true" : "false");
    for (size_t i = 0; i < comparison->change_count; i++) {
        const struct change *change = &comparison->changes[i];
        buffer_format(out, "%s{\"change\":\"%s\",\"what\":\"%s\"", i > 0 ? ",\n" : "\n", verbs[change->kind],
                      change->what);
        json_name(out, "name", change->name);
        buffer_char(out, ',');
        json_words(out, "words", change->words);
        buffer_char(out, '}');
    }
    buffer_string(out, "],\n\"items\":[");
    for (size_t i = 0; i < comparison->count; i++) {
        buffer_string(out, i > 0 ? ",\n" : "\n");
        json_item(out, report, &comparison->items[i]);
    }
    buffer_char(out, ']');
    json_records(out, report);
    buffer_string(out, "}\n");
}
