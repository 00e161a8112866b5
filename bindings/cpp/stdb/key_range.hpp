/// @file key_range.hpp
/// Ranges of an index.
#ifndef STDB_KEY_RANGE_HPP
#define STDB_KEY_RANGE_HPP

#include <string_view>
#include <type_traits>

#include "config.hpp"

STDB_BEGIN

/// A range of an index column, made by `at_least` and its kin: `at_least(3u) && less_than(7u)`. `HasLower` and `HasUpper`
/// tell which bounds it has. Text in it is borrowed.
template <class T, bool HasLower, bool HasUpper>
struct key_range {
    /// The lower bound, where it has one.
    T lower{};
    /// The upper bound, where it has one.
    T upper{};
    /// What `lower` means: one of the `STDB_BOUND_…` numbers.
    stdb_bound lower_bound = STDB_BOUND_NONE;
    /// What `upper` means: one of the `STDB_BOUND_…` numbers.
    stdb_bound upper_bound = STDB_BOUND_NONE;
};

namespace detail {
template <class T>
using bound_of = std::conditional_t<std::is_convertible_v<const T&, std::string_view>, std::string_view, T>;
template <class T>
using lower_range = key_range<bound_of<T>, true, false>;
template <class T>
using upper_range = key_range<bound_of<T>, false, true>;
}

/// This value and all above it.
template <class T>
detail::lower_range<T> at_least(const T& value) {
    return {value, {}, STDB_BOUND_INCLUDED, STDB_BOUND_NONE};
}
/// All above this value.
template <class T>
detail::lower_range<T> more_than(const T& value) {
    return {value, {}, STDB_BOUND_EXCLUDED, STDB_BOUND_NONE};
}
/// This value and all below it.
template <class T>
detail::upper_range<T> at_most(const T& value) {
    return {{}, value, STDB_BOUND_NONE, STDB_BOUND_INCLUDED};
}
/// All below this value.
template <class T>
detail::upper_range<T> less_than(const T& value) {
    return {{}, value, STDB_BOUND_NONE, STDB_BOUND_EXCLUDED};
}
/// What lies between two bounds.
template <class T>
key_range<T, true, true> operator&&(const key_range<T, true, false>& a, const key_range<T, false, true>& b) {
    return {a.lower, b.upper, a.lower_bound, b.upper_bound};
}
/// What lies between two bounds.
template <class T>
key_range<T, true, true> operator&&(const key_range<T, false, true>& a, const key_range<T, true, false>& b) {
    return b && a;
}

STDB_END

#endif
