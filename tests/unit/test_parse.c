/*
 * The grammar from text to tree: each construct of the language once, with the tree that it must give;
 * mistakes with line and code; the limits; memory that runs out at each allocation. Trees are compared as
 * ast_dump prints them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/fail_alloc.h"
#include "tests/support/parsing.h"

struct example {
    const char *text, *tree;
};

static const struct example headers[] = {
    {"policy p \"T\" covers 2020-01-01 through 2021-12-31",
     "(POLICY p \"T\" (COVERS (THROUGH 2020-01-01 2021-12-31)))"},
    {"policy p covers from 2020-01-01 months round back announced 2020-01-01 today from \"asked.on\"",
     "(POLICY p _ [(COVERS (FROM_ON 2020-01-01)) (MONTHS_ROUND:1) (ANNOUNCED "
     "2020-01-01) (TODAY_FROM \"asked.on\")])"},
    {"policy p covers until 2021-01-01 accept W0301 until 2022-01-01 \"why\"",
     "(POLICY p _ [(COVERS (UP_TO:1 2021-01-01)) (ACCEPT W0301 2022-01-01 \"why\")])"},
    {"amendment w4 to p, w3 \"Fourth\" covers through 2023-01-01 months round error",
     "(AMENDMENT w4 [p w3] \"Fourth\" [(COVERS (UP_TO 2023-01-01)) (MONTHS_ROUND:3)])"},
    {"source s \"title\" dated 2020-01-01 \"https://example.org\"",
     "(SOURCE s \"title\" 2020-01-01 \"https://example.org\")"},
    {"source s \"title\"", "(SOURCE s \"title\")"},
};

static const struct example types[] = {
    {"type t one of a, b = \"B\", date, open accept W0301 until 2022-01-01 \"later\"",
     "(TYPE t [(MEMBER a) (MEMBER b \"B\") (MEMBER date) (MEMBER open)] (ACCEPT W0301 "
     "2022-01-01 \"later\"))"},
    {"type t also c = \"C\", d", "(TYPE_ALSO t [(MEMBER c \"C\") (MEMBER d)])"},
    {"record holding \"H\"\n"
     "  name: text\n"
     "  expires \"E\": optional date from \"x.y\" changeable\n"
     "  date: date\n"
     "  define active \"A\" as expires is given\n"
     "define after_it as yes",
     "(RECORD holding \"H\" [(FIELD name _ (TYPE_TEXT)) (FIELD expires \"E\" "
     "(TYPE_OPTIONAL (TYPE_DATE)) [(FACT_FROM \"x.y\") (CHANGEABLE)]) (FIELD date _ "
     "(TYPE_DATE)) (DEFINE active \"A\" (IS_GIVEN expires))])\n"
     "(DEFINE after_it _ yes)"},
    {"fact d \"D\": date 2020-01-01 through 2021-12-31 only when x is b",
     "(FACT d \"D\" (TYPE_DATE 2020-01-01 2021-12-31) (ONLY_WHEN (IS x b)))"},
    {"fact n: number -5 through 100 with 2 decimals otherwise 3.5",
     "(FACT n _ (TYPE_NUMBER (NEGATE 5) 100 2) (FACT_OTHERWISE 3.5))"},
    {"fact q: number with 2 decimals otherwise none accept W0001 until 2021-01-01 \"r\"",
     "(FACT q _ (TYPE_NUMBER _ _ 2) [(FACT_OTHERWISE none) (ACCEPT W0001 2021-01-01 \"r\")])"},
    {"fact hs: list of holding fact ss: set of t fact s2: set of one of u, v fact pp: period",
     "(FACT hs _ (TYPE_LIST holding))\n"
     "(FACT ss _ (TYPE_SET (TYPE_NAME t)))\n"
     "(FACT s2 _ (TYPE_SET (TYPE_ONE_OF [(MEMBER u) (MEMBER v)])))\n"
     "(FACT pp _ (TYPE_PERIOD))"},
    {"fact k: one of a, b = \"B\" fact number: optional number fact y: yes/no from "
     "\"a.b\" changeable",
     "(FACT k _ (TYPE_ONE_OF [(MEMBER a) (MEMBER b \"B\")]))\n"
     "(FACT number _ (TYPE_OPTIONAL (TYPE_NUMBER)))\n"
     "(FACT y _ (TYPE_YES_NO) [(FACT_FROM \"a.b\") (CHANGEABLE)])"},
};

static const struct example decisions[] = {
    {"require \"R\" renewed_on is none or renewed_on after anniversary",
     "(REQUIRE \"R\" (OR (IS_NONE renewed_on) (COMPARE:9 renewed_on anniversary)))"},
    {"define w \"W\" as 1 day after d through 30 days after d accept W1 until 2021-01-01 \"x\"",
     "(DEFINE w \"W\" (THROUGH (SHIFT (AMOUNT 1) d) (SHIFT (AMOUNT 30) d)) (ACCEPT W1 "
     "2021-01-01 \"x\"))"},
    {"decide z \"Z\": optional date otherwise none", "(DECIDE z \"Z\" (TYPE_OPTIONAL (TYPE_DATE)) none)"},
    {"decide r: yes/no\n"
     "  otherwise no\n"
     "duty pay \"Pay\" done when renewed",
     "(DECIDE r _ (TYPE_YES_NO) no)\n"
     "(DUTY pay \"Pay\" renewed)"},
    {"total tt \"T\": number 0 through 10", "(TOTAL tt \"T\" (TYPE_NUMBER 0 10))"},
    {"rule r1 \"T\" cites s \"p\" announced 2021-01-01 in force 2021-01-01 until "
     "2022-01-01 at today\n"
     "  when a and not b\n"
     "  then x is yes",
     "(RULE r1 \"T\" [(CITES s \"p\") (ANNOUNCED 2021-01-01) (IN_FORCE (UNTIL 2021-01-01 "
     "2022-01-01) today) (WHEN (AND a (NOT b)))] (SET x yes))"},
    {"rule r1 cites s when a then x is not blocked\n"
     "  add days from a to b to tt\n"
     "  must pay by 30 days after d\n"
     "  must pay in d through e\n"
     "  z is none z is (a and b) z is if a then b else c",
     "(RULE r1 _ [(CITES s) (WHEN a)] [(SET x (NOT blocked)) (ADD tt (DISTANCE a b)) "
     "(MUST_BY pay (SHIFT (AMOUNT 30) d)) (MUST_IN pay (THROUGH d e)) (SET z none) "
     "(SET z (GROUP (AND a b))) (SET z (IF a b c))])"},
    {"rule r1 then remind 15 days before d \"plain \\{not a template\" unless a and b\n"
     "  notice \"n {n + 1} and \\{ {end of window}.\"",
     "(RULE r1 _ _ [(REMIND (SHIFT:1 (AMOUNT 15) d) \"plain {not a template\" (AND a "
     "b)) (NOTICE (TEMPLATE [\"n \" (ARITHMETIC n 1) \" and { \" (DATE_PART:1 window) \".\"]))])"},
    {"exception e1 to r1, wave.x.y, otherwise z, every rule for n2 \"T\" in force from "
     "2021-01-01 at d",
     "(EXCEPTION e1 [(TARGET_RULE r1) (TARGET_RULE (PATH (PATH wave x) y)) "
     "(TARGET_OTHERWISE z) (TARGET_EVERY n2)] \"T\" (IN_FORCE (FROM_ON 2021-01-01) d))"},
    {"exception e2 to r1 in force through 2021-01-01 at d when a then z is none",
     "(EXCEPTION e2 (TARGET_RULE r1) _ [(IN_FORCE (UP_TO 2021-01-01) d) (WHEN a)] (SET z none))"},
    {"table tb \"T\" cites s \"p\" when a\n"
     "  | row  | d              | n           || z          | n2 |\n"
     "  | done | on or before d | >= 3        || -          | 3  | # a comment\n"
     "  | two  | none           | 1 through 3 || none       | -3 |\n"
     "\n"
     "  | three | not a, b      | in w        || 2021-01-01 | n  |\n"
     "  | four | not none       | a, b        || not x      | if a then b else c |\n"
     "  | five | any            | within 3 days after d || - | -  |",
     "(TABLE tb \"T\" [(CITES s \"p\") (WHEN a)] (TABLE_HEADER [(ROW_LABELS) d n] [z n2]) "
     "[(ROW done [(CELL_COMPARE:10 d) (CELL_COMPARE:7 3)] [(CELL_NOTHING) 3]) (ROW "
     "two [(CELL_NONE) (CELL_IN:1 (THROUGH 1 3))] [none (NEGATE 3)]) (ROW three "
     "[(CELL_NOT [a b]) (CELL_IN w)] [2021-01-01 n]) (ROW four [(CELL_NOT none) "
     "(CELL_VALUES [a b])] [(NOT x) (IF a b c)]) (ROW five [(CELL_ANY) (CELL_IN:1 "
     "(WITHIN (AMOUNT 3) d))] [(CELL_NOTHING) (CELL_NOTHING)])])"},
    {"table plain | a || b |\n"
     "| yes || no |",
     "(TABLE plain _ _ (TABLE_HEADER a b) (ROW _ (CELL_VALUES yes) no))"},
};

static const struct example tests[] = {
    {"example ex \"E\" given hs is [{name is \"a\", level is gold}, {}] ss is {a, b} x is "
     "not y q is []",
     "(EXAMPLE ex \"E\" [(GIVEN hs (LIST_VALUE [(RECORD_VALUE [(GIVEN name \"a\") (GIVEN "
     "level gold)]) (RECORD_VALUE)])) (GIVEN ss (SET_LITERAL [a b])) (GIVEN x (NOT "
     "y)) (GIVEN q (LIST_VALUE))])"},
    {"test \"T\" given like ex n is -3 open is yes on 2021-01-01 known on 2021-01-02 "
     "expect z is none",
     "(TEST \"T\" ex [(GIVEN n (NEGATE 3)) (GIVEN open yes)] [(ON_DAY 2021-01-01) "
     "(KNOWN_ON 2021-01-02)] (EXPECT_IS z none))"},
    {"test \"T\" expect undecided z undetermined z needs n, h.x conflict on z conflict "
     "on z between 1 and 2 failed z",
     "(TEST \"T\" _ _ _ [(EXPECT_UNDECIDED z) (EXPECT_UNDETERMINED z [n (PATH h x)]) "
     "(EXPECT_CONFLICT z) (EXPECT_CONFLICT z 1 2) (EXPECT_FAILED z)])"},
    {"test \"T\" expect rule r1 applies rule w3.tb.two does not apply r is no\n"
     "  reminder on d no reminder on 2021-01-01 notice \"x {n}\" failed is yes",
     "(TEST \"T\" _ _ _ [(EXPECT_RULE:1 r1) (EXPECT_RULE (PATH (PATH w3 tb) two)) "
     "(EXPECT_IS r no) (EXPECT_REMINDER:1 d) (EXPECT_REMINDER 2021-01-01) "
     "(EXPECT_NOTICE (TEMPLATE [\"x \" n \"\"])) (EXPECT_IS failed yes)])"},
    {"test \"T\" expect duty d by 2021-01-01 done duty d in a through b open duty d by "
     "x duty d by x overdue no duty d",
     "(TEST \"T\" _ _ _ [(EXPECT_DUTY:1 d 2021-01-01) (EXPECT_DUTY:2 d _ (THROUGH a b)) "
     "(EXPECT_DUTY d x) (EXPECT_DUTY:3 d x) (EXPECT_NO_DUTY d)])"},
    {"always \"A\" whenever duty d applies and rule w.r applies then not (z is decided)",
     "(ALWAYS \"A\" (AND (DUTY_APPLIES d) (RULE_APPLIES (PATH w r))) (NOT (GROUP (IS_DECIDED z))))"},
    {"always \"B\" z is decided accept W1 until 2021-01-01 \"x\"",
     "(ALWAYS \"B\" _ (IS_DECIDED z) (ACCEPT W1 2021-01-01 \"x\"))"},
};

static const struct example conditions[] = {
    {"define x as a or b or not c", "(DEFINE x _ (OR (OR a b) (NOT c)))"},
    {"define x as a and b and (c or d)", "(DEFINE x _ (AND (AND a b) (GROUP (OR c d))))"},
    {"define x as a is b and a is not b and a is none and a is given",
     "(DEFINE x _ (AND (AND (AND (IS a b) (IS:1 a b)) (IS_NONE a)) (IS_GIVEN a)))"},
    {"define x as a is one of b, c and a is none of b, c",
     "(DEFINE x _ (AND (IS_ONE_OF a [b c]) (IS_ONE_OF:1 a [b c])))"},
    {"define x as a < 1 and a <= 1 and a > 1 and a >= 1",
     "(DEFINE x _ (AND (AND (AND (COMPARE:4 a 1) (COMPARE:5 a 1)) (COMPARE:6 a 1)) (COMPARE:7 a 1)))"},
    {"define x as d before e and d after e and d on or before e and d on # words may be apart\n"
     "  or after e",
     "(DEFINE x _ (AND (AND (AND (COMPARE:8 d e) (COMPARE:9 d e)) (COMPARE:10 d e)) "
     "(COMPARE:11 d e)))"},
    {"define x as d in w and d not in 2020-01-01 through 2020-02-01 and d in {a, b} and d in {}",
     "(DEFINE x _ (AND (AND (AND (IN d w) (IN:1 d (THROUGH 2020-01-01 2020-02-01))) "
     "(IN d (SET_LITERAL [a b]))) (IN d (SET_LITERAL))))"},
    {"define x as d within 2 weeks after e or d in e until f",
     "(DEFINE x _ (OR (IN d (WITHIN (AMOUNT:1 2) e)) (IN d (UNTIL e f))))"},
    {"define x as if a then b else if c then 1 else none", "(DEFINE x _ (IF a b (IF c 1 none)))"},
    {"define x as some h in hs has (h.a is b) and every h in hs has (h.c)",
     "(DEFINE x _ (AND (SOME h hs (IS (PATH h a) b)) (EVERY h hs (PATH h c))))"},
};

static const struct example values[] = {
    {"define x as 1 + 2 * 3 - -a / (b - 1)",
     "(DEFINE x _ (ARITHMETIC:1 (ARITHMETIC 1 (ARITHMETIC:2 2 3)) (ARITHMETIC:3 "
     "(NEGATE a) (GROUP (ARITHMETIC:1 b 1)))))"},
    {"define x as 30 days after 2 weeks before 1 month after d",
     "(DEFINE x _ (SHIFT (AMOUNT 30) (SHIFT:1 (AMOUNT:1 2) (SHIFT (AMOUNT:2 1) d))))"},
    {"define x as 1 month after 1 year after d rounded back",
     "(DEFINE x _ (SHIFT:0:1 (AMOUNT:2 1) (SHIFT:0:1 (AMOUNT:3 1) d)))"},
    {"define x as grace days after expires", "(DEFINE x _ (SHIFT (AMOUNT grace) expires))"},
    {"define x as (n + 1) years after h.d rounded forward",
     "(DEFINE x _ (SHIFT:0:2 (AMOUNT:3 (GROUP (ARITHMETIC n 1))) (PATH h d)))"},
    {"define x as days from a to b + whole months from a to b - whole years from (1 "
     "day after a) to today",
     "(DEFINE x _ (ARITHMETIC:1 (ARITHMETIC (DISTANCE a b) (DISTANCE:2 a b)) "
     "(DISTANCE:3 (GROUP (SHIFT (AMOUNT 1) a)) today)))"},
    {"define x as anniversary of d in 2022 through next anniversary of d after e rounded error",
     "(DEFINE x _ (THROUGH (ANNIVERSARY_IN d 2022) (NEXT_ANNIVERSARY:0:3 d e)))"},
    {"define x as earliest(a, b) until max(1, round(a / b, 2))",
     "(DEFINE x _ (UNTIL (CALL earliest [a b]) (CALL max [1 (CALL round [(ARITHMETIC:3 a b) 2])])))"},
    {"define x as start of w through end of (a through b)",
     "(DEFINE x _ (THROUGH (DATE_PART w) (DATE_PART:1 (GROUP (THROUGH a b)))))"},
    {"define x as start of month d is end of month d and year of d is month of d",
     "(DEFINE x _ (AND (IS (DATE_PART:2 d) (DATE_PART:3 d)) (IS (DATE_PART:4 d) (DATE_PART:5 d))))"},
    {"define x as day of d is 1 and weekday of today is monday",
     "(DEFINE x _ (AND (IS (DATE_PART:6 d) 1) (IS (DATE_PART:7 today) monday)))"},
    {"define x as count of h in hs + count of h in hs where (h.a)",
     "(DEFINE x _ (ARITHMETIC (COUNT h hs) (COUNT h hs (PATH h a))))"},
    {"define x as sum of h.n for h in hs", "(DEFINE x _ (FOLD (PATH h n) h hs))"},
    {"define x as earliest of h.d for h in hs where (h.a) until latest of h.d for h in hs",
     "(DEFINE x _ (UNTIL (FOLD:1 (PATH h d) h hs (PATH h a)) (FOLD:2 (PATH h d) h hs)))"},
    {"define anniversary as a.b is \"text\"", "(DEFINE anniversary _ (IS (PATH a b) \"text\"))"},
};

static void expect_trees(const struct example *examples, size_t count) {
    size_t i;
    for (i = 0; i < count; i++) {
        struct parsing parsing;
        parsing_open(&parsing, pv_alloc_default(), examples[i].text, strlen(examples[i].text));
        assert_true(parsing.done);
        if (parsing.diags.count)
            print_error("%s\n%s\n", examples[i].text, parsing.diags.items[0]->message);
        assert_int_equal(parsing.diags.count, 0);
        assert_string_equal(parsing_dump(&parsing), examples[i].tree);
        parsing_free(&parsing);
    }
}
#define EXPECT_TREES(TABLE) expect_trees(TABLE, sizeof TABLE / sizeof *TABLE)

static void files_and_sources(void **state) {
    (void)state;
    EXPECT_TREES(headers);
}

static void types_and_facts(void **state) {
    (void)state;
    EXPECT_TREES(types);
}

static void decisions_rules_tables(void **state) {
    (void)state;
    EXPECT_TREES(decisions);
}

static void examples_tests_properties(void **state) {
    (void)state;
    EXPECT_TREES(tests);
}

static void conditions_of_every_kind(void **state) {
    (void)state;
    EXPECT_TREES(conditions);
}

static void values_of_every_kind(void **state) {
    (void)state;
    EXPECT_TREES(values);
}

/* A policy and its amendment as a reader would write them. */
static const char licence[] =
    "policy licence \"Renewing a licence\"\n"
    "  covers 2020-01-01 through 2021-12-31\n"
    "source act \"The licence act\" dated 2019-05-01\n"
    "type kind one of\n"
    "  full = \"Full licence\",\n"
    "  provisional\n"
    "fact held \"Which licence\": kind\n"
    "fact expires \"Printed on it\": date\n"
    "fact renewed_on \"Day of the renewal\": optional date\n"
    "require \"A renewal follows the expiry\" renewed_on is none or renewed_on after expires\n"
    "define window as 1 day after expires through 60 days after expires\n"
    "decide valid \"May the holder drive today?\": yes/no\n"
    "  otherwise no\n"
    "duty fee \"Pay the fee\" done when renewed_on is given\n"
    "rule plain \"Until it expires\"\n"
    "  cites act \"section 3\"\n"
    "  when today on or before expires\n"
    "  then valid is yes\n"
    "rule reminders\n"
    "  then remind 30 days before expires \"It expires on {expires}.\"\n"
    "       must fee by end of window\n"
    "table stages \"Where it stands\"\n"
    "  | row  | today             || valid |\n"
    "  | late | after end of window || no  |\n";

