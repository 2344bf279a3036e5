/*
 * test_explain.c: what an explanation says of small policies, and that it is said or refused cleanly when memory runs out.
 *
 * The wanted words are written from the policies by hand: conditions as they stand there, values as the facts give them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "interp/meaning/show.h"
#include "interp/output/why.h"
#include "tests/support/fail_alloc.h"
#include "tests/support/policies.h"

struct asked {
    struct policy policy;
    struct arena arena;
    struct record record;
    struct explanation made;
    struct buffer words;
};

static void ask(struct asked *asked, const char *text, const char *amendment, const char *facts,
                const char *name) {
    struct question question = {0};
    struct subject subject;
    policy_open(&asked->policy, text, amendment);
    arena_init(&asked->arena, pv_alloc_default());
    buffer_init(&asked->words, pv_alloc_default());
    record_fill(&asked->record, &asked->policy.set, &asked->arena, facts);
    assert_true(cal_from_civil(2021, 3, 31, &question.today));
    assert_true(explain_find(&asked->policy.set, text_of(name), &subject));
    assert_int_equal(
        explain(asked->policy.program, &asked->record, &question, subject, &asked->arena, &asked->made),
        EVALUATE_OK);
}

static void done(struct asked *asked) {
    buffer_free(&asked->words);
    arena_free(&asked->arena);
    policy_free(&asked->policy);
}

/* "a is b=no[a=x]", a row of these, parts in round brackets. */
static void add_condition(struct buffer *out, const struct condition *condition) {
    static const char *const values[] = {"no", "yes"};
    buffer_text(out, condition->words);
    buffer_char(out, '=');
    buffer_string(out, condition->value.tag == VALUE_YES_NO ? values[condition->value.as.number]
                       : condition->value.tag == VALUE_OPEN ? "open"
                                                            : "none");
    for (size_t i = 0; i < condition->saw_count; i++) {
        buffer_string(out, i ? ", " : "[");
        buffer_text(out, condition->saw[i].words);
        buffer_char(out, '=');
        show_value(out, condition->saw[i].type, condition->saw[i].value);
    }
    buffer_string(out, condition->saw_count ? "]" : "");
    for (size_t i = 0; i < condition->part_count; i++) {
        buffer_string(out, i ? "; " : "(");
        add_condition(out, &condition->parts[i]);
    }
    buffer_string(out, condition->part_count ? ")" : "");
}

static const char *conditions(struct asked *asked, const struct explained_rule *rule) {
    buffer_clear(&asked->words);
    for (size_t i = 0; i < rule->condition_count; i++) {
        buffer_string(&asked->words, i ? "; " : "");
        add_condition(&asked->words, &rule->conditions[i]);
    }
    buffer_char(&asked->words, '\0');
    return asked->words.data;
}

static const char *normal(struct asked *asked) {
    buffer_clear(&asked->words);
    add_condition(&asked->words, &asked->made.items[0].normal);
    return asked->words.data;
}

static const char *failing(struct asked *asked, const struct explained_rule *rule) {
    buffer_clear(&asked->words);
    buffer_string(&asked->words, "");
    for (size_t i = 0; i < rule->failing_count; i++) {
        buffer_string(&asked->words, i ? "; " : "");
        buffer_text(&asked->words, rule->failing[i]->words);
    }
    return asked->words.data;
}

/* "from..through: answer needs; ..." of a missing fact. */
static const char *brings_of(struct asked *asked, const struct missing *missing) {
    struct buffer *out = &asked->words;
    buffer_clear(out);
    show_need(out, &asked->policy.set, &missing->need);
    for (size_t i = 0; i < missing->bring_count; i++) {
        const struct bring *bring = &missing->brings[i];
        buffer_string(out, "; ");
        buffer_string(out, bring->any_other ? "other" : bring->open_below ? "..." : "");
        for (size_t j = 0; j < bring->count; j++) {
            buffer_string(out, j ? (bring->range ? ".." : ",") : "");
            show_value(out, missing->type, bring->values[j]);
        }
        buffer_string(out, bring->open_above ? "...: " : ": ");
        buffer_text(out, bring->verdict.rejected ? text_of("rejected") : bring->verdict.words);
        for (size_t j = 0; j < bring->verdict.reason_count; j++) {
            buffer_char(out, ' ');
            show_reason(out, &asked->policy.set, &bring->verdict.reasons[j]);
        }
    }
    return out->data;
}

