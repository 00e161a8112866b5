//! The tables of a module: their handles, with unique columns and indexes, and their columns for queries.

use std::fmt::Write;

use stdb::schema::{Index, Kind, Special, TableSchema, Type};

use super::types::{Types, members};
use super::words::{self, comment, literal};
use crate::model::Module;
use crate::names::{Scope, pascal, snake};

/// What `stdb::basic_table` has, which no accessor may hide.
const OF_TABLES: [&str; 14] = [
    "name",
    "count",
    "memory",
    "iter",
    "chunks",
    "find",
    "filter",
    "on_insert",
    "on_before_delete",
    "on_delete",
    "on_update",
    "on_batch",
    "remove_callback",
    "base",
];

/// Writes a class for each table that a client may subscribe to, and the class that has them all.
pub fn write(out: &mut String, module: &Module, types: &Types, top: &mut Scope) {
    let mut accessors = words::scope(&[]);
    let tables = module.tables().into_iter().map(|table| Named::new(table, &mut accessors, top));
    let tables: Vec<Named> = tables.collect();
    tables.iter().for_each(|table| write_table(out, table, types));
    out.push_str(
        "/// The module's tables.\nclass RemoteTables {\npublic:\n    \
         explicit RemoteTables(stdb::connection_ref connection) noexcept : connection_(connection) {}\n\n",
    );
    for Named { table, accessor, class, .. } in &tables {
        let _ = writeln!(out, "    /// The {} `{}`.", what(table), comment(&table.name));
        let _ = writeln!(out, "    {class} {accessor}() const noexcept {{ return {class}(connection_.raw()); }}");
    }
    out.push_str("\nprivate:\n    stdb::connection_ref connection_;\n};\n\n");
    out.push_str("/// The columns of the module's tables, for queries: `stdb::from(q::user)`.\nnamespace q {\n\n");
    tables.iter().for_each(|table| write_columns(out, table, types));
    out.push_str("}\n\n");
}

/// A table with its names.
struct Named<'a> {
    table: &'a TableSchema,
    /// The function that gives it, and the variable that has its columns.
    accessor: String,
    class: String,
    columns: String,
}

impl<'a> Named<'a> {
    fn new(table: &'a TableSchema, accessors: &mut Scope, top: &mut Scope) -> Named<'a> {
        let accessor = accessors.claim(&snake(&table.accessor));
        let class = top.claim(&(pascal(&table.accessor) + "Table"));
        let columns = top.claim(&(pascal(&table.accessor) + "Columns"));
        Named { table, accessor, class, columns }
    }
}

fn what(table: &TableSchema) -> &'static str {
    match (table.is_event, table.is_view) {
        (true, _) => "event table",
        (_, true) => "view",
        _ => "table",
    }
}

fn write_table(out: &mut String, named: &Named, types: &Types) {
    let Named { table, class, .. } = named;
    let row = types.name(table.layout.row_type());
    let _ = writeln!(
        out,
        "/// The {} `{}`.\nclass {class} : public stdb::basic_table<{row}, EventContext> {{\npublic:\n    \
         using base = stdb::basic_table<{row}, EventContext>;\n\n    \
         explicit {class}(stdb_connection* connection) noexcept : base(connection, {}) {{}}",
        what(table),
        comment(&table.name),
        literal(&table.name)
    );
    let mut scope = words::scope(&OF_TABLES);
    let mut indexes: Vec<&Index> = table.indexes.iter().collect();
    for position in &table.unique {
        let column = &table.columns[*position];
        let key = types.name(&column.ty);
        let accessor = scope.claim(&snake(&column.name));
        let same = indexes.iter().position(|index| index.columns == [*position]);
        let primary = if table.primary_key == Some(*position) { "primary key" } else { "unique column" };
        let _ = writeln!(out, "    /// The {primary} `{}`.", comment(&column.name));
        let name = literal(&column.name);
        let _ = match same.map(|at| indexes.remove(at)) {
            Some(index) => writeln!(
                out,
                "    stdb::indexed_unique_column<base, {key}> {accessor}() const noexcept {{\n        \
                 return {{*this, {name}, {}}};\n    }}",
                literal(index_name(index, table))
            ),
            None => writeln!(
                out,
                "    stdb::unique_column<base, {key}> {accessor}() const noexcept {{ return {{*this, {name}}}; }}"
            ),
        };
    }
    for index in indexes {
        write_index(out, index, table, types, &mut scope);
    }
    out.push_str("};\n\n");
}

fn write_index(out: &mut String, index: &Index, table: &TableSchema, types: &Types, scope: &mut Scope) {
    let columns: Vec<&str> = index.columns.iter().map(|position| &*table.columns[*position].name).collect();
    let wanted = match (&index.accessor, &columns[..]) {
        (_, [only]) => only,
        (Some(accessor), _) => &**accessor,
        (None, _) => &*index.name,
    };
    let accessor = scope.claim(&snake(wanted));
    let keys: Vec<String> = index.columns.iter().map(|position| types.name(&table.columns[*position].ty)).collect();
    let _ = writeln!(out, "    /// The index on `{}`.", comment(&columns.join("`, `")));
    let _ = writeln!(
        out,
        "    stdb::index<base, {}> {accessor}() const noexcept {{ return {{*this, {}}}; }}",
        keys.join(", "),
        literal(index_name(index, table))
    );
}

/// The name that the library knows an index by.
fn index_name<'a>(index: &'a Index, table: &'a TableSchema) -> &'a str {
    match (&index.accessor, &index.columns[..]) {
        _ if !index.name.is_empty() => &index.name,
        (Some(accessor), _) => accessor,
        (None, [only]) => &table.columns[*only].name,
        (None, _) => "",
    }
}

fn write_columns(out: &mut String, named: &Named, types: &Types) {
    let Named { table, accessor, columns, .. } = named;
    let _ = writeln!(
        out,
        "/// The columns of `{}` that queries can compare.\nstruct {columns} {{\n    \
         static constexpr const char* table_name() noexcept {{ return {}; }}",
        comment(&table.name),
        literal(&table.name)
    );
    let members = members(table.layout.row_type().elements());
    for (position, (column, member)) in table.columns.iter().zip(members).enumerate() {
        if !is_comparable(&column.ty) {
            continue;
        }
        let member = if member == "table_name" { "table_name_".into() } else { member };
        let is_indexed = table.indexes.iter().any(|index| index.columns == [position]);
        let _ = writeln!(
            out,
            "    stdb::column<{columns}, {}, {is_indexed}> {member}{{{}}};",
            types.name(&column.ty),
            literal(&column.name)
        );
    }
    let _ = writeln!(out, "}};\ninline constexpr {columns} {accessor};\n");
}

/// Whether the host's SQL has literals of a type.
fn is_comparable(ty: &Type) -> bool {
    match ty.special {
        Some(special) => {
            matches!(special, Special::Identity | Special::ConnectionId | Special::Bytes | Special::Timestamp)
        }
        None => !matches!(ty.kind, Kind::Array(_) | Kind::Product(_) | Kind::Sum(_)),
    }
}
