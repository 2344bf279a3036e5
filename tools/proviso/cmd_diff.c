/*
 * proviso diff: reads two policies, compares them over all cases, and with --facts the answers to every record under both. Must not
 * know how policies are compared, nor how a comparison is shown.
 */
#include "interp/analysis/prove.h"
#include "interp/program/compile.h"
#include "tools/proviso/diff_report.h"

#include <string.h>

enum diff_format { DIFF_TEXT, DIFF_JSON, DIFF_MARKDOWN, DIFF_FORMATS };

struct diff_command {
    struct cli *cli;
    struct policy_set sets[2];
    struct program *programs[2];
    struct schema *schemas[2];
    struct comparison comparison;
    struct changed_records records;
    enum diff_format format;
    enum facts_form input;
    struct question question;
    bool has_on;
    uint64_t cells;
    struct output output;
    struct arena arenas[2]; /* of the record at hand */
    bool broken;
};

/* --- options and policies --- */

static bool diff_options(struct diff_command *diff) {
    static const char *const formats[] = {"text", "json", "markdown"};
    struct cli *cli = diff->cli;
    int chosen;
    if (cli->given[OPTION_FORMAT]) {
        chosen = cli_choose(cli, cli->values[OPTION_FORMAT], formats, DIFF_FORMATS,
                            "--format of diff takes text, json or markdown");
        if (chosen < 0)
            return false;
        diff->format = (enum diff_format)chosen;
    }
    if (!cli_number(cli, OPTION_CELLS, "a number of cells", ANALYSIS_CELLS, &diff->cells))
        return false;
    diff->records.asked = cli->fact_count > 0;
    for (size_t i = 0; i < cli->fact_count; i++) {
        if (strcmp(cli->facts[i], "-") == 0) {
            cli_usage(cli, "each policy reads the facts for itself: name a file, not standard input");
            return false;
        }
    }
    if (!diff->records.asked && (cli->given[OPTION_ON] || cli->given[OPTION_INPUT])) {
        cli_usage(cli, "%s is for the records of --facts", cli->given[OPTION_ON] ? "--on" : "--input");
        return false;
    }
    return !diff->records.asked ||
           (cli_facts_form(cli, &diff->input) && cli_question(cli, &diff->question, &diff->has_on));
}

/* `diff OLD NEW`, or `diff OLD... -- NEW...`: how many operands are of the old one; 0 after a message. */
static size_t diff_old(struct cli *cli) {
    size_t old = cli->separator;
    if (old > 0 && old < cli->operand_count)
        return old;
    if (old == 0 && cli->operand_count == 2)
        return 1;
    if (cli->operand_count < 2)
        cli_usage(cli, "which policies? name the old one and the new one, files or folders");
    else
        cli_usage(cli, "which files are of which policy? put -- between the old ones and the new ones");
    return 0;
}

static bool diff_load(struct diff_command *diff, int *code) {
    struct cli *cli = diff->cli;
    const char **operands = cli->operands;
    size_t count = cli->operand_count, old = diff_old(cli);
    bool good = old > 0;
    *code = EXIT_CANNOT_RUN;
    for (size_t i = 0; i < 2 && good; i++) {
        cli->operands = i == 0 ? operands : operands + old;
        cli->operand_count = i == 0 ? old : count - old;
        good = cli_load(cli, &diff->sets[i], "text", code);
        if (good && !program_compile(&diff->sets[i], &cli->arena, &diff->programs[i])) {
            const struct program *program = diff->programs[i];
            *code = cli_error("%s", program && program->problem ? program->problem : "memory ran out");
            good = false;
        }
    }
    cli->operands = operands;
    cli->operand_count = count;
    return good;
}

/* The names of --only; each has to be in one of the policies. */
static bool diff_only(struct diff_command *diff, struct compare_options *options) {
    struct cli *cli = diff->cli;
    struct text *only = NULL;
    size_t count = 0;
    if (!cli->given[OPTION_ONLY])
        return true;
    if (!cli_split(cli, cli->values[OPTION_ONLY], &only, &count)) {
        cli_error("memory ran out");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (compare_knows(diff->programs[0], only[i]) || compare_knows(diff->programs[1], only[i]))
            continue;
        cli_usage(cli, "--only %s: neither policy has a decision, definition or duty `%s`",
                  cli_safe(cli, cli->values[OPTION_ONLY]),
                  cli_safe(cli, arena_copy(&cli->arena, only[i].bytes, only[i].length)));
        return false;
    }
    options->only = only;
    options->only_count = count;
    return true;
}

