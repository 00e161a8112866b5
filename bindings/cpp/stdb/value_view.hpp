/// @file value_view.hpp
/// Values whose type is known at run time alone: of rows by name, walked, and as JSON.
#ifndef STDB_VALUE_VIEW_HPP
#define STDB_VALUE_VIEW_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bsatn.hpp"

STDB_BEGIN

/// What the values of a type are made of; the numbers of `STDB_TYPE_…`.
enum class type_kind : stdb_type_kind {
    none = STDB_TYPE_NONE,
    boolean = STDB_TYPE_BOOL,
    u8 = STDB_TYPE_U8,
    u16 = STDB_TYPE_U16,
    u32 = STDB_TYPE_U32,
    u64 = STDB_TYPE_U64,
    u128 = STDB_TYPE_U128,
    u256 = STDB_TYPE_U256,
    i8 = STDB_TYPE_I8,
    i16 = STDB_TYPE_I16,
    i32 = STDB_TYPE_I32,
    i64 = STDB_TYPE_I64,
    i128 = STDB_TYPE_I128,
    i256 = STDB_TYPE_I256,
    f32 = STDB_TYPE_F32,
    f64 = STDB_TYPE_F64,
    string = STDB_TYPE_STRING,
    array = STDB_TYPE_ARRAY,
    product = STDB_TYPE_PRODUCT,
    sum = STDB_TYPE_SUM,
};

/// What SpacetimeDB means by a type beyond what it is made of; the numbers of `STDB_SPECIAL_…`.
enum class special : stdb_special {
    none = STDB_SPECIAL_NONE,
    identity = STDB_SPECIAL_IDENTITY,
    connection_id = STDB_SPECIAL_CONNECTION_ID,
    timestamp = STDB_SPECIAL_TIMESTAMP,
    time_duration = STDB_SPECIAL_TIME_DURATION,
    uuid = STDB_SPECIAL_UUID,
    schedule_at = STDB_SPECIAL_SCHEDULE_AT,
    option = STDB_SPECIAL_OPTION,
    result = STDB_SPECIAL_RESULT,
    bytes = STDB_SPECIAL_BYTES,
    plain_enum = STDB_SPECIAL_PLAIN_ENUM,
};

/// A type of a schema. It lives as long as the schema.
class type {
public:
    /// Of the C library's own.
    explicit type(const stdb_type* raw) noexcept : raw_(raw) {}

    /// The type of the C library.
    const stdb_type* raw() const noexcept { return raw_; }
    /// What its values are made of.
    type_kind kind() const noexcept { return static_cast<type_kind>(stdb_type_kind_of(raw_)); }
    /// What SpacetimeDB means by it.
    stdb::special special() const noexcept { return static_cast<stdb::special>(stdb_type_special_of(raw_)); }
    /// The module's name for it; empty when it has none.
    std::string_view name() const noexcept { return detail::view(stdb_type_name(raw_)); }
    /// How many bytes every value takes, where that is the same for all.
    std::optional<std::size_t> size() const noexcept {
        std::size_t size = 0;
        return stdb_type_size(raw_, &size) ? std::optional<std::size_t>(size) : std::nullopt;
    }
    /// How many elements a product or variants a sum has; 1 for an array.
    std::size_t count() const noexcept { return stdb_type_count(raw_); }
    /// The name of an element or a variant.
    std::string_view element_name(std::size_t position) const noexcept {
        return detail::view(stdb_type_element_name(raw_, position));
    }
    /// The type of an element or of a variant's payload.
    type element_type(std::size_t position) const noexcept { return type(stdb_type_element_type(raw_, position)); }

private:
    const stdb_type* raw_;
};

namespace detail {

/// The C library's form of a value, and back.
template <class T>
T from_raw(const T& raw) noexcept {
    return raw;
}
template <class T, class Raw, class = std::enable_if_t<!std::is_same_v<T, Raw>>>
T from_raw(const Raw& raw) {
    if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, bytes>) {
        return view(raw);
    } else if constexpr (std::is_same_v<T, uuid>) {
        return uuid{raw};
    } else if constexpr (std::is_same_v<T, schedule_at>) {
        if (raw.is_interval) return schedule_at::make_interval(stdb_time_duration{raw.micros});
        return schedule_at::make_time(stdb_timestamp{raw.micros});
    } else {
        return T(raw);
    }
}

/// The functions of the C library for values of a type.
template <class T, class Raw, auto Value, auto Row, auto Set>
struct accessors_of {
    using type = T;
    using raw = Raw;
    static constexpr auto value = Value;
    static constexpr auto row = Row;
    static constexpr auto set = Set;
};
template <class T>
struct accessors;
template <>
struct accessors<bool>
    : accessors_of<bool, bool, stdb_value_get_bool, stdb_row_get_bool, stdb_arguments_set_bool> {};
