/*
 * What may come next, in words: the grammar is asked for a few symbols that stand for many, so that a
 * message says "a condition" and not forty names of tokens. Must not know how the mistake is mended.
 */
#include "grammar/drive.h"

#define EXPECTED_MOST 5

struct expected {
    const char *words[EXPECTED_MOST];
    size_t count;
    bool more;
};

static void expected_add(struct expected *list, const char *words) {
    if (list->count < EXPECTED_MOST)
        list->words[list->count++] = words;
    else
        list->more = true;
}

/* What an expression, a name or a literal is called here; true where one may stand. */
static bool expected_operand(const struct parser *p, struct expected *list) {
    bool number = drive_accepts(p, T_NUMBER), date = drive_accepts(p, T_DATE),
         text = drive_accepts(p, T_STRING);
    int last = p->history[0];
    if (number && date) {
        bool any = last == T_AS || last == T_OTHERWISE || last == T_OPEN_ROUND;
        expected_add(list, drive_accepts(p, T_DUTY) && !any ? "a condition" : "a value");
        return true;
    }
    if (drive_accepts(p, T_DATE_TYPE) && drive_accepts(p, T_YES_NO)) {
        expected_add(list, "a type, such as `date`, `yes/no` or `number`");
        return true;
    }
    if (drive_accepts(p, T_IDENT))
        expected_add(list, "a name");
    if (number)
        expected_add(list, "a number");
    if (date)
        expected_add(list, "a date");
    if (text)
        expected_add(list, "a text in quotes");
    return false;
}

/* The words and marks worth saying, the likeliest first. */
static const struct {
    int symbol;
    const char *words;
} expected_rows[] = {
    {T_COLON, "`:`"},
    {T_AS, "`as`"},
    {T_TO, "`to`"},
    {T_BY, "`by`"},
    {T_IN, "`in`"},
    {T_DONE_WHEN, "`done when`"},
    {T_AT, "`at`"},
    {T_ELSE, "`else`"},
    {T_HAS, "`has`"},
    {T_FOR, "`for`"},
    {T_OF, "`of`"},
    {T_UNTIL, "`until`"},
    {T_NEEDS, "`needs`"},
    {T_DECIMALS, "`decimals`"},
    {T_APPLIES, "`applies`"},
    {T_DOES_NOT_APPLY, "`does not apply`"},
    {T_BACK, "`back`"},
    {T_FORWARD, "`forward`"},
    {T_ERROR_WORD, "`error`"},
    {T_ONE_OF, "`one of`"},
    {T_ALSO, "`also`"},
    {T_CLOSE_ROUND, "`)`"},
    {T_CLOSE_SQUARE, "`]`"},
    {T_CLOSE_CURLY, "`}`"},
    {T_BAR_BAR, "`||`"},
    {T_BAR, "`|`"},
    {T_ROW_END, "the end of the row"},
    {T_WHEN, "`when`"},
    {T_THEN, "`then`"},
    {T_CITES, "`cites`"},
    {T_GIVEN, "`given`"},
    {T_ON, "`on`"},
    {T_EXPECT, "`expect`"},
    {T_OTHERWISE, "`otherwise`"},
    {T_COVERS, "`covers`"},
    {T_COMMA, "`,`"},
    {T_DAYS, "a unit such as `days`"},
};

/* A comparison may follow, or more of the value. */
static void expected_operators(const struct parser *p, struct expected *list) {
    int last = p->history[0];
    if (drive_is_unit(last) && drive_accepts(p, T_AFTER))
        expected_add(list, "`after` or `before` and a date");
    else if (drive_accepts(p, T_IS) && drive_accepts(p, T_LESS))
        expected_add(list, "a comparison such as `is`");
    else if (drive_accepts(p, T_IS))
        expected_add(list, "`is`");
    if (drive_accepts(p, T_AND))
        expected_add(list, "`and`");
}

static void expected_join(const struct expected *list, struct buffer *out) {
    size_t i;
    for (i = 0; i < list->count; i++) {
        bool last = i + 1 == list->count && !list->more;
        if (i)
            buffer_string(out, last ? " or " : ", ");
        buffer_string(out, list->words[i]);
    }
    if (list->more)
        buffer_string(out, " or another clause");
}

void expected_words(const struct parser *p, struct buffer *out) {
    struct expected list = {{NULL}, 0, false};
    bool operand, comparing = drive_accepts(p, T_LESS);
    size_t i;
    if (!p->open) {
        buffer_string(out, "a declaration such as `policy`, `fact` or `rule`");
        return;
    }
    operand = expected_operand(p, &list);
    if (!operand)
        expected_operators(p, &list);
    for (i = 0; !operand && i < sizeof expected_rows / sizeof *expected_rows; i++) {
        /* Behind a value `in` and `until` are two comparisons of many. */
        if (comparing && (expected_rows[i].symbol == T_IN || expected_rows[i].symbol == T_UNTIL))
            continue;
        if (drive_accepts(p, expected_rows[i].symbol))
            expected_add(&list, expected_rows[i].words);
    }
    if (drive_accepts(p, T_END) && !operand)
        expected_add(&list, "the next declaration");
    if (!list.count)
        expected_add(&list, "something else");
    expected_join(&list, out);
}

void expected_found(const struct parser *p, int symbol, struct span span, struct buffer *out) {
    struct text text = build_text(p, span);
    if (symbol == 0)
        buffer_string(out, "the end of the file");
    else if (symbol == T_ROW_END)
        buffer_string(out, "the end of the row");
    else if (symbol == T_STRING)
        buffer_string(out, "a text");
    else
        buffer_format(out, "`%.*s`", SAY(text));
}