/* --- records --- */

/* The same file, read by one of the policies. */
struct diff_input {
    struct cli_facts facts;
    struct facts_reader reader;
};

/* How a record fares under one policy. */
enum fate { FATE_EVALUATED, FATE_REJECTED, FATE_NOT_COVERED, FATE_NO_MEMORY };

static enum fate diff_evaluate(struct diff_command *diff, int which, struct record *record,
                               struct outcome *outcome) {
    struct question question = diff->question;
    if (!diff->has_on && !record->has_today && !record->problem_count &&
        !record_no_day(record, &diff->sets[which]))
        return FATE_NO_MEMORY;
    if (!diff->has_on)
        question.today = record->today;
    if (record->problem_count)
        return FATE_REJECTED;
    switch (evaluate(diff->programs[which], record, &question, &diff->arenas[which], NULL, outcome)) {
    case EVALUATE_OK:
        return outcome->covered ? FATE_EVALUATED : FATE_NOT_COVERED;
    case EVALUATE_REJECTED:
        return FATE_REJECTED;
    case EVALUATE_OUT_OF_MEMORY:
        break;
    }
    return FATE_NO_MEMORY;
}

static bool add_answer(struct diff_command *diff, struct changed_record *record,
                       struct changed_answer answer) {
    return ARENA_PUSH(&diff->cli->arena, record->answers, record->count, record->capacity, answer);
}

/* What differs between two evaluations; false where memory ran out. Words are made only for records that are listed. */
static bool diff_answers(struct diff_command *diff, const struct outcome *const outcomes[2], bool listed,
                         struct changed_record *record) {
    const struct program *const programs[2] = {diff->programs[0], diff->programs[1]};
    struct arena *arena = &diff->cli->arena;
    struct buffer words[2];
    struct buffer *const both[2] = {&words[0], &words[1]};
    bool good = true;
    buffer_init(&words[0], arena->alloc);
    buffer_init(&words[1], arena->alloc);
    for (size_t i = 0; i < diff->comparison.count && good; i++) {
        struct changed_answer answer = {.item = i};
        if (!compare_outcomes(programs, outcomes, &diff->comparison, i, NULL))
            continue;
        record->count += !listed;
        if (!listed)
            continue;
        buffer_clear(&words[0]);
        buffer_clear(&words[1]);
        (void)compare_outcomes(programs, outcomes, &diff->comparison, i, both);
        answer.before = arena_copy(arena, words[0].data ? words[0].data : "", words[0].length);
        answer.after = arena_copy(arena, words[1].data ? words[1].data : "", words[1].length);
        good = answer.before && answer.after && !words[0].failed && !words[1].failed &&
               add_answer(diff, record, answer);
    }
    buffer_free(&words[0]);
    buffer_free(&words[1]);
    return good;
}

static bool diff_record(struct diff_command *diff, struct record records[2], const char *path) {
    static const char *const fates[] = {"evaluated", "rejected", "not covered"};
    struct changed_records *all = &diff->records;
    bool listed = diff->format == DIFF_JSON || all->count < DIFF_RECORDS;
    struct changed_record made = {.input = diff->cli->fact_count > 1 ? path : NULL, .number = all->read};
    struct outcome outcomes[2];
    const struct outcome *const shown[2] = {&outcomes[0], &outcomes[1]};
    enum fate fate[2];
    for (int i = 0; i < 2; i++) {
        fate[i] = diff_evaluate(diff, i, &records[i], &outcomes[i]);
        if (fate[i] == FATE_NO_MEMORY)
            return false;
    }
    made.number = records[0].number;
    all->rejected += fate[0] == FATE_REJECTED && fate[1] == FATE_REJECTED;
    all->uncovered += fate[0] == FATE_NOT_COVERED && fate[1] == FATE_NOT_COVERED;
    if (fate[0] == FATE_EVALUATED && fate[1] == FATE_EVALUATED) {
        if (!diff_answers(diff, shown, listed, &made))
            return false;
    } else if (fate[0] != fate[1]) {
        const struct changed_answer answer = {SIZE_MAX, fates[fate[0]], fates[fate[1]]};
        if (!add_answer(diff, &made, answer))
            return false;
    }
    all->changed += made.count > 0;
    return made.count == 0 || !listed ||
           ARENA_PUSH(&diff->cli->arena, all->items, all->count, all->capacity, made);
}

