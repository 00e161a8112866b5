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

/// The product type `Vec3`.
struct Vec3 {
    float x{};
    float y{};
    float z{};
};

/// The product type `Entity`.
struct Entity {
    std::uint64_t id{};
    std::uint32_t zone{};
    Vec3 position;
    std::int32_t hp{};
};

/// The enum type `Rank`.
enum class Rank : std::uint8_t {
    Recruit,
    Knight,
    Lord,
};

/// The sum type `Effect`. What it borrows lives as long as its row.
struct Effect : stdb::sum<stdb::unit, std::uint32_t, std::string_view, Vec3, stdb::bytes> {
    /// The variants.
    enum class Tag : std::uint8_t { Nothing, Damage, Say, Move, Many };
    using sum::sum;

    /// Which variant it is.
    Tag tag() const noexcept { return static_cast<Tag>(index()); }
    /// The variant `nothing`.
    static Effect make_nothing() { return Effect(std::in_place_index<0>); }
    /// The variant `damage`.
    static Effect make_damage(std::uint32_t payload) {
        return Effect(std::in_place_index<1>, payload);
    }
    /// What `damage` has; NULL when it is another variant.
    const std::uint32_t* as_damage() const noexcept { return get<1>(); }
    /// The variant `say`.
    static Effect make_say(std::string_view payload) {
        return Effect(std::in_place_index<2>, payload);
    }
    /// What `say` has; NULL when it is another variant.
    const std::string_view* as_say() const noexcept { return get<2>(); }
    /// The variant `move`.
    static Effect make_move(const Vec3& payload) {
        return Effect(std::in_place_index<3>, payload);
    }
    /// What `move` has; NULL when it is another variant.
    const Vec3* as_move() const noexcept { return get<3>(); }
    /// The variant `many`.
    static Effect make_many(stdb::bytes payload) {
        return Effect(std::in_place_index<4>, payload);
    }
    /// What `many` has; NULL when it is another variant.
    const stdb::bytes* as_many() const noexcept { return get<4>(); }
};

/// The product type `EveryType`. What it borrows lives as long as its row.
struct EveryType {
    std::uint32_t key{};
    bool b{};
    std::uint8_t u_8{};
    std::uint16_t u_16{};
    std::uint32_t u_32{};
    std::uint64_t u_64{};
    stdb::u128 u_128;
    stdb::u256 u_256;
    std::int8_t i_8{};
    std::int16_t i_16{};
    std::int32_t i_32{};
    std::int64_t i_64{};
    stdb::i128 i_128;
    stdb::i256 i_256;
    float f_32{};
    double f_64{};
    std::string_view string{};
    stdb::bytes bytes;
    stdb::identity identity;
    stdb::connection_id connection_id;
    stdb::timestamp timestamp;
    stdb::time_duration duration;
    stdb::uuid uuid;
    std::optional<std::int32_t> some_i_32;
    std::optional<std::int32_t> none_i_32;
    Rank rank{};
    Effect effect;
    stdb::array<Effect> effects;
    stdb::array<Vec3> nested;
    std::optional<stdb::array<std::string_view>> maybe_vec;
    stdb::outcome<std::uint32_t, std::string_view> result;
};

/// The product type `Hit`.
struct Hit {
    std::uint64_t target{};
    std::uint32_t amount{};
};

/// The product type `Item`. What it borrows lives as long as its row.
struct Item {
    std::uint64_t id{};
    std::uint64_t owner{};
    std::string_view serial{};
    stdb::array<std::string_view> tags;
};

/// The product type `Left`. What it borrows lives as long as its row.
struct Left {
    std::uint32_t id{};
    std::string_view note{};
};

/// The product type `User`. What it borrows lives as long as its row.
struct User {
    stdb::identity identity;
    std::optional<std::string_view> name;
    bool online{};
};

/// The product type `Message`. What it borrows lives as long as its row.
struct Message {
    stdb::identity sender;
    stdb::timestamp sent;
    std::string_view text{};
};

/// The product type `Right`.
struct Right {
    std::uint32_t id{};
    std::uint32_t left_id{};
};

/// The product type `Summary`. What it borrows lives as long as its row.
struct Summary {
    std::uint64_t total{};
    std::string_view label{};
};

}
}

template <>
struct stdb::bsatn<module_bindings::Vec3>
    : stdb::detail::bsatn_product<module_bindings::Vec3,
          &module_bindings::Vec3::x,
          &module_bindings::Vec3::y,
          &module_bindings::Vec3::z> {};
template <>
struct stdb::bsatn<module_bindings::Entity>
    : stdb::detail::bsatn_product<module_bindings::Entity,
          &module_bindings::Entity::id,
          &module_bindings::Entity::zone,
          &module_bindings::Entity::position,
          &module_bindings::Entity::hp> {};
template <>
struct stdb::bsatn<module_bindings::Rank>
    : stdb::detail::bsatn_enum<module_bindings::Rank, 3> {};
template <>
struct stdb::bsatn<module_bindings::Effect>
    : stdb::detail::bsatn_sum<module_bindings::Effect> {};
template <>
struct stdb::bsatn<module_bindings::EveryType>
    : stdb::detail::bsatn_product<module_bindings::EveryType,
          &module_bindings::EveryType::key,
          &module_bindings::EveryType::b,
          &module_bindings::EveryType::u_8,
          &module_bindings::EveryType::u_16,
          &module_bindings::EveryType::u_32,
          &module_bindings::EveryType::u_64,
          &module_bindings::EveryType::u_128,
          &module_bindings::EveryType::u_256,
          &module_bindings::EveryType::i_8,
          &module_bindings::EveryType::i_16,
          &module_bindings::EveryType::i_32,
          &module_bindings::EveryType::i_64,
          &module_bindings::EveryType::i_128,
          &module_bindings::EveryType::i_256,
          &module_bindings::EveryType::f_32,
          &module_bindings::EveryType::f_64,
          &module_bindings::EveryType::string,
          &module_bindings::EveryType::bytes,
          &module_bindings::EveryType::identity,
          &module_bindings::EveryType::connection_id,
          &module_bindings::EveryType::timestamp,
          &module_bindings::EveryType::duration,
          &module_bindings::EveryType::uuid,
          &module_bindings::EveryType::some_i_32,
          &module_bindings::EveryType::none_i_32,
          &module_bindings::EveryType::rank,
          &module_bindings::EveryType::effect,
          &module_bindings::EveryType::effects,
          &module_bindings::EveryType::nested,
          &module_bindings::EveryType::maybe_vec,
          &module_bindings::EveryType::result> {};
