/* The generated code of the module `torture` on a real host: every type comes through, both ways, whatever it is called. */
#include "connect.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace module_bindings;

template <class T>
std::vector<T> all_of(const stdb::array<T>& array) {
    return std::vector<T>(array.begin(), array.end());
}

const Padded padded{1, ~0ull - 1, true, Class::True, 65535};

bool is_padded(const Padded& given) {
    return given.small == 1 && given.wide == ~0ull - 1 && given.flag && given.class_ == Class::True && given.half == 65535;
}

bool is_pair(const Pair& pair, std::string_view text) {
    return pair.left.tag() == Inner::Tag::Text && *pair.left.as_text() == text
        && all_of(pair.right) == (std::vector<std::optional<std::string_view>>{std::nullopt, text, ""});
}

void check_outers(const std::vector<Outer>& outers) {
    CHECK(outers.size() == 5 && outers[0].tag() == Outer::Tag::Nothing);
    CHECK(*outers[1].as_inner()->as_number() == stdb::i128(-5));
    CHECK(is_pair(*outers[2].as_both(), "both"));
    auto many = all_of(*outers[3].as_many());
    CHECK(many.size() == 2 && many[0].tag() == Inner::Tag::Unit && *many[1].as_text() == "many");
    CHECK(outers[4].as_maybe() != nullptr && !*outers[4].as_maybe());
}

void every_type_is_read() {
    auto connection = connect();
    const std::uint64_t key = fresh();
    bool seen = false;
    must(connection.db().every().on_insert([&](auto& context, const Every& row) {
        if (row.key != key) return;
        CHECK(row.yes && row.n_u64 == ~0ull && row.n_i8 == -8 && row.n_f64 == -2.25 && row.text == "text");
        CHECK(row.n_i128 == stdb::i128(INT64_MIN, 0) && row.n_u256.to_string() == stdb::u256(7ull << 8, 0, 0, 0).to_string());
        CHECK(row.at.micros == 1 && row.during.micros == -2 && row.due.interval()->micros == 3 && !row.due.time());
        CHECK(row.class_ == Class::None && row.level.tag() == Level::Tag::High && *row.level.as_high() == -4);
        CHECK(is_padded(row.padded) && is_pair(row.pair, "pair"));
        CHECK(row.outer.as_maybe() && *row.outer.as_maybe() && is_padded(*(**row.outer.as_maybe())->as_fixed()));
        CHECK(all_of(row.bools) == (std::vector<bool>{true, false, true}) && row.nothings.size() == 2);
        CHECK(row.wides[0] == stdb::i256(-1) && row.wides[1] == stdb::i256(1));
        auto nested = all_of(row.nested);
        CHECK(nested.size() == 2 && nested[0].empty() && nested[1].size() == 2);
        CHECK(all_of(*nested[1].begin()) == (std::vector<std::string_view>{"a", "b"}));
        check_outers(all_of(row.outers));
        CHECK(row.maybe_unit && row.maybe_maybe && !*row.maybe_maybe && *row.maybe_level->as_exact() == 0.5f);
        CHECK(must(context.db().void_().count()) >= 1);
        seen = true;
    }));
    must(connection.reducers().fill(key));
    WAIT(connection, seen);
}

void enums_are_keys_and_keywords_are_names() {
    auto connection = connect();
    std::size_t inserted = 0;
    bool removed = false;
    must(connection.db().keyword().on_insert([&](auto&, const Keyword& row) {
        CHECK(row.template_ == 7 && row.double_ == 8 && row.def == -9 && row.lambda == 0.25 && row.errno_ == 1);
        CHECK(row.nonlocal.has_value() == (row.class_ != Class::Int) && row.register_.as_low());
        inserted++;
    }));
    must(connection.reducers().classes());
    WAIT(connection, inserted == 4);
    {
        auto keyword = connection.db().keyword();
        auto guard = must(connection.read_guard());
        CHECK(must(keyword.class_().find(Class::None))->namespace_ == 2ull << 40);
        CHECK(!must(keyword.class_().find(Class::Null)));
        std::size_t count = 0;
        for (const Keyword& row : must(keyword.int_().filter(1))) count += row.int_;
        CHECK(count == 2);
        for (const Keyword& row : must(keyword.class_volatile().filter(Class::True, true))) count += row.volatile_;
        for (const Keyword& row : must(keyword.class_volatile().filter(Class::True, stdb::at_most(false)))) count += row.row;
        for (const Keyword& row : must(keyword.class_volatile().filter(stdb::at_least(Class::None)))) count += row.row;
        CHECK(count == 3 + 2 * 2);
    }
    must(connection.db().keyword().on_delete([&](auto&, const Keyword& row) { removed = row.class_ == Class::None; }));
    must(connection.reducers().remove(Class::None));
    WAIT(connection, removed);
}

void sixty_columns_are_read() {
    auto connection = connect();
    bool done = false;
    must(connection.reducers().widen(5, [&](auto& context) {
        auto row = must(context.db().wide().c00().find(5));
        CHECK(row && row->c10 == 15 && row->c51 == -51 && row->c54 == 27 && row->c56 == "text 56" && row->c57 == 57);
        CHECK(row->c59.size() == 2 && row->c59[0] == 59);
        done = true;
    }));
    WAIT(connection, done);
}

void arguments_of_every_kind_are_written() {
    const char* heard =
        "7 said Some(\"e\") True Both(Pair { left: Text(\"in\"), right: [Some(\"one\"), None] }) Pair { left: Text(\"in\"), right: "
        "[Some(\"one\"), None] } [Nothing(Nothing), Maybe(Some(None))] [[\"x\", \"y\"], []] Exact(1.5) "
        "Interval(TimeDuration { __time_duration_micros__: 9 }) Padded { small: 1, wide: 18446744073709551614, flag: true, class: "
        "True, half: 65535 } Nothing";
    auto connection = connect();
    bool seen = false, told = false;
    must(connection.db().user_name().on_insert([&](auto&, const UserName& row) {
        seen = row.key == heard && row.count == 7 && row.on_insert == 1;
    }));
    must(connection.reducers().on_switch_([&](auto&, std::uint8_t number, std::string_view said, auto&, Class, const Outer& outer,
                                              const Pair&, auto& outers, auto& nested, auto&, auto&, auto&, auto&) {
        told = number == 7 && said == "said" && outer.as_both() && outers.size() == 2 && nested.size() == 2;
    }));
    std::vector<std::optional<std::string_view>> right{"one", std::nullopt};
    std::vector<std::string_view> texts{"x", "y"};
    std::vector<stdb::array<std::string_view>> nested{texts, {}};
    std::vector<Outer> outers{Outer::make_nothing(), Outer::make_maybe(std::optional<Inner>())};
    Pair pair{Inner::make_text("in"), right};
    must(connection.reducers().switch_(7, "said", "e", Class::True, Outer::make_both(pair), pair, outers, nested,
                                       Level::make_exact(1.5f),
                                       stdb::schedule_at::make_interval(std::chrono::microseconds(9)), padded, Nothing{}));
    WAIT(connection, seen && told);
}

}

int main() {
    every_type_is_read();
    enums_are_keys_and_keywords_are_names();
    sixty_columns_are_read();
    arguments_of_every_kind_are_written();
    stdb::shutdown();
    std::printf("all passed\n");
}
