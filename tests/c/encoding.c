/* What needs no host: BSATN, the text forms of identities and times, status codes, versions, and credentials files. */

#include "support/test.h"

#include <math.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* As CHECK_STATUS, for a call that must succeed. */
#define CHECK_OK(call) CHECK_STATUS(STDB_OK, "", call)

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

static bool str_is(stdb_str str, const char *text) {
    return str.len == strlen(text) && memcmp(str.data, text, str.len) == 0;
}

static bool bytes_are(stdb_bytes bytes, const void *expected, size_t len) {
    return bytes.len == len && (len == 0 || memcmp(bytes.data, expected, len) == 0);
}

/* Whether bytes are what `hex` says, two digits a byte. */
static bool is_hex(stdb_bytes bytes, const char *hex) {
    char text[3];
    if (strlen(hex) != bytes.len * 2) {
        return false;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        snprintf(text, sizeof text, "%02x", bytes.data[i]);
        if (memcmp(text, hex + 2 * i, 2) != 0) {
            return false;
        }
    }
    return true;
}

static stdb_bsatn_reader *reader_of(const void *bytes, size_t len) {
    stdb_bsatn_reader *reader = NULL;
    CHECK_OK(stdb_bsatn_reader_new((stdb_bytes){bytes, len}, &reader, &error_));
    CHECK(stdb_bsatn_reader_position(reader) == 0 && stdb_bsatn_reader_remaining(reader) == len);
    return reader;
}

static stdb_bsatn_reader *reader_of_written(const stdb_bsatn_writer *writer) {
    stdb_bytes data = stdb_bsatn_writer_data(writer);
    return reader_of(data.data, data.len);
}

/* Checks that everything was read, and frees both. */
static void end(stdb_bsatn_reader *reader, stdb_bsatn_writer *writer) {
    CHECK(stdb_bsatn_reader_remaining(reader) == 0);
    CHECK(stdb_bsatn_reader_position(reader) == stdb_bsatn_writer_data(writer).len);
    CHECK_OK(stdb_bsatn_reader_finish(reader, &error_));
    stdb_bsatn_reader_free(reader);
    stdb_bsatn_writer_free(writer);
}

/* --- Writing and reading --- */

