/*
 * Which file is what: exactly one policy, amendments to it, what those need; then the clauses of the
 * headers. Where the files do not make one set the check ends here, because every further message would have
 * that one cause. Must not know what files declare.
 */
#include "interp/meaning/phases.h"

#include "grammar/base/banned.h"

/* How many amendments a message lists. */
#define PRESENT_MAX 8

static const char *modules_path(const struct checker *checker, uint16_t file) {
    return checker->set->sources.files[file]->path;
}

static const struct ast_node *modules_name(const struct ast_node *header) {
    return ast_kid(header, header->kind == AST_POLICY ? (int)POLICY_name : (int)AMENDMENT_name);
}

static const struct ast_node *modules_clauses(const struct ast_node *header) {
    return ast_kid(header, header->kind == AST_POLICY ? (int)POLICY_clauses : (int)AMENDMENT_clauses);
}

/* True where the parser has a message about the file: then a missing header has that cause. */
static bool modules_file_broken(const struct diagnostics *diags, uint16_t file) {
    size_t i;
    for (i = 0; i < diags->count; i++) {
        if (diags->items[i]->primary.file == file)
            return true;
    }
    return false;
}

/* The header of a file, or NULL; reports what is missing or too much. */
static const struct ast_node *modules_header(struct checker *checker, const struct parse_tree *tree) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *node, *header = NULL;
    bool broken = false;
    for (node = ast_kid(tree->root, FILE_decls); node; node = node->next) {
        broken |= node->kind == AST_ERROR;
        if (node->kind != AST_POLICY && node->kind != AST_AMENDMENT)
            continue;
        if (header) {
            struct diagnostic *diagnostic =
                diag_report(diags, DIAG_E0709, ast_span(modules_name(node) ? modules_name(node) : node),
                            "`%s` has a second header", tree->source->path);
            diag_label(diags, diagnostic, ast_span(header), "the first one");
        } else {
            header = node;
        }
    }
    if (header && ast_name(modules_name(header)))
        return header;
    if (!header && !broken && !modules_file_broken(diags, tree->source->file)) {
        struct span start = {0, 0, tree->source->file};
        struct diagnostic *diagnostic =
            diag_report(diags, DIAG_E0703, start, "`%s` has no header", tree->source->path);
        diag_help(diags, diagnostic, "begin the file with `policy NAME` or with `amendment NAME to POLICY`");
    }
    checker->marks->broken_header = true;
    return NULL;
}

static bool modules_second_policy(struct checker *checker, const struct ast_node *header) {
    struct diagnostics *diags = &checker->set->diags;
    const struct ast_node *first = checker->set->modules[0].header;
    struct diagnostic *diagnostic;
    if (!first)
        return false;
    diagnostic = diag_report(diags, DIAG_E0702, ast_span(modules_name(header)),
                             "`%s` and `%s` are both policies, and a set has one",
                             modules_path(checker, first->file), modules_path(checker, header->file));
    diag_label(diags, diagnostic, ast_span(modules_name(first)), "the other policy");
    diag_help(diags, diagnostic, "give one of the files at a time, or make one `amendment NAME to %.*s`",
              WORDS(ast_name(modules_name(first))->text));
    return true;
}

/* Module 0 is the policy and is always there, if need be without a header. */
static bool modules_collect(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct module module = {.header = NULL};
    bool fine = true;
    size_t i;
    if (!ARENA_PUSH(set->arena, set->modules, set->module_count, set->module_capacity, module))
        return false;
    for (i = 0; i < set->tree_count; i++) {
        const struct ast_node *header = modules_header(checker, &set->trees[i]);
        if (!header)
            continue;
        module.header = header;
        module.name = ast_name(modules_name(header));
        if (header->kind == AST_POLICY) {
            module.title = chk_string(ast_kid(header, POLICY_title));
            if (modules_second_policy(checker, header))
                fine = false;
            else
                set->modules[0] = module;
            continue;
        }
        module.title = chk_string(ast_kid(header, AMENDMENT_title));
        set->file_modules[header->file] = (uint32_t)set->module_count;
        if (!ARENA_PUSH(set->arena, set->modules, set->module_count, set->module_capacity, module))
            return false;
    }
    return fine;
}

static bool modules_no_policy(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct span nowhere = {0, 0, DIAG_NOWHERE};
    struct diagnostic *diagnostic;
    const struct ast_node *header;
    if (set->modules[0].header || checker->marks->broken_header)
        return false;
    if (set->module_count == 1) {
        diagnostic = diag_report(&set->diags, DIAG_E0701, nowhere, "no policy file was given");
        diag_help(&set->diags, diagnostic,
                  "a policy set is a file that begins with `policy`, and amendments to it");
        return true;
    }
    header = set->modules[1].header;
    diagnostic = diag_report(&set->diags, DIAG_E0701, ast_span(modules_name(header)),
                             "no file of the set is a policy: `%s` is an amendment",
                             modules_path(checker, header->file));
    if (ast_name(ast_kid(header, AMENDMENT_base)))
        diag_help(&set->diags, diagnostic, "add the file that begins with `policy %.*s`",
                  WORDS(ast_name(ast_kid(header, AMENDMENT_base))->text));
    return true;
}

