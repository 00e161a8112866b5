/* The generated bindings of the module `torture` on a real host: every type comes through, both ways. */

#include "typed.h"

static bool is_padded(Padded padded) {
    return padded.small_ == 1 && padded.wide == UINT64_MAX - 1 && padded.flag && padded.class_ == CLASS_TRUE && padded.half == 65535;
}

static bool is_pair(Pair pair, const char *text) {
    Inner left = pair_get_left(&pair);
    OptionStringArray right = pair_get_right(&pair);
    OptionString first = option_string_array_at(right, 0), second = option_string_array_at(right, 1);
    OptionString third = option_string_array_at(right, 2);
    return left.tag == INNER_TEXT && str_is(left.as.text, text) && right.count == 3 && !first.has_value &&
           second.has_value && str_is(second.value, text) && third.has_value && third.value.len == 0;
}

static void check_parts(const Every *row) {
    CHECK(every_get_class(row) == CLASS_NONE);
    Level level = every_get_level(row);
    CHECK(level.tag == LEVEL_HIGH && level.as.high == -4);
    CHECK(is_padded(every_get_padded(row)) && is_pair(every_get_pair(row), "pair"));
    Outer outer = every_get_outer(row);
    CHECK(outer.tag == OUTER_MAYBE && outer.as.maybe.has_value && outer.as.maybe.value.has_value);
    CHECK(outer.as.maybe.value.value.tag == INNER_FIXED && is_padded(outer.as.maybe.value.value.as.fixed));
    BoolArray bools = every_get_bools(row);
    CHECK(bools.count == 3 && bool_array_at(bools, 0) && !bool_array_at(bools, 1) && bool_array_at(bools, 2));
    I256Array wides = every_get_wides(row);
    CHECK(wides.count == 2 && i256_array_at(wides, 0).limbs[3] == UINT64_MAX && i256_array_at(wides, 1).limbs[0] == 1);
    NothingArray nothings = every_get_nothings(row);
    Nothing nothing;
    CHECK(nothings.count == 2 && nothing_array_next(&nothings, &nothing) && nothing_array_next(&nothings, &nothing));
    CHECK(!nothing_array_next(&nothings, &nothing));
    StringArrayArrayArray nested = every_get_nested(row);
    CHECK(nested.count == 2 && string_array_array_array_at(nested, 0).count == 0);
    StringArrayArray second = string_array_array_array_at(nested, 1);
    CHECK(second.count == 2 && str_is(string_array_at(string_array_array_at(second, 0), 1), "b"));
    CHECK(string_array_array_at(second, 1).count == 0);
    CHECK(every_get_maybe_unit(row).has_value);
    CHECK(every_get_maybe_maybe(row).has_value && !every_get_maybe_maybe(row).value.has_value);
    OptionLevel maybe = every_get_maybe_level(row);
    CHECK(maybe.has_value && maybe.value.tag == LEVEL_EXACT && maybe.value.as.exact == 0.5f);
}

static void check_outers(OuterArray outers) {
    Outer outer;
    Inner inner;
    CHECK(outers.count == 5 && outer_array_next(&outers, &outer) && outer.tag == OUTER_NOTHING);
    CHECK(outer_array_next(&outers, &outer) && outer.tag == OUTER_INNER && outer.as.inner.tag == INNER_NUMBER);
    CHECK(outer.as.inner.as.number.hi == -1 && outer.as.inner.as.number.lo == UINT64_MAX - 4);
    CHECK(outer_array_next(&outers, &outer) && outer.tag == OUTER_BOTH && is_pair(outer.as.both, "both"));
    CHECK(outer_array_next(&outers, &outer) && outer.tag == OUTER_MANY && outer.as.many.count == 2);
    CHECK(inner_array_next(&outer.as.many, &inner) && inner.tag == INNER_UNIT);
    CHECK(inner_array_next(&outer.as.many, &inner) && inner.tag == INNER_TEXT && str_is(inner.as.text, "many"));
    CHECK(outer_array_next(&outers, &outer) && outer.tag == OUTER_MAYBE && !outer.as.maybe.has_value);
    CHECK(!outer_array_next(&outers, &outer));
}

