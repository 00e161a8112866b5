/*
 * The benchmarks' side of libstdb: `client WORK URI COUNT SCHEMA` does one piece of work through the C ABI and prints what
 * it measured, a line each: `ours NAME VALUE` for a figure, `peer NAME VALUE` where the peer is this program itself, `check
 * NAME VALUE` for what the peer must print as well. `peers/sdk` does the same with the official Rust SDK.
 */
#define _POSIX_C_SOURCE 200809L

#include <sys/resource.h>

#include "connection.h"
#include "cpp_row.h"
#include "process.h"
#include "row.h"

struct work {
    const char *name;
    const char *uri;
    uint64_t count;     /* of what the work is about */
    const char *schema; /* its JSON */
};

static stdb_connection *connect_for(const struct work *work)
{
    return connect_to(work->uri, work->schema);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value that a part of all lie below; sorts them. */
static double quantile(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[(size_t)((double)(count - 1) * part)];
}

/* ---- Subscriptions ------------------------------------------------------------------------------------------------- */

static void subscribe_fixed(const struct work *work)
{
    struct tally inserted = {0};
    uint64_t bytes = 0;
    stdb_connection *connection = connect_for(work);
    const stdb_table *table = table_named(connection, "entity");
    MUST(stdb_table_on_insert, table, tally_hp, &inserted, NULL, NULL);
    double before = settled_memory();
    double taken = subscribe(connection, "SELECT * FROM entity");
    double rows = (double)row_count(table);
    printf("ours subscribe_fixed %f\n", taken / rows);
    printf("ours memory_per_row %f\n", (settled_memory() - before) / rows);
    MUST(stdb_table_memory, table, &bytes);
    printf("ours table_memory_per_row %f\n", (double)bytes / rows);
    tally_print(&inserted, "inserted");
    stdb_connection_free(connection);
}

static void subscribe_strings(const struct work *work)
{
    struct tally inserted = {0};
    stdb_connection *connection = connect_for(work);
    const stdb_table *table = table_named(connection, "account");
    MUST(stdb_table_on_insert, table, tally_id, &inserted, NULL, NULL);
    double taken = subscribe(connection, "SELECT * FROM account");
    printf("ours subscribe_strings %f\n", taken / (double)row_count(table));
    tally_print(&inserted, "inserted");
    stdb_connection_free(connection);
}

/* ---- Transactions -------------------------------------------------------------------------------------------------- */

/* Has the host run a reducer that changes rows, and waits until all changes were told. */
static void change(stdb_connection *connection, const char *reducer, const struct tally *changes, uint64_t count)
{
    MUST(stdb_connection_call_reducer, connection, reducer, (stdb_bytes){0}, NULL, NULL, NULL, NULL);
    while (changes->rows < count)
        MUST(stdb_connection_advance_one_message_blocking, connection);
}

static void updates(const struct work *work)
{
    struct tally updated = {0};
    stdb_connection *connection = connect_for(work);
    subscribe(connection, "SELECT * FROM entity");
    MUST(stdb_table_on_update, table_named(connection, "entity"), tally_hp_gained, &updated, NULL, NULL);
    double start = now_ns();
    change(connection, "update_entities", &updated, work->count);
    printf("ours updates %f\n", (double)work->count / 1000 / ((now_ns() - start) / 1e9));
    tally_print(&updated, "updated");
    stdb_connection_free(connection);
}

static void delete_rows(const struct work *work)
{
    struct tally deleted = {0};
    uint64_t bytes = 0;
    stdb_connection *connection = connect_for(work);
    const stdb_table *table = table_named(connection, "entity");
    MUST(stdb_table_on_delete, table, tally_id, &deleted, NULL, NULL);
    double before = settled_memory();
    subscribe(connection, "SELECT * FROM entity");
    change(connection, "delete_entities", &deleted, work->count);
    double left = (double)row_count(table);
    printf("ours memory_after_delete %f\n", (settled_memory() - before) / left);
    MUST(stdb_table_memory, table, &bytes);
    printf("ours table_memory_after_delete %f\n", (double)bytes / left);
    tally_print(&deleted, "deleted");
    printf("check left %.0f\n", left);
    stdb_connection_free(connection);
}

/* ---- Reading ------------------------------------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    return *random ^= *random << 17;
}

static void find(const struct work *work)
{
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15), sum = 0;
    stdb_connection *connection = connect_for(work);
    subscribe(connection, "SELECT * FROM entity");
    const stdb_table *table = table_named(connection, "entity");
    uint64_t rows = row_count(table);
    MUST(stdb_read_guard_begin, connection);
    double start = now_ns();
    for (uint64_t i = 0; i < work->count; i++) {
        uint64_t id = next_random(&random) % rows + 1;
        stdb_row row;
        MUST(stdb_table_find, table, "id", ((stdb_bytes){(const uint8_t *)&id, sizeof id}), &row);
        sum += (uint64_t)entity_of(row.data).hp;
    }
    printf("ours find %f\n", (now_ns() - start) / (double)work->count);
    printf("check found %" PRIu64 "\n", sum);
    MUST(stdb_read_guard_end, connection);
    stdb_connection_free(connection);
}

/* The same keys as `find`, a thousand in a call. */
static void find_many(const struct work *work)
{
    enum { TOGETHER = 1000 };
    static uint64_t ids[TOGETHER];
    static stdb_row found[TOGETHER];
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15), sum = 0;
    stdb_connection *connection = connect_for(work);
    subscribe(connection, "SELECT * FROM entity");
    const stdb_table *table = table_named(connection, "entity");
    uint64_t rows = row_count(table);
    stdb_bytes keys = {(const uint8_t *)ids, sizeof ids};
    MUST(stdb_read_guard_begin, connection);
    double start = now_ns();
    for (uint64_t i = 0; i < work->count; i += TOGETHER) {
        for (size_t k = 0; k < TOGETHER; k++)
            ids[k] = next_random(&random) % rows + 1;
        MUST(stdb_table_find_many, table, "id", keys, TOGETHER, found);
        for (size_t k = 0; k < TOGETHER; k++)
            sum += (uint64_t)entity_of(found[k].data).hp;
    }
    printf("ours find_many %f\n", (now_ns() - start) / (double)work->count);
    printf("check found %" PRIu64 "\n", sum);
    MUST(stdb_read_guard_end, connection);
    stdb_connection_free(connection);
}

