/// @file connection.hpp
/// Connections: advancing them, and all that is done over them.
#ifndef STDB_CONNECTION_HPP
#define STDB_CONNECTION_HPP

#include <chrono>
#include <cstdint>
#include <utility>

#include "call.hpp"
#include "callback.hpp"
#include "context.hpp"
#include "subscription.hpp"
#include "table.hpp"

STDB_BEGIN

/// How far a connection has come; the numbers of `STDB_STATE_…`.
enum class connection_state : stdb_connection_state {
    connecting = STDB_STATE_CONNECTING,
    active = STDB_STATE_ACTIVE,
    disconnecting = STDB_STATE_DISCONNECTING,
    ended = STDB_STATE_ENDED,
    reconnecting = STDB_STATE_RECONNECTING,
};

/// A version of SpacetimeDB's WebSocket protocol; the numbers of `STDB_PROTOCOL_…`.
enum class protocol : stdb_protocol { v1 = STDB_PROTOCOL_V1, v2 = STDB_PROTOCOL_V2, v3 = STDB_PROTOCOL_V3 };

/// Counts of what a connection has done.
using stats = stdb_stats;

/// A read guard of the thread that made it: as long as it lives, borrowed rows stay where they are, and the thread cannot
/// advance. It must end on the thread that made it, the last one first.
class read_guard {
public:
    /// Of a guard that was taken from the C library.
    explicit read_guard(stdb_connection* connection) noexcept : connection_(connection) {}
    read_guard(read_guard&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
    read_guard& operator=(read_guard&& other) noexcept {
        std::swap(connection_, other.connection_);
        return *this;
    }
    ~read_guard() {
        if (connection_ != nullptr) stdb_read_guard_end(connection_, nullptr);
    }

private:
    stdb_connection* connection_;
};

/// A connection that belongs to somebody else: what a context gives. It may be copied, and lives as long as its owner
/// says. Any thread may use it, and one at a time may advance it.
///
/// Its functions are those of C of the same names, `stdb_connection_frame_tick` and its kin (`identity` is
/// `stdb_connection_get_identity`), whose comments say more, and how each can fail.
class connection_ref {
public:
    /// Of a connection of the C library.
    explicit connection_ref(stdb_connection* raw) noexcept : raw_(raw) {}

    /// The connection of the C library.
    stdb_connection* raw() const noexcept { return raw_; }

    // ---- Advancing: callbacks run inside these, and what they throw is thrown by these ----

