/* Does again what a recorded client did, and prints what it is told: a line each callback, and what the cache has after
 * each message. STDB_TEST_DATABASE is the recording's name, such as tour.v1.gzip.light: the scenario, the protocol, the
 * compression. */

#include "replay/calls.h"
#include "replay/tables.h"

static stdb_connection *connection;
static stdb_protocol protocol;

/* How many requests were answered. */
static int answers = 0;
static bool is_over = false;

/* --- Callbacks' data must be freed once --- */

static int registered = 0;
static int dropped = 0;

static void drop(void *data) {
    (void)data;
    dropped += 1;
}

static void *kept(void *data) {
    registered += 1;
    return data;
}

/* --- Callbacks --- */

static const char *event_name(const stdb_context *context) {
    static const char *const names[] = {
        "none",          "connected",           "connect error",   "disconnected", "reducer",
        "subscribe applied", "unsubscribe applied", "subscribe error", "transaction",  "log",
        "procedure",     "query",               "reconnecting",    "reconnected",
    };
    stdb_event_kind kind = stdb_context_event_kind(context);
    MUST(kind >= 0 && (size_t)kind < sizeof names / sizeof *names);
    return names[kind];
}

static void on_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *data) {
    (void)data;
    show_me = *identity;
    show_my_connection = connection_id_of(stdb_context_connection(context));
    printf("%s, %s\n", event_name(context), token.len > 100 ? "with a token" : "WITHOUT A TOKEN");
}

static void show_error(const stdb_error *error) {
    stdb_str name = stdb_status_name(stdb_error_code(error));
    printf("%.*s: ", (int)name.len, name.data);
    show_message(stdb_error_message(error));
}

/* Of an event that may have one. */
static void show_event_error(const stdb_context *context) {
    if (stdb_context_error(context) != NULL) {
        printf(": ");
        show_error(stdb_context_error(context));
    }
}

static void on_end(const stdb_context *context, void *data) {
    (void)data;
    printf("%s", event_name(context));
    show_event_error(context);
    printf("\n");
    is_over = true;
}

static void on_log(const stdb_context *context, stdb_log_level level, stdb_str message, void *data) {
    (void)context, (void)data;
    if (level <= STDB_LOG_WARN) {
        printf("log: ");
        show_message(message);
        printf("\n");
    }
}

static void on_transaction(const stdb_context *context, void *data) {
    (void)data;
    printf("transaction: %s\n", event_name(context));
}

static stdb_reducer_event show_reducer(const char *what, const stdb_context *context) {
    stdb_reducer_event event;
    MUST_OK(stdb_context_reducer_event(context, &event, NULL));
    MUST(event.has_caller_connection_id);
    printf("%s: ", what);
    show_call(event.reducer, event.args);
    printf(" of %s over %s at ", identity_name(&event.caller_identity), connection_name(&event.caller_connection_id));
    show_time(event.timestamp);
    show_end(event.status, event.message);
    printf("\n");
    return event;
}

static void on_result(const stdb_context *context, void *data) {
    (void)data;
    stdb_reducer_event event = show_reducer("result", context);
    if (event.has_energy) {
        printf("  energy used: %s\n", event.energy.lo > 0 ? "some" : "none");
    }
    if (event.value.len > 0) {
        printf("  error in BSATN: ");
        show_bytes("string", event.value);
        printf("\n");
    }
    answers += 1;
}

static void on_reducer(const stdb_context *context, void *data) {
    (void)data;
    show_reducer("on_reducer", context);
}

static void on_procedure(const stdb_context *context, void *data) {
    stdb_procedure_event event;
    MUST_OK(stdb_context_procedure_event(context, &event, NULL));
    MUST(str_is(event.procedure, ((callable *)data)->name));
    printf("procedure: %s at ", ((callable *)data)->name);
    show_time(event.timestamp);
    printf(event.host_execution.micros > 0 ? ", which took time," : ", which took no time,");
    show_end(event.status, event.message);
    if (event.status == STDB_CALL_COMMITTED) {
        printf(", returned ");
        show_bytes(((callable *)data)->value, event.value);
    }
    printf("\n");
    answers += 1;
}

