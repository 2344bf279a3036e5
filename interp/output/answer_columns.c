/*
 * See answer_columns.h. Names, labels and what stands between them are laid out once; a row is made of copies of them, days that
 * were written out before, and numbers. What is rare is left to the functions that write one outcome.
 */
#include "interp/output/answer_columns.h"

#include <string.h>

#include "interp/facts/field.h"
#include "interp/meaning/show.h"
#include "interp/output/flat.h"

/* Pieces are copied in steps of this many bytes; there is room for as much behind what is written. */
#define STEP 16
/* Labels up to this long have as many bytes to spare, and how long one is decides no branch. */
#define LONG 64
/* Days that are kept written out: more than eleven years without two in one place. */
#define DAYS 4096

struct answer_day {
    cal_day day;
    char text[12];
};

/* A decision or a carried field: `before` stands in front of it. `labels` by member, as the form writes them. */
struct answer_piece {
    struct text before;
    uint32_t index;
    const struct type *type;
    unsigned kind;
    size_t longest; /* label; up to LONG bytes all are copied at that length */
    struct text *labels;
    struct text *whys; /* with form->why: all behind the value, by winner; the last where nobody decided */
    uint32_t giver_count;
};

/* --- what is laid out once --- */

/* A copy with LONG bytes to spare; takes all that is in `words`. */
static struct text kept(struct answer_pen *pen, struct buffer *words) {
    struct text text = {NULL, words->length};
    char *copy = words->failed ? NULL : arena_alloc(&pen->arena, words->length + LONG);
    if (words->failed)
        pen->arena.failed = true;
    if (copy && words->length)
        memcpy(copy, words->data, words->length);
    text.bytes = copy;
    buffer_clear(words);
    return text;
}

/* A label in the form, the comma of a cell apart. */
static struct text label_of(struct answer_pen *pen, const struct type *type, size_t member) {
    struct text label = type->enumeration->members[member].label;
    struct buffer plain;
    struct text text;
    bool first = true;
    if (!pen->csv) {
        buffer_json(&pen->words, label.bytes, label.length);
        return kept(pen, &pen->words);
    }
    buffer_init(&plain, pen->words.alloc);
    buffer_text(&plain, label);
    flat_word_cell(&pen->words, pen->form, &first, true, &plain);
    buffer_free(&plain);
    text = kept(pen, &pen->words);
    return text;
}

static bool add_labels(struct answer_pen *pen, struct answer_piece *piece) {
    size_t count = piece->type->enumeration->count, longest = 0;
    piece->labels = arena_array(&pen->arena, count, sizeof *piece->labels);
    for (size_t i = 0; piece->labels && i < count; i++) {
        piece->labels[i] = label_of(pen, piece->type, i);
        if (piece->labels[i].length > longest)
            longest = piece->labels[i].length;
    }
    piece->longest = longest;
    pen->fixed += longest + LONG;
    return !pen->arena.failed;
}

/* What stands before the n-th value of a row. */
static struct text before(struct answer_pen *pen, size_t n, struct text name) {
    struct buffer *words = &pen->words;
    if (pen->csv) {
        buffer_string(words, n ? "," : "");
    } else {
        buffer_char(words, n ? ',' : '{');
        buffer_json(words, name.bytes, name.length);
        buffer_char(words, ':');
    }
    return kept(pen, words);
}

/* The two cells behind a decision that was decided by a rule, by its normal case, or by neither. */
static struct text why_of(struct answer_pen *pen, const struct decision *decision, uint32_t rule,
                          bool by_otherwise) {
    struct buffer value, both;
    buffer_init(&value, pen->words.alloc);
    buffer_init(&both, pen->words.alloc);
    for (int k = 0; k < 2; k++) {
        bool first = false;
        if (k)
            flat_cites(&value, pen->form, rule);
        else
            flat_rule(&value, pen->form, rule, by_otherwise);
        if (pen->csv) {
            flat_word_cell(&both, pen->form, &first, true, &value);
            continue;
        }
        buffer_text(&pen->words, decision->shown);
        buffer_string(&pen->words, k ? ".cites" : ".rule");
        buffer_char(&both, ',');
        buffer_json(&both, pen->words.data, pen->words.length);
        buffer_char(&both, ':');
        if (value.length)
            buffer_json(&both, value.data, value.length);
        else
            buffer_string(&both, "null");
        both.failed = both.failed || value.failed || pen->words.failed;
        buffer_clear(&pen->words);
        buffer_reuse(&value);
    }
    struct text text = kept(pen, &both);
    buffer_free(&value);
    buffer_free(&both);
    return text;
}

