/* A connection's life, and the ways of advancing it. */

#include "kitchen.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

/* What the callbacks of a connection's life were told. */
typedef struct life {
    int connects;
    int connect_errors;
    int disconnects;
    int drops;
    bool active_inside;
    stdb_identity identity;
    text token_chars[8]; /* A token is longer than one text. */
    size_t token_len;
    stdb_event_kind kind;
    bool had_error;
} life;

static char *token_of(life *life) {
    return (char *)life->token_chars;
}

static void on_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data) {
    life *life = user_data;
    life->connects += 1;
    life->kind = stdb_context_event_kind(context);
    life->active_inside = stdb_connection_is_active(stdb_context_connection(context));
    life->identity = *identity;
    MUST(token.len > 0 && token.len < sizeof life->token_chars);
    memcpy(life->token_chars, token.data, token.len);
    token_of(life)[token.len] = '\0';
}

static void on_connect_error(const stdb_context *context, void *user_data) {
    life *life = user_data;
    life->connect_errors += 1;
    life->kind = stdb_context_event_kind(context);
}

static void on_disconnect(const stdb_context *context, void *user_data) {
    life *life = user_data;
    life->disconnects += 1;
    life->kind = stdb_context_event_kind(context);
    life->had_error = stdb_context_error(context) != NULL;
}

static void drop_life(void *user_data) {
    ((life *)user_data)->drops += 1;
}

static stdb_connection_builder *watched_builder(life *life) {
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_on_connect(builder, on_connect, life, drop_life, NULL));
    CHECK_OK(stdb_connection_builder_on_connect_error(builder, on_connect_error, life, drop_life, NULL));
    CHECK_OK(stdb_connection_builder_on_disconnect(builder, on_disconnect, life, drop_life, NULL));
    return builder;
}

/* Connects with a token. */
static stdb_connection *connect_as(const char *token, life *life) {
    stdb_connection_builder *builder = watched_builder(life);
    CHECK_OK(stdb_connection_builder_with_token(builder, token, NULL));
    return build_up(builder);
}

static bool is_zero(const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void connects(void) {
    life life = {0};
    stdb_identity identity;
    stdb_protocol protocol = 0;
    stdb_connection *connection = build(watched_builder(&life));
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_CONNECTING);
    CHECK(!stdb_connection_is_active(connection));
    CHECK(stdb_connection_get_identity(connection, &identity, NULL) == STDB_ERR_NOT_CONNECTED);
    CHECK(stdb_connection_get_protocol(connection, &protocol, NULL) == STDB_ERR_NOT_CONNECTED);

    WAIT(connection, life.connects == 1);
    CHECK(life.kind == STDB_EVENT_CONNECTED && life.active_inside && life.connect_errors == 0);
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ACTIVE);
    identity = identity_of(connection);
    CHECK(stdb_identity_equal(&identity, &life.identity) && !is_zero(identity.bytes, sizeof identity.bytes));
    stdb_connection_id id = connection_id_of(connection);
    CHECK(!is_zero(id.bytes, sizeof id.bytes));
    CHECK_OK(stdb_connection_get_protocol(connection, &protocol, NULL));
    CHECK(protocol == STDB_PROTOCOL_V1);
    stdb_connection_free(connection);
    CHECK(life.drops == 3);
}

