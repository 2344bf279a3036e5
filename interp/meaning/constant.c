/*
 * Constants: the value of an expression made of literals, for ranges, `otherwise` of facts, `given`,
 * `covers`, and for finding what can be seen to be wrong before any fact is there. Must not know facts; what
 * is not made of literals varies.
 */
#include "interp/meaning/expression.h"

#include "grammar/base/banned.h"

static enum constant_status number_constant(int64_t number, struct value *out) {
    *out = (struct value){.tag = VALUE_NUMBER, .as.number = number};
    return CONSTANT_VALUE;
}

static enum constant_status day_constant(cal_day day, struct value *out) {
    *out = (struct value){.tag = VALUE_DATE, .as.day = day};
    return CONSTANT_VALUE;
}

enum cal_status expr_move(cal_day day, int64_t count, unsigned unit, enum cal_rounding rounding,
                          cal_day *out) {
    switch (unit) {
    case UNIT_DAYS:
        return cal_add_days(day, count, out);
    case UNIT_WEEKS:
        return cal_add_weeks(day, count, out);
    case UNIT_MONTHS:
        return cal_add_months(day, count, rounding, out);
    default:
        return cal_add_years(day, count, rounding, out);
    }
}

/* A number of that scale, or a fraction, as a fraction. */
static struct frac constant_as_fraction(const struct value *value, int scale) {
    return value->tag == VALUE_FRACTION ? *value->as.fraction : frac_from_number(value->as.number, scale);
}

static enum constant_status fraction_constant(struct checker *checker, struct frac fraction,
                                              struct value *out) {
    struct frac *kept = arena_alloc(checker->arena, sizeof *kept);
    if (!kept) {
        checker->set->diags.failed = true;
        return CONSTANT_VARIES;
    }
    *kept = fraction;
    *out = (struct value){.tag = VALUE_FRACTION, .as.fraction = kept};
    return CONSTANT_VALUE;
}

static enum constant_status fraction_step(struct checker *checker, unsigned op, struct frac a, struct frac b,
                                          struct value *out) {
    struct frac result;
    enum frac_status status = op == OP_ADD        ? frac_add(a, b, &result)
                              : op == OP_SUBTRACT ? frac_sub(a, b, &result)
                              : op == OP_MULTIPLY ? frac_mul(a, b, &result)
                                                  : frac_div(a, b, &result);
    return status == FRAC_OK ? fraction_constant(checker, result, out) : CONSTANT_FAILS;
}

static enum constant_status number_step(unsigned op, int64_t a, int a_scale, int64_t b, int b_scale,
                                        int scale, struct value *out) {
    bool good =
        op == OP_MULTIPLY || (num_rescale(a, a_scale, scale, &a) && num_rescale(b, b_scale, scale, &b));
    int64_t result;
    good = good && (op == OP_ADD        ? num_add(a, b, &result)
                    : op == OP_SUBTRACT ? num_sub(a, b, &result)
                                        : num_mul(a, b, &result));
    return good ? number_constant(result, out) : CONSTANT_FAILS;
}

/* One operation of the spine: *value is its left operand, at *scale, and then its result. */
static enum constant_status arithmetic_step(struct checker *checker, const struct ast_node *node,
                                            struct value *value, int *scale) {
    const struct ast_node *operand = ast_kid(node, ARITHMETIC_right);
    const struct type *type = expr_type_of(checker, node), *right_type = expr_type_of(checker, operand);
    struct value right;
    enum constant_status status = expr_constant(checker, operand, &right);
    if (status != CONSTANT_VALUE)
        return status;
    if (type->kind == TYPE_FRAC)
        status = fraction_step(checker, node->op, constant_as_fraction(value, *scale),
                               constant_as_fraction(&right, right_type->scale), value);
    else
        status = number_step(node->op, value->as.number, *scale, right.as.number, right_type->scale,
                             type->scale, value);
    *scale = type->scale;
    return status;
}

