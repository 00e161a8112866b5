/* Calling reducers, and hearing of the calls of others. */

#include "kitchen.h"

static bool outcome_is(const outcome *outcome, stdb_call_status status, const char *message) {
    if (outcome->runs == 1 && outcome->status == status && strcmp(outcome->message.chars, message) == 0) {
        return true;
    }
    printf("     %d runs, status %d, message \"%s\"\n", outcome->runs, outcome->status, outcome->message.chars);
    return false;
}

/* Whether an event tells of a call that this connection made. */
static bool called_by(const outcome *outcome, const stdb_connection *connection) {
    stdb_identity identity = identity_of(connection);
    stdb_connection_id id = connection_id_of(connection);
    return stdb_identity_equal(&outcome->event.caller_identity, &identity) &&
           outcome->event.has_caller_connection_id &&
           stdb_connection_id_equal(&outcome->event.caller_connection_id, &id);
}

static bool is_recent(stdb_timestamp timestamp) {
    const int64_t minute_us = 60 * 1000000;
    int64_t age_us = (int64_t)now_us() - timestamp.micros;
    return age_us > -minute_us && age_us < minute_us;
}

/* The arguments of `spawn`. */
static key spawn_args(uint64_t first, uint64_t count, uint32_t zone) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_u64(writer, first, NULL));
    CHECK_OK(stdb_bsatn_writer_u64(writer, count, NULL));
    CHECK_OK(stdb_bsatn_writer_u32(writer, zone, NULL));
    return key_of_written(writer);
}

static bool args_are(const outcome *outcome, const key *args) {
    return outcome->args_len == args->len && memcmp(outcome->args, args->bytes, args->len) == 0;
}

static void a_call_commits(void) {
    uint32_t zone = fresh();
    outcome outcome = {0};
    key args = spawn_args(zone, 2, zone);
    stdb_connection *connection = connect_kitchen();
    call(connection, "spawn", bytes_of(&args), &outcome);
    CHECK(outcome.runs == 0 && outcome.drops == 0);
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome_is(&outcome, STDB_CALL_COMMITTED, "") && outcome.kind == STDB_EVENT_REDUCER);
    CHECK(called_by(&outcome, connection) && is_recent(outcome.event.timestamp));
    CHECK(outcome.event.has_energy && (outcome.event.energy.lo > 0 || outcome.event.energy.hi > 0));
    CHECK(strcmp(outcome.reducer.chars, "spawn") == 0 && args_are(&outcome, &args));
    CHECK(outcome.drops == 1);
    stdb_connection_free(connection);
    CHECK(outcome.runs == 1 && outcome.drops == 1);
}

static void a_reducer_that_returns_an_error_fails(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    set_name(connection, "", &outcome);
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome_is(&outcome, STDB_CALL_FAILED, "Names must not be empty"));
    CHECK(called_by(&outcome, connection) && is_recent(outcome.event.timestamp));
    CHECK(strcmp(outcome.reducer.chars, "set_name") == 0 && outcome.drops == 1);
    stdb_connection_free(connection);
}

static void a_reducer_that_panics_fails(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    call(connection, "boom", no_args(), &outcome);
    WAIT(connection, outcome.runs > 0);
    /* 1.2.0 says "The Wasm instance", later hosts "The instance". */
    CHECK(outcome.status == STDB_CALL_FAILED);
    CHECK(strstr(outcome.message.chars, "instance encountered a fatal error.") != NULL);
    stdb_connection_free(connection);
}

static void an_unknown_reducer_is_refused_at_once(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK(stdb_connection_call_reducer(connection, "no_such_reducer", no_args(), NULL, record_outcome, &outcome,
                                       drop_outcome, NULL) == STDB_ERR_UNKNOWN_REDUCER);
    CHECK(outcome.runs == 0 && outcome.drops == 1 && stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
}

static void without_a_schema_the_host_knows_an_unknown_reducer(void) {
    outcome outcome = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build_up(builder);
    call(connection, "no_such_reducer", no_args(), &outcome);
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome_is(&outcome, STDB_CALL_FAILED, "no such reducer"));
    CHECK(strcmp(outcome.reducer.chars, "no_such_reducer") == 0);
    stdb_connection_free(connection);
}

