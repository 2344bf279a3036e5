/*
 * See accepted.h. Clauses are gathered from all declarations and headers first; the findings about clauses themselves can be
 * accepted too, and are judged after all others. Must not know how findings are made.
 */
#include "interp/analysis/accepted.h"

#include "interp/meaning/accept.h"

#include "grammar/base/banned.h"

#define WORDS(text) (int)(text).length, (text).bytes

struct accept_clause {
    const struct ast_node *node, *owner;
    enum diag_code code;
    cal_day until;
    bool header, about_clauses, expired, matched;
};

struct accepting {
    const struct policy_set *set;
    const struct lint_options *options;
    const struct lint_report *report;
    struct findings *findings;
    struct accept_clause *clauses;
    size_t count, capacity;
};

static struct text accept_word(const struct accept_clause *clause) {
    return ast_name(ast_kid(clause->node, ACCEPT_code))->text;
}

static void accepting_add(struct accepting *a, const struct ast_node *node, const struct ast_node *owner) {
    const struct ast_node *until = ast_kid(node, ACCEPT_until);
    struct accept_clause clause = {.node = node, .owner = owner};
    if (!accept_code(ast_name(ast_kid(node, ACCEPT_code))->text, &clause.code))
        return;
    clause.header = owner->kind == AST_POLICY || owner->kind == AST_AMENDMENT;
    clause.about_clauses = clause.code == DIAG_L0501 || clause.code == DIAG_L0502;
    clause.until = (cal_day)a->set->node_refs[until->id].number;
    clause.expired = a->options->has_on && clause.until <= a->options->on;
    if (!ARENA_PUSH(a->findings->arena, a->clauses, a->count, a->capacity, clause))
        a->findings->failed = true;
}

/* The clauses of a declaration, and those of the fields of a record. */
static void accepting_gather(struct accepting *a, const struct ast_node *owner) {
    const struct ast_node *kid;
    int role;
    for (role = 0; role < owner->kid_count; role++) {
        for (kid = ast_kid(owner, role); kid; kid = kid->next) {
            if (kid->kind == AST_ACCEPT)
                accepting_add(a, kid, owner);
            else if (owner->kind == AST_RECORD && (kid->kind == AST_FIELD || kid->kind == AST_DEFINE))
                accepting_gather(a, kid);
        }
    }
}

static uint16_t accepting_file(const struct finding *finding) {
    return finding->where ? finding->where->file : finding->diagnostic->primary.file;
}

/* The declaration with the clauses: a row of a table has none of its own. */
static const struct ast_node *accepting_owner(const struct accepting *a, const struct finding *finding) {
    const uint32_t rules[] = {finding->rule, finding->other};
    size_t i;
    for (i = 0; i < 2 && finding->where && finding->where->kind == AST_ROW; i++) {
        if (rules[i] < a->set->rule_count && a->set->rules[rules[i]].node == finding->where)
            return a->set->rules[rules[i]].table;
    }
    return finding->where;
}

static void accepting_mark(struct accepting *a, struct finding *finding, const struct accept_clause *clause) {
    const struct ast_node *reason = ast_kid(clause->node, ACCEPT_reason);
    char until[11];
    if (finding->accepted)
        return;
    finding->accepted = true;
    finding->accept = clause->node;
    cal_format(clause->until, until);
    diag_note(a->findings->diags, finding->diagnostic, "accepted until %s: %.*s", until,
              WORDS(*reason->value.string));
}

/* Findings from the index `first` on against the clauses for findings of the policy, or for those about clauses. */
static void accepting_match(struct accepting *a, size_t first, bool about_clauses) {
    size_t i, k;
    for (i = first; i < a->findings->count; i++) {
        struct finding *finding = &a->findings->items[i];
        for (k = 0; k < a->count; k++) {
            struct accept_clause *clause = &a->clauses[k];
            if (clause->about_clauses != about_clauses || clause->code != finding->diagnostic->code ||
                (clause->header ? clause->owner->file != accepting_file(finding)
                                : clause->owner != accepting_owner(a, finding)))
                continue;
            clause->matched = true;
            if (!clause->expired)
                accepting_mark(a, finding, clause);
        }
    }
}

