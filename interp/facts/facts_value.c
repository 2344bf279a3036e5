/*
 * Values of facts from JSON. A value of the wrong kind is taken whole before it is complained of, so that its
 * own mistakes come first and reading goes on behind it. Must not know how records follow each other in the
 * input.
 */
#include "interp/facts/facts_value.h"

#include "interp/facts/facts_judge.h"
#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Misspelt keys of one object that are looked at. */
#define FACTS_SUSPECTS 4
/* The number of no object. */
#define NO_OBJECT UINT64_MAX

static const char a_date[] = "a date in quotes, such as \"2021-06-30\"";

/* A value in the input: its kind and its bytes. */
struct found {
    enum json_kind kind;
    size_t start, end;
    struct json_string string;
    struct json_number number;
};

static struct text found_text(const struct facts_reader *reader, const struct found *found) {
    return (struct text){reader->scan.data + found->start, found->end - found->start};
}

/* Takes a value whole. */
static bool found_take(struct facts_reader *reader, struct found *found) {
    struct json_scan *scan = &reader->scan;
    bool fine;
    found->start = scan->at;
    switch (found->kind) {
    case JSON_STRING:
        fine = json_string(scan, &found->string);
        break;
    case JSON_NUMBER:
        fine = json_number(scan, &found->number);
        break;
    default:
        fine = json_skip(scan);
        break;
    }
    found->end = scan->at;
    return fine;
}

static void found_describe(struct facts_reader *reader, const struct found *found, struct buffer *words) {
    struct text text = found_text(reader, found);
    switch (found->kind) {
    case JSON_OBJECT:
        buffer_string(words, "an object");
        break;
    case JSON_ARRAY:
        buffer_string(words, "a list");
        break;
    case JSON_STRING:
        buffer_string(words, "the text ");
        facts_add_shown(words, (struct text){text.bytes + 1, text.length - 2});
        break;
    case JSON_NUMBER:
        buffer_string(words, "the number ");
        buffer_visible(words, text.bytes, text.length > 40 ? 40 : text.length);
        buffer_string(words, text.length > 40 ? "…" : "");
        break;
    default:
        buffer_text(words, text);
        break;
    }
}

/* "expected …, found …", and what to do about it where that is known. */
static void wrong_type(struct facts_reader *reader, const struct found *found, const char *expected,
                       const char *advice) {
    struct buffer *words = facts_words(reader);
    buffer_format(words, "expected %s, found ", expected);
    found_describe(reader, found, words);
    if (advice)
        buffer_format(words, ": %s", advice);
    facts_report(reader, DIAG_E0814, found->start);
}

/*
 * The text of a string of the input: where it has escapes, decoded into `arena`. Bytes NULL where memory ran
 * out.
 */
static struct text found_string(struct facts_reader *reader, const struct json_string *string) {
    if (!string->escaped)
        return (struct text){reader->scan.data + string->start, string->length};
    json_decode(&reader->scan, string, facts_words(reader));
    return facts_keep_words(reader);
}

/* True where the value is of the kind and nothing was reported about it yet; else it is now. */
static bool may_read(struct facts_reader *reader, const struct found *found, enum json_kind kind,
                     const char *expected, const char *advice) {
    if (found->kind != kind)
        wrong_type(reader, found, expected, advice);
    return found->kind == kind &&
           !(kind == JSON_STRING ? found->string.spoiled : kind == JSON_NUMBER && found->number.exponent);
}

/* --- by type --- */

static void read_yes_no(struct facts_reader *reader, const struct found *found, struct value *out) {
    static const char *const words[][2] = {{"\"yes\"", "write true"},
                                           {"\"no\"", "write false"},
                                           {"\"true\"", "write true, without quotes"},
                                           {"\"false\"", "write false, without quotes"},
                                           {"1", "write true"},
                                           {"0", "write false"}};
    const char *advice = NULL;
    if (found->kind == JSON_TRUE || found->kind == JSON_FALSE) {
        out->tag = VALUE_YES_NO;
        out->as.number = found->kind == JSON_TRUE;
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(found_text(reader, found), words[i][0]))
            advice = words[i][1];
    wrong_type(reader, found, "true or false", advice);
}

static void read_date(struct facts_reader *reader, const struct found *found, const struct type *type,
                      struct value *out) {
    struct text text;
    if (!may_read(reader, found, JSON_STRING, a_date, NULL))
        return;
    text = found_string(reader, &found->string);
    if (text.bytes)
        facts_judge_date(reader, text, found->start, type, out);
}

