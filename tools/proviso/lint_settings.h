/*
 * What a run of lint is asked to do: from the configuration file, and over it the command line. Must not know what the checks
 * are, but for their names.
 */
#ifndef PROVISO_TOOLS_LINT_SETTINGS_H
#define PROVISO_TOOLS_LINT_SETTINGS_H

#include "interp/analysis/lint.h"
#include "tools/proviso/cli.h"

/* The name of the file that is looked for. */
#define LINT_CONFIG_NAME ".proviso.toml"

struct lint_settings {
    enum diag_severity fail_level; /* the least level that gives exit code 1 */
    bool wanted[DIAG_CODE_COUNT];
    enum diag_severity levels[DIAG_CODE_COUNT];
    bool has_on;
    cal_day on;
    uint64_t cells; /* 0: the default of the analysis */
};

/*
 * Fills *settings: the defaults, then the file of --config, or else the first .proviso.toml from the folder of the first policy
 * upwards to the root of the repository (a folder with .git) or of the file system, then the options. False after a message.
 */
bool lint_settings_read(struct cli *cli, struct lint_settings *settings);

#endif
