//! The tables of a module: reading them, and queries of them.

use std::fmt::Write;

use stdb::schema::{Kind, Special, TableSchema, Type};

use super::text;
use super::types::{Types, fields};
use super::words::{attributes, literal, quoted};
use crate::model::Module;
use crate::names::{Scope, pascal};

/// A table, with the names of what is written for it.
pub struct Table<'a> {
    schema: &'a TableSchema,
    /// The attribute of the connection's tables.
    attribute: String,
    class: String,
    query_class: String,
}

/// What `Db` has for other things.
const OF_DB: [&str; 0] = [];
/// What a table in a query has for other things.
const OF_QUERIES: [&str; 3] = ["left_semijoin", "right_semijoin", "where"];

/// Names all tables.
pub fn name_all<'a>(module: &'a Module, top: &mut Scope) -> Vec<Table<'a>> {
    let tables = module.tables();
    let names = attributes(tables.iter().map(|table| &*table.accessor), &OF_DB);
    let class =
        |table: &TableSchema, suffix: &str, top: &mut Scope| top.claim(&format!("{}{suffix}", pascal(&table.accessor)));
    (tables.into_iter().zip(names))
        .map(|(schema, attribute)| Table {
            schema,
            attribute,
            class: class(schema, "Table", top),
            query_class: class(schema, "Query", top),
        })
        .collect()
}

impl Table<'_> {
    /// Writes the table's classes.
    pub fn write(&self, out: &mut String, types: &Types) {
        let row = types.annotation(self.schema.layout.row_type());
        let what = if self.schema.is_view { "view" } else { "table" };
        let title = format!("The {what} {}.", quoted(&self.schema.name));
        out.push_str("\n\n");
        text::line(out, 0, &format!("class {}(_stdb.Table[{row}]):", self.class));
        let _ = writeln!(out, "    \"\"\"{title}\"\"\"");
        self.write_reading(out, types, &row);
        out.push_str("\n\n");
        text::line(out, 0, &format!("class {}(_stdb.TypedQueryTable):", self.query_class));
        let _ = writeln!(out, "    \"\"\"{title}\"\"\"");
        let elements = self.schema.layout.row_type().elements();
        for (part, attribute) in elements.iter().zip(attributes(elements.iter().map(|part| &*part.name), &OF_QUERIES)) {
            if is_comparable(&part.ty) {
                let ty = types.annotation(&part.ty);
                write_property(
                    out,
                    &attribute,
                    &format!("_stdb.Column[{ty}]"),
                    &format!("self[{}]", literal(&part.name)),
                );
            }
        }
    }

    /// What `find` and `filter` take, for type checkers: what they do is the package's.
    fn write_reading(&self, out: &mut String, types: &Types, row: &str) {
        let elements = self.schema.layout.row_type().elements();
        let columns: Vec<(String, String)> =
            fields(elements).into_iter().zip(elements.iter().map(|part| types.annotation(&part.ty))).collect();
        if columns.is_empty() {
            return;
        }
        out.push_str("\n    if _TYPE_CHECKING:\n");
        let unique: Vec<&(String, String)> = self.schema.unique.iter().map(|&column| &columns[column]).collect();
        match unique[..] {
            [] => {}
            [(field, ty)] => {
                out.push('\n');
                let params = ["self".to_owned(), "*".to_owned(), format!("{field}: {ty}")];
                text::overriding_head(out, 8, "find", &params, &format!(") -> _Optional[{row}]:"));
                out.push_str("            raise NotImplementedError\n");
            }
            _ => write_overloads(out, &unique, row),
        }
        out.push_str("\n        def filter(  # type: ignore[override]\n            self,\n            *,\n");
        for (field, ty) in &columns {
            text::line(out, 12, &format!("{field}: _Union[{ty}, _stdb.Range] = ...,"));
        }
        text::line(out, 8, &format!(") -> _List[{row}]:"));
        out.push_str("            raise NotImplementedError\n");
    }
}

/// What `find` takes where there are several unique columns.
fn write_overloads(out: &mut String, unique: &[&(String, String)], row: &str) {
    for (position, (field, ty)) in unique.iter().enumerate() {
        let ignored = if position == 0 { "  # type: ignore[override]" } else { "" };
        let _ = writeln!(out, "\n        @_overload{ignored}");
        text::head(out, 8, &format!("def find(self, *, {field}: {ty}) -> _Optional[{row}]: ..."));
    }
    out.push('\n');
    text::head(out, 8, &format!("def find(self, **key: _Any) -> _Optional[{row}]:"));
    out.push_str("            raise NotImplementedError\n");
}

/// Writes a property that gives a value.
fn write_property(out: &mut String, name: &str, ty: &str, value: &str) {
    out.push_str("\n    @_property\n");
    text::head(out, 4, &format!("def {name}(self) -> {ty}:"));
    text::line(out, 8, &format!("return {value}"));
}

/// Whether the host compares values of the type in a query.
fn is_comparable(ty: &Type) -> bool {
    match (&ty.kind, ty.special) {
        (_, Some(special)) => {
            matches!(special, Special::Identity | Special::ConnectionId | Special::Timestamp | Special::Bytes)
        }
        (kind, None) => !matches!(kind, Kind::Array(_) | Kind::Product(_) | Kind::Sum(_)),
    }
}

/// Writes the class of a connection's tables.
pub fn write_db(out: &mut String, tables: &[Table]) {
    out.push_str("\n\nclass Tables(_stdb.TypedDb):\n    \"\"\"The module's tables.\"\"\"\n");
    out.push_str("\n    _kinds = {\n");
    for table in tables {
        text::line(out, 8, &format!("{}: {},", literal(&table.schema.name), table.class));
    }
    out.push_str("    }\n");
    for table in tables {
        let (attribute, class, name) = (&table.attribute, &table.class, literal(&table.schema.name));
        write_property(out, attribute, class, &format!("self._typed({name}, {class})"));
    }
}

/// Writes what has the tables for queries.
pub fn write_query(out: &mut String, tables: &[Table]) {
    out.push_str(
        "\n\nclass Query:\n    \"\"\"The module's tables in queries: `query.user.where(query.user.online)`.\"\"\"\n",
    );
    for table in tables {
        let (attribute, class, name) = (&table.attribute, &table.query_class, literal(&table.schema.name));
        write_property(out, attribute, class, &format!("{class}({name})"));
    }
    out.push_str("\n\nquery = Query()\n\"\"\"The module's tables in queries.\"\"\"\n");
}
