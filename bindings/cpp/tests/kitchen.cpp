/* The generated code of the module `kitchen` on a host: typed reducers, rows, updates, find, filter, delete. */
#include "connect.hpp"
#include "every_type.hpp"

#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace module_bindings;

/* What the callbacks of `entity` are told. */
struct told {
    std::vector<std::uint64_t> inserted, before_delete, deleted;
    std::vector<std::pair<float, float>> moved;
    std::size_t batches = 0, inserted_in_batches = 0, deleted_in_batches = 0, moved_in_batches = 0;
};

void rows_come_change_and_go() {
    told told;
    const std::uint64_t first = fresh();
    const auto zone = static_cast<std::uint32_t>(first);
    auto connection = connect();
    auto entity = connection.db().entity();
    auto mine = [zone](const Entity& row) { return row.zone == zone; };
    auto on_insert = must(entity.on_insert([&](auto& context, const Entity& row) {
        if (mine(row)) told.inserted.push_back(row.id);
        CHECK(context.event_kind() == stdb::event_kind::reducer
              || context.event_kind() == stdb::event_kind::transaction);
    }));
    must(entity.on_update([&](auto&, const Entity& before, const Entity& after) {
        if (mine(after)) told.moved.emplace_back(before.position.x, after.position.x);
    }));
    must(entity.on_before_delete([&](auto& context, const Entity& row) {
        if (!mine(row)) return;
        told.before_delete.push_back(row.id);
        CHECK(must(context.db().entity().id().find(row.id)).has_value());
    }));
    must(entity.on_delete([&](auto& context, const Entity& row) {
        if (!mine(row)) return;
        told.deleted.push_back(row.id);
        CHECK(!must(context.db().entity().id().find(row.id)).has_value());
    }));
    must(entity.on_batch([&](auto&, const stdb::batch<Entity>& batch) {
        told.batches++;
        for (const Entity& row : batch.inserted()) told.inserted_in_batches += mine(row) && row.hp == 100;
        for (const Entity& row : batch.deleted()) told.deleted_in_batches += mine(row);
        CHECK(batch.updated_old().size() == batch.updated_new().size());
        for (std::size_t i = 0; i < batch.updated_new().size(); i++) {
            Entity before = batch.updated_old()[i], after = batch.updated_new()[i];
            told.moved_in_batches += mine(after) && before.id == after.id && after.position.x == before.position.x + 1e9f;
        }
    }));

    must(connection.reducers().spawn(first, 3, zone));
    WAIT(connection, told.inserted.size() == 3);

    // A row of fixed size is a copy: no guard is needed.
    auto found = must(entity.id().find(first + 1));
    CHECK(found && found->zone == zone && found->position.x == static_cast<float>(first + 1) && found->hp == 100);
    CHECK(found->position.y == 0.5f && found->position.z == -1.0f);
    CHECK(!must(entity.id().find(first + 3)));
    auto many = must(entity.id().find_many({first + 2, first + 3, first}));
    CHECK(many.size() == 3 && many[0]->id == first + 2 && !many[1] && many[2]->id == first);
    std::size_t count = 0;
    for (const Entity& row : must(entity.zone().filter(zone))) count += row.zone == zone;
    CHECK(count == 3);
    std::vector<std::uint64_t> between;
    for (const Entity& row : must(entity.id().filter(stdb::more_than(first) && stdb::at_most(first + 2))))
        between.push_back(row.id);
    CHECK(between == (std::vector<std::uint64_t>{first + 1, first + 2}));
    for (const Entity& row : must(entity.id().filter(stdb::at_least(first)))) CHECK(row.id >= first);
    std::size_t by_iter = 0, by_chunks = 0;
    for (const Entity& row : must(entity.iter())) by_iter += mine(row);
    CHECK(status_of([&] { return entity.chunks(); }) == STDB_ERR_NO_READ_GUARD);
    {
        auto guard = must(connection.read_guard());
        CHECK(status_of([&] { return connection.advance_one_message_blocking(); }) == STDB_ERR_READ_GUARD_HELD);
        for (auto chunk : must(entity.chunks()))
            for (const Entity& row : chunk) by_chunks += mine(row);
    }
    CHECK(by_iter == 3 && by_chunks == 3);
    CHECK(must(entity.count()) >= 3 && must(entity.memory()) > 0);

    must(connection.reducers().move_by(first, 2, 1e9f));
    WAIT(connection, told.moved.size() == 2);
    for (auto [before, after] : told.moved) CHECK(after == before + 1e9f);

    must(entity.remove_callback(on_insert));
    CHECK(status_of([&] { return entity.remove_callback(on_insert); }) == STDB_ERR_NOT_FOUND);
    must(connection.reducers().spawn(first + 10, 1, zone));
    must(connection.reducers().despawn(first, 3));
    WAIT(connection, told.deleted.size() == 3);
    CHECK(told.before_delete == told.deleted && told.inserted.size() == 3 && told.batches == 4);
    CHECK(told.inserted_in_batches == 4 && told.moved_in_batches == 2 && told.deleted_in_batches == 3);
}

