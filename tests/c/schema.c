/* Schemas: reading and walking them, and what a connection says of a module that is another one than its schema's. */

#include "kitchen.h"

static char *read_file(const char *path) {
    FILE *stream = fopen(path, "rb");
    CHECK(stream != NULL);
    CHECK(fseek(stream, 0, SEEK_END) == 0);
    size_t size = (size_t)ftell(stream);
    rewind(stream);
    char *content = malloc(size + 1);
    CHECK(content != NULL && fread(content, 1, size, stream) == size);
    content[size] = '\0';
    fclose(stream);
    return content;
}

static void walk(const stdb_schema *schema) {
    stdb_table_info table = {.struct_size = sizeof table}, entity = {.struct_size = sizeof entity};
    stdb_index_info index = {.struct_size = sizeof index};
    stdb_function_info spawn = {.struct_size = sizeof spawn}, connected = {.struct_size = sizeof connected};
    CHECK_OK(stdb_schema_find_table(schema, "entity", &entity, NULL));
    CHECK(str_is(entity.name, "entity") && str_is(entity.accessor, "entity"));
    CHECK(str_is(stdb_type_name(entity.row_type), "Entity") && stdb_type_count(entity.row_type) == 4);
    CHECK(str_is(stdb_type_element_name(entity.row_type, 2), "position"));
    CHECK(entity.has_primary_key && entity.primary_key == 0 && entity.unique_count == 1 && entity.unique_columns[0] == 0);
    CHECK(entity.is_public && !entity.is_event && !entity.is_view && entity.index_count == 2);
    bool found = false;
    for (size_t i = 0; i < entity.index_count; i++) {
        CHECK_OK(stdb_schema_get_index(schema, entity.position, i, &index, NULL));
        found |= str_is(index.accessor, "zone") && index.column_count == 1 && index.columns[0] == 1;
    }
    CHECK(found);
    size_t tables = stdb_schema_table_count(schema);
    for (size_t i = 0; i < tables; i++) {
        CHECK_OK(stdb_schema_get_table(schema, i, &table, NULL));
        CHECK(table.position == i && table.name.len > 0 && table.row_type != NULL);
    }
    CHECK_OK(stdb_schema_find_reducer(schema, "spawn", &spawn, NULL));
    CHECK(stdb_type_count(spawn.params) == 3 && spawn.returns == NULL && !spawn.is_private);
    CHECK(str_is(stdb_type_element_name(spawn.params, 2), "zone") && spawn.lifecycle == STDB_LIFECYCLE_NONE);
    CHECK_OK(stdb_schema_find_reducer(schema, "connected", &connected, NULL));
    CHECK(connected.is_private && connected.lifecycle == STDB_LIFECYCLE_CONNECT);
    for (size_t i = 0; i < stdb_schema_reducer_count(schema); i++) {
        CHECK_OK(stdb_schema_get_reducer(schema, i, &spawn, NULL));
    }
    for (size_t i = 0; i < stdb_schema_procedure_count(schema); i++) {
        CHECK_OK(stdb_schema_get_procedure(schema, i, &spawn, NULL));
        CHECK(spawn.returns != NULL);
    }
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "table", stdb_schema_get_table(schema, tables, &table, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "index 9", stdb_schema_get_index(schema, 0, 9, &index, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "reducer 999", stdb_schema_get_reducer(schema, 999, &spawn, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "procedure 999", stdb_schema_get_procedure(schema, 999, &spawn, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_TABLE, "`x`", stdb_schema_find_table(schema, "x", &table, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_REDUCER, "`x`", stdb_schema_find_reducer(schema, "x", &spawn, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_PROCEDURE, "`x`", stdb_schema_find_procedure(schema, "x", &spawn, &error_));
    table.struct_size = 0;
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "struct_size", stdb_schema_get_table(schema, 0, &table, &error_));
}

static void schemas_are_read_and_walked(void) {
    const char *path = environment("STDB_TEST_SCHEMA");
    char *json = read_file(path);
    stdb_schema *schema = NULL;
    CHECK_OK(stdb_schema_parse(json, &schema, NULL));
    free(json);
    CHECK(stdb_schema_version(schema) == 9);
    walk(schema);
    stdb_schema_free(schema);
    CHECK_OK(stdb_schema_load(path, &schema, NULL));
    walk(schema);
    stdb_schema_free(schema);
}

static void bad_schemas_are_refused(void) {
    stdb_schema *schema = NULL;
    stdb_table_info table = {.struct_size = sizeof table};
    CHECK_STATUS(STDB_ERR_SCHEMA, "JSON", stdb_schema_parse("{", &schema, &error_));
    CHECK_STATUS(STDB_ERR_SCHEMA, "not a schema", stdb_schema_parse("[]", &schema, &error_));
    CHECK_STATUS(STDB_ERR_SCHEMA, "V12", stdb_schema_parse("{\"V12\": {}}", &schema, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`json`", stdb_schema_parse(NULL, &schema, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`schema`", stdb_schema_parse("{}", NULL, &error_));
    CHECK_STATUS(STDB_ERR_IO, "/no/such/file", stdb_schema_load("/no/such/file", &schema, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`path`", stdb_schema_load(NULL, &schema, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`connection`", stdb_connection_schema(NULL, &schema, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`schema`", stdb_schema_find_table(NULL, "x", &table, &error_));
    CHECK(schema == NULL && stdb_schema_table_count(NULL) == 0 && stdb_schema_version(NULL) == 0);
    CHECK(stdb_schema_reducer_count(NULL) == 0 && stdb_schema_procedure_count(NULL) == 0);
    stdb_schema_free(NULL);
}

static void a_connection_has_the_hosts_schema(void) {
    stdb_schema *schema = NULL;
    stdb_connection *connection = build(kitchen_builder());
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_connection_schema(connection, &schema, &error_));
    WAIT(connection, stdb_connection_is_active(connection));
    CHECK_OK(stdb_connection_schema(connection, &schema, NULL));
    stdb_connection_free(connection);
    walk(schema);
    stdb_schema_free(schema);
}

/* The module's schema with a piece of its text replaced; to be freed. */
static char *schema_with(const char *from, const char *to) {
    char *json = read_file(environment("STDB_TEST_SCHEMA"));
    char *place = strstr(json, from);
    CHECK(place != NULL);
    char *changed = malloc(strlen(json) + strlen(to) + 1);
    sprintf(changed, "%.*s%s%s", (int)(place - json), json, to, place + strlen(from));
    free(json);
    return changed;
}

static text complaint;
static stdb_status complaint_code;

static void on_connect_error(const stdb_context *context, void *user_data) {
    (void)user_data;
    const stdb_error *error = stdb_context_error(context);
    complaint = text_of_str(stdb_error_message(error));
    complaint_code = stdb_error_code(error);
    MUST(!stdb_error_is_retriable(error));
}

static stdb_connection *connect_with(char *json, bool compare) {
    stdb_connection_builder *builder = kitchen_builder();
    complaint_code = STDB_OK;
    CHECK_OK(stdb_connection_builder_with_schema_json(builder, json, NULL));
    free(json);
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, compare, NULL));
    CHECK_OK(stdb_connection_builder_on_connect_error(builder, on_connect_error, NULL, NULL, NULL));
    return build(builder);
}

static void expect_mismatch(const char *from, const char *to, const char *words) {
    stdb_connection *connection = connect_with(schema_with(from, to), true);
    stdb_status status = STDB_OK;
    uint64_t end = now_us() + PATIENCE_MS * 1000ull;
    while (status != STDB_ERR_DISCONNECTED && now_us() < end) {
        status = stdb_connection_advance_one_message_timeout(connection, 100, NULL);
    }
    printf("     %s\n", complaint.chars);
    CHECK(complaint_code == STDB_ERR_SCHEMA_MISMATCH && strstr(complaint.chars, words) != NULL);
    stdb_connection_free(connection);
}

static void a_mismatch_is_told_in_words(void) {
    expect_mismatch("\"name\":\"item\",\"product", "\"name\":\"thing\",\"product", "the host has no table `thing`");
    expect_mismatch("\"some\":\"hp\"},\"algebraic_type\":{\"I32\"", "\"some\":\"hp\"},\"algebraic_type\":{\"I64\"",
                    "table `entity`: column `hp` is i64 here, and i32 on the host");
    expect_mismatch("\"name\":\"send_message\"", "\"name\":\"say\"", "the host has no reducer `say`");
    expect_mismatch("\"some\":\"text\"},\"algebraic_type\":{\"String\"", "\"some\":\"text\"},\"algebraic_type\":{\"U8\"", "string on the host");
}

static void a_fitting_schema_connects_and_no_comparison_need_be_made(void) {
    stdb_connection *connection = connect_with(schema_with("\"name\":\"item\"", "\"name\":\"item\""), true);
    WAIT(connection, stdb_connection_is_active(connection));
    stdb_connection_free(connection);
    connection = connect_with(schema_with("\"name\":\"send_message\"", "\"name\":\"say\""), false);
    WAIT(connection, stdb_connection_is_active(connection));
    CHECK(complaint_code == STDB_OK);
    stdb_connection_free(connection);
}

int main(void) {
    static const test tests[] = {
        TEST(schemas_are_read_and_walked),
        TEST(bad_schemas_are_refused),
        TEST(a_connection_has_the_hosts_schema),
        TEST(a_mismatch_is_told_in_words),
        TEST(a_fitting_schema_connects_and_no_comparison_need_be_made),
    };
    return run_tests(tests, sizeof tests / sizeof *tests);
}
