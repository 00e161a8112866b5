/* Made by stdb-codegen 0.1.0 out of the module's schema. Do not edit: make it again instead. */
/*
 * Types for the rows of a SpacetimeDB module, and functions for its tables, reducers and procedures, over libstdb.
 *
 * Give the schema to the builder of a connection with module_bindings_with_schema: a module on the host that is another one
 * than these bindings were made for is then told by on_connect_error, instead of being misread.
 *
 * What holds no text and no array is a plain struct. A row that does is a view of its BSATN, and each column is read when
 * its function is called; nothing is allocated. Text, bytes, arrays and views are borrowed from the row that they were read
 * from, and live as long: inside the callback that was given the row, or as long as a read guard or an iterator is held.
 *
 * Each function says which function of libstdb it is as. Its threads, its errors and what it takes over hold for it, too.
 */

#ifndef MODULE_BINDINGS_H
#define MODULE_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <stdb.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Gives a builder the schema that these bindings were made from. As stdb_connection_builder_with_schema_json. */
stdb_status module_bindings_with_schema(stdb_connection_builder *builder, stdb_error **error);

/** `Vec3`. */
typedef struct Vec3 {
    float x;
    float y;
    float z;
} Vec3;

/** `Entity`. */
typedef struct Entity {
    uint64_t id;
    uint32_t zone;
    Vec3 position;
    int32_t hp;
} Entity;

/** `Rank`: one of these. */
typedef enum Rank {
    RANK_RECRUIT = 0,
    RANK_KNIGHT = 1,
    RANK_LORD = 2,
} Rank;

/** Which variant of `Effect` it is. */
typedef enum EffectTag {
    EFFECT_NOTHING = 0,
    EFFECT_DAMAGE = 1,
    EFFECT_SAY = 2,
    EFFECT_MOVE = 3,
    EFFECT_MANY = 4,
} EffectTag;

/** `Effect`: of the union, the member counts that `tag` names, if it has one. */
typedef struct Effect {
    EffectTag tag;
    union {
        uint32_t damage;
        stdb_str say;
        Vec3 move;
        stdb_bytes many;
    } as;
} Effect;

/** `Option<i32>`. */
typedef struct OptionI32 {
    bool has_value;
    int32_t value;
} OptionI32;

/**
 * An array of Effect: a view of the BSATN of `count` elements, which is borrowed. effect_array_at and effect_array_next
 * give them, effect_array_of makes one.
 */
typedef struct EffectArray {
    const uint8_t *data; /* The first byte of the first element. */
    size_t size; /* How many bytes there are. */
    size_t count; /* How many elements there are. */
} EffectArray;

/**
 * An array of Vec3: a view of the BSATN of `count` elements, which is borrowed. vec3_array_at and vec3_array_next give
 * them, vec3_array_of makes one.
 */
typedef struct Vec3Array {
    const uint8_t *data; /* The first byte of the first element. */
    size_t size; /* How many bytes there are. */
    size_t count; /* How many elements there are. */
} Vec3Array;

/**
 * An array of string: a view of the BSATN of `count` elements, which is borrowed. string_array_at and string_array_next
 * give them, string_array_of makes one.
 */
typedef struct StringArray {
    const uint8_t *data; /* The first byte of the first element. */
    size_t size; /* How many bytes there are. */
    size_t count; /* How many elements there are. */
} StringArray;

/** `Option<array of string>`. */
typedef struct OptionStringArray {
    bool has_value;
    StringArray value;
} OptionStringArray;

/** Which variant of `Result<u32, string>` it is. */
typedef enum ResultU32StringTag {
    RESULT_U32_STRING_OK = 0,
    RESULT_U32_STRING_ERR = 1,
} ResultU32StringTag;

/** `Result<u32, string>`: of the union, the member counts that `tag` names, if it has one. */
typedef struct ResultU32String {
    ResultU32StringTag tag;
    union {
        uint32_t ok;
        stdb_str err;
    } as;
} ResultU32String;

/**
 * `EveryType`: a view of its BSATN, which is borrowed. every_type_get_... give its columns, every_type_of makes one.
 */
typedef struct EveryType {
    stdb_bytes bsatn; /* The bytes. */
} EveryType;

/** `Hit`. */
typedef struct Hit {
    uint64_t target;
    uint32_t amount;
} Hit;

/** `Item`: a view of its BSATN, which is borrowed. item_get_... give its columns, item_of makes one. */
typedef struct Item {
    stdb_bytes bsatn; /* The bytes. */
} Item;

/** `Left`: a view of its BSATN, which is borrowed. left_get_... give its columns, left_of makes one. */
typedef struct Left {
    stdb_bytes bsatn; /* The bytes. */
} Left;

/** `Option<string>`. */
typedef struct OptionString {
    bool has_value;
    stdb_str value;
} OptionString;

/** `User`: a view of its BSATN, which is borrowed. user_get_... give its columns, user_of makes one. */
typedef struct User {
    stdb_bytes bsatn; /* The bytes. */
} User;

/** `Message`: a view of its BSATN, which is borrowed. message_get_... give its columns, message_of makes one. */
typedef struct Message {
    stdb_bytes bsatn; /* The bytes. */
} Message;

/** `Right`. */
typedef struct Right {
    uint32_t id;
    uint32_t left_id;
} Right;

/** `Summary`: a view of its BSATN, which is borrowed. summary_get_... give its columns, summary_of makes one. */
typedef struct Summary {
    stdb_bytes bsatn; /* The bytes. */
} Summary;

/* ---- The table `entity` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*entity_row_fn)(const stdb_context *context, const Entity *row, void *user_data);

/**
 * A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
 */