template <>
struct stdb::bsatn<module_bindings::Hit>
    : stdb::detail::bsatn_product<module_bindings::Hit,
          &module_bindings::Hit::target,
          &module_bindings::Hit::amount> {};
template <>
struct stdb::bsatn<module_bindings::Item>
    : stdb::detail::bsatn_product<module_bindings::Item,
          &module_bindings::Item::id,
          &module_bindings::Item::owner,
          &module_bindings::Item::serial,
          &module_bindings::Item::tags> {};
template <>
struct stdb::bsatn<module_bindings::Left>
    : stdb::detail::bsatn_product<module_bindings::Left,
          &module_bindings::Left::id,
          &module_bindings::Left::note> {};
template <>
struct stdb::bsatn<module_bindings::User>
    : stdb::detail::bsatn_product<module_bindings::User,
          &module_bindings::User::identity,
          &module_bindings::User::name,
          &module_bindings::User::online> {};
template <>
struct stdb::bsatn<module_bindings::Message>
    : stdb::detail::bsatn_product<module_bindings::Message,
          &module_bindings::Message::sender,
          &module_bindings::Message::sent,
          &module_bindings::Message::text> {};
template <>
struct stdb::bsatn<module_bindings::Right>
    : stdb::detail::bsatn_product<module_bindings::Right,
          &module_bindings::Right::id,
          &module_bindings::Right::left_id> {};
template <>
struct stdb::bsatn<module_bindings::Summary>
    : stdb::detail::bsatn_product<module_bindings::Summary,
          &module_bindings::Summary::total,
          &module_bindings::Summary::label> {};