/* Writes a value, compares the bytes with `hex`, reads it again and compares its bits. */
#define ROUND_TRIP(function, type, value, hex)                          \
    do {                                                                \
        type given_ = (value), read_;                                   \
        memset(&read_, 0, sizeof read_);                                \
        stdb_bsatn_writer *writer_ = stdb_bsatn_writer_new();           \
        CHECK_OK(stdb_bsatn_writer_##function(writer_, given_, &error_)); \
        CHECK(is_hex(stdb_bsatn_writer_data(writer_), hex));            \
        stdb_bsatn_reader *reader_ = reader_of_written(writer_);        \
        CHECK_OK(stdb_bsatn_reader_##function(reader_, &read_, &error_)); \
        CHECK(memcmp(&given_, &read_, sizeof given_) == 0);             \
        end(reader_, writer_);                                          \
    } while (0)

static void small_numbers_go_there_and_back(void) {
    ROUND_TRIP(bool, bool, true, "01");
    ROUND_TRIP(bool, bool, false, "00");
    ROUND_TRIP(u8, uint8_t, 0, "00");
    ROUND_TRIP(u8, uint8_t, UINT8_MAX, "ff");
    ROUND_TRIP(i8, int8_t, INT8_MIN, "80");
    ROUND_TRIP(i8, int8_t, -1, "ff");
    ROUND_TRIP(u16, uint16_t, 0x0102, "0201");
    ROUND_TRIP(u16, uint16_t, UINT16_MAX, "ffff");
    ROUND_TRIP(i16, int16_t, INT16_MIN, "0080");
    ROUND_TRIP(u32, uint32_t, 0x01020304, "04030201");
    ROUND_TRIP(u32, uint32_t, UINT32_MAX, "ffffffff");
    ROUND_TRIP(i32, int32_t, INT32_MIN, "00000080");
    ROUND_TRIP(u64, uint64_t, 0x0102030405060708, "0807060504030201");
    ROUND_TRIP(u64, uint64_t, UINT64_MAX, "ffffffffffffffff");
    ROUND_TRIP(i64, int64_t, INT64_MIN, "0000000000000080");
    ROUND_TRIP(i64, int64_t, -2, "feffffffffffffff");
}

static void wide_numbers_go_there_and_back(void) {
    ROUND_TRIP(u128, stdb_u128, ((stdb_u128){.lo = 1, .hi = 2}), "01000000000000000200000000000000");
    ROUND_TRIP(u128, stdb_u128, ((stdb_u128){UINT64_MAX, UINT64_MAX}), "ffffffffffffffffffffffffffffffff");
    ROUND_TRIP(i128, stdb_i128, ((stdb_i128){.lo = 0, .hi = INT64_MIN}), "00000000000000000000000000000080");
    ROUND_TRIP(i128, stdb_i128, ((stdb_i128){.lo = UINT64_MAX, .hi = -1}), "ffffffffffffffffffffffffffffffff");
    ROUND_TRIP(u256, stdb_u256, ((stdb_u256){{1, 2, 3, 4}}),
               "0100000000000000020000000000000003000000000000000400000000000000");
    ROUND_TRIP(u256, stdb_u256, ((stdb_u256){{UINT64_MAX, 0, 0, UINT64_MAX}}),
               "ffffffffffffffff00000000000000000000000000000000ffffffffffffffff");
    ROUND_TRIP(i256, stdb_i256, ((stdb_i256){{0, 0, 0, (uint64_t)1 << 63}}),
               "0000000000000000000000000000000000000000000000000000000000000080");
    ROUND_TRIP(i256, stdb_i256, ((stdb_i256){{UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX}}),
               "feffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
}

/* The bits count: the sign of a zero and what a NaN carries are kept. */
static void floats_keep_their_bits(void) {
    const uint32_t nan32_bits = 0xffc01234;
    const uint64_t nan64_bits = 0x7ff8000000001234;
    float nan32;
    double nan64;
    memcpy(&nan32, &nan32_bits, sizeof nan32);
    memcpy(&nan64, &nan64_bits, sizeof nan64);
    ROUND_TRIP(f32, float, 1.5f, "0000c03f");
    ROUND_TRIP(f32, float, -0.0f, "00000080");
    ROUND_TRIP(f32, float, INFINITY, "0000807f");
    ROUND_TRIP(f32, float, nan32, "3412c0ff");
    ROUND_TRIP(f64, double, -2.25, "00000000000002c0");
    ROUND_TRIP(f64, double, -0.0, "0000000000000080");
    ROUND_TRIP(f64, double, nan64, "341200000000f87f");
}

static void times_go_there_and_back(void) {
    ROUND_TRIP(timestamp, stdb_timestamp, ((stdb_timestamp){-1}), "ffffffffffffffff");
    ROUND_TRIP(timestamp, stdb_timestamp, ((stdb_timestamp){INT64_MAX}), "ffffffffffffff7f");
    ROUND_TRIP(time_duration, stdb_time_duration, ((stdb_time_duration){1000000}), "40420f0000000000");
    ROUND_TRIP(time_duration, stdb_time_duration, ((stdb_time_duration){INT64_MIN}), "0000000000000080");
}

static void identities_go_there_and_back(void) {
    stdb_identity identity, read_identity;
    stdb_connection_id id, read_id;
    for (int i = 0; i < 32; i++) {
        identity.bytes[i] = (uint8_t)i;
        id.bytes[i % 16] = (uint8_t)(0xf0 + i % 16);
    }
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_identity(writer, &identity, &error_));
    CHECK_OK(stdb_bsatn_writer_connection_id(writer, &id, &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                                                 "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
    stdb_bsatn_reader *reader = reader_of_written(writer);
    CHECK_OK(stdb_bsatn_reader_identity(reader, &read_identity, &error_));
    CHECK_OK(stdb_bsatn_reader_connection_id(reader, &read_id, &error_));
    CHECK(stdb_identity_equal(&identity, &read_identity) && stdb_connection_id_equal(&id, &read_id));
    end(reader, writer);
}

static void check_string(const char *text) {
    stdb_str read;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_string(writer, text, &error_));
    CHECK_OK(stdb_bsatn_writer_str(writer, (stdb_str){text, strlen(text)}, &error_));
    CHECK(stdb_bsatn_writer_data(writer).len == 2 * (4 + strlen(text)));
    stdb_bsatn_reader *reader = reader_of_written(writer);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(stdb_bsatn_reader_string(reader, &read, &error_));
        CHECK(str_is(read, text));
    }
    end(reader, writer);
}

static void strings_go_there_and_back(void) {
    check_string("");
    check_string("plain");
    check_string("h\xc3\xa9llo \xe2\x9c\x93 \xf0\x9f\xa6\x80");
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_string(writer, "\xe2\x9c\x93", &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "03000000e29c93"));
    stdb_bsatn_writer_free(writer);
}

/* A stdb_str may hold a NUL and may be empty without an address; both come back. */
static void strings_with_a_length_may_hold_anything(void) {
    stdb_str read;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_str(writer, (stdb_str){"a\0b", 3}, &error_));
    CHECK_OK(stdb_bsatn_writer_str(writer, (stdb_str){NULL, 0}, &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "0300000061006200000000"));
    stdb_bsatn_reader *reader = reader_of_written(writer);
    CHECK_OK(stdb_bsatn_reader_string(reader, &read, &error_));
    CHECK(read.len == 3 && memcmp(read.data, "a\0b", 3) == 0);
    CHECK_OK(stdb_bsatn_reader_string(reader, &read, &error_));
    CHECK(read.len == 0);
    end(reader, writer);
}

