/*
 * Writes the records of a benchmark, as NDJSON and as CSV, and beside them the answers that are expected.
 *
 * Two workloads from one body: the second has other names, another order of fields, other ranges, other constants, so
 * that speed which rests on knowing the first shows. The same seed gives the same bytes on every machine. It must not
 * ask the evaluator: its answers are worked out here, by hand, or comparing with them would say nothing.
 */
#include "interp/values/calendar.h"
#include "tests/bench/names.h"
#include "tests/bench/random.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a field is for; names and places are the workload's. */
enum field { ID, KIND, TRADE, CLASS, DUE, PAID, MET, POINTS_A, POINTS_B, HELD, MOVED, TODAY, FIELDS };

enum { OUTPUTS = 10, REASONS = 10 };

struct day {
    int year, month, day;
};

struct workload {
    const char *name;
    const char *fields[FIELDS]; /* by their role */
    enum field order[FIELDS];   /* as a record has them */
    const char *kinds[2];       /* the plain one, and the one with conditions of its own */
    const char *trades[NAMES];  /* the first is the one that rules speak of, and drawn more often */
    const char *classes[2];
    struct day first, last; /* of the day that is due */
    int before, asked;      /* today: from `before` days before it, for `asked` days */
    unsigned points;        /* each of the two: 0 through points - 1 */
    struct day waived[2], granted[2];
    int grant, enough, window, remind_before, remind_after, renewed_for;
    const char *outputs[OUTPUTS];
    const char *reasons[REASONS]; /* from 1 */
    const char *states[REASONS];  /* of each reason */
};

static const struct workload workloads[] = {
    {"renewal",
     {"id", "offer_type", "competency", "level", "anniversary_date", "fee_paid", "requirements_met",
      "pci_points_functional", "pci_points_other", "gold_competency_held", "migrated_to_partner_center",
      "as_of"},
     {ID, KIND, TRADE, CLASS, DUE, PAID, MET, POINTS_A, POINTS_B, HELD, MOVED, TODAY},
     {"competency", "advanced_specialization"},
     {NAME_LIST},
     {"gold", "silver"},
     {2020, 7, 1},
     {2022, 6, 30},
     45,
     136,
     61,
     {{2021, 1, 1}, {2021, 6, 30}},
     {{2021, 4, 1}, {2021, 6, 30}},
     15,
     70,
     30,
     15,
     23,
     365,
     {"id", "requirements_waived", "granted_points", "extension", "window_end", "status", "reminder_1",
      "reminder_2", "new_anniversary", "reason"},
     {"", "R1 active: as_of is before the anniversary", "R2 in window: 30 days after the anniversary",
      "R3 renewed: requirements waived for 2021 H1", "R4 renewed: requirements met",
      "R5 renewed: points with CBA grant reach 70", "R6 renewed: points reach 70", "R7 lapsed: fee not paid",
      "R8 lapsed: not migrated to Partner Center", "R9 lapsed: requirements not met"},
     {"", "active", "in_window", "renewed", "renewed", "renewed", "renewed", "lapsed", "lapsed", "lapsed"}},
    {"permits",
     {"permit_number", "applicant", "trade", "pitch", "permit_ends_on", "deposit_has_arrived",
      "inspection_passed", "hours_of_hygiene_course", "hours_of_fire_course", "free_of_complaints",
      "in_the_online_register", "question_date"},
     {TODAY, MET, POINTS_B, ID, PAID, TRADE, HELD, DUE, MOVED, KIND, POINTS_A, CLASS},
     {"own_account", "company_with_several_vans"},
     {"charcoal_grills_in_open_air",
      "ice_cream",
      "fish_and_seafood_of_the_day",
      "soups_and_stews",
      "sandwiches",
      "waffles_and_pancakes",
      "coffee_and_pastry",
      "fruit_and_vegetables",
      "roasted_nuts",
      "cheese",
      "flowers",
      "wood_fired_pizza_and_flat_bread",
      "noodles_and_dumplings",
      "honey",
      "handmade_toys_and_decorations",
      "books",
      "second_hand_clothes_and_furniture",
      "knives_and_scissors",
      "tea",
      "baskets"},
     {"roof", "square"},
     {2023, 5, 1},
     {2024, 12, 31},
     60,
     161,
     91,
     {{2023, 10, 1}, {2024, 3, 31}},
     {{2024, 2, 1}, {2024, 3, 31}},
     20,
     100,
     21,
     28,
     14,
     730,
     {"permit_number", "inspection_waived", "extra_hours", "prolonged_to", "grace_ends", "standing",
      "first_letter", "second_letter", "next_end", "ground"},
     {"", "P1 in force: asked on an earlier day", "P2 in grace: three weeks after it has ended",
      "P3 prolonged: inspections waived in winter", "P4 prolonged: inspection passed",
      "P5 prolonged: hours with extra hours suffice", "P6 prolonged: hours suffice",
      "P7 ended: deposit missing", "P8 ended: not in the online register", "P9 ended: inspection not passed"},
     {"", "in_force", "in_grace", "prolonged", "prolonged", "prolonged", "prolonged", "ended", "ended",
      "ended"}},
};

