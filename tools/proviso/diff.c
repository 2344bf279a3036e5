/*
 * The shortest way from one text to the other by Myers' algorithm, a stretch at a time: after DIFF_STRETCH
 * changes it goes on from the farthest point reached, which keeps the time linear. Must not know what the
 * lines say.
 */
#include "tools/proviso/diff.h"

#include <string.h>

#define DIFF_STRETCH 200
#define DIFF_CONTEXT 3

/* The lines of one text, and which of them are not in the other. */
struct diff_side {
    struct text *lines; /* with their line ends */
    uint32_t *hashes;
    bool *changed;
    size_t count;
};

struct diff {
    struct diff_side a, b;
    /* The farthest line of `a` on each diagonal, one row for each number of changes. */
    size_t (*reached)[2 * DIFF_STRETCH + 1];
};

static struct text diff_line(struct text rest) {
    const char *end = rest.length ? memchr(rest.bytes, '\n', rest.length) : NULL;
    struct text line = {rest.bytes, end ? (size_t)(end - rest.bytes) + 1 : rest.length};
    return line;
}

static bool diff_split(struct diff_side *side, struct arena *arena, struct text text) {
    struct text rest, line;
    size_t count = 0, i;
    for (rest = text; rest.length; rest.bytes += line.length, rest.length -= line.length) {
        line = diff_line(rest);
        count++;
    }
    side->lines = arena_array(arena, count, sizeof *side->lines);
    side->hashes = arena_array(arena, count, sizeof *side->hashes);
    side->changed = arena_array(arena, count, sizeof *side->changed);
    if (!side->lines || !side->hashes || !side->changed)
        return false;
    for (rest = text; rest.length; rest.bytes += line.length, rest.length -= line.length) {
        uint32_t hash = 2166136261u;
        line = diff_line(rest);
        for (i = 0; i < line.length; i++)
            hash = (hash ^ (unsigned char)line.bytes[i]) * 16777619u;
        side->hashes[side->count] = hash;
        side->lines[side->count++] = line;
    }
    return true;
}

static bool diff_same(const struct diff *diff, size_t i, size_t j) {
    return diff->a.hashes[i] == diff->b.hashes[j] && text_equal(diff->a.lines[i], diff->b.lines[j]);
}

/* One point of the search, counted from the start of the stretch; `y` may lie before it. */
struct diff_point {
    size_t x, y;
};

/* Where diagonal `k` is reached with `d` changes, before equal lines are followed. */
static size_t diff_step(const struct diff *diff, int d, int k, bool *down) {
    const size_t *row = d ? diff->reached[d - 1] + DIFF_STRETCH : NULL;
    if (!row) {
        *down = false;
        return 0;
    }
    *down = k == -d || (k != d && row[k - 1] < row[k + 1]);
    return *down ? row[k + 1] : row[k - 1] + 1;
}

/* Marks the lines that the way to the point with `d` changes leaves out; `from` is the start of the stretch. */
static void diff_mark(struct diff *diff, struct diff_point from, int d, int k) {
    for (; d > 0; d--) {
        bool down;
        size_t x = diff_step(diff, d, k, &down);
        size_t y = (size_t)((long)x - k);
        if (down)
            diff->b.changed[from.y + y - 1] = true;
        else
            diff->a.changed[from.x + x - 1] = true;
        k += down ? 1 : -1;
    }
}

/* One stretch from `from`; gives where it ends. */
static struct diff_point diff_stretch(struct diff *diff, struct diff_point from) {
    size_t rows = diff->a.count - from.x, columns = diff->b.count - from.y;
    struct diff_point best = {0, 0};
    int d, k, best_d = 0, best_k = 0;
    for (d = 0; d < DIFF_STRETCH; d++)
        for (k = -d; k <= d; k += 2) {
            bool down;
            size_t x = diff_step(diff, d, k, &down), y = (size_t)((long)x - k);
            bool outside = (long)x - k < 0 || x > rows || y > columns;
            while (!outside && x < rows && y < columns && diff_same(diff, from.x + x, from.y + y))
                x++, y++;
            diff->reached[d][k + DIFF_STRETCH] = x;
            if (!outside && x + y > best.x + best.y) {
                best.x = x, best.y = y;
                best_d = d, best_k = k;
            }
            if (!outside && x == rows && y == columns) {
                diff_mark(diff, from, d, k);
                best.x = diff->a.count, best.y = diff->b.count;
                return best;
            }
        }
    diff_mark(diff, from, best_d, best_k);
    best.x += from.x, best.y += from.y;
    return best;
}

