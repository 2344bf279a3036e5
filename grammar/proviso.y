/*
 * The grammar of a policy file. Structural throughout: no precedence declarations, no conflicts. Tokens
 * come from the driver in parse.c, which joins the operators of several words, decides contextual words,
 * and pushes END behind each declaration. Everything that may be missing is optional here, and the builders
 * say what is. Must not judge: actions only call build.h.
 */
%define api.pure full
%define api.push-pull push
%define api.prefix {gram_}
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param {struct parser *p}

%code requires {
#include "grammar/build.h"
#include "grammar/parse.h"
}

%union {
    struct ast_node *node;
    struct list list;
    struct typed typed;
    unsigned op;
}

%code provides {
/* A parser's state from `alloc`; NULL on failure. Give it back with gram_release. */
gram_pstate *gram_create(const struct pv_alloc *alloc);
void gram_release(const struct pv_alloc *alloc, gram_pstate *state);
/* True where the token may come next. Changes nothing. */
bool gram_accepts(gram_pstate *state, int symbol);
/*
 * How many symbols are on the stack, and how many there may be before the driver says that nesting is too
 * deep.
 */
size_t gram_depth(const gram_pstate *state);
#define GRAM_DEPTH_LIMIT 5000
/* Ends the silence after a mistake: the next one is a mistake of its own. */
void gram_go_on(gram_pstate *state);
}

%code {
/* The stack never grows and so is never allocated: the driver stops far below its end. */
#define YYINITDEPTH 6000
#define YYMAXDEPTH 6000
#define YYMALLOC(size) ((void)(size), NULL)
#define YYFREE(block) ((void)(block))

#define YYLLOC_DEFAULT(Current, Rhs, N)                                                                      \
    do {                                                                                                     \
        (Current) = (N) ? span_join(YYRHSLOC(Rhs, 1), YYRHSLOC(Rhs, N)) : YYRHSLOC(Rhs, 0);                  \
        if (!(N))                                                                                            \
            (Current).start = (Current).end;                                                                 \
    } while (0)

static void gram_error(struct span *span, struct parser *p, const char *message);
}

%token <node> IDENT NUMBER DATE STRING TEXT_HEAD TEXT_MID TEXT_TAIL
%token BROKEN WRONG END ROW_END
%token POLICY AMENDMENT SOURCE TYPE RECORD FACT REQUIRE DEFINE DECIDE TOTAL DUTY RULE EXCEPTION TABLE EXAMPLE TEST ALWAYS
%token COVERS MONTHS_ROUND BACK FORWARD ERROR_WORD ANNOUNCED DATED ACCEPT ALSO ONLY_WHEN CHANGEABLE OTHERWISE AS
%token CITES IN_FORCE AT WHEN THEN FROM TO BY UNLESS ADD MUST REMIND NOTICE EVERY_RULE_FOR DONE_WHEN
%token GIVEN LIKE ON KNOWN_ON EXPECT WHENEVER UNDECIDED UNDETERMINED NEEDS FAILED CONFLICT_ON REMINDER_ON NO_REMINDER_ON
%token NO_DUTY APPLIES DOES_NOT_APPLY DECIDED DONE OPEN OVERDUE ROW
%token YES_NO DATE_TYPE PERIOD_TYPE NUMBER_TYPE TEXT_TYPE OPTIONAL WITH DECIMALS SET_OF LIST_OF ONE_OF NONE_OF
%token OR AND NOT IF ELSE IS NONE ANY YES NO TODAY BEFORE AFTER ON_OR_BEFORE ON_OR_AFTER IN NOT_IN WITHIN BETWEEN
%token THROUGH UNTIL ROUNDED DAY DAYS WEEK WEEKS MONTH MONTHS YEAR YEARS OF
%token START_OF END_OF START_OF_MONTH END_OF_MONTH YEAR_OF MONTH_OF DAY_OF WEEKDAY_OF
%token WHOLE_MONTHS_FROM WHOLE_YEARS_FROM ANNIVERSARY_OF NEXT_ANNIVERSARY_OF
%token SOME EVERY HAS COUNT_OF SUM_OF EARLIEST_OF LATEST_OF FOR WHERE
%token LESS_EQUAL GREATER_EQUAL LESS GREATER PLUS MINUS STAR SLASH EQUAL COMMA DOT COLON BAR BAR_BAR
%token OPEN_ROUND CLOSE_ROUND OPEN_SQUARE CLOSE_SQUARE OPEN_CURLY CLOSE_CURLY

