//! Types: what the values of a column, a parameter or a part of either are.
//!
//! A type is a tree without references. What a reference named stands in its place, once: whoever names the same type
//! shares it.

use std::fmt;
use std::sync::Arc;

/// A type, with what is known of all its values.
#[derive(Clone, Debug)]
pub struct Type {
    /// What its values are made of.
    pub kind: Kind,
    /// What SpacetimeDB or its users mean by it, when that is more than what it is made of.
    pub special: Option<Special>,
    /// The module's name for it, if it has one; the scopes of a scoped name come before it, each with `::`.
    pub name: Option<Arc<str>>,
    /// How many bytes every value takes, where that is the same for all.
    pub size: Option<usize>,
    /// Whether it has a fixed size and any bytes of that size are a value.
    pub plain: bool,
}

/// What the values of a type are made of.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `false` or `true`.
    Bool,
    /// An unsigned integer of 8 bits.
    U8,
    /// An unsigned integer of 16 bits.
    U16,
    /// An unsigned integer of 32 bits.
    U32,
    /// An unsigned integer of 64 bits.
    U64,
    /// An unsigned integer of 128 bits.
    U128,
    /// An unsigned integer of 256 bits.
    U256,
    /// A signed integer of 8 bits.
    I8,
    /// A signed integer of 16 bits.
    I16,
    /// A signed integer of 32 bits.
    I32,
    /// A signed integer of 64 bits.
    I64,
    /// A signed integer of 128 bits.
    I128,
    /// A signed integer of 256 bits.
    I256,
    /// A float of 32 bits.
    F32,
    /// A float of 64 bits.
    F64,
    /// Text.
    String,
    /// Any number of values of one type.
    Array(Arc<Type>),
    /// One value of each element's type, in this order.
    Product(Arc<[Element]>),
    /// One value of one variant's type.
    Sum(Arc<[Element]>),
}

/// A type that is more than what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// Who a client is: a product of one `u256`.
    Identity,
    /// Which connection of a client: a product of one `u128`.
    ConnectionId,
    /// A moment: a product of one `i64`, microseconds since the Unix epoch.
    Timestamp,
    /// A length of time: a product of one `i64`, microseconds.
    TimeDuration,
    /// A UUID: a product of one `u128`.
    Uuid,
    /// When a scheduled row is due: a sum of `Interval`, a time duration, and `Time`, a timestamp.
    ScheduleAt,
    /// A value or none: a sum of `some` and `none`.
    Option,
    /// A value or an error: a sum of `ok` and `err`.
    Result,
    /// An array of `u8`.
    Bytes,
    /// A sum of one variant or more, all of them without a payload.
    PlainEnum,
}

/// An element of a product, or a variant of a sum.
#[derive(Clone, Debug)]
pub struct Element {
    /// The name; one that the module left out is its position in decimal.
    pub name: Arc<str>,
    /// Whether the module gave the name.
    pub is_named: bool,
    /// The type of the element, or of the variant's payload.
    pub ty: Arc<Type>,
}

/// How deep a type is written out where it is described; what lies deeper is `…`.
const DESCRIBED_DEPTH: usize = 4;

impl Type {
    /// A type of a kind, not named.
    pub(super) fn new(kind: Kind) -> Type {
        let (size, plain) = size(&kind);
        Type { special: special(&kind), kind, name: None, size, plain }
    }

    /// The elements of a product or the variants of a sum; none for another type.
    pub fn elements(&self) -> &[Element] {
        match &self.kind {
            Kind::Product(elements) | Kind::Sum(elements) => elements,
            _ => &[],
        }
    }

    /// Whether it is a product of no elements, the type of a variant without a payload.
    pub fn is_unit(&self) -> bool {
        matches!(&self.kind, Kind::Product(elements) if elements.is_empty())
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        if let Some(name) = &self.name {
            return f.write_str(name);
        }
        if depth == 0 {
            return f.write_str("…");
        }
        match (&self.kind, self.special) {
            (_, Some(Special::Identity)) => f.write_str("Identity"),
            (_, Some(Special::ConnectionId)) => f.write_str("ConnectionId"),
            (_, Some(Special::Timestamp)) => f.write_str("Timestamp"),
            (_, Some(Special::TimeDuration)) => f.write_str("TimeDuration"),
            (_, Some(Special::Uuid)) => f.write_str("Uuid"),
            (_, Some(Special::ScheduleAt)) => f.write_str("ScheduleAt"),
            (Kind::Sum(variants), Some(Special::Option)) => {
                f.write_str("Option<")?;
                variants[0].ty.describe(f, depth - 1)?;
                f.write_str(">")
            }
            (Kind::Sum(variants), Some(Special::Result)) => {
                f.write_str("Result<")?;
                variants[0].ty.describe(f, depth - 1)?;
                f.write_str(", ")?;
                variants[1].ty.describe(f, depth - 1)?;
                f.write_str(">")
            }
            (Kind::Array(element), _) => {
                f.write_str("array of ")?;
                element.describe(f, depth - 1)
            }
            (Kind::Product(elements), _) => describe_parts(f, "product", elements, depth),
            (Kind::Sum(variants), _) => describe_parts(f, "sum", variants, depth),
            _ => f.write_str(self.kind.name()),
        }
    }
}

