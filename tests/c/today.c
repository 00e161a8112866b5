/* What protocols from v2 on have: what reducers return, procedures, one-off queries, event tables and views. */

#include "today.h"

/* --- Reducers --- */

static bool is_me(const stdb_connection *connection, const stdb_reducer_event *event) {
    stdb_identity identity = identity_of(connection);
    stdb_connection_id id = connection_id_of(connection);
    return stdb_identity_equal(&event->caller_identity, &identity) && event->has_caller_connection_id &&
           stdb_connection_id_equal(&event->caller_connection_id, &id);
}

static void a_reducer_commits(void) {
    uint32_t id = fresh();
    outcome spawned = {0};
    stdb_connection *connection = connect_today();
    uint64_t before = now_us();
    spawn(connection, id, 2, id, &spawned);
    expect_commit(connection, &spawned);
    CHECK(spawned.drops == 1 && spawned.kind == STDB_EVENT_REDUCER && strcmp(spawned.reducer.chars, "spawn") == 0);
    CHECK(spawned.message.chars[0] == '\0' && spawned.value_len == 0);
    /* What the host does not repeat is known here. */
    key first = key_u64(id);
    CHECK(spawned.args_len == 20 && memcmp(spawned.args, first.bytes, first.len) == 0);
    CHECK(is_me(connection, &spawned.event) && !spawned.event.has_energy);
    CHECK(spawned.event.timestamp.micros >= (int64_t)(before - 1000000));
    stdb_connection_free(connection);
}

static void a_reducer_returns_an_error(void) {
    outcome refused = {0};
    stdb_connection *connection = connect_today();
    set_name(connection, "", &refused);
    WAIT(connection, refused.runs == 1);
    CHECK(refused.status == STDB_CALL_FAILED && refused.drops == 1 && is_me(connection, &refused.event));
    CHECK(strcmp(refused.message.chars, "Names must not be empty") == 0);
    /* The error as it is: a string in BSATN. */
    key value = key_string("Names must not be empty");
    CHECK(refused.value_len == value.len && memcmp(refused.value, value.bytes, value.len) == 0);
    CHECK(refused.event.timestamp.micros > 0);
    stdb_connection_free(connection);
}

static void a_reducer_panics(void) {
    uint32_t id = fresh();
    outcome boom = {0}, again = {0};
    stdb_connection *connection = connect_today();
    call(connection, "boom", no_args(), &boom);
    WAIT(connection, boom.runs == 1);
    CHECK(boom.status == STDB_CALL_FAILED && strcmp(boom.message.chars, "The instance encountered a fatal error.") == 0);
    CHECK(boom.value_len == 0);
    /* One that panicks on its way, since the second id is taken, has changed nothing. */
    subscribe_forever(connection, entity_with(id));
    populate(connection, id + 1, 1);
    spawn(connection, id, 2, id, &again);
    WAIT(connection, again.runs == 1);
    CHECK(again.status == STDB_CALL_FAILED && entities(connection) == 0);
    stdb_connection_free(connection);
}

static void the_host_refuses_calls(void) {
    const uint8_t byte = 1;
    outcome unknown = {0}, unreadable = {0}, good = {0};
    stdb_connection_builder *builder = builder_of_today();
    /* With the schema it would be found out before. */
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build_up(builder);
    call(connection, "nothing", no_args(), &unknown);
    call(connection, "send_message", (stdb_bytes){&byte, 1}, &unreadable);
    call(connection, "noop", no_args(), &good);
    expect_commit(connection, &good);
    CHECK(unknown.runs == 1 && unknown.status == STDB_CALL_FAILED && unreadable.runs == 1);
    CHECK(strstr(unknown.message.chars, "no such reducer") != NULL && strcmp(unknown.reducer.chars, "nothing") == 0);
    CHECK(unreadable.status == STDB_CALL_FAILED && unreadable.args_len == 1 && unreadable.args[0] == 1);
    CHECK(strstr(unreadable.message.chars, "invalid arguments for reducer send_message") != NULL);
    stdb_connection_free(connection);
}

/* Which events a connection was told of, in their order. */
typedef struct events {
    int count;
    stdb_event_kind kinds[16];
    stdb_status status; /* What asking for a reducer gave. */
} events;

static void record_event(const stdb_context *context, void *user_data) {
    events *events = user_data;
    stdb_reducer_event event;
    MUST(events->count < 16);
    events->kinds[events->count++] = stdb_context_event_kind(context);
    events->status = stdb_context_reducer_event(context, &event, NULL);
}