static void read_number(struct facts_reader *reader, const struct found *found, const struct type *type,
                        struct value *out) {
    struct text text = found_text(reader, found);
    int64_t mantissa;
    bool quoted = found->kind == JSON_STRING && text.length > 2 &&
                  num_parse_literal(text.bytes + 1, text.length - 2, &mantissa, &(int){0}) == NUM_OK;
    if (may_read(reader, found, JSON_NUMBER, "a number", quoted ? "write it without quotes" : NULL))
        facts_judge_number(reader, text, found->start, type, out);
}

static void read_text(struct facts_reader *reader, const struct found *found, struct value *out) {
    struct text text;
    if (!may_read(reader, found, JSON_STRING, "a text in quotes",
                  found->kind == JSON_NUMBER ? "put it in quotes" : NULL))
        return;
    text = found_string(reader, &found->string);
    if (text.bytes)
        facts_judge_text(reader, text, found->string.escaped, out);
}

/* The index of a member; SCHEMA_NOT_FOUND, with a problem reported, where it is none. */
static uint32_t read_member(struct facts_reader *reader, const struct found *found,
                            const struct schema_enumeration *spellings) {
    struct text text;
    if (!may_read(reader, found, JSON_STRING, "a name in quotes", NULL))
        return SCHEMA_NOT_FOUND;
    text = found_string(reader, &found->string);
    return text.bytes ? facts_judge_member(reader, text, found->start, spellings) : SCHEMA_NOT_FOUND;
}

/* A list of members, each once. */
static bool read_set(struct facts_reader *reader, const struct schema_enumeration *spellings,
                     struct value *out) {
    struct json_scan *scan = &reader->scan;
    size_t words = (spellings->enumeration->count + 63) / 64;
    struct member_set *set = arena_alloc(reader->record->arena, sizeof *set + words * sizeof set->words[0]);
    struct json_array array;
    int more;
    if (!set || !json_open_array(scan, &array))
        return false;
    set->word_count = (uint32_t)words;
    while ((more = json_element(scan, &array)) > 0) {
        struct found found = {.kind = json_kind(scan)};
        uint32_t index;
        if (found.kind == JSON_NOTHING || !found_take(reader, &found))
            return false;
        index = read_member(reader, &found, spellings);
        if (index == SCHEMA_NOT_FOUND)
            continue;
        if (set->words[index / 64] >> (index % 64) & 1) {
            struct buffer *said = facts_words(reader);
            facts_add_shown(said, spellings->enumeration->members[index].name->text);
            buffer_string(said, " is in the set already");
            facts_report(reader, DIAG_E0819, found.start);
        }
        set->words[index / 64] |= UINT64_C(1) << (index % 64);
    }
    if (more < 0)
        return false;
    out->tag = VALUE_SET;
    out->as.set = set;
    return true;
}

/* --- lists --- */

/* Room for one more record of a list, its fields as if left out; NULL where memory ran out. */
static struct value *list_room(struct arena *arena, const struct record_type *record, struct value **fields,
                               size_t count, size_t *capacity) {
    size_t width = record->field_count;
    struct value *element;
    if (count == *capacity) {
        size_t wanted = *capacity ? *capacity * 2 : 4;
        struct value *grown = width > SIZE_MAX / 2 / sizeof *grown / wanted
                                  ? NULL
                                  : arena_array(arena, wanted * width, sizeof *grown);
        if (!grown) {
            arena->failed = true;
            return NULL;
        }
        if (count && width)
            memcpy(grown, *fields, count * width * sizeof *grown);
        *fields = grown;
        *capacity = wanted;
    }
    element = *fields + count * width;
    for (size_t i = 0; i < width; i++)
        if (record->fields[i].has_otherwise)
            element[i] = record->fields[i].otherwise;
    return element;
}

/* Passes over an element of a list that is full, after a message about the first of them. */
static bool list_rest(struct facts_reader *reader, struct found *found, size_t limit, bool *said) {
    if (!found_take(reader, found))
        return false;
    if (!*said)
        facts_problem(reader, DIAG_E0830, found->start, "a list has at most %zu records", limit);
    *said = true;
    return true;
}

/*
 * A list of objects. Its values move when it grows, which a list inside one of its records does not notice:
 * it is written into its place when it is complete.
 */
