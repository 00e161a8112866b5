/// @file value.hpp
/// The types of SpacetimeDB that C++ has none for.
#ifndef STDB_VALUE_HPP
#define STDB_VALUE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "error.hpp"

STDB_BEGIN

namespace detail {

/// A number of `N` 64-bit limbs as decimal text, the lowest limb first.
template <std::size_t N>
std::string decimal(const std::uint64_t (&number)[N], bool is_signed) {
    std::uint32_t parts[2 * N];
    bool negative = is_signed && (number[N - 1] >> 63) != 0;
    std::uint64_t carry = negative ? 1 : 0;
    for (std::size_t i = 0; i < N; i++) {
        std::uint64_t limb = negative ? ~number[i] + carry : number[i];
        carry = carry != 0 && limb == 0 ? 1 : 0;
        parts[2 * i] = static_cast<std::uint32_t>(limb);
        parts[2 * i + 1] = static_cast<std::uint32_t>(limb >> 32);
    }
    std::string digits;
    for (bool more = true; more;) {
        std::uint64_t rest = 0;
        more = false;
        for (std::size_t i = 2 * N; i-- > 0;) {
            std::uint64_t value = rest << 32 | parts[i];
            parts[i] = static_cast<std::uint32_t>(value / 10);
            rest = value % 10;
            more = more || parts[i] != 0;
        }
        digits.insert(digits.begin(), static_cast<char>('0' + rest));
    }
    return negative ? "-" + digits : digits;
}

/// Bytes as hexadecimal digits in lower case, the last byte first.
inline std::string hex_reversed(const std::uint8_t* bytes, std::size_t count) {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * count);
    for (std::size_t i = count; i-- > 0;) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

}

namespace detail {
/// A value out of its text, by a function of the C library.
template <class T, class Function>
returns<T> parse(Function* function, const text_argument& text) {
    attempt attempt;
    T value;
    if (attempt.accepts(text)) function(text.c_str(), &value, attempt.out());
    return attempt.give(value);
}
}

/// Nothing: the type of a variant without a payload, and of what a function without a result returns.
struct unit {};
inline bool operator==(unit, unit) noexcept { return true; }
inline bool operator!=(unit, unit) noexcept { return false; }

/// What a module has as a sum without variants: there is no value of it.
struct never {};

/// An unsigned number of 128 bits: `hi * 2^64 + lo`.
struct u128 : stdb_u128 {
    constexpr u128() noexcept : stdb_u128{0, 0} {}
    /// Of a smaller number.
    constexpr u128(std::uint64_t value) noexcept : stdb_u128{value, 0} {}
    /// Of its halves.
    constexpr u128(std::uint64_t high, std::uint64_t low) noexcept : stdb_u128{low, high} {}
    constexpr u128(const stdb_u128& raw) noexcept : stdb_u128(raw) {}
    /// As decimal digits.
    std::string to_string() const { return detail::decimal<2>({lo, hi}, false); }
    /// Of decimal digits, as `stdb_u128_from_string`.
    static returns<u128> from_string(const text_argument& text) {
        return detail::parse<u128>(stdb_u128_from_string, text);
    }
};

/// A signed number of 128 bits: `hi * 2^64 + lo`.
struct i128 : stdb_i128 {
    constexpr i128() noexcept : stdb_i128{0, 0} {}
    /// Of a smaller number.
    constexpr i128(std::int64_t value) noexcept : stdb_i128{static_cast<std::uint64_t>(value), value < 0 ? -1 : 0} {}
    /// Of its halves.
    constexpr i128(std::int64_t high, std::uint64_t low) noexcept : stdb_i128{low, high} {}
    constexpr i128(const stdb_i128& raw) noexcept : stdb_i128(raw) {}
    /// As decimal digits, after a minus if it is negative.
    std::string to_string() const { return detail::decimal<2>({lo, static_cast<std::uint64_t>(hi)}, true); }
    /// Of decimal digits, as `stdb_i128_from_string`.
    static returns<i128> from_string(const text_argument& text) {
        return detail::parse<i128>(stdb_i128_from_string, text);
    }
};