static void bad_arguments_fail(void) {
    outcome outcome = {0};
    const uint8_t one_byte[] = {1};
    stdb_connection *connection = connect_kitchen();
    call(connection, "set_name", (stdb_bytes){one_byte, 1}, &outcome);
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome.status == STDB_CALL_FAILED);
    CHECK(strstr(outcome.message.chars, "invalid arguments for reducer set_name") != NULL);
    stdb_connection_free(connection);
}

static void bad_calls_are_refused(void) {
    int drops = 0;
    stdb_call_options unsized_options = {0}, bad_flags = {.struct_size = sizeof bad_flags, .flags = 99};
    stdb_connection *connection = connect_kitchen();
    CHECK(stdb_connection_call_reducer(connection, NULL, no_args(), NULL, NULL, &drops, count_up, NULL) ==
              STDB_ERR_INVALID_ARGUMENT &&
          drops == 1);
    CHECK(stdb_connection_call_reducer(NULL, "noop", no_args(), NULL, NULL, &drops, count_up, NULL) ==
              STDB_ERR_INVALID_ARGUMENT &&
          drops == 2);
    CHECK(stdb_connection_call_reducer(connection, "noop", no_args(), &unsized_options, NULL, &drops, count_up,
                                       NULL) == STDB_ERR_INVALID_ARGUMENT &&
          drops == 3);
    CHECK(stdb_connection_call_reducer(connection, "noop", no_args(), &bad_flags, NULL, &drops, count_up, NULL) ==
              STDB_ERR_INVALID_ARGUMENT &&
          drops == 4);
    CHECK(stdb_connection_call_reducer(connection, "noop", (stdb_bytes){NULL, 3}, NULL, NULL, &drops, count_up,
                                       NULL) == STDB_ERR_INVALID_ARGUMENT &&
          drops == 5);
    CHECK(stdb_connection_set_reducer_flags(connection, "noop", 99, NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_connection_free(connection);
}

/* --- Several calls at once --- */

/* One of several calls: when it ended, counted over all of them. */
typedef struct turn {
    int *clock;
    int when;
    stdb_call_status status;
    key args;
} turn;

static void record_turn(const stdb_context *context, void *user_data) {
    turn *turn = user_data;
    stdb_reducer_event event;
    MUST_OK(stdb_context_reducer_event(context, &event, NULL));
    MUST(turn->when == 0 && event.args.len <= sizeof turn->args.bytes);
    turn->when = ++*turn->clock;
    turn->status = event.status;
    turn->args.len = event.args.len;
    memcpy(turn->args.bytes, event.args.data, event.args.len);
}

static void call_in_turn(stdb_connection *connection, const char *reducer, key args, turn *turn) {
    CHECK_OK(stdb_connection_call_reducer(connection, reducer, bytes_of(&args), NULL, record_turn, turn, NULL, NULL));
}

/* Calls `set_name` with each name before the first answer is advanced: an empty one must fail, others commit, and the
 * answers come in the order of the calls. */
static void check_turns(const char *const *names, int count) {
    int clock = 0;
    turn turns[8] = {{0}};
    stdb_connection *connection = connect_kitchen();
    for (int i = 0; i < count; i++) {
        turns[i].clock = &clock;
        call_in_turn(connection, "set_name", key_string(names[i]), &turns[i]);
    }
    WAIT(connection, clock == count);
    for (int i = 0; i < count; i++) {
        key args = key_string(names[i]);
        CHECK(turns[i].when == i + 1);
        CHECK(turns[i].status == (names[i][0] == '\0' ? STDB_CALL_FAILED : STDB_CALL_COMMITTED));
        CHECK(turns[i].args.len == args.len && memcmp(turns[i].args.bytes, args.bytes, args.len) == 0);
    }
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
}

static void calls_at_once_end_in_their_order(void) {
    check_turns((const char *const[]){"Ada", "", "Bob"}, 3);
    check_turns((const char *const[]){"", "Ada", ""}, 3);
    check_turns((const char *const[]){"", "", "", "Ada", "Ada", "", "Bob"}, 7);
}

static void a_failure_of_one_reducer_is_not_taken_for_another(void) {
    int clock = 0;
    turn turns[4] = {{.clock = &clock}, {.clock = &clock}, {.clock = &clock}, {.clock = &clock}};
    stdb_connection *connection = connect_kitchen();
    call_in_turn(connection, "send_message", key_string(""), &turns[0]);
    call_in_turn(connection, "set_name", key_string(""), &turns[1]);
    call_in_turn(connection, "boom", (key){.len = 0}, &turns[2]);
    call_in_turn(connection, "noop", (key){.len = 0}, &turns[3]);
    WAIT(connection, clock == 4);
    for (int i = 0; i < 4; i++) {
        CHECK(turns[i].when == i + 1);
        CHECK(turns[i].status == (i == 3 ? STDB_CALL_COMMITTED : STDB_CALL_FAILED));
    }
    stdb_connection_free(connection);
}

static void a_failed_call_without_a_callback_takes_no_others_place(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    set_name(connection, "", NULL);
    set_name(connection, "Ada", NULL);
    set_name(connection, "", &outcome);
    CHECK(stats_of(connection).calls_pending == 3);
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome_is(&outcome, STDB_CALL_FAILED, "Names must not be empty"));
    /* All three were answered before. */
    CHECK(stats_of(connection).messages_advanced == 4 && stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
}

/* A 1.2.0 host refuses bad arguments without saying which call had them, and before it answers what was called earlier. */
static void bad_arguments_are_told_to_the_call_that_had_them(void) {
    const uint8_t one_byte[] = {1};
    stdb_connection *connection = connect_kitchen();
    for (int round = 0; round < 20; round++) {
        outcome good = {0}, failed = {0}, refused = {0}, last = {0};
        set_name(connection, "Ada", &good);
        set_name(connection, "", &failed);
        call(connection, "set_name", (stdb_bytes){one_byte, 1}, &refused);
        set_name(connection, "Bob", &last);
        WAIT(connection, good.runs + failed.runs + refused.runs + last.runs == 4);
        CHECK(outcome_is(&good, STDB_CALL_COMMITTED, "") && outcome_is(&last, STDB_CALL_COMMITTED, ""));
        CHECK(outcome_is(&failed, STDB_CALL_FAILED, "Names must not be empty"));
        CHECK(refused.runs == 1 && strstr(refused.message.chars, "invalid arguments") != NULL);
    }
    stdb_connection_free(connection);
}

static void call_again(const stdb_context *context, void *user_data) {
    outcome *again = user_data;
    call(stdb_context_connection(context), "noop", no_args(), again);
}

static void a_callback_may_call(void) {
    outcome again = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, call_again, &again, NULL, NULL));
    WAIT(connection, again.runs > 0);
    CHECK(outcome_is(&again, STDB_CALL_COMMITTED, ""));
    stdb_connection_free(connection);
}

