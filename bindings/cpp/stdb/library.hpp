/// @file library.hpp
/// What belongs to the library as a whole.
#ifndef STDB_LIBRARY_HPP
#define STDB_LIBRARY_HPP

#include <cstdint>
#include <string_view>

#include "error.hpp"

STDB_BEGIN

/// The library's version as text; it lives forever.
inline std::string_view version() noexcept { return detail::view(stdb_version()); }
/// The library's version as a number, to compare with `STDB_VERSION_NUMBER`.
inline std::uint32_t version_number() noexcept { return stdb_version_number(); }
/// The C name of a status code; it lives forever; empty for a number that no code has.
inline std::string_view status_name(stdb_status status) noexcept { return detail::view(stdb_status_name(status)); }
/// What a status code means; it lives forever; empty for a number that no code has.
inline std::string_view status_message(stdb_status status) noexcept {
    return detail::view(stdb_status_message(status));
}
/// The next higher status code, or `STDB_OK` after the last: begin with `STDB_OK` to enumerate them.
inline stdb_status status_next(stdb_status status) noexcept { return stdb_status_next(status); }
/// Closes every connection of the process and joins the library's threads, as `stdb_shutdown`. Not inside a callback.
inline void shutdown() noexcept { stdb_shutdown(); }

STDB_END

#endif
