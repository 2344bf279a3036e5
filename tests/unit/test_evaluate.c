/*
 * test_evaluate.c: small policies, facts, and the answer that the semantics of interp/README.md asks for.
 *
 * Every operator with values, none and open operands; every way a decision, a total, a duty, a reminder can end. The wanted
 * answers are written from the README, not from what the evaluator says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

struct row {
    const char *facts, *on, *wanted;
};

static void check_rows(const char *text, const char *amendment, const struct row *rows, size_t count) {
    struct policy policy;
    int wrong = 0;
    policy_open(&policy, text, amendment);
    for (size_t i = 0; i < count; i++) {
        const char *answer = policy_answer(&policy, rows[i].facts, rows[i].on);
        if (strcmp(answer, rows[i].wanted) == 0)
            continue;
        print_error("facts  %s on %s\nwanted %s\nfound  %s\n", rows[i].facts, rows[i].on, rows[i].wanted,
                    answer);
        wrong++;
    }
    policy_free(&policy);
    assert_int_equal(wrong, 0);
}
#define CHECK(text, ...) CHECK_TWO(text, NULL, __VA_ARGS__)
#define CHECK_TWO(text, amendment, ...)                                  \
    do {                                                                 \
        static const struct row rows[] = {__VA_ARGS__};                  \
        check_rows(text, amendment, rows, sizeof rows / sizeof rows[0]); \
    } while (0)
#define DAY "2021-03-31"

static void logic(void **state) {
    (void)state;
    CHECK("fact a: yes/no\nfact b: yes/no\n"
          "decide both: yes/no otherwise a and b\n"
          "decide either: yes/no otherwise a or b\n"
          "decide neither: yes/no otherwise not a and not b\n",
          {"a=yes b=yes", DAY, "both=yes either=yes neither=no"},
          {"a=no b=yes", DAY, "both=no either=yes neither=no"},
          {"a=no b=no", DAY, "both=no either=no neither=yes"},
          {"a=no", DAY, "both=no either=undetermined(b) neither=undetermined(b)"},
          {"a=yes", DAY, "both=undetermined(b) either=yes neither=no"},
          {"", DAY, "both=undetermined(a, b) either=undetermined(a, b) neither=undetermined(a, b)"});
}

static void optional_values(void **state) {
    (void)state;
    CHECK("fact a: optional number\nfact b: number\n"
          "decide absent: yes/no otherwise a is none\n"
          "decide there: yes/no otherwise a is given\n"
          "decide same: yes/no otherwise a is b\n"
          "decide other: yes/no otherwise a is not b\n"
          "decide small: yes/no otherwise a is given and a < 5\n"
          "decide free: yes/no otherwise a is none or a < 5\n"
          "decide copy: optional number otherwise a\n",
          {"a=3 b=3", DAY, "absent=no there=yes same=yes other=no small=yes free=yes copy=3"},
          {"a=none b=3", DAY, "absent=yes there=no same=no other=yes small=no free=yes copy=none"},
          {"a=none b=4", DAY, "absent=yes there=no same=no other=yes small=no free=yes copy=none"},
          {"b=4", DAY,
           "absent=undetermined(a) there=undetermined(a) same=undetermined(a) other=undetermined(a) "
           "small=undetermined(a) free=undetermined(a) copy=undetermined(a)"});
}

static void members_and_sets(void **state) {
    (void)state;
    CHECK("type colour one of red = \"Red\", green, blue\n"
          "fact c: colour\nfact o: optional colour\nfact s: set of colour\n"
          "decide warm: yes/no otherwise c is red\n"
          "decide cold: yes/no otherwise c is one of green, blue\n"
          "decide odd: yes/no otherwise o is none of red, green\n"
          "decide inside: yes/no otherwise c in s\n"
          "decide outside: yes/no otherwise c not in {red, blue}\n"
          "decide whole: yes/no otherwise s is {red, green}\n"
          "decide pick: colour otherwise if warm then blue else c\n",
          {"c=red o=none s={red,green}", DAY,
           "warm=yes cold=no odd=yes inside=yes outside=no whole=yes pick=blue"},
          {"c=green o=green s={}", DAY, "warm=no cold=yes odd=no inside=no outside=yes whole=no pick=green"},
          {"o=blue s={blue}", DAY,
           "warm=undetermined(c) cold=undetermined(c) odd=yes inside=undetermined(c) outside=undetermined(c) "
           "whole=no pick=undetermined(c)"});
    CHECK("type colour one of red = \"Red\", green\nfact c: colour\ndecide d: colour otherwise c\n",
          {"c=red", DAY, "d=Red"});
}

static void numbers(void **state) {
    (void)state;
    CHECK(
        "fact a: number with 2 decimals\nfact b: number\n"
        "decide sum: number with 2 decimals otherwise a + b\n"
        "decide difference: number with 2 decimals otherwise b - a\n"
        "decide product: number with 3 decimals otherwise a * 1.5\n"
        "decide less: yes/no otherwise a < b\n"
        "decide least: yes/no otherwise a >= b\n"
        "decide same: yes/no otherwise a is b\n"
        "decide listed: yes/no otherwise a is one of b, 7.25\n"
        "decide small: number with 2 decimals otherwise min(a, b)\n"
        "decide large: number with 2 decimals otherwise max(a, b, 1)\n"
        "decide minus: number with 2 decimals otherwise - a\n",
        {"a=2.50 b=3", DAY,
         "sum=5.50 difference=0.50 product=3.750 less=yes least=no same=no listed=no small=2.50 large=3.00 "
         "minus=-2.50"},
        {"a=3.00 b=3", DAY,
         "sum=6.00 difference=0.00 product=4.500 less=no least=yes same=yes listed=yes small=3.00 large=3.00 "
         "minus=-3.00"},
        {"a=7.25 b=999999999999999999", DAY,
         "sum=failed(overflow) difference=failed(overflow) "
         "product=10.875 less=yes least=no same=no listed=yes small=failed(overflow) "
         "large=failed(overflow) minus=-7.25"});
    CHECK("fact a: number\ndecide d: number 0 through 10 otherwise a + 1\n"
          "decide e: number 0 through 10\nrule r then e is a\n",
          {"a=9", DAY, "d=10 e=9[r]"}, {"a=10", DAY, "d=failed(out of range) e=10[r]"},
          {"a=11", DAY, "d=failed(out of range) e=failed(out of range)[r]"});
}

static void fractions(void **state) {
    (void)state;
    CHECK("fact a: number\nfact b: number\n"
          "define q as a / b\n"
          "decide near: number with 2 decimals otherwise round(q, 2)\n"
          "decide down: number otherwise round_down(a / b, 0)\n"
          "decide up: number otherwise round_up(a / b, 0)\n"
          "decide more: yes/no otherwise a / b > 0.5\n"
          "decide third: yes/no otherwise q + q + q is a\n"
          "decide half: yes/no otherwise q is one of 0.5, 2\n"
          "decide top: number with 1 decimals otherwise round(max(q, 0.3), 1)\n",
          {"a=1 b=3", DAY, "near=0.33 down=0 up=1 more=no third=yes half=no top=0.3"},
          {"a=-1 b=2", DAY, "near=-0.50 down=0 up=-1 more=no third=no half=no top=0.3"},
          {"a=2 b=1", DAY, "near=2.00 down=2 up=2 more=yes third=no half=yes top=2.0"},
          {"a=1 b=0", DAY,
           "near=failed(zero division) down=failed(zero division) up=failed(zero division) "
           "more=failed(zero division) third=failed(zero division) half=failed(zero division) "
           "top=failed(zero division)"});
}

static void dates(void **state) {
    (void)state;
    CHECK("fact d: date\nfact e: date\nfact n: number\n"
          "decide later: date otherwise 30 days after d\n"
          "decide earlier: date otherwise 2 weeks before d\n"
          "decide month_on: date otherwise n months after d\n"
          "decide year_on: date otherwise 1 year after d\n"
          "decide forth: date otherwise 1 month after d rounded forward\n"
          "decide nested: date otherwise 1 day before 1 month after d\n"
          "decide before_: yes/no otherwise d before e\n"
          "decide distance: number otherwise days from d to e\n"
          "decide months_on: number otherwise whole months from d to e\n"
          "decide years_on: number otherwise whole years from d to e\n"
          "decide first: date otherwise earliest(d, e, 2021-01-15)\n"
          "decide last: date otherwise latest(d, e)\n",
          {"d=2021-01-31 e=2022-03-01 n=1", DAY,
           "later=2021-03-02 earlier=2021-01-17 month_on=2021-02-28 year_on=2022-01-31 forth=2021-03-01 "
           "nested=2021-02-27 distance=394 months_on=13 years_on=1 first=2021-01-15 last=2022-03-01"},
          {"d=9999-12-31 e=9999-12-31 n=-1", DAY,
           "later=failed(date range) earlier=9999-12-17 month_on=9999-11-30 "
           "year_on=failed(date range) "
           "forth=failed(date range) "
           "nested=failed(date range) distance=0 months_on=0 years_on=0 "
           "first=2021-01-15 last=9999-12-31"});
    CHECK("fact d: date\ndecide m: date otherwise 1 month after d rounded error\n",
          {"d=2021-01-31", DAY, "m=failed(no such day)"}, {"d=2021-01-28", DAY, "m=2021-02-28"});
}

static void date_parts(void **state) {
    (void)state;
    CHECK("fact d: date\nfact e: date\n"
          "decide first: date otherwise start of month d\n"
          "decide last: date otherwise end of month d\n"
          "decide y: number otherwise year of d\n"
          "decide m: number otherwise month of d\n"
          "decide n: number otherwise day of d\n"
          "decide w: weekday otherwise weekday of d\n"
          "decide a: date otherwise anniversary of d in 2022\n"
          "decide b: date otherwise next anniversary of d after e\n",
          {"d=2020-02-29 e=2021-01-01", DAY,
           "first=2020-02-01 last=2020-02-29 y=2020 m=2 n=29 w=saturday a=2022-02-28 b=2021-02-28"});
}

static void periods(void **state) {
    (void)state;
    CHECK("fact d: date\nfact n: number\n"
          "define all_in as d through 2021-01-31\n"
          "define q as d until 2021-01-31\n"
          "define w as within n days after d\n"
          "decide in_p: yes/no otherwise today in all_in\n"
          "decide in_q: yes/no otherwise today in q\n"
          "decide in_w: yes/no otherwise today in w\n"
          "decide out: yes/no otherwise today not in 1 day after d through 3 days after d\n"
          "decide first: date otherwise start of w\n"
          "decide last: date otherwise end of w\n"
          "decide same: yes/no otherwise all_in is q\n",
          {"d=2021-01-30 n=2", "2021-01-31",
           "in_p=yes in_q=no in_w=yes out=no first=2021-01-31 last=2021-02-01 same=no"},
          {"d=2021-01-30 n=0", "2021-01-30",
           "in_p=yes in_q=yes in_w=no out=yes first=2021-01-31 last=2021-01-30 same=no"},
          {"d=2021-02-15 n=1", "2021-02-15",
           "in_p=no in_q=no in_w=no out=yes first=2021-02-16 last=2021-02-16 same=no"});
}

static void conditional(void **state) {
    (void)state;
    CHECK("fact c: yes/no\nfact a: number\nfact b: number\nfact o: optional number\n"
          "decide d: number with 1 decimals otherwise if c then a else b + 0.5\n"
          "decide e: number otherwise if c then 4 else 4\n"
          "decide f: optional number otherwise if c then a else o\n",
          {"c=yes a=1 b=2 o=none", DAY, "d=1.0 e=4 f=1"}, {"c=no a=1 b=2 o=none", DAY, "d=2.5 e=4 f=none"},
          {"c=yes b=2 o=none", DAY, "d=undetermined(a) e=4 f=undetermined(a)"},
          {"a=1 b=2 o=none", DAY, "d=undetermined(c) e=4 f=undetermined(c)"},
          {"c=no a=1 o=none", DAY, "d=undetermined(b) e=4 f=none"});
}

static void lists(void **state) {
    (void)state;
    CHECK(
        "record offer\n  level: number\n  paid: optional date\n  gold: yes/no\n  define high as level > 5\n"
        "fact xs: list of offer\nfact limit: number\n"
        "decide one: yes/no otherwise some x in xs has (x.level > limit)\n"
        "decide each: yes/no otherwise every x in xs has (x.gold)\n"
        "decide n: number otherwise count of x in xs where (x.high and x.gold)\n"
        "decide size: number otherwise count of x in xs\n"
        "decide sum: number otherwise sum of x.level for x in xs where (x.gold)\n"
        "decide first: optional date otherwise earliest of x.paid for x in xs where (x.paid is given)\n"
        "decide pair: yes/no otherwise some x in xs has (some y in xs has (y.level is x.level + 1))\n",
        {"xs=[] limit=1", DAY, "one=no each=yes n=0 size=0 sum=0 first=none pair=no"},
        {"xs=[level=7 paid=2021-01-05 gold=yes;level=8 paid=2021-01-03 gold=yes;level=2 paid=none gold=no] "
         "limit=7",
         DAY, "one=yes each=no n=2 size=3 sum=15 first=2021-01-03 pair=yes"},
        {"xs=[level=7 paid=none;level=1 paid=none gold=no] limit=3", DAY,
         "one=yes each=no n=undetermined(xs[0].gold) size=2 sum=undetermined(xs[0].gold) first=none pair=no"},
        {"xs=[paid=none gold=yes] limit=3", DAY,
         "one=undetermined(xs[0].level) each=yes n=undetermined(xs[0].level) size=1 "
         "sum=undetermined(xs[0].level) "
         "first=none pair=undetermined(xs[0].level)"},
        {"limit=3", DAY,
         "one=undetermined(xs) each=undetermined(xs) n=undetermined(xs) size=undetermined(xs) "
         "sum=undetermined(xs) first=undetermined(xs) pair=undetermined(xs)"});
    CHECK("record part\n  a: number\n  b: number\nfact xs: list of part\n"
          "define share as sum of x.a / x.b for x in xs\n"
          "decide points: number with 2 decimals otherwise round(share, 2)\n",
          {"xs=[a=1 b=3;a=1 b=3;a=1 b=3]", DAY, "points=1.00"},
          {"xs=[a=1 b=0]", DAY, "points=failed(zero division)"});
}

static void decisions(void **state) {
    (void)state;
    /* Two rules and a normal case, and all that unknown facts make of them. */
    CHECK("fact a: yes/no\nfact b: yes/no\nfact v: number\n"
          "decide d: number otherwise 0\ndecide bare: number\n"
          "rule one when a then d is 1 bare is 1\nrule two when b then d is v bare is v\n",
          {"a=no b=no v=7", DAY, "d=0 bare=undecided"}, {"a=yes b=no v=7", DAY, "d=1[one] bare=1[one]"},
          {"a=yes b=yes v=1", DAY, "d=1[one, two] bare=1[one, two]"},
          {"a=yes b=yes v=2", DAY, "d=conflict[one, two] bare=conflict[one, two]"},
          {"a=yes v=1", DAY, "d=1[one] bare=1[one]"},
          {"a=yes v=2", DAY, "d=undetermined(b)[one, two?] bare=undetermined(b)[one, two?]"},
          {"a=yes b=yes", DAY, "d=undetermined(v)[one, two] bare=undetermined(v)[one, two]"},
          {"a=yes", DAY, "d=undetermined(b, v)[one, two?] bare=undetermined(b, v)[one, two?]"},
          {"a=no v=0", DAY, "d=0 bare=undetermined(b)[two?]"},
          {"a=no v=1", DAY, "d=undetermined(b)[two?] bare=undetermined(b)[two?]"},
          {"a=no b=yes", DAY, "d=undetermined(v)[two] bare=undetermined(v)[two]"},
          {"v=0", DAY, "d=undetermined(a, b)[one?, two?] bare=undetermined(a, b)[one?, two?]"});
    /* What others see of a decision, and failures. */
    CHECK("fact a: number\nfact b: yes/no\n"
          "decide d_: number\nrule one when b then d_ is 1\nrule two when a is 5 then d_ is 2\n"
          "decide e: number otherwise d_ + 1\n"
          "decide f: number otherwise 0\nrule three when 1 / a > 0 then f is 1\n"
          "decide g: yes/no otherwise a is 7 and 1 / a > 0\n",
          {"a=1 b=yes", DAY, "e=2 f=1[three] g=no"},
          {"a=1 b=no", DAY, "e=failed(d_ undecided) f=1[three] g=no"},
          {"a=5 b=yes", DAY, "e=failed(d_ in conflict) f=1[three] g=no"},
          {"a=0 b=yes", DAY, "e=2 f=failed(zero division)[three?] g=no"},
          {"b=no", DAY, "e=undetermined(a) f=undetermined(a)[three?] g=undetermined(a)"});
    CHECK("fact a: yes/no\nfact o: number\ndecide d: number otherwise o\nrule r when a then d is 1\n",
          {"a=no o=1", DAY, "d=1"}, {"o=1", DAY, "d=1"}, {"a=no", DAY, "d=undetermined(o)"},
          {"", DAY, "d=undetermined(a, o)[r?]"}, {"a=yes", DAY, "d=1[r]"});
}