namespace module_bindings {
inline namespace STDB_INLINE_NAMESPACE {

struct Module;
/// What callbacks are told besides their rows: `context.db()`, `context.reducers()`, the event.
using EventContext = stdb::module_context<Module>;

/// The table `entity`.
class EntityTable : public stdb::basic_table<Entity, EventContext> {
public:
    using base = stdb::basic_table<Entity, EventContext>;

    explicit EntityTable(stdb_connection* connection) noexcept : base(connection, "entity") {}
    /// The primary key `id`.
    stdb::indexed_unique_column<base, std::uint64_t> id() const noexcept {
        return {*this, "id", "entity_id_idx_btree"};
    }
    /// The index on `zone`.
    stdb::index<base, std::uint32_t> zone() const noexcept { return {*this, "entity_zone_idx_btree"}; }
};

/// The table `every_type`.
class EveryTypeTable : public stdb::basic_table<EveryType, EventContext> {
public:
    using base = stdb::basic_table<EveryType, EventContext>;

    explicit EveryTypeTable(stdb_connection* connection) noexcept : base(connection, "every_type") {}
    /// The primary key `key`.
    stdb::indexed_unique_column<base, std::uint32_t> key() const noexcept {
        return {*this, "key", "every_type_key_idx_btree"};
    }
};

/// The event table `hit`.
class HitTable : public stdb::basic_table<Hit, EventContext> {
public:
    using base = stdb::basic_table<Hit, EventContext>;

    explicit HitTable(stdb_connection* connection) noexcept : base(connection, "hit") {}
};

/// The table `item`.
class ItemTable : public stdb::basic_table<Item, EventContext> {
public:
    using base = stdb::basic_table<Item, EventContext>;

    explicit ItemTable(stdb_connection* connection) noexcept : base(connection, "item") {}
    /// The primary key `id`.
    stdb::indexed_unique_column<base, std::uint64_t> id() const noexcept {
        return {*this, "id", "item_id_idx_btree"};
    }
    /// The unique column `serial`.
    stdb::indexed_unique_column<base, std::string_view> serial() const noexcept {
        return {*this, "serial", "item_serial_idx_btree"};
    }
    /// The index on `owner`.
    stdb::index<base, std::uint64_t> owner() const noexcept { return {*this, "item_owner_idx_btree"}; }
};

/// The table `left`.
class LeftTable : public stdb::basic_table<Left, EventContext> {
public:
    using base = stdb::basic_table<Left, EventContext>;

    explicit LeftTable(stdb_connection* connection) noexcept : base(connection, "left") {}
    /// The primary key `id`.
    stdb::indexed_unique_column<base, std::uint32_t> id() const noexcept {
        return {*this, "id", "left_id_idx_btree"};
    }
};

/// The view `me`.
class MeTable : public stdb::basic_table<User, EventContext> {
public:
    using base = stdb::basic_table<User, EventContext>;

    explicit MeTable(stdb_connection* connection) noexcept : base(connection, "me") {}
};

/// The table `message`.
class MessageTable : public stdb::basic_table<Message, EventContext> {
public:
    using base = stdb::basic_table<Message, EventContext>;

    explicit MessageTable(stdb_connection* connection) noexcept : base(connection, "message") {}
};

/// The table `right`.
class RightTable : public stdb::basic_table<Right, EventContext> {
public:
    using base = stdb::basic_table<Right, EventContext>;

    explicit RightTable(stdb_connection* connection) noexcept : base(connection, "right") {}
    /// The primary key `id`.
    stdb::indexed_unique_column<base, std::uint32_t> id() const noexcept {
        return {*this, "id", "right_id_idx_btree"};
    }
    /// The index on `left_id`.
    stdb::index<base, std::uint32_t> left_id() const noexcept { return {*this, "right_left_id_idx_btree"}; }
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

/// The view `zone_one`.
class ZoneOneTable : public stdb::basic_table<Entity, EventContext> {
public:
    using base = stdb::basic_table<Entity, EventContext>;

    explicit ZoneOneTable(stdb_connection* connection) noexcept : base(connection, "zone_one") {}
};

/// The module's tables.
class RemoteTables {
public:
    explicit RemoteTables(stdb::connection_ref connection) noexcept : connection_(connection) {}

    /// The table `entity`.
    EntityTable entity() const noexcept { return EntityTable(connection_.raw()); }
    /// The table `every_type`.
    EveryTypeTable every_type() const noexcept { return EveryTypeTable(connection_.raw()); }
    /// The event table `hit`.
    HitTable hit() const noexcept { return HitTable(connection_.raw()); }
    /// The table `item`.
    ItemTable item() const noexcept { return ItemTable(connection_.raw()); }
    /// The table `left`.
    LeftTable left() const noexcept { return LeftTable(connection_.raw()); }
    /// The view `me`.
    MeTable me() const noexcept { return MeTable(connection_.raw()); }
    /// The table `message`.
    MessageTable message() const noexcept { return MessageTable(connection_.raw()); }
    /// The table `right`.
    RightTable right() const noexcept { return RightTable(connection_.raw()); }
    /// The table `user`.
    UserTable user() const noexcept { return UserTable(connection_.raw()); }
    /// The view `zone_one`.
    ZoneOneTable zone_one() const noexcept { return ZoneOneTable(connection_.raw()); }

private:
    stdb::connection_ref connection_;
};

/// The columns of the module's tables, for queries: `stdb::from(q::user)`.
namespace q {

/// The columns of `entity` that queries can compare.
struct EntityColumns {
    static constexpr const char* table_name() noexcept { return "entity"; }
    stdb::column<EntityColumns, std::uint64_t, true> id{"id"};
    stdb::column<EntityColumns, std::uint32_t, true> zone{"zone"};
    stdb::column<EntityColumns, std::int32_t, false> hp{"hp"};
};
inline constexpr EntityColumns entity;

/// The columns of `every_type` that queries can compare.
struct EveryTypeColumns {
    static constexpr const char* table_name() noexcept { return "every_type"; }
    stdb::column<EveryTypeColumns, std::uint32_t, true> key{"key"};
    stdb::column<EveryTypeColumns, bool, false> b{"b"};
    stdb::column<EveryTypeColumns, std::uint8_t, false> u_8{"u_8"};
    stdb::column<EveryTypeColumns, std::uint16_t, false> u_16{"u_16"};
    stdb::column<EveryTypeColumns, std::uint32_t, false> u_32{"u_32"};
    stdb::column<EveryTypeColumns, std::uint64_t, false> u_64{"u_64"};
    stdb::column<EveryTypeColumns, stdb::u128, false> u_128{"u_128"};
    stdb::column<EveryTypeColumns, stdb::u256, false> u_256{"u_256"};
    stdb::column<EveryTypeColumns, std::int8_t, false> i_8{"i_8"};
    stdb::column<EveryTypeColumns, std::int16_t, false> i_16{"i_16"};
    stdb::column<EveryTypeColumns, std::int32_t, false> i_32{"i_32"};
    stdb::column<EveryTypeColumns, std::int64_t, false> i_64{"i_64"};
    stdb::column<EveryTypeColumns, stdb::i128, false> i_128{"i_128"};
    stdb::column<EveryTypeColumns, stdb::i256, false> i_256{"i_256"};
    stdb::column<EveryTypeColumns, float, false> f_32{"f_32"};
    stdb::column<EveryTypeColumns, double, false> f_64{"f_64"};
    stdb::column<EveryTypeColumns, std::string_view, false> string{"string"};
    stdb::column<EveryTypeColumns, stdb::bytes, false> bytes{"bytes"};
    stdb::column<EveryTypeColumns, stdb::identity, false> identity{"identity"};
    stdb::column<EveryTypeColumns, stdb::connection_id, false> connection_id{"connection_id"};
    stdb::column<EveryTypeColumns, stdb::timestamp, false> timestamp{"timestamp"};
};
inline constexpr EveryTypeColumns every_type;

/// The columns of `hit` that queries can compare.
struct HitColumns {
    static constexpr const char* table_name() noexcept { return "hit"; }
    stdb::column<HitColumns, std::uint64_t, false> target{"target"};
    stdb::column<HitColumns, std::uint32_t, false> amount{"amount"};
};
inline constexpr HitColumns hit;

/// The columns of `item` that queries can compare.
struct ItemColumns {
    static constexpr const char* table_name() noexcept { return "item"; }
    stdb::column<ItemColumns, std::uint64_t, true> id{"id"};
    stdb::column<ItemColumns, std::uint64_t, true> owner{"owner"};
    stdb::column<ItemColumns, std::string_view, true> serial{"serial"};
};
inline constexpr ItemColumns item;

/// The columns of `left` that queries can compare.
struct LeftColumns {
    static constexpr const char* table_name() noexcept { return "left"; }
    stdb::column<LeftColumns, std::uint32_t, true> id{"id"};
    stdb::column<LeftColumns, std::string_view, false> note{"note"};
};
inline constexpr LeftColumns left;

/// The columns of `me` that queries can compare.
struct MeColumns {
    static constexpr const char* table_name() noexcept { return "me"; }
    stdb::column<MeColumns, stdb::identity, false> identity{"identity"};
    stdb::column<MeColumns, bool, false> online{"online"};
};
inline constexpr MeColumns me;

/// The columns of `message` that queries can compare.
struct MessageColumns {
    static constexpr const char* table_name() noexcept { return "message"; }
    stdb::column<MessageColumns, stdb::identity, false> sender{"sender"};
    stdb::column<MessageColumns, stdb::timestamp, false> sent{"sent"};
    stdb::column<MessageColumns, std::string_view, false> text{"text"};
};
inline constexpr MessageColumns message;

/// The columns of `right` that queries can compare.
struct RightColumns {
    static constexpr const char* table_name() noexcept { return "right"; }
    stdb::column<RightColumns, std::uint32_t, true> id{"id"};
    stdb::column<RightColumns, std::uint32_t, true> left_id{"left_id"};
};
inline constexpr RightColumns right;

/// The columns of `user` that queries can compare.
struct UserColumns {
    static constexpr const char* table_name() noexcept { return "user"; }
    stdb::column<UserColumns, stdb::identity, true> identity{"identity"};
    stdb::column<UserColumns, bool, false> online{"online"};
};
inline constexpr UserColumns user;

/// The columns of `zone_one` that queries can compare.
struct ZoneOneColumns {
    static constexpr const char* table_name() noexcept { return "zone_one"; }
    stdb::column<ZoneOneColumns, std::uint64_t, false> id{"id"};
    stdb::column<ZoneOneColumns, std::uint32_t, false> zone{"zone"};
    stdb::column<ZoneOneColumns, std::int32_t, false> hp{"hp"};
};
inline constexpr ZoneOneColumns zone_one;

}

/// The module's reducers: calling them, and being told of their runs.
class RemoteReducers : public stdb::module_calls<Module> {
public:
    using module_calls::module_calls;

    /// Calls the reducer `add_left`.
    stdb::returns<> add_left(
        std::uint32_t id,
        std::string_view note,
        const stdb::call_options& options = {}) const {
        return call_reducer("add_left", stdb::args(id, note), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> add_left(
        std::uint32_t id,
        std::string_view note,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "add_left", stdb::args(id, note), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, id, note)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_add_left(F&& f) const {
        return on_reducer<std::uint32_t, std::string_view>("add_left", std::forward<F>(f));
    }

    /// Calls the reducer `add_right`.
    stdb::returns<> add_right(
        std::uint32_t id,
        std::uint32_t left_id,
        const stdb::call_options& options = {}) const {
        return call_reducer("add_right", stdb::args(id, left_id), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> add_right(
        std::uint32_t id,
        std::uint32_t left_id,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "add_right", stdb::args(id, left_id), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, id, left_id)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_add_right(F&& f) const {
        return on_reducer<std::uint32_t, std::uint32_t>("add_right", std::forward<F>(f));
    }

    /// Calls the reducer `boom`.
    stdb::returns<> boom(const stdb::call_options& options = {}) const {
        return call_reducer("boom", stdb::args(), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> boom(F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "boom", stdb::args(), std::forward<F>(on_result), options);
    }
    /// Registers `f(context)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_boom(F&& f) const {
        return on_reducer<>("boom", std::forward<F>(f));
    }

    /// Calls the reducer `deal_hit`.
    stdb::returns<> deal_hit(
        std::uint64_t target,
        std::uint32_t amount,
        std::uint32_t times,
        const stdb::call_options& options = {}) const {
        return call_reducer("deal_hit", stdb::args(target, amount, times), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> deal_hit(
        std::uint64_t target,
        std::uint32_t amount,
        std::uint32_t times,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "deal_hit", stdb::args(target, amount, times), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, target, amount, times)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_deal_hit(F&& f) const {
        return on_reducer<std::uint64_t, std::uint32_t, std::uint32_t>("deal_hit", std::forward<F>(f));
    }

    /// Calls the reducer `despawn`.
    stdb::returns<> despawn(
        std::uint64_t first,
        std::uint64_t count,
        const stdb::call_options& options = {}) const {
        return call_reducer("despawn", stdb::args(first, count), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> despawn(
        std::uint64_t first,
        std::uint64_t count,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "despawn", stdb::args(first, count), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, first, count)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_despawn(F&& f) const {
        return on_reducer<std::uint64_t, std::uint64_t>("despawn", std::forward<F>(f));
    }

    /// Calls the reducer `edit_left`.
    stdb::returns<> edit_left(
        std::uint32_t id,
        std::string_view note,
        const stdb::call_options& options = {}) const {
        return call_reducer("edit_left", stdb::args(id, note), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> edit_left(
        std::uint32_t id,
        std::string_view note,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "edit_left", stdb::args(id, note), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, id, note)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_edit_left(F&& f) const {
        return on_reducer<std::uint32_t, std::string_view>("edit_left", std::forward<F>(f));
    }

    /// Calls the reducer `give`.
    stdb::returns<> give(
        std::uint64_t owner,
        std::string_view serial,
        stdb::array<std::string_view> tags,
        const stdb::call_options& options = {}) const {
        return call_reducer("give", stdb::args(owner, serial, tags), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> give(
        std::uint64_t owner,
        std::string_view serial,
        stdb::array<std::string_view> tags,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "give", stdb::args(owner, serial, tags), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, owner, serial, tags)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_give(F&& f) const {
        return on_reducer<std::uint64_t,
            std::string_view,
            stdb::array<std::string_view>>("give", std::forward<F>(f));
    }

    /// Calls the reducer `insert_every_type`.
    stdb::returns<> insert_every_type(
        std::uint32_t key,
        const stdb::call_options& options = {}) const {
        return call_reducer("insert_every_type", stdb::args(key), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> insert_every_type(
        std::uint32_t key,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "insert_every_type", stdb::args(key), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, key)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_insert_every_type(F&& f) const {
        return on_reducer<std::uint32_t>("insert_every_type", std::forward<F>(f));
    }

    /// Calls the reducer `move_by`.
    stdb::returns<> move_by(
        std::uint64_t first,
        std::uint64_t count,
        float dx,
        const stdb::call_options& options = {}) const {
        return call_reducer("move_by", stdb::args(first, count, dx), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> move_by(
        std::uint64_t first,
        std::uint64_t count,
        float dx,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "move_by", stdb::args(first, count, dx), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, first, count, dx)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_move_by(F&& f) const {
        return on_reducer<std::uint64_t, std::uint64_t, float>("move_by", std::forward<F>(f));
    }

    /// Calls the reducer `noop`.
    stdb::returns<> noop(const stdb::call_options& options = {}) const {
        return call_reducer("noop", stdb::args(), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> noop(F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "noop", stdb::args(), std::forward<F>(on_result), options);
    }
    /// Registers `f(context)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_noop(F&& f) const {
        return on_reducer<>("noop", std::forward<F>(f));
    }

    /// Calls the reducer `reset`.
    stdb::returns<> reset(const stdb::call_options& options = {}) const {
        return call_reducer("reset", stdb::args(), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> reset(F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "reset", stdb::args(), std::forward<F>(on_result), options);
    }
    /// Registers `f(context)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_reset(F&& f) const {
        return on_reducer<>("reset", std::forward<F>(f));
    }

    /// Calls the reducer `rezone`.
    stdb::returns<> rezone(
        std::uint64_t id,
        std::uint32_t zone,
        const stdb::call_options& options = {}) const {
        return call_reducer("rezone", stdb::args(id, zone), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> rezone(
        std::uint64_t id,
        std::uint32_t zone,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "rezone", stdb::args(id, zone), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, id, zone)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_rezone(F&& f) const {
        return on_reducer<std::uint64_t, std::uint32_t>("rezone", std::forward<F>(f));
    }

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

    /// Calls the reducer `spawn`.
    stdb::returns<> spawn(
        std::uint64_t first,
        std::uint64_t count,
        std::uint32_t zone,
        const stdb::call_options& options = {}) const {
        return call_reducer("spawn", stdb::args(first, count, zone), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> spawn(
        std::uint64_t first,
        std::uint64_t count,
        std::uint32_t zone,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "spawn", stdb::args(first, count, zone), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, first, count, zone)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_spawn(F&& f) const {
        return on_reducer<std::uint64_t, std::uint64_t, std::uint32_t>("spawn", std::forward<F>(f));
    }

    /// Calls the reducer `swap_right`.
    stdb::returns<> swap_right(
        std::uint32_t old,
        std::uint32_t new_,
        std::uint32_t left_id,
        const stdb::call_options& options = {}) const {
        return call_reducer("swap_right", stdb::args(old, new_, left_id), options);
    }
    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> swap_right(
        std::uint32_t old,
        std::uint32_t new_,
        std::uint32_t left_id,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_reducer(
            "swap_right", stdb::args(old, new_, left_id), std::forward<F>(on_result), options);
    }
    /// Registers `f(context, old, new_, left_id)` for runs that the host tells of.
    template <class F>
    stdb::returns<stdb::callback_id> on_swap_right(F&& f) const {
        return on_reducer<std::uint32_t, std::uint32_t, std::uint32_t>("swap_right", std::forward<F>(f));
    }
};

/// The module's procedures.
class RemoteProcedures : public stdb::module_calls<Module> {
public:
    using module_calls::module_calls;

    /// Calls the procedure `add`.
    stdb::returns<> add(
        std::uint32_t a,
        std::uint32_t b,
        const stdb::call_options& options = {}) const {
        return call_procedure("add", stdb::args(a, b), options);
    }
    /// The same, with `on_result(context, value)` for its end: `value` is what it returned, a
    /// `std::optional<std::uint32_t>`, or none, and then `context.procedure_event()` tells why.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> add(
        std::uint32_t a,
        std::uint32_t b,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_procedure<std::uint32_t>(
            "add", stdb::args(a, b), std::forward<F>(on_result), options);
    }

    /// Calls the procedure `fail`.
    stdb::returns<> fail(const stdb::call_options& options = {}) const {
        return call_procedure("fail", stdb::args(), options);
    }
    /// The same, with `on_result(context, value)` for its end: `value` is what it returned, a
    /// `std::optional<stdb::unit>`, or none, and then `context.procedure_event()` tells why.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> fail(F&& on_result, const stdb::call_options& options = {}) const {
        return call_procedure<stdb::unit>(
            "fail", stdb::args(), std::forward<F>(on_result), options);
    }

    /// Calls the procedure `spawn_in_tx`.
    stdb::returns<> spawn_in_tx(std::uint64_t id, const stdb::call_options& options = {}) const {
        return call_procedure("spawn_in_tx", stdb::args(id), options);
    }
    /// The same, with `on_result(context, value)` for its end: `value` is what it returned, a
    /// `std::optional<stdb::unit>`, or none, and then `context.procedure_event()` tells why.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> spawn_in_tx(
        std::uint64_t id,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_procedure<stdb::unit>(
            "spawn_in_tx", stdb::args(id), std::forward<F>(on_result), options);
    }

    /// Calls the procedure `summarise`.
    stdb::returns<> summarise(
        std::string_view label,
        const stdb::call_options& options = {}) const {
        return call_procedure("summarise", stdb::args(label), options);
    }
    /// The same, with `on_result(context, value)` for its end: `value` is what it returned, a
    /// `std::optional<Summary>`, or none, and then `context.procedure_event()` tells why.
    template <class F, class = stdb::detail::if_no_options<F>>
    stdb::returns<> summarise(
        std::string_view label,
        F&& on_result, const stdb::call_options& options = {}) const {
        return call_procedure<Summary>(
            "summarise", stdb::args(label), std::forward<F>(on_result), options);
    }
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
            "{\"sections\":[{\"ExplicitNames\":{\"entries\":[{\"Function\":{\"canonical_name\":\"add\",\"s"
            "ource_name\":\"add\"}},{\"Function\":{\"canonical_name\":\"add_left\",\"source_name\":\"add_"
            "left\"}},{\"Function\":{\"canonical_name\":\"add_right\",\"source_name\":\"add_right\"}},{\""
            "Function\":{\"canonical_name\":\"boom\",\"source_name\":\"boom\"}},{\"Function\":{\"canonica"
            "l_name\":\"connected\",\"source_name\":\"connected\"}},{\"Function\":{\"canonical_name\":\"d"
            "eal_hit\",\"source_name\":\"deal_hit\"}},{\"Function\":{\"canonical_name\":\"despawn\",\"sou"
            "rce_name\":\"despawn\"}},{\"Function\":{\"canonical_name\":\"disconnected\",\"source_name\""
            ":\"disconnected\"}},{\"Function\":{\"canonical_name\":\"edit_left\",\"source_name\":\"edit_"
            "left\"}},{\"Function\":{\"canonical_name\":\"fail\",\"source_name\":\"fail\"}},{\"Function\":"
            "{\"canonical_name\":\"give\",\"source_name\":\"give\"}},{\"Function\":{\"canonical_name\":\"i"
            "nsert_every_type\",\"source_name\":\"insert_every_type\"}},{\"Function\":{\"canonical_na"
            "me\":\"me\",\"source_name\":\"me\"}},{\"Function\":{\"canonical_name\":\"move_by\",\"source_na"
            "me\":\"move_by\"}},{\"Function\":{\"canonical_name\":\"noop\",\"source_name\":\"noop\"}},{\"Fu"
            "nction\":{\"canonical_name\":\"reset\",\"source_name\":\"reset\"}},{\"Function\":{\"canonica"
            "l_name\":\"rezone\",\"source_name\":\"rezone\"}},{\"Function\":{\"canonical_name\":\"send_me"
            "ssage\",\"source_name\":\"send_message\"}},{\"Function\":{\"canonical_name\":\"set_name\",\""
            "source_name\":\"set_name\"}},{\"Function\":{\"canonical_name\":\"spawn\",\"source_name\":\"s"
            "pawn\"}},{\"Function\":{\"canonical_name\":\"spawn_in_tx\",\"source_name\":\"spawn_in_tx\"}"
            "},{\"Function\":{\"canonical_name\":\"summarise\",\"source_name\":\"summarise\"}},{\"Functi"
            "on\":{\"canonical_name\":\"swap_right\",\"source_name\":\"swap_right\"}},{\"Function\":{\"ca"
            "nonical_name\":\"zone_one\",\"source_name\":\"zone_one\"}},{\"Table\":{\"canonical_name\":\""
            "entity\",\"source_name\":\"entity\"}},{\"Table\":{\"canonical_name\":\"every_type\",\"source"
            "_name\":\"every_type\"}},{\"Table\":{\"canonical_name\":\"hit\",\"source_name\":\"hit\"}},{\"T"
            "able\":{\"canonical_name\":\"item\",\"source_name\":\"item\"}},{\"Table\":{\"canonical_name\""
            ":\"left\",\"source_name\":\"left\"}},{\"Table\":{\"canonical_name\":\"message\",\"source_name"
            "\":\"message\"}},{\"Table\":{\"canonical_name\":\"right\",\"source_name\":\"right\"}},{\"Table"
            "\":{\"canonical_name\":\"secret\",\"source_name\":\"secret\"}},{\"Table\":{\"canonical_name\""
            ":\"user\",\"source_name\":\"user\"}}]}},{\"LifeCycleReducers\":[{\"function_name\":\"connec"
            "ted\",\"lifecycle_spec\":{\"OnConnect\":[]}},{\"function_name\":\"disconnected\",\"lifecyc"
            "le_spec\":{\"OnDisconnect\":[]}}]},{\"Procedures\":[{\"params\":{\"elements\":[]},\"return"
            "_type\":{\"Product\":{\"elements\":[]}},\"source_name\":\"fail\",\"visibility\":{\"ClientCal"
            "lable\":[]}},{\"params\":{\"elements\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some"
            "\":\"label\"}}]},\"return_type\":{\"Ref\":12},\"source_name\":\"summarise\",\"visibility\":{\""
            "ClientCallable\":[]}},{\"params\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":"
            "{\"some\":\"a\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"b\"}}]},\"return_type\":"
            "{\"U32\":[]},\"source_name\":\"add\",\"visibility\":{\"ClientCallable\":[]}},{\"params\":{\"e"
            "lements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"id\"}}]},\"return_type\":{\"P"
            "roduct\":{\"elements\":[]}},\"source_name\":\"spawn_in_tx\",\"visibility\":{\"ClientCallab"
            "le\":[]}}]},{\"Reducers\":[{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Prod"
            "uct\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"boom\",\"visibility\""
            ":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Prod"
            "uct\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"connected\",\"visibi"
            "lity\":{\"Private\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Produc"
            "t\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"disconnected\",\"visib"
            "ility\":{\"Private\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Produ"
            "ct\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"noop\",\"visibility\":"
            "{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Produ"
            "ct\":{\"elements\":[]}},\"params\":{\"elements\":[]},\"source_name\":\"reset\",\"visibility\""
            ":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Prod"
            "uct\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"String\":[]},\"nam"
            "e\":{\"some\":\"name\"}}]},\"source_name\":\"set_name\",\"visibility\":{\"ClientCallable\":[]"
            "}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}}"
            ",\"params\":{\"elements\":[{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"text\"}}]}"
            ",\"source_name\":\"send_message\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_t"
            "ype\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"eleme"
            "nts\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"Str"
            "ing\":[]},\"name\":{\"some\":\"note\"}}]},\"source_name\":\"add_left\",\"visibility\":{\"Clien"
            "tCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"e"
            "lements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":"
            "\"id\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"note\"}}]},\"source_name\":\""
            "edit_left\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},"
            "\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_t"
            "ype\":{\"U32\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some"
            "\":\"left_id\"}}]},\"source_name\":\"add_right\",\"visibility\":{\"ClientCallable\":[]}},{\""
            "err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"par"
            "ams\":{\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"key\"}}]},\"source_"
            "name\":\"insert_every_type\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\""
            ":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\""
            ":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"old\"}},{\"algebraic_type\":{\"U32\":["
            "]},\"name\":{\"some\":\"new\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"left_id\"}"
            "}]},\"source_name\":\"swap_right\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_"
            "type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elem"
            "ents\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"first\"}},{\"algebraic_type\":{"
            "\"U64\":[]},\"name\":{\"some\":\"count\"}},{\"algebraic_type\":{\"F32\":[]},\"name\":{\"some\":\""
            "dx\"}}]},\"source_name\":\"move_by\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return"
            "_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"ele"
            "ments\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"first\"}},{\"algebraic_type\":"
            "{\"U64\":[]},\"name\":{\"some\":\"count\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":"
            "\"zone\"}}]},\"source_name\":\"spawn\",\"visibility\":{\"ClientCallable\":[]}},{\"err_retur"
            "n_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"el"
            "ements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"first\"}},{\"algebraic_type\""
            ":{\"U64\":[]},\"name\":{\"some\":\"count\"}}]},\"source_name\":\"despawn\",\"visibility\":{\"Cl"
            "ientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok_return_type\":{\"Product\":"
            "{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"som"
            "e\":\"id\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"zone\"}}]},\"source_name\":\""
            "rezone\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":{\"String\":[]},\"ok"
            "_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":[{\"algebraic_type"
            "\":{\"U64\":[]},\"name\":{\"some\":\"owner\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"s"
            "ome\":\"serial\"}},{\"algebraic_type\":{\"Array\":{\"String\":[]}},\"name\":{\"some\":\"tags\"}"
            "}]},\"source_name\":\"give\",\"visibility\":{\"ClientCallable\":[]}},{\"err_return_type\":"
            "{\"String\":[]},\"ok_return_type\":{\"Product\":{\"elements\":[]}},\"params\":{\"elements\":"
            "[{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"target\"}},{\"algebraic_type\":{\"U32\""
            ":[]},\"name\":{\"some\":\"amount\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"time"
            "s\"}}]},\"source_name\":\"deal_hit\",\"visibility\":{\"ClientCallable\":[]}}]},{\"Tables\":"
            "[{\"constraints\":[],\"indexes\":[],\"is_event\":false,\"primary_key\":[],\"product_type_"
            "ref\":9,\"source_name\":\"message\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\""
            ":[]}},{\"constraints\":[],\"indexes\":[],\"is_event\":true,\"primary_key\":[],\"product_t"
            "ype_ref\":5,\"source_name\":\"hit\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\""
            ":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\""
            "entity_id_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\"BTree\""
            ":[0]},\"source_name\":{\"some\":\"entity_id_idx_btree\"}},{\"accessor_name\":{\"some\":\"zo"
            "ne\"},\"algorithm\":{\"BTree\":[1]},\"source_name\":{\"some\":\"entity_zone_idx_btree\"}}],"
            "\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":0,\"source_name\":\"entity\",\""
            "table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":[{\"data\":{\""
            "Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"every_type_key_key\"}}],\"indexes\""
            ":[{\"accessor_name\":{\"some\":\"key\"},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\"some"
            "\":\"every_type_key_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type"
            "_ref\":2,\"source_name\":\"every_type\",\"table_access\":{\"Public\":[]},\"table_type\":{\"U"
            "ser\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"som"
            "e\":\"item_id_key\"}},{\"data\":{\"Unique\":{\"columns\":[2]}},\"source_name\":{\"some\":\"ite"
            "m_serial_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\"BTree\":"
            "[0]},\"source_name\":{\"some\":\"item_id_idx_btree\"}},{\"accessor_name\":{\"some\":\"owner"
            "\"},\"algorithm\":{\"BTree\":[1]},\"source_name\":{\"some\":\"item_owner_idx_btree\"}},{\"ac"
            "cessor_name\":{\"some\":\"serial\"},\"algorithm\":{\"BTree\":[2]},\"source_name\":{\"some\":\""
            "item_serial_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":"
            "6,\"source_name\":\"item\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\""
            "constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"left_id_"
            "key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\"BTree\":[0]},\"sou"
            "rce_name\":{\"some\":\"left_id_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"pro"
            "duct_type_ref\":7,\"source_name\":\"left\",\"table_access\":{\"Public\":[]},\"table_type\":"
            "{\"User\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\""
            "some\":\"right_id_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\""
            "BTree\":[0]},\"source_name\":{\"some\":\"right_id_idx_btree\"}},{\"accessor_name\":{\"some"
            "\":\"left_id\"},\"algorithm\":{\"BTree\":[1]},\"source_name\":{\"some\":\"right_left_id_idx_"
            "btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_ref\":10,\"source_name\""
            ":\"right\",\"table_access\":{\"Public\":[]},\"table_type\":{\"User\":[]}},{\"constraints\":["
            "{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":\"secret_id_key\"}}],\"ind"
            "exes\":[{\"accessor_name\":{\"some\":\"id\"},\"algorithm\":{\"BTree\":[0]},\"source_name\":{\""
            "some\":\"secret_id_idx_btree\"}}],\"is_event\":false,\"primary_key\":[0],\"product_type_"
            "ref\":11,\"source_name\":\"secret\",\"table_access\":{\"Private\":[]},\"table_type\":{\"User"
            "\":[]}},{\"constraints\":[{\"data\":{\"Unique\":{\"columns\":[0]}},\"source_name\":{\"some\":"
            "\"user_identity_key\"}}],\"indexes\":[{\"accessor_name\":{\"some\":\"identity\"},\"algorith"
            "m\":{\"BTree\":[0]},\"source_name\":{\"some\":\"user_identity_idx_btree\"}}],\"is_event\":f"
            "alse,\"primary_key\":[0],\"product_type_ref\":8,\"source_name\":\"user\",\"table_access\":"
            "{\"Public\":[]},\"table_type\":{\"User\":[]}}]},{\"Types\":[{\"source_name\":{\"scope\":[],\""
            "source_name\":\"Effect\"},\"ty\":4},{\"source_name\":{\"scope\":[],\"source_name\":\"Entity\""
            "},\"ty\":0},{\"source_name\":{\"scope\":[],\"source_name\":\"EveryType\"},\"ty\":2},{\"source"
            "_name\":{\"scope\":[],\"source_name\":\"Hit\"},\"ty\":5},{\"source_name\":{\"scope\":[],\"sour"
            "ce_name\":\"Item\"},\"ty\":6},{\"source_name\":{\"scope\":[],\"source_name\":\"Left\"},\"ty\":7"
            "},{\"source_name\":{\"scope\":[],\"source_name\":\"Message\"},\"ty\":9},{\"source_name\":{\"s"
            "cope\":[],\"source_name\":\"Rank\"},\"ty\":3},{\"source_name\":{\"scope\":[],\"source_name\":"
            "\"Right\"},\"ty\":10},{\"source_name\":{\"scope\":[],\"source_name\":\"Secret\"},\"ty\":11},{\""
            "source_name\":{\"scope\":[],\"source_name\":\"Summary\"},\"ty\":12},{\"source_name\":{\"scop"
            "e\":[],\"source_name\":\"User\"},\"ty\":8},{\"source_name\":{\"scope\":[],\"source_name\":\"Ve"
            "c3\"},\"ty\":1}]},{\"Typespace\":{\"types\":[{\"Product\":{\"elements\":[{\"algebraic_type\":"
            "{\"U64\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"zo"
            "ne\"}},{\"algebraic_type\":{\"Ref\":1},\"name\":{\"some\":\"position\"}},{\"algebraic_type\":"
            "{\"I32\":[]},\"name\":{\"some\":\"hp\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\""
            "F32\":[]},\"name\":{\"some\":\"x\"}},{\"algebraic_type\":{\"F32\":[]},\"name\":{\"some\":\"y\"}},"
            "{\"algebraic_type\":{\"F32\":[]},\"name\":{\"some\":\"z\"}}]}},{\"Product\":{\"elements\":[{\"a"
            "lgebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"key\"}},{\"algebraic_type\":{\"Bool\":[]},\""
            "name\":{\"some\":\"b\"}},{\"algebraic_type\":{\"U8\":[]},\"name\":{\"some\":\"u_8\"}},{\"algebra"
            "ic_type\":{\"U16\":[]},\"name\":{\"some\":\"u_16\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":"
            "{\"some\":\"u_32\"}},{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"u_64\"}},{\"algebrai"
            "c_type\":{\"U128\":[]},\"name\":{\"some\":\"u_128\"}},{\"algebraic_type\":{\"U256\":[]},\"name"
            "\":{\"some\":\"u_256\"}},{\"algebraic_type\":{\"I8\":[]},\"name\":{\"some\":\"i_8\"}},{\"algebra"
            "ic_type\":{\"I16\":[]},\"name\":{\"some\":\"i_16\"}},{\"algebraic_type\":{\"I32\":[]},\"name\":"
            "{\"some\":\"i_32\"}},{\"algebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"i_64\"}},{\"algebrai"
            "c_type\":{\"I128\":[]},\"name\":{\"some\":\"i_128\"}},{\"algebraic_type\":{\"I256\":[]},\"name"
            "\":{\"some\":\"i_256\"}},{\"algebraic_type\":{\"F32\":[]},\"name\":{\"some\":\"f_32\"}},{\"algeb"
            "raic_type\":{\"F64\":[]},\"name\":{\"some\":\"f_64\"}},{\"algebraic_type\":{\"String\":[]},\"n"
            "ame\":{\"some\":\"string\"}},{\"algebraic_type\":{\"Array\":{\"U8\":[]}},\"name\":{\"some\":\"by"
            "tes\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U256\":[]},\""
            "name\":{\"some\":\"__identity__\"}}]}},\"name\":{\"some\":\"identity\"}},{\"algebraic_type\":"
            "{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U128\":[]},\"name\":{\"some\":\"__connecti"
            "on_id__\"}}]}},\"name\":{\"some\":\"connection_id\"}},{\"algebraic_type\":{\"Product\":{\"el"
            "ements\":[{\"algebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"__timestamp_micros_since_u"
            "nix_epoch__\"}}]}},\"name\":{\"some\":\"timestamp\"}},{\"algebraic_type\":{\"Product\":{\"el"
            "ements\":[{\"algebraic_type\":{\"I64\":[]},\"name\":{\"some\":\"__time_duration_micros__\"}"
            "}]}},\"name\":{\"some\":\"duration\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"alg"
            "ebraic_type\":{\"U128\":[]},\"name\":{\"some\":\"__uuid__\"}}]}},\"name\":{\"some\":\"uuid\"}},"
            "{\"algebraic_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"I32\":[]},\"name\":{\"some"
            "\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"none\"}}"
            "]}},\"name\":{\"some\":\"some_i_32\"}},{\"algebraic_type\":{\"Sum\":{\"variants\":[{\"algebra"
            "ic_type\":{\"I32\":[]},\"name\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"eleme"
            "nts\":[]}},\"name\":{\"some\":\"none\"}}]}},\"name\":{\"some\":\"none_i_32\"}},{\"algebraic_ty"
            "pe\":{\"Ref\":3},\"name\":{\"some\":\"rank\"}},{\"algebraic_type\":{\"Ref\":4},\"name\":{\"some\""
            ":\"effect\"}},{\"algebraic_type\":{\"Array\":{\"Ref\":4}},\"name\":{\"some\":\"effects\"}},{\"a"
            "lgebraic_type\":{\"Array\":{\"Ref\":1}},\"name\":{\"some\":\"nested\"}},{\"algebraic_type\":{"
            "\"Sum\":{\"variants\":[{\"algebraic_type\":{\"Array\":{\"String\":[]}},\"name\":{\"some\":\"som"
            "e\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"none\"}}]}},\"n"
            "ame\":{\"some\":\"maybe_vec\"}},{\"algebraic_type\":{\"Sum\":{\"variants\":[{\"algebraic_typ"
            "e\":{\"U32\":[]},\"name\":{\"some\":\"ok\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"som"
            "e\":\"err\"}}]}},\"name\":{\"some\":\"result\"}}]}},{\"Sum\":{\"variants\":[{\"algebraic_type\""
            ":{\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"recruit\"}},{\"algebraic_type\":{\"Prod"
            "uct\":{\"elements\":[]}},\"name\":{\"some\":\"knight\"}},{\"algebraic_type\":{\"Product\":{\"e"
            "lements\":[]}},\"name\":{\"some\":\"lord\"}}]}},{\"Sum\":{\"variants\":[{\"algebraic_type\":{"
            "\"Product\":{\"elements\":[]}},\"name\":{\"some\":\"nothing\"}},{\"algebraic_type\":{\"U32\":["
            "]},\"name\":{\"some\":\"damage\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"say"
            "\"}},{\"algebraic_type\":{\"Ref\":1},\"name\":{\"some\":\"move\"}},{\"algebraic_type\":{\"Arra"
            "y\":{\"U8\":[]}},\"name\":{\"some\":\"many\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_typ"
            "e\":{\"U64\":[]},\"name\":{\"some\":\"target\"}},{\"algebraic_type\":{\"U32\":[]},\"name\":{\"so"
            "me\":\"amount\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U64\":[]},\"name\":{\""
            "some\":\"id\"}},{\"algebraic_type\":{\"U64\":[]},\"name\":{\"some\":\"owner\"}},{\"algebraic_t"
            "ype\":{\"String\":[]},\"name\":{\"some\":\"serial\"}},{\"algebraic_type\":{\"Array\":{\"String"
            "\":[]}},\"name\":{\"some\":\"tags\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"U3"
            "2\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"not"
            "e\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"Product\":{\"elements\":[{\"alge"
            "braic_type\":{\"U256\":[]},\"name\":{\"some\":\"__identity__\"}}]}},\"name\":{\"some\":\"ident"
            "ity\"}},{\"algebraic_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"String\":[]},\"na"
            "me\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"name\":{\"some"
            "\":\"none\"}}]}},\"name\":{\"some\":\"name\"}},{\"algebraic_type\":{\"Bool\":[]},\"name\":{\"som"
            "e\":\"online\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type\":{\"Product\":{\"elements"
            "\":[{\"algebraic_type\":{\"U256\":[]},\"name\":{\"some\":\"__identity__\"}}]}},\"name\":{\"som"
            "e\":\"sender\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[{\"algebraic_type\":{\"I64\""
            ":[]},\"name\":{\"some\":\"__timestamp_micros_since_unix_epoch__\"}}]}},\"name\":{\"some\":"
            "\"sent\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"some\":\"text\"}}]}},{\"Product\":{"
            "\"elements\":[{\"algebraic_type\":{\"U32\":[]},\"name\":{\"some\":\"id\"}},{\"algebraic_type\""
            ":{\"U32\":[]},\"name\":{\"some\":\"left_id\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_ty"
            "pe\":{\"U32\":[]},\"name\":{\"some\":\"id\"}}]}},{\"Product\":{\"elements\":[{\"algebraic_type"
            "\":{\"U64\":[]},\"name\":{\"some\":\"total\"}},{\"algebraic_type\":{\"String\":[]},\"name\":{\"s"
            "ome\":\"label\"}}]}}]}},{\"Views\":[{\"index\":0,\"is_anonymous\":false,\"is_public\":true,"
            "\"params\":{\"elements\":[]},\"return_type\":{\"Sum\":{\"variants\":[{\"algebraic_type\":{\"R"
            "ef\":8},\"name\":{\"some\":\"some\"}},{\"algebraic_type\":{\"Product\":{\"elements\":[]}},\"na"
            "me\":{\"some\":\"none\"}}]}},\"source_name\":\"me\"},{\"index\":0,\"is_anonymous\":true,\"is_p"
            "ublic\":true,\"params\":{\"elements\":[]},\"return_type\":{\"Array\":{\"Ref\":0}},\"source_n"
            "ame\":\"zone_one\"}]}]}"
            ;
        return json;
    }
};

/// A connection to a database of the module: `DbConnection::builder()` begins to make one.
using DbConnection = stdb::basic_connection<Module>;

}
}

#endif