static const char relief[] = "amendment relief to licence \"The extension of 2020\"\n"
                             "  announced 2020-06-04\n"
                             "rule extended \"Seven months more\"\n"
                             "  when expires in 2020-02-01 through 2020-08-31\n"
                             "   and today on or before 7 months after expires rounded back\n"
                             "  then valid is yes\n"
                             "exception learners to extended \"Full licences only\"\n"
                             "  when held is provisional\n"
                             "test \"Expired in March\"\n"
                             "  given held is full\n"
                             "        expires is 2020-03-15\n"
                             "        renewed_on is none\n"
                             "  on 2020-10-01\n"
                             "  expect valid is yes\n"
                             "         rule relief.extended applies\n";

static void a_policy_and_its_amendment(void **state) {
    struct parsing parsing;
    (void)state;
    parsing_open(&parsing, pv_alloc_default(), licence, strlen(licence));
    assert_true(parsing.done);
    assert_string_equal(parsing_codes(&parsing), "");
    assert_int_equal(ast_list_length(ast_kid(parsing.tree.root, FILE_decls)), 13);
    parsing_free(&parsing);
    parsing_open(&parsing, pv_alloc_default(), relief, strlen(relief));
    assert_string_equal(parsing_codes(&parsing), "");
    assert_non_null(strstr(parsing_dump(&parsing), "(COMPARE:10 today (SHIFT:0:1 (AMOUNT:2 7) expires))"));
    assert_non_null(strstr(parsing_dump(&parsing), "(EXPECT_RULE:1 (PATH relief extended))"));
    parsing_free(&parsing);
}

