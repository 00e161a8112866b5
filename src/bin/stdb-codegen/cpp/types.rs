//! The types of a module: which there are, what they are called in C++, and their definitions.

use std::collections::HashMap;
use std::fmt::Write;

use stdb::schema::{Element, Kind, Special, Type};

use super::words;
use crate::model::{Definition, Module, key};
use crate::names::{Scope, pascal, snake};

/// The types that the bindings define, with their names in C++.
pub struct Types<'a> {
    /// The namespace that they are in.
    namespace: &'a str,
    /// Each behind those it is made of.
    defined: Vec<(&'a Type, String)>,
    /// By the model's key.
    names: HashMap<String, String>,
}

impl<'a> Types<'a> {
    /// Names all types.
    pub fn name_all(module: &'a Module, namespace: &'a str, top: &mut Scope) -> Types<'a> {
        let defined = module.types.iter().filter(|definition| has_form(&definition.ty));
        let defined: Vec<_> = defined.map(|Definition { name, ty }| (&**ty, top.claim(&pascal(name)))).collect();
        let names = defined.iter().map(|(ty, name)| (key(ty), name.clone())).collect();
        Types { namespace, defined, names }
    }

    /// The name of a type in C++.
    pub fn name(&self, ty: &Type) -> String {
        if let Some(name) = self.names.get(&key(ty)) {
            return name.clone();
        }
        let of_variants = |template: &str, variants: &[Element]| {
            let names: Vec<String> = variants.iter().map(|variant| self.name(&variant.ty)).collect();
            format!("{template}<{}>", names.join(", "))
        };
        match (&ty.kind, ty.special) {
            (_, Some(Special::Identity)) => "stdb::identity".into(),
            (_, Some(Special::ConnectionId)) => "stdb::connection_id".into(),
            (_, Some(Special::Timestamp)) => "stdb::timestamp".into(),
            (_, Some(Special::TimeDuration)) => "stdb::time_duration".into(),
            (_, Some(Special::Uuid)) => "stdb::uuid".into(),
            (_, Some(Special::ScheduleAt)) => "stdb::schedule_at".into(),
            (_, Some(Special::Bytes)) => "stdb::bytes".into(),
            (Kind::Sum(variants), Some(Special::Option)) => of_variants("std::optional", &variants[..1]),
            (Kind::Sum(variants), Some(Special::Result)) => of_variants("stdb::outcome", variants),
            (Kind::Array(element), _) => format!("stdb::array<{}>", self.name(element)),
            (Kind::Product(_), _) => "stdb::unit".into(),
            (Kind::Sum(_), _) => "stdb::never".into(),
            (kind, _) => scalar(kind).into(),
        }
    }

    /// A parameter of that type: what is cheap to copy by value.
    pub fn parameter(&self, ty: &Type) -> String {
        let name = self.name(ty);
        let is_cheap = matches!(ty.special, Some(Special::Bytes | Special::PlainEnum))
            || matches!(ty.kind, Kind::Array(_))
            || is_small(&ty.kind);
        if is_cheap { name } else { format!("const {name}&") }
    }

    /// Defines all types, then how they are read and written.
    pub fn write_definitions(&self, out: &mut String) {
        out.push_str(&super::begin(self.namespace));
        self.defined.iter().for_each(|(ty, name)| self.write_definition(out, ty, name));
        out.push_str(super::END);
        out.push('\n');
        self.defined.iter().for_each(|(ty, name)| write_codec(out, ty, &format!("{}::{name}", self.namespace)));
        out.push('\n');
    }

    fn write_definition(&self, out: &mut String, ty: &Type, name: &str) {
        match (&ty.kind, ty.special) {
            (Kind::Product(elements), _) => self.write_struct(out, name, elements, &title(ty, "product")),
            (Kind::Sum(variants), Some(Special::PlainEnum)) => write_enum(out, name, variants, &title(ty, "enum")),
            (Kind::Sum(variants), _) => self.write_sum(out, name, variants, &title(ty, "sum")),
            _ => unreachable!("only products and sums are defined"),
        }
    }

    fn write_struct(&self, out: &mut String, name: &str, elements: &[Element], title: &str) {
        let _ = writeln!(out, "/// {title}\nstruct {name} {{");
        for (element, member) in elements.iter().zip(members(elements)) {
            let initial =
                if is_small(&element.ty.kind) || element.ty.special == Some(Special::PlainEnum) { "{}" } else { "" };
            let _ = writeln!(out, "    {} {member}{initial};", self.name(&element.ty));
        }
        out.push_str("};\n\n");
    }

    fn write_sum(&self, out: &mut String, name: &str, variants: &[Element], title: &str) {
        let payloads: Vec<String> = variants.iter().map(|variant| self.name(&variant.ty)).collect();
        let mut scope = words::scope(&[]);
        let both = |stem: &str| vec![format!("make_{stem}"), format!("as_{stem}")];
        let stems = variants.iter().map(|variant| scope.claim_stem(&snake(&variant.name), both));
        let functions: Vec<String> = stems.collect();
        let _ = writeln!(out, "/// {title}\nstruct {name} : stdb::sum<{}> {{", payloads.join(", "));
        let _ = writeln!(
            out,
            "    /// The variants.\n    enum class Tag : std::uint8_t {{ {} }};",
            enumerators(variants).join(", ")
        );
        out.push_str("    using sum::sum;\n\n    /// Which variant it is.\n    ");
        out.push_str("Tag tag() const noexcept { return static_cast<Tag>(index()); }\n");
        for (position, (variant, function)) in variants.iter().zip(&functions).enumerate() {
            let _ = writeln!(out, "    /// The variant `{}`.", words::comment(&variant.name));
            if variant.ty.is_unit() {
                let _ = writeln!(
                    out,
                    "    static {name} make_{function}() {{ return {name}(std::in_place_index<{position}>); }}"
                );
                continue;
            }
            let (payload, parameter) = (&payloads[position], self.parameter(&variant.ty));
            let _ = writeln!(
                out,
                "    static {name} make_{function}({parameter} payload) {{\n        \
                 return {name}(std::in_place_index<{position}>, payload);\n    }}"
            );
            let _ =
                writeln!(out, "    /// What `{}` has; NULL when it is another variant.", words::comment(&variant.name));
            let _ =
                writeln!(out, "    const {payload}* as_{function}() const noexcept {{ return get<{position}>(); }}");
        }
        out.push_str("};\n\n");
    }
}

