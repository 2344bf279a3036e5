/*
 * The scanner: its tokens lie in the file one behind the other, also where tests are passed over, and then they are some of those
 * without. Must not know the grammar.
 */
#include "tests/fuzz/fuzz.h"

#include "grammar/token.h"

#include <string.h>

static void in_order(const struct token_array *tokens, size_t length) {
    size_t end = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->items[i];
        fuzz_require(token->start >= end, "a token begins before the one in front of it ends");
        end = token->start + (size_t)token->length;
        fuzz_require(end <= length, "a token goes beyond the file");
    }
}

/* Each of `few` is one of `all`. */
static void among(const struct token_array *few, const struct token_array *all) {
    size_t at = 0;
    for (size_t i = 0; i < few->count; i++) {
        while (at < all->count && all->items[at].start < few->items[i].start)
            at++;
        fuzz_require(at < all->count && all->items[at].start == few->items[i].start &&
                         all->items[at].kind == few->items[i].kind,
                     "passing over tests finds a token that is none");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    const char *text = (const char *)bytes;
    struct token_array all, few;
    const struct source *source;
    struct sources sources;
    struct arena arena;
    if (text_invalid_utf8(text, length) != length || (length && memchr(text, '\0', length)))
        return 0;
    arena_init(&arena, pv_alloc_default());
    sources_init(&sources, &arena);
    source = sources_add(&sources, "input", text, length);
    fuzz_require(source && token_scan(&arena, source, 0, source->length, false, &all) &&
                     token_scan(&arena, source, 0, source->length, true, &few),
                 "memory ran out");
    in_order(&all, length);
    in_order(&few, length);
    among(&few, &all);
    arena_free(&arena);
    return 0;
}
