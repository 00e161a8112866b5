/// @file connection_builder.hpp
/// The options of a connection that is to be made.
#ifndef STDB_CONNECTION_BUILDER_HPP
#define STDB_CONNECTION_BUILDER_HPP

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "callback.hpp"
#include "connection.hpp"

STDB_BEGIN

/// How the host compresses what it sends; the numbers of `STDB_COMPRESSION_…`.
enum class compression : stdb_compression {
    none = STDB_COMPRESSION_NONE,
    gzip = STDB_COMPRESSION_GZIP,
    brotli = STDB_COMPRESSION_BROTLI,
};

/// How grave a log message is; the numbers of `STDB_LOG_…`.
enum class log_level : stdb_log_level {
    error = STDB_LOG_ERROR,
    warn = STDB_LOG_WARN,
    info = STDB_LOG_INFO,
    debug = STDB_LOG_DEBUG,
    trace = STDB_LOG_TRACE,
};

/// How a lost connection is made again; zeros mean the defaults.
struct reconnect_options {
    /// How long to wait before the first attempt; 500 ms by default.
    std::chrono::milliseconds first_delay{0};
    /// The most that is waited before an attempt; 30 s by default.
    std::chrono::milliseconds max_delay{0};
    /// How large the random part of a delay is, in percent of it; 50 by default.
    std::uint32_t jitter_percent = 0;
    /// How many attempts are made until one succeeds; as many as it takes by default.
    std::uint32_t max_attempts = 0;
};

/// The options of a connection. Each can be chained; the first that fails is told by `build`. With generated code the
/// schema is the one that the code was made from, and a host whose schema does not have all of it is refused:
/// `on_connect_error` tells what differs (`STDB_ERR_SCHEMA_MISMATCH`). One thread at a time may use it.
///
/// Its functions are those of C of the same names, `stdb_connection_builder_with_uri` and its kin, whose comments say more.
template <class Module>
class basic_connection_builder {
public:
    using context = typename Module::context;

    basic_connection_builder() : raw_(stdb_connection_builder_new()) {
        if constexpr (!std::is_same_v<Module, untyped>) {
            detail::attempt attempt;
            stdb_connection_builder_with_schema_json(raw_, Module::schema_json(), attempt.out());
            remember(attempt);
        }
    }
    basic_connection_builder(basic_connection_builder&& other) noexcept
        : raw_(std::exchange(other.raw_, nullptr)), failure_(std::move(other.failure_)) {}
    basic_connection_builder& operator=(basic_connection_builder&& other) noexcept {
        std::swap(raw_, other.raw_);
        std::swap(failure_, other.failure_);
        return *this;
    }
    ~basic_connection_builder() { stdb_connection_builder_free(raw_); }

