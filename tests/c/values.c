/* Rows by name, values, arguments and JSON, against any host. */

#include "every_type.h"

static stdb_connection *shared = NULL;

static void on_error(const stdb_context *context, void *data) {
    (void)data;
    stdb_str message = stdb_error_message(stdb_context_error(context));
    printf("FAIL: the subscription: %.*s\n", (int)message.len, message.data);
    exit(EXIT_FAILURE);
}

static void on_applied(const stdb_context *context, void *applied) {
    (void)context;
    *(bool *)applied = true;
}

/* One connection that sees every table, for all tests. */
static stdb_connection *connected(void) {
    if (shared == NULL) {
        static bool applied = false;
        shared = connect_kitchen();
        stdb_subscription_builder *builder = NULL;
        CHECK_OK(stdb_subscription_builder_new(shared, &builder, NULL));
        CHECK_OK(stdb_subscription_builder_on_applied(builder, on_applied, &applied, NULL, NULL));
        CHECK_OK(stdb_subscription_builder_on_error(builder, on_error, NULL, NULL, NULL));
        CHECK_OK(stdb_subscription_builder_subscribe_to_all_tables(builder, NULL, NULL));
        stdb_subscription_builder_free(builder);
        WAIT(shared, applied);
    }
    return shared;
}

/* Calls a reducer with JSON and waits for its end, which must be a commit. */
static void call_json(const char *reducer, const char *args) {
    outcome outcome = {0};
    CHECK_OK(stdb_connection_call_reducer_json(connected(), reducer, args, NULL, record_outcome, &outcome, drop_outcome,
                                                NULL));
    expect_commit(connected(), &outcome);
    CHECK(outcome.drops == 1);
}

/* Sets a u64 or a u32 that there must be. */
static void set_u64(stdb_arguments *arguments, const char *name, uint64_t value) {
    CHECK_OK(stdb_arguments_set_u64(arguments, name, value, NULL));
}

static void set_u32(stdb_arguments *arguments, const char *name, uint32_t value) {
    CHECK_OK(stdb_arguments_set_u32(arguments, name, value, NULL));
}

static stdb_bytes bsatn_of(stdb_arguments *arguments) {
    stdb_bytes bytes = {NULL, 0};
    CHECK_OK(stdb_arguments_bytes(arguments, &bytes, NULL));
    return bytes;
}

/* Finds a row by a column that is a u32. Under a read guard. */
static stdb_row find_u32(const char *table, const char *column, uint32_t value) {
    stdb_arguments *key = NULL;
    stdb_row row = {0};
    CHECK_OK(stdb_arguments_of_key(table_of(connected(), table), column, &key, NULL));
    set_u32(key, column, value);
    CHECK_OK(stdb_table_find(table_of(connected(), table), column, bsatn_of(key), &row, NULL));
    stdb_arguments_free(key);
    return row;
}

/* A new row of `every_type`, to be read under the guard that this takes; CHECKs that fail leave it held, and the program with it. */
static stdb_row guarded_every_type(void) {
    uint32_t key = fresh();
    call_json("insert_every_type", text_of("{\"key\": %" PRIu32 "}", key).chars);
    CHECK_OK(stdb_read_guard_begin(connected(), NULL));
    return find_u32("every_type", "key", key);
}

static void end_guard(void) {
    CHECK_OK(stdb_read_guard_end(connected(), NULL));
}

static void every_type_reads_back(void) {
    stdb_row row = guarded_every_type();
    check_every_type(&row);
    end_guard();
}

