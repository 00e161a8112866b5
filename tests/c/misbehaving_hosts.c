/* Hosts that are not there, refuse, lie, or fall silent: what the program is told of it, once, and what is left to it.
 *
 * The embedded host's databases named `bad-…` misbehave as their names say; whatever they do not spoil works like `chat`. */

#include "kitchen.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

/* What a connection's callbacks were told. */
typedef struct story {
    int connects;
    int connect_errors;
    int disconnects;
    int drops;
    int warnings;
    int secrets; /* How often the forbidden text occurred. */
    const char *forbidden;
    stdb_status code;
    uint16_t http_status;
    uint16_t close_code;
    bool retriable;
    char message[1024];
    char warning[1024];
} story;

static void copy_str(char *to, size_t capacity, stdb_str str) {
    size_t len = str.len < capacity ? str.len : capacity - 1;
    if (len > 0) {
        memcpy(to, str.data, len);
    }
    to[len] = '\0';
}

static void forbid(story *story, stdb_str str) {
    if (story->forbidden != NULL && str_contains(str, story->forbidden)) {
        story->secrets += 1;
    }
}

static void record_error(story *story, const stdb_error *error) {
    story->code = stdb_error_code(error);
    story->http_status = stdb_error_http_status(error);
    story->close_code = stdb_error_close_code(error);
    story->retriable = stdb_error_is_retriable(error);
    copy_str(story->message, sizeof story->message, stdb_error_message(error));
    forbid(story, stdb_error_message(error));
}

static void on_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data) {
    (void)context, (void)identity, (void)token;
    ((story *)user_data)->connects += 1;
}

static void on_connect_error(const stdb_context *context, void *user_data) {
    story *story = user_data;
    story->connect_errors += 1;
    MUST(stdb_context_event_kind(context) == STDB_EVENT_CONNECT_ERROR);
    record_error(story, stdb_context_error(context));
}

static void on_disconnect(const stdb_context *context, void *user_data) {
    story *story = user_data;
    story->disconnects += 1;
    MUST(stdb_context_event_kind(context) == STDB_EVENT_DISCONNECTED);
    record_error(story, stdb_context_error(context));
}

static void on_log(const stdb_context *context, stdb_log_level level, stdb_str message, void *user_data) {
    (void)context;
    story *story = user_data;
    forbid(story, message);
    if (level <= STDB_LOG_WARN) {
        story->warnings += 1;
        copy_str(story->warning, sizeof story->warning, message);
    }
}

static void drop_story(void *user_data) {
    ((story *)user_data)->drops += 1;
}

enum { STORY_CALLBACKS = 4 };

static stdb_connection_builder *builder_at(const char *uri, const char *database, story *story) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    CHECK_OK(stdb_connection_builder_with_uri(builder, uri, NULL));
    CHECK_OK(stdb_connection_builder_with_database_name(builder, database, NULL));
    CHECK_OK(stdb_connection_builder_on_connect(builder, on_connect, story, drop_story, NULL));
    CHECK_OK(stdb_connection_builder_on_connect_error(builder, on_connect_error, story, drop_story, NULL));
    CHECK_OK(stdb_connection_builder_on_disconnect(builder, on_disconnect, story, drop_story, NULL));
    CHECK_OK(stdb_connection_builder_on_log(builder, on_log, story, drop_story, NULL));
    return builder;
}

static stdb_connection_builder *builder_of(const char *database, story *story) {
    return builder_at(environment("STDB_TEST_URI"), database, story);
}

/* Whether the error is of this code and its message names what was wrong; prints it when not. */
static bool tells(const story *story, stdb_status code, const char *says) {
    bool good = story->code == code && strstr(story->message, says) != NULL;
    if (!good || getenv("STDB_TEST_SHOW") != NULL) {
        stdb_str name = stdb_status_name(story->code);
        printf("     told %.*s (http %d, close %d, retriable %d): %s\n", (int)name.len, name.data, story->http_status,
               story->close_code, story->retriable, story->message);
    }
    return good;
}

