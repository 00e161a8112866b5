/*
 * The chat of SpacetimeDB's quickstart, in C. It shows the whole life of a client: connecting with saved credentials,
 * callbacks, a subscription, reading rows, calling reducers, an event loop. In the repository's folder:
 *
 *     cc examples/chat/chat.c -Iinclude -Ltarget/release -lstdb -Wl,-rpath,$PWD/target/release -o chat
 *     ./chat --uri http://127.0.0.1:3000 --database chat
 *
 * C11, and of POSIX poll() and getline(), which the library itself does not ask for.
 */
#define _POSIX_C_SOURCE 200809L

#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stdb.h"

/* All that the callbacks share: they get it as their user_data. */
struct chat {
    stdb_connection *connection;
    const stdb_table *users, *messages; /* they belong to the connection and live as long */
    stdb_credentials_file *credentials; /* NULL: be somebody new */
    int32_t event_fd;                   /* readable while the host has said something that we have not looked at */
    bool script;                        /* nobody sits at the terminal who needs a hint */
    bool joined;                        /* the cache has all users and messages */
    bool leaving;                       /* we have disconnected */
    bool ended;                         /* the connection's last callback has run */
    bool failed;                        /* something went wrong */
    int pending_calls;                  /* calls of reducers that were not answered yet */
};

/* ---- Errors and texts ------------------------------------------------------------------------------------------ */

/* A stdb_str has a length, and a NUL at its end only where the header says so: printf("%.*s", TEXT(str)). */
#define TEXT(str) (int)(str).len, (str).data

static void complain(const char *what, const stdb_error *error)
{
    fprintf(stderr, "chat: %s: %.*s\n", what, TEXT(stdb_error_message(error)));
}

/* What a failed function gives through its last argument is ours to free. After a success it is still NULL. */
static void report(const char *what, stdb_error *error)
{
    if (error != NULL)
        complain(what, error);
    stdb_error_free(error);
}

/* For what others wrote: a control character in it could play tricks on the terminal. */
static void print_text(stdb_str text)
{
    for (size_t i = 0; i < text.len; i++)
        putchar(iscntrl((unsigned char)text.data[i]) ? '?' : text.data[i]);
}

/* ---- Rows ------------------------------------------------------------------------------------------------------ */

/* The rows of the module's two tables. The texts are borrowed from the cache and live as long as the row does. */
struct user {
    stdb_identity identity;
    bool has_name;
    stdb_str name;
    bool online;
};

struct message {
    stdb_identity sender;
    stdb_timestamp sent;
    stdb_str text;
};

/* Columns are read by name, each as the type that the module gave it. A user without a name has none in that option. */
static bool read_user(const stdb_row *row, struct user *user)
{
    stdb_value name, some;
    stdb_error *error = NULL;
    bool read = stdb_row_get_identity(row, "identity", &user->identity, &error) == STDB_OK
        && stdb_row_get(row, "name", &name, &error) == STDB_OK
        && stdb_value_option(&name, &user->has_name, &some, &error) == STDB_OK
        && (!user->has_name || stdb_value_get_str(&some, &user->name, &error) == STDB_OK)
        && stdb_row_get_bool(row, "online", &user->online, &error) == STDB_OK;
    report("a user", error);
    return read;
}

static bool read_message(const stdb_row *row, struct message *message)
{
    stdb_error *error = NULL;
    bool read = stdb_row_get_identity(row, "sender", &message->sender, &error) == STDB_OK
        && stdb_row_get_timestamp(row, "sent", &message->sent, &error) == STDB_OK
        && stdb_row_get_str(row, "text", &message->text, &error) == STDB_OK;
    report("a message", error);
    return read;
}

static void print_user(const struct user *user)
{
    char hex[65];
    if (user->has_name)
        print_text(user->name);
    else if (stdb_identity_to_hex(&user->identity, hex, NULL) == STDB_OK)
        printf("%.16s", hex); /* 16 digits of 64: enough to tell people apart */
}

static void print_message(const struct chat *chat, const struct message *message)
{
    struct user sender = {.identity = message->sender};
    stdb_bytes key = {message->sender.bytes, sizeof message->sender.bytes}; /* its bytes are its BSATN */
    stdb_row row;
    if (stdb_table_find(chat->users, "identity", key, &row, NULL) == STDB_OK)
        read_user(&row, &sender);
    print_user(&sender);
    printf(": ");
    print_text(message->text);
    putchar('\n');
}

