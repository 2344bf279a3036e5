/*
 * proviso check: is the policy well formed? Messages go to standard error, a summary to standard output.
 */
#include "tools/proviso/cli.h"

#include <string.h>

static const char *check_plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void check_summary(struct buffer *out, const struct policy_set *set) {
    buffer_format(out, "%zu file%s, %zu fact%s, %zu rule%s, %zu decision%s, %zu test%s: ", set->tree_count,
                  check_plural(set->tree_count), set->fact_count, check_plural(set->fact_count),
                  set->rule_count, check_plural(set->rule_count), set->decision_count,
                  check_plural(set->decision_count), set->test_count, check_plural(set->test_count));
    if (set->diags.warnings)
        buffer_format(out, "no error, %zu warning%s\n", set->diags.warnings,
                      check_plural(set->diags.warnings));
    else
        buffer_string(out, "no error\n");
}

int cmd_check(struct cli *cli) {
    const char *format = cli->given[OPTION_FORMAT] ? cli->values[OPTION_FORMAT] : "text";
    struct policy_set set;
    int code;
    if (strcmp(format, "text") != 0 && strcmp(format, "line") != 0 && strcmp(format, "json") != 0)
        return cli_usage(cli, "--format of check takes text, line or json, not %s", cli_safe(cli, format));
    if (!cli_load(cli, &set, format, &code))
        return code;
    if (strcmp(format, "text") == 0 && !cli->given[OPTION_QUIET])
        check_summary(&cli->text, &set);
    return cli_finish(cli, EXIT_FINE);
}
