/*
 * Builds the tree of keys from the facts' paths. Keys are gathered in lists first and laid out in arrays with
 * hash tables when all are known; record types and enumerations are done once each, however many facts use
 * them. Must not know JSON, CSV or records.
 */
#include "interp/facts/schema.h"

#include <string.h>

#include "grammar/base/banned.h"

/* A key while the tree still grows. */
struct growing_key {
    struct growing_key *next;
    struct text text;
    bool is_today;
    const struct fact *fact;
    const struct schema_object *element;
    const struct schema_enumeration *enumeration;
    struct growing_object *inside;
};
struct growing_object {
    struct growing_key *first, *last;
    size_t count;
};

/* What was built already, by the model's pointer. */
struct built_record {
    const struct record_type *record;
    struct schema_object *object;
};
struct schema_builder {
    struct arena *arena;
    uint32_t ids;
    struct built_record *records;
    size_t record_count, record_capacity;
    struct schema_enumeration **enumerations;
    size_t enumeration_count, enumeration_capacity;
};

uint32_t schema_hash(const char *bytes, size_t length) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ length;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return (uint32_t)(hash ^ hash >> 32);
}

static bool schema_table_init(struct schema_table *table, struct arena *arena, size_t entries) {
    table->slot_count = 4;
    while (table->slot_count < entries * 2)
        table->slot_count *= 2;
    table->slots = arena_array(arena, table->slot_count, sizeof *table->slots);
    return table->slots != NULL;
}

static struct schema_entry *schema_slot(const struct schema_table *table, const char *bytes, size_t length,
                                        uint32_t hash) {
    size_t i = hash & (table->slot_count - 1);
    while (table->slots[i].text.bytes) {
        const struct schema_entry *entry = &table->slots[i];
        if (entry->hash == hash && entry->text.length == length &&
            memcmp(entry->text.bytes, bytes, length) == 0)
            break;
        i = (i + 1) & (table->slot_count - 1);
    }
    return &table->slots[i];
}

/* Adds a spelling; one that is there stays as it is. */
static void schema_table_add(struct schema_table *table, struct text text, uint32_t index) {
    uint32_t hash = schema_hash(text.bytes, text.length);
    struct schema_entry *entry = schema_slot(table, text.bytes, text.length, hash);
    if (entry->text.bytes)
        return;
    *entry = (struct schema_entry){.text = text, .hash = hash, .index = index};
    table->count++;
}

uint32_t schema_find(const struct schema_table *table, const char *bytes, size_t length, uint32_t hash) {
    const struct schema_entry *entry;
    if (table->slot_count == 0)
        return SCHEMA_NOT_FOUND;
    entry = schema_slot(table, bytes, length, hash);
    return entry->text.bytes ? entry->index : SCHEMA_NOT_FOUND;
}

uint32_t schema_nearest(const struct schema_table *table, struct text stranger) {
    unsigned limit = stranger.length <= 5 ? 1 : 2, best = limit + 1;
    uint32_t nearest = SCHEMA_NOT_FOUND;
    if (stranger.length < 3)
        return SCHEMA_NOT_FOUND;
    for (size_t i = 0; i < table->slot_count; i++) {
        const struct schema_entry *entry = &table->slots[i];
        unsigned distance;
        if (!entry->text.bytes || entry->text.length > stranger.length + limit ||
            stranger.length > entry->text.length + limit)
            continue;
        distance = text_distance(stranger, entry->text, limit);
        if (distance < best || (distance == best && distance <= limit && entry->index < nearest)) {
            best = distance;
            nearest = entry->index;
        }
    }
    return nearest;
}

/* --- building --- */

static const struct schema_enumeration *schema_enumeration(struct schema_builder *builder,
                                                           const struct enumeration *enumeration) {
    struct schema_enumeration *made;
    for (size_t i = 0; i < builder->enumeration_count; i++)
        if (builder->enumerations[i]->enumeration == enumeration)
            return builder->enumerations[i];
    made = arena_alloc(builder->arena, sizeof *made);
    if (!made || !schema_table_init(&made->spellings, builder->arena, enumeration->count * 2) ||
        !ARENA_PUSH(builder->arena, builder->enumerations, builder->enumeration_count,
                    builder->enumeration_capacity, made))
        return NULL;
    made->enumeration = enumeration;
    /* Names first: where a label is spelt like the name of another member, the name counts. */
    for (size_t i = 0; i < enumeration->count; i++)
        schema_table_add(&made->spellings, enumeration->members[i].name->text, (uint32_t)i);
    for (size_t i = 0; i < enumeration->count; i++)
        if (enumeration->members[i].label.bytes)
            schema_table_add(&made->spellings, enumeration->members[i].label, (uint32_t)i);
    return made;
}

/* The key of a segment, made where it is new; NULL where memory ran out. */
static struct growing_key *schema_key_of(struct schema_builder *builder, struct growing_object *object,
                                         struct text segment) {
    struct growing_key *key;
    for (key = object->first; key; key = key->next)
        if (text_equal(key->text, segment))
            return key;
    key = arena_alloc(builder->arena, sizeof *key);
    if (!key)
        return NULL;
    key->text = segment;
    if (object->last)
        object->last->next = key;
    else
        object->first = key;
    object->last = key;
    object->count++;
    return key;
}

/* The key at the end of a path, with all that leads to it. */
static struct growing_key *schema_key_at(struct schema_builder *builder, struct growing_object *object,
                                         struct input_path path) {
    struct growing_key *key = NULL;
    for (size_t i = 0; i < path.count; i++) {
        if (key && !key->inside) {
            key->inside = arena_alloc(builder->arena, sizeof *key->inside);
            if (!key->inside)
                return NULL;
        }
        key = schema_key_of(builder, key ? key->inside : object, path.segments[i]);
        if (!key)
            return NULL;
    }
    return key;
}