/* --- on_reducer --- */

static void on_reducer_hears_of_own_calls(void) {
    outcome heard = {0}, other_reducer = {0}, good = {0}, bad = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_reducer(connection, "set_name", record_outcome, &heard, drop_outcome, NULL, NULL));
    CHECK_OK(stdb_connection_on_reducer(connection, "noop", record_outcome, &other_reducer, NULL, NULL, NULL));
    set_name(connection, "Ada", &good);
    expect_commit(connection, &good);
    CHECK(outcome_is(&heard, STDB_CALL_COMMITTED, "") && called_by(&heard, connection));
    heard.runs = 0;
    set_name(connection, "", &bad);
    WAIT(connection, bad.runs > 0);
    CHECK(outcome_is(&heard, STDB_CALL_FAILED, "Names must not be empty") && called_by(&heard, connection));
    CHECK(other_reducer.runs == 0 && heard.drops == 0);
    stdb_connection_free(connection);
    CHECK(heard.drops == 1);
}

static void on_reducer_hears_of_calls_without_a_result_callback(void) {
    outcome heard = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_reducer(connection, "noop", record_outcome, &heard, NULL, NULL, NULL));
    call(connection, "noop", no_args(), NULL);
    WAIT(connection, heard.runs > 0);
    CHECK(outcome_is(&heard, STDB_CALL_COMMITTED, "") && called_by(&heard, connection));
    stdb_connection_free(connection);
}

