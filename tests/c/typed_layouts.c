/* Rows out of bytes, of the schema `tests/codegen/layouts.schema.json`: members that lie otherwise in C than in BSATN, and
 * bytes that end too early or are no value. */

#include "typed.h"

/* What a row has in one of its bytes must not come from those behind it. */
enum { BEHIND = 0xAA };

static void numbers_lie_where_bsatn_has_them(void) {
    static const uint8_t skewed[] = {1, 2, 0, 0, 0, 0, 0, 0, 0x80, 3, 1, BEHIND, BEHIND};
    Skewed row = skewed_read(skewed, 11);
    CHECK(row.first == 1 && row.second == 0x8000000000000002u && row.third == 0x103);
}

static void no_room_is_left_behind_a_struct(void) {
    static const uint8_t nested[] = {1, 0, 0, 0, 0, 0, 0, 0, 2, 3, BEHIND, BEHIND};
    Nested row = nested_read(nested, 10);
    CHECK(row.tail.wide == 1 && row.tail.low == 2 && row.after == 3);
    static const uint8_t chosen[] = {1, 1, 0xfe, 0xff, 2, BEHIND};
    Chosen sum = chosen_read(chosen, 5);
    CHECK(sum.before == 1 && sum.side.tag == SIDE_RIGHT && sum.side.as.right == -2 && sum.after == 2);
}

static const uint8_t MIXED[] = {
    3, 0, 0, 0, 'a', 'b', 'c',                                         /* text */
    3, 0, 0, 0, 2, 0, 1,                                               /* levels */
    1, 0x34, 0x12,                                                     /* shape: a line */
    2, 0, 0, 0, 1, 0, 0, 0, 'x', 2, 0, 0, 0, 'y', 'z',                 /* words */
    0, 7, 0, 0, 0, 0, 0, 0, 0, 8,                                      /* maybe */
    1,                                                                 /* flag */
    2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0, 0, 0, 0, 4, /* tails */
    0x78, 0x56, 0x34, 0x12,                                            /* end */
};

static void each_column_is_found(void) {
    Mixed row = mixed_read(MIXED, sizeof MIXED);
    CHECK(row.bsatn.len == sizeof MIXED && str_is(mixed_get_text(&row), "abc"));
    LevelArray levels = mixed_get_levels(&row);
    CHECK(levels.count == 3 && level_array_at(levels, 0) == LEVEL_HIGH && level_array_at(levels, 2) == LEVEL_MIDDLE);
    Shape shape = mixed_get_shape(&row);
    CHECK(shape.tag == SHAPE_LINE && shape.as.line == 0x1234);
    StringArray words = mixed_get_words(&row);
    CHECK(words.count == 2 && str_is(string_array_at(words, 1), "yz") && string_array_at(words, 2).len == 0);
    stdb_str word;
    CHECK(string_array_next(&words, &word) && str_is(word, "x") && string_array_next(&words, &word));
    CHECK(str_is(word, "yz") && words.size == 0 && !string_array_next(&words, &word));
    OptionTail maybe = mixed_get_maybe(&row);
    CHECK(maybe.has_value && maybe.value.wide == 7 && maybe.value.low == 8 && mixed_get_flag(&row));
    TailArray tails = mixed_get_tails(&row);
    CHECK(tails.count == 2 && tail_array_at(tails, 1).wide == 3 && tail_array_at(tails, 1).low == 4);
    CHECK(tail_array_at(tails, 2).wide == 0 && mixed_get_end(&row) == 0x12345678);
}