%type <node> decl header source type record fact require define decide total duty rule exception table example test
%type <node> property new_name title header_clause accept source_part member base_type kind_type bound decimals
%type <node> fact_clause decide_clause rule_clause open_period target effect shown text table_header row cell value_cell
%type <node> given_item record_item record_value expectation outcome expr disjunction conjunction
%type <node> negation comparison period argument conditional branch sum term factor primary simple chain moved amount
%type <node> count group path atom filter value given_value scalar low_high then number_type label_or_input input_cell
%type <node> quantified distance anniversary
%type <list> decls names header_clauses accepts source_parts members record_items fact_clauses decide_clauses
%type <list> amended rule_clauses targets excepted effects table_rows input_cells output_names cells value_cells
%type <list> givens expects list_items field_values values arguments text_parts paths record_members
%type <typed> typed
%type <node> slip_rule slip_table slip_scalar slip_open_period slip_cell slip_value_cell slip_comparison
%type <op> rounding unit comparator date_part status fold along

%%

/*
 * What people write instead of the language stands under names that begin with slip_; tools/ebnf leaves them out.
 * `error` is taken when the driver pushes WRONG. Where that ends a phrase, yyclearin drops the WRONG, which
 * would only be an error again behind the phrase and take it down.
 */

file: decls { p->root = make1(p, AST_FILE, @$, $1.first); } ;
decls: %empty { $$ = list_none(); } | decls decl END { $$ = list_add($1, $2); } ;
decl: header | source | type | record | fact | require | define | decide | total | duty | rule | exception | table
    | example | test | property
    | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;

new_name: IDENT { $$ = build_new_name(p, $1); } ;
title: %empty { $$ = NULL; } | STRING ;
accept: ACCEPT IDENT UNTIL DATE STRING { $$ = make3(p, AST_ACCEPT, @$, $2, $4, $5); } ;
accepts: %empty { $$ = list_none(); } | accepts accept { $$ = list_add($1, $2); } ;
names: IDENT { $$ = list_one($1); } | names COMMA IDENT { $$ = list_add($1, $3); } ;

/* --- the file --- */

header: POLICY new_name header_clauses { $$ = build_header(p, AST_POLICY, @$, $2, list_none(), $3); }
      | AMENDMENT new_name amended header_clauses { $$ = build_header(p, AST_AMENDMENT, @$, $2, $3, $4); } ;
amended: TO names { $$ = $2; } | error { $$ = list_one(make0(p, AST_ERROR, @$)); yyclearin; } ;
header_clauses: %empty { $$ = list_none(); } | header_clauses header_clause { $$ = list_add($1, $2); } ;
header_clause: STRING
             | COVERS open_period { $$ = make1(p, AST_COVERS, @$, $2); }
             | MONTHS_ROUND rounding { $$ = with_op(make0(p, AST_MONTHS_ROUND, @$), $2); }
             | ANNOUNCED DATE { $$ = make1(p, AST_ANNOUNCED, @$, $2); }
             | TODAY FROM STRING { $$ = make1(p, AST_TODAY_FROM, @$, $3); }
             | accept
             | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
rounding: BACK { $$ = ROUND_BACK; } | FORWARD { $$ = ROUND_FORWARD; } | ERROR_WORD { $$ = ROUND_ERROR; } ;

source: SOURCE new_name STRING source_parts { $$ = build_source(p, @$, $2, $3, $4); }
      | SOURCE new_name error { $$ = make4(p, AST_SOURCE, @$, $2, make0(p, AST_ERROR, @3), NULL, NULL); yyclearin; } ;
source_parts: %empty { $$ = list_none(); } | source_parts source_part { $$ = list_add($1, $2); } ;
source_part: STRING | DATED DATE { $$ = $2; } ;

/* --- types, facts, definitions --- */

type: TYPE new_name ONE_OF members accepts { $$ = make3(p, AST_TYPE, @$, $2, $4.first, $5.first); }
    | TYPE IDENT ALSO members { $$ = make2(p, AST_TYPE_ALSO, @$, $2, $4.first); }
    | TYPE new_name error { $$ = make3(p, AST_TYPE, @$, $2, make0(p, AST_ERROR, @3), NULL); yyclearin; }
    | TYPE new_name ONE_OF members error {
          $$ = make3(p, AST_TYPE, @$, $2, list_add($4, make0(p, AST_ERROR, @5)).first, NULL); yyclearin; } ;
members: member { $$ = list_one($1); } | members COMMA member { $$ = list_add($1, $3); } ;
member: new_name { $$ = make2(p, AST_MEMBER, @$, $1, NULL); }
      | new_name EQUAL STRING { $$ = make2(p, AST_MEMBER, @$, $1, $3); } ;

typed: title COLON kind_type { $$ = typed_of($1, $3); }
     | error { $$ = typed_of(NULL, make0(p, AST_ERROR, @$)); yyclearin; } ;
