/// @file subscription.hpp
/// Subscriptions: queries whose rows are kept in the cache.
#ifndef STDB_SUBSCRIPTION_HPP
#define STDB_SUBSCRIPTION_HPP

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "callback.hpp"
#include "context.hpp"

STDB_BEGIN

/// The text of a query: SQL, or what the query builder made (anything with `sql()`).
class query_text {
public:
    /// SQL, ended by NUL.
    query_text(const char* sql) : sql_(sql) {}
    /// SQL, which is copied.
    query_text(std::string_view sql) : sql_(sql) {}
    /// SQL, which is taken over.
    query_text(std::string sql) : sql_(std::move(sql)) {}
    /// What the query builder made.
    template <class Query, class = decltype(std::declval<const Query&>().sql())>
    query_text(const Query& query) : sql_(query.sql()) {}

    /// The SQL.
    const std::string& sql() const noexcept { return sql_; }

private:
    std::string sql_;
};

/// One or more queries: `"SELECT * FROM user"`, `from(user)`, or several of them in braces.
class queries {
public:
    /// Several, in braces.
    queries(std::initializer_list<query_text> list) {
        for (const query_text& query : list) sql_.push_back(query.sql());
    }
    /// Several, as SQL.
    queries(std::vector<std::string> list) : sql_(std::move(list)) {}
    /// One, of whatever kind.
    template <class Query, class = std::enable_if_t<std::is_convertible_v<const Query&, query_text>>>
    queries(const Query& query) : sql_{query_text(query).sql()} {}

    /// The queries' SQL.
    const std::vector<std::string>& sql() const noexcept { return sql_; }

private:
    std::vector<std::string> sql_;
};

namespace detail {
/// Queries for the C library. Refuses those with a NUL inside.
inline std::vector<const char*> raw(attempt& attempt, const queries& queries) {
    std::vector<const char*> texts;
    for (const std::string& sql : queries.sql()) {
        attempt.accepts(sql);
        texts.push_back(sql.c_str());
    }
    return texts;
}
}