static uint64_t sum_of_array(const struct entity *entities, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += entities[i].id + (uint64_t)entities[i].hp;
    return sum;
}

static uint64_t sum_of_chunks(const stdb_table *table)
{
    const stdb_chunk *chunks = NULL;
    size_t count = 0;
    uint64_t sum = 0;
    MUST(stdb_table_chunks, table, &chunks, &count);
    for (size_t c = 0; c < count; c++) {
        const uint8_t *data = chunks[c].data;
        for (size_t i = 0; i < chunks[c].count; i++, data += chunks[c].stride) {
            struct entity entity = entity_of(data);
            sum += entity.id + (uint64_t)entity.hp;
        }
    }
    return sum;
}

static uint64_t sum_of_rows(const stdb_table *table)
{
    stdb_row_iter *rows = NULL;
    stdb_row row;
    uint64_t sum = 0;
    MUST(stdb_table_iter, table, &rows);
    while (stdb_row_iter_next(rows, &row)) {
        struct entity entity = entity_of(row.data);
        sum += entity.id + (uint64_t)entity.hp;
    }
    stdb_row_iter_free(rows);
    return sum;
}

static struct entity *copy_rows(const stdb_table *table)
{
    stdb_row_iter *rows = NULL;
    stdb_row row;
    struct entity *copies = malloc(row_count(table) * sizeof *copies), *next = copies;
    MUST(stdb_table_iter, table, &rows);
    while (stdb_row_iter_next(rows, &row))
        *next++ = entity_of(row.data);
    stdb_row_iter_free(rows);
    return copies;
}

enum { MAX_PASSES = 100 };

static void iterate(const struct work *work)
{
    static double of_array[MAX_PASSES], of_chunks[MAX_PASSES], of_rows[MAX_PASSES];
    stdb_connection *connection = connect_for(work);
    subscribe(connection, "SELECT * FROM entity");
    const stdb_table *table = table_named(connection, "entity");
    size_t count = row_count(table), passes = work->count < MAX_PASSES ? work->count : MAX_PASSES;
    struct entity *array = copy_rows(table);
    MUST(stdb_read_guard_begin, connection);
    for (size_t pass = 0; pass < passes; pass++) {
        double t0 = now_ns();
        uint64_t sum = sum_of_array(array, count);
        double t1 = now_ns();
        bool same = sum_of_chunks(table) == sum;
        double t2 = now_ns();
        same &= sum_of_rows(table) == sum;
        double t3 = now_ns();
        if (!same)
            must(STDB_ERR_INVALID_ARGUMENT, NULL, "the chunks, the iterator and the array differ");
        of_array[pass] = t1 - t0, of_chunks[pass] = t2 - t1, of_rows[pass] = t3 - t2;
    }
    double plain = quantile(of_array, passes, 0.5) / (double)count;
    printf("ours iterate_chunks %f\npeer iterate_chunks %f\n", quantile(of_chunks, passes, 0.5) / (double)count, plain);
    printf("ours iterate_rows %f\npeer iterate_rows %f\n", quantile(of_rows, passes, 0.5) / (double)count, plain);
    MUST(stdb_read_guard_end, connection);
    free(array);
    stdb_connection_free(connection);
}

/* What it takes to call a callback with every row of an array, in ns a row. */
static double ns_a_call(stdb_row_fn callback, void *user_data, const struct entity *rows, size_t count)
{
    stdb_row_fn volatile called = callback; /* as the library has it: not known to the compiler */
    double start = now_ns();
    for (size_t i = 0; i < count; i++) {
        stdb_row row = {(const uint8_t *)&rows[i], sizeof rows[i], NULL};
        called(NULL, &row, user_data);
    }
    return (now_ns() - start) / (double)count;
}

