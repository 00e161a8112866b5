/* Many threads and one connection, many connections and one thread. Only the databases `kitchen` and `chat` are used.
 *
 * CHECK belongs to the main thread; the others use MUST, which ends the program, or record what they saw. What they write
 * to is static, so that it outlives a test that fails. */

#include "kitchen.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* --- Threads that wait for each other --- */

/* A number that threads raise and wait for. */
typedef struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int count;
} gate;

#define GATE {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}

static void raise_gate(gate *gate) {
    pthread_mutex_lock(&gate->mutex);
    gate->count += 1;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

/* False when it takes too long. */
static bool await_gate(gate *gate, int count) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE_MS / 1000;
    int failed = 0;
    pthread_mutex_lock(&gate->mutex);
    while (gate->count < count && failed == 0) {
        failed = pthread_cond_timedwait(&gate->changed, &gate->mutex, &end);
    }
    pthread_mutex_unlock(&gate->mutex);
    return failed == 0;
}

static int gate_count(gate *gate) {
    pthread_mutex_lock(&gate->mutex);
    int count = gate->count;
    pthread_mutex_unlock(&gate->mutex);
    return count;
}

/* A callback and a destructor that raise a gate. */
static void raise_in_callback(const stdb_context *context, void *user_data) {
    (void)context;
    raise_gate(user_data);
}

static void raise_in_drop(void *user_data) {
    raise_gate(user_data);
}

static pthread_t start(void *(*run)(void *), void *data) {
    pthread_t thread;
    MUST(pthread_create(&thread, NULL, run, data) == 0);
    return thread;
}

static void finish(pthread_t thread) {
    MUST(pthread_join(thread, NULL) == 0);
}

/* --- What a connection's life tells, on whatever thread --- */

typedef struct life {
    gate connected;
    gate ended;
    atomic_int drops;
    stdb_status end_code;
    bool end_had_error;
    pthread_t end_thread;
} life;

#define LIFE {.connected = GATE, .ended = GATE}

static void on_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data) {
    (void)context, (void)identity, (void)token;
    raise_gate(&((life *)user_data)->connected);
}

static void on_end(const stdb_context *context, void *user_data) {
    life *life = user_data;
    const stdb_error *error = stdb_context_error(context);
    life->end_had_error = error != NULL;
    life->end_code = stdb_error_code(error);
    life->end_thread = pthread_self();
    raise_gate(&life->ended);
}

static void drop_life(void *user_data) {
    atomic_fetch_add(&((life *)user_data)->drops, 1);
}

enum { LIFE_CALLBACKS = 3 };

static stdb_connection_builder *life_builder(const char *database, life *life) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    MUST_OK(stdb_connection_builder_with_uri(builder, environment("STDB_TEST_URI"), NULL));
    MUST_OK(stdb_connection_builder_with_database_name(builder, environment(database), NULL));
    MUST_OK(stdb_connection_builder_on_connect(builder, on_connect, life, drop_life, NULL));
    MUST_OK(stdb_connection_builder_on_connect_error(builder, on_end, life, drop_life, NULL));
    MUST_OK(stdb_connection_builder_on_disconnect(builder, on_end, life, drop_life, NULL));
    return builder;
}

static void call_and_raise(stdb_connection *connection, gate *gate) {
    MUST_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, raise_in_callback, gate, NULL, NULL));
}

/* --- A thread of the connection's own --- */

static void runs_joins_and_is_freed(void) {
    static life life = LIFE;
    static gate answered = GATE;
    stdb_connection *connection = build(life_builder("STDB_TEST_DATABASE", &life));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK(await_gate(&life.connected, 1));
    call_and_raise(connection, &answered);
    CHECK(await_gate(&answered, 1));

    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    CHECK_OK(stdb_connection_join(connection, NULL));
    CHECK(gate_count(&life.ended) == 1 && !life.end_had_error && gate_count(&life.connected) == 1);
    CHECK(!pthread_equal(life.end_thread, pthread_self()));
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED && atomic_load(&life.drops) == 0);
    stdb_connection_free(connection);
    CHECK(atomic_load(&life.drops) == LIFE_CALLBACKS);
}

/* Frees the connection on its own thread, inside a callback. */
static void free_here(const stdb_context *context, void *user_data) {
    stdb_connection_free(stdb_context_connection(context));
    raise_gate(user_data);
}

