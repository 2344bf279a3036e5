/*
 * Dates, periods and sets of members in expressions: phrases that move a date, periods, parts of dates,
 * anniversaries, and what may stand right of `in`. Whether months need a rounding is decided here. Must not
 * know how days are counted.
 */
#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

const struct type *expr_date(const struct typing *typing, const struct ast_node *node) {
    cal_day day;
    return chk_date(typing->checker, node, &day) ? expr_kind(TYPE_DAY, false) : expr_bad();
}

bool chk_date(struct checker *checker, const struct ast_node *node, cal_day *out) {
    if (!node || node->kind != AST_DATE)
        return false;
    const struct ref *known = expr_ref_of(checker, node);
    if (known->kind == REF_TO_CONSTANT) {
        *out = (cal_day)known->number;
        return true;
    }
    if (node->id < checker->set->node_limit && checker->set->node_types[node->id])
        return false;
    struct text text = sources_text(&checker->set->sources, ast_span(node));
    struct cal_parse_error why;
    if (cal_parse(text.bytes, text.length, out, &why)) {
        expr_set_ref(checker, node, (struct ref){.kind = REF_TO_CONSTANT, .number = *out});
        expr_set_type(checker, node, expr_kind(TYPE_DAY, false));
        return true;
    }
    expr_set_type(checker, node, expr_bad());
    char words[CAL_EXPLAIN_MAX];
    cal_explain(&why, words, sizeof words);
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0410, ast_span(node), "%.*s: %s", (int)text.length, text.bytes, words);
    if (why.kind == CAL_PARSE_WRONG_SHAPE)
        diag_fix(diags, d, ast_span(node), "write it as year, month, day", "%04d-%02d-%02d", why.year,
                 why.month, why.day);
    else if (why.kind == CAL_PARSE_BAD_DAY && why.day > 28)
        diag_help(diags, d, "the last day of that month is %04d-%02d-%02d", why.year, why.month,
                  cal_days_in_month(why.year, why.month));
    else
        diag_help(diags, d, "a date is written year-month-day, such as 2021-06-30");
    return false;
}

/* `A through B` between numbers: no such thing. True after that message. */
static bool report_numbers(const struct typing *typing, const struct ast_node *node,
                           const struct type *type) {
    if (type->kind != TYPE_NUM && type->kind != TYPE_FRAC)
        return false;
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    const char *first = expr_source(checker, ast_kid(node, THROUGH_first));
    const char *last = expr_source(checker, ast_kid(node, THROUGH_last));
    struct diagnostic *d =
        diag_report(diags, DIAG_E0403, ast_span(node),
                    "%s is no period: those are of dates, and this has numbers", expr_words(checker, node));
    diag_help(diags, d, "compare a number with both ends: `x >= %s and x %s %s`", first,
              node->kind == AST_UNTIL ? "<" : "<=", last);
    return true;
}

const struct type *expr_period(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    const struct ast_node *ends[2] = {ast_kid(node, THROUGH_first), ast_kid(node, THROUGH_last)};
    bool none = false, good = true;
    for (int i = 0; i < 2; i++) {
        const struct type *type = expr_operand(typing, ends[i], NULL, &none);
        if (good && report_numbers(typing, node, type))
            return expr_bad();
        if (type->kind != TYPE_BAD && type->kind != TYPE_DAY) {
            struct diagnostic *d = expr_report_kind(typing, ends[i], type, "a period", "dates");
            if (type->kind == TYPE_SPAN)
                diag_help(&checker->set->diags, d, "say which day: `start of %s`, `end of %s`",
                          expr_source_primary(checker, ends[i]), expr_source_primary(checker, ends[i]));
        }
        good = good && type->kind == TYPE_DAY;
    }
    struct value first, last;
    if (!good)
        return expr_bad();
    if (expr_constant(checker, ends[0], &first) != CONSTANT_VALUE ||
        expr_constant(checker, ends[1], &last) != CONSTANT_VALUE)
        return expr_kind(TYPE_SPAN, none);
    bool through = node->kind == AST_THROUGH;
    if (through ? first.as.day <= last.as.day : first.as.day < last.as.day)
        return expr_kind(TYPE_SPAN, none);
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0415, ast_span(node), "%s has no day: its end lies before its start",
                    expr_words(checker, node));
    if (!through)
        diag_help(diags, d, "`until` leaves its last date out; `through` takes it in");
    else if (expr_source(checker, ends[0])[0] && expr_source(checker, ends[1])[0])
        diag_help(diags, d, "the other way round it is `%s through %s`", expr_source(checker, ends[1]),
                  expr_source(checker, ends[0]));
    return expr_bad();
}

