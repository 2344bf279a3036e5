/*
 * proviso why: reads the facts up to the record asked for and explains one decision or duty of it. Must not know how an
 * explanation is found or shown.
 */
#include "interp/output/why.h"
#include "interp/program/compile.h"
#include "tools/proviso/cli.h"

#include <string.h>

enum why_format { FORMAT_TEXT, FORMAT_PLAIN, FORMAT_JSON, FORMAT_MARKDOWN, FORMAT_COUNT };

struct why_command {
    struct cli *cli;
    struct policy_set set;
    struct program *program;
    struct schema *schema;
    const char *name; /* what is asked about */
    struct subject subject;
    enum why_format format;
    enum facts_form input;
    struct question question;
    bool has_on;
    uint64_t wanted, read; /* records */
    struct output output;
    struct arena arena; /* of the record at hand */
    int code;
};

/* The last operand is the name, unless --decision gives it: a policy may be called as a decision is. */
static bool why_name(struct why_command *why) {
    struct cli *cli = why->cli;
    if (cli->given[OPTION_DECISION]) {
        why->name = cli->values[OPTION_DECISION];
        return true;
    }
    if (cli->operand_count == 0) {
        cli_usage(cli, "which policy, and which decision? name the files or folders, and last the decision");
        return false;
    }
    if (cli->operand_count == 1) {
        cli_usage(cli, "which decision of %s? name it last, or use --decision NAME",
                  cli_safe(cli, cli->operands[0]));
        return false;
    }
    why->name = cli->operands[--cli->operand_count];
    return true;
}

static bool why_options(struct why_command *why) {
    static const char *const formats[] = {"text", "plain", "json", "markdown"};
    struct cli *cli = why->cli;
    int chosen;
    if (cli->given[OPTION_FORMAT]) {
        chosen = cli_choose(cli, cli->values[OPTION_FORMAT], formats, FORMAT_COUNT,
                            "--format of why takes text, plain, json or markdown");
        if (chosen < 0)
            return false;
        why->format = (enum why_format)chosen;
    }
    if (cli->given[OPTION_PLAIN]) {
        if (cli->given[OPTION_FORMAT] && why->format != FORMAT_PLAIN) {
            cli_usage(cli, "--plain and --format %s ask for two forms", cli->values[OPTION_FORMAT]);
            return false;
        }
        why->format = FORMAT_PLAIN;
    }
    return cli_facts_form(cli, &why->input) &&
           cli_number(cli, OPTION_RECORD, "the number of a record", 1, &why->wanted) &&
           cli_question(cli, &why->question, &why->has_on);
}

/* The names of the set that resemble the one asked for. */
static bool why_find(struct why_command *why) {
    const struct policy_set *set = &why->set;
    struct text name = text_of(why->name), nearest = {0};
    unsigned best = 4;
    size_t i;
    if (explain_find(set, name, &why->subject))
        return true;
    for (i = 0; i < set->decision_count + set->duty_count; i++) {
        struct text other = i < set->decision_count ? set->decisions[i].shown
                                                    : set->duties[i - set->decision_count].name->text;
        unsigned distance = text_distance(name, other, 3);
        if (distance < best) {
            best = distance;
            nearest = other;
        }
    }
    if (nearest.length)
        cli_usage(why->cli, "the policy has no decision, definition or duty `%s`; did you mean `%.*s`?",
                  cli_safe(why->cli, why->name), (int)nearest.length, nearest.bytes);
    else
        cli_usage(why->cli, "the policy has no decision, definition or duty `%s`%s",
                  cli_safe(why->cli, why->name),
                  why->cli->given[OPTION_DECISION] ? "" : "; the last operand is the decision to explain");
    return false;
}

