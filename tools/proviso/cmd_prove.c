/*
 * proviso prove: what became of every property, as text, a line each, JSON or JUnit; of one that is refuted the case, what its parts
 * saw there and a test to paste. Must not know how anything is proved.
 */
#include "interp/analysis/prove.h"
#include "interp/analysis/witness.h"
#include "interp/meaning/show.h"
#include "interp/output/json_words.h"
#include "interp/output/why.h"
#include "interp/program/compile.h"
#include "tools/proviso/cli.h"

#include <string.h>

/* The version of the JSON form; it is the first member, "proviso_prove". */
#define PROVE_JSON_VERSION 1

enum prove_format { PROVE_TEXT, PROVE_LINE, PROVE_JSON, PROVE_JUNIT, PROVE_FORMATS };

struct prove_command {
    struct cli *cli;
    struct policy_set set;
    struct program *program;
    struct proofs proofs;
    bool *wanted; /* by property index */
    uint64_t cells;
    struct output output;
    struct arena arena; /* of the property at hand */
    size_t shown, counts[3];
};

/* A refuted property in its case. */
struct refutation {
    struct record record;
    struct explanation explanation;
    struct explained_property property;
};

static struct text prove_title(const struct prove_command *prove, uint32_t property) {
    return prove->set.properties[property].title;
}

static void prove_visible(struct buffer *out, struct text text) {
    buffer_visible(out, text.bytes, text.length);
}

/* False where memory ran out. */
static bool prove_explain(struct prove_command *prove, uint32_t property, struct refutation *refutation) {
    const struct witness *witness = prove->proofs.items[property].witness;
    const struct question question = {.today = witness->today};
    struct record *record = &refutation->record;
    arena_reset(&prove->arena);
    if (!record_init(record, &prove->set, &prove->arena))
        return false;
    for (size_t i = 0; i < prove->set.fact_count; i++)
        record->values[i] = witness->values[i];
    return explain_property(prove->program, record, &question, property, &prove->arena,
                            &refutation->explanation, &refutation->property) == EVALUATE_OK;
}

/* --- the words that the forms share --- */

static void prove_place(struct buffer *out, const struct prove_command *prove, const struct ast_node *node) {
    const char *path;
    uint32_t line = show_line(&prove->set, node, &path);
    prove_visible(out, text_of(path));
    buffer_format(out, ":%u", line);
}

/* Why it is not decided. */
static void prove_reason(struct buffer *out, struct prove_command *prove, const struct proof *proof) {
    if (proof->budget) {
        buffer_format(out, "%llu cells were spent, and --cells can give it more",
                      (unsigned long long)prove->cells);
    } else if (proof->because) {
        buffer_string(out, "it rests on `");
        prove_visible(out, show_words(&prove->set, proof->because, &prove->arena));
        buffer_string(out, "` (");
        prove_place(out, prove, proof->because);
        buffer_string(out, "), which is beyond the analysis");
    } else {
        buffer_string(out, "no case that seemed to break it did so when it was evaluated");
    }
}

/* A test that is being written. */
struct prove_test {
    const struct prove_command *prove;
    const struct outcome *outcome;
    struct buffer words;
    bool *told; /* by decision */
    bool begun;
};

static void test_expects(struct prove_test *test, uint32_t decision) {
    size_t before = test->words.length;
    if (test->told[decision])
        return;
    test->told[decision] = true;
    buffer_string(&test->words, test->begun ? "         " : "  expect ");
    if (!witness_expectation(&test->words, &test->prove->set, decision,
                             &test->outcome->decisions[decision])) {
        test->words.length = before;
        return;
    }
    buffer_char(&test->words, '\n');
    test->begun = true;
}