typedef void (*entity_update_fn)(
    const stdb_context *context, const Entity *old_row, const Entity *new_row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status entity_on_insert(
    stdb_connection *connection, entity_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status entity_on_before_delete(
    stdb_connection *connection, entity_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status entity_on_delete(
    stdb_connection *connection, entity_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update. */
stdb_status entity_on_update(
    stdb_connection *connection, entity_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status entity_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status entity_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with entity_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status entity_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool entity_next(stdb_row_iter *iter, Entity *row);

/**
 * Finds the row with this `id`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or under
 * a read guard.
 */
stdb_status entity_find_by_id(stdb_connection *connection, uint64_t id, Entity *row, stdb_error **error);

/**
 * Walks over the rows that the index `entity_zone_idx_btree` has for these values, with entity_next. As
 * stdb_table_filter.
 */
stdb_status entity_filter_by_zone(stdb_connection *connection, uint32_t zone, stdb_row_iter **iter, stdb_error **error);

/* ---- The table `every_type` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*every_type_row_fn)(const stdb_context *context, const EveryType *row, void *user_data);

/**
 * A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
 */
typedef void (*every_type_update_fn)(
    const stdb_context *context, const EveryType *old_row, const EveryType *new_row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status every_type_on_insert(
    stdb_connection *connection, every_type_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status every_type_on_before_delete(
    stdb_connection *connection, every_type_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status every_type_on_delete(
    stdb_connection *connection, every_type_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update. */
stdb_status every_type_on_update(
    stdb_connection *connection, every_type_update_fn callback, void *user_data, stdb_drop_fn drop,
    uint64_t *callback_id, stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status every_type_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status every_type_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with every_type_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status every_type_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool every_type_next(stdb_row_iter *iter, EveryType *row);

/**
 * Finds the row with this `key`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or under
 * a read guard.
 */
stdb_status every_type_find_by_key(stdb_connection *connection, uint32_t key, EveryType *row, stdb_error **error);

/* ---- The event table `hit` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*hit_row_fn)(const stdb_context *context, const Hit *row, void *user_data);

/** Registers a callback for each event. As stdb_table_on_insert. */
stdb_status hit_on_insert(
    stdb_connection *connection, hit_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status hit_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/* ---- The table `item` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*item_row_fn)(const stdb_context *context, const Item *row, void *user_data);

/**
 * A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
 */
typedef void (*item_update_fn)(const stdb_context *context, const Item *old_row, const Item *new_row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status item_on_insert(
    stdb_connection *connection, item_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status item_on_before_delete(
    stdb_connection *connection, item_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status item_on_delete(
    stdb_connection *connection, item_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update. */
stdb_status item_on_update(
    stdb_connection *connection, item_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status item_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status item_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with item_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status item_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool item_next(stdb_row_iter *iter, Item *row);

/**
 * Finds the row with this `id`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or under
 * a read guard.
 */
stdb_status item_find_by_id(stdb_connection *connection, uint64_t id, Item *row, stdb_error **error);

/**
 * Finds the row with this `serial`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or
 * under a read guard.
 */
stdb_status item_find_by_serial(stdb_connection *connection, const char *serial, Item *row, stdb_error **error);

/**
 * Walks over the rows that the index `item_owner_idx_btree` has for these values, with item_next. As stdb_table_filter.
 */
stdb_status item_filter_by_owner(stdb_connection *connection, uint64_t owner, stdb_row_iter **iter, stdb_error **error);

/* ---- The table `left` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*left_row_fn)(const stdb_context *context, const Left *row, void *user_data);

/**
 * A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
 */
typedef void (*left_update_fn)(const stdb_context *context, const Left *old_row, const Left *new_row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status left_on_insert(
    stdb_connection *connection, left_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status left_on_before_delete(
    stdb_connection *connection, left_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status left_on_delete(
    stdb_connection *connection, left_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update. */
stdb_status left_on_update(
    stdb_connection *connection, left_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status left_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status left_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with left_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status left_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool left_next(stdb_row_iter *iter, Left *row);

/**
 * Finds the row with this `id`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or under
 * a read guard.
 */
stdb_status left_find_by_id(stdb_connection *connection, uint32_t id, Left *row, stdb_error **error);

/* ---- The view `me` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*me_row_fn)(const stdb_context *context, const User *row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status me_on_insert(
    stdb_connection *connection, me_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status me_on_before_delete(
    stdb_connection *connection, me_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status me_on_delete(
    stdb_connection *connection, me_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status me_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status me_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with me_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status me_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool me_next(stdb_row_iter *iter, User *row);

/* ---- The table `message` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*message_row_fn)(const stdb_context *context, const Message *row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status message_on_insert(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status message_on_before_delete(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status message_on_delete(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status message_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status message_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with message_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status message_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool message_next(stdb_row_iter *iter, Message *row);

/* ---- The table `right` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*right_row_fn)(const stdb_context *context, const Right *row, void *user_data);

/**
 * A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
 */
typedef void (*right_update_fn)(
    const stdb_context *context, const Right *old_row, const Right *new_row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status right_on_insert(
    stdb_connection *connection, right_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status right_on_before_delete(
    stdb_connection *connection, right_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status right_on_delete(
    stdb_connection *connection, right_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update. */
stdb_status right_on_update(
    stdb_connection *connection, right_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status right_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status right_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with right_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status right_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool right_next(stdb_row_iter *iter, Right *row);

/**
 * Finds the row with this `id`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or under
 * a read guard.
 */
stdb_status right_find_by_id(stdb_connection *connection, uint32_t id, Right *row, stdb_error **error);

/**
 * Walks over the rows that the index `right_left_id_idx_btree` has for these values, with right_next. As
 * stdb_table_filter.
 */
stdb_status right_filter_by_left_id(
    stdb_connection *connection, uint32_t left_id, stdb_row_iter **iter, stdb_error **error);

/* ---- The table `user` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*user_row_fn)(const stdb_context *context, const User *row, void *user_data);

/**
 * A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
 */
typedef void (*user_update_fn)(const stdb_context *context, const User *old_row, const User *new_row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status user_on_insert(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status user_on_before_delete(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status user_on_delete(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update. */
stdb_status user_on_update(
    stdb_connection *connection, user_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status user_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status user_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with user_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status user_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool user_next(stdb_row_iter *iter, User *row);

/**
 * Finds the row with this `identity`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or
 * under a read guard.
 */
stdb_status user_find_by_identity(stdb_connection *connection, stdb_identity identity, User *row, stdb_error **error);

/* ---- The view `zone_one` ---- */

/** A callback that is told of a row. The row, and what it borrows, live as long as it runs. */
typedef void (*zone_one_row_fn)(const stdb_context *context, const Entity *row, void *user_data);

/** Registers a callback for each new row. As stdb_table_on_insert. */
stdb_status zone_one_on_insert(
    stdb_connection *connection, zone_one_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/**
 * Registers a callback for each row that is about to go; the cache is still as it was. As stdb_table_on_before_delete.
 */
stdb_status zone_one_on_before_delete(
    stdb_connection *connection, zone_one_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Registers a callback for each row that is gone. As stdb_table_on_delete. */
stdb_status zone_one_on_delete(
    stdb_connection *connection, zone_one_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/** Removes a callback of this table. As stdb_table_remove_callback. */
stdb_status zone_one_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error);

/** Tells how many rows are in the cache. As stdb_table_count. */
stdb_status zone_one_count(stdb_connection *connection, uint64_t *count, stdb_error **error);

/** Walks over all rows, with zone_one_next. As stdb_table_iter: free it with stdb_row_iter_free. */
stdb_status zone_one_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error);

/** Gives the next row, which lives as long as the iterator; false at the end. */
bool zone_one_next(stdb_row_iter *iter, Entity *row);

/* ---- The reducer `add_left` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status add_left(
    stdb_connection *connection, uint32_t id, const char *note, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*add_left_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint32_t id, stdb_str note, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_add_left(
    stdb_connection *connection, add_left_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `add_right` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status add_right(
    stdb_connection *connection, uint32_t id, uint32_t left_id, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*add_right_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint32_t id, uint32_t left_id, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_add_right(
    stdb_connection *connection, add_right_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `boom` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status boom(
    stdb_connection *connection, const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*boom_fn)(const stdb_context *context, const stdb_reducer_event *event, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_boom(
    stdb_connection *connection, boom_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `deal_hit` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status deal_hit(
    stdb_connection *connection, uint64_t target, uint32_t amount, uint32_t times,
    const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data, stdb_drop_fn drop,
    stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*deal_hit_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint64_t target, uint32_t amount, uint32_t times,
    void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_deal_hit(
    stdb_connection *connection, deal_hit_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `despawn` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status despawn(
    stdb_connection *connection, uint64_t first, uint64_t count, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*despawn_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint64_t first, uint64_t count, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_despawn(
    stdb_connection *connection, despawn_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `edit_left` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status edit_left(
    stdb_connection *connection, uint32_t id, const char *note, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*edit_left_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint32_t id, stdb_str note, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_edit_left(
    stdb_connection *connection, edit_left_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `give` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status give(
    stdb_connection *connection, uint64_t owner, const char *serial, StringArray tags,
    const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data, stdb_drop_fn drop,
    stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*give_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint64_t owner, stdb_str serial, StringArray tags,
    void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_give(
    stdb_connection *connection, give_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `insert_every_type` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status insert_every_type(
    stdb_connection *connection, uint32_t key, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*insert_every_type_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint32_t key, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_insert_every_type(
    stdb_connection *connection, insert_every_type_fn callback, void *user_data, stdb_drop_fn drop,
    uint64_t *callback_id, stdb_error **error);

/* ---- The reducer `move_by` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status move_by(
    stdb_connection *connection, uint64_t first, uint64_t count, float dx, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*move_by_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint64_t first, uint64_t count, float dx,
    void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_move_by(
    stdb_connection *connection, move_by_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `noop` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status noop(
    stdb_connection *connection, const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*noop_fn)(const stdb_context *context, const stdb_reducer_event *event, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_noop(
    stdb_connection *connection, noop_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `reset` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status reset(
    stdb_connection *connection, const stdb_call_options *call_options, stdb_event_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*reset_fn)(const stdb_context *context, const stdb_reducer_event *event, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_reset(
    stdb_connection *connection, reset_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `rezone` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status rezone(
    stdb_connection *connection, uint64_t id, uint32_t zone, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*rezone_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint64_t id, uint32_t zone, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_rezone(
    stdb_connection *connection, rezone_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `send_message` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status send_message(
    stdb_connection *connection, const char *text, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*send_message_fn)(
    const stdb_context *context, const stdb_reducer_event *event, stdb_str text, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_send_message(
    stdb_connection *connection, send_message_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `set_name` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status set_name(
    stdb_connection *connection, const char *name, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*set_name_fn)(
    const stdb_context *context, const stdb_reducer_event *event, stdb_str name, void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_set_name(
    stdb_connection *connection, set_name_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `spawn` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status spawn(
    stdb_connection *connection, uint64_t first, uint64_t count, uint32_t zone, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*spawn_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint64_t first, uint64_t count, uint32_t zone,
    void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_spawn(
    stdb_connection *connection, spawn_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The reducer `swap_right` ---- */

/** Calls it. `on_result` may be NULL. As stdb_connection_call_reducer. */
stdb_status swap_right(
    stdb_connection *connection, uint32_t old, uint32_t new_, uint32_t left_id, const stdb_call_options *call_options,
    stdb_event_fn on_result, void *user_data, stdb_drop_fn drop, stdb_error **error);

/** A callback that is told of a run of it, and with which arguments. They live as long as it runs. */
typedef void (*swap_right_fn)(
    const stdb_context *context, const stdb_reducer_event *event, uint32_t old, uint32_t new_, uint32_t left_id,
    void *user_data);

/**
 * Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.
 */
stdb_status on_swap_right(
    stdb_connection *connection, swap_right_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error);

/* ---- The procedure `add` ---- */

/**
 * A callback that is told how a call of it ended: `value` is what it returned, or NULL unless the event's status is
 * STDB_CALL_COMMITTED. It lives as long as it runs.
 */
typedef void (*add_fn)(
    const stdb_context *context, const stdb_procedure_event *event, const uint32_t *value, void *user_data);

/** Calls it. `on_result` may be NULL. As stdb_connection_call_procedure. */
stdb_status add(
    stdb_connection *connection, uint32_t a, uint32_t b, const stdb_call_options *call_options, add_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error);

/* ---- The procedure `fail` ---- */

/** A callback that is told how a call of it ended. */
typedef void (*fail_fn)(const stdb_context *context, const stdb_procedure_event *event, void *user_data);

/** Calls it. `on_result` may be NULL. As stdb_connection_call_procedure. */
stdb_status fail(
    stdb_connection *connection, const stdb_call_options *call_options, fail_fn on_result, void *user_data,
    stdb_drop_fn drop, stdb_error **error);

/* ---- The procedure `spawn_in_tx` ---- */

/** A callback that is told how a call of it ended. */
typedef void (*spawn_in_tx_fn)(const stdb_context *context, const stdb_procedure_event *event, void *user_data);

/** Calls it. `on_result` may be NULL. As stdb_connection_call_procedure. */
stdb_status spawn_in_tx(
    stdb_connection *connection, uint64_t id, const stdb_call_options *call_options, spawn_in_tx_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error);

/* ---- The procedure `summarise` ---- */

/**
 * A callback that is told how a call of it ended: `value` is what it returned, or NULL unless the event's status is
 * STDB_CALL_COMMITTED. It lives as long as it runs.
 */
typedef void (*summarise_fn)(
    const stdb_context *context, const stdb_procedure_event *event, const Summary *value, void *user_data);

/** Calls it. `on_result` may be NULL. As stdb_connection_call_procedure. */
stdb_status summarise(
    stdb_connection *connection, const char *label, const stdb_call_options *call_options, summarise_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error);

/* ---- What the functions below rest upon; of no use to others ---- */

#if defined(_MSC_VER) || (defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#define MODULE_BINDINGS_LITTLE_ENDIAN 1
#else
#define MODULE_BINDINGS_LITTLE_ENDIAN 0
#endif

/* Where reading is. */
typedef struct module_bindings_cursor {
    const uint8_t *at;
    const uint8_t *end;
} module_bindings_cursor;

static inline module_bindings_cursor module_bindings_over(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor;
    cursor.at = data;
    cursor.end = len > 0 ? data + len : data;
    return cursor;
}

/* The next bytes; zeros where there are not so many. */
static inline const uint8_t *module_bindings_take(module_bindings_cursor *cursor, size_t count)
{
    static const uint8_t zeros[32] = {0};
    const uint8_t *bytes = cursor->at;
    if (count == 0 || (size_t)(cursor->end - bytes) < count) {
        cursor->at = count == 0 ? bytes : cursor->end;
        return zeros;
    }
    cursor->at = bytes + count;
    return bytes;
}

/* So many bytes, or all that are left; their number is put right then. */
static inline const uint8_t *module_bindings_take_all(module_bindings_cursor *cursor, size_t *count)
{
    const uint8_t *bytes = cursor->at;
    size_t left = (size_t)(cursor->end - bytes);
    if (*count > left) {
        *count = left;
    }
    if (*count > 0) {
        cursor->at = bytes + *count;
    }
    return bytes;
}

/* A tag below `count`, or where there is none, `count`. */
static inline unsigned module_bindings_take_tag(module_bindings_cursor *cursor, unsigned count)
{
    unsigned tag = cursor->at == cursor->end ? count : module_bindings_take(cursor, 1)[0];
    return tag < count ? tag : count;
}

/* Past so many elements of one size. */
static inline void module_bindings_skip_many(module_bindings_cursor *cursor, size_t count, size_t size)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    if (size == 0 || count == 0) {
        return;
    }
    cursor->at = count > left / size ? cursor->end : cursor->at + count * size;
}

static inline uint8_t module_bindings_at_u8(const uint8_t *bytes)
{
    return bytes[0];
}

static inline bool module_bindings_at_bool(const uint8_t *bytes)
{
    return bytes[0] != 0;
}

static inline uint16_t module_bindings_at_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t module_bindings_at_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint64_t module_bindings_at_u64(const uint8_t *bytes)
{
    return (uint64_t)module_bindings_at_u32(bytes) | (uint64_t)module_bindings_at_u32(bytes + 4) << 32;
}

static inline stdb_u128 module_bindings_at_u128(const uint8_t *bytes)
{
    stdb_u128 value;
    value.lo = module_bindings_at_u64(bytes);
    value.hi = module_bindings_at_u64(bytes + 8);
    return value;
}

static inline stdb_u256 module_bindings_at_u256(const uint8_t *bytes)
{
    stdb_u256 value;
    for (size_t i = 0; i < 4; i++) {
        value.limbs[i] = module_bindings_at_u64(bytes + 8 * i);
    }
    return value;
}

static inline int8_t module_bindings_at_i8(const uint8_t *bytes)
{
    return (int8_t)bytes[0];
}

static inline int16_t module_bindings_at_i16(const uint8_t *bytes)
{
    return (int16_t)module_bindings_at_u16(bytes);
}

static inline int32_t module_bindings_at_i32(const uint8_t *bytes)
{
    return (int32_t)module_bindings_at_u32(bytes);
}

static inline int64_t module_bindings_at_i64(const uint8_t *bytes)
{
    return (int64_t)module_bindings_at_u64(bytes);
}

static inline stdb_i128 module_bindings_at_i128(const uint8_t *bytes)
{
    stdb_i128 value;
    value.lo = module_bindings_at_u64(bytes);
    value.hi = module_bindings_at_i64(bytes + 8);
    return value;
}

static inline stdb_i256 module_bindings_at_i256(const uint8_t *bytes)
{
    stdb_i256 value;
    for (size_t i = 0; i < 4; i++) {
        value.limbs[i] = module_bindings_at_u64(bytes + 8 * i);
    }
    return value;
}

static inline float module_bindings_at_f32(const uint8_t *bytes)
{
    uint32_t bits = module_bindings_at_u32(bytes);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double module_bindings_at_f64(const uint8_t *bytes)
{
    uint64_t bits = module_bindings_at_u64(bytes);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline stdb_identity module_bindings_at_identity(const uint8_t *bytes)
{
    stdb_identity value;
    memcpy(value.bytes, bytes, sizeof value.bytes);
    return value;
}

static inline stdb_connection_id module_bindings_at_connection_id(const uint8_t *bytes)
{
    stdb_connection_id value;
    memcpy(value.bytes, bytes, sizeof value.bytes);
    return value;
}

static inline stdb_timestamp module_bindings_at_timestamp(const uint8_t *bytes)
{
    stdb_timestamp value;
    value.micros = module_bindings_at_i64(bytes);
    return value;
}

static inline stdb_time_duration module_bindings_at_time_duration(const uint8_t *bytes)
{
    stdb_time_duration value;
    value.micros = module_bindings_at_i64(bytes);
    return value;
}

static inline stdb_u128 module_bindings_at_uuid(const uint8_t *bytes)
{
    return module_bindings_at_u128(bytes);
}

static inline stdb_schedule_at module_bindings_at_schedule_at(const uint8_t *bytes)
{
    stdb_schedule_at value;
    value.is_interval = bytes[0] == 0;
    value.micros = module_bindings_at_i64(bytes + 1);
    return value;
}

static inline void module_bindings_skip_bytes(module_bindings_cursor *cursor)
{
    size_t count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    module_bindings_take_all(cursor, &count);
}

static inline void module_bindings_skip_string(module_bindings_cursor *cursor)
{
    module_bindings_skip_bytes(cursor);
}

/* ---- Reading ---- */

static inline float module_bindings_read_f32(module_bindings_cursor *cursor)
{
    return module_bindings_at_f32(module_bindings_take(cursor, 4));
}

static inline Vec3 module_bindings_at_vec3(const uint8_t *bytes)
{
    Vec3 value;
#if MODULE_BINDINGS_LITTLE_ENDIAN
    memcpy(&value, bytes, 12);
#else
    value.x = module_bindings_at_f32(bytes + 0);
    value.y = module_bindings_at_f32(bytes + 4);
    value.z = module_bindings_at_f32(bytes + 8);
#endif
    return value;
}

static inline Vec3 module_bindings_read_vec3(module_bindings_cursor *cursor)
{
    return module_bindings_at_vec3(module_bindings_take(cursor, 12));
}

static inline uint64_t module_bindings_read_u64(module_bindings_cursor *cursor)
{
    return module_bindings_at_u64(module_bindings_take(cursor, 8));
}

static inline uint32_t module_bindings_read_u32(module_bindings_cursor *cursor)
{
    return module_bindings_at_u32(module_bindings_take(cursor, 4));
}

static inline int32_t module_bindings_read_i32(module_bindings_cursor *cursor)
{
    return module_bindings_at_i32(module_bindings_take(cursor, 4));
}

static inline Entity module_bindings_at_entity(const uint8_t *bytes)
{
    Entity value;
#if MODULE_BINDINGS_LITTLE_ENDIAN
    memcpy(&value, bytes, 28);
#else
    value.id = module_bindings_at_u64(bytes + 0);
    value.zone = module_bindings_at_u32(bytes + 8);
    value.position = module_bindings_at_vec3(bytes + 12);
    value.hp = module_bindings_at_i32(bytes + 24);
#endif
    return value;
}

static inline Entity module_bindings_read_entity(module_bindings_cursor *cursor)
{
    return module_bindings_at_entity(module_bindings_take(cursor, 28));
}

static inline Rank module_bindings_at_rank(const uint8_t *bytes)
{
    return (Rank)(bytes[0] % 3);
}

static inline Rank module_bindings_read_rank(module_bindings_cursor *cursor)
{
    return module_bindings_at_rank(module_bindings_take(cursor, 1));
}

static inline stdb_str module_bindings_read_string(module_bindings_cursor *cursor)
{
    stdb_str value;
    value.len = module_bindings_at_u32(module_bindings_take(cursor, 4));
    value.data = (const char *)module_bindings_take_all(cursor, &value.len);
    return value;
}

static inline stdb_bytes module_bindings_read_bytes(module_bindings_cursor *cursor)
{
    stdb_bytes value;
    value.len = module_bindings_at_u32(module_bindings_take(cursor, 4));
    value.data = module_bindings_take_all(cursor, &value.len);
    return value;
}

static inline void module_bindings_skip_effect(module_bindings_cursor *cursor)
{
    switch (module_bindings_take_tag(cursor, 5)) {
    case 1:
        module_bindings_take(cursor, 4);
        break;
    case 2:
        module_bindings_skip_string(cursor);
        break;
    case 3:
        module_bindings_take(cursor, 12);
        break;
    case 4:
        module_bindings_skip_bytes(cursor);
        break;
    default:
        break;
    }
}

static inline Effect module_bindings_read_effect(module_bindings_cursor *cursor)
{
    Effect value;
    memset(&value, 0, sizeof value);
    value.tag = (EffectTag)(module_bindings_take_tag(cursor, 5) % 5);
    switch (value.tag) {
    case EFFECT_DAMAGE:
        value.as.damage = module_bindings_read_u32(cursor);
        break;
    case EFFECT_SAY:
        value.as.say = module_bindings_read_string(cursor);
        break;
    case EFFECT_MOVE:
        value.as.move = module_bindings_read_vec3(cursor);
        break;
    case EFFECT_MANY:
        value.as.many = module_bindings_read_bytes(cursor);
        break;
    case EFFECT_NOTHING:
        break;
    }
    return value;
}

static inline bool module_bindings_read_bool(module_bindings_cursor *cursor)
{
    return module_bindings_at_bool(module_bindings_take(cursor, 1));
}

static inline uint8_t module_bindings_read_u8(module_bindings_cursor *cursor)
{
    return module_bindings_at_u8(module_bindings_take(cursor, 1));
}

static inline uint16_t module_bindings_read_u16(module_bindings_cursor *cursor)
{
    return module_bindings_at_u16(module_bindings_take(cursor, 2));
}

static inline stdb_u128 module_bindings_read_u128(module_bindings_cursor *cursor)
{
    return module_bindings_at_u128(module_bindings_take(cursor, 16));
}

static inline stdb_u256 module_bindings_read_u256(module_bindings_cursor *cursor)
{
    return module_bindings_at_u256(module_bindings_take(cursor, 32));
}

static inline int8_t module_bindings_read_i8(module_bindings_cursor *cursor)
{
    return module_bindings_at_i8(module_bindings_take(cursor, 1));
}

static inline int16_t module_bindings_read_i16(module_bindings_cursor *cursor)
{
    return module_bindings_at_i16(module_bindings_take(cursor, 2));
}

static inline int64_t module_bindings_read_i64(module_bindings_cursor *cursor)
{
    return module_bindings_at_i64(module_bindings_take(cursor, 8));
}

static inline stdb_i128 module_bindings_read_i128(module_bindings_cursor *cursor)
{
    return module_bindings_at_i128(module_bindings_take(cursor, 16));
}

static inline stdb_i256 module_bindings_read_i256(module_bindings_cursor *cursor)
{
    return module_bindings_at_i256(module_bindings_take(cursor, 32));
}

static inline double module_bindings_read_f64(module_bindings_cursor *cursor)
{
    return module_bindings_at_f64(module_bindings_take(cursor, 8));
}

static inline stdb_identity module_bindings_read_identity(module_bindings_cursor *cursor)
{
    return module_bindings_at_identity(module_bindings_take(cursor, 32));
}

static inline stdb_connection_id module_bindings_read_connection_id(module_bindings_cursor *cursor)
{
    return module_bindings_at_connection_id(module_bindings_take(cursor, 16));
}

static inline stdb_timestamp module_bindings_read_timestamp(module_bindings_cursor *cursor)
{
    return module_bindings_at_timestamp(module_bindings_take(cursor, 8));
}

static inline stdb_time_duration module_bindings_read_time_duration(module_bindings_cursor *cursor)
{
    return module_bindings_at_time_duration(module_bindings_take(cursor, 8));
}

static inline stdb_u128 module_bindings_read_uuid(module_bindings_cursor *cursor)
{
    return module_bindings_at_uuid(module_bindings_take(cursor, 16));
}

static inline void module_bindings_skip_option_i32(module_bindings_cursor *cursor)
{
    if (module_bindings_take_tag(cursor, 2) == 0) {
        module_bindings_take(cursor, 4);
    }
}

static inline OptionI32 module_bindings_read_option_i32(module_bindings_cursor *cursor)
{
    OptionI32 value;
    memset(&value, 0, sizeof value);
    value.has_value = module_bindings_take_tag(cursor, 2) == 0;
    if (value.has_value) {
        value.value = module_bindings_read_i32(cursor);
    }
    return value;
}

static inline void module_bindings_skip_effect_array(module_bindings_cursor *cursor)
{
    size_t count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    for (size_t i = 0; i < count && cursor->at != cursor->end; i++) {
        module_bindings_skip_effect(cursor);
    }
}

static inline EffectArray module_bindings_read_effect_array(module_bindings_cursor *cursor)
{
    EffectArray value;
    value.count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    value.data = cursor->at;
    for (size_t i = 0; i < value.count && cursor->at != cursor->end; i++) {
        module_bindings_skip_effect(cursor);
    }
    value.size = (size_t)(cursor->at - value.data);
    return value;
}

static inline void module_bindings_skip_vec3_array(module_bindings_cursor *cursor)
{
    size_t count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    module_bindings_skip_many(cursor, count, 12);
}

static inline Vec3Array module_bindings_read_vec3_array(module_bindings_cursor *cursor)
{
    Vec3Array value;
    value.count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    value.data = cursor->at;
    module_bindings_skip_many(cursor, value.count, 12);
    value.size = (size_t)(cursor->at - value.data);
    return value;
}

static inline void module_bindings_skip_string_array(module_bindings_cursor *cursor)
{
    size_t count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    for (size_t i = 0; i < count && cursor->at != cursor->end; i++) {
        module_bindings_skip_string(cursor);
    }
}

static inline StringArray module_bindings_read_string_array(module_bindings_cursor *cursor)
{
    StringArray value;
    value.count = module_bindings_at_u32(module_bindings_take(cursor, 4));
    value.data = cursor->at;
    for (size_t i = 0; i < value.count && cursor->at != cursor->end; i++) {
        module_bindings_skip_string(cursor);
    }
    value.size = (size_t)(cursor->at - value.data);
    return value;
}

static inline void module_bindings_skip_option_string_array(module_bindings_cursor *cursor)
{
    if (module_bindings_take_tag(cursor, 2) == 0) {
        module_bindings_skip_string_array(cursor);
    }
}

static inline OptionStringArray module_bindings_read_option_string_array(module_bindings_cursor *cursor)
{
    OptionStringArray value;
    memset(&value, 0, sizeof value);
    value.has_value = module_bindings_take_tag(cursor, 2) == 0;
    if (value.has_value) {
        value.value = module_bindings_read_string_array(cursor);
    }
    return value;
}

static inline void module_bindings_skip_result_u32_string(module_bindings_cursor *cursor)
{
    switch (module_bindings_take_tag(cursor, 2)) {
    case 0:
        module_bindings_take(cursor, 4);
        break;
    case 1:
        module_bindings_skip_string(cursor);
        break;
    default:
        break;
    }
}

static inline ResultU32String module_bindings_read_result_u32_string(module_bindings_cursor *cursor)
{
    ResultU32String value;
    memset(&value, 0, sizeof value);
    value.tag = (ResultU32StringTag)(module_bindings_take_tag(cursor, 2) % 2);
    switch (value.tag) {
    case RESULT_U32_STRING_OK:
        value.as.ok = module_bindings_read_u32(cursor);
        break;
    case RESULT_U32_STRING_ERR:
        value.as.err = module_bindings_read_string(cursor);
        break;
    }
    return value;
}

static inline void module_bindings_skip_every_type(module_bindings_cursor *cursor)
{
    module_bindings_take(cursor, 143);
    module_bindings_skip_string(cursor);
    module_bindings_skip_bytes(cursor);
    module_bindings_take(cursor, 80);
    module_bindings_skip_option_i32(cursor);
    module_bindings_skip_option_i32(cursor);
    module_bindings_take(cursor, 1);
    module_bindings_skip_effect(cursor);
    module_bindings_skip_effect_array(cursor);
    module_bindings_skip_vec3_array(cursor);
    module_bindings_skip_option_string_array(cursor);
    module_bindings_skip_result_u32_string(cursor);
}

static inline EveryType module_bindings_read_every_type(module_bindings_cursor *cursor)
{
    EveryType value;
    value.bsatn.data = cursor->at;
    module_bindings_skip_every_type(cursor);
    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);
    return value;
}

static inline Hit module_bindings_at_hit(const uint8_t *bytes)
{
    Hit value;
#if MODULE_BINDINGS_LITTLE_ENDIAN
    memcpy(&value, bytes, 12);
#else
    value.target = module_bindings_at_u64(bytes + 0);
    value.amount = module_bindings_at_u32(bytes + 8);
#endif
    return value;
}

static inline Hit module_bindings_read_hit(module_bindings_cursor *cursor)
{
    return module_bindings_at_hit(module_bindings_take(cursor, 12));
}

static inline void module_bindings_skip_item(module_bindings_cursor *cursor)
{
    module_bindings_take(cursor, 16);
    module_bindings_skip_string(cursor);
    module_bindings_skip_string_array(cursor);
}

static inline Item module_bindings_read_item(module_bindings_cursor *cursor)
{
    Item value;
    value.bsatn.data = cursor->at;
    module_bindings_skip_item(cursor);
    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);
    return value;
}

static inline void module_bindings_skip_left(module_bindings_cursor *cursor)
{
    module_bindings_take(cursor, 4);
    module_bindings_skip_string(cursor);
}

static inline Left module_bindings_read_left(module_bindings_cursor *cursor)
{
    Left value;
    value.bsatn.data = cursor->at;
    module_bindings_skip_left(cursor);
    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);
    return value;
}

static inline void module_bindings_skip_option_string(module_bindings_cursor *cursor)
{
    if (module_bindings_take_tag(cursor, 2) == 0) {
        module_bindings_skip_string(cursor);
    }
}

static inline OptionString module_bindings_read_option_string(module_bindings_cursor *cursor)
{
    OptionString value;
    memset(&value, 0, sizeof value);
    value.has_value = module_bindings_take_tag(cursor, 2) == 0;
    if (value.has_value) {
        value.value = module_bindings_read_string(cursor);
    }
    return value;
}

static inline void module_bindings_skip_user(module_bindings_cursor *cursor)
{
    module_bindings_take(cursor, 32);
    module_bindings_skip_option_string(cursor);
    module_bindings_take(cursor, 1);
}

static inline User module_bindings_read_user(module_bindings_cursor *cursor)
{
    User value;
    value.bsatn.data = cursor->at;
    module_bindings_skip_user(cursor);
    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);
    return value;
}

static inline void module_bindings_skip_message(module_bindings_cursor *cursor)
{
    module_bindings_take(cursor, 40);
    module_bindings_skip_string(cursor);
}

static inline Message module_bindings_read_message(module_bindings_cursor *cursor)
{
    Message value;
    value.bsatn.data = cursor->at;
    module_bindings_skip_message(cursor);
    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);
    return value;
}

static inline Right module_bindings_at_right(const uint8_t *bytes)
{
    Right value;
#if MODULE_BINDINGS_LITTLE_ENDIAN
    memcpy(&value, bytes, 8);
#else
    value.id = module_bindings_at_u32(bytes + 0);
    value.left_id = module_bindings_at_u32(bytes + 4);
#endif
    return value;
}

static inline Right module_bindings_read_right(module_bindings_cursor *cursor)
{
    return module_bindings_at_right(module_bindings_take(cursor, 8));
}

static inline void module_bindings_skip_summary(module_bindings_cursor *cursor)
{
    module_bindings_take(cursor, 8);
    module_bindings_skip_string(cursor);
}

static inline Summary module_bindings_read_summary(module_bindings_cursor *cursor)
{
    Summary value;
    value.bsatn.data = cursor->at;
    module_bindings_skip_summary(cursor);
    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);
    return value;
}

/* ---- Writing ---- */

static inline stdb_status module_bindings_write_schedule_at(
    stdb_bsatn_writer *writer, stdb_schedule_at value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_sum_tag(writer, value.is_interval ? 0 : 1, error);
    return status == STDB_OK ? stdb_bsatn_writer_i64(writer, value.micros, error) : status;
}

static inline stdb_status module_bindings_write_vec3(stdb_bsatn_writer *writer, Vec3 value, stdb_error **error)
{
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_f32(writer, value.x, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_f32(writer, value.y, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_f32(writer, value.z, error);
    }
    return status;
}

static inline stdb_status module_bindings_write_entity(stdb_bsatn_writer *writer, Entity value, stdb_error **error)
{
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, value.id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, value.zone, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_vec3(writer, value.position, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i32(writer, value.hp, error);
    }
    return status;
}

static inline stdb_status module_bindings_write_effect(stdb_bsatn_writer *writer, Effect value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_sum_tag(writer, (uint8_t)value.tag, error);
    switch (value.tag) {
    case EFFECT_DAMAGE:
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_u32(writer, value.as.damage, error);
        }
        break;
    case EFFECT_SAY:
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_str(writer, value.as.say, error);
        }
        break;
    case EFFECT_MOVE:
        if (status == STDB_OK) {
            status = module_bindings_write_vec3(writer, value.as.move, error);
        }
        break;
    case EFFECT_MANY:
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_bytes(writer, value.as.many, error);
        }
        break;
    case EFFECT_NOTHING:
        break;
    }
    return status;
}

static inline stdb_status module_bindings_write_option_i32(
    stdb_bsatn_writer *writer, OptionI32 value, stdb_error **error)
{
    stdb_status status = value.has_value ? stdb_bsatn_writer_some(writer, error) : stdb_bsatn_writer_none(writer, error);
    if (value.has_value) {
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_i32(writer, value.value, error);
        }
    }
    return status;
}

static inline stdb_status module_bindings_write_effect_array(
    stdb_bsatn_writer *writer, EffectArray value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_array_begin(writer, value.count, error);
    stdb_bytes bytes;
    bytes.data = value.data;
    bytes.len = value.size;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_raw(writer, bytes, error);
    }
    return status;
}

static inline stdb_status module_bindings_write_vec3_array(
    stdb_bsatn_writer *writer, Vec3Array value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_array_begin(writer, value.count, error);
    stdb_bytes bytes;
    bytes.data = value.data;
    bytes.len = value.size;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_raw(writer, bytes, error);
    }
    return status;
}

static inline stdb_status module_bindings_write_string_array(
    stdb_bsatn_writer *writer, StringArray value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_array_begin(writer, value.count, error);
    stdb_bytes bytes;
    bytes.data = value.data;
    bytes.len = value.size;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_raw(writer, bytes, error);
    }
    return status;
}

static inline stdb_status module_bindings_write_option_string_array(
    stdb_bsatn_writer *writer, OptionStringArray value, stdb_error **error)
{
    stdb_status status = value.has_value ? stdb_bsatn_writer_some(writer, error) : stdb_bsatn_writer_none(writer, error);
    if (value.has_value) {
        if (status == STDB_OK) {
            status = module_bindings_write_string_array(writer, value.value, error);
        }
    }
    return status;
}

static inline stdb_status module_bindings_write_result_u32_string(
    stdb_bsatn_writer *writer, ResultU32String value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_sum_tag(writer, (uint8_t)value.tag, error);
    switch (value.tag) {
    case RESULT_U32_STRING_OK:
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_u32(writer, value.as.ok, error);
        }
        break;
    case RESULT_U32_STRING_ERR:
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_str(writer, value.as.err, error);
        }
        break;
    }
    return status;
}

static inline stdb_status module_bindings_write_hit(stdb_bsatn_writer *writer, Hit value, stdb_error **error)
{
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, value.target, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, value.amount, error);
    }
    return status;
}

static inline stdb_status module_bindings_write_option_string(
    stdb_bsatn_writer *writer, OptionString value, stdb_error **error)
{
    stdb_status status = value.has_value ? stdb_bsatn_writer_some(writer, error) : stdb_bsatn_writer_none(writer, error);
    if (value.has_value) {
        if (status == STDB_OK) {
            status = stdb_bsatn_writer_str(writer, value.value, error);
        }
    }
    return status;
}

static inline stdb_status module_bindings_write_right(stdb_bsatn_writer *writer, Right value, stdb_error **error)
{
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, value.id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, value.left_id, error);
    }
    return status;
}

/* ---- Rows, views and arrays ---- */

/** A Entity out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Entity entity_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_entity(&cursor);
}

/** A EveryType out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline EveryType every_type_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_every_type(&cursor);
}

/** A Hit out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Hit hit_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_hit(&cursor);
}

/** A Item out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Item item_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_item(&cursor);
}

/** A Left out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Left left_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_left(&cursor);
}

/** A User out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline User user_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_user(&cursor);
}

/** A Message out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Message message_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_message(&cursor);
}

/** A Right out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Right right_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_right(&cursor);
}

/**
 * An element of an array; zeros when there is none at `index`. Those before it are walked over; for all, use the next
 * function.
 */
static inline Effect effect_array_at(EffectArray array, size_t index)
{
    module_bindings_cursor cursor = module_bindings_over(array.data, array.size);
    for (size_t i = 0; i < index && cursor.at != cursor.end; i++) {
        module_bindings_skip_effect(&cursor);
    }
    return module_bindings_read_effect(&cursor);
}

/** Takes the first element off an array; false, and `out` is left alone, when there is none left. */
static inline bool effect_array_next(EffectArray *rest, Effect *out)
{
    module_bindings_cursor cursor = module_bindings_over(rest->data, rest->size);
    if (rest->count == 0) {
        return false;
    }
    *out = module_bindings_read_effect(&cursor);
    rest->size -= (size_t)(cursor.at - rest->data);
    rest->data = cursor.at;
    rest->count--;
    return true;
}

/**
 * Makes an array of `count` elements. It is written into `writer`, which is cleared before, and from which `out`
 * borrows until that is used again or freed.
 */
static inline stdb_status effect_array_of(
    stdb_bsatn_writer *writer, const Effect *elements, size_t count, EffectArray *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    for (size_t i = 0; i < count && status == STDB_OK; i++) {
        status = module_bindings_write_effect(writer, elements[i], error);
    }
    if (status == STDB_OK) {
        stdb_bytes bytes = stdb_bsatn_writer_data(writer);
        out->data = bytes.data;
        out->size = bytes.len;
        out->count = count;
    }
    return status;
}

/** An element of an array; zeros when there is none at `index`. */
static inline Vec3 vec3_array_at(Vec3Array array, size_t index)
{
    module_bindings_cursor cursor = module_bindings_over(array.data, array.size);
    module_bindings_skip_many(&cursor, index, 12);
    return module_bindings_read_vec3(&cursor);
}

/** Takes the first element off an array; false, and `out` is left alone, when there is none left. */
static inline bool vec3_array_next(Vec3Array *rest, Vec3 *out)
{
    module_bindings_cursor cursor = module_bindings_over(rest->data, rest->size);
    if (rest->count == 0) {
        return false;
    }
    *out = module_bindings_read_vec3(&cursor);
    rest->size -= (size_t)(cursor.at - rest->data);
    rest->data = cursor.at;
    rest->count--;
    return true;
}

/**
 * Makes an array of `count` elements. It is written into `writer`, which is cleared before, and from which `out`
 * borrows until that is used again or freed.
 */
static inline stdb_status vec3_array_of(
    stdb_bsatn_writer *writer, const Vec3 *elements, size_t count, Vec3Array *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    for (size_t i = 0; i < count && status == STDB_OK; i++) {
        status = module_bindings_write_vec3(writer, elements[i], error);
    }
    if (status == STDB_OK) {
        stdb_bytes bytes = stdb_bsatn_writer_data(writer);
        out->data = bytes.data;
        out->size = bytes.len;
        out->count = count;
    }
    return status;
}

/**
 * An element of an array; zeros when there is none at `index`. Those before it are walked over; for all, use the next
 * function.
 */
static inline stdb_str string_array_at(StringArray array, size_t index)
{
    module_bindings_cursor cursor = module_bindings_over(array.data, array.size);
    for (size_t i = 0; i < index && cursor.at != cursor.end; i++) {
        module_bindings_skip_string(&cursor);
    }
    return module_bindings_read_string(&cursor);
}

/** Takes the first element off an array; false, and `out` is left alone, when there is none left. */
static inline bool string_array_next(StringArray *rest, stdb_str *out)
{
    module_bindings_cursor cursor = module_bindings_over(rest->data, rest->size);
    if (rest->count == 0) {
        return false;
    }
    *out = module_bindings_read_string(&cursor);
    rest->size -= (size_t)(cursor.at - rest->data);
    rest->data = cursor.at;
    rest->count--;
    return true;
}

/**
 * Makes an array of `count` elements. It is written into `writer`, which is cleared before, and from which `out`
 * borrows until that is used again or freed.
 */
static inline stdb_status string_array_of(
    stdb_bsatn_writer *writer, const stdb_str *elements, size_t count, StringArray *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    for (size_t i = 0; i < count && status == STDB_OK; i++) {
        status = stdb_bsatn_writer_str(writer, elements[i], error);
    }
    if (status == STDB_OK) {
        stdb_bytes bytes = stdb_bsatn_writer_data(writer);
        out->data = bytes.data;
        out->size = bytes.len;
        out->count = count;
    }
    return status;
}

/** The `key` of a EveryType. */
static inline uint32_t every_type_get_key(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    return module_bindings_read_u32(&cursor);
}

/** The `b` of a EveryType. */
static inline bool every_type_get_b(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 4);
    return module_bindings_read_bool(&cursor);
}

/** The `u_8` of a EveryType. */
static inline uint8_t every_type_get_u_8(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 5);
    return module_bindings_read_u8(&cursor);
}

/** The `u_16` of a EveryType. */
static inline uint16_t every_type_get_u_16(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 6);
    return module_bindings_read_u16(&cursor);
}

/** The `u_32` of a EveryType. */
static inline uint32_t every_type_get_u_32(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 8);
    return module_bindings_read_u32(&cursor);
}

/** The `u_64` of a EveryType. */
static inline uint64_t every_type_get_u_64(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 12);
    return module_bindings_read_u64(&cursor);
}

/** The `u_128` of a EveryType. */
static inline stdb_u128 every_type_get_u_128(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 20);
    return module_bindings_read_u128(&cursor);
}

/** The `u_256` of a EveryType. */
static inline stdb_u256 every_type_get_u_256(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 36);
    return module_bindings_read_u256(&cursor);
}

/** The `i_8` of a EveryType. */
static inline int8_t every_type_get_i_8(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 68);
    return module_bindings_read_i8(&cursor);
}

/** The `i_16` of a EveryType. */
static inline int16_t every_type_get_i_16(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 69);
    return module_bindings_read_i16(&cursor);
}

/** The `i_32` of a EveryType. */
static inline int32_t every_type_get_i_32(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 71);
    return module_bindings_read_i32(&cursor);
}

/** The `i_64` of a EveryType. */
static inline int64_t every_type_get_i_64(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 75);
    return module_bindings_read_i64(&cursor);
}

/** The `i_128` of a EveryType. */
static inline stdb_i128 every_type_get_i_128(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 83);
    return module_bindings_read_i128(&cursor);
}

/** The `i_256` of a EveryType. */
static inline stdb_i256 every_type_get_i_256(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 99);
    return module_bindings_read_i256(&cursor);
}

/** The `f_32` of a EveryType. */
static inline float every_type_get_f_32(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 131);
    return module_bindings_read_f32(&cursor);
}

/** The `f_64` of a EveryType. */
static inline double every_type_get_f_64(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 135);
    return module_bindings_read_f64(&cursor);
}

