/*
 * proviso eval: reads records of facts, decides each on the day asked for, and writes the answers. One record is in memory
 * at a time. Must not know how a record is read, decided or shown.
 */
#include "interp/facts/facts.h"
#include "interp/output/answer.h"
#include "interp/program/compile.h"
#include "interp/run/evaluate.h"
#include "tools/proviso/cli.h"

#include <string.h>

enum eval_format { EVAL_TEXT, EVAL_JSON, EVAL_NDJSON, EVAL_CSV, EVAL_FORMAT_COUNT };

struct eval {
    struct cli *cli;
    struct policy_set set;
    struct program *program;
    struct schema *schema;
    struct answer_form form;
    enum eval_format format;
    enum facts_form input;
    struct question question;
    bool has_on;
    struct output output;
    struct arena arena; /* of the record at hand */
    uint64_t read, rejected, open;
    bool broken; /* some input could not be read to its end */
};

static bool eval_options(struct eval *eval) {
    static const char *const formats[] = {"text", "json", "ndjson", "csv"};
    struct cli *cli = eval->cli;
    int chosen;
    if (cli->given[OPTION_FORMAT]) {
        chosen = cli_choose(cli, cli->values[OPTION_FORMAT], formats, EVAL_FORMAT_COUNT,
                            "--format of eval takes text, json, ndjson or csv");
        if (chosen < 0)
            return false;
        eval->format = (enum eval_format)chosen;
    }
    return cli_facts_form(cli, &eval->input) && cli_question(cli, &eval->question, &eval->has_on);
}

/* Neither empty nor with an empty part before, after or between points. */
static bool eval_name_whole(struct text name) {
    size_t i;
    for (i = 0; i < name.length; i++)
        if (name.bytes[i] == '.' && (i == 0 || i + 1 == name.length || name.bytes[i + 1] == '.'))
            return false;
    return name.length > 0;
}

/* `items` of --only or --fields: none is missing or comes twice. */
static bool eval_names(struct cli *cli, enum option option, const char *name, const struct text *items,
                       size_t count) {
    size_t i, j;
    for (i = 0; i < count; i++) {
        if (!eval_name_whole(items[i])) {
            cli_usage(cli, "%s %s: a name is missing", name, cli_safe(cli, cli->values[option]));
            return false;
        }
        for (j = 0; j < i; j++)
            if (text_equal(items[i], items[j])) {
                cli_usage(cli, "%s %s: a name is given twice", name, cli_safe(cli, cli->values[option]));
                return false;
            }
    }
    return true;
}

/* In the flat forms a carried field, a decision and the columns `open` and `error` share one row. */
static bool eval_columns(struct eval *eval) {
    struct text clash;
    if (eval->format != EVAL_NDJSON && eval->format != EVAL_CSV)
        return true;
    if (!answer_flat_clash(&eval->form, eval->format == EVAL_NDJSON, &clash))
        return true;
    cli_usage(eval->cli, "two columns would be called `%s`; --format json keeps them apart",
              cli_safe(eval->cli, arena_copy(&eval->cli->arena, clash.bytes, clash.length)));
    return false;
}

static bool eval_form(struct eval *eval) {
    struct cli *cli = eval->cli;
    struct text *only = NULL, *fields = NULL;
    size_t only_count = 0, field_count = 0;
    const struct text *unknown = NULL;
    if ((cli->given[OPTION_ONLY] && !cli_split(cli, cli->values[OPTION_ONLY], &only, &only_count)) ||
        (cli->given[OPTION_FIELDS] && !cli_split(cli, cli->values[OPTION_FIELDS], &fields, &field_count))) {
        cli_error("memory ran out");
        return false;
    }
    if (!eval_names(cli, OPTION_ONLY, "--only", only, only_count) ||
        !eval_names(cli, OPTION_FIELDS, "--fields", fields, field_count))
        return false;
    if (!answer_form_init(&eval->form, &eval->set, &cli->arena, only, only_count, &unknown)) {
        if (unknown)
            cli_usage(cli, "--only %s: the policy has no decision, definition or duty `%s`",
                      cli_safe(cli, cli->values[OPTION_ONLY]),
                      cli_safe(cli, arena_copy(&cli->arena, unknown->bytes, unknown->length)));
        else
            cli_error("memory ran out");
        return false;
    }
    eval->form.fields = fields;
    eval->form.field_count = field_count;
    eval->form.colour = cli->colour_out;
    eval->form.csv_raw = cli->given[OPTION_CSV_RAW];
    return eval_columns(eval);
}

