//! From JSON to values. Numbers are read from their text, so that none is rounded on the way.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use spacetimedb_sats::{i256, u256};

use super::{INVALID_UTF8, NAN32, NAN64};
use crate::error::{Error, Result, STDB_ERR_JSON};
use crate::schema::{Element, Kind, Special, Type};

/// What is wrong, and where. The path is gathered from the inside out.
struct Fault {
    path: Vec<String>,
    what: String,
}

type Read<T> = std::result::Result<T, Box<Fault>>;

/// Adds the BSATN of the value of `ty` that `json` is to `out`. `name` is what errors call it.
///
/// Returns `STDB_ERR_JSON` for text that is not JSON or not a value of the type: the message names the place and the type
/// expected there. `out` is then as it was.
pub fn from_json(name: &str, ty: &Type, json: &str, out: &mut Vec<u8>) -> Result<()> {
    let whole: &RawValue = serde_json::from_str(json)
        .map_err(|error| Error::new(STDB_ERR_JSON, format!("`{name}`: the text is not JSON: {error}")))?;
    let before = out.len();
    read(ty, whole, out).map_err(|fault| {
        out.truncate(before);
        let path: String = fault.path.iter().rev().map(String::as_str).collect();
        Error::new(STDB_ERR_JSON, format!("`{name}{path}`: {}", fault.what))
    })
}

fn read(ty: &Type, json: &RawValue, out: &mut Vec<u8>) -> Read<()> {
    match &ty.kind {
        Kind::Bool => match json.get() {
            "false" => out.push(0),
            "true" => out.push(1),
            _ => return Err(expected(ty, json)),
        },
        Kind::U8 => out.extend(integer::<u8>(ty, json)?.to_le_bytes()),
        Kind::U16 => out.extend(integer::<u16>(ty, json)?.to_le_bytes()),
        Kind::U32 => out.extend(integer::<u32>(ty, json)?.to_le_bytes()),
        Kind::U64 => out.extend(integer::<u64>(ty, json)?.to_le_bytes()),
        Kind::U128 => out.extend(integer::<u128>(ty, json)?.to_le_bytes()),
        Kind::I8 => out.extend(integer::<i8>(ty, json)?.to_le_bytes()),
        Kind::I16 => out.extend(integer::<i16>(ty, json)?.to_le_bytes()),
        Kind::I32 => out.extend(integer::<i32>(ty, json)?.to_le_bytes()),
        Kind::I64 => out.extend(integer::<i64>(ty, json)?.to_le_bytes()),
        Kind::I128 => out.extend(integer::<i128>(ty, json)?.to_le_bytes()),
        Kind::U256 => out.extend(wide(ty, json, |text| u256::from_str_prefixed(text).ok())?.to_le_bytes()),
        Kind::I256 => out.extend(wide(ty, json, |text| i256::from_str_prefixed(text).ok())?.to_le_bytes()),
        Kind::F32 => out.extend(f32_bits(ty, json)?.to_le_bytes()),
        Kind::F64 => out.extend(f64_bits(ty, json)?.to_le_bytes()),
        Kind::String => with_length(text(ty, json)?, out),
        Kind::Array(_) if ty.special == Some(Special::Bytes) && is_string(json) => {
            let digits = string(json)?;
            let bytes =
                hex::decode(&*digits).map_err(|error| Fault::new(format!("expected bytes in hexadecimal: {error}")))?;
            with_length(&bytes, out);
        }
        Kind::Array(element) => {
            let elements = items(json)?.ok_or_else(|| expected(ty, json))?;
            let count = u32::try_from(elements.len()).map_err(|_| Fault::new("there are too many elements".into()))?;
            out.extend(count.to_le_bytes());
            for (position, json) in elements.into_iter().enumerate() {
                read(element, json, out).map_err(|fault| fault.within(format!("[{position}]")))?;
            }
        }
        Kind::Product(elements) => read_product(ty, elements, json, out)?,
        Kind::Sum(variants) => read_sum(ty, variants, json, out)?,
    }
    Ok(())
}

fn read_product(ty: &Type, elements: &[Element], json: &RawValue, out: &mut Vec<u8>) -> Read<()> {
    let values = match (items(json)?, members(json)?) {
        (Some(items), _) if items.len() == elements.len() => items,
        (Some(items), _) => {
            let (count, wanted) = (items.len(), elements.len());
            return Err(Fault::new(format!("expected {ty}, which has {wanted} elements, found an array of {count}")));
        }
        (_, Some(members)) => by_name(ty, elements, members)?,
        _ => return Err(expected(ty, json)),
    };
    for (element, json) in elements.iter().zip(values) {
        read(&element.ty, json, out).map_err(|fault| fault.within(format!(".{}", element.name)))?;
    }
    Ok(())
}

