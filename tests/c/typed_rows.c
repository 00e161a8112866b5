/* Rows of `every_type` as a real host sent them, read with the generated bindings of the recorded module. The files that
 * hold them are the arguments; behind a row anything may follow. */

#include "typed.h"

static void check_numbers(const EveryType *row) {
    CHECK(every_type_get_b(row) && every_type_get_u_8(row) == 8 && every_type_get_u_16(row) == 1600);
    CHECK(every_type_get_u_32(row) == 320000 && every_type_get_u_64(row) == UINT64_MAX - 1);
    CHECK(every_type_get_u_128(row).hi == UINT64_MAX && every_type_get_u_128(row).lo == UINT64_MAX - 2);
    stdb_u256 wide = every_type_get_u_256(row);
    CHECK(wide.limbs[0] == 0 && wide.limbs[1] == 0 && wide.limbs[2] == 0 && wide.limbs[3] == (uint64_t)7 << 8);
    CHECK(every_type_get_i_8(row) == -8 && every_type_get_i_16(row) == -1600 && every_type_get_i_32(row) == -320000);
    CHECK(every_type_get_i_64(row) == INT64_MIN + 1);
    CHECK(every_type_get_i_128(row).hi == INT64_MIN && every_type_get_i_128(row).lo == 2);
    stdb_i256 negative = every_type_get_i_256(row);
    CHECK(negative.limbs[0] == 0 && negative.limbs[2] == 0 && negative.limbs[3] == (uint64_t)-((int64_t)9 << 8));
    CHECK(every_type_get_f_32(row) == 1.5f && every_type_get_f_64(row) == -2.25);
}

static void check_the_rest(const EveryType *row) {
    CHECK(str_is(every_type_get_string(row), "h\xc3\xa9llo \xe2\x9c\x93"));
    stdb_bytes bytes = every_type_get_bytes(row);
    CHECK(bytes.len == 4 && memcmp(bytes.data, "\0\1\2\xff", 4) == 0);
    CHECK(every_type_get_timestamp(row).micros > 1600000000000000 && every_type_get_duration(row).micros == -1500000);
    CHECK(every_type_get_some_i_32(row).has_value && every_type_get_some_i_32(row).value == -5);
    CHECK(!every_type_get_none_i_32(row).has_value);
    CHECK(every_type_get_rank(row) == RANK_KNIGHT);
    Effect effect = every_type_get_effect(row);
    CHECK(effect.tag == EFFECT_SAY && str_is(effect.as.say, "hi"));
    EffectArray effects = every_type_get_effects(row);
    CHECK(effects.count == 4 && effect_array_next(&effects, &effect) && effect.tag == EFFECT_NOTHING);
    CHECK(effect_array_next(&effects, &effect) && effect.tag == EFFECT_DAMAGE && effect.as.damage == 3);
    CHECK(effect_array_next(&effects, &effect) && effect.tag == EFFECT_MOVE && effect.as.move.x == 1.0f);
    CHECK(effect.as.move.y == 2.0f && effect.as.move.z == 3.0f);
    CHECK(effect_array_next(&effects, &effect) && effect.tag == EFFECT_MANY && effect.as.many.len == 2);
    CHECK(memcmp(effect.as.many.data, "\x9\x9", 2) == 0 && !effect_array_next(&effects, &effect));
    Vec3Array nested = every_type_get_nested(row);
    CHECK(nested.count == 2 && vec3_array_at(nested, 0).y == 0.0f && vec3_array_at(nested, 1).y == 1.0f);
    OptionStringArray maybe = every_type_get_maybe_vec(row);
    CHECK(maybe.has_value && maybe.value.count == 2 && str_is(string_array_at(maybe.value, 0), "a"));
    CHECK(string_array_at(maybe.value, 1).len == 0);
    ResultU32String result = every_type_get_result(row);
    CHECK(result.tag == RESULT_U32_STRING_ERR && str_is(result.as.err, "no"));
}

static const char *file;

static void the_row_is_read(void) {
    static uint8_t content[1 << 20];
    FILE *stream = fopen(file, "rb");
    CHECK(stream != NULL);
    size_t size = fread(content, 1, sizeof content, stream);
    fclose(stream);
    EveryType row = every_type_read(content, size);
    printf("     a row of %zu bytes\n", row.bsatn.len);
    check_numbers(&row);
    check_the_rest(&row);
    /* A row that ends too early reads as zeros, wherever it ends. */
    for (size_t len = 0; len < row.bsatn.len; len++) {
        EveryType cut = every_type_read(content, len);
        every_type_get_maybe_vec(&cut);
        every_type_get_effects(&cut);
        every_type_get_result(&cut);
        CHECK(cut.bsatn.len <= len);
    }
}

int main(int argc, char **argv) {
    static const test tests[] = {TEST(the_row_is_read)};
    for (int i = 1; i < argc; i++) {
        file = argv[i];
        if (run_tests(tests, 1) != EXIT_SUCCESS) {
            return EXIT_FAILURE;
        }
    }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
