/// @file row.hpp
/// Rows as their bytes, and how they become values of a type.
#ifndef STDB_ROW_HPP
#define STDB_ROW_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include "bsatn.hpp"
#include "value_view.hpp"

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

    /// A column, or what lies in it, by a path such as "position.x", as a type of `stdb` or of the language:
    /// `get<float>("position.x")`, `get<std::string_view>("name.some")`. Fails as the `stdb_row_get_…` of the type.
    template <class T>
    returns<T> get(const text_argument& path) const {
        detail::attempt attempt;
        typename detail::accessors<T>::raw out{};
        if (attempt.accepts(path)) detail::accessors<T>::row(&raw_, path.c_str(), &out, attempt.out());
        return attempt.give(detail::from_raw<T>(out));
    }
    /// A column, or what lies in it, as a value; as `stdb_row_get`.
    returns<stdb::value> get(const text_argument& path) const {
        detail::attempt attempt;
        stdb_value out{};
        if (attempt.accepts(path)) stdb_row_get(&raw_, path.c_str(), &out, attempt.out());
        return attempt.give(stdb::value(out));
    }
    /// A column by its position, from 0; the fast way.
    returns<stdb::value> column(std::size_t position) const {
        detail::attempt attempt;
        stdb_value out{};
        stdb_row_column(&raw_, position, &out, attempt.out());
        return attempt.give(stdb::value(out));
    }
    /// The row as a value, a product of its columns; `STDB_ERR_NO_SCHEMA` when the connection has no schema.
    returns<stdb::value> value() const {
        detail::attempt attempt;
        stdb_value out{};
        stdb_row_value(&raw_, &out, attempt.out());
        return attempt.give(stdb::value(out));
    }
    /// The row as JSON, an object of its columns.
    returns<std::string> to_json() const {
        detail::attempt attempt;
        char* json = nullptr;
        std::size_t length = 0;
        stdb_row_to_json(&raw_, &json, &length, attempt.out());
        return attempt.give(detail::take_json(json, length));
    }

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
