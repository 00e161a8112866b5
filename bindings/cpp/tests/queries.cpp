/* The query builder: its SQL is what a host accepts, from one-off queries and from subscriptions. */
#include "connect.hpp"

#include <optional>
#include <string>

namespace {

using namespace module_bindings;

/* What a query gives, as the host answers it and as a subscription has it. */
template <class Row, class Query>
std::size_t rows_of(const DbConnection& connection, const Query& query) {
    std::optional<std::size_t> rows;
    bool applied = false;
    must(connection.one_off_query(query, [&](auto& context) {
        auto event = context.query_event();
        if (event->status != stdb::call_status::committed)
            std::printf("%s: %s\n", query.sql().c_str(), std::string(event->message).c_str());
        CHECK(event->status == stdb::call_status::committed && event->query == query.sql());
        for (std::size_t i = 0; i < event->row_count; i++) (void)must(context.template query_row<Row>(i));
        rows = event->row_count;
    }));
    auto subscription = must(connection.subscription_builder()
                                 .on_applied([&](auto&) { applied = true; })
                                 .on_error([&](auto& context) {
                                     std::printf("%s: %s\n", query.sql().c_str(),
                                                 std::string(context.error().message()).c_str());
                                     std::exit(EXIT_FAILURE);
                                 })
                                 .subscribe(query));
    WAIT(connection, rows && applied);
    CHECK(must(subscription.query(0)) == query.sql());
    must(subscription.unsubscribe());
    WAIT(connection, subscription.is_ended());
    return *rows;
}

void queries_are_what_the_host_accepts() {
    const std::uint32_t id = fresh();
    auto connection = connect();
    auto me = must(connection.identity());
    bool done = false;
    must(connection.reducers().insert_every_type(id));
    must(connection.reducers().add_left(id, "it's \"quoted\"; -- \\ %"));
    must(connection.reducers().add_left(id + 1, ""));
    must(connection.reducers().add_right(id, id));
    must(connection.reducers().send_message("text " + std::to_string(id)));
    must(connection.reducers().noop([&](auto&) { done = true; }));
    WAIT(connection, done);

    using stdb::from;
    auto mine = from(q::every_type).where(q::every_type.key == id);
    auto count = [&](const auto& condition) { return rows_of<EveryType>(connection, mine.where(condition)); };
    const auto& every = q::every_type;
    const std::uint8_t bytes[] = {0, 1, 2, 255};
    CHECK(count(every.b == true) == 1 && count(every.b != true) == 0 && count(!(every.b == true)) == 0);
    CHECK(count(every.u8 == 8 && every.u16 >= 1600 && every.u32 < 320001 && every.u64 == ~0ull - 1) == 1);
    CHECK(count(every.u128 == stdb::u128(~0ull, ~0ull - 2) && every.u256 == stdb::u256(7ull << 8, 0, 0, 0)) == 1);
    CHECK(count(every.i8 == -8 && every.i64 < -5 && every.i128 < stdb::i128(-5) && every.i256 < stdb::i256(-5)) == 1);
    CHECK(count(every.i256 == stdb::i256(static_cast<std::uint64_t>(-9 * 256), 0, 0, 0)) == 1);
    CHECK(count(every.f32 == 1.5f && every.f64 == -2.25 && every.f64 < 1e10 && every.f64 > -1e-10) == 0);
    CHECK(count(every.f32 == 1.5f && every.f64 == -2.25 && every.f64 < 1e10 && every.f64 > -1e300) == 1);
    CHECK(count(every.string == "h\xc3\xa9llo \xe2\x9c\x93" && every.string != "" && every.string > "a") == 1);
    CHECK(count(every.bytes == stdb::bytes(bytes) && every.bytes != stdb::bytes()) == 1);
    CHECK(count(every.identity == me && every.connection_id == must(connection.connection_id())) == 1);
    CHECK(count(every.identity != me || every.connection_id != must(connection.connection_id())) == 0);
    CHECK(count(every.timestamp > stdb::timestamp(stdb_timestamp{1700000000000000})) == 1);
    CHECK(count(!(every.u8 == 8 && (every.i8 == 7 || every.b == false))) == 1);

    CHECK(rows_of<Left>(connection, from(q::left).where(q::left.note == "it's \"quoted\"; -- \\ %" && q::left.id == id)) == 1);
    auto joined = q::left.id == q::right.left_id;
    auto lefts = from(q::left).where(q::left.id >= id && q::left.id <= id + 1);
    CHECK(rows_of<Left>(connection, lefts) == 2);
    CHECK(rows_of<Left>(connection, lefts.semijoin(q::right, joined)) == 1);
    CHECK(rows_of<Left>(connection, lefts.semijoin(q::right, joined, q::right.id == id)) == 1);
    CHECK(rows_of<Left>(connection, lefts.semijoin(q::right, joined, !(q::right.id == id))) == 0);
    CHECK(rows_of<Right>(connection, from(q::right).where(q::right.id == id).semijoin(q::left, joined)) == 1);
    // Only `user` has an index on the column: either may be asked for.
    auto said = q::message.sender == q::user.identity;
    auto text = q::message.text == "text " + std::to_string(id);
    CHECK(rows_of<Message>(connection, from(q::message).where(text).semijoin(q::user, said, q::user.online == true)) == 1);
    CHECK(rows_of<User>(connection, from(q::user).where(q::user.identity == me).semijoin(q::message, said, text)) == 1);
}

}

int main() {
    queries_are_what_the_host_accepts();
    stdb::shutdown();
    std::printf("all passed\n");
}