    /// Advances one message if one has arrived, and tells whether one had. Never waits. As
    /// `stdb_connection_advance_one_message`; `STDB_ERR_DISCONNECTED` when the connection has ended.
    returns<bool> advance_one_message() const {
        detail::advancing attempt;
        bool advanced = false;
        stdb_connection_advance_one_message(raw_, &advanced, attempt.out());
        return attempt.give(advanced);
    }
    /// Advances one message, waiting until one arrives or the connection ends.
    returns<> advance_one_message_blocking() const {
        detail::advancing attempt;
        stdb_connection_advance_one_message_blocking(raw_, attempt.out());
        return attempt.give();
    }
    /// Advances one message, waiting for it no longer than a time, and tells whether one came.
    returns<bool> advance_one_message_timeout(std::chrono::milliseconds timeout) const {
        detail::advancing attempt;
        std::uint32_t timeout_ms = detail::to_ms(attempt, timeout);
        stdb_status status = STDB_OK;
        if (!attempt.failed()) {
            stdb_error* error = nullptr;
            status = stdb_connection_advance_one_message_timeout(raw_, timeout_ms, &error);
            if (status == STDB_ERR_TIMEOUT) stdb_error_free(error);
            else *attempt.out() = error;
        }
        return attempt.give(status != STDB_ERR_TIMEOUT);
    }
    /// Advances all that has arrived; for a game loop, once a frame. Never waits.
    returns<> frame_tick() const {
        detail::advancing attempt;
        stdb_connection_frame_tick(raw_, attempt.out());
        return attempt.give();
    }
    /// Advances what has arrived, for no longer than a time and no more than so many messages (0: no limit), and tells
    /// how many there were.
    returns<std::uint64_t> frame_tick_budget(std::chrono::microseconds max, std::uint64_t max_messages) const {
        detail::advancing attempt;
        std::uint64_t advanced = 0;
        if (max.count() < 0) attempt.refuse(STDB_ERR_INVALID_ARGUMENT, "a time must not be negative");
        else
            stdb_connection_frame_tick_budget(raw_, static_cast<std::uint64_t>(max.count()), max_messages, &advanced,
                                              attempt.out());
        return attempt.give(advanced);
    }
    /// Starts a thread that advances the connection until its end. An exception out of a callback then ends the program.
    returns<> run_threaded() const {
        detail::attempt attempt;
        stdb_connection_run_threaded(raw_, attempt.out());
        return attempt.give();
    }
    /// Waits until the thread of `run_threaded` has ended.
    returns<> join() const {
        detail::attempt attempt;
        stdb_connection_join(raw_, attempt.out());
        return attempt.give();
    }
    /// Sets `f()`, which is called when something has arrived and nothing was waiting before, to wake an event loop. It
    /// runs on a thread of the library, must be quick, and must neither throw nor call anything of this connection.
    template <class F>
    returns<> on_wakeup(F&& f) const {
        detail::attempt attempt;
        stdb_connection_on_wakeup(
            raw_, [](const stdb_context*, void* user_data) noexcept { detail::held<F>(user_data)(); },
            detail::hold(std::forward<F>(f)), detail::drop<F>, attempt.out());
        return attempt.give();
    }
    /// Removes the callback of `on_wakeup`.
    returns<> remove_on_wakeup() const {
        detail::attempt attempt;
        stdb_connection_on_wakeup(raw_, nullptr, nullptr, nullptr, attempt.out());
        return attempt.give();
    }
    /// A descriptor that is readable while something waits, for `poll` and its kin. It belongs to the connection. Unix.
    returns<int> event_fd() const {
        detail::attempt attempt;
        std::int32_t fd = -1;
        stdb_connection_event_fd(raw_, &fd, attempt.out());
        return attempt.give(static_cast<int>(fd));
    }

    // ---- What is known of it ----

    /// Whether it is up.
    bool is_active() const noexcept { return stdb_connection_is_active(raw_); }
    /// How far it has come. `ended` once its last callback has run.
    connection_state state() const noexcept {
        return static_cast<connection_state>(stdb_connection_get_state(raw_));
    }
    /// Who we are; `STDB_ERR_NOT_CONNECTED` before the host has said so.
    returns<stdb::identity> identity() const {
        detail::attempt attempt;
        stdb::identity identity;
        stdb_connection_get_identity(raw_, &identity, attempt.out());
        return attempt.give(identity);
    }
    /// Which connection of our identity this is; `STDB_ERR_NOT_CONNECTED` before the host has said so.
    returns<stdb::connection_id> connection_id() const {
        detail::attempt attempt;
        stdb::connection_id connection_id;
        stdb_connection_get_connection_id(raw_, &connection_id, attempt.out());
        return attempt.give(connection_id);
    }
    /// Which protocol the host chose; `STDB_ERR_NOT_CONNECTED` before it has.
    returns<stdb::protocol> protocol() const {
        detail::attempt attempt;
        stdb_protocol protocol = STDB_PROTOCOL_V1;
        stdb_connection_get_protocol(raw_, &protocol, attempt.out());
        return attempt.give(static_cast<stdb::protocol>(protocol));
    }
    /// Counts of what it has done.
    returns<stdb::stats> stats() const {
        detail::attempt attempt;
        stdb::stats stats{};
        stats.struct_size = sizeof stats;
        stdb_connection_get_stats(raw_, &stats, attempt.out());
        return attempt.give(stats);
    }

    // ---- What is done over it ----