    /// Where the host is: `http://`, `https://`, `ws://` or `wss://`, a host, optionally a port and a path.
    basic_connection_builder& with_uri(const text_argument& uri) {
        return set_text(stdb_connection_builder_with_uri, uri);
    }
    /// Which database to connect to, by its name or its identity in hexadecimal.
    basic_connection_builder& with_database_name(const text_argument& name) {
        return set_text(stdb_connection_builder_with_database_name, name);
    }
    /// The same by the name that older SDKs have for it.
    basic_connection_builder& with_module_name(const text_argument& name) {
        return set_text(stdb_connection_builder_with_module_name, name);
    }
    /// The token with which to be the identity of an earlier connection.
    basic_connection_builder& with_token(const text_argument& token) {
        return set_text(stdb_connection_builder_with_token, token);
    }
    /// The same if there is one, or else somebody new: what `credentials_file::load` gives.
    basic_connection_builder& with_token(const std::optional<std::string>& token) {
        return set(stdb_connection_builder_with_token, token ? token->c_str() : nullptr);
    }
    /// Has `f()` give the token: a `std::optional<std::string>`, or what converts to one.
    template <class F>
    basic_connection_builder& with_token_provider(F&& f) {
        struct provider {
            std::decay_t<F> callable;
            std::optional<std::string> token; // lives until the next call, since the C library copies it at once
        };
        auto ask = [](void* user_data) noexcept -> const char* {
            auto& asked = detail::held<provider>(user_data);
            asked.token.reset();
            detail::guarded([&asked] { asked.token = asked.callable(); });
            return asked.token ? asked.token->c_str() : nullptr;
        };
        return set(stdb_connection_builder_with_token_provider, static_cast<stdb_token_fn>(ask),
                   detail::hold(provider{std::forward<F>(f), std::nullopt}), detail::drop<provider>);
    }
    /// How the host is to compress what it sends.
    basic_connection_builder& with_compression(compression compression) {
        return set(stdb_connection_builder_with_compression, static_cast<stdb_compression>(compression));
    }
    /// Whether others' changes come without saying who called what.
    basic_connection_builder& with_light_mode(bool light_mode) {
        return set(stdb_connection_builder_with_light_mode, light_mode);
    }
    /// Whether rows come only once they are durable.
    basic_connection_builder& with_confirmed_reads(bool confirmed_reads) {
        return set(stdb_connection_builder_with_confirmed_reads, confirmed_reads);
    }
    /// The protocols to offer, the preferred first.
    basic_connection_builder& with_protocols(std::initializer_list<protocol> protocols) {
        std::vector<stdb_protocol> numbers;
        for (protocol protocol : protocols) numbers.push_back(static_cast<stdb_protocol>(protocol));
        return set(stdb_connection_builder_with_protocols, numbers.data(), numbers.size());
    }
    /// The schema, as JSON, of the module that the client was made for, as `stdb_connection_builder_with_schema_json`.
    /// Generated code brings its own.
    basic_connection_builder& with_schema_json(const text_argument& json) {
        static_assert(std::is_same_v<Module, untyped>, "generated code reads rows of its own schema only");
        return set_text(stdb_connection_builder_with_schema_json, json);
    }
    /// Whether the host is asked for its schema: to learn it, or to compare it with the one that was given or that the code
    /// was made from, as `stdb_connection_builder_with_schema_fetch`.
    basic_connection_builder& with_schema_fetch(bool fetch) {
        return set(stdb_connection_builder_with_schema_fetch, fetch);
    }
    /// How long making the connection may take; 10 s by default.
    basic_connection_builder& with_connect_timeout(std::chrono::milliseconds timeout) {
        return set_time(stdb_connection_builder_with_connect_timeout_ms, timeout);
    }
    /// After how much silence of the host a ping goes out; 30 s by default, 0 for never.
    basic_connection_builder& with_keepalive(std::chrono::milliseconds keepalive) {
        return set_time(stdb_connection_builder_with_keepalive_ms, keepalive);
    }
    /// How large a message of the host may be; 256 MiB by default.
    basic_connection_builder& with_max_message_bytes(std::size_t max) {
        return set(stdb_connection_builder_with_max_message_bytes, max);
    }
    /// Adds an HTTP header to the handshake and the schema request.
    basic_connection_builder& with_header(const text_argument& name, const text_argument& value) {
        detail::attempt attempt;
        if (attempt.accepts(name) && attempt.accepts(value))
            stdb_connection_builder_with_header(raw_, name.c_str(), value.c_str(), attempt.out());
        return remember(attempt);
    }
    /// Root certificates, as PEM, to trust besides the platform's.
    basic_connection_builder& with_ca_pem(const text_argument& pem) {
        return set_text(stdb_connection_builder_with_ca_pem, pem);
    }
    /// Has the connection made again when it is lost, as `stdb_connection_builder_with_reconnect`.
    basic_connection_builder& with_reconnect(const reconnect_options& options = {}) {
        detail::attempt attempt;
        stdb_reconnect_options raw{sizeof raw, detail::to_ms(attempt, options.first_delay),
                                   detail::to_ms(attempt, options.max_delay), options.jitter_percent,
                                   options.max_attempts};
        if (!attempt.failed()) stdb_connection_builder_with_reconnect(raw_, &raw, attempt.out());
        return remember(attempt);
    }