/* The host does not say what others call: there is a transaction and no reducer. */
static void others_transactions_come_without_their_cause(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    events transactions = {0}, reducers = {0};
    stdb_connection *connection = connect_today(), *other = connect_today();
    subscribe_forever(connection, entities_in(zone));
    count_changes(connection, "entity", &changes);
    CHECK_OK(stdb_connection_on_transaction(connection, record_event, &transactions, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_on_reducer(connection, "spawn", record_event, &reducers, NULL, NULL, NULL));
    populate(other, zone, 2);
    WAIT(connection, transactions.count == 1);
    CHECK(transactions.kinds[0] == STDB_EVENT_TRANSACTION && transactions.status == STDB_ERR_NOT_FOUND);
    CHECK(changed(&changes, 2, 0, 0) && changes.kind == STDB_EVENT_TRANSACTION && reducers.count == 0);

    /* A call of one's own is told with its reducer. */
    populate(connection, zone + 2, 1);
    CHECK(transactions.count == 2 && transactions.kinds[1] == STDB_EVENT_REDUCER && transactions.status == STDB_OK);
    CHECK(reducers.count == 1);
    stdb_connection_free(connection);
    stdb_connection_free(other);
}

/* The flag is of v1: the host answers all the same, and listeners are told. */
static void quiet_calls_are_answered(void) {
    const stdb_call_options quiet = {.struct_size = sizeof quiet, .flags = STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY};
    events reducers = {0};
    stdb_connection *connection = build(builder_of_today());
    CHECK_OK(stdb_connection_on_reducer(connection, "noop", record_event, &reducers, NULL, NULL, NULL));
    /* One before the protocol is known, and one after. */
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), &quiet, NULL, NULL, NULL, NULL));
    WAIT(connection, stdb_connection_is_active(connection));
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), &quiet, NULL, NULL, NULL, NULL));
    WAIT(connection, reducers.count == 2);
    CHECK(stats_of(connection).unexpected_answers == 0 && stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
}

/* --- Procedures --- */

/* How a procedure call ended. */
typedef struct answer {
    int runs;
    int drops;
    stdb_event_kind kind;
    stdb_procedure_event event; /* Its views are dead: what is below has copies. */
    text message;
    text procedure;
    uint8_t value[128];
    size_t value_len;
} answer;

static void record_answer(const stdb_context *context, void *user_data) {
    answer *answer = user_data;
    MUST_OK(stdb_context_procedure_event(context, &answer->event, NULL));
    answer->runs += 1;
    answer->kind = stdb_context_event_kind(context);
    answer->message = text_of_str(answer->event.message);
    answer->procedure = text_of_str(answer->event.procedure);
    answer->value_len = copy_bytes(answer->value, sizeof answer->value, answer->event.value);
}

static void drop_answer(void *user_data) {
    ((answer *)user_data)->drops += 1;
}

static stdb_status try_procedure(stdb_connection *connection, const char *procedure, stdb_bytes args, answer *answer,
                                 stdb_error **error) {
    return stdb_connection_call_procedure(connection, procedure, args, NULL, record_answer, answer, drop_answer, error);
}

static void call_procedure(stdb_connection *connection, const char *procedure, key args, answer *answer) {
    MUST_OK(try_procedure(connection, procedure, bytes_of(&args), answer, NULL));
}

static key two_numbers(uint32_t a, uint32_t b) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_bsatn_writer_u32(writer, a, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, b, NULL));
    return key_of_written(writer);
}

static bool returned(const answer *answer, const key *value) {
    return answer->event.status == STDB_CALL_COMMITTED && answer->value_len == value->len &&
           memcmp(answer->value, value->bytes, value->len) == 0;
}

static bool failed(const answer *answer, const char *message) {
    return answer->event.status == STDB_CALL_FAILED && answer->value_len == 0 && answer->event.timestamp.micros == 0 &&
           strstr(answer->message.chars, message) != NULL;
}

static void a_procedure_returns_a_value(void) {
    answer added = {0}, summarised = {0};
    key sum = key_u32(5), label = key_string("h\xc3\xa9llo");
    stdb_connection *connection = connect_today();
    uint64_t before = now_us();
    call_procedure(connection, "add", two_numbers(2, 3), &added);
    call_procedure(connection, "summarise", label, &summarised);
    CHECK(stats_of(connection).calls_pending == 2);
    WAIT(connection, summarised.runs == 1);
    CHECK(added.runs == 1 && added.drops == 1 && added.kind == STDB_EVENT_PROCEDURE && returned(&added, &sum));
    CHECK(strcmp(added.procedure.chars, "add") == 0 && added.message.chars[0] == '\0');
    CHECK(added.event.timestamp.micros >= (int64_t)(before - 1000000) && added.event.host_execution.micros >= 0);
    /* A product: the label's length, and the label. */
    CHECK(summarised.event.status == STDB_CALL_COMMITTED && summarised.value_len == 8 + label.len);
    CHECK(summarised.value[0] == 6 && memcmp(summarised.value + 8, label.bytes, label.len) == 0);
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
    CHECK(added.drops == 1);
}