static bool modules_symbols(struct checker *checker) {
    struct policy_set *set = checker->set;
    bool fine = true;
    size_t i;
    for (i = 0; i < set->module_count; i++) {
        const struct module *module = &set->modules[i];
        struct symbol symbol = {SYMBOL_MODULE,       module->name, MODULE_GLOBAL, (uint32_t)i, 1,
                                {0, 0, DIAG_NOWHERE}};
        const struct symbol *before;
        struct diagnostic *diagnostic;
        if (!module->header)
            continue;
        symbol.span = ast_span(modules_name(module->header));
        before = chk_add_symbol(checker, &symbol);
        if (!before)
            continue;
        fine = false;
        diagnostic = diag_report(&set->diags, DIAG_E0706, symbol.span, "`%s` and `%s` are both named `%.*s`",
                                 modules_path(checker, before->span.file),
                                 modules_path(checker, symbol.span.file), WORDS(module->name->text));
        diag_label(&set->diags, diagnostic, before->span, "the other one");
    }
    return fine;
}

/* Amendments are often told apart by a number, so a near name is no hint: those that are there are listed. */
static void modules_present(struct checker *checker, struct diagnostic *diagnostic,
                            const struct module *needs) {
    const struct policy_set *set = checker->set;
    struct text words = text_of("");
    size_t i, listed = 0;
    for (i = 1; i < set->module_count; i++) {
        if (&set->modules[i] != needs && listed++ < PRESENT_MAX)
            words = chk_words(checker, "%.*s%s`%.*s`", WORDS(words), listed > 1 ? ", " : "",
                              WORDS(set->modules[i].name->text));
    }
    if (listed > 0)
        diag_note(&checker->set->diags, diagnostic, "the other amendments of the set: %.*s%s", WORDS(words),
                  listed > PRESENT_MAX ? ", …" : "");
}

/* `amendment wave4 to mpn, wave3`: the policy first, then amendments. */
static bool modules_base(struct checker *checker, const struct module *module) {
    struct policy_set *set = checker->set;
    const struct ast_node *base = ast_kid(module->header, AMENDMENT_base);
    const struct name *policy = set->modules[0].name;
    struct diagnostic *diagnostic;
    bool fine = true;
    if (policy && ast_name(base) && ast_name(base) != policy) {
        diagnostic = diag_report(
            &set->diags, DIAG_E0704, ast_span(base), "`%s` amends `%.*s`, but the policy is `%.*s`",
            modules_path(checker, base->file), WORDS(ast_name(base)->text), WORDS(policy->text));
        diag_label(&set->diags, diagnostic, ast_span(modules_name(set->modules[0].header)),
                   "the policy of the set");
        diag_help(&set->diags, diagnostic, "write `to %.*s`, or leave the file out", WORDS(policy->text));
        return false;
    }
    for (base = base ? base->next : NULL; base; base = base->next) {
        const struct symbol *symbol =
            ast_name(base) ? chk_lookup(checker, ast_name(base), MODULE_GLOBAL) : NULL;
        if (!ast_name(base) || symbol)
            continue;
        fine = false;
        diagnostic = diag_report(&set->diags, DIAG_E0705, ast_span(base),
                                 "`%.*s` needs the amendment `%.*s`, and no file of the set has that name",
                                 WORDS(module->name->text), WORDS(ast_name(base)->text));
        diag_help(&set->diags, diagnostic, "add the file that begins with `amendment %.*s to`",
                  WORDS(ast_name(base)->text));
        modules_present(checker, diagnostic, module);
    }
    return fine;
}

/* True where a file was refused as too large: all that it would have declared is missing. */
static bool modules_refused(const struct diagnostics *diags) {
    size_t i;
    for (i = 0; i < diags->count; i++) {
        if (diags->items[i]->code == DIAG_E0902)
            return true;
    }
    return false;
}

bool chk_modules(struct checker *checker) {
    struct policy_set *set = checker->set;
    bool fine;
    size_t i;
    if (modules_refused(&set->diags))
        return false;
    set->file_modules = arena_array(set->arena, set->sources.count + 1, sizeof *set->file_modules);
    if (!set->file_modules || !modules_collect(checker) || modules_no_policy(checker))
        return false;
    fine = modules_symbols(checker);
    for (i = 1; fine && i < set->module_count; i++)
        fine = modules_base(checker, &set->modules[i]);
    return fine;
}

/* --- clauses --- */

struct header_clauses {
    const struct ast_node *covers, *months, *announced, *today;
    bool broken;
};

