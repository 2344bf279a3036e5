/*
 * Law: an input is answered with the same bytes whichever way it goes: by the oracle that walks the tree, by the scalar
 * evaluator, through columns of 1, 3, 7 and 1024 rows, by one worker or several, in small blocks or large ones; NDJSON and CSV,
 * good records and damaged ones. It counts the records that go through columns: of clean ones all but one in a hundred.
 */
#include "interp/batch/batch.h"
#include "interp/meaning/show.h"
#include "tests/laws/law.h"
#include "tests/laws/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS_AN_INPUT 60

struct counts {
    uint64_t inputs, records, rejected, damaged, clean, clean_aside, by_tree;
};

/* --- inputs --- */

static void add_json_record(struct buffer *out, struct luck *luck, const struct policy_set *set,
                            const struct record *record) {
    uint32_t shift = luck_percent(luck, 30) ? luck_below(luck, (uint32_t)set->fact_count) : 0;
    const char *gap = luck_percent(luck, 20) ? ", " : ",", *colon = luck_percent(luck, 20) ? " : " : ":";
    bool first = true;
    buffer_char(out, '{');
    if (luck_percent(luck, 50)) {
        buffer_format(out, "\"number\"%s%d", colon, (int)luck_below(luck, 1000) - 100);
        first = false;
    }
    for (size_t k = 0; k < set->fact_count; k++) {
        size_t i = (k + shift) % set->fact_count;
        const struct fact *fact = &set->facts[i];
        if (record->values[i].tag == VALUE_OPEN)
            continue;
        buffer_string(out, first ? "" : gap);
        buffer_json(out, fact->name->text.bytes, fact->name->text.length);
        buffer_string(out, colon);
        show_json(out, &fact->type, record->values[i]);
        first = false;
    }
    buffer_string(out, luck_percent(luck, 5) ? " }" : "}");
    buffer_string(out, luck_percent(luck, 5) ? "\r\n" : "\n");
}

static bool in_table(const struct fact *fact) {
    return fact->type.kind != TYPE_RECORDS && fact->type.kind != TYPE_MEMBERS;
}

static void add_csv_header(struct buffer *out, const struct policy_set *set) {
    buffer_string(out, "number");
    for (size_t i = 0; i < set->fact_count; i++)
        if (in_table(&set->facts[i]))
            buffer_format(out, ",%.*s", (int)set->facts[i].name->text.length, set->facts[i].name->text.bytes);
    buffer_char(out, '\n');
}

static void add_csv_record(struct buffer *out, struct luck *luck, const struct policy_set *set,
                           const struct record *record) {
    buffer_format(out, "%d", (int)luck_below(luck, 1000));
    for (size_t i = 0; i < set->fact_count; i++) {
        const struct value *value = &record->values[i];
        const char *quote = luck_percent(luck, 5) ? "\"" : "";
        if (!in_table(&set->facts[i]))
            continue;
        buffer_char(out, ',');
        if (value->tag <= VALUE_NONE)
            continue;
        buffer_string(out, quote);
        if (value->tag == VALUE_YES_NO)
            buffer_string(out, value->as.number ? "true" : luck_percent(luck, 50) ? "no" : "false");
        else
            show_value(out, &set->facts[i].type, *value);
        buffer_string(out, quote);
    }
    buffer_string(out, luck_percent(luck, 5) ? "\r\n" : "\n");
}

/* Cuts, flips, repeats: whatever may happen to a file. */
static void damage(struct buffer *text, struct luck *luck, size_t from) {
    static const char bytes[] = "\"\\{}[],:\n\r 0e-+.\t\x80\xc3x";
    uint32_t times = 1 + luck_below(luck, 12);
    for (uint32_t i = 0; i < times && text->length > from + 2; i++) {
        size_t at = from + luck_below(luck, (uint32_t)(text->length - from - 1));
        switch (luck_below(luck, 5)) {
        case 0:
            text->data[at] = (char)(text->data[at] ^ (1 << luck_below(luck, 8)));
            break;
        case 1:
            text->data[at] = bytes[luck_below(luck, sizeof bytes - 1)];
            break;
        case 2: /* a piece is put over another */
        {
            size_t other = from + luck_below(luck, (uint32_t)(text->length - from - 1)), most = text->length;
            size_t length = luck_below(luck, 80);
            most -= at > other ? at : other;
            memmove(text->data + at, text->data + other, length < most ? length : most);
            break;
        }
        case 3: /* a piece is lost */
        {
            size_t length = luck_below(luck, 60);
            if (at + length < text->length) {
                memmove(text->data + at, text->data + at + length, text->length - at - length);
                text->length -= length;
            }
            break;
        }
        default:
            if (luck_percent(luck, 10))
                text->length = at;
            break;
        }
    }
}