/* The JSON of what a procedure returned, or the status of asking for it. */
typedef struct told {
    int runs;
    stdb_status status;
    text json;
} told;

static void record_json(const stdb_context *context, void *user_data) {
    told *told = user_data;
    stdb_value value;
    char *json = NULL;
    told->status = stdb_context_procedure_value(context, &value, NULL);
    if (told->status == STDB_OK) {
        MUST_OK(stdb_value_to_json(&value, &json, NULL, NULL));
        told->json = text_of("%s", json);
        stdb_json_free(json);
    }
    MUST(stdb_context_reducer_args(context, &value, NULL) == STDB_ERR_NOT_FOUND);
    told->runs += 1;
}

static void what_a_procedure_returns_is_a_value(void) {
    told summarised = {0}, failed = {0};
    stdb_connection *connection = connect_today();
    MUST_OK(stdb_connection_call_procedure_json(connection, "summarise", "[\"abc\"]", NULL, record_json, &summarised, NULL,
                                                 NULL));
    MUST_OK(stdb_connection_call_procedure_json(connection, "fail", "[]", NULL, record_json, &failed, NULL, NULL));
    WAIT(connection, failed.runs == 1);
    CHECK(summarised.status == STDB_OK && strcmp(summarised.json.chars, "{\"total\":3,\"label\":\"abc\"}") == 0);
    CHECK(failed.status == STDB_ERR_NOT_FOUND);
    stdb_connection_free(connection);
}

static void a_procedure_is_called_with_json_and_with_arguments_by_name(void) {
    answer by_position = {0}, by_name = {0}, written = {0}, refused = {0};
    key sum = key_u32(5);
    stdb_connection *connection = connect_today();
    MUST_OK(stdb_connection_call_procedure_json(connection, "add", "[2, 3]", NULL, record_answer, &by_position, drop_answer,
                                                 NULL));
    MUST_OK(stdb_connection_call_procedure_json(connection, "add", "{\"b\": 3, \"a\": 2}", NULL, record_answer, &by_name,
                                                 drop_answer, NULL));
    CHECK_STATUS(STDB_ERR_JSON, "`add.b`: expected u32, found a boolean",
                 stdb_connection_call_procedure_json(connection, "add", "[2, true]", NULL, record_answer, &refused,
                                                     drop_answer, &error_));
    CHECK(refused.runs == 0 && refused.drops == 1);

    stdb_arguments *arguments = NULL;
    stdb_bytes bytes = {NULL, 0};
    CHECK_OK(stdb_arguments_of_procedure(connection, "add", &arguments, NULL));
    CHECK_OK(stdb_arguments_set_u32(arguments, "b", 2, NULL));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`add.a` is not set", stdb_arguments_bytes(arguments, &bytes, &error_));
    CHECK_OK(stdb_arguments_set_u32(arguments, "a", 3, NULL));
    CHECK_OK(stdb_arguments_bytes(arguments, &bytes, NULL));
    MUST_OK(try_procedure(connection, "add", bytes, &written, NULL));
    stdb_arguments_free(arguments);

    WAIT(connection, written.runs == 1);
    CHECK(returned(&by_position, &sum) && returned(&by_name, &sum) && returned(&written, &sum));
    stdb_connection_free(connection);
}

static void a_procedure_fails(void) {
    answer panicked = {0}, overflowed = {0}, unreadable = {0};
    stdb_connection *connection = connect_today();
    call_procedure(connection, "fail", (key){.len = 0}, &panicked);
    call_procedure(connection, "add", two_numbers(UINT32_MAX, 1), &overflowed);
    call_procedure(connection, "add", key_u32(1), &unreadable);
    WAIT(connection, unreadable.runs == 1);
    CHECK(panicked.runs == 1 && panicked.drops == 1 && failed(&panicked, "the procedure panicked"));
    CHECK(overflowed.runs == 1 && failed(&overflowed, "the procedure panicked"));
    CHECK(failed(&unreadable, "invalid arguments for procedure add") && unreadable.event.host_execution.micros == 0);
    stdb_connection_free(connection);
}