/* The decisions that a condition names; as deep as a tree is high. */
static void test_expects_named(struct prove_test *test, const struct ast_node *node) {
    const struct ref *ref = &test->prove->set.node_refs[node->id];
    if ((node->kind == AST_NAME || node->kind == AST_PATH) && ref->kind == REF_TO_DECISION) {
        test_expects(test, ref->index);
        return;
    }
    for (int i = 0; i < node->kid_count; i++)
        for (const struct ast_node *kid = node->kids[i]; kid; kid = kid->next)
            test_expects_named(test, kid);
}

/* A test expects something: where the property names no decision, it is all there are. */
static void test_expects_all(struct prove_test *test) {
    const struct policy_set *set = &test->prove->set;
    for (uint32_t i = 0; i < set->decision_count && !test->begun; i++)
        if (set->decisions[i].kind != DECISION_DEFINE)
            test_expects(test, i);
    for (uint32_t i = 0; i < set->decision_count && !test->begun; i++)
        test_expects(test, i);
}

/* The case as a test of what comes out now, which is what someone who mends the policy changes. Nothing where it could expect nothing. */
static void prove_test(struct buffer *out, struct prove_command *prove, uint32_t property,
                       const struct refutation *refutation) {
    const struct property *of = &prove->set.properties[property];
    struct prove_test test = {.prove = prove, .outcome = &refutation->explanation.outcome};
    test.told = arena_array(&prove->arena, prove->set.decision_count + 1, sizeof *test.told);
    buffer_init(&test.words, out->alloc);
    buffer_text(&test.words, of->title);
    buffer_string(&test.words, " (breaks it)");
    size_t title = test.words.length, start = out->length;
    buffer_string(out, "test ");
    witness_text(out, (struct text){test.words.data, title});
    buffer_char(out, '\n');
    witness_test(out, prove->program, prove->proofs.items[property].witness);
    if (test.told && of->whenever)
        test_expects_named(&test, of->whenever);
    if (test.told)
        test_expects_named(&test, of->condition);
    if (test.told && !test.begun)
        test_expects_all(&test);
    if (test.begun && !test.words.failed)
        buffer_add(out, test.words.data + title, test.words.length - title);
    else
        out->length = start;
    out->failed = out->failed || test.words.failed || !test.told;
    buffer_free(&test.words);
}

/* --- text and line --- */

static const char *const verdict_words[] = {"proved", "refuted", "not decided"};

static void text_head(struct buffer *out, const struct prove_command *prove, uint32_t property, bool colour) {
    static const char *const shown[] = {"proved      ", "REFUTED     ", "NOT DECIDED "};
    static const char *const codes[] = {"\033[32m", "\033[1;31m", "\033[1;33m"};
    const struct proof *proof = &prove->proofs.items[property];
    if (colour)
        buffer_string(out, codes[proof->verdict]);
    buffer_string(out, shown[proof->verdict]);
    if (colour)
        buffer_string(out, "\033[0m");
    prove_place(out, prove, prove->set.properties[property].node);
    buffer_string(out, ": ");
    prove_visible(out, prove_title(prove, property));
    buffer_char(out, '\n');
}

static void text_indented(struct buffer *out, const struct buffer *lines, const char *indent) {
    size_t end;
    for (size_t at = 0; at < lines->length; at = end + 1) {
        const char *stop = memchr(lines->data + at, '\n', lines->length - at);
        end = stop ? (size_t)(stop - lines->data) : lines->length;
        buffer_string(out, indent);
        buffer_add(out, lines->data + at, end - at);
        buffer_char(out, '\n');
    }
    out->failed = out->failed || lines->failed;
}

static void text_witness(struct buffer *out, struct prove_command *prove, uint32_t property) {
    struct buffer words;
    buffer_init(&words, out->alloc);
    witness_words(&words, prove->program, prove->proofs.items[property].witness);
    prove_visible(out, (struct text){words.data, words.length});
    out->failed = out->failed || words.failed;
    buffer_free(&words);
}

