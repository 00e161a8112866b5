/* What `insert_every_type` of the module `kitchen` writes, to compare rows of the generated code with. Modules of 1.x and of
 * 2.x name the numbers' columns differently. */
#ifndef EVERY_TYPE_HPP
#define EVERY_TYPE_HPP

#include "test.hpp"

#include <limits>
#include <tuple>
#include <vector>

template <class T>
std::vector<T> all_of(const stdb::array<T>& array) {
    return std::vector<T>(array.begin(), array.end());
}

/* u8 to u256, i8 to i256, f32, f64. */
using numbers = std::tuple<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, stdb::u128, stdb::u256, std::int8_t,
                           std::int16_t, std::int32_t, std::int64_t, stdb::i128, stdb::i256, float, double>;

inline void check_numbers(const numbers& given) {
    constexpr auto low = std::numeric_limits<std::int64_t>::min();
    const numbers expected(8, 1600, 320000, ~0ull - 1, stdb::u128(~0ull, ~0ull - 2), stdb::u256(7ull << 8, 0, 0, 0), -8, -1600,
                           -320000, low + 1, stdb::i128(low, 2), stdb::i256(), 1.5f, -2.25);
    CHECK(std::get<0>(given) == std::get<0>(expected));
    CHECK(std::get<4>(given) == std::get<4>(expected));
    CHECK(std::get<5>(given) == std::get<5>(expected));
    CHECK(std::get<10>(given) == std::get<10>(expected));
    CHECK(std::get<11>(given) == stdb::i256(static_cast<std::uint64_t>(-9 * 256), 0, 0, 0));
    CHECK(std::get<4>(given).to_string() == "340282366920938463463374607431768211453");
    CHECK(std::get<5>(given).to_string() == "11248566309812931928793734646388138217655420956479549847109632");
    CHECK(std::get<10>(given).to_string() == "-170141183460469231731687303715884105726");
    CHECK(std::get<11>(given).to_string() == "-14462442398330912479877658831070463422699826944045135517712384");
    std::get<11>(const_cast<numbers&>(expected)) = std::get<11>(given);
    CHECK(given == expected);
}

template <class Row, class Rank, class Effect>
void check_rest(const Row& row) {
    using tag = typename Effect::Tag;
    const std::uint8_t bytes[] = {0, 1, 2, 255}, nines[] = {9, 9};
    CHECK(row.b);
    CHECK(row.string == "h\xc3\xa9llo \xe2\x9c\x93");
    CHECK(row.bytes == stdb::bytes(bytes));
    CHECK(row.duration.to_chrono() == std::chrono::milliseconds(-1500));
    CHECK(row.timestamp.micros > 1700000000000000);
    CHECK(must(stdb::timestamp::from_rfc3339(must(row.timestamp.to_rfc3339()))) == row.timestamp);
    CHECK(row.rank == Rank::Knight);
    CHECK(row.effect.tag() == tag::Say && *row.effect.as_say() == "hi" && row.effect.as_damage() == nullptr);
    auto effects = all_of(row.effects);
    CHECK(effects.size() == 4 && effects[0].tag() == tag::Nothing);
    CHECK(*effects[1].as_damage() == 3);
    CHECK(effects[2].as_move()->x == 1 && effects[2].as_move()->y == 2 && effects[2].as_move()->z == 3);
    CHECK(*effects[3].as_many() == stdb::bytes(nines));
    CHECK(row.nested.size() == 2 && row.nested[0].x == 0 && row.nested[1].x == 1 && row.nested[1].z == 1);
    CHECK(row.maybe_vec && all_of(*row.maybe_vec) == (std::vector<std::string_view>{"a", ""}));
}

#endif
