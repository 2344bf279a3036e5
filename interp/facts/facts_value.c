/*
 * Values of facts from JSON. A value of the wrong kind is taken whole before it is complained of, so that its
 * own mistakes come first and reading goes on behind it. Must not know how records follow each other in the
 * input.
 */
#include "interp/facts/facts_value.h"

#include "interp/facts/facts_say.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Misspelt keys of one object that are looked at. */
#define FACTS_SUSPECTS 4
/* The number of no object. */
#define NO_OBJECT UINT64_MAX
/* Members that a message lists. */
#define FACTS_LISTED 8

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
    struct text text = {reader->scan.data + string->start, string->length};
    if (string->escaped) {
        struct buffer *words = facts_words(reader);
        json_decode(&reader->scan, string, words);
        text.length = words->length;
        text.bytes = words->failed ? NULL : arena_copy(reader->record->arena, words->data, words->length);
        if (!text.bytes)
            reader->failed = true;
    }
    return text;
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

/* A bound of a range as the policy would write it. */
static void add_bound(struct buffer *words, const struct type *type, int64_t bound) {
    char text[NUM_TEXT_MAX];
    if (type->kind == TYPE_DAY)
        cal_format((cal_day)bound, text);
    else
        num_format(bound, type->scale, text);
    buffer_string(words, text);
}

static bool in_range(struct facts_reader *reader, const struct found *found, const struct type *type,
                     int64_t value) {
    struct buffer *words;
    struct text text = found_text(reader, found);
    if ((!type->has_low || value >= type->low) && (!type->has_high || value <= type->high))
        return true;
    if (found->kind == JSON_STRING)
        text = (struct text){text.bytes + 1, text.length - 2};
    words = facts_words(reader);
    buffer_visible(words, text.bytes, text.length > 40 ? 40 : text.length);
    buffer_string(words, " is outside the range ");
    if (type->has_low)
        add_bound(words, type, type->low);
    buffer_string(words, !type->has_high ? " and above" : type->has_low ? " through " : "up to ");
    if (type->has_high)
        add_bound(words, type, type->high);
    facts_report(reader, DIAG_E0817, found->start);
    return false;
}

static void read_date(struct facts_reader *reader, const struct found *found, const struct type *type,
                      struct value *out) {
    struct cal_parse_error error;
    char reason[CAL_EXPLAIN_MAX];
    struct text text;
    cal_day day;
    if (found->kind != JSON_STRING) {
        wrong_type(reader, found, "a date in quotes, such as \"2021-06-30\"", NULL);
        return;
    }
    if (found->string.spoiled)
        return;
    text = found_string(reader, &found->string);
    if (!text.bytes)
        return;
    if (cal_parse(text.bytes, text.length, &day, &error)) {
        if (in_range(reader, found, type, day)) {
            out->tag = VALUE_DATE;
            out->as.day = day;
        }
        return;
    }
    (void)cal_explain(&error, reason, sizeof reason);
    facts_add_shown(facts_words(reader), text);
    buffer_format(&reader->words, " is no date: %s", reason);
    facts_report(reader, DIAG_E0815, found->start);
}

static void read_number(struct facts_reader *reader, const struct found *found, const struct type *type,
                        struct value *out) {
    struct text text = found_text(reader, found);
    struct buffer *words;
    enum num_status status;
    int64_t mantissa = 0;
    if (found->kind != JSON_NUMBER) {
        bool quoted = found->kind == JSON_STRING && text.length > 2 &&
                      num_parse_literal(text.bytes + 1, text.length - 2, &mantissa, &(int){0}) == NUM_OK;
        wrong_type(reader, found, "a number", quoted ? "write it without quotes" : NULL);
        return;
    }
    if (found->number.exponent)
        return;
    status = num_parse(text.bytes, text.length, type->scale, &mantissa);
    if (status == NUM_OK) {
        if (in_range(reader, found, type, mantissa)) {
            out->tag = VALUE_NUMBER;
            out->as.number = mantissa;
        }
        return;
    }
    words = facts_words(reader);
    buffer_visible(words, text.bytes, text.length > 40 ? 40 : text.length);
    buffer_string(words, text.length > 40 ? "… " : " ");
    buffer_string(words, num_status_text(status));
    if (status == NUM_TOO_MANY_DECIMALS && type->scale == 0)
        buffer_string(words, ": the fact is a whole number");
    else if (status == NUM_TOO_MANY_DECIMALS)
        buffer_format(words, ": the fact has %d", type->scale);
    else if (status == NUM_TOO_LARGE && type->scale > 0)
        buffer_format(words, ", its %d decimals counted", type->scale);
    facts_report(reader, DIAG_E0816, found->start);
}

static void read_text(struct facts_reader *reader, const struct found *found, struct value *out) {
    struct arena *arena = reader->record->arena;
    struct text *text;
    if (found->kind != JSON_STRING) {
        wrong_type(reader, found, "a text in quotes", found->kind == JSON_NUMBER ? "put it in quotes" : NULL);
        return;
    }
    if (found->string.spoiled)
        return;
    text = arena_alloc(arena, sizeof *text);
    if (!text)
        return;
    *text = found_string(reader, &found->string);
    if (text->bytes && !found->string.escaped)
        text->bytes = arena_copy(arena, text->bytes, text->length);
    if (!text->bytes)
        return;
    out->tag = VALUE_TEXT;
    out->as.text = text;
}