/* --- mistakes --- */

/* What stands in `tree` must be in the dump all the same: the mistake was mended. NULL: no matter. */
static const struct mistake {
    const char *text, *codes, *tree;
} mistakes[] = {
    {"rule r when d is before e then x is yes", "1:E0211", "(WHEN (COMPARE:8 d e))"},
    {"rule r when d is not on or after e then x is yes", "1:E0211", "(WHEN (COMPARE:8 d e))"},
    {"rule r when d is within 3 days after e then x is yes", "1:E0211", "(IN d (WITHIN (AMOUNT 3) e))"},
    {"rule r when k is not one of a, b then x is yes", "1:E0212", "(IS_ONE_OF:1 k [a b])"},
    {"rule r when k is not none then x is yes", "1:E0212", "(IS_GIVEN k)"},
    {"rule r when k is not given then x is yes", "1:E0212", "(IS_NONE k)"},
    {"define x as d + 30 days", "1:E0209", "(SHIFT (AMOUNT 30) d)"},
    {"define x as d - grace days", "1:E0209", "(SHIFT:1 (AMOUNT grace) d)"},
    {"define x as d + 30 days after e", "1:E0209", NULL},
    {"define x as d + 1 month before e or y", "1:E0209", NULL},
    {"define x as 30 days from d", "1:E0210", "(SHIFT (AMOUNT 30) d)"},
    {"define x as n > 30 days and b", "1:E0226", NULL},
    {"define x as d in from 2020-01-01 through 2020-02-01", "1:E0213", "(IN d (THROUGH"},
    {"define x as d from 2020-01-01 through 2020-02-01", "1:E0213", "(IN d (THROUGH"},
    {"define x as d is from 2020-01-01 through 2020-02-01", "1:E0213", "(IN d (THROUGH"},
    {"policy p covers from 2020-01-01 through 2020-02-01", "1:E0213", "(COVERS (THROUGH"},
    {"define x as k is one of a, b, and c", "1:E0214", "[a b c]"},
    {"define x as n is 3 or 4", "1:E0215", NULL},
    {"define x as a and b or c", "1:E0207", "(OR:1 (AND a b) c)"},
    {"define x as a or b and c or d and e", "1:E0207", NULL},
    {"define x = n == 3 && (b || c) || !d", "1:E0216 1:E0207 1:E0216 1:E0216 1:E0216 1:E0216 1:E0216", NULL},
    {"define x as n != 3", "1:E0216", "(IS:1 n 3)"},
    {"define x as n =< 3", "1:E0216", "(COMPARE:5 n 3)"},
    {"define x is 3", "1:E0216", "(DEFINE x _ 3)"},
    {"fact x = date", "1:E0216", "(FACT x _ (TYPE_DATE))"},
    {"Rule r When a AND On Or Before then x is yes", "1:E0114 1:E0114 1:E0114 1:E0114 1:E0201", NULL},
    {"fact Open: yes/no", "1:E0111", "(FACT Open _ (TYPE_YES_NO))"},
    {"define x as d between a and b", "1:E0217", "(DEFINE x _ (ERROR))"},
    {"rule r when a\n x is yes", "2:E0220", "(RULE r _ (WHEN a) (SET x yes))"},
    {"rule r then x is yes and y is no", "1:E0208", "[(SET x yes) (SET y no)]"},
    {"rule r then x is yes, and y is no", "1:E0208", "[(SET x yes) (SET y no)]"},
    {"rule r then x is yes and y\n y is no", "1:E0208", "(SET y no)"},
    {"test \"t\" given a is 1, b is 2 expect x is yes", "1:E0208", "[(GIVEN a 1) (GIVEN b 2)]"},
    {"fact until: date\nrule r when until before d then x is yes", "1:E0203", "(COMPARE:8 until d)"},
    {"rule r\n wehn a\n then x is yes", "2:E0202", "(WHEN a)"},
    {"rule r then x is yes\ndecied z: yes/no", "2:E0202", "(DECIDE z _ (TYPE_YES_NO))"},
    {"rule r when a nad b then x is yes", "1:E0202", "(AND a b)"},
    {"define x as aniversary of d in 2022", "1:E0202", NULL},
    {"table t\n | a || b |\n | || yes |", "3:E0218", NULL},
    {"table t\n | a || b |\n | yes || |\n | no || yes |", "3:E0218", "(ROW _ (CELL_VALUES no) yes)"},
    {"table t\n | a || b |\n | yes || no", "3:E0219", "(ROW _ (CELL_VALUES yes) no)"},
    {"table t\n | a || b |\n | yes | no || no |", "3:E0219", NULL},
    {"table t\n | row | a || b |\n | 2 | no || no |", "3:E0225", NULL},
    {"table t\n | a ?? || b |\n | yes || no |", "2:E0103", "(ROW _ (CELL_VALUES yes) no)"},
    {"table t\n | a b || c |\n | yes x || no |\n | no || yes |", "2:E0201 3:E0201",
     "(ROW _ (CELL_VALUES no) yes)"},
    {"table t\n", "1:E0222", NULL},
    {"rule r when a", "1:E0222", NULL},
    {"rule r when a when b then x is yes", "1:E0221", NULL},
    {"rule r when a \"T\" then x is yes", "1:E0222", NULL},
    {"fact f: date from \"a\" from \"b\"", "1:E0221", NULL},
    {"rule r when rule q applies then x is yes", "1:E0223", NULL},
    {"rule r then notice \"a {} b\"", "1:E0224", NULL},
    {"rule r then notice \"a {b\"", "1:E0224", NULL},
    {"rule r then notice \"a {b c} {d}\"\n x is yes", "1:E0201", "(SET x yes)"},
    {"rule r then notice \"a {b +} c\"\n x is yes", "1:E0201", "(SET x yes)"},
    {"source s \"a \\q b\"", "1:E0110", NULL},
    {"define x as 4,730.00", "1:E0108", NULL},
    {"define x as .5", "1:E0108", NULL},
    {"define x as 2021-1-1", "1:E0107", NULL},
    {"define x as 01/02/2021", "1:E0107", NULL},
    {"define x as 2021-02-30", "", "(DEFINE x _ 2021-02-30)"},
    {"define x as n-1", "1:E0112", NULL},
    {"define x as n -1", "1:E0112", NULL},
    {"define x as a \xC2\xA0 and b", "1:E0106", "(AND a b)"},
    {"source s \xE2\x80\x9C"
     "T\xE2\x80\x9D dated 2020-01-01",
     "1:E0105", "(SOURCE s \"T\" 2020-01-01)"},
    {"source s 'T'", "1:E0105", "(SOURCE s \"T\")"},
    {"source s \"T\nfact f: date", "1:E0104", "(SOURCE s \"T\")\n(FACT f _ (TYPE_DATE))"},
    {"define x as a @@ % b", "1:E0103", NULL},
    {"define x as a; define y as b", "1:E0103", "(DEFINE y _ b)"},
    {"define x as 30days after d", "1:E0111", NULL},
    {"define gr\xC3\xB6sse as 1", "1:E0111", NULL},
    {"hello world", "1:E0201", NULL},
    {"fact", "1:E0201", NULL},
    {"fact f", "1:E0201", "(FACT f _ (ERROR)"},
    {"fact f: dat", "", "(TYPE_NAME dat)"},
    {"rule r when (a or b then x is yes", "1:E0201", NULL},
    {"always \"a\" whenever b", "1:E0201", NULL},
    {"test \"t\" given a is b", "1:E0222", NULL},
    {"fact a: date fact", "1:E0201", "(FACT a _ (TYPE_DATE))"},
    {"rule rule r then x is yes", "1:E0201", "(RULE r _ _ (SET x yes))"},
    {"rule r when a and and b then x is yes", "1:E0201", "(WHEN (AND a b))"},
    {"type t one of a b, c", "1:E0201", "[(MEMBER a) (MEMBER b) (MEMBER c)]"},
    {"type t one of a, b c, d", "1:E0201", "[(MEMBER a) (MEMBER b) (MEMBER c) (MEMBER d)]"},
    {"type t one of a \"A\", b = , c", "1:E0201 1:E0201", "[(MEMBER a \"A\") (MEMBER b) (MEMBER c)]"},
    {"fact a: date\nb \"B\": date", "2:E0201", "(FACT:0:1 b \"B\" (TYPE_DATE) (ERROR))"},
    {"test \"a\" expect x is yes\n\"b\" given c is d expect x is no", "2:E0201", "(TEST \"b\" _ (GIVEN c d)"},
    {"rule r cites s\n a and b\n then x is yes", "2:E0201", "(WHEN (AND a b))"},
    {"define x as a is and b\ndefine y as x", "1:E0201", "(DEFINE x _ (ERROR))"},
    {"record r\n a: date\n define b as +\n define c as a", "3:E0201", "(DEFINE c _ a)])"},
    {"source s \"T\" dated\nsource u \"U\"", "2:E0201", "(SOURCE s (ERROR))"},
    {"decide d: opitonal date", "1:E0202", "(TYPE_OPTIONAL (TYPE_DATE))"},
    {"rule r then notice \"{d + 30 days}\"", "1:E0209", "(TEMPLATE [\"\" (SHIFT (AMOUNT 30) d) \"\"])"},
    {"\xFF", "1:E0101", NULL},
    {"\xEF\xBB\xBF"
     "fact f: date\r\nfact g: date\rfact\th: date",
     "", "(FACT h _ (TYPE_DATE))"},
};

