//! The types of a module: which there are, what they are called in Python, and their definitions.

use std::collections::HashMap;
use std::fmt::Write;

use stdb::schema::{Element, Kind, Special, Type};

use super::text;
use super::words::{OF_ROWS, attributes, literal, quoted};
use crate::model::{Definition, Module, key};
use crate::names::{Scope, pascal};

/// The types that the bindings define, with their names in Python.
pub struct Types<'a> {
    /// Each behind those it is made of.
    defined: Vec<Defined<'a>>,
    /// By the model's key.
    names: HashMap<String, String>,
}

struct Defined<'a> {
    ty: &'a Type,
    /// The module's name for it.
    original: &'a str,
    name: String,
    /// The classes of a sum's variants.
    variants: Vec<String>,
}

impl<'a> Types<'a> {
    /// Names all types that the module names; the package has its own classes for others.
    pub fn name_all(module: &'a Module, top: &mut Scope) -> Types<'a> {
        let mut defined = Vec::new();
        for Definition { ty, .. } in module.types.iter().filter(|definition| has_values(&definition.ty)) {
            let Some(original) = ty.name.as_deref() else { continue };
            defined.push(Defined { ty, original, name: top.claim(&pascal(original)), variants: Vec::new() });
        }
        for Defined { ty, name, variants, .. } in &mut defined {
            if let (Kind::Sum(parts), None) = (&ty.kind, ty.special) {
                *variants = parts.iter().map(|part| top.claim(&format!("{name}{}", pascal(&part.name)))).collect();
            }
        }
        let names = defined.iter().map(|defined| (key(defined.ty), defined.name.clone())).collect();
        Types { defined, names }
    }

    /// The type in an annotation.
    pub fn annotation(&self, ty: &Type) -> String {
        if let Some(name) = self.names.get(&key(ty)) {
            return name.clone();
        }
        match (&ty.kind, ty.special) {
            (_, Some(Special::Identity)) => "_stdb.Identity".into(),
            (_, Some(Special::ConnectionId)) => "_stdb.ConnectionId".into(),
            (_, Some(Special::Timestamp)) => "_stdb.Timestamp".into(),
            (_, Some(Special::TimeDuration)) => "_stdb.TimeDuration".into(),
            (_, Some(Special::Uuid)) => "_UUID".into(),
            (_, Some(Special::ScheduleAt)) => "_stdb.ScheduleAt".into(),
            (_, Some(Special::Bytes)) => "_bytes".into(),
            (Kind::Sum(parts), Some(Special::Option)) => match parts[0].ty.special {
                // `None` could not say which option it is of.
                Some(Special::Option) => "_stdb.Variant".into(),
                _ => format!("_Optional[{}]", self.annotation(&parts[0].ty)),
            },
            (Kind::Sum(parts), Some(Special::Result)) => {
                format!(
                    "_Union[_stdb.Ok[{}], _stdb.Err[{}]]",
                    self.annotation(&parts[0].ty),
                    self.annotation(&parts[1].ty)
                )
            }
            (Kind::Array(element), _) => format!("_List[{}]", self.annotation(element)),
            (Kind::Product(_), _) => "_stdb.Row".into(),
            (Kind::Sum(parts), _) if parts.is_empty() => "_NoReturn".into(),
            (Kind::Sum(_), _) => "_stdb.Variant".into(),
            (Kind::Bool, _) => "_bool".into(),
            (Kind::F32 | Kind::F64, _) => "_float".into(),
            (Kind::String, _) => "_str".into(),
            _ => "_int".into(),
        }
    }

    /// Defines all types.
    pub fn write_definitions(&self, out: &mut String) {
        for defined in &self.defined {
            match (&defined.ty.kind, defined.ty.special) {
                (Kind::Sum(parts), Some(Special::PlainEnum)) => write_enum(out, defined, parts),
                (Kind::Sum(parts), _) => self.write_sum(out, defined, parts),
                (Kind::Product(parts), _) => self.write_product(out, defined, parts),
                _ => unreachable!("only products and sums are defined"),
            }
        }
    }

    fn write_product(&self, out: &mut String, defined: &Defined, parts: &[Element]) {
        let _ = writeln!(out, "\n\n@_dataclass\nclass {}:", defined.name);
        let _ = writeln!(out, "    \"\"\"The type {}.\"\"\"", quoted(defined.original));
        for (position, (part, attribute)) in parts.iter().zip(fields(parts)).enumerate() {
            if position == 0 {
                out.push('\n');
            }
            text::line(out, 4, &format!("{attribute}: {}", self.annotation(&part.ty)));
        }
    }

    fn write_sum(&self, out: &mut String, defined: &Defined, parts: &[Element]) {
        for (part, class) in parts.iter().zip(&defined.variants) {
            let (variant, original) = (quoted(&part.name), quoted(defined.original));
            let _ = writeln!(
                out,
                "\n\n@_dataclass\nclass {class}:\n    \"\"\"The variant {variant} of {original}.\"\"\"\n"
            );
            if !part.ty.is_unit() {
                text::line(out, 4, &format!("value: {}", self.annotation(&part.ty)));
            }
            let names = format!("({}, {})", literal(defined.original), literal(&part.name));
            text::line(out, 4, &format!("__stdb_variant__: _ClassVar[_Tuple[_str, _str]] = {names}"));
        }
        out.push_str("\n\n");
        text::line(out, 0, &format!("{} = _Union[{}]", defined.name, defined.variants.join(", ")));
        let _ = writeln!(out, "\"\"\"The type {}: one of its variants.\"\"\"", quoted(defined.original));
    }

    /// What the package reads the module's types into.
    pub fn write_classes(&self, out: &mut String) {
        for defined in &self.defined {
            let classes = match (&defined.ty.kind, defined.ty.special) {
                (Kind::Sum(_), Some(Special::PlainEnum)) => format!("tuple({})", defined.name),
                (Kind::Sum(_), _) if defined.variants.len() == 1 => format!("({},)", defined.variants[0]),
                (Kind::Sum(_), _) => format!("({})", defined.variants.join(", ")),
                _ => defined.name.clone(),
            };
            text::line(out, 8, &format!("{}: {classes},", literal(defined.original)));
        }
    }
}

/// Whether a definition is a class of its own: not one that has no values.
fn has_values(ty: &Type) -> bool {
    !matches!(&ty.kind, Kind::Sum(parts) if parts.is_empty())
}

/// The attributes of a product.
pub fn fields(parts: &[Element]) -> Vec<String> {
    attributes(parts.iter().map(|part| &*part.name), &OF_ROWS)
}

fn write_enum(out: &mut String, defined: &Defined, parts: &[Element]) {
    let _ = writeln!(out, "\n\nclass {}(_stdb.PlainEnum):", defined.name);
    let _ = writeln!(out, "    \"\"\"The type {}.\"\"\"\n", quoted(defined.original));
    let _ = writeln!(out, "    __stdb_type__ = {}", literal(defined.original));
    for (tag, member) in attributes(parts.iter().map(|part| &*part.name), &OF_ENUMS).iter().enumerate() {
        let _ = writeln!(out, "    {member} = {tag}");
    }
}

/// What members of an enum may not be called: what its class has for other things.
const OF_ENUMS: [&str; 13] = [
    "as_integer_ratio",
    "bit_count",
    "bit_length",
    "conjugate",
    "denominator",
    "from_bytes",
    "imag",
    "is_integer",
    "mro",
    "name",
    "numerator",
    "real",
    "to_bytes",
];