/* False where memory ran out. */
static bool why_explain(struct why_command *why, struct record *record) {
    struct question question = why->question;
    struct explanation explanation;
    enum evaluate_status status;
    struct buffer *out = &why->output.buffer;
    if (!why->has_on && !record->has_today && !record->problem_count && !record_no_day(record, &why->set))
        return false;
    if (!why->has_on)
        question.today = record->today;
    record->number = why->read;
    status = explain(why->program, record, &question, why->subject, &why->arena, &explanation);
    if (status == EVALUATE_OUT_OF_MEMORY)
        return false;
    why->code = status == EVALUATE_OK && explain_settled(&explanation) ? EXIT_FINE : EXIT_FINDING;
    if (why->format == FORMAT_JSON)
        why_json(out, &explanation, text_of(why->name));
    else
        why_report(out, &explanation,
                   why->format == FORMAT_PLAIN      ? WHY_PLAIN
                   : why->format == FORMAT_MARKDOWN ? WHY_MARKDOWN
                                                    : WHY_TEXT,
                   why->cli->colour_out);
    if (!out->failed)
        return true;
    buffer_clear(out); /* no half answer */
    why->code = EXIT_CANNOT_RUN;
    return false;
}

/* Reads on until the record is there. True to go on with the next input. */
static bool why_records(struct why_command *why, struct facts_reader *reader, const char *name) {
    for (;;) {
        struct record record;
        enum facts_status status;
        arena_reset(&why->arena);
        status = facts_next(reader, &why->arena, &record);
        if (!cli_warn_facts(why->cli, reader, name))
            status = FACTS_OUT_OF_MEMORY;
        if (status == FACTS_END)
            return true;
        if (status == FACTS_BROKEN) {
            cli_broken_facts(why->cli, &reader->problem, name);
            return false;
        }
        if (status == FACTS_RECORD && ++why->read < why->wanted)
            continue;
        if (status == FACTS_OUT_OF_MEMORY || !why_explain(why, &record))
            cli_error("memory ran out at record %llu of %s", (unsigned long long)reader->records,
                      cli_safe(why->cli, name));
        return false;
    }
}

static bool why_input(struct why_command *why, const char *path) {
    struct cli_facts facts;
    struct facts_reader reader;
    bool more = false;
    if (!cli_open_facts(why->cli, path, why->input, NULL, &facts))
        return false;
    if (facts_open(&reader, why->schema, &facts.input, facts.form, why->cli->arena.alloc)) {
        reader.day_given = why->has_on;
        reader.strict = why->cli->given[OPTION_STRICT];
        more = why_records(why, &reader, facts.input.name);
    } else {
        cli_error("memory ran out");
    }
    facts_close(&reader);
    cli_close_facts(&facts);
    return more;
}

static int why_run(struct why_command *why) {
    size_t i;
    bool more = true;
    if (!output_open(&why->output, why->cli))
        return EXIT_CANNOT_RUN;
    arena_init(&why->arena, why->cli->arena.alloc);
    for (i = 0; i < why->cli->fact_count && more; i++)
        more = why_input(why, why->cli->facts[i]);
    arena_free(&why->arena);
    if (more)
        cli_error("there is no record %llu: the facts have %llu", (unsigned long long)why->wanted,
                  (unsigned long long)why->read);
    return output_close(&why->output, why->code != EXIT_CANNOT_RUN, why->code);
}

int cmd_why(struct cli *cli) {
    struct why_command why = {.cli = cli, .code = EXIT_CANNOT_RUN};
    int code;
    if (!why_options(&why) || !why_name(&why) || !cli_load(cli, &why.set, "text", &code))
        return EXIT_CANNOT_RUN;
    if (!why_find(&why) || !cli_has_day(cli, &why.set, why.has_on))
        return EXIT_CANNOT_RUN;
    if (!program_compile(&why.set, &cli->arena, &why.program))
        return cli_error("%s", why.program && why.program->problem ? why.program->problem : "memory ran out");
    why.schema = schema_build(&why.set, &cli->arena);
    return why.schema ? why_run(&why) : cli_error("memory ran out");
}
