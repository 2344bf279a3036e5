/*
 * The clause that may stand on any declaration or header: `accept CODE until D "reason"`. A code may be
 * written as the message shows it (W0601) or by its short name (switched_off_too). Must not know what a
 * finding means.
 */
#include "interp/meaning/accept.h"

#include "interp/meaning/phases.h"

#include <string.h>

#include "grammar/base/banned.h"

static char accept_fold(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '-' ? '_' : c;
}

static bool accept_same(struct text written, const char *name) {
    size_t i;
    if (strlen(name) != written.length)
        return false;
    for (i = 0; i < written.length; i++) {
        if (accept_fold(written.bytes[i]) != accept_fold(name[i]))
            return false;
    }
    return true;
}

bool accept_names(struct text written, enum diag_code code) {
    const struct diag_message *message = diag_message(code);
    return message && (accept_same(written, message->code) || accept_same(written, message->slug));
}

bool accept_code(struct text written, enum diag_code *code) {
    unsigned i;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        if (accept_names(written, (enum diag_code)i)) {
            *code = (enum diag_code)i;
            return true;
        }
    }
    return false;
}

/* The nearest finding, as it is written here; errors of the language cannot be accepted and are not offered. */
static void accept_suggest(struct checker *checker, struct diagnostic *diagnostic,
                           const struct ast_node *code) {
    struct diagnostics *diags = &checker->set->diags;
    struct text written = ast_name(code)->text, words = {"", 0};
    const char *best = NULL;
    unsigned i, distance = 4;
    size_t at;
    char *offered;
    for (i = 0; i < DIAG_CODE_COUNT; i++) {
        const struct diag_message *message = diag_message((enum diag_code)i);
        unsigned now = message->code[0] == 'E' ? 4 : text_distance(written, text_of(message->slug), 3);
        if (now < distance) {
            distance = now;
            best = message->slug;
        }
    }
    if (!best)
        return;
    words = text_of(best);
    offered = arena_copy(checker->arena, words.bytes, words.length);
    for (at = 0; offered && at < words.length; at++)
        offered[at] = accept_fold(offered[at]);
    if (offered)
        diag_help(diags, diagnostic, "did you mean `%s`?", offered);
}

void chk_accepts(struct checker *checker, const struct ast_node *clauses) {
    for (; clauses; clauses = clauses->next) {
        const struct ast_node *code, *until;
        enum diag_code known;
        cal_day day;
        if (clauses->kind != AST_ACCEPT)
            continue;
        code = ast_kid(clauses, ACCEPT_code);
        until = ast_kid(clauses, ACCEPT_until);
        if (until && until->kind == AST_DATE)
            (void)chk_date(checker, until, &day);
        if (ast_name(code) && !accept_code(ast_name(code)->text, &known)) {
            struct diagnostic *diagnostic =
                diag_report(&checker->set->diags, DIAG_E0309, ast_span(code), "there is no finding `%.*s`",
                            WORDS(ast_name(code)->text));
            accept_suggest(checker, diagnostic, code);
        }
    }
}

static bool accept_among(const struct ast_node *clauses, enum diag_code code) {
    for (; clauses; clauses = clauses->next) {
        if (clauses->kind == AST_ACCEPT && ast_name(ast_kid(clauses, ACCEPT_code)) &&
            accept_names(ast_name(ast_kid(clauses, ACCEPT_code))->text, code))
            return true;
    }
    return false;
}

static bool accept_silences(const struct checker *checker, uint16_t file, const struct ast_node *clauses,
                            enum diag_code code) {
    const struct module *module = model_module(checker->set, file);
    const struct ast_node *header = module ? module->header : NULL;
    if (accept_among(clauses, code))
        return true;
    return header && accept_among(ast_kid(header, header->kind == AST_POLICY ? (int)POLICY_clauses
                                                                             : (int)AMENDMENT_clauses),
                                  code);
}

struct diagnostics *chk_warnings(struct checker *checker, uint16_t file, const struct ast_node *clauses,
                                 enum diag_code code) {
    struct policy_set *set = checker->set;
    return accept_silences(checker, file, clauses, code) ? &set->silenced : &set->diags;
}

void chk_keep_warning(struct checker *checker, struct diagnostics *diags, struct diagnostic *diagnostic,
                      const struct ast_node *where) {
    struct policy_set *set = checker->set;
    struct checker_warning warning = {diagnostic, where};
    if (diags->failed ||
        !ARENA_PUSH(set->arena, set->warnings, set->warning_count, set->warning_capacity, warning))
        set->diags.failed = true;
}
