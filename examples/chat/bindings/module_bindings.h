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

/** `Message`: a view of its BSATN, which is borrowed. message_get_... give its columns, message_of makes one. */
typedef struct Message {
    stdb_bytes bsatn; /* The bytes. */
} Message;

/** `Option<string>`. */
typedef struct OptionString {
    bool has_value;
    stdb_str value;
} OptionString;

/** `User`: a view of its BSATN, which is borrowed. user_get_... give its columns, user_of makes one. */
typedef struct User {
    stdb_bytes bsatn; /* The bytes. */
} User;

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

static inline stdb_identity module_bindings_read_identity(module_bindings_cursor *cursor)
{
    return module_bindings_at_identity(module_bindings_take(cursor, 32));
}

static inline stdb_timestamp module_bindings_read_timestamp(module_bindings_cursor *cursor)
{
    return module_bindings_at_timestamp(module_bindings_take(cursor, 8));
}

static inline stdb_str module_bindings_read_string(module_bindings_cursor *cursor)
{
    stdb_str value;
    value.len = module_bindings_at_u32(module_bindings_take(cursor, 4));
    value.data = (const char *)module_bindings_take_all(cursor, &value.len);
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

static inline bool module_bindings_read_bool(module_bindings_cursor *cursor)
{
    return module_bindings_at_bool(module_bindings_take(cursor, 1));
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

/* ---- Writing ---- */

static inline stdb_status module_bindings_write_schedule_at(
    stdb_bsatn_writer *writer, stdb_schedule_at value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_sum_tag(writer, value.is_interval ? 0 : 1, error);
    return status == STDB_OK ? stdb_bsatn_writer_i64(writer, value.micros, error) : status;
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

/* ---- Rows, views and arrays ---- */

/** A Message out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline Message message_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_message(&cursor);
}

/** A User out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that. */
static inline User user_read(const uint8_t *data, size_t len)
{
    module_bindings_cursor cursor = module_bindings_over(data, len);
    return module_bindings_read_user(&cursor);
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

#ifdef __cplusplus
}
#endif

#endif