static void eval_write(struct eval *eval, const struct record *record, const struct outcome *outcome) {
    struct buffer *out = &eval->output.buffer;
    switch (eval->format) {
    case EVAL_JSON:
        answer_json(out, &eval->form, record, outcome);
        break;
    case EVAL_NDJSON:
        answer_ndjson(out, &eval->form, record, outcome);
        break;
    case EVAL_CSV:
        answer_csv(out, &eval->form, record, outcome);
        break;
    default:
        buffer_string(out, eval->read > 1 ? "\n" : "");
        answer_text(out, &eval->form, record, outcome);
        break;
    }
}

/*
 * Messages about a rejected record go to standard error too, where the answer itself is not for a person's eyes. False where
 * memory ran out.
 */
static bool eval_complain(struct eval *eval, const struct record *record, const char *name) {
    struct buffer line;
    size_t i;
    bool whole;
    buffer_init(&line, eval->cli->arena.alloc);
    for (i = 0; i < record->problem_count; i++) {
        const struct fact_problem *problem = &record->problems[i];
        const struct diag_message *message = diag_message(problem->code);
        buffer_visible(&line, name, strlen(name));
        buffer_format(&line, ":%llu: record %llu: ", (unsigned long long)problem->line,
                      (unsigned long long)record->number);
        if (problem->path[0]) {
            buffer_visible(&line, problem->path, strlen(problem->path));
            buffer_string(&line, ": ");
        }
        buffer_format(&line, "error %s %s: ", message->code, message->slug);
        buffer_visible(&line, problem->message, strlen(problem->message));
        buffer_char(&line, '\n');
    }
    if (line.length && !line.failed)
        fwrite(line.data, 1, line.length, stderr);
    whole = !line.failed;
    buffer_free(&line);
    return whole;
}

/* False where memory ran out. */
static bool eval_record(struct eval *eval, struct record *record, const char *name) {
    struct question question = eval->question;
    struct outcome outcome;
    enum evaluate_status status = EVALUATE_REJECTED;
    size_t before = eval->output.buffer.length;
    if (!eval->has_on && !record->has_today && !record->problem_count && !cli_no_day(&eval->set, record))
        return false;
    if (!eval->has_on)
        question.today = record->today;
    if (!record->problem_count)
        status = evaluate(eval->program, record, &question, &eval->arena, NULL, &outcome);
    if (status == EVALUATE_OUT_OF_MEMORY)
        return false;
    eval->read++;
    if (status == EVALUATE_REJECTED) {
        eval->rejected++;
        if (eval->format != EVAL_TEXT && !eval_complain(eval, record, name))
            return false;
    } else if (!answer_decided(&eval->form, &outcome)) {
        eval->open++;
    }
    eval_write(eval, record, status == EVALUATE_OK ? &outcome : NULL);
    if (!eval->output.buffer.failed)
        return true;
    /* No half answer; those before it are whole. */
    eval->output.buffer.length = before;
    eval->output.buffer.failed = false;
    return false;
}