static void is_freed_on_its_own_thread(void) {
    static life life = LIFE;
    static gate freed = GATE, dropped = GATE;
    stdb_connection *connection = build(life_builder("STDB_TEST_DATABASE", &life));
    CHECK_OK(stdb_connection_on_transaction(connection, raise_in_callback, &dropped, raise_in_drop, NULL, NULL));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK(await_gate(&life.connected, 1));
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, free_here, &freed, NULL, NULL));
    CHECK(await_gate(&freed, 1));
    /* The memory goes when that thread is done with it, which nobody waits for but us. */
    CHECK(await_gate(&dropped, 1));
    for (uint64_t end = now_us() + PATIENCE_MS * 1000ull; atomic_load(&life.drops) < LIFE_CALLBACKS;) {
        CHECK(now_us() < end);
        sched_yield();
    }
    CHECK(atomic_load(&life.drops) == LIFE_CALLBACKS && gate_count(&life.ended) <= 1);
}

typedef struct joiner {
    stdb_connection *connection;
    gate *done;
} joiner;

static void *join_and_raise(void *data) {
    joiner *joiner = data;
    MUST_OK(stdb_connection_join(joiner->connection, NULL));
    raise_gate(joiner->done);
    return NULL;
}

static void several_threads_join(void) {
    static life life = LIFE;
    static gate done = GATE;
    stdb_connection *connection = build(life_builder("STDB_TEST_DATABASE", &life));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK(await_gate(&life.connected, 1));
    static joiner joiner;
    joiner = (struct joiner){connection, &done};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        threads[i] = start(join_and_raise, &joiner);
    }
    CHECK(gate_count(&done) == 0);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    CHECK(await_gate(&done, 3));
    for (int i = 0; i < 3; i++) {
        finish(threads[i]);
    }
    CHECK(gate_count(&life.ended) == 1);
    stdb_connection_free(connection);
}

/* --- Two threads at one connection --- */

/* A thread that blocks until a message has come, again and again, until the end. */
typedef struct blocker {
    stdb_connection *connection;
    gate entered;
    stdb_status last;
    int advanced;
} blocker;

static void *block_to_the_end(void *data) {
    blocker *blocker = data;
    raise_gate(&blocker->entered);
    while ((blocker->last = stdb_connection_advance_one_message_blocking(blocker->connection, NULL)) == STDB_OK) {
        blocker->advanced += 1;
    }
    return NULL;
}

static void disconnects_while_another_thread_blocks(void) {
    static life life = LIFE;
    static blocker blocker = {.entered = GATE};
    static gate answered = GATE;
    blocker.connection = build_up(life_builder("STDB_TEST_DATABASE", &life));
    pthread_t thread = start(block_to_the_end, &blocker);
    CHECK(await_gate(&blocker.entered, 1));
    /* The answer tells that it has blocked once; then it blocks again, with nothing on its way. */
    call_and_raise(blocker.connection, &answered);
    CHECK(await_gate(&answered, 1));
    CHECK_OK(stdb_connection_disconnect(blocker.connection, NULL));
    finish(thread);
    CHECK(blocker.advanced == 2 && blocker.last == STDB_ERR_DISCONNECTED);
    CHECK(gate_count(&life.ended) == 1 && !life.end_had_error && !pthread_equal(life.end_thread, pthread_self()));
    stdb_connection_free(blocker.connection);
}

/* A callback that holds its thread inside the advancing call until it is let go. */
typedef struct hold {
    gate inside;
    gate let_go;
} hold;

static void hold_on(const stdb_context *context, void *user_data) {
    (void)context;
    hold *hold = user_data;
    raise_gate(&hold->inside);
    MUST(await_gate(&hold->let_go, 1));
}

static void check_busy(stdb_connection *connection) {
    bool advanced = true;
    uint64_t count = 99;
    CHECK_STATUS(STDB_ERR_BUSY, "another thread", stdb_connection_frame_tick(connection, &error_));
    CHECK_STATUS(STDB_ERR_BUSY, "another thread", stdb_connection_advance_one_message(connection, &advanced, &error_));
    CHECK_STATUS(STDB_ERR_BUSY, "another thread", stdb_connection_advance_one_message_blocking(connection, &error_));
    CHECK_STATUS(STDB_ERR_BUSY, "another thread",
                 stdb_connection_advance_one_message_timeout(connection, PATIENCE_MS, &error_));
    CHECK_STATUS(STDB_ERR_BUSY, "another thread",
                 stdb_connection_frame_tick_budget(connection, 0, 0, &count, &error_));
    CHECK(advanced && count == 99);
}

