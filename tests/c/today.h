/* What the tests of today's protocols share: connections over the protocol under test, and orders to the host. */
#ifndef TODAY_H
#define TODAY_H

#include "changes.h"

/* The protocol under test. */
static inline stdb_protocol protocol_under_test(void) {
    return (stdb_protocol)strtol(environment("STDB_TEST_PROTOCOL"), NULL, 10);
}

static inline stdb_connection_builder *builder_over(stdb_protocol protocol) {
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_protocols(builder, &protocol, 1, NULL));
    return builder;
}

static inline stdb_connection_builder *builder_of_today(void) {
    return builder_over(protocol_under_test());
}

static inline stdb_connection *connect_today(void) {
    stdb_connection *connection = build_up(builder_of_today());
    stdb_protocol protocol = 0;
    CHECK_OK(stdb_connection_get_protocol(connection, &protocol, NULL));
    CHECK(protocol == protocol_under_test());
    return connection;
}

/* Tells the host to do something; the commands are those of `EmbeddedHost::follow`. */
static inline void order(text command) {
    FILE *orders = fopen(environment("STDB_TEST_ORDERS"), "w");
    CHECK(orders != NULL && fprintf(orders, "%s\n", command.chars) > 0 && fclose(orders) == 0);
}

/* A row of an event table. */
static inline void deal_hit(stdb_connection *connection, uint64_t target, outcome *outcome) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u64(writer, target, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, 7, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, 1, NULL));
    call_written(connection, "deal_hit", writer, outcome);
}

#endif