/* The member that a stranger was meant to be: but for capitals, or for a letter or two; SCHEMA_NOT_FOUND. */
static uint32_t nearest_member(const struct schema_enumeration *spellings, struct text text) {
    const struct enumeration *enumeration = spellings->enumeration;
    for (uint32_t i = 0; i < enumeration->count; i++) {
        const struct text *spelt[] = {&enumeration->members[i].name->text, &enumeration->members[i].label};
        for (size_t k = 0; k < 2; k++) {
            size_t at = 0;
            while (at < text.length && at < spelt[k]->length) {
                unsigned char a = (unsigned char)text.bytes[at], b = (unsigned char)spelt[k]->bytes[at];
                a = (unsigned char)(a >= 'A' && a <= 'Z' ? a + 32 : a);
                b = (unsigned char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
                if (a != b)
                    break;
                at++;
            }
            if (text.length == spelt[k]->length && at == text.length)
                return i;
        }
    }
    return schema_nearest(&spellings->spellings, text);
}

static void unknown_member(struct facts_reader *reader, size_t start,
                           const struct schema_enumeration *spellings, struct text text) {
    const struct enumeration *enumeration = spellings->enumeration;
    struct buffer *words = facts_words(reader);
    uint32_t nearest = nearest_member(spellings, text);
    facts_add_shown(words, text);
    buffer_string(words, " is not one of the values this fact can have");
    if (nearest != SCHEMA_NOT_FOUND) {
        buffer_string(words, "; did you mean ");
        facts_add_shown(words, enumeration->members[nearest].name->text);
        buffer_string(words, "?");
    } else if (enumeration->count <= FACTS_LISTED) {
        for (size_t i = 0; i < enumeration->count; i++) {
            buffer_string(words, i == 0 ? ": " : ", ");
            facts_add_shown(words, enumeration->members[i].name->text);
        }
    }
    facts_report(reader, DIAG_E0818, start);
}

/* The index of a member; SCHEMA_NOT_FOUND, with a problem reported, where it is none. */
static uint32_t read_member(struct facts_reader *reader, const struct found *found,
                            const struct schema_enumeration *spellings) {
    struct text text;
    uint32_t index;
    if (found->kind != JSON_STRING) {
        wrong_type(reader, found, "a name in quotes", NULL);
        return SCHEMA_NOT_FOUND;
    }
    if (found->string.spoiled)
        return SCHEMA_NOT_FOUND;
    text = found_string(reader, &found->string);
    if (!text.bytes)
        return SCHEMA_NOT_FOUND;
    index = schema_find(&spellings->spellings, text.bytes, text.length, schema_hash(text.bytes, text.length));
    if (index == SCHEMA_NOT_FOUND)
        unknown_member(reader, found->start, spellings, text);
    return index;
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
    size_t count = 0, capacity = 0;
    int more;
    if (!list || !json_open_array(scan, &array))
        return false;
    while ((more = json_element(scan, &array)) > 0) {
        struct found found = {.kind = json_kind(scan)};
        struct value *element = list_room(arena, record, &fields, count, &capacity);
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

static void read_null(struct facts_reader *reader, const struct found *found, const struct fact *fact,
                      struct value *out) {
    if (fact->type.optional) {
        *out = (struct value){.tag = VALUE_NONE};
        return;
    }
    facts_problem(reader, DIAG_E0820, found->start,
                  "null, but this %s is not optional: leave it out where it is not known",
                  fact->node && fact->node->kind == AST_FIELD ? "field" : "fact");
}

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
        read_null(reader, &found, key->fact, &value);
    } else {
        read_scalar(reader, &found, key, &value);
    }
    *out = value;
    return true;
}

static bool read_today(struct facts_reader *reader, enum json_kind kind) {
    static const struct type any_day = {.kind = TYPE_DAY};
    struct found found = {.kind = kind};
    struct value value = {.tag = VALUE_OPEN};
    if (reader->day_given)
        return json_skip(&reader->scan);
    if (!found_take(reader, &found))
        return false;
    read_date(reader, &found, &any_day, &value);
    if (value.tag == VALUE_DATE) {
        reader->record->has_today = true;
        reader->record->today = value.as.day;
    }
    return true;
}

static bool read_inside(struct facts_reader *reader, const struct schema_key *key, enum json_kind kind,
                        struct value *values) {
    struct found found = {.kind = kind};
    if (kind == JSON_OBJECT)
        return facts_read_object(reader, key->inside, values);
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

/* Under `strict`: every fact of the shape that object `number` has not must say what it is then. */
static void missing_facts(struct facts_reader *reader, const struct schema_object *shape, uint64_t number) {
    struct json_scan *scan = &reader->scan;
    uint32_t i;
    scan->depth++;
    for (i = 0; i < shape->key_count; i++) {
        const struct schema_key *key = &shape->keys[i];
        if (reader->seen[key->id] == number)
            continue;
        json_step_name(scan, key->text);
        if (key->inside)
            missing_facts(reader, key->inside, NO_OBJECT);
        else if (key->fact && !key->fact->has_otherwise && !key->fact->only_when)
            facts_problem(reader, DIAG_E0826, scan->start,
                          "the fact `%.*s` is left out, which --strict does not allow",
                          (int)key->fact->name->text.length, key->fact->name->text.bytes);
    }
    scan->depth--;
}

/* Under `strict`: the field at hand must be carried over at least, or something inside it. */
static void unread_field(struct facts_reader *reader, size_t offset) {
    struct buffer *words = facts_words(reader);
    size_t i;
    json_path(&reader->scan, words);
    for (i = 0; i < reader->carried_count && words->length; i++) {
        struct text carried = reader->carried[i];
        if (carried.length >= words->length && memcmp(carried.bytes, words->data, words->length) == 0 &&
            (carried.length == words->length || carried.bytes[words->length] == '.'))
            return;
    }
    facts_problem(reader, DIAG_E0825, offset, "no fact reads this field, which --strict does not allow");
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
                unread_field(reader, string.start);
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
        missing_facts(reader, shape, object.number);
    return more == 0;
}
