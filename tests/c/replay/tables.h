/* The tables of the recorded kitchen: what is told of their rows, a line each, and what the cache then has.
 *
 * Behind each row comes `#` and a hash of its bytes, and behind each table's count one of all its rows. Rows of earlier
 * recordings on the same host are counted apart: `user 1 (+16)`. */
#ifndef TABLES_H
#define TABLES_H

#include "every_type.h"
#include "show.h"

typedef struct table {
    const char *name;
    /* The type of its rows. */
    const char *row;
    /* The primary key, which is the first column, and its size; NULL where there is none. */
    const char *key;
    size_t key_len;
    /* Whether the first column says whose the row is. */
    bool is_owned;
    const stdb_table *handle;
    /* How many cached rows are of earlier recordings. */
    uint64_t earlier;
    /* A hash of the rows that were told of one by one since the last batch. */
    uint64_t told;
} table;

#define USER "identity option string bool"
#define VECTOR "( f32 f32 f32 )"
#define ENTITY "u64 u32 " VECTOR " i32"
#define EFFECT "sum ( nothing unit damage u32 say string move " VECTOR " many array u8 )"
#define EVERY_TYPE                                                                                           \
    "u32 bool u8 u16 u32 u64 u128 u256 i8 i16 i32 i64 i128 i256 f32 f64 string array u8 identity "           \
    "connection_id timestamp time_duration uuid option i32 option i32 "                                     \
    "sum ( recruit unit knight unit lord unit ) " EFFECT " array " EFFECT " array " VECTOR                   \
    " option array string sum ( ok u32 err string )"

/* In the order of their callbacks, which is the schema's. */
static table tables[] = {
    {.name = "entity", .row = ENTITY, .key = "id", .key_len = 8},
    {.name = "every_type", .row = EVERY_TYPE, .key = "key", .key_len = 4},
    {.name = "hit", .row = "u64 u32"},
    {.name = "item", .row = "auto_inc u64 serial array string", .key = "id", .key_len = 8},
    {.name = "left", .row = "u32 string", .key = "id", .key_len = 4},
    {.name = "message", .row = "identity timestamp string", .is_owned = true},
    {.name = "right", .row = "u32 u32", .key = "id", .key_len = 4},
    {.name = "user", .row = USER, .key = "identity", .key_len = 32, .is_owned = true},
    {.name = "me", .row = USER},
    {.name = "zone_one", .row = ENTITY},
};

enum { TABLES = sizeof tables / sizeof *tables };

static inline uint64_t row_hash(const stdb_row *row) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < row->len; i++) {
        hash = (hash ^ row->data[i]) * 0x100000001b3u;
    }
    return hash;
}

static inline uint64_t told_after(uint64_t told, char kind, const stdb_row *row) {
    return (told * 31 + (uint64_t)kind) * 31 + row_hash(row);
}

static inline bool is_earlier(const table *table, const stdb_row *row) {
    stdb_identity owner;
    if (!table->is_owned) {
        return false;
    }
    memcpy(owner.bytes, row->data, sizeof owner.bytes);
    return strcmp(identity_name(&owner), "<earlier>") == 0;
}

static inline bool is_cached(const table *table, const stdb_row *row) {
    stdb_row cached;
    stdb_status status = STDB_ERR_NOT_FOUND;
    if (table->key != NULL) {
        status = stdb_table_find(table->handle, table->key, (stdb_bytes){row->data, table->key_len}, &cached, NULL);
        return status == STDB_OK && cached.len == row->len && memcmp(cached.data, row->data, row->len) == 0;
    }
    stdb_row_iter *iter = NULL;
    bool found = false;
    MUST_OK(stdb_table_iter(table->handle, &iter, NULL));
    while (!found && stdb_row_iter_next(iter, &cached)) {
        found = cached.len == row->len && memcmp(cached.data, row->data, row->len) == 0;
    }
    stdb_row_iter_free(iter);
    return found;
}

/* --- Callbacks, whose data is the table --- */

static inline void show_row(const table *table, const stdb_row *row) {
    MUST(row->table == table->handle);
    printf(" ");
    show_bytes(table->row, (stdb_bytes){row->data, row->len});
}