static struct schema_object *schema_record(struct schema_builder *builder, const struct record_type *record);

static bool schema_add_facts(struct schema_builder *builder, struct growing_object *object,
                             const struct fact *facts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i];
        struct growing_key *key = schema_key_at(builder, object, fact->path);
        if (!key)
            return false;
        if (fact->type.kind == TYPE_RECORDS) {
            key->element = schema_record(builder, fact->type.record);
            if (!key->element)
                return false;
        }
        if (fact->type.kind == TYPE_MEMBER || fact->type.kind == TYPE_MEMBERS) {
            key->enumeration = schema_enumeration(builder, fact->type.enumeration);
            if (!key->enumeration)
                return false;
        }
        key->fact = fact;
    }
    return true;
}

/* True where JSON may write the key without an escape, so that its bytes can be compared unread. */
static bool schema_plain(struct text text) {
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == '"' || text.bytes[i] == '\\')
            return false;
    return true;
}

/* Arrays and a hash table in place of the lists. */
static bool schema_lay_out(struct schema_builder *builder, const struct growing_object *from,
                           struct schema_object *object) {
    struct schema_key *keys = arena_array(builder->arena, from->count, sizeof *keys);
    size_t i = 0;
    if (!keys || !schema_table_init(&object->table, builder->arena, from->count))
        return false;
    object->keys = keys;
    object->key_count = from->count;
    object->id = builder->ids++;
    for (const struct growing_key *key = from->first; key; key = key->next, i++) {
        keys[i].text = key->text;
        keys[i].hash = schema_hash(key->text.bytes, key->text.length);
        keys[i].id = builder->ids++;
        keys[i].is_today = key->is_today;
        keys[i].plain = schema_plain(key->text);
        keys[i].fact = key->fact;
        keys[i].element = key->element;
        keys[i].enumeration = key->enumeration;
        schema_table_add(&object->table, key->text, (uint32_t)i);
        if (key->inside) {
            struct schema_object *inside = arena_alloc(builder->arena, sizeof *inside);
            if (!inside || !schema_lay_out(builder, key->inside, inside))
                return false;
            keys[i].inside = inside;
        }
    }
    return true;
}

/* What an object of a record type looks like. Records hold no lists, so that this ends. */
static struct schema_object *schema_record(struct schema_builder *builder, const struct record_type *record) {
    struct growing_object growing = {NULL, NULL, 0};
    struct built_record built = {.record = record};
    for (size_t i = 0; i < builder->record_count; i++)
        if (builder->records[i].record == record)
            return builder->records[i].object;
    built.object = arena_alloc(builder->arena, sizeof *built.object);
    if (!built.object ||
        !ARENA_PUSH(builder->arena, builder->records, builder->record_count, builder->record_capacity,
                    built) ||
        !schema_add_facts(builder, &growing, record->fields, record->field_count) ||
        !schema_lay_out(builder, &growing, built.object))
        return NULL;
    return built.object;
}

static size_t schema_count(const struct schema_object *object) {
    size_t count = object->key_count;
    for (size_t i = 0; i < object->key_count; i++)
        if (object->keys[i].inside)
            count += schema_count(object->keys[i].inside);
    return count;
}

/* The columns of an object's keys, whose names begin with what `name` holds. */
static bool schema_name_columns(struct schema *schema, struct schema_column *columns, struct arena *arena,
                                const struct schema_object *object, struct buffer *name) {
    size_t before = name->length;
    for (size_t i = 0; i < object->key_count; i++) {
        const struct schema_key *key = &object->keys[i];
        struct schema_column *column = &columns[schema->column_count];
        buffer_string(name, before ? "." : "");
        buffer_text(name, key->text);
        column->key = key;
        column->text.length = name->length;
        column->text.bytes = name->failed ? NULL : arena_copy(arena, name->data, name->length);
        if (!column->text.bytes)
            return false;
        schema_table_add(&schema->column_table, column->text, (uint32_t)schema->column_count++);
        if (key->inside && !schema_name_columns(schema, columns, arena, key->inside, name))
            return false;
        name->length = before;
    }
    return true;
}

static bool schema_columns(struct schema *schema, struct arena *arena) {
    size_t count = schema_count(schema->root);
    struct schema_column *columns = arena_array(arena, count, sizeof *columns);
    struct buffer name;
    bool good = columns && schema_table_init(&schema->column_table, arena, count);
    buffer_init(&name, arena->alloc);
    good = good && schema_name_columns(schema, columns, arena, schema->root, &name);
    buffer_free(&name);
    schema->columns = columns;
    return good;
}

struct schema *schema_build(const struct policy_set *set, struct arena *arena) {
    struct schema_builder builder = {.arena = arena};
    struct growing_object growing = {NULL, NULL, 0};
    struct schema *schema = arena_alloc(arena, sizeof *schema);
    struct schema_object *root = arena_alloc(arena, sizeof *root);
    if (!schema || !root || !schema_add_facts(&builder, &growing, set->facts, set->fact_count))
        return NULL;
    if (set->has_today_path) {
        struct growing_key *key = schema_key_at(&builder, &growing, set->today_path);
        if (!key)
            return NULL;
        key->is_today = true;
    }
    if (!schema_lay_out(&builder, &growing, root))
        return NULL;
    schema->set = set;
    schema->root = root;
    schema->id_count = builder.ids;
    return schema_columns(schema, arena) ? schema : NULL;
}