/* The end was told of, nothing more comes, and the callbacks' data is freed with the connection. */
static void check_over(stdb_connection *connection, const story *story) {
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED && !stdb_connection_is_active(connection));
    CHECK(stdb_connection_frame_tick(connection, NULL) == STDB_ERR_DISCONNECTED);
    CHECK(stdb_connection_disconnect(connection, NULL) == STDB_ERR_DISCONNECTED);
    CHECK(story->connect_errors + story->disconnects == 1 && story->drops == 0);
}

static void free_over(stdb_connection *connection, const story *story) {
    check_over(connection, story);
    stdb_connection_free(connection);
    CHECK(story->drops == STORY_CALLBACKS && story->connect_errors + story->disconnects == 1);
}

/* --- Connections that do not come to be --- */

/* Builds, and expects that on_connect_error alone runs. */
static void expect_no_connection(stdb_connection_builder *builder, const story *story, stdb_status code,
                                 const char *says) {
    stdb_connection *connection = build(builder);
    WAIT(connection, story->connect_errors == 1);
    CHECK(tells(story, code, says));
    CHECK(story->connects == 0 && story->disconnects == 0 && story->close_code == 0);
    free_over(connection, story);
}

static void expect_refusal(const char *database, stdb_status code, uint16_t http_status, const char *says) {
    story story = {0};
    expect_no_connection(builder_of(database, &story), &story, code, says);
    CHECK(story.http_status == http_status);
}

/* Binds a port of the loopback interface, to listen at it or to leave it. */
static int bind_somewhere(int *listener) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    *listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(*listener >= 0 && bind(*listener, (struct sockaddr *)&address, len) == 0);
    CHECK(getsockname(*listener, (struct sockaddr *)&address, &len) == 0);
    return ntohs(address.sin_port);
}

static int listen_somewhere(int *listener) {
    int port = bind_somewhere(listener);
    CHECK(listen(*listener, 8) == 0);
    return port;
}

/* A port where nobody listens: one that was free a moment ago. */
static int refusing_port(void) {
    int listener;
    int port = bind_somewhere(&listener);
    close(listener);
    return port;
}

static void a_port_that_refuses(void) {
    story story = {0};
    text uri = text_of("http://127.0.0.1:%d", refusing_port());
    expect_no_connection(builder_at(uri.chars, "chat", &story), &story, STDB_ERR_UNREACHABLE, strrchr(uri.chars, ':'));
    CHECK(story.retriable && story.http_status == 0);
}

static void a_name_that_cannot_be_resolved(void) {
    story story = {0};
    const char *uri = "http://no-such-host.invalid";
    expect_no_connection(builder_at(uri, "chat", &story), &story, STDB_ERR_DNS, "no-such-host.invalid");
}

static void handshakes_that_are_refused(void) {
    expect_refusal("bad-http-401", STDB_ERR_HTTP, 401, "401");
    expect_refusal("bad-http-403", STDB_ERR_HTTP, 403, "403");
    expect_refusal("bad-http-404", STDB_ERR_HTTP, 404, "404");
    expect_refusal("bad-http-500", STDB_ERR_HTTP, 500, "500");
    expect_refusal("bad-http-500", STDB_ERR_HTTP, 500, "refused on purpose");
}

static void a_database_that_is_not_there(void) {
    expect_refusal("no-such-database", STDB_ERR_HTTP, 404, "No such database");
}

static void a_host_that_is_no_websocket_server(void) {
    expect_refusal("bad-no-websocket", STDB_ERR_HTTP, 200, "200");
}

static void subprotocols_that_were_not_offered(void) {
    expect_refusal("bad-subprotocol", STDB_ERR_UNSUPPORTED, 0, "v9.bsatn.nobody");
    expect_refusal("bad-no-subprotocol", STDB_ERR_UNSUPPORTED, 0, "none of the protocols");
}

static void a_host_that_never_answers(void) {
    story story = {0};
    stdb_connection_builder *builder = builder_of("bad-stall", &story);
    CHECK_OK(stdb_connection_builder_with_connect_timeout_ms(builder, 200, NULL));
    uint64_t start = now_us();
    expect_no_connection(builder, &story, STDB_ERR_TIMEOUT, "200 ms");
    CHECK(now_us() - start >= 199000 && story.retriable);
}