static void on_query(const stdb_context *context, void *data) {
    (void)data;
    stdb_query_event event;
    MUST_OK(stdb_context_query_event(context, &event, NULL));
    printf("query: %.*s", (int)event.query.len, event.query.data);
    show_end(event.status, event.message);
    printf(", rows %zu\n", event.row_count);
    for (size_t i = 0; i < event.row_count; i++) {
        stdb_row row;
        MUST_OK(stdb_context_query_row(context, i, &row, NULL));
        stdb_str name = stdb_table_name(row.table);
        for (size_t t = 0; t < TABLES; t++) {
            if (str_is(name, tables[t].name)) {
                printf("  row %s", tables[t].name);
                show_row(&tables[t], &row);
                printf("\n");
            }
        }
    }
    answers += 1;
}

/* --- Subscriptions --- */

typedef struct query_set {
    stdb_subscription *handle;
    int number;
} query_set;

static query_set query_sets[8];

static const char *stage_of(const query_set *set) {
    bool active = stdb_subscription_is_active(set->handle), ended = stdb_subscription_is_ended(set->handle);
    return active ? (ended ? "ACTIVE AND ENDED" : "active") : (ended ? "ended" : "waiting");
}

static void on_subscription(const stdb_context *context, void *data) {
    const query_set *set = data;
    printf("subscription %d, %s: %s", set->number, stage_of(set), event_name(context));
    show_event_error(context);
    printf("\n");
    answers += 1;
}

/* --- Steps --- */

/* Advances one message and shows what the cache then has. */
static void advance(void) {
    CHECK_OK(stdb_connection_advance_one_message_timeout(connection, PATIENCE_MS, NULL));
    show_cache();
    fflush(stdout);
}

static void begin(const char *title) {
    show_step += 1;
    printf("> %d %s\n", show_step, title);
}

static void await_answer(void) {
    for (int before = answers; answers == before;) {
        advance();
    }
}

static void subscribe_to(int number, const char *const *queries, size_t count) {
    query_set *set = &query_sets[number];
    stdb_subscription_builder *builder = NULL;
    set->number = number;
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, on_subscription, kept(set), drop, NULL));
    CHECK_OK(stdb_subscription_builder_on_error(builder, on_subscription, kept(set), drop, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, count, &set->handle, NULL));
    stdb_subscription_builder_free(builder);
    await_answer();
}

