/*
 * Writes a set of rules for the benchmark of the analysis: as a policy of rules, as one of table rows, and the same
 * questions as SMT-LIB for a solver that is asked side by side. All three say the same. It must not know how the rules
 * came about.
 *
 * usage: write SHAPE VARIANT FORM COUNT
 */
#include "tests/bench/analysis/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const regions[REGIONS] = {"north", "south", "east",  "west",  "coast", "islands",
                                             "lakes", "hills", "plain", "river", "delta", "capital"};
static const char *const tiers[TIERS] = {"entry", "basic",    "bronze",  "silver",
                                         "gold",  "platinum", "partner", "owner"};

/* ---- policies -------------------------------------------------------------------------------------------------- */

static void name_rule(const struct rule *rule, char out[32]) {
    snprintf(out, 32, "%c%ld%s", rule->target >= 0 ? 'e' : 'r', rule->id,
             rule->part == 0   ? ""
             : rule->part == 1 ? "a"
                               : "b");
}

static void write_members(const char *const *members, int count, unsigned mask) {
    const char *between = "";
    for (int i = 0; i < count; i++) {
        if (mask >> i & 1) {
            printf("%s%s", between, members[i]);
            between = ", ";
        }
    }
}

static bool one_bit(unsigned mask) {
    return (mask & (mask - 1)) == 0;
}

/* What stands before each condition of a rule: the first has `when`. */
static const char *joint(int *conditions) {
    return (*conditions)++ == 0 ? "\n  when " : "\n   and ";
}

static void write_member_condition(const char *fact, const char *const *members, int count, unsigned mask,
                                   int *conditions) {
    if (mask == (1u << count) - 1)
        return;
    printf("%s%s is %s", joint(conditions), fact, one_bit(mask) ? "" : "one of ");
    write_members(members, count, mask);
}

/* What a bound on days says, after the name of the date or alone in a cell; false where there is none. */
static bool days_bound(const struct rules *r, const cal_day days[2], const char *in, char out[64]) {
    char from[11], to[11];
    cal_format(days[0], from);
    cal_format(days[1], to);
    if (days[0] > r->first && days[1] < r->last)
        snprintf(out, 64, "%s%s through %s", in, from, to);
    else if (days[0] > r->first)
        snprintf(out, 64, "on or after %s", from);
    else if (days[1] < r->last)
        snprintf(out, 64, "on or before %s", to);
    else
        return false;
    return true;
}

static bool grace_bound(int grace, const char *side, char out[64]) {
    if (grace == NO_GRACE || grace == -NO_GRACE)
        return false;
    if (grace == 0)
        snprintf(out, 64, "on or %s filed", side);
    else
        snprintf(out, 64, "on or %s %d day%s %s filed", side, abs(grace), abs(grace) == 1 ? "" : "s",
                 grace < 0 ? "before" : "after");
    return true;
}

static void write_conditions(const struct rules *r, const struct rule *rule) {
    int conditions = 0;
    char text[64];
    write_member_condition("region", regions, REGIONS, rule->regions, &conditions);
    write_member_condition("tier", tiers, TIERS, rule->tiers, &conditions);
    if (days_bound(r, rule->filed, "in ", text))
        printf("%sfiled %s", joint(&conditions), text);
    if (days_bound(r, rule->paid, "in ", text))
        printf("%spaid %s", joint(&conditions), text);
    if (grace_bound(rule->grace[0], "after", text))
        printf("%spaid %s", joint(&conditions), text);
    if (grace_bound(rule->grace[1], "before", text))
        printf("%spaid %s", joint(&conditions), text);
    if (rule->amount[0] > 0)
        printf("%samount >= %lld", joint(&conditions), (long long)rule->amount[0]);
    if (rule->amount[1] < MOST)
        printf("%samount <= %lld", joint(&conditions), (long long)rule->amount[1]);
    if (rule->vip != ANY_VIP)
        printf("%s%s", joint(&conditions), rule->vip == VIP ? "vip" : "not vip");
}

/* An exception to a rule that was split names both halves, which the set holds anywhere. */
static void write_targets(const struct rules *r, const struct rule *exception, bool rows) {
    const char *between = " to ";
    long id = r->rule[exception->target].id;
    for (long i = 0; i < r->count; i++) {
        if (r->rule[i].id != id || r->rule[i].target >= 0)
            continue;
        char name[32];
        name_rule(&r->rule[i], name);
        printf("%s%s%s", between, rows ? "matrix." : "", name);
        between = ", ";
    }
}

