//! From the JSON of a schema of version 9 or 10 to a `Schema`.
//!
//! The parts are read one by one with the types that the host writes them with (`RawTableDefV9` and so on), so that an
//! error can say which part it is about, and so that what a newer or older host adds or lacks does no harm: each
//! object is first cut down to the fields that are used here.

mod parts;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use spacetimedb_lib::db::raw_def::v9::{
    RawConstraintDataV9, RawIndexAlgorithm, RawIndexDefV9, RawProcedureDefV9, RawReducerDefV9, RawTableDefV9,
    RawTypeDefV9, RawViewDefV9, TableAccess,
};
use spacetimedb_sats::AlgebraicType;
use spacetimedb_sats::de::Deserialize;
use spacetimedb_sats::serde::SerdeWrapper;

use parts::{List, Parts};

use super::resolve::Resolver;
use super::{
    Column, Element, Index, Kind, ProcedureSchema, ReducerSchema, RowLayout, Schema, Special, TableSchema, Type,
};
use crate::error::{Error, Result, STDB_ERR_SCHEMA};

/// Reads a schema.
pub(super) fn parse(json: &str) -> Result<Schema> {
    let root: Value = serde_json::from_str(json).map_err(|error| fault("it is not JSON", error))?;
    let parts = Parts::of(&root)?;
    let types = each(&parts.types, decode::<AlgebraicType>)?;
    let names = each(&parts.type_names, type_name)?;
    let mut resolver = Resolver::new(types, names.into_iter().collect());

    let mut tables = each(&parts.tables, |value| table(value, &mut resolver))?;
    let views = each(&parts.views, |value| view(value, &mut resolver))?;
    tables.extend(views.into_iter().flatten());
    let reducers = each(&parts.reducers, |value| reducer(value, &mut resolver))?;
    let procedures = each(&parts.procedures, |value| procedure(value, &mut resolver))?;
    Ok(Schema {
        version: parts.version,
        table_positions: positions("table", tables.iter().map(|table| &table.name))?,
        reducer_positions: positions("reducer", reducers.iter().map(|reducer| &reducer.name))?,
        tables,
        reducers,
        procedures,
    })
}

/// A part of the schema, or what is wrong with it.
type Parsed<T> = std::result::Result<T, String>;

fn fault(place: &str, what: impl std::fmt::Display) -> Error {
    Error::new(STDB_ERR_SCHEMA, format!("the schema cannot be used: {place}: {what}"))
}

/// The array at a path of keys.
fn list<'a>(root: &'a Value, path: &str) -> Result<&'a [Value]> {
    match root.pointer(&format!("/{}", path.replace('.', "/"))) {
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(fault(path, "it is not an array")),
        None => Err(fault(path, "it is missing")),
    }
}

/// Reads every value of a list; an error names the place and, where there is one, the name.
fn each<T>(values: &List, mut read: impl FnMut(&Value) -> Parsed<T>) -> Result<Vec<T>> {
    let read_one = |(place, value): &(String, Value)| {
        read(value).map_err(|what| {
            let name = value.get("name").and_then(Value::as_str).map(|name| format!(" `{name}`")).unwrap_or_default();
            fault(&format!("{place}{name}"), what)
        })
    };
    values.0.iter().map(read_one).collect()
}

fn decode<T: for<'de> Deserialize<'de>>(value: &Value) -> Parsed<T> {
    let SerdeWrapper(decoded) = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    Ok(decoded)
}

/// Decodes an object of which only `fields` are read; what it lacks is taken from `defaults`.
fn decode_object<T: for<'de> Deserialize<'de>>(value: &Value, fields: &[&str], defaults: Value) -> Parsed<T> {
    decode(&Value::Object(cut(value, fields, defaults)?))
}

/// Only the `fields` of an object, over the `defaults`.
fn cut(value: &Value, fields: &[&str], defaults: Value) -> Parsed<Map<String, Value>> {
    let object = value.as_object().ok_or("it is not an object")?;
    let mut kept = match defaults {
        Value::Object(defaults) => defaults,
        _ => Map::new(),
    };
    for field in fields {
        if let Some(value) = object.get(*field) {
            kept.insert(field.to_string(), value.clone());
        }
    }
    Ok(kept)
}

