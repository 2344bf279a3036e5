/*
 * proviso eval: reads records of facts, decides each on the day asked for, and writes the answers. Blocks of records are in
 * memory at a time, one a worker. Must not know how a record is read, decided or shown.
 */
#include "interp/batch/batch.h"
#include "interp/program/compile.h"
#include "tools/proviso/cli.h"
#include "tools/proviso/progress.h"

#include <string.h>

struct eval {
    struct cli *cli;
    struct policy_set set;
    struct program *program;
    struct schema *schema;
    struct answer_form form;
    enum batch_format format;
    enum facts_form input;
    unsigned jobs;
    struct question question;
    bool has_on;
    struct output output, rejects;
    struct tally tally; /* with --summary */
    enum batch_format summary_form;
    struct progress progress;
    struct batch batch;
    const char *name;              /* of the input at hand */
    struct fact_problem *warnings; /* shown of it */
    size_t warning_count, warning_capacity;
    uint64_t read, rejected, open;
    bool broken; /* some input could not be read to its end */
    bool ended;  /* there is no point in going on */
};

/* A file of its own. */
static bool eval_rejects(struct cli *cli) {
    const char *path = cli->values[OPTION_REJECTS], *output = cli->values[OPTION_OUTPUT];
    bool fine = !path || (strcmp(path, "-") != 0 && !(output && strcmp(path, output) == 0));
    if (!fine)
        cli_usage(cli, "--rejects needs a file of its own");
    return fine;
}

static bool eval_options(struct eval *eval) {
    static const char *const formats[] = {"text", "json", "ndjson", "csv"};
    struct cli *cli = eval->cli;
    int chosen;
    if (cli->given[OPTION_FORMAT]) {
        chosen = cli_choose(cli, cli->values[OPTION_FORMAT], formats, BATCH_CSV + 1,
                            "--format of eval takes text, json, ndjson or csv");
        if (chosen < 0)
            return false;
        eval->format = (enum batch_format)chosen;
    }
    if (cli->given[OPTION_SUMMARY] && cli->given[OPTION_FORMAT] && eval->format > BATCH_JSON) {
        cli_usage(cli, "--summary is a text or, with --format json, JSON");
        return false;
    }
    return eval_rejects(cli) && cli_jobs(cli, &eval->jobs) && cli_facts_form(cli, &eval->input) &&
           cli_question(cli, &eval->question, &eval->has_on);
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
    if (eval->format != BATCH_NDJSON && eval->format != BATCH_CSV)
        return true;
    if (!answer_flat_clash(&eval->form, eval->format == BATCH_NDJSON, &clash))
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
    eval->form.why = cli->given[OPTION_WHY];
    return eval_columns(eval);
}

/* A warning of one key is shown once a run, however many readers and inputs met it. False where memory ran out. */
static bool eval_warn(struct eval *eval, const struct fact_problem *warning) {
    struct cli *cli = eval->cli;
    struct fact_problem kept = *warning;
    size_t i;
    for (i = 0; i < eval->warning_count; i++)
        if (facts_same_warning(&eval->warnings[i], warning))
            return true;
    kept.path = arena_copy(&cli->arena, warning->path, strlen(warning->path));
    kept.message = arena_copy(&cli->arena, warning->message, strlen(warning->message));
    return kept.path && kept.message &&
           ARENA_PUSH(&cli->arena, eval->warnings, eval->warning_count, eval->warning_capacity, kept) &&
           cli_warn(cli, warning, eval->name);
}

/* Warnings and complaints in the order they came in. */
static bool eval_messages(struct eval *eval, const struct batch_part *part) {
    size_t said = 0, i;
    bool good = true;
    for (i = 0; i <= part->warning_count; i++) {
        size_t next = i < part->warning_count ? part->warnings[i].complaints : part->complaints.length;
        if (next > said)
            fwrite(part->complaints.data + said, 1, next - said, stderr);
        said = next;
        if (i < part->warning_count && !eval_warn(eval, &part->warnings[i].problem))
            good = false;
    }
    return good;
}

/* Answers of records that follow one another. */
static bool eval_take(void *context, const struct batch_part *part) {
    struct eval *eval = context;
    enum batch_end end = part->end;
    bool good;
    eval->read += part->count;
    eval->rejected += part->rejections;
    eval->open += part->open;
    if (part->complaints.length || part->warning_count || end != BATCH_FINE)
        progress_clear(&eval->progress);
    if (part->tally && end != BATCH_OUT_OF_MEMORY) /* where memory ran out it may lack its parts */
        tally_move(&eval->tally, part->tally);
    good = output_add(&eval->output, part->answers.data, part->answers.length);
    if (eval->batch.keep_source && part->rejected.length)
        good = output_add(&eval->rejects, part->rejected.data, part->rejected.length) && good;
    if (!eval->output.closed && !eval_messages(eval, part))
        end = BATCH_OUT_OF_MEMORY;
    if (end == BATCH_BROKEN)
        cli_broken_facts(eval->cli, &part->problem, eval->name);
    if (end == BATCH_OUT_OF_MEMORY)
        cli_error("memory ran out at record %llu of %s", (unsigned long long)part->records,
                  cli_safe(eval->cli, eval->name));
    eval->broken = eval->broken || end != BATCH_FINE;
    eval->ended = eval->ended || end == BATCH_OUT_OF_MEMORY || !good;
    progress_show(&eval->progress, eval->read, eval->rejected + eval->open);
    return good && end == BATCH_FINE;
}

