/* What the tests against the module `kitchen` share: its rows, its reducers, and recorders of what callbacks are told.
 *
 * Many tests use one database, one after another or at the same time. Each takes ids, zones and names of its own from
 * `fresh` and looks at its own rows only. */
#ifndef KITCHEN_H
#define KITCHEN_H

#include "support/test.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

static inline bool is_ok(stdb_status status) {
    stdb_str name = stdb_status_name(status);
    if (status != STDB_OK) {
        printf("     gave %.*s\n", (int)name.len, name.data);
    }
    return status == STDB_OK;
}

#define CHECK_OK(call) CHECK(is_ok(call))

/* As CHECK, for what callbacks do: a failed CHECK would jump out of them, over the library's frames. It ends the program. */
#define MUST(condition)                                                \
    do {                                                               \
        if (!(condition)) {                                            \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(EXIT_FAILURE);                                        \
        }                                                              \
    } while (0)

#define MUST_OK(call) MUST(is_ok(call))

static inline uint64_t now_us(void) {
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The first of so many numbers that nobody else uses. They fit into a u32. */
static inline uint32_t fresh_range(uint32_t count) {
    static uint32_t next = 0;
    if (next == 0) {
        uint64_t seed = now_us() ^ ((uint64_t)getpid() << 40);
        next = (uint32_t)(seed * 0x9e3779b97f4a7c15u >> 33) | 1;
    }
    uint32_t first = next;
    next += count;
    return first;
}

/* The first of 64 numbers: an id, a zone, or a part of a name. */
static inline uint32_t fresh(void) {
    return fresh_range(64);
}

typedef struct text {
    char chars[256];
} text;

/* Formats a query or a name; it lives until the end of the full expression, or in a variable. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static inline text
text_of(const char *format, ...) {
    text result;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(result.chars, sizeof result.chars, format, arguments);
    va_end(arguments);
    MUST(length >= 0 && (size_t)length < sizeof result.chars);
    return result;
}

static inline bool str_is(stdb_str str, const char *expected) {
    return str.len == strlen(expected) && memcmp(str.data, expected, str.len) == 0;
}

static inline text text_of_str(stdb_str str) {
    return text_of("%.*s", (int)(str.len < 255 ? str.len : 255), str.len > 0 ? str.data : "");
}

/* --- Advancing --- */

enum { PATIENCE_MS = 20000 };

/* Advances until `condition` holds; fails when it does not within PATIENCE_MS. */
#define WAIT(connection, condition)                               \
    do {                                                          \
        uint64_t wait_end_ = now_us() + PATIENCE_MS * 1000ull;    \
        while (!(condition)) {                                    \
            CHECK(now_us() < wait_end_ && "waits: " #condition);  \
            step(connection);                                     \
        }                                                         \
    } while (0)

static inline void step(stdb_connection *connection) {
    stdb_status status = stdb_connection_advance_one_message_timeout(connection, 100, NULL);
    CHECK(status == STDB_OK || status == STDB_ERR_TIMEOUT);
}

static inline bool under_valgrind(void) {
    const char *preload = getenv("LD_PRELOAD");
    return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

/* --- Connections --- */

static inline const char *environment(const char *name) {
    const char *value = getenv(name);
    CHECK(value != NULL && "STDB_TEST_URI and STDB_TEST_DATABASE name a host and a database with the module kitchen");
    return value;
}

static inline stdb_connection_builder *kitchen_builder(void) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    CHECK_OK(stdb_connection_builder_with_uri(builder, environment("STDB_TEST_URI"), NULL));
    CHECK_OK(stdb_connection_builder_with_database_name(builder, environment("STDB_TEST_DATABASE"), NULL));
    return builder;
}

/* Builds, and frees the builder. */
static inline stdb_connection *build(stdb_connection_builder *builder) {
    stdb_connection *connection = NULL;
    CHECK_OK(stdb_connection_builder_build(builder, &connection, NULL));
    stdb_connection_builder_free(builder);
    return connection;
}

/* The same, and waits until the connection is up. */
static inline stdb_connection *build_up(stdb_connection_builder *builder) {
    stdb_connection *connection = build(builder);
    WAIT(connection, stdb_connection_is_active(connection));
    return connection;
}

static inline stdb_connection *connect_kitchen(void) {
    return build_up(kitchen_builder());
}

static inline stdb_identity identity_of(const stdb_connection *connection) {
    stdb_identity identity;
    CHECK_OK(stdb_connection_get_identity(connection, &identity, NULL));
    return identity;
}

static inline stdb_connection_id connection_id_of(const stdb_connection *connection) {
    stdb_connection_id id;
    CHECK_OK(stdb_connection_get_connection_id(connection, &id, NULL));
    return id;
}

static inline stdb_stats stats_of(const stdb_connection *connection) {
    stdb_stats stats = {.struct_size = sizeof stats};
    CHECK_OK(stdb_connection_get_stats(connection, &stats, NULL));
    return stats;
}

/* Waits, without advancing, until so many messages have arrived. */
static inline void wait_arrived(const stdb_connection *connection, uint64_t messages) {
    uint64_t end = now_us() + PATIENCE_MS * 1000ull;
    while (stats_of(connection).messages_waiting < messages) {
        CHECK(now_us() < end);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static inline const stdb_table *table_of(stdb_connection *connection, const char *name) {
    const stdb_table *table = NULL;
    MUST_OK(stdb_connection_table(connection, name, &table, NULL));
    return table;
}

static inline uint64_t count_of(const stdb_table *table) {
    uint64_t count = UINT64_MAX;
    MUST_OK(stdb_table_count(table, &count, NULL));
    return count;
}

/* --- Callbacks that record --- */

/* A destructor that counts. */
static inline void count_up(void *counter) {
    *(int *)counter += 1;
}

/* How a call ended. */
typedef struct outcome {
    int runs;
    int drops;
    stdb_event_kind kind;
    stdb_call_status status;
    stdb_reducer_event event; /* Its views are dead: `message`, `reducer`, `args` and `value` below have copies. */
    text message;
    text reducer;
    uint8_t args[128];
    size_t args_len;
    uint8_t value[128];
    size_t value_len;
} outcome;

/* Copies bytes into so much room, and tells how many there are. */
static inline size_t copy_bytes(uint8_t *target, size_t room, stdb_bytes bytes) {
    MUST(bytes.len <= room);
    if (bytes.len > 0) {
        memcpy(target, bytes.data, bytes.len);
    }
    return bytes.len;
}

static inline void record_outcome(const stdb_context *context, void *user_data) {
    outcome *outcome = user_data;
    MUST_OK(stdb_context_reducer_event(context, &outcome->event, NULL));
    outcome->runs += 1;
    outcome->kind = stdb_context_event_kind(context);
    outcome->status = outcome->event.status;
    outcome->message = text_of_str(outcome->event.message);
    outcome->reducer = text_of_str(outcome->event.reducer);
    outcome->args_len = copy_bytes(outcome->args, sizeof outcome->args, outcome->event.args);
    outcome->value_len = copy_bytes(outcome->value, sizeof outcome->value, outcome->event.value);
}

static inline void drop_outcome(void *user_data) {
    ((outcome *)user_data)->drops += 1;
}

/* --- Reducers --- */

static inline stdb_bytes no_args(void) {
    return (stdb_bytes){NULL, 0};
}

/* Calls a reducer; `outcome` may be NULL when nobody wants to know. */
static inline void call(stdb_connection *connection, const char *reducer, stdb_bytes args, outcome *outcome) {
    MUST_OK(stdb_connection_call_reducer(connection, reducer, args, NULL, outcome ? record_outcome : NULL, outcome,
                                          outcome ? drop_outcome : NULL, NULL));
}

/* Calls a reducer with what was written, and frees the writer. */
static inline void call_written(stdb_connection *connection, const char *reducer, stdb_bsatn_writer *writer,
                                outcome *outcome) {
    call(connection, reducer, stdb_bsatn_writer_data(writer), outcome);
    stdb_bsatn_writer_free(writer);
}

/* Waits for a call that must commit. */
static inline void expect_commit(stdb_connection *connection, const outcome *outcome) {
    WAIT(connection, outcome->runs == 1);
    CHECK(outcome->status == STDB_CALL_COMMITTED);
}

static inline void spawn(stdb_connection *connection, uint64_t first, uint64_t count, uint32_t zone, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, first, NULL));
    MUST_OK(stdb_bsatn_writer_u64(writer, count, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, zone, NULL));
    call_written(connection, "spawn", writer, outcome);
}

/* How far `move_by` moves: so far that also a large `x` changes, which has few bits left for small steps. */
static const float FAR = 65536.0f;

static inline void move_far(stdb_connection *connection, uint64_t first, uint64_t count, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, first, NULL));
    MUST_OK(stdb_bsatn_writer_u64(writer, count, NULL));
    MUST_OK(stdb_bsatn_writer_f32(writer, FAR, NULL));
    call_written(connection, "move_by", writer, outcome);
}