/* The sum at the scale of the node's type. Leans left and may be very long: the left spine is walked. */
static enum constant_status arithmetic_constant(struct checker *checker, const struct ast_node *top,
                                                struct value *out) {
    size_t count;
    for (const struct ast_node *node = top; node && node->kind == AST_ARITHMETIC;
         node = ast_kid(node, ARITHMETIC_left)) {
        enum type_kind kind = expr_type_of(checker, node)->kind;
        if (kind != TYPE_NUM && kind != TYPE_FRAC)
            return CONSTANT_VARIES;
    }
    const struct ast_node *first, **spine = expr_spine(checker, top, &count, &first);
    if (!spine)
        return CONSTANT_VARIES;
    struct value value;
    enum constant_status status = expr_constant(checker, first, &value);
    int scale = expr_type_of(checker, first)->scale;
    for (size_t i = 0; i < count && status == CONSTANT_VALUE; i++)
        status = arithmetic_step(checker, spine[i], &value, &scale);
    *out = value;
    return status;
}

static enum constant_status shift_constant(struct checker *checker, const struct ast_node *node,
                                           struct value *out) {
    const struct ast_node *amount = ast_kid(node, SHIFT_amount);
    struct value day, count;
    enum constant_status status = expr_constant(checker, ast_kid(node, SHIFT_date), &day);
    if (status != CONSTANT_VALUE || !amount || amount->kind != AST_AMOUNT)
        return status == CONSTANT_VALUE ? CONSTANT_VARIES : status;
    status = expr_constant(checker, ast_kid(amount, AMOUNT_count), &count);
    if (status != CONSTANT_VALUE)
        return status;
    cal_day moved;
    int64_t by = node->op ? -count.as.number : count.as.number;
    if (expr_move(day.as.day, by, amount->op, model_rounding(checker->set, node), &moved) != CAL_OK)
        return CONSTANT_FAILS;
    return day_constant(moved, out);
}

static enum constant_status period_constant(struct checker *checker, const struct ast_node *node,
                                            struct value *out) {
    struct value first, last;
    enum constant_status status = expr_constant(checker, ast_kid(node, THROUGH_first), &first);
    if (status == CONSTANT_VALUE)
        status = expr_constant(checker, ast_kid(node, THROUGH_last), &last);
    if (status != CONSTANT_VALUE)
        return status;
    cal_day end = node->kind == AST_UNTIL ? last.as.day - 1 : last.as.day;
    *out = (struct value){.tag = VALUE_PERIOD, .as.period = {first.as.day, end}};
    return CONSTANT_VALUE;
}

static enum constant_status set_constant(struct checker *checker, const struct ast_node *node,
                                         struct value *out) {
    const struct type *type = expr_type_of(checker, node);
    if (type->kind != TYPE_MEMBERS || !type->enumeration)
        return CONSTANT_VARIES;
    size_t words = (type->enumeration->count + 63) / 64;
    struct member_set *set = arena_alloc(checker->arena, sizeof *set + words * sizeof set->words[0]);
    if (!set) {
        checker->set->diags.failed = true;
        return CONSTANT_VARIES;
    }
    set->word_count = (uint32_t)words;
    for (const struct ast_node *member = ast_kid(node, SET_LITERAL_members); member; member = member->next) {
        struct value value;
        if (expr_constant(checker, member, &value) != CONSTANT_VALUE)
            return CONSTANT_VARIES;
        set->words[value.as.number / 64] |= UINT64_C(1) << (value.as.number % 64);
    }
    *out = (struct value){.tag = VALUE_SET, .as.set = set};
    return CONSTANT_VALUE;
}