static inline void show_inserted(const stdb_context *context, const stdb_row *row, void *data) {
    (void)context;
    table *table = data;
    if (strcmp(table->name, "every_type") == 0) {
        check_every_type(row);
    }
    printf("insert %s", table->name);
    show_row(table, row);
    printf("%s #%016" PRIx64 "\n", is_cached(table, row) ? "" : ", which is not kept", row_hash(row));
    table->told = told_after(table->told, 'i', row);
    table->earlier += is_earlier(table, row);
}

static inline void show_before_delete(const stdb_context *context, const stdb_row *row, void *data) {
    (void)context;
    table *table = data;
    printf("before_delete %s", table->name);
    show_row(table, row);
    printf("%s #%016" PRIx64 "\n", is_cached(table, row) ? "" : ", WHICH IS GONE ALREADY", row_hash(row));
}

static inline void show_deleted(const stdb_context *context, const stdb_row *row, void *data) {
    (void)context;
    table *table = data;
    printf("delete %s", table->name);
    show_row(table, row);
    printf("%s #%016" PRIx64 "\n", is_cached(table, row) ? ", WHICH IS STILL THERE" : "", row_hash(row));
    table->told = told_after(table->told, 'd', row);
    table->earlier -= is_earlier(table, row);
}

static inline void show_updated(const stdb_context *context, const stdb_row *old, const stdb_row *new_row, void *data) {
    (void)context;
    table *table = data;
    printf("update %s", table->name);
    show_row(table, old);
    printf(" ->");
    show_row(table, new_row);
    bool is_applied = is_cached(table, new_row) && !is_cached(table, old);
    printf("%s #%016" PRIx64 " #%016" PRIx64 "\n", is_applied ? "" : ", WHICH IS NOT APPLIED", row_hash(old),
           row_hash(new_row));
    table->told = told_after(told_after(table->told, 'o', old), 'n', new_row);
}

static inline void show_count(const table *table, const char *what, const stdb_row *rows, size_t count) {
    size_t earlier = 0;
    for (size_t i = 0; i < count; i++) {
        earlier += is_earlier(table, &rows[i]);
    }
    if (count > 0) {
        printf(" %s %zu", what, count - earlier);
    }
    if (earlier > 0) {
        printf(" (+%zu)", earlier);
    }
}

/* A batch must be what was told of row by row. */
static inline void show_batch(const stdb_context *context, const stdb_batch *batch, void *data) {
    (void)context;
    table *table = data;
    MUST(batch->table == table->handle);
    printf("batch %s:", table->name);
    show_count(table, "inserted", batch->inserted, batch->inserted_count);
    show_count(table, "deleted", batch->deleted, batch->deleted_count);
    show_count(table, "updated", batch->updated_new, batch->updated_count);
    uint64_t told = 0;
    for (size_t i = 0; i < batch->inserted_count; i++) {
        told = told_after(told, 'i', &batch->inserted[i]);
    }
    for (size_t i = 0; i < batch->deleted_count; i++) {
        told = told_after(told, 'd', &batch->deleted[i]);
    }
    for (size_t i = 0; i < batch->updated_count; i++) {
        told = told_after(told_after(told, 'o', &batch->updated_old[i]), 'n', &batch->updated_new[i]);
    }
    printf("%s\n", told == table->told ? "" : ", NOT AS TOLD ROW BY ROW");
    table->told = 0;
}

/* --- The cache --- */

static inline void show_table(const table *table) {
    uint64_t count = 0, hash = 0;
    stdb_row_iter *iter = NULL;
    stdb_row row;
    MUST_OK(stdb_table_iter(table->handle, &iter, NULL));
    for (; stdb_row_iter_next(iter, &row); count++) {
        hash += row_hash(&row);
    }
    stdb_row_iter_free(iter);
    MUST(count == count_of(table->handle));
    if (count > 0) {
        printf(" %s %" PRIu64, table->name, count - table->earlier);
        if (table->earlier > 0) {
            printf(" (+%" PRIu64 ")", table->earlier);
        }
        printf(" #%016" PRIx64, hash);
    }
}

/* What the cache has; tables without rows are left out. */
static inline void show_cache(void) {
    printf("cache:");
    for (size_t i = 0; i < TABLES; i++) {
        show_table(&tables[i]);
    }
    printf("\n");
}

#endif