static void the_second_of_two_that_advance_is_refused(void) {
    static hold hold = {GATE, GATE};
    static blocker blocker = {.entered = GATE};
    static gate answered = GATE;
    blocker.connection = connect_kitchen();
    MUST_OK(stdb_connection_call_reducer(blocker.connection, "noop", no_args(), NULL, hold_on, &hold, NULL, NULL));
    pthread_t thread = start(block_to_the_end, &blocker);
    CHECK(await_gate(&hold.inside, 1));
    check_busy(blocker.connection);
    /* All else is allowed meanwhile. */
    CHECK(stdb_connection_is_active(blocker.connection) && stats_of(blocker.connection).messages_advanced == 2);
    CHECK(count_of(table_of(blocker.connection, "entity")) == 0);
    CHECK_OK(stdb_read_guard_begin(blocker.connection, NULL));
    CHECK_OK(stdb_read_guard_end(blocker.connection, NULL));
    call_and_raise(blocker.connection, &answered);

    raise_gate(&hold.let_go);
    CHECK(await_gate(&answered, 1));
    CHECK_OK(stdb_connection_disconnect(blocker.connection, NULL));
    finish(thread);
    stdb_connection_free(blocker.connection);
}

/* --- Waking an event loop --- */

static bool is_readable(int fd, int timeout_ms) {
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    return poll(&poller, 1, timeout_ms) == 1 && (poller.revents & POLLIN) != 0;
}

static int event_fd_of(stdb_connection *connection) {
    int32_t fd = -1;
    MUST_OK(stdb_connection_event_fd(connection, &fd, NULL));
    return fd;
}

/* Ticks while the descriptor is readable. A wake-up may come late, for what was taken already; ticking must end that, or
 * an event loop would spin. */
static void settle(stdb_connection *connection, int fd) {
    for (int ticks = 0; is_readable(fd, 0); ticks++) {
        CHECK(ticks < 1000 && "the descriptor stays readable though nothing waits");
        CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    }
}

static void an_event_loop_is_woken_for_every_answer(void) {
    enum { CALLS = 300 };
    static gate answered = GATE;
    stdb_connection *connection = connect_kitchen();
    int fd = event_fd_of(connection);
    CHECK(!is_readable(fd, 0));
    for (int i = 1; i <= CALLS; i++) {
        call_and_raise(connection, &answered);
        while (gate_count(&answered) < i) {
            CHECK(is_readable(fd, PATIENCE_MS));
            CHECK_OK(stdb_connection_frame_tick(connection, NULL));
        }
    }
    settle(connection, fd);
    CHECK(gate_count(&answered) == CALLS && stats_of(connection).messages_waiting == 0);
    stdb_connection_free(connection);
}

/* The message is taken as soon as it is there, perhaps before the library has raised the descriptor. */
static void an_event_loop_does_not_spin(void) {
    static gate answered = GATE;
    stdb_connection *connection = connect_kitchen();
    int fd = event_fd_of(connection);
    for (int i = 1; i <= 2000; i++) {
        call_and_raise(connection, &answered);
        WAIT(connection, gate_count(&answered) == i);
        settle(connection, fd);
    }
    stdb_connection_free(connection);
}

static void the_end_wakes_an_event_loop(void) {
    static life life = LIFE;
    stdb_connection *connection = build_up(life_builder("STDB_TEST_DATABASE", &life));
    int fd = event_fd_of(connection);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    while (gate_count(&life.ended) == 0) {
        CHECK(is_readable(fd, PATIENCE_MS));
        CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    }
    stdb_connection_free(connection);
}

/* A wake-up callback that counts, and what says that it can never run again. */
typedef struct bell {
    gate rung;
    gate dropped;
} bell;

#define BELL {GATE, GATE}

static void ring(const stdb_context *context, void *user_data) {
    MUST(context == NULL);
    raise_gate(&((bell *)user_data)->rung);
}

static void drop_bell(void *user_data) {
    raise_gate(&((bell *)user_data)->dropped);
}

static void a_wake_up_callback_drives_an_event_loop(void) {
    static bell bell = BELL;
    static gate answered = GATE;
    int seen = 0;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_wakeup(connection, ring, &bell, drop_bell, NULL));
    for (int i = 1; i <= 300; i++) {
        call_and_raise(connection, &answered);
        while (gate_count(&answered) < i) {
            CHECK(await_gate(&bell.rung, seen + 1));
            seen = gate_count(&bell.rung);
            CHECK_OK(stdb_connection_frame_tick(connection, NULL));
        }
    }
    stdb_connection_free(connection);
    CHECK(await_gate(&bell.dropped, 1));
}

static void a_wake_up_callback_is_silent_after_free(void) {
    static bell bell = BELL;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_wakeup(connection, ring, &bell, drop_bell, NULL));
    stdb_connection_free(connection);
    /* The link ends in the background. Only when the destructor has run is it known that nothing rings any more. */
    CHECK(await_gate(&bell.dropped, 1));
    CHECK(gate_count(&bell.rung) == 0);
}

static void ignore_wakeup(const stdb_context *context, void *user_data) {
    (void)context, (void)user_data;
}

