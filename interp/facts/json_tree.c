/*
 * What the scanner does with whole values: it takes those that nobody reads, finds keys that an object has
 * twice, and puts paths and errors into words. Must not know what a value is for.
 */
#include "interp/facts/json.h"

#include <string.h>

#include "grammar/base/banned.h"

/* Of a stranger's text, the columns a message shows. */
#define JSON_SHOWN 40
/* Levels of a path that are shown; what is nested deeper is nested without end. */
#define JSON_PATH_SHOWN ((size_t)32)
#define JSON_FIRST_KEYS ((size_t)64)

void json_report(struct json_scan *scan, enum json_issue issue, size_t start, size_t length) {
    if (scan->issue)
        scan->issue(scan->owner, issue, start, length);
}

/* --- keys that stand twice --- */

static uint32_t json_key_hash(const char *bytes, size_t length) {
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ length;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return (uint32_t)(hash ^ hash >> 32);
}

static const char *json_key_bytes(const struct json_scan *scan, const struct json_key *key) {
    return (key->decoded ? scan->decoded.data : scan->data) + key->start;
}

/* Twice the room for keys, and as many buckets; keys go in front of their bucket in the order they came. */
static bool json_grow_keys(struct json_scan *scan) {
    const struct pv_alloc *alloc = scan->alloc;
    size_t wanted = scan->key_capacity ? scan->key_capacity * 2 : JSON_FIRST_KEYS;
    struct json_key *keys;
    uint32_t *buckets;
    if (wanted > UINT32_MAX / 2)
        return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
    keys =
        alloc->resize(alloc->context, scan->keys, scan->key_capacity * sizeof *keys, wanted * sizeof *keys);
    if (!keys)
        return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
    scan->keys = keys;
    scan->key_capacity = wanted;
    buckets = alloc->resize(alloc->context, NULL, 0, wanted * sizeof *buckets);
    if (!buckets)
        return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
    if (scan->buckets)
        alloc->resize(alloc->context, scan->buckets, scan->bucket_count * sizeof *buckets, 0);
    scan->buckets = buckets;
    scan->bucket_count = wanted;
    memset(buckets, 0, wanted * sizeof *buckets);
    for (size_t i = 0; i < scan->key_count; i++) {
        uint32_t *bucket = &buckets[keys[i].hash & (wanted - 1)];
        keys[i].next = *bucket;
        *bucket = (uint32_t)i + 1;
    }
    return true;
}

bool json_note_key(struct json_scan *scan, const struct json_object *object,
                   const struct json_string *string) {
    struct json_key key = {.object = object->number, .start = string->start, .length = string->length};
    const char *bytes;
    if (string->escaped) {
        key.decoded = true;
        key.start = scan->decoded.length;
        json_decode(scan, string, &scan->decoded);
        key.length = scan->decoded.length - key.start;
        if (scan->decoded.failed)
            return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
    }
    /* A key of nothing but an empty text may come before anything was decoded. */
    bytes = key.length ? json_key_bytes(scan, &key) : "";
    key.hash = json_key_hash(bytes, key.length) + (uint32_t)key.object * UINT32_C(0x9E3779B1);
    if (scan->key_count == scan->bucket_count || scan->key_count == scan->key_capacity)
        if (!json_grow_keys(scan))
            return false;
    key.next = scan->buckets[key.hash & (scan->bucket_count - 1)];
    for (uint32_t i = key.next; i; i = scan->keys[i - 1].next) {
        const struct json_key *other = &scan->keys[i - 1];
        if (other->hash == key.hash && other->object == key.object && other->length == key.length &&
            (key.length == 0 || memcmp(json_key_bytes(scan, other), bytes, key.length) == 0)) {
            json_report(scan, JSON_DUPLICATE_KEY, string->start, string->length);
            return true;
        }
    }
    scan->keys[scan->key_count++] = key;
    scan->buckets[key.hash & (scan->bucket_count - 1)] = (uint32_t)scan->key_count;
    return true;
}

/* --- values nobody reads --- */