void every_type_reads_back() {
    const std::uint32_t key = fresh();
    auto connection = connect();
    std::size_t seen = 0;
    auto check = [&](const EveryType& row, stdb::connection_ref connection) {
        check_numbers({row.u8, row.u16, row.u32, row.u64, row.u128, row.u256, row.i8, row.i16, row.i32, row.i64, row.i128,
                       row.i256, row.f32, row.f64});
        check_rest<EveryType, Rank, Effect>(row);
        CHECK(row.some_i32 == -5 && !row.none_i32);
        CHECK(row.identity == must(connection.identity()));
        CHECK(row.connection_id == must(connection.connection_id()));
        seen++;
    };
    must(connection.db().every_type().on_insert([&](auto& context, const EveryType& row) {
        if (row.key == key) check(row, context.connection());
    }));
    must(connection.reducers().insert_every_type(key));
    WAIT(connection, seen == 1);
    CHECK(status_of([&] { return connection.db().every_type().key().find(key); }) == STDB_ERR_NO_READ_GUARD);
    auto guard = must(connection.read_guard());
    auto row = must(connection.db().every_type().key().find(key));
    CHECK(row);
    check(*row, connection);
}

void text_is_found_and_borrowed() {
    const std::uint64_t owner = fresh();
    const std::string serial = "serial " + std::to_string(owner);
    auto connection = connect();
    std::optional<stdb::call_status> status;
    std::vector<std::string_view> tags{"x"};
    must(connection.reducers().give(owner, serial, {"red", "", "blue"}));
    must(connection.reducers().give(owner, serial + "!", tags, [&](auto& context) {
        status = context.reducer_event()->status;
    }));
    WAIT(connection, status.has_value());
    CHECK(status == stdb::call_status::committed);
    auto guard = must(connection.read_guard());
    auto item = must(connection.db().item().serial().find(serial));
    CHECK(item && item->serial == serial && item->owner == owner);
    CHECK(all_of(item->tags) == (std::vector<std::string_view>{"red", "", "blue"}));
    std::size_t count = 0;
    for (const Item& row : must(connection.db().item().owner().filter(owner))) count += row.owner == owner;
    CHECK(count == 2);
    count = 0;
    for (const Item& row : must(connection.db().item().serial().filter(stdb::more_than(serial)))) count += row.serial == serial + "!";
    CHECK(count == 1);
}

void reducers_tell_how_they_ended() {
    auto connection = connect();
    const std::string name = "Ada " + std::to_string(fresh());
    std::string failure, renamed;
    std::size_t told = 0;
    must(connection.reducers().on_set_name([&](auto& context, std::string_view name) {
        auto event = context.reducer_event();
        if (event->caller_identity != must(context.connection().identity())) return;
        told++;
        CHECK(event->reducer == "set_name" && (name.empty() == (event->status == stdb::call_status::failed)));
        auto args = must(context.reducer_args());
        CHECK(must(args.count()) == 1 && must(must(args.element(0)).template get<std::string_view>()) == name);
    }));
    must(connection.db().user().on_update([&](auto& context, const User& before, const User& after) {
        if (after.identity == must(context.connection().identity()) && after.name && before.name != after.name)
            renamed = *after.name;
    }));
    must(connection.reducers().set_name("", [&](auto& context) {
        auto event = context.reducer_event();
        CHECK(event->status == stdb::call_status::failed);
        failure = event->message;
    }));
    must(connection.reducers().set_name(name, stdb::call_options{std::chrono::seconds(60)}));
    WAIT(connection, !renamed.empty() && !failure.empty() && told == 2);
    CHECK(renamed == name && failure == "Names must not be empty");
    auto guard = must(connection.read_guard());
    auto me = must(connection.db().user().identity().find(must(connection.identity())));
    CHECK(me && me->name == name && me->online);
}

void a_schema_tells_of_the_module() {
    auto connection = connect();
    auto schema = must(stdb::schema::of(connection));
    CHECK((schema.version() == 9 || schema.version() == 10) && schema.table_count() > 5 && schema.reducer_count() > 5);
    auto entity = must(schema.find_table("entity"));
    CHECK(entity.name == "entity" && entity.primary_key == std::optional<std::size_t>(0) && entity.is_public);
    CHECK(entity.row_type.kind() == stdb::type_kind::product && entity.row_type.element_name(1) == "zone");
    CHECK(entity.unique_columns.size() == 1 && must(schema.table(entity.position)).name == "entity");
    bool zone = false;
    for (std::size_t i = 0; i < entity.index_count; i++) {
        auto index = must(schema.index(entity.position, i));
        zone = zone || (index.columns.size() == 1 && index.columns[0] == 1);
    }
    CHECK(zone);
    auto set_name = must(schema.find_reducer("set_name"));
    CHECK(set_name.params.count() == 1 && set_name.params.element_name(0) == "name" && !set_name.returned);
    CHECK(must(schema.reducer(0)).params.kind() == stdb::type_kind::product);
    for (std::size_t i = 0; i < schema.procedure_count(); i++) CHECK(must(schema.procedure(i)).returned.has_value());
#ifndef STDB_NO_EXCEPTIONS
    stdb_status refused = STDB_OK;
    try {
        (void)stdb::schema::parse("{");
    } catch (const stdb::error& error) {
        refused = error.code();
    }
    CHECK(refused == STDB_ERR_SCHEMA);
#endif
}