static void each_mistake_once(void **state) {
    size_t i, wrong = 0;
    (void)state;
    for (i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct parsing parsing;
        parsing_open(&parsing, pv_alloc_default(), mistakes[i].text, strlen(mistakes[i].text));
        assert_true(parsing.done);
        if (strcmp(parsing_codes(&parsing), mistakes[i].codes) != 0) {
            print_error("%s\n  gave %s, not %s\n", mistakes[i].text, parsing_codes(&parsing),
                        mistakes[i].codes);
            wrong++;
        } else if (mistakes[i].tree && !strstr(parsing_dump(&parsing), mistakes[i].tree)) {
            print_error("%s\n  gave %s\n", mistakes[i].text, parsing_dump(&parsing));
            wrong++;
        }
        parsing_free(&parsing);
    }
    assert_int_equal(wrong, 0);
}

static void five_mistakes_give_five_messages(void **state) {
    static const char text[] = "policy p\n"
                               "fact f \"F\" date\n"
                               "rule r when a and\n"
                               "  then x is yes\n"
                               "decide d: yes/no otherwise maybe not\n"
                               "table t\n"
                               "  | a || b |\n"
                               "  | yes no || no |\n"
                               "test \"t\" given a is\n"
                               "   b is yes\n"
                               "  expect x is yes\n";
    struct parsing parsing;
    (void)state;
    parsing_open(&parsing, pv_alloc_default(), text, strlen(text));
    assert_string_equal(parsing_codes(&parsing), "2:E0201 4:E0201 5:E0201 8:E0201 10:E0201");
    assert_string_equal(parsing.diags.items[0]->message, "expected `:` after `\"F\"`, found `date`");
    assert_string_equal(parsing.diags.items[1]->message, "expected a condition after `and`, found `then`");
    assert_non_null(strstr(parsing_dump(&parsing), "(EXPECT_IS x yes)"));
    parsing_free(&parsing);
}