/* Both readers go on together: they read the same bytes. True to go on with the next file. */
static bool diff_records(struct diff_command *diff, struct diff_input inputs[2], const char *path) {
    for (;;) {
        struct record records[2];
        enum facts_status status[2];
        for (int i = 0; i < 2; i++) {
            arena_reset(&diff->arenas[i]);
            status[i] = facts_next(&inputs[i].reader, &diff->arenas[i], &records[i]);
            if (!cli_warn_facts(diff->cli, &inputs[i].reader, inputs[i].facts.input.name))
                status[i] = FACTS_OUT_OF_MEMORY;
            if (status[i] == FACTS_BROKEN) {
                cli_broken_facts(diff->cli, &inputs[i].reader.problem, inputs[i].facts.input.name);
                diff->broken = true;
                return true;
            }
        }
        if (status[0] == FACTS_END && status[1] == FACTS_END)
            return true;
        diff->records.read++;
        if (status[0] != FACTS_RECORD || status[1] != FACTS_RECORD || !diff_record(diff, records, path)) {
            cli_error("memory ran out at record %llu of %s", (unsigned long long)inputs[0].reader.records,
                      cli_safe(diff->cli, path));
            diff->broken = true;
            return false;
        }
    }
}

static bool diff_file(struct diff_command *diff, const char *path) {
    struct diff_input *inputs = arena_array(&diff->cli->arena, 2, sizeof *inputs);
    bool good = inputs != NULL, opened = good;
    int open = 0;
    for (; open < 2 && opened; open++) {
        opened = cli_open_facts(diff->cli, path, diff->input, NULL, &inputs[open].facts);
        if (!opened)
            break;
        good = facts_open(&inputs[open].reader, diff->schemas[open], &inputs[open].facts.input,
                          inputs[open].facts.form, diff->cli->arena.alloc) &&
               good;
        inputs[open].reader.day_given = diff->has_on;
        inputs[open].reader.strict = diff->cli->given[OPTION_STRICT];
    }
    diff->broken = diff->broken || !opened || !good;
    if (!good)
        cli_error("memory ran out");
    if (good && opened)
        good = diff_records(diff, inputs, path);
    while (open-- > 0) {
        facts_close(&inputs[open].reader);
        cli_close_facts(&inputs[open].facts);
    }
    return good;
}

static bool diff_facts(struct diff_command *diff) {
    struct cli *cli = diff->cli;
    for (int i = 0; i < 2; i++) {
        if (!cli_has_day(cli, &diff->sets[i], diff->has_on))
            return false;
        diff->schemas[i] = schema_build(&diff->sets[i], &cli->arena);
        if (!diff->schemas[i]) {
            cli_error("memory ran out");
            return false;
        }
    }
    arena_init(&diff->arenas[0], cli->arena.alloc);
    arena_init(&diff->arenas[1], cli->arena.alloc);
    for (size_t i = 0; i < cli->fact_count && diff_file(diff, cli->facts[i]); i++) {}
    arena_free(&diff->arenas[0]);
    arena_free(&diff->arenas[1]);
    return !diff->broken;
}

/* --- the verb --- */

static int diff_show(struct diff_command *diff) {
    static void (*const shows[])(struct buffer *, const struct diff_report *) = {diff_text, diff_json,
                                                                                 diff_markdown};
    const struct diff_report report = {.sets = {&diff->sets[0], &diff->sets[1]},
                                       .programs = {diff->programs[0], diff->programs[1]},
                                       .comparison = &diff->comparison,
                                       .records = &diff->records,
                                       .cells = diff->cells,
                                       .colour = diff->cli->colour_out,
                                       .quiet = diff->cli->given[OPTION_QUIET],
                                       .arena = &diff->cli->arena};
    if (!output_open(&diff->output, diff->cli))
        return EXIT_CANNOT_RUN;
    shows[diff->format](&diff->output.buffer, &report);
    return output_close(&diff->output, true, diff_same(&report) ? EXIT_FINE : EXIT_FINDING);
}

int cmd_diff(struct cli *cli) {
    struct diff_command diff = {.cli = cli};
    struct compare_options options = {0};
    int code;
    if (!diff_options(&diff))
        return EXIT_CANNOT_RUN;
    if (!diff_load(&diff, &code))
        return code;
    if (!diff_only(&diff, &options))
        return EXIT_CANNOT_RUN;
    options.cell_budget = diff.cells;
    if (!compare_run(diff.programs[0], diff.programs[1], &options, &cli->arena, &diff.comparison))
        return cli_error("memory ran out");
    if (diff.records.asked && !diff_facts(&diff))
        return EXIT_CANNOT_RUN;
    return diff_show(&diff);
}