template <>
struct accessors<std::uint8_t>
    : accessors_of<std::uint8_t, std::uint8_t, stdb_value_get_u8, stdb_row_get_u8, stdb_arguments_set_u8> {};
template <>
struct accessors<std::uint16_t>
    : accessors_of<std::uint16_t, std::uint16_t, stdb_value_get_u16, stdb_row_get_u16, stdb_arguments_set_u16> {};
template <>
struct accessors<std::uint32_t>
    : accessors_of<std::uint32_t, std::uint32_t, stdb_value_get_u32, stdb_row_get_u32, stdb_arguments_set_u32> {};
template <>
struct accessors<std::uint64_t>
    : accessors_of<std::uint64_t, std::uint64_t, stdb_value_get_u64, stdb_row_get_u64, stdb_arguments_set_u64> {};
template <>
struct accessors<u128>
    : accessors_of<u128, stdb_u128, stdb_value_get_u128, stdb_row_get_u128, stdb_arguments_set_u128> {};
template <>
struct accessors<u256>
    : accessors_of<u256, stdb_u256, stdb_value_get_u256, stdb_row_get_u256, stdb_arguments_set_u256> {};
template <>
struct accessors<std::int8_t>
    : accessors_of<std::int8_t, std::int8_t, stdb_value_get_i8, stdb_row_get_i8, stdb_arguments_set_i8> {};
template <>
struct accessors<std::int16_t>
    : accessors_of<std::int16_t, std::int16_t, stdb_value_get_i16, stdb_row_get_i16, stdb_arguments_set_i16> {};
template <>
struct accessors<std::int32_t>
    : accessors_of<std::int32_t, std::int32_t, stdb_value_get_i32, stdb_row_get_i32, stdb_arguments_set_i32> {};
template <>
struct accessors<std::int64_t>
    : accessors_of<std::int64_t, std::int64_t, stdb_value_get_i64, stdb_row_get_i64, stdb_arguments_set_i64> {};
template <>
struct accessors<i128>
    : accessors_of<i128, stdb_i128, stdb_value_get_i128, stdb_row_get_i128, stdb_arguments_set_i128> {};
template <>
struct accessors<i256>
    : accessors_of<i256, stdb_i256, stdb_value_get_i256, stdb_row_get_i256, stdb_arguments_set_i256> {};
template <>
struct accessors<float>
    : accessors_of<float, float, stdb_value_get_f32, stdb_row_get_f32, stdb_arguments_set_f32> {};
template <>
struct accessors<double>
    : accessors_of<double, double, stdb_value_get_f64, stdb_row_get_f64, stdb_arguments_set_f64> {};
template <>
struct accessors<std::string_view>
    : accessors_of<std::string_view, stdb_str, stdb_value_get_str, stdb_row_get_str, stdb_arguments_set_str> {};
template <>
struct accessors<bytes>
    : accessors_of<bytes, stdb_bytes, stdb_value_get_bytes, stdb_row_get_bytes, stdb_arguments_set_bytes> {};
template <>
struct accessors<identity>
    : accessors_of<identity, stdb_identity, stdb_value_get_identity, stdb_row_get_identity,
                   stdb_arguments_set_identity> {};
template <>
struct accessors<connection_id>
    : accessors_of<connection_id, stdb_connection_id, stdb_value_get_connection_id, stdb_row_get_connection_id,
                   stdb_arguments_set_connection_id> {};
template <>
struct accessors<timestamp>
    : accessors_of<timestamp, stdb_timestamp, stdb_value_get_timestamp, stdb_row_get_timestamp,
                   stdb_arguments_set_timestamp> {};
template <>
struct accessors<time_duration>
    : accessors_of<time_duration, stdb_time_duration, stdb_value_get_time_duration, stdb_row_get_time_duration,
                   stdb_arguments_set_time_duration> {};
template <>
struct accessors<uuid>
    : accessors_of<uuid, stdb_u128, stdb_value_get_uuid, stdb_row_get_uuid, stdb_arguments_set_uuid> {};
template <>
struct accessors<schedule_at>
    : accessors_of<schedule_at, stdb_schedule_at, stdb_value_get_schedule_at, stdb_row_get_schedule_at,
                   stdb_arguments_set_schedule_at> {};

/// JSON of the C library as a string.
inline std::string take_json(char* json, std::size_t length) {
    std::string text(json != nullptr ? json : "", json != nullptr ? length : 0);
    stdb_json_free(json);
    return text;
}

}

/// A value of a row or of arguments, with its type; a view, borrowed from the row. What it fails with is as the C
/// functions of the same names say: `STDB_ERR_WRONG_TYPE`, with a message that names the place, when it is another one.
class value {
public:
    value() noexcept = default;
    explicit value(const stdb_value& raw) noexcept : raw_(raw) {}
    /// One value of a type as BSATN, which is borrowed. Errors call it "value".
    static returns<value> of(stdb::type type, bytes data) {
        detail::attempt attempt;
        value made;
        stdb_value_of(type.raw(), detail::raw(data), nullptr, &made.raw_, attempt.out());
        return attempt.give(made);
    }

