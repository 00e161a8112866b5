/* What tests of generated bindings share. The functions of `kitchen.h` have the names that bindings have for the module. */
#ifndef TYPED_H
#define TYPED_H

#include "support/test.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "module_bindings.h"

/* For what callbacks do: a failed CHECK would jump out of them. It ends the program. */
#define MUST(condition)                                                 \
    do {                                                                \
        if (!(condition)) {                                             \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(EXIT_FAILURE);                                         \
        }                                                               \
    } while (0)

#define CHECK_OK(call) CHECK((call) == STDB_OK)

static inline bool str_is(stdb_str str, const char *expected) {
    return str.len == strlen(expected) && memcmp(str.data, expected, str.len) == 0;
}

static inline stdb_str str_of(const char *text) {
    stdb_str str;
    str.data = text;
    str.len = strlen(text);
    return str;
}

static inline time_t now_s(void) {
    return time(NULL);
}

/* Advances until `condition` holds; fails when it does not within 20 seconds. */
#define WAIT(connection, condition)                                                                        \
    do {                                                                                                   \
        time_t wait_end_ = now_s() + 20;                                                                   \
        while (!(condition)) {                                                                             \
            CHECK(now_s() < wait_end_ && "waits: " #condition);                                            \
            stdb_status status_ = stdb_connection_advance_one_message_timeout(connection, 100, NULL);      \
            CHECK(status_ == STDB_OK || status_ == STDB_ERR_TIMEOUT);                                      \
        }                                                                                                  \
    } while (0)

/* A number that no other run on the same host uses. */
static inline uint32_t fresh(void) {
    static uint32_t next = 0;
    if (next == 0) {
        struct timespec now;
        timespec_get(&now, TIME_UTC);
        next = (uint32_t)(((uint64_t)now.tv_nsec ^ ((uint64_t)getpid() << 20) ^ (uint64_t)now.tv_sec << 8) % 2000000000u) + 1;
    }
    return next += 64;
}

static inline void show_connect_error(const stdb_context *context, void *user_data) {
    (void)user_data;
    stdb_str why = stdb_error_message(stdb_context_error(context));
    printf("cannot connect: %.*s\n", (int)why.len, why.data);
}

/* A connection with the schema that a function of bindings gives, up. */
static inline stdb_connection *connect_with(
    const char *database, stdb_status (*with_schema)(stdb_connection_builder *, stdb_error **)) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    stdb_connection *connection = NULL;
    CHECK_OK(stdb_connection_builder_with_uri(builder, getenv("STDB_TEST_URI"), NULL));
    CHECK_OK(stdb_connection_builder_with_database_name(builder, database, NULL));
    CHECK_OK(with_schema(builder, NULL));
    CHECK_OK(stdb_connection_builder_on_connect_error(builder, show_connect_error, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_builder_build(builder, &connection, NULL));
    stdb_connection_builder_free(builder);
    WAIT(connection, stdb_connection_is_active(connection));
    return connection;
}

/* A connection with the bindings' schema, up. */
static inline stdb_connection *connect_typed(const char *database) {
    return connect_with(database, module_bindings_with_schema);
}

static inline void note(const stdb_context *context, void *user_data) {
    (void)context;
    *(bool *)user_data = true;
}

/* Subscribes to queries for as long as the connection lives, and waits for their rows. */
static inline void subscribe_typed(stdb_connection *connection, const char *const *queries, size_t count) {
    stdb_subscription_builder *builder = NULL;
    bool applied = false;
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, note, &applied, NULL, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, count, NULL, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, applied);
}

/* How a call ended. */
typedef struct ending {
    bool is_over;
    stdb_call_status status;
} ending;

static inline void end_call(const stdb_context *context, void *user_data) {
    stdb_reducer_event event;
    MUST(stdb_context_reducer_event(context, &event, NULL) == STDB_OK);
    ((ending *)user_data)->status = event.status;
    ((ending *)user_data)->is_over = true;
}

static inline void count_drop(void *user_data) {
    *(int *)user_data += 1;
}

#endif
