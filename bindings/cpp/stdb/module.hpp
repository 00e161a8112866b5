/// @file module.hpp
/// What generated code is put together with: connections and contexts that know their module.
#ifndef STDB_MODULE_HPP
#define STDB_MODULE_HPP

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "call.hpp"
#include "connection.hpp"
#include "connection_builder.hpp"
#include "subscription.hpp"

STDB_BEGIN

template <class Module>
class module_context;

/// A `connection_ref` of a module that code was generated for. `Module` has the types `tables`, `reducers` and
/// `procedures`, each made of a `connection_ref`, and the function `schema_json`.
template <class Module>
class module_connection_ref : public connection_ref {
public:
    using connection_ref::connection_ref;

    /// The module's tables: `db().user()`.
    typename Module::tables db() const { return typename Module::tables(*this); }
    /// The module's reducers: `reducers().send_message("hi")`.
    typename Module::reducers reducers() const { return typename Module::reducers(*this); }
    /// The module's procedures.
    typename Module::procedures procedures() const { return typename Module::procedures(*this); }
    /// Makes a builder of subscriptions.
    basic_subscription_builder<module_context<Module>> subscription_builder() const {
        return basic_subscription_builder<module_context<Module>>(raw_);
    }
    /// As `connection_ref::on_transaction`.
    template <class F>
    returns<callback_id> on_transaction(F&& f) const {
        return on_transaction_as<module_context<Module>>(std::forward<F>(f));
    }
    /// As `connection_ref::one_off_query`.
    template <class F>
    returns<> one_off_query(const query_text& query, F&& on_result, const call_options& options = {}) const {
        return one_off_query_as<module_context<Module>>(query, std::forward<F>(on_result), options);
    }
};

/// A `context` of a module that code was generated for.
template <class Module>
class module_context : public context {
public:
    using context::context;

    /// The connection that the event belongs to.
    module_connection_ref<Module> connection() const noexcept {
        return module_connection_ref<Module>(stdb_context_connection(raw()));
    }
    /// The module's tables.
    typename Module::tables db() const { return connection().db(); }
    /// The module's reducers.
    typename Module::reducers reducers() const { return connection().reducers(); }
    /// The module's procedures.
    typename Module::procedures procedures() const { return connection().procedures(); }
};

/// The base of a module's reducers and procedures.
template <class Module>
class module_calls {
public:
    /// Those of a connection.
    explicit module_calls(connection_ref connection) noexcept : connection_(connection) {}

protected:
    using context = module_context<Module>;

    /// Calls a reducer.
    returns<> call_reducer(const char* name, const args& args, const call_options& options) const {
        return detail::call(stdb_connection_call_reducer, connection_.raw(), name, args, options);
    }
    /// Calls a reducer; `on_result` gets the context.
    template <class F>
    returns<> call_reducer(const char* name, const args& args, F&& on_result, const call_options& options) const {
        return detail::call(stdb_connection_call_reducer, connection_.raw(), name, args, options,
                            detail::on_event<context, F>, detail::hold(std::forward<F>(on_result)), detail::drop<F>);
    }
    /// `f` gets the context and the arguments of the run.
    template <class... Arguments, class F>
    returns<callback_id> on_reducer(const char* name, F&& f) const {
        return detail::on_reducer<context>(
            connection_.raw(), name, [f = std::decay_t<F>(std::forward<F>(f))](const context& context) mutable {
                auto event = context.reducer_event();
                std::tuple<Arguments...> values;
                bool read = event && std::apply([&](auto&... value) { return detail::read_all(event->args, value...); },
                                                values);
                if (!read) return detail::advancing::keep(error(STDB_ERR_BSATN, detail::other_arguments));
                std::apply([&](const auto&... value) { f(context, value...); }, values);
            });
    }
    /// Calls a procedure.
    returns<> call_procedure(const char* name, const args& args, const call_options& options) const {
        return detail::call(stdb_connection_call_procedure, connection_.raw(), name, args, options);
    }
    /// `f` gets the context and what the procedure returned, if it did.
    template <class Value, class F>
    returns<> call_procedure(const char* name, const args& args, F&& f, const call_options& options) const {
        auto on_result = [f = std::decay_t<F>(std::forward<F>(f))](const context& context) mutable {
            auto event = context.procedure_event();
            std::optional<Value> value;
            if (event && event->status == call_status::committed && !detail::read_all(event->value, value.emplace()))
                return detail::advancing::keep(error(STDB_ERR_BSATN, detail::other_arguments));
            f(context, const_cast<const std::optional<Value>&>(value));
        };
        using on_result_type = decltype(on_result);
        return detail::call(stdb_connection_call_procedure, connection_.raw(), name, args, options,
                            detail::on_event<context, on_result_type>, detail::hold(std::move(on_result)),
                            detail::drop<on_result_type>);
    }

private:
    connection_ref connection_;
};

namespace detail {
/// Whether a callable takes the end of a call of generated code, rather than being its options.
template <class F>
using if_no_options = std::enable_if_t<!std::is_convertible_v<F, call_options>>;
}

STDB_END

#endif
