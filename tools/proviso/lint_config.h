/*
 * .proviso.toml: where it is, and what it sets. Must not know the command line's options but for --config.
 */
#ifndef PROVISO_TOOLS_LINT_CONFIG_H
#define PROVISO_TOOLS_LINT_CONFIG_H

#include "tools/proviso/lint_settings.h"

/* The words that enable and disable take for all checks. */
#define LINT_ALL "all"

/* Finds and applies the configuration, if there is one; false after messages. */
bool lint_config_read(struct cli *cli, struct lint_settings *settings);

/* The check that a word names, by slug (with dashes or underscores) or code; false where there is none. */
bool lint_named(struct text word, enum diag_code *code);
/* The check that a word is most like, or NULL. */
const char *lint_nearest(struct text word);
/* The level that a word names: error, warning, note; false for another. */
bool lint_level(struct text word, enum diag_severity *level);
/* Switches all checks on or off. */
void lint_switch_all(struct lint_settings *settings, bool on);

#endif