/* Of a row that ends too early, what is not there is nothing; no byte behind it is read. */
static void what_is_cut_off_is_nothing(void) {
    for (size_t len = 0; len < sizeof MIXED; len++) {
        uint8_t bytes[sizeof MIXED];
        memset(bytes, BEHIND, sizeof bytes);
        memcpy(bytes, MIXED, len);
        Mixed row = mixed_read(bytes, len);
        CHECK(row.bsatn.len <= len && mixed_get_end(&row) == 0);
        stdb_str text = mixed_get_text(&row);
        CHECK(text.len <= 3 && (len < 4 || text.data + text.len <= (const char *)bytes + len));
        LevelArray levels = mixed_get_levels(&row);
        CHECK(levels.size <= 3 && (levels.size == 0 || levels.data + levels.size <= bytes + len));
        CHECK(mixed_get_shape(&row).as.line == (len >= 17 ? 0x1234 : 0));
        StringArray words = mixed_get_words(&row);
        CHECK(words.size == 0 || words.data + words.size <= bytes + len);
        CHECK(string_array_at(words, 1).len <= 2);
        OptionTail maybe = mixed_get_maybe(&row);
        CHECK(maybe.value.low == (len >= 42 ? 8 : 0) && mixed_get_flag(&row) == (len >= 43));
        TailArray tails = mixed_get_tails(&row);
        CHECK(tails.size == 0 || tails.data + tails.size <= bytes + len);
        CHECK(tail_array_at(tails, 1).low == 0 || len >= 65);
    }
}

static void tags_and_bools_are_values_always(void) {
    uint8_t bytes[sizeof MIXED];
    memcpy(bytes, MIXED, sizeof bytes);
    bytes[11] = 200; /* a level */
    bytes[14] = 200; /* the shape's tag */
    bytes[42] = 200; /* the flag */
    Mixed row = mixed_read(bytes, sizeof bytes);
    CHECK((int)level_array_at(mixed_get_levels(&row), 0) <= (int)LEVEL_HIGH);
    CHECK((int)mixed_get_shape(&row).tag <= (int)SHAPE_LONG);
    bytes[14] = 1;
    row = mixed_read(bytes, sizeof bytes);
    static const uint8_t flagged[] = {7, 200};
    bool flags[] = {mixed_get_flag(&row), flagged_read(flagged, 2).flag};
    uint8_t in_memory[sizeof flags];
    memcpy(in_memory, flags, sizeof flags);
    CHECK(in_memory[0] <= 1 && in_memory[1] <= 1);
}

/* What is written of what was read is the same bytes. */
static void a_row_is_made_of_its_columns(void) {
    Mixed row = mixed_read(MIXED, sizeof MIXED), made;
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new(), *other = stdb_bsatn_writer_new();
    OptionTail none = {0};
    CHECK_OK(mixed_of(
        writer, "abc", mixed_get_levels(&row), mixed_get_shape(&row), mixed_get_words(&row), mixed_get_maybe(&row),
        mixed_get_flag(&row), mixed_get_tails(&row), mixed_get_end(&row), &made, NULL));
    CHECK(made.bsatn.len == sizeof MIXED && memcmp(made.bsatn.data, MIXED, sizeof MIXED) == 0);
    TailArray tails;
    Tail all[] = {{1, 2}, {3, 4}};
    CHECK_OK(tail_array_of(other, all, 2, &tails, NULL));
    CHECK(tails.count == 2 && tails.size == 18 && tail_array_at(tails, 1).wide == 3);
    CHECK_OK(mixed_of(
        writer, "", mixed_get_levels(&row), mixed_get_shape(&row), mixed_get_words(&row), none, false, tails, 1, &made,
        NULL));
    CHECK(made.bsatn.len == sizeof MIXED - 3 - 9 && !mixed_get_maybe(&made).has_value && mixed_get_end(&made) == 1);
    stdb_bsatn_writer_free(writer);
    stdb_bsatn_writer_free(other);
}

static const test tests[] = {
    TEST(numbers_lie_where_bsatn_has_them),
    TEST(no_room_is_left_behind_a_struct),
    TEST(each_column_is_found),
    TEST(what_is_cut_off_is_nothing),
    TEST(tags_and_bools_are_values_always),
    TEST(a_row_is_made_of_its_columns),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