static void an_unknown_procedure_is_refused(void) {
    answer asked = {0};
    stdb_connection *connection = connect_today();
    CHECK_STATUS(STDB_ERR_UNKNOWN_PROCEDURE, "`noop`; it has: add, fail, spawn_in_tx, summarise",
                 try_procedure(connection, "noop", no_args(), &asked, &error_));
    CHECK(asked.runs == 0 && asked.drops == 1 && stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);

    /* Without a schema the host says so. */
    answer told = {0};
    stdb_connection_builder *builder = builder_of_today();
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    connection = build_up(builder);
    call_procedure(connection, "noop", (key){.len = 0}, &told);
    WAIT(connection, told.runs == 1);
    CHECK(failed(&told, "No such procedure") && strcmp(told.procedure.chars, "noop") == 0);
    stdb_connection_free(connection);
}

/* What a procedure changes comes as a transaction of its own, before the answer. */
static void a_procedures_rows_come_before_its_answer(void) {
    uint64_t id = fresh();
    answer spawned = {0};
    changes changes = {0};
    events transactions = {0};
    stdb_connection *connection = connect_today();
    subscribe_forever(connection, entity_with((uint32_t)id));
    count_changes(connection, "entity", &changes);
    CHECK_OK(stdb_connection_on_transaction(connection, record_event, &transactions, NULL, NULL, NULL));
    call_procedure(connection, "spawn_in_tx", key_u64(id), &spawned);
    WAIT(connection, transactions.count == 1);
    CHECK(spawned.runs == 0 && changed(&changes, 1, 0, 0) && changes.kind == STDB_EVENT_TRANSACTION);
    WAIT(connection, spawned.runs == 1);
    CHECK(spawned.event.status == STDB_CALL_COMMITTED && spawned.value_len == 0 && transactions.count == 1);
    CHECK(find_entity(connection, id, NULL));
    stdb_connection_free(connection);
}

static void nobody_need_wait_for_a_procedure(void) {
    answer last = {0};
    key args = two_numbers(1, 1), sum = key_u32(2);
    stdb_connection *connection = connect_today();
    CHECK_OK(stdb_connection_call_procedure(connection, "add", bytes_of(&args), NULL, NULL, NULL, NULL, NULL));
    call_procedure(connection, "add", args, &last);
    WAIT(connection, last.runs == 1);
    CHECK(returned(&last, &sum));
    CHECK(stats_of(connection).calls_pending == 0 && stats_of(connection).unexpected_answers == 0);
    stdb_connection_free(connection);
}

/* --- Calls without an answer --- */

static void a_procedures_time_runs_out(void) {
    const stdb_call_options soon = {.struct_size = sizeof soon, .timeout_ms = 20};
    answer late = {0};
    stdb_connection_builder *builder = builder_of_today();
    /* A host that never says anything. */
    CHECK_OK(stdb_connection_builder_with_database_name(builder, "bad-silent", NULL));
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build(builder);
    CHECK_OK(stdb_connection_call_procedure(connection, "add", no_args(), &soon, record_answer, &late, drop_answer, NULL));
    WAIT(connection, late.runs == 1);
    CHECK(late.event.status == STDB_CALL_TIMEOUT && late.drops == 1 && stats_of(connection).calls_pending == 0);
    CHECK(late.message.chars[0] != '\0' && late.value_len == 0 && strcmp(late.procedure.chars, "add") == 0);
    stdb_connection_free(connection);
    CHECK(late.runs == 1 && late.drops == 1);
}

/* What the host says after that is for nobody, and is counted. */
static void an_answer_that_comes_too_late_is_counted(void) {
    const stdb_call_options soon = {.struct_size = sizeof soon, .timeout_ms = 1};
    const key args = two_numbers(1, 1);
    stdb_connection *connection = connect_today();
    /* The host is busy for much longer than the time given; should it be quick all the same, once more. */
    for (int tries = 0; tries < 20 && stats_of(connection).unexpected_answers == 0; tries++) {
        answer late = {0};
        outcome busy = {0};
        uint32_t first = fresh_range(20000);
        spawn(connection, first, 20000, 0, NULL);
        CHECK_OK(stdb_connection_call_procedure(connection, "add", bytes_of(&args), &soon, record_answer, &late,
                                                drop_answer, NULL));
        despawn(connection, first, 20000, &busy);
        WAIT(connection, busy.runs == 1);
        CHECK(late.runs == 1 && late.drops == 1);
        CHECK(stats_of(connection).unexpected_answers == (late.event.status == STDB_CALL_TIMEOUT ? 1 : 0));
    }
    CHECK(stats_of(connection).unexpected_answers == 1 && stdb_connection_is_active(connection));
    stdb_connection_free(connection);
}

/* What a thousand calls came to. */
enum { CALLS = 1000 };
static struct pending {
    outcome reducers[CALLS];
    answer procedures[CALLS];
    int queries_ended, queries_dropped;
    int ended_before_disconnect;
    int disconnects;
} pending;