static const char *brings(struct asked *asked, size_t at) {
    return brings_of(asked, &asked->made.missing[at]);
}

static const char *roles(struct asked *asked) {
    static const char marks[] = "+-?!.";
    buffer_clear(&asked->words);
    for (size_t i = 0; i < asked->policy.set.fact_count; i++) {
        buffer_text(&asked->words, asked->policy.set.facts[i].name->text);
        buffer_char(&asked->words, marks[asked->made.roles[i]]);
    }
    return asked->words.data;
}

/* "words", "words all(a; b)", "any(a; ?b)": a `?` where no example was found. */
static void add_need(struct buffer *out, const struct need *need) {
    buffer_string(out, need->unconfirmed ? "?" : "");
    buffer_text(out, need->words);
    if (need->kind == NEED_PLAIN)
        return;
    buffer_string(out, need->words.length ? " " : "");
    buffer_string(out, need->kind == NEED_ALL ? "all(" : "any(");
    for (size_t i = 0; i < need->part_count; i++) {
        buffer_string(out, i ? "; " : "");
        add_need(out, &need->parts[i]);
    }
    buffer_char(out, ')');
}

/* "yes by r: need [a=1, b=2]": the ways to another answer, the example of each in brackets. */
static const char *ways(struct asked *asked) {
    struct buffer *out = &asked->words;
    buffer_clear(out);
    buffer_string(out, "");
    for (size_t i = 0; i < asked->made.way_count; i++) {
        const struct way *way = &asked->made.ways[i];
        buffer_string(out, i ? " | " : "");
        buffer_text(out, way->words);
        if (way->rule != UINT32_MAX) {
            buffer_string(out, " by ");
            buffer_text(out, asked->policy.set.rules[way->rule].shown);
        }
        buffer_string(out, ": ");
        add_need(out, &way->need);
        for (size_t j = 0; j < way->example_count; j++) {
            buffer_string(out, j ? ", " : " [");
            explain_fact_name(out, &asked->policy.set, asked->made.facts, &way->example[j].at);
            buffer_char(out, '=');
            show_value(out, way->example[j].type, way->example[j].value);
        }
        buffer_string(out, way->example_count ? "]" : "");
    }
    return out->data ? out->data : "";
}

/* By fact: n changes nothing, f nothing was found, c it changes the answer, - not tried. */
static const char *alone(struct asked *asked) {
    static const char marks[] = "-nfc";
    buffer_clear(&asked->words);
    for (size_t i = 0; i < asked->policy.set.fact_count; i++) {
        buffer_text(&asked->words, asked->policy.set.facts[i].name->text);
        buffer_char(&asked->words, marks[asked->made.alone[i]]);
    }
    return asked->words.data;
}

#define COLOURS \
    "type colour one of red = \"Red\", green, blue\nfact c: colour\nfact n: number\nfact d: date\n"

static void a_rule_that_decides(void **state) {
    struct asked asked;
    (void)state;
    ask(&asked,
        COLOURS
        "decide x: one of a, b otherwise a\n"
        "rule r when c is red # because\n and (n < 5 or d before 2 days after 2021-01-01)\n then x is b\n",
        NULL, "c=red n=7 d=2021-01-02", "x");
    assert_int_equal(asked.made.items[0].rule_count, 1);
    assert_int_equal(asked.made.items[0].rules[0].degree, DEGREE_YES);
    assert_int_equal(asked.made.items[0].rules[0].first, 2);
    assert_string_equal(conditions(&asked, &asked.made.items[0].rules[0]),
                        "c is red=yes[c=Red]; n < 5 or d before 2 days after 2021-01-01=yes"
                        "(n < 5=no[n=7]; d before 2 days after 2021-01-01=yes[d=2021-01-02])");
    assert_string_equal(roles(&asked), "c+n-d+");
    assert_true(explain_settled(&asked.made));
    done(&asked);
}

