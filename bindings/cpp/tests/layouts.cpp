/* Rows out of bytes, of the schema `tests/codegen/layouts.schema.json`: members that lie otherwise in C++ than in BSATN, and
 * bytes that end too early or are no value. */
#include "module_bindings.hpp"
#include "test.hpp"

#include <vector>

using namespace module_bindings;

namespace {

/* Reads a value that is all of the bytes. */
template <class T>
std::optional<T> read(const std::vector<std::uint8_t>& data) {
    stdb::bsatn_reader reader(stdb::bytes(data.data(), data.size()));
    T value;
    if (!reader.read(value) || reader.remaining() != 0) return std::nullopt;
    return value;
}

template <class T>
std::vector<std::uint8_t> written(const T& value) {
    stdb::bsatn_writer writer;
    stdb::bytes data = writer.write(value).data();
    return std::vector<std::uint8_t>(data.begin(), data.end());
}

const std::vector<std::uint8_t> mixed{
    3, 0, 0, 0, 'a', 'b', 'c',                                        // text
    3, 0, 0, 0, 2, 0, 1,                                              // levels
    1, 0x34, 0x12,                                                    // shape: a line
    2, 0, 0, 0, 1, 0, 0, 0, 'x', 2, 0, 0, 0, 'y', 'z',                // words
    0, 7, 0, 0, 0, 0, 0, 0, 0, 8,                                     // maybe
    1,                                                                // flag
    2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0, 0, 0, 0, 4, // tails
    0x78, 0x56, 0x34, 0x12,                                           // end
};

/* A column that is called as what tables have does not hide that. */
static_assert(std::is_same_v<decltype(std::declval<NamedTable>().count()), stdb::returns<std::uint64_t>>);
template <class Table>
using found = decltype(std::declval<Table>().find_().find(std::uint8_t()));
static_assert(!std::is_void_v<found<NamedTable>>);

void members_lie_where_bsatn_has_them() {
    static_assert(stdb::bsatn<Skewed>::size == 11 && stdb::bsatn<Nested>::size == 10 && stdb::bsatn<Tail>::size == 9);
    const std::vector<std::uint8_t> skewed{1, 2, 0, 0, 0, 0, 0, 0, 0x80, 3, 1}, nested{1, 0, 0, 0, 0, 0, 0, 0, 2, 3};
    auto first = read<Skewed>(skewed);
    CHECK(first && first->first == 1 && first->second == 0x8000000000000002u && first->third == 0x103);
    auto second = read<Nested>(nested);
    CHECK(second && second->tail.wide == 1 && second->tail.low == 2 && second->after == 3);
    static_assert(stdb::bsatn<Side>::size == 3 && stdb::bsatn<Chosen>::size == 5);
    const std::vector<std::uint8_t> chosen{1, 1, 0xfe, 0xff, 2};
    auto third = read<Chosen>(chosen);
    CHECK(third && third->before == 1 && *third->side.as_right() == -2 && !third->side.as_left() && third->after == 2);
    CHECK(written(*first) == skewed && written(*second) == nested && written(*third) == chosen);
}

void each_column_is_found() {
    auto row = read<Mixed>(mixed);
    CHECK(row && row->text == "abc" && row->levels.size() == 3 && row->shape.as_line() && *row->shape.as_line() == 0x1234);
    std::vector<Level> levels(row->levels.begin(), row->levels.end());
    CHECK(levels == std::vector<Level>({Level::High, Level::Low, Level::Middle}));
    std::vector<std::string_view> words(row->words.begin(), row->words.end());
    CHECK(words == std::vector<std::string_view>({"x", "yz"}));
    CHECK(row->maybe && row->maybe->wide == 7 && row->maybe->low == 8 && row->flag && row->end == 0x12345678);
    std::vector<Tail> tails(row->tails.begin(), row->tails.end());
    CHECK(tails.size() == 2 && tails[1].wide == 3 && tails[1].low == 4);
    CHECK(written(*row) == mixed);
}

void what_is_no_value_is_refused() {
    for (std::size_t size = 0; size < mixed.size(); size++)
        CHECK(!read<Mixed>(std::vector<std::uint8_t>(mixed.begin(), mixed.begin() + static_cast<std::ptrdiff_t>(size))));
    for (std::size_t at : {11, 14, 32, 42}) { // a level, the tags of the shape and of the option, the flag
        std::vector<std::uint8_t> bytes = mixed;
        bytes[at] = 200;
        CHECK(!read<Mixed>(bytes));
    }
    for (std::uint8_t tag = 0; tag < 4; tag++) CHECK(read<Level>({tag}).has_value() == (tag < 3));
    CHECK(!read<Flagged>({7, 200}) && read<Flagged>({7, 1}));
}

}

int main() {
    members_lie_where_bsatn_has_them();
    each_column_is_found();
    what_is_no_value_is_refused();
}
