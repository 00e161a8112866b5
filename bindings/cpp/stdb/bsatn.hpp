/// @file bsatn.hpp
/// BSATN: how values are read and written. Inline, since a call of the C library a value would cost more than the value.
#ifndef STDB_BSATN_HPP
#define STDB_BSATN_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "span.hpp"
#include "value.hpp"

STDB_BEGIN

/// How values of a type are read and written. Specialised for every type that has a BSATN form; for types of a module by
/// the generated code. Each has
/// - `is_fixed`: whether all values have `size` bytes, and own all that they say;
/// - `is_total`: whether all `size` bytes are a value, whatever they are;
/// - `size`: the size in bytes where `is_fixed`;
/// - `load(at, value)`, where `is_fixed`: reads from `size` bytes, and tells whether they are a value;
/// - `read(reader, value)`: reads, and tells whether there was a value;
/// - `write(writer, value)`.
template <class T, class = void>
struct bsatn;

/// Reads BSATN from bytes that it borrows. What it reads of text, bytes and arrays is borrowed from them as well.
class bsatn_reader {
public:
    /// Of bytes, which must outlive what is read.
    explicit bsatn_reader(bytes data) noexcept : at_(data.data()), end_(data.data() + data.size()) {}

    /// How many bytes are left.
    std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    /// The next byte.
    const std::uint8_t* position() const noexcept { return at_; }
    /// Passes over bytes. Gives the first of them, or NULL when there are not so many.
    const std::uint8_t* take(std::uint64_t count) noexcept {
        if (count > remaining()) return nullptr;
        const std::uint8_t* taken = at_;
        at_ += count;
        return taken;
    }
    /// Reads a value. Tells whether there was one; where there was none the reader is of no further use.
    template <class T>
    bool read(T& value) {
        return bsatn<T>::read(*this, value);
    }

private:
    const std::uint8_t* at_;
    const std::uint8_t* end_;
};

/// Writes BSATN into memory of its own; a few hundred bytes need none from the heap.
class bsatn_writer {
public:
    bsatn_writer() noexcept = default;
    bsatn_writer(const bsatn_writer&) = delete;
    bsatn_writer& operator=(const bsatn_writer&) = delete;

    /// Writes a value after those before.
    template <class T>
    bsatn_writer& write(const T& value) {
        using form = std::conditional_t<std::is_convertible_v<const T&, std::string_view>, std::string_view, T>;
        bsatn<form>::write(*this, value);
        return *this;
    }
    /// Writes bytes as they are.
    void append(const void* data, std::size_t count) {
        if (count == 0) return;
        if (large_.empty() && count <= sizeof small_ - used_) {
            std::memcpy(small_ + used_, data, count);
            used_ += count;
            return;
        }
        if (large_.empty()) large_.assign(small_, small_ + used_);
        const auto* first = static_cast<const std::uint8_t*>(data);
        large_.insert(large_.end(), first, first + count);
    }
    /// Writes how many elements follow. BSATN has no more than 2^32 - 1.
    void count(std::size_t count) {
        too_long_ = too_long_ || count > std::numeric_limits<std::uint32_t>::max();
        write(static_cast<std::uint32_t>(count));
    }
    /// What was written; borrowed from the writer until it writes again.
    stdb::bytes data() const noexcept {
        return large_.empty() ? stdb::bytes(small_, used_) : stdb::bytes(large_.data(), large_.size());
    }
    /// Whether a text or an array was longer than BSATN can say.
    bool is_too_long() const noexcept { return too_long_; }

private:
    std::uint8_t small_[256];
    std::size_t used_ = 0;
    std::vector<std::uint8_t> large_;
    bool too_long_ = false;
};

