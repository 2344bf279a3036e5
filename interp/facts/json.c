/*
 * The scanner's window over the stream, and its tokens. Zeros behind the last byte let the inner loops run
 * without asking for the end: they stop at the zero and only then look whether it was one. Must not know what
 * a value is for.
 */
#include "interp/facts/json.h"

#include <limits.h>
#include <string.h>

#include "grammar/base/banned.h"

#define JSON_FIRST_ROOM ((size_t)64 * 1024)

void json_init(struct json_scan *scan, const struct pv_alloc *alloc,
               ptrdiff_t (*read)(void *context, char *buffer, size_t n), void *context) {
    memset(scan, 0, offsetof(struct json_scan, path));
    scan->alloc = alloc;
    scan->read = read;
    scan->context = context;
    scan->limit = SIZE_MAX / 4;
    scan->line = scan->column = scan->cursor_line = scan->cursor_column = 1;
    buffer_init(&scan->decoded, alloc);
}

void json_free(struct json_scan *scan) {
    const struct pv_alloc *alloc = scan->alloc;
    if (scan->data && !scan->view)
        alloc->resize(alloc->context, scan->data, scan->capacity, 0);
    if (scan->keys)
        alloc->resize(alloc->context, scan->keys, scan->key_capacity * sizeof *scan->keys, 0);
    if (scan->buckets)
        alloc->resize(alloc->context, scan->buckets, scan->bucket_count * sizeof *scan->buckets, 0);
    buffer_free(&scan->decoded);
    json_init(scan, alloc, scan->read, scan->context);
}

void json_view(struct json_scan *scan, char *bytes, size_t length, uint64_t line, bool failed) {
    scan->view = true;
    scan->data = bytes;
    scan->start = scan->at = scan->cursor = 0;
    scan->length = length;
    /* Where a line ends, nobody can say that the input does. */
    scan->ended = !length || bytes[length - 1] != '\n';
    scan->read_failed = failed;
    scan->line = scan->cursor_line = line;
    scan->column = scan->cursor_column = 1;
}

bool json_fail(struct json_scan *scan, enum json_error error, const char *expected) {
    if (scan->error == JSON_OK) {
        scan->error = error;
        scan->error_at = scan->at;
        scan->expected = expected;
    }
    return false;
}

/* Twice the room; offsets keep their meaning. */
static bool json_grow(struct json_scan *scan) {
    size_t wanted = scan->capacity ? scan->capacity * 2 : JSON_FIRST_ROOM;
    char *grown = NULL;
    if (wanted > scan->capacity && wanted <= PTRDIFF_MAX)
        grown = scan->alloc->resize(scan->alloc->context, scan->data, scan->capacity, wanted);
    if (!grown)
        return json_fail(scan, JSON_OUT_OF_MEMORY, NULL);
    scan->data = grown;
    scan->capacity = wanted;
    return true;
}

/* Reads on; false at the end of the input, or with the error set. */
static bool json_more(struct json_scan *scan) {
    size_t room;
    ptrdiff_t got;
    if (scan->read_failed)
        return json_fail(scan, JSON_READ_FAILED, NULL);
    /* What a view leaves out of a long record is not the end of the input. */
    if (scan->ended && !scan->view)
        return false;
    if (scan->at - scan->start >= scan->limit)
        return json_fail(scan, JSON_TOO_LONG, NULL);
    if (scan->view)
        return false;
    /* A small rest of room would mean many small reads. */
    if (scan->capacity - scan->length < scan->capacity / 4 + JSON_PAD + 1 && !json_grow(scan))
        return false;
    room = scan->capacity - scan->length - JSON_PAD;
    got = scan->read(scan->context, scan->data + scan->length, room);
    if (got < 0 || (size_t)got > room) {
        scan->read_failed = true;
        memset(scan->data + scan->length, 0, JSON_PAD);
        return json_fail(scan, JSON_READ_FAILED, NULL);
    }
    if (got == 0)
        scan->ended = true;
    scan->length += (size_t)got;
    memset(scan->data + scan->length, 0, JSON_PAD);
    return got > 0;
}

void json_begin(struct json_scan *scan) {
    json_place(scan, scan->at, &scan->line, &scan->column);
    scan->start = scan->at;
    if (scan->start && !scan->view && (scan->start == scan->length || scan->start >= scan->capacity / 2)) {
        scan->length -= scan->start;
        memmove(scan->data, scan->data + scan->start, scan->length + JSON_PAD);
        scan->start = scan->at = 0;
    }
    scan->cursor = scan->start;
    scan->cursor_line = scan->line;
    scan->cursor_column = scan->column;
    scan->error = JSON_OK;
    scan->depth = 0;
    if (scan->key_count) {
        memset(scan->buckets, 0, scan->bucket_count * sizeof *scan->buckets);
        scan->key_count = 0;
    }
    buffer_clear(&scan->decoded);
}