static void write_rule(const struct rules *r, const struct rule *rule, bool rows) {
    char name[32];
    name_rule(rule, name);
    printf("%s %s", rule->target >= 0 ? "exception" : "rule", name);
    if (rule->target >= 0)
        write_targets(r, rule, rows);
    printf("\n  cites list \"%ld\"", rule->id);
    write_conditions(r, rule);
    printf("\n  then outcome is %ld\n\n", rule->outcome);
}

static void write_cell(bool bound, const char *text) {
    printf(" %s |", bound ? text : "any");
}

static void write_row(const struct rules *r, const struct rule *rule) {
    char text[64];
    name_rule(rule, text);
    printf("  | %s | ", text);
    if (rule->regions == ALL_REGIONS)
        printf("any");
    else
        write_members(regions, REGIONS, rule->regions);
    printf(" | ");
    if (rule->tiers == ALL_TIERS)
        printf("any");
    else
        write_members(tiers, TIERS, rule->tiers);
    printf(" |");
    write_cell(days_bound(r, rule->filed, "", text), text);
    write_cell(days_bound(r, rule->paid, "", text), text);
    write_cell(grace_bound(rule->grace[0], "after", text), text);
    write_cell(grace_bound(rule->grace[1], "before", text), text);
    snprintf(text, sizeof text, ">= %lld", (long long)rule->amount[0]);
    write_cell(rule->amount[0] > 0, text);
    snprintf(text, sizeof text, "<= %lld", (long long)rule->amount[1]);
    write_cell(rule->amount[1] < MOST, text);
    write_cell(rule->vip != ANY_VIP, rule->vip == VIP ? "yes" : "no");
    printf("| %ld |\n", rule->outcome);
}

static void write_policy(const struct rules *r, bool rows) {
    puts("policy cases \"Many dated rules over six facts\"\n  covers from 2000-01-01\n");
    puts("source list \"The list of rules\"\n");
    char first[11], last[11];
    cal_format(r->first, first);
    cal_format(r->last, last);
    printf("fact region \"Where\": one of ");
    write_members(regions, REGIONS, ALL_REGIONS);
    printf("\nfact tier \"At which tier\": one of ");
    write_members(tiers, TIERS, ALL_TIERS);
    printf("\nfact filed \"The day it was filed\": date %s through %s\n", first, last);
    printf("fact paid \"The day it was paid\": date %s through %s\n", first, last);
    printf("fact amount \"How much\": number 0 through %d\nfact vip \"A guest of honour\": yes/no\n\n", MOST);
    puts("decide outcome \"Which case it is\": number 0 through 1000000\n");
    if (rows)
        puts("table matrix\n  cites list \"all\"\n"
             "  | row | region | tier | filed | paid | paid | paid | amount | amount | vip || outcome |");
    for (long i = 0; rows && i < r->count; i++)
        if (r->rule[i].target < 0)
            write_row(r, &r->rule[i]);
    puts("");
    for (long i = 0; i < r->count; i++)
        if (!rows || r->rule[i].target >= 0)
            write_rule(r, &r->rule[i], rows);
}

/* ---- SMT-LIB --------------------------------------------------------------------------------------------------- */

/* A negative number is a term of its own. */
static void smt_number(long long n) {
    printf(n < 0 ? "(- %lld)" : "%lld", n < 0 ? -n : n);
}

static void smt_bound(const char *relation, const char *term, bool bound, long long n) {
    if (!bound)
        return;
    printf(" (%s %s ", relation, term);
    smt_number(n);
    printf(")");
}

static void smt_members(const char *fact, int count, unsigned mask) {
    if (mask == (1u << count) - 1)
        return;
    printf(" (or");
    for (int i = 0; i < count; i++)
        if (mask >> i & 1)
            printf(" (= %s %d)", fact, i);
    printf(")");
}

/* p1 is the condition of the first rule, ap1 whether it applies: not where its exception does. */
static void smt_rules(const struct rules *r, char p) {
    for (long i = 0; i < r->count; i++) {
        const struct rule *rule = &r->rule[i];
        printf("(define-fun %c%ld () Bool (and true", p, i);
        smt_members("region", REGIONS, rule->regions);
        smt_members("tier", TIERS, rule->tiers);
        smt_bound(">=", "filed", rule->filed[0] > r->first, rule->filed[0]);
        smt_bound("<=", "filed", rule->filed[1] < r->last, rule->filed[1]);
        smt_bound(">=", "paid", rule->paid[0] > r->first, rule->paid[0]);
        smt_bound("<=", "paid", rule->paid[1] < r->last, rule->paid[1]);
        smt_bound(">=", "(- paid filed)", rule->grace[0] > -NO_GRACE, rule->grace[0]);
        smt_bound("<=", "(- paid filed)", rule->grace[1] < NO_GRACE, rule->grace[1]);
        smt_bound(">=", "amount", rule->amount[0] > 0, rule->amount[0]);
        smt_bound("<=", "amount", rule->amount[1] < MOST, rule->amount[1]);
        if (rule->vip != ANY_VIP)
            printf(rule->vip == VIP ? " vip" : " (not vip)");
        puts("))");
    }
    for (long i = 0; i < r->count; i++) {
        if (r->rule[i].by >= 0)
            printf("(define-fun a%c%ld () Bool (and %c%ld (not %c%ld)))\n", p, i, p, i, p, r->rule[i].by);
        else
            printf("(define-fun a%c%ld () Bool %c%ld)\n", p, i, p, i);
    }
}