namespace detail {

/// Reads a type of fixed size.
template <class T>
bool read_fixed(bsatn_reader& reader, T& value) {
    if (reader.remaining() < bsatn<T>::size) return false;
    return bsatn<T>::load(reader.take(bsatn<T>::size), value);
}

/// Copies between BSATN, which is little-endian, and the memory of a number.
template <std::size_t N>
void copy_number(void* to, const void* from) noexcept {
#if defined(__BYTE_ORDER__) && defined(__ORDER_BIG_ENDIAN__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (std::size_t i = 0; i < N; i++)
        static_cast<std::uint8_t*>(to)[i] = static_cast<const std::uint8_t*>(from)[N - 1 - i];
#else
    std::memcpy(to, from, N);
#endif
}

inline stdb_bytes raw(bytes data) noexcept { return {data.data(), data.size()}; }
inline bytes view(stdb_bytes data) noexcept { return {data.data, data.len}; }

}

/// Numbers of the language.
template <class T>
struct bsatn<T, std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<T, bool>>> {
    static constexpr bool is_fixed = true, is_total = true;
    static constexpr std::size_t size = sizeof(T);
    static bool load(const std::uint8_t* at, T& value) noexcept {
        detail::copy_number<sizeof(T)>(&value, at);
        return true;
    }
    static bool read(bsatn_reader& reader, T& value) { return detail::read_fixed(reader, value); }
    static void write(bsatn_writer& writer, T value) {
        std::uint8_t bytes[sizeof(T)];
        detail::copy_number<sizeof(T)>(bytes, &value);
        writer.append(bytes, sizeof bytes);
    }
};

/// A bool: 0 or 1.
template <>
struct bsatn<bool> {
    static constexpr bool is_fixed = true, is_total = false;
    static constexpr std::size_t size = 1;
    static bool load(const std::uint8_t* at, bool& value) noexcept {
        value = *at != 0;
        return *at <= 1;
    }
    static bool read(bsatn_reader& reader, bool& value) { return detail::read_fixed(reader, value); }
    static void write(bsatn_writer& writer, bool value) { writer.write(static_cast<std::uint8_t>(value)); }
};

namespace detail {
/// An enum whose variants are 0 to `Count - 1` and have no payloads.
template <class T, std::size_t Count>
struct bsatn_enum {
    static constexpr bool is_fixed = true, is_total = Count == 256;
    static constexpr std::size_t size = 1;
    static bool load(const std::uint8_t* at, T& value) noexcept {
        value = static_cast<T>(*at);
        return *at < Count;
    }
    static bool read(bsatn_reader& reader, T& value) { return read_fixed(reader, value); }
    static void write(bsatn_writer& writer, T value) { writer.write(static_cast<std::uint8_t>(value)); }
};

/// The type of a member.
template <class>
struct member_type;
template <class C, class M>
struct member_type<M C::*> {
    using type = M;
};

/// A struct: its members one after another.
template <class T, auto... Members>
struct bsatn_product {
    template <auto M>
    using codec = bsatn<typename member_type<decltype(M)>::type>;

    static constexpr bool is_fixed = (codec<Members>::is_fixed && ...);
    static constexpr bool is_total = (codec<Members>::is_total && ...);
    static constexpr std::size_t size = is_fixed ? (codec<Members>::size + ... + std::size_t(0)) : 0;
    static bool load([[maybe_unused]] const std::uint8_t* at, [[maybe_unused]] T& value) noexcept {
        bool good = true;
        (void)std::initializer_list<int>{0, (good = codec<Members>::load(at, value.*Members) && good,
                                             at += codec<Members>::size, 0)...};
        return good;
    }
    static bool read([[maybe_unused]] bsatn_reader& reader, [[maybe_unused]] T& value) {
        if constexpr (is_fixed) return read_fixed(reader, value);
        else return (codec<Members>::read(reader, value.*Members) && ...);
    }
    static void write([[maybe_unused]] bsatn_writer& writer, [[maybe_unused]] const T& value) {
        (codec<Members>::write(writer, value.*Members), ...);
    }
};

/// A type derived from `sum`: a byte that tells the variant, and the payload.
template <class T, class Payloads = typename T::payloads>
struct bsatn_sum;
template <class T, class... Payloads>
struct bsatn_sum<T, std::variant<Payloads...>> {
    using first = std::variant_alternative_t<0, std::variant<Payloads...>>;