/* False where memory ran out. */
static bool text_refuted(struct buffer *out, struct prove_command *prove, uint32_t property, bool colour) {
    struct refutation refutation;
    struct buffer test;
    if (!prove_explain(prove, property, &refutation))
        return false;
    buffer_string(out, "  broken where ");
    text_witness(out, prove, property);
    buffer_char(out, '\n');
    if (refutation.property.has_whenever) {
        buffer_string(out, "  whenever\n");
        why_condition(out, &refutation.explanation, &refutation.property.whenever, colour);
        buffer_string(out, "  then\n");
    }
    why_condition(out, &refutation.explanation, &refutation.property.condition, colour);
    buffer_init(&test, out->alloc);
    prove_test(&test, prove, property, &refutation);
    if (test.length)
        buffer_string(out, "  as a test of what comes out now\n");
    text_indented(out, &test, "    ");
    buffer_free(&test);
    return true;
}

static bool show_text(struct prove_command *prove, uint32_t property) {
    struct buffer *out = &prove->output.buffer;
    const struct proof *proof = &prove->proofs.items[property];
    bool colour = prove->cli->colour_out;
    text_head(out, prove, property, colour);
    if (proof->verdict == PROOF_REFUTED)
        return text_refuted(out, prove, property, colour);
    if (proof->verdict == PROOF_NOT_DECIDED) {
        buffer_string(out, "  ");
        prove_reason(out, prove, proof);
        buffer_char(out, '\n');
    } else if (proof->vacuous) {
        buffer_string(out, "  but `whenever` holds in no case, so it says nothing\n");
    }
    return true;
}

static bool show_line_form(struct prove_command *prove, uint32_t property) {
    struct buffer *out = &prove->output.buffer;
    const struct proof *proof = &prove->proofs.items[property];
    prove_place(out, prove, prove->set.properties[property].node);
    buffer_format(out, ": %s: ", verdict_words[proof->verdict]);
    prove_visible(out, prove_title(prove, property));
    if (proof->verdict == PROOF_REFUTED) {
        buffer_string(out, ": broken where ");
        text_witness(out, prove, property);
    } else if (proof->verdict == PROOF_NOT_DECIDED) {
        buffer_string(out, ": ");
        prove_reason(out, prove, proof);
    } else if (proof->vacuous) {
        buffer_string(out, ": but `whenever` holds in no case, so it says nothing");
    }
    buffer_char(out, '\n');
    return true;
}

/* --- JSON --- */

static void json_filled(struct buffer *out, const char *key, struct buffer *words) {
    buffer_format(out, ",\"%s\":", key);
    buffer_json(out, words->data ? words->data : "", words->length);
    out->failed = out->failed || words->failed;
    buffer_reuse(words);
}

/* False where memory ran out. */
static bool json_refuted(struct buffer *out, struct prove_command *prove, uint32_t property) {
    const struct witness *witness = prove->proofs.items[property].witness;
    struct refutation refutation;
    struct buffer words;
    if (!prove_explain(prove, property, &refutation))
        return false;
    buffer_string(out, ",\"witness\":{\"today\":");
    say_json_day(out, witness->today);
    buffer_string(out, ",\"record\":");
    witness_json(out, &prove->set, witness);
    buffer_init(&words, out->alloc);
    witness_words(&words, prove->program, witness);
    json_filled(out, "words", &words);
    prove_test(&words, prove, property, &refutation);
    json_filled(out, "test", &words);
    buffer_free(&words);
    buffer_char(out, '}');
    if (refutation.property.has_whenever) {
        buffer_string(out, ",\"whenever\":");
        why_json_condition(out, &prove->set, &refutation.property.whenever);
    }
    buffer_string(out, ",\"condition\":");
    why_json_condition(out, &prove->set, &refutation.property.condition);
    return true;
}