static void smt_facts(const struct rules *r) {
    puts("(set-logic QF_LIA)");
    puts("(declare-const region Int)(declare-const tier Int)(declare-const filed Int)(declare-const paid "
         "Int)");
    puts("(declare-const amount Int)(declare-const vip Bool)");
    printf(
        "(assert (and (<= 0 region %d) (<= 0 tier %d) (<= %d filed %d) (<= %d paid %d) (<= 0 amount %d)))\n",
        REGIONS - 1, TIERS - 1, r->first, r->last, r->first, r->last, MOST);
}

/* The value the rules give, 0 where none applies. Where rules disagree it is that of the first. */
static void smt_decision(const struct rules *r, char p) {
    printf("(define-fun f%c%ld () Int 0)\n", p, r->count);
    for (long i = r->count - 1; i >= 0; i--)
        printf("(define-fun f%c%ld () Int (ite a%c%ld %ld f%c%ld))\n", p, i, p, i, r->rule[i].outcome, p,
               i + 1);
}

static void smt_gaps(const struct rules *r) {
    printf("(assert (not (or");
    for (long i = 0; i < r->count; i++)
        printf(" ap%ld", i);
    puts(")))\n(check-sat)");
}

/* Whether there is any: two rules that apply and give different values. */
static void smt_conflicts(const struct rules *r) {
    static const char *const values[] = {"x", "y"};
    puts("(declare-const x Int)(declare-const y Int)(assert (< x y))");
    for (int v = 0; v < 2; v++) {
        printf("(assert (or");
        for (long i = 0; i < r->count; i++)
            printf(" (and ap%ld (= %s %ld))", i, values[v], r->rule[i].outcome);
        puts("))");
    }
    puts("(check-sat)");
}

static void smt_dead(const struct rules *r) {
    for (long i = 0; i < r->count; i++)
        printf("(push)(assert ap%ld)(check-sat)(pop)\n", i);
}

static bool smt_differ(const struct rules *r, enum shape shape, long count) {
    struct rules base;
    bool made = rules_make(&base, shape, BASE, count);
    if (made) {
        smt_rules(&base, 'q');
        smt_decision(&base, 'q');
        smt_decision(r, 'p');
        puts("(assert (not (= fp0 fq0)))\n(check-sat)");
    }
    free(base.rule);
    return made;
}

/* ---- the command ----------------------------------------------------------------------------------------------- */

static int index_of(const char *word, const char *const *words) {
    for (int i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

static bool write_form(const struct rules *r, int form, enum shape shape, long count) {
    if (form <= 1) {
        write_policy(r, form == 1);
        return true;
    }
    smt_facts(r);
    smt_rules(r, 'p');
    if (form == 2)
        smt_conflicts(r);
    else if (form == 3)
        smt_gaps(r);
    else if (form == 4)
        smt_dead(r);
    else
        return smt_differ(r, shape, count);
    return true;
}

int main(int argc, char **argv) {
    static const char *const shapes[] = {"business", "adversarial", "apart", NULL};
    static const char *const variants[] = {"base", "planted", "same", "moved", NULL};
    static const char *const forms[] = {"rules",      "rows", "smt-conflicts", "smt-gaps", "smt-dead",
                                        "smt-differ", NULL};
    int shape = argc == 5 ? index_of(argv[1], shapes) : -1;
    int variant = argc == 5 ? index_of(argv[2], variants) : -1;
    int form = argc == 5 ? index_of(argv[3], forms) : -1;
    long count = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
    if (shape < 0 || variant < 0 || form < 0) {
        fputs("usage: write business|adversarial|apart base|planted|same|moved\n"
              "             rules|rows|smt-conflicts|smt-gaps|smt-dead|smt-differ COUNT\n",
              stderr);
        return 2;
    }
    struct rules rules;
    bool done = rules_make(&rules, (enum shape)shape, (enum variant)variant, count) &&
                write_form(&rules, form, (enum shape)shape, count);
    free(rules.rule);
    if (!done)
        fputs("write: fewer than 200 rules, or out of memory\n", stderr);
    return done && fflush(stdout) == 0 && !ferror(stdout) ? 0 : 2;
}