kind_type: base_type | OPTIONAL base_type { $$ = make1(p, AST_TYPE_OPTIONAL, @$, $2); } ;
base_type: scalar
         | SET_OF IDENT { $$ = make1(p, AST_TYPE_SET, @$, make1(p, AST_TYPE_NAME, @2, $2)); }
         | SET_OF ONE_OF members {
               $$ = make1(p, AST_TYPE_SET, @$, make1(p, AST_TYPE_ONE_OF, span_join(@2, @3), $3.first)); }
         | LIST_OF IDENT { $$ = make1(p, AST_TYPE_LIST, @$, $2); } ;
scalar: YES_NO { $$ = make0(p, AST_TYPE_YES_NO, @$); }
      | DATE_TYPE { $$ = make2(p, AST_TYPE_DATE, @$, NULL, NULL); }
      | DATE_TYPE DATE THROUGH DATE { $$ = make2(p, AST_TYPE_DATE, @$, $2, $4); }
      | slip_scalar
      | TEXT_TYPE { $$ = make0(p, AST_TYPE_TEXT, @$); }
      | number_type
      | ONE_OF members { $$ = make1(p, AST_TYPE_ONE_OF, @$, $2.first); }
      | IDENT { $$ = make1(p, AST_TYPE_NAME, @$, $1); } ;
slip_scalar: PERIOD_TYPE { $$ = make0(p, AST_TYPE_PERIOD, @$); } ;
number_type: NUMBER_TYPE decimals { $$ = make3(p, AST_TYPE_NUMBER, @$, NULL, NULL, $2); }
           | NUMBER_TYPE bound THROUGH bound decimals { $$ = make3(p, AST_TYPE_NUMBER, @$, $2, $4, $5); } ;
bound: NUMBER | MINUS NUMBER { $$ = make1(p, AST_NEGATE, @$, $2); } ;
decimals: %empty { $$ = NULL; } | WITH NUMBER DECIMALS { $$ = $2; } ;

record: RECORD new_name record_items { $$ = build_record(p, @$, $2, $3); } ;
record_items: %empty { $$ = list_none(); }
            | error { $$ = list_one(make0(p, AST_ERROR, @$)); yyclearin; }
            | STRING { $$ = list_one($1); }
            | record_items record_item { $$ = list_add($1, $2); } ;
record_item: new_name typed fact_clauses { $$ = build_fact(p, AST_FIELD, @$, $1, $2, $3); } | define ;

fact: FACT new_name typed fact_clauses { $$ = build_fact(p, AST_FACT, @$, $2, $3, $4); } ;
fact_clauses: %empty { $$ = list_none(); } | fact_clauses fact_clause { $$ = list_add($1, $2); } ;
fact_clause: ONLY_WHEN expr { $$ = make1(p, AST_ONLY_WHEN, @$, $2); }
           | FROM STRING { $$ = make1(p, AST_FACT_FROM, @$, $2); }
           | CHANGEABLE { $$ = make0(p, AST_CHANGEABLE, @$); }
           | OTHERWISE outcome { $$ = make1(p, AST_FACT_OTHERWISE, @$, $2); }
           | accept
           | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
outcome: expr | NONE { $$ = make0(p, AST_NONE, @$); } ;

require: REQUIRE STRING expr accepts { $$ = make3(p, AST_REQUIRE, @$, $2, $3, $4.first); } ;
define: DEFINE new_name title AS outcome accepts { $$ = make4(p, AST_DEFINE, @$, $2, $3, $5, $6.first); }
      | DEFINE new_name error { $$ = make4(p, AST_DEFINE, @$, $2, NULL, make0(p, AST_ERROR, @3), NULL); yyclearin; } ;

/* --- decisions and rules --- */

decide: DECIDE new_name typed decide_clauses { $$ = build_decide(p, @$, $2, $3, $4); } ;
decide_clauses: %empty { $$ = list_none(); } | decide_clauses decide_clause { $$ = list_add($1, $2); } ;
decide_clause: OTHERWISE outcome { $$ = make1(p, AST_FACT_OTHERWISE, @$, $2); }
             | accept
             | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
total: TOTAL new_name typed accepts { $$ = make4(p, AST_TOTAL, @$, $2, $3.title, $3.type, $4.first); } ;
duty: DUTY new_name title DONE_WHEN expr accepts { $$ = make4(p, AST_DUTY, @$, $2, $3, $5, $6.first); }
    | DUTY new_name error { $$ = make4(p, AST_DUTY, @$, $2, NULL, make0(p, AST_ERROR, @3), NULL); yyclearin; } ;

rule: RULE new_name rule_clauses then effects { $$ = build_rule(p, @$, $2, $3, $5, $4); } | slip_rule ;
slip_rule: RULE new_name rule_clauses { $$ = build_rule(p, @$, $2, $3, list_none(), NULL); } ;
exception: EXCEPTION new_name excepted rule_clauses { $$ = build_exception(p, @$, $2, $3, $4, list_none()); }
         | EXCEPTION new_name excepted rule_clauses then effects { $$ = build_exception(p, @$, $2, $3, $4, $6); } ;