static void exceptions(void **state) {
    (void)state;
    CHECK("fact a: yes/no\nfact b: yes/no\nfact c: yes/no\n"
          "decide d: number otherwise 0\nrule r then d is 1\n"
          "exception e to r when a\nexception f to e when b then d is 2\n",
          {"a=no b=no c=no", DAY, "d=1[r]"}, {"a=yes b=no c=no", DAY, "d=0"},
          {"a=yes b=yes c=no", DAY, "d=conflict[r, f]"}, {"b=no c=no", DAY, "d=undetermined(a)[r?]"});
    CHECK("fact a: yes/no\nfact b: yes/no\ndecide d: number otherwise 0\nrule r when b then d is 1\n"
          "exception off to otherwise d when a\n",
          {"a=no b=no", DAY, "d=0"}, {"a=yes b=no", DAY, "d=undecided"}, {"a=yes b=yes", DAY, "d=1[r]"},
          {"b=no", DAY, "d=undetermined(a)"}, {"a=yes", DAY, "d=undetermined(b)[r?]"},
          {"", DAY, "d=undetermined(a, b)[r?]"});
    CHECK_TWO("fact a: yes/no\ndecide d: number otherwise 0\nrule r then d is 1\nrule s then d is 1\n"
              "exception all to every rule for d when a then d is 9\n",
              "amendment more to p \"More\"\nrule t then d is 1\n", {"a=no", DAY, "d=1[r, s, more.t]"},
              {"a=yes", DAY, "d=9[all]"}, {"", DAY, "d=undetermined(a)[r?, s?, all?, more.t?]"});
}