static void counts_what_it_does(void) {
    stdb_connection *connection = connect_kitchen();
    stdb_stats before = stats_of(connection);
    CHECK(before.frames_received == 1 && before.messages_advanced == 1 && before.bytes_received > 0);
    CHECK(before.frames_sent == 0 && before.calls_pending == 0 && before.subscriptions == 0 && before.rows_cached == 0);

    uint32_t zone = fresh();
    outcome spawned = {0};
    subscribe_forever(connection, entities_in(zone));
    spawn(connection, zone, 3, zone, &spawned);
    CHECK(stats_of(connection).calls_pending == 1);
    expect_commit(connection, &spawned);

    stdb_stats after = stats_of(connection);
    CHECK(after.frames_sent == 2 && after.frames_received == 3 && after.messages_advanced == 3);
    CHECK(after.bytes_sent > before.bytes_sent && after.bytes_received > before.bytes_received);
    CHECK(after.calls_pending == 0 && after.subscriptions == 1 && after.rows_cached == 3);
    CHECK(after.messages_waiting == 0 && after.absent_deletes == 0);

    stdb_stats unsized_stats = {0};
    CHECK(stdb_connection_get_stats(connection, &unsized_stats, NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_connection_free(connection);
}

static stdb_credentials_file *credentials_in(const char *directory) {
    stdb_credentials_file *file = NULL;
    CHECK_OK(stdb_credentials_file_with_directory(directory, "client-test", &file, NULL));
    return file;
}

static void keep_token(const char *directory, const char *token) {
    stdb_credentials_file *file = credentials_in(directory);
    CHECK_OK(stdb_credentials_file_save(file, token, NULL));
    stdb_credentials_file_free(file);
}

/* Loads the token into `token`, ended by NUL. */
static void load_token(const char *directory, char *token, size_t capacity) {
    stdb_credentials_file *file = credentials_in(directory);
    stdb_str loaded;
    CHECK_OK(stdb_credentials_file_load(file, &loaded, NULL));
    CHECK(loaded.len < capacity);
    memcpy(token, loaded.data, loaded.len);
    token[loaded.len] = '\0';
    CHECK_OK(stdb_credentials_file_remove(file, NULL));
    stdb_credentials_file_free(file);
}

static void is_the_same_again_with_the_saved_token(void) {
    char directory[] = "credentials-XXXXXX";
    CHECK(mkdtemp(directory) != NULL);
    life first = {0}, second = {0};

    stdb_connection *connection = connect_as(NULL, &first);
    stdb_connection_id first_id = connection_id_of(connection);
    keep_token(directory, token_of(&first));
    stdb_connection_free(connection);

    char token[2048];
    load_token(directory, token, sizeof token);
    CHECK(rmdir(directory) == 0);
    connection = connect_as(token, &second);
    stdb_connection_id second_id = connection_id_of(connection);
    CHECK(stdb_identity_equal(&first.identity, &second.identity));
    CHECK(!stdb_connection_id_equal(&first_id, &second_id));
    stdb_connection_free(connection);
}

static void is_somebody_new_without_a_token(void) {
    stdb_connection *one = connect_kitchen(), *other = connect_kitchen();
    stdb_identity first = identity_of(one), second = identity_of(other);
    CHECK(!stdb_identity_equal(&first, &second));
    stdb_connection_free(one);
    stdb_connection_free(other);
}

static void one_identity_may_have_two_connections(void) {
    life first = {0}, second = {0};
    stdb_connection *one = connect_as(NULL, &first);
    stdb_connection *other = connect_as(token_of(&first), &second);
    stdb_identity one_identity = identity_of(one), other_identity = identity_of(other);
    stdb_connection_id one_id = connection_id_of(one), other_id = connection_id_of(other);
    CHECK(stdb_identity_equal(&one_identity, &other_identity));
    CHECK(!stdb_connection_id_equal(&one_id, &other_id));

    /* Both are up: each gets answers of its own. */
    outcome of_one = {0}, of_other = {0};
    call(one, "noop", no_args(), &of_one);
    call(other, "noop", no_args(), &of_other);
    expect_commit(one, &of_one);
    expect_commit(other, &of_other);
    CHECK(stdb_connection_id_equal(&of_one.event.caller_connection_id, &one_id));
    CHECK(stdb_connection_id_equal(&of_other.event.caller_connection_id, &other_id));
    stdb_connection_free(one);
    stdb_connection_free(other);
}

static void refused_token_is_a_connect_error(void) {
    life life = {0};
    stdb_connection_builder *builder = watched_builder(&life);
    CHECK_OK(stdb_connection_builder_with_token(builder, "no-token-of-this-host", NULL));
    stdb_connection *connection = build(builder);
    WAIT(connection, life.connect_errors == 1);
    CHECK(life.kind == STDB_EVENT_CONNECT_ERROR && life.connects == 0);
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    stdb_connection_free(connection);
    CHECK(life.disconnects == 0 && life.drops == 3);
}

/* Everything that needs the host is refused, and the cache is as it was. */
static void check_ended(stdb_connection *connection, uint32_t zone) {
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED && !stdb_connection_is_active(connection));
    CHECK(stdb_connection_disconnect(connection, NULL) == STDB_ERR_DISCONNECTED);
    CHECK(stdb_connection_frame_tick(connection, NULL) == STDB_ERR_DISCONNECTED);
    CHECK(stdb_connection_advance_one_message_blocking(connection, NULL) == STDB_ERR_DISCONNECTED);
    int drops = 0;
    CHECK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, record_outcome, &drops, count_up, NULL) ==
          STDB_ERR_DISCONNECTED);
    CHECK(drops == 1);

    CHECK(count_of(table_of(connection, "entity")) == 2);
    entity entity;
    CHECK(find_entity(connection, zone + 1, &entity) && entity.zone == zone);
}