static void fixes_are_edits(void **state) {
    struct parsing parsing;
    const struct diag_fix *fix;
    (void)state;
    parsing_open(&parsing, pv_alloc_default(), "define x as d + 30 days", 23);
    assert_int_equal(parsing.diags.items[0]->fix_count, 1);
    fix = parsing.diags.items[0]->fixes;
    assert_string_equal(fix->replacement, "30 days after d");
    assert_int_equal(fix->span.start, 12);
    assert_int_equal(fix->span.end, 23);
    parsing_free(&parsing);
    parsing_open(&parsing, pv_alloc_default(), "define x as 2021/1/2", 20);
    assert_string_equal(parsing.diags.items[0]->fixes->replacement, "2021-01-02");
    parsing_free(&parsing);
    /* Which of 01 and 02 is the month cannot be known. */
    parsing_open(&parsing, pv_alloc_default(), "define x as 01/02/2021", 22);
    assert_int_equal(parsing.diags.items[0]->fix_count, 0);
    parsing_free(&parsing);
}

static void a_nul_byte_is_no_text(void **state) {
    struct parsing parsing;
    (void)state;
    parsing_open(&parsing, pv_alloc_default(), "fact f\0: date", 13);
    assert_true(parsing.done);
    assert_string_equal(parsing_codes(&parsing), "1:E0102");
    assert_null(ast_kid(parsing.tree.root, FILE_decls));
    parsing_free(&parsing);
}

