//! Whether a host's schema fits the one that a client was made for, and in words where it does not.

use std::sync::Arc;

use super::{Column, Index, Kind, ProcedureSchema, ReducerSchema, Schema, TableSchema, Type};
use crate::error::{Error, Result, STDB_ERR_SCHEMA_MISMATCH};

/// How many differences a message tells.
const TOLD: usize = 10;

impl Schema {
    /// Checks that all that a client uses of this schema is the same on a host with the schema `host`: the columns, keys
    /// and indexes of public tables and views, the parameters of reducers and procedures. What the host has besides does
    /// not matter, and neither does what only version 10 tells when one of them is of version 9.
    ///
    /// Returns `STDB_ERR_SCHEMA_MISMATCH`, which tells each difference, up to ten.
    pub fn check_fits(&self, host: &Schema) -> Result<()> {
        let differences = self.differences(host);
        if differences.is_empty() {
            return Ok(());
        }
        let told = differences.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join("; ");
        let more = match differences.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let message = format!("the module on the host is not the one that this client was made for: {told}{more}");
        Err(Error::new(STDB_ERR_SCHEMA_MISMATCH, message))
    }

    fn differences(&self, host: &Schema) -> Vec<String> {
        let mut found = Vec::new();
        let both_tell_all = self.version.min(host.version) >= 10;
        for table in self.tables.iter().filter(|table| table.is_public) {
            match host.table(&table.name) {
                None => found.push(format!("the host has no table `{}`", table.name)),
                Some(other) => compare_tables(table, other, both_tell_all, &mut found),
            }
        }
        for reducer in self.reducers.iter().filter(|reducer| !reducer.is_private) {
            match host.reducer(&reducer.name) {
                None => found.push(format!("the host has no reducer `{}`", reducer.name)),
                Some(other) => compare_reducers(reducer, other, &mut found),
            }
        }
        for procedure in self.procedures.iter().filter(|procedure| !procedure.is_private) {
            match host.procedure(&procedure.name) {
                None => found.push(format!("the host has no procedure `{}`", procedure.name)),
                Some(other) => compare_procedures(procedure, other, &mut found),
            }
        }
        found
    }
}

fn compare_tables(here: &TableSchema, host: &TableSchema, both_tell_all: bool, found: &mut Vec<String>) {
    let name = &here.name;
    let before = found.len();
    compare_columns(&format!("table `{name}`"), "column", &here.columns, &host.columns, found);
    if found.len() > before {
        // What is said of columns by their positions is of no meaning then.
        return;
    }
    let column = |position: usize| format!("`{}`", here.columns[position].name);
    let mut differ = |what: String| found.push(format!("table `{name}`: {what}"));
    // Only version 10 tells the primary keys of views, and which tables are event tables.
    if here.primary_key != host.primary_key && (both_tell_all || !here.is_view) {
        let key = |position: Option<usize>| position.map_or("none".to_owned(), column);
        differ(format!("the primary key is {} here, and {} on the host", key(here.primary_key), key(host.primary_key)));
    }
    for lost in here.unique.iter().filter(|unique| Some(**unique) != here.primary_key && !host.unique.contains(unique))
    {
        differ(format!("column {} is unique here, and is not on the host", column(*lost)));
    }
    let same =
        |index: &Index| host.indexes.iter().any(|other| other.name == index.name && other.columns == index.columns);
    for lost in here.indexes.iter().filter(|index| !same(index)) {
        let over = lost.columns.iter().map(|position| column(*position)).collect::<Vec<_>>().join(", ");
        differ(format!("the host has no index `{}` over {over}", lost.name));
    }
    if both_tell_all && here.is_event != host.is_event {
        let is = |event: bool| if event { "is" } else { "is not" };
        differ(format!("it {} an event table here, and {} on the host", is(here.is_event), is(host.is_event)));
    }
    if !host.is_public {
        differ("it is public here, and private on the host".into());
    }
}

fn compare_reducers(here: &ReducerSchema, host: &ReducerSchema, found: &mut Vec<String>) {
    let place = format!("reducer `{}`", here.name);
    compare_columns(&place, "parameter", &here.params, &host.params, found);
    if host.is_private {
        found.push(format!("{place}: clients may not call it on the host"));
    }
}

fn compare_procedures(here: &ProcedureSchema, host: &ProcedureSchema, found: &mut Vec<String>) {
    let place = format!("procedure `{}`", here.name);
    compare_columns(&place, "parameter", &here.params, &host.params, found);
    if let Some(difference) = compare_types(&here.returns, &host.returns, &mut Vec::new()) {
        found.push(format!("{place}: what it returns{difference}"));
    }
    if host.is_private {
        found.push(format!("{place}: clients may not call it on the host"));
    }
}

/// Columns or parameters, which are to be the same in the same order.
fn compare_columns(place: &str, kind: &str, here: &[Column], host: &[Column], found: &mut Vec<String>) {
    for (position, column) in here.iter().enumerate() {
        match host.get(position) {
            None => found.push(format!("{place}: the host has no {kind} `{}`", column.name)),
            Some(other) if other.name != column.name => {
                let (mine, theirs) = (&column.name, &other.name);
                found.push(format!("{place}: {kind} {position} is `{mine}` here, and `{theirs}` on the host"));
            }
            Some(other) => {
                if let Some(difference) = compare_types(&column.ty, &other.ty, &mut Vec::new()) {
                    found.push(format!("{place}: {kind} `{}`{difference}", column.name));
                }
            }
        }
    }
    for more in host.iter().skip(here.len()) {
        found.push(format!("{place}: the host has a further {kind} `{}` of type {}", more.name, more.ty));
    }
}

/// The first difference of two types: where in them, and what. What a module calls a type does not matter.
fn compare_types(here: &Arc<Type>, host: &Arc<Type>, path: &mut Vec<String>) -> Option<String> {
    let differ = |path: &[String], here: String, host: String| {
        let within = if path.is_empty() { String::new() } else { format!(", in it `{}`,", path.concat()) };
        Some(format!("{within} is {here} here, and {host} on the host"))
    };
    match (&here.kind, &host.kind) {
        (Kind::Array(mine), Kind::Array(theirs)) => {
            path.push("[]".into());
            let difference = compare_types(mine, theirs, path);
            path.pop();
            difference
        }
        (Kind::Product(mine), Kind::Product(theirs)) | (Kind::Sum(mine), Kind::Sum(theirs)) => {
            for position in 0..mine.len().max(theirs.len()) {
                let part = |parts: &[super::Element]| match parts.get(position) {
                    Some(part) => format!("`{}` at position {position}", part.name),
                    None => format!("nothing at position {position}"),
                };
                match (mine.get(position), theirs.get(position)) {
                    (Some(a), Some(b)) if a.name == b.name => {
                        path.push(format!(".{}", a.name));
                        let difference = compare_types(&a.ty, &b.ty, path);
                        path.pop();
                        if difference.is_some() {
                            return difference;
                        }
                    }
                    _ => {
                        return differ(
                            path,
                            format!("{here} with {}", part(mine)),
                            format!("{host} with {}", part(theirs)),
                        );
                    }
                }
            }
            None
        }
        (mine, theirs) if std::mem::discriminant(mine) == std::mem::discriminant(theirs) => None,
        _ => differ(path, here.to_string(), host.to_string()),
    }
}
