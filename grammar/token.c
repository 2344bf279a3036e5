/*
 * The token array: what the scanner finds, word look-up, and joining. The words are halved over the table,
 * which is in alphabetical order. Must not know which token may stand where.
 */
#include "grammar/token.h"

#include "grammar/ast.h"
#include "grammar/parse.h"
#include "grammar/scan.h"
#include "grammar/proviso.tab.h"

#include <string.h>

/* Padded with zeros, so that eight bytes at a time can be compared. */
struct word_row {
    char text[16];
    uint8_t length, class;
    int16_t symbol;
};

static const struct word_row word_rows[] = {
    {"", 0, WORD_PART, T_IDENT},
#define WORD(spelling, token, class) {#spelling, sizeof #spelling - 1, WORD_##class, T_##token},
#include "grammar/words.def"
#undef WORD
};

struct join_row {
    const char *text;
    uint8_t words[3];
    int16_t symbol;
};

static const struct join_row join_rows[] = {
#define JOIN2(token, a, b) {#a " " #b, {WORD_##a, WORD_##b, WORD_NONE}, T_##token},
#define JOIN3(token, a, b, c) {#a " " #b " " #c, {WORD_##a, WORD_##b, WORD_##c}, T_##token},
#include "grammar/words.def"
#undef JOIN2
#undef JOIN3
};
#define JOIN_COUNT (sizeof join_rows / sizeof *join_rows)

static const struct {
    const char *text;
    int symbol;
} mark_rows[] = {
#define MARK(id, token, written) {written, T_##token},
#include "grammar/words.def"
#undef MARK
};

/* The first eight bytes as a number that is in order as the bytes are. */
static uint64_t word_key(const char *padded) {
    uint64_t key;
    memcpy(&key, padded, sizeof key);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    key = __builtin_bswap64(key);
#endif
    return key;
}

enum token_word word_find(struct text spelling) {
    char padded[sizeof word_rows->text] = {0};
    size_t low = 1, high = WORD_COUNT;
    uint64_t key, rest;
    if (spelling.length >= sizeof padded || memchr(spelling.bytes, '_', spelling.length))
        return WORD_NONE;
    memcpy(padded, spelling.bytes, spelling.length);
    key = word_key(padded);
    rest = word_key(padded + 8);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *text = word_rows[middle].text;
        uint64_t other = word_key(text), other_rest = word_key(text + 8);
        if (key == other && rest == other_rest)
            return (enum token_word)middle;
        if (key < other || (key == other && rest < other_rest))
            high = middle;
        else
            low = middle + 1;
    }
    return WORD_NONE;
}

const char *word_text(enum token_word word) {
    return word_rows[word].text;
}

enum word_class word_class_of(enum token_word word) {
    return (enum word_class)word_rows[word].class;
}

int word_symbol(enum token_word word) {
    return word_rows[word].symbol;
}

int mark_symbol(enum token_mark mark) {
    return mark_rows[mark].symbol;
}

const char *token_mark_text(enum token_mark mark) {
    return mark_rows[mark].text;
}

struct span token_span(const struct source *source, const struct token *token) {
    struct span span = {token->start, token->start + token->length, source->file};
    return span;
}

struct text token_text(const struct source *source, const struct token *token) {
    struct text text = {source->text + token->start, token->length};
    return text;
}

size_t token_significant(const struct token_array *tokens, size_t at) {
    while (at < tokens->count && token_is_trivia(&tokens->items[at]))
        at++;
    return at;
}

/* The index of the last word where the rest of `row` stands behind index `at`, else 0. */
static size_t token_match_join(const struct token_array *tokens, size_t at, const struct join_row *row) {
    size_t part;
    for (part = 1; part < 3 && row->words[part] != WORD_NONE; part++) {
        at = token_significant(tokens, at + 1);
        if (at >= tokens->count || tokens->items[at].word != row->words[part])
            return 0;
    }
    return at;
}

