/*
 * See reading.h. The policy set is built by hand, so that nothing here depends on the language.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/fail_alloc.h"
#include "tests/support/reading.h"

/* --- a policy set --- */

enum { O_LEVEL, O_PRICE, O_SENT, O_COUNT };

static struct name names[32];
static size_t name_count;

static const struct name *name_of(const char *text) {
    struct name *name = &names[name_count++];
    assert_true(name_count <= sizeof names / sizeof *names);
    name->text = text_of(text);
    return name;
}

static struct text segments[64];
static size_t segment_count;

static struct input_path path_of(const char *path) {
    struct input_path made = {&segments[segment_count], 0};
    while (*path) {
        size_t length = strcspn(path, ".");
        assert_true(segment_count < sizeof segments / sizeof *segments);
        segments[segment_count++] = (struct text){path, length};
        made.count++;
        path += length + (path[length] == '.');
    }
    return made;
}

static struct member level_members[3];
static struct enumeration levels;
static struct fact offer_fields[O_COUNT];
static struct record_type offer;
static struct fact facts[F_COUNT];
static struct policy_set set;

const struct policy_set *reading_set(void) {
    return &set;
}

static void add_fact(struct fact *list, uint32_t index, const char *name, const char *path,
                     struct type type) {
    list[index].name = name_of(name);
    list[index].path = path_of(path);
    list[index].type = type;
    list[index].index = index;
}

static int64_t day(const char *text) {
    cal_day day = 0;
    assert_true(cal_parse(text, strlen(text), &day, NULL));
    return day;
}

int reading_make_set(void **state) {
    static const char *const spelt[][2] = {{"low", "Low"}, {"medium", "Medium rate"}, {"high", "high"}};
    struct type money = {.kind = TYPE_NUM, .scale = 2, .has_low = true, .has_high = true, .high = 1000000};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        level_members[i].name = name_of(spelt[i][0]);
        level_members[i].label = text_of(spelt[i][1]);
    }
    levels = (struct enumeration){.members = level_members, .count = 3};
    add_fact(offer_fields, O_LEVEL, "level", "level",
             (struct type){.kind = TYPE_MEMBER, .enumeration = &levels});
    add_fact(offer_fields, O_PRICE, "price", "price.net", money);
    add_fact(offer_fields, O_SENT, "sent", "sent", (struct type){.kind = TYPE_DAY, .optional = true});
    offer_fields[O_SENT].has_otherwise = true;
    offer_fields[O_SENT].otherwise.tag = VALUE_NONE;
    offer = (struct record_type){.name = name_of("offer"), .fields = offer_fields, .field_count = O_COUNT};
    add_fact(facts, F_PAID, "paid", "paid", (struct type){.kind = TYPE_YESNO});
    add_fact(facts, F_DUE, "due", "due",
             (struct type){.kind = TYPE_DAY,
                           .has_low = true,
                           .low = day("2000-01-01"),
                           .has_high = true,
                           .high = day("2030-12-31")});
    add_fact(facts, F_AMOUNT, "amount", "billing.amount", money);
    add_fact(facts, F_NOTE, "note", "note", (struct type){.kind = TYPE_STRING, .optional = true});
    add_fact(facts, F_LEVEL, "level", "level", (struct type){.kind = TYPE_MEMBER, .enumeration = &levels});
    add_fact(facts, F_TAGS, "tags", "tags", (struct type){.kind = TYPE_MEMBERS, .enumeration = &levels});
    add_fact(facts, F_OFFERS, "offers", "offers", (struct type){.kind = TYPE_RECORDS, .record = &offer});
    add_fact(facts, F_PAID_ON, "paid_on", "billing.paid_on",
             (struct type){.kind = TYPE_DAY, .optional = true});
    add_fact(facts, F_LEFT, "left", "left", (struct type){.kind = TYPE_NUM, .has_low = true, .low = -5});
    facts[F_LEFT].has_otherwise = true;
    facts[F_LEFT].otherwise = (struct value){.tag = VALUE_NUMBER, .as.number = 7};
    set.facts = facts;
    set.fact_count = F_COUNT;
    set.limits.list_records = POLICY_MAX_LIST_RECORDS;
    set.has_today_path = true;
    set.today_path = path_of("meta.asked_on");
    return 0;
}

/* --- reading, and all that came out as a text --- */

ptrdiff_t reading_read(void *context, char *buffer, size_t n) {
    struct reading_pieces *pieces = context;
    size_t take = pieces->piece < n ? pieces->piece : n;
    if (take > pieces->length)
        take = pieces->length;
    if (take == 0)
        return pieces->fails ? -1 : 0;
    memcpy(buffer, pieces->left, take);
    pieces->left += take;
    pieces->length -= take;
    return (ptrdiff_t)take;
}

static void show_fields(struct buffer *out, const struct fact *shape, size_t count,
                        const struct value *values);