static void bytes_go_there_and_back(void) {
    const uint8_t given[] = {0, 255, 7};
    stdb_bytes read;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_bytes(writer, (stdb_bytes){given, 3}, &error_));
    CHECK_OK(stdb_bsatn_writer_bytes(writer, (stdb_bytes){NULL, 0}, &error_));
    CHECK_OK(stdb_bsatn_writer_raw(writer, (stdb_bytes){given, 3}, &error_));
    CHECK_OK(stdb_bsatn_writer_raw(writer, (stdb_bytes){NULL, 0}, &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "0300000000ff070000000000ff07"));
    stdb_bsatn_reader *reader = reader_of_written(writer);
    CHECK_OK(stdb_bsatn_reader_bytes(reader, &read, &error_));
    CHECK(bytes_are(read, given, 3));
    CHECK_OK(stdb_bsatn_reader_bytes(reader, &read, &error_));
    CHECK(read.len == 0);
    CHECK_OK(stdb_bsatn_reader_raw(reader, 3, &read, &error_));
    CHECK(bytes_are(read, given, 3));
    CHECK_OK(stdb_bsatn_reader_raw(reader, 0, &read, &error_));
    CHECK(read.len == 0);
    end(reader, writer);
}

static void arrays_options_and_sums_go_there_and_back(void) {
    size_t count = 0;
    bool has_value = false;
    uint8_t value = 0;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_array_begin(writer, 2, &error_));
    CHECK_OK(stdb_bsatn_writer_some(writer, &error_));
    CHECK_OK(stdb_bsatn_writer_u8(writer, 9, &error_));
    CHECK_OK(stdb_bsatn_writer_none(writer, &error_));
    CHECK_OK(stdb_bsatn_writer_sum_tag(writer, 3, &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "0200000000090103"));

    stdb_bsatn_reader *reader = reader_of_written(writer);
    CHECK_OK(stdb_bsatn_reader_array_begin(reader, &count, &error_));
    CHECK(count == 2);
    CHECK_OK(stdb_bsatn_reader_option(reader, &has_value, &error_));
    CHECK(has_value);
    CHECK_OK(stdb_bsatn_reader_u8(reader, &value, &error_));
    CHECK(value == 9);
    CHECK_OK(stdb_bsatn_reader_option(reader, &has_value, &error_));
    CHECK(!has_value);
    CHECK_OK(stdb_bsatn_reader_sum_tag(reader, &value, &error_));
    CHECK(value == 3);
    end(reader, writer);
}

/* The count is what the bytes say, however few follow. */
static void an_array_may_claim_more_than_there_is(void) {
    size_t count = 0;
    stdb_bsatn_reader *reader = reader_of("\xff\xff\xff\xff", 4);
    CHECK_OK(stdb_bsatn_reader_array_begin(reader, &count, &error_));
    CHECK(count == UINT32_MAX);
    stdb_bsatn_reader_free(reader);
}

static void a_cleared_writer_begins_anew(void) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK(stdb_bsatn_writer_data(writer).len == 0);
    CHECK_OK(stdb_bsatn_writer_u32(writer, 1, &error_));
    CHECK_OK(stdb_bsatn_writer_clear(writer, &error_));
    CHECK(stdb_bsatn_writer_data(writer).len == 0);
    CHECK_OK(stdb_bsatn_writer_u8(writer, 2, &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "02"));
    stdb_bsatn_writer_free(writer);
}

/* What is refused leaves nothing behind, and the writer goes on. */
static void a_writer_refuses_what_bsatn_cannot_hold(void) {
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    CHECK_OK(stdb_bsatn_writer_u8(writer, 1, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`value` is not UTF-8", stdb_bsatn_writer_string(writer, "a\xff", &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`value` is not UTF-8",
                 stdb_bsatn_writer_str(writer, (stdb_str){"\xc3", 1}, &error_));
#if SIZE_MAX > UINT32_MAX
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`count`",
                 stdb_bsatn_writer_array_begin(writer, (size_t)UINT32_MAX + 1, &error_));
#endif
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "01"));
    CHECK_OK(stdb_bsatn_writer_u8(writer, 2, &error_));
    CHECK(is_hex(stdb_bsatn_writer_data(writer), "0102"));
    stdb_bsatn_writer_free(writer);
}

