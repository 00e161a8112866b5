/* What the tests of subscriptions share: subscribing, and counting the rows that come and go. */
#ifndef CHANGES_H
#define CHANGES_H

#include "kitchen.h"

/* Rows that came and went, and with which kinds of events. */
typedef struct changes {
    int inserts;
    int deletes;
    int updates;
    stdb_event_kind kind;
} changes;

static inline void count_insert(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)row;
    ((changes *)user_data)->inserts += 1;
    ((changes *)user_data)->kind = stdb_context_event_kind(context);
}

static inline void count_delete(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)row;
    ((changes *)user_data)->deletes += 1;
    ((changes *)user_data)->kind = stdb_context_event_kind(context);
}

static inline void count_update(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row,
                                void *data) {
    (void)old_row, (void)new_row;
    ((changes *)data)->updates += 1;
    ((changes *)data)->kind = stdb_context_event_kind(context);
}

static inline void count_changes(stdb_connection *connection, const char *name, changes *changes) {
    const stdb_table *table = table_of(connection, name);
    CHECK_OK(stdb_table_on_insert(table, count_insert, changes, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_delete(table, count_delete, changes, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_update(table, count_update, changes, NULL, NULL, NULL));
}

static inline bool changed(const changes *changes, int inserts, int deletes, int updates) {
    if (changes->inserts == inserts && changes->deletes == deletes && changes->updates == updates) {
        return true;
    }
    printf("     %d inserts, %d deletes, %d updates\n", changes->inserts, changes->deletes, changes->updates);
    return false;
}

static inline uint64_t entities(stdb_connection *connection) {
    return count_of(table_of(connection, "entity"));
}

/* Makes so many entities from `zone` on, in the zone of that number. */
static inline void populate(stdb_connection *connection, uint32_t zone, uint64_t count) {
    outcome spawned = {0};
    spawn(connection, zone, count, zone, &spawned);
    expect_commit(connection, &spawned);
}

static inline text entity_with(uint32_t id) {
    return text_of("SELECT * FROM entity WHERE id = %" PRIu32, id);
}

/* Subscribes to one query without waiting. */
static inline stdb_subscription *begin(stdb_connection *connection, text query, watch *watch) {
    const char *queries[] = {query.chars};
    return begin_subscription(connection, queries, 1, watch);
}

/* Unsubscribes and waits until the host has confirmed it. */
static inline void unsubscribe(stdb_connection *connection, stdb_subscription *subscription) {
    CHECK_OK(stdb_subscription_unsubscribe(subscription, NULL));
    WAIT(connection, stdb_subscription_is_ended(subscription));
}

#endif