static void json_undecided(struct buffer *out, struct prove_command *prove, const struct proof *proof) {
    struct buffer words;
    buffer_format(out, ",\"budget_spent\":%s", proof->budget ? "true" : "false");
    buffer_init(&words, out->alloc);
    prove_reason(&words, prove, proof);
    json_filled(out, "reason", &words);
    buffer_free(&words);
    if (!proof->because)
        return;
    buffer_string(out, ",\"because\":{\"text\":");
    say_json_text(out, show_words(&prove->set, proof->because, &prove->arena));
    buffer_char(out, ',');
    say_json_place(out, &prove->set, proof->because);
    buffer_char(out, '}');
}

static bool show_json_form(struct prove_command *prove, uint32_t property) {
    static const char *const verdicts[] = {"proved", "refuted", "not_decided"};
    struct buffer *out = &prove->output.buffer;
    const struct proof *proof = &prove->proofs.items[property];
    bool good = true;
    buffer_string(out, prove->shown > 1 ? ",\n{" : "\n{");
    say_json_key(out, "title");
    say_json_text(out, prove_title(prove, property));
    buffer_char(out, ',');
    say_json_place(out, &prove->set, prove->set.properties[property].node);
    buffer_format(out, ",\"verdict\":\"%s\",\"cells\":%llu", verdicts[proof->verdict],
                  (unsigned long long)proof->cells);
    if (proof->verdict == PROOF_REFUTED)
        good = json_refuted(out, prove, property);
    else if (proof->verdict == PROOF_NOT_DECIDED)
        json_undecided(out, prove, proof);
    else
        buffer_format(out, ",\"vacuous\":%s", proof->vacuous ? "true" : "false");
    buffer_char(out, '}');
    return good;
}

static void json_opening(struct prove_command *prove) {
    struct buffer *out = &prove->output.buffer;
    buffer_format(out, "{\"proviso_prove\":%d,\"policy\":", PROVE_JSON_VERSION);
    say_json_text(out, prove->set.modules[0].name->text);
    buffer_string(out, ",\"amendments\":[");
    for (size_t i = 1; i < prove->set.module_count; i++) {
        buffer_string(out, i > 1 ? "," : "");
        say_json_text(out, prove->set.modules[i].name->text);
    }
    buffer_string(out, "],\"properties\":[");
}

/* --- JUnit --- */

static bool show_junit(struct prove_command *prove, uint32_t property) {
    struct buffer *out = &prove->output.buffer;
    const struct proof *proof = &prove->proofs.items[property];
    struct text title = prove_title(prove, property);
    const char *path;
    struct buffer lines;
    bool good = true;
    show_line(&prove->set, prove->set.properties[property].node, &path);
    buffer_string(out, "    <testcase classname=\"");
    buffer_xml(out, path, strlen(path));
    buffer_string(out, "\" name=\"");
    buffer_xml(out, title.bytes, title.length);
    if (proof->verdict == PROOF_PROVED) {
        buffer_string(out, "\"/>\n");
        return true;
    }
    buffer_init(&lines, out->alloc);
    if (proof->verdict == PROOF_REFUTED)
        good = text_refuted(&lines, prove, property, false);
    else
        prove_reason(&lines, prove, proof);
    buffer_format(out, "\">\n      <failure message=\"%s\">", verdict_words[proof->verdict]);
    cli_xml_lines(out, &lines);
    buffer_string(out, "</failure>\n    </testcase>\n");
    buffer_free(&lines);
    return good;
}

/* --- the verb --- */

static size_t prove_select(struct prove_command *prove) {
    size_t count = 0;
    for (uint32_t i = 0; i < prove->set.property_count; i++) {
        prove->wanted[i] = cli_filtered(prove->cli, prove_title(prove, i));
        count += prove->wanted[i];
    }
    return count;
}

static void prove_begin(struct prove_command *prove, enum prove_format format) {
    if (format == PROVE_JSON)
        json_opening(prove);
    else if (format == PROVE_JUNIT)
        buffer_string(&prove->output.buffer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                                             "  <testsuite name=\"proviso prove\">\n");
}