static void what_would_be_needed(void **state) {
    struct asked asked;
    const struct explained_rule *rule;
    (void)state;
    ask(&asked,
        COLOURS "decide x: yes/no otherwise no\n"
                "rule r when c is green and n >= 3 and not (d after 2021-01-01 and n < 9) then x is yes\n"
                "exception e to r when n is 7\n",
        NULL, "c=red n=7 d=2021-02-01", "x");
    rule = &asked.made.items[0].rules[0];
    assert_int_equal(rule->degree, DEGREE_NO);
    assert_int_equal(rule->first, 0);
    assert_string_equal(failing(&asked, rule), "c is green; not (d after 2021-01-01 and n < 9)");
    assert_int_equal(rule->exception_count, 1);
    assert_int_equal(rule->exceptions[0].degree, DEGREE_YES);
    assert_true(asked.made.items[0].decision->by_otherwise);
    assert_string_equal(roles(&asked), "c-n+d-");
    done(&asked);
    /* What is no has failed, though something before it is not known. */
    ask(&asked, COLOURS "decide x: yes/no otherwise no\nrule r when c is green and n >= 3 then x is yes\n",
        NULL, "n=1", "x");
    assert_int_equal(asked.made.items[0].rules[0].first, 1);
    assert_string_equal(failing(&asked, &asked.made.items[0].rules[0]), "c is green; n >= 3");
    done(&asked);
}

static void tables_and_versions(void **state) {
    struct asked asked;
    (void)state;
    ask(&asked,
        COLOURS "decide x: number otherwise 0\n"
                "table t\n  in force from 2021-01-01 at d\n  when n < 100\n"
                "  | row | c          | n             || x |\n"
                "  | one | red, green | >= 5          || 1 |\n"
                "  | two | not red    | < 3           || 2 |\n",
        NULL, "c=red n=4 d=2021-02-01", "x");
    assert_string_equal(conditions(&asked, &asked.made.items[0].rules[0]),
                        "in force from 2021-01-01 at d=yes[d=2021-02-01]; n < 100=yes[n=4]; "
                        "c is one of red, green=yes[c=Red]; n >= 5=no[n=4]");
    assert_int_equal(asked.made.items[0].rules[0].first, 3);
    assert_string_equal(failing(&asked, &asked.made.items[0].rules[1]), "c is not red; n < 3");
    done(&asked);
}

/* Each record of a list is told by its own values, also in a loop inside a loop. */
static void lists(void **state) {
    struct asked asked;
    (void)state;
    ask(&asked,
        "record o\n  u: number\n  define big as u > 5\n"
        "fact xs: list of o\nfact ys: list of o\n"
        "decide x: yes/no otherwise some a in xs has (a.big and every b in ys has (b.u < a.u))\n",
        NULL, "xs=[u=1;u=7] ys=[u=6;u=8]", "x");
    assert_string_equal(normal(&asked),
                        "some a in xs has (a.big and every b in ys has (b.u < a.u))=no[xs=2 records]("
                        "xs[0]=no(a.big=no(u > 5=no[u=1]); every b in ys has (b.u < a.u)=no[ys=2 records]("
                        "ys[0]=no(b.u < a.u=no[b.u=6, a.u=1]); ys[1]=no(b.u < a.u=no[b.u=8, a.u=1]))); "
                        "xs[1]=no(a.big=yes(u > 5=yes[u=7]); every b in ys has (b.u < a.u)=no[ys=2 records]("
                        "ys[0]=yes(b.u < a.u=yes[b.u=6, a.u=7]); ys[1]=no(b.u < a.u=no[b.u=8, a.u=7]))))");
    done(&asked);
}

#define SEVERAL                                                                                         \
    "fact d: date 2020-01-01 through 2021-12-31\nfact e: optional date\nfact n: number\nfact t: text\n" \
    "fact y: yes/no\ntype colour one of red, green, blue\nfact c: colour only when y\n"                 \
    "decide x: one of a, b, z otherwise a\nrule late when 30 days after d before today then x is b\n"   \
    "rule large when n * 3 > 100 and y then x is z\n"                                                   \
    "decide w: yes/no otherwise t is \"hello\"\n"                                                       \
    "decide v: yes/no otherwise e is none or today in within 1 month after e\n"                         \
    "decide u: yes/no otherwise c is one of red, blue\n"