static void a_wake_up_callback_is_dropped_once(void) {
    static gate woken = GATE, dropped[3] = {GATE, GATE, GATE};
    stdb_connection *connection = connect_kitchen();
    for (int i = 0; i < 2; i++) {
        CHECK_OK(stdb_connection_on_wakeup(connection, ignore_wakeup, &dropped[i], raise_in_drop, NULL));
        CHECK(gate_count(&dropped[i]) == 0);
    }
    CHECK(await_gate(&dropped[0], 1));
    CHECK_OK(stdb_connection_on_wakeup(connection, NULL, NULL, NULL, NULL));
    CHECK(await_gate(&dropped[1], 1));

    /* The last one goes with the connection. */
    CHECK_OK(stdb_connection_on_wakeup(connection, ignore_wakeup, &dropped[2], raise_in_drop, NULL));
    stdb_connection_free(connection);
    CHECK(await_gate(&dropped[2], 1));
    CHECK(gate_count(&dropped[0]) == 1 && gate_count(&dropped[1]) == 1 && gate_count(&dropped[2]) == 1);
    CHECK(stdb_connection_on_wakeup(NULL, ignore_wakeup, &woken, raise_in_drop, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(gate_count(&woken) == 1);
}

/* --- Calls and subscriptions of many threads --- */

enum { CALLERS = 4, CALLS_EACH = 50 };

typedef struct caller {
    stdb_connection *connection;
    uint32_t zone;
    outcome outcomes[CALLS_EACH]; /* Written by the thread that advances. */
    outcome refused;
    watch watch;
    stdb_subscription *subscription;
} caller;

/* Subscribes to a zone, puts entities into it one by one, and calls what fails. */
static void *make_calls(void *data) {
    caller *caller = data;
    text query = entities_in(caller->zone);
    const char *queries[] = {query.chars};
    caller->subscription = begin_subscription(caller->connection, queries, 1, &caller->watch);
    for (int i = 0; i < CALLS_EACH; i++) {
        spawn(caller->connection, caller->zone + (uint32_t)i, 1, caller->zone, &caller->outcomes[i]);
    }
    call(caller->connection, "boom", no_args(), &caller->refused);
    return NULL;
}

/* Every call had its own answer: the first argument of `spawn` tells which call it was. */
static void check_calls(const caller *caller) {
    CHECK(caller->watch.applied == 1 && caller->watch.errors == 0 && caller->watch.drops == 1);
    CHECK(caller->refused.runs == 1 && caller->refused.drops == 1 && caller->refused.status == STDB_CALL_FAILED);
    for (uint32_t i = 0; i < CALLS_EACH; i++) {
        const outcome *outcome = &caller->outcomes[i];
        key id = key_u64(caller->zone + i);
        CHECK(outcome->runs == 1 && outcome->drops == 1 && outcome->status == STDB_CALL_COMMITTED);
        CHECK(outcome->args_len == 20 && memcmp(outcome->args, id.bytes, id.len) == 0);
        CHECK(find_entity(caller->connection, caller->zone + i, NULL));
    }
    CHECK(stdb_subscription_is_active(caller->subscription));
}

static void calls_and_subscriptions_of_many_threads(void) {
    static caller callers[CALLERS];
    pthread_t threads[CALLERS];
    stdb_connection *connection = connect_kitchen();
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (caller){.connection = connection, .zone = fresh()};
        threads[i] = start(make_calls, &callers[i]);
    }
    for (int i = 0; i < CALLERS; i++) {
        /* A caller's last call is answered last. */
        WAIT(connection, callers[i].refused.runs == 1);
        finish(threads[i]);
    }
    for (int i = 0; i < CALLERS; i++) {
        check_calls(&callers[i]);
        stdb_subscription_free(callers[i].subscription);
    }
    CHECK(count_of(table_of(connection, "entity")) == CALLERS * CALLS_EACH);
    stdb_stats stats = stats_of(connection);
    CHECK(stats.calls_pending == 0 && stats.subscriptions == CALLERS && stats.absent_deletes == 0);
    stdb_connection_free(connection);
}

/* --- Readers while updates are applied --- */

enum { HERD = 24, MOVES = 40, READERS = 3 };

typedef struct reader {
    stdb_connection *connection;
    uint32_t zone;
    atomic_bool *stop;
    atomic_int passes;
    const char *fault; /* What was seen that may not be, if anything. */
} reader;

/* How often an entity was moved; -1 when it is not whole. */
static int moves_of(const stdb_row *row, uint32_t zone) {
    entity entity = read_entity(row);
    int moves = (int)((entity.x - (float)entity.id) / FAR + 0.5f);
    bool good = entity.id >= zone && entity.id < zone + HERD && entity_is(row, entity.id, zone, moves);
    return good ? moves : -1;
}

/* Reads all rows under one guard: each is whole, and all were moved as often, since one transaction moves them all. */
static const char *read_herd(const reader *reader, int *last_moves) {
    bool seen[HERD] = {false};
    int rows = 0, moves = -1;
    stdb_row row;
    stdb_row_iter *iter = NULL;
    const char *fault = NULL;
    MUST_OK(stdb_table_iter(table_of(reader->connection, "entity"), &iter, NULL));
    for (; fault == NULL && stdb_row_iter_next(iter, &row); rows++) {
        int its_moves = row.len == 28 ? moves_of(&row, reader->zone) : -1;
        uint64_t place = its_moves < 0 ? 0 : read_entity(&row).id - reader->zone;
        fault = its_moves < 0           ? "a row is not whole"
                : seen[place]           ? "a row came twice"
                : rows > 0 && its_moves != moves ? "a transaction was seen half"
                                        : NULL;
        moves = its_moves;
        seen[place] = true;
    }
    stdb_row_iter_free(iter);
    if (fault == NULL && (rows != HERD || moves < *last_moves)) {
        fault = rows != HERD ? "rows are missing" : "time went back";
    }
    *last_moves = moves;
    return fault;
}

/* Finds two rows under one guard, by the key and by the index: they, too, were moved as often. */
static const char *find_two(const reader *reader) {
    const stdb_table *table = table_of(reader->connection, "entity");
    key id = key_u64(reader->zone), zone = key_u32(reader->zone);
    stdb_row first, other;
    stdb_row_iter *iter = NULL;
    MUST_OK(stdb_read_guard_begin(reader->connection, NULL));
    bool found = stdb_table_find(table, "id", bytes_of(&id), &first, NULL) == STDB_OK;
    MUST_OK(stdb_table_filter(table, "zone", bytes_of(&zone), &iter, NULL));
    found = found && stdb_row_iter_next(iter, &other);
    bool same = found && moves_of(&first, reader->zone) == moves_of(&other, reader->zone);
    stdb_row_iter_free(iter);
    MUST_OK(stdb_read_guard_end(reader->connection, NULL));
    return same ? NULL : "two rows under one guard differ";
}

static void *read_again_and_again(void *data) {
    reader *reader = data;
    int last_moves = 0;
    while (!atomic_load(reader->stop) && reader->fault == NULL) {
        reader->fault = read_herd(reader, &last_moves);
        if (reader->fault == NULL) {
            reader->fault = find_two(reader);
        }
        atomic_fetch_add(&reader->passes, 1);
    }
    return NULL;
}

static void readers_see_whole_transactions(void) {
    uint32_t zone = fresh();
    outcome spawned = {0};
    static atomic_bool stop = false;
    static reader readers[READERS];
    pthread_t threads[READERS];
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    spawn(connection, zone, HERD, zone, &spawned);
    expect_commit(connection, &spawned);
    for (int i = 0; i < READERS; i++) {
        readers[i] = (reader){.connection = connection, .zone = zone, .stop = &stop};
        threads[i] = start(read_again_and_again, &readers[i]);
    }
    for (int i = 0; i < MOVES; i++) {
        outcome moved = {0};
        move_far(connection, zone, HERD, &moved);
        expect_commit(connection, &moved);
    }
    for (int i = 0; i < READERS; i++) {
        while (atomic_load(&readers[i].passes) == 0) {
            sched_yield(); /* a busy machine may not have let it begin */
        }
    }
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++) {
        finish(threads[i]);
        if (readers[i].fault != NULL) {
            printf("     %s\n", readers[i].fault);
        }
        CHECK(readers[i].fault == NULL && atomic_load(&readers[i].passes) > 0);
    }
    stdb_connection_free(connection);
}

