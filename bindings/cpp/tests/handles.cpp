/* Handles, errors and callables: who owns what, and what fails how; mostly without generated code. */
#include "module_bindings.hpp"
#include "test.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace {

static_assert(!std::is_copy_constructible_v<stdb::connection> && std::is_nothrow_move_constructible_v<stdb::connection>);
static_assert(!std::is_copy_constructible_v<stdb::subscription> && std::is_nothrow_move_constructible_v<stdb::subscription>);
static_assert(!std::is_copy_constructible_v<stdb::row_range<stdb::row>> && !std::is_copy_constructible_v<stdb::read_guard>);
static_assert(std::is_trivially_copyable_v<stdb::connection_ref> && std::is_trivially_copyable_v<stdb::table>);
static_assert(std::is_trivially_copyable_v<module_bindings::Entity>);
static_assert(stdb::bsatn<module_bindings::Entity>::size == 28 && !stdb::bsatn<module_bindings::User>::is_fixed);

/* A callable that counts how many there are. */
struct counted {
    std::shared_ptr<int> token;
    template <class... A>
    void operator()(const A&...) const {}
};

stdb::connection_builder builder() {
    stdb::connection_builder builder;
    builder.with_uri(environment("STDB_TEST_URI")).with_database_name(environment("STDB_TEST_DATABASE"));
    return builder;
}

void the_first_option_that_fails_is_told_by_build() {
    stdb_status status = status_of([] {
        return builder().with_connect_timeout(std::chrono::milliseconds(0)).with_keepalive(std::chrono::hours(24 * 365)).build();
    });
    CHECK(status == STDB_ERR_INVALID_ARGUMENT);
    try {
        (void)builder().with_uri(std::string_view("http://a\0b", 10)).with_max_message_bytes(1).build();
        CHECK(false);
    } catch (const std::exception& error) {
        CHECK(std::string(error.what()).find("NUL") != std::string::npos);
    }
    CHECK(status_of([] { return stdb::connection_builder().build(); }) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb::status_name(STDB_ERR_BSATN) == "STDB_ERR_BSATN" && !stdb::status_message(STDB_ERR_BSATN).empty());
    CHECK(stdb::version() == STDB_VERSION && stdb::version_number() == STDB_VERSION_NUMBER);
    CHECK(stdb::status_next(STDB_OK) == 1);
}

void errors_are_values() {
    try {
        (void)stdb::identity::from_hex("xyz");
        CHECK(false);
    } catch (const stdb::error& error) {
        stdb::error copy = error;
        CHECK(copy.code() == STDB_ERR_INVALID_ARGUMENT && copy.message() == error.what());
        CHECK(!copy.is_fatal() && !copy.is_retriable() && copy.http_status() == 0 && copy.close_code() == 0);
    }
    stdb::identity identity = stdb::identity::from_hex(std::string(62, '0') + "0a");
    CHECK(identity.bytes[0] == 10 && identity.to_hex() == std::string(62, '0') + "0a");
    CHECK(stdb::identity() < identity && identity != stdb::identity());
    auto moment = stdb::timestamp::from_rfc3339("2023-11-14T22:13:20.123456+00:00");
    CHECK(moment.to_chrono().time_since_epoch().count() == 1700000000123456);
    CHECK(stdb::timestamp(moment.to_chrono()).to_rfc3339() == "2023-11-14T22:13:20.123456+00:00");
}

void callables_are_freed_once() {
    auto token = std::make_shared<int>();
    {
        auto building = builder();
        building.on_connect(counted{token}).on_disconnect(counted{token}).on_connect_error(counted{token});
        building.on_log(counted{token}).on_reconnecting(counted{token}).with_reconnect();
        building.with_token_provider([token] { return std::optional<std::string>(); });
        CHECK(token.use_count() == 7);
        auto connection = building.build();
        auto table = connection.table("user");
        stdb::callback_id id = table.on_insert(counted{token});
        table.on_update(counted{token});
        connection.on_transaction(counted{token});
        connection.on_reducer("noop", counted{token});
        connection.on_wakeup(counted{token});
        CHECK(token.use_count() == 12);
        table.remove_callback(id);
        connection.remove_on_wakeup();
        CHECK(token.use_count() == 10);
        // What is refused before the C library sees it is freed as well.
        const std::string_view nul("a\0b", 3);
        CHECK(status_of([&] { return connection.call_reducer(nul, stdb::args(), counted{token}); }) == STDB_ERR_INVALID_ARGUMENT);
        CHECK(status_of([&] { return connection.on_reducer(nul, counted{token}); }) == STDB_ERR_INVALID_ARGUMENT);
        CHECK(token.use_count() == 10);
        CHECK(status_of([&] { return connection.call_procedure("no such", stdb::args(), counted{token}); }) != STDB_OK
              || token.use_count() == 11);
        stdb::connection moved = std::move(connection);
        CHECK(connection.raw() == nullptr && moved.raw() != nullptr);
        CHECK(connection.state() == stdb::connection_state::ended);
        CHECK(status_of([&] { return connection.frame_tick(); }) == STDB_ERR_INVALID_ARGUMENT);
    }
    CHECK(token.use_count() == 1);
}