    /// The value of the C library.
    const stdb_value& raw() const noexcept { return raw_; }
    /// Its type.
    stdb::type type() const noexcept { return stdb::type(raw_.type); }
    /// Its BSATN.
    stdb::bytes bytes() const noexcept { return detail::view(raw_.bytes); }

    /// What it is, as a type of `stdb` or of the language: `get<std::uint32_t>()`, `get<std::string_view>()`.
    template <class T>
    returns<T> get() const {
        detail::attempt attempt;
        typename detail::accessors<T>::raw out{};
        detail::accessors<T>::value(&raw_, &out, attempt.out());
        return attempt.give(detail::from_raw<T>(out));
    }
    /// What lies in it, by a path such as "position.x" or "[1].x".
    returns<value> at(const text_argument& path) const {
        detail::attempt attempt;
        value found;
        if (attempt.accepts(path)) stdb_value_at(&raw_, path.c_str(), &found.raw_, attempt.out());
        return attempt.give(found);
    }
    /// How many elements an array or a product has.
    returns<std::size_t> count() const {
        detail::attempt attempt;
        std::size_t count = 0;
        stdb_value_count(&raw_, &count, attempt.out());
        return attempt.give(count);
    }
    /// An element of an array or a product.
    returns<value> element(std::size_t position) const {
        detail::attempt attempt;
        value found;
        stdb_value_element(&raw_, position, &found.raw_, attempt.out());
        return attempt.give(found);
    }
    /// The value of an option; none when it has none.
    returns<std::optional<value>> option() const {
        detail::attempt attempt;
        bool has_value = false;
        value inner;
        stdb_value_option(&raw_, &has_value, &inner.raw_, attempt.out());
        return attempt.give(has_value ? std::optional<value>(inner) : std::nullopt);
    }
    /// What a result has: a good value, or a bad one.
    returns<outcome<value, value>> result() const {
        detail::attempt attempt;
        bool is_ok = false;
        value inner;
        stdb_value_result(&raw_, &is_ok, &inner.raw_, attempt.out());
        return attempt.give(is_ok ? outcome<value, value>::make_ok(inner) : outcome<value, value>::make_err(inner));
    }
    /// Which variant a sum is of.
    inline returns<struct variant> variant() const;
    /// The elements of an array or a product, one after another.
    inline returns<class elements> elements() const;
    /// As JSON, exactly.
    returns<std::string> to_json() const {
        detail::attempt attempt;
        char* json = nullptr;
        std::size_t length = 0;
        stdb_value_to_json(&raw_, &json, &length, attempt.out());
        return attempt.give(detail::take_json(json, length));
    }

private:
    stdb_value raw_{};
};

/// A variant of a sum.
struct variant {
    /// Its position in the type.
    std::uint8_t tag;
    /// Its name, which lives as long as the schema.
    std::string_view name;
    /// What it has.
    value payload;
};

/// The elements of an array or a product, to be walked over by `for`.
class elements {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = value;
        using difference_type = std::ptrdiff_t;
        using pointer = const value*;
        using reference = const value&;

        /// The end.
        iterator() noexcept = default;
        /// The first element of what is left of a walk.
        explicit iterator(const stdb_value_iter& raw) noexcept : raw_(raw) { ++*this; }
        const value& operator*() const noexcept { return element_; }
        const value* operator->() const noexcept { return &element_; }
        iterator& operator++() noexcept {
            stdb_value element{};
            has_element_ = stdb_value_iter_next(&raw_, &element);
            element_ = value(element);
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const noexcept {
            return has_element_ == other.has_element_ && (!has_element_ || raw_.position == other.raw_.position);
        }
        bool operator!=(const iterator& other) const noexcept { return !(*this == other); }

    private:
        stdb_value_iter raw_{};
        value element_;
        bool has_element_ = false;
    };

    explicit elements(const stdb_value_iter& raw) noexcept : raw_(raw) {}
    iterator begin() const noexcept { return iterator(raw_); }
    iterator end() const noexcept { return iterator(); }

private:
    stdb_value_iter raw_;
};

inline returns<variant> value::variant() const {
    detail::attempt attempt;
    stdb::variant found{};
    stdb_str name{};
    stdb_value payload{};
    stdb_value_variant(&raw_, &found.tag, &name, &payload, attempt.out());
    found.name = detail::view(name);
    found.payload = value(payload);
    return attempt.give(found);
}

inline returns<elements> value::elements() const {
    detail::attempt attempt;
    stdb_value_iter raw{};
    stdb_value_iter_begin(&raw_, &raw, attempt.out());
    return attempt.give(stdb::elements(raw));
}

STDB_END

#endif