static void versions(void **state) {
    (void)state;
    CHECK_TWO("fact ad: date\ndecide d: number otherwise 0\n"
              "rule old in force through 2020-12-31 at ad then d is 1\n"
              "rule new in force 2021-01-01 until 2021-02-01 at ad then d is 2\n",
              "amendment wave to p \"W\" announced 2021-01-27\n"
              "rule third in force from 2021-02-01 at ad then d is 3\n"
              "rule late announced 2021-03-01 when ad is 2021-02-02 then d is 4\n",
              {"ad=2020-12-31", DAY, "d=1[old]"}, {"ad=2021-01-01", DAY, "d=2[new]"},
              {"ad=2021-02-01", DAY, "d=3[wave.third]"}, {"ad=2021-02-01", DAY " known 2021-01-26", "d=0"},
              {"ad=2021-02-01", DAY " known 2021-01-27", "d=3[wave.third]"},
              {"ad=2021-02-02", DAY " known 2021-02-28", "d=3[wave.third]"},
              {"ad=2021-02-02", DAY, "d=conflict[wave.third, wave.late]"},
              {"", DAY, "d=undetermined(ad)[old?, new?, wave.third?, wave.late?]"});
}

static void tables(void **state) {
    (void)state;
    CHECK("type level one of low, mid, top\nfact l: optional level\nfact n: number\nfact d: date\nfact go: "
          "yes/no\n"
          "decide fee: number\ndecide note: optional number otherwise none\n"
          "table t\n when go\n"
          "| row | l | n | d || fee | note |\n"
          "| a | low, mid | < 5 | any || 1 | - |\n"
          "| b | low, mid | >= 5 | after 2021-01-01 || 2 | 20 |\n"
          "| c | top | any | in 2021-01-01 through 2021-12-31 || 3 | none |\n"
          "| e | none | 1, 2 | any || 4 | - |\n"
          "| f | none | not 1, 2 | 2021-01-01 through 2021-06-30 || 5 | - |\n"
          "exception skip to t.b when n is 6\n",
          {"go=yes l=low n=4 d=2020-01-01", DAY, "fee=1[t.a] note=none"},
          {"go=yes l=mid n=5 d=2021-01-02", DAY, "fee=2[t.b] note=20[t.b]"},
          {"go=yes l=mid n=6 d=2021-01-02", DAY, "fee=undecided note=none"},
          {"go=yes l=top n=6 d=2021-01-02", DAY, "fee=3[t.c] note=none[t.c]"},
          {"go=yes l=none n=2 d=2021-01-02", DAY, "fee=4[t.e] note=none"},
          {"go=yes l=none n=3 d=2021-01-02", DAY, "fee=5[t.f] note=none"},
          {"go=yes l=none n=3 d=2021-07-02", DAY, "fee=undecided note=none"},
          {"go=no l=none n=3", DAY, "fee=undecided note=none"},
          {"go=yes l=low d=2020-01-01", DAY, "fee=undetermined(n)[t.a?] note=none"});
}