/// Cuts every object of the array that `object` has under `name`.
fn cut_each(object: &mut Map<String, Value>, name: &str, fields: &[&str], defaults: Value) -> Parsed<()> {
    for (position, value) in object.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        let kept = cut(value, fields, defaults.clone()).map_err(|what| format!("{name}[{position}]: {what}"))?;
        *value = Value::Object(kept);
    }
    Ok(())
}

fn table(value: &Value, resolver: &mut Resolver) -> Parsed<TableSchema> {
    const FIELDS: &[&str] = &["name", "product_type_ref", "primary_key", "indexes", "constraints", "table_access"];
    // Sequences and schedules are the host's own business, and their 128-bit numbers would not survive a `Value`.
    let unused = json!({ "sequences": [], "schedule": { "none": [] }, "table_type": { "User": [] } });
    let mut object = cut(value, FIELDS, unused)?;
    let nameless = json!({ "name": { "none": [] }, "accessor_name": { "none": [] } });
    cut_each(&mut object, "indexes", &["name", "accessor_name", "algorithm"], nameless)?;
    cut_each(&mut object, "constraints", &["name", "data"], json!({ "name": { "none": [] } }))?;
    let raw: RawTableDefV9 = decode(&Value::Object(object))?;

    let row = resolver.reference(raw.product_type_ref)?;
    if !matches!(row.kind, Kind::Product(_)) {
        return Err(format!("type {} is not a product, so it cannot be a row", raw.product_type_ref.idx()));
    }
    let table = rows_of(value, &raw.name, row)?;
    let indexes = raw.indexes.iter().map(|index| read_index(index, &table.columns)).collect::<Parsed<_>>()?;
    let primary_key = read_primary_key(&raw, &table.columns)?;
    Ok(TableSchema {
        primary_key,
        unique: read_unique(&raw, primary_key, &table.columns)?,
        indexes,
        is_public: raw.table_access == TableAccess::Public,
        is_event: value.get("is_event").and_then(Value::as_bool).unwrap_or(false),
        ..table
    })
}

/// A table of which only the rows are known yet.
fn rows_of(value: &Value, name: &str, row: Arc<Type>) -> Parsed<TableSchema> {
    Ok(TableSchema {
        name: name.into(),
        accessor: accessor(value, name),
        columns: columns(&row),
        primary_key: None,
        unique: Vec::new(),
        indexes: Vec::new(),
        is_public: false,
        is_event: false,
        is_view: false,
        layout: layout(row)?,
    })
}

fn columns(product: &Type) -> Vec<Column> {
    let column = |element: &Element| Column { name: element.name.clone(), ty: element.ty.clone() };
    product.elements().iter().map(column).collect()
}

fn layout(row: Arc<Type>) -> Parsed<RowLayout> {
    RowLayout::new(row).map_err(|error| error.to_string())
}

/// A position in the typespace, and the module's name for the type there.
fn type_name(value: &Value) -> Parsed<(usize, Arc<str>)> {
    let raw: RawTypeDefV9 = decode_object(value, &["name", "ty"], json!({ "custom_ordering": false }))?;
    let scoped = raw.name.scope.iter().chain([&raw.name.name]).map(|part| &**part);
    Ok((raw.ty.idx(), scoped.collect::<Vec<_>>().join("::").into()))
}

/// A column's position, checked.
fn position(column: u16, columns: &[Column], of: &str) -> Parsed<usize> {
    let position = usize::from(column);
    if position < columns.len() {
        return Ok(position);
    }
    Err(format!("{of} is over column {position}, but there are {} columns", columns.len()))
}

fn read_index(raw: &RawIndexDefV9, columns: &[Column]) -> Parsed<Index> {
    let name = raw.name.as_deref().unwrap_or("");
    let of = format!("index `{name}`");
    let over: Vec<u16> = match &raw.algorithm {
        RawIndexAlgorithm::BTree { columns } | RawIndexAlgorithm::Hash { columns } => {
            columns.iter().map(|c| c.0).collect()
        }
        RawIndexAlgorithm::Direct { column } => vec![column.0],
        _ => return Err(format!("{of} is of a kind that is not known")),
    };
    if over.is_empty() {
        return Err(format!("{of} is over no column"));
    }
    let over = over.into_iter().map(|column| position(column, columns, &of)).collect::<Parsed<_>>()?;
    Ok(Index { name: name.into(), accessor: raw.accessor_name.as_deref().map(Into::into), columns: over })
}