static void record_cut_query(const stdb_context *context, void *user_data) {
    stdb_query_event event;
    (void)user_data;
    MUST_OK(stdb_context_query_event(context, &event, NULL));
    MUST(event.status == STDB_CALL_DISCONNECTED && event.row_count == 0 && event.message.len > 0);
    pending.queries_ended += 1;
}

/* The host closes the connection right after it has said who we are, so that nothing of this is answered. */
static void make_calls(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data) {
    stdb_connection *connection = stdb_context_connection(context);
    (void)identity, (void)token, (void)user_data;
    for (int i = 0; i < CALLS; i++) {
        switch (i % 3) {
            case 0:
                call(connection, "send_message", no_args(), &pending.reducers[i]);
                break;
            case 1:
                MUST_OK(try_procedure(connection, "anything", no_args(), &pending.procedures[i], NULL));
                break;
            default:
                MUST_OK(stdb_connection_one_off_query(connection, "SELECT * FROM user", NULL, record_cut_query,
                                                      &pending.queries_dropped, count_up, NULL));
        }
    }
    MUST(stats_of(connection).calls_pending == CALLS);
}

static void count_ended_calls(const stdb_context *context, void *user_data) {
    (void)user_data;
    MUST(!stdb_context_retry_follows(context));
    pending.disconnects += 1;
    for (int i = 0; i < CALLS; i++) {
        pending.ended_before_disconnect += pending.reducers[i].runs + pending.procedures[i].runs;
    }
    pending.ended_before_disconnect += pending.queries_ended;
}