static void disconnects_and_keeps_the_cache(void) {
    life life = {0};
    uint32_t zone = fresh();
    outcome spawned = {0};
    stdb_connection *connection = build_up(watched_builder(&life));
    subscribe_forever(connection, entities_in(zone));
    spawn(connection, zone, 2, zone, &spawned);
    expect_commit(connection, &spawned);

    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_DISCONNECTING && !stdb_connection_is_active(connection));
    CHECK(stdb_connection_disconnect(connection, NULL) == STDB_ERR_DISCONNECTED);
    CHECK(life.disconnects == 0);
    WAIT(connection, life.disconnects == 1);
    CHECK(life.kind == STDB_EVENT_DISCONNECTED && !life.had_error && life.connect_errors == 0);
    check_ended(connection, zone);
    CHECK(life.drops == 0);
    stdb_connection_free(connection);
    CHECK(life.drops == 3 && life.disconnects == 1);
}

/* --- Ways of advancing --- */

/* Calls `noop` so many times. */
static void call_noop(stdb_connection *connection, outcome *outcomes, int count) {
    for (int i = 0; i < count; i++) {
        call(connection, "noop", no_args(), &outcomes[i]);
    }
}

static void advances_one_message(void) {
    bool advanced = true;
    outcome outcomes[2] = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_advance_one_message(connection, &advanced, NULL));
    CHECK(!advanced);

    call_noop(connection, outcomes, 2);
    wait_arrived(connection, 2);
    CHECK_OK(stdb_connection_advance_one_message(connection, &advanced, NULL));
    CHECK(advanced && outcomes[0].runs == 1 && outcomes[1].runs == 0);
    CHECK_OK(stdb_connection_advance_one_message(connection, &advanced, NULL));
    CHECK(advanced && outcomes[1].runs == 1);
    CHECK_OK(stdb_connection_advance_one_message(connection, &advanced, NULL));
    CHECK(!advanced);
    stdb_connection_free(connection);
}

static void advances_blocking(void) {
    outcome outcomes[2] = {0};
    stdb_connection *connection = connect_kitchen();
    call_noop(connection, outcomes, 2);
    CHECK_OK(stdb_connection_advance_one_message_blocking(connection, NULL));
    CHECK(outcomes[0].runs == 1 && outcomes[1].runs == 0);
    CHECK_OK(stdb_connection_advance_one_message_blocking(connection, NULL));
    CHECK(outcomes[1].runs == 1);
    stdb_connection_free(connection);
}

static void advances_with_a_timeout(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    uint64_t start = now_us();
    CHECK(stdb_connection_advance_one_message_timeout(connection, 30, NULL) == STDB_ERR_TIMEOUT);
    CHECK(now_us() - start >= 29000);
    CHECK(stdb_connection_advance_one_message_timeout(connection, 0, NULL) == STDB_ERR_TIMEOUT);
    call_noop(connection, &outcome, 1);
    CHECK_OK(stdb_connection_advance_one_message_timeout(connection, PATIENCE_MS, NULL));
    CHECK(outcome.runs == 1);
    stdb_connection_free(connection);
}

static void a_frame_tick_advances_all_that_has_arrived(void) {
    outcome outcomes[3] = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    call_noop(connection, outcomes, 3);
    wait_arrived(connection, 3);
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(outcomes[0].runs == 1 && outcomes[1].runs == 1 && outcomes[2].runs == 1);
    stdb_connection_free(connection);
}