    /// Ends it. `on_disconnect` is told when it is advanced; the cache can still be read.
    returns<> disconnect() const {
        detail::attempt attempt;
        stdb_connection_disconnect(raw_, attempt.out());
        return attempt.give();
    }
    /// A table by its name; `STDB_ERR_UNKNOWN_TABLE` when the schema is known and has none of that name.
    returns<stdb::table> table(const text_argument& name) const {
        detail::attempt attempt;
        const stdb_table* table = nullptr;
        if (attempt.accepts(name)) stdb_connection_table(raw_, name.c_str(), &table, attempt.out());
        return attempt.give(stdb::table(raw_, table));
    }
    /// Takes a read guard for this thread, as `stdb_read_guard_begin`.
    returns<stdb::read_guard> read_guard() const {
        detail::attempt attempt;
        bool taken = stdb_read_guard_begin(raw_, attempt.out()) == STDB_OK;
        return attempt.give(stdb::read_guard(taken ? raw_ : nullptr));
    }
    /// Makes a builder of subscriptions.
    stdb::subscription_builder subscription_builder() const { return stdb::subscription_builder(raw_); }
    /// Registers `f(context)`, which runs after each transaction when all other callbacks have.
    template <class F>
    returns<callback_id> on_transaction(F&& f) const {
        return on_transaction_as<context>(std::forward<F>(f));
    }
    /// Removes a callback of `on_transaction`.
    returns<> remove_on_transaction(callback_id id) const {
        detail::attempt attempt;
        stdb_connection_remove_on_transaction(raw_, id, attempt.out());
        return attempt.give();
    }

    /// Calls a reducer, as `stdb_connection_call_reducer`.
    returns<> call_reducer(const text_argument& name, const args& args, const call_options& options = {}) const {
        return detail::call(stdb_connection_call_reducer, raw_, name, args, options);
    }
    /// Calls a reducer, with `on_result(context)` for its end: `context.reducer_event()` says how it ended.
    template <class F, class = detail::if_callback<F>>
    returns<> call_reducer(const text_argument& name, const args& args, F&& on_result,
                           const call_options& options = {}) const {
        return detail::call(stdb_connection_call_reducer, raw_, name, args, options, detail::on_event<context, F>,
                            detail::hold(std::forward<F>(on_result)), detail::drop<F>);
    }
    /// Calls a reducer with arguments in JSON, as `stdb_connection_call_reducer_json`.
    returns<> call_reducer_json(const text_argument& name, const text_argument& json,
                                const call_options& options = {}) const {
        return detail::call(stdb_connection_call_reducer_json, raw_, name, json, options);
    }
    /// The same, with `on_result(context)` for its end.
    template <class F, class = detail::if_callback<F>>
    returns<> call_reducer_json(const text_argument& name, const text_argument& json, F&& on_result,
                                const call_options& options = {}) const {
        return detail::call(stdb_connection_call_reducer_json, raw_, name, json, options, detail::on_event<context, F>,
                            detail::hold(std::forward<F>(on_result)), detail::drop<F>);
    }
    /// Sets the flags that calls of a reducer have when they give none themselves.
    returns<> set_reducer_flags(const text_argument& name, call_flags flags) const {
        detail::attempt attempt;
        if (attempt.accepts(name))
            stdb_connection_set_reducer_flags(raw_, name.c_str(), static_cast<stdb_call_flags>(flags), attempt.out());
        return attempt.give();
    }
    /// Registers `f(context)` for runs of a reducer that the host tells of: `context.reducer_event()` says more.
    template <class F>
    returns<callback_id> on_reducer(const text_argument& name, F&& f) const {
        return detail::on_reducer<context>(raw_, name, std::forward<F>(f));
    }
    /// Removes a callback for runs of a reducer, of the generated code as well.
    returns<> remove_on_reducer(callback_id id) const {
        detail::attempt attempt;
        stdb_connection_remove_on_reducer(raw_, id, attempt.out());
        return attempt.give();
    }
    /// Calls a procedure, as `stdb_connection_call_procedure`.
    returns<> call_procedure(const text_argument& name, const args& args, const call_options& options = {}) const {
        return detail::call(stdb_connection_call_procedure, raw_, name, args, options);
    }
    /// Calls a procedure, with `on_result(context)` for its end: `context.procedure_event()` says how it ended.
    template <class F, class = detail::if_callback<F>>
    returns<> call_procedure(const text_argument& name, const args& args, F&& on_result,
                             const call_options& options = {}) const {
        return detail::call(stdb_connection_call_procedure, raw_, name, args, options, detail::on_event<context, F>,
                            detail::hold(std::forward<F>(on_result)), detail::drop<F>);
    }
    /// Calls a procedure with arguments in JSON, as `stdb_connection_call_procedure_json`.
    returns<> call_procedure_json(const text_argument& name, const text_argument& json,
                                  const call_options& options = {}) const {
        return detail::call(stdb_connection_call_procedure_json, raw_, name, json, options);
    }
    /// The same, with `on_result(context)` for its end.
    template <class F, class = detail::if_callback<F>>
    returns<> call_procedure_json(const text_argument& name, const text_argument& json, F&& on_result,
                                  const call_options& options = {}) const {
        return detail::call(stdb_connection_call_procedure_json, raw_, name, json, options,
                            detail::on_event<context, F>, detail::hold(std::forward<F>(on_result)), detail::drop<F>);
    }
    /// Asks for the rows of a query once, with `on_result(context)` for the answer: `context.query_event()` says how it
    /// ended, and `context.query_row` gives the rows.
    template <class F>
    returns<> one_off_query(const query_text& query, F&& on_result, const call_options& options = {}) const {
        return one_off_query_as<context>(query, std::forward<F>(on_result), options);
    }

protected:
    /// For connections of generated code: `on_transaction` with a context of theirs.
    template <class Context, class F>
    returns<callback_id> on_transaction_as(F&& f) const {
        detail::attempt attempt;
        callback_id id = 0;
        stdb_connection_on_transaction(raw_, detail::on_event<Context, F>, detail::hold(std::forward<F>(f)),
                                       detail::drop<F>, &id, attempt.out());
        return attempt.give(id);
    }
    /// For connections of generated code: `one_off_query` with a context of theirs.
    template <class Context, class F>
    returns<> one_off_query_as(const query_text& query, F&& on_result, const call_options& options) const {
        detail::attempt attempt;
        stdb_call_options raw_options = detail::raw(attempt, options);
        if (attempt.accepts(query.sql()) && !attempt.failed())
            stdb_connection_one_off_query(raw_, query.sql().c_str(), &raw_options, detail::on_event<Context, F>,
                                          detail::hold(std::forward<F>(on_result)), detail::drop<F>, attempt.out());
        return attempt.give();
    }