/* --- Callbacks that come and go while another thread ticks --- */

enum { ROUNDS = 200, KINDS = 4 };

/* What a callback of one round has; a destructor frees it, so that valgrind sees one that comes too early or twice. */
typedef struct guest {
    struct crowd *crowd;
} guest;

typedef struct crowd {
    stdb_connection *connection;
    uint32_t zone;
    atomic_int made;
    atomic_int dropped;
    atomic_int runs;
    atomic_bool done;
} crowd;

static guest *new_guest(crowd *crowd) {
    guest *guest = malloc(sizeof *guest);
    MUST(guest != NULL);
    guest->crowd = crowd;
    atomic_fetch_add(&crowd->made, 1);
    return guest;
}

static void drop_guest(void *user_data) {
    atomic_fetch_add(&((guest *)user_data)->crowd->dropped, 1);
    free(user_data);
}

static void guest_event(const stdb_context *context, void *user_data) {
    (void)context;
    atomic_fetch_add(&((guest *)user_data)->crowd->runs, 1);
}

static void guest_update(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *data) {
    MUST(old_row->len == 28 && new_row->len == 28);
    guest_event(context, data);
}

static void guest_batch(const stdb_context *context, const stdb_batch *batch, void *user_data) {
    MUST(batch->updated_count == HERD && batch->inserted_count == 0 && batch->deleted_count == 0);
    guest_event(context, user_data);
}