void json_place(struct json_scan *scan, size_t offset, uint64_t *line, uint64_t *column) {
    if (offset < scan->cursor) {
        scan->cursor = scan->start;
        scan->cursor_line = scan->line;
        scan->cursor_column = scan->column;
    }
    while (scan->cursor < offset) {
        const char *from = scan->data + scan->cursor;
        const char *feed = memchr(from, '\n', offset - scan->cursor);
        if (!feed) {
            scan->cursor_column += offset - scan->cursor;
            scan->cursor = offset;
        } else {
            scan->cursor += (size_t)(feed - from) + 1;
            scan->cursor_line++;
            scan->cursor_column = 1;
        }
    }
    *line = scan->cursor_line;
    *column = scan->cursor_column;
}

int json_peek(struct json_scan *scan) {
    if (scan->at == scan->length && !json_more(scan))
        return -1;
    return (unsigned char)scan->data[scan->at];
}

bool json_ahead(struct json_scan *scan, size_t count) {
    while (scan->length - scan->at < count)
        if (!json_more(scan))
            return scan->error == JSON_OK;
    return true;
}

int json_peek_token(struct json_scan *scan) {
    for (;;) {
        int c = json_peek(scan);
        if (c > ' ' || c < 0)
            return c;
        if (c == '\n' && scan->one_line) {
            json_fail(scan, JSON_LINE_ENDS, NULL);
            return -1;
        }
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
            return c;
        scan->at++;
    }
}

bool json_rest_of_line(struct json_scan *scan, bool keep) {
    scan->error = JSON_OK;
    for (;;) {
        size_t rest = scan->length - scan->at;
        const char *feed = rest ? memchr(scan->data + scan->at, '\n', rest) : NULL;
        if (feed) {
            scan->at = (size_t)(feed - scan->data);
            return keep;
        }
        scan->at = scan->length;
        if (!keep)
            json_begin(scan);
        if (!json_more(scan)) {
            if (scan->error != JSON_TOO_LONG)
                return keep && scan->error == JSON_OK;
            keep = false;
            scan->error = JSON_OK;
        }
    }
}

/* The next token's first byte; at the end of the input the error is set. */
static int json_token(struct json_scan *scan) {
    int c = json_peek_token(scan);
    if (c < 0)
        json_fail(scan, JSON_TRUNCATED, NULL);
    return c;
}

enum json_kind json_kind(struct json_scan *scan) {
    int c = json_token(scan);
    switch (c) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        if (c == '-' || (c >= '0' && c <= '9'))
            return JSON_NUMBER;
        json_fail(scan, JSON_UNEXPECTED, "a value");
        return JSON_NOTHING;
    }
}

bool json_word(struct json_scan *scan, enum json_kind kind) {
    const char *word = kind == JSON_TRUE ? "true" : kind == JSON_FALSE ? "false" : "null";
    size_t length = strlen(word);
    if (!json_ahead(scan, length))
        return false;
    if (memcmp(scan->data + scan->at, word, length) != 0) {
        bool cut = scan->length - scan->at < length &&
                   memcmp(scan->data + scan->at, word, scan->length - scan->at) == 0;
        return json_fail(scan, cut ? JSON_TRUNCATED : JSON_UNEXPECTED, "a value");
    }
    scan->at += length;
    return true;
}

/* One digit or more. */
static bool json_digits(struct json_scan *scan) {
    size_t count = 0;
    for (;;) {
        int c = json_peek(scan);
        if (c < '0' || c > '9')
            break;
        scan->at++;
        count++;
    }
    if (count)
        return scan->error == JSON_OK;
    return json_fail(scan, scan->ended && scan->at == scan->length ? JSON_TRUNCATED : JSON_BAD_NUMBER,
                     "a digit");
}

bool json_number(struct json_scan *scan, struct json_number *number) {
    int c = json_peek(scan);
    number->start = scan->at;
    number->exponent = false;
    if (c == '-')
        scan->at++;
    if (json_peek(scan) == '0') {
        scan->at++;
        c = json_peek(scan);
        if (c >= '0' && c <= '9')
            return json_fail(scan, JSON_LEADING_ZERO, NULL);
    } else if (!json_digits(scan)) {
        return false;
    }
    if (json_peek(scan) == '.') {
        scan->at++;
        if (!json_digits(scan))
            return false;
    }
    c = json_peek(scan);
    if (c == 'e' || c == 'E') {
        number->exponent = true;
        scan->at++;
        c = json_peek(scan);
        if (c == '+' || c == '-')
            scan->at++;
        if (!json_digits(scan))
            return false;
    }
    number->length = scan->at - number->start;
    if (scan->error != JSON_OK)
        return false;
    if (number->exponent)
        json_report(scan, JSON_EXPONENT, number->start, number->length);
    return true;
}