static bool accepting_wants(const struct accepting *a, enum diag_code code) {
    return !a->options->wanted || a->options->wanted[code];
}

/* The clause with its whole line where nothing else stands there, else with the blanks before it. */
static struct span accepting_line(const struct accepting *a, const struct ast_node *node) {
    struct span span = ast_span(node);
    const struct source *source = sources_of(&a->set->sources, span);
    uint32_t start = span.start, end = span.end;
    while (start > 0 && (source->text[start - 1] == ' ' || source->text[start - 1] == '\t'))
        start--;
    while (end < source->length && (source->text[end] == ' ' || source->text[end] == '\t'))
        end++;
    span.start = start;
    if ((start == 0 || source->text[start - 1] == '\n') && end < source->length && source->text[end] == '\n')
        span.end = end + 1;
    return span;
}

static void accepting_report(struct accepting *a, const struct accept_clause *clause,
                             struct diagnostic *diagnostic) {
    struct finding finding = finding_of(diagnostic, clause->owner);
    (void)findings_add(a->findings, &finding);
}

static void accepting_say_expired(struct accepting *a, const struct accept_clause *clause) {
    struct diagnostics *diags = a->findings->diags;
    char until[11], on[11];
    struct diagnostic *diagnostic;
    cal_format(clause->until, until);
    cal_format(a->options->on, on);
    diagnostic =
        diag_report(diags, DIAG_L0501, ast_span(clause->node),
                    "`accept %.*s` was until %s, and the day is %s", WORDS(accept_word(clause)), until, on);
    if (clause->matched)
        diag_help(diags, diagnostic, "mend the finding, or accept it anew with a later day and its reason");
    else
        diag_fix(diags, diagnostic, accepting_line(a, clause->node),
                 "there is nothing left to accept: remove the clause", "%s", "");
    accepting_report(a, clause, diagnostic);
}

static void accepting_say_unneeded(struct accepting *a, const struct accept_clause *clause) {
    struct diagnostics *diags = a->findings->diags;
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_L0502, ast_span(clause->node),
                    "`accept %.*s` silences nothing: there is no such finding %s", WORDS(accept_word(clause)),
                    clause->header ? "in this file" : "about this declaration");
    diag_fix(diags, diagnostic, accepting_line(a, clause->node), "remove the clause", "%s", "");
    accepting_report(a, clause, diagnostic);
}

/* A clause is judged only where all findings of its code are there. */
static void accepting_judge(struct accepting *a, bool about_clauses) {
    size_t k;
    for (k = 0; k < a->count; k++) {
        const struct accept_clause *clause = &a->clauses[k];
        bool whole = accepting_wants(a, clause->code) && !a->report->unfinished[clause->code];
        if (clause->about_clauses != about_clauses)
            continue;
        if (clause->expired && accepting_wants(a, DIAG_L0501))
            accepting_say_expired(a, clause);
        else if (!clause->expired && !clause->matched && whole && accepting_wants(a, DIAG_L0502))
            accepting_say_unneeded(a, clause);
    }
}

void accepted_apply(const struct policy_set *set, const struct lint_options *options,
                    struct findings *findings, struct lint_report *report) {
    struct accepting a = {.set = set, .options = options, .report = report, .findings = findings};
    const struct ast_node *node;
    size_t i, first;
    for (i = 0; i < set->tree_count; i++) {
        for (node = ast_kid(set->trees[i].root, FILE_decls); node; node = node->next)
            accepting_gather(&a, node);
    }
    if (a.count && !options->has_on) {
        report->day_skipped = true;
        report->unfinished[DIAG_L0501] = true;
    }
    accepting_match(&a, 0, false);
    first = findings->count;
    accepting_judge(&a, false);
    accepting_match(&a, first, true);
    accepting_judge(&a, true);
}

struct text accepted_reason(const struct finding *finding) {
    struct text none = {"", 0};
    return finding->accept ? *ast_kid(finding->accept, ACCEPT_reason)->value.string : none;
}