/* --- limits --- */

/* `before`, then `piece` `count` times, `middle`, and `after` as often. */
static void parse_repeated(struct parsing *parsing, const char *before, const char *piece, const char *middle,
                           const char *after, size_t count) {
    struct buffer text;
    size_t i;
    buffer_init(&text, pv_alloc_default());
    buffer_string(&text, before);
    for (i = 0; i < count; i++)
        buffer_string(&text, piece);
    buffer_string(&text, middle);
    for (i = 0; i < count; i++)
        buffer_string(&text, after);
    assert_false(text.failed);
    parsing_open(parsing, pv_alloc_default(), text.data, text.length);
    buffer_free(&text);
    assert_true(parsing->done);
}

static void nesting_has_a_limit(void **state) {
    struct parsing parsing;
    (void)state;
    parse_repeated(&parsing, "define x as ", "(", "a", ")", PARSE_MAX_NESTING);
    assert_string_equal(parsing_codes(&parsing), "");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x as ", "(", "a", ")", PARSE_MAX_NESTING + 1);
    assert_string_equal(parsing_codes(&parsing), "1:E0204");
    parsing_free(&parsing);
    /* The deepest that brackets allow, with all that can stand in one: far from the end of the stack. */
    parse_repeated(&parsing, "define x as ", "a and not b is c + d * -(", "a", ")", PARSE_MAX_NESTING);
    assert_string_equal(parsing_codes(&parsing), "1:E0205");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x as ", "not ", "a", "", 100000);
    assert_string_equal(parsing_codes(&parsing), "1:E0204");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x as ", "1 day after ", "a", "", 100000);
    assert_string_equal(parsing_codes(&parsing), "1:E0204");
    parsing_free(&parsing);
}

