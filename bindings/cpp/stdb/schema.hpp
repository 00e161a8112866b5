/// @file schema.hpp
/// What a module says of itself: its tables, reducers and procedures, at run time.
#ifndef STDB_SCHEMA_HPP
#define STDB_SCHEMA_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "connection.hpp"
#include "value_view.hpp"

STDB_BEGIN

/// What an index of a table is over.
struct index_info {
    /// The database's name for it; empty when it has none.
    std::string_view name;
    /// The name that the module's source has for it; empty when it has none.
    std::string_view accessor;
    /// The positions of its columns, in the index's order.
    span<const std::size_t> columns;
};

/// A table, or a view.
struct table_info {
    /// Which table of the schema it is, from 0.
    std::size_t position;
    /// Its name, as queries have it.
    std::string_view name;
    /// The name that the module's source has for it; a schema of version 9 does not tell it: `name`.
    std::string_view accessor;
    /// The type of its rows: a product, whose elements are the columns.
    type row_type;
    /// The positions of the columns that alone are unique, the primary key among them, ascending.
    span<const std::size_t> unique_columns;
    /// How many indexes there are; `schema::index` tells of each.
    std::size_t index_count;
    /// The position of the primary key's column, where there is one.
    std::optional<std::size_t> primary_key;
    /// Whether clients other than the owner may subscribe to it.
    bool is_public;
    /// Whether its rows are events, which are told and not kept; a schema of version 9 does not tell it.
    bool is_event;
    /// Whether it is a view.
    bool is_view;
};

/// A reducer or a procedure.
struct function_info {
    /// Its name, as calls have it.
    std::string_view name;
    /// The name that the module's source has for it; a schema of version 9 does not tell it: `name`.
    std::string_view accessor;
    /// The type of its arguments: a product, whose elements are the parameters.
    type params;
    /// The type of what a procedure returns; none for a reducer.
    std::optional<type> returned;
    /// Which event runs a reducer: one of the `STDB_LIFECYCLE_…` numbers.
    stdb_lifecycle lifecycle;
    /// Whether clients other than the owner cannot call it.
    bool is_private;
};

/// A module's schema. What is borrowed from it lives as long. Any thread may use it.
class schema {
public:
    /// Reads the JSON of a schema, as `stdb_schema_parse`.
    static returns<schema> parse(const text_argument& json) { return make(stdb_schema_parse, json); }
    /// Reads a schema out of a file, as `stdb_schema_load`.
    static returns<schema> load(const text_argument& path) { return make(stdb_schema_load, path); }
    /// The schema of a connection, as `stdb_connection_schema`.
    static returns<schema> of(const connection_ref& connection) {
        detail::attempt attempt;
        stdb_schema* raw = nullptr;
        stdb_connection_schema(connection.raw(), &raw, attempt.out());
        return attempt.give(schema(raw));
    }
    schema(schema&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    schema& operator=(schema&& other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~schema() { stdb_schema_free(raw_); }

    /// The schema of the C library.
    const stdb_schema* raw() const noexcept { return raw_; }
    /// The version that it is written in: 9 or 10.
    std::uint32_t version() const noexcept { return stdb_schema_version(raw_); }
    /// How many tables and views there are.
    std::size_t table_count() const noexcept { return stdb_schema_table_count(raw_); }
    /// How many reducers there are.
    std::size_t reducer_count() const noexcept { return stdb_schema_reducer_count(raw_); }
    /// How many procedures there are.
    std::size_t procedure_count() const noexcept { return stdb_schema_procedure_count(raw_); }

    /// A table by its position, as `stdb_schema_get_table`.
    returns<table_info> table(std::size_t position) const {
        return tell<table_info, stdb_table_info>(
            [&](auto* info, auto** error) { stdb_schema_get_table(raw_, position, info, error); });
    }
    /// A table by its name, as `stdb_schema_find_table`.
    returns<table_info> find_table(const text_argument& name) const {
        return find<table_info, stdb_table_info>(stdb_schema_find_table, name);
    }
    /// An index of a table, both by position, as `stdb_schema_get_index`.
    returns<index_info> index(std::size_t table, std::size_t position) const {
        return tell<index_info, stdb_index_info>(
            [&](auto* info, auto** error) { stdb_schema_get_index(raw_, table, position, info, error); });
    }
    /// A reducer by its position, as `stdb_schema_get_reducer`.
    returns<function_info> reducer(std::size_t position) const {
        return tell<function_info, stdb_function_info>(
            [&](auto* info, auto** error) { stdb_schema_get_reducer(raw_, position, info, error); });
    }
    /// A reducer by its name, as `stdb_schema_find_reducer`.
    returns<function_info> find_reducer(const text_argument& name) const {
        return find<function_info, stdb_function_info>(stdb_schema_find_reducer, name);
    }
    /// A procedure by its position, as `stdb_schema_get_procedure`.
    returns<function_info> procedure(std::size_t position) const {
        return tell<function_info, stdb_function_info>(
            [&](auto* info, auto** error) { stdb_schema_get_procedure(raw_, position, info, error); });
    }
    /// A procedure by its name, as `stdb_schema_find_procedure`.
    returns<function_info> find_procedure(const text_argument& name) const {
        return find<function_info, stdb_function_info>(stdb_schema_find_procedure, name);
    }

private:
    explicit schema(stdb_schema* raw) noexcept : raw_(raw) {}

    template <class Make>
    static returns<schema> make(Make make, const text_argument& text) {
        detail::attempt attempt;
        stdb_schema* raw = nullptr;
        if (attempt.accepts(text)) make(text.c_str(), &raw, attempt.out());
        return attempt.give(schema(raw));
    }

    template <class Info, class Raw, class Ask>
    returns<Info> tell(Ask ask) const {
        detail::attempt attempt;
        Raw info{};
        info.struct_size = sizeof info;
        ask(&info, attempt.out());
        return attempt.give(of_raw(info));
    }
    template <class Info, class Raw, class Find>
    returns<Info> find(Find find, const text_argument& name) const {
        detail::attempt attempt;
        Raw info{};
        info.struct_size = sizeof info;
        if (attempt.accepts(name)) find(raw_, name.c_str(), &info, attempt.out());
        return attempt.give(of_raw(info));
    }

    static table_info of_raw(const stdb_table_info& info) {
        return {info.position,
                detail::view(info.name),
                detail::view(info.accessor),
                type(info.row_type),
                {info.unique_columns, info.unique_count},
                info.index_count,
                info.has_primary_key ? std::optional<std::size_t>(info.primary_key) : std::nullopt,
                info.is_public,
                info.is_event,
                info.is_view};
    }
    static index_info of_raw(const stdb_index_info& info) {
        return {detail::view(info.name), detail::view(info.accessor), {info.columns, info.column_count}};
    }
    static function_info of_raw(const stdb_function_info& info) {
        return {detail::view(info.name),
                detail::view(info.accessor),
                type(info.params),
                info.returns != nullptr ? std::optional<type>(info.returns) : std::nullopt,
                info.lifecycle,
                info.is_private};
    }

    stdb_schema* raw_;
};

STDB_END

#endif
