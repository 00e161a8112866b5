/// @file context.hpp
/// What a callback is told besides its rows.
#ifndef STDB_CONTEXT_HPP
#define STDB_CONTEXT_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "bsatn.hpp"
#include "row.hpp"
#include "value_view.hpp"

STDB_BEGIN

class connection_ref;

/// What kind of event a callback runs for; the numbers of `STDB_EVENT_…`.
enum class event_kind : stdb_event_kind {
    none = STDB_EVENT_NONE,
    connected = STDB_EVENT_CONNECTED,
    connect_error = STDB_EVENT_CONNECT_ERROR,
    disconnected = STDB_EVENT_DISCONNECTED,
    reducer = STDB_EVENT_REDUCER,
    subscribe_applied = STDB_EVENT_SUBSCRIBE_APPLIED,
    unsubscribe_applied = STDB_EVENT_UNSUBSCRIBE_APPLIED,
    subscribe_error = STDB_EVENT_SUBSCRIBE_ERROR,
    transaction = STDB_EVENT_TRANSACTION,
    log = STDB_EVENT_LOG,
    procedure = STDB_EVENT_PROCEDURE,
    query = STDB_EVENT_QUERY,
    reconnecting = STDB_EVENT_RECONNECTING,
    reconnected = STDB_EVENT_RECONNECTED,
};

/// How a call ended; the numbers of `STDB_CALL_…`.
enum class call_status : stdb_call_status {
    committed = STDB_CALL_COMMITTED,
    failed = STDB_CALL_FAILED,
    out_of_energy = STDB_CALL_OUT_OF_ENERGY,
    disconnected = STDB_CALL_DISCONNECTED,
    timeout = STDB_CALL_TIMEOUT,
};

/// What is known of a reducer's run. What it borrows lives as long as the context.
struct reducer_event {
    /// When it ran; 0 when it is not known to have run.
    stdb::timestamp timestamp;
    /// How it went.
    call_status status;
    /// What the host says of a failure.
    std::string_view message;
    /// Who called.
    identity caller_identity;
    /// Over which connection; none when the host itself called.
    std::optional<connection_id> caller_connection_id;
    /// The energy used, where the host tells.
    std::optional<u128> energy;
    /// The reducer's name.
    std::string_view reducer;
    /// The arguments, as BSATN.
    bytes args;
    /// What it returned, as BSATN, where the host tells.
    bytes value;
};

/// What is known of a procedure's run. What it borrows lives as long as the context.
struct procedure_event {
    /// When it began; 0 when it is not known to have run.
    stdb::timestamp timestamp;
    /// How long the host worked on it.
    time_duration host_execution;
    /// How it went.
    call_status status;
    /// What the host says of a failure.
    std::string_view message;
    /// The procedure's name.
    std::string_view procedure;
    /// What it returned, as BSATN; empty unless it committed.
    bytes value;
};

/// The answer to a one-off query. What it borrows lives as long as the context.
struct query_event {
    /// How it went.
    call_status status;
    /// What the host says of a failure.
    std::string_view message;
    /// The query.
    std::string_view query;
    /// How many rows it found.
    std::size_t row_count;
};

/// Which attempt to make a lost connection again an event tells of.
struct reconnect_event {
    /// Its number since the connection was lost, from 1.
    std::uint32_t attempt;
    /// How long it will be until then, in milliseconds.
    std::uint64_t delay_ms;
};

/// What a callback is told. It lives as long as the callback runs, and so does all that is borrowed from it.
class context {
public:
    /// Of a context of the C library.
    explicit context(const stdb_context* raw) noexcept : raw_(raw) {}

    /// The context of the C library.
    const stdb_context* raw() const noexcept { return raw_; }
    /// What kind of event the callback runs for.
    stdb::event_kind event_kind() const noexcept {
        return static_cast<stdb::event_kind>(stdb_context_event_kind(raw_));
    }
    /// The connection that the event belongs to.
    inline connection_ref connection() const noexcept;
    /// The error of the event, or none.
    error_view error() const noexcept { return error_view(stdb_context_error(raw_)); }
    /// Whether the connection that `on_disconnect` tells of will be made again.
    bool retry_follows() const noexcept { return stdb_context_retry_follows(raw_); }

    /// The reducer's run that the event tells of; none when it is of another kind.
    std::optional<stdb::reducer_event> reducer_event() const {
        stdb_reducer_event event{};
        if (stdb_context_reducer_event(raw_, &event, nullptr) != STDB_OK) return std::nullopt;
        stdb::reducer_event told{event.timestamp,
                                 static_cast<call_status>(event.status),
                                 detail::view(event.message),
                                 event.caller_identity,
                                 std::nullopt,
                                 std::nullopt,
                                 detail::view(event.reducer),
                                 detail::view(event.args),
                                 detail::view(event.value)};
        if (event.has_caller_connection_id) told.caller_connection_id = event.caller_connection_id;
        if (event.has_energy) told.energy = u128(event.energy);
        return told;
    }

    /// The arguments of that run as a value, a product of the parameters, as `stdb_context_reducer_args`.
    returns<stdb::value> reducer_args() const { return value_of(stdb_context_reducer_args); }

    /// The procedure's run that the event tells of; none when it is of another kind.
    std::optional<stdb::procedure_event> procedure_event() const {
        stdb_procedure_event event{};
        if (stdb_context_procedure_event(raw_, &event, nullptr) != STDB_OK) return std::nullopt;
        return stdb::procedure_event{event.timestamp,
                                     event.host_execution,
                                     static_cast<call_status>(event.status),
                                     detail::view(event.message),
                                     detail::view(event.procedure),
                                     detail::view(event.value)};
    }

    /// What that procedure returned as a value, as `stdb_context_procedure_value`.
    returns<stdb::value> procedure_value() const { return value_of(stdb_context_procedure_value); }

    /// The answer to the one-off query that the event tells of; none when it is of another kind.
    std::optional<stdb::query_event> query_event() const {
        stdb_query_event event{};
        if (stdb_context_query_event(raw_, &event, nullptr) != STDB_OK) return std::nullopt;
        return stdb::query_event{static_cast<call_status>(event.status), detail::view(event.message),
                                 detail::view(event.query), event.row_count};
    }

    /// One of the rows that the one-off query found, as a row type of the generated code or as `stdb::row`. It lives as
    /// long as the context. Fails as `stdb_context_query_row`, and with `STDB_ERR_BSATN` when it is not of that type.
    template <class Row = row>
    returns<Row> query_row(std::size_t position) const {
        detail::attempt attempt;
        stdb_row raw{};
        Row value{};
        if (stdb_context_query_row(raw_, position, &raw, attempt.out()) == STDB_OK && !detail::read_row(raw, value))
            attempt.refuse(STDB_ERR_BSATN, detail::not_of_the_type);
        return attempt.give(value);
    }

    /// The attempt to make the connection again that the event tells of; none when it is of another kind.
    std::optional<stdb::reconnect_event> reconnect_event() const {
        stdb_reconnect_event event{};
        if (stdb_context_reconnect_event(raw_, &event, nullptr) != STDB_OK) return std::nullopt;
        return stdb::reconnect_event{event.attempt, event.delay_ms};
    }

private:
    template <class Ask>
    returns<stdb::value> value_of(Ask ask) const {
        detail::attempt attempt;
        stdb_value raw{};
        ask(raw_, &raw, attempt.out());
        return attempt.give(stdb::value(raw));
    }

    const stdb_context* raw_;
};

STDB_END

#endif
