//! The rows of a message: gathered by table, checked against the schema, and made ready.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::cache::delta::{HeldRows, TableDelta};
use crate::cache::holders::Holder;
use crate::cache::shape::Shape;
use crate::error::{Error, Result, STDB_ERR_PROTOCOL};
use crate::schema::{Schema, TableSchema};
use crate::wire::RowList;

/// The tables that rows may arrive of.
pub struct Shapes {
    schema: Arc<Schema>,
    tables: Vec<Arc<Shape>>,
}

impl Shapes {
    /// The shapes of a schema's tables.
    pub fn new(schema: Arc<Schema>) -> Self {
        Shapes { tables: Shape::all(&schema), schema }
    }

    /// The schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    pub(super) fn get(&self, name: &str) -> Result<&Arc<Shape>> {
        let unknown = || {
            let message = format!("the host sent rows of table `{name}`, which the schema does not have");
            Error::new(STDB_ERR_PROTOCOL, message)
        };
        self.schema.table_position(name).map(|position| &self.tables[position]).ok_or_else(unknown)
    }
}

/// All rows of a message, by table.
pub(super) struct Gathered<'a> {
    shapes: Option<&'a Shapes>,
    tables: Vec<TableRows<'a>>,
    places: HashMap<Arc<str>, usize>,
}

/// All rows of one table in a message. A table may be there several times.
pub(super) struct TableRows<'a> {
    name: Arc<str>,
    shape: Option<&'a Arc<Shape>>,
    deletes: Vec<HeldRows>,
    inserts: Vec<HeldRows>,
    events: Vec<HeldRows>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(shapes: Option<&'a Shapes>) -> Self {
        Gathered { shapes, tables: Vec::new(), places: HashMap::new() }
    }

    /// The rows of a table; `STDB_ERR_PROTOCOL` for one that the schema does not have.
    pub(super) fn table(&mut self, name: &str) -> Result<&mut TableRows<'a>> {
        let shape = self.shapes.map(|shapes| shapes.get(name)).transpose()?;
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                let name: Arc<str> = shape.map_or_else(|| name.into(), |shape| shape.table().name.clone());
                self.places.insert(name.clone(), self.tables.len());
                let (deletes, inserts, events) = Default::default();
                self.tables.push(TableRows { name, shape, deletes, inserts, events });
                self.tables.len() - 1
            }
        };
        Ok(&mut self.tables[place])
    }

    /// Makes the rows ready.
    pub(super) fn into_deltas(self) -> Vec<TableDelta> {
        let delta = |table: TableRows<'_>| {
            let mut delta = TableDelta::new(table.name, table.shape, table.deletes, table.inserts);
            delta.events = table.events;
            delta
        };
        self.tables.into_iter().map(delta).collect()
    }
}

impl TableRows<'_> {
    pub(super) fn delete(&mut self, holder: Holder, rows: RowList) -> Result<()> {
        self.deletes.push(HeldRows { holder, rows: self.checked(rows)? });
        Ok(())
    }

    pub(super) fn insert(&mut self, holder: Holder, rows: RowList) -> Result<()> {
        self.inserts.push(HeldRows { holder, rows: self.checked(rows)? });
        Ok(())
    }

    pub(super) fn event(&mut self, holder: Holder, rows: RowList) -> Result<()> {
        // Where there are none, nobody is to be told.
        if !rows.is_empty() {
            self.events.push(HeldRows { holder, rows: self.checked(rows)? });
        }
        Ok(())
    }

    fn checked(&self, rows: RowList) -> Result<RowList> {
        self.shape.map_or(Ok(()), |shape| check(shape.table(), &rows))?;
        Ok(rows)
    }
}

/// Checks that rows are of their table's type; `STDB_ERR_PROTOCOL` naming table, row and cause otherwise.
pub(super) fn check(table: &TableSchema, rows: &RowList) -> Result<()> {
    // Any bytes of that size are a row.
    if table.layout.is_plain() && rows.fixed_size().is_some_and(|size| table.layout.fixed_size() == Some(size)) {
        return Ok(());
    }
    for (number, row) in rows.iter().enumerate() {
        table.layout.check(row).map_err(|error| {
            let message = format!("row {number} of table `{}` is not of its type: {}", table.name, error.message);
            Error::new(STDB_ERR_PROTOCOL, message)
        })?;
    }
    Ok(())
}