static void chains_have_a_limit(void **state) {
    struct parsing parsing;
    (void)state;
    parse_repeated(&parsing, "define x as a", " and a", "", "", 990);
    assert_string_equal(parsing_codes(&parsing), "");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x as a", " and a", "\ndefine y as b", "", 1000);
    assert_string_equal(parsing_codes(&parsing), "1:E0205");
    assert_non_null(strstr(parsing_dump(&parsing), "(DEFINE y _ b)"));
    parsing_free(&parsing);
}

static void tokens_have_a_limit(void **state) {
    struct parsing parsing;
    (void)state;
    parse_repeated(&parsing, "source s \"", "0123456789", "\"", "", 500000);
    assert_string_equal(parsing_codes(&parsing), "1:E0109");
    parsing_free(&parsing);
    parse_repeated(&parsing, "source s \"", "{\\\\", "\"", "", 500000);
    assert_string_equal(parsing_codes(&parsing), "1:E0109");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x", "0123456789", " as 1", "", 500000);
    assert_string_equal(parsing_codes(&parsing), "1:E0109");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x as ", "0123456789", "", "", 500000);
    assert_string_equal(parsing_codes(&parsing), "1:E0109");
    parsing_free(&parsing);
    parse_repeated(&parsing, "define x as # ", "0123456789", "\n 1", "", 500000);
    assert_string_equal(parsing_codes(&parsing), "");
    parsing_free(&parsing);
}