/** The `string` of a EveryType. It borrows from the row. */
static inline stdb_str every_type_get_string(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    return module_bindings_read_string(&cursor);
}

/** The `bytes` of a EveryType. It borrows from the row. */
static inline stdb_bytes every_type_get_bytes(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    return module_bindings_read_bytes(&cursor);
}

/** The `identity` of a EveryType. */
static inline stdb_identity every_type_get_identity(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    return module_bindings_read_identity(&cursor);
}

/** The `connection_id` of a EveryType. */
static inline stdb_connection_id every_type_get_connection_id(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 32);
    return module_bindings_read_connection_id(&cursor);
}

/** The `timestamp` of a EveryType. */
static inline stdb_timestamp every_type_get_timestamp(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 48);
    return module_bindings_read_timestamp(&cursor);
}

/** The `duration` of a EveryType. */
static inline stdb_time_duration every_type_get_duration(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 56);
    return module_bindings_read_time_duration(&cursor);
}

/** The `uuid` of a EveryType. */
static inline stdb_u128 every_type_get_uuid(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 64);
    return module_bindings_read_uuid(&cursor);
}

/** The `some_i_32` of a EveryType. */
static inline OptionI32 every_type_get_some_i_32(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    return module_bindings_read_option_i32(&cursor);
}