/* ---- Callbacks of the tables ----------------------------------------------------------------------------------- */

static void on_user_insert(const stdb_context *context, const stdb_row *row, void *user_data)
{
    (void)context, (void)user_data;
    struct user user;
    if (read_user(row, &user) && user.online) {
        print_user(&user);
        printf(" is online\n");
    }
}

static bool same_name(const struct user *a, const struct user *b)
{
    if (!a->has_name || !b->has_name)
        return a->has_name == b->has_name;
    return a->name.len == b->name.len && memcmp(a->name.data, b->name.data, a->name.len) == 0;
}

/* The table has a primary key, so a changed row is an update and not a delete and an insert. */
static void on_user_update(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row,
                           void *user_data)
{
    (void)context, (void)user_data;
    struct user before, now;
    if (!read_user(old_row, &before) || !read_user(new_row, &now))
        return;
    if (!same_name(&before, &now)) {
        print_user(&before);
        printf(" renamed to ");
        print_user(&now);
        putchar('\n');
    }
    if (before.online != now.online) {
        print_user(&now);
        printf(now.online ? " is online\n" : " went offline\n");
    }
}

static void on_message_insert(const stdb_context *context, const stdb_row *row, void *user_data)
{
    struct message message;
    /* The messages of the time before us come in no order: on_applied prints them, sorted. */
    if (stdb_context_event_kind(context) != STDB_EVENT_SUBSCRIBE_APPLIED && read_message(row, &message))
        print_message(user_data, &message);
}

/* ---- Callbacks of the subscription ----------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    int64_t left = ((const struct message *)a)->sent.micros, right = ((const struct message *)b)->sent.micros;
    return (left > right) - (left < right);
}

/* Runs once, when all rows of the subscription are in the cache. */
static void on_applied(const stdb_context *context, void *user_data)
{
    (void)context;
    struct chat *chat = user_data;
    stdb_row_iter *rows = NULL;
    uint64_t total = 0;
    if (stdb_table_count(chat->messages, &total, NULL) == STDB_OK)
        stdb_table_iter(chat->messages, &rows, NULL); /* without one there is nothing to walk over */
    struct message *messages = calloc(total + 1, sizeof *messages);
    size_t count = 0;
    for (stdb_row row; messages != NULL && count < total && stdb_row_iter_next(rows, &row);)
        count += read_message(&row, &messages[count]);
    if (messages != NULL)
        qsort(messages, count, sizeof *messages, by_time);
    for (size_t i = 0; i < count; i++)
        print_message(chat, &messages[i]);
    free(messages);
    stdb_row_iter_free(rows);
    chat->joined = true;
    if (!chat->script)
        printf("-- Type a message, /name NEW to change your name, or /quit.\n");
}

static void on_subscription_error(const stdb_context *context, void *user_data)
{
    struct chat *chat = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    if (!stdb_connection_is_active(connection))
        return; /* it is the connection that has ended: its own callback says why */
    complain("cannot subscribe", stdb_context_error(context)); /* this error is the context's, not ours to free */
    chat->failed = true;
    stdb_connection_disconnect(connection, NULL); /* in a callback everything is allowed but to advance */
}

/* ---- Callbacks of the connection ------------------------------------------------------------------------------- */

static void on_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data)
{
    (void)context;
    struct chat *chat = user_data;
    printf("Connected as ");
    print_user(&(struct user){.identity = *identity});
    putchar('\n');
    stdb_error *error = NULL;
    if (chat->credentials != NULL)
        stdb_credentials_file_save(chat->credentials, token.data, &error); /* with it we are the same user next time */
    report("cannot save the token", error);
}

static void on_connect_error(const stdb_context *context, void *user_data)
{
    struct chat *chat = user_data;
    const stdb_error *error = stdb_context_error(context);
    chat->ended = true;
    chat->failed = true;
    complain("cannot connect", error);
    if (stdb_error_http_status(error) == 401)
        fprintf(stderr, "chat: the host does not know the saved token: use another --token-file, or --new\n");
}

