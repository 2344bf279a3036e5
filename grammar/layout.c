/*
 * What the walk and the printer of the formatter both ask about tokens: which are printed, what stands
 * between two of them, where the cells of a row are. Must not know the tree.
 */
#include "grammar/layout.h"

#include "grammar/base/banned.h"

uint32_t layout_next(const struct layout *layout, uint32_t at) {
    const struct token_array *tokens = layout->tokens;
    while (at < tokens->count &&
           (token_is_trivia(&tokens->items[at]) || tokens->items[at].kind == TOKEN_ROW_END))
        at++;
    return at;
}

struct text layout_text(const struct layout *layout, uint32_t token) {
    const struct token *t = &layout->tokens->items[token];
    struct text text = token_text(layout->source, t);
    while (t->kind == TOKEN_COMMENT && text.length && memchr(" \t\f\v", text.bytes[text.length - 1], 4))
        text.length--;
    return text;
}

unsigned layout_blanks(const struct layout *layout, uint32_t before, uint32_t token) {
    const struct token *left, *right = &layout->tokens->items[token];
    if (before == LAYOUT_NONE || layout->tight[token])
        return 0;
    left = &layout->tokens->items[before];
    switch (left->kind - TOKEN_MARKS) {
    case MARK_OPEN_ROUND:
    case MARK_OPEN_SQUARE:
    case MARK_OPEN_CURLY:
    case MARK_DOT:
        return 0;
    default:
        break;
    }
    switch (right->kind - TOKEN_MARKS) {
    case MARK_CLOSE_ROUND:
    case MARK_CLOSE_SQUARE:
    case MARK_CLOSE_CURLY:
    case MARK_DOT:
    case MARK_COMMA:
    case MARK_COLON:
        return 0;
    default:
        return 1;
    }
}

static bool layout_is_bar(const struct token *token) {
    return token_is_mark(token, MARK_BAR) || token_is_mark(token, MARK_BAR_BAR);
}

bool layout_cell(const struct layout *layout, uint32_t *at, struct layout_cell *cell) {
    uint32_t token = *at + 1;
    cell->bar = *at;
    cell->first = token;
    for (; token < layout->tokens->count; token++) {
        const struct token *t = &layout->tokens->items[token];
        if (t->kind == TOKEN_ROW_END || token_is_trivia(t))
            return false;
        if (layout_is_bar(t)) {
            *at = token;
            cell->last = token - 1;
            return true;
        }
    }
    return false;
}

size_t layout_cell_width(const struct layout *layout, const struct layout_cell *cell) {
    uint32_t token, before = LAYOUT_NONE;
    size_t columns = 0;
    for (token = cell->first; token <= cell->last; before = token, token++) {
        struct text text = layout_text(layout, token);
        columns += layout_blanks(layout, before, token) + text_width(text.bytes, text.length);
    }
    return columns;
}