/* True to go on with the next input. */
static bool eval_input(struct eval *eval, const char *path) {
    struct cli_facts facts;
    if (!cli_open_facts(eval->cli, path, eval->input, NULL, &facts)) {
        eval->broken = true;
        return true;
    }
    eval->name = facts.input.name;
    eval->warning_count = 0;
    eval->form.input = eval->cli->fact_count > 1 ? path : NULL;
    eval->batch.before = eval->read;
    facts.progress = &eval->progress;
    (void)batch_run(&eval->batch, &facts.input, facts.form, eval_take, eval);
    cli_close_facts(&facts);
    return !eval->ended;
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

/* The flat forms are answered through columns, but for a person at a terminal. False where memory ran out. */
static bool eval_plan(struct eval *eval) {
    struct column_plan *plan;
    bool flat = eval->format == BATCH_NDJSON || eval->format == BATCH_CSV;
    if (eval->format != BATCH_SUMMARY && (!flat || eval->form.terminal))
        return true;
    plan = column_plan(eval->program, eval->form.decisions, eval->form.duties, COLUMN_ROWS_MAX,
                       &eval->cli->arena);
    eval->batch.plan = plan && !plan->problem ? plan : NULL;
    return plan != NULL;
}

/* Everything is written and put in place, or nothing is. */
static int eval_close(struct eval *eval, int code) {
    bool keep = !eval->broken && code != EXIT_CANNOT_RUN;
    if (eval->cli->given[OPTION_REJECTS]) {
        bool whole = output_flush(&eval->output);
        int closed = output_close(&eval->rejects, keep && whole, code);
        if (keep && eval->output.closed)
            closed = cli_error("standard output was closed before all was written: %s is as it was",
                               eval->rejects.shown);
        if (closed == EXIT_CANNOT_RUN)
            keep = false;
        code = closed;
    }
    code = output_close(&eval->output, keep, code);
    if (!eval->output.closed)
        eval_summary(eval);
    return code;
}

/* The form of what is written; with --summary text or JSON. */
static bool eval_chosen(struct eval *eval) {
    struct cli *cli = eval->cli;
    bool terminal = output_is_terminal(&eval->output);
    if (!cli->given[OPTION_FORMAT])
        eval->format = terminal || cli->given[OPTION_SUMMARY] ? BATCH_TEXT : BATCH_JSON;
    eval->form.terminal = terminal;
    if (!cli->given[OPTION_SUMMARY])
        return true;
    eval->summary_form = eval->format;
    eval->format = BATCH_SUMMARY;
    if (tally_init(&eval->tally, &eval->form, &cli->arena))
        return true;
    cli_error("memory ran out");
    return false;
}

static void eval_inputs(struct eval *eval) {
    struct cli *cli = eval->cli;
    size_t i;
    eval->batch.program = eval->program;
    eval->batch.schema = eval->schema;
    eval->batch.form = &eval->form;
    eval->batch.format = eval->format;
    eval->batch.question = eval->question;
    eval->batch.has_on = eval->has_on;
    eval->batch.strict = cli->given[OPTION_STRICT];
    eval->batch.keep_source = cli->given[OPTION_REJECTS];
    eval->batch.jobs = eval->jobs;
    eval->batch.alloc = cli->arena.alloc;
    progress_begin(&eval->progress, cli);
    /* Whoever waits for the header before the first record is sent gets it. */
    if (output_flush(&eval->output))
        for (i = 0; i < cli->fact_count && eval_input(eval, cli->facts[i]); i++)
            continue;
    progress_clear(&eval->progress);
}

static int eval_run(struct eval *eval) {
    struct cli *cli = eval->cli;
    if (cli->given[OPTION_REJECTS] && !output_open_path(&eval->rejects, cli, cli->values[OPTION_REJECTS]))
        return EXIT_CANNOT_RUN;
    if (!output_open(&eval->output, cli))
        return cli->given[OPTION_REJECTS] ? output_close(&eval->rejects, false, EXIT_CANNOT_RUN)
                                          : EXIT_CANNOT_RUN;
    if (!eval_chosen(eval))
        return eval_close(eval, EXIT_CANNOT_RUN);
    if (eval->format == BATCH_CSV)
        answer_csv_header(&eval->output.buffer, &eval->form);
    if (!eval_plan(eval))
        return eval_close(eval, cli_error("memory ran out"));
    eval_inputs(eval);
    if (eval->format == BATCH_SUMMARY && eval->summary_form == BATCH_JSON)
        tally_json(&eval->output.buffer, &eval->tally);
    else if (eval->format == BATCH_SUMMARY)
        tally_text(&eval->output.buffer, &eval->tally);
    return eval_close(eval, eval->broken                   ? EXIT_CANNOT_RUN
                            : eval->rejected || eval->open ? EXIT_FINDING
                                                           : EXIT_FINE);
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