static void add_guests(crowd *crowd, uint64_t *ids) {
    stdb_connection *connection = crowd->connection;
    const stdb_table *table = table_of(connection, "entity");
    MUST_OK(stdb_table_on_update(table, guest_update, new_guest(crowd), drop_guest, &ids[0], NULL));
    MUST_OK(stdb_table_on_batch(table, guest_batch, new_guest(crowd), drop_guest, &ids[1], NULL));
    MUST_OK(stdb_connection_on_reducer(connection, "move_by", guest_event, new_guest(crowd), drop_guest, &ids[2],
                                       NULL));
    MUST_OK(stdb_connection_on_transaction(connection, guest_event, new_guest(crowd), drop_guest, &ids[3], NULL));
}

static void remove_guests(crowd *crowd, const uint64_t *ids) {
    stdb_connection *connection = crowd->connection;
    const stdb_table *table = table_of(connection, "entity");
    MUST_OK(stdb_table_remove_callback(table, ids[0], NULL));
    MUST_OK(stdb_table_remove_callback(table, ids[1], NULL));
    MUST_OK(stdb_connection_remove_on_reducer(connection, ids[2], NULL));
    MUST_OK(stdb_connection_remove_on_transaction(connection, ids[3], NULL));
    MUST(stdb_connection_remove_on_transaction(connection, ids[3], NULL) == STDB_ERR_NOT_FOUND);
}

/* Each round stays until a callback has run, as the other thread never stops to tick. The last round stays for good. */
static void *come_and_go(void *data) {
    crowd *crowd = data;
    uint64_t ids[KINDS];
    for (int round = 0; round < ROUNDS; round++) {
        int runs = atomic_load(&crowd->runs);
        add_guests(crowd, ids);
        while (round % 10 == 0 && atomic_load(&crowd->runs) == runs) {
            sched_yield();
        }
        remove_guests(crowd, ids);
    }
    add_guests(crowd, ids);
    atomic_store(&crowd->done, true);
    return NULL;
}

static void callbacks_come_and_go_while_another_thread_ticks(void) {
    outcome spawned = {0};
    static crowd crowd;
    crowd.connection = connect_kitchen();
    crowd.zone = fresh();
    subscribe_forever(crowd.connection, entities_in(crowd.zone));
    spawn(crowd.connection, crowd.zone, HERD, crowd.zone, &spawned);
    expect_commit(crowd.connection, &spawned);
    pthread_t thread = start(come_and_go, &crowd);
    while (!atomic_load(&crowd.done)) {
        outcome moved = {0};
        move_far(crowd.connection, crowd.zone, HERD, &moved);
        expect_commit(crowd.connection, &moved);
    }
    finish(thread);
    /* All that were removed are dropped: at once, or when the callback that ran had returned. */
    CHECK(atomic_load(&crowd.made) == (ROUNDS + 1) * KINDS && atomic_load(&crowd.dropped) == ROUNDS * KINDS);
    stdb_connection_free(crowd.connection);
    CHECK(atomic_load(&crowd.dropped) == atomic_load(&crowd.made));
}

/* --- Several connections --- */

enum { CONNECTIONS = 6 };

static const char *database_of(int i) {
    return i % 2 == 0 ? "STDB_TEST_DATABASE" : "STDB_TEST_CHAT_DATABASE";
}

/* Sends the call that both modules have, and counts its commit. */
static void say_name(stdb_connection *connection, int i, outcome *outcome) {
    set_name(connection, text_of("thread %d", i).chars, outcome);
}

/* Ticks, and waits a moment when nothing has come, so that the loop over many does not spin. */
static void step_briefly(stdb_connection *connection) {
    stdb_status status = stdb_connection_advance_one_message_timeout(connection, 2, NULL);
    CHECK(status == STDB_OK || status == STDB_ERR_TIMEOUT);
}

