/* Made by stdb-codegen 0.1.0 out of the module's schema. Do not edit: make it again instead. */
#include "module_bindings.h"

#include <stdlib.h>

/* The schema that the bindings were made from, in pieces that every compiler takes. */
static const char *const module_bindings_schema[] = {
    "{\"misc_exports\":[],\"reducers\":[{\"lifecycle\":{\"some\":{\"OnConnect\":[]}},\"name\":\"identi",
    "ty_connected\",\"params\":{\"elements\":[]}},{\"lifecycle\":{\"some\":{\"OnDisconnect\":[]}},\"n",
    "ame\":\"identity_disconnected\",\"params\":{\"elements\":[]}},{\"lifecycle\":{\"none\":[]},\"nam",
    "e\":\"send_message\",\"params\":{\"elements\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"som",
    "e\":\"text\"}}]}},{\"lifecycle\":{\"none\":[]},\"name\":\"set_name\",\"params\":{\"elements\":[{\"al",
    "gebraic_type\":{\"String\":[]},\"name\":{\"some\":\"name\"}}]}}],\"tables\":[{\"constraints\":[],",
    "\"indexes\":[],\"name\":\"message\",\"primary_key\":[],\"product_type_ref\":0,\"table_access\":{",
    "\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":",
    "[0]}},\"name\":{\"some\":\"user_identity_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"ide",
    "ntity\"},\"algorithm\":{\"BTree\":[0]},\"name\":{\"some\":\"user_identity_idx_btree\"}}],\"name\"",
    ":\"user\",\"primary_key\":[0],\"product_type_ref\":1,\"table_access\":{\"Public\":[]},\"table_t",
    "ype\":{\"User\":[]}}],\"types\":[{\"name\":{\"name\":\"Message\",\"scope\":[]},\"ty\":0},{\"name\":{\"",
    "name\":\"User\",\"scope\":[]},\"ty\":1}],\"typespace\":{\"types\":[{\"Product\":{\"elements\":[{\"al",
    "gebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U256\":[]},\"name\":{\"some\":\"",
    "__identity__\"}}]}},\"name\":{\"some\":\"sender\"}},{\"algebraic_type\":{\"Product\":{\"elements",
    "\":[{\"algebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"__timestamp_micros_since_unix_epoch_",
    "_\"}}]}},\"name\":{\"some\":\"sent\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"text",
    "\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic",
    "_type\":{\"U256\":[]},\"name\":{\"some\":\"__identity__\"}}]}},\"name\":{\"some\":\"identity\"}},{\"",
    "algebraic_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"",
    "some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"none\"}}]}},\"na",
    "me\":{\"some\":\"name\"}},{\"algebraic_type\":{\"Bool\":[]},\"name\":{\"some\":\"online\"}}]}}]}}",
};