/* --- Bytes that are not what is read --- */

/* Reads at byte 1 of `bytes`, where it must fail with `text`, leave the output alone and stay. */
#define BAD_READ(function, type, bytes, text)                                                        \
    do {                                                                                             \
        type out_;                                                                                   \
        FILL(out_);                                                                                  \
        stdb_bsatn_reader *reader_ = reader_at_1((bytes), sizeof(bytes) - 1);                        \
        CHECK_STATUS(STDB_ERR_BSATN, text, stdb_bsatn_reader_##function(reader_, &out_, &error_));   \
        CHECK_UNTOUCHED(out_);                                                                       \
        CHECK(stdb_bsatn_reader_position(reader_) == 1);                                             \
        CHECK(stdb_bsatn_reader_remaining(reader_) == sizeof(bytes) - 2);                            \
        stdb_bsatn_reader_free(reader_);                                                             \
    } while (0)

static stdb_bsatn_reader *reader_at_1(const char *bytes, size_t len) {
    uint8_t first;
    stdb_bsatn_reader *reader = reader_of(bytes, len);
    CHECK_OK(stdb_bsatn_reader_u8(reader, &first, &error_));
    return reader;
}

#define ZEROS_7 "\0\0\0\0\0\0\0"
#define ZEROS_15 ZEROS_7 ZEROS_7 "\0"
#define ZEROS_31 ZEROS_15 ZEROS_15 "\0"

/* One byte less than is needed, after the one that was read. */
static void too_few_bytes_are_told(void) {
    BAD_READ(bool, bool, "x", "expected a boolean, 1 bytes at byte 1, but 0 of 1 bytes are left");
    BAD_READ(u8, uint8_t, "x", "expected a u8");
    BAD_READ(i8, int8_t, "x", "expected an i8");
    BAD_READ(u16, uint16_t, "x\0", "expected a u16, 2 bytes at byte 1, but 1 of 2 bytes are left");
    BAD_READ(i16, int16_t, "x\0", "expected an i16");
    BAD_READ(u32, uint32_t, "x\0\0\0", "expected a u32");
    BAD_READ(i32, int32_t, "x\0\0\0", "expected an i32");
    BAD_READ(f32, float, "x\0\0\0", "expected an f32");
    BAD_READ(u64, uint64_t, "x" ZEROS_7, "expected a u64");
    BAD_READ(i64, int64_t, "x" ZEROS_7, "expected an i64");
    BAD_READ(f64, double, "x" ZEROS_7, "expected an f64");
    BAD_READ(u128, stdb_u128, "x" ZEROS_15, "expected a u128");
    BAD_READ(i128, stdb_i128, "x" ZEROS_15, "expected an i128");
    BAD_READ(u256, stdb_u256, "x" ZEROS_31, "expected a u256");
    BAD_READ(i256, stdb_i256, "x" ZEROS_31, "expected an i256");
    BAD_READ(identity, stdb_identity, "x" ZEROS_31, "expected an identity, 32 bytes at byte 1, but 31 of 32");
    BAD_READ(connection_id, stdb_connection_id, "x" ZEROS_15, "expected a connection id");
    BAD_READ(timestamp, stdb_timestamp, "x" ZEROS_7, "8 bytes at byte 1, but 7 of 8");
    BAD_READ(time_duration, stdb_time_duration, "x" ZEROS_7, "8 bytes at byte 1, but 7 of 8");
    BAD_READ(option, bool, "x", "expected an option");
    BAD_READ(sum_tag, uint8_t, "x", "expected a sum's tag");
    BAD_READ(array_begin, size_t, "x\0\0\0", "expected an array's count");
}

/* Lengths that are cut off, and lengths of more than there is. */
static void too_few_bytes_for_a_length_are_told(void) {
    BAD_READ(string, stdb_str, "x\3\0\0", "expected a string, 4 bytes at byte 1");
    BAD_READ(string, stdb_str, "x\3\0\0\0ab", "expected a string, 3 bytes at byte 5, but 2 of 7");
    BAD_READ(string, stdb_str, "x\xff\xff\xff\xff", "4294967295 bytes at byte 5, but 0 of 5");
    BAD_READ(bytes, stdb_bytes, "x\3\0\0", "expected an array of bytes, 4 bytes at byte 1");
    BAD_READ(bytes, stdb_bytes, "x\3\0\0\0ab", "expected an array of bytes, 3 bytes at byte 5");
}

static void bad_values_are_told(void) {
    BAD_READ(bool, bool, "x\2", "expected a boolean at byte 1, which is 2");
    BAD_READ(option, bool, "x\2", "expected an option at byte 1, but its tag is 2");
    BAD_READ(string, stdb_str, "x\2\0\0\0a\xff", "the string at byte 1 is not UTF-8");
}

static void raw_bytes_that_are_not_there_are_told(void) {
    const size_t counts[] = {3, SIZE_MAX};
    stdb_bytes out;
    FILL(out);
    stdb_bsatn_reader *reader = reader_at_1("abc", 3);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(STDB_ERR_BSATN, "expected raw bytes", stdb_bsatn_reader_raw(reader, counts[i], &out, &error_));
        CHECK_UNTOUCHED(out);
        CHECK(stdb_bsatn_reader_position(reader) == 1);
    }
    stdb_bsatn_reader_free(reader);
}

