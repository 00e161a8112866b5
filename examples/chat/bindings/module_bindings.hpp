// Made by stdb-codegen 0.1.0 out of the module's schema. Do not edit: make it again instead.
#ifndef MODULE_BINDINGS_HPP
#define MODULE_BINDINGS_HPP

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "stdb.hpp"

namespace module_bindings {
inline namespace STDB_INLINE_NAMESPACE {

/// The product type `Message`. What it borrows lives as long as its row.
struct Message {
    stdb::identity sender;
    stdb::timestamp sent;
    std::string_view text{};
};

/// The product type `User`. What it borrows lives as long as its row.
struct User {
    stdb::identity identity;
    std::optional<std::string_view> name;
    bool online{};
};

}
}

template <>
struct stdb::bsatn<module_bindings::Message>
    : stdb::detail::bsatn_product<module_bindings::Message,
          &module_bindings::Message::sender,
          &module_bindings::Message::sent,
          &module_bindings::Message::text> {};
template <>
struct stdb::bsatn<module_bindings::User>
    : stdb::detail::bsatn_product<module_bindings::User,
          &module_bindings::User::identity,
          &module_bindings::User::name,
          &module_bindings::User::online> {};

namespace module_bindings {
inline namespace STDB_INLINE_NAMESPACE {

struct Module;
/// What callbacks are told besides their rows: `context.db()`, `context.reducers()`, the event.
using EventContext = stdb::module_context<Module>;

/// The table `message`.
class MessageTable : public stdb::basic_table<Message, EventContext> {
public:
    using base = stdb::basic_table<Message, EventContext>;

    explicit MessageTable(stdb_connection* connection) noexcept : base(connection, "message") {}
};

/// The table `user`.
class UserTable : public stdb::basic_table<User, EventContext> {
public:
    using base = stdb::basic_table<User, EventContext>;

    explicit UserTable(stdb_connection* connection) noexcept : base(connection, "user") {}
    /// The primary key `identity`.
    stdb::indexed_unique_column<base, stdb::identity> identity() const noexcept {
        return {*this, "identity", "user_identity_idx_btree"};
    }
};

/// The module's tables.
class RemoteTables {
public:
    explicit RemoteTables(stdb::connection_ref connection) noexcept : connection_(connection) {}

    /// The table `message`.
    MessageTable message() const noexcept { return MessageTable(connection_.raw()); }
    /// The table `user`.
    UserTable user() const noexcept { return UserTable(connection_.raw()); }

private:
    stdb::connection_ref connection_;
};

/// The columns of the module's tables, for queries: `stdb::from(q::user)`.
namespace q {

/// The columns of `message` that queries can compare.
struct MessageColumns {
    static constexpr const char* table_name() noexcept { return "message"; }
    stdb::column<MessageColumns, stdb::identity, false> sender{"sender"};
    stdb::column<MessageColumns, stdb::timestamp, false> sent{"sent"};
    stdb::column<MessageColumns, std::string_view, false> text{"text"};
};
inline constexpr MessageColumns message;

/// The columns of `user` that queries can compare.
struct UserColumns {
    static constexpr const char* table_name() noexcept { return "user"; }
    stdb::column<UserColumns, stdb::identity, true> identity{"identity"};
    stdb::column<UserColumns, bool, false> online{"online"};
};
inline constexpr UserColumns user;

}

/// The module's reducers: calling them, and being told of their runs.
class RemoteReducers : public stdb::module_calls<Module> {
public:
    using module_calls::module_calls;

    /// Calls the reducer `send_message`.
    stdb::returns<> send_message(
        std::string_view text,
        const stdb::call_options& options = {}) const {
        return call_reducer("send_message", stdb::args(text), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> send_message(
        std::string_view text,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "send_message", stdb::args(text), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, text)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_send_message(F&& f) const {
        return on_reducer<std::string_view>("send_message", std::forward<F>(f));
    }

    /// Calls the reducer `set_name`.
    stdb::returns<> set_name(std::string_view name, const stdb::call_options& options = {}) const {
        return call_reducer("set_name", stdb::args(name), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> set_name(
        std::string_view name,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "set_name", stdb::args(name), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, name)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_set_name(F&& f) const {
        return on_reducer<std::string_view>("set_name", std::forward<F>(f));
    }
};

/// The module's procedures.
class RemoteProcedures : public stdb::module_calls<Module> {
public:
    using module_calls::module_calls;
};

/// The module: its tables, reducers, procedures and schema.
struct Module {
    using tables = RemoteTables;
    using reducers = RemoteReducers;
    using procedures = RemoteProcedures;
    using connection_ref = stdb::module_connection_ref<Module>;
    using context = EventContext;

    /// The schema that this was made from. The host's is compared with it when a connection is made.
    static const char* schema_json() noexcept {
        static const char json[] =
            "{\"misc_exports\":[],\"reducers\":[{\"lifecycle\":{\"some\":{\"OnConnect\":[]}},\"name\":\"id"
            "entity_connected\",\"params\":{\"elements\":[]}},{\"lifecycle\":{\"some\":{\"OnDisconnect\""
            ":[]}},\"name\":\"identity_disconnected\",\"params\":{\"elements\":[]}},{\"lifecycle\":{\"no"
            "ne\":[]},\"name\":\"send_message\",\"params\":{\"elements\":[{\"algebraic_type\":{\"String\":"
            "[]},\"name\":{\"some\":\"text\"}}]}},{\"lifecycle\":{\"none\":[]},\"name\":\"set_name\",\"param"
            "s\":{\"elements\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"name\"}}]}}],\"tab"
            "les\":[{\"constraints\":[],\"indexes\":[],\"name\":\"message\",\"primary_key\":[],\"product_"
            "type_ref\":0,\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints"
            "\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"name\":{\"some\":\"user_identity_key\"}}],\"ind"
            "exes\":[{\"accessor_name\":{\"some\":\"identity\"},\"algorithm\":{\"BTree\":[0]},\"name\":{\"s"
            "ome\":\"user_identity_idx_btree\"}}],\"name\":\"user\",\"primary_key\":[0],\"product_type_"
            "ref\":1,\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}}],\"types\":[{\"name\":"
            "{\"name\":\"Message\",\"scope\":[]},\"ty\":0},{\"name\":{\"name\":\"User\",\"scope\":[]},\"ty\":1}"
            "],\"typespace\":{\"types\":[{\"Product\":{\"elements\":[{\"algebraic_type\":{\"Product\":{\"e"
            "lements\":[{\"algebraic_type\":{\"U256\":[]},\"name\":{\"some\":\"__identity__\"}}]}},\"name"
            "\":{\"some\":\"sender\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\""
            ":{\"I64\":[]},\"name\":{\"some\":\"__timestamp_micros_since_unix_epoch__\"}}]}},\"name\":{"
            "\"some\":\"sent\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"text\"}}]}},{\"Pro"
            "duct\":{\"elements\":[{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{"
            "\"U256\":[]},\"name\":{\"some\":\"__identity__\"}}]}},\"name\":{\"some\":\"identity\"}},{\"alge"
            "braic_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\""
            "some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"none\"}}]}}"
            ",\"name\":{\"some\":\"name\"}},{\"algebraic_type\":{\"Bool\":[]},\"name\":{\"some\":\"online\"}}"
            "]}}]}}"
            ;
        return json;
    }
};

/// A connection to a database of the module: `DbConnection::builder()` begins to make one.
using DbConnection = stdb::basic_connection<Module>;

}
}

#endif