    /// The connection of the C library.
    stdb_connection* raw_;
};

inline connection_ref context::connection() const noexcept { return connection_ref(stdb_context_connection(raw_)); }

template <class Module>
class basic_connection_builder;

/// A connection and its cache, owned. It is closed and freed when this is destroyed, as by `stdb_connection_free`; all that
/// was borrowed from it ends with it. `Module` is `untyped` or that of the generated code.
template <class Module>
class basic_connection : public Module::connection_ref {
public:
    using context = typename Module::context;

    /// None; it can only be assigned to.
    basic_connection() noexcept : Module::connection_ref(nullptr) {}
    /// Of a connection of the C library, which it owns from then on.
    explicit basic_connection(stdb_connection* raw) noexcept : Module::connection_ref(raw) {}
    basic_connection(basic_connection&& other) noexcept
        : Module::connection_ref(std::exchange(other.raw_, nullptr)) {}
    basic_connection& operator=(basic_connection&& other) noexcept {
        std::swap(this->raw_, other.raw_);
        return *this;
    }
    ~basic_connection() { stdb_connection_free(this->raw_); }

    /// Begins to build one.
    static basic_connection_builder<Module> builder() { return basic_connection_builder<Module>(); }
};

/// In the place of a module, for programs without generated code.
struct untyped {
    using connection_ref = stdb::connection_ref;
    using context = stdb::context;
};

/// A connection without generated code.
using connection = basic_connection<untyped>;

STDB_END

#endif