static void modules_read(const struct ast_node *clause, struct header_clauses *out) {
    for (; clause; clause = clause->next) {
        switch (ast_kind_of(clause)) {
        case AST_COVERS:
            (void)chk_once(&out->covers, clause);
            break;
        case AST_MONTHS_ROUND:
            (void)chk_once(&out->months, clause);
            break;
        case AST_ANNOUNCED:
            (void)chk_once(&out->announced, clause);
            break;
        case AST_TODAY_FROM:
            (void)chk_once(&out->today, clause);
            break;
        case AST_ERROR:
            out->broken = true;
            break;
        default:
            break;
        }
    }
}

static void modules_today(struct checker *checker, const struct ast_node *clause, bool policy) {
    struct policy_set *set = checker->set;
    if (!policy) {
        struct diagnostic *diagnostic = diag_report(&set->diags, DIAG_E0710, ast_span(clause),
                                                    "an amendment cannot say where `today` comes from");
        diag_help(&set->diags, diagnostic, "say it in the header of the policy");
    } else {
        set->has_today_path = chk_input_path(checker, ast_kid(clause, TODAY_FROM_field), &set->today_path);
    }
}

static void modules_no_covers(struct checker *checker, const struct ast_node *header) {
    struct diagnostics *diags = &checker->set->diags;
    struct span name = ast_span(modules_name(header));
    struct diagnostic *diagnostic =
        diag_report(diags, DIAG_E0707, name, "the policy `%.*s` does not say which days it covers",
                    WORDS(ast_name(modules_name(header))->text));
    diag_help(diags, diagnostic,
              "add `covers FIRST through LAST` behind its name: every check ranges over these days");
}

/* What an amendment covers, to be joined; NULL node where it says nothing. */
struct widening {
    const struct ast_node *node;
    struct period period;
    bool joined;
};

static bool modules_touch(struct period a, struct period b) {
    return (int64_t)b.first <= (int64_t)a.last + 1 && (int64_t)b.last >= (int64_t)a.first - 1;
}

/* Amendments may meet the policy only through one another, so this goes round until nothing changes. */
static void modules_widen(struct checker *checker, struct widening *wider, size_t count) {
    struct policy_set *set = checker->set;
    bool changed = true;
    size_t i;
    while (changed) {
        changed = false;
        for (i = 0; i < count; i++) {
            struct period p = wider[i].period;
            if (!wider[i].node || wider[i].joined || !modules_touch(set->covers, p))
                continue;
            set->covers.first = p.first < set->covers.first ? p.first : set->covers.first;
            set->covers.last = p.last > set->covers.last ? p.last : set->covers.last;
            wider[i].joined = changed = true;
        }
    }
    for (i = 0; i < count; i++) {
        struct diagnostic *diagnostic;
        char first[11], last[11];
        if (!wider[i].node || wider[i].joined)
            continue;
        cal_format(set->covers.first, first);
        cal_format(set->covers.last, last);
        diagnostic =
            diag_report(&set->diags, DIAG_E0708, ast_span(wider[i].node),
                        "these days do not meet those that the policy covers, %s through %s", first, last);
        diag_label(&set->diags, diagnostic, ast_span(modules_name(set->modules[0].header)), "the policy");
        diag_help(&set->diags, diagnostic, "cover the days between as well");
    }
}

static void modules_header_clauses(struct checker *checker, struct module *module, struct widening *wider) {
    struct policy_set *set = checker->set;
    struct header_clauses clauses = {NULL, NULL, NULL, NULL, false};
    bool policy = module->header->kind == AST_POLICY;
    modules_read(modules_clauses(module->header), &clauses);
    chk_accepts(checker, modules_clauses(module->header));
    if (clauses.covers &&
        chk_constant_period(checker, ast_kid(clauses.covers, COVERS_period), &wider->period))
        wider->node = clauses.covers;
    if (!clauses.covers && policy && !clauses.broken)
        modules_no_covers(checker, module->header);
    if (clauses.months)
        module->rounding = (enum cal_rounding)clauses.months->op;
    else if (!policy)
        module->rounding = set->modules[0].rounding;
    if (clauses.announced)
        module->has_announced =
            chk_date(checker, ast_kid(clauses.announced, ANNOUNCED_date), &module->announced);
    if (clauses.today)
        modules_today(checker, clauses.today, policy);
}

void chk_headers(struct checker *checker) {
    struct policy_set *set = checker->set;
    struct widening *wider = arena_array(set->arena, set->module_count + 1, sizeof *wider);
    size_t i;
    if (!wider)
        return;
    for (i = 0; i < set->module_count; i++) {
        if (set->modules[i].header)
            modules_header_clauses(checker, &set->modules[i], &wider[i]);
    }
    set->covers = wider[0].period;
    if (wider[0].node)
        modules_widen(checker, wider + 1, set->module_count - 1);
}