static void totals(void **state) {
    (void)state;
    CHECK("fact a: yes/no\nfact n: number\ntotal points: number 0 through 10 with 1 decimals\n"
          "rule one when a then add 1.5 to points\nrule two then add n to points\n",
          {"a=yes n=3", DAY, "points=4.5[one, two]"}, {"a=no n=3", DAY, "points=3.0[two]"},
          {"a=no n=11", DAY, "points=failed(out of range)[two]"},
          {"n=3", DAY, "points=undetermined(a)[one?, two]"}, {"a=no", DAY, "points=undetermined(n)[two]"},
          {"", DAY, "points=undetermined(a, n)[one?, two]"});
    CHECK(
        "fact a: number\ntotal share: fraction\ndecide d: number with 1 decimals otherwise round(share, 1)\n"
        "rule one then add 1 / a to share\nrule two then add 1 / a to share\n",
        {"a=3", DAY, "share=2/3[one, two] d=0.7"},
        {"a=0", DAY,
         "share=failed(zero division, zero division)[one, two] d=failed(zero division, zero division)"});
}

static void definitions(void **state) {
    (void)state;
    CHECK_TWO("fact d: date\nfact a: yes/no\n"
              "define limit as 30 days after d\ndefine far as 10 days after limit\n"
              "decide last: date otherwise far\n",
              "amendment more to p \"M\"\nrule longer when a then limit is 60 days after d\n",
              {"d=2021-01-01 a=no", DAY, "last=2021-02-10"}, {"d=2021-01-01 a=yes", DAY, "last=2021-03-12"},
              {"d=2021-01-01", DAY, "last=undetermined(a)"});
}

