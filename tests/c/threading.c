/* Many threads and one connection, many connections and one thread. Only the databases `kitchen` and `chat` are used.
 *
 * CHECK belongs to the main thread; the others use MUST, which ends the program, or record what they saw. */

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
    life life = LIFE;
    gate answered = GATE;
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
    life life = LIFE;
    gate freed = GATE, dropped = GATE;
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
    life life = LIFE;
    gate done = GATE;
    stdb_connection *connection = build(life_builder("STDB_TEST_DATABASE", &life));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK(await_gate(&life.connected, 1));
    joiner joiner = {connection, &done};
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

static const test tests[] = {
    TEST(runs_joins_and_is_freed),
    TEST(is_freed_on_its_own_thread),
    TEST(several_threads_join),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
