/*
 * See show.h. A value carries no type of its own, so each function walks value and type together.
 */
#include "interp/meaning/show.h"

#include <string.h>

static struct text show_label(const struct type *type, int64_t member) {
    return type->enumeration->members[member].label;
}

static void show_day(struct buffer *out, cal_day day) {
    char iso[11];
    cal_format(day, iso);
    buffer_string(out, iso);
}

static void show_number(struct buffer *out, int scale, int64_t number) {
    char digits[24];
    num_format(number, scale, digits);
    buffer_string(out, digits);
}

static void show_fraction(struct buffer *out, const struct frac *fraction) {
    char digits[96];
    frac_format(*fraction, digits, sizeof digits);
    buffer_string(out, digits);
}

static bool show_has(const struct member_set *set, size_t member) {
    return (set->words[member / 64] >> (member % 64)) & 1;
}

static void show_set(struct buffer *out, const struct type *type, const struct member_set *set, bool json) {
    const char *gap = "";
    size_t i;
    for (i = 0; i < type->enumeration->count; i++) {
        struct text label = show_label(type, (int64_t)i);
        if (!show_has(set, i))
            continue;
        buffer_string(out, gap);
        if (json)
            buffer_json(out, label.bytes, label.length);
        else
            buffer_text(out, label);
        gap = json ? "," : ", ";
    }
}

void show_value(struct buffer *out, const struct type *type, struct value value) {
    switch ((enum value_tag)value.tag) {
    case VALUE_OPEN:
        buffer_char(out, '?');
        break;
    case VALUE_NONE:
        buffer_string(out, "none");
        break;
    case VALUE_YES_NO:
        buffer_string(out, value.as.number ? "yes" : "no");
        break;
    case VALUE_DATE:
        show_day(out, value.as.day);
        break;
    case VALUE_PERIOD:
        show_day(out, value.as.period.first);
        buffer_string(out, " through ");
        show_day(out, value.as.period.last);
        break;
    case VALUE_NUMBER:
        show_number(out, type->scale, value.as.number);
        break;
    case VALUE_FRACTION:
        show_fraction(out, value.as.fraction);
        break;
    case VALUE_TEXT:
        buffer_text(out, *value.as.text);
        break;
    case VALUE_MEMBER:
        buffer_text(out, show_label(type, value.as.number));
        break;
    case VALUE_SET:
        show_set(out, type, value.as.set, false);
        break;
    case VALUE_LIST:
        buffer_format(out, "%u %s", value.as.list->count, value.as.list->count == 1 ? "record" : "records");
        break;
    }
}