static void pending_calls_end_with_the_connection(void) {
    stdb_connection_builder *builder = builder_of_today();
    CHECK_OK(stdb_connection_builder_with_database_name(builder, "bad-close-1000", NULL));
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    CHECK_OK(stdb_connection_builder_on_connect(builder, make_calls, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_builder_on_disconnect(builder, count_ended_calls, NULL, NULL, NULL));
    stdb_connection *connection = build(builder);
    WAIT(connection, stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    CHECK(pending.disconnects == 1 && pending.ended_before_disconnect == CALLS);
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
    for (int i = 0; i < CALLS; i++) {
        outcome *reducer = &pending.reducers[i];
        answer *procedure = &pending.procedures[i];
        CHECK(reducer->runs == (i % 3 == 0) && reducer->drops == reducer->runs);
        CHECK(reducer->runs == 0 || reducer->status == STDB_CALL_DISCONNECTED);
        CHECK(procedure->runs == (i % 3 == 1) && procedure->drops == procedure->runs);
        CHECK(procedure->runs == 0 || procedure->event.status == STDB_CALL_DISCONNECTED);
    }
    CHECK(pending.queries_ended == CALLS / 3 && pending.queries_dropped == CALLS / 3);
}

/* --- Procedures over v1, which has none --- */

static void procedures_need_v2(void) {
    answer asked = {0};
    stdb_connection *connection = build_up(builder_over(STDB_PROTOCOL_V1));
    CHECK_STATUS(STDB_ERR_UNSUPPORTED, "v2 or v3", try_procedure(connection, "add", no_args(), &asked, &error_));
    CHECK(asked.runs == 0 && asked.drops == 1 && stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
}

/* Before the protocol is known the call is taken; it ends as soon as that is v1, and is not sent. */
static void a_procedure_may_be_called_too_early(void) {
    answer early = {0};
    outcome called = {0};
    stdb_connection *connection = build(builder_over(STDB_PROTOCOL_V1));
    call_procedure(connection, "add", two_numbers(1, 1), &early);
    call(connection, "noop", no_args(), &called);
    expect_commit(connection, &called);
    CHECK(early.runs == 1 && early.drops == 1 && failed(&early, "v2 or v3"));
    CHECK(stats_of(connection).unexpected_answers == 0 && stdb_connection_is_active(connection));
    stdb_connection_free(connection);

    /* Where the protocol has procedures it is answered. */
    answer answered = {0};
    key sum = key_u32(2);
    connection = build(builder_of_today());
    call_procedure(connection, "add", two_numbers(1, 1), &answered);
    WAIT(connection, answered.runs == 1);
    CHECK(returned(&answered, &sum));
    stdb_connection_free(connection);
}

/* --- One-off queries --- */

/* What a query found: entities of one zone, which begin with that number. */
typedef struct found {
    uint32_t zone;
    int runs;
    int drops;
    stdb_event_kind kind;
    stdb_call_status status;
    size_t count;
    uint64_t ids; /* Their sum. */
    text message;
    text query;
    stdb_status beyond; /* What asking for one row too many gave. */
} found;

static void record_found(const stdb_context *context, void *user_data) {
    found *found = user_data;
    stdb_query_event event;
    stdb_row row;
    stdb_connection *connection = stdb_context_connection(context);
    MUST_OK(stdb_context_query_event(context, &event, NULL));
    found->runs += 1;
    found->kind = stdb_context_event_kind(context);
    found->status = event.status;
    found->count = event.row_count;
    found->message = text_of_str(event.message);
    found->query = text_of_str(event.query);
    for (size_t i = 0; i < event.row_count; i++) {
        MUST_OK(stdb_context_query_row(context, i, &row, NULL));
        MUST(row.table == table_of(connection, "entity") && str_is(stdb_table_name(row.table), "entity"));
        uint64_t id = read_entity(&row).id;
        MUST(entity_is(&row, id, found->zone, 0));
        found->ids += id;
    }
    found->beyond = stdb_context_query_row(context, event.row_count, &row, NULL);
}

static void drop_found(void *user_data) {
    ((found *)user_data)->drops += 1;
}

static void ask_once(stdb_connection *connection, text query, found *found) {
    MUST_OK(stdb_connection_one_off_query(connection, query.chars, NULL, record_found, found, drop_found, NULL));
}

/* A host that never says anything. */
static void a_querys_time_runs_out(void) {
    const stdb_call_options soon = {.struct_size = sizeof soon, .timeout_ms = 20};
    found late = {0};
    stdb_connection_builder *builder = builder_of_today();
    CHECK_OK(stdb_connection_builder_with_database_name(builder, "bad-silent", NULL));
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build(builder);
    CHECK_OK(stdb_connection_one_off_query(connection, "SELECT * FROM user", &soon, record_found, &late, drop_found, NULL));
    WAIT(connection, late.runs == 1);
    CHECK(late.status == STDB_CALL_TIMEOUT && late.count == 0 && late.drops == 1 && late.message.chars[0] != '\0');
    CHECK(late.kind == STDB_EVENT_QUERY && strcmp(late.query.chars, "SELECT * FROM user") == 0);
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
    CHECK(late.runs == 1 && late.drops == 1);
}

static void check_query(stdb_connection *connection) {
    uint32_t zone = fresh();
    found found = {.zone = zone}, none = {0};
    changes changes = {0};
    count_changes(connection, "entity", &changes);
    populate(connection, zone, 3);
    ask_once(connection, entities_in(zone), &found);
    ask_once(connection, entities_in(zone + 1), &none);
    CHECK(stats_of(connection).calls_pending == 2);
    WAIT(connection, none.runs == 1);
    CHECK(found.runs == 1 && found.drops == 1 && found.kind == STDB_EVENT_QUERY);
    CHECK(found.status == STDB_CALL_COMMITTED && found.message.chars[0] == '\0');
    CHECK(strcmp(found.query.chars, entities_in(zone).chars) == 0);
    CHECK(found.count == 3 && found.ids == 3ull * zone + 3 && found.beyond == STDB_ERR_INVALID_ARGUMENT);
    CHECK(none.status == STDB_CALL_COMMITTED && none.count == 0 && none.beyond == STDB_ERR_INVALID_ARGUMENT);
    /* They do not come into the cache. */
    CHECK(entities(connection) == 0 && changed(&changes, 0, 0, 0));
    CHECK(stats_of(connection).rows_cached == 0 && stats_of(connection).calls_pending == 0);
}

static void a_query_is_asked_once(void) {
    const stdb_protocol protocols[] = {protocol_under_test(), STDB_PROTOCOL_V1};
    for (size_t i = 0; i < 2; i++) {
        stdb_connection *connection = build_up(builder_over(protocols[i]));
        check_query(connection);
        stdb_connection_free(connection);

        stdb_connection_builder *builder = builder_over(protocols[i]);
        CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
        connection = build_up(builder);
        check_query(connection);
        stdb_connection_free(connection);
    }
}

static void a_query_is_refused(void) {
    const stdb_protocol protocols[] = {protocol_under_test(), STDB_PROTOCOL_V1};
    for (size_t i = 0; i < 2; i++) {
        found missing = {0}, private = {0};
        stdb_connection *connection = build_up(builder_over(protocols[i]));
        ask_once(connection, text_of("SELECT * FROM nowhere"), &missing);
        ask_once(connection, text_of("SELECT * FROM secret"), &private);
        WAIT(connection, private.runs == 1);
        CHECK(missing.runs == 1 && missing.drops == 1 && missing.status == STDB_CALL_FAILED && missing.count == 0);
        CHECK(strstr(missing.message.chars, "no such table: `nowhere`") != NULL);
        CHECK(private.status == STDB_CALL_FAILED && strstr(private.message.chars, "`secret`") != NULL);
        stdb_connection_free(connection);
    }
}

/* Asks again inside the answer. */
static void ask_again(const stdb_context *context, void *user_data) {
    ask_once(stdb_context_connection(context), text_of("SELECT * FROM user WHERE online = false AND online = true"),
             user_data);
}

static void a_query_may_follow_a_query(void) {
    found second = {0};
    stdb_connection *connection = build(builder_of_today());
    /* The first waits until the connection is up. */
    CHECK_OK(stdb_connection_one_off_query(connection, "SELECT * FROM user", NULL, ask_again, &second, NULL, NULL));
    WAIT(connection, second.runs == 1);
    CHECK(second.status == STDB_CALL_COMMITTED && second.count == 0 && second.drops == 1);
    stdb_connection_free(connection);
}

/* --- Event tables --- */

typedef struct batches {
    int count;
    size_t inserted, deleted, updated;
} batches;

static void record_batch(const stdb_context *context, const stdb_batch *batch, void *user_data) {
    batches *batches = user_data;
    (void)context;
    batches->count += 1;
    batches->inserted += batch->inserted_count;
    batches->deleted += batch->deleted_count;
    batches->updated += batch->updated_count;
    for (size_t i = 0; i < batch->inserted_count; i++) {
        MUST(batch->inserted[i].len == 12 && batch->inserted[i].table == batch->table);
    }
}

/* Whether nothing of a table is in the cache. */
static bool is_empty(const stdb_table *table) {
    stdb_row_iter *iter = NULL;
    stdb_row row;
    MUST_OK(stdb_table_iter(table, &iter, NULL));
    bool has_row = stdb_row_iter_next(iter, &row);
    stdb_row_iter_free(iter);
    return !has_row && count_of(table) == 0;
}

static void rows_of_event_tables_are_told_and_not_kept(void) {
    changes hits = {0};
    batches batches = {0};
    outcome dealt = {0};
    stdb_connection *connection = connect_today(), *other = connect_today();
    const stdb_table *table = table_of(connection, "hit");
    subscribe_forever(connection, text_of("SELECT * FROM hit"));
    count_changes(connection, "hit", &hits);
    CHECK_OK(stdb_table_on_batch(table, record_batch, &batches, NULL, NULL, NULL));
    deal_hit(connection, 1, &dealt);
    expect_commit(connection, &dealt);
    CHECK(changed(&hits, 1, 0, 0) && hits.kind == STDB_EVENT_REDUCER && is_empty(table));
    CHECK(batches.count == 1 && batches.inserted == 1 && batches.deleted == 0 && batches.updated == 0);
    /* The same row again, of somebody else: it is told again. */
    deal_hit(other, 1, NULL);
    WAIT(connection, batches.count == 2);
    CHECK(changed(&hits, 2, 0, 0) && hits.kind == STDB_EVENT_TRANSACTION && is_empty(table));
    CHECK(stats_of(connection).rows_cached == 0);
    stdb_connection_free(connection);
    stdb_connection_free(other);
}

/* Two queries of a set, and a second set, which see the same row. */
static void each_delivered_copy_of_an_event_is_told(void) {
    const char *const queries[] = {"SELECT * FROM hit", "SELECT * FROM hit WHERE target = 2"};
    watch watch = {0};
    changes hits = {0};
    batches batches = {0};
    outcome dealt = {0}, after = {0};
    stdb_connection *connection = connect_today();
    const stdb_table *table = table_of(connection, "hit");
    subscribe_forever(connection, text_of("SELECT * FROM hit"));
    stdb_subscription *both = begin_subscription(connection, queries, 2, &watch);
    WAIT(connection, watch.applied == 1);
    count_changes(connection, "hit", &hits);
    CHECK_OK(stdb_table_on_batch(table, record_batch, &batches, NULL, NULL, NULL));
    deal_hit(connection, 2, &dealt);
    expect_commit(connection, &dealt);
    CHECK(changed(&hits, 3, 0, 0) && batches.count == 1 && batches.inserted == 3 && is_empty(table));
    unsubscribe(connection, both);
    deal_hit(connection, 2, &after);
    expect_commit(connection, &after);
    CHECK(changed(&hits, 4, 0, 0) && is_empty(table));
    stdb_subscription_free(both);
    stdb_connection_free(connection);
}

static void event_tables_need_v2(void) {
    watch watch = {0};
    stdb_connection *connection = build_up(builder_over(STDB_PROTOCOL_V1));
    stdb_subscription *subscription = begin(connection, text_of("SELECT * FROM hit"), &watch);
    WAIT(connection, watch.errors == 1);
    CHECK(watch.applied == 0 && watch.code == STDB_ERR_SUBSCRIPTION && strstr(watch.message.chars, "v2") != NULL);
    CHECK(stdb_subscription_is_ended(subscription) && watch.drops == 2);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- Views --- */

static void a_view_is_a_table_of_ones_own(void) {
    changes changes = {0};
    outcome named = {0};
    stdb_row row;
    stdb_row_iter *iter = NULL;
    stdb_connection *connection = connect_today(), *other = connect_today();
    stdb_identity identity = identity_of(connection);
    const stdb_table *me = table_of(connection, "me");
    subscribe_forever(connection, text_of("SELECT * FROM me"));
    CHECK(count_of(me) == 1);
    count_changes(connection, "me", &changes);
    text name = text_of("viewer %" PRIu32, fresh());
    set_name(connection, name.chars, &named);
    expect_commit(connection, &named);
    /* A view has no primary key, so that its row is replaced. */
    CHECK(changed(&changes, 1, 1, 0) && count_of(me) == 1);
    CHECK_OK(stdb_table_iter(me, &iter, NULL));
    CHECK(stdb_row_iter_next(iter, &row));
    user user = read_user(&row);
    CHECK(stdb_identity_equal(&user.identity, &identity) && strcmp(user.name.chars, name.chars) == 0 && user.online);
    stdb_row_iter_free(iter);

    /* Others see another row. */
    subscribe_forever(other, text_of("SELECT * FROM me"));
    CHECK_OK(stdb_table_iter(table_of(other, "me"), &iter, NULL));
    identity = identity_of(other);
    CHECK(stdb_row_iter_next(iter, &row));
    user = read_user(&row);
    CHECK(stdb_identity_equal(&user.identity, &identity) && !user.named);
    stdb_row_iter_free(iter);
    stdb_connection_free(connection);
    stdb_connection_free(other);
}

/* The view `zone_one` has the entities of zone 1; those are rows of another table than `entity`. */
static void a_view_follows_its_tables(void) {
    uint32_t id = fresh();
    changes seen = {0}, entity_changes = {0};
    outcome into = {0}, out = {0};
    stdb_connection *connection = connect_today(), *other = connect_today();
    subscribe_forever(connection, text_of("SELECT * FROM zone_one"));
    count_changes(connection, "zone_one", &seen);
    count_changes(connection, "entity", &entity_changes);
    populate(connection, id, 1);
    CHECK(changed(&seen, 0, 0, 0));
    rezone(connection, id, 1, &into);
    expect_commit(connection, &into);
    CHECK(changed(&seen, 1, 0, 0) && count_of(table_of(connection, "zone_one")) == 1);
    rezone(other, id, id, &out);
    WAIT(connection, seen.deletes == 1);
    CHECK(changed(&seen, 1, 1, 0) && seen.kind == STDB_EVENT_TRANSACTION);
    CHECK(count_of(table_of(connection, "zone_one")) == 0 && changed(&entity_changes, 0, 0, 0));
    /* `out` is told to nobody else than `other`. */
    expect_commit(other, &out);
    stdb_connection_free(connection);
    stdb_connection_free(other);
}

static const test tests[] = {
    TEST(a_reducer_commits),
    TEST(a_reducer_returns_an_error),
    TEST(a_reducer_panics),
    TEST(the_host_refuses_calls),
    TEST(others_transactions_come_without_their_cause),
    TEST(quiet_calls_are_answered),
    TEST(a_procedure_returns_a_value),
    TEST(what_a_procedure_returns_is_a_value),
    TEST(a_procedure_is_called_with_json_and_with_arguments_by_name),
    TEST(a_procedure_fails),
    TEST(an_unknown_procedure_is_refused),
    TEST(a_procedures_rows_come_before_its_answer),
    TEST(nobody_need_wait_for_a_procedure),
    TEST(a_procedures_time_runs_out),
    TEST(an_answer_that_comes_too_late_is_counted),
    TEST(pending_calls_end_with_the_connection),
    TEST(procedures_need_v2),
    TEST(a_procedure_may_be_called_too_early),
    TEST(a_querys_time_runs_out),
    TEST(a_query_is_asked_once),
    TEST(a_query_is_refused),
    TEST(a_query_may_follow_a_query),
    TEST(rows_of_event_tables_are_told_and_not_kept),
    TEST(each_delivered_copy_of_an_event_is_told),
    TEST(event_tables_need_v2),
    TEST(a_view_is_a_table_of_ones_own),
    TEST(a_view_follows_its_tables),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