then: THEN { $$ = build_then(p, @$); } ;
excepted: TO targets { $$ = $2; } | error { $$ = list_one(make0(p, AST_ERROR, @$)); yyclearin; } ;
targets: target { $$ = list_one($1); } | targets COMMA target { $$ = list_add($1, $3); } ;
target: path { $$ = make1(p, AST_TARGET_RULE, @$, $1); }
      | OTHERWISE IDENT { $$ = make1(p, AST_TARGET_OTHERWISE, @$, $2); }
      | EVERY_RULE_FOR IDENT { $$ = make1(p, AST_TARGET_EVERY, @$, $2); } ;
rule_clauses: %empty { $$ = list_none(); } | rule_clauses rule_clause { $$ = list_add($1, $2); } ;
/*
 * A text is the title, or the place that belongs to the `cites` before it: the builder puts it where it
 * belongs.
 */
rule_clause: STRING
           | CITES IDENT { $$ = make2(p, AST_CITES, @$, $2, NULL); }
           | ANNOUNCED DATE { $$ = make1(p, AST_ANNOUNCED, @$, $2); }
           | IN_FORCE open_period AT sum { $$ = make2(p, AST_IN_FORCE, @$, $2, $4); }
           | WHEN expr { $$ = make1(p, AST_WHEN, @$, $2); }
           | accept
           | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
open_period: sum THROUGH sum { $$ = make2(p, AST_THROUGH, @$, $1, $3); }
           | sum UNTIL sum { $$ = make2(p, AST_UNTIL, @$, $1, $3); }
           | FROM sum { $$ = make1(p, AST_FROM_ON, @$, $2); }
           | THROUGH sum { $$ = with_op(make1(p, AST_UP_TO, @$, $2), 0); }
           | UNTIL sum { $$ = with_op(make1(p, AST_UP_TO, @$, $2), 1); }
           | slip_open_period ;
slip_open_period: FROM sum THROUGH sum { $$ = slip_from_through(p, @1, make2(p, AST_THROUGH, @$, $2, $4)); }
           | FROM sum UNTIL sum { $$ = slip_from_through(p, @1, make2(p, AST_UNTIL, @$, $2, $4)); } ;

effects: %empty { $$ = list_none(); } | effects effect { $$ = list_add($1, $2); } ;
effect: IDENT IS value { $$ = make2(p, AST_SET, @$, $1, $3); }
      | ADD argument TO IDENT { $$ = make2(p, AST_ADD, @$, $4, $2); }
      | MUST IDENT BY argument { $$ = make2(p, AST_MUST_BY, @$, $2, $4); }
      | MUST IDENT IN period { $$ = make2(p, AST_MUST_IN, @$, $2, $4); }
      | REMIND sum text { $$ = make3(p, AST_REMIND, @$, $2, $3, NULL); }
      | REMIND sum text UNLESS expr { $$ = make3(p, AST_REMIND, @$, $2, $3, $5); }
      | NOTICE text { $$ = make1(p, AST_NOTICE, @$, $2); }
      | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
value: argument | NOT simple { $$ = make1(p, AST_NOT, @$, $2); } | NONE { $$ = make0(p, AST_NONE, @$); } ;
text: STRING
    | text_parts TEXT_TAIL { $$ = make1(p, AST_TEMPLATE, @$, list_add($1, $2).first); } ;
text_parts: TEXT_HEAD shown { $$ = list_add(list_one($1), $2); }
          | text_parts TEXT_MID shown { $$ = list_add(list_add($1, $2), $3); } ;
shown: expr ;

/* --- tables: the driver says where a row ends --- */

table: TABLE new_name rule_clauses table_header table_rows { $$ = build_table(p, @$, $2, $3, $4, $5); }
     | slip_table ;
slip_table: TABLE new_name rule_clauses { $$ = build_table(p, @$, $2, $3, NULL, list_none()); } ;
table_header: BAR input_cells BAR_BAR output_names BAR ROW_END { $$ = build_header_row(p, @$, $2, $4); }
            | BAR error ROW_END { $$ = make0(p, AST_ERROR, @$); } ;
input_cells: label_or_input { $$ = list_one($1); } | input_cells BAR input_cell { $$ = list_add($1, $3); } ;
label_or_input: ROW { $$ = make0(p, AST_ROW_LABELS, @$); } | input_cell ;
input_cell: sum ;
output_names: IDENT { $$ = list_one($1); } | output_names BAR IDENT { $$ = list_add($1, $3); } ;
table_rows: %empty { $$ = list_none(); } | table_rows row { $$ = list_add($1, $2); } ;
row: BAR cells BAR_BAR value_cells BAR ROW_END { $$ = build_row(p, @$, $2, $4); }
   | BAR error ROW_END { $$ = make0(p, AST_ERROR, @$); } ;
