/* The bindings of two modules in one program, which have tables and reducers of the same names. */
#include "chat/module_bindings.hpp"
#include "kitchen/module_bindings.hpp"
#include "test.hpp"

namespace {

template <class Connection>
Connection connect(const char* database) {
    bool connected = false, applied = false;
    auto connection = must(Connection::builder()
                               .with_uri(environment("STDB_TEST_URI"))
                               .with_database_name(database)
                               .on_connect([&](auto&, const stdb::identity&, std::string_view) { connected = true; })
                               .build());
    must(connection.subscription_builder().on_applied([&](auto&) { applied = true; }).subscribe_to_all_tables());
    WAIT(connection, connected && applied);
    return connection;
}

void each_has_its_own_names() {
    auto chatting = connect<chat::DbConnection>("chat");
    auto cooking = connect<game::kitchen::DbConnection>("kitchen");
    int said = 0, cooked = 0;
    must(chatting.db().message().on_insert([&](auto&, const chat::Message& row) { said += row.text == "to the chat"; }));
    must(cooking.db().message().on_insert(
        [&](auto&, const game::kitchen::Message& row) { cooked += row.text == "to the kitchen"; }));
    must(chatting.reducers().send_message("to the chat"));
    must(cooking.reducers().send_message("to the kitchen"));
    WAIT(chatting, said == 1);
    WAIT(cooking, cooked == 1);
    must(cooking.reducers().spawn(5, 1, 2));
    WAIT(cooking, must(cooking.db().entity().count()) == 1);
    CHECK(stdb::bsatn<game::kitchen::Entity>::size == 28);
}

}

int main() {
    each_has_its_own_names();
    stdb::shutdown();
}
