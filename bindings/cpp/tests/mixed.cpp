/* Half of a program: compiled with exceptions and without, over the same generated code, and both halves linked into one.
 * Each tells errors in its own way. */
#include "connect.hpp"

#include <optional>
#include <type_traits>

using namespace module_bindings;

void half_without_exceptions();

namespace {

void a_client() {
    auto connection = connect();
    CHECK(status_of([&] { return connection.table("nobody"); }) == STDB_ERR_UNKNOWN_TABLE);
    auto users = connection.db().user();
    CHECK(must(users.count()) >= 1);
    {
        auto guard = must(connection.read_guard());
        auto me = must(users.identity().find(must(connection.identity())));
        CHECK(me && me->online);
    }
    std::optional<stdb::call_status> status;
    must(connection.reducers().send_message("", [&](auto& context) { status = context.reducer_event()->status; }));
    WAIT(connection, status.has_value());
    CHECK(status == stdb::call_status::failed);
    must(connection.disconnect());
    WAIT(connection, connection.state() == stdb::connection_state::ended);
    CHECK(status_of([&] { return connection.reducers().send_message("late"); }) == STDB_ERR_DISCONNECTED);
}

}

using told = decltype(std::declval<RemoteReducers>().send_message("text"));

#ifdef STDB_NO_EXCEPTIONS
static_assert(std::is_same_v<told, stdb::result<void>>);
void half_without_exceptions() { a_client(); }
#else
static_assert(std::is_same_v<told, void>);
int main() {
    a_client();
    half_without_exceptions();
    a_client();
    stdb::shutdown();
}
#endif