/* --- amounts of time --- */

static const char *const unit_words[] = {"days", "weeks", "months", "years"};

/* The count of an amount: a whole number. */
static bool type_amount(const struct typing *typing, const struct ast_node *amount, bool *none) {
    if (!amount || amount->kind != AST_AMOUNT)
        return false;
    struct checker *checker = typing->checker;
    const struct ast_node *count = ast_kid(amount, AMOUNT_count);
    const char *what = expr_format(checker, "a number of %s", unit_words[amount->op]);
    const struct type *type = expr_operand(typing, count, NULL, none);
    if (type->kind == TYPE_BAD)
        return false;
    if (type->kind != TYPE_NUM && type->kind != TYPE_FRAC) {
        expr_report_kind(typing, count, type, what, "a whole number");
        return false;
    }
    expr_set_type(checker, amount, type);
    if (type->kind == TYPE_NUM && type->scale == 0)
        return true;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d = diag_report(diags, DIAG_E0418, ast_span(count), "%s is whole, but %s is %s", what,
                                       expr_words(checker, count), expr_type_words(checker, type));
    if (ast_ungroup(count)->kind != AST_NUMBER && expr_source(checker, count)[0])
        diag_help(diags, d, "round it: `round(%s, 0) %s`", expr_source(checker, count),
                  unit_words[amount->op]);
    return false;
}

/* True for a date in whose month every whole number of months later that day is there: the first days of
 * months. */
static bool first_of_month(const struct ast_node *date) {
    date = ast_ungroup(date);
    return date && date->kind == AST_DATE_PART && date->op == PART_START_OF_MONTH;
}

static void report_rounding(const struct typing *typing, const struct ast_node *node, const char *why) {
    struct diagnostics *diags = &typing->checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0417, ast_span(node), "%s, and nothing says to which day it goes", why);
    const struct module *module = model_module(typing->checker->set, node->file);
    if (module && module->header)
        diag_label(diags, d, ast_span(module->header->kids[0] ? module->header->kids[0] : module->header),
                   "`months round …` is not said here");
    diag_help(diags, d,
              "say `months round back` (the last day of that month) or `months round forward` (the first of "
              "the next) in "
              "the header of the policy, or `rounded back` here");
}

/* The result of a phrase over months or years that nobody has said how to round. */
static bool months_are_clear(const struct typing *typing, const struct ast_node *node,
                             const struct ast_node *amount, const struct ast_node *date) {
    struct checker *checker = typing->checker;
    if (amount->op != UNIT_MONTHS && amount->op != UNIT_YEARS)
        return true;
    if (model_rounding(checker->set, node) != CAL_ROUND_UNSAID || first_of_month(date))
        return true;
    struct value day, count;
    if (expr_constant(checker, date, &day) == CONSTANT_VALUE) {
        if (cal_day_of_month(day.as.day) <= 28)
            return true;
        cal_day moved;
        if (expr_constant(checker, ast_kid(amount, AMOUNT_count), &count) == CONSTANT_VALUE) {
            int64_t by = node->op ? -count.as.number : count.as.number;
            if (expr_move(day.as.day, by, amount->op, CAL_ROUND_UNSAID, &moved) != CAL_NO_SUCH_DAY)
                return true;
        }
    }
    report_rounding(typing, node, "this may fall on a day that does not exist, such as 30 February");
    return false;
}