static void show_value(struct buffer *out, const struct fact *fact, struct value value) {
    char text[NUM_TEXT_MAX];
    switch ((enum value_tag)value.tag) {
    case VALUE_NONE:
        buffer_string(out, "none");
        break;
    case VALUE_YES_NO:
        buffer_string(out, value.as.number ? "yes" : "no");
        break;
    case VALUE_DATE:
        cal_format(value.as.day, text);
        buffer_string(out, text);
        break;
    case VALUE_NUMBER:
        num_format(value.as.number, fact->type.scale, text);
        buffer_string(out, text);
        break;
    case VALUE_TEXT:
        buffer_json(out, value.as.text->bytes, value.as.text->length);
        break;
    case VALUE_MEMBER:
        buffer_text(out, level_members[value.as.number].name->text);
        break;
    case VALUE_SET:
        buffer_format(out, "{%u:%x}", (unsigned)value.as.set->word_count, (unsigned)value.as.set->words[0]);
        break;
    case VALUE_LIST:
        assert_int_equal(value.as.list->field_count, O_COUNT);
        buffer_char(out, '[');
        for (uint32_t i = 0; i < value.as.list->count; i++) {
            buffer_string(out, i ? "; " : "");
            show_fields(out, offer_fields, O_COUNT, value.as.list->fields + i * O_COUNT);
        }
        buffer_char(out, ']');
        break;
    default:
        fail_msg("%s has the tag %u", fact->name->text.bytes, (unsigned)value.tag);
    }
}

static void show_fields(struct buffer *out, const struct fact *shape, size_t count,
                        const struct value *values) {
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (values[i].tag == VALUE_OPEN) {
            assert_null(values[i].as.reasons);
            continue;
        }
        buffer_string(out, first ? "" : " ");
        buffer_text(out, shape[i].name->text);
        buffer_char(out, '=');
        show_value(out, &shape[i], values[i]);
        first = false;
    }
}

static void show_problem(struct buffer *out, const struct fact_problem *problem) {
    buffer_format(out, "  %s line %lu %s: %s\n", diag_message(problem->code)->code,
                  (unsigned long)problem->line, problem->path, problem->message);
}

static void show_record(struct buffer *out, const struct record *record) {
    buffer_format(out, "record %lu line %lu <", (unsigned long)record->number, (unsigned long)record->line);
    buffer_text(out, record->source);
    buffer_string(out, ">\n");
    for (size_t i = 0; i < record->problem_count; i++)
        show_problem(out, &record->problems[i]);
    if (record->problem_count)
        return;
    buffer_string(out, "  ");
    show_fields(out, facts, F_COUNT, record->values);
    if (record->has_today) {
        struct value today = {.tag = VALUE_DATE, .as.day = record->today};
        buffer_string(out, " today=");
        show_value(out, NULL, today);
    }
    buffer_char(out, '\n');
}

enum facts_status reading_all(const struct pv_alloc *alloc, struct reading_pieces pieces,
                              enum facts_form form, struct buffer *out) {
    struct facts_input input = {reading_read, &pieces, "the facts"};
    enum facts_status status = FACTS_OUT_OF_MEMORY;
    const struct fact_problem *warning;
    struct arena lasting, arena;
    struct facts_reader reader;
    struct record record;
    struct schema *schema;
    arena_init(&lasting, alloc);
    arena_init(&arena, alloc);
    schema = schema_build(&set, &lasting);
    if (schema) {
        if (facts_open(&reader, schema, &input, form, alloc)) {
            while ((status = facts_next(&reader, &arena, &record)) == FACTS_RECORD) {
                show_record(out, &record);
                arena_reset(&arena);
            }
            assert_int_equal(facts_next(&reader, &arena, &record), status);
            if (status == FACTS_BROKEN) {
                buffer_format(out, "broken after %lu\n", (unsigned long)reader.records);
                show_problem(out, &reader.problem);
            }
            while ((warning = facts_warning(&reader)) != NULL)
                show_problem(out, warning);
        }
        facts_close(&reader);
    }
    arena_free(&arena);
    arena_free(&lasting);
    return status;
}

void reading_check_bytes(const char *text, size_t length, enum facts_form form, const char *expected) {
    static const size_t sizes[] = {SIZE_MAX, 1, 2, 7, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct reading_pieces pieces = {text, length, sizes[i], false};
        struct buffer out;
        buffer_init(&out, pv_alloc_default());
        buffer_string(&out, "");
        assert_int_not_equal(reading_all(pv_alloc_default(), pieces, form, &out), FACTS_OUT_OF_MEMORY);
        buffer_char(&out, '\0');
        if (strcmp(out.data, expected) != 0)
            fail_msg("in pieces of %zu, of %s came\n%sbut expected was\n%s", sizes[i], text, out.data,
                     expected);
        buffer_free(&out);
    }
}

void reading_check(const char *text, enum facts_form form, const char *expected) {
    reading_check_bytes(text, strlen(text), form, expected);
}

/* --- limits and failures --- */

/* A stream made up as it is read: `head`, then `length` bytes of filling, then `tail`. */
struct long_stream {
    const char *head, *tail;
    size_t length;
};