#define SUBSCRIBE(number, ...)                                                                                 \
    (begin("subscribe " #number ": " #__VA_ARGS__),                                                            \
     subscribe_to(number, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

static void unsubscribe(int number) {
    query_set *set = &query_sets[number];
    begin(text_of("unsubscribe %d", number).chars);
    CHECK_OK(stdb_subscription_unsubscribe_then(set->handle, on_subscription, kept(set), drop, NULL));
    await_answer();
}

static callable *begin_call(const char *name, const char *args) {
    begin(text_of("call %s%s%s", name, *args ? " " : "", args).chars);
    return callable_of((stdb_str){name, strlen(name)});
}

static void call_with(const char *name, stdb_bytes args) {
    CHECK_OK(stdb_connection_call_reducer(connection, name, args, NULL, on_result, kept(NULL), drop, NULL));
    await_answer();
}

static void call_reducer(const char *name, const char *args) {
    stdb_bsatn_writer *out = written(begin_call(name, args)->args, args);
    call_with(name, stdb_bsatn_writer_data(out));
    stdb_bsatn_writer_free(out);
}

static void call_with_bad_arguments(const char *name) {
    begin_call(name, "with a byte that is no argument");
    args_are_bad = true;
    call_with(name, (stdb_bytes){(const uint8_t[]){1}, 1});
    args_are_bad = false;
}

/* Over v1 it is refused. */
static void call_procedure(const char *name, const char *args) {
    callable *procedure = begin_call(name, args);
    stdb_bsatn_writer *out = written(procedure->args, args);
    stdb_error *error = NULL;
    stdb_status status = stdb_connection_call_procedure(connection, name, stdb_bsatn_writer_data(out), NULL,
                                                        on_procedure, kept(procedure), drop, &error);
    stdb_bsatn_writer_free(out);
    if (status == STDB_OK) {
        await_answer();
        return;
    }
    printf("refused: ");
    show_error(error);
    printf("\n");
    stdb_error_free(error);
}

static void query(const char *sql) {
    begin(text_of("query %s", sql).chars);
    CHECK_OK(stdb_connection_one_off_query(connection, sql, NULL, on_query, kept(NULL), drop, NULL));
    await_answer();
}

/* --- What the recorded clients did --- */

static void tour(void) {
    if (protocol == STDB_PROTOCOL_V1) {
        SUBSCRIBE(1, "SELECT * FROM user", "SELECT * FROM message", "SELECT * FROM entity", "SELECT * FROM item",
                  "SELECT * FROM every_type", "SELECT * FROM left", "SELECT * FROM right");
    } else {
        SUBSCRIBE(1, "SELECT * FROM user", "SELECT * FROM message", "SELECT * FROM entity", "SELECT * FROM item",
                  "SELECT * FROM every_type", "SELECT * FROM left", "SELECT * FROM right", "SELECT * FROM hit");
    }
    call_reducer("set_name", "Ada");
    call_reducer("set_name", "''");
    call_reducer("send_message", "'hello \xe2\x9c\x93'");
    call_reducer("send_message", "''");
    call_reducer("noop", "");
    call_reducer("boom", "");
    call_reducer("no_such_reducer", "");
    call_with_bad_arguments("set_name");
    call_reducer("spawn", "1 50 1");
    call_reducer("move_by", "1 50 1");
    call_reducer("despawn", "41 10");
    call_reducer("insert_every_type", "1");
    call_reducer("give", "1 s-1 sharp old");
    SUBSCRIBE(2, "SELECT * FROM entity WHERE zone = 1");
    call_reducer("move_by", "1 2 1");
    call_reducer("rezone", "3 2");
    unsubscribe(2);
    SUBSCRIBE(3, "SELECT * FROM no_such_table");
    SUBSCRIBE(4, "SELECT nonsense");
    SUBSCRIBE(5, "SELECT * FROM secret");
    SUBSCRIBE(6, "SELECT left.* FROM left JOIN right ON left.id = right.left_id", "SELECT * FROM left WHERE id = 1");
    call_reducer("add_left", "1 one");
    call_reducer("add_right", "10 1");
    call_reducer("swap_right", "10 11 1");
    call_reducer("edit_left", "1 uno");
    unsubscribe(6);
    query("SELECT * FROM left");
    query("SELECT * FROM no_such_table");
    call_procedure("add", "40 2");
    call_procedure("summarise", "abc");
    call_procedure("fail", "");
    call_procedure("no_such_procedure", "");
    call_procedure("spawn_in_tx", "9000");
    if (protocol == STDB_PROTOCOL_V1) {
        /* Somebody else called it. */
        advance();
    } else {
        call_reducer("deal_hit", "1 5 3");
        SUBSCRIBE(7, "SELECT * FROM me", "SELECT * FROM zone_one");
        call_reducer("rezone", "4 3");
    }
    unsubscribe(1);
}

static void watcher(void) {
    SUBSCRIBE(1, "SELECT * FROM user", "SELECT * FROM message", "SELECT * FROM entity");
    static const char *const others[] = {
        "another client connects",
        "it calls set_name(\"Bob\")",
        "it calls send_message(\"hi all\")",
        "it calls spawn(7000, 3, 9)",
        "it calls move_by(7000, 3, 2)",
        "it calls despawn(7000, 3)",
        "it disconnects",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        begin(others[i]);
        advance();
    }
}

static void big(void) {
    SUBSCRIBE(1, "SELECT * FROM entity");
    call_reducer("move_by", "100000 1000 1");
}

/* --- The connection --- */

static void register_callbacks(void) {
    for (size_t i = 0; i < TABLES; i++) {
        table *table = &tables[i];
        table->handle = table_of(connection, table->name);
        CHECK_OK(stdb_table_on_insert(table->handle, show_inserted, kept(table), drop, NULL, NULL));
        CHECK_OK(stdb_table_on_before_delete(table->handle, show_before_delete, kept(table), drop, NULL, NULL));
        CHECK_OK(stdb_table_on_delete(table->handle, show_deleted, kept(table), drop, NULL, NULL));
        CHECK_OK(stdb_table_on_update(table->handle, show_updated, kept(table), drop, NULL, NULL));
        CHECK_OK(stdb_table_on_batch(table->handle, show_batch, kept(table), drop, NULL, NULL));
    }
    for (size_t i = 0; i < CALLABLES; i++) {
        if (callables[i].value == NULL) {
            CHECK_OK(stdb_connection_on_reducer(connection, callables[i].name, on_reducer, kept(NULL), drop, NULL, NULL));
        }
    }
    CHECK_OK(stdb_connection_on_transaction(connection, on_transaction, kept(NULL), drop, NULL, NULL));
}

static void connect_as_recorded(const char *recording) {
    stdb_connection_builder *builder = kitchen_builder();
    stdb_compression compression = strstr(recording, ".brotli")  ? STDB_COMPRESSION_BROTLI
                                   : strstr(recording, ".gzip") ? STDB_COMPRESSION_GZIP
                                                                : STDB_COMPRESSION_NONE;
    CHECK_OK(stdb_connection_builder_with_compression(builder, compression, NULL));
    CHECK_OK(stdb_connection_builder_with_light_mode(builder, strstr(recording, ".light") != NULL, NULL));
    CHECK_OK(stdb_connection_builder_on_connect(builder, on_connect, kept(NULL), drop, NULL));
    CHECK_OK(stdb_connection_builder_on_connect_error(builder, on_end, kept(NULL), drop, NULL));
    CHECK_OK(stdb_connection_builder_on_disconnect(builder, on_end, kept(NULL), drop, NULL));
    CHECK_OK(stdb_connection_builder_on_log(builder, on_log, kept(NULL), drop, NULL));
    connection = build(builder);
    register_callbacks();
    advance();
    CHECK_OK(stdb_connection_get_protocol(connection, &protocol, NULL));
    CHECK(strstr(recording, protocol == STDB_PROTOCOL_V1 ? ".v1." : protocol == STDB_PROTOCOL_V2 ? ".v2." : ".v3."));
}

static void end(void) {
    begin("disconnect");
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    while (!is_over) {
        advance();
    }
    stdb_stats stats = stats_of(connection);
    printf("absent deletes %" PRIu64 ", unexpected answers %" PRIu64 ", calls pending %" PRIu64 ", subscriptions %" PRIu64 "\n",
           stats.absent_deletes, stats.unexpected_answers, stats.calls_pending, stats.subscriptions);
    for (size_t i = 0; i < sizeof query_sets / sizeof *query_sets; i++) {
        stdb_subscription_free(query_sets[i].handle);
    }
    stdb_connection_free(connection);
    printf("%s\n", registered == dropped ? "every callback's data was freed once" : "CALLBACKS' DATA WAS NOT FREED ONCE");
}

static void replay(void) {
    const char *recording = environment("STDB_TEST_DATABASE");
    connect_as_recorded(recording);
    if (strncmp(recording, "tour.", 5) == 0) {
        tour();
    } else if (strncmp(recording, "watcher.", 8) == 0) {
        watcher();
    } else {
        CHECK(strncmp(recording, "big.", 4) == 0);
        big();
    }
    end();
}

int main(void) {
    if (setjmp(test_failed_) != 0) {
        return EXIT_FAILURE;
    }
    replay();
    stdb_shutdown();
    return EXIT_SUCCESS;
}