static void on_reducer_hears_of_others(void) {
    uint32_t zone = fresh();
    outcome heard = {0}, done = {0};
    key args = spawn_args(zone, 3, zone);
    stdb_connection *watcher = connect_kitchen(), *other = connect_kitchen();
    subscribe_forever(watcher, entities_in(zone));
    CHECK_OK(stdb_connection_on_reducer(watcher, "spawn", record_outcome, &heard, NULL, NULL, NULL));
    spawn(other, zone, 3, zone, &done);
    expect_commit(other, &done);
    WAIT(watcher, heard.runs > 0);
    CHECK(outcome_is(&heard, STDB_CALL_COMMITTED, "") && heard.kind == STDB_EVENT_REDUCER);
    CHECK(called_by(&heard, other) && !called_by(&heard, watcher));
    CHECK(heard.event.timestamp.micros == done.event.timestamp.micros);
    CHECK(heard.event.has_energy && heard.event.energy.lo == done.event.energy.lo);
    CHECK(strcmp(heard.reducer.chars, "spawn") == 0 && args_are(&heard, &args));
    stdb_connection_free(watcher);
    stdb_connection_free(other);
}

static void failures_of_others_are_not_heard_of(void) {
    uint32_t zone = fresh();
    outcome heard = {0}, done[3] = {0};
    stdb_connection *watcher = connect_kitchen(), *other = connect_kitchen();
    subscribe_forever(watcher, entities_in(zone));
    CHECK_OK(stdb_connection_on_reducer(watcher, "spawn", record_outcome, &heard, NULL, NULL, NULL));
    spawn(other, zone, 1, zone, &done[0]);
    spawn(other, zone, 1, zone + 1, &done[1]); /* The id is taken: it panics. */
    spawn(other, zone + 1, 1, zone, &done[2]);
    expect_commit(other, &done[2]);
    CHECK(done[0].status == STDB_CALL_COMMITTED && done[1].status == STDB_CALL_FAILED);
    WAIT(watcher, find_entity(watcher, zone + 1, NULL));
    CHECK(heard.runs == 2);
    stdb_connection_free(watcher);
    stdb_connection_free(other);
}

static void calls_of_others_do_not_end_own_ones(void) {
    uint32_t zone = fresh();
    outcome own[8] = {0}, others[8] = {0};
    stdb_connection *one = connect_kitchen(), *other = connect_kitchen();
    subscribe_forever(one, entities_in(zone));
    subscribe_forever(other, entities_in(zone));
    /* Both count their requests from the same number, and each is told of the other's. */
    for (uint32_t i = 0; i < 8; i++) {
        spawn(other, zone + 2 * i, 1, zone, &others[i]);
        spawn(one, zone + 2 * i + 1, 1, zone, &own[i]);
    }
    WAIT(one, own[7].runs > 0);
    WAIT(other, others[7].runs > 0);
    for (int i = 0; i < 8; i++) {
        CHECK(outcome_is(&own[i], STDB_CALL_COMMITTED, "") && called_by(&own[i], one));
        CHECK(outcome_is(&others[i], STDB_CALL_COMMITTED, "") && called_by(&others[i], other));
    }
    stdb_connection_free(one);
    stdb_connection_free(other);
}

