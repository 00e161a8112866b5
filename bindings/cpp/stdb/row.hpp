/// @file row.hpp
/// Rows as their bytes, and how they become values of a type.
#ifndef STDB_ROW_HPP
#define STDB_ROW_HPP

#include <cstddef>
#include <string_view>

#include "bsatn.hpp"

STDB_BEGIN

/// A row as its BSATN bytes, borrowed, for programs without generated code.
class row {
public:
    row() noexcept = default;
    /// Of a row of the C library.
    explicit row(const stdb_row& raw) noexcept : raw_(raw) {}

    /// The row of the C library.
    const stdb_row& raw() const noexcept { return raw_; }
    /// Its bytes.
    stdb::bytes bytes() const noexcept { return {raw_.data, raw_.len}; }
    /// The name of its table.
    std::string_view table_name() const noexcept { return detail::view(stdb_table_name(raw_.table)); }
    /// Reads its columns one after another.
    bsatn_reader reader() const noexcept { return bsatn_reader(bytes()); }

private:
    stdb_row raw_{};
};

namespace detail {

/// What is said of a row that is not of the type it is read as.
constexpr const char* not_of_the_type = "a row is not of the type of the generated code: the module has changed";

/// What is said of arguments or a procedure's value that are not of the types they are read as.
constexpr const char* other_arguments = "values are not of the types of the generated code: the module has changed";

/// Reads a row as a type of the generated code. Tells whether it is of that type.
template <class Row>
bool read_row(const stdb_row& raw, Row& value) {
    if constexpr (bsatn<Row>::is_fixed) {
        return raw.len == bsatn<Row>::size && bsatn<Row>::load(raw.data, value);
    } else {
        bsatn_reader reader(bytes(raw.data, raw.len));
        return reader.read(value) && reader.remaining() == 0;
    }
}

inline bool read_row(const stdb_row& raw, row& value) {
    value = row(raw);
    return true;
}

/// Whether rows of a type own all that they say.
template <class Row>
constexpr bool owns_all = bsatn<Row>::is_fixed;
template <>
inline constexpr bool owns_all<row> = false;

}

STDB_END

#endif