static ptrdiff_t read_long(void *context, char *buffer, size_t n) {
    struct long_stream *stream = context;
    const char **from = *stream->head ? &stream->head : &stream->tail;
    if (!*stream->head && stream->length) {
        n = n < stream->length ? n : stream->length;
        memset(buffer, 'x', n);
        stream->length -= n;
        return (ptrdiff_t)n;
    }
    n = n < strlen(*from) ? n : strlen(*from);
    memcpy(buffer, *from, n);
    *from += n;
    return (ptrdiff_t)n;
}

enum facts_status reading_long(const char *head, size_t length, const char *tail, enum facts_form form,
                               int *records, int *too_long) {
    struct long_stream stream = {head, tail, length};
    struct facts_input input = {read_long, &stream, "long"};
    struct arena lasting, arena;
    struct facts_reader reader;
    struct record record;
    enum facts_status status;
    arena_init(&lasting, pv_alloc_default());
    arena_init(&arena, pv_alloc_default());
    assert_true(facts_open(&reader, schema_build(&set, &lasting), &input, form, pv_alloc_default()));
    *records = *too_long = 0;
    while ((status = facts_next(&reader, &arena, &record)) == FACTS_RECORD) {
        ++*records;
        if (record.problem_count == 1 && record.problems[0].code == DIAG_E0821)
            ++*too_long;
        else if (*records == 1)
            assert_int_equal(record.values[F_NOTE].as.text->length, length);
        else
            assert_int_equal(record.values[F_LEFT].as.number, 2);
        arena_reset(&arena);
    }
    facts_close(&reader);
    arena_free(&arena);
    arena_free(&lasting);
    return status;
}

void reading_survives(const char *text, size_t length, enum facts_form form) {
    enum facts_status status = FACTS_OUT_OF_MEMORY;
    struct buffer whole;
    size_t n = 0;
    buffer_init(&whole, pv_alloc_default());
    assert_int_equal(
        reading_all(pv_alloc_default(), (struct reading_pieces){text, length, SIZE_MAX, false}, form, &whole),
        FACTS_END);
    while (status == FACTS_OUT_OF_MEMORY) {
        struct fail_alloc failing;
        struct buffer out;
        fail_alloc_init(&failing, ++n);
        buffer_init(&out, pv_alloc_default());
        status = reading_all(&failing.alloc, (struct reading_pieces){text, length, 50, false}, form, &out);
        assert_true(fail_alloc_clean(&failing));
        if (status == FACTS_OUT_OF_MEMORY) {
            assert_int_equal(failing.failures, 1);
        } else {
            assert_int_equal(status, FACTS_END);
            assert_int_equal(failing.failures, 0);
            assert_int_equal(out.length, whole.length);
            assert_memory_equal(out.data, whole.data, whole.length);
        }
        buffer_free(&out);
    }
    assert_true(n > 5);
    buffer_free(&whole);
}

uint32_t reading_random(uint64_t *seed) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

void reading_damaged(const char *text, size_t length, enum facts_form form, size_t piece) {
    struct buffer one, many;
    enum facts_status status;
    buffer_init(&one, pv_alloc_default());
    buffer_init(&many, pv_alloc_default());
    status =
        reading_all(pv_alloc_default(), (struct reading_pieces){text, length, SIZE_MAX, false}, form, &one);
    assert_true(status == FACTS_END || status == FACTS_BROKEN);
    assert_int_equal(
        reading_all(pv_alloc_default(), (struct reading_pieces){text, length, piece, false}, form, &many),
        status);
    assert_int_equal(one.length, many.length);
    if (one.length)
        assert_memory_equal(one.data, many.data, one.length);
    buffer_free(&one);
    buffer_free(&many);
}

/* A few bytes are changed: a bit, or to what the form gives a meaning. */
static void damage(char *text, size_t length, const char *alphabet, uint64_t *seed) {
    size_t flips = 1 + reading_random(seed) % 4;
    while (flips--) {
        char *at = &text[reading_random(seed) % length];
        if (reading_random(seed) % 2)
            *at = (char)(*at ^ (1 << reading_random(seed) % 8));
        else
            *at = alphabet[reading_random(seed) % strlen(alphabet)];
    }
}

void reading_damage(const char *sample, const char *alphabet, int rounds, enum facts_form form,
                    uint64_t seed) {
    size_t length = strlen(sample);
    char *text = malloc(length);
    assert_non_null(text);
    for (int round = 0; round < rounds; round++) {
        memcpy(text, sample, length);
        damage(text, length, alphabet, &seed);
        reading_damaged(text, length, form, 1 + reading_random(&seed) % 30);
    }
    free(text);
}

void reading_garbage(const char *alphabet, enum facts_form form, uint64_t seed) {
    enum { GARBAGE = 1 << 20 };
    size_t letters = alphabet ? strlen(alphabet) : 0;
    char *text = malloc(GARBAGE);
    assert_non_null(text);
    for (size_t i = 0; i < GARBAGE; i++)
        text[i] =
            (char)(letters ? alphabet[reading_random(&seed) % letters] : (int)(reading_random(&seed) & 0xFF));
    reading_damaged(text, GARBAGE, form, 4096);
    free(text);
}
