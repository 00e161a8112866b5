//! The types of a module as C has them.
//!
//! A value that holds no text and no array is a plain struct or number. A product that does is a view of its BSATN, with
//! a function for each column, and an array is one as well. A sum is a struct of a tag and a union, an option a struct of
//! whether it has a value and the value.

use std::collections::HashMap;
use std::sync::Arc;

use stdb::schema::{Element, Kind, Special, Type};

use super::words;
use crate::model::{Module, key};
use crate::names::{self, Scope};

/// A type in C.
pub struct CType {
    /// How C spells it.
    pub name: String,
    /// What the names of functions for it begin with, and of wrappers around it end with.
    pub stem: String,
    /// What it looks like in C.
    pub shape: Shape,
    /// How many bytes its BSATN has, where that is the same for all values.
    pub size: Option<usize>,
    /// What it is called in messages and comments.
    pub described: String,
}

/// What a type looks like in C.
pub enum Shape {
    /// A number, a boolean, or a type of the library's of fixed size.
    Scalar,
    /// `stdb_str`.
    Text,
    /// `stdb_bytes`.
    Bytes,
    /// An enum; the constants.
    Enum(Vec<String>),
    /// A struct of members.
    Struct(Vec<Member>),
    /// A view of a product's BSATN; the members have a function each.
    View(Vec<Member>),
    /// A tag and a union.
    Union { tag: String, variants: Vec<Variant> },
    /// Whether there is a value, and it.
    Option(usize),
    /// A view of the BSATN of elements.
    Array(usize),
}

/// A member of a product, or a parameter.
#[derive(Clone)]
pub struct Member {
    /// Its name in C.
    pub name: String,
    /// Its name as a part of a longer one, where it may be what is reserved.
    pub part: String,
    /// The position of its type.
    pub ty: usize,
}

/// A variant of a sum.
pub struct Variant {
    /// The constant of its tag.
    pub constant: String,
    /// The union's member, and the position of its type; `None` for a variant without a payload.
    pub payload: Option<Member>,
}

/// All types that a module's bindings have, each behind those it is made of; and the names that are taken.
pub struct Types {
    /// The types.
    pub list: Vec<CType>,
    positions: HashMap<String, usize>,
    names: HashMap<String, String>,
    /// The names of types, functions and constants, which live together in C.
    pub scope: Scope,
    /// What all of them begin with, in words.
    prefix: String,
}

/// The names that members of one struct, or parameters of one function, take.
fn member_scope() -> Scope {
    Scope::with_reserved(words::of(words::EVERYWHERE))
}

impl Types {
    /// The types of a module.
    pub fn of(module: &Module, prefix: Option<&str>) -> Types {
        let reserved = words::of(words::EVERYWHERE).chain(words::of(words::GLOBAL)).chain(words::of_the_library());
        let mut types = Types {
            list: Vec::new(),
            positions: HashMap::new(),
            names: HashMap::new(),
            scope: Scope::with_reserved(reserved),
            prefix: prefix.unwrap_or_default().to_owned(),
        };
        // The module's own names first, so that what is made up gives way.
        for definition in &module.types {
            let name = types.claim(&names::pascal(&definition.name), &["read", "of"]);
            types.names.insert(key(&definition.ty), name);
        }
        for definition in &module.types {
            types.add(&definition.ty);
        }
        types
    }

    /// A type by its position.
    pub fn get(&self, position: usize) -> &CType {
        &self.list[position]
    }

    /// The position of a type, which is added if it is not there.
    pub fn add(&mut self, ty: &Arc<Type>) -> usize {
        let key = key(ty);
        if let Some(position) = self.positions.get(&key) {
            return *position;
        }
        let made = self.make(ty, &key);
        self.list.push(made);
        self.positions.insert(key, self.list.len() - 1);
        self.list.len() - 1
    }