static enum constant_status part_constant(struct checker *checker, const struct ast_node *node,
                                          struct value *out) {
    struct value value;
    enum constant_status status = expr_constant(checker, ast_kid(node, DATE_PART_operand), &value);
    if (status != CONSTANT_VALUE)
        return status;
    switch ((enum ast_date_part)node->op) {
    case PART_START:
        return day_constant(value.as.period.first, out);
    case PART_END:
        return day_constant(value.as.period.last, out);
    case PART_START_OF_MONTH:
        return day_constant(cal_start_of_month(value.as.day), out);
    case PART_END_OF_MONTH:
        return day_constant(cal_end_of_month(value.as.day), out);
    case PART_YEAR:
        return number_constant(cal_year(value.as.day), out);
    case PART_MONTH:
        return number_constant(cal_month(value.as.day), out);
    case PART_DAY:
        return number_constant(cal_day_of_month(value.as.day), out);
    case PART_WEEKDAY:
        *out = (struct value){.tag = VALUE_MEMBER, .as.number = cal_weekday(value.as.day)};
        return CONSTANT_VALUE;
    }
    return CONSTANT_VARIES;
}

static enum constant_status leaf_constant(struct checker *checker, const struct ast_node *node,
                                          struct value *out) {
    const struct ref *ref = expr_ref_of(checker, node);
    switch (ast_kind_of(node)) {
    case AST_NUMBER:
        return ref->kind == REF_TO_CONSTANT ? number_constant(ref->number, out) : CONSTANT_VARIES;
    case AST_DATE:
        return ref->kind == REF_TO_CONSTANT ? day_constant((cal_day)ref->number, out) : CONSTANT_VARIES;
    case AST_YES:
    case AST_NO:
        *out = (struct value){.tag = VALUE_YES_NO, .as.number = node->kind == AST_YES};
        return CONSTANT_VALUE;
    case AST_STRING:
        if (!node->value.string || expr_type_of(checker, node)->kind != TYPE_STRING)
            return CONSTANT_VARIES;
        *out = (struct value){.tag = VALUE_TEXT, .as.text = node->value.string};
        return CONSTANT_VALUE;
    case AST_NAME:
        if (ref->kind != REF_TO_MEMBER)
            return CONSTANT_VARIES;
        *out = (struct value){.tag = VALUE_MEMBER, .as.number = ref->index};
        return CONSTANT_VALUE;
    default:
        return CONSTANT_VARIES;
    }
}

enum constant_status expr_constant(struct checker *checker, const struct ast_node *node, struct value *out) {
    node = ast_ungroup(node);
    if (!node)
        return CONSTANT_VARIES;
    switch (ast_kind_of(node)) {
    case AST_NEGATE: {
        enum constant_status status = expr_constant(checker, ast_kid(node, NEGATE_operand), out);
        if (status == CONSTANT_VALUE && out->tag == VALUE_FRACTION)
            return fraction_constant(checker, frac_neg(*out->as.fraction), out);
        if (status == CONSTANT_VALUE)
            out->as.number = -out->as.number;
        return status;
    }
    case AST_ARITHMETIC:
        return arithmetic_constant(checker, node, out);
    case AST_SHIFT:
        return shift_constant(checker, node, out);
    case AST_THROUGH:
    case AST_UNTIL:
        return period_constant(checker, node, out);
    case AST_SET_LITERAL:
        return set_constant(checker, node, out);
    case AST_DATE_PART:
        return part_constant(checker, node, out);
    default:
        return leaf_constant(checker, node, out);
    }
}

static const char *bound_words(struct checker *checker, const struct type *type, int64_t bound) {
    char text[NUM_TEXT_MAX];
    if (type->kind == TYPE_DAY)
        cal_format((cal_day)bound, text);
    else
        num_format(bound, type->scale, text);
    return expr_format(checker, "%s", text);
}

bool expr_in_range(struct checker *checker, const struct ast_node *node, const struct type *type,
                   struct value value, int scale, const char *what) {
    bool low, high;
    if (type->kind == TYPE_DAY && value.tag == VALUE_DATE) {
        low = type->has_low && value.as.day < type->low;
        high = type->has_high && value.as.day > type->high;
    } else if (type->kind == TYPE_NUM && value.tag == VALUE_NUMBER) {
        low = type->has_low && num_compare(value.as.number, scale, type->low, type->scale) < 0;
        high = type->has_high && num_compare(value.as.number, scale, type->high, type->scale) > 0;
    } else {
        return true;
    }
    if (!low && !high)
        return true;
    struct diagnostics *diags = &checker->set->diags;
    struct diagnostic *d =
        diag_report(diags, DIAG_E0414, ast_span(node), "%s is %s, but %s is %s %s", expr_words(checker, node),
                    low ? "too low" : "too high", what, low ? "at least" : "at most",
                    bound_words(checker, type, low ? type->low : type->high));
    diag_help(diags, d, "give a value inside the declared range, or widen the range");
    return false;
}

