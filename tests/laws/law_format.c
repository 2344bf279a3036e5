/*
 * Laws of the formatter, on random policies and on the real ones, their white space, line ends, blank lines
 * and comments made anew between any two tokens: the result says the same, is its own canonical form, and
 * has every comment once, in its place, with the declaration it belonged to.
 */
#include "grammar/format.h"
#include "tests/laws/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct reading {
    struct arena arena;
    struct sources sources;
    struct names names;
    struct diagnostics diags;
    struct parse_context context;
};

struct counts {
    uint64_t texts, skipped, comments, lines;
};

static void reading_open(struct reading *r) {
    arena_init(&r->arena, pv_alloc_default());
    sources_init(&r->sources, &r->arena);
    names_init(&r->names, &r->arena);
    diag_init(&r->diags, &r->arena);
    parse_init(&r->context, &r->arena, &r->sources, &r->names, &r->diags);
}

static struct parse_tree read_text(struct reading *r, const struct buffer *text) {
    struct parse_tree tree;
    const struct source *source =
        sources_add(&r->sources, "t.proviso", text->data ? text->data : "", text->length);
    assert_non_null(source);
    assert_true(parse_file(&r->context, source, &tree));
    return tree;
}

/* --- other white space --- */

static const char *const gaps[] = {" ",    " ",       " ",    "  ",        "\t",    "\n",
                                   "\n  ", "\r\n   ", "\n\n", "\n \n\n  ", "\r\r  "};

static void add_comment(struct buffer *out, struct luck *luck, struct counts *counts) {
    if (luck_percent(luck, 50))
        buffer_string(out, luck_percent(luck, 50) ? "\n" : "\n\n   ");
    else
        buffer_char(out, ' ');
    buffer_format(out, "# note %llu \"| ", (unsigned long long)counts->comments++);
    buffer_string(out, luck_percent(luck, 30) ? "is wide: \xe6\x97\xa5 \t" : "of and or");
    buffer_string(out, luck_percent(luck, 20) ? "\r\n" : "\n");
}

static bool in_row(const struct token_array *tokens, size_t at) {
    size_t i;
    for (i = at; i > 0 && !(tokens->items[i].flags & TOKEN_LINE_START); i--)
        if (token_is_mark(&tokens->items[i - 1], MARK_BAR))
            return true;
    return false;
}

static bool begins_declaration(const struct source *source, const struct token *token) {
    return token->kind == TOKEN_WORD && word_class_of((enum token_word)token->word) == WORD_DECLARES &&
           (token->start == 0 || source->text[token->start - 1] == '\n');
}

/* What stands before the token: in a row blanks, before a declaration the start of a line, else anything. */
static void add_gap(struct buffer *out, const struct parse_tree *tree, size_t at, uint32_t comments,
                    struct luck *luck, struct counts *counts) {
    const struct token *token = &tree->tokens.items[at];
    bool top = begins_declaration(tree->source, token);
    if (in_row(&tree->tokens, at)) {
        if ((token->flags & TOKEN_BLANK_BEFORE) || luck_percent(luck, 20))
            buffer_string(out, luck_percent(luck, 50) ? " " : "\t  ");
        return;
    }
    if (token->word == WORD_no) { /* at the start of a line it may be half of `no duty` */
        buffer_char(out, ' ');
        return;
    }
    while (luck_percent(luck, comments))
        add_comment(out, luck, counts);
    if (top)
        buffer_string(out, luck_percent(luck, 50) ? "\n" : "\n\n\n");
    else if (token->word == WORD_define)
        buffer_string(out, "\n   ");
    else if ((token->flags & TOKEN_BLANK_BEFORE) || luck_percent(luck, 10))
        buffer_string(out, gaps[luck_below(luck, sizeof gaps / sizeof *gaps)]);
}