static bool read_list(struct facts_reader *reader, const struct schema_key *key, struct value *out) {
    struct json_scan *scan = &reader->scan;
    const struct record_type *record = key->fact->type.record;
    struct arena *arena = reader->record->arena;
    struct value_list *list = arena_alloc(arena, sizeof *list);
    struct value *fields = NULL;
    struct json_array array;
    size_t count = 0, capacity = 0, limit = reader->set->limits.list_records;
    bool full = false;
    int more;
    if (!list || !json_open_array(scan, &array))
        return false;
    while ((more = json_element(scan, &array)) > 0) {
        struct found found = {.kind = json_kind(scan)};
        struct value *element;
        if (count == limit) {
            if (!list_rest(reader, &found, limit, &full))
                return false;
            continue;
        }
        element = list_room(arena, record, &fields, count, &capacity);
        if (!element || found.kind == JSON_NOTHING)
            return false;
        count++;
        if (found.kind == JSON_OBJECT) {
            if (!facts_read_object(reader, key->element, element))
                return false;
        } else {
            if (!found_take(reader, &found))
                return false;
            wrong_type(reader, &found, "an object", NULL);
        }
    }
    if (more < 0)
        return false;
    list->count = (uint32_t)count;
    list->field_count = (uint32_t)record->field_count;
    list->fields = fields;
    out->tag = VALUE_LIST;
    out->as.list = list;
    return true;
}

/* --- values and objects --- */

/* A value that is taken whole before it is judged. */
static void read_scalar(struct facts_reader *reader, const struct found *found, const struct schema_key *key,
                        struct value *out) {
    const struct type *type = &key->fact->type;
    uint32_t index;
    switch (type->kind) {
    case TYPE_YESNO:
        read_yes_no(reader, found, out);
        break;
    case TYPE_DAY:
        read_date(reader, found, type, out);
        break;
    case TYPE_NUM:
        read_number(reader, found, type, out);
        break;
    case TYPE_STRING:
        read_text(reader, found, out);
        break;
    case TYPE_MEMBER:
        index = read_member(reader, found, key->enumeration);
        if (index != SCHEMA_NOT_FOUND) {
            out->tag = VALUE_MEMBER;
            out->as.number = (int64_t)index;
        }
        break;
    case TYPE_MEMBERS:
        wrong_type(reader, found, "a list of names in quotes",
                   found->kind == JSON_STRING ? "put it in square brackets" : NULL);
        break;
    case TYPE_RECORDS:
        wrong_type(reader, found, "a list of objects",
                   found->kind == JSON_OBJECT ? "put it in square brackets" : NULL);
        break;
    default:
        wrong_type(reader, found, "nothing, as values of its type have no form in JSON", NULL);
        break;
    }
}

static bool read_fact(struct facts_reader *reader, const struct schema_key *key, enum json_kind kind,
                      struct value *values) {
    struct value *out = &values[key->fact->index];
    struct found found = {.kind = kind};
    /* What was read stands apart until it is complete: a value with a mistake leaves the fact as it was. */
    struct value value = *out;
    if (kind == JSON_ARRAY && key->enumeration && key->fact->type.kind == TYPE_MEMBERS) {
        if (!read_set(reader, key->enumeration, &value))
            return false;
    } else if (kind == JSON_ARRAY && key->element) {
        if (!read_list(reader, key, &value))
            return false;
    } else if (!found_take(reader, &found)) {
        return false;
    } else if (kind == JSON_NULL) {
        facts_judge_none(reader, found.start, key->fact, "null", "leave it out where it is not known",
                         &value);
    } else {
        read_scalar(reader, &found, key, &value);
    }
    *out = value;
    return true;
}

static bool read_today(struct facts_reader *reader, enum json_kind kind) {
    struct found found = {.kind = kind};
    struct text text;
    if (reader->day_given)
        return json_skip(&reader->scan);
    if (!found_take(reader, &found))
        return false;
    if (!may_read(reader, &found, JSON_STRING, a_date, NULL))
        return true;
    text = found_string(reader, &found.string);
    if (text.bytes)
        facts_judge_today(reader, text, found.start);
    return true;
}

/* True where nothing inside but the day of the record is read; as deep as the path of the day, at most. */
static bool only_today(const struct schema_object *shape) {
    const struct schema_key *key = &shape->keys[0];
    return shape->key_count == 1 && (key->inside ? only_today(key->inside) : key->is_today);
}

static bool read_inside(struct facts_reader *reader, const struct schema_key *key, enum json_kind kind,
                        struct value *values) {
    struct found found = {.kind = kind};
    if (kind == JSON_OBJECT)
        return facts_read_object(reader, key->inside, values);
    if (reader->day_given && only_today(key->inside))
        return json_skip(&reader->scan);
    if (!found_take(reader, &found))
        return false;
    wrong_type(reader, &found, "an object", kind == JSON_NULL ? "leave it out where it is not known" : NULL);
    return true;
}