static void a_budget_stops_between_messages(void) {
    uint64_t advanced = 99;
    outcome outcomes[3] = {0};
    stdb_connection *connection = connect_kitchen();
    call_noop(connection, outcomes, 3);
    wait_arrived(connection, 3);
    CHECK_OK(stdb_connection_frame_tick_budget(connection, 0, 1, &advanced, NULL));
    CHECK(advanced == 1 && outcomes[0].runs == 1 && outcomes[1].runs == 0);
    /* No limit of either kind. */
    CHECK_OK(stdb_connection_frame_tick_budget(connection, 0, 0, &advanced, NULL));
    CHECK(advanced == 2 && outcomes[2].runs == 1);
    CHECK_OK(stdb_connection_frame_tick_budget(connection, 1000000, 1, &advanced, NULL));
    CHECK(advanced == 0);
    stdb_connection_free(connection);
}

static void tick_inside(const stdb_context *context, void *user_data) {
    stdb_connection *connection = stdb_context_connection(context);
    *(stdb_status *)user_data = stdb_connection_frame_tick(connection, NULL);
    MUST(stdb_connection_advance_one_message_blocking(connection, NULL) == STDB_ERR_REENTRANT);
}

static void advancing_inside_a_callback_is_refused(void) {
    stdb_status status = STDB_OK;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, tick_inside, &status, NULL, NULL));
    WAIT(connection, status != STDB_OK);
    CHECK(status == STDB_ERR_REENTRANT);
    stdb_connection_free(connection);
}

/* What another thread signals and this one waits for. */
typedef struct signal_box {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int signals;
    pthread_t thread;
} signal_box;

/* Boxes, and what else threads of their own write to, are static: they outlive a test that fails. */
#define SIGNAL_BOX {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, (pthread_t)0}

static void send_signal(const stdb_context *context, void *user_data) {
    (void)context;
    signal_box *box = user_data;
    pthread_mutex_lock(&box->mutex);
    box->signals += 1;
    box->thread = pthread_self();
    pthread_cond_signal(&box->changed);
    pthread_mutex_unlock(&box->mutex);
}

static void wait_signals(signal_box *box, int signals) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&box->mutex);
    while (box->signals < signals) {
        CHECK(pthread_cond_timedwait(&box->changed, &box->mutex, &end) == 0);
    }
    pthread_mutex_unlock(&box->mutex);
}

/* Takes the signals that have come since the last time. */
static int take_signals(signal_box *box) {
    pthread_mutex_lock(&box->mutex);
    int signals = box->signals;
    box->signals = 0;
    pthread_mutex_unlock(&box->mutex);
    return signals;
}

static void call_and_signal(stdb_connection *connection, signal_box *box) {
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, send_signal, box, NULL, NULL));
}

static void runs_on_a_thread_of_its_own(void) {
    static life life;
    static signal_box box = SIGNAL_BOX;
    stdb_connection *connection = build(watched_builder(&life));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK(stdb_connection_run_threaded(connection, NULL) == STDB_ERR_BUSY);
    /* The first is made before the connection is up. */
    call_and_signal(connection, &box);
    wait_signals(&box, 1);
    call_and_signal(connection, &box);
    wait_signals(&box, 2);
    CHECK(!pthread_equal(box.thread, pthread_self()));

    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    CHECK_OK(stdb_connection_join(connection, NULL));
    CHECK(life.connects == 1 && life.disconnects == 1);
    CHECK_OK(stdb_connection_join(connection, NULL));
    stdb_connection_free(connection);
}

static void freeing_joins_the_thread(void) {
    static life life;
    static signal_box box = SIGNAL_BOX;
    stdb_connection *connection = build(watched_builder(&life));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    call_and_signal(connection, &box);
    wait_signals(&box, 1);
    stdb_connection_free(connection);
    CHECK(life.disconnects == 1 && life.drops == 3);
}

static void start_thread(const stdb_context *context, void *user_data) {
    (void)user_data;
    MUST_OK(stdb_connection_run_threaded(stdb_context_connection(context), NULL));
    /* Time for the thread to find that it has to wait for this callback. */
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

static void a_thread_may_be_started_inside_a_callback(void) {
    static signal_box box = SIGNAL_BOX;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, start_thread, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_advance_one_message_blocking(connection, NULL));
    call_and_signal(connection, &box);
    wait_signals(&box, 1);
    CHECK(!pthread_equal(box.thread, pthread_self()));
    stdb_connection_free(connection);
}