    static constexpr bool same_sizes() {
        if constexpr ((bsatn<Payloads>::is_fixed && ...))
            return ((bsatn<Payloads>::size == bsatn<first>::size) && ...);
        else return false;
    }
    static constexpr std::size_t sizes() {
        if constexpr (same_sizes()) return 1 + bsatn<first>::size;
        else return 0;
    }
    static constexpr bool is_fixed = same_sizes(), is_total = false;
    static constexpr std::size_t size = sizes();

    static bool load(const std::uint8_t* at, T& value) {
        bsatn_reader reader(bytes(at, size));
        return read(reader, value);
    }
    static bool read(bsatn_reader& reader, T& value) {
        std::uint8_t tag;
        return reader.read(tag) && read_payload(reader, tag, value, std::index_sequence_for<Payloads...>());
    }
    static void write(bsatn_writer& writer, const T& value) {
        writer.write(static_cast<std::uint8_t>(value.index()));
        value.visit([&writer](const auto& payload) { writer.write(payload); });
    }

private:
    template <std::size_t... I>
    static bool read_payload(bsatn_reader& reader, std::uint8_t tag, T& value, std::index_sequence<I...>) {
        bool good = false;
        // The first whose position is the tag ends the walk.
        (void)((tag == I && (good = reader.read(value.template emplace<I>()), true)) || ...);
        return good;
    }
};

/// A type that is so many bytes in memory as in BSATN.
template <class T>
struct bsatn_bytes {
    static constexpr bool is_fixed = true, is_total = true;
    static constexpr std::size_t size = sizeof(T);
    static bool load(const std::uint8_t* at, T& value) noexcept {
        std::memcpy(value.bytes, at, size);
        return true;
    }
    static bool read(bsatn_reader& reader, T& value) { return read_fixed(reader, value); }
    static void write(bsatn_writer& writer, const T& value) { writer.append(value.bytes, size); }
};

/// A type whose BSATN is that of the limbs of a number, the lowest first.
template <class T>
struct bsatn_limbs {
    static constexpr bool is_fixed = true, is_total = true;
    static constexpr std::size_t size = 32;
    static bool load(const std::uint8_t* at, T& value) noexcept {
        for (std::size_t i = 0; i < 4; i++) copy_number<8>(&value.limbs[i], at + 8 * i);
        return true;
    }
    static bool read(bsatn_reader& reader, T& value) { return read_fixed(reader, value); }
    static void write(bsatn_writer& writer, const T& value) {
        for (std::uint64_t limb : value.limbs) writer.write(limb);
    }
};

/// A type whose BSATN is that of two members of its base.
template <class T>
struct bsatn_halves {
    static constexpr bool is_fixed = true, is_total = true;
    static constexpr std::size_t size = 16;
    static bool load(const std::uint8_t* at, T& value) noexcept {
        copy_number<8>(&value.lo, at);
        copy_number<8>(&value.hi, at + 8);
        return true;
    }
    static bool read(bsatn_reader& reader, T& value) { return read_fixed(reader, value); }
    static void write(bsatn_writer& writer, const T& value) { writer.write(value.lo).write(value.hi); }
};

/// A type whose BSATN is that of its microseconds.
template <class T>
struct bsatn_micros {
    static constexpr bool is_fixed = true, is_total = true;
    static constexpr std::size_t size = 8;
    static bool load(const std::uint8_t* at, T& value) noexcept {
        return bsatn<std::int64_t>::load(at, value.micros);
    }
    static bool read(bsatn_reader& reader, T& value) { return read_fixed(reader, value); }
    static void write(bsatn_writer& writer, T value) { writer.write(value.micros); }
};
}