static inline void despawn(stdb_connection *connection, uint64_t first, uint64_t count, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, first, NULL));
    MUST_OK(stdb_bsatn_writer_u64(writer, count, NULL));
    call_written(connection, "despawn", writer, outcome);
}

static inline void rezone(stdb_connection *connection, uint64_t id, uint32_t zone, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, id, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, zone, NULL));
    call_written(connection, "rezone", writer, outcome);
}

/* An item without tags. */
static inline void give(stdb_connection *connection, uint64_t owner, const char *serial, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, owner, NULL));
    MUST_OK(stdb_bsatn_writer_string(writer, serial, NULL));
    MUST_OK(stdb_bsatn_writer_array_begin(writer, 0, NULL));
    call_written(connection, "give", writer, outcome);
}

static inline void set_name(stdb_connection *connection, const char *name, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_string(writer, name, NULL));
    call_written(connection, "set_name", writer, outcome);
}

/* `add_left` or `edit_left`. */
static inline void put_left(stdb_connection *connection, const char *reducer, uint32_t id, const char *note,
                            outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u32(writer, id, NULL));
    MUST_OK(stdb_bsatn_writer_string(writer, note, NULL));
    call_written(connection, reducer, writer, outcome);
}

static inline void add_right(stdb_connection *connection, uint32_t id, uint32_t left_id, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u32(writer, id, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, left_id, NULL));
    call_written(connection, "add_right", writer, outcome);
}

