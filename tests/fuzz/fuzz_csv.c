/*
 * CSV facts: whatever comes in is answered, the same however it is cut into pieces. The policy has a fact of each type that a cell can
 * hold. Must not know JSON.
 */
#include "tests/fuzz/fuzz.h"

static const char policy[] =
    "policy p \"P\"\n  covers 2020-01-01 through 2020-12-31\n  months round back\n"
    "type colour one of red = \"Red, dark\", green = \"Green\", blue\n"
    "fact paint: colour\nfact ready: yes/no\nfact begun: date\n"
    "fact word: text otherwise \"none\"\n"
    "fact amount: number with 2 decimals from \"group.amount\"\n"
    "fact ended: optional date only when ready\n"
    "require \"small\" amount < 1000\n"
    "decide d: text otherwise word\n"
    "rule r when paint is red then notice \"{paint} {begun} {amount} {ended} {word}\"\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    fuzz_facts(policy, FACTS_CSV, bytes, length);
    return 0;
}