struct record {
    long id;
    unsigned kind, trade, class_, points_a, points_b;
    cal_day due, today;
    bool paid, met, held, moved;
};

static uint64_t state;

static unsigned below(unsigned n) {
    return random_below(&state, n);
}

static cal_day day_of(struct day d) {
    cal_day out = 0;
    (void)cal_from_civil(d.year, d.month, d.day, &out);
    return out;
}

static bool within(cal_day d, const struct day *period) {
    return d >= day_of(period[0]) && d <= day_of(period[1]);
}

/* The order in which the fields are drawn is part of what the seed means. */
static void draw(const struct workload *w, long id, struct record *r) {
    cal_day first = day_of(w->first), last = day_of(w->last);
    r->id = id;
    r->kind = below(100) < 25;
    r->trade = below(100) < 12 ? 0 : below(NAMES);
    r->class_ = below(100) >= 45;
    r->due = first + (cal_day)below((unsigned)(last - first + 1));
    r->today = r->due - w->before + (cal_day)below((unsigned)w->asked);
    r->paid = below(100) < 85;
    r->met = below(100) < 45;
    r->points_a = below(w->points);
    r->points_b = below(w->points);
    r->held = below(100) < 60;
    r->moved = below(100) < 90;
}

static const char *yes_no(bool b) {
    return b ? "true" : "false";
}

/* The value of a field as text in `out`; whether JSON wants quotes round it. */
static bool show(const struct workload *w, const struct record *r, enum field field, char out[64]) {
    char day[11];
    switch (field) {
    case ID:
        snprintf(out, 64, "%ld", r->id);
        return false;
    case POINTS_A:
    case POINTS_B:
        snprintf(out, 64, "%u", field == POINTS_A ? r->points_a : r->points_b);
        return false;
    case PAID:
    case MET:
    case HELD:
    case MOVED:
        snprintf(out, 64, "%s",
                 yes_no(field == PAID   ? r->paid
                        : field == MET  ? r->met
                        : field == HELD ? r->held
                                        : r->moved));
        return false;
    case DUE:
    case TODAY:
        cal_format(field == DUE ? r->due : r->today, day);
        snprintf(out, 64, "%s", day);
        return true;
    case KIND:
    case TRADE:
    case CLASS:
    case FIELDS:
        break;
    }
    snprintf(out, 64, "%s",
             field == KIND    ? w->kinds[r->kind]
             : field == TRADE ? w->trades[r->trade]
                              : w->classes[r->class_]);
    return true;
}

