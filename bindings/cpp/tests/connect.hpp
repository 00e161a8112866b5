#ifndef CONNECT_HPP
#define CONNECT_HPP

#include "module_bindings.hpp"
#include "test.hpp"

/* Connected, and subscribed to all tables. Static, for it differs in the two ways of telling errors. */
static module_bindings::DbConnection connect() {
    bool connected = false, applied = false;
    auto connection = must(module_bindings::DbConnection::builder()
                               .with_uri(environment("STDB_TEST_URI"))
                               .with_database_name(environment("STDB_TEST_DATABASE"))
                               .on_connect([&](const module_bindings::EventContext& context, const stdb::identity& identity,
                                               std::string_view token) {
                                   CHECK(context.event_kind() == stdb::event_kind::connected);
                                   CHECK(must(context.connection().identity()) == identity && !token.empty());
                                   connected = true;
                               })
                               .on_connect_error([](auto& context) {
                                   std::printf("FAIL: %s\n", std::string(context.error().message()).c_str());
                                   std::exit(EXIT_FAILURE);
                               })
                               .build());
    auto subscription = must(connection.subscription_builder()
                                 .on_applied([&](auto&) { applied = true; })
                                 .subscribe_to_all_tables());
    WAIT(connection, connected && applied);
    CHECK(subscription.is_active() && connection.state() == stdb::connection_state::active);
    return connection;
}

#endif
