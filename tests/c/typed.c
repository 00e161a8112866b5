/* The generated bindings of the module `kitchen`, on a host: typed reducers, rows, updates, finds, filters and deletes. */

#include "typed.h"

/* What callbacks were told of entities. */
typedef struct seen {
    int inserts, updates, before_deletes, deletes;
    Entity last, before;
} seen;

static void on_insert(const stdb_context *context, const Entity *row, void *user_data) {
    (void)context;
    seen *seen = user_data;
    seen->inserts += 1;
    seen->last = *row;
}

static void on_update(const stdb_context *context, const Entity *old_row, const Entity *new_row, void *user_data) {
    (void)context;
    seen *seen = user_data;
    seen->updates += 1;
    seen->before = *old_row;
    seen->last = *new_row;
}

/* The row is still in the cache. */
static void on_before_delete(const stdb_context *context, const Entity *row, void *user_data) {
    Entity entity;
    MUST(entity_find_by_id(stdb_context_connection(context), row->id, &entity, NULL) == STDB_OK);
    ((seen *)user_data)->before_deletes += 1;
}

/* It no longer is. */
static void on_delete(const stdb_context *context, const Entity *row, void *user_data) {
    Entity entity;
    MUST(entity_find_by_id(stdb_context_connection(context), row->id, &entity, NULL) == STDB_ERR_NOT_FOUND);
    seen *seen = user_data;
    seen->deletes += 1;
    seen->last = *row;
}

static void rows_of_fixed_size_are_plain_structs(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    uint32_t zone = fresh();
    char here[64], there[64];
    snprintf(here, sizeof here, "SELECT * FROM entity WHERE zone = %" PRIu32, zone);
    snprintf(there, sizeof there, "SELECT * FROM entity WHERE zone = %" PRIu32, zone + 1);
    const char *queries[] = {here, there};
    seen seen = {0};
    uint64_t insert_id = 0;
    CHECK_OK(entity_on_insert(connection, on_insert, &seen, NULL, &insert_id, NULL));
    CHECK_OK(entity_on_update(connection, on_update, &seen, NULL, NULL, NULL));
    CHECK_OK(entity_on_before_delete(connection, on_before_delete, &seen, NULL, NULL, NULL));
    CHECK_OK(entity_on_delete(connection, on_delete, &seen, NULL, NULL, NULL));
    subscribe_typed(connection, queries, 2);

    ending spawned = {0};
    CHECK_OK(spawn(connection, zone, 3, zone, NULL, end_call, &spawned, NULL, NULL));
    WAIT(connection, spawned.is_over && seen.inserts == 3);
    CHECK(spawned.status == STDB_CALL_COMMITTED && seen.last.zone == zone && seen.last.hp == 100);
    CHECK(seen.last.position.x == (float)seen.last.id && seen.last.position.y == 0.5f && seen.last.position.z == -1.0f);

    CHECK_OK(move_by(connection, zone, 1, 1e9f, NULL, NULL, NULL, NULL, NULL));
    WAIT(connection, seen.updates == 1);
    CHECK(seen.last.id == zone && seen.last.position.x == seen.before.position.x + 1e9f);

    CHECK_OK(rezone(connection, zone + 2, zone + 1, NULL, NULL, NULL, NULL, NULL));
    WAIT(connection, seen.updates == 2);

    uint64_t count = 0;
    Entity entity;
    stdb_row_iter *iter = NULL;
    CHECK_OK(entity_count(connection, &count, NULL));
    CHECK(count == 3);
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(entity_find_by_id(connection, zone + 1, &entity, NULL));
    CHECK(entity.id == zone + 1 && entity.zone == zone);
    CHECK_OK(entity_find_by_id(connection, zone + 1, NULL, NULL));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "id", entity_find_by_id(connection, zone + 3, &entity, &error_));
    CHECK(entity.id == zone + 1);
    CHECK_OK(entity_filter_by_zone(connection, zone, &iter, NULL));
    int in_zone = 0;
    while (entity_next(iter, &entity)) {
        in_zone += 1;
        CHECK(entity.zone == zone);
    }
    stdb_row_iter_free(iter);
    CHECK(in_zone == 2);
    CHECK_OK(entity_iter(connection, &iter, NULL));
    CHECK(!entity_next(iter, NULL) && !entity_next(NULL, &entity));
    for (in_zone = 0; entity_next(iter, &entity);) {
        in_zone += 1;
    }
    stdb_row_iter_free(iter);
    CHECK(in_zone == 3);
    CHECK_OK(stdb_read_guard_end(connection, NULL));

    CHECK_OK(entity_remove_callback(connection, insert_id, NULL));
    CHECK_OK(despawn(connection, zone, 3, NULL, NULL, NULL, NULL, NULL));
    WAIT(connection, seen.deletes == 3);
    CHECK(seen.inserts == 3 && seen.before_deletes == 3);
    stdb_connection_free(connection);
}