/* A constant phrase whose day does not exist, or lies outside the calendar. */
static void report_shift(struct checker *checker, const struct ast_node *node, const struct ast_node *amount,
                         const struct ast_node *date) {
    struct diagnostics *diags = &checker->set->diags;
    cal_day moved;
    struct value day, count;
    if (expr_constant(checker, date, &day) == CONSTANT_VALUE &&
        expr_constant(checker, ast_kid(amount, AMOUNT_count), &count) == CONSTANT_VALUE &&
        expr_move(day.as.day, node->op ? -count.as.number : count.as.number, amount->op, CAL_ROUND_ERROR,
                  &moved) == CAL_NO_SUCH_DAY) {
        struct diagnostic *d = diag_report(diags, DIAG_E0410, ast_span(node),
                                           "%s is a day that does not exist", expr_words(checker, node));
        diag_help(diags, d, "say `rounded back` or `rounded forward` here");
        return;
    }
    diag_report(diags, DIAG_E0432, ast_span(node), "%s is not between 0001-01-01 and 9999-12-31",
                expr_words(checker, node));
}

const struct type *expr_shift(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    const struct ast_node *amount = ast_kid(node, SHIFT_amount), *date = ast_kid(node, SHIFT_date);
    bool none = false;
    bool good = type_amount(typing, amount, &none);
    const char *what = expr_format(checker, "`%s`", node->op ? "before" : "after");
    good = expr_operand_is(typing, date, TYPE_DAY, &none, what) && good;
    if (!good || !months_are_clear(typing, node, amount, date))
        return expr_bad();
    struct value value;
    expr_set_type(checker, node, expr_kind(TYPE_DAY, none));
    if (expr_constant(checker, node, &value) != CONSTANT_FAILS)
        return expr_kind(TYPE_DAY, none);
    report_shift(checker, node, amount, date);
    return expr_bad();
}

const struct type *expr_within(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    const struct ast_node *amount = ast_kid(node, WITHIN_amount), *date = ast_kid(node, WITHIN_date);
    bool none = false;
    bool good = type_amount(typing, amount, &none);
    good = expr_operand_is(typing, date, TYPE_DAY, &none, "`within … after`") && good;
    if (!good || !months_are_clear(typing, node, amount, date))
        return expr_bad();
    struct value count;
    if (expr_constant(checker, ast_kid(amount, AMOUNT_count), &count) == CONSTANT_VALUE &&
        count.as.number < 1) {
        diag_report(&checker->set->diags, DIAG_E0415, ast_span(node), "%s has no day",
                    expr_words(checker, node));
        return expr_bad();
    }
    return expr_kind(TYPE_SPAN, none);
}

const struct type *expr_distance(const struct typing *typing, const struct ast_node *node) {
    const char *what = node->op == UNIT_DAYS     ? "`days from`"
                       : node->op == UNIT_MONTHS ? "`whole months from`"
                                                 : "`whole years from`";
    bool none = false;
    bool good = expr_operand_is(typing, ast_kid(node, DISTANCE_first), TYPE_DAY, &none, what);
    good = expr_operand_is(typing, ast_kid(node, DISTANCE_last), TYPE_DAY, &none, what) && good;
    return good ? expr_number(0, none) : expr_bad();
}

