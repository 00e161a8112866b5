/// @file call.hpp
/// Calls of reducers and procedures, and one-off queries.
#ifndef STDB_CALL_HPP
#define STDB_CALL_HPP

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "bsatn.hpp"
#include "callback.hpp"
#include "context.hpp"

STDB_BEGIN

/// What the host tells of a call of a reducer over v1; the numbers of `STDB_CALL_FLAGS_…`.
enum class call_flags : stdb_call_flags {
    standard = STDB_CALL_FLAGS_DEFAULT,
    full_update = STDB_CALL_FLAGS_FULL_UPDATE,
    no_success_notify = STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY,
};

/// How a call is to be made.
struct call_options {
    /// How long to wait for the answer; 0 for as long as the connection lives. It counts for a call with a callback.
    std::chrono::milliseconds timeout{0};
    /// What the host tells.
    call_flags flags = call_flags::standard;
};

namespace detail {

/// Milliseconds for the C library. Refuses what it cannot hold.
inline std::uint32_t to_ms(attempt& attempt, std::chrono::milliseconds time) noexcept {
    if (time.count() < 0 || time.count() > std::numeric_limits<std::uint32_t>::max())
        attempt.refuse(STDB_ERR_INVALID_ARGUMENT, "a time must be 0 to 4,294,967,295 milliseconds");
    return static_cast<std::uint32_t>(time.count());
}

inline stdb_call_options raw(attempt& attempt, const call_options& options) noexcept {
    return {sizeof(stdb_call_options), static_cast<stdb_call_flags>(options.flags), to_ms(attempt, options.timeout)};
}

/// Whether a callable can be told of an event.
template <class F, class Context = context>
using if_callback = std::enable_if_t<std::is_invocable_v<std::decay_t<F>&, const Context&>>;

/// Calls a reducer or a procedure, with a callback for its end or none. `arguments` is as the C function takes it.
template <class Function, class Arguments>
returns<> call(Function* function, stdb_connection* connection, const text_argument& name, const Arguments& arguments,
               const call_options& options, attempt& attempt, stdb_event_fn on_result, void* user_data,
               stdb_drop_fn drop) {
    stdb_call_options raw_options = raw(attempt, options);
    if (attempt.accepts(name) && !attempt.failed())
        function(connection, name.c_str(), arguments, &raw_options, on_result, user_data, drop, attempt.out());
    else if (drop != nullptr) drop(user_data);
    return attempt.give();
}

/// The same for values.
template <class Function>
returns<> call(Function* function, stdb_connection* connection, const text_argument& name, const args& args,
               const call_options& options, stdb_event_fn on_result = nullptr, void* user_data = nullptr,
               stdb_drop_fn drop = nullptr) {
    attempt attempt;
    if (args.is_too_long()) attempt.refuse(STDB_ERR_TOO_LARGE, "an argument is longer than BSATN can say");
    return call(function, connection, name, raw(args.data()), options, attempt, on_result, user_data, drop);
}

/// The same for JSON.
template <class Function>
returns<> call(Function* function, stdb_connection* connection, const text_argument& name, const text_argument& json,
               const call_options& options, stdb_event_fn on_result = nullptr, void* user_data = nullptr,
               stdb_drop_fn drop = nullptr) {
    attempt attempt;
    attempt.accepts(json);
    return call(function, connection, name, json.c_str(), options, attempt, on_result, user_data, drop);
}

/// Registers a callback for runs of a reducer.
template <class Context, class F>
returns<callback_id> on_reducer(stdb_connection* connection, const text_argument& name, F&& f) {
    attempt attempt;
    callback_id id = 0;
    if (attempt.accepts(name))
        stdb_connection_on_reducer(connection, name.c_str(), on_event<Context, F>, hold(std::forward<F>(f)), drop<F>,
                                   &id, attempt.out());
    return attempt.give(id);
}

/// Reads values one after another, and nothing after them.
template <class... Values>
bool read_all(bytes data, Values&... values) {
    bsatn_reader reader(data);
    return (reader.read(values) && ...) && reader.remaining() == 0;
}

}

STDB_END

#endif