static void columns_are_found_by_position_too(void) {
    stdb_row row = guarded_every_type();
    stdb_value by_position, by_name, whole;
    CHECK_OK(stdb_row_value(&row, &whole, NULL));
    size_t count = stdb_type_count(whole.type);
    CHECK(count >= 29);
    for (size_t i = 0; i < count; i++) {
        stdb_str name = stdb_type_element_name(whole.type, i);
        CHECK_OK(stdb_row_column(&row, i, &by_position, NULL));
        CHECK_OK(stdb_row_get(&row, text_of_str(name).chars, &by_name, NULL));
        CHECK(by_position.type == by_name.type && by_position.type == stdb_type_element_type(whole.type, i));
        CHECK(by_position.bytes.data == by_name.bytes.data && by_position.bytes.len == by_name.bytes.len);
        CHECK_OK(stdb_row_get(&row, text_of("[%zu]", i).chars, &by_name, NULL));
        CHECK(by_position.bytes.data == by_name.bytes.data);
    }
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`column`", stdb_row_column(&row, count, &by_position, &error_));
    end_guard();
}

static void types_can_be_walked(void) {
    stdb_row row = guarded_every_type();
    stdb_value value;
    size_t size = 0;
    CHECK_OK(stdb_row_get(&row, "nested", &value, NULL));
    CHECK(stdb_type_kind_of(value.type) == STDB_TYPE_ARRAY && stdb_type_count(value.type) == 1);
    CHECK(!stdb_type_size(value.type, &size) && size == 0);
    const stdb_type *vec3 = stdb_type_element_type(value.type, 0);
    CHECK(stdb_type_kind_of(vec3) == STDB_TYPE_PRODUCT && str_is(stdb_type_name(vec3), "Vec3"));
    CHECK(stdb_type_size(vec3, &size) && size == 12 && stdb_type_count(vec3) == 3);
    CHECK(str_is(stdb_type_element_name(vec3, 2), "z") && stdb_type_element_name(vec3, 3).len == 0);
    CHECK(stdb_type_kind_of(stdb_type_element_type(vec3, 0)) == STDB_TYPE_F32);
    CHECK(stdb_type_element_type(vec3, 3) == NULL && stdb_type_element_type(value.type, 1) == NULL);
    CHECK_OK(stdb_row_get(&row, "identity", &value, NULL));
    CHECK(stdb_type_special_of(value.type) == STDB_SPECIAL_IDENTITY && stdb_type_name(value.type).len == 0);
    CHECK(stdb_type_special_of(vec3) == STDB_SPECIAL_NONE);
    CHECK(stdb_type_kind_of(NULL) == STDB_TYPE_NONE && stdb_type_special_of(NULL) == STDB_SPECIAL_NONE);
    CHECK(stdb_type_count(NULL) == 0 && stdb_type_name(NULL).len == 0 && !stdb_type_size(NULL, &size));
    CHECK(stdb_type_element_type(NULL, 0) == NULL && stdb_type_element_name(NULL, 0).len == 0);
    end_guard();
}

