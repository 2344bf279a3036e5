/*
 * Passing over what an evaluation has no use for: the text of tests, examples and properties, which is most of a well
 * tested policy. The words that open declarations are reserved, so the next one ends what is passed over, wherever it
 * stands and however it is capitalised; only `rule` and `duty` may also be mentioned in an expectation. What looks like neither is left
 * in, for the parser to judge; a text with characters that need the scanner's care is not passed over at all.
 */
#include "grammar/scan.h"

#include <string.h>

#include "grammar/base/banned.h"

struct pass {
    const char *text;
    uint32_t at, end;
    bool careful; /* something that only the scanner can judge was met */
};

static bool pass_is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool pass_is_part(char c) {
    return pass_is_letter(c) || (c >= '0' && c <= '9');
}

static void pass_line(struct pass *pass) {
    while (pass->at < pass->end && pass->text[pass->at] != '\n' && pass->text[pass->at] != '\r')
        pass->at++;
}

/* A text ends with its quote, or with its line. */
static void pass_string(struct pass *pass) {
    for (pass->at++; pass->at < pass->end; pass->at++) {
        char c = pass->text[pass->at];
        if (c == '\n' || c == '\r')
            return;
        if (c == '\\' && pass->at + 1 < pass->end && pass->text[pass->at + 1] != '\n' &&
            pass->text[pass->at + 1] != '\r')
            pass->at++;
        else if (c == '"')
            break;
    }
    if (pass->at < pass->end)
        pass->at++;
}

/* Takes a run of letters, digits and underscores; the word of the language that it is, or WORD_NONE. */
static enum token_word pass_word(struct pass *pass) {
    char lower[12];
    uint32_t start = pass->at, i;
    while (pass->at < pass->end && pass_is_part(pass->text[pass->at]))
        pass->at++;
    if (pass->at - start > sizeof lower)
        return WORD_NONE;
    for (i = start; i < pass->at; i++) {
        char c = pass->text[i];
        lower[i - start] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return word_find((struct text){lower, pass->at - start});
}

/*
 * As pass_word, for the words that matter here: `no`, and those that open a declaration. Most words of a test are none of
 * them, and are told by their first letter or their length.
 */
static enum token_word pass_opening_word(struct pass *pass) {
    const char *word = pass->text + pass->at;
    uint32_t start = pass->at, length;
    while (pass->at < pass->end && pass_is_part(pass->text[pass->at]))
        pass->at++;
    length = pass->at - start;
    if (length < 2 || length > 9 || (length < 4 && length != 2) || !strchr("nadefprstNADEFPRST", word[0]))
        return WORD_NONE;
    pass->at = start;
    return pass_word(pass);
}

/* To the next thing that is neither blank nor comment. */
static void pass_blanks(struct pass *pass) {
    while (pass->at < pass->end) {
        char c = pass->text[pass->at];
        if (c == '#')
            pass_line(pass);
        else if (c == ' ' || (c >= '\t' && c <= '\r'))
            pass->at++;
        else
            return;
    }
}

/* Behind `rule` or `duty`: `rule R applies`, `rule R does not apply`, `duty D by …`, `duty D in …`, `duty D applies`. */
static bool pass_is_mention(struct pass pass, enum token_word word) {
    enum token_word next;
    for (;;) {
        pass_blanks(&pass);
        if (pass.at >= pass.end || !pass_is_letter(pass.text[pass.at]))
            return false;
        (void)pass_word(&pass);
        pass_blanks(&pass);
        if (pass.at >= pass.end || pass.text[pass.at] != '.')
            break;
        pass.at++;
    }
    if (pass.at >= pass.end || !pass_is_letter(pass.text[pass.at]))
        return false;
    next = pass_word(&pass);
    return next == WORD_applies ||
           (word == WORD_rule ? next == WORD_does : next == WORD_by || next == WORD_in);
}

/* Goes to the word that opens the next declaration, or to the end. */
static void pass_on(struct pass *pass) {
    enum token_word before = WORD_NONE;
    while (pass->at < pass->end && !pass->careful) {
        char c = pass->text[pass->at];
        if (pass_is_part(c)) {
            uint32_t start = pass->at;
            enum token_word word = pass_opening_word(pass);
            bool mention = (word == WORD_rule && pass_is_mention(*pass, word)) ||
                           (word == WORD_duty && (before == WORD_no || pass_is_mention(*pass, word)));
            if (word_class_of(word) == WORD_DECLARES && !mention) {
                pass->at = start;
                return;
            }
            before = word;
        } else if (c == '"') {
            pass_string(pass);
        } else if (c == '#') {
            pass_line(pass);
        } else {
            pass->careful = c == '\'' || (unsigned char)c >= 0x80;
            pass->at++;
        }
    }
}

uint32_t pass_over(const struct source *source, enum token_word word, uint32_t at, uint32_t end) {
    struct pass pass = {source->text, at, end, false};
    if (word != WORD_test && word != WORD_example && word != WORD_always)
        return at;
    while (!pass.careful && (word == WORD_test || word == WORD_example || word == WORD_always)) {
        struct pass ahead;
        pass_on(&pass);
        ahead = pass;
        word = pass.at < end ? pass_word(&ahead) : WORD_NONE;
        if (word == WORD_test || word == WORD_example || word == WORD_always)
            pass = ahead;
    }
    return pass.careful ? at : pass.at;
}