cells: cell { $$ = list_one($1); } | cells BAR cell { $$ = list_add($1, $3); } ;
cell: slip_cell
    | ANY { $$ = make0(p, AST_CELL_ANY, @$); }
    | NONE { $$ = make0(p, AST_CELL_NONE, @$); }
    | values { $$ = make1(p, AST_CELL_VALUES, @$, $1.first); }
    | NOT values { $$ = make1(p, AST_CELL_NOT, @$, $2.first); }
    | NOT NONE { $$ = make1(p, AST_CELL_NOT, @$, make0(p, AST_NONE, @2)); }
    | comparator sum { $$ = with_op(make1(p, AST_CELL_COMPARE, @$, $2), $1); }
    | IN period { $$ = make1(p, AST_CELL_IN, @$, $2); }
    | low_high { $$ = with_op(make1(p, AST_CELL_IN, @$, $1), 1); } ;
slip_cell: %empty { $$ = build_blank_cell(p, @$, false); } ;
low_high: sum THROUGH sum { $$ = make2(p, AST_THROUGH, @$, $1, $3); }
        | sum UNTIL sum { $$ = make2(p, AST_UNTIL, @$, $1, $3); }
        | WITHIN amount AFTER moved { $$ = make2(p, AST_WITHIN, @$, $2, $4); } ;
value_cells: value_cell { $$ = list_one($1); } | value_cells BAR value_cell { $$ = list_add($1, $3); } ;
value_cell: slip_value_cell | value | MINUS { $$ = make0(p, AST_CELL_NOTHING, @$); } ;
slip_value_cell: %empty { $$ = build_blank_cell(p, @$, true); } ;

/* --- examples, tests, properties --- */

example: EXAMPLE new_name title GIVEN givens { $$ = build_example(p, @$, $2, $3, $5); }
       | EXAMPLE new_name error GIVEN givens { $$ = build_example(p, @$, $2, NULL, $5); }
       | EXAMPLE new_name error { $$ = build_example(p, @$, $2, NULL, list_one(make0(p, AST_ERROR, @3))); } ;
givens: %empty { $$ = list_none(); } | givens given_item { $$ = list_add($1, $2); } ;
given_item: IDENT IS given_value { $$ = make2(p, AST_GIVEN, @$, $1, $3); }
          | LIKE IDENT { $$ = $2; }
          | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
given_value: value
           | OPEN_SQUARE CLOSE_SQUARE { $$ = make1(p, AST_LIST_VALUE, @$, NULL); }
           | OPEN_SQUARE list_items CLOSE_SQUARE { $$ = make1(p, AST_LIST_VALUE, @$, $2.first); } ;
list_items: record_value { $$ = list_one($1); } | list_items COMMA record_value { $$ = list_add($1, $3); } ;
record_value: OPEN_CURLY record_members CLOSE_CURLY { $$ = make1(p, AST_RECORD_VALUE, @$, $2.first); } ;
record_members: %empty { $$ = list_none(); } | field_values ;
field_values: IDENT IS given_value { $$ = list_one(make2(p, AST_GIVEN, @$, $1, $3)); }
            | field_values COMMA IDENT IS given_value {
                  $$ = list_add($1, make2(p, AST_GIVEN, span_join(@3, @5), $3, $5)); } ;

test: TEST STRING test_clauses { $$ = build_test(p, @$, $2); } ;
test_clauses: %empty | error { test_broken(p); yyclearin; } | test_clauses test_clause ;
test_clause: GIVEN givens { test_given(p, @1, $2); }
           | ON DATE { test_day(p, @1, make1(p, AST_ON_DAY, @$, $2)); }
           | ON error { test_broken(p); yyclearin; }
           | KNOWN_ON DATE { test_day(p, @1, make1(p, AST_KNOWN_ON, @$, $2)); }
           | KNOWN_ON error { test_broken(p); yyclearin; }
           | EXPECT expects { test_expect(p, @1, $2); } ;
