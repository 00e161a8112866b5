/*
 * How a game reads a large table: entities move on the host, and each frame reads all of them where they lie in the
 * cache, chunk by chunk. At the end it prints what a frame has cost. In the repository's folder:
 *
 *     cargo run --release --example particles
 *
 * C11, and of POSIX poll(), nanosleep() and clock_gettime(), which the library itself does not ask for.
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stdb.h"

/* ---- Rows ------------------------------------------------------------------------------------------------------ */

/* A row of the table. BSATN is little-endian and has no gaps: on most machines it is what lies in this struct. */
struct entity {
    uint64_t id; /* 0 and up */
    uint32_t zone;
    float x, y, z;
    int32_t hp;
};

enum { ROW_SIZE = offsetof(struct entity, hp) + sizeof(int32_t) }; /* the struct has a gap after its end */
_Static_assert(ROW_SIZE == 8 + 4 + 3 * 4 + 4, "there is a gap between the members");

static inline struct entity read_row(const uint8_t *row)
{
    struct entity entity;
    memcpy(&entity, row, ROW_SIZE); /* a row is not aligned as the struct is; the copy costs nothing */
    return entity;
}

/* What a frame wants to know: how many entities are alive, and the sum of all positions. */
struct scene {
    uint64_t alive;
    double x, y, z;
};

static inline void add(struct scene *scene, struct entity entity)
{
    scene->alive += entity.hp > 0;
    scene->x += entity.x;
    scene->y += entity.y;
    scene->z += entity.z;
}

static struct scene read_chunks(const stdb_chunk *chunks, size_t count)
{
    struct scene scene = {0};
    for (size_t c = 0; c < count; c++)
        for (size_t i = 0; i < chunks[c].count; i++)
            add(&scene, read_row(chunks[c].data + i * chunks[c].stride));
    return scene;
}

static struct scene read_array(const struct entity *array, size_t count)
{
    struct scene scene = {0};
    for (size_t i = 0; i < count; i++)
        add(&scene, array[i]);
    return scene;
}

/* ---- The host -------------------------------------------------------------------------------------------------- */

struct options {
    const char *uri, *database;
    uint32_t entities, moved, frames;
    bool check;
};

/* All that the callbacks share: they get it as their user_data. */
struct game {
    struct options options;
    stdb_connection *connection;
    const stdb_table *table; /* it belongs to the connection and lives as long */
    int32_t event_fd;        /* readable while the host has said something that we have not looked at */
    bool populated;          /* the cache has all entities, and they have begun to move */
    bool failed;
    uint64_t steps, updates; /* of the host, and what they changed in the cache */
    struct entity *array;    /* a plain array to compare with: each entity at its id */
    struct scene of_table, of_array;
};

static const stdb_str NO_MORE = {"", 0};

/* Tells the first failure; others may follow from it. */
static void fail(struct game *game, const char *what, stdb_str more)
{
    if (!game->failed)
        fprintf(stderr, "particles: %s%s%.*s\n", what, more.len > 0 ? ": " : "", (int)more.len, more.data);
    game->failed = true;
}

/* What a failed function gives through its last argument is ours to free. After a success it is still NULL. */
static void report(struct game *game, const char *what, stdb_error *error)
{
    if (error != NULL)
        fail(game, what, stdb_error_message(error));
    stdb_error_free(error);
}

/* The connection or the subscription has ended. This program ends neither before its own end. */
static void on_end(const stdb_context *context, void *user_data)
{
    fail(user_data, "the host is gone", stdb_error_message(stdb_context_error(context)));
}

static void on_batch(const stdb_context *context, const stdb_batch *batch, void *user_data)
{
    (void)context;
    struct game *game = user_data;
    game->updates += batch->updated_count;
}

static void on_result(const stdb_context *context, void *user_data);

/* Both reducers of the module, `populate` and `step`, take a number of entities. */
static void call(struct game *game, const char *reducer, uint32_t count)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_error *error = NULL;
    if (stdb_bsatn_writer_u32(writer, count, &error) == STDB_OK)
        stdb_connection_call_reducer(game->connection, reducer, stdb_bsatn_writer_data(writer), NULL, on_result, game,
                                     NULL, &error);
    stdb_bsatn_writer_free(writer);
    report(game, reducer, error);
}

static void on_applied(const stdb_context *context, void *user_data)
{
    (void)context;
    struct game *game = user_data;
    call(game, "populate", game->options.entities);
}

/* When a call has come back, what it changed is in the cache. The next step begins at once: the entities never rest. */
static void on_result(const stdb_context *context, void *user_data)
{
    struct game *game = user_data;
    stdb_reducer_event event = {0};
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK || event.status != STDB_CALL_COMMITTED) {
        fail(game, "a reducer did not run to its end", event.message);
        return;
    }
    game->steps += game->populated;
    game->populated = true;
    call(game, "step", game->options.moved);
}

