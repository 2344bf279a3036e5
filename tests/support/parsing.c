/*
 * See parsing.h. Only the grammar is used, so that its tests do not wait for what is built on it.
 */
#include "tests/support/parsing.h"

void parsing_open(struct parsing *parsing, const struct pv_alloc *alloc, const char *text, size_t length) {
    const struct source *source;
    arena_init(&parsing->arena, alloc);
    sources_init(&parsing->sources, &parsing->arena);
    names_init(&parsing->names, &parsing->arena);
    diag_init(&parsing->diags, &parsing->arena);
    parse_init(&parsing->context, &parsing->arena, &parsing->sources, &parsing->names, &parsing->diags);
    buffer_init(&parsing->out, pv_alloc_default());
    source = sources_add(&parsing->sources, "t.proviso", text, length);
    parsing->done = source && parse_file(&parsing->context, source, &parsing->tree);
}

void parsing_free(struct parsing *parsing) {
    buffer_free(&parsing->out);
    arena_free(&parsing->arena);
}

const char *parsing_dump(struct parsing *parsing) {
    const struct ast_node *decl = ast_kid(parsing->tree.root, FILE_decls);
    buffer_clear(&parsing->out);
    for (; decl; decl = decl->next) {
        ast_dump(&parsing->out, &parsing->sources, decl);
        if (decl->next)
            buffer_char(&parsing->out, '\n');
    }
    return parsing->out.data ? parsing->out.data : "";
}

const char *parsing_codes(struct parsing *parsing) {
    size_t i;
    buffer_clear(&parsing->out);
    diag_sort(&parsing->diags);
    for (i = 0; i < parsing->diags.count; i++) {
        const struct diagnostic *d = parsing->diags.items[i];
        uint32_t line, column;
        source_place(parsing->tree.source, d->primary.start, &line, &column);
        buffer_format(&parsing->out, "%s%u:%s", i ? " " : "", line, diag_message(d->code)->code);
    }
    return parsing->out.length ? parsing->out.data : "";
}