static bool add_whys(struct answer_pen *pen, struct answer_piece *piece, const struct decision *decision) {
    uint32_t count = (uint32_t)decision->giver_count;
    size_t longest = 0;
    if (!pen->form->why)
        return true;
    piece->giver_count = count;
    piece->whys = arena_array(&pen->arena, count + 2, sizeof *piece->whys);
    for (uint32_t i = 0; piece->whys && i < count + 2; i++) {
        uint32_t rule = i > 0 && i <= count ? decision->givers[i - 1].rule : NO_RULE;
        piece->whys[i] = why_of(pen, decision, rule, i == 0);
        if (piece->whys[i].length > longest)
            longest = piece->whys[i].length;
    }
    pen->fixed += longest + LONG;
    return !pen->arena.failed;
}

static bool add_decision(struct answer_pen *pen, size_t n, const struct decision *decision) {
    struct answer_piece *piece = &pen->decisions[pen->decision_count++];
    *piece = (struct answer_piece){
        .before = before(pen, n, decision->shown),
        .index = decision->index,
        .type = &decision->type,
        .kind = pen->plan->program
                    ->instructions[pen->plan->decisions[decision->index] - pen->plan->program->constant_count]
                    .kind};
    pen->fixed += piece->before.length + NUM_TEXT_MAX + STEP;
    return (decision->type.kind != TYPE_MEMBER || add_labels(pen, piece)) && add_whys(pen, piece, decision);
}

bool answer_pen_init(struct answer_pen *pen, const struct answer_form *form, const struct column_plan *plan,
                     bool csv, const struct pv_alloc *alloc) {
    const struct policy_set *set = form->set;
    size_t n = form->field_count;
    *pen = (struct answer_pen){.form = form, .plan = plan, .csv = csv, .fixed = 4 * STEP};
    arena_init(&pen->arena, alloc);
    buffer_init(&pen->words, alloc);
    pen->fields = arena_array(&pen->arena, n, sizeof *pen->fields);
    pen->decisions = arena_array(&pen->arena, set->decision_count, sizeof *pen->decisions);
    pen->days = arena_array(&pen->arena, DAYS, sizeof *pen->days);
    if (pen->arena.failed)
        return false;
    for (size_t i = 0; i < DAYS; i++)
        pen->days[i].day = INT32_MIN;
    for (size_t i = 0; i < n; i++) {
        pen->fields[i].before = before(pen, i, form->fields[i]);
        pen->fixed += pen->fields[i].before.length + STEP;
    }
    for (size_t i = 0; i < set->decision_count; i++)
        if (form->decisions[i] && !add_decision(pen, n++, &set->decisions[i]))
            return false;
    buffer_string(&pen->words, csv ? (n ? ",," : ",") : n ? ",\"open\":" : "{\"open\":");
    pen->end_open = kept(pen, &pen->words);
    buffer_string(&pen->words, csv ? (n ? ",,\r\n" : ",\r\n")
                               : n ? ",\"open\":\"\"}\n"
                                   : "{\"open\":\"\"}\n");
    pen->end = kept(pen, &pen->words);
    return !pen->arena.failed;
}

void answer_pen_free(struct answer_pen *pen) {
    arena_free(&pen->arena);
    buffer_free(&pen->words);
}

/* --- writing, with room behind --- */

static inline char *put(char *out, struct text text) {
    const char *from = text.bytes;
    char *end = out + text.length;
    do {
        memcpy(out, from, STEP);
        out += STEP;
        from += STEP;
    } while (out < end);
    return end;
}

