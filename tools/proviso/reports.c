/*
 * What the verbs that report on titled things share, tests and properties: which are chosen, and lines of text inside XML. Must not
 * know what is reported.
 */
#include "tools/proviso/cli.h"

#include <string.h>

bool cli_filtered(const struct cli *cli, struct text title) {
    const char *words = cli->values[OPTION_FILTER];
    size_t length = words ? strlen(words) : 0, i;
    if (!words || !length)
        return true;
    for (i = 0; i + length <= title.length; i++)
        if (memcmp(title.bytes + i, words, length) == 0)
            return true;
    return false;
}

void cli_xml_lines(struct buffer *out, const struct buffer *lines) {
    size_t at, end;
    for (at = 0; at < lines->length; at = end + 1) {
        const char *stop = memchr(lines->data + at, '\n', lines->length - at);
        end = stop ? (size_t)(stop - lines->data) : lines->length;
        buffer_xml(out, lines->data + at, end - at);
        buffer_char(out, '\n');
    }
    out->failed = out->failed || lines->failed;
}