/* --- runs --- */

struct bytes_left {
    const char *bytes;
    size_t length, at_once;
};

static ptrdiff_t give(void *context, char *buffer, size_t n) {
    struct bytes_left *left = context;
    if (n > left->at_once)
        n = left->at_once;
    if (n > left->length)
        n = left->length;
    memcpy(buffer, left->bytes, n);
    left->bytes += n;
    left->length -= n;
    return (ptrdiff_t)n;
}

struct answers {
    struct buffer said;
    uint64_t count, rejected, open, in_columns;
};

static bool take(void *context, const struct batch_part *part) {
    struct answers *answers = context;
    buffer_add(&answers->said, part->answers.data, part->answers.length);
    buffer_add(&answers->said, part->complaints.data, part->complaints.length);
    buffer_add(&answers->said, part->rejected.data, part->rejected.length);
    if (part->end == BATCH_BROKEN)
        buffer_format(&answers->said, "broken at line %llu: %s\n", (unsigned long long)part->problem.line,
                      part->problem.message);
    assert_int_not_equal(part->end, BATCH_OUT_OF_MEMORY);
    answers->count += part->count;
    answers->rejected += part->rejections;
    answers->open += part->open;
    answers->in_columns += part->in_columns;
    return true;
}

/* What comes out first and is apart from it is sorted by block, so that each kind is compared as a whole. */
struct way {
    uint32_t rows; /* 0: no columns */
    unsigned jobs;
    size_t block, at_once;
};

struct sorted {
    struct answers answers, complaints, rejected;
    struct tally tally;
};

static bool take_apart(void *context, const struct batch_part *part) {
    struct sorted *sorted = context;
    struct batch_part one = *part;
    if (part->tally)
        tally_move(&sorted->tally, part->tally);
    one.complaints.length = one.rejected.length = 0;
    (void)take(&sorted->answers, &one);
    buffer_add(&sorted->complaints.said, part->complaints.data, part->complaints.length);
    buffer_add(&sorted->rejected.said, part->rejected.data, part->rejected.length);
    return true;
}

static void run(struct sorted *sorted, struct batch batch, const struct text input, enum facts_form form,
                const struct way *way, struct arena *arena) {
    struct bytes_left left = {input.bytes, input.length, way->at_once};
    struct facts_input facts = {give, &left, "facts"};
    struct column_plan *plan = NULL;
    buffer_init(&sorted->answers.said, pv_alloc_default());
    buffer_init(&sorted->complaints.said, pv_alloc_default());
    buffer_init(&sorted->rejected.said, pv_alloc_default());
    sorted->answers.count = sorted->answers.rejected = sorted->answers.open = sorted->answers.in_columns = 0;
    if (way->rows) {
        plan = column_plan(batch.program, batch.form->decisions, batch.form->duties, way->rows, arena);
        assert_non_null(plan);
    }
    assert_true(tally_init(&sorted->tally, batch.form, arena));
    batch.plan = plan && !plan->problem ? plan : NULL;
    batch.jobs = way->jobs;
    batch.block_bytes = way->block;
    (void)batch_run(&batch, &facts, form, take_apart, sorted);
    if (batch.format == BATCH_SUMMARY)
        tally_json(&sorted->answers.said, &sorted->tally);
}

static void run_free(struct sorted *sorted) {
    buffer_free(&sorted->answers.said);
    buffer_free(&sorted->complaints.said);
    buffer_free(&sorted->rejected.said);
}

