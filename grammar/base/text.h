/*
 * Slices of UTF-8, a growing output buffer, and what messages need of text: validity, display width, escaping of
 * what must not reach a terminal, and the distance between two words. Must not know files or the language.
 */
#ifndef PROVISO_GRAMMAR_BASE_TEXT_H
#define PROVISO_GRAMMAR_BASE_TEXT_H

#include "grammar/base/alloc.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* A slice: not NUL-terminated, not owned. */
struct text {
    const char *bytes;
    size_t length;
};

/* A slice over a C string, which must outlive it. */
struct text text_of(const char *string);
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *string);
/* Order by bytes, the shorter first where one begins the other: below 0, 0, above 0. */
int text_compare(struct text a, struct text b);

/* Offset of the first byte that is not part of valid UTF-8 (no surrogates, no overlong forms), or `length`. */
size_t text_invalid_utf8(const char *bytes, size_t length);
/* Decodes the code point at `bytes` (valid UTF-8, length > 0); *size gets its bytes. */
uint32_t text_decode(const char *bytes, size_t length, size_t *size);
/* Columns that the slice takes on a terminal: wide East Asian characters count 2, combining marks 0. Tabs count 1. */
size_t text_width(const char *bytes, size_t length);
/* True for code points that must not reach a terminal as they are: C0, DEL, C1, bidi controls, U+FEFF, separators. */
bool text_unsafe(uint32_t code_point);

/* Edit distance (insert, delete, replace, swap of neighbours) up to `limit`; limit + 1 where it is more. */
unsigned text_distance(struct text a, struct text b, unsigned limit);

/* A growing buffer of bytes over an allocator; `failed` stays set after the first failure, and data stays valid. */
struct buffer {
    const struct pv_alloc *alloc;
    char *data; /* NUL-terminated once anything was added; may be NULL before */
    size_t length, capacity;
    bool failed;
};

void buffer_init(struct buffer *buffer, const struct pv_alloc *alloc);
void buffer_free(struct buffer *buffer);
/* Forgets the content, keeps the room; clears `failed`. */
void buffer_clear(struct buffer *buffer);
/* Forgets the content, keeps the room and `failed`: for scratch used many times, whose owner looks once at the end. */
void buffer_reuse(struct buffer *buffer);
/* Room for `length` more bytes and a NUL behind them; false, with `failed` set, where there is none. */
bool buffer_reserve(struct buffer *buffer, size_t length);
void buffer_add(struct buffer *buffer, const char *bytes, size_t length);
void buffer_text(struct buffer *buffer, struct text text);
void buffer_string(struct buffer *buffer, const char *string);
void buffer_char(struct buffer *buffer, char c);
void buffer_repeat(struct buffer *buffer, char c, size_t count);
__attribute__((format(printf, 2, 3))) void buffer_format(struct buffer *buffer, const char *format, ...);
__attribute__((format(printf, 2, 0))) void buffer_vformat(struct buffer *buffer, const char *format,
                                                          va_list args);
/* Appends with every unsafe code point and invalid byte shown as <U+001B> or <0xFF>: for terminals and messages. */
void buffer_visible(struct buffer *buffer, const char *bytes, size_t length);
/* Appends as text or attribute of XML, with what buffer_visible would not show as it is shown by it. */
void buffer_xml(struct buffer *buffer, const char *bytes, size_t length);
/* Appends as a quoted JSON string; invalid UTF-8 becomes U+FFFD. */
void buffer_json(struct buffer *buffer, const char *bytes, size_t length);

#endif
