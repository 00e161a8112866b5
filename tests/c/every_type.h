/* Checks of a row of `every_type` that `insert_every_type` made, field by field: by name, by walking, and as JSON. The module
 * for 2.x hosts has other names, and a `uuid` and a `result` more. */
#ifndef EVERY_TYPE_H
#define EVERY_TYPE_H

#include "kitchen.h"

/* Whether the row is of the module for 2.x hosts. */
static inline bool is_newer(const stdb_row *row) {
    stdb_value value;
    return stdb_row_get(row, "uuid", &value, NULL) == STDB_OK;
}

/* Reads a column by its name in either module. */
#define GET(kind, type, older, newer)                                                             \
    type kind##_value;                                                                            \
    memset(&kind##_value, 0, sizeof kind##_value);                                                \
    MUST_OK(stdb_row_get_##kind(row, is_newer(row) ? newer : older, &kind##_value, NULL))

static inline void check_numbers(const stdb_row *row) {
    GET(bool, bool, "b", "b");
    GET(u8, uint8_t, "u8_", "u_8");
    GET(u16, uint16_t, "u16_", "u_16");
    GET(u32, uint32_t, "u32_", "u_32");
    GET(u64, uint64_t, "u64_", "u_64");
    GET(u128, stdb_u128, "u128_", "u_128");
    GET(u256, stdb_u256, "u256_", "u_256");
    MUST(bool_value && u8_value == 8 && u16_value == 1600 && u32_value == 320000 && u64_value == UINT64_MAX - 1);
    MUST(u128_value.hi == UINT64_MAX && u128_value.lo == UINT64_MAX - 2);
    MUST(u256_value.limbs[3] == 7 << 8 && (u256_value.limbs[0] | u256_value.limbs[1] | u256_value.limbs[2]) == 0);

    GET(i8, int8_t, "i8_", "i_8");
    GET(i16, int16_t, "i16_", "i_16");
    GET(i32, int32_t, "i32_", "i_32");
    GET(i64, int64_t, "i64_", "i_64");
    GET(i128, stdb_i128, "i128_", "i_128");
    GET(i256, stdb_i256, "i256_", "i_256");
    MUST(i8_value == -8 && i16_value == -1600 && i32_value == -320000 && i64_value == INT64_MIN + 1);
    MUST(i128_value.hi == INT64_MIN && i128_value.lo == 2);
    MUST((int64_t)i256_value.limbs[3] == -(9 << 8));
    MUST((i256_value.limbs[0] | i256_value.limbs[1] | i256_value.limbs[2]) == 0);

    GET(f32, float, "f32_", "f_32");
    GET(f64, double, "f64_", "f_64");
    MUST(f32_value == 1.5f && f64_value == -2.25);
}

static inline void check_special(const stdb_row *row) {
    GET(str, stdb_str, "string", "string");
    GET(bytes, stdb_bytes, "bytes", "bytes");
    MUST(str_is(str_value, "h\xc3\xa9llo \xe2\x9c\x93"));
    MUST(bytes_value.len == 4 && memcmp(bytes_value.data, "\0\1\2\xff", 4) == 0);
    GET(identity, stdb_identity, "identity", "identity");
    GET(connection_id, stdb_connection_id, "connection_id", "connection_id");
    GET(timestamp, stdb_timestamp, "timestamp", "timestamp");
    GET(time_duration, stdb_time_duration, "duration", "duration");
    MUST(identity_value.bytes[31] == 0xc2 && timestamp_value.micros > 0 && time_duration_value.micros == -1500000);
    (void)connection_id_value;
    if (is_newer(row)) {
        stdb_u128 uuid;
        char text[37];
        MUST_OK(stdb_row_get_uuid(row, "uuid", &uuid, NULL));
        MUST_OK(stdb_uuid_to_string(uuid, text, sizeof text, NULL, NULL));
        MUST(strcmp(text, "01234567-89ab-7def-8123-456789abcdef") == 0);
    }
}

static inline bool is_variant(const stdb_value *value, uint8_t expected, const char *older, stdb_value *payload) {
    uint8_t tag = UINT8_MAX;
    stdb_str name;
    MUST_OK(stdb_value_variant(value, &tag, &name, payload, NULL));
    /* 2.x hosts write the names of variants in lower case. */
    return tag == expected && name.len == strlen(older) && memcmp(name.data + 1, older + 1, name.len - 1) == 0;
}

static inline float x_of(const stdb_value *value, const char *path) {
    stdb_value there;
    float x;
    MUST_OK(stdb_value_at(value, path, &there, NULL));
    MUST_OK(stdb_value_get_f32(&there, &x, NULL));
    return x;
}

static inline void check_effects(const stdb_value *effects) {
    static const char *const names[] = {"Nothing", "Damage", "Move", "Many"};
    static const uint8_t tags[] = {0, 1, 3, 4};
    stdb_value_iter iter;
    stdb_value effect, payload;
    size_t count = 0;
    MUST_OK(stdb_value_iter_begin(effects, &iter, NULL));
    for (; stdb_value_iter_next(&iter, &effect); count++) {
        MUST(count < 4 && is_variant(&effect, tags[count], names[count], &payload));
        uint32_t damage;
        stdb_bytes many;
        switch (count) {
        case 0:
            MUST(payload.bytes.len == 0);
            break;
        case 1:
            MUST_OK(stdb_value_get_u32(&payload, &damage, NULL));
            MUST(damage == 3);
            break;
        case 2:
            MUST(x_of(&payload, "x") == 1.0f && x_of(&payload, "y") == 2.0f && x_of(&payload, "[2]") == 3.0f);
            break;
        default:
            MUST_OK(stdb_value_get_bytes(&payload, &many, NULL));
            MUST(many.len == 2 && many.data[0] == 9 && many.data[1] == 9);
        }
    }
    MUST(count == 4);
}

static inline void check_parts(const stdb_row *row) {
    bool newer = is_newer(row), has = false;
    size_t count;
    int32_t number;
    stdb_str text;
    stdb_value value, inner, row_value;
    MUST_OK(stdb_row_get_i32(row, newer ? "some_i_32.some" : "some_i32.some", &number, NULL));
    MUST(number == -5);
    MUST_OK(stdb_row_get(row, newer ? "none_i_32" : "none_i32", &value, NULL));
    MUST_OK(stdb_value_option(&value, &has, &inner, NULL));
    MUST(!has);
    MUST_OK(stdb_row_get(row, "rank", &value, NULL));
    MUST(is_variant(&value, 1, "Knight", &inner) && stdb_type_special_of(value.type) == STDB_SPECIAL_PLAIN_ENUM);
    MUST_OK(stdb_row_get_str(row, newer ? "effect.say" : "effect.Say", &text, NULL));
    MUST(str_is(text, "hi"));
    MUST_OK(stdb_row_get(row, "effects", &value, NULL));
    check_effects(&value);
    MUST_OK(stdb_row_value(row, &row_value, NULL));
    MUST(x_of(&row_value, "nested[0].z") == 0.0f && x_of(&row_value, "nested[1].x") == 1.0f);
    MUST_OK(stdb_row_get(row, "maybe_vec", &value, NULL));
    MUST_OK(stdb_value_option(&value, &has, &inner, NULL));
    MUST_OK(stdb_value_count(&inner, &count, NULL));
    MUST(has && count == 2);
    MUST_OK(stdb_row_get_str(row, "maybe_vec.some[0]", &text, NULL));
    MUST(str_is(text, "a"));
    MUST_OK(stdb_row_get_str(row, "maybe_vec.some[1]", &text, NULL));
    MUST(text.len == 0);
    if (newer) {
        bool is_value = true;
        MUST_OK(stdb_row_get(row, "result", &value, NULL));
        MUST_OK(stdb_value_result(&value, &is_value, &inner, NULL));
        MUST_OK(stdb_value_get_str(&inner, &text, NULL));
        MUST(!is_value && str_is(text, "no"));
    }
}

/* What the row's JSON must be, piece by piece, by either module's names. */
static inline void expect_json(const stdb_row *row, char *out, size_t room) {
    bool newer = is_newer(row);
    uint32_t key;
    stdb_identity me;
    stdb_connection_id id;
    stdb_timestamp time;
    stdb_u128 number;
    char hex[65], decimal[40];
    MUST_OK(stdb_row_get_u32(row, "key", &key, NULL));
    MUST_OK(stdb_row_get_identity(row, "identity", &me, NULL));
    MUST_OK(stdb_row_get_connection_id(row, "connection_id", &id, NULL));
    MUST_OK(stdb_row_get_timestamp(row, "timestamp", &time, NULL));
    MUST_OK(stdb_identity_to_hex(&me, hex, NULL));
    memcpy(&number, id.bytes, sizeof number);
    MUST_OK(stdb_u128_to_string(number, decimal, sizeof decimal, NULL, NULL));
    const char *digits = hex + strspn(hex, "0");
#define NAME(older, newer_name) (newer ? newer_name : older)
    int length = snprintf(
        out, room,
        "{\"key\":%" PRIu32 ",\"b\":true,\"%s\":8,\"%s\":1600,\"%s\":320000,\"%s\":18446744073709551614,"
        "\"%s\":340282366920938463463374607431768211453,\"%s\":\"0x700000000000000000000000000000000000000000000000000\","
        "\"%s\":-8,\"%s\":-1600,\"%s\":-320000,\"%s\":-9223372036854775807,"
        "\"%s\":-170141183460469231731687303715884105726,\"%s\":\"-0x900000000000000000000000000000000000000000000000000\","
        "\"%s\":1.5,\"%s\":-2.25,\"string\":\"h\xc3\xa9llo \xe2\x9c\x93\",\"bytes\":\"000102ff\","
        "\"identity\":{\"__identity__\":\"0x%s\"},\"connection_id\":{\"__connection_id__\":%s},"
        "\"timestamp\":{\"__timestamp_micros_since_unix_epoch__\":%" PRId64 "},"
        "\"duration\":{\"__time_duration_micros__\":-1500000},%s"
        "\"%s\":{\"some\":-5},\"%s\":{\"none\":{}},\"rank\":{\"%s\":{}},\"effect\":{\"%s\":\"hi\"},"
        "\"effects\":[{\"%s\":{}},{\"%s\":3},{\"%s\":{\"x\":1.0,\"y\":2.0,\"z\":3.0}},{\"%s\":\"0909\"}],"
        "\"nested\":[{\"x\":0.0,\"y\":0.0,\"z\":0.0},{\"x\":1.0,\"y\":1.0,\"z\":1.0}],"
        "\"maybe_vec\":{\"some\":[\"a\",\"\"]}%s}",
        key, NAME("u8_", "u_8"), NAME("u16_", "u_16"), NAME("u32_", "u_32"), NAME("u64_", "u_64"),
        NAME("u128_", "u_128"), NAME("u256_", "u_256"), NAME("i8_", "i_8"), NAME("i16_", "i_16"), NAME("i32_", "i_32"),
        NAME("i64_", "i_64"), NAME("i128_", "i_128"), NAME("i256_", "i_256"), NAME("f32_", "f_32"),
        NAME("f64_", "f_64"), digits, decimal, time.micros,
        NAME("", "\"uuid\":{\"__uuid__\":1512366075203793148954324819644239343},"), NAME("some_i32", "some_i_32"),
        NAME("none_i32", "none_i_32"), NAME("Knight", "knight"), NAME("Say", "say"), NAME("Nothing", "nothing"),
        NAME("Damage", "damage"), NAME("Move", "move"), NAME("Many", "many"),
        NAME("", ",\"result\":{\"err\":\"no\"}"));
#undef NAME
    MUST(length > 0 && (size_t)length < room);
}

static inline void check_json(const stdb_row *row) {
    char expected[4096], *json = NULL;
    size_t len = 0;
    expect_json(row, expected, sizeof expected);
    MUST_OK(stdb_row_to_json(row, &json, &len, NULL));
    if (strcmp(json, expected) != 0) {
        printf("got      %s\nexpected %s\n", json, expected);
    }
    MUST(strcmp(json, expected) == 0 && len == strlen(json));

    stdb_value value;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    MUST_OK(stdb_row_value(row, &value, NULL));
    MUST_OK(stdb_bsatn_writer_json(writer, value.type, json, NULL));
    stdb_bytes again = stdb_bsatn_writer_data(writer);
    MUST(again.len == row->len && memcmp(again.data, row->data, row->len) == 0);
    stdb_bsatn_writer_free(writer);
    stdb_json_free(json);
}

static inline void check_every_type(const stdb_row *row) {
    check_numbers(row);
    check_special(row);
    check_parts(row);
    check_json(row);
}

#endif
