/* What the library says to arguments that it cannot use, and to calls at the wrong time: the status, a message that names
 * what is wrong, outputs left alone, and destructors that ran. */

#include "kitchen.h"

#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>

/* A call with an argument that it cannot use; the message must name it. */
#define BAD(text, call) CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, text, call)
#define BAD_NULL(argument, call) BAD("`" argument "` is NULL", call)
#define BAD_TEXT(argument, call) BAD("`" argument "` is not UTF-8", call)

/* What is registered with a callback: data, and a destructor that counts. */
static int drops;
#define WATCHED &drops, count_up

/* A registration that fails; the destructor must have run once. */
#define REFUSED(expected, text, call)          \
    do {                                       \
        drops = 0;                             \
        CHECK_STATUS(expected, text, call);    \
        CHECK(drops == 1);                     \
    } while (0)
#define REFUSED_NULL(argument, call) REFUSED(STDB_ERR_INVALID_ARGUMENT, "`" argument "` is NULL", call)
#define REFUSED_TEXT(argument, call) REFUSED(STDB_ERR_INVALID_ARGUMENT, "`" argument "` is not UTF-8", call)

/* Fills an output with bytes that no success writes, to see whether a failure leaves it alone. */
#define FILL(output) memset(&(output), 0xa5, sizeof(output))
#define CHECK_UNTOUCHED(output) CHECK(is_filled(&(output), sizeof(output)))

static bool is_filled(const void *output, size_t size) {
    const unsigned char *bytes = output;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0xa5) {
            return false;
        }
    }
    return true;
}

static const char NOT_UTF8[] = "a\xff";

/* Bytes that have a length but no address. */
static const stdb_bytes NOWHERE = {NULL, 1};

/* --- Callbacks that must not run --- */

static void no_event(const stdb_context *context, void *user_data) {
    (void)context, (void)user_data;
    MUST(!"this callback must not run");
}

static void no_connect(const stdb_context *context, const stdb_identity *identity, stdb_str token, void *user_data) {
    (void)identity, (void)token;
    no_event(context, user_data);
}

static void no_log(const stdb_context *context, stdb_log_level level, stdb_str message, void *user_data) {
    (void)level, (void)message;
    no_event(context, user_data);
}

static void no_row(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)row;
    no_event(context, user_data);
}

static void no_update(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row, void *user_data) {
    (void)old_row, (void)new_row;
    no_event(context, user_data);
}

static void no_batch(const stdb_context *context, const stdb_batch *batch, void *user_data) {
    (void)batch;
    no_event(context, user_data);
}

static const char *no_token(void *user_data) {
    no_event(NULL, user_data);
    return NULL;
}

/* --- NULL where values and frees allow it --- */

static void frees_take_null(void) {
    stdb_error_free(NULL);
    stdb_connection_builder_free(NULL);
    stdb_connection_free(NULL);
    stdb_subscription_builder_free(NULL);
    stdb_subscription_free(NULL);
    stdb_row_iter_free(NULL);
    stdb_bsatn_writer_free(NULL);
    stdb_bsatn_reader_free(NULL);
    stdb_credentials_file_free(NULL);
}

static void values_of_null_are_nothing(void) {
    stdb_row row;
    stdb_identity identity = {{0}};
    stdb_connection_id id = {{0}};
    FILL(row);
    CHECK(stdb_error_code(NULL) == STDB_OK && stdb_error_message(NULL).len == 0);
    CHECK(stdb_error_http_status(NULL) == 0 && stdb_error_close_code(NULL) == 0);
    CHECK(!stdb_error_is_fatal(NULL) && !stdb_error_is_retriable(NULL));
    CHECK(stdb_context_event_kind(NULL) == STDB_EVENT_NONE && stdb_context_connection(NULL) == NULL);
    CHECK(stdb_context_error(NULL) == NULL && !stdb_context_retry_follows(NULL));
    CHECK(!stdb_connection_is_active(NULL) && stdb_connection_get_state(NULL) == STDB_STATE_ENDED);
    CHECK(!stdb_subscription_is_active(NULL) && stdb_subscription_is_ended(NULL));
    CHECK(stdb_subscription_query_count(NULL) == 0 && stdb_table_name(NULL).len == 0);
    CHECK(!stdb_row_iter_next(NULL, &row));
    CHECK(stdb_row_iter_next_many(NULL, &row, 1) == 0);
    CHECK(stdb_rows_copy(NULL, 1, NULL, 0) == 0);
    CHECK_UNTOUCHED(row);
    CHECK(stdb_bsatn_writer_data(NULL).len == 0);
    CHECK(stdb_bsatn_reader_position(NULL) == 0 && stdb_bsatn_reader_remaining(NULL) == 0);
    CHECK(!stdb_identity_equal(NULL, &identity) && !stdb_identity_equal(&identity, NULL));
    CHECK(!stdb_connection_id_equal(NULL, &id) && !stdb_connection_id_equal(&id, NULL));
    CHECK(!stdb_identity_equal(NULL, NULL) && !stdb_connection_id_equal(NULL, NULL));
    CHECK(stdb_credentials_file_path(NULL).len == 0);
}