expects: %empty { $$ = list_none(); } | expects expectation { $$ = list_add($1, $2); } ;
expectation: IDENT IS given_value { $$ = make2(p, AST_EXPECT_IS, @$, $1, $3); }
           | UNDECIDED IDENT { $$ = make1(p, AST_EXPECT_UNDECIDED, @$, $2); }
           | UNDETERMINED IDENT NEEDS paths { $$ = make2(p, AST_EXPECT_UNDETERMINED, @$, $2, $4.first); }
           | CONFLICT_ON IDENT { $$ = make3(p, AST_EXPECT_CONFLICT, @$, $2, NULL, NULL); }
           | CONFLICT_ON IDENT BETWEEN value AND value { $$ = make3(p, AST_EXPECT_CONFLICT, @$, $2, $4, $6); }
           | FAILED IDENT { $$ = make1(p, AST_EXPECT_FAILED, @$, $2); }
           | RULE path APPLIES { $$ = with_op(make1(p, AST_EXPECT_RULE, @$, $2), 1); }
           | RULE path DOES_NOT_APPLY { $$ = with_op(make1(p, AST_EXPECT_RULE, @$, $2), 0); }
           | REMINDER_ON sum { $$ = with_op(make1(p, AST_EXPECT_REMINDER, @$, $2), 1); }
           | NO_REMINDER_ON sum { $$ = with_op(make1(p, AST_EXPECT_REMINDER, @$, $2), 0); }
           | DUTY IDENT BY sum status { $$ = with_op(make3(p, AST_EXPECT_DUTY, @$, $2, $4, NULL), $5); }
           | DUTY IDENT IN period status { $$ = with_op(make3(p, AST_EXPECT_DUTY, @$, $2, NULL, $4), $5); }
           | NO_DUTY IDENT { $$ = make1(p, AST_EXPECT_NO_DUTY, @$, $2); }
           | NOTICE text { $$ = make1(p, AST_EXPECT_NOTICE, @$, $2); }
           | error { $$ = make0(p, AST_ERROR, @$); yyclearin; } ;
paths: path { $$ = list_one($1); } | paths COMMA path { $$ = list_add($1, $3); } ;
status: %empty { $$ = DUTY_ANY; } | DONE { $$ = DUTY_DONE; } | OPEN { $$ = DUTY_OPEN; } | OVERDUE { $$ = DUTY_OVERDUE; } ;

property: ALWAYS STRING expr accepts { $$ = make4(p, AST_ALWAYS, @$, $2, NULL, $3, $4.first); }
        | ALWAYS STRING WHENEVER expr THEN expr accepts { $$ = make4(p, AST_ALWAYS, @$, $2, $4, $6, $7.first); } ;

/* --- conditions --- */

expr: disjunction | conditional ;
conditional: IF expr THEN branch ELSE branch { $$ = make3(p, AST_IF, @$, $2, $4, $6); } ;
branch: argument | NONE { $$ = make0(p, AST_NONE, @$); } ;
/* Where a comma or a word follows: a condition stands in brackets there. */
argument: sum | conditional ;
disjunction: conjunction | disjunction OR conjunction { $$ = build_or(p, @$, $1, $3); } ;
conjunction: negation | conjunction AND negation { $$ = build_and(p, @$, $1, $3); } ;
negation: comparison | NOT negation { $$ = make1(p, AST_NOT, @$, $2); } ;
comparison: period
          | sum IS sum { $$ = make2(p, AST_IS, @$, $1, $3); }
          | sum IS NOT sum { $$ = with_op(make2(p, AST_IS, @$, $1, $4), 1); }
          | sum IS NONE { $$ = make1(p, AST_IS_NONE, @$, $1); }
          | sum IS GIVEN { $$ = make1(p, AST_IS_GIVEN, @$, $1); }
          | sum IS ONE_OF values { $$ = make2(p, AST_IS_ONE_OF, @$, $1, $4.first); }
          | sum IS NONE_OF values { $$ = with_op(make2(p, AST_IS_ONE_OF, @$, $1, $4.first), 1); }
          | sum comparator sum { $$ = with_op(make2(p, AST_COMPARE, @$, $1, $3), $2); }
          | sum IN period { $$ = make2(p, AST_IN, @$, $1, $3); }
          | sum NOT_IN period { $$ = with_op(make2(p, AST_IN, @$, $1, $3), 1); }
          | sum WITHIN amount AFTER moved {
                $$ = make2(p, AST_IN, @$, $1, make2(p, AST_WITHIN, span_join(@2, @5), $3, $5)); }
          | sum IS DECIDED { $$ = build_atom(p, make1(p, AST_IS_DECIDED, @$, $1)); }
          | DUTY IDENT APPLIES { $$ = build_atom(p, make1(p, AST_DUTY_APPLIES, @$, $2)); }
          | RULE path APPLIES { $$ = build_atom(p, make1(p, AST_RULE_APPLIES, @$, $2)); }
          | slip_comparison ;
