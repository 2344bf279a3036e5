/*
 * JSON facts: whatever comes in is answered, the same however it is cut into pieces, in each form that JSON may have. The policy has a
 * fact of each type. Must not know CSV.
 */
#include "tests/fuzz/fuzz.h"

static const char policy[] =
    "policy p \"P\"\n  covers 2020-01-01 through 2020-12-31\n  months round back\n"
    "type colour one of red = \"Red\", green = \"Green\", blue\n"
    "record part\n  size: number 0 through 100 with 1 decimals\n"
    "  made: optional date from \"made.on\" otherwise none\n"
    "fact paint: colour\nfact shades: set of colour\nfact parts: list of part\n"
    "fact ready: yes/no\nfact begun: date\nfact word: text otherwise \"none\"\n"
    "fact amount: number with 2 decimals from \"group.amount\"\n"
    "fact ended: optional date only when ready\n"
    "require \"small\" amount < 1000\n"
    "decide d: text otherwise word\n"
    "decide n: number otherwise count of x in parts where (x.size > 1)\n"
    "rule r when paint in shades then notice \"{paint} {begun} {amount} {ended} {word}\"\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    /* One policy a target: the form changes with the input. */
    static const enum facts_form forms[] = {FACTS_AUTO, FACTS_JSON, FACTS_NDJSON};
    fuzz_facts(policy, forms[length % 3], bytes, length);
    return 0;
}