static void duties(void **state) {
    (void)state;
    CHECK("fact paid: optional date\nfact a: yes/no\nfact b: yes/no\n"
          "duty pay \"Pay\" done when paid is given and paid on or before today\n"
          "duty ask \"Ask\" done when a\n"
          "rule one when a then must pay by 2021-03-31\nrule two when b then must pay by 2021-03-31\n"
          "rule three when b then must ask in 2021-03-01 through 2021-03-10\n",
          {"paid=none a=no b=no", DAY, "pay:not due ask:not due"},
          {"paid=none a=yes b=no", "2021-03-31", "pay:by 2021-03-31 open[one] ask:not due"},
          {"paid=none a=yes b=yes", "2021-04-01",
           "pay:by 2021-03-31 overdue[one, two] ask:in 2021-03-01 through 2021-03-10 done[three]"},
          {"paid=2021-03-01 a=yes b=no", DAY, "pay:by 2021-03-31 done[one] ask:not due"},
          {"a=yes b=no", DAY, "pay:by 2021-03-31 unknown(paid)[one] ask:not due"},
          {"paid=none a=yes", DAY, "pay:by 2021-03-31 open[one] ask:possible(b)[three?]"},
          {"paid=none b=no", DAY, "pay:possible(a)[one?] ask:not due"});
    CHECK("fact a: yes/no\nduty pay \"Pay\" done when a\nrule one then must pay by 2021-03-31\n"
          "rule two then must pay in 2021-03-01 through 2021-03-31\n",
          {"a=no", DAY, "pay:conflict[one, two]"});
}