static void on_disconnect(const stdb_context *context, void *user_data)
{
    struct chat *chat = user_data;
    const stdb_error *error = stdb_context_error(context); /* NULL for an ordinary end */
    chat->ended = true;
    chat->failed |= !chat->leaving;
    printf("Disconnected\n");
    if (error != NULL)
        complain("the connection ended", error);
}

/* ---- Calling reducers ------------------------------------------------------------------------------------------ */

/* Runs once a call. What the reducer changed is in the cache by then, and the row callbacks have run. */
static void on_result(const stdb_context *context, void *user_data)
{
    struct chat *chat = user_data;
    stdb_reducer_event event;
    chat->pending_calls--;
    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK || event.status == STDB_CALL_COMMITTED)
        return;
    printf("%.*s failed: ", TEXT(event.reducer));
    if (event.status == STDB_CALL_FAILED)
        print_text(event.message);
    else if (event.status == STDB_CALL_OUT_OF_ENERGY)
        printf("the database is out of energy");
    else
        printf("the connection ended before the host answered");
    putchar('\n');
}

/* Arguments are BSATN. Both reducers of this module take one string. */
static void call(struct chat *chat, const char *reducer, const char *argument)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_error *error = NULL;
    if (stdb_bsatn_writer_string(writer, argument, &error) == STDB_OK
        && stdb_connection_call_reducer(chat->connection, reducer, stdb_bsatn_writer_data(writer), NULL, on_result,
                                        chat, NULL, &error) == STDB_OK)
        chat->pending_calls++;
    stdb_bsatn_writer_free(writer);
    report(reducer, error);
}

/* ---- Input, and the event loop --------------------------------------------------------------------------------- */

static void read_line(struct chat *chat)
{
    char *line = NULL;
    size_t capacity = 0;
    bool at_end = getline(&line, &capacity, stdin) < 0;
    if (!at_end)
        line[strcspn(line, "\r\n")] = '\0';
    if (at_end || strcmp(line, "/quit") == 0) {
        chat->leaving = true;
        stdb_connection_disconnect(chat->connection, NULL); /* on_disconnect ends the loop */
    } else if (strncmp(line, "/name ", 6) == 0) {
        call(chat, "set_name", line + 6); /* the module says which names it takes: on_result tells */
    } else {
        call(chat, "send_message", line);
    }
    free(line);
}

/* A line waits until the one before was answered, so that the same input always does the same, also out of a pipe. */
static bool wants_line(const struct chat *chat)
{
    return chat->joined && !chat->leaving && chat->pending_calls == 0;
}

/* Sleeps until a line was typed or the host has said something. All callbacks run inside stdb_connection_frame_tick. */
static void run(struct chat *chat)
{
    stdb_error *error = NULL;
    while (!chat->ended && error == NULL) {
        struct pollfd fds[] = {
            {.fd = chat->event_fd, .events = POLLIN},
            {.fd = wants_line(chat) ? STDIN_FILENO : -1, .events = POLLIN}, /* poll passes over -1 */
        };
        if (poll(fds, 2, -1) < 0)
            continue; /* a signal came */
        if (fds[0].revents != 0)
            stdb_connection_frame_tick(chat->connection, &error);
        if (fds[1].revents != 0 && !chat->ended)
            read_line(chat);
    }
    chat->failed |= error != NULL;
    report("cannot go on", error);
}

/* ---- Setting up ------------------------------------------------------------------------------------------------ */

struct options {
    const char *uri, *database, *token_file, *token_directory;
    bool is_new, script;
};

/* Gives the builder the token of the last time. If there is none, the host makes up an identity and a token for us. */
static bool use_credentials(struct chat *chat, const struct options *options, stdb_connection_builder *builder,
                            stdb_error **error)
{
    if (options->is_new)
        return true;
    const char *folder = options->token_directory, *key = options->token_file;
    stdb_str token;
    stdb_status status = folder != NULL
        ? stdb_credentials_file_with_directory(folder, key, &chat->credentials, error)
        : stdb_credentials_file_new(key, &chat->credentials, error);
    if (status != STDB_OK)
        return false;
    status = stdb_credentials_file_load(chat->credentials, &token, error);
    if (status == STDB_OK)
        return stdb_connection_builder_with_token(builder, token.data, error) == STDB_OK;
    if (status != STDB_ERR_NOT_FOUND)
        return false;
    stdb_error_free(*error); /* it is the first time */
    *error = NULL;
    return true;
}