/// An unsigned number of 256 bits, the lowest limb first.
struct u256 : stdb_u256 {
    constexpr u256() noexcept : stdb_u256{{0, 0, 0, 0}} {}
    /// Of a smaller number.
    constexpr u256(std::uint64_t value) noexcept : stdb_u256{{value, 0, 0, 0}} {}
    /// Of its four parts, the highest first, as one writes numbers.
    constexpr u256(std::uint64_t d, std::uint64_t c, std::uint64_t b, std::uint64_t a) noexcept
        : stdb_u256{{a, b, c, d}} {}
    constexpr u256(const stdb_u256& raw) noexcept : stdb_u256(raw) {}
    /// As decimal digits.
    std::string to_string() const { return detail::decimal<4>(limbs, false); }
    /// Of decimal digits, as `stdb_u256_from_string`.
    static returns<u256> from_string(const text_argument& text) {
        return detail::parse<u256>(stdb_u256_from_string, text);
    }
};

/// A signed number of 256 bits in two's complement, the lowest limb first.
struct i256 : stdb_i256 {
    constexpr i256() noexcept : stdb_i256{{0, 0, 0, 0}} {}
    /// Of a smaller number.
    constexpr i256(std::int64_t value) noexcept
        : stdb_i256{{static_cast<std::uint64_t>(value), value < 0 ? ~0ull : 0, value < 0 ? ~0ull : 0,
                     value < 0 ? ~0ull : 0}} {}
    /// Of its four parts, the highest first, as one writes numbers.
    constexpr i256(std::uint64_t d, std::uint64_t c, std::uint64_t b, std::uint64_t a) noexcept
        : stdb_i256{{a, b, c, d}} {}
    constexpr i256(const stdb_i256& raw) noexcept : stdb_i256(raw) {}
    /// As decimal digits, after a minus if it is negative.
    std::string to_string() const { return detail::decimal<4>(limbs, true); }
    /// Of decimal digits, as `stdb_i256_from_string`.
    static returns<i256> from_string(const text_argument& text) {
        return detail::parse<i256>(stdb_i256_from_string, text);
    }
};

constexpr bool operator==(const u128& a, const u128& b) noexcept { return a.lo == b.lo && a.hi == b.hi; }
constexpr bool operator!=(const u128& a, const u128& b) noexcept { return !(a == b); }
constexpr bool operator<(const u128& a, const u128& b) noexcept {
    return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}
constexpr bool operator==(const i128& a, const i128& b) noexcept { return a.lo == b.lo && a.hi == b.hi; }
constexpr bool operator!=(const i128& a, const i128& b) noexcept { return !(a == b); }
constexpr bool operator<(const i128& a, const i128& b) noexcept {
    return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}
constexpr bool operator==(const u256& a, const u256& b) noexcept {
    return a.limbs[0] == b.limbs[0] && a.limbs[1] == b.limbs[1] && a.limbs[2] == b.limbs[2]
        && a.limbs[3] == b.limbs[3];
}
constexpr bool operator!=(const u256& a, const u256& b) noexcept { return !(a == b); }
constexpr bool operator<(const u256& a, const u256& b) noexcept {
    for (std::size_t i = 4; i-- > 0;)
        if (a.limbs[i] != b.limbs[i]) return a.limbs[i] < b.limbs[i];
    return false;
}
constexpr bool operator==(const i256& a, const i256& b) noexcept {
    return u256(a.limbs[3], a.limbs[2], a.limbs[1], a.limbs[0])
        == u256(b.limbs[3], b.limbs[2], b.limbs[1], b.limbs[0]);
}
constexpr bool operator!=(const i256& a, const i256& b) noexcept { return !(a == b); }
constexpr bool operator<(const i256& a, const i256& b) noexcept {
    constexpr std::uint64_t sign = 1ull << 63;
    return u256(a.limbs[3] ^ sign, a.limbs[2], a.limbs[1], a.limbs[0])
        < u256(b.limbs[3] ^ sign, b.limbs[2], b.limbs[1], b.limbs[0]);
}

/// Who a client is.
struct identity : stdb_identity {
    identity() noexcept : stdb_identity{} {}
    identity(const stdb_identity& raw) noexcept : stdb_identity(raw) {}
    /// As 64 hexadecimal digits in lower case.
    std::string to_hex() const { return detail::hex_reversed(bytes, sizeof bytes); }
    /// Of 64 hexadecimal digits after an optional "0x"; anything else is `STDB_ERR_INVALID_ARGUMENT`.
    static returns<identity> from_hex(const text_argument& text) {
        return detail::parse<identity>(stdb_identity_from_hex, text);
    }
};