static void check_brings(const char *facts, const char *name, size_t at, const char *wanted) {
    struct asked asked;
    ask(&asked, SEVERAL, NULL, facts, name);
    assert_true(at < asked.made.missing_count);
    assert_string_equal(brings(&asked, at), wanted);
    done(&asked);
}

/* Borders stand where the answer changes, whether a constant is compared, moved or multiplied. */
static void missing_values(void **state) {
    (void)state;
    check_brings("n=1", "x", 0, "d; 2020-01-01..2021-02-28: b; 2021-03-01..2021-12-31: a");
    check_brings("d=2021-12-31 y=yes", "x", 0, "n; ...-1000000..33: a; 34..1000000...: z");
    check_brings("d=2021-12-31 n=34", "x", 0, "y; yes: z; no: a");
    check_brings("", "x", 1,
                 "n; ...-1000000..33: undetermined d is not known; "
                 "34..1000000...: undetermined d is not known y is not known");
    check_brings("", "w", 0, "t; other: no; hello: yes");
    check_brings("", "v", 0,
                 "e; none: yes; ...1900-01-01..2021-02-28: no; 2021-03-01..2021-03-30: yes; "
                 "2021-03-31..2199-12-31...: no");
    check_brings("y=yes", "u", 0, "c; red,blue: yes; green: no");
    check_brings("", "u", 0, "c; red,blue: yes; green: no");
}

/* An answer that moves along with the value is told by its kind, with the first and the last. */
static void moving_answer(void **state) {
    struct asked asked;
    const struct missing *missing;
    (void)state;
    ask(&asked,
        "fact d: date 2020-01-01 through 2029-12-31\n"
        "decide x: optional date otherwise none\nrule r when d after 2021-01-01 then x is 1 day after d\n",
        NULL, "", "x");
    assert_string_equal(brings(&asked, 0),
                        "d; 2020-01-01..2021-01-01: none; 2021-01-02..2029-12-31: 2021-01-03");
    missing = &asked.made.missing[0];
    assert_false(missing->brings[0].varies);
    assert_true(missing->brings[1].varies);
    assert_true(text_is(missing->brings[1].last.words, "2030-01-01"));
    assert_false(missing->more);
    done(&asked);
}

static void missing_field(void **state) {
    struct asked asked;
    (void)state;
    ask(&asked,
        "record o\n  u: number\nfact xs: list of o\nrequire \"small\" every a in xs has (a.u < 9)\n"
        "decide x: number otherwise sum of a.u for a in xs where (a.u > 2)\n"
        "decide y: yes/no otherwise some a in xs has (a.u > 4)\n",
        NULL, "xs=[u=1;]", "y");
    assert_int_equal(asked.made.missing_count, 1);
    assert_string_equal(brings(&asked, 0), "xs[1].u; ...-1000000..4: no; 5..8: yes; 9..1000000...: rejected");
    assert_string_equal(roles(&asked), "xs!");
    done(&asked);
}

static void duties_and_conflicts(void **state) {
    struct asked asked;
    (void)state;
    ask(&asked,
        "fact a: yes/no\nfact paid: yes/no\nduty pay done when paid\n"
        "rule one when a then must pay by 2021-04-30\nrule two when not a then must pay by 2021-05-31\n",
        NULL, "a=yes", "pay");
    assert_int_equal(asked.made.items[0].duty->status, STATUS_UNKNOWN);
    assert_string_equal(brings(&asked, 0), "paid; yes: due by 2021-04-30, done; no: due by 2021-04-30, open");
    assert_true(asked.made.items[0].has_done);
    assert_true(explain_settled(&asked.made));
    done(&asked);
    ask(&asked,
        "fact a: yes/no\nfact b: yes/no\ndecide x: one of p, q\nrule one when a then x is p\n"
        "rule two when a then x is q\n",
        NULL, "a=yes b=no", "x");
    assert_int_equal(asked.made.items[0].decision->state, STATE_CONFLICT);
    assert_string_equal(roles(&asked), "a+b-");
    assert_false(explain_settled(&asked.made));
    done(&asked);
}