static bool json_skip_object(struct json_scan *scan) {
    struct json_object object;
    struct json_string key;
    int more;
    if (!json_open_object(scan, &object))
        return false;
    while ((more = json_member(scan, &object)) > 0) {
        if (!json_string(scan, &key))
            return false;
        json_step_key(scan, &key);
        if (!json_note_key(scan, &object, &key) || !json_colon(scan) || !json_skip(scan))
            return false;
    }
    return more == 0;
}

static bool json_skip_array(struct json_scan *scan) {
    struct json_array array;
    int more;
    if (!json_open_array(scan, &array))
        return false;
    while ((more = json_element(scan, &array)) > 0)
        if (!json_skip(scan))
            return false;
    return more == 0;
}

/* Recursive, at most JSON_DEPTH_MAX deep. */
bool json_skip(struct json_scan *scan) {
    struct json_string string;
    struct json_number number;
    enum json_kind kind = json_kind(scan);
    switch (kind) {
    case JSON_OBJECT:
        return json_skip_object(scan);
    case JSON_ARRAY:
        return json_skip_array(scan);
    case JSON_STRING:
        return json_string(scan, &string);
    case JSON_NUMBER:
        return json_number(scan, &number);
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        return json_word(scan, kind);
    case JSON_NOTHING:
        break;
    }
    return false;
}

/* --- paths --- */

void json_step_key(struct json_scan *scan, const struct json_string *key) {
    struct json_step *step = &scan->path[scan->depth - 1];
    step->kind = JSON_STEP_KEY;
    step->start = key->start;
    step->length = key->length;
}

void json_step_name(struct json_scan *scan, struct text name) {
    struct json_step *step = &scan->path[scan->depth - 1];
    step->kind = JSON_STEP_NAME;
    step->name = name;
}