/* Returns at once: connecting and subscribing are done in the background, and callbacks tell how they went. */
static bool start(struct game *game, stdb_error **error)
{
    static const char *const query = "SELECT * FROM entity";
    stdb_connection_builder *builder = stdb_connection_builder_new();
    stdb_subscription_builder *subscription = NULL;
    bool started = stdb_connection_builder_with_uri(builder, game->options.uri, error) == STDB_OK
        && stdb_connection_builder_with_database_name(builder, game->options.database, error) == STDB_OK
        && stdb_connection_builder_with_compression(builder, STDB_COMPRESSION_NONE, error) == STDB_OK
        && stdb_connection_builder_on_connect_error(builder, on_end, game, NULL, error) == STDB_OK
        && stdb_connection_builder_on_disconnect(builder, on_end, game, NULL, error) == STDB_OK
        && stdb_connection_builder_build(builder, &game->connection, error) == STDB_OK
        && stdb_connection_event_fd(game->connection, &game->event_fd, error) == STDB_OK
        && stdb_connection_table(game->connection, "entity", &game->table, error) == STDB_OK
        && stdb_table_on_batch(game->table, on_batch, game, NULL, NULL, error) == STDB_OK
        && stdb_subscription_builder_new(game->connection, &subscription, error) == STDB_OK
        && stdb_subscription_builder_on_applied(subscription, on_applied, game, NULL, error) == STDB_OK
        && stdb_subscription_builder_on_error(subscription, on_end, game, NULL, error) == STDB_OK
        && stdb_subscription_builder_subscribe(subscription, &query, 1, NULL, error) == STDB_OK;
    stdb_subscription_builder_free(subscription);
    stdb_connection_builder_free(builder);
    return started;
}

/* ---- Frames ---------------------------------------------------------------------------------------------------- */

static const double FRAME_US = 1e6 / 60;

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Until the guard ends, the rows stay where they are. It must end before the next tick, which changes them. */
static bool read_table(struct game *game, stdb_error **error)
{
    const stdb_chunk *chunks = NULL;
    size_t count = 0;
    if (stdb_read_guard_begin(game->connection, error) != STDB_OK)
        return false;
    bool read = stdb_table_chunks(game->table, &chunks, &count, error) == STDB_OK;
    game->of_table = read_chunks(chunks, count);
    stdb_read_guard_end(game->connection, NULL);
    return read;
}

/* Copies the table into the array. The iterator suits tables of every kind; it holds a read guard of its own. */
static bool copy_table(struct game *game, stdb_error **error)
{
    stdb_row_iter *rows = NULL;
    uint32_t copied = 0;
    if (stdb_table_iter(game->table, &rows, error) != STDB_OK)
        return false;
    for (stdb_row row; stdb_row_iter_next(rows, &row) && row.len == ROW_SIZE; copied++) {
        struct entity entity = read_row(row.data);
        if (entity.id >= game->options.entities)
            break;
        game->array[entity.id] = entity;
    }
    stdb_row_iter_free(rows);
    if (copied != game->options.entities)
        fail(game, "the table is not what `populate` makes", NO_MORE);
    return !game->failed;
}

/* The module moves entities by eighths, so the sums are exact, in whatever order. */
static void check(struct game *game, uint32_t frame)
{
    const struct scene *a = &game->of_table, *b = &game->of_array;
    uint32_t moved = game->options.moved < game->options.entities ? game->options.moved : game->options.entities;
    if (a->alive != b->alive || a->x != b->x || a->y != b->y || a->z != b->z)
        fail(game, "the chunks and the iterator give different rows", NO_MORE);
    if (game->steps <= frame || game->updates != game->steps * moved)
        fail(game, "the updates are not those of the steps", NO_MORE);
}

/* Sleeps until the next frame is due; a check waits for the host instead, so that each frame has a step to look at. */
static void wait_for_frame(const struct game *game, double *due)
{
    double now = now_us();
    *due = *due + FRAME_US > now ? *due + FRAME_US : now;
    if (game->options.check)
        poll(&(struct pollfd){.fd = game->event_fd, .events = POLLIN}, 1, -1);
    else
        nanosleep(&(struct timespec){.tv_nsec = (long)((*due - now) * 1e3)}, NULL);
}

/* What each part of each frame has cost, in microseconds. */
struct costs {
    double *tick, *table, *array;
};

static bool run_frame(struct game *game, const struct costs *costs, uint32_t frame, stdb_error **error)
{
    double begin = now_us();
    if (stdb_connection_frame_tick(game->connection, error) != STDB_OK) /* all callbacks run in here */
        return false;
    double ticked = now_us();
    if (!read_table(game, error))
        return false;
    double read = now_us();
    if (game->options.check && !copy_table(game, error))
        return false;
    double copied = now_us();
    game->of_array = read_array(game->array, game->options.entities);
    costs->array[frame] = now_us() - copied;
    costs->table[frame] = read - ticked;
    costs->tick[frame] = ticked - begin;
    return true;
}

