/* Messages that cannot be, over every protocol: each ends the connection with an error that names what was wrong. */

#include "today.h"

typedef struct end {
    int disconnects;
    stdb_status code;
    bool retriable;
    char message[512];
} end;

static void record_end(const stdb_context *context, void *user_data) {
    end *end = user_data;
    const stdb_error *error = stdb_context_error(context);
    stdb_str message = stdb_error_message(error);
    end->disconnects += 1;
    end->code = stdb_error_code(error);
    end->retriable = stdb_error_is_retriable(error);
    snprintf(end->message, sizeof end->message, "%.*s", (int)message.len, message.data);
}

/* The host says something bad before it answers; whoever waits for the answer hears of the end. So many rows came before. */
static void expect_end_after(uint64_t rows, const char *database, const char *says) {
    end end = {0};
    watch users = {0};
    outcome called = {0};
    stdb_connection_builder *builder = builder_of_today();
    CHECK_OK(stdb_connection_builder_with_database_name(builder, database, NULL));
    CHECK_OK(stdb_connection_builder_on_disconnect(builder, record_end, &end, NULL, NULL));
    stdb_connection *connection = build(builder);
    stdb_subscription *subscription = begin(connection, text_of("SELECT * FROM user"), &users);
    call(connection, "set_name", no_args(), &called);
    WAIT(connection, end.disconnects == 1);
    if (end.code != STDB_ERR_PROTOCOL || strstr(end.message, says) == NULL) {
        printf("     %s told: %s\n", database, end.message);
    }
    CHECK(end.code == STDB_ERR_PROTOCOL && !end.retriable && strstr(end.message, says) != NULL);
    CHECK(users.errors == 1 && users.applied == 0 && users.drops == 2 && stdb_subscription_is_ended(subscription));
    CHECK(called.runs == 1 && called.status == STDB_CALL_DISCONNECTED && called.drops == 1);
    CHECK(stats_of(connection).rows_cached == rows && stats_of(connection).calls_pending == 0);
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void expect_end(const char *database, const char *says) {
    expect_end_after(0, database, says);
}

static void what_is_no_message(void) {
    expect_end("bad-empty", "byte 0 of 0");
    expect_end("bad-truncated", "left at byte");
    expect_end("bad-text", "text message");
    expect_end("bad-utf8", "UTF-8");
    if (protocol_under_test() == STDB_PROTOCOL_V3) {
        /* What follows a message is the next one there. */
        expect_end_after(1, "bad-trailing", "left at byte");
    } else {
        expect_end("bad-trailing", "3 bytes too many");
    }
}

static void unknown_tags(void) {
    expect_end("bad-tag", "unknown tag 200");
    expect_end("bad-compression-tag", "unknown tag 9");
}

static void lengths_that_lie(void) {
    expect_end("bad-length", "bytes expected");
    expect_end("bad-length-rows", "bytes expected");
    expect_end("bad-length-tables", "items");
    expect_end("bad-rowsize", "row size 7");
    expect_end("bad-offsets", "offset 10 of row 2");
}

static void rows_of_nothing_known(void) {
    expect_end("bad-unknown-table", "table `nobody`");
    expect_end("bad-short-row", "table `user`");
}

static void query_sets_that_are_not_ours(void) {
    expect_end("bad-unknown-query", "4242");
    /* v1 does not say of which they are. */
    if (protocol_under_test() != STDB_PROTOCOL_V1) {
        expect_end("bad-unknown-set", "4242");
    }
}

static const test tests[] = {
    TEST(what_is_no_message),
    TEST(unknown_tags),
    TEST(lengths_that_lie),
    TEST(rows_of_nothing_known),
    TEST(query_sets_that_are_not_ours),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