/* --- where only a constant can stand --- */

/* One record of a list value into `fields`; false after a message. */
static bool record_constant(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                            const struct record_type *record, struct value *fields) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node **seen = arena_array(checker->arena, record->field_count, sizeof *seen);
    bool good = seen != NULL;
    if (!good)
        diags->failed = true;
    for (size_t i = 0; i < record->field_count; i++)
        fields[i] =
            record->fields[i].has_otherwise ? record->fields[i].otherwise : (struct value){.tag = VALUE_OPEN};
    for (const struct ast_node *given = ast_kid(node, RECORD_VALUE_fields); seen && given;
         given = given->next) {
        const struct ast_node *name = given->kind == AST_GIVEN ? ast_kid(given, GIVEN_name) : NULL;
        if (!ast_name(name)) {
            good = false;
            continue;
        }
        size_t field = 0;
        while (field < record->field_count && record->fields[field].name != ast_name(name))
            field++;
        if (field == record->field_count) {
            struct diagnostic *d =
                diag_report(diags, DIAG_E0425, ast_span(name), "a record of type `%s` has no field `%s`",
                            record->name->text.bytes, ast_name(name)->text.bytes);
            chk_suggest(checker, d, ast_span(name), ast_name(name), name->file, 0, NULL, record);
            good = false;
            continue;
        }
        if (seen[field]) {
            struct diagnostic *d =
                diag_report(diags, DIAG_E0434, ast_span(name), "`%s` is given twice in one record",
                            ast_name(name)->text.bytes);
            diag_label(diags, d, ast_span(seen[field]), "first here");
            good = false;
            continue;
        }
        seen[field] = name;
        expr_set_ref(checker, name,
                     (struct ref){.kind = REF_TO_FIELD, .index = (uint32_t)field, .record = record});
        good = chk_constant(checker, scope, ast_kid(given, GIVEN_value), &record->fields[field].type,
                            &fields[field]) &&
               good;
    }
    return good;
}

static bool list_constant(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                          const struct type *type, struct value *out) {
    const struct record_type *record = type->record;
    size_t count = ast_list_length(ast_kid(node, LIST_VALUE_items));
    struct value_list *list = arena_alloc(checker->arena, sizeof *list);
    struct value *fields =
        record ? arena_array(checker->arena, count, record->field_count * sizeof *fields) : NULL;
    expr_set_type(checker, node, type);
    if (count > checker->set->limits.list_records) {
        diag_report(&checker->set->diags, DIAG_E0902, ast_span(node),
                    "this list has %zu records, and a list is limited to %zu", count,
                    checker->set->limits.list_records);
        return false;
    }
    if (!list || !fields) {
        checker->set->diags.failed = checker->arena->failed;
        return false;
    }
    list->count = (uint32_t)count;
    list->field_count = (uint32_t)record->field_count;
    list->fields = fields;
    bool good = true;
    for (const struct ast_node *item = ast_kid(node, LIST_VALUE_items); item; item = item->next) {
        good =
            item->kind == AST_RECORD_VALUE && record_constant(checker, scope, item, record, fields) && good;
        fields += record->field_count;
    }
    *out = (struct value){.tag = VALUE_LIST, .as.list = list};
    return good;
}