fn describe_parts(f: &mut fmt::Formatter<'_>, what: &str, parts: &[Element], depth: usize) -> fmt::Result {
    write!(f, "{what} (")?;
    for (position, part) in parts.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        write!(f, "{comma}{}", part.name)?;
        if !part.ty.is_unit() {
            f.write_str(": ")?;
            part.ty.describe(f, depth - 1)?;
        }
    }
    f.write_str(")")
}

/// The type in words, for messages: its name where it has one, else what it is made of, a few levels deep; for example
/// `Vec3`, `u32`, `Option<array of string>`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe(f, DESCRIBED_DEPTH)
    }
}

impl Kind {
    /// The kind's name in lower case, for example `u32`, `string` or `product`.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Bool => "bool",
            Kind::U8 => "u8",
            Kind::U16 => "u16",
            Kind::U32 => "u32",
            Kind::U64 => "u64",
            Kind::U128 => "u128",
            Kind::U256 => "u256",
            Kind::I8 => "i8",
            Kind::I16 => "i16",
            Kind::I32 => "i32",
            Kind::I64 => "i64",
            Kind::I128 => "i128",
            Kind::I256 => "i256",
            Kind::F32 => "f32",
            Kind::F64 => "f64",
            Kind::String => "string",
            Kind::Array(_) => "array",
            Kind::Product(_) => "product",
            Kind::Sum(_) => "sum",
        }
    }
}

/// The fixed size, and whether any bytes of that size are a value.
fn size(kind: &Kind) -> (Option<usize>, bool) {
    match kind {
        Kind::Bool => (Some(1), false),
        Kind::U8 | Kind::I8 => (Some(1), true),
        Kind::U16 | Kind::I16 => (Some(2), true),
        Kind::U32 | Kind::I32 | Kind::F32 => (Some(4), true),
        Kind::U64 | Kind::I64 | Kind::F64 => (Some(8), true),
        Kind::U128 | Kind::I128 => (Some(16), true),
        Kind::U256 | Kind::I256 => (Some(32), true),
        Kind::String | Kind::Array(_) => (None, false),
        Kind::Product(elements) => {
            (elements.iter().map(|element| element.ty.size).sum(), elements.iter().all(|element| element.ty.plain))
        }
        // A sum has a fixed size when all its variants have the same.
        Kind::Sum(variants) => {
            let first = variants.first().and_then(|variant| variant.ty.size);
            let alike = variants.iter().all(|variant| variant.ty.size == first);
            (first.filter(|_| alike).map(|size| size + 1), false)
        }
    }
}

/// What the host takes a type for, by the names that it gives to the parts of such types.
fn special(kind: &Kind) -> Option<Special> {
    match kind {
        Kind::Array(element) => matches!(element.kind, Kind::U8).then_some(Special::Bytes),
        Kind::Product(elements) => match &elements[..] {
            [only] if only.is_named => special_product(&only.name, &only.ty.kind),
            _ => None,
        },
        Kind::Sum(variants) => special_sum(variants),
        _ => None,
    }
}

fn special_product(name: &str, kind: &Kind) -> Option<Special> {
    match (name, kind) {
        ("__identity__", Kind::U256) => Some(Special::Identity),
        ("__connection_id__", Kind::U128) => Some(Special::ConnectionId),
        ("__timestamp_micros_since_unix_epoch__", Kind::I64) => Some(Special::Timestamp),
        ("__time_duration_micros__", Kind::I64) => Some(Special::TimeDuration),
        ("__uuid__", Kind::U128) => Some(Special::Uuid),
        _ => None,
    }
}

fn special_sum(variants: &[Element]) -> Option<Special> {
    if let [first, second] = variants
        && first.is_named
        && second.is_named
    {
        let specials = (first.ty.special, second.ty.special);
        match (&*first.name, &*second.name) {
            ("some", "none") if second.ty.is_unit() => return Some(Special::Option),
            ("ok", "err") => return Some(Special::Result),
            ("Interval", "Time") if specials == (Some(Special::TimeDuration), Some(Special::Timestamp)) => {
                return Some(Special::ScheduleAt);
            }
            _ => {}
        }
    }
    let plain = !variants.is_empty() && variants.iter().all(|variant| variant.ty.is_unit());
    plain.then_some(Special::PlainEnum)
}