static void mistakes_have_a_limit(void **state) {
    struct parsing parsing;
    (void)state;
    parse_repeated(&parsing, "", "fact\n", "", "", 100000);
    assert_int_equal(parsing.diags.count, 201);
    assert_int_equal(parsing.diags.items[200]->code, DIAG_E0206);
    parsing_free(&parsing);
}

static void a_megabyte_at_once(void **state) {
    struct parsing parsing;
    size_t count = ((size_t)1 << 20) / strlen(licence);
    (void)state;
    parse_repeated(&parsing, "", licence, "", "", count);
    assert_string_equal(parsing_codes(&parsing), "");
    assert_int_equal(ast_list_length(ast_kid(parsing.tree.root, FILE_decls)), 13 * count);
    parsing_free(&parsing);
}

/* --- tokens --- */

static void comments_and_blank_lines_are_kept(void **state) {
    static const char text[] = "# first\n\n\nfact f: # of f\n  date\n";
    static const enum token_kind kinds[] = {TOKEN_COMMENT, TOKEN_BLANK,   TOKEN_WORD, TOKEN_WORD,
                                            TOKEN_MARKS,   TOKEN_COMMENT, TOKEN_WORD};
    struct parsing parsing;
    size_t i;
    (void)state;
    parsing_open(&parsing, pv_alloc_default(), text, strlen(text));
    assert_int_equal(parsing.tree.tokens.count, sizeof kinds / sizeof *kinds);
    for (i = 0; i < parsing.tree.tokens.count; i++) {
        const struct token *token = &parsing.tree.tokens.items[i];
        if (kinds[i] == TOKEN_MARKS)
            assert_true(token_is_mark(token, MARK_COLON));
        else
            assert_int_equal(token->kind, kinds[i]);
        assert_int_equal((token->flags & TOKEN_LINE_START) != 0, i == 0 || i == 1 || i == 2 || i == 6);
    }
    assert_true(text_is(token_text(parsing.tree.source, &parsing.tree.tokens.items[5]), "# of f"));
    parsing_free(&parsing);
}

static void words_are_in_order(void **state) {
    int word;
    (void)state;
    for (word = WORD_NONE + 1; word < WORD_COUNT; word++) {
        const char *text = word_text((enum token_word)word);
        assert_int_equal(word_find(text_of(text)), word);
        if (word > WORD_NONE + 1)
            assert_true(strcmp(word_text((enum token_word)(word - 1)), text) < 0);
    }
    assert_int_equal(word_find(text_of("whenn")), WORD_NONE);
    assert_int_equal(word_find(text_of("")), WORD_NONE);
}

/* --- memory --- */

static void parse_starved(const char *text, bool for_good) {
    size_t fail_at;
    for (fail_at = 1;; fail_at++) {
        struct fail_alloc f;
        struct parsing parsing;
        bool failed;
        fail_alloc_init(&f, fail_at);
        f.fail_after = for_good;
        parsing_open(&parsing, &f.alloc, text, strlen(text));
        failed = f.failures != 0;
        assert_true(!failed || !parsing.done);
        assert_true(failed || parsing.done);
        parsing_free(&parsing);
        assert_true(fail_alloc_clean(&f));
        if (!failed)
            break;
    }
    assert_true(fail_at > 4);
}

static void memory_may_run_out_anywhere(void **state) {
    static const char wrong[] =
        "fact f date\nrule r wehn a and b or c = 4,000 then notice \"a {b + 1 day} {}\"\n"
        "table t\n | row | a || b |\n | || c\n";
    (void)state;
    parse_starved(licence, false);
    parse_starved(relief, true);
    parse_starved(wrong, false);
    parse_starved(wrong, true);
}

int main(void) {
    const struct CMUnitTest tests_here[] = {
        cmocka_unit_test(files_and_sources),
        cmocka_unit_test(types_and_facts),
        cmocka_unit_test(decisions_rules_tables),
        cmocka_unit_test(examples_tests_properties),
        cmocka_unit_test(conditions_of_every_kind),
        cmocka_unit_test(values_of_every_kind),
        cmocka_unit_test(a_policy_and_its_amendment),
        cmocka_unit_test(each_mistake_once),
        cmocka_unit_test(five_mistakes_give_five_messages),
        cmocka_unit_test(fixes_are_edits),
        cmocka_unit_test(a_nul_byte_is_no_text),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(chains_have_a_limit),
        cmocka_unit_test(tokens_have_a_limit),
        cmocka_unit_test(mistakes_have_a_limit),
        cmocka_unit_test(a_megabyte_at_once),
        cmocka_unit_test(comments_and_blank_lines_are_kept),
        cmocka_unit_test(words_are_in_order),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests_here, NULL, NULL);
}