/* --- what is written --- */

static void diff_write_line(struct buffer *out, char sign, struct text line) {
    buffer_char(out, sign);
    buffer_text(out, line);
    if (line.length == 0 || line.bytes[line.length - 1] != '\n')
        buffer_string(out, "\n\\ No newline at end of file\n");
}

static bool diff_changed(const struct diff *diff, size_t i, size_t j) {
    return (i < diff->a.count && diff->a.changed[i]) || (j < diff->b.count && diff->b.changed[j]);
}

/* Moves behind the present line, or the next of the changed ones. */
static void diff_advance(const struct diff *diff, size_t *i, size_t *j, struct buffer *out) {
    if (*i < diff->a.count && diff->a.changed[*i]) {
        if (out)
            diff_write_line(out, '-', diff->a.lines[*i]);
        ++*i;
    } else if (*j < diff->b.count && diff->b.changed[*j]) {
        if (out)
            diff_write_line(out, '+', diff->b.lines[*j]);
        ++*j;
    } else {
        if (out)
            diff_write_line(out, ' ', diff->a.lines[*i]);
        ++*i;
        ++*j;
    }
}

/* A range as `diff` writes it: an empty one begins at the line before it. */
static void diff_range(struct buffer *out, char sign, size_t first, size_t count) {
    buffer_format(out, "%c%zu", sign, count ? first + 1 : first);
    if (count != 1)
        buffer_format(out, ",%zu", count);
}

/* The hunk whose first change is at the lines i and j of the texts; both are moved behind it. */
static void diff_hunk(const struct diff *diff, size_t *i, size_t *j, struct buffer *out) {
    size_t before = *i < DIFF_CONTEXT ? *i : DIFF_CONTEXT, a = *i - before, b = *j - before;
    size_t end_a = *i, end_b = *j, x = *i, y = *j, same = 0;
    if (before > *j)
        before = *j, a = *i - before, b = 0;
    while ((x < diff->a.count || y < diff->b.count) && same <= 2 * DIFF_CONTEXT) {
        bool changed = diff_changed(diff, x, y);
        same = changed ? 0 : same + 1;
        diff_advance(diff, &x, &y, NULL);
        if (changed || same <= DIFF_CONTEXT) {
            end_a = x;
            end_b = y;
        }
    }
    buffer_string(out, "@@ ");
    diff_range(out, '-', a, end_a - a);
    buffer_char(out, ' ');
    diff_range(out, '+', b, end_b - b);
    buffer_string(out, " @@\n");
    while (a < end_a || b < end_b)
        diff_advance(diff, &a, &b, out);
    *i = end_a;
    *j = end_b;
}

bool diff_unified(struct buffer *out, struct arena *arena, const char *name, struct text a, struct text b) {
    struct diff diff;
    struct diff_point at = {0, 0};
    size_t i = 0, j = 0;
    memset(&diff, 0, sizeof diff);
    diff.reached = arena_array(arena, DIFF_STRETCH, sizeof *diff.reached);
    if (!diff.reached || !diff_split(&diff.a, arena, a) || !diff_split(&diff.b, arena, b))
        return false;
    if (text_equal(a, b))
        return true;
    while (at.x < diff.a.count || at.y < diff.b.count)
        at = diff_stretch(&diff, at);
    buffer_format(out, "--- %s\n+++ %s\n", name, name);
    while (i < diff.a.count || j < diff.b.count)
        if (diff_changed(&diff, i, j))
            diff_hunk(&diff, &i, &j, out);
        else
            diff_advance(&diff, &i, &j, NULL);
    return !out->failed;
}
