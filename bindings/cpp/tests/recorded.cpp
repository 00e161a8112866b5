/* Rows of `every_type` out of recordings of real hosts, read as the generated code's struct. STDB_TEST_ROWS is a file of them, in
 * hexadecimal, a line each. OF_TODAY: of a 2.x host. */
#include "every_type.hpp"
#include "module_bindings.hpp"

#include <fstream>
#include <string>
#include <vector>

using namespace module_bindings;

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& line) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(line.substr(i, 2), nullptr, 16)));
    return bytes;
}

void check(const EveryType& row) {
    CHECK(row.key == 1);
    check_rest<EveryType, Rank, Effect>(row);
    CHECK(row.identity != stdb::identity() && row.connection_id != stdb::connection_id());
#ifdef OF_TODAY
    check_numbers({row.u_8, row.u_16, row.u_32, row.u_64, row.u_128, row.u_256, row.i_8, row.i_16, row.i_32, row.i_64,
                   row.i_128, row.i_256, row.f_32, row.f_64});
    CHECK(row.some_i_32 == -5 && !row.none_i_32);
    CHECK(row.uuid.to_string() == "01234567-89ab-7def-8123-456789abcdef");
    CHECK(row.result.err() && *row.result.err() == "no" && row.result.ok() == nullptr);
#else
    check_numbers({row.u8, row.u16, row.u32, row.u64, row.u128, row.u256, row.i8, row.i16, row.i32, row.i64, row.i128,
                   row.i256, row.f32, row.f64});
    CHECK(row.some_i32 == -5 && !row.none_i32);
#endif
}

}

int main() {
    std::ifstream file(environment("STDB_TEST_ROWS"));
    std::size_t count = 0;
    for (std::string line; std::getline(file, line); count++) {
        auto bytes = bytes_of(line);
        EveryType row;
        stdb::bsatn_reader reader(bytes);
        CHECK(reader.read(row) && reader.remaining() == 0);
        check(row);
        // Written again it is the same.
        CHECK(stdb::args(row).data() == stdb::bytes(bytes));
        // Cut off anywhere it is no row.
        for (std::size_t length = 0; length < bytes.size(); length++) {
            stdb::bsatn_reader cut(stdb::bytes(bytes.data(), length));
            EveryType none;
            CHECK(!cut.read(none));
        }
    }
    std::printf("%zu rows\n", count);
}
