/* The client cache: what its callbacks are told, in which order, and reading it. */

#include "kitchen.h"

/* A letter for each callback that ran, in their order: i insert, b before-delete, d delete, u update, B batch, r result of
 * a call, R on_reducer, t transaction, a applied. */
typedef struct diary {
    char letters[256];
    size_t len;
} diary;

static void note(diary *diary, char letter) {
    MUST(diary->len + 1 < sizeof diary->letters);
    diary->letters[diary->len++] = letter;
    diary->letters[diary->len] = '\0';
}

static bool says(const diary *diary, const char *letters) {
    if (strcmp(diary->letters, letters) == 0) {
        return true;
    }
    printf("     the callbacks were \"%s\"\n", diary->letters);
    return false;
}

static void note_insert(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    note(user_data, 'i');
}

static void note_before_delete(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    note(user_data, 'b');
}

static void note_delete(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    note(user_data, 'd');
}

static void note_update(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data) {
    (void)context, (void)old_row, (void)new_row;
    note(data, 'u');
}

static void note_batch(const stdb_context *context, const stdb_batch *batch, void *user_data) {
    (void)context, (void)batch;
    note(user_data, 'B');
}

static void note_result(const stdb_context *context, void *user_data) {
    (void)context;
    note(user_data, 'r');
}

static void note_reducer(const stdb_context *context, void *user_data) {
    (void)context;
    note(user_data, 'R');
}

static void note_transaction(const stdb_context *context, void *user_data) {
    (void)context;
    note(user_data, 't');
}

static void note_applied(const stdb_context *context, void *user_data) {
    (void)context;
    note(user_data, 'a');
}