static void others_may_not_advance_a_threaded_connection(void) {
    static signal_box box = SIGNAL_BOX;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    int signals = 0;
    for (; signals < 2000; signals++) {
        call_and_signal(connection, &box);
        stdb_status status = stdb_connection_frame_tick(connection, NULL);
        CHECK(status == STDB_ERR_BUSY || status == STDB_OK);
    }
    /* However the ticks fell, the thread goes on. */
    wait_signals(&box, signals);
    call_and_signal(connection, &box);
    wait_signals(&box, signals + 1);
    CHECK(!pthread_equal(box.thread, pthread_self()));
    stdb_connection_free(connection);
}

static void call_and_wait(stdb_connection *connection) {
    outcome outcome = {0};
    call(connection, "noop", no_args(), &outcome);
    expect_commit(connection, &outcome);
}

static void do_nothing(const stdb_context *context, void *user_data) {
    (void)context, (void)user_data;
}

static void wakes_an_event_loop(void) {
    static signal_box box = SIGNAL_BOX;
    static int drops;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_wakeup(connection, do_nothing, &drops, count_up, NULL));
    CHECK_OK(stdb_connection_on_wakeup(connection, send_signal, &box, NULL, NULL));
    CHECK(drops == 1);

    for (int round = 0; round < 20; round++) {
        outcome outcome = {0};
        call(connection, "noop", no_args(), &outcome);
        /* It may be woken once too often, so what counts is that it is woken often enough. */
        while (outcome.runs == 0) {
            wait_signals(&box, 1);
            take_signals(&box);
            CHECK_OK(stdb_connection_frame_tick(connection, NULL));
        }
    }

    CHECK_OK(stdb_connection_on_wakeup(connection, NULL, NULL, NULL, NULL));
    /* The thread that wakes may be about to do it for what came before. */
    call_and_wait(connection);
    take_signals(&box);
    call_and_wait(connection);
    CHECK(take_signals(&box) == 0);
    stdb_connection_free(connection);
}

static bool is_readable(int fd, int timeout_ms) {
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    return poll(&poller, 1, timeout_ms) == 1 && (poller.revents & POLLIN) != 0;
}

/* Ticks until nothing is left to read: it may be made readable once too often, like any descriptor. */
static void check_calms_down(stdb_connection *connection, int fd) {
    for (int ticks = 0; is_readable(fd, 0); ticks++) {
        CHECK(ticks < 3);
        CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    }
}

static void has_a_descriptor_to_poll(void) {
    int32_t fd = -1, same = -1;
    outcome outcomes[2] = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_event_fd(connection, &fd, NULL));
    CHECK_OK(stdb_connection_event_fd(connection, &same, NULL));
    CHECK(fd >= 0 && fd == same);
    check_calms_down(connection, fd);

    for (int round = 0; round < 20; round++) {
        outcome outcome = {0};
        call(connection, "noop", no_args(), &outcome);
        while (outcome.runs == 0) {
            CHECK(is_readable(fd, PATIENCE_MS));
            CHECK_OK(stdb_connection_frame_tick(connection, NULL));
        }
        check_calms_down(connection, fd);
    }

    /* It stays readable while something is left. */
    call_noop(connection, outcomes, 2);
    wait_arrived(connection, 2);
    CHECK_OK(stdb_connection_advance_one_message(connection, NULL, NULL));
    CHECK(is_readable(fd, 0));
    CHECK_OK(stdb_connection_advance_one_message(connection, NULL, NULL));
    check_calms_down(connection, fd);
    stdb_connection_free(connection);
}

static void a_descriptor_can_be_had_from_the_start(void) {
    int32_t fd = -1;
    stdb_connection *connection = build(kitchen_builder());
    CHECK_OK(stdb_connection_event_fd(connection, &fd, NULL));
    uint64_t end = now_us() + PATIENCE_MS * 1000ull;
    while (!stdb_connection_is_active(connection)) {
        CHECK(now_us() < end && is_readable(fd, PATIENCE_MS));
        CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    }
    stdb_connection_free(connection);
}