static inline char *put_label(char *out, const struct answer_piece *piece, struct text text) {
    if (piece->longest > LONG)
        return put(out, text);
    memcpy(out, text.bytes, STEP);
    if (piece->longest > STEP) {
        memcpy(out + STEP, text.bytes + STEP, STEP);
        memcpy(out + 2 * STEP, text.bytes + 2 * STEP, 2 * STEP);
    }
    return out + text.length;
}

static inline char *put_quote(char *out, bool quoted) {
    *out = '"';
    return out + quoted;
}

static inline char *put_day(struct answer_pen *pen, char *out, cal_day day) {
    struct answer_day *kept_day = &pen->days[(uint32_t)day & (DAYS - 1)];
    if (kept_day->day != day) {
        cal_format(day, kept_day->text);
        kept_day->day = day;
    }
    memcpy(out, kept_day->text, 12);
    return out + 10;
}

static inline char *put_number(char *out, int64_t number, int scale) {
    char digits[20];
    int at = 20;
    uint64_t rest = (uint64_t)number;
    if (scale || number < 0)
        return out + num_format(number, scale, out);
    if (number < 100) {
        unsigned tens = (unsigned)number / 10, small = tens == 0;
        out[0] = (char)('0' + tens);
        out[1 - small] = (char)('0' + (unsigned)number % 10);
        return out + 2 - small;
    }
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    memcpy(out, digits + at, (size_t)(20 - at));
    return out + 20 - at;
}

/* --- a row --- */

/* A value that has no shorter way. */
static void write_value(struct answer_pen *pen, struct buffer *out, const struct answer_piece *piece,
                        struct value value) {
    bool first = true;
    if (!pen->csv) {
        show_json(out, piece->type, value);
        return;
    }
    flat_value(&pen->words, piece->type, value);
    flat_word_cell(out, pen->form, &first, piece->type->kind == TYPE_STRING, &pen->words);
}

static void write_field(struct answer_pen *pen, struct buffer *out, const struct column_reader *reader,
                        const struct column_row *row, struct text path) {
    struct record record = {.source = {reader->bytes + row->start, row->length},
                            .columns = reader->reader->names,
                            .column_count = reader->reader->column_count};
    bool first = true;
    if (!pen->csv) {
        field_json(out, &record, path);
        return;
    }
    field_text(&pen->words, &record, path);
    flat_word_cell(out, pen->form, &first, true, &pen->words);
}

static void write_fields(struct answer_pen *pen, struct buffer *out, const struct column_reader *reader,
                         uint32_t row) {
    for (size_t i = 0; i < pen->form->field_count; i++) {
        const struct column_span *span = reader->spans[i] ? &reader->spans[i][row] : NULL;
        struct text text = {NULL, 0};
        char *at;
        if (span)
            text = (struct text){reader->bytes + span->start, span->length};
        if (!buffer_reserve(out, pen->fields[i].before.length + text.length + 4 * STEP))
            return;
        at = put(out->data + out->length, pen->fields[i].before);
        if (!span || (text.length && !span->plain)) {
            out->length = (size_t)(at - out->data);
            write_field(pen, out, reader, &reader->rows[row], pen->form->fields[i]);
            continue;
        }
        if (!text.length) {
            /* An empty string is one, a field that is none or left out is null, and a cell holds nothing. */
            bool empty = span->quoted && !reader->reader->names;
            if (!pen->csv)
                at = empty ? put_quote(put_quote(at, true), true) : (char *)memcpy(at, "null", 4) + 4;
        } else {
            bool quoted = span->quoted && !pen->csv;
            at = put_quote(at, quoted);
            memcpy(at, text.bytes, text.length);
            at = put_quote(at + text.length, quoted);
        }
        out->length = (size_t)(at - out->data);
    }
}

static bool is_covered(const struct answer_pen *pen, cal_day day) {
    struct period covers = pen->form->set->covers;
    return covers.first <= day && day <= covers.last;
}