/// Which connection of a client.
struct connection_id : stdb_connection_id {
    connection_id() noexcept : stdb_connection_id{} {}
    connection_id(const stdb_connection_id& raw) noexcept : stdb_connection_id(raw) {}
    /// As 32 hexadecimal digits in lower case.
    std::string to_hex() const { return detail::hex_reversed(bytes, sizeof bytes); }
    /// Of 32 hexadecimal digits after an optional "0x"; anything else is `STDB_ERR_INVALID_ARGUMENT`.
    static returns<connection_id> from_hex(const text_argument& text) {
        return detail::parse<connection_id>(stdb_connection_id_from_hex, text);
    }
};

inline bool operator==(const identity& a, const identity& b) noexcept { return stdb_identity_equal(&a, &b); }
inline bool operator!=(const identity& a, const identity& b) noexcept { return !(a == b); }
/// An order for maps: that of the numbers which the digits spell.
inline bool operator<(const identity& a, const identity& b) noexcept {
    for (std::size_t i = sizeof a.bytes; i-- > 0;)
        if (a.bytes[i] != b.bytes[i]) return a.bytes[i] < b.bytes[i];
    return false;
}
inline bool operator==(const connection_id& a, const connection_id& b) noexcept {
    return stdb_connection_id_equal(&a, &b);
}
inline bool operator!=(const connection_id& a, const connection_id& b) noexcept { return !(a == b); }
/// An order for maps: that of the numbers which the digits spell.
inline bool operator<(const connection_id& a, const connection_id& b) noexcept {
    for (std::size_t i = sizeof a.bytes; i-- > 0;)
        if (a.bytes[i] != b.bytes[i]) return a.bytes[i] < b.bytes[i];
    return false;
}

/// A length of time: microseconds, negative for one that goes back.
struct time_duration : stdb_time_duration {
    constexpr time_duration() noexcept : stdb_time_duration{0} {}
    constexpr time_duration(const stdb_time_duration& raw) noexcept : stdb_time_duration(raw) {}
    /// Of one of `<chrono>`.
    constexpr time_duration(std::chrono::microseconds length) noexcept : stdb_time_duration{length.count()} {}
    /// The same for `<chrono>`.
    constexpr std::chrono::microseconds to_chrono() const noexcept { return std::chrono::microseconds(micros); }
    /// As text, as the host writes it.
    returns<std::string> to_string() const {
        detail::attempt attempt;
        char text[64];
        std::size_t length = 0;
        stdb_time_duration_to_string(*this, text, sizeof text, &length, attempt.out());
        return attempt.give(std::string(text, length));
    }
};

/// A moment: microseconds since the Unix epoch.
struct timestamp : stdb_timestamp {
    using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

    constexpr timestamp() noexcept : stdb_timestamp{0} {}
    constexpr timestamp(const stdb_timestamp& raw) noexcept : stdb_timestamp(raw) {}
    /// Of one of `<chrono>`.
    constexpr timestamp(time_point moment) noexcept : stdb_timestamp{moment.time_since_epoch().count()} {}
    /// The same for `<chrono>`.
    constexpr time_point to_chrono() const noexcept { return time_point(std::chrono::microseconds(micros)); }
    /// As text of RFC 3339 in UTC, as the host writes it; `STDB_ERR_INVALID_ARGUMENT` beyond the calendar.
    returns<std::string> to_rfc3339() const {
        detail::attempt attempt;
        char text[64];
        std::size_t length = 0;
        stdb_timestamp_to_rfc3339(*this, text, sizeof text, &length, attempt.out());
        return attempt.give(std::string(text, length));
    }
    /// Of text of RFC 3339 with any offset; anything else is `STDB_ERR_INVALID_ARGUMENT`.
    static returns<timestamp> from_rfc3339(const text_argument& text) {
        return detail::parse<timestamp>(stdb_timestamp_from_rfc3339, text);
    }
};

constexpr bool operator==(time_duration a, time_duration b) noexcept { return a.micros == b.micros; }
constexpr bool operator!=(time_duration a, time_duration b) noexcept { return a.micros != b.micros; }
constexpr bool operator<(time_duration a, time_duration b) noexcept { return a.micros < b.micros; }
constexpr bool operator==(timestamp a, timestamp b) noexcept { return a.micros == b.micros; }
constexpr bool operator!=(timestamp a, timestamp b) noexcept { return a.micros != b.micros; }
constexpr bool operator<(timestamp a, timestamp b) noexcept { return a.micros < b.micros; }