/* True to go on with the next input. */
static bool eval_records(struct eval *eval, struct facts_reader *reader, const char *name) {
    for (;;) {
        struct record record;
        enum facts_status status;
        arena_reset(&eval->arena);
        status = facts_next(reader, &eval->arena, &record);
        if (!cli_warn_facts(eval->cli, reader, name))
            status = FACTS_OUT_OF_MEMORY;
        if (status == FACTS_END)
            return true;
        if (status == FACTS_BROKEN) {
            cli_broken_facts(eval->cli, reader, name);
            eval->broken = true;
            return true;
        }
        if (status == FACTS_OUT_OF_MEMORY || !eval_record(eval, &record, name)) {
            cli_error("memory ran out at record %llu of %s", (unsigned long long)reader->records,
                      cli_safe(eval->cli, name));
            eval->broken = true;
            return false;
        }
        if (!output_flush_some(&eval->output))
            return false;
    }
}

static bool eval_input(struct eval *eval, const char *path) {
    bool good;
    struct cli_facts facts;
    struct facts_reader reader;
    const char *name;
    if (!cli_open_facts(eval->cli, path, eval->input, &eval->output, &facts)) {
        eval->broken = true;
        return true;
    }
    name = facts.input.name;
    eval->form.input = eval->cli->fact_count > 1 ? path : NULL;
    good = facts_open(&reader, eval->schema, &facts.input, facts.form, eval->cli->arena.alloc);
    if (good) {
        reader.day_given = eval->has_on;
        reader.strict = eval->cli->given[OPTION_STRICT];
        reader.carried = eval->form.fields;
        reader.carried_count = eval->form.field_count;
        good = eval_records(eval, &reader, name);
    } else {
        cli_error("memory ran out");
        eval->broken = true;
    }
    facts_close(&reader);
    cli_close_facts(&facts);
    return good;
}

static void eval_summary(const struct eval *eval) {
    if (eval->cli->given[OPTION_QUIET] || (!eval->rejected && !eval->open && eval->read) ||
        (!eval->read && eval->broken))
        return;
    if (!eval->read)
        fputs("proviso: there was no record in the facts\n", stderr);
    else
        fprintf(stderr,
                "proviso: %llu record%s: %llu decided, %llu not decided or not covered, %llu rejected\n",
                (unsigned long long)eval->read, eval->read == 1 ? "" : "s",
                (unsigned long long)(eval->read - eval->open - eval->rejected),
                (unsigned long long)eval->open, (unsigned long long)eval->rejected);
}

static int eval_run(struct eval *eval) {
    size_t i;
    if (!output_open(&eval->output, eval->cli))
        return EXIT_CANNOT_RUN;
    if (!eval->cli->given[OPTION_FORMAT])
        eval->format = output_is_terminal(&eval->output) ? EVAL_TEXT : EVAL_JSON;
    eval->form.terminal = output_is_terminal(&eval->output);
    if (eval->format == EVAL_CSV)
        answer_csv_header(&eval->output.buffer, &eval->form);
    arena_init(&eval->arena, eval->cli->arena.alloc);
    for (i = 0; i < eval->cli->fact_count && eval_input(eval, eval->cli->facts[i]); i++)
        continue;
    arena_free(&eval->arena);
    i = (size_t)output_close(&eval->output, !eval->broken,
                             eval->broken                   ? EXIT_CANNOT_RUN
                             : eval->rejected || eval->open ? EXIT_FINDING
                                                            : EXIT_FINE);
    if (!eval->output.closed)
        eval_summary(eval);
    return (int)i;
}

int cmd_eval(struct cli *cli) {
    struct eval eval = {.cli = cli};
    int code;
    if (!eval_options(&eval) || !cli_load(cli, &eval.set, "text", &code))
        return EXIT_CANNOT_RUN;
    if (!cli_has_day(cli, &eval.set, eval.has_on) || !eval_form(&eval))
        return EXIT_CANNOT_RUN;
    if (!program_compile(&eval.set, &cli->arena, &eval.program))
        return cli_error("%s",
                         eval.program && eval.program->problem ? eval.program->problem : "memory ran out");
    eval.schema = schema_build(&eval.set, &cli->arena);
    return eval.schema ? eval_run(&eval) : cli_error("memory ran out");
}