static void schemas_that_cannot_be_had(void) {
    expect_refusal("bad-schema-500", STDB_ERR_HTTP, 500, "schema");
    expect_refusal("bad-schema-json", STDB_ERR_SCHEMA, 0, "schema");
    story story = {0};
    stdb_connection_builder *builder = builder_of("bad-schema-slow", &story);
    CHECK_OK(stdb_connection_builder_with_connect_timeout_ms(builder, 200, NULL));
    expect_no_connection(builder, &story, STDB_ERR_TIMEOUT, "schema");
}

/* --- Tokens --- */

static const char SECRET[] = "eyJ-this-token-must-stay-a-secret";

static void a_bad_token_is_refused_and_stays_a_secret(void) {
    story story = {.forbidden = SECRET};
    stdb_connection_builder *builder = builder_of(environment("STDB_TEST_CHAT_DATABASE"), &story);
    CHECK_OK(stdb_connection_builder_with_token(builder, SECRET, NULL));
    expect_no_connection(builder, &story, STDB_ERR_HTTP, "Invalid token");
    CHECK(story.http_status == 401 && !story.retriable && story.secrets == 0);
}

/* --- TLS --- */

/* A server that answers whatever it is sent with a line of HTTP, once. */
typedef struct plain_server {
    int listener;
    pthread_t thread;
} plain_server;