static void prove_end(struct prove_command *prove, enum prove_format format) {
    struct buffer *out = &prove->output.buffer;
    if (format == PROVE_JSON)
        buffer_format(out, "],\n\"proved\":%zu,\"refuted\":%zu,\"not_decided\":%zu}\n",
                      prove->counts[PROOF_PROVED], prove->counts[PROOF_REFUTED],
                      prove->counts[PROOF_NOT_DECIDED]);
    else if (format == PROVE_JUNIT)
        buffer_string(out, "  </testsuite>\n</testsuites>\n");
    else if (format == PROVE_TEXT && prove->shown > 0 && !prove->cli->given[OPTION_QUIET])
        buffer_format(out, "%zu propert%s: %zu proved, %zu refuted, %zu not decided\n", prove->shown,
                      prove->shown == 1 ? "y" : "ies", prove->counts[PROOF_PROVED],
                      prove->counts[PROOF_REFUTED], prove->counts[PROOF_NOT_DECIDED]);
}

/* With --quiet text is of those only that are not proved. False where memory ran out or the output cannot be written. */
static bool prove_show(struct prove_command *prove, enum prove_format format) {
    static bool (*const shows[])(struct prove_command *, uint32_t) = {show_text, show_line_form,
                                                                      show_json_form, show_junit};
    bool good = true;
    prove_begin(prove, format);
    for (uint32_t i = 0; i < prove->set.property_count && good; i++) {
        const struct proof *proof = &prove->proofs.items[i];
        if (!prove->wanted[i])
            continue;
        prove->shown++;
        prove->counts[proof->verdict]++;
        if (format <= PROVE_LINE && prove->cli->given[OPTION_QUIET] && proof->verdict == PROOF_PROVED)
            continue;
        good = shows[format](prove, i);
        if (!good)
            cli_error("memory ran out");
        good = good && output_flush_some(&prove->output);
    }
    prove_end(prove, format);
    return good;
}

static int prove_all(struct prove_command *prove, enum prove_format format) {
    size_t count = prove_select(prove);
    struct prove_options options = {prove->cells, prove->wanted};
    bool good;
    if (!count)
        cli_error(prove->set.property_count ? "no property has these words in its title"
                                            : "the policy has no property: write one with `always`");
    if (!prove_run(prove->program, &options, &prove->cli->arena, &prove->proofs))
        return cli_error("memory ran out");
    if (!output_open(&prove->output, prove->cli))
        return EXIT_CANNOT_RUN;
    good = prove_show(prove, format);
    return output_close(&prove->output, good,
                        !good && !prove->output.closed && !prove->output.error ? EXIT_CANNOT_RUN
                        : !count || prove->counts[PROOF_PROVED] < prove->shown ? EXIT_FINDING
                                                                               : EXIT_FINE);
}

int cmd_prove(struct cli *cli) {
    static const char *const formats[] = {"text", "line", "json", "junit"};
    const char *wanted = cli->given[OPTION_FORMAT] ? cli->values[OPTION_FORMAT] : "text";
    struct prove_command prove = {.cli = cli};
    int code, format = cli_choose(cli, wanted, formats, PROVE_FORMATS,
                                  "--format of prove takes text, line, json or junit");
    if (format < 0 || !cli_number(cli, OPTION_CELLS, "a number of cells", ANALYSIS_CELLS, &prove.cells))
        return EXIT_CANNOT_RUN;
    if (!cli_load(cli, &prove.set, format == PROVE_LINE || format == PROVE_JSON ? formats[format] : "text",
                  &code))
        return code;
    if (!program_compile(&prove.set, &cli->arena, &prove.program))
        return cli_error("%s",
                         prove.program && prove.program->problem ? prove.program->problem : "memory ran out");
    prove.wanted = arena_array(&cli->arena, prove.set.property_count + 1, sizeof *prove.wanted);
    if (!prove.wanted)
        return cli_error("memory ran out");
    arena_init(&prove.arena, cli->arena.alloc);
    code = prove_all(&prove, (enum prove_format)format);
    arena_free(&prove.arena);
    return code;
}