/* Registers one of each. They are registered in an order of no meaning. */
static void keep_diary(stdb_connection *connection, const char *table_name, diary *diary) {
    const stdb_table *table = table_of(connection, table_name);
    CHECK_OK(stdb_connection_on_transaction(connection, note_transaction, diary, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_batch(table, note_batch, diary, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_update(table, note_update, diary, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_delete(table, note_delete, diary, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_before_delete(table, note_before_delete, diary, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_insert(table, note_insert, diary, NULL, NULL, NULL));
}

/* Calls a reducer on the range of two ids from `first` on, and notes its result. */
static void call_and_note(stdb_connection *connection, const char *reducer, uint64_t first, diary *diary) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_u64(writer, first, NULL));
    CHECK_OK(stdb_bsatn_writer_u64(writer, 2, NULL));
    if (strcmp(reducer, "spawn") == 0) {
        CHECK_OK(stdb_bsatn_writer_u32(writer, (uint32_t)first, NULL));
    } else if (strcmp(reducer, "move_by") == 0) {
        CHECK_OK(stdb_bsatn_writer_f32(writer, FAR, NULL));
    }
    CHECK_OK(stdb_connection_on_reducer(connection, reducer, note_reducer, diary, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_call_reducer(connection, reducer, stdb_bsatn_writer_data(writer), NULL, note_result, diary,
                                          NULL, NULL));
    stdb_bsatn_writer_free(writer);
}

static void the_order_of_callbacks_is_fixed(void) {
    uint32_t zone = fresh();
    diary diary = {0};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    keep_diary(connection, "entity", &diary);
    call_and_note(connection, "spawn", zone, &diary);
    call_and_note(connection, "move_by", zone, &diary);
    call_and_note(connection, "despawn", zone, &diary);
    WAIT(connection, diary.len >= 19);
    CHECK(says(&diary, "iiBrRt"
                       "uuBrRt"
                       "bbddBrRt"));
    stdb_connection_free(connection);
}

static void a_first_subscription_is_told_in_the_same_order(void) {
    uint32_t zone = fresh();
    diary diary = {0};
    outcome spawned = {0};
    stdb_connection *connection = connect_kitchen();
    spawn(connection, zone, 3, zone, &spawned);
    expect_commit(connection, &spawned);

    keep_diary(connection, "entity", &diary);
    stdb_subscription_builder *builder = NULL;
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, note_applied, &diary, NULL, NULL));
    text query = entities_in(zone);
    const char *queries[] = {query.chars};
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, NULL, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, diary.len > 0);
    CHECK(says(&diary, "iiiBat"));
    stdb_connection_free(connection);
}

/* --- What row callbacks are told --- */

/* The last row of each kind. */
typedef struct rows {
    int inserts, deletes, updates;
    entity inserted, deleted, old, new;
} rows;

static void keep_inserted(const stdb_context *context, const stdb_row *row, void *user_data) {
    MUST(stdb_context_event_kind(context) == STDB_EVENT_REDUCER);
    MUST(row->table == table_of(stdb_context_connection(context), "entity"));
    rows *rows = user_data;
    rows->inserts += 1;
    rows->inserted = read_entity(row);
}

static void keep_deleted(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context;
    rows *rows = user_data;
    rows->deletes += 1;
    rows->deleted = read_entity(row);
}

static void keep_updated(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data) {
    (void)context;
    rows *rows = data;
    rows->updates += 1;
    rows->old = read_entity(old_row);
    rows->new = read_entity(new_row);
}

static void keep_rows(stdb_connection *connection, rows *rows) {
    const stdb_table *table = table_of(connection, "entity");
    CHECK_OK(stdb_table_on_insert(table, keep_inserted, rows, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_delete(table, keep_deleted, rows, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_update(table, keep_updated, rows, NULL, NULL, NULL));
}

static bool told(const rows *rows, int inserts, int updates, int deletes) {
    return rows->inserts == inserts && rows->updates == updates && rows->deletes == deletes;
}

static void row_callbacks_get_old_and_new_rows(void) {
    uint32_t zone = fresh();
    rows rows = {0};
    outcome done[3] = {0};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, text_of("SELECT * FROM entity WHERE id = %" PRIu32, zone));
    keep_rows(connection, &rows);

    spawn(connection, zone, 1, zone, &done[0]);
    expect_commit(connection, &done[0]);
    CHECK(told(&rows, 1, 0, 0) && rows.inserted.id == zone && rows.inserted.zone == zone);
    CHECK(rows.inserted.x == (float)zone && rows.inserted.y == 0.5f && rows.inserted.hp == 100);

    rezone(connection, zone, zone + 1, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(told(&rows, 1, 1, 0) && rows.old.id == zone && rows.old.zone == zone);
    CHECK(rows.new.id == zone && rows.new.zone == zone + 1 && rows.new.x == (float)zone);

    despawn(connection, zone, 1, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(told(&rows, 1, 1, 1) && rows.deleted.id == zone && rows.deleted.zone == zone + 1);
    stdb_connection_free(connection);
}

static void a_row_that_leaves_a_query_is_deleted(void) {
    uint32_t zone = fresh();
    rows rows = {0};
    outcome done[3] = {0};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    keep_rows(connection, &rows);
    spawn(connection, zone, 1, zone, &done[0]);
    rezone(connection, zone, zone + 1, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(told(&rows, 1, 0, 1) && rows.deleted.zone == zone && !find_entity(connection, zone, NULL));
    rezone(connection, zone, zone, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(told(&rows, 2, 0, 1) && find_entity(connection, zone, NULL));
    stdb_connection_free(connection);
}

/* What the cache looked like inside a delete's callbacks. */
typedef struct glimpse {
    int runs;
    uint64_t count;
    bool found;
} glimpse;

static void look(const stdb_context *context, const stdb_row *row, void *user_data) {
    glimpse *glimpse = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    glimpse->runs += 1;
    glimpse->count = count_of(table_of(connection, "entity"));
    glimpse->found = find_entity(connection, read_entity(row).id, NULL);
}

static void before_delete_sees_the_cache_as_it_was(void) {
    uint32_t zone = fresh();
    glimpse before = {0}, after = {0};
    outcome done[3] = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    CHECK_OK(stdb_table_on_before_delete(table, look, &before, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_delete(table, look, &after, NULL, NULL, NULL));

    spawn(connection, zone, 3, zone, &done[0]);
    move_far(connection, zone, 3, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(before.runs == 0 && after.runs == 0);

    despawn(connection, zone, 2, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(before.runs == 2 && before.count == 3 && before.found);
    CHECK(after.runs == 2 && after.count == 1 && !after.found);
    stdb_connection_free(connection);
}

/* --- Batches --- */

typedef struct batches {
    int runs;
    size_t inserted, deleted, updated;
    bool rows_are_right;
    int row_callbacks_before;
    int row_callbacks;
    uint32_t zone;
} batches;

static bool all_are(const stdb_row *rows, size_t count, uint32_t zone, int moves) {
    for (size_t i = 0; i < count; i++) {
        uint64_t id = read_entity(&rows[i]).id;
        if (id < zone || id >= zone + 5u || !entity_is(&rows[i], id, zone, moves)) {
            return false;
        }
    }
    return true;
}

/* Rows are unmoved when they come, are moved once, and are as they were then when they go. */
static void keep_batch(const stdb_context *context, const stdb_batch *batch, void *user_data) {
    batches *batches = user_data;
    batches->runs += 1;
    batches->inserted = batch->inserted_count;
    batches->deleted = batch->deleted_count;
    batches->updated = batch->updated_count;
    batches->row_callbacks_before = batches->row_callbacks;
    batches->rows_are_right = batch->table == table_of(stdb_context_connection(context), "entity") &&
                              all_are(batch->inserted, batch->inserted_count, batches->zone, 0) &&
                              all_are(batch->updated_old, batch->updated_count, batches->zone, 0) &&
                              all_are(batch->updated_new, batch->updated_count, batches->zone, 1) &&
                              all_are(batch->deleted, batch->deleted_count, batches->zone, 1);
    for (size_t i = 0; i < batch->updated_count; i++) {
        batches->rows_are_right = batches->rows_are_right && read_entity(&batch->updated_old[i]).id ==
                                                                 read_entity(&batch->updated_new[i]).id;
    }
}

static void count_row(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    ((batches *)user_data)->row_callbacks += 1;
}

static bool batch_was(const batches *batches, int runs, size_t inserted, size_t deleted, size_t updated) {
    return batches->runs == runs && batches->rows_are_right && batches->inserted == inserted &&
           batches->deleted == deleted && batches->updated == updated;
}

static void a_batch_has_all_of_a_message(void) {
    uint32_t zone = fresh();
    batches batches = {.zone = zone};
    outcome done[4] = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    CHECK_OK(stdb_table_on_batch(table, keep_batch, &batches, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_insert(table, count_row, &batches, NULL, NULL, NULL));

    spawn(connection, zone, 5, zone, &done[0]);
    expect_commit(connection, &done[0]);
    CHECK(batch_was(&batches, 1, 5, 0, 0) && batches.row_callbacks_before == 5);
    move_far(connection, zone, 5, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(batch_was(&batches, 2, 0, 0, 5));
    despawn(connection, zone, 4, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(batch_was(&batches, 3, 0, 4, 0));

    /* Nothing of the table has changed: no batch. */
    call(connection, "noop", no_args(), &done[3]);
    expect_commit(connection, &done[3]);
    CHECK(batches.runs == 3);
    stdb_connection_free(connection);
}

/* --- Several tables in one message --- */

/* Where a test has one row in each of three tables: an entity, an item and a left, found by these. */
static void fill_three_tables(stdb_connection *connection, uint32_t id) {
    outcome done[3] = {0};
    spawn(connection, id, 1, id, &done[0]);
    give(connection, id, text_of("serial-%" PRIu32, id).chars, &done[1]);
    put_left(connection, "add_left", id, "a note", &done[2]);
    for (int i = 0; i < 3; i++) {
        expect_commit(connection, &done[i]);
    }
}

/* The first letter of each table that a row came into, and how many rows the three tables had at the first one. */
typedef struct arrivals {
    diary order;
    uint64_t entities, items, lefts;
} arrivals;

static void note_arrival(const stdb_context *context, const stdb_row *row, void *user_data) {
    arrivals *arrivals = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    if (arrivals->order.len == 0) {
        arrivals->entities = count_of(table_of(connection, "entity"));
        arrivals->items = count_of(table_of(connection, "item"));
        arrivals->lefts = count_of(table_of(connection, "left"));
    }
    note(&arrivals->order, stdb_table_name(row->table).data[0]);
}

/* Subscribes to the three rows, with the queries in an order of the caller's. */
static void check_arrivals(uint32_t id, const int order[3]) {
    text all[] = {text_of("SELECT * FROM entity WHERE id = %" PRIu32, id),
                  text_of("SELECT * FROM item WHERE owner = %" PRIu32, id),
                  text_of("SELECT * FROM left WHERE id = %" PRIu32, id)};
    const char *queries[] = {all[order[0]].chars, all[order[1]].chars, all[order[2]].chars};
    const char *tables[] = {"left", "entity", "item"};
    arrivals arrivals = {0};
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    for (int i = 0; i < 3; i++) {
        CHECK_OK(stdb_table_on_insert(table_of(connection, tables[i]), note_arrival, &arrivals, NULL, NULL, NULL));
    }
    stdb_subscription_free(begin_subscription(connection, queries, 3, &watch));
    WAIT(connection, watch.applied == 1);
    CHECK(says(&arrivals.order, "eil"));
    CHECK(arrivals.entities == 1 && arrivals.items == 1 && arrivals.lefts == 1);
    stdb_connection_free(connection);
}

static void all_tables_change_before_any_callback_and_in_the_schemas_order(void) {
    uint32_t id = fresh();
    stdb_connection *connection = connect_kitchen();
    fill_three_tables(connection, id);
    check_arrivals(id, (int[]){0, 1, 2});
    check_arrivals(id, (int[]){2, 1, 0});
    check_arrivals(id, (int[]){1, 2, 0});
    stdb_connection_free(connection);
}

/* --- Finding --- */

static stdb_status find_in(stdb_connection *connection, const char *table, const char *column, key key, stdb_row *row) {
    return stdb_table_find(table_of(connection, table), column, bytes_of(&key), row, NULL);
}

static void finds_by_primary_key_and_unique_columns(void) {
    uint32_t id = fresh();
    text serial = text_of("serial-%" PRIu32, id);
    stdb_row row;
    stdb_connection *connection = connect_kitchen();
    stdb_identity identity = identity_of(connection);
    key identity_key = {.len = sizeof identity.bytes};
    memcpy(identity_key.bytes, identity.bytes, sizeof identity.bytes);
    fill_three_tables(connection, id);
    subscribe_forever(connection, text_of("SELECT * FROM user"));
    subscribe_forever(connection, text_of("SELECT * FROM entity WHERE id = %" PRIu32, id));
    subscribe_forever(connection, text_of("SELECT * FROM item WHERE owner = %" PRIu32, id));

    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(find_in(connection, "entity", "id", key_u64(id), &row));
    CHECK(entity_is(&row, id, id, 0) && row.table == table_of(connection, "entity"));
    CHECK_OK(find_in(connection, "user", "identity", identity_key, &row));
    user user = read_user(&row);
    CHECK(stdb_identity_equal(&user.identity, &identity) && user.online && !user.named);
    CHECK_OK(find_in(connection, "item", "serial", key_string(serial.chars), &row));
    stdb_bsatn_reader *reader = row_reader(&row);
    uint64_t item_id, owner;
    stdb_str found;
    CHECK_OK(stdb_bsatn_reader_u64(reader, &item_id, NULL));
    CHECK_OK(stdb_bsatn_reader_u64(reader, &owner, NULL));
    CHECK_OK(stdb_bsatn_reader_string(reader, &found, NULL));
    CHECK(item_id != 0 && owner == id && str_is(found, serial.chars));
    stdb_bsatn_reader_free(reader);

    CHECK(find_in(connection, "entity", "id", key_u64(id + 1), &row) == STDB_ERR_NOT_FOUND);
    CHECK(find_in(connection, "item", "serial", key_string("nobody's"), &row) == STDB_ERR_NOT_FOUND);
    CHECK(find_in(connection, "item", "owner", key_u64(id), &row) == STDB_ERR_UNKNOWN_INDEX);
    CHECK(find_in(connection, "item", "colour", key_u64(id), &row) == STDB_ERR_UNKNOWN_COLUMN);
    CHECK(find_in(connection, "entity", "id", key_u32(id), &row) == STDB_ERR_INVALID_ARGUMENT);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK(find_in(connection, "entity", "id", key_u64(id), &row) == STDB_ERR_NO_READ_GUARD);
    stdb_connection_free(connection);
}

static void finds_many_at_once(void) {
    enum { COUNT = 5 };
    uint32_t first = fresh();
    uint8_t keys[COUNT * 8];
    stdb_row rows[COUNT];
    outcome done = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, text_of("SELECT * FROM entity WHERE zone = %" PRIu32, first));
    spawn(connection, first, 3, first, &done);
    expect_commit(connection, &done);
    /* The last three, of which one is not there, then the first two, backwards. */
    for (size_t i = 0; i < COUNT; i++) {
        key key = key_u64(first + (uint64_t)(i < 3 ? 3 - i : 4 - i));
        memcpy(keys + i * 8, key.bytes, 8);
    }
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(stdb_table_find_many(table, "id", (stdb_bytes){keys, sizeof keys}, COUNT, rows, NULL));
    CHECK(rows[0].data == NULL && rows[0].len == 0 && rows[0].table == table);
    CHECK(entity_is(&rows[1], first + 2, first, 0) && entity_is(&rows[2], first + 1, first, 0));
    CHECK(entity_is(&rows[3], first + 1, first, 0) && entity_is(&rows[4], first, first, 0) && rows[4].table == table);
    CHECK_OK(stdb_table_find_many(table, "id", (stdb_bytes){0}, 0, NULL, NULL));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

static void finds_what_an_update_left(void) {
    uint32_t zone = fresh();
    entity found;
    outcome done[3] = {0};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, text_of("SELECT * FROM entity WHERE id = %" PRIu32, zone));
    spawn(connection, zone, 1, zone, &done[0]);
    rezone(connection, zone, zone + 7, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(find_entity(connection, zone, &found) && found.zone == zone + 7);
    CHECK(count_of(table_of(connection, "entity")) == 1);
    despawn(connection, zone, 1, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(!find_entity(connection, zone, NULL) && count_of(table_of(connection, "entity")) == 0);
    stdb_connection_free(connection);
}

/* --- Indexes and iterators --- */

/* Reads the ids of an iterator's rows into text, less `base`, and frees it: "3 1 2 ". */
static text ids_of(stdb_row_iter *iter, uint64_t base) {
    text ids = {{0}};
    stdb_row row;
    while (stdb_row_iter_next(iter, &row)) {
        text longer = text_of("%s%" PRIu64 " ", ids.chars, read_entity(&row).id - base);
        ids = longer;
    }
    stdb_row_iter_free(iter);
    return ids;
}

static bool ids_are(stdb_row_iter *iter, uint64_t base, const char *expected) {
    text ids = ids_of(iter, base);
    if (strcmp(ids.chars, expected) != 0) {
        printf("     the rows were \"%s\"\n", ids.chars);
        return false;
    }
    return true;
}

static stdb_row_iter *in_zone(stdb_connection *connection, uint32_t zone) {
    key key = key_u32(zone);
    stdb_row_iter *iter = NULL;
    CHECK_OK(stdb_table_filter(table_of(connection, "entity"), "zone", bytes_of(&key), &iter, NULL));
    return iter;
}

static stdb_row_iter *in_range(stdb_connection *connection, uint32_t lower, stdb_bound lower_bound, uint32_t upper,
                               stdb_bound upper_bound) {
    key lower_key = key_u32(lower), upper_key = key_u32(upper);
    stdb_range range = {.struct_size = sizeof range,
                        .lower = bytes_of(&lower_key),
                        .upper = bytes_of(&upper_key),
                        .lower_bound = lower_bound,
                        .upper_bound = upper_bound};
    stdb_row_iter *iter = NULL;
    CHECK_OK(stdb_table_filter_range(table_of(connection, "entity"), "zone", &range, &iter, NULL));
    return iter;
}

/* Has a connection subscribe to ids zone + 0, 1, … 4, which lie in the zones zone + 4, 3, … 0. */
static stdb_connection *connect_to_five(uint32_t zone) {
    outcome done[5] = {0};
    stdb_connection *connection = connect_kitchen();
    for (uint32_t i = 0; i < 5; i++) {
        spawn(connection, zone + i, 1, zone + 4 - i, &done[i]);
    }
    expect_commit(connection, &done[4]);
    for (uint32_t i = 0; i < 5; i++) {
        subscribe_forever(connection, text_of("SELECT * FROM entity WHERE id = %" PRIu32, zone + i));
    }
    return connection;
}

static void filters_by_an_index(void) {
    uint32_t zone = fresh();
    outcome done[3] = {0};
    stdb_connection *connection = connect_to_five(zone);
    CHECK(ids_are(in_zone(connection, zone), zone, "4 "));
    CHECK(ids_are(in_zone(connection, zone + 4), zone, "0 "));
    CHECK(ids_are(in_zone(connection, zone + 5), zone, ""));

    /* The index follows rows that change. */
    rezone(connection, zone, zone, &done[0]);
    rezone(connection, zone + 4, zone + 9, &done[1]);
    despawn(connection, zone + 1, 1, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(ids_are(in_zone(connection, zone), zone, "0 "));
    CHECK(ids_are(in_zone(connection, zone + 4), zone, ""));
    CHECK(ids_are(in_zone(connection, zone + 9), zone, "4 "));
    CHECK(ids_are(in_zone(connection, zone + 3), zone, ""));
    stdb_connection_free(connection);
}

static void filters_by_a_range_in_order(void) {
    uint32_t zone = fresh();
    outcome done[2] = {0};
    stdb_connection *connection = connect_to_five(zone);
    const stdb_bound none = STDB_BOUND_NONE, with = STDB_BOUND_INCLUDED, without = STDB_BOUND_EXCLUDED;
    CHECK(ids_are(in_range(connection, 0, none, 0, none), zone, "4 3 2 1 0 "));
    CHECK(ids_are(in_range(connection, zone + 1, with, zone + 3, with), zone, "3 2 1 "));
    CHECK(ids_are(in_range(connection, zone + 1, without, zone + 3, with), zone, "2 1 "));
    CHECK(ids_are(in_range(connection, zone + 1, with, zone + 3, without), zone, "3 2 "));
    CHECK(ids_are(in_range(connection, zone + 1, without, zone + 2, without), zone, ""));
    CHECK(ids_are(in_range(connection, zone + 3, with, 0, none), zone, "1 0 "));
    CHECK(ids_are(in_range(connection, 0, none, zone + 3, without), zone, "4 3 2 "));
    CHECK(ids_are(in_range(connection, zone + 3, with, zone + 1, with), zone, ""));

    rezone(connection, zone, zone - 1, &done[0]);
    rezone(connection, zone + 2, zone + 8, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(ids_are(in_range(connection, 0, none, 0, none), zone, "0 4 3 1 2 "));
    CHECK(ids_are(in_range(connection, zone, with, zone + 3, with), zone, "4 3 1 "));
    stdb_connection_free(connection);
}

static void names_indexes_by_name_accessor_or_column(void) {
    uint32_t zone = fresh();
    stdb_connection *connection = connect_to_five(zone);
    const stdb_table *table = table_of(connection, "entity");
    key zone_key = key_u32(zone + 1), id_key = key_u64(zone + 2);
    stdb_row_iter *iter = NULL;
    CHECK_OK(stdb_table_filter(table, "entity_zone_idx_btree", bytes_of(&zone_key), &iter, NULL));
    CHECK(ids_are(iter, zone, "3 "));
    CHECK_OK(stdb_table_filter(table, "id", bytes_of(&id_key), &iter, NULL));
    CHECK(ids_are(iter, zone, "2 "));
    CHECK_OK(stdb_table_filter_range(table, "id", NULL, &iter, NULL));
    CHECK(ids_are(iter, zone, "0 1 2 3 4 "));
    CHECK(stdb_table_filter(table, "hp", bytes_of(&zone_key), &iter, NULL) == STDB_ERR_UNKNOWN_INDEX);
    CHECK(stdb_table_filter(table, "zone", bytes_of(&id_key), &iter, NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_range unsized_range = {0};
    CHECK(stdb_table_filter_range(table, "zone", &unsized_range, &iter, NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_connection_free(connection);
}

/* As interpreted languages read a table: many rows a call, their bytes copied together. */
static void many_rows_are_given_and_copied_at_once(void) {
    uint32_t zone = fresh();
    stdb_row rows[4];
    uint8_t bytes[4 * sizeof(entity)];
    stdb_row_iter *iter = NULL;
    stdb_connection *connection = connect_to_five(zone);
    CHECK_OK(stdb_table_iter(table_of(connection, "entity"), &iter, NULL));
    CHECK(stdb_row_iter_next_many(iter, rows, 4) == 4);
    size_t size = 4 * rows[0].len;
    CHECK(size <= sizeof bytes && stdb_rows_copy(rows, 4, NULL, 0) == size);
    memset(bytes, 0xee, sizeof bytes);
    CHECK(stdb_rows_copy(rows, 4, bytes, size - 1) == size && bytes[0] == 0xee);
    CHECK(stdb_rows_copy(rows, 4, bytes, size) == size);
    for (size_t i = 0; i < 4; i++) {
        CHECK(memcmp(bytes + i * rows[i].len, rows[i].data, rows[i].len) == 0);
    }
    CHECK(stdb_row_iter_next_many(iter, rows, 4) == 1);
    CHECK(stdb_row_iter_next_many(iter, rows, 4) == 0);
    stdb_row_iter_free(iter);
    stdb_connection_free(connection);
}

static void an_iterator_gives_each_row_once_and_holds_a_guard(void) {
    uint32_t zone = fresh();
    stdb_row row, first;
    stdb_row_iter *iter = NULL;
    outcome moved = {0};
    stdb_connection *connection = connect_to_five(zone);
    int seen[5] = {0};
    CHECK_OK(stdb_table_iter(table_of(connection, "entity"), &iter, NULL));
    while (stdb_row_iter_next(iter, &row)) {
        seen[read_entity(&row).id - zone] += 1;
    }
    CHECK(!stdb_row_iter_next(iter, &row));
    for (int i = 0; i < 5; i++) {
        CHECK(seen[i] == 1);
    }
    stdb_row_iter_free(iter);

    /* Nothing is advanced as long as rows are borrowed. */
    CHECK_OK(stdb_table_iter(table_of(connection, "entity"), &iter, NULL));
    CHECK(stdb_row_iter_next(iter, &first));
    uint64_t id = read_entity(&first).id;
    move_far(connection, id, 1, &moved);
    wait_arrived(connection, 1);
    CHECK(stdb_connection_frame_tick(connection, NULL) == STDB_ERR_READ_GUARD_HELD);
    CHECK(entity_is(&first, id, zone + 4 - (uint32_t)(id - zone), 0));
    stdb_row_iter_free(iter);
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(moved.runs == 1);
    stdb_connection_free(connection);
}

/* --- Registering and removing --- */

/* A callback that does something to callbacks, and how often it ran. */
typedef struct meddler {
    int runs;
    int drops;
    int drops_when_removed;
    uint64_t id;
    uint64_t other;
    struct meddler *later;
} meddler;

static void drop_meddler(void *user_data) {
    ((meddler *)user_data)->drops += 1;
}

static void only_count(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    ((meddler *)user_data)->runs += 1;
}

static void remove_itself(const stdb_context *context, const stdb_row *row, void *user_data) {
    meddler *meddler = user_data;
    (void)context;
    meddler->runs += 1;
    MUST_OK(stdb_table_remove_callback(row->table, meddler->id, NULL));
    /* Not while it runs. */
    meddler->drops_when_removed = meddler->drops;
}

static void remove_the_other(const stdb_context *context, const stdb_row *row, void *user_data) {
    meddler *meddler = user_data;
    (void)context;
    meddler->runs += 1;
    if (meddler->runs == 1) {
        MUST_OK(stdb_table_remove_callback(row->table, meddler->other, NULL));
    }
}

static void register_another(const stdb_context *context, const stdb_row *row, void *user_data) {
    meddler *meddler = user_data;
    (void)context;
    meddler->runs += 1;
    if (meddler->runs == 1) {
        MUST_OK(stdb_table_on_insert(row->table, only_count, meddler->later, drop_meddler, &meddler->later->id, NULL));
    }
}

static void add_meddler(const stdb_table *table, stdb_row_fn callback, meddler *meddler) {
    CHECK_OK(stdb_table_on_insert(table, callback, meddler, drop_meddler, &meddler->id, NULL));
    CHECK(meddler->id != 0);
}

/* Spawns so many entities in one message. */
static void spawn_and_wait(stdb_connection *connection, uint64_t first, uint64_t count, uint32_t zone) {
    outcome spawned = {0};
    spawn(connection, first, count, zone, &spawned);
    expect_commit(connection, &spawned);
}

static void callbacks_can_be_removed(void) {
    uint32_t zone = fresh();
    meddler kept = {0}, removed = {0}, selfish = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    add_meddler(table, only_count, &kept);
    add_meddler(table, only_count, &removed);
    add_meddler(table, remove_itself, &selfish);

    CHECK_OK(stdb_table_remove_callback(table, removed.id, NULL));
    CHECK(removed.drops == 1);
    CHECK(stdb_table_remove_callback(table, removed.id, NULL) == STDB_ERR_NOT_FOUND);
    CHECK(stdb_table_remove_callback(table_of(connection, "item"), kept.id, NULL) == STDB_ERR_NOT_FOUND);

    spawn_and_wait(connection, zone, 2, zone);
    CHECK(kept.runs == 2 && removed.runs == 0);
    CHECK(selfish.runs == 1 && selfish.drops_when_removed == 0 && selfish.drops == 1);
    CHECK(kept.drops == 0);
    stdb_connection_free(connection);
    CHECK(kept.drops == 1 && removed.drops == 1 && selfish.drops == 1);
}

static void a_callback_can_remove_a_later_one_of_the_same_message(void) {
    uint32_t zone = fresh();
    meddler first = {0}, second = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    add_meddler(table, remove_the_other, &first);
    add_meddler(table, only_count, &second);
    first.other = second.id;
    spawn_and_wait(connection, zone, 2, zone);
    CHECK(first.runs == 2 && second.runs == 0 && second.drops == 1);
    stdb_connection_free(connection);
    CHECK(first.drops == 1 && second.drops == 1);
}

static void a_callback_registered_in_a_callback_runs_from_the_next_message_on(void) {
    uint32_t zone = fresh();
    meddler later = {0}, first = {.later = &later};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    add_meddler(table_of(connection, "entity"), register_another, &first);
    spawn_and_wait(connection, zone, 3, zone);
    CHECK(first.runs == 3 && later.runs == 0);
    spawn_and_wait(connection, zone + 3, 1, zone);
    CHECK(first.runs == 4 && later.runs == 1);
    stdb_connection_free(connection);
    CHECK(first.drops == 1 && later.drops == 1);
}

static void every_kind_of_callback_can_be_removed(void) {
    uint32_t zone = fresh();
    uint64_t ids[7];
    diary diary = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    CHECK_OK(stdb_table_on_insert(table, note_insert, &diary, NULL, &ids[0], NULL));
    CHECK_OK(stdb_table_on_before_delete(table, note_before_delete, &diary, NULL, &ids[1], NULL));
    CHECK_OK(stdb_table_on_delete(table, note_delete, &diary, NULL, &ids[2], NULL));
    CHECK_OK(stdb_table_on_update(table, note_update, &diary, NULL, &ids[3], NULL));
    CHECK_OK(stdb_table_on_batch(table, note_batch, &diary, NULL, &ids[4], NULL));
    CHECK_OK(stdb_connection_on_transaction(connection, note_transaction, &diary, NULL, &ids[5], NULL));
    CHECK_OK(stdb_connection_on_reducer(connection, "spawn", note_reducer, &diary, NULL, &ids[6], NULL));
    for (int i = 0; i < 5; i++) {
        CHECK_OK(stdb_table_remove_callback(table, ids[i], NULL));
    }
    CHECK_OK(stdb_connection_remove_on_transaction(connection, ids[5], NULL));
    CHECK_OK(stdb_connection_remove_on_reducer(connection, ids[6], NULL));
    CHECK(stdb_connection_remove_on_transaction(connection, ids[5], NULL) == STDB_ERR_NOT_FOUND);
    CHECK(stdb_connection_remove_on_reducer(connection, ids[6], NULL) == STDB_ERR_NOT_FOUND);

    outcome done[3] = {0};
    spawn(connection, zone, 1, zone, &done[0]);
    move_far(connection, zone, 1, &done[1]);
    despawn(connection, zone, 1, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(says(&diary, ""));
    stdb_connection_free(connection);
}

static void a_refused_registration_drops_its_data(void) {
    int drops = 0;
    uint64_t id = 0;
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    CHECK(stdb_table_on_insert(table, NULL, &drops, count_up, &id, NULL) == STDB_ERR_INVALID_ARGUMENT && drops == 1);
    CHECK(stdb_table_on_batch(NULL, note_batch, &drops, count_up, &id, NULL) == STDB_ERR_INVALID_ARGUMENT &&
          drops == 2);
    CHECK(stdb_connection_on_reducer(connection, "no_such_reducer", note_reducer, &drops, count_up, &id, NULL) ==
              STDB_ERR_UNKNOWN_REDUCER &&
          drops == 3);
    CHECK(id == 0);
    stdb_connection_free(connection);
    CHECK(drops == 3);
}

/* --- Chunks and memory --- */

/* So many rows need several chunks. */
enum { MANY = 20000, ENTITY_BYTES = 28 };

/* Has a connection subscribe to the zone `first` and fills it with the ids from `first` on. */
static stdb_connection *connect_to_many(uint32_t first) {
    outcome spawned = {0};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(first));
    spawn(connection, first, MANY, first, &spawned);
    expect_commit(connection, &spawned);
    return connection;
}

static void despawn_and_wait(stdb_connection *connection, uint32_t first, uint32_t count) {
    outcome gone = {0};
    despawn(connection, first, count, &gone);
    expect_commit(connection, &gone);
}

/* Which of `MANY` entities a row is. */
static size_t place_of(const uint8_t *row, uint32_t first) {
    uint64_t id;
    memcpy(&id, row, sizeof id);
    MUST(id >= first && id < (uint64_t)first + MANY);
    return (size_t)(id - first);
}

/* Notes where each row lies. Returns how many rows the chunks have; 0 when one has a row that was noted before. */
static size_t note_chunks(const stdb_table *table, uint32_t first, const uint8_t **rows) {
    const stdb_chunk *chunks = NULL;
    size_t count = 0, total = 0;
    MUST_OK(stdb_table_chunks(table, &chunks, &count, NULL));
    for (size_t c = 0; c < count; c++) {
        MUST(chunks[c].count > 0 && chunks[c].stride == ENTITY_BYTES);
        for (size_t i = 0; i < chunks[c].count; i++) {
            const uint8_t *row = chunks[c].data + i * chunks[c].stride;
            const uint8_t **place = &rows[place_of(row, first)];
            if (*place != NULL) {
                return 0;
            }
            *place = row;
            total++;
        }
    }
    return total;
}

/* Whether the chunks have `expected` rows, each once, and the same as the iterator gives. */
static bool chunks_are_what_the_iterator_gives(stdb_connection *connection, uint32_t first, size_t expected) {
    const stdb_table *table = table_of(connection, "entity");
    const uint8_t **rows = calloc(MANY, sizeof *rows);
    stdb_row_iter *iter = NULL;
    size_t same = 0;
    MUST(rows != NULL);
    MUST_OK(stdb_read_guard_begin(connection, NULL));
    size_t noted = note_chunks(table, first, rows);
    MUST_OK(stdb_table_iter(table, &iter, NULL));
    for (stdb_row row; stdb_row_iter_next(iter, &row);) {
        const uint8_t **place = &rows[place_of(row.data, first)];
        same += row.len == ENTITY_BYTES && *place != NULL && memcmp(*place, row.data, ENTITY_BYTES) == 0;
        *place = NULL;
    }
    stdb_row_iter_free(iter);
    MUST_OK(stdb_read_guard_end(connection, NULL));
    free(rows);
    return noted == expected && same == expected && count_of(table) == expected;
}

static void chunks_have_every_row_once(void) {
    uint32_t first = fresh_range(MANY);
    outcome moved = {0};
    stdb_connection *connection = connect_to_many(first);
    CHECK(chunks_are_what_the_iterator_gives(connection, first, MANY));
    move_far(connection, first + 5, MANY / 2, &moved);
    expect_commit(connection, &moved);
    CHECK(chunks_are_what_the_iterator_gives(connection, first, MANY));
    despawn_and_wait(connection, first + 1, MANY - 3);
    CHECK(chunks_are_what_the_iterator_gives(connection, first, 3));
    despawn_and_wait(connection, first, MANY);
    CHECK(chunks_are_what_the_iterator_gives(connection, first, 0));
    stdb_connection_free(connection);
}

/* Which status chunks gave inside a callback, and how many rows they had. */
typedef struct chunks_seen {
    stdb_status status;
    size_t rows;
} chunks_seen;

static void look_at_chunks(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context;
    chunks_seen *seen = user_data;
    const stdb_chunk *chunks = NULL;
    size_t count = 0;
    seen->status = stdb_table_chunks(row->table, &chunks, &count, NULL);
    seen->rows = count == 1 ? chunks[0].count : 0;
}

static void chunks_need_a_read_guard_or_a_callback(void) {
    uint32_t zone = fresh();
    const stdb_chunk *chunks = NULL;
    size_t count = 77;
    chunks_seen seen = {.status = -1};
    stdb_connection *connection = connect_kitchen(), *other = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    CHECK_OK(stdb_table_on_insert(table, look_at_chunks, &seen, NULL, NULL, NULL));
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard", stdb_table_chunks(table, &chunks, &count, &error_));
    CHECK(chunks == NULL && count == 77);

    /* A guard of another connection is none. */
    CHECK_OK(stdb_read_guard_begin(other, NULL));
    CHECK(stdb_table_chunks(table, &chunks, &count, NULL) == STDB_ERR_NO_READ_GUARD);
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(stdb_table_chunks(table, &chunks, &count, NULL));
    CHECK(chunks == NULL && count == 0);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_OK(stdb_read_guard_end(other, NULL));
    CHECK(stdb_table_chunks(table, &chunks, &count, NULL) == STDB_ERR_NO_READ_GUARD);

    spawn_and_wait(connection, zone, 3, zone);
    CHECK(seen.status == STDB_OK && seen.rows == 3);
    CHECK(stdb_table_chunks(table, &chunks, &count, NULL) == STDB_ERR_NO_READ_GUARD);
    stdb_connection_free(other);
    stdb_connection_free(connection);
}

/* As long as the guard is held, nothing is applied, and what lies in the chunks stays. */
static void chunks_stay_under_a_guard(void) {
    uint32_t zone = fresh();
    const stdb_chunk *chunks = NULL;
    size_t count = 0;
    outcome moved = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    subscribe_forever(connection, entities_in(zone));
    spawn_and_wait(connection, zone, 1, zone);
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(stdb_table_chunks(table, &chunks, &count, NULL));
    CHECK(count == 1 && chunks[0].count == 1);
    stdb_row row = {chunks[0].data, chunks[0].stride, table};
    CHECK(entity_is(&row, zone, zone, 0));
    move_far(connection, zone, 1, &moved);
    wait_arrived(connection, 1);
    CHECK(stdb_connection_frame_tick(connection, NULL) == STDB_ERR_READ_GUARD_HELD);
    CHECK(entity_is(&row, zone, zone, 0));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    expect_commit(connection, &moved);

    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(stdb_table_chunks(table, &chunks, &count, NULL));
    CHECK(count == 1 && chunks[0].count == 1);
    row.data = chunks[0].data;
    CHECK(entity_is(&row, zone, zone, 1));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

static void chunks_need_rows_of_one_size(void) {
    static const char *const varied[] = {"user", "message", "item", "every_type", "left"};
    const stdb_chunk *chunks = NULL;
    size_t count = 77;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    for (size_t i = 0; i < sizeof varied / sizeof *varied; i++) {
        CHECK_STATUS(STDB_ERR_ROW_SIZE, text_of("`%s`", varied[i]).chars,
                     stdb_table_chunks(table_of(connection, varied[i]), &chunks, &count, &error_));
    }
    CHECK(chunks == NULL && count == 77);
    CHECK_OK(stdb_table_chunks(table_of(connection, "right"), &chunks, &count, NULL));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

static uint64_t memory_of(stdb_connection *connection, const char *table) {
    uint64_t bytes = UINT64_MAX;
    MUST_OK(stdb_table_memory(table_of(connection, table), &bytes, NULL));
    return bytes;
}

static void memory_grows_with_rows_and_is_given_back(void) {
    uint32_t first = fresh_range(MANY);
    stdb_connection *connection = connect_to_many(first);
    uint64_t full = memory_of(connection, "entity");
    despawn_and_wait(connection, first, MANY / 2);
    uint64_t half = memory_of(connection, "entity");
    despawn_and_wait(connection, first, MANY - 10);
    uint64_t few = memory_of(connection, "entity");
    despawn_and_wait(connection, first, MANY);
    uint64_t none = memory_of(connection, "entity");
    CHECK(full >= MANY * ENTITY_BYTES && full < MANY * 4 * ENTITY_BYTES);
    CHECK(half < full && few < half / 8 && none <= few);
    stdb_connection_free(connection);
}

/* Tables whose rows differ in size, too. */
static void memory_counts_rows_of_any_size(void) {
    uint32_t id = fresh();
    text serial = text_of("%064" PRIu32, id);
    outcome given = {0};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, text_of("SELECT * FROM item WHERE owner = %" PRIu32, id));
    uint64_t before = memory_of(connection, "item");
    give(connection, id, serial.chars, &given);
    expect_commit(connection, &given);
    CHECK(memory_of(connection, "item") >= before + strlen(serial.chars));
    stdb_connection_free(connection);
}

static const test tests[] = {
    TEST(the_order_of_callbacks_is_fixed),
    TEST(a_first_subscription_is_told_in_the_same_order),
    TEST(row_callbacks_get_old_and_new_rows),
    TEST(a_row_that_leaves_a_query_is_deleted),
    TEST(before_delete_sees_the_cache_as_it_was),
    TEST(a_batch_has_all_of_a_message),
    TEST(all_tables_change_before_any_callback_and_in_the_schemas_order),
    TEST(finds_by_primary_key_and_unique_columns),
    TEST(finds_many_at_once),
    TEST(finds_what_an_update_left),
    TEST(filters_by_an_index),
    TEST(filters_by_a_range_in_order),
    TEST(names_indexes_by_name_accessor_or_column),
    TEST(many_rows_are_given_and_copied_at_once),
    TEST(an_iterator_gives_each_row_once_and_holds_a_guard),
    TEST(callbacks_can_be_removed),
    TEST(a_callback_can_remove_a_later_one_of_the_same_message),
    TEST(a_callback_registered_in_a_callback_runs_from_the_next_message_on),
    TEST(every_kind_of_callback_can_be_removed),
    TEST(a_refused_registration_drops_its_data),
    TEST(chunks_have_every_row_once),
    TEST(chunks_need_a_read_guard_or_a_callback),
    TEST(chunks_stay_under_a_guard),
    TEST(chunks_need_rows_of_one_size),
    TEST(memory_grows_with_rows_and_is_given_back),
    TEST(memory_counts_rows_of_any_size),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
