//! What a module says of itself: its tables with their columns, keys and indexes, its reducers and procedures; and the
//! layout of each table's rows.
//!
//! It is read from the JSON that a host answers `GET /v1/database/{name}/schema?version=9` with, or `version=10`, which
//! hosts of 1.x do not have and which alone tells event tables, the keys of views and the names of the module's source.

mod fit;
pub(crate) mod layout;
mod parse;
pub(crate) mod resolve;
mod ty;

#[cfg(test)]
mod fit_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod version_tests;

pub use layout::RowLayout;
pub use spacetimedb_lib::db::raw_def::v9::Lifecycle;
pub use ty::{Element, Kind, Special, Type};

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::error::{
    Error, Result, STDB_ERR_IO, STDB_ERR_UNKNOWN_INDEX, STDB_ERR_UNKNOWN_PROCEDURE, STDB_ERR_UNKNOWN_REDUCER,
    STDB_ERR_UNKNOWN_TABLE,
};

/// A module's schema. It does not change once it is parsed.
#[derive(Debug)]
pub struct Schema {
    /// The version of the form it was read from: 9 or 10. What only 10 tells is not known from 9.
    pub version: u16,
    /// The tables in the schema's order, the views behind them.
    pub tables: Vec<TableSchema>,
    /// The reducers in the schema's order.
    pub reducers: Vec<ReducerSchema>,
    /// The procedures in the schema's order.
    pub procedures: Vec<ProcedureSchema>,
    table_positions: HashMap<Arc<str>, usize>,
    reducer_positions: HashMap<Arc<str>, usize>,
}

/// A table, or a view, which to a client is a table with a primary key at the most.
#[derive(Debug)]
pub struct TableSchema {
    /// The table's name, as queries and messages have it.
    pub name: Arc<str>,
    /// The name that the module's source has for it, and bindings are called after. Version 9 does not tell it: `name`.
    pub accessor: Arc<str>,
    /// The columns in the order of the row's BSATN.
    pub columns: Vec<Column>,
    /// The position of the primary key's column.
    pub primary_key: Option<usize>,
    /// The positions of the columns that alone are unique, the primary key among them, ascending.
    pub unique: Vec<usize>,
    /// The indexes in the schema's order.
    pub indexes: Vec<Index>,
    /// Whether clients other than the owner may subscribe to it.
    pub is_public: bool,
    /// Whether its rows are events, which are delivered and never stored. The schema's version 9 does not say so:
    /// false.
    pub is_event: bool,
    /// Whether it is a view.
    pub is_view: bool,
    /// Where the columns of a row lie.
    pub layout: RowLayout,
}

/// A column of a table, or a parameter of a reducer or a procedure.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name; one that the module left out is its position in decimal.
    pub name: Arc<str>,
    /// The type.
    pub ty: Arc<Type>,
}

/// An index of a table.
#[derive(Clone, Debug)]
pub struct Index {
    /// The name the database knows it by; empty when the module gave none.
    pub name: Arc<str>,
    /// The name that the module's source and generated bindings use.
    pub accessor: Option<Arc<str>>,
    /// The positions of the columns it is over, in the index's order.
    pub columns: Vec<usize>,
}

/// A reducer.
#[derive(Debug)]
pub struct ReducerSchema {
    /// The reducer's name.
    pub name: Arc<str>,
    /// The name that the module's source has for it. Version 9 does not tell it: `name`.
    pub accessor: Arc<str>,
    /// The parameters; the BSATN of the arguments is that of a row of them.
    pub params: Vec<Column>,
    /// Whether clients cannot call it, unless they are the module's owner. Of version 9, that is known only of those that
    /// an event runs.
    pub is_private: bool,
    /// Which event of the module's life runs it, if one does.
    pub lifecycle: Option<Lifecycle>,
    /// Where the arguments lie in their BSATN.
    pub layout: RowLayout,
}

/// A procedure.
#[derive(Debug)]
pub struct ProcedureSchema {
    /// The procedure's name.
    pub name: Arc<str>,
    /// The name that the module's source has for it. Version 9 does not tell it: `name`.
    pub accessor: Arc<str>,
    /// The parameters; the BSATN of the arguments is that of a row of them.
    pub params: Vec<Column>,
    /// The type of what it returns.
    pub returns: Arc<Type>,
    /// Whether clients cannot call it, unless they are the module's owner. Of version 9, that is not known: false.
    pub is_private: bool,
    /// Where the arguments lie in their BSATN.
    pub layout: RowLayout,
}

