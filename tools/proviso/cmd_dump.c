/*
 * proviso dump: the register program of a policy, in words.
 */
#include "interp/program/compile.h"
#include "tools/proviso/cli.h"

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
    program_dump(&output.buffer, program);
    return output_close(&output, true, EXIT_FINE);
}