/* What callbacks were told of messages and of the reducer that sends them. */
typedef struct heard {
    const char *text;
    int messages, calls;
} heard;

static void on_message(const stdb_context *context, const Message *row, void *user_data) {
    heard *heard = user_data;
    stdb_identity me;
    MUST(stdb_connection_get_identity(stdb_context_connection(context), &me, NULL) == STDB_OK);
    stdb_identity sender = message_get_sender(row);
    if (str_is(message_get_text(row), heard->text)) {
        MUST(stdb_identity_equal(&sender, &me) && message_get_sent(row).micros > 0);
        heard->messages += 1;
        User user;
        MUST(user_find_by_identity(stdb_context_connection(context), sender, &user, NULL) == STDB_OK);
        MUST(user_get_online(&user));
    }
}

static void on_sent(const stdb_context *context, const stdb_reducer_event *event, stdb_str said, void *user_data) {
    (void)context;
    heard *heard = user_data;
    if (str_is(said, heard->text)) {
        MUST(event->status == STDB_CALL_COMMITTED);
        heard->calls += 1;
    }
}

static void rows_with_text_are_read_column_by_column(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    const char *queries[] = {"SELECT * FROM user", "SELECT * FROM message", "SELECT * FROM item"};
    char name[64], serial[64];
    snprintf(name, sizeof name, "typed %" PRIu32, fresh());
    snprintf(serial, sizeof serial, "serial %" PRIu32, fresh());
    heard heard = {name, 0, 0};
    uint64_t id = 0;
    int drops = 0;
    CHECK_OK(message_on_insert(connection, on_message, &heard, NULL, NULL, NULL));
    CHECK_OK(on_send_message(connection, on_sent, &heard, NULL, NULL, NULL));
    CHECK_OK(on_send_message(connection, on_sent, &heard, NULL, &id, NULL));
    CHECK_OK(stdb_connection_remove_on_reducer(connection, id, NULL));
    subscribe_typed(connection, queries, 3);

    stdb_identity me;
    User user;
    CHECK_OK(stdb_connection_get_identity(connection, &me, NULL));
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(user_find_by_identity(connection, me, &user, NULL));
    CHECK(user_get_online(&user) && !user_get_name(&user).has_value);
    CHECK_OK(stdb_read_guard_end(connection, NULL));

    ending named = {0}, sent = {0}, refused = {0};
    CHECK_OK(set_name(connection, name, NULL, end_call, &named, NULL, NULL));
    CHECK_OK(send_message(connection, name, NULL, end_call, &sent, NULL, NULL));
    CHECK_OK(send_message(connection, "", NULL, end_call, &refused, NULL, NULL));
    WAIT(connection, named.is_over && sent.is_over && refused.is_over && heard.messages == 1);
    CHECK(refused.status == STDB_CALL_FAILED && sent.status == STDB_CALL_COMMITTED);
    stdb_protocol protocol;
    CHECK_OK(stdb_connection_get_protocol(connection, &protocol, NULL));
    /* Only v1 tells of each run, one's own included. */
    CHECK(heard.calls == 1 || protocol != STDB_PROTOCOL_V1);
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(user_find_by_identity(connection, me, &user, NULL));
    CHECK(user_get_name(&user).has_value && str_is(user_get_name(&user).value, name));
    CHECK_OK(stdb_read_guard_end(connection, NULL));

    /* An array is made in a writer, and walked when it comes back. */
    const stdb_str tags[] = {str_of("red"), str_of(""), str_of("gr\xc3\xbcn")};
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    StringArray array;
    ending given = {0};
    uint64_t owner = fresh();
    CHECK_OK(string_array_of(writer, tags, 3, &array, NULL));
    CHECK_OK(give(connection, owner, serial, array, NULL, end_call, &given, NULL, NULL));
    stdb_bsatn_writer_free(writer);
    WAIT(connection, given.is_over);
    Item item;
    stdb_str tag;
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(item_find_by_serial(connection, serial, &item, NULL));
    CHECK(item_get_owner(&item) == owner && str_is(item_get_serial(&item), serial));
    StringArray rest = item_get_tags(&item);
    CHECK(rest.count == 3 && str_is(string_array_at(rest, 2), "gr\xc3\xbcn") && string_array_at(rest, 3).len == 0);
    for (size_t i = 0; i < 3; i++) {
        CHECK(string_array_next(&rest, &tag) && tag.len == tags[i].len && memcmp(tag.data, tags[i].data, tag.len) == 0);
    }
    CHECK(!string_array_next(&rest, &tag));
    stdb_row_iter *iter = NULL;
    CHECK_OK(item_filter_by_owner(connection, owner, &iter, NULL));
    CHECK(item_next(iter, &item) && item_get_owner(&item) == owner && !item_next(iter, &item));
    stdb_row_iter_free(iter);
    CHECK_OK(stdb_read_guard_end(connection, NULL));

    /* What cannot be done takes the data all the same. */
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "callback", user_on_insert(connection, NULL, &drops, count_drop, NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "callback", user_on_update(connection, NULL, &drops, count_drop, NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "callback", on_reset(connection, NULL, &drops, count_drop, NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "connection", entity_on_insert(NULL, on_insert, &drops, count_drop, NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "connection", entity_on_update(NULL, on_update, &drops, count_drop, NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "connection", send_message(NULL, "", NULL, end_call, &drops, count_drop, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "value", send_message(connection, NULL, NULL, end_call, &drops, count_drop, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "connection", on_reset(NULL, NULL, &drops, count_drop, NULL, &error_));
    CHECK(drops == 8);
    stdb_connection_free(connection);
}

static void every_type_is_read(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    uint32_t key = fresh();
    char query[64];
    snprintf(query, sizeof query, "SELECT * FROM every_type WHERE key = %" PRIu32, key);
    const char *queries[] = {query};
    subscribe_typed(connection, queries, 1);
    ending inserted = {0};
    uint64_t count = 0;
    CHECK_OK(insert_every_type(connection, key, NULL, end_call, &inserted, NULL, NULL));
    WAIT(connection, inserted.is_over);
    CHECK_OK(every_type_count(connection, &count, NULL));
    CHECK(count == 1);
    EveryType row;
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(every_type_find_by_key(connection, key, &row, NULL));
    stdb_connection_id me;
    CHECK_OK(stdb_connection_get_connection_id(connection, &me, NULL));
    stdb_connection_id caller = every_type_get_connection_id(&row);
    CHECK(every_type_get_key(&row) == key && stdb_connection_id_equal(&caller, &me));
    CHECK(every_type_get_rank(&row) == RANK_KNIGHT && every_type_get_effect(&row).tag == EFFECT_SAY);
    OptionStringArray maybe = every_type_get_maybe_vec(&row);
    CHECK(maybe.has_value && maybe.value.count == 2 && str_is(string_array_at(maybe.value, 0), "a"));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

int main(void) {
    static const test tests[] = {
        TEST(rows_of_fixed_size_are_plain_structs),
        TEST(rows_with_text_are_read_column_by_column),
        TEST(every_type_is_read),
    };
    return run_tests(tests, sizeof tests / sizeof *tests);
}