void subscriptions_are_replaced_and_given_up() {
    const std::uint32_t id = fresh();
    auto connection = must(DbConnection::builder()
                               .with_uri(environment("STDB_TEST_URI"))
                               .with_database_name(environment("STDB_TEST_DATABASE"))
                               .build());
    bool done = false, applied = false, replaced = false, refused = false, gone = false;
    must(connection.reducers().add_left(id, "a"));
    must(connection.reducers().add_left(id + 1, "b"));
    must(connection.reducers().noop([&](auto&) { done = true; }));
    WAIT(connection, done);
    auto one = stdb::from(q::left).where(q::left.id == id), other = stdb::from(q::left).where(q::left.id == id + 1);
    auto subscription = must(connection.subscription_builder()
                                 .on_applied([&](auto& context) {
                                     applied = true;
                                     CHECK(must(context.db().left().count()) == 2);
                                 })
                                 .subscribe({one, "SELECT * FROM \"left\" WHERE id = " + std::to_string(id + 1)}));
    WAIT(connection, applied);
    CHECK(subscription.query_count() == 2);
    must(subscription.replace(other, [&](auto&) { replaced = true; }, [](auto&) { CHECK(false); }));
    WAIT(connection, replaced && must(connection.db().left().count()) == 1);
    must(subscription.replace("SELECT nonsense", [](auto&) { CHECK(false); }, [&](auto& context) {
        refused = context.error().code() == STDB_ERR_SUBSCRIPTION;
    }));
    WAIT(connection, refused);
    must(subscription.unsubscribe_then([&](auto& context) { gone = must(context.db().left().count()) == 0; }));
    WAIT(connection, gone);
    CHECK(status_of([&] { return subscription.unsubscribe(); }) == STDB_ERR_ALREADY_ENDED
          || status_of([&] { return subscription.unsubscribe(); }) == STDB_ERR_ALREADY_UNSUBSCRIBED);
}

void a_thread_of_its_own_advances() {
    auto connection = must(DbConnection::builder()
                               .with_uri(environment("STDB_TEST_URI"))
                               .with_database_name(environment("STDB_TEST_DATABASE"))
                               .build());
    std::thread::id ran_on;
    must(connection.reducers().noop([&](auto& context) {
        ran_on = std::this_thread::get_id();
        must(context.connection().disconnect());
    }));
    must(connection.run_threaded());
    must(connection.join());
    CHECK(ran_on != std::thread::id() && ran_on != std::this_thread::get_id());
    CHECK(connection.state() == stdb::connection_state::ended);
    CHECK(status_of([&] { return connection.frame_tick(); }) == STDB_ERR_DISCONNECTED);
}

#ifndef STDB_NO_EXCEPTIONS
void an_exception_comes_out_of_the_advancing_call() {
    struct oops {
        int number;
    };
    const std::uint32_t id = fresh();
    auto connection = connect();
    int after = 0;
    connection.db().left().on_insert([&](auto&, const Left& row) {
        if (row.id >= id && row.id < id + 2) throw oops{static_cast<int>(row.id - id)};
    });
    connection.db().left().on_insert([&](auto&, const Left& row) {
        if (row.id == id) throw oops{-7};
    });
    connection.db().left().on_batch([&](auto&, auto&) { after++; });
    connection.reducers().add_left(id, "");
    int caught = -1;
    while (caught == -1) {
        try {
            connection.advance_one_message_blocking();
        } catch (const oops& oops) {
            caught = oops.number;
        }
    }
    CHECK(caught == 0 && after == 1); // the first one, and the other callbacks of the message have run
    // Out of an inner connection's callback it comes through both advancing calls.
    auto inner = connect();
    inner.reducers().noop([](auto&) { throw oops{7}; });
    bool through = false;
    connection.reducers().noop([&](auto&) {
        for (;;) inner.advance_one_message_blocking();
    });
    while (!through) {
        try {
            connection.advance_one_message_blocking();
        } catch (const oops& oops) {
            through = oops.number == 7;
        }
    }
    connection.frame_tick();
}
#endif

}

int main() {
    rows_come_change_and_go();
    every_type_reads_back();
    text_is_found_and_borrowed();
    reducers_tell_how_they_ended();
    a_schema_tells_of_the_module();
    subscriptions_are_replaced_and_given_up();
    a_thread_of_its_own_advances();
#ifndef STDB_NO_EXCEPTIONS
    an_exception_comes_out_of_the_advancing_call();
#endif
    stdb::shutdown();
    std::printf("all passed\n");
}