/* --- Flags and timeouts --- */

static void call_noop_with(stdb_connection *connection, stdb_call_flags flags, uint32_t timeout_ms, outcome *outcome) {
    stdb_call_options options = {.struct_size = sizeof options, .flags = flags, .timeout_ms = timeout_ms};
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), &options, record_outcome, outcome,
                                          drop_outcome, NULL));
}

static void a_call_that_the_host_says_nothing_of_times_out(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    uint64_t start = now_us();
    call_noop_with(connection, STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY, 200, &outcome);
    CHECK(stats_of(connection).calls_pending == 1);
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome.status == STDB_CALL_TIMEOUT && outcome.message.chars[0] != '\0');
    CHECK(now_us() - start >= 199000);
    CHECK(called_by(&outcome, connection) && !outcome.event.has_energy && outcome.event.timestamp.micros == 0);
    CHECK(strcmp(outcome.reducer.chars, "noop") == 0 && outcome.drops == 1);
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
    CHECK(outcome.runs == 1 && outcome.drops == 1);
}

static void a_timeout_does_not_concern_an_answered_call(void) {
    outcome answered = {0}, silent = {0};
    stdb_connection *connection = connect_kitchen();
    call_noop_with(connection, STDB_CALL_FLAGS_FULL_UPDATE, 150, &answered);
    call_noop_with(connection, STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY, 300, &silent);
    /* By then the first one's time has run out, too. */
    WAIT(connection, silent.runs > 0);
    CHECK(outcome_is(&answered, STDB_CALL_COMMITTED, "") && answered.drops == 1);
    stdb_connection_free(connection);
}

static void without_success_notify_a_change_of_subscribed_rows_is_told(void) {
    uint32_t zone = fresh();
    outcome outcome = {0};
    key args = spawn_args(zone, 1, zone);
    stdb_call_options options = {.struct_size = sizeof options, .flags = STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY};
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    CHECK_OK(stdb_connection_call_reducer(connection, "spawn", bytes_of(&args), &options, record_outcome, &outcome,
                                          drop_outcome, NULL));
    WAIT(connection, outcome.runs > 0);
    CHECK(outcome_is(&outcome, STDB_CALL_COMMITTED, "") && outcome.drops == 1);
    CHECK(find_entity(connection, zone, NULL));
    stdb_connection_free(connection);
}

static void flags_can_be_set_for_a_reducer(void) {
    outcome by_default = {0}, explicit = {0}, later = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_set_reducer_flags(connection, "noop", STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY, NULL));
    call_noop_with(connection, STDB_CALL_FLAGS_DEFAULT, 200, &by_default);
    call_noop_with(connection, STDB_CALL_FLAGS_FULL_UPDATE, 0, &explicit);
    WAIT(connection, explicit.runs > 0);
    CHECK(outcome_is(&explicit, STDB_CALL_COMMITTED, "") && by_default.runs == 0);
    WAIT(connection, by_default.runs > 0);
    CHECK(by_default.status == STDB_CALL_TIMEOUT);

    CHECK_OK(stdb_connection_set_reducer_flags(connection, "noop", STDB_CALL_FLAGS_FULL_UPDATE, NULL));
    call(connection, "noop", no_args(), &later);
    expect_commit(connection, &later);
    stdb_connection_free(connection);
}

static void nobody_waits_for_a_silent_call_without_a_callback(void) {
    stdb_call_options options = {.struct_size = sizeof options, .flags = STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY};
    outcome done = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), &options, NULL, NULL, NULL, NULL));
    CHECK(stats_of(connection).calls_pending == 0);
    call(connection, "noop", no_args(), &done);
    expect_commit(connection, &done);
    stdb_connection_free(connection);
}

/* --- Before and after the connection is up --- */

