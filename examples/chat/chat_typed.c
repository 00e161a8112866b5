/*
 * The chat of SpacetimeDB's quickstart, in C, over bindings that were made of the module's schema: chat.c with rows that
 * have types, and reducers that are functions. In the repository's folder:
 *
 *     cd examples/chat
 *     stdb-codegen --lang c --schema ../../tests/modules/chat/chat.schema.json --out bindings
 *     cc chat_typed.c bindings/module_bindings.c -Ibindings -I../../include -L../../target/release -lstdb \
 *         -Wl,-rpath,$PWD/../../target/release -o chat
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

#include "module_bindings.h" /* which includes stdb.h */

/* All that the callbacks share: they get it as their user_data. */
struct chat {
    stdb_connection *connection;
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

/* A User and a Message are views of rows: their columns are read by the functions that bindings have for each. */

static void print_identity(const stdb_identity *identity)
{
    char hex[65];
    if (stdb_identity_to_hex(identity, hex, NULL) == STDB_OK)
        printf("%.16s", hex); /* 16 digits of 64: enough to tell people apart */
}

static void print_user(const User *user)
{
    OptionString name = user_get_name(user);
    stdb_identity identity = user_get_identity(user);
    if (name.has_value)
        print_text(name.value);
    else
        print_identity(&identity);
}

static void print_message(stdb_connection *connection, const Message *message)
{
    stdb_identity sender = message_get_sender(message);
    User user;
    if (user_find_by_identity(connection, sender, &user, NULL) == STDB_OK)
        print_user(&user);
    else
        print_identity(&sender);
    printf(": ");
    print_text(message_get_text(message));
    putchar('\n');
}

/* ---- Callbacks of the tables ----------------------------------------------------------------------------------- */

static void on_user_insert(const stdb_context *context, const User *user, void *user_data)
{
    (void)context, (void)user_data;
    if (user_get_online(user)) {
        print_user(user);
        printf(" is online\n");
    }
}

static bool same_name(const User *a, const User *b)
{
    OptionString left = user_get_name(a), right = user_get_name(b);
    if (!left.has_value || !right.has_value)
        return left.has_value == right.has_value;
    return left.value.len == right.value.len && memcmp(left.value.data, right.value.data, left.value.len) == 0;
}

/* The table has a primary key, so a changed row is an update and not a delete and an insert. */
static void on_user_update(const stdb_context *context, const User *before, const User *now, void *user_data)
{
    (void)context, (void)user_data;
    if (!same_name(before, now)) {
        print_user(before);
        printf(" renamed to ");
        print_user(now);
        putchar('\n');
    }
    if (user_get_online(before) != user_get_online(now)) {
        print_user(now);
        printf(user_get_online(now) ? " is online\n" : " went offline\n");
    }
}

static void on_message_insert(const stdb_context *context, const Message *message, void *user_data)
{
    (void)user_data;
    /* The messages of the time before us come in no order: on_applied prints them, sorted. */
    if (stdb_context_event_kind(context) != STDB_EVENT_SUBSCRIBE_APPLIED)
        print_message(stdb_context_connection(context), message);
}

/* ---- Callbacks of the subscription ----------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    int64_t left = message_get_sent(a).micros, right = message_get_sent(b).micros;
    return (left > right) - (left < right);
}

/* Runs once, when all rows of the subscription are in the cache. */
static void on_applied(const stdb_context *context, void *user_data)
{
    struct chat *chat = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    stdb_row_iter *rows = NULL;
    uint64_t total = 0;
    if (message_count(connection, &total, NULL) == STDB_OK)
        message_iter(connection, &rows, NULL); /* without one there is nothing to walk over */
    Message *messages = calloc(total + 1, sizeof *messages);
    size_t count = 0;
    while (messages != NULL && count < total && message_next(rows, &messages[count]))
        count++;
    if (messages != NULL)
        qsort(messages, count, sizeof *messages, by_time);
    for (size_t i = 0; i < count; i++)
        print_message(connection, &messages[i]);
    free(messages);
    stdb_row_iter_free(rows); /* the messages were borrowed until now */
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
    print_identity(identity);
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

/* ---- Input, and the event loop --------------------------------------------------------------------------------- */

static void read_line(struct chat *chat)
{
    char *line = NULL;
    size_t capacity = 0;
    bool at_end = getline(&line, &capacity, stdin) < 0;
    if (!at_end)
        line[strcspn(line, "\r\n")] = '\0';
    stdb_error *error = NULL;
    if (at_end || strcmp(line, "/quit") == 0) {
        chat->leaving = true;
        stdb_connection_disconnect(chat->connection, NULL); /* on_disconnect ends the loop */
    } else if (strncmp(line, "/name ", 6) == 0) {
        /* The module says which names it takes: on_result tells. */
        chat->pending_calls += set_name(chat->connection, line + 6, NULL, on_result, chat, NULL, &error) == STDB_OK;
    } else {
        chat->pending_calls += send_message(chat->connection, line, NULL, on_result, chat, NULL, &error) == STDB_OK;
    }
    report("cannot call", error);
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
        && module_bindings_with_schema(builder, error) == STDB_OK /* a host with another module is told of */
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
    bool subscribed = user_on_insert(chat->connection, on_user_insert, chat, NULL, NULL, error) == STDB_OK
        && user_on_update(chat->connection, on_user_update, chat, NULL, NULL, error) == STDB_OK
        && message_on_insert(chat->connection, on_message_insert, chat, NULL, NULL, error) == STDB_OK
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