/* --- strings --- */

#define JSON_EACH_BYTE(B) (UINT64_C(0x0101010101010101) * (B))

/*
 * Bytes that may stand in a string as they are, up to the next that needs a look; the zeros behind the end
 * do.
 */
static const char *json_plain(const char *p) {
    for (;;) {
        uint64_t word, quote, slash, special;
        memcpy(&word, p, sizeof word);
        quote = word ^ JSON_EACH_BYTE('"');
        slash = word ^ JSON_EACH_BYTE('\\');
        special = ((quote - JSON_EACH_BYTE(1)) & ~quote) | ((slash - JSON_EACH_BYTE(1)) & ~slash) |
                  (word - JSON_EACH_BYTE(0x20)) | word;
        if (special & JSON_EACH_BYTE(0x80))
            break;
        p += sizeof word;
    }
    while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* Four hexadecimal digits, or -1. The zeros behind the end are no digits. */
static int json_hex4(const char *p) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int c = (unsigned char)p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The length of the escape at `p`, 0 where it is none; *unit gets the code point, or the lone surrogate. */
static size_t json_escape(const char *p, uint32_t *unit) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter = p[1] ? strchr(letters, p[1]) : NULL;
    int first, second;
    if (letter) {
        *unit = (unsigned char)meanings[letter - letters];
        return 2;
    }
    first = p[1] == 'u' ? json_hex4(p + 2) : -1;
    if (first < 0)
        return 0;
    *unit = (uint32_t)first;
    if (first < 0xD800 || first > 0xDBFF || p[6] != '\\' || p[7] != 'u')
        return 6;
    second = json_hex4(p + 8);
    if (second < 0xDC00 || second > 0xDFFF)
        return 6;
    *unit = 0x10000 + (((uint32_t)first - 0xD800) << 10) + ((uint32_t)second - 0xDC00);
    return 12;
}

static bool json_surrogate(uint32_t unit) {
    return unit >= 0xD800 && unit <= 0xDFFF;
}

/*
 * Reads as far as the escape or character at hand goes, and no further: a line that has come whole must not
 * wait for the next one.
 */
static bool json_ahead_of_special(struct json_scan *scan, unsigned char c) {
    const char *p;
    if (c != '\\')
        return json_ahead(scan, c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2);
    if (!json_ahead(scan, 2))
        return false;
    if (scan->data[scan->at + 1] != 'u')
        return true;
    if (!json_ahead(scan, 7))
        return false;
    p = scan->data + scan->at;
    if ((p[2] != 'd' && p[2] != 'D') || p[6] != '\\')
        return true;
    if (!json_ahead(scan, 8))
        return false;
    return scan->data[scan->at + 7] != 'u' || json_ahead(scan, 12);
}

/* Bytes of the character at `p`, 0 where it is not UTF-8; zeros follow the last of `rest` bytes. */
static size_t json_character(const char *p, size_t rest) {
    unsigned char lead = (unsigned char)*p;
    size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (length > rest || text_invalid_utf8(p, length) != length)
        return 0;
    return length;
}

/* What json_plain stopped at. False: an error; *closed: it was the closing quote, taken. */
static bool json_special(struct json_scan *scan, struct json_string *string, bool *closed) {
    unsigned char c = (unsigned char)scan->data[scan->at];
    uint32_t unit = 0;
    size_t length;
    *closed = c == '"';
    if (*closed) {
        scan->at++;
        return true;
    }
    if (c < 0x20)
        return json_fail(scan, JSON_CONTROL_CHARACTER, NULL);
    if (!json_ahead_of_special(scan, c))
        return false;
    if (c == '\\') {
        string->escaped = true;
        length = json_escape(scan->data + scan->at, &unit);
        if (length == 0)
            return json_fail(
                scan, scan->ended && scan->length - scan->at < 6 ? JSON_TRUNCATED : JSON_BAD_ESCAPE, NULL);
        if (json_surrogate(unit)) {
            string->spoiled = true;
            json_report(scan, JSON_LONE_SURROGATE, scan->at, length);
        }
    } else {
        length = json_character(scan->data + scan->at, scan->length - scan->at);
        if (length == 0) {
            length = 1;
            if (!string->spoiled)
                json_report(scan, JSON_BAD_UTF8, scan->at, 1);
            string->spoiled = true;
        }
    }
    scan->at += length;
    return true;
}