/* A failure tells its status also to those who do not want the error. */
static void errors_need_not_be_taken(void) {
    CHECK(stdb_connection_builder_with_uri(NULL, "a", NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_connection_frame_tick(NULL, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_bsatn_writer_u8(NULL, 1, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_identity_from_hex("no", NULL, NULL) == STDB_ERR_INVALID_ARGUMENT);
}

/* --- Writer and reader --- */

static void numbers_need_a_writer(void) {
    BAD_NULL("writer", stdb_bsatn_writer_clear(NULL, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_bool(NULL, true, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_u8(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_u16(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_u32(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_u64(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_u128(NULL, (stdb_u128){1, 1}, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_u256(NULL, (stdb_u256){{1}}, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_i8(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_i16(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_i32(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_i64(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_i128(NULL, (stdb_i128){1, 1}, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_i256(NULL, (stdb_i256){{1}}, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_f32(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_f64(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_timestamp(NULL, (stdb_timestamp){1}, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_time_duration(NULL, (stdb_time_duration){1}, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_array_begin(NULL, 1, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_some(NULL, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_none(NULL, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_sum_tag(NULL, 1, &error_));
}

static void writers_need_values(void) {
    const stdb_identity identity = {{0}};
    const stdb_connection_id id = {{0}};
    const stdb_str text = {"a", 1};
    const stdb_bytes bytes = {(const uint8_t *)"a", 1};
    BAD_NULL("writer", stdb_bsatn_writer_string(NULL, "a", &error_));
    BAD_NULL("writer", stdb_bsatn_writer_str(NULL, text, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_bytes(NULL, bytes, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_raw(NULL, bytes, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_identity(NULL, &identity, &error_));
    BAD_NULL("writer", stdb_bsatn_writer_connection_id(NULL, &id, &error_));

    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    BAD_NULL("value", stdb_bsatn_writer_string(writer, NULL, &error_));
    BAD_TEXT("value", stdb_bsatn_writer_string(writer, NOT_UTF8, &error_));
    BAD("`value` has a length but is NULL", stdb_bsatn_writer_str(writer, (stdb_str){NULL, 1}, &error_));
    BAD_TEXT("value", stdb_bsatn_writer_str(writer, (stdb_str){NOT_UTF8, 2}, &error_));
    BAD("`value` has a length but is NULL", stdb_bsatn_writer_bytes(writer, NOWHERE, &error_));
    BAD("`value` has a length but is NULL", stdb_bsatn_writer_raw(writer, NOWHERE, &error_));
    BAD_NULL("value", stdb_bsatn_writer_identity(writer, NULL, &error_));
    BAD_NULL("value", stdb_bsatn_writer_connection_id(writer, NULL, &error_));
    CHECK(stdb_bsatn_writer_data(writer).len == 0);
    stdb_bsatn_writer_free(writer);
}

/* A read without a reader, and one without an output; neither moves the reader nor writes the output. */
#define READ_NEEDS_BOTH(function, type)                                                 \
    do {                                                                                \
        type out_;                                                                      \
        FILL(out_);                                                                     \
        BAD_NULL("reader", stdb_bsatn_reader_##function(NULL, &out_, &error_));         \
        CHECK_UNTOUCHED(out_);                                                          \
        BAD_NULL("out", stdb_bsatn_reader_##function(reader, NULL, &error_));           \
        CHECK(stdb_bsatn_reader_position(reader) == 0);                                 \
    } while (0)

static void reads_need_a_reader_and_an_output(void) {
    const uint8_t zeros[32] = {0};
    stdb_bsatn_reader *reader = NULL;
    CHECK_OK(stdb_bsatn_reader_new((stdb_bytes){zeros, sizeof zeros}, &reader, NULL));
    READ_NEEDS_BOTH(bool, bool);
    READ_NEEDS_BOTH(u8, uint8_t);
    READ_NEEDS_BOTH(u16, uint16_t);
    READ_NEEDS_BOTH(u32, uint32_t);
    READ_NEEDS_BOTH(u64, uint64_t);
    READ_NEEDS_BOTH(u128, stdb_u128);
    READ_NEEDS_BOTH(u256, stdb_u256);
    READ_NEEDS_BOTH(i8, int8_t);
    READ_NEEDS_BOTH(i16, int16_t);
    READ_NEEDS_BOTH(i32, int32_t);
    READ_NEEDS_BOTH(i64, int64_t);
    READ_NEEDS_BOTH(i128, stdb_i128);
    READ_NEEDS_BOTH(i256, stdb_i256);
    READ_NEEDS_BOTH(f32, float);
    READ_NEEDS_BOTH(f64, double);
    READ_NEEDS_BOTH(string, stdb_str);
    READ_NEEDS_BOTH(bytes, stdb_bytes);
    READ_NEEDS_BOTH(identity, stdb_identity);
    READ_NEEDS_BOTH(connection_id, stdb_connection_id);
    READ_NEEDS_BOTH(timestamp, stdb_timestamp);
    READ_NEEDS_BOTH(time_duration, stdb_time_duration);
    READ_NEEDS_BOTH(array_begin, size_t);
    READ_NEEDS_BOTH(option, bool);
    READ_NEEDS_BOTH(sum_tag, uint8_t);
    stdb_bsatn_reader_free(reader);
}

static void readers_need_bytes_and_an_output(void) {
    stdb_bytes out;
    stdb_bsatn_reader *reader;
    FILL(reader);
    FILL(out);
    BAD("`bytes` has a length but is NULL", stdb_bsatn_reader_new(NOWHERE, &reader, &error_));
    CHECK_UNTOUCHED(reader);
    BAD_NULL("out", stdb_bsatn_reader_new(no_args(), NULL, &error_));
    BAD_NULL("reader", stdb_bsatn_reader_finish(NULL, &error_));
    BAD_NULL("reader", stdb_bsatn_reader_raw(NULL, 0, &out, &error_));
    CHECK_UNTOUCHED(out);
    CHECK_OK(stdb_bsatn_reader_new((stdb_bytes){(const uint8_t *)"a", 1}, &reader, NULL));
    BAD_NULL("out", stdb_bsatn_reader_raw(reader, 1, NULL, &error_));
    CHECK(stdb_bsatn_reader_position(reader) == 0);
    stdb_bsatn_reader_free(reader);
}

/* --- Identities, timestamps --- */

static void texts_of_identities_need_both(void) {
    const stdb_identity identity = {{0}};
    const stdb_connection_id id = {{0}};
    stdb_identity read;
    stdb_connection_id read_id;
    char text[65];
    FILL(read);
    FILL(read_id);
    FILL(text);
    BAD_NULL("identity", stdb_identity_to_hex(NULL, text, &error_));
    BAD_NULL("out", stdb_identity_to_hex(&identity, NULL, &error_));
    BAD_NULL("text", stdb_identity_from_hex(NULL, &read, &error_));
    BAD_TEXT("text", stdb_identity_from_hex(NOT_UTF8, &read, &error_));
    BAD_NULL("out", stdb_identity_from_hex("12", NULL, &error_));
    BAD_NULL("connection_id", stdb_connection_id_to_hex(NULL, text, &error_));
    BAD_NULL("out", stdb_connection_id_to_hex(&id, NULL, &error_));
    BAD_NULL("text", stdb_connection_id_from_hex(NULL, &read_id, &error_));
    BAD_TEXT("text", stdb_connection_id_from_hex(NOT_UTF8, &read_id, &error_));
    BAD_NULL("out", stdb_connection_id_from_hex("12", NULL, &error_));
    CHECK_UNTOUCHED(read);
    CHECK_UNTOUCHED(read_id);
    CHECK_UNTOUCHED(text);
}

static void texts_of_timestamps_need_both(void) {
    stdb_timestamp read;
    size_t len;
    FILL(read);
    FILL(len);
    BAD_NULL("buffer", stdb_timestamp_to_rfc3339((stdb_timestamp){0}, NULL, 40, &len, &error_));
    BAD_NULL("text", stdb_timestamp_from_rfc3339(NULL, &read, &error_));
    BAD_TEXT("text", stdb_timestamp_from_rfc3339(NOT_UTF8, &read, &error_));
    BAD_NULL("out", stdb_timestamp_from_rfc3339("1970-01-01T00:00:00Z", NULL, &error_));
    CHECK_UNTOUCHED(read);
    CHECK_UNTOUCHED(len);
}

/* --- Credentials --- */

typedef struct folder {
    char path[64];
} folder;

static folder make_folder(void) {
    folder folder = {"stdb-arguments-XXXXXX"};
    CHECK(mkdtemp(folder.path) != NULL);
    return folder;
}

static stdb_credentials_file *credentials(const char *directory, const char *key) {
    stdb_credentials_file *file = NULL;
    CHECK_OK(stdb_credentials_file_with_directory(directory, key, &file, NULL));
    return file;
}

static void write_file(const char *path, const char *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, len, file) == len && fclose(file) == 0);
}

static void credentials_need_arguments(void) {
    stdb_credentials_file *file;
    stdb_str token;
    FILL(file);
    FILL(token);
    BAD_NULL("key", stdb_credentials_file_new(NULL, &file, &error_));
    BAD_TEXT("key", stdb_credentials_file_new(NOT_UTF8, &file, &error_));
    BAD_NULL("out", stdb_credentials_file_new("a", NULL, &error_));
    BAD_NULL("directory", stdb_credentials_file_with_directory(NULL, "a", &file, &error_));
    BAD_TEXT("directory", stdb_credentials_file_with_directory(NOT_UTF8, "a", &file, &error_));
    BAD("`directory` is empty", stdb_credentials_file_with_directory("", "a", &file, &error_));
    BAD_NULL("key", stdb_credentials_file_with_directory("/tmp", NULL, &file, &error_));
    BAD_TEXT("key", stdb_credentials_file_with_directory("/tmp", NOT_UTF8, &file, &error_));
    BAD_NULL("out", stdb_credentials_file_with_directory("/tmp", "a", NULL, &error_));
    CHECK_UNTOUCHED(file);
    BAD_NULL("file", stdb_credentials_file_save(NULL, "a", &error_));
    BAD_NULL("file", stdb_credentials_file_load(NULL, &token, &error_));
    BAD_NULL("file", stdb_credentials_file_remove(NULL, &error_));
    CHECK_UNTOUCHED(token);
}

static void credentials_keys_are_plain_names(void) {
    char long_key[257];
    memset(long_key, 'k', 256);
    long_key[256] = '\0';
    const char *const bad[] = {"", "../x", "a/b", "/a", "a/", "..", ".", "a\\b", long_key};
    stdb_credentials_file *file;
    FILL(file);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        BAD("`key`", stdb_credentials_file_with_directory("/tmp", bad[i], &file, &error_));
        BAD("`key`", stdb_credentials_file_new(bad[i], &file, &error_));
    }
    CHECK_UNTOUCHED(file);
}

static void tokens_of_credentials_are_checked(void) {
    folder folder = make_folder();
    stdb_credentials_file *file = credentials(folder.path, "a");
    char *large = malloc((1 << 20) + 1);
    CHECK(large != NULL);
    memset(large, 'a', 1 << 20);
    large[1 << 20] = '\0';
    BAD_NULL("token", stdb_credentials_file_save(file, NULL, &error_));
    BAD_TEXT("token", stdb_credentials_file_save(file, NOT_UTF8, &error_));
    BAD("`token` is larger", stdb_credentials_file_save(file, large, &error_));
    BAD_NULL("token", stdb_credentials_file_load(file, NULL, &error_));
    free(large);
    stdb_credentials_file_free(file);
    /* Nothing was written. */
    CHECK(rmdir(folder.path) == 0);
}

/* A load that fails leaves the token of the one before good. */
static void files_that_are_no_credentials_are_told(void) {
    const struct {
        const char *bytes;
        size_t len;
    } bad[] = {{"", 0}, {"text", 4}, {"\1\0\0\0", 4}, {"\1\0\0\0a+", 6}, {"\1\0\0\0\xff", 5}};
    folder folder = make_folder();
    text path = text_of("%s/a", folder.path);
    stdb_credentials_file *file = credentials(folder.path, "a");
    stdb_str token, untouched;
    FILL(untouched);
    CHECK_STATUS(STDB_ERR_NOT_FOUND, path.chars, stdb_credentials_file_load(file, &untouched, &error_));
    CHECK_OK(stdb_credentials_file_save(file, "good", NULL));
    CHECK_OK(stdb_credentials_file_load(file, &token, NULL));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file(path.chars, bad[i].bytes, bad[i].len);
        CHECK_STATUS(STDB_ERR_BSATN, path.chars, stdb_credentials_file_load(file, &untouched, &error_));
    }
    CHECK_UNTOUCHED(untouched);
    CHECK(str_is(token, "good"));
    CHECK_OK(stdb_credentials_file_remove(file, NULL));
    stdb_credentials_file_free(file);
    CHECK(rmdir(folder.path) == 0);
}

static void a_folder_in_place_of_the_file_is_told(void) {
    folder folder = make_folder();
    text path = text_of("%s/a", folder.path);
    stdb_credentials_file *file = credentials(folder.path, "a");
    stdb_str token;
    FILL(token);
    CHECK(mkdir(path.chars, 0700) == 0);
    CHECK_STATUS(STDB_ERR_IO, path.chars, stdb_credentials_file_load(file, &token, &error_));
    CHECK_STATUS(STDB_ERR_IO, path.chars, stdb_credentials_file_save(file, "t", &error_));
    CHECK_STATUS(STDB_ERR_IO, path.chars, stdb_credentials_file_remove(file, &error_));
    CHECK_UNTOUCHED(token);
    stdb_credentials_file_free(file);
    /* No temporary file is left. */
    CHECK(rmdir(path.chars) == 0 && rmdir(folder.path) == 0);
}

static void a_folder_that_cannot_be_made_is_told(void) {
    folder folder = make_folder();
    text regular = text_of("%s/regular", folder.path), below = text_of("%s/below", regular.chars);
    stdb_credentials_file *file = credentials(below.chars, "a");
    stdb_str token;
    FILL(token);
    write_file(regular.chars, "x", 1);
    CHECK_STATUS(STDB_ERR_IO, below.chars, stdb_credentials_file_save(file, "t", &error_));
    CHECK_STATUS(STDB_ERR_IO, below.chars, stdb_credentials_file_load(file, &token, &error_));
    CHECK_UNTOUCHED(token);
    stdb_credentials_file_free(file);
    CHECK(unlink(regular.chars) == 0 && rmdir(folder.path) == 0);
}

/* --- The builder of connections --- */

/* Every option without a builder. */
static void options_need_a_builder(void) {
    const stdb_protocol protocol = STDB_PROTOCOL_V1;
    stdb_connection *connection;
    FILL(connection);
    BAD_NULL("builder", stdb_connection_builder_with_uri(NULL, "a", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_database_name(NULL, "a", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_module_name(NULL, "a", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_token(NULL, "a", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_compression(NULL, STDB_COMPRESSION_GZIP, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_light_mode(NULL, true, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_confirmed_reads(NULL, true, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_protocols(NULL, &protocol, 1, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_schema_json(NULL, "{}", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_schema_fetch(NULL, true, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_connect_timeout_ms(NULL, 1, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_keepalive_ms(NULL, 1, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_max_message_bytes(NULL, 4096, &error_));
    BAD_NULL("builder", stdb_connection_builder_with_header(NULL, "A", "a", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_ca_pem(NULL, "a", &error_));
    BAD_NULL("builder", stdb_connection_builder_with_reconnect(NULL, NULL, &error_));
    REFUSED_NULL("builder", stdb_connection_builder_with_token_provider(NULL, no_token, WATCHED, &error_));
    REFUSED_NULL("builder", stdb_connection_builder_on_connect(NULL, no_connect, WATCHED, &error_));
    REFUSED_NULL("builder", stdb_connection_builder_on_connect_error(NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("builder", stdb_connection_builder_on_disconnect(NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("builder", stdb_connection_builder_on_reconnecting(NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("builder", stdb_connection_builder_on_log(NULL, no_log, WATCHED, &error_));
    BAD_NULL("builder", stdb_connection_builder_build(NULL, &connection, &error_));
    CHECK_UNTOUCHED(connection);
}

static void options_need_values(void) {
    stdb_connection_builder *builder = kitchen_builder();
    BAD_NULL("uri", stdb_connection_builder_with_uri(builder, NULL, &error_));
    BAD_TEXT("uri", stdb_connection_builder_with_uri(builder, NOT_UTF8, &error_));
    BAD_NULL("database_name", stdb_connection_builder_with_database_name(builder, NULL, &error_));
    BAD_TEXT("database_name", stdb_connection_builder_with_database_name(builder, NOT_UTF8, &error_));
    BAD_NULL("module_name", stdb_connection_builder_with_module_name(builder, NULL, &error_));
    BAD_TEXT("module_name", stdb_connection_builder_with_module_name(builder, NOT_UTF8, &error_));
    BAD_TEXT("token", stdb_connection_builder_with_token(builder, NOT_UTF8, &error_));
    BAD_NULL("json", stdb_connection_builder_with_schema_json(builder, NULL, &error_));
    BAD_TEXT("json", stdb_connection_builder_with_schema_json(builder, NOT_UTF8, &error_));
    BAD_NULL("name", stdb_connection_builder_with_header(builder, NULL, "a", &error_));
    BAD_TEXT("name", stdb_connection_builder_with_header(builder, NOT_UTF8, "a", &error_));
    BAD_NULL("value", stdb_connection_builder_with_header(builder, "A", NULL, &error_));
    BAD_TEXT("value", stdb_connection_builder_with_header(builder, "A", NOT_UTF8, &error_));
    BAD_NULL("pem", stdb_connection_builder_with_ca_pem(builder, NULL, &error_));
    BAD_TEXT("pem", stdb_connection_builder_with_ca_pem(builder, NOT_UTF8, &error_));
    BAD_NULL("connection", stdb_connection_builder_build(builder, NULL, &error_));
    /* No token at all is an option. */
    CHECK_OK(stdb_connection_builder_with_token(builder, NULL, NULL));
    stdb_connection_builder_free(builder);
}

static void life_callbacks_are_needed(void) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    REFUSED_NULL("provider", stdb_connection_builder_with_token_provider(builder, NULL, WATCHED, &error_));
    REFUSED_NULL("callback", stdb_connection_builder_on_connect(builder, NULL, WATCHED, &error_));
    REFUSED_NULL("callback", stdb_connection_builder_on_connect_error(builder, NULL, WATCHED, &error_));
    REFUSED_NULL("callback", stdb_connection_builder_on_disconnect(builder, NULL, WATCHED, &error_));
    REFUSED_NULL("callback", stdb_connection_builder_on_reconnecting(builder, NULL, WATCHED, &error_));
    REFUSED_NULL("callback", stdb_connection_builder_on_log(builder, NULL, WATCHED, &error_));
    stdb_connection_builder_free(builder);
    CHECK(drops == 1);
}

/* A callback that is replaced, or that no connection took, is dropped once. */
static void life_callbacks_are_dropped_with_the_builder(void) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    drops = 0;
    for (int i = 0; i < 2; i++) {
        CHECK_OK(stdb_connection_builder_with_token_provider(builder, no_token, WATCHED, NULL));
        CHECK_OK(stdb_connection_builder_on_connect(builder, no_connect, WATCHED, NULL));
        CHECK_OK(stdb_connection_builder_on_connect_error(builder, no_event, WATCHED, NULL));
        CHECK_OK(stdb_connection_builder_on_disconnect(builder, no_event, WATCHED, NULL));
        CHECK_OK(stdb_connection_builder_on_reconnecting(builder, no_event, WATCHED, NULL));
        CHECK_OK(stdb_connection_builder_on_log(builder, no_log, WATCHED, NULL));
        CHECK(drops == i * 6);
    }
    stdb_connection_builder_free(builder);
    CHECK(drops == 12);
}

static void numbers_of_options_are_checked(void) {
    stdb_connection_builder *builder = stdb_connection_builder_new();
    const stdb_compression unknown[] = {-1, 3, INT32_MAX};
    for (size_t i = 0; i < 3; i++) {
        BAD("`compression`", stdb_connection_builder_with_compression(builder, unknown[i], &error_));
    }
    BAD("`timeout_ms` is 0", stdb_connection_builder_with_connect_timeout_ms(builder, 0, &error_));
    BAD("`max_message_bytes` is below 1024", stdb_connection_builder_with_max_message_bytes(builder, 0, &error_));
    BAD("`max_message_bytes` is below 1024", stdb_connection_builder_with_max_message_bytes(builder, 1023, &error_));
    CHECK_OK(stdb_connection_builder_with_max_message_bytes(builder, 1024, NULL));
    CHECK_OK(stdb_connection_builder_with_max_message_bytes(builder, SIZE_MAX, NULL));
    CHECK_OK(stdb_connection_builder_with_connect_timeout_ms(builder, UINT32_MAX, NULL));
    CHECK_OK(stdb_connection_builder_with_keepalive_ms(builder, 0, NULL));
    stdb_connection_builder_free(builder);
}

/* Zeros are the defaults, and so is no struct at all. */
static void options_of_reconnecting_are_checked(void) {
    const stdb_reconnect_options zeros = {.struct_size = sizeof zeros};
    const stdb_reconnect_options most = {sizeof most, UINT32_MAX, UINT32_MAX, 100, UINT32_MAX};
    stdb_connection_builder *builder = stdb_connection_builder_new();
    for (size_t size = 0; size < sizeof(size_t); size++) {
        const stdb_reconnect_options unsized_options = {.struct_size = size};
        BAD("`reconnect_options` has a `struct_size`",
            stdb_connection_builder_with_reconnect(builder, &unsized_options, &error_));
    }
    const uint32_t jitters[] = {101, UINT32_MAX};
    for (size_t i = 0; i < 2; i++) {
        const stdb_reconnect_options options = {.struct_size = sizeof options, .jitter_percent = jitters[i]};
        BAD("`jitter_percent` is", stdb_connection_builder_with_reconnect(builder, &options, &error_));
    }
    /* What the caller's header does not have is not looked at. */
    const stdb_reconnect_options shorter = {.struct_size = offsetof(stdb_reconnect_options, jitter_percent),
                                            .jitter_percent = 101};
    CHECK_OK(stdb_connection_builder_with_reconnect(builder, &shorter, NULL));
    CHECK_OK(stdb_connection_builder_with_reconnect(builder, &most, NULL));
    CHECK_OK(stdb_connection_builder_with_reconnect(builder, &zeros, NULL));
    CHECK_OK(stdb_connection_builder_with_reconnect(builder, NULL, NULL));
    stdb_connection_builder_free(builder);
}

static void protocols_are_checked(void) {
    const stdb_protocol unknown[] = {0, 9, -1, 4};
    const stdb_protocol twice[] = {STDB_PROTOCOL_V1, 9};
    stdb_connection_builder *builder = kitchen_builder();
    BAD("`protocols`", stdb_connection_builder_with_protocols(builder, NULL, 1, &error_));
    BAD("`protocols` names none", stdb_connection_builder_with_protocols(builder, unknown, 0, &error_));
    BAD("`protocols`", stdb_connection_builder_with_protocols(builder, twice, 2, &error_));
    for (size_t i = 0; i < 4; i++) {
        BAD("`protocols`", stdb_connection_builder_with_protocols(builder, &unknown[i], 1, &error_));
    }
    /* What was refused changed nothing. */
    stdb_connection_free(build_up(builder));
}

static void schemas_are_checked(void) {
    const char *const bad[] = {"", "no JSON", "[]", "{}", "1", "{\"typespace\":{\"types\":[]},\"tables\":[1],\"reducers\":[]}",
                               "{\"typespace\":{\"types\":7},\"tables\":[],\"reducers\":[]}"};
    stdb_connection_builder *builder = stdb_connection_builder_new();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(STDB_ERR_SCHEMA, "schema", stdb_connection_builder_with_schema_json(builder, bad[i], &error_));
    }
    CHECK_STATUS(STDB_ERR_SCHEMA, "not JSON", stdb_connection_builder_with_schema_json(builder, "{", &error_));
    CHECK_STATUS(STDB_ERR_SCHEMA, "tables[0]", stdb_connection_builder_with_schema_json(builder, bad[5], &error_));
    CHECK_STATUS(STDB_ERR_SCHEMA, "typespace.types", stdb_connection_builder_with_schema_json(builder, bad[6], &error_));
    stdb_connection_builder_free(builder);
}

static void headers_are_checked(void) {
    const char *const bad_names[] = {"", "a b", "a:", "a\n", "\xc3\xa9", "Host", "sec-websocket-key", "Connection"};
    const char *const bad_values[] = {"a\nb", "a\rb", "a\x7f"};
    stdb_connection_builder *builder = stdb_connection_builder_new();
    for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++) {
        BAD("`name`", stdb_connection_builder_with_header(builder, bad_names[i], "a", &error_));
    }
    for (size_t i = 0; i < sizeof bad_values / sizeof *bad_values; i++) {
        BAD("`value`", stdb_connection_builder_with_header(builder, "X-Extra", bad_values[i], &error_));
    }
    CHECK_OK(stdb_connection_builder_with_header(builder, "X-Extra", "", NULL));
    stdb_connection_builder_free(builder);
}

/* --- Building --- */

/* Tries to build to where `name` at `uri` is; either may be NULL, to be left away. */
static void check_build(const char *uri, const char *name, const char *message) {
    stdb_connection *connection;
    FILL(connection);
    stdb_connection_builder *builder = stdb_connection_builder_new();
    drops = 0;
    CHECK_OK(stdb_connection_builder_on_connect(builder, no_connect, WATCHED, NULL));
    if (uri != NULL) {
        CHECK_OK(stdb_connection_builder_with_uri(builder, uri, NULL));
    }
    if (name != NULL) {
        CHECK_OK(stdb_connection_builder_with_database_name(builder, name, NULL));
    }
    BAD(message, stdb_connection_builder_build(builder, &connection, &error_));
    CHECK_UNTOUCHED(connection);
    /* The builder keeps its callbacks. */
    CHECK(drops == 0);
    stdb_connection_builder_free(builder);
    CHECK(drops == 1);
}

static void uris_are_checked(void) {
    const char *const bad[] = {"",         "http://",        "http://:80",    "http://user:secret@a", "http://a/?q",
                               "http://a/#f", "http://a:99999", "http://a b",    "://",               "ws://"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        check_build(bad[i], "kitchen", "`uri`");
    }
    check_build("ftp://example.com", "kitchen", "`uri` has the scheme `ftp`");
    check_build("file:///etc", "kitchen", "`uri`");
    check_build(NULL, "kitchen", "`uri` was not given");
}

static void database_names_are_checked(void) {
    const char *const bad[] = {"", "a/b", "/", "a?b", "a#b", "a b", " ", "a\nb", "a\tb", ".", ".."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        check_build("http://127.0.0.1:9", bad[i], "`database_name`");
    }
    check_build("http://127.0.0.1:9", NULL, "`database_name` was not given");
}

static const char *bad_token(void *user_data) {
    *(int *)user_data += 1;
    return NOT_UTF8;
}

static void the_providers_token_is_checked(void) {
    int asked = 0;
    stdb_connection *connection;
    FILL(connection);
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_token_provider(builder, bad_token, &asked, NULL, NULL));
    CHECK_STATUS(STDB_ERR_CALLBACK, "not UTF-8", stdb_connection_builder_build(builder, &connection, &error_));
    CHECK_UNTOUCHED(connection);
    CHECK(asked == 1);
    stdb_connection_builder_free(builder);
}

/* --- The connection --- */

/* A connection that has the entities of a zone. */
static stdb_connection *connect_and_subscribe(uint32_t zone) {
    stdb_connection *connection = connect_kitchen();
    subscribe_forever(connection, entities_in(zone));
    return connection;
}

static void calls_need_a_connection(void) {
    bool advanced;
    uint64_t count;
    int32_t fd;
    FILL(advanced);
    FILL(count);
    FILL(fd);
    BAD_NULL("connection", stdb_connection_advance_one_message(NULL, &advanced, &error_));
    BAD_NULL("connection", stdb_connection_advance_one_message_blocking(NULL, &error_));
    BAD_NULL("connection", stdb_connection_advance_one_message_timeout(NULL, 1, &error_));
    BAD_NULL("connection", stdb_connection_frame_tick(NULL, &error_));
    BAD_NULL("connection", stdb_connection_frame_tick_budget(NULL, 1, 1, &count, &error_));
    BAD_NULL("connection", stdb_connection_run_threaded(NULL, &error_));
    BAD_NULL("connection", stdb_connection_join(NULL, &error_));
    BAD_NULL("connection", stdb_connection_event_fd(NULL, &fd, &error_));
    BAD_NULL("connection", stdb_connection_disconnect(NULL, &error_));
    BAD_NULL("connection", stdb_connection_remove_on_transaction(NULL, 1, &error_));
    BAD_NULL("connection", stdb_connection_remove_on_reducer(NULL, 1, &error_));
    BAD_NULL("connection", stdb_connection_set_reducer_flags(NULL, "noop", STDB_CALL_FLAGS_FULL_UPDATE, &error_));
    BAD_NULL("connection", stdb_read_guard_begin(NULL, &error_));
    BAD_NULL("connection", stdb_read_guard_end(NULL, &error_));
    CHECK_UNTOUCHED(advanced);
    CHECK_UNTOUCHED(count);
    CHECK_UNTOUCHED(fd);
}

static void questions_need_a_connection(void) {
    stdb_identity identity;
    stdb_connection_id id;
    stdb_protocol protocol;
    stdb_stats stats;
    const stdb_table *table;
    stdb_subscription_builder *builder;
    FILL(identity);
    FILL(id);
    FILL(protocol);
    FILL(stats);
    FILL(table);
    FILL(builder);
    BAD_NULL("connection", stdb_connection_get_identity(NULL, &identity, &error_));
    BAD_NULL("connection", stdb_connection_get_connection_id(NULL, &id, &error_));
    BAD_NULL("connection", stdb_connection_get_protocol(NULL, &protocol, &error_));
    BAD_NULL("connection", stdb_connection_get_stats(NULL, &stats, &error_));
    BAD_NULL("connection", stdb_connection_table(NULL, "entity", &table, &error_));
    BAD_NULL("connection", stdb_subscription_builder_new(NULL, &builder, &error_));
    CHECK_UNTOUCHED(identity);
    CHECK_UNTOUCHED(id);
    CHECK_UNTOUCHED(protocol);
    CHECK_UNTOUCHED(stats);
    CHECK_UNTOUCHED(table);
    CHECK_UNTOUCHED(builder);
}

static void registrations_need_a_connection(void) {
    uint64_t id;
    FILL(id);
    REFUSED_NULL("connection", stdb_connection_on_wakeup(NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("connection", stdb_connection_on_transaction(NULL, no_event, WATCHED, &id, &error_));
    REFUSED_NULL("connection", stdb_connection_on_reducer(NULL, "noop", no_event, WATCHED, &id, &error_));
    REFUSED_NULL("connection",
                 stdb_connection_call_reducer(NULL, "noop", no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("connection",
                 stdb_connection_call_procedure(NULL, "add", no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("connection",
                 stdb_connection_one_off_query(NULL, "SELECT * FROM entity", NULL, no_event, WATCHED, &error_));
    CHECK_UNTOUCHED(id);
}

static void questions_need_outputs(void) {
    stdb_connection *connection = connect_kitchen();
    BAD_NULL("fd", stdb_connection_event_fd(connection, NULL, &error_));
    BAD_NULL("identity", stdb_connection_get_identity(connection, NULL, &error_));
    BAD_NULL("connection_id", stdb_connection_get_connection_id(connection, NULL, &error_));
    BAD_NULL("protocol", stdb_connection_get_protocol(connection, NULL, &error_));
    BAD_NULL("stats", stdb_connection_get_stats(connection, NULL, &error_));
    BAD_NULL("table", stdb_connection_table(connection, "entity", NULL, &error_));
    BAD_NULL("builder", stdb_subscription_builder_new(connection, NULL, &error_));
    /* These outputs nobody has to take. */
    CHECK_OK(stdb_connection_advance_one_message(connection, NULL, NULL));
    CHECK_OK(stdb_connection_frame_tick_budget(connection, 1, 1, NULL, NULL));
    stdb_connection_free(connection);
}

/* A struct of size 0, or of less than its first field, is none. */
static void sizes_of_structs_are_checked(void) {
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    for (size_t size = 0; size < sizeof(size_t); size++) {
        stdb_stats stats;
        stdb_row_iter *iter;
        stdb_call_options options = {.struct_size = size};
        stdb_range range = {.struct_size = size};
        FILL(stats);
        FILL(iter);
        stats.struct_size = size;
        BAD("`struct_size`", stdb_connection_get_stats(connection, &stats, &error_));
        CHECK(stats.struct_size == size && is_filled(&stats.bytes_sent, sizeof stats.bytes_sent));
        REFUSED(STDB_ERR_INVALID_ARGUMENT, "`call_options` has a `struct_size`",
                stdb_connection_call_reducer(connection, "noop", no_args(), &options, no_event, WATCHED, &error_));
        REFUSED(STDB_ERR_INVALID_ARGUMENT, "`call_options` has a `struct_size`",
                stdb_connection_call_procedure(connection, "add", no_args(), &options, no_event, WATCHED, &error_));
        REFUSED(STDB_ERR_INVALID_ARGUMENT, "`call_options` has a `struct_size`",
                stdb_connection_one_off_query(connection, "SELECT 1", &options, no_event, WATCHED, &error_));
        BAD("`range` has a `struct_size`", stdb_table_filter_range(table, "zone", &range, &iter, &error_));
        CHECK_UNTOUCHED(iter);
    }
    stdb_connection_free(connection);
}

/* A caller of an older header has room for less, and gets less. */
static void a_smaller_struct_is_filled_so_far(void) {
    stdb_connection *connection = connect_kitchen();
    stdb_stats stats;
    FILL(stats);
    stats.struct_size = offsetof(stdb_stats, frames_sent);
    CHECK_OK(stdb_connection_get_stats(connection, &stats, NULL));
    CHECK(stats.struct_size == offsetof(stdb_stats, frames_sent));
    CHECK(!is_filled(&stats.bytes_sent, sizeof stats.bytes_sent + sizeof stats.bytes_received));
    CHECK(is_filled(&stats.frames_sent, sizeof stats - stats.struct_size));
    stdb_connection_free(connection);
}

static void tables_need_a_known_name(void) {
    const stdb_table *table;
    FILL(table);
    stdb_connection *connection = connect_kitchen();
    BAD_NULL("name", stdb_connection_table(connection, NULL, &table, &error_));
    BAD_TEXT("name", stdb_connection_table(connection, NOT_UTF8, &table, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`nowhere`", stdb_connection_table(connection, "nowhere", &table, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "``", stdb_connection_table(connection, "", &table, &error_));
    CHECK_UNTOUCHED(table);
    stdb_connection_free(connection);
}

/* Before the schema is there any name will do; what reads the table then tells. */
static void a_table_may_turn_out_to_be_unknown(void) {
    uint64_t count;
    stdb_row_iter *iter;
    const stdb_chunk *chunks;
    size_t chunk_count;
    FILL(count);
    FILL(iter);
    FILL(chunks);
    FILL(chunk_count);
    stdb_connection *connection = build(kitchen_builder());
    const stdb_table *table = table_of(connection, "nowhere");
    drops = 0;
    CHECK_OK(stdb_table_on_insert(table, no_row, WATCHED, NULL, NULL));
    WAIT(connection, stdb_connection_is_active(connection));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`nowhere`", stdb_table_count(table, &count, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`nowhere`", stdb_table_memory(table, &count, &error_));
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`nowhere`", stdb_table_chunks(table, &chunks, &chunk_count, &error_));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`nowhere`", stdb_table_iter(table, &iter, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`nowhere`", stdb_table_filter(table, "id", no_args(), &iter, &error_));
    CHECK_UNTOUCHED(count);
    CHECK_UNTOUCHED(iter);
    CHECK_UNTOUCHED(chunks);
    CHECK_UNTOUCHED(chunk_count);
    stdb_connection_free(connection);
    CHECK(drops == 1);
}

static void connection_callbacks_are_checked(void) {
    uint64_t id;
    FILL(id);
    stdb_connection *connection = connect_kitchen();
    REFUSED_NULL("callback", stdb_connection_on_transaction(connection, NULL, WATCHED, &id, &error_));
    REFUSED_NULL("callback", stdb_connection_on_reducer(connection, "noop", NULL, WATCHED, &id, &error_));
    REFUSED_NULL("reducer", stdb_connection_on_reducer(connection, NULL, no_event, WATCHED, &id, &error_));
    REFUSED_TEXT("reducer", stdb_connection_on_reducer(connection, NOT_UTF8, no_event, WATCHED, &id, &error_));
    REFUSED(STDB_ERR_UNKNOWN_REDUCER, "`nothing`",
            stdb_connection_on_reducer(connection, "nothing", no_event, WATCHED, &id, &error_));
    CHECK_UNTOUCHED(id);
    /* Without a callback a wakeup is removed, and there is nothing to keep data for. */
    drops = 0;
    CHECK_OK(stdb_connection_on_wakeup(connection, NULL, WATCHED, NULL));
    CHECK(drops == 1);
    stdb_connection_free(connection);
    CHECK(drops == 1);
}

static void calls_are_checked(void) {
    const stdb_call_options bad_flags[] = {{.struct_size = sizeof(stdb_call_options), .flags = 3},
                                           {.struct_size = sizeof(stdb_call_options), .flags = -1}};
    stdb_connection *connection = connect_kitchen();
    REFUSED_NULL("reducer",
                 stdb_connection_call_reducer(connection, NULL, no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED_TEXT("reducer",
                 stdb_connection_call_reducer(connection, NOT_UTF8, no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_UNKNOWN_REDUCER, "`nothing`",
            stdb_connection_call_reducer(connection, "nothing", no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_INVALID_ARGUMENT, "`args` has a length but is NULL",
            stdb_connection_call_reducer(connection, "noop", NOWHERE, NULL, no_event, WATCHED, &error_));
    for (size_t i = 0; i < 2; i++) {
        REFUSED(STDB_ERR_INVALID_ARGUMENT, "`flags`",
                stdb_connection_call_reducer(connection, "noop", no_args(), &bad_flags[i], no_event, WATCHED, &error_));
    }
    /* Data without a callback has nothing to wait for. */
    drops = 0;
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, NULL, WATCHED, NULL));
    CHECK(drops == 1);
    stdb_connection_free(connection);
}

static void calls_of_procedures_are_checked(void) {
    const stdb_call_options bad_flags = {.struct_size = sizeof bad_flags, .flags = 3};
    stdb_connection *connection = build(kitchen_builder());
    REFUSED_NULL("procedure",
                 stdb_connection_call_procedure(connection, NULL, no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED_TEXT("procedure",
                 stdb_connection_call_procedure(connection, NOT_UTF8, no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_INVALID_ARGUMENT, "`args` has a length but is NULL",
            stdb_connection_call_procedure(connection, "add", NOWHERE, NULL, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_INVALID_ARGUMENT, "`flags`",
            stdb_connection_call_procedure(connection, "add", no_args(), &bad_flags, no_event, WATCHED, &error_));
    CHECK(stats_of(connection).calls_pending == 0);
    /* Data without a callback has nothing to wait for. */
    drops = 0;
    CHECK_OK(stdb_connection_call_procedure(connection, "add", no_args(), NULL, NULL, WATCHED, NULL));
    CHECK(drops == 1);
    stdb_connection_free(connection);
    CHECK(drops == 1);
}

static void one_off_queries_are_checked(void) {
    const stdb_call_options bad_flags = {.struct_size = sizeof bad_flags, .flags = -1};
    stdb_connection *connection = connect_kitchen();
    REFUSED_NULL("query", stdb_connection_one_off_query(connection, NULL, NULL, no_event, WATCHED, &error_));
    REFUSED_TEXT("query", stdb_connection_one_off_query(connection, NOT_UTF8, NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("on_result", stdb_connection_one_off_query(connection, "SELECT 1", NULL, NULL, WATCHED, &error_));
    REFUSED(STDB_ERR_INVALID_ARGUMENT, "`flags`",
            stdb_connection_one_off_query(connection, "SELECT 1", &bad_flags, no_event, WATCHED, &error_));
    CHECK(stats_of(connection).calls_pending == 0);
    stdb_connection_free(connection);
    CHECK(drops == 1);
}

static void reducer_flags_are_checked(void) {
    const stdb_call_flags full = STDB_CALL_FLAGS_FULL_UPDATE;
    stdb_connection *connection = connect_kitchen();
    BAD_NULL("reducer", stdb_connection_set_reducer_flags(connection, NULL, full, &error_));
    BAD_TEXT("reducer", stdb_connection_set_reducer_flags(connection, NOT_UTF8, full, &error_));
    BAD("`flags`", stdb_connection_set_reducer_flags(connection, "noop", 3, &error_));
    BAD("`flags`", stdb_connection_set_reducer_flags(connection, "noop", -1, &error_));
    CHECK_OK(stdb_connection_set_reducer_flags(connection, "noop", STDB_CALL_FLAGS_DEFAULT, NULL));
    stdb_connection_free(connection);
}

static void numbers_of_callbacks_are_checked(void) {
    uint64_t id = 0;
    stdb_connection *connection = connect_kitchen();
    const stdb_table *entities = table_of(connection, "entity"), *items = table_of(connection, "item");
    drops = 0;
    CHECK_OK(stdb_table_on_insert(entities, no_row, WATCHED, &id, NULL));
    /* The number is that of another kind of callback, and of another table. */
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "number", stdb_connection_remove_on_transaction(connection, id, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "number", stdb_connection_remove_on_reducer(connection, id, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "number", stdb_table_remove_callback(items, id, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "number", stdb_table_remove_callback(entities, 0, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "number", stdb_table_remove_callback(entities, UINT64_MAX, &error_));
    CHECK(drops == 0);
    CHECK_OK(stdb_table_remove_callback(entities, id, NULL));
    CHECK(drops == 1);
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "number", stdb_table_remove_callback(entities, id, &error_));
    stdb_connection_free(connection);
    CHECK(drops == 1);
}

/* Each kind of callback is removed by its number, and what stays is dropped with the connection. */
static void callbacks_are_dropped_when_removed(void) {
    uint64_t transaction = 0, reducer = 0;
    stdb_connection *connection = connect_kitchen();
    drops = 0;
    CHECK_OK(stdb_connection_on_transaction(connection, no_event, WATCHED, &transaction, NULL));
    CHECK_OK(stdb_connection_on_reducer(connection, "noop", no_event, WATCHED, &reducer, NULL));
    CHECK_OK(stdb_connection_on_wakeup(connection, no_event, WATCHED, NULL));
    CHECK_OK(stdb_connection_remove_on_transaction(connection, transaction, NULL));
    CHECK(drops == 1);
    CHECK_OK(stdb_connection_remove_on_reducer(connection, reducer, NULL));
    CHECK(drops == 2);
    CHECK_OK(stdb_connection_on_wakeup(connection, NULL, NULL, NULL, NULL));
    CHECK(drops == 3);
    CHECK_OK(stdb_connection_on_transaction(connection, no_event, WATCHED, NULL, NULL));
    stdb_connection_free(connection);
    CHECK(drops == 4);
}

/* --- Tables --- */

static void questions_need_a_table(void) {
    uint64_t count;
    stdb_row row;
    stdb_row_iter *iter;
    const stdb_chunk *chunks;
    size_t chunk_count;
    const key key = key_u64(1);
    FILL(count);
    FILL(row);
    FILL(iter);
    FILL(chunks);
    FILL(chunk_count);
    BAD_NULL("table", stdb_table_count(NULL, &count, &error_));
    BAD_NULL("table", stdb_table_memory(NULL, &count, &error_));
    BAD_NULL("table", stdb_table_chunks(NULL, &chunks, &chunk_count, &error_));
    BAD_NULL("table", stdb_table_find(NULL, "id", bytes_of(&key), &row, &error_));
    BAD_NULL("table", stdb_table_find_many(NULL, "id", bytes_of(&key), 1, &row, &error_));
    BAD_NULL("table", stdb_table_iter(NULL, &iter, &error_));
    BAD_NULL("table", stdb_table_filter(NULL, "zone", no_args(), &iter, &error_));
    BAD_NULL("table", stdb_table_filter_range(NULL, "zone", NULL, &iter, &error_));
    BAD_NULL("table", stdb_table_remove_callback(NULL, 1, &error_));
    REFUSED_NULL("table", stdb_table_on_insert(NULL, no_row, WATCHED, &count, &error_));
    REFUSED_NULL("table", stdb_table_on_before_delete(NULL, no_row, WATCHED, &count, &error_));
    REFUSED_NULL("table", stdb_table_on_delete(NULL, no_row, WATCHED, &count, &error_));
    REFUSED_NULL("table", stdb_table_on_update(NULL, no_update, WATCHED, &count, &error_));
    REFUSED_NULL("table", stdb_table_on_batch(NULL, no_batch, WATCHED, &count, &error_));
    CHECK_UNTOUCHED(count);
    CHECK_UNTOUCHED(row);
    CHECK_UNTOUCHED(iter);
    CHECK_UNTOUCHED(chunks);
    CHECK_UNTOUCHED(chunk_count);
}

static void tables_need_outputs_and_callbacks(void) {
    uint64_t id;
    const stdb_chunk *chunks;
    size_t chunk_count;
    const key key = key_u64(1);
    FILL(id);
    FILL(chunks);
    FILL(chunk_count);
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    BAD_NULL("count", stdb_table_count(table, NULL, &error_));
    BAD_NULL("bytes", stdb_table_memory(table, NULL, &error_));
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    BAD_NULL("chunks", stdb_table_chunks(table, NULL, &chunk_count, &error_));
    BAD_NULL("count", stdb_table_chunks(table, &chunks, NULL, &error_));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_UNTOUCHED(chunks);
    CHECK_UNTOUCHED(chunk_count);
    BAD_NULL("row", stdb_table_find(table, "id", bytes_of(&key), NULL, &error_));
    BAD_NULL("iter", stdb_table_iter(table, NULL, &error_));
    BAD_NULL("iter", stdb_table_filter(table, "zone", no_args(), NULL, &error_));
    BAD_NULL("iter", stdb_table_filter_range(table, "zone", NULL, NULL, &error_));
    REFUSED_NULL("callback", stdb_table_on_insert(table, NULL, WATCHED, &id, &error_));
    REFUSED_NULL("callback", stdb_table_on_before_delete(table, NULL, WATCHED, &id, &error_));
    REFUSED_NULL("callback", stdb_table_on_delete(table, NULL, WATCHED, &id, &error_));
    REFUSED_NULL("callback", stdb_table_on_update(table, NULL, WATCHED, &id, &error_));
    REFUSED_NULL("callback", stdb_table_on_batch(table, NULL, WATCHED, &id, &error_));
    CHECK_UNTOUCHED(id);
    stdb_connection_free(connection);
}

static void finds_are_checked(void) {
    const uint8_t zeros[9] = {0};
    const stdb_bytes good = {zeros, 8}, too_short = {zeros, 7}, too_long = {zeros, 9};
    stdb_row row;
    FILL(row);
    stdb_connection *connection = connect_and_subscribe(fresh());
    const stdb_table *table = table_of(connection, "entity");
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard", stdb_table_find(table, "id", good, &row, &error_));
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    BAD_NULL("column", stdb_table_find(table, NULL, good, &row, &error_));
    BAD_TEXT("column", stdb_table_find(table, NOT_UTF8, good, &row, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_COLUMN, "`nothing`", stdb_table_find(table, "nothing", good, &row, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_INDEX, "`zone`", stdb_table_find(table, "zone", (stdb_bytes){zeros, 4}, &row, &error_));
    BAD("`key`", stdb_table_find(table, "id", too_short, &row, &error_));
    BAD("`key`", stdb_table_find(table, "id", too_long, &row, &error_));
    BAD("`key`", stdb_table_find(table, "id", no_args(), &row, &error_));
    BAD("`key` has a length but is NULL", stdb_table_find(table, "id", NOWHERE, &row, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "`entity`", stdb_table_find(table, "id", good, &row, &error_));
    BAD_NULL("column", stdb_table_find_many(table, NULL, good, 1, &row, &error_));
    BAD_TEXT("column", stdb_table_find_many(table, NOT_UTF8, good, 1, &row, &error_));
    BAD_NULL("rows", stdb_table_find_many(table, "id", good, 1, NULL, &error_));
    BAD("`keys[0]`", stdb_table_find_many(table, "id", too_short, 1, &row, &error_));
    BAD("`keys` has 9 bytes", stdb_table_find_many(table, "id", too_long, 1, &row, &error_));
    BAD("`keys[1]`", stdb_table_find_many(table, "id", good, 2, &row, &error_));
    BAD("`keys` has a length but is NULL", stdb_table_find_many(table, "id", NOWHERE, 1, &row, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_INDEX, "`zone`", stdb_table_find_many(table, "zone", good, 1, &row, &error_));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard", stdb_table_find_many(table, "id", good, 1, &row, &error_));
    CHECK_UNTOUCHED(row);
    stdb_connection_free(connection);
}

/* A failed filter holds no guard: the next find is refused. */
static void filters_are_checked(void) {
    const uint8_t zeros[9] = {0};
    const stdb_bytes good = {zeros, 4};
    stdb_row_iter *iter;
    stdb_row row;
    FILL(iter);
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    BAD_NULL("index", stdb_table_filter(table, NULL, good, &iter, &error_));
    BAD_TEXT("index", stdb_table_filter(table, NOT_UTF8, good, &iter, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_INDEX, "`nothing`", stdb_table_filter(table, "nothing", good, &iter, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_INDEX, "`hp`", stdb_table_filter(table, "hp", good, &iter, &error_));
    BAD("`key`", stdb_table_filter(table, "zone", (stdb_bytes){zeros, 3}, &iter, &error_));
    BAD("`key`", stdb_table_filter(table, "zone", (stdb_bytes){zeros, 9}, &iter, &error_));
    BAD("`key` has a length but is NULL", stdb_table_filter(table, "zone", NOWHERE, &iter, &error_));
    CHECK_UNTOUCHED(iter);
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard",
                 stdb_table_find(table, "id", (stdb_bytes){zeros, 8}, &row, &error_));
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard", stdb_read_guard_end(connection, &error_));
    stdb_connection_free(connection);
}

/* Tries a range on the index of `zone`, which must be refused. */
static void check_range(const stdb_table *table, stdb_range range, const char *message) {
    stdb_row_iter *iter;
    FILL(iter);
    range.struct_size = sizeof range;
    BAD(message, stdb_table_filter_range(table, "zone", &range, &iter, &error_));
    CHECK_UNTOUCHED(iter);
}

static void ranges_are_checked(void) {
    const uint8_t zeros[9] = {0};
    const stdb_bytes zone = {zeros, 4}, bad = {zeros, 3};
    const stdb_bound included = STDB_BOUND_INCLUDED, excluded = STDB_BOUND_EXCLUDED;
    stdb_row_iter *iter;
    FILL(iter);
    stdb_connection *connection = connect_kitchen();
    const stdb_table *table = table_of(connection, "entity");
    check_range(table, (stdb_range){.lower_bound = 3}, "`lower_bound` is 3");
    check_range(table, (stdb_range){.upper_bound = -1}, "`upper_bound` is -1");
    check_range(table, (stdb_range){.key = NOWHERE}, "`key` has a length but is NULL");
    check_range(table, (stdb_range){.lower = NOWHERE, .lower_bound = included}, "`lower` has a length but is NULL");
    check_range(table, (stdb_range){.upper = NOWHERE, .upper_bound = excluded}, "`upper` has a length but is NULL");
    check_range(table, (stdb_range){.key = bad}, "`key` is not a value of column `zone`");
    check_range(table, (stdb_range){.lower = bad, .lower_bound = included}, "`lower` is not a value of column `zone`");
    check_range(table, (stdb_range){.upper = bad, .upper_bound = excluded}, "`upper` is not a value of column `zone`");
    check_range(table, (stdb_range){.key = {zeros, 9}}, "`key` has more values than");
    /* The index has one column, and the key takes it. */
    check_range(table, (stdb_range){.key = zone, .lower = zone, .lower_bound = included}, "`lower` is for a column");
    check_range(table, (stdb_range){.key = zone, .upper = zone, .upper_bound = included}, "`upper` is for a column");
    BAD_NULL("index", stdb_table_filter_range(table, NULL, NULL, &iter, &error_));
    BAD_TEXT("index", stdb_table_filter_range(table, NOT_UTF8, NULL, &iter, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_INDEX, "`nothing`", stdb_table_filter_range(table, "nothing", NULL, &iter, &error_));
    CHECK_UNTOUCHED(iter);
    stdb_connection_free(connection);
}

/* Without a bound its value is not looked at. */
static void a_range_of_zeros_is_everything(void) {
    const stdb_range range = {.struct_size = sizeof range, .lower = NOWHERE, .upper = NOWHERE};
    uint32_t zone = fresh();
    outcome spawned = {0};
    stdb_row_iter *iter = NULL;
    stdb_row row;
    stdb_connection *connection = connect_and_subscribe(zone);
    spawn(connection, zone, 2, zone, &spawned);
    expect_commit(connection, &spawned);
    CHECK_OK(stdb_table_filter_range(table_of(connection, "entity"), "zone", &range, &iter, NULL));
    CHECK(!stdb_row_iter_next(iter, NULL) && stdb_row_iter_next_many(iter, NULL, 1) == 0);
    CHECK(stdb_row_iter_next(iter, &row) && stdb_row_iter_next(iter, &row));
    /* At the end the row stays as it was. */
    FILL(row);
    CHECK(!stdb_row_iter_next(iter, &row) && !stdb_row_iter_next(iter, &row));
    CHECK_UNTOUCHED(row);
    stdb_row_iter_free(iter);
    stdb_connection_free(connection);
}

static void read_guards_are_counted(void) {
    stdb_connection *connection = connect_kitchen();
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard", stdb_read_guard_end(connection, &error_));
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_STATUS(STDB_ERR_NO_READ_GUARD, "read guard", stdb_read_guard_end(connection, &error_));
    stdb_connection_free(connection);
}

/* --- Subscriptions --- */

static void subscriptions_need_handles(void) {
    const char *const queries[] = {"SELECT * FROM entity"};
    stdb_subscription *subscription;
    size_t length;
    char buffer[8];
    FILL(subscription);
    FILL(length);
    FILL(buffer);
    REFUSED_NULL("builder", stdb_subscription_builder_on_applied(NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("builder", stdb_subscription_builder_on_error(NULL, no_event, WATCHED, &error_));
    BAD_NULL("builder", stdb_subscription_builder_subscribe(NULL, queries, 1, &subscription, &error_));
    BAD_NULL("builder", stdb_subscription_builder_subscribe_to_all_tables(NULL, &subscription, &error_));
    BAD_NULL("subscription", stdb_subscription_get_query(NULL, 0, buffer, sizeof buffer, &length, &error_));
    BAD_NULL("subscription", stdb_subscription_unsubscribe(NULL, &error_));
    REFUSED_NULL("subscription", stdb_subscription_unsubscribe_then(NULL, no_event, WATCHED, &error_));
    REFUSED_NULL("subscription",
                 stdb_subscription_replace(NULL, queries, 1, no_event, no_event, WATCHED, &error_));
    CHECK_UNTOUCHED(subscription);
    CHECK_UNTOUCHED(length);
    CHECK_UNTOUCHED(buffer);
}

static void queries_are_checked(void) {
    const char *const with_null[] = {"SELECT * FROM entity", NULL}, *const with_bad[] = {"SELECT * FROM entity", NOT_UTF8};
    stdb_subscription *subscription;
    FILL(subscription);
    stdb_subscription_builder *builder = NULL;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    REFUSED_NULL("callback", stdb_subscription_builder_on_applied(builder, NULL, WATCHED, &error_));
    REFUSED_NULL("callback", stdb_subscription_builder_on_error(builder, NULL, WATCHED, &error_));
    drops = 0;
    CHECK_OK(stdb_subscription_builder_on_applied(builder, no_event, WATCHED, NULL));
    CHECK_OK(stdb_subscription_builder_on_error(builder, no_event, WATCHED, NULL));
    BAD("`queries`", stdb_subscription_builder_subscribe(builder, with_null, 0, &subscription, &error_));
    BAD("`queries`", stdb_subscription_builder_subscribe(builder, NULL, 1, &subscription, &error_));
    BAD_NULL("queries[1]", stdb_subscription_builder_subscribe(builder, with_null, 2, &subscription, &error_));
    BAD_TEXT("queries[1]", stdb_subscription_builder_subscribe(builder, with_bad, 2, &subscription, &error_));
    CHECK_UNTOUCHED(subscription);
    CHECK(stats_of(connection).subscriptions == 0);
    /* The builder has kept its callbacks. */
    CHECK(drops == 0);
    stdb_subscription_builder_free(builder);
    CHECK(drops == 2);
    stdb_connection_free(connection);
}

static void new_queries_are_checked(void) {
    const char *const with_null[] = {"SELECT * FROM entity", NULL}, *const with_bad[] = {"SELECT * FROM entity", NOT_UTF8};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = subscribe(connection, text_of("SELECT * FROM left WHERE id = %" PRIu32, fresh()));
    REFUSED(STDB_ERR_INVALID_ARGUMENT, "`queries`",
            stdb_subscription_replace(subscription, with_null, 0, no_event, no_event, WATCHED, &error_));
    REFUSED_NULL("queries",
                 stdb_subscription_replace(subscription, NULL, 1, no_event, no_event, WATCHED, &error_));
    REFUSED_NULL("queries[1]",
                 stdb_subscription_replace(subscription, with_null, 2, no_event, no_event, WATCHED, &error_));
    REFUSED_TEXT("queries[1]",
                 stdb_subscription_replace(subscription, with_bad, 2, no_event, no_event, WATCHED, &error_));
    CHECK(stdb_subscription_is_active(subscription) && stats_of(connection).subscriptions == 1);
    /* Data without a callback has nothing to wait for. */
    drops = 0;
    CHECK_OK(stdb_subscription_replace(subscription, with_null, 1, NULL, NULL, WATCHED, NULL));
    CHECK(drops == 1);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
    CHECK(drops == 1);
}

static void a_subscription_is_asked_and_ended_with_care(void) {
    char buffer[8];
    size_t length;
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = subscribe(connection, text_of("SELECT * FROM left WHERE id = %" PRIu32, fresh()));
    FILL(length);
    FILL(buffer);
    BAD("`position` is 1", stdb_subscription_get_query(subscription, 1, buffer, sizeof buffer, &length, &error_));
    BAD("`position`", stdb_subscription_get_query(subscription, SIZE_MAX, buffer, sizeof buffer, &length, &error_));
    BAD("`buffer` is NULL", stdb_subscription_get_query(subscription, 0, NULL, 8, &length, &error_));
    CHECK_UNTOUCHED(length);
    CHECK_UNTOUCHED(buffer);
    CHECK_OK(stdb_subscription_get_query(subscription, 0, NULL, 0, NULL, NULL));

    REFUSED_NULL("callback", stdb_subscription_unsubscribe_then(subscription, NULL, WATCHED, &error_));
    CHECK(stdb_subscription_is_active(subscription));
    CHECK_OK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &watch, NULL, NULL));
    CHECK_STATUS(STDB_ERR_ALREADY_UNSUBSCRIBED, "before", stdb_subscription_unsubscribe(subscription, &error_));
    REFUSED(STDB_ERR_ALREADY_UNSUBSCRIBED, "before",
            stdb_subscription_unsubscribe_then(subscription, no_event, WATCHED, &error_));
    const char *const queries[] = {"SELECT * FROM left"};
    REFUSED(STDB_ERR_ALREADY_UNSUBSCRIBED, "before",
            stdb_subscription_replace(subscription, queries, 1, no_event, no_event, WATCHED, &error_));
    WAIT(connection, watch.unsubscribed == 1);
    CHECK_STATUS(STDB_ERR_ALREADY_ENDED, "ended", stdb_subscription_unsubscribe(subscription, &error_));
    REFUSED(STDB_ERR_ALREADY_ENDED, "ended", stdb_subscription_unsubscribe_then(subscription, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_ALREADY_ENDED, "ended",
            stdb_subscription_replace(subscription, queries, 1, no_event, no_event, WATCHED, &error_));
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- At the wrong time --- */

/* Waits until something waits to be advanced, and the descriptor says so. */
static void wait_readable(stdb_connection *connection) {
    struct pollfd poller = {.events = POLLIN};
    CHECK_OK(stdb_connection_event_fd(connection, &poller.fd, NULL));
    wait_arrived(connection, 1);
    CHECK(poll(&poller, 1, PATIENCE_MS) == 1 && (poller.revents & POLLIN) != 0);
}

/* Tries every way of advancing, none of which may. */
static void check_cannot_advance(stdb_connection *connection, stdb_status expected, const char *message) {
    bool advanced;
    uint64_t count;
    FILL(advanced);
    FILL(count);
    CHECK_STATUS(expected, message, stdb_connection_advance_one_message(connection, &advanced, &error_));
    CHECK_STATUS(expected, message, stdb_connection_advance_one_message_blocking(connection, &error_));
    CHECK_STATUS(expected, message, stdb_connection_advance_one_message_timeout(connection, 1000, &error_));
    CHECK_STATUS(expected, message, stdb_connection_frame_tick(connection, &error_));
    CHECK_STATUS(expected, message, stdb_connection_frame_tick_budget(connection, 0, 0, &count, &error_));
    CHECK_UNTOUCHED(advanced);
    CHECK_UNTOUCHED(count);
}

static void advancing_needs_no_guard(void) {
    outcome called = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    /* As long as nothing waits, there is nothing to refuse. */
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK_OK(stdb_connection_advance_one_message(connection, NULL, NULL));
    call(connection, "noop", no_args(), &called);
    wait_readable(connection);
    check_cannot_advance(connection, STDB_ERR_READ_GUARD_HELD, "read guard");
    CHECK(called.runs == 0 && stats_of(connection).messages_waiting == 1);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(called.runs == 1);
    stdb_connection_free(connection);
}

static void advancing_needs_no_iterator(void) {
    outcome called = {0};
    stdb_row_iter *iter = NULL;
    stdb_row row;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_table_iter(table_of(connection, "secret"), &iter, NULL));
    /* One at its end holds its guard still. */
    CHECK(!stdb_row_iter_next(iter, &row));
    call(connection, "noop", no_args(), &called);
    wait_readable(connection);
    check_cannot_advance(connection, STDB_ERR_READ_GUARD_HELD, "read guard");
    stdb_row_iter_free(iter);
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(called.runs == 1);
    stdb_connection_free(connection);
}

/* What a call inside a callback gave, to be checked outside of it: a check must not jump out of a callback. */
typedef struct result {
    stdb_status status;
    text message;
} result;

static result take_result(stdb_status status, stdb_error *error) {
    result result = {status, text_of_str(stdb_error_message(error))};
    MUST(stdb_error_code(error) == status);
    stdb_error_free(error);
    return result;
}

/* In `call` the error's address is `&error_`, as in CHECK_STATUS. */
#define RECORD(result, call)                            \
    do {                                                \
        stdb_error *error_ = NULL;                      \
        stdb_status status_ = (call);                   \
        *(result) = take_result(status_, error_);       \
    } while (0)

#define CHECK_RESULT(result, expected, text) \
    CHECK((result).status == (expected) && strstr((result).message.chars, (text)) != NULL)

typedef struct inside {
    int runs;
    bool advanced;
    uint64_t count;
    result advances[5];
    result no_context, no_event, no_reducer;
    stdb_reducer_event event;
} inside;

/* What asking for other kinds of events gave. */
typedef struct other_kinds {
    int runs;
    bool retry_follows;
    result procedure, query, row, reconnect;
    result no_context[4], no_output[4];
    stdb_procedure_event procedure_event;
    stdb_query_event query_event;
    stdb_row query_row;
    stdb_reconnect_event reconnect_event;
} other_kinds;

static void advance_inside(const stdb_context *context, void *user_data) {
    inside *inside = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    result *results = inside->advances;
    inside->runs += 1;
    FILL(inside->advanced);
    FILL(inside->count);
    RECORD(&results[0], stdb_connection_advance_one_message(connection, &inside->advanced, &error_));
    RECORD(&results[1], stdb_connection_advance_one_message_blocking(connection, &error_));
    RECORD(&results[2], stdb_connection_advance_one_message_timeout(connection, 1000, &error_));
    RECORD(&results[3], stdb_connection_frame_tick(connection, &error_));
    RECORD(&results[4], stdb_connection_frame_tick_budget(connection, 0, 0, &inside->count, &error_));
    RECORD(&inside->no_event, stdb_context_reducer_event(context, NULL, &error_));
    FILL(inside->event);
    RECORD(&inside->no_context, stdb_context_reducer_event(NULL, &inside->event, &error_));
}

static void advancing_inside_a_callback_is_refused(void) {
    inside inside = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, advance_inside, &inside, NULL, NULL));
    WAIT(connection, inside.runs == 1);
    for (size_t i = 0; i < 5; i++) {
        CHECK_RESULT(inside.advances[i], STDB_ERR_REENTRANT, "callback");
    }
    CHECK_UNTOUCHED(inside.advanced);
    CHECK_UNTOUCHED(inside.count);
    CHECK_RESULT(inside.no_event, STDB_ERR_INVALID_ARGUMENT, "`event` is NULL");
    CHECK_RESULT(inside.no_context, STDB_ERR_INVALID_ARGUMENT, "`context` is NULL");
    CHECK_UNTOUCHED(inside.event);
    stdb_connection_free(connection);
}

static void ask_for_a_reducer(const stdb_context *context, void *user_data) {
    inside *inside = user_data;
    FILL(inside->event);
    RECORD(&inside->no_reducer, stdb_context_reducer_event(context, &inside->event, &error_));
    inside->runs += 1;
}

static void other_events_have_no_reducer(void) {
    inside inside = {0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_transaction(connection, ask_for_a_reducer, &inside, NULL, NULL, NULL));
    subscribe_forever(connection, entities_in(fresh()));
    CHECK(inside.runs == 1);
    CHECK_RESULT(inside.no_reducer, STDB_ERR_NOT_FOUND, "not a reducer's");
    CHECK_UNTOUCHED(inside.event);
    stdb_connection_free(connection);
}

/* Asks a reducer's context for what it does not have. */
static void ask_for_other_kinds(const stdb_context *context, void *user_data) {
    other_kinds *asked = user_data;
    result *no_context = asked->no_context, *no_output = asked->no_output;
    RECORD(&asked->procedure, stdb_context_procedure_event(context, &asked->procedure_event, &error_));
    RECORD(&asked->query, stdb_context_query_event(context, &asked->query_event, &error_));
    RECORD(&asked->row, stdb_context_query_row(context, 0, &asked->query_row, &error_));
    RECORD(&asked->reconnect, stdb_context_reconnect_event(context, &asked->reconnect_event, &error_));
    RECORD(&no_context[0], stdb_context_procedure_event(NULL, &asked->procedure_event, &error_));
    RECORD(&no_context[1], stdb_context_query_event(NULL, &asked->query_event, &error_));
    RECORD(&no_context[2], stdb_context_query_row(NULL, 0, &asked->query_row, &error_));
    RECORD(&no_context[3], stdb_context_reconnect_event(NULL, &asked->reconnect_event, &error_));
    RECORD(&no_output[0], stdb_context_procedure_event(context, NULL, &error_));
    RECORD(&no_output[1], stdb_context_query_event(context, NULL, &error_));
    RECORD(&no_output[2], stdb_context_query_row(context, 0, NULL, &error_));
    RECORD(&no_output[3], stdb_context_reconnect_event(context, NULL, &error_));
    asked->retry_follows = stdb_context_retry_follows(context);
    asked->runs += 1;
}

static void events_of_other_kinds_are_told_apart(void) {
    static other_kinds asked;
    FILL(asked);
    asked.runs = 0;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, ask_for_other_kinds, &asked, NULL, NULL));
    WAIT(connection, asked.runs == 1);
    CHECK_RESULT(asked.procedure, STDB_ERR_NOT_FOUND, "not a procedure's");
    CHECK_RESULT(asked.query, STDB_ERR_NOT_FOUND, "not a query's");
    CHECK_RESULT(asked.row, STDB_ERR_NOT_FOUND, "not a query's");
    CHECK_RESULT(asked.reconnect, STDB_ERR_NOT_FOUND, "not an attempt's to reconnect");
    for (size_t i = 0; i < 4; i++) {
        CHECK_RESULT(asked.no_context[i], STDB_ERR_INVALID_ARGUMENT, "`context` is NULL");
        CHECK_RESULT(asked.no_output[i], STDB_ERR_INVALID_ARGUMENT, i == 2 ? "`row` is NULL" : "`event` is NULL");
    }
    CHECK_UNTOUCHED(asked.procedure_event);
    CHECK_UNTOUCHED(asked.query_event);
    CHECK_UNTOUCHED(asked.query_row);
    CHECK_UNTOUCHED(asked.reconnect_event);
    CHECK(!asked.retry_follows);
    stdb_connection_free(connection);
}

/* --- Freeing and removing inside --- */

typedef struct freed {
    int runs;
    int drops;
} freed;

static void free_connection_inside(const stdb_context *context, void *user_data) {
    ((freed *)user_data)->runs += 1;
    stdb_connection_free(stdb_context_connection(context));
}

static void drop_freed(void *user_data) {
    ((freed *)user_data)->drops += 1;
}

static void a_connection_may_be_freed_inside_its_callback(void) {
    freed freed = {0, 0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_on_transaction(connection, no_event, &freed, drop_freed, NULL, NULL));
    CHECK_OK(stdb_connection_call_reducer(connection, "boom", no_args(), NULL, free_connection_inside, &freed, drop_freed,
                                          NULL));
    wait_arrived(connection, 1);
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(freed.runs == 1 && freed.drops == 2);
}

typedef struct handle_inside {
    stdb_subscription *subscription;
    int runs;
    int drops;
    bool active;
} handle_inside;

static void free_subscription_inside(const stdb_context *context, void *user_data) {
    handle_inside *inside = user_data;
    (void)context;
    inside->runs += 1;
    inside->active = stdb_subscription_is_active(inside->subscription);
    stdb_subscription_free(inside->subscription);
}

static void drop_handle(void *user_data) {
    ((handle_inside *)user_data)->drops += 1;
}

static void a_subscription_may_be_freed_inside_its_callback(void) {
    handle_inside inside = {0};
    uint32_t zone = fresh();
    text query = entities_in(zone);
    const char *queries[] = {query.chars};
    outcome spawned = {0};
    stdb_subscription_builder *builder = NULL;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, free_subscription_inside, &inside, drop_handle, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, &inside.subscription, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, inside.runs == 1);
    CHECK(inside.active && inside.drops == 1);
    /* The subscription goes on without its handle. */
    spawn(connection, zone, 1, zone, &spawned);
    expect_commit(connection, &spawned);
    CHECK(find_entity(connection, zone, NULL));
    stdb_connection_free(connection);
}

/* A callback that removes itself, whichever kind it is. */
typedef struct self_remover {
    stdb_status (*remove)(stdb_connection *connection, uint64_t id);
    uint64_t id;
    bool running;
    int runs;
    int drops;
    stdb_status again;
} self_remover;

static void remove_self(const stdb_context *context, void *user_data) {
    self_remover *self = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    self->running = true;
    self->runs += 1;
    MUST_OK(self->remove(connection, self->id));
    self->again = self->remove(connection, self->id);
    MUST(self->drops == 0);
    self->running = false;
}

static void remove_self_row(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)row;
    remove_self(context, user_data);
}

static void drop_self(void *user_data) {
    self_remover *self = user_data;
    MUST(!self->running);
    self->drops += 1;
}

static stdb_status remove_row(stdb_connection *connection, uint64_t id) {
    return stdb_table_remove_callback(table_of(connection, "entity"), id, NULL);
}

static stdb_status remove_transaction(stdb_connection *connection, uint64_t id) {
    return stdb_connection_remove_on_transaction(connection, id, NULL);
}

static stdb_status remove_reducer(stdb_connection *connection, uint64_t id) {
    return stdb_connection_remove_on_reducer(connection, id, NULL);
}

static void check_removed_itself(const self_remover *self) {
    CHECK(self->runs == 1 && self->drops == 1 && self->again == STDB_ERR_NOT_FOUND);
}

static void callbacks_may_remove_themselves(void) {
    self_remover row = {.remove = remove_row}, transaction = {.remove = remove_transaction};
    self_remover reducer = {.remove = remove_reducer};
    uint32_t zone = fresh();
    outcome first = {0}, second = {0};
    stdb_connection *connection = connect_and_subscribe(zone);
    const stdb_table *table = table_of(connection, "entity");
    CHECK_OK(stdb_table_on_insert(table, remove_self_row, &row, drop_self, &row.id, NULL));
    CHECK_OK(stdb_connection_on_transaction(connection, remove_self, &transaction, drop_self, &transaction.id, NULL));
    CHECK_OK(stdb_connection_on_reducer(connection, "spawn", remove_self, &reducer, drop_self, &reducer.id, NULL));
    /* Two rows in one message, and a message after it. */
    spawn(connection, zone, 2, zone, &first);
    expect_commit(connection, &first);
    spawn(connection, zone + 2, 2, zone, &second);
    expect_commit(connection, &second);
    check_removed_itself(&row);
    check_removed_itself(&transaction);
    check_removed_itself(&reducer);
    stdb_connection_free(connection);
    CHECK(row.drops + transaction.drops + reducer.drops == 3);
}

/* What has arrived behind the message whose callback frees the connection is not told of. */
static void messages_after_a_free_inside_are_not_told(void) {
    freed freed = {0, 0};
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, free_connection_inside, &freed, drop_freed,
                                          NULL));
    CHECK_OK(stdb_connection_call_reducer(connection, "noop", no_args(), NULL, no_event, &freed, drop_freed, NULL));
    wait_arrived(connection, 2);
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(freed.runs == 1 && freed.drops == 2);
}

static void free_connection_at_row(const stdb_context *context, const stdb_row *row, void *user_data) {
    (void)row;
    /* A second run would free it twice. */
    MUST(((freed *)user_data)->runs == 0);
    free_connection_inside(context, user_data);
}

/* Nor is the rest of the message itself: its other rows, its batch, its call, its reducer and its transaction. */
static void the_rest_of_a_message_is_not_told_after_a_free(void) {
    freed freed = {0, 0};
    uint32_t zone = fresh();
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_connection *connection = connect_and_subscribe(zone);
    const stdb_table *table = table_of(connection, "entity");
    CHECK_OK(stdb_table_on_insert(table, free_connection_at_row, &freed, drop_freed, NULL, NULL));
    CHECK_OK(stdb_table_on_insert(table, no_row, &freed, drop_freed, NULL, NULL));
    CHECK_OK(stdb_table_on_batch(table, no_batch, &freed, drop_freed, NULL, NULL));
    CHECK_OK(stdb_connection_on_reducer(connection, "spawn", no_event, &freed, drop_freed, NULL, NULL));
    CHECK_OK(stdb_connection_on_transaction(connection, no_event, &freed, drop_freed, NULL, NULL));
    CHECK_OK(stdb_bsatn_writer_u64(writer, zone, NULL));
    CHECK_OK(stdb_bsatn_writer_u64(writer, 2, NULL));
    CHECK_OK(stdb_bsatn_writer_u32(writer, zone, NULL));
    CHECK_OK(stdb_connection_call_reducer(connection, "spawn", stdb_bsatn_writer_data(writer), NULL, no_event, &freed,
                                          drop_freed, NULL));
    stdb_bsatn_writer_free(writer);
    wait_arrived(connection, 1);
    CHECK_OK(stdb_connection_frame_tick(connection, NULL));
    CHECK(freed.runs == 1 && freed.drops == 6);
}

/* --- After the end --- */

/* Everything that needs the host is refused. */
static void check_refuses_work(stdb_connection *connection) {
    const char *const queries[] = {"SELECT * FROM entity"};
    stdb_subscription *subscription;
    stdb_subscription_builder *builder = NULL;
    FILL(subscription);
    CHECK_STATUS(STDB_ERR_DISCONNECTED, "ended", stdb_connection_disconnect(connection, &error_));
    REFUSED(STDB_ERR_DISCONNECTED, "ended",
            stdb_connection_call_reducer(connection, "noop", no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_DISCONNECTED, "ended",
            stdb_connection_call_procedure(connection, "add", no_args(), NULL, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_DISCONNECTED, "ended",
            stdb_connection_one_off_query(connection, "SELECT 1", NULL, no_event, WATCHED, &error_));
    drops = 0;
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, no_event, WATCHED, NULL));
    CHECK_STATUS(STDB_ERR_DISCONNECTED, "ended",
                 stdb_subscription_builder_subscribe(builder, queries, 1, &subscription, &error_));
    CHECK_STATUS(STDB_ERR_DISCONNECTED, "ended",
                 stdb_subscription_builder_subscribe_to_all_tables(builder, &subscription, &error_));
    CHECK_UNTOUCHED(subscription);
    CHECK(drops == 0);
    stdb_subscription_builder_free(builder);
    CHECK(drops == 1);
}

static void after_the_end_nothing_is_sent(void) {
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = subscribe(connection, entities_in(fresh()));
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    check_refuses_work(connection);
    WAIT(connection, stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    check_refuses_work(connection);
    check_cannot_advance(connection, STDB_ERR_DISCONNECTED, "ended");
    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    CHECK_STATUS(STDB_ERR_ALREADY_ENDED, "ended", stdb_subscription_unsubscribe(subscription, &error_));
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void handles_outlive_their_connection(void) {
    const char *const queries[] = {"SELECT * FROM entity"};
    char buffer[8];
    size_t length = 0;
    stdb_subscription_builder *builder = NULL;
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = subscribe(connection, text_of("SELECT * FROM item"));
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    drops = 0;
    CHECK_OK(stdb_subscription_builder_on_error(builder, no_event, WATCHED, NULL));
    stdb_connection_free(connection);

    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    CHECK_STATUS(STDB_ERR_DISCONNECTED, "freed", stdb_subscription_unsubscribe(subscription, &error_));
    REFUSED(STDB_ERR_DISCONNECTED, "freed",
            stdb_subscription_unsubscribe_then(subscription, no_event, WATCHED, &error_));
    REFUSED(STDB_ERR_DISCONNECTED, "freed",
            stdb_subscription_replace(subscription, queries, 1, no_event, no_event, WATCHED, &error_));
    CHECK_OK(stdb_subscription_get_query(subscription, 0, buffer, sizeof buffer, &length, NULL));
    CHECK(strcmp(buffer, "SELECT ") == 0 && length == strlen("SELECT * FROM item"));
    drops = 0;
    CHECK_STATUS(STDB_ERR_DISCONNECTED, "freed",
                 stdb_subscription_builder_subscribe(builder, queries, 1, NULL, &error_));
    CHECK_STATUS(STDB_ERR_DISCONNECTED, "freed",
                 stdb_subscription_builder_subscribe_to_all_tables(builder, NULL, &error_));
    stdb_subscription_builder_free(builder);
    CHECK(drops == 1);
    stdb_subscription_free(subscription);
}

/* A subscription that nobody will answer: its callbacks go with the connection, whoever holds the handle. */
static void a_pending_subscription_ends_with_its_connection(void) {
    const char *const queries[] = {"SELECT * FROM entity"};
    stdb_subscription *subscription = NULL;
    stdb_subscription_builder *builder = NULL;
    stdb_connection *connection = build(kitchen_builder());
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    drops = 0;
    CHECK_OK(stdb_subscription_builder_on_applied(builder, no_event, WATCHED, NULL));
    CHECK_OK(stdb_subscription_builder_on_error(builder, no_event, WATCHED, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, &subscription, NULL));
    stdb_subscription_builder_free(builder);
    stdb_connection_free(connection);
    CHECK(drops == 2 && stdb_subscription_is_ended(subscription));
    stdb_subscription_free(subscription);
    CHECK(drops == 2);
}

/* --- A thread of its own --- */

static void a_connection_has_one_thread(void) {
    stdb_connection *connection = connect_kitchen();
    /* Without one there is nothing to wait for. */
    CHECK_OK(stdb_connection_join(connection, NULL));
    CHECK_OK(stdb_connection_run_threaded(connection, NULL));
    CHECK_STATUS(STDB_ERR_BUSY, "thread", stdb_connection_run_threaded(connection, &error_));
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    CHECK_OK(stdb_connection_join(connection, NULL));
    CHECK(stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    CHECK_OK(stdb_connection_join(connection, NULL));
    stdb_connection_free(connection);
}

static void *run_refused(void *connection) {
    static result refused;
    RECORD(&refused, stdb_read_guard_end(connection, &error_));
    return &refused;
}

/* A guard is its thread's: another one can neither end nor use it. */
static void a_guard_belongs_to_its_thread(void) {
    pthread_t thread;
    void *refused = NULL;
    stdb_connection *connection = connect_kitchen();
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK(pthread_create(&thread, NULL, run_refused, connection) == 0);
    CHECK(pthread_join(thread, &refused) == 0);
    CHECK_RESULT(*(result *)refused, STDB_ERR_NO_READ_GUARD, "read guard");
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

/* --- Tokens, and what the host has to tell first --- */

static void a_token_of_bad_characters_is_refused(void) {
    const char *const bad[] = {"", "a b", "a\r\nX: y", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        stdb_connection_builder *builder = kitchen_builder();
        stdb_connection *connection = NULL;
        stdb_error *error = NULL;
        CHECK_OK(stdb_connection_builder_with_token(builder, bad[i], NULL));
        CHECK(stdb_connection_builder_build(builder, &connection, &error) == STDB_ERR_INVALID_ARGUMENT);
        CHECK(str_contains(stdb_error_message(error), "`token`") && connection == NULL);
        CHECK(!str_contains(stdb_error_message(error), "X: y"));
        stdb_error_free(error);
        stdb_connection_builder_free(builder);
    }
}

/* Before the host has told who we are. */
static void questions_may_come_too_early(void) {
    stdb_identity identity;
    stdb_connection_id id;
    stdb_protocol protocol;
    FILL(identity);
    FILL(id);
    FILL(protocol);
    stdb_connection *connection = build(kitchen_builder());
    CHECK_STATUS(STDB_ERR_NOT_CONNECTED, "", stdb_connection_get_identity(connection, &identity, &error_));
    CHECK_STATUS(STDB_ERR_NOT_CONNECTED, "", stdb_connection_get_connection_id(connection, &id, &error_));
    CHECK_STATUS(STDB_ERR_NOT_CONNECTED, "protocol", stdb_connection_get_protocol(connection, &protocol, &error_));
    CHECK_STATUS(STDB_ERR_TIMEOUT, "0 ms", stdb_connection_advance_one_message_timeout(connection, 0, &error_));
    CHECK_UNTOUCHED(identity);
    CHECK_UNTOUCHED(id);
    CHECK_UNTOUCHED(protocol);
    stdb_connection_free(connection);
}

/* Tries to read values of a table, which is refused. Rows without values are there, or not. */
static void check_needs_schema(stdb_connection *connection) {
    const key key = key_u64(1);
    stdb_row row;
    stdb_row_iter *iter;
    const stdb_chunk *chunks;
    size_t chunk_count;
    FILL(row);
    FILL(iter);
    FILL(chunks);
    FILL(chunk_count);
    const stdb_table *table = table_of(connection, "entity");
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_table_chunks(table, &chunks, &chunk_count, &error_));
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_table_find(table, "id", bytes_of(&key), &row, &error_));
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_table_filter(table, "id", bytes_of(&key), &iter, &error_));
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_table_filter_range(table, "id", NULL, &iter, &error_));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    CHECK_UNTOUCHED(row);
    CHECK_UNTOUCHED(iter);
    CHECK_UNTOUCHED(chunks);
    CHECK_UNTOUCHED(chunk_count);
}

static void values_need_a_schema(void) {
    uint32_t zone = fresh();
    uint64_t bytes = 0;
    outcome spawned = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build_up(builder);
    subscribe_forever(connection, entities_in(zone));
    check_needs_schema(connection);
    spawn(connection, zone, 1, zone, &spawned);
    expect_commit(connection, &spawned);
    CHECK(count_of(table_of(connection, "entity")) == 1);
    CHECK_OK(stdb_table_memory(table_of(connection, "entity"), &bytes, NULL));
    CHECK(bytes > 0);
    check_needs_schema(connection);
    stdb_connection_free(connection);
}

static const test tests[] = {
    TEST(frees_take_null),
    TEST(values_of_null_are_nothing),
    TEST(errors_need_not_be_taken),
    TEST(numbers_need_a_writer),
    TEST(writers_need_values),
    TEST(reads_need_a_reader_and_an_output),
    TEST(readers_need_bytes_and_an_output),
    TEST(texts_of_identities_need_both),
    TEST(texts_of_timestamps_need_both),
    TEST(credentials_need_arguments),
    TEST(credentials_keys_are_plain_names),
    TEST(tokens_of_credentials_are_checked),
    TEST(files_that_are_no_credentials_are_told),
    TEST(a_folder_in_place_of_the_file_is_told),
    TEST(a_folder_that_cannot_be_made_is_told),
    TEST(options_need_a_builder),
    TEST(options_need_values),
    TEST(life_callbacks_are_needed),
    TEST(life_callbacks_are_dropped_with_the_builder),
    TEST(numbers_of_options_are_checked),
    TEST(options_of_reconnecting_are_checked),
    TEST(protocols_are_checked),
    TEST(schemas_are_checked),
    TEST(headers_are_checked),
    TEST(uris_are_checked),
    TEST(database_names_are_checked),
    TEST(the_providers_token_is_checked),
    TEST(calls_need_a_connection),
    TEST(questions_need_a_connection),
    TEST(registrations_need_a_connection),
    TEST(questions_need_outputs),
    TEST(sizes_of_structs_are_checked),
    TEST(a_smaller_struct_is_filled_so_far),
    TEST(tables_need_a_known_name),
    TEST(a_table_may_turn_out_to_be_unknown),
    TEST(connection_callbacks_are_checked),
    TEST(calls_are_checked),
    TEST(calls_of_procedures_are_checked),
    TEST(one_off_queries_are_checked),
    TEST(reducer_flags_are_checked),
    TEST(numbers_of_callbacks_are_checked),
    TEST(callbacks_are_dropped_when_removed),
    TEST(questions_need_a_table),
    TEST(tables_need_outputs_and_callbacks),
    TEST(finds_are_checked),
    TEST(filters_are_checked),
    TEST(ranges_are_checked),
    TEST(a_range_of_zeros_is_everything),
    TEST(read_guards_are_counted),
    TEST(subscriptions_need_handles),
    TEST(queries_are_checked),
    TEST(new_queries_are_checked),
    TEST(a_subscription_is_asked_and_ended_with_care),
    TEST(advancing_needs_no_guard),
    TEST(advancing_needs_no_iterator),
    TEST(advancing_inside_a_callback_is_refused),
    TEST(other_events_have_no_reducer),
    TEST(events_of_other_kinds_are_told_apart),
    TEST(a_connection_may_be_freed_inside_its_callback),
    TEST(a_subscription_may_be_freed_inside_its_callback),
    TEST(callbacks_may_remove_themselves),
    TEST(messages_after_a_free_inside_are_not_told),
    TEST(the_rest_of_a_message_is_not_told_after_a_free),
    TEST(after_the_end_nothing_is_sent),
    TEST(handles_outlive_their_connection),
    TEST(a_pending_subscription_ends_with_its_connection),
    TEST(a_connection_has_one_thread),
    TEST(a_guard_belongs_to_its_thread),
    TEST(a_token_of_bad_characters_is_refused),
    TEST(questions_may_come_too_early),
    TEST(values_need_a_schema),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
