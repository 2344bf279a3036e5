/*
 * Writes policies of many dated rules, at most one of which applies to a record, and what they decide.
 *
 * What a decision costs against the number of its rules is measured with these: as rules, as rows of a table, and as a
 * plain list for the rivals. Rule i is for one of 20 names and 2 levels and for a stretch of days; the stretches of
 * one pair lie side by side. It must not ask the evaluator: the answers are searched for in the list.
 */
#include "interp/values/calendar.h"
#include "tests/bench/names.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 2 * NAMES, FEW_DAYS = 730, MANY_DAYS = 73000, LINE = 1024 };

static const char *const names[NAMES] = {NAME_LIST};

struct rules {
    long count, each; /* all, and of one pair at most */
    cal_day first;
    long days;
};

/* Two years hold stretches of a day or more for some 29,000 rules; more of them get two centuries. */
static struct rules rules_of(long count) {
    struct rules r = {.count = count, .each = (count + PAIRS - 1) / PAIRS, .days = FEW_DAYS};
    (void)cal_from_civil(2020, 7, 1, &r.first);
    if (r.each > FEW_DAYS) {
        r.days = MANY_DAYS;
        (void)cal_from_civil(1900, 1, 1, &r.first);
    }
    return r;
}

static const char *level_of(long rule) {
    return rule % PAIRS < NAMES ? "silver" : "gold";
}

static void stretch(const struct rules *r, long rule, cal_day *from, cal_day *to) {
    long step = rule / PAIRS;
    *from = r->first + (cal_day)(r->days * step / r->each);
    *to = r->first + (cal_day)(r->days * (step + 1) / r->each) - 1;
}

static void show_stretch(const struct rules *r, long rule, char first[11], char last[11]) {
    cal_day from, to;
    stretch(r, rule, &from, &to);
    cal_format(from, first);
    cal_format(to, last);
}

static void write_list(const struct rules *r) {
    for (long i = 0; i < r->count; i++) {
        char first[11], last[11];
        show_stretch(r, i, first, last);
        printf("%ld,%s,%s,%s,%s,%ld\n", i + 1, names[i % NAMES], level_of(i), first, last, i % 50 + 1);
    }
}

static void write_policy(const struct rules *r, bool rows) {
    puts("policy dated \"Many dated rules\"\n  covers from 2020-01-01\n  today from \"as_of\"\n");
    puts("source list \"The list of rules\"\n\ntype competency_name one of");
    for (int i = 0; i < NAMES; i++)
        printf("  %s%s\n", names[i], i + 1 < NAMES ? "," : "");
    puts("\nfact competency \"Which competency\": competency_name");
    puts("fact level \"At which level\": one of silver, gold\nfact anniversary_date \"The day it is due\": "
         "date\n");
    puts("decide hit \"The rule that applies\": number 0 through 1000000\n  otherwise 0\n");
    if (rows)
        puts("table dated_rules\n  cites list \"all\"\n  | competency | level | anniversary_date || hit |");
    for (long i = 0; i < r->count; i++) {
        char first[11], last[11];
        show_stretch(r, i, first, last);
        if (rows)
            printf("  | %s | %s | %s through %s || %ld |\n", names[i % NAMES], level_of(i), first, last,
                   i + 1);
        else
            printf("rule r%ld\n  cites list \"%ld\"\n  when competency is %s\n   and level is %s\n"
                   "   and anniversary_date in %s through %s\n  then hit is %ld\n\n",
                   i + 1, i + 1, names[i % NAMES], level_of(i), first, last, i + 1);
    }
}

/* The rule for a pair and a day: a look at the place where its stretch must lie, and at its neighbours. */
static long answer(const struct rules *r, const char *name, const char *level, cal_day day) {
    int pair = 0;
    while (pair < NAMES && strcmp(names[pair], name) != 0)
        pair++;
    if (pair == NAMES || day < r->first || day >= r->first + r->days)
        return 0;
    if (strcmp(level, "gold") == 0)
        pair += NAMES;
    long near = (day - r->first) * r->each / r->days;
    for (long step = near > 0 ? near - 1 : 0; step <= near + 1; step++) {
        long rule = step * PAIRS + pair;
        cal_day from, to;
        stretch(r, rule, &from, &to);
        if (rule < r->count && day >= from && day <= to)
            return rule + 1;
    }
    return 0;
}

/* Reads records of the first workload as CSV; false where they are something else. */
static bool write_answers(const struct rules *r, FILE *records) {
    char line[LINE];
    if (!fgets(line, sizeof line, records) ||
        strncmp(line, "id,offer_type,competency,level,anniversary_date,", 48) != 0)
        return false;
    puts("id,hit");
    while (fgets(line, sizeof line, records)) {
        char id[16], name[64], level[16], due[16];
        cal_day day;
        if (sscanf(line, "%15[^,],%*[^,],%63[^,],%15[^,],%15[^,],", id, name, level, due) != 4 ||
            !cal_parse(due, strlen(due), &day, NULL))
            return false;
        printf("%s,%ld\n", id, answer(r, name, level, day));
    }
    return true;
}

int main(int argc, char **argv) {
    struct rules r = rules_of(argc == 3 ? strtol(argv[2], NULL, 10) : 0);
    if (r.count > 0 && strcmp(argv[1], "list") == 0)
        write_list(&r);
    else if (r.count > 0 && strcmp(argv[1], "rows") == 0)
        write_policy(&r, true);
    else if (r.count > 0 && strcmp(argv[1], "rules") == 0)
        write_policy(&r, false);
    else if (r.count <= 0 || strcmp(argv[1], "answers") != 0) {
        fputs("usage: dated list|rows|rules COUNT, or dated answers COUNT <RECORDS.csv\n", stderr);
        return 2;
    } else if (!write_answers(&r, stdin)) {
        fputs("dated: these are no records of the workload renewal as CSV\n", stderr);
        return 2;
    }
    return fflush(stdout) != 0 || ferror(stdout) ? 2 : 0;
}