/* Each decision is explained once, and no deeper than the limit; what is left out is named. */
static void bounded(void **state) {
    struct asked asked;
    struct buffer text;
    size_t at;
    (void)state;
    buffer_init(&text, pv_alloc_default());
    buffer_string(&text, "fact a: number\ndefine d0 as a\n");
    for (int i = 1; i <= EXPLAIN_MAX_DEPTH + 3; i++)
        buffer_format(&text, "define d%d as d%d + d%d\n", i, i - 1, i - 1);
    ask(&asked, text.data, NULL, "a=1", "d11");
    assert_int_equal(asked.made.item_count, EXPLAIN_MAX_DEPTH + 1);
    assert_int_equal(asked.made.items[EXPLAIN_MAX_DEPTH].depth, EXPLAIN_MAX_DEPTH);
    assert_int_equal(asked.made.cut_count, 1);
    assert_int_equal(asked.made.cut[0], 2);
    assert_true(explain_item(&asked.made, 3, &at));
    assert_int_equal(at, EXPLAIN_MAX_DEPTH);
    assert_false(explain_item(&asked.made, 2, &at));
    buffer_free(&text);
    done(&asked);
}

/* What an amendment brings in, announced later than what is known, does not apply for that. */
static void announced_later(void **state) {
    struct policy policy;
    struct arena arena;
    struct record record;
    struct explanation made;
    struct subject subject;
    struct question question = {.has_known_on = true};
    (void)state;
    policy_open(&policy, "fact a: yes/no\ndecide x: yes/no otherwise no\n",
                "amendment late to p \"Late\" announced 2021-02-01\nrule r when a then x is yes\n");
    arena_init(&arena, pv_alloc_default());
    record_fill(&record, &policy.set, &arena, "a=yes");
    assert_true(cal_from_civil(2021, 3, 31, &question.today));
    assert_true(cal_from_civil(2021, 1, 31, &question.known_on));
    assert_true(explain_find(&policy.set, text_of("x"), &subject));
    assert_int_equal(explain(policy.program, &record, &question, subject, &arena, &made), EVALUATE_OK);
    assert_int_equal(made.items[0].rules[0].first, 0);
    assert_true(text_is(made.items[0].rules[0].conditions[0].words, "announced 2021-02-01"));
    assert_int_equal(made.items[0].rules[0].conditions[0].value.as.number, 0);
    assert_int_equal(made.items[0].rules[0].conditions[1].value.as.number, 1);
    arena_free(&arena);
    policy_free(&policy);
}

/* All styles of the report over an allocator; false where it was refused. */
static bool report(const struct explanation *made, const struct pv_alloc *alloc) {
    struct buffer out;
    bool good = true;
    for (int style = 0; style < 4; style++) {
        buffer_init(&out, alloc);
        if (style < 3)
            why_report(&out, made, (enum why_style)style, true);
        else
            why_json(&out, made, text_of("x"));
        good = good && !out.failed && out.length > 0;
        buffer_free(&out);
    }
    return good;
}