    /// Sets `f(context, identity, token)` for a connection that is up: who we are, and with what token to be so again.
    template <class F>
    basic_connection_builder& on_connect(F&& f) {
        stdb_connect_fn callback = [](const stdb_context* raw, const stdb_identity* identity, stdb_str token,
                                      void* user_data) noexcept {
            detail::guarded([&] {
                const context context(raw);
                const stdb::identity who(*identity);
                detail::held<F>(user_data)(context, who, detail::view(token));
            });
        };
        return set(stdb_connection_builder_on_connect, callback, detail::hold(std::forward<F>(f)), detail::drop<F>);
    }
    /// Sets `f(context)` for a connection that could not be made; `context.error()` says why.
    template <class F>
    basic_connection_builder& on_connect_error(F&& f) {
        return set_event(stdb_connection_builder_on_connect_error, std::forward<F>(f));
    }
    /// Sets `f(context)` for a connection that was up and has ended or was lost; `context.error()` says why.
    template <class F>
    basic_connection_builder& on_disconnect(F&& f) {
        return set_event(stdb_connection_builder_on_disconnect, std::forward<F>(f));
    }
    /// Sets `f(context)`, which runs before each attempt to make a lost connection again.
    template <class F>
    basic_connection_builder& on_reconnecting(F&& f) {
        return set_event(stdb_connection_builder_on_reconnecting, std::forward<F>(f));
    }
    /// Sets `f(context, level, message)` for what the library has to log.
    template <class F>
    basic_connection_builder& on_log(F&& f) {
        stdb_log_fn callback = [](const stdb_context* raw, stdb_log_level level, stdb_str message,
                                  void* user_data) noexcept {
            detail::guarded([&] {
                const context context(raw);
                detail::held<F>(user_data)(context, static_cast<log_level>(level), detail::view(message));
            });
        };
        return set(stdb_connection_builder_on_log, callback, detail::hold(std::forward<F>(f)), detail::drop<F>);
    }

    /// Checks the options and begins to connect, as `stdb_connection_builder_build`. It returns at once: `on_connect` or
    /// `on_connect_error` tells how it went, when the connection is advanced.
    returns<basic_connection<Module>> build() {
        detail::advancing attempt; // the token provider runs inside
        stdb_connection* connection = nullptr;
        if (failure_) attempt.fail_with(*failure_);
        else stdb_connection_builder_build(raw_, &connection, attempt.out());
        return attempt.give(basic_connection<Module>(connection));
    }

private:
    template <class Function, class... A>
    basic_connection_builder& set(Function* function, A... arguments) {
        detail::attempt attempt;
        function(raw_, arguments..., attempt.out());
        return remember(attempt);
    }
    basic_connection_builder& set_text(stdb_status (*function)(stdb_connection_builder*, const char*, stdb_error**),
                                       const text_argument& text) {
        detail::attempt attempt;
        if (attempt.accepts(text)) function(raw_, text.c_str(), attempt.out());
        return remember(attempt);
    }
    basic_connection_builder& set_time(stdb_status (*function)(stdb_connection_builder*, std::uint32_t, stdb_error**),
                                       std::chrono::milliseconds time) {
        detail::attempt attempt;
        std::uint32_t time_ms = detail::to_ms(attempt, time);
        if (!attempt.failed()) function(raw_, time_ms, attempt.out());
        return remember(attempt);
    }
    template <class F>
    basic_connection_builder& set_event(stdb_status (*function)(stdb_connection_builder*, stdb_event_fn, void*,
                                                                stdb_drop_fn, stdb_error**),
                                        F&& f) {
        return set(function, detail::on_event<context, F>, detail::hold(std::forward<F>(f)), detail::drop<F>);
    }
    /// Keeps the first failure of an option.
    basic_connection_builder& remember(const detail::attempt& attempt) {
        if (attempt.failed() && !failure_) failure_ = attempt.failure();
        return *this;
    }

    stdb_connection_builder* raw_;
    std::optional<error> failure_;
};

/// A builder of connections without generated code.
using connection_builder = basic_connection_builder<untyped>;

STDB_END

#endif