/* The end of a row where something has no value: names what. True where all has one after all. */
static bool write_open(struct answer_pen *pen, struct buffer *out, const struct column_machine *machine,
                       uint32_t row, bool covered) {
    const struct policy_set *set = pen->form->set;
    struct buffer *words = &pen->words;
    const char *gap = "";
    bool first = true, decided;
    for (uint32_t i = 0; i < pen->decision_count; i++) {
        const struct answer_piece *piece = &pen->decisions[i];
        uint8_t verdict = machine->verdicts[piece->index][row];
        if (covered && verdict == STATE_VALUE)
            continue;
        buffer_string(words, gap);
        buffer_text(words, set->decisions[piece->index].shown);
        buffer_format(words, ":%s", covered ? answer_state_name((enum state)verdict) : "not_covered");
        gap = " ";
    }
    for (size_t i = 0; covered && i < set->duty_count; i++) {
        if (!machine->conflicts[i] || !machine->conflicts[i][row])
            continue;
        buffer_string(words, gap);
        buffer_text(words, set->duties[i].name->text);
        buffer_string(words, ":conflict");
        gap = " ";
    }
    decided = !words->length && covered;
    buffer_text(out, pen->end_open);
    if (pen->csv)
        flat_word_cell(out, pen->form, &first, false, words);
    else
        buffer_json(out, words->length ? words->data : "", words->length);
    out->failed = out->failed || words->failed;
    buffer_clear(words);
    buffer_string(out, pen->csv ? "\r\n" : "}\n");
    return decided;
}

/* A value that is there. */
static inline char *put_value(struct answer_pen *pen, struct buffer *out, char *at,
                              const struct answer_piece *piece, const struct column *column, uint32_t row) {
    static const char words[2][8] = {"false", "true"};
    bool quoted = !pen->csv;
    switch (piece->kind) {
    case KIND_YESNO:
        memcpy(at, words[column->state[row]], 8);
        return at + 5 - column->state[row];
    case KIND_DAY:
        at = put_quote(at, quoted);
        return put_quote(put_day(pen, at, ((const cal_day *)column->values)[row]), quoted);
    case KIND_NUM:
        return put_number(at, ((const int64_t *)column->values)[row], piece->type->scale);
    case KIND_MEMBER:
        return put_label(at, piece, piece->labels[((const int32_t *)column->values)[row]]);
    default:
        out->length = (size_t)(at - out->data);
        write_value(pen, out, piece, column_value(column, piece->kind, row));
        (void)buffer_reserve(out, pen->fixed);
        return out->failed ? NULL : out->data + out->length;
    }
}

bool answer_row(struct answer_pen *pen, struct buffer *out, const struct column_machine *machine,
                const struct column_reader *reader, uint32_t row) {
    bool covered = is_covered(pen, machine->days[row]), easy = covered;
    char *at;
    write_fields(pen, out, reader, row);
    if (!buffer_reserve(out, pen->fixed))
        return false;
    at = out->data + out->length;
    for (uint32_t i = 0; i < pen->decision_count; i++) {
        const struct answer_piece *piece = &pen->decisions[i];
        const struct column *column = &machine->cells[pen->plan->decisions[piece->index]];
        at = put(at, piece->before);
        if (covered && CELL_HAS_VALUE(column->state[row])) {
            at = put_value(pen, out, at, piece, column, row);
            if (!at)
                return false;
        } else {
            easy = easy && column->state[row] == CELL_NONE;
            memcpy(at, "null", 4);
            at += pen->csv ? 0 : 4;
        }
        if (piece->whys) {
            uint32_t winner = covered ? machine->winners[piece->index][row] : COLUMN_NO_WINNER;
            at = put(at, piece->whys[winner == COLUMN_NO_WINNER ? piece->giver_count + 1 : winner]);
        }
    }
    for (size_t i = 0; easy && i < pen->form->set->duty_count; i++)
        easy = !machine->conflicts[i] || !machine->conflicts[i][row];
    if (easy)
        at = put(at, pen->end);
    out->length = (size_t)(at - out->data);
    out->data[out->length] = '\0';
    return easy || write_open(pen, out, machine, row, covered);
}