void rows_are_read_without_generated_code() {
    auto connection = builder().with_compression(stdb::compression::none).with_protocols({stdb::protocol::v1}).build();
    const std::uint64_t id = fresh();
    std::size_t inserted = 0;
    bool applied = false;
    auto subscription = connection.subscription_builder().on_applied([&](auto&) { applied = true; }).subscribe(
        "SELECT * FROM entity WHERE zone = " + std::to_string(id));
    auto entity = connection.table("entity");
    entity.on_insert([&](const stdb::context& context, const stdb::row& row) {
        std::uint64_t read = 0;
        CHECK(row.reader().read(read) && read >= id && row.table_name() == "entity" && row.bytes().size() == 28);
        CHECK(context.reducer_event()->reducer == "spawn" && context.connection().protocol() == stdb::protocol::v1);
        inserted++;
    });
    connection.call_reducer("spawn", stdb::args(id, std::uint64_t(2), static_cast<std::uint32_t>(id)));
    WAIT(connection, applied && inserted == 2);
    CHECK(connection.stats().rows_cached == 2);
    auto guard = connection.read_guard();
    CHECK(entity.find("id", id) && !entity.find("id", id + 2));
    CHECK(status_of([&] { return entity.find("id", true); }) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(status_of([&] { return entity.find("no such", id); }) == STDB_ERR_UNKNOWN_COLUMN);
    std::size_t found = 0;
    for (const stdb::row& row : entity.filter("id", stdb::at_least(id) && stdb::less_than(id + 1))) found += row.bytes().size();
    for (auto chunk : entity.chunks())
        for (const stdb::row& row : chunk) found += row.bytes().size();
    CHECK(found == 3 * 28);
    CHECK(status_of([&] { return entity.filter("id", stdb::at_least(id), id); }) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(status_of([&] { return connection.table("no such"); }) == STDB_ERR_UNKNOWN_TABLE);
    module_bindings::RemoteTables tables(connection);
    CHECK(tables.entity().id().find(id)->zone == id);
}

/* A row that is not of the type of the generated code is an error, not a wrong value. */
void a_row_of_another_type_is_told() {
    auto connection = builder().build();
    const std::uint32_t id = fresh();
    bool done = false, applied = false;
    stdb::basic_table<module_bindings::Entity, stdb::context> wrong(connection.raw(), "left");
    connection.subscription_builder().on_applied([&](auto&) { applied = true; }).subscribe("SELECT * FROM \"left\"");
    WAIT(connection, applied);
    wrong.on_insert([&](auto&, const module_bindings::Entity&) { CHECK(false); });
    connection.call_reducer("add_left", stdb::args(id, "x"), [&](auto&) { done = true; });
    stdb_status status = STDB_OK;
    while (!done) {
        stdb_status told = status_of([&] { return connection.advance_one_message_blocking(); });
        if (told != STDB_OK) status = told;
    }
    CHECK(status == STDB_ERR_BSATN);
    auto guard = connection.read_guard();
    CHECK(status_of([&] { return wrong.find("id", id); }) == STDB_ERR_BSATN);
    CHECK(status_of([&] {
        for (const auto& row : wrong.iter()) (void)row;
    }) == STDB_ERR_BSATN);
}

/* Each comparison, and what it is turned round. */
void comparisons_have_an_opposite() {
    const auto& zone = module_bindings::q::entity.zone;
    const std::string column = zone.sql();
    auto says = [&](const auto& condition, const char* text, const char* opposite) {
        return condition.sql() == column + text && (!condition).sql() == column + opposite
            && (!!condition).sql() == condition.sql();
    };
    CHECK(says(zone == 3u, " = 3", " <> 3") && says(zone != 3u, " <> 3", " = 3"));
    CHECK(says(zone < 3u, " < 3", " >= 3") && says(zone >= 3u, " >= 3", " < 3"));
    CHECK(says(zone > 3u, " > 3", " <= 3") && says(zone <= 3u, " <= 3", " > 3"));
}

/* Reducers as generated code of another module would have them: `add_left` takes a u32 and a string. */
struct other_reducers : stdb::module_calls<module_bindings::Module> {
    using module_calls::module_calls;
    template <class... Arguments, class F>
    stdb::callback_id on_add_left(F&& f) const {
        return on_reducer<Arguments...>("add_left", std::forward<F>(f));
    }
};

/* So are arguments, be they too many or too few. */
void arguments_of_other_types_are_told() {
    auto connection = builder().with_protocols({stdb::protocol::v1}).build();
    other_reducers reducers(connection);
    const std::uint32_t id = fresh();
    bool done = false;
    std::size_t good = 0;
    reducers.on_add_left<std::uint32_t, std::string_view>([&](auto&, std::uint32_t told, std::string_view) { good += told == id; });
    reducers.on_add_left<std::uint32_t>([&](auto&, std::uint32_t) { CHECK(false); });
    reducers.on_add_left<std::uint32_t, std::string_view, bool>([&](auto&, std::uint32_t, std::string_view, bool) { CHECK(false); });
    WAIT(connection, connection.is_active());
    connection.call_reducer("add_left", stdb::args(id, "x"), [&](auto&) { done = true; });
    stdb_status status = STDB_OK;
    while (!done) {
        stdb_status told = status_of([&] { return connection.advance_one_message_blocking(); });
        if (told != STDB_OK) status = told;
    }
    CHECK(status == STDB_ERR_BSATN && good == 1);
}

void values_are_known_by_the_schema() {
    auto connection = builder().build();
    const std::uint32_t key = fresh();
    bool seen = false, applied = false, given = false;
    connection.subscription_builder().on_applied([&](auto&) { applied = true; }).subscribe(
        {"SELECT * FROM every_type WHERE key = " + std::to_string(key), "SELECT * FROM item WHERE owner = " + std::to_string(key)});
    WAIT(connection, applied);
    connection.table("every_type").on_insert([&](auto& context, const stdb::row& row) {
        CHECK(row.get<bool>("b") && row.get<std::uint8_t>("u8_") == 8 && row.get<double>("f64_") == -2.25);
        CHECK(row.get<std::string_view>("string").size() == 10 && row.get<stdb::bytes>("bytes").size() == 4);
        CHECK(row.get<stdb::identity>("identity") == context.connection().identity());
        CHECK(row.get<stdb::u256>("u256_") == stdb::u256(7ull << 8, 0, 0, 0) && row.get<stdb::i128>("i128_") < stdb::i128(0));
        CHECK(row.get<stdb::time_duration>("duration").to_chrono() == std::chrono::milliseconds(-1500));
        CHECK(row.get<stdb::timestamp>("timestamp").micros > 0 && row.get<float>("nested[1].x") == 1);
        CHECK(status_of([&] { return row.template get<std::uint16_t>("u8_"); }) == STDB_ERR_WRONG_TYPE);
        stdb::value value = row.value();
        CHECK(value.type().kind() == stdb::type_kind::product && value.count() == value.type().count());
        CHECK(value.type().element_name(0) == "key" && row.column(0).get<std::uint32_t>() == key);
        CHECK(value.type().element_type(0).size() == 4u && !value.type().size());
        stdb::value effect = value.at("effect");
        CHECK(effect.variant().tag == 2 && effect.variant().name == "Say" && effect.type().name() == "Effect");
        CHECK(effect.variant().payload.get<std::string_view>() == "hi");
        CHECK(value.at("some_i32").option()->get<std::int32_t>() == -5 && !value.at("none_i32").option());
        std::size_t count = 0;
        for (const stdb::value& element : value.at("effects").elements()) {
            CHECK(element.variant().tag == (count == 0 ? 0 : count == 3 ? 4 : count == 1 ? 1 : 3));
            count++;
        }
        CHECK(count == 4 && value.at("effects").element(1).variant().payload.get<std::uint32_t>() == 3);
        CHECK(value.at("rank").to_json() == "{\"Knight\":{}}" && row.to_json().find("\"i8_\":-8") != std::string::npos);
        CHECK(value.at("identity").type().special() == stdb::special::identity);
        CHECK(stdb::value::of(value.type(), value.bytes()).count() == value.count());
        seen = true;
    });
    connection.call_reducer_json("insert_every_type", "[" + std::to_string(key) + "]");
    WAIT(connection, seen);
    std::string serial = "named " + std::to_string(key);
    auto arguments = stdb::arguments::of_reducer(connection, "give");
    arguments.set("owner", std::uint64_t(key)).set("serial", serial).set_json("tags", "[\"a\"]");
    connection.call_reducer("give", stdb::args::of_bsatn(arguments.bytes()), [&](auto& context) {
        given = context.reducer_event()->status == stdb::call_status::committed;
    });
    WAIT(connection, given);
    auto guard = connection.read_guard();
    CHECK(connection.table("item").find("serial", serial)->get<std::string_view>("tags[0]") == "a");
    CHECK(status_of([&] { return arguments.clear().set("owner", true).bytes(); }) == STDB_ERR_WRONG_TYPE);
    CHECK(status_of([&] { return arguments.clear().bytes(); }) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(status_of([&] { return stdb::arguments::of_reducer(connection, "no such").bytes(); }) == STDB_ERR_UNKNOWN_REDUCER);
    auto key_of_item = stdb::arguments::of_key(connection.table("item").raw(), "id");
    CHECK(key_of_item.set("id", std::uint64_t(7)).bytes().size() == 8);
    CHECK(status_of([&] { return connection.call_reducer_json("spawn", "{", [](auto&) {}); }) == STDB_ERR_JSON);
}

/* The generated code is of `kitchen`; the database is another one. */
void another_module_is_refused_in_words() {
    stdb_status status = STDB_OK;
    std::string message;
    auto connection = module_bindings::DbConnection::builder()
                          .with_uri(environment("STDB_TEST_URI"))
                          .with_database_name("chat")
                          .on_connect_error([&](auto& context) {
                              status = context.error().code();
                              message = context.error().message();
                          })
                          .build();
    while (connection.state() != stdb::connection_state::ended) connection.advance_one_message_blocking();
    CHECK(status == STDB_ERR_SCHEMA_MISMATCH && message.find("entity") != std::string::npos);
}

void numbers_have_text() {
    CHECK(stdb::u128::from_string("340282366920938463463374607431768211453") == stdb::u128(~0ull, ~0ull - 2));
    CHECK(stdb::i256::from_string("-5") == stdb::i256(-5) && stdb::i256(-5).to_string() == "-5" && stdb::u256().to_string() == "0");
    CHECK(stdb::uuid::from_string("01234567-89ab-7def-8123-456789abcdef").to_string() == "01234567-89ab-7def-8123-456789abcdef");
    CHECK(!stdb::time_duration(std::chrono::seconds(1)).to_string().empty());
}

void credentials_are_kept() {
    auto file = stdb::credentials_file::in_directory("credentials", "key");
    CHECK(!file.load() && file.path() == "credentials/key");
    file.save("token");
    CHECK(file.load() == "token");
    auto moved = std::move(file);
    moved.remove();
    CHECK(!moved.load());
    CHECK(status_of([] { return stdb::credentials_file::of_key("../x"); }) == STDB_ERR_INVALID_ARGUMENT);
}

void bsatn_is_checked() {
    const std::uint8_t bad_bool[] = {2}, short_text[] = {4, 0, 0, 0, 'a'}, bad_tag[] = {9}, huge[] = {255, 255, 255, 255};
    bool flag;
    std::string_view text;
    module_bindings::Rank rank;
    module_bindings::Effect effect;
    stdb::array<std::uint64_t> numbers;
    stdb::array<std::string_view> texts;
    CHECK(!stdb::bsatn_reader(bad_bool).read(flag) && !stdb::bsatn_reader(short_text).read(text));
    CHECK(!stdb::bsatn_reader(bad_tag).read(rank) && !stdb::bsatn_reader(bad_tag).read(effect));
    CHECK(!stdb::bsatn_reader(huge).read(numbers) && !stdb::bsatn_reader(huge).read(texts));
    std::string long_text(1000, 'x');
    stdb::args args(std::uint8_t(1), long_text, std::optional<std::uint32_t>(), module_bindings::Effect::make_damage(5));
    stdb::bsatn_reader reader(args.data());
    std::uint8_t one = 0;
    std::optional<std::uint32_t> none = 5;
    CHECK(reader.read(one) && reader.read(text) && reader.read(none) && reader.read(effect) && reader.remaining() == 0);
    CHECK(one == 1 && text == long_text && !none && *effect.as_damage() == 5);
    CHECK(stdb::args::of_bsatn(args.data()).data() == args.data());
}

}

int main() {
    the_first_option_that_fails_is_told_by_build();
    errors_are_values();
    callables_are_freed_once();
    rows_are_read_without_generated_code();
    a_row_of_another_type_is_told();
    arguments_of_other_types_are_told();
    comparisons_have_an_opposite();
    values_are_known_by_the_schema();
    another_module_is_refused_in_words();
    numbers_have_text();
    credentials_are_kept();
    bsatn_is_checked();
    stdb::shutdown();
    std::printf("all passed\n");
}