/* --- Freeing in odd places --- */

static void free_connection(const stdb_context *context, void *user_data) {
    *(int *)user_data += 1;
    stdb_connection_free(stdb_context_connection(context));
}

static void may_be_freed_inside_its_own_callback(void) {
    life life = {0};
    int runs = 0, drops = 0;
    stdb_connection *connection = build_up(watched_builder(&life));
    CHECK_OK(stdb_connection_on_reducer(connection, "noop", record_outcome, &drops, count_up, NULL, NULL));
    CHECK_OK(stdb_connection_call_reducer(connection, "boom", no_args(), NULL, free_connection, &runs, NULL, NULL));
    CHECK_OK(stdb_connection_advance_one_message_blocking(connection, NULL));
    CHECK(runs == 1 && drops == 1 && life.drops == 3);
}

/* --- Options --- */

enum { MANY = 2000 };

/* Reads the rows of a zone: every id once. */
static void check_many(stdb_connection *connection, uint32_t zone) {
    static bool seen[MANY];
    memset(seen, 0, sizeof seen);
    stdb_row_iter *iter = NULL;
    stdb_row row;
    int rows = 0;
    CHECK_OK(stdb_table_iter(table_of(connection, "entity"), &iter, NULL));
    for (; stdb_row_iter_next(iter, &row); rows++) {
        uint64_t id = read_entity(&row).id;
        CHECK(id >= zone && id < zone + MANY && entity_is(&row, id, zone, 0) && !seen[id - zone]);
        seen[id - zone] = true;
    }
    stdb_row_iter_free(iter);
    CHECK(rows == MANY && count_of(table_of(connection, "entity")) == MANY);
}

/* Subscribes to a big zone under one compression. Returns how many bytes that took. */
static uint64_t read_many(stdb_compression compression, uint32_t zone) {
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_compression(builder, compression, NULL));
    stdb_connection *connection = build_up(builder);
    uint64_t before = stats_of(connection).bytes_received;
    subscribe_forever(connection, entities_in(zone));
    uint64_t bytes = stats_of(connection).bytes_received - before;
    check_many(connection, zone);
    stdb_connection_free(connection);
    return bytes;
}

static void every_compression_gives_the_same_rows(void) {
    uint32_t zone = fresh_range(MANY);
    outcome spawned = {0}, despawned = {0};
    stdb_connection *connection = connect_kitchen();
    spawn(connection, zone, MANY, zone, &spawned);
    expect_commit(connection, &spawned);

    uint64_t none = read_many(STDB_COMPRESSION_NONE, zone);
    uint64_t gzip = read_many(STDB_COMPRESSION_GZIP, zone);
    uint64_t brotli = read_many(STDB_COMPRESSION_BROTLI, zone);
    CHECK(none > MANY * 28 && gzip < none / 2 && brotli < none / 2);

    despawn(connection, zone, MANY, &despawned);
    expect_commit(connection, &despawned);
    stdb_connection_builder *builder = stdb_connection_builder_new();
    CHECK(stdb_connection_builder_with_compression(builder, 3, NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_connection_builder_free(builder);
    stdb_connection_free(connection);
}

/* What kinds of event came with inserted rows and with a reducer. */
typedef struct kinds {
    int inserts;
    int reducers;
    stdb_event_kind insert_kind;
    bool insert_had_reducer_event;
    stdb_event_kind transaction_kind;
} kinds;

static void record_insert_kind(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)row;
    kinds *kinds = user_data;
    stdb_reducer_event event;
    kinds->inserts += 1;
    kinds->insert_kind = stdb_context_event_kind(context);
    stdb_status status = stdb_context_reducer_event(context, &event, NULL);
    MUST(status == STDB_OK || status == STDB_ERR_NOT_FOUND);
    kinds->insert_had_reducer_event = status == STDB_OK;
}

static void record_transaction_kind(const stdb_context *context, void *user_data) {
    ((kinds *)user_data)->transaction_kind = stdb_context_event_kind(context);
}

static void count_reducer(const stdb_context *context, void *user_data) {
    (void)context;
    ((kinds *)user_data)->reducers += 1;
}

static void light_mode_tells_of_own_reducers_only(void) {
    uint32_t zone = fresh();
    kinds kinds = {0};
    outcome others = {0}, own = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_light_mode(builder, true, NULL));
    stdb_connection *light = build_up(builder), *other = connect_kitchen();
    subscribe_forever(light, entities_in(zone));
    CHECK_OK(stdb_table_on_insert(table_of(light, "entity"), record_insert_kind, &kinds, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_on_transaction(light, record_transaction_kind, &kinds, NULL, NULL, NULL));
    CHECK_OK(stdb_connection_on_reducer(light, "spawn", count_reducer, &kinds, NULL, NULL, NULL));

    spawn(other, zone, 2, zone, &others);
    expect_commit(other, &others);
    WAIT(light, kinds.inserts == 2);
    CHECK(kinds.insert_kind == STDB_EVENT_TRANSACTION && !kinds.insert_had_reducer_event);
    CHECK(kinds.transaction_kind == STDB_EVENT_TRANSACTION && kinds.reducers == 0);

    spawn(light, zone + 2, 1, zone, &own);
    expect_commit(light, &own);
    CHECK(kinds.inserts == 3 && kinds.insert_kind == STDB_EVENT_REDUCER && kinds.insert_had_reducer_event);
    CHECK(kinds.transaction_kind == STDB_EVENT_REDUCER && kinds.reducers == 1);
    CHECK(own.kind == STDB_EVENT_REDUCER);
    stdb_connection_free(light);
    stdb_connection_free(other);
}

/* Reads a whole file; to be freed. */
static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    CHECK(size > 0 && fseek(file, 0, SEEK_SET) == 0);
    char *content = malloc((size_t)size + 1);
    CHECK(content != NULL && fread(content, 1, (size_t)size, file) == (size_t)size);
    content[size] = '\0';
    fclose(file);
    return content;
}