/* Returns at once. The connection is made in the background; on_connect or on_connect_error will tell how it went. */
static bool connect_to_host(struct chat *chat, const struct options *options, stdb_error **error)
{
    stdb_connection_builder *builder = stdb_connection_builder_new();
    /* The NULLs: chat needs no destructor, since it outlives the connection. */
    bool built = use_credentials(chat, options, builder, error)
        && stdb_connection_builder_with_uri(builder, options->uri, error) == STDB_OK
        && stdb_connection_builder_with_database_name(builder, options->database, error) == STDB_OK
        && stdb_connection_builder_on_connect(builder, on_connect, chat, NULL, error) == STDB_OK
        && stdb_connection_builder_on_connect_error(builder, on_connect_error, chat, NULL, error) == STDB_OK
        && stdb_connection_builder_on_disconnect(builder, on_disconnect, chat, NULL, error) == STDB_OK
        && stdb_connection_builder_build(builder, &chat->connection, error) == STDB_OK
        && stdb_connection_event_fd(chat->connection, &chat->event_fd, error) == STDB_OK;
    stdb_connection_builder_free(builder);
    return built;
}

/* The connection need not be up yet: the tables get their rows, and the subscription is sent, as soon as it is. */
static bool subscribe(struct chat *chat, stdb_error **error)
{
    static const char *const queries[] = {"SELECT * FROM user", "SELECT * FROM message"};
    stdb_subscription_builder *builder = NULL;
    bool subscribed = stdb_connection_table(chat->connection, "user", &chat->users, error) == STDB_OK
        && stdb_connection_table(chat->connection, "message", &chat->messages, error) == STDB_OK
        && stdb_table_on_insert(chat->users, on_user_insert, chat, NULL, NULL, error) == STDB_OK
        && stdb_table_on_update(chat->users, on_user_update, chat, NULL, NULL, error) == STDB_OK
        && stdb_table_on_insert(chat->messages, on_message_insert, chat, NULL, NULL, error) == STDB_OK
        && stdb_subscription_builder_new(chat->connection, &builder, error) == STDB_OK
        && stdb_subscription_builder_on_applied(builder, on_applied, chat, NULL, error) == STDB_OK
        && stdb_subscription_builder_on_error(builder, on_subscription_error, chat, NULL, error) == STDB_OK
        && stdb_subscription_builder_subscribe(builder, queries, 2, NULL, error) == STDB_OK;
    stdb_subscription_builder_free(builder);
    return subscribed;
}

/* ---- The program ----------------------------------------------------------------------------------------------- */

static const char USAGE[] =
    "usage: chat --uri URI --database NAME [--token-file KEY] [--token-directory FOLDER] [--new] [--script]\n"
    "  --token-file KEY          the file that says who you are (libstdb-chat); it is made the first time\n"
    "  --token-directory FOLDER  where that file is (.spacetimedb_client_credentials in your home folder)\n"
    "  --new                     be somebody new, and use no such file\n"
    "  --script                  give no hints\n";

static bool parse(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--uri") == 0 ? &options->uri
            : strcmp(argv[i], "--database") == 0           ? &options->database
            : strcmp(argv[i], "--token-file") == 0         ? &options->token_file
            : strcmp(argv[i], "--token-directory") == 0    ? &options->token_directory
                                                           : NULL;
        if (value != NULL && i + 1 < argc)
            *value = argv[++i];
        else if (strcmp(argv[i], "--new") == 0)
            options->is_new = true;
        else if (strcmp(argv[i], "--script") == 0)
            options->script = true;
        else
            return false;
    }
    return options->uri != NULL && options->database != NULL;
}

int main(int argc, char **argv)
{
    struct options options = {.token_file = "libstdb-chat"};
    if (!parse(argc, argv, &options)) {
        fputs(USAGE, stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* whole lines, also into a pipe */
    setvbuf(stdin, NULL, _IONBF, 0);  /* poll must see every line that was not read yet */

    struct chat chat = {.script = options.script};
    stdb_error *error = NULL;
    if (connect_to_host(&chat, &options, &error) && subscribe(&chat, &error))
        run(&chat);
    else
        chat.failed = true;
    report("cannot start", error);

    stdb_connection_free(chat.connection);
    stdb_credentials_file_free(chat.credentials);
    stdb_shutdown(); /* joins the library's threads */
    return chat.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
