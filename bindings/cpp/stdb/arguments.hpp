/// @file arguments.hpp
/// Arguments by the names of parameters, for programs without generated code.
#ifndef STDB_ARGUMENTS_HPP
#define STDB_ARGUMENTS_HPP

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "connection.hpp"
#include "table.hpp"
#include "value_view.hpp"

STDB_BEGIN

/// Arguments of a reducer or a procedure, or the values of a key, set by name and checked against the schema. The first
/// failure is told by `bytes`. One thread at a time may use it.
///
///     connection.call_reducer("give", stdb::args::of_bsatn(
///         stdb::arguments::of_reducer(connection, "give").set("owner", std::uint64_t(7)).set_json("tags", "[]").bytes()));
class arguments {
public:
    /// For a reducer, as `stdb_arguments_of_reducer`.
    static arguments of_reducer(connection_ref connection, const text_argument& reducer) {
        return arguments(stdb_arguments_of_reducer, connection.raw(), reducer);
    }
    /// For a procedure, as `stdb_arguments_of_procedure`.
    static arguments of_procedure(connection_ref connection, const text_argument& procedure) {
        return arguments(stdb_arguments_of_procedure, connection.raw(), procedure);
    }
    /// For a key of a table, as `stdb_arguments_of_key`.
    static arguments of_key(const stdb_table* table, const text_argument& name) {
        return arguments(stdb_arguments_of_key, table, name);
    }
    arguments(arguments&& other) noexcept
        : raw_(std::exchange(other.raw_, nullptr)), failure_(std::move(other.failure_)) {}
    arguments& operator=(arguments&& other) noexcept {
        std::swap(raw_, other.raw_);
        std::swap(failure_, other.failure_);
        return *this;
    }
    ~arguments() { stdb_arguments_free(raw_); }

    /// Sets a parameter. `T` is exactly its type; text may be anything that converts to a `std::string_view`.
    template <class T>
    arguments& set(const text_argument& parameter, const T& value) {
        using form = std::conditional_t<std::is_convertible_v<const T&, std::string_view>, std::string_view, T>;
        constexpr auto function = detail::accessors<form>::set;
        auto raw = to_raw(static_cast<form>(value));
        // The C library takes the two by their address.
        if constexpr (std::is_same_v<form, identity> || std::is_same_v<form, connection_id>)
            return set_by(function, parameter, &raw);
        else return set_by(function, parameter, raw);
    }
    /// Sets a parameter that is an option to no value.
    arguments& set_none(const text_argument& parameter) { return set_by(stdb_arguments_set_none, parameter); }
    /// Sets a parameter that is an enum or another sum to a variant without a payload.
    arguments& set_variant(const text_argument& parameter, const text_argument& variant) {
        return set_text(stdb_arguments_set_variant, parameter, variant);
    }
    /// Sets a parameter to a value of the same form, for example one of a row.
    arguments& set(const text_argument& parameter, const value& value) {
        return set_by(stdb_arguments_set_value, parameter, &value.raw());
    }
    /// Sets a parameter to BSATN.
    arguments& set_bsatn(const text_argument& parameter, stdb::bytes data) {
        return set_by(stdb_arguments_set_bsatn, parameter, detail::raw(data));
    }
    /// Sets a parameter to JSON.
    arguments& set_json(const text_argument& parameter, const text_argument& json) {
        return set_text(stdb_arguments_set_json, parameter, json);
    }
    /// Forgets what was set and what failed.
    arguments& clear() {
        detail::attempt attempt;
        failure_.reset();
        stdb_arguments_clear(raw_, attempt.out());
        return remember(attempt);
    }
    /// All of them as BSATN, borrowed until they change; `STDB_ERR_INVALID_ARGUMENT` when one is not set.
    returns<stdb::bytes> bytes() {
        detail::attempt attempt;
        stdb_bytes data{};
        if (failure_) attempt.fail_with(*failure_);
        else stdb_arguments_bytes(raw_, &data, attempt.out());
        return attempt.give(detail::view(data));
    }

private:
    template <class Function, class Self>
    arguments(Function* function, Self* self, const text_argument& name) {
        detail::attempt attempt;
        if (attempt.accepts(name)) function(self, name.c_str(), &raw_, attempt.out());
        remember(attempt);
    }
    template <class Function, class... Value>
    arguments& set_by(Function* function, const text_argument& parameter, const Value&... value) {
        detail::attempt attempt;
        // What failed before is told already.
        if (attempt.accepts(parameter) && !failure_) function(raw_, parameter.c_str(), value..., attempt.out());
        return remember(attempt);
    }
    template <class Function>
    arguments& set_text(Function* function, const text_argument& parameter, const text_argument& text) {
        detail::attempt attempt;
        if (attempt.accepts(parameter) && attempt.accepts(text) && !failure_)
            function(raw_, parameter.c_str(), text.c_str(), attempt.out());
        return remember(attempt);
    }
    arguments& remember(const detail::attempt& attempt) {
        if (attempt.failed() && !failure_) failure_ = attempt.failure();
        return *this;
    }

    template <class T>
    static auto to_raw(const T& value) {
        if constexpr (std::is_same_v<T, std::string_view>) return stdb_str{value.data(), value.size()};
        else if constexpr (std::is_same_v<T, stdb::bytes>) return detail::raw(value);
        else if constexpr (std::is_same_v<T, uuid>) return static_cast<stdb_u128>(value.value);
        else if constexpr (std::is_same_v<T, schedule_at>)
            return value.interval() != nullptr ? stdb_schedule_at{true, value.interval()->micros}
                                               : stdb_schedule_at{false, value.time()->micros};
        else return value;
    }

    stdb_arguments* raw_ = nullptr;
    std::optional<error> failure_;
};

STDB_END

#endif