const struct type *expr_date_part(const struct typing *typing, const struct ast_node *node) {
    static const char *const words[] = {"`start of`", "`end of`",   "`start of month`", "`end of month`",
                                        "`year of`",  "`month of`", "`day of`",         "`weekday of`"};
    struct checker *checker = typing->checker;
    const struct ast_node *operand = ast_kid(node, DATE_PART_operand);
    bool none = false;
    if (node->op == PART_START || node->op == PART_END) {
        const struct type *type = expr_operand(typing, operand, NULL, &none);
        if (type->kind == TYPE_SPAN)
            return expr_kind(TYPE_DAY, none);
        if (type->kind == TYPE_BAD)
            return type;
        struct diagnostic *d = expr_report_kind(typing, operand, type, words[node->op], "a period");
        if (type->kind == TYPE_DAY)
            diag_help(&checker->set->diags, d, "of a date: `%s of month %s`",
                      node->op == PART_START ? "start" : "end", expr_source_primary(checker, operand));
        return expr_bad();
    }
    if (!expr_operand_is(typing, operand, TYPE_DAY, &none, words[node->op]))
        return expr_bad();
    if (node->op == PART_START_OF_MONTH || node->op == PART_END_OF_MONTH)
        return expr_kind(TYPE_DAY, none);
    if (node->op != PART_WEEKDAY)
        return expr_number(0, none);
    if (checker->set->enumeration_count == 0)
        return expr_bad();
    return expr_of_enumeration(checker, TYPE_MEMBER, checker->set->enumerations[0], none);
}

const struct type *expr_anniversary(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    bool in = node->kind == AST_ANNIVERSARY_IN, none = false;
    const char *what = in ? "`anniversary of`" : "`next anniversary of`";
    const struct ast_node *date = ast_kid(node, ANNIVERSARY_IN_date), *other = node->kids[1];
    bool good = expr_operand_is(typing, date, TYPE_DAY, &none, what);
    if (in) {
        const struct type *type = expr_operand(typing, other, NULL, &none);
        if (type->kind != TYPE_BAD && (type->kind != TYPE_NUM || type->scale != 0)) {
            struct diagnostic *d =
                expr_report_kind(typing, other, type, "the year of an anniversary", "a whole number");
            if (type->kind == TYPE_DAY)
                diag_help(&checker->set->diags, d, "the year of a date is `(year of %s)`",
                          expr_source_primary(checker, other));
        }
        good = good && type->kind == TYPE_NUM && type->scale == 0;
    } else {
        good = expr_operand_is(typing, other, TYPE_DAY, &none, what) && good;
    }
    if (!good)
        return expr_bad();
    struct value day;
    bool leap_day = expr_constant(checker, date, &day) != CONSTANT_VALUE ||
                    (cal_month(day.as.day) == 2 && cal_day_of_month(day.as.day) == 29);
    if (leap_day && !first_of_month(date) && model_rounding(checker->set, node) == CAL_ROUND_UNSAID) {
        report_rounding(typing, node, "the anniversary of a 29 February may not exist");
        return expr_bad();
    }
    return expr_kind(TYPE_DAY, none);
}

/* --- in --- */

const struct type *expr_set_literal(const struct typing *typing, const struct ast_node *node,
                                    const struct type *expected) {
    struct checker *checker = typing->checker;
    const struct enumeration *enumeration = NULL;
    if (expected && (expected->kind == TYPE_MEMBERS || expected->kind == TYPE_MEMBER))
        enumeration = expected->enumeration;
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *member = ast_kid(node, SET_LITERAL_members);
    bool none = false, good = true;
    if (!enumeration && expected && expected->kind == TYPE_BAD)
        return expr_bad();
    for (; member; member = member->next) {
        struct type element = {.kind = TYPE_MEMBER, .enumeration = enumeration};
        const struct type *type = expr_operand(typing, member, enumeration ? &element : NULL, &none);
        good = good && type->kind != TYPE_BAD;
        if (type->kind == TYPE_BAD ||
            (type->kind == TYPE_MEMBER && (!enumeration || type->enumeration == enumeration))) {
            if (!enumeration)
                enumeration = type->enumeration;
            continue;
        }
        struct diagnostic *d =
            expr_report_kind(typing, member, type, "a set",
                             enumeration ? expr_type_words(checker, &element) : "members of a type");
        if (type->kind == TYPE_DAY || type->kind == TYPE_NUM || type->kind == TYPE_STRING)
            diag_help(diags, d, "to compare with several values: `… is one of a, b`");
        good = false;
    }
    if (good && !enumeration) {
        struct diagnostic *d =
            diag_report(diags, DIAG_E0403, ast_span(node), "nothing says of which type this set is");
        diag_help(diags, d,
                  "a set stands where one is expected: beside a set, right of `in`, or as the value of a "
                  "`set of` fact");
    }
    return good && enumeration ? expr_of_enumeration(checker, TYPE_MEMBERS, enumeration, none) : expr_bad();
}