/* Whatever allocation fails, the explanation and its reports say so and nothing leaks. */
static void out_of_memory(void **state) {
    struct policy policy;
    struct record record;
    struct question question = {.today = 18717};
    bool good = false;
    (void)state;
    policy_open(
        &policy,
        "record o\n  u: number\nfact xs: list of o\nfact a: yes/no\nfact b: yes/no\nfact f: fraction_of\n"
        "type fraction_of one of half, whole\n"
        "decide x: number otherwise 0\ndefine big as some o in xs has (o.u > 2 or a)\n"
        "total t: fraction\nrule thirds when a then add 1 / 3 to t\n"
        "rule r \"R\" when big and (a or b) and t > 0 then x is sum of o.u for o in xs\n"
        "exception e to r when f is half\n",
        NULL);
    record_fill(&record, &policy.set, &policy.arena, "xs=[u=3;u=4] a=yes");
    struct value *values = record.values;
    for (size_t fail_at = 1; !good; fail_at++) {
        struct fail_alloc failing;
        struct arena arena;
        struct explanation made;
        fail_alloc_init(&failing, fail_at);
        failing.fail_after = true;
        arena_init(&arena, &failing.alloc);
        record = (struct record){.arena = &arena, .values = values};
        enum evaluate_status status =
            explain(policy.program, &record, &question, (struct subject){false, 0}, &arena, &made);
        assert_true(fail_at < 20000);
        if (status == EVALUATE_OK)
            good = report(&made, &failing.alloc);
        else
            assert_int_equal(status, EVALUATE_OUT_OF_MEMORY);
        assert_true(good == (failing.failures == 0));
        arena_free(&arena);
        assert_true(fail_alloc_clean(&failing));
    }
    policy_free(&policy);
}

static void check_ways(const char *policy, const char *facts, const char *name, const char *wanted) {
    struct asked asked;
    ask(&asked, policy, NULL, facts, name);
    assert_string_equal(ways(&asked), wanted);
    done(&asked);
}

/* What a rule needs goes down to facts, through definitions, decisions and exceptions; what holds is left out. */
static void ways_to_another_answer(void **state) {
    (void)state;
    check_ways(COLOURS "define small as n < 5\ndecide x: yes/no otherwise no\n"
                       "rule r when c is red and (small or d before 2021-01-05) then x is yes\n",
               "c=green n=7 d=2021-02-01", "x",
               "yes by r: all(c is Red; any(small is yes all(n < 5); d before 2021-01-05)) [c=Red, n=4]");
    /* An exception is taken apart into its opposite; what is said as its own opposite is said once. */
    check_ways(COLOURS "decide x: yes/no otherwise no\nrule r when n > 1 then x is yes\n"
                       "exception e to r when c is red and not (d after 2021-01-05)\n",
               "c=red n=7 d=2021-01-01", "x", "yes by r: any(c is not Red; d after 2021-01-05) [c=green]");
    /* A decision that is asked for a value: the rules that give it. */
    check_ways(COLOURS "decide y: one of p, q, s otherwise p\nrule one when n is 3 then y is q\n"
                       "rule two when d is 2021-01-02 then y is s\ndecide x: yes/no otherwise no\n"
                       "rule r when y is one of q, s then x is yes\n",
               "c=red n=7 d=2021-01-01", "x",
               "yes by r: y is one of q, s any(n is 3; d is 2021-01-02) [n=3]");
    /* A definition that was asked about itself. */
    check_ways(COLOURS "define small as n < 5 and (if c is red then (d before 2021-01-05) else yes)\n",
               "c=red n=7 d=2021-02-01", "small",
               "yes: all(n < 5; any(d before 2021-01-05; c is not Red)) [n=4, d=2021-01-04]");
}

/* Rules of a table exclude each other: nothing is said of the row that applies now. A default is reached by what was tried only. */
static void ways_of_tables(void **state) {
    (void)state;
    check_ways(
        COLOURS "decide x: one of low, middle, high, odd otherwise odd\ntable t when c is red\n"
                "| n | n || x |\n| any | < 3 || low |\n| >= 3 | < 6 || middle |\n| >= 6 | any || high |\n",
        "c=red n=1 d=2021-01-01", "x",
        "middle by t row 2: n >= 3 [n=3] | high by t row 3: n >= 6 [n=6] | odd: c is not Red [c=green]");
    /* Rules that can both apply must be kept apart, and where they do, each alone is a way. */
    check_ways("fact a: yes/no\nfact b: yes/no\ndecide x: one of p, q\nrule one when a then x is p\n"
               "rule two when b then x is q\n",
               "a=yes b=no", "x", "q by two: all(b is yes; a is no) [b=yes, a=no]");
    check_ways("fact a: yes/no\nfact b: yes/no\ndecide x: one of p, q\nrule one when a then x is p\n"
               "rule two when b then x is q\n",
               "a=yes b=yes", "x", "p by one: b is no [b=no] | q by two: a is no [a=no]");
    check_ways("fact a: yes/no\nduty pay \"P\" done when a\nrule one when a then must pay by 2021-04-30\n",
               "a=yes", "pay", "not due: a is no [a=no]");
    /* An alternative that its own rule forbids has no example. */
    check_ways("fact n: number 0 through 9\nfact a: yes/no\ndecide x: yes/no otherwise no\n"
               "rule r when n < 5 then x is yes\nexception e to r when a and n < 6\n",
               "n=3 a=yes", "x", "yes by r: any(a is no; ?n >= 6) [a=no]");
}