static void bytes_left_over_are_told(void) {
    uint16_t value = 0;
    stdb_bsatn_reader *reader = reader_at_1("abc", 3);
    CHECK_STATUS(STDB_ERR_BSATN, "ends at byte 1, but 2 bytes are left", stdb_bsatn_reader_finish(reader, &error_));
    /* It goes on after that. */
    CHECK_OK(stdb_bsatn_reader_u16(reader, &value, &error_));
    CHECK(value == 0x6362);
    CHECK_OK(stdb_bsatn_reader_finish(reader, &error_));
    stdb_bsatn_reader_free(reader);
}

static void a_reader_may_have_nothing(void) {
    stdb_bsatn_reader *reader = reader_of(NULL, 0);
    CHECK_OK(stdb_bsatn_reader_finish(reader, &error_));
    stdb_bsatn_reader_free(reader);
}

/* What was read is borrowed from the bytes, not from the reader. */
static void what_was_read_outlives_the_reader(void) {
    const char bytes[] = "\2\0\0\0ab";
    stdb_str read;
    stdb_bsatn_reader *reader = reader_of(bytes, 6);
    CHECK_OK(stdb_bsatn_reader_string(reader, &read, &error_));
    stdb_bsatn_reader_free(reader);
    CHECK(str_is(read, "ab") && read.data == bytes + 4);
}

/* --- Text forms --- */

#define HEX_16 "0f0e0d0c0b0a09080706050403020100"
#define HEX_32 "1f1e1d1c1b1a19181716151413121110" HEX_16

static void identities_have_a_text(void) {
    stdb_identity identity, read;
    char text[66];
    for (int i = 0; i < 32; i++) {
        identity.bytes[i] = (uint8_t)i;
    }
    memset(text, 'x', sizeof text);
    CHECK_OK(stdb_identity_to_hex(&identity, text, &error_));
    CHECK(strcmp(text, HEX_32) == 0 && text[65] == 'x');
    CHECK_OK(stdb_identity_from_hex(text, &read, &error_));
    CHECK(stdb_identity_equal(&identity, &read));
    CHECK_OK(stdb_identity_from_hex("0x1F1E1D1C1B1A19181716151413121110" HEX_16, &read, &error_));
    CHECK(stdb_identity_equal(&identity, &read));
    read.bytes[31] ^= 1;
    CHECK(!stdb_identity_equal(&identity, &read));
}

static void connection_ids_have_a_text(void) {
    stdb_connection_id id, read;
    char text[34];
    for (int i = 0; i < 16; i++) {
        id.bytes[i] = (uint8_t)i;
    }
    memset(text, 'x', sizeof text);
    CHECK_OK(stdb_connection_id_to_hex(&id, text, &error_));
    CHECK(strcmp(text, HEX_16) == 0 && text[33] == 'x');
    CHECK_OK(stdb_connection_id_from_hex(text, &read, &error_));
    CHECK(stdb_connection_id_equal(&id, &read));
    CHECK_OK(stdb_connection_id_from_hex("0x0F0E0D0C0B0A09080706050403020100", &read, &error_));
    CHECK(stdb_connection_id_equal(&id, &read));
    read.bytes[0] ^= 1;
    CHECK(!stdb_connection_id_equal(&id, &read));
}