impl Schema {
    /// Reads the JSON form of a schema of version 9 or 10. Content that this library does not know is passed over.
    ///
    /// Returns `STDB_ERR_SCHEMA`, which says where, for text that is not JSON, another version, a part of a wrong form, a reference to
    /// a type or a column that is not there, types that contain themselves, nest deeper than 100 steps or are too
    /// many, and for a name given twice.
    pub fn parse(json: &str) -> Result<Schema> {
        parse::parse(json)
    }

    /// Reads a schema from a file.
    ///
    /// Returns `STDB_ERR_IO` when the file cannot be read, and the errors of `parse`; each names the path.
    pub fn load(path: &Path) -> Result<Schema> {
        let json = std::fs::read_to_string(path)
            .map_err(|error| Error::new(STDB_ERR_IO, format!("cannot read {}: {error}", path.display())))?;
        Schema::parse(&json).map_err(|error| {
            let message = format!("{}: {}", path.display(), error.message);
            error.with_message(message)
        })
    }

    /// The error of a name that no table has.
    pub fn no_table(&self, name: &str) -> Error {
        let known = names(self.tables.iter().map(|table| &table.name));
        Error::new(STDB_ERR_UNKNOWN_TABLE, format!("the schema has no table `{name}`; it has: {known}"))
    }

    /// The error of a name that no reducer has.
    pub fn no_reducer(&self, name: &str) -> Error {
        let known = names(self.reducers.iter().map(|reducer| &reducer.name));
        Error::new(STDB_ERR_UNKNOWN_REDUCER, format!("the schema has no reducer `{name}`; it has: {known}"))
    }

    /// The error of a name that no procedure has.
    pub fn no_procedure(&self, name: &str) -> Error {
        let known = names(self.procedures.iter().map(|procedure| &procedure.name));
        Error::new(STDB_ERR_UNKNOWN_PROCEDURE, format!("the schema has no procedure `{name}`; it has: {known}"))
    }

    /// The table or view of that name.
    pub fn table(&self, name: &str) -> Option<&TableSchema> {
        self.table_position(name).map(|position| &self.tables[position])
    }

    /// The position in `tables` of the table or view of that name.
    pub fn table_position(&self, name: &str) -> Option<usize> {
        self.table_positions.get(name).copied()
    }

    /// The reducer of that name.
    pub fn reducer(&self, name: &str) -> Option<&ReducerSchema> {
        self.reducer_positions.get(name).map(|position| &self.reducers[*position])
    }

    /// The procedure of that name.
    pub fn procedure(&self, name: &str) -> Option<&ProcedureSchema> {
        self.procedures.iter().find(|procedure| &*procedure.name == name)
    }
}

fn names<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> String {
    names.map(|name| &**name).collect::<Vec<_>>().join(", ")
}

impl TableSchema {
    /// The position of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| &*column.name == name)
    }

    /// The values that rows are found by, as a product: that of a column of that name, else those of an index.
    ///
    /// Returns `STDB_ERR_UNKNOWN_INDEX` when there is neither.
    pub fn key_type(&self, name: &str) -> Result<Arc<Type>> {
        let columns = match (self.column(name), self.index(name)) {
            (Some(column), _) => vec![column],
            (None, Some(index)) => index.columns.clone(),
            (None, None) => {
                let message = format!("table `{}` has neither a column nor an index named `{name}`", self.name);
                return Err(Error::new(STDB_ERR_UNKNOWN_INDEX, message));
            }
        };
        let element = |column: usize| self.layout.row_type().elements()[column].clone();
        Ok(Arc::new(Type::new(Kind::Product(columns.into_iter().map(element).collect()))))
    }

    /// The index of that name: the database's name for it, else the accessor's, else, for an index over one column,
    /// that column's.
    pub fn index(&self, name: &str) -> Option<&Index> {
        let by_name = |index: &&Index| &*index.name == name;
        let by_accessor = |index: &&Index| index.accessor.as_deref() == Some(name);
        let by_column = |index: &&Index| matches!(index.columns[..], [only] if &*self.columns[only].name == name);
        let indexes = || self.indexes.iter();
        indexes()
            .find(by_name)
            .or_else(|| indexes().find(by_accessor))
            .or_else(|| indexes().find(by_column))
            .filter(|_| !name.is_empty())
    }
}