/* True where a key needs no quotes in a path. */
static bool json_plain_key(struct text key) {
    for (size_t i = 0; i < key.length; i++) {
        char c = key.bytes[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-'))
            return false;
    }
    return key.length > 0 && key.length <= 2 * JSON_SHOWN;
}

/* As much of a text as a message shows, whole characters only. */
static void json_add_shown(struct buffer *out, struct text text) {
    size_t length = text.length;
    if (length > JSON_SHOWN) {
        length = JSON_SHOWN;
        while (length > JSON_SHOWN - 4 && ((unsigned char)text.bytes[length] & 0xC0) == 0x80)
            length--;
    }
    buffer_visible(out, text.bytes, length);
    if (length < text.length)
        buffer_string(out, "…");
}

void json_path(const struct json_scan *scan, struct buffer *out) {
    bool first = true;
    for (size_t i = 0; i < scan->depth; i++) {
        const struct json_step *step = &scan->path[i];
        struct text key = step->name;
        if (i == JSON_PATH_SHOWN) {
            buffer_string(out, "…");
            break;
        }
        if (step->kind == JSON_STEP_NONE)
            continue;
        if (step->kind == JSON_STEP_INDEX) {
            buffer_format(out, "[%lu]", (unsigned long)step->index);
            first = false;
            continue;
        }
        if (step->kind == JSON_STEP_KEY)
            key = (struct text){scan->data + step->start, step->length};
        if (json_plain_key(key)) {
            buffer_string(out, first ? "" : ".");
            buffer_text(out, key);
        } else {
            buffer_string(out, "[\"");
            json_add_shown(out, key);
            buffer_string(out, "\"]");
        }
        first = false;
    }
}

/* --- errors in words --- */

static bool json_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Reads and measures what stands at the error: a word, or a character; 0 at the end. */
static size_t json_found_length(struct json_scan *scan) {
    size_t length = 0;
    const char *at;
    unsigned char lead;
    while (length < JSON_SHOWN && json_ahead(scan, length + 1) && scan->length - scan->at > length &&
           json_letter(scan->data[scan->at + length]))
        length++;
    if (length || scan->length == scan->at)
        return length;
    lead = (unsigned char)scan->data[scan->at];
    if (lead < 0x80)
        return 1;
    (void)json_ahead(scan, lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2);
    at = scan->data + scan->at;
    length = scan->length - scan->at;
    length = text_invalid_utf8(at, length < 4 ? length : 4);
    if (length)
        (void)text_decode(at, length, &length);
    return length ? length : 1;
}

static void json_add_found(struct json_scan *scan, struct buffer *out) {
    size_t length = json_found_length(scan);
    const char *at = scan->data + scan->at;
    if (length == 0) {
        buffer_string(out, "the end");
    } else if (*at == '\n') {
        buffer_string(out, "the end of the line");
    } else if (*at == '"') {
        buffer_string(out, "a quote");
    } else {
        buffer_string(out, "\"");
        buffer_visible(out, at, length);
        buffer_string(out, "\"");
    }
}

static bool json_word_at(const struct json_scan *scan, const char *word) {
    size_t length = strlen(word);
    return scan->length - scan->error_at >= length && memcmp(scan->data + scan->error_at, word, length) == 0;
}

/* What the writer may have meant, for what other notations allow. */
static const char *json_hint(const struct json_scan *scan) {
    static const struct {
        const char *found, *hint;
    } hints[] = {
        {"NaN", "JSON has no NaN: leave the field out, or write null where there is no value"},
        {"Infinity", "JSON has no infinity"},
        {"None", "write null"},
        {"NULL", "write null"},
        {"Null", "write null"},
        {"nil", "write null"},
        {"undefined", "leave the field out, or write null where there is no value"},
        {"True", "write true, in small letters"},
        {"TRUE", "write true, in small letters"},
        {"False", "write false, in small letters"},
        {"FALSE", "write false, in small letters"},
        {"'", "JSON has double quotes only"},
        {"/", "JSON has no comments"},
        {"#", "JSON has no comments"},
        {"+", "JSON has no plus sign before a number"},
        {".", "a number begins with a digit: 0.5"},
        {"}", "is there a comma too many?"},
        {"]", "is there a comma too many?"},
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (json_word_at(scan, hints[i].found))
            return *hints[i].found != '}' && *hints[i].found != ']' ? hints[i].hint
                   : strstr(scan->expected, "after the comma")      ? hints[i].hint
                                                                    : NULL;
    return NULL;
}

static void json_explain_unexpected(struct json_scan *scan, struct buffer *out) {
    const char *hint;
    buffer_format(out, "expected %s, found ", scan->expected);
    scan->at = scan->error_at;
    json_add_found(scan, out);
    hint = json_hint(scan);
    if (hint)
        buffer_format(out, "; %s", hint);
}

static void json_explain_control(const struct json_scan *scan, struct buffer *out) {
    unsigned char c = (unsigned char)scan->data[scan->error_at];
    if (c == '\n' || c == '\r')
        buffer_string(
            out, "a string goes over the end of its line: is a closing quote missing? In a text, write \\n");
    else if (c == '\t')
        buffer_string(out, "a tab in a string: write \\t");
    else
        buffer_format(out, "the control character U+%04X in a string: write \\u%04x", (unsigned)c,
                      (unsigned)c);
}

void json_explain(struct json_scan *scan, struct buffer *out) {
    switch (scan->error) {
    case JSON_OK:
    case JSON_TRUNCATED:
        buffer_string(out, "the input ends in the middle of a value");
        break;
    case JSON_LINE_ENDS:
        buffer_string(out, "the line ends in the middle of a record; in NDJSON a record is one line");
        break;
    case JSON_UNEXPECTED:
        json_explain_unexpected(scan, out);
        break;
    case JSON_CONTROL_CHARACTER:
        json_explain_control(scan, out);
        break;
    case JSON_BAD_ESCAPE:
        buffer_string(
            out, "a backslash that begins no escape; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and "
                 "\\u with four hexadecimal digits");
        break;
    case JSON_LEADING_ZERO:
        buffer_string(out, "a number with a leading zero; a code with zeros in front is a text in quotes");
        break;
    case JSON_BAD_NUMBER:
        buffer_string(out,
                      "a number without a digit where one belongs: after a minus, a point or an exponent");
        break;
    case JSON_TOO_DEEP:
        buffer_format(out, "more than %d objects and arrays inside each other", JSON_DEPTH_MAX);
        break;
    case JSON_TOO_LONG:
        buffer_format(out, "a record longer than %llu bytes", (unsigned long long)scan->limit);
        break;
    case JSON_READ_FAILED:
        buffer_string(out, "the input could not be read");
        break;
    case JSON_OUT_OF_MEMORY:
        buffer_string(out, "memory ran out");
        break;
    }
}