static inline void swap_right(stdb_connection *connection, uint32_t old, uint32_t new_id, uint32_t left_id,
                              outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u32(writer, old, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, new_id, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, left_id, NULL));
    call_written(connection, "swap_right", writer, outcome);
}

/* --- Rows --- */

static inline stdb_bsatn_reader *row_reader(const stdb_row *row) {
    stdb_bsatn_reader *reader = NULL;
    MUST_OK(stdb_bsatn_reader_new((stdb_bytes){row->data, row->len}, &reader, NULL));
    return reader;
}

typedef struct entity {
    uint64_t id;
    uint32_t zone;
    float x, y, z;
    int32_t hp;
} entity;

static inline entity read_entity(const stdb_row *row) {
    stdb_bsatn_reader *reader = row_reader(row);
    entity entity;
    MUST_OK(stdb_bsatn_reader_u64(reader, &entity.id, NULL));
    MUST_OK(stdb_bsatn_reader_u32(reader, &entity.zone, NULL));
    MUST_OK(stdb_bsatn_reader_f32(reader, &entity.x, NULL));
    MUST_OK(stdb_bsatn_reader_f32(reader, &entity.y, NULL));
    MUST_OK(stdb_bsatn_reader_f32(reader, &entity.z, NULL));
    MUST_OK(stdb_bsatn_reader_i32(reader, &entity.hp, NULL));
    MUST(stdb_bsatn_reader_remaining(reader) == 0);
    stdb_bsatn_reader_free(reader);
    return entity;
}

/* Whether a row is as `spawn` makes it, moved so many times. */
static inline bool entity_is(const stdb_row *row, uint64_t id, uint32_t zone, int moves) {
    entity entity = read_entity(row);
    float x = (float)id;
    for (int i = 0; i < moves; i++) {
        x += FAR;
    }
    return entity.id == id && entity.zone == zone && entity.x == x && entity.y == 0.5f && entity.z == -1.0f &&
           entity.hp == 100;
}

typedef struct user {
    stdb_identity identity;
    bool named;
    text name;
    bool online;
} user;

static inline user read_user(const stdb_row *row) {
    stdb_bsatn_reader *reader = row_reader(row);
    user user = {0};
    MUST_OK(stdb_bsatn_reader_identity(reader, &user.identity, NULL));
    MUST_OK(stdb_bsatn_reader_option(reader, &user.named, NULL));
    if (user.named) {
        stdb_str name;
        MUST_OK(stdb_bsatn_reader_string(reader, &name, NULL));
        user.name = text_of_str(name);
    }
    MUST_OK(stdb_bsatn_reader_bool(reader, &user.online, NULL));
    MUST(stdb_bsatn_reader_remaining(reader) == 0);
    stdb_bsatn_reader_free(reader);
    return user;
}

/* BSATN of a key. */
typedef struct key {
    uint8_t bytes[64];
    size_t len;
} key;