static void *answer_in_http(void *data) {
    static const char answer[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    char request[4096];
    int client = accept(((plain_server *)data)->listener, NULL, NULL);
    bool good = read(client, request, sizeof request) > 0 && write(client, answer, sizeof answer - 1) > 0;
    /* Until the other side has gone, so that no reset overtakes the answer. */
    while (good && read(client, request, sizeof request) > 0) {
    }
    close(client);
    return NULL;
}

static void https_spoken_to_an_http_port(void) {
    story story = {0};
    static plain_server server;
    int port = listen_somewhere(&server.listener);
    CHECK(pthread_create(&server.thread, NULL, answer_in_http, &server) == 0);
    text uri = text_of("https://127.0.0.1:%d", port);
    expect_no_connection(builder_at(uri.chars, "chat", &story), &story, STDB_ERR_TLS, "TLS");
    CHECK(pthread_join(server.thread, NULL) == 0);
    close(server.listener);
}

/* This one waits for the end of a request that never comes. */
static void https_spoken_to_an_http_port_that_waits(void) {
    story story = {0};
    const char *uri = environment("STDB_TEST_URI");
    CHECK(strncmp(uri, "http://", 7) == 0);
    stdb_connection_builder *builder = builder_at(text_of("https://%s", uri + 7).chars, "chat", &story);
    CHECK_OK(stdb_connection_builder_with_connect_timeout_ms(builder, 200, NULL));
    expect_no_connection(builder, &story, STDB_ERR_TIMEOUT, "TLS");
}

/* A builder for the host with TLS. */
static stdb_connection_builder *secure_builder(story *story) {
    return builder_at(environment("STDB_TEST_TLS_URI"), environment("STDB_TEST_CHAT_DATABASE"), story);
}

/* The ciphers are assembly whose results valgrind takes for uninitialised. */
static bool skips_ciphers(void) {
    if (under_valgrind()) {
        printf("    skipped: not under valgrind\n");
    }
    return under_valgrind();
}

static void a_certificate_of_nobody_we_trust(void) {
    if (skips_ciphers()) {
        return;
    }
    story story = {0};
    expect_no_connection(secure_builder(&story), &story, STDB_ERR_TLS, "certificate");
}

static void pem_without_certificates(void) {
    const char *pems[] = {"", "no certificate at all",
                          "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n"};
    for (size_t i = 0; i < sizeof pems / sizeof *pems; i++) {
        story story = {0};
        stdb_connection_builder *builder = secure_builder(&story);
        CHECK_OK(stdb_connection_builder_with_ca_pem(builder, pems[i], NULL));
        expect_no_connection(builder, &story, STDB_ERR_TLS, "`ca_pem`");
    }
}

static void read_pem(char *pem, size_t capacity) {
    FILE *file = fopen(environment("STDB_TEST_CA_PEM"), "rb");
    CHECK(file != NULL);
    size_t len = fread(pem, 1, capacity, file);
    fclose(file);
    CHECK(len > 0 && len < capacity);
    pem[len] = '\0';
}

static void tls_with_the_right_certificate_works(void) {
    if (skips_ciphers()) {
        return;
    }
    story story = {0};
    char pem[8192];
    read_pem(pem, sizeof pem);
    stdb_connection_builder *builder = secure_builder(&story);
    CHECK_OK(stdb_connection_builder_with_ca_pem(builder, pem, NULL));
    stdb_connection *connection = build_up(builder);
    subscribe_forever(connection, text_of("SELECT * FROM user"));
    CHECK(count_of(table_of(connection, "user")) >= 1);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    WAIT(connection, story.disconnects == 1);
    CHECK(story.connects == 1 && story.code == STDB_OK);
    free_over(connection, &story);
}

/* --- Connections that end badly --- */

/* What waits for the host when it misbehaves. */
typedef struct waiting {
    outcome call;
    watch subscription;
} waiting;

static void begin_to_wait(stdb_connection *connection, waiting *waiting) {
    const char *queries[] = {"SELECT * FROM user"};
    set_name(connection, "somebody", &waiting->call);
    stdb_subscription_free(begin_subscription(connection, queries, 1, &waiting->subscription));
}

/* Whoever waited was told that the connection ended, once. */
static void check_told(const waiting *waiting, const story *story) {
    CHECK(waiting->call.runs == 1 && waiting->call.status == STDB_CALL_DISCONNECTED && waiting->call.drops == 1);
    CHECK(waiting->call.kind == STDB_EVENT_REDUCER && strcmp(waiting->call.reducer.chars, "set_name") == 0);
    CHECK(waiting->subscription.errors == 1 && waiting->subscription.applied == 0 && waiting->subscription.drops == 2);
    CHECK(waiting->subscription.kind == STDB_EVENT_SUBSCRIBE_ERROR);
    CHECK(waiting->subscription.code == story->code);
}

/* Builds, and expects that the connection comes up and ends with this error. The call and the subscription are made
 * before it is up, so that they wait however soon the host misbehaves. */
static void expect_end(stdb_connection_builder *builder, const story *story, stdb_status code, const char *says) {
    waiting waiting = {0};
    stdb_connection *connection = build(builder);
    begin_to_wait(connection, &waiting);
    WAIT(connection, story->disconnects == 1);
    CHECK(tells(story, code, says));
    CHECK(story->connects == 1 && story->connect_errors == 0 && story->http_status == 0);
    check_told(&waiting, story);
    CHECK(stats_of(connection).rows_cached == 0 && stats_of(connection).calls_pending == 0);
    free_over(connection, story);
    check_told(&waiting, story);
}

static void expect_spoilt(const char *database, const char *says) {
    story story = {0};
    expect_end(builder_of(database, &story), &story, STDB_ERR_PROTOCOL, says);
    CHECK(!story.retriable && story.close_code == 0);
}

static void frames_that_are_no_messages(void) {
    expect_spoilt("bad-empty", "0 left at byte 0 of 0");
    expect_spoilt("bad-truncated", "2 left at byte 39 of 41");
    expect_spoilt("bad-trailing", "3 bytes too many");
    expect_spoilt("bad-tag", "unknown tag 200");
    expect_spoilt("bad-compression-tag", "unknown tag 9");
    expect_spoilt("bad-utf8", "UTF-8");
    expect_spoilt("bad-text", "text message");
}

static void frames_that_do_not_expand(void) {
    expect_spoilt("bad-gzip", "gzip");
    expect_spoilt("bad-brotli", "brotli");
}

static void lengths_that_lie(void) {
    expect_spoilt("bad-length", "34359738304 bytes expected");
    expect_spoilt("bad-length-rows", "4294967288 bytes expected");
    expect_spoilt("bad-length-tables", "4042322160 items");
}

static void row_sizes_that_lie(void) {
    expect_spoilt("bad-rowsize", "row size 7");
    expect_spoilt("bad-rowsize-zero", "row size 0");
    expect_spoilt("bad-offsets", "offset 10 of row 2");
    expect_spoilt("bad-offsets-beyond", "offset 4000 of row 2");
}

static void rows_that_do_not_fit_the_schema(void) {
    expect_spoilt("bad-unknown-table", "table `nobody`");
    expect_spoilt("bad-short-row", "table `user`");
}

static void an_answer_that_nobody_asked_for(void) {
    expect_spoilt("bad-unknown-query", "4242");
}

/* --- Messages that are too large --- */

/* Expects STDB_ERR_TOO_LARGE, sooner than what was announced can have been read. */
static void expect_too_large(const char *database, size_t limit, const char *says) {
    story story = {0};
    stdb_connection_builder *builder = builder_of(database, &story);
    CHECK_OK(stdb_connection_builder_with_max_message_bytes(builder, limit, NULL));
    uint64_t start = now_us();
    expect_end(builder, &story, STDB_ERR_TOO_LARGE, says);
    CHECK(now_us() - start < PATIENCE_MS * 1000ull);
}

static void a_message_above_the_limit(void) {
    expect_too_large("bad-big", 1 << 20, "1048576");
}

/* Few megabytes that would expand to 4 GiB. What arrives is below the limit. */
static void bombs(void) {
    expect_too_large("bad-bomb-gzip", 8 << 20, "expands beyond the limit of 8388608");
    expect_too_large("bad-bomb-brotli", 2 << 20, "expands beyond the limit of 2097152");
}

/* --- Ends that are no message's fault --- */

static void a_host_that_closes(void) {
    story policy = {0}, going = {0};
    expect_end(builder_of("bad-close-1008", &policy), &policy, STDB_ERR_CLOSED, "closed on purpose");
    CHECK(policy.close_code == 1008);
    expect_end(builder_of("bad-close-1011", &going), &going, STDB_ERR_CLOSED, "1011");
    CHECK(going.close_code == 1011);
}

/* It ends before the host's first message, so it never was a connection. */
static void a_reset(void) {
    expect_refusal("bad-reset", STDB_ERR_IO, 0, "127.0.0.1");
}

static void a_silent_host(void) {
    story story = {0};
    stdb_connection_builder *builder = builder_of("bad-silent", &story);
    CHECK_OK(stdb_connection_builder_with_keepalive_ms(builder, 100, NULL));
    uint64_t start = now_us();
    expect_no_connection(builder, &story, STDB_ERR_TIMEOUT, "silent for 2");
    CHECK(now_us() - start >= 199000 && story.retriable);
}

/* --- What a connection survives --- */

static void a_delete_of_a_row_that_is_not_there(void) {
    story story = {0};
    outcome named = {0};
    stdb_connection *connection = build_up(builder_of("bad-delete-absent", &story));
    subscribe_forever(connection, text_of("SELECT * FROM user"));
    uint64_t users = count_of(table_of(connection, "user"));
    CHECK(users >= 1);
    WAIT(connection, stats_of(connection).absent_deletes == 1);
    CHECK(story.warnings == 1 && strstr(story.warning, "1 rows that were not in the cache") != NULL);

    set_name(connection, "somebody", &named);
    expect_commit(connection, &named);
    CHECK(count_of(table_of(connection, "user")) == users && stats_of(connection).absent_deletes == 1);
    CHECK(stdb_connection_is_active(connection) && story.warnings == 1);
    stdb_connection_free(connection);
    CHECK(story.disconnects == 0 && story.connect_errors == 0 && story.drops == STORY_CALLBACKS);
}

static void a_query_that_is_refused(void) {
    watch watch = {0};
    const char *queries[] = {"SELECT * FROM no_such_table"};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = begin_subscription(connection, queries, 1, &watch);
    WAIT(connection, watch.errors == 1);
    CHECK(watch.applied == 0 && watch.drops == 2 && watch.kind == STDB_EVENT_SUBSCRIBE_ERROR);
    CHECK(watch.code == STDB_ERR_SUBSCRIPTION && strstr(watch.message.chars, "no_such_table") != NULL);
    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    stdb_subscription_free(subscription);

    CHECK(stdb_connection_is_active(connection));
    subscribe_forever(connection, text_of("SELECT * FROM user"));
    stdb_connection_free(connection);
}

/* --- Harm to a cache that was filled --- */

/* A relay before a good host, which can be told to say something to its latest client, or to drop everybody. */
enum { RELAYED = 8 };

typedef struct relay {
    int listener;
    int port;
    int host_port;
    int command[2]; /* What is written to [1] is said to the client; its end ends the relay. */
    int pairs[RELAYED][2];
    int count;
    pthread_t thread;
} relay;

static int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((uint16_t)port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    MUST(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static void accept_client(relay *relay) {
    MUST(relay->count < RELAYED);
    int *pair = relay->pairs[relay->count++];
    pair[0] = accept(relay->listener, NULL, NULL);
    MUST(pair[0] >= 0);
    pair[1] = connect_to(relay->host_port);
}

/* Copies what has come from one side to the other; false at its end. */
static bool copy(int from, int to) {
    uint8_t bytes[16384];
    ssize_t len = read(from, bytes, sizeof bytes);
    for (ssize_t at = 0; at < len;) {
        ssize_t written = send(to, bytes + at, (size_t)(len - at), MSG_NOSIGNAL);
        if (written <= 0) {
            return false;
        }
        at += written;
    }
    return len > 0;
}

static void close_pair(int *pair) {
    for (int side = 0; side < 2; side++) {
        if (pair[side] >= 0) {
            close(pair[side]);
        }
        pair[side] = -1;
    }
}

/* `poll` passes over the descriptors of pairs that are closed, which are negative. */
static bool relay_once(relay *relay) {
    struct pollfd fds[2 + 2 * RELAYED] = {{relay->listener, POLLIN, 0}, {relay->command[0], POLLIN, 0}};
    for (int i = 0; i < 2 * relay->count; i++) {
        fds[2 + i] = (struct pollfd){relay->pairs[i / 2][i % 2], POLLIN, 0};
    }
    MUST(poll(fds, (nfds_t)(2 + 2 * relay->count), -1) > 0);
    for (int i = 0; i < 2 * relay->count; i++) {
        int *pair = relay->pairs[i / 2];
        if (fds[2 + i].revents != 0 && pair[0] >= 0 && !copy(pair[i % 2], pair[1 - i % 2])) {
            close_pair(pair);
        }
    }
    if (fds[1].revents != 0 && !copy(relay->command[0], relay->pairs[relay->count - 1][0])) {
        return false;
    }
    if (fds[0].revents != 0) {
        accept_client(relay);
    }
    return true;
}

static void *run_relay(void *data) {
    relay *relay = data;
    while (relay_once(relay)) {
    }
    for (int i = 0; i < relay->count; i++) {
        close_pair(relay->pairs[i]);
    }
    return NULL;
}

static void start_relay(relay *relay) {
    const char *port = strrchr(environment("STDB_TEST_URI"), ':');
    *relay = (struct relay){.host_port = atoi(port + 1)};
    relay->port = listen_somewhere(&relay->listener);
    CHECK(pipe(relay->command) == 0);
    CHECK(pthread_create(&relay->thread, NULL, run_relay, relay) == 0);
}

/* Says bytes to the client. They must fit into the pipe. */
static void say(relay *relay, const void *bytes, size_t len) {
    CHECK(write(relay->command[1], bytes, len) == (ssize_t)len);
}

/* Drops everybody, at once. */
static void hang_up(relay *relay) {
    close(relay->command[1]);
    CHECK(pthread_join(relay->thread, NULL) == 0);
    relay->command[1] = -1;
}

static void end_relay(relay *relay) {
    if (relay->command[1] >= 0) {
        hang_up(relay);
    }
    close(relay->command[0]);
    close(relay->listener);
}

/* A connection to `kitchen` through a relay, with the three entities of a zone in its cache. */
typedef struct kept {
    relay relay;
    story story;
    uint32_t zone;
    stdb_connection *connection;
} kept;

/* On the heap, since the relay's thread goes on when a check fails. */
static kept *fill_cache(void) {
    outcome spawned = {0};
    kept *kept = calloc(1, sizeof *kept);
    CHECK(kept != NULL);
    kept->zone = fresh();
    start_relay(&kept->relay);
    text uri = text_of("http://127.0.0.1:%d", kept->relay.port);
    kept->connection = build_up(builder_at(uri.chars, environment("STDB_TEST_DATABASE"), &kept->story));
    subscribe_forever(kept->connection, entities_in(kept->zone));
    spawn(kept->connection, kept->zone, 3, kept->zone, &spawned);
    expect_commit(kept->connection, &spawned);
    return kept;
}

/* The three entities and nothing else are in the cache. */
static void check_kept(const kept *kept) {
    CHECK(count_of(table_of(kept->connection, "entity")) == 3 && stats_of(kept->connection).rows_cached == 3);
    for (uint64_t id = kept->zone; id < kept->zone + 3; id++) {
        entity entity;
        CHECK(find_entity(kept->connection, id, &entity));
        CHECK(entity.id == id && entity.zone == kept->zone && entity.x == (float)id && entity.hp == 100);
    }
}

static void expect_kept(kept *kept, stdb_status code, const char *says) {
    WAIT(kept->connection, kept->story.disconnects == 1);
    CHECK(tells(&kept->story, code, says));
    CHECK(kept->story.connects == 1 && kept->story.connect_errors == 0);
    check_over(kept->connection, &kept->story);
    check_kept(kept);
}

static void free_kept(kept *kept) {
    stdb_connection_free(kept->connection);
    CHECK(kept->story.drops == STORY_CALLBACKS);
    end_relay(&kept->relay);
    free(kept);
}

static void expect_kept_after(const void *bytes, size_t len, const char *says) {
    kept *kept = fill_cache();
    say(&kept->relay, bytes, len);
    expect_kept(kept, STDB_ERR_PROTOCOL, says);
    free_kept(kept);
}

/* Each is one frame of the WebSocket protocol, or what a broken host takes for one. */
static void broken_frames_leave_the_cache(void) {
    static const uint8_t unknown_tag[] = {0x82, 2, 0, 200}, text[] = {0x81, 2, 'h', 'i'}, reserved_opcode[] = {0x83, 0},
                         reserved_bits[] = {0xc2, 0}, masked[] = {0x82, 0x80, 1, 2, 3, 4},
                         nothing_to_go_on[] = {0x80, 0}, fragmented_ping[] = {0x09, 0}, short_close[] = {0x88, 1, 3};
    expect_kept_after(unknown_tag, sizeof unknown_tag, "unknown tag 200");
    expect_kept_after(text, sizeof text, "text message");
    expect_kept_after(reserved_opcode, sizeof reserved_opcode, "WebSocket");
    expect_kept_after(reserved_bits, sizeof reserved_bits, "WebSocket");
    expect_kept_after(masked, sizeof masked, "WebSocket");
    expect_kept_after(nothing_to_go_on, sizeof nothing_to_go_on, "WebSocket");
    expect_kept_after(fragmented_ping, sizeof fragmented_ping, "WebSocket");
    expect_kept_after(short_close, sizeof short_close, "WebSocket");
}

/* An update of table `entity`: rows of one size are inserted. */
static void write_inserts(stdb_bsatn_writer *writer, const uint8_t *rows, size_t row_len) {
    MUST_OK(stdb_bsatn_writer_u32(writer, 4099, NULL));
    MUST_OK(stdb_bsatn_writer_string(writer, "entity", NULL));
    MUST_OK(stdb_bsatn_writer_u64(writer, 1, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, 1, NULL));
    MUST_OK(stdb_bsatn_writer_u8(writer, 0, NULL)); /* not compressed */
    MUST_OK(stdb_bsatn_writer_u8(writer, 1, NULL)); /* deletes, by offsets: none */
    MUST_OK(stdb_bsatn_writer_u32(writer, 0, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, 0, NULL));
    MUST_OK(stdb_bsatn_writer_u8(writer, 0, NULL)); /* inserts, by size */
    MUST_OK(stdb_bsatn_writer_u16(writer, (uint16_t)row_len, NULL));
    MUST_OK(stdb_bsatn_writer_bytes(writer, (stdb_bytes){rows, row_len}, NULL));
}

/* The frame of a TransactionUpdateLight with two inserted entities, the second of `second_len` bytes. */
static size_t light_frame(uint8_t *frame, size_t capacity, uint64_t id, size_t second_len) {
    uint8_t row[28] = {0};
    key key = key_u64(id);
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    memcpy(row, key.bytes, key.len);
    MUST_OK(stdb_bsatn_writer_u8(writer, 0, NULL)); /* not compressed */
    MUST_OK(stdb_bsatn_writer_u8(writer, 2, NULL)); /* TransactionUpdateLight */
    MUST_OK(stdb_bsatn_writer_u32(writer, 0, NULL));
    MUST_OK(stdb_bsatn_writer_u32(writer, 2, NULL));
    write_inserts(writer, row, sizeof row);
    row[0] ^= 0xff;
    write_inserts(writer, row, second_len);
    stdb_bytes payload = stdb_bsatn_writer_data(writer);
    MUST(payload.len > 125 && payload.len + 4 <= capacity);
    memcpy(frame, (uint8_t[]){0x82, 126, (uint8_t)(payload.len >> 8), (uint8_t)payload.len}, 4);
    memcpy(frame + 4, payload.data, payload.len);
    size_t len = payload.len + 4;
    stdb_bsatn_writer_free(writer);
    return len;
}

static void a_message_that_is_half_good_changes_nothing(void) {
    uint8_t frame[512];
    kept *kept = fill_cache();
    say(&kept->relay, frame, light_frame(frame, sizeof frame, kept->zone + 3, 27));
    expect_kept(kept, STDB_ERR_PROTOCOL, "table `entity`");
    free_kept(kept);

    /* And it is not for the frame itself: with both halves good it is applied. */
    kept = fill_cache();
    say(&kept->relay, frame, light_frame(frame, sizeof frame, kept->zone + 3, 28));
    WAIT(kept->connection, count_of(table_of(kept->connection, "entity")) == 5);
    CHECK(find_entity(kept->connection, kept->zone + 3, NULL) && kept->story.disconnects == 0);
    free_kept(kept);
}

static void a_host_that_is_gone_leaves_the_cache(void) {
    kept *kept = fill_cache();
    hang_up(&kept->relay);
    expect_kept(kept, STDB_ERR_IO, "127.0.0.1");
    CHECK(kept->story.retriable);
    free_kept(kept);
}

static const test tests[] = {
    TEST(a_port_that_refuses),
    TEST(a_name_that_cannot_be_resolved),
    TEST(handshakes_that_are_refused),
    TEST(a_database_that_is_not_there),
    TEST(a_host_that_is_no_websocket_server),
    TEST(subprotocols_that_were_not_offered),
    TEST(a_host_that_never_answers),
    TEST(schemas_that_cannot_be_had),
    TEST(a_bad_token_is_refused_and_stays_a_secret),
    TEST(https_spoken_to_an_http_port),
    TEST(https_spoken_to_an_http_port_that_waits),
    TEST(a_certificate_of_nobody_we_trust),
    TEST(pem_without_certificates),
    TEST(tls_with_the_right_certificate_works),
    TEST(frames_that_are_no_messages),
    TEST(frames_that_do_not_expand),
    TEST(lengths_that_lie),
    TEST(row_sizes_that_lie),
    TEST(rows_that_do_not_fit_the_schema),
    TEST(an_answer_that_nobody_asked_for),
    TEST(a_message_above_the_limit),
    TEST(bombs),
    TEST(a_host_that_closes),
    TEST(a_reset),
    TEST(a_silent_host),
    TEST(a_delete_of_a_row_that_is_not_there),
    TEST(a_query_that_is_refused),
    TEST(broken_frames_leave_the_cache),
    TEST(a_message_that_is_half_good_changes_nothing),
    TEST(a_host_that_is_gone_leaves_the_cache),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
