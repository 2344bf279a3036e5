/*
 * The machine's own day, for `--on today` and nothing else: the one place where Proviso looks at a clock. Everything below
 * the command line is told the day.
 */
#include "tools/proviso/cli.h"

#include <time.h>

bool cli_today(cal_day *out) {
    time_t now = time(NULL);
    struct tm local;
    return now != (time_t)-1 && localtime_r(&now, &local) &&
           cal_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, out);
}