static void compare_text(const struct law_policy *policy, const char *what, const struct buffer *a,
                         const struct buffer *b, struct text input, const struct way *way) {
    size_t i = 0, from;
    if (a->length == b->length && (!a->length || memcmp(a->data, b->data, a->length) == 0))
        return;
    while (i < a->length && i < b->length && a->data[i] == b->data[i])
        i++;
    for (from = i; from > 0 && a->data[from - 1] != '\n';)
        from--;
    printf("seed %llu, columns of %u rows, %u workers, blocks of %zu: %s differ at byte %zu\n",
           (unsigned long long)policy->seed, way->rows, way->jobs, way->block, what, i);
    printf("one by one: %.*s\n", (int)(a->length - from > 600 ? 600 : a->length - from), a->data + from);
    printf("this way:   %.*s\n", (int)(b->length - from > 600 ? 600 : b->length - from), b->data + from);
    printf("---- input\n%.*s\n", (int)input.length, input.bytes);
    for (i = 0; i < policy->set.sources.count; i++)
        printf("---- %s\n%s", policy->set.sources.files[i]->path, policy->set.sources.files[i]->text);
    fail_msg("an input is answered in two ways");
}

static void compare(const struct law_policy *policy, const struct sorted *a, const struct sorted *b,
                    struct text input, const struct way *way) {
    compare_text(policy, "answers", &a->answers.said, &b->answers.said, input, way);
    compare_text(policy, "complaints", &a->complaints.said, &b->complaints.said, input, way);
    compare_text(policy, "rejected records", &a->rejected.said, &b->rejected.said, input, way);
    assert_true(a->answers.count == b->answers.count);
    assert_true(a->answers.rejected == b->answers.rejected);
    assert_true(a->answers.open == b->answers.open);
}

/* --- the tree --- */

/* Each answer that is not about a rejected record is what the oracle's outcome gives. */
static void compare_with_tree(const struct law_policy *policy, const struct batch *batch, struct text input,
                              enum facts_form form, const struct sorted *scalar, struct counts *counts) {
    struct bytes_left left = {input.bytes, input.length, input.length + 1};
    struct facts_input facts = {give, &left, "facts"};
    struct schema *schema = schema_build(&policy->set, (struct arena *)(uintptr_t)&policy->arena);
    struct facts_reader reader;
    struct record record;
    struct arena arena;
    struct buffer row;
    size_t at = 0;
    arena_init(&arena, pv_alloc_default());
    buffer_init(&row, pv_alloc_default());
    assert_true(facts_open(&reader, schema, &facts, form, pv_alloc_default()));
    while (facts_next(&reader, &arena, &record) == FACTS_RECORD) {
        const char *line = scalar->answers.said.data + at;
        struct oracle_result expected = {.rejected = true};
        const char *feed = memchr(line, '\n', scalar->answers.said.length - at);
        assert_non_null(feed);
        if (!record.problem_count)
            oracle_evaluate(&policy->set, &record, &batch->question, &arena, &expected);
        if (!expected.rejected) {
            buffer_clear(&row);
            if (batch->format == BATCH_NDJSON)
                answer_ndjson(&row, batch->form, &record, &expected.outcome);
            else
                answer_csv(&row, batch->form, &record, &expected.outcome);
            if (scalar->answers.said.length - at < row.length || memcmp(row.data, line, row.length) != 0) {
                printf("the tree: %.*s\nscalar: %.*s\n", (int)row.length, row.data, (int)(feed - line), line);
                fail_msg("the tree gives another answer");
            }
            at += row.length;
            counts->by_tree++;
        } else {
            at = (size_t)(feed - scalar->answers.said.data) + 1;
        }
        arena_reset(&arena);
    }
    facts_close(&reader);
    buffer_free(&row);
    arena_free(&arena);
}

/* --- the law --- */

static void make_input(struct buffer *text, const struct law_policy *policy, struct luck *luck, bool csv,
                       uint32_t unknown, const struct question *question) {
    struct arena arena;
    struct record record;
    arena_init(&arena, pv_alloc_default());
    if (csv)
        add_csv_header(text, &policy->set);
    for (int i = 0; i < RECORDS_AN_INPUT; i++) {
        arena_reset(&arena);
        generate_record(luck, &policy->set, unknown, question, &arena, &record);
        if (csv)
            add_csv_record(text, luck, &policy->set, &record);
        else
            add_json_record(text, luck, &policy->set, &record);
    }
    arena_free(&arena);
}

static bool has_lists(const struct policy_set *set) {
    for (size_t i = 0; i < set->fact_count; i++)
        if (!in_table(&set->facts[i]))
            return true;
    return false;
}