static void every_type_is_read(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    const char *queries[] = {"SELECT * FROM every", "SELECT * FROM void"};
    subscribe_typed(connection, queries, 2);
    uint64_t key = fresh(), voids = 0;
    ending filled = {0};
    CHECK_OK(fill(connection, key, NULL, end_call, &filled, NULL, NULL));
    WAIT(connection, filled.is_over);
    CHECK(filled.status == STDB_CALL_COMMITTED);
    CHECK_OK(void_count(connection, &voids, NULL));
    CHECK(voids == 1);
    Every row;
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(every_find_by_key(connection, key, &row, NULL));
    CHECK(every_get_yes(&row) && every_get_n_u64(&row) == UINT64_MAX && every_get_n_i8(&row) == -8);
    CHECK(every_get_n_i128(&row).hi == INT64_MIN && every_get_n_f64(&row) == -2.25);
    CHECK(str_is(every_get_text(&row), "text") && every_get_bytes(&row).len == 2);
    CHECK(every_get_at(&row).micros == 1 && every_get_during(&row).micros == -2);
    CHECK(every_get_due(&row).is_interval && every_get_due(&row).micros == 3);
    check_parts(&row);
    check_outers(every_get_outers(&row));
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

static void count_rows(const stdb_context *context, const Keyword *row, void *user_data) {
    (void)context;
    MUST(row->template_ == 7 && row->double_ == 8 && row->def == -9 && row->lambda == 0.25 && row->errno_ == 1);
    MUST(row->row == 2 && row->error == 3 && row->register_.tag == LEVEL_LOW);
    MUST(row->nonlocal.has_value == (row->class_ != CLASS_INT));
    *(int *)user_data += 1;
}

static void enums_are_keys_and_keywords_are_names(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    const char *queries[] = {"SELECT * FROM keyword"};
    int inserts = 0;
    CHECK_OK(keyword_on_insert(connection, count_rows, &inserts, NULL, NULL, NULL));
    subscribe_typed(connection, queries, 1);
    CHECK_OK(classes(connection, NULL, NULL, NULL, NULL, NULL));
    WAIT(connection, inserts == 4);
    Keyword row;
    stdb_row_iter *iter = NULL;
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(keyword_find_by_class(connection, CLASS_NONE, &row, NULL));
    CHECK(row.class_ == CLASS_NONE && row.namespace_ == (uint64_t)2 << 40 && row.register_.as.low == 2);
    CHECK_STATUS(STDB_ERR_NOT_FOUND, "class", keyword_find_by_class(connection, CLASS_NULL, &row, &error_));
    CHECK_OK(keyword_filter_by_int(connection, 1, &iter, NULL));
    CHECK(keyword_next(iter, &row) && keyword_next(iter, &row) && !keyword_next(iter, &row));
    stdb_row_iter_free(iter);
    CHECK_OK(keyword_filter_by_class_volatile(connection, CLASS_TRUE, true, &iter, NULL));
    CHECK(keyword_next(iter, &row) && row.class_ == CLASS_TRUE && row.volatile_ && !keyword_next(iter, &row));
    stdb_row_iter_free(iter);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    uint64_t count = 4;
    CHECK_OK(remove_(connection, CLASS_NONE, NULL, NULL, NULL, NULL, NULL));
    while (count == 4) {
        WAIT(connection, keyword_count(connection, &count, NULL) != STDB_OK || count < 4);
    }
    CHECK(count == 3);
    stdb_connection_free(connection);
}

static void sixty_columns_are_read(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    const char *queries[] = {"SELECT * FROM wide"};
    subscribe_typed(connection, queries, 1);
    ending widened = {0};
    CHECK_OK(widen(connection, 5, NULL, end_call, &widened, NULL, NULL));
    WAIT(connection, widened.is_over);
    Wide row;
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(wide_find_by_c00(connection, 5, &row, NULL));
    CHECK(wide_get_c10(&row) == 15 && wide_get_c51(&row) == -51 && wide_get_c54(&row) == 27.0f);
    CHECK(str_is(wide_get_c56(&row), "text 56") && wide_get_c57(&row).value == 57);
    CHECK(wide_get_c59(&row).count == 2 && u16_array_at(wide_get_c59(&row), 0) == 59);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

/* What was given to the reducer, as the module wrote it out. */
static const char *const HEARD =
    "7 said Some(\"e\") True Both(Pair { left: Text(\"in\"), right: [Some(\"one\"), None] }) Pair { left: Text(\"in\"), right: "
    "[Some(\"one\"), None] } [Nothing(Nothing), Maybe(Some(None))] [[\"x\", \"y\"], []] Exact(1.5) "
    "Interval(TimeDuration { __time_duration_micros__: 9 }) Padded { small: 1, wide: 18446744073709551614, flag: true, class: "
    "True, half: 65535 } Nothing";

static void see_text(const stdb_context *context, const UserName *row, void *user_data) {
    (void)context;
    stdb_str key = user_name_get_key(row);
    printf("     %.*s\n", (int)key.len, key.data);
    *(bool *)user_data = str_is(key, HEARD) && user_name_get_count(row) == 7 && user_name_get_on_insert(row) == 1;
}

static void arguments_of_every_kind_are_written(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    const char *queries[] = {"SELECT * FROM user_name", "SELECT * FROM username_"};
    bool is_right = false;
    CHECK_OK(user_name_on_insert(connection, see_text, &is_right, NULL, NULL, NULL));
    subscribe_typed(connection, queries, 2);

    stdb_bsatn_writer *writers[5];
    for (size_t i = 0; i < 5; i++) {
        writers[i] = stdb_bsatn_writer_new();
    }
    const OptionString right[] = {{true, {"one", 3}}, {false, {NULL, 0}}};
    OptionStringArray rights;
    CHECK_OK(option_string_array_of(writers[0], right, 2, &rights, NULL));
    Inner left;
    left.tag = INNER_TEXT;
    left.as.text = str_of("in");
    Pair pair;
    CHECK_OK(pair_of(writers[1], left, rights, &pair, NULL));
    Outer both, outers[2];
    memset(outers, 0, sizeof outers);
    both.tag = OUTER_BOTH;
    both.as.both = pair;
    outers[0].tag = OUTER_NOTHING;
    outers[1].tag = OUTER_MAYBE;
    outers[1].as.maybe.has_value = true;
    OuterArray many;
    CHECK_OK(outer_array_of(writers[2], outers, 2, &many, NULL));
    const stdb_str texts[] = {str_of("x"), str_of("y")};
    StringArray inner[2];
    memset(inner, 0, sizeof inner);
    CHECK_OK(string_array_of(writers[3], texts, 2, &inner[0], NULL));
    StringArrayArray nested;
    CHECK_OK(string_array_array_of(writers[4], inner, 2, &nested, NULL));
    OptionString error = {true, {"e", 1}};
    Level level;
    level.tag = LEVEL_EXACT;
    level.as.exact = 1.5f;
    stdb_schedule_at due = {true, 9};
    Padded padded = {1, UINT64_MAX - 1, true, CLASS_TRUE, 65535};
    Nothing nothing = {0};
    ending over = {0};
    CHECK_OK(switch_(connection, 7, "said", error, CLASS_TRUE, both, pair, many, nested, level, due, padded, nothing, NULL,
                     end_call, &over, NULL, NULL));
    for (size_t i = 0; i < 5; i++) {
        stdb_bsatn_writer_free(writers[i]);
    }
    WAIT(connection, over.is_over && is_right);

    stdb_identity me;
    UserName_2 other;
    ending printed = {0};
    CHECK_OK(stdb_connection_get_identity(connection, &me, NULL));
    CHECK_OK(printf_(connection, me, NULL, end_call, &printed, NULL, NULL));
    WAIT(connection, printed.is_over);
    CHECK_OK(stdb_read_guard_begin(connection, NULL));
    CHECK_OK(username_find_by_operator(connection, me, &other, NULL));
    CHECK(stdb_identity_equal(&other.operator_, &me) && other.bsatn == 1);
    CHECK_OK(stdb_read_guard_end(connection, NULL));
    stdb_connection_free(connection);
}

int main(void) {
    static const test tests[] = {
        TEST(every_type_is_read),
        TEST(enums_are_keys_and_keywords_are_names),
        TEST(sixty_columns_are_read),
        TEST(arguments_of_every_kind_are_written),
    };
    return run_tests(tests, sizeof tests / sizeof *tests);
}