/// A UUID, as a number whose hexadecimal digits are those of the text.
struct uuid {
    /// The number.
    u128 value;
    /// As "01234567-89ab-7def-8123-456789abcdef".
    std::string to_string() const {
        std::uint8_t bytes[16];
        for (unsigned i = 0; i < 8; i++) {
            bytes[i] = static_cast<std::uint8_t>(value.lo >> 8 * i);
            bytes[8 + i] = static_cast<std::uint8_t>(value.hi >> 8 * i);
        }
        std::string text = detail::hex_reversed(bytes, sizeof bytes);
        for (std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
        return text;
    }
    /// Of such text, as `stdb_uuid_from_string`.
    static returns<uuid> from_string(const text_argument& text) {
        detail::attempt attempt;
        uuid value;
        if (attempt.accepts(text)) stdb_uuid_from_string(text.c_str(), &value.value, attempt.out());
        return attempt.give(value);
    }
};
constexpr bool operator==(const uuid& a, const uuid& b) noexcept { return a.value == b.value; }
constexpr bool operator!=(const uuid& a, const uuid& b) noexcept { return a.value != b.value; }
constexpr bool operator<(const uuid& a, const uuid& b) noexcept { return a.value < b.value; }

/// A sum: one of several payloads, told apart by its position.
template <class... Payloads>
class sum {
public:
    using payloads = std::variant<Payloads...>;

    /// The first variant, with an empty payload.
    sum() = default;
    /// Variant `I` with its payload: `sum(std::in_place_index<2>, "text")`.
    template <std::size_t I, class... A>
    explicit sum(std::in_place_index_t<I> position, A&&... payload)
        : payload_(position, std::forward<A>(payload)...) {}

    /// Which variant it is, from 0.
    std::size_t index() const noexcept { return payload_.index(); }
    /// The payload of variant `I`; NULL when it is another one.
    template <std::size_t I>
    const std::variant_alternative_t<I, payloads>* get() const noexcept {
        return std::get_if<I>(&payload_);
    }
    /// Calls a visitor with the payload.
    template <class F>
    decltype(auto) visit(F&& visitor) const {
        return std::visit(std::forward<F>(visitor), payload_);
    }
    /// Makes it variant `I`.
    template <std::size_t I>
    std::variant_alternative_t<I, payloads>& emplace() {
        return payload_.template emplace<I>();
    }

private:
    payloads payload_;
};

/// What a module has as a `Result`: a good value or a bad one.
template <class T, class E>
struct outcome : sum<T, E> {
    using sum<T, E>::sum;
    /// A good one.
    static outcome make_ok(T value) { return outcome(std::in_place_index<0>, std::move(value)); }
    /// A bad one.
    static outcome make_err(E value) { return outcome(std::in_place_index<1>, std::move(value)); }
    /// The good value; NULL when there is none.
    const T* ok() const noexcept { return this->template get<0>(); }
    /// The bad value; NULL when there is none.
    const E* err() const noexcept { return this->template get<1>(); }
};

/// When a scheduled reducer runs: again and again, or once.
struct schedule_at : sum<time_duration, timestamp> {
    using sum::sum;
    /// Again and again, with so much time between.
    static schedule_at make_interval(time_duration every) { return schedule_at(std::in_place_index<0>, every); }
    /// Once, at a moment.
    static schedule_at make_time(timestamp moment) { return schedule_at(std::in_place_index<1>, moment); }
    /// The time between; NULL when it runs once.
    const time_duration* interval() const noexcept { return get<0>(); }
    /// The moment; NULL when it runs again and again.
    const timestamp* time() const noexcept { return get<1>(); }
};

STDB_END

namespace std {
/// For unordered containers.
template <>
struct hash<stdb::identity> {
    /// The hash.
    size_t operator()(const stdb::identity& identity) const noexcept {
        // The first bytes of an identity are random, its last ones are not.
        size_t hash;
        memcpy(&hash, identity.bytes, sizeof hash);
        return hash;
    }
};
/// For unordered containers.
template <>
struct hash<stdb::connection_id> {
    /// The hash.
    size_t operator()(const stdb::connection_id& connection_id) const noexcept {
        size_t hash;
        memcpy(&hash, connection_id.bytes, sizeof hash);
        return hash;
    }
};
}

#endif