    /// Members of a product, or parameters: each has a name of its own.
    pub fn members<'a>(&mut self, parts: impl Iterator<Item = (&'a str, &'a Arc<Type>)>) -> Vec<Member> {
        let (mut scope, mut parts_scope) = (member_scope(), Scope::default());
        let member = |(name, ty)| {
            let name = names::snake(name);
            Member { part: parts_scope.claim(&name), name: scope.claim(&name), ty: self.add(ty) }
        };
        parts.map(member).collect()
    }

    /// A function's name, with the prefix.
    pub fn prefixed(&self, function: &str) -> String {
        if self.prefix.is_empty() { function.to_owned() } else { format!("{}_{function}", names::snake(&self.prefix)) }
    }

    /// What a type is called within the name of one that is made of it: without the prefix, which that has.
    fn part_of_name(&self, position: usize) -> String {
        let stem = &self.get(position).stem;
        names::pascal(stem.strip_prefix(&self.prefixed("")).unwrap_or(stem))
    }

    /// Whether a value borrows from the bytes it was read from.
    pub fn borrows(&self, position: usize) -> bool {
        match &self.get(position).shape {
            Shape::Scalar | Shape::Enum(_) => false,
            Shape::Text | Shape::Bytes | Shape::View(_) | Shape::Array(_) => true,
            Shape::Struct(members) => members.iter().any(|member| self.borrows(member.ty)),
            Shape::Union { variants, .. } => {
                variants.iter().flat_map(|variant| &variant.payload).any(|p| self.borrows(p.ty))
            }
            Shape::Option(value) => self.borrows(*value),
        }
    }

    /// Takes a type's name, and with it those of the functions for it.
    fn claim(&mut self, wanted: &str, verbs: &[&str]) -> String {
        let prefix = if self.prefix.is_empty() { String::new() } else { names::pascal(&self.prefix) };
        self.scope.claim_stem(&(prefix + wanted), |name| {
            let stem = names::snake(name);
            let functions = verbs.iter().map(|verb| format!("{stem}_{verb}"));
            functions.chain([name.to_owned()]).collect()
        })
    }

    fn make(&mut self, ty: &Arc<Type>, key: &str) -> CType {
        let (size, described) = (ty.size, ty.to_string());
        let scalar = |name: &str, stem: &str| CType {
            name: name.into(),
            stem: stem.into(),
            shape: Shape::Scalar,
            size,
            described: described.clone(),
        };
        match (ty.special, &ty.kind) {
            (Some(Special::Identity), _) => scalar("stdb_identity", "identity"),
            (Some(Special::ConnectionId), _) => scalar("stdb_connection_id", "connection_id"),
            (Some(Special::Timestamp), _) => scalar("stdb_timestamp", "timestamp"),
            (Some(Special::TimeDuration), _) => scalar("stdb_time_duration", "time_duration"),
            (Some(Special::Uuid), _) => scalar("stdb_u128", "uuid"),
            (Some(Special::ScheduleAt), _) => scalar("stdb_schedule_at", "schedule_at"),
            (Some(Special::Bytes), _) => CType { shape: Shape::Bytes, ..scalar("stdb_bytes", "bytes") },
            (Some(Special::Option), _) => {
                let value = self.add(&ty.elements()[0].ty);
                let name = self.claim(&format!("Option{}", self.part_of_name(value)), &[]);
                CType { stem: names::snake(&name), shape: Shape::Option(value), ..scalar(&name, "") }
            }
            (_, Kind::Bool) => scalar("bool", "bool"),
            (_, Kind::U8) => scalar("uint8_t", "u8"),
            (_, Kind::U16) => scalar("uint16_t", "u16"),
            (_, Kind::U32) => scalar("uint32_t", "u32"),
            (_, Kind::U64) => scalar("uint64_t", "u64"),
            (_, Kind::U128) => scalar("stdb_u128", "u128"),
            (_, Kind::U256) => scalar("stdb_u256", "u256"),
            (_, Kind::I8) => scalar("int8_t", "i8"),
            (_, Kind::I16) => scalar("int16_t", "i16"),
            (_, Kind::I32) => scalar("int32_t", "i32"),
            (_, Kind::I64) => scalar("int64_t", "i64"),
            (_, Kind::I128) => scalar("stdb_i128", "i128"),
            (_, Kind::I256) => scalar("stdb_i256", "i256"),
            (_, Kind::F32) => scalar("float", "f32"),
            (_, Kind::F64) => scalar("double", "f64"),
            (_, Kind::String) => CType { shape: Shape::Text, ..scalar("stdb_str", "string") },
            (_, Kind::Array(element)) => {
                let element = self.add(element);
                let name = self.claim(&format!("{}Array", self.part_of_name(element)), &["at", "next", "of"]);
                CType { stem: names::snake(&name), shape: Shape::Array(element), ..scalar(&name, "") }
            }
            (_, Kind::Product(elements)) => {
                let members = self.members(elements.iter().map(|e| (&*e.name, &e.ty)));
                let borrows = members.iter().any(|member| self.borrows(member.ty));
                let name = self.name_of(key, "Product");
                let stem = names::snake(&name);
                let shape = if borrows { Shape::View(members) } else { Shape::Struct(members) };
                if let Shape::View(members) = &shape {
                    members.iter().for_each(|member| drop(self.scope.claim(&format!("{stem}_get_{}", member.part))));
                }
                CType { stem, shape, ..scalar(&name, "") }
            }
            (_, Kind::Sum(variants)) => self.make_sum(ty, variants, key, scalar("", "")),
        }
    }

    fn make_sum(&mut self, ty: &Type, variants: &[Element], key: &str, base: CType) -> CType {
        let mut scope = member_scope();
        let payload = |types: &mut Types, scope: &mut Scope, variant: &Element| {
            let has_one = !(variant.ty.is_unit() && variant.ty.name.is_none());
            has_one.then(|| {
                let part = names::snake(&variant.name);
                Member { name: scope.claim(&part), part, ty: types.add(&variant.ty) }
            })
        };
        let payloads: Vec<_> = variants.iter().map(|variant| payload(self, &mut scope, variant)).collect();
        let stem = |payload: &Option<Member>| match payload {
            Some(member) => self.part_of_name(member.ty),
            None => "Unit".into(),
        };
        let made_up = format!("Result{}", payloads.iter().map(stem).collect::<String>());
        let name = self.name_of(key, &made_up);
        let constants: Vec<_> =
            variants.iter().map(|variant| format!("{}_{}", names::upper(&name), names::upper(&variant.name))).collect();
        let constants: Vec<_> = constants.iter().map(|constant| self.scope.claim(constant)).collect();
        let stem = names::snake(&name);
        if ty.special == Some(Special::PlainEnum) {
            return CType { name, stem, shape: Shape::Enum(constants), ..base };
        }
        let tag = self.scope.claim(&format!("{name}Tag"));
        let variant = |(constant, payload)| Variant { constant, payload };
        let mut variants: Vec<_> = constants.into_iter().zip(payloads).map(variant).collect();
        if variants.is_empty() {
            // There are no values, and in C no enums without a constant.
            let constant = self.scope.claim(&format!("{}_NEVER", names::upper(&name)));
            variants.push(Variant { constant, payload: None });
        }
        CType { name, stem, shape: Shape::Union { tag, variants }, ..base }
    }

    /// The name that a definition has, or one that is made up.
    fn name_of(&mut self, key: &str, made_up: &str) -> String {
        match self.names.get(key) {
            Some(name) => name.clone(),
            None => self.claim(made_up, &[]),
        }
    }
}
