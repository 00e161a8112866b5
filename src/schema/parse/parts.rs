//! The parts of a schema's JSON, whichever version it is of.
//!
//! Version 10 says in sections what version 9 says in one object, and calls things by the names of the module's source,
//! with the database's names in a section of their own. Here its parts are brought into the form that version 9 has,
//! each with its `accessor`; then both are read alike.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{fault, list};
use crate::error::Result;

/// The values that a schema is made of, each list with its place in the JSON.
pub(super) struct Parts {
    /// The version of the form: 9 or 10.
    pub version: u16,
    /// The types of the typespace.
    pub types: List,
    /// Which of the types have names.
    pub type_names: List,
    /// The tables.
    pub tables: List,
    /// The views.
    pub views: List,
    /// The reducers.
    pub reducers: List,
    /// The procedures.
    pub procedures: List,
}

/// Values, and where they stand in the JSON.
pub(super) struct List(pub Vec<(String, Value)>);

impl Parts {
    /// Takes a schema apart. It may stand in an object that names its version, as `{"V10": …}`.
    pub fn of(root: &Value) -> Result<Parts> {
        if let Some(schema) = root.get("V9") {
            return of_v9(schema);
        }
        if let Some(schema) = root.get("V10") {
            return of_v10(schema);
        }
        if root.get("sections").is_some() {
            return of_v10(root);
        }
        if root.get("typespace").is_some() {
            return of_v9(root);
        }
        Err(match root.as_object().and_then(|object| object.keys().find(|key| is_version(key))) {
            Some(version) => fault(version, "this version is not known; 9 and 10 are"),
            None => fault(
                "its root",
                "it is not a schema: it has neither `typespace`, as version 9, nor `sections`, as version 10",
            ),
        })
    }
}

fn is_version(key: &str) -> bool {
    key.strip_prefix('V').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn of_v9(root: &Value) -> Result<Parts> {
    let (mut views, mut procedures) = (Vec::new(), Vec::new());
    for (position, export) in list(root, "misc_exports").unwrap_or(&[]).iter().enumerate() {
        // What else is exported is nothing that a client needs, or that this library knows.
        let place = |kind: &str| format!("misc_exports[{position}].{kind}");
        if let Some(view) = export.get("View") {
            views.push((place("View"), view.clone()));
        }
        if let Some(procedure) = export.get("Procedure") {
            procedures.push((place("Procedure"), procedure.clone()));
        }
    }
    Ok(Parts {
        version: 9,
        types: List::at("typespace.types", list(root, "typespace.types")?),
        type_names: List::at("types", list(root, "types").unwrap_or(&[])),
        tables: List::at("tables", list(root, "tables")?),
        views: List(views),
        reducers: List::at("reducers", list(root, "reducers")?),
        procedures: List(procedures),
    })
}

fn of_v10(root: &Value) -> Result<Parts> {
    let sections = Sections(list(root, "sections")?);
    let canonical = sections.canonical_names()?;
    let mut parts = Parts {
        version: 10,
        types: sections.types()?,
        type_names: sections.list("Types")?,
        tables: sections.list("Tables")?,
        views: sections.list("Views")?,
        reducers: sections.list("Reducers")?,
        procedures: sections.list("Procedures")?,
    };
    for value in parts.type_names.objects() {
        if let Some(name) = value.remove("source_name") {
            value.insert("name".into(), json!({ "scope": name["scope"], "name": name["source_name"] }));
        }
    }
    for table in parts.tables.objects() {
        for inner in ["indexes", "constraints"] {
            for value in table.get_mut(inner).and_then(Value::as_array_mut).into_iter().flatten() {
                name_inner(value, &canonical);
            }
        }
    }
    let keys = sections.view_keys()?;
    for view in parts.views.objects() {
        if let Some(key) = view.get("source_name").and_then(Value::as_str).and_then(|name| keys.get(name)) {
            view.insert("primary_key".into(), key.clone());
        }
    }
    let lifecycles = sections.lifecycles()?;
    for reducer in parts.reducers.objects() {
        if let Some(event) = reducer.get("source_name").and_then(Value::as_str).and_then(|name| lifecycles.get(name)) {
            reducer.insert("lifecycle".into(), json!({ "some": event }));
        }
    }
    for (values, kind) in [
        (&mut parts.tables, "Table"),
        (&mut parts.views, "Function"),
        (&mut parts.reducers, "Function"),
        (&mut parts.procedures, "Function"),
    ] {
        values.objects().for_each(|object| name_outer(object, kind, &canonical));
        // The host lists them in an order that means nothing and changes; version 9 has them by name.
        values.0.sort_by(|(_, a), (_, b)| a["name"].as_str().cmp(&b["name"].as_str()));
    }
    Ok(parts)
}

/// The database's names, by the kind of what they name and the name in the source.
type Canonical = HashMap<(String, String), Value>;

/// Gives a table or a function the name that the database has for it, and keeps the source's as the accessor.
fn name_outer(object: &mut Map<String, Value>, kind: &str, canonical: &Canonical) {
    let Some(source) = object.remove("source_name") else { return };
    let key = (kind.to_owned(), source.as_str().unwrap_or_default().to_owned());
    object.insert("name".into(), canonical.get(&key).unwrap_or(&source).clone());
    object.insert("accessor".into(), source);
}

/// The same for an index or a constraint, which need not have a name.
fn name_inner(value: &mut Value, canonical: &Canonical) {
    let Some(object) = value.as_object_mut() else { return };
    let Some(mut source) = object.remove("source_name") else { return };
    if let Some(name) = source.get_mut("some")
        && let Some(named) = canonical.get(&("Index".to_owned(), name.as_str().unwrap_or_default().to_owned()))
    {
        *name = named.clone();
    }
    object.insert("name".into(), source);
}

/// The sections of version 10: objects of one entry, which stand in any order and may be absent.
struct Sections<'a>(&'a [Value]);