static void several_connections_tick_on_one_thread(void) {
    life lives[CONNECTIONS];
    outcome outcomes[CONNECTIONS] = {0};
    stdb_connection *connections[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++) {
        lives[i] = (life)LIFE;
        connections[i] = build(life_builder(database_of(i), &lives[i]));
        say_name(connections[i], i, &outcomes[i]);
    }
    uint64_t end = now_us() + PATIENCE_MS * 1000ull;
    for (int answered = 0; answered < CONNECTIONS;) {
        CHECK(now_us() < end);
        answered = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            step_briefly(connections[i]);
            answered += outcomes[i].runs;
        }
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        stdb_connection_id id = connection_id_of(connections[i]);
        CHECK(outcomes[i].runs == 1 && outcomes[i].status == STDB_CALL_COMMITTED);
        CHECK(gate_count(&lives[i].connected) == 1);
        CHECK(stdb_connection_id_equal(&outcomes[i].event.caller_connection_id, &id));
        stdb_connection_free(connections[i]);
        CHECK(atomic_load(&lives[i].drops) == LIFE_CALLBACKS && gate_count(&lives[i].ended) == 0);
    }
}

/* A callback of one connection advances another one. */
static void tick_other(const stdb_context *context, void *user_data) {
    blocker *other = user_data;
    MUST(stdb_context_connection(context) != other->connection);
    do {
        other->last = stdb_connection_advance_one_message_timeout(other->connection, PATIENCE_MS, NULL);
    } while (other->last == STDB_OK && gate_count(&other->entered) == 0);
}

static void a_callback_may_advance_another_connection(void) {
    blocker other = {.connection = connect_kitchen(), .entered = GATE, .last = -1};
    stdb_connection *connection = connect_kitchen();
    call_and_raise(other.connection, &other.entered);
    MUST_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, tick_other, &other, NULL, NULL));
    WAIT(connection, other.last != -1);
    CHECK(other.last == STDB_OK && gate_count(&other.entered) == 1);
    stdb_connection_free(connection);
    stdb_connection_free(other.connection);
}

/* A connection from its beginning to its end, on one thread of many. */
typedef struct lifetime {
    int number;
    bool good;
    outcome outcome;
    life life;
} lifetime;

static void *live(void *data) {
    lifetime *lifetime = data;
    stdb_connection *connection = NULL;
    stdb_connection_builder *builder = life_builder(database_of(lifetime->number), &lifetime->life);
    MUST_OK(stdb_connection_builder_build(builder, &connection, NULL));
    stdb_connection_builder_free(builder);
    say_name(connection, lifetime->number, &lifetime->outcome);
    stdb_status status = STDB_OK;
    while (status == STDB_OK && lifetime->outcome.runs == 0) {
        status = stdb_connection_advance_one_message_timeout(connection, PATIENCE_MS, NULL);
    }
    MUST_OK(stdb_connection_disconnect(connection, NULL));
    while (status == STDB_OK) {
        status = stdb_connection_advance_one_message_timeout(connection, PATIENCE_MS, NULL);
    }
    lifetime->good = status == STDB_ERR_DISCONNECTED;
    stdb_connection_free(connection);
    return NULL;
}

static void several_connections_live_on_several_threads(void) {
    static lifetime lifetimes[CONNECTIONS];
    pthread_t threads[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++) {
        lifetimes[i] = (lifetime){.number = i, .life = LIFE};
        threads[i] = start(live, &lifetimes[i]);
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        finish(threads[i]);
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        lifetime *lifetime = &lifetimes[i];
        CHECK(lifetime->good && lifetime->outcome.runs == 1 && lifetime->outcome.status == STDB_CALL_COMMITTED);
        CHECK(gate_count(&lifetime->life.connected) == 1 && gate_count(&lifetime->life.ended) == 1);
        CHECK(!lifetime->life.end_had_error && atomic_load(&lifetime->life.drops) == LIFE_CALLBACKS);
    }
}

/* --- Shutting down --- */

/* Advances to the end, which must be told of. */
static void expect_end(stdb_connection *connection, life *life) {
    WAIT(connection, gate_count(&life->ended) == 1);
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    CHECK(stdb_connection_frame_tick(connection, NULL) == STDB_ERR_DISCONNECTED);
}

/* A connection made later works as if nothing had been. */
static void check_new_connection(void) {
    outcome outcome = {0};
    stdb_connection *connection = connect_kitchen();
    call(connection, "noop", no_args(), &outcome);
    expect_commit(connection, &outcome);
    stdb_connection_free(connection);
}