static void announcements(void **state) {
    (void)state;
    CHECK("type level one of low = \"Low level\"\nfact ad: date\nfact a: yes/no\nfact l: optional level\n"
          "fact n: number with 2 decimals\nfact u: optional date\n"
          "rule r when a then remind 5 days after ad \"Pay {n} of {l} by {end of month ad}, {a}.\"\n"
          "  remind 1 day after ad \"First\" unless u is given\n"
          "  notice \"For {l}\"\n",
          {"ad=2021-01-01 a=yes l=low n=2.50 u=none", DAY,
           "remind 2021-01-02 'First' remind 2021-01-06 'Pay 2.50 of Low level by 2021-01-31, yes.' "
           "notice 'For Low level'"},
          {"ad=2021-01-01 a=yes l=none n=2.50 u=2021-01-01", DAY,
           "remind 2021-01-06 'Pay 2.50 of ? by 2021-01-31, yes.' notice 'For ?'"},
          {"ad=2021-01-01 a=no l=low n=2.50 u=none", DAY, ""},
          {"a=yes l=low u=none", DAY,
           "remind? ? 'Pay ? of Low level by ?, yes.'(ad) remind? ? 'First'(ad) notice 'For Low level'"},
          {"ad=2021-01-01 l=low n=1", DAY,
           "remind? 2021-01-02 'First'(a, u) remind? 2021-01-06 'Pay 1.00 of Low level by 2021-01-31, ?.'(a) "
           "notice? 'For Low level'(a)"});
}