template <> struct bsatn<unit> : detail::bsatn_product<unit> {};
/// There is no value of it.
template <>
struct bsatn<never> {
    static constexpr bool is_fixed = false, is_total = false;
    static constexpr std::size_t size = 0;
    static bool read(bsatn_reader&, never&) { return false; }
    static void write(bsatn_writer&, const never&) {}
};
template <> struct bsatn<u128> : detail::bsatn_halves<u128> {};
template <> struct bsatn<i128> : detail::bsatn_halves<i128> {};
template <> struct bsatn<u256> : detail::bsatn_limbs<u256> {};
template <> struct bsatn<i256> : detail::bsatn_limbs<i256> {};
template <> struct bsatn<identity> : detail::bsatn_bytes<identity> {};
template <> struct bsatn<connection_id> : detail::bsatn_bytes<connection_id> {};
template <> struct bsatn<timestamp> : detail::bsatn_micros<timestamp> {};
template <> struct bsatn<time_duration> : detail::bsatn_micros<time_duration> {};
template <> struct bsatn<uuid> : detail::bsatn_product<uuid, &uuid::value> {};
template <> struct bsatn<schedule_at> : detail::bsatn_sum<schedule_at> {};
template <class T, class E> struct bsatn<outcome<T, E>> : detail::bsatn_sum<outcome<T, E>> {};
template <class... P> struct bsatn<sum<P...>> : detail::bsatn_sum<sum<P...>> {};

/// Text: its length and its bytes.
template <>
struct bsatn<std::string_view> {
    static constexpr bool is_fixed = false, is_total = false;
    static constexpr std::size_t size = 0;
    static bool read(bsatn_reader& reader, std::string_view& value) {
        std::uint32_t count;
        if (!reader.read(count)) return false;
        const std::uint8_t* at = reader.take(count);
        if (at == nullptr) return false;
        value = std::string_view(reinterpret_cast<const char*>(at), count);
        return true;
    }
    static void write(bsatn_writer& writer, std::string_view value) {
        writer.count(value.size());
        writer.append(value.data(), value.size());
    }
};

/// An array of u8.
template <>
struct bsatn<bytes> {
    static constexpr bool is_fixed = false, is_total = false;
    static constexpr std::size_t size = 0;
    static bool read(bsatn_reader& reader, bytes& value) {
        std::uint32_t count;
        if (!reader.read(count)) return false;
        const std::uint8_t* at = reader.take(count);
        value = bytes(at, count);
        return at != nullptr;
    }
    static void write(bsatn_writer& writer, bytes value) {
        writer.count(value.size());
        writer.append(value.data(), value.size());
    }
};

/// An option: 0 and the value, or 1.
template <class T>
struct bsatn<std::optional<T>> {
    static constexpr bool is_fixed = bsatn<T>::is_fixed && bsatn<T>::size == 0, is_total = false;
    static constexpr std::size_t size = 1;
    static bool load(const std::uint8_t* at, std::optional<T>& value) {
        bsatn_reader reader(bytes(at, size));
        return read(reader, value);
    }
    static bool read(bsatn_reader& reader, std::optional<T>& value) {
        std::uint8_t tag;
        if (!reader.read(tag) || tag > 1) return false;
        if (tag == 0) return reader.read(value.emplace());
        value.reset();
        return true;
    }
    static void write(bsatn_writer& writer, const std::optional<T>& value) {
        writer.write(static_cast<std::uint8_t>(value ? 0 : 1));
        if (value) writer.write(*value);
    }
};

/// A borrowed array of values: of a row, where each element is read out of its BSATN when it is asked for, or of a program's
/// own vector or list, to be written. Neither takes memory.
template <class T>
class array {
public:
    using value_type = T;

    /// Gives the elements one after another, each by value.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = const T*;
        using reference = T;

        iterator() noexcept : reader_(bytes()) {}
        iterator(const T* element, bytes data, std::size_t left)
            : element_(element), reader_(data), left_(left) {}

        T operator*() const {
            if (element_ != nullptr) return *element_;
            bsatn_reader reader = reader_;
            T value{};
            reader.read(value);
            return value;
        }
        iterator& operator++() {
            left_--;
            if (element_ != nullptr) {
                element_++;
            } else if constexpr (bsatn<T>::is_fixed) {
                reader_.take(bsatn<T>::size);
            } else {
                T value{};
                reader_.read(value);
            }
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const noexcept { return left_ == other.left_; }
        bool operator!=(const iterator& other) const noexcept { return left_ != other.left_; }

    private:
        const T* element_ = nullptr;
        bsatn_reader reader_;
        std::size_t left_ = 0;
    };