/* The tokens and comments of `tree` with other things between them. */
static void reflow(const struct parse_tree *tree, uint32_t comments, struct luck *luck, struct buffer *out,
                   struct counts *counts) {
    size_t i;
    if (luck_percent(luck, 20))
        buffer_string(out, "\xef\xbb\xbf");
    for (i = 0; i < tree->tokens.count; i++) {
        const struct token *token = &tree->tokens.items[i];
        if (token->kind == TOKEN_BLANK)
            continue;
        if (token->kind == TOKEN_ROW_END) {
            if (luck_percent(luck, comments))
                buffer_format(out, "# note %llu", (unsigned long long)counts->comments++);
            buffer_string(out, luck_percent(luck, 80) ? "\n" : "\r\n");
            continue;
        }
        if (token->kind == TOKEN_COMMENT)
            buffer_string(out, luck_percent(luck, 70) ? "\n" : "   ");
        else
            add_gap(out, tree, i, comments, luck, counts);
        buffer_text(out, token_text(tree->source, token));
        if (token->kind == TOKEN_COMMENT)
            buffer_char(out, '\n');
    }
    if (luck_percent(luck, comments))
        add_comment(out, luck, counts);
    assert_false(out->failed);
}

/* --- what is claimed --- */

static uint32_t indent_of(const struct source *source, uint32_t offset) {
    uint32_t line, column;
    source_place(source, offset, &line, &column);
    return column - 1;
}

/*
 * By comment, in order: twice the number of the declaration it belongs to, and 1 more where it stands on a
 * line of its own. Between two declarations one belongs to the first if it stands behind it on its line or, with those
 * above it, further in than the next.
 */
static size_t owners(const struct parse_tree *tree, struct arena *arena, size_t **out) {
    const struct ast_node *decl = ast_kid(tree->root, FILE_decls);
    size_t i, count = 0, capacity = 0, number = 0;
    bool next_ones = true;
    *out = NULL;
    for (i = 0; i < tree->tokens.count; i++) {
        const struct token *token = &tree->tokens.items[i];
        bool own_line = (token->flags & TOKEN_LINE_START) != 0;
        size_t owner;
        for (; decl && token->start >= decl->end; decl = decl->next, number++)
            next_ones = false;
        if (token->kind != TOKEN_COMMENT)
            continue;
        if (own_line && (!decl || token->start < decl->start) &&
            indent_of(tree->source, token->start) <= (decl ? indent_of(tree->source, decl->start) : 0))
            next_ones = true;
        owner = decl && token->start >= decl->start ? number + 1 : number + (next_ones ? 1 : 0);
        assert_true(ARENA_PUSH(arena, *out, count, capacity, owner * 2 + own_line));
    }
    return count;
}