static void facts(void **state) {
    (void)state;
    CHECK("type kind one of x, y\nfact k: kind\nfact c: number only when k is x\n"
          "fact o: optional number only when k is x\nfact s: number otherwise 5\n"
          "decide d: optional number otherwise c\ndecide e: number otherwise s\n"
          "require \"small\" s < 10\n",
          {"k=x c=1 o=none", DAY, "d=1 e=5"}, {"k=y", DAY, "d=none e=5"},
          {"k=y c=none o=none s=6", DAY, "d=none e=6"}, {"k=x", DAY, "d=undetermined(c) e=5"},
          {"c=1", DAY, "d=1 e=5"},
          {"k=x c=1 s=10", DAY, "rejected: require-broken : the record breaks \"small\" (p.proviso:9)"},
          {"k=y c=1 o=2 s=10", DAY,
           "rejected: require-broken : the record breaks \"small\" (p.proviso:9) "
           "value-not-applicable c: c has a value, but its `only when` (p.proviso:4) does not hold: leave it "
           "out or "
           "give null "
           "value-not-applicable o: o has a value, but its `only when` (p.proviso:5) does not hold: leave it "
           "out or "
           "give null"},
          {"k=x c=none o=none", DAY,
           "rejected: value-needed c: c is null, but its `only when` (p.proviso:4) holds and it is not "
           "optional: "
           "give it a value"});
    CHECK("record r\n  a: yes/no\n  b: number only when a\nfact xs: list of r\n"
          "decide d: number otherwise sum of x.b for x in xs where (x.a)\n",
          {"xs=[a=yes b=3;a=no b=none]", DAY, "d=3"}, {"xs=[a=yes b=3;a=no]", DAY, "d=3"},
          {"xs=[a=yes;a=no]", DAY, "d=undetermined(xs[0].b)"},
          {"xs=[a=yes b=1;a=no b=1]", DAY,
           "rejected: value-not-applicable xs[1].b: b has a value, but its `only when` (p.proviso:4) does "
           "not hold: "
           "leave it out or give null"});
    CHECK("fact a: yes/no\ndecide d: yes/no otherwise a\n", {"a=yes", "1999-12-31", "not covered"});
}