static const struct way ways[] = {{1024, 1, 0, 1 << 20}, {1, 1, 0, 1 << 20},  {3, 3, 900, 1 << 20},
                                  {7, 1, 0, 700},        {1024, 2, 2000, 99}, {0, 3, 600, 1 << 20}};

static void count_clean(struct counts *counts, const struct sorted *found) {
    /* The first record tells what the others are, and goes by itself. */
    uint64_t good = found->answers.count - found->answers.rejected;
    uint64_t aside = good - found->answers.in_columns;
    counts->clean += good;
    counts->clean_aside += aside ? aside - 1 : 0;
}

static void try_ways(const struct law_policy *policy, struct batch batch, struct text input,
                     enum facts_form form, bool clean, struct counts *counts) {
    const struct way one_by_one = {0, 1, 0, 1 << 20};
    struct sorted expected, actual;
    struct arena arena;
    arena_init(&arena, pv_alloc_default());
    run(&expected, batch, input, form, &one_by_one, &arena);
    if (!batch.strict)
        compare_with_tree(policy, &batch, input, form, &expected, counts);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        run(&actual, batch, input, form, &ways[i], &arena);
        compare(policy, &expected, &actual, input, &ways[i]);
        if (i == 0 && clean && !batch.strict && !has_lists(&policy->set))
            count_clean(counts, &actual);
        run_free(&actual);
    }
    run_free(&expected);
    batch.format = BATCH_SUMMARY;
    run(&expected, batch, input, form, &one_by_one, &arena);
    run(&actual, batch, input, form, &ways[2], &arena);
    compare(policy, &expected, &actual, input, &ways[2]);
    run_free(&actual);
    counts->inputs++;
    counts->records += expected.answers.count;
    counts->rejected += expected.answers.rejected;
    counts->damaged += !clean;
    run_free(&expected);
    arena_free(&arena);
}

static void try_input(const struct law_policy *policy, struct luck *luck, struct counts *counts) {
    static const uint32_t unknown[] = {0, 0, 4, 12};
    static const struct text carried = {"number", 6};
    struct question question = generate_question(luck, &policy->set);
    bool csv = luck_percent(luck, 40), clean = luck_percent(luck, 50);
    enum facts_form form = csv ? FACTS_CSV : FACTS_NDJSON;
    struct arena arena;
    struct answer_form shown;
    const struct text *wrong;
    struct buffer text;
    arena_init(&arena, pv_alloc_default());
    buffer_init(&text, pv_alloc_default());
    assert_true(answer_form_init(&shown, &policy->set, &arena, NULL, 0, &wrong));
    shown.fields = luck_percent(luck, 60) ? &carried : NULL;
    shown.field_count = shown.fields ? 1 : 0;
    shown.csv_raw = luck_percent(luck, 20);
    shown.why = luck_percent(luck, 40);
    make_input(&text, policy, luck, csv, clean ? 0 : unknown[luck_below(luck, 4)], &question);
    if (!clean)
        damage(&text, luck, csv ? strcspn(text.data, "\n") + 1 : 0);
    struct batch batch = {.program = policy->program,
                          .schema = schema_build(&policy->set, &arena),
                          .form = &shown,
                          .format = luck_percent(luck, 50) ? BATCH_NDJSON : BATCH_CSV,
                          .question = question,
                          .has_on = true,
                          .strict = luck_percent(luck, 10),
                          .keep_source = true,
                          .always_columns = true,
                          .alloc = pv_alloc_default()};
    try_ways(policy, batch, (struct text){text.data, text.length}, form, clean, counts);
    buffer_free(&text);
    arena_free(&arena);
}

static void all_ways_are_one(void **state) {
    uint32_t n = law_policies(450), i;
    uint64_t seed = law_seed();
    struct counts counts = {.inputs = 0};
    (void)state;
    for (i = 0; i < n; i++) {
        struct law_policy policy;
        struct luck luck = {seed * 1000003 + i};
        law_make(&policy, seed * 1000003 + i, NULL);
        for (int j = 0; j < 3; j++)
            try_input(&policy, &luck, &counts);
        law_free(&policy);
    }
    printf("tree = scalar = columns: %llu inputs, %llu of them damaged, %llu records (%llu rejected, %llu "
           "held against "
           "the tree); of %llu clean ones %llu did not go through columns\n",
           (unsigned long long)counts.inputs, (unsigned long long)counts.damaged,
           (unsigned long long)counts.records, (unsigned long long)counts.rejected,
           (unsigned long long)counts.by_tree, (unsigned long long)counts.clean,
           (unsigned long long)counts.clean_aside);
    if (n >= 100)
        assert_true(counts.clean > 1000);
    assert_true(counts.clean_aside * 100 <= counts.clean);
}

