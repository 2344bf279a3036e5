/*
 * The clause that may stand on any declaration or header: `accept CODE until D "reason"`. A code may be
 * written as the message shows it (W0601) or by its short name (switched_off_too). Must not know what a
 * finding means.
 */
#include "interp/meaning/phases.h"

#include <string.h>

#include "grammar/base/banned.h"

static const char *const accept_slugs[] = {
#define LINT_SLUG(slug) slug,
#include "interp/meaning/lint_slugs.def"
#undef LINT_SLUG
};

static char accept_fold(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '-' ? '_' : c;
}

/* A name of the language has no dashes, so those of a short name are written as underscores. */
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

static bool accept_names(struct text written, const struct diag_message *message) {
    return accept_same(written, message->code) || accept_same(written, message->slug);
}

static bool accept_known(struct text written) {
    size_t i;
    unsigned code;
    for (i = 0; i < sizeof accept_slugs / sizeof *accept_slugs; i++) {
        if (accept_same(written, accept_slugs[i]))
            return true;
    }
    for (code = 0; code < DIAG_CODE_COUNT; code++) {
        if (accept_names(written, diag_message((enum diag_code)code)))
            return true;
    }
    return false;
}

/* The nearest finding; errors cannot be accepted and are not offered. */
static void accept_suggest(struct checker *checker, struct diagnostic *diagnostic,
                           const struct ast_node *code) {
    struct diagnostics *diags = &checker->set->diags;
    struct text written = ast_name(code)->text, best = {"", 0};
    unsigned i, distance = 4;
    for (i = 0; i < sizeof accept_slugs / sizeof *accept_slugs + DIAG_CODE_COUNT; i++) {
        size_t slugs = sizeof accept_slugs / sizeof *accept_slugs;
        const struct diag_message *message = i < slugs ? NULL : diag_message((enum diag_code)(i - slugs));
        struct text candidate = text_of(message ? message->slug : accept_slugs[i]);
        unsigned now = message && message->severity == DIAG_ERROR ? 4 : text_distance(written, candidate, 3);
        if (now < distance) {
            distance = now;
            best = candidate;
        }
    }
    if (best.length == 0)
        return;
    best = chk_words(checker, "%.*s", WORDS(best));
    diag_help(diags, diagnostic, "did you mean `%.*s`?", WORDS(best));
}

void chk_accepts(struct checker *checker, const struct ast_node *clauses) {
    for (; clauses; clauses = clauses->next) {
        const struct ast_node *code, *until;
        cal_day day;
        if (clauses->kind != AST_ACCEPT)
            continue;
        code = ast_kid(clauses, ACCEPT_code);
        until = ast_kid(clauses, ACCEPT_until);
        if (until && until->kind == AST_DATE)
            (void)chk_date(checker, until, &day);
        if (ast_name(code) && !accept_known(ast_name(code)->text)) {
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
            accept_names(ast_name(ast_kid(clauses, ACCEPT_code))->text, diag_message(code)))
            return true;
    }
    return false;
}

bool chk_accepted(struct checker *checker, uint16_t file, const struct ast_node *clauses,
                  enum diag_code code) {
    const struct module *module = model_module(checker->set, file);
    const struct ast_node *header = module ? module->header : NULL;
    if (accept_among(clauses, code))
        return true;
    return header && accept_among(ast_kid(header, header->kind == AST_POLICY ? (int)POLICY_clauses
                                                                             : (int)AMENDMENT_clauses),
                                  code);
}