slip_comparison: sum IS comparator sum {
                $$ = slip_is_comparison(p, @2, with_op(make2(p, AST_COMPARE, @$, $1, $4), $3)); }
               | sum IS NOT comparator sum {
                $$ = slip_is_not_comparison(p, span_join(@2, @4), $4, make2(p, AST_COMPARE, @$, $1, $5)); }
               | sum IS IN period { $$ = slip_is_comparison(p, @2, make2(p, AST_IN, @$, $1, $4)); }
               | sum IS NOT_IN period { $$ = slip_is_comparison(p, @2, with_op(make2(p, AST_IN, @$, $1, $4), 1)); }
               | sum IS WITHIN amount AFTER moved { $$ = slip_is_comparison(
                p, @2, make2(p, AST_IN, @$, $1, make2(p, AST_WITHIN, span_join(@3, @6), $4, $6))); }
               | sum IS FROM sum THROUGH sum {
                $$ = slip_is_from(p, span_join(@2, @3),
                                  make2(p, AST_IN, @$, $1, make2(p, AST_THROUGH, span_join(@4, @6), $4, $6))); }
               | sum IS NOT ONE_OF values {
                $$ = slip_is_not(p, span_join(@2, @4), "is none of",
                                 with_op(make2(p, AST_IS_ONE_OF, @$, $1, $5.first), 1)); }
               | sum IS NOT NONE { $$ = slip_is_not(p, span_join(@2, @4), "is given", make1(p, AST_IS_GIVEN, @$, $1)); }
               | sum IS NOT GIVEN { $$ = slip_is_not(p, span_join(@2, @4), "is none", make1(p, AST_IS_NONE, @$, $1)); }
               | sum BETWEEN sum AND sum { $$ = slip_between(p, @$, $1, $3, $5); }
               | sum IS BETWEEN sum AND sum { $$ = slip_between(p, @$, $1, $4, $6); } ;
comparator: LESS { $$ = OP_LESS; } | LESS_EQUAL { $$ = OP_LESS_EQUAL; }
          | GREATER { $$ = OP_GREATER; } | GREATER_EQUAL { $$ = OP_GREATER_EQUAL; }
          | BEFORE { $$ = OP_BEFORE; } | AFTER { $$ = OP_AFTER; }
          | ON_OR_BEFORE { $$ = OP_ON_OR_BEFORE; } | ON_OR_AFTER { $$ = OP_ON_OR_AFTER; } ;
period: sum
      | sum THROUGH sum { $$ = make2(p, AST_THROUGH, @$, $1, $3); }
      | sum UNTIL sum { $$ = make2(p, AST_UNTIL, @$, $1, $3); }
      | WITHIN amount AFTER moved { $$ = make2(p, AST_WITHIN, @$, $2, $4); } ;
values: sum { $$ = list_one($1); } | values COMMA sum { $$ = list_add($1, $3); } ;

/* --- values --- */

sum: term
   | sum PLUS term { $$ = build_arithmetic(p, @$, OP_ADD, $1, $3); }
   | sum MINUS term { $$ = build_arithmetic(p, @$, OP_SUBTRACT, $1, $3); } ;
term: factor
    | term STAR factor { $$ = build_arithmetic(p, @$, OP_MULTIPLY, $1, $3); }
    | term SLASH factor { $$ = build_arithmetic(p, @$, OP_DIVIDE, $1, $3); } ;
factor: primary | MINUS factor { $$ = make1(p, AST_NEGATE, @$, $2); } ;
primary: simple
       | chain
       | chain ROUNDED rounding { $$ = build_rounded($1, $3); }
       | anniversary
       | anniversary ROUNDED rounding { $$ = build_rounded($1, $3); }
       | distance
       | quantified ;
/* What may end a phrase: a name, a literal, brackets, and what is closed by itself. */
simple: NUMBER | STRING | atom | YES { $$ = make0(p, AST_YES, @$); } | NO { $$ = make0(p, AST_NO, @$); }
      | OPEN_CURLY values CLOSE_CURLY { $$ = make1(p, AST_SET_LITERAL, @$, $2.first); }
      | OPEN_CURLY CLOSE_CURLY { $$ = make1(p, AST_SET_LITERAL, @$, NULL); }
      | date_part atom { $$ = with_op(make1(p, AST_DATE_PART, @$, $2), $1); }
      | BROKEN { $$ = make0(p, AST_ERROR, @$); } ;
atom: path | group | DATE | TODAY { $$ = make0(p, AST_TODAY, @$); }
    | IDENT OPEN_ROUND arguments CLOSE_ROUND { $$ = make2(p, AST_CALL, @$, $1, $3.first); } ;