static inline key key_of_written(stdb_bsatn_writer *writer) {
    stdb_bytes data = stdb_bsatn_writer_data(writer);
    key key = {.len = data.len};
    MUST(data.len <= sizeof key.bytes);
    memcpy(key.bytes, data.data, data.len);
    stdb_bsatn_writer_free(writer);
    return key;
}

static inline key key_u64(uint64_t value) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, value, NULL));
    return key_of_written(writer);
}

static inline key key_u32(uint32_t value) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u32(writer, value, NULL));
    return key_of_written(writer);
}

static inline key key_string(const char *value) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_string(writer, value, NULL));
    return key_of_written(writer);
}

static inline stdb_bytes bytes_of(const key *key) {
    return (stdb_bytes){key->bytes, key->len};
}

/* Whether an entity is cached; `found` may be NULL. Inside a callback or out of one. */
static inline bool find_entity(stdb_connection *connection, uint64_t id, entity *found) {
    key key = key_u64(id);
    stdb_row row;
    MUST_OK(stdb_read_guard_begin(connection, NULL));
    stdb_status status = stdb_table_find(table_of(connection, "entity"), "id", bytes_of(&key), &row, NULL);
    if (status == STDB_OK && found != NULL) {
        *found = read_entity(&row);
    }
    MUST_OK(stdb_read_guard_end(connection, NULL));
    MUST(status == STDB_OK || status == STDB_ERR_NOT_FOUND);
    return status == STDB_OK;
}

/* --- Subscriptions --- */

/* What a subscription's callbacks were told. */
typedef struct watch {
    int applied;
    int errors;
    int unsubscribed;
    int drops;
    stdb_event_kind kind;
    stdb_status code;
    text message;
} watch;

static inline void watch_applied(const stdb_context *context, void *user_data) {
    watch *watch = user_data;
    watch->applied += 1;
    watch->kind = stdb_context_event_kind(context);
    MUST(stdb_context_error(context) == NULL);
}

static inline void watch_error(const stdb_context *context, void *user_data) {
    watch *watch = user_data;
    const stdb_error *error = stdb_context_error(context);
    MUST(error != NULL);
    watch->errors += 1;
    watch->kind = stdb_context_event_kind(context);
    watch->code = stdb_error_code(error);
    watch->message = text_of_str(stdb_error_message(error));
}

static inline void watch_unsubscribed(const stdb_context *context, void *user_data) {
    watch *watch = user_data;
    watch->unsubscribed += 1;
    watch->kind = stdb_context_event_kind(context);
}

static inline void watch_drop(void *user_data) {
    ((watch *)user_data)->drops += 1;
}

static inline stdb_subscription_builder *watch_builder(stdb_connection *connection, watch *watch) {
    stdb_subscription_builder *builder = NULL;
    MUST_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    MUST_OK(stdb_subscription_builder_on_applied(builder, watch_applied, watch, watch_drop, NULL));
    MUST_OK(stdb_subscription_builder_on_error(builder, watch_error, watch, watch_drop, NULL));
    return builder;
}

/* Subscribes to queries without waiting. */
static inline stdb_subscription *begin_subscription(stdb_connection *connection, const char *const *queries,
                                                    size_t count, watch *watch) {
    stdb_subscription *subscription = NULL;
    stdb_subscription_builder *builder = watch_builder(connection, watch);
    MUST_OK(stdb_subscription_builder_subscribe(builder, queries, count, &subscription, NULL));
    stdb_subscription_builder_free(builder);
    return subscription;
}

static inline void fail_subscription(const stdb_context *context, void *user_data) {
    (void)user_data;
    fprintf(stderr, "%s\n", text_of_str(stdb_error_message(stdb_context_error(context))).chars);
    MUST(!"the subscription must be applied");
}

/* Subscribes to one query and waits until it is applied. */
static inline stdb_subscription *subscribe(stdb_connection *connection, text query) {
    watch watch = {0};
    const char *queries[] = {query.chars};
    stdb_subscription *subscription = NULL;
    stdb_subscription_builder *builder = NULL;
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, watch_applied, &watch, watch_drop, NULL));
    /* It may run later than this function, hence without data. */
    CHECK_OK(stdb_subscription_builder_on_error(builder, fail_subscription, NULL, NULL, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, &subscription, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, watch.applied == 1);
    CHECK(watch.drops == 1);
    return subscription;
}

/* The same, of somebody who has no use for the handle. */
static inline void subscribe_forever(stdb_connection *connection, text query) {
    stdb_subscription_free(subscribe(connection, query));
}

static inline text entities_in(uint32_t zone) {
    return text_of("SELECT * FROM entity WHERE zone = %" PRIu32, zone);
}

#endif