static void takes_a_schema_from_memory(void) {
    const char *path = getenv("STDB_TEST_SCHEMA");
    if (path == NULL) {
        printf("    skipped: STDB_TEST_SCHEMA does not name the module's schema\n");
        return;
    }
    uint32_t zone = fresh();
    outcome spawned = {0};
    const stdb_table *table = NULL;
    stdb_connection_builder *builder = kitchen_builder();
    CHECK(stdb_connection_builder_with_schema_json(builder, "{", NULL) == STDB_ERR_SCHEMA);
    char *schema = read_file(path);
    CHECK_OK(stdb_connection_builder_with_schema_json(builder, schema, NULL));
    free(schema);

    /* It is known before the connection is up. */
    stdb_connection *connection = build(builder);
    CHECK(stdb_connection_table(connection, "no_such_table", &table, NULL) == STDB_ERR_UNKNOWN_TABLE);
    WAIT(connection, stdb_connection_is_active(connection));
    subscribe_forever(connection, entities_in(zone));
    spawn(connection, zone, 1, zone, &spawned);
    expect_commit(connection, &spawned);
    CHECK(find_entity(connection, zone, NULL));
    stdb_connection_free(connection);
}

/* Counts of callbacks. */
typedef struct changes {
    int inserts;
    int deletes;
    int updates;
} changes;

static void count_insert(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    ((changes *)user_data)->inserts += 1;
}

static void count_delete(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)context, (void)row;
    ((changes *)user_data)->deletes += 1;
}

static void count_update(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data) {
    (void)context, (void)old_row, (void)new_row;
    ((changes *)data)->updates += 1;
}

static void check_no_columns(stdb_connection *connection, const stdb_table *table, uint64_t id) {
    key key = key_u64(id);
    stdb_row row;
    stdb_row_iter *iter = NULL;
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK(stdb_table_find(table, "id", bytes_of(&key), &row, NULL) == STDB_ERR_NO_SCHEMA);
    CHECK(stdb_table_filter(table, "zone", bytes_of(&key), &iter, NULL) == STDB_ERR_NO_SCHEMA);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK(iter == NULL);
}

static void check_only_row(const stdb_table *table, uint32_t id, int moves) {
    stdb_row row;
    stdb_row_iter *iter = NULL;
    CHECK_OK(stdb_table_iter(table, &iter, NULL));
    CHECK(stdb_row_iter_next(iter, &row) && entity_is(&row, id, id, moves) && row.table == table);
    CHECK(!stdb_row_iter_next(iter, &row));
    stdb_row_iter_free(iter);
}