static void other_text_is_no_identity(void) {
    /* Too short, too long, other digits, a sign, a prefix twice, space around, the text of the other. */
    const char *const bad[] = {"", "0x", "12", HEX_32 "0", "0x" HEX_32 "00", HEX_16 "0", "x" HEX_32, " " HEX_16,
                               "g00000000000000000000000000000000000000000000000000000000000000g",
                               "g000000000000000000000000000000g", "0x0x" HEX_16, "+f0e0d0c0b0a09080706050403020100",
                               "\xc3\xa9"};
    stdb_identity identity;
    stdb_connection_id id;
    FILL(identity);
    FILL(id);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text` is not 64 hexadecimal digits",
                     stdb_identity_from_hex(bad[i], &identity, &error_));
        CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text` is not 32 hexadecimal digits",
                     stdb_connection_id_from_hex(bad[i], &id, &error_));
    }
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text`", stdb_identity_from_hex(HEX_16, &identity, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text`", stdb_connection_id_from_hex(HEX_32, &id, &error_));
    CHECK_UNTOUCHED(identity);
    CHECK_UNTOUCHED(id);
}

static void check_time(int64_t micros, const char *expected) {
    char text[40];
    size_t len = 0;
    stdb_timestamp read;
    CHECK_OK(stdb_timestamp_to_rfc3339((stdb_timestamp){micros}, text, strlen(expected) + 1, &len, &error_));
    CHECK(strcmp(text, expected) == 0 && len == strlen(expected));
    CHECK_OK(stdb_timestamp_from_rfc3339(text, &read, &error_));
    CHECK(read.micros == micros);
}

static void timestamps_have_a_text(void) {
    check_time(0, "1970-01-01T00:00:00+00:00");
    check_time(-1, "1969-12-31T23:59:59.999999+00:00");
    check_time(1700000000123456, "2023-11-14T22:13:20.123456+00:00");
    check_time(1700000000120000, "2023-11-14T22:13:20.120+00:00");
    check_time(951782400000000, "2000-02-29T00:00:00+00:00");
}

static void timestamps_are_read_with_any_offset(void) {
    stdb_timestamp read;
    CHECK_OK(stdb_timestamp_from_rfc3339("2023-11-14T22:13:20Z", &read, &error_));
    CHECK(read.micros == 1700000000000000);
    CHECK_OK(stdb_timestamp_from_rfc3339("2023-11-15T00:43:20.5+02:30", &read, &error_));
    CHECK(read.micros == 1700000000500000);
    /* What is finer than a microsecond is cut off. */
    CHECK_OK(stdb_timestamp_from_rfc3339("2023-11-14T22:13:20.123456999Z", &read, &error_));
    CHECK(read.micros == 1700000000123456);
}

static void other_text_is_no_timestamp(void) {
    const char *const bad[] = {"", "now", "2023-11-14", "2023-13-14T22:13:20Z", "2023-02-29T00:00:00Z",
                               "2023-11-14T22:13:20", "2023-11-14T25:13:20Z", "2023-11-14T22:13:20Z "};
    stdb_timestamp read;
    FILL(read);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`text` is not RFC 3339",
                     stdb_timestamp_from_rfc3339(bad[i], &read, &error_));
    }
    CHECK_UNTOUCHED(read);
}

static void timestamps_need_room_and_a_calendar(void) {
    char text[40];
    size_t len;
    FILL(text);
    FILL(len);
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`capacity` is 25, but 26 bytes are needed",
                 stdb_timestamp_to_rfc3339((stdb_timestamp){0}, text, 25, &len, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`timestamp`",
                 stdb_timestamp_to_rfc3339((stdb_timestamp){INT64_MAX}, text, sizeof text, &len, &error_));
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`timestamp`",
                 stdb_timestamp_to_rfc3339((stdb_timestamp){INT64_MIN}, text, sizeof text, &len, &error_));
    CHECK_UNTOUCHED(text);
    CHECK_UNTOUCHED(len);
    /* Nobody needs to ask for the length. */
    CHECK_OK(stdb_timestamp_to_rfc3339((stdb_timestamp){0}, text, 26, NULL, &error_));
}

/* --- The library itself --- */

static void status_codes_can_be_enumerated(void) {
    stdb_status last = STDB_OK;
    size_t count = 1;
    for (stdb_status code = stdb_status_next(STDB_OK); code != STDB_OK; code = stdb_status_next(code)) {
        stdb_str name = stdb_status_name(code), message = stdb_status_message(code);
        CHECK(code > last);
        CHECK(name.len > 9 && memcmp(name.data, "STDB_ERR_", 9) == 0);
        CHECK(message.len > 0 && message.data[message.len - 1] == '.');
        last = code;
        count++;
    }
    CHECK(last == STDB_ERR_SCHEMA_MISMATCH && count == (size_t)STDB_ERR_SCHEMA_MISMATCH + 1);
}