static void calls_made_before_the_connection_is_up_are_sent_then(void) {
    uint32_t zone = fresh();
    outcome spawned = {0}, failed = {0}, unknown = {0};
    stdb_connection *connection = build(kitchen_builder());
    spawn(connection, zone, 1, zone, &spawned);
    set_name(connection, "", &failed);
    /* Nobody knows yet that there is no such reducer. */
    call(connection, "no_such_reducer", no_args(), &unknown);
    CHECK(stats_of(connection).calls_pending == 3);
    /* A 1.2.0 host may say of an unknown reducer before it answers what was called earlier. */
    WAIT(connection, spawned.runs > 0 && failed.runs > 0 && unknown.runs > 0);
    CHECK(outcome_is(&spawned, STDB_CALL_COMMITTED, "") && called_by(&spawned, connection));
    CHECK(outcome_is(&failed, STDB_CALL_FAILED, "Names must not be empty"));
    CHECK(outcome_is(&unknown, STDB_CALL_FAILED, "no such reducer"));
    stdb_connection_free(connection);
}

/* Advances until the end was told of. */
static void advance_to_the_end(stdb_connection *connection) {
    WAIT(connection, stdb_connection_get_state(connection) == STDB_STATE_ENDED);
}

static void calls_pending_at_the_end_are_told(void) {
    outcome answered[3] = {0}, silent = {0};
    stdb_connection *connection = connect_kitchen();
    for (int i = 0; i < 3; i++) {
        call(connection, "noop", no_args(), &answered[i]);
    }
    call_noop_with(connection, STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY, 0, &silent);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    advance_to_the_end(connection);
    for (int i = 0; i < 3; i++) {
        CHECK(answered[i].runs == 1 && answered[i].drops == 1);
        CHECK(answered[i].status == STDB_CALL_COMMITTED || answered[i].status == STDB_CALL_DISCONNECTED);
        CHECK(i == 0 || answered[i - 1].status == STDB_CALL_COMMITTED || answered[i].status == STDB_CALL_DISCONNECTED);
    }
    CHECK(silent.runs == 1 && silent.status == STDB_CALL_DISCONNECTED && silent.drops == 1);
    CHECK(silent.kind == STDB_EVENT_REDUCER && called_by(&silent, connection));
    CHECK(strcmp(silent.reducer.chars, "noop") == 0 && silent.message.chars[0] != '\0');
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
}

static void calls_of_a_connection_that_fails_are_told(void) {
    outcome outcome = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_token(builder, "no-token-of-this-host", NULL));
    stdb_connection *connection = build(builder);
    call(connection, "noop", no_args(), &outcome);
    advance_to_the_end(connection);
    CHECK(outcome.runs == 1 && outcome.status == STDB_CALL_DISCONNECTED && outcome.drops == 1);
    stdb_connection_free(connection);
}

static void freeing_drops_pending_calls_in_silence(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    call_noop_with(connection, STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY, 60000, &outcome);
    stdb_connection_free(connection);
    CHECK(outcome.runs == 0 && outcome.drops == 1);
}

static void a_call_needs_no_callback(void) {
    uint32_t zone = fresh();
    int drops = 0;
    key args = spawn_args(zone, 1, zone);
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    CHECK_OK(stdb_connection_call_reducer(connection, "spawn", bytes_of(&args), NULL, NULL, &drops, count_up, NULL));
    CHECK(drops == 1);
    WAIT(connection, find_entity(connection, zone, NULL));
    CHECK(stats_of(connection).calls_pending == 0 && drops == 1);
    stdb_connection_free(connection);
}

/* --- The reducers of others' connections --- */

/* What was told of one user's row. */
typedef struct presence {
    stdb_identity whom;
    int came;
    int went_offline;
    int came_online;
    stdb_event_kind kind;
    text reducer;
} presence;

