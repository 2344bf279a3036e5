/*
 * proviso dump: the register program of a policy in words, or the column program for all that eval shows of it. Must not know what
 * instructions are.
 */
#include "interp/output/answer.h"
#include "interp/program/compile.h"
#include "interp/run/column_plan.h"
#include "tools/proviso/cli.h"

/* False where memory ran out. */
static bool dump_columns(struct cli *cli, const struct policy_set *set, const struct program *program,
                         struct buffer *out) {
    struct answer_form form;
    const struct text *unknown;
    const struct column_plan *plan;
    if (!answer_form_init(&form, set, &cli->arena, NULL, 0, &unknown))
        return false;
    plan = column_plan(program, form.decisions, form.duties, COLUMN_ROWS_MAX, &cli->arena);
    if (plan)
        column_plan_dump(out, plan);
    return plan != NULL;
}

int cmd_dump(struct cli *cli) {
    struct policy_set set;
    struct program *program;
    struct output output;
    int code;
    if (!cli_load(cli, &set, "text", &code))
        return code;
    if (!program_compile(&set, &cli->arena, &program))
        return cli_error("%s", program && program->problem ? program->problem : "memory ran out");
    if (!output_open(&output, cli))
        return EXIT_CANNOT_RUN;
    if (!cli->given[OPTION_COLUMNS])
        program_dump(&output.buffer, program);
    else if (!dump_columns(cli, &set, program, &output.buffer))
        return output_close(&output, false, cli_error("memory ran out"));
    return output_close(&output, true, EXIT_FINE);
}