/// A subscription. Destroying the handle does not unsubscribe. Any thread may use it.
///
/// Its functions are those of C of the same names, `stdb_subscription_is_active` and its kin, whose comments say more.
template <class Context>
class basic_subscription {
public:
    /// Of a subscription of the C library, which it owns from then on.
    explicit basic_subscription(stdb_subscription* raw = nullptr) noexcept : raw_(raw) {}
    basic_subscription(basic_subscription&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    basic_subscription& operator=(basic_subscription&& other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~basic_subscription() { stdb_subscription_free(raw_); }

    /// The subscription of the C library.
    stdb_subscription* raw() const noexcept { return raw_; }
    /// Whether its rows are in the cache.
    bool is_active() const noexcept { return stdb_subscription_is_active(raw_); }
    /// Whether nothing comes of it any more.
    bool is_ended() const noexcept { return stdb_subscription_is_ended(raw_); }
    /// How many queries it has.
    std::size_t query_count() const noexcept { return stdb_subscription_query_count(raw_); }
    /// The text of query `position`, from 0; `STDB_ERR_INVALID_ARGUMENT` when there is none.
    returns<std::string> query(std::size_t position) const {
        detail::attempt attempt;
        std::size_t length = 0;
        std::string text;
        if (stdb_subscription_get_query(raw_, position, nullptr, 0, &length, attempt.out()) == STDB_OK) {
            text.resize(length + 1);
            stdb_subscription_get_query(raw_, position, &text[0], text.size(), &length, attempt.out());
            text.resize(length < text.size() ? length : text.size() - 1);
        }
        return attempt.give(std::move(text));
    }
    /// Gives it up, as `stdb_subscription_unsubscribe`.
    returns<> unsubscribe() {
        detail::attempt attempt;
        stdb_subscription_unsubscribe(raw_, attempt.out());
        return attempt.give();
    }
    /// Gives it up, with `f(context)` for the moment when its rows are gone, as `stdb_subscription_unsubscribe_then`.
    template <class F>
    returns<> unsubscribe_then(F&& f) {
        detail::attempt attempt;
        stdb_subscription_unsubscribe_then(raw_, detail::on_event<Context, F>, detail::hold(std::forward<F>(f)),
                                           detail::drop<F>, attempt.out());
        return attempt.give();
    }
    /// Replaces its queries, as `stdb_subscription_replace`.
    returns<> replace(const queries& queries) {
        detail::attempt attempt;
        auto texts = detail::raw(attempt, queries);
        if (!attempt.failed())
            stdb_subscription_replace(raw_, texts.data(), texts.size(), nullptr, nullptr, nullptr, nullptr,
                                      attempt.out());
        return attempt.give();
    }
    /// Replaces its queries, with `on_applied(context)` for the moment when the new ones are live, and
    /// `on_error(context)` for their refusal.
    template <class Applied, class Error>
    returns<> replace(const queries& queries, Applied&& on_applied, Error&& on_error) {
        using both = std::pair<std::decay_t<Applied>, std::decay_t<Error>>;
        detail::attempt attempt;
        auto texts = detail::raw(attempt, queries);
        if (!attempt.failed())
            stdb_subscription_replace(
                raw_, texts.data(), texts.size(),
                [](const stdb_context* raw, void* user_data) noexcept {
                    detail::guarded([&] {
                        const Context context(raw);
                        detail::held<both>(user_data).first(context);
                    });
                },
                [](const stdb_context* raw, void* user_data) noexcept {
                    detail::guarded([&] {
                        const Context context(raw);
                        detail::held<both>(user_data).second(context);
                    });
                },
                detail::hold(both(std::forward<Applied>(on_applied), std::forward<Error>(on_error))),
                detail::drop<both>, attempt.out());
        return attempt.give();
    }

private:
    stdb_subscription* raw_;
};

/// A subscription without generated code.
using subscription = basic_subscription<context>;

/// A subscription that is to be made. One thread at a time may use it.
template <class Context>
class basic_subscription_builder {
public:
    /// Over a connection of the C library.
    explicit basic_subscription_builder(stdb_connection* connection) {
        detail::attempt attempt;
        stdb_subscription_builder_new(connection, &raw_, attempt.out());
        remember(attempt);
    }
    basic_subscription_builder(basic_subscription_builder&& other) noexcept
        : raw_(std::exchange(other.raw_, nullptr)), failure_(std::move(other.failure_)) {}
    basic_subscription_builder& operator=(basic_subscription_builder&& other) noexcept {
        std::swap(raw_, other.raw_);
        std::swap(failure_, other.failure_);
        return *this;
    }
    ~basic_subscription_builder() { stdb_subscription_builder_free(raw_); }

    /// Sets `f(context)` for the moment when all rows are in the cache. The next subscription takes it.
    template <class F>
    basic_subscription_builder& on_applied(F&& f) {
        return set(stdb_subscription_builder_on_applied, std::forward<F>(f));
    }
    /// Sets `f(context)` for a subscription that the host refuses or ends. The next subscription takes it.
    template <class F>
    basic_subscription_builder& on_error(F&& f) {
        return set(stdb_subscription_builder_on_error, std::forward<F>(f));
    }
    /// Subscribes, as `stdb_subscription_builder_subscribe`. The handle may be dropped: the subscription goes on.
    returns<basic_subscription<Context>> subscribe(const queries& queries) {
        detail::attempt attempt;
        stdb_subscription* subscription = nullptr;
        auto texts = detail::raw(attempt, queries);
        if (!recall(attempt) && !attempt.failed())
            stdb_subscription_builder_subscribe(raw_, texts.data(), texts.size(), &subscription, attempt.out());
        return attempt.give(basic_subscription<Context>(subscription));
    }
    /// Subscribes to all rows of every public table, as `stdb_subscription_builder_subscribe_to_all_tables`.
    returns<basic_subscription<Context>> subscribe_to_all_tables() {
        detail::attempt attempt;
        stdb_subscription* subscription = nullptr;
        if (!recall(attempt))
            stdb_subscription_builder_subscribe_to_all_tables(raw_, &subscription, attempt.out());
        return attempt.give(basic_subscription<Context>(subscription));
    }

private:
    template <class F>
    basic_subscription_builder& set(stdb_status (*function)(stdb_subscription_builder*, stdb_event_fn, void*,
                                                            stdb_drop_fn, stdb_error**),
                                    F&& f) {
        detail::attempt attempt;
        function(raw_, detail::on_event<Context, F>, detail::hold(std::forward<F>(f)), detail::drop<F>, attempt.out());
        remember(attempt);
        return *this;
    }

    /// Keeps the first failure of an option.
    void remember(const detail::attempt& attempt) {
        if (attempt.failed() && !failure_) failure_ = attempt.failure();
    }
    /// Fails with the failure that was kept, if there is one.
    bool recall(detail::attempt& attempt) const {
        if (failure_) attempt.fail_with(*failure_);
        return failure_.has_value();
    }

    stdb_subscription_builder* raw_ = nullptr;
    std::optional<error> failure_;
};

/// A builder of subscriptions without generated code.
using subscription_builder = basic_subscription_builder<context>;

STDB_END

#endif