static void write_record(const struct workload *w, const struct record *r, FILE *ndjson, FILE *csv) {
    for (int i = 0; i < FIELDS; i++) {
        char text[64];
        const char *quote = show(w, r, w->order[i], text) ? "\"" : "";
        fprintf(ndjson, "%c\"%s\":%s%s%s", i ? ',' : '{', w->fields[w->order[i]], quote, text, quote);
        fprintf(csv, "%s%s", i ? "," : "", text);
    }
    fputs("}\n", ndjson);
    fputs("\n", csv);
}

static int reason_of(const struct workload *w, const struct record *r, bool waived, int grant) {
    if (r->today < r->due)
        return 1;
    if (r->today <= r->due + w->window)
        return 2;
    if (!r->paid)
        return 7;
    if (!r->moved)
        return 8;
    if (waived)
        return 3;
    if (r->met)
        return 4;
    if ((int)r->points_a + (int)r->points_b + grant < w->enough)
        return 9;
    return grant ? 5 : 6;
}

static void write_answer(const struct workload *w, const struct record *r, FILE *out) {
    bool special = r->kind == 1, named = r->trade == 0;
    bool waived = within(r->due, w->waived) && (special || !named);
    int grant = !special && named && within(r->due, w->granted) ? w->grant : 0;
    int reason = reason_of(w, r, waived, grant);
    char extension[11] = "", window[11], first[11], second[11], renewed[11] = "";
    if (waived && (!special || r->held)) {
        cal_day next = r->due;
        (void)cal_add_years(r->due, 1, CAL_ROUND_BACK, &next);
        cal_format(next, extension);
    }
    cal_format(r->due + w->window, window);
    cal_format(r->due - w->remind_before, first);
    cal_format(r->due + w->remind_after, second);
    if (reason >= 3 && reason <= 6)
        cal_format(r->due + w->renewed_for, renewed);
    fprintf(out, "%ld,%s,%d,%s,%s,%s,%s,%s,%s,%s\n", r->id, yes_no(waived), grant, extension, window,
            w->states[reason], first, second, renewed, w->reasons[reason]);
}

static void write_header(const char *const *names, const enum field *order, int count, FILE *out) {
    for (int i = 0; i < count; i++)
        fprintf(out, "%s%s", i ? "," : "", names[order ? (int)order[i] : i]);
    fputs("\n", out);
}

static FILE *open_part(const char *prefix, const char *ending) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s.%s", prefix, ending);
    FILE *f = length > 0 && (size_t)length < sizeof path ? fopen(path, "w") : NULL;
    if (!f)
        fprintf(stderr, "generate: %s.%s cannot be written\n", prefix, ending);
    return f;
}

static int close_part(FILE *f) {
    int failed = ferror(f);
    return fclose(f) != 0 || failed;
}

int main(int argc, char **argv) {
    const struct workload *w = NULL;
    for (size_t i = 0; argc == 4 && i < sizeof workloads / sizeof *workloads; i++)
        if (strcmp(argv[1], workloads[i].name) == 0)
            w = &workloads[i];
    long count = w ? strtol(argv[2], NULL, 10) : 0;
    if (count <= 0) {
        fputs("usage: generate renewal|permits COUNT PREFIX: writes PREFIX.ndjson, .csv and .expected.csv\n",
              stderr);
        return 2;
    }
    FILE *ndjson = open_part(argv[3], "ndjson"), *csv = open_part(argv[3], "csv");
    FILE *expected = open_part(argv[3], "expected.csv");
    if (!ndjson || !csv || !expected)
        return 2;
    state = 20210101;
    write_header(w->fields, w->order, FIELDS, csv);
    write_header(w->outputs, NULL, OUTPUTS, expected);
    for (long id = 1; id <= count; id++) {
        struct record r;
        draw(w, id, &r);
        write_record(w, &r, ndjson, csv);
        write_answer(w, &r, expected);
    }
    int failed = close_part(ndjson) | close_part(csv) | close_part(expected);
    if (failed)
        fputs("generate: writing failed\n", stderr);
    return failed ? 2 : 0;
}