static bool run(struct game *game, const struct costs *costs, stdb_error **error)
{
    while (!game->populated && !game->failed)
        if (stdb_connection_advance_one_message_blocking(game->connection, error) != STDB_OK)
            return false;
    if (game->failed || !copy_table(game, error))
        return false;
    double due = now_us();
    for (uint32_t frame = 0; frame < game->options.frames && !game->failed; frame++) {
        wait_for_frame(game, &due);
        if (!run_frame(game, costs, frame, error))
            return false;
        if (game->options.check)
            check(game, frame);
    }
    return !game->failed;
}

/* ---- What it has cost ------------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* `of` is what the part deals with: entities or updates, so many in all frames together. */
static void print_cost(const char *part, double *us, uint32_t frames, uint64_t count, const char *of)
{
    double sum = 0;
    qsort(us, frames, sizeof *us, ascending);
    for (uint32_t i = 0; i < frames; i++)
        sum += us[i];
    printf("%-22s%10.1f%10.1f%10.1f%10.2f ns an %s\n", part, us[0], us[frames / 2], us[frames - 1],
           count > 0 ? sum * 1e3 / (double)count : 0, of);
}

static bool print(const struct game *game, const struct costs *costs, stdb_error **error)
{
    uint32_t frames = game->options.frames;
    uint64_t rows = 0, bytes = 0;
    if (stdb_table_count(game->table, &rows, error) != STDB_OK
        || stdb_table_memory(game->table, &bytes, error) != STDB_OK)
        return false;
    printf("%" PRIu64 " entities, %" PRIu64 " of them alive, in %" PRIu64 " bytes of memory (%.1f each)\n", rows,
           game->of_table.alive, bytes, (double)bytes / (double)rows);
    printf("%" PRIu32 " frames, %" PRIu64 " updates in %" PRIu64 " steps of the host\n\n", frames, game->updates,
           game->steps);
    printf("%-22s%10s%10s%10s\n", "microseconds a frame", "min", "median", "max");
    print_cost("tick", costs->tick, frames, game->updates, "update");
    print_cost("read the table", costs->table, frames, frames * rows, "entity");
    print_cost("read a plain array", costs->array, frames, frames * rows, "entity");
    return true;
}

/* ---- The program ----------------------------------------------------------------------------------------------- */

static const char USAGE[] =
    "usage: particles --uri URI --database NAME [--entities COUNT] [--moved COUNT] [--frames COUNT] [--check]\n"
    "  --entities COUNT  how many entities there are (100000)\n"
    "  --moved COUNT     how many of them a step of the host moves (5000)\n"
    "  --frames COUNT    how many frames to run (300), 60 a second\n"
    "  --check           with each step of the host compare the chunks with the iterator\n";

static bool parse_count(const char *text, uint32_t *count)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    *count = (uint32_t)value;
    return *end == '\0' && value > 0 && value <= UINT32_MAX;
}

static bool parse(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        const char **text = strcmp(argv[i], "--uri") == 0 ? &options->uri
            : strcmp(argv[i], "--database") == 0          ? &options->database
                                                          : NULL;
        uint32_t *count = strcmp(argv[i], "--entities") == 0 ? &options->entities
            : strcmp(argv[i], "--moved") == 0                ? &options->moved
            : strcmp(argv[i], "--frames") == 0               ? &options->frames
                                                             : NULL;
        if (text != NULL && i + 1 < argc)
            *text = argv[++i];
        else if (count != NULL && i + 1 < argc && parse_count(argv[i + 1], count))
            i++;
        else if (strcmp(argv[i], "--check") == 0)
            options->check = true;
        else
            return false;
    }
    return options->uri != NULL && options->database != NULL;
}

int main(int argc, char **argv)
{
    struct game game = {.options = {.entities = 100000, .moved = 5000, .frames = 300}};
    if (!parse(argc, argv, &game.options)) {
        fputs(USAGE, stderr);
        return 2;
    }
    size_t frames = game.options.frames;
    double *us = calloc(frames, 3 * sizeof *us);
    struct costs costs = {us, us + frames, us + 2 * frames};
    game.array = calloc(game.options.entities, sizeof *game.array);
    stdb_error *error = NULL;
    bool done = us != NULL && game.array != NULL && start(&game, &error) && run(&game, &costs, &error)
        && print(&game, &costs, &error);
    report(&game, "cannot go on", error);

    stdb_connection_free(game.connection);
    stdb_shutdown(); /* joins the library's threads */
    free(game.array);
    free(us);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
