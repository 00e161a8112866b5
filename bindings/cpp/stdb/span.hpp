/// @file span.hpp
/// A borrowed run of elements, for dialects before C++20.
#ifndef STDB_SPAN_HPP
#define STDB_SPAN_HPP

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "config.hpp"

STDB_BEGIN

/// A borrowed run of elements that lie one after another. It is the same type in every dialect, so that C++17 and C++20
/// can be linked together; it converts from a `std::span`, and as a contiguous range to one.
template <class T>
class span {
public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    using iterator = T*;

    /// No elements.
    constexpr span() noexcept = default;
    /// `count` elements from `data` on.
    constexpr span(T* data, std::size_t count) noexcept : data_(data), count_(count) {}
    /// All elements of an array.
    template <std::size_t N>
    constexpr span(T (&elements)[N]) noexcept : data_(elements), count_(N) {}
    /// Anything that has `data()` and `size()`: a vector, an array, a string of such elements, a `std::span`.
    template <class C, class = std::enable_if_t<std::is_convertible_v<
                           std::remove_pointer_t<decltype(std::declval<const C&>().data())> (*)[], T (*)[]>>,
              class = decltype(std::declval<const C&>().size())>
    constexpr span(const C& elements) noexcept : data_(elements.data()), count_(elements.size()) {}

    /// The first element; may be null when there is none.
    constexpr T* data() const noexcept { return data_; }
    /// How many elements there are.
    constexpr std::size_t size() const noexcept { return count_; }
    constexpr bool empty() const noexcept { return count_ == 0; }
    /// Element `i`, which must be there.
    constexpr T& operator[](std::size_t i) const { return data_[i]; }
    constexpr T* begin() const noexcept { return data_; }
    constexpr T* end() const noexcept { return data_ + count_; }

private:
    T* data_ = nullptr;
    std::size_t count_ = 0;
};

/// Borrowed bytes: what a module has as an array of u8.
using bytes = span<const std::uint8_t>;

/// Whether two runs of bytes are the same.
inline bool operator==(bytes a, bytes b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); i++)
        if (a[i] != b[i]) return false;
    return true;
}
/// Whether two runs of bytes differ.
inline bool operator!=(bytes a, bytes b) noexcept { return !(a == b); }

STDB_END

#endif