group: OPEN_ROUND expr CLOSE_ROUND { $$ = make1(p, AST_GROUP, @$, $2); } ;
path: IDENT | path DOT IDENT { $$ = make2(p, AST_PATH, @$, $1, $3); } ;
arguments: argument { $$ = list_one($1); } | arguments COMMA argument { $$ = list_add($1, $3); } ;
date_part: START_OF { $$ = PART_START; } | END_OF { $$ = PART_END; }
         | START_OF_MONTH { $$ = PART_START_OF_MONTH; } | END_OF_MONTH { $$ = PART_END_OF_MONTH; }
         | YEAR_OF { $$ = PART_YEAR; } | MONTH_OF { $$ = PART_MONTH; } | DAY_OF { $$ = PART_DAY; }
         | WEEKDAY_OF { $$ = PART_WEEKDAY; } ;

/* A chain leans right; `rounded` stands behind it, and holds for each link. */
chain: amount along moved { $$ = with_op(make2(p, AST_SHIFT, @$, $1, $3), $2); } ;
along: AFTER { $$ = 0; } | BEFORE { $$ = 1; } ;
moved: simple | chain ;
amount: count unit { $$ = with_op(make1(p, AST_AMOUNT, @$, $1), $2); } ;
count: NUMBER | path | group ;
unit: DAY { $$ = UNIT_DAYS; } | DAYS { $$ = UNIT_DAYS; } | WEEK { $$ = UNIT_WEEKS; } | WEEKS { $$ = UNIT_WEEKS; }
    | MONTH { $$ = UNIT_MONTHS; } | MONTHS { $$ = UNIT_MONTHS; } | YEAR { $$ = UNIT_YEARS; } | YEARS { $$ = UNIT_YEARS; } ;

distance: DAYS FROM sum TO simple { $$ = with_op(make2(p, AST_DISTANCE, @$, $3, $5), UNIT_DAYS); }
        | WHOLE_MONTHS_FROM sum TO simple { $$ = with_op(make2(p, AST_DISTANCE, @$, $2, $4), UNIT_MONTHS); }
        | WHOLE_YEARS_FROM sum TO simple { $$ = with_op(make2(p, AST_DISTANCE, @$, $2, $4), UNIT_YEARS); } ;
anniversary: ANNIVERSARY_OF primary IN simple { $$ = make2(p, AST_ANNIVERSARY_IN, @$, $2, $4); }
           | NEXT_ANNIVERSARY_OF primary AFTER simple { $$ = make2(p, AST_NEXT_ANNIVERSARY, @$, $2, $4); } ;
quantified: SOME IDENT IN path HAS OPEN_ROUND expr CLOSE_ROUND { $$ = make3(p, AST_SOME, @$, $2, $4, $7); }
          | EVERY IDENT IN path HAS OPEN_ROUND expr CLOSE_ROUND { $$ = make3(p, AST_EVERY, @$, $2, $4, $7); }
          | COUNT_OF IDENT IN path filter { $$ = make3(p, AST_COUNT, @$, $2, $4, $5); }
          | fold sum FOR IDENT IN path filter { $$ = with_op(make4(p, AST_FOLD, @$, $2, $4, $6, $7), $1); } ;
fold: SUM_OF { $$ = FOLD_SUM; } | EARLIEST_OF { $$ = FOLD_EARLIEST; } | LATEST_OF { $$ = FOLD_LATEST; } ;
filter: %empty { $$ = NULL; } | WHERE OPEN_ROUND expr CLOSE_ROUND { $$ = $3; } ;

%%

/* Every mistake is found and reported by the driver before the parser meets it: see parse.c. */
static void gram_error(struct span *span, struct parser *p, const char *message) {
    (void)span;
    (void)p;
    (void)message;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct parser *p) {
    (void)context;
    (void)p;
    return 0;
}

/* Behind the state proper stands the stack of the look-ahead check, so that it never grows either. */
struct gram_room {
    gram_pstate state;
    yy_state_t lookahead[YYMAXDEPTH];
};

gram_pstate *gram_create(const struct pv_alloc *alloc) {
    struct gram_room *room = alloc->resize(alloc->context, NULL, 0, sizeof *room);
    if (!room)
        return NULL;
    room->state.yystacksize = YYINITDEPTH;
    room->state.yyss = room->state.yyssa;
    room->state.yyvs = room->state.yyvsa;
    room->state.yyls = room->state.yylsa;
    room->state.yyes = room->lookahead;
    room->state.yyes_capacity = YYMAXDEPTH;
    yypstate_clear(&room->state);
    return &room->state;
}

void gram_release(const struct pv_alloc *alloc, gram_pstate *state) {
    alloc->resize(alloc->context, state, sizeof(struct gram_room), 0);
}

bool gram_accepts(gram_pstate *state, int symbol) {
    return yy_lac(state->yyesa, &state->yyes, &state->yyes_capacity, state->yyssp, YYTRANSLATE(symbol)) == 0;
}

size_t gram_depth(const gram_pstate *state) {
    return (size_t)(state->yyssp - state->yyss);
}

void gram_go_on(gram_pstate *state) {
    state->yyerrstatus = 0;
}