static bool report_list_value(struct checker *checker, const struct ast_node *node, const struct type *type) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *inner = ast_ungroup(node);
    if (inner->kind == AST_LIST_VALUE) {
        diag_report(diags, DIAG_E0403, ast_span(node), "this is a list of records, but the value is %s",
                    expr_type_words(checker, type));
        return false;
    }
    struct diagnostic *d =
        diag_report(diags, DIAG_E0403, ast_span(node), "the value is a list of records, which %s is not",
                    expr_words(checker, node));
    diag_help(diags, d, "a list is written `[{field is value, …}, …]`");
    return false;
}

bool chk_constant(struct checker *checker, const struct scope *scope, const struct ast_node *node,
                  const struct type *type, struct value *out) {
    struct diagnostics *diags = &checker->set->diags;
    if (!node || node->kind == AST_ERROR || type->kind == TYPE_BAD)
        return false;
    const struct ast_node *inner = ast_ungroup(node);
    if (inner && inner->kind == AST_LIST_VALUE && type->kind == TYPE_RECORDS)
        return list_constant(checker, scope, inner, type, out);
    if (inner && (inner->kind == AST_LIST_VALUE || (type->kind == TYPE_RECORDS && inner->kind != AST_NONE)))
        return report_list_value(checker, node, type);
    size_t errors = diags->errors;
    chk_value(checker, scope, node, type, NULL, "the value");
    if (diags->errors != errors || diags->failed || !inner)
        return false;
    if (inner->kind == AST_NONE) {
        *out = (struct value){.tag = VALUE_NONE};
        return true;
    }
    const struct type *found = expr_type_of(checker, node);
    if (found->kind == TYPE_BAD)
        return false;
    if (expr_constant(checker, node, out) != CONSTANT_VALUE) {
        struct diagnostic *d =
            diag_report(diags, DIAG_E0427, ast_span(node), "%s is not a constant", expr_words(checker, node));
        diag_help(diags, d, "write the value itself: a number, a date, a member, a text");
        return false;
    }
    if (type->kind == TYPE_FRAC && out->tag == VALUE_NUMBER)
        return fraction_constant(checker, frac_from_number(out->as.number, found->scale), out) ==
               CONSTANT_VALUE;
    if (type->kind == TYPE_NUM && !num_rescale(out->as.number, found->scale, type->scale, &out->as.number)) {
        diag_report(diags, DIAG_E0411, ast_span(node), "%s has more than %d digits with its %d decimals",
                    expr_words(checker, node), NUM_MAX_DIGITS, type->scale);
        return false;
    }
    return true;
}

static bool constant_day(struct checker *checker, const struct ast_node *node, cal_day *out) {
    struct scope scope = {.file = node ? node->file : 0};
    struct value value;
    if (!chk_constant(checker, &scope, node, expr_kind(TYPE_DAY, false), &value))
        return false;
    *out = value.as.day;
    return true;
}

bool chk_constant_period(struct checker *checker, const struct ast_node *node, struct period *out) {
    node = ast_ungroup(node);
    if (!node || node->kind == AST_ERROR)
        return false;
    struct diagnostics *diags = &checker->set->diags;
    struct period period = {CAL_MIN, CAL_MAX};
    enum ast_kind kind = ast_kind_of(node);
    bool two = kind == AST_THROUGH || kind == AST_UNTIL, good = true;
    if (two || kind == AST_FROM_ON)
        good = constant_day(checker, node->kids[0], &period.first);
    if (two || kind == AST_UP_TO)
        good = constant_day(checker, node->kids[two], &period.last) && good;
    if (!good)
        return false;
    if (kind == AST_UNTIL || (kind == AST_UP_TO && node->op == 1))
        period.last--;
    expr_set_type(checker, node, expr_kind(TYPE_SPAN, false));
    if (period.first > period.last) {
        struct diagnostic *d =
            diag_report(diags, DIAG_E0415, ast_span(node), "%s has no day: its end lies before its start",
                        expr_words(checker, node));
        if (kind == AST_UNTIL || kind == AST_UP_TO)
            diag_help(diags, d, "`until` leaves its last date out; `through` takes it in");
        return false;
    }
    *out = period;
    return true;
}
