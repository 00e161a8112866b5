//! From the types of a schema, which name one another by reference, to types without references.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use spacetimedb_sats::{AlgebraicType, AlgebraicTypeRef, ProductType};

use super::ty::{Element, Kind, Type};

/// The most steps from a type to what lies deepest in it, references counted. Values are walked by recursion, on threads
/// of the caller whose stacks may be small.
const MAX_DEPTH: usize = 100;

/// The most types that a type may unfold into. A few references can name one another so that a value of no bytes has
/// more parts than anyone could walk over.
const MAX_TYPES: usize = 1 << 20;

/// Makes types of a schema's, once each.
pub(super) struct Resolver {
    types: Arc<[AlgebraicType]>,
    names: HashMap<usize, Arc<str>>,
    /// What was made of each of `types`.
    made: Vec<Made>,
}

/// What was made of a type of the schema.
#[derive(Clone)]
enum Made {
    Nothing,
    /// It is being made; meeting it again means that it contains itself.
    Open,
    Done(Resolved),
}

/// A type, and how much there is to it.
#[derive(Clone)]
struct Resolved {
    ty: Arc<Type>,
    /// The most steps from it to what lies deepest in it.
    depth: usize,
    /// How many types it unfolds into.
    count: usize,
}

/// What is wrong with a type, and where in it.
#[derive(Debug)]
pub(super) struct Fault {
    /// The names of the parts it lies in, gathered from the inside out.
    path: Vec<Arc<str>>,
    what: String,
}

type Resolve<T> = Result<T, Fault>;

/// How many parts of a path are written out.
const PATH_SHOWN: usize = 8;

impl Fault {
    fn within(mut self, part: &Arc<str>) -> Fault {
        self.path.push(part.clone());
        self
    }
}

impl From<String> for Fault {
    fn from(what: String) -> Fault {
        Fault { path: Vec::new(), what }
    }
}

/// As what a part of the schema says of a fault in it.
impl From<Fault> for String {
    fn from(fault: Fault) -> String {
        if fault.path.is_empty() {
            return fault.what;
        }
        let shown: Vec<&str> = fault.path.iter().rev().take(PATH_SHOWN).map(|part| &**part).collect();
        let more = if fault.path.len() > PATH_SHOWN { ".…" } else { "" };
        format!("`{}{more}`: {}", shown.join("."), fault.what)
    }
}

impl Resolver {
    /// A resolver of references into `types`, of which some have a name.
    pub(super) fn new(types: Vec<AlgebraicType>, names: HashMap<usize, Arc<str>>) -> Self {
        Resolver { made: vec![Made::Nothing; types.len()], types: types.into(), names }
    }

    /// The type that `reference` names.
    pub(super) fn reference(&mut self, reference: AlgebraicTypeRef) -> Resolve<Arc<Type>> {
        Ok(self.open(reference.idx(), 0)?.ty)
    }

    /// `ty` without references.
    pub(super) fn ty(&mut self, ty: &AlgebraicType) -> Resolve<Arc<Type>> {
        Ok(self.resolve(ty, 0)?.ty)
    }

    /// `product` without references.
    pub(super) fn product(&mut self, product: &ProductType) -> Resolve<Arc<Type>> {
        Ok(self.resolve_product(product, 0)?.ty)
    }

    /// Makes a type that lies `depth` steps deep.
    fn resolve(&mut self, ty: &AlgebraicType, depth: usize) -> Resolve<Resolved> {
        check_depth(depth)?;
        match ty {
            AlgebraicType::Ref(reference) => self.open(reference.idx(), depth),
            AlgebraicType::Product(product) => self.resolve_product(product, depth),
            AlgebraicType::Sum(sum) => {
                let variants = sum.variants.iter().map(|variant| (variant.name.as_deref(), &variant.algebraic_type));
                self.resolve_parts(variants, depth, Kind::Sum)
            }
            AlgebraicType::Array(array) => {
                let element = self.resolve(&array.elem_ty, depth + 1)?;
                around([&element], Kind::Array(element.ty.clone()))
            }
            AlgebraicType::Bool => leaf(Kind::Bool),
            AlgebraicType::U8 => leaf(Kind::U8),
            AlgebraicType::U16 => leaf(Kind::U16),
            AlgebraicType::U32 => leaf(Kind::U32),
            AlgebraicType::U64 => leaf(Kind::U64),
            AlgebraicType::U128 => leaf(Kind::U128),
            AlgebraicType::U256 => leaf(Kind::U256),
            AlgebraicType::I8 => leaf(Kind::I8),
            AlgebraicType::I16 => leaf(Kind::I16),
            AlgebraicType::I32 => leaf(Kind::I32),
            AlgebraicType::I64 => leaf(Kind::I64),
            AlgebraicType::I128 => leaf(Kind::I128),
            AlgebraicType::I256 => leaf(Kind::I256),
            AlgebraicType::F32 => leaf(Kind::F32),
            AlgebraicType::F64 => leaf(Kind::F64),
            AlgebraicType::String => leaf(Kind::String),
        }
    }