/* The value of a known key. */
static bool read_value(struct facts_reader *reader, const struct schema_key *key, struct value *values) {
    enum json_kind kind = json_kind(&reader->scan);
    if (kind == JSON_NOTHING)
        return false;
    if (key->fact)
        return read_fact(reader, key, kind, values);
    return key->is_today ? read_today(reader, kind) : read_inside(reader, key, kind, values);
}

/*
 * Takes a key and gives its index in `shape`, or SCHEMA_NOT_FOUND. Objects of one input tend to have their
 * keys in one order: the key that followed `last` before is compared first, without looking for its end.
 */
static bool read_key(struct facts_reader *reader, const struct schema_object *shape, uint32_t last,
                     struct json_string *string, uint32_t *index) {
    struct json_scan *scan = &reader->scan;
    struct buffer *words;
    uint32_t guess = reader->next_key[last];
    if (guess < shape->key_count && shape->keys[guess].plain) {
        struct text text = shape->keys[guess].text;
        const char *at = scan->data + scan->at + 1;
        if (scan->length - scan->at > text.length + 1 && at[text.length] == '"' &&
            memcmp(at, text.bytes, text.length) == 0) {
            *string = (struct json_string){.start = scan->at + 1, .length = text.length};
            scan->at += text.length + 2;
            *index = guess;
            return true;
        }
    }
    *index = SCHEMA_NOT_FOUND;
    if (!json_string(scan, string))
        return false;
    if (string->spoiled)
        return true;
    if (string->escaped) {
        words = facts_words(reader);
        json_decode(scan, string, words);
        if (words->failed)
            return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
        *index =
            schema_find(&shape->table, words->data, words->length, schema_hash(words->data, words->length));
    } else {
        const char *bytes = scan->data + string->start;
        *index = schema_find(&shape->table, bytes, string->length, schema_hash(bytes, string->length));
    }
    if (*index != SCHEMA_NOT_FOUND)
        reader->next_key[last] = *index;
    return true;
}

/* Behind a known key: true where the object has it already, which is reported. */
static bool key_again(struct facts_reader *reader, const struct schema_key *key,
                      const struct json_object *object, const struct json_string *string) {
    bool again = reader->seen[key->id] == object->number;
    json_step_name(&reader->scan, key->text);
    if (again)
        json_report(&reader->scan, JSON_DUPLICATE_KEY, string->start, string->length);
    reader->seen[key->id] = object->number;
    return again;
}

bool facts_read_object(struct facts_reader *reader, const struct schema_object *shape, struct value *values) {
    struct json_scan *scan = &reader->scan;
    struct {
        struct facts_stranger *stranger;
        struct json_string key;
    } suspects[FACTS_SUSPECTS];
    size_t suspect_count = 0;
    struct json_object object;
    struct json_string string;
    uint32_t last = shape->id, index;
    int more;
    if (!json_open_object(scan, &object))
        return false;
    while ((more = json_member(scan, &object)) > 0) {
        bool again = true;
        if (!read_key(reader, shape, last, &string, &index))
            return false;
        if (index != SCHEMA_NOT_FOUND) {
            again = key_again(reader, &shape->keys[index], &object, &string);
            last = shape->keys[index].id;
        } else {
            struct facts_stranger *stranger = facts_stranger(reader, shape, &string);
            json_step_key(scan, &string);
            if (reader->strict)
                facts_judge_unread(reader, string.start);
            if (!json_note_key(scan, &object, &string))
                return false;
            if (stranger && suspect_count < FACTS_SUSPECTS) {
                suspects[suspect_count].stranger = stranger;
                suspects[suspect_count++].key = string;
            }
        }
        if (!json_colon(scan) ||
            !(again ? json_skip(scan) : read_value(reader, &shape->keys[index], values)) || reader->failed ||
            reader->record->arena->failed)
            return false;
    }
    /* Warned of where the object is complete; its level is open once more for the path. */
    for (size_t i = 0; more == 0 && i < suspect_count; i++) {
        scan->depth++;
        if (!suspects[i].stranger->warned &&
            reader->seen[shape->keys[suspects[i].stranger->nearest].id] != object.number)
            facts_warn(reader, suspects[i].stranger, shape, &suspects[i].key);
        scan->depth--;
    }
    if (more == 0 && reader->strict)
        facts_judge_missing(reader, shape, object.number, NO_OBJECT);
    return more == 0;
}