/* --- damage --- */

/* PROVISO_LAW_DAMAGES, else a number that a test run has time for. */
static uint32_t damages(void) {
    const char *said = getenv("PROVISO_LAW_DAMAGES");
    uint32_t n = 0;
    for (; said && *said >= '0' && *said <= '9'; said++)
        n = n * 10 + (uint32_t)(*said - '0');
    return n ? n : law_policies(3000);
}

static uint64_t read_by_itself(const struct law_policy *policy, struct text input, enum facts_form form,
                               struct arena *arena) {
    struct bytes_left left = {input.bytes, input.length, input.length + 1};
    struct facts_input facts = {give, &left, "facts"};
    struct facts_reader reader;
    struct record record;
    struct arena records;
    uint64_t count;
    arena_init(&records, pv_alloc_default());
    assert_true(facts_open(&reader, schema_build(&policy->set, arena), &facts, form, pv_alloc_default()));
    while (facts_next(&reader, &records, &record) == FACTS_RECORD)
        arena_reset(&records);
    count = reader.records;
    facts_close(&reader);
    arena_free(&records);
    return count;
}

/* Every record that is read is a row that is written, whatever happened to the input. */
static void damage_once(const struct law_policy *policy, struct luck *luck, const struct buffer *good,
                        bool csv, const struct answer_form *shown, const struct question *question) {
    enum facts_form form = csv ? FACTS_CSV : FACTS_NDJSON;
    const struct way way = {1024, 1 + luck_below(luck, 2), luck_percent(luck, 50) ? 400 : 0,
                            luck_percent(luck, 50) ? 50 : 1 << 20};
    struct batch batch = {.program = policy->program,
                          .form = shown,
                          .format = BATCH_NDJSON,
                          .question = *question,
                          .has_on = true,
                          .always_columns = true,
                          .alloc = pv_alloc_default()};
    struct arena arena;
    struct buffer text;
    struct sorted found;
    uint64_t rows = 0;
    arena_init(&arena, pv_alloc_default());
    buffer_init(&text, pv_alloc_default());
    buffer_add(&text, good->data, good->length);
    damage(&text, luck, csv ? strcspn(text.data, "\n") + 1 : 0);
    batch.schema = schema_build(&policy->set, &arena);
    run(&found, batch, (struct text){text.data, text.length}, form, &way, &arena);
    for (size_t i = 0; i < found.answers.said.length; i++)
        rows += found.answers.said.data[i] == '\n';
    assert_true(rows == found.answers.count);
    assert_true(rows == read_by_itself(policy, (struct text){text.data, text.length}, form, &arena));
    run_free(&found);
    buffer_free(&text);
    arena_free(&arena);
}

static void damage_loses_no_record(void **state) {
    uint32_t n = damages(), each = 100;
    uint64_t seed = law_seed();
    (void)state;
    for (uint32_t i = 0; i < n; i += each) {
        struct law_policy policy;
        struct luck luck = {seed * 7000003 + i};
        struct question question;
        struct answer_form shown;
        const struct text *wrong;
        struct buffer good;
        bool csv = i / each % 2;
        law_make(&policy, seed * 7000003 + i, NULL);
        question = generate_question(&luck, &policy.set);
        assert_true(answer_form_init(&shown, &policy.set, &policy.arena, NULL, 0, &wrong));
        buffer_init(&good, pv_alloc_default());
        make_input(&good, &policy, &luck, csv, 2, &question);
        for (uint32_t k = 0; k < each && i + k < n; k++)
            damage_once(&policy, &luck, &good, csv, &shown, &question);
        buffer_free(&good);
        law_free(&policy);
    }
    printf("%u damaged inputs: every record that was read is a row that was written\n", n);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_ways_are_one),
                                       cmocka_unit_test(damage_loses_no_record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