    /// No elements.
    array() noexcept = default;
    /// A list in braces; it lives as long as the full expression.
    array(std::initializer_list<T> elements) noexcept : array(span<const T>(std::data(elements), elements.size())) {}
    /// A vector, or anything else that has `data()` and `size()`, and outlives this.
    template <class C, class = std::enable_if_t<
                           std::is_same_v<std::decay_t<decltype(*std::declval<const C&>().data())>, T>
                           && !std::is_same_v<C, array>>>
    array(const C& elements) noexcept : elements_(elements.data()), count_(elements.size()) {}

    /// How many elements there are.
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    iterator begin() const { return iterator(elements_, encoded_, count_); }
    iterator end() const { return iterator(elements_, bytes(), 0); }
    /// Element `i`, which must be there. Only for elements of fixed size: others are found by walking.
    T operator[](std::size_t i) const {
        static_assert(bsatn<T>::is_fixed, "elements that differ in size are walked over");
        if (elements_ != nullptr) return elements_[i];
        T value{};
        bsatn<T>::load(encoded_.data() + i * bsatn<T>::size, value);
        return value;
    }

private:
    friend struct bsatn<array<T>>;
    const T* elements_ = nullptr; // or else they are encoded
    bytes encoded_;
    std::size_t count_ = 0;
};

template <class T>
struct bsatn<array<T>> {
    static constexpr bool is_fixed = false, is_total = false;
    static constexpr std::size_t size = 0;
    /// Checks every element, so that walking over them meets no bad one.
    static bool read(bsatn_reader& reader, array<T>& value) {
        std::uint32_t count;
        if (!reader.read(count)) return false;
        const std::uint8_t* first = reader.position();
        if constexpr (bsatn<T>::is_fixed && (bsatn<T>::is_total || bsatn<T>::size == 0)) {
            if (reader.take(std::uint64_t(count) * bsatn<T>::size) == nullptr && bsatn<T>::size != 0) return false;
        } else {
            for (std::uint32_t i = 0; i < count; i++) {
                T element{};
                if (!reader.read(element)) return false;
            }
        }
        value.elements_ = nullptr;
        value.encoded_ = bytes(first, static_cast<std::size_t>(reader.position() - first));
        value.count_ = count;
        return true;
    }
    static void write(bsatn_writer& writer, const array<T>& value) {
        writer.count(value.count_);
        if (value.elements_ == nullptr) {
            writer.append(value.encoded_.data(), value.encoded_.size());
        } else {
            for (std::size_t i = 0; i < value.count_; i++) writer.write(value.elements_[i]);
        }
    }
};

/// A vector, which can be written only.
template <class T>
struct bsatn<std::vector<T>> {
    static void write(bsatn_writer& writer, const std::vector<T>& value) {
        writer.count(value.size());
        for (const T& element : value) writer.write(element);
    }
};

/// The arguments of a reducer or a procedure: values one after another, as BSATN.
class args {
public:
    /// Of values, each of exactly the parameter's type; text may be anything that converts to a `std::string_view`.
    template <class... Values>
    explicit args(const Values&... values) {
        (writer_.write(values), ...);
    }
    /// Of BSATN.
    static args of_bsatn(bytes data) { return args(encoded{data}); }

    /// The arguments as BSATN; borrowed from this.
    bytes data() const noexcept { return writer_.data(); }
    /// Whether a text or an array was longer than BSATN can say.
    bool is_too_long() const noexcept { return writer_.is_too_long(); }

private:
    struct encoded {
        bytes data;
    };
    explicit args(const encoded& encoded) { writer_.append(encoded.data.data(), encoded.data.size()); }
    bsatn_writer writer_;
};

STDB_END

#endif