static void does_without_a_schema(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    outcome spawned = {0}, moved = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build_up(builder);
    const stdb_table *table = table_of(connection, "entity");
    CHECK_OK(stdb_table_on_insert(table, count_insert, &changes, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_delete(table, count_delete, &changes, NULL, NULL, NULL));
    CHECK_OK(stdb_table_on_update(table, count_update, &changes, NULL, NULL, NULL));
    CHECK(count_of(table) == 0);
    subscribe_forever(connection, entities_in(zone));

    spawn(connection, zone, 1, zone, &spawned);
    expect_commit(connection, &spawned);
    CHECK(changes.inserts == 1 && changes.deletes == 0 && changes.updates == 0 && count_of(table) == 1);
    check_only_row(table, zone, 0);
    check_no_columns(connection, table, zone);

    /* Without a primary key an update is a delete and an insert. */
    move_far(connection, zone, 1, &moved);
    expect_commit(connection, &moved);
    CHECK(changes.inserts == 2 && changes.deletes == 1 && changes.updates == 0 && count_of(table) == 1);
    check_only_row(table, zone, 1);
    stdb_connection_free(connection);
}

typedef struct provider {
    const char *token;
    int asked;
    int drops;
} provider;

static const char *give_token(void *user_data) {
    provider *provider = user_data;
    provider->asked += 1;
    return provider->token;
}

static void drop_provider(void *user_data) {
    ((provider *)user_data)->drops += 1;
}

/* Who one is with the token of a provider. */
static stdb_identity identity_from(provider *provider) {
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_token_provider(builder, give_token, provider, drop_provider, NULL));
    CHECK(provider->asked == 0);
    stdb_connection *connection = build_up(builder);
    stdb_identity identity = identity_of(connection);
    stdb_connection_free(connection);
    CHECK(provider->asked == 1 && provider->drops == 1);
    return identity;
}

static void asks_a_provider_for_the_token(void) {
    life life = {0};
    stdb_connection *connection = connect_as(NULL, &life);
    provider same = {.token = token_of(&life)}, nobody = {.token = NULL};
    stdb_identity again = identity_from(&same), new_one = identity_from(&nobody);
    CHECK(stdb_identity_equal(&again, &life.identity));
    CHECK(!stdb_identity_equal(&new_one, &life.identity));
    stdb_connection_free(connection);
}

static void sends_extra_headers(void) {
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_header(builder, "X-Stdb-Test", "a value", NULL));
    CHECK(stdb_connection_builder_with_header(builder, "no name", "x", NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_connection_builder_with_header(builder, "X-Two", "a\r\nX-Three: b", NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_connection *connection = build_up(builder);
    stdb_connection_free(connection);
}

static const test tests[] = {
    TEST(connects),
    TEST(counts_what_it_does),
    TEST(is_the_same_again_with_the_saved_token),
    TEST(is_somebody_new_without_a_token),
    TEST(one_identity_may_have_two_connections),
    TEST(refused_token_is_a_connect_error),
    TEST(disconnects_and_keeps_the_cache),
    TEST(advances_one_message),
    TEST(advances_blocking),
    TEST(advances_with_a_timeout),
    TEST(a_frame_tick_advances_all_that_has_arrived),
    TEST(a_budget_stops_between_messages),
    TEST(advancing_inside_a_callback_is_refused),
    TEST(runs_on_a_thread_of_its_own),
    TEST(freeing_joins_the_thread),
    TEST(a_thread_may_be_started_inside_a_callback),
    TEST(others_may_not_advance_a_threaded_connection),
    TEST(wakes_an_event_loop),
    TEST(has_a_descriptor_to_poll),
    TEST(a_descriptor_can_be_had_from_the_start),
    TEST(may_be_freed_inside_its_own_callback),
    TEST(every_compression_gives_the_same_rows),
    TEST(light_mode_tells_of_own_reducers_only),
    TEST(takes_a_schema_from_memory),
    TEST(does_without_a_schema),
    TEST(asks_a_provider_for_the_token),
    TEST(sends_extra_headers),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