static void shutting_down_ends_connections_and_new_ones_can_be_made(void) {
    static life up = LIFE, young = LIFE;
    uint32_t zone = fresh();
    outcome spawned = {0}, late = {0};
    stdb_connection *old = build_up(life_builder("STDB_TEST_DATABASE", &up));
    subscribe_forever(old, entities_in(zone));
    spawn(old, zone, 2, zone, &spawned);
    expect_commit(old, &spawned);
    stdb_connection *connecting = build(life_builder("STDB_TEST_CHAT_DATABASE", &young));

    stdb_shutdown();
    CHECK(gate_count(&up.ended) == 0 && gate_count(&young.ended) == 0);
    check_new_connection();

    expect_end(old, &up);
    expect_end(connecting, &young);
    CHECK(stdb_connection_call_reducer(old, "noop", no_args(), NULL, record_outcome, &late, drop_outcome, NULL) ==
          STDB_ERR_DISCONNECTED);
    CHECK(late.runs == 0 && late.drops == 1);
    CHECK(find_entity(old, zone, NULL) && count_of(table_of(old, "entity")) == 2);
    stdb_connection_free(old);
    stdb_connection_free(connecting);
    CHECK(atomic_load(&up.drops) == LIFE_CALLBACKS && atomic_load(&young.drops) == LIFE_CALLBACKS);
    CHECK(gate_count(&up.ended) == 1 && gate_count(&young.ended) == 1);
}

static void shutting_down_ends_what_waits(void) {
    static life life = LIFE;
    outcome outcome = {0};
    watch watch = {0};
    text query = entities_in(fresh());
    const char *queries[] = {query.chars};
    stdb_connection *connection = build_up(life_builder("STDB_TEST_DATABASE", &life));
    call(connection, "noop", no_args(), &outcome);
    stdb_subscription_free(begin_subscription(connection, queries, 1, &watch));
    stdb_shutdown();
    expect_end(connection, &life);
    /* The answers may have come before. */
    CHECK(outcome.runs == 1 && outcome.drops == 1);
    CHECK(outcome.status == STDB_CALL_COMMITTED || outcome.status == STDB_CALL_DISCONNECTED);
    CHECK(watch.applied + watch.errors == 1 && watch.drops == 2);
    stdb_connection_free(connection);
}

static void shutting_down_ends_a_threaded_connection(void) {
    static life life = LIFE;
    stdb_connection *connection = build(life_builder("STDB_TEST_DATABASE", &life));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK(await_gate(&life.connected, 1));
    stdb_shutdown();
    CHECK_OK(stdb_connection_join(connection, NULL));
    CHECK(gate_count(&life.ended) == 1 && stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    stdb_connection_free(connection);
}

static void shutting_down_wakes_a_thread_that_blocks(void) {
    static life life = LIFE;
    static blocker blocker = {.entered = GATE};
    blocker.connection = build_up(life_builder("STDB_TEST_DATABASE", &life));
    pthread_t thread = start(block_to_the_end, &blocker);
    CHECK(await_gate(&blocker.entered, 1));
    stdb_shutdown();
    finish(thread);
    CHECK(blocker.last == STDB_ERR_DISCONNECTED && gate_count(&life.ended) == 1);
    stdb_connection_free(blocker.connection);
}

static void shutting_down_twice_and_from_nothing(void) {
    stdb_shutdown();
    stdb_shutdown();
    for (int i = 0; i < 3; i++) {
        check_new_connection();
        stdb_shutdown();
    }
    static life life = LIFE;
    stdb_connection *connection = build_up(life_builder("STDB_TEST_DATABASE", &life));
    stdb_shutdown();
    /* Freed without having told its end: nothing runs any more. */
    stdb_connection_free(connection);
    CHECK(gate_count(&life.ended) == 0 && atomic_load(&life.drops) == LIFE_CALLBACKS);
}

static const test tests[] = {
    TEST(runs_joins_and_is_freed),
    TEST(is_freed_on_its_own_thread),
    TEST(several_threads_join),
    TEST(disconnects_while_another_thread_blocks),
    TEST(the_second_of_two_that_advance_is_refused),
    TEST(an_event_loop_is_woken_for_every_answer),
    TEST(an_event_loop_does_not_spin),
    TEST(the_end_wakes_an_event_loop),
    TEST(a_wake_up_callback_drives_an_event_loop),
    TEST(a_wake_up_callback_is_silent_after_free),
    TEST(a_wake_up_callback_is_dropped_once),
    TEST(calls_and_subscriptions_of_many_threads),
    TEST(readers_see_whole_transactions),
    TEST(callbacks_come_and_go_while_another_thread_ticks),
    TEST(several_connections_tick_on_one_thread),
    TEST(a_callback_may_advance_another_connection),
    TEST(several_connections_live_on_several_threads),
    TEST(shutting_down_ends_connections_and_new_ones_can_be_made),
    TEST(shutting_down_ends_what_waits),
    TEST(shutting_down_ends_a_threaded_connection),
    TEST(shutting_down_wakes_a_thread_that_blocks),
    TEST(shutting_down_twice_and_from_nothing),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