static struct text trimmed(const struct parse_tree *tree, size_t at) {
    struct text text = token_text(tree->source, &tree->tokens.items[at]);
    while (text.length && strchr(" \t", text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static void same_words(const struct parse_tree *a, const struct parse_tree *b) {
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a->tokens.count && a->tokens.items[i].kind == TOKEN_BLANK)
            i++;
        while (j < b->tokens.count && b->tokens.items[j].kind == TOKEN_BLANK)
            j++;
        assert_int_equal(i < a->tokens.count, j < b->tokens.count);
        if (i >= a->tokens.count)
            return;
        assert_true(text_equal(trimmed(a, i), trimmed(b, j)));
    }
}

/* No blanks at a line's end, never two blank lines in a row, one line end at the end. */
static void well_shaped(const struct buffer *text, struct counts *counts) {
    size_t i;
    if (text->length == 0)
        return;
    assert_int_equal(text->data[text->length - 1], '\n');
    assert_true(text->data[0] != '\n');
    for (i = 0; i < text->length; i++) {
        assert_true(text->data[i] != '\r');
        if (text->data[i] != '\n')
            continue;
        counts->lines++;
        assert_true(i == 0 || (text->data[i - 1] != ' ' && text->data[i - 1] != '\t'));
        assert_true(i < 2 || text->data[i - 1] != '\n' || text->data[i - 2] != '\n');
    }
    assert_true(text->length < 2 || text->data[text->length - 2] != '\n');
}

static void tell(const char *what, const struct buffer *text, const struct buffer *out) {
    printf("---- %s\n%s---- became\n%s", what, text->data, out->data ? out->data : "");
}

static void holds(const struct parse_tree *tree, const struct buffer *text, struct reading *r,
                  struct counts *counts) {
    struct buffer once, twice;
    struct parse_tree result;
    enum format_status status;
    size_t *before, *after, n;
    buffer_init(&once, pv_alloc_default());
    buffer_init(&twice, pv_alloc_default());
    status = format_source(&r->context, tree->source, &once);
    if (status != FORMAT_DONE)
        tell("not laid out", text, &once);
    assert_int_equal(status, FORMAT_DONE);
    result = read_text(r, &once);
    assert_int_equal(r->diags.errors, 0);
    assert_true(ast_equal(&r->sources, tree->root, result.root));
    same_words(tree, &result);
    assert_true(format_same_tokens(tree, &result));
    n = owners(tree, &r->arena, &before);
    assert_int_equal(owners(&result, &r->arena, &after), n);
    if (n && memcmp(before, after, n * sizeof *before) != 0)
        tell("a comment moved", text, &once);
    assert_true(n == 0 || memcmp(before, after, n * sizeof *before) == 0);
    well_shaped(&once, counts);
    assert_int_equal(format_source(&r->context, result.source, &twice), FORMAT_DONE);
    if (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0)
        tell("not its own canonical form", &once, &twice);
    assert_int_equal(once.length, twice.length);
    assert_memory_equal(once.data, twice.data, once.length);
    buffer_free(&once);
    buffer_free(&twice);
}

/* The text as it is, then `times` over with other white space and comments. */
static void try_text(const struct buffer *text, uint32_t times, struct luck *luck, struct counts *counts) {
    struct reading r;
    struct parse_tree tree, other;
    uint32_t i;
    reading_open(&r);
    tree = read_text(&r, text);
    assert_int_equal(r.diags.errors, 0);
    holds(&tree, text, &r, counts);
    for (i = 0; i < times; i++) {
        struct reading again;
        struct buffer flowed;
        static const uint32_t shares[] = {0, 2, 25};
        buffer_init(&flowed, pv_alloc_default());
        reflow(&tree, shares[luck_below(luck, 3)], luck, &flowed, counts);
        reading_open(&again);
        other = read_text(&again, &flowed);
        counts->texts++;
        if (again.diags.errors == 0)
            holds(&other, &flowed, &again, counts);
        else
            counts->skipped++; /* a line may not begin with just any word: see slips.c */
        arena_free(&again.arena);
        buffer_free(&flowed);
    }
    arena_free(&r.arena);
}

static void report(const char *what, const struct counts *counts) {
    printf("format, %s: %llu texts, %llu not accepted, %llu comments, %llu lines\n", what,
           (unsigned long long)counts->texts, (unsigned long long)counts->skipped,
           (unsigned long long)counts->comments, (unsigned long long)counts->lines);
    assert_true(counts->texts > 0);
    assert_true(counts->skipped * 50 <= counts->texts);
}

static void random_policies(void **state) {
    struct counts counts = {0, 0, 0, 0};
    uint32_t n = law_policies(300), i, file;
    (void)state;
    for (i = 0; i < n; i++) {
        struct luck luck = {law_seed() + i};
        struct generated generated;
        struct arena arena;
        arena_init(&arena, pv_alloc_default());
        memset(&generated, 0, sizeof generated);
        generate_policy(law_seed() + i, &arena, &generated);
        for (file = 0; file < generated.file_count; file++) {
            struct buffer text;
            buffer_init(&text, pv_alloc_default());
            generated_text(&generated, file, &luck, &text);
            try_text(&text, 2, &luck, &counts);
            buffer_free(&text);
        }
        arena_free(&arena);
    }
    report("random policies", &counts);
}

static void read_file(const char *path, struct buffer *text) {
    char bytes[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s: the laws run at the top of the project", path);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(text, bytes, got);
    fclose(file);
    assert_false(text->failed);
}

static void real_policies(void **state) {
    static const char *const paths[] = {"policies/mpn/renewal.proviso",
                                        "policies/mpn/update-2020-04-02.proviso",
                                        "policies/mpn/update-2021-01-27.proviso",
                                        "policies/mpn/drafts/literal-paragraph-1.proviso",
                                        "policies/domains/expiry.proviso",
                                        "policies/licences/extensions.proviso",
                                        "tests/cases/test-everything/every.proviso",
                                        "tests/support/loans/loans.proviso"};
    struct counts counts = {0, 0, 0, 0};
    struct luck luck = {law_seed()};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct buffer text;
        buffer_init(&text, pv_alloc_default());
        read_file(paths[i], &text);
        try_text(&text, law_policies(30), &luck, &counts);
        buffer_free(&text);
    }
    report("real policies", &counts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_policies), cmocka_unit_test(real_policies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
