/*
 * What the driver of the parser (parse.c), the helpers that know what people write instead (slips.c), the
 * texts with expressions in them (template.c) and the words for what is expected (expected.c) share. Nobody
 * else includes this.
 */
#ifndef PROVISO_GRAMMAR_DRIVE_H
#define PROVISO_GRAMMAR_DRIVE_H

#include "grammar/build.h"
#include "grammar/parse.h"
#include "grammar/proviso.tab.h"

/* True where the grammar takes the symbol next. */
bool drive_accepts(const struct parser *p, int symbol);
/* Gives a symbol to the grammar, with its node where it has one. */
void drive_push(struct parser *p, int symbol, struct ast_node *node, struct span span);
/* After a message: lets the grammar give up what it was in, and skips to where it can go on. */
void drive_recover(struct parser *p);
/*
 * The symbol at index `at`, contextual words as words, with the index of its last token; 0 where there is
 * none.
 */
int drive_symbol(const struct parser *p, size_t at, size_t *last);
/* The symbol behind the one that ends at `last`, as drive_symbol; *at gets its index. */
int drive_next(const struct parser *p, size_t last, size_t *at);
/* The place of the tokens at..last. */
struct span drive_span(const struct parser *p, size_t at, size_t last);
/* Feeds the tokens of a piece of the file. */
void drive_tokens(struct parser *p, const struct token_array *tokens);
/*
 * Reports that `symbol` cannot stand at `span`, in words, and recovers. Silent where the cause was
 * reported.
 */
void drive_unexpected(struct parser *p, int symbol, struct span span);
bool drive_is_unit(int symbol);
/* Words and marks that begin an expression. */
bool drive_is_operand(int symbol);

/* Leaves: the NAME, NUMBER, DATE or STRING of a token; an ERROR where it was reported. */
struct ast_node *leaf_of(struct parser *p, int symbol, const struct token *token);
/* A STRING of the bytes start..end, escapes decoded. */
struct ast_node *leaf_string(struct parser *p, struct span span, uint32_t start, uint32_t end);
/* Reports what the scanner found wrong with a token, if anything. */
void leaf_problem(struct parser *p, const struct token *token);

/* A text that may show expressions: true where it does and was fed. */
bool template_feed(struct parser *p, const struct token *token);

/* Appends what may come next, in words: "a condition", "`then` or `when`". */
void expected_words(const struct parser *p, struct buffer *out);
/* Appends what stands there, in words: "`then`", "a text", "the end of the row". */
void expected_found(const struct parser *p, int symbol, struct span span, struct buffer *out);

/* True where a mistake was reported so shortly before that the next may only follow from it. */
bool drive_calm(const struct parser *p);
/*
 * The present symbol, before it is given to the grammar: true where it was meant otherwise, which was
 * reported, and the driver can go on.
 */
bool slip_early(struct parser *p, int symbol, size_t last);
/* The present tokens up to `last` stand for `symbol`, which is pushed in their place. True. */
bool slip_put(struct parser *p, int symbol, size_t last);
/* Reports a word, or several, that are nearly `meant`. */
void slip_say_meant(struct parser *p, struct span span, const char *meant);
/* A word or a text that was typed twice: reported and passed over. */
bool slip_twice(struct parser *p, size_t last);
/* How far a word of so many letters may be from the one that was meant. */
unsigned slip_reach(size_t length);
/*
 * The symbol at the present index, which ends at `last`, is not accepted: true where it is something that
 * people write instead, which was reported, and the driver can go on (p->at was moved, or the missing
 * symbol pushed).
 */
bool slip_mend(struct parser *p, int symbol, size_t last);
/* An amount of time that nothing follows, here or at the end of what is read: true where it was mended. */
bool slip_amount(struct parser *p);
/*
 * A word at the start of a line that is meant to be a word of the language: its word, reported; else
 * WORD_NONE.
 */
enum token_word slip_misspelt_start(struct parser *p, size_t last);
/* A declaration whose first word is missing: that word's symbol, reported; else 0. */
int slip_missing_declaration(struct parser *p, int symbol, size_t last);
/* A word in capitals, reported where `report`; false where it is to be read as a name. */
bool slip_word_case(struct parser *p, int symbol, size_t last, bool report);

#endif