static void status_codes_have_names(void) {
    CHECK(str_is(stdb_status_name(STDB_OK), "STDB_OK"));
    CHECK(str_is(stdb_status_name(STDB_ERR_INVALID_ARGUMENT), "STDB_ERR_INVALID_ARGUMENT"));
    CHECK(str_is(stdb_status_name(STDB_ERR_SCHEMA_MISMATCH), "STDB_ERR_SCHEMA_MISMATCH"));
    CHECK(str_is(stdb_status_message(STDB_OK), "The call succeeded."));
    const stdb_status unknown[] = {-1, STDB_ERR_SCHEMA_MISMATCH + 1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < 4; i++) {
        CHECK(stdb_status_name(unknown[i]).len == 0 && stdb_status_message(unknown[i]).len == 0);
    }
    CHECK(stdb_status_next(INT32_MAX) == STDB_OK && stdb_status_next(STDB_ERR_SCHEMA_MISMATCH) == STDB_OK);
}

static void the_header_is_the_librarys(void) {
    CHECK(str_is(stdb_version(), STDB_VERSION));
    CHECK(stdb_version_number() == STDB_VERSION_NUMBER);
    CHECK(STDB_VERSION_NUMBER == STDB_VERSION_MAJOR * 1000000 + STDB_VERSION_MINOR * 1000 + STDB_VERSION_PATCH);
}

static void an_error_tells_about_itself(void) {
    stdb_error *error = NULL;
    CHECK(stdb_identity_from_hex("12", &(stdb_identity){{0}}, &error) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_error_code(error) == STDB_ERR_INVALID_ARGUMENT && stdb_error_message(error).len > 0);
    CHECK(stdb_error_http_status(error) == 0 && stdb_error_close_code(error) == 0);
    CHECK(!stdb_error_is_fatal(error) && !stdb_error_is_retriable(error));
    stdb_error_free(error);
}

/* --- Credentials files --- */

typedef struct folder {
    char path[64];
} folder;

static folder make_folder(void) {
    folder folder = {"stdb-encoding-XXXXXX"};
    CHECK(mkdtemp(folder.path) != NULL);
    return folder;
}

typedef struct path {
    char chars[256];
} path;

static path join(const char *directory, const char *name) {
    path joined;
    snprintf(joined.chars, sizeof joined.chars, "%s/%s", directory, name);
    return joined;
}

static stdb_credentials_file *credentials(const char *directory, const char *key) {
    stdb_credentials_file *file = NULL;
    CHECK_OK(stdb_credentials_file_with_directory(directory, key, &file, &error_));
    CHECK(str_is(stdb_credentials_file_path(file), join(directory, key).chars));
    return file;
}

static unsigned mode_of(const char *path) {
    struct stat about;
    CHECK(stat(path, &about) == 0);
    return about.st_mode & 0777u;
}

static size_t read_whole(const char *path, char *buffer, size_t capacity) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    size_t len = fread(buffer, 1, capacity, file);
    fclose(file);
    return len;
}

static void check_token(stdb_credentials_file *file, const char *token) {
    stdb_str loaded;
    CHECK_OK(stdb_credentials_file_load(file, &loaded, &error_));
    CHECK(str_is(loaded, token) && loaded.data[loaded.len] == '\0');
}

static void a_token_is_saved_loaded_and_removed(void) {
    folder folder = make_folder();
    path path = join(folder.path, "game");
    char content[64];
    stdb_str loaded;
    stdb_credentials_file *file = credentials(folder.path, "game");
    CHECK_OK(stdb_credentials_file_save(file, "t\xc3\xb8ken", &error_));
    CHECK(mode_of(path.chars) == 0600);
    /* The form of the official SDK: the BSATN of a product with one string. */
    CHECK(read_whole(path.chars, content, sizeof content) == 10 && memcmp(content, "\6\0\0\0t\xc3\xb8ken", 10) == 0);
    CHECK_OK(stdb_credentials_file_load(file, &loaded, &error_));
    CHECK(str_is(loaded, "t\xc3\xb8ken"));
    CHECK_OK(stdb_credentials_file_remove(file, &error_));
    CHECK(access(path.chars, F_OK) != 0);
    /* The loaded one stays good, and removing once more does no harm. */
    CHECK(str_is(loaded, "t\xc3\xb8ken"));
    CHECK_OK(stdb_credentials_file_remove(file, &error_));
    CHECK_STATUS(STDB_ERR_NOT_FOUND, path.chars, stdb_credentials_file_load(file, &loaded, &error_));
    stdb_credentials_file_free(file);
    CHECK(rmdir(folder.path) == 0);
}