/* What a typed row in C++ costs more than the bytes in C, inside on_insert. */
static void cpp_row(const struct work *work)
{
    static double in_c[MAX_PASSES], in_cpp[MAX_PASSES];
    stdb_connection *connection = connect_for(work);
    subscribe(connection, "SELECT * FROM entity");
    const stdb_table *table = table_named(connection, "entity");
    size_t count = row_count(table), passes = work->count < MAX_PASSES ? work->count : MAX_PASSES;
    struct entity *rows = copy_rows(table);
    struct tally of_c = {0}, of_cpp = {0};
    void *lambda = cpp_row_user_data(&of_cpp.rows, &of_cpp.sum);
    for (size_t pass = 0; pass < passes; pass++) {
        in_c[pass] = ns_a_call(tally_hp, &of_c, rows, count);
        in_cpp[pass] = ns_a_call(cpp_row_callback, lambda, rows, count);
    }
    if (of_c.rows != of_cpp.rows || of_c.sum != of_cpp.sum)
        must(STDB_ERR_INVALID_ARGUMENT, NULL, "C and C++ have read different rows");
    printf("ours cpp_row %f\n", quantile(in_cpp, passes, 0.5) - quantile(in_c, passes, 0.5));
    cpp_row_drop(lambda);
    free(rows);
    stdb_connection_free(connection);
}

/* ---- Time and room of a connection --------------------------------------------------------------------------------- */

static void round_trip(const struct work *work)
{
    enum { WARM_UP = 1000 };
    static const uint8_t payload[20] = {16}; /* as BSATN: 16 bytes */
    double *taken = malloc(work->count * sizeof *taken);
    stdb_connection *connection = connect_for(work);
    for (uint64_t i = 0; i < WARM_UP + work->count; i++) {
        bool answered = false;
        double start = now_ns();
        MUST(stdb_connection_call_reducer, connection, "echo", ((stdb_bytes){payload, sizeof payload}), NULL,
             raise_flag, &answered, NULL);
        advance_until(connection, &answered);
        if (i >= WARM_UP)
            taken[i - WARM_UP] = now_ns() - start;
    }
    printf("ours %s_median %f\n", work->name, quantile(taken, work->count, 0.5) / 1000);
    printf("ours %s_p99 %f\n", work->name, quantile(taken, work->count, 0.99) / 1000);
    stdb_connection_free(connection);
    free(taken);
}

static void idle_tick(const struct work *work)
{
    stdb_connection *connection = connect_for(work);
    double start = now_ns();
    for (uint64_t i = 0; i < work->count; i++)
        MUST(stdb_connection_frame_tick, connection);
    printf("ours idle_tick %f\n", (now_ns() - start) / (double)work->count);
    stdb_connection_free(connection);
}

static void idle_connections(const struct work *work)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    stdb_connection **connections = calloc(work->count, sizeof *connections);
    bool *connected = calloc(work->count, sizeof *connected);
    uint64_t threads = process_status("Threads:");
    double before = settled_memory();
    for (uint64_t i = 0; i < work->count; i++)
        connections[i] = begin_connect(work->uri, work->schema, &connected[i]);
    for (uint64_t i = 0; i < work->count; i++)
        advance_until(connections[i], &connected[i]);
    printf("ours idle_connections_memory %f\n", (settled_memory() - before) / (double)work->count / 1024);
    printf("ours idle_connections_threads %" PRIu64 "\n", process_status("Threads:") - threads);
    for (uint64_t i = 0; i < work->count; i++)
        stdb_connection_free(connections[i]);
    free(connected);
    free(connections);
}

/* ---- Main ---------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*run)(const struct work *work);
} works[] = {
    {"subscribe_fixed", subscribe_fixed}, {"subscribe_strings", subscribe_strings}, {"updates", updates},
    {"delete", delete_rows},              {"find", find},                           {"find_many", find_many},
    {"iterate", iterate},                 {"cpp_row", cpp_row},
    {"round_trip", round_trip},           {"round_trip_one_cpu", round_trip},       {"idle_tick", idle_tick},
    {"idle_connections", idle_connections},
};

static char *read_text(const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    if (file == NULL || fread(text, 1, sizeof text - 1, file) == 0) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: client WORK URI COUNT SCHEMA\n");
        return 2;
    }
    struct work work = {argv[1], argv[2], strtoull(argv[3], NULL, 10), read_text(argv[4])};
    for (size_t i = 0; i < sizeof works / sizeof *works; i++)
        if (strcmp(work.name, works[i].name) == 0) {
            works[i].run(&work);
            stdb_shutdown();
            return 0;
        }
    fprintf(stderr, "no work is named %s\n", work.name);
    return 2;
}
