/* Connecting, subscribing and advancing; whatever fails ends the program. */
#ifndef BENCH_CONNECTION_H
#define BENCH_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "process.h"
#include "stdb.h"

static inline void must(stdb_status status, stdb_error *error, const char *what)
{
    if (status == STDB_OK)
        return;
    stdb_str message = stdb_error_message(error);
    fprintf(stderr, "%s: %.*s\n", what, (int)message.len, message.data);
    exit(1);
}

/* MUST(stdb_f, a, b) calls stdb_f(a, b, &error). */
#define MUST(function, ...)                                      \
    do {                                                         \
        stdb_error *must_error = NULL;                           \
        stdb_status must_status = function(__VA_ARGS__, &must_error); \
        must(must_status, must_error, #function);                \
    } while (0)

static inline void raise_flag(const stdb_context *context, void *user_data)
{
    (void)context;
    *(bool *)user_data = true;
}

static inline void on_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data)
{
    (void)identity, (void)token;
    raise_flag(context, user_data);
}

/* Makes a connection; `connected` is raised when it is up. */
static inline stdb_connection *begin_connect(const char *uri, const char *schema, bool *connected)
{
    stdb_connection *connection = NULL;
    stdb_connection_builder *builder = stdb_connection_builder_new();
    MUST(stdb_connection_builder_with_uri, builder, uri);
    MUST(stdb_connection_builder_with_database_name, builder, "bench");
    MUST(stdb_connection_builder_with_schema_json, builder, schema);
    MUST(stdb_connection_builder_with_schema_fetch, builder, false); /* the host has none to compare it with */
    MUST(stdb_connection_builder_with_compression, builder, STDB_COMPRESSION_NONE);
    MUST(stdb_connection_builder_on_connect, builder, on_connect, connected, NULL);
    MUST(stdb_connection_builder_build, builder, &connection);
    stdb_connection_builder_free(builder);
    return connection;
}

static inline void advance_until(stdb_connection *connection, const bool *done)
{
    while (!*done)
        MUST(stdb_connection_advance_one_message_blocking, connection);
}

static inline stdb_connection *connect_to(const char *uri, const char *schema)
{
    bool connected = false;
    stdb_connection *connection = begin_connect(uri, schema, &connected);
    advance_until(connection, &connected);
    return connection;
}

static inline const stdb_table *table_named(stdb_connection *connection, const char *name)
{
    const stdb_table *table = NULL;
    MUST(stdb_connection_table, connection, name, &table);
    return table;
}

static inline uint64_t row_count(const stdb_table *table)
{
    uint64_t count = 0;
    MUST(stdb_table_count, table, &count);
    return count;
}

/* Subscribes to a query; returns the nanoseconds until it was applied. */
static inline double subscribe(stdb_connection *connection, const char *query)
{
    bool applied = false;
    stdb_subscription_builder *builder = NULL;
    MUST(stdb_subscription_builder_new, connection, &builder);
    MUST(stdb_subscription_builder_on_applied, builder, raise_flag, &applied, NULL);
    double start = now_ns();
    MUST(stdb_subscription_builder_subscribe, builder, &query, 1, NULL);
    advance_until(connection, &applied);
    double taken = now_ns() - start;
    stdb_subscription_builder_free(builder);
    return taken;
}

#endif