static bool report_in(const struct typing *typing, const struct ast_node *operand,
                      const struct ast_node *right, const struct type *a, const struct type *b) {
    struct checker *checker = typing->checker;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d;
    if (b->kind == TYPE_RECORDS) {
        d = diag_report(diags, DIAG_E0422, ast_span(right),
                        "%s is a list of records, and `in` tests a period or a set",
                        expr_words(checker, right));
        diag_help(diags, d, "ask about its records: `some x in %s has (x.FIELD is %s)`",
                  expr_source(checker, right), expr_source(checker, operand));
        return false;
    }
    if (b->kind != TYPE_SPAN && b->kind != TYPE_MEMBERS) {
        d = expr_report_kind(typing, right, b, "`in`", "a period or a set");
        if (b->kind == a->kind)
            diag_help(diags, d, "to compare with one value: `… is %s`", expr_source(checker, right));
        return false;
    }
    d = diag_report(diags, DIAG_E0407, ast_span(operand), "%s is %s, which cannot lie in %s",
                    expr_words(checker, operand), expr_type_words(checker, a), expr_type_words(checker, b));
    diag_label(diags, d, ast_span(right), "%s", expr_type_words(checker, b));
    if (a->kind == TYPE_SPAN && b->kind == TYPE_SPAN)
        diag_help(diags, d, "say which day: `start of %s`, `end of %s`",
                  expr_source_primary(checker, operand), expr_source_primary(checker, operand));
    return false;
}

bool expr_in_what(const struct typing *typing, const struct ast_node *operand, const struct ast_node *right,
                  const struct type *type, bool *none) {
    struct type set = {.kind = TYPE_MEMBERS, .enumeration = type->enumeration};
    const struct ast_node *inner = ast_ungroup(right);
    if (!inner)
        return false;
    bool literal = inner->kind == AST_SET_LITERAL;
    const struct type *expected = type->kind == TYPE_MEMBER           ? &set
                                  : type->kind == TYPE_BAD && literal ? expr_bad()
                                                                      : NULL;
    const struct type *b = expr_type(typing, right, expected);
    if (b->kind == TYPE_BAD || type->kind == TYPE_BAD)
        return false;
    if (b->optional) {
        if (typing->scope->definition)
            *none = true;
        else
            expr_report_optional(typing, right, b);
    }
    if ((b->kind == TYPE_SPAN && type->kind == TYPE_DAY) ||
        (b->kind == TYPE_MEMBERS && type->kind == TYPE_MEMBER && b->enumeration == type->enumeration))
        return true;
    return report_in(typing, operand, right, type, b);
}

const struct type *expr_in(const struct typing *typing, const struct ast_node *node) {
    struct checker *checker = typing->checker;
    const struct ast_node *operand = ast_kid(node, IN_operand), *right = ast_kid(node, IN_period);
    bool none = false;
    if (!operand || !right)
        return expr_bad();
    struct ref ref;
    if (expr_is_unknown(typing, operand) && expr_lookup(checker, typing->scope, right, &ref)) {
        /* A member, in a set that says of which type. */
        const struct type *b = expr_operand(typing, right, NULL, &none);
        if (b->kind == TYPE_BAD)
            return b;
        struct type element = {.kind = TYPE_MEMBER, .enumeration = b->enumeration};
        const struct type *a = expr_type(typing, operand, b->kind == TYPE_MEMBERS ? &element : NULL);
        if (a->kind == TYPE_BAD)
            return a;
        return b->kind == TYPE_MEMBERS ? expr_kind(TYPE_YESNO, none) : expr_bad();
    }
    const struct type *a = expr_operand(typing, operand, NULL, &none);
    return expr_in_what(typing, operand, right, a, &none) ? expr_kind(TYPE_YESNO, none) : expr_bad();
}