impl<'a> Sections<'a> {
    /// What the section of that name has, with its place.
    fn section(&self, name: &str) -> Option<(String, &'a Value)> {
        let found = |(position, section): (usize, &'a Value)| {
            section.get(name).map(|content| (format!("sections[{position}].{name}"), content))
        };
        self.0.iter().enumerate().find_map(found)
    }

    fn list(&self, name: &str) -> Result<List> {
        match self.section(name) {
            None => Ok(List(Vec::new())),
            Some((place, Value::Array(values))) => Ok(List::at(&place, values)),
            Some((place, _)) => Err(fault(&place, "it is not an array")),
        }
    }

    fn types(&self) -> Result<List> {
        match self.section("Typespace") {
            None => Ok(List(Vec::new())),
            Some((place, content)) => match content.get("types").and_then(Value::as_array) {
                Some(types) => Ok(List::at(&format!("{place}.types"), types)),
                None => Err(fault(&format!("{place}.types"), "it is missing or not an array")),
            },
        }
    }

    fn canonical_names(&self) -> Result<Canonical> {
        let mut names = HashMap::new();
        let Some((place, content)) = self.section("ExplicitNames") else { return Ok(names) };
        let Some(entries) = content.get("entries").and_then(Value::as_array) else {
            return Err(fault(&format!("{place}.entries"), "it is missing or not an array"));
        };
        for (kind, entry) in entries.iter().filter_map(Value::as_object).flatten() {
            if let (Some(source), Some(name)) = (entry["source_name"].as_str(), entry.get("canonical_name")) {
                names.insert((kind.clone(), source.to_owned()), name.clone());
            }
        }
        Ok(names)
    }

    /// The names of the columns that are the primary keys of views, by the views' names in the source.
    fn view_keys(&self) -> Result<HashMap<String, Value>> {
        let key = |value: &Value| Some((value["view_source_name"].as_str()?.to_owned(), value.get("columns")?.clone()));
        Ok(self.list("ViewPrimaryKeys")?.0.iter().filter_map(|(_, value)| key(value)).collect())
    }

    /// Which event runs a reducer, by its name in the source.
    fn lifecycles(&self) -> Result<HashMap<String, Value>> {
        let lifecycle =
            |value: &Value| Some((value["function_name"].as_str()?.to_owned(), value.get("lifecycle_spec")?.clone()));
        Ok(self.list("LifeCycleReducers")?.0.iter().filter_map(|(_, value)| lifecycle(value)).collect())
    }
}

impl List {
    fn at(place: &str, values: &[Value]) -> List {
        let placed = |(position, value): (usize, &Value)| (format!("{place}[{position}]"), value.clone());
        List(values.iter().enumerate().map(placed).collect())
    }

    fn objects(&mut self) -> impl Iterator<Item = &mut Map<String, Value>> {
        self.0.iter_mut().filter_map(|(_, value)| value.as_object_mut())
    }
}