/* The first row that does not begin with an earlier word: the rows are in alphabetical order, as the words are. */
static size_t join_first(uint8_t word) {
    size_t low = 0, high = JOIN_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (join_rows[middle].words[0] < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int token_join(const struct token_array *tokens, size_t at, size_t *last) {
    uint8_t word = tokens->items[at].word;
    size_t i;
    if (word == WORD_NONE)
        return 0;
    for (i = join_first(word); i < JOIN_COUNT && join_rows[i].words[0] == word; i++)
        if ((*last = token_match_join(tokens, at, &join_rows[i])) != 0)
            return join_rows[i].symbol;
    return 0;
}

#define JOIN_BIT(word, half) ((word) / 64 == (half) ? UINT64_C(1) << ((word) % 64) : 0)
_Static_assert(WORD_COUNT <= 128, "the words of joined operators are kept as two times 64 bits");

bool token_join_part(enum token_word word, unsigned part) {
    static const uint64_t parts[2][2] = {{0
#define JOIN2(token, a, b) | JOIN_BIT(WORD_##a, 0)
#define JOIN3(token, a, b, c) | JOIN_BIT(WORD_##a, 0)
#include "grammar/words.def"
#undef JOIN2
#undef JOIN3
                                          ,
                                          0
#define JOIN2(token, a, b) | JOIN_BIT(WORD_##a, 1)
#define JOIN3(token, a, b, c) | JOIN_BIT(WORD_##a, 1)
#include "grammar/words.def"
#undef JOIN2
#undef JOIN3
                                         },
                                         {0
#define JOIN2(token, a, b) | JOIN_BIT(WORD_##b, 0)
#define JOIN3(token, a, b, c) | JOIN_BIT(WORD_##b, 0)
#include "grammar/words.def"
#undef JOIN2
#undef JOIN3
                                          ,
                                          0
#define JOIN2(token, a, b) | JOIN_BIT(WORD_##b, 1)
#define JOIN3(token, a, b, c) | JOIN_BIT(WORD_##b, 1)
#include "grammar/words.def"
#undef JOIN2
#undef JOIN3
                                         }};
    return (parts[part][word / 64] >> (word % 64)) & 1;
}

const char *token_join_text(int symbol) {
    size_t i;
    for (i = 0; i < JOIN_COUNT; i++)
        if (join_rows[i].symbol == symbol)
            return join_rows[i].text;
    return NULL;
}

size_t token_join_count(void) {
    return JOIN_COUNT;
}

int token_join_row(size_t index, enum token_word words[3]) {
    size_t part;
    for (part = 0; part < 3; part++)
        words[part] = (enum token_word)join_rows[index].words[part];
    return join_rows[index].symbol;
}

static bool scan_grow(struct scan *scan) {
    size_t wanted = scan->capacity ? scan->capacity * 2 : 256;
    struct token *grown = scan->alloc->resize(scan->alloc->context, scan->tokens,
                                              scan->capacity * sizeof *grown, wanted * sizeof *grown);
    if (!grown) {
        scan->failed = true;
        return false;
    }
    scan->tokens = grown;
    scan->capacity = wanted;
    return true;
}

void scan_token(struct scan *scan, unsigned kind, uint32_t start, enum token_problem problem) {
    struct token *token;
    if (scan->failed || (scan->count >= scan->capacity && !scan_grow(scan)))
        return;
    token = &scan->tokens[scan->count++];
    token->start = start;
    token->length = scan->position - start;
    token->kind = (uint8_t)kind;
    token->word = WORD_NONE;
    token->flags = (uint8_t)((scan->line_start ? TOKEN_LINE_START : 0) |
                             (scan->blank_before || scan->line_start ? TOKEN_BLANK_BEFORE : 0));
    token->problem = (uint8_t)problem;
    if (token->length > PARSE_MAX_TOKEN_BYTES && kind != TOKEN_COMMENT)
        token->problem = PROBLEM_TOO_LONG;
    scan->blank_before = false;
    scan->line_start = false;
}

bool scan_word(struct scan *scan) {
    uint32_t start = scan->match_start;
    struct text spelling = {scan->source->text + start, scan->position - start};
    enum token_word word = WORD_NONE;
    enum token_problem problem = PROBLEM_NONE;
    /* Longer than any word of the language: a name, whatever its letters. */
    if (spelling.length <= 16) {
        char lower[16];
        size_t i;
        word = word_find(spelling);
        for (i = 0; word == WORD_NONE && i < spelling.length; i++) {
            char c = spelling.bytes[i];
            lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
            if (lower[i] != c)
                problem = PROBLEM_WORD_CASE;
        }
        spelling.bytes = lower;
        if (problem == PROBLEM_WORD_CASE && (word = word_find(spelling)) == WORD_NONE)
            problem = PROBLEM_NONE;
        if (problem == PROBLEM_WORD_CASE && word_class_of(word) == WORD_PART)
            word = WORD_NONE, problem = PROBLEM_NONE;
    }
    if (scan->pass_tests && problem == PROBLEM_NONE && !scan->in_row) {
        uint32_t next = pass_over(scan->source, word, scan->position, scan->end);
        if (next != scan->position) {
            scan->resume = next;
            return true;
        }
    }
    scan_token(scan, TOKEN_WORD, start, problem);
    if (!scan->failed)
        scan->tokens[scan->count - 1].word = (uint8_t)word;
    return false;
}

void scan_number(struct scan *scan) {
    const char *bytes = scan->source->text + scan->match_start;
    size_t length = scan->position - scan->match_start;
    bool bad = bytes[0] == '.' || memchr(bytes, ',', length);
    scan_token(scan, TOKEN_NUMBER, scan->match_start, bad ? PROBLEM_NUMBER_FORM : PROBLEM_NONE);
}

void scan_date(struct scan *scan) {
    const char *bytes = scan->source->text + scan->match_start;
    size_t length = scan->position - scan->match_start;
    bool good = length == 10 && bytes[4] == '-' && bytes[7] == '-';
    scan_token(scan, TOKEN_DATE, scan->match_start, good ? PROBLEM_NONE : PROBLEM_DATE_FORM);
}

void scan_open_text(struct scan *scan, enum scan_quote quote) {
    scan->text_start = scan->match_start;
    scan->quote = quote;
}

bool scan_close_text(struct scan *scan, enum scan_quote quote) {
    /*
     * A text that began with a curly mark may end with a straight one; the other way round it is a
     * character.
     */
    bool ends = quote == scan->quote || (quote == QUOTE_STRAIGHT && scan->quote == QUOTE_DOUBLE);
    if (ends)
        scan_token(scan, TOKEN_STRING, scan->text_start,
                   scan->quote == QUOTE_STRAIGHT ? PROBLEM_NONE : PROBLEM_QUOTES);
    return ends;
}

static void scan_end_row(struct scan *scan, uint32_t at) {
    if (!scan->in_row)
        return;
    scan->in_row = false;
    scan_token(scan, TOKEN_ROW_END, at, PROBLEM_NONE);
    if (!scan->failed)
        scan->tokens[scan->count - 1].length = 0;
}

void scan_line_end(struct scan *scan) {
    bool blank = scan->line_start && scan->match_start > 0;
    scan_end_row(scan, scan->match_start);
    if (blank && !(scan->count && scan->tokens[scan->count - 1].kind == TOKEN_BLANK))
        scan_token(scan, TOKEN_BLANK, scan->match_start, PROBLEM_NONE);
    scan->line_start = true;
    scan->blank_before = true;
}

/* Stands at the place from which the scan goes on. */
static void scan_resume(struct scan *scan) {
    const char *text = scan->source->text;
    uint32_t before = scan->resume;
    while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '\t'))
        before--;
    scan->line_start = before == 0 || text[before - 1] == '\n' || text[before - 1] == '\r';
    scan->blank_before = true;
    scan->position = scan->resume;
    scan->resume = 0;
    scan->pool_used = 0;
}