static void show_json_list(struct buffer *out, const struct type *type, const struct value_list *list) {
    uint32_t i, j;
    buffer_char(out, '[');
    for (i = 0; i < list->count; i++) {
        buffer_string(out, i ? ",{" : "{");
        for (j = 0; j < list->field_count; j++) {
            const struct fact *field = &type->record->fields[j];
            if (j)
                buffer_char(out, ',');
            buffer_json(out, field->name->text.bytes, field->name->text.length);
            buffer_char(out, ':');
            show_json(out, &field->type, list->fields[(size_t)i * list->field_count + j]);
        }
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void show_json_day(struct buffer *out, cal_day day) {
    buffer_char(out, '"');
    show_day(out, day);
    buffer_char(out, '"');
}

void show_json(struct buffer *out, const struct type *type, struct value value) {
    switch ((enum value_tag)value.tag) {
    case VALUE_OPEN:
    case VALUE_NONE:
        buffer_string(out, "null");
        break;
    case VALUE_YES_NO:
        buffer_string(out, value.as.number ? "true" : "false");
        break;
    case VALUE_DATE:
        show_json_day(out, value.as.day);
        break;
    case VALUE_PERIOD:
        buffer_string(out, "{\"from\":");
        show_json_day(out, value.as.period.first);
        buffer_string(out, ",\"through\":");
        show_json_day(out, value.as.period.last);
        buffer_char(out, '}');
        break;
    case VALUE_NUMBER:
        show_number(out, type->scale, value.as.number);
        break;
    case VALUE_FRACTION:
        buffer_char(out, '"');
        show_fraction(out, value.as.fraction);
        buffer_char(out, '"');
        break;
    case VALUE_TEXT:
        buffer_json(out, value.as.text->bytes, value.as.text->length);
        break;
    case VALUE_MEMBER: {
        struct text label = show_label(type, value.as.number);
        buffer_json(out, label.bytes, label.length);
        break;
    }
    case VALUE_SET:
        buffer_char(out, '[');
        show_set(out, type, value.as.set, true);
        buffer_char(out, ']');
        break;
    case VALUE_LIST:
        show_json_list(out, type, value.as.list);
        break;
    }
}

void show_path(struct buffer *out, const struct input_path *path) {
    size_t i;
    for (i = 0; i < path->count; i++) {
        buffer_string(out, i ? "." : "");
        buffer_text(out, path->segments[i]);
    }
}

void show_need(struct buffer *out, const struct policy_set *set, const struct reason *reason) {
    const struct fact *fact = &set->facts[reason->index];
    buffer_text(out, fact->name->text);
    if (reason->element == UINT32_MAX)
        return;
    buffer_format(out, "[%u].", reason->element);
    buffer_text(out, fact->type.record->fields[reason->field].name->text);
}

uint32_t show_line(const struct policy_set *set, const struct ast_node *node, const char **path) {
    const struct source *source = sources_of(&set->sources, ast_span(node));
    uint32_t line, column;
    source_place(source, node->start, &line, &column);
    *path = source->path;
    return line;
}

void show_place(struct buffer *out, const struct policy_set *set, const struct ast_node *node) {
    const char *path, *base;
    uint32_t line = show_line(set, node, &path);
    for (base = path + strlen(path); base > path && base[-1] != '/';)
        base--;
    buffer_format(out, "%s:%u", base, line);
}

void show_rule_place(struct buffer *out, const struct policy_set *set, const struct rule *rule) {
    const struct ast_node *clause;
    show_place(out, set, rule->node);
    for (clause = rule->cites; clause; clause = clause->next)
        if (clause->kind == AST_CITES && ast_kid(clause, CITES_place)) {
            buffer_string(out, "; ");
            buffer_text(out, *ast_kid(clause, CITES_place)->value.string);
        }
}

/* The node of an id, found by walking: for messages only. Goes down first kids in a loop, as long sums lean left. */
static const struct ast_node *show_find(const struct ast_node *list, uint32_t id) {
    const struct ast_node *found = NULL;
    for (; list && !found; list = list->next) {
        const struct ast_node *node;
        for (node = list; node && !found; node = node->kid_count ? node->kids[0] : NULL) {
            int i;
            if (node->id == id)
                return node;
            for (i = 1; i < node->kid_count && !found; i++)
                found = show_find(node->kids[i], id);
            if (!found && node->kid_count && node->kids[0])
                found = show_find(node->kids[0]->next, id);
        }
    }
    return found;
}

static void show_failure(struct buffer *out, const struct policy_set *set, const struct reason *reason) {
    const struct ast_node *node = NULL;
    size_t i;
    buffer_string(out, failure_words((enum failure)reason->failure));
    for (i = 0; i < set->tree_count && !node; i++)
        node = show_find(set->trees[i].root, reason->index);
    if (node) {
        const char *path;
        uint32_t line = show_line(set, node, &path);
        buffer_format(out, " (%s:%u)", path, line);
    }
}

void show_reason(struct buffer *out, const struct policy_set *set, const struct reason *reason) {
    switch ((enum reason_kind)reason->kind) {
    case REASON_FACT:
        show_need(out, set, reason);
        buffer_string(out, " is not known");
        break;
    case REASON_UNDECIDED:
        buffer_text(out, set->decisions[reason->index].shown);
        buffer_string(out, " is undecided");
        break;
    case REASON_CONFLICT:
        buffer_text(out, set->decisions[reason->index].shown);
        buffer_string(out, " is in conflict");
        break;
    case REASON_FAILURE:
        show_failure(out, set, reason);
        break;
    case REASON_DEADLINES:
        buffer_string(out, "the deadlines of ");
        buffer_text(out, set->duties[reason->index].name->text);
        buffer_string(out, " are in conflict");
        break;
    }
}

/* --- as written --- */

/* Comments and line ends are layout; what stands in quotes is not. */
size_t show_one_line(const char *from, size_t length, char *to) {
    size_t made = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        char c = from[i];
        if (!quoted && c == '#')
            for (; i < length && from[i] != '\n' && from[i] != '\r'; i++) {}
        if (!quoted && (c == '#' || c == ' ' || (c >= '\t' && c <= '\r'))) {
            if (made > 0 && to[made - 1] != ' ')
                to[made++] = ' ';
            continue;
        }
        if (quoted && c == '\\' && i + 1 < length)
            to[made++] = from[i++];
        else if (c == '"')
            quoted = !quoted;
        to[made++] = from[i];
    }
    return made > 0 && to[made - 1] == ' ' ? made - 1 : made;
}

struct text show_words(const struct policy_set *set, const struct ast_node *node, struct arena *arena) {
    struct text written = sources_text(&set->sources, ast_span(node));
    char *made = arena_alloc(arena, written.length + 1);
    return made ? (struct text){made, show_one_line(written.bytes, written.length, made)} : text_of("");
}