/* A record of a list: what each needs, and one more. Facts that a change leaves unasked are left out, what it asks for is found. */
static void ways_with_lists(void **state) {
    struct asked asked;
    (void)state;
    check_ways(
        "record o\n  u: number\n  v: yes/no\nfact xs: list of o\n"
        "decide x: yes/no otherwise no\nrule r when some a in xs has (a.u > 3 and a.v) then x is yes\n",
        "xs=[u=1 v=yes]", "x",
        "yes by r: any(xs 1 all(u > 3); a further record of xs all(u > 3; v is yes)) [u of xs 1=4]");
    check_ways("record o\n  u: number\nfact xs: list of o\n"
               "decide x: yes/no otherwise every a in xs has (a.u > 3)\n",
               "xs=[u=1;u=5;u=2]", "x", "yes: all(xs 1 all(u > 3); xs 3 all(u > 3)) [xs=0 records]");
    ask(&asked,
        COLOURS
        "fact w: date only when c is green\nfact v: yes/no only when c is red\n"
        "decide x: yes/no otherwise no\nrule r when c is green and w before 2021-01-05 then x is yes\n",
        NULL, "c=red n=1 d=2021-01-01 v=yes", "x");
    assert_string_equal(ways(&asked),
                        "yes by r: all(c is green; w before 2021-01-05) [c=green, w=2021-01-04]");
    assert_int_equal(asked.made.ways[0].verdict.dropped_count, 1);
    assert_int_equal(asked.made.ways[0].verdict.dropped[0].index, 4);
    assert_string_equal(alone(&asked), "ccnndnw-vn");
    done(&asked);
}

/* An exception that does not apply now, as its fact is not asked, counts where what is needed makes the fact asked. */
static void ways_to_facts_not_asked(void **state) {
    (void)state;
    check_ways(COLOURS "fact w: one of here, there only when c is green\n"
                       "decide x: yes/no otherwise no\nrule r when c is green then x is yes\n"
                       "exception e to r when w is here\n",
               "c=red n=1 d=2021-01-01", "x", "yes by r: all(c is green; w is not here) [c=green, w=there]");
    check_ways(COLOURS "fact w: one of here, there only when c is green\n"
                       "decide x: yes/no otherwise no\nrule r when n > 3 then x is yes\n"
                       "exception e to r when w is here\n",
               "c=red n=1 d=2021-01-01", "x", "yes by r: n > 3 [n=4]");
}

/* A fact whose name a field has too is told from the fields, where there are records. */
static void ways_by_shared_names(void **state) {
    static const char *const policy =
        "record o\n  u: number\nfact xs: list of o\nfact u: number 0 through 9\n"
        "decide x: yes/no otherwise no\nrule r when u > 3 then x is yes\n";
    (void)state;
    check_ways(policy, "xs=[u=1] u=1", "x", "yes by r: the record's own u > 3 [u=4]");
    check_ways(policy, "xs=[] u=1", "x", "yes by r: u > 3 [u=4]");
}

/* What one fact by itself does to the answer. */
static void changes_of_one_fact(void **state) {
    struct asked asked;
    const struct missing *change;
    (void)state;
    ask(&asked, SEVERAL, NULL, "d=2021-12-31 n=34 y=no e=none t='x'", "x");
    assert_string_equal(alone(&asked), "dcennntnycc-");
    assert_int_equal(asked.made.change_count, 2);
    change = &asked.made.changes[0];
    assert_int_equal(change->bring_count, 2);
    assert_false(change->brings[0].same);
    assert_true(text_is(change->brings[0].verdict.words, "b"));
    assert_true(change->brings[1].same);
    done(&asked);
}