static void errors_name_the_path_and_both_types(void) {
    stdb_row row = guarded_every_type();
    stdb_value value, there;
    uint32_t u32 = 7;
    size_t count;
    bool has;
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "`every_type.nested[1].x` is f32, not u32",
                 stdb_row_get_u32(&row, "nested[1].x", &u32, &error_));
    CHECK_OK(stdb_row_get(&row, "nested", &value, NULL));
    CHECK_OK(stdb_value_element(&value, 1, &value, NULL));
    CHECK_OK(stdb_value_at(&value, "x", &there, NULL));
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "`every_type.nested[1].x` is f32, not u32",
                 stdb_value_get_u32(&there, &u32, &error_));
    CHECK(u32 == 7);
    CHECK_STATUS(STDB_ERR_UNKNOWN_COLUMN, "`every_type.nested[1]` is Vec3, which has no `w`",
                 stdb_value_at(&value, "w", &there, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_COLUMN, "which has no `hp`", stdb_row_get_u32(&row, "hp", &u32, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "`every_type.nested` has 2 elements", stdb_row_get(&row, "nested[2]", &there, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "has 3 elements, so none at 3", stdb_value_element(&value, 3, &there, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`path`", stdb_row_get(&row, "nested[", &there, &error_));
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "`every_type.key` is u32, not an array or a product",
                 stdb_row_get(&row, "key", &value, NULL) == STDB_OK ? stdb_value_count(&value, &count, &error_) : -1);
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "not an option", stdb_value_option(&value, &has, NULL, &error_));
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "not a result", stdb_value_result(&value, &has, NULL, &error_));
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "not a sum", stdb_value_variant(&value, NULL, NULL, NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`row`", stdb_row_get(NULL, "key", &value, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`path`", stdb_row_get(&row, NULL, &value, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`out`", stdb_row_get(&row, "key", NULL, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`value`", stdb_value_get_u32(NULL, &u32, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`value` has no type", stdb_value_get_u32(&(stdb_value){0}, &u32, &error_));
    row.table = NULL;
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`row` has no table", stdb_row_get_u32(&row, "key", &u32, &error_));
    end_guard();
}

static void bytes_become_values_once_they_are_checked(void) {
    stdb_row row = guarded_every_type();
    stdb_value effect, made;
    CHECK_OK(stdb_row_get(&row, "effect", &effect, NULL));
    CHECK_OK(stdb_value_of(effect.type, effect.bytes, "mine", &made, NULL));
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "`mine` is Effect, not u8", stdb_value_get_u8(&made, &(uint8_t){0}, &error_));
    CHECK_STATUS(STDB_ERR_BSATN, "`value`: the tag at byte 0 is 9",
                 stdb_value_of(effect.type, (stdb_bytes){(const uint8_t *)"\x09", 1}, NULL, &made, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`type`", stdb_value_of(NULL, effect.bytes, NULL, &made, &error_));
    end_guard();
}

static void arguments_are_checked_by_name(void) {
    uint32_t id = fresh(), zone = fresh();
    stdb_arguments *arguments = NULL;
    stdb_bytes bytes;
    outcome outcome = {0};
    CHECK_OK(stdb_arguments_of_reducer(connected(), "spawn", &arguments, NULL));
    set_u32(arguments, "zone", zone);
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`spawn.first` is not set: u64 is expected",
                 stdb_arguments_bytes(arguments, &bytes, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`spawn.zone` is set already",
                 stdb_arguments_set_u32(arguments, "zone", 1, &error_));
    CHECK_STATUS(STDB_ERR_WRONG_TYPE, "`spawn.first` is u64, not u32",
                 stdb_arguments_set_u32(arguments, "first", 1, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_COLUMN, "`spawn` has no parameter `hp`",
                 stdb_arguments_set_u32(arguments, "hp", 1, &error_));
    set_u64(arguments, "[0]", id);
    set_u64(arguments, "count", 1);
    call(connected(), "spawn", bsatn_of(arguments), &outcome);
    expect_commit(connected(), &outcome);
    CHECK_OK(stdb_arguments_clear(arguments, NULL));
    CHECK(stdb_arguments_bytes(arguments, &bytes, NULL) == STDB_ERR_INVALID_ARGUMENT);
    stdb_arguments_free(arguments);

    CHECK_STATUS(STDB_ERR_UNKNOWN_REDUCER, "`dance`",
                 stdb_arguments_of_reducer(connected(), "dance", &arguments, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_PROCEDURE, "`dance`",
                 stdb_arguments_of_procedure(connected(), "dance", &arguments, &error_));
    CHECK_STATUS(STDB_ERR_UNKNOWN_INDEX, "neither a column nor an index named `hat`",
                 stdb_arguments_of_key(table_of(connected(), "entity"), "hat", &arguments, &error_));
    stdb_arguments_free(NULL);

    /* The row is found by its key, and by its zone. */
    CHECK_OK(stdb_arguments_of_key(table_of(connected(), "entity"), "zone", &arguments, NULL));
    set_u32(arguments, "zone", zone);
    stdb_row_iter *rows = NULL;
    stdb_row row;
    uint64_t found = 0;
    float y = 0;
    CHECK_OK(stdb_table_filter(table_of(connected(), "entity"), "zone", bsatn_of(arguments), &rows, NULL));
    CHECK(stdb_row_iter_next(rows, &row));
    CHECK_OK(stdb_row_get_u64(&row, "id", &found, NULL));
    CHECK_OK(stdb_row_get_f32(&row, "position.y", &y, NULL));
    CHECK(found == id && y == 0.5f && !stdb_row_iter_next(rows, &row));
    stdb_row_iter_free(rows);
    stdb_arguments_free(arguments);
}

static void arguments_have_parts_as_well(void) {
    uint32_t id = fresh();
    text serial = text_of("values %" PRIu32, id);
    stdb_arguments *arguments = NULL;
    outcome outcome = {0};
    CHECK_OK(stdb_arguments_of_reducer(connected(), "give", &arguments, NULL));
    set_u64(arguments, "owner", id);
    CHECK_OK(stdb_arguments_set_string(arguments, "serial", serial.chars, NULL));
    CHECK_STATUS(STDB_ERR_JSON, "`give.tags[1]`: expected string, found the number 2",
                 stdb_arguments_set_json(arguments, "tags", "[\"a\", 2]", &error_));
    CHECK_OK(stdb_arguments_set_json(arguments, "tags", "[\"sharp\", \"old\"]", NULL));
    call(connected(), "give", bsatn_of(arguments), &outcome);
    expect_commit(connected(), &outcome);
    stdb_arguments_free(arguments);

    CHECK_OK(stdb_arguments_of_key(table_of(connected(), "item"), "serial", &arguments, NULL));
    CHECK_OK(stdb_arguments_set_string(arguments, "serial", serial.chars, NULL));
    stdb_row row;
    stdb_str tag;
    CHECK_OK(stdb_read_guard_begin(connected(), NULL));
    CHECK_OK(stdb_table_find(table_of(connected(), "item"), "serial", bsatn_of(arguments), &row, NULL));
    CHECK_OK(stdb_row_get_str(&row, "tags[1]", &tag, NULL));
    CHECK(str_is(tag, "old"));
    end_guard();
    stdb_arguments_free(arguments);
}

static void record_args(const stdb_context *context, void *user_data) {
    stdb_value args, zone;
    char *json = NULL;
    MUST_OK(stdb_context_reducer_args(context, &args, NULL));
    MUST_OK(stdb_value_to_json(&args, &json, NULL, NULL));
    *(text *)user_data = text_of("%s", json);
    stdb_json_free(json);
    MUST_OK(stdb_value_at(&args, "zone", &zone, NULL));
    MUST(stdb_value_get_u8(&zone, &(uint8_t){0}, NULL) == STDB_ERR_WRONG_TYPE);
    MUST(stdb_context_procedure_value(context, &zone, NULL) == STDB_ERR_NOT_FOUND);
}

static void the_arguments_of_an_event_are_a_value(void) {
    text told = {{0}};
    text args = text_of("{\"first\":%" PRIu32 ",\"count\":0,\"zone\":7}", fresh());
    CHECK_OK(stdb_connection_call_reducer_json(connected(), "spawn", args.chars, NULL, record_args, &told, NULL, NULL));
    WAIT(connected(), told.chars[0] != '\0');
    CHECK(strcmp(told.chars, args.chars) == 0);
}

/* Makes a call with JSON that must fail at once. */
#define CHECK_REFUSED(expected, text, reducer, args)                                                            \
    do {                                                                                                        \
        outcome refused = {0};                                                                                  \
        CHECK_STATUS(expected, text,                                                                            \
                     stdb_connection_call_reducer_json(connected(), reducer, args, NULL, record_outcome, &refused, \
                                                       drop_outcome, &error_));                                 \
        CHECK(refused.runs == 0 && refused.drops == 1);                                                         \
    } while (0)

static void json_that_is_no_arguments_is_refused(void) {
    CHECK_REFUSED(STDB_ERR_JSON, "`spawn`: the text is not JSON", "spawn", "[1, 2");
    CHECK_REFUSED(STDB_ERR_JSON, "which has 3 elements, found an array of 2", "spawn", "[1, 2]");
    CHECK_REFUSED(STDB_ERR_JSON, "`spawn.first`: expected u64, and -1 is out of its range", "spawn", "[-1, 2, 3]");
    CHECK_REFUSED(STDB_ERR_JSON, "`spawn.zone`: expected u32, and 4294967296 is out", "spawn", "[1, 2, 4294967296]");
    CHECK_REFUSED(STDB_ERR_JSON, "`zone` is missing: u32 is expected", "spawn", "{\"first\": 1, \"count\": 2}");
    CHECK_REFUSED(STDB_ERR_JSON, "has no `hp`", "spawn", "{\"first\": 1, \"count\": 2, \"zone\": 3, \"hp\": 4}");
    CHECK_REFUSED(STDB_ERR_UNKNOWN_REDUCER, "`dance`", "dance", "[]");
    CHECK_REFUSED(STDB_ERR_INVALID_ARGUMENT, "`args`", "spawn", NULL);
    CHECK_REFUSED(STDB_ERR_INVALID_ARGUMENT, "`args` is not UTF-8", "spawn", "[\xff]");
}

static void without_a_schema_there_is_none_of_it(void) {
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build_up(builder);
    stdb_arguments *arguments = NULL;
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_arguments_of_reducer(connection, "spawn", &arguments, &error_));
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema",
                 stdb_connection_call_reducer_json(connection, "spawn", "[]", NULL, NULL, NULL, NULL, &error_));
    stdb_row row = {(const uint8_t *)"", 0, table_of(connection, "entity")};
    stdb_value value;
    char *json = NULL;
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_row_get(&row, "id", &value, &error_));
    CHECK_STATUS(STDB_ERR_NO_SCHEMA, "schema", stdb_row_to_json(&row, &json, NULL, &error_));
    stdb_connection_free(connection);
}

static void texts_are_the_hosts(void) {
    char buffer[80];
    size_t len = 0;
    stdb_u128 u128 = {.lo = 2, .hi = 1};
    stdb_i256 i256 = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    stdb_u256 u256;
    CHECK_OK(stdb_u128_to_string(u128, buffer, sizeof buffer, &len, NULL));
    CHECK(strcmp(buffer, "18446744073709551618") == 0 && len == 20);
    CHECK_OK(stdb_i256_to_string(i256, buffer, sizeof buffer, NULL, NULL));
    CHECK(strcmp(buffer, "-1") == 0);
    CHECK_OK(stdb_u256_from_string("115792089237316195423570985008687907853269984665640564039457584007913129639935",
                                   &u256, NULL));
    CHECK(u256.limbs[0] == UINT64_MAX && u256.limbs[3] == UINT64_MAX);
    CHECK_OK(stdb_u256_to_string(u256, buffer, 79, &len, NULL));
    CHECK(len == 78);
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "79 bytes are needed",
                 stdb_u256_to_string(u256, buffer, 78, &len, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text`", stdb_i128_from_string("1x", &(stdb_i128){0}, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text`", stdb_uuid_from_string("1", &u128, &error_));
    CHECK_OK(stdb_uuid_from_string("00000000-0000-0001-0000-000000000002", &u128, NULL));
    CHECK(u128.hi == 1 && u128.lo == 2);
    CHECK_OK(stdb_time_duration_to_string((stdb_time_duration){-1500000}, buffer, sizeof buffer, NULL, NULL));
    CHECK(strcmp(buffer, "-1.500000") == 0);
}

static const test tests[] = {
    TEST(every_type_reads_back),
    TEST(columns_are_found_by_position_too),
    TEST(types_can_be_walked),
    TEST(errors_name_the_path_and_both_types),
    TEST(bytes_become_values_once_they_are_checked),
    TEST(arguments_are_checked_by_name),
    TEST(arguments_have_parts_as_well),
    TEST(the_arguments_of_an_event_are_a_value),
    TEST(json_that_is_no_arguments_is_refused),
    TEST(without_a_schema_there_is_none_of_it),
    TEST(texts_are_the_hosts),
};

int main(void) {
    int result = run_tests(tests, sizeof tests / sizeof *tests);
    stdb_connection_free(shared);
    return result;
}