/* The new one replaces the old one whole, and whatever mode that had. */
static void a_token_is_overwritten(void) {
    folder folder = make_folder();
    path path = join(folder.path, "game");
    stdb_credentials_file *file = credentials(folder.path, "game"), *other = credentials(folder.path, "game");
    CHECK_OK(stdb_credentials_file_save(file, "a rather long token", &error_));
    CHECK(chmod(path.chars, 0644) == 0);
    CHECK_OK(stdb_credentials_file_save(other, "short", &error_));
    CHECK(mode_of(path.chars) == 0600);
    check_token(file, "short");
    CHECK_OK(stdb_credentials_file_save(file, "", &error_));
    check_token(other, "");
    CHECK_OK(stdb_credentials_file_remove(other, &error_));
    stdb_credentials_file_free(file);
    stdb_credentials_file_free(other);
    /* No temporary file is left. */
    CHECK(rmdir(folder.path) == 0);
}

static void a_folder_is_made_and_used_again(void) {
    folder folder = make_folder();
    path middle = join(folder.path, "deep"), deep = join(middle.chars, "er");
    stdb_credentials_file *one = credentials(deep.chars, "one"), *two = credentials(deep.chars, "two words \xe2\x9c\x93");
    CHECK(access(middle.chars, F_OK) != 0);
    CHECK_OK(stdb_credentials_file_save(one, "1", &error_));
    CHECK(mode_of(middle.chars) == 0700 && mode_of(deep.chars) == 0700);
    CHECK_OK(stdb_credentials_file_save(two, "2", &error_));
    check_token(one, "1");
    check_token(two, "2");
    CHECK_OK(stdb_credentials_file_remove(one, &error_));
    check_token(two, "2");
    CHECK_OK(stdb_credentials_file_remove(two, &error_));
    stdb_credentials_file_free(one);
    stdb_credentials_file_free(two);
    CHECK(rmdir(deep.chars) == 0 && rmdir(middle.chars) == 0 && rmdir(folder.path) == 0);
}

static void the_home_folder_is_the_usual_place(void) {
    folder home = make_folder();
    path directory = join(home.path, ".spacetimedb_client_credentials"), path = join(directory.chars, "game");
    stdb_credentials_file *file = NULL;
    CHECK(setenv("HOME", home.path, 1) == 0);
    CHECK_OK(stdb_credentials_file_new("game", &file, &error_));
    CHECK(str_is(stdb_credentials_file_path(file), path.chars));
    CHECK_OK(stdb_credentials_file_save(file, "token", &error_));
    CHECK(mode_of(path.chars) == 0600 && mode_of(directory.chars) == 0700);
    check_token(file, "token");
    CHECK_OK(stdb_credentials_file_remove(file, &error_));
    stdb_credentials_file_free(file);
    CHECK(rmdir(directory.chars) == 0 && rmdir(home.path) == 0);
}

static const test tests[] = {
    TEST(small_numbers_go_there_and_back),
    TEST(wide_numbers_go_there_and_back),
    TEST(floats_keep_their_bits),
    TEST(times_go_there_and_back),
    TEST(identities_go_there_and_back),
    TEST(strings_go_there_and_back),
    TEST(strings_with_a_length_may_hold_anything),
    TEST(bytes_go_there_and_back),
    TEST(arrays_options_and_sums_go_there_and_back),
    TEST(an_array_may_claim_more_than_there_is),
    TEST(a_cleared_writer_begins_anew),
    TEST(a_writer_refuses_what_bsatn_cannot_hold),
    TEST(too_few_bytes_are_told),
    TEST(too_few_bytes_for_a_length_are_told),
    TEST(bad_values_are_told),
    TEST(raw_bytes_that_are_not_there_are_told),
    TEST(bytes_left_over_are_told),
    TEST(a_reader_may_have_nothing),
    TEST(what_was_read_outlives_the_reader),
    TEST(identities_have_a_text),
    TEST(connection_ids_have_a_text),
    TEST(other_text_is_no_identity),
    TEST(timestamps_have_a_text),
    TEST(timestamps_are_read_with_any_offset),
    TEST(other_text_is_no_timestamp),
    TEST(timestamps_need_room_and_a_calendar),
    TEST(status_codes_can_be_enumerated),
    TEST(status_codes_have_names),
    TEST(the_header_is_the_librarys),
    TEST(an_error_tells_about_itself),
    TEST(a_token_is_saved_loaded_and_removed),
    TEST(a_token_is_overwritten),
    TEST(a_folder_is_made_and_used_again),
    TEST(the_home_folder_is_the_usual_place),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
