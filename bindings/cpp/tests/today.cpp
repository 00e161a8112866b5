/* What only hosts of 2.x have, through the generated code: procedures, event tables, UUIDs and results. */
#include "every_type.hpp"
#include "module_bindings.hpp"

#include <optional>

using namespace module_bindings;

namespace {

void what_hosts_of_today_have() {
    bool applied = false;
    auto connection = must(DbConnection::builder()
                               .with_uri(environment("STDB_TEST_URI"))
                               .with_database_name(environment("STDB_TEST_DATABASE"))
                               .build());
    must(connection.subscription_builder().on_applied([&](auto&) { applied = true; }).subscribe(
        {stdb::from(q::every_type), stdb::from(q::hit)}));
    WAIT(connection, applied);

    std::optional<std::uint32_t> sum;
    std::string label, failure;
    must(connection.procedures().add(40, 2, [&](auto& context, std::optional<std::uint32_t> value) {
        CHECK(must(must(context.procedure_value()).template get<std::uint32_t>()) == value);
        sum = value;
    }));
    must(connection.procedures().summarise("label", [&](auto&, const std::optional<Summary>& value) {
        CHECK(value && value->total == 5);
        label = value->label;
    }));
    must(connection.procedures().fail([&](auto& context, std::optional<stdb::unit> value) {
        CHECK(!value && context.procedure_event()->status == stdb::call_status::failed);
        failure = context.procedure_event()->message;
    }));
    WAIT(connection, sum && !label.empty() && !failure.empty());
    CHECK(sum == 42 && label == "label");

    std::size_t hits = 0;
    must(connection.db().hit().on_insert([&](auto&, const Hit& hit) {
        CHECK(hit.target == 7 && hit.amount == 3);
        hits++;
    }));
    must(connection.reducers().deal_hit(7, 3, 1));
    WAIT(connection, hits == 1);
    CHECK(must(connection.db().hit().count()) == 0);

    bool seen = false;
    must(connection.db().every_type().on_insert([&](auto&, const EveryType& row) {
        check_rest<EveryType, Rank, Effect>(row);
        CHECK(row.uuid.to_string() == "01234567-89ab-7def-8123-456789abcdef");
        CHECK(row.result.err() && *row.result.err() == "no" && row.result.ok() == nullptr);
        seen = true;
    }));
    must(connection.reducers().insert_every_type(fresh()));
    WAIT(connection, seen);
}

}

int main() {
    what_hosts_of_today_have();
    stdb::shutdown();
    std::printf("all passed\n");
}