/// The members of an object in the order of the elements.
fn by_name<'a>(ty: &Type, elements: &[Element], members: Vec<Member<'a>>) -> Read<Vec<&'a RawValue>> {
    let mut values = vec![None; elements.len()];
    for (name, json) in members {
        let position = elements.iter().position(|element| *element.name == *name);
        let position = position.ok_or_else(|| Fault::new(format!("{ty} has no `{name}`")))?;
        if values[position].replace(json).is_some() {
            return Err(Fault::new(format!("`{name}` is there twice")));
        }
    }
    let value = |(element, json): (&Element, Option<&'a RawValue>)| {
        json.ok_or_else(|| Fault::new(format!("`{}` is missing: {} is expected there", element.name, element.ty)))
    };
    elements.iter().zip(values).map(value).collect()
}

fn read_sum(ty: &Type, variants: &[Element], json: &RawValue, out: &mut Vec<u8>) -> Read<()> {
    if json.get() == "null" && ty.special == Some(Special::Option) {
        out.push(1);
        return Ok(());
    }
    let (tag, payload) = match (items(json)?.as_deref(), members(json)?.as_deref()) {
        (Some([tag, payload]), _) if is_string(tag) => (tag_named(ty, variants, &string(tag)?)?, *payload),
        (Some([tag, payload]), _) => (tag_numbered(ty, variants, tag.get())?, *payload),
        (_, Some([(name, payload)])) => (tag_named(ty, variants, name)?, *payload),
        (Some(_), _) => return Err(Fault::new(format!("expected {ty} as an array of a variant and its payload"))),
        (_, Some(_)) => return Err(Fault::new(format!("expected {ty} as an object of one variant"))),
        _ => return Err(expected(ty, json)),
    };
    out.push(tag);
    let variant = &variants[usize::from(tag)];
    read(&variant.ty, payload, out).map_err(|fault| fault.within(format!(".{}", variant.name)))
}

/// The tag of a variant by its name, or by its tag as text.
fn tag_named(ty: &Type, variants: &[Element], name: &str) -> Read<u8> {
    if name.parse::<u8>().is_ok() {
        return tag_numbered(ty, variants, name);
    }
    let position = variants.iter().position(|variant| *variant.name == *name);
    let tag = position.and_then(|position| u8::try_from(position).ok());
    tag.ok_or_else(|| Fault::new(format!("{ty} has no variant `{name}`")))
}

fn tag_numbered(ty: &Type, variants: &[Element], number: &str) -> Read<u8> {
    let tag = number.parse::<u8>().ok().filter(|tag| usize::from(*tag) < variants.len());
    tag.ok_or_else(|| Fault::new(format!("{ty} has no variant {number}: it has {}", variants.len())))
}

fn integer<T: FromStr>(ty: &Type, json: &RawValue) -> Read<T> {
    let number = digits(json).ok_or_else(|| expected(ty, json))?;
    number.parse().map_err(|_| out_of_range(ty, number))
}

/// A number of 256 bits: a number, or a string of hexadecimal digits after "0x" or of decimal ones.
fn wide<T>(ty: &Type, json: &RawValue, parse: impl FnOnce(&str) -> Option<T>) -> Read<T> {
    if is_string(json) {
        let number = string(json)?;
        return parse(&number).ok_or_else(|| Fault::new(format!("expected {ty}, found {}", json.get())));
    }
    let number = digits(json).ok_or_else(|| expected(ty, json))?;
    parse(number).ok_or_else(|| out_of_range(ty, number))
}

/// The text of a number that is an integer.
fn digits(json: &RawValue) -> Option<&str> {
    let text = json.get();
    (is_number(json) && !text.contains(['.', 'e', 'E'])).then_some(text)
}

fn f32_bits(ty: &Type, json: &RawValue) -> Read<u32> {
    if is_string(json) {
        let (infinity, bits) = (f32::INFINITY.to_bits(), |bits| u32::try_from(bits).ok());
        let read = special_float(&string(json)?, infinity, (-f32::INFINITY).to_bits(), NAN32, bits);
        return read.filter(|bits| !f32::from_bits(*bits).is_finite()).ok_or_else(|| expected(ty, json));
    }
    let number = Some(json.get()).filter(|_| is_number(json)).ok_or_else(|| expected(ty, json))?;
    let float = number.parse::<f32>().ok().filter(|float| float.is_finite());
    float.map(f32::to_bits).ok_or_else(|| out_of_range(ty, number))
}