bool token_scan(struct arena *arena, const struct source *source, uint32_t start, uint32_t end,
                bool pass_tests, struct token_array *out) {
    const struct pv_alloc *alloc = arena->alloc;
    size_t length = end - start, size = length + 2;
    struct scan scan;
    char *buffer = alloc->resize(alloc->context, NULL, 0, size);
    bool done;
    memset(&scan, 0, sizeof scan);
    memset(out, 0, sizeof *out);
    if (!buffer)
        return false;
    memcpy(buffer, source->text + start, length);
    buffer[length] = buffer[length + 1] = '\0';
    scan.source = source;
    scan.alloc = alloc;
    scan.position = start;
    scan.line_start = start == 0; /* a piece of a text never begins a line */
    scan.end = end;
    scan.pass_tests = pass_tests;
    done = scan_buffer(&scan, buffer, size);
    while (done && scan.resume) {
        uint32_t at = scan.resume - start;
        scan_resume(&scan);
        done = scan_buffer(&scan, buffer + at, size - at);
    }
    scan_end_row(&scan, end);
    done = done && !scan.failed;
    if (done && scan.count) {
        struct token *items = arena_array(arena, scan.count, sizeof *items);
        done = items != NULL;
        if (done)
            memcpy(items, scan.tokens, scan.count * sizeof *items);
        out->items = items;
        out->count = done ? scan.count : 0;
    }
    alloc->resize(alloc->context, buffer, size, 0);
    if (scan.tokens)
        alloc->resize(alloc->context, scan.tokens, scan.capacity * sizeof *scan.tokens, 0);
    return done;
}