/** The `none_i_32` of a EveryType. */
static inline OptionI32 every_type_get_none_i_32(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    return module_bindings_read_option_i32(&cursor);
}

/** The `rank` of a EveryType. */
static inline Rank every_type_get_rank(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_skip_option_i32(&cursor);
    return module_bindings_read_rank(&cursor);
}

/** The `effect` of a EveryType. It borrows from the row. */
static inline Effect every_type_get_effect(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_take(&cursor, 1);
    return module_bindings_read_effect(&cursor);
}

/** The `effects` of a EveryType. It borrows from the row. */
static inline EffectArray every_type_get_effects(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_take(&cursor, 1);
    module_bindings_skip_effect(&cursor);
    return module_bindings_read_effect_array(&cursor);
}

/** The `nested` of a EveryType. It borrows from the row. */
static inline Vec3Array every_type_get_nested(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_take(&cursor, 1);
    module_bindings_skip_effect(&cursor);
    module_bindings_skip_effect_array(&cursor);
    return module_bindings_read_vec3_array(&cursor);
}

/** The `maybe_vec` of a EveryType. It borrows from the row. */
static inline OptionStringArray every_type_get_maybe_vec(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_take(&cursor, 1);
    module_bindings_skip_effect(&cursor);
    module_bindings_skip_effect_array(&cursor);
    module_bindings_skip_vec3_array(&cursor);
    return module_bindings_read_option_string_array(&cursor);
}