fn read_primary_key(raw: &RawTableDefV9, columns: &[Column]) -> Parsed<Option<usize>> {
    let mut key = raw.primary_key.iter();
    match (key.next(), key.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => position(only.0, columns, "the primary key").map(Some),
        _ => Err("the primary key is over more than one column, which is not supported".into()),
    }
}

fn read_unique(raw: &RawTableDefV9, primary_key: Option<usize>, columns: &[Column]) -> Parsed<Vec<usize>> {
    let mut unique: Vec<usize> = primary_key.into_iter().collect();
    for constraint in &raw.constraints {
        let RawConstraintDataV9::Unique(constrained) = &constraint.data else { continue };
        let over = constrained.columns.iter().map(|column| position(column.0, columns, "a unique constraint"));
        if let [only] = over.collect::<Parsed<Vec<_>>>()?[..] {
            unique.push(only);
        }
    }
    unique.sort_unstable();
    unique.dedup();
    Ok(unique)
}

fn reducer(value: &Value, resolver: &mut Resolver) -> Parsed<ReducerSchema> {
    let raw: RawReducerDefV9 =
        decode_object(value, &["name", "params", "lifecycle"], json!({ "lifecycle": { "none": [] } }))?;
    let params = resolver.product(&raw.params)?;
    Ok(ReducerSchema {
        name: (&*raw.name).into(),
        accessor: accessor(value, &raw.name),
        params: columns(&params),
        is_private: is_private(value) || raw.lifecycle.is_some(),
        lifecycle: raw.lifecycle,
        layout: layout(params)?,
    })
}

/// The name that the module's source has for a table or a function; version 9 does not tell it.
fn accessor(value: &Value, name: &str) -> Arc<str> {
    value.get("accessor").and_then(Value::as_str).unwrap_or(name).into()
}

/// Whether only the module's owner may call a function; version 9 does not tell.
fn is_private(value: &Value) -> bool {
    value.pointer("/visibility/Private").is_some()
}

fn procedure(value: &Value, resolver: &mut Resolver) -> Parsed<ProcedureSchema> {
    let raw: RawProcedureDefV9 = decode_object(value, &["name", "params", "return_type"], Value::Null)?;
    let params = resolver.product(&raw.params)?;
    Ok(ProcedureSchema {
        name: (&*raw.name).into(),
        accessor: accessor(value, &raw.name),
        params: columns(&params),
        returns: resolver.ty(&raw.return_type)?,
        is_private: is_private(value),
        layout: layout(params)?,
    })
}

/// A view as a table: it returns one product, an option of one or an array of them.
fn view(value: &Value, resolver: &mut Resolver) -> Parsed<Option<TableSchema>> {
    const FIELDS: &[&str] = &["name", "is_public", "params", "return_type"];
    let raw: RawViewDefV9 = decode_object(value, FIELDS, json!({ "index": 0, "is_anonymous": false }))?;
    let returned = resolver.ty(&raw.return_type)?;
    let row = match (&returned.kind, returned.special) {
        (Kind::Array(element), _) => element,
        (Kind::Sum(variants), Some(Special::Option)) => &variants[0].ty,
        _ => &returned,
    };
    if !matches!(row.kind, Kind::Product(_)) {
        log::warn!(target: "stdb", "the view `{}` is left out of the schema: it does not return rows", raw.name);
        return Ok(None);
    };
    let table = rows_of(value, &raw.name, row.clone())?;
    let primary_key = view_key(value, &table);
    let unique = primary_key.into_iter().collect();
    Ok(Some(TableSchema { is_public: raw.is_public, is_view: true, primary_key, unique, ..table }))
}

/// The primary key of a view, which is told by the column's name.
fn view_key(value: &Value, view: &TableSchema) -> Option<usize> {
    let [key] = &value.get("primary_key")?.as_array()?[..] else { return None };
    let column = view.column(key.as_str()?);
    if column.is_none() {
        // Without the key its rows are inserted and deleted, not updated, which is true as well.
        log::warn!(target: "stdb", "the view `{}` has no column {key}, which is to be its primary key", view.name);
    }
    column
}

/// Where each name stands; a name given twice is an error.
fn positions<'a>(kind: &str, names: impl Iterator<Item = &'a Arc<str>>) -> Result<HashMap<Arc<str>, usize>> {
    let mut positions = HashMap::new();
    for (position, name) in names.enumerate() {
        if positions.insert(name.clone(), position).is_some() {
            return Err(fault(&format!("{kind}s"), format!("two of them are named `{name}`")));
        }
    }
    Ok(positions)
}
