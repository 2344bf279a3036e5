/*
 * Parser and formatter: every text becomes a tree or messages about places in it; what is laid out says the same, and laying it out again
 * changes nothing. Must not know what names mean.
 */
#include "tests/fuzz/fuzz.h"

#include "grammar/format.h"

#include <string.h>

/* Lays out `text` into `out`; false where it has mistakes. */
static bool laid_out(const char *text, size_t length, struct buffer *out) {
    struct policy_set set;
    struct arena arena;
    const struct source *source;
    enum format_status status;
    arena_init(&arena, pv_alloc_default());
    policy_set_init(&set, &arena);
    source = sources_add(&set.sources, "input", text, length);
    fuzz_require(source != NULL, "memory ran out");
    status = format_source(&set.parsing, source, out);
    fuzz_require(status == FORMAT_DONE || status == FORMAT_BROKEN,
                 status == FORMAT_DIFFERS ? "the layout does not say the same" : "no layout");
    fuzz_require((status == FORMAT_BROKEN) == (set.diags.errors > 0), "broken without a mistake");
    fuzz_messages(&set);
    arena_free(&arena);
    return status == FORMAT_DONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct buffer once, twice;
    buffer_init(&once, pv_alloc_default());
    buffer_init(&twice, pv_alloc_default());
    if (laid_out((const char *)bytes, length, &once)) {
        fuzz_require(laid_out(once.data ? once.data : "", once.length, &twice), "the layout has mistakes");
        fuzz_require(once.length == twice.length &&
                         (!once.length || memcmp(once.data, twice.data, once.length) == 0),
                     "laid out again it is another text");
    }
    buffer_free(&once);
    buffer_free(&twice);
    return 0;
}