/// Whether a definition is a type of its own in C++: nothing is `stdb::unit`, and what has no values `stdb::never`.
fn has_form(ty: &Type) -> bool {
    match &ty.kind {
        Kind::Sum(variants) => !variants.is_empty(),
        _ => !ty.is_unit() || ty.name.is_some(),
    }
}

/// Whether it is a number, a bool or text.
fn is_small(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::U128 | Kind::U256 | Kind::I128 | Kind::I256 | Kind::Array(_) | Kind::Product(_) | Kind::Sum(_)
    )
}

fn scalar(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "bool",
        Kind::U8 => "std::uint8_t",
        Kind::U16 => "std::uint16_t",
        Kind::U32 => "std::uint32_t",
        Kind::U64 => "std::uint64_t",
        Kind::U128 => "stdb::u128",
        Kind::U256 => "stdb::u256",
        Kind::I8 => "std::int8_t",
        Kind::I16 => "std::int16_t",
        Kind::I32 => "std::int32_t",
        Kind::I64 => "std::int64_t",
        Kind::I128 => "stdb::i128",
        Kind::I256 => "stdb::i256",
        Kind::F32 => "float",
        Kind::F64 => "double",
        Kind::String => "std::string_view",
        Kind::Array(_) | Kind::Product(_) | Kind::Sum(_) => unreachable!("it has parts"),
    }
}

/// The first line of a type's comment.
fn title(ty: &Type, what: &str) -> String {
    let borrows = if ty.size.is_some() { "" } else { " What it borrows lives as long as its row." };
    match &ty.name {
        Some(name) => format!("The {what} type `{}`.{borrows}", words::comment(name)),
        None => format!("A {what} type without a name.{borrows}"),
    }
}

/// The names of a product's members.
pub fn members(elements: &[Element]) -> Vec<String> {
    let mut scope = words::scope(&[]);
    elements.iter().map(|element| scope.claim(&snake(&element.name))).collect()
}

fn enumerators(variants: &[Element]) -> Vec<String> {
    let mut scope = words::scope(&[]);
    variants.iter().map(|variant| scope.claim(&pascal(&variant.name))).collect()
}

fn write_enum(out: &mut String, name: &str, variants: &[Element], title: &str) {
    let _ = writeln!(out, "/// {title}\nenum class {name} : std::uint8_t {{");
    for enumerator in enumerators(variants) {
        let _ = writeln!(out, "    {enumerator},");
    }
    out.push_str("};\n\n");
}

/// How a type is read and written; `name` with its namespace.
fn write_codec(out: &mut String, ty: &Type, name: &str) {
    let codec = match (&ty.kind, ty.special) {
        (Kind::Product(elements), _) => {
            let members = members(elements);
            let members: String = members.iter().map(|member| format!(",\n          &{name}::{member}")).collect();
            format!("bsatn_product<{name}{members}>")
        }
        (Kind::Sum(variants), Some(Special::PlainEnum)) => format!("bsatn_enum<{name}, {}>", variants.len()),
        _ => format!("bsatn_sum<{name}>"),
    };
    let _ = writeln!(out, "template <>\nstruct stdb::bsatn<{name}>\n    : stdb::detail::{codec} {{}};");
}
