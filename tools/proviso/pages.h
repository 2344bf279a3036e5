/*
 * The pages of tools/pages as they are in the command; tools/embed-pages writes the table when it is built. Must not know what
 * a page says.
 */
#ifndef PROVISO_TOOLS_PAGES_H
#define PROVISO_TOOLS_PAGES_H

/* Markdown; `slug` is the name of the file without its ending. */
struct page {
    const char *slug, *text;
};

/* In order of their names; the last has no slug. */
extern const struct page pages[];

#endif