fn f64_bits(ty: &Type, json: &RawValue) -> Read<u64> {
    if is_string(json) {
        let read = special_float(&string(json)?, f64::INFINITY.to_bits(), (-f64::INFINITY).to_bits(), NAN64, Some);
        return read.filter(|bits| !f64::from_bits(*bits).is_finite()).ok_or_else(|| expected(ty, json));
    }
    let number = Some(json.get()).filter(|_| is_number(json)).ok_or_else(|| expected(ty, json))?;
    let float = number.parse::<f64>().ok().filter(|float| float.is_finite());
    float.map(f64::to_bits).ok_or_else(|| out_of_range(ty, number))
}

/// The bits of a float that has no number in JSON, by its text.
fn special_float<T>(text: &str, infinity: T, negative: T, nan: T, bits: impl FnOnce(u64) -> Option<T>) -> Option<T> {
    match text {
        "Infinity" => Some(infinity),
        "-Infinity" => Some(negative),
        "NaN" => Some(nan),
        other => {
            let digits = other.strip_prefix("NaN(0x")?.strip_suffix(')')?;
            bits(u64::from_str_radix(digits, 16).ok()?)
        }
    }
}

/// The bytes of a text: a string, or an object for one that is not UTF-8.
fn text<'a>(ty: &Type, json: &'a RawValue) -> Read<Cow<'a, [u8]>> {
    if is_string(json) {
        return Ok(match string(json)? {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        });
    }
    match members(json)?.as_deref() {
        Some([(name, bytes)]) if name == INVALID_UTF8 && is_string(bytes) => {
            let bytes = hex::decode(&*string(bytes)?);
            let bytes = bytes.map_err(|error| Fault::new(format!("expected bytes in hexadecimal: {error}")))?;
            Ok(bytes.into())
        }
        _ => Err(expected(ty, json)),
    }
}

fn with_length(bytes: impl AsRef<[u8]>, out: &mut Vec<u8>) {
    // JSON of 4 GiB does not get here: a parser of such a text would have run out of memory long before.
    out.extend((bytes.as_ref().len() as u32).to_le_bytes());
    out.extend(bytes.as_ref());
}

fn is_string(json: &RawValue) -> bool {
    json.get().starts_with('"')
}

fn is_number(json: &RawValue) -> bool {
    json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// The text of a string, which `json` is.
fn string(json: &RawValue) -> Read<Cow<'_, str>> {
    let Text(text) = parsed(json)?;
    Ok(text)
}

/// The elements of an array, if it is one.
fn items(json: &RawValue) -> Read<Option<Vec<&RawValue>>> {
    json.get().starts_with('[').then(|| parsed(json)).transpose()
}

/// The members of an object in their order, if it is one.
fn members(json: &RawValue) -> Read<Option<Vec<Member<'_>>>> {
    let members = json.get().starts_with('{').then(|| parsed::<Members<'_>>(json)).transpose()?;
    Ok(members.map(|Members(members)| members))
}

/// Parses what was only looked over before: escapes in strings may still be wrong.
fn parsed<'a, T: Deserialize<'a>>(json: &'a RawValue) -> Read<T> {
    serde_json::from_str(json.get()).map_err(|error| Fault::new(format!("the text is not JSON: {error}")))
}

/// Text, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of an object, doubled ones too.
struct Members<'a>(Vec<Member<'a>>);

/// A name and a value.
type Member<'a> = (Cow<'a, str>, &'a RawValue);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cold]
fn expected(ty: &Type, json: &RawValue) -> Box<Fault> {
    let found = match json.get().as_bytes()[0] {
        b'n' => "null",
        b't' | b'f' => "a boolean",
        b'"' => "a string",
        b'[' => "an array",
        b'{' => "an object",
        _ => "a number",
    };
    if found == "a number" {
        return Fault::new(format!("expected {ty}, found the number {}", json.get()));
    }
    Fault::new(format!("expected {ty}, found {found}"))
}

#[cold]
fn out_of_range(ty: &Type, number: &str) -> Box<Fault> {
    Fault::new(format!("expected {ty}, and {number} is out of its range"))
}

impl Fault {
    #[cold]
    fn new(what: String) -> Box<Fault> {
        Box::new(Fault { path: Vec::new(), what })
    }

    #[cold]
    fn within(mut self: Box<Fault>, part: String) -> Box<Fault> {
        self.path.push(part);
        self
    }
}