/** The `result` of a EveryType. It borrows from the row. */
static inline ResultU32String every_type_get_result(const EveryType *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 143);
    module_bindings_skip_string(&cursor);
    module_bindings_skip_bytes(&cursor);
    module_bindings_take(&cursor, 80);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_skip_option_i32(&cursor);
    module_bindings_take(&cursor, 1);
    module_bindings_skip_effect(&cursor);
    module_bindings_skip_effect_array(&cursor);
    module_bindings_skip_vec3_array(&cursor);
    module_bindings_skip_option_string_array(&cursor);
    return module_bindings_read_result_u32_string(&cursor);
}

/**
 * Makes a EveryType. It is written into `writer`, which is cleared before, and from which `out` borrows until that is
 * used again or freed.
 */
static inline stdb_status every_type_of(
    stdb_bsatn_writer *writer, uint32_t key, bool b, uint8_t u_8, uint16_t u_16, uint32_t u_32, uint64_t u_64,
    stdb_u128 u_128, stdb_u256 u_256, int8_t i_8, int16_t i_16, int32_t i_32, int64_t i_64, stdb_i128 i_128,
    stdb_i256 i_256, float f_32, double f_64, const char *string, stdb_bytes bytes, stdb_identity identity,
    stdb_connection_id connection_id, stdb_timestamp timestamp, stdb_time_duration duration, stdb_u128 uuid,
    OptionI32 some_i_32, OptionI32 none_i_32, Rank rank, Effect effect, EffectArray effects, Vec3Array nested,
    OptionStringArray maybe_vec, ResultU32String result, EveryType *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, key, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_bool(writer, b, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u8(writer, u_8, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u16(writer, u_16, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, u_32, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, u_64, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u128(writer, u_128, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u256(writer, u_256, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i8(writer, i_8, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i16(writer, i_16, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i32(writer, i_32, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i64(writer, i_64, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i128(writer, i_128, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_i256(writer, i_256, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_f32(writer, f_32, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_f64(writer, f_64, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, string, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_bytes(writer, bytes, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_identity(writer, &identity, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_connection_id(writer, &connection_id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_timestamp(writer, timestamp, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_time_duration(writer, duration, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u128(writer, uuid, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_option_i32(writer, some_i_32, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_option_i32(writer, none_i_32, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_sum_tag(writer, (uint8_t)rank, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_effect(writer, effect, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_effect_array(writer, effects, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_vec3_array(writer, nested, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_option_string_array(writer, maybe_vec, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_result_u32_string(writer, result, error);
    }
    if (status == STDB_OK) {
        out->bsatn = stdb_bsatn_writer_data(writer);
    }
    return status;
}

/** The `id` of a Item. */
static inline uint64_t item_get_id(const Item *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    return module_bindings_read_u64(&cursor);
}

/** The `owner` of a Item. */
static inline uint64_t item_get_owner(const Item *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 8);
    return module_bindings_read_u64(&cursor);
}

/** The `serial` of a Item. It borrows from the row. */
static inline stdb_str item_get_serial(const Item *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 16);
    return module_bindings_read_string(&cursor);
}

/** The `tags` of a Item. It borrows from the row. */
static inline StringArray item_get_tags(const Item *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 16);
    module_bindings_skip_string(&cursor);
    return module_bindings_read_string_array(&cursor);
}

/**
 * Makes a Item. It is written into `writer`, which is cleared before, and from which `out` borrows until that is used
 * again or freed.
 */
static inline stdb_status item_of(
    stdb_bsatn_writer *writer, uint64_t id, uint64_t owner, const char *serial, StringArray tags, Item *out,
    stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, owner, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, serial, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_string_array(writer, tags, error);
    }
    if (status == STDB_OK) {
        out->bsatn = stdb_bsatn_writer_data(writer);
    }
    return status;
}

/** The `id` of a Left. */
static inline uint32_t left_get_id(const Left *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    return module_bindings_read_u32(&cursor);
}

/** The `note` of a Left. It borrows from the row. */
static inline stdb_str left_get_note(const Left *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 4);
    return module_bindings_read_string(&cursor);
}

/**
 * Makes a Left. It is written into `writer`, which is cleared before, and from which `out` borrows until that is used
 * again or freed.
 */
static inline stdb_status left_of(
    stdb_bsatn_writer *writer, uint32_t id, const char *note, Left *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u32(writer, id, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, note, error);
    }
    if (status == STDB_OK) {
        out->bsatn = stdb_bsatn_writer_data(writer);
    }
    return status;
}

/** The `identity` of a User. */
static inline stdb_identity user_get_identity(const User *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    return module_bindings_read_identity(&cursor);
}

/** The `name` of a User. It borrows from the row. */
static inline OptionString user_get_name(const User *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 32);
    return module_bindings_read_option_string(&cursor);
}

/** The `online` of a User. */
static inline bool user_get_online(const User *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 32);
    module_bindings_skip_option_string(&cursor);
    return module_bindings_read_bool(&cursor);
}

/**
 * Makes a User. It is written into `writer`, which is cleared before, and from which `out` borrows until that is used
 * again or freed.
 */
static inline stdb_status user_of(
    stdb_bsatn_writer *writer, stdb_identity identity, OptionString name, bool online, User *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_identity(writer, &identity, error);
    }
    if (status == STDB_OK) {
        status = module_bindings_write_option_string(writer, name, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_bool(writer, online, error);
    }
    if (status == STDB_OK) {
        out->bsatn = stdb_bsatn_writer_data(writer);
    }
    return status;
}

/** The `sender` of a Message. */
static inline stdb_identity message_get_sender(const Message *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    return module_bindings_read_identity(&cursor);
}

/** The `sent` of a Message. */
static inline stdb_timestamp message_get_sent(const Message *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 32);
    return module_bindings_read_timestamp(&cursor);
}

/** The `text` of a Message. It borrows from the row. */
static inline stdb_str message_get_text(const Message *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 40);
    return module_bindings_read_string(&cursor);
}

/**
 * Makes a Message. It is written into `writer`, which is cleared before, and from which `out` borrows until that is
 * used again or freed.
 */
static inline stdb_status message_of(
    stdb_bsatn_writer *writer, stdb_identity sender, stdb_timestamp sent, const char *text, Message *out,
    stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_identity(writer, &sender, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_timestamp(writer, sent, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, text, error);
    }
    if (status == STDB_OK) {
        out->bsatn = stdb_bsatn_writer_data(writer);
    }
    return status;
}

/** The `total` of a Summary. */
static inline uint64_t summary_get_total(const Summary *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    return module_bindings_read_u64(&cursor);
}

/** The `label` of a Summary. It borrows from the row. */
static inline stdb_str summary_get_label(const Summary *row)
{
    module_bindings_cursor cursor = module_bindings_over(row->bsatn.data, row->bsatn.len);
    module_bindings_take(&cursor, 8);
    return module_bindings_read_string(&cursor);
}

/**
 * Makes a Summary. It is written into `writer`, which is cleared before, and from which `out` borrows until that is
 * used again or freed.
 */
static inline stdb_status summary_of(
    stdb_bsatn_writer *writer, uint64_t total, const char *label, Summary *out, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_clear(writer, error);
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u64(writer, total, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, label, error);
    }
    if (status == STDB_OK) {
        out->bsatn = stdb_bsatn_writer_data(writer);
    }
    return status;
}

#ifdef __cplusplus
}
#endif

#endif