    /// The type at a position of the schema's, met `depth` steps deep.
    fn open(&mut self, position: usize, depth: usize) -> Resolve<Resolved> {
        let types = self.types.clone();
        let Some(named) = types.get(position) else {
            return Err(format!("there is no type {position}: the typespace has {}", types.len()).into());
        };
        let resolved = match std::mem::replace(&mut self.made[position], Made::Open) {
            Made::Open => return Err(format!("type {position} contains itself").into()),
            Made::Done(resolved) => resolved,
            Made::Nothing => {
                let resolved = self.resolve(named, depth + 1)?;
                Resolved { ty: self.named(resolved.ty, position), depth: resolved.depth + 1, ..resolved }
            }
        };
        self.made[position] = Made::Done(resolved.clone());
        check_depth(depth + resolved.depth)?;
        Ok(resolved)
    }

    /// The type with the name that the schema has for that position, if it has one.
    fn named(&self, ty: Arc<Type>, position: usize) -> Arc<Type> {
        match self.names.get(&position) {
            Some(name) => Arc::new(Type { name: Some(name.clone()), ..Type::clone(&ty) }),
            None => ty,
        }
    }

    fn resolve_product(&mut self, product: &ProductType, depth: usize) -> Resolve<Resolved> {
        let elements = product.elements.iter().map(|element| (element.name.as_deref(), &element.algebraic_type));
        self.resolve_parts(elements, depth, Kind::Product)
    }

    /// Makes a product or a sum of its elements or variants.
    fn resolve_parts<'a>(
        &mut self,
        parts: impl Iterator<Item = (Option<&'a str>, &'a AlgebraicType)>,
        depth: usize,
        kind: fn(Arc<[Element]>) -> Kind,
    ) -> Resolve<Resolved> {
        let (mut elements, mut resolved) = (Vec::new(), Vec::new());
        for (position, (name, ty)) in parts.enumerate() {
            let is_named = name.is_some();
            let name: Arc<str> = name.map_or_else(|| position.to_string().into(), Into::into);
            let part = self.resolve(ty, depth + 1).map_err(|fault| fault.within(&name))?;
            elements.push(Element { name, is_named, ty: part.ty.clone() });
            resolved.push(part);
        }
        let mut seen = HashSet::new();
        if let Some(twice) = elements.iter().find(|element| !seen.insert(&element.name)) {
            return Err(format!("two elements are named `{}`", twice.name).into());
        }
        let kind = kind(elements.into());
        match &kind {
            // A tag is one byte.
            Kind::Sum(variants) if variants.len() > 256 => {
                Err(format!("the sum has {} variants, more than 256", variants.len()).into())
            }
            _ => around(&resolved, kind),
        }
    }
}

fn leaf(kind: Kind) -> Resolve<Resolved> {
    around([], kind)
}

/// A type around others.
fn around<'a>(parts: impl IntoIterator<Item = &'a Resolved>, kind: Kind) -> Resolve<Resolved> {
    let (mut depth, mut count) = (0, 1);
    for part in parts {
        depth = depth.max(part.depth + 1);
        count += part.count;
        if count > MAX_TYPES {
            return Err(format!("the type unfolds into more than {MAX_TYPES}").into());
        }
    }
    Ok(Resolved { ty: Arc::new(Type::new(kind)), depth, count })
}

fn check_depth(depth: usize) -> Resolve<()> {
    if depth > MAX_DEPTH { Err(format!("the type nests deeper than {MAX_DEPTH} steps").into()) } else { Ok(()) }
}

/// A type that names no others, for tests.
#[cfg(test)]
pub(crate) fn resolved(ty: &AlgebraicType) -> Arc<Type> {
    Resolver::new(Vec::new(), HashMap::new()).ty(ty).expect("the type is good")
}
