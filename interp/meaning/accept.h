/*
 * The names of findings as an `accept` writes them: a code as the message shows it (W0601), or its short name with underscores,
 * as names of the language have no dashes. For the checker and for lint. Must not know what a finding means.
 */
#ifndef PROVISO_INTERP_MEANING_ACCEPT_H
#define PROVISO_INTERP_MEANING_ACCEPT_H

#include "grammar/source/diagnostic.h"

/* Whether `written` names that message: its code or its short name, in any case, with dashes or underscores. */
bool accept_names(struct text written, enum diag_code code);
/* The message that `written` names; false where there is none. */
bool accept_code(struct text written, enum diag_code *code);

#endif