bool json_string(struct json_scan *scan, struct json_string *string) {
    bool closed = false;
    memset(string, 0, sizeof *string);
    scan->at++;
    string->start = scan->at;
    while (!closed) {
        if (json_peek(scan) < 0)
            return json_fail(scan, JSON_TRUNCATED, NULL);
        scan->at = (size_t)(json_plain(scan->data + scan->at) - scan->data);
        if (scan->at != scan->length && !json_special(scan, string, &closed))
            return false;
    }
    string->length = scan->at - 1 - string->start;
    return true;
}

static void json_add_character(struct buffer *out, uint32_t unit) {
    char bytes[4];
    size_t length = unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; unit >>= 6)
        bytes[i] = (char)(0x80 | (unit & 0x3F));
    bytes[0] = (char)(leads[length] | unit);
    buffer_add(out, bytes, length);
}

void json_decode(const struct json_scan *scan, const struct json_string *string, struct buffer *out) {
    const char *p = scan->data + string->start, *end = p + string->length;
    while (p < end) {
        const char *stop = json_plain(p);
        uint32_t unit = 0xFFFD;
        size_t length;
        buffer_add(out, p, (size_t)(stop - p));
        p = stop;
        if (p >= end)
            break;
        length = *p == '\\' ? json_escape(p, &unit) : json_character(p, (size_t)(end - p));
        if (*p == '\\' || length == 0)
            json_add_character(out, json_surrogate(unit) ? 0xFFFD : unit);
        else
            buffer_add(out, p, length);
        p += length ? length : 1;
    }
}

/* --- brackets --- */

static bool json_enter(struct json_scan *scan) {
    if (scan->depth == JSON_DEPTH_MAX)
        return json_fail(scan, JSON_TOO_DEEP, NULL);
    scan->at++;
    scan->path[scan->depth++].kind = JSON_STEP_NONE;
    return true;
}

static int json_leave(struct json_scan *scan) {
    scan->at++;
    scan->depth--;
    return 0;
}

bool json_open_object(struct json_scan *scan, struct json_object *object) {
    object->number = ++scan->objects;
    object->keys = scan->key_count;
    object->decoded = scan->decoded.length;
    object->first = true;
    return json_enter(scan);
}

/* Forgets the keys of an object that is closed; the last were put in front of their buckets. */
static void json_forget_keys(struct json_scan *scan, const struct json_object *object) {
    while (scan->key_count > object->keys) {
        const struct json_key *key = &scan->keys[--scan->key_count];
        scan->buckets[key->hash & (scan->bucket_count - 1)] = key->next;
    }
    scan->decoded.length = object->decoded;
}

int json_member(struct json_scan *scan, struct json_object *object) {
    const char *expected = object->first ? "a key in double quotes or }" : "a comma or }";
    int c = json_token(scan);
    scan->path[scan->depth - 1].kind = JSON_STEP_NONE;
    if (c == '}') {
        json_forget_keys(scan, object);
        return json_leave(scan);
    }
    if (!object->first && c == ',') {
        scan->at++;
        expected = "a key after the comma";
        c = json_token(scan);
    } else if (!object->first && c >= 0) {
        c = 0;
    }
    object->first = false;
    if (c == '"')
        return 1;
    json_fail(scan, JSON_UNEXPECTED, expected);
    return -1;
}

bool json_open_array(struct json_scan *scan, struct json_array *array) {
    array->count = 0;
    return json_enter(scan);
}

int json_element(struct json_scan *scan, struct json_array *array) {
    const char *expected = array->count ? "a comma or ]" : "a value or ]";
    int c = json_token(scan);
    if (c == ']')
        return json_leave(scan);
    if (array->count && c == ',') {
        scan->at++;
        expected = "a value after the comma";
        c = json_token(scan);
    } else if (array->count && c >= 0) {
        c = ']';
    }
    if (c < 0 || c == ']' || c == ',' || c == '}' || c == ':') {
        json_fail(scan, JSON_UNEXPECTED, expected);
        return -1;
    }
    scan->path[scan->depth - 1].kind = JSON_STEP_INDEX;
    scan->path[scan->depth - 1].index = array->count++;
    return 1;
}

bool json_colon(struct json_scan *scan) {
    if (json_token(scan) != ':')
        return json_fail(scan, JSON_UNEXPECTED, "a colon after the key");
    scan->at++;
    return true;
}
