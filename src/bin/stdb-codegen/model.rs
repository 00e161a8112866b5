//! What bindings are made from: what of a module's schema a client can use, in an order that does not change.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use stdb::error::Result;
use stdb::schema::{Kind, ProcedureSchema, ReducerSchema, Schema, Special, TableSchema, Type};

/// What a client can use of a module.
pub struct Module {
    /// The schema.
    pub schema: Schema,
    /// The schema's JSON without what clients have no use for, always in the same order and on one line.
    pub schema_json: String,
    /// The products and sums that need a definition, each behind those it is made of.
    pub types: Vec<Definition>,
}

/// A product or a sum that bindings have a type for.
pub struct Definition {
    /// The module's name for it, without a language's habits; one that has none is called after where it is used.
    pub name: String,
    /// The type.
    pub ty: Arc<Type>,
}

impl Module {
    /// Reads a schema.
    pub fn parse(json: &str) -> Result<Module> {
        let schema = Schema::parse(json)?;
        let mut module = Module { schema, schema_json: without_unused(json), types: Vec::new() };
        module.types = Definitions::of(&module).list;
        Ok(module)
    }

    /// The tables and views that clients may subscribe to, by name.
    pub fn tables(&self) -> Vec<&TableSchema> {
        by_name(self.schema.tables.iter().filter(|table| table.is_public), |table| &table.name)
    }

    /// The reducers that clients may call, by name.
    pub fn reducers(&self) -> Vec<&ReducerSchema> {
        by_name(self.schema.reducers.iter().filter(|reducer| !reducer.is_private), |reducer| &reducer.name)
    }

    /// The procedures that clients may call, by name.
    pub fn procedures(&self) -> Vec<&ProcedureSchema> {
        by_name(self.schema.procedures.iter().filter(|procedure| !procedure.is_private), |procedure| &procedure.name)
    }

    /// The schema's JSON in pieces of `most` bytes or a little less.
    pub fn schema_pieces(&self, most: usize) -> Vec<&str> {
        let (mut pieces, mut rest) = (Vec::new(), &*self.schema_json);
        while !rest.is_empty() {
            let (piece, further) = rest.split_at(rest.floor_char_boundary(most.min(rest.len())));
            pieces.push(piece);
            rest = further;
        }
        pieces
    }
}

fn by_name<'a, T>(items: impl Iterator<Item = &'a T>, name: impl Fn(&T) -> &Arc<str>) -> Vec<&'a T> {
    let mut items: Vec<_> = items.collect();
    items.sort_by(|a, b| name(a).cmp(name(b)));
    items
}

/// Whether bindings have a type of their own for it: not for what every language has a way to say.
fn needs_definition(ty: &Type) -> bool {
    let is_composite = matches!(ty.kind, Kind::Product(_) | Kind::Sum(_));
    is_composite && matches!(ty.special, None | Some(Special::PlainEnum))
}

/// What tells two types apart: the module's name of one that has a definition, and what all others are made of.
pub fn key(ty: &Type) -> String {
    if let Some(name) = ty.name.as_ref().filter(|_| needs_definition(ty)) {
        return name.to_string();
    }
    match &ty.kind {
        Kind::Array(element) => format!("[{}]", key(element)),
        kind => {
            let parts: Vec<_> = ty.elements().iter().map(|part| format!("{}: {}", part.name, key(&part.ty))).collect();
            format!("{} ({})", kind.name(), parts.join(", "))
        }
    }
}

/// Gathers definitions.
#[derive(Default)]
struct Definitions {
    list: Vec<Definition>,
    seen: HashSet<String>,
}

impl Definitions {
    fn of(module: &Module) -> Definitions {
        let mut definitions = Definitions::default();
        for table in module.tables() {
            definitions.add(table.layout.row_type(), &table.accessor);
        }
        for reducer in module.reducers() {
            for param in &reducer.params {
                definitions.add(&param.ty, &format!("{}_{}", reducer.accessor, param.name));
            }
        }
        for procedure in module.procedures() {
            for param in &procedure.params {
                definitions.add(&param.ty, &format!("{}_{}", procedure.accessor, param.name));
            }
            // One that returns nothing has no value.
            if !procedure.returns.is_unit() {
                definitions.add(&procedure.returns, &format!("{}_result", procedure.accessor));
            }
        }
        definitions
    }

    /// Adds a type and what it is made of. `place` is where it is used.
    fn add(&mut self, ty: &Arc<Type>, place: &str) {
        if !matches!(ty.kind, Kind::Product(_) | Kind::Sum(_) | Kind::Array(_)) || !self.seen.insert(key(ty)) {
            return;
        }
        let name = ty.name.as_deref().unwrap_or(place);
        if let Kind::Array(element) = &ty.kind {
            self.add(element, name);
        }
        // What a variant without a payload has is no type of its own.
        let is_nothing = |part: &Type| matches!(ty.kind, Kind::Sum(_)) && part.is_unit() && part.name.is_none();
        for element in ty.elements().iter().filter(|element| !is_nothing(&element.ty)) {
            self.add(&element.ty, &format!("{name}_{}", element.name));
        }
        if needs_definition(ty) {
            self.list.push(Definition { name: name.to_owned(), ty: ty.clone() });
        }
    }
}

/// The schema's JSON, less what clients have no use for, with lists whose order means nothing in one that is always the same.
fn without_unused(json: &str) -> String {
    const UNUSED_KEYS: &[&str] = &["sequences", "schedule", "default_values", "row_level_security", "custom_ordering"];
    const UNUSED_SECTIONS: &[&str] =
        &["Schedules", "RowLevelSecurity", "HttpHandlers", "HttpRoutes", "CaseConversionPolicy", "Submodules"];
    let mut root: Value = serde_json::from_str(json).expect("it was parsed before");
    remove_keys(&mut root, UNUSED_KEYS);
    if let Some(exports) = root.get_mut("misc_exports").and_then(Value::as_array_mut) {
        exports.retain(|export| export.get("View").is_some() || export.get("Procedure").is_some());
    }
    if let Some(sections) = root.get_mut("sections").and_then(Value::as_array_mut) {
        sections.retain(|section| !UNUSED_SECTIONS.iter().any(|unused| section.get(unused).is_some()));
        for (name, content) in sections.iter_mut().filter_map(Value::as_object_mut).flatten() {
            // The order of types is what references count.
            if name != "Typespace" {
                sort(content);
            }
        }
        sections.sort_by_key(Value::to_string);
    }
    root.to_string()
}

fn remove_keys(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !keys.contains(&&**key));
            object.values_mut().for_each(|value| remove_keys(value, keys));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| remove_keys(value, keys)),
        _ => {}
    }
}

/// Sorts the lists of a section: the section itself, the entries of names, and the indexes and constraints of tables.
fn sort(content: &mut Value) {
    for list in ["entries", "indexes", "constraints"] {
        if let Some(inner) = content.get_mut(list) {
            sort(inner);
        }
    }
    if let Value::Array(values) = content {
        values.iter_mut().for_each(sort);
        if values.iter().all(Value::is_object) {
            values.sort_by_key(Value::to_string);
        }
    }
}