static void keep_event(presence *presence, const stdb_context *context) {
    stdb_reducer_event event;
    presence->kind = stdb_context_event_kind(context);
    MUST_OK(stdb_context_reducer_event(context, &event, NULL));
    MUST(stdb_identity_equal(&event.caller_identity, &presence->whom));
    presence->reducer = text_of_str(event.reducer);
}

static void see_new_user(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context;
    presence *presence = user_data;
    user user = read_user(row);
    if (stdb_identity_equal(&user.identity, &presence->whom)) {
        presence->came += 1;
    }
}

static void see_changed_user(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data) {
    presence *presence = data;
    user old = read_user(old_row), new = read_user(new_row);
    if (stdb_identity_equal(&new.identity, &presence->whom)) {
        presence->went_offline += old.online && !new.online;
        presence->came_online += !old.online && new.online;
        keep_event(presence, context);
    }
}

/* The watcher has to know beforehand who will come: somebody who was here. */
static void keep_token(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data) {
    char *kept = user_data;
    (void)context, (void)identity;
    MUST(token.len < 2048);
    memcpy(kept, token.data, token.len);
    kept[token.len] = '\0';
}

static void others_are_seen_to_come_and_go(void) {
    char token[2048];
    presence presence = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_on_connect(builder, keep_token, token, NULL, NULL));
    stdb_connection *other = build_up(builder), *watcher = connect_kitchen();
    presence.whom = identity_of(other);
    const stdb_table *users = table_of(watcher, "user");
    subscribe_forever(watcher, text_of("SELECT * FROM user"));
    CHECK_OK(stdb_table_on_insert(users, see_new_user, &presence, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_update(users, see_changed_user, &presence, NULL, NULL, NULL));

    stdb_connection_free(other);
    WAIT(watcher, presence.went_offline == 1);
    CHECK(presence.kind == STDB_EVENT_REDUCER);
    CHECK(strcmp(presence.reducer.chars, "disconnected") == 0);

    builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_token(builder, token, NULL));
    other = build_up(builder);
    WAIT(watcher, presence.came_online == 1);
    CHECK(presence.kind == STDB_EVENT_REDUCER);
    CHECK(strcmp(presence.reducer.chars, "connected") == 0);
    CHECK(presence.came == 0 && presence.went_offline == 1);
    stdb_connection_free(other);
    stdb_connection_free(watcher);
}

static const test tests[] = {
    TEST(a_call_commits),
    TEST(a_reducer_that_returns_an_error_fails),
    TEST(a_reducer_that_panics_fails),
    TEST(an_unknown_reducer_is_refused_at_once),
    TEST(without_a_schema_the_host_knows_an_unknown_reducer),
    TEST(bad_arguments_fail),
    TEST(bad_calls_are_refused),
    TEST(calls_at_once_end_in_their_order),
    TEST(a_failure_of_one_reducer_is_not_taken_for_another),
    TEST(a_failed_call_without_a_callback_takes_no_others_place),
    TEST(bad_arguments_are_told_to_the_call_that_had_them),
    TEST(a_callback_may_call),
    TEST(on_reducer_hears_of_own_calls),
    TEST(on_reducer_hears_of_calls_without_a_result_callback),
    TEST(on_reducer_hears_of_others),
    TEST(failures_of_others_are_not_heard_of),
    TEST(calls_of_others_do_not_end_own_ones),
    TEST(a_call_that_the_host_says_nothing_of_times_out),
    TEST(a_timeout_does_not_concern_an_answered_call),
    TEST(without_success_notify_a_change_of_subscribed_rows_is_told),
    TEST(flags_can_be_set_for_a_reducer),
    TEST(nobody_waits_for_a_silent_call_without_a_callback),
    TEST(calls_made_before_the_connection_is_up_are_sent_then),
    TEST(calls_pending_at_the_end_are_told),
    TEST(calls_of_a_connection_that_fails_are_told),
    TEST(freeing_drops_pending_calls_in_silence),
    TEST(a_call_needs_no_callback),
    TEST(others_are_seen_to_come_and_go),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