static void check_change(const char *policy, const char *facts, size_t at, const char *wanted, bool sampled) {
    struct asked asked;
    ask(&asked, policy, NULL, facts, "x");
    assert_true(at < asked.made.change_count);
    assert_string_equal(brings_of(&asked, &asked.made.changes[at]), wanted);
    assert_int_equal(asked.made.changes[at].sampled, sampled);
    done(&asked);
}

/* Of a long declared range the days that meet the fact are tried, and what it does not go into is not tried at all. */
static void changes_in_long_ranges(void **state) {
    struct asked asked;
    (void)state;
    check_change("fact d: date 2010-01-01 through 2029-12-31\nfact e: date 2010-01-01 through 2029-12-31\n"
                 "decide x: yes/no otherwise d in within 30 days after e\n",
                 "d=2021-03-01 e=2021-02-20", 0,
                 "d; 2010-01-01..2021-02-20: no; 2021-02-21..2021-03-22: yes; 2021-03-23..2029-12-31: no",
                 false);
    check_change("fact d: date 2010-01-01 through 2029-12-31\nfact e: date 2010-01-01 through 2029-12-31\n"
                 "decide x: yes/no otherwise d in within 30 days after e\n",
                 "d=2021-03-01 e=2021-02-20", 1,
                 "e; 2010-01-01..2021-01-29: no; 2021-01-30..2021-02-28: yes; 2021-03-01..2029-12-31: no",
                 false);
    check_change("fact d: date 2010-01-01 through 2029-12-31\n"
                 "decide x: yes/no otherwise days from d to today is 17\n",
                 "d=2021-03-01", 0,
                 "d; 2010-01-01..2021-03-13: no; 2021-03-14..2021-03-14: yes; 2021-03-15..2029-12-31: no",
                 false);
    check_change("fact d: date 2010-01-01 through 2029-12-31\n"
                 "decide x: yes/no otherwise year of d is 2021\n",
                 "d=2021-03-01", 0,
                 "d; 2010-01-01..2020-12-31: no; 2021-01-01..2021-12-31: yes; 2022-01-01..2029-12-31: no",
                 false);
    check_change("fact d: date 2021-01-01 through 2021-01-14\n"
                 "decide x: yes/no otherwise weekday of d is one of saturday, sunday\n",
                 "d=2021-01-01", 0,
                 "d; 2021-01-01..2021-01-01: no; 2021-01-02..2021-01-03: yes; 2021-01-04..2021-01-08: no; "
                 "2021-01-09..2021-01-10: yes; 2021-01-11..2021-01-14: no",
                 false);
    ask(&asked,
        "fact d: date 2010-01-01 through 2029-12-31\nfact n: number\nfact y: yes/no\n"
        "define w as weekday of d is monday\ndecide z: number otherwise if y then n else 0\n"
        "decide x: yes/no otherwise w\n",
        NULL, "d=2021-03-01 n=1 y=yes", "x");
    assert_string_equal(alone(&asked), "dcnnyn");
    assert_true(asked.made.change_count == 1 && asked.made.changes[0].sampled);
    done(&asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_decides),
        cmocka_unit_test(what_would_be_needed),
        cmocka_unit_test(tables_and_versions),
        cmocka_unit_test(lists),
        cmocka_unit_test(missing_values),
        cmocka_unit_test(missing_field),
        cmocka_unit_test(moving_answer),
        cmocka_unit_test(duties_and_conflicts),
        cmocka_unit_test(bounded),
        cmocka_unit_test(announced_later),
        cmocka_unit_test(ways_to_another_answer),
        cmocka_unit_test(ways_of_tables),
        cmocka_unit_test(ways_with_lists),
        cmocka_unit_test(ways_to_facts_not_asked),
        cmocka_unit_test(ways_by_shared_names),
        cmocka_unit_test(changes_of_one_fact),
        cmocka_unit_test(changes_in_long_ranges),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