stdb_status module_bindings_with_schema(stdb_connection_builder *builder, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    for (size_t i = 0; i < sizeof module_bindings_schema / sizeof module_bindings_schema[0] && status == STDB_OK; i++) {
        stdb_bytes piece;
        piece.data = (const uint8_t *)module_bindings_schema[i];
        piece.len = strlen(module_bindings_schema[i]);
        status = stdb_bsatn_writer_raw(writer, piece, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u8(writer, 0, error);
    }
    if (status == STDB_OK) {
        const char *json = (const char *)stdb_bsatn_writer_data(writer).data;
        status = stdb_connection_builder_with_schema_json(builder, json, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

/* A callback of any type, with what it was registered with. */
typedef void (*module_bindings_fn)(void);
typedef struct module_bindings_closure {
    module_bindings_fn callback;
    void *user_data;
    stdb_drop_fn drop;
} module_bindings_closure;

static module_bindings_closure *module_bindings_close(module_bindings_fn callback, void *user_data, stdb_drop_fn drop)
{
    module_bindings_closure *closure = (module_bindings_closure *)malloc(sizeof *closure);
    if (closure == NULL) {
        /* As the library does. */
        abort();
    }
    closure->callback = callback;
    closure->user_data = user_data;
    closure->drop = drop;
    return closure;
}

static void module_bindings_drop_closure(void *data)
{
    module_bindings_closure *closure = (module_bindings_closure *)data;
    if (closure->drop != NULL) {
        closure->drop(closure->user_data);
    }
    free(closure);
}

typedef stdb_status (*module_bindings_on_row_fn)(
    const stdb_table *, stdb_row_fn, void *, stdb_drop_fn, uint64_t *, stdb_error **);

static stdb_status module_bindings_on_row(
    stdb_connection *connection, const char *name, module_bindings_on_row_fn add, stdb_row_fn handler,
    module_bindings_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    module_bindings_closure *closure = module_bindings_close(callback, user_data, drop);
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, name, &table, error);
    if (status != STDB_OK) {
        module_bindings_drop_closure(closure);
        return status;
    }
    return add(table, handler, closure, module_bindings_drop_closure, callback_id, error);
}

static stdb_status module_bindings_on_update(
    stdb_connection *connection, const char *name, stdb_update_fn handler, module_bindings_fn callback,
    void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    module_bindings_closure *closure = module_bindings_close(callback, user_data, drop);
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, name, &table, error);
    if (status != STDB_OK) {
        module_bindings_drop_closure(closure);
        return status;
    }
    return stdb_table_on_update(table, handler, closure, module_bindings_drop_closure, callback_id, error);
}

static stdb_status module_bindings_on_reducer(
    stdb_connection *connection, const char *name, stdb_event_fn handler, module_bindings_fn callback,
    void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    module_bindings_closure *closure = module_bindings_close(callback, user_data, drop);
    return stdb_connection_on_reducer(
        connection, name, handler, closure, module_bindings_drop_closure, callback_id, error);
}

static void module_bindings_drop_now(stdb_drop_fn drop, void *user_data)
{
    if (drop != NULL) {
        drop(user_data);
    }
}

/* ---- The table `message` ---- */

static void module_bindings_message_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    Message typed = module_bindings_read_message(&cursor);
    ((message_row_fn)closure->callback)(context, &typed, closure->user_data);
}

stdb_status message_on_insert(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "message", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_message_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status message_on_before_delete(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "message", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_message_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status message_on_delete(
    stdb_connection *connection, message_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "message", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_message_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status message_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "message", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status message_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "message", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status message_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "message", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool message_next(stdb_row_iter *iter, Message *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_message(&cursor);
    return true;
}

/* ---- The table `user` ---- */

static void module_bindings_user_row(const stdb_context *context, const stdb_row *row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor cursor = module_bindings_over(row->data, row->len);
    User typed = module_bindings_read_user(&cursor);
    ((user_row_fn)closure->callback)(context, &typed, closure->user_data);
}

static void module_bindings_user_update(
    const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)data;
    module_bindings_cursor old_cursor = module_bindings_over(old_row->data, old_row->len);
    module_bindings_cursor new_cursor = module_bindings_over(new_row->data, new_row->len);
    User old_typed = module_bindings_read_user(&old_cursor);
    User new_typed = module_bindings_read_user(&new_cursor);
    ((user_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);
}

stdb_status user_on_insert(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "user", stdb_table_on_insert, callback == NULL ? NULL : module_bindings_user_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status user_on_before_delete(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "user", stdb_table_on_before_delete, callback == NULL ? NULL : module_bindings_user_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status user_on_delete(
    stdb_connection *connection, user_row_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_row(
        connection, "user", stdb_table_on_delete, callback == NULL ? NULL : module_bindings_user_row,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

stdb_status user_on_update(
    stdb_connection *connection, user_update_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_update(
        connection, "user", callback == NULL ? NULL : module_bindings_user_update, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}

stdb_status user_remove_callback(stdb_connection *connection, uint64_t callback_id, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    return status == STDB_OK ? stdb_table_remove_callback(table, callback_id, error) : status;
}

stdb_status user_count(stdb_connection *connection, uint64_t *count, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    return status == STDB_OK ? stdb_table_count(table, count, error) : status;
}

stdb_status user_iter(stdb_connection *connection, stdb_row_iter **iter, stdb_error **error)
{
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    return status == STDB_OK ? stdb_table_iter(table, iter, error) : status;
}

bool user_next(stdb_row_iter *iter, User *row)
{
    stdb_row next;
    if (row == NULL || !stdb_row_iter_next(iter, &next)) {
        return false;
    }
    module_bindings_cursor cursor = module_bindings_over(next.data, next.len);
    *row = module_bindings_read_user(&cursor);
    return true;
}

stdb_status user_find_by_identity(stdb_connection *connection, stdb_identity identity, User *row, stdb_error **error)
{
    stdb_row found;
    const stdb_table *table = NULL;
    stdb_bytes key_bsatn;
    uint8_t key_bytes[32];
    memcpy(key_bytes + 0, identity.bytes, 32);
    key_bsatn.data = key_bytes;
    key_bsatn.len = sizeof key_bytes;
    stdb_status status = stdb_connection_table(connection, "user", &table, error);
    if (status == STDB_OK) {
        status = stdb_table_find(table, "identity", key_bsatn, &found, error);
    }
    if (status == STDB_OK && row != NULL) {
        module_bindings_cursor cursor = module_bindings_over(found.data, found.len);
        *row = module_bindings_read_user(&cursor);
    }
    return status;
}

/* ---- The reducer `send_message` ---- */

stdb_status send_message(
    stdb_connection *connection, const char *text, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, text, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "send_message", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop,
            error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_send_message_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    stdb_str text = module_bindings_read_string(&cursor);
    ((send_message_fn)closure->callback)(context, &event, text, closure->user_data);
}

stdb_status on_send_message(
    stdb_connection *connection, send_message_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "send_message", callback == NULL ? NULL : module_bindings_send_message_event,
        (module_bindings_fn)callback, user_data, drop, callback_id, error);
}

/* ---- The reducer `set_name` ---- */

stdb_status set_name(
    stdb_connection *connection, const char *name, const stdb_call_options *call_options, stdb_event_fn on_result,
    void *user_data, stdb_drop_fn drop, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_string(writer, name, error);
    }
    if (status != STDB_OK) {
        module_bindings_drop_now(drop, user_data);
    } else {
        status = stdb_connection_call_reducer(
            connection, "set_name", stdb_bsatn_writer_data(writer), call_options, on_result, user_data, drop, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

static void module_bindings_set_name_event(const stdb_context *context, void *own_data)
{
    const module_bindings_closure *closure = (const module_bindings_closure *)own_data;
    stdb_reducer_event event;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {
        return;
    }
    module_bindings_cursor cursor = module_bindings_over(event.args.data, event.args.len);
    stdb_str name = module_bindings_read_string(&cursor);
    ((set_name_fn)closure->callback)(context, &event, name, closure->user_data);
}

stdb_status on_set_name(
    stdb_connection *connection, set_name_fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id,
    stdb_error **error)
{
    return module_bindings_on_reducer(
        connection, "set_name", callback == NULL ? NULL : module_bindings_set_name_event, (module_bindings_fn)callback,
        user_data, drop, callback_id, error);
}