/* Whatever allocation fails, evaluation says so and nothing leaks; with enough memory the record is rejected. */
static void out_of_memory(void **state) {
    (void)state;
    struct policy policy;
    struct record record;
    struct outcome outcome;
    struct question question = {.today = 18717};
    policy_open(&policy,
                "record o\n  level: number\nfact xs: list of o\nfact a: yes/no\n"
                "decide d: number otherwise sum of x.level for x in xs\n"
                "rule r when a then notice \"{d} of {a}\"\nrequire \"not both\" a\n",
                NULL);
    record_fill(&record, &policy.set, &policy.arena, "xs=[level=1;] a=no");
    struct value *values = record.values;
    enum evaluate_status status = EVALUATE_OUT_OF_MEMORY;
    for (size_t fail_at = 1; status != EVALUATE_REJECTED; fail_at++) {
        struct fail_alloc failing;
        struct arena arena;
        fail_alloc_init(&failing, fail_at);
        failing.fail_after = true;
        arena_init(&arena, &failing.alloc);
        record = (struct record){.arena = &arena, .values = values};
        status = evaluate(policy.program, &record, &question, &arena, NULL, &outcome);
        assert_true(fail_at < 200);
        assert_true(status == (failing.failures > 0 ? EVALUATE_OUT_OF_MEMORY : EVALUATE_REJECTED));
        arena_free(&arena);
        assert_true(fail_alloc_clean(&failing));
    }
    assert_int_equal(record.problem_count, 1);
    policy_free(&policy);
}

/* What a trace sees: every instruction in order, bodies once a record, with the value it gave. */
struct seen {
    uint32_t steps, last, fields;
};

static void count_step(void *context, const struct program *program, uint32_t instruction,
                       struct value value) {
    struct seen *seen = context;
    if (program->instructions[instruction].op == INS_field) {
        assert_int_equal(value.tag, VALUE_NUMBER);
        seen->fields++;
    }
    seen->steps++;
    seen->last = instruction;
}

static void tracing(void **state) {
    (void)state;
    struct policy policy;
    struct record record;
    struct outcome outcome;
    struct question question = {.today = 18717};
    struct seen seen = {0};
    struct trace trace = {count_step, &seen};
    policy_open(&policy,
                "record o\n  level: number\nfact xs: list of o\n"
                "decide d: number otherwise sum of x.level for x in xs\n",
                NULL);
    record_fill(&record, &policy.set, &policy.arena, "xs=[level=1;level=2;level=4]");
    assert_int_equal(evaluate(policy.program, &record, &question, &policy.arena, &trace, &outcome),
                     EVALUATE_OK);
    assert_int_equal(seen.fields, 3);
    assert_int_equal(seen.steps, policy.program->instruction_count + 2);
    assert_int_equal(seen.last, policy.program->instruction_count - 1);
    assert_int_equal(outcome.decisions[0].value.as.number, 7);
    policy_free(&policy);
}

/* Rows of `and` and sums near the parser's limit. */
static void long_rows(void **state) {
    (void)state;
    struct policy policy;
    struct buffer text;
    buffer_init(&text, pv_alloc_default());
    buffer_string(&text, "fact a: yes/no\nfact d: date\ndecide all: yes/no otherwise a");
    for (int i = 0; i < 990; i++)
        buffer_string(&text, " and a");
    buffer_string(&text, "\ndecide sum: number otherwise 1");
    for (int i = 0; i < 990; i++)
        buffer_string(&text, " + 1");
    policy_open(&policy, text.data, NULL);
    assert_string_equal(policy_answer(&policy, "a=yes d=2021-01-01", DAY), "all=yes sum=991");
    assert_string_equal(policy_answer(&policy, "d=2021-01-01", DAY), "all=undetermined(a) sum=991");
    policy_free(&policy);
    buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logic),       cmocka_unit_test(optional_values), cmocka_unit_test(members_and_sets),
        cmocka_unit_test(numbers),     cmocka_unit_test(fractions),       cmocka_unit_test(dates),
        cmocka_unit_test(date_parts),  cmocka_unit_test(periods),         cmocka_unit_test(conditional),
        cmocka_unit_test(lists),       cmocka_unit_test(decisions),       cmocka_unit_test(exceptions),
        cmocka_unit_test(versions),    cmocka_unit_test(tables),          cmocka_unit_test(totals),
        cmocka_unit_test(definitions), cmocka_unit_test(duties),          cmocka_unit_test(announcements),
        cmocka_unit_test(facts),       cmocka_unit_test(out_of_memory),   cmocka_unit_test(tracing),
        cmocka_unit_test(long_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
